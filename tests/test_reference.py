"""The public formulas against the slow reference, to the last digits that matter.

The reference is first held against itself (two independent ways), against a matrix exponential
and against an oracle by another hand.
"""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mpmath import exp, gammainc, inf, isnan, matrix, mp, mpf

import erlangplan as ep
import reference
from reference import FIELDS, SHARES, WAYS, Measures, Queue

DATA = Path(__file__).parent / "data"
Row = dict[str, str]


def kept(name: str) -> list[Row]:
    with (DATA / name).open(newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def inputs(row: Row) -> dict[str, float | int | None]:
    optional = {key: float(row[key]) if row[key] else None for key in ("patience", "lines")}
    return {
        "load": float(row["load"]),
        "agents": int(float(row["agents"])),
        "aht": float(row["aht"]),
        "patience": optional["patience"],
        "lines": None if optional["lines"] is None else int(optional["lines"]),
        "threshold": float(row["threshold"]),
        "short": float(row["short"]),
    }


def relative(got: mpf, exact: mpf) -> mpf:
    if got == exact or (isnan(got) and isnan(exact)):
        return mpf(0)
    return abs(got - exact) / abs(exact) if exact else mpf(inf)


@pytest.mark.parametrize("theta", ["0.05", "1", "40"])
@pytest.mark.parametrize(("load", "agents"), [("3", 5), ("7.5", 7), ("20", 9)])
def test_sums_over_states_and_integrals_agree(load: str, agents: int, theta: str) -> None:
    queue = Queue(mpf(load), agents, mpf(theta), inf)
    times = (mpf("0.3"), mpf("0.1"))
    states = reference.by_states(queue, *times)
    integrals = reference.by_integrals(queue, *times)
    for field in FIELDS:
        error = abs(integrals[field] - states[field])
        assert error < 1e-25 * abs(states[field]) + mpf(10) ** -45, field


@pytest.mark.parametrize("theta", [mpf(0), mpf("0.7"), mpf(30)])
def test_wait_behind_others_is_a_pure_death_process(theta: mpf) -> None:
    n, ahead, time = 4, 6, mpf("0.4")
    rates = [n + j * theta for j in range(ahead + 1)]
    generator = mp.zeros(ahead + 1)
    for j, rate in enumerate(rates):
        generator[j, j] = -rate
        if j:
            generator[j, j - 1] = rate
    still = mp.expm(generator * time) * matrix([1] * (ahead + 1))
    queue = Queue(mpf(3), n, theta, 20)
    tails = list(reference.tails_of_wait(queue, time, ahead + 1))
    for j, tail in enumerate(tails):
        assert relative(tail, still[j]) < 1e-30


def test_reference_blocking_is_the_incomplete_gamma_form() -> None:
    for load, agents in ((mpf("0.3"), mpf("2.25")), (mpf(40), mpf("51.5")), (mpf(900), mpf(2500))):
        closed = load**agents * exp(-load) / gammainc(agents + 1, load)
        assert relative(reference.erlang_b(load, agents), closed) < 1e-30
        if agents == int(agents):
            summed = 1 / reference.inverse_b_by_states(load, int(agents))
            assert relative(summed, closed) < 1e-30


def test_reference_agrees_with_an_oracle_by_another_hand() -> None:
    columns = {
        "p_wait": "p_wait",
        "abandonment": "p_ab",
        "blocked": "p_block",
        "occupancy": "occupancy",
        "queue_length": "Lq",
        "wait_offered": "EW_offered",
        "asa": "EW_served",
        "count": "sl_offered",
        "ignore": "sl_answered",
        "exclude-within-threshold": "sl_excl_short_ab",
        "credit-within-threshold": "sl_ab_in_T_good",
    }
    with (DATA / "golden" / "oracle_grid_erlang_a.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["n"]) <= 14][::7]
    for row in rows:
        places = float(row["K"]) - int(row["n"]) if row["K"] else inf
        queue = Queue(mpf(row["lam"]), int(row["n"]), mpf(row["theta"]), places)
        got = reference.by_states(queue, mpf(row["T"]), mpf(0))
        for field, column in columns.items():
            assert relative(got[field], mpf(row[column])) < 1e-18, (field, row)


def test_kept_references_are_what_the_reference_says() -> None:
    rows = [row for row in kept("reference_erlang_a.csv") if float(row["agents"]) <= 50]
    for row in random.Random(5).sample(rows, 6):
        again = reference.measures(**inputs(row))
        for field in FIELDS:
            assert relative(again[field], mpf(row[field])) < 1e-18, (field, row)
    for row in random.Random(5).sample(kept("reference_erlang_b_c.csv"), 12):
        again_b = reference.erlang_b(float(row["load"]), float(row["agents"]))
        assert relative(again_b, mpf(row["b"])) < 1e-18, row


def misses(got: dict[str, float], exact: Measures | Row) -> Iterator[str]:
    """Fields that are off by more than 1e-10 of their value (shares: or 1e-14)."""
    for field, value in got.items():
        if field == "wait_abandoned" and mpf(exact["abandonment"]) < 1e-290:
            continue
        wanted = float(mpf(exact[field]))
        shares = 1e-14 if field in SHARES or field in WAYS else 1e-290
        same = math.isnan(wanted) and math.isnan(value)
        if not same and not math.isclose(value, wanted, rel_tol=1e-10, abs_tol=shares):
            yield f"{field}: got {value!r}, expected {wanted!r}"


def everything(
    load: float,
    agents: int,
    aht: float,
    patience: float | None,
    lines: int | None,
    threshold: float,
    short: float,
) -> dict[str, float]:
    """Every measure through the public function, with the service level in all seven ways."""
    answer: dict[str, float] = {}
    for way in WAYS:
        if way.endswith("-short") and short == 0:
            continue
        needs_short = {"short_abandon": short} if way.endswith("-short") else {}
        target = ep.Target(service_level=0.8, threshold=threshold, abandons=way, **needs_short)
        got = ep.performance(load, agents, aht=aht, target=target, patience=patience, lines=lines)
        answer[way] = float(got.service_level)
    fields = [field for field in FIELDS if field not in WAYS]
    return {field: float(getattr(got, field)) for field in fields} | answer


@pytest.mark.parametrize("formula", ["b", "c"])
def test_erlang_b_and_c_to_twelve_digits(formula: str) -> None:
    rows = kept("reference_erlang_b_c.csv")
    load = np.array([float(row["load"]) for row in rows])
    agents = np.array([float(row["agents"]) for row in rows])
    got = ep.erlang_b(load, agents) if formula == "b" else ep.erlang_c(load, agents)
    for a, n, value, row in zip(load, agents, got, rows, strict=True):
        exact = mpf(row[formula])
        if exact > 1e-300:
            error = float(relative(mpf(float(value)), exact))
            assert error <= 1e-12, (a, n, float(value), row[formula], error)


def test_erlang_b_and_c_at_random_small_points() -> None:
    choose = random.Random(7)
    for _ in range(150):
        load = 10 ** choose.uniform(-3, 2)
        agents = choose.randint(1, 150)
        for formula in (ep.erlang_b, ep.erlang_c):
            exact = getattr(reference, formula.__name__)(load, agents)
            got = mpf(float(formula(load, agents)))
            assert exact < 1e-290 or relative(got, exact) < 1e-12, (load, agents)


@pytest.mark.parametrize("part", range(4))
def test_every_measure_to_ten_digits(part: int) -> None:
    wrong = []
    for row in kept("reference_erlang_a.csv")[part::4]:
        query = inputs(row)
        wrong += [f"{query}: {miss}" for miss in misses(everything(**query), row)]
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:40])


def random_queries(count: int) -> Iterator[dict[str, float | int | None]]:
    choose = random.Random(11)
    for _ in range(count):
        agents = choose.randint(1, 40)
        aht = float(choose.randint(20, 600))
        threshold = choose.choice((0.0, 5.0, 20.0, 60.0, 600.0))
        yield {
            "load": round(agents * choose.uniform(0.1, 1.8), 3),
            "agents": agents,
            "aht": aht,
            "patience": choose.choice((1.0, 30.0, 180.0, 3600.0)),
            "lines": choose.choice((None, agents, agents + 1, agents + 7, 2 * agents + 60)),
            "threshold": threshold,
            "short": choose.choice((0.0, 3.0, threshold, threshold + 30)),
        }


def test_every_measure_at_random_small_queues() -> None:
    wrong = []
    for query in random_queries(60):
        exact = reference.measures(**query)
        wrong += [f"{query}: {miss}" for miss in misses(everything(**query), exact)]
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong[:40])


def test_finite_lines_without_patience() -> None:
    wrong = []
    for load, agents, lines in ((8.0, 10, 13), (10.0, 10, 10), (10.0, 10, 25), (30.0, 10, 60)):
        query = {"load": load, "agents": agents, "aht": 180.0, "patience": None, "lines": lines}
        query |= {"threshold": 20.0, "short": 5.0}
        exact = reference.measures(**query)
        wrong += [f"{query}: {miss}" for miss in misses(everything(**query), exact)]
    assert not wrong, "\n".join(wrong)


def test_more_agents_than_lines_count_as_lines() -> None:
    more = ep.performance(9.0, 14, aht=180, target="80/20", patience=90, lines=10)
    same = ep.performance(9.0, 10, aht=180, target="80/20", patience=90, lines=10)
    assert more.blocked == same.blocked == pytest.approx(ep.erlang_b(9.0, 10), rel=1e-12)
    assert more.service_level == same.service_level == pytest.approx(1 - same.blocked, rel=1e-12)
