"""A whole contract: its parties, then its tables, each by the reader of its topic."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from os import PathLike
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from erlangplan.errors import Fault, InputError, nearest
from erlangplan.sla.model import Contract, Objective
from erlangplan.sla.reading.conditions import (
    read_escalations,
    read_forecast_lock,
    read_reliefs,
)
from erlangplan.sla.reading.hours import read_hours
from erlangplan.sla.reading.money import (
    Promised,
    read_bonuses,
    read_chronic,
    read_credits,
    read_money,
)
from erlangplan.sla.reading.objectives import read_objectives
from erlangplan.sla.reading.queues import read_queues
from erlangplan.sla.reading.tables import TOP_KEYS, Converters, read_keys, shown
from erlangplan.sla.reading.values import (
    as_amount,
    as_choice,
    as_count,
    as_date,
    as_name,
    as_text,
    as_zone,
)
from erlangplan.sla.reading.vectors import read_vectors

__all__ = ["read_contract"]

_TABLES = (
    "hours", "queue", "objective", "forecast", "relief", "money", "credit", "bonus", "chronic",
    "escalation", "test", "weights",
)  # fmt: skip


def read_contract(path: str | PathLike[str]) -> Contract:
    """Read a service level agreement from a TOML file.

    Parameters
    ----------
    path
        The file. Nothing else is read.

    Returns
    -------
    Contract
        All that it says, with a default for all that it leaves out.

    Raises
    ------
    InputError
        If the file is not TOML, a table, key or value is not understood, a name is not known, or
        clauses contradict each other; lists each with its place and the nearest that is known.
    """
    name, text = Path(path).name, _text(path)
    try:
        content = tomllib.loads(text)
    except (RecursionError, ValueError) as error:
        hint = 'Texts and times stand in quotes ("08:00-20:00"), dates do not (2026-12-31).'
        raise InputError(f"is not a TOML file: {error}", file=name, fix=hint) from None
    faults: list[Fault] = []
    contract = _contract(content, name, text, faults)
    if faults or contract is None:
        raise InputError("the contract cannot be used", file=name, faults=faults)
    return contract


def _text(path: str | PathLike[str]) -> str:
    try:
        return Path(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", file=str(path)) from None
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text: {error}", file=Path(path).name) from None


def _contract(
    content: Mapping[str, Any], name: str, text: str, faults: list[Fault]
) -> Contract | None:
    known = (*TOP_KEYS, *_TABLES)
    for key in content:
        if key not in known:
            expected = f"unknown key or table; {nearest(key, known)}"
            faults.append(
                Fault(expected, column=f"[top of the file] {key}", value=shown(content[key])[:60])
            )
    parties = _parties(content, faults)
    hours = read_hours(content, faults)
    queues = read_queues(content, _names_written(content, "hours"), faults)
    named = _names_written(content, "queue")
    objectives = read_objectives(content, named, faults)
    promised = Promised(
        {objective.id: objective for objective in objectives},
        frozenset((*_names_written(content, "objective"), *(each.id for each in objectives))),
        frozenset(content["money"] if isinstance(content.get("money"), dict) else ()),
    )
    tables: dict[str, Any] = {
        "queues": queues,
        "objectives": objectives,
        "hours": hours,
        "forecast_lock": read_forecast_lock(content, faults),
        "reliefs": read_reliefs(content, named, faults),
        "money": read_money(content, faults),
        "credits": read_credits(content, promised, faults),
        "bonuses": read_bonuses(content, promised, faults),
        "chronic": read_chronic(content, faults),
        "escalations": read_escalations(content, faults),
        "tests": read_vectors(content, promised.objectives, promised.ids, faults),
        "weights": _weights(content, parties.get("kind"), faults),
    }
    _check_order(objectives, faults)
    return None if faults else Contract(**parties, **tables, file=name, text=text)


def _names_written(content: Mapping[str, Any], kind: str) -> Collection[str]:
    """Return the names of all tables of a kind, of those that are not understood too."""
    tables = content.get(kind, {})
    if isinstance(tables, dict):
        return list(tables)
    key, rows = "name" if kind == "queue" else "id", tables if isinstance(tables, list) else []
    named = (table.get(key) for table in rows if isinstance(table, dict))
    return [name.strip() for name in named if isinstance(name, str)]


def _as_file(value: object) -> str:
    name = as_name(value)
    parts = (*PurePosixPath(name).parts, *PureWindowsPath(name).parts)
    outside = PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor
    if outside or ".." in parts:
        raise ValueError("must be a file in the contract's own folder, such as 'clients.csv'")
    return name


def _parties(content: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    keys: Converters = {
        "schema": as_count(1, 1),
        "title": as_text,
        "client": as_name,
        "service": as_name,
        "vendor": as_name,
        "kind": as_choice("customer", "service", "ola"),
        "currency": as_name,
        "time_zone": as_zone,
        "effective": as_date,
        "expires": as_date,
        "month_starts_on": as_count(1, 28),
        "clients": _as_file,
    }
    written = {key: value for key, value in content.items() if key in keys}
    values = read_keys(written, "[top of the file]", keys, faults)
    values.pop("schema", None)
    _check_kind(written, values, faults)
    first, last = values.get("effective"), values.get("expires")
    if first and last and last < first:
        faults.append(Fault(f"is before effective, {first}", column="[top of the file] expires",
                            value=str(last)))  # fmt: skip
    return values


def _check_kind(written: Mapping[str, Any], values: dict[str, Any], faults: list[Fault]) -> None:
    client, service = "client" in written, "service" in written
    if not client and not service:
        expected = 'is missing: write client = "…" for one client, service = "…" for all of them'
        faults.append(Fault(expected, column="[top of the file] client"))
    elif "kind" not in written and client and service:
        expected = "is missing: with a client and a service it must be customer, service or ola"
        faults.append(Fault(expected, column="[top of the file] kind"))
    kind = values.setdefault("kind", "customer" if client else "service")
    needed = {"customer": "client", "service": "service"}.get(kind)
    if needed is not None and needed not in written and (client or service):
        faults.append(Fault(f"{kind} needs {needed}", column="[top of the file] kind", value=kind))
    if "clients" in written and kind != "service":
        expected = "belongs to kind = 'service'"
        faults.append(
            Fault(expected, column="[top of the file] clients", value=shown(written["clients"]))
        )


def _weights(content: Mapping[str, Any], kind: str | None, faults: list[Fault]) -> dict[str, float]:
    table = content.get("weights")
    if table is None:
        return {}
    if not isinstance(table, dict) or not table:
        expected = "write [weights] with a number for each site or vendor"
        faults.append(Fault(expected, column="[weights]", value=shown(table)))
        return {}
    if kind != "ola":
        faults.append(Fault("belong to kind = 'ola', of several parts", column="[weights]"))
    weights = read_keys(table, "[weights]", dict.fromkeys(table, as_amount), faults)
    for name, weight in weights.items():
        if not weight:
            faults.append(Fault("must be above 0", column=f"[weights] {name}", value="0"))
    return weights


def _check_order(objectives: tuple[Objective, ...], faults: list[Fault]) -> None:
    """Note objectives that no row can ever reach, because one before them takes every row."""
    for place, later in enumerate(objectives):
        for earlier in objectives[:place]:
            alike = earlier.metric == later.metric and set(later.queues) <= set(earlier.queues)
            if not alike or earlier.match == later.match:
                continue
            if earlier.match.items() <= later.match.items():
                expected = (
                    f"is never reached: {earlier.id!r} stands before it and takes all its rows; "
                    "write the one with the narrower match first"
                )
                column = f"[[objective]] {later.id!r} match"
                faults.append(Fault(expected, column=column, value=shown(dict(later.match))))
                break
