from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from erlangplan.scheduling.checking import check_plan
from erlangplan.scheduling.result import Schedule
from erlangplan.shifts import Group, Spacing, WorkRules
from tiny_schedules import EARLY, LONG, NIGHT, RULES, WEEK, H, M, covered, needed, tables

Tables = tuple[pd.DataFrame, pd.DataFrame]


def hours(number: float) -> pd.Timedelta:
    return pd.Timedelta(hours=number)


def faults(
    schedule: Schedule, rules: WorkRules = RULES, *, cyclic: bool = False
) -> tuple[str, ...]:
    return check_plan(schedule, rules, needed(schedule), cyclic=cyclic, horizon=WEEK)


def moved(agent: str, day: int, by: pd.Timedelta, *, breaks_too: bool = True) -> Tables:
    """Return the week with one person's shift of one day moved."""
    table, breaks = tables()
    mine = (table["agent"] == agent) & (table["start"].dt.day_of_week == day)
    rest = (breaks["agent"] == agent) & (breaks["shift_start"].dt.day_of_week == day)
    table.loc[mine, ["start", "end"]] += by
    breaks.loc[rest, "shift_start"] += by
    if breaks_too:
        breaks.loc[rest, ["start", "end"]] += by
    return table, breaks


def shifted_break(name: str, by: pd.Timedelta, day: int = 1) -> Tables:
    """Return the week with one break of Ada's moved."""
    table, breaks = tables()
    mine = (breaks["agent"] == "Ada") & (breaks["start"].dt.day_of_week == day)
    breaks.loc[mine & (breaks["name"] == name), ["start", "end"]] += by
    return table, breaks


def without(agent: str, day: int) -> Tables:
    table, breaks = tables()
    gone = (table["agent"] == agent) & (table["start"].dt.day_of_week == day)
    rest = (breaks["agent"] == agent) & (breaks["shift_start"].dt.day_of_week == day)
    return table[~gone], breaks[~rest]


def test_a_schedule_that_keeps_all_rules_has_no_faults() -> None:
    assert faults(covered(*tables())) == ()


def longer_lunch() -> Tables:
    table, breaks = tables()
    breaks.loc[3, "end"] += pd.Timedelta(minutes=15)
    return table, breaks


def unpaid_pm() -> Tables:
    table, breaks = tables()
    last = breaks.index[(breaks["name"] == "pm")][-1]
    breaks.loc[last, "paid"] = False
    return table, breaks


def no_lunch() -> Tables:
    table, breaks = tables()
    return table, breaks.drop(breaks.index[breaks["name"] == "lunch"][0])


def extra_meeting() -> Tables:
    table, breaks = tables()
    row = breaks[breaks["name"] == "meeting"].head(1).copy()
    row[["shift_start", "start", "end"]] += pd.Timedelta(days=1)
    return table, pd.concat([breaks, row])


def swapped() -> Tables:
    table, breaks = tables()
    pair = breaks.index[(breaks["agent"] == "Ada") & (breaks["start"].dt.day_of_week == 2)]
    breaks.loc[pair, "name"] = ["pm", "lunch"]
    return table, breaks


def renamed(column: str, value: str, rows: slice) -> Tables:
    table, breaks = tables()
    table.loc[rows, column] = value
    return table, breaks


def long_early() -> Tables:
    table, breaks = tables()
    table.loc[1, "end"] += pd.Timedelta(minutes=30)
    table.loc[1, "paid_hours"] += 0.5
    return table, breaks


def third_early() -> Tables:
    table, breaks = tables()
    names = table.head(1).assign(agent="Cid"), breaks.head(3).assign(agent="Cid")
    return pd.concat([table, names[0]]), pd.concat([breaks, names[1]])


def fewer_paid_hours() -> Tables:
    table, breaks = tables()
    table.loc[2, "paid_hours"] -= 1
    return table, breaks


CASES: dict[str, tuple[Callable[[], Tables], str]] = {
    "start time": (lambda: moved("Ada", 1, hours(0.25)), "may not start at that time"),
    "weekday": (lambda: moved("Ada", 4, hours(24)), "may not start on that weekday"),
    "length": (long_early, "may not last that long"),
    "break window": (lambda: shifted_break("lunch", hours(1.5)), "lunch at 13:30: starts outside"),
    "window from the end": (lambda: shifted_break("pm", hours(1)), "pm at 15:15: starts outside"),
    "break grid": (lambda: shifted_break("lunch", pd.Timedelta("5min")), "off the grid"),
    "break length": (longer_lunch, "another length"),
    "paid break": (unpaid_pm, "is paid where it is not"),
    "missing break": (no_lunch, "has 2 breaks, not 3"),
    "break on another day": (extra_meeting, "has 3 breaks, not 2"),
    "order of breaks": (swapped, "expected lunch in its place"),
    "unknown shift": (lambda: renamed("shift", "late", slice(0, 0)), "no rule is named"),
    "unknown group": (lambda: renamed("group", "weekends", slice(0, 4)), "is no group"),
    "shift of another group": (lambda: renamed("group", "nights", slice(0, 4)), "not a shift or"),
    "two groups": (lambda: renamed("group", "", slice(0, 0)), "works for two groups"),
    "people in a group": (third_early, "days has 3 people, outside 2 to 2"),
    "people in a shift": (third_early, "3 people start on 2026-03-02: early takes from 1 to 2"),
    "days per week": (lambda: without("Ada", 4), "works 4 days, outside 5 to 5"),
    "days off joined": (lambda: without("Ada", 2), "days off stand apart"),
    "start band": (lambda: moved("Ada", 1, hours(1)), "starts lie 60 min apart"),
    "hours per week": (lambda: without("Eve", 0), "15 paid hours, outside 20 to 34"),
    "opening": (lambda: moved("Ada", 1, hours(3)), "outside the opening hours"),
    "paid hours": (fewer_paid_hours, "7.5 h are paid, not 6.5"),
    "cost": (lambda: without("Eve", 0), "the cost is"),
    "horizon": (lambda: moved("Bob", 0, hours(-168)), "outside the time that is planned"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_broken_rule_is_named(case: str) -> None:
    broken, words = CASES[case]
    found = faults(covered(*broken()))
    assert any(words in fault for fault in found), found


def test_spacing_is_work_before_between_and_after_breaks() -> None:
    for spacing, words in (
        (Spacing(first=(61 * M, 9 * H)), "before the first break"),
        (Spacing(between=(0, 104 * M)), "between breaks"),
        (Spacing(between=(106 * M, 9 * H)), "between breaks"),
        (Spacing(last=(0, 89 * M)), "after the last break"),
    ):
        rules = replace(RULES, shifts=(replace(EARLY, spacing=spacing), NIGHT, LONG))
        found = faults(covered(*tables()), rules)
        assert any(f"the work {words} breaks a rule" in fault for fault in found), (spacing, found)


def test_rest_and_different_starts_are_counted() -> None:
    days = replace(RULES.groups[0], rest=15.5 * H, start_band=None)
    rules = replace(RULES, groups=(days, RULES.groups[1]))
    assert faults(covered(*tables()), rules) == ()
    found = faults(covered(*moved("Bob", 1, hours(-1))), rules)
    assert len(found) == 1
    assert found[0].startswith("Bob, early, 2026-03-03 08:00 to 16:00: too little rest before it")
    found = faults(covered(*tables()), replace(RULES, distinct_starts=2))
    assert found == ("Sales: shifts start at 3 different times of the day, at most 2 are allowed",)


def test_queues_of_shifts_and_groups_are_kept() -> None:
    rules = replace(RULES, shifts=(replace(EARLY, queues=("Support",)), NIGHT, LONG))
    assert any("may not serve that queue" in f for f in faults(covered(*tables()), rules))
    group = replace(RULES.groups[0], queues=("Support",))
    rules = replace(RULES, groups=(group, RULES.groups[1]))
    assert any("not a shift or queue of" in f for f in faults(covered(*tables()), rules))


@pytest.mark.parametrize(
    "column", ["required", "scheduled", "on_break", "on_queue", "over", "short"]
)
def test_every_number_of_the_coverage_is_counted_again(column: str) -> None:
    schedule = covered(*tables())
    cover = schedule.coverage.copy()
    cover.loc[60, column] += 0.25
    found = check_plan(replace(schedule, coverage=cover), RULES, needed(schedule), horizon=WEEK)
    assert len(found) == 1
    assert f"Sales, 2026-03-04 12:00: {column} is" in found[0]


def test_a_short_interval_must_be_listed() -> None:
    schedule = covered(*tables())
    assert len(schedule.shortages)
    listed = schedule.shortages.iloc[1:]
    hidden = replace(schedule, objective="cover", shortages=listed)
    assert faults(hidden) == ("Sales, 2026-03-02 00:00 is short and not listed as such",)


def test_intervals_that_nobody_asked_for_are_a_fault() -> None:
    schedule = covered(*tables())
    found = check_plan(schedule, RULES, needed(schedule).iloc[1:], horizon=WEEK)
    assert found == ("the coverage does not hold exactly the intervals that were asked for",)


def test_a_week_that_repeats_is_covered_by_the_shifts_over_its_end() -> None:
    schedule = covered(*tables())
    open_week = schedule.coverage["on_queue"].to_numpy()
    found = faults(schedule, cyclic=True)
    assert any("2026-03-02 00:00: scheduled is 0, counted 1" in fault for fault in found)
    assert open_week[:7].max() == 0
    rest = replace(RULES.groups[1], rest=14 * H)
    lone = replace(RULES, groups=(RULES.groups[0], rest))
    assert not any("too little rest" in fault for fault in faults(schedule, lone))
    table, breaks = moved("Eve", 0, hours(-10), breaks_too=True)
    weekend = table["agent"].isin(["Zoë"]) & (table["start"].dt.day_of_week == 6)
    table.loc[weekend, "agent"] = "Eve"
    breaks.loc[breaks["shift_start"].isin(table.loc[weekend, "start"]), "agent"] = "Eve"
    tight = covered(table, breaks)
    assert any("too little rest after it" in fault for fault in faults(tight, cyclic=True))
    assert not any("too little rest" in fault for fault in faults(tight))


def test_days_off_at_both_ends_of_a_week_are_joined_only_where_it_repeats() -> None:
    table, breaks = without("Ada", 0)
    extra = table[(table["agent"] == "Ada")].tail(1).copy()
    extra[["start", "end"]] += pd.Timedelta(days=1)
    more = breaks[(breaks["agent"] == "Ada")].tail(2).copy()
    more[["shift_start", "start", "end"]] += pd.Timedelta(days=1)
    schedule = covered(pd.concat([table, extra]), pd.concat([breaks, more]))
    rules = replace(RULES, shifts=(replace(EARLY, days=tuple(range(7))), NIGHT, LONG))
    assert any("Ada" in f and "stand apart" in f for f in faults(schedule, rules))
    assert not any("stand apart" in f for f in faults(schedule, rules, cyclic=True))


def test_in_a_shorter_week_missing_days_may_be_worked() -> None:
    table, breaks = tables()
    table = table[(table["agent"] == "Ada") & (table["start"].dt.day_of_week < 3)]
    breaks = breaks[(breaks["agent"] == "Ada") & (breaks["shift_start"].dt.day_of_week < 3)]
    group = Group("days", ("early",), (0, 2))
    rules = WorkRules(
        (replace(EARLY, people=(0, 2)),), (Group("days", ("early",), (0, 2)),), break_grid=900
    )
    end = WEEK[0] + pd.Timedelta(days=3)
    found = check_plan(covered(table, breaks), rules, needed(covered(table, breaks)),
                       horizon=(WEEK[0], end))  # fmt: skip
    assert not any("days, outside" in fault for fault in found)
    rules = replace(rules, groups=(replace(group, days_per_week=(1, 2)),))
    found = check_plan(covered(table, breaks), rules, needed(covered(table, breaks)),
                       horizon=(WEEK[0], end))  # fmt: skip
    assert any("works 3 days, outside 1 to 2" in fault for fault in found)


def test_a_second_shift_on_one_day_is_a_fault() -> None:
    table, breaks = tables()
    night = table[(table["agent"] == "Eve")].head(1).assign(agent="Ada", group="days")
    found = faults(covered(pd.concat([table, night]), breaks))
    assert any("a second shift on one day" in fault for fault in found)


def test_a_shift_over_a_changing_clock_lasts_as_long_as_it_lasts() -> None:
    monday = pd.Timestamp("2026-03-23")  # clocks go forward in the night to Sunday 29 March
    table, breaks = tables("Europe/Berlin", monday)
    saturday = table[(table["agent"] == "Zoë") & (table["start"].dt.day_of_week == 5)].iloc[0]
    assert f"{saturday['end']:%H:%M}" == "08:00"
    rules = replace(RULES, opening=None, premiums=())
    schedule = replace(covered(tables()[0], tables()[1]), cost=float("nan"))
    blank = schedule.coverage.iloc[:0]
    local = Schedule(table, breaks, blank, 3600.0, schedule.config, rules)
    begin = monday.tz_localize("Europe/Berlin")
    found = check_plan(local, rules, blank.rename(columns={"required": "agents"}),
                       horizon=(begin, begin + pd.DateOffset(days=7)))  # fmt: skip
    assert found == ()
