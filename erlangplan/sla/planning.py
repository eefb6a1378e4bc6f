"""Agents for what a contract promises: each objective over its own window, all of them together."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.forecast import Forecast, check_forecast
from erlangplan.requirement import Requirement
from erlangplan.results import html_text
from erlangplan.settings import Config, Settings, as_config
from erlangplan.sla.covered import cover
from erlangplan.sla.model import Contract
from erlangplan.sla.plannable import plannable
from erlangplan.sla.predicting import predicted
from erlangplan.sla.queue_plan import QueuePlan
from erlangplan.staffing import described
from erlangplan.totals import check_fte_hours
from erlangplan.units import share_text

__all__ = ["ContractPlan", "staff_contract"]

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
FLOOR = 0.5
_MOST_ORDERS = 3


@dataclass(frozen=True, eq=False)
class ContractPlan:
    """Agents per interval that keep what a contract promises.

    Attributes
    ----------
    requirement
        The agents and what they deliver; in its table, binding names the objective that decides an
        interval, or floor or minimum.
    objectives
        One row per objective, queue and window: objective, queue, window (its first midnight),
        promised, planned (with the guard), predicted (shares, or seconds), kept, and intervals
        that it decides.
    outside
        Intervals with volume outside the hours of operation, which are not staffed.
    contract
        The contract.
    notes
        What was left out, cannot be planned for, or is kept more strictly than promised.
    """

    requirement: Requirement
    objectives: pd.DataFrame
    outside: pd.DataFrame
    contract: Contract
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Agents per queue and interval; see `Requirement`."""
        return self.requirement.table

    @property
    def lines(self) -> list[str]:
        """Each objective and window in words: predicted, planned for, promised."""
        return [self._line(row) for _, row in self.objectives.iterrows()]

    def _line(self, row: pd.Series[Any]) -> str:
        objective = self.contract.objective(str(row["objective"]))
        in_seconds, limit = (
            objective.metric == "asa",
            "at most" if objective.at_most else "at least",
        )

        def text(value: float) -> str:
            if math.isnan(value):
                return "no contacts"
            return f"{value:,.1f} s" if in_seconds else share_text(value, 2)

        guard = f", planned for {text(row['planned'])}" * bool(row["planned"] != row["promised"])
        return (
            f"{row['queue']}, {objective.id}, {objective.window} of {row['window']:%Y-%m-%d}: "
            f"{text(row['predicted'])}{guard}, promised {limit} {text(row['promised'])}; decides "
            f"{row['intervals']:,} intervals"
        )

    def summary(self) -> str:
        """Return the plan, its objectives and its notes in words."""
        notes = (f"note: {note}" for note in self.notes)
        return "\n".join([self.requirement.summary(), *self.lines, *notes])

    def _repr_html_(self) -> str:
        return html_text(self.objectives, self.summary())


def staff_contract(
    forecast: Forecast,
    contract: Contract,
    *,
    guard: float = 0.0,
    per_interval: bool = False,
    floor: float = FLOOR,
    config: Config | str | PathLike[str] | None = None,
    volume_factor: float = 1.0,
    aht_factor: float = 1.0,
    fte_hours: float = 40.0,
    **asked: Any,
) -> ContractPlan:
    """Return the fewest agents found that keep a contract's objectives, all of them together.

    A service level over a day, a week or a (fiscal) month or quarter is kept by the sum of its
    window; a share of intervals is kept by the intervals that need the fewest further agents, and
    the sums are then planned around them. Mean wait, abandonment and occupancy over a window are
    kept by one limit for every interval, as loose as the window allows.

    Parameters
    ----------
    forecast
        Volume and handle time per queue and interval of at most an hour.
    contract
        What is promised; see `read_contract`.
    guard
        By how much the plan's service levels and shares of intervals are above those promised,
        such as 0.02 for two percentage points.
    per_interval
        Whether every interval keeps the service levels for itself.
    floor
        Least service level of any interval; 0 for none.
    config
        Settings of each queue beside the contract: patience, shrinkage, lines, balking, further
        limits. Their service level gives way to the contract's.
    volume_factor, aht_factor, fte_hours
        As for `staff`.
    asked
        shrinkage, patience, balking, lines: as for `staff`, for every queue.

    Returns
    -------
    ContractPlan
        Agents per interval with the objective that decides each, and what each objective comes to.

    Raises
    ------
    InputError
        If the forecast has no queue of the contract, or a queue no objective that can be planned.
    InfeasibleError
        If no number of agents keeps an objective; names it.
    """
    check_forecast(forecast)
    check_fte_hours(fte_hours)
    _check_share("guard", guard)
    _check_share("floor", floor)
    settings = as_config(config, None, **asked)
    covered = cover(forecast.scale(volume_factor, aht_factor), contract)
    table, notes = covered.forecast.table, list(covered.notes)
    agents = np.zeros(len(table), dtype=np.int64)
    deciding = np.full(len(table), "", dtype=object)
    targets: dict[str, Settings] = {}
    plans: list[QueuePlan] = []
    for queue in covered.forecast.queues:
        rows = np.flatnonzero((table["queue"] == queue).to_numpy())
        kept = plannable(contract, queue, guard=guard, per_interval=per_interval)
        own = replace(covered.forecast, table=table.iloc[rows].astype({"queue": str}))
        task = QueuePlan(own, contract, settings.of(queue), kept, floor)
        notes += [note for note in (*kept.notes, *task.notes) if note not in notes]
        agents[rows], deciding[rows] = task.plan()
        targets[queue] = task.settings_of(kept.levels[0] if kept.levels else None)
        plans.append(task)
    config = Config(settings.defaults, targets)
    binding = pd.Categorical(deciding)
    described_table, totals = described(
        covered.forecast, config, agents, binding, None, fte_hours, None
    )
    requirement = Requirement(described_table, covered.forecast, config, totals)
    frames = [
        predicted(p.forecast, contract, p.kept, p.settings_of, described_table) for p in plans
    ]
    objectives = pd.concat(frames, ignore_index=True)
    return ContractPlan(requirement, objectives, covered.outside, contract, tuple(notes))


def _check_share(name: str, share: float) -> None:
    if not 0 <= share < 1:
        hint = f"; {share:g} % is {share / 100:g}" if 1 < share <= 100 else ""
        raise ValueError(f"{name} must be in [0, 1), got {share:g}{hint}")
