"""Judging: each objective in each of its windows, before and after relief."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from erlangplan.errors import Fault, InputError
from erlangplan.sla.calendar import DAY, window_begins
from erlangplan.sla.claims import Claim
from erlangplan.sla.findings import Finding, Verdict, is_finished, start_of, verdict_of
from erlangplan.sla.levels import Level, level_of
from erlangplan.sla.measures import Counted
from erlangplan.sla.model import Objective
from erlangplan.sla.relief import Relieved, Touched, relieve, touched_by
from erlangplan.sla.scope import Scope

__all__ = ["judge"]

BoolArray = NDArray[np.bool_]


def judge(scope: Scope, counted: Counted, claims: Sequence[Claim]) -> tuple[Finding, ...]:
    """Return the finding of each window of an objective, in the order of time.

    A window in which the contract's other objectives have rows and this one has none is there
    too, with the verdict ``no contacts``.

    Raises
    ------
    InputError
        If a window has more contacts in time than contacts, which no attribution explains.
    """
    last, step = _reach(scope)
    own = touched_by(scope, counted, claims)
    found = [_finding(scope, counted, begin, rows, touched, last, step)
             for (begin, rows), touched in zip(counted.windows(), own, strict=True)]  # fmt: skip
    objective = counted.objective
    if objective.window in ("week", "month", "quarter"):
        starts_on = scope.contract.month_starts_on
        every = np.unique(window_begins(scope.local[scope.inside], objective.window, starts_on))
        for begin in set(every.tolist()) - {each.begin for each in found}:
            done = is_finished(scope.contract, objective, begin, last, step)
            found.append(Finding(objective, begin, Fraction(0), Fraction(0), None, None,
                                 "no contacts", done))  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.begin))


def _reach(scope: Scope) -> tuple[int, int]:
    last = int(scope.local.max(initial=0))
    return last, scope.step if scope.actuals.kind == "intervals" else DAY


def _finding(
    scope: Scope, counted: Counted, begin: int, rows: slice, claims: Sequence[Touched], last: int,
    step: int,
) -> Finding:  # fmt: skip
    objective = counted.objective
    raw, relieved = _levels(scope, counted, rows, claims)
    _refuse_above_one(scope, counted, begin, raw)
    verdict = _verdict(objective, counted, rows, relieved.level)
    waived, adjusted = "", relieved.level.result
    if relieved.waived is not None and verdict == "missed":
        waived, verdict, adjusted = relieved.waived.ground, "undecided", None
    return Finding(
        objective, begin, raw.in_time, raw.counted, raw.result, adjusted, verdict,
        is_finished(scope.contract, objective, begin, last, step),
        applied=relieved.applied, waived=waived, offered=int(counted.offered[rows].sum()),
    )  # fmt: skip


def _verdict(objective: Objective, counted: Counted, rows: slice, level: Level) -> Verdict:
    thin = objective.window == "interval" and (
        int(counted.offered[rows].sum()) < objective.min_contacts
    )
    if thin and level.result is not None:
        return "undecided"
    return verdict_of(objective, level.result, level.counted)


def _levels(
    scope: Scope, counted: Counted, rows: slice, claims: Sequence[Touched]
) -> tuple[Level, Relieved]:
    """Return what a window comes to before and after relief."""
    if scope.contract.kind == "ola" and scope.contract.weights:
        return _rolled_up(scope, counted, rows, claims)
    raw = level_of(
        counted.objective, counted.numerator[rows], counted.denominator[rows],
        counted.offered[rows], counted.instant[rows],
    )  # fmt: skip
    return raw, relieve(counted, rows, raw, claims) if claims else Relieved(raw)


def _rolled_up(
    scope: Scope, counted: Counted, rows: slice, claims: Sequence[Touched]
) -> tuple[Level, Relieved]:
    """Return the weighted sum of the parts that share a promise; those without contacts are out."""
    weights, raws, relieved = [], [], []
    for name, weight in scope.contract.weights.items():
        part = counted.part(rows, _part(scope, counted, rows, name))
        if len(part.at):
            whole = slice(0, len(part.at))
            weights.append(Fraction(f"{weight:.12g}"))
            raws.append(level_of(part.objective, part.numerator, part.denominator, part.offered,
                                 part.instant))  # fmt: skip
            touched = touched_by(scope, part, [claim for claim, _ in claims])[0]
            relieved.append(relieve(part, whole, raws[-1], touched))
    applied = tuple(each for own in relieved for each in own.applied)
    waived = next((own.waived for own in relieved if own.waived), None)
    after = _weighted(weights, [own.level for own in relieved])
    return _weighted(weights, raws), Relieved(after, applied, waived)


def _part(scope: Scope, counted: Counted, rows: slice, name: str) -> BoolArray:
    """Return the rows of a part: a queue, or what a column such as site or vendor says."""
    names = [queue.name for queue in scope.contract.queues]
    if name in names:
        return np.asarray(counted.queue[rows] == names.index(name))
    for marks in scope.actuals.marks.values():
        if name.casefold() in {text.casefold() for text in marks.texts}:
            return marks.among(name, counted.at[rows])
    return np.zeros(len(counted.at[rows]), dtype=bool)


def _weighted(weights: Sequence[Fraction], levels: Sequence[Level]) -> Level:
    pairs = [
        (weight, each.result)
        for weight, each in zip(weights, levels, strict=True)
        if each.result is not None
    ]
    whole = sum((weight for weight, _ in pairs), Fraction(0))
    result = sum((w * r for w, r in pairs), Fraction(0)) / whole if whole else None
    return Level(sum((each.in_time for each in levels), Fraction(0)),
                 sum((each.counted for each in levels), Fraction(0)), result)  # fmt: skip


def _refuse_above_one(scope: Scope, counted: Counted, begin: int, raw: Level) -> None:
    objective = counted.objective
    if objective.metric in ("asa", "backlog", "occupancy") or objective.aggregate != "contacts":
        return
    if raw.in_time > raw.counted or raw.counted < 0:
        expected = f"expected at most the {raw.counted} counted in the {objective.window} from " \
                   f"{start_of(begin):%Y-%m-%d}"  # fmt: skip
        raise InputError(
            f"objective {objective.id} has more contacts than it counts",
            file=scope.actuals.file,
            faults=[Fault(expected, column=objective.metric, value=str(raw.in_time))],
        )
