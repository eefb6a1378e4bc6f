"""The starter's rules of work are right, and say so line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ep.write_starter(tmp_path)
    return tmp_path


def test_full_time_part_time_and_night_shifts_are_there(folder: Path) -> None:
    rules = ep.read_shifts(folder / "shifts.toml")
    full, part, night = rules.shifts
    assert full.paid_seconds(full.lengths[0], weekday=0) == 8 * 3600
    assert part.lengths == (4 * 3600, 5 * 3600, 6 * 3600)
    assert night.starts[0] + night.lengths[0] > 86400
    assert [group.shifts for group in rules.groups] == [(s.name,) for s in rules.shifts]
    assert all(len(shift.breaks) == (1 if shift.flexible else 3) for shift in rules.shifts)


def test_nobody_is_forced_and_every_queue_may_be_served(folder: Path) -> None:
    rules = ep.read_shifts(folder / "shifts.toml")
    assert all(group.people == (0, None) and not group.queues for group in rules.groups)
    assert all(shift.people == (0, None) and not shift.queues for shift in rules.shifts)


def test_the_shifts_reach_every_interval_of_the_forecast(folder: Path) -> None:
    requirement = ep.staff(ep.read_forecast(folder / "forecast.csv"), config=folder / "centre.toml")
    needed = requirement.table.loc[requirement.table["agents"] > 0, "start"]
    full, part, _ = ep.read_shifts(folder / "shifts.toml").shifts
    for start in pd.DatetimeIndex(needed.unique()):
        clock = start.hour * 3600 + start.minute * 60
        for shift in (full, part):
            assert any(begin <= clock < begin + shift.lengths[-1] for begin in shift.starts)


def test_breaks_are_shown_by_the_schedule_and_not_counted_twice(folder: Path) -> None:
    shrinkage = ep.read_config(folder / "centre.toml").defaults.shrinkage
    shown = {part.name: part.in_schedule for part in shrinkage.parts}
    assert shown["breaks"] and not shown["leave"] and not shown["sickness"]


def test_each_line_that_is_commented_out_is_right_when_it_is_commented_in(folder: Path) -> None:
    path = folder / "shifts.toml"
    text, starter = path.read_text(encoding="utf-8"), ep.read_shifts(path)
    lines = re.findall(r"^# (\w+ = .*)$", text, flags=re.MULTILINE)
    assert {line.split()[0] for line in lines} >= {"people", "opening", "days_off_joined"}
    for line in lines:
        changed = text.replace(f"# {line}", line, 1)
        if line.startswith("hours_per_week"):
            changed = changed.replace("4h..6h/1h", "4h")
        path.write_text(changed, encoding="utf-8")
        assert (ep.read_shifts(path) == starter) == line.startswith("cost = 1.0 ")


def test_what_comes_next_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["init", str(tmp_path / "demo")])
    said = capfd.readouterr().err
    assert stopped.value.code in (0, None)
    assert "shifts.toml" in said
    assert re.search(r"then: erlangplan schedule \S+forecast.csv \S+shifts.toml --config ", said)
