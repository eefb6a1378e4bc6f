"""Workbooks: recognised by their first bytes, measured before they are opened."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from erlangplan.errors import InputError
from erlangplan.files.tables import Cell, Table, table_of_rows

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["is_workbook", "read_sheets"]

MOST_BYTES = 400_000_000
MOST_ENTRIES = 2_000
MOST_CELLS = 20_000_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFERENCE = re.compile(rb'\br="([A-Z]{0,3})([0-9]{1,9})"')
_REPEAT = re.compile(rb'number-(rows|columns)-repeated="([0-9]+)"')


def is_workbook(data: bytes) -> bool:
    """Tell whether the bytes are a workbook, by their content."""
    return data.startswith((_ZIP, _OLE))


def read_sheets(data: bytes, file: str, sheet: str | None) -> list[Table]:
    """Return the tables of a workbook's sheets that hold anything.

    Parameters
    ----------
    data
        The whole file.
    file
        Its name, for messages.
    sheet
        The only sheet wanted, by name or by number (1 is the first); None for all.

    Raises
    ------
    InputError
        If it is damaged, too large, protected, or has no such sheet.
    """
    if data.startswith(_ZIP):
        _measure(data, file)
    book = _open(data, file)
    names = book.sheet_names
    if sheet is not None:
        names = [_choose(names, sheet, file)]
    tables = [_table(book, name, file) for name in names]
    found = [table for table in tables if table is not None]
    if not found:
        raise InputError("the workbook is empty", file=file)
    return found


def _choose(names: list[str], sheet: str, file: str) -> str:
    by_fold = {name.casefold(): name for name in names}
    if str(sheet).casefold() in by_fold:
        return by_fold[str(sheet).casefold()]
    if str(sheet).isdecimal() and 1 <= int(sheet) <= len(names):
        return names[int(sheet) - 1]
    shown = ", ".join(repr(name) for name in names[:10])
    raise InputError(f"there is no sheet {sheet!r}", file=file, fix=f"The sheets are {shown}.")


def _measure(data: bytes, file: str) -> None:
    """Refuse a workbook that would not fit in memory, whatever sizes it declares."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise InputError(f"a workbook of {len(entries):,} parts is refused", file=file)
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise _too_large(file)
            room = MOST_BYTES
            for entry in entries:
                part = _inflate(data, entry, room, file)
                room -= len(part)
                if entry.filename.endswith(".bin") and "worksheets" in entry.filename:
                    raise InputError(
                        "binary workbooks (.xlsb) are not read",
                        file=file,
                        fix="Save it as .xlsx.",
                    )
                if entry.filename.endswith(".xml"):
                    _refuse_wide_spread(part, entry.filename, file)
    except InputError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, zlib.error):
        raise _damaged(file) from None


def _inflate(data: bytes, entry: zipfile.ZipInfo, room: int, file: str) -> bytes:
    # The archive's own sizes may lie, so the bytes are inflated under a limit of ours.
    header = data[entry.header_offset : entry.header_offset + 30]
    if len(header) < 30 or entry.flag_bits & 1:
        raise _damaged(file)
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = entry.header_offset + 30 + names
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        part = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        part = zlib.decompressobj(-15).decompress(packed, room + 1)
    else:
        raise _damaged(file)
    if len(part) > room:
        raise _too_large(file)
    return part


def _refuse_wide_spread(part: bytes, name: str, file: str) -> None:
    # The reader lays a sheet out from its first to its last cell, so two far cells are enough.
    height = width = 0
    if "worksheets/" in name:
        for letters, digits in set(_REFERENCE.findall(part)):
            height = max(height, int(digits))
            number = 0
            for letter in letters:
                number = 26 * number + letter - 64
            width = max(width, number)
    elif name == "content.xml":
        repeats = [(kind, int(count)) for kind, count in _REPEAT.findall(part)]
        height = sum(count for kind, count in repeats if kind == b"rows" and count < 1_000_000)
        width = max((count for kind, count in repeats if kind == b"columns"), default=0)
        width = 0 if width < 16_000 else width
    if height * width > MOST_CELLS:
        raise _too_large(file)


def _too_large(file: str) -> InputError:
    return InputError("the workbook would unpack to far more than a forecast needs", file=file)


def _damaged(file: str) -> InputError:
    return InputError(
        "the workbook is damaged, protected, or not a workbook",
        file=file,
        fix="Open it in a spreadsheet program and save it as .xlsx or as CSV UTF-8.",
    )


def _open(data: bytes, file: str) -> CalamineWorkbook:
    from python_calamine import CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except BaseException as error:
        raise _reader_failed(error, file) from None


def _reader_failed(error: BaseException, file: str) -> BaseException:
    """Return the error to raise: the reader's panics do not derive from Exception."""
    stops = isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError)
    return error if stops else _damaged(file)


def _table(book: CalamineWorkbook, name: str, file: str) -> Table | None:
    try:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            raise _too_large(file)
        raw = sheet.to_python(skip_empty_area=False)
        _fill_merged(raw, sheet.merged_cell_ranges or [])
    except InputError:
        raise
    except BaseException as error:
        raise _reader_failed(error, file) from None
    rows: list[list[Cell]] = []
    numbers = []
    for number, line in enumerate(raw, start=1):
        cells = [_cell(value) for value in line]
        if any(cell != "" for cell in cells):
            rows.append(cells)
            numbers.append(number)
    if not rows:
        return None
    return table_of_rows(file, rows, numbers, sheet=name)


def _fill_merged(
    raw: list[list[Any]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    """Repeat a cell that is merged downwards, such as a day beside its intervals, in its rows."""
    for (top, column), (bottom, _) in ranges:
        for row in raw[top + 1 : bottom + 1]:
            if column < len(row):
                row[column] = raw[top][column]


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, datetime.date):
        return f"{value.isoformat()}T00:00"
    if isinstance(value, datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return _clock(value)
    return str(value).replace("\xa0", " ").strip()


def _clock(length: datetime.timedelta) -> str:
    total = length // datetime.timedelta(microseconds=1)
    sign, total = ("-", -total) if total < 0 else ("", total)
    seconds, micro = divmod(total, 1_000_000)
    fraction = f".{micro:06d}".rstrip("0") if micro else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"
