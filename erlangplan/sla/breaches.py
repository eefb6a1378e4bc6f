"""Where the promise was broken: days, intervals, runs of intervals, and the waits of the late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.sla.actuals import MICRO
from erlangplan.sla.calendar import DAY
from erlangplan.sla.counting import exact
from erlangplan.sla.levels import meets_goal, scale_of
from erlangplan.sla.measures import Counted
from erlangplan.sla.scope import Scope

__all__ = ["breaches_of", "by_day", "by_interval", "tail_of"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Groups:
    """Sums of the rows that lie in one interval, or on one day."""

    begin: IntArray
    start: IntArray
    top: IntArray
    bottom: IntArray
    offered: IntArray


def by_interval(counted: Counted) -> pd.DataFrame:
    """Return each interval of an objective.

    Returns
    -------
    pandas.DataFrame
        objective, start, offered, counted, in_time, late (not in time), result, met (empty where
        the interval is not judged).
    """
    return _frame(
        counted, _groups(counted, counted.instant, counted.local), counted.objective.min_contacts
    )


def by_day(counted: Counted) -> pd.DataFrame:
    """Return each day of an objective, in the columns of `by_interval`."""
    days = counted.local // DAY * DAY
    return _frame(counted, _groups(counted, days, days), 0.0)


def breaches_of(counted: Counted) -> pd.DataFrame:
    """Return how often intervals broke the promise, window by window.

    Returns
    -------
    pandas.DataFrame
        objective, start (of the window), intervals (judged), breaches, mean_size (mean distance
        from the goal), longest_run (of judged intervals), longest_run_start.
    """
    groups = _groups(counted, counted.instant, counted.local)
    table = _frame(counted, groups, counted.objective.min_contacts)
    judged = table["met"].notna().to_numpy()
    rows = []
    for begin in np.unique(groups.begin):
        mine = table[judged & (groups.begin == begin)]
        broken = ~mine["met"].to_numpy(bool)
        gaps = (mine["result"] - float(exact(counted.objective.goal))).abs().to_numpy()[broken]
        length, place = _longest(broken)
        rows.append({
            "objective": counted.objective.id, "start": _stamps(np.array([begin]))[0],
            "intervals": len(mine), "breaches": int(broken.sum()),
            "mean_size": float(gaps.mean()) if len(gaps) else np.nan, "longest_run": length,
            "longest_run_start": mine["start"].iloc[place] if length else pd.NaT,
        })  # fmt: skip
    columns = ("objective", "start", "intervals", "breaches", "mean_size", "longest_run",
               "longest_run_start")  # fmt: skip
    return pd.DataFrame(rows, columns=list(columns))


def tail_of(scope: Scope, counted: Counted) -> pd.DataFrame:
    """Return how long the late waited, window by window; empty without a log of contacts.

    Returns
    -------
    pandas.DataFrame
        objective, start (of the window), late (contacts that waited longer than the threshold,
        answered or lost), mean_wait, p95_wait [s].
    """
    limit = counted.objective.threshold
    rows = []
    if limit is not None and scope.actuals.outcome is not None:
        waits = scope.actuals.counts["wait_seconds"][counted.at]
        for begin, part in counted.windows():
            late = waits[part][waits[part] > int(exact(limit) * MICRO)] / MICRO
            rows.append({
                "objective": counted.objective.id, "start": _stamps(np.array([begin]))[0],
                "late": len(late), "mean_wait": late.mean() if len(late) else np.nan,
                "p95_wait": np.quantile(late, 0.95) if len(late) else np.nan,
            })  # fmt: skip
    return pd.DataFrame(rows, columns=["objective", "start", "late", "mean_wait", "p95_wait"])


def _groups(counted: Counted, keys: IntArray, starts: IntArray) -> _Groups:
    if not len(keys):
        none = np.empty(0, np.int64)
        return _Groups(none, none, none, none, none)
    fresh = np.concatenate(([True], (np.diff(keys) != 0) | (np.diff(counted.begin) != 0)))
    first = np.flatnonzero(fresh)
    sums = [np.add.reduceat(values, first) for values in (
        counted.numerator, counted.denominator, counted.offered)]  # fmt: skip
    if counted.objective.metric == "backlog":
        sums[0] = np.maximum.reduceat(counted.numerator, first)
        sums[1] = np.ones_like(first)
    return _Groups(counted.begin[first], starts[first], sums[0], sums[1], sums[2])


def _frame(counted: Counted, groups: _Groups, least: float) -> pd.DataFrame:
    objective, top, bottom = counted.objective, groups.top, groups.bottom
    judged = (bottom > 0) & (groups.offered >= least)
    scale = scale_of(objective)
    ratio = np.divide(top / scale, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    met = pd.array(np.where(meets_goal(objective, top, bottom), True, False), dtype="boolean")
    met[~judged] = pd.NA
    seconds = objective.metric in ("asa", "backlog", "occupancy")
    late = np.full(len(top), np.nan) if seconds else top if objective.at_most else bottom - top
    return pd.DataFrame({
        "objective": objective.id, "start": _stamps(groups.start), "offered": groups.offered,
        "counted": bottom, "in_time": top / scale if scale > 1 else top, "late": late,
        "result": ratio, "met": met,
    })  # fmt: skip


def _stamps(ticks: IntArray) -> pd.DatetimeIndex:
    return pd.DatetimeIndex((ticks - ticks % MICRO).view("M8[us]"))


def _longest(broken: BoolArray) -> tuple[int, int]:
    """Return the length of the longest run and where it begins."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], broken.astype(np.int8), [0]))))
    if not len(edges):
        return 0, 0
    lengths = edges[1::2] - edges[::2]
    best = int(lengths.argmax())
    return int(lengths[best]), int(edges[2 * best])
