"""What a schedule covers: required against on the queue through the week, over and short."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from erlangplan.files.schedule_wording import as_plan, has_cover
from erlangplan.plotting.canvas import INK, QUIET, dress, new_axes, plain
from erlangplan.plotting.heatmap import plot_heat_map
from erlangplan.plotting.timeaxis import TimeAxis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from erlangplan.scheduling.result import Schedule

__all__ = ["plot_cover_map", "plot_coverage"]

STAFFED, OVER, SHORT = "#8fb8dc", "#d9e8f5", "#d7301f"


def plot_coverage(schedule: Schedule, ax: Axes | None = None, queue: str | None = None) -> Axes:
    """Draw agents on the queue through the week against those required.

    Parameters
    ----------
    schedule
        Who works when.
    ax
        Axes to draw on; without them a figure is made (``ax.figure``).
    queue
        Name of the queue; without it all queues are added up, over and short each for itself.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, agents upwards, local time to the right; red where agents are short, pale blue
        where there are more than required.

    Raises
    ------
    ValueError
        If there is no such queue.
    """
    from matplotlib.ticker import MaxNLocator

    rows, name = _rows(schedule, queue)
    ax = new_axes(9, 3.4) if ax is None else ax
    span = TimeAxis(rows, schedule.interval)
    thin = 0.6 if span.days_shown > 10 else 1.0
    required, staffed = span.padded(rows["required"]), span.padded(rows["on_queue"])
    over, short = span.padded(rows["over"]), span.padded(rows["short"])
    fill = partial(ax.stairs, edges=span.edges, fill=True, lw=0)
    fill(staffed - over, color=STAFFED, label="on the queue")
    # Queues that are over do not make up for queues that are short, so both may be drawn.
    fill(staffed, baseline=staffed - over, color=OVER, label="over")
    fill(required, baseline=required - short, color=SHORT, label="short")
    ax.stairs(required, span.edges, color=INK, lw=1.1 * thin, label="required")
    ax.set_ylim(0, max(1.0, 1.08 * float(np.nanmax([required, staffed]))))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    ax.set_ylabel("agents")
    dress(ax, f"{name}agents on the queue and required", room=26)
    span.mark(ax)
    ax.text(
        *(1, 1.02, _hours_in_words(schedule, rows)),
        transform=ax.transAxes,
        ha="right",
        color=QUIET,
        size="small",
    )
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 0.99),
        ncols=4,
        frameon=False,
        borderaxespad=0.2,
        handlelength=1.3,
        labelcolor=INK,
        fontsize="small",
    )
    return ax


def plot_cover_map(schedule: Schedule, ax: Axes | None = None, queue: str | None = None) -> Axes:
    """Draw agents over (blue) or short (red) by day and time of the day.

    Parameters
    ----------
    schedule
        Who works when.
    ax
        Axes to draw on; without them a figure is made (``ax.figure``).
    queue
        Name of the queue; without it all queues are added up.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, days across, times down; grey where nobody is required or at work.

    Raises
    ------
    ValueError
        If there is no such queue.
    """
    return plot_heat_map(as_plan(schedule), ax, queue, "net")


def _rows(schedule: Schedule, queue: str | None) -> tuple[pd.DataFrame, str]:
    cover = schedule.coverage
    queues = [str(name) for name in cover["queue"].unique()]
    if not has_cover(schedule):
        raise ValueError("there is no interval to draw: nothing says what is required")
    if queue is not None and queue not in queues:
        raise ValueError(f"there is no queue {queue!r}; there are {', '.join(queues[:20])}")
    if queue is None and len(queues) > 1:
        sums = cover.groupby("start")[["required", "on_queue", "over", "short"]].sum()
        return sums.reset_index(), f"All {len(queues)} queues: "
    chosen = queues[0] if queue is None else queue
    rows = cover[cover["queue"] == chosen].reset_index(drop=True)
    return rows, f"{plain(chosen)}: " if chosen else ""


def _hours_in_words(schedule: Schedule, rows: pd.DataFrame) -> str:
    hours = rows[["over", "short"]].sum() * schedule.interval / 3600
    return f"{hours['over']:,.1f} agent hours over · {hours['short']:,.1f} short"
