"""Faults seen in other planners, each with its exact value: none of them may live here."""

from __future__ import annotations

import math

import numpy as np
import pytest

import erlangplan as ep
from plans import one_morning


def load_of(volume: float, aht: float, interval: float = 1800.0) -> float:
    return volume * aht / interval


def test_long_answer_times_do_not_underflow() -> None:
    hour = ep.Target(service_level=0.8, threshold=3600)
    got = ep.performance(load_of(1000, 180), 101, aht=180, target=hour, patience=1800)
    assert got.service_level == pytest.approx(0.9847, abs=5e-5)


def test_abandonment_allows_fewer_agents_than_erlangs() -> None:
    assert ep.required_agents(100, aht=180, target="70/20", patience=60).agents == 85


def test_search_does_not_start_one_too_high() -> None:
    half = ep.Target(service_level=0.5, threshold=300)
    assert ep.required_agents(10.6, aht=180, target=half).agents == 11
    tenth = ep.Target(service_level=0.1, threshold=120)
    assert ep.required_agents(24.51, aht=180, target=tenth).agents == 25


def test_asa_is_the_mean_wait_of_all_who_are_answered_in_seconds() -> None:
    got = ep.performance(load_of(100, 180), 14, aht=180, target="80/20")
    assert got.asa == pytest.approx(7.84, abs=0.005)
    wait_of_those_who_wait = got.asa / got.p_wait
    assert wait_of_those_who_wait == pytest.approx(45.0, rel=1e-12)
    halves = ep.performance(load_of(50, 180, 900), 14, aht=180, target="80/20")
    assert halves.asa == got.asa


def test_erlang_a_is_exact() -> None:
    got = ep.performance(100, 98, aht=180, target="80/20", patience=180)
    assert got.service_level == pytest.approx(0.7831, abs=5e-5)
    assert got.abandonment == pytest.approx(0.0505, abs=5e-5)


def test_no_size_overflows() -> None:
    got = ep.performance(150, 160, aht=180, target="80/20")
    assert got.p_wait == pytest.approx(0.31744, abs=5e-6)
    for load in (1e3, 1e5, 9e6):
        agents = math.ceil(load + math.sqrt(load))
        large = ep.performance(load, agents, aht=180, target="80/20", patience=[180, 1e5, np.inf])
        for name in ("service_level", "p_wait", "asa", "wait_p95", "occupancy", "queue_length"):
            assert np.isfinite(getattr(large, name)).all(), (load, name)


def test_overload_never_gives_shares_above_one_or_negative_waits() -> None:
    got = ep.performance(10, 8, aht=180, target="80/20")
    assert (got.p_wait, got.asa, got.service_level) == (1, math.inf, 0)
    assert ep.erlang_c(10, [1, 8, 9.99, 10]).tolist() == [1, 1, 1, 1]


def test_an_interval_without_calls_needs_nobody() -> None:
    got = ep.required_agents([0.0, 12.0], aht=180, target="80/20")
    assert got.agents[0] == 0
    assert got.agents[1] > 12
    assert ep.required_agents(0.0, aht=180, target="80/20, minimum 2").agents == 2


@pytest.mark.parametrize("level", [80, 0.0, 1.5])
def test_a_share_that_cannot_be_one_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="service_level"):
        ep.Target(service_level=level, threshold=20)


@pytest.mark.parametrize("text", ["80", "0.8", "80%", "/20", "80/"])
def test_half_a_target_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"80/20|target"):
        ep.required_agents(10, aht=180, target=text)


def test_every_wait_goes_by_its_own_name() -> None:
    got = ep.performance(48, 50, aht=60, target="80/20", patience=120)
    assert got.wait_offered == pytest.approx(3.709, abs=5e-4)
    assert got.asa == pytest.approx(3.616, abs=5e-4)
    assert got.wait_abandoned == pytest.approx(6.643, abs=5e-4)
    answered = 1 - got.abandonment
    mean = got.asa * answered + got.wait_abandoned * got.abandonment
    assert mean == pytest.approx(got.wait_offered, rel=1e-12)


@pytest.mark.parametrize(
    ("way", "level"),
    [
        ("count", 0.94302),
        ("ignore", 0.97310),
        ("exclude-within-threshold", 0.97203),
        ("credit-within-threshold", 0.97286),
    ],
)
def test_each_way_of_counting_has_its_own_number(way: str, level: float) -> None:
    target = ep.Target(service_level=0.8, threshold=20, abandons=way)
    got = ep.performance(48, 50, aht=60, target=target, patience=120)
    assert got.service_level == pytest.approx(level, abs=5e-6)


def test_ways_that_reward_abandonment_show_it() -> None:
    agents = ep.required_agents(20, aht=180, target="80/20, ignore", patience=30).agents
    got = ep.performance(20, agents, aht=180, target="80/20, ignore", patience=30)
    assert agents == 13
    assert got.abandonment == pytest.approx(0.377, abs=5e-4)
    assert got.abandonment > 0.1


def test_daily_totals_are_no_substitute_for_intervals() -> None:
    spread = ep.required_agents(load_of(1200, 240, 86_400), aht=240, target="80/20").agents
    peak = ep.required_agents(load_of(1200 * 0.13, 240, 3600), aht=240, target="80/20").agents
    assert (spread, peak) == (6, 14)


def test_people_are_rounded_up_exactly_after_shrinkage() -> None:
    assert ep.add_shrinkage([21, 42], 0.30).tolist() == [30, 60]  # not 31 and 61, as floats have it
    assert ep.add_shrinkage(4, 0.35) == 7  # 6.15 people are not 6


def test_percentages_are_weighted_by_volume_not_averaged() -> None:
    """A day of 100 calls and one of 10 is as good as most of its calls."""
    forecast = one_morning([100.0, 10.0])
    result = ep.evaluate(forecast, [13, 1], "80/20")
    shares = result.table["service_level"]
    weighted = (100 * shares[0] + 10 * shares[1]) / 110
    assert result.total["service_level"].iloc[0] == pytest.approx(weighted, abs=1e-15)
    assert abs(weighted - shares.mean()) > 0.1


def test_misprints_of_tutorials_are_not_repeated() -> None:
    assert ep.erlang_b(10, 17) == pytest.approx(0.012949, abs=5e-7)
    assert ep.erlang_c(20, 25) == pytest.approx(0.2091, abs=5e-5)
    assert ep.erlang_b(10_000, 5000) == pytest.approx(0.50009992, abs=5e-9)
