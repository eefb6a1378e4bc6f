"""Tables of a TOML file, checked key by key; faults are collected, not raised."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeAlias

from erlangplan.errors import Fault, nearest

__all__ = [
    "MISPLACED",
    "TOP_KEYS",
    "Converters",
    "Place",
    "check_name",
    "read_keys",
    "shown",
    "tables_of",
]

Converters: TypeAlias = Mapping[str, Callable[[Any], object]]
Place: TypeAlias = str
TOP_KEYS = (
    "schema", "title", "client", "service", "vendor", "kind", "currency", "time_zone", "effective",
    "expires", "month_starts_on", "clients",
)  # fmt: skip
MISPLACED = "belongs above the first [table] of the file, where it holds for the whole contract"


def tables_of(
    content: Mapping[str, Any], key: str, name: str, faults: list[Fault]
) -> list[tuple[Place, dict[str, Any]]]:
    """Return each table of a kind with its place, such as ``[[objective]] 'phone-sl'``.

    Parameters
    ----------
    content
        All tables.
    key
        Of the kind.
    name
        Key by which a table of it is known; without it, or where it is no text, by its number.
    faults
        Collects what is no table.
    """
    tables = content.get(key, [])
    if not isinstance(tables, list):
        faults.append(Fault(f"write [[{key}]], once for each", column=f"[{key}]"))
        return []
    found = []
    for number, table in enumerate(tables, 1):
        if not isinstance(table, dict):
            expected = f"must be a table: [[{key}]]"
            faults.append(Fault(expected, column=f"[{key}]", value=shown(table)))
            continue
        known = table.get(name)
        found.append((f"[[{key}]] {known if isinstance(known, str) else number!r}", table))
    return found


def read_keys(
    table: Mapping[str, Any],
    place: Place,
    keys: Converters,
    faults: list[Fault],
    required: Iterable[str] = (),
) -> dict[str, Any]:
    """Return what is understood of a table, key by key.

    Parameters
    ----------
    table, place
        The table, and where it stands.
    keys
        What makes a value of what is written, for each key that is known.
    faults
        Collects unknown keys with the nearest known one, values that are not understood, and
        required keys that are missing.
    required
        Keys that must be there.
    """
    values, meant = {}, set[str]()
    for key, written in table.items():
        if key not in keys:
            faults.append(Fault(_unknown(key, keys), column=f"{place} {key}", value=shown(written)))
            meant.update(difflib.get_close_matches(key, keys, n=1))
            continue
        try:
            values[key] = keys[key](written)
        except ValueError as error:
            faults.append(Fault(str(error), column=f"{place} {key}", value=shown(written)))
    for key in required:
        if key not in table and key not in meant:
            faults.append(Fault("is missing", column=f"{place} {key}"))
    return values


def _unknown(key: str, keys: Iterable[str]) -> str:
    if key in TOP_KEYS:
        return MISPLACED
    return f"unknown key; {nearest(key, keys)}"


def check_name(
    name: str, known: Collection[str], kind: str, place: Place, faults: list[Fault]
) -> None:
    """Note a name that is not among those known."""
    if name not in known:
        advice = nearest(name, known) if known else f"the contract has no {kind}"
        faults.append(Fault(f"there is no such {kind}; {advice}", column=place, value=name))


def shown(written: object) -> str:
    """Return a value about as it stands in the file."""
    if isinstance(written, bool):
        return str(written).lower()
    return written if isinstance(written, str) else str(written)
