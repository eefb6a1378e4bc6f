"""Agents of one queue that keep all objectives of a contract: limits, shares and sums together."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from erlangplan import queues
from erlangplan.errors import InputError
from erlangplan.forecast import Forecast
from erlangplan.settings import Config, Settings
from erlangplan.sla.counting import exact
from erlangplan.sla.covered import windows_of
from erlangplan.sla.model import Contract, Objective
from erlangplan.sla.plannable import Plannable, limits_of, target_of
from erlangplan.sla.predicting import keeps
from erlangplan.windows.least import least_agents, named_required
from erlangplan.windows.planning import BINDING, make_task, plan_windows
from erlangplan.windows.so_far import nothing_so_far
from erlangplan.windows.splitting import Windows
from erlangplan.windows.terms import Terms

__all__ = ["QueuePlan"]

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
Decided: TypeAlias = tuple[Ints, Texts]
_MOST_ORDERS = 3
_LOOSEST = 16.0
_TURNS = 6


@dataclass(frozen=True, eq=False)
class QueuePlan:
    """What is to be kept for one queue.

    Attributes
    ----------
    forecast
        Its intervals (n,).
    contract, kept
        The contract, and those of its objectives that can be planned for.
    asked
        Patience, lines, balking, further limits.
    floor
        Least service level of an interval where a longer window is planned.
    """

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
        """What is odd about planning these objectives with this patience."""
        patient = self.asked.patience is None and not self.asked.balking
        return [
            f"objective {each.id} decides nothing: without patience nobody abandons (--patience)"
            for each in (*self.kept.limits, *self.kept.hard)
            if each.metric == "abandon_rate" and patient
        ]

    def settings_of(self, objective: Objective | None, looser: float = math.inf) -> Settings:
        """Return the settings of the queue for one of its objectives, limits included.

        An interval may have `looser` times the mean wait, abandonment and occupancy that is
        promised over a window; inf = as much as it likes.
        """
        limits = limits_of(self.asked.target, self.kept, looser)
        return replace(self.asked, target=target_of(objective, limits))

    def plan(self) -> Decided:
        """Return agents per interval, and what decides them.

        What is limited over a window is kept by one limit for every interval, as loose as the
        window allows.
        """
        best = self._planned(math.inf)
        if self._keeps_limits(best):
            return best
        low, high = 1.0, _LOOSEST
        best = self._planned(low)
        for _ in range(_TURNS):
            middle = math.sqrt(low * high)
            plan = self._planned(middle)
            if self._keeps_limits(plan):
                low = middle
                best = min(best, plan, key=_cost)
            else:
                high = middle
        return best

    def _keeps_limits(self, plan: Decided) -> bool:
        if not self.kept.limits:
            return True
        table, agents = self.forecast.table, plan[0]
        result = queues.performance(
            self.forecast.load, agents, aht=table["aht"].to_numpy(float),
            target=self.settings_of(None).target, patience=self.asked.patience,
            balking=self.asked.balking, lines=self.asked.lines,
        )  # fmt: skip
        own = table.assign(
            agents=agents, asa=result.asa, abandonment=result.abandonment,
            occupancy=result.occupancy,
        )  # fmt: skip
        return all(
            keeps(objective, self._windows[objective.window], self.forecast, self.settings_of, own)
            for objective in self.kept.limits
        )

    @cached_property
    def _windows(self) -> dict[str, Windows]:
        table, contract = self.forecast.table, self.contract
        names = dict.fromkeys(objective.window for objective in self.kept.objectives)
        return {window: windows_of(table, contract, window) for window in names}

    @cached_property
    def _needed(self) -> dict[str, Ints]:
        """Fewest agents with which each interval keeps an objective for itself, by its id."""
        found = {}
        for objective in (*self.kept.each, *self.kept.shares):
            asked = replace(self.asked, target=target_of(objective, {}))
            needed = named_required(self.forecast.table, self.forecast.load, asked, asked.target)
            found[objective.id] = np.asarray(needed.agents)
        return found

    def _planned(self, looser: float) -> Decided:
        least, deciding = self._least(looser)
        for objective in self.kept.each:
            least, deciding = _raised(least, deciding, self._needed[objective.id], objective.id)
        agents, decided = self._sums(least, deciding, looser)
        if not self.kept.shares:
            return agents, decided
        held = [self._shares(ranked, least, deciding) for ranked in (agents, least)]
        return min((self._sums(*each, looser) for each in held), key=_cost)

    def _least(self, looser: float) -> Decided:
        """Return the fewest agents on which limits and the floor hold."""
        main = next(iter((*self.kept.sums, *self.kept.shares)), None)
        limits = limits_of(self.asked.target, self.kept, looser)
        table, load = self.forecast.table, self.forecast.load
        if main is not None:
            terms = Terms("month", floor=min(self.floor, main.goal))
            agents, codes = least_agents(table, load, Config(self.settings_of(main, looser)), terms)
        elif any(limit for limit in limits.values()):
            asked = self.settings_of(None, looser)
            found = named_required(table, load, asked, asked.target)
            agents, codes = found.agents, found.binding_code
        else:
            agents = (table["volume"].to_numpy(float) > 0).astype(np.int64)
            codes = np.full(len(agents), BINDING.index("minimum"), dtype=np.int8)
        return agents, self._parts()[codes]

    def _parts(self) -> Texts:
        """Return what decides an interval, for each code: the contract's objective if it is one."""
        ids = {each.metric: each.id for each in (*self.kept.limits, *self.kept.hard)}
        known = {"asa": "asa", "occupancy": "occupancy", "abandonment": "abandon_rate"}
        names = {part: ids.get(metric, part) for part, metric in known.items()}
        names["service_level"] = "floor"
        return np.array([names.get(part, part) for part in BINDING], dtype=object)

    def _sums(self, least: Ints, deciding: Texts, looser: float) -> Decided:
        """Return the cheapest agents on which all sums hold, by the best order to plan them in."""
        sums = self.kept.sums
        orders = permutations(sums) if len(sums) <= _MOST_ORDERS else iter([sums])
        return min((self._in_order(order, least, deciding, looser) for order in orders), key=_cost)

    def _in_order(
        self, order: tuple[Objective, ...], least: Ints, deciding: Texts, looser: float
    ) -> Decided:
        agents = least
        price = np.full(len(agents), self.forecast.interval / 3600)
        for objective in order:
            windows, asked = self._windows[objective.window], self.settings_of(objective, looser)
            # The floor is in `least` already; the window is told by `windows`.
            task = make_task(
                self.forecast, Config(asked), Terms("month", floor=0.0), windows, price,
                nothing_so_far(windows),
            )  # fmt: skip
            plan, _ = plan_windows(replace(task, least=np.maximum(task.least, agents)))
            agents, deciding = _raised(agents, deciding, plan.agents, objective.id)
        return agents, deciding

    def _shares(self, ranked: Ints, least: Ints, deciding: Texts) -> Decided:
        """Hold the intervals that are cheapest to raise from `ranked`, as many as must be met."""
        for objective in self.kept.shares:
            needed = self._needed[objective.id]
            wanted = np.where(self._chosen(objective, needed, ranked), needed, 0)
            least, deciding = _raised(least, deciding, wanted, objective.id)
        return least, deciding

    def _chosen(self, objective: Objective, needed: Ints, ranked: Ints) -> NDArray[np.bool_]:
        """Mark, in each window, as many judged intervals as must meet the objective."""
        volume = self.forecast.table["volume"].to_numpy(float)
        judged = (volume > 0) & (volume >= objective.min_contacts)
        chosen = np.zeros(len(volume), dtype=bool)
        for rows in self._windows[objective.window].rows():
            own = np.arange(rows.start, rows.stop)[judged[rows]]
            count = math.ceil(exact(objective.share or 0.0) * len(own))
            order = np.lexsort((needed[own], np.maximum(needed[own] - ranked[own], 0)))
            chosen[own[order[:count]]] = True
        return chosen


def _cost(plan: Decided) -> int:
    return int(plan[0].sum())


def _raised(agents: Ints, deciding: Texts, wanted: Ints, name: str) -> Decided:
    return np.maximum(agents, wanted), np.where(wanted > agents, name, deciding)
