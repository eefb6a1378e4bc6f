"""Which columns of a long table say when: a day, a time of day, an end, a date above the header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.dates import Moments
from erlangplan.files.headings import Heading, no_column
from erlangplan.files.labels import find_roles, read_label
from erlangplan.files.parts import Asked, moments_of
from erlangplan.files.stamps import read_stamp, weekday_number
from erlangplan.files.tables import Column, Faults, Table, column_of, text_of

__all__ = ["Whens", "find_whens"]

_ABOVE = "of dates above the header"


@dataclass(frozen=True, eq=False)
class Whens:
    """The columns that say when: a day, a time of day, an end, each where there is one."""

    day: Moments
    time: Moments | None
    end: Moments | None

    @property
    def notes(self) -> tuple[str, ...]:
        """What to say about them."""
        column = self.day.column
        return (f"date {text_of(column.cell(0))} from above the header",) * (column.label == _ABOVE)


def find_whens(
    table: Table,
    heading: Heading,
    roles: Mapping[str, Sequence[int]],
    columns: Sequence[Column],
    asked: Asked,
) -> Whens:
    """Return the columns that say when.

    Raises
    ------
    InputError
        If there is none, two claim the date, or one holds no dates or times.
    """
    places = list(dict.fromkeys(roles.get("when", ())))
    if not places:
        raise no_column(table, heading, "no column tells when the intervals start")
    lengths = roles.get("length", ())
    hints = {heading.chosen[key]: key for key in ("date", "time") if key in heading.chosen}
    read = [
        moments_of(table, columns[place], asked, hints.get(place))
        for place in places
        if not (place in lengths and _counts_minutes(columns[place], heading))
    ]
    if not read:
        raise no_column(table, heading, "no column tells when the intervals start")
    if not any(moments.has_date for moments in read):
        read += _dates_above(table, heading, read[0].column, asked)
    ends = [moments_of(table, columns[place], asked) for place in roles.get("end", ())]
    end = next((moments for moments in ends if moments.all_read and moments.has_time), None)
    return _combine(table, heading, read, end, chosen=bool(heading.chosen.get("start")))


def _dates_above(table: Table, heading: Heading, beside: Column, asked: Asked) -> list[Moments]:
    """Return the one date that the rows above the header name, as in "Date: 3/23/2026"."""
    said: set[tuple[str, str]] = set()
    for row, number in zip(table.top, table.numbers, strict=True):
        if number < heading.first - 1:
            texts = [text_of(cell) for cell in row]
            said |= set(pairwise(texts))
            said |= {(label, value) for label, _, value in (text.partition(":") for text in texts)}
    found = {value.strip() for label, value in said if _names_date(label.strip(" :"), value)}
    if len(found) != 1:
        return []
    column = column_of(_ABOVE, [found.pop()] * len(beside), beside.rows)
    return [moments_of(table, column, asked, "date")]


def _names_date(label: str, value: str) -> bool:
    stamp = read_stamp(value.strip())
    dated = read_label(label).hint == "date" and "when" in find_roles([label])
    return dated and stamp is not None and bool(stamp.shape)


def _counts_minutes(column: Column, heading: Heading) -> bool:
    return read_label(column.label).unit is not None and not any(
        isinstance(cell, str) and ":" in cell for cell in column.cells
    )


def _combine(
    table: Table, heading: Heading, read: list[Moments], end: Moments | None, *, chosen: bool
) -> Whens:
    times = [m for m in read if m.has_time and not m.has_date]
    dated = [m for m in read if m.has_date]
    full = [m for m in dated if m.has_time and not (m.only_midnights and times)]
    if chosen and dated and read[0] is dated[0] and full:
        return Whens(full[0], None, end)
    if full:
        # Where the same moment stands as local time and as UTC, the latter has no repeated hour.
        zoned = [m for m in full if m.has_offset or read_label(m.column.label).utc]
        return Whens((zoned or full)[0], None, end)
    if not times and (unread := _unread_times(read)):
        raise unread.faults.error(
            f"column {unread.column.label} holds no times of day",
            table.file,
            "Write times as 08:30, or name the column that holds them with --map time=... (map=).",
        )
    if not dated and not times:
        raise read[0].faults.error(f"column {read[0].column.label} holds no dates", table.file)
    undated = sum((m.faults for m in read if m not in times), Faults())
    if not dated and undated:
        raise undated.error("the dates cannot be read", table.file)
    if not dated:
        raise no_column(
            table,
            heading,
            f"column {times[0].column.label} holds times of day but no column holds dates",
            "Name it with --map date=... (map=), or write a line such as Date: 2026-03-23 above "
            "the header.",
        )
    if len(dated) > 1 and any(
        not np.array_equal(m.rows(m.days), dated[0].rows(dated[0].days)) for m in dated[1:]
    ):
        shown = " or ".join(repr(m.column.label) for m in dated)
        raise InputError(
            f"two columns may hold the date: {shown}",
            file=table.file,
            fix="Name the right one with --map date=... (map=).",
        )
    ranged = [m for m in times if m.has_end]
    return Whens(dated[0], next(iter(ranged or times), None), end)


def _unread_times(read: Sequence[Moments]) -> Moments | None:
    """Return a column that should hold times of day but holds something else."""
    for moments in read:
        cells = moments.column.cells
        weekdays = all(weekday_number(text_of(cell)) is not None for cell in cells)
        hint = read_label(moments.column.label).hint
        if hint == "time" and not moments.any_read and not weekdays and any(cells):
            return moments
    return None
