"""Who works when: a bar for each agent across a day, breaks marked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.files.schedule_wording import BREAK_COLOURS, WORK_COLOURS, names_in, with_days
from erlangplan.plotting.canvas import HAIR, INK, QUIET, dress, new_axes, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from erlangplan.scheduling.result import Schedule

__all__ = ["busiest_day", "gantt_height", "mark_hours", "plot_gantt"]

NAMED_AGENTS = 90
_WIDTH = 9.0
Names: TypeAlias = list[str]


def plot_gantt(
    schedule: Schedule,
    day: dt.date | str | None = None,
    ax: Axes | None = None,
    queue: str | None = None,
) -> Axes:
    """Draw the shifts that start on a day, one bar for each agent, with their breaks.

    Parameters
    ----------
    schedule
        Who works when.
    day
        Local day on which the shifts start; None = the day with the most hours of work. A shift
        over midnight is drawn to its end.
    ax
        Axes to draw on; without them a figure is made (``ax.figure``).
    queue
        Name of the queue; without it all queues, one below the other.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, agents downwards in the order of their starts, local time to the right.

    Raises
    ------
    ValueError
        If there is no such queue, or no shift starts on that day.
    """
    chosen = busiest_day(schedule) if day is None else pd.Timestamp(day).tz_localize(None)
    rows = _rows(schedule, chosen.normalize(), queue)
    places, heads = _places(rows)
    height = float(places.max()) + 1
    ax = new_axes(_WIDTH, gantt_height(schedule, chosen, queue)) if ax is None else ax
    _draw_work(ax, rows, places, names_in(schedule.table["shift"]))
    _draw_breaks(ax, rows, places, schedule.breaks)
    ax.set_ylim(height - 0.4, -0.6)
    named = len({str(name) for name in rows["queue"]}) == 1 and str(rows["queue"].iloc[0])
    whose = f"{plain(str(named))}: " if named else ""
    people = f"{len(rows):,} {'person' if len(rows) == 1 else 'people'}"
    dress(ax, f"{whose}{people} on {chosen:%A} {chosen.day} {chosen:%B}", room=26)
    ax.grid(visible=False, axis="y")
    _name_agents(ax, rows, places, heads)
    mark_hours(ax, rows["start"].min(), rows["end"].max())
    _midnights(ax, rows)
    zone = rows["start"].dt.tz
    ax.set_xlabel("" if zone is None else str(zone), color=QUIET, size="small", loc="left")
    _legend(ax)
    return ax


def busiest_day(schedule: Schedule) -> pd.Timestamp:
    """Return the day on which the shifts with the most hours start."""
    if not len(schedule.table):
        raise ValueError("there is no shift to draw")
    hours = with_days(schedule).groupby("day")["paid_hours"].sum()
    return pd.Timestamp(str(hours.idxmax()))


def gantt_height(schedule: Schedule, day: pd.Timestamp, queue: str | None = None) -> float:
    """Return the height that the agents of a day need (inches)."""
    shown = with_days(schedule)
    shown = shown[shown["day"] == day]
    shown = shown if queue is None else shown[shown["queue"] == queue]
    heads = shown["queue"].nunique()
    lines = len(shown) + (1.6 * heads if heads > 1 else 0)
    return 1.3 + float(np.clip(0.17 * lines, 1.2, 10))


def _rows(schedule: Schedule, day: pd.Timestamp, queue: str | None) -> pd.DataFrame:
    shown = with_days(schedule)
    queues = [str(name) for name in shown["queue"].unique()]
    if queue is not None and queue not in queues:
        raise ValueError(f"there is no queue {queue!r}; there are {', '.join(queues[:20])}")
    if queue is not None:
        shown = shown[shown["queue"] == queue]
    rows = shown[shown["day"] == day].reset_index(drop=True)
    if not len(rows):
        days = ", ".join(f"{known:%Y-%m-%d}" for known in shown["day"].unique()[:14])
        raise ValueError(f"no shift starts on {day:%Y-%m-%d}; shifts start on {days}")
    return rows.assign(since=_seconds(rows["start"]), until=_seconds(rows["end"]))


def _seconds(moments: pd.Series) -> NDArray[np.float64]:
    return np.asarray(pd.DatetimeIndex(moments).as_unit("ns").asi8 / 1e9, np.float64)


def _places(rows: pd.DataFrame) -> tuple[NDArray[np.float64], list[tuple[str, float]]]:
    """Return where each agent's bar lies, and the headings of the queues between them."""
    codes, queues = pd.factorize(rows["queue"])
    if len(queues) == 1:
        return np.arange(len(rows), dtype=float), []
    room = max(1.6, 0.03 * len(rows))
    places = np.arange(len(rows)) + room * (codes + 1)
    heads = [(str(name), float(places[codes == at].min())) for at, name in enumerate(queues)]
    return places, heads


def _draw_work(ax: Axes, rows: pd.DataFrame, places: NDArray[np.float64], names: Names) -> None:
    for at, name in enumerate(names):
        part = rows[rows["shift"].astype(str) == name]
        if len(part):
            colour = WORK_COLOURS[at % len(WORK_COLOURS)]
            bars = _Bars(part[["since", "until"]].to_numpy(float), places[part.index])
            bars.draw(ax, colour, name or "work", touching=_touch(rows))


def _draw_breaks(
    ax: Axes, rows: pd.DataFrame, places: NDArray[np.float64], breaks: pd.DataFrame
) -> None:
    keys = rows[["queue", "agent", "start"]].rename(columns={"start": "shift_start"})
    drawn = breaks.merge(keys.assign(place=places), on=["queue", "agent", "shift_start"])
    for at, name in enumerate(names_in(breaks["name"])):
        part = drawn[drawn["name"].astype(str) == name]
        if len(part):
            spans = np.column_stack([_seconds(part["start"]), _seconds(part["end"])])
            bars = _Bars(spans, part["place"].to_numpy(float))
            bars.draw(ax, BREAK_COLOURS[at % len(BREAK_COLOURS)], name, touching=_touch(rows))


def _touch(rows: pd.DataFrame) -> bool:
    return len(rows) > NAMED_AGENTS


@dataclass(frozen=True, eq=False)
class _Bars:
    """Spans of time (n x 2) and where on the upward axis their bars lie."""

    spans: NDArray[np.float64]
    places: NDArray[np.float64]

    def draw(self, ax: Axes, colour: str, label: str, *, touching: bool) -> None:
        """Draw the bars; very thin ones touch, as gaps between them would flicker."""
        from matplotlib.collections import PolyCollection

        half = 0.5 if touching else 0.4
        left, right = self.spans.T
        low, high = self.places - half, self.places + half
        corners = ((left, low), (right, low), (right, high), (left, high))
        shapes = np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1)
        bars = PolyCollection(list(shapes), facecolors=colour, linewidths=0, label=plain(label))
        bars.set_antialiased(not touching)
        ax.add_collection(bars)


def _name_agents(
    ax: Axes, rows: pd.DataFrame, places: NDArray[np.float64], heads: list[tuple[str, float]]
) -> None:
    if len(rows) <= NAMED_AGENTS:
        box = ax.get_window_extent()
        room = 72 * box.height / ax.figure.get_dpi() / (places[-1] + 1)
        names = [plain(name) for name in rows["agent"].astype(str)]
        if heads:
            # Below its heading, a queue's name need not stand in front of each agent's.
            pairs = zip(names, rows["queue"].astype(str), strict=True)
            names = [name.removeprefix(f"{plain(queue)} ") for name, queue in pairs]
        ax.set_yticks(places, names, size=float(np.clip(0.72 * room, 4.5, 9)))
    else:
        step = max(10, round(len(rows) / 80) * 10)
        codes = np.asarray(pd.factorize(rows["queue"])[0])
        own = np.concatenate([np.arange(1, n + 1) for n in np.bincount(codes)])
        marked = (own % step == 0) | (own == 1)
        ax.set_yticks(places[marked], [f"{number:,}" for number in own[marked]])
        ax.set_ylabel("agents, in the order of their starts")
    ax.tick_params(axis="y", length=0)
    for name, place in heads:
        ax.annotate(
            *(plain(name), (0, place - 0.55), (0, 0)),
            xycoords=ax.get_yaxis_transform(),
            textcoords="offset points",
            weight="bold",
            color=INK,
            va="bottom",
        )


def mark_hours(ax: Axes, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Label full hours as the clock shows them, and the day where a new one begins."""
    every = pd.date_range(first.floor("h"), last.ceil("h"), freq="h")
    steps = (1, 2, 3, 6, 12, 24)
    step = next(width for width in steps if len(every) <= 14 * width or width == steps[-1])
    marks = every[np.asarray(every.hour) % step == 0]
    ax.set_xticks(_seconds(marks.to_series()), [f"{hour:%H:%M}" for hour in marks])
    ax.set_xlim(*_seconds(every[[0, -1]].to_series()))
    ax.grid(axis="x", color=HAIR, lw=0.6)


def _midnights(ax: Axes, rows: pd.DataFrame) -> None:
    first, last = rows["start"].min(), rows["end"].max()
    midnight = last.normalize()
    if not first < midnight < last:
        return
    at = _seconds(pd.Series([midnight]))[0]
    ax.axvline(at, color=QUIET, lw=0.9, zorder=0.9)
    ax.annotate(
        *(f"{midnight:%a} {midnight.day} {midnight:%b}", (at, 1), (4, -2)),
        xycoords=ax.get_xaxis_transform(),
        textcoords="offset points",
        va="top",
        color=QUIET,
        size="small",
    )


def _legend(ax: Axes) -> None:
    handles, labels = ax.get_legend_handles_labels()
    shown = 9
    ax.legend(
        handles[:shown],
        labels[:shown],
        loc="lower left",
        bbox_to_anchor=(-0.01, 0.995),
        ncols=shown,
        frameon=False,
        borderaxespad=0.2,
        handlelength=1.1,
        columnspacing=1.2,
        labelcolor=INK,
        fontsize="small",
    )
