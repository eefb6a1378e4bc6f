"""CSV in any usual dialect: encoding, delimiter, quotes, and rows of one width."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from erlangplan.errors import SHOWN_FAULTS, Fault, InputError
from erlangplan.files.tables import (
    TOP_ROWS,
    Cell,
    Column,
    Faults,
    IntArray,
    Table,
    column_of,
    table_of_rows,
    text_of,
)

__all__ = ["read_csv"]

BULK_BYTES = 500_000
SAMPLE_ROWS = 200
_DELIMITERS = "\t;|,"
_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_csv(data: bytes, file: str, *, encoding: str | None, delimiter: str | None) -> Table:
    """Return the table of a CSV file.

    Parameters
    ----------
    data
        The whole file.
    file
        Its name, for messages.
    encoding, delimiter
        What the user said about it; None to find out.

    Raises
    ------
    InputError
        If the bytes are not text, or the rows do not have one width.
    """
    if encoding is None and len(data) > BULK_BYTES and data.isascii():
        table = _bulk_of_bytes(data, file, delimiter)
        if table is not None:
            return table
    text, notes = _decode(data, file, encoding)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    skipped, text, declared = _take_sep_line(text)
    if not text or text.isspace():
        raise InputError("the file is empty", file=file)
    separator = _NAMES.get(delimiter or "", delimiter) or declared or _find_delimiter(text)
    if separator is not None and len(separator) != 1:
        raise ValueError(f"delimiter must be one character, got {delimiter!r}")
    if len(text) > BULK_BYTES and separator and '"' not in text:
        return _bulk_table(text.encode(), file, separator, skipped, notes)
    rows, numbers = _split(text, file, separator, skipped)
    return table_of_rows(
        file, rows, numbers, ragged=_refuse_ragged(file), delimiter=separator, notes=notes
    )


def _decode(data: bytes, file: str, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    named = encoding or next((name for bom, name in _BOMS if data.startswith(bom)), None)
    for name in [named] if named else ["utf-8", *_wide_guess(data), "cp1252"]:
        try:
            text = data.decode(name)
        except (UnicodeError, LookupError):
            continue
        text = text.removeprefix("\ufeff")
        # Binary data shows early; a stray mark further down fails where it stands.
        if "\0" not in text and not _CONTROL.search(text, 0, 100_000):
            return text, (() if name in ("utf-8", "utf-8-sig") else (f"encoding {name}",))
    reading = f"as {named}" if named else "as UTF-8, UTF-16 or Windows-1252"
    raise InputError(
        f"this is not a text file that can be read {reading}, nor a workbook",
        file=file,
        fix="Name its encoding with --encoding (encoding=), or save it as CSV UTF-8 or .xlsx.",
    )


def _wide_guess(data: bytes) -> list[str]:
    zeros = data[:2000].count(0)
    if 3 * zeros < len(data[:2000]) or len(data) % 2:
        return []
    return ["utf-16-le" if data[1:2000:2].count(0) > zeros // 2 else "utf-16-be"]


def _take_sep_line(text: str) -> tuple[int, str, str | None]:
    match = re.match(r'"?sep=(.)"?[;,\t]*\n', text, re.IGNORECASE)
    return (1, text[match.end() :], match[1]) if match else (0, text, None)


def _find_delimiter(text: str) -> str | None:
    sample = "\n".join(text[: 400 * SAMPLE_ROWS].split("\n")[:SAMPLE_ROWS])
    best, chosen = 0.0, None
    for delimiter in _DELIMITERS:
        if delimiter not in sample:
            continue
        try:
            rows = [row for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows)
        # A total or title line is narrower, so the share of rows of the usual width decides.
        share = max((n / len(rows) for width, n in widths.items() if width > 1), default=0.0)
        if share > best:
            best, chosen = share, delimiter
    return chosen


def _split(
    text: str, file: str, delimiter: str | None, skipped: int
) -> tuple[list[list[Cell]], list[int]]:
    rows: list[list[Cell]] = []
    numbers = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter or ",", strict=True)
    before = 0
    try:
        for row in reader:
            cells: list[Cell] = [cell.strip(" \t\n\xa0") for cell in row]
            if any(cells):
                rows.append(cells)
                numbers.append(before + 1 + skipped)
            before = reader.line_num
    except csv.Error as error:
        raise InputError(
            "the quotes of a cell do not close, or a cell is far too long",
            file=file,
            faults=[Fault(str(error), before + 1 + skipped)],
        ) from None
    if not rows:
        raise InputError("the file is empty", file=file)
    return rows, numbers


class _refuse_ragged:
    """Objects to rows that are shorter than the header, or hold more cells than it."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __call__(self, rows: Sequence[Sequence[Cell]], numbers: Sequence[int], width: int) -> None:
        wrong = [at for at, row in enumerate(rows) if len(row) < width or any(row[width:])]
        if wrong:
            first = [
                Fault(
                    f"expected {width} cells, got {len(rows[at])}",
                    numbers[at],
                    value=text_of(rows[at][0]),
                )
                for at in wrong[:SHOWN_FAULTS]
            ]
            raise Faults(tuple(first), len(wrong)).error(
                "the rows do not have one width",
                self.file,
                "Mend the rows, or name the delimiter with --delimiter (delimiter=).",
            )


def _bulk_of_bytes(data: bytes, file: str, delimiter: str | None) -> Table | None:
    """Return the table of a large file of plain bytes, which then need no decoding, else None."""
    if b"\0" in data or data[:5].lower().strip(b'"').startswith(b"sep"):
        return None
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    sample = data[: 400 * SAMPLE_ROWS].decode()
    separator = _NAMES.get(delimiter or "", delimiter) or _find_delimiter(sample)
    if separator is None or len(separator) != 1 or _CONTROL.search(sample) or sample.isspace():
        return None
    if b'"' in data and not _plainly_quoted(data, separator.encode()):
        return None
    return _bulk_table(data, file, separator, 0, ())


def _plainly_quoted(data: bytes, delimiter: bytes) -> bool:
    """Tell whether every quote opens or closes a whole cell."""
    ends = (delimiter + b'"', b'\n"', b'"' + delimiter, b'"\n', b'"\r')
    outer = data.startswith(b'"') + data.endswith(b'"')
    return data.count(b'"') == sum(data.count(end) for end in ends) + outer


def _bulk_table(
    data: bytes, file: str, delimiter: str, skipped: int, notes: tuple[str, ...]
) -> Table:
    lines = data[: 400 * TOP_ROWS].split(b"\n")[:TOP_ROWS]
    top, numbers = _split(b"\n".join(lines).decode(errors="ignore"), file, delimiter, skipped)

    def body(first: int, labels: Sequence[str], numeric: frozenset[int]) -> tuple[Column, ...]:
        for wanted in dict.fromkeys((numeric, frozenset[int]())):
            frame = _parse(data, delimiter, first - 1 - skipped, len(labels), wanted)
            if frame is not None:
                rows = np.arange(first, first + len(frame), dtype=np.int64)
                return tuple(
                    _column(frame[position], label, rows) for position, label in enumerate(labels)
                )
        all_rows, all_numbers = _split(data.decode(), file, delimiter, skipped)
        slow = table_of_rows(file, all_rows, all_numbers, ragged=_refuse_ragged(file))
        return slow.body(first, labels, numeric)

    return Table(file, top, numbers, body, delimiter, None, notes)


def _parse(
    data: bytes, delimiter: str, skip: int, width: int, numeric: frozenset[int]
) -> pd.DataFrame | None:
    """Return the columns as pandas' own reader splits them, or None where it may differ."""
    kinds = {place: "float64" if place in numeric else "category" for place in range(width)}
    rest = io.BytesIO(data)
    # Skipping rows by seeking leaves pandas on its faster way.
    for _ in range(skip):
        rest.readline()
    try:
        frame = pd.read_csv(
            rest,
            sep=delimiter,
            header=None,
            dtype=kinds,
            na_filter=False,
            low_memory=bool(numeric),
            skip_blank_lines=False,
        )
    except (ValueError, pd.errors.ParserError):
        return None
    if frame.shape[1] != width or not all(
        np.isfinite(frame[place].to_numpy()).all() for place in numeric if place < width
    ):
        return None
    # A line break within quotes would shift the numbers of all rows after it.
    if len(frame) != data.count(b"\n") - skip + (not data.endswith(b"\n")):
        return None
    last = frame[width - 1]
    # A short row shows as an empty last cell; only then must the commas be counted.
    if isinstance(last.dtype, pd.CategoricalDtype):
        if (last.cat.codes < 0).any():
            return None
        if "" in last.cat.categories and not _even(data, delimiter, skip, width):
            return None
    return frame


def _even(data: bytes, delimiter: str, skip: int, width: int) -> bool:
    if ord(delimiter) > 127 or b'"' in data:
        return False
    marks = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(marks == 10)[skip:]
    commas = np.flatnonzero(marks == ord(delimiter))
    seen = np.searchsorted(commas, ends)
    start = np.searchsorted(commas, np.flatnonzero(marks == 10)[skip - 1]) if skip else 0
    counts = np.diff(seen, prepend=start)
    rest = len(commas) - seen[-1] if len(ends) else len(commas)
    unfinished = not data.endswith(b"\n")
    return bool((counts == width - 1).all() and rest == (width - 1 if unfinished else 0))


def _column(series: pd.Series, label: str, rows: IntArray) -> Column:
    if not isinstance(series.dtype, pd.CategoricalDtype):
        numbers = series.to_numpy(dtype=float)
        return Column(label, rows, np.empty(0, np.int64), (), numbers)
    texts = [str(text).strip(" \t\xa0") for text in series.cat.categories]
    merged = column_of(label, texts, np.arange(len(texts), dtype=np.int64))
    codes = series.cat.codes.to_numpy()
    if len(merged.cells) < len(texts):
        codes = merged.codes[codes]
    return Column(label, rows, codes, merged.cells)
