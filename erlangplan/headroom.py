"""The margin of a plan: how much more it carries until the promise is missed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.delivered import carried_counts
from erlangplan.forecast import Forecast
from erlangplan.results import html_text
from erlangplan.settings import Config
from erlangplan.units import share_text
from erlangplan.windows.delivery import delivered
from erlangplan.windows.so_far import SoFar, nothing_so_far
from erlangplan.windows.splitting import Windows, split_windows

__all__ = ["Evaluator", "Margins", "Planned", "margins"]

Floats = NDArray[np.float64]
Evaluator = Callable[[Forecast, Floats], tuple[Floats, Floats]]
_OWN = 4  # where a grid holds what the plan was made for
_FACTORS = (0.05, 0.5, 0.8, 0.95, 1.0, 1.05, 1.2, 1.5, 2.0, 4.0, 10.0)
_ABSENT = (-1.0, -0.5, -0.2, -0.05, 0.0, 0.05, 0.2, 0.5, 0.75, 0.999)
_TURNS = 60
_CLOSE = 1e-6
_SHOWN = 12


class Planned(Protocol):
    """Agents of a forecast and the promise that they keep, such as a `Requirement`."""

    @property
    def table(self) -> pd.DataFrame:
        """Intervals, with agents."""

    @property
    def forecast(self) -> Forecast:
        """What is expected."""

    @property
    def config(self) -> Config:
        """What is asked of each queue."""

    @property
    def over(self) -> str:
        """The window of the promise."""

    @property
    def method(self) -> str:
        """How a queue is calculated."""

    @property
    def so_far(self) -> SoFar | None:
        """Counts of the part of each window that has passed."""


@dataclass(frozen=True, eq=False)
class Margins:
    """How much more a plan carries until the service level of a window is just missed.

    Each figure stands for itself: the others stay as they were.

    Attributes
    ----------
    table
        One row per queue and window: queue, window (its first midnight), target and service_level
        (promised and predicted, with the counts so far), volume_factor and aht_factor (at which
        the target is just met, below 1 where it is missed already; inf above 10), absent (share
        of the agents who may be missing, below 0 where more are needed); nan where no factor
        meets the target, or nothing is promised.
    over
        The window; of a promise that each interval keeps, the whole time.
    """

    table: pd.DataFrame
    over: str

    def summary(self) -> str:
        """Return the margins in words, the tightest windows first."""
        known = self.table.dropna(subset=["service_level", "target"])
        rows = known.sort_values("volume_factor", kind="stable").head(_SHOWN)
        lines = [f"{_named(row, self.over)}: {_said(row)}" for _, row in rows.iterrows()]
        more = len(known) - len(rows)
        return "\n".join([*lines, *([f"and {more:,} more with wider margins"] if more else [])])

    def _repr_html_(self) -> str:
        return html_text(self.table, self.summary())


def margins(plan: Planned, evaluator: Evaluator | None = None) -> Margins:
    """Return how much more volume, handle time or absence a plan carries.

    Parameters
    ----------
    plan
        A `Requirement`. One whose promise each interval keeps is taken over its whole time.
    evaluator
        What given agents deliver: a function of a forecast (n rows) and agents on the queue (n,)
        that returns contacts in time and contacts counted of each interval (n,). None = by the
        plan's own method; fractional agents are mixed by time. Every window is moved by a factor of
        its own at once, so windows that an evaluator links are each judged beside moved others.

    Returns
    -------
    Margins
        Factors and shares for each queue and window.

    Examples
    --------
    >>> import erlangplan as ep
    >>> forecast = ep.read_forecast(ep.starter_forecast(), queue="Orders")
    >>> plan = ep.staff(forecast, "80/20", patience=240, over="week")
    >>> row = margins(plan).table.iloc[0]
    >>> bool(1 <= row["volume_factor"] < 1.01)  # the least hours leave next to nothing
    True
    """
    forecast, config = plan.forecast, plan.config
    agents = plan.table["agents"].to_numpy(float)
    own = carried_counts if plan.method == "carry-over" else delivered
    evaluate = evaluator or (lambda moved, held: own(moved, held, config))
    windows = split_windows(forecast.table, plan.over)
    passed = plan.so_far or nothing_so_far(windows)
    asked = (config.of(queue).target.service_level for queue in windows.queue)
    target = np.array([math.nan if level is None else level for level in asked])

    size = len(windows)

    def level(volume: Floats | None, aht: Floats | None, absent: Floats | None) -> Floats:
        moved = _moved(forecast, windows, volume, aht)
        held = agents if absent is None else agents * (1 - _spread(windows, absent))
        return _levels(windows, passed, *evaluate(moved, held))

    table = pd.DataFrame(
        {
            "queue": list(windows.queue),
            "window": windows.begin,
            "target": target,
            "service_level": level(None, None, None),
            "volume_factor": _last(lambda x: level(x, None, None) - target, _FACTORS, size),
            "aht_factor": _last(lambda x: level(None, x, None) - target, _FACTORS, size),
            "absent": _last(lambda x: level(None, None, x) - target, _ABSENT, size),
        }
    )
    return Margins(table, plan.over)


def _spread(windows: Windows, values: Floats) -> Floats:
    return np.repeat(values, np.diff(windows.edges))


def _moved(
    forecast: Forecast, windows: Windows, volume: Floats | None, aht: Floats | None
) -> Forecast:
    table = forecast.table
    if volume is not None:
        table = table.assign(volume=table["volume"] * _spread(windows, volume))
    if aht is not None:
        table = table.assign(aht=table["aht"] * _spread(windows, aht))
    return replace(forecast, table=table)


def _levels(windows: Windows, passed: SoFar, in_time: Floats, counted: Floats) -> Floats:
    under = windows.sums(counted) + passed.counted
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((windows.sums(in_time) + passed.in_time) / under)


def _last(beyond: Callable[[Floats], Floats], grid: tuple[float, ...], size: int) -> Floats:
    """Return the last x at which each of `size` falling functions is at least 0.

    The grid is walked from the plan's own place to the cell that holds each root, inf where even
    the grid's end is at least 0 and nan where not even its beginning is. In the cell the false
    position is taken, halving the value at an end that stays (Illinois).
    """
    cell = _cells(beyond, grid, size)
    open_ = np.isfinite(cell).all(axis=0)
    low, high, above, below = np.where(open_, cell, 1.0)
    side = np.zeros(size)
    for _ in range(_TURNS):
        if not (moving := open_ & (high - low > _CLOSE)).any():
            break
        with np.errstate(invalid="ignore", divide="ignore"):
            x = np.nan_to_num(low + (high - low) * above / (above - below))
        # Near an end of the cell the false position would creep.
        x = np.clip(x, low + 0.02 * (high - low), high - 0.02 * (high - low))
        value = beyond(x)
        up, down = moving & (value >= 0), moving & ~(value >= 0)
        low, above = np.where(up, x, low), np.where(up, value, above)
        high, below = np.where(down, x, high), np.where(down, value, below)
        below = np.where(up & (side > 0), below / 2, below)
        above = np.where(down & (side < 0), above / 2, above)
        side = np.where(up, 1.0, np.where(down, -1.0, side))
    return np.asarray(np.where(open_, low, cell[0]))


def _cells(beyond: Callable[[Floats], Floats], grid: tuple[float, ...], size: int) -> Floats:
    """Return low and high ends of each root's cell, and the values there (4 x size)."""
    start = beyond(np.full(size, grid[_OWN]))
    ends = np.array([np.full(size, grid[_OWN]), np.full(size, grid[_OWN]), start, start])
    ends[:, np.isnan(start)] = math.nan
    for step, seeking in ((1, start >= 0), (-1, start < 0)):
        place = _OWN
        while seeking.any() and 0 <= (place := place + step) < len(grid):
            value = beyond(np.full(size, grid[place]))
            met = value >= 0
            for side, rows in ((0, seeking & met), (1, seeking & ~met)):
                ends[side, rows], ends[side + 2, rows] = grid[place], value[rows]
            seeking = seeking & (met == (step > 0))
        ends[:, seeking] = math.inf if step > 0 else math.nan
    return ends


def _named(row: pd.Series, over: str) -> str:
    if over == "interval":
        return str(row["queue"])
    return f"{row['queue']}, {over} from {row['window']:%a %d %b}"


def _said(row: pd.Series) -> str:
    if math.isnan(row["volume_factor"]):
        return "no factor meets the target"
    volume, aht = (_factor_text(row[name]) for name in ("volume_factor", "aht_factor"))
    absent = row["absent"]
    people = f"{share_text(absent)} absent" if absent >= 0 else f"{share_text(-absent)} more agents"
    if math.isinf(absent):
        people = "any number absent"
    return f"this plan carries {volume} volume, {aht} handle time, or {people}"


def _factor_text(factor: float) -> str:
    if math.isinf(factor):
        return "more than ten times the"
    return f"{100 * (factor - 1):+.1f} %"
