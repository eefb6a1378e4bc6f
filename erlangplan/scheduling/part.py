"""One queue's week planned: a bound by a linear program, people by rounding, search and proof."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from erlangplan.errors import InfeasibleError
from erlangplan.scheduling.cumulative import Sums, build_sums
from erlangplan.scheduling.model import Goal, Model, Program, build_model
from erlangplan.scheduling.problem import Problem
from erlangplan.scheduling.progress import Progress, Watch, relative_gap
from erlangplan.scheduling.promise import Promise
from erlangplan.scheduling.result import Status
from erlangplan.scheduling.rounding import known_columns, round_curves
from erlangplan.scheduling.search import Person, Search, Worth
from erlangplan.scheduling.solver import Answer, Guess, Job, Solver, as_arrays
from erlangplan.scheduling.starts import limit_starts

__all__ = [
    "Best",
    "Found",
    "Task",
    "begin",
    "bound_of",
    "measure",
    "plan_part",
    "relax",
    "room_for",
    "status_of",
    "step_price",
    "unit_cost",
]

Objective = Literal["cover", "service_level", "people"]
PeopleOf = Callable[[NDArray[np.float64]], list[Person]]
_ABOVE = 1.01  # covering is worth more than the dearest person costs
_BOOST = 30.0
_USUAL = 30.0  # seconds
_POST = 0.12  # of the time, for programs after the search
NOTHING = 1e-6  # of the cost: what a solver's tolerances leave open
_NO_TABLE = np.zeros((0, 0))
_ROUNDS = (2000, 15_000, 50_000, 100_000)
_WEEK_ROUNDS = (1500, 8000, 40_000)
_SMALL = 6000
_FEW = 2000
_OFFSETS = (0.5, 0.25, 0.75, 0.1, 0.9)


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be planned.

    Attributes
    ----------
    problem
        The queue's week; its `need` is the requirement, or the floor where the service level
        is the objective.
    promise
        The target over its window; None where coverage is the objective.
    short_price
        Price of an agent hour that is short; None = as little short as can be, at any cost.
    cover_need
        People x steps that the requirement asks for, to tell what covering it would cost.
    boost
        Multiplies what a missing step costs while no price is given.
    """

    problem: Problem
    promise: Promise | None
    objective: Objective
    gap: float
    limit: float
    seed: int
    short_price: float | None = None
    cover_need: NDArray[np.int64] | None = None
    boost: float = 1.0


@dataclass(frozen=True, eq=False)
class Found:
    """A plan of one queue's week.

    Attributes
    ----------
    short, least_short
        People x steps short of the need; proven least.
    bound
        Lower bound of the cost at that shortage (with its price, where it has one); of
        ``people`` the highest service level.
    cover_bound
        Lower bound of the cost of covering every interval; NaN where it was not asked for.
    missing
        Contacts in time by which the worst window misses its target.
    value
        What was minimised: the cost, with shortage at its price.
    """

    people: tuple[Person, ...]
    cost: float
    heads: NDArray[np.int64]
    short: int
    least_short: float
    bound: float
    gap: float
    status: Status
    price: float = math.nan
    cover_bound: float = math.nan
    missing: float = 0.0
    value: float = math.nan


@dataclass(eq=False)
class Best:
    """The best plan so far, which outlives an interruption."""

    people: list[Person] | None = None
    value: float = math.inf
    cost: float = math.inf
    short: int = 0
    missing: float = math.inf
    bound: float = -math.inf

    def prove(self, task: Task, watch: Watch, bound: float) -> None:
        """Take a lower bound of the cost with shortage at its price, if it is a better one."""
        self.bound = max(self.bound, bound)
        # Costs share a measure only where nothing is short.
        whole = self.people is not None and not self.short
        proven = round_up(task, self.bound) if whole else self.bound
        watch.bound = proven if math.isfinite(proven) else math.nan


def measure(problem: Problem, people: list[Person]) -> tuple[float, NDArray[np.int64]]:
    """Return the cost of a plan, and people x steps on the queue per interval."""
    cost, heads = 0.0, problem.given.copy()
    for person in people:
        for work in person.works:
            shift = problem.offers[work.offer].shift
            cost += problem.paid_cost(shift, work.start, work.template, work.breaks)
            spans = [(work.start, work.template.length, 1)]
            spans += [(at, int(long), -1) for at, long in
                      zip(work.breaks, work.template.lengths, strict=True)]  # fmt: skip
            for start, length, sign in spans:
                where = problem.interval_of[start : start + length]
                np.add.at(heads, where[where >= 0], sign)
    return cost, heads


def plan_part(task: Task, tell: Callable[[Progress], None] | None = None) -> Found:
    """Plan one queue's week."""
    watch, best = Watch((1 - _POST) * task.limit, tell), Best()
    open_need = np.where(task.problem.coverable, task.problem.need, 0)
    out_of_reach = int((task.problem.need - open_need).sum())
    problem = replace(task.problem, need=open_need)
    task = replace(task, problem=problem)
    with Solver() as solver:
        try:
            if task.objective == "cover":
                found = _cover(task, solver, watch, best)
            else:
                from erlangplan.scheduling.promised import plan_promise

                found = plan_promise(task, solver, watch, best)
        except KeyboardInterrupt:
            if best.people is None:
                _hurried(task, watch, best)
            found = replace(_closed(task, best, watch, "interrupted"),
                            missing=0.0 if math.isinf(best.missing) else best.missing)  # fmt: skip
            if found.missing > 0:
                found = replace(found, bound=math.nan, gap=math.nan)
    price = math.nan if task.short_price is None else task.short_price
    short = found.short + out_of_reach
    # Where shortage has a price, what nobody can cover costs every plan the same.
    always = 0.0 if task.short_price is None else step_price(task) * out_of_reach
    charged = 0.0 if task.short_price is None else step_price(task) * short
    value = found.cost + charged
    bound = found.bound + always if math.isfinite(found.bound) else math.nan
    gap = found.gap if task.short_price is None else relative_gap(value, bound)
    return replace(
        found, short=short, least_short=found.least_short + out_of_reach, price=price,
        value=value, bound=bound, gap=gap,
    )  # fmt: skip


def _hurried(task: Task, watch: Watch, best: Best) -> None:
    """Make a plan in a moment, without a proof."""
    need = task.problem.need if task.cover_need is None else task.cover_need
    problem = replace(task.problem, need=np.where(task.problem.coverable, need, 0))
    worth = Worth(_ABOVE * dearest(problem), _NO_TABLE, unit_cost(problem))
    search = Search(problem, room_for(problem, []), task.seed)
    search.load([], worth, place=False)
    search.improve(worth, 2000, lambda: True, warm=worth.unit, cool=0.1 * worth.unit)
    keep(task, best, search.people(), watch)


def step_price(task: Task) -> float:
    """Return what a person's step that is short costs: a price, or more than any person does."""
    if task.short_price is not None:
        return task.short_price * task.problem.step_hours
    return task.boost * _ABOVE * dearest(task.problem)


def dearest(problem: Problem) -> float:
    """Return the cost of the dearest person."""
    by_crew: dict[int, float] = {}
    for offer in problem.offers:
        curve, length = problem.cost[offer.shift], offer.templates[-1].length
        cost = float((curve[offer.starts + length] - curve[offer.starts]).max())
        by_crew[offer.crew] = max(by_crew.get(offer.crew, 0.0), cost)
    days = {number: int((crew.words != -1).sum(axis=1).max(initial=1))
            for number, crew in enumerate(problem.crews)}  # fmt: skip
    return max(cost * days.get(crew, 1) for crew, cost in by_crew.items())


def unit_cost(problem: Problem) -> float:
    """Return the usual cost of a person's step."""
    return float(np.median(np.diff(problem.cost, axis=1)))


def _cover(task: Task, solver: Solver, watch: Watch, best: Best) -> Found:
    status = _searched(task, solver, watch, best)
    if not best.short or task.short_price is not None:
        return _closed(task, best, watch, status)
    least = _least_short(task)
    if best.short > least and watch.left > 0:
        # One price does not put shortage first where people are few: a far higher one does.
        higher, again = replace(task, boost=_BOOST), Best()
        _searched(higher, solver, watch, again)
        if again.people is not None:
            keep(task, best, again.people, watch)
            status = "time limit" if watch.left <= 0 else status
    return _as_short_as_needed(task, best, status, least)


def _searched(task: Task, solver: Solver, watch: Watch, best: Best) -> Status:
    """Search for a plan at one price of a missing step."""
    problem, price = task.problem, step_price(task)
    sums = build_sums(problem) if task.short_price is None else None
    small = sums is not None and len(sums.program.cost) <= _FEW
    if sums is not None and small and _by_sums(task, solver, watch, best, sums):
        return "work"
    worth = Worth(price, _NO_TABLE, unit_cost(problem))
    goal = Goal(price=price)
    model, answer, clocks = relax(task, solver, watch, goal)
    best.prove(task, watch, answer.bound)
    begun = begin(task, model, answer, worth)
    search = Search(problem, room_for(problem, begun), task.seed, clocks)
    search.load(begun, worth, place=bool(problem.crews))
    if not problem.crews and clocks is None:
        keep(task, best, begun, watch)

    def enough() -> bool:
        return not best.short and relative_gap(best.value, watch.bound) <= task.gap

    rounds = _WEEK_ROUNDS if problem.crews else _ROUNDS
    for turn, moves in enumerate(rounds):
        # Who gives more time than usual gets more work for it.
        more = max(1.0, task.limit / _USUAL) if turn == len(rounds) - 1 else 1.0
        search.improve(worth, round(more * moves), watch.go_on, warm=1.2 * worth.unit,
                       cool=0.08 * worth.unit)  # fmt: skip
        keep(task, best, search.people(), watch)
        watch.say("search")
        if enough() or watch.left <= 0:
            break
        if turn == 0 and len(model.program.cost) <= _SMALL and _provable(problem):
            _prove(task, solver, watch, goal, best, worth)
            if enough() or watch.left <= 0:
                break
            if clocks is None and best.people is not None:
                search.load(best.people, worth, place=False)
    return "time limit" if watch.left <= 0 else "work"


def _by_sums(task: Task, solver: Solver, watch: Watch, best: Best, sums: Sums) -> bool:
    """Solve the program of sums in half the time; return whether the gap is reached."""
    watch.say("proof")
    seconds, arrays = 0.5 * watch.left, as_arrays(sums.program)
    solver.ask(Job(arrays, True, seconds, 0.98 * task.gap, seed=task.seed, lines=sums.lines))
    answer = solver.wait(seconds, _taking(task, watch, best, sums.people))
    best.prove(task, watch, answer.bound)
    if answer.values is not None:
        keep(task, best, sums.people(answer.values), watch)
    return relative_gap(best.value, watch.bound) <= task.gap


def _taking(task: Task, watch: Watch, best: Best, people_of: PeopleOf) -> Callable[[Answer], bool]:
    """Return what takes a solver's news, and ends it where the gap is reached."""

    def tell(news: Answer) -> bool:
        best.prove(task, watch, news.bound)
        if news.values is not None:
            keep(task, best, people_of(news.values), watch)
        watch.say()
        return relative_gap(best.value, watch.bound) <= task.gap

    return tell


def _least_short(task: Task) -> int:
    """Return the least people x steps that any plan is short."""
    goal = Goal(1.0, cost_weight=0.0)
    return math.ceil(max(0.0, bound_of(task, goal)) - 1e-4)


def bound_of(task: Task, goal: Goal) -> float:
    """Return the optimum of a linear program, which bounds that of all plans from below."""
    seconds = max(0.5, 0.5 * _POST * task.limit)
    with Solver() as solver:
        solver.ask(Job(as_arrays(build_model(task.problem, goal).program), False, seconds))
        return solver.wait(seconds).bound


def relax(
    task: Task, solver: Solver, watch: Watch, goal: Goal
) -> tuple[Model, Answer, NDArray[np.bool_] | None]:
    """Solve the linear program while the search is compiled, then choose starts if few may be."""
    watch.say("bound")
    model = build_model(task.problem, goal)
    solver.ask(Job(as_arrays(model.program), False, 0.8 * watch.left))
    warm_up(task)
    answer = solver.wait(0.85 * watch.left)
    if answer.kind == "infeasible":
        raise InfeasibleError(_contradiction(task.problem))
    most = task.problem.rules.distinct_starts
    if most is None:
        return model, answer, None
    if answer.values is None:
        chosen = np.linspace(0, len(task.problem.clocks) - 1, most).round().astype(int)
        return model, answer, np.isin(np.arange(len(task.problem.clocks)), chosen)
    clocks, restricted = limit_starts(task.problem, goal, model, answer, solver, watch)
    return restricted[0], replace(restricted[1], bound=answer.bound), clocks


def _contradiction(problem: Problem) -> str:
    rules = problem.rules
    least = [f"shift {shift.name!r} at least {shift.people[0]} people a day"
             for shift in rules.shifts if shift.people[0]]  # fmt: skip
    least += [f"group {group.name!r} at least {group.people[0]} people"
              for group in rules.groups if group.people[0]]  # fmt: skip
    return (
        f"{problem.queue}: the numbers of people in the rules contradict each other: "
        f"{'; '.join(least) or 'no number of people keeps them'}"
    )


def warm_up(task: Task) -> None:
    """Compile or load the search."""
    search = Search(task.problem, 1, task.seed)
    worth = Worth(0.0, _NO_TABLE, 1.0)
    search.improve(worth, 1, lambda: True, warm=1.0, cool=0.1)


def begin(task: Task, model: Model, answer: Answer, worth: Worth) -> list[Person]:
    """Return the best rounding of a linear program's curves."""
    if answer.values is None:
        return []
    plans = [round_curves(task.problem, model, answer.values, offset) for offset in _OFFSETS]
    if task.problem.crews:
        return plans[0]

    def value(people: list[Person]) -> float:
        cost, heads = measure(task.problem, people)
        short = np.maximum(task.problem.need - heads, 0).sum()
        return cost + 4 * worth.unit * float(short)

    return min(plans, key=value)


def keep(task: Task, best: Best, people: list[Person], watch: Watch) -> bool:
    """Take a plan if it is the best so far."""
    cost, heads = measure(task.problem, people)
    short = int(np.maximum(task.problem.need - heads, 0).sum())
    value = cost + step_price(task) * short
    if best.people is not None:
        first = value - best.value if task.short_price is not None else short - best.short
        if first > 1e-9 or (first > -1e-9 and cost >= best.cost - 1e-9):
            return False
    best.people, best.value, best.cost, best.short = people, value, cost, short
    best.prove(task, watch, best.bound)
    watch.incumbent = value
    return True


def room_for(problem: Problem, people: list[Person]) -> int:
    """Return how many people a search should have room for."""
    hours = max(1, int(problem.need.sum()) // max(1, min(t.length for o in problem.offers
                                                         for t in o.templates)))  # fmt: skip
    days = len(problem.days) if problem.crews else 1
    return int(1.3 * max(len(people), hours / max(1, days - 3)))


def _provable(problem: Problem) -> bool:
    """Whether the program in whole numbers says all that the rules say."""
    return problem.rules.distinct_starts is not None or all(
        crew.group.hours_per_week is None for crew in problem.crews
    )


def _prove(task: Task, solver: Solver, watch: Watch, goal: Goal, best: Best, worth: Worth) -> None:
    """Solve the program in whole numbers from the best plan on."""
    problem = task.problem
    seconds = 0.5 * watch.left
    watch.say("proof")
    program, guess, people_of = _whole(task, goal, best)
    solver.ask(Job(as_arrays(program), True, seconds, 0.98 * task.gap, guess, task.seed))
    answer = solver.wait(seconds, _taking(task, watch, best, people_of))
    best.prove(task, watch, answer.bound)
    if answer.values is None or relative_gap(best.value, watch.bound) <= task.gap:
        return
    people = people_of(answer.values)
    if keep(task, best, people, watch):
        return
    if problem.rules.distinct_starts is not None:
        return
    search = Search(problem, room_for(problem, people), task.seed)
    search.load(people, worth, place=True)
    search.improve(worth, 200, lambda: True, warm=0.1 * worth.unit, cool=0.05 * worth.unit)
    keep(task, best, search.people(), watch)


def _whole(task: Task, goal: Goal, best: Best) -> tuple[Program, Guess | None, PeopleOf]:
    """Return a program in whole numbers, the best plan in its columns, and the way to people."""
    problem = task.problem
    # Where all can be covered, nothing needs to be allowed to be short.
    covers = best.people is not None and not best.short and task.short_price is None
    model = build_model(problem, replace(goal, price=None) if covers else goal)
    guess = None if best.people is None else known_columns(problem, model, best.people)
    return model.program, guess, lambda values: round_curves(problem, model, np.rint(values), 0.0)


def _as_short_as_needed(task: Task, best: Best, status: Status, least: int) -> Found:
    """Bound the cost of all plans that are as little short."""
    bound = round_up(task, bound_of(task, Goal(0.0, most_short=float(best.short))))
    bound = max(bound, best.bound - step_price(task) * best.short)
    gap = relative_gap(best.cost, bound)
    if best.short <= least:
        status = status_of(status, gap, task.gap)
    return _found(task, best, least, bound if math.isfinite(bound) else math.nan, gap, status)


def _closed(task: Task, best: Best, watch: Watch, status: Status) -> Found:
    bound, value = watch.bound, best.value
    if task.short_price is None and best.short:
        bound, value = best.bound - step_price(task) * best.short, best.cost
    gap = relative_gap(value, bound)
    return _found(task, best, 0.0, bound, gap, status_of(status, gap, task.gap))


def status_of(status: Status, gap: float, asked: float) -> Status:
    """Return why planning ended, by how near the bound it came."""
    if gap <= NOTHING:
        return "optimal"
    return "gap" if gap <= asked and status != "interrupted" else status


def _found(task: Task, best: Best, least: float, bound: float, gap: float, status: Status) -> Found:
    assert best.people is not None
    _, heads = measure(task.problem, best.people)
    return Found(tuple(best.people), best.cost, heads, best.short, least, bound, gap, status)


def round_up(task: Task, bound: float) -> float:
    """Raise a bound to the next cost that a plan can have, where all costs share a measure."""
    problem = task.problem
    if not math.isfinite(bound) or task.short_price is not None or task.objective != "cover":
        return bound
    if any(premium.factor != 1 for premium in problem.rules.premiums):
        return bound
    measures = set()
    for offer in problem.offers:
        shift = problem.rules.shifts[offer.shift]
        each = Fraction(shift.cost).limit_denominator(10**6)
        for template in offer.templates:
            unpaid = sum(int(long) for pause, long in
                         zip(template.breaks, template.lengths, strict=True)
                         if not pause.paid)  # fmt: skip
            measures.add(each * (template.length - unpaid) * Fraction(problem.step, 3600))
    common = math.gcd(*(m.numerator * (_denominator(measures) // m.denominator) for m in measures))
    grain = common / _denominator(measures)
    return math.ceil(bound / grain - 1e-5) * grain if grain else bound


def _denominator(measures: set[Fraction]) -> int:
    return math.lcm(*(m.denominator for m in measures))
