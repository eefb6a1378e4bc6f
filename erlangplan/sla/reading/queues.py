"""Queues of a contract, and the hours that they keep."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from erlangplan.errors import Fault
from erlangplan.sla.model import Queue
from erlangplan.sla.reading.tables import Converters, check_name, read_keys, tables_of
from erlangplan.sla.reading.values import as_choice, as_count, as_flag, as_name

__all__ = ["read_queues"]

_KEYS: Converters = {
    "name": as_name,
    "channel": as_name,
    "hours": as_name,
    "priority": as_count(0),
    "concurrency": as_count(1),
    "clock": as_choice("always", "open-hours"),
    "at_most_offered": as_flag,
}


def read_queues(
    content: Mapping[str, Any], hours: Collection[str], faults: list[Fault]
) -> tuple[Queue, ...]:
    """Return the queues that are understood."""
    tables = tables_of(content, "queue", "name", faults)
    if not tables and not isinstance(content.get("queue"), dict):
        faults.append(Fault("there must be one, with a name", column="[[queue]]"))
    found: dict[str, Queue] = {}
    for place, table in tables:
        values = read_keys(table, place, _KEYS, faults, ("name",))
        if "name" not in values:
            continue
        queue = Queue(**values)
        if queue.name in found:
            faults.append(Fault("stands twice", column=f"{place} name", value=queue.name))
        if queue.hours is not None:
            check_name(queue.hours, hours, "hours", f"{place} hours", faults)
        elif queue.clock == "open-hours":
            faults.append(Fault("needs hours = NAME: without it the queue is always open",
                                column=f"{place} clock", value=queue.clock))  # fmt: skip
        found[queue.name] = queue
    return tuple(found.values())
