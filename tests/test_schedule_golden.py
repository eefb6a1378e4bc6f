"""Optima that others have published, each with its source in tests/data/golden/scheduling.csv."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import erlangplan as ep
from erlangplan.scheduling.result import Schedule
from proven_plans import needs, proven

with (Path(__file__).parent / "data" / "golden" / "scheduling.csv").open(newline="") as _file:
    ROWS = {row["id"]: row for row in csv.DictReader(_file) if row["verified"] == "yes"}


def given(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ROWS[name]["inputs"])
    return found


def expected(name: str) -> float:
    assert float(ROWS[name]["expected"]) == float(ROWS[name]["oracle"])
    return float(ROWS[name]["expected"])


def optimal(agents: Sequence[float], rules: ep.WorkRules, *, minutes: int = 60,
            first: str = "2026-03-02", **asked: Any) -> Schedule:  # fmt: skip
    plan = proven(needs(agents, minutes=minutes, first=first), rules, gap=0, **asked)
    assert plan.status == "optimal"
    assert plan.gap == pytest.approx(0, abs=1e-9)
    return plan


def test_a_day_that_repeats_takes_55_shifts() -> None:
    case = given("sc0001")
    rules = ep.WorkRules(ep.Shift("any", "00:00/1h/23:00", f"{case['shift_len']}h"))
    plan = optimal(case["demand"], rules, week="cyclic")
    assert len(plan.table) == expected("sc0001")


def test_buses_of_eight_hours_cover_six_times_of_the_day() -> None:
    rules = ep.WorkRules(ep.Shift("bus", "00:00/4h/20:00", "8h"))
    plan = optimal(given("sc0007")["demand"], rules, week="cyclic", minutes=240)
    assert len(plan.table) == expected("sc0007")


def four_shifts(costs: Sequence[float] = (1, 1, 1, 1)) -> ep.WorkRules:
    """The night is 21 to 24 and 0 to 5 of the same day, so that each day repeats."""
    starts = {"Morning": "05:00", "Afternoon": "13:00", "Night": "21:00", "Mixed": "09:00"}
    most = given("sc0003")["max_shift_concurrency"]
    return ep.WorkRules(
        tuple(
            ep.Shift(name, start, "8h", cost=cost, people=most)
            for (name, start), cost in zip(starts.items(), costs, strict=True)
        )
    )


def test_four_shifts_cover_two_days_with_113_people() -> None:
    days = given("sc0003")["required"]
    plans = [optimal(day, four_shifts(), week="cyclic") for day in days]
    assert sum(len(plan.table) for plan in plans) == expected("sc0003")


def test_four_shifts_cover_two_days_at_979() -> None:
    per_shift = {"Morning": 8, "Afternoon": 8, "Night": 10, "Mixed": 7}
    rules = four_shifts([cost / 8 for cost in per_shift.values()])
    plans = [optimal(day, rules, week="cyclic") for day in given("sc0003")["required"]]
    assert sum(plan.cost for plan in plans) == pytest.approx(979)


def test_four_shifts_differ_least_from_the_need_at_a_price_of_two() -> None:
    """An hour over costs 1; an hour short costs 2 and saves the 1 that it was not worked."""
    differ = 0.0
    for day in given("sc0002")["required"]:
        plan = optimal(day, four_shifts(), week="cyclic", short_price=2)
        assert plan.coverage["scheduled"].max() <= given("sc0002")["max_period_concurrency"]
        apart = float(plan.coverage[["over", "short"]].to_numpy().sum())
        priced = plan.cost + 2 * float(plan.coverage["short"].sum()) - sum(day)
        assert apart == pytest.approx(priced)
        differ += apart
    assert differ == pytest.approx(expected("sc0002"))


@pytest.mark.parametrize("name", ["sc0005", "sc0006"])
def test_five_shifts_of_an_airline(name: str) -> None:
    case = given(name)
    shifts = tuple(
        ep.Shift(f"shift {n}", f"{6 + hours[0]:02d}:00", f"{len(hours)}h", cost=cost / len(hours))
        for n, (hours, cost) in enumerate(zip(case["shift_periods"], case["cost"], strict=True), 1)
    )
    plan = optimal(case["demand"], ep.WorkRules(shifts), first="2026-03-02 06:00")
    assert plan.cost == pytest.approx(expected(name))
    assert plan.table["shift"].value_counts(sort=False).tolist() == [48, 31, 39, 43, 15]


def test_a_post_office_takes_23_people_with_two_days_off_together() -> None:
    rules = ep.WorkRules(
        ep.Shift("day", "08:00", "8h"), ep.Group("staff", ("day",), days_off_joined=True)
    )
    agents = [n for each in given("sc0008")["demand"] for n in (0, each, 0)]
    plan = optimal(agents, rules, minutes=480, week="cyclic")
    assert plan.table["agent"].nunique() == expected("sc0008")
    assert plan.paid_hours == 40 * expected("sc0008")


@pytest.mark.parametrize("name", ["sc0010", "sc0013", "sc0014"])
def test_designed_shifts_meet_the_need_exactly(name: str) -> None:
    """The published optimum is nothing over, nothing short, so many kinds of shifts."""
    case = given(name)
    assert expected(name) == case["minutes"] * case["distinct"]
    shortest, longest = case["length"]
    step = f"{case['minutes']}min"
    shifts = tuple(
        ep.Shift(
            f"{low:02d}", f"{low:02d}:00/{step}/{high:02d}:00", f"{shortest}h..{longest}h/{step}"
        )
        for low, high in zip(case["first_start"], case["last_start"], strict=True)
    )
    rules = ep.WorkRules(shifts, distinct_starts=case["distinct"])
    plan = optimal(case["demand"], rules, minutes=case["minutes"], week="cyclic")
    assert plan.cost == pytest.approx(sum(case["demand"]) * case["minutes"] / 60)
    np.testing.assert_array_equal(plan.coverage["on_queue"], case["demand"])
