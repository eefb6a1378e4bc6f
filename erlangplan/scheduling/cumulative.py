"""The same curves as sums so far, in whole numbers: a smaller program where lengths are free.

With C_k(t) the people whose k-th event lies at or before t, a rule ``low <= later - earlier <=
high`` has two terms: C_later(t) <= C_earlier(t - low) and C_later(t) >= C_earlier(t - high). One
curve serves all days of shifts that are alike. Solvers prove small plans of flexible lengths in a
fraction of the time that `model.build_model` takes them; its linear program is the faster one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import chain, pairwise, zip_longest

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.descent import Lines
from erlangplan.scheduling.model import Program, relations_of
from erlangplan.scheduling.problem import FAR, Offer, Problem, Template
from erlangplan.scheduling.search import Person, Work

__all__ = ["Sums", "build_sums"]


@dataclass(frozen=True, eq=False)
class _Line:
    """One event's curve: its times, and the column of the sum at each."""

    times: list[int]
    columns: list[int]

    def at(self, time: int) -> int:
        """Return the column of the sum at a time; -1 before the first."""
        place = bisect_right(self.times, time) - 1
        return self.columns[place] if place >= 0 else -1


@dataclass(frozen=True, eq=False)
class _Alike:
    """Offers of all days that are alike: start, breaks and end as lines."""

    offer: Offer
    offer_of: dict[int, int]
    lines: list[_Line]


@dataclass(frozen=True, eq=False)
class Sums:
    """A program of sums with the way to people and back."""

    program: Program
    groups: tuple[_Alike, ...]
    offers: tuple[Offer, ...]

    @property
    def lines(self) -> Lines:
        """Columns of all starts, of all first breaks and so on."""
        alike = zip_longest(*([line.columns for line in group.lines] for group in self.groups),
                            fillvalue=())  # fmt: skip
        return tuple(np.array([*chain(*lines)], dtype=np.int32) for lines in alike)

    def people(self, values: NDArray[np.float64]) -> list[Person]:
        """Return people for whole sums: first with first."""
        people = []
        for group in self.groups:
            events = [_events(line, values) for line in group.lines]
            breaks = len(group.offer.templates[0].breaks)
            for rank, start in enumerate(events[0]):
                number = group.offer_of[start]
                by_length = {t.length: t for t in self.offers[number].templates}
                long = events[-1][rank] - start if group.offer.flexible else min(by_length)
                at = tuple(times[rank] for times in events[1 : breaks + 1])
                people.append(Person(-1, (Work(number, start, by_length[long], at),)))
        return people


def build_sums(problem: Problem) -> Sums | None:
    """Return the program that covers all; None if lengths are fixed or rules need days apart."""
    limited = any(shift.people != (0, None) for shift in problem.rules.shifts)
    flexible = any(offer.flexible for offer in problem.offers)
    if not flexible or problem.crews or limited or problem.rules.distinct_starts is not None:
        return None
    program = Program()
    cover: list[dict[int, float]] = [{} for _ in problem.first]
    alike: dict[tuple[object, ...], list[int]] = {}
    for position, offer in enumerate(problem.offers):
        key = (offer.shift, *(_signature(t) for t in offer.templates))
        stride = offer.templates[1].length - offer.templates[0].length if offer.flexible else 1
        alike.setdefault((*key, int(offer.starts[0]) % stride), []).append(position)
    groups = tuple(_group(program, problem, positions, cover) for positions in alike.values())
    for i, terms in enumerate(cover):
        if problem.need[i] > problem.given[i]:
            program.row(float(problem.need[i] - problem.given[i]), np.inf, terms)
    return Sums(program, groups, tuple(problem.offers))


def _signature(template: Template) -> tuple[object, ...]:
    arrays = (template.lengths, template.windows, template.gaps)
    return (template.length, template.breaks, *(tuple(a.ravel().tolist()) for a in arrays))


def _events(line: _Line, values: NDArray[np.float64]) -> list[int]:
    sums = np.rint(values[line.columns]).astype(int)
    events: list[int] = np.repeat(line.times, np.diff(sums, prepend=0)).tolist()
    return events


def _group(
    program: Program, problem: Problem, positions: list[int], cover: list[dict[int, float]]
) -> _Alike:
    offer = problem.offers[positions[0]]
    offer_of = {int(s): p for p in positions for s in problem.offers[p].starts}
    starts = sorted(offer_of)
    shortest, longest = offer.templates[0], offer.templates[-1]
    paid = problem.cost[offer.shift]
    everyone = program.column()
    if offer.flexible:
        first = _line(program, starts, [-float(paid[s]) for s in starts], everyone)
    else:
        hours = [float(paid[s + longest.length] - paid[s]) for s in starts]
        first = _line(program, starts, hours, everyone)
    lines = [first]
    for number, pause in enumerate(shortest.breaks):
        low = min(int(t.windows[number, 0]) for t in offer.templates)
        high = max(int(t.windows[number, 1]) for t in offer.templates)
        long = int(shortest.lengths[number])
        span = range(starts[0] + low, starts[-1] + high + 1)
        times = [at for at in span if problem.can_break[at]]
        saved = [0.0 if pause.paid else float(paid[at] - paid[at + long]) for at in times]
        line = _line(program, times, saved, everyone)
        lines.append(line)
        _between(program, first, line, low, high)
        _cover(problem, cover, line, long, -1.0)
    if offer.flexible:
        stride = offer.templates[1].length - shortest.length
        ends = list(range(starts[0] + shortest.length, starts[-1] + longest.length + 1, stride))
        last = _line(program, ends, [float(paid[at]) for at in ends], everyone)
        lines.append(last)
        _between(program, first, last, shortest.length, longest.length)
        _present(problem, cover, first, last)
    else:
        _cover(problem, cover, first, longest.length, 1.0)
    for before, after, low, high in relations_of(offer):
        _between(program, lines[before], lines[after], low, high)
    return _Alike(offer, offer_of, lines)


def _line(program: Program, times: list[int], prices: list[float], everyone: int) -> _Line:
    """Add a curve whose last sum is everyone; an event at a time costs its price."""
    columns = [program.column() for _ in times[:-1]] + [everyone]
    for column, price, following in zip(columns, prices, [*prices[1:], 0.0], strict=True):
        program.cost[column] += price - following
    for earlier, later in pairwise(columns):
        program.row(0.0, np.inf, {later: 1.0, earlier: -1.0})
    return _Line(times, columns)


def _between(program: Program, earlier: _Line, later: _Line, low: int, high: int) -> None:
    for time, column in zip(later.times, later.columns, strict=True):
        source = earlier.at(time - low)
        if source != column:
            program.row(-np.inf, 0.0, {column: 1.0} if source < 0 else {column: 1.0, source: -1.0})
    if high >= FAR:
        return
    for time, column in zip(earlier.times, earlier.columns, strict=True):
        target = later.at(time + high)
        if target != column:
            program.row(-np.inf, 0.0, {column: 1.0} if target < 0 else {column: 1.0, target: -1.0})


def _cover(
    problem: Problem, cover: list[dict[int, float]], line: _Line, long: int, sign: float
) -> None:
    """Count the people whose event was less than `long` steps ago."""
    for time in range(line.times[0], line.times[-1] + long):
        _count(problem, cover, time, line.at(time), sign)
        _count(problem, cover, time, line.at(time - long), -sign)


def _present(problem: Problem, cover: list[dict[int, float]], starts: _Line, ends: _Line) -> None:
    for time in range(starts.times[0], ends.times[-1]):
        _count(problem, cover, time, starts.at(time), 1.0)
        _count(problem, cover, time, ends.at(time), -1.0)


def _count(
    problem: Problem, cover: list[dict[int, float]], time: int, column: int, sign: float
) -> None:
    i = int(problem.interval_of[time])
    if i >= 0 and column >= 0:
        total = cover[i].get(column, 0.0) + sign
        cover[i][column] = total
