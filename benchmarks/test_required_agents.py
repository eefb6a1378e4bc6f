"""Required agents against the best-known Python peer and a vectorised scipy bisection.

Each test asserts equal answers first, then a ratio measured in the same run on one core.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

import erlangplan as ep

special = pytest.importorskip("scipy.special", reason="peers are an extra: pip install .[peers]")
Array = NDArray[np.float64]
AHT, THRESHOLD, LEVEL = 180.0, 20.0, 0.8


def loads(count: int) -> Array:
    return np.random.default_rng(7).uniform(1, 500, count)


def seconds_per_row(function: Callable[[Array], object], load: Array, repeats: int = 7) -> float:
    function(load)
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function(load)
        times.append(time.perf_counter() - start)
    return min(times) / len(load)


def erlang_c_by_scipy(load: Array, agents: Array) -> Array:
    mass = np.exp(agents * np.log(load) - load - special.gammaln(agents + 1))
    lost = mass / special.pdtr(agents, load)
    return lost / (1 - load / agents * (1 - lost))


def bisection(load: Array, meets: Callable[[Array], NDArray[np.bool_]], low: Array) -> Array:
    """Return the fewest agents, of which `low` are too few and `high` enough."""
    high = np.ceil(load + 2 * np.sqrt(load) + 2)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        good = meets(middle)
        low, high = np.where(good, low, middle), np.where(good, middle, high)
    return high


def erlang_c_agents_by_scipy(load: Array) -> Array:
    def meets(agents: Array) -> NDArray[np.bool_]:
        late = erlang_c_by_scipy(load, agents) * np.exp(-(agents - load) * THRESHOLD / AHT)
        return 1 - late >= LEVEL

    return bisection(load, meets, np.floor(load))


def erlang_a_agents_by_scipy(load: Array, patience: float) -> Array:
    theta = AHT / patience
    shrink = math.exp(-theta * THRESHOLD / AHT)

    def lower(c: Array, y: Array) -> Array:
        """J(c, y) = sum y^k / ((c + 1) .. (c + k)), by the lower incomplete gamma."""
        return special.gammainc(c, y) * np.exp(y - c * np.log(y) + special.gammaln(c + 1))

    def meets(agents: Array) -> NDArray[np.bool_]:
        c, y = agents / theta, load / theta
        log_mass = agents * np.log(load) - load - special.gammaln(agents + 1)
        below = special.pdtr(agents - 1, load) / np.exp(log_mass)
        j, j_late = lower(c, y), lower(c, y * shrink)
        p_wait = j / (below + j)
        abandoned = p_wait * (1 - (1 - 1 / j) * agents / load)
        fall = np.exp(-(agents - load) * THRESHOLD / AHT
                      - load / theta * (theta * THRESHOLD / AHT - 1 + shrink))  # fmt: skip
        late = p_wait * fall * (j_late - 1) * agents / (load * j)
        return 1 - abandoned - late >= LEVEL

    return bisection(load, meets, np.floor(load / 2))


def required(load: Array, patience: float | None = None) -> NDArray[np.int64]:
    result = ep.required_agents(load, aht=AHT, target="80/20", patience=patience)
    agents: NDArray[np.int64] = result.agents
    return agents


def test_erlang_c_against_pyworkforce(benchmark: BenchmarkFixture) -> None:
    peer = pytest.importorskip("pyworkforce.queuing", reason="peers are an extra").ErlangC

    def by_peer(load: Array) -> list[int]:
        return [
            peer(transactions=a, asa=THRESHOLD, aht=AHT, interval=AHT).required_positions(LEVEL)[
                "raw_positions"
            ]
            for a in load
        ]

    few, many = loads(300), loads(1_000_000)
    assert required(few).tolist() == by_peer(few)
    benchmark.pedantic(required, args=(many,), rounds=5, warmup_rounds=1)
    if benchmark.enabled:
        ratio = seconds_per_row(by_peer, few, 3) / seconds_per_row(required, many)
        benchmark.extra_info["times faster than pyworkforce"] = round(ratio)
        assert ratio >= 1500


def test_erlang_c_against_scipy(benchmark: BenchmarkFixture) -> None:
    load = loads(100_000)
    np.testing.assert_array_equal(required(load), erlang_c_agents_by_scipy(load))
    many = loads(1_000_000)
    benchmark.pedantic(required, args=(many,), rounds=5, warmup_rounds=1)
    if benchmark.enabled:
        peer = seconds_per_row(erlang_c_agents_by_scipy, load, 3)
        ratio = peer / seconds_per_row(required, many)
        benchmark.extra_info["times faster than scipy"] = round(ratio, 1)
        assert ratio >= 15


@pytest.mark.parametrize("patience", [60.0, 180.0, 600.0])
def test_erlang_a_against_scipy(benchmark: BenchmarkFixture, patience: float) -> None:
    load = loads(20_000)
    load = load[load / (AHT / patience) < 600]  # beyond that the peer's exponentials overflow
    expected = erlang_a_agents_by_scipy(load, patience)
    np.testing.assert_array_equal(required(load, patience), expected)
    benchmark.pedantic(required, args=(load, patience), rounds=5, warmup_rounds=1)
    if benchmark.enabled:
        peer = seconds_per_row(lambda x: erlang_a_agents_by_scipy(x, patience), load, 3)
        ratio = peer / seconds_per_row(lambda x: required(x, patience), load)
        benchmark.extra_info["times faster than scipy"] = round(ratio, 1)
        assert ratio >= 5


def test_cost_does_not_grow_with_the_load(benchmark: BenchmarkFixture) -> None:
    near = np.random.default_rng(1).uniform(0.9, 1.1, 100_000)
    small, large = 100 * near, 1e6 * near
    for load in (small, large):
        agents = required(load)
        shared = {"aht": AHT, "target": "80/20"}
        assert (ep.performance(load, agents, **shared).service_level >= LEVEL).all()
        assert (ep.performance(load, agents - 1, **shared).service_level < LEVEL).all()
    benchmark.pedantic(required, args=(large,), rounds=5, warmup_rounds=1)
    if benchmark.enabled:
        for patience in (None, 300.0):
            ratio = seconds_per_row(lambda x, p=patience: required(x, p), large) / seconds_per_row(
                lambda x, p=patience: required(x, p), small
            )
            benchmark.extra_info[f"load 1e6 over 100, patience {patience}"] = round(ratio, 2)
            assert ratio <= 2
