"""The requirement: agents per interval, what they deliver, and the promise that they keep."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.forecast import Forecast
from erlangplan.results import assumptions, html_text, remarks, summary_text
from erlangplan.settings import Config
from erlangplan.totals import Totals
from erlangplan.units import share_text
from erlangplan.windows import wording
from erlangplan.windows.so_far import SoFar
from erlangplan.windows.terms import Terms

if TYPE_CHECKING:
    from erlangplan.headroom import Evaluator, Margins

__all__ = ["Requirement"]


@dataclass(frozen=True, eq=False)
class Requirement:
    """Required agents for each interval of a forecast.

    Attributes
    ----------
    table
        One row per queue and interval: queue, start, volume, aht [s], load [erlang], agents,
        binding (the part of the target that decides: service_level, asa, abandonment, blocked,
        occupancy or minimum; over a longer window also window, where its promise decides, and
        floor), service_level, service_level_one_less, service_level_one_more, asa [s],
        wait_p95 [s], abandonment, occupancy, scheduled (people, rounded up), scheduled_exact;
        cost, where a cost per agent hour was given; and agents_stationary (of the plan by
        stationary formulas), where the queue is carried over.
    forecast
        The forecast, volume and handle time factors applied.
    config
        What was asked of each queue.
    totals
        The table added up.
    method
        How a queue is calculated: ``stationary`` or ``carry-over``.
    over
        The window over which the promise is kept: interval, day, week or month.
    windows
        One row per queue and window: queue, window (its first midnight), window_end (the midnight
        after it), first and last (starts of its first and last planned interval), volume, target
        (the service level promised; nan where hours were given), service_level (with the counts
        so far), agent_hours, cost (agent hours where none was given), bound (no plan that keeps
        the promise costs less; nan where hours were given), gap (share of the cost above that),
        interval_hours (agent hours with which each interval keeps the promise for itself; nan
        where none do), saved_hours, so_far_offered, lowest (service level of the lowest interval),
        lowest_start, lowest_wait_p95 [s]. None for a promise that each interval keeps.
    terms
        Window, floor and hours that were asked for; None for a promise that each interval keeps.
    so_far
        Counts of the part of each window that has passed, or None.
    best_level
        Service level that no plan with the given hours beats; nan without given hours.
    """

    table: pd.DataFrame
    forecast: Forecast
    config: Config
    totals: Totals
    method: str = "stationary"
    over: str = "interval"
    windows: pd.DataFrame | None = None
    terms: Terms | None = None
    so_far: SoFar | None = None
    best_level: float = math.nan

    @property
    def queues(self) -> pd.DataFrame:
        """Totals per queue."""
        return self.totals.queues

    @property
    def days(self) -> pd.DataFrame:
        """Totals per queue and day."""
        return self.totals.days

    @property
    def total(self) -> pd.DataFrame:
        """Totals of all queues, one row."""
        return self.totals.total

    def margins(self, evaluator: Evaluator | None = None) -> Margins:
        """Return how much more these agents carry before the promise is missed; see `margins`."""
        from erlangplan.headroom import margins

        return margins(self, evaluator)

    @cached_property
    def remarks(self) -> list[str]:
        """What to know before using these numbers."""
        found = remarks(self.table, self.config, self.forecast.interval)
        if self.method == "carry-over":
            found = [*_beside_stationary(self.table, self.forecast.interval), *found]
        if self.windows is None or self.terms is None:
            return found
        passed = () if self.so_far is None else self.so_far.notes
        return [
            *wording.saving_lines(self.windows, self.terms, self.best_level),
            *wording.worst_intervals(self.table),
            *wording.unacceptable(self.table),
            *wording.incomplete(self.table, self.windows, self.terms),
            *passed,
            *found,
        ]

    @property
    def assumptions(self) -> list[tuple[str, str]]:
        """What the numbers rest on, as pairs of name and text."""
        found = assumptions(self.forecast, self.config, self.totals.fte_hours)
        if self.method == "carry-over":
            found.insert(-1, ("Method", "queue carried over from interval to interval"))
        if self.terms is None:
            return found
        pairs = [("Promise kept", self.terms.words)]
        if "cost" in self.table:
            pairs.append(("Cost of an agent hour", self._cost_words))
        place = next(i for i, (name, _) in enumerate(found) if name == "Interval")
        return [*found[:place], *pairs, *found[place:]]

    @property
    def _cost_words(self) -> str:
        hours = self.table["agents"].to_numpy(float) * self.forecast.interval / 3600
        worked = hours > 0
        rates: NDArray[np.float64] = self.table["cost"].to_numpy(float)[worked] / hours[worked]
        if not rates.size:
            return "as given"
        low, high = f"{rates.min():.6g}", f"{rates.max():.6g}"
        return low if low == high else f"from {low} to {high}"

    def summary(self) -> str:
        """Return the plan in words: totals, per queue, per day, per window, and remarks."""
        title = "Required agents"
        if self.windows is None or self.terms is None:
            return summary_text(title, self.totals, self.config, self.remarks)
        text = summary_text(f"{title} {self.terms.words}", self.totals, self.config, [])
        lines = [text, wording.window_lines(self.windows, self.terms)]
        if "cost" in self.table:
            cost = self.table["cost"].sum()
            lines.append(f"cost {cost:,.6g}, at a cost of an agent hour {self._cost_words}")
        return "\n".join([*lines, *(f"note: {remark}" for remark in self.remarks)])

    def _repr_html_(self) -> str:
        return html_text(self.table, self.summary())


def _beside_stationary(table: pd.DataFrame, interval: float) -> list[str]:
    """Say what stationary formulas would have asked for."""
    change = (table["agents"] - table["agents_stationary"]).to_numpy(float)
    if not change.any():
        return ["stationary formulas ask for the same agents"]
    hours, other = change.sum() * interval / 3600, float(table["agents_stationary"].sum())
    than = "fewer" if hours <= 0 else "more"
    share = abs(change.sum()) / other if other else 0.0
    return [
        f"{abs(hours):,.1f} agent hours {than} ({share_text(share)}) than by stationary formulas: "
        f"{int((change > 0).sum()):,} intervals with more agents, {int((change < 0).sum()):,} "
        "with fewer"
    ]
