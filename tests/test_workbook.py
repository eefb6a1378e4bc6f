"""Workbooks hold typed cells, say what the plan says, and no text in them is a formula."""

from __future__ import annotations

import datetime as dt
import os

import numpy as np
import openpyxl
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.errors import InputError
from erlangplan.files import workbook
from erlangplan.files.workbook import write_workbook
from sample_plans import evaluation, requirement

TWO = (("Sales", 90.0), ("Support", 40.0))


def opened(plan, folder):
    path = folder / "plan.xlsx"
    write_workbook(plan, path)
    assert os.listdir(folder) == ["plan.xlsx"]
    return openpyxl.load_workbook(path)


def grid_of(sheet):
    """Return days, times and values of a heat map sheet."""
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    days, times = rows[0][1:], [row[0] for row in rows[1:]]
    return list(days), times, [list(row[1:]) for row in rows[1:]]


def test_sheets_of_one_and_of_two_queues(tmp_path):
    one = opened(requirement(), tmp_path)
    assert one.sheetnames == ["Summary", "Agents", "Scheduled", "Intervals", "Assumptions"]
    two = opened(requirement(peaks=TWO), tmp_path)
    assert two.sheetnames == [
        *("Summary", "Sales Agents", "Sales Scheduled", "Support Agents", "Support Scheduled"),
        *("Intervals", "Assumptions"),
    ]


@pytest.mark.parametrize(("name", "column"), [("Agents", "agents"), ("Scheduled", "scheduled")])
def test_heat_map_has_real_days_and_times_and_the_plan(tmp_path, name, column):
    plan = requirement()
    sheet = opened(plan, tmp_path)[name]
    days, times, values = grid_of(sheet)
    assert days == [dt.datetime(2026, 3, 23) + dt.timedelta(days=n) for n in range(7)]
    assert times[:2] == [dt.time(7), dt.time(7, 30)] and times[-1] == dt.time(20, 30)
    local = plan.table["start"].dt.tz_localize(None)
    for moment, wanted in zip(local, plan.table[column], strict=True):
        if moment.time() in times:
            row = times.index(moment.time())
            assert values[row][days.index(moment.normalize().to_pydatetime())] == wanted
        else:
            assert wanted == 0


def test_heat_map_is_ready_to_read_and_to_print(tmp_path):
    sheet = opened(requirement(), tmp_path)["Agents"]
    assert sheet.freeze_panes == "B6"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToWidth in (None, 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    ranges = [str(area.sqref) for area in sheet.conditional_formatting]
    assert ranges == ["B6:H33"]
    rule = next(iter(sheet.conditional_formatting)).rules[0]
    assert rule.type == "colorScale"


def test_hour_that_comes_twice_has_two_rows(tmp_path):
    plan = requirement(
        first="2026-10-24", days=2, minutes=60, opens=0, closes=24, peaks=[("N", 1e6)]
    )
    _, times, values = grid_of(opened(plan, tmp_path)["Agents"])
    at = [number for number, time in enumerate(times) if time == dt.time(2)]
    assert len(at) == 2 and at[1] == at[0] + 1
    sunday = plan.table[plan.table["start"].dt.tz_localize(None).dt.day == 25]
    passes = sunday.loc[sunday["start"].dt.hour == 2, "agents"]
    assert [values[row][1] for row in at] == list(passes)
    assert values[at[1]][0] is None


def test_interval_table_has_typed_cells(tmp_path):
    plan = requirement()
    sheet = opened(plan, tmp_path)["Intervals"]
    header = [cell.value for cell in sheet[1]]
    assert header[:3] == ["queue", "start", "utc_offset"]
    assert [name for name in header if name != "utc_offset"] == list(plan.table.columns)
    assert sheet.max_row == len(plan.table) + 1
    open_row = next(row for row in sheet.iter_rows(min_row=2) if row[header.index("agents")].value)
    cells = dict(zip(header, open_row, strict=True))
    assert cells["start"].value == dt.datetime(2026, 3, 23, 7) and cells["start"].is_date
    assert cells["utc_offset"].value == "+01:00"
    assert cells["service_level"].number_format == "0.0 %"
    assert 0 < cells["service_level"].value < 1
    assert cells["queue"].data_type == "s" and cells["agents"].data_type == "n"
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:Q{len(plan.table) + 1}"


def test_nothing_is_empty_and_endless_is_unbounded(tmp_path):
    plan = evaluation(shift=-3)
    assert np.isinf(plan.table["asa"]).any()
    sheet = opened(plan, tmp_path)["Intervals"]
    header = [cell.value for cell in sheet[1]]
    written = [cell.value for cell in sheet[get_letter(header, "asa")]][1:]
    for value, wanted in zip(written, plan.table["asa"], strict=True):
        if np.isnan(wanted):
            assert value is None
        else:
            assert value == ("unbounded" if np.isinf(wanted) else pytest.approx(wanted))


def get_letter(header, name):
    return openpyxl.utils.get_column_letter(header.index(name) + 1)


@pytest.mark.parametrize(
    "queue", ["=1+1", "@SUM(A1)", "+cmd", "-2", "http://x.invalid", "0042", "{=1}", "\x1b[31m\x07"]
)
def test_text_from_a_file_stays_text(tmp_path, queue):
    plan = requirement(peaks=[(queue, 20.0)], days=1)
    plan.assumptions.append(("Note", "=HYPERLINK(1)"))
    plan.remarks.append("=cmd|' /C calc'!A0")
    book = opened(plan, tmp_path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "d"), (sheet.title, cell.coordinate)
                assert cell.hyperlink is None
    assert book["Intervals"]["A2"].data_type == "s"
    if queue.isprintable():
        assert book["Intervals"]["A2"].value == queue


def test_sheet_names_are_allowed_and_new(tmp_path):
    names = [
        "Sales/DE: [1]*?",
        "sales/de  [1]",
        "A" * 40,
        "A" * 41,
        "'",
        "Summary",
        "History",
        "",
        "\U0001f4de" * 20,
    ]
    names += ["A queue of calls, 'so to say'"]
    plan = requirement(peaks=[(name, 20.0) for name in names], days=1, minutes=60)
    sheets = opened(plan, tmp_path).sheetnames
    assert len(sheets) == 3 + 2 * len(names)
    assert len({name.lower() for name in sheets}) == len(sheets)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in sheets)


def test_summary_tells_totals_days_and_remarks(tmp_path):
    plan = requirement(peaks=TWO)
    rows = opened(plan, tmp_path)["Summary"].iter_rows(values_only=True)
    cells = [round(cell, 9) if isinstance(cell, float) else cell for row in rows for cell in row]
    assert cells[0] == "Staffing plan"
    assert "Mon 23 to Sun 29 March 2026 · Europe/Berlin · forecast.csv" in cells
    assert "at least 80 % answered within 20 s" in cells
    assert set(plan.total["paid_hours"].round(9)) <= set(cells)
    assert set(plan.queues["fte"].round(9)) | set(plan.days["agent_hours"].round(9)) <= set(cells)
    assert plan.remarks[0] in cells
    assert cells.count(dt.datetime(2026, 3, 25)) == 2


def test_assumptions_are_all_there(tmp_path):
    plan = requirement()
    rows = list(opened(plan, tmp_path)["Assumptions"].iter_rows(min_row=2, values_only=True))
    assert rows == plan.assumptions


def test_evaluation_opens_with_over_and_short(tmp_path):
    plan = evaluation()
    book = opened(plan, tmp_path)
    assert book.sheetnames[:4] == ["Summary", "Over or short", "Required", "Agents"]
    assert book["Summary"]["A1"].value == "Evaluation of given agents"
    _, _, values = grid_of(book["Over or short"])
    assert min(value for row in values for value in row) == plan.table["net"].min()
    scale = next(iter(book["Over or short"].conditional_formatting)).rules[0].colorScale
    low, middle, high = (color.rgb[-6:] for color in scale.color)
    assert int(low[:2], 16) > int(low[4:], 16) and int(high[:2], 16) < int(high[4:], 16)
    assert middle == "FFFFFF"
    assert [float(end.val) for end in scale.cfvo] == [-5, 0, 5]


def test_fractions_of_agents_show_their_decimals(tmp_path):
    plan = evaluation(days=1)
    plan.table["agents"] = plan.table["agents"] + 0.25
    sheet = opened(plan, tmp_path)["Agents"]
    assert sheet["B6"].number_format == "#,##0.00;-#,##0.00;"


def test_many_queues_have_maps_of_the_largest_and_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MAPPED_QUEUES", 2)
    plan = requirement(peaks=[("A", 10.0), ("B", 90.0), ("C", 50.0)], days=1)
    book = opened(plan, tmp_path)
    assert book.sheetnames[1:5] == ["B Agents", "B Scheduled", "C Agents", "C Scheduled"]
    texts = [row[0] for row in book["Summary"].iter_rows(values_only=True)]
    assert any("Heat maps show the 2 queues" in str(text) for text in texts)


def test_many_days_have_a_sheet_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "DAYS_ON_SUMMARY", 0)
    book = opened(requirement(days=1), tmp_path)
    assert book.sheetnames[-3:] == ["Days", "Intervals", "Assumptions"]
    assert book["Days"].max_row == 2


def test_more_intervals_than_a_person_would_open_are_refused_with_a_way_out(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_INTERVALS", 47)
    with pytest.raises(InputError, match=r"up to 47 intervals, this has 48; write a \.csv"):
        write_workbook(requirement(days=1), tmp_path / "plan.xlsx")
    assert os.listdir(tmp_path) == []


def test_summary_says_what_the_numbers_rest_on(tmp_path):
    start = pd.date_range("2026-03-02 09:00", periods=4, freq="30min")
    parts = [
        pd.DataFrame({"queue": name, "start": start, "volume": size, "aht": 200.0})
        for name, size in (("Orders", 40.0), ("Support", 90.0))
    ]
    asked = {"patience": 240.0, "shrinkage": [{"name": "leave", "share": "11%"}]}
    usual = ep.Settings().changed(**asked)
    config = ep.Config(usual, {"Orders": usual.changed(target="90/15")})
    plan = ep.staff(ep.read_forecast(pd.concat(parts)), config=config)
    rows = opened(plan, tmp_path)["Summary"].iter_rows(values_only=True)
    facts = {row[0]: row[1] for row in rows if row[0]}
    assert facts["Target Orders"] == "at least 90 % of contacts answered within 15 s"
    assert facts["Target Support"] == "at least 80 % of contacts answered within 20 s"
    assert facts["Way of counting"].startswith("count: ")
    assert facts["Patience"] == "mean 4 min, exponential (Erlang A)"
    assert facts["Shrinkage"] == "11 % = 1 - (1 - 11 % leave)"
    share = f"{100 * plan.total['abandonment'].item():.1f} %"
    assert facts["Abandonment"].startswith(f"{share} of contacts are predicted to abandon (Orders ")


def test_closed_cells_are_grey_and_the_right_number_is_a_zero(tmp_path):
    plan = evaluation(days=2)
    table = plan.table
    table["required"] = np.where(table["volume"] > 0, 5, 0)
    table.loc[table["start"].dt.hour == 12, ["volume", "required"]] = 0
    plan.table = table.assign(agents=5, net=5 - table["required"])
    sheet = opened(plan, tmp_path)["Over or short"]
    cells = {row[0].value: row[1] for row in sheet.iter_rows(min_row=6)}
    assert min(cells) == dt.time(7) and cells[dt.time(7)].value == 0
    assert cells[dt.time(12)].value is None
    assert cells[dt.time(12)].fill.fgColor.rgb[-6:] == "EDEDED"


def test_same_plan_gives_the_same_file(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(requirement(days=1), tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_plan_without_zone_has_no_offset(tmp_path):
    header = [cell.value for cell in opened(requirement(tz=None), tmp_path)["Intervals"][1]]
    assert "utc_offset" not in header


def test_failure_leaves_nothing_behind(tmp_path):
    plan = requirement(days=1)
    plan.assumptions.append(("Broken", 3))
    with pytest.raises(AttributeError):
        write_workbook(plan, tmp_path / "plan.xlsx")
    assert os.listdir(tmp_path) == []
    with pytest.raises(InputError, match="no such folder"):
        write_workbook(requirement(days=1), tmp_path / "nowhere" / "plan.xlsx")


def test_pandas_reads_the_intervals_back(tmp_path):
    plan = requirement(peaks=TWO, days=2)
    write_workbook(plan, tmp_path / "plan.xlsx")
    back = pd.read_excel(tmp_path / "plan.xlsx", sheet_name="Intervals", engine="openpyxl")
    assert list(back["agents"]) == list(plan.table["agents"])
    assert np.allclose(back["service_level"], plan.table["service_level"], equal_nan=True)
    assert list(back["start"]) == list(plan.table["start"].dt.tz_localize(None))
