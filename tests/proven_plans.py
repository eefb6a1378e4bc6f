"""Plans made for tests: each is checked against every rule, and counted minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

import erlangplan as ep
from erlangplan.scheduling.checking import check_plan
from erlangplan.scheduling.result import Schedule
from naive_schedules import mean_per_interval, people_per_minute

MONDAY = "2026-03-02"


def needs(
    agents: Sequence[float], *, first: str = MONDAY, minutes: int = 60, tz: str | None = None
) -> pd.DataFrame:
    """Return required agents of consecutive intervals; `first` is local time."""
    begin = pd.Timestamp(first, tz=tz)
    starts = pd.date_range(begin, periods=len(agents), freq=f"{minutes}min")
    return pd.DataFrame({"start": starts, "agents": np.asarray(agents, dtype=float)})


def proven(requirement: object, rules: ep.WorkRules, **asked: Any) -> Schedule:
    """Return the schedule, after it has passed everything that must hold of any schedule."""
    plan = ep.schedule(requirement, rules, **asked)
    cover = plan.coverage
    needed = cover[["queue", "start"]].assign(agents=cover["required"])
    assert check_plan(plan, rules, needed, cyclic=plan.cyclic) == ()
    for queue in plan.queues:
        mine = cover[cover["queue"] == queue]
        keep = float(plan.config.of(queue).shrinkage.outside_schedule.remaining)
        there = counted(plan, queue, mine["start"]) * keep
        np.testing.assert_allclose(mine["on_queue"], there, atol=1e-9)
        np.testing.assert_allclose(mine["short"], np.maximum(0, mine["required"] - there),
                                   atol=1e-9)  # fmt: skip
    if plan.objective != "people" and not np.isnan(plan.bound):
        assert plan.bound <= plan.cost * (1 + 1e-9) + 1e-9 or plan.coverage["short"].any()
    return plan


def counted(plan: Schedule, queue: str, starts: pd.Series[pd.Timestamp]) -> np.ndarray[Any, Any]:
    """Count people at work and not on a break, looking at every minute of every one."""
    assert plan.horizon is not None
    minute = pd.Timedelta(minutes=1)
    first, end = plan.horizon
    period, width = (end - first) // minute, round(plan.interval / 60)
    people, resting = people_per_minute(plan, queue, first, 3 * period)
    there = people - resting
    if plan.cyclic:
        there = there.reshape(3, period).sum(axis=0)
    if plan.before is not None:
        people, resting = people_per_minute(plan.before, queue, first, len(there))
        there = there + people - resting
    each = [there[at : at + width] for at in ((starts - first) // minute).tolist()]
    return mean_per_interval(np.concatenate(each), width)
