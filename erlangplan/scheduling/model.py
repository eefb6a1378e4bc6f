"""The compact program of a week: curves of starts and breaks instead of people.

How many people have had the k-th event of their shift by a time is a curve. If every person keeps
``low <= later - earlier <= high`` between two events, so do the sorted times of both, and the
other way round; so the curves are all that matters, and people are read off by pairing first with
first (`people.py`). With the people between two events as a variable W, the rule is

    W(t) = W(t-1) + earlier(t - low) - later(t) >= 0,   W(t) <= earlier over (t - high, t - low].

This generalises the implicit models of breaks of Bechtold & Jacobs (Management Science 36 (1990),
doi:10.1287/mnsc.36.11.1339) and Aykin (Management Science 42 (1996), doi:10.1287/mnsc.42.4.591).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.problem import FAR, Offer, Problem

__all__ = ["Curve", "Curves", "Goal", "Model", "Program", "build_model", "follow"]

Curve = dict[int, int]  # step -> column of the people whose event is then


@dataclass(frozen=True, eq=False)
class Goal:
    """What is minimised beside the cost of people.

    Attributes
    ----------
    price
        Of a person's step that is short; None = nothing may be short.
    most_short
        Most people x steps short in all; None = priced only.
    lines
        Per interval the (slope, height) of lines above its share of the service level, by people;
        empty where coverage is the goal.
    windows
        Positions of the intervals whose shares must add up to 0 or more.
    weight
        Of the sum of all shares, where it is to be as large as can be.
    cost_weight
        Of the cost of people.
    """

    price: float | None
    most_short: float | None = None
    lines: tuple[NDArray[np.float64], ...] = ()
    windows: tuple[NDArray[np.int64], ...] = ()
    weight: float = 0.0
    cost_weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Curves:
    """Columns of one offer: starts, each break's starts, and ends where the length is free."""

    starts: Curve
    breaks: tuple[Curve, ...]
    ends: Curve


@dataclass(eq=False)
class Program:
    """A linear program in rows, as a solver takes it."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    begins: list[int] = field(default_factory=lambda: [0])
    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def column(
        self, cost: float = 0.0, *, lower: float = 0.0, upper: float = math.inf, whole: bool = True
    ) -> int:
        """Add a column and return its position."""
        self.cost.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, low: float, high: float, terms: Mapping[int, float]) -> int:
        """Add a row and return its position."""
        self.columns.extend(terms.keys())
        self.values.extend(terms.values())
        self.begins.append(len(self.columns))
        self.row_lower.append(low)
        self.row_upper.append(high)
        return len(self.row_lower) - 1


@dataclass(frozen=True, eq=False)
class Model:
    """A program with the way back to people.

    Attributes
    ----------
    offers
        Curves of each offer of the problem.
    weeks
        Per crew the columns of people by (position of the anchor's clock or -1, set of days).
    short
        Column of the people x steps short in each interval; -1 where none can be.
    windows
        Rows of the goal's windows.
    """

    program: Program
    offers: tuple[Curves, ...]
    weeks: tuple[dict[tuple[int, tuple[bool, ...]], int], ...]
    short: NDArray[np.int64]
    windows: tuple[int, ...]


def build_model(problem: Problem, goal: Goal) -> Model:
    """Return the program of a week for a goal."""
    program = Program()
    cover: list[dict[int, float]] = [{} for _ in problem.first]
    curves = tuple(_offer(program, problem, offer, cover, goal) for offer in problem.offers)
    _limit_shifts(program, problem, curves)
    weeks = tuple(_crew(program, problem, number, curves) for number in range(len(problem.crews)))
    if problem.rules.distinct_starts is not None:
        _limit_starts(program, problem, curves, problem.rules.distinct_starts)
    return Model(program, curves, weeks, *_goal(program, problem, cover, goal))


def _offer(
    program: Program, problem: Problem, offer: Offer, cover: list[dict[int, float]], goal: Goal
) -> Curves:
    paid = problem.cost[offer.shift] * goal.cost_weight
    longest, shortest = offer.templates[-1], offer.templates[0]
    limit = problem.rules.shifts[offer.shift].people[1]
    most = math.inf if limit is None else float(limit)
    starts: Curve = {}
    ends: Curve = {}
    if offer.flexible:
        for start in offer.starts.tolist():
            starts[start] = program.column(-float(paid[start]), upper=most)
        stride = offer.templates[1].length - shortest.length
        last = int(offer.starts[-1]) + longest.length
        for at in range(int(offer.starts[0]) + shortest.length, last + 1, stride):
            ends[at] = program.column(float(paid[at]))
        follow(program, starts, ends, shortest.length, longest.length, cover, problem)
    else:
        for start in offer.starts.tolist():
            hours = float(paid[start + longest.length] - paid[start])
            starts[start] = program.column(hours, upper=most)
            _add(cover, problem, range(start, start + longest.length), starts[start], 1.0)
    breaks = []
    for number, pause in enumerate(shortest.breaks):
        low = min(int(t.windows[number, 0]) for t in offer.templates)
        high = max(int(t.windows[number, 1]) for t in offer.templates)
        long = int(shortest.lengths[number])
        curve: Curve = {}
        for at in range(int(offer.starts[0]) + low, int(offer.starts[-1]) + high + 1):
            if problem.can_break[at]:
                saved = 0.0 if pause.paid else float(paid[at + long] - paid[at])
                curve[at] = program.column(-saved)
                _add(cover, problem, range(at, at + long), curve[at], -1.0)
        follow(program, starts, curve, low, high)
        breaks.append(curve)
    for before, after, low, high in relations_of(offer):
        events = [starts, *breaks, ends]
        follow(program, events[before], events[after], low, high)
    return Curves(starts, tuple(breaks), ends)


def relations_of(offer: Offer) -> Iterable[tuple[int, int, int, int]]:
    """Return (earlier event, later event, least, most) that the windows do not say yet."""
    template, count = offer.templates[0], len(offer.templates[0].breaks)
    if not offer.flexible:
        low, high = template.windows[:, 0], template.windows[:, 1]
        for i, (least, most) in enumerate(template.gaps.tolist()):
            if low[i + 1] - high[i] < least or high[i + 1] - low[i] > most:
                yield i + 1, i + 2, least, most
        return
    for i, (least, most) in enumerate(template.gaps.tolist()):
        yield i + 1, i + 2, least, most
    shortest, longest = offer.templates[0], offer.templates[-1]
    for i in range(count):
        # Windows from the end, and the work after the last break, are the same for all lengths.
        least = min(t.length - int(t.windows[i, 1]) for t in (shortest, longest))
        most = max(t.length - int(t.windows[i, 0]) for t in (shortest, longest))
        yield i + 1, count + 1, least, most


def follow(
    program: Program,
    earlier: Curve,
    later: Curve,
    low: int,
    high: int,
    cover: list[dict[int, float]] | None = None,
    problem: Problem | None = None,
) -> None:
    """Bind two curves: each later event comes from `low` to `high` steps after its earlier one."""
    times = sorted({at + low for at in earlier} | set(later))
    if not times:
        return
    before = -1
    for position, at in enumerate(times):
        terms: dict[int, float] = {}
        if before >= 0:
            terms[before] = -1.0
        if at - low in earlier:
            terms[earlier[at - low]] = -1.0
        if at in later:
            terms[later[at]] = terms.get(later[at], 0.0) + 1.0
        last = position == len(times) - 1
        if not last:
            before = program.column(whole=False)
            terms[before] = 1.0
        program.row(0.0, 0.0, terms)
        if last:
            break
        if high < FAR:
            oldest = times[position + 1] - high  # who waits on leaves no sooner
            waiting = {earlier[s]: -1.0 for s in range(oldest, at - low + 1) if s in earlier}
            program.row(-math.inf, 0.0, {before: 1.0, **waiting})
    if cover is not None and problem is not None:
        _present(program, earlier, later, cover, problem)


def _present(
    program: Program, starts: Curve, ends: Curve, cover: list[dict[int, float]], problem: Problem
) -> None:
    """Count the people between two curves in each step."""
    present = -1
    for at in range(min(starts), max(ends)):
        changed = {}
        if at in starts:
            changed[starts[at]] = -1.0
        if at in ends:
            changed[ends[at]] = 1.0
        if changed:
            before, present = present, program.column(whole=False)
            terms = {present: 1.0, **changed}
            if before >= 0:
                terms[before] = -1.0
            program.row(0.0, 0.0, terms)
        _add(cover, problem, range(at, at + 1), present, 1.0)


def _add(
    cover: list[dict[int, float]], problem: Problem, steps: range, column: int, sign: float
) -> None:
    for i in problem.interval_of[steps.start : steps.stop].tolist():
        if i >= 0:
            cover[i][column] = cover[i].get(column, 0.0) + sign


def _limit_shifts(program: Program, problem: Problem, curves: tuple[Curves, ...]) -> None:
    for number, shift in enumerate(problem.rules.shifts):
        low, high = shift.people
        if low == 0 and high is None:
            continue
        for day in range(len(problem.days)):
            terms = {
                column: 1.0
                for offer, curve in zip(problem.offers, curves, strict=True)
                if (offer.shift, offer.day) == (number, day)
                for column in curve.starts.values()
            }
            if terms:
                program.row(low, math.inf if high is None else high, terms)


def _crew(
    program: Program, problem: Problem, number: int, curves: tuple[Curves, ...]
) -> dict[tuple[int, tuple[bool, ...]], int]:
    crew = problem.crews[number]
    own = [(o, c) for o, c in zip(problem.offers, curves, strict=True) if o.crew == number]
    patterns = sorted({tuple(bool(word >= 0 or word == -2) for word in row) for row in crew.words})
    clocks = sorted({int(clock) for offer, _ in own for clock in offer.clocks})
    anchors = clocks if crew.band >= 0 else [-1]
    most = math.inf if crew.people[1] == FAR else float(crew.people[1])
    weeks = {
        (anchor, pattern): program.column(upper=most) for anchor in anchors for pattern in patterns
    }
    if crew.people[0] > 0 or crew.people[1] < FAR:
        program.row(crew.people[0], most, dict.fromkeys(weeks.values(), 1.0))
    for day in range(len(problem.days)):
        offers = [(o, c) for o, c in own if o.day == day]
        for at_most, at_least in _bands(crew.band, clocks, problem):
            # People who have started by a clock: at least those whose band is over by then, at
            # most those whose band has begun.
            started = {
                column: 1.0
                for offer, curve in offers
                for column, clock in zip(curve.starts.values(), offer.clocks.tolist(), strict=True)
                if clock in at_most
            }
            for anchored, low, high in (
                (at_most, -math.inf, 0.0),
                (at_least, 0.0, math.inf),
            ):
                working = {
                    column: -1.0
                    for (anchor, pattern), column in weeks.items()
                    if pattern[day] and (anchor == -1 or anchor in anchored)
                }
                if started or working:
                    same = at_most == at_least
                    program.row(0.0 if same else low, 0.0 if same else high,
                                {**started, **working})  # fmt: skip
                if at_most == at_least:
                    break
    if crew.group.hours_per_week is not None:
        _limit_hours(program, problem, own, weeks, crew.group.hours_per_week)
    return weeks


def _bands(
    band: float, clocks: list[int], problem: Problem
) -> Iterable[tuple[frozenset[int], frozenset[int]]]:
    """Return pairs of clocks: of starts up to a time, and of anchors that must have started."""
    if band < 0:
        yield frozenset(clocks), frozenset(clocks)
    elif band == 0:
        for clock in clocks:
            yield frozenset([clock]), frozenset([clock])
    else:
        for clock in clocks:
            now = problem.clocks[clock]
            over = frozenset(c for c in clocks if problem.clocks[c] + band <= now)
            yield frozenset(c for c in clocks if c <= clock), over
        yield frozenset(clocks), frozenset(clocks)


def _limit_hours(
    program: Program, problem: Problem, own: list[tuple[Offer, Curves]],
    weeks: dict[tuple[int, tuple[bool, ...]], int], hours: tuple[float, float],
) -> None:  # fmt: skip
    if len(problem.days) < 7:
        return
    paid = {}
    for offer, curve in own:
        template = offer.templates[0]
        unpaid = sum(
            int(long)
            for pause, long in zip(template.breaks, template.lengths, strict=True)
            if not pause.paid
        )
        for column in curve.starts.values():
            paid[column] = (template.length - unpaid) * problem.step_hours
    for limit, low, high in ((hours[0], 0.0, math.inf), (hours[1], -math.inf, 0.0)):
        program.row(low, high, {**paid, **dict.fromkeys(weeks.values(), -limit)})


def _limit_starts(
    program: Program, problem: Problem, curves: tuple[Curves, ...], most: int
) -> None:
    used = [program.column(upper=1.0) for _ in problem.clocks]
    program.row(-math.inf, most, dict.fromkeys(used, 1.0))
    # More than ever start together; a tighter limit would bind where rules force people in.
    people = 2000 + 3 * float(problem.need.max() / problem.width)
    for offer, curve in zip(problem.offers, curves, strict=True):
        for column, clock in zip(curve.starts.values(), offer.clocks.tolist(), strict=True):
            program.row(-math.inf, 0.0, {column: 1.0, used[clock]: -people})


def _goal(
    program: Program, problem: Problem, cover: list[dict[int, float]], goal: Goal
) -> tuple[NDArray[np.int64], tuple[int, ...]]:
    short = np.full(len(problem.first), -1, dtype=np.int64)
    shares: dict[int, int] = {}
    for i, (need, given) in enumerate(zip(problem.need, problem.given, strict=True)):
        if need > given:
            terms = dict(cover[i])
            if goal.price is not None:
                short[i] = program.column(goal.price, upper=float(need), whole=False)
                terms[int(short[i])] = 1.0
            program.row(float(need - given), math.inf, terms)
        if goal.lines:
            shares[i] = program.column(-goal.weight, whole=False, lower=-math.inf)
            for slope, height in goal.lines[i].tolist():
                each = slope / problem.width
                terms = {column: -each * value for column, value in cover[i].items()}
                program.row(-math.inf, height + each * float(given), {shares[i]: 1.0, **terms})
    rows = [
        program.row(0.0, math.inf, {shares[i]: 1.0 for i in window.tolist()})
        for window in goal.windows
    ]
    if goal.most_short is not None:
        held = [int(column) for column in short if column >= 0]
        program.row(-math.inf, goal.most_short, dict.fromkeys(held, 1.0))
    return short, tuple(rows)
