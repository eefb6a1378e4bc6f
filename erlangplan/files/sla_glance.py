"""The verdict at a glance: one sentence, and a card for each objective."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from erlangplan.files.sla_wording import (
    MARKS,
    METRIC_WORDS,
    amount,
    counted_words,
    goal_words,
    result_words,
    window_words,
)
from erlangplan.sla.findings import MONTHS_OF, Finding, start_of

if TYPE_CHECKING:
    from erlangplan.sla.model import Objective
    from erlangplan.sla.scorecard import Scorecard

__all__ = ["cards", "findings_by_objective", "headline"]


def findings_by_objective(card: Scorecard) -> list[tuple[Objective, list[Finding]]]:
    """Return each objective of the contract with its findings, in the order of time."""
    found = {each.id: [f for f in card.findings if f.objective.id == each.id]
             for each in card.contract.objectives}  # fmt: skip
    return [
        (each, sorted(found[each.id], key=lambda own: own.begin))
        for each in card.contract.objectives
    ]


def headline(card: Scorecard) -> tuple[str, str, str]:
    """Return a verdict on everything, a sentence, and what follows from it."""
    pairs = [(each, own) for each, own in findings_by_objective(card) if own]
    missed = [each for each, own in pairs if any(f.verdict == "missed" for f in own)]
    met = [each for each, own in pairs if all(f.verdict == "met" for f in own)]
    rest = ", to date" if any(not f.finished for f in card.findings) else ""
    if unjudged := len(card.contract.objectives) - len(pairs):
        rest += f"; {unjudged} not judged"
    whole = f"{len(pairs)} objective{'s' if len(pairs) != 1 else ''}"
    broken = sum(f.verdict == "missed" for f in card.findings)
    if broken and any(len(own) > 1 for _, own in pairs):
        whole += f" in {broken:,} of {len(card.findings):,} windows"
    follows = list(_follows(card, missed))
    if not pairs:
        text = f"Undecided: none of {len(card.contract.objectives)} objectives was judged"
        return "undecided", text, " ".join(follows)
    if missed:
        return "missed", f"Missed: {len(missed)} of {whole}{rest}", " ".join(follows)
    if len(met) == len(pairs) and pairs:
        return "met", f"Met: all of {whole}{rest}", " ".join(follows)
    return "undecided", f"Undecided: {len(met)} of {whole} met{rest}", " ".join(follows)


def _follows(card: Scorecard, missed: Sequence[Objective]) -> Iterator[str]:
    if missed:
        names = [f"{each.id} (critical)" if each.critical else each.id for each in missed]
        yield f"{', '.join(names)}."
    if why := card.unjudged:
        yield f"{why[0].upper()}{why[1:]}."
    credit = float(sum(each.amount - each.earned_back for each in card.payments))
    bonus = float(sum(each.amount for each in card.bonus_payments))
    if card.contract.credits:
        yield f"Credits {amount(credit, card.contract)}."
    if bonus:
        yield f"Bonuses {amount(bonus, card.contract)}."


def cards(card: Scorecard) -> str:
    """Return a list with a card for each objective: its last month, or how many days it met."""
    pairs = findings_by_objective(card)
    items = "".join(_card(card, objective, own) for objective, own in pairs)
    return f"<ul class='cards' aria-label='Objectives'>{items}</ul>"


def _card(card: Scorecard, objective: Objective, own: Sequence[Finding]) -> str:
    name = f"{objective.id}{' (critical)' if objective.critical else ''}"
    if not own:
        lines = ["not judged", goal_words(objective)]
        verdict = "undecided"
    elif objective.window in MONTHS_OF or len(own) == 1:
        verdict, lines = own[-1].verdict, _last(card, own[-1])
        if len(own) > 1:
            lines.append(_counted(own)[1][0])
    else:
        verdict, lines = _counted(own)
    big, *rest = lines
    texts = "".join(f"<p class='quiet'>{escape(line)}</p>" for line in rest)
    look = verdict.split()[0]
    kind = METRIC_WORDS[objective.metric]
    return (
        f"<li class='{look}'><p>{escape(name)}: {kind}</p><p class='big'>{escape(big)}</p>"
        f"<p><b class='{look}'>{MARKS[verdict]} {verdict}</b></p>{texts}</li>"
    )


def _last(card: Scorecard, finding: Finding) -> list[str]:
    objective = finding.objective
    adjusted = None if finding.adjusted is None else float(finding.adjusted)
    raw = None if finding.result is None else float(finding.result)
    window = window_words(start_of(finding.begin), objective.window, card.contract.month_starts_on)
    shown = raw if adjusted is None else adjusted
    lines = ["none" if shown is None else result_words(shown, objective), goal_words(objective)]
    counts = counted_words(finding)
    if finding.waived:
        lines.append(f"not judged: {finding.waived}")
    elif raw is not None and raw != adjusted:
        counts = f"{result_words(raw, objective)} before relief" + (f", {counts}" if counts else "")
    if finding.low == finding.low:
        lines.append(f"95 % interval {100 * finding.low:.1f} to {100 * finding.high:.1f} %")
    lines += [counts] if counts else []
    return [*lines, window if finding.finished else f"{window}, to date"]


def _counted(own: Sequence[Finding]) -> tuple[str, list[str]]:
    objective = own[0].objective
    decided = [each for each in own if each.verdict in ("met", "missed")]
    met = sum(each.verdict == "met" for each in decided)
    verdict = "met" if met == len(decided) else "missed"
    if not decided:
        verdict = "undecided"
    text = f"{met:,} of {len(decided):,} {objective.window}s met"
    return verdict, [text, f"{goal_words(objective)}, each {objective.window}"]
