"""Files of agents: how many are on each queue in each interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from erlangplan.files.headings import no_column
from erlangplan.files.numbers import read_amounts
from erlangplan.files.pairs import choose_sheet
from erlangplan.files.parts import Sheet
from erlangplan.files.reading import ask
from erlangplan.files.sources import Source, open_tables
from erlangplan.files.timelines import refuse, style_of, timeline_of
from erlangplan.files.titles import refuse_other_title
from erlangplan.files.zones import zone_of

__all__ = ["read_agents"]

MOST_AGENTS = 1e7


def read_agents(
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
    """Return the agents of each queue and interval that a file or a DataFrame holds.

    Parameters
    ----------
    source
        As for `read_forecast`: columns start (or date and time), agents, and queue where there
        is more than one; or a wide sheet of agents. A plan that `save` wrote as CSV or as a
        workbook is one too.
    map, tz, decimal, dates, encoding, delimiter, sheet, year, queue
        As for `read_forecast`; `map` also knows the key `agents`.

    Returns
    -------
    pandas.DataFrame
        Columns `queue`, `start` and `agents` (fractions allowed), sorted by queue and start, and
        `scheduled` where the file has it.

    Raises
    ------
    InputError
        If the file cannot be understood, or says something impossible.
    """
    asked = ask(map, dates, year, decimal)
    zone = zone_of(tz)
    tables = open_tables(source, encoding=encoding, delimiter=delimiter, sheet=sheet)
    way = "Keep the right one in a file of its own, or name it to read_agents with sheet=."
    found = choose_sheet(tables, asked, _with_agents, way)
    style = style_of(found, decimal)
    columns = {}
    for role in ("agents", "scheduled"):
        if role in found.columns:
            column = found.columns[role]
            columns[role], faults = read_amounts(column, style, "agents", MOST_AGENTS)
            refuse(faults, found.table.file)
    line = timeline_of(found, zone or found.table.tz, queue, columns["agents"] == 0)
    table = pd.DataFrame({"queue": line.queue, "start": line.starts})
    for role, values in columns.items():
        table[role] = values[line.keep]
    return table.sort_values(["queue", "start"], ignore_index=True)


def _with_agents(sheet: Sheet) -> Sheet:
    if "agents" in sheet.columns:
        return sheet
    if sheet.wide and "volume" in sheet.columns:
        refuse_other_title(sheet, "agents")
        return replace(sheet, columns={**sheet.columns, "agents": sheet.columns["volume"]})
    raise no_column(
        sheet.table,
        sheet.heading,
        "no column holds the number of agents",
        "Label it 'agents', or name it to read_agents with map={'agents': ...}.",
    )
