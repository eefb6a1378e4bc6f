"""A schedule as one picture: coverage through the week, and who works on the busiest day."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.files.schedule_wording import (
    about_schedule,
    has_cover,
    local_times,
    schedule_heading,
    tiles,
)
from erlangplan.plotting.canvas import QUIET, new_figure
from erlangplan.plotting.saving import _save as save_figure
from erlangplan.plotting.schedule_cover import plot_coverage
from erlangplan.plotting.schedule_gantt import busiest_day, gantt_height, mark_hours, plot_gantt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from erlangplan.scheduling.result import Schedule

__all__ = ["save_schedule"]

SHOWN_QUEUES = 4
_CURVE = 2.5


def save_schedule(schedule: Schedule, path: str | os.PathLike[str]) -> None:
    """Draw a schedule into a file: coverage of each queue, and the shifts of the busiest day.

    Parameters
    ----------
    schedule
        Who works when.
    path
        Ends in ``.png``, ``.svg`` or ``.pdf``. The same schedule gives the same SVG, byte for byte.
    """
    save_figure(_picture(schedule), path)


def _picture(schedule: Schedule) -> Figure:
    queues = sorted(map(str, schedule.coverage["queue"].unique())) if has_cover(schedule) else []
    shown: list[str | None] = [*queues] if len(queues) <= SHOWN_QUEUES else [None]
    if not shown and not len(schedule.table):
        raise ValueError("there is neither a shift nor an interval to draw")
    heights = [_CURVE] * len(shown)
    if len(schedule.table):
        heights.append(gantt_height(schedule, busiest_day(schedule)))
    figure = new_figure(10, 0.5 + sum(heights))
    places = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    for queue, ax in zip(shown, places, strict=False):
        plot_coverage(schedule, ax, queue)
        ax.set_xlabel("")
    if len(schedule.table):
        plot_gantt(schedule, ax=places[-1])
        if shown and local_times(schedule.coverage["start"]).dt.normalize().nunique() == 1:
            _share_hours(schedule, list(places))
    told = dict(tiles(schedule))
    facts = [f"{told['Agents']} agents", f"{told['Paid hours']} paid hours"]
    if "Proven gap" in told:
        facts.append(f"gap {told['Proven gap']}")
    title = " · ".join([schedule_heading(schedule), *about_schedule(schedule)[:2], *facts])
    figure.suptitle(title, x=0.012, ha="left", color=QUIET, size="large")
    return figure


def _share_hours(schedule: Schedule, places: list[Axes]) -> None:
    """Give the pictures of one day the same hours, one below the other."""
    cover = schedule.coverage
    used = cover.loc[(cover["required"] > 0) | (cover["scheduled"] > 0), "start"]
    last = used.max() + pd.Timedelta(seconds=schedule.interval)
    shifts = schedule.table
    for ax in places:
        mark_hours(ax, min(used.min(), shifts["start"].min()), max(last, shifts["end"].max()))
