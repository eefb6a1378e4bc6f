"""Which column of the actuals answers which count of an objective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erlangplan.errors import InputError
from erlangplan.sla.actuals import MICRO, OUTCOMES, Actuals
from erlangplan.sla.calendar import open_clock
from erlangplan.sla.counting import exact, ratio
from erlangplan.sla.model import Contract, Objective
from erlangplan.sla.scope import Scope

__all__ = ["Columns", "refuse_missing", "sampled"]

IntArray = NDArray[np.int64]


def sampled(objective: Objective) -> bool:
    """Tell whether an objective is judged from a sheet of samples instead of the actuals."""
    return objective.metric in ("manual", "accuracy")


def refuse_missing(contract: Contract, actuals: Actuals) -> None:
    """Refuse actuals that lack a column which some objective needs, naming all of them."""
    said = []
    for objective in contract.objectives:
        here = [name for name in objective.queues if name in actuals.names or len(
            contract.queues) == len(actuals.names) == 1]  # fmt: skip
        if sampled(objective) or not here:
            continue
        for name in ratio(objective).needed:
            if _column(actuals, objective, name) is None:
                said.append(f"{objective.id} needs {_wanted(objective, name)}")
            elif _shared(contract, actuals, objective, name):
                said.append(
                    f"{objective.id} needs {_wanted(objective, name, generic=False)}, because "
                    f"{name} cannot hold the counts of two thresholds"
                )
        said += [f"{objective.id} needs {name} (match)" for name in objective.match
                 if name not in actuals.marks]  # fmt: skip
    if said:
        have = [*actuals.counts, *actuals.agents, *actuals.marks]
        raise InputError(
            f"columns are missing: {'; '.join(dict.fromkeys(said))}",
            file=actuals.file,
            fix=f"The columns are {', '.join(have[:30])}. Name others with "
            "--map answered_within=... (map=).",
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Columns:
    """Counts of chosen rows by their names."""

    scope: Scope
    objective: Objective
    chosen: IntArray
    at: IntArray

    def of(self, name: str) -> IntArray:
        """Return a count of each row; a KeyError where the actuals have none."""
        actuals = self.scope.actuals
        if actuals.kind == "contacts":
            return self._of_contacts(name)
        column = _column(actuals, self.objective, name)
        if column is None:
            raise KeyError(name)
        if column in actuals.counts:
            return np.asarray(actuals.counts[column][self.at])
        if column == "staffed_seconds":
            return np.asarray(actuals.agents["staffed"][self.at] * (self.scope.step // MICRO))
        held = [actuals.counts[part][self.at] for part in OUTCOMES if part in actuals.counts]
        return np.asarray(np.sum(held, axis=0), dtype=np.int64)

    def _of_contacts(self, name: str) -> IntArray:
        actuals, at = self.scope.actuals, self.at
        outcome = actuals.outcome[at] if actuals.outcome is not None else np.zeros_like(at)
        first, _, kind = name.partition("_")
        if name == "offered":
            return np.ones_like(at)
        if name == "handle_seconds":
            return np.asarray(actuals.counts[name][at])
        if name == "wait_answered_seconds":
            return np.where(outcome == 0, self._waits(), 0)
        mine = outcome == OUTCOMES.index(first)
        limit = {"within": self.objective.threshold, "short": self.objective.short_abandon}.get(
            kind
        )
        if limit is not None:
            mine &= self._waits() <= int(exact(limit) * MICRO)
        return np.asarray(mine, dtype=np.int64)

    def _waits(self) -> IntArray:
        scope, objective = self.scope, self.objective
        waits = np.asarray(scope.actuals.counts["wait_seconds"][self.at])
        if objective.metric != "response_time":
            return waits
        for number, queue in enumerate(scope.contract.queues):
            if queue.clock == "open-hours":
                mine = scope.queue[self.chosen] == number
                begin = scope.local[self.chosen][mine]
                waits[mine] = open_clock(scope.contract.hours_of(queue.name), begin, waits[mine])
        return waits


def _wanted(objective: Objective, name: str, *, generic: bool = True) -> str:
    """Return the columns, one of which must be there."""
    first, _, kind = name.partition("_")
    limit = objective.threshold if kind == "within" else objective.short_abandon
    if kind not in ("within", "short") or limit is None:
        return name
    return (f"{name} or " if generic else "") + f"{first}_{limit:g}s"


def _column(actuals: Actuals, objective: Objective, name: str) -> str | None:
    """Return the column that answers a count, or None; contacts answer all but a few."""
    if actuals.kind == "contacts":
        lacking = {"staffed_seconds", "oldest_seconds"} | (
            {"handle_seconds"} - actuals.counts.keys())  # fmt: skip
        return None if name in lacking else name
    special = _wanted(objective, name, generic=False)
    for one in (special, name):
        if one in actuals.counts:
            return one
    if name == "offered" and {"answered", "abandoned"} <= actuals.counts.keys():
        return name
    return name if name == "staffed_seconds" and "staffed" in actuals.agents else None


def _shared(contract: Contract, actuals: Actuals, objective: Objective, name: str) -> bool:
    """Tell whether a column that names no threshold would have to serve two."""
    if actuals.kind == "contacts" or _column(actuals, objective, name) != name:
        return False
    field = {"within": "threshold", "short": "short_abandon"}.get(name.partition("_")[2])
    if field is None:
        return False
    limits = {
        getattr(other, field)
        for other in contract.objectives
        if not sampled(other) and name in ratio(other).needed
        and set(other.queues) & set(objective.queues)
        and _column(actuals, other, name) == name
    }  # fmt: skip
    return len(limits) > 1
