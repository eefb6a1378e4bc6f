"""Laws that hold for every queue, whatever the numbers are."""

from __future__ import annotations

import math

import numpy as np
import pytest

import erlangplan as ep
import reference

WITHIN = {"rtol": 1e-10, "atol": 1e-14}
LOADS = np.array([0.02, 0.7, 3.0, 11.5, 40.0, 100.0, 640.0])
PATIENCE = np.array([0.05, 5.0, 60.0, 180.0, 3600.0, 1e6])


def target(way: str = "count", threshold: float = 20.0) -> ep.Target:
    short = min(5.0, threshold or 1e-9) if way.endswith("-short") else None
    return ep.Target(service_level=0.8, threshold=threshold, abandons=way, short_abandon=short)


def everywhere(lines: int | None = None, **options: object) -> tuple[np.ndarray, ep.Performance]:
    """Loads x patience x agents 1..1000, one call."""
    agents = np.arange(1, 1001)
    aimed = target(**options)  # type: ignore[arg-type]
    got = ep.performance(
        LOADS[:, None, None], agents, aht=180, target=aimed, patience=PATIENCE[:, None], lines=lines
    )
    return agents, got


@pytest.mark.parametrize("threshold", [0.0, 20.0, 900.0])
@pytest.mark.parametrize("way", reference.WAYS)
def test_more_agents_never_hurt_the_service_level(way: str, threshold: float) -> None:
    _, got = everywhere(way=way, threshold=threshold)
    assert np.diff(got.service_level, axis=-1).min() >= -1e-12
    assert got.service_level.min() >= 0
    assert got.service_level.max() <= 1


@pytest.mark.parametrize("field", ["abandonment", "occupancy", "asa", "wait_offered", "p_wait"])
def test_more_agents_never_lengthen_waits(field: str) -> None:
    _, got = everywhere()
    values = getattr(got, field)
    steps = np.diff(values, axis=-1) / (values[..., :-1] + 1e-9)
    assert steps.max() <= 1e-11
    assert (values[..., 0] > values[..., -1]).all()


@pytest.mark.parametrize("way", ["count", "ignore"])
def test_more_agents_on_the_same_lines_never_hurt(way: str) -> None:
    _, got = everywhere(way=way, lines=30)
    assert np.diff(got.service_level, axis=-1).min() >= -1e-12
    for field in ("abandonment", "occupancy", "asa", "wait_offered"):
        assert np.diff(getattr(got, field), axis=-1).max() <= 1e-9


def test_more_agents_can_block_more_where_lines_are_few() -> None:
    impatient = {"aht": 180.0, "patience": 0.02, "lines": 2}
    got = ep.performance(6.0, [1, 2], target=target("virtual", 2000.0), **impatient)
    exact = [reference.measures(6.0, n, threshold=2000.0, **impatient) for n in (1, 2)]
    assert got.blocked[1] > 0.7 > 0.01 > got.blocked[0]
    assert got.service_level[0] > 0.9 > 0.3 > got.service_level[1]
    np.testing.assert_allclose(got.blocked, [float(one["blocked"]) for one in exact], **WITHIN)
    np.testing.assert_allclose(
        got.service_level, [float(one["virtual"]) for one in exact], **WITHIN
    )


def test_more_load_never_helps() -> None:
    load = np.linspace(0.05, 60, 900)[:, None]
    for patience in (None, PATIENCE):
        got = ep.performance(load, 20, aht=180, target="80/20", patience=patience)
        assert np.diff(got.service_level, axis=0).max() <= 1e-12
        assert np.diff(got.abandonment, axis=0).min() >= -1e-12
        assert np.diff(got.occupancy, axis=0).min() >= -1e-12


@pytest.mark.parametrize("way", reference.WAYS)
def test_endless_patience_is_erlang_c(way: str) -> None:
    load, agents = np.array([0.3, 10.0, 95.0, 2000.0])[:, None], np.array([1, 14, 110, 2050])
    stable = load < agents
    nearly = ep.performance(load, agents, aht=180, target=target(way), patience=1e17)
    never = ep.performance(load, agents, aht=180, target=target(way))
    for field in ("service_level", "p_wait", "asa", "wait_offered", "wait_p95", "queue_length"):
        limit, exact = getattr(nearly, field)[stable], getattr(never, field)[stable]
        np.testing.assert_allclose(limit, exact, rtol=1e-8, atol=1e-300)
    np.testing.assert_allclose(never.p_wait, ep.erlang_c(load, agents), rtol=1e-12)
    assert (never.abandonment == 0).all()
    assert np.isnan(never.wait_abandoned).all()


def test_erlang_c_in_closed_form() -> None:
    load, agents, aht = 10.0, np.arange(11, 30), 180.0
    got = ep.performance(load, agents, aht=aht, target="80/20")
    late = got.p_wait * np.exp(-(agents - load) * 20 / aht)
    np.testing.assert_allclose(got.service_level, 1 - late, rtol=1e-13)
    np.testing.assert_allclose(got.asa, got.p_wait * aht / (agents - load), rtol=1e-13)


def test_no_waiting_places_is_erlang_b() -> None:
    load, agents = LOADS[:, None], np.array([1, 4, 12, 110, 700])
    for patience in (None, 45.0):
        got = ep.performance(load, agents, aht=90, target="80/20", patience=patience, lines=agents)
        blocked = ep.erlang_b(load, agents)
        np.testing.assert_allclose(got.blocked, blocked, **WITHIN)
        np.testing.assert_allclose(got.service_level, 1 - blocked, **WITHIN)
        for field in ("p_wait", "asa", "wait_offered", "wait_p95", "abandonment", "queue_length"):
            assert (getattr(got, field) == 0).all(), field


def test_many_lines_are_unlimited_lines() -> None:
    agents = np.array([3, 12, 45])
    for load, patience in ((np.array([2.0, 10.0, 40.0]), None), (np.array([4.0, 15, 60]), 120.0)):
        finite = ep.performance(
            load, agents, aht=180, target="80/20", patience=patience, lines=4000
        )
        endless = ep.performance(load, agents, aht=180, target="80/20", patience=patience)
        for field in ("service_level", "p_wait", "asa", "wait_p90", "wait_p95", "occupancy"):
            got, exact = getattr(finite, field), getattr(endless, field)
            np.testing.assert_allclose(got, exact, rtol=1e-10, err_msg=field)
        assert finite.blocked.max() < 1e-100


@pytest.mark.parametrize("lines", [None, 1, 30, 1500])
def test_flow_balance_and_littles_law(lines: int | None) -> None:
    agents, got = everywhere(lines=lines)
    busy = np.minimum(agents, lines or 1000)
    load = LOADS[:, None, None]
    served = 1 - got.abandonment - got.blocked
    np.testing.assert_allclose(got.occupancy * busy, load * served, rtol=1e-9)
    np.testing.assert_allclose(got.queue_length, load * got.wait_offered / 180, rtol=1e-10)
    patient = got.abandonment * PATIENCE[:, None]
    np.testing.assert_allclose(patient, got.wait_offered, rtol=1e-10)
    left = np.where(got.abandonment > 0, got.wait_abandoned, 0.0) * got.abandonment
    np.testing.assert_allclose(got.asa * served + left, got.wait_offered, rtol=1e-8, atol=1e-290)


@pytest.mark.parametrize("lines", [None, 30])
def test_ways_of_counting_are_ordered(lines: int | None) -> None:
    level = {way: everywhere(lines=lines, way=way)[1].service_level for way in reference.WAYS}
    for less, more in (
        ("count", "exclude-short"),
        ("exclude-short", "exclude-within-threshold"),
        ("exclude-short", "credit-short"),
        ("exclude-within-threshold", "credit-within-threshold"),
        ("credit-short", "credit-within-threshold"),
        ("exclude-within-threshold", "ignore"),
        ("count", "virtual"),
    ):
        if lines is None or more != "ignore":
            assert (level[less] <= level[more] + 1e-13).all(), (less, more)


def test_service_level_runs_from_no_wait_to_all_served() -> None:
    for lines in (None, 30):
        _, at_once = everywhere(lines=lines, threshold=0.0)
        no_wait = 1 - at_once.p_wait - at_once.blocked
        np.testing.assert_allclose(at_once.service_level, no_wait, rtol=0, atol=1e-13)
        _, ever = everywhere(lines=lines, threshold=1e9)
        served = 1 - ever.abandonment - ever.blocked
        np.testing.assert_allclose(ever.service_level, served, rtol=0, atol=1e-13)


@pytest.mark.parametrize("lines", [None, 13, 40])
@pytest.mark.parametrize("patience", [None, 25.0, 400.0])
def test_percentiles_are_where_the_tail_says(lines: int | None, patience: float | None) -> None:
    queue = {"load": 9.5, "agents": 10, "aht": 240, "patience": patience, "lines": lines}
    waits = ep.performance(target="80/20", **queue)
    assert waits.p_wait > 0.1
    for share, wait in ((0.1, waits.wait_p90), (0.05, waits.wait_p95)):
        at = ep.performance(target=target("virtual", float(wait)), **queue)
        still = math.exp(-wait / patience) if patience else 1.0
        late = (1 - at.blocked - at.service_level) * still
        assert late == pytest.approx(share, rel=1e-9)


def test_percentiles_are_zero_where_few_wait() -> None:
    calm = ep.performance(10.0, [16, 17, 30], aht=180, target="80/20", patience=180)
    assert (calm.p_wait[1:] < 0.05).all()
    assert (calm.wait_p95[1:] == 0).all()
    assert (calm.wait_p90[calm.p_wait <= 0.1] == 0).all()


def test_no_contacts_have_no_service_level() -> None:
    for patience, lines in ((None, None), (60, None), (None, 5), (60, 5)):
        got = ep.performance(0.0, [0, 3], aht=180, target="80/20", patience=patience, lines=lines)
        for field in ("service_level", "p_wait", "asa", "wait_offered", "wait_abandoned"):
            assert np.isnan(getattr(got, field)).all(), field
        for field in ("wait_p90", "wait_p95", "abandonment", "blocked"):
            assert np.isnan(getattr(got, field)).all(), field
        assert got.occupancy[1] == 0
        assert (got.queue_length == 0).all()
    assert (ep.erlang_b(0.0, [1, 2.5]) == 0).all()
    assert (ep.erlang_c(0.0, [1, 2.5]) == 0).all()
    assert ep.erlang_b(7.0, 0) == 1


@pytest.mark.parametrize("agents", [8, 10])
def test_overload_without_patience_is_a_state_not_an_error(agents: int) -> None:
    got = ep.performance(10.0, agents, aht=180, target="80/20")
    assert (got.service_level, got.p_wait, got.occupancy) == (0, 1, 1)
    assert (got.abandonment, got.blocked) == (0, 0)
    for wait in (got.asa, got.wait_offered, got.wait_p90, got.wait_p95, got.queue_length):
        assert wait == math.inf


def test_without_agents_everybody_abandons() -> None:
    got = ep.performance(5.0, 0, aht=180, target="80/20", patience=60)
    assert (got.service_level, got.p_wait, got.abandonment) == (0, 1, 1)
    assert math.isnan(got.asa)
    assert math.isnan(got.occupancy)
    assert got.wait_offered == pytest.approx(60)
    assert got.wait_p95 == pytest.approx(60 * math.log(20))
