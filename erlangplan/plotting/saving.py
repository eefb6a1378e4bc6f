"""Pictures as files: the week of a plan, a curve of costs; and as SVG for a page."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from erlangplan.files.whole import atomic_path
from erlangplan.files.wording import heading, measure_text
from erlangplan.grid import date_range_text, local_starts, open_hours
from erlangplan.plotting.canvas import QUIET, new_figure
from erlangplan.plotting.curves import plot_requirement, plot_sweep
from erlangplan.plotting.heatmap import map_size, plot_heat_map
from erlangplan.plotting.through_day import most_changed, plot_carried
from erlangplan.plotting.trade_off import plot_frontier

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from erlangplan.evaluation import Evaluation
    from erlangplan.files.wording import Plan
    from erlangplan.staffing import Sweep
    from erlangplan.trade_off import Frontier

__all__ = ["save_frontier", "save_sweep", "save_week", "svg_text"]

SHOWN_QUEUES = 6


def save_week(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Draw the week of a plan, for each queue agents against load and a heat map, into a file.

    Of an evaluation with the queue carried over also the day that differs most from stationary
    formulas.

    Parameters
    ----------
    plan
        A requirement or an evaluation.
    path
        Ends in ``.png``, ``.svg`` or ``.pdf``. The same plan gives the same SVG, byte for byte.
    """
    _save(_week(plan), path)


def save_sweep(sweep: Sweep, path: str | os.PathLike[str]) -> None:
    """Draw a sweep into a file that ends in ``.png``, ``.svg`` or ``.pdf``."""
    _save_axes(plot_sweep(sweep), path)


def save_frontier(frontier: Frontier, path: str | os.PathLike[str]) -> None:
    """Draw a frontier into a file that ends in ``.png``, ``.svg`` or ``.pdf``."""
    _save_axes(plot_frontier(frontier), path)


def _save_axes(ax: Axes, path: str | os.PathLike[str]) -> None:
    figure = ax.get_figure(root=True)
    assert figure is not None
    _save(figure, path)


def svg_text(ax: Axes) -> str:
    """Return the picture that axes are part of as an ``<svg>`` element whose texts are texts."""
    import matplotlib as mpl

    figure = ax.get_figure(root=True)
    assert figure is not None
    picture = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "erlangplan", "svg.fonttype": "none"}):
        figure.savefig(picture, format="svg", metadata={"Date": None})
    svg = picture.getvalue()
    return svg[svg.index("<svg") :]


def _save(figure: Figure, path: str | os.PathLike[str]) -> None:
    import matplotlib as mpl

    # Neither a date nor random names: the same plan gives the same bytes.
    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
    metadata = undated.get(Path(path).suffix.lower())
    with mpl.rc_context({"svg.hashsalt": "erlangplan"}), atomic_path(path) as unfinished:
        figure.savefig(unfinished, dpi=160, metadata=metadata)


def _week(plan: Plan) -> Figure:
    hours = plan.table.groupby("queue", sort=True, observed=True)["agents"].sum()
    queues = [str(name) for name in hours.index]
    if len(queues) > SHOWN_QUEUES:
        chosen = set(hours.nlargest(SHOWN_QUEUES).index)
        queues = [name for name in queues if name in chosen]
    title = _week_title(plan)
    if len(queues) < len(hours):
        title += f" · the {len(queues)} largest of {len(hours)} queues"
    value = "net" if "net" in plan.table else "agents"
    maps = {
        name: open_hours(rows, value, plan.forecast.interval)
        for name, rows in plan.table.groupby("queue", observed=True)
        if name in queues
    }
    tallest = max(map_size(grid)[1] for grid in maps.values())
    changed = most_changed(plan)
    figure, places, below = _places(len(queues), tallest, day=changed is not None)
    for name, (curve, heat) in zip(queues, places, strict=True):
        plot_requirement(plan, curve, name)
        plot_heat_map(plan, heat, name, value)
        curve.set_xlabel("")
        heat.set_xlabel("* the hour that comes twice" if any(maps[name].second) else "")
    if below is not None and changed is not None:
        plot_carried(cast("Evaluation", plan), below, *changed)
    figure.suptitle(title, x=0.012, ha="left", color=QUIET, size="large")
    return figure


def _places(queues: int, tallest: float, *, day: bool) -> tuple[Figure, Any, Axes | None]:
    """Return a figure, axes for two pictures of each queue, and axes for one of a day below."""
    room = [4.4] if day else []
    if queues == 1:
        heights = [3, tallest, *room]
        figure = new_figure(8.5, sum(heights))
        grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
        places = [[figure.add_subplot(grid[row]) for row in range(2)]]
    else:
        heights = [min(tallest, 3.8)] * queues + room
        figure = new_figure(11, 0.5 + sum(heights))
        grid = figure.add_gridspec(len(heights), 2, width_ratios=[1.15, 1], height_ratios=heights)
        places = [
            [figure.add_subplot(grid[row, side]) for side in range(2)] for row in range(queues)
        ]
    return figure, places, figure.add_subplot(grid[-1, :]) if day else None


def _week_title(plan: Plan) -> str:
    total = plan.total.iloc[0]
    told = {"volume": "contacts", "agent_hours": "agent hours", "fte": "FTE"}
    parts = [
        heading(plan),
        date_range_text(list(local_starts(plan.table).dt.normalize())),
        plan.forecast.tz,
    ]
    parts += [f"{measure_text(name, total[name])} {unit}" for name, unit in told.items()]
    return " · ".join(part for part in parts if part)
