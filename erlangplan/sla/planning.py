"""Agents for what a contract promises: each objective over its own window, all of them together."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import permutations
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import InputError
from erlangplan.forecast import Forecast, check_forecast
from erlangplan.requirement import Requirement
from erlangplan.results import html_text
from erlangplan.settings import Config, Settings, as_config
from erlangplan.sla.counting import exact
from erlangplan.sla.covered import cover, windows_of
from erlangplan.sla.model import Contract, Objective
from erlangplan.sla.plannable import Plannable, limited, plannable, target_of
from erlangplan.sla.predicting import predicted
from erlangplan.staffing import described
from erlangplan.totals import check_fte_hours
from erlangplan.units import share_text
from erlangplan.windows.least import least_agents, named_required
from erlangplan.windows.planning import BINDING, make_task, plan_windows
from erlangplan.windows.so_far import nothing_so_far
from erlangplan.windows.terms import Terms

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
    the sums are then planned around them. Mean wait, abandonment and occupancy are limits that
    every interval keeps.

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
    plans: list[_QueuePlan] = []
    for queue in covered.forecast.queues:
        rows = np.flatnonzero((table["queue"] == queue).to_numpy())
        kept = plannable(contract, queue, guard=guard, per_interval=per_interval)
        own = replace(covered.forecast, table=table.iloc[rows].astype({"queue": str}))
        task = _QueuePlan(own, contract, settings.of(queue), kept, floor)
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


@dataclass(frozen=True, eq=False)
class _QueuePlan:
    """What is to be kept for one queue."""

    forecast: Forecast
    contract: Contract
    asked: Settings
    kept: Plannable
    floor: float

    def __post_init__(self) -> None:
        if not self.kept.objectives:
            queue = self.forecast.queues[0]
            raise InputError(
                f"the contract has no objective that a plan could keep for queue {queue!r}",
                file=self.contract.file or None,
                fix="; ".join(self.kept.notes) or "Add an objective with a target such as '80/20'.",
            )

    @property
    def notes(self) -> list[str]:
        patient = self.asked.patience is None and not self.asked.balking
        return [
            f"objective {each.id} decides nothing: without patience nobody abandons (--patience)"
            for each in self.kept.limits
            if each.metric == "abandon_rate" and patient
        ]

    def settings_of(self, objective: Objective | None, level: float | None = None) -> Settings:
        """Return the settings of the queue for one of its objectives, limits included."""
        limits = limited(self.asked.target, self.kept.limits)
        return replace(self.asked, target=target_of(objective, limits, level))

    def plan(self) -> tuple[Ints, Texts]:
        """Return agents per interval, and what decides them."""
        least, deciding = self._least()
        for objective in self.kept.each:
            least, deciding = _raised(least, deciding, self._needed(objective), objective.id)
        agents, decided = self._sums(least, deciding)
        if not self.kept.shares:
            return agents, decided
        plans = [self._shares(agents, least, deciding), self._shares(least, least, deciding)]
        return min(plans, key=lambda plan: int(plan[0].sum()))

    def _least(self) -> tuple[Ints, Texts]:
        """Return the fewest agents on which limits and the floor hold."""
        main = next(iter((*self.kept.sums, *self.kept.shares)), None)
        load, table = self.forecast.load, self.forecast.table
        ids = {objective.metric: objective.id for objective in self.kept.limits}
        names = {"asa": ids.get("asa", "asa"), "occupancy": ids.get("occupancy", "occupancy"),
                 "abandonment": ids.get("abandon_rate", "abandonment"),
                 "service_level": "floor"}  # fmt: skip
        if main is None:
            limits = self.settings_of(None) if self.kept.limits else None
            if limits is None:
                least = (table["volume"].to_numpy(float) > 0).astype(np.int64)
                return np.maximum(least, self.asked.target.min_agents), _texts(least, "minimum")
            found = named_required(table, load, limits, limits.target)
            parts = np.array([names.get(part, part) for part in BINDING], dtype=object)
            return found.agents, parts[found.binding_code]
        terms = Terms("month", floor=min(self.floor, main.goal))
        agents, codes = least_agents(table, load, Config(self.settings_of(main)), terms)
        parts = np.array([names.get(part, part) for part in BINDING], dtype=object)
        return agents, parts[codes]

    def _needed(self, objective: Objective) -> Ints:
        """Return the fewest agents with which each interval keeps an objective for itself."""
        asked = replace(self.asked, target=target_of(objective, {}))
        found = named_required(self.forecast.table, self.forecast.load, asked, asked.target)
        return np.asarray(found.agents)

    def _sums(self, least: Ints, deciding: Texts) -> tuple[Ints, Texts]:
        """Return the cheapest agents on which all sums hold, by the best order to plan them in."""
        sums = self.kept.sums
        orders = permutations(sums) if len(sums) <= _MOST_ORDERS else iter([sums])
        plans = [self._in_order(order, least, deciding) for order in orders]
        return min(plans, key=lambda plan: int(plan[0].sum()))

    def _in_order(
        self, order: tuple[Objective, ...], least: Ints, deciding: Texts
    ) -> tuple[Ints, Texts]:
        agents = least
        for objective in order:
            windows = windows_of(self.forecast.table, self.contract, objective.window)
            price = np.full(len(agents), self.forecast.interval / 3600)
            over = objective.window if objective.window != "quarter" else "month"
            terms = Terms(over, floor=0.0)
            task = make_task(
                self.forecast, Config(self.settings_of(objective)), terms, windows, price,
                nothing_so_far(windows),
            )  # fmt: skip
            plan, _ = plan_windows(replace(task, least=np.maximum(task.least, agents)))
            agents, deciding = _raised(agents, deciding, plan.agents, objective.id)
        return agents, deciding

    def _shares(self, ranked: Ints, least: Ints, deciding: Texts) -> tuple[Ints, Texts]:
        """Hold the intervals that are cheapest to raise from `ranked`, and plan the sums again."""
        for objective in self.kept.shares:
            needed = self._needed(objective)
            wanted = np.where(self._chosen(objective, needed, ranked), needed, 0)
            least, deciding = _raised(least, deciding, wanted, objective.id)
        return self._sums(least, deciding)

    def _chosen(self, objective: Objective, needed: Ints, ranked: Ints) -> NDArray[np.bool_]:
        """Mark, in each window, as many judged intervals as must meet the objective."""
        volume = self.forecast.table["volume"].to_numpy(float)
        judged = (volume > 0) & (volume >= objective.min_contacts)
        chosen = np.zeros(len(volume), dtype=bool)
        for rows in windows_of(self.forecast.table, self.contract, objective.window).rows():
            own = np.arange(rows.start, rows.stop)[judged[rows]]
            count = math.ceil(exact(objective.share or 0.0) * len(own))
            order = np.lexsort((needed[own], np.maximum(needed[own] - ranked[own], 0)))
            chosen[own[order[:count]]] = True
        return chosen


def _raised(agents: Ints, deciding: Texts, wanted: Ints, name: str) -> tuple[Ints, Texts]:
    return np.maximum(agents, wanted), np.where(wanted > agents, name, deciding)


def _texts(agents: Ints, name: str) -> Texts:
    return np.full(len(agents), name, dtype=object)
