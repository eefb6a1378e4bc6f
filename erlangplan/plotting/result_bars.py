"""Results beside what was promised: a bar for each day or window, and a line for the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from erlangplan.plotting.drawing import COLOURS, Drawing, Frame, round_top, svg, ticks
from erlangplan.units import duration_text, share_text

__all__ = ["Bar", "draw_results"]

_WIDEST = 34.0


@dataclass(frozen=True)
class Bar:
    """A result: its label and a short one, a share or seconds, what it is of, whether it is kept.

    Without contacts there is no value; without a verdict `kept` is None.
    """

    label: str
    short: str
    value: float | None
    of: str = ""
    kept: bool | None = None


def draw_results(title: str, bars: Sequence[Bar], goal: float, *, seconds: bool = False) -> Drawing:
    """Return results as bars with a line for the target.

    Parameters
    ----------
    title
        What is shown.
    bars
        Results in the order of time.
    goal
        The target, in the unit of the results.
    seconds
        Results are durations [s] instead of shares.
    """
    highest = max([goal, *(bar.value for bar in bars if bar.value is not None)])
    high = round_top(highest if seconds else max(100 * highest, 1.0))
    if not seconds:
        high = (100 if highest > 0.5 else high) / 100
    frame = Frame(len(bars), 0.0, high)
    told = _told(bars, goal, seconds=seconds)
    scale = [(value, _text(value, seconds)) for value in ticks(0.0, high)]
    every = max(
        1, -(-sum(6.6 * len(bar.short) + 6 for bar in bars) // (len(bars) * frame.step or 1))
    )
    labels = [(n, bar.short) for n, bar in enumerate(bars) if n % int(every) == 0]
    at = frame.up(goal)
    target = (
        f"<line x1='{frame.left}' x2='{frame.width - frame.right}' y1='{at}' y2='{at}' "
        f"stroke='{COLOURS['ink']}' stroke-width='1.5' stroke-dasharray='6 4'>"
        f"<title>target {_text(goal, seconds)}</title></line>"
    )
    drawn = (_bar(frame, place, bar, seconds=seconds) for place, bar in enumerate(bars))
    return Drawing(
        title, told, svg(frame, told, [frame.scale(scale), *drawn, target, frame.labels(labels)])
    )


def _bar(frame: Frame, place: int, bar: Bar, *, seconds: bool) -> str:
    if bar.value is None:
        return ""
    wide = min(0.76 * frame.step, _WIDEST)
    left = round(frame.across(place + 0.5) - wide / 2, 1)
    top, bottom = frame.up(bar.value), frame.up(0.0)
    said = f"{bar.label}: {_text(bar.value, seconds)}{f' of {bar.of}' if bar.of else ''}"
    missed = bar.kept is False
    colour = COLOURS["bad" if missed else "good"]
    # A mark as well as a colour: the picture may be printed grey, or seen by the colour-blind.
    mark = _cross(frame.across(place + 0.5), top - 6) if missed else ""
    return (
        f"<g><title>{escape(said)}{', missed' if missed else ''}</title><rect x='{left}' y='{top}' "
        f"width='{round(wide, 1)}' height='{round(max(bottom - top, 1), 1)}' rx='1.5' "
        f"fill='{colour}'/>{mark}</g>"
    )


def _cross(x: float, y: float) -> str:
    return (
        f"<path d='M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6' stroke='{COLOURS['bad']}' "
        f"stroke-width='1.8' fill='none'/>"
    )


def _text(value: float, seconds: bool) -> str:
    if seconds:
        return duration_text(value) or "0 s"
    return share_text(value)


def _told(bars: Sequence[Bar], goal: float, *, seconds: bool) -> str:
    known = [bar for bar in bars if bar.value is not None]
    if not known:
        return f"{len(bars):,} bars, none with contacts; target {_text(goal, seconds)}"
    low = min(known, key=lambda bar: bar.value or 0.0)
    high = max(known, key=lambda bar: bar.value or 0.0)
    missed = sum(bar.kept is False for bar in known)
    return (
        f"{len(known):,} results against a target of {_text(goal, seconds)}: {missed:,} missed; "
        f"lowest {_text(low.value or 0.0, seconds)} ({low.label}), "
        f"highest {_text(high.value or 0.0, seconds)} ({high.label})"
    )
