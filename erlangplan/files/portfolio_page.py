"""A portfolio of contracts as one web page: which were kept, which missed, what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from erlangplan.files.markup import Cell, table
from erlangplan.files.sla_glance import findings_by_objective, headline
from erlangplan.files.sla_page import document
from erlangplan.files.sla_wording import MARKS, goal_words, parties, result_words, window_words
from erlangplan.sla.findings import Finding, start_of

if TYPE_CHECKING:
    from erlangplan.files.portfolio import Portfolio
    from erlangplan.sla.scorecard import Scorecard

__all__ = ["portfolio_page_html"]

SHOWN_MISSES = 500
_ORDER = {"missed": 0, "undecided": 1, "met": 2}


def portfolio_page_html(portfolio: Portfolio) -> str:
    """Return a portfolio as an HTML page that is one file, the missed contracts first."""
    every = [(name, card, *headline(card)) for name, card in portfolio.cards.items()]
    every.sort(key=lambda row: (not row[1].missed, _ORDER[row[2]]))
    counts = Counter(row[2] for row in every)
    verdict = next((name for name in _ORDER if counts[name]), "undecided")
    parts = [f"{counts[name]:,} {name}" for name in _ORDER if counts[name]]
    if portfolio.unscored:
        parts.append(f"{len(portfolio.unscored):,} not scored")
        verdict = "missed" if verdict == "missed" else "undecided"
    money = ", ".join(_credits(portfolio))
    critical = len(portfolio.missed)
    more = f"A critical objective was missed in {critical:,}. " * bool(critical)
    top = (
        f"<div class='verdict {verdict}'><b class='{verdict}'>{MARKS[verdict]} "
        f"{escape(', '.join(parts))}</b>{escape(f'{more}{money}')}</div>"
    )
    sections = [
        ("contracts", "Contracts", _contracts(every)),
        ("misses", "What was missed", _misses([(n, c) for n, c, *_ in every])),
        ("unscored", "Not scored", _unscored(portfolio)),
    ]
    total = len(every) + len(portfolio.unscored)
    about = f"{total:,} contract{'' if total == 1 else 's'}"
    return document("Contracts scored", about, sections, top)


def _credits(portfolio: Portfolio) -> Iterator[str]:
    sums: dict[str, float] = {}
    for card in portfolio.cards.values():
        owed = float(sum(each.amount - each.earned_back for each in card.payments))
        sums[card.contract.currency] = sums.get(card.contract.currency, 0.0) + owed
    for currency, owed in sorted(sums.items()):
        if owed:
            yield f"Credits {f'{owed:,.2f}'.removesuffix('.00')} {currency}".strip()


def _contracts(every: list[tuple[str, Scorecard, str, str, str]]) -> str:
    rows = []
    for name, card, verdict, text, more in every:
        judged = [each for each in card.findings if each.verdict in ("met", "missed")]
        met = sum(each.verdict == "met" for each in judged)
        rows.append([
            Cell(name), Cell(parties(card.contract), look="brief"),
            Cell(f"{MARKS[verdict]} {text.partition(':')[0].lower()}", look=verdict),
            Cell(f"{met:,} of {len(judged):,}", number=True), Cell(more, look="long"),
        ])  # fmt: skip
    heads = [Cell("Contract"), Cell("Parties"), Cell("Verdict"),
             Cell("Windows met", number=True), Cell("Why, and what it costs")]  # fmt: skip
    return table("Every contract, the missed ones first", heads, rows, quiet=True) if rows else ""


def _misses(every: list[tuple[str, Scorecard]]) -> str:
    found = [
        (name, card, own)
        for name, card in every
        for _, own in findings_by_objective(card)
        if any(each.verdict == "missed" for each in own)
    ]
    heads = [Cell("Contract"), Cell("Objective"), Cell("Missed", number=True),
             Cell("Worst window"), Cell("Its result", number=True), Cell("Target")]  # fmt: skip
    rows = [_miss(name, card, own) for name, card, own in found[:SHOWN_MISSES]]
    few = f"The first {SHOWN_MISSES:,} of {len(found):,}: all are in the .csv"
    caption = few if len(found) > SHOWN_MISSES else "Objectives that were missed"
    return table(caption, heads, rows, quiet=len(found) <= SHOWN_MISSES) if rows else ""


def _miss(name: str, card: Scorecard, own: Sequence[Finding]) -> list[Cell]:
    objective = own[0].objective
    judged = sum(each.verdict in ("met", "missed") for each in own)
    missed = [each for each in own if each.verdict == "missed"]
    worst = max(missed, key=lambda each: each.shortfall)
    window = window_words(start_of(worst.begin), objective.window, card.contract.month_starts_on)
    result = "" if worst.adjusted is None else result_words(float(worst.adjusted), objective)
    critical = " (critical)" if objective.critical else ""
    return [
        Cell(name), Cell(f"{objective.id}{critical}"),
        Cell(f"{len(missed):,} of {judged:,} {objective.window}{'s' * (judged != 1)}", number=True),
        Cell(window if worst.finished else f"{window}, to date"), Cell(result, number=True),
        Cell(goal_words(objective), look="brief"),
    ]  # fmt: skip


def _unscored(portfolio: Portfolio) -> str:
    rows = [[Cell(name), Cell(why, look="long")] for name, why in portfolio.unscored.items()]
    heads = [Cell("Contract"), Cell("Why")]
    return table("Contracts that could not be scored", heads, rows, quiet=True) if rows else ""
