"""The parts of a table: its columns by role, and when each of its rows starts and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.dates import Moments, read_moments
from erlangplan.files.headings import TOTAL, Heading
from erlangplan.files.labels import read_label
from erlangplan.files.tables import BoolArray, Column, Faults, FloatArray, Table

__all__ = [
    "KEYS", "NUMERIC_ROLES", "Asked", "Sheet", "columns_by_role", "moments_of", "roles_of",
    "sheet_rows", "without_totals",
]  # fmt: skip

NUMERIC_ROLES = (
    "volume", "aht", "handle_time", "handled", "talk", "hold", "wrap", "talk_total", "hold_total",
    "wrap_total", "abandoned", "wait", "wait_answered", "wait_abandoned", "agents", "scheduled",
    "share",
)  # fmt: skip
KEYS = ("queue", "start", "date", "time", "end", "interval", *NUMERIC_ROLES, "outcome")


@dataclass(frozen=True)
class Asked:
    """What the user said about a file: names of columns, order of dates, the missing year."""

    mapping: Mapping[str, str]
    dates: str | None = None
    year: int | None = None
    decimal: str | None = None


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table taken apart: columns by role and, for each row, when it starts and ends.

    `local` is the start in seconds since 1970 on the clock that the file uses, `end` likewise
    (NaN where the file does not say), `offset` that clock's seconds ahead of UTC (NaN where the
    file does not say). A sheet without dates or times has no `when`.
    """

    table: Table
    heading: Heading
    columns: Mapping[str, Column]
    when: Column | None
    local: FloatArray
    end: FloatArray
    offset: FloatArray
    faults: Faults
    notes: tuple[str, ...]
    wide: bool = False

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.local)


def roles_of(heading: Heading) -> dict[str, list[int]]:
    """Return the positions of each role, the user's choices first."""
    # The offered contacts may be named as the handled ones too, where none are lost.
    taken = {place for role, place in heading.chosen.items() if role != "handled"}
    roles = {
        role: [place for place in places if place not in taken]
        for role, places in heading.roles.items()
    }
    for role, place in heading.chosen.items():
        name = {"interval": "length"}.get(role, role)
        roles[name] = [place]
    if {"start", "date", "time"} & set(heading.chosen):
        roles["when"] = [
            heading.chosen[key] for key in ("start", "date", "time") if key in (heading.chosen)
        ] + ([] if "start" in heading.chosen else roles.get("when", []))
    return {role: places for role, places in roles.items() if places}


def columns_by_role(
    table: Table,
    heading: Heading,
    roles: Mapping[str, Sequence[int]],
    columns: Sequence[Column],
) -> dict[str, Column]:
    """Return the one column of each role.

    Raises
    ------
    InputError
        If two different columns claim a role.
    """
    named = {}
    for role, places in roles.items():
        if role in ("when", "end", "unclear", "start", "date", "time", "weekday", "measure"):
            continue
        if len(places) > 1 and not _same(columns, places):
            shown = " or ".join(repr(heading.labels[place]) for place in places)
            raise InputError(
                f"two columns may hold the {role.replace('_', ' ')}: {shown}",
                file=table.file,
                fix=f"Name the right one with --map {role}=... (map=).",
            )
        named[role] = columns[places[0]]
    return named


def _same(columns: Sequence[Column], places: Sequence[int]) -> bool:
    first = columns[places[0]]
    if first.numbers is not None:
        return all(
            (other := columns[place].numbers) is not None and np.array_equal(first.numbers, other)
            for place in places
        )
    return all(
        columns[place].numbers is None
        and columns[place].cells == first.cells
        and np.array_equal(columns[place].codes, first.codes)
        for place in places
    )


def without_totals(
    columns: Sequence[Column], roles: Mapping[str, Sequence[int]]
) -> tuple[Sequence[Column], tuple[str, ...]]:
    """Drop the rows that sum up others, told by the word where a time or a name should be."""
    places = {0, *roles.get("when", ())}
    drop = np.zeros(len(columns[0]), dtype=bool)
    for place in places:
        column = columns[place]
        if column.numbers is not None or (place == 0 and place in roles.get("queue", ())):
            continue
        hits = [
            code
            for code, cell in enumerate(column.cells)
            if isinstance(cell, str) and TOTAL.match(cell)
        ]
        if hits:
            drop |= np.isin(column.codes, hits)
    if "queue" in roles and 0 in roles["queue"] and "when" in roles:
        drop |= _unnamed_totals(columns, roles)
    notes = []
    for mask, what in ((drop, "totals"), (_remarks(columns) & ~drop, "remarks at the end")):
        rows = columns[0].rows[mask]
        if len(rows) and len(rows) < len(mask):
            shown = ", ".join(str(row) for row in rows[:5]) + (" ..." if len(rows) > 5 else "")
            notes.append(f"left out {len(rows)} row{'s' * (len(rows) > 1)} of {what} (row {shown})")
            drop = drop | mask
    if not notes or drop.all():
        return columns, ()
    return [column.take(~drop) for column in columns], tuple(notes)


def _remarks(columns: Sequence[Column]) -> BoolArray:
    """Mark the rows at the end that hold a text in their first cell and nothing else."""
    marked = np.zeros(len(columns[0]), dtype=bool)
    for row in range(len(marked) - 1, -1, -1):
        first, *others = (column.cell(row) for column in columns)
        alone = isinstance(first, str) and not any(cell != "" for cell in others)
        if not alone or not others or any(mark.isdecimal() for mark in str(first)[:1]):
            break
        marked[row] = True
    return marked


def _unnamed_totals(columns: Sequence[Column], roles: Mapping[str, Sequence[int]]) -> BoolArray:
    """Mark rows with a total in the queue's place and no time at all."""
    queue = columns[roles["queue"][0]]
    hits = [
        code for code, cell in enumerate(queue.cells) if isinstance(cell, str) and TOTAL.match(cell)
    ]
    marked = np.isin(queue.codes, hits)
    for place in roles["when"]:
        column = columns[place]
        blank = [code for code, cell in enumerate(column.cells) if cell == ""]
        marked &= np.isin(column.codes, blank)
    return marked


def moments_of(table: Table, column: Column, asked: Asked, hint: str | None = None) -> Moments:
    """Return the dates and times of a column, as its label and the user say."""
    if column.numbers is not None:
        raise InputError(f"column {column.label} holds no dates", file=table.file)
    return read_moments(
        column,
        hint=hint or read_label(column.label).hint,
        dates=asked.dates,
        year=asked.year,
        file=table.file,
    )


def sheet_rows(sheet: Sheet, keep: BoolArray) -> Sheet:
    """Return only the rows of a sheet that `keep` marks."""
    return replace(
        sheet,
        columns={role: column.take(keep) for role, column in sheet.columns.items()},
        when=sheet.when and sheet.when.take(keep),
        local=sheet.local[keep],
        end=sheet.end[keep],
        offset=sheet.offset[keep],
    )
