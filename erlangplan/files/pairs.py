"""Which sheet of a workbook is meant: one, a pair of volumes and averages, or our own intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from erlangplan.errors import InputError
from erlangplan.files.labels import find_roles
from erlangplan.files.layouts import read_sheet
from erlangplan.files.pairing import put_beside
from erlangplan.files.parts import Asked, Sheet
from erlangplan.files.tables import Table, text_of

__all__ = ["choose_sheet", "only_table", "pair_of"]

_OURS = frozenset({"queue", "start", "volume", "aht", "agents"})


def choose_sheet(
    tables: list[Table],
    asked: Asked,
    accept: Callable[[Sheet], Sheet],
    way: str = "Name one with --sheet (sheet=).",
) -> Sheet:
    """Return the one sheet that is meant, or volumes and averages put side by side.

    Parameters
    ----------
    tables
        The table of a file, or those of a workbook's sheets.
    asked
        What the user said about it.
    accept
        Returns a sheet that holds what is looked for, and raises an InputError for another.
    way
        How to settle it where several sheets fit.

    Raises
    ------
    InputError
        If none can be read, or more than one.
    """
    if len(tables) == 1:
        return accept(read_sheet(tables[0], asked))
    read, errors = [], []
    tables = _our_intervals(tables) or tables
    for table in tables:
        try:
            read.append(accept(read_sheet(table, asked)))
        except InputError as error:
            errors.append(error)
    if not read:
        raise errors[0]
    if len(read) > 1:
        shown = ", ".join(repr(found.table.sheet) for found in read)
        raise InputError(f"the sheets {shown} may all be meant", file=tables[0].file, fix=way)
    return _noted(read[0], f"sheet {read[0].table.sheet!r}")


def pair_of(tables: list[Table], asked: Asked) -> Sheet | None:
    """Return volumes and averages that stand on two sheets so named, put side by side, or None."""
    by_role = _by_title(tables)
    if len(by_role) < 2:
        return None
    volume, aht = (read_sheet(by_role[role], asked) for role in ("volume", "aht"))
    names = f"volumes from sheet {volume.table.sheet!r}, AHT from sheet {aht.table.sheet!r}"
    return _noted(put_beside(volume, aht), names)


def only_table(tables: list[Table]) -> Table:
    """Return the one table there is, or refuse to choose."""
    if len(tables) > 1:
        shown = ", ".join(repr(table.sheet) for table in tables)
        raise InputError(
            f"the workbook has the sheets {shown}",
            file=tables[0].file,
            fix="Name one with --sheet (sheet=).",
        )
    return tables[0]


def _our_intervals(tables: list[Table]) -> list[Table]:
    """Return the sheet of every interval of a workbook that `save` wrote, if it is one."""
    return [
        table
        for table in tables
        if table.sheet == "Intervals" and set(map(text_of, table.top[0])) >= _OURS
    ]


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
