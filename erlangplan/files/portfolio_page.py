"""A portfolio of contracts as one web page: which were kept, which missed, what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from erlangplan.files.markup import Cell, table
from erlangplan.files.sla_glance import headline
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
             Cell("Windows met", number=True), Cell("Missed, and what it costs")]  # fmt: skip
    return table("Every contract, the missed ones first", heads, rows, quiet=True) if rows else ""


def _misses(every: list[tuple[str, Scorecard]]) -> str:
    found = [(name, card, each) for name, card in every for each in card.findings
             if each.verdict == "missed"]  # fmt: skip
    heads = [Cell("Contract"), Cell("Objective"), Cell("Window"), Cell("Raw", number=True),
             Cell("Adjusted", number=True), Cell("Target")]  # fmt: skip
    rows = [_miss(name, card, each) for name, card, each in found[:SHOWN_MISSES]]
    few = f"The first {SHOWN_MISSES:,} of {len(found):,}: all are in the .csv"
    caption = few if len(found) > SHOWN_MISSES else "Objectives and windows that were missed"
    return table(caption, heads, rows, quiet=len(found) <= SHOWN_MISSES) if rows else ""


def _miss(name: str, card: Scorecard, each: Finding) -> list[Cell]:
    objective = each.objective
    window = window_words(start_of(each.begin), objective.window, card.contract.month_starts_on)
    raw, adjusted = (
        "" if value is None else result_words(float(value), objective)
        for value in (each.result, each.adjusted)
    )
    critical = " (critical)" if objective.critical else ""
    return [
        Cell(name), Cell(f"{objective.id}{critical}"), Cell(window), Cell(raw, number=True),
        Cell(adjusted, number=True), Cell(goal_words(objective), look="brief"),
    ]  # fmt: skip


def _unscored(portfolio: Portfolio) -> str:
    rows = [[Cell(name), Cell(why, look="long")] for name, why in portfolio.unscored.items()]
    heads = [Cell("Contract"), Cell("Why")]
    return table("Contracts that could not be scored", heads, rows, quiet=True) if rows else ""
