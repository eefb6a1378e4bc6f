"""Workbooks that a manager would send on: summary, heat maps, every interval, assumptions."""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.cells import (
    FORMATS,
    all_whole,
    colour_scale,
    kind_of,
    put,
    put_text,
    sheet_name,
)
from erlangplan.files.whole import atomic_path
from erlangplan.files.wording import (
    LABELS,
    about,
    facts_in_words,
    heading,
    windows_of,
)
from erlangplan.grid import DayTimeGrid, date_range_text, local_starts, open_hours

if TYPE_CHECKING:
    from xlsxwriter.workbook import (
        Format,
        Workbook,
        Worksheet,
    )

    from erlangplan.files.wording import Plan

__all__ = ["write_workbook"]

MAPPED_QUEUES = 40
DAYS_ON_SUMMARY = 62
MOST_INTERVALS = 250_000
_HEAD = "#DCE6F1"
_MAPS = {
    "net": "Over or short",
    "required": "Required",
    "agents": "Agents",
    "scheduled": "Scheduled",
}
_TIMES = ("start", "day", "window", "window_end", "first", "last", "lowest_start")
_MAP_TITLES = {
    "net": "agents over (blue) or short (red) of the requirement",
    "required": "agents required on the queue",
    "agents": "agents on the queue",
    "scheduled": "people to schedule, shrinkage included",
}


def write_workbook(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan as a workbook (.xlsx), whole or not at all.

    The sheets are a summary, for each queue a map of days x times of the agents and of the people
    to schedule (of an evaluation: over or short, required, agents), of a promise over longer
    windows each of them, every interval with typed cells, and the assumptions. Times are local.
    Texts stay texts: none becomes a formula, a link or a number.

    Parameters
    ----------
    plan
        A requirement or an evaluation.
    path
        The file; one that exists is replaced.

    Raises
    ------
    InputError
        If nothing can be written there, or the plan has more than 250,000 intervals: such a
        workbook takes minutes to write and longer to open.
    """
    if len(plan.table) > MOST_INTERVALS:
        raise InputError(
            f"{os.fspath(path)}: a workbook takes up to {MOST_INTERVALS:,} intervals, this has "
            f"{len(plan.table):,}; write a .csv, or plan fewer queues or weeks at a time"
        )
    with atomic_path(path) as unfinished:
        _Book(plan, str(unfinished)).write()


class _Book:
    """One workbook while it is being written."""

    def __init__(self, plan: Plan, path: str) -> None:
        from xlsxwriter.workbook import Workbook

        self.plan = plan
        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            # Row by row on disk: a million rows would not fit into memory.
            "constant_memory": len(plan.table) > 50_000,
        }
        self.book: Workbook = Workbook(path, options)
        self.used: set[str] = set()
        self.formats: dict[str, Format] = {}

    def write(self) -> None:
        first = local_starts(self.plan.table).min()
        if pd.notna(first):
            # A fixed moment, so that the same plan gives the same file.
            self.book.set_properties({"created": first.to_pydatetime(), "title": "Staffing plan"})
        kinds = [name for name in _MAPS if name in self.plan.table]
        queues = self._largest_queues()
        self._summary(len(queues))
        for queue in queues:
            rows = self.plan.table[self.plan.table["queue"] == queue]
            for kind in kinds:
                self._map(rows, kind, str(queue), alone=len(self.plan.queues) == 1)
        if (windows := windows_of(self.plan)) is not None:
            self._sheet_of_table("Windows", windows)
        if len(self.plan.days) > DAYS_ON_SUMMARY:
            self._sheet_of_table("Days", self.plan.days)
        self._intervals()
        self._assumptions()
        from xlsxwriter.exceptions import FileCreateError

        try:
            self.book.close()
        except FileCreateError as error:
            raise OSError(f"the workbook cannot be written: {error}") from error

    def _largest_queues(self) -> list[str]:
        hours = self.plan.queues.set_index("queue")["agent_hours"]
        chosen = set(hours.nlargest(MAPPED_QUEUES).index)
        return [name for name in hours.index if name in chosen]

    def _format(self, kind: str, /, **more: object) -> Format:
        key = f"{kind} {sorted(more.items())}"
        if key not in self.formats:
            number = {"num_format": FORMATS[kind]} if kind in FORMATS else {}
            self.formats[key] = self.book.add_format(
                {"font_name": "Calibri", "font_size": 10, "valign": "vcenter", **number, **more}
            )
        return self.formats[key]

    def _head(self, kind: str = "text", /, **more: object) -> Format:
        look = {"bold": True, "bg_color": _HEAD, "bottom": 1, "bottom_color": "#7F7F7F"}
        return self._format(kind, **look, **more)

    def _sheet(self, name: str) -> Worksheet:
        sheet = self.book.add_worksheet(sheet_name(name, self.used))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8&A&R&8Page &P of &N")
        return sheet

    def _summary(self, mapped: int) -> None:
        plan, sheet = self.plan, self._sheet("Summary")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 11, 13)
        sheet.set_row(0, 24)
        sheet.write_string(0, 0, heading(plan), self._format("text", bold=True, font_size=16))
        quiet = self._format("text", font_color="#595959")
        put_text(sheet, 1, 0, " · ".join(about(plan)), quiet)
        at = self._facts(sheet, 3, facts_in_words(plan))
        at = self._block(sheet, at, "Total", plan.total)
        if len(plan.queues) > 1:
            at = self._block(sheet, at, "By queue", plan.queues)
        if len(plan.days) <= DAYS_ON_SUMMARY:
            days_of_all = plan.days.drop(columns="queue") if len(plan.queues) == 1 else plan.days
            at = self._block(sheet, at, "By day", days_of_all)
        remarks = list(plan.remarks)
        if mapped < len(plan.queues):
            remarks.append(
                f"Heat maps show the {mapped} queues with the most agent hours of "
                f"{len(plan.queues)}; the sheet Intervals has them all."
            )
        if remarks:
            sheet.write_string(at, 0, "Remarks", self._format("text", bold=True, font_size=12))
            for number, remark in enumerate(remarks, at + 1):
                put_text(sheet, number, 0, remark, self._format("text"))

    def _facts(self, sheet: Worksheet, at: int, pairs: Sequence[tuple[str, str]]) -> int:
        for name, text in pairs:
            put_text(sheet, at, 0, name, self._format("text", bold=True))
            put_text(sheet, at, 1, text, self._format("text"))
            at += 1
        return at + 1 if pairs else at

    def _block(self, sheet: Worksheet, at: int, title: str, frame: pd.DataFrame) -> int:
        """Write a small table and return the row after it."""
        sheet.write_string(at, 0, title, self._format("text", bold=True, font_size=12))
        frame = _labels_first(frame)
        self._table(sheet, at + 1, frame, LABELS)
        return at + len(frame) + 3

    def _table(
        self, sheet: Worksheet, at: int, frame: pd.DataFrame, labels: Mapping[str, str]
    ) -> None:
        formats = []
        for column, name in enumerate(map(str, frame.columns)):
            kind = kind_of(name, frame[name]) if labels is not LABELS else _rounded(name, frame)
            left = kind in ("text", "day", "moment")
            side = {
                "align": "left" if left else "right",
                "indent": int(kind == "text" and column > 0),
            }
            put_text(
                sheet,
                at,
                column,
                labels.get(name, name),
                self._head(text_wrap=True, valign="top", **side),
            )
            formats.append(self._format(kind, **side))
        columns = [list(frame[name]) for name in frame.columns]
        for row, values in enumerate(zip(*columns, strict=True), at + 1):
            for column, value in enumerate(values):
                put(sheet, row, column, value, formats[column])

    def _map(self, rows: pd.DataFrame, kind: str, queue: str, *, alone: bool) -> None:
        name = _MAPS[kind] if alone else f"{queue[: 30 - len(_MAPS[kind])]} {_MAPS[kind]}"
        sheet = self._sheet(name)
        grid = open_hours(rows, kind, self.plan.forecast.interval)
        title = f"{queue}: {_MAP_TITLES[kind]}" if queue else _MAP_TITLES[kind].capitalize()
        sheet.set_row(0, 22)
        pages = -(-len(grid.days) // 14)
        # The first column is repeated on further pages, where a title in it would be cut off.
        at = 0 if pages == 1 else 1
        put_text(sheet, 0, at, title, self._format("text", bold=True, font_size=14))
        put_text(sheet, 1, at, self._map_note(grid), self._format("text", font_color="#595959"))
        self._grid(sheet, grid, signed=kind == "net")
        sheet.freeze_panes(5, 1)
        sheet.repeat_rows(3, 4)
        sheet.repeat_columns(0)
        sheet.fit_to_pages(pages, 1 if pages == 1 and len(grid.minutes) <= 60 else 0)
        sheet.center_horizontally()

    def _map_note(self, grid: DayTimeGrid) -> str:
        parts = [date_range_text(grid.days), self.plan.forecast.tz or "local time"]
        if any(grid.second):
            parts.append("italic times: the hour that comes twice")
        return " · ".join(parts)

    def _grid(self, sheet: Worksheet, grid: DayTimeGrid, *, signed: bool) -> None:
        sheet.write_string(3, 0, "", self._format("text", bold=True, bg_color=_HEAD))
        for column, day in enumerate(grid.days, 1):
            look = self._format("weekday", bold=True, bg_color=_HEAD, align="center")
            sheet.write_datetime(3, column, day.to_pydatetime(), look)
        sheet.write_string(4, 0, "Time", self._head())
        for column, day in enumerate(grid.days, 1):
            sheet.write_datetime(4, column, day.to_pydatetime(), self._head("date", align="center"))
        sheet.set_column(0, 0, 9)
        sheet.set_column(1, len(grid.days), 9 if len(grid.days) <= 14 else 6.5)
        decimals = "whole" if all_whole(grid.values) else "two"
        look = self._format(f"{'signed' if signed else 'cell'}_{decimals}", align="center")
        closed = self._format("text", bg_color="#EDEDED")
        for row, (minute, again) in enumerate(zip(grid.minutes, grid.second, strict=True), 5):
            time = dt.time(minute // 60, minute % 60)
            sheet.write_datetime(row, 0, time, self._format("time", bold=True, italic=again))
            for column, value in enumerate(grid.values[row - 5], 1):
                if math.isfinite(value):
                    sheet.write_number(row, column, value, look)
                elif signed:
                    sheet.write_blank(row, column, None, closed)
        most = float(np.nanmax(np.abs(grid.values), initial=1))
        place = (5, 1, 4 + len(grid.minutes), len(grid.days))
        sheet.conditional_format(*place, colour_scale(most, signed=signed))

    def _intervals(self) -> None:
        self._sheet_of_table("Intervals", _with_local_starts(self.plan.table))

    def _sheet_of_table(self, name: str, table: pd.DataFrame) -> None:
        """Write a long table with a frozen header and filters; its headers are column names."""
        sheet = self._sheet(name)
        for column, title in enumerate(table.columns):
            wide = {"queue": 20, "binding": 15} | dict.fromkeys(_TIMES, 17)
            sheet.set_column(column, column, wide.get(str(title), max(9, len(str(title)) + 3)))
        self._table(sheet, 0, table, {})
        sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
        sheet.freeze_panes(1, 2)
        sheet.repeat_rows(0)

    def _assumptions(self) -> None:
        sheet = self._sheet("Assumptions")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 100)
        sheet.write_string(0, 0, "Assumption", self._head())
        sheet.write_string(0, 1, "Value", self._head())
        text = self._format("text", text_wrap=True, valign="top")
        for row, (name, value) in enumerate(self.plan.assumptions, 1):
            put_text(sheet, row, 0, name, self._format("text", bold=True, valign="top"))
            put_text(sheet, row, 1, value, text)


def _rounded(name: str, frame: pd.DataFrame) -> str:
    return "whole" if name == "volume" else kind_of(name, frame[name])


def _labels_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a small table whose first column is the queue or the day, if it has one."""
    labels = [name for name in ("queue", "day") if name in frame]
    quiet = {"overloaded"} if not frame["overloaded"].any() else set()
    measures = [name for name in frame.columns if name not in {*labels, *quiet}]
    return frame[labels + measures] if labels else frame.assign(queue="All")[["queue", *measures]]


def _with_local_starts(table: pd.DataFrame) -> pd.DataFrame:
    local = local_starts(table)
    told = table.assign(start=local)
    if table["start"].dt.tz is not None:
        minutes = (local - table["start"].dt.tz_convert("UTC").dt.tz_localize(None)) / pd.Timedelta(
            "1min"
        )
        codes, unique = pd.factorize(minutes.astype(int))
        texts = [f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}" for m in unique]
        told.insert(list(told.columns).index("start") + 1, "utc_offset", np.array(texts)[codes])
    return told
