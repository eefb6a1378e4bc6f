"""Queues side by side: columns such as "Support Calls", "Support AHT", "Sales Calls", ..."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from erlangplan.files.headings import Heading
from erlangplan.files.labels import find_roles
from erlangplan.files.tables import Cell, Column, column_of

__all__ = ["stack_queues"]

_VALUES = ("volume", "aht")


def stack_queues(heading: Heading, columns: Sequence[Column]) -> tuple[Heading, Sequence[Column]]:
    """Return queues that stand side by side one below the other, where the labels make it plain.

    That is: no column of its own for the queue, the volume or the AHT, and two queues or more,
    each with both a volume and an AHT.
    """
    taken = {"queue", *_VALUES} & (set(heading.roles) | set(heading.chosen))
    queues = {} if taken or heading.bare else _queues(heading)
    if len(queues) < 2 or any(set(found) != set(_VALUES) for found in queues.values()):
        return heading, columns
    apart = {place for found in queues.values() for place in found.values()}
    shared = [place for place in range(len(columns)) if place not in apart]
    stacked = [_repeated(columns[place], len(queues)) for place in shared]
    names = [name for name in queues for _ in range(len(columns[0]))]
    rows = np.tile(columns[0].rows, len(queues))
    labels = [heading.labels[place] for place in shared]
    stacked.append(column_of("queue", names, rows))
    for role in _VALUES:
        places = [found[role] for found in queues.values()]
        cells: list[Cell] = [
            columns[place].cell(row) for place in places for row in range(len(columns[0]))
        ]
        which = np.repeat(np.array(places, dtype=np.int64), len(columns[0]))
        stacked.append(column_of(role, cells, rows, tuple(heading.labels), which))
    labels += ["queue", *_VALUES]
    chosen = {role: shared.index(place) for role, place in heading.chosen.items()}
    changed = replace(heading, labels=tuple(labels), roles=find_roles(labels), chosen=chosen)
    return changed, stacked


def _queues(heading: Heading) -> dict[str, dict[str, int]]:
    known = {place for places in heading.roles.values() for place in places}
    queues: dict[str, dict[str, int]] = {}
    for place, label in enumerate(heading.labels):
        if place not in known and (found := _split(label)):
            name, role = found
            queues.setdefault(name, {})[role] = place
    return queues


def _split(label: str) -> tuple[str, str] | None:
    """Return the queue and the role that a label names together."""
    words = label.replace("_", " ").replace("|", " ").replace(":", " ").split()
    for cut in range(1, len(words)):
        for name, role in ((words[:cut], words[cut:]), (words[-cut:], words[:-cut])):
            roles: Mapping[str, Sequence[int]] = find_roles([" ".join(role).strip("-/ ")])
            found = [value for value in _VALUES if value in roles]
            if found:
                return " ".join(name).strip("-/ "), found[0]
    return None


def _repeated(column: Column, times: int) -> Column:
    numbers = None if column.numbers is None else np.tile(column.numbers, times)
    return Column(
        column.label, np.tile(column.rows, times), np.tile(column.codes, times), column.cells,
        numbers,
    )  # fmt: skip
