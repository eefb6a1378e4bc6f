"""From the curves of a linear program to people, and from there to better people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.problem import FAR, Problem, Template

__all__ = ["Person", "Search", "Work", "Worth"]

_NO_TABLE = np.zeros((0, 0))
_CHUNK = 400
_LIVELY_DAYS, _LIVELY_WEEKS = 0.4, 0.15  # measured: as good in a third of the time
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
        self.score = np.array([0.0, -np.inf, 0.0])
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
        self.cell_at = {
            (o, c[2]): n for n, (o, c) in enumerate(zip(self.offer_of, cells, strict=True))
        }
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
        self.score[:] = 0.0, -np.inf, 4 * worth.unit
        if place and people:
            from erlangplan.kernels import shift_search

            cells, lengths, *rest = self._shapes
            kernel: Any = shift_search.seat
            kernel(
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
        lively: float | None = None,
    ) -> None:
        """Search by `budget` moves, in pieces, as long as `go_on` says so."""
        from erlangplan.kernels import shift_search

        problem, done = self.problem, 0
        kernel: Any = shift_search.search
        if lively is None:
            lively = _LIVELY_WEEKS if problem.crews else _LIVELY_DAYS
        while done < budget and (done == 0 or go_on()):
            moves = min(_CHUNK, budget - done)
            cells, lengths, *rest = self._shapes
            kernel(
                moves, done, budget, warm, cool, worth.unit, worth.price, most_out, lively,
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
