"""Which few times of the day shifts may start at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.model import Goal, Model, build_model
from erlangplan.scheduling.problem import Problem
from erlangplan.scheduling.progress import Watch
from erlangplan.scheduling.solver import Answer, Job, Solver, as_arrays

__all__ = ["limit_starts"]


def limit_starts(
    problem: Problem, goal: Goal, model: Model, answer: Answer, solver: Solver, watch: Watch
) -> tuple[NDArray[np.bool_], tuple[Model, Answer]]:
    """Return the clocks to use and the program limited to them, solved.

    The clocks that most people start at in the program without the limit come first; then one at
    a time is moved to a neighbour while that costs less and a third of the time is left.
    """
    most = problem.rules.distinct_starts or 0
    assert answer.values is not None
    mass = np.zeros(len(problem.clocks))
    for offer, curves in zip(problem.offers, model.offers, strict=True):
        for column, clock in zip(curves.starts.values(), offer.clocks.tolist(), strict=True):
            mass[clock] += max(0.0, answer.values[column])
    total = np.cumsum(mass)
    marks = (np.arange(most) + 0.5) / most * total[-1]
    chosen = set(np.searchsorted(total, marks).tolist())
    spare = [int(c) for c in np.argsort(-mass, kind="stable") if int(c) not in chosen]
    chosen |= set(spare[: most - len(chosen)])
    best = _solved(problem, goal, chosen, solver, watch)
    end = watch.limit / 3
    better = True
    while better and watch.passed < end:
        better = False
        for clock in sorted(chosen):
            for other in (clock - 1, clock + 1):
                if other in chosen or not 0 <= other < len(mass) or watch.passed > end:
                    continue
                trial = chosen - {clock} | {other}
                found = _solved(problem, goal, trial, solver, watch)
                if found[1].values is not None and found[1].objective < best[1].objective - 1e-9:
                    best, chosen, better = found, trial, True
                    break
    return np.isin(np.arange(len(mass)), list(chosen)), best


def _solved(
    problem: Problem, goal: Goal, clocks: set[int], solver: Solver, watch: Watch
) -> tuple[Model, Answer]:
    """Solve without the starts left out; their offers stay, empty, so that positions hold."""
    model = build_model(problem, goal)
    for offer, curves in zip(problem.offers, model.offers, strict=True):
        for column, clock in zip(curves.starts.values(), offer.clocks.tolist(), strict=True):
            if clock not in clocks:
                model.program.upper[column] = 0.0
    solver.ask(Job(as_arrays(model.program), False, watch.left))
    return model, solver.wait(watch.left)
