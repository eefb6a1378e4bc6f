"""Contacts who leave at once rather than wait: against obvious sums, limits, laws, searches."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

import erlangplan as ep
from erlangplan.queues import service_level, wait_beyond
from naive_balking import measures
from reference import WAYS

AHT, SHORT = 180.0, 5.0
LOADS = np.array([0.05, 0.8, 4.0, 19.0, 150.0])[:, None]
PATIENCE = np.array([0.5, 30.0, 400.0, 3e5])[:, None, None]
CASES = [
    # load, agents, balking, patience, lines
    (10.0, 12, 0.1, 300.0, None),
    (10.0, 9, 0.2, None, None),
    (14.0, 9, 0.5, None, None),
    (0.02, 1, 0.3, 60.0, None),
    (30.0, 24, 0.05, 1.0, None),
    (30.0, 24, 0.05, 4000.0, None),
    (60.0, 40, 0.7, 90.0, None),
    (3.0, 12, 0.99, 20.0, None),
    (9.0, 9, 0.2, None, 15),
    (25.0, 9, 0.4, None, 11),
    (9.0, 8, 0.2, 40.0, 12),
    (40.0, 10, 0.9, 600.0, 60),
    (6.0, 6, 0.3, 60.0, 6),
]


def target(way: str = "count", threshold: float = 20.0, **limits: float) -> ep.Target:
    short = SHORT if way.endswith("-short") else None
    return ep.Target(
        service_level=0.8, threshold=threshold, abandons=way, short_abandon=short, **limits
    )


@pytest.mark.parametrize("threshold", [0.0, 20.0, 400.0])
@pytest.mark.parametrize(("load", "agents", "balking", "patience", "lines"), CASES)
def test_every_measure_is_that_of_the_obvious_sums(
    load: float, agents: int, balking: float, patience: float | None, lines: int | None,
    threshold: float,
) -> None:  # fmt: skip
    queue = {"aht": AHT, "balking": balking, "patience": patience, "lines": lines}
    expected = measures(load, agents, threshold=threshold, short=SHORT, percentiles=True, **queue)
    for measure, value in expected.items():
        way = measure if measure in WAYS else "count"
        got = ep.performance(load, agents, target=target(way, threshold), **queue)
        found = got.service_level if measure in WAYS else getattr(got, measure)
        assert found == pytest.approx(float(value), rel=4e-12, abs=1e-14, nan_ok=True), measure


def test_without_balking_nothing_changes() -> None:
    rng = np.random.default_rng(3)
    load, balking = 10 ** rng.uniform(0, 3, 2500), np.where(rng.random(2500) < 0.5, 0.0, 0.2)
    for patience in (None, 90.0):
        asked = {"aht": AHT, "target": "80/20", "patience": patience}
        plain = ep.required_agents(load, **asked).agents
        mixed = ep.required_agents(load, balking=balking, **asked).agents
        np.testing.assert_array_equal(mixed[balking == 0], plain[balking == 0])
        assert (mixed <= plain).all() and (mixed < plain).any()
        for agents in (plain, np.floor(load)):
            one, other = (
                ep.performance(load, agents, balking=share, **asked) for share in (0.0, balking)
            )
            for name, values in vars(one).items():
                same = getattr(other, name)[balking == 0]
                np.testing.assert_array_equal(same, values[balking == 0], err_msg=name)


@pytest.mark.parametrize("patience", [None, 45.0])
def test_where_nearly_all_balk_contacts_are_lost_as_without_waiting_places(
    patience: float | None,
) -> None:
    load = np.array([0.3, 5.0, 80.0, 900.0])
    for agents in (np.ceil(load), np.ceil(1.2 * load)):
        queue = {"aht": AHT, "target": "80/20", "patience": patience}
        balking = ep.performance(load, agents, balking=1 - 1e-13, **queue)
        blocked = ep.performance(load, agents, lines=agents, **queue)
        np.testing.assert_allclose(balking.abandonment, ep.erlang_b(load, agents), rtol=1e-10)
        np.testing.assert_allclose(balking.abandonment, blocked.blocked, rtol=1e-10)
        np.testing.assert_allclose(balking.occupancy, blocked.occupancy, rtol=1e-10)
        np.testing.assert_allclose(balking.service_level, blocked.service_level, rtol=1e-10)


def test_with_no_places_to_wait_in_nobody_is_asked_to_wait() -> None:
    got = ep.performance(9.0, 7, aht=AHT, target="80/20", balking=0.4, lines=7)
    assert got.blocked == pytest.approx(ep.erlang_b(9.0, 7), rel=1e-13)
    assert (got.abandonment, got.p_wait, got.asa) == (0, 0, 0)


@pytest.mark.parametrize("lines", [None, 30])
def test_contacts_and_waits_add_up(lines: int | None) -> None:
    agents, balking = np.array([1, 5, 22]), 0.15
    got = ep.performance(
        LOADS, agents, aht=AHT, target="80/20", patience=PATIENCE, balking=balking, lines=lines
    )
    answered = got.occupancy * agents / LOADS
    np.testing.assert_allclose(answered + got.abandonment + got.blocked, 1, rtol=1e-12)
    np.testing.assert_allclose(got.queue_length, LOADS * got.wait_offered / AHT, rtol=1e-11)
    at_once = got.p_wait * balking / (1 - balking)
    lost = at_once + got.wait_offered / PATIENCE
    np.testing.assert_allclose(got.abandonment, lost, rtol=1e-11)
    waited = got.asa * answered + np.nan_to_num(got.wait_abandoned) * got.abandonment
    np.testing.assert_allclose(got.wait_offered, waited, rtol=1e-9)


@pytest.mark.parametrize("patience", [None, 30.0, 400.0])
def test_the_more_balk_the_shorter_the_queue_and_the_more_are_lost(patience: float | None) -> None:
    shares = np.array([0.0, 0.01, 0.1, 0.3, 0.6, 0.9, 0.99])
    agents = np.ceil(1.02 * LOADS)
    queue = {"aht": AHT, "patience": patience, "balking": shares}
    got = ep.performance(LOADS, agents, target="80/20, virtual", **queue)
    for measure in (got.p_wait, got.wait_offered, got.asa, got.wait_p95, got.occupancy):
        assert (np.diff(measure) <= 1e-13).all()
    assert (np.diff(got.abandonment) > 0).all()
    assert (np.diff(got.service_level) >= 0).all()


@pytest.mark.parametrize("agents", [0, 4, 6])
def test_as_many_joining_as_agents_is_overload(agents: int) -> None:
    got = ep.performance(12.0, agents, aht=AHT, target="80/20", balking=0.5)
    assert (got.service_level, got.p_wait, got.abandonment) == (0, 0.5, 0.5)
    assert math.isinf(got.asa) and math.isinf(got.wait_p95)
    just = ep.performance(11.99, 6, aht=AHT, target="80/20", balking=0.5)
    assert just.service_level > 0 and math.isfinite(just.asa)
    # Of twenty callers nineteen leave at once, so that one in twenty waits, for ever.
    most_leave = ep.performance(120.0, 6, aht=AHT, target="80/20", balking=0.95)
    assert math.isinf(most_leave.asa) and most_leave.wait_p90 == 0


def test_a_target_met_by_balking_alone_is_not_met_in_overload() -> None:
    lax = target("credit-within-threshold", max_occupancy=None)
    got = ep.required_agents(40.0, aht=AHT, target=lax, balking=0.85)
    assert got.agents == 7  # load x (1 - balking) is 6
    alone = ep.Target(max_blocked=0.1)
    assert ep.required_agents(40.0, aht=AHT, target=alone, balking=0.5).agents == 21


LIMITS = {"asa": "max_asa", "abandonment": "max_abandonment", "blocked": "max_blocked",
          "occupancy": "max_occupancy"}  # fmt: skip


def obvious_fewest(load: float, most: int, aimed: ep.Target, **queue: float | None) -> int | None:
    """Smallest number from which on, up to `most`, no part of the target is missed."""
    joining, fewest = load * (1 - (queue["balking"] or 0)), None
    for agents in range(most, 0, -1):
        if queue["lines"] is None and queue["patience"] is None and joining >= agents:
            return fewest
        short = aimed.short_abandon or 0.0
        got = measures(load, agents, threshold=aimed.threshold, short=short, **queue)
        limits = {name: getattr(aimed, part) for name, part in LIMITS.items()}
        missed = [name for name, limit in limits.items() if limit and got[name] > limit]
        if missed or got[aimed.abandons] < aimed.service_level:
            return fewest
        fewest = agents
    return fewest


def test_required_agents_are_those_of_a_linear_search() -> None:
    choose, wrong = random.Random(5), []
    for _ in range(60):
        load = round(10 ** choose.uniform(-1.2, 0.9), 3)
        queue = {
            "aht": AHT,
            "balking": choose.choice((0.03, 0.2, 0.6, 0.95)),
            "patience": choose.choice((None, 5.0, 120.0, 2000.0)),
            "lines": choose.choice((None, None, 3, round(load) + 2, round(2 * load) + 7)),
        }
        aimed = target(choose.choice(WAYS), choose.choice((0.0, 10.0, 60.0)))
        part = choose.choice((None, *LIMITS.values()))
        if part:
            limit = {"max_asa": 5.0, "max_occupancy": 0.7}.get(part, 0.05)
            aimed = target(aimed.abandons, aimed.threshold, **{part: limit})
        most = queue["lines"] or int(load / 0.6 + 8 * math.sqrt(load) + 10)
        expected = obvious_fewest(load, most, aimed, **queue)
        try:
            got = ep.required_agents(load, target=aimed, **queue).agents
        except ep.InfeasibleError:
            got = None
        if got != expected:
            wrong.append(f"{load} {aimed} {queue}: got {got}, expected {expected}")
    assert not wrong, "\n".join(wrong)


def test_with_few_lines_more_agents_may_lose_more_contacts() -> None:
    queue = {"aht": AHT, "balking": 0.9, "patience": None, "lines": 26}
    lost = ep.performance(20.0, np.arange(1, 27), target="80/20", **queue).abandonment
    assert lost[0] < 0.5 < lost[1]
    agents = ep.required_agents(20.0, target=ep.Target(max_abandonment=0.5), **queue).agents
    assert lost[agents - 2] > 0.5 and (lost[agents - 1 :] <= 0.5).all()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("patience", [None, 0.5, 60.0, 5000.0])
def test_n_meets_and_one_less_does_not(way: str, patience: float | None) -> None:
    load = np.concatenate([np.linspace(0.05, 40, 150), np.geomspace(41, 20_000, 60)])[:, None]
    balking = np.array([0.02, 0.2, 0.7])
    queue = {"aht": AHT, "target": target(way), "patience": patience, "balking": balking}
    agents = ep.required_agents(load, **queue).agents
    least = np.maximum(1, np.floor(load * (1 - balking)) + 1 if patience is None else 1)
    assert (agents >= least).all()
    assert (service_level(load, agents, **queue) >= 0.8).all()
    assert not (service_level(load, agents - 1, **queue) >= 0.8)[agents > least].any()


@pytest.mark.parametrize("patience", [None, 120.0])
def test_largest_load_and_fewest_agents_invert_each_other(patience: float | None) -> None:
    agents = np.array([1, 2, 12, 333])
    for aimed in ("80/20", ep.Target(max_asa=10), ep.Target(max_abandonment=0.05)):
        queue = {"aht": AHT, "target": aimed, "patience": patience, "balking": 0.25}
        load = ep.max_load(agents, **queue)
        below, above = (ep.required_agents(load * f, **queue).agents for f in (1 - 1e-9, 1 + 1e-9))
        np.testing.assert_array_equal(below, agents)
        np.testing.assert_array_equal(above, agents + 1)


def test_fractional_agents_mix_the_tails_of_the_wait() -> None:
    queue = {"aht": AHT, "patience": 90.0, "balking": 0.2}
    wait = wait_beyond(10.0, 9.25, 0.05, **queue)
    virtual = [measures(10.0, agents, threshold=wait, **queue)["virtual"] for agents in (9, 10)]
    still = 0.8 * math.exp(-wait / 90.0)
    late = still * (0.75 * (1 - virtual[0]) + 0.25 * (1 - virtual[1]))
    assert float(late) == pytest.approx(0.05, rel=1e-11)


@pytest.mark.parametrize("wrong", [-0.1, 1.0, 1.3, float("nan"), [0.2, 2.0]])
def test_balking_is_a_share_below_one(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"balking must be in \[0, 1\), got"):
        ep.performance(8.0, 10, aht=AHT, target="80/20", balking=wrong)
    text = ep.performance(8.0, 10, aht=AHT, target="80/20", balking="20%")
    number = ep.performance(8.0, 10, aht=AHT, target="80/20", balking=0.2)
    assert text.asa == number.asa


def test_targets_out_of_reach_say_what_balking_leaves() -> None:
    best = ep.performance(50.0, 10, aht=AHT, target="80/20", balking=0.1, lines=10).service_level
    with pytest.raises(ep.InfeasibleError, match=f"{100 * best:.1f}"):
        ep.required_agents(50.0, aht=AHT, target="80/20", balking=0.1, lines=10)
