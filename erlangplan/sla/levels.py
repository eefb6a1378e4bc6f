"""Three ways to add up the intervals of a window, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from erlangplan.sla.actuals import MICRO
from erlangplan.sla.counting import exact
from erlangplan.sla.model import Objective

__all__ = ["Amounts", "Level", "level_of", "meets_goal", "scale_of"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
# Whole numbers, or fractions once relief has taken a part of a row.
Amounts = NDArray[np.int64] | NDArray[np.object_]
_LIMIT = 1 << 62
_SECONDS = ("asa", "backlog")


@dataclass(frozen=True)
class Level:
    """What was counted and what it comes to: a share, or seconds; None where there is nothing."""

    in_time: Fraction
    counted: Fraction
    result: Fraction | None


def scale_of(objective: Objective) -> int:
    """Return how many units of a numerator are one of the result: us in a second, else 1."""
    return MICRO if objective.metric in _SECONDS else 1


def level_of(
    objective: Objective, numerator: Amounts, denominator: Amounts, offered: Amounts,
    instant: IntArray,
) -> Level:  # fmt: skip
    """Return what the rows of a window come to, added up as the objective says.

    Parameters
    ----------
    objective
        What is promised.
    numerator, denominator, offered, instant
        Counts and times of the rows of one window, sorted by time (n,).
    """
    scale = scale_of(objective)
    if objective.metric == "backlog":
        ages = numerator[denominator > 0]
        if not len(ages):
            return Level(Fraction(0), Fraction(0), None)
        oldest = Fraction(int(ages.max()), scale)
        return Level(oldest, Fraction(1), oldest)
    if objective.aggregate == "contacts":
        whole, counted = _sum(numerator) / scale, _sum(denominator)
        return Level(whole, counted, whole / counted if counted > 0 else None)
    first = np.flatnonzero(np.concatenate(([True], np.diff(instant) != 0)))[: len(instant)]
    top, bottom, contacts = (_by_interval(a, first) for a in (numerator, denominator, offered))
    judged = (bottom > 0) & (contacts >= objective.min_contacts)
    if not judged.any():
        return Level(Fraction(0), Fraction(0), None)
    top, bottom = top[judged], bottom[judged]
    if objective.aggregate == "share-of-intervals":
        met = int(meets_goal(objective, top, bottom).sum())
        return Level(Fraction(met), Fraction(len(top)), Fraction(met, len(top)))
    mean = _sum_of_ratios(top, bottom) / (len(top) * scale)
    return Level(_sum(top) / scale, _sum(bottom), mean)


def _by_interval(values: Amounts, first: IntArray) -> Amounts:
    return np.add.reduceat(values, first) if len(values) else values


def meets_goal(objective: Objective, top: Amounts, bottom: Amounts) -> BoolArray:
    """Tell which pairs of numerator and denominator reach the goal, exactly (n,)."""
    goal = exact(objective.goal) * scale_of(objective)
    if top.dtype != object and len(top):
        most = max(int(top.max()) * goal.denominator, int(bottom.max()) * goal.numerator)
        if most >= _LIMIT:
            top, bottom = top.astype(object), bottom.astype(object)
    left, right = top * goal.denominator, bottom * goal.numerator
    return np.asarray(left <= right if objective.at_most else left >= right, dtype=bool)


def _sum(values: Amounts) -> Fraction:
    total = values.sum() if len(values) else 0
    return Fraction(total if values.dtype == object else int(total))


def _sum_of_ratios(top: Amounts, bottom: Amounts) -> Fraction:
    """Return the sum of many ratios; those of one denominator are added up first."""
    sums: dict[Fraction | int, Fraction | int] = {}
    for one, whole in zip(top.tolist(), bottom.tolist(), strict=True):
        sums[whole] = sums.get(whole, 0) + one
    return sum((Fraction(one) / whole for whole, one in sums.items()), Fraction(0))
