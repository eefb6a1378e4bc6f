"""What shifts cover: people at work and on a break in each interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = [
    "paid_between",
    "people_at_work",
    "people_between",
    "shift_of",
    "ticks",
    "unpaid_seconds",
    "wall_ticks",
]

MICRO = 1_000_000
DAY = 86_400 * MICRO


def ticks(times: pd.Series[pd.Timestamp] | pd.DatetimeIndex) -> NDArray[np.int64]:
    """Return moments as microseconds since 1970, in UTC where they have a time zone."""
    return np.asarray(pd.DatetimeIndex(times).as_unit("us").asi8)


def wall_ticks(times: pd.Series[pd.Timestamp] | pd.DatetimeIndex) -> NDArray[np.int64]:
    """Return moments as the wall clock shows them, in microseconds since 1970."""
    return ticks(pd.DatetimeIndex(times).tz_localize(None))


def people_at_work(
    table: pd.DataFrame,
    breaks: pd.DataFrame,
    queue: str | None,
    starts: pd.Series[pd.Timestamp] | pd.DatetimeIndex,
    interval: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the people at work and the people on a break in each interval.

    Somebody who is there for a part of an interval counts as that part.

    Parameters
    ----------
    table, breaks
        As in a `Schedule`.
    queue
        Whose shifts count; None = all.
    starts
        Starts of the intervals, with a time zone where the shifts have one (n,).
    interval
        Length of each [s].

    Returns
    -------
    scheduled, on_break : ndarray
        People (n,); those on a break are among those scheduled.

    Raises
    ------
    ValueError
        If only one of shifts and intervals has a time zone.

    Examples
    --------
    >>> table = pd.DataFrame({"queue": "all", "start": pd.to_datetime(["2026-03-02 22:00"]),
    ...                       "end": pd.to_datetime(["2026-03-03 06:15"])})
    >>> breaks = pd.DataFrame({"queue": "all", "start": pd.to_datetime(["2026-03-03 00:20"]),
    ...                        "end": pd.to_datetime(["2026-03-03 00:35"])})
    >>> hours = pd.to_datetime(["2026-03-02 06:00", "2026-03-03 00:00", "2026-03-03 06:00"])
    >>> people_at_work(table, breaks, "all", hours, 3600)
    (array([0.  , 1.  , 0.25]), array([0.  , 0.25, 0.  ]))
    """
    moments = pd.DatetimeIndex(starts)
    first = ticks(moments)
    last = first + round(interval * MICRO)
    found = []
    for rows in (table, breaks):
        if len(rows) and (rows["start"].dt.tz is None) != (moments.tz is None):
            raise ValueError("shifts and intervals must both have a time zone, or neither")
        mine = rows if queue is None else rows[(rows["queue"] == queue).to_numpy()]
        found.append(people_between(ticks(mine["start"]), ticks(mine["end"]), first, last))
    return found[0], found[1]


def people_between(
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return how many of the stretches [begin, end) lie in each [first, last), by their share.

    All four are whole microseconds, so that nothing is lost before the division.
    """
    if not len(begin) or not len(first):
        return np.zeros(len(first))
    origin = min(int(begin.min()), int(first.min()))
    spent = np.zeros(len(first), dtype=np.int64)
    for moments, sign in ((np.sort(begin - origin), 1), (np.sort(end - origin), -1)):
        before = np.concatenate(([0], np.cumsum(moments)))
        for bound, side in ((last - origin, 1), (first - origin, -1)):
            # The time since all moments that lie before the bound, added up.
            count = np.searchsorted(moments, bound)
            spent += sign * side * (bound * count - before[count])
    return np.asarray(spent / (last - first))


def unpaid_seconds(table: pd.DataFrame, breaks: pd.DataFrame) -> NDArray[np.float64]:
    """Return the unpaid seconds in each shift, by queue, agent and shift_start (n,)."""
    unpaid = breaks[~breaks["paid"].to_numpy(bool)]
    seconds = (ticks(unpaid["end"]) - ticks(unpaid["start"])) / MICRO
    at = shift_of(table, unpaid)
    found = np.bincount(at[at >= 0], weights=seconds[at >= 0], minlength=len(table))
    return found.astype(np.float64)


def shift_of(table: pd.DataFrame, breaks: pd.DataFrame) -> NDArray[np.intp]:
    """Return the row of the shift that each break belongs to, -1 where there is none."""
    shifts, owners = (
        pd.MultiIndex.from_arrays([rows["queue"], rows["agent"], pd.Index(ticks(rows[start]))])
        for rows, start in ((table, "start"), (breaks, "shift_start"))
    )
    return np.asarray(shifts.get_indexer(owners))


def paid_between(
    table: pd.DataFrame,
    breaks: pd.DataFrame,
    starts: pd.DatetimeIndex,
    interval: float,
) -> NDArray[np.float64]:
    """Return paid people per interval: all paid time of the shifts, over the interval.

    Shifts count that start on the days from the first of `starts` to the last; time outside the
    intervals counts in the interval nearest to it.
    """
    days = wall_ticks(starts)
    shift_days = wall_ticks(table["start"]) // DAY
    inside = (shift_days >= days.min() // DAY) & (shift_days <= days.max() // DAY)
    shifts = table[inside]
    unpaid = breaks[~breaks["paid"].to_numpy(bool)]
    unpaid = unpaid[shift_of(shifts, unpaid) >= 0]
    length = round(interval * MICRO)
    order = np.argsort(ticks(starts))
    first = ticks(starts)[order]
    middle = (first[1:] + first[:-1] + length) // 2
    outer = [*ticks(shifts["start"]), *ticks(shifts["end"]), first[0], first[-1] + length]
    edges = np.concatenate(([min(outer)], middle, [max(outer)]))
    paid = np.zeros(len(starts))
    for rows, sign in ((shifts, 1), (unpaid, -1)):
        begin, end = ticks(rows["start"]), ticks(rows["end"])
        share = people_between(begin, end, edges[:-1], edges[1:])
        paid[order] += sign * share * (np.diff(edges) / length)
    return paid
