"""From the curves of a linear program to people, and from there to better people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.model import Curve, Model
from erlangplan.scheduling.problem import FAR, Problem, Template

__all__ = ["Person", "Search", "Work", "Worth"]

_NO_TABLE = np.zeros((0, 0))
_CHUNK = 400
_MARGIN = 60


@dataclass(frozen=True)
class Work:
    """One shift of one person: position of its offer, start, length, starts of its breaks."""

    offer: int
    start: int
    template: Template
    breaks: tuple[int, ...]


@dataclass(frozen=True)
class Person:
    """A person's week: the crew (-1: bought a day at a time) and shifts in the order of time."""

    crew: int
    works: tuple[Work, ...]


@dataclass(frozen=True, eq=False)
class Worth:
    """What people on the queue are worth: `price` per needed step, or a table by whole people."""

    price: float
    table: NDArray[np.float64]
    unit: float


class Search:
    """A problem in the arrays of the kernel, with a plan that gets better."""

    def __init__(
        self, problem: Problem, people: int, seed: int, clocks: NDArray[np.bool_] | None = None
    ) -> None:
        self.problem = problem
        self._lay_out(problem)
        days = len(problem.days) if problem.crews else 1
        room = people + _MARGIN
        self.works = np.full((room, days, 2), -1, dtype=np.int64)
        self.pauses = np.zeros((room, days, self.most_breaks), dtype=np.int64)
        self.crew_of = np.zeros(room, dtype=np.int64)
        self.best = (self.works.copy(), self.pauses.copy(), self.crew_of.copy())
        self.state = np.zeros(2, dtype=np.int64)
        self.score = np.array([0.0, -np.inf])
        self.seed = np.array([1 + (seed * 7919 + 12345) % 2147483000], dtype=np.int64)
        self.clock_open = np.ones(len(problem.clocks), bool) if clocks is None else clocks

    def _lay_out(self, problem: Problem) -> None:
        offers = problem.offers
        order = sorted(range(len(offers)), key=lambda o: (offers[o].crew, offers[o].day, o))
        self.templates: list[Template] = []
        cells: list[tuple[int, ...]] = []
        self.offer_of: list[int] = []
        known: dict[int, tuple[int, int]] = {}
        for position in order:
            offer = offers[position]
            key = id(offer.templates)
            if key not in known:
                begin = len(self.templates)
                self.templates += offer.templates
                known[key] = (begin, len(self.templates))
            slot = 0
            if offer.crew >= 0:
                slot = problem.crews[offer.crew].slots.index(offer.shift)
            for start, clock in zip(offer.starts.tolist(), offer.clocks.tolist(), strict=True):
                cells.append(
                    (offer.crew + 1, offer.day, start, slot, clock, offer.shift, *known[key])
                )
                self.offer_of.append(position)
        self.cells = np.array(cells, dtype=np.int64)
        self.cell_at = {(o, c[2]): n for n, (o, c) in enumerate(zip(self.offer_of, cells))}
        crews = len(problem.crews) + 1
        self.crew_cells = np.searchsorted(self.cells[:, 0], np.arange(crews + 1))
        many = len(self.templates)
        self.most_breaks = max(1, max(len(t.breaks) for t in self.templates))
        self.lengths = np.array([t.length for t in self.templates], dtype=np.int64)
        self.breaks = np.array([len(t.breaks) for t in self.templates], dtype=np.int64)
        self.break_long = np.zeros((many, self.most_breaks), dtype=np.int64)
        self.unpaid = np.zeros((many, self.most_breaks), dtype=bool)
        self.windows = np.zeros((many, self.most_breaks, 2), dtype=np.int64)
        self.gaps = np.zeros((many, self.most_breaks, 2), dtype=np.int64)
        self.separable = np.array([t.separable for t in self.templates])
        for number, template in enumerate(self.templates):
            count = len(template.breaks)
            self.break_long[number, :count] = template.lengths
            self.unpaid[number, :count] = [not pause.paid for pause in template.breaks]
            self.windows[number, :count] = template.windows
            self.gaps[number, : max(count - 1, 0)] = template.gaps
        words = [np.full((0, len(problem.days)), -1, np.int64), *(c.words for c in problem.crews)]
        self.words = np.concatenate(words)
        self.crew_words = np.cumsum([0, *(len(part) for part in words)])
        self.bands = np.array([-1.0, *(c.band for c in problem.crews)])
        self.rests = np.array([0, *(c.rest for c in problem.crews)], dtype=np.int64)
        limits = [shift.people for shift in problem.rules.shifts]
        self.shift_least = np.array([low for low, _ in limits], dtype=np.int64)
        self.shift_most = np.array([FAR if m is None else m for _, m in limits], dtype=np.int64)
        self.crew_least = np.array([0, *(c.people[0] for c in problem.crews)], dtype=np.int64)
        self.crew_most = np.array([FAR, *(c.people[1] for c in problem.crews)], dtype=np.int64)

    @property
    def _shapes(self) -> tuple[Any, ...]:
        problem = self.problem
        return (
            self.cells, self.lengths, self.breaks, self.break_long, self.unpaid, self.windows,
            self.gaps, self.separable, problem.cost, problem.can_break,
        )  # fmt: skip

    def load(self, people: list[Person], worth: Worth, *, place: bool) -> None:
        """Take a plan as the one to go on from; `place` also places all breaks anew."""
        self.works[:] = -1
        for number, person in enumerate(people):
            for position, work in enumerate(person.works):
                cell = self.cell_at[work.offer, work.start]
                day = int(self.cells[cell, 1]) if person.crew >= 0 else position
                first = int(self.cells[cell, 6])
                choice = first + self.problem.offers[work.offer].templates.index(work.template)
                self.works[number, day] = cell, choice
                self.pauses[number, day, : len(work.breaks)] = work.breaks
            self.crew_of[number] = person.crew + 1
        self.state[0] = len(people)
        self.score[:] = 0.0, -np.inf
        if place and people:
            from erlangplan.kernels import shift_search

            cells, lengths, *rest = self._shapes
            shift_search.seat(
                2, worth.price if not len(worth.table) else 0.0, 0.03 * worth.unit, self.state,
                cells, lengths, *rest, self.problem.interval_of, self.problem.need,
                self.problem.given, worth.table, self.problem.width, self.works, self.pauses,
            )  # fmt: skip

    def improve(
        self,
        worth: Worth,
        budget: int,
        go_on: Callable[[], bool],
        *,
        warm: float,
        cool: float,
        most_out: int = 4,
    ) -> None:
        """Search by `budget` moves, in pieces, as long as `go_on` says so."""
        from erlangplan.kernels import shift_search

        problem, done = self.problem, 0
        while done < budget and (done == 0 or go_on()):
            moves = min(_CHUNK, budget - done)
            cells, lengths, *rest = self._shapes
            shift_search.search(
                moves, done, budget, warm, cool, worth.unit, worth.price, most_out,
                self.seed, self.state, self.score, cells, self.crew_cells, lengths, *rest,
                self.clock_open, problem.clocks, self.words, self.crew_words, self.bands,
                self.rests, self.shift_least, self.shift_most, self.crew_least, self.crew_most,
                problem.interval_of, problem.need, problem.given, worth.table, problem.width,
                problem.period, self.works, self.pauses, self.crew_of, *self.best,
            )  # fmt: skip
            done += moves

    def people(self) -> list[Person]:
        """Return the best plan."""
        works, pauses, crews = self.best
        found = []
        for number in range(int(self.state[1])):
            own = [
                self._work(cell, choice, pauses[number, day])
                for day, (cell, choice) in enumerate(works[number].tolist())
                if cell >= 0
            ]
            found.append(Person(int(crews[number]) - 1, tuple(own)))
        return found

    def _work(self, cell: int, choice: int, pauses: NDArray[np.int64]) -> Work:
        template = self.templates[choice]
        breaks = tuple(int(at) for at in pauses[: len(template.breaks)])
        return Work(self.offer_of[cell], int(self.cells[cell, 2]), template, breaks)


def round_curves(
    problem: Problem, model: Model, values: NDArray[np.float64], offset: float
) -> list[Person]:
    """Return people for the curves of a linear program, all rounded with one offset.

    Rounding all curves of an offer down after adding one offset keeps every rule between them.
    Crews are rounded as people by their anchor and days, who take the day's starts in their order.
    """
    people = []
    for number, (offer, curves) in enumerate(zip(problem.offers, model.offers, strict=True)):
        if offer.crew >= 0:
            continue
        starts = _rounded(curves.starts, values, offset)
        breaks = [_rounded(curve, values, offset) for curve in curves.breaks]
        ends = _rounded(curves.ends, values, offset) if offer.flexible else None
        for rank, start in enumerate(starts):
            template = offer.templates[0]
            if ends is not None:
                fits = [t for t in offer.templates if rank < len(ends)
                        and t.length == ends[rank] - start]  # fmt: skip
                if not fits:
                    continue
                template = fits[0]
            if all(rank < len(at) for at in breaks):
                at = tuple(times[rank] for times in breaks)
                if fits_template(template, start, at):
                    people.append(Person(-1, (Work(number, start, template, at),)))
    for crew in range(len(problem.crews)):
        people += _round_crew(problem, model, values, crew)
    return people


def fits_template(template: Template, start: int, breaks: tuple[int, ...]) -> bool:
    """Whether breaks keep a template's windows and gaps."""
    inside = all(
        low <= at - start <= high
        for at, (low, high) in zip(breaks, template.windows.tolist(), strict=True)
    )
    return inside and all(
        low <= later - earlier <= high
        for (earlier, later), (low, high) in zip(
            pairwise(breaks), template.gaps.tolist(), strict=True
        )
    )


def _rounded(curve: Curve, values: NDArray[np.float64], offset: float) -> list[int]:
    times = sorted(curve)
    total = np.cumsum([max(0.0, values[curve[at]]) for at in times])
    counts = np.floor(total + offset + 1e-6).astype(int)
    return np.repeat(times, np.diff(counts, prepend=0)).tolist() if times else []


def _round_crew(
    problem: Problem, model: Model, values: NDArray[np.float64], number: int
) -> list[Person]:
    crew = problem.crews[number]
    weeks = [(*key, values[column]) for key, column in sorted(model.weeks[number].items())]
    total = np.cumsum([max(0.0, value) for *_, value in weeks])
    count = max(round(float(total[-1])), crew.people[0]) if len(total) else 0
    if not count or total[-1] <= 0:
        return []
    marks = (np.arange(count) + 0.5) / count * total[-1]
    chosen = [weeks[int(i)] for i in np.minimum(np.searchsorted(total, marks), len(weeks) - 1)]
    shifts: list[list[Work]] = [[] for _ in chosen]
    for day in range(len(problem.days)):
        working = [p for p, (_, pattern, _) in enumerate(chosen) if pattern[day]]
        if crew.band < 0:
            # A fixed order of people keeps each near the same part of the day all week.
            working.sort(key=lambda p: (p * 0.6180339887498949) % 1.0)
        for person, work in zip(working, _day_starts(problem, model, values, number, day,
                                [chosen[p][0] for p in working]), strict=True):  # fmt: skip
            if work is not None:
                shifts[person].append(work)
    kept = []
    for (_, pattern, _), works in zip(chosen, shifts, strict=True):
        if len(works) == sum(pattern) and _keeps_week(problem, number, works):
            kept.append(Person(number, tuple(works)))
    return kept


def _day_starts(
    problem: Problem, model: Model, values: NDArray[np.float64], number: int, day: int,
    anchors: list[int],
) -> list[Work | None]:  # fmt: skip
    """Return a shift of the day for each person, in the proportions of the program."""
    band = problem.crews[number].band
    options = [
        (start, position, clock, max(0.0, values[column]))
        for position, (offer, curves) in enumerate(zip(problem.offers, model.offers, strict=True))
        if offer.crew == number and offer.day == day
        for (start, column), clock in zip(
            sorted(curves.starts.items()), offer.clocks.tolist(), strict=True
        )
    ]
    options.sort()
    found: list[Work | None] = []
    for rank, anchor in enumerate(anchors):
        pool = options
        if band >= 0 and anchor >= 0:
            begin = problem.clocks[anchor]
            pool = [o for o in options if begin <= problem.clocks[o[2]] <= begin + band]
        total = np.cumsum([weight for *_, weight in pool])
        if not len(total):
            found.append(None)
            continue
        mark = (rank + 0.5) / len(anchors) if band < 0 else 0.5
        at = min(int(np.searchsorted(total, mark * total[-1])), len(pool) - 1)
        start, position, *_ = pool[at]
        template = problem.offers[position].templates[-1]
        breaks = tuple(int(start + low) for low in template.windows[:, 0])
        found.append(Work(position, start, template, breaks))
    return found


def _keeps_week(problem: Problem, number: int, works: list[Work]) -> bool:
    crew = problem.crews[number]
    word = np.full(len(problem.days), -1)
    for work in works:
        offer = problem.offers[work.offer]
        word[offer.day] = crew.slots.index(offer.shift)
    named = np.where((crew.words == -2) & (word >= 0), word, crew.words)
    rested = all(
        later.start - earlier.start - earlier.template.length >= crew.rest
        for earlier, later in pairwise(works)
    )
    if problem.period and works:
        last, first = works[-1], works[0]
        over = first.start + problem.period - last.start - last.template.length
        rested = rested and over >= crew.rest
    return rested and bool((named == word).all(axis=1).any())
