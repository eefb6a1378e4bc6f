"""The words and numbers that workbooks, pages, pictures and the terminal have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from erlangplan.grid import date_range_text, local_starts

if TYPE_CHECKING:
    from erlangplan.evaluation import Evaluation
    from erlangplan.staffing import Requirement

    Plan: TypeAlias = Requirement | Evaluation

__all__ = ["LABELS", "about", "heading", "measure_text", "names_in_words", "targets_in_words"]

LABELS = {
    "queue": "Queue",
    "day": "Day",
    "volume": "Contacts",
    "agent_hours": "Agent hours",
    "paid_hours": "Paid hours",
    "fte": "FTE",
    "peak": "Peak agents",
    "service_level": "Service level",
    "asa": "Mean wait (s)",
    "abandonment": "Abandonment",
    "occupancy": "Occupancy",
    "overloaded": "Intervals overloaded",
}
NAMED_QUEUES = 2


def heading(plan: Plan) -> str:
    """Return what a result is."""
    return "Evaluation of given agents" if "net" in plan.table else "Staffing plan"


def about(plan: Plan) -> list[str]:
    """Return the days that a result is about, its time zone and its file."""
    days = date_range_text(list(local_starts(plan.table).dt.normalize()))
    return [days, plan.forecast.tz or "local time", str(plan.forecast.source)]


def targets_in_words(plan: Plan) -> list[tuple[str, str]]:
    """Return queues and their target in words; no queue's name where all have the same."""
    asked: dict[str, list[str]] = {}
    for queue in plan.queues["queue"].astype(str):
        asked.setdefault(plan.config.of(queue).target.words, []).append(queue)
    if len(asked) == 1:
        return [("", words) for words in asked]
    return [(names_in_words(queues), words) for words, queues in asked.items()]


def names_in_words(queues: Sequence[str]) -> str:
    """Return a few queues by name and the rest by number."""
    if len(queues) <= NAMED_QUEUES + 1:
        return ", ".join(queues)
    return f"{', '.join(queues[:NAMED_QUEUES])} and {len(queues) - NAMED_QUEUES:,} more"


def measure_text(name: str, value: float) -> str:
    """Return a total as people write it; nothing where it does not exist.

    Examples
    --------
    >>> measure_text("service_level", 0.9257), measure_text("paid_hours", 1638.94)
    ('92.6 %', '1,638.9')
    """
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "unbounded"
    if name in ("service_level", "abandonment", "occupancy"):
        return f"{100 * value:.1f} %"
    if name == "asa":
        return f"{value:,.0f} s"
    whole = name in ("volume", "overloaded") or (name == "peak" and value == round(value))
    return f"{value:,.0f}" if whole else f"{value:,.1f}"
