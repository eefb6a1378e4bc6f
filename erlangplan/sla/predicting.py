"""What a plan's agents make of each objective of a contract, window by window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.forecast import Forecast
from erlangplan.settings import Config, Settings
from erlangplan.sla.covered import windows_of
from erlangplan.sla.model import Contract, Objective
from erlangplan.sla.plannable import Plannable
from erlangplan.windows.delivery import delivered
from erlangplan.windows.splitting import Windows

__all__ = ["keeps", "predicted"]

Floats = NDArray[np.float64]
SettingsOf = Callable[[Objective | None], Settings]
_TINY = 1e-9


def predicted(
    forecast: Forecast,
    contract: Contract,
    kept: Plannable,
    settings_of: SettingsOf,
    table: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row per objective and window of a queue.

    Parameters
    ----------
    forecast
        Rows of the queue (n,).
    contract, kept, settings_of
        The contract, its objectives that are planned for, and the settings for each.
    table
        Rows of the plan of all queues, with agents, binding, abandonment, asa and occupancy.

    Returns
    -------
    pandas.DataFrame
        objective, queue, window, promised, planned, predicted, kept, intervals.
    """
    own = table[(table["queue"] == forecast.queues[0]).to_numpy()]
    frames = []
    for objective in kept.objectives:
        windows = windows_of(own, contract, objective.window)
        result = _results(objective, windows, forecast, settings_of, own)
        promise = contract.objective(objective.id)
        promised, goal = promise.goal, objective.goal
        if promise.aggregate == "share-of-intervals":
            promised = promise.share or 0.0
            goal = (objective.share or 0.0) if objective in kept.shares else 1.0
        decided = np.asarray(own["binding"] == objective.id, dtype=float)
        frames.append(
            pd.DataFrame(
                {
                    "objective": objective.id,
                    "queue": forecast.queues[0],
                    "window": windows.begin,
                    "promised": promised,
                    "planned": goal,
                    "predicted": result,
                    "kept": _fine(result, goal, at_most=objective.at_most),
                    "intervals": windows.sums(decided).astype(int),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def keeps(
    objective: Objective,
    windows: Windows,
    forecast: Forecast,
    settings_of: SettingsOf,
    own: pd.DataFrame,
) -> bool:
    """Tell whether every window keeps an objective; `own` are the rows of its queue's plan."""
    result = _results(objective, windows, forecast, settings_of, own)
    return bool(_fine(result, objective.goal, at_most=objective.at_most).all())


def _fine(result: Floats, goal: float, *, at_most: bool) -> NDArray[np.bool_]:
    kept = result <= goal + _TINY if at_most else result >= goal - _TINY
    return np.asarray(kept | np.isnan(result))


def _results(
    objective: Objective,
    windows: Windows,
    forecast: Forecast,
    settings_of: SettingsOf,
    own: pd.DataFrame,
) -> Floats:
    """Return what an objective comes to in each window; nan without contacts."""
    over, under = _sums(objective, forecast, settings_of, own)
    with np.errstate(invalid="ignore"):
        return np.asarray(windows.sums(over) / windows.sums(under))


def _sums(
    objective: Objective, forecast: Forecast, settings_of: SettingsOf, own: pd.DataFrame
) -> tuple[Floats, Floats]:
    """Return numerator and denominator of each interval (n,)."""
    volume = own["volume"].to_numpy(float)
    lost = np.nan_to_num(own["abandonment"].to_numpy(float))
    if objective.metric == "abandon_rate":
        return volume * lost, volume
    if objective.metric == "asa":
        answered = volume * (1 - lost)
        waited = np.zeros(len(own))
        np.multiply(answered, own["asa"].to_numpy(float), out=waited, where=answered > 0)
        return waited, answered
    if objective.metric == "occupancy":
        staffed = own["agents"].to_numpy(float)
        return staffed * np.nan_to_num(own["occupancy"].to_numpy(float)), staffed
    agents = own["agents"].to_numpy(float)
    in_time, counted = delivered(forecast, agents, Config(settings_of(objective)))
    if objective.aggregate == "contacts":
        return in_time, counted
    judged = ((volume > 0) & (volume >= objective.min_contacts)).astype(float)
    level = np.divide(in_time, counted, out=np.zeros_like(counted), where=counted > 0)
    if objective.aggregate == "share-of-intervals":
        level = (level >= objective.goal - _TINY).astype(float)
    return judged * level, judged
