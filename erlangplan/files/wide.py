"""The wide layout: days or times across, the other half of the moment down."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from erlangplan.errors import Fault, InputError
from erlangplan.files.dates import DAY, Moments, read_moments
from erlangplan.files.headings import Heading, no_column
from erlangplan.files.labels import find_roles
from erlangplan.files.pairing import put_beside
from erlangplan.files.parts import Asked, Sheet, moments_of, sheet_rows, without_totals
from erlangplan.files.stamps import read_stamp, weekday_number
from erlangplan.files.tables import Cell, Column, Faults, FloatArray, Table, column_of, text_of

__all__ = ["stack"]


def stack(table: Table, heading: Heading, asked: Asked) -> Sheet:
    """Return a wide table as a long one: one row for each cell below a day or a time."""
    columns: Sequence[Column] = table.body(heading.first, heading.labels, frozenset())
    if not columns or not len(columns[0]):
        raise InputError("there is a header but no row below it", file=table.file)
    beside = [place for place in range(len(columns)) if place not in heading.across]
    columns, dropped = without_totals(
        columns, {"when": [place for place in beside[:3] if place < heading.across[0]]}
    )
    tops = _top_moments(table, heading, asked)
    roles = {role: [p for p in places if p in beside] for role, places in heading.roles.items()}
    side, rest = _side(table, heading, columns, beside, roles, tops, asked)
    volume = _stacked(columns, heading)
    n, m = len(columns[0]), len(heading.across)
    named = {role: _repeated(column, m) for role, column in rest.items()}
    if not tops.has_date and side is None:
        raise no_column(table, heading, "the times of a wide sheet stand without dates")
    if tops.has_date:
        day = np.tile(tops.rows(tops.days), n)
        seconds = np.repeat(side.rows(side.times), m) if side else np.zeros(n * m)
        end = np.repeat(side.rows(side.ends), m) if side else np.full(n * m, np.nan)
    elif side is not None:
        day = np.repeat(side.rows(side.days), m)
        seconds, end = np.tile(tops.rows(tops.times), n), np.tile(tops.rows(tops.ends), n)
    faults = tops.faults + (side.faults if side else Faults())
    named["volume"] = volume
    sheet = Sheet(
        table,
        heading,
        named,
        volume,
        DAY * day + seconds,
        DAY * day + end,
        np.full(n * m, np.nan),
        faults,
        dropped,
        wide=True,
    )
    return _by_measure(_without_blanks(sheet, volume))


def _by_measure(sheet: Sheet) -> Sheet:
    """Return the rows of volumes with those of handle times beside them, where rows say which."""
    measure = sheet.columns.get("measure")
    if measure is None:
        return sheet
    roles = [set(find_roles([text_of(cell)])) for cell in measure.cells]
    whole = replace(
        sheet, columns={role: c for role, c in sheet.columns.items() if role != "measure"}
    )
    split = {
        role: np.isin(measure.codes, [code for code, found in enumerate(roles) if role in found])
        for role in ("volume", "aht")
    }
    volume = sheet_rows(whole, split["volume"])
    return put_beside(volume, sheet_rows(whole, split["aht"])) if split["aht"].any() else volume


def _is_measure(column: Column) -> bool:
    texts = [text_of(cell) for cell in column.cells if cell != ""]
    return bool(texts) and all({"volume", "aht"} & set(find_roles([text])) for text in texts)


def _top_moments(table: Table, heading: Heading, asked: Asked) -> Moments:
    cells = [heading.cells[place] for place in heading.across]
    row = np.full(len(cells), heading.first - 1, dtype=np.int64)
    if asked.year is None and any(
        stamp.yearless for cell in cells if (stamp := read_stamp(cell)) is not None
    ):
        raise InputError(
            f"the days of the wide sheet have no year ({text_of(cells[0])!r})",
            file=table.file,
            fix="Name it with --year 2026 (year=).",
        )
    column = column_of("header", cells, row, tuple(heading.labels), np.array(heading.across))
    tops = read_moments(column, hint=None, dates=asked.dates, year=asked.year, file=table.file)
    if tops.faults:
        raise tops.faults.error("the header is not understood", table.file)
    days = tops.days
    if asked.year is not None and tops.has_date and (np.diff(days) < -300).any():
        return replace(tops, days=_over_new_year(days, asked.year))
    return tops


def _over_new_year(days: FloatArray, year: int) -> FloatArray:
    length = (datetime.date(year + 1, 1, 1) - datetime.date(year, 1, 1)).days
    turned = np.concatenate(([False], np.cumsum(np.diff(days) < -300) > 0))
    return np.where(turned, days + length, days)


def _side(
    table: Table,
    heading: Heading,
    columns: Sequence[Column],
    beside: Sequence[int],
    roles: Mapping[str, Sequence[int]],
    tops: Moments,
    asked: Asked,
) -> tuple[Moments | None, dict[str, Column]]:
    """Return what stands beside the cells: the other half of the moment, and the queue."""
    hint = "time" if tops.has_date else "date"
    chosen: Moments | None = None
    rest: dict[str, Column] = {}
    known = {place for places in roles.values() for place in places}
    queue = [heading.chosen["queue"]] if "queue" in heading.chosen else roles.get("queue", ())
    for place in beside:
        column = columns[place]
        if place > heading.across[0] or (not heading.labels[place] and _is_blank(column)):
            continue
        if place in queue:
            rest["queue"] = column
            continue
        if _is_measure(column):
            rest["measure"] = column
            continue
        if _weekday_names(column):
            continue
        if place not in known and _holds_counts(heading.labels[place], column):
            fault = Fault(
                "expected a day or a time", heading.first - 1, None, heading.labels[place]
            )
            raise InputError("the header is not understood", file=table.file, faults=[fault])
        moments = moments_of(table, column, asked, hint)
        fits = moments.any_read and (moments.has_time if tops.has_date else moments.has_date)
        if fits or place in roles.get("when", ()):
            chosen = moments if chosen is None or (fits and not chosen.any_read) else chosen
        elif "queue" not in rest and not queue:
            rest["queue"] = column
    return chosen, rest


def _weekday_names(column: Column) -> bool:
    return all(weekday_number(text_of(cell)) is not None for cell in column.cells if cell != "")


def _holds_counts(label: str, column: Column) -> bool:
    """Tell whether a column is one of volumes whose day or time is damaged."""
    cells = [cell for cell in column.cells if cell != ""]
    numbers = [
        not isinstance(cell, str) or cell.replace(",", ".").replace(".", "").isdecimal()
        for cell in cells
    ]
    return sum(mark.isdecimal() for mark in label) >= 3 and all(numbers)


def _is_blank(column: Column) -> bool:
    return all(cell == "" for cell in column.cells)


def _stacked(columns: Sequence[Column], heading: Heading) -> Column:
    n, m = len(columns[0]), len(heading.across)
    cells: list[Cell] = [columns[place].cell(row) for row in range(n) for place in heading.across]
    return column_of(
        "volume",
        cells,
        np.repeat(columns[0].rows, m),
        tuple(heading.labels),
        np.tile(np.array(heading.across), n),
    )


def _repeated(column: Column, times: int) -> Column:
    return Column(
        column.label, np.repeat(column.rows, times), np.repeat(column.codes, times), column.cells
    )


def _without_blanks(sheet: Sheet, cells: Column) -> Sheet:
    blank = [code for code, cell in enumerate(cells.cells) if cell == ""]
    keep = ~np.isin(cells.codes, blank)
    if keep.all():
        return sheet
    note = f"skipped {int((~keep).sum())} empty cells of the wide sheet"
    return sheet_rows(replace(sheet, notes=(*sheet.notes, note)), keep)
