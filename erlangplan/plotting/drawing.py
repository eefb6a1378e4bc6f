"""Pictures as markup for a page: sharp at any size, light or dark, and readable aloud."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

__all__ = ["COLOURS", "Drawing", "Frame", "round_top", "svg", "ticks"]

# Fallbacks hold where no page around the picture sets the colours.
COLOURS = {
    "ink": "var(--ink,#1c1c1c)",
    "quiet": "var(--quiet,#5c5c5c)",
    "line": "var(--line,#dcdcdc)",
    "good": "var(--good,#3b7cb8)",
    "bad": "var(--bad,#b3261e)",
}
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Drawing:
    """A picture of a scorecard.

    Attributes
    ----------
    title
        What it shows.
    told
        The same in words, for those who don't see it.
    markup
        An ``<svg>`` or ``<table>`` element.
    style
        Style sheet that the markup needs, once on a page.
    """

    title: str
    told: str
    markup: str = field(repr=False)
    style: str = field(default="", repr=False)

    def _repr_html_(self) -> str:
        """Return the picture with its title, as notebooks show it."""
        sheet = f"<style>{self.style}</style>" if self.style else ""
        return (
            f"{sheet}<figure style='margin:0;max-width:46rem'><figcaption>{escape(self.title)}"
            f"</figcaption>{self.markup}</figure>"
        )


@dataclass(frozen=True)
class Frame:
    """The place of a curve in a picture: places across, values from `low` to `high` upwards.

    Lengths are in the picture's own units, which are about a pixel on a phone.
    """

    places: int
    low: float
    high: float
    width: float = 520.0
    height: float = 230.0
    left: float = 48.0
    right: float = 12.0
    top: float = 14.0
    bottom: float = 36.0

    @property
    def step(self) -> float:
        """Width of a place."""
        return (self.width - self.left - self.right) / max(self.places, 1)

    def across(self, place: float) -> float:
        """Return where a place lies from the left; its middle is at + 0.5."""
        return round(self.left + place * self.step, 1)

    def up(self, value: float) -> float:
        """Return where a value lies from the top."""
        share = (value - self.low) / (self.high - self.low or 1.0)
        return round(self.height - self.bottom - share * (self.height - self.top - self.bottom), 1)

    def scale(self, values: Iterable[tuple[float, str]]) -> str:
        """Return lines across, each with its label at the left."""
        return "".join(
            f"<line x1='{self.left}' x2='{self.width - self.right}' y1='{self.up(value)}' "
            f"y2='{self.up(value)}' stroke='{COLOURS['line']}'/>"
            f"<text x='{self.left - 6}' y='{self.up(value) + 4}' text-anchor='end' "
            f"fill='{COLOURS['quiet']}'>{escape(label)}</text>"
            for value, label in values
        )

    def labels(self, texts: Iterable[tuple[int, str]]) -> str:
        """Return labels below places."""
        below = self.height - self.bottom + 17
        return "".join(
            f"<text x='{self.across(place + 0.5)}' y='{below}' text-anchor='middle' "
            f"fill='{COLOURS['quiet']}'>{escape(label)}</text>"
            for place, label in texts
        )


def svg(frame: Frame, told: str, parts: Iterable[str]) -> str:
    """Return a picture that says in words what it shows."""
    return (
        f"<svg viewBox='0 0 {frame.width:g} {frame.height:g}' role='img' "
        f"aria-label='{escape(told)}' font-family='system-ui,sans-serif' font-size='12' "
        f"style='width:100%;height:auto'>{''.join(parts)}</svg>"
    )


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers from `low` to `high`, evenly apart, at most six of them.

    Examples
    --------
    >>> ticks(0, 15), ticks(-176, 5700), ticks(0, 1)
    ([0.0, 5.0, 10.0, 15.0], [0.0, 2000.0, 4000.0], [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    span = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(span))
    step = next(each * power for each in _STEPS if each * power >= span * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def round_top(most: float) -> float:
    """Return the first round number, as a scale ends with, that is not below another.

    Examples
    --------
    >>> round_top(37), round_top(1204), round_top(0)
    (40.0, 1250.0, 1.0)
    """
    if not most > 0:
        return 1.0
    step = ticks(0.0, most)[1]
    return round(math.ceil(most / step - 1e-9) * step, 12)
