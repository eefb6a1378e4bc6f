"""Times of the day, lengths, weekdays and hours as people write them, in whole minutes.

Each function takes what a person may give, in Python or in a file, and returns seconds or weekdays;
what it cannot understand is a ValueError that names the part it stumbled over.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import time
from itertools import pairwise
from numbers import Real
from typing import TypeAlias, TypeGuard

from erlangplan.units import duration_text, parse_duration

__all__ = [
    "DAY", "EVERY_DAY", "MINUTE", "Pair", "as_days", "as_hours", "as_length", "as_opening",
    "as_presence", "as_starts", "as_time", "days_text", "end_time", "is_number", "starts_text",
    "time_text", "with_unit",
]  # fmt: skip

Pair: TypeAlias = tuple[float, float]

MINUTE = 60.0
DAY = 86400.0
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")
_SPAN = re.compile(r"(\d{1,2}:\d\d) *(?:-|\.\.|to) *(\d{1,2}:\d\d)")
_TWO_PARTS = re.compile(r"(\d+):([0-5]\d)")
_FIXED_STEP = 0.0
_MOST_HOURS, _LEAST_SECONDS = 24, 900


def as_length(value: object) -> float:
    """Return a length [s], from seconds or a text such as ``8h30``, ``15min`` or ``1:30:00``."""
    if is_number(value):
        seconds = float(value)
    elif not isinstance(value, str):
        raise ValueError(f"{value!r} is not a length; write 15min or 8h30")
    else:
        seconds = _written_length(value.strip())
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"{value!r} is not a length; write 15min or 8h30")
    if seconds % MINUTE:
        hint = "; numbers are seconds" if is_number(value) else ""
        raise ValueError(f"{value!r} is not a whole number of minutes{hint}")
    return seconds


def _written_length(text: str) -> float:
    if match := _TWO_PARTS.fullmatch(text):
        hours, minutes = match.groups()
        raise ValueError(
            f"{text!r} can be {hours} h {minutes} min or {hours} min {minutes} s; "
            f"write {hours}h{minutes} or 0:{hours:0>2}:{minutes}"
        )
    if re.fullmatch(r"\d*[1-9]\d*(\.\d+)?", text):
        raise ValueError(f"{text!r} has no unit; write {with_unit(float(text))}")
    return parse_duration(text)


def with_unit(number: float) -> str:
    """Return what a length without its unit may mean: nobody works or rests for 30 hours."""
    if number <= _MOST_HOURS:
        return f"{number:g}min or {number:g}h"
    seconds = number >= _LEAST_SECONDS and number % MINUTE == 0
    return f"{number / MINUTE if seconds else number:g}min"


def as_time(value: object) -> float:
    """Return a time of the day [s after midnight], from seconds or a text such as ``06:00``."""
    if isinstance(value, time):
        value = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    if isinstance(value, str):
        if match := _CLOCK.fullmatch(value.strip()):
            return 3600.0 * int(match[1]) + 60.0 * int(match[2])
        hint = "midnight is 00:00" if value.strip() == "24:00" else "write 06:00, up to 23:59"
        raise ValueError(f"{value!r} is no time of the day; {hint}")
    if not is_number(value) or not 0 <= float(value) < DAY:
        raise ValueError(f"{value!r} is no time of the day; write 06:00, up to 23:59")
    seconds = float(value)
    if seconds % MINUTE:
        raise ValueError(f"{value!r} is not a whole minute of the day; write 06:00")
    return seconds


def as_starts(value: object) -> tuple[float, ...]:
    """Return times of the day, sorted [s after midnight].

    They are single times, ranges ``first/step/last`` that include their last, or lists of both.

    Examples
    --------
    >>> [time_text(start) for start in as_starts(["06:00/30min/07:00", "22:00"])]
    ['06:00', '06:30', '07:00', '22:00']
    """
    found = {start for part in _parts(value) for start in _start_range(part)}
    if not found:
        raise ValueError("names no time; write 06:00 or 06:00/30min/13:00")
    return tuple(sorted(found))


def _start_range(part: object) -> list[float]:
    if isinstance(part, str) and (span := _SPAN.fullmatch(part.strip())):
        raise ValueError(f"{part!r} has no step; write first/step/last: {span[1]}/30min/{span[2]}")
    if not (isinstance(part, str) and "/" in part):
        return [as_time(part)]
    pieces = part.split("/")
    if len(pieces) != 3:
        raise ValueError(f"{part!r} is no range; write first/step/last such as 06:00/30min/13:00")
    first, step, last = as_time(pieces[0]), as_length(pieces[1]), as_time(pieces[2])
    if not step:
        raise ValueError(f"{part!r} has a step of 0; write 06:00/30min/13:00")
    steps, left = divmod((last - first) % DAY, step)
    if left:
        reached = time_text(first + steps * step)
        raise ValueError(
            f"{part!r} does not reach its last time; in steps of {duration_text(step)} the last "
            f"is {reached}"
        )
    return [(first + number * step) % DAY for number in range(int(steps) + 1)]


def as_presence(value: object) -> tuple[float, float, float]:
    """Return shortest and longest length and the step between [s].

    One length, such as ``8h30``, or a range such as ``5h..9h/15min``.
    """
    if isinstance(value, str) and ".." in value:
        pieces = re.split(r"\.\.|/", value)
        if len(pieces) != 3:
            raise ValueError(f"{value!r} needs a step; write 5h..9h/15min")
        shortest, longest, step = (as_length(piece) for piece in pieces)
    elif isinstance(value, tuple | list):
        if len(value) != 3:
            raise ValueError(f"{value!r} must be one length or a range such as 5h..9h/15min")
        shortest, longest, step = (as_length(piece) for piece in value)
    else:
        shortest = longest = as_length(value)
        step = _FIXED_STEP
    if not 0 < shortest <= longest <= DAY:
        raise ValueError(f"{value!r} must be above 0, shortest first, and at most 24 h")
    if shortest == longest:
        return shortest, longest, _FIXED_STEP
    if not step or (longest - shortest) % step:
        raise ValueError(
            f"{value!r} does not reach its longest length in steps of {duration_text(step)}"
        )
    return shortest, longest, step


def as_days(value: object) -> tuple[int, ...]:
    """Return weekdays, sorted; 0 is Monday.

    Examples
    --------
    >>> as_days("mon-fri"), as_days(["fri-mon", "wed"]), as_days("sat, sun")
    ((0, 1, 2, 3, 4), (0, 2, 4, 5, 6), (5, 6))
    """
    found = {day for part in _parts(value) for day in _day_range(part)}
    if not found:
        raise ValueError("names no weekday; write mon-fri, or sat")
    return tuple(sorted(found))


def _day_range(part: object) -> list[int]:
    if is_number(part) and part in EVERY_DAY:
        return [int(part)]
    if not isinstance(part, str):
        raise ValueError(f"{part!r} is no weekday; write mon-fri, or sat")
    ends = [_weekday(name) for name in part.split("-")]
    if len(ends) > 2:
        raise ValueError(f"{part!r} is no range of weekdays; write mon-fri")
    return [(ends[0] + further) % 7 for further in range((ends[-1] - ends[0]) % 7 + 1)]


def _weekday(name: str) -> int:
    bare = name.strip().lower()
    for number, known in enumerate(_DAYS):
        if bare in (known, known[:3]):
            return number
    raise ValueError(f"{name.strip()!r} is no weekday; write mon, tue, wed, thu, fri, sat or sun")


def as_hours(value: object) -> Pair:
    """Return from and to [s after midnight]; to lies above 24 h where it is on the next day.

    Examples
    --------
    >>> as_hours("06:00-22:00"), as_hours("22:00-06:00"), as_hours("00:00-24:00")
    ((21600.0, 79200.0), (79200.0, 108000.0), (0.0, 86400.0))
    """
    if isinstance(value, str):
        pieces = value.split("-")
        if len(pieces) != 2:
            raise ValueError(f"{value!r} are no hours; write 06:00-22:00")
        opens, closes = as_time(pieces[0]), end_time(pieces[1])
    elif isinstance(value, tuple | list) and len(value) == 2 and all(map(is_number, value)):
        opens, closes = as_time(value[0]), as_length(value[1])
    else:
        raise ValueError(f"{value!r} are no hours; write 06:00-22:00")
    if opens == closes:
        raise ValueError(f"{value!r} last no time; the whole day is 00:00-24:00")
    closes += DAY if closes < opens else 0.0
    if closes > opens + DAY:
        raise ValueError(f"{value!r} last more than 24 h")
    return opens, closes


def end_time(value: object) -> float:
    """Return a time of the day at which something ends [s after midnight]; 24:00 is one."""
    if (isinstance(value, str) and value.strip() == "24:00") or value == DAY:
        return DAY
    return as_time(value)


def as_opening(value: object) -> dict[int, tuple[Pair, ...]] | None:
    """Return opening hours by weekday, from ``{"mon-fri": "06:00-22:00"}`` and the like."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or not value:
        raise ValueError(f'{value!r} are no opening hours; write {{ mon-fri = "06:00-22:00" }}')
    hours: dict[int, tuple[Pair, ...]] = {}
    for days, written in value.items():
        for day in as_days(days):
            if day in hours:
                raise ValueError(f"{days_text([day])} is named twice")
            hours[day] = _hours_of_day(written, str(days))
    return dict(sorted(hours.items()))


def _hours_of_day(written: object, days: str) -> tuple[Pair, ...]:
    parts = _parts(written)
    single = bool(parts) and all(map(is_number, parts))
    hours = sorted(as_hours(part) for part in ([written] if single else parts))
    if not hours:
        raise ValueError(f"{days} names no hours; leave out a day that is closed")
    for (_, closes), (opens, _) in pairwise(hours):
        if opens < closes:
            raise ValueError(f"hours of {days} overlap")
    return tuple(hours)


def is_number(value: object) -> TypeGuard[float]:
    """Return whether something is a real number; True and False are none."""
    return isinstance(value, Real) and not isinstance(value, bool)


def _parts(value: object) -> list[object]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    if isinstance(value, Iterable):
        return [
            part for item in value for part in (_parts(item) if isinstance(item, str) else [item])
        ]
    return [value]


def time_text(seconds: float) -> str:
    """Return a time of the day as people write it, such as ``06:30``; 24:00 is an end."""
    minutes = round(seconds / MINUTE)
    minutes = minutes if minutes == 24 * 60 else minutes % (24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def days_text(days: Iterable[int]) -> str:
    """Return weekdays as people write them.

    Examples
    --------
    >>> days_text([0, 1, 2, 3, 4]), days_text([0, 4, 5, 6]), days_text([2, 6])
    ('Mon-Fri', 'Fri-Mon', 'Wed, Sun')
    """
    named = sorted(set(days))
    if len(named) == 7:
        return "every day"
    firsts = [day for day in named if (day - 1) % 7 not in named]
    runs = []
    for first in firsts:
        last = next(day % 7 for day in range(first, first + 7) if (day + 1) % 7 not in named)
        short = [_DAYS[day][:3].title() for day in dict.fromkeys((first, last))]
        runs.append(("-" if (last - first) % 7 > 1 else ", ").join(short))
    return ", ".join(runs)


def starts_text(starts: Iterable[float]) -> str:
    """Return times of the day as people write them, equal steps as a range.

    Examples
    --------
    >>> starts_text(as_starts(["06:00/30min/13:00", "22:00"]))
    '06:00 to 13:00 every 30 min, 22:00'
    """
    times = list(starts)
    told = []
    while times:
        step = times[1] - times[0] if len(times) > 1 else 0.0
        steps = [times[0] + number * step for number in range(len(times))]
        run = sum(1 for _ in _equal(times, steps)) if step else 1
        if run >= 3:
            told.append(
                f"{time_text(times[0])} to {time_text(times[run - 1])} every {duration_text(step)}"
            )
        else:
            run = 1
            told.append(time_text(times[0]))
        times = times[run:]
    return ", ".join(told)


def _equal(times: list[float], steps: list[float]) -> Iterable[float]:
    for given, expected in zip(times, steps, strict=True):
        if given != expected:
            return
        yield given
