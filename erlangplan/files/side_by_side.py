"""Queues or days side by side: "Support Calls", "Support AHT", "Sales Calls", ..."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from erlangplan.files.headings import TOTAL, Heading
from erlangplan.files.labels import find_roles
from erlangplan.files.stamps import read_stamp
from erlangplan.files.tables import Cell, Column, column_of

__all__ = ["stack_queues"]

_VALUES = ("volume", "aht")


def stack_queues(heading: Heading, columns: Sequence[Column]) -> tuple[Heading, Sequence[Column]]:
    """Return queues or days side by side one below the other, where the labels make it plain.

    That is: no column of its own for the queue (or day), the volume or the AHT, and two queues
    (or days) or more, each with both a volume and an AHT.
    """
    own = find_roles("" if TOTAL.match(label) else label for label in heading.labels)
    known = set(own) | set(heading.chosen)
    queues = {} if known & set(_VALUES) or heading.bare else _queues(heading, own)
    days = {name: found for name, found in queues.items() if not TOTAL.fullmatch(name)}
    kind = "date" if all((stamp := read_stamp(name)) and stamp.shape for name in days) else "queue"
    queues = days if kind == "date" else queues
    if (
        kind in known
        or len(queues) < 2
        or any(set(found) != set(_VALUES) for found in queues.values())
    ):
        return heading, columns
    apart = {place for found in queues.values() for place in found.values()}
    shared = [place for place in range(len(columns)) if place not in apart]
    stacked = [_repeated(columns[place], len(queues)) for place in shared]
    names = [name for name in queues for _ in range(len(columns[0]))]
    rows = np.tile(columns[0].rows, len(queues))
    labels = [heading.labels[place] for place in shared]
    stacked.append(column_of(kind, names, rows))
    for role in _VALUES:
        places = [found[role] for found in queues.values()]
        cells: list[Cell] = [
            columns[place].cell(row) for place in places for row in range(len(columns[0]))
        ]
        which = np.repeat(np.array(places, dtype=np.int64), len(columns[0]))
        stacked.append(column_of(role, cells, rows, tuple(heading.labels), which))
    labels += [kind, *_VALUES]
    chosen = {role: shared.index(place) for role, place in heading.chosen.items()}
    changed = replace(heading, labels=tuple(labels), roles=find_roles(labels), chosen=chosen)
    return changed, stacked


def _queues(heading: Heading, own: Mapping[str, Sequence[int]]) -> dict[str, dict[str, int]]:
    known = {place for places in own.values() for place in places}
    queues: dict[str, dict[str, int]] = {}
    for place, label in enumerate(heading.labels):
        if place not in known and (found := _split(label)):
            name, role = found
            queues.setdefault(name, {})[role] = place
    return queues


def _split(label: str) -> tuple[str, str] | None:
    """Return the queue and the role that a label names together."""
    words = re.sub(r"[_|]|:(?![0-9])", " ", label).split()
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
