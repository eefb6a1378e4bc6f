"""Findings: what one objective came to in one window, and the verdict on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import pandas as pd

from erlangplan.sla.calendar import DAY, closing_time, month_begins, window_end
from erlangplan.sla.counting import exact
from erlangplan.sla.model import Contract, Objective
from erlangplan.sla.relief import Applied

__all__ = [
    "MONTHS_OF", "Finding", "Verdict", "fiscal_month", "goal_of", "is_finished", "months_of",
    "start_of", "verdict_of",
]  # fmt: skip

Verdict = Literal["met", "missed", "undecided", "no contacts"]
MONTHS_OF = {"month": 1, "quarter": 3}
_Z = Fraction(196, 100)


@dataclass(frozen=True, eq=False)
class Finding:
    """One row of a scorecard.

    Attributes
    ----------
    objective
        What was promised.
    begin
        Start of the window on the wall clock [us].
    in_time, counted
        Numerator and denominator of the result.
    result, adjusted
        Before and after relief: a share, or seconds; None where there is nothing to judge.
    verdict
        Of the adjusted result.
    finished
        Whether the window was over when the actuals were written.
    low, high
        Wilson's 95 % interval, where the result is from a sample; else nan.
    applied
        Reliefs that were applied.
    waived
        Why the window is not judged, or empty.
    offered
        Contacts offered.
    """

    objective: Objective
    begin: int
    in_time: Fraction
    counted: Fraction
    result: Fraction | None
    adjusted: Fraction | None
    verdict: Verdict
    finished: bool = True
    low: float = math.nan
    high: float = math.nan
    applied: tuple[Applied, ...] = ()
    waived: str = ""
    offered: int = 0

    @property
    def shortfall(self) -> Fraction:
        """How far the adjusted result lies on the wrong side of the target; 0 where it is kept."""
        if self.adjusted is None:
            return Fraction(0)
        gap = goal_of(self.objective) - self.adjusted
        above = self.objective.at_most and self.objective.aggregate != "share-of-intervals"
        return max(-gap if above else gap, Fraction(0))


def goal_of(objective: Objective) -> Fraction:
    """Return what the result of a window is held against."""
    if objective.aggregate == "share-of-intervals":
        return exact(1 if objective.share is None else objective.share)
    return exact(objective.goal)


def verdict_of(
    objective: Objective, adjusted: Fraction | None, counted: Fraction, *, sample: bool = False
) -> Verdict:
    """Return the verdict on a result.

    Parameters
    ----------
    objective
        What was promised.
    adjusted
        The result after relief.
    counted
        How many it is about.
    sample
        Whether it is a sample of more. Then the promise is met or missed only where Wilson's 95 %
        interval lies on one side of it, and undecided in between.
    """
    if adjusted is None:
        return "no contacts"
    if counted < exact(objective.min_sample):
        return "undecided"
    goal = goal_of(objective)
    share = objective.aggregate == "share-of-intervals"
    better = goal - adjusted if objective.at_most and not share else adjusted - goal
    if sample and not _clear(goal, adjusted, counted):
        return "undecided"
    return "met" if better >= 0 else "missed"


def _clear(goal: Fraction, share: Fraction, counted: Fraction) -> bool:
    """Tell whether Wilson's interval leaves the goal out, without taking a root."""
    return counted * (share - goal) ** 2 >= _Z**2 * goal * (1 - goal)


def is_finished(contract: Contract, objective: Objective, begin: int, last: int, step: int) -> bool:
    """Tell whether a window is over at the end of the actuals.

    Parameters
    ----------
    contract, objective
        What is promised; the hours of the objective's queues say when a window's work ends.
    begin
        Start of the window on the wall clock [us].
    last, step
        Start and length of the last row [us]. Where a queue has no hours, and where the length
        is a day, the day of the last row is taken as over.
    """
    if objective.window == "interval":
        return True
    end = window_end(begin, objective.window, contract.month_starts_on)
    if contract.expires is not None:
        end = min(end, (int(np.datetime64(contract.expires, "D").astype(int)) + 1) * DAY)
    tonight = (last // DAY + 1) * DAY
    reached = last + step if step < DAY else tonight
    for name in objective.queues:
        hours = contract.hours_of(name)
        closing = closing_time(hours, begin, end)
        if closing is not None and (tonight if hours is None else reached) < closing:
            return False
    return True


def start_of(begin: int) -> pd.Timestamp:
    """Return a time on the wall clock; the mark of a second pass is dropped."""
    return pd.Timestamp(begin - begin % 1_000_000, unit="us")


def months_of(contract: Contract, findings: Sequence[Finding]) -> list[tuple[int, Finding]]:
    """Return the finished, decided fiscal months of an objective, each with its finding [us].

    A quarter stands for its three months. Months that are undecided or without contacts are
    left out: they neither count nor break a row.
    """
    found = []
    for each in sorted(findings, key=lambda own: own.begin):
        if each.objective.window not in MONTHS_OF or not each.finished:
            continue
        if each.verdict not in ("met", "missed"):
            continue
        begin = each.begin
        for _ in range(MONTHS_OF[each.objective.window]):
            found.append((begin, each))
            begin = window_end(begin, "month", contract.month_starts_on)
    return found


def fiscal_month(contract: Contract, begin: int) -> int:
    """Return the start of the fiscal month in which a window begins [days since 1970]."""
    day = np.array([begin // DAY], dtype=np.int64)
    return int(month_begins(day, contract.month_starts_on)[0])
