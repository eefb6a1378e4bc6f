"""Sheets of coverage: over and short by day and time, and every interval of each day."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from erlangplan.files.cells import all_whole, colour_scale, put_text
from erlangplan.files.schedule_wording import NOTHING, as_plan
from erlangplan.grid import date_range_text, local_starts, open_hours

if TYPE_CHECKING:
    from xlsxwriter.workbook import Worksheet

    from erlangplan.files.styles import Styles
    from erlangplan.scheduling.result import Schedule

__all__ = ["write_coverage", "write_map"]

MOST_DAYS = 35
CHARTED_QUEUES = 4
_LABELS = {
    "queue": ("Queue", "text"),
    "time": ("Time", "time"),
    "required": ("Required", "number"),
    "scheduled": ("Scheduled", "number"),
    "on_break": ("On break", "number"),
    "on_queue": ("On queue", "number"),
    "over": ("Over", "number"),
    "short": ("Short", "number"),
    "service_level": ("Service level", "share"),
    "covered": ("Covered", "number"),
}


def write_map(schedule: Schedule, styles: Styles, queue: str) -> None:
    """Add a map of agents over (blue) or short (red): days across, times of the day down."""
    plan = as_plan(schedule)
    rows = plan.table[plan.table["queue"] == queue]
    alone = len(schedule.queues) == 1
    grid = open_hours(rows, "net", schedule.interval)
    sheet = styles.sheet("Over or short" if alone else f"{queue[:16]} over or short")
    name = f"{queue}: " if queue else ""
    title = f"{name}agents over (blue) or short (red)"
    styles.title(sheet, title if name else title.capitalize(), date_range_text(grid.days))
    put_text(sheet, 3, 0, "Time", styles.head())
    sheet.set_column(0, 0, 9)
    sheet.set_column(1, len(grid.days), 9)
    for column, day in enumerate(grid.days, 1):
        text = f"{day:%a} {day.day} {day:%b}"
        put_text(sheet, 3, column, text, styles.head(align="center"))
    decimals = "whole" if all_whole(grid.values) else "two"
    look = styles.look(f"signed_{decimals}", align="center")
    closed = styles.look(bg_color="#EDEDED")
    for row, (minute, again) in enumerate(zip(grid.minutes, grid.second, strict=True), 4):
        time = dt.time(minute // 60, minute % 60)
        sheet.write_datetime(row, 0, time, styles.look("time", bold=True, italic=again))
        for column, value in enumerate(grid.values[row - 4], 1):
            if math.isfinite(value):
                sheet.write_number(row, column, value, look)
            else:
                sheet.write_blank(row, column, None, closed)
    most = float(np.nanmax(np.abs(grid.values), initial=1))
    place = (4, 1, 3 + len(grid.minutes), len(grid.days))
    sheet.conditional_format(*place, colour_scale(most, signed=True))
    sheet.freeze_panes(4, 1)
    sheet.repeat_rows(3)
    sheet.fit_to_pages(1, 1 if len(grid.minutes) <= 60 else 0)


def write_coverage(schedule: Schedule, styles: Styles) -> None:
    """Add a sheet for each day; in a plan of many days one sheet for all of them."""
    cover = schedule.coverage
    local = local_starts(cover)
    day = local.dt.normalize()
    told = cover.assign(
        time=local,
        covered=np.minimum(cover["required"], cover["on_queue"]),
        day=day,
    )
    if day.nunique() > MOST_DAYS:
        _one_sheet(told, styles)
        return
    for moment, rows in told.groupby("day"):
        _day(schedule, styles, pd.Timestamp(str(moment)), rows)


def _one_sheet(told: pd.DataFrame, styles: Styles) -> None:
    sheet = styles.sheet("Coverage")
    frame, kinds = _frame(told, several=True)
    kinds[list(frame.columns).index("Time")] = "moment"
    sheet.set_column(0, 1, 17)
    sheet.set_column(2, len(kinds), 10)
    end = styles.table(sheet, 0, frame, kinds)
    _colours(sheet, styles, frame, 1, end - 1)
    sheet.autofilter(0, 0, max(end - 1, 1), len(kinds) - 1)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)


def _frame(rows: pd.DataFrame, *, several: bool) -> tuple[pd.DataFrame, list[str]]:
    names = [name for name in _LABELS if name in rows and (several or name != "queue")]
    if rows["service_level"].isna().all():
        names.remove("service_level")
    kinds = [_kind(name, rows) for name in names]
    return rows[names].set_axis([_LABELS[name][0] for name in names], axis=1), kinds


def _kind(name: str, rows: pd.DataFrame) -> str:
    kind = _LABELS[name][1]
    if kind != "number":
        return kind
    return "whole" if all_whole(rows[name].to_numpy(float)) else "two"


def _day(schedule: Schedule, styles: Styles, day: pd.Timestamp, rows: pd.DataFrame) -> None:
    several = len(schedule.queues) > 1
    used = rows.loc[(rows["required"] > 0) | (rows["scheduled"] > NOTHING), "start"]
    if len(used):
        rows = rows[rows["start"].between(used.min(), used.max())]
    sheet = styles.sheet(f"{day:%a} {day.day} {day:%b}")
    hours = rows[["over", "short"]].sum() * schedule.interval / 3600
    note = f"{hours['over']:,.1f} agent hours over · {hours['short']:,.1f} short"
    styles.title(sheet, f"Coverage on {day:%A} {day.day} {day:%B} {day.year}", note)
    frame, kinds = _frame(rows, several=several)
    sheet.set_column(0, 0, 14 if several else 8)
    sheet.set_column(1, len(kinds) - 1, 10)
    end = styles.table(sheet, 3, frame, kinds)
    _colours(sheet, styles, frame, 4, end - 1)
    sheet.freeze_panes(4, 1 + several)
    sheet.repeat_rows(3)
    sheet.fit_to_pages(1, 1 if len(frame) <= 60 else 0)
    queues = rows["queue"].astype(str).to_numpy()
    for number, queue in enumerate(schedule.queues[:CHARTED_QUEUES]):
        at = np.flatnonzero(queues == queue)
        if len(at):
            span = (4 + int(at[0]), 4 + int(at[-1]))
            place = (3 + 22 * number, len(kinds) + 1)
            _chart(styles, sheet, list(frame.columns), span, place, queue)


def _colours(sheet: Worksheet, styles: Styles, frame: pd.DataFrame, first: int, last: int) -> None:
    columns = list(frame.columns)
    at = columns.index("Short")
    red = styles.book.add_format({"bg_color": "#F4B6AE", "font_color": "#7A0C02", "bold": True})
    more = {"type": "cell", "criteria": ">", "value": NOTHING, "format": red}
    sheet.conditional_format(first, at, last, at, more)
    at = columns.index("Over")
    most = max(1.0, float(frame["Over"].max()))
    sheet.conditional_format(first, at, last, at, colour_scale(most, signed=False))


def _chart(
    styles: Styles,
    sheet: Worksheet,
    columns: list[str],
    rows: tuple[int, int],
    place: tuple[int, int],
    queue: str,
) -> None:
    """Draw those covered, short and over on top of each other."""
    chart = styles.book.add_chart({"type": "column", "subtype": "stacked"})
    time = columns.index("Time")
    for name, colour in (("Covered", "#8FB8DC"), ("Short", "#D7301F"), ("Over", "#D9E8F5")):
        at = columns.index(name)
        chart.add_series(
            {
                "name": name,
                "categories": [sheet.get_name(), rows[0], time, rows[1], time],
                "values": [sheet.get_name(), rows[0], at, rows[1], at],
                "fill": {"color": colour},
                "gap": 0,
            }
        )
    chart.set_title({"name": queue or "Agents", "name_font": {"size": 12}, "overlay": False})
    chart.set_x_axis({"num_format": "hh:mm", "num_font": {"size": 8, "rotation": -90}})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 420})
    sheet.insert_chart(*place, chart)
