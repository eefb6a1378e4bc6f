"""A tidy table as the trade reads it: days across, times of the day down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = [
    "DayTimeGrid",
    "date_range_text",
    "day_time_grid",
    "local_starts",
    "only_open",
    "open_hours",
]

MINUTES_PER_DAY = 1440


@dataclass(frozen=True, eq=False)
class DayTimeGrid:
    """Values of one queue by time of the day and by day.

    Attributes
    ----------
    days
        Midnights of the days, without a time zone.
    minutes
        Start of each row, in minutes after midnight on the wall clock.
    second
        True where a row is the second pass through an hour that a DST change repeats.
    values
        One row per time, one column per day; NaN where the table has no such interval.
    """

    days: list[pd.Timestamp]
    minutes: list[int]
    second: list[bool]
    values: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.minutes), len(self.days)):
            raise ValueError(f"values must be times x days, got shape {self.values.shape}")

    @property
    def times(self) -> list[str]:
        """Labels of the rows, such as ``07:30``; a second pass has an asterisk."""
        return [
            f"{minute // 60:02d}:{minute % 60:02d}{'*' if again else ''}"
            for minute, again in zip(self.minutes, self.second, strict=True)
        ]

    def trimmed(self, *, zeros: bool = True) -> DayTimeGrid:
        """Return the grid without the rows at both ends that hold nothing, or only zeros."""
        held = np.nan_to_num(self.values) != 0 if zeros else np.isfinite(self.values)
        used = np.flatnonzero(held.any(axis=1))
        if not used.size:
            return self
        kept = slice(int(used[0]), int(used[-1]) + 1)
        return DayTimeGrid(self.days, self.minutes[kept], self.second[kept], self.values[kept])

    def blocks(self, width: int) -> list[DayTimeGrid]:
        """Return the grid cut into pieces of at most `width` days."""
        return [
            DayTimeGrid(
                self.days[at : at + width],
                self.minutes,
                self.second,
                self.values[:, at : at + width],
            )
            for at in range(0, len(self.days), width)
        ]


def local_starts(rows: pd.DataFrame) -> pd.Series:
    """Return the starts on the wall clock of the centre, without their time zone."""
    starts = rows["start"]
    return starts.dt.tz_localize(None) if starts.dt.tz is not None else starts


def only_open(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table that tells agents over or short (`net`) only where contacts are expected.

    Where nothing is offered and nobody required, the queue is closed: whoever stands there is
    neither over nor short.
    """
    if not {"net", "volume", "required"} <= set(table.columns):
        return table
    closed = (table["volume"] == 0) & (table["required"] == 0)
    return table.assign(net=table["net"].astype(float).mask(closed))


def open_hours(
    rows: pd.DataFrame, value: str, interval: float, *, coarse: float | None = None
) -> DayTimeGrid:
    """Return `day_time_grid` for the times of the day at which a queue is open on any day.

    A coarse row shows the largest value in it; of `net` the least, the worst of the hour.
    """
    signed = value == "net"
    grid = day_time_grid(only_open(rows), value, interval, coarse=coarse, least=signed)
    return grid.trimmed(zeros=not signed)


def day_time_grid(
    rows: pd.DataFrame,
    value: str,
    interval: float,
    *,
    coarse: float | None = None,
    least: bool = False,
) -> DayTimeGrid:
    """Return a column of one queue as days x times.

    Parameters
    ----------
    rows
        Rows of one queue with ``start`` and the column `value`, in the order of time.
    value
        Name of the column.
    interval
        Length of an interval (s).
    coarse
        Length of a row of the grid (s); where it is longer than `interval`, a row shows the
        largest value in it.
    least
        Whether it shows the smallest value instead.

    Examples
    --------
    >>> starts = pd.date_range("2026-03-23 08:00", periods=3, freq="30min")
    >>> rows = pd.DataFrame({"start": starts, "agents": [4, 6, 5]})
    >>> day_time_grid(rows, "agents", 1800, coarse=3600).values.tolist()
    [[6.0], [5.0]]
    """
    local = local_starts(rows)
    day = local.dt.normalize()
    minute = (local - day).dt.total_seconds() // 60
    second = rows.groupby([day.rename("day"), minute.rename("minute")]).cumcount() > 0
    step = max(1, int(max(interval, coarse or interval) // 60))
    cells = pd.DataFrame(
        {
            "day": day,
            "minute": (minute // step * step if coarse else minute).astype(int),
            "second": second,
            "value": rows[value].astype(float),
        }
    )
    groups = cells.groupby(["minute", "second", "day"])["value"]
    table = (groups.min() if least else groups.max()).unstack("day")
    passes = [(int(at), bool(again)) for at, again in table.index]
    doubled = [at for at, again in passes if again]
    order = _in_order(_without_holes([at for at, again in passes if not again], step), doubled)
    days = _calendar([pd.Timestamp(str(day)) for day in table.columns])
    values = table.reindex(index=pd.MultiIndex.from_tuples(order), columns=days)
    return DayTimeGrid(
        days, [at for at, _ in order], [again for _, again in order], values.to_numpy(np.float64)
    )


def _without_holes(minutes: list[int], step: int) -> list[int]:
    first, last = min(minutes), max(minutes)
    return sorted({*minutes, *range(first, last + 1, step)})


def _in_order(minutes: list[int], doubled: list[int]) -> list[tuple[int, bool]]:
    """Return the rows in the order of time: a repeated hour stands after its first pass."""
    last = max(doubled, default=MINUTES_PER_DAY)
    before = [(at, False) for at in minutes if at <= last]
    after = [(at, False) for at in minutes if at > last]
    return before + [(at, True) for at in doubled] + after


def _calendar(days: Sequence[pd.Timestamp]) -> list[pd.Timestamp]:
    """Return all days from the first to the last, unless most of them would be empty."""
    every = list(pd.date_range(min(days), max(days), freq="D"))
    return every if len(every) <= 2 * len(days) else sorted(days)


def date_range_text(days: Sequence[pd.Timestamp]) -> str:
    """Return the days as people write them.

    Examples
    --------
    >>> date_range_text([pd.Timestamp("2026-03-23"), pd.Timestamp("2026-03-29")])
    'Mon 23 to Sun 29 March 2026'
    """
    first, last = min(days), max(days)
    end = f"{last:%a} {last.day} {last:%B %Y}"
    if first == last:
        return end
    begin = f"{first:%a} {first.day}"
    if first.year != last.year:
        return f"{begin} {first:%B %Y} to {end}"
    return f"{begin} to {end}" if first.month == last.month else f"{begin} {first:%B} to {end}"
