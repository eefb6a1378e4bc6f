"""The README's commands, code and output are as it says."""

from __future__ import annotations

import io
import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.cli import main

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def fences(text: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)


def run(command: str) -> int:
    words = shlex.split(command, comments=True)
    assert words[0] == "erlangplan"
    with pytest.raises(SystemExit) as stopped:
        main(words[1:])
    return int(stopped.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    # Commands choose plain Python for small forecasts, for a whole process; a search needs more.
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "0")
    ep.write_starter("demo")
    shutil.copy("demo/shifts.toml", "shifts.toml")
    table = ep.starter_forecast()
    orders = table[table["queue"] == "Orders"]
    orders.to_csv("forecast.csv", index=False)
    orders.to_excel("forecast.xlsx", index=False)
    orders.assign(agents=12)[["start", "agents"]].to_csv("agents.csv", index=False)
    Path("centre.toml").write_text('[defaults]\ntarget = "80/20"\n', encoding="utf-8")
    return tmp_path


def test_quick_start_is_two_command_lines() -> None:
    (block,) = fences(section("Quick start"), "sh")
    first, second = block.strip().splitlines()
    assert "erlangplan staff demo/forecast.csv" in first
    assert second.endswith("&& pytest")


@pytest.mark.usefixtures("folder")
@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_every_command_runs(capfd: pytest.CaptureFixture[str]) -> None:
    (block, *_) = fences(section("Commands"), "sh")
    for command in block.strip().splitlines():
        code = run(command)
        err = capfd.readouterr().err
        assert code == (3 if "--check" in command else 0), (command, err)


@pytest.mark.usefixtures("folder")
def test_every_schedule_is_planned_from_the_starter_files(
    capfd: pytest.CaptureFixture[str],
) -> None:
    (block,) = fences(section("Schedules"), "sh")
    for command in block.strip().splitlines():
        code = run(f"{command} --time-limit 2s")
        out, err = capfd.readouterr()
        assert code == 0, (command, err)
        if "--agents" in command:
            table = pd.read_csv(io.StringIO(out))
            people = table.groupby("group")["agent"].nunique()
            assert people.le(pd.Series({"full-timers": 25, "part-timers": 15})).all()
            assert set(table["queue"]) == {"Support"}
    assert Path("demo/week.xlsx").exists()


def test_the_explained_queue_is_as_printed(capfd: pytest.CaptureFixture[str]) -> None:
    words = section("Commands")
    (command,) = re.findall(r"`(erlangplan queue --volume[^`]*%)`", words)
    assert run(command.replace("\n", " ") + " --format text") == 0
    printed = [line.rstrip() for line in capfd.readouterr().out.splitlines()]
    (shown,) = fences(words, "text")
    assert printed == [line.rstrip() for line in shown.splitlines()]


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_contracts_are_explained_and_scored_as_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = section("Contracts")
    (block,) = fences(words, "sh")
    printed: list[str] = []
    for command in block.strip().splitlines():
        text = " --format text" if " report " in command else ""
        assert run(command + text) == 0, (command, capfd.readouterr().err)
        printed += [" ".join(line.split()) for line in capfd.readouterr().out.splitlines()]
    (shown,) = fences(words, "text")
    lines = [" ".join(line.split()) for line in shown.splitlines() if line != "..."]
    assert not set(lines) - set(printed)
    assert all(Path(name).exists() for name in ("report.html", "audit.json", "vendors.html"))


@pytest.mark.usefixtures("folder")
def test_the_library_in_ten_lines_runs() -> None:
    (code,) = fences(section("The library in ten lines"), "python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    exec(compile(code, "README.md", "exec"), {})
    assert Path("demo/plan-80-20.xlsx").exists()


def test_every_way_of_counting_has_its_number() -> None:
    answered, abandoned, good, lost, short = 1000, 60, 860, 20, 10  # ICMI's published example
    offered = answered + abandoned
    exact = {
        "count": good / offered,
        "ignore": good / answered,
        "credit-within-threshold": (good + lost) / offered,
        "exclude-within-threshold": good / (offered - lost),
        "exclude-short": good / (offered - short),
        "credit-short": (good + short) / offered,
    }
    rows = re.findall(
        r"\| `([a-z-]+)`[^|]*\|[^|]*\| ([\d.]+) % \|", section("Ways to count a service level")
    )
    assert {way: float(number) for way, number in rows} == {
        way: round(100 * share, 2) for way, share in exact.items()
    }
    assert set(exact) | {"virtual"} == set(ep.WAYS)


def test_the_glossary_names_every_column() -> None:
    words = set(re.findall(r"`([a-z_0-9]+)`", section("Glossary")))
    forecast = ep.read_forecast(ep.starter_forecast())
    columns = {*ep.staff(forecast).table.columns, *ep.evaluate(forecast, 20).table.columns}
    unexplained = (
        columns - words - {"service_level_one_less", "service_level_one_more", "scheduled_exact"}
    )
    assert not unexplained
