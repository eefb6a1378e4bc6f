"""The roster: a row per agent, a column per day, and the paid hours of the week."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.files.cells import put, put_text
from erlangplan.files.schedule_wording import WORK_COLOURS, local_times, names_in, with_days
from erlangplan.grid import date_range_text, local_starts

if TYPE_CHECKING:
    from xlsxwriter.workbook import Worksheet

    from erlangplan.files.styles import Styles
    from erlangplan.scheduling.result import Schedule

__all__ = ["write_roster"]

WEEK_DAYS = 7
HEAD = 3
_KEYS = ["queue", "group", "agent"]


def write_roster(schedule: Schedule, styles: Styles) -> None:
    """Add the sheet Roster; where the days are more than a week, one for each week of seven days.

    The agents of a queue are sorted by group and name, 2 before 10.
    """
    rows = _rows(schedule)
    weeks = _weeks(schedule)
    for days in weeks:
        name = "Roster" if len(weeks) == 1 else f"Roster {days[0].day} {days[0]:%b %Y}"
        sheet = styles.sheet(name)
        styles.title(sheet, "Roster", f"{date_range_text(list(days))}; times are local.")
        _write_week(schedule, styles, sheet, rows[rows["day"].isin(days)], days)


def _weeks(schedule: Schedule) -> list[pd.DatetimeIndex]:
    known = [local_times(schedule.table["start"]), local_starts(schedule.coverage)]
    moments = pd.concat([pd.Series(pd.DatetimeIndex(part)) for part in known if len(part)] or known)
    if not len(moments):
        return []
    first, last = moments.min().normalize(), moments.max().normalize()
    days = pd.date_range(first, last, freq="D")
    return [days[at : at + WEEK_DAYS] for at in range(0, len(days), WEEK_DAYS)]


def _rows(schedule: Schedule) -> pd.DataFrame:
    """Return the shifts with `text`, what stands in a cell."""
    rows = with_days(schedule)
    begins, ends = (local_times(rows[name]).dt.strftime("%H:%M") for name in ("start", "end"))
    # A name is worth its room only where it tells one day from another.
    kinds = rows.groupby(_KEYS)["shift"].transform("nunique")
    names = (" " + rows["shift"]).where((kinds > 1) & (rows["shift"] != ""), "")
    return rows.assign(text=begins + "-" + ends + names)


def _write_week(
    schedule: Schedule, styles: Styles, sheet: Worksheet, rows: pd.DataFrame, days: pd.DatetimeIndex
) -> None:
    told = {"queue": len(schedule.queues) > 1, "group": bool((schedule.table["group"] != "").any())}
    shown = [name for name in _KEYS if told.get(name, True)]
    heads = [*(name.capitalize() for name in shown), *(f"{d:%a} {d.day} {d:%b}" for d in days)]
    heads.append("Paid hours")
    _columns(sheet, rows, shown, len(days))
    for column, name in enumerate(heads):
        side = "left" if column < len(shown) else "center"
        put_text(sheet, HEAD, column, name, styles.head(align=side))
    shades = names_in(schedule.table["shift"])
    at = HEAD
    agents = sorted(rows.groupby(_KEYS), key=lambda part: [_natural(name) for name in part[0]])
    for at, (keys, mine) in enumerate(agents, HEAD + 1):
        names = dict(zip(_KEYS, map(str, keys), strict=True))
        for column, key in enumerate(shown):
            bold = {"bold": True} if key == "agent" else {}
            put_text(sheet, at, column, names[key], styles.look(**bold))
        for day, shifts in mine.groupby("day"):
            shade = WORK_COLOURS[shades.index(str(shifts["shift"].iloc[0])) % len(WORK_COLOURS)]
            look = styles.look(align="center", bg_color=shade, shrink=True)
            column = len(shown) + list(days).index(pd.Timestamp(str(day)))
            put_text(sheet, at, column, ", ".join(shifts["text"]), look)
        hours = float(mine["paid_hours"].sum())
        put(sheet, at, len(heads) - 1, hours, styles.look("two", align="right"))
    _total(styles, sheet, at + 1, rows, days, len(shown))
    sheet.autofilter(HEAD, 0, max(at, HEAD + 1), len(heads) - 1)
    sheet.freeze_panes(HEAD + 1, len(shown))
    sheet.repeat_rows(HEAD)


def _columns(sheet: Worksheet, rows: pd.DataFrame, shown: list[str], days: int) -> None:
    for column, name in enumerate(shown):
        longest = max([len(name), *(len(str(text)) for text in rows[name].unique())])
        sheet.set_column(column, column, min(longest + 2.0, 28.0))
    longest = max([11, *(len(text) for text in rows["text"].unique())])
    sheet.set_column(len(shown), len(shown) + days - 1, min(longest + 1.5, 24.0))
    sheet.set_column(len(shown) + days, len(shown) + days, 11)


def _total(
    styles: Styles, sheet: Worksheet, at: int, rows: pd.DataFrame, days: pd.DatetimeIndex, left: int
) -> None:
    total = {"bold": True, "top": 1, "top_color": "#7F7F7F"}
    for column in range(left):
        sheet.write_blank(at, column, None, styles.look(**total))
    put_text(sheet, at, 0, "People", styles.look(**total))
    counts = rows.drop_duplicates([*_KEYS, "day"]).groupby("day").size().reindex(days, fill_value=0)
    for column, number in enumerate(counts, left):
        put(sheet, at, column, int(number), styles.look("whole", align="center", **total))
    hours = float(rows["paid_hours"].sum())
    put(sheet, at, left + len(days), hours, styles.look("two", align="right", **total))


def _natural(name: object) -> list[tuple[int, int, str]]:
    """Return what sorts Agent 2 before Agent 10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", str(name))
    return [(0, int(p), "") if p.isdigit() else (1, 0, p.casefold()) for p in parts]
