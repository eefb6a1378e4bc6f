"""Whether the breaks of a shift have a place, and where each may start."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from erlangplan.shifts.breaks import Break, Spacing
from erlangplan.shifts.times import Pair, time_text
from erlangplan.units import duration_text

__all__ = ["break_windows"]


_Bound: TypeAlias = tuple[float, str]


def break_windows(
    held: Sequence[Break], spacing: Spacing, length: float, start: float, grid: float
) -> tuple[Pair, ...]:
    """Return earliest and latest start of each break [s after the start], or raise ValueError.

    Breaks in a fixed order form a chain of differences with bounds, so that one pass forwards and
    one backwards find all that is possible.
    """
    windows: list[Pair] = []
    gaps = [_gap(pause, after, spacing, grid) for pause, after in pairwise(held)]
    for number, pause in enumerate(held):
        lower, upper = _bounds(held, number, spacing, length)
        if number:
            lower.append(
                _after(held[number - 1], windows[-1][0] + gaps[number - 1][0], "min", spacing)
            )
            upper.append(
                _after(held[number - 1], windows[-1][1] + gaps[number - 1][1], "max", spacing)
            )
        earliest = _up(max(lower)[0], start, grid)
        latest = _down(min(upper)[0], start, grid)
        if earliest > latest:
            raise ValueError(_clash(pause.name, max(lower), min(upper), start, grid))
        windows.append((earliest, latest))
    for number in range(len(gaps) - 1, -1, -1):
        (earliest, latest), (after, before) = windows[number], windows[number + 1]
        least, most = gaps[number]
        windows[number] = max(earliest, after - most), min(latest, before - least)
    return tuple(windows)


def _gap(pause: Break, after: Break, spacing: Spacing, grid: float) -> Pair:
    """Return least and most time from a break's start to the next one's, in whole grid steps."""
    least, most = (work + pause.length for work in spacing.between)
    near = math.ceil(least / grid) * grid
    far = math.inf if math.isinf(most) else math.floor(most / grid) * grid
    if near > far:
        raise ValueError(
            f"break {after.name!r} can start {duration_text(least)} to {duration_text(most)} after "
            f"break {pause.name!r} (spacing min and max), which the break grid of "
            f"{duration_text(grid)} cannot keep"
        )
    return near, far


def _bounds(
    held: Sequence[Break], number: int, spacing: Spacing, length: float
) -> tuple[list[_Bound], list[_Bound]]:
    """Return what keeps a break from starting earlier and later, each with its rule."""
    pause = held[number]
    low, high = pause.window if pause.anchor == "start" else (
        length - pause.window[1], length - pause.window[0]
    )  # fmt: skip
    lower, upper = [(low, "its window")], [(high, "its window")]
    if not number:
        least, most = spacing.first
        lower.append((least, f"the shift's start{_told('first', least)}"))
        upper.append((most, f"spacing first {duration_text(most)}"))
    end = length - pause.length
    if number == len(held) - 1:
        least, most = spacing.last
        lower.append((end - most, f"spacing last {duration_text(most)}"))
        upper.append((end - least, f"the shift's end{_told('last', least)}"))
    else:
        upper.append((end, "the shift's end"))
    return lower, upper


def _after(before: Break, edge: float, key: str, spacing: Spacing) -> _Bound:
    work = spacing.between[0 if key == "min" else 1]
    return edge, f"after break {before.name!r}{_told(key, work)}"


def _told(key: str, work: float) -> str:
    return f" with spacing {key} {duration_text(work)}" if 0 < work < math.inf else ""


def _up(seconds: float, start: float, grid: float) -> float:
    return math.ceil((start + seconds) / grid) * grid - start


def _down(seconds: float, start: float, grid: float) -> float:
    return math.floor((start + seconds) / grid) * grid - start


def _clash(name: str, lower: _Bound, upper: _Bound, start: float, grid: float) -> str:
    (earliest, why), (latest, why_not) = lower, upper
    if latest < 0:
        return f"break {name!r} would start before the shift ({why_not})"
    if earliest > latest:
        return (
            f"break {name!r} can start {_moment(earliest)} at the earliest ({why}), "
            f"{_moment(latest)} at the latest ({why_not})"
        )
    minute = f", from a start at {time_text(start)[3:]} past the hour" if start else ""
    between = "" if earliest == latest else f"between {_moment(earliest)} and "
    return (
        f"break {name!r} can start {between}{_moment(latest)} ({why}; {why_not}), where the break "
        f"grid of {duration_text(grid)} has no time{minute}"
    )


def _moment(seconds: float) -> str:
    return f"{duration_text(seconds)} after the start" if seconds else "at the start"
