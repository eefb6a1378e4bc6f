"""How long the intervals are where a column of their own says so."""

from __future__ import annotations

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.labels import read_label
from erlangplan.files.tables import Column, FloatArray, text_of
from erlangplan.units import duration_text, parse_duration

__all__ = ["check_length", "read_lengths"]


def _bare(cell: object) -> float | None:
    text = text_of(cell) if isinstance(cell, str | float) else ""
    return float(text) if text.isdecimal() else None


def read_lengths(column: Column, file: str) -> FloatArray:
    """Return the length that each row gives (s), NaN where only the starts can tell."""
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
        raise faults.error("the length of an interval cannot be read", file)
    return np.asarray(lengths[column.codes])


def _iso_or_plain(text: str) -> float:
    plain = text.strip().lower().removeprefix("pt")
    if plain.count(":") == 1:
        plain += ":00"
    return parse_duration(plain)


def check_length(column: Column, length: float, file: str) -> None:
    """Refuse bare lengths that are the found length neither in seconds nor in minutes."""
    for code, cell in enumerate(column.cells):
        value = _bare(cell)
        if value is not None and length not in (value, 60 * value, 3600 * value):
            place = int(np.flatnonzero(column.codes == code)[0])
            raise InputError(
                "the length of the intervals contradicts their starts",
                file=file,
                faults=[column.fault(place, f"expected {duration_text(length)}")],
                fix="Name the length with --interval (interval=).",
            )
