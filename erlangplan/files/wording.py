"""The words and numbers that workbooks, pages, pictures and the terminal have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from erlangplan.grid import date_range_text, local_starts

if TYPE_CHECKING:
    import pandas as pd

    from erlangplan.evaluation import Evaluation
    from erlangplan.staffing import Requirement

    Plan: TypeAlias = Requirement | Evaluation

__all__ = [
    "LABELS",
    "WINDOW_LABELS",
    "about",
    "facts_in_words",
    "heading",
    "measure_text",
    "targets_in_words",
    "windows_of",
]

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
    "cost": "Cost",
    "overloaded": "Intervals overloaded",
}
WINDOW_LABELS = {
    "queue": "Queue",
    "window": "From",
    "volume": "Contacts",
    "so_far_offered": "Contacts so far",
    "target": "Promised",
    "service_level": "Service level",
    "agent_hours": "Agent hours",
    "interval_hours": "Agent hours by interval",
    "saved_hours": "Agent hours saved",
    "lowest": "Lowest interval",
}
_SHARES = ("service_level", "abandonment", "occupancy", "target", "lowest")
NAMED_QUEUES = 2
SHOWN_FACTS = 24


def heading(plan: Plan) -> str:
    """Return what a result is."""
    return "Evaluation of given agents" if "net" in plan.table else "Staffing plan"


def about(plan: Plan) -> list[str]:
    """Return the days that a result is about, its time zone and its file."""
    days = date_range_text(list(local_starts(plan.table).dt.normalize()))
    return [days, plan.forecast.tz or "local time", str(plan.forecast.source)]


def windows_of(plan: Plan) -> pd.DataFrame | None:
    """Return the windows over which a plan keeps its promise; None where each interval does."""
    return getattr(plan, "windows", None)


def targets_in_words(plan: Plan) -> list[tuple[str, str]]:
    """Return queues and their target in words; no queue's name where all have the same."""
    asked: dict[str, list[str]] = {}
    for queue in plan.queues["queue"].astype(str):
        asked.setdefault(plan.config.of(queue).target.words, []).append(queue)
    if len(asked) == 1:
        return [("", words) for words in asked]
    return [(_names(queues), words) for words, queues in asked.items()]


def _names(queues: Sequence[str]) -> str:
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
    if name in _SHARES:
        return f"{100 * value:.1f} %"
    if name == "asa":
        return f"{value:,.0f} s"
    whole = name in ("volume", "so_far_offered", "overloaded") or (
        name == "peak" and value == round(value)
    )
    return f"{value:,.0f}" if whole else f"{value:,.1f}"


def facts_in_words(plan: Plan) -> list[tuple[str, str]]:
    """Return what the numbers rest on and what becomes of abandonment, for the first sheet."""
    names = (
        "Way of counting",
        "Promise kept",
        "Method",
        "Patience",
        "Balking",
        "Lines",
        "Shrinkage",
    )
    facts = [(f"Target {queues}".strip(), words) for queues, words in targets_in_words(plan)]
    asked: dict[tuple[str, str], list[str]] = {}
    for name, text in plan.assumptions:
        queue, _, bare = name.rpartition(": ")
        if bare in names:
            asked.setdefault((bare, text), []).append(queue)
    for name in names:
        texts = {text: queues for (told, text), queues in asked.items() if told == name}
        alone = len(texts) == 1
        facts += [
            (name if alone else f"{name} {_names(queues)}", text) for text, queues in texts.items()
        ]
    if len(facts) > SHOWN_FACTS:
        facts = [*facts[:SHOWN_FACTS], ("and more", "see the sheet Assumptions")]
    return [*facts, ("Abandonment", _abandonment(plan))]


def _abandonment(plan: Plan) -> str:
    share = measure_text("abandonment", plan.total["abandonment"].iloc[0]) or "none"
    per_queue = [
        f"{queue} {measure_text('abandonment', lost)}"
        for queue, lost in zip(plan.queues["queue"], plan.queues["abandonment"], strict=True)
        if lost == lost
    ]
    told = f" ({', '.join(per_queue)})" if 1 < len(per_queue) <= 8 else ""
    return f"{share} of contacts are predicted to abandon{told}"
