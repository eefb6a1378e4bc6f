"""Groups of people with rules for their week, and premiums on some hours."""

from __future__ import annotations

import math
from dataclasses import dataclass

from erlangplan.shifts.times import (
    DAY,
    EVERY_DAY,
    Pair,
    as_days,
    as_length,
    as_time,
    end_time,
    is_number,
)
from erlangplan.shifts.values import (
    Converters,
    as_factor,
    as_flag,
    as_name,
    as_names,
    as_people,
    settle,
)

__all__ = ["DAYS_PER_WEEK", "Group", "Premium"]

DAYS_PER_WEEK = 5
_WEEK = 7
_WEEK_HOURS = 168


@dataclass(frozen=True)
class Premium:
    """What paid time costs more at some times; where several hold, their factors multiply.

    Parameters
    ----------
    factor
        Multiplies the cost of paid time.
    between
        From and to, times of the day [s after midnight]; where the second is not above the first,
        it lies on the next day: 22:00 to 06:00. None: the whole day. Also as texts.
    days
        Weekdays, by the day on which the time lies: Sunday's premium on a shift from Saturday
        22:00 to 06:00 begins at midnight. Also as text, ``"sat, sun"``.
    """

    factor: float
    between: tuple[float, float] | None = None
    days: tuple[int, ...] = EVERY_DAY

    def __post_init__(self) -> None:
        settle(self, "premium", PREMIUM_FIELDS)


@dataclass(frozen=True)
class Group:
    """People who work a week together with rules for the week.

    A week is seven days from the first day that is planned; in a shorter one, each day that is
    missing may be one of the days worked.

    Parameters
    ----------
    name
        Such as ``full-time``.
    shifts
        Names of the shifts that they may work, at most one a day.
    people
        Fewest and most people; None = as many as needed. One number is the most.
    days_per_week
        Fewest and most days that each of them works. One number is both.
    hours_per_week
        Least and most paid hours of each [h]; None = whatever follows from the days.
    days_off_joined
        Whether the days off of a week stand together.
    start_band
        All starts of one person's week lie within this time of the day of each other; 0 = the
        same start every day; None = free [s]; also as text, ``"2h"``.
    rest
        Least time between the end of one day's shift and the start of the next [s]; also as text,
        ``"11h"``.
    queues
        Queues that they may serve; none named: any.

    Examples
    --------
    >>> Group("part-time", "PT", people=12, days_per_week=(3, 5), rest="11h").people
    (0, 12)
    """

    name: str
    shifts: tuple[str, ...]
    people: tuple[int, int | None] = (0, None)
    days_per_week: tuple[int, int] = (DAYS_PER_WEEK, DAYS_PER_WEEK)
    hours_per_week: tuple[float, float] | None = None
    days_off_joined: bool = False
    start_band: float | None = None
    rest: float = 0.0
    queues: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        settle(self, f"group {self.name!r}", GROUP_FIELDS)


def _as_between(value: object) -> Pair | None:
    if value is None:
        return None
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise ValueError(f"{value!r} must be from and to, such as ['22:00', '06:00']")
    begin, end = as_time(value[0]), end_time(value[1])
    if begin == end:
        raise ValueError(f"{value!r} last no time; leave it out for the whole day")
    return begin, end or DAY


def _as_shifts(value: object) -> tuple[str, ...]:
    names = as_names(value)
    if not names:
        raise ValueError("must name at least one shift")
    return names


def _as_days_per_week(value: object) -> tuple[int, int]:
    pair = value if isinstance(value, tuple | list) else (value, value)
    if len(pair) != 2 or not all(is_number(part) and part in range(1, _WEEK + 1) for part in pair):
        raise ValueError(f"{value!r} must be 1 to 7 days, one number or [least, most]")
    if pair[0] > pair[1]:
        raise ValueError(f"{value!r} has its least above its most")
    return int(pair[0]), int(pair[1])


def _as_hours_per_week(value: object) -> Pair | None:
    if value is None:
        return None
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise ValueError(f"{value!r} must be least and most hours, such as [16, 24]")
    least, most = (_hours(part) for part in value)
    if least > most:
        raise ValueError(f"{value!r} has its least above its most")
    if not 0 <= least < _WEEK_HOURS or not 0 < most < math.inf:
        raise ValueError(f"{value!r} must be hours of a week")
    return least, most


def _hours(value: object) -> float:
    if isinstance(value, str):
        return as_length(value) / 3600
    if not is_number(value):
        raise ValueError(f"{value!r} is no number of hours")
    return float(value)


def _as_start_band(value: object) -> float | None:
    if value is None:
        return None
    band = as_length(value)
    if band >= DAY:
        raise ValueError(f"{value!r} must be below 24 h; leave it out where starts are free")
    return band


def _as_rest(value: object) -> float:
    rest = as_length(value)
    if rest >= (_WEEK - 1) * DAY:
        raise ValueError(f"{value!r} must be below six days")
    return rest


PREMIUM_FIELDS: Converters = {"factor": as_factor, "between": _as_between, "days": as_days}
GROUP_FIELDS: Converters = {
    "name": as_name,
    "shifts": _as_shifts,
    "people": as_people,
    "days_per_week": _as_days_per_week,
    "hours_per_week": _as_hours_per_week,
    "days_off_joined": as_flag,
    "start_band": _as_start_band,
    "rest": _as_rest,
    "queues": as_names,
}
