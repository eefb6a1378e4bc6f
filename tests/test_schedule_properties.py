"""Random rules and requirements: what must hold of every schedule."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import erlangplan as ep
from explicit_model import explicit_optimum, ways_to_work
from proven_plans import needs, proven

MONDAY = "2026-03-02"
LIMIT = 1.5
quick = settings(
    deadline=None,
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
few = settings(quick, max_examples=8)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Compile the search once, outside the time of any example."""
    ep.schedule(needs([1] * 8), ep.WorkRules(ep.Shift("early", "00:00", "8h")), time_limit=60)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@st.composite
def breaks(draw: st.DrawFn, minutes: int, length: int) -> tuple[ep.Break, ...]:
    found = []
    for number in range(draw(st.integers(0, 3))):
        early = draw(st.integers(0, max(0, length // minutes - 2))) * minutes
        late = early + draw(st.integers(0, 4)) * minutes
        anchor = draw(st.sampled_from(["start", "start", "end"]))
        long = draw(st.sampled_from([15, 30, minutes])) * 60
        found.append(
            ep.Break(f"pause {number}", long, (early * 60, late * 60), anchor=anchor,
                     paid=draw(st.booleans()))
        )  # fmt: skip
    return tuple(found)


@st.composite
def shifts(draw: st.DrawFn, minutes: int, number: int) -> ep.Shift:
    stride = max(minutes, 60)
    starts = draw(st.lists(st.integers(0, 1440 // stride - 1), min_size=1, max_size=4, unique=True))
    shortest = draw(st.integers(3, 9)) * 60
    longest = shortest + draw(st.sampled_from([0, 0, 0, 1, 2])) * stride
    held = draw(breaks(minutes, shortest))
    spacing = ep.Spacing(
        draw(st.sampled_from([0, 1800, 3600])),
        (draw(st.sampled_from([0, 1800, 3600])), draw(st.sampled_from([7200, 14400, math.inf]))),
        draw(st.sampled_from([0, 1800, 3600])),
    )
    days = draw(st.sampled_from(["mon-sun", "mon-sun", "mon-fri", "tue", "sun, mon"]))
    try:
        return ep.Shift(
            f"shift {number}",
            [clock(n * stride) for n in starts],
            (shortest * 60, longest * 60, stride * 60 if longest > shortest else 0),
            days=days,
            people=draw(st.sampled_from([(0, None), (0, None), (0, 3), (1, 4), (0, 0)])),
            cost=draw(st.sampled_from([1.0, 1.0, 0.8, 1.37])),
            breaks=held,
            spacing=spacing,
        )
    except ValueError:
        assume(False)
        raise


@st.composite
def groups(draw: st.DrawFn, names: list[str]) -> ep.Group:
    least = draw(st.integers(1, 5))
    return ep.Group(
        "staff",
        tuple(names),
        people=draw(st.sampled_from([(0, None), (0, 3), (1, 6)])),
        days_per_week=(least, draw(st.integers(least, 6))),
        hours_per_week=draw(st.sampled_from([None, None, (16, 30)])),
        days_off_joined=draw(st.booleans()),
        start_band=draw(st.sampled_from([None, 0, 7200])),
        rest=draw(st.sampled_from([3600, 39600])),
    )


@st.composite
def cases(draw: st.DrawFn, *, grouped: bool, days: int = 3) -> tuple[pd.DataFrame, ep.WorkRules]:
    minutes = 60 if grouped else draw(st.sampled_from([30, 60]))
    found = [draw(shifts(minutes, number)) for number in range(draw(st.integers(1, 3)))]
    names = [shift.name for shift in found]
    mine = names[: draw(st.integers(1, len(names)))]
    agents = draw(st.lists(st.integers(0, 5), min_size=1, max_size=1440 // minutes).filter(any))
    first = pd.Timestamp(MONDAY) + pd.Timedelta(
        days=draw(st.integers(0, 6)), minutes=minutes * draw(st.integers(0, 20))
    )
    count = draw(st.integers(1, days)) * 1440 - (first - first.normalize()) // pd.Timedelta("1min")
    needed = needs(np.resize(agents, count // minutes).tolist(), first=str(first), minutes=minutes)
    try:
        rules = ep.WorkRules(
            tuple(found),
            (draw(groups(mine)),) if grouped else (),
            premiums=draw(st.sampled_from([(), (ep.Premium(1.25, ("22:00", "06:00")),)])),
            opening=draw(st.sampled_from([None, None, {"mon-sun": "06:00-23:00"}])),
            break_grid=draw(st.sampled_from([None, "15min"])),
        )
    except (ep.InputError, ValueError):
        assume(False)
        raise
    return needed, rules


def planned(needed: pd.DataFrame, rules: ep.WorkRules, **asked: Any) -> ep.Schedule | None:
    """Return a proven plan; None where nobody can work when somebody is needed."""
    try:
        return proven(needed, rules, **{"time_limit": LIMIT, **asked})
    except ep.InfeasibleError:
        cyclic = asked.get("week") == "cyclic"
        assert rules.groups or not reachable(needed, rules, cyclic=cyclic)
        return None


def reachable(needed: pd.DataFrame, rules: ep.WorkRules, *, cyclic: bool) -> bool:
    """Whether any shift is at work in an interval that needs somebody."""
    first = needed["start"].iloc[0].normalize()
    days = (needed["start"].iloc[-1].normalize() - first).days + 1
    begins = (needed["start"] - first) // pd.Timedelta(minutes=1)
    wanted = set(begins[needed["agents"] > 0])
    width = int(needed["start"].diff().min() // pd.Timedelta(minutes=1)) if len(needed) > 1 else 30
    for work in ways_to_work(needed, rules):
        for minute in range(work.start, work.start + work.length):
            at = minute % (days * 1440) if cyclic else minute
            if at - at % width in wanted:
                return True
    return False


@pytest.mark.parametrize("week", ["open", "cyclic"])
@quick
@given(case=cases(grouped=False))
def test_shifts_bought_by_the_day_keep_every_rule(
    week: str, case: tuple[pd.DataFrame, ep.WorkRules]
) -> None:
    planned(*case, week=week)


@pytest.mark.parametrize("week", ["open", "cyclic"])
@quick
@given(case=cases(grouped=True, days=7))
def test_weeks_of_people_keep_every_rule(
    week: str, case: tuple[pd.DataFrame, ep.WorkRules]
) -> None:
    planned(*case, week=week)


def same(one: ep.Schedule, other: ep.Schedule) -> None:
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(one.breaks, other.breaks)
    assert (one.cost, one.status) == (other.cost, other.status)
    np.testing.assert_equal([one.bound, one.gap], [other.bound, other.gap])


@few
@given(case=cases(grouped=False, days=1), week=st.sampled_from(["open", "cyclic"]))
def test_bound_and_cost_hold_the_explicit_optimum_between_them(
    case: tuple[pd.DataFrame, ep.WorkRules], week: str
) -> None:
    needed, rules = case
    assume(len(needed) > 1 and sum(len(shift.breaks) for shift in rules.shifts) < 3)
    assume(rules.break_grid is None)
    plan = planned(needed, rules, week=week, gap=0)
    assume(plan is not None)
    minutes = round(plan.interval / 60)
    short, best = explicit_optimum(needed, rules, minutes=minutes, cyclic=week == "cyclic")
    shorter = float(plan.coverage["short"].sum()) * minutes / 60
    assert shorter >= short - 1e-6
    if plan.status == "optimal":
        assert (shorter, plan.cost) == (
            pytest.approx(short, abs=1e-6),
            pytest.approx(best, abs=1e-6),
        )
    if shorter <= short + 1e-6:
        assert plan.cost >= best - 1e-6
        assert math.isnan(plan.bound) or plan.bound <= best + 1e-6


LUNCH = ep.Break("lunch", "1h", ("2h", "4h"))
OFFICE = ep.WorkRules(
    (
        ep.Shift("long", "06:00/1h/12:00", "8h", breaks=(LUNCH,)),
        ep.Shift("short", "06:00/1h/16:00", "4h", cost=1.1),
    )
)


@few
@given(
    agents=st.lists(st.integers(0, 9), min_size=14, max_size=14).filter(any),
    more=st.lists(st.integers(0, 2), min_size=14, max_size=14),
)
def test_more_required_never_costs_less(agents: list[int], more: list[int]) -> None:
    first = f"{MONDAY} 06:00"
    plan = proven(needs(agents, first=first), OFFICE, gap=0)
    larger = proven(needs(np.add(agents, more).tolist(), first=first), OFFICE, gap=0)
    assert plan.status == larger.status == "optimal"
    assert larger.cost >= plan.cost - 1e-9


@few
@given(case=cases(grouped=False, days=1), seed=st.integers(0, 2**31), mixed=st.randoms())
def test_seed_and_input_alone_decide_the_plan(
    case: tuple[pd.DataFrame, ep.WorkRules], seed: int, mixed: random.Random
) -> None:
    needed, rules = case
    plan = planned(needed, rules, seed=seed)
    assume(plan is not None and plan.status != "time limit")
    order = list(range(len(needed)))
    mixed.shuffle(order)
    again = planned(needed.iloc[order], rules, seed=seed)
    assert again is not None
    same(plan, again)
