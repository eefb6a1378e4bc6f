"""Files of schedules: our own activities, other tools' rosters, and requirements to cover."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.agents import read_agents
from erlangplan.files.parts import Asked
from erlangplan.files.reading import ask
from erlangplan.files.roster_columns import ROSTER_KEYS, Roster, names_shifts, roster_of
from erlangplan.files.roster_shifts import Kinds, Shifts, kinds_of, shifts_of
from erlangplan.files.roster_times import Spans, spans_of
from erlangplan.files.sources import Source, open_tables
from erlangplan.files.timelines import refuse
from erlangplan.files.zones import zone_of
from erlangplan.forecast import UNNAMED
from erlangplan.scheduling.result import Schedule
from erlangplan.scheduling.soundness import BREAK_COLUMNS, COVERAGE_COLUMNS, TABLE_COLUMNS
from erlangplan.settings import Config

__all__ = ["holds_shifts", "read_requirement", "read_roster", "read_schedule"]

INTERVAL = 900.0


def read_schedule(
    source: Source,
    *,
    map: Mapping[str, str] | None = None,
    tz: str | None = None,
    dates: str | None = None,
    year: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    queue: str | None = None,
    work: Collection[str] = (),
) -> Schedule:
    """Return the schedule that a file or a DataFrame holds: ours, or another tool's roster.

    Parameters
    ----------
    source
        As for `read_forecast`. One row per shift, or one per activity: columns agent, start, end
        (or a date and times of the day; an end before its start lies on the next day), and where
        there are any shift, group, queue, activity, paid, shift_start. Activities inside a shift
        that are not work, such as lunch or a meeting, become its breaks; activities that follow
        each other without a gap make one shift.
    map
        Names of columns: a key such as agent, start, end, date, activity to the label.
    tz
        Name of the zone of the file's clock, such as Europe/Berlin; a file with offsets from UTC
        is shown in it.
    dates, year, encoding, delimiter, sheet
        As for `read_forecast`.
    queue
        Name of the queue where the file names none.
    work
        Names of the activities on the queue, where they are not the usual ones.

    Returns
    -------
    Schedule
        With status ``read`` and without coverage; its remarks say what was guessed.

    Raises
    ------
    InputError
        If the file cannot be understood; an end lies before its start, a row stands twice, an
        agent is in two shifts at a time, or a break lies outside the shift.

    Examples
    --------
    >>> frame = pd.DataFrame({"agent": ["Ada", "Ada"], "date": "2026-03-02",
    ...                       "start": ["22:00", "01:00"], "end": ["06:00", "01:30"],
    ...                       "activity": ["Shift", "Lunch"]})
    >>> schedule = read_schedule(frame)
    >>> print(schedule.breaks["start"].iloc[0], schedule.paid_hours)
    2026-03-03 01:00:00 7.5
    """
    roster, asked = _roster(source, map, dates, year, encoding, delimiter, sheet)
    spans = spans_of(roster, asked, zone_of(tz))
    kinds = kinds_of(roster, work)
    return _schedule(roster, spans, kinds, shifts_of(roster, spans, kinds), queue or UNNAMED)


def holds_shifts(source: Source, *, map: Mapping[str, str] | None = None) -> bool:
    """Tell whether a file or a DataFrame names somebody, a start and an end: shifts to read.

    Parameters
    ----------
    source, map
        As for `read_schedule`; an open file is read to its end.

    Raises
    ------
    InputError
        If it cannot be opened or is not a table.

    Examples
    --------
    >>> holds_shifts(pd.DataFrame({"start": ["2026-03-02 08:00"], "agents": [12]}))
    False
    """
    return any(names_shifts(table, map or {}) for table in open_tables(source))


def read_roster(source: Source, *, tz: str | None = None, **asked: str | None) -> Schedule:
    """Return the shifts that a file holds, without breaks, for `place_breaks` to place them.

    Parameters
    ----------
    source, tz
        As for `read_schedule`.
    asked
        Further texts that `read_schedule` takes.

    Raises
    ------
    InputError
        If the file cannot be understood, or has breaks already.
    """
    schedule = read_schedule(source, tz=tz, **asked)  # type: ignore[arg-type]
    if len(schedule.breaks):
        raise InputError(
            f"the roster has {len(schedule.breaks):,} breaks already",
            file=schedule.source,
            fix="read_schedule reads it with them.",
        )
    return schedule


def read_requirement(
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
    """Return the agents that a schedule is to cover, per queue and interval.

    Parameters
    ----------
    source, map, tz, decimal, dates, encoding, delimiter, sheet, year, queue
        As for `read_agents`.

    Returns
    -------
    pandas.DataFrame
        Columns `queue`, `start` and `agents`, sorted by queue and start.

    Raises
    ------
    InputError
        If the file cannot be understood, or says something impossible.
    """
    table = read_agents(
        source, map=map, tz=tz, decimal=decimal, dates=dates, encoding=encoding,
        delimiter=delimiter, sheet=sheet, year=year, queue=queue,
    )  # fmt: skip
    return table[["queue", "start", "agents"]].astype({"queue": str})


def _roster(
    source: Source,
    mapping: Mapping[str, str] | None,
    dates: str | None,
    year: int | None,
    encoding: str | None,
    delimiter: str | None,
    sheet: str | None,
) -> tuple[Roster, Asked]:
    for key in mapping or {}:
        if key not in ROSTER_KEYS:
            raise ValueError(f"map must have keys of {', '.join(ROSTER_KEYS)}, got {key!r}")
    asked = ask(None, dates, year, None)
    tables = open_tables(source, encoding=encoding, delimiter=delimiter, sheet=sheet)
    return roster_of(tables, dict(mapping or {})), asked


def _schedule(roster: Roster, spans: Spans, kinds: Kinds, shifts: Shifts, queue: str) -> Schedule:
    rows = shifts.row
    names = {
        role: roster.texts(role, other)[rows]
        for role, other in (("queue", queue), ("agent", ""), ("group", ""), ("shift", ""))
    }
    names["queue"] = np.where(names["queue"] == "", queue, names["queue"])
    nobody = np.zeros(len(spans.start), dtype=bool)
    nobody[rows] = names["agent"] == ""
    refuse(roster.columns["agent"].faults(nobody, "expected the name of an agent"), roster.file)
    unpaid = ~kinds.paid[shifts.breaks]
    pauses = np.bincount(
        shifts.owner[unpaid], weights=(shifts.finish - shifts.begin)[unpaid], minlength=len(rows)
    )
    first, last = spans.moments(shifts.start), spans.moments(shifts.end)
    hours = (shifts.end - shifts.start - pauses) / 3.6e9
    table = pd.DataFrame(names).assign(start=first, end=last, paid_hours=hours)
    breaks = table[["queue", "agent"]].iloc[shifts.owner].reset_index(drop=True)
    breaks = breaks.assign(
        shift_start=first[shifts.owner],
        name=kinds.names[shifts.breaks],
        start=spans.moments(shifts.begin),
        end=spans.moments(shifts.finish),
        paid=~unpaid,
    )
    coverage = pd.DataFrame(columns=list(COVERAGE_COLUMNS))
    notes = (*roster.table.notes, *roster.notes, *spans.notes, *kinds.notes)
    return Schedule(
        table[list(TABLE_COLUMNS)], breaks[list(BREAK_COLUMNS)], coverage, INTERVAL, Config(),
        remarks=notes, source=roster.file,
    )  # fmt: skip
