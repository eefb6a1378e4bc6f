"""Windows of a promise: days, weeks from Monday and months, on the clock of the centre."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.grid import local_starts

__all__ = ["OVER", "Windows", "split_windows", "window_begins"]

OVER = ("interval", "day", "week", "month")


@dataclass(frozen=True, eq=False)
class Windows:
    """Which rows of a forecast belong to which window of which queue.

    Attributes
    ----------
    queue
        Name of each window's queue (windows,).
    begin, end
        Midnights that bound each window on the wall clock, `end` outside (windows,).
    edges
        Position of each window's first row, and the number of rows at the end (windows + 1,).
    """

    queue: tuple[str, ...]
    begin: pd.DatetimeIndex
    end: pd.DatetimeIndex
    edges: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.queue)

    def rows(self) -> Iterator[slice]:
        """Return the rows of each window."""
        for first, last in zip(self.edges[:-1], self.edges[1:], strict=True):
            yield slice(int(first), int(last))

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of a value per row over each window."""
        return np.asarray(np.add.reduceat(values, self.edges[:-1]))


def window_begins(local: pd.Series[pd.Timestamp], over: str) -> pd.Series[pd.Timestamp]:
    """Return the midnight at which the window of each time on the wall clock begins.

    Examples
    --------
    >>> times = pd.Series(pd.to_datetime(["2026-03-01 10:00", "2026-03-02 10:00"]))
    >>> window_begins(times, "week").dt.day.tolist()
    [23, 2]
    """
    day = local.dt.normalize()
    if over == "week":
        return day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    if over == "month":
        return day - pd.to_timedelta(day.dt.day - 1, unit="D")
    return day


def split_windows(table: pd.DataFrame, over: str) -> Windows:
    """Return the windows of a forecast's rows, sorted by queue and start.

    Parameters
    ----------
    table
        Columns queue and start.
    over
        ``day``, ``week`` (from Monday), ``month``; or ``interval``, whose promise has no longer
        window, so that all rows of a queue stand together.
    """
    queue = table["queue"].to_numpy(str)
    local = local_starts(table)
    begins = window_begins(local, over)
    if over == "interval":
        begins = local.groupby(queue).transform("min").dt.normalize()
    begin = begins.to_numpy()
    fresh = np.r_[True, (queue[1:] != queue[:-1]) | (begin[1:] != begin[:-1])]
    first = np.flatnonzero(fresh)
    edges = np.r_[first, len(table)].astype(np.int64)
    starts = pd.DatetimeIndex(begin[first])
    if over == "interval":
        last = pd.DatetimeIndex(local.to_numpy()[edges[1:] - 1])
        return Windows(tuple(queue[first]), starts, last.normalize() + pd.Timedelta(days=1), edges)
    step = {
        "day": pd.DateOffset(days=1), "week": pd.DateOffset(days=7),
        "month": pd.DateOffset(months=1),
    }[over]  # fmt: skip
    return Windows(tuple(queue[first]), starts, starts + step, edges)
