"""The axis of time of a picture: gaps stay gaps, days of 23 and 25 hours keep their length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.grid import date_range_text, local_starts
from erlangplan.plotting.canvas import HAIR, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["TimeAxis", "day_marks", "day_names", "time_axis"]

LONGEST_IN_INTERVALS = 62


class TimeAxis:
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
        """Return values for the stretches between `edges`, NaN in gaps."""
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
            # An hour that a DST change skips is labelled as the clock then shows.
            shown = pd.to_datetime(where, unit="s", utc=True).tz_convert(self.zone or "UTC")
            ax.set_xticks(where, [f"{hour:%H:%M}" for hour in shown])
        elif self.days_shown <= 16:
            where = self._at(midnights)
            low, high = where[0], where[-1]
            noons = (where[:-1] + where[1:]) / 2
            ax.set_xticks(where, [""] * len(where))
            ax.set_xticks(noons, day_names(list(midnights[:-1])), minor=True)
            ax.tick_params(axis="x", which="minor", length=0)
        else:
            chosen = pd.DatetimeIndex([midnights[at] for at in day_marks(list(midnights[:-1]))])
            ax.set_xticks(self._at(chosen), [f"{day.day} {day:%b}" for day in chosen])
        ax.set_xlim(low, high)
        ax.grid(axis="x", which="major", color=HAIR, lw=0.6)
        zone = f", {self.zone}" if self.zone is not None else ""
        ax.set_xlabel(date_range_text(self.days) + zone, color=QUIET, size="small", loc="left")


def time_axis(rows: pd.DataFrame, interval: float) -> tuple[TimeAxis, pd.DataFrame, str]:
    """Return the time axis and what to draw on it: in a long plan the largest of each day."""
    span = TimeAxis(rows, interval)
    if span.days_shown <= LONGEST_IN_INTERVALS:
        return span, rows, ""
    day = rows["start"].dt.normalize().rename("start")
    daily = rows.drop(columns="start").groupby(day).max().reset_index()
    return TimeAxis(daily, 86400), daily, ", largest of each day"


def day_names(days: Sequence[pd.Timestamp]) -> list[str]:
    """Return two lines for each day: in full for ten days, short for more."""
    if len(days) <= 10:
        return [f"{day:%a}\n{day.day} {day:%b}" for day in days]
    return [f"{f'{day:%a}'[:2]}\n{day.day}" for day in days]


def day_marks(days: Sequence[pd.Timestamp]) -> list[int]:
    """Return which of many days to label: Mondays, or the first of months."""
    if len(days) > 100:
        marks = [at for at, day in enumerate(days) if day.day == 1]
    else:
        marks = [at for at, day in enumerate(days) if day.day_of_week == 0]
    return marks[:: max(1, -(-len(marks) // 12))]
