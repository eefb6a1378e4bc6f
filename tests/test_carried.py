"""Staffing of the queue through the day: what it promises holds, and nothing can go."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep

HUMPS = np.array([12, 30, 55, 70, 64, 48, 40, 52, 60, 38, 20, 9], dtype=float)


def day_of(volume: Any, aht: float | Any = 240.0, first: str = "2026-03-02 08:00") -> ep.Forecast:
    volume = np.asarray(volume, dtype=float)
    start = pd.date_range(first, periods=len(volume), freq="30min")
    return ep.read_forecast(pd.DataFrame({"start": start, "volume": volume, "aht": aht}))


def exact(forecast: ep.Forecast, agents: Any, target: str = "80/20", **asked: Any) -> ep.Evaluation:
    return ep.evaluate(forecast, agents, target, method="carry-over", waits=False, **asked)


@pytest.mark.parametrize("asked", [
    {}, {"patience": 180}, {"patience": 60, "balking": 0.1}, {"lines": 20, "patience": 300},
])  # fmt: skip
@pytest.mark.parametrize("aht", [120.0, 900.0])
def test_every_interval_meets_the_target_and_no_agent_can_go(
    aht: float, asked: dict[str, Any]
) -> None:
    forecast = day_of(HUMPS * 240 / aht, aht)
    plan = ep.staff(forecast, "80/20", method="carry-over", **asked)
    agents = plan.table["agents"].to_numpy()
    levels = exact(forecast, agents, **asked).table["service_level"]
    np.testing.assert_allclose(levels, plan.table["service_level"], atol=1e-9)
    assert levels.min() >= 0.8 - 1e-9
    for row in range(len(agents)):
        fewer = agents.copy()
        fewer[row] -= 1
        assert exact(forecast, fewer, **asked).table["service_level"].min() < 0.8


@pytest.mark.parametrize("seed", range(8))
def test_no_more_hours_than_stationary_formulas_where_those_meet_the_target(seed: int) -> None:
    random = np.random.default_rng(seed)
    volume = random.uniform(0.2, 1, 10) * random.choice([10, 60, 200])
    forecast = day_of(volume, random.choice([90.0, 240.0, 600.0]))
    patience = random.choice([90.0, 400.0])
    alone = ep.staff(forecast, "80/20", patience=patience)
    plan = ep.staff(forecast, "80/20", patience=patience, method="carry-over")
    assert plan.table["agents_stationary"].tolist() == alone.table["agents"].tolist()
    assert plan.table["service_level"].min() >= 0.8 - 1e-9
    met = exact(forecast, alone.table["agents"].to_numpy(), patience=patience)
    if met.table["service_level"].min() >= 0.8:
        assert plan.table["agents"].sum() <= alone.table["agents"].sum()


def test_equal_to_the_best_of_all_plans_of_a_short_day() -> None:
    forecast = day_of([6.0, 14.0, 5.0], 400.0)
    plan = ep.staff(forecast, "70/30", method="carry-over")
    least = min(
        sum(agents) for agents in itertools.product(range(1, 8), repeat=3)
        if exact(forecast, np.array(agents), "70/30").table["service_level"].min() >= 0.7
    )  # fmt: skip
    assert plan.table["agents"].sum() == least


def test_all_parts_of_a_target_hold() -> None:
    target = "80/20, asa 8s, abandonment 3%, occupancy 75%, minimum 4"
    plan = ep.staff(day_of(HUMPS), target, patience=180, method="carry-over")
    table = plan.table
    assert table["service_level"].min() >= 0.8 - 1e-9
    assert table["asa"].max() <= 8 * (1 + 1e-6)
    assert table["abandonment"].max() <= 0.03 + 1e-9
    assert table["occupancy"].max() <= 0.75 + 1e-9
    assert table["agents"].min() >= 4


def test_one_less_and_one_more_are_what_they_would_be() -> None:
    forecast = day_of(HUMPS, 600.0)
    plan = ep.staff(forecast, "80/20", patience=300, method="carry-over")
    agents = plan.table["agents"].to_numpy()
    for row, (name, change) in itertools.product(
        (0, 4, 11), (("service_level_one_less", -1), ("service_level_one_more", 1))
    ):
        other = agents.copy()
        other[row] += change
        level = exact(forecast, other, patience=300).table["service_level"].iloc[row]
        assert plan.table[name].iloc[row] == pytest.approx(level, abs=1e-9)


def test_an_evaluation_takes_the_method_of_a_requirement() -> None:
    forecast = day_of(HUMPS)
    for method in ("stationary", "carry-over"):
        plan = ep.staff(forecast, "80/20", patience=180, method=method)  # type: ignore[arg-type]
        result = ep.evaluate(forecast, plan)
        assert result.method == method
        np.testing.assert_allclose(result.table["service_level"], plan.table["service_level"])


def test_closed_time_between_openings_needs_nobody() -> None:
    forecast = day_of([*HUMPS, 0, 0, *HUMPS])
    plan = ep.staff(forecast, "80/20", method="carry-over")
    agents = plan.table["agents"].tolist()
    assert agents[12:14] == [0, 0]
    assert agents[:12] == agents[14:]


@pytest.mark.parametrize("over", ["day", "week"])
def test_a_promise_over_a_window_is_kept_on_the_exact_queue(over: Any) -> None:
    forecast = day_of([*HUMPS, *[0] * 36, *(0.8 * HUMPS)], 500.0)
    asked: dict[str, Any] = {"patience": 240, "over": over, "floor": 0.55}
    plan = ep.staff(forecast, "80/20", method="carry-over", **asked)
    alone = ep.staff(forecast, "80/20", **asked)
    result = exact(forecast, plan.table["agents"].to_numpy(), patience=240)
    assert result.table["service_level"].min() >= 0.55 - 1e-9
    levels = result.days["service_level"] if over == "day" else result.total["service_level"]
    assert levels.min() >= 0.8 - 1e-9
    assert plan.windows is not None
    np.testing.assert_allclose(plan.windows["service_level"], levels, atol=1e-9)
    assert plan.windows["bound"].isna().all() and plan.windows["gap"].isna().all()
    kept = exact(forecast, alone.table["agents"].to_numpy(), patience=240)
    parts = kept.days["service_level"] if over == "day" else kept.total["service_level"]
    if parts.min() >= 0.8 and kept.table["service_level"].min() >= 0.55:
        assert plan.table["agents"].sum() <= alone.table["agents"].sum()


def test_given_hours_go_where_they_serve_the_exact_queue_best() -> None:
    forecast = day_of(HUMPS, 900.0)
    asked: dict[str, Any] = {"patience": 300, "over": "day", "floor": 0.4, "hours": 125}
    alone = ep.staff(forecast, "80/20", **asked)
    plan = ep.staff(forecast, "80/20", method="carry-over", **asked)
    assert plan.table["agents"].sum() * 0.5 <= 125
    levels = [
        exact(forecast, each.table["agents"].to_numpy(), patience=300)
        .total["service_level"]
        .iloc[0]
        for each in (plan, alone)
    ]
    assert levels[0] >= levels[1] - 1e-12


def test_counts_so_far_enter_the_window() -> None:
    whole = day_of(HUMPS)
    rest = day_of(HUMPS[6:], first="2026-03-02 11:00")
    passed = whole.table.iloc[:6].assign(offered=HUMPS[:6], answered_within=0.74 * HUMPS[:6])
    so_far = passed[["start", "offered", "answered_within"]]
    plan = ep.staff(rest, "80/20", patience=180, method="carry-over", over="day", so_far=so_far)
    result = exact(rest, plan.table["agents"].to_numpy(), patience=180).total.iloc[0]
    in_time = 0.74 * HUMPS[:6].sum() + result["service_level"] * HUMPS[6:].sum()
    assert in_time / HUMPS.sum() >= 0.8 - 1e-9


def test_margins_of_a_carried_plan_are_those_of_the_exact_queue() -> None:
    forecast = day_of(HUMPS, 600.0)
    plan = ep.staff(forecast, "80/20", patience=300, method="carry-over")
    row = plan.margins().table.iloc[0]
    agents = plan.table["agents"].to_numpy()
    more = exact(forecast.scale(row["volume_factor"], 1.0), agents, patience=300)
    assert more.total["service_level"].iloc[0] == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(("target", "asked"), [
    ("80/90min", {}), ("50% in 60s, ignore", {"patience": 3000}),
])  # fmt: skip
def test_one_less_counts_what_happens_long_after_the_interval(
    target: str, asked: dict[str, Any]
) -> None:
    forecast = day_of([30, 40, 24, 36, 10, 8, 2, 6], 1800.0)
    plan = ep.staff(forecast, target, method="carry-over", **asked)
    agents = plan.table["agents"].to_numpy()
    for row in range(len(agents)):
        fewer = agents.copy()
        fewer[row] -= 1
        level = exact(forecast, fewer, target, **asked).table["service_level"].iloc[row]
        assert plan.table["service_level_one_less"].iloc[row] == pytest.approx(level, abs=1e-9)
