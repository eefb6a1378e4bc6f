from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.cli import main
from plans import one_morning
from test_schedule_evaluation import roster

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    ep.save(one_morning().table, tmp_path / "forecast.csv")
    ep.save(roster(), tmp_path / "schedule.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", "forecast.csv", *args])
    code = stopped.value.code
    assert isinstance(code, int)
    return code


@pytest.mark.usefixtures("folder")
def test_a_schedule_is_known_by_its_columns_and_evaluated(capfd: Captured) -> None:
    assert run("schedule.csv", "--target", "80/20") == 0
    out, err = capfd.readouterr()
    table = pd.read_csv(io.StringIO(out))
    assert table["agents"].tolist() == [20, 10, 10, 20]
    assert "schedule.csv: 20 shifts of 20 agents" in err
    assert "all at work and not on a break count as on the queue" in err


@pytest.mark.usefixtures("folder")
def test_bare_shrinkage_beside_breaks_asks_for_a_flag(capfd: Captured) -> None:
    assert run("schedule.csv", "--target", "80/20", "--shrinkage", "30%") == 1
    assert "--breaks-in-shrinkage or --no-breaks-in-shrinkage" in capfd.readouterr().err
    flags = ("--target", "80/20", "--shrinkage", "30%", "--no-breaks-in-shrinkage")
    assert run("schedule.csv", *flags) == 0
    table = pd.read_csv(io.StringIO(capfd.readouterr().out))
    assert table["agents"].tolist() == [14, 7, 7, 14]


def test_columns_of_a_roster_are_named_like_those_of_a_forecast(
    folder: Path, capfd: Captured
) -> None:
    text = "Who,start,end\nA,2026-03-02 09:00,2026-03-02 17:00\n"
    (folder / "roster.csv").write_text(text, encoding="utf-8")
    assert run("roster.csv", "--target", "80/20", "--map", "agent=Who") == 0
    table = pd.read_csv(io.StringIO(capfd.readouterr().out))
    assert table["agents"].tolist() == [1, 1, 1, 1]


def test_a_plan_of_agents_is_still_read_as_one(folder: Path, capfd: Captured) -> None:
    ep.save(ep.staff(one_morning(), "80/20"), folder / "plan.csv")
    assert run("plan.csv", "--target", "80/20") == 0
    table = pd.read_csv(io.StringIO(capfd.readouterr().out))
    assert table["agents"].tolist() == [14, 18, 11, 0]
