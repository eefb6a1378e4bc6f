"""Which objectives of a contract a plan can keep for a queue, and how it keeps each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from erlangplan.sla.counting import exact
from erlangplan.sla.model import Contract, Objective
from erlangplan.targets import Target

__all__ = ["Plannable", "limits_of", "plannable", "target_of"]

_LEVELS = ("service_level", "response_time")
_LIMITS = {"asa": "max_asa", "abandon_rate": "max_abandonment", "occupancy": "max_occupancy"}
Limits: TypeAlias = dict[str, float | int | None]
_ADDED_UP = ("day", "week", "month", "quarter")


@dataclass(frozen=True)
class Plannable:
    """The objectives of one queue, by how a plan keeps them.

    Attributes
    ----------
    sums
        Service levels of whole windows.
    shares
        Shares of intervals that must meet a service level.
    each
        Service levels that every interval keeps for itself.
    limits
        Mean wait, abandonment and occupancy over a window.
    hard
        Mean wait, abandonment and occupancy that no interval may exceed.
    notes
        What a plan cannot keep, or keeps more strictly than promised, with the reason.
    """

    sums: tuple[Objective, ...] = ()
    shares: tuple[Objective, ...] = ()
    each: tuple[Objective, ...] = ()
    limits: tuple[Objective, ...] = ()
    hard: tuple[Objective, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[Objective, ...]:
        """All objectives with a service level, the sums first."""
        return (*self.sums, *self.each, *self.shares)

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """All objectives."""
        return (*self.levels, *self.limits, *self.hard)


def plannable(
    contract: Contract, queue: str, *, guard: float = 0.0, per_interval: bool = False
) -> Plannable:
    """Return what a plan keeps for a queue.

    Parameters
    ----------
    contract, queue
        The contract, and one of its queues.
    guard
        By how much the plan's service levels and shares of intervals are above those promised.
    per_interval
        Whether every interval keeps the service levels for itself.
    """
    kinds = ("sums", "shares", "each", "limits", "hard")
    kept: dict[str, list[Objective]] = {kind: [] for kind in kinds}
    notes: list[str] = []
    for objective in contract.objectives:
        if queue not in objective.queues:
            continue
        why = _not_planned(objective)
        if why is not None:
            notes.append(f"objective {objective.id} is not planned for: {why}")
            continue
        notes += _stricter(objective, queue, per_interval=per_interval)
        kind = _kind(objective, per_interval=per_interval)
        limit = kind in ("limits", "hard")
        if guard and limit:
            notes.append(f"objective {objective.id} is planned as promised, without the guard")
        kept[kind].append(objective if limit else _guarded(objective, kind, guard))
    return Plannable(**{name: tuple(found) for name, found in kept.items()}, notes=tuple(notes))


def _not_planned(objective: Objective) -> str | None:
    if objective.match:
        columns = " and ".join(objective.match)
        return f"the forecast does not tell contacts apart by {columns}"
    if objective.metric in _LEVELS or (objective.metric in _LIMITS and objective.at_most):
        return None
    if objective.metric == "occupancy":
        return "fewer agents would keep agents busier, and serve contacts worse"
    return f"{objective.metric} does not follow from the number of agents"


def _kind(objective: Objective, *, per_interval: bool) -> str:
    if objective.metric in _LIMITS:
        in_each = per_interval or objective.aggregate != "contacts"
        return "hard" if in_each or objective.window == "interval" else "limits"
    if per_interval or objective.aggregate == "mean-of-intervals":
        return "each"
    if objective.aggregate == "share-of-intervals":
        return "shares"
    return "sums" if objective.window in _ADDED_UP else "each"


def _stricter(objective: Objective, queue: str, *, per_interval: bool) -> Iterator[str]:
    if len(objective.queues) > 1:
        yield (
            f"objective {objective.id} is about {' and '.join(objective.queues)} together; the "
            f"plan keeps it for {queue} alone, which is stricter"
        )
    share = objective.aggregate == "share-of-intervals" and objective.metric in _LIMITS
    if not per_interval and (share or objective.aggregate == "mean-of-intervals"):
        what = "a share" if share else "a mean"
        yield (
            f"objective {objective.id} is {what} of intervals; every interval keeps it, which is "
            "stricter"
        )
    if objective.metric == "response_time":
        yield (
            f"objective {objective.id} is planned as a queue that is served as it comes; work that "
            "may wait for hours can be moved to quieter ones, which needs fewer agents"
        )


def _guarded(objective: Objective, kind: str, guard: float) -> Objective:
    """Return an objective with the result that it must reach raised, exactly as decimals add up."""
    promised = objective.share or 0.0 if kind == "shares" else objective.goal
    raised = float(exact(promised) + exact(guard))
    if raised >= 1 and guard:
        raise ValueError(
            f"guard must leave objective {objective.id} below 100 %, got {guard:g} above "
            f"{promised:g}"
        )
    if kind == "shares":
        return replace(objective, share=raised)
    return replace(objective, goal=raised)


def limits_of(asked: Target, kept: Plannable, looser: float) -> Limits:
    """Return the limits of every interval.

    Parameters
    ----------
    asked
        Limits beside the contract's.
    kept
        The contract's, those over windows among them.
    looser
        How many times what is promised over a window an interval may have; inf = no limit.
    """
    found: Limits = {
        "max_asa": asked.max_asa,
        "max_abandonment": asked.max_abandonment,
        "max_occupancy": asked.max_occupancy,
        "max_blocked": asked.max_blocked,
        "min_agents": asked.min_agents,
    }
    goals = [(each.metric, each.goal) for each in kept.hard]
    if looser < math.inf:
        goals += [(each.metric, each.goal * looser) for each in kept.limits]
    for metric, goal in goals:
        name, known = _LIMITS[metric], found[_LIMITS[metric]]
        if metric == "asa" or goal < 1:
            found[name] = goal if known is None else min(known, goal)
    return found


def target_of(objective: Objective | None, limits: Limits) -> Target:
    """Return the target of an objective beside limits, or of limits alone."""
    given = {name: value for name, value in limits.items() if value is not None}
    if objective is None or objective.threshold is None:
        if not any(value for name, value in given.items() if name != "min_agents"):
            given["max_occupancy"] = 1.0
        return Target(**given)  # type: ignore[arg-type]
    return Target(
        service_level=objective.goal,
        threshold=objective.threshold,
        abandons=objective.abandons,
        short_abandon=objective.short_abandon,
        **given,  # type: ignore[arg-type]
    )
