"""The contract's calendar: windows, fiscal months, hours of operation, changes of the clock."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.sla.model import Hours

__all__ = [
    "DAY", "clock_changes", "closing_time", "is_open", "month_begins", "on_the_clock",
    "open_clock", "window_begins", "window_end",
]  # fmt: skip

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
MICRO = 1_000_000
DAY = 86400 * MICRO
_MIDDLE = 15


def month_begins(days: IntArray, starts_on: int) -> IntArray:
    """Return the first day of the fiscal month of each day, as days since 1970.

    A month that is too short begins on its last day where `starts_on` is later.
    """
    months = days.view("M8[D]").astype("M8[M]").astype(np.int64)
    return np.where(days >= _begin(months, starts_on), _begin(months, starts_on),
                    _begin(months - 1, starts_on))  # fmt: skip


def window_begins(local: IntArray, window: str, starts_on: int = 1) -> IntArray:
    """Return when the window of each time begins, on the wall clock.

    Parameters
    ----------
    local
        Times on the contract's wall clock [us since 1970] (n,).
    window
        ``interval`` (each time is its own), ``day``, ``week`` (from Monday), ``month`` or
        ``quarter``.
    starts_on
        Day on which a fiscal month begins. Where it is after the 15th, a fiscal month bears the
        name of the month in which it ends, and quarters begin with fiscal January, April, July
        and October.
    """
    if window == "interval":
        return local
    days = local // DAY
    # Rows follow each other in time: the calendar is looked up once for each run of a day.
    fresh = np.concatenate(([True], days[1:] != days[:-1]))[: len(days)]
    begins = _first_days(days[fresh], window, starts_on)
    return np.asarray(begins[np.cumsum(fresh) - 1] * DAY)


def _first_days(days: IntArray, window: str, starts_on: int) -> IntArray:
    """Return the first day of the window of each day, as days since 1970."""
    if window == "week":
        return days - (days + 3) % 7
    if window == "month":
        return month_begins(days, starts_on)
    if window == "quarter":
        shift = int(starts_on > _MIDDLE)
        own = month_begins(days, starts_on).view("M8[D]").astype("M8[M]").astype(np.int64) + shift
        return _begin(own - own % 3 - shift, starts_on)
    return days


def window_end(begin: int, window: str, starts_on: int = 1) -> int:
    """Return the midnight at which a window ends; an interval has no end of its own [us]."""
    if window == "interval":
        return begin
    if window in ("day", "week"):
        return begin + (1 if window == "day" else 7) * DAY
    month = np.array([begin // DAY]).view("M8[D]").astype("M8[M]").astype(np.int64)
    return int(_begin(month + (1 if window == "month" else 3), starts_on)[0]) * DAY


def _begin(months: IntArray, starts_on: int) -> IntArray:
    first = months.view("M8[M]").astype("M8[D]").astype(np.int64)
    length = (months + 1).view("M8[M]").astype("M8[D]").astype(np.int64) - first
    return np.asarray(first + np.minimum(starts_on, length) - 1)


def is_open(hours: Hours | None, local: IntArray) -> BoolArray:
    """Tell which times lie within hours of operation; a closing time is not within (n,)."""
    if hours is None:
        return np.ones(len(local), dtype=bool)
    days, inside = np.unique(local // DAY, return_inverse=True)
    time, found = local % DAY, np.zeros(len(local), dtype=bool)
    spans = [hours.open_on(_date(day)) for day in days]
    for number in range(max(map(len, spans), default=0)):
        edges = np.array([own[number] if number < len(own) else (1.0, 0.0) for own in spans])
        begin, until = np.rint(edges[inside].T * MICRO)
        found |= (time >= begin) & (time < until)
    return found


def closing_time(hours: Hours | None, first: int, after: int) -> int | None:
    """Return the last closing time from `first` until before `after`, or None if there is none."""
    if hours is None:
        return after
    for day in range((after - 1) // DAY, first // DAY - 1, -1):
        if spans := hours.open_on(_date(day)):
            return day * DAY + round(max(until for _, until in spans) * MICRO)
    return None


def open_clock(hours: Hours | None, begin: IntArray, elapsed: IntArray) -> IntArray:
    """Return how much of each span of time lies within hours of operation (n,) [us].

    Parameters
    ----------
    hours
        Hours of operation; None = always open.
    begin, elapsed
        Start on the wall clock and length of each span [us].
    """
    if hours is None or not len(begin):
        return elapsed
    last = int((begin + elapsed).max()) // DAY
    edges = [
        (day * DAY + round(edge * MICRO), day * DAY + round(until * MICRO))
        for day in range(int(begin.min()) // DAY, last + 1)
        for edge, until in sorted(hours.open_on(_date(day)))
    ]
    if not edges:
        return np.zeros_like(elapsed)
    starts, ends = np.array(edges, dtype=np.int64).T
    before = np.concatenate(([0], np.cumsum(ends - starts)))

    def passed(ticks: IntArray) -> IntArray:
        place = np.searchsorted(starts, ticks, side="right")
        running = np.minimum(ticks, ends[place - 1]) - starts[place - 1]
        return np.where(place > 0, before[np.maximum(place - 1, 0)] + running, 0)

    return np.asarray(passed(begin + elapsed) - passed(begin))


@lru_cache(maxsize=64)
def clock_changes(zone: str, first: int, last: int) -> tuple[tuple[int, int, bool], ...]:
    """Return the spans of the wall clock that a zone skips or repeats in some years.

    Returns
    -------
    tuple
        Begin and end of each span [us], and whether it is repeated (else it does not exist).
    """
    hours = pd.date_range(f"{first}-01-01", f"{last + 1}-01-01", freq="15min", tz="UTC")
    local = np.asarray(hours.tz_convert(zone).tz_localize(None).as_unit("us").asi8)
    steps = np.diff(local)
    quarter = 900 * MICRO
    return tuple(
        (int(min(local[n] + quarter, local[n + 1])), int(max(local[n] + quarter, local[n + 1])),
         bool(steps[n] < quarter))
        for n in np.flatnonzero(steps != quarter)
    )  # fmt: skip


def on_the_clock(utc: IntArray, zone: str) -> IntArray:
    """Return instants on the wall clock of a zone (n,) [us]."""
    times = pd.DatetimeIndex(utc.view("M8[us]")).tz_localize("UTC").tz_convert(zone)
    return np.asarray(times.tz_localize(None).as_unit("us").asi8)


def _date(day: int) -> date:
    return date.fromordinal(719163 + int(day))
