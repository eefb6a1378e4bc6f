"""Planned people as rows: who they are, when they work, when their breaks are."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from erlangplan.scheduling.problem import Problem
from erlangplan.scheduling.search import Person

__all__ = ["Names", "Rows", "rows_of"]


@dataclass
class Names:
    """Names given so far, and when each of their last shifts ends (in seconds since 1970)."""

    prefix: str = ""
    ends: dict[str, dict[str, float]] = field(default_factory=dict)

    def meet(self, table: pd.DataFrame) -> None:
        """Take the people of an earlier schedule as known."""
        seconds = _seconds(pd.DatetimeIndex(table["end"]))
        keys = table["group"].where(table["group"] != "", table["shift"])
        for key, agent, end in zip(keys, table["agent"], seconds, strict=True):
            known = self.ends.setdefault(str(key), {})
            known[str(agent)] = max(end, known.get(str(agent), 0.0))

    def take(self, key: str, starts: Sequence[float], rest: float) -> list[str]:
        """Name people of one kind by their first starts, each rested since the last time.

        Who ended first comes first; somebody new is named where nobody known has rested.
        """
        known = self.ends.setdefault(key, {})
        free = sorted((end, agent) for agent, end in known.items())
        names: list[str] = []
        for start in starts:
            if free and free[0][0] + rest <= start + 1e-6:
                names.append(free.pop(0)[1])
            else:
                names.append(self._new(key, {*known, *names}))
        return names

    def _new(self, key: str, known: Container[str]) -> str:
        numbers = (f"{self.prefix}{key} {number:03d}" for number in itertools.count(1))
        return next(name for name in numbers if name not in known)

    def day_by_day(
        self, key: str, spans: Sequence[tuple[float, float, int]], period: float
    ) -> list[str]:
        """Name people who are bought a day at a time: nobody twice a day, or in two shifts.

        Where time repeats after a `period` [s], a shift over its end meets the first ones again.
        """
        known = self.ends.setdefault(key, {})
        free = [(end, agent) for agent, end in known.items()]
        heapq.heapify(free)
        first: dict[str, float] = {}
        last: dict[str, int] = {}
        names: list[str] = []
        for start, end, day in spans:
            held: list[tuple[float, str]] = []
            agent = ""
            while free and free[0][0] <= start and not agent:
                candidate = heapq.heappop(free)
                name = candidate[1]
                meets = period > 0 and end > first.get(name, math.inf) + period
                if last.get(name) == day or meets:
                    held.append(candidate)
                else:
                    agent = name
            agent = agent or self._new(key, known)
            first.setdefault(agent, start)
            known[agent], last[agent] = end, day
            for each in (*held, (end, agent)):
                heapq.heappush(free, each)
            names.append(agent)
        return names


@dataclass(frozen=True, eq=False)
class Rows:
    """Shifts and breaks as a `Schedule` has them."""

    table: pd.DataFrame
    breaks: pd.DataFrame


def rows_of(problem: Problem, people: Sequence[Person], names: Names) -> Rows:
    """Return the rows of a queue's week."""
    shifts: list[tuple[str, str, str, int, int, float]] = []
    pauses: list[tuple[str, int, str, int, int, bool]] = []
    for agent, person in _named(problem, people, names):
        group = problem.crews[person.crew].group.name if person.crew >= 0 else ""
        for work in person.works:
            shift = problem.rules.shifts[problem.offers[work.offer].shift]
            end = work.start + work.template.length
            rests = list(zip(work.template.breaks, work.breaks, work.template.lengths, strict=True))
            unpaid = sum(int(long) for pause, _, long in rests if not pause.paid)
            paid = (end - work.start - unpaid) * problem.step_hours
            shifts.append((agent, group, shift.name, work.start, end, paid))
            pauses += [(agent, work.start, pause.name, at, at + int(long), pause.paid)
                       for pause, at, long in rests]  # fmt: skip
    table = pd.DataFrame(shifts, columns=["agent", "group", "shift", "start", "end", "paid_hours"])
    breaks = pd.DataFrame(pauses, columns=["agent", "shift_start", "name", "start", "end", "paid"])
    for frame, columns in ((table, ("start", "end")), (breaks, ("shift_start", "start", "end"))):
        for column in columns:
            frame[column] = _moments(problem, frame[column].to_numpy(np.int64))
        frame.insert(0, "queue", problem.queue)
    table = table.sort_values(["start", "end", "agent"], ignore_index=True)
    breaks = breaks.sort_values(["shift_start", "agent", "start"], ignore_index=True)
    return Rows(table, breaks.astype({"paid": bool}))


def _moments(problem: Problem, steps: np.ndarray) -> pd.DatetimeIndex:
    moments = problem.origin + pd.to_timedelta(steps * problem.step, unit="s")
    return pd.DatetimeIndex(moments).as_unit("us")


def _seconds(moments: pd.DatetimeIndex) -> list[float]:
    plain = moments if moments.tz is None else moments.tz_convert("UTC").tz_localize(None)
    found: list[float] = (plain.as_unit("us").asi8 / 1e6).tolist()
    return found


def _named(problem: Problem, people: Sequence[Person], names: Names) -> list[tuple[str, Person]]:
    origin = _seconds(pd.DatetimeIndex([problem.origin]))[0]

    def moment(step: int) -> float:
        return origin + step * problem.step

    found: list[tuple[str, Person]] = []
    for number, crew in enumerate(problem.crews):
        own = sorted((p for p in people if p.crew == number), key=_order)
        starts = [moment(p.works[0].start) for p in own]
        labels = names.take(crew.group.name, starts, crew.group.rest)
        for agent, person in zip(labels, own, strict=True):
            end = person.works[-1].start + person.works[-1].template.length
            names.ends[crew.group.name][agent] = moment(end)
        found += zip(labels, own, strict=True)
    by_shift: dict[str, list[Person]] = {}
    for person in sorted((p for p in people if p.crew < 0), key=_order):
        shift = problem.rules.shifts[problem.offers[person.works[0].offer].shift]
        by_shift.setdefault(shift.name, []).append(person)
    for name, own in by_shift.items():
        spans = [(moment(p.works[0].start), moment(p.works[0].start + p.works[0].template.length),
                  problem.offers[p.works[0].offer].day) for p in own]  # fmt: skip
        labels = names.day_by_day(name, spans, problem.period * problem.step)
        found += zip(labels, own, strict=True)
    return found


def _order(person: Person) -> tuple[int, ...]:
    return tuple(work.start for work in person.works)
