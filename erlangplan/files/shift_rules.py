"""Rules of work from a TOML file: shifts, groups of people, premiums and opening hours."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar

from erlangplan.errors import Fault, InputError, nearest
from erlangplan.settings import read_toml
from erlangplan.shifts import Break, Group, Premium, Shift, Spacing, WorkRules
from erlangplan.shifts.breaks import BREAK_FIELDS
from erlangplan.shifts.contradictions import rule_faults
from erlangplan.shifts.groups import GROUP_FIELDS, PREMIUM_FIELDS
from erlangplan.shifts.rules import RULES_FIELDS
from erlangplan.shifts.shift import SHIFT_FIELDS
from erlangplan.shifts.times import as_length, is_number, with_unit
from erlangplan.shifts.values import Converters, as_flag, as_positive_length, as_work

__all__ = ["read_shifts"]

_Thing = TypeVar("_Thing")
_SECONDS = 300
_TABLES = ("shift", "premium", "group", "plan")


def read_shifts(path: str | PathLike[str]) -> WorkRules:
    """Read rules of work from a TOML file.

    ``[[shift]]`` has name, starts, presence, days, people, cost, breaks, spacing and queues;
    ``[[group]]`` name, shifts, people, days_per_week, hours_per_week, days_off_joined,
    same_start or start_band, rest and queues; ``[[premium]]`` factor, between and days;
    ``[plan]`` opening, distinct_starts and break_grid. They mean what the fields of `Shift`,
    `Break`, `Spacing`, `Group`, `Premium` and `WorkRules` mean. Lengths are written with their
    unit (``"8h30"``), times of the day as ``"06:00"``, weekdays as ``"mon-fri"``.

    Raises
    ------
    InputError
        If the file is not TOML, a key or value is not understood, or rules contradict each other;
        lists each with its table and key.
    """
    content, name = read_toml(path), Path(path).name
    faults = [
        Fault(f"unknown table; {nearest(key, _TABLES)}", column=f"[{key}]")
        for key in content
        if key not in _TABLES
    ]
    shifts, unread = _each(content, "shift", _shift, faults)
    premiums, _ = _each(content, "premium", _premium, faults)
    groups, _ = _each(content, "group", _group, faults)
    plan = _plan(content.get("plan", {}), faults)
    if not shifts and not unread:
        faults.append(
            Fault("there must be one, with name, starts and presence", column="[[shift]]")
        )
    if faults:
        faults += rule_faults(shifts, groups, plan.get("opening"), plan.get("break_grid"), unread)
        raise InputError("rules of work cannot be used", file=name, faults=faults)
    try:
        return WorkRules(tuple(shifts), tuple(groups), tuple(premiums), **plan, source=name)
    except InputError as error:
        raise InputError(error.what, file=name, faults=error.faults) from None


def _each(
    content: Mapping[str, object],
    key: str,
    make: Callable[[dict[str, Any], str, list[Fault]], _Thing | None],
    faults: list[Fault],
) -> tuple[list[_Thing], list[str]]:
    """Return what is understood of all tables of a kind, and the names of the rest."""
    tables = content.get(key, [])
    if not isinstance(tables, list):
        faults.append(Fault(f"write [[{key}]], once for each", column=f"[{key}]"))
        tables = []
    made, unread = [], []
    for number, table in enumerate(tables, 1):
        named = table.get("name", number) if isinstance(table, dict) else number
        thing = _made(table, f"[[{key}]] {named!r}", make, faults)
        if thing is None:
            unread.append(str(named))
        else:
            made.append(thing)
    return made, unread


def _made(
    table: object,
    place: str,
    make: Callable[[dict[str, Any], str, list[Fault]], _Thing | None],
    faults: list[Fault],
) -> _Thing | None:
    if not isinstance(table, dict):
        faults.append(Fault("must be a table", column=place, value=str(table)))
        return None
    before = len(faults)
    try:
        thing = make(table, place, faults)
    except ValueError as error:
        faults.append(Fault(_without_place(str(error)), column=place))
        return None
    return thing if len(faults) == before else None


def _without_place(message: str) -> str:
    """Drop the name of the shift or group that the place of a fault says already."""
    kind, _, rest = message.partition(": ")
    return (
        rest if kind.startswith(("shift ", "group ", "break ", "spacing", "premium")) else message
    )


def _values(
    table: Mapping[str, object],
    place: str,
    keys: Converters,
    required: Iterable[str],
    faults: list[Fault],
) -> dict[str, Any]:
    """Return what is understood of a table, key by key."""
    values, meant = {}, set()
    for key, written in table.items():
        where = f"{place} {key}"
        if key not in keys:
            faults.append(Fault(f"unknown key; {nearest(key, keys)}", column=where))
            meant.update(difflib.get_close_matches(key, keys, n=1))
            continue
        try:
            values[key] = keys[key](written)
        except ValueError as error:
            faults.append(Fault(str(error), column=where))
    for key in required:
        if key not in table and key not in meant:
            faults.append(Fault("is missing", column=f"{place} {key}"))
    return values


def _shift(table: dict[str, Any], place: str, faults: list[Fault]) -> Shift | None:
    before = len(faults)
    values = _values(table, place, _SHIFT_KEYS, ("name", "starts", "presence"), faults)
    if "breaks" in values:
        values["breaks"] = _breaks(values["breaks"], place, faults)
    if "spacing" in values:
        values["spacing"] = _made(values["spacing"], f"{place} spacing", _spacing, faults)
    return Shift(**values) if len(faults) == before else None


def _breaks(tables: list[object], place: str, faults: list[Fault]) -> tuple[Break, ...]:
    found = []
    for number, table in enumerate(tables, 1):
        named = table.get("name", number) if isinstance(table, dict) else number
        found.append(_made(table, f"{place} breaks {named!r}", _break, faults))
    return tuple(pause for pause in found if pause is not None)


def _break(table: dict[str, Any], place: str, faults: list[Fault]) -> Break | None:
    before = len(faults)
    values = _values(table, place, _BREAK_KEYS, ("name", "length", "window"), faults)
    if "from" in values:
        values["anchor"] = values.pop("from")
    return Break(**values) if len(faults) == before else None


def _spacing(table: dict[str, Any], place: str, faults: list[Fault]) -> Spacing | None:
    before = len(faults)
    values = _values(table, place, _SPACING_KEYS, (), faults)
    between = values.pop("min", 0.0), values.pop("max", math.inf)
    if between[0] > between[1]:
        faults.append(Fault("is above max", column=f"{place} min"))
    return Spacing(**values, between=between) if len(faults) == before else None


def _premium(table: dict[str, Any], place: str, faults: list[Fault]) -> Premium | None:
    before = len(faults)
    values = _values(table, place, _PREMIUM_KEYS, ("factor",), faults)
    return Premium(**values) if len(faults) == before else None


def _group(table: dict[str, Any], place: str, faults: list[Fault]) -> Group | None:
    before = len(faults)
    values = _values(table, place, _GROUP_KEYS, ("name", "shifts"), faults)
    if values.pop("same_start", False):
        if values.get("start_band"):
            faults.append(Fault("contradicts start_band", column=f"{place} same_start"))
        values["start_band"] = 0.0
    return Group(**values) if len(faults) == before else None


def _plan(table: object, faults: list[Fault]) -> dict[str, Any]:
    if not isinstance(table, dict):
        faults.append(Fault("write [plan], once", column="[plan]"))
        return {}
    return _values(table, "[plan]", _PLAN_KEYS, (), faults)


def _list_of_tables(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} must be a list of breaks, each in {{ }}")
    return value


def _as_it_is(value: object) -> object:
    return value


def _lengths(
    convert: Callable[[object], object], *, short: bool = False
) -> Callable[[object], object]:
    """Refuse numbers without a unit: 30 may mean minutes or seconds; `short` ones are no hours."""

    def read(value: object) -> object:
        for part in value if isinstance(value, list) else [value]:
            if is_number(part) and part not in (0, math.inf):
                told = f"{part:g}min" if short and part < _SECONDS else with_unit(part)
                texts = " or ".join(f"'{text}'" for text in told.split(" or "))
                raise ValueError(f"{part!r} has no unit; write {texts}")
        return convert(value)

    return read


def _texts(convert: Callable[[object], object], example: str) -> Callable[[object], object]:
    """Refuse numbers where a file names times and days: 6 may mean an hour or a second."""

    def read(value: object) -> object:
        inner = value.values() if isinstance(value, dict) else [value]
        parts = [part for item in inner for part in (item if isinstance(item, list) else [item])]
        for part in parts:
            if is_number(part):
                raise ValueError(f"{part!r} must be a text such as '{example}'")
        return convert(value)

    return read


_DAYS = _texts(BREAK_FIELDS["days"], "mon-fri")
_BREAK_KEYS: Converters = {
    "name": BREAK_FIELDS["name"],
    "length": _lengths(BREAK_FIELDS["length"], short=True),
    "window": _lengths(BREAK_FIELDS["window"]),
    "from": BREAK_FIELDS["anchor"],
    "paid": BREAK_FIELDS["paid"],
    "days": _DAYS,
}
_SPACING_KEYS: Converters = {
    "first": _lengths(as_work),
    "min": _lengths(as_length),
    "max": _lengths(as_positive_length),
    "last": _lengths(as_work),
}
_SHIFT_KEYS: Converters = {
    **SHIFT_FIELDS,
    "starts": _texts(SHIFT_FIELDS["starts"], "06:00/30min/13:00"),
    "presence": _lengths(SHIFT_FIELDS["presence"]),
    "days": _DAYS,
    "breaks": _list_of_tables,
    "spacing": _as_it_is,
}
_PREMIUM_KEYS: Converters = {
    **PREMIUM_FIELDS,
    "between": _texts(PREMIUM_FIELDS["between"], "22:00"),
    "days": _DAYS,
}
_GROUP_KEYS: Converters = {
    **GROUP_FIELDS,
    "same_start": as_flag,
    "start_band": _lengths(GROUP_FIELDS["start_band"]),
    "rest": _lengths(GROUP_FIELDS["rest"]),
}
_PLAN_KEYS: Converters = {
    "opening": _texts(RULES_FIELDS["opening"], "06:00-22:00"),
    "distinct_starts": RULES_FIELDS["distinct_starts"],
    "break_grid": _lengths(RULES_FIELDS["break_grid"], short=True),
}
