"""Pictures of an objective on a page: by day, contacts left, late contacts by day and time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from erlangplan.files.markup import figure, tag
from erlangplan.files.sla_wording import goal_words_of_interval
from erlangplan.plotting.scored import draw_days, draw_late, draw_left, draw_windows
from erlangplan.sla.columns import sampled
from erlangplan.sla.remaining import Remaining
from erlangplan.sla.score_wording import remaining_words

if TYPE_CHECKING:
    from erlangplan.sla.model import Objective
    from erlangplan.sla.scorecard import Scorecard

__all__ = ["pictured", "pictures"]

PICTURED = 8


def pictured(card: Scorecard) -> list[Objective]:
    """Return the objectives that are drawn: those with rows, critical and missed ones first."""
    missed = {each.objective.id for each in card.findings if each.verdict == "missed"}
    held = [
        each for each in card.contract.objectives
        if not sampled(each) and len(card.counted[each.id].at)
    ]  # fmt: skip
    held.sort(key=lambda each: (not each.critical, each.id not in missed))
    chosen = {each.id for each in held[:PICTURED]}
    return [each for each in card.contract.objectives if each.id in chosen]


def pictures(card: Scorecard, objective: Objective) -> str:
    """Return the pictures of an objective as markup."""
    return tag("div", "".join(_pictures(card, objective)), class_="pictures")


def _pictures(card: Scorecard, objective: Objective) -> Iterator[str]:
    by_day = draw_days(card, objective.id)
    unit = "an interval" if objective.aggregate == "share-of-intervals" else "each day shown"
    note = f"{by_day.told}. The target of {unit} is {goal_words_of_interval(objective)}: "
    note += "dashed; a cross marks a miss." if unit != "an interval" else "a cross marks a miss."
    yield figure(by_day.title, by_day.markup, note)
    if (left := draw_left(card, objective.id)) is not None:
        yield figure(left.title, left.markup, _left_note(card, objective, left.told))
    if (windows := draw_windows(card, objective.id)) is not None:
        yield figure(windows.title, windows.markup, f"{windows.told}.")
    late = None if _drawn_before(card, objective) else draw_late(card, objective.id)
    if late is not None:
        yield tag("div", figure(late.title, late.markup), class_="broad")


def _drawn_before(card: Scorecard, objective: Objective) -> bool:
    """Tell whether an earlier objective shows the same late contacts."""
    wanted = (objective.metric, objective.queues, objective.threshold, objective.match)
    for other in pictured(card):
        if other is objective:
            return False
        if (other.metric, other.queues, other.threshold, other.match) == wanted:
            return True
    return False


def _left_note(card: Scorecard, objective: Objective, told: str) -> str:
    known: list[Remaining] = [each for each in card.allowances if each.objective == objective.id]
    words = (
        remaining_words(known[-1]).partition(": ")[2] if known else f"{told}, at the volume so far"
    )
    return f"{words}. Before relief. Dotted: an even pace, by volume."
