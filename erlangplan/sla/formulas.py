"""What an objective divides by what, in words and in symbols, from the same ratio as the sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from erlangplan.sla.counting import ratio
from erlangplan.sla.model import Objective
from erlangplan.units import duration_text

__all__ = ["SYMBOLS", "Formula", "formula", "goal_text", "length_text", "percent_text"]

SYMBOLS: Mapping[str, tuple[str, str]] = {
    "offered": ("A", "contacts offered"),
    "answered": ("S", "contacts answered"),
    "abandoned": ("L", "contacts abandoned"),
    "answered_within": ("Sg", "contacts answered within {threshold}"),
    "abandoned_within": ("Lg", "contacts abandoned within {threshold}"),
    "abandoned_short": ("Ls", "contacts abandoned within {short}"),
    "wait_answered_seconds": ("W", "seconds that answered contacts waited"),
    "handle_seconds": ("H", "seconds of handling contacts"),
    "staffed_seconds": ("T", "seconds of agents on the queue"),
    "oldest_seconds": ("B", "age of the oldest open contact, in seconds"),
    "good": ("G", "good ones"),
    "counted": ("N", "all that were looked at"),
}
_SECONDS = ("asa", "backlog")
_DAY = 86400


@dataclass(frozen=True)
class Formula:
    """How a result is worked out and what it must reach.

    Attributes
    ----------
    words
        For people who sign it.
    symbols
        For people who check it; `SYMBOLS` says what each letter counts.
    """

    words: str
    symbols: str


def formula(objective: Objective) -> Formula:
    """Return the formula of an objective; the same objective always gives the same text.

    Examples
    --------
    >>> asked = Objective("sl", ("a",), "service_level", 0.8, threshold=20.0,
    ...                   abandons="exclude-within-threshold")
    >>> formula(asked).words
    'contacts answered within 20 s / (contacts offered - contacts abandoned within 20 s), added up
    over the month, at least 80 %'
    >>> formula(asked).symbols
    'sum(Sg) / sum(A - Lg) >= 0.8'
    """
    taken = ratio(objective)
    over, under = taken.numerator, taken.denominator
    words = _words(over, objective)
    if under:
        words = f"{_bracketed(words)} / {_bracketed(_words(under, objective))}"
    letters, below = _letters(over), _letters(under)
    sign = "<=" if objective.at_most else ">="
    goal = f"{objective.goal:.12g}"
    if objective.aggregate == "contacts":
        summed = f"sum({letters}) / sum({below})" if below else f"max({letters})"
        return Formula(f"{words}, {_added(objective)}, {goal_text(objective)}",
                       f"{summed} {sign} {goal}")  # fmt: skip
    each = f"{_round_bracketed(letters)} / {_round_bracketed(below)}"
    if objective.aggregate == "mean-of-intervals":
        return Formula(
            f"{words} of each interval, then the mean of the intervals of the "
            f"{objective.window}, {goal_text(objective)}",
            f"mean over intervals({each}) {sign} {goal}",
        )
    share = objective.share or 0.0
    return Formula(
        f"share of the intervals of the {objective.window} in which {words} is "
        f"{goal_text(objective)}, at least {percent_text(share)}",
        f"share of intervals({each} {sign} {goal}) >= {share:.12g}",
    )


def _added(objective: Objective) -> str:
    if objective.metric == "backlog":
        return f"the highest of the {objective.window}"
    if objective.window == "interval":
        return "in each interval"
    return f"added up over the {objective.window}"


def goal_text(objective: Objective) -> str:
    """Return what the result must reach, such as ``at least 80 %``."""
    limit = "at most" if objective.at_most else "at least"
    in_seconds = objective.metric in _SECONDS
    text = length_text(objective.goal) if in_seconds else percent_text(objective.goal)
    return f"{limit} {text}"


def percent_text(share: float) -> str:
    """Return a share as a percentage with all its decimals.

    Examples
    --------
    >>> percent_text(0.8), percent_text(0.8269), percent_text(0.07)
    ('80 %', '82.69 %', '7 %')
    """
    return f"{100 * share:.12g} %"


def length_text(seconds: float) -> str:
    """Return a duration exactly, in days where it is whole days.

    Examples
    --------
    >>> length_text(20), length_text(7.25), length_text(14400), length_text(45 * 86400)
    ('20 s', '7.25 s', '4 h', '45 days')
    """
    if seconds % 1 or seconds < 60:
        return f"{seconds:.12g} s"
    if seconds % _DAY == 0 and seconds > _DAY:
        return f"{seconds / _DAY:,.12g} days"
    return duration_text(seconds)


def _words(terms: Mapping[str, int], objective: Objective) -> str:
    threshold = "" if objective.threshold is None else length_text(objective.threshold)
    short = "" if objective.short_abandon is None else length_text(objective.short_abandon)
    told = ""
    for name, times in terms.items():
        words = SYMBOLS[name][1].format(threshold=threshold, short=short)
        told += (" - " if times < 0 else " + " if told else "") + words
    return told


def _letters(terms: Mapping[str, int]) -> str:
    told = ""
    for name, times in terms.items():
        told += (" - " if times < 0 else " + " if told else "") + SYMBOLS[name][0]
    return told


def _round_bracketed(text: str) -> str:
    return f"({text})" if " " in text else text


def _bracketed(words: str) -> str:
    return f"({words})" if " + " in words or " - " in words else words
