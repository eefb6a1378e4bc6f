"""Forecast files: anything that a planner's system exports, read into a Forecast."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from erlangplan.errors import Fault, InputError
from erlangplan.files.clock import duplicate_faults, find_interval, localise, zone_of
from erlangplan.files.dates import ORDERS
from erlangplan.files.dialects import read_csv
from erlangplan.files.handle_times import average_handle_times, fill_missing
from erlangplan.files.headings import no_column
from erlangplan.files.labels import read_label
from erlangplan.files.layouts import KEYS, Asked, Sheet, read_sheet, sheet_rows
from erlangplan.files.numbers import NumberStyle, find_style, read_numbers
from erlangplan.files.sheets import is_workbook, read_sheets
from erlangplan.files.tables import Column, FloatArray, IntArray, Table, table_of_frame, text_of
from erlangplan.forecast import Forecast
from erlangplan.units import duration_text, parse_duration

__all__ = ["Source", "open_tables", "read_forecast"]

Source = str | os.PathLike[str] | IO[str] | IO[bytes] | pd.DataFrame
MICRO = 1_000_000
_CLOCK_ROLES = frozenset({"length"})


def read_forecast(
    source: Source,
    *,
    map: Mapping[str, str] | None = None,
    tz: str | None = None,
    interval: str | float | None = None,
    aht: str | float | None = None,
    aht_missing: str | None = None,
    decimal: str | None = None,
    dates: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    year: int | None = None,
    queue: str | None = None,
) -> Forecast:
    """Return the forecast that a file or a DataFrame holds, or refuse it.

    Parameters
    ----------
    source
        A path, "-" for standard input, an open file, or a DataFrame. CSV in any usual dialect
        and workbooks are told apart by their content; long and wide layouts, with or without
        a header, by theirs.
    map
        Which column holds what, where the labels do not say: keys `queue`, `start`, `date`,
        `time`, `end`, `interval`, `volume`, `aht`, `handle_time` (a total), `handled`; values
        are labels, or numbers of columns (1 is the first).
    tz
        Name of the centre's time zone. Local times are understood in it, others are shown in it.
    interval
        Length of the intervals (s, or a text such as "30min") where the file leaves it open.
    aht
        Average handle time (s, or text) for every volume that has none.
    aht_missing
        "queue-mean" gives a volume without an AHT the volume-weighted mean of its queue.
    decimal
        The decimal mark, "." or ",", where numbers can be read in two ways.
    dates
        "dmy", "mdy" or "ymd", where dates can be read in two ways.
    encoding, delimiter
        Of a CSV file, where the guess is wrong.
    sheet
        Name or number of the sheet of a workbook.
    year
        Year of dates that have none.
    queue
        Name of the queue where the file has none, "all" otherwise.

    Returns
    -------
    Forecast
        Its `notes` say what was guessed.

    Raises
    ------
    InputError
        If the file cannot be understood, or only in two ways.
    ValueError
        If an argument is out of range.
    """
    asked = _asked(map, dates, year, decimal)
    if aht_missing not in (None, "queue-mean"):
        raise ValueError(f'aht_missing must be "queue-mean" or None, got {aht_missing!r}')
    seconds = None if interval is None else _length(interval, "interval")
    fallback = None if aht is None else _length(aht, "aht")
    zone = zone_of(tz)
    tables = open_tables(source, encoding=encoding, delimiter=delimiter, sheet=sheet)
    read = _choose_sheet(tables, asked)
    zone = zone or tables[0].tz
    return _Reader(read, asked, zone, seconds, fallback, aht_missing is not None, queue).forecast()


def _asked(
    mapping: Mapping[str, str] | None, dates: str | None, year: int | None, decimal: str | None
) -> Asked:
    for key in mapping or {}:
        if key not in KEYS:
            raise ValueError(f"map must have keys of {', '.join(KEYS)}, got {key!r}")
    if dates not in (None, *ORDERS):
        raise ValueError(f"dates must be one of {', '.join(ORDERS)}, got {dates!r}")
    if decimal not in (None, ".", ","):
        raise ValueError(f"decimal must be '.' or ',', got {decimal!r}")
    if year is not None and not 1980 <= year <= 2099:
        raise ValueError(f"year must be from 1980 to 2099, got {year!r}")
    return Asked(dict(mapping or {}), dates, year, decimal)


def _length(value: str | float, name: str) -> float:
    seconds = parse_duration(value)
    if not seconds > 0:
        raise ValueError(f"{name} must be above 0 s, got {value!r}")
    return seconds


def open_tables(
    source: Source,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> list[Table]:
    """Return the tables of a file or a DataFrame: one, or one per sheet of a workbook.

    Raises
    ------
    InputError
        If it cannot be opened or is not a table.
    """
    if isinstance(source, pd.DataFrame):
        if not len(source.columns) or not len(source):
            raise InputError("the frame is empty", file="frame")
        return [table_of_frame(source)]
    data, file = _content(source)
    if not data:
        raise InputError("the file is empty", file=file)
    if is_workbook(data):
        return read_sheets(data, file, sheet)
    return [read_csv(data, file, encoding=encoding, delimiter=delimiter)]


def _content(source: str | os.PathLike[str] | IO[str] | IO[bytes]) -> tuple[bytes, str]:
    if isinstance(source, str) and source == "-":
        return sys.stdin.buffer.read(), "stdin"
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        try:
            return path.read_bytes(), path.name
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError(f"cannot be opened: {reason}", file=str(path)) from None
    content = source.read()
    name = getattr(source, "name", None)
    file = Path(name).name if isinstance(name, str) else "file"
    return (content.encode() if isinstance(content, str) else content), file


def _choose_sheet(tables: list[Table], asked: Asked) -> Sheet:
    if len(tables) == 1:
        return read_sheet(tables[0], asked)
    by_role = _by_title(tables)
    if len(by_role) == 2:
        return _paired(read_sheet(by_role["volume"], asked), read_sheet(by_role["aht"], asked))
    read, errors = [], []
    for table in tables:
        try:
            read.append(read_sheet(table, asked))
        except InputError as error:
            errors.append(error)
    whole = [found for found in read if "volume" in found.columns]
    if len(whole) == 1:
        name = whole[0].table.sheet
        return _noted(whole[0], f"sheet {name!r}")
    if not whole:
        raise (
            errors[0]
            if errors
            else no_column(tables[0], read[0].heading, "no column holds the volume")
        )
    shown = ", ".join(repr(found.table.sheet) for found in whole)
    raise InputError(
        f"the sheets {shown} may all be the forecast",
        file=tables[0].file,
        fix="Name one with --sheet (sheet=).",
    )


def _noted(sheet: Sheet, *notes: str) -> Sheet:
    from dataclasses import replace

    return replace(sheet, notes=(*sheet.notes, *notes))


def _by_title(tables: list[Table]) -> dict[str, Table]:
    """Return the sheets whose names say that they hold volumes or handle times."""
    from erlangplan.files.labels import find_roles

    found: dict[str, list[Table]] = {}
    for table in tables:
        roles = find_roles([table.sheet or ""])
        for role in {"volume", "aht"} & set(roles):
            found.setdefault(role, []).append(table)
    if set(found) == {"volume", "aht"} and all(len(same) == 1 for same in found.values()):
        return {role: same[0] for role, same in found.items()}
    return {}


def _paired(volume: Sheet, aht: Sheet) -> Sheet:
    """Return the sheet of volumes with the averages of another sheet beside them."""
    if "aht" in volume.columns:
        return volume
    column = aht.columns.get("aht", aht.columns.get("volume"))
    if column is None:
        raise no_column(aht.table, aht.heading, "no column holds the average handle time")
    known: dict[tuple[str, float], int] = {}
    for place, key in enumerate(_keys(aht)):
        if key in known:
            fault = column.fault(place, f"the same interval as in row {column.rows[known[key]]}")
            raise InputError("an interval stands twice", file=aht.table.file, faults=[fault])
        known[key] = place
    places = [known.get(key, -1) for key in _keys(volume)]
    cells = [column.cell(place) if place >= 0 else "" for place in places]
    from dataclasses import replace

    from erlangplan.files.tables import column_of

    title = f"{aht.table.sheet}"
    beside = column_of(title, cells, volume.when.rows if volume.when else np.empty(0, np.int64))
    note = f"volumes from sheet {volume.table.sheet!r}, AHT from sheet {title!r}"
    return replace(
        volume,
        columns={**volume.columns, "aht": beside},
        faults=(*volume.faults, *aht.faults),
        notes=(*volume.notes, note),
    )


def _keys(sheet: Sheet) -> list[tuple[str, float]]:
    queue = sheet.columns.get("queue")
    names = (
        [""] * len(sheet)
        if queue is None
        else [text_of(queue.cell(row)) for row in range(len(sheet))]
    )
    return list(zip(names, sheet.local.tolist(), strict=True))


class _Reader:
    """The way from a sheet taken apart to a Forecast."""

    def __init__(
        self,
        sheet: Sheet,
        asked: Asked,
        tz: str | None,
        interval: float | None,
        aht: float | None,
        by_queue: bool,
        queue: str | None,
    ) -> None:
        self.sheet, self.asked, self.tz = sheet, asked, tz
        self.interval, self.aht, self.by_queue = interval, aht, by_queue
        self.queue = queue or "all"
        self.file = sheet.table.file
        self.notes: list[str] = []
        self.style = NumberStyle(".", False)

    def forecast(self) -> Forecast:
        if "volume" not in self.sheet.columns:
            raise no_column(self.sheet.table, self.sheet.heading, "no column holds the volume")
        self._refuse(list(self.sheet.faults))
        self.style = self._find_style()
        codes, names = self._queues()
        volume = self._volumes()
        aht, column, faults, notes = average_handle_times(
            self.sheet, volume, self.style, fallback=self.aht is not None
        )
        self._refuse(faults)
        self.notes += notes
        utc, local, keep = self._instants(codes, volume)
        if not keep.all():
            self.sheet = sheet_rows(self.sheet, keep)
            codes, volume, aht, utc, local = (
                part[keep] for part in (codes, volume, aht, utc, local)
            )
            column = column and column.take(keep)
        assert self.sheet.when is not None
        self._refuse_twice(codes, utc)
        aht, notes = fill_missing(
            aht,
            volume,
            codes,
            names,
            column or self.sheet.columns["volume"],
            given=self.aht,
            by_queue=self.by_queue,
            file=self.file,
        )
        length = find_interval(
            self.sheet.when, codes, utc, local, self._lengths(), self.interval, self.file
        )
        self._check_bare_length(length)
        table = pd.DataFrame(
            {
                "queue": pd.Categorical.from_codes(codes, names),
                "start": self._starts(utc),
                "volume": volume,
                "aht": aht,
            }
        )
        told = (self._headline(len(table), length), *self.sheet.table.notes, *self.sheet.notes)
        gaps = _gap_notes(codes, utc, local, length, names)
        return Forecast(table, length, self.file, (*told, *self.notes, *notes, *gaps))

    def _refuse(self, faults: list[Fault]) -> None:
        if faults:
            ordered = sorted(faults, key=lambda fault: (fault.row or 0, fault.column or ""))
            yearless = any(" no year" in fault.expected for fault in ordered)
            raise InputError(
                f"{len(ordered):,} cell{'s' * (len(ordered) > 1)} cannot be read",
                file=self.file,
                faults=ordered,
                fix="Name the year with --year (year=)." if yearless else None,
            )

    def _find_style(self) -> NumberStyle:
        columns = [
            column
            for role, column in self.sheet.columns.items()
            if role not in ("queue", "length", "outcome", "end")
            and column.numbers is None
            and not any(isinstance(cell, str) and ":" in cell for cell in column.cells)
        ]
        comma = self.sheet.table.delimiter == ","
        return find_style(
            columns, decimal=self.asked.decimal, comma_separated=comma, file=self.file
        )

    def _queues(self) -> tuple[IntArray, list[str]]:
        column = self.sheet.columns.get("queue")
        if column is None or all(cell == "" for cell in column.cells):
            return np.zeros(len(self.sheet), dtype=np.int64), [self.queue]
        blank = {
            code: "expected the name of a queue"
            for code, cell in enumerate(column.cells)
            if cell == ""
        }
        self._refuse(column.faults_of_cells(blank))
        names = [text_of(cell) for cell in column.cells]
        used = sorted({names[code] for code in np.unique(column.codes)})
        place = {name: number for number, name in enumerate(used)}
        recode = np.array([place.get(name, 0) for name in names], dtype=np.int64)
        return recode[column.codes], used

    def _volumes(self) -> FloatArray:
        column = self.sheet.columns["volume"]
        volume, faults = read_numbers(column, self.style, "a volume")
        expected = "expected a volume, a number of at least 0"
        if not volume.min() >= 0 or not volume.max() <= 1e9:
            bad = {fault.row for fault in faults}
            wrong = ~((volume >= 0) & (volume <= 1e9)) & ~np.isin(column.rows, list(bad))
            faults += column.faults(wrong, expected)
        self._refuse(faults)
        return volume

    def _instants(
        self, codes: IntArray, volume: FloatArray
    ) -> tuple[IntArray, IntArray, FloatArray | np.ndarray]:  # type: ignore[type-arg]
        sheet = self.sheet
        local = np.rint(sheet.local * MICRO).astype(np.int64)
        keep = np.ones(len(local), dtype=bool)
        if np.isfinite(sheet.offset).any():
            utc = local - np.rint(sheet.offset * MICRO).astype(np.int64)
            self.tz = self.tz or "UTC"
            shown = pd.DatetimeIndex(utc.view("M8[us]")).tz_localize("UTC").tz_convert(self.tz)
            return utc, np.asarray(shown.tz_localize(None).as_unit("us").asi8), keep
        if self.tz is None:
            return local, local, keep
        instants = localise(local, codes, self.tz)
        assert sheet.when is not None
        skipped = instants.skipped & ~(sheet.wide & (volume == 0))
        expected = f"expected a time that exists; the DST change of {self.tz} skips it"
        self._refuse(sheet.when.faults(skipped, expected))
        keep &= ~instants.skipped & ~instants.single
        if instants.single.any():
            day = str(local[instants.single][0].view("M8[us]").astype("M8[D]"))
            count = int(instants.single.sum())
            self.notes.append(
                f"the file held one cell for the hour that the DST change repeats ({day}); "
                f"left out {count} interval{'s' * (count > 1)}"
            )
        return instants.ticks, local, keep

    def _refuse_twice(self, codes: IntArray, utc: IntArray) -> None:
        assert self.sheet.when is not None
        faults = duplicate_faults(self.sheet.when, codes, utc)
        if faults:
            raise InputError(
                "an interval stands twice",
                file=self.file,
                faults=faults,
                fix="Name the centre's time zone with --tz (tz=) if a DST change repeats the hour, "
                "or the column that tells the queues apart with --map queue=... (map=)."
                if self.tz is None
                else "Name the column that tells the queues apart with --map queue=... (map=).",
            )

    def _lengths(self) -> FloatArray:
        sheet = self.sheet
        if "length" in sheet.columns:
            return _length_column(sheet.columns["length"], self.file)
        lengths = sheet.end - sheet.local
        known = np.isfinite(lengths)
        if known.any():
            values, counts = np.unique(lengths[known], return_counts=True)
            usual = values[np.argmax(counts)]
            # An end on the far side of a DST change is an hour off on the wall clock.
            if self.tz is not None or np.isfinite(sheet.offset).any():
                lengths = np.where(np.abs(lengths - usual) == 3600, np.nan, lengths)
        return lengths

    def _check_bare_length(self, length: float) -> None:
        column = self.sheet.columns.get("length")
        if column is None:
            return
        for code, cell in enumerate(column.cells):
            if (value := _bare(cell)) is not None and length not in (value, 60 * value):
                place = int(np.flatnonzero(column.codes == code)[0])
                raise InputError(
                    "the length of the intervals contradicts their starts",
                    file=self.file,
                    faults=[column.fault(place, f"expected {duration_text(length)}")],
                    fix="Name the length with --interval (interval=).",
                )

    def _starts(self, utc: IntArray) -> pd.DatetimeIndex:
        times = pd.DatetimeIndex(utc.view("M8[us]"))
        return times if self.tz is None else times.tz_localize("UTC").tz_convert(self.tz)

    def _headline(self, count: int, length: float) -> str:
        words = {900.0: "quarter-hours", 1800.0: "half-hours", 3600.0: "hours", 86400.0: "days"}
        what = words.get(length, f"intervals of {duration_text(length)}")
        parts = [f"{count:,} {what}"]
        table = self.sheet.table
        if table.delimiter:
            parts.append({"\t": "tabs"}.get(table.delimiter, repr(table.delimiter)))
        if self.style.decimal == ",":
            parts.append("decimal comma")
        parts.append(self.tz or "no time zone")
        return ", ".join(parts)


def _bare(cell: object) -> float | None:
    text = text_of(cell) if isinstance(cell, str | float) else ""
    return float(text) if text.isdecimal() else None


def _length_column(column: Column, file: str) -> FloatArray:
    unit = read_label(column.label).unit
    lengths = np.full(len(column.cells), np.nan)
    wrong = {}
    bare = [_bare(cell) for cell in column.cells]
    for code, cell in enumerate(column.cells):
        number = bare[code]
        if number is not None:
            # One bare number may be minutes or seconds; the starts decide.
            several = len(set(bare)) > 1
            lengths[code] = number * unit if unit else 60 * number if several else np.nan
            continue
        try:
            lengths[code] = _iso_or_plain(text_of(cell))
        except InputError:
            wrong[code] = "expected the length of an interval, such as 30min"
    if wrong:
        faults = column.faults_of_cells(wrong)
        raise InputError("the length of an interval cannot be read", file=file, faults=faults)
    return lengths[column.codes]


def _iso_or_plain(text: str) -> float:
    plain = text.strip().lower().removeprefix("pt")
    if plain.count(":") == 1:
        plain += ":00"
    return parse_duration(plain)


def _gap_notes(
    codes: IntArray, utc: IntArray, local: IntArray, length: float, names: list[str]
) -> list[str]:
    order = np.lexsort((utc, codes))
    same = np.diff(codes[order]) == 0
    gaps = np.diff(utc[order]) / MICRO
    # A day may have 23 or 25 hours.
    wide = same & (gaps > length + (3600 if length > 7200 else 0))
    if not wide.any():
        return []
    missing = int(np.rint(gaps[wide] / length - 1).sum())
    first = int(np.flatnonzero(wide)[0])
    when = str((local[order][first] + np.int64(length * MICRO)).view("M8[us]").astype("M8[m]"))
    queue = f" in {names[codes[order][first]]}" if len(names) > 1 else ""
    return [
        f"{missing:,} interval{'s' * (missing > 1)} missing between the first and the last "
        f"(the first gap starts {when.replace('T', ' ')}{queue}); gaps are not filled"
    ]
