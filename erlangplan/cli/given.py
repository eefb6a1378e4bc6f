"""What commands are given: the forecast, who is there, and what is asked of each queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import typer

import erlangplan as ep
from erlangplan.cli import options as opt
from erlangplan.cli.output import choose_interpreter, say, stage

__all__ = [
    "files_of",
    "named",
    "only_queue",
    "only_shifts",
    "read_costs",
    "read_counts",
    "read_given",
    "read_people",
    "settled",
]

_FORECAST_WORDS = frozenset({"queue", "start", "date", "time", "end", "interval"})
_AGENT_WORDS = frozenset({"agents", "scheduled"})
_ROSTER_WORDS = frozenset({"agent", "group", "shift", "shift_start", "activity", "paid"})
HISTORY_WORDS = frozenset({"wait", "outcome", "abandoned", "answered"})
_COUNT_WORDS = frozenset(
    {"offered", "answered", "abandoned", "answered_within", "abandoned_within", "abandoned_short"}
)
_COST_WORDS = frozenset({"cost"})
_OTHER_WORDS = _AGENT_WORDS | HISTORY_WORDS | _ROSTER_WORDS | _COUNT_WORDS | _COST_WORDS
# What a plan over a window looks at for each interval, in intervals staffed by themselves.
_WINDOW_WORK = 2


def files_of(asked: dict[str, Any], reading: dict[str, Any]) -> list[Path | None]:
    """Return the files that shared flags name."""
    return [asked["config"], asked["patience_from"], reading["profile"]]


def read_given(source: str, flags: dict[str, Any]) -> ep.Forecast:
    """Return the forecast, spread over intervals where that is asked for."""
    spreading = ("profile", "spread_evenly", "hours")
    profile, spread_evenly, hours = (flags[name] for name in spreading)
    if profile and spread_evenly:
        raise typer.BadParameter("--profile and --spread-evenly exclude each other")
    if bool(hours) != spread_evenly:
        raise typer.BadParameter("--spread-evenly and --hours 08:00-20:00 belong together")
    reading = {name: value for name, value in flags.items() if name not in spreading}
    words = opt.mapping(reading["map"]) or {}
    others = _OTHER_WORDS - _FORECAST_WORDS
    reading["map"] = {word: column for word, column in words.items() if word not in others}
    with stage(f"reading {source}"):
        forecast = ep.read_forecast(source, **reading)
    forecast = _one_queue(forecast, reading["queue"])
    for note in forecast.notes:
        say(note)
    if profile:
        return forecast.spread(ep.read_profile(profile))
    return forecast.spread_evenly(hours) if spread_evenly else forecast


def _one_queue(forecast: ep.Forecast, queue: str | None) -> ep.Forecast:
    if queue is None or forecast.queues == (queue,):
        return forecast
    if queue not in forecast.queues:
        known = ", ".join(forecast.queues[:20])
        raise ep.InputError(f"there is no queue {queue!r}; the file has {known}")
    table = forecast.table[forecast.table["queue"] == queue].astype({"queue": str})
    return replace(forecast, table=table)


def only_queue(table: pd.DataFrame, queue: str | None) -> pd.DataFrame:
    """Return the rows of the queue that --queue names, where there are others beside it."""
    if queue is None or not (table["queue"] == queue).any():
        return table
    return table[table["queue"] == queue].reset_index(drop=True)


def only_shifts(schedule: ep.Schedule, queue: str | None) -> ep.Schedule:
    """Return the shifts of the queue that --queue names, where there are others beside it."""
    if queue not in schedule.queues:
        return schedule
    names = ("table", "breaks", "coverage", "shortages")
    parts: dict[str, Any] = {name: only_queue(getattr(schedule, name), queue) for name in names}
    return replace(schedule, **parts)


def read_people(source: str, tz: str | None, reading: dict[str, Any]) -> ep.Schedule | pd.DataFrame:
    """Return the shifts that a file holds, or else its agents per interval."""
    words = named(reading, _ROSTER_WORDS)
    if source == "-" or not ep.holds_shifts(source, map=words):
        table = ep.read_agents(source, tz=tz, map=named(reading, _AGENT_WORDS))
        return only_queue(table, reading["queue"])
    schedule = ep.read_schedule(
        source, tz=tz, map=words, dates=reading["dates"], year=reading["year"]
    )
    schedule = only_shifts(schedule, reading["queue"])
    agents = schedule.table["agent"].nunique()
    say(f"{source}: {len(schedule.table):,} shifts of {agents:,} agents")
    for remark in schedule.remarks:
        say(f"note: {remark}")
    return schedule


def read_counts(source: Path, forecast: ep.Forecast, reading: dict[str, Any]) -> pd.DataFrame:
    """Return the counts of the part of a window that has passed."""
    return _read_beside(ep.read_actuals, source, forecast, reading, _COUNT_WORDS)


def read_costs(source: Path, forecast: ep.Forecast, reading: dict[str, Any]) -> pd.DataFrame:
    """Return the cost of an agent hour in each interval."""
    return _read_beside(ep.read_costs, source, forecast, reading, _COST_WORDS)


def _read_beside(
    read: Callable[..., pd.DataFrame],
    source: Path,
    forecast: ep.Forecast,
    reading: dict[str, Any],
    words: frozenset[str],
) -> pd.DataFrame:
    same = {name: reading[name] for name in ("decimal", "dates", "year", "queue")}
    with stage(f"reading {source}"):
        table = read(source, map=named(reading, words), tz=forecast.tz, **same)
    table = only_queue(table, reading["queue"])
    say(f"{source}: {len(table):,} rows from {table['start'].min()} to {table['start'].max()}")
    return table


def _settings_of(config: ep.Config, queue: str | None, path: Path) -> ep.Config:
    """Return the settings of one queue that is planned alone, or of all."""
    if queue is None:
        return config
    # What differs in case alone is a slip of the pen, which staffing refuses with advice.
    alike = {n: s for n, s in config.queues.items() if n.casefold() == queue.casefold()}
    if not alike and config.queues:
        say(f"{path} has no [queue.{queue}]: its defaults hold")
    return ep.Config(config.defaults, {queue: alike[queue]} if queue in alike else alike)


def named(reading: dict[str, Any], words: frozenset[str]) -> dict[str, str] | None:
    """Return the part of --map that names columns of another file than the forecast."""
    given = opt.mapping(reading["map"]) or {}
    return {word: column for word, column in given.items() if word in words} or None


def settled(
    asked: dict[str, Any],
    forecast: ep.Forecast,
    queue: str | None,
    *,
    sweeps: int = 0,
    windows: bool = False,
    words: dict[str, str] | None = None,
) -> tuple[ep.Target | None, dict[str, Any]]:
    """Return the target, and the other arguments of staff and evaluate."""
    rest = dict(asked)
    target, config, history = (rest.pop(name) for name in ("target", "config", "patience_from"))
    if config is None:
        settings = ep.Config() if target is None else ep.Config(ep.Settings(target))
    else:
        settings = _settings_of(ep.read_config(config), queue, config)
    if history is not None:
        if rest["patience"] is not None:
            raise typer.BadParameter("--patience and --patience-from exclude each other")
        if _balks(rest["balking"], settings):
            raise typer.BadParameter(
                "balking and --patience-from exclude each other, because the abandons of a history "
                "include those who leave at once; give --patience"
            )
        settings = _with_patience(settings, history, forecast.queues, words)
    if target is None and config is None and not sweeps:
        say("target: 80/20 (default); abandoned contacts count as not in time")
    every = [settings.defaults, *settings.queues.values()]
    patient = rest["patience"] is None and all(one.patience is None for one in every)
    patient = patient and not _balks(rest["balking"], settings)
    rows = len(forecast.table) * max(1, sweeps)
    if rest["lines"] is not None or any(one.lines is not None for one in every):
        rows *= 50  # a loop over the queue in every row
    if windows:
        rows *= _WINDOW_WORK
    choose_interpreter(rows, patient=patient)
    return target, rest | {"config": settings}


def _balks(flag: float | None, config: ep.Config) -> bool:
    if flag is not None:
        return flag > 0
    return any(one.balking > 0 for one in (config.defaults, *config.queues.values()))


def _with_patience(
    settings: ep.Config, history: Path, queues: tuple[str, ...], words: dict[str, str] | None
) -> ep.Config:
    table = ep.read_history(history, map=words)
    total = ep.estimate_patience(table["total_wait"].sum(), table["abandons"].sum())
    say(f"{history.name}: patience {total:.0f} s (total wait of all contacts per abandon)")
    own: dict[str, float] = {}
    for queue, waited, abandons in zip(
        table["queue"], table["total_wait"], table["abandons"], strict=True
    ):
        if str(queue) in queues and len(queues) > 1 and abandons:
            own[str(queue)] = ep.estimate_patience(float(waited), float(abandons))
            say(f"  {queue}: {own[str(queue)]:.0f} s from {abandons:,.0f} abandons")
    return settings.with_patience(total, own)
