"""The scorecard: verdicts, credits and reliefs of a contract, and where the promise was broken."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.sla.breaches import breaches_of, by_day, by_interval, tail_of
from erlangplan.sla.chronic import ChronicState
from erlangplan.sla.excluding import left_out, stacked
from erlangplan.sla.findings import Finding, goal_of, start_of
from erlangplan.sla.formulas import formula
from erlangplan.sla.measures import Counted
from erlangplan.sla.money import Payment
from erlangplan.sla.remaining import Remaining
from erlangplan.sla.scope import Scope, nothing_counts
from erlangplan.sla.score_wording import summary_lines

if TYPE_CHECKING:
    from erlangplan.sla.model import Contract

__all__ = ["Scorecard"]

WORST = 10


@dataclass(frozen=True, eq=False)
class Scorecard:
    """How a contract was kept.

    Attributes
    ----------
    contract
        What was promised.
    findings
        Results and verdicts per objective and window, exact.
    payments, bonus_payments
        Credits that missed objectives cost, and bonuses that better results earn.
    chronic_states
        How near each objective is to chronic failure.
    allowances
        Late calls left in the last window, at the volume of the locked forecast.
    scope, counted
        The rows that were counted, and their counts per objective.
    inputs
        What was given: kind, name of the file, SHA-256.
    notes
        What a reader should know.
    """

    contract: Contract
    findings: tuple[Finding, ...]
    payments: tuple[Payment, ...]
    bonus_payments: tuple[Payment, ...]
    chronic_states: tuple[ChronicState, ...]
    allowances: tuple[Remaining, ...]
    scope: Scope
    counted: Mapping[str, Counted]
    inputs: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def table(self) -> pd.DataFrame:
        """Return one row per objective and window.

        Columns: objective, queue, window, start, counted (denominator), in_time (numerator),
        result and adjusted (before and after relief; shares, or seconds), target, margin (how
        far the adjusted result lies on the right side), verdict (met, missed, undecided or no
        contacts), credit, bonus, low and high (of samples), finished, formula.
        """
        credit, bonus = _by_window(self.payments), _by_window(self.bonus_payments)
        texts = {each.id: formula(each).words for each in self.contract.objectives}
        columns: dict[str, list[object]] = {
            "objective": [f.objective.id for f in self.findings],
            "queue": [", ".join(f.objective.queues) for f in self.findings],
            "window": [f.objective.window for f in self.findings],
            "start": [start_of(f.begin) for f in self.findings],
            "counted": [_number(f.counted) for f in self.findings],
            "in_time": [_number(f.in_time) for f in self.findings],
            "result": [_float(f.result) for f in self.findings],
            "adjusted": [_float(f.adjusted) for f in self.findings],
            "target": [float(goal_of(f.objective)) for f in self.findings],
            "margin": [_float(_margin(f)) for f in self.findings],
            "verdict": [f.verdict for f in self.findings],
            "credit": [credit.get((f.objective.id, f.begin), 0.0) for f in self.findings],
            "bonus": [bonus.get((f.objective.id, f.begin), 0.0) for f in self.findings],
            "low": [f.low for f in self.findings],
            "high": [f.high for f in self.findings],
            "finished": [f.finished for f in self.findings],
            "formula": [texts[f.objective.id] for f in self.findings],
        }
        return pd.DataFrame(columns)

    @property
    def missed(self) -> tuple[Finding, ...]:
        """Findings of critical objectives that were missed."""
        return tuple(f for f in self.findings if f.verdict == "missed" and f.objective.critical)

    @property
    def unjudged(self) -> str:
        """Why nothing was judged; empty where something was."""
        if any(f.verdict in ("met", "missed") for f in self.findings):
            return ""
        return nothing_counts(self.scope) or "every window is undecided or without contacts"

    @cached_property
    def credits(self) -> pd.DataFrame:
        """Credits: objective, start, amount, earned_back, finished, words (the arithmetic)."""
        return _payments(self.payments)

    @cached_property
    def bonuses(self) -> pd.DataFrame:
        """Bonuses, in the columns of the credits."""
        return _payments(self.bonus_payments)

    @cached_property
    def days(self) -> pd.DataFrame:
        """Each objective by day: start, offered, counted, in_time, late, result, met."""
        return stacked(by_day(each) for each in self.counted.values())

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Each objective by interval, in the columns of the days."""
        return stacked(by_interval(each) for each in self.counted.values())

    @property
    def worst_days(self) -> pd.DataFrame:
        """The days of each objective with the most contacts not in time, at most ten each."""
        return _worst(self.days)

    @property
    def worst_intervals(self) -> pd.DataFrame:
        """The intervals of each objective with the most contacts not in time, at most ten each."""
        return _worst(self.intervals)

    @cached_property
    def breaches(self) -> pd.DataFrame:
        """Intervals that broke the promise by window: their count, mean size and longest run."""
        return stacked(breaches_of(each) for each in self.counted.values())

    @cached_property
    def tail(self) -> pd.DataFrame:
        """How long the late waited, by window: late, mean_wait, p95_wait [s]."""
        return stacked(tail_of(self.scope, each) for each in self.counted.values())

    @cached_property
    def chronic(self) -> pd.DataFrame:
        """Months missed: objective, months, in_a_row, of_last, left (until it triggers), since."""
        names = ("objective", "months", "in_a_row", "of_last", "left")
        rows = [
            {name: getattr(each, name) for name in names}
            | {"since": pd.NaT if each.since is None else start_of(each.since)}
            for each in self.chronic_states
        ]
        return pd.DataFrame(rows, columns=[*names, "since"])

    @cached_property
    def remaining(self) -> pd.DataFrame:
        """Contacts that may still be late: volume, to_date, allowed, used, left, required, state.

        `volume_share` and `used_share` are what has passed of the volume and of the allowance;
        `required` is what the rest of the window must come to.
        """
        names = ("volume", "to_date", "allowed", "used", "left", "required")
        rows = [
            {"objective": each.objective, "start": start_of(each.begin)}
            | {name: _float(getattr(each, name)) for name in names}
            | {
                "volume_share": _float(each.to_date / each.volume if each.volume else None),
                "used_share": _float(each.used / each.allowed if each.allowed else None),
                "state": each.state,
            }
            for each in self.allowances
        ]
        columns = ["objective", "start", *names, "volume_share", "used_share", "state"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def excluded(self) -> pd.DataFrame:
        """Rows left out, each with its rule.

        Columns: objective (empty: all), window (its start), row (of the file), start, queue,
        rule, contacts (offered ones that were left out; may be a part of the row).
        """
        return left_out(self.scope, self.findings)

    def summary(self) -> str:
        """Return verdicts, counts, credits and what to beware of as text."""
        return "\n".join(summary_lines(self))

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def _repr_html_(self) -> str:
        title, *_ = summary_lines(self)
        shown = self.table.drop(columns="formula").to_html(index=False, na_rep="")
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        return f"<h3>{html.escape(title)}</h3>{shown}<ul>{notes}</ul>"

    def to_audit(self) -> dict[str, object]:
        """Return what the scores rest on, for JSON; the same inputs give the same."""
        from erlangplan.sla.audit import audit_of

        return audit_of(self)


def _margin(finding: Finding) -> Fraction | None:
    if finding.adjusted is None:
        return None
    gap = finding.adjusted - goal_of(finding.objective)
    above = finding.objective.at_most and finding.objective.aggregate != "share-of-intervals"
    return -gap if above else gap


def _float(value: Fraction | None) -> float:
    return math.nan if value is None else float(value)


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _by_window(payments: Iterable[Payment]) -> dict[tuple[str, int], float]:
    sums: dict[tuple[str, int], Fraction] = {}
    for each in payments:
        key = (each.objective, each.begin)
        sums[key] = sums.get(key, Fraction(0)) + each.amount
    return {key: float(amount) for key, amount in sums.items()}


def _payments(payments: Iterable[Payment]) -> pd.DataFrame:
    rows = [
        {
            "objective": each.objective, "start": start_of(each.begin),
            "amount": float(each.amount), "earned_back": float(each.earned_back),
            "finished": each.finished, "words": each.words,
        }
        for each in payments
    ]  # fmt: skip
    columns = ["objective", "start", "amount", "earned_back", "finished", "words"]
    return pd.DataFrame(rows, columns=columns)


def _worst(frame: pd.DataFrame) -> pd.DataFrame:
    if not len(frame):
        return frame
    order = frame[frame["late"] > 0].sort_values(
        ["objective", "late", "start"], ascending=[True, False, True], kind="stable"
    )
    return order.groupby("objective", sort=False).head(WORST).reset_index(drop=True)
