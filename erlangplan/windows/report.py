"""Windows as a table: what each promises, costs and saves, and its lowest interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan import queues
from erlangplan.windows.planning import Task, WindowPlan

__all__ = ["window_table"]

Floats = NDArray[np.float64]


def window_table(task: Task, plan: WindowPlan, table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per queue and window.

    Parameters
    ----------
    task, plan
        What was asked, and its answer.
    table
        Intervals with start, service_level and wait_p95 (n,).

    Returns
    -------
    pandas.DataFrame
        The columns that `staffing.Requirement` documents.
    """
    windows, passed, hours = task.windows, task.so_far, task.forecast.interval / 3600
    first, last = windows.edges[:-1], windows.edges[1:] - 1
    agent_hours = windows.sums(plan.agents.astype(float) * hours)
    cost = windows.sums(plan.agents * task.price)
    interval_hours = windows.sums(_interval_agents(task) * hours)
    lowest, where = _lowest(task, table)
    with np.errstate(invalid="ignore", divide="ignore"):
        in_time = windows.sums(plan.in_time) + passed.in_time
        level = in_time / (windows.sums(plan.counted) + passed.counted)
        gap = np.where(cost <= plan.bound, 0.0, (cost - plan.bound) / cost)
    given = task.terms.hours is not None
    return pd.DataFrame(
        {
            "queue": list(windows.queue),
            "window": windows.begin,
            "window_end": windows.end,
            "first": table["start"].iloc[first].array,
            "last": table["start"].iloc[last].array,
            "volume": windows.sums(task.volume),
            "target": np.nan if given else task.levels,
            "service_level": level,
            "agent_hours": agent_hours,
            "cost": cost,
            "bound": plan.bound,
            "gap": np.nan if given else gap,
            "interval_hours": interval_hours,
            "saved_hours": interval_hours - agent_hours,
            "so_far_offered": passed.offered,
            "lowest": lowest,
            "lowest_start": table["start"].iloc[where].array,
            "lowest_wait_p95": table["wait_p95"].to_numpy(float)[where],
        }
    )


def _interval_agents(task: Task) -> Floats:
    """Return the agents with which each interval keeps the promise for itself; nan where none."""
    table, agents = task.forecast.table, np.zeros(len(task.load))
    aht = table["aht"].to_numpy(float)
    for asked, rows in task.config.groups(table["queue"]):
        agents[rows] = queues.attainable_agents(
            task.load[rows], aht=aht[rows], target=asked.target, patience=asked.patience,
            balking=asked.balking, lines=asked.lines,
        )  # fmt: skip
    return agents


def _lowest(task: Task, table: pd.DataFrame) -> tuple[Floats, NDArray[np.int64]]:
    """Return the lowest service level of each window, and its row."""
    level = table["service_level"].to_numpy(float)
    high = np.where(np.isnan(level), np.inf, level)
    where = np.array([rows.start + int(high[rows].argmin()) for rows in task.windows.rows()])
    return level[where], where
