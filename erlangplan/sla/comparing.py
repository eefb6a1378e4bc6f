"""Several vendors or sites under one contract and one formula, side by side."""

from __future__ import annotations

import html
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.sla.calendar import DAY
from erlangplan.sla.chance import paired_difference
from erlangplan.sla.findings import Finding, goal_of
from erlangplan.sla.levels import level_of
from erlangplan.sla.model import Contract, Objective
from erlangplan.sla.money import amount_text
from erlangplan.sla.scope import nothing_counts
from erlangplan.sla.score_wording import counts_text, gap_text, level_text, target_text
from erlangplan.sla.scorecard import Scorecard
from erlangplan.units import share_text

__all__ = ["Comparison", "compare_scorecards"]

_FEWEST_WINDOWS = 3


@dataclass(frozen=True, eq=False)
class Comparison:
    """Vendors compared.

    Attributes
    ----------
    contract
        The one contract that all were scored by.
    cards
        Scorecard of each vendor, by name.
    weights
        Weight of each objective in the score.
    """

    contract: Contract
    cards: Mapping[str, Scorecard]
    weights: Mapping[str, float]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per objective and vendor.

        Columns: objective, vendor, windows, met, missed, counted, in_time, result (over all
        windows), target, trend (change of the adjusted result from window to window, by least
        squares; empty with fewer than three).
        """
        rows = [
            _row(objective, vendor, card)
            for objective in self.contract.objectives
            for vendor, card in self.cards.items()
        ]
        return pd.DataFrame(rows)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per vendor: score, staffed (share of intervals adequately staffed), credit.

        The score is the weighted mean over objectives of the share of judged windows that were
        met, from 0 to 1. `staffed` needs the columns staffed and required. Further columns: first,
        last and days, which say what the vendor's file covers of the contract's days and hours.
        """
        rows = []
        for vendor, card in self.cards.items():
            days = pd.DatetimeIndex(_days(card).view("M8[D]"))
            rows.append({
                "vendor": vendor, "score": _score(card, self.weights), "staffed": _staffed(card),
                "credit": float(sum(each.amount for each in card.payments)),
                "first": days.min(), "last": days.max(), "days": len(days),
            })  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row per objective and pair of vendors: days, difference, p_value, words.

        Results are paired by date, and days are the units. A day's result is added up as the
        objective says: with share-of-intervals it is the share of its intervals that reach the
        goal.
        """
        rows = []
        for objective in self.contract.objectives:
            levels = {name: _by_date(card, objective) for name, card in self.cards.items()}
            for first, second in itertools.combinations(levels, 2):
                joint = pd.concat([levels[first], levels[second]], axis=1, join="inner")
                found = paired_difference(joint.iloc[:, 0].to_numpy(), joint.iloc[:, 1].to_numpy())
                rows.append({
                    "objective": objective.id, "vendor": first, "other": second,
                    "days": found.days, "difference": found.mean, "p_value": found.p_value,
                    "words": found.words,
                })  # fmt: skip
        columns = ["objective", "vendor", "other", "days", "difference", "p_value", "words"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know: files of which nothing counts, or of different days."""
        whys = {vendor: nothing_counts(card.scope) for vendor, card in self.cards.items()}
        said = [f"{vendor}: {why}" for vendor, why in whys.items() if why]
        if len({tuple(_days(card)) for card in self.cards.values()}) > 1:
            every = ", ".join(f"{row['vendor']} {row['days']}" for row in self._scores())
            said.append(f"scores are not of the same days: {every}")
        return tuple(said)

    def summary(self) -> str:
        """Return scores, results and what their differences mean as text."""
        lines = [pd.DataFrame(rows).to_string(index=False)
                 for rows in (self._scores(), self._results())]  # fmt: skip
        for row in self.pairs.to_dict("records"):
            if not math.isnan(row["difference"]):
                gap = self._gap(str(row["objective"]), float(row["difference"]))
                lines.append(f"{row['objective']}: {row['vendor']} {gap} {row['other']} by day on "
                             f"average; {row['words']}")  # fmt: skip
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def _repr_html_(self) -> str:
        tables = (pd.DataFrame(rows).to_html(index=False)
                  for rows in (self._scores(), self._results()))  # fmt: skip
        names = html.escape(", ".join(self.cards))
        return f"<h3>{names}</h3>{''.join(tables)}"

    def _scores(self) -> list[dict[str, str]]:
        """Return the scores as people read them."""
        rows = []
        known = self.scores["staffed"].notna().any()
        for row in self.scores.to_dict("records"):
            shown = {"vendor": str(row["vendor"]), "score": _share(row["score"])}
            if known:
                shown["staffed"] = _share(row["staffed"])
            if self.contract.credits:
                shown["credit"] = amount_text(Fraction(row["credit"]))
            shown["days"] = "no days"
            if row["days"]:
                count = f"{row['days']:,} day{'s' * (row['days'] != 1)}"
                shown["days"] = f"{row['first']:%Y-%m-%d} to {row['last']:%Y-%m-%d} ({count})"
            rows.append(shown)
        return rows

    def _results(self) -> list[dict[str, str]]:
        rows = []
        for row in self.table.to_dict("records"):
            objective = self.contract.objective(row["objective"])
            none, trend = math.isnan(row["result"]), row["trend"]
            rows.append({
                "objective": objective.id, "vendor": str(row["vendor"]),
                "met": f"{row['met']:,} of {row['windows']:,}",
                "counts": "" if none else counts_text(objective, row["in_time"], row["counted"]),
                "result": "" if none else level_text(objective, row["result"]),
                "target": target_text(objective),
                "trend": "" if math.isnan(trend) else gap_text(objective, trend),
            })  # fmt: skip
        return rows

    def _gap(self, objective: str, gap: float) -> str:
        side = "above" if gap >= 0 else "below"
        if self.contract.objective(objective).in_seconds:
            return f"{abs(gap):.3g} s {side}"
        return f"{share_text(abs(gap), 2).replace(' %', ' points')} {side}"


def compare_scorecards(
    cards: Mapping[str, Scorecard], weights: Mapping[str, float] | None = None
) -> Comparison:
    """Return vendors or sites compared by their scorecards.

    Parameters
    ----------
    cards
        Scorecard of each vendor, by name, all by the same contract.
    weights
        Weight of each objective in the score; all alike where None.

    Raises
    ------
    ValueError
        If there are fewer than two, or they were scored by different contracts.
    """
    if len(cards) < 2:
        raise ValueError(f"a comparison needs at least two vendors, got {len(cards)}")
    contracts = [card.contract for card in cards.values()]
    if any(each.objectives != contracts[0].objectives for each in contracts):
        raise ValueError("vendors must be scored by one contract, got different objectives")
    ids = [each.id for each in contracts[0].objectives]
    given = dict(weights) if weights is not None else dict.fromkeys(ids, 1.0)
    for name, weight in given.items():
        if name not in ids:
            raise ValueError(f"weights must be of {', '.join(ids)}, got {name!r}")
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"a weight must be at least 0, got {weight!r}")
    return Comparison(contracts[0], dict(cards), given)


def _own(card: Scorecard, objective: Objective) -> list[Finding]:
    return [each for each in card.findings if each.objective.id == objective.id]


def _row(objective: Objective, vendor: str, card: Scorecard) -> dict[str, object]:
    own = _own(card, objective)
    verdicts = [each.verdict for each in own]
    judged = [(n, float(each.adjusted)) for n, each in enumerate(own) if each.adjusted is not None]
    place, levels = np.array([n for n, _ in judged]), np.array([level for _, level in judged])
    counted = sum((each.counted for each in own), start=0 * goal_of(objective))
    in_time = sum((each.in_time for each in own), start=0 * goal_of(objective))
    adds_up = objective.aggregate != "mean-of-intervals" and objective.metric != "backlog"
    result = float(in_time / counted) if counted and adds_up else math.nan
    if not adds_up and len(levels):
        result = float(levels.mean())
    trend = float(np.polyfit(place, levels, 1)[0]) if len(levels) >= _FEWEST_WINDOWS else math.nan
    return {
        "objective": objective.id, "vendor": vendor, "windows": len(own),
        "met": verdicts.count("met"), "missed": verdicts.count("missed"),
        "counted": float(counted), "in_time": float(in_time), "result": result,
        "target": float(goal_of(objective)), "trend": trend,
    }  # fmt: skip


def _score(card: Scorecard, weights: Mapping[str, float]) -> float:
    total, whole = 0.0, 0.0
    for name, weight in weights.items():
        judged = [each.verdict for each in _own(card, card.contract.objective(name))
                  if each.verdict in ("met", "missed")]  # fmt: skip
        if judged:
            total += weight * judged.count("met") / len(judged)
            whole += weight
    return total / whole if whole else math.nan


def _staffed(card: Scorecard) -> float:
    agents, at = card.scope.actuals.agents, card.scope.at[card.scope.inside]
    if not {"staffed", "required"} <= agents.keys() or not len(at):
        return math.nan
    return float((agents["staffed"][at] >= agents["required"][at]).mean())


def _share(value: float) -> str:
    return "unknown" if math.isnan(value) else share_text(value)


def _days(card: Scorecard) -> NDArray[np.int64]:
    """Return the days of the rows that count, ascending [since 1970]."""
    return np.unique(card.scope.local[card.scope.inside] // DAY)


def _by_date(card: Scorecard, objective: Objective) -> pd.Series:
    """Return what each day comes to, added up as the objective says, where there is anything."""
    found: dict[int, float] = {}
    if objective.id in card.counted:
        counted = card.counted[objective.id]
        days = counted.local // DAY
        order = np.argsort(days, kind="stable")
        every, first = np.unique(days[order], return_index=True)
        for day, rows in zip(every.tolist(), np.split(order, first[1:]), strict=False):
            level = level_of(objective, counted.numerator[rows], counted.denominator[rows],
                             counted.offered[rows], counted.instant[rows])  # fmt: skip
            if level.result is not None:
                found[day] = float(level.result)
    index = pd.DatetimeIndex(np.array(list(found), dtype="M8[D]"))
    return pd.Series(list(found.values()), index=index, dtype=float)
