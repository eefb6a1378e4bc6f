"""Whole processes, warm, against the time that Python takes to import numpy and pandas."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import erlangplan as ep
from erlangplan.scheduling.checking import check_plan
from erlangplan.scheduling.demand import as_demand
from erlangplan.scheduling.planning import covered

IMPORTS = [sys.executable, "-c", "import numpy, pandas"]
COMMAND = str(Path(sys.executable).parent / "erlangplan")


def timed(command: list[str], **given: str) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **given})
    return time.perf_counter() - start


def ratio(command: list[str], repeats: int = 9) -> float:
    pairs = [(timed(command), timed(IMPORTS)) for _ in range(repeats)]
    return min(one for one, _ in pairs) / min(other for _, other in pairs)


@pytest.fixture
def forecast(tmp_path: Path) -> str:
    table = ep.starter_forecast()
    path = tmp_path / "forecast.csv"
    table[table["queue"] == "Support"].to_csv(path, index=False)
    return str(path)


def run(benchmark: BenchmarkFixture, command: list[str], limit: float) -> None:
    benchmark.pedantic(timed, args=(command,), rounds=3, warmup_rounds=1)
    if benchmark.enabled:
        found = ratio(command)
        benchmark.extra_info["times import numpy, pandas"] = round(found, 2)
        assert found <= limit


def test_help(benchmark: BenchmarkFixture) -> None:
    text = subprocess.run([COMMAND, "--help"], check=True, capture_output=True, text=True).stdout
    assert "erlangplan staff forecast.csv" in text
    run(benchmark, [COMMAND, "--help"], 2.5)


@pytest.mark.parametrize("patience", [[], ["--patience", "3min"]], ids=["C", "A"])
def test_staff_a_week(
    benchmark: BenchmarkFixture, forecast: str, patience: list[str], tmp_path: Path
) -> None:
    output = str(tmp_path / "plan.csv")
    command = [COMMAND, "staff", forecast, "-t", "80/20", *patience, "-o", output]
    subprocess.run(command, check=True, capture_output=True)
    seconds = 180.0 if patience else None
    expected = ep.staff(ep.read_forecast(forecast), "80/20", patience=seconds).table["agents"]
    assert pd.read_csv(output)["agents"].tolist() == expected.tolist()
    run(benchmark, command, 3.0)


def test_evaluate_a_week(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    ep.write_starter(tmp_path)
    files = [str(tmp_path / name) for name in ("forecast.csv", "plan.csv")]
    forecast = ep.read_forecast(files[0])
    plan = ep.staff(forecast, "80/20", patience=180)
    ep.save(plan, files[1])
    output = str(tmp_path / "evaluation.csv")
    command = [COMMAND, "evaluate", *files, "-t", "80/20", "--patience", "3min", "-o", output]
    subprocess.run(command, check=True, capture_output=True)
    exact = ep.evaluate(forecast, plan, method="carry-over").table["service_level"]
    assert pd.read_csv(output)["service_level"].to_numpy() == pytest.approx(
        exact.to_numpy(), abs=1e-6, nan_ok=True
    )
    run(benchmark, command, 8.0)


def test_the_first_staff_on_an_empty_cache(
    benchmark: BenchmarkFixture, forecast: str, tmp_path: Path
) -> None:
    command = [COMMAND, "staff", forecast, "-t", "80/20", "--patience", "3min"]
    number = iter(range(1000))

    def first() -> float:
        return timed(command, NUMBA_CACHE_DIR=str(tmp_path / f"cache{next(number)}"))

    benchmark.pedantic(first, rounds=3)
    if benchmark.enabled:
        found = min(first() for _ in range(5)) / min(timed(command) for _ in range(5))
        benchmark.extra_info["times warm"] = round(found, 2)
        assert found <= 2


def test_the_first_plan_on_an_empty_cache(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    ep.write_starter(tmp_path)
    files = [str(tmp_path / name) for name in ("forecast.csv", "shifts.toml")]
    config, output = str(tmp_path / "centre.toml"), str(tmp_path / "plan.csv")
    limit = 30 if benchmark.enabled else 12  # unmeasured, it only has to be sound
    command = [COMMAND, "schedule", *files, "--config", config, "--time-limit", f"{limit}s"]
    command += ["-o", output]

    def planned() -> float:
        return timed(command, NUMBA_CACHE_DIR=str(tmp_path / "cache"))

    first: float = benchmark.pedantic(planned, rounds=1)
    hours = sound_hours(output, files, config)
    if benchmark.enabled:
        warm = planned()
        later = sound_hours(output, files, config)
        benchmark.extra_info["times warm"] = round(first / warm, 2)
        benchmark.extra_info["times the hours of a warm plan"] = round(hours / later, 4)
        assert first <= 1.1 * limit
        assert hours <= 1.02 * later


def sound_hours(output: str, files: list[str], config: str) -> float:
    """Return the paid hours of a plan that keeps every rule and covers all that is required."""
    forecast, rules = ep.read_forecast(files[0]), ep.read_shifts(files[1])
    demand = as_demand(ep.staff(forecast, config=config), rules)
    plan = ep.read_schedule(output, tz=forecast.tz)
    plan = replace(plan, config=demand.config, interval=demand.interval)
    plan, _ = covered(plan, demand)
    assert check_plan(plan, rules, demand.table) == ()
    assert not plan.coverage["short"].any()
    return float(plan.table["paid_hours"].sum())
