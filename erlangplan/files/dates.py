"""Columns of dates and times: one way of writing per column, decided on the whole column."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.stamps import DAY, FIRST_YEAR, LAST_YEAR, ORDERS, Stamp, read_stamp
from erlangplan.files.tables import Cell, Column, Faults, FloatArray, text_of

__all__ = ["DAY", "Moments", "choose_order", "read_moments"]

_ORDER_TEXT = {"ymd": "year-month-day", "dmy": "day-month-year", "mdy": "month-day-year"}
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2})?")


@dataclass(frozen=True, eq=False)
class Moments:
    """A column of dates or times, one entry per different cell of the column.

    `days` is days since 1970 (NaN without a date), `times` the time of day, `ends` the end of a
    range on the same day, `offsets` the seconds ahead of UTC (each NaN where there is none).
    """

    column: Column
    days: FloatArray
    times: FloatArray
    ends: FloatArray
    offsets: FloatArray
    faults: Faults
    order: str | None

    @property
    def has_date(self) -> bool:
        """Whether it holds dates."""
        return bool(np.isfinite(self.days).any())

    @property
    def has_time(self) -> bool:
        """Whether it holds times of day."""
        return bool(np.isfinite(self.times).any())

    @property
    def has_end(self) -> bool:
        """Whether it holds ranges of times."""
        return bool(np.isfinite(self.ends).any())

    @property
    def has_offset(self) -> bool:
        """Whether it holds offsets from UTC."""
        return bool(np.isfinite(self.offsets).any())

    @property
    def only_midnights(self) -> bool:
        """Whether every time of day is midnight, as in a column of dates."""
        return not np.nan_to_num(self.times).any()

    @property
    def any_read(self) -> bool:
        """Whether some cell holds a date or a time."""
        return self.has_date or self.has_time

    @property
    def all_read(self) -> bool:
        """Whether every cell holds a date or a time."""
        return bool((np.isfinite(self.days) | np.isfinite(self.times)).all())

    def rows(self, cells: FloatArray) -> FloatArray:
        """Return what belongs to each row, from what belongs to each different cell."""
        if np.isnan(cells).all():
            return np.broadcast_to(np.nan, len(self.column))
        found: FloatArray = cells[self.column.codes]
        return found


def read_moments(
    column: Column, *, hint: str | None, dates: str | None, year: int | None, file: str
) -> Moments:
    """Return the dates and times of a column.

    Parameters
    ----------
    column
        The column, n rows.
    hint
        "date" or "time" where the label says so: how bare digits are read.
    dates
        The order of day and month that the user names ("dmy", "mdy", "ymd"), or None.
    year
        The year of dates that have none.
    file
        Name of the file, for messages.

    Raises
    ------
    InputError
        If the dates can be read in two ways. Cells that are no date become faults instead.
    """
    if quick := _iso_moments(column):
        return quick
    stamps = _stamps(column.cells, hint, year)
    order = choose_order(column, stamps, dates, file)
    wrong = _faults(stamps, order)
    empty = Stamp()
    good = [empty if stamp is None or code in wrong else stamp for code, stamp in enumerate(stamps)]
    day = np.array([stamp.dates.get(order or "", math.nan) for stamp in good], dtype=float)
    parts = np.array([(stamp.seconds, stamp.end, stamp.offset) for stamp in good], dtype=float)
    if not len(good):
        parts = np.empty((0, 3))
    faults = column.faults_of_cells(wrong)
    return Moments(column, day, parts[:, 0], parts[:, 1], parts[:, 2], faults, order)


def _iso_moments(column: Column) -> Moments | None:
    """Return the moments of a column of plain ISO dates with times, the usual case, quickly."""
    texts = column.cells
    if not all(isinstance(text, str) and _ISO.fullmatch(text) for text in texts):
        return None
    try:
        times = np.array(texts, dtype="M8[s]")
    except ValueError:
        return None
    day = times.astype("M8[D]")
    years = day.astype("M8[Y]").astype(int) + 1970
    if not len(times) or years.min() < FIRST_YEAR or years.max() > LAST_YEAR:
        return None
    seconds = (times - day).astype(float)
    none = np.full(len(times), np.nan)
    return Moments(column, day.astype(float), seconds, none, none, Faults(), "ymd")


def _stamps(cells: Iterable[Cell], hint: str | None, year: int | None) -> list[Stamp | None]:
    cells = list(cells)
    texts = {text_of(cell) for cell in cells}
    short = hint == "time" and all(re.fullmatch("[0-9]{1,2}", text) for text in texts)
    hours = short and len(texts) > 1 and all(int(text) <= 24 for text in texts)
    if short and (not hours or ("24" in texts and not texts & {"0", "00"})):
        # 1 to 48 or 1 to 24 count intervals; where the first begins, the file does not say.
        return [None] * len(cells)
    return [read_stamp(cell, hint=hint, year=year, hours=hours) for cell in cells]


def choose_order(
    column: Column, stamps: list[Stamp | None], dates: str | None, file: str
) -> str | None:
    """Return the one order of day and month that reads a column, or the best one.

    Raises
    ------
    InputError
        If two orders read every date, and differently.
    """
    dated = [(code, stamp) for code, stamp in enumerate(stamps) if stamp and stamp.shape]
    if not dated:
        return None
    if dates is not None:
        # A year in front can be read in one way only, whatever order the user names.
        front = all(tuple(stamp.dates) == ("ymd",) for _, stamp in dated)
        return "ymd" if front else dates
    counts = {order: sum(order in stamp.dates for _, stamp in dated) for order in ORDERS}
    most = max(counts.values())
    fitting = [order for order in ORDERS if counts[order] == most]
    # A damaged date must not hide that the sound ones can be read in two ways.
    for code, stamp in dated:
        different = {stamp.dates[order] for order in fitting if order in stamp.dates}
        if len(different) > 1:
            place = int(np.flatnonzero(column.codes == code)[0])
            raise _two_ways(column, place, stamp, fitting, file)
    return fitting[0]


def _two_ways(column: Column, place: int, stamp: Stamp, orders: list[str], file: str) -> InputError:
    readings = " or ".join(
        f"{_date_text(stamp.dates[order])} ({_ORDER_TEXT[order]})"
        for order in orders
        if order in stamp.dates
    )
    flags = " or ".join(f"--dates {order}" for order in orders)
    return InputError(
        f"the dates of column {column.label} can be read in two ways",
        file=file,
        faults=[column.fault(place, f"{readings}")],
        fix=f"Settle it with {flags} (dates=).",
    )


def _date_text(day: int) -> str:
    return (datetime.date(1970, 1, 1) + datetime.timedelta(day)).strftime("%d %B %Y").lstrip("0")


def _faults(stamps: list[Stamp | None], order: str | None) -> dict[int, str]:
    """Return what was expected in each cell that does not read as the rest does."""
    found = [stamp for stamp in stamps if stamp is not None]
    kinds = [(bool(stamp.shape), not math.isnan(stamp.seconds)) for stamp in found]
    kind = max(set(kinds), key=kinds.count) if kinds else (True, True)
    what = {(True, True): "a date and a time", (True, False): "a date"}.get(kind, "a time of day")
    shapes = [stamp.shape for stamp in found if stamp.shape]
    shape = max(set(shapes), key=shapes.count) if shapes else ""
    twelve = [stamp.twelve for stamp in found]
    half_day = sum(twelve) * 2 > len(twelve)
    zoned = sum(not math.isnan(stamp.offset) for stamp in found) * 2 > len(found)
    ranged = sum(not math.isnan(stamp.end) for stamp in found) * 2 > len(found)
    wrong: dict[int, str] = {}
    for code, stamp in enumerate(stamps):
        if stamp is None:
            wrong[code] = f"expected {what}"
        elif (bool(stamp.shape), not math.isnan(stamp.seconds)) != kind:
            wrong[code] = f"expected {what}, as in the rest of the column"
        elif stamp.shape and not stamp.dates:
            wrong[code] = "expected a date that falls on that weekday"
        elif stamp.shape and order not in stamp.dates:
            wrong[code] = f"expected a date as {_ORDER_TEXT[order or 'ymd']}, as in the other rows"
        elif stamp.yearless:
            wrong[code] = "expected a date with a year, or the year with --year (year=)"
        elif stamp.shape != shape:
            wrong[code] = "expected a date written as in the other rows; this is a second way"
        elif kind[1] and stamp.twelve != half_day:
            wrong[code] = "expected AM or PM in every time of the column or in none"
        elif kind[1] and (not math.isnan(stamp.offset)) != zoned:
            wrong[code] = "expected an offset from UTC in every time of the column or in none"
        elif kind[1] and (not math.isnan(stamp.end)) != ranged:
            wrong[code] = "expected a range of times in every row of the column or in none"
    return wrong
