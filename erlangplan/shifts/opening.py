"""Opening hours through the week, joined where one day's closing is the next day's opening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from erlangplan.shifts.times import DAY, Pair

__all__ = ["Opening", "is_inside", "joined_hours"]

Opening: TypeAlias = Mapping[int, tuple[Pair, ...]]

_WEEK = 7


def joined_hours(opening: Opening) -> tuple[Pair, ...]:
    """Return from and to of open time over three weeks [s after the first Monday's midnight]."""
    spans = sorted(
        (day * DAY + opens, day * DAY + closes)
        for day in range(3 * _WEEK)
        for opens, closes in opening.get(day % _WEEK, ())
    )
    joined: list[Pair] = []
    for opens, closes in spans:
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return tuple(joined)


def is_inside(hours: tuple[Pair, ...], weekday: int, start: float, length: float) -> bool:
    """Whether a shift lies inside joined hours; the middle week has neighbours on both sides."""
    begin = (_WEEK + weekday) * DAY + start
    return any(opens <= begin and begin + length <= closes for opens, closes in hours)
