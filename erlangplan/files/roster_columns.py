"""Columns of a roster: who, when, which shift, which activity; in the words of many tools."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erlangplan.errors import InputError
from erlangplan.files.tables import Column, Table, column_of, text_of
from erlangplan.files.whole import csv_plain

__all__ = ["ROSTER_KEYS", "Roster", "names_shifts", "roster_of", "texts_of"]

Texts = NDArray[np.object_]

# Each line is a tier: a label of an earlier line is taken before one of a later line.
_LABELS: dict[str, str] = {
    "agent": """agent|agent name|employee|employee name|mitarbeiter|mitarbeitername|full name
        name|person|staff|staff name|resource|resource name|worker|user|advisor|operator
            |representative|associate|team member|nom|nombre|medewerker
        agent id|employee id|staff id|user id|id|personalnummer|login|login id|employee number""",
    "shift_start": "shift start|shift start time|schichtbeginn",
    "start": """start|start time|starttime|start date time|start datetime|begin|begin time|beginn
            |startzeit|activity start|segment start|start local|start time local
        from|von|time from|in|clock in|login time|scheduled start|debut|inicio""",
    "end": """end|end time|endtime|end date time|end datetime|ende|endzeit|activity end
            |segment end|end local|end time local
        to|until|bis|time to|out|clock out|logout time|scheduled end|stop|stop time|finish
            |finish time|fin|shift end|shift end time|schichtende""",
    "date": """date|day|shift date|work date|schedule date|datum|tag|start date|startdatum
            |business date|fecha|jour""",
    "end_date": "end date|enddatum|date end",
    "shift": "shift|shift name|shift code|shift type|schicht|schichtname|pattern|tour|dienst",
    "group": "group|gruppe|group name|contract|contract type|team|team name",
    "queue": "queue|queue name|warteschlange|skill|split|lob|line of business|campaign|workgroup",
    "activity": """activity|activity name|activity code|activity type|aktivitat|event
        event type|code|exception|segment|segment code|segment type|type|state|label|task""",
    "paid": "paid|is paid|bezahlt",
}  # fmt: skip
ROSTER_KEYS = tuple(_LABELS)
_PAUSES = r"((?:lunch|meal|dinner|breaks?|pause|rest|mittag\w*|meeting|training|coaching)(?: \d+)?)"
_BREAK_START = re.compile(_PAUSES + r" (?:start|start time|begin|beginn|from|von)")
_BREAK_END = re.compile(_PAUSES + r" (?:end|end time|ende|to|until|bis)")
_NEEDED = ("agent", "start", "end")


@dataclass(frozen=True, eq=False)
class Roster:
    """A table taken apart: its columns by role; `beside` if breaks stand beside their shift."""

    table: Table
    columns: Mapping[str, Column]
    notes: tuple[str, ...] = ()
    beside: bool = False

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.table.file

    def texts(self, role: str, other: str = "") -> Texts:
        """Return the text of each row; `other` where there is no such column."""
        column = self.columns.get(role)
        if column is None:
            return np.full(len(self.columns["start"]), other, dtype=object)
        return texts_of(column, self.table)


def texts_of(column: Column, table: Table) -> Texts:
    """Return the texts of a column's rows, without the marks of our own CSV files."""
    plain = [text_of(cell) for cell in column.cells]
    if table.delimiter is not None:
        plain = [csv_plain(text) for text in plain]
    texts: Texts = np.array(plain, dtype=object)[column.codes]
    return texts


def names_shifts(table: Table, mapping: Mapping[str, str]) -> bool:
    """Tell whether a table has the columns of shifts: somebody, from when, until when."""
    return _header(table, mapping) is not None


def roster_of(tables: Sequence[Table], mapping: Mapping[str, str]) -> Roster:
    """Return the one table of a file that holds shifts, its columns by role.

    Raises
    ------
    InputError
        If none does, or several, or two columns claim a role.
    """
    found = [(table, at) for table in tables if (at := _header(table, mapping)) is not None]
    ours = [(table, at) for table, at in found if table.sheet == "Activities"]
    found = ours or found
    if not found:
        raise _no_header(tables[0], mapping)
    if len(found) > 1:
        shown = ", ".join(repr(table.sheet) for table, _ in found)
        raise InputError(
            f"the sheets {shown} may all be meant", file=tables[0].file,
            fix="Name one with --sheet (sheet=).",
        )  # fmt: skip
    table, at = found[0]
    labels = [text_of(cell) for cell in table.top[at]]
    while len(labels) > 1 and not labels[-1]:
        labels.pop()
    plain = [_plain(label) for label in labels]
    places = _chosen(labels, mapping) | _roles(plain, mapping)
    columns = table.body(table.numbers[at] + 1, labels, frozenset())
    blank = np.all([_empty(column) for column in columns], axis=0)
    named = {role: _one(columns, labels, found, role, table) for role, found in places.items()}
    timeless = _empty(named["start"]) & _empty(named["end"])
    if timeless.all():
        raise InputError("the file holds no shifts", file=table.file)
    kept = {role: column.take(~timeless) for role, column in named.items()}
    count = int((timeless & ~blank).sum())
    notes = [f"left out {count:,} rows without times"] if count else []
    pairs = _break_pairs(plain) if "activity" not in named else {}
    for name, pair in pairs.items():
        begin, end = (columns[place].take(~timeless) for place in pair)
        kept = _stacked(kept, labels[pair[0]][: len(name)], begin, end)
    used = {place for found in (*places.values(), *pairs.values()) for place in found}
    unread = [label for place, label in enumerate(labels) if label and place not in used]
    if unread and "shift_start" not in named:
        notes.append(f"columns not read: {', '.join(unread[:10])}")
    return Roster(table, kept, tuple(notes), bool(pairs))


def _break_pairs(plain: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the places of columns such as Lunch Start and Lunch End, by what they name."""
    begins, ends = (
        {match[1]: place for place, label in enumerate(plain) if (match := form.fullmatch(label))}
        for form in (_BREAK_START, _BREAK_END)
    )
    return {name: (place, ends[name]) for name, place in begins.items() if name in ends}


def _stacked(
    kept: Mapping[str, Column], name: str, begin: Column, end: Column
) -> dict[str, Column]:
    """Return rows of shifts with a row more for each break that stands beside its shift."""
    size = len(begin)
    there = np.flatnonzero(~(_empty(begin) & _empty(end)))
    activity = kept.get("activity") or column_of("activity", ["work"] * size, begin.rows)
    found = {}
    for role, column in {**kept, "activity": activity}.items():
        more = {"start": begin, "end": end}.get(role, column)
        added = [name if role == "activity" else more.cell(row) for row in there.tolist()]
        cells = [column.cell(row) for row in range(len(column))] + added
        which = np.concatenate([_sources(column), np.full(len(added), len(column.labels) or 1)])
        labels = (*(column.labels or (column.label,)), more.label)
        rows = np.concatenate([column.rows, begin.rows[there]])
        found[role] = column_of(column.label, cells, rows, labels, which)
    return found


def _sources(column: Column) -> NDArray[np.int64]:
    return np.zeros(len(column), np.int64) if column.which is None else column.which


def _plain(label: str) -> str:
    split = re.sub(r"(?<=[a-zäöü])(?=[A-Z])", " ", label)
    marks = unicodedata.normalize("NFD", split.casefold())
    letters = "".join(mark for mark in marks if not unicodedata.combining(mark))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def _roles(labels: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, list[int]]:
    """Return the positions of each role's labels of the best tier."""
    found: dict[str, list[int]] = {}
    for role, lines in _LABELS.items():
        if mapping and role in mapping:
            continue
        for tier in re.sub(r"\n\s*\|", "|", lines).splitlines():
            words = {word.strip() for word in tier.split("|")}
            if places := [place for place, label in enumerate(labels) if label in words]:
                found[role] = places
                break
    if "start" not in found and "start" not in (mapping or {}) and "shift_start" in found:
        found["start"] = found.pop("shift_start")
    return found


def _chosen(labels: Sequence[str], mapping: Mapping[str, str]) -> dict[str, list[int]]:
    names = [label.strip().casefold() for label in labels]
    return {
        role: [names.index(label.strip().casefold())]
        for role, label in mapping.items()
        if label.strip().casefold() in names
    }


def _header(table: Table, mapping: Mapping[str, str]) -> int | None:
    """Return the first row whose cells name somebody, a start and an end."""
    for at, row in enumerate(table.top):
        labels = [text_of(cell) for cell in row]
        chosen = _chosen(labels, mapping)
        roles = {*chosen, *_roles([_plain(label) for label in labels], mapping)}
        if len(chosen) == len(mapping) and roles.issuperset(_NEEDED):
            return at
    return None


def _one(
    columns: Sequence[Column], labels: Sequence[str], places: Sequence[int], role: str, table: Table
) -> Column:
    if len(places) > 1:
        shown = " or ".join(repr(labels[place]) for place in places)
        raise InputError(
            f"two columns may hold the {role.replace('_', ' ')}: {shown}", file=table.file,
            fix=f"Name the right one with --map {role}=... (map=).",
        )  # fmt: skip
    return columns[places[0]]


def _empty(column: Column) -> NDArray[np.bool_]:
    empty = [code for code, cell in enumerate(column.cells) if cell == ""]
    return np.isin(column.codes, empty)


def _no_header(table: Table, mapping: Mapping[str, str]) -> InputError:
    labels = [text_of(cell) for cell in table.top[0]]
    shown = ", ".join(repr(label[:40]) for label in labels[:20] if label)
    missing = [role for role in _NEEDED if role not in _roles([_plain(la) for la in labels])]
    named = [label for label in mapping.values() if label not in labels]
    what = f"there is no column {named[0]!r}" if named else (
        f"no column holds the {' nor the '.join(missing) or 'shifts'}")  # fmt: skip
    return InputError(
        what, file=table.file,
        fix=f"The first row is {shown}.\nA roster needs the columns agent, start and end; name "
        "them with --map agent=Person,start=In,end=Out (map=).",
    )  # fmt: skip
