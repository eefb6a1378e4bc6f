"""From the curves of a linear program to people, and from there to better people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

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
        self.plan = np.full((room, days + 1, 2 + self.most_breaks), -1, dtype=np.int64)
        self.best = self.plan.copy()
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
        self.most_breaks = max(1, max(len(t.breaks) for t in self.templates))
        self.kinds = np.array([self._kind(t) for t in self.templates], dtype=np.int64)
        free = np.full((0, len(problem.days)), -1, np.int64)
        self.words = np.concatenate([free, *(crew.words for crew in problem.crews)])
        edges = np.searchsorted(self.cells[:, 0], np.arange(len(problem.crews) + 2)).tolist()
        words = np.cumsum([0, 0, *(len(crew.words) for crew in problem.crews)]).tolist()
        rules = [(-1, 0, 0, FAR)]
        rules += [(round(c.band), c.rest, *c.people) for c in problem.crews]
        self.crews = np.array(
            [
                (*cells, *own, *rule)
                for cells, own, rule in zip(pairwise(edges), pairwise(words), rules, strict=True)
            ],
            dtype=np.int64,
        )
        limits = [shift.people for shift in problem.rules.shifts]
        self.limits = np.array([(low, FAR if m is None else m) for low, m in limits], np.int64)
        self.steps = np.stack([problem.interval_of, problem.can_break.astype(np.int64)], axis=1)
        self.demand = np.stack([problem.need, problem.given], axis=1)

    def _kind(self, template: Template) -> list[int]:
        row = [template.length, len(template.breaks), int(template.separable)]
        for number, pause in enumerate(template.breaks):
            gap = template.gaps[number].tolist() if number < len(template.gaps) else [0, FAR]
            row += [int(template.lengths[number]), int(not pause.paid)]
            row += [*template.windows[number].tolist(), *gap]
        return row + [0] * (3 + 6 * self.most_breaks - len(row))

    def load(self, people: list[Person], worth: Worth, *, place: bool) -> None:
        """Take a plan as the one to go on from; `place` also places all breaks anew."""
        self.plan[:] = -1
        for number, person in enumerate(people):
            for position, work in enumerate(person.works):
                cell = self.cell_at[work.offer, work.start]
                day = int(self.cells[cell, 1]) if person.crew >= 0 else position
                first = int(self.cells[cell, 6])
                choice = first + self.problem.offers[work.offer].templates.index(work.template)
                self.plan[number, day, : 2 + len(work.breaks)] = cell, choice, *work.breaks
            self.plan[number, -1, 0] = person.crew + 1
        self.state[0] = len(people)
        self.score[:] = 0.0, -np.inf, 4 * worth.unit
        if place and people:
            from erlangplan.kernels import shift_search

            shift_search.seat(
                2, worth.price if not len(worth.table) else 0.0, 0.03 * worth.unit, self.state,
                self.cells, self.kinds, self.steps, self.problem.cost, self.demand, worth.table,
                self.problem.width, self.plan,
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
        if lively is None:
            lively = _LIVELY_WEEKS if problem.crews else _LIVELY_DAYS
        while done < budget and (done == 0 or go_on()):
            moves = min(_CHUNK, budget - done)
            shift_search.search(
                moves, done, budget, warm, cool, worth.unit, worth.price, most_out, lively,
                self.seed, self.state, self.score, self.cells, self.kinds, self.crews,
                self.limits, self.words, self.steps, problem.clocks, self.clock_open,
                problem.cost, self.demand, worth.table, problem.width, problem.period, self.plan,
                self.best,
            )  # fmt: skip
            done += moves

    def people(self) -> list[Person]:
        """Return the best plan."""
        found = []
        for rows in self.best[: int(self.state[1])].tolist():
            own = [self._work(row[0], row[1], row[2:]) for row in rows[:-1] if row[0] >= 0]
            found.append(Person(int(rows[-1][0]) - 1, tuple(own)))
        return found

    def _work(self, cell: int, choice: int, pauses: list[int]) -> Work:
        template = self.templates[choice]
        breaks = tuple(pauses[: len(template.breaks)])
        return Work(self.offer_of[cell], int(self.cells[cell, 2]), template, breaks)
