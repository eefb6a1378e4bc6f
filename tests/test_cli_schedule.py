"""`erlangplan schedule` and `erlangplan breaks`: what they ask for, print, write and refuse."""

from __future__ import annotations

import io
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import erlangplan as ep
from erlangplan.cli import main
from erlangplan.cli.progress import progress_text, shown_progress
from erlangplan.cli.schedule_terminal import print_schedule
from erlangplan.scheduling.progress import Progress
from erlangplan.scheduling.result import Schedule
from sample_schedules import week

WEEK = week(20)
DAY = week(12, days=1, demand=0.2, night=False)
FORECAST = """queue,start,volume,aht
a,2026-03-02T09:00,100,180
a,2026-03-02T09:30,140,180
a,2026-03-02T10:00,80,180
"""
AGENTS = "start,agents\n2026-03-02T09:00,4\n2026-03-02T09:30,6\n"
Captured = pytest.CaptureFixture[str]


class Asked:
    """Stands for the planner and remembers what it was asked."""

    def __init__(self, plan: Schedule) -> None:
        self.plan = plan
        self.requirement: Any = None
        self.rules: Any = None
        self.given: dict[str, Any] = {}

    def schedule(self, requirement: Any, rules: Any, **given: Any) -> Schedule:
        self.requirement, self.rules, self.given = requirement, rules, given
        return self.plan

    def place_breaks(self, roster: Any, requirement: Any, **given: Any) -> Any:
        self.requirement, self.given = requirement, given
        return SimpleNamespace(
            schedule=roster, summary=lambda: "12 breaks moved", remarks=("one is not moved",)
        )


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    ep.write_starter(tmp_path)
    (tmp_path / "forecast.csv").write_text(FORECAST, encoding="utf-8")
    (tmp_path / "agents.csv").write_text(AGENTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    planner = Asked(WEEK)
    monkeypatch.setattr(ep, "schedule", planner.schedule, raising=False)
    monkeypatch.setattr(ep, "place_breaks", planner.place_breaks, raising=False)
    return planner


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(list(args))
    code = stopped.value.code
    assert isinstance(code, int)
    return code


def planned(*args: str) -> int:
    return run("schedule", "forecast.csv", "shifts.toml", "-t", "80/20", *args)


def test_forecast_is_staffed_and_planned_by_the_rules(asked: Asked) -> None:
    assert planned("--patience", "3min", "--shrinkage", "10%") == 0
    forecast = ep.read_forecast("forecast.csv")
    wanted = ep.staff(forecast, "80/20", patience=180, shrinkage=0.1)
    assert asked.requirement.table.equals(wanted.table)
    assert asked.requirement.config == wanted.config
    assert [shift.name for shift in asked.rules.shifts] == ["full-time day", "part-time", "night"]


def test_without_flags_the_defaults_are_those_of_the_library(asked: Asked) -> None:
    assert planned() == 0
    assert asked.given == {
        **{"objective": "cover", "over": "week", "floor": 0.5, "agents": None},
        **{"short_price": None, "gap": 0.005, "time_limit": 30.0, "week": "open", "seed": 0},
        **{"breaks_in_shrinkage": None, "executor": None, "progress": None, "shrinkage": None},
    }


def test_flags_are_passed_on_in_the_units_of_the_library(asked: Asked) -> None:
    flags = [
        *("--objective", "service-level", "--over", "day", "--floor", "60%"),
        *("--agents", "night owls=40"),
        *("--short-price", "3", "--gap", "1%", "--time-limit", "2min", "--week", "cyclic"),
        *("--seed", "7", "--breaks-in-shrinkage"),
    ]
    assert planned(*flags) == 0
    wanted = {
        **{"objective": "service_level", "over": "day", "floor": 0.6},
        "agents": {"night owls": 40},
        **{"short_price": 3.0, "gap": 0.01, "time_limit": 120.0, "week": "cyclic", "seed": 7},
        "breaks_in_shrinkage": True,
    }
    assert asked.given.items() >= wanted.items()


def test_people_there_are_may_be_given_by_group(asked: Asked) -> None:
    assert planned("--agents", "full-timers=30, part-timers=10") == 0
    assert asked.given["agents"] == {"full-timers": 30, "part-timers": 10}
    assert planned("--agents", "30,10") == 2


def printed(capfd: Captured) -> str:
    return re.sub(r"[│\s]+", " ", capfd.readouterr().err)


def test_one_number_of_people_for_several_groups_shows_what_to_write(
    asked: Asked, capfd: Captured
) -> None:
    assert planned("--agents", "40") == 2
    wanted = '--agents "full-timers=14,part-timers=13,night owls=13"'
    assert wanted in printed(capfd) and not asked.given
    assert planned("--agents", "full-timer=40") == 2
    assert "did you mean 'full-timers'?" in printed(capfd)
    rules = Path("shifts.toml").read_text(encoding="utf-8").split("[[group]]")
    Path("shifts.toml").write_text(f"{rules[0]}[[group]]{rules[1]}", encoding="utf-8")
    assert planned("--agents", "40") == 0
    assert asked.given["agents"] == 40


def test_a_calendar_of_one_agent_is_refused_before_the_search(
    asked: Asked, capfd: Captured
) -> None:
    assert planned("-o", "week.ics") == 2
    assert "to a .zip (-o week.zip) or to a folder (-o week/)" in printed(capfd)
    assert planned("-o", "week.ics", "--agents", "full-timers=3,part-timers=2") == 2
    assert "this is a plan of 5" in printed(capfd)
    assert not asked.given
    one = WEEK.table["agent"] == WEEK.table["agent"].iloc[0]
    breaks = WEEK.breaks[WEEK.breaks["agent"] == WEEK.table["agent"].iloc[0]]
    asked.plan = replace(WEEK, table=WEEK.table[one], breaks=breaks)
    assert planned("-o", "week.ics", "--agents", "full-timers=1") == 0
    assert Path("week.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    ep.save(DAY, "roster.csv")
    assert run("breaks", "roster.csv", "agents.csv", "-o", "day.ics") == 2
    agents = DAY.table["agent"].nunique()
    assert f"this is a plan of {agents}" in printed(capfd)


def test_calendars_go_to_a_folder(asked: Asked, capfd: Captured) -> None:
    Path("there").mkdir()
    assert planned("-o", "new/", "-o", "there", "-o", "cal.zip") == 0
    agents = WEEK.table["agent"].nunique()
    assert len(list(Path("new").glob("*.ics"))) == len(list(Path("there").glob("*.ics"))) == agents
    asked.given = {}
    assert planned("-o", "new/") == 2
    assert "new/ is not an empty folder; name a new one" in printed(capfd)
    assert planned("-o", "shifts.toml/") == 2
    assert not asked.given


CENTRE = '[defaults]\ntarget = "80/20"\n[queue.a]\ntarget = "95/10"\n[queue.b]\npatience = "3min"\n'


def two_queues() -> None:
    Path("two.toml").write_text(CENTRE, encoding="utf-8")
    more = FORECAST + "".join(f"b{line[1:]}\n" for line in FORECAST.splitlines()[1:])
    Path("two.csv").write_text(more, encoding="utf-8")


def test_one_queue_of_a_centre_is_planned_by_its_own_settings(
    asked: Asked, capfd: Captured
) -> None:
    two_queues()
    given = ("two.csv", "shifts.toml", "--config", "two.toml")
    assert run("schedule", *given, "--queue", "a") == 0
    assert set(asked.requirement.table["queue"]) == {"a"}
    assert asked.requirement.config.of("a").target.service_level == 0.95
    assert run("staff", "two.csv", "--config", "two.toml", "--queue", "b", "-o", "b.csv") == 0
    assert set(pd.read_csv("b.csv")["queue"]) == {"b"}
    assert run("evaluate", "two.csv", "9", "--config", "two.toml", "--queue", "a") == 0
    capfd.readouterr()
    assert run("schedule", *given, "--queue", "A") == 1
    assert "there is no queue 'A'; the file has a, b" in printed(capfd)
    Path("two.toml").write_text(CENTRE.replace("[queue.a]", "[queue.A]"), encoding="utf-8")
    assert run("schedule", *given, "--queue", "a") == 1
    assert "settings name queue 'A'" in printed(capfd)
    Path("two.toml").write_text(CENTRE.replace("[queue.a]", "[queue.c]"), encoding="utf-8")
    assert run("schedule", *given, "--queue", "a") == 0
    assert "two.toml has no [queue.a]: its defaults hold" in printed(capfd)


def test_one_queue_of_a_roster_and_of_required_agents_is_taken(asked: Asked) -> None:
    two = week(8, queues=("a", "b"), days=1, night=False)
    ep.save(two, "roster.csv")
    two_queues()
    more = "queue,start,agents\na,2026-03-02T09:00,4\nb,2026-03-02T09:00,6\n"
    Path("agents2.csv").write_text(more, encoding="utf-8")
    flags = ("--tz", "Europe/Berlin", "--queue", "b", "-o", "new.csv")
    assert run("breaks", "roster.csv", "agents2.csv", *flags) == 0
    assert set(pd.read_csv("new.csv")["queue"]) == {"b"}
    assert list(asked.requirement["agents"]) == [6]
    given = ("--config", "two.toml", "--tz", "Europe/Berlin", "--queue", "b", "-o", "e.csv")
    assert run("evaluate", "two.csv", "roster.csv", *given) == 0
    assert run("evaluate", "two.csv", "agents2.csv", *given[:6]) == 1  # two intervals are not there


@pytest.mark.parametrize("text", ["25:00", "24:00", "13:60"])
def test_a_time_that_no_clock_shows_is_refused(asked: Asked, capfd: Captured, text: str) -> None:
    ep.save(DAY, "roster.csv")
    flags = ("--from", text, "--tz", "Europe/Berlin")
    assert run("breaks", "roster.csv", "agents.csv", *flags) == 2
    assert f"--from takes a time from 00:00 to 23:59, got {text}" in printed(capfd)
    assert not asked.given


def test_a_file_without_known_columns_tells_how_required_agents_are_named(
    asked: Asked, capfd: Captured
) -> None:
    Path("needed.csv").write_text(AGENTS.replace("agents", "needed"), encoding="utf-8")
    ep.save(DAY, "roster.csv")
    for command in (
        ("schedule", "needed.csv", "shifts.toml"),
        ("breaks", "roster.csv", "needed.csv"),
    ):
        assert run(*command) == 1
        assert "Or agents=..., if these are required agents: --map start=" in printed(capfd)
        assert run(*command, "--map", "agents=needed", "--tz", "Europe/Berlin") == 0
        assert list(asked.requirement["agents"]) == [4, 6]
    Path("forecast.csv").write_text(FORECAST.replace("start", "xyz"), encoding="utf-8")
    assert run("schedule", "forecast.csv", "shifts.toml") == 1
    assert "agents=" not in printed(capfd)


def test_workers_plan_side_by_side(asked: Asked) -> None:
    assert planned("--workers", "2") == 0
    assert asked.given["executor"]._max_workers == 2


def test_the_week_before_may_be_a_schedule(asked: Asked) -> None:
    ep.save(WEEK, "before.csv")
    assert planned("--week", "before.csv") == 0
    assert len(asked.given["week"].table) == len(WEEK.table)
    assert planned("--week", "before.csv", "-o", "before.csv") == 2


@pytest.mark.usefixtures("asked")
def test_a_pipe_gets_the_activities(capfd: Captured) -> None:
    assert planned() == 0
    out, err = capfd.readouterr()
    table = pd.read_csv(io.StringIO(out))
    assert list(table["activity"].head(2)) == list(WEEK.activities["activity"].head(2))
    assert len(table) == len(WEEK.activities)
    assert f"note: {WEEK.remarks[0]}" in err


@pytest.mark.usefixtures("asked")
def test_files_are_written_by_their_ending(capfd: Captured) -> None:
    names = ["s.csv", "s.xlsx", "s.json", "s.html", "s.png", "s.svg"]
    assert planned(*(part for name in names for part in ("-o", name))) == 0
    out, err = capfd.readouterr()
    assert out == "" and all(f"wrote {name}" in err for name in names)
    assert Path("s.xlsx").read_bytes()[:2] == b"PK"
    assert Path("s.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.usefixtures("asked")
def test_check_exits_with_3_where_intervals_are_short(capfd: Captured) -> None:
    assert planned("--check") == 3
    short = int((WEEK.coverage["short"] > 0).sum())
    assert f"short: {short} of 336 intervals" in capfd.readouterr().err


def test_check_exits_with_0_where_nothing_is_short(asked: Asked) -> None:
    cover = WEEK.coverage.assign(required=0.0, over=WEEK.coverage["on_queue"], short=0.0)
    asked.plan = replace(WEEK, coverage=cover, shortages=WEEK.shortages[:0])
    assert planned("--check") == 0


def test_check_of_a_service_level_looks_at_the_target_not_at_intervals(
    asked: Asked, capfd: Captured
) -> None:
    asked.plan = replace(WEEK, objective="service_level")
    few = FORECAST.replace("a,", "Sales,").replace("Squeue", "queue").replace("140", "2")
    few = few.replace("100", "2").replace("80,", "2,")
    Path("forecast.csv").write_text(few, encoding="utf-8")
    assert planned("--check", "--objective", "service-level", "--tz", "Europe/Berlin") == 0
    Path("forecast.csv").write_text(few.replace(",2,", ",900,"), encoding="utf-8")
    assert planned("--check", "--objective", "service-level", "--tz", "Europe/Berlin") == 3
    assert "target missed: Sales" in capfd.readouterr().err


def test_an_interrupted_search_prints_its_best_plan(asked: Asked, capfd: Captured) -> None:
    asked.plan = replace(WEEK, status="interrupted")
    assert planned() == 0
    out, err = capfd.readouterr()
    assert out.count("\n") > 100
    assert "interrupted: this is the best plan found until then" in err


def test_without_any_plan_ctrl_c_exits_with_130(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ep, "schedule", stopped)
    assert planned() == 130


def test_a_file_of_agents_is_what_is_required(asked: Asked, capfd: Captured) -> None:
    assert run("schedule", "agents.csv", "shifts.toml") == 0
    assert list(asked.requirement["agents"]) == [4, 6]
    assert "agents.csv: required agents of 2 intervals" in capfd.readouterr().err
    assert run("schedule", "agents.csv", "shifts.toml", "--shrinkage", "10%") == 0
    assert asked.given["shrinkage"].total == pytest.approx(0.1)
    assert run("schedule", "agents.csv", "shifts.toml", "--patience", "3min") == 2
    printed = re.sub(r"[│\s]+", " ", capfd.readouterr().err)
    assert "agents.csv holds required agents, so --patience would do nothing" in printed


def test_a_plan_of_staff_keeps_its_agents_unless_a_target_is_given(asked: Asked) -> None:
    assert run("staff", "forecast.csv", "-t", "95/10", "-o", "plan.csv") == 0
    agents = list(ep.staff(ep.read_forecast("forecast.csv"), "95/10").table["agents"])
    assert run("schedule", "plan.csv", "shifts.toml") == 0
    assert list(asked.requirement["agents"]) == agents
    assert run("schedule", "plan.csv", "shifts.toml", "-t", "70/30") == 0
    assert list(asked.requirement.table["agents"]) < agents


def test_what_is_required_may_come_through_a_pipe(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(AGENTS.encode())))
    assert run("schedule", "-", "shifts.toml") == 0
    assert list(asked.requirement["agents"]) == [4, 6]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FORECAST.encode())))
    assert run("schedule", "-", "shifts.toml") == 0
    assert list(asked.requirement.table["volume"]) == [100, 140, 80]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--objective", "best"], "--objective must be one of cover, service-level, got best"),
        (["--over", "year"], "--over must be one of day, week, got year"),
        (["--floor", "50"], "'50' is not a share"),
        (["--time-limit", "soon"], "'soon' is not a duration"),
        (["-o", "shifts.toml"], "shifts.toml is an input and is not overwritten"),
        (["-o", "schedule.doc"], "schedule.doc must end in .csv"),
    ],
)
def test_wrong_usage_is_refused_before_any_work(
    flags: list[str], said: str, capfd: Captured
) -> None:
    assert planned(*flags) == 2
    printed = re.sub(r"[│\s]+", " ", capfd.readouterr().err)
    assert said in printed


@pytest.mark.usefixtures("asked")
def test_rules_that_are_not_there_are_named(capfd: Captured) -> None:
    assert run("schedule", "forecast.csv", "no.toml", "-t", "80/20") == 1
    assert "no.toml" in capfd.readouterr().err


def test_breaks_are_placed_for_a_roster(asked: Asked, capfd: Captured) -> None:
    ep.save(DAY, "roster.csv")
    flags = ("--shifts", "shifts.toml", "--from", "13:00", "--objective", "service-level")
    flags = (*flags, "--tz", "Europe/Berlin", "--locked", "lunch, meeting,")
    assert run("breaks", "roster.csv", "agents.csv", *flags, "--format", "text") == 0
    out, err = capfd.readouterr()
    assert out == "12 breaks moved\n" and "note: one is not moved" in err
    assert asked.given["objective"] == "service_level"
    assert asked.given["locked"] == ["lunch", "meeting"]
    assert asked.given["rules"].shifts[0].name == "full-time day"
    assert asked.given["start_from"] == pd.Timestamp("2026-03-02 13:00", tz=DAY.tz)
    assert run("breaks", "roster.csv", "agents.csv", "-o", "new.csv") == 0
    assert len(ep.read_schedule("new.csv").breaks) == len(DAY.breaks)
    assert asked.given["start_from"] is None


def test_a_starter_day_is_planned_and_its_breaks_placed_for_real(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    ep.write_starter(".")
    week = ep.starter_forecast()
    monday = (week["queue"] == "Orders") & (week["start"] < "2026-03-03")
    week[monday].to_csv("monday.csv", index=False)
    given = ("shifts.toml", "-t", "80/20", "--time-limit", "3s")
    assert run("schedule", "monday.csv", *given, "-o", "s.csv", "--check") == 0
    read = ep.read_schedule("s.csv")
    late = read.breaks["start"].max()
    flags = ("--shifts", *given, "--from", f"{late:%H:%M}", "-o", "b.csv", "--check",
             "--moves", "m.csv")  # fmt: skip
    assert run("breaks", "s.csv", "monday.csv", *flags) == 0
    early = read.breaks["start"] < late
    kept = ep.read_schedule("b.csv").breaks
    moves = pd.read_csv("m.csv", parse_dates=["before", "after"])
    assert (
        moves["after"].tolist()
        == kept.sort_values(["shift_start", "agent", "start"])["start"].tolist()
    )
    assert (moves["worth"] >= 0).all()
    columns = ["agent", "start"]
    assert set(map(tuple, read.breaks.loc[early, columns].to_numpy())) <= set(
        map(tuple, kept[columns].to_numpy())
    )
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.usefixtures("asked")
def test_a_time_on_a_roster_of_many_days_needs_its_day(capfd: Captured) -> None:
    ep.save(WEEK, "roster.csv")
    zone = ("--tz", "Europe/Berlin")
    assert run("breaks", "roster.csv", "agents.csv", "--from", "13:00", *zone) == 2
    printed = re.sub(r"[│\s]+", " ", capfd.readouterr().err)
    assert "may mean any of 7 days of the roster; write 2026-03-02T13:00" in printed
    assert run("breaks", "roster.csv", "agents.csv", "--from", "noon", *zone) == 2


def test_columns_of_a_roster_may_be_named(asked: Asked) -> None:
    roster = DAY.table[["agent", "start", "end"]].rename(columns={"agent": "Wer"})
    roster.to_csv("roster.csv", index=False)
    flags = ("--map", "agent=Wer,agents=agents", "-o", "new.csv")
    assert run("breaks", "roster.csv", "agents.csv", *flags) == 0
    assert set(ep.read_schedule("new.csv").table["agent"]) == set(DAY.table["agent"])


@pytest.mark.usefixtures("asked")
def test_a_time_on_the_wall_needs_a_zone_where_times_have_offsets(capfd: Captured) -> None:
    ep.save(DAY, "roster.csv")
    assert run("breaks", "roster.csv", "agents.csv", "--from", "13:00") == 2
    assert "--tz" in capfd.readouterr().err


def test_progress_is_one_line_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("COLUMNS", "60")
    with shown_progress() as show:
        assert show is not None
        show(Progress("bound", math.nan, math.nan, math.nan, 0.2))
        show(Progress("search", 2060.0, 2052.2, 0.0038, 12.6))
        show(Progress("search", 2059.0, 2052.2, 0.0033, 12.6))
    lines = stream.getvalue().split("\r")
    assert "\n" not in stream.getvalue() and max(map(len, lines)) < 60
    shown = [line.strip() for line in lines if line.strip()]
    assert shown == ["bound ...", "search: best 2,060, bound 2,052.2, gap 0.38 %, 12 s"]


def test_nobody_is_shown_progress_in_a_pipe() -> None:
    with shown_progress() as show:
        assert show is None


def test_progress_says_nothing_that_is_not_known() -> None:
    step = Progress("first plan", 812.0, math.nan, math.nan, 3.0)
    assert progress_text(step) == "first plan: best 812, 3 s"


def text_of(schedule: Schedule, width: int = 100) -> str:
    file = io.StringIO()
    print_schedule(schedule, Console(file=file, width=width, color_system=None))
    return file.getvalue()


def words(text: str, label: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.strip().startswith(label))
    return line.strip().removeprefix(label).split()


def test_terminal_tells_people_hours_cover_and_why() -> None:
    text = text_of(WEEK)
    assert text.startswith("Schedule: Mon 2 to Sun 8 March 2026, Europe/Berlin, shifts.toml\n")
    day = WEEK.table["start"].dt.day
    assert words(text, "people") == [str(n) for n in WEEK.table.groupby(day).size()]
    night = (WEEK.table["shift"] == "Night").groupby(day).sum()
    assert words(text, "Night") == [str(n) for n in night]
    assert "Sales: agents over (+) or short (-)" in text
    net = (WEEK.coverage["over"] - WEEK.coverage["short"]).to_numpy().reshape(7, 24, 2).min(axis=2)
    assert [float(n) for n in words(text, "12:00")] == pytest.approx(net[:, 12])
    count = int((WEEK.coverage["short"] > 0).sum())
    assert f"short: {count} of 336 intervals" in text
    assert ": full-time has 37 people" in text
    assert words(text, "paid hours")[:1] != [] and f"{WEEK.paid_hours:,.1f}" in text
    assert "at most 0.38 % of its cost" in text


def test_terminal_bridges_hours_and_names_the_queue_of_the_lowest_level() -> None:
    assert " ".join(text_of(WEEK, 200).split()).count("agent hours on the queue") == 1
    assert "(paid hours x cost x premiums)" in text_of(WEEK)
    assert "lowest level" in text_of(WEEK) and "Sales," not in text_of(WEEK)
    two = week(12, queues=("Orders", "Support"), days=2, night=False)
    text, cover = text_of(two), two.coverage
    for queue in ("Orders", "Support"):
        mine = cover[cover["queue"] == queue]
        least = mine.groupby(mine["start"].dt.day)["service_level"].min()
        wanted = [part for level in least for part in (f"{100 * level:.0f}", "%")]
        assert words(text, f"lowest, {queue}") == wanted
    row = cover.loc[cover["service_level"].idxmin()]
    assert f"({row['queue']}, {row['start']:%a %d %b %H:%M})" in text


def test_terminal_fits_its_width_and_shows_all_days() -> None:
    text = text_of(week(10, days=10), width=60)
    assert max(map(len, text.splitlines())) <= 60
    assert "11 Mar" in text and text.count("paid hours") >= 2


def test_terminal_of_a_roster_without_requirement_has_no_map() -> None:
    unknown = dict.fromkeys(("required", "over", "short", "service_level"), np.nan)
    given = replace(DAY, coverage=DAY.coverage.assign(**unknown), shortages=DAY.shortages[:0])
    text = text_of(given)
    assert "over (+)" not in text and "hours short" not in text and "people" in text


@pytest.mark.parametrize("command", ["schedule", "breaks"])
def test_help_leads_with_an_example(command: str, capfd: Captured) -> None:
    assert run(command, "--help") == 0
    assert f"erlangplan {command} " in capfd.readouterr().out.split("Arguments")[0]


def test_help_needs_neither_solver_nor_pictures() -> None:
    heavy = "{'highspy', 'matplotlib', 'numba', 'xlsxwriter', 'scipy'}"
    code = f"import sys, erlangplan.cli.app; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.usefixtures("asked")
def test_the_search_is_compiled_though_staffing_alone_would_not_be() -> None:
    code = (
        "import os, erlangplan as ep\n"
        "from erlangplan.cli import main\n"
        "def schedule(*_, **__):\n"
        "    raise ep.InputError(str(os.environ.get('NUMBA_DISABLE_JIT')))\n"
        "ep.schedule = schedule\n"
        "main(['schedule', 'forecast.csv', 'shifts.toml'])\n"
    )
    clean = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    done = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == "erlangplan: None"
