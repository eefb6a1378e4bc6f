"""The efficient frontier: what each service level over a window costs at least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from erlangplan.plotting.canvas import BLUE, INK, QUIET, dress, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from erlangplan.trade_off import Frontier

__all__ = ["plot_frontier"]

Floats = NDArray[np.float64]
_LABELS = 6


def plot_frontier(frontier: Frontier, ax: Axes | None = None) -> Axes:
    """Draw the service level over a window against its least agent hours, or least cost.

    Parameters
    ----------
    frontier
        What each service level costs.
    ax
        Axes to draw on; without them a figure is made (``ax.figure``).

    Returns
    -------
    matplotlib.axes.Axes
        The axes, service level in per cent upwards, agent hours (where costs were given, cost) to
        the right.
    """
    table = frontier.table
    ax = new_axes(7, 4.2) if ax is None else ax
    priced = not np.allclose(table["cost"], table["agent_hours"])
    across = table["cost" if priced else "agent_hours"].to_numpy(float)
    level = 100 * table["service_level"].to_numpy(float)
    ax.plot(across, level, color=BLUE, lw=1.4, marker="o", ms=5)
    _say_what_hours_buy(ax, across, level, table["contacts_per_hour"].to_numpy(float))
    width = max(float(np.ptp(across)), 0.02 * float(across.max()), 1.0)
    ax.set_xlim(across.min() - 0.05 * width, across.max() + 0.08 * width)
    ax.set_ylim(level.min() - 3, min(102.0, level.max() + 4))
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel("cost" if priced else "agent hours")
    ax.set_ylabel(f"service level over each {frontier.over} (%)")
    dress(ax, "What one more agent hour buys", room=20)
    ax.text(0, 1.02, "contacts more in time for each agent hour more", transform=ax.transAxes,
            color=QUIET, size="small")  # fmt: skip
    ax.grid(axis="x", color="#ececec", lw=0.6)
    return ax


def _say_what_hours_buy(ax: Axes, across: Floats, level: Floats, buys: Floats) -> None:
    known = np.flatnonzero(np.isfinite(buys))
    for at in known[:: max(1, -(-len(known) // _LABELS))]:
        middle = across[at - 1 : at + 1].mean(), level[at - 1 : at + 1].mean()
        ax.annotate(f"{buys[at]:+,.3g}", middle, (8, -8), textcoords="offset points", va="top",
                    color=INK, size="small")  # fmt: skip
