"""Names, numbers of people, windows and the like, from what a person may give."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from erlangplan.shifts.times import Pair, as_length, is_number

__all__ = [
    "Converters", "as_anchor", "as_break_grid", "as_break_name", "as_distinct_starts", "as_factor",
    "as_flag", "as_many", "as_name", "as_names", "as_people", "as_positive_length", "as_window",
    "as_work", "settle",
]  # fmt: skip

WORK = "work"
_HOUR = 3600
_CLOCK = re.compile(r"\d{1,2}:\d\d")
Converters: TypeAlias = Mapping[str, Callable[[object], object]]
_Thing = TypeVar("_Thing")


def settle(thing: object, place: str, converters: Converters) -> None:
    """Convert fields of a frozen dataclass; a fault names the place, the field and the value."""
    for key, convert in converters.items():
        try:
            object.__setattr__(thing, key, convert(getattr(thing, key)))
        except ValueError as error:
            raise ValueError(f"{place}: {key}: {error}") from None


def as_name(value: object) -> str:
    """Return a name, without spaces around it."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no name")
    return value.strip()


def as_names(value: object) -> tuple[str, ...]:
    """Return names, from one or a list."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, tuple | list):
        raise ValueError(f"{value!r} is neither a name nor a list of names")
    names = tuple(as_name(name) for name in given)
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"names {name!r} twice")
    return names


def as_people(value: object) -> tuple[int, int | None]:
    """Return fewest and most; one number is the most."""
    pair = value if isinstance(value, tuple | list) else (0, value)
    if len(pair) != 2 or not all(_is_count(part) for part in pair) or pair[0] in (None, math.inf):
        raise ValueError(f"{value!r} must be the most, or [fewest, most], in whole numbers")
    fewest, most = int(pair[0]), None if pair[1] in (None, math.inf) else int(pair[1])
    if most is not None and fewest > most:
        raise ValueError(f"{value!r} has its fewest above its most")
    return fewest, most


def _is_count(value: object) -> bool:
    if value is None or value == math.inf:
        return True
    return is_number(value) and value >= 0 and value % 1 == 0


def as_factor(value: object) -> float:
    """Return a number above 0."""
    if not is_number(value) or not 0 < float(value) < math.inf:
        raise ValueError(f"{value!r} must be a number above 0")
    return float(value)


def as_flag(value: object) -> bool:
    """Return True or False."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} must be true or false")
    return value


def as_positive_length(value: object) -> float:
    """Return a length above 0 [s]."""
    length = as_length(value)
    if not length:
        raise ValueError(f"{value!r} must be above 0")
    return length


def as_window(value: object) -> Pair:
    """Return an earliest and a latest time [s]; one time is both."""
    pair = value if isinstance(value, tuple | list) else (value, value)
    if any(isinstance(part, str) and _CLOCK.fullmatch(part.strip()) for part in pair):
        raise ValueError(
            f"{value!r} are times of the day, but a window counts from the shift's start, or back "
            "from its end with from = 'end'; write lengths such as ['3h30', '5h']"
        )
    return _ordered(value, pair, as_length)


def as_work(value: object) -> Pair:
    """Return least and most work [s]; one length is the least."""
    pair = value if isinstance(value, tuple | list) else (value, math.inf)
    return _ordered(value, pair, lambda part: math.inf if part == math.inf else as_length(part))


def _ordered(
    value: object, pair: tuple[object, ...] | list[object], convert: Callable[[object], float]
) -> Pair:
    if len(pair) != 2:
        raise ValueError(f"{value!r} must be two lengths such as ['1h', '2h30']")
    low, high = (convert(part) for part in pair)
    if low > high or low == math.inf:
        raise ValueError(f"{value!r} has its least above its most")
    return low, high


def as_anchor(value: object) -> str:
    """Return ``start`` or ``end``."""
    if value not in ("start", "end"):
        raise ValueError(f"{value!r} must be 'start' or 'end'")
    return str(value)


def as_break_name(value: object) -> str:
    """Return a name of a break."""
    name = as_name(value)
    # A schedule's file tells work from breaks by the name of the activity.
    if name.lower() == WORK:
        raise ValueError(f"{value!r} means the time at work; take another name")
    return name


def as_many(kind: type[_Thing], value: object) -> tuple[_Thing, ...]:
    """Return things of a kind, from one or a list."""
    given = [value] if isinstance(value, kind) else value
    if not isinstance(given, tuple | list) or not all(isinstance(part, kind) for part in given):
        raise ValueError(f"{value!r} must be a {kind.__name__}, or a list of them")
    return tuple(given)


def as_distinct_starts(value: object) -> int | None:
    """Return a number of start times; None for any."""
    if value is None:
        return None
    if not is_number(value) or not (value >= 1 and value % 1 == 0):
        raise ValueError(f"{value!r} must be a whole number of at least 1")
    return int(value)


def as_break_grid(value: object) -> float | None:
    """Return the grid on which breaks start [s]; None for the interval."""
    if value is None:
        return None
    grid = as_positive_length(value)
    if _HOUR % grid:
        raise ValueError(f"{value!r} must divide an hour, such as 5min, 10min or 15min")
    return grid
