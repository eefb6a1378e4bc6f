"""A finished schedule as plain arrays, for the checker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.scheduling.result import Schedule

__all__ = ["MICRO", "Rows", "rows_of", "told"]

MICRO = 1_000_000
DAY = 86_400 * MICRO
_SHOWN = 3
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Rows:
    """Shifts and breaks; moments in microseconds since 1970, in UTC where there is a zone.

    `clock` is the time of the day on the wall [us], `day` the day on the wall since 1970;
    `person` numbers the agents. Breaks are sorted by the row of their shift (`break_owner`) and
    time. `first` and `last` bound the time planned, `days` are its first day and how many.
    """

    queue: NDArray[np.object_]
    agent: NDArray[np.object_]
    person: NDArray[np.intp]
    group: NDArray[np.object_]
    shift: NDArray[np.object_]
    start: IntArray
    end: IntArray
    wall_start: IntArray
    wall_end: IntArray
    paid_hours: NDArray[np.float64]
    break_owner: NDArray[np.intp]
    break_name: NDArray[np.object_]
    break_start: IntArray
    break_end: IntArray
    break_clock: IntArray
    break_paid: NDArray[np.bool_]
    first: int
    last: int
    days: tuple[int, int]

    @property
    def clock(self) -> IntArray:
        """Time of the day on the wall at which each shift starts [us]."""
        return self.wall_start % DAY

    @property
    def day(self) -> IntArray:
        """Day on the wall on which each shift starts, days since 1970."""
        return self.wall_start // DAY

    @property
    def weekday(self) -> IntArray:
        """Weekday of each shift's start, 0 = Monday."""
        return (self.day + 3) % 7

    def name(self, row: int) -> str:
        """Return a shift as people name it."""
        begin, end = (_text(ticks[row]) for ticks in (self.wall_start, self.wall_end))
        return f"{self.agent[row]}, {self.shift[row]}, {begin} to {end[11:]}"


def rows_of(schedule: Schedule, first: pd.Timestamp, end: pd.Timestamp) -> Rows:
    """Return the arrays of a schedule for the time from `first` to `end`."""
    table, breaks = schedule.table, schedule.breaks
    keys = ["queue", "agent", "start"]
    places = table[keys].assign(owner=np.arange(len(table)))
    owned = breaks.rename(columns={"start": "break_start", "shift_start": "start"})
    owned = owned.merge(places, on=keys, how="left").sort_values(["owner", "break_start"])
    names = {name: table[name].to_numpy(object) for name in ("queue", "agent", "group", "shift")}
    day = pd.Timestamp(first.date()).value // 86_400_000_000_000
    past = pd.Timestamp((end - pd.Timedelta(1, "us")).date()).value // 86_400_000_000_000
    return Rows(
        **names,
        person=table.groupby(["queue", "agent"], sort=False).ngroup().to_numpy().astype(np.intp),
        start=_utc(table["start"]),
        end=_utc(table["end"]),
        wall_start=_wall(table["start"]),
        wall_end=_wall(table["end"]),
        paid_hours=table["paid_hours"].to_numpy(float),
        break_owner=owned["owner"].to_numpy(np.intp),
        break_name=owned["name"].to_numpy(object),
        break_start=_utc(owned["break_start"]),
        break_end=_utc(owned["end"]),
        break_clock=_wall(owned["break_start"]) % DAY,
        break_paid=owned["paid"].to_numpy(bool),
        first=int(first.value // 1000),
        last=int(end.value // 1000),
        days=(day, past - day + 1),
    )


def told(wrong: NDArray[np.bool_], who: Callable[[int], str], what: str = "") -> list[str]:
    """Return who does what wrong, row by row; of many, the first few and how many more."""
    found = np.flatnonzero(wrong)
    more = len(found) - _SHOWN
    texts = [f"{who(int(row))}: {what}" if what else who(int(row)) for row in found[:_SHOWN]]
    return [*texts, f"and {more:,} more like this"] if more > 0 else texts


def _utc(times: pd.Series[pd.Timestamp]) -> IntArray:
    return times.to_numpy("M8[us]").view(np.int64)


def _wall(times: pd.Series[pd.Timestamp]) -> IntArray:
    return times.dt.tz_localize(None).to_numpy("M8[us]").view(np.int64)


def _text(moment: int) -> str:
    return str(np.int64(moment).view("M8[us]").astype("M8[m]")).replace("T", " ")
