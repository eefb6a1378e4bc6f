"""The queue through the day against a stiff solver of scipy, each answer checked first."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

import erlangplan as ep
from erlangplan.carry_over import Pieces, follow
from erlangplan.kernels import transient
from erlangplan.settings import Settings

integrate = pytest.importorskip("scipy.integrate", reason="scipy is an extra: pip install .[peers]")
linalg = pytest.importorskip("scipy.linalg")

Floats = NDArray[np.float64]
AGENTS, MOST = 90, 200
INTERVAL = np.array([[1800.0, 0.5, 1 / 180, 1 / 300, AGENTS, 0.0]])


def rates() -> tuple[Floats, Floats]:
    k = np.arange(MOST + 1)
    _, arrivals, handling, abandoning, agents, _ = INTERVAL[0]
    waiting = np.maximum(k - agents, 0)
    return np.where(k < MOST, arrivals, 0.0), (k - waiting) * handling + waiting * abandoning


def by_lsoda() -> Floats:
    up, down = rates()

    def slope(_: float, p: Floats) -> Floats:
        found = -(up + down) * p
        found[1:] += up[:-1] * p[:-1]
        found[:-1] += down[1:] * p[1:]
        return found

    begin = np.eye(1, MOST + 1)[0]
    found = integrate.solve_ivp(
        slope, (0, 1800), begin, method="LSODA", rtol=1e-8, atol=1e-8, lband=1, uband=1,
        t_eval=[1800],
    )  # fmt: skip
    return np.asarray(found.y[:, -1])


def exact() -> Floats:
    up, down = rates()
    matrix = np.diag(up[:-1], 1) + np.diag(down[1:], -1) - np.diag(up + down)
    return np.asarray(linalg.expm(1800 * matrix)[0])


def by_kernel() -> Floats:
    states, flows = np.zeros((2, MOST + 1)), np.zeros((1, transient.FLOWS))
    begin = np.eye(1, MOST + 1)[0]
    assert transient.forward(INTERVAL, -1, False, begin, states, flows) == -1
    return states[1]


def two_peaks() -> Pieces:
    """48 half-hours of up to 90 agents, other staff in each."""
    hour = np.arange(48) / 2
    shape = np.exp(-(((hour - 10.5) / 2.6) ** 2)) + 0.85 * np.exp(-(((hour - 16.5) / 3) ** 2))
    load = 80 * (0.08 + 0.92 * shape / shape.max())
    agents = np.ceil(load + np.sqrt(load))
    for j in range(1, 48):
        agents[j] += agents[j] == agents[j - 1]
    assert (np.diff(agents) != 0).all()
    rows = np.arange(48)
    return Pieces(rows, np.full(48, 1800.0), load / 180, np.full(48, 180.0), agents, rows == 0)


PIECES, ASKED = two_peaks(), Settings(ep.Target("80/20"), patience=300.0)


def whole_day() -> Floats:
    return follow(PIECES, 48, ASKED).service_level


def quickest(action: Callable[[], Floats], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        action()
        times.append(time.perf_counter() - begin)
    return min(times)


def test_one_interval_against_a_stiff_solver(benchmark: BenchmarkFixture) -> None:
    truth = exact()
    error, other = np.abs(by_kernel() - truth).max(), np.abs(by_lsoda() - truth).max()
    assert error < 1e-12
    assert error < other
    benchmark(by_kernel)
    if benchmark.enabled:
        found = quickest(by_lsoda, 15) / quickest(by_kernel, 300)
        benchmark.extra_info["times faster than LSODA"] = round(found)
        benchmark.extra_info["errors"] = f"{error:.0e} against {other:.0e}"
        print(f"{found:.0f} times faster, errors {error:.0e} and {other:.0e}")
        assert found >= 100


def level_by_the_minute(row: int) -> float:
    """Service level of an interval from finer pieces: callers of each minute by themselves."""
    parts = 30
    fine = Pieces(
        np.arange(48 * parts), np.full(48 * parts, 60.0), np.repeat(PIECES.arrivals, parts),
        np.repeat(PIECES.aht, parts), np.repeat(PIECES.agents, parts), np.arange(48 * parts) == 0,
    )  # fmt: skip
    found = follow(fine, 48 * parts, ASKED)
    mine = slice(row * parts, (row + 1) * parts)
    return float(found.in_time[mine].sum() / found.offered[mine].sum())


def test_a_day_of_48_intervals_against_one_interval_of_a_stiff_solver(
    benchmark: BenchmarkFixture,
) -> None:
    level = whole_day()
    assert level[20] == pytest.approx(level_by_the_minute(20), abs=1e-9)
    assert level.min() > 0.5
    assert math.isclose(float(np.abs(by_lsoda() - exact()).max()), 0, abs_tol=1e-6)
    benchmark(whole_day)
    if benchmark.enabled:
        found = quickest(whole_day, 30) / quickest(by_lsoda, 15)
        benchmark.extra_info["times one LSODA interval"] = round(found, 2)
        print(f"{found:.2f} times one interval of LSODA")
        assert found <= 3
