"""Tables of a scorecard's page: results, relief and what it left out, money, breaches, waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.files.markup import Cell, element, table, tag
from erlangplan.files.sla_wording import (
    MARKS,
    amount,
    count_text,
    day_words,
    goal_words,
    result_words,
    window_words,
)
from erlangplan.sla.findings import Finding, start_of
from erlangplan.sla.formulas import formula
from erlangplan.units import duration_text

if TYPE_CHECKING:
    from erlangplan.sla.model import Objective
    from erlangplan.sla.scorecard import Scorecard

__all__ = [
    "breach_table", "chronic_table", "excluded_tables", "payment_table", "relief_table",
    "results_table", "tail_table",
]  # fmt: skip

SHOWN_WINDOWS, SHOWN_ROWS = 14, 100


def results_table(card: Scorecard) -> str:
    """Return every objective and window: counts, raw and adjusted result, target, verdict."""
    heads = [Cell("Objective"), Cell("Window")]
    heads += [Cell(name, number=True) for name in ("In time", "Counted", "Result", "Adjusted")]
    heads += [Cell("Target"), Cell("Verdict")]
    money = bool(card.contract.credits)
    if money:
        heads.append(Cell("Credit", number=True))
    rows, more = [], 0
    for objective in card.contract.objectives:
        own = [each for each in card.findings if each.objective.id == objective.id]
        own = _to_show(own)
        more += sum(each.objective.id == objective.id for each in card.findings) - len(own)
        rows += [_result_row(card, each, money=money) for each in own]
    said = (
        element("p", f"{more:,} further windows are in the workbook and the .csv.") if more else ""
    )
    formulas = "".join(
        f"<dt>{element('b', each.id)}</dt><dd>{element('span', formula(each).words)}</dd>"
        for each in card.contract.objectives
    )
    return (
        table("Results of each objective and window", heads, rows, quiet=True) + said
        + tag("details", f"<summary>How each is worked out</summary><dl>{formulas}</dl>")
    )  # fmt: skip


def _to_show(own: Sequence[Finding]) -> list[Finding]:
    """Return the findings of an objective that fit on a page; of many the missed and the last."""
    if len(own) <= SHOWN_WINDOWS:
        return list(own)
    missed = [each for each in own if each.verdict == "missed"][-SHOWN_WINDOWS + 3 :]
    last = [each for each in own[-3:] if each not in missed]
    return sorted([*missed, *last], key=lambda each: each.begin)


def _result_row(card: Scorecard, finding: Finding, *, money: bool) -> list[Cell]:
    objective = finding.objective
    begin = start_of(finding.begin)
    window = window_words(begin, objective.window, card.contract.month_starts_on)
    raw, adjusted = (
        "" if value is None else result_words(float(value), objective)
        for value in (finding.result, finding.adjusted)
    )
    verdict = f"{MARKS[finding.verdict]} {finding.verdict}"
    cells = [
        Cell(objective.id), Cell(window if finding.finished else f"{window}, to date"),
        Cell(count_text(finding.in_time) if raw else "", number=True),
        Cell(count_text(finding.counted) if raw else "", number=True),
        Cell(raw, number=True), Cell(adjusted, number=True),
        Cell(goal_words(objective), look="brief"),
        Cell(verdict, look=finding.verdict.split()[0]),
    ]  # fmt: skip
    if money:
        owed = sum(
            float(each.amount) for each in card.payments
            if each.objective == objective.id and each.begin == finding.begin
        )  # fmt: skip
        cells.append(Cell(amount(owed, card.contract) if owed else "", number=True))
    return cells


def relief_table(card: Scorecard) -> str:
    """Return raw and adjusted results side by side with the reliefs that made the difference."""
    heads = [
        Cell("Objective"), Cell("Window"), Cell("Raw", number=True), Cell("Adjusted", number=True),
        Cell("Relief"), Cell("Contacts left out", number=True), Cell("Why"),
    ]  # fmt: skip
    rows = []
    for finding in card.findings:
        objective = finding.objective
        begin = start_of(finding.begin)
        window = window_words(begin, objective.window, card.contract.month_starts_on)
        raw, adjusted = (
            "not judged" if value is None else result_words(float(value), objective)
            for value in (finding.result, finding.adjusted)
        )
        front = [Cell(objective.id), Cell(window), Cell(raw, number=True),
                 Cell(adjusted, number=True)]  # fmt: skip
        for each in finding.applied:
            gone = Cell(count_text(float(sum(each.removed))), number=True)
            rule = Cell(f"{each.claim.relief.id}: {each.claim.relief.remedy}")
            rows.append([*front, rule, gone, Cell(each.claim.ground, look="long")])
        if finding.waived:
            rows.append([*front, Cell("waive-window"), Cell("all", number=True),
                         Cell(finding.waived, look="long")])  # fmt: skip
    if not rows:
        agreed = "None was agreed." if not card.contract.reliefs else "None applied."
        return element("p", agreed)
    return table("Raw and adjusted results, with the relief between them", heads, rows)


def excluded_tables(card: Scorecard) -> str:
    """Return what was left out: what the contract is not about by rule, then row by row."""
    rows = card.excluded
    if not len(rows):
        return ""
    objectives = rows["objective"].replace("", "all")
    outside = rows[rows["objective"] == ""]
    by_rule = [
        [Cell(str(rule), look="long"), Cell(f"{len(own):,}", number=True),
         Cell(count_text(float(own["contacts"].sum())), number=True)]
        for rule, own in outside.groupby("rule", sort=False)
    ]  # fmt: skip
    heads = [Cell("Rule"), Cell("Rows", number=True), Cell("Contacts", number=True)]
    rules = table("What the contract is not about", heads, by_rule) if by_rule else ""
    first = rows.assign(objective=objectives).head(SHOWN_ROWS)
    shown = [
        [Cell(f"{row:,}"), Cell(f"{day_words(start)} {start:%H:%M}"), Cell(queue), Cell(objective),
         Cell(count_text(contacts), number=True), Cell(rule, look="long")]
        for row, start, queue, objective, contacts, rule in zip(
            first["row"], first["start"], first["queue"], first["objective"], first["contacts"],
            first["rule"], strict=True)
    ]  # fmt: skip
    listed = table(
        "Rows of the actuals that were left out",
        [*map(Cell, ("Row", "Start", "Queue", "Objective")), Cell("Contacts", number=True),
         Cell("Rule")], shown, quiet=True,
    )  # fmt: skip
    few = f"the first {len(first)} of {len(rows):,} rows; all are in the .json and the .xlsx"
    summary = f"Each row ({few if len(first) < len(rows) else f'{len(rows):,}'})"
    return (
        f"<h3>Left out</h3>{rules}"
        + tag("details", element("summary", summary) + listed)
    )  # fmt: skip


def payment_table(card: Scorecard) -> str:
    """Return credits and bonuses with their arithmetic, and their sum."""
    contract = card.contract
    if not contract.credits and not contract.bonuses:
        return ""
    heads = [Cell("Objective"), Cell("Window"), Cell("What"), Cell("Arithmetic"),
             Cell("Amount", number=True)]  # fmt: skip
    rows = []
    for what, sign, payments in (("credit", -1, card.payments), ("bonus", 1, card.bonus_payments)):
        for each in payments:
            objective = contract.objective(each.objective)
            window = window_words(start_of(each.begin), objective.window, contract.month_starts_on)
            stands = "" if each.finished else ", as it stands"
            value = float(each.amount - each.earned_back)
            rows.append([Cell(each.objective), Cell(window), Cell(what + stands),
                         Cell(each.words, look="long"),
                         Cell(amount(sign * value, contract), number=True)])  # fmt: skip
    if not rows:
        return element("p", "None: no objective with a credit was missed.")
    owed = sum(each.amount - each.earned_back for each in card.payments)
    total = sum(each.amount for each in card.bonus_payments) - owed
    rows.append([Cell("Sum"), Cell(""), Cell(""), Cell("bonuses less credits", look="long"),
                 Cell(amount(float(total), contract), number=True)])  # fmt: skip
    return table("Credits (-) and bonuses (+)", heads, rows)


def breach_table(card: Scorecard) -> str:
    """Return how many intervals broke the promise, how badly, and the longest run."""
    names = ("objective", "start", "breaches", "intervals", "mean_size", "longest_run",
             "longest_run_start")  # fmt: skip
    last = _last_windows(card.breaches)
    rows = []
    for name, start, broken, judged, size, run, begun in zip(
        *(last[column] for column in names), strict=True
    ):
        objective = card.contract.objective(name)
        rows.append([
            Cell(name), Cell(_window(card, objective, start)),
            Cell(f"{broken:,} of {judged:,}", number=True),
            Cell(_size(objective, size), number=True),
            Cell(f"{run:,}" if run else "", number=True),
            Cell(f"{day_words(begun)} {begun:%H:%M}" if run else ""),
        ])  # fmt: skip
    heads = [Cell("Objective"), Cell("Window"), Cell("Intervals below target", number=True),
             Cell("Mean distance", number=True), Cell("Longest run", number=True),
             Cell("From")]  # fmt: skip
    return table("Intervals that missed the target by themselves", heads, rows) if rows else ""


def tail_table(card: Scorecard) -> str:
    """Return how long the late waited."""
    last = _last_windows(card.tail)
    names = ("objective", "start", "late", "mean_wait", "p95_wait")
    rows = [
        [
            Cell(name), Cell(_window(card, card.contract.objective(name), start)),
            Cell(f"{late:,}", number=True),
            *(Cell(duration_text(wait) if late else "", number=True) for wait in waits),
        ]
        for name, start, late, *waits in zip(*(last[column] for column in names), strict=True)
    ]  # fmt: skip
    heads = [Cell("Objective"), Cell("Window")]
    heads += [Cell(name, number=True) for name in ("Late", "Mean wait", "P95 of the wait")]
    if not rows:
        return element("p", "How long the late waited is known only from a log of contacts.",
                       class_="quiet")  # fmt: skip
    return table("How long the late waited", heads, rows)


def chronic_table(card: Scorecard) -> str:
    """Return how near each objective is to chronic failure."""
    rule = card.contract.chronic
    if rule is None:
        return ""
    rows = [
        [
            Cell(each.objective),
            *(Cell(f"{number:,}", number=True)
              for number in (each.months, each.in_a_row, each.of_last)),
            Cell(f"{each.left:,}" if each.left else "reached", number=True,
                 look="" if each.left else "missed"),
        ]
        for each in card.chronic_states
    ]  # fmt: skip
    parts = [] if rule.consecutive is None else [f"{rule.consecutive} months missed in a row"]
    parts += [] if rule.any is None else [f"{rule.any[0]} missed of {rule.any[1]} months"]
    words = " or ".join(parts) + (f": {rule.means}" if rule.means else "")
    heads = [Cell("Objective")]
    heads += [
        Cell(name, number=True)
        for name in ("Months judged", "Missed in a row", "Missed of the last", "Left before it")
    ]
    return element("p", f"{words}.") + table("How near chronic failure is", heads, rows)


def _last_windows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.groupby("objective", sort=False).tail(5)


def _window(card: Scorecard, objective: Objective, start: pd.Timestamp) -> str:
    return window_words(start, objective.window, card.contract.month_starts_on)


def _size(objective: Objective, size: float) -> str:
    if pd.isna(size):
        return ""
    if objective.metric in ("asa", "backlog"):
        return f"{size:,.1f} s"
    return f"{100 * size:.1f} points"
