"""Hours of operation: ``[hours.NAME]`` with weekdays, closed and special days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from erlangplan.errors import Fault
from erlangplan.shifts.times import DAY, Pair, as_days, as_hours, days_text, time_text
from erlangplan.sla.model import Hours
from erlangplan.sla.reading.tables import MISPLACED, TOP_KEYS, shown
from erlangplan.sla.reading.values import as_date, as_dates, as_name, as_table

__all__ = ["read_hours"]

_EVERY_DAY = "every-day"


def read_hours(content: Mapping[str, Any], faults: list[Fault]) -> dict[str, Hours]:
    """Return all hours by name.

    Hours that end after midnight, such as ``22:00-06:00``, belong to both days: a day that is
    closed has none of either.
    """
    tables = content.get("hours", {})
    if not isinstance(tables, dict):
        faults.append(Fault("write [hours.NAME]", column="[hours]", value=shown(tables)))
        return {}
    found = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            expected = f'write [hours.{name}], or a table of its own with {name} = "08:00-20:00"'
            faults.append(Fault(expected, column=f"[hours] {name}", value=shown(table)))
            continue
        found[name] = _read_one(name, table, faults)
    return found


def _read_one(name: str, table: Mapping[str, Any], faults: list[Fault]) -> Hours:
    days: dict[int, list[Pair]] = {}
    closed: frozenset[date] = frozenset()
    special: dict[date, tuple[Pair, ...]] = {}
    place = f"[hours.{name}]"
    try:
        as_name(name)
    except ValueError as error:
        faults.append(Fault(str(error), column=place, value=name))
    for key, written in table.items():
        try:
            if key == "closed":
                closed = as_dates(written)
            elif key == "special":
                special = _special(written)
            else:
                _add_days(days, key, written)
        except ValueError as error:
            faults.append(Fault(str(error), column=f"{place} {key}", value=shown(written)))
    if not days and not special and not (set(table) - {"closed"}):
        faults.append(Fault('names no hours; write mon-fri = "08:00-20:00"', column=place))
    for day in sorted(closed & special.keys()):
        faults.append(Fault(f"{day} is closed too", column=f"{place} special", value=str(day)))
    try:
        weekdays = _whole_week(days)
    except ValueError as error:
        faults.append(Fault(str(error), column=place))
        weekdays = ((),) * 7
    return Hours(name, weekdays, closed, special)


def _add_days(days: dict[int, list[Pair]], key: str, written: object) -> None:
    try:
        named = as_days("mon-sun" if key == _EVERY_DAY else key)
    except ValueError:
        if key in TOP_KEYS:
            raise ValueError(MISPLACED) from None
        raise ValueError(
            "unknown key; write weekdays such as mon-fri, sat or every-day, closed or special"
        ) from None
    spans = _spans(written)
    for day in named:
        if day in days:
            raise ValueError(f"{days_text([day])} has hours already")
        days[day] = list(spans)


def _spans(written: object) -> tuple[Pair, ...]:
    parts = written if isinstance(written, list) else [written]
    if not parts:
        raise ValueError("names no hours; leave out a weekday that is closed")
    if not all(isinstance(part, str) for part in parts):
        raise ValueError('must be a text in quotes such as "08:00-20:00"')
    return tuple(sorted(as_hours(str(part).strip()) for part in parts))


def _special(written: object) -> dict[date, tuple[Pair, ...]]:
    found: dict[date, tuple[Pair, ...]] = {}
    for key, hours in as_table(written).items():
        day = as_date(key)
        spans = _spans(hours)
        if any(until > DAY for _, until in spans):
            raise ValueError(f"{key} must end by 24:00; name the day after it too")
        found[day] = _joined(spans, str(day))
    return found


def _whole_week(days: Mapping[int, Iterable[Pair]]) -> tuple[tuple[Pair, ...], ...]:
    """Return the spans of each weekday, what lies after midnight moved to the next."""
    week: list[list[Pair]] = [[] for _ in range(7)]
    for day, spans in days.items():
        for begin, end in spans:
            week[day].append((begin, min(end, DAY)))
            if end > DAY:
                week[(day + 1) % 7].append((0.0, end - DAY))
    return tuple(_joined(sorted(spans), days_text([day])) for day, spans in enumerate(week))


def _joined(spans: Iterable[Pair], day: str) -> tuple[Pair, ...]:
    """Return spans with those that touch made one."""
    ordered = sorted(spans)
    for (_, end), (begin, _) in pairwise(ordered):
        if begin < end:
            raise ValueError(f"hours of {day} overlap at {time_text(begin)}")
    joined: list[Pair] = []
    for begin, end in ordered:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return tuple(joined)
