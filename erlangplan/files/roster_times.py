"""When each row of a roster starts and ends: full moments, or a date and times of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.dates import DAY, Moments, read_moments
from erlangplan.files.parts import Asked
from erlangplan.files.roster_columns import Roster
from erlangplan.files.tables import BoolArray, Column, FloatArray, IntArray
from erlangplan.files.timelines import refuse
from erlangplan.files.zones import localise

__all__ = ["Spans", "spans_of"]

MICRO = 1_000_000


@dataclass(frozen=True, eq=False)
class Spans:
    """Start and end of each row in microseconds since 1970, in UTC where a zone is known.

    `opens` is the start of the row's shift, where the file names it. `day` is the date beside each
    row where that holds only times of the day; a time after midnight may then mean the next day.
    """

    start: IntArray
    end: IntArray
    opens: IntArray | None
    tz: str | None
    day: IntArray | None
    notes: tuple[str, ...]

    def moments(self, ticks: IntArray) -> pd.DatetimeIndex:
        """Return ticks as moments on the clock of the zone."""
        times = pd.DatetimeIndex(np.asarray(ticks, dtype=np.int64).view("M8[us]"))
        return times if self.tz is None else times.tz_localize("UTC").tz_convert(self.tz)

    def next_day(self, start: IntArray, end: IntArray) -> tuple[IntArray, IntArray]:
        """Return the same times on the wall a day later; as they are where a clock changes."""
        moved = [self._later(ticks) for ticks in (start, end)]
        known = np.logical_and(*(np.asarray(times.notna()) for times in moved))
        begin, finish = (pd.DatetimeIndex(times).as_unit("us").asi8 for times in moved)
        return np.where(known, begin, start), np.where(known, finish, end)

    def _later(self, ticks: IntArray) -> pd.DatetimeIndex:
        later = self.moments(ticks).tz_localize(None) + pd.Timedelta(days=1)
        if self.tz is None:
            return later
        return later.tz_localize(self.tz, ambiguous="NaT", nonexistent="NaT").tz_convert(None)


def spans_of(roster: Roster, asked: Asked, tz: str | None) -> Spans:
    """Return when the rows of a roster start and end.

    Raises
    ------
    InputError
        If a date or a time cannot be read, does not exist, may mean two moments, or ends before
        it starts.
    """
    columns, file = roster.columns, roster.file
    date = _moments(columns, "date", asked, file)
    last = _moments(columns, "end_date", asked, file)
    start, end = (_needed(columns, role, asked, file) for role in ("start", "end"))
    if not start.has_date and date is None:
        raise InputError(
            f"column {start.column.label} holds times of day but no column holds dates",
            file=file,
            fix="Name the column of dates with --map date=... (map=).",
        )
    first = _whole(start, None if start.has_date else date)
    timed = not end.has_date and last is None
    finish = _whole(end, None if end.has_date else (last or (start if start.has_date else date)))
    if timed:
        finish = np.where(finish <= first, finish + DAY, finish)
        same = finish == first + DAY
        refuse(end.column.faults(same, "expected another time than the start"), file)
    zone = tz or roster.table.tz
    opens = _moments(columns, "shift_start", asked, file)
    begin, notes, zone = _ticks(start, first, zone, file)
    stop, _, _ = _ticks(end, finish, zone, file)
    before = None
    if opens is not None:
        before = _ticks(opens, _whole(opens, None), zone, file)[0]
    if (np.isfinite(start.offsets).any()) != (np.isfinite(end.offsets).any()) and not timed:
        raise InputError("only one of start and end has an offset from UTC", file=file)
    wrong = end.column.faults(stop <= begin, "expected an end after the start")
    refuse(wrong, file, "a row ends before it starts")
    day = None
    if timed and not start.has_date and date is not None:
        day = np.asarray(date.rows(date.days), dtype=np.int64)
    return Spans(begin, stop, before, zone, day, notes)


def _moments(columns: Mapping[str, Column], role: str, asked: Asked, file: str) -> Moments | None:
    column = columns.get(role)
    if column is None:
        return None
    hint = "date" if role in ("date", "end_date") else None
    return _read(column, hint, asked, file)


def _needed(columns: Mapping[str, Column], role: str, asked: Asked, file: str) -> Moments:
    column = columns[role]
    texts = [cell for cell in column.cells if isinstance(cell, str)]
    digits = all(text.isdecimal() and len(text) <= 4 for text in texts)
    return _read(column, "time" if digits else None, asked, file)


def _read(column: Column, hint: str | None, asked: Asked, file: str) -> Moments:
    moments = read_moments(column, hint=hint, dates=asked.dates, year=asked.year, file=file)
    refuse(moments.faults, file)
    return moments


def _whole(clock: Moments, date: Moments | None) -> FloatArray:
    """Return local seconds since 1970: a date with its time, or a time on another's date."""
    if date is None:
        return np.asarray(clock.rows(DAY * clock.days + np.nan_to_num(clock.times)))
    return np.asarray(date.rows(DAY * date.days) + clock.rows(clock.times))


def _ticks(
    moments: Moments, local: FloatArray, tz: str | None, file: str
) -> tuple[IntArray, tuple[str, ...], str | None]:
    column = moments.column
    refuse(column.faults(np.isnan(local), "expected a date and a time"), file)
    wall = np.rint(local * MICRO).astype(np.int64)
    offset = moments.rows(moments.offsets)
    if np.isfinite(offset).any():
        utc = wall - np.rint(offset * MICRO).astype(np.int64)
        notes = () if tz else ("times are shown in UTC; tz (--tz) names the centre's zone",)
        return utc, notes, tz or "UTC"
    if tz is None:
        return wall, (), None
    # Rows are numbered as queues of their own, so that a repeated time always stands alone.
    instants = localise(wall, np.arange(len(wall)), tz)
    _refuse_clock(column, instants.skipped, f"expected a time that exists; {tz} skips it", file)
    expected = f"expected an offset such as 02:30+02:00; {tz} has this time twice"
    _refuse_clock(column, instants.single, expected, file)
    return instants.ticks, (), tz


def _refuse_clock(column: Column, wrong: BoolArray, expected: str, file: str) -> None:
    refuse(column.faults(wrong, expected), file, "a local time is not one moment")
