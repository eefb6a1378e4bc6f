"""From the curves of a program to people, and from people to its columns."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.model import Curve, Model
from erlangplan.scheduling.problem import Problem, Template
from erlangplan.scheduling.search import Person, Work

__all__ = ["known_columns", "round_curves"]


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
                if _fits(template, start, at):
                    people.append(Person(-1, (Work(number, start, template, at),)))
    for crew in range(len(problem.crews)):
        people += _round_crew(problem, model, values, crew)
    return _within_limits(problem, people)


def _within_limits(problem: Problem, people: list[Person]) -> list[Person]:
    """Leave out people for whom a shift has no room: sums of rounded curves may be above it."""
    counts: Counter[tuple[int, int]] = Counter()
    kept = []
    for person in people:
        offers = [problem.offers[work.offer] for work in person.works]
        most = [problem.rules.shifts[offer.shift].people[1] for offer in offers]
        keys = [(offer.shift, offer.day) for offer in offers]
        if all(high is None or counts[key] < high for key, high in zip(keys, most, strict=True)):
            counts.update(keys)
            kept.append(person)
    return kept


def _fits(template: Template, start: int, breaks: tuple[int, ...]) -> bool:
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


def known_columns(
    problem: Problem, model: Model, people: list[Person]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the columns of all whole numbers, and their values in a plan."""
    values: Counter[int] = Counter()
    for person in people:
        for work in person.works:
            curves = model.offers[work.offer]
            values[curves.starts[work.start]] += 1
            for curve, at in zip(curves.breaks, work.breaks, strict=True):
                values[curve[at]] += 1
            if curves.ends:
                values[curves.ends[work.start + work.template.length]] += 1
        if person.crew >= 0:
            values[_week_column(problem, model, person)] += 1
    every = {
        column
        for curves in model.offers
        for curve in (curves.starts, *curves.breaks, curves.ends)
        for column in curve.values()
    }
    every |= {column for weeks in model.weeks for column in weeks.values()}
    # A guess with gaps is completed by a smaller program, whose bound would be told as the whole's.
    rest = [c for c, whole in enumerate(model.program.whole) if whole and c not in every]
    if problem.rules.distinct_starts is not None:
        used = {_clock(problem, work) for person in people for work in person.works}
        values.update({column: int(clock in used) for clock, column in enumerate(rest)})
        every.update(rest)
    columns = sorted(every)
    return np.array(columns, np.int32), np.array([float(values[c]) for c in columns])


def _week_column(problem: Problem, model: Model, person: Person) -> int:
    days = {problem.offers[work.offer].day for work in person.works}
    pattern = tuple(day in days for day in range(len(problem.days)))
    anchor = -1
    if problem.crews[person.crew].band >= 0:
        anchor = min(_clock(problem, work) for work in person.works)
    return model.weeks[person.crew][anchor, pattern]


def _clock(problem: Problem, work: Work) -> int:
    offer = problem.offers[work.offer]
    return int(offer.clocks[int(np.searchsorted(offer.starts, work.start))])
