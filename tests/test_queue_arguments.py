"""Shapes, types and refusals of the public formulas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep


def measure_names() -> list[str]:
    return [field.name for field in fields(ep.performance(1, 2, aht=60, target="80/20"))]


def test_scalars_in_scalars_out() -> None:
    assert isinstance(ep.erlang_b(10, 12), float)
    assert isinstance(ep.erlang_c(np.float64(10), np.int64(12)), float)
    got = ep.performance(10, 12, aht=180, target="80/20", patience=60)
    for name in measure_names():
        assert isinstance(getattr(got, name), float), name
    required = ep.required_agents(10.5, aht=180, target="80/20")
    assert isinstance(required.agents, int)
    assert required.binding == "service_level"
    assert isinstance(ep.max_load(12, aht=180, target="80/20"), float)


def test_arguments_broadcast() -> None:
    load, agents = np.array([[5.0], [9.0], [30.0]]), np.array([6, 10, 20, 40])
    assert ep.erlang_b(load, agents).shape == (3, 4)
    patience = np.array([30.0, 300.0])[:, None, None]
    got = ep.performance(load, agents, aht=180, target="80/20", patience=patience)
    for name in measure_names():
        assert getattr(got, name).shape == (2, 3, 4), name
        assert getattr(got, name).dtype == np.float64
    one = ep.performance(9.0, 20, aht=180, target="80/20", patience=300.0)
    assert got.service_level[1, 1, 2] == one.service_level
    required = ep.required_agents(load, aht=[60, 600], target="80/20", patience=90)
    assert required.agents.shape == required.binding.shape == (3, 2)
    assert required.agents.dtype.kind == "i"


def test_series_and_lists_give_arrays() -> None:
    load = pd.Series([3.0, 8.0, 0.0], index=["a", "b", "c"])
    required = ep.required_agents(load, aht=pd.Series([100, 200, 300]), target="80/20")
    assert isinstance(required.agents, np.ndarray)
    np.testing.assert_array_equal(
        required.agents,
        ep.required_agents([3.0, 8.0, 0.0], aht=[100, 200, 300], target="80/20").agents,
    )
    level = ep.performance(load, pd.Series([5, 10, 1]), aht=180, target="80/20").service_level
    assert isinstance(level, np.ndarray)
    assert level.shape == (3,)
    assert ep.erlang_c([], []).shape == (0,)
    assert ep.required_agents([], aht=60, target="80/20").agents.shape == (0,)


def test_inputs_stay_as_they_were() -> None:
    load, agents = np.array([3.0, 8.0]), np.array([5.0, 10.0])
    ep.performance(load, agents, aht=180, target="80/20", patience=60, lines=12)
    ep.required_agents(load, aht=180, target="80/20", lines=np.array([20.0, np.inf]))
    assert load.tolist() == [3, 8]
    assert agents.tolist() == [5, 10]


def test_whole_floats_count_as_agents() -> None:
    whole = ep.performance(8.0, 10.0, aht=180, target="80/20")
    assert whole.service_level == ep.performance(8, 10, aht=180, target="80/20").service_level
    with pytest.raises(ValueError, match=r"agents .*10\.5"):
        ep.performance(8.0, 10.5, aht=180, target="80/20")
    assert ep.erlang_c(8.0, 11) < ep.erlang_c(8.0, 10.5) < ep.erlang_c(8.0, 10)


def test_text_and_keywords_are_the_same_target() -> None:
    for text, keywords in (
        ("80/20", {"service_level": 0.8, "threshold": 20}),
        (
            "80% in 20s, exclude-within-threshold",
            {"service_level": 0.8, "threshold": 20, "abandons": "exclude-within-threshold"},
        ),
        ("92.5/1min", {"service_level": 0.925, "threshold": 60}),
    ):
        assert ep.Target(text) == ep.Target(**keywords)
        texts = ep.performance(9, 11, aht=180, target=text, patience=60).service_level
        built = ep.performance(9, 11, aht=180, target=ep.Target(**keywords), patience=60)
        assert texts == built.service_level


def run(**changes: object) -> Callable[[], object]:
    query = {"load": 8.0, "agents": 10, "aht": 180, "target": "80/20"} | changes
    return lambda: ep.performance(**query)  # type: ignore[arg-type]


def staff(**changes: object) -> Callable[[], object]:
    query = {"load": 8.0, "aht": 180, "target": "80/20"} | changes
    return lambda: ep.required_agents(**query)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: ep.erlang_b(-1, 10), "load"),
        (lambda: ep.erlang_b(1, -10), "agents"),
        (lambda: ep.erlang_c(float("nan"), 10), "load"),
        (lambda: ep.erlang_c([1, float("inf")], 10), "load"),
        (run(load=-0.5), "load"),
        (run(load=float("nan")), "load"),
        (run(agents=-1), "agents"),
        (run(agents=[10, 11.25]), "agents"),
        (run(agents=float("nan")), "agents"),
        (run(aht=0), "aht"),
        (run(aht=-3), "aht"),
        (run(aht=float("nan")), "aht"),
        (run(aht=float("inf")), "aht"),
        (run(patience=0), "patience"),
        (run(patience=-60), "patience"),
        (run(patience=float("nan")), "patience"),
        (run(lines=0), "lines"),
        (run(lines=2.5), "lines"),
        (run(lines=-4), "lines"),
        (staff(load=-1), "load"),
        (staff(load=[1, float("nan")]), "load"),
        (staff(aht=0), "aht"),
        (staff(patience=0), "patience"),
        (staff(lines=0.5), "lines"),
        (lambda: ep.max_load(-1, aht=60, target="80/20"), "agents"),
        (lambda: ep.max_load(2.5, aht=60, target="80/20"), "agents"),
        (lambda: ep.max_load(2, aht=0, target="80/20"), "aht"),
        (lambda: ep.Target(service_level=80, threshold=20), "service_level"),
        (lambda: ep.Target(service_level=0, threshold=20), "service_level"),
        (lambda: ep.Target(service_level=float("nan"), threshold=20), "service_level"),
        (lambda: ep.Target(service_level=0.8, threshold=-1), "threshold"),
        (lambda: ep.Target(service_level=0.8, threshold=float("inf")), "threshold"),
        (lambda: ep.Target("80/20", abandons="forget"), "abandons"),
        (lambda: ep.Target("80/20", abandons="exclude-short"), "short_abandon"),
        (lambda: ep.Target("80/20", max_occupancy=85), "max_occupancy"),
        (lambda: ep.Target("80/20", max_abandonment=-0.1), "max_abandonment"),
        (lambda: ep.Target("80/20", max_asa=float("nan")), "max_asa"),
        (lambda: ep.Target("80/20", min_agents=-1), "min_agents"),
        (staff(target="20"), "20"),
        (staff(target="eighty in twenty"), "eighty"),
        (staff(target="180/20"), "service_level"),
        (staff(target="80/-5"), "-5"),
    ],
)
def test_nonsense_is_refused_by_name(call: Callable[[], object], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        call()


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape|broadcast"):
        ep.erlang_b([1.0, 2.0], [1, 2, 3])
