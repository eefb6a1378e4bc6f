"""Breaks of given shifts: against every way to place them, and what must hold of any roster."""

from __future__ import annotations

import itertools
from dataclasses import replace
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
    breaks, tried = placed.schedule.breaks, 0
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
            tried += 1
    assert tried >= 3


def people_each_quarter(plan: ep.Schedule) -> list[float]:
    quarters = pd.date_range(MONDAY, periods=96, freq="15min")
    return plan.people_on_queue(None, quarters, 900).tolist()


@pytest.mark.parametrize("agents", [8, 9, 12])
def test_breaks_spread_inside_an_interval(agents: int) -> None:
    """Half an hour with ten people, then two, is not half an hour with six."""
    needed = needs([0] * 16 + [agents] * 12 + [0] * 20, minutes=30)
    placed = ep.place_breaks(roster_of([480] * 10), needed, rules=rules_of(TEA, LUNCH))
    there = people_each_quarter(placed.schedule)[32:56]
    # Ten teas of a quarter and ten lunches of two, in windows of 5 and 8 quarters.
    assert min(there) >= 10 - 3
    again = ep.place_breaks(placed.schedule, needed, rules=rules_of(TEA, LUNCH))
    assert (again.table["before"] == again.table["after"]).all()


@pytest.mark.parametrize("objective", ["cover", "service_level"])
def test_breaks_move_only_for_something(objective: Any) -> None:
    calls = [40.0, 55, 70, 62, 48, 66, 72, 60, 44, 52, 68, 71]
    starts = pd.date_range(MONDAY + pd.Timedelta("8h"), periods=12, freq="30min")
    forecast = ep.read_forecast(pd.DataFrame({"start": starts, "offered": calls, "aht": 150.0}))
    plan = ep.staff(forecast, target="80/20", patience=240)
    asked: dict[str, Any] = {"rules": rules_of(TEA, LUNCH), "objective": objective}
    placed = ep.place_breaks(roster_of([480] * 9), plan, **asked)
    again = ep.place_breaks(placed.schedule, plan, **asked)
    assert (again.table["before"] == again.table["after"]).all()
    assert again.value == pytest.approx(placed.value)
    assert placed.schedule.breaks["start"].nunique() >= 6


def test_a_plan_for_the_service_level_spreads_its_breaks() -> None:
    calls = [40.0, 55, 70, 62, 48, 66, 72, 60, 44, 52, 68, 71]
    starts = pd.date_range(MONDAY + pd.Timedelta("8h"), periods=12, freq="30min")
    forecast = ep.read_forecast(pd.DataFrame({"start": starts, "offered": calls, "aht": 150.0}))
    shift = ep.Shift("day", "08:00", "6h", breaks=(TEA, LUNCH))
    plan = ep.schedule(ep.staff(forecast, target="80/20", patience=240),
                       ep.WorkRules(shift, break_grid="15min"), objective="service_level",
                       time_limit=3)  # fmt: skip
    teas = plan.breaks.loc[plan.breaks["name"] == "tea", "start"]
    half_hours = teas.dt.floor("30min")
    several = [own for _, own in teas.groupby(half_hours)
               if len(own) > 1 and own.iloc[0] < MONDAY + pd.Timedelta("10h")]  # fmt: skip
    assert several
    assert all(own.nunique() == 2 for own in several)


def named(starts: list[int], shift: str = "", **spans: tuple[str, str]) -> ep.Schedule:
    """Return `roster_of` with a name of the shift, and breaks from .. to after its start."""
    roster = roster_of(starts)
    table = roster.table.assign(shift=shift)
    breaks = pd.DataFrame(
        [
            {
                "queue": row["queue"], "agent": row["agent"], "shift_start": row["start"],
                "name": name, "start": row["start"] + pd.Timedelta(begin),
                "end": row["start"] + pd.Timedelta(end), "paid": False,
            }
            for _, row in table.iterrows() for name, (begin, end) in spans.items()
        ],
        columns=list(roster.breaks.columns),
    )  # fmt: skip
    return ep.Schedule(**{**vars(roster), "table": table, "breaks": breaks})


FLAT = needs([0] * 32 + [1] * 32 + [0] * 32, minutes=15)


def test_a_locked_name_that_no_break_has_is_refused() -> None:
    for name, said in (("lunhc", "did you mean 'lunch'"), ("x", "known are tea, lunch")):
        with pytest.raises(ValueError, match=f"'{name}', which is no break of the rules; {said}"):
            ep.place_breaks(roster_of([480]), FLAT, rules=rules_of(TEA, LUNCH), locked=[name])


def test_names_in_other_case_are_those_of_the_rule() -> None:
    given = named([480, 510], "Day", **{" LUNCH": ("3h15min", "3h45min")})
    placed = ep.place_breaks(given, FLAT, rules=rules_of(LUNCH), locked=["Lunch "])
    assert placed.schedule.breaks["name"].tolist() == ["lunch", "lunch"]
    assert (placed.table["before"] == placed.table["after"]).all()
    assert placed.remarks == ()
    assert placed.schedule.table["shift"].tolist() == ["Day", "Day"]


def test_a_shift_that_names_no_rule_is_taken_by_its_times_and_told() -> None:
    placed = ep.place_breaks(named([480, 510], "dya"), FLAT, rules=rules_of(LUNCH))
    (remark,) = placed.remarks
    assert "2 shifts are named 'dya', which is no rule; by their times they follow 'day'" in remark
    assert placed.schedule.table["shift"].tolist() == ["dya", "dya"]


def test_activities_of_no_rule_stay_and_are_told() -> None:
    spans = {"lunch": ("2h", "2h30min"), "Lunch": ("3h", "3h30min"), "talk": ("5h", "5h30min")}
    given = named([480, 510], **spans)
    placed = ep.place_breaks(given, FLAT, rules=rules_of(LUNCH))
    assert [remark.split(": ")[1] for remark in placed.remarks] == [
        "2 'Lunch' of the roster are no break of their shift's rule; they stay where they are",
        "2 'talk' of the roster are no break of their shift's rule; they stay where they are",
    ]
    kept = placed.schedule.breaks
    for name in ("Lunch", "talk"):
        mine = given.breaks[given.breaks["name"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept[kept["name"] == name].reset_index(drop=True), mine)
    assert (kept["name"] == "lunch").sum() == 2


def test_two_activities_of_one_name_are_both_kept() -> None:
    given = named([480], lunch=("2h", "2h30min"), talk=("3h", "3h30min"), more=("5h", "5h30min"))
    breaks = given.breaks.assign(name=["lunch", "lunch", "lunch"])
    given = ep.Schedule(**{**vars(given), "breaks": breaks})
    needed = needs([0] * 32 + [1] * 24 + [0] * 40, minutes=15)
    placed = ep.place_breaks(given, needed, rules=rules_of(LUNCH))
    assert len(placed.schedule.breaks) == 3
    assert placed.value == pytest.approx(1.5)


def test_breaks_where_there_were_none_are_compared_with_nothing() -> None:
    rules = rules_of(TEA, LUNCH)
    first = ep.place_breaks(roster_of([480, 480]), FLAT, rules=rules)
    assert "Breaks: 4, all new; the roster had none" in first.summary()
    assert "before" not in first.summary()
    again = ep.place_breaks(first.schedule, FLAT, rules=rules)
    assert "agent hours before" in again.summary()


def test_a_proof_names_its_unit() -> None:
    plan = ep.place_breaks(roster_of([480]), FLAT, rules=rules_of(LUNCH))
    for objective, words in (
        ("cover", "2.00 agent hours short; no places of the breaks leave fewer than 1.50"),
        (
            "service_level",
            "2.00 contacts in time; no places of the breaks bring more than 1.50",
        ),
    ):
        other = replace(plan, objective=objective, value=2.0, bound=1.5, gap=0.25)
        assert f"Proof: {words}" in other.summary()


def test_what_keeps_the_work_between_breaks_from_being_kept_is_told() -> None:
    needed = needs([0] * 32 + [2] * 24 + [0] * 40, minutes=15)
    rules = rules_of(TEA, LUNCH, between="1h30")
    late = ep.place_breaks(roster_of([480]), needed, rules=rules, start_from=MONDAY + 620 * MINUTE)
    (remark,) = late.remarks
    assert "1 break is left out; its time is over or taken" in remark
    asked = "1 shift goes without the work between breaks that the rules ask for"
    tight = rules_of(TEA, LUNCH, between="1h45")
    given = named([480], talk=("1h", "1h15min"), more=("3h30min", "4h"))
    *_, remark = ep.place_breaks(given, needed, rules=tight).remarks
    assert f"{asked}: no places are left that keep it" in remark
    given, now = named([480], tea=("2h", "2h15min")), MONDAY + 605 * MINUTE
    (remark,) = ep.place_breaks(given, needed, rules=tight, start_from=now).remarks
    assert f"{asked}: some breaks stay" in remark


def test_the_most_work_between_breaks_holds_on_a_coarse_grid() -> None:
    """Two hours at most: a tea at 09:00 and a lunch at 11:30 would be 2 h 15 apart."""
    tea = ep.Break("tea", "15min", ("1h", "90min"))
    lunch = ep.Break("lunch", "30min", ("2h", "5h"))
    shift = ep.Shift("day", "08:00", "8h", breaks=(tea, lunch),
                     spacing=ep.Spacing(0, ("30min", "2h"), 0))  # fmt: skip
    rules = ep.WorkRules(shift, break_grid="30min")
    agents = [1.0] * 32
    for quarter in (4, 14, 15):
        agents[quarter] = 0
    needed = needs([0] * 32 + agents + [0] * 32, minutes=15)
    roster = pd.DataFrame({"agent": ["a"], "start": [MONDAY + pd.Timedelta("8h")],
                           "end": [MONDAY + pd.Timedelta("16h")]})  # fmt: skip
    placed = ep.place_breaks(ep.read_roster(roster), needed, rules=rules, gap=0)
    sound(placed, rules, needed)
    assert placed.value == 0.25


@pytest.mark.parametrize("asked", [{"locked": ["tea"]}, {"start_from": "2026-03-02 11:12"}])
def test_work_is_kept_to_a_break_that_stays_outside_its_window(asked: dict[str, Any]) -> None:
    tea = ep.Break("tea", "15min", ("1h", "2h"))
    lunch = ep.Break("lunch", "30min", ("3h30", "4h30"))
    shift = ep.Shift("day", "08:00", "8h", breaks=(tea, lunch), spacing=ep.Spacing(0, "1h", 0))
    rules = ep.WorkRules(shift, break_grid="15min")
    needed = needs([0] * 48 + [1] * 16 + [0] * 32, minutes=15)
    roster = pd.DataFrame({"agent": ["a"], "start": [MONDAY + pd.Timedelta("8h")],
                           "end": [MONDAY + pd.Timedelta("16h")]})  # fmt: skip
    plan = ep.place_breaks(ep.read_roster(roster), needed, rules=rules).schedule
    moved = plan.breaks.copy()
    moved.loc[moved["name"] == "tea", ["start", "end"]] = [
        MONDAY + pd.Timedelta("11h"), MONDAY + pd.Timedelta("11h15m"),
    ]  # fmt: skip
    placed = ep.place_breaks(replace(plan, breaks=moved), needed, rules=rules, **asked)
    lunches = placed.table.loc[placed.table["name"] == "lunch", "after"]
    assert (lunches >= MONDAY + pd.Timedelta("12h15m")).all()
    assert placed.value == placed.bound == 0.5


def test_a_week_that_repeats_counts_the_night_that_runs_over_its_end() -> None:
    needed = needs([3] * 12 + [0] * 24 + [3] * 12, minutes=30)
    meal = ep.Break("meal", "30min", ("2h", "5h"))
    rules = ep.WorkRules(ep.Shift("night", "18:00/1h/23:00", "8h", breaks=(meal,)),
                         break_grid="15min")  # fmt: skip
    plan = ep.schedule(needed, rules, week="cyclic", gap=0, time_limit=5)
    assert not plan.coverage["short"].any()
    placed = ep.place_breaks(plan, needed)
    assert placed.value == placed.bound == 0
    assert not placed.schedule.coverage["short"].any()


def test_one_queue_of_a_roster_may_have_another_name() -> None:
    needed = needs([0] * 16 + [2] * 12 + [0] * 20, minutes=30).assign(queue="sales")
    placed = ep.place_breaks(roster_of([480, 480]), needed, rules=rules_of(LUNCH))
    assert placed.schedule.coverage["short"].sum() / 2 == placed.value == 1


def test_work_between_breaks_that_no_places_keep_is_refused() -> None:
    """The rules hold from 08:00 on; at 02:30 the break grid leaves no places."""
    first = ep.Break("first", "30min", ("45min", "2h"))
    second = ep.Break("second", "45min", ("75min", "2h"))
    shift = ep.Shift("s", "00:00/15min/23:45", "4h", breaks=(first, second))
    needed = needs([0, 0, 1, 1, 1, 1, 1] + [0] * 17)
    roster = pd.DataFrame({"agent": ["a"], "start": [MONDAY + pd.Timedelta("2h30m")],
                           "end": [MONDAY + pd.Timedelta("6h30m")]})  # fmt: skip
    with pytest.raises(ep.InfeasibleError, match=r"no places of the breaks keep .* 02:30"):
        ep.place_breaks(ep.read_roster(roster), needed, rules=ep.WorkRules(shift))
