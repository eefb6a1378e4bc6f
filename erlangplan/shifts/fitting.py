"""Whether the breaks of a shift have a place, and where each may start."""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    for number, pause in enumerate(held):
        lower, upper = _bounds(held, number, spacing, length, windows)
        earliest = _up(max(lower)[0], start, grid)
        latest = _down(min(upper)[0], start, grid)
        if earliest > latest:
            raise ValueError(_clash(pause.name, max(lower), min(upper), start, grid))
        windows.append((earliest, latest))
    least, most = spacing.between
    for number in range(len(held) - 2, -1, -1):
        long = held[number].length
        (earliest, latest), (after, before) = windows[number], windows[number + 1]
        windows[number] = (
            _up(max(earliest, after - most - long), start, grid),
            _down(min(latest, before - least - long), start, grid),
        )
    return tuple(windows)


def _bounds(
    held: Sequence[Break], number: int, spacing: Spacing, length: float, windows: Sequence[Pair]
) -> tuple[list[_Bound], list[_Bound]]:
    """Return what keeps a break from starting earlier and later, each with its rule."""
    pause = held[number]
    low, high = pause.window if pause.anchor == "start" else (
        length - pause.window[1], length - pause.window[0]
    )  # fmt: skip
    lower, upper = [(low, "its window")], [(high, "its window")]
    if number:
        before = held[number - 1]
        earliest, latest = (edge + before.length for edge in windows[number - 1])
        rule = f"after break {before.name!r}"
        lower.append((earliest + spacing.between[0], f"{rule}{_told('min', spacing.between[0])}"))
        upper.append((latest + spacing.between[1], f"{rule}{_told('max', spacing.between[1])}"))
    else:
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
            f"break {name!r} can start {_after(earliest)} at the earliest ({why}), "
            f"{_after(latest)} at the latest ({why_not})"
        )
    minute = f", from a start at {time_text(start)[3:]} past the hour" if start else ""
    return (
        f"break {name!r} can start between {_after(earliest)} and {_after(latest)} ({why}; "
        f"{why_not}), where the break grid of {duration_text(grid)} has no time{minute}"
    )


def _after(seconds: float) -> str:
    return f"{duration_text(seconds) or 'right'} after the start" if seconds > 0 else "at the start"
