"""The rules of work: shifts with their breaks, groups of people, premiums, opening hours.

Times of the day and lengths are seconds. Weekdays are 0 (Monday) to 6 (Sunday). A time of the day
is on the wall clock; a length is time that passes, so that a shift of 8 h 30 min over a night of
changing clocks lasts 8 h 30 min.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Break", "Group", "Premium", "Shift", "Spacing", "WorkRules"]

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
DAYS_PER_WEEK = 5


@dataclass(frozen=True)
class Break:
    """A pause in a shift, or an activity off the queue such as a meeting.

    Parameters
    ----------
    name
        Such as ``lunch``; one shift has no two breaks of one name.
    length
        How long it lasts [s].
    window
        Earliest and latest start: after the shift's start, or before its end [s].
    anchor
        What `window` is measured from: ``start``, or ``end`` (then it starts that long before the
        end). Written ``from`` in a file.
    paid
        Whether its time is paid.
    days
        Weekdays of the shift's start on which it is held.
    """

    name: str
    length: float
    window: tuple[float, float]
    anchor: Literal["start", "end"] = "start"
    paid: bool = False
    days: tuple[int, ...] = EVERY_DAY


@dataclass(frozen=True)
class Spacing:
    """How much work lies between the breaks of a shift.

    Parameters
    ----------
    first
        Least and most work before the first break [s].
    between
        Least and most work from the end of a break to the start of the next [s].
    last
        Least and most work after the last break [s].
    """

    first: tuple[float, float] = (0.0, math.inf)
    between: tuple[float, float] = (0.0, math.inf)
    last: tuple[float, float] = (0.0, math.inf)


@dataclass(frozen=True)
class Shift:
    """A kind of shift: when it may start, how long it is, which breaks it has.

    Parameters
    ----------
    name
        Such as ``early``.
    starts
        Times of the day at which it may start, sorted [s after midnight].
    presence
        Shortest and longest time from arrival to leaving, and the step between [s].
    days
        Weekdays on which it may start.
    people
        Fewest and most people who start it on any one of these days; None = no limit.
    cost
        Cost of a paid hour, before premiums.
    breaks
        In the order in which they are taken.
    spacing
        Least and most work before, between and after breaks.
    queues
        Queues that it may serve; none named: any.
    """

    name: str
    starts: tuple[float, ...]
    presence: tuple[float, float, float]
    days: tuple[int, ...] = EVERY_DAY
    people: tuple[int, int | None] = (0, None)
    cost: float = 1.0
    breaks: tuple[Break, ...] = ()
    spacing: Spacing = field(default_factory=Spacing)
    queues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Premium:
    """What paid time costs more at some times; where several hold, their factors multiply.

    Parameters
    ----------
    factor
        Multiplies the cost of paid time.
    between
        From and to, times of the day; the second may lie after midnight (22:00 to 06:00)
        [s after midnight]. None: the whole day.
    days
        Weekdays, by the day on which the time lies.
    """

    factor: float
    between: tuple[float, float] | None = None
    days: tuple[int, ...] = EVERY_DAY


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
        Fewest and most people; None = as many as needed.
    days_per_week
        Fewest and most days that each of them works.
    hours_per_week
        Least and most paid hours of each [h]; None = whatever follows from the days.
    days_off_joined
        Whether the days off of a week stand together.
    start_band
        All starts of one person's week lie within this time of the day of each other; 0 = the
        same start every day; None = free [s].
    rest
        Least time between the end of one day's shift and the start of the next [s].
    queues
        Queues that they may serve; none named: any.
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


@dataclass(frozen=True)
class WorkRules:
    """All rules that a schedule keeps.

    Parameters
    ----------
    shifts
        Kinds of shifts.
    groups
        Groups of people; without any, each shift is bought a day at a time.
    premiums
        When paid time costs more.
    opening
        Opening hours per weekday, [s after midnight]; a weekday that is not named is closed. None:
        open wherever agents are required. A shift lies inside them.
    distinct_starts
        Most different times of the day at which shifts start; None = any.
    break_grid
        Breaks start on multiples of this after midnight [s]; None = the interval.
    source
        Name of the file, or "rules".
    """

    shifts: tuple[Shift, ...]
    groups: tuple[Group, ...] = ()
    premiums: tuple[Premium, ...] = ()
    opening: Mapping[int, tuple[tuple[float, float], ...]] | None = None
    distinct_starts: int | None = None
    break_grid: float | None = None
    source: str = "rules"
