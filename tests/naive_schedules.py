"""Slow, obvious versions of what schedules do: minute by minute, and every plan there is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.scheduling.result import Schedule


def people_per_minute(
    schedule: Schedule, queue: str, first: pd.Timestamp, minutes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return people at work and on a break in each minute, looking at each in turn."""
    counts = []
    for frame in (schedule.table, schedule.breaks):
        count = np.zeros(minutes, dtype=np.int64)
        rows = frame[frame["queue"] == queue]
        for start, end in zip(rows["start"], rows["end"], strict=True):
            begin, stop = ((moment - first) // pd.Timedelta(1, "min") for moment in (start, end))
            for minute in range(max(0, begin), min(minutes, stop)):
                count[minute] += 1
        counts.append(count)
    return counts[0], counts[1]


def mean_per_interval(count: NDArray[np.int64], minutes: int) -> NDArray[np.float64]:
    """Return the mean over each whole interval of so many minutes."""
    return np.asarray(count.reshape(-1, minutes).mean(axis=1))


def cheapest_cover(
    needed: Sequence[float],
    units: Sequence[Sequence[float]],
    costs: Sequence[float],
    most_people: int,
) -> tuple[float, float, tuple[int, ...]]:
    """Return the least shortage, then the least cost, over all ways to choose people.

    Parameters
    ----------
    needed
        People needed in each step.
    units
        What one person of each kind covers in each step.
    costs
        Cost of one person of each kind.
    most_people
        Most people in all.

    Returns
    -------
    shortage, cost, people
        Sum over steps of what is short; the cost; how many people of each kind.
    """
    want = np.asarray(needed, dtype=float)
    cover, price = np.asarray(units, dtype=float), np.asarray(costs, dtype=float)
    best = (float(want.clip(0).sum()), 0.0, (0,) * len(price))
    for people in range(1, most_people + 1):
        for kinds in itertools.combinations_with_replacement(range(len(price)), people):
            number = np.bincount(kinds, minlength=len(price))
            short = float(np.maximum(0, want - number @ cover).sum())
            found = (round(short, 9), round(float(number @ price), 9), tuple(number.tolist()))
            best = min(best, found)
    return best


def break_starts(
    length: int,
    breaks: Sequence[tuple[int, int, int]],
    *,
    first: int = 0,
    between: tuple[int, int] = (0, 10**6),
    last: int = 0,
    grid: int = 1,
) -> list[tuple[int, ...]]:
    """Return every way to place the breaks of one shift.

    Parameters
    ----------
    length
        Presence, in steps.
    breaks
        Length, earliest and latest start of each, in steps after the shift's start.
    first, between, last
        Least work before the first break, least and most between two, least after the last.
    grid
        Steps between possible starts.
    """
    found = []
    windows = [range(early, late + 1, grid) for _, early, late in breaks]
    for starts in itertools.product(*windows):
        ends = [start + size for start, (size, _, _) in zip(starts, breaks, strict=True)]
        works = [begin - end for begin, end in zip(starts[1:], ends, strict=False)]
        good = all(between[0] <= work <= between[1] for work in works)
        if starts and not (starts[0] >= first and ends[-1] + last <= length):
            good = False
        if good:
            found.append(starts)
    return found
