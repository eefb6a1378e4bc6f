"""Plans of several weeks, odd zones, few people: what a week must know of its neighbours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep

MONDAY = "2026-03-02"
DAY = ep.Shift("day", "08:00", "8h")
NIGHT = ep.Shift("night", "22:00", "8h")


def hours(
    days: int, agents: Callable[[pd.Timestamp], float], start: str = MONDAY, tz: str | None = None
) -> pd.DataFrame:
    moments = pd.date_range(start, periods=24 * days, freq="h", tz=tz)
    return pd.DataFrame({"start": moments, "agents": [float(agents(m)) for m in moments]})


def planned(needed: pd.DataFrame, rules: ep.WorkRules, **asked: object) -> ep.Schedule:
    return ep.schedule(needed, rules, **{"time_limit": 8, **asked})  # type: ignore[arg-type]


def office(agents: Callable[[pd.Timestamp], float]) -> Callable[[pd.Timestamp], float]:
    return lambda moment: agents(moment) if 8 <= moment.hour < 16 else 0


def test_the_night_before_a_later_week_is_planned_by_the_week_before() -> None:
    plan = planned(hours(14, lambda m: 3 if m.hour < 6 else 0), ep.WorkRules(NIGHT))
    short = plan.coverage[plan.coverage["short"] > 0]
    assert short["start"].dt.normalize().unique().tolist() == [pd.Timestamp(MONDAY)]
    assert len(plan.table) == 13 * 3


def test_each_week_has_as_many_people_as_it_needs() -> None:
    group = ep.Group("staff", "day")
    later = pd.Timestamp("2026-03-09")
    needed = hours(14, office(lambda m: 5 if m < later else 3))
    plan = planned(needed, ep.WorkRules(DAY, group))
    assert plan.status == "optimal" and not plan.coverage["short"].any()
    days = plan.table.groupby(["agent", plan.table["start"] >= later]).size()
    assert set(days) == {5}
    people = plan.table.groupby(plan.table["start"] >= later)["agent"].nunique()
    assert people.tolist() == [7, 5]  # 35 and 21 days of five each, whole people


def test_one_person_rests_over_the_end_of_a_week() -> None:
    rules = ep.WorkRules(
        (ep.Shift("day", "06:00", "8h"), NIGHT),
        ep.Group("staff", ("day", "night"), people=1, rest="11h"),
    )
    switch = pd.Timestamp("2026-03-09 06:00")

    def agents(moment: pd.Timestamp) -> float:
        nightly = moment.hour >= 22 or moment.hour < 6
        return nightly if moment < switch else 6 <= moment.hour < 14

    plan = planned(hours(14, agents), rules)
    assert plan.table["agent"].nunique() == 1
    table = plan.table.sort_values("start")
    gaps = table["start"].iloc[1:].to_numpy() - table["end"].iloc[:-1].to_numpy()
    assert gaps.min() >= np.timedelta64(11, "h")


def test_few_starts_are_few_over_all_weeks() -> None:
    needed = hours(14, office(lambda m: 5 if m.day < 9 else 2))
    plan = planned(needed, ep.WorkRules(ep.Shift("any", "06:00/1h/10:00", "8h"), distinct_starts=1))
    assert plan.table["start"].dt.hour.nunique() == 1 and not plan.coverage["short"].any()


@pytest.mark.parametrize(
    ("zone", "start"), [("America/Santiago", "2024-09-02"), ("Asia/Beirut", "2024-03-25")]
)
def test_clocks_may_change_at_midnight(zone: str, start: str) -> None:
    rules = ep.WorkRules(ep.Shift("any", ("00:00", "08:00", "16:00"), "8h"))
    plan = planned(hours(9, lambda _: 2, start, zone), rules)
    assert plan.table["start"].dt.tz is not None
    # A start that the clocks skip is not there; what it would cover is listed as short.
    missing = plan.coverage[plan.coverage["short"] > 0]["start"].dt.tz_localize(None)
    assert missing.dt.normalize().nunique() == 1


def test_lengths_whose_breaks_miss_the_grid_leave_the_others() -> None:
    leave = ep.Break("tidy up", "15min", ("1h", "1h"), anchor="end", paid=True)
    shift = ep.Shift("flexible", "08:00", "5h..9h/15min", breaks=(leave,))
    start = pd.date_range(f"{MONDAY} 08:00", periods=16, freq="30min")
    plan = planned(pd.DataFrame({"start": start, "agents": 2}), ep.WorkRules(shift))
    assert not plan.coverage["short"].iloc[:-2].any()
    assert (plan.table["end"] - plan.table["start"]).max() > pd.Timedelta(hours=5)


def test_contradicting_numbers_of_people_are_named() -> None:
    rules = ep.WorkRules(
        ep.Shift("day", "08:00", "8h", people=5), ep.Group("staff", "day", (10, 20))
    )
    with pytest.raises(
        ep.InfeasibleError, match="contradict each other: group 'staff' at least 10"
    ):
        planned(hours(1, office(lambda _: 1)), rules)


def test_a_group_left_out_of_agents_hires_nobody() -> None:
    rules = ep.WorkRules(
        (DAY, ep.Shift("short", "10:00", "4h")),
        (ep.Group("full", "day"), ep.Group("part", "short")),
    )
    start = pd.date_range(MONDAY, periods=48 * 7, freq="30min")
    busy = (start.hour >= 8) & (start.hour < 16)
    frame = pd.DataFrame({"start": start, "volume": np.where(busy, 60.0, 0.0), "aht": 180.0})
    requirement = ep.staff(ep.read_forecast(frame), "80/20", patience=180)
    plan = planned(requirement, rules, agents={"full": 6})
    assert set(plan.table["group"]) == {"full"} and plan.table["agent"].nunique() == 6


def test_where_people_are_few_nobody_leaves_the_queue_empty() -> None:
    lunch = ep.Break("lunch", "30min", ("2h", "5h"))
    rules = ep.WorkRules(ep.Shift("day", "08:00", "8h30", breaks=(lunch,), people=(0, 4)))
    start = pd.date_range(f"{MONDAY} 08:00", periods=17, freq="30min")
    plan = planned(pd.DataFrame({"start": start, "agents": 10}), rules)
    # Every place of the lunches is as short; they are spread all the same.
    assert plan.coverage["on_break"].max() == 1


def test_the_schedule_before_must_lie_right_before() -> None:
    rules = ep.WorkRules(NIGHT)
    first = planned(hours(2, lambda m: 2 if m.hour < 6 else 0), rules)
    again = hours(1, lambda m: 2 if m.hour < 6 else 0, "2026-03-03")
    with pytest.raises(ep.InputError, match="must end before that day's first shift"):
        planned(again, rules, week=planned(hours(2, lambda m: 2 if m.hour >= 22 else 0), rules))
    plan = planned(again, rules, week=first)
    assert not plan.coverage["short"].any()
