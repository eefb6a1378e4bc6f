"""A schedule as a workbook: summary, roster, shifts to hand out, coverage by day, activities."""

from __future__ import annotations

import datetime as dt
import os
from textwrap import wrap
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.cells import put, put_text
from erlangplan.files.schedule_coverage import write_coverage, write_map
from erlangplan.files.schedule_handout import write_handout
from erlangplan.files.schedule_roster import write_roster
from erlangplan.files.schedule_wording import (
    about_schedule,
    day_totals,
    figures,
    has_cover,
    local_times,
    people_per_shift,
    schedule_heading,
    shortages_heading,
    worst_first,
)
from erlangplan.files.styles import Styles
from erlangplan.files.whole import atomic_path
from erlangplan.scheduling.words import aim_words, hours_words, lowest_words, proof_words

if TYPE_CHECKING:
    from xlsxwriter.workbook import Worksheet

    from erlangplan.scheduling.result import Schedule

__all__ = ["write_schedule_workbook"]

MOST_SHIFTS = 25_000
SHOWN_SHORT = 25
_VALUE = 100
_DAY_LABELS = {
    "day": ("Day", "day"),
    "people": ("People", "whole"),
    "paid_hours": ("Paid hours", "one"),
    "required": ("Agent hours required", "one"),
    "on_queue": ("Agent hours on queue", "one"),
    "over": ("Agent hours over", "one"),
    "short": ("Agent hours short", "one"),
    "lowest": ("Lowest service level", "share"),
}


def write_schedule_workbook(schedule: Schedule, path: str | os.PathLike[str]) -> None:
    """Write a schedule as a workbook (.xlsx), whole or not at all.

    The sheets are a summary, the roster (an agent a row, a day a column), the shifts to print and
    hand out (a bar per agent across each day), agents over or short by day and time, the coverage
    of each day with a chart, all activities, and the assumptions. Times are local. Texts stay
    texts: none becomes a formula or a link.

    Parameters
    ----------
    schedule
        Who works when.
    path
        The file; one that exists is replaced.

    Raises
    ------
    InputError
        If nothing can be written there, or there are more than 25,000 shifts.
    """
    if len(schedule.table) > MOST_SHIFTS:
        raise InputError(
            f"{os.fspath(path)}: a workbook takes up to {MOST_SHIFTS:,} shifts, this has "
            f"{len(schedule.table):,}; write a .csv, or plan fewer queues or weeks at a time"
        )
    with atomic_path(path) as unfinished:
        _write(schedule, str(unfinished))


def _write(schedule: Schedule, path: str) -> None:
    from xlsxwriter.exceptions import FileCreateError
    from xlsxwriter.workbook import Workbook

    kinds = ("formulas", "urls", "numbers")
    book = Workbook(path, {f"strings_to_{kind}": False for kind in kinds})
    # A fixed moment, so that the same schedule gives the same file.
    first = local_times(schedule.table["start"]).min()
    created = dt.datetime(2000, 1, 1) if pd.isna(first) else first.to_pydatetime()
    book.set_properties({"created": created, "title": "Schedule"})
    styles = Styles(book)
    _summary(schedule, styles)
    write_roster(schedule, styles)
    write_handout(schedule, styles)
    if has_cover(schedule):
        for queue in schedule.queues:
            write_map(schedule, styles, queue)
        write_coverage(schedule, styles)
    _activities(schedule, styles)
    _assumptions(schedule, styles)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(f"the workbook cannot be written: {error}") from error


def _summary(schedule: Schedule, styles: Styles) -> None:
    sheet = styles.sheet("Summary")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 40, 12)
    styles.title(sheet, schedule_heading(schedule), " · ".join(about_schedule(schedule)))
    facts = [
        *(("Hours", words) for words in hours_words(schedule)),
        ("Aim", aim_words(schedule)),
        ("Proof", proof_words(schedule)),
        *schedule.facts,
        *_targets(schedule),
    ]
    if lowest := lowest_words(schedule):
        facts.insert(1, ("Lowest service level", lowest))
    at = 3
    for figure in figures(schedule):
        put_text(sheet, at, 0, figure.name, styles.look(bold=True))
        exact = {"num_format": "0.00 %"} if figure.kind == "share" else {}
        put(sheet, at, 1, figure.number, styles.look(figure.kind, align="left", **exact))
        put_text(sheet, at, 2, figure.note, styles.look(font_color="#595959"))
        at += 1
    for name, text in facts:
        put_text(sheet, at, 0, name, styles.look(bold=True))
        put_text(sheet, at, 1, text, styles.look())
        at += 1
    at = _people(schedule, styles, sheet, at + 1)
    at = _days(schedule, styles, sheet, at + 1)
    at = _shortages(schedule, styles, sheet, at + 1)
    if schedule.remarks:
        at = _heading(styles, sheet, at + 1, "Remarks")
        for number, remark in enumerate(schedule.remarks, at):
            put_text(sheet, number, 0, remark, styles.look())


def _heading(styles: Styles, sheet: Worksheet, at: int, text: str) -> int:
    put_text(sheet, at, 0, text, styles.look(bold=True, font_size=12))
    return at + 1


def _targets(schedule: Schedule) -> list[tuple[str, str]]:
    asked = {queue: schedule.config.of(queue).target.words for queue in schedule.queues}
    if len(set(asked.values())) == 1:
        return [("Target", next(iter(asked.values())))]
    return [(f"Target {queue}", words) for queue, words in asked.items()]


def _people(schedule: Schedule, styles: Styles, sheet: Worksheet, at: int) -> int:
    counts = people_per_shift(schedule)
    at = _heading(styles, sheet, at, "People who start each shift")
    put_text(sheet, at, 0, "Shift", styles.head())
    for column, day in enumerate(counts.columns, 1):
        text = f"{pd.Timestamp(day):%a} {pd.Timestamp(day).day} {pd.Timestamp(day):%b}"
        put_text(sheet, at, column, text, styles.head(align="right"))
    for row, (name, numbers) in enumerate(counts.iterrows(), at + 1):
        put_text(sheet, row, 0, str(name) or "work", styles.look())
        for column, number in enumerate(numbers, 1):
            put(sheet, row, column, int(number), styles.look("whole", align="right"))
    end = at + 1 + len(counts)
    total = {"bold": True, "top": 1, "top_color": "#7F7F7F"}
    put_text(sheet, end, 0, "All", styles.look(**total))
    for column, number in enumerate(counts.sum(), 1):
        put(sheet, end, column, int(number), styles.look("whole", align="right", **total))
    return end + 1


def _days(schedule: Schedule, styles: Styles, sheet: Worksheet, at: int) -> int:
    days = day_totals(schedule)
    shown = ["day", "people", "paid_hours"] if not has_cover(schedule) else list(_DAY_LABELS)
    if days["lowest"].isna().all() and "lowest" in shown:
        shown.remove("lowest")
    at = _heading(styles, sheet, at, "By day")
    labels = [_DAY_LABELS[name][0] for name in shown]
    kinds = [_DAY_LABELS[name][1] for name in shown]
    return styles.table(sheet, at, days[shown].set_axis(labels, axis=1), kinds)


def _shortages(schedule: Schedule, styles: Styles, sheet: Worksheet, at: int) -> int:
    listed = worst_first(schedule)
    if not len(listed):
        return at
    worst = listed.head(SHOWN_SHORT)
    more = "" if len(worst) == len(listed) else f", the largest {len(worst)} of {len(listed):,}"
    at = _heading(styles, sheet, at, f"{shortages_heading(schedule)}{more}")
    starts = pd.Series(pd.DatetimeIndex(worst["start"]), worst.index)
    columns = {"Start": local_times(starts), "Agents short": worst["short"]}
    kinds = ["moment", "one", "text"]
    frame = pd.DataFrame({**columns, "Why": worst["reason"]})
    if len(schedule.queues) > 1:
        frame.insert(1, "Queue", worst["queue"].astype(str))
        kinds.insert(1, "text")
    return styles.table(sheet, at, frame, kinds)


def _activities(schedule: Schedule, styles: Styles) -> None:
    sheet = styles.sheet("Activities")
    frame = schedule.activities
    times = {name: local_times(frame[name]) for name in ("shift_start", "start", "end")}
    frame = frame.assign(**times, paid=frame["paid"].map({True: "yes", False: "no"}))
    kinds = ["moment" if name in times else "text" for name in frame.columns]
    for column, (name, kind) in enumerate(zip(frame.columns, kinds, strict=True)):
        longest = max([len(name), *(len(str(text)) for text in frame[name].unique())])
        sheet.set_column(column, column, 17 if kind == "moment" else min(longest + 3, 40))
    styles.table(sheet, 0, frame, kinds)
    sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)
    sheet.freeze_panes(1, 2)
    sheet.repeat_rows(0)


def _assumptions(schedule: Schedule, styles: Styles) -> None:
    sheet = styles.sheet("Assumptions")
    sheet.set_column(0, 0, max(34, 3 + max(len(name) for name, _ in schedule.assumptions)))
    sheet.set_column(1, 1, _VALUE)
    for column, name in enumerate(("Assumption", "Value")):
        sheet.write_string(0, column, name, styles.head())
    for row, (name, value) in enumerate(schedule.assumptions, 1):
        put_text(sheet, row, 0, name, styles.look(bold=True, valign="top"))
        put_text(sheet, row, 1, value, styles.look(text_wrap=True, valign="top"))
        # Not every program makes room for wrapped text by itself.
        lines = sum(max(1, len(wrap(line, _VALUE + 10))) for line in value.splitlines())
        if lines > 1:
            sheet.set_row(row, 15 * lines)
