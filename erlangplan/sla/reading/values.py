"""Values of a contract from what may be written: each is understood in one way, or refused."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from erlangplan.errors import nearest
from erlangplan.units import parse_duration, parse_share

__all__ = [
    "as_amount",
    "as_choice",
    "as_count",
    "as_date",
    "as_dates",
    "as_flag",
    "as_length",
    "as_long_length",
    "as_match",
    "as_name",
    "as_names",
    "as_share",
    "as_table",
    "as_text",
    "as_written",
    "as_zone",
    "clean",
]  # fmt: skip

_TWO_PARTS = re.compile(r"(\d+):([0-5]\d)")
_BARE = re.compile(r"\d+(?:\.\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOST = 1e15


def clean(share: float) -> float:
    """Return a share as the decimal that was meant: 82.7 / 100 is 0.827, whatever floats say."""
    return float(f"{share:.15g}")


def as_written(value: object) -> object:
    """Return what is written, to be understood where more is known."""
    return value


def as_name(value: object) -> str:
    """Return a name on one line, without spaces around it."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text in quotes, not empty")
    if not value.isprintable():
        raise ValueError("must not hold line breaks or control characters")
    return value.strip()


def as_text(value: object) -> str:
    """Return a text on one line."""
    if not isinstance(value, str):
        raise ValueError("must be a text in quotes")
    return as_name(" ".join(value.split())) if value.strip() else ""


def as_names(value: object) -> tuple[str, ...]:
    """Return names, from one or a list."""
    given = value if isinstance(value, list) else [value]
    if not given:
        raise ValueError("names nothing; leave the key out, or name at least one")
    names = tuple(as_name(name) for name in given)
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"names {name!r} twice")
    return names


def as_table(value: object) -> dict[str, Any]:
    """Return a table."""
    if not isinstance(value, dict):
        raise ValueError("must be a table, such as { name = value }")
    return value


def as_match(value: object) -> dict[str, str]:
    """Return the value that each of some columns must have, as text; 1 is "1"."""
    table = as_table(value)
    if not table:
        raise ValueError('names no column; write { priority = "urgent" }, or leave it out')
    for column, wanted in table.items():
        if isinstance(wanted, bool) or not isinstance(wanted, str | int):
            raise ValueError(f"{column} must be a text in quotes, as it stands in the file")
    return {as_name(column): as_name(str(wanted)) for column, wanted in table.items()}


def as_flag(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false, without quotes")
    return value


def as_choice(*known: str) -> Callable[[object], str]:
    """Return what takes one of some words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            names = ", ".join(known)
            close = nearest(str(value), known)
            hint = f"; {close}" if close.startswith("did") else ""
            raise ValueError(f"must be one of {names}{hint}")
        return value

    return read


def as_count(least: int = 0, most: int = 1_000_000_000) -> Callable[[object], int]:
    """Return what takes a whole number between limits."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            limits = f"from {least}" + (f" to {most}" if most < 1_000_000_000 else " on")
            raise ValueError(f"must be a whole number {limits}")
        return value

    return read


def as_amount(value: object) -> float:
    """Return an amount of money or a count: a finite number of at least 0."""
    number = not isinstance(value, bool) and isinstance(value, int | float)
    if not number or not 0 <= value < _MOST:  # type: ignore[operator]
        raise ValueError("must be a number of at least 0, without quotes")
    return float(value)  # type: ignore[arg-type]


def as_share(value: object) -> float:
    """Return a share from 0 to 1; 90 may mean 90 % or 90, and is refused."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be a share such as 0.9 or '90%'")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("must be a share from 0 to 1")
    return clean(parse_share(value))


def as_length(value: object) -> float:
    """Return a duration [s]; bare numbers are seconds."""
    if isinstance(value, time):
        raise ValueError("is a time of the day; write a duration such as '20s' or '4h'")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("must be a duration such as '20s' or '4h'")
    if isinstance(value, str) and (match := _TWO_PARTS.fullmatch(value.strip())):
        hours, minutes = match.groups()
        raise ValueError(
            f"can be {hours} h {minutes} min or {hours} min {minutes} s; write "
            f"'{hours}h{minutes}' or '0:{hours:0>2}:{minutes}'"
        )
    # The largest integers of TOML have no float.
    seconds = math.inf if isinstance(value, int) and value >= _MOST else parse_duration(value)
    if seconds >= _MOST:
        raise ValueError("is longer than anything; write 20s, 5min, 4h or 45d")
    return seconds


def as_long_length(value: object) -> float:
    """Return a duration of days or hours, with its unit [s]."""
    if not isinstance(value, str) or _BARE.fullmatch(value.strip()):
        raise ValueError("needs a unit; write '45d' for 45 days, '4h' for 4 hours")
    return as_length(value)


def as_date(value: object) -> date:
    """Return a day."""
    if isinstance(value, datetime):
        raise ValueError("must be a day without a time of the day, such as 2026-12-31")
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            raise ValueError("is no day of the calendar") from None
    raise ValueError("must be a date such as 2026-12-31")


def as_dates(value: object) -> frozenset[date]:
    """Return days, from one or a list."""
    days = [as_date(day) for day in (value if isinstance(value, list) else [value])]
    for day in days:
        if days.count(day) > 1:
            raise ValueError(f"names {day} twice")
    return frozenset(days)


def as_zone(value: object) -> str:
    """Return the name of a time zone that exists."""
    from zoneinfo import ZoneInfo, available_timezones

    name = as_name(value)
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        advice = nearest(name, sorted(available_timezones()))
        hint = advice if advice.startswith("did") else "write one such as Europe/Berlin"
        raise ValueError(f"is no time zone; {hint}") from None
    return name
