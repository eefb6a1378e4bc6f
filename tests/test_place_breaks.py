"""Breaks of given shifts: against every way to place them, and what must hold of any roster."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import erlangplan as ep
from erlangplan.scheduling.checking import check_plan
from naive_schedules import break_starts, people_per_minute
from proven_plans import needs

MONDAY = pd.Timestamp("2026-03-02")
MINUTE = pd.Timedelta("1min")
TEA = ep.Break("tea", "15min", ("1h", "2h"), paid=True)
LUNCH = ep.Break("lunch", "30min", ("2h", "3h30"))
quick = settings(
    deadline=None, max_examples=25, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


def rules_of(*breaks: ep.Break, between: str = "0min", grid: str = "15min") -> ep.WorkRules:
    shift = ep.Shift("day", "06:00/15min/16:00", "6h", breaks=breaks,
                     spacing=ep.Spacing(0, between, 0))  # fmt: skip
    return ep.WorkRules(shift, break_grid=grid)


def roster_of(starts: list[int]) -> ep.Schedule:
    """Return one shift of six hours for each start, in minutes after Monday begins."""
    begins = [MONDAY + start * MINUTE for start in starts]
    agents = [f"agent {number:03}" for number in range(len(starts))]
    ends = [begin + pd.Timedelta("6h") for begin in begins]
    return ep.read_roster(pd.DataFrame({"agent": agents, "start": begins, "end": ends}))


def least_short(
    starts: list[int], ways: list[tuple[int, ...]], lengths: list[int], wanted: list[float]
) -> int:
    """Return the fewest quarters short over all ways to place the breaks of all shifts."""
    at_work = np.zeros(96, dtype=int)
    for start in starts:
        at_work[start // 15 : start // 15 + 24] += 1
    away: list[list[np.ndarray[Any, Any]]] = []
    for start in starts:
        own = []
        for way in ways:
            off = np.zeros(96, dtype=int)
            for begin, long in zip(way, lengths, strict=True):
                off[start // 15 + begin : start // 15 + begin + long] += 1
            own.append(off)
        away.append(own)
    return min(
        int(np.maximum(0, np.asarray(wanted) - at_work + sum(chosen)).sum())
        for chosen in itertools.product(*away)
    )


def sound(placed: ep.BreakPlan, rules: ep.WorkRules, needed: pd.DataFrame) -> None:
    """Check every rule, person by person, and count what is short again."""
    plan = placed.schedule
    assert check_plan(plan, rules, needed.assign(queue=plan.queues[0]), cyclic=False) == ()
    people, resting = people_per_minute(plan, plan.queues[0], MONDAY, 1440)
    there = (people - resting).reshape(len(needed), -1).mean(axis=1)
    hours = float(np.maximum(0, needed["agents"] - there).sum()) * plan.interval / 3600
    assert placed.value == pytest.approx(hours)
    assert placed.bound <= placed.value + 1e-9


@quick
@given(
    starts=st.lists(st.sampled_from([480, 495, 510, 540, 570]), min_size=1, max_size=4),
    wanted=st.lists(st.integers(0, 4), min_size=8, max_size=8),
    between=st.sampled_from(["0min", "45min", "75min"]),
    breaks=st.sampled_from([(TEA,), (LUNCH,), (TEA, LUNCH)]),
)
def test_no_places_leave_less_short(
    starts: list[int], wanted: list[int], between: str, breaks: tuple[ep.Break, ...]
) -> None:
    agents = [0] * 32 + np.repeat(wanted, 4).tolist() + [0] * 32
    needed, rules = needs(agents, minutes=15), rules_of(*breaks, between=between)
    placed = ep.place_breaks(roster_of(starts), needed, rules=rules, gap=0)
    sound(placed, rules, needed)
    windows = {"tea": (1, 4, 8), "lunch": (2, 8, 14)}
    mine = [windows[pause.name] for pause in breaks]
    ways = break_starts(24, mine, between=(int(between.removesuffix("min")) // 15, 96))
    best = least_short(starts, ways, [long for long, _, _ in mine], agents)
    assert placed.value * 4 == pytest.approx(best)
    assert placed.gap == 0


@quick
@given(
    starts=st.lists(st.integers(24, 60), min_size=5, max_size=60),
    seed=st.integers(0, 10**6),
    between=st.sampled_from(["0min", "75min"]),
    grid=st.sampled_from(["15min", "30min", "5min"]),
    minutes=st.sampled_from([15, 30]),
)
def test_larger_rosters_keep_every_rule_and_their_bound(
    starts: list[int], seed: int, between: str, grid: str, minutes: int
) -> None:
    random = np.random.default_rng(seed)
    begins = [15 * start for start in starts]
    at_work = np.zeros(96)
    for start in starts:
        at_work[start : start + 24] += 1
    share = random.uniform(0.7, 1.1, 1440 // minutes)
    wanted = np.round(at_work.reshape(len(share), -1).mean(axis=1) * share)
    needed, rules = needs(wanted.tolist(), minutes=minutes), rules_of(
        TEA, LUNCH, between=between, grid=grid
    )  # fmt: skip
    placed = ep.place_breaks(roster_of(begins), needed, rules=rules, gap=0)
    sound(placed, rules, needed)
    assert placed.gap < 0.02
    again = ep.place_breaks(placed.schedule, needed, rules=rules, gap=0)
    sound(again, rules, needed)
    assert again.bound == pytest.approx(placed.bound)
    assert again.value <= placed.value + 1e-9


def test_the_rest_of_the_day_moves_and_the_past_stays() -> None:
    starts = [480, 480, 510, 540, 540, 540]
    rules = rules_of(TEA, LUNCH)
    needed = needs([0] * 32 + [5] * 24 + [0] * 40, minutes=15)
    planned = ep.place_breaks(roster_of(starts), needed, rules=rules, gap=0).schedule
    busy = needs([0] * 32 + [4] * 12 + [6] * 12 + [0] * 40, minutes=15)
    now = MONDAY + pd.Timedelta("10h45m")
    placed = ep.place_breaks(planned, busy, rules=rules, start_from=now, gap=0)
    sound(placed, rules, busy)
    table = placed.table
    begun = table["before"] < now
    assert begun.any() and not begun.all()
    assert (table["after"] == table["before"])[begun].all()
    assert (table["after"] >= now)[~begun].all()
    locked = ep.place_breaks(planned, busy, rules=rules, start_from=now, locked=["lunch"], gap=0)
    lunches = locked.table[locked.table["name"] == "lunch"]
    assert (lunches["after"] == lunches["before"]).all()
    assert locked.value >= placed.value


def test_service_level_counts_the_calls_in_time() -> None:
    starts = [480] * 6 + [540] * 5
    calls = [0.0] * 32 + [40, 55, 70, 62, 48, 66, 72, 60, 44, 52, 68, 71] * 2 + [0.0] * 40
    table = pd.DataFrame(
        {"start": pd.date_range(MONDAY, periods=96, freq="15min"), "offered": calls, "aht": 120.0}
    )
    forecast = ep.read_forecast(table[table["offered"] > 0])
    plan = ep.staff(forecast, target="80/20")
    rules = rules_of(TEA, LUNCH)
    placed = ep.place_breaks(roster_of(starts), plan, rules=rules, objective="service_level")
    assert placed.bound >= placed.value
    # Every other place of one break alone brings fewer calls in time.
    queue = placed.schedule.queues[0]
    judged = ep.evaluate(forecast, placed.schedule, config=plan.config, method="stationary")
    level = float(judged.total["service_level"].iloc[0])
    breaks = placed.schedule.breaks
    for row in (0, 7, 15):
        for minutes in (-15, 15):
            moved = breaks.copy()
            for end in ("start", "end"):
                moved.loc[row, end] += minutes * MINUTE
            after = moved.loc[row, "start"] - moved.loc[row, "shift_start"]
            low, high = {"tea": (60, 120), "lunch": (120, 210)}[str(moved.loc[row, "name"])]
            if not low <= after / MINUTE <= high or queue != moved.loc[row, "queue"]:
                continue
            other = ep.Schedule(**{**vars(placed.schedule), "breaks": moved})
            there = ep.evaluate(forecast, other, config=plan.config, method="stationary")
            assert float(there.total["service_level"].iloc[0]) <= level + 1e-4
