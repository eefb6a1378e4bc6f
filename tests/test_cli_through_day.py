"""The queue through the day and promises over longer windows, as a person meets them."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.cli import main
from erlangplan.cli.terminal_promise import windows_table

Captured = pytest.CaptureFixture[str]
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
HEAD = "start,volume,aht\n"


def frame(days: int = 2) -> pd.DataFrame:
    """Return half-hours from 9 to 15 with a steep fall of volume at noon."""
    parts = [
        pd.date_range(f"2026-03-0{day + 2} 09:00", periods=12, freq="30min") for day in range(days)
    ]
    start = parts[0].append(parts[1:]) if days > 1 else parts[0]
    volume = np.tile([60.0] * 3 + [110.0] * 3 + [40.0] * 6, days)
    return pd.DataFrame({"start": start, "volume": volume, "aht": 300.0})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    frame().to_csv(tmp_path / "forecast.csv", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(list(args))
    return int(stopped.value.code or 0)


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


def said(text: str) -> str:
    return " ".join(text.replace("│", " ").split())


@pytest.mark.usefixtures("folder")
def test_evaluate_carries_queues_over_unless_told_otherwise(capfd: Captured) -> None:
    assert run("evaluate", "forecast.csv", "14", "-t", "80/20") == 0
    carried = table(capfd.readouterr().out)
    assert run("evaluate", "forecast.csv", "14", "-t", "80/20", "--method", "stationary") == 0
    alone = table(capfd.readouterr().out)
    np.testing.assert_allclose(
        carried["service_level_stationary"], alone["service_level"], atol=1e-6
    )
    assert carried.loc[6, "service_level"] < alone.loc[6, "service_level"] - 0.2  # after the rush
    assert {"abandons_in", "answered_in", "queue_end"} <= set(carried) and "queue_end" not in alone


@pytest.mark.usefixtures("folder")
def test_the_flags_of_the_queue_reach_it(capfd: Captured) -> None:
    asked = ("evaluate", "forecast.csv", "20", "-t", "80/20", "--patience", "5min")
    flags = {"initial": 40, "at_close": "abandon", "leaving": "preempt", "waits": False}
    assert run(*asked, "--initial", "40", "--at-close", "abandon", "--leaving", "preempt",
               "--no-waits") == 0  # fmt: skip
    shown = table(capfd.readouterr().out)
    forecast = ep.read_forecast("forecast.csv")
    exact = ep.evaluate(forecast, 20, "80/20", patience=300, **flags).table
    np.testing.assert_allclose(shown["service_level"], exact["service_level"], atol=1e-6)
    assert shown["asa"].isna().all()
    assert run(*asked) == 0
    plain = table(capfd.readouterr().out)
    assert plain["asa"].notna().all()
    assert shown.loc[0, "service_level"] < plain.loc[0, "service_level"] - 0.1
    assert run(*asked, "--initial", "0.25,0.5,0.25") == 0


@pytest.mark.usefixtures("folder")
def test_a_carried_over_staff_shows_both_numbers(capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "-t", "80/20", "--method", "carry-over") == 0
    out, err = capfd.readouterr()
    plan = table(out)
    assert (plan["agents"] != plan["agents_stationary"]).any()
    assert plan["service_level"].min() >= 0.8
    assert "than by stationary formulas" in err


@pytest.mark.usefixtures("folder")
def test_a_stationary_plan_prints_the_carried_over_total_beside_its_own(capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "-t", "80/20", "--format", "text") == 0
    shown = said(capfd.readouterr().out)
    forecast = ep.read_forecast("forecast.csv")
    plan = ep.staff(forecast, "80/20")
    exact = ep.evaluate(forecast, plan, method="carry-over").total["service_level"].iloc[0]
    assert plan.carried == pytest.approx(exact, abs=1e-9)
    wanted = f"carried over from interval to interval: {100 * exact:.1f} % answered within 20 s"
    own = plan.total["service_level"].iloc[0]
    assert f"{wanted} (stationary {100 * own:.1f} %)" in shown
    assert wanted in plan.summary()


def test_what_is_not_carried_over_says_nothing_of_it() -> None:
    forecast = ep.read_forecast(frame())
    carried = ep.staff(forecast, "80/20", method="carry-over")
    assert carried.carried_words == ""
    assert carried.carried == carried.total["service_level"].iloc[0]
    assert np.isnan(ep.staff(forecast, "asa 30s").carried)
    apart = frame().iloc[::2].assign(volume=40.0)
    assert ep.staff(ep.read_forecast(apart, interval=1800), "80/20").carried_words == ""


def test_other_ways_of_counting_are_not_called_answered() -> None:
    forecast = ep.read_forecast(frame())
    plan = ep.staff(forecast, "80/20, credit-within-threshold", patience=240)
    assert " in time (stationary" in plan.carried_words


@pytest.mark.usefixtures("folder")
def test_over_a_week_takes_fewer_hours_and_keeps_the_floor(capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "-t", "80/20", "--over", "week", "--floor", "60%") == 0
    out, err = capfd.readouterr()
    plan = table(out)
    each = ep.staff(ep.read_forecast("forecast.csv"), "80/20").table
    assert plan["agents"].sum() < each["agents"].sum()
    assert plan["service_level"].min() >= 0.6
    level = (plan["volume"] * plan["service_level"]).sum() / plan["volume"].sum()
    assert level >= 0.8
    assert "fewer than the" in err and "no plan that keeps the promise costs less" in err


@pytest.mark.usefixtures("folder")
def test_a_person_sees_windows_and_margins(capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "-t", "80/20", "--over", "day", "--format", "text") == 0
    shown = said(capfd.readouterr().out)
    assert "Promise kept over each day (at least 50 % in every interval)" in shown
    assert "Mon 2 Mar" in shown and "Tue 3 Mar" in shown
    assert "this plan carries +" in shown
    assert "carried over from interval to interval" in shown


def test_the_table_of_windows_fits_80_columns_and_says_how_many_more(folder: Path) -> None:
    from rich.console import Console

    plan = ep.staff(ep.read_forecast(folder / "forecast.csv"), "80/20", over="day")
    assert plan.windows is not None
    many = pd.concat([plan.windows] * 10, ignore_index=True).assign(queue="a very long queue name")
    file = io.StringIO()
    Console(file=file, width=80).print(windows_table(many, "day"))
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert any("and 6 more" in line for line in lines)
    assert sum("a very long queue" in line for line in lines) == 14


def test_costs_move_agents_away_from_dear_hours(folder: Path, capfd: Captured) -> None:
    dear = frame().assign(Price=[1.0] * 6 + [9.0] * 6 + [1.0] * 6 + [9.0] * 6)
    dear[["start", "Price"]].to_csv(folder / "cost.csv", index=False)
    asked = ("staff", "forecast.csv", "-t", "80/20", "--over", "week")
    assert run(*asked) == 0
    even = table(capfd.readouterr().out)
    assert run(*asked, "--cost", "cost.csv", "--map", "cost=Price") == 0
    out, err = capfd.readouterr()
    priced = table(out)
    assert "cost.csv: 24 rows" in err
    late = np.tile([False] * 6 + [True] * 6, 2)
    assert priced.loc[late, "agents"].sum() < even.loc[late, "agents"].sum()
    rate = np.where(late, 9.0, 1.0)
    np.testing.assert_allclose(priced["cost"], priced["agents"] * rate / 2)
    assert priced["cost"].sum() < (even["agents"] * rate / 2).sum()


def test_what_has_passed_counts_and_the_rest_is_planned(folder: Path, capfd: Captured) -> None:
    counts = frame().iloc[:12].assign(offered=70, answered_within=35)
    counts[["start", "offered", "answered_within"]].to_csv(folder / "so_far.csv", index=False)
    frame().iloc[12:].to_csv(folder / "rest.csv", index=False)
    asked = ("staff", "rest.csv", "-t", "80/20", "--over", "week")
    assert run(*asked) == 0
    fresh = table(capfd.readouterr().out)
    counts.assign(answered_within=60)[["start", "offered", "answered_within"]].to_csv(
        folder / "so_far.csv", index=False
    )
    assert run(*asked, "--so-far", "so_far.csv", "-o", "rest.json") == 0
    assert "so_far.csv: 12 rows from 2026-03-02 09:00" in capfd.readouterr().err
    content = json.loads((folder / "rest.json").read_text(encoding="utf-8"))
    (window,) = content["windows"]
    assert window["so_far_offered"] == 840 and window["service_level"] >= 0.8
    agents = sum(row["agents"] for row in content["table"])
    assert agents < fresh["agents"].sum()  # 85.7 % so far leaves less to reach


def test_impossible_counts_are_named_by_their_row(folder: Path, capfd: Captured) -> None:
    (folder / "so_far.csv").write_text(
        "start,offered,answered_within\n2026-03-01 09:00,10,11\n", encoding="utf-8"
    )
    asked = ("staff", "forecast.csv", "--over", "week", "--so-far", "so_far.csv")
    assert run(*asked, "-o", "plan.csv") == 1
    err = capfd.readouterr().err
    assert "so_far.csv" in err and "row 2" in err and "answered_within" in err
    assert not (folder / "plan.csv").exists()


@pytest.mark.usefixtures("folder")
def test_given_hours_are_kept(capfd: Captured) -> None:
    asked = ("staff", "forecast.csv", "-t", "80/20", "--over", "week")
    assert run(*asked, "--hours", "155") == 0
    plan = table(capfd.readouterr().out)
    assert 150 < plan["agents"].sum() / 2 <= 155
    assert run(*asked, "--hours", "50") == 1
    assert "50 agent hours do not suffice" in capfd.readouterr().err


def test_hours_of_opening_and_hours_of_agents_share_a_flag(folder: Path, capfd: Captured) -> None:
    daily = "date,calls,aht\n2026-03-02,1200,240\n2026-03-03,1300,240\n"
    (folder / "daily.csv").write_text(daily, encoding="utf-8")
    spread = ("staff", "daily.csv", "--spread-evenly", "--hours", "08:00-20:00")
    assert run(*spread, "--over", "week", "--hours", "230") == 0
    plan = table(capfd.readouterr().out)
    assert (plan["volume"] > 0).sum() == 48 and 220 < plan["agents"].sum() / 2 <= 230


def test_the_frontier_is_a_table_and_a_picture(folder: Path, capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "-t", "80/20", "--frontier", "-o", "curve.png", "-o",
               "curve.json", "--format", "csv") == 0  # fmt: skip
    curve = table(capfd.readouterr().out)
    assert curve["agent_hours"].is_monotonic_increasing
    assert curve["service_level"].is_monotonic_increasing
    assert (folder / "curve.png").read_bytes()[:4] == b"\x89PNG"
    rows = json.loads((folder / "curve.json").read_text(encoding="utf-8"))["table"]
    assert [row["agent_hours"] for row in rows] == curve["agent_hours"].tolist()
    assert run("staff", "forecast.csv", "--over", "day", "--frontier", "--format", "text") == 0
    assert "What each service level over each day costs" in capfd.readouterr().out


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_windows_are_a_sheet_and_what_was_not_computed_stays_empty(
    folder: Path, capfd: Captured
) -> None:
    outputs = ("-o", "plan.xlsx", "-o", "plan.html", "-o", "plan.png")
    asked = ("staff", "forecast.csv", "-t", "80/20", "--over", "day", "--method", "carry-over")
    assert run(*asked, *outputs) == 0
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    head, *rows = book["Windows"].iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert len(found) == 2 and all(row["service_level"] >= 0.8 for row in found)
    assert all(row["bound"] is None for row in found)  # none is known on the exact queue
    assert "Promise by window" in (folder / "plan.html").read_text(encoding="utf-8")
    assert run("evaluate", "forecast.csv", "14", "--no-waits", *outputs) == 0
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    head, first, *_ = book["Intervals"].iter_rows(values_only=True)
    cells = dict(zip(head, first, strict=True))
    assert cells["asa"] is None and cells["wait_p95"] is None and cells["queue_end"] > 0
    facts = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True) if row[0]}
    assert "carried over" in facts["Method"]
    page = (folder / "plan.html").read_text(encoding="utf-8")
    assert "Mean wait</dt>" not in page and "what happens" in page
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(("args", "told"), [
    (["evaluate", "12", "--leaving", "stay"], "must be one of finish, preempt, got stay"),
    (["evaluate", "12", "--at-close", "close"], "must be one of serve, abandon, carry"),
    (["evaluate", "12", "--initial", "some"], "must be a whole number of contacts"),
    (["evaluate", "12", "--initial", "2.5"], "whole number"),
    (["evaluate", "12", "--initial", "0.5,0.2"], "probabilities"),
    (["evaluate", "12", "--no-waits", "-t", "80/20, asa 30s"], "the asa that the target limits"),
    (["evaluate", "12", "--method", "exact"], "must be one of carry-over, stationary"),
    (["evaluate", "12", "--method", "stationary", "--initial", "3"], "--initial: intervals by"),
    (["evaluate", "12", "--method", "stationary", "--no-waits"], "--waits: intervals by"),
    (["staff", "--method", "exact"], "must be one of stationary, carry-over"),
    (["staff", "--over", "fortnight"], "must be one of interval, day, week, month"),
    (["staff", "--floor", "60%"], "--floor belongs to a promise over a longer window"),
    (["staff", "--min-contacts", "5", "--hours", "10"], "--min-contacts, --hours belong"),
    (["staff", "--over", "week", "--floor", "60"], "60% or 0.6"),
    (["staff", "--over", "week", "--floor", "90%"], "floor must be at most the target's"),
    (["staff", "--over", "week", "--min-contacts", "-2"], "a number of contacts >= 0"),
    (["staff", "--over", "week", "--hours", "-5"], "at least 0 agent hours"),
    (["staff", "--frontier", "--sweep", "80/20"], "--frontier and --sweep exclude each other"),
    (["staff", "--frontier", "--hours", "9"], "--frontier and --hours exclude each other"),
    (["staff", "--frontier", "--over", "interval"], "--over interval exclude each other"),
    (["staff", "--frontier", "--method", "carry-over"], "is one of stationary formulas"),
    (["staff", "--frontier", "-o", "curve.xlsx"], "must end in .csv, .json, .png, .svg"),
    (["staff", "--over", "week", "--cost", "forecast.csv", "-o", "forecast.csv"], "not overwrit"),
    (["staff", "--over", "week", "-t", "asa 30s"], "without a service level"),
])  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_wrong_usage_exits_with_2(args: list[str], told: str, capfd: Captured) -> None:
    assert run(args[0], "forecast.csv", *args[1:]) == 2
    out, err = capfd.readouterr()
    assert out == "" and "Traceback" not in err
    assert told in said(err)


LOADED = """
import sys
from contextlib import suppress
from erlangplan.cli import main
with suppress(SystemExit):
    main(sys.argv[1:])
from erlangplan.kernels import stationary
plain = not hasattr(stationary.performance_rows, "py_func")
transient = sys.modules.get("erlangplan.kernels.transient")
compiled = transient is not None and hasattr(transient.forward, "py_func")
print("numba" in sys.modules, plain, compiled, file=sys.stderr)
"""


@pytest.mark.parametrize(("args", "loaded"), [
    (["staff", "-o", "plan.csv"], ("False", "True", "False")),
    (["staff"], ("False", "True", "False")),
    (["staff", "--format", "text"], ("True", "True", "True")),
    (["evaluate", "14"], ("True", "True", "True")),
])  # fmt: skip
def test_the_queue_is_compiled_and_small_formulas_are_not(
    folder: Path, args: list[str], loaded: tuple[str, ...]
) -> None:
    own = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    command = [sys.executable, "-c", LOADED, args[0], "forecast.csv", *args[1:]]
    done = subprocess.run(command, env=own, cwd=folder, capture_output=True, text=True, check=True)
    assert tuple(done.stderr.splitlines()[-1].split()) == loaded


def test_the_readme_compares_what_is_so() -> None:
    forecast = ep.read_forecast(ep.starter_forecast())
    target = {"Orders": "90/15", "Support": "80/20, abandonment 6%"}
    config = ep.Config(
        queues={name: ep.Settings(ep.Target(text), patience=240) for name, text in target.items()}
    )
    week = {"over": "week", "floor": 0.6}
    plans = [{}, {"method": "carry-over"}, week, week | {"method": "carry-over"}]
    rows = re.findall(r"^\| (?:every interval|the week),[^|]*\| ([^|]*) \| ([^|]*) \| ([\d.]*) % \|"
                      r" ([\d.]*) % and ([\d.]*) % \|$", README, flags=re.MULTILINE)  # fmt: skip
    assert len(rows) == len(plans)
    for asked, (hours, below, lowest, orders, support) in zip(plans, rows, strict=True):
        given = ep.staff(forecast, config=config, **asked)
        found = ep.evaluate(forecast, given, method="carry-over", waits=False)
        level, volume = found.table["service_level"], found.table["volume"]
        promised = np.where(found.table["queue"] == "Orders", 0.9, 0.8)
        missed = int(((level < promised - 1e-9) & (volume > 0)).sum())
        assert float(hours.replace(",", "")) == found.total["agent_hours"].iloc[0]
        assert missed == (0 if below == "none" else int(below.split()[0]))
        each = [level.min(), *found.queues["service_level"]]
        assert [round(100 * share, 1) for share in each] == [
            float(lowest),
            float(orders),
            float(support),
        ]


def test_a_long_stage_tells_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from erlangplan.cli import output

    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", shown)
    with output.stage("staffing"):
        time.sleep(2.3)
    assert shown.getvalue().startswith("staffing ...\rstaffing ... 2 s\r")
    with warnings.catch_warnings(), output.stage("quick"):
        pass
    assert "quick ... 2 s" not in shown.getvalue()
