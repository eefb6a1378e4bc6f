"""Numbers that others have published, each with its source in tests/data/golden."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import erlangplan as ep

GOLDEN = Path(__file__).parent / "data" / "golden"
Row = dict[str, str]


def published(name: str) -> list[Row]:
    with (GOLDEN / name).open(newline="") as file:
        return [row for row in csv.DictReader(file) if row.get("verified", "yes") == "yes"]


def number(text: str) -> float:
    return float(Fraction(text)) if text else 0.0


def named(rows: list[Row]) -> list[object]:
    return [pytest.param(row, id=row["id"]) for row in rows]


def agrees(row: Row, got: float, name: str = "expected") -> bool:
    """Within the printed digits, and within the twelve digits of the exact value."""
    exact = float(row["oracle"])
    return abs(got - float(row[name])) <= 1.0001 * float(row["tol"]) + 1e-15 * abs(
        exact
    ) and math.isclose(got, exact, rel_tol=2e-11, abs_tol=1e-14)


def performance(row: Row) -> ep.Performance:
    mu, theta = number(row["mu"]), number(row.get("theta", ""))
    return ep.performance(
        float(Fraction(row["lam"]) / Fraction(row["mu"])),
        int(row["n"]),
        aht=1 / mu,
        target=ep.Target(service_level=0.8, threshold=number(row["T"])),
        patience=1 / theta if theta else None,
        lines=int(row["K"]) if row.get("K") else None,
    )


Quantity = Callable[["ep.Performance", float, float, int], float]
QUANTITIES: dict[str, Quantity] = {
    "L": lambda p, lam, mu, n: p.occupancy * n + p.queue_length,
    "L_over_lam": lambda p, lam, mu, n: (p.occupancy * n + p.queue_length) / lam,
    "Lq": lambda p, lam, mu, n: p.queue_length,
    "Lq_given_queue": lambda p, lam, mu, n: p.queue_length / p.p_wait,
    "W_system": lambda p, lam, mu, n: p.asa + 1 / mu,
    "asa": lambda p, lam, mu, n: p.asa,
    "wait_if_wait": lambda p, lam, mu, n: p.asa / p.p_wait,
    "EW_offered": lambda p, lam, mu, n: p.wait_offered,
    "EW_offered_seconds": lambda p, lam, mu, n: 60 * p.wait_offered,
    "EW_accepted": lambda p, lam, mu, n: p.wait_offered / (1 - p.blocked),
    "p_wait": lambda p, lam, mu, n: p.p_wait,
    "p_wait_percent": lambda p, lam, mu, n: 100 * p.p_wait,
    "p_no_wait": lambda p, lam, mu, n: 1 - p.p_wait,
    "p_wait_gt_T": lambda p, lam, mu, n: 1 - p.service_level,
    "p_ab": lambda p, lam, mu, n: p.abandonment,
    "p_ab_percent": lambda p, lam, mu, n: 100 * p.abandonment,
    "p_ab_given_accepted": lambda p, lam, mu, n: p.abandonment / (1 - p.blocked),
    "p_block": lambda p, lam, mu, n: p.blocked,
    "occupancy": lambda p, lam, mu, n: p.occupancy,
    "occupancy_percent": lambda p, lam, mu, n: 100 * p.occupancy,
    "rho": lambda p, lam, mu, n: p.occupancy,
    "sl": lambda p, lam, mu, n: p.service_level,
    "sl_percent": lambda p, lam, mu, n: 100 * p.service_level,
    "sl_offered": lambda p, lam, mu, n: p.service_level,
    "trunk_load_erlang": lambda p, lam, mu, n: lam * (180 + p.asa),
    "p0": lambda p, lam, mu, n: p.p_wait * (1 - p.occupancy) * math.factorial(n) / (lam / mu) ** n,
}
STEADY = [row for row in published("erlang_c.csv") if row["quantity"] in QUANTITIES]
IMPATIENT = published("erlang_a.csv")


@pytest.mark.parametrize("row", named(STEADY))
def test_erlang_c_as_printed(row: Row) -> None:
    got = QUANTITIES[row["quantity"]](
        performance(row), number(row["lam"]), number(row["mu"]), int(row["n"])
    )
    assert agrees(row, got), (got, row)


@pytest.mark.parametrize("row", named(IMPATIENT))
def test_erlang_a_as_printed(row: Row) -> None:
    got = QUANTITIES[row["quantity"]](
        performance(row), number(row["lam"]), number(row["mu"]), int(row["n"])
    )
    assert agrees(row, got), (got, row)


@pytest.mark.parametrize("row", named(published("erlang_b.csv")))
def test_erlang_b_as_printed(row: Row) -> None:
    n, expected, tol = int(row["n"]), float(row["expected"]), float(row["tol"])
    load = number(row["a_erlang"])
    share = (
        number(row["param"].removeprefix("B<=").removeprefix("B=").split()[0] or "0")
        if row["param"]
        else math.nan
    )
    match row["quantity"]:
        case "B":
            assert agrees(row, ep.erlang_b(load, n))
        case "carried_load":
            assert agrees(row, load * (1 - ep.erlang_b(load, n)))
        case "load_at_B":
            assert ep.erlang_b(expected - tol, n) <= share <= ep.erlang_b(expected + tol, n)
            assert math.isclose(ep.erlang_b(float(row["oracle"]), n), share, rel_tol=1e-9)
        case "servers_for_B":
            assert ep.erlang_b(load, n) <= share < ep.erlang_b(load, n - 1)
        case "extended_offered_load":
            kept = 1 - 0.75 * share
            low, high = (expected - tol) / kept, (expected + tol) / kept
            assert ep.erlang_b(low, n) <= share <= ep.erlang_b(high, n)
        case "extended_servers_for_B":
            assert (
                blocking_with_recall(load, n, 0.5) <= share < blocking_with_recall(load, n - 1, 0.5)
            )
        case other:
            pytest.fail(f"no test for {other}")


def blocking_with_recall(fresh: float, agents: int, recall: float) -> float:
    offered = fresh
    for _ in range(200):
        offered = fresh / (1 - recall * ep.erlang_b(offered, agents))
    return float(ep.erlang_b(offered, agents))


@pytest.mark.parametrize(
    "row", named([row for row in published("erlang_c.csv") if row["quantity"] not in QUANTITIES])
)
def test_largest_load_as_printed(row: Row) -> None:
    assert row["quantity"] == "load_at_C=0.15"
    at_once = ep.Target(service_level=0.85, threshold=0)
    assert agrees(row, ep.max_load(int(row["n"]), aht=1, target=at_once))


@pytest.mark.parametrize("row", named(published("required_agents.csv")))
def test_required_agents_as_printed(row: Row) -> None:
    mu, wanted = number(row["mu"]), json.loads(row["target"])
    load = number(row["lam"]) / mu
    if row["model"] == "erlang_b":
        agents = int(np.argmax(ep.erlang_b(load, np.arange(200)) <= wanted["B_max"]))
    else:
        level = wanted.get("sl", wanted.get("sl_offered", 1 - wanted.get("p_wait_max", 0)))
        target = ep.Target(
            service_level=level,
            threshold=number(row["T"]),
            max_occupancy=wanted.get("max_occupancy"),
        )
        patience = 1 / number(row["theta"]) if row["theta"] else None
        answer = ep.required_agents(load, aht=1 / mu, target=target, patience=patience)
        agents = answer.agents
    assert agents == int(row["oracle_agents"])
    if row["expected_agents"]:
        assert agents == int(row["expected_agents"])
    if row["expected_with_shrinkage"]:
        present = 1 - Fraction(row["shrinkage"])
        assert math.ceil(agents / present) == int(row["expected_with_shrinkage"])


def test_oracle_grid_of_erlang_b() -> None:
    rows = published("oracle_grid_erlang_b.csv")
    load = np.array([float(row["a_erlang"]) for row in rows])
    agents = np.array([int(row["n"]) for row in rows])
    exact = np.array([float(row["B"]) for row in rows])
    np.testing.assert_allclose(ep.erlang_b(load, agents), exact, rtol=1e-12, atol=1e-300)


def test_oracle_grid_of_erlang_c() -> None:
    for row in published("oracle_grid_erlang_c.csv"):
        lam, n, threshold = float(row["lam"]), int(row["n"]), float(row["T"])
        target = ep.Target(service_level=0.8, threshold=threshold)
        got = ep.performance(lam, n, aht=1, target=target)
        for field, column in {"p_wait": "p_wait", "asa": "asa", "queue_length": "Lq"}.items():
            exact = float(row[column])
            assert math.isclose(getattr(got, field), exact, rel_tol=1e-11), (field, row)
        assert math.isclose(got.service_level, float(row["sl"]), rel_tol=1e-11, abs_tol=1e-14), row


GRID_FIELDS = {
    "p_wait": "p_wait",
    "abandonment": "p_ab",
    "blocked": "p_block",
    "occupancy": "occupancy",
    "queue_length": "Lq",
    "wait_offered": "EW_offered",
    "asa": "EW_served",
}
GRID_WAYS = {
    "count": "sl_offered",
    "ignore": "sl_answered",
    "exclude-within-threshold": "sl_excl_short_ab",
    "credit-within-threshold": "sl_ab_in_T_good",
}


def test_oracle_grid_of_erlang_a() -> None:
    for row in published("oracle_grid_erlang_a.csv"):
        queue = (float(row["lam"]), int(row["n"]))
        lines = int(float(row["K"])) if row["K"] else None
        for way, column in GRID_WAYS.items():
            target = ep.Target(service_level=0.8, threshold=float(row["T"]), abandons=way)
            patience = 1 / float(row["theta"])
            got = ep.performance(*queue, aht=1, target=target, patience=patience, lines=lines)
            exact = float(row[column])
            assert math.isclose(got.service_level, exact, rel_tol=1e-10, abs_tol=1e-14), (way, row)
        for field, column in GRID_FIELDS.items():
            exact = float(row[column])
            shares = 1e-14 if field in ("p_wait", "abandonment", "blocked", "occupancy") else 1e-300
            got_field = getattr(got, field)
            assert math.isclose(got_field, exact, rel_tol=1e-10, abs_tol=shares), (field, row)
        if float(row["EW_abandoned"]) > 0:
            exact = float(row["EW_abandoned"])
            assert math.isclose(got.wait_abandoned, exact, rel_tol=1e-10), row
        else:
            assert math.isnan(got.wait_abandoned)
