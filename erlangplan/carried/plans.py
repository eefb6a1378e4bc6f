"""A forecast staffed for the queue through the day: agents, and what they deliver."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from erlangplan.carried.day import days_of, named
from erlangplan.carried.intervals import fewest_carried, one_more_or_less
from erlangplan.forecast import Forecast
from erlangplan.settings import Config

__all__ = ["carried_intervals", "neighbours"]

Floats = NDArray[np.float64]


def carried_intervals(
    forecast: Forecast, config: Config, alone: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the agents (n,) that meet the target in every interval; `alone` by themselves.

    Raises
    ------
    InfeasibleError
        If an interval misses its target however many agents there are; names it.
    """
    agents = alone.copy()
    for day in days_of(forecast, config, alone):
        with named(forecast):
            agents[day.rows] = fewest_carried(day, alone[day.rows].astype(float))
    return agents


def neighbours(
    forecast: Forecast, config: Config, agents: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return each interval's service level (n,) with one agent less there, and with one more."""
    less, more = np.full(len(agents), np.nan), np.full(len(agents), np.nan)
    for day in days_of(forecast, config, agents):
        less[day.rows], more[day.rows] = one_more_or_less(day, agents[day.rows].astype(float))
    return less, more
