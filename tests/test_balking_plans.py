"""Balking from settings and flags to plans, totals and promises."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.cli import main
from erlangplan.scheduling.promise import make_promise
from naive_balking import measures
from plans import one_morning

WAYS = ("count", "ignore", "credit-within-threshold", "exclude-within-threshold", "exclude-short")


def target(way: str) -> ep.Target:
    return ep.Target("80/20", abandons=way, short_abandon=5.0 if way == "exclude-short" else None)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [f"2026-03-02 {hour:02}:00,{40 + 9 * hour},180" for hour in range(8, 12)]
    Path("forecast.csv").write_text("\n".join(["start,volume,aht", *rows]), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("way", WAYS)
def test_totals_are_sums_over_the_obvious_sums(way: str) -> None:
    forecast = one_morning([60.0, 100.0])
    asked = {"patience": 120, "balking": 0.15}
    plan = ep.staff(forecast, target(way), **asked)
    rows = plan.table[["load", "volume", "agents"]].itertuples(index=False)
    in_time = counted = lost = 0.0
    for load, volume, agents in rows:
        found = measures(load, int(agents), aht=180, threshold=20, short=5, **asked)
        answered = {"ignore": found["count"] / found["ignore"]}
        if way.startswith("exclude"):
            answered[way] = found["count"] / found[way]
        share = float(answered.get(way, 1.0))
        in_time += volume * share * float(found[way])
        counted += volume * share
        lost += volume * float(found["abandonment"])
    total = plan.total.iloc[0]
    assert total["service_level"] == pytest.approx(in_time / counted, rel=1e-11)
    assert total["abandonment"] == pytest.approx(lost / 160, rel=1e-11)
    again = ep.evaluate(forecast, plan).table
    np.testing.assert_array_equal(again["required"], plan.table["agents"])
    np.testing.assert_allclose(again["service_level"], plan.table["service_level"], rtol=1e-13)


@pytest.mark.parametrize("way", WAYS)
def test_a_promise_counts_those_who_balk(way: str) -> None:
    forecast = one_morning()
    asked = ep.Settings(target(way), patience=180.0, balking=0.1)
    promise = make_promise(forecast.table, forecast.load, asked, "week", 0.5)
    busy = forecast.load > 0
    result = ep.performance(
        forecast.load[busy, None], np.arange(promise.in_time.shape[1]), aht=180.0,
        target=asked.target, patience=180.0, balking=0.1,
    )  # fmt: skip
    level = promise.in_time[busy] / np.maximum(promise.counted[busy], 1e-300)
    np.testing.assert_allclose(level, np.nan_to_num(result.service_level), rtol=1e-12, atol=1e-14)


def test_settings_and_arguments_mean_the_same(folder: Path) -> None:
    Path("centre.toml").write_text(
        '[defaults]\nbalking = "12%"\npatience = "2min"\n[queue.Sales]\nbalking = 0.3\n', "utf-8"
    )
    config = ep.read_config("centre.toml")
    assert (config.defaults.balking, config.of("Sales").balking) == (0.12, 0.3)
    assert config.changed(balking=0.0).of("Sales").balking == 0
    config = ep.Config(config.defaults)
    forecast = ep.read_forecast("forecast.csv")
    named = ep.staff(forecast, "80/20", patience="2min", balking="12%")
    assert named.table.equals(ep.staff(forecast, config=config).table)
    assert ("Balking", "12 % leave at once rather than wait") in named.assumptions
    assert not any(name == "Balking" for name, _ in ep.staff(forecast).assumptions)


@pytest.mark.parametrize(
    ("written", "said"),
    [("12", "12% or 0.12"), ("1.0", r"balking must be in \[0, 1\), got 1"), ('"x"', "not a share")],
)
def test_balking_that_is_no_share_is_refused(folder: Path, written: str, said: str) -> None:
    Path("centre.toml").write_text(f"[defaults]\nbalking = {written}\n", "utf-8")
    with pytest.raises(ep.InputError, match=f"(?s)centre.toml.*defaults.*{said}"):
        ep.read_config("centre.toml")


def test_who_balks_is_warned_of_as_abandonment() -> None:
    told = ep.evaluate(one_morning([100.0]), 8, "80/20", balking=0.4).remarks
    assert any("contacts abandon" in remark for remark in told)


def test_the_flag_reaches_every_command(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    forecast = ep.read_forecast("forecast.csv")
    asked = ("-t", "80/20", "--balking", "40%")
    assert run("staff", "forecast.csv", *asked, "-o", "plan.csv") == 0
    expected = ep.staff(forecast, "80/20", balking=0.4).table
    assert ep.read_agents("plan.csv")["agents"].tolist() == expected["agents"].tolist()
    assert expected["agents"].sum() < ep.staff(forecast, "80/20").table["agents"].sum()
    capfd.readouterr()
    assert run("evaluate", "forecast.csv", "plan.csv", *asked) == 0
    shown = pd.read_csv(io.StringIO(capfd.readouterr().out))
    through = ep.evaluate(forecast, expected[["queue", "start", "agents"]], "80/20", balking=0.4)
    np.testing.assert_allclose(shown["abandonment"], through.table["abandonment"], atol=1e-6)
    one = ("queue", "--volume", "100", "--aht", "180", *asked)
    assert run(*one, "--format", "text") == 0
    assert "40 % leave at once rather than wait" in capfd.readouterr().out
    assert run("queue", "--agents", "12", "--aht", "180", *asked, "--format", "csv") == 0
    load = ep.max_load(12, aht=180, target="80/20", balking=0.4)
    shown = pd.read_csv(io.StringIO(capfd.readouterr().out))
    assert shown["load"][0] == pytest.approx(load, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("staff", "forecast.csv", "--balking", "100%"), "below 100%"),
        (("staff", "forecast.csv", "--balking", "20"), "20% or 0.2"),
        (("staff", "forecast.csv", "--balking", "5%", "--patience-from", "calls.csv"), "exclude"),
        (("schedule", "agents.csv", "shifts.toml", "--balking", "5%"), "would do nothing"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    Path("calls.csv").write_text("wait,outcome\n20,answered\n9,abandoned\n", "utf-8")
    Path("agents.csv").write_text("start,agents\n2026-03-02 09:00,4\n", "utf-8")
    ep.write_starter(folder / "starter")
    Path("shifts.toml").write_bytes((folder / "starter" / "shifts.toml").read_bytes())
    assert run(*arguments) == 2
    assert said in " ".join(capfd.readouterr().err.replace("│", " ").split())
