"""Which sheet of a workbook holds the forecast: one, or a pair of volumes and averages."""

from __future__ import annotations

from dataclasses import replace

from erlangplan.errors import InputError
from erlangplan.files.headings import no_column
from erlangplan.files.labels import find_roles
from erlangplan.files.layouts import read_sheet
from erlangplan.files.pairing import put_beside
from erlangplan.files.parts import Asked, Sheet
from erlangplan.files.tables import Table

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
        volume, aht = (read_sheet(by_role[role], asked) for role in ("volume", "aht"))
        names = f"volumes from sheet {volume.table.sheet!r}, AHT from sheet {aht.table.sheet!r}"
        return _noted(put_beside(volume, aht), names)
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
