"""Heat maps: days across, times of the day down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erlangplan.grid import DayTimeGrid, date_range_text, open_hours
from erlangplan.plotting.canvas import INK, QUIET, SHARES, SUMS, new_axes, rows_of
from erlangplan.plotting.timeaxis import day_marks, day_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.image import AxesImage

    from erlangplan.files.wording import Plan

__all__ = ["map_size", "plot_heat_map"]

_NAMES = {
    "agents": "agents",
    "scheduled": "people to schedule",
    "scheduled_exact": "people to schedule",
    "required": "agents required",
    "net": "agents over or short",
    "volume": "contacts",
    "load": "load (erlang)",
    "aht": "average handle time (s)",
    "service_level": "service level",
    "abandonment": "abandonment",
    "occupancy": "occupancy",
    "asa": "average speed of answer (s)",
    "wait_p95": "wait that 95 % do not exceed (s)",
}


def plot_heat_map(
    plan: Plan, ax: Axes | None = None, queue: str | None = None, value: str = "agents"
) -> Axes:
    """Draw a column of a plan as a map: days across, times of the day down.

    Parameters
    ----------
    plan
        A requirement or an evaluation.
    ax
        Axes to draw on; without them a figure is made (``ax.figure``).
    queue
        Name of the queue; without it all queues are added up, shares as the totals count them.
    value
        Name of the column; ``net`` of an evaluation is red where short, blue where over, 0
        where just right, and grey where the queue is closed.

    Returns
    -------
    matplotlib.axes.Axes
        The axes; times at both ends that hold nothing on any day are left out.

    Raises
    ------
    ValueError
        If there is no such queue or column, or several queues cannot be put together.
    """
    from matplotlib.ticker import MaxNLocator

    rows, name = rows_of(plan, queue, (value,))
    grid = open_hours(rows, value, plan.forecast.interval)
    shown = grid.values * (100 if value in SHARES else 1)
    unit = " (%)" if value in SHARES else ""
    ax = new_axes(*map_size(grid)) if ax is None else ax
    ax.set_facecolor("#e6e6e6" if value == "net" else "#f1f1f1")
    colours, low, high = _colours(value, shown)
    cells = np.ma.masked_invalid(shown)
    image = ax.imshow(
        cells, aspect="auto", interpolation="nearest", cmap=colours, vmin=low, vmax=high
    )
    _map_ticks(ax, grid)
    label = _NAMES.get(value, value) + unit
    if not _write_values(ax, shown, image, signed=value == "net"):
        bar = ax.figure.colorbar(image, ax=ax, pad=0.015, fraction=0.04)
        bar.outline.set_visible(False)
        bar.set_label(label)
        if value in SUMS:
            bar.locator = MaxNLocator(nbins=6, integer=True)
            bar.update_ticks()
    ax.set_title(f"{name}{label}", loc="left", color=INK)
    ax.set_xlabel(_map_note(grid), color=QUIET, size="small", loc="left")
    return ax


def map_size(grid: DayTimeGrid) -> tuple[float, float]:
    """Return width and height of a map (inches)."""
    width = float(np.clip(1.6 + 0.85 * len(grid.days), 4.2, 11))
    return width, float(np.clip(1 + 0.17 * len(grid.minutes), 2, 7.5))


def _colours(value: str, shown: NDArray[np.float64]) -> tuple[Colormap, float, float]:
    from matplotlib.colors import LinearSegmentedColormap

    finite = shown[np.isfinite(shown)]
    if value == "net":
        most = max(1.0, float(np.abs(finite).max(initial=0)))
        ends = ["#b2182b", "#f4a582", "#ffffff", "#92c5de", "#2166ac"]
        return LinearSegmentedColormap.from_list("net", ends), -most, most
    blues = ["#ffffff", "#deebf7", "#9ecae1", "#4292c6", "#08519c"]
    low = 0.0 if value in SUMS or not finite.size else float(finite.min())
    high = float(finite.max(initial=low))
    return LinearSegmentedColormap.from_list("blues", blues), low, high if high > low else low + 1


def _map_ticks(ax: Axes, grid: DayTimeGrid) -> None:
    ax.xaxis.tick_top()
    if len(grid.days) <= 16:
        ax.set_xticks(range(len(grid.days)), day_names(grid.days))
    else:
        marks = day_marks(grid.days)
        ax.set_xticks(marks, [f"{grid.days[at].day} {grid.days[at]:%b}" for at in marks])
    hours = [at for at, minute in enumerate(grid.minutes) if minute % 60 == 0] or [0]
    hours = hours[:: max(1, -(-len(hours) // 14))]
    ax.set_yticks(hours, [grid.times[at] for at in hours])
    ax.tick_params(length=0, labelcolor=INK)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _write_values(ax: Axes, shown: NDArray[np.float64], image: AxesImage, *, signed: bool) -> bool:
    """Write the numbers into the cells if they fit, and tell whether they did."""
    times, days = shown.shape
    box = ax.get_window_extent()
    dpi = ax.figure.get_dpi()
    height, width = 72 * box.height / dpi / times, 72 * box.width / dpi / days
    finite = shown[np.isfinite(shown)]
    places = int(signed and not np.allclose(finite, np.rint(finite), atol=1e-6))
    digits = len(f"{np.abs(finite).max(initial=0):.0f}") + signed + 2 * places
    size = min(9.0, 0.74 * height, 1.5 * width / (digits + 1))
    if size < 5 or shown.size > 800:
        return False
    written = np.isfinite(shown) & (signed | (shown != 0))
    for at, day in zip(*np.nonzero(written), strict=True):
        red, green, blue, _ = image.to_rgba(shown[at, day])
        dark = 0.3 * red + 0.59 * green + 0.11 * blue < 0.55
        number = round(float(shown[at, day]), places)
        sign = "+" if signed and number else ""
        whole = number == round(number)
        text = f"{number:{sign}.{0 if whole else places}f}".replace("-", "\N{MINUS SIGN}")
        colour = "white" if dark else INK
        ax.text(day, at, text, ha="center", va="center_baseline", size=size, color=colour)
    return True


def _map_note(grid: DayTimeGrid) -> str:
    return date_range_text(grid.days) + (
        "; * the hour that comes twice" if any(grid.second) else ""
    )
