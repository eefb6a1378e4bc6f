from __future__ import annotations

import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import erlangplan as ep
from erlangplan.scheduling.result import Schedule
from erlangplan.scheduling.soundness import BREAK_COLUMNS, COVERAGE_COLUMNS, TABLE_COLUMNS
from tiny_schedules import covered, tables

NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp"), include_characters="\n\t"),
    min_size=1,
    max_size=12,
).map(str.strip)
WORDS = NAMES.filter(bool)


def read(text: str, **asked: object) -> Schedule:
    return ep.read_schedule(io.StringIO(text), **asked)


def written(schedule: Schedule) -> io.BytesIO:
    stream = io.BytesIO()
    ep.save(schedule, stream, form="csv")
    return io.BytesIO(stream.getvalue())


def assert_same(one: Schedule, other: Schedule) -> None:
    keys = ["queue", "agent", "shift_start", "start"]
    for name in ("table", "breaks"):
        pair = [getattr(plan, name) for plan in (one, other)]
        by = [key for key in keys if key in pair[0]]
        first, second = (frame.sort_values(by, ignore_index=True) for frame in pair)
        pd.testing.assert_frame_equal(first, second, check_exact=False, rtol=1e-12)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Schedule, str | None]:
    tz = draw(st.sampled_from([None, "Europe/Berlin", "Australia/Lord_Howe"]))
    first = pd.Timestamp(draw(st.sampled_from(["2026-03-27", "2026-10-24", "2026-04-04"])), tz=tz)
    agents = draw(st.lists(WORDS, min_size=1, max_size=4, unique=True))
    table, breaks = [], []
    for agent in agents:
        at = draw(st.integers(0, 1500))
        queue, group = draw(WORDS), draw(st.one_of(st.just(""), WORDS))
        for _ in range(draw(st.integers(1, 3))):
            length = draw(st.integers(10, 700))
            start = first + pd.Timedelta(at, "min")
            cuts = sorted(draw(st.sets(st.integers(0, length), max_size=4)))
            unpaid = 0
            for begin, end in zip(cuts[::2], cuts[1::2], strict=False):
                paid = draw(st.booleans())
                unpaid += 0 if paid else end - begin
                name = draw(WORDS.filter(lambda text: text != "work"))
                moments = (start + pd.Timedelta(minute, "min") for minute in (begin, end))
                breaks.append((queue, agent, start, name, *moments, paid))
            hours = (length - unpaid) / 60
            shift = draw(st.one_of(st.just(""), WORDS))
            end = start + pd.Timedelta(length, "min")
            table.append((queue, agent, group, shift, start, end, hours))
            at += length + draw(st.integers(0, 900))
    empty = pd.DataFrame(columns=list(COVERAGE_COLUMNS))
    plan = Schedule(
        pd.DataFrame(table, columns=list(TABLE_COLUMNS)),
        pd.DataFrame(breaks, columns=list(BREAK_COLUMNS)), empty, 900.0, ep.Config(),
    )  # fmt: skip
    return plan, tz


@settings(max_examples=60, deadline=None)
@given(plans())
def test_a_schedule_is_read_back_as_it_was_written(drawn: tuple[Schedule, str | None]) -> None:
    plan, tz = drawn
    assert_same(ep.read_schedule(written(plan), tz=tz), plan)


def test_names_that_could_break_a_file_come_back(tmp_path: Path) -> None:
    table, breaks = tables()
    names = {"Ada": 'Doe, "Jane"', "Bob": "=1+1", "Eve": "李 小龙", "Zoë": "'-x; y"}
    for frame in (table, breaks):
        frame["agent"] = frame["agent"].map(names)
    plan = covered(table, breaks)
    ep.save(plan, tmp_path / "plan.csv")
    back = ep.read_schedule(tmp_path / "plan.csv")
    assert_same(back, plan)
    assert back.table["agent"].tolist() == plan.table["agent"].tolist()
    assert back.status == "read"
    assert back.source == "plan.csv"


def test_an_hour_that_comes_twice_is_told_apart_by_its_offset() -> None:
    table, breaks = tables("Europe/Berlin", pd.Timestamp("2026-10-19"))
    saturday = (table["agent"] == "Zoë") & (table["start"].dt.day_of_week == 5)
    night = breaks["shift_start"].isin(table.loc[saturday, "start"])
    first = pd.Timestamp("2026-10-25 02:30+02:00").tz_convert("Europe/Berlin")
    breaks.loc[night, "start"] = first
    breaks.loc[night, "end"] = first + pd.Timedelta(minutes=30)
    plan = Schedule(table, breaks, covered(*tables()).coverage.iloc[:0], 900.0, ep.Config())
    text = written(plan).getvalue().decode()
    assert "meal,2026-10-25T02:30+02:00,2026-10-25T02:00+01:00,False" in text
    assert_same(ep.read_schedule(io.StringIO(text), tz="Europe/Berlin"), plan)
    unnamed = ep.read_schedule(io.StringIO(text))
    assert unnamed.tz == "UTC"
    assert "times are shown in UTC" in unnamed.summary()
    assert unnamed.table["start"].iloc[0] == plan.table["start"].iloc[0]


def test_a_roster_of_dates_and_times_runs_over_midnight() -> None:
    plan = read("""Mitarbeiter;Datum;Von;Bis;Team
Doe, Jane;23.03.2026;08:00;16:30;A
Max;23.03.2026;22:00;06:00;B
""")
    assert plan.table["agent"].tolist() == ["Doe, Jane", "Max"]
    assert plan.table["group"].tolist() == ["A", "B"]
    assert plan.table["end"].iloc[1] == pd.Timestamp("2026-03-24 06:00")
    assert plan.paid_hours == 16.5
    assert ep.read_roster(
        io.StringIO("agent,start,end\nA,2026-03-23 08:00,2026-03-23 09:00")
    ).breaks.empty


def test_activities_inside_a_shift_become_its_breaks() -> None:
    plan = read("""Agent Name,Date,Start Time,End Time,Activity
Jane,3/23/2026,8:00 AM,4:30 PM,Shift
Jane,3/23/2026,12:00 PM,12:30 PM,Lunch
Jane,3/23/2026,2:00 PM,2:15 PM,Team Meeting
""")
    assert plan.breaks["name"].tolist() == ["Lunch", "Team Meeting"]
    assert plan.breaks["paid"].tolist() == [False, True]
    assert plan.paid_hours == 8
    assert "unpaid: Lunch" in plan.summary()


def test_activities_in_a_row_make_one_shift_and_absence_none() -> None:
    plan = read("""agent,start,end,activity
A,2026-03-23 08:00,2026-03-23 10:00,Phone
A,2026-03-23 10:15,2026-03-23 16:00,Email
A,2026-03-23 10:00,2026-03-23 10:15,Break
B,2026-03-23 08:00,2026-03-23 16:00,Vacation
C,2026-03-23 08:00,2026-03-23 16:00,Training
C,,,Off
""")
    assert plan.table["agent"].tolist() == ["A", "C"]
    assert plan.table["paid_hours"].tolist() == [8, 8]
    starts = pd.date_range("2026-03-23 08:00", periods=4, freq="h")
    assert plan.people_on_queue(None, starts, 3600).tolist() == [1, 1, 0.75, 1]
    text = plan.summary()
    assert "on the queue: Email, Phone; off the queue: Break, Training" in text
    assert "left out as absent: Vacation" in text
    assert "left out 1 rows without times" in text


def test_the_user_says_which_activities_are_work() -> None:
    text = """agent,start,end,activity
A,2026-03-23 08:00,2026-03-23 10:00,Backoffice
A,2026-03-23 10:00,2026-03-23 12:00,Hotline
"""
    assert read(text).breaks["name"].tolist() == ["Backoffice", "Hotline"]
    assert read(text, work=["hotline"]).breaks["name"].tolist() == ["Backoffice"]


def test_a_break_after_midnight_beside_the_date_of_its_shift_lies_in_it() -> None:
    plan = read("""agent,date,start,end,activity
A,2026-03-02,22:00,06:00,Shift
A,2026-03-02,01:00,01:30,Lunch
A,2026-03-03,22:00,06:00,Shift
A,2026-03-03,02:00,02:30,Lunch
""")
    assert plan.breaks["start"].tolist() == [
        pd.Timestamp("2026-03-03 01:00"), pd.Timestamp("2026-03-04 02:00")
    ]  # fmt: skip


REFUSED = {
    "end before start": (
        "agent,start,end\nA,2026-03-23 08:00,2026-03-23 17:00\nB,2026-03-23 08:00,2026-03-23 07:00",
        r"row 3, column end: '2026-03-23 07:00': expected an end after the start",
    ),
    "two shifts at a time": (
        "agent,start,end\nA,2026-03-23 08:00,2026-03-23 17:00\nA,2026-03-23 16:00,2026-03-23 18:00",
        r"(?s)two places at a time.*row 3, column start: '2026-03-23 16:00'",
    ),
    "two queues at a time": (
        "agent,queue,start,end\nA,x,2026-03-23 08:00,2026-03-23 17:00\n"
        "A,y,2026-03-23 08:00,2026-03-23 17:30",
        r"row 3",
    ),
    "a row twice": (
        "agent,start,end\nA,2026-03-23 08:00,2026-03-23 17:00\nA,2026-03-23 08:00,2026-03-23 17:00",
        r"(?s)a row stands twice.*row 3",
    ),
    "a break outside the shift": (
        "agent,start,end,activity\nA,2026-03-23 22:00,2026-03-24 06:00,Shift\n"
        "A,2026-03-24 07:00,2026-03-24 07:30,Lunch",
        r"(?s)a break lies outside the agent's shifts.*row 3.*'2026-03-24 07:00'",
    ),
    "a break over the end": (
        "agent,start,end,activity\nA,2026-03-23 08:00,2026-03-23 16:00,Shift\n"
        "A,2026-03-23 10:00,2026-03-23 10:15,Break\nA,2026-03-23 15:45,2026-03-23 16:15,Lunch",
        r"(?s)outside the agent's shifts.*row 4",
    ),
    "nobody": ("agent,start,end\n,2026-03-23 08:00,2026-03-23 17:00", "row 2, column agent"),
    "no end": ("agent,start\nA,2026-03-23 08:00", "no column holds the end"),
    "no date": ("agent,start,end\nA,08:00,17:00", "no column holds dates"),
    "two orders": (
        "agent,start,end\nA,03/04/2026 08:00,03/04/2026 17:00", "--dates dmy or --dates mdy"
    ),
    "odd paid": (
        "agent,start,end,paid\nA,2026-03-23 08:00,2026-03-23 17:00,maybe", "expected true or false"
    ),
    "a gap in our own": (
        "agent,shift_start,activity,start,end\n"
        "A,2026-03-23 08:00,work,2026-03-23 08:00,2026-03-23 10:00\n"
        "A,2026-03-23 08:00,work,2026-03-23 11:00,2026-03-23 12:00",
        "(?s)leave a gap.*row 3",
    ),
    "nothing": ("agent,start,end\n", "no shifts"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_its_row(case: str) -> None:
    text, words = REFUSED[case]
    with pytest.raises(ep.InputError, match=words):
        read(text)


def test_times_that_a_changing_clock_skips_or_repeats_are_refused() -> None:
    skipped = "agent,start,end\nA,2026-03-29 02:30,2026-03-29 07:00"
    with pytest.raises(ep.InputError, match="Europe/Berlin skips it"):
        read(skipped, tz="Europe/Berlin")
    repeated = "agent,start,end\nA,2026-10-25 02:30,2026-10-25 07:00"
    with pytest.raises(ep.InputError, match="Europe/Berlin has this time twice"):
        read(repeated, tz="Europe/Berlin")
    night = read("agent,start,end\nA,2026-10-24 22:00,2026-10-25 06:00", tz="Europe/Berlin")
    assert night.paid_hours == 9


def test_columns_may_be_named() -> None:
    text = "Who,Clocked,end\nA,2026-03-23 08:00,2026-03-23 17:00"
    with pytest.raises(ep.InputError, match="The first row is 'Who', 'Clocked', 'end'"):
        read(text)
    plan = read(text, map={"agent": "Who", "start": "Clocked"}, queue="Sales")
    assert plan.queues == ("Sales",)
    with pytest.raises(ep.InputError, match="there is no column 'Person'"):
        read(text, map={"agent": "Person", "start": "Clocked"})
    with pytest.raises(ValueError, match="map must have keys of agent"):
        read(text, map={"volume": "Who"})


def test_workbooks_and_frames_are_rosters_too(tmp_path: Path) -> None:
    frame = tables()[0][["agent", "start", "end", "group"]]
    plan = ep.read_schedule(frame)
    assert len(plan.table) == 17
    frame.to_excel(tmp_path / "roster.xlsx", index=False)
    assert_same(ep.read_schedule(tmp_path / "roster.xlsx"), plan)
    assert ep.holds_shifts(tmp_path / "roster.xlsx")
    assert not ep.holds_shifts(pd.DataFrame({"start": ["2026-03-02"], "agents": [3]}))


def test_a_roster_with_breaks_is_no_roster_without() -> None:
    with pytest.raises(ep.InputError, match="has 29 breaks already"):
        ep.read_roster(written(covered(*tables())))


def test_a_requirement_is_agents_per_queue_and_interval() -> None:
    text = "start,agents\n2026-03-02 08:00,3\n2026-03-02 08:30,4.5\n"
    table = ep.read_requirement(io.StringIO(text), queue="Sales")
    assert list(table.columns) == ["queue", "start", "agents"]
    assert table["agents"].tolist() == [3, 4.5]
    assert set(table["queue"]) == {"Sales"}


def test_json_holds_the_whole_schedule(tmp_path: Path) -> None:
    plan = covered(*tables())
    ep.save(plan, tmp_path / "plan.json")
    content = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    assert content["paid_hours"] == plan.paid_hours
    assert content["gap"] is None
    sizes = {
        name: len(getattr(plan, name)) for name in ("table", "breaks", "coverage", "shortages")
    }
    assert {name: len(content[name]) for name in sizes} == sizes
    assert content["breaks"][0]["paid"] is True
    assert content["coverage"][8]["start"] == "2026-03-02T08:00:00"


def events(text: str) -> list[dict[str, str]]:
    """Return the events of a calendar, unfolded, read the plain way."""
    assert "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").split("\r\n")
    found: list[dict[str, str]] = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and ":" in line:
            name, _, value = line.partition(":")
            found[-1].setdefault(name, value)
    return found


def test_calendars_hold_every_shift_with_its_breaks(tmp_path: Path) -> None:
    table, breaks = tables("Europe/Berlin")
    plan = Schedule(table, breaks, covered(*tables()).coverage.iloc[:0], 900.0, ep.Config())
    ep.save(plan, tmp_path / "rosters.zip")
    with zipfile.ZipFile(tmp_path / "rosters.zip") as archive:
        assert archive.namelist() == ["Ada.ics", "Bob.ics", "Eve.ics", "Zoë.ics"]
        text = archive.read("Zoë.ics").decode()
    first = events(text)[0]
    assert len(events(text)) == 4
    assert first["DTSTART"] == "20260303T210000Z"
    assert first["DTEND"] == "20260304T060000Z"
    assert first["DTSTAMP"] == "20260302T070000Z"
    assert first["SUMMARY"] == r"long\, Sales"
    assert first["DESCRIPTION"] == "01:00-01:30 meal (unpaid)"
    assert len({event["UID"] for event in events(text)}) == 4
    again = tmp_path / "again.zip"
    ep.save(plan, again)
    assert again.read_bytes() == (tmp_path / "rosters.zip").read_bytes()
    ep.save(plan, f"{tmp_path}/folder/")
    assert (tmp_path / "folder" / "Zoë.ics").read_bytes().decode() == text
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]
    with pytest.raises(ep.InputError, match="the folder is not empty"):
        ep.save(plan, f"{tmp_path}/folder/")


def test_one_agent_has_one_calendar_file(tmp_path: Path) -> None:
    table, breaks = tables()
    with pytest.raises(ep.InputError, match="a calendar is one agent's, the schedule has 4"):
        ep.save(covered(table, breaks), tmp_path / "all.ics")
    assert not (tmp_path / "all.ics").exists()
    ada, rest = (frame[frame["agent"] == "Ada"] for frame in (table, breaks))
    long = "Geschäftsführungsassistenz; \\ eins, zwei " + "ü" * 60
    plan = Schedule(
        ada.assign(shift=long), rest, covered(table, breaks).coverage.iloc[:0], 900.0, ep.Config()
    )
    ep.save(plan, tmp_path / "ada.ics")
    data = (tmp_path / "ada.ics").read_bytes()
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    first = events(data.decode())[0]
    plain = first["SUMMARY"].replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")
    assert plain == f"{long}, Sales"
    assert first["DTSTART"] == "20260302T080000"
    assert first["DESCRIPTION"].split("\\n")[0] == "09:00-09:30 meeting"


def test_file_names_of_calendars_are_safe_and_their_own(tmp_path: Path) -> None:
    names = ["../../etc", "CON", "a/b", "A:B", "", "  ."]
    table = tables()[0].head(1)
    rows = [table.assign(agent=name) for name in names if name]
    plan = replace(
        covered(*tables()), table=pd.concat(rows), breaks=tables()[1].iloc[:0], shortages=(
            covered(*tables()).shortages)
    )  # fmt: skip
    ep.save(plan, f"{tmp_path}/safe/")
    found = sorted(os.listdir(tmp_path / "safe"))
    assert len(found) == 5
    assert all(set(name) <= set("abetcABCON_-2.icsgent") for name in found), found
    assert "CON_.ics" in found
    assert len({name.casefold() for name in found}) == 5


def test_other_results_have_no_calendars(tmp_path: Path) -> None:
    with pytest.raises(ep.InputError, match="must end in"):
        ep.save(pd.DataFrame({"a": [1]}), tmp_path / "table.ics")


def test_large_rosters_are_read_in_a_moment() -> None:
    start = np.datetime64("2026-03-02T06:00") + np.arange(7).repeat(500) * np.timedelta64(1, "D")
    names = np.tile([f"Agent {number}" for number in range(500)], 7)
    frame = pd.DataFrame({"agent": names, "start": start})
    frame["end"] = frame["start"] + pd.Timedelta(hours=8)
    plan = ep.read_schedule(frame)
    assert plan.paid_hours == 3500 * 8
    assert_same(ep.read_schedule(written(plan)), plan)


def test_breaks_may_stand_in_columns_beside_their_shift() -> None:
    plan = read("""Employee,Date,Start,End,Lunch Start,Lunch End,Break 1 Start,Break 1 End,Site
A,2026-03-23,08:00,16:30,12:00,12:30,10:00,10:15,North
B,2026-03-23,22:00,06:00,02:00,02:30,,,South
B,2026-03-24,22:00,06:00,02:15,02:45,,,South
""")
    assert plan.breaks["name"].tolist() == ["Break 1", "Lunch", "Lunch", "Lunch"]
    assert plan.breaks["start"].iloc[2:].tolist() == [
        pd.Timestamp("2026-03-24 02:00"), pd.Timestamp("2026-03-25 02:15")
    ]  # fmt: skip
    assert plan.paid_hours == 8 + 2 * 7.5
    assert "columns not read: Site" in plan.summary()
    late = "agent,date,start,end,lunch start,lunch end\nA,2026-03-23,08:00,16:30,17:00,17:30"
    with pytest.raises(ep.InputError, match="row 2, column lunch start: '17:00'"):
        read(late)


def test_a_row_that_seems_to_begin_with_a_break_is_refused() -> None:
    with pytest.raises(ep.InputError, match="(?s)outside the agent's shifts.*row 3"):
        read("""agent,date,start,end,activity
A,2026-03-02,22:00,01:00,Phone
A,2026-03-02,01:00,01:30,Lunch
A,2026-03-02,01:30,06:00,Phone
""")


def test_our_own_workbook_is_read_back(tmp_path: Path) -> None:
    plan = covered(*tables())
    ep.save(plan, tmp_path / "plan.xlsx")
    assert_same(ep.read_schedule(tmp_path / "plan.xlsx"), plan)
