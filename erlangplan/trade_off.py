"""The efficient frontier: what each service level over a window costs at least."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from erlangplan.errors import InfeasibleError
from erlangplan.forecast import Forecast, check_forecast
from erlangplan.results import html_text
from erlangplan.settings import Config, as_config
from erlangplan.targets import Target
from erlangplan.windows.asking import ask_windows
from erlangplan.windows.delivery import Curves
from erlangplan.windows.planning import Task, WindowPlan, plan_windows
from erlangplan.windows.terms import make_terms

__all__ = ["Frontier", "frontier"]

_TOP = 20  # part of what the target lets be late that the highest level still lets be


@dataclass(frozen=True, eq=False)
class Frontier:
    """What each service level over a window costs at least, from the floor to nearly all in time.

    Attributes
    ----------
    table
        One row per level: target (promised over each window; the first row is what the floor alone
        costs), agent_hours, cost (agent hours where none was given), service_level (of all
        contacts, with the counts so far), hours_per_point (agent hours for each percentage point
        more than the row before), contacts_per_hour (contacts more in time for each agent hour
        more than the row before: what one more agent hour buys).
    over
        The window.
    """

    table: pd.DataFrame
    over: str

    def summary(self) -> str:
        """Return the table as text."""
        shown = self.table.copy()
        for name in ("target", "service_level"):
            shown[name] = [f"{100 * share:.1f} %" for share in shown[name]]
        text = shown.to_string(index=False, float_format="{:,.1f}".format, na_rep="")
        return f"What each service level over each {self.over} costs at least\n{text}"

    def _repr_html_(self) -> str:
        return html_text(self.table, "")


def frontier(
    forecast: Forecast,
    target: Target | str | None = None,
    *,
    over: Literal["day", "week", "month"] = "week",
    floor: float | None = None,
    min_contacts: float | None = None,
    cost: ArrayLike | pd.DataFrame | None = None,
    so_far: pd.DataFrame | None = None,
    patience: float | str | None = None,
    balking: float | str | None = None,
    lines: float | None = None,
    config: Config | str | PathLike[str] | None = None,
    volume_factor: float = 1.0,
    aht_factor: float = 1.0,
    points: int = 20,
) -> Frontier:
    """Return the least agent hours, or cost, for many service levels over a window.

    Parameters
    ----------
    forecast, target
        As for `staff`. The target gives the threshold, the way of counting and the limits; each
        level is promised over every window of every queue in place of its own.
    over
        Window of the promise: ``day``, ``week`` or ``month``.
    floor, min_contacts, cost, so_far, patience, balking, lines, config, volume_factor, aht_factor
        As for `staff`.
    points
        Number of levels, at least 2. Levels that need the same agents share a row.

    Returns
    -------
    Frontier
        Costs and levels, the lowest first. It ends early where no agents reach a level.

    Examples
    --------
    >>> import erlangplan as ep
    >>> forecast = ep.read_forecast(ep.starter_forecast(), queue="Orders")
    >>> curve = frontier(forecast, "80/20", over="week", patience=240, points=5).table
    >>> bool(curve["agent_hours"].is_monotonic_increasing)
    True
    """
    if not (isinstance(points, int) and points >= 2):
        raise ValueError(f"points must be a whole number >= 2, got {points!r}")
    check_forecast(forecast)
    terms = make_terms(over, floor=floor, min_contacts=min_contacts)
    if terms is None:
        raise ValueError("over must be one of day, week, month, got 'interval'")
    config = as_config(config, target, patience=patience, balking=balking, lines=lines)
    forecast = forecast.scale(volume_factor, aht_factor)
    task = ask_windows(forecast, config, terms, cost, so_far)
    rows = [_row(task, plan, level) for level, plan in _plans(task, points)]
    table = pd.DataFrame(rows).drop_duplicates(["agent_hours", "cost", "in_time"], keep="last")
    more = table["agent_hours"].diff()
    table["hours_per_point"] = more / (100 * table["service_level"].diff())
    table["contacts_per_hour"] = table["in_time"].diff() / more.where(more > 0)
    return Frontier(table.drop(columns="in_time").reset_index(drop=True), terms.over)


def _plans(task: Task, points: int) -> list[tuple[float, WindowPlan]]:
    """Return levels and their plans, from the floor alone on."""
    count = len(task.windows)
    known: Curves | None = None
    plan, known = plan_windows(task, np.full(count, 1e-9))
    lowest = _level(task, plan)
    highest = 1 - (1 - float(np.nanmax(task.levels))) / _TOP
    found = [(lowest, plan)]
    for level in np.linspace(min(lowest, highest), highest, points)[1:]:
        try:
            plan, known = plan_windows(task, np.full(count, level), known)
        except InfeasibleError:
            break
        found.append((float(level), plan))
    return found


def _level(task: Task, plan: WindowPlan) -> float:
    passed = task.so_far
    under = plan.counted.sum() + passed.counted.sum()
    return float((plan.in_time.sum() + passed.in_time.sum()) / under) if under else np.nan


def _row(task: Task, plan: WindowPlan, level: float) -> dict[str, Any]:
    agents: NDArray[np.int64] = plan.agents
    return {
        "target": level,
        "agent_hours": float(agents.sum() * task.forecast.interval / 3600),
        "cost": float(agents @ task.price),
        "service_level": _level(task, plan),
        "in_time": float(plan.in_time.sum()),
    }
