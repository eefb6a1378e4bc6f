"""What all pictures share: colours, figures without a window, the rows to draw."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.grid import only_open

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from erlangplan.files.wording import Plan

__all__ = ["dress", "new_axes", "new_figure", "plain", "rows_of"]

BLUE, PALE, ORANGE = "#0b5394", "#c6dbef", "#d55e00"
INK, QUIET, HAIR, FAINT = "#262626", "#6b6b6b", "#d9d9d9", "#ececec"
SUMS = (
    "agents",
    "agents_stationary",
    "scheduled",
    "scheduled_exact",
    "required",
    "net",
    "volume",
    "load",
)
SHARES = (
    "service_level",
    "service_level_one_less",
    "service_level_one_more",
    "service_level_stationary",
    "abandonment",
    "occupancy",
)


def rows_of(plan: Plan, queue: str | None, columns: tuple[str, ...]) -> tuple[pd.DataFrame, str]:
    """Return the rows of a queue, or of all queues put together, and how a title begins."""
    table = only_open(plan.table)
    if not len(table):
        raise ValueError("there is no interval to draw")
    queues = [str(name) for name in table["queue"].unique()]
    present = [name for name in columns if name in table]
    if not present:
        raise ValueError(
            f"there is no column {columns[0]!r}; there are {', '.join(map(str, table.columns))}"
        )
    if queue is not None or len(queues) == 1:
        chosen = queues[0] if queue is None else queue
        if chosen not in queues:
            raise ValueError(f"there is no queue {chosen!r}; there are {', '.join(queues[:20])}")
        rows = table[table["queue"] == chosen].reset_index(drop=True)
        return rows, f"{plain(chosen)}: " if chosen else ""
    together = {}
    for name in present:
        if name in SUMS:
            together[name] = table.groupby("start")[name].sum(min_count=1)
        else:
            together[name] = _of_all_queues(plan.totals.parts, name)
    return pd.DataFrame(together).reset_index(), f"All {len(queues)} queues: "


def _of_all_queues(parts: pd.DataFrame, name: str) -> pd.Series:
    """Return a measure of all queues together, counted as the totals count it."""
    volume = parts["volume"]
    if name == "service_level":
        weight = volume * parts["counted"]
    elif name == "asa":
        weight = volume * (1 - parts["lost"])
    elif name == "abandonment":
        weight = volume
    elif name == "occupancy":
        weight = parts["agents"]
    else:
        raise ValueError(f"{name!r} of several queues has no total; name one queue")
    if name == "occupancy":
        values = parts["busy"] / parts["agents"].where(parts["agents"] > 0)
    else:
        values = parts[name]
    weight = weight.astype(float).where(values.notna(), 0.0)
    weighted = (weight * values).where(weight > 0, 0.0)
    above, below = (part.groupby(parts["start"]).sum() for part in (weighted, weight))
    return above / below.where(below > 0)


def plain(text: str) -> str:
    """Return a text that matplotlib draws as it is: no mathematics, no line breaks."""
    short = text if len(text) <= 40 else text[:39] + "…"
    return " ".join(short.split()).replace("$", r"\$")


def new_figure(width: float, height: float) -> Figure:
    """Return a figure (inches) that needs no window and no pyplot."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.08)
    figure = Figure(figsize=(width, height), layout=layout, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def new_axes(width: float, height: float) -> Axes:
    """Return the axes of a new figure (inches); a notebook shows either as a picture."""
    figure = new_figure(width, height)
    ax = figure.subplots()
    # Without pyplot nothing tells a notebook how to show a figure, so it says so itself.
    for shown in (figure, ax):
        shown._repr_png_ = partial(_png, figure)  # type: ignore[union-attr]
    return ax


def _png(figure: Figure) -> bytes:
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=100)
    return picture.getvalue()


def dress(ax: Axes, title: str, room: float = 16) -> None:
    """Give axes their title and take away what does not tell anything."""
    ax.set_title(title, loc="left", color=INK, pad=room)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(QUIET)
    ax.tick_params(which="both", colors=QUIET, labelcolor=INK)
    ax.grid(axis="y", color=HAIR, lw=0.6)
    ax.set_axisbelow(True)
