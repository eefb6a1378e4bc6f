"""History files: how long callers waited and how many gave up."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.handle_times import read_length
from erlangplan.files.headings import no_column
from erlangplan.files.labels import read_label
from erlangplan.files.layouts import read_sheet
from erlangplan.files.numbers import NumberStyle, read_amounts
from erlangplan.files.pairs import only_table
from erlangplan.files.parts import Sheet
from erlangplan.files.reading import ask
from erlangplan.files.sources import Source, open_tables
from erlangplan.files.tables import FloatArray, text_of
from erlangplan.files.timelines import queues_of, refuse, style_of

__all__ = ["read_history"]

_ABANDONED = frozenset(
    {"abandoned", "abandon", "aband", "hang", "hangup", "abd", "lost", "aufgelegt", "reneged"}
)
_ANSWERED = frozenset(
    {"answered", "handled", "agent", "connected", "completed", "served", "angenommen", "ok"}
)


def read_history(
    source: Source,
    *,
    map: Mapping[str, str] | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    queue: str | None = None,
) -> pd.DataFrame:
    """Return what an estimate of patience needs: waiting and abandons per queue.

    Parameters
    ----------
    source
        Call by call: columns with the wait and the outcome (answered or abandoned) of each
        contact. Or totals of intervals: answered and abandoned contacts with the mean or total
        wait of both together, or of each.
    map
        Which column holds what, where the labels do not say: keys `queue`, `wait`, `outcome`,
        `volume`, `handled`, `abandoned`, `wait_answered`, `wait_abandoned`.
    decimal, encoding, delimiter, sheet
        As for `read_forecast`.
    queue
        Name of the queue where the file has none, "all" otherwise.

    Returns
    -------
    pandas.DataFrame
        One row per queue: `queue`, `contacts`, `abandons`, `total_wait` (s, of all contacts,
        answered ones too).

    Raises
    ------
    InputError
        If it is neither, or a cell cannot be read.
    """
    asked = ask(map, None, None, decimal)
    tables = open_tables(source, encoding=encoding, delimiter=delimiter, sheet=sheet)
    read = read_sheet(only_table(tables), asked, timed=False)
    style = style_of(read, decimal)
    codes, names = queues_of(read, queue)
    by_call = "outcome" in read.columns and "wait" in read.columns
    contacts, abandons, wait = (_by_call if by_call else _by_interval)(read, style)
    table = {"queue": names}
    sums = {"contacts": contacts, "abandons": abandons, "total_wait": wait}
    return pd.DataFrame(
        table | {name: np.bincount(codes, part, len(names)) for name, part in sums.items()}
    )


def _by_call(sheet: Sheet, style: NumberStyle) -> tuple[FloatArray, FloatArray, FloatArray]:
    column, outcome = sheet.columns["wait"], sheet.columns["outcome"]
    wait, faults = read_length(column, style, "a wait")
    if not faults:
        faults = column.faults(np.isnan(wait), "expected a wait")
    known = {}
    wrong = {}
    for code, cell in enumerate(outcome.cells):
        words = set(text_of(cell).casefold().replace("-", " ").split())
        if words & _ABANDONED:
            known[code] = 1.0
        elif words & _ANSWERED:
            known[code] = 0.0
        else:
            wrong[code] = "expected an outcome, answered or abandoned"
    faults += outcome.faults_of_cells(wrong)
    refuse(faults, sheet.table.file, "the calls cannot be read")
    abandoned = np.array([known[code] for code in range(len(outcome.cells))])[outcome.codes]
    return np.ones(len(wait)), abandoned, wait


def _by_interval(sheet: Sheet, style: NumberStyle) -> tuple[FloatArray, FloatArray, FloatArray]:
    counts = {
        role: _counts(sheet, role, style)
        for role in ("volume", "handled", "abandoned")
        if role in sheet.columns
    }
    if len(counts) < 2:
        raise no_column(
            sheet.table,
            sheet.heading,
            "a history needs the wait and outcome of each call, or two of offered, answered and "
            "abandoned contacts with their waits",
            "Name them with --map, such as --map volume=Offered,abandoned=Lost,wait=Wait (map=).",
        )
    nothing = np.zeros(len(sheet))
    offered, handled, abandoned = (
        counts.get(role, nothing) for role in ("volume", "handled", "abandoned")
    )
    if "handled" not in counts:
        handled = offered - abandoned
    elif "abandoned" not in counts:
        abandoned = offered - handled
    elif "volume" not in counts:
        offered = handled + abandoned
    if (handled < 0).any() or (abandoned < 0).any():
        place = int(np.flatnonzero((handled < 0) | (abandoned < 0))[0])
        first = next(column for role, column in sheet.columns.items() if role in counts)
        raise InputError(
            "the counts contradict each other",
            file=sheet.table.file,
            faults=[first.fault(place, "expected no more answered or abandoned than offered")],
        )
    return offered, abandoned, _waits(sheet, style, offered, handled, abandoned)


def _counts(sheet: Sheet, role: str, style: NumberStyle) -> FloatArray:
    column = sheet.columns[role]
    counts, faults = read_amounts(column, style, "contacts")
    refuse(faults, sheet.table.file, "the counts cannot be read")
    return counts


def _waits(
    sheet: Sheet,
    style: NumberStyle,
    offered: FloatArray,
    handled: FloatArray,
    abandoned: FloatArray,
) -> FloatArray:
    if "wait" in sheet.columns:
        return _total(sheet, "wait", style, offered)
    if "wait_answered" in sheet.columns and "wait_abandoned" in sheet.columns:
        answered = _total(sheet, "wait_answered", style, handled)
        return answered + _total(sheet, "wait_abandoned", style, abandoned)
    raise no_column(
        sheet.table,
        sheet.heading,
        "patience needs the waits of all contacts: of answered and of abandoned ones",
        "Name them with --map wait=..., or wait_answered=...,wait_abandoned=... (map=).",
    )


def _total(sheet: Sheet, role: str, style: NumberStyle, contacts: FloatArray) -> FloatArray:
    column = sheet.columns[role]
    wait, faults = read_length(column, style, "a wait")
    if not faults:
        faults = column.faults(np.isnan(wait) & (contacts > 0), "expected a wait beside contacts")
    refuse(faults, sheet.table.file, "the waits cannot be read")
    total = "total" in read_label(column.label).words
    return np.where(contacts > 0, np.nan_to_num(wait) * (1.0 if total else contacts), 0.0)
