"""Breaks, and how much work lies between them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from erlangplan.shifts.times import EVERY_DAY, as_days
from erlangplan.shifts.values import (
    Converters,
    as_anchor,
    as_break_name,
    as_flag,
    as_positive_length,
    as_window,
    as_work,
    settle,
)

__all__ = ["Break", "Spacing"]


@dataclass(frozen=True)
class Break:
    """A pause in a shift, or an activity off the queue such as a meeting.

    Parameters
    ----------
    name
        Such as ``lunch``; one shift has no two breaks of one name.
    length
        How long it lasts [s]; also as text, ``"30min"``.
    window
        Earliest and latest start: after the shift's start, or before its end [s].
    anchor
        What `window` is measured from: ``start``, or ``end`` (then it starts that long before the
        end). Written ``from`` in a file.
    paid
        Whether its time is paid.
    days
        Weekdays of the shift's start on which it is held; also as text, ``"mon-fri"``.

    Examples
    --------
    >>> Break("lunch", "30min", ("3h30", "5h")).window
    (12600.0, 18000.0)
    """

    name: str
    length: float
    window: tuple[float, float]
    anchor: Literal["start", "end"] = "start"
    paid: bool = False
    days: tuple[int, ...] = EVERY_DAY

    def __post_init__(self) -> None:
        settle(self, f"break {self.name!r}", BREAK_FIELDS)


@dataclass(frozen=True)
class Spacing:
    """How much work lies between the breaks of a shift.

    Each may be given as least and most, or as the least alone, in seconds or as text.

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

    def __post_init__(self) -> None:
        settle(self, "spacing", SPACING_FIELDS)


BREAK_FIELDS: Converters = {
    "name": as_break_name,
    "length": as_positive_length,
    "window": as_window,
    "anchor": as_anchor,
    "paid": as_flag,
    "days": as_days,
}
SPACING_FIELDS: Converters = {"first": as_work, "between": as_work, "last": as_work}
