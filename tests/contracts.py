"""Contracts for tests: the files that were made for them, and TOML from plain dicts."""

from __future__ import annotations

import copy
import json
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import erlangplan as ep

FOLDER = Path(__file__).parent / "data" / "contracts"


COMPLETE = tomllib.loads((FOLDER / "complete.toml").read_text(encoding="utf-8"))


def complete() -> dict[str, Any]:
    """Return the tables of a contract that has every key."""
    return copy.deepcopy(COMPLETE)


def small(**tables: Any) -> dict[str, Any]:
    """Return the tables of a contract with one queue and one objective, some replaced."""
    plain: dict[str, Any] = {
        "client": "Acme",
        "queue": [{"name": "a"}],
        "objective": [{"id": "sl", "queue": "a", "target": "80/20"}],
    }
    return plain | tables


def as_toml(tables: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(key)} = {_inline(value)}\n" for key, value in tables.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(key)} = {_inline(part)}" for key, part in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value)


def read(tables: dict[str, Any], folder: Path, name: str = "made.toml") -> ep.Contract:
    """Write tables as a contract, and read it."""
    path = folder / name
    path.write_text(as_toml(tables), encoding="utf-8")
    return ep.read_contract(path)


def faults(tables: dict[str, Any], folder: Path) -> str:
    """Return what reading a contract complains about; it must complain."""
    try:
        read(tables, folder)
    except ep.InputError as error:
        return "\n".join(map(str, error.faults)) or str(error)
    raise AssertionError("the contract was read")
