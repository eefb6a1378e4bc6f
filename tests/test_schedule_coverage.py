from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import erlangplan as ep
from erlangplan.scheduling.activities import WORK
from erlangplan.scheduling.coverage import people_at_work
from erlangplan.scheduling.result import Schedule
from erlangplan.scheduling.soundness import BREAK_COLUMNS, COVERAGE_COLUMNS, TABLE_COLUMNS
from naive_schedules import break_starts, cheapest_cover, mean_per_interval, people_per_minute
from tiny_schedules import MONDAY, covered, tables


def schedule_of(
    shifts: list[tuple[int, int, list[tuple[int, int]]]], tz: str | None, day: str = "2026-03-28"
) -> Schedule:
    """Return one agent per shift: minutes from the day's start, length, breaks as such pairs."""
    first = pd.Timestamp(day, tz=tz)
    table, breaks = [], []
    for number, (begin, length, pauses) in enumerate(shifts):
        agent, start = f"A{number}", first + pd.Timedelta(begin, "min")
        table.append(("Q", agent, "", "s", start, start + pd.Timedelta(length, "min"), length / 60))
        for after, minutes in pauses:
            at = start + pd.Timedelta(after, "min")
            until = at + pd.Timedelta(minutes, "min")
            breaks.append(("Q", agent, start, "b", at, until, True))
    empty = pd.DataFrame(columns=list(COVERAGE_COLUMNS))
    return Schedule(
        pd.DataFrame(table, columns=list(TABLE_COLUMNS)),
        pd.DataFrame(breaks, columns=list(BREAK_COLUMNS)), empty, 900.0, ep.Config(),
    )  # fmt: skip


@st.composite
def shifts(draw: st.DrawFn) -> list[tuple[int, int, list[tuple[int, int]]]]:
    found = []
    for _ in range(draw(st.integers(1, 6))):
        length = draw(st.integers(30, 600))
        cuts = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
        pauses = [(a, b - a) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
        found.append((draw(st.integers(-300, 1700)), length, pauses))
    return found


@settings(max_examples=40, deadline=None)
@given(shifts(), st.sampled_from([None, "Europe/Berlin", "America/St_Johns"]))
def test_people_are_counted_as_minute_by_minute(
    drawn: list[tuple[int, int, list[tuple[int, int]]]], tz: str | None
) -> None:
    schedule = schedule_of(drawn, tz)  # clocks change in the second night
    first = pd.Timestamp("2026-03-28", tz=tz)
    counts = people_per_minute(schedule, "Q", first, 2 * 24 * 60)
    starts = pd.date_range(first, periods=2 * 24 * 4, freq="15min")
    found = schedule.attendance("Q", starts, 900)
    for count, people in zip(counts, found, strict=True):
        np.testing.assert_allclose(people, mean_per_interval(count, 15), atol=1e-12)


def test_part_of_an_interval_counts_as_its_share() -> None:
    schedule = schedule_of([(7, 40, [(10, 5)])], None)
    starts = pd.date_range("2026-03-28", periods=4, freq="15min")
    people, resting = schedule.attendance("Q", starts, 900)
    np.testing.assert_allclose(people * 15, [8, 15, 15, 2])
    np.testing.assert_allclose(resting * 15, [0, 5, 0, 0])
    np.testing.assert_allclose(schedule.people_on_queue("Q", starts, 900) * 15, [8, 10, 15, 2])


def test_shifts_and_intervals_need_the_same_kind_of_clock() -> None:
    schedule = schedule_of([(0, 60, [])], "Europe/Berlin")
    with pytest.raises(ValueError, match="both have a time zone, or neither"):
        schedule.attendance("Q", pd.date_range("2026-03-28", periods=4, freq="15min"), 900)


def test_counting_a_large_week_takes_no_time() -> None:
    rng = np.random.default_rng(1)
    start = MONDAY + pd.to_timedelta(rng.integers(0, 7 * 96, 20_000) * 15, unit="min")
    table = pd.DataFrame({"queue": "Q", "start": start, "end": start + pd.Timedelta("8h30min")})
    at = np.repeat(start, 3) + pd.to_timedelta(np.tile([2, 4, 6], 20_000), unit="h")
    breaks = pd.DataFrame({"queue": "Q", "start": at, "end": at + pd.Timedelta("15min")})
    intervals = pd.date_range(MONDAY, periods=720, freq="15min")
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        people, resting = people_at_work(table, breaks, "Q", intervals, 900)
        took.append(time.perf_counter() - begun)
    assert resting.sum() == pytest.approx(60_000)
    assert people.sum() / 4 == pytest.approx(20_000 * 8.5)
    assert min(took) < 0.3


def test_activities_cut_a_shift_at_its_breaks() -> None:
    schedule = schedule_of([(60, 120, [(0, 10), (10, 20), (90, 30)])], None)
    found = schedule.activities
    assert found["activity"].tolist() == ["b", "b", WORK, "b"]
    minutes = (found["end"] - found["start"]).dt.total_seconds() / 60
    assert minutes.tolist() == [10, 20, 60, 30]
    assert (found["shift_start"] == pd.Timestamp("2026-03-28 01:00")).all()
    follows = found["start"].to_numpy()[1:] == found["end"].to_numpy()[:-1]
    assert follows.all()


def test_a_schedule_refuses_what_cannot_be() -> None:
    table, breaks = tables()
    good = covered(table, breaks)

    def altered(**parts: pd.DataFrame) -> Schedule:
        return replace(good, **parts)

    with pytest.raises(ep.InputError, match="lacks the columns paid_hours"):
        altered(table=table.drop(columns="paid_hours"))
    with pytest.raises(ep.InputError, match="start of table must hold dates and times"):
        altered(table=table.assign(start=table["start"].astype(str)))
    with pytest.raises(ep.InputError, match=r"expected an end after the start \(Ada, Sales, 2026"):
        altered(table=table.assign(end=table["start"]))
    with pytest.raises(ep.InputError, match="shift of this agent before it to have ended"):
        altered(table=pd.concat([table, table.head(1)]))
    with pytest.raises(ep.InputError, match=r"break inside its shift \(Ada, meeting"):
        late = breaks.copy()
        late.loc[0, ["start", "end"]] += pd.Timedelta(hours=9)
        altered(breaks=late)
    with pytest.raises(ep.InputError, match="a shift of this agent that starts at shift_start"):
        altered(breaks=breaks.assign(agent="Nobody"))
    with pytest.raises(ep.InputError, match="the break before it to have ended"):
        altered(breaks=pd.concat([breaks, breaks.head(1)]))
    with pytest.raises(ep.InputError, match="another name than work"):
        altered(breaks=breaks.assign(name=WORK))
    with pytest.raises(ep.InputError, match="each interval of a queue once"):
        altered(coverage=pd.concat([good.coverage, good.coverage.head(1)]))
    with pytest.raises(ep.InputError, match="agent of table must hold no control characters"):
        altered(table=table.assign(agent="Ada\0Bob"))
    with pytest.raises(ep.InputError, match="only there"):
        zoned = breaks.copy()
        zoned["start"] = zoned["start"].dt.tz_localize("UTC")
        altered(breaks=zoned)
    with pytest.raises(ValueError, match="status must be one of"):
        replace(good, status="done")
    with pytest.raises(ValueError, match="a cyclic schedule needs a horizon"):
        replace(good, cyclic=True, horizon=None)


def test_the_summary_says_who_works_what_is_short_and_what_is_proven() -> None:
    plan = covered(*tables(), need=2.0)
    good = replace(
        plan, objective="cover", status="time limit", bound=0.98 * plan.cost, gap=0.02,
        facts=(("Service level", "81.2 %"),), remarks=("Zoë works long nights",),
    )  # fmt: skip
    text = good.summary()
    assert "4 agents, 17 shifts, 131.5 paid hours, Mon 2 to Sun 8 March 2026" in text
    assert "at most 2 % of its cost of" in text
    assert "no schedule that keeps the rules and is as little short costs less than" in text
    assert "the time limit ended the search" in text
    assert "Service level: 81.2 %" in text
    assert [line.split() for line in text.splitlines() if line.strip().startswith("early")] == [
        ["early", "2", "2", "2", "2", "2", "0", "0"]
    ]
    assert "Groups: days 2 agents (75.0 h), nights 2 agents (56.5 h)" in text
    assert "  Mon 02 Mar 00:00 2 short: four people" in text
    assert "note: Zoë works long nights" in text
    assert "<pre>" in good._repr_html_()
    assert "nothing is proven" in replace(good, gap=np.nan).summary()
    assert "Proof: proven optimal\n" in replace(good, gap=0.0, status="optimal").summary()
    people = replace(good, objective="people", gap=0.004).summary()
    assert "at most 0.4 points of service level below the most that is possible" in people


def test_assumptions_tell_the_shrinkage_and_the_rules() -> None:
    parts = (ep.ShrinkagePart("sick", 0.1), ep.ShrinkagePart("breaks", 0.1, "present", True))
    config = ep.Config(ep.Settings(shrinkage=ep.Shrinkage(parts)))
    told = dict(replace(covered(*tables()), config=config).assumptions)
    assert told["Shrinkage that the schedule does not show"] == "10 % = 1 - (1 - 10 % sick)"
    assert "22:00" in told["Shift night"]
    assert told["Interval"] == "1 h"


def test_shrinkage_knows_what_a_schedule_does_not_show() -> None:
    parts = (
        ep.ShrinkagePart("leave", 0.1),
        ep.ShrinkagePart("breaks", 0.2, of="present", in_schedule=True),
        ep.ShrinkagePart("system", 0.05, of="present"),
    )
    hidden = ep.Shrinkage(parts).outside_schedule
    assert [part.name for part in hidden.parts] == ["leave", "system"]
    assert hidden.total == pytest.approx(1 - 0.9 * 0.95)
    assert not ep.Shrinkage(parts).is_bare
    assert ep.Settings(shrinkage=0.3).shrinkage.is_bare
    assert not ep.Shrinkage().is_bare


def test_the_naive_search_finds_the_cheapest_cover() -> None:
    early, late = [1, 1, 0], [0, 1, 1]
    assert cheapest_cover([1, 2, 1], [early, late], [1, 1], 3) == (0, 2, (1, 1))
    assert cheapest_cover([2, 0, 0], [early, late], [1, 5], 1) == (1, 1, (1, 0))
    assert cheapest_cover([0, 0, 0], [early, late], [1, 1], 2) == (0, 0, (0, 0))
    assert cheapest_cover([1, 1, 1], [early, late], [1, 1], 0)[0] == 3


def test_the_naive_breaks_keep_windows_order_and_spacing() -> None:
    found = break_starts(8, [(1, 1, 3), (1, 3, 6)], between=(2, 3), last=2)
    assert found == [(1, 4), (1, 5), (2, 5)]
    assert break_starts(4, [(2, 3, 3)]) == []
