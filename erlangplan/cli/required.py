"""What is required, from a forecast that is staffed or from a file of agents."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

import erlangplan as ep
from erlangplan.cli import options as opt
from erlangplan.cli.given import HISTORY_WORDS, named, only_queue, read_given, settled
from erlangplan.cli.output import say, stage

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_required", "zone_of"]

_OF_FORECASTS = (
    *("target", "patience", "patience_from", "balking", "lines", "config", "volume_factor"),
    "aht_factor",
)


class _Piped(io.BytesIO):
    """What came through stdin, so that it can be looked at before it is read."""

    name = "stdin"

    def __str__(self) -> str:
        return self.name


def read_required(
    source: str, asked: dict[str, Any], reading: dict[str, Any]
) -> ep.Requirement | pd.DataFrame:
    """Return a staffed forecast, or the required agents that a file holds.

    A plan that `erlangplan staff` wrote holds both; its agents count unless a target is given.
    """
    given: Any = _Piped(sys.stdin.buffer.read()) if source == "-" else source
    own = asked["target"] is None and asked["config"] is None
    columns = opt.mapping(reading["map"]) or {}
    if "agents" in columns or (_names_agents(given) and (own or not _names_volume(given))):
        return _agents(given, asked, reading)
    words = named(reading, HISTORY_WORDS)
    forecast = _read_forecast(given, reading)
    target, rest = settled(asked, forecast, reading["queue"], words=words)
    with stage(f"staffing {len(forecast.table):,} intervals"):
        requirement = ep.staff(forecast, target, **rest)
    for remark in requirement.remarks:
        say(f"note: {remark}")
    return requirement


def _read_forecast(given: Any, reading: dict[str, Any]) -> ep.Forecast:
    """Read a forecast; where its columns are not known, say how required agents are named."""
    try:
        return read_given(given, reading)
    except ep.InputError as error:
        if not (error.fix and "--map" in error.fix) or _names_volume(given):
            raise
        fix = f"{error.fix}\nOr agents=..., if these are required agents: "
        fix += "--map start=Begin,agents=Required."
        raise ep.InputError(error.what, file=error.file, faults=error.faults, fix=fix) from None


def _agents(given: Any, asked: dict[str, Any], reading: dict[str, Any]) -> pd.DataFrame:
    idle = [name for name in _OF_FORECASTS if asked[name] not in (None, 1.0)]
    if idle:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in idle)
        raise typer.BadParameter(f"{given} holds required agents, so {flags} would do nothing")
    names = ("tz", "decimal", "dates", "encoding", "delimiter", "sheet", "year", "queue")
    words = {word: column for word, column in (opt.mapping(reading["map"]) or {}).items()}
    with stage(f"reading {given}"):
        table: pd.DataFrame = ep.read_requirement(
            given, map=words or None, **{name: reading[name] for name in names}
        )
    table = only_queue(table, reading["queue"])
    say(f"{given}: required agents of {len(table):,} intervals, as they stand there")
    return table


def _names_agents(given: Any) -> bool:
    return "agents" in _heads(given)


def _names_volume(given: Any) -> bool:
    return "volume" in _heads(given)


def _heads(given: Any) -> set[str]:
    """Return the words of the first line of a text file; none of a workbook."""
    try:
        start = given.getvalue() if isinstance(given, _Piped) else Path(given).read_bytes()
    except (OSError, ValueError):
        return set()
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    lines = start[:4096].decode(encoding, "ignore").strip().splitlines()
    return (
        {word.strip(" \"'").lower() for word in re.split(r"[,;\t|]", lines[0])} if lines else set()
    )


def zone_of(requirement: Any, reading: dict[str, Any]) -> str | None:
    """Return the time zone of a requirement, unless --tz names one."""
    if reading["tz"] is not None:
        return str(reading["tz"])
    table = requirement.table if isinstance(requirement, ep.Requirement) else requirement
    zone = table["start"].dt.tz
    return None if zone is None else str(zone)
