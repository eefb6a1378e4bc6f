"""How many contacts may still be late in a window, day by day."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.plotting.drawing import COLOURS, Drawing, Frame, svg, ticks

__all__ = ["draw_contacts_left"]


def draw_contacts_left(
    title: str,
    first: pd.Timestamp,
    days: Sequence[pd.Timestamp],
    late: Sequence[float],
    volume: Sequence[float],
    allowed: float,
    length: int,
    whole: float | None = None,
) -> Drawing:
    """Return how the contacts that may be late were used up, beside an even pace.

    Parameters
    ----------
    title
        What is shown.
    first
        First day of the window.
    days
        Days of the window with contacts, ascending (n,).
    late, volume
        Contacts not in time, and all that were counted, on each (n,).
    allowed
        Contacts that may be late in the whole window.
    length
        Days of the window.
    whole
        Contacts of the whole window; those counted where None.
    """
    left = np.concatenate(([allowed], allowed - np.cumsum(np.asarray(late, dtype=float))))
    seen = np.concatenate(([0.0], np.cumsum(np.asarray(volume, dtype=float))))
    pace = allowed * (1 - seen / max(whole or seen[-1], 1e-9))
    places = [0, *((day - first).days + 1 for day in days)]
    low, high = min(float(left.min()), 0.0), max(allowed, 1.0)
    frame = Frame(max(length, places[-1]), low, high, left=56.0)
    told, zero, end = _told(days, left, allowed), frame.up(0.0), frame.up(left[-1])
    colour = COLOURS["bad" if left[-1] < 0 else "good"]
    parts = [
        frame.scale([(value, f"{value:,.0f}") for value in ticks(low, high)]),
        f"<line x1='{frame.left}' x2='{frame.width - frame.right}' y1='{zero}' y2='{zero}' "
        f"stroke='{COLOURS['ink']}'/>",
        f"<polyline points='{_steps(frame, places, pace)}' fill='none' stroke='{COLOURS['quiet']}' "
        "stroke-dasharray='2 3'><title>an even pace, by volume</title></polyline>",
        f"<polyline points='{_steps(frame, places, left)}' fill='none' stroke-width='2.2' "
        f"stroke='{colour}' stroke-linejoin='round'/>",
        f"<circle cx='{frame.across(places[-1])}' cy='{end}' r='4' fill='{colour}'/>",
        frame.labels(_labels(first, max(length, places[-1]))),
    ]
    return Drawing(title, told, svg(frame, told, parts))


def _steps(frame: Frame, places: Sequence[int], values: NDArray[np.float64]) -> str:
    """Return the points of a line that changes at the end of each day with contacts."""
    points = [f"{frame.across(places[0])},{frame.up(values[0])}"]
    for place, value, before in zip(places[1:], values[1:], values[:-1], strict=True):
        # The day before a gap: nothing changes until the next day with contacts.
        points.append(f"{frame.across(place - 1)},{frame.up(before)}")
        points.append(f"{frame.across(place)},{frame.up(value)}")
    return " ".join(points)


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
