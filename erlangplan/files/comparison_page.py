"""Vendors compared, as one web page: scores, results, and what could be chance."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from erlangplan.files.markup import Cell, element, figure, table, tag
from erlangplan.files.sla_page import document
from erlangplan.files.sla_wording import (
    amount,
    count_text,
    goal_words,
    limit_words,
    parties,
    period_words,
    result_words,
)
from erlangplan.plotting.result_bars import Bar, draw_results
from erlangplan.sla.chance import chance_text
from erlangplan.sla.score_wording import gap_text
from erlangplan.units import share_text

if TYPE_CHECKING:
    from erlangplan.sla.comparing import Comparison

__all__ = ["comparison_page_html"]


def comparison_page_html(comparison: Comparison) -> str:
    """Return a comparison of vendors as an HTML page that is one file."""
    scores = comparison.scores.dropna(subset="score").sort_values("score", ascending=False)
    text = ", ".join(
        f"{name} {share_text(score)}"
        for name, score in zip(scores["vendor"], scores["score"], strict=True)
    )
    told = "Share of the windows of each objective that were met, by the weights of the objectives."
    top = f"<div class='verdict'><b>{escape(text or 'nothing was judged')}</b>{told}</div>"
    sections = [
        ("scores", "Scores", _scores(comparison)),
        ("results", "Results", _pictures(comparison) + _results(comparison)),
        ("chance", "Real or chance", _pairs(comparison)),
    ]
    about = f"{parties(comparison.contract)} · {', '.join(comparison.cards)}"
    return document("Vendors under one contract", about, sections, top)


def _scores(comparison: Comparison) -> str:
    known = bool(comparison.scores["staffed"].notna().any())
    rows = []
    names = ("vendor", "score", "staffed", "credit", "days")
    for vendor, score, staffed, credit, days in zip(
        *(comparison.scores[column] for column in names), strict=True
    ):
        shares = [score, staffed] if known else [score]
        rows.append([
            Cell(vendor), *(Cell(_share(share), number=True) for share in shares),
            Cell(amount(credit, comparison.contract), number=True),
            Cell(f"{days:,}", number=True), Cell(period_words(comparison.cards[vendor])),
        ])  # fmt: skip
    numbers = ["Score", *["Intervals adequately staffed"] * known, "Credits", "Days"]
    heads = [Cell("Vendor"), *(Cell(n, number=True) for n in numbers), Cell("From and to")]
    notes = "".join(element("li", note) for note in comparison.notes)
    said = tag("ul", notes) if notes else ""
    return table("Scores of the vendors", heads, rows, quiet=True) + said


def _share(value: float) -> str:
    return "unknown" if math.isnan(value) else share_text(value)


def _results(comparison: Comparison) -> str:
    rows = []
    names = ("objective", "vendor", "met", "windows", "counted", "result", "trend")
    for name, vendor, met, windows, counted, result, trend in zip(
        *(comparison.table[column] for column in names), strict=True
    ):
        objective = comparison.contract.objective(name)
        rows.append([
            Cell(name), Cell(vendor), Cell(f"{met:,} of {windows:,}", number=True),
            Cell(count_text(counted), number=True),
            Cell(result_words(result, objective), number=True),
            Cell(goal_words(objective), look="brief"),
            Cell("" if math.isnan(trend) else gap_text(objective, trend), number=True),
        ])  # fmt: skip
    heads = [Cell("Objective"), Cell("Vendor"), Cell("Windows met", number=True),
             Cell("Counted", number=True), Cell("Result", number=True), Cell("Target"),
             Cell("Trend a window", number=True)]  # fmt: skip
    return table("Results of each objective and vendor, one formula for all", heads, rows)


def _pictures(comparison: Comparison) -> str:
    return tag("div", "".join(_drawn(comparison)), class_="pictures")


def _drawn(comparison: Comparison) -> Iterator[str]:
    for objective in comparison.contract.objectives:
        own = comparison.table[comparison.table["objective"] == objective.id]
        own = own[own["result"].notna()]
        goal = limit_words(objective)
        below = objective.at_most and objective.aggregate != "share-of-intervals"
        bars = [
            Bar(vendor, vendor, result, f"{counted:,.6g}",
                result <= goal if below else result >= goal)
            for vendor, result, counted in zip(
                own["vendor"], own["result"], own["counted"], strict=True)
        ]  # fmt: skip
        if bars:
            drawn = draw_results(objective.id, bars, goal, seconds=objective.in_seconds)
            yield figure(drawn.title, drawn.markup, f"{drawn.told}.")


def _pairs(comparison: Comparison) -> str:
    rows = []
    names = ("objective", "vendor", "other", "days", "difference", "p_value", "words")
    for name, vendor, other, days, gap, chance, words in zip(
        *(comparison.pairs[column] for column in names), strict=True
    ):
        objective = comparison.contract.objective(name)
        rows.append([
            Cell(name), Cell(f"{vendor} less {other}"), Cell(f"{days:,}", number=True),
            Cell("" if math.isnan(gap) else gap_text(objective, gap), number=True),
            Cell("" if math.isnan(chance) else chance_text(chance), number=True),
            Cell(words, look="long"),
        ])  # fmt: skip
    heads = [Cell("Objective"), Cell("Vendors"), Cell("Days", number=True),
             Cell("Mean difference by day", number=True), Cell("p", number=True),
             Cell("What it means")]  # fmt: skip
    said = element("p", "Days are paired by date; contacts within a day are not independent.",
                   class_="quiet")  # fmt: skip
    return said + table("Differences between vendors", heads, rows, quiet=True)
