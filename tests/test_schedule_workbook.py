"""The workbook and the page of a schedule say what the schedule says, ready to hand out."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.errors import InputError
from erlangplan.files import schedule_coverage, schedule_workbook
from erlangplan.files.schedule_page import schedule_page_html
from sample_schedules import week
from test_page import Reader

WEEK = week(20)
TWO = week(12, queues=("Orders", "Support"), days=2, night=False)


def opened(schedule, folder):
    path = folder / "schedule.xlsx"
    ep.save(schedule, path)
    assert os.listdir(folder) == ["schedule.xlsx"]
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return opened(WEEK, tmp_path_factory.mktemp("book"))


def heads(sheet, row):
    return [cell.value for cell in sheet[row]]


def bar_of(sheet, agent, day="Mon 2 Mar"):
    """Return the cells of an agent's bar by the time at which they begin."""
    titles = heads(sheet, 4)
    first = titles.index("06:00")
    row = next(r for r in sheet.iter_rows(min_row=5) if (r[0].value, r[1].value) == (day, agent))
    return {6 * 60 + 15 * at: cell for at, cell in enumerate(row[first:])}


def filled(cell):
    return cell.fill.patternType == "solid"


def test_sheets_are_summary_shifts_map_days_activities_assumptions(book):
    assert book.sheetnames == [
        *("Summary", "Shifts", "Over or short"),
        *("Mon 2 Mar", "Tue 3 Mar", "Wed 4 Mar", "Thu 5 Mar", "Fri 6 Mar", "Sat 7 Mar"),
        *("Sun 8 Mar", "Activities", "Assumptions"),
    ]


def test_shifts_have_a_row_for_each_agent_and_day(book):
    sheet = book["Shifts"]
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[1]]
    table = WEEK.table
    wanted = {
        (f"{at:%a} {at.day} {at:%b}", agent, f"{at:%H:%M}", f"{until:%H:%M}", hours)
        for agent, at, until, hours in zip(
            table["agent"], table["start"], table["end"], table["paid_hours"], strict=True
        )
    }
    assert {(row[0], row[1], *row[3:6]) for row in rows} == wanted
    assert len(rows) == len(table)


def test_bar_spans_the_shift_and_marks_each_break(book):
    agent = "FT 01"
    shift = next(r for _, r in WEEK.table.iterrows() if r["agent"] == agent)
    bar = bar_of(book["Shifts"], agent)
    midnight = shift["start"].normalize()
    since, until = ((shift[k] - midnight) / pd.Timedelta("1min") for k in ("start", "end"))
    at_work = [minute for minute, cell in bar.items() if filled(cell)]
    assert (at_work[0], at_work[-1] + 15) == (since, until)
    breaks = WEEK.breaks
    mine = breaks[(breaks["agent"] == agent) & (breaks["shift_start"] == shift["start"])]
    marked = {minute: cell.value for minute, cell in bar.items() if cell.value}
    wanted = {}
    for _, row in mine.iterrows():
        begin, end = ((row[k] - midnight) / pd.Timedelta("1min") for k in ("start", "end"))
        for minute in range(int(begin), int(end), 15):
            wanted[minute] = row["name"][0].upper()
    assert marked == wanted and len(wanted) == 4


def test_bar_of_a_night_goes_on_after_midnight(book):
    at_work = [m for m, cell in bar_of(book["Shifts"], "Night 01").items() if filled(cell)]
    assert (at_work[0], at_work[-1] + 15) == (22 * 60, (24 + 6) * 60 + 30)


def test_a_break_shorter_than_a_cell_is_still_marked(tmp_path):
    breaks = WEEK.breaks.copy()
    short = breaks["name"] == "am"
    breaks.loc[short, "start"] += pd.Timedelta("5min")
    breaks.loc[short, "end"] = breaks.loc[short, "start"] + pd.Timedelta("5min")
    sheet = opened(replace(WEEK, breaks=breaks), tmp_path)["Shifts"]
    marks = [cell.value for cell in bar_of(sheet, "FT 01").values()]
    assert marks.count("A") == 1


def test_breaks_have_their_exact_times_beside_the_bar(book):
    sheet = book["Shifts"]
    titles = heads(sheet, 4)
    row = next(r for r in sheet.iter_rows(min_row=5, values_only=True) if r[1] == "FT 01")
    lunch = WEEK.breaks[(WEEK.breaks["agent"] == "FT 01") & (WEEK.breaks["name"] == "lunch")]
    assert row[titles.index("lunch")] == f"{lunch['start'].iloc[0]:%H:%M}"
    assert row[titles.index("meal")] is None


def test_a_break_may_be_named_like_a_column(tmp_path):
    breaks = WEEK.breaks.assign(name=WEEK.breaks["name"].replace("lunch", "End"))
    sheet = opened(replace(WEEK, breaks=breaks), tmp_path)["Shifts"]
    titles = heads(sheet, 4)
    row = next(r for r in sheet.iter_rows(min_row=5, values_only=True) if r[1] == "FT 01")
    lunch = breaks[(breaks["agent"] == "FT 01") & (breaks["name"] == "End")]
    assert row[titles.index("End ")] == f"{lunch['start'].iloc[0]:%H:%M}"
    assert row[titles.index("End")] == f"{WEEK.table['end'].iloc[0]:%H:%M}"


def test_shifts_are_ready_to_print(book):
    sheet = book["Shifts"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "C5"
    starts = [r[0].row for r in sheet.iter_rows(min_row=5) if r[0].value and not r[1].value]
    assert [brk.id + 1 for brk in sheet.row_breaks.brk] == starts[1:]
    assert len(starts) == 7


def test_signs_of_breaks_differ_and_are_explained():
    from erlangplan.files.schedule_handout import _letters

    found = _letters(["break", "breakfast", "b", "Besprechung", "!!"])
    assert found["break"] == "B" and len(set(found.values())) == 5


def test_coverage_of_a_day_has_every_interval_and_a_chart(book):
    sheet = book["Tue 3 Mar"]
    assert heads(sheet, 4)[:8] == [
        *("Time", "Required", "Scheduled", "On break", "On queue", "Over", "Short"),
        "Service level",
    ]
    cover = WEEK.coverage[WEEK.coverage["start"].dt.day == 3]
    rows = [row for row in sheet.iter_rows(min_row=5, values_only=True) if row[1] is not None]
    assert [row[0].time() if isinstance(row[0], dt.datetime) else row[0] for row in rows] == [
        moment.time() for moment in cover["start"]
    ]
    for at, name in ((1, "required"), (4, "on_queue"), (5, "over"), (6, "short")):
        assert np.allclose([row[at] for row in rows], cover[name])
    assert len(sheet._charts) == 1
    rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
    assert {rule.type for rule in rules} == {"cellIs", "colorScale"}


def test_two_queues_have_two_maps_and_two_charts_a_day(tmp_path):
    book = opened(TWO, tmp_path)
    assert book.sheetnames[2:4] == ["Orders over or short", "Support over or short"]
    sheet = book["Mon 2 Mar"]
    assert len(sheet._charts) == 2
    queues = [row[0] for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]]
    assert set(queues) == {"Orders", "Support"}
    assert heads(book["Shifts"], 4)[:3] == ["Day", "Queue", "Agent"]


def test_summary_tells_hours_people_days_and_reasons(book):
    rows = list(book["Summary"].iter_rows(values_only=True))
    facts = {row[0]: row[1] for row in rows if row[0]}
    assert facts["Paid hours"] == f"{WEEK.paid_hours:,.1f}"
    assert facts["Intervals short"] == f"{int((WEEK.coverage['short'] > 0).sum()):,}"
    assert "0.38 %" in facts["Proof"]
    assert facts["Saving against covering each interval"] == "5.8 % of paid hours"
    monday = WEEK.table[WEEK.table["start"].dt.day == 2]
    assert facts["FT"] == (monday["shift"] == "FT").sum() and facts["All"] == len(monday)
    cells = [cell for row in rows for cell in row]
    assert "full-time has 37 people" in cells and WEEK.remarks[0] in cells


def test_activities_are_all_there_with_typed_times(book):
    sheet = book["Activities"]
    frame = WEEK.activities
    assert heads(sheet, 1) == list(frame.columns)
    assert sheet.max_row == len(frame) + 1
    first = dict(
        zip(frame.columns, next(sheet.iter_rows(min_row=2, values_only=True)), strict=True)
    )
    assert first["start"] == frame["start"].iloc[0].tz_localize(None).to_pydatetime()
    assert first["paid"] in ("yes", "no")


def test_assumptions_are_those_of_the_schedule(book):
    rows = list(book["Assumptions"].iter_rows(min_row=2, values_only=True))
    assert rows == WEEK.assumptions


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "-2", "http://x.invalid", "{=1}"])
def test_text_from_a_file_stays_text(tmp_path, name):
    small = week(4, days=1, queues=(name,))
    table = small.table.assign(shift=name)
    odd = replace(
        small, table=table, remarks=(name,), breaks=small.breaks.assign(name=name).iloc[:0]
    )
    for sheet in opened(odd, tmp_path):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "d"), (sheet.title, cell.coordinate)
                assert cell.hyperlink is None


def test_schedule_without_requirement_has_no_coverage(tmp_path):
    unknown = dict.fromkeys(("required", "over", "short", "service_level"), np.nan)
    given = replace(WEEK, coverage=WEEK.coverage.assign(**unknown), shortages=WEEK.shortages[:0])
    assert opened(given, tmp_path).sheetnames == ["Summary", "Shifts", "Activities", "Assumptions"]
    assert "Coverage" not in Reader(schedule_page_html(given)).texts


def test_many_days_share_one_sheet_of_coverage(tmp_path, monkeypatch):
    monkeypatch.setattr(schedule_coverage, "MOST_DAYS", 1)
    book = opened(TWO, tmp_path)
    assert "Coverage" in book.sheetnames and "Mon 2 Mar" not in book.sheetnames
    assert book["Coverage"].max_row == len(TWO.coverage) + 1


def test_more_shifts_than_a_person_would_open_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(schedule_workbook, "MOST_SHIFTS", 3)
    with pytest.raises(InputError, match=r"up to 3 shifts, this has \d+; write a \.csv"):
        ep.save(TWO, tmp_path / "schedule.xlsx")
    assert os.listdir(tmp_path) == []


def test_same_schedule_gives_the_same_file(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        ep.save(TWO, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_page_shows_pictures_tables_and_assumptions(tmp_path):
    ep.save(TWO, tmp_path / "schedule.html")
    page = Reader((tmp_path / "schedule.html").read_text(encoding="utf-8"))
    assert not page.open
    assert page.tags.count("svg") == 2 * 2 + 2
    assert {f"{TWO.paid_hours:,.1f}", "0.38 %", "full-time has 37 people"} <= set(page.texts)
    assert {text for pair in TWO.assumptions for text in pair} <= set(page.texts)
    outside = [v for name, v in page.attributes if name in ("src", "href", "xlink:href")]
    assert all(value.startswith(("#", "data:image/png;base64,")) for value in outside)


def test_page_of_many_shifts_shows_the_busiest_day_alone(monkeypatch):
    monkeypatch.setattr("erlangplan.files.schedule_page.PICTURED_SHIFTS", 10)
    page = Reader(schedule_page_html(TWO))
    assert page.tags.count("svg") == 2 * 2 + 1
    assert "Who works when: the busiest day" in page.texts


def test_page_obeys_no_text_of_the_schedule():
    evil = "<script>alert(1)</script>"
    page = schedule_page_html(replace(TWO, remarks=(evil,), facts=((evil, evil),)))
    assert "<script" not in page and "&lt;script&gt;" in page
