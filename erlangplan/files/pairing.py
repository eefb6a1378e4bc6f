"""Volumes and handle times that stand apart, put side by side."""

from __future__ import annotations

from dataclasses import replace

from erlangplan.errors import InputError
from erlangplan.files.headings import no_column
from erlangplan.files.parts import Sheet
from erlangplan.files.tables import column_of, text_of

__all__ = ["put_beside"]


def put_beside(volume: Sheet, aht: Sheet) -> Sheet:
    """Return the sheet of volumes with the averages of another sheet beside them.

    Raises
    ------
    InputError
        If the other sheet has no averages, or two for one interval.
    """
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
    rows = next(iter(volume.columns.values())).rows
    beside = column_of(aht.table.sheet or column.label, cells, rows)
    return replace(
        volume,
        columns={**volume.columns, "aht": beside},
        faults=volume.faults + aht.faults,
        notes=tuple(dict.fromkeys((*volume.notes, *aht.notes))),
    )


def _keys(sheet: Sheet) -> list[tuple[str, float]]:
    queue = sheet.columns.get("queue")
    names = (
        [""] * len(sheet)
        if queue is None
        else [text_of(queue.cell(row)) for row in range(len(sheet))]
    )
    return list(zip(names, sheet.local.tolist(), strict=True))
