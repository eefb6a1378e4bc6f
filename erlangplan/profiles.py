"""Profiles: which share of a day's contacts falls into each interval of each weekday."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from erlangplan.errors import InputError
from erlangplan.units import duration_text

__all__ = ["Profile", "spread_rows"]

DAY = 86400
MICRO = 1_000_000
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_HOURS = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*(?:-|\u2013|to)\s*([0-9]{1,2}):([0-9]{2})\s*")


@dataclass(frozen=True, eq=False)
class Profile:
    """Shares of a day's contacts by weekday and interval.

    Parameters
    ----------
    shares
        Weights by queue, weekday (Monday first) and interval of the day, from midnight on:
        (queues, 7, intervals). Only their proportions within a day count.
    queues
        Name of each queue; one nameless entry serves all queues.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or the shape is another.
    """

    shares: FloatArray
    queues: tuple[str | None, ...] = (None,)

    def __post_init__(self) -> None:
        shares = np.array(self.shares, dtype=float)
        if shares.ndim != 3 or shares.shape[:2] != (len(self.queues), 7):
            raise ValueError(f"shares must be (queues, 7, intervals), got {shares.shape}")
        if not shares.shape[2] or DAY % shares.shape[2]:
            raise ValueError(f"a day must hold whole intervals, got {shares.shape[2]} of them")
        if not (np.isfinite(shares) & (shares >= 0)).all():
            raise ValueError("shares must be finite and at least 0")
        object.__setattr__(self, "shares", shares)

    @property
    def interval(self) -> float:
        """Length of an interval (s)."""
        return DAY / int(self.shares.shape[2])

    @classmethod
    def even(cls, hours: str = "00:00-24:00", interval: float = 1800.0) -> Profile:
        """Return the profile that spreads a day evenly over opening hours.

        Parameters
        ----------
        hours
            Such as "08:00-20:00", the same every day; "20:00-04:00" opens both ends of the day.
        interval
            Length of an interval (s); one that is open in part gets its part.

        Examples
        --------
        >>> int(Profile.even("08:00-20:00", 3600).shares[0, 0].sum())
        12
        """
        if not interval > 0 or DAY % interval:
            raise ValueError(f"interval must divide a day, got {duration_text(interval)}")
        opens, closes = _hours(hours)
        starts = np.arange(0, DAY, interval)
        spans = [(opens, closes)] if opens < closes else [(0.0, closes), (opens, float(DAY))]
        open_for = sum(
            np.clip(np.minimum(starts + interval, end) - np.maximum(starts, begin), 0, None)
            for begin, end in spans
        )
        return cls(np.broadcast_to(open_for / interval, (1, 7, len(starts))).copy())

    @classmethod
    def of_history(cls, table: pd.DataFrame, interval: float) -> Profile:
        """Return the profile of past contacts: the mean volume of each weekday and interval.

        Parameters
        ----------
        table
            Columns queue (category), start, volume, as in a forecast.
        interval
            Length of its intervals (s), at most an hour, a whole part of a day.
        """
        if DAY % interval or interval > 3600:
            raise ValueError(f"a profile needs short intervals, got {duration_text(interval)}")
        start = table["start"].dt
        slot = (3600 * start.hour + 60 * start.minute + start.second) // int(interval)
        keys = {"queue": table["queue"].cat.codes, "weekday": start.day_of_week, "slot": slot}
        means = table["volume"].groupby([pd.Series(key, table.index) for key in keys.values()])
        found = means.mean()
        names = tuple(str(name) for name in table["queue"].cat.categories)
        shares = np.zeros((len(names), 7, round(DAY / interval)))
        places = tuple(found.index.get_level_values(level).to_numpy() for level in range(3))
        shares[places] = found.to_numpy()
        return cls(shares, names if len(names) > 1 else (None,))

    def rows_of(self, names: list[str]) -> IntArray:
        """Return the row of the shares that serves each queue.

        Raises
        ------
        InputError
            If the profile knows other queues only.
        """
        if self.queues == (None,):
            return np.zeros(len(names), dtype=np.int64)
        place = {name: number for number, name in enumerate(self.queues)}
        missing = [name for name in names if name not in place]
        if missing:
            known = ", ".join(str(name) for name in self.queues[:10])
            raise InputError(f"the profile has no queue {missing[0]!r}; it has {known}")
        return np.array([place[name] for name in names], dtype=np.int64)


def _hours(text: str) -> tuple[float, float]:
    match = _HOURS.fullmatch(text)
    if match:
        opens = 60.0 * (60 * int(match[1]) + int(match[2]))
        closes = 60.0 * (60 * int(match[3]) + int(match[4]))
        sound = int(match[2]) < 60 and int(match[4]) < 60
        if sound and opens < DAY and closes <= DAY and opens != closes:
            return opens, closes
    raise ValueError(f"hours must be such as 08:00-20:00, got {text!r}")


def spread_rows(table: pd.DataFrame, interval: float, profile: Profile) -> pd.DataFrame:
    """Return a forecast's table with each long interval spread over short ones.

    Parameters
    ----------
    table
        Columns queue (category), start, volume, aht.
    interval
        Length of its intervals (s).
    profile
        Shares of the day; its interval is that of the result.

    Returns
    -------
    pandas.DataFrame
        The same columns. The volumes of each long interval add up to what they were; on a day
        of 23 or 25 hours they are spread over the hours that the day has.

    Raises
    ------
    ValueError
        If the profile's intervals are not shorter, or do not fit into the forecast's.
    InputError
        If there are contacts when the profile has none.
    """
    step = profile.interval
    if step >= interval or interval % step:
        raise ValueError(
            f"intervals of {duration_text(interval)} cannot be spread over "
            f"intervals of {duration_text(step)}"
        )
    first, last = _spans(table["start"], interval)
    counts = np.rint((last - first) / (step * MICRO)).astype(np.int64)
    row = np.repeat(np.arange(len(table)), counts)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    ticks = first[row] + nth * np.int64(step * MICRO)
    start = _local(ticks, table["start"])
    seconds = 3600 * start.hour + 60 * start.minute + start.second
    queue = table["queue"].cat.codes.to_numpy()
    served = profile.rows_of([str(name) for name in table["queue"].cat.categories])
    slot = (seconds.to_numpy() // step).astype(np.int64)
    weight = profile.shares[served[queue[row]], start.day_of_week.to_numpy(), slot]
    total = np.bincount(row, weight, minlength=len(table))
    volume = table["volume"].to_numpy()
    _refuse_closed(table, (volume > 0) & (total == 0))
    scale = np.divide(volume, total, out=np.zeros(len(table)), where=total > 0)
    return pd.DataFrame(
        {
            "queue": pd.Categorical.from_codes(queue[row], table["queue"].cat.categories),
            "start": start,
            "volume": scale[row] * weight,
            "aht": table["aht"].to_numpy()[row],
        }
    )


def _spans(start: pd.Series[pd.Timestamp], interval: float) -> tuple[IntArray, IntArray]:
    """Return the first and the last instant of each interval, measured on the wall clock."""
    length = pd.Timedelta(seconds=interval)
    if start.dt.tz is None:
        return _ticks(start), _ticks(start + length)
    ends = start.dt.tz_localize(None) + length
    # An interval that ends where the clock jumps ends when the jump is over.
    passes = np.zeros(len(ends), dtype=bool)
    local = ends.dt.tz_localize(start.dt.tz, ambiguous=passes, nonexistent="shift_forward")
    return _ticks(start.dt.tz_convert(None)), _ticks(local.dt.tz_convert(None))


def _ticks(times: pd.Series[pd.Timestamp]) -> IntArray:
    return np.asarray(times.dt.as_unit("us").to_numpy().view(np.int64))


def _local(ticks: IntArray, like: pd.Series[pd.Timestamp]) -> pd.DatetimeIndex:
    times = pd.DatetimeIndex(ticks.view("M8[us]"))
    return times if like.dt.tz is None else times.tz_localize("UTC").tz_convert(like.dt.tz)


def _refuse_closed(table: pd.DataFrame, wrong: npt.NDArray[np.bool_]) -> None:
    if wrong.any():
        worst = table[wrong].iloc[0]
        weekday = WEEKDAYS[worst["start"].weekday()]
        raise InputError(
            f"the profile has no share on {weekday} for queue {worst['queue']}, but "
            f"{worst['start']:%Y-%m-%d} has {worst['volume']:g} contacts "
            f"({int(wrong.sum())} such intervals)",
            fix="Add the weekday to the profile, or take --spread-evenly --hours 08:00-20:00 "
            "(spread_evenly).",
        )
