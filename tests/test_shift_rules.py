"""Rules of work from a file: every key, every refusal, and back without loss."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import erlangplan as ep
from erlangplan.shifts.times import time_text

H, M = 3600, 60
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL = """
[[shift]]
name = "FT"
starts = ["06:00/30min/13:00", "22:00"]
presence = "8h30"
days = ["mon-fri", "sun"]
people = [0, 120]
cost = 1.5
queues = "Sales"
breaks = [
  { name = "am",    length = "15min", window = ["1h30", "2h30"], paid = true },
  { name = "lunch", length = "30min", window = ["3h30", "5h"],   paid = false },
  { name = "pm",    length = "15min", window = ["1h", "2h30"], from = "end", paid = true, days = "mon" },
]
spacing = { first = "1h", min = "1h", max = "3h30", last = ["45min", "4h"] }

[[shift]]
name = "PT"
starts = 08:00:00
presence = "4h"
days = "mon-sun"
breaks = [ { name = "break", length = "15min", window = ["1h15", "2h30"], paid = true } ]

[[shift]]
name = "short"
starts = "09:00"
presence = "5h..6h/15min"
people = [2, inf]

[[premium]]
between = ["22:00", "06:00"]
factor = 1.25
[[premium]]
days = ["sun"]
factor = 1.5

[[group]]
name = "full-time"
shifts = ["FT"]
people = 60
days_per_week = 5
days_off_joined = true
same_start = true
rest = "11h"
queues = ["Sales", "Support"]

[[group]]
name = "part-time"
shifts = "PT"
people = [1, 10]
days_per_week = [4, 6]
hours_per_week = [16, 24]
start_band = "2h"

[plan]
opening = { mon-fri = "06:00-22:00", sat = ["08:00-12:00", "14:00-18:00"], sun = "22:00-06:00" }
distinct_starts = 6
break_grid = "5min"
"""  # noqa: E501


def write(folder: Path, text: str) -> Path:
    path = folder / "shifts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> ep.InputError:
    with pytest.raises(ep.InputError) as error:
        ep.read_shifts(write(folder, text))
    assert error.value.file == "shifts.toml"
    return error.value


def test_every_key_is_read(tmp_path: Path) -> None:
    rules = ep.read_shifts(write(tmp_path, FULL))
    full, part, short = rules.shifts
    assert full.starts == (*(6 * H + 30 * M * n for n in range(15)), 22 * H)
    assert full == replace(
        full, name="FT", presence=(8.5 * H, 8.5 * H, 0), days=(0, 1, 2, 3, 4, 6), people=(0, 120),
        cost=1.5, queues=("Sales",), breaks=(
            ep.Break("am", 15 * M, (1.5 * H, 2.5 * H), paid=True),
            ep.Break("lunch", 30 * M, (3.5 * H, 5 * H)),
            ep.Break("pm", 15 * M, (1 * H, 2.5 * H), "end", paid=True, days=(0,)),
        ),
        spacing=ep.Spacing((1 * H, math.inf), (1 * H, 3.5 * H), (45 * M, 4 * H)),
    )  # fmt: skip
    assert (part.starts, part.days) == ((8 * H,), tuple(range(7)))
    assert (short.presence, short.people) == ((5 * H, 6 * H, 15 * M), (2, None))
    assert rules.premiums == (ep.Premium(1.25, (22 * H, 6 * H)), ep.Premium(1.5, days=(6,)))
    assert rules.groups == (
        ep.Group("full-time", ("FT",), (0, 60), (5, 5), None, True, 0.0, 11 * H,
                 ("Sales", "Support")),
        ep.Group("part-time", ("PT",), (1, 10), (4, 6), (16, 24), start_band=2 * H),
    )  # fmt: skip
    weekday = ((6 * H, 22 * H),)
    assert rules.opening == dict.fromkeys(range(5), weekday) | {
        5: ((8 * H, 12 * H), (14 * H, 18 * H)), 6: ((22 * H, 30 * H),)
    }  # fmt: skip
    assert (rules.distinct_starts, rules.break_grid) == (6, 5 * M)
    assert rules.source == "shifts.toml"


def test_the_examples_of_the_readme_are_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = README.split("\n## Rules of work\n")[1].split("\n## ")[0]
    (toml,) = re.findall(r"```toml\n(.*?)```", told, flags=re.DOTALL)
    rules = ep.read_shifts(write(tmp_path, toml))
    assert (rules.shifts[0].people, rules.groups[0].start_band) == ((2, 120), 0)
    (code,) = re.findall(r"```python\n(.*?)```", told, flags=re.DOTALL)
    exec(compile(code, "README.md", "exec"), {})
    assert "at most 60 people; 5 days a week; at least 11 h between days" in capsys.readouterr().out
    for key in re.findall(r"^(?:  \{ )?([a-z_]+) = ", FULL, flags=re.MULTILINE):
        assert f"`{key}`" in told, key


def test_what_is_left_out_is_free(tmp_path: Path) -> None:
    rules = ep.read_shifts(write(tmp_path, '''
        [[shift]]
        name = "day"
        starts = "08:00"
        presence = "8h"
        [[group]]
        name = "all"
        shifts = "day"
        same_start = false
    '''))  # fmt: skip
    assert rules == ep.WorkRules(
        (ep.Shift("day", (8 * H,), (8 * H, 8 * H, 0)),),
        (ep.Group("all", ("day",), (0, None), (5, 5), start_band=None),),
        source="shifts.toml",
    )


DAY = '[[shift]]\nname = "D"\nstarts = "08:00"\npresence = "8h"\n'
GROUP = DAY + '[[group]]\nname = "G"\nshifts = "D"\n'


@pytest.mark.parametrize(("text", "said"), [
    ("", "[[shift]]: there must be one, with name, starts and presence"),
    ("[[shifts]]\nname = 'D'", "[shifts]: unknown table; did you mean 'shift'?"),
    ("[shift]\nname = 'D'", "[shift]: write [[shift]], once for each"),
    ("shift = [3]", "[[shift]] 1: '3': must be a table"),
    ("[[shift]]\nname = 'D'\nstart = '08:00'\npresence = '8h'",
     "[[shift]] 'D' start: unknown key; did you mean 'starts'?"),
    ("[[shift]]\nname = 'D'\npresence = '8h'", "[[shift]] 'D' starts: is missing"),
    ("[[shift]]\nstarts = '08:00'\npresence = '8h'", "[[shift]] 1 name: is missing"),
    (DAY.replace("08:00", "8am"), "[[shift]] 'D' starts: '8am' is no time of the day"),
    (DAY.replace('"08:00"', "8"), "starts: 8 must be a text such as '06:00/30min/13:00'"),
    (DAY.replace('"8h"', "480"), "presence: 480 has no unit; write '480min'"),
    (DAY.replace('"8h"', "8"), "presence: 8 has no unit; write '8min' or '8h'"),
    (DAY.replace('"08:00"', "'06:00-08:00'"),
     "has no step; write first/step/last: 06:00/30min/08:00"),
    (DAY + "days = 0", "[[shift]] 'D' days: 0 must be a text such as 'mon-fri'"),
    (DAY + "days = 'monfri'", "[[shift]] 'D' days: 'monfri' is no weekday"),
    (DAY + "people = 'ten'", "[[shift]] 'D' people: 'ten' must be the most"),
    (DAY + "breaks = 'lunch'", "[[shift]] 'D' breaks: 'lunch' must be a list of breaks"),
    (DAY + "breaks = [3]", "[[shift]] 'D' breaks 1: '3': must be a table"),
    (DAY + "breaks = [{name = 'lunch', length = 30, window = ['3h', '5h']}]",
     "[[shift]] 'D' breaks 'lunch' length: 30 has no unit; write '30min'"),
    (DAY + "breaks = [{name = 'lunch', length = '30min', window = ['11:00', '13:00']}]",
     "are times of the day, but a window counts from the shift's start, or back from its end"),
    (DAY + "breaks = [{name = 'lunch', length = '30min', window = ['5h', '3h']}]",
     "[[shift]] 'D' breaks 'lunch' window: ['5h', '3h'] has its least above its most"),
    (DAY + "breaks = [{name = 'lunch', length = '30min'}]", "breaks 'lunch' window: is missing"),
    (DAY + "breaks = [{name = 'lunch', length = '30min', windows = ['3h', '5h']}]",
     "breaks 'lunch' windows: unknown key; did you mean 'window'?"),
    (DAY + "breaks = [{name = 'x', length = '5min', window = ['1h', '2h'], from = 'stop'}]",
     "breaks 'x' from: 'stop' must be 'start' or 'end'"),
    (DAY + "breaks = [{name = 'x', length = '5min', window = ['9h', '10h']}]",
     "[[shift]] 'D': breaks do not fit: break 'x' can start 9 h after the start at the earliest"),
    (DAY + "spacing = '1h'", "[[shift]] 'D' spacing: '1h': must be a table"),
    (DAY + "spacing = {least = '1h'}", "[[shift]] 'D' spacing least: unknown key; did you mean"),
    (DAY + "spacing = {min = '2h', max = '1h'}",
     "[[shift]] 'D' spacing min: is above max"),
    (DAY + "spacing = {max = 90}", "[[shift]] 'D' spacing max: 90 has no unit"),
    (DAY + DAY, "[[shift]] 'D' name: 2 have this name"),
    (DAY + "[[premium]]\ndays = 'sun'", "[[premium]] 1 factor: is missing"),
    (DAY + "[[premium]]\nfactor = 1.5\nbetween = [22, 6]",
     "[[premium]] 1 between: 22 must be a text such as '22:00'"),
    (GROUP.replace('shifts = "D"', 'shifts = "X"'),
     "[[group]] 'G' shifts: no shift is named 'X'; known are D"),
    (GROUP + "hours = [16, 24]", "[[group]] 'G' hours: unknown key; known are name,"),
    (GROUP + "rest = 11", "[[group]] 'G' rest: 11 has no unit; write '11min' or '11h'"),
    (GROUP + "same_start = true\nstart_band = '2h'",
     "[[group]] 'G' same_start: contradicts start_band"),
    (GROUP + "same_start = 'yes'", "[[group]] 'G' same_start: 'yes' must be true or false"),
    (GROUP + "rest = '17h'", "[[group]] 'G' rest: 17 h are not left between shifts on 5 days"),
    (GROUP + "hours_per_week = [41, 48]",
     "[[group]] 'G' hours_per_week: 41 to 48 h cannot be reached: 5 days of its shifts are 40 h"),
    (GROUP + "days_per_week = 9", "[[group]] 'G' days_per_week: 9 must be 1 to 7 days"),
    (DAY + "[plan]\nopening = '06:00-22:00'", "[plan] opening: '06:00-22:00' are no opening hours"),
    (DAY + "[plan]\nopening = {mon = [6, 22]}",
     "[plan] opening: 6 must be a text such as '06:00-22:00'"),
    (DAY + "[plan]\nopening = {sat = '09:00-12:00'}",
     "[[shift]] 'D' starts: none lies inside the opening hours"),
    (DAY + "[plan]\nbreak_grid = 5", "[plan] break_grid: 5 has no unit"),
    (DAY + "[plan]\ndistinct_start = 5", "[plan] distinct_start: unknown key; did you mean"),
    (DAY + "[[plan]]\ndistinct_starts = 5", "[plan]: write [plan], once"),
])  # fmt: skip
def test_a_fault_names_its_table_and_key(tmp_path: Path, text: str, said: str) -> None:
    assert said in str(refused(tmp_path, text))


def test_all_faults_of_a_file_are_listed_together(tmp_path: Path) -> None:
    text = GROUP.replace('"8h"', '"8:30"') + "\n".join(
        ["people = 1.5", "rest = '9x'", DAY.replace('"D"', '"E"'), "cost = 0", GROUP]
    ).replace('"G"', '"H"').replace('"D"', '"F"').replace('shifts = "F"', 'shifts = "FF"')
    places = [fault.column for fault in refused(tmp_path, text).faults]
    assert places == ["[[shift]] 'D' presence", "[[shift]] 'E' cost", "[[group]] 'G' people",
                      "[[group]] 'G' rest", "[[group]] 'H' shifts"]  # fmt: skip


def test_a_misspelt_key_is_one_fault_not_two(tmp_path: Path) -> None:
    text = "[[shift]]\nname = 'D'\nstart = '08:00'\npresence = '8h'"
    assert [fault.column for fault in refused(tmp_path, text).faults] == ["[[shift]] 'D' start"]
    both = text.replace("name", "nome").replace("presence", "present")
    columns = [fault.column for fault in refused(tmp_path, both).faults]
    assert columns == [f"[[shift]] 1 {key}" for key in ("nome", "start", "present")]


def test_a_shift_that_is_not_understood_is_still_known_by_its_name(tmp_path: Path) -> None:
    error = refused(tmp_path, GROUP.replace('"8h"', '"eight"'))
    assert [fault.column for fault in error.faults] == ["[[shift]] 'D' presence"]


def test_a_file_that_is_not_there_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ep.InputError, match=r"none\.toml: No such file"):
        ep.read_shifts(tmp_path / "none.toml")
    assert "is not a TOML file" in str(refused(tmp_path, "[[shift]"))


ODD = ["0", "-1", "1.5", "inf", "nan", "true", '""', '"-"', '"/"', '".."', '"x/y/z"', "[]", "[[]]",
       "{}", "{ mon = {} }", "{ mon = [[]] }", "[1, 2, 3]", "['a', 1]", "08:00:30", "08:00:00.5",
       "2026-03-02", "2026-03-02T08:00:00Z", "[{}]", "[inf, inf]", "['1h', inf]", "1e300",
       '"' + "9" * 400 + '"', '"06:00/1min/05:59"', '"1min..24h/1min"', '"٣:00"']  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_are_read_or_refused_with_their_place(tmp_path: Path, odd: str) -> None:
    lines = re.findall(r"^\w+ = .*[^\[\n]$", FULL, flags=re.MULTILINE)
    for line in [*lines, *re.findall(r"(?:length|from|paid) = \"?\w+\"?|window = [^]]+]", FULL)]:
        key = line.split(" = ")[0]
        try:
            rules = ep.read_shifts(write(tmp_path, FULL.replace(line, f"{key} = {odd}", 1)))
        except ep.InputError as error:
            assert error.faults and all(fault.column[0] == "[" for fault in error.faults)
        else:
            assert rules.words()


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1).map(str.strip)
NAMES = NAMES.filter(lambda name: name and name.lower() != "work")
LENGTHS = st.integers(1, 48).map(lambda steps: 5 * M * steps)
DAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
COUNTS = st.integers(0, 99)
PEOPLE = st.tuples(COUNTS, st.none() | COUNTS).filter(lambda p: p[1] is None or p[0] <= p[1])
NEAR = st.tuples(st.integers(0, 24), st.integers(0, 24)).map(
    lambda pair: (5 * M * min(pair), 5 * M * max(pair))
)
WORK = st.tuples(
    st.integers(0, 6), st.just(math.inf) | st.integers(20, 60).map(lambda n: 5 * M * n)
)
WORK = WORK.map(lambda pair: (5 * M * pair[0], pair[1]))


@st.composite
def shifts(draw, name):
    step = draw(st.sampled_from([0, 900, 3600]))
    shortest = draw(st.integers(24, 120)) * 5 * M
    held = draw(DAYS)
    pauses = draw(st.lists(st.tuples(NAMES, LENGTHS, NEAR, st.booleans(), DAYS), max_size=3,
                           unique_by=lambda pause: pause[0]))  # fmt: skip
    breaks = [
        ep.Break(label, min(length, 20 * M), window if number == 0 else (0, 20 * H),
                 "end" if number and paid else "start", paid, tuple({*days, held[0]}))
        for number, (label, length, window, paid, days) in enumerate(pauses)
    ]  # fmt: skip
    try:
        return ep.Shift(
            name, draw(st.lists(st.integers(0, 287).map(lambda n: 300 * n), min_size=1)),
            (shortest, shortest + step * draw(st.integers(1, 4)) if step else shortest, step),
            held, draw(PEOPLE), draw(st.floats(0.1, 9)), tuple(breaks),
            ep.Spacing(draw(WORK), draw(WORK), draw(WORK)), tuple(draw(st.sets(NAMES, max_size=2))),
        )  # fmt: skip
    except ValueError:  # such breaks do not fit
        return ep.Shift(name, "08:00", "8h", cost=draw(st.floats(0.1, 9)))


@st.composite
def rules(draw):
    made = [
        draw(shifts(name)) for name in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    ]
    fixed = [shift for shift in made if not shift.flexible]
    groups = []
    for name in draw(st.lists(NAMES, max_size=2, unique=True)):
        chosen = fixed or made
        paid = [s.paid_seconds(s.lengths[0], s.days[0]) / H for s in chosen]
        groups.append(ep.Group(
            name, tuple(shift.name for shift in chosen), draw(PEOPLE), draw(st.just((1, 7))),
            (0, math.ceil(max(paid))) if fixed and draw(st.booleans()) else None,
            draw(st.booleans()),
            draw(st.sampled_from([None, 0, 7200])), draw(st.sampled_from([0, 11 * H])),
        ))  # fmt: skip
    premiums = draw(st.lists(st.builds(
        ep.Premium, st.floats(0.1, 9), st.sampled_from([None, (22 * H, 6 * H), (18 * H, 24 * H)]),
        DAYS), max_size=2))  # fmt: skip
    opening = draw(st.sampled_from([
        None, {"mon-sun": "00:00-24:00"}, {"mon-sun": ["00:00-12:00", "12:00-24:00"]},
    ]))  # fmt: skip
    return ep.WorkRules(made, groups, premiums, opening, draw(st.none() | st.integers(1, 9)),
                        draw(st.none() | st.just(300)), "shifts.toml")  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(rules=rules())
def test_rules_written_as_text_are_read_back_equal(tmp_path_factory, rules) -> None:
    path = tmp_path_factory.mktemp("rules") / "shifts.toml"
    path.write_text("\n".join(as_toml(rules)), encoding="utf-8", newline="\n")
    assert ep.read_shifts(path) == rules


def as_toml(rules):
    for shift in rules.shifts:
        low, high, step = shift.presence
        yield "[[shift]]"
        yield f"name = {text(shift.name)}\ncost = {shift.cost!r}\npeople = {people(shift.people)}"
        yield f"starts = [{', '.join(map(clock, shift.starts))}]"
        flexible = f"..{high / 60:.0f}min/{step / 60:.0f}min" if step else ""
        yield f'presence = "{low / 60:.0f}min{flexible}"'
        yield f"days = {days(shift.days)}\nqueues = [{', '.join(map(text, shift.queues))}]"
        yield f"breaks = [{', '.join(map(pause_text, shift.breaks))}]"
        first, between, last = (
            [length(edge) for edge in pair]
            for pair in (shift.spacing.first, shift.spacing.between, shift.spacing.last)
        )
        most = "" if between[1] == "inf" else f", max = {between[1]}"
        yield (f"spacing = {{ first = [{', '.join(first)}], min = {between[0]}{most}, "
               f"last = [{', '.join(last)}] }}")  # fmt: skip
    for group in rules.groups:
        yield f"[[group]]\nname = {text(group.name)}\npeople = {people(group.people)}"
        yield f"shifts = [{', '.join(map(text, group.shifts))}]"
        yield f"days_per_week = {list(group.days_per_week)}\nrest = {length(group.rest)}"
        yield f"days_off_joined = {str(group.days_off_joined).lower()}"
        if group.hours_per_week:
            yield f"hours_per_week = {list(group.hours_per_week)}"
        if group.start_band is not None:
            yield (
                f"start_band = {length(group.start_band)}"
                if group.start_band
                else "same_start = true"
            )
    for premium in rules.premiums:
        yield f"[[premium]]\nfactor = {premium.factor!r}\ndays = {days(premium.days)}"
        if premium.between:
            yield f"between = [{', '.join(map(clock, premium.between))}]"
    yield "[plan]"
    for day, hours in (rules.opening or {}).items():
        spans = [f"{time_text(opens)}-{time_text(closes)}" for opens, closes in hours]
        yield f"opening.{WEEKDAYS[day]} = {json.dumps(spans)}"
    if rules.distinct_starts:
        yield f"distinct_starts = {rules.distinct_starts}"
    if rules.break_grid:
        yield f"break_grid = {length(rules.break_grid)}"


def pause_text(pause):
    low, high = map(length, pause.window)
    return (f"{{ name = {text(pause.name)}, length = {length(pause.length)}, "
            f'window = [{low}, {high}], from = "{pause.anchor}", paid = {str(pause.paid).lower()}, '
            f"days = {days(pause.days)} }}")  # fmt: skip


def text(value):
    return json.dumps(value, ensure_ascii=False)


def length(seconds):
    if math.isinf(seconds):
        return "inf"
    hours, minutes = divmod(round(seconds) // 60, 60)
    return f'"{hours}h{minutes:02}"' if hours else f'"{minutes}min"'


def clock(seconds):
    return f'"{time_text(seconds)}"'


def days(chosen):
    return json.dumps([WEEKDAYS[day] for day in chosen])


def people(pair):
    return f"[{pair[0]}, {'inf' if pair[1] is None else pair[1]}]"
