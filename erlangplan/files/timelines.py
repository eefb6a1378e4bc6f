"""Timelines: which queue each row belongs to and when it starts, on the centre's clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.clock import Steps, duplicate_faults, find_interval, steps_of
from erlangplan.files.lengths import check_length, read_lengths
from erlangplan.files.numbers import NumberStyle, find_style, has_clocks
from erlangplan.files.parts import Sheet, sheet_rows
from erlangplan.files.tables import (
    BoolArray,
    Cell,
    Column,
    Faults,
    FloatArray,
    IntArray,
    Table,
    text_of,
)
from erlangplan.files.whole import csv_plain
from erlangplan.files.zones import localise
from erlangplan.forecast import UNNAMED

__all__ = ["Timeline", "queues_of", "refuse", "style_of", "timeline_of"]

MICRO = 1_000_000


@dataclass(frozen=True, eq=False)
class Timeline:
    """The rows of a sheet in time.

    `codes` numbers the queue of each row in `names`; `utc` and `local` are its start in
    microseconds since 1970 (equal without a zone); `keep` marks which rows of the sheet are left
    (n,), those that one cell for a repeated hour filled being gone.
    """

    sheet: Sheet
    when: Column
    codes: IntArray
    names: tuple[str, ...]
    utc: IntArray
    local: IntArray
    tz: str | None
    keep: BoolArray
    steps: Steps
    notes: tuple[str, ...]

    @property
    def starts(self) -> pd.DatetimeIndex:
        """Start of each row, aware of the time zone when it is known."""
        times = pd.DatetimeIndex(self.utc.view("M8[us]"))
        return times if self.tz is None else times.tz_localize("UTC").tz_convert(self.tz)

    @property
    def queue(self) -> pd.Categorical[str]:
        """Queue of each row."""
        return pd.Categorical.from_codes(self.codes, pd.Index(self.names))

    def without(self, keep: BoolArray, note: str) -> Timeline:
        """Return only the rows that `keep` marks, with a note that says why."""
        sheet, when = sheet_rows(self.sheet, keep), self.when.take(keep)
        utc, local = self.utc[keep], self.local[keep]
        used, codes = np.unique(self.codes[keep], return_inverse=True)
        return replace(
            self,
            sheet=sheet,
            when=when,
            codes=codes,
            names=tuple(self.names[code] for code in used),
            utc=utc,
            local=local,
            steps=steps_of(codes, utc, local),
            notes=(*self.notes, note),
        )

    def interval(self, given: float | None) -> float:
        """Return the one length of the intervals (s), from the file or as the user names it."""
        file, columns = self.sheet.table.file, self.sheet.columns
        found = find_interval(self.when, self.steps, _lengths(self.sheet, self.tz), given, file)
        if "length" in columns and given is None:
            check_length(columns["length"], found, file)
        return found


def timeline_of(
    sheet: Sheet, tz: str | None, queue: str | None, empty: BoolArray | None = None
) -> Timeline:
    """Return the rows of a sheet in time.

    Parameters
    ----------
    sheet
        The table taken apart, n rows.
    tz
        Name of the centre's zone, or None.
    queue
        Name of the queue where the sheet has none.
    empty
        Rows without contacts (n,), which a wide sheet may hold in an hour that does not exist.

    Raises
    ------
    InputError
        If a start cannot be read, does not exist, or stands twice.
    """
    file = sheet.table.file
    refuse(sheet.faults, file)
    if sheet.when is None:
        raise InputError("no column tells when the intervals start", file=file)
    unread = np.isnan(sheet.local)
    if unread.any():
        refuse(sheet.when.faults(unread, "expected a date and a time"), file)
    codes, names = queues_of(sheet, queue)
    utc, local, zone, keep, notes = _instants(sheet, sheet.when, codes, tz, empty)
    when = sheet.when
    if not keep.all():
        sheet, when = sheet_rows(sheet, keep), when.take(keep)
        codes, utc, local = codes[keep], utc[keep], local[keep]
        if not len(codes):
            raise InputError("no interval is left to read", file=file)
    steps = steps_of(codes, utc, local)
    _refuse_twice(duplicate_faults(when, steps), zone, file)
    return Timeline(sheet, when, codes, names, utc, local, zone, keep, steps, notes)


def refuse(faults: Faults, file: str, what: str | None = None) -> None:
    """Raise an error that lists the first faults, if there are any."""
    if faults:
        cells = "a cell" if faults.count == 1 else "some cells"
        raise faults.error(what or f"{cells} cannot be read", file)


def queues_of(sheet: Sheet, queue: str | None) -> tuple[IntArray, tuple[str, ...]]:
    """Return the code of each row's queue and the names of the queues, sorted."""
    column = sheet.columns.get("queue")
    if column is None or all(cell == "" for cell in column.cells):
        return np.zeros(len(sheet), dtype=np.int64), (queue or UNNAMED,)
    names = [_name(cell, sheet.table) for cell in column.cells]
    wrong = [code for code, name in enumerate(names) if not name or "\0" in name]
    expected = dict.fromkeys(wrong, "expected the name of a queue, without a NUL")
    refuse(column.faults_of_cells(expected), sheet.table.file)
    used = sorted({names[code] for code in np.unique(column.codes)})
    place = {name: number for number, name in enumerate(used)}
    recode = np.array([place.get(name, 0) for name in names], dtype=np.int64)
    return recode[column.codes], tuple(used)


def _name(cell: Cell, table: Table) -> str:
    # Our own CSV files mark names that could become formulas with an apostrophe.
    return text_of(cell) if table.delimiter is None else csv_plain(text_of(cell))


def style_of(sheet: Sheet, decimal: str | None) -> NumberStyle:
    """Return how a sheet writes its numbers, decided on all of them."""
    columns = [
        column
        for role, column in sheet.columns.items()
        if role not in ("queue", "length", "outcome")
        and column.numbers is None
        and not has_clocks(column)
    ]
    comma = sheet.table.delimiter == ","
    return find_style(columns, decimal=decimal, comma_separated=comma, file=sheet.table.file)


def _instants(
    sheet: Sheet, when: Column, codes: IntArray, tz: str | None, empty: BoolArray | None
) -> tuple[IntArray, IntArray, str | None, BoolArray, tuple[str, ...]]:
    local = np.rint(sheet.local * MICRO).astype(np.int64)
    keep = np.ones(len(local), dtype=bool)
    if not np.isnan(sheet.offset).all():
        utc = local - np.rint(sheet.offset * MICRO).astype(np.int64)
        zone = tz or "UTC"
        shown = pd.DatetimeIndex(utc.view("M8[us]")).tz_localize("UTC").tz_convert(zone)
        notes = () if tz else ("times are shown in UTC; --tz (tz=) names the centre's zone",)
        return utc, np.asarray(shown.tz_localize(None).as_unit("us").asi8), zone, keep, notes
    if tz is None:
        return local, local, tz, keep, ()
    instants = localise(local, codes, tz)
    idle = np.zeros(len(local), dtype=bool) if empty is None or not sheet.wide else empty
    expected = f"expected a time that exists; the DST change of {tz} skips it"
    file = sheet.table.file
    refuse(when.faults(instants.skipped & ~idle, expected), file, "some local times do not exist")
    keep = ~instants.skipped & ~instants.single
    return instants.ticks, local, tz, keep, _repeated_note(local[instants.single])


def _repeated_note(single: IntArray) -> tuple[str, ...]:
    if not len(single):
        return ()
    day = single[0].view("M8[us]").astype("M8[D]")
    return (
        f"the file held one cell for the hour that the DST change repeats ({day}); "
        f"left out {len(single)} interval{'s' * (len(single) > 1)}",
    )


def _refuse_twice(faults: Faults, tz: str | None, file: str) -> None:
    if faults:
        queues = "the column that tells the queues apart with --map queue=... (map=)."
        zone = "Name the centre's time zone with --tz (tz=) if a DST change repeats the hour, or "
        fix = f"Name {queues}" if tz else zone + queues
        raise faults.error("an interval stands twice", file, fix)


def _lengths(sheet: Sheet, tz: str | None) -> FloatArray:
    if "length" in sheet.columns:
        return read_lengths(sheet.columns["length"], sheet.table.file)
    if np.isnan(sheet.end).all():
        return sheet.end
    lengths = sheet.end - sheet.local
    values, counts = np.unique(lengths[np.isfinite(lengths)], return_counts=True)
    usual = values[np.argmax(counts)]
    if tz is None:
        return lengths
    # An end on the far side of a DST change is an hour off on the wall clock, and may then
    # seem to lie before its start, or a day later.
    off = (lengths - usual) % 86400
    return np.where((off == 3600) | (off == 82800), np.nan, lengths)
