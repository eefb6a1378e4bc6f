"""Actuals that a contract is scored by: interval tables and call-by-call logs, any CSV or sheet."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.handle_times import read_length
from erlangplan.files.headings import Heading, locate, no_column
from erlangplan.files.layouts import read_sheet
from erlangplan.files.numbers import NumberStyle, find_style, read_amounts
from erlangplan.files.pairs import only_table
from erlangplan.files.parts import Sheet
from erlangplan.files.reading import ask
from erlangplan.files.sources import Source, open_tables
from erlangplan.files.tables import Column, Faults, IntArray, Table, text_of
from erlangplan.files.timelines import queues_of, refuse
from erlangplan.files.zones import zone_of
from erlangplan.sla.actuals import CONTACTS, MICRO, OUTCOMES, SECONDS, THRESHOLD, Actuals, Marks
from erlangplan.sla.calendar import on_the_clock

__all__ = ["digest_of", "read_contract_actuals"]

_TIMES = ("queue", "start", "date", "time", "end", "interval")
_AGENTS = ("staffed", "required")
_MOST = 1e12
_ROLES = {"offered": "volume", "answered": "handled", "abandoned": "abandoned"}
_OUTCOME_WORDS = {
    "answered": "answered handled agent connected completed served angenommen ok",
    "abandoned": "abandoned abandon aband hang hangup abd lost aufgelegt reneged",
    "blocked": "blocked busy rejected",
}


def read_contract_actuals(
    source: Source,
    *,
    map: Mapping[str, str] | None = None,
    tz: str | None = None,
    decimal: str | None = None,
    dates: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    year: int | None = None,
    queue: str | None = None,
) -> Actuals:
    """Return what happened, as a file or a DataFrame tells it.

    Parameters
    ----------
    source
        As for `read_forecast`. Interval tables: start (or date and time), queue, offered,
        answered, abandoned, and answered_within and abandoned_within of the objective's
        threshold, or columns that name theirs, such as answered_20s; where a contract needs
        them abandoned_short, blocked, wait_seconds, wait_answered_seconds and handle_seconds
        (totals), staffed, required, opening, closing and oldest_seconds. Logs: offered_at,
        queue, wait_seconds, outcome (answered, abandoned, blocked), handle_seconds. Other
        columns are kept to tell priorities by.
    map, decimal, dates, encoding, delimiter, sheet, year, queue
        As for `read_forecast`; `map` knows the names above.
    tz
        Time zone on whose clock instants are shown that the file gives with an offset from UTC.
        Without an offset times are understood on the contract's clock.

    Raises
    ------
    InputError
        If the file cannot be understood, or holds impossible rows.
    """
    asked = ask(None, dates, year, decimal)
    zone = zone_of(tz)
    digest = digest_of(source)
    table = only_table(open_tables(source, encoding=encoding, delimiter=delimiter, sheet=sheet))
    heading = locate(table, {})
    names = _named(table, heading, map or {})
    found = read_sheet(table, replace(asked, mapping=names))
    refuse(found.faults, table.file)
    if found.when is None or not len(found):
        raise no_column(table, heading, "no column tells when contacts were offered",
                        "Name it with --map start=... (map=).")  # fmt: skip
    unread = np.isnan(found.local)
    if unread.any():
        refuse(found.when.faults(unread, "expected a date and a time"), table.file)
    style = _style(found, decimal)
    codes, queues = queues_of(found, queue)
    local, utc = _ticks(found, zone or table.tz)
    columns = found.columns
    by_contact = "outcome" in columns and "wait_seconds" in columns
    marks = {
        role.removeprefix("mark "): Marks(
            column.codes, tuple(text_of(cell) for cell in column.cells)
        )
        for role, column in columns.items()
        if role.startswith("mark ") and column.numbers is None
    }
    return Actuals(
        "contacts" if by_contact else "intervals", codes, queues, local, utc,
        (_contact_counts if by_contact else _interval_counts)(columns, style, table),
        found.when.rows, _outcomes(columns["outcome"], table) if by_contact else None,
        {name: _agents(columns[name], style, table) for name in _AGENTS if name in columns},
        marks, table.file, digest, (*table.notes, *found.notes, *_derived(columns)),
    )  # fmt: skip


def _derived(columns: Mapping[str, Column]) -> tuple[str, ...]:
    if "offered" in columns or not {"answered", "abandoned"} <= columns.keys():
        return ()
    blocked = ", abandoned and blocked" if "blocked" in columns else " and abandoned"
    return (f"there is no column offered; it is taken as answered{blocked} together",)


def _named(table: Table, heading: Heading, mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the label of each known name, and of each column to tell priorities by."""
    labels: dict[str, str] = {}
    for label in heading.labels:
        labels.setdefault(_plain(label), label)
    labels.pop("", None)
    known = [*CONTACTS, *SECONDS, *_AGENTS, "outcome"]
    names = {
        name: label for name, label in labels.items() if name in known or THRESHOLD.fullmatch(name)
    }
    names = {_threshold(name): label for name, label in names.items()}
    for name, role in _ROLES.items():
        if name not in names and (places := heading.roles.get(role)):
            names[name] = heading.labels[places[0]]
    if "start" in labels or "offered_at" in labels:
        names["start"] = labels.get("start") or labels["offered_at"]
    own = {{"offered_at": "start"}.get(key, key): label for key, label in mapping.items()}
    for key in own:
        if key not in (*known, *_TIMES) and not THRESHOLD.fullmatch(key):
            raise ValueError(
                f"map must have keys of {', '.join((*_TIMES, *known))} or answered_20s and the "
                f"like, got {key!r}"
            )
    names = {name: label for name, label in names.items() if label not in own.values()} | own
    if "outcome" not in names:
        names.pop("wait_seconds", None) if not _counted(names) else None
    if not _counted(names) and not {"outcome", "wait_seconds"} <= names.keys():
        raise no_column(table, heading, "there is no column offered, answered or the like",
                        "Label it so, or name it with --map, such as --map offered=... (map=); a "
                        "log of contacts needs offered_at, wait_seconds and outcome.")  # fmt: skip
    taken = {*names.values()} | {
        heading.labels[place]
        for role in ("queue", "when", "end", "length")
        for place in heading.roles.get(role, ())
    }
    marks = {f"mark {_plain(label)}": label for label in heading.labels if label and
             label not in taken and heading.labels.count(label) == 1}  # fmt: skip
    return names | marks


def _counted(names: Mapping[str, str]) -> bool:
    return bool({"offered", "answered", "opening", "counted", "oldest_seconds"} & names.keys()) or (
        any(THRESHOLD.fullmatch(name) for name in names)
    )


def _threshold(name: str) -> str:
    match = THRESHOLD.fullmatch(name)
    return f"{match[1]}_{float(match[2]):g}s" if match else name


def _plain(label: str) -> str:
    return re.sub(r"[\s_-]+", "_", label.strip().casefold())


def _style(sheet: Sheet, decimal: str | None) -> NumberStyle:
    known = (*CONTACTS, *_AGENTS)
    columns = [
        column for role, column in sheet.columns.items()
        if column.numbers is None and (role in known or THRESHOLD.fullmatch(role))
    ]  # fmt: skip
    comma = sheet.table.delimiter == ","
    return find_style(columns, decimal=decimal, comma_separated=comma, file=sheet.table.file)


def _ticks(sheet: Sheet, zone: str | None) -> tuple[IntArray, IntArray | None]:
    local = np.rint(sheet.local * MICRO).astype(np.int64)
    if np.isnan(sheet.offset).all():
        return local, None
    utc = local - np.rint(sheet.offset * MICRO).astype(np.int64)
    return (local if zone is None else on_the_clock(utc, zone)), utc


def _interval_counts(
    columns: Mapping[str, Column], style: NumberStyle, table: Table
) -> dict[str, IntArray]:
    counts, faults = {}, Faults()
    for name, column in columns.items():
        if name in CONTACTS or THRESHOLD.fullmatch(name):
            values, wrong = read_amounts(column, style, "contacts", _MOST)
            whole = np.nan_to_num(values, posinf=0.0, neginf=0.0)
            wrong += column.faults(whole != np.rint(whole), "expected a whole number of contacts")
        elif name in SECONDS:
            values, wrong = read_length(column, style, "a total time")
            wrong += column.faults(values > _MOST, "expected a time below 1e12 s")
            whole = np.nan_to_num(values, posinf=0.0) * MICRO
            idle = columns.get("offered") or columns.get("answered")
            empty = np.isnan(values)
            if idle is not None and not wrong:
                some, _ = read_amounts(idle, style, "contacts")
                wrong += column.faults(
                    empty & ~(some == 0), "expected a total time beside contacts"
                )
        else:
            continue
        faults += wrong
        counts[name] = np.rint(whole).astype(np.int64)
    refuse(faults, table.file)
    return counts


def _contact_counts(
    columns: Mapping[str, Column], style: NumberStyle, table: Table
) -> dict[str, IntArray]:
    counts = {}
    for name in ("wait_seconds", "handle_seconds"):
        if name in columns:
            values, faults = read_length(columns[name], style, "a time")
            if name == "wait_seconds":
                faults += columns[name].faults(np.isnan(values), "expected a wait")
            refuse(faults, table.file)
            counts[name] = np.rint(np.nan_to_num(values) * MICRO).astype(np.int64)
    return counts


def _outcomes(column: Column, table: Table) -> IntArray:
    known, wrong = [], {}
    for code, cell in enumerate(column.cells):
        words = set(text_of(cell).casefold().replace("-", " ").split())
        places = [n for n, name in enumerate(OUTCOMES) if words & set(_OUTCOME_WORDS[name].split())]
        known.append(places[0] if len(places) == 1 else 0)
        if len(places) != 1:
            wrong[code] = f"expected an outcome: {', '.join(OUTCOMES)}"
    refuse(column.faults_of_cells(wrong), table.file, "the outcomes cannot be read")
    return np.asarray(np.array(known, dtype=np.int64)[column.codes])


def _agents(column: Column, style: NumberStyle, table: Table) -> IntArray:
    values, faults = read_amounts(column, style, "agents")
    refuse(faults, table.file)
    return np.rint(values * MICRO).astype(np.int64)


def digest_of(source: Source) -> str:
    """Return the SHA-256 of a file's bytes, or of what a frame holds; of a pipe nothing."""
    if isinstance(source, pd.DataFrame):
        held = pd.util.hash_pandas_object(source).to_numpy().tobytes()
        return hashlib.sha256(held + repr(list(source.columns)).encode()).hexdigest()
    if isinstance(source, str | os.PathLike):
        if source == "-":
            return ""
        try:
            return hashlib.sha256(Path(source).read_bytes()).hexdigest()
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"cannot be opened: {reason}", file=str(source)) from None
    if not (hasattr(source, "seekable") and source.seekable()):
        return ""
    place = source.tell()
    content = source.read()
    source.seek(place)
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()
