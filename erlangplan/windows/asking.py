"""What was asked of a promise over a window, put together as one task."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from erlangplan.forecast import Forecast
from erlangplan.settings import Config
from erlangplan.windows.per_row import costs_per_row
from erlangplan.windows.planning import Task, make_task
from erlangplan.windows.so_far import counts_so_far, nothing_so_far
from erlangplan.windows.splitting import split_windows
from erlangplan.windows.terms import Terms

__all__ = ["ask_windows"]


def ask_windows(
    forecast: Forecast,
    config: Config,
    terms: Terms,
    cost: ArrayLike | pd.DataFrame | None = None,
    so_far: pd.DataFrame | None = None,
) -> Task:
    """Return the task of planning a forecast over windows.

    Parameters
    ----------
    forecast, config
        The intervals, and what is asked of each queue.
    terms
        The window, the floor, given hours.
    cost, so_far
        As for `staff`.
    """
    if terms.hours is not None and cost is not None:
        raise ValueError("hours limit agent hours and cannot be given together with a cost")
    table = forecast.table
    windows = split_windows(table, terms.over)
    price = np.full(len(table), forecast.interval / 3600)
    if cost is not None:
        price = price * costs_per_row(cost, table)
    passed = nothing_so_far(windows)
    if so_far is not None:
        passed = counts_so_far(so_far, table, windows, terms.over, config)
    return make_task(forecast, config, terms, windows, price, passed)
