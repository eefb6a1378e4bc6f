"""Tables: what a CSV file, a workbook or a DataFrame holds, before anyone asks what it means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from erlangplan.errors import SHOWN_FAULTS, Fault, InputError

__all__ = [
    "Cell", "Column", "Faults", "Table", "column_of", "table_of_frame", "table_of_rows", "text_of",
]  # fmt: skip

Cell = str | float
IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
TOP_ROWS = 60


def text_of(cell: Cell) -> str:
    """Return a cell as text; numbers lose needless zeros."""
    return cell if isinstance(cell, str) else f"{cell:.15g}"


@dataclass(frozen=True)
class Faults:
    """How many places of a file cannot be used, and the first of them: those that are shown."""

    first: tuple[Fault, ...] = ()
    count: int = 0

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return self.count > 0

    def __add__(self, other: Faults) -> Faults:
        """Return the faults of both, in the order of rows."""
        both = sorted((*self.first, *other.first), key=lambda f: (f.row or 0, f.column or ""))
        return Faults(tuple(both[:SHOWN_FAULTS]), self.count + other.count)

    def error(self, what: str, file: str, fix: str | None = None) -> InputError:
        """Return the error that says what is wrong, how often, and where first."""
        more = self.count > len(self.first)
        said = f"{what}; the first {len(self.first)} of {self.count:,}:" if more else what
        return InputError(said, file=file, faults=self.first, fix=fix)


@dataclass(frozen=True, eq=False)
class Column:
    """One column: its different cells, which of them stands in each row, and where the rows are.

    A cell is a text, or a float where a workbook or a DataFrame holds a number. A column that
    the bulk reader has turned into numbers already has them in `numbers` instead of cells.
    `labels` and `which` name the source column of each row where a wide sheet was stacked.
    """

    label: str
    rows: IntArray
    codes: npt.NDArray[np.integer]
    cells: tuple[Cell, ...]
    numbers: FloatArray | None = None
    labels: tuple[str, ...] = ()
    which: IntArray | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def cell(self, index: int) -> Cell:
        """Return what stands in a row (counted from 0)."""
        if self.numbers is not None:
            return float(self.numbers[index])
        return self.cells[int(self.codes[index])]

    def fault(self, index: int, expected: str) -> Fault:
        """Return the fault of a row (counted from 0)."""
        label = self.label if self.which is None else self.labels[self.which[index]]
        return Fault(expected, int(self.rows[index]), label[:40], text_of(self.cell(index)))

    def faults(self, wrong: BoolArray, expected: str) -> Faults:
        """Return the faults of the rows that `wrong` marks."""
        return self.faults_at(np.flatnonzero(wrong), lambda _: expected)

    def faults_of_cells(self, expected: dict[int, str]) -> Faults:
        """Return the faults of the rows whose cell is named (by its code) in `expected`."""
        if not expected:
            return Faults()
        found = np.flatnonzero(np.isin(self.codes, list(expected)))
        return self.faults_at(found, lambda index: expected[int(self.codes[index])])

    def faults_at(self, found: IntArray, expected: Callable[[int], str]) -> Faults:
        """Return the faults of rows by their numbers (from 0), with what was expected in each."""
        shown = np.sort(found)[:SHOWN_FAULTS].tolist()
        return Faults(tuple(self.fault(index, expected(index)) for index in shown), len(found))

    def take(self, keep: BoolArray) -> Column:
        """Return the column with only the rows that `keep` marks."""
        return Column(
            self.label,
            self.rows[keep],
            self.codes if self.numbers is not None else self.codes[keep],
            self.cells,
            None if self.numbers is None else self.numbers[keep],
            self.labels,
            None if self.which is None else self.which[keep],
        )


@dataclass(frozen=True, eq=False)
class Table:
    """A file as rows of cells: the first rows at hand, the columns on demand.

    `top` holds the first rows and `numbers` their row numbers in the file. `body(first, labels,
    numeric)` returns the columns from row `first` of the file on; columns whose position is in
    `numeric` may come as numbers.
    """

    file: str
    top: Sequence[Sequence[Cell]]
    numbers: Sequence[int]
    body: Callable[[int, Sequence[str], frozenset[int]], tuple[Column, ...]]
    delimiter: str | None = None
    sheet: str | None = None
    notes: tuple[str, ...] = ()
    tz: str | None = None


def column_of(
    label: str,
    cells: Sequence[Cell],
    rows: IntArray,
    labels: tuple[str, ...] = (),
    which: IntArray | None = None,
) -> Column:
    """Return a column made from the cell of each row."""
    known: dict[Cell, int] = {}
    codes = [known.setdefault(cell, len(known)) for cell in cells]
    numbered = np.array(codes, dtype=np.int64)
    return Column(label, rows, numbered, tuple(known), None, labels, which)


def table_of_rows(
    file: str,
    rows: Sequence[Sequence[Cell]],
    numbers: Sequence[int],
    *,
    ragged: Callable[[Sequence[Sequence[Cell]], Sequence[int], int], None] | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    notes: tuple[str, ...] = (),
) -> Table:
    """Return the table of rows of cells; `ragged` may object to the widths of the body's rows."""

    def body(first: int, labels: Sequence[str], numeric: frozenset[int]) -> tuple[Column, ...]:
        del numeric
        chosen = [index for index, number in enumerate(numbers) if number >= first]
        lines = [rows[index] for index in chosen]
        places = [numbers[index] for index in chosen]
        if ragged is not None:
            ragged(lines, places, len(labels))
        at = np.array(places, dtype=np.int64)
        wide = [[*line, *[""] * (len(labels) - len(line))] for line in lines]
        return tuple(
            column_of(label, [line[position] for line in wide], at)
            for position, label in enumerate(labels)
        )

    return Table(file, rows[:TOP_ROWS], numbers[:TOP_ROWS], body, delimiter, sheet, notes)


def table_of_frame(frame: pd.DataFrame) -> Table:
    """Return the table of a DataFrame; a named or dated index becomes the first column."""
    if isinstance(frame.index, pd.DatetimeIndex | pd.MultiIndex) or frame.index.name is not None:
        index = frame.index
        names = [name if name is not None else "start" for name in index.names]
        frame = frame.reset_index(names=names)
    zones = {str(kind.tz) for kind in frame.dtypes if isinstance(kind, pd.DatetimeTZDtype)}
    labels: list[Cell] = [_cell(name) for name in frame.columns]
    numbers = np.arange(1, len(frame) + 1, dtype=np.int64)

    def body(first: int, names: Sequence[str], numeric: frozenset[int]) -> tuple[Column, ...]:
        start = max(first - 1, 0)
        return tuple(
            _series_column(frame.iloc[start:, position], name, numbers[start:], position in numeric)
            for position, name in enumerate(names)
        )

    top: list[list[Cell]] = [labels]
    for _, row in frame.head(TOP_ROWS).iterrows():
        top.append([_cell(value) for value in row])
    tz = zones.pop() if len(zones) == 1 else None
    return Table("frame", top, range(len(top)), body, None, None, (), tz)


def _series_column(
    series: pd.Series,
    label: str,
    rows: IntArray,
    numeric: bool,
) -> Column:
    kind = series.dtype
    if numeric and isinstance(kind, np.dtype) and kind.kind in "iuf":
        values = series.to_numpy(dtype=float)
        if np.isfinite(values).all():
            return Column(label, rows, np.empty(0, np.int64), (), values)
    texts = not isinstance(kind, np.dtype) or kind.kind == "O"
    wrong = texts and [isinstance(value, str) and "\0" in value for value in series]
    if wrong and any(wrong):
        place = wrong.index(True)
        fault = Fault("expected a text without a NUL", int(rows[place]), label, series.iloc[place])
        raise InputError("a text holds a NUL", file="frame", faults=[fault])
    codes, uniques = pd.factorize(series, use_na_sentinel=False)
    return Column(label, rows, codes, tuple(_cell(value) for value in uniques))


def _cell(value: object) -> Cell:
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, pd.Timedelta):
        return value.total_seconds()
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return "" if np.isnan(value) else float(value)
    return str(value).strip()
