from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from plans import one_morning, two_queues


def test_evaluating_a_requirement_gives_back_its_numbers() -> None:
    requirement = ep.staff(two_queues(), "80/20", patience=180, shrinkage=0.3)
    result = ep.evaluate(two_queues(), requirement)
    for column in ("agents", "service_level", "asa", "abandonment", "occupancy"):
        np.testing.assert_allclose(result.table[column], requirement.table[column], rtol=1e-14)
    np.testing.assert_allclose(result.table["wait_p95"], requirement.table["wait_p95"], rtol=1e-12)
    assert (result.table["net"] == 0).all()
    pd.testing.assert_frame_equal(result.total, requirement.total, check_dtype=False)
    assert result.missed == ()


def test_net_is_over_or_short_of_required() -> None:
    table = ep.evaluate(one_morning(), 16, "80/20").table
    assert table["required"].tolist() == [14, 18, 11, 0]
    assert table["net"].tolist() == [2, -2, 5, 16]


def test_overload_is_a_state_and_totals_say_unbounded() -> None:
    result = ep.evaluate(one_morning(), 12, "80/20", method="stationary")
    row = result.table.iloc[1]  # 14 erlangs for 12 agents
    assert (row["service_level"], row["occupancy"], row["asa"]) == (0, 1, math.inf)
    assert "unbounded (1 intervals overloaded)" in result.summary()
    assert result.missed == ("all",)


def test_percentages_are_weighted_by_volume() -> None:
    good, bad = (
        ep.performance(load, 12, aht=180, target="80/20").service_level for load in (10, 1)
    )
    result = ep.evaluate(one_morning([100.0, 10.0]), 12, "80/20", method="stationary")
    expected = (100 * good + 10 * bad) / 110
    assert result.total["service_level"].iloc[0] == pytest.approx(expected, abs=1e-15)


def test_fractional_agents_are_a_mix_in_time() -> None:
    shared = {"aht": 180, "target": "80/20", "patience": 120}
    few, many = (ep.performance(10, n, **shared) for n in (9, 10))
    row = ep.evaluate(one_morning([100.0]), 9.25, "80/20", patience=120).table.iloc[0]
    mixed = 0.75 * few.service_level + 0.25 * many.service_level
    assert row["service_level"] == pytest.approx(mixed, abs=1e-15)
    answered = 0.75 * (1 - few.abandonment), 0.25 * (1 - many.abandonment)
    asa = (answered[0] * few.asa + answered[1] * many.asa) / sum(answered)
    assert row["asa"] == pytest.approx(asa, rel=1e-14)
    occupancy = (0.75 * 9 * few.occupancy + 0.25 * 10 * many.occupancy) / 9.25
    assert row["occupancy"] == pytest.approx(occupancy, rel=1e-14)
    late = [
        ep.performance(10, n, aht=180, patience=120, target=ep.Target(
            service_level=0.5, threshold=row["wait_p95"], abandons="credit-within-threshold"
        )).service_level for n in (9, 10)
    ]  # fmt: skip
    assert 0.75 * late[0] + 0.25 * late[1] == pytest.approx(0.95, abs=1e-12)


def test_scheduled_people_lose_their_shrinkage_exactly() -> None:
    scheduled = ep.evaluate(one_morning(), 30, "80/20", agents_are="scheduled", shrinkage=0.3)
    on_queue = ep.evaluate(one_morning(), 21, "80/20", shrinkage=0.3)
    pd.testing.assert_frame_equal(scheduled.table, on_queue.table)
    assert scheduled.total["paid_hours"].iloc[0] == 30 * 2


def test_agents_may_be_a_number_a_column_a_mapping_or_a_frame() -> None:
    forecast = two_queues()
    plain = ep.evaluate(forecast, {"large": 30, "small": 3}, "80/20").table
    column = np.where(forecast.table["queue"] == "large", 30, 3)
    frame = forecast.table[["queue", "start"]].assign(agents=column).sample(frac=1, random_state=1)
    for agents in (column, pd.Series(column), frame):
        pd.testing.assert_frame_equal(ep.evaluate(forecast, agents, "80/20").table, plain)


def test_missing_and_impossible_agents_are_refused_with_their_interval() -> None:
    forecast = one_morning()
    frame = forecast.table[["start"]].assign(agents=5).drop(index=1)
    with pytest.raises(ep.InputError, match="2026-03-02 09:30"):
        ep.evaluate(forecast, frame, "80/20")
    for wrong in (-1, math.nan, math.inf, [1, 2]):
        with pytest.raises(ep.InputError, match="agents"):
            ep.evaluate(forecast, wrong, "80/20")
    twice = pd.concat([forecast.table[["start"]].assign(agents=5)] * 2)
    with pytest.raises(ep.InputError, match="twice"):
        ep.evaluate(forecast, twice, "80/20")
    with pytest.raises(ep.InputError, match="missing for queue small"):
        ep.evaluate(two_queues(), {"large": 3}, "80/20")
    with pytest.raises(ep.InputError, match="given for queue Typo"):
        ep.evaluate(two_queues(), {"large": 3, "small": 2, "Typo": 1}, "80/20")
    with pytest.raises(ep.InputError, match="column queue"):
        ep.evaluate(two_queues(), two_queues().table[["start"]].assign(agents=1), "80/20")


def test_no_agents_at_all_answer_nobody() -> None:
    row = ep.evaluate(one_morning([100.0]), 0, "80/20", patience=60).table.iloc[0]
    assert (row["service_level"], row["abandonment"]) == (0, 1)
    assert math.isnan(row["asa"])


@pytest.mark.parametrize("tz", ["Europe/Berlin", "UTC"])
def test_agents_of_a_plan_without_zone_fit_a_forecast_with_one(tz: str) -> None:
    forecast = two_queues(tz=tz)
    naive = forecast.table[["queue", "start"]].assign(agents=7)
    naive["start"] = naive["start"].dt.tz_localize(None)
    judged = ep.evaluate(forecast, naive, "80/20", method="stationary")
    assert (judged.table["agents"] == 7).all()


def test_remarks_name_short_intervals_idle_hours_and_missed_targets() -> None:
    text = ep.evaluate(one_morning(), 12, "80/20").summary()
    assert (
        "2 of 3 intervals with contacts are short of agents, most in all at Mon 02 Mar 09:30"
        in text
    )
    assert "6.0 agent hours lie in intervals without contacts" in text
    assert "the target is missed by all" in text


def test_agents_of_a_repeated_hour_are_told_apart_by_their_order() -> None:
    start = pd.date_range(
        "2026-10-25", "2026-10-26", freq="h", inclusive="left", tz="Europe/Berlin"
    )
    frame = pd.DataFrame({"start": start, "volume": 10.0, "aht": 60.0})
    forecast = ep.read_forecast(frame)
    assert len(forecast.table) == 25
    naive = pd.DataFrame({"start": start.tz_localize(None), "agents": np.arange(25.0)})
    assert ep.evaluate(forecast, naive, "80/20").table["agents"].tolist() == list(range(25))
    with pytest.raises(ep.InputError, match="02:00"):
        ep.evaluate(forecast, naive.drop(index=3), "80/20")


def test_what_agents_deliver_is_told_where_the_target_is_out_of_reach() -> None:
    table = ep.evaluate(one_morning(), 10, "80/20", lines=10, method="stationary").table
    assert math.isnan(table["required"].iloc[0])
    assert table["service_level"].iloc[0] == pytest.approx(1 - ep.erlang_b(10, 10), abs=1e-14)


def test_occupancy_is_work_over_agent_hours_where_agents_outnumber_lines() -> None:
    forecast = one_morning([100.0, 100.0])
    result = ep.evaluate(forecast, 30, "80/20", lines=14, method="stationary")
    blocked = ep.performance(10, 30, aht=180, target="80/20", lines=14).blocked
    total = result.total.iloc[0]
    assert total["occupancy"] * total["agent_hours"] == pytest.approx(10 * (1 - blocked))


@pytest.mark.parametrize(("target", "agents", "missed"), [
    ("occupancy 80%", 2, False), ("occupancy 79%", 2, True), ("asa 60s", 2, False),
    ("asa 5s", 2, True), ("80/20, minimum 3", 2, True), ("abandonment 9%", 2, True),
    ("abandonment 30%", 2, False), ("blocked 1%", 2, True), ("blocked 30%", 2, False),
])  # fmt: skip
def test_every_part_of_the_target_can_be_missed(target: str, agents: int, missed: bool) -> None:
    forecast = one_morning([8.0, 8.0], aht=360.0)  # 1.6 erlangs: two agents are 80 % busy
    lossy = "abandonment" in target or "blocked" in target
    given = {"patience": 300, "lines": 3} if lossy else {}
    if target.startswith("asa"):
        given = {"patience": 60}
    result = ep.evaluate(forecast, agents, target, method="stationary", **given)
    assert bool(result.missed) is missed


def test_agents_that_cannot_be_placed_are_refused() -> None:
    raw = two_queues().table.sort_values(["start", "queue"])
    with pytest.raises(ep.InputError, match="sorted by queue and start"):
        ep.evaluate(two_queues(), raw["volume"], "80/20")
    text = one_morning().table.assign(agents=5, start="2026-03-02 09:00")
    with pytest.raises(ep.InputError, match="dates and times"):
        ep.evaluate(one_morning(), text, "80/20")
    zoned = two_queues(tz="Europe/Berlin")
    naive = zoned.table[["queue", "start"]].assign(agents=5)
    naive["start"] = naive["start"].dt.tz_localize(None)
    with pytest.raises(ep.InputError, match="twice"):
        ep.evaluate(zoned, pd.concat([naive, naive]), "80/20")
