"""Pictures as files: the week of a plan, a sweep; and as SVG for a page."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from erlangplan.files.whole import atomic_path
from erlangplan.files.wording import heading, measure_text
from erlangplan.grid import date_range_text, local_starts, open_hours
from erlangplan.plotting.canvas import QUIET, new_figure
from erlangplan.plotting.curves import plot_requirement, plot_sweep
from erlangplan.plotting.heatmap import map_size, plot_heat_map

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from erlangplan.files.wording import Plan
    from erlangplan.staffing import Sweep

__all__ = ["save_sweep", "save_week", "svg_text"]

SHOWN_QUEUES = 6


def save_week(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Draw the week of a plan, for each queue agents against load and a heat map, into a file.

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
    ax = plot_sweep(sweep)
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
    if len(queues) == 1:
        figure = new_figure(8.5, 3 + tallest)
        places = figure.subplots(2, 1, height_ratios=[3, tallest], squeeze=False).T
    else:
        height = min(tallest, 3.8)
        figure = new_figure(11, 0.5 + height * len(queues))
        places = figure.subplots(len(queues), 2, width_ratios=[1.15, 1], squeeze=False)
    for name, (curve, heat) in zip(queues, places, strict=True):
        plot_requirement(plan, curve, name)
        plot_heat_map(plan, heat, name, value)
        curve.set_xlabel("")
        heat.set_xlabel("* the hour that comes twice" if any(maps[name].second) else "")
    figure.suptitle(title, x=0.012, ha="left", color=QUIET, size="large")
    return figure


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
