"""Worked numbers of a contract: ``[[test]]`` tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from erlangplan.errors import Fault
from erlangplan.sla.counting import level
from erlangplan.sla.model import Objective, Vector
from erlangplan.sla.reading.objectives import SECONDS
from erlangplan.sla.reading.tables import (
    Converters,
    check_name,
    read_keys,
    shown,
    tables_of,
)
from erlangplan.sla.reading.values import (
    as_amount,
    as_name,
    as_share,
    as_table,
    as_text,
    as_written,
)

__all__ = ["COUNTS", "read_vectors"]

COUNTS = (
    "offered", "answered", "abandoned", "blocked", "answered_within", "abandoned_within",
    "abandoned_short", "wait_seconds", "wait_answered_seconds", "handle_seconds",
    "staffed_seconds", "oldest_seconds", "good", "counted",
)  # fmt: skip
_KEYS: Converters = {
    "objective": as_name,
    "given": as_table,
    "expect": as_written,
    "tolerance": as_amount,
    "note": as_text,
}


def read_vectors(
    content: Mapping[str, Any],
    objectives: Mapping[str, Objective],
    ids: Collection[str],
    faults: list[Fault],
) -> tuple[Vector, ...]:
    """Return the worked numbers that are understood.

    Parameters
    ----------
    content
        All tables.
    objectives, ids
        Objectives that are understood, and the ids of all.
    faults
        Collects what is not understood, counts that an objective needs and does not get, and
        counts that contradict each other.
    """
    found = []
    for place, table in tables_of(content, "test", "objective", faults):
        before = len(faults)
        values = read_keys(table, place, _KEYS, faults, ("objective", "given", "expect"))
        if "given" in values:
            counts: Converters = dict.fromkeys(COUNTS, as_amount)
            values["given"] = read_keys(values["given"], f"{place} given", counts, faults)
        if "objective" in values:
            check_name(values["objective"], ids, "objective", f"{place} objective", faults)
        objective = objectives.get(values.get("objective", ""))
        if objective is None or len(faults) > before:
            continue
        try:
            level(objective, values["given"])
            values["expect"] = _expected(values["expect"], objective)
        except ValueError as error:
            faults.append(Fault(str(error), column=place, value=shown(values["expect"])))
            continue
        found.append(Vector(**values))
    return tuple(found)


def _expected(value: object, objective: Objective) -> float:
    return as_amount(value) if objective.metric in SECONDS else as_share(value)
