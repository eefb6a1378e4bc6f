"""A scorecard in words: results, windows, verdicts, amounts, as pages and workbooks print them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.sla.calendar import window_end
from erlangplan.sla.findings import Finding, start_of
from erlangplan.sla.formulas import length_text
from erlangplan.sla.model import Contract, Objective

if TYPE_CHECKING:
    from erlangplan.sla.scorecard import Scorecard

__all__ = [
    "MARKS",
    "METRIC_WORDS",
    "amount",
    "count_text",
    "counted_words",
    "day_words",
    "goal_words",
    "limit_words",
    "parties",
    "period_words",
    "result_words",
    "window_words",
]  # fmt: skip

MARKS = {"met": "\u2713", "missed": "\u2717", "undecided": "?", "no contacts": "\u2013"}
METRIC_WORDS = {
    "service_level": "service level",
    "response_time": "response time",
    "asa": "mean wait",
    "abandon_rate": "abandoned",
    "accuracy": "accuracy",
    "backlog": "age of the backlog",
    "occupancy": "occupancy",
    "manual": "by hand",
}
_MOST_DECIMALS = 9


def parties(contract: Contract) -> str:
    """Return who promised whom, on one line."""
    names = [contract.client or contract.service, contract.vendor]
    return contract.title or " and ".join(name for name in names if name)


def limit_words(objective: Objective) -> float:
    """Return what results of a window are held against."""
    if objective.aggregate == "share-of-intervals":
        return 1.0 if objective.share is None else objective.share
    return objective.goal


def goal_words(objective: Objective) -> str:
    """Return the target, such as ``at least 80 % within 20 s``."""
    share = objective.aggregate == "share-of-intervals"
    side = "at most" if objective.at_most and not share else "at least"
    if share:
        own = goal_words_of_interval(objective)
        return f"{side} {_exact_percent(limit_words(objective))} of intervals {own}"
    if objective.in_seconds:
        return f"{side} {length_text(objective.goal)}"
    return f"{side} {_exact_percent(objective.goal)}{_within(objective)}"


def goal_words_of_interval(objective: Objective) -> str:
    """Return what an interval must reach."""
    side = "at most" if objective.at_most else "at least"
    timed = objective.metric in ("asa", "backlog")
    text = length_text(objective.goal) if timed else _exact_percent(objective.goal)
    return f"{side} {text}{_within(objective)}"


def _within(objective: Objective) -> str:
    return "" if objective.threshold is None else f" within {length_text(objective.threshold)}"


def _exact_percent(share: float) -> str:
    return f"{100 * share:.12g} %"


def result_words(value: float, objective: Objective) -> str:
    """Return a result with two decimals, and more where they would hide on which side it lies.

    Examples
    --------
    >>> asked = Objective("sl", ("a",), "service_level", 0.8, threshold=20)
    >>> result_words(0.8269, asked), result_words(0.799998, asked), result_words(0.8, asked)
    ('82.69 %', '79.9998 %', '80.00 %')
    """
    if value is None or math.isnan(value):
        return "none"
    factor, unit = (1.0, "s") if objective.in_seconds else (100.0, "%")
    goal = factor * limit_words(objective)
    near = abs(factor * value - goal) > 1e-12
    decimals = 2
    while (
        near
        and decimals < _MOST_DECIMALS
        and round(factor * value, decimals) == round(goal, decimals)
    ):
        decimals += 1
    return f"{factor * value:,.{decimals}f} {unit}"


def window_words(begin: pd.Timestamp, window: str, starts_on: int = 1) -> str:
    """Return a window as people call it.

    Examples
    --------
    >>> window_words(pd.Timestamp("2026-03-01"), "month")
    'March 2026'
    >>> window_words(pd.Timestamp("2026-02-22"), "month", 22)
    '22 Feb to 21 Mar 2026'
    """
    if window == "interval":
        return f"{day_words(begin)} {begin:%H:%M}"
    if window == "day":
        return day_words(begin)
    if window == "month" and starts_on == 1:
        return f"{begin:%B %Y}"
    if window == "quarter" and starts_on == 1:
        return f"quarter {(begin.month + 2) // 3} of {begin.year}"
    until = window_end(begin.as_unit("us").value // 1000, window, starts_on)
    last = pd.Timestamp(until, unit="us") - pd.Timedelta(days=1)
    year = "" if begin.year == last.year else f" {begin.year}"
    return f"{begin.day} {begin:%b}{year} to {last.day} {last:%b %Y}"


def day_words(day: pd.Timestamp) -> str:
    """Return a day such as ``Mon 2 Mar 2026``."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def amount(value: float, contract: Contract) -> str:
    """Return an amount of money in the contract's currency."""
    text = f"{value:,.2f}".removesuffix(".00")
    return f"{text} {contract.currency}".strip()


def count_text(count: float | Fraction) -> str:
    """Return a number of contacts; relief may leave a part of one."""
    return f"{float(count):,.1f}".removesuffix(".0")


def counted_words(finding: Finding) -> str:
    """Return the counts behind a result, such as ``860 of 1,040``; empty without a result."""
    if finding.result is None or finding.objective.metric in ("backlog", "occupancy"):
        return ""
    if finding.objective.metric == "asa" and finding.objective.in_seconds:
        return f"{count_text(finding.counted)} answered"
    return f"{count_text(finding.in_time)} of {count_text(finding.counted)}"


def period_words(card: Scorecard) -> str:
    """Return from when to when was scored."""
    inside = card.scope.local[card.scope.inside]
    if not len(inside):
        return "no rows within the contract's days and hours"
    first, last = (start_of(int(tick)).normalize() for tick in (inside.min(), inside.max()))
    return day_words(first) if first == last else f"{day_words(first)} to {day_words(last)}"
