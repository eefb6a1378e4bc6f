"""Numbers and durations: one format per column, decided on the whole column."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.tables import Cell, Column, Faults, FloatArray, IntArray, text_of
from erlangplan.units import parse_duration

__all__ = [
    "MISSING", "NumberStyle", "find_style", "has_clocks", "read_amounts", "read_durations",
    "read_numbers",
]  # fmt: skip

MISSING = frozenset(
    {
        "",
        "-",
        "--",
        "\u2013",
        "\u2014",
        "n/a",
        "#n/a",
        "na",
        "nan",
        "null",
        "none",
        "#div/0!",
        "#wert!",
    }
)
_SPACES = " \u00a0\u2007\u2009\u202f"
_APOSTROPHES = "'\u2019"
_ENDING = r"(?:[eE][+-]?[0-9]{1,4})?"


def _pattern(point: str, comma: str) -> re.Pattern[str]:
    grouped = "|".join(
        rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+"
        for mark in (comma, f"[{_SPACES}]", f"[{_APOSTROPHES}]")
    )
    body = rf"(?:{grouped}|[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+"
    return re.compile(rf"[+-]?(?:{body}){_ENDING}")


_PATTERNS = {".": _pattern(r"\.", ","), ",": _pattern(",", r"\.")}
_DROP = {
    mark: str.maketrans("", "", other + _SPACES + _APOSTROPHES)
    for mark, other in ((".", ","), (",", "."))
}
_PLAIN = frozenset("0123456789.+-eE")
_IS_CLOCK = re.compile(r":|[0-9]\s*(?:s|sec|m|min|h)\.?$", re.IGNORECASE)
_CLOCK = re.compile(r"([0-9]*):([0-5][0-9])(?::([0-5][0-9](?:[.,][0-9]*)?))?")


@dataclass(frozen=True)
class NumberStyle:
    """How a file writes numbers: its decimal mark, and whether it was seen or only supposed."""

    decimal: str
    certain: bool

    def value(self, text: str) -> float:
        """Return the number that a text means, or NaN where it is none."""
        if not _PATTERNS[self.decimal].fullmatch(text):
            return math.nan
        return float(text.translate(_DROP[self.decimal]).replace(",", "."))


_STYLES = {mark: NumberStyle(mark, True) for mark in ".,"}


def find_style(
    columns: Sequence[Column], *, decimal: str | None, comma_separated: bool, file: str
) -> NumberStyle:
    """Return the number style of a file, decided on all of its columns of numbers.

    Parameters
    ----------
    columns
        The columns that hold numbers.
    decimal
        The decimal mark that the user names, or None.
    comma_separated
        Whether commas separate the cells, which makes a decimal comma unlikely.
    file
        Name of the file, for messages.

    Raises
    ------
    InputError
        If the columns can be read in two ways, or contradict each other.
    """
    if decimal is not None:
        return _STYLES[decimal]
    plain: dict[str, list[tuple[Column, IntArray]]] = {".": [], ",": []}
    doubtful: list[tuple[Column, int]] = []
    for column in columns:
        told = {mark: rows for mark in ".," if len(rows := _only(column, mark))}
        for mark, rows in told.items():
            plain[mark].append((column, rows))
        if not told and (place := _two_readings(column)) is not None:
            doubtful.append((column, place))
    certain = [mark for mark in ".," if plain[mark]]
    if len(certain) == 2:
        # Some cells are damaged; what most rows say shows which.
        certain.sort(key=lambda mark: -sum(len(rows) for _, rows in plain[mark]))
        if doubtful:
            raise _two_marks(plain[certain[1]], certain[0], file)
    elif doubtful and comma_separated == (certain == [","]):
        raise _ambiguous(*doubtful[0], file)
    return _STYLES[certain[0]] if certain else NumberStyle(".", False)


def _only(column: Column, mark: str) -> IntArray:
    """Return the rows whose cells are a number with this decimal mark and none with the other."""
    this, other = _PATTERNS[mark], _PATTERNS["." if mark == "," else ","]
    codes = [
        code
        for code, cell in enumerate(column.cells)
        if isinstance(cell, str) and this.fullmatch(cell) and not other.fullmatch(cell)
    ]
    return np.flatnonzero(np.isin(column.codes, codes)) if codes else np.empty(0, np.int64)


def _two_marks(damaged: list[tuple[Column, IntArray]], mark: str, file: str) -> InputError:
    name = "comma" if mark == "," else "point"
    faults = sum(
        (
            column.faults_at(rows, lambda _: f"expected a decimal {name}")
            for column, rows in damaged
        ),
        Faults(),
    )
    return faults.error(
        f"some numbers are not written with a decimal {name}, as most are",
        file,
        "Mend them, or settle it with --decimal . or --decimal , (decimal=).",
    )


def _two_readings(column: Column) -> int | None:
    present = np.zeros(len(column.cells), dtype=bool)
    present[column.codes[column.codes >= 0]] = True  # rows of totals are gone from the codes
    for code, cell in enumerate(column.cells):
        if present[code] and isinstance(cell, str) and ("." in cell or "," in cell):
            point, comma = _STYLES["."].value(cell), _STYLES[","].value(cell)
            if point != comma and not (math.isnan(point) and math.isnan(comma)):
                return int(np.flatnonzero(column.codes == code)[0])
    return None


def _ambiguous(column: Column, place: int, file: str) -> InputError:
    text = text_of(column.cell(place))
    point, comma = _STYLES["."].value(text), _STYLES[","].value(text)
    return InputError(
        f"the numbers of column {column.label} can be read in two ways",
        file=file,
        faults=[
            column.fault(
                place, f"{point:.15g} with a decimal point, {comma:.15g} with a decimal comma"
            )
        ],
        fix="Settle it with --decimal . or --decimal , (decimal=).",
    )


def read_numbers(
    column: Column, style: NumberStyle, what: str, *, missing: frozenset[str] = frozenset({""})
) -> tuple[FloatArray, Faults]:
    """Return the numbers of a column, NaN where a cell is empty, and the faults.

    Parameters
    ----------
    column
        The column, n rows.
    style
        How the file writes numbers.
    what
        What stands in the column, for messages: "a volume".
    missing
        Texts, in lower case, that stand for an empty cell.
    """
    if column.numbers is not None:
        return column.numbers, Faults()
    if style.decimal == "." and (quick := _plain_numbers(column.cells)) is not None:
        return quick[column.codes], Faults()
    return _by_cell(column, _expected(what, style), missing, style.value)


def read_amounts(
    column: Column, style: NumberStyle, what: str, most: float = math.inf
) -> tuple[FloatArray, Faults]:
    """Return the numbers of a column that must stand in each row, from 0 to `most`."""
    values, _ = read_numbers(column, style, what)
    wrong = ~((values >= 0) & (values <= most))
    return values, column.faults(wrong, f"{_expected(what, style)}, at least 0")


def _expected(what: str, style: NumberStyle) -> str:
    example = "12 or 12.5" if style.decimal == "." else "12 or 12,5"
    return f"expected {what}, a number such as {example}"


def _plain_numbers(cells: Sequence[Cell]) -> FloatArray | None:
    """Return the numbers of cells that hold digits and a decimal point only, else None."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) < len(cells) or not set("".join(texts)) <= _PLAIN:
        return None
    try:
        values = np.fromiter(map(float, texts), dtype=float, count=len(texts))
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def _by_cell(
    column: Column,
    expected: str,
    missing: frozenset[str],
    parse: Callable[[str], float],
) -> tuple[FloatArray, Faults]:
    values = np.full(len(column.cells), math.nan)
    wrong: dict[int, str] = {}
    for code, cell in enumerate(column.cells):
        if isinstance(cell, str):
            if cell.casefold() in missing:
                continue
            values[code] = parse(cell)
        else:
            values[code] = cell
        if not math.isfinite(values[code]):
            wrong[code] = expected
    return values[column.codes], column.faults_of_cells(wrong)


def _with_units(text: str) -> float:
    try:
        return parse_duration(text) if _IS_CLOCK.search(text) and ":" not in text else math.nan
    except InputError:
        return math.nan


def has_clocks(column: Column) -> bool:
    """Tell whether most cells of a column are durations such as 4:05, 0:04:05 or 4m 5s."""
    texts = [cell for cell in column.cells if text_of(cell).casefold() not in MISSING]
    clocks = [cell for cell in texts if isinstance(cell, str) and _IS_CLOCK.search(cell)]
    return 2 * len(clocks) > len(texts)


def read_durations(
    column: Column, style: NumberStyle, unit: float | None, what: str, *, hours_first: bool = False
) -> tuple[FloatArray, Faults]:
    """Return the durations of a column in seconds, NaN where there is none, and the faults.

    Parameters
    ----------
    column
        The column, n rows: seconds, M:SS, or H:MM:SS.
    style
        How the file writes numbers.
    unit
        Seconds per number where the header names a unit, else None for seconds.
    what
        What stands in the column, for messages.
    hours_first
        Read two parts as hours and minutes instead of minutes and seconds.
    """
    if column.numbers is not None:
        return column.numbers * (unit or 1.0), Faults()
    if not has_clocks(column):
        values, faults = read_numbers(column, style, f"{what} in seconds", missing=MISSING)
        return values * (unit or 1.0), faults

    def parse(text: str) -> float:
        match = _CLOCK.fullmatch(text)
        if match is None:
            return _with_units(text)
        first, second, third = match.groups()
        if third is None:
            scale = 60.0 if hours_first else 1.0
            return scale * (60 * float(first or 0) + float(second))
        return 3600 * float(first or 0) + 60 * float(second) + float(third.replace(",", "."))

    expected = f"expected {what} as M:SS, H:MM:SS or 4m 5s, as in the rest of the column"
    values, faults = _by_cell(column, expected, MISSING, parse)
    loose = {code: expected for code, cell in enumerate(column.cells) if not isinstance(cell, str)}
    return values, faults + column.faults_of_cells(loose)
