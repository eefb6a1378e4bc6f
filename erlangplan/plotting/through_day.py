"""The queue through one day: what stationary formulas predict, what happens, and the agents."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from erlangplan.grid import local_starts
from erlangplan.plotting.canvas import BLUE, INK, ORANGE, PALE, QUIET, dress, new_axes, plain
from erlangplan.plotting.timeaxis import TimeAxis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from erlangplan.evaluation import Evaluation
    from erlangplan.files.wording import Plan

__all__ = ["most_changed", "plot_carried"]

_GREEN = "#00856f"
_DASHED = (0, (3, 2))


def plot_carried(
    evaluation: Evaluation,
    ax: Axes | None = None,
    queue: str | None = None,
    day: dt.date | str | None = None,
    other: Evaluation | None = None,
) -> Axes:
    """Draw one day of a queue carried over: predicted and exact service level, agents below.

    Parameters
    ----------
    evaluation
        Given agents with the queue carried over, such as those of a stationary plan.
    ax
        Axes of a grid (``figure.subplots``) to draw on, which make room for others below; without
        them a figure is made (``ax.figure``).
    queue, day
        Name of the queue and local day; without them those in which most contacts meet another
        service level than stationary formulas say.
    other
        Other agents of the same forecast, such as those of a plan by carry-over, drawn beside.

    Returns
    -------
    matplotlib.axes.Axes
        The upper axes, service level in per cent upwards, local time to the right.

    Raises
    ------
    ValueError
        If the queue was not carried over, or there is no such queue or day.
    """
    rows = _rows(evaluation, queue, day)
    name = str(rows["queue"].iloc[0])
    ax = new_axes(8, 5) if ax is None else ax
    lower = _room_below(ax)
    span = TimeAxis(rows, evaluation.forecast.interval)
    beside = None if other is None else _beside(other, rows)
    _levels(ax, span, rows, beside, evaluation.config.of(name).target.service_level)
    _agents(lower, span, rows, beside)
    whose = f"{plain(name)}, " if name else ""
    first = local_starts(rows).iloc[0]
    dress(ax, f"{whose}{first:%A} {first.day} {first:%B}", room=40 if beside is not None else 24)
    for part in (ax, lower):
        span.mark(part)
    low, high = span.edges[0], span.edges[-1]
    lower.set_xlim(low, high)
    ax.tick_params(axis="x", labelbottom=False)
    ax.set_xlabel("")
    return ax


def most_changed(plan: Plan) -> tuple[str, pd.Timestamp] | None:
    """Return the queue and the local day in which most contacts meet another service level.

    None where the queue was not carried over, or no interval differs by more than a point.
    """
    table = plan.table
    if "service_level_stationary" not in table:
        return None
    return _most(table) if bool((_change(table) > 0.01).any()) else None


def _change(table: pd.DataFrame) -> pd.Series[float]:
    change = table["service_level"] - table["service_level_stationary"]
    return change.abs().fillna(0.0)


def _most(table: pd.DataFrame) -> tuple[str, pd.Timestamp]:
    day = local_starts(table).dt.normalize()
    sums = (_change(table) * table["volume"]).groupby([table["queue"].astype(str), day]).sum()
    return cast("tuple[str, pd.Timestamp]", sums.idxmax())


def _rows(evaluation: Evaluation, queue: str | None, day: dt.date | str | None) -> pd.DataFrame:
    table = evaluation.table
    if "service_level_stationary" not in table:
        raise ValueError("each interval stands by itself here; evaluate with method='carry-over'")
    queues = [str(name) for name in table["queue"].unique()]
    if queue is not None and queue not in queues:
        raise ValueError(f"there is no queue {queue!r}; there are {', '.join(queues[:20])}")
    if queue is not None:
        table = table.loc[table["queue"] == queue]
    if day is not None:
        wanted = pd.Timestamp(day).tz_localize(None).normalize()
        table = table.loc[local_starts(table).dt.normalize() == wanted]
        if not len(table):
            raise ValueError(f"there is no interval on {wanted:%Y-%m-%d}")
    chosen, moment = _most(table)
    rows = table.loc[(table["queue"] == chosen) & (local_starts(table).dt.normalize() == moment)]
    opened = np.flatnonzero(((rows["volume"] > 0) | (rows["agents"] > 0)).to_numpy())
    if not opened.size:
        raise ValueError("there is no interval with contacts to draw")
    shown: pd.DataFrame = rows.iloc[opened[0] : opened[-1] + 1]
    return shown.reset_index(drop=True)


def _beside(other: Evaluation, rows: pd.DataFrame) -> pd.DataFrame:
    table = other.table
    same = (table["queue"] == rows["queue"].iloc[0]) & table["start"].isin(rows["start"])
    mine: pd.DataFrame = table.loc[same]
    if len(mine) != len(rows):
        raise ValueError("the other agents are not of the same forecast")
    return mine.reset_index(drop=True)


def _room_below(ax: Axes) -> Axes:
    """Give the axes the upper two thirds of their place, and return others below."""
    place, figure = ax.get_subplotspec(), ax.get_figure(root=False)
    if place is None or figure is None:
        raise ValueError("ax must be of a grid, such as figure.subplots() makes")
    grid = place.subgridspec(2, 1, height_ratios=[2, 1], hspace=0)
    ax.set_subplotspec(grid[0])
    return figure.add_subplot(grid[1])


def _levels(
    ax: Axes, span: TimeAxis, rows: pd.DataFrame, beside: pd.DataFrame | None,
    target: float | None,
) -> None:  # fmt: skip
    exact, alone = 100 * rows["service_level"], 100 * rows["service_level_stationary"]
    drawn = [exact, alone]
    missed = exact.where(exact < (-1.0 if target is None else 100 * target - 1e-6))
    ax.stairs(span.padded(alone), span.edges, color=QUIET, lw=1.2, ls=_DASHED, baseline=None,
              label="stationary formulas say")  # fmt: skip
    ax.stairs(
        span.padded(exact), span.edges, color=BLUE, lw=1.8, baseline=None, label="what happens"
    )
    if missed.notna().any():
        ax.stairs(span.padded(missed), span.edges, color=ORANGE, lw=2.4, baseline=None,
                  label="below the target")  # fmt: skip
    if beside is not None:
        other = 100 * beside["service_level"]
        drawn.append(other)
        ax.stairs(span.padded(other), span.edges, color=_GREEN, lw=1.6, baseline=None,
                  label="what happens with the other plan")  # fmt: skip
    if target is not None:
        ax.axhline(100 * target, color=INK, lw=0.9, ls=(0, (4, 3)))
        ax.text(1.006, 100 * target, f"target\n{100 * target:g} %", va="center", color=INK,
                size="small", transform=ax.get_yaxis_transform())  # fmt: skip
    lowest = np.nanmin([series.min() for series in drawn] + [60.0])
    ax.set_ylim(max(0.0, 10 * np.floor(lowest / 10)), 102)
    ax.set_ylabel("service level (%)")
    ax.legend(loc="lower left", bbox_to_anchor=(-0.01, 0.99), ncols=2 if beside is not None else 3,
              frameon=False, borderaxespad=0.2, handlelength=1.8, labelcolor=INK)  # fmt: skip


def _agents(ax: Axes, span: TimeAxis, rows: pd.DataFrame, beside: pd.DataFrame | None) -> None:
    from matplotlib.ticker import MaxNLocator

    agents = rows["agents"]
    ax.stairs(span.padded(agents), span.edges, fill=True, color=PALE, lw=0)
    ax.stairs(span.padded(agents), span.edges, color=BLUE, lw=1.4)
    most = float(agents.max())
    if beside is not None:
        ax.stairs(span.padded(beside["agents"]), span.edges, color=_GREEN, lw=1.4)
        most = max(most, float(beside["agents"].max()))
    ax.set_ylim(0, max(1.0, 1.12 * most))
    ax.set_ylabel("agents")
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
    dress(ax, "")
