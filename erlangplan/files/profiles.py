"""Profile files: shares by weekday and time, or a history to make them from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.dates import read_moments
from erlangplan.files.headings import Heading, locate, no_column
from erlangplan.files.numbers import find_style, read_amounts
from erlangplan.files.reading import read_forecast
from erlangplan.files.sources import Source, open_tables
from erlangplan.files.stamps import weekday_number
from erlangplan.files.tables import BoolArray, Column, FloatArray, IntArray, Table, text_of
from erlangplan.files.timelines import refuse
from erlangplan.profiles import DAY, Profile

__all__ = ["read_profile"]

MICRO = 1_000_000


def read_profile(
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
) -> Profile:
    """Return the profile of a day: shares by weekday and interval.

    Parameters
    ----------
    source
        A file or a DataFrame with columns time and share, and weekday and queue where the shares
        differ by them; or the history of at least a week in any layout that `read_forecast`
        reads, from which the shares are made.
    map, tz, decimal, dates, encoding, delimiter, sheet, year
        As for `read_forecast`; `map` also knows the key `share`.

    Raises
    ------
    InputError
        If it is neither.
    """
    tables = open_tables(source, encoding=encoding, delimiter=delimiter, sheet=sheet)
    if len(tables) == 1:
        heading = locate(tables[0], {})
        chosen = (map or {}).get("share")
        if "share" in heading.roles or chosen in heading.labels:
            return _of_shares(tables[0], heading, chosen, decimal)
    if not isinstance(source, pd.DataFrame | str) and hasattr(source, "seek"):
        source.seek(0)
    history = read_forecast(
        source, map=map, tz=tz, decimal=decimal, dates=dates, encoding=encoding,
        delimiter=delimiter, sheet=sheet, year=year, aht=1.0,
    )  # fmt: skip
    if history.interval > 3600:
        raise InputError(
            "the history of a profile needs intervals of at most one hour",
            file=history.source,
        )
    return Profile.of_history(history.table, history.interval)


def _of_shares(table: Table, heading: Heading, chosen: str | None, decimal: str | None) -> Profile:
    columns = table.body(heading.first, heading.labels, frozenset())
    if not columns or not len(columns[0]):
        raise InputError("there is a header but no row below it", file=table.file)
    place = heading.labels.index(chosen) if chosen else heading.roles["share"][0]
    share = _shares(columns[place], table, decimal)
    weekday = _weekdays(columns, heading, table.file)
    slot, count = _slots(columns, heading, table)
    queue, names = _queues(columns, heading)
    shares = np.full((len(names), 7, count), np.nan)
    for day in range(7):
        rows = (weekday == day) | (weekday < 0)
        if np.isfinite(shares[queue[rows], day, slot[rows]]).any() or _repeats(queue, slot, rows):
            raise InputError("a weekday and time stands twice in the profile", file=table.file)
        shares[queue[rows], day, slot[rows]] = share[rows]
    return Profile(np.nan_to_num(shares), names)


def _repeats(queue: IntArray, slot: IntArray, rows: BoolArray) -> bool:
    keys = queue[rows] * 100_000 + slot[rows]
    return len(np.unique(keys)) < len(keys)


def _shares(column: Column, table: Table, decimal: str | None) -> FloatArray:
    percent = [
        cell[:-1].rstrip() if isinstance(cell, str) and cell.endswith("%") else cell
        for cell in column.cells
    ]
    plain = Column(column.label, column.rows, column.codes, tuple(percent))
    style = find_style(
        [plain], decimal=decimal, comma_separated=table.delimiter == ",", file=table.file
    )
    share, faults = read_amounts(plain, style, "a share")
    refuse(faults, table.file, "the shares cannot be read")
    return share


def _weekdays(columns: tuple[Column, ...], heading: Heading, file: str) -> IntArray:
    places = [*heading.roles.get("weekday", ()), *heading.roles.get("when", ())]
    for place in places:
        column = columns[place]
        numbers = [weekday_number(text_of(cell)) for cell in column.cells]
        if place in heading.roles.get("weekday", ()) or all(n is not None for n in numbers):
            expected = "expected a weekday such as Mon"
            wrong = {code: expected for code, number in enumerate(numbers) if number is None}
            if wrong:
                raise column.faults_of_cells(wrong).error("the weekdays cannot be read", file)
            return np.asarray(np.array(numbers, dtype=np.int64)[column.codes])
    return np.full(len(columns[0]), -1)


def _slots(columns: tuple[Column, ...], heading: Heading, table: Table) -> tuple[IntArray, int]:
    for place in heading.roles.get("when", ()):
        column = columns[place]
        times = read_moments(column, hint="time", dates=None, year=None, file=table.file)
        if not times.has_time:
            continue
        refuse(times.faults, table.file, "the times cannot be read")
        seconds = times.rows(times.times)
        different = np.unique(seconds)
        gaps = np.diff(different)
        step = gaps.min() if len(gaps) else float(DAY)
        ranged = times.rows(times.ends) - seconds
        step = ranged[0] if np.isfinite(ranged).all() and len(ranged) else step
        if DAY % step or (different % step).any() or step > 3600:
            raise InputError("the times of a profile must be equal steps", file=table.file)
        return (seconds // step).astype(np.int64), round(DAY / step)
    raise no_column(table, heading, "no column tells the time of day of the shares")


def _queues(
    columns: tuple[Column, ...], heading: Heading
) -> tuple[IntArray, tuple[str | None, ...]]:
    if "queue" not in heading.roles:
        return np.zeros(len(columns[0]), dtype=np.int64), (None,)
    column = columns[heading.roles["queue"][0]]
    return np.asarray(column.codes, dtype=np.int64), tuple(map(text_of, column.cells))
