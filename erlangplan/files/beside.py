"""Files beside a forecast, whose columns bear the names that we give them: counts and costs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from erlangplan.files.headings import locate, no_column
from erlangplan.files.layouts import read_sheet
from erlangplan.files.numbers import read_amounts
from erlangplan.files.pairs import only_table
from erlangplan.files.parts import Asked
from erlangplan.files.reading import ask
from erlangplan.files.sources import Source, open_tables
from erlangplan.files.tables import Column, Faults, FloatArray, Table
from erlangplan.files.timelines import Timeline, refuse, style_of, timeline_of
from erlangplan.files.zones import zone_of
from erlangplan.windows.so_far import COUNTS, impossible_counts

__all__ = ["read_actuals", "read_costs"]

_TIMES = ("queue", "start", "date", "time", "end", "interval")


def read_actuals(
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
) -> pd.DataFrame:
    """Return the counts of each queue and interval that a file or a DataFrame holds.

    Parameters
    ----------
    source
        As for `read_forecast`: columns start (or date and time), queue where there are several,
        offered, answered_within and, where the way of counting needs them, answered, abandoned,
        abandoned_within and abandoned_short.
    map, tz, decimal, dates, encoding, delimiter, sheet, year, queue
        As for `read_forecast`; `map` knows the names of the counts.

    Returns
    -------
    pandas.DataFrame
        Columns `queue`, `start` and the counts that the file has, for ``staff(so_far=...)``.

    Raises
    ------
    InputError
        If the file cannot be understood, or its counts contradict each other.
    """
    tables = open_tables(source, encoding=encoding, delimiter=delimiter, sheet=sheet)
    asked = Asked(map or {}, *_settled(dates, year, decimal))
    line, columns, values = _read(
        only_table(tables), asked, COUNTS, ("offered", "answered_within"), zone_of(tz), queue
    )
    faults = Faults()
    for name, wrong, expected in impossible_counts(values):
        faults += columns[name].faults(wrong, expected)
    refuse(faults, line.sheet.table.file, "the counts contradict each other")
    return _framed(line, values)


def read_costs(
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
) -> pd.DataFrame:
    """Return the cost of an agent hour in each interval that a file or a DataFrame holds.

    Parameters
    ----------
    source
        As for `read_forecast`: columns start (or date and time), cost and, where it differs by
        queue, queue.
    map, tz, decimal, dates, encoding, delimiter, sheet, year, queue
        As for `read_forecast`; `map` knows the key `cost`.

    Returns
    -------
    pandas.DataFrame
        Columns `queue`, `start` and `cost`, for ``staff(cost=...)``.

    Raises
    ------
    InputError
        If the file cannot be understood, or a cost is not above 0.
    """
    tables = open_tables(source, encoding=encoding, delimiter=delimiter, sheet=sheet)
    asked = Asked(map or {}, *_settled(dates, year, decimal))
    line, columns, values = _read(
        only_table(tables), asked, ("cost",), ("cost",), zone_of(tz), queue
    )
    refuse(columns["cost"].faults(values["cost"] <= 0, "expected a cost above 0"),
           line.sheet.table.file)  # fmt: skip
    return _framed(line, values)


def _settled(
    dates: str | None, year: int | None, decimal: str | None
) -> tuple[str | None, int | None, str | None]:
    asked = ask(None, dates, year, decimal)
    return asked.dates, asked.year, asked.decimal


def _read(
    table: Table, asked: Asked, names: Sequence[str], needed: Sequence[str], tz: str | None,
    queue: str | None,
) -> tuple[Timeline, dict[str, Column], dict[str, FloatArray]]:  # fmt: skip
    """Return the rows in time, and the columns that bear the names, as such and as numbers."""
    heading = locate(table, {})
    labels = {_plain(label): label for label in reversed(heading.labels)}
    known = {name: labels[name] for name in (*names, "start") if name in labels}
    mapping = known | dict(asked.mapping)
    missing = [name for name in needed if name not in mapping]
    if missing or not mapping.keys() <= {*names, *_TIMES}:
        strange = sorted(mapping.keys() - {*names, *_TIMES})
        what = f"there is no column {missing[0]}" if missing else f"--map knows no {strange[0]}"
        fix = f"Label it so, or name it with --map, such as --map {needed[0]}=... (map=)."
        raise no_column(table, heading, what, fix)
    found = read_sheet(table, Asked(mapping, asked.dates, asked.year, asked.decimal))
    style = style_of(found, asked.decimal)
    line = timeline_of(found, tz or table.tz, queue)
    columns = {name: line.sheet.columns[name] for name in names if name in mapping}
    values = {}
    for name, column in columns.items():
        values[name], faults = read_amounts(column, style, "a number")
        refuse(faults, table.file)
    return line, columns, values


def _plain(label: str) -> str:
    return re.sub(r"[\s_-]+", "_", label.strip().casefold())


def _framed(line: Timeline, values: dict[str, FloatArray]) -> pd.DataFrame:
    frame = pd.DataFrame({"queue": line.queue, "start": line.starts})
    return frame.assign(**values).sort_values(["queue", "start"], ignore_index=True)
