"""Scoring from files: a contract, actuals and what belongs to them, in any usual table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from erlangplan.errors import Fault, InputError
from erlangplan.files.contract_actuals import digest_of, read_contract_actuals
from erlangplan.files.dates import read_moments
from erlangplan.files.headings import locate
from erlangplan.files.numbers import find_style, read_amounts
from erlangplan.files.pairs import only_table
from erlangplan.files.reading import read_forecast
from erlangplan.files.sources import Source, open_tables
from erlangplan.files.tables import Column, text_of
from erlangplan.files.timelines import refuse
from erlangplan.forecast import Forecast
from erlangplan.sla.actuals import MICRO, Actuals
from erlangplan.sla.comparing import Comparison, compare_scorecards
from erlangplan.sla.model import Contract
from erlangplan.sla.scorecard import Scorecard
from erlangplan.sla.scoring import score_actuals
from erlangplan.units import parse_duration

__all__ = ["compare_vendors", "score"]

_MOST_VOLUME = 1e9


def score(
    contract: Contract,
    actuals: Actuals | Source,
    *,
    forecast: Forecast | Source | None = None,
    events: Source | None = None,
    manual: Source | None = None,
    interval: str | float | None = None,
    map: Mapping[str, str] | None = None,
) -> Scorecard:
    """Return how a contract was kept: verdicts, credits, reliefs, breaches.

    Parameters
    ----------
    contract
        What was promised, such as `read_contract` returns.
    actuals
        What happened: a file or a DataFrame, as for `read_contract_actuals`, or what that
        returned.
    forecast
        The locked forecast, for reliefs and for the late calls left.
    events
        Dated events: columns start, end, kind, and queue (empty: all) and note where they are.
    manual
        Samples: columns date, objective, good, counted.
    interval
        Length of the intervals into which a log of contacts is put (s, or a text such as
        "15min"), half an hour where none is given. A table has intervals of its own.
    map
        Which column of the actuals holds what, where the labels do not say.

    Returns
    -------
    Scorecard
        Its `table` has one row per objective and window.

    Raises
    ------
    InputError
        If a file cannot be understood, holds impossible rows, or lacks a column that an
        objective needs.
    """
    step = None if interval is None else round(parse_duration(interval) * MICRO)
    if step is not None and step <= 0:
        raise ValueError(f"interval must be above 0 s, got {interval!r}")
    if not isinstance(actuals, Actuals):
        actuals = read_contract_actuals(actuals, map=map, tz=contract.time_zone)
    given = {"forecast": forecast, "events": events, "manual": manual}
    inputs = tuple(
        (kind, _name(source), digest_of(source.table if isinstance(source, Forecast) else source))
        for kind, source in given.items()
        if source is not None
    )
    return score_actuals(
        contract, actuals, forecast=_forecast(contract, forecast),
        events=None if events is None else _texts(events, ("start", "end"), ()),
        manual=None if manual is None else _texts(manual, ("date",), ("good", "counted")),
        step=step, inputs=inputs,
    )  # fmt: skip


def compare_vendors(
    contract: Contract,
    actuals: Mapping[str, Actuals | Source],
    *,
    weights: Mapping[str, float] | None = None,
    forecast: Mapping[str, Forecast | Source] | None = None,
    events: Source | None = None,
    manual: Mapping[str, Source] | None = None,
    interval: str | float | None = None,
    map: Mapping[str, str] | None = None,
) -> Comparison:
    """Return several vendors or sites under one contract and one formula.

    Parameters
    ----------
    contract
        What was promised.
    actuals
        What happened, by the name of each vendor; as for `score`.
    weights
        Weight of each objective in the score; all alike where None.
    forecast, manual
        As for `score`, by the name of each vendor that has one.
    events, interval, map
        As for `score`.

    Returns
    -------
    Comparison
        Its `table` has one row per objective and vendor; `pairs` says whether a difference could
        be chance, with days as the units.

    Raises
    ------
    InputError
        As `score`.
    ValueError
        If there are fewer than two vendors, or weights of unknown objectives.
    """
    cards = {
        name: score(contract, source, forecast=(forecast or {}).get(name), events=events,
                    manual=(manual or {}).get(name), interval=interval, map=map)
        for name, source in actuals.items()
    }  # fmt: skip
    return compare_scorecards(cards, weights)


def _name(source: Forecast | Source) -> str:
    if isinstance(source, Forecast):
        return source.source
    if isinstance(source, str | os.PathLike):
        return "stdin" if source == "-" else Path(source).name
    return "frame" if isinstance(source, pd.DataFrame) else "file"


def _forecast(contract: Contract, source: Forecast | Source | None) -> pd.DataFrame | None:
    if source is None or isinstance(source, Forecast):
        return None if source is None else source.table
    if isinstance(source, pd.DataFrame) and {"queue", "start", "volume"} <= set(source.columns):
        return _checked(source)
    needs_aht = any(relief.when.measure == "aht" for relief in contract.reliefs)
    read = read_forecast(source, tz=contract.time_zone, aht=None if needs_aht else 1.0)
    return read.table


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    volume = pd.to_numeric(frame["volume"], errors="coerce").to_numpy(float)
    wrong = np.flatnonzero(~((volume >= 0) & (volume <= _MOST_VOLUME)))
    if len(wrong):
        raise InputError("the locked forecast cannot be used", file="frame", faults=[
            Fault("expected a volume from 0 to 1e9 contacts", int(n) + 1, "volume",
                  str(frame["volume"].iloc[n])) for n in wrong])  # fmt: skip
    return frame.assign(volume=volume)


def _texts(source: Source, times: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    """Return the columns of a small table by their labels, times and numbers read."""
    if isinstance(source, pd.DataFrame) and not len(source):
        return source
    table = only_table(open_tables(source))
    heading = locate(table, {})
    columns = table.body(heading.first, heading.labels, frozenset())
    style = find_style(
        [c for c in columns if c.label.strip().casefold() in numbers], decimal=None,
        comma_separated=table.delimiter == ",", file=table.file,
    )  # fmt: skip
    frame: dict[str, object] = {}
    for label, column in zip(heading.labels, columns, strict=True):
        name = label.strip().casefold()
        if name in times:
            frame[name] = _moments(column, table.file)
        elif name in numbers:
            frame[name], faults = read_amounts(column, style, "a whole number")
            refuse(faults, table.file)
        else:
            frame[name] = [text_of(column.cell(place)) for place in range(len(column))]
    if missing := [name for name in (*times, *numbers) if name not in frame]:
        raise InputError(f"there is no column {missing[0]}", file=table.file,
                         fix=f"The columns are {', '.join(heading.labels)}.")  # fmt: skip
    # Rows of the file, so that later faults can name them.
    return pd.DataFrame(frame).set_axis(columns[0].rows, axis=0)


def _moments(column: Column, file: str) -> pd.Series:
    read = read_moments(column, hint=None, dates=None, year=None, file=file)
    refuse(read.faults, file, "some times cannot be read")
    times = read.rows(read.times)
    seconds = read.rows(read.days) * 86400.0 + pd.Series(times).fillna(0.0).to_numpy()
    if read.has_offset:
        seconds = seconds - read.rows(read.offsets)
    found = pd.Series(pd.to_datetime((seconds * MICRO).round(), unit="us"))
    return found.dt.tz_localize("UTC") if read.has_offset else found
