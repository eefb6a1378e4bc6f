"""What makes the tables of a schedule sound: columns, kinds, each break inside its shift."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import Fault, InputError
from erlangplan.scheduling.coverage import shift_of, ticks

__all__ = ["BREAK_COLUMNS", "COVERAGE_COLUMNS", "TABLE_COLUMNS"]
__all__ += ["sound_breaks", "sound_coverage", "sound_table"]

TABLE_COLUMNS = ("queue", "agent", "group", "shift", "start", "end", "paid_hours")
BREAK_COLUMNS = ("queue", "agent", "shift_start", "name", "start", "end", "paid")
COVERAGE_COLUMNS = (
    "queue", "start", "required", "scheduled", "on_break", "on_queue", "over", "short",
    "service_level",
)  # fmt: skip
_MOMENTS = ("start", "end", "shift_start")
_TEXTS = ("queue", "agent", "group", "shift", "name")
_LINE_END = re.compile("\r\n?")
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")
BoolArray = NDArray[np.bool_]
Zone = pd.DatetimeTZDtype | np.dtype[np.datetime64]


def sound_table(table: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Return a table of shifts with its columns of the right kind.

    Parameters
    ----------
    table
        Columns `TABLE_COLUMNS`.
    like
        The coverage, whose time zone stands in where the table has no row.

    Raises
    ------
    InputError
        If a column is missing or of another kind, a shift ends before it starts, or an agent is
        in two shifts at a time.
    """
    _refuse_missing(table, TABLE_COLUMNS, "table")
    zone = _zone(table["start"]) if len(table) else _zone(like.get("start", table["start"]))
    table = _converted(table, "table", zone)
    first, last = ticks(table["start"]), ticks(table["end"])
    _refuse(table, last <= first, "expected an end after the start")
    paid = table["paid_hours"].to_numpy(float)
    presence = (last - first) / 3.6e9
    _refuse(table, ~((paid >= 0) & (paid <= presence + 1e-6)), "expected paid_hours of at most it")
    agent = table.groupby(["queue", "agent"], sort=False).ngroup().to_numpy()
    order = np.lexsort((first, agent))
    twice = np.zeros(len(table), dtype=bool)
    twice[order[1:]] = (np.diff(agent[order]) == 0) & (first[order][1:] < last[order][:-1])
    _refuse(table, twice, "expected the shift of this agent before it to have ended")
    return table


def sound_breaks(breaks: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return breaks with columns of the right kind, each inside the shift that it names.

    Raises
    ------
    InputError
        If a column is missing or of another kind, or a break has no shift, lies outside it or
        over another break.
    """
    _refuse_missing(breaks, BREAK_COLUMNS, "breaks")
    breaks = _converted(breaks, "breaks", _zone(table["start"]))
    _refuse(breaks, (breaks["name"] == "work").to_numpy(), "expected another name than work")
    at = shift_of(table, breaks)
    _refuse(breaks, at < 0, "expected a shift of this agent that starts at shift_start")
    first, last = ticks(breaks["start"]), ticks(breaks["end"])
    inside = (first >= ticks(table["start"])[at]) & (last <= ticks(table["end"])[at])
    _refuse(breaks, ~inside | (last <= first), "expected a break inside its shift")
    order = np.lexsort((first, at))
    over = np.zeros(len(breaks), dtype=bool)
    over[order[1:]] = (np.diff(at[order]) == 0) & (first[order][1:] < last[order][:-1])
    _refuse(breaks, over, "expected the break before it to have ended")
    return breaks


def sound_coverage(coverage: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return coverage with columns of the right kind, in the time zone of the shifts.

    Raises
    ------
    InputError
        If a column is missing or of another kind, or an interval stands twice.
    """
    _refuse_missing(coverage, COVERAGE_COLUMNS, "coverage")
    coverage = _converted(coverage, "coverage", _zone(table["start"]))
    twice = coverage.duplicated(["queue", "start"]).to_numpy()
    _refuse(coverage, twice, "expected each interval of a queue once")
    return coverage


def _refuse_missing(frame: pd.DataFrame, columns: Sequence[str], what: str) -> None:
    if missing := [name for name in columns if name not in frame]:
        raise InputError(f"{what} of a schedule lacks the columns {', '.join(missing)}")


def _zone(times: pd.Series[pd.Timestamp]) -> Zone:
    if isinstance(times.dtype, pd.DatetimeTZDtype):
        return pd.DatetimeTZDtype("us", times.dtype.tz)
    return np.dtype("M8[us]")


def _converted(frame: pd.DataFrame, what: str, zone: Zone) -> pd.DataFrame:
    columns = {str(name): _column(frame[name], str(name), what, zone) for name in frame.columns}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))


def _column(values: pd.Series, name: str, what: str, zone: Zone) -> object:
    if name in _MOMENTS:
        return _moments(values, f"{name} of {what}", zone)
    if name in _TEXTS:
        return _names(values, f"{name} of {what}")
    if name == "paid":
        return values.to_numpy(bool)
    if name in TABLE_COLUMNS + COVERAGE_COLUMNS:
        try:
            return values.to_numpy(float, na_value=np.nan)
        except (TypeError, ValueError):
            raise InputError(f"{name} of {what} must hold numbers") from None
    return values.array


def _names(values: pd.Series, what: str) -> object:
    codes, found = pd.factorize(values)
    texts = (str.__str__(name) if isinstance(name, str) else str(name) for name in found)
    names = [_LINE_END.sub("\n", text).strip() for text in texts]
    # They would not come back from a file, and a NUL cuts a text when rows are grouped.
    if wrong := [name for name in names if _CONTROL.search(name)]:
        raise InputError(f"{what} must hold no control characters, got {wrong[0]!r}")
    return pd.Series([*names, ""], dtype=str).array.take(codes)  # -1, nothing, is the last


def _moments(values: pd.Series, what: str, zone: Zone) -> object:
    if not len(values):
        return pd.Series([], dtype=zone).array
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        raise InputError(f"{what} must hold dates and times, got {values.dtype}")
    if isinstance(values.dtype, pd.DatetimeTZDtype) != isinstance(zone, pd.DatetimeTZDtype):
        raise InputError(f"{what} must have a time zone where the shifts have one, and only there")
    if values.isna().any():
        raise InputError(f"{what} is missing in row {int(values.isna().argmax())}")
    converted: pd.Series = values.astype(zone)
    return converted.array


def _refuse(frame: pd.DataFrame, wrong: BoolArray, expected: str) -> None:
    if not wrong.any():
        return
    faults = [Fault(f"{expected} ({text})") for text in _texts(frame[wrong].head(10))]
    raise InputError(f"{int(wrong.sum()):,} rows of a schedule are impossible", faults=faults)


def _texts(rows: pd.DataFrame) -> Iterable[str]:
    for _, row in rows.iterrows():
        named = [str(row[name]) for name in ("agent", "name", "queue") if row.get(name)]
        end = f" to {row['end']:%H:%M}" if "end" in row else ""
        yield f"{', '.join(named[:2])}, {row['start']:%Y-%m-%d %H:%M}{end}"
