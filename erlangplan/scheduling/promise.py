"""A target over a window: what each number of people adds to it, as curves and as lines above."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan import queues
from erlangplan.errors import InputError
from erlangplan.settings import Settings
from erlangplan.windows.delivery import shares

__all__ = ["Promise", "make_promise"]

Floats = NDArray[np.float64]
_ENOUGH = 0.9999


@dataclass(frozen=True, eq=False)
class Promise:
    """Contacts in time and contacts counted, by interval and people on the queue.

    Attributes
    ----------
    in_time, counted
        Contacts (intervals x people from 0).
    level
        The share of the counted contacts that is to be in time.
    floor
        Fewest people that reach the floor in each interval.
    windows
        Positions of the intervals of each window.
    """

    in_time: Floats
    counted: Floats
    level: float
    floor: NDArray[np.int64]
    windows: tuple[NDArray[np.int64], ...]

    def worth(self, level: float) -> Floats:
        """Return the contacts in time beyond a level; sums of at least 0 keep the promise."""
        return self.in_time - level * self.counted

    def at(self, table: Floats, heads: Floats) -> Floats:
        """Read a table of this shape at a number of people per interval, straight between."""
        held = np.minimum(heads, table.shape[1] - 1)
        low = np.floor(held).astype(int)
        high = np.minimum(low + 1, table.shape[1] - 1)
        rows = np.arange(len(table))
        part = held - low
        return np.asarray((1 - part) * table[rows, low] + part * table[rows, high])

    def lines(self, level: float, *, from_floor: bool = True) -> tuple[Floats, ...]:
        """Return per interval the (slope, height) of the lines of the least concave curve above.

        `from_floor` leaves the numbers of people below the floor out, as they are priced.
        """
        table = self.worth(level)
        found = []
        for i, row in enumerate(table):
            begin = min(int(self.floor[i]), len(row) - 2) if from_floor else 0
            found.append(_lines_above(row, begin))
        return tuple(found)


def make_promise(
    rows: pd.DataFrame, load: Floats, asked: Settings, over: str, floor: float
) -> Promise:
    """Return the curves of a queue's week.

    Parameters
    ----------
    rows
        Intervals with start, volume and aht.
    load
        Offered load of each [erlang].
    asked
        Target, patience, balking, lines and shrinkage of the queue.
    over
        ``day`` or ``week``.
    floor
        Least service level of an interval with contacts.
    """
    target = asked.target
    if target.service_level is None:
        raise InputError(
            f"a target without a service level ({target}) has none to reach over a {over}; "
            "use the objective cover"
        )
    keep = float(asked.shrinkage.outside_schedule.remaining)
    most = _enough(load, rows, asked)
    heads = np.arange(math.ceil(most / keep) + 2)
    share, counted = _curves(load, rows, asked, math.ceil(heads[-1] * keep) + 1)
    volume = rows["volume"].to_numpy(float)[:, None]
    agents = heads * keep
    low, part = np.floor(agents).astype(int), agents - np.floor(agents)
    mixed = [(1 - part) * table[:, low] + part * table[:, low + 1]
             for table in (share, counted)]  # fmt: skip
    in_time, under = (volume * table for table in mixed)
    with np.errstate(invalid="ignore", divide="ignore"):
        level = np.where(under > 0, in_time / under, 1.0)
    reached = level >= floor - 1e-12
    # From the first number of people on which the floor always holds.
    least = reached.shape[1] - np.argmin(np.c_[reached[:, ::-1], np.zeros(len(load), bool)], axis=1)
    least = np.where(volume[:, 0] > 0, np.minimum(least, len(heads) - 1), 0)
    least = np.maximum(least, np.where(volume[:, 0] > 0, 1, math.ceil(target.min_agents / keep)))
    starts = rows["start"]
    days = starts.dt.tz_localize(None).dt.normalize()
    keys = days if over == "day" else pd.Series(0, index=days.index)
    windows = tuple(np.flatnonzero(keys.to_numpy() == key) for key in pd.unique(keys))
    return Promise(in_time, under, target.service_level, least.astype(np.int64), windows)


def _enough(load: Floats, rows: pd.DataFrame, asked: Settings) -> int:
    """Return a number of agents with which every interval answers nearly all in time."""
    peak = int(load.argmax())
    agents: int = max(4, math.ceil(load[peak] + 4 * math.sqrt(load[peak]) + 4))
    aht = rows["aht"].to_numpy(float)[[peak]]
    while agents < 100_000:
        level = queues.service_level(
            load[[peak]], _held(np.array([agents]), asked), aht=aht, target=asked.target,
            patience=asked.patience, balking=asked.balking, lines=asked.lines,
        )  # fmt: skip
        if np.isnan(level[0]) or level[0] >= _ENOUGH or asked.lines is not None:
            break
        agents = math.ceil(1.1 * agents) + 1
    return agents


def _curves(load: Floats, rows: pd.DataFrame, asked: Settings, most: int) -> tuple[Floats, Floats]:
    """Return shares in time and shares counted (intervals x agents from 0 to `most`)."""
    agents = np.tile(np.arange(most + 1), len(load))
    each_aht = np.repeat(rows["aht"].to_numpy(float), most + 1)
    in_time, counted = shares(np.repeat(load, most + 1), _held(agents, asked), each_aht, asked)
    shape = (len(load), most + 1)
    return in_time.reshape(shape), counted.reshape(shape)


def _held(agents: NDArray[np.int64], asked: Settings) -> NDArray[np.int64]:
    return agents if asked.lines is None else np.minimum(agents, int(asked.lines))


def _lines_above(row: Floats, begin: int) -> Floats:
    """Return (slope, height) of the sides of the upper hull of the points (people, row)."""
    hull = [begin]
    for x in range(begin + 1, len(row)):
        while len(hull) > 1:
            a, b = hull[-2], hull[-1]
            if (row[b] - row[a]) * (x - a) <= (row[x] - row[a]) * (b - a):
                hull.pop()
            else:
                break
        hull.append(x)
    lines = []
    for a, b in pairwise(hull):
        slope = max(0.0, float(row[b] - row[a]) / (b - a))
        lines.append((slope, float(row[a]) - slope * a))
    if not np.ptp(row):
        return np.array([(0.0, float(row[0]))])
    lines.append((0.0, float(row[begin:].max())))
    return np.array(_thinned(lines))


def _thinned(lines: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out lines that matter less than a millionth of the highest; what is left is above."""
    top = lines[-1][1]
    kept = [lines[0]]
    for slope, height in lines[1:-1]:
        crossing = (height - kept[-1][1]) / max(kept[-1][0] - slope, 1e-300)
        gained = kept[-1][1] + kept[-1][0] * (crossing + 1) - height - slope * (crossing + 1)
        if gained > 1e-6 * max(1.0, abs(top)) and kept[-1][0] - slope > 1e-9:
            kept.append((slope, height))
    return [*kept, lines[-1]]
