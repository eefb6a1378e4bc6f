"""The requirement: agents per interval, what they deliver, and the promise that they keep."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.delivered import carried_counts, intervals_follow
from erlangplan.forecast import Forecast
from erlangplan.results import assumptions, html_text, remarks, summary_text
from erlangplan.settings import Config
from erlangplan.totals import Totals
from erlangplan.units import duration_text, share_text
from erlangplan.windows import wording
from erlangplan.windows.so_far import SoFar
from erlangplan.windows.terms import Terms

if TYPE_CHECKING:
    from erlangplan.headroom import Evaluator, Margins

__all__ = ["Requirement"]

_MOST_ROWS, _MOST_WORK = 5_000, 1_000_000


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

    @cached_property
    def carried(self) -> float:
        """Service level of all contacts with the queue carried over from interval to interval.

        nan where it is not computed: the target has no service level, most intervals do not follow
        each other, or there are too many (more than 5,000, or a million times the peak's agents).
        """
        level, size = float(self.total["service_level"].iloc[0]), len(self.table)
        few = size <= _MOST_ROWS and size * self.table["agents"].max() <= _MOST_WORK
        if self.method == "carry-over" or math.isnan(level):
            return level
        if not (few and intervals_follow(self.forecast)):
            return math.nan
        agents = self.table["agents"].to_numpy(float)
        in_time, counted = carried_counts(self.forecast, agents, self.config)
        return float(in_time.sum() / counted.sum()) if counted.sum() > 0 else math.nan

    @property
    def carried_words(self) -> str:
        """What a plan by stationary formulas delivers with the queue carried over, in words.

        Empty where `carried` is not computed, or the plan itself is by carry-over.
        """
        if self.method == "carry-over" or math.isnan(self.carried):
            return ""
        targets = {self.config.of(queue).target for queue in self.forecast.queues}
        thresholds = {target.threshold for target in targets if target.abandons == "count"}
        alike = len(thresholds) == 1 and all(target.abandons == "count" for target in targets)
        within = thresholds.pop() if alike else None
        what = "in time" if within is None else f"answered within {duration_text(within)}"
        stationary = share_text(float(self.total["service_level"].iloc[0]))
        return (
            f"carried over from interval to interval: {share_text(self.carried)} {what} "
            f"(stationary {stationary})"
        )

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
            carried = [self.carried_words] if self.carried_words else []
            return summary_text(title, self.totals, self.config, [*carried, *self.remarks])
        text = summary_text(f"{title} {self.terms.words}", self.totals, self.config, [])
        lines = [text, wording.window_lines(self.windows, self.terms)]
        if "cost" in self.table:
            cost = self.table["cost"].sum()
            lines.append(f"cost {cost:,.6g}, at a cost of an agent hour {self._cost_words}")
        if self.carried_words:
            lines.append(self.carried_words)
        return "\n".join([*lines, *(f"note: {remark}" for remark in self.remarks)])

    def _repr_html_(self) -> str:
        return html_text(self.table, self.summary())


def _beside_stationary(table: pd.DataFrame, interval: float) -> list[str]:
    """Say what stationary formulas would have asked for."""
    change = (table["agents"] - table["agents_stationary"]).to_numpy(float)
    called = (table["volume"] > 0).to_numpy()
    untold = called.any() and bool(table["wait_p95"].isna().to_numpy()[called].all())
    unknown = []
    if untold:
        unknown = ["mean waits and their tails were not computed for so many intervals"]
    if not change.any():
        return ["stationary formulas ask for the same agents", *unknown]
    hours, other = change.sum() * interval / 3600, float(table["agents_stationary"].sum())
    than = "fewer" if hours <= 0 else "more"
    share = abs(change.sum()) / other if other else 0.0
    return [
        f"{abs(hours):,.1f} agent hours {than} ({share_text(share)}) than by stationary formulas: "
        f"{int((change > 0).sum()):,} intervals with more agents, {int((change < 0).sum()):,} "
        "with fewer",
        *unknown,
    ]
