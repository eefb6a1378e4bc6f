"""Long arrays are answered by a rough look where it is sure; that must change no answer."""

from __future__ import annotations

import numpy as np
import pytest

import erlangplan as ep
from erlangplan.kernels import stationary

ROWS = stationary._ROUGH_ROWS


@pytest.mark.parametrize("patience", [None, 20.0, 90.0, 400.0, 5e3, 1e6])
@pytest.mark.parametrize(("level", "threshold"), [(0.5, 5), (0.8, 20), (0.9, 60), (0.97, 400)])
def test_long_arrays_get_the_answers_of_short_ones(
    level: float, threshold: float, patience: float | None
) -> None:
    rng = np.random.default_rng(11)
    load, aht = 10 ** rng.uniform(-1, 6, 2 * ROWS), 10 ** rng.uniform(1, 3.3, 2 * ROWS)
    target = ep.Target(service_level=level, threshold=threshold)
    long = ep.required_agents(load, aht=aht, target=target, patience=patience)
    parts = [
        ep.required_agents(load[at : at + 512], aht=aht[at : at + 512], target=target,
                           patience=patience) for at in range(0, 2 * ROWS, 512)
    ]  # fmt: skip
    np.testing.assert_array_equal(long.agents, np.concatenate([part.agents for part in parts]))
    np.testing.assert_array_equal(long.binding, np.concatenate([part.binding for part in parts]))


@pytest.mark.parametrize("patience", [None, 120.0])
def test_closed_intervals_without_handle_time_do_no_harm(patience: float | None) -> None:
    load = np.tile([0.0, 40.0, 1e-9, 17.0, 3e8], ROWS)
    aht = np.tile([np.nan, 180.0, 1e-3, 1e7, 200.0], ROWS)
    long = ep.required_agents(load, aht=aht, target="80/20", patience=patience).agents
    short = ep.required_agents(load[:5], aht=aht[:5], target="80/20", patience=patience).agents
    np.testing.assert_array_equal(long, np.tile(short, ROWS))
    assert long[0] == 0


def test_the_rough_share_is_within_its_margin() -> None:
    rng = np.random.default_rng(12)
    looked = 0
    for _ in range(20_000):
        a, theta, t = 10 ** rng.uniform(1.2, 6), 10 ** rng.uniform(-4, 2), 10 ** rng.uniform(-4, 1)
        n = np.floor(a * np.exp(-0.2 * rng.random()) + 2 * rng.normal() * np.sqrt(a))
        rough = stationary._rough_share(a, n, theta, t, stationary._psi(theta * t))
        if rough > 0.05:
            looked += 1
            exact = stationary._share_in_time(a, n, theta, 0.0, -1.0, stationary.COUNT, t, 0.0)
            assert abs(rough - exact) < (6e-6 + 8e-4 / n) / 2, (a, n, theta, t)
    assert looked > 2_000


def test_most_rows_need_no_second_look() -> None:
    load = np.random.default_rng(13).uniform(30, 500, ROWS)
    out = np.empty(ROWS)
    aht = np.full(ROWS, 180.0)
    stationary._rough_patient(load, aht, 20.0, -np.log(0.2), 5.0, out)
    assert (out > 0).mean() > 0.9
