"""The average handle time of each row, from whichever columns a file has."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.headings import no_column
from erlangplan.files.labels import read_label
from erlangplan.files.numbers import NumberStyle, read_durations, read_numbers
from erlangplan.files.parts import Sheet
from erlangplan.files.tables import BoolArray, Column, Faults, FloatArray, IntArray
from erlangplan.units import duration_text

__all__ = ["average_handle_times", "fill_missing", "read_length"]

_WAYS = (
    "Give one for all with --aht 240 (aht=), or take each queue's own mean with "
    '--aht-missing queue-mean (aht_missing="queue-mean").'
)
_PARTS = ("talk", "hold", "wrap")


def average_handle_times(
    sheet: Sheet, volume: FloatArray, style: NumberStyle, *, fallback: bool
) -> tuple[FloatArray, Column | None, Faults, list[str]]:
    """Return the AHT of each row in seconds, NaN where the file has none.

    Parameters
    ----------
    sheet
        The table taken apart, n rows.
    volume
        Contacts offered (n,).
    style
        How the file writes numbers.
    fallback
        Whether the user gave an AHT for rows without one.

    Returns
    -------
    aht, column, faults, notes
        The averages, the column to blame for a missing one, the faults, what was noticed.
    """
    columns = sheet.columns
    if "aht" in columns:
        aht, faults = read_length(columns["aht"], style, "an average handle time")
        return aht, columns["aht"], faults, _doubts(columns["aht"], aht, volume, sheet)
    if "talk" in columns and "wrap" in columns:
        aht, faults = _sum(columns, style, "", "an average handle time")
        return aht, columns["talk"], faults, ["AHT is the sum of talk, hold and wrap-up"]
    total = _total(sheet, style)
    if total is not None:
        return _divided(sheet, style, *total)
    if not fallback:
        raise _none(sheet)
    return np.full(len(volume), math.nan), None, Faults(), []


def _none(sheet: Sheet) -> InputError:
    unclear = [sheet.heading.labels[place] for place in sheet.heading.roles.get("unclear", ())]
    what = "no column holds the average handle time"
    if unclear:
        what = f"{unclear[0]!r} may be a total or an average"
        ways = (
            f"Say which with --map aht={unclear[0]!r} or --map handle_time={unclear[0]!r} (map=), "
            "or give one AHT for all with --aht 240 (aht=)."
        )
        return no_column(sheet.table, sheet.heading, what, ways)
    ways = "Give one for all with --aht 240 (aht=), or name the column with --map aht=... (map=)."
    return no_column(sheet.table, sheet.heading, what, ways)


def read_length(column: Column, style: NumberStyle, what: str) -> tuple[FloatArray, Faults]:
    """Return the durations of a column (s) in the unit that its label names, and the faults."""
    label = read_label(column.label)
    hours_first = (label.clock or "").startswith(("h", "[h")) and "ss" not in (label.clock or "")
    values, faults = read_durations(column, style, label.unit, what, hours_first=hours_first)
    negative = values < 0
    if negative.any():
        faults += column.faults(negative, f"expected {what}, which is never negative")
    return values, faults


def _sum(
    columns: dict[str, Column] | object, style: NumberStyle, suffix: str, what: str
) -> tuple[FloatArray, Faults]:
    assert isinstance(columns, dict)
    read = [
        read_length(columns[name], style, what)
        for part in _PARTS
        if (name := part + suffix) in columns
    ]
    faults = sum((faults for _, faults in read), Faults())
    return np.sum([values for values, _ in read], axis=0), faults


def _total(sheet: Sheet, style: NumberStyle) -> tuple[FloatArray, Column, Faults] | None:
    columns = sheet.columns
    if "handle_time" in columns:
        values, faults = read_length(columns["handle_time"], style, "a total handle time")
        return values, columns["handle_time"], faults
    if "talk_total" in columns and "wrap_total" in columns:
        values, faults = _sum(dict(columns), style, "_total", "a total handle time")
        return values, columns["talk_total"], faults
    return None


def _divided(
    sheet: Sheet, style: NumberStyle, total: FloatArray, column: Column, faults: Faults
) -> tuple[FloatArray, Column | None, Faults, list[str]]:
    if "handled" not in sheet.columns:
        raise no_column(
            sheet.table,
            sheet.heading,
            "a total of handle time needs the number of handled contacts to divide by",
            "Name it with --map handled=... (map=; the volume's own column if every contact is "
            "handled), or name an average with --map aht=... (map=).",
        )
    handled, more = read_numbers(sheet.columns["handled"], style, "a number of handled contacts")
    faults += more
    faults += sheet.columns["handled"].faults(handled < 0, "expected at least 0 contacts")
    idle = ~(handled > 0)
    odd = idle & (total > 0)
    faults += column.faults(odd, "expected no handle time beside no handled contact")
    with np.errstate(divide="ignore", invalid="ignore"):
        aht = np.where(idle, math.nan, total / np.where(idle, 1.0, handled))
    totals = [sheet.columns[name] for name in ("talk_total", "hold_total", "wrap_total")
              if name in sheet.columns and "handle_time" not in sheet.columns]  # fmt: skip
    dividend = " + ".join(repr(part.label) for part in totals or [column])
    note = f"AHT is {dividend} divided by {sheet.columns['handled'].label!r}"
    return aht, sheet.columns["handled"], faults, [note]


def _doubts(column: Column, aht: FloatArray, volume: FloatArray, sheet: Sheet) -> list[str]:
    """Refuse averages that are surely in another unit; note those that may be."""
    useful = (volume > 0) & (aht > 0)
    known = aht if useful.all() else aht[useful]
    if not len(known):
        return []
    if known.max() < 1.0:
        raise InputError(
            f"column {column.label} holds averages below one second",
            file=sheet.table.file,
            faults=[column.fault(int(np.flatnonzero(aht > 0)[0]), "expected seconds")],
            fix="Write seconds, M:SS or H:MM:SS, or name the unit in the header: AHT (min).",
        )
    clocks = any(isinstance(cell, str) and ":" in cell for cell in column.cells)
    if clocks and known.min() >= 3600 and not (known % 60).any():
        raise InputError(
            f"column {column.label} can be read in two ways",
            file=sheet.table.file,
            faults=[
                column.fault(
                    int(np.flatnonzero(aht > 0)[0]),
                    "hours and minutes, or minutes and seconds that a spreadsheet took for hours",
                )
            ],
            fix="Write the averages in seconds, or as H:MM:SS with their seconds.",
        )
    middle = float(known.mean())
    if middle > 4 * 3600 and not clocks and read_label(column.label).unit is None:
        raise InputError(
            f"the mean of column {column.label} would be {duration_text(middle)} if in seconds",
            file=sheet.table.file,
            faults=[column.fault(int(np.flatnonzero(useful)[0]), "expected seconds")],
            fix="Name the unit in the header: AHT (ms), or AHT (s) if it is right.",
        )
    if middle < 15 or middle > 7200:
        return [f"the mean AHT is {duration_text(middle)}; is column {column.label} in seconds?"]
    return []


def fill_missing(
    aht: FloatArray,
    volume: FloatArray,
    queue: IntArray,
    names: Sequence[str],
    column: Column,
    *,
    given: float | None,
    by_queue: bool,
    file: str,
) -> tuple[FloatArray, list[str]]:
    """Return the AHT of each row with those that lack one filled as the user asks.

    Raises
    ------
    InputError
        If a volume has no AHT and the user did not say what to take.
    """
    busy = volume > 0
    aht = np.where(~busy & (aht == 0), math.nan, aht)
    lacking = busy & ~(aht > 0)
    if not lacking.any():
        return aht, []
    number = int(lacking.sum())
    count = f"{number:,} interval{'s' * (number > 1)} without one"
    if by_queue:
        filled, notes = _queue_means(aht, volume, queue, names, lacking, given, column, file)
        return filled, [f"{count}: {note}" for note in notes]
    if given is not None:
        return np.where(lacking, given, aht), [f"AHT {duration_text(given)} for {count}"]
    expected = "expected an average handle time above 0 beside a volume"
    faults = column.faults(lacking, expected)
    raise faults.error("a volume has no average handle time", file, _WAYS)


def _queue_means(
    aht: FloatArray,
    volume: FloatArray,
    queue: IntArray,
    names: Sequence[str],
    lacking: BoolArray,
    given: float | None,
    column: Column,
    file: str,
) -> tuple[FloatArray, list[str]]:
    known = (volume > 0) & (aht > 0)
    weight = np.bincount(queue[known], volume[known], minlength=len(names))
    work = np.bincount(queue[known], (volume * aht)[known], minlength=len(names))
    with np.errstate(invalid="ignore"):
        means = np.where(weight > 0, work / np.where(weight > 0, weight, 1), given or math.nan)
    none = lacking & np.isnan(means[queue])
    if none.any():
        raise column.faults(none, "expected an average handle time above 0").error(
            f"queue {names[queue[np.flatnonzero(none)[0]]]} has no average handle time at all",
            file,
            "Give one for such queues with --aht 240 (aht=).",
        )
    used = np.unique(queue[lacking])
    shown = ", ".join(f"{names[code]} {duration_text(means[code])}" for code in used[:8])
    more = " ..." if len(used) > 8 else ""
    note = f"the volume-weighted mean AHT of the queue ({shown}{more})"
    return np.where(lacking, means[queue], aht), [note]
