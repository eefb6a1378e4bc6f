"""Which objectives of a contract a plan can keep for a queue, and how it keeps each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from erlangplan.sla.counting import exact
from erlangplan.sla.model import Contract, Objective
from erlangplan.targets import Target

__all__ = ["Plannable", "limited", "plannable", "target_of"]

_LEVELS = ("service_level", "response_time")
_LIMITS = {"asa": "max_asa", "abandon_rate": "max_abandonment", "occupancy": "max_occupancy"}
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
        What no interval may exceed: mean wait, abandonment, occupancy.
    notes
        What a plan cannot keep, or keeps more strictly than promised, with the reason.
    """

    sums: tuple[Objective, ...] = ()
    shares: tuple[Objective, ...] = ()
    each: tuple[Objective, ...] = ()
    limits: tuple[Objective, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[Objective, ...]:
        """All objectives with a service level, the sums first."""
        return (*self.sums, *self.each, *self.shares)

    @property
    def objectives(self) -> tuple[Objective, ...]:
        """All objectives."""
        return (*self.levels, *self.limits)


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
    kept: dict[str, list[Objective]] = {name: [] for name in ("sums", "shares", "each", "limits")}
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
        if guard and kind == "limits":
            notes.append(f"objective {objective.id} is planned as promised, without the guard")
        kept[kind].append(objective if kind == "limits" else _guarded(objective, kind, guard))
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
        return "limits"
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
    if objective.metric in _LIMITS:
        yield (
            f"objective {objective.id} is a limit that every interval keeps, which is stricter "
            f"than over the {objective.window}"
        )
    elif objective.aggregate == "mean-of-intervals" and not per_interval:
        yield (
            f"objective {objective.id} is a mean of intervals; every interval keeps it, which is "
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


def limited(asked: Target, limits: tuple[Objective, ...]) -> dict[str, float | int | None]:
    """Return the limits of a plan: those of a contract, and those asked for where stricter."""
    found: dict[str, float | int | None] = {
        "max_asa": asked.max_asa,
        "max_abandonment": asked.max_abandonment,
        "max_occupancy": asked.max_occupancy,
        "max_blocked": asked.max_blocked,
        "min_agents": asked.min_agents,
    }
    for objective in limits:
        name = _LIMITS[objective.metric]
        known = found[name]
        found[name] = objective.goal if known is None else min(known, objective.goal)
    return found


def target_of(
    objective: Objective | None, limits: dict[str, float | int | None], level: float | None = None
) -> Target:
    """Return the target of an objective beside limits; another level where one is given."""
    given = {name: value for name, value in limits.items() if value is not None}
    if objective is None:
        return Target(**given)  # type: ignore[arg-type]
    return Target(
        service_level=objective.goal if level is None else level,
        threshold=objective.threshold,
        abandons=objective.abandons,
        short_abandon=objective.short_abandon,
        **given,  # type: ignore[arg-type]
    )
