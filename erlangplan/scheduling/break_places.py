"""The program of the places of breaks, and the moves of single breaks after it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erlangplan.errors import InfeasibleError
from erlangplan.scheduling.model import Curve, Program, follow
from erlangplan.scheduling.problem import Template
from erlangplan.scheduling.promise import Promise
from erlangplan.scheduling.roster import Kind
from erlangplan.scheduling.solver import Answer, Job, Solver, as_arrays, solve_corner

__all__ = ["BreakModel", "Placed"]

_MOVED = 0.1  # contacts in time: breaks stay where next to nothing is gained by moving them
_DEEP = (0.75, 0.5, 0.25)  # shares of the need below which being short hurts more
_AMPLE = 1.25  # of the need, up to which more people are worth something
# Prices of one person's step: short at all, short of a further share of the need, no spare person;
# and of a move, which decides between equals. Being short outweighs what else a step can cost.
_SHORT, _DEEPER, _SPARE, _STIRRED = 1e3, 5e-2, 1e-2, 2e-3
_TIE = 1e-5  # contacts in time
_PASSES = 4
Floats = NDArray[np.float64]
Score = tuple[int, float]  # steps short, and what else is lost
Placed = tuple[Kind, list[list[int]]]  # per break the steps, person by person
Cover = list[dict[int, float]]  # per step the columns of people who are off
Level = tuple[NDArray[Any], float]  # of people, and the price of each below it
Span = tuple[int, ...]


class BreakModel:
    """The program of the places of breaks: how many of each kind start theirs at which step.

    `place` says which of the steps of all intervals, one after the other, a step is; `present` are
    the people at work in each step of each interval.
    """

    def __init__(
        self, kinds: list[tuple[Kind, bool]], place: dict[int, int], present: NDArray[np.int64]
    ) -> None:
        self.kinds, self.present = kinds, present
        self.width: int = present.shape[1]
        self.pools = _pools(kinds)
        self.curves: list[list[Curve]] = []  # per pool and break
        self._place, self._spans = place, dict[tuple[int, int], Span]()

    def shortest(self, need: NDArray[np.int64]) -> Program:
        """Return the program of the least people x steps short."""
        program, cover = self._begun(0.0)
        self._short(program, cover, need, [(need, 1.0)])
        return program

    def fullest(self, lines: tuple[Floats, ...]) -> Program:
        """Return the program of the most contacts in time; moves only break ties."""
        program, cover = self._begun(_TIE)
        self._shares(program, cover, lines)
        return program

    def polished(self, need: NDArray[np.int64], lines: tuple[Floats, ...], most: float) -> Program:
        """Return the program of the best among plans so short: by contacts in time, then moves."""
        program, cover = self._begun(_MOVED)
        self._shares(program, cover, lines)
        short = self._short(program, cover, need, [(need, 0.0)])
        program.row(-math.inf, most, dict.fromkeys(short, 1.0))
        self._deep(program, cover, need, 0.5)
        return program

    def priced(self, need: NDArray[np.int64]) -> Program:
        """Return the program that prices being short most, then deep shortage, spare people, moves.

        Unlike a limit of what is short, prices leave the best corners in whole numbers.
        """
        program, cover = self._begun(_STIRRED)
        self._short(program, cover, need, [(need + self.width, _SPARE), (need, _SHORT)])
        self._deep(program, cover, need, _DEEPER)
        return program

    def _begun(self, moved: float) -> tuple[Program, Cover]:
        program = Program()
        cover: Cover = [{} for _ in self.present.flat]
        self.curves = [self._curves(program, pool, cover, moved) for pool in self.pools]
        return program, cover

    def _short(
        self, program: Program, cover: Cover, need: NDArray[np.int64], levels: list[Level]
    ) -> list[int]:
        """Price people x steps of an interval below each of some levels."""
        return _priced(program, self._intervals(cover), self._at_work, need > 0, levels)

    def _deep(self, program: Program, cover: Cover, need: NDArray[np.int64], price: float) -> None:
        """Price people of each step below shares of what is needed in it."""
        each = np.repeat(need / self.width, self.width)
        shares = (1.0, *_DEEP) if self.width > 1 else _DEEP
        levels = [(np.ceil(share * each), price) for share in shares]
        _priced(program, cover, self.present.ravel(), each > 0, levels)

    @property
    def _at_work(self) -> NDArray[np.int64]:
        """People x steps at work per interval."""
        return np.asarray(self.present.sum(axis=1))

    def _intervals(self, cover: Cover) -> Cover:
        if self.width == 1:
            return cover
        found: list[Counter[int]] = [Counter() for _ in self.present]
        for place, terms in enumerate(cover):
            found[place // self.width].update(terms)
        return [dict(terms) for terms in found]

    def _shares(self, program: Program, cover: Cover, lines: tuple[Floats, ...]) -> None:
        pairs = zip(self._intervals(cover), self._at_work.tolist(), lines, strict=True)
        for own, there, above in pairs:
            share = program.column(-1.0, whole=False, lower=-math.inf)
            for slope, height in above.tolist():
                each = slope / self.width
                terms = {column: -each * value for column, value in own.items()}
                program.row(-math.inf, height + each * there, {share: 1.0, **terms})

    def _curves(
        self, program: Program, pool: tuple[int, ...], cover: Cover, price: float
    ) -> list[Curve]:
        kind, keeps = self.kinds[pool[0]]
        curves: list[Curve] = []
        for number, was in enumerate(kind.was):
            long = int(kind.template.lengths[number])
            curve: Curve = {}
            for at in sorted({at for k in pool for at in self.kinds[k][0].places[number]}):
                curve[at] = program.column(price if was not in (-1, at) else 0.0)
                for place in self._touched(at, long):
                    cover[place][curve[at]] = cover[place].get(curve[at], 0.0) - 1.0
            self._wait(program, [self.kinds[k][0] for k in pool], number, curve)
            curves.append(curve)
        if keeps and not all(_separate(self.kinds[k][0]) for k in pool):
            for (earlier, later), (low, high) in zip(
                pairwise(curves), kind.template.gaps.tolist(), strict=True
            ):
                follow(program, earlier, later, low, high)
        return curves

    def _wait(self, program: Program, kinds: list[Kind], number: int, curve: Curve) -> None:
        """Let people wait for their break from the first of their places to the last."""
        waiting = {at: 0 for at in curve}
        due = dict(waiting)
        for kind in kinds:
            if kind.places[number]:
                waiting[kind.places[number][0]] += len(kind.rows)
                due[kind.places[number][-1]] += len(kind.rows)
        most, before, come = 0, -1, 0
        terms: dict[int, float] = {}
        for at, column in curve.items():
            come += waiting[at]
            most += waiting[at] - due[at]
            terms[column] = 1.0
            if len(kinds) == 1 and most:
                continue
            if before >= 0:
                terms[before] = -1.0
            before = program.column(upper=most, whole=False) if most else -1
            if before >= 0:
                terms[before] = 1.0
            program.row(come, come, terms)
            terms, come = {}, 0

    def solve(
        self, need: NDArray[np.int64], promise: Promise | None, limit: float, gap: float, seed: int,
        *, cover: bool, exact: bool,
    ) -> tuple[float, list[Placed]]:  # fmt: skip
        """Return a bound, of steps short or contacts in time, and the places of a plan."""
        known = self.as_it_was()
        if not cover:
            assert promise is not None
            lines = promise.lines(0.0, from_floor=False)
            nothing = np.zeros_like(need)
            first, values = _relaxed(self.fullest(lines), limit, seed)
            slack = _TIE * sum(len(kind.rows) * len(kind.places) for kind, _ in self.kinds)
            return -first.bound + slack, self._best([self.people(values), known], nothing, promise)
        if promise is None:
            least, at = self._by_price(need, limit, seed)
            if self._short_of(at, need) <= least:
                if self.width == 1:
                    return float(least), at  # spread by the program already
                if known is None:
                    return float(least), self.settled(at, need, promise)[1]
        else:
            first, _ = _relaxed(self.shortest(need), limit, seed)
            least = math.ceil(first.bound - 1e-4)
            above = promise.lines(0.0, from_floor=False)
            program = self.polished(need, above, max(first.objective, least) + 1e-6)
            _, values = _relaxed(program, max(1.0, 0.3 * limit), seed)
            at = self.people(values)
        at = self._best([at, known], need, promise)
        if not exact or self._short_of(at, need) <= least:
            return float(least), at
        program = self.shortest(need)
        with Solver() as solver:
            solver.ask(Job(as_arrays(program), True, limit, gap, seed=seed))
            whole = solver.wait(limit)
        least = max(least, math.ceil(whole.bound - 1e-4)) if math.isfinite(whole.bound) else least
        if whole.values is not None:
            at = self._best([self.people(whole.values), at], need, promise)
        return float(least), at

    def _by_price(
        self, need: NDArray[np.int64], limit: float, seed: int
    ) -> tuple[int, list[Placed]]:
        """Return the least steps short, and a plan by prices."""
        program = self.priced(need)
        columns = [list(curve.values()) for curves in self.curves for curve in curves]
        answer, values = _relaxed(program, limit, seed, columns)
        at = self.people(values)
        short = self._short_of(at, need)
        # What a plan no shorter pays at most beside the price of being short.
        moves = sum(len(kind.rows) * sum(was >= 0 for was in kind.was) for kind, _ in self.kinds)
        other = _SPARE * (self.width * int((need > 0).sum()) + short) + _STIRRED * moves
        other += _DEEPER * len(_DEEP) * short
        least = math.ceil((answer.bound - other) / _SHORT - 1e-6)
        if least < short or self.width > 1:
            least = math.ceil(_relaxed(self.shortest(need), limit, seed)[0].bound - 1e-4)
        return least, at

    def _best(
        self, plans: list[list[Placed] | None], need: NDArray[np.int64], promise: Promise | None
    ) -> list[Placed]:
        """Settle each plan and return the best; breaks move only for something."""

        def value(pair: tuple[Score, list[Placed]]) -> Score:
            (short, other), at = pair
            moves = sum(
                step != was
                for kind, times in at
                for was, steps in zip(kind.was, times, strict=True)
                if was >= 0
                for step in steps
            )
            return short, other + _MOVED * moves

        return min((self.settled(plan, need, promise) for plan in plans if plan is not None),
                   key=value)[1]  # fmt: skip

    def evened(self, need: NDArray[np.int64], promise: Promise | None) -> list[Placed]:
        """Return the places of now, spread inside their intervals, which stay as full."""
        at = self.as_it_was()
        if at is None:
            raise InfeasibleError("a break lies where its rule does not allow it")
        return at if self.width == 1 else self.settled(at, need, promise, inside=True)[1]

    def settled(
        self, at: list[Placed], need: NDArray[np.int64], promise: Promise | None,
        *, inside: bool = False,
    ) -> tuple[Score, list[Placed]]:  # fmt: skip
        """Move single breaks to better places until none gains; return what is lost, and them.

        With `inside`, only to places that take as many people off each interval.
        """
        worth = _Worth(need, promise, self._people_on(at))
        for _ in range(_PASSES):
            moved = 0
            for (kind, keeps), (_, times) in zip(self.kinds, at, strict=True):
                bound = keeps and not _separate(kind)
                for number, places in enumerate(kind.places):
                    if len(places) < 2:
                        continue
                    long = int(kind.template.lengths[number])
                    spans = {place: self._touched(place, long) for place in places}
                    stays: set[tuple[int, ...]] = set()  # until somebody moves
                    for person, now in enumerate(times[number]):
                        case = tuple(t[person] for t in times) if bound else (now,)
                        if case in stays:
                            continue
                        worth.put(spans[now], 1)
                        best = min(
                            (p for p in places
                             if (not bound or _apart(kind.template, times, number, person, p))
                             and (not inside or self._off(spans[p]) == self._off(spans[now]))),
                            key=lambda p: worth.loss(spans[p], moved=p != kind.was[number]),
                            default=now,
                        )  # fmt: skip
                        worth.put(spans[best], -1)
                        if best == now:
                            stays.add(case)
                            continue
                        stays.clear()
                        times[number][person] = best
                        moved += 1
            if not moved:
                break
        return worth.total(), at

    def as_it_was(self) -> list[Placed] | None:
        """Return the places that breaks have now, where all have one that is allowed."""
        for kind, _ in self.kinds:
            pairs = zip(kind.places, kind.was, strict=True)
            if any(places and was not in places for places, was in pairs):
                return None
        return [
            (kind, [[was] * len(kind.rows) if places else []
                    for places, was in zip(kind.places, kind.was, strict=True)])
            for kind, _ in self.kinds
        ]  # fmt: skip

    def _touched(self, place: int, long: int) -> Span:
        """Return the places, in the steps of all intervals, where a break takes people off."""
        key = (place, long)
        if key not in self._spans:
            steps = range(place, place + long)
            self._spans[key] = tuple(self._place[step] for step in steps if step in self._place)
        return self._spans[key]

    def _off(self, span: Span) -> list[int]:
        return [place // self.width for place in span]

    def people(self, values: Floats) -> list[Placed]:
        """Return the steps of each break, person by person: first with first."""
        times: list[list[list[int]]] = [[[] for _ in kind.places] for kind, _ in self.kinds]
        for pool, curves in zip(self.pools, self.curves, strict=True):
            for number, curve in enumerate(curves):
                if not curve:
                    continue
                total = np.cumsum(np.maximum(0.0, values[list(curve.values())]))
                counts = np.diff(np.floor(total + 0.5 + 1e-6).astype(int), prepend=0)
                all_times = np.repeat(list(curve), counts).tolist()
                for k in pool:
                    count = len(self.kinds[k][0].rows)
                    times[k][number], all_times = all_times[:count], all_times[count:]
        return [(kind, found) for (kind, _), found in zip(self.kinds, times, strict=True)]

    def _short_of(self, at: list[Placed], need: NDArray[np.int64]) -> int:
        return int(np.maximum(need - self.heads(at), 0).sum())

    def heads(self, at: list[Placed]) -> NDArray[np.int64]:
        """Return people x steps on the queue per interval."""
        return np.asarray(self._people_on(at).sum(axis=1))

    def _people_on(self, at: list[Placed]) -> NDArray[np.int64]:
        """Return people on the queue in each step of each interval."""
        people = self.present.copy()
        begun = Counter(
            (begin, int(kind.template.lengths[number]))
            for kind, times in at
            for number, steps in enumerate(times)
            for begin in steps
        )
        for (begin, long), count in begun.items():
            people.flat[list(self._touched(begin, long))] -= count
        return people


def _priced(
    program: Program, cover: Cover, present: NDArray[np.int64], asked: NDArray[np.bool_],
    levels: list[Level],
) -> list[int]:  # fmt: skip
    """Price what is missing below each of some falling levels, one upon the other."""
    columns: list[int] = []
    heights = np.array([level for level, _ in levels], dtype=float)
    steps = -np.diff(heights, axis=0, append=-math.inf)
    prices = np.cumsum([price for _, price in levels]).tolist()
    for i in np.flatnonzero(asked).tolist():
        found = [
            program.column(price, upper=most, whole=False)
            for price, most in zip(prices, steps[:, i].tolist(), strict=True)
        ]
        terms = {**cover[i], **dict.fromkeys(found, 1.0)}
        program.row(heights[0, i] - int(present[i]), math.inf, terms)
        columns += found
    return columns


def _pools(kinds: list[tuple[Kind, bool]]) -> list[tuple[int, ...]]:
    """Gather kinds, by start, whose breaks may be given out first come, first served.

    They differ in start alone and no break moves: where the places of each are those of all from
    its first to its last, and neither comes before that of an earlier start, the sorted times of
    all keep every rule that single times keep.
    """
    alike: dict[tuple[int, bool], list[int]] = {}
    alone: list[tuple[int, ...]] = []
    for k, (kind, keeps) in enumerate(kinds):
        if all(kind.places) and set(kind.was) <= {-1}:
            alike.setdefault((id(kind.template), keeps), []).append(k)
        else:
            alone.append((k,))
    for pool in alike.values():
        pool.sort(key=lambda k: kinds[k][0].start)
        breaks = zip(*(kinds[k][0].places for k in pool), strict=True)
        alone += [tuple(pool)] if all(map(_in_turn, breaks)) else [(k,) for k in pool]
    return alone


def _in_turn(places: tuple[tuple[int, ...], ...]) -> bool:
    known = np.array(sorted(set().union(*places)))
    first, last = (np.searchsorted(known, [part[end] for part in places]) for end in (0, -1))
    whole = np.array([len(part) for part in places]) == last - first + 1
    return bool(whole.all() and (np.diff(first) >= 0).all() and (np.diff(last) >= 0).all())


class _Worth:
    """What people on the queue are worth: steps short first, then evenness and contacts in time."""

    def __init__(
        self, need: NDArray[np.int64], promise: Promise | None, people: NDArray[np.int64]
    ) -> None:
        self._width: int = people.shape[1]
        self._need: list[int] = need.tolist()
        self._heads: list[int] = people.sum(axis=1).tolist()
        self._people: list[int] = people.ravel().tolist()
        self._in_time: list[list[float]] | None = (
            None if promise is None else promise.in_time.tolist()
        )
        self._known: dict[int, float] = {}

    def put(self, places: Span, sign: int) -> None:
        """Put people back on the queue (1) or take them off (-1)."""
        for place in places:
            self._people[place] += sign
            self._heads[place // self._width] += sign
            self._known.pop(place, None)

    def loss(self, places: Span, *, moved: bool) -> Score:
        """Return what is lost when one more person is off."""
        short, other, before, taken = 0, _MOVED * moved, -1, 0
        for place in places:
            if place not in self._known:
                people = self._people[place]
                self._known[place] = self._at(place, people - 1) - self._at(place, people)
            other += self._known[place]
            i = place // self._width
            before, taken = i, taken + 1 if i == before else 1
            short += self._heads[i] - taken < self._need[i]
        return short, round(other, 9)

    def total(self) -> Score:
        """Return what is lost in all."""
        pairs = zip(self._need, self._heads, strict=True)
        short = sum(max(0, need - heads) for need, heads in pairs)
        return short, sum(self._at(place, people) for place, people in enumerate(self._people))

    def _at(self, place: int, people: int) -> float:
        """Return how uneven a step is, the emptier the more, less its contacts in time."""
        i = place // self._width
        need = max(0.0, self._need[i] / self._width)
        # Where not all can be covered, many steps a little short are better than one empty.
        if self._in_time is None:
            lacking = max(0.0, _AMPLE * need + 1.0 - people)
            return lacking * lacking / (1.0 + need) / self._width
        row, lacking = self._in_time[i], max(0.0, _DEEP[0] * need - people)
        in_time = row[min(max(people, 0), len(row) - 1)]
        return (lacking * lacking / (1.0 + need) - in_time) / self._width


def _separate(kind: Kind) -> bool:
    """Whether each break may be placed without looking at the others."""
    return all(
        low <= later[0] - earlier[-1] and later[-1] - earlier[0] <= high
        for (earlier, later), (low, high) in zip(
            pairwise(kind.places), kind.template.gaps.tolist(), strict=True
        )
    )


def _apart(
    template: Template, times: list[list[int]], number: int, person: int, place: int
) -> bool:
    """Whether a place keeps the gaps to the breaks before and after."""
    gaps = template.gaps.tolist()
    before = (
        number == 0
        or gaps[number - 1][0] <= place - times[number - 1][person] <= (gaps[number - 1][1])
    )
    after = (
        number == len(times) - 1
        or gaps[number][0] <= times[number + 1][person] - place <= (gaps[number][1])
    )
    return before and after


def _relaxed(
    program: Program, limit: float, seed: int, groups: Sequence[Sequence[int]] = ()
) -> tuple[Answer, Floats]:
    job = Job(as_arrays(program), False, limit, seed=seed, network=True)
    answer = solve_corner(job, groups)
    if answer.kind == "stopped":
        raise TimeoutError(f"no places for the breaks were found in {limit:.3g} s; allow more time")
    if answer.values is None:
        raise InfeasibleError("the breaks of these shifts cannot be placed by their rules")
    return answer, answer.values
