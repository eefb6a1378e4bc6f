"""The fewest agents that meet a target: n meets and n - 1 does not, against a linear search."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import numpy as np
import pytest

import erlangplan as ep
import reference

Parts = dict[str, float | str]
LIMIT_OF = {
    "asa": "max_asa",
    "abandonment": "max_abandonment",
    "blocked": "max_blocked",
    "occupancy": "max_occupancy",
}


def missed_parts(
    load: float,
    agents: int,
    *,
    aht: float,
    target: Parts,
    patience: float | None = None,
    lines: int | None = None,
) -> set[str]:
    """Names of the parts of a target that so many agents miss."""
    query = {"threshold": target.get("threshold", 0.0), "short": target.get("short_abandon", 0.0)}
    queue = {"aht": aht, "patience": patience, "lines": lines, "percentiles": False}
    got = reference.measures(load, agents, **queue, **query)
    missed = {name for name, part in LIMIT_OF.items() if got[name] > target.get(part, math.inf)}
    if got[target.get("abandons", "count")] < target.get("service_level", 0):
        missed.add("service_level")
    return missed


def fewest_agents(load: float, most: int, **query: object) -> tuple[int | None, set[str]]:
    """Smallest number from which on, up to `most`, no part is missed; what one less misses."""
    fewest = None
    for agents in range(most, 0, -1):
        missed = missed_parts(load, agents, **query)
        if missed:
            return fewest, missed
        fewest = agents
    return fewest, {"minimum"}


def random_parts(choose: random.Random, patience: float | None, lines: int | None) -> Parts:
    parts: Parts = {}
    if choose.random() < 0.8:
        parts["service_level"] = choose.choice((0.5, 0.7, 0.8, 0.9, 0.97))
        parts["threshold"] = choose.choice((0.0, 10.0, 20.0, 60.0, 300.0))
        parts["abandons"] = choose.choice(reference.WAYS)
        if str(parts["abandons"]).endswith("-short"):
            parts["short_abandon"] = choose.choice((2.0, 5.0, 30.0))
    if choose.random() < 0.3 or not parts:
        parts["max_asa"] = choose.choice((2.0, 15.0, 120.0))
    if choose.random() < 0.3:
        parts["max_occupancy"] = choose.choice((0.6, 0.8, 0.95))
    if choose.random() < 0.4 and patience:
        parts["max_abandonment"] = choose.choice((0.005, 0.03, 0.2))
    if choose.random() < 0.4 and lines:
        parts["max_blocked"] = choose.choice((0.001, 0.02, 0.2))
    return parts


def cases(count: int) -> Iterator[tuple[float, Parts, dict[str, float | int | None]]]:
    choose = random.Random(23)
    for _ in range(count):
        load = round(10 ** choose.uniform(-1.5, 1.0), 3)
        patience = choose.choice((None, 0.5, 20.0, 120.0, 2000.0))
        lines = choose.choice((None, None, None, 3, round(load) + 2, round(2 * load) + 9))
        yield load, random_parts(choose, patience, lines), {"patience": patience, "lines": lines}


def test_required_agents_are_those_of_a_linear_search() -> None:
    wrong = []
    for load, parts, queue in cases(60):
        most = queue["lines"] or int(load + 8 * math.sqrt(load) + 12 + load / 0.5)
        query = {"aht": 180.0, "target": parts, **queue}
        fewest, missed = fewest_agents(load, most, **query)
        try:
            got = ep.required_agents(load, aht=180.0, target=ep.Target(**parts), **queue)
            answer = (got.agents, got.binding in missed)
        except ep.InfeasibleError:
            answer = (None, True)
        if answer != (fewest, True):
            wrong.append(f"{load} {parts} {queue}: got {answer}, expected {fewest} {missed}")
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong)


def meets(load: np.ndarray, agents: np.ndarray, aimed: ep.Target, **queue: object) -> np.ndarray:
    got = ep.performance(load, agents, aht=180, target=aimed, **queue)
    met = np.ones(load.shape, dtype=bool)
    if aimed.service_level is not None:
        met &= got.service_level >= aimed.service_level
    for field, limit in LIMIT_OF.items():
        if getattr(aimed, limit) is not None:
            met &= ~(getattr(got, field) > getattr(aimed, limit))
    return met


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("80/20", {}),
        ("99.9/0", {}),
        ("5/60", {}),
        ("80/20, occupancy 85%", {}),
        ("90/10, asa 3s", {"patience": 90}),
        ("80/20", {"patience": 300}),
        ("80/20, virtual", {"patience": 30}),
        ("80/20, ignore", {"patience": 30}),
        ("70/20, exclude-within-threshold, abandonment 4%", {"patience": 45}),
        ("95/30, credit-within-threshold", {"patience": 1e5}),
    ],
)
def test_n_meets_and_one_less_does_not(text: str, queue: dict[str, float]) -> None:
    load = np.concatenate([np.linspace(0.05, 40, 700), np.geomspace(41, 30_000, 500)])
    aimed = ep.Target(text)
    got = ep.required_agents(load, aht=180, target=aimed, **queue)
    assert meets(load, got.agents, aimed, **queue).all()
    above_one = got.agents > 1
    less = meets(load[above_one], got.agents[above_one] - 1, aimed, **queue)
    assert not less.any(), (load[above_one][less], got.agents[above_one][less])
    assert set(np.unique(got.binding)) <= {*LIMIT_OF, "service_level", "minimum"}


def test_required_agents_up_to_ten_million_erlangs() -> None:
    load = np.array([1e5, 1e6, 9.9e6])
    agents = ep.required_agents(load, aht=300, target="80/20").agents
    for a, n in zip(load, agents, strict=True):
        late = [reference.erlang_c(a, m) * math.exp(-(m - a) * 20 / 300) for m in (n - 1, n)]
        assert late[1] <= 0.2 < late[0], (a, n)


def test_a_target_that_is_just_met_is_met() -> None:
    for patience in (None, 120.0):
        queue = {"aht": 180.0, "patience": patience}
        level = ep.performance(20.0, 23, target="80/20", **queue).service_level
        for nudge, agents in ((-1e-11, 23), (1e-11, 24)):
            aimed = ep.Target(service_level=level + nudge, threshold=20)
            assert ep.required_agents(20.0, target=aimed, **queue).agents == agents


@pytest.mark.parametrize(
    ("parts", "binding"),
    [
        ({"service_level": 0.95, "threshold": 5, "max_asa": 120}, "service_level"),
        ({"service_level": 0.5, "threshold": 60, "max_asa": 3}, "asa"),
        ({"service_level": 0.5, "threshold": 60, "max_abandonment": 0.001}, "abandonment"),
        ({"service_level": 0.5, "threshold": 60, "max_occupancy": 0.5}, "occupancy"),
        ({"service_level": 0.5, "threshold": 60, "min_agents": 40}, "minimum"),
    ],
)
def test_binding_names_the_part_that_decides(parts: Parts, binding: str) -> None:
    got = ep.required_agents(12.0, aht=180, target=ep.Target(**parts), patience=240)
    assert got.binding == binding
    if binding == "minimum":
        assert got.agents == 40
    else:
        query = {"aht": 180.0, "patience": 240.0}
        one_less = missed_parts(12.0, got.agents - 1, target=parts, **query)
        assert one_less == {binding}
        assert not missed_parts(12.0, got.agents, target=parts, **query)


def test_blocking_decides_where_lines_are_few() -> None:
    aimed = ep.Target(service_level=0.5, threshold=60, max_blocked=0.05)
    got = ep.required_agents(12.0, aht=180, target=aimed, lines=20)
    assert (got.agents, got.binding) == reference_answer(12.0, 20, aimed)


def reference_answer(load: float, lines: int, aimed: ep.Target) -> tuple[int | None, str]:
    parts = {"service_level": 0.5, "threshold": 60.0, "max_blocked": aimed.max_blocked}
    fewest, missed = fewest_agents(load, lines, aht=180.0, target=parts, lines=lines)
    assert len(missed) == 1
    return fewest, missed.pop()


def test_an_interval_with_volume_gets_an_agent() -> None:
    got = ep.required_agents([1e-6, 0.0, 0.01], aht=60, target="80/20", patience=1)
    assert got.agents.tolist() == [1, 0, 1]
    assert list(got.binding[:2]) == ["minimum", "minimum"]
    at_least = ep.Target("80/20", min_agents=3)
    assert ep.required_agents([0.0, 0.01], aht=60, target=at_least).agents.tolist() == [3, 3]


def test_where_blocking_rises_with_agents_the_target_holds_from_the_answer_on() -> None:
    impatient = {"aht": 180.0, "patience": 0.02, "lines": 8}
    aimed = {"max_blocked": 0.05}
    fewest, _ = fewest_agents(6.0, 8, target=aimed, **impatient)
    assert fewest is None
    with pytest.raises(ep.InfeasibleError):
        ep.required_agents(6.0, target=ep.Target(**aimed), **impatient)


def test_short_abandons_beyond_the_threshold_reward_abandonment() -> None:
    parts: Parts = {
        "service_level": 0.8,
        "threshold": 0.0,
        "abandons": "credit-short",
        "short_abandon": 60.0,
    }
    query = {"aht": 180.0, "patience": 5.0}
    levels = [
        float(reference.measures(20.0, n, short=60.0, threshold=0.0, **query)["credit-short"])
        for n in range(1, 12)
    ]
    assert min(np.diff(levels)) < -0.01
    fewest, _ = fewest_agents(20.0, 45, target=parts, **query)
    assert ep.required_agents(20.0, target=ep.Target(**parts), **query).agents == fewest


def test_targets_out_of_reach_say_what_can_be_reached() -> None:
    with pytest.raises(ep.InfeasibleError, match="service level"):
        ep.required_agents(50.0, aht=180, target="80/20", lines=10)


@pytest.mark.parametrize(
    ("aimed", "patience"),
    [
        ("80/20", None),
        ("80/20", 120.0),
        ("90/0", None),
        ("80/20, ignore", 60.0),
        ("70/30, exclude-within-threshold", 60.0),
        ("80/20, occupancy 70%", None),
        (ep.Target(max_asa=10), None),
        (ep.Target(max_asa=10), 200.0),
        (ep.Target(max_abandonment=0.05), 200.0),
    ],
)
def test_largest_load_and_fewest_agents_invert_each_other(
    aimed: ep.Target | str, patience: float | None
) -> None:
    agents = np.array([1, 2, 5, 12, 40, 333, 2000])
    query = {"aht": 180, "target": aimed, "patience": patience}
    load = ep.max_load(agents, **query)
    assert (np.diff(load) > 0).all()
    below = ep.required_agents(load * (1 - 1e-9), **query).agents
    above = ep.required_agents(load * (1 + 1e-9), **query).agents
    np.testing.assert_array_equal(below, agents)
    np.testing.assert_array_equal(above, agents + 1)
