"""The fewest agents that each interval needs for itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan import queues
from erlangplan.errors import InfeasibleError
from erlangplan.settings import Config, Settings
from erlangplan.targets import Target
from erlangplan.windows.terms import Terms

__all__ = ["least_agents", "named_required"]

MINIMUM = queues.BINDING.index("minimum")


def named_required(
    table: pd.DataFrame, load: NDArray[np.float64], asked: Settings, target: Target
) -> queues.RequiredAgents:
    """Return `queues.required_agents`; where there are none, the error names the interval."""
    try:
        return queues.required_agents(
            load, aht=table["aht"].to_numpy(float), target=target,
            patience=asked.patience,
            balking=asked.balking, lines=asked.lines,
        )  # fmt: skip
    except InfeasibleError as error:
        where = table.iloc[error.row or 0]
        what = f"{where['queue']}, {where['start']:%Y-%m-%d %H:%M}: {error}"
        raise InfeasibleError(what, row=error.row) from None


def least_agents(
    table: pd.DataFrame, load: NDArray[np.float64], config: Config, terms: Terms
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Return the fewest agents on which floor and limits hold, and the part that decides.

    An interval with volume gets at least one. Parts are positions in `queues.BINDING`, where the
    service level stands for the floor.
    """
    volume = table["volume"].to_numpy(float)
    agents = np.zeros(len(table), dtype=np.int64)
    binding = np.full(len(table), MINIMUM, dtype=np.int8)
    for asked, rows in config.groups(table["queue"]):
        exempt = (volume[rows] < terms.min_contacts) | (terms.floor == 0)
        for held, floor in ((rows[~exempt], terms.floor), (rows[exempt], None)):
            if not held.size:
                continue
            if (target := _with_floor(asked.target, floor)) is None:
                low = asked.target.min_agents
                agents[held] = np.maximum(low, volume[held] > 0)
                continue
            found = named_required(table.iloc[held], load[held], asked, target)
            agents[held], binding[held] = found.agents, found.binding_code
    return agents, binding


def _with_floor(target: Target, floor: float | None) -> Target | None:
    """Return the target of each interval: its limits and the floor; None without any."""
    if floor is not None:
        return replace(target, service_level=floor)
    limits = (target.max_asa, target.max_abandonment, target.max_blocked, target.max_occupancy)
    if all(limit is None for limit in limits):
        return None
    return replace(target, service_level=None, threshold=None)
