"""Plans by service level: the target over the window, the floor, and the people there are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.scheduling.result import Schedule
from proven_plans import proven

SHARED = {"patience": 180}


def forecast(days: int = 2, scale: float = 1.0) -> ep.Forecast:
    start = pd.date_range("2026-03-02", periods=48 * days, freq="30min")
    hour = start.hour + start.minute / 60
    shape = np.where((hour >= 8) & (hour < 20), 1 + np.sin((hour - 8) / 6 * np.pi) ** 2, 0)
    return ep.read_forecast(
        pd.DataFrame({"start": start, "volume": 40 * scale * shape, "aht": 240.0})
    )


RULES = ep.WorkRules(
    (
        ep.Shift("long", "08:00/30min/12:00", "8h",
                 breaks=(ep.Break("lunch", "30min", ("3h", "5h")),)),
        ep.Shift("short", "08:00/30min/16:00", "4h"),
    ),
    break_grid="15min",
)  # fmt: skip


@pytest.fixture(scope="module")
def requirement() -> ep.Requirement:
    return ep.staff(forecast(), "80/20", **SHARED)


@pytest.fixture(scope="module")
def cover(requirement: ep.Requirement) -> Schedule:
    return proven(requirement, RULES, time_limit=20, gap=0.02)


def level(plan: Schedule, requirement: ep.Requirement) -> pd.DataFrame:
    """Return what evaluate predicts of a plan, by interval with contacts."""
    table = ep.evaluate(
        requirement.forecast, plan, config=requirement.config, method="stationary"
    ).table
    return table[table["volume"] > 0]


def in_time(table: pd.DataFrame) -> float:
    return float(np.average(table["service_level"], weights=table["volume"]))


def test_cover_meets_the_target_wherever_nothing_is_short(
    cover: Schedule, requirement: ep.Requirement
) -> None:
    assert not cover.coverage["short"].any()
    assert (level(cover, requirement)["service_level"] >= 0.8).all()


@pytest.mark.parametrize("over", ["day", "week"])
def test_the_target_is_met_over_its_window_for_less(
    over: str, cover: Schedule, requirement: ep.Requirement
) -> None:
    plan = proven(requirement, RULES, objective="service_level", over=over, time_limit=20, gap=0.02)
    table = level(plan, requirement)
    windows = table.groupby(table["start"].dt.date) if over == "day" else [("week", table)]
    for _, window in windows:
        assert in_time(window) >= 0.8 - 1e-9
    assert (table["service_level"] >= 0.5 - 1e-9).all()
    assert plan.cost <= cover.cost
    assert plan.bound <= plan.cost
    assert plan.gap <= 0.02
    stated = plan.coverage.set_index("start")["service_level"]
    np.testing.assert_allclose(stated.loc[table["start"]], table["service_level"])
    assert "Saving" in dict(plan.facts)


def test_a_higher_floor_is_kept_and_costs_no_less(requirement: ep.Requirement) -> None:
    plans = [
        proven(requirement, RULES, objective="service_level", floor=floor, time_limit=20, gap=0.02)
        for floor in (0.3, 0.7)
    ]
    for plan, floor in zip(plans, (0.3, 0.7), strict=True):
        assert (level(plan, requirement)["service_level"] >= floor - 1e-9).all()
    assert plans[1].cost >= plans[0].bound


def test_people_there_are_neither_more_nor_fewer(requirement: ep.Requirement) -> None:
    group = ep.Group("staff", ("long", "short"), days_per_week=(1, 5))
    rules = replace(RULES, groups=(group,))
    reached = []
    for people in (6, 9):
        plan = proven(requirement, rules, agents=people, time_limit=8)
        assert plan.objective == "people"
        assert plan.table["agent"].nunique() <= people
        reached.append(in_time(level(plan, requirement)))
    assert reached[0] < reached[1]


def test_people_of_each_group_are_named(requirement: ep.Requirement) -> None:
    groups = (ep.Group("full", ("long",), days_per_week=(1, 5)),
              ep.Group("part", ("short",), days_per_week=(1, 5)))  # fmt: skip
    rules = replace(RULES, groups=groups)
    plan = proven(requirement, rules, agents={"full": 5, "part": 2}, time_limit=8)
    people = plan.table.groupby("group")["agent"].nunique()
    assert people["full"] <= 5
    assert people["part"] <= 2
    with pytest.raises(ValueError, match="agents name group 'night'"):
        ep.schedule(requirement, rules, agents={"night": 3})
    with pytest.raises(ValueError, match="for each group of full, part"):
        ep.schedule(requirement, rules, agents=3)


def test_a_service_level_needs_a_forecast() -> None:
    start = pd.date_range("2026-03-02 08:00", periods=8, freq="h")
    needed = pd.DataFrame({"start": start, "agents": 2})
    with pytest.raises(ep.InputError, match="cannot be planned from required agents alone"):
        ep.schedule(needed, RULES, objective="service_level")
    with pytest.raises(ep.InputError, match="cannot be planned from required agents alone"):
        ep.schedule(needed, RULES, agents=4)


def test_shrinkage_that_the_schedule_does_not_show_is_taken_off(
    requirement: ep.Requirement,
) -> None:
    sick = ep.Shrinkage((ep.ShrinkagePart("sick", 0.25),))
    plan = proven(
        requirement, RULES, objective="service_level", shrinkage=sick, time_limit=20, gap=0.02
    )
    there = plan.coverage["scheduled"] - plan.coverage["on_break"]
    np.testing.assert_allclose(plan.coverage["on_queue"], 0.75 * there)
    table = ep.evaluate(requirement.forecast, plan, config=plan.config, method="stationary").table
    assert in_time(table[table["volume"] > 0]) >= 0.8 - 1e-9


def test_intervals_below_the_floor_are_counted_and_the_rest_is_short_on_purpose(
    requirement: ep.Requirement,
) -> None:
    group = ep.Group("staff", ("long", "short"), days_per_week=(1, 5))
    plan = ep.schedule(
        requirement, replace(RULES, groups=(group,)), agents=5, floor=0.4, time_limit=4
    )
    levels = plan.coverage["service_level"].dropna()
    below = int((levels < 0.4 - 1e-9).sum())
    assert below
    (remark,) = (remark for remark in plan.remarks if "floor" in remark)
    row = plan.coverage.loc[levels.idxmin()]
    assert f"{below} intervals lie below the floor of 40 %, the lowest with " in remark
    assert f"({row['start']:%a %d %b %H:%M})" in remark
    text = plan.summary()
    others = int((plan.coverage["short"] > 1e-9).sum()) - len(plan.shortages)
    assert "measured by the requirement of each interval; the aim is the best service" in text
    assert f"\n  the other {others} keep the floor\n" in text
    assert (
        "each interval by itself; `evaluate` carries the queue over"
        in dict(plan.facts)["Predicted"]
    )


def test_a_plan_that_meets_its_target_and_floor_says_what_it_is_short_of(
    requirement: ep.Requirement,
) -> None:
    plan = ep.schedule(requirement, RULES, objective="service_level", time_limit=4, gap=0.05)
    count = int((plan.coverage["short"] > 1e-9).sum())
    assert count and not len(plan.shortages) and not plan.remarks
    text = plan.summary()
    assert f"\n  all {count} keep the floor\n" in text
    assert "each interval; on purpose, as the target is that of the whole time" in text
