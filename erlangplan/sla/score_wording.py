"""A scorecard in words: results with their counts, late calls left, credits, remarks."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.sla.chronic import ChronicState
from erlangplan.sla.findings import Finding, goal_of, start_of
from erlangplan.sla.model import Objective
from erlangplan.sla.money import Payment, amount_text, result_text
from erlangplan.sla.relief import Applied
from erlangplan.sla.remaining import Remaining
from erlangplan.units import share_text

if TYPE_CHECKING:
    from erlangplan.sla.scorecard import Scorecard

__all__ = [
    "counts_text", "finding_words", "gap_text", "level_text", "remaining_words", "summary_lines",
    "target_text", "title_of",
]  # fmt: skip

_SHOWN = 40
_FAILURE = "chronic failure"


def title_of(card: Scorecard) -> str:
    """Return who promised what to whom, in one line."""
    contract = card.contract
    parties = " and ".join(filter(None, (contract.client or contract.service, contract.vendor)))
    return f"{contract.title or parties or 'Contract'}: scored from {card.scope.actuals.file}"


def summary_lines(card: Scorecard) -> list[str]:
    """Return the summary of a scorecard, its title first."""
    lines = [title_of(card)]
    shown = [_row(each, card) for each in card.findings[:_SHOWN]]
    if shown:
        lines.append(pd.DataFrame(shown).to_string(index=False))
    if len(card.findings) > _SHOWN:
        lines.append(f"and {len(card.findings) - _SHOWN:,} windows more")
    lines += [f"{_place(card, each)}: {line}" for each in card.findings[:_SHOWN]
              for line in _relief_words(each)]  # fmt: skip
    lines += [remaining_words(each) for each in card.allowances]
    lines += [_paid(each, "credit") for each in card.payments]
    lines += [_paid(each, "bonus") for each in card.bonus_payments]
    lines += [line for each in card.chronic_states for line in _chronic(each, card)]
    return [*lines, *(f"note: {note}" for note in card.notes)]


def finding_words(finding: Finding) -> str:
    """Return a finding in a sentence, counts beside the result."""
    if finding.result is None:
        return f"{finding.objective.id}: no contacts"
    to_date = "" if finding.finished else ", to date"
    after = ""
    if finding.adjusted is not None and finding.adjusted != finding.result:
        after = f", {_result(finding, adjusted=True)} after relief"
    return (
        f"{finding.objective.id}: {_counts(finding)}, {_result(finding)}{after}, "
        f"{finding.verdict}{to_date}"
    )


def remaining_words(each: Remaining) -> str:
    """Return the allowance of a window in a sentence."""
    used = f"{share_text(float(each.used / each.allowed), 1)} of " if each.allowed else ""
    done = share_text(float(each.to_date / each.volume), 1) if each.volume else "none"
    words = (
        f"{each.objective}: {float(each.allowed):,.6g} contacts may {each.lacking} in the window "
        f"from {start_of(each.begin):%Y-%m-%d}; {float(each.used):,.6g} were, {used}"
        f"the allowance at {done} of the volume"
    )
    if each.state == "lost":
        return f"{words}; it is lost at the forecast volume, {float(-each.left):,.6g} too many"
    if each.state == "safe" or each.required is None:
        return f"{words}; {float(each.left):,.6g} are left and it is safe at the forecast volume"
    return (
        f"{words}; {float(each.left):,.6g} are left, the rest must {each.must} "
        f"{share_text(float(each.required), 2)}"
    )


def counts_text(objective: Objective, in_time: float, counted: float) -> str:
    """Return the counts behind a result, such as ``860 of 1,040``; empty where it has none."""
    if objective.in_seconds or objective.metric == "occupancy":
        return f"{counted:,.6g}" if objective.metric == "asa" else ""
    return f"{in_time:,.9g} of {counted:,.9g}"


def level_text(objective: Objective, value: float) -> str:
    """Return a result as a percentage, or in seconds."""
    if objective.in_seconds:
        return f"{value:,.1f} s"
    return share_text(value, 2)


def target_text(objective: Objective) -> str:
    """Return the target, such as ``at least 80 %``."""
    above = objective.at_most and objective.aggregate != "share-of-intervals"
    return ("at most " if above else "at least ") + result_text(objective, goal_of(objective))


def gap_text(objective: Objective, gap: float) -> str:
    """Return a difference of results, such as ``+1.50 points``; nothing has no sign."""
    seconds = objective.in_seconds
    shown = round(gap, 1) if seconds else round(100 * gap, 2)
    text = f"{shown or 0.0:{'+' if shown else ''},.{1 if seconds else 2}f}"
    return f"{text} {'s' if seconds else 'points'}"


def _row(finding: Finding, card: Scorecard) -> dict[str, str]:
    credit = _credit(finding, card)
    row = {
        "objective": finding.objective.id,
        "window": f"{finding.objective.window} from {start_of(finding.begin):%Y-%m-%d}",
        "counts": _counts(finding),
        "result": _result(finding),
        "adjusted": _result(finding, adjusted=True),
        "target": target_text(finding.objective),
        "verdict": finding.verdict + ("" if finding.finished else " (to date)"),
    }
    if finding.objective.window == "interval":
        row["window"] = f"{start_of(finding.begin):%Y-%m-%d %H:%M}"
    return row | (
        {"credit": amount_text(credit) if credit else ""} if card.contract.credits else {}
    )


def _credit(finding: Finding, card: Scorecard) -> Fraction:
    own = (finding.objective.id, finding.begin)
    mine = (each.amount for each in card.payments if (each.objective, each.begin) == own)
    return sum(mine, Fraction(0))


def _counts(finding: Finding) -> str:
    return counts_text(finding.objective, float(finding.in_time), float(finding.counted))


def _result(finding: Finding, *, adjusted: bool = False) -> str:
    value = finding.adjusted if adjusted else finding.result
    return "" if value is None else level_text(finding.objective, float(value))


def _place(card: Scorecard, finding: Finding) -> str:
    return f"{finding.objective.id} from {start_of(finding.begin):%Y-%m-%d}"


def _relief_words(finding: Finding) -> Iterator[str]:
    by_relief: dict[str, list[Applied]] = {}
    for each in finding.applied:
        by_relief.setdefault(each.claim.relief.id, []).append(each)
    for name, own in by_relief.items():
        gone = float(sum(part for each in own for part in each.removed))
        more = f", and {len(own) - 1} periods more" if len(own) > 1 else ""
        yield f"{gone:,.6g} contacts left out by {name}: {own[0].claim.ground}{more}"
    if finding.waived:
        yield f"not judged: {finding.waived}"


def _paid(each: Payment, what: str) -> str:
    stands = "" if each.finished else ", as it stands"
    return f"{what} {each.objective} from {start_of(each.begin):%Y-%m-%d}: {each.words}{stands}"


def _chronic(each: ChronicState, card: Scorecard) -> Iterator[str]:
    rule = card.contract.chronic
    means = f" ({rule.means})" if rule and rule.means else ""
    if each.since is not None:
        yield (
            f"{each.objective}: {_FAILURE} since the month from "
            f"{start_of(each.since):%Y-%m-%d}{means}"
        )
    elif each.in_a_row or each.of_last:
        months = f"{each.in_a_row} month{'s' * (each.in_a_row != 1)}"
        yield (
            f"{each.objective}: {months} missed in a row; {each.left} more until {_FAILURE}{means}"
        )
