"""The least cost that keeps a target over its window, and the best that given people can do.

The contacts in time of an interval are a curve of its people; the least concave curve above it
makes a linear program whose optimum no plan beats. The price of a contact in time that the
program finds (the dual value of the target's row) leads the search, which sees the curve itself.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.model import Goal
from erlangplan.scheduling.part import (
    Best,
    Found,
    Task,
    begin,
    bound_of,
    measure,
    relax,
    room_for,
    status_of,
    step_price,
    unit_cost,
)
from erlangplan.scheduling.progress import Watch, relative_gap
from erlangplan.scheduling.promise import Promise
from erlangplan.scheduling.result import Status
from erlangplan.scheduling.rounding import round_curves
from erlangplan.scheduling.search import Person, Search, Worth
from erlangplan.scheduling.solver import Solver

__all__ = ["plan_promise"]

_TURNS = 40
_FIRST_TURNS = 5
_LATE = 1.15  # of the time, until which a target that is missed is mended
_MOVES = 6000
_WEIGHT = 1e3  # steps of a person that a contact in time is worth, where people are given
_PEOPLE_TURNS = 3


def plan_promise(task: Task, solver: Solver, watch: Watch, best: Best) -> Found:
    """Plan for the service level of the window, at least cost or with given people."""
    assert task.promise is not None
    if task.objective == "people":
        return _with_people(task, task.promise, solver, watch, best)
    return _cheapest(task, task.promise, solver, watch, best)


def _cheapest(task: Task, promise: Promise, solver: Solver, watch: Watch, best: Best) -> Found:
    problem, price = task.problem, step_price(task)
    goal = Goal(price=price, lines=promise.lines(promise.level), windows=promise.windows)
    model, answer, clocks = relax(task, solver, watch, goal)
    watch.bound = answer.bound
    unit = unit_cost(problem)
    prices = np.full(len(promise.windows), _usual_price(task, promise))
    if answer.duals is not None:
        prices = np.maximum(np.abs(answer.duals[list(model.windows)]), 1e-6 * unit)
    worth = Worth(price, np.zeros((0, 0)), unit)
    people = [] if answer.values is None else round_curves(problem, model, answer.values, 0.5)
    search = Search(problem, room_for(problem, people), task.seed, clocks)
    low, high = np.zeros(len(prices)), np.full(len(prices), math.inf)
    moves = _MOVES // (8 if problem.crews else 1)
    for turn in range(_TURNS):
        worth = Worth(price, _table(task, promise, prices), unit)
        search.load(people, worth, place=turn == 0 and bool(problem.crews))
        # Once the prices are nearly right, longer searches gain more than further prices.
        more = 1 if turn < _FIRST_TURNS else 6
        search.improve(worth, more * moves, watch.go_on, warm=(1.2 if turn == 0 else 0.2) * unit,
                       cool=0.02 * unit)  # fmt: skip
        people = search.people()
        missed = _missed(task, promise, people)
        kept = _mended(task, promise, people, prices, search, watch)
        _keep(task, promise, best, _thinned(task, promise, kept), watch)
        watch.say("search")
        if relative_gap(best.value, watch.bound) <= task.gap or watch.left <= 0:
            break
        low, high = np.where(missed, prices, low), np.where(missed, high, prices)
        bracketed = (low > 0) & np.isfinite(high)
        prices = np.where(missed, 1.04 * prices, 0.96 * prices)
        prices = np.where(bracketed, np.sqrt(np.maximum(low, 1e-300) * np.minimum(high, 1e300)),
                          prices)  # fmt: skip
        low, high = 0.98 * low, 1.02 * high
    if best.missing > 0 and best.people is not None:
        kept = _mended(task, promise, best.people, prices, search, watch, pace=1.4)
        _keep(task, promise, best, _thinned(task, promise, kept), watch)
    if best.missing > 0:
        _keep(task, promise, best, _thinned(task, promise, _covering(task, watch, clocks)), watch)
    status: Status = "time limit" if watch.left <= 0 else "work"
    found = _found(task, promise, best, watch.bound, status)
    return replace(found, cover_bound=_cover_bound(task), missing=max(0.0, best.missing))


def _covering(task: Task, watch: Watch, clocks: NDArray[np.bool_] | None) -> list[Person]:
    """Cover every interval in a moment, which keeps the promise too where time ran out before."""
    assert task.cover_need is not None
    problem = task.problem
    problem = replace(problem, need=np.where(problem.coverable, task.cover_need, 0))
    unit = unit_cost(problem)
    worth = Worth(step_price(task), np.zeros((0, 0)), unit)
    search = Search(problem, room_for(problem, []), task.seed, clocks)
    search.load([], worth, place=False)
    search.improve(worth, 600, lambda: watch.passed < _LATE * watch.limit, warm=unit,
                   cool=0.1 * unit)  # fmt: skip
    return search.people()


def _cover_bound(task: Task) -> float:
    """Return what covering the requirement costs at least, in a linear program."""
    assert task.cover_need is not None
    reach = np.where(task.problem.coverable, task.cover_need, 0)
    problem = replace(task.problem, need=reach)
    return bound_of(replace(task, problem=problem), Goal(price=None))


def _missed(task: Task, promise: Promise, people: list[Person]) -> NDArray[np.bool_]:
    heads = measure(task.problem, people)[1]
    return np.array(_sums(promise, heads, task.problem.width)) < 0


def _mended(
    task: Task, promise: Promise, people: list[Person], prices: NDArray[np.float64],
    search: Search, watch: Watch, pace: float = 1.05,
) -> list[Person]:  # fmt: skip
    """Raise the price of windows that miss the target until a few more people mend that."""
    problem, unit = task.problem, unit_cost(task.problem)
    for _ in range(12):
        missed = _missed(task, promise, people)
        if not missed.any() or (watch.left <= 0 and watch.passed > _LATE * watch.limit):
            break
        prices = np.where(missed, pace * prices, prices)
        worth = Worth(step_price(task), _table(task, promise, prices), unit)
        search.load(people, worth, place=False)
        search.improve(worth, 40 if problem.crews else 400, lambda: True, warm=0.05 * unit,
                       cool=0.02 * unit)  # fmt: skip
        people = search.people()
    return people


def _sums(promise: Promise, heads: NDArray[np.int64], width: int) -> list[float]:
    beyond = promise.at(promise.worth(promise.level), heads / width)
    return [float(beyond[window].sum()) for window in promise.windows]


def _table(task: Task, promise: Promise, prices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what people are worth: contacts in time at their price, the floor at its own."""
    each = np.zeros(len(promise.floor))
    for price, window in zip(prices, promise.windows, strict=True):
        each[window] = price
    table = each[:, None] * promise.worth(promise.level)
    width = task.problem.width
    missing = np.maximum(task.problem.need[:, None] - width * np.arange(table.shape[1]), 0)
    return np.asarray(table - step_price(task) * missing)


def _thinned(task: Task, promise: Promise, people: list[Person]) -> list[Person]:
    """Leave out people, the dearest first, without whom the promise is kept too."""
    problem = task.problem
    _, heads = measure(problem, people)
    table = promise.worth(promise.level)
    if min(_sums(promise, heads, problem.width), default=0.0) < 0:
        return people
    costs = [measure(problem, [person])[0] for person in people]
    counts = [0] * len(problem.crews)
    for person in people:
        if person.crew >= 0:
            counts[person.crew] += 1
    kept = dict(enumerate(people))
    for number in sorted(kept, key=lambda n: -costs[n]):
        person = people[number]
        crew = person.crew
        if crew >= 0 and counts[crew] <= problem.crews[crew].people[0]:
            continue
        if any(problem.rules.shifts[problem.offers[w.offer].shift].people[0] for w in person.works):
            continue
        fewer = heads - (measure(problem, [person])[1] - problem.given)
        beyond = promise.at(table, fewer / problem.width)
        if min(float(beyond[w].sum()) for w in promise.windows) < 0:
            continue
        if (np.maximum(problem.need - fewer, 0) > np.maximum(problem.need - heads, 0)).any():
            continue
        heads = fewer
        del kept[number]
        if crew >= 0:
            counts[crew] -= 1
    return list(kept.values())


def _keep(task: Task, promise: Promise, best: Best, people: list[Person], watch: Watch) -> None:
    """Take a plan that keeps the promise and costs less, or that misses it by less."""
    cost, heads = measure(task.problem, people)
    missing = max(0.0, -min(_sums(promise, heads, task.problem.width), default=0.0))
    short = int(np.maximum(task.problem.need - heads, 0).sum())
    value = cost + step_price(task) * short
    if (missing, value) < (best.missing, best.value) or best.people is None:
        best.people, best.cost, best.short, best.value = people, cost, short, value
        best.missing = missing
        watch.incumbent = value if missing == 0 else math.nan


def _found(task: Task, promise: Promise, best: Best, bound: float, status: Status) -> Found:
    """Report the cost of the people against a bound for all plans that keep as much of the floor.

    Below the floor the lines of the first program are no limit, so where the plan is there, a
    second one with lines over all numbers of people bounds it.
    """
    assert best.people is not None
    heads = measure(task.problem, best.people)[1]
    if best.missing > 0:
        bound = math.nan
    elif best.short:
        goal = Goal(0.0, float(best.short), promise.lines(promise.level, from_floor=False),
                    promise.windows)  # fmt: skip
        bound = bound_of(task, goal)
    gap = relative_gap(best.cost, bound)
    return Found(tuple(best.people), best.cost, heads, best.short, 0.0, bound, gap,
                 status_of(status, gap, task.gap))  # fmt: skip


def _usual_price(task: Task, promise: Promise) -> float:
    """Return what a contact in time usually costs at the target, where no program tells."""
    beyond = promise.worth(promise.level)
    met = np.minimum((beyond < 0).sum(axis=1), beyond.shape[1] - 2)
    rows = np.flatnonzero(promise.counted[:, -1] > 0)
    gained = beyond[rows, met[rows] + 1] - beyond[rows, met[rows]]
    gained = gained[gained > 0]
    each = float(np.median(gained)) if gained.size else 1.0
    return unit_cost(task.problem) * task.problem.width / each


def _with_people(task: Task, promise: Promise, solver: Solver, watch: Watch, best: Best) -> Found:
    """Make the most of given people: the sum of contacts in time less level x counted.

    The level is first the target's, then what was reached, so that where the counted contacts
    depend on the people too, the ratio itself is what grows.
    """
    problem, unit, level = task.problem, unit_cost(task.problem), promise.level
    below = 4 * float(promise.counted.max())  # contacts that a step below the floor is worth
    goal = Goal(below, lines=promise.lines(level, from_floor=False), weight=1.0, cost_weight=0.0)
    model, answer, clocks = relax(task, solver, watch, goal)
    contact = _WEIGHT * unit
    people = begin(task, model, answer, Worth(contact, np.zeros((0, 0)), unit))
    search = Search(problem, room_for(problem, people), task.seed, clocks)
    missing = np.maximum(
        problem.need[:, None] - problem.width * np.arange(promise.in_time.shape[1]), 0
    )
    for turn in range(_PEOPLE_TURNS):
        worth = Worth(contact, contact * (promise.worth(level) - below * missing), unit)
        search.load(people, worth, place=turn == 0 and bool(problem.crews))
        search.improve(worth, _MOVES // (4 if problem.crews else 1), watch.go_on,
                       warm=(0.5 if turn == 0 else 0.1) * contact, cool=0.01 * contact)  # fmt: skip
        people = search.people()
        cost, heads = measure(problem, people)
        best.people, best.cost = people, cost
        best.short = int(np.maximum(problem.need - heads, 0).sum())
        watch.incumbent = _level(promise, heads / problem.width)
        watch.say("search")
        if watch.left <= 0:
            break
        level = level if _linear(promise) else watch.incumbent
    status: Status = "time limit" if watch.left <= 0 else "work"
    heads = measure(problem, people)[1]
    beyond = -answer.bound
    if best.short or level != promise.level:
        goal = Goal(0.0, float(best.short), promise.lines(level, from_floor=False), weight=1.0,
                    cost_weight=0.0)  # fmt: skip
        beyond = -bound_of(task, goal)
    bound = _most(promise, level, beyond)
    gap = math.nan if math.isnan(bound) else max(0.0, bound - watch.incumbent)
    return Found(tuple(people), best.cost, heads, best.short, 0.0, bound, gap,
                 status_of(status, gap, task.gap))  # fmt: skip


def _linear(promise: Promise) -> bool:
    return bool((np.ptp(promise.counted, axis=1) < 1e-12).all())


def _level(promise: Promise, heads: NDArray[np.float64]) -> float:
    under = promise.at(promise.counted, heads).sum()
    return float(promise.at(promise.in_time, heads).sum() / under) if under else 1.0


def _most(promise: Promise, level: float, beyond: float) -> float:
    """Return the most service level that `beyond` contacts in time over a level allow."""
    under = float(promise.counted.min(axis=1).sum())
    known = math.isfinite(beyond) and under > 0
    if not known or (beyond < 0 and not _linear(promise)):
        return math.nan
    return min(1.0, level + beyond / under)
