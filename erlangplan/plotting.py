"""Pictures of plans: the requirement through the week, heat maps, service level, sweeps."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.files.whole import atomic_path
from erlangplan.grid import DayTimeGrid, date_range_text, day_time_grid, local_starts
from erlangplan.units import duration_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

    from erlangplan.forecast import Forecast
    from erlangplan.settings import Config

__all__ = ["plot_heat_map", "plot_requirement", "plot_service_level", "plot_sweep", "save_week"]

BLUE, PALE, ORANGE, INK, QUIET, HAIR = (
    "#0b5394",
    "#c6dbef",
    "#d55e00",
    "#262626",
    "#6b6b6b",
    "#d9d9d9",
)
SHOWN_QUEUES = 6
LONGEST_IN_INTERVALS = 62
_SUMS = ("agents", "scheduled", "scheduled_exact", "required", "net", "volume", "load")
_SHARES = ("service_level", "service_level_one_less", "service_level_one_more", "abandonment")
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


class Plan(Protocol):
    """What a picture needs of a requirement or an evaluation."""

    @property
    def table(self) -> pd.DataFrame:
        """One row per queue and interval."""

    @property
    def forecast(self) -> Forecast:
        """The forecast that the plan was made from."""

    @property
    def config(self) -> Config:
        """What was asked of each queue."""


class Sweep(Protocol):
    """What a picture needs of a sweep."""

    @property
    def table(self) -> pd.DataFrame:
        """One row per target."""


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
    rows, name = _rows(plan, queue, ("agents", "load", "required"))
    ax = _axes(8, 3.6) if ax is None else ax
    span, rows, what = _span(rows, plan.forecast.interval)
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
    ax.stairs(
        span.padded(rows["load"]), span.edges, color=ORANGE, lw=1.1 * thin, label="load (erlang)"
    )
    drawn = [name for name in ("agents", "required", "load") if name in rows]
    ax.set_ylim(0, max(1.0, 1.08 * float(rows[drawn].max().max())))
    ax.set_ylabel("agents")
    _whole_numbers(ax)
    _dress(ax, f"{name}agents and load{what}", room=24)
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
        Name of the queue; without it the service levels of all queues, weighted by volume.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, service level in per cent upwards, local time to the right.

    Raises
    ------
    ValueError
        If there is no such queue.
    """
    rows, name = _rows(plan, queue, ("volume", "service_level"))
    ax = _axes(8, 3.6) if ax is None else ax
    span = _Span(rows, plan.forecast.interval)
    behind = ax.twinx()
    behind.stairs(span.padded(rows["volume"]), span.edges, fill=True, color="#ececec", lw=0)
    behind.set_ylim(0, max(1.0, 1.6 * float(rows["volume"].max())))
    behind.axis("off")
    ax.set_zorder(behind.get_zorder() + 1)
    ax.patch.set_visible(False)
    level = 100 * rows["service_level"]
    ax.stairs(span.padded(level), span.edges, color=BLUE, lw=1.4, baseline=None)
    wanted = _target_share(plan, queue)
    _dress(ax, f"{name}service level per {_length(plan)}")
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
        Name of the queue; without it all queues are added up (shares are weighted by volume).
    value
        Name of the column; ``net`` of an evaluation is red where short and blue where over.

    Returns
    -------
    matplotlib.axes.Axes
        The axes; times at both ends where the value is zero on all days are left out.

    Raises
    ------
    ValueError
        If there is no such queue or column, or several queues cannot be put together.
    """
    rows, name = _rows(plan, queue, (value,))
    grid = day_time_grid(rows, value, plan.forecast.interval).trimmed()
    shown = grid.values * (100 if value in (*_SHARES, "occupancy") else 1)
    unit = " (%)" if value in (*_SHARES, "occupancy") else ""
    ax = _axes(*_map_size(grid)) if ax is None else ax
    ax.set_facecolor("#f1f1f1")
    colours, low, high = _colours(value, shown)
    cells = np.ma.masked_invalid(shown)
    image = ax.imshow(
        cells, aspect="auto", interpolation="nearest", cmap=colours, vmin=low, vmax=high
    )
    _map_ticks(ax, grid)
    label = _NAMES.get(value, value) + unit
    if not _write_values(ax, shown, image):
        bar = ax.figure.colorbar(image, ax=ax, pad=0.015, fraction=0.04)
        bar.outline.set_visible(False)
        bar.set_label(label)
    ax.set_title(f"{name}{label}", loc="left", color=INK)
    ax.set_xlabel(_map_note(grid), color=QUIET, size="small", loc="left")
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
    ax = _axes(6.4, 4) if ax is None else ax
    hours = table["agent_hours"].astype(float)
    ax.plot(table.index, hours, color=BLUE, lw=1.4, marker="o", ms=6)
    room = max(float(hours.max() - hours.min()), 0.02 * float(hours.max()), 1.0)
    ax.set_ylim(hours.min() - 0.18 * room, hours.max() + 0.22 * room)
    ax.set_xlim(-0.7, len(table) - 0.5)
    for at, count in enumerate(hours):
        ax.annotate(
            f"{count:,.0f} h",
            (at, count),
            (0, 8),
            textcoords="offset points",
            ha="right",
            color=INK,
        )
    for at, price in enumerate(table["hours_per_point"].astype(float)):
        if at and np.isfinite(price):
            middle = (at - 0.5, (hours[at - 1] + hours[at]) / 2)
            ax.annotate(
                f"{price:+,.1f} h\nper point",
                middle,
                (6, -6),
                textcoords="offset points",
                va="top",
                color=QUIET,
                size="small",
            )
    names = [_plain(str(text)) for text in table["target"]]
    long = max(map(len, names), default=0) > 12
    ax.set_xticks(
        list(table.index), names, rotation=20 if long else 0, ha="right" if long else "center"
    )
    ax.yaxis.set_major_formatter("{x:,.0f}")
    ax.set_xlabel("target (service level / seconds)")
    ax.set_ylabel("agent hours")
    _dress(ax, "The stricter the goal, the more it costs")
    return ax


def save_week(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Draw the week of a plan, for each queue agents against load and a heat map, into a file.

    Parameters
    ----------
    plan
        A requirement or an evaluation.
    path
        Ends in ``.png``, ``.svg`` or ``.pdf``. The same plan gives the same SVG, byte for byte.
    """
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "erlangplan"}):
        figure = _week(plan)
        svg = Path(path).suffix.lower() in (".svg", ".pdf")
        metadata = {"Date" if Path(path).suffix.lower() == ".svg" else "CreationDate": None}
        with atomic_path(path) as unfinished:
            figure.savefig(unfinished, dpi=160, metadata=metadata if svg else None)


def _week(plan: Plan) -> Figure:
    hours = plan.table.groupby("queue", sort=True, observed=True)["agents"].sum()
    queues = [str(name) for name in hours.index]
    if len(queues) > SHOWN_QUEUES:
        chosen = set(hours.nlargest(SHOWN_QUEUES).index)
        queues = [name for name in queues if name in chosen]
    title = date_range_text(list(local_starts(plan.table).dt.normalize()))
    if plan.forecast.tz is not None:
        title += f", {plan.forecast.tz}"
    if len(queues) < len(hours):
        title += f"; the {len(queues)} largest of {len(hours)} queues"
    value = "net" if "net" in plan.table else "agents"
    maps = {
        name: day_time_grid(rows, value, plan.forecast.interval).trimmed()
        for name, rows in plan.table.groupby("queue", observed=True)
        if name in queues
    }
    tallest = max(_map_size(grid)[1] for grid in maps.values())
    if len(queues) == 1:
        figure = _figure(8.5, 3 + tallest)
        places = figure.subplots(2, 1, height_ratios=[3, tallest], squeeze=False).T
    else:
        height = min(tallest, 4.5)
        figure = _figure(11, 0.5 + height * len(queues))
        places = figure.subplots(len(queues), 2, width_ratios=[1.25, 1], squeeze=False)
    for name, (curve, heat) in zip(queues, places, strict=True):
        plot_requirement(plan, curve, name)
        plot_heat_map(plan, heat, name, value)
        curve.set_xlabel("")
        heat.set_xlabel("* the hour that comes twice" if any(maps[name].second) else "")
    figure.suptitle(title, x=0.012, ha="left", color=QUIET, size="medium")
    return figure


def _span(rows: pd.DataFrame, interval: float) -> tuple[_Span, pd.DataFrame, str]:
    """Return the time axis and what to draw on it: in a long plan the largest of each day."""
    span = _Span(rows, interval)
    if span.days_shown <= LONGEST_IN_INTERVALS:
        return span, rows, ""
    day = rows["start"].dt.normalize().rename("start")
    daily = rows.drop(columns="start").groupby(day).max().reset_index()
    return _Span(daily, 86400), daily, ", largest of each day"


class _Span:
    """Edges of the intervals on a time axis; a gap in the table is a gap in the picture."""

    def __init__(self, rows: pd.DataFrame, interval: float) -> None:
        starts = pd.DatetimeIndex(rows["start"])
        self.zone = starts.tz
        self.days = list(local_starts(rows).dt.normalize().unique())
        seconds = starts.as_unit("ns").asi8 / 1e9
        ends = seconds + interval
        # A tenth of an interval of slack lets days of 25 hours follow each other.
        gaps = np.flatnonzero(seconds[1:] - ends[:-1] > 0.1 * interval) + 1
        self.gaps = gaps
        self.edges = np.append(np.insert(seconds, gaps, ends[gaps - 1]), ends[-1])
        self.days_shown = len(pd.date_range(self.days[0], self.days[-1]))

    def padded(self, values: pd.Series) -> NDArray[np.float64]:
        numbers = values.to_numpy(np.float64, na_value=np.nan)
        return np.insert(np.where(np.isfinite(numbers), numbers, np.nan), self.gaps, np.nan)

    def _at(self, local: pd.DatetimeIndex) -> NDArray[np.float64]:
        aware = local
        if self.zone is not None:
            aware = local.tz_localize(
                self.zone, ambiguous=np.ones(len(local), bool), nonexistent="shift_forward"
            )
        return np.asarray(aware.as_unit("ns").asi8 / 1e9, np.float64)

    def mark(self, ax: Axes) -> None:
        """Label the axis with hours, days, weeks or months, as they fit."""
        midnights = pd.date_range(self.days[0], periods=self.days_shown + 1)
        low, high = float(self.edges[0]), float(self.edges[-1])
        if self.days_shown <= 2:
            step = 2 if self.days_shown == 1 else 6
            hours = pd.date_range(midnights[0], midnights[-1], freq=f"{step}h")
            where = self._at(hours)
            ax.set_xticks(where, [f"{hour:%H:%M}" for hour in hours])
        elif self.days_shown <= 10:
            where = self._at(midnights)
            low, high = where[0], where[-1]
            noons = (where[:-1] + where[1:]) / 2
            ax.set_xticks(where, [""] * len(where))
            names = [f"{day:%a}\n{day.day} {day:%b}" for day in midnights[:-1]]
            ax.set_xticks(noons, names, minor=True)
            ax.tick_params(axis="x", which="minor", length=0)
        else:
            chosen = pd.DatetimeIndex([midnights[at] for at in _day_marks(list(midnights[:-1]))])
            ax.set_xticks(self._at(chosen), [f"{day.day} {day:%b}" for day in chosen])
        ax.set_xlim(low, high)
        ax.grid(axis="x", which="major", color=HAIR, lw=0.6)
        zone = f", {self.zone}" if self.zone is not None else ""
        ax.set_xlabel(date_range_text(self.days) + zone, color=QUIET, size="small", loc="left")


def _rows(plan: Plan, queue: str | None, columns: tuple[str, ...]) -> tuple[pd.DataFrame, str]:
    """Return the rows of a queue, or of all queues put together, and how a title begins."""
    table = plan.table
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
        return rows, f"{_plain(chosen)}: " if chosen else ""
    together = {}
    for name in present:
        if name in _SUMS:
            together[name] = table.groupby("start")[name].sum()
        elif name in _SHARES:
            known = table[name].notna()
            weight = table["volume"].where(known, 0.0)
            parts = pd.DataFrame(
                {"start": table["start"], "part": table[name].fillna(0) * weight, "weight": weight}
            )
            sums = parts.groupby("start")[["part", "weight"]].sum()
            together[name] = sums["part"] / sums["weight"].where(sums["weight"] > 0)
        else:
            raise ValueError(f"{name!r} of several queues has no total; name one queue")
    return pd.DataFrame(together).reset_index(), f"All {len(queues)} queues: "


def _plain(text: str) -> str:
    """Return a text that matplotlib draws as it is: no mathematics, no line breaks."""
    short = text if len(text) <= 40 else text[:39] + "…"
    return " ".join(short.split()).replace("$", r"\$")


def _target_share(plan: Plan, queue: str | None) -> float | None:
    """Return the service level that is aimed at, where there is just one."""
    queues = [queue] if queue is not None else plan.table["queue"].unique()
    shares = {plan.config.of(str(name)).target.service_level for name in queues}
    return shares.pop() if len(shares) == 1 else None


def _length(plan: Plan) -> str:
    return duration_text(plan.forecast.interval)


def _intervals(count: int) -> str:
    return f"{count:,} interval{'' if count == 1 else 's'}"


def _figure(width: float, height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.1, h_pad=0.08)
    figure = Figure(figsize=(width, height), layout=layout, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def _axes(width: float, height: float) -> Axes:
    return _figure(width, height).subplots()


def _dress(ax: Axes, title: str, room: float = 16) -> None:
    ax.set_title(title, loc="left", color=INK, pad=room)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(QUIET)
    ax.tick_params(which="both", colors=QUIET, labelcolor=INK)
    ax.grid(axis="y", color=HAIR, lw=0.6)
    ax.set_axisbelow(True)


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


def _map_size(grid: DayTimeGrid) -> tuple[float, float]:
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
    low = 0.0 if value in _SUMS or not finite.size else float(finite.min())
    high = float(finite.max(initial=low))
    return LinearSegmentedColormap.from_list("blues", blues), low, high if high > low else low + 1


def _day_marks(days: Sequence[pd.Timestamp]) -> list[int]:
    """Return which of many days to label: Mondays, or the first of months."""
    if len(days) > 100:
        marks = [at for at, day in enumerate(days) if day.day == 1]
    else:
        marks = [at for at, day in enumerate(days) if day.day_of_week == 0]
    return marks[:: max(1, -(-len(marks) // 12))]


def _map_ticks(ax: Axes, grid: DayTimeGrid) -> None:
    ax.xaxis.tick_top()
    every = len(grid.days) <= 10
    days = list(range(len(grid.days))) if every else _day_marks(grid.days)
    form = "{0:%a}\n{0.day} {0:%b}" if every else "{0.day} {0:%b}"
    ax.set_xticks(days, [form.format(grid.days[at]) for at in days])
    hours = [at for at, minute in enumerate(grid.minutes) if minute % 60 == 0] or [0]
    hours = hours[:: max(1, -(-len(hours) // 14))]
    ax.set_yticks(hours, [grid.times[at] for at in hours])
    ax.tick_params(length=0, labelcolor=INK)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _write_values(ax: Axes, shown: NDArray[np.float64], image: AxesImage) -> bool:
    """Write the numbers into the cells if they fit, and tell whether they did."""
    times, days = shown.shape
    box = ax.get_window_extent()
    dpi = ax.figure.get_dpi()
    height, width = 72 * box.height / dpi / times, 72 * box.width / dpi / days
    finite = shown[np.isfinite(shown)]
    digits = len(f"{np.abs(finite).max(initial=0):.0f}") + bool((finite < 0).any())
    size = min(9.0, 0.72 * height, 1.5 * width / (digits + 1))
    if size < 5 or shown.size > 800:
        return False
    numbers = "{:+.0f}" if (finite < 0).any() else "{:.0f}"
    for at, day in zip(*np.nonzero(np.isfinite(shown) & (shown != 0)), strict=True):
        red, green, blue, _ = image.to_rgba(shown[at, day])
        dark = 0.3 * red + 0.59 * green + 0.11 * blue < 0.55
        text = numbers.format(shown[at, day]).replace("-", "\N{MINUS SIGN}")
        colour = "white" if dark else INK
        ax.text(day, at, text, ha="center", va="center_baseline", size=size, color=colour)
    return True


def _map_note(grid: DayTimeGrid) -> str:
    return date_range_text(grid.days) + (
        "; * the hour that comes twice" if any(grid.second) else ""
    )
