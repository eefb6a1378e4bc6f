"""The workbook and the page of a schedule say what the schedule says, ready to hand out."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import openpyxl
import pandas as pd
import pytest
from rich.console import Console

import erlangplan as ep
from erlangplan.cli.schedule_terminal import print_schedule
from erlangplan.errors import InputError
from erlangplan.files import schedule_coverage, schedule_workbook
from erlangplan.files.schedule_page import schedule_page_html
from erlangplan.scheduling.words import hours_words
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


def bar_of(sheet, agent, day="Monday 2 March 2026"):
    """Return the cells of an agent's bar by the time at which they begin."""
    titles = heads(sheet, 4)
    first = titles.index("06:00")
    row = next(cells for on, cells in by_day(sheet) if (on, cells[0].value) == (day, agent))
    return {6 * 60 + 15 * at: cell for at, cell in enumerate(row[first:])}


def by_day(sheet):
    """Return the rows of agents on the sheet Shifts, each with the heading of its block."""
    found, head = [], ""
    for row in sheet.iter_rows(min_row=5):
        if row[0].value and not row[2].value:
            head = row[0].value.partition(" · ")[0]
        else:
            found.append((head, row))
    return found


def filled(cell):
    return cell.fill.patternType == "solid"


def test_sheets_are_summary_roster_shifts_map_days_activities_assumptions(book):
    assert book.sheetnames == [
        *("Summary", "Roster", "Shifts", "Over or short"),
        *("Mon 2 Mar", "Tue 3 Mar", "Wed 4 Mar", "Thu 5 Mar", "Fri 6 Mar", "Sat 7 Mar"),
        *("Sun 8 Mar", "Activities", "Assumptions"),
    ]


def test_shifts_have_a_row_for_each_agent_and_day(book):
    sheet = book["Shifts"]
    rows = [(day, *(cell.value for cell in row)) for day, row in by_day(sheet)]
    table = WEEK.table
    wanted = {
        (f"{at:%A} {at.day} {at:%B} {at.year}", agent, f"{at:%H:%M}", f"{until:%H:%M}", hours)
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
    row = next(r for r in sheet.iter_rows(min_row=5, values_only=True) if r[0] == "FT 01")
    lunch = WEEK.breaks[(WEEK.breaks["agent"] == "FT 01") & (WEEK.breaks["name"] == "lunch")]
    assert row[titles.index("lunch")] == f"{lunch['start'].iloc[0]:%H:%M}"
    assert row[titles.index("meal")] is None


def test_a_break_may_be_named_like_a_column(tmp_path):
    breaks = WEEK.breaks.assign(name=WEEK.breaks["name"].replace("lunch", "End"))
    sheet = opened(replace(WEEK, breaks=breaks), tmp_path)["Shifts"]
    titles = heads(sheet, 4)
    row = next(r for r in sheet.iter_rows(min_row=5, values_only=True) if r[0] == "FT 01")
    lunch = breaks[(breaks["agent"] == "FT 01") & (breaks["name"] == "End")]
    assert row[titles.index("End ")] == f"{lunch['start'].iloc[0]:%H:%M}"
    assert row[titles.index("End")] == f"{WEEK.table['end'].iloc[0]:%H:%M}"


def test_shifts_are_ready_to_print(book):
    sheet = book["Shifts"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "B5"
    starts = [r[0].row for r in sheet.iter_rows(min_row=5) if r[0].value and not r[2].value]
    assert [brk.id + 1 for brk in sheet.row_breaks.brk] == starts[1:]
    assert len(starts) == 7


def test_each_queue_of_a_day_is_handed_out_on_its_own_page(tmp_path):
    sheet = opened(TWO, tmp_path)["Shifts"]
    heads_of = [row[0] for row in sheet.iter_rows(min_row=5) if row[0].value and not row[2].value]
    assert [cell.value.split(" · ")[:2] for cell in heads_of] == [
        [f"{day} March 2026", queue]
        for day in ("Monday 2", "Tuesday 3") for queue in ("Orders", "Support")
    ]  # fmt: skip
    assert [brk.id + 1 for brk in sheet.row_breaks.brk] == [cell.row for cell in heads_of[1:]]
    assert heads(sheet, 4)[:3] == ["Agent", "Shift", "Start"]
    for (first, last), queue in zip(
        pairwise([*(cell.row for cell in heads_of), sheet.max_row + 1]), ["Orders", "Support"] * 2,
        strict=True,
    ):  # fmt: skip
        agents = [sheet.cell(row, 1).value for row in range(first + 1, last)]
        day = TWO.table["start"].dt.day == (2 if first < heads_of[2].row else 3)
        assert sorted(agents) == sorted(TWO.table[day & (TWO.table["queue"] == queue)]["agent"])


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
    assert book.sheetnames[3:5] == ["Orders over or short", "Support over or short"]
    sheet = book["Mon 2 Mar"]
    assert len(sheet._charts) == 2
    queues = [row[0] for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]]
    assert set(queues) == {"Orders", "Support"}


def test_summary_tells_hours_people_days_and_reasons(book):
    rows = list(book["Summary"].iter_rows(values_only=True))
    facts = {row[0]: row[1] for row in reversed(rows) if row[0]}
    assert facts["Paid hours"] == pytest.approx(WEEK.paid_hours)
    assert facts["Intervals short"] == (WEEK.coverage["short"] > 0).sum()
    assert facts["Agent hours short"] == pytest.approx(WEEK.coverage["short"].sum() / 2)
    assert facts["Hours"] == hours_words(WEEK)[0]
    assert "0.38 %" in facts["Proof"]
    assert facts["Saving against covering each interval"] == "5.8 % of paid hours"
    monday = WEEK.table[WEEK.table["start"].dt.day == 2]
    assert facts["FT"] == (monday["shift"] == "FT").sum() and facts["All"] == len(monday)
    cells = [cell for row in rows for cell in row]
    assert "full-time has 37 people" in cells and WEEK.remarks[0] in cells


def test_intervals_that_are_short_on_purpose_are_said_to_be(tmp_path):
    plan = replace(TWO, objective="service_level", shortages=TWO.shortages[:1])
    rows = list(opened(plan, tmp_path)["Summary"].iter_rows(values_only=True))
    (short,) = (row for row in rows if row[0] == "Intervals short")
    assert short[2].startswith("(measured by the requirement of each interval; on purpose")
    assert "Intervals below the floor" in {row[0] for row in rows}
    page = Reader(schedule_page_html(plan)).texts
    assert any(text.endswith(short[2]) for text in page)
    console = Console(file=io.StringIO(), width=200, color_system=None)
    print_schedule(plan, console)
    others = int((TWO.coverage["short"] > 0).sum()) - 1
    assert f"\n  the other {others} keep the floor\n" in console.file.getvalue()


def test_key_figures_are_numbers_with_formats(book):
    cells = {row[0].value: row[1] for row in book["Summary"].iter_rows(max_row=12)}
    shown = {
        **dict.fromkeys(("Agents", "Shifts", "Intervals short"), "#,##0"),
        **dict.fromkeys(("Paid hours", "Cost", "Agent hours over"), "#,##0.0"),
        "Proven gap": "0.00 %",
    }
    assert {name: cells[name].number_format for name in shown} == shown
    assert all(cells[name].data_type == "n" for name in shown)
    row = cells["Cost"].row
    assert book["Summary"].cell(row, 3).value == "(paid hours x cost x premiums)"


def test_short_intervals_are_sorted_by_size(book):
    rows = list(book["Summary"].iter_rows(values_only=True))
    at = next(n for n, row in enumerate(rows) if str(row[0]).startswith("Short intervals"))
    listed = [row[1] for row in rows[at + 2 : at + 2 + schedule_workbook.SHOWN_SHORT] if row[1]]
    most = WEEK.shortages["short"].nlargest(schedule_workbook.SHOWN_SHORT)
    assert listed == pytest.approx(list(most))
    assert str(rows[at][0]).endswith(f"the largest {len(most)} of {len(WEEK.shortages)}")


def roster_rows(sheet):
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    return rows[:-1], rows[-1]


def test_roster_has_a_row_per_agent_and_a_column_per_day(book):
    sheet = book["Roster"]
    days = ["Mon 2 Mar", "Tue 3 Mar", "Wed 4 Mar", "Thu 5 Mar", "Fri 6 Mar", "Sat 7 Mar"]
    assert heads(sheet, 4) == ["Group", "Agent", *days, "Sun 8 Mar", "Paid hours"]
    rows, total = roster_rows(sheet)
    table = WEEK.table
    assert [row[1] for row in rows] == list(
        table.drop_duplicates("agent").sort_values(["group", "agent"])["agent"]
    )
    for row in rows:
        mine = table[table["agent"] == row[1]]
        assert row[-1] == pytest.approx(mine["paid_hours"].sum())
        shown = {n: text for n, text in enumerate(row[2:9], 2) if text}
        assert shown == {
            at.day: f"{at:%H:%M}-{until:%H:%M}"
            for at, until in zip(mine["start"], mine["end"], strict=True)
        }
    assert total[2:9] == tuple(table.groupby(table["start"].dt.day).size())
    assert total[-1] == pytest.approx(WEEK.paid_hours)


def test_roster_is_ready_to_print(book):
    sheet = book["Roster"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.freeze_panes == "C5"


def test_roster_names_the_shift_of_those_who_have_several(tmp_path):
    kinds = ["early", "late"] * len(WEEK.table)
    table = WEEK.table.assign(
        shift=np.where(WEEK.table["agent"] == "FT 01", kinds[: len(WEEK.table)], "FT")
    )
    table.loc[table["agent"] == "FT 01", "shift"] = ["early", "late", "late", "early", "early"]
    rows, _ = roster_rows(opened(replace(WEEK, table=table), tmp_path)["Roster"])
    cells = {row[1]: [text for text in row[2:9] if text] for row in rows}
    assert [text.split(" ")[1:] for text in cells["FT 01"]] == [
        ["early"], ["late"], ["late"], ["early"], ["early"]
    ]  # fmt: skip
    assert all(" " not in text for text in cells["FT 02"])


def test_roster_of_queues_sorts_numbers_as_people_do(tmp_path):
    names = TWO.table["agent"].str.replace(" 0", " ").str.replace("1", "10")
    breaks = TWO.breaks["agent"].str.replace(" 0", " ").str.replace("1", "10")
    renamed = replace(
        TWO, table=TWO.table.assign(agent=names), breaks=TWO.breaks.assign(agent=breaks)
    )
    sheet = opened(renamed, tmp_path)["Roster"]
    assert heads(sheet, 4)[:3] == ["Queue", "Group", "Agent"]
    rows, _ = roster_rows(sheet)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    first = [row[2] for row in rows if row[:2] == ("Orders", "full-time")]
    assert first.index("FT 2") < first.index("FT 10")


def test_roster_of_several_weeks_has_a_sheet_for_each(tmp_path):
    long = week(6, days=10)
    book = opened(long, tmp_path)
    assert book.sheetnames[1:4] == ["Roster 2 Mar 2026", "Roster 9 Mar 2026", "Shifts"]
    totals = [roster_rows(book[name])[1][-1] for name in book.sheetnames[1:3]]
    assert sum(totals) == pytest.approx(long.paid_hours)
    assert heads(book["Roster 9 Mar 2026"], 4)[2:5] == ["Mon 9 Mar", "Tue 10 Mar", "Wed 11 Mar"]


NOTHING_SHORT = TWO.coverage.assign(over=TWO.coverage["on_queue"], short=0.0, required=0.0)


@pytest.mark.parametrize("ending", ["xlsx", "html", "json", "csv"])
@pytest.mark.parametrize(
    "plan",
    [
        replace(TWO, coverage=NOTHING_SHORT, shortages=pd.DataFrame(TWO.shortages[:0])),
        replace(
            TWO,
            coverage=NOTHING_SHORT,
            shortages=pd.DataFrame(columns=["queue", "start", "short", "reason"]),
        ),
        replace(TWO, shortages=TWO.shortages.astype(object)),
        replace(TWO, table=TWO.table[:0], breaks=TWO.breaks[:0]),
        replace(TWO, coverage=TWO.coverage[:0], shortages=TWO.shortages[:0]),
    ],
    ids=["nothing short", "no types", "objects", "nobody works", "no intervals"],
)
def test_odd_schedules_of_two_queues_are_written_and_told(tmp_path, plan, ending):
    ep.save(plan, tmp_path / f"plan.{ending}")
    console = Console(file=io.StringIO(), width=100, color_system=None)
    print_schedule(plan, console)
    assert (tmp_path / f"plan.{ending}").stat().st_size > 0
    assert "Schedule" in plan.summary() and "Schedule" in console.file.getvalue()


def test_paid_hours_are_bridged_to_hours_on_the_queue():
    (words,) = hours_words(WEEK)
    paid, rest, *_, staffed = [float(n) for n in re.findall(r"[\d,]+\.\d", words.replace(",", ""))]
    breaks = WEEK.breaks[WEEK.breaks["paid"]]
    assert rest == round((breaks["end"] - breaks["start"]).sum() / pd.Timedelta("1h"), 1)
    assert paid == round(WEEK.paid_hours, 1)
    assert staffed == round(WEEK.coverage["on_queue"].sum() / 2, 1)
    hidden = WEEK.coverage.assign(on_queue=0.75 * WEEK.coverage["on_queue"])
    assert (
        f"- shrinkage not shown {staffed / 4:,.1f}"
        in hours_words(replace(WEEK, coverage=hidden))[0]
    )


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


def test_names_of_agents_fit_into_their_column(tmp_path):
    longer = TWO.table.assign(agent="Orders part-timers " + TWO.table["agent"])
    plan = replace(TWO, table=longer, breaks=TWO.breaks.iloc[:0])
    sheet = opened(plan, tmp_path)["Activities"]
    column = sheet.cell(1, list(plan.activities.columns).index("agent") + 1).column_letter
    assert sheet.column_dimensions[column].width >= longer["agent"].str.len().max()


def test_assumptions_are_those_of_the_schedule(book):
    rows = list(book["Assumptions"].iter_rows(min_row=2, values_only=True))
    assert rows == WEEK.assumptions


def test_long_assumptions_have_rows_that_are_high_enough(tmp_path):
    sheet = opened(replace(TWO, gap=0.0306, bound=2472.02), tmp_path)["Assumptions"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "Proof")
    assert len(sheet.cell(row, 2).value) > sheet.column_dimensions["B"].width
    assert sheet.row_dimensions[row].height >= 2 * 13
    assert sheet.row_dimensions[row - 1].height is None


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
    names = ["Summary", "Roster", "Shifts", "Activities", "Assumptions"]
    assert opened(given, tmp_path).sheetnames == names
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
