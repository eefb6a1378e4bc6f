"""Which sheet of a workbook holds the forecast: one, or a pair of volumes and averages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.headings import no_column
from erlangplan.files.labels import find_roles
from erlangplan.files.layouts import read_sheet
from erlangplan.files.parts import Asked, Sheet
from erlangplan.files.tables import Table, column_of, text_of

__all__ = ["choose_sheet"]


def choose_sheet(tables: list[Table], asked: Asked) -> Sheet:
    """Return the one sheet that holds the forecast, or volumes and averages put side by side.

    Raises
    ------
    InputError
        If none can be read, or more than one.
    """
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
    return replace(sheet, notes=(*sheet.notes, *notes))


def _by_title(tables: list[Table]) -> dict[str, Table]:
    """Return the sheets whose names say that they hold volumes or handle times."""
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
