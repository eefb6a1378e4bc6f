"""How many contacts may still be late in a window, day by day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.plotting.drawing import COLOURS, Drawing, Frame, round_top, svg

__all__ = ["draw_contacts_left"]


def draw_contacts_left(
    title: str, days: Sequence[pd.Timestamp], late: Sequence[float], allowed: float, length: int
) -> Drawing:
    """Return how the contacts that may be late were used up.

    Parameters
    ----------
    title
        What is shown.
    days
        Days of the window with contacts, ascending.
    late
        Contacts not in time on each.
    allowed
        Contacts that may be late in the whole window.
    length
        Days of the window.
    """
    left = np.concatenate(([allowed], allowed - np.cumsum(np.asarray(late, dtype=float))))
    first = days[0]
    places = [0, *((day - first).days + 1 for day in days)]
    most, least = max(allowed, 1.0), min(float(left.min()), 0.0)
    high, low = round_top(most), -round_top(-least) if least < 0 else 0.0
    frame = Frame(max(length, places[-1]), low, high, left=56.0)
    # Each day's late contacts have gone at its end, so the line falls in steps.
    points = [f"{frame.across(0)},{frame.up(left[0])}"]
    for place, value, before in zip(places[1:], left[1:], left[:-1], strict=True):
        points += [f"{frame.across(place)},{frame.up(before)}"]
        points += [f"{frame.across(place)},{frame.up(value)}"]
    told = _told(days, left, allowed)
    zero = frame.up(0.0)
    parts = [
        frame.scale([(value, f"{value:,.0f}") for value in _ticks(low, high)]),
        f"<line x1='{frame.left}' x2='{frame.width - frame.right}' y1='{zero}' y2='{zero}' "
        f"stroke='{COLOURS['ink']}'/>",
        f"<line x1='{frame.left}' x2='{frame.width - frame.right}' y1='{frame.up(allowed)}' "
        f"y2='{zero}' stroke='{COLOURS['quiet']}' stroke-dasharray='2 4'>"
        "<title>an even pace</title></line>",
        f"<polyline points='{' '.join(points)}' fill='none' stroke-width='2.2' "
        f"stroke='{COLOURS['bad' if left[-1] < 0 else 'good']}' stroke-linejoin='round'/>",
        f"<circle cx='{frame.across(places[-1])}' cy='{frame.up(left[-1])}' r='4' "
        f"fill='{COLOURS['bad' if left[-1] < 0 else 'good']}'/>",
        frame.labels(_labels(first, max(length, places[-1]))),
    ]
    return Drawing(title, told, svg(frame, told, parts))


def _ticks(low: float, high: float) -> list[float]:
    ticks = [high * n / 4 for n in range(5)]
    return [low, *ticks] if low < 0 else ticks


def _labels(first: pd.Timestamp, length: int) -> list[tuple[int, str]]:
    every = max(1, -(-length // 8))
    days = [first + pd.Timedelta(days=n) for n in range(0, length, every)]
    months = [None, *(day.month for day in days)]
    return [
        (n * every, f"{day.day} {day:%b}" if day.month != months[n] else f"{day.day}")
        for n, day in enumerate(days)
    ]


def _told(days: Sequence[pd.Timestamp], left: NDArray[np.float64], allowed: float) -> str:
    last = days[-1]
    text = f"{allowed:,.0f} contacts may be late; after {last:%A} {last.day} {last:%B} "
    end = float(left[-1])
    return text + (f"{end:,.0f} are left" if end >= 0 else f"{-end:,.0f} more were late than that")
