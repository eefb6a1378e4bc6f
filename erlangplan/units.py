"""Durations and shares as people write them, and back again."""

from __future__ import annotations

import math
import re

from erlangplan.errors import InputError

__all__ = ["duration_text", "parse_duration", "parse_share", "share_text"]

_UNITS = {
    "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0,
    "m": 60.0, "min": 60.0, "mins": 60.0, "minute": 60.0, "minutes": 60.0,
    "h": 3600.0, "hr": 3600.0, "hrs": 3600.0, "hour": 3600.0, "hours": 3600.0,
    "d": 86400.0, "day": 86400.0, "days": 86400.0,
}  # fmt: skip
_NUMBER = r"\d+(?:\.\d+)?"
_CLOCK = re.compile(r"(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")
_PART = re.compile(rf"({_NUMBER})\s*([a-z]+)\s*")
_HOURS_MINUTES = re.compile(r"(\d+)\s*h\s*([0-5]?\d)")


def parse_duration(text: str | float) -> float:
    """Return a duration in seconds.

    Parameters
    ----------
    text
        ``20``, ``20s``, ``5min``, ``4h``, ``8h30``, ``1h 30min``, ``0:03:20`` (hours, minutes,
        seconds) or ``3:20`` (minutes, seconds). Bare numbers are seconds.

    Raises
    ------
    InputError
        If the text is not a duration of at least 0.

    Examples
    --------
    >>> [parse_duration(text) for text in ("20", "5min", "8h30", "00:03:20")]
    [20.0, 300.0, 30600.0, 200.0]
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        seconds = float(text)
    else:
        seconds = _seconds(str(text).strip().lower())
    if not (math.isfinite(seconds) and seconds >= 0):
        raise InputError(f"{text!r} is not a duration; write 20, 20s, 5min, 4h, 8h30 or 0:03:20")
    return seconds


def _seconds(text: str) -> float:
    if re.fullmatch(_NUMBER, text):
        return float(text)
    if match := _CLOCK.fullmatch(text):
        first, second, third = match.groups()
        if third is None:
            return 60 * float(first) + float(second)
        return 3600 * float(first) + 60 * float(second) + float(third)
    if match := _HOURS_MINUTES.fullmatch(text):
        return 3600 * float(match[1]) + 60 * float(match[2])
    parts = _PART.findall(text)
    known = parts and all(unit in _UNITS for _, unit in parts)
    if known and not _PART.sub("", text):
        return math.fsum(float(number) * _UNITS[unit] for number, unit in parts)
    return math.nan


def parse_share(text: str | float) -> float:
    """Return a share from 0 to 1.

    Parameters
    ----------
    text
        ``80%`` or ``0.8``. A bare number above 1 is refused, because ``80`` may mean 80 % or 80.

    Raises
    ------
    InputError
        If the text is not a share, or can be read in two ways.

    Examples
    --------
    >>> parse_share("80%"), parse_share("0.8")
    (0.8, 0.8)
    """
    written = str(text).strip()
    number = re.fullmatch(rf"({_NUMBER}|\.\d+)\s*(%?)", written)
    if number is None:
        raise InputError(f"{written!r} is not a share; write 80% or 0.8")
    value = float(number[1])
    if written == "1":
        raise InputError("'1' may mean 1 % or all; write 1% or 100%")
    share = value / 100 if number[2] else value
    if share > 1:
        raise InputError(
            f"{written!r} is not a share from 0 to 1; write {value:g}% or {value / 100:g}"
            if not number[2]
            else f"{written!r} is more than 100%"
        )
    return share


def duration_text(seconds: float) -> str:
    """Return a duration as people write it, such as ``20 s``, ``3 min 20 s`` or ``8 h 30 min``."""
    if not math.isfinite(seconds):
        return "unbounded"
    if seconds < 60:
        return f"{seconds:.3g} s" if seconds < 10 else f"{seconds:.1f}".removesuffix(".0") + " s"
    whole = round(seconds)
    parts = ((whole // 3600, "h"), (whole % 3600 // 60, "min"), (whole % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def share_text(share: float, decimals: int = 1) -> str:
    """Return a share as a percentage such as ``80.5 %``; whole percentages lose their zeros."""
    if math.isnan(share):
        return "none"
    return (
        f"{100 * share:.{decimals}f}".rstrip("0").rstrip(".") + " %"
        if decimals
        else (f"{100 * share:.0f} %")
    )
