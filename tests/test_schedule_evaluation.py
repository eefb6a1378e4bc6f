from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.scheduling.result import Schedule
from plans import one_morning, two_queues

PARTS = ep.Shrinkage(
    (
        ep.ShrinkagePart("sickness", 0.1),
        ep.ShrinkagePart("breaks", 0.2, of="present", in_schedule=True),
    )
)


def roster(
    people: int = 20, queue: str = "all", *, day: str = "2026-03-02", tz: str | None = None
) -> Schedule:
    """Return people from nine to eleven, each with an unpaid break from 9:45 to 10:15."""
    start = pd.Timestamp(f"{day} 09:00", tz=tz)
    names = [f"{queue} {number}" for number in range(people)]
    table = pd.DataFrame({"queue": queue, "agent": names, "group": "", "shift": ""})
    table = table.assign(start=start, end=start + pd.Timedelta(hours=2), paid_hours=1.5)
    breaks = table[["queue", "agent"]].assign(
        shift_start=start, name="lunch", start=start + pd.Timedelta(minutes=45),
        end=start + pd.Timedelta(minutes=75), paid=False,
    )  # fmt: skip
    columns = ("queue", "start", "required", "scheduled", "on_break", "on_queue", "over", "short",
               "service_level")  # fmt: skip
    return Schedule(table, breaks, pd.DataFrame(columns=columns), 1800.0, ep.Config())


def test_people_on_the_queue_are_at_work_and_not_on_a_break() -> None:
    result = ep.evaluate(one_morning(), roster(), "80/20")
    assert result.table["agents"].tolist() == [20, 10, 10, 20]
    assert result.total["paid_hours"].iloc[0] == pytest.approx(30)
    assert result.table["service_level_stationary"].iloc[1] == 0


def test_breaks_within_an_interval_are_seen_where_they_are() -> None:
    """Ten of twenty people are away from 9:45 to 10:15, half of two half-hours."""
    forecast = one_morning()
    by_shifts = ep.evaluate(forecast, roster(), "80/20").table
    mean = ep.evaluate(forecast, by_shifts["agents"].to_numpy(), "80/20").table
    assert by_shifts["service_level"].iloc[1] != pytest.approx(mean["service_level"].iloc[1])


def test_only_the_shrinkage_that_the_schedule_does_not_show_is_taken() -> None:
    result = ep.evaluate(one_morning(), roster(), "80/20", shrinkage=PARTS)
    assert result.table["agents"].tolist() == [18, 9, 9, 18]
    scheduled = ep.evaluate(
        one_morning(), roster(), "80/20", shrinkage=PARTS, agents_are="scheduled"
    )
    pd.testing.assert_frame_equal(scheduled.table, result.table)
    own = replace(roster(), config=ep.Config(ep.Settings(shrinkage=PARTS)))
    assert ep.evaluate(one_morning(), own).table["agents"].tolist() == [18, 9, 9, 18]


def test_a_roster_without_breaks_loses_the_whole_shrinkage() -> None:
    bare = replace(roster(), breaks=roster().breaks.iloc[:0])
    agents = ep.evaluate(one_morning(), bare, "80/20", shrinkage=PARTS).table["agents"]
    np.testing.assert_allclose(agents, 20 * 0.9 * 0.8)
    agents = ep.evaluate(one_morning(), bare, "80/20", shrinkage=0.3).table["agents"]
    assert agents.tolist() == [14, 14, 14, 14]


def test_a_bare_shrinkage_beside_breaks_is_refused_until_told() -> None:
    with pytest.raises(ep.InputError, match="30 % may or may not include the breaks"):
        ep.evaluate(one_morning(), roster(), "80/20", shrinkage="30%")
    without = ep.evaluate(one_morning(), roster(), shrinkage="30%", breaks_in_shrinkage=False)
    assert without.table["agents"].tolist() == [14, 7, 7, 14]
    paid = roster()
    paid = replace(
        paid, breaks=paid.breaks.assign(paid=True), table=paid.table.assign(paid_hours=2)
    )
    within = ep.evaluate(one_morning(), paid, shrinkage="30%", breaks_in_shrinkage=True)
    # A quarter of the paid time are breaks: 0.75 x 14/15 = 0.7.
    np.testing.assert_allclose(within.table["agents"], np.array([20, 10, 10, 20]) * 14 / 15)
    assert within.total["agent_hours"].iloc[0] == pytest.approx(0.7 * 40)
    with pytest.raises(ep.InputError, match=r"paid breaks are 25.0% of paid time, more than"):
        ep.evaluate(one_morning(), paid, shrinkage="20%", breaks_in_shrinkage=True)


def test_paid_hours_outside_the_intervals_count_on_their_day() -> None:
    longer = roster(10)
    later = longer.table.assign(end=longer.table["end"] + pd.Timedelta(hours=1), paid_hours=2.5)
    forecast = two_queues(days=1).table
    one = ep.read_forecast(forecast[forecast["queue"] == "large"].assign(queue="all"))
    result = ep.evaluate(one, replace(longer, table=later), "80/20")
    assert result.total["paid_hours"].iloc[0] == pytest.approx(25)
    morning = ep.evaluate(one_morning(), replace(longer, table=later), "80/20")
    assert morning.total["paid_hours"].iloc[0] == pytest.approx(25)
    assert morning.total["agent_hours"].iloc[0] == pytest.approx(15)


def test_only_the_days_of_the_forecast_are_paid_for() -> None:
    first, second = roster(10), roster(10, day="2026-03-03")
    both = replace(
        first,
        table=pd.concat([first.table, second.table]),
        breaks=pd.concat([first.breaks, second.breaks]),
    )
    assert both.paid_hours == 30
    assert ep.evaluate(one_morning(), both).total["paid_hours"].iloc[0] == pytest.approx(15)


def test_queues_of_a_schedule_and_a_forecast_must_fit() -> None:
    with pytest.raises(ep.InputError, match="needs a column queue; the forecast has large, small"):
        ep.evaluate(two_queues(), roster())
    with pytest.raises(ep.InputError, match="nobody is scheduled for queue small"):
        ep.evaluate(two_queues(), roster(queue="large"))
    with pytest.raises(ep.InputError, match="nobody is scheduled for queue all"):
        ep.evaluate(one_morning(), roster(queue="Sales"))
    large, small = roster(30, "large"), roster(5, "small")
    both = replace(
        large,
        table=pd.concat([large.table, small.table]),
        breaks=pd.concat([large.breaks, small.breaks]),
    )
    table = ep.evaluate(two_queues(days=1), both).table
    nine = table[table["start"] == pd.Timestamp("2026-03-02 09:00")]
    assert nine["agents"].tolist() == [30, 5]


def test_clocks_must_fit_and_empty_days_are_named() -> None:
    with pytest.raises(ep.InputError, match="the schedule has no time zone and the other one has"):
        ep.evaluate(two_queues(tz="Europe/Berlin"), roster(queue="large"))
    forecast = two_queues(days=3)
    both = [roster(5, queue).table for queue in ("large", "small")]
    rests = [roster(5, queue).breaks for queue in ("large", "small")]
    plan = replace(roster(), table=pd.concat(both), breaks=pd.concat(rests))
    text = ep.evaluate(forecast, plan).summary()
    assert "nobody is scheduled on 2 of 3 days with contacts, the first Tue 03 Mar 2026" in text


def test_a_repeated_hour_is_worked_twice() -> None:
    start = pd.date_range("2026-10-25", periods=25, freq="h", tz="Europe/Berlin")
    forecast = ep.read_forecast(pd.DataFrame({"start": start, "volume": 10.0, "aht": 60.0}))
    night = roster(3, tz="Europe/Berlin")
    begin = pd.Timestamp("2026-10-25 00:00", tz="Europe/Berlin")
    table = night.table.assign(start=begin, end=begin + pd.Timedelta(hours=4), paid_hours=4)
    plan = replace(night, table=table, breaks=night.breaks.iloc[:0])
    agents = ep.evaluate(forecast, plan).table["agents"].tolist()
    assert agents[:5] == [3, 3, 3, 3, 0]
    assert f"{table['end'].iloc[0]:%H:%M}" == "03:00"


def test_a_repeating_week_is_covered_by_its_end_and_by_what_came_before() -> None:
    plan = roster(4)
    begin = pd.Timestamp("2026-03-02")
    late = begin + pd.Timedelta(days=6, hours=22)
    table = plan.table.assign(start=late, end=late + pd.Timedelta(hours=8), paid_hours=8)
    week = (begin, begin + pd.Timedelta(days=7))
    cyclic = replace(plan, table=table, breaks=plan.breaks.iloc[:0], horizon=week, cyclic=True)
    hours = pd.date_range(begin, periods=168, freq="h")
    assert cyclic.people_on_queue("all", hours, 3600).tolist() == [4] * 6 + [0] * 160 + [4] * 2
    alone = replace(cyclic, cyclic=False)
    assert alone.people_on_queue("all", hours, 3600).tolist() == [0] * 166 + [4] * 2
    turn = pd.Timedelta(days=-7)
    last_week = replace(alone, table=table.assign(start=late + turn, end=table["end"] + turn))
    followed = replace(alone, before=last_week)
    assert followed.people_on_queue("all", hours, 3600).tolist()[:7] == [4] * 6 + [0]
