"""What people ask of a schedule, and what other planners get wrong."""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.scheduling import break_places
from erlangplan.scheduling.progress import Progress
from erlangplan.scheduling.solver import Answer
from proven_plans import needs, proven

EIGHT = ep.Shift("eight", "06:00/1h/14:00", "8h")
NIGHT = ep.Shift("night", "22:00", "8h")
LUNCH = ep.Break("lunch", "30min", ("3h", "5h"))
LUNCH_OF_FREE = ep.Break("lunch", "30min", ("1h30", "3h"))
OUT_OF_TIME = Answer("stopped", None, math.inf, -math.inf)
OFFICE = [4, 5, 6, 7, 8, 8, 7, 7, 8, 8, 7, 6, 5, 4, 3, 2]


def test_a_night_shift_covers_the_next_morning() -> None:
    """Five people from 22:00 to 06:00, not five for each calendar day."""
    plan = proven(needs([5] * 8, first="2026-03-02 22:00"), ep.WorkRules(NIGHT))
    assert len(plan.table) == 5
    assert set(plan.table["end"]) == {pd.Timestamp("2026-03-03 06:00")}
    assert plan.status == "optimal"


def test_a_week_that_repeats_covers_its_first_morning_from_its_last_night() -> None:
    agents = np.zeros(7 * 24)
    agents[:6], agents[-2:] = 5, 5
    plan = proven(needs(agents.tolist()), ep.WorkRules(NIGHT), week="cyclic")
    assert plan.table["start"].tolist() == [pd.Timestamp("2026-03-08 22:00")] * 5
    assert not plan.coverage["short"].any()


def test_an_open_week_says_what_only_the_night_before_could_cover() -> None:
    plan = proven(needs([1] * 24), ep.WorkRules((NIGHT, EIGHT)))
    short = plan.shortages
    assert short["start"].dt.hour.tolist() == [0, 1, 2, 3, 4, 5]
    assert short["reason"].str.contains(r"starts the day before \(night\)").all()
    assert short["short"].tolist() == [1.0] * 6


def test_the_week_before_covers_the_first_morning_and_its_people_go_on() -> None:
    group = ep.Group("nights", ("night",), days_per_week=(1, 7), rest="11h")
    rules = ep.WorkRules(NIGHT, group)
    agents = [2 if hour >= 22 or hour < 6 else 0 for hour in range(24)] * 7
    before = proven(needs(agents, first="2026-02-23"), rules, week="open")
    assert before.coverage["short"].sum() == 12
    plan = proven(needs(agents), rules, week=before)
    assert not plan.coverage["short"].any()
    assert plan.table["start"].min() == pd.Timestamp("2026-03-02 22:00")
    assert set(plan.table["agent"]) == set(before.table["agent"])
    both = pd.concat([before.table, plan.table]).sort_values("start")
    for _, rows in both.groupby("agent"):
        ends, starts = rows["end"].to_numpy()[:-1], rows["start"].to_numpy()[1:]
        assert (starts - ends >= np.timedelta64(11, "h")).all()


def test_two_weeks_are_planned_as_one_time() -> None:
    """The night from Sunday to Monday is worked once, by the week in which it starts."""
    agents = [2 if hour >= 22 or hour < 6 else 0 for hour in range(24)] * 14
    plan = proven(needs(agents), ep.WorkRules(NIGHT))
    assert len(plan.table) == 28
    assert plan.shortages["start"].max() == pd.Timestamp("2026-03-02 05:00")


def test_breaks_of_a_night_shift_lie_inside_it() -> None:
    shift = replace(NIGHT, breaks=(LUNCH, ep.Break("pm", "15min", ("1h", "2h"), anchor="end")))
    agents = [0] * 22 + [3] * 8
    plan = proven(needs(agents), ep.WorkRules(shift, break_grid="15min"))
    lunch = plan.breaks[plan.breaks["name"] == "lunch"]
    assert lunch["start"].min() >= pd.Timestamp("2026-03-03 01:00")
    assert lunch["start"].max() <= pd.Timestamp("2026-03-03 03:00")
    assert (plan.breaks["end"] <= pd.Timestamp("2026-03-03 06:00")).all()


def test_night_after_night_is_allowed_where_morning_after_night_is_not() -> None:
    shifts = (NIGHT, ep.Shift("morning", "06:00", "8h"))
    group = ep.Group("staff", ("night", "morning"), people=2, days_per_week=(1, 6), rest="11h")
    agents = [0] * 6 + [0 if 14 <= hour % 24 < 22 else 1 for hour in range(6, 96)]
    plan = proven(needs(agents), ep.WorkRules(shifts, group), gap=0)
    assert not plan.coverage["short"].any()
    weeks = plan.table.sort_values("start").groupby("agent")["shift"].agg(tuple)
    assert ("night",) * 4 in set(weeks)
    for week in weeks:
        assert ("night", "morning") not in set(itertools.pairwise(week))


def test_nobody_can_cover_anything_is_an_error_that_says_where() -> None:
    with pytest.raises(ep.InfeasibleError, match="no shift covers any of the 3 intervals"):
        ep.schedule(needs([2, 2, 2], first="2026-03-02 01:00"), ep.WorkRules(EIGHT))
    with pytest.raises(ep.InfeasibleError, match="the first 2026-03-02 01:00"):
        ep.schedule(needs([2, 2, 2], first="2026-03-02 01:00"), ep.WorkRules(EIGHT))
    weekend = replace(EIGHT, days=(5, 6))
    with pytest.raises(ep.InfeasibleError, match="no shift may start on 2026-03-02"):
        ep.schedule(needs(OFFICE, first="2026-03-02 06:00"), ep.WorkRules(weekend))


def test_too_few_people_give_the_best_plan_and_the_reasons() -> None:
    rules = ep.WorkRules(replace(EIGHT, people=6))
    plan = proven(needs(OFFICE, first="2026-03-02 06:00"), rules, gap=0)
    short = plan.coverage[plan.coverage["short"] > 0]
    assert len(plan.table) == 6
    assert plan.coverage["short"].sum() == sum(OFFICE) - 48
    assert plan.shortages["start"].tolist() == short["start"].tolist()
    np.testing.assert_allclose(plan.shortages["short"], short["short"])
    assert plan.shortages["reason"].str.contains("shift eight has at most 6 people a day").all()
    assert "short" in plan.summary()


def test_a_group_at_its_limit_is_the_reason() -> None:
    rules = ep.WorkRules(EIGHT, ep.Group("staff", ("eight",), people=3))
    plan = proven(needs(OFFICE, first="2026-03-02 06:00"), rules, gap=0)
    assert plan.table["agent"].nunique() == 3
    assert plan.shortages["reason"].str.contains("all 3 people of staff are at their limit").any()


def test_a_shift_lies_inside_the_opening_hours() -> None:
    rules = ep.WorkRules(EIGHT, opening={"mon": "08:00-20:00"})
    plan = proven(needs(OFFICE, first="2026-03-02 06:00"), rules)
    assert plan.table["start"].min() == pd.Timestamp("2026-03-02 08:00")
    assert plan.table["end"].max() == pd.Timestamp("2026-03-02 20:00")
    reasons = plan.shortages.set_index(plan.shortages["start"].dt.hour)["reason"]
    assert reasons.loc[[6, 7, 20, 21]].eq("outside the opening hours").all()


def test_breaks_of_five_minutes_count_by_their_share_of_half_an_hour() -> None:
    short = ep.Break("rest", "5min", ("1h", "3h"), paid=True)
    rules = ep.WorkRules(ep.Shift("day", "08:00", "4h", breaks=(short,)), break_grid="5min")
    plan = proven(needs([0.8] * 8, first="2026-03-02 08:00", minutes=30), rules, gap=0)
    assert len(plan.table) == 1
    assert plan.coverage["on_break"].sum() == pytest.approx(5 / 30)
    assert plan.coverage["on_queue"].min() == pytest.approx(25 / 30)
    assert (plan.breaks["start"].dt.minute % 5 == 0).all()


def test_costs_may_be_fractions() -> None:
    shifts = (ep.Shift("a", "08:00", "4h", cost=0.37), ep.Shift("b", "08:00", "8h", cost=0.361))
    rules = ep.WorkRules((*shifts, ep.Shift("c", "12:00", "4h", cost=0.355)))
    plan = proven(needs([3] * 8, first="2026-03-02 08:00"), rules, gap=0)
    assert plan.cost == pytest.approx(3 * 8 * 0.361)
    assert set(plan.table["shift"]) == {"b"}
    cheaper = replace(rules, premiums=(ep.Premium(1.01, ("08:00", "12:00")),))
    plan = proven(needs([3] * 8, first="2026-03-02 08:00"), cheaper, gap=0)
    assert plan.cost == pytest.approx(3 * 4 * 0.361 * 2.01)
    assert plan.status == "optimal"


@pytest.mark.parametrize(("sunday", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_days_of_23_and_25_hours(sunday: str, hours: int) -> None:
    first = pd.Timestamp(sunday, tz="Europe/Berlin") - pd.DateOffset(days=1)
    starts = pd.date_range(first, first + pd.DateOffset(days=2), freq="h", inclusive="left")
    assert len(starts) == 24 + hours
    needed = pd.DataFrame({"start": starts, "agents": 2.0})
    day = ep.Shift("day", "06:00/1h/14:00", "8h")
    plan = proven(needed, ep.WorkRules((day, replace(NIGHT, presence="9h"))), gap=0)
    assert plan.status == "optimal"
    nights = plan.table[plan.table["shift"] == "night"]
    assert (nights["paid_hours"] == 9).all()
    saturday = nights[nights["start"].dt.day_of_week == 5]
    assert set(saturday["end"].dt.hour) == {8 if hours == 23 else 6}
    days = plan.table[plan.table["shift"] == "day"]
    assert days["start"].dt.hour.between(6, 14).all()
    assert not plan.coverage.set_index("start")["short"].loc[starts[6] :].any()


def test_shrinkage_counts_once() -> None:
    shift = ep.Shift("day", "08:00", "8h", breaks=(replace(LUNCH, paid=True),))
    needed = needs([7] * 8, first="2026-03-02 08:00")
    with pytest.raises(ep.InputError, match="does not say whether it includes the breaks"):
        ep.schedule(needed, ep.WorkRules(shift), shrinkage=0.3)
    loose = ep.WorkRules(ep.Shift("day", "08:00", "8h"))
    plan = proven(needed, loose, shrinkage=0.3, gap=0)
    assert len(plan.table) == 10
    assert plan.coverage["on_queue"].round(9).eq(7).all()
    shown = [ep.ShrinkagePart("breaks", 0.0625, in_schedule=True), ep.ShrinkagePart("sick", 0.3)]
    plan = proven(needs([7] * 3, first="2026-03-02 08:00"), ep.WorkRules(shift),
                  shrinkage=ep.Shrinkage(tuple(shown)), gap=0)  # fmt: skip
    assert len(plan.table) == 10
    needed = needs([21] * 8, first="2026-03-02 08:00")
    without = proven(needed, ep.WorkRules(shift), shrinkage=0.3, breaks_in_shrinkage=False, gap=0)
    within = proven(needed, ep.WorkRules(shift), shrinkage=0.3, breaks_in_shrinkage=True, gap=0)
    assert within.cost < without.cost


def test_a_csv_of_required_agents_gives_the_plan_of_its_frame(tmp_path: Path) -> None:
    needed = needs(OFFICE, first="2026-03-02 06:00")
    path = tmp_path / "required.csv"
    needed.to_csv(path, index=False)
    rules = ep.WorkRules(EIGHT)
    pd.testing.assert_frame_equal(proven(str(path), rules).table, proven(needed, rules).table)


def queues() -> pd.DataFrame:
    parts = [
        needs([size * n for n in OFFICE], first="2026-03-02 06:00").assign(queue=name)
        for name, size in (("Sales", 1), ("Support", 2))
    ]
    return pd.concat(parts, ignore_index=True)


def test_queues_are_planned_apart_and_alike_on_an_executor() -> None:
    own = ep.Shift("support", "06:00/1h/14:00", "8h", queues=("Support",), cost=0.9)
    rules = ep.WorkRules((EIGHT, own))
    plan = proven(queues(), rules, gap=0)
    assert plan.queues == ("Sales", "Support")
    assert set(plan.table.loc[plan.table["queue"] == "Sales", "shift"]) == {"eight"}
    alone = proven(needs(OFFICE, first="2026-03-02 06:00"), rules, gap=0)
    sales = plan.table[plan.table["queue"] == "Sales"]
    assert sales["paid_hours"].sum() <= alone.paid_hours * 1.2
    with ProcessPoolExecutor(2) as pool:
        pooled = proven(queues(), rules, gap=0, executor=pool)
    pd.testing.assert_frame_equal(plan.table, pooled.table)
    assert (plan.cost, plan.bound) == (pooled.cost, pooled.bound)


def test_people_whom_queues_would_share_are_refused() -> None:
    rules = ep.WorkRules(EIGHT, ep.Group("staff", ("eight",), people=9))
    with pytest.raises(ep.InputError, match="group 'staff' has a number of people but may serve"):
        ep.schedule(queues(), rules)


def demanding(days: int = 7) -> tuple[pd.DataFrame, ep.WorkRules]:
    """Return a week that is too large to be proven in a moment."""
    shape = 60 + 40 * np.sin(np.arange(96) / 96 * 2 * np.pi * 1.7) ** 2
    agents = np.round(np.tile(shape, days)).tolist()
    shift = ep.Shift("long", "00:00/30min/23:30", "8h30", breaks=(
        ep.Break("am", "15min", ("1h30", "2h30"), paid=True), LUNCH,
        ep.Break("pm", "15min", ("1h", "2h30"), anchor="end", paid=True)))  # fmt: skip
    return needs(agents, minutes=15), ep.WorkRules(
        (shift, ep.Shift("short", "00:00/1h/23:00", "4h"))
    )


def test_the_time_limit_is_kept() -> None:
    needed, rules = demanding()
    ep.schedule(needs([1] * 8), ep.WorkRules(ep.Shift("early", "00:00", "8h")))
    seconds: list[float] = []
    plan = proven(needed, rules, gap=0, time_limit=5, week="cyclic",
                  progress=lambda now: seconds.append(now.seconds))  # fmt: skip
    assert plan.status == "time limit"
    assert seconds[-1] <= 1.2 * 5 + 1
    assert 0 < plan.gap < 0.05


def test_interrupted_planning_returns_the_best_plan_so_far() -> None:
    needed, rules = demanding(days=3)

    def interrupt(now: Progress) -> None:
        if now.phase == "search" and not np.isnan(now.incumbent):
            raise KeyboardInterrupt

    plan = proven(needed, rules, gap=0, time_limit=30, progress=interrupt)
    assert plan.status == "interrupted"
    assert len(plan.table)
    assert plan.gap > 0


def test_interrupted_at_once_there_is_a_plan_without_a_proof() -> None:
    def interrupt(now: Progress) -> None:
        raise KeyboardInterrupt

    needed = needs(OFFICE, first="2026-03-02 06:00")
    plan = ep.schedule(needed, ep.WorkRules(EIGHT), progress=interrupt)
    assert plan.status == "interrupted" and np.isnan(plan.gap)
    assert plan.coverage["short"].sum() == 0


def test_progress_tells_a_bound_that_rises_and_a_cost_that_falls() -> None:
    told: list[Progress] = []
    proven(*demanding(days=1), gap=0.001, time_limit=20, progress=told.append)
    costs = [now.incumbent for now in told if not np.isnan(now.incumbent)]
    bounds = [now.bound for now in told if not np.isnan(now.bound)]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert bounds[-1] <= costs[-1]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"objective": "fast"}, "objective must be"),
        ({"over": "month"}, "over must be"),
        ({"gap": 1.0}, r"gap must be in \[0, 1\), got 1"),
        ({"floor": -0.1}, r"floor must be in \[0, 1\)"),
        ({"time_limit": 0}, "time_limit must be > 0 s"),
        ({"short_price": 0}, "short_price must be > 0"),
        ({"week": "closed"}, "week must be"),
        ({"agents": 0}, "agents must be a whole number of at least 1"),
    ],
)
def test_arguments_out_of_range_are_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ep.schedule(needs(OFFICE, first="2026-03-02 06:00"), ep.WorkRules(EIGHT), **asked)


def test_nobody_works_two_shifts_at_once_without_a_rule_of_rest() -> None:
    shifts = (ep.Shift("long", ("00:00", "19:00"), "9h"), ep.Shift("day", "08:00", "5h", cost=1.1))
    rules = ep.WorkRules(shifts, ep.Group("staff", ("long", "day"), days_per_week=(3, 5)))
    agents = np.resize([0, 4, 1, 0, 0, 1, 4, 4, 3, 5, 2, 4, 0, 3, 0, 1, 4, 5, 2, 0, 4, 1], 142)
    proven(needs(agents.tolist(), first="2026-03-03 02:00"), rules, time_limit=5)


def test_free_lengths_over_several_days() -> None:
    shift = ep.Shift("free", "06:00/1h/14:00", "4h..8h/30min", breaks=(LUNCH_OF_FREE,))
    agents = ([0] * 6 + OFFICE + [0] * 2) * 3
    plan = proven(needs(agents), ep.WorkRules(shift), gap=0)
    assert plan.status == "optimal"
    assert not plan.coverage["short"].any()
    assert set(plan.table["start"].dt.day) == {2, 3, 4}


def test_free_lengths_are_planned_alike_each_time() -> None:
    """Two solvers share the work, and neither may be the one that decides."""
    tea = ep.Break("tea", "15min", ("1h", "2h"), paid=True)
    spacing = ep.Spacing(first="1h", between=("1h", "3h"), last="45min")
    shift = ep.Shift("free", "06:00/30min/14:00", "4h..8h/30min", breaks=(tea, LUNCH_OF_FREE),
                     spacing=spacing)  # fmt: skip
    agents = np.repeat([0] * 6 + [3 * n for n in OFFICE] + [0] * 2, 4).tolist()
    needed = needs(agents, minutes=15)
    first, second = (proven(needed, ep.WorkRules(shift), gap=0.005) for _ in range(2))
    assert first.status == "gap"
    pd.testing.assert_frame_equal(first.activities, second.activities)


def test_breaks_stay_where_time_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(break_places, "solve_corner", lambda *given: OUT_OF_TIME)
    plan = proven(needs(OFFICE), ep.WorkRules(replace(EIGHT, breaks=(LUNCH,))))
    assert len(plan.breaks) == len(plan.table)
    with pytest.raises(TimeoutError, match="allow more time"):
        ep.place_breaks(plan, needs(OFFICE))
