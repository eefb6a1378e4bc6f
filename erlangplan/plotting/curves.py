"""Curves: agents against load, service level against target, hours against targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from erlangplan.plotting.canvas import (
    BLUE,
    FAINT,
    INK,
    ORANGE,
    PALE,
    QUIET,
    dress,
    new_axes,
    plain,
    rows_of,
)
from erlangplan.plotting.timeaxis import TimeAxis, time_axis
from erlangplan.units import duration_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from erlangplan.files.wording import Plan
    from erlangplan.staffing import Sweep

__all__ = ["plot_requirement", "plot_service_level", "plot_sweep"]


def plot_requirement(plan: Plan, ax: Axes | None = None, queue: str | None = None) -> Axes:
    """Draw agents through the week against the load that they carry.

    Parameters
    ----------
    plan
        A requirement, or an evaluation (then with the agents that would be required).
    ax
        Axes to draw on; without them a figure is made (``ax.figure``).
    queue
        Name of the queue; without it all queues are added up.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, agents and erlangs upwards, local time to the right.

    Raises
    ------
    ValueError
        If there is no such queue.
    """
    rows, name = rows_of(plan, queue, ("agents", "load", "required", "agents_stationary"))
    ax = new_axes(8, 3.6) if ax is None else ax
    span, rows, what = time_axis(rows, plan.forecast.interval)
    thin = 0.6 if span.days_shown > 10 else 1.0
    agents = "agents" if "required" not in rows else "agents given"
    ax.stairs(span.padded(rows["agents"]), span.edges, fill=True, color=PALE, lw=0)
    ax.stairs(span.padded(rows["agents"]), span.edges, color=BLUE, lw=1.4 * thin, label=agents)
    if "required" in rows:
        ax.stairs(
            *(span.padded(rows["required"]), span.edges),
            color=INK,
            lw=1.1 * thin,
            label="agents required",
        )
    if "agents_stationary" in rows:
        ax.stairs(
            *(span.padded(rows["agents_stationary"]), span.edges),
            color=INK,
            lw=0.9 * thin,
            label="agents by stationary formulas",
        )
    ax.stairs(
        span.padded(rows["load"]), span.edges, color=ORANGE, lw=1.1 * thin, label="load (erlang)"
    )
    measures = ("agents", "required", "agents_stationary", "load")
    drawn = [name for name in measures if name in rows]
    ax.set_ylim(0, max(1.0, 1.08 * float(rows[drawn].max().max())))
    ax.set_ylabel("agents")
    _whole_numbers(ax)
    dress(ax, f"{name}agents and load{what}", room=24)
    span.mark(ax)
    _legend(ax)
    return ax


def plot_service_level(plan: Plan, ax: Axes | None = None, queue: str | None = None) -> Axes:
    """Draw the service level of each interval, with the target and the volume behind it.

    Parameters
    ----------
    plan
        A requirement or an evaluation.
    ax
        Axes to draw on; without them a figure is made (``ax.figure``).
    queue
        Name of the queue; without it all queues together, counted as the totals count them.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, service level in per cent upwards, local time to the right.

    Raises
    ------
    ValueError
        If there is no such queue.
    """
    rows, name = rows_of(plan, queue, ("volume", "service_level"))
    ax = new_axes(8, 3.6) if ax is None else ax
    span = TimeAxis(rows, plan.forecast.interval)
    behind = ax.twinx()
    behind.stairs(span.padded(rows["volume"]), span.edges, fill=True, color=FAINT, lw=0)
    behind.set_ylim(0, max(1.0, 1.6 * float(rows["volume"].max())))
    behind.axis("off")
    ax.set_zorder(behind.get_zorder() + 1)
    ax.patch.set_visible(False)
    level = 100 * rows["service_level"]
    ax.stairs(span.padded(level), span.edges, color=BLUE, lw=1.4, baseline=None)
    wanted = _target_share(plan, queue)
    dress(ax, f"{name}service level per {_length(plan)}")
    if wanted is not None:
        missed = level.where(level < 100 * wanted - 1e-9)
        ax.stairs(span.padded(missed), span.edges, color=ORANGE, lw=2.2, baseline=None)
        ax.axhline(100 * wanted, color=INK, lw=0.9, ls=(0, (4, 3)))
        ax.text(
            *(1.006, 100 * wanted),
            f"target\n{100 * wanted:g} %",
            transform=ax.get_yaxis_transform(),
            va="center",
            color=INK,
            size="small",
        )
    ax.set_ylim(min(50.0, 10 * np.floor(np.nanmin([*level, 50.0]) / 10)), 102)
    ax.set_ylabel("service level (%)")
    most = float(rows["volume"].max())
    notes = [f"grey: contacts, at most {most:,.4g} per {_length(plan)}"]
    if wanted is not None and missed.notna().any():
        notes.append(f"orange: below the target, {_intervals(int(missed.notna().sum()))}")
    ax.text(0, 1.02, " · ".join(notes), transform=ax.transAxes, color=QUIET, size="small")
    span.mark(ax)
    return ax


def plot_sweep(sweep: Sweep, ax: Axes | None = None) -> Axes:
    """Draw what each target costs: the stricter the goal, the more it costs.

    Parameters
    ----------
    sweep
        A sweep over targets.
    ax
        Axes to draw on; without them a figure is made (``ax.figure``).

    Returns
    -------
    matplotlib.axes.Axes
        The axes, agent hours upwards, targets to the right.
    """
    table = sweep.table.reset_index(drop=True)
    ax = new_axes(max(6.4, 0.75 * len(table)), 4) if ax is None else ax
    hours = table["agent_hours"].to_numpy(float)
    price = table["hours_per_point"].to_numpy(float)
    ax.plot(table.index, hours, color=BLUE, ls="", marker="o", ms=6)
    room = max(float(hours.max() - hours.min()), 0.02 * float(hours.max()), 1.0)
    ax.set_ylim(hours.min() - 0.18 * room, hours.max() + 0.22 * room)
    # A price links two targets; targets that differ in more than their share are not linked.
    for at in np.flatnonzero(np.isfinite(price)):
        ax.plot([at - 1, at], hours[at - 1 : at + 1], color=BLUE, lw=1.4)
        _beside(ax, f"{price[at]:+,.1f} h\nper point", (at - 0.5, hours[at - 1 : at + 1].mean()))
    labels = [
        ax.annotate(
            f"{count:,.0f} h",
            (at, count),
            (0, 8),
            textcoords="offset points",
            ha="right",
            color=INK,
        )
        for at, count in enumerate(hours)
    ]
    _leave_room(ax, labels[0], len(table))
    _name_targets(ax, [plain(str(text)) for text in table["target"]])
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel("target")
    ax.set_ylabel("agent hours")
    dress(ax, "The stricter the goal, the more it costs")
    return ax


def _beside(ax: Axes, text: str, place: tuple[float, float]) -> None:
    ax.annotate(
        *(text, place, (6, -6)), textcoords="offset points", va="top", color=QUIET, size="small"
    )


def _leave_room(ax: Axes, label: Text, targets: int) -> None:
    """Widen the axis to the left until the label that ends at the first target fits."""
    share = min(0.5, (label.get_window_extent().width + 12) / ax.get_window_extent().width)
    ax.set_xlim(-max(0.5, (targets - 0.5) * share / (1 - share)), targets - 0.5)


def _name_targets(ax: Axes, names: list[str]) -> None:
    """Write the targets beneath the axis, aslant where they would run together."""
    ax.set_xticks(range(len(names)), [name.replace(", ", ",\n") for name in names])
    low, high = ax.get_xlim()
    step = ax.get_window_extent().width / (high - low)
    widest = max(label.get_window_extent().width for label in ax.get_xticklabels())
    if widest > step - 8:
        ax.set_xticks(range(len(names)), names, rotation=30, ha="right", rotation_mode="anchor")


def _target_share(plan: Plan, queue: str | None) -> float | None:
    """Return the service level that is aimed at, where there is just one."""
    queues = [queue] if queue is not None else plan.table["queue"].unique()
    shares = {plan.config.of(str(name)).target.service_level for name in queues}
    return shares.pop() if len(shares) == 1 else None


def _length(plan: Plan) -> str:
    return duration_text(plan.forecast.interval)


def _intervals(count: int) -> str:
    return f"{count:,} interval{'' if count == 1 else 's'}"


def _whole_numbers(ax: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))


def _legend(ax: Axes) -> None:
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 0.99),
        ncols=3,
        frameon=False,
        borderaxespad=0.2,
        handlelength=1.4,
        labelcolor=INK,
    )
