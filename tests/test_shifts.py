"""Rules of work as objects: what is understood, what is refused, and why."""

from __future__ import annotations

import itertools
import math
import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import erlangplan as ep
from erlangplan.shifts.times import days_text, starts_text
from erlangplan.shifts.weeks import Choice, week_fault

H, M = 3600, 60
LUNCH = ep.Break("lunch", "30min", ("3h30", "5h"))


def full_time(**given):
    return ep.Shift(**{"name": "FT", "starts": "06:00/30min/13:00", "presence": "8h30", **given})


def part_time(**given):
    return ep.Shift(**{"name": "PT", "starts": ("08:00", "12:00"), "presence": "4h", **given})


def test_texts_and_seconds_mean_the_same():
    texts = ep.Shift("FT", ["06:00/30min/07:00", "22:00"], "5h..6h/30min", days="fri-mon",
                     people=40, breaks=(ep.Break("lunch", "30min", ("1h", "4h"), days="fri"),),
                     spacing=ep.Spacing("1h", ("1h", "3h"), "45min"))  # fmt: skip
    lunch = ep.Break("lunch", 1800.0, (3600.0, 14400.0), "start", False, (4,))
    spacing = ep.Spacing((3600.0, math.inf), (3600.0, 10800.0), (2700.0, math.inf))
    assert texts == ep.Shift("FT", (6 * H, 6.5 * H, 7 * H, 22 * H), (5 * H, 6 * H, 1800.0),
                             (0, 4, 5, 6), (0, 40), 1.0, (lunch,), spacing)  # fmt: skip


def test_a_shift_knows_its_lengths_breaks_and_paid_time():
    meeting = ep.Break("meeting", "1h", ("5h30", "6h"), paid=True, days="mon")
    shift = full_time(presence="8h..9h/30min", breaks=(LUNCH, meeting))
    assert shift.lengths == (8 * H, 8.5 * H, 9 * H)
    assert full_time().lengths == (8.5 * H,)
    assert shift.held(0) == (LUNCH, meeting)
    assert shift.held(1) == (LUNCH,)
    assert shift.paid_seconds(8.5 * H, 0) == 8 * H
    assert full_time(breaks=(LUNCH,), days="tue").paid_seconds(8.5 * H, 1) == 8 * H


def test_a_fixed_length_has_no_step_however_it_is_given():
    assert full_time().presence == full_time(presence=(30600, 30600, 900)).presence
    assert full_time().presence == (30600.0, 30600.0, 0.0)


def test_a_range_of_starts_may_pass_midnight():
    assert full_time(starts="23:00/30min/00:30").starts == (0.0, 1800.0, 23 * H, 23.5 * H)


@pytest.mark.parametrize(("given", "said"), [
    ({"name": " "}, "name: ' ' is no name"),
    ({"starts": "24:00"}, "starts: '24:00' is no time of the day; midnight is 00:00"),
    ({"starts": "6"}, "starts: '6' is no time of the day"),
    ({"starts": ()}, "starts: names no time"),
    ({"starts": 86400}, "86400 is no time of the day"),
    ({"starts": 390}, "390 is not a whole minute of the day"),
    ({"starts": True}, "True is no time of the day"),
    ({"starts": "06:00-13:00"}, "'06:00-13:00' has no step; write .* 06:00/30min/13:00"),
    ({"starts": "06:00/13:00"}, "'06:00/13:00' is no range; write first/step/last"),
    ({"starts": "06:00/0min/13:00"}, "has a step of 0"),
    ({"starts": "06:00/45min/08:00"}, "does not reach its last time; .* the last is 07:30"),
    ({"presence": "8:30"}, "'8:30' can be 8 h 30 min or 8 min 30 s; write 8h30 or 0:08:30"),
    ({"presence": "480"}, "'480' has no unit; write 480min$"),
    ({"presence": 8}, "8 is not a whole number of minutes; numbers are seconds"),
    ({"presence": "8h 30s"}, "'8h 30s' is not a whole number of minutes"),
    ({"presence": 0}, "presence: 0 must be above 0"),
    ({"presence": -3600}, "presence: -3600 is not a length"),
    ({"presence": "long"}, "'long' is not a duration"),
    ({"presence": "25h"}, "at most 24 h"),
    ({"presence": "9h..5h/1h"}, "shortest first"),
    ({"presence": "5h..9h"}, "needs a step; write 5h..9h/15min"),
    ({"presence": "5h..9h/45min"}, "does not reach its longest length in steps of 45 min"),
    ({"presence": ("5h", "9h")}, "must be one length or a range such as 5h..9h/15min"),
    ({"days": "mo-fr"}, "days: 'mo' is no weekday; write mon, tue"),
    ({"days": "mon-wed-fri"}, "is no range of weekdays"),
    ({"days": 7}, "days: 7 is no weekday"),
    ({"days": ()}, "days: names no weekday"),
    ({"people": -1}, r"people: -1 must be the most, or \[fewest, most\]"),
    ({"people": 1.5}, "people: 1.5 must be the most"),
    ({"people": (3, 2)}, "people: .* has its fewest above its most"),
    ({"people": (None, 2)}, "people: .* must be the most"),
    ({"cost": 0}, "cost: 0 must be a number above 0"),
    ({"cost": math.nan}, "cost: nan must be a number above 0"),
    ({"breaks": (LUNCH, LUNCH)}, "breaks: two are named 'lunch'"),
    ({"breaks": "lunch"}, "must be a Break, or a list of them"),
    ({"breaks": ep.Break("x", "5min", ("1h", "2h"), days="sat"), "days": "mon-fri"},
     "break 'x': days: the shift starts on none of them"),
    ({"spacing": "1h"}, "spacing: '1h' must be a Spacing"),
    ({"queues": ("A", "A")}, "queues: names 'A' twice"),
])  # fmt: skip
def test_a_shift_that_is_wrong_says_why(given, said):
    with pytest.raises(ValueError, match=f"shift .*: .*{said}"):
        full_time(**given)


@pytest.mark.parametrize(("given", "said"), [
    ({"name": "Work"}, "name: 'Work' means the time at work"),
    ({"length": 0}, "length: 0 must be above 0"),
    ({"window": ("5h", "3h")}, "window: .* has its least above its most"),
    ({"window": ("1h", "2h", "3h")}, "window: .* must be two lengths"),
    ({"anchor": "begin"}, "anchor: 'begin' must be 'start' or 'end'"),
    ({"paid": "yes"}, "paid: 'yes' must be true or false"),
])  # fmt: skip
def test_a_break_that_is_wrong_says_why(given, said):
    with pytest.raises(ValueError, match=f"break .*: {said}"):
        ep.Break(**{"name": "lunch", "length": "30min", "window": ("3h", "5h"), **given})


@pytest.mark.parametrize(("pauses", "given", "said"), [
    ([("lunch", "30min", ("9h", "10h"))], {},
     "break 'lunch' can start 9 h after the start at the earliest (its window), "
     "8 h after the start at the latest (the shift's end)"),
    ([("pm", "15min", ("9h", "10h"), "end")], {},
     "break 'pm' would start before the shift (its window)"),
    ([("am", "15min", ("3h", "4h")), ("lunch", "30min", ("1h", "3h"))], {},
     "break 'lunch' can start 3 h 15 min after the start at the earliest (after break 'am'), "
     "3 h after the start at the latest (its window)"),
    ([("am", "15min", ("2h", "3h")), ("pm", "15min", ("3h", "4h"))],
     {"spacing": ep.Spacing(between="2h")},
     "break 'pm' can start 4 h 15 min after the start at the earliest (after break 'am' with "
     "spacing min 2 h), 4 h after the start at the latest (its window)"),
    ([("am", "15min", ("1h", "2h")), ("pm", "15min", ("6h", "7h"))],
     {"spacing": ep.Spacing(between=(0, "3h"))},
     "break 'pm' can start 6 h after the start at the earliest (its window), 5 h 15 min after "
     "the start at the latest (after break 'am' with spacing max 3 h)"),
    ([("am", "15min", ("1h", "2h"))], {"spacing": ep.Spacing(first="3h")},
     "(the shift's start with spacing first 3 h), 2 h after the start at the latest (its window)"),
    ([("am", "15min", ("3h", "4h"))], {"spacing": ep.Spacing(first=(0, "2h"))},
     "2 h after the start at the latest (spacing first 2 h)"),
    ([("pm", "15min", ("7h", "8h"))], {"spacing": ep.Spacing(last="2h")},
     "6 h 15 min after the start at the latest (the shift's end with spacing last 2 h)"),
    ([("pm", "15min", ("4h", "5h"))], {"spacing": ep.Spacing(last=(0, "2h"))},
     "6 h 15 min after the start at the earliest (spacing last 2 h)"),
    ([("lunch", "30min", ("5h", "6h"))], {"presence": "5h..8h/1h"},
     "breaks do not fit with a presence of 5 h: break 'lunch'"),
])  # fmt: skip
def test_breaks_that_do_not_fit_name_the_rules_in_the_way(pauses, given, said):
    breaks = [ep.Break(*pause) for pause in pauses]
    with pytest.raises(ValueError, match="shift 'FT': breaks do not fit") as error:
        full_time(breaks=breaks, **given)
    assert said in str(error.value)


def test_breaks_need_a_place_on_their_grid_from_every_start():
    shift = full_time(starts="06:10", breaks=[ep.Break("tea", "5min", ("2h", "2h10"))])
    assert ep.WorkRules(shift, break_grid="10min").break_grid == 600
    with pytest.raises(ep.InputError, match="'tea' can start between 2 h .* break grid of 15 min"):
        ep.WorkRules(
            ep.Shift("FT", "06:02", "8h", breaks=[ep.Break("tea", "5min", ("2h", "2h10"))]),
            break_grid="15min",
        )


MINUTES = st.integers(0, 16).map(lambda quarters: 15.0 * M * quarters)
PAIRS = st.tuples(MINUTES, MINUTES).map(lambda pair: (min(pair), max(pair)))
PAUSES = st.tuples(st.sampled_from([10 * M, 30 * M]), PAIRS, st.sampled_from(["start", "end"]))


@settings(max_examples=300, deadline=None)
@given(
    pauses=st.lists(PAUSES, min_size=1, max_size=3),
    spacing=st.tuples(PAIRS, PAIRS, PAIRS),
    loose=st.booleans(),
    phase=st.sampled_from([0.0, 10.0 * M]),
)
def test_break_windows_are_what_trying_everything_finds(pauses, spacing, loose, phase):
    length, grid = 4 * H, 15 * M
    if loose:
        spacing = [(low, math.inf) for low, _ in spacing]
    breaks = [ep.Break(f"b{n}", *pause) for n, pause in enumerate(pauses)]
    found = every_placing(breaks, spacing, length, phase, grid)
    shift = full_time(presence=length, starts=phase)
    object.__setattr__(shift, "breaks", tuple(breaks))
    object.__setattr__(shift, "spacing", ep.Spacing(*spacing))
    if not found:
        with pytest.raises(ValueError, match="break 'b"):
            shift.break_windows(length, 0, start=phase, grid=grid)
        return
    windows = shift.break_windows(length, 0, start=phase, grid=grid)
    for number, (earliest, latest) in enumerate(windows):
        assert {at[number] for at in found} == set(range(int(earliest), int(latest) + 1, grid))


def every_placing(breaks, spacing, length, phase, grid):
    """Return all ways to place breaks, by trying each time of each break."""
    first, between, last = spacing
    grid_times = [at for at in range(0, int(length) + 1, 5 * M) if (phase + at) % grid == 0]
    found = []
    for starts in itertools.product(grid_times, repeat=len(breaks)):
        ends = [at + pause.length for at, pause in zip(starts, breaks, strict=True)]
        works = [(starts[0], first), (length - ends[-1], last)]
        works += [(at - end, between) for at, end in zip(starts[1:], ends, strict=False)]
        if not all(low <= work <= high and work >= 0 for work, (low, high) in works):
            continue
        measured = [at if pause.anchor == "start" else length - at
                    for at, pause in zip(starts, breaks, strict=True)]  # fmt: skip
        if all(p.window[0] <= at <= p.window[1] for at, p in zip(measured, breaks, strict=True)):
            found.append(starts)
    return found


@pytest.mark.parametrize(("given", "said"), [
    ({"shifts": ()}, "shifts: must name at least one shift"),
    ({"people": "ten"}, "people: 'ten' must be the most"),
    ({"days_per_week": 0}, "days_per_week: 0 must be 1 to 7 days"),
    ({"days_per_week": 8}, "days_per_week: 8 must be 1 to 7 days"),
    ({"days_per_week": (5, 4)}, "days_per_week: .* least above its most"),
    ({"days_per_week": 4.5}, "days_per_week: 4.5 must be 1 to 7 days"),
    ({"hours_per_week": 40}, r"hours_per_week: 40 must be least and most hours, such as \[16, 24"),
    ({"hours_per_week": (24, 16)}, "hours_per_week: .* least above its most"),
    ({"hours_per_week": (200, 300)}, "hours_per_week: .* must be hours of a week"),
    ({"days_off_joined": 1}, "days_off_joined: 1 must be true or false"),
    ({"start_band": "24h"}, "start_band: '24h' must be below 24 h"),
    ({"rest": "11"}, "rest: '11' has no unit; write 11min or 11h"),
    ({"rest": "6d"}, "rest: '6d' must be below six days"),
])  # fmt: skip
def test_a_group_that_is_wrong_says_why(given, said):
    with pytest.raises(ValueError, match=f"group 'A': {said}"):
        ep.Group(**{"name": "A", "shifts": "FT", **given})


def test_a_group_takes_numbers_as_people_say_them():
    group = ep.Group("A", "FT", people=60, hours_per_week=("16h", "37h30"), start_band="2h")
    assert (group.people, group.days_per_week) == ((0, 60), (5, 5))
    assert (group.hours_per_week, group.start_band) == ((16, 37.5), 7200)
    assert ep.Group("A", "FT", people=(3, None)).people == (3, None)


@pytest.mark.parametrize(("given", "said"), [
    ({"factor": 0}, "factor: 0 must be a number above 0"),
    ({"between": "22:00-06:00"}, r"between: .* must be from and to, such as \['22:00', '06:00'\]"),
    ({"between": ("22:00", "22:00")}, "between: .* last no time"),
    ({"between": ("24:00", "06:00")}, "between: '24:00' is no time of the day"),
])  # fmt: skip
def test_a_premium_that_is_wrong_says_why(given, said):
    with pytest.raises(ValueError, match=f"premium: {said}"):
        ep.Premium(**{"factor": 1.25, **given})


def test_a_premium_ends_at_midnight_or_on_the_next_day():
    assert ep.Premium(1.25, ("22:00", "06:00")).between == (22 * H, 6 * H)
    assert ep.Premium(1.25, ("18:00", "00:00")) == ep.Premium(1.25, ("18:00", "24:00"))


def rules(*groups, shifts=None, **given):
    return ep.WorkRules(shifts or (full_time(), part_time()), groups, **given)


@pytest.mark.parametrize(("given", "said"), [
    ({"distinct_starts": 0}, "distinct_starts: 0 must be a whole number of at least 1"),
    ({"break_grid": "7min"}, "break_grid: '7min' must divide an hour"),
    ({"break_grid": "2h"}, "break_grid: '2h' must divide an hour"),
    ({"opening": {}}, "opening: .* are no opening hours"),
    ({"opening": "06:00-22:00"}, "opening: .* are no opening hours"),
    ({"opening": {"mon": "06:00"}}, "opening: '06:00' are no hours; write 06:00-22:00"),
    ({"opening": {"mon": "06:00-06:00"}}, "last no time; the whole day is 00:00-24:00"),
    ({"opening": {"mon": "06:00-25:00"}}, "'25:00' is no time of the day"),
    ({"opening": {"mon-fri": "06:00-22:00", "fri": "06:00-20:00"}}, "opening: Fri is named twice"),
    ({"opening": {"mon": ["06:00-14:00", "13:00-22:00"]}}, "opening: hours of mon overlap"),
    ({"opening": {"mon": []}}, "mon names no hours; leave out a day that is closed"),
    ({"opening": {"noday": "06:00-22:00"}}, "'noday' is no weekday"),
])  # fmt: skip
def test_rules_for_the_whole_plan_that_are_wrong_say_why(given, said):
    with pytest.raises(ValueError, match=f"rules: {said}|rules: .*{said}"):
        rules(**given)


def test_rules_need_a_shift():
    with pytest.raises(ValueError, match="rules: shifts: must have at least one shift"):
        ep.WorkRules(())


def test_opening_hours_join_over_midnight():
    night = full_time(name="night", starts="22:00")
    opening = {"mon-thu": "00:00-24:00", "fri": "00:00-02:00"}
    open_nights = ep.WorkRules(night, opening=opening)
    assert [open_nights.is_open(day, 22 * H, 8.5 * H) for day in range(7)] == [True] * 3 + [
        False
    ] * 4
    through = ep.WorkRules(night, opening={"sun": "20:00-08:00"})
    assert through.opening == {6: ((20 * H, 32 * H),)}
    assert through.is_open(6, 22 * H, 8.5 * H)
    assert not through.is_open(6, 24 * H - 60, 8.5 * H)
    assert ep.WorkRules(night).is_open(3, 22 * H, 8.5 * H)


@pytest.mark.parametrize(("shifts", "group", "said"), [
    ((), {"shifts": ("FT", "PTT")},
     "[[group]] 'A' shifts: no shift is named 'PTT'; did you mean 'PT'?"),
    ((full_time(days="mon-thu"),), {},
     "days_per_week: 5 days a week, but its shifts start on Mon-Thu only"),
    ((full_time(days="mon, wed, fri"),), {"days_per_week": 3, "days_off_joined": True},
     "days_off_joined: 3 days on Mon, Wed, Fri leave days off apart"),
    ((full_time(days="mon-tue", starts="06:00"), part_time(days="wed-fri", starts="12:00")),
     {"shifts": ("FT", "PT"), "start_band": "2h"},
     "start_band: no such starts are allowed on 5 days of a week"),
    ((full_time(days="mon-tue", starts="06:00"), part_time(days="wed-fri", starts="12:00")),
     {"shifts": ("FT", "PT"), "start_band": 0},
     "same_start: no such starts are allowed on 5 days of a week"),
    ((full_time(starts="06:00"),), {"rest": "16h"},
     "rest: 16 h are not left between shifts on 5 days a week"),
    ((full_time(presence="8h..9h/1h"),), {"hours_per_week": (38, 40)},
     "hours_per_week: need shifts of one length, and shift 'FT' has several"),
    ((part_time(),), {"hours_per_week": (21, 23)},
     "hours_per_week: 21 to 23 h cannot be reached: 5 days of its shifts are 20 h paid"),
    ((part_time(),), {"hours_per_week": (21, 23), "days_per_week": (4, 6)},
     "hours_per_week: 21 to 23 h cannot be reached: 4 to 6 days of its shifts are 16 to 24 h paid, "
     "with nothing between 20 h and 24 h"),
    ((full_time(queues="Sales"),), {"queues": "Support"},
     "queues: are Support, but those of its shift 'FT' are Sales"),
])  # fmt: skip
def test_a_group_that_nobody_can_work_in_names_the_rule(shifts, group, said):
    with pytest.raises(ep.InputError, match="rules of work contradict each other") as error:
        rules(ep.Group(**{"name": "A", "shifts": "FT" if not group.get("hours_per_week") or
              shifts[0].name == "FT" else "PT", **group}), shifts=shifts)  # fmt: skip
    assert said in str(error.value)
    assert "[[group]] 'A'" in str(error.value)


def test_rest_forbids_only_what_days_force():
    long_rest = ep.Group("A", "FT", days_per_week=3, rest="20h")
    assert rules(long_rest).groups == (long_rest,)
    rotating = ep.Group("A", "FT", rest="16h15")
    with pytest.raises(ep.InputError, match="rest: 16 h 15 min"):
        rules(rotating, shifts=[full_time(starts="06:00")])
    assert rules(rotating)  # five later starts in a row leave it


def test_closed_days_count_as_days_off():
    group = ep.Group("A", "FT", days_per_week=6)
    with pytest.raises(ep.InputError, match="its shifts start on Mon-Fri only"):
        rules(group, opening={"mon-fri": "06:00-22:00"})


def test_names_are_given_once():
    with pytest.raises(ep.InputError, match=r"\[\[shift\]\] 'FT' name: 2 have this name"):
        rules(shifts=(full_time(), full_time(presence="9h")))
    with pytest.raises(ep.InputError, match=r"\[\[group\]\] 'A' name: 2 have this name"):
        rules(ep.Group("A", "FT"), ep.Group("A", "PT"))


def test_a_shift_lies_inside_the_opening_hours_on_some_day():
    opening = {"mon-fri": "08:00-12:00"}
    with pytest.raises(ep.InputError, match=r"(?s)\[\[shift\]\] 'FT' starts: none lies inside"):
        rules(opening=opening)
    assert rules(shifts=[part_time()], opening=opening)


def test_all_contradictions_are_listed():
    with pytest.raises(ep.InputError) as error:
        rules(ep.Group("A", "XX"), ep.Group("B", "FT", rest="23h"), opening={"sun": "06:00-10:00"})
    places = [fault.column for fault in error.value.faults]
    assert places == ["[[shift]] 'FT' starts", "[[shift]] 'PT' starts", "[[group]] 'A' shifts",
                      "[[group]] 'B' days_per_week"]  # fmt: skip


def test_an_unknown_shift_is_asked_for():
    assert rules().shift("PT") == part_time()
    with pytest.raises(ValueError, match="no shift is named 'PTT'; did you mean 'PT'"):
        rules().shift("PTT")


def test_rules_travel_to_other_processes():
    sent = rules(ep.Group("A", "FT"), opening={"mon-fri": "06:00-22:00"}, break_grid="5min")
    assert sent.is_open(0, 6 * H, 8 * H)
    assert pickle.loads(pickle.dumps(sent)) == sent


CLOCKS = st.sampled_from([0.0, 6.0 * H, 14.0 * H, 22.0 * H])
LENGTHS = st.sampled_from([4.0 * H, 8.0 * H])
CHOICES = st.builds(Choice, CLOCKS, LENGTHS, LENGTHS)
DAYS = st.dictionaries(st.integers(0, 6), st.lists(CHOICES, min_size=1, max_size=2), min_size=2)
GROUPS = st.builds(
    ep.Group, st.just("A"), st.just("S"),
    days_per_week=st.tuples(st.integers(1, 6), st.integers(0, 1)).map(lambda p: (p[0], sum(p))),
    days_off_joined=st.booleans(),
    start_band=st.sampled_from([None, 0, 2 * H, 8 * H]),
    rest=st.sampled_from([0, 11 * H, 17 * H, 30 * H]),
)  # fmt: skip
HOURS = st.sampled_from([None, (8, 20), (21, 23), (26, 27), (40, 60)])


@settings(max_examples=150, deadline=None)
@given(group=GROUPS, choices=DAYS, hours=HOURS)
def test_a_week_is_refused_only_where_trying_everything_finds_none(group, choices, hours):
    group = ep.Group(group.name, group.shifts, days_per_week=group.days_per_week,
                     hours_per_week=hours, days_off_joined=group.days_off_joined,
                     start_band=group.start_band, rest=group.rest)  # fmt: skip
    possible = any(keeps(group, week) for week in every_week(choices))
    fault = week_fault(group, choices)
    if possible:
        assert fault is None
    elif hours is None or group.rest == 0:
        assert fault is not None


def every_week(choices):
    """Return all ways to spend seven days from each first weekday on."""
    for first in range(7):
        days = [[None, *choices.get((first + number) % 7, [])] for number in range(7)]
        yield from itertools.product(*days)


def keeps(group, week):
    worked = [(number, choice) for number, choice in enumerate(week) if choice]
    if not group.days_per_week[0] <= len(worked) <= group.days_per_week[1]:
        return False
    off = [choice is None for choice in week]
    blocks = sum(off[day] and not off[day - 1] for day in range(7))
    if group.days_off_joined and blocks > 1:
        return False
    spans = [(n * 24 * H + c.start, n * 24 * H + c.start + c.length) for n, c in worked]
    if any(b[0] - a[1] < group.rest for a, b in itertools.pairwise(spans)):
        return False
    starts = [choice.start for _, choice in worked]
    if group.start_band is not None and not any(
        all((start - anchor) % (24 * H) <= group.start_band for start in starts)
        for anchor in starts
    ):
        return False
    paid = sum(choice.paid for _, choice in worked) / H
    return (
        group.hours_per_week is None or group.hours_per_week[0] <= paid <= group.hours_per_week[1]
    )


def test_rules_are_told_in_plain_english():
    tea = ep.Break("tea", "15min", ("1h", "2h30"), "end", paid=True, days="mon-tue")
    shift = full_time(breaks=(LUNCH, tea), days="mon-fri", people=(2, 9), cost=1.5, queues="Sales",
                      starts=["06:00/30min/08:00", "22:00"],
                      spacing=ep.Spacing("1h", ("1h", "3h"), (0, "4h")))  # fmt: skip
    flexible = part_time(presence="4h..6h/1h")
    group = ep.Group("A", "FT", people=(3, None), days_per_week=(3, 5), rest="11h",
                     hours_per_week=(16, 37.5), days_off_joined=True, start_band="2h",
                     queues="Sales")  # fmt: skip
    told = rules(group, shifts=(shift, flexible), distinct_starts=6, break_grid="5min",
                 premiums=ep.Premium(1.25, ("22:00", "06:00"), "sat-sun"),
                 opening={"mon-fri": ["00:00-12:00", "13:00-24:00"]}).words()  # fmt: skip
    assert told == [
        ("Shift FT", "8 h 30 min, starts 06:00 to 08:00 every 30 min, 22:00; Mon-Fri; 2 to 9 "
         "people a day; cost 1.5 per paid hour; serves Sales"),
        ("Shift FT: lunch", "30 min, unpaid; starts 3 h 30 min to 5 h after the shift's start"),
        ("Shift FT: tea", "15 min, paid; starts 1 h to 2 h 30 min before the shift's end; "
         "Mon, Tue"),
        ("Shift FT: work", "at least 1 h before the first break; 1 h to 3 h between breaks; at "
         "most 4 h after the last break"),
        ("Shift PT", "4 h to 6 h in steps of 1 h, starts 08:00, 12:00; every day"),
        ("Premium", "cost x 1.25 from 22:00 to 06:00, Sat, Sun"),
        ("Group A", "shifts FT; at least 3 people; 3 to 5 days a week; 16 to 37.5 paid hours a "
         "week; days off joined; starts within 2 h; at least 11 h between days; serves Sales"),
        ("Without a group", "PT: bought a day at a time"),
        ("Opening hours", "Mon-Fri 00:00-12:00 and 13:00-24:00"),
        ("Start times", "at most 6 different ones"),
        ("Breaks start", "on multiples of 5 min after midnight"),
    ]  # fmt: skip


@given(st.sets(st.integers(0, 6), min_size=1))
def test_weekdays_are_told_as_they_are_read(days):
    told = days_text(days)
    expected = tuple(sorted(days))
    read = full_time(days="mon-sun" if told == "every day" else told)
    assert read.days == expected


@given(st.sets(st.integers(0, 47), min_size=1))
def test_starts_are_told_as_they_are_read(halves):
    starts = full_time(starts=[1800.0 * half for half in halves]).starts
    ranges = re.sub(r"(\S+) to (\S+) every ([^,]+)", r"\1/\3/\2", starts_text(starts))
    assert full_time(starts=ranges).starts == starts
