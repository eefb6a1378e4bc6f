"""The planner against the program of every way to work, and against every plan there is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.scheduling.solver import Job, solve_here
from explicit_model import explicit_optimum
from naive_schedules import break_starts, cheapest_cover
from proven_plans import needs, proven

DAYTIME = [2, 3, 5, 7, 8, 8, 6, 6, 7, 8, 6, 4, 3, 2]
WEEK = [6, 5, 5, 6, 7, 3, 2]


@dataclass(frozen=True)
class Case:
    needed: pd.DataFrame
    rules: ep.WorkRules
    cyclic: bool = False
    price: float | None = None

    @property
    def minutes(self) -> int:
        return int(self.needed["start"].diff().min() // pd.Timedelta(minutes=1))


def halves(agents: list[int], first: str = "2026-03-02 07:00") -> pd.DataFrame:
    return needs([n for each in agents for n in (each, each)], first=first, minutes=30)


def daily(agents: list[int], peak: int = 2, first: str = "2026-03-02") -> pd.DataFrame:
    """Return three intervals of eight hours a day, the middle one as given."""
    return needs([n for each in agents for n in (1, each, peak)], first=first, minutes=480)


LUNCH = ep.Break("lunch", "30min", ("2h", "4h"))
TEA = ep.Break("tea", "30min", ("1h", "2h"), anchor="end", paid=True)
EARLY = ep.Break("early", "30min", ("30min", "2h"), paid=True)
LONG = ep.Shift("long", "07:00/1h/13:00", "8h", breaks=(EARLY, LUNCH, TEA),
                spacing=ep.Spacing("30min", ("1h", "2h30"), "30min"))  # fmt: skip
SHORT = ep.Shift("short", "07:00/1h/17:00", "4h", cost=1.1)
EIGHT = tuple(ep.Shift(n, s, "8h") for n, s in (("N", "00:00"), ("D", "08:00"), ("L", "16:00")))
DAY_OFF = ep.Group("staff", ("N", "D", "L"), days_off_joined=True, rest="11h")

CASES = {
    "windows from the start": Case(
        halves(DAYTIME), ep.WorkRules((replace(LONG, breaks=(LUNCH,), spacing=ep.Spacing()), SHORT))
    ),
    "windows from both ends, and spacing": Case(halves(DAYTIME), ep.WorkRules((LONG, SHORT))),
    "no bound between breaks": Case(
        halves(DAYTIME),
        ep.WorkRules(replace(LONG, spacing=ep.Spacing(), starts="07:00/30min/13:00")),
    ),
    "flexible length": Case(
        halves(DAYTIME),
        ep.WorkRules(ep.Shift("flex", "07:00/1h/16:00", "4h..8h/1h", breaks=(TEA,))),
    ),
    "flexible length with breaks from both ends": Case(
        halves(DAYTIME),
        ep.WorkRules(
            replace(
                LONG,
                presence="6h..8h/30min",
                breaks=(EARLY, TEA),
                spacing=ep.Spacing("1h", ("1h", "4h"), "30min"),
            )
        ),
    ),
    "a break grid finer than the interval": Case(
        needs(DAYTIME, first="2026-03-02 07:00"),
        ep.WorkRules(
            (replace(LONG, breaks=(replace(LUNCH, length="15min"),), spacing=ep.Spacing()), SHORT),
            break_grid="15min",
        ),
    ),
    "fewest and most people": Case(
        halves(DAYTIME),
        ep.WorkRules((replace(LONG, people=(2, 9)), replace(SHORT, people=(1, 6)))),
    ),
    "premiums": Case(
        halves(DAYTIME),
        ep.WorkRules(
            (LONG, SHORT),
            premiums=(ep.Premium(1.25, ("18:00", "07:30")), ep.Premium(1.5, ("11:00", "13:00"))),
        ),
    ),
    "few different starts": Case(
        needs(DAYTIME, first="2026-03-02 07:00"),
        ep.WorkRules((ep.Shift("long", "07:00/1h/13:00", "8h"), SHORT), distinct_starts=3),
    ),
    "opening hours": Case(
        needs(DAYTIME, first="2026-03-02 07:00"),
        ep.WorkRules(
            ep.Shift("flex", "07:00/1h/16:00", "4h..8h/1h"), opening={"mon": "08:00-20:00"}
        ),
    ),
    "a price of shortage": Case(halves(DAYTIME), ep.WorkRules((LONG, SHORT)), price=1.75),
    "a day that repeats": Case(
        needs([1, 1, 1, 1, 1, 2, 2, 3, *DAYTIME, 2, 1]),
        ep.WorkRules(
            (ep.Shift("any", "00:00/1h/23:00", "8h", breaks=(replace(LUNCH, length="1h"),)),)
        ),
        cyclic=True,
    ),
    "three days over midnight": Case(
        needs([1, 1, 1, 1, 1, 1, 3, 4, 5, 5, 4, 4, 5, 5, 4, 4, 3, 3, 2, 2, 2, 2, 1, 1] * 3),
        ep.WorkRules(
            (
                ep.Shift("night", "22:00", "9h", breaks=(ep.Break("meal", "1h", ("3h", "5h")),)),
                ep.Shift(
                    "day", "06:00/2h/14:00", "8h", breaks=(ep.Break("lunch", "1h", ("3h", "5h")),)
                ),
            )
        ),
    ),
    "two weekdays with other breaks": Case(
        needs([0] * 8 + [3] * 9 + [0] * 7 + [0] * 8 + [3] * 9),
        ep.WorkRules(
            ep.Shift(
                "day",
                "08:00/1h/09:00",
                "8h",
                breaks=(
                    ep.Break("meeting", "1h", ("1h", "2h"), paid=True, days="mon"),
                    ep.Break("lunch", "1h", ("3h", "5h")),
                ),
            )
        ),
    ),
    "five days a week": Case(
        daily(WEEK, peak=0), ep.WorkRules(EIGHT[:2], ep.Group("staff", ("N", "D")))
    ),
    "joined days off and rest, repeating": Case(
        daily(WEEK), ep.WorkRules(EIGHT, DAY_OFF), cyclic=True
    ),
    "joined days off and rest": Case(daily(WEEK), ep.WorkRules(EIGHT, DAY_OFF)),
    "joined days off in five days": Case(
        daily(WEEK[:5]), ep.WorkRules(EIGHT[:2], replace(DAY_OFF, shifts=("N", "D")))
    ),
    "same start": Case(
        daily(WEEK),
        ep.WorkRules(
            (*EIGHT[:1], ep.Shift("D", "08:00/4h/12:00", "8h")),
            ep.Group("staff", ("N", "D"), start_band=0),
        ),
    ),
    "starts in a band": Case(
        needs([0, 3, 4, 3, 0, 0] * 7, minutes=240),
        ep.WorkRules(
            ep.Shift("D", ("04:00", "08:00", "12:00"), "8h"),
            ep.Group("staff", ("D",), start_band="4h", days_per_week=(4, 5)),
        ),
    ),
    "full-time beside part-time": Case(
        daily([7, 6, 6, 7, 8, 3, 2], peak=0),
        ep.WorkRules(
            (EIGHT[0], EIGHT[1], ep.Shift("P", "08:00", "8h", cost=1.05)),
            (
                ep.Group("full-time", ("N", "D"), people=6),
                ep.Group("part-time", ("P",), days_per_week=(1, 3)),
            ),
        ),
        cyclic=True,
    ),
    "hours a week": Case(
        needs([0, 3, 4, 3, 0, 0] * 7, minutes=240),
        ep.WorkRules(
            (ep.Shift("D", "04:00", "8h"), ep.Shift("H", ("04:00", "12:00"), "4h")),
            ep.Group("staff", ("D", "H"), days_per_week=(3, 5), hours_per_week=(20, 24)),
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_optimum_is_that_of_the_explicit_program(name: str) -> None:
    case = CASES[name]
    short, best = explicit_optimum(
        case.needed, case.rules, minutes=case.minutes, cyclic=case.cyclic, price=case.price
    )
    plan = proven(
        case.needed, case.rules, gap=0, time_limit=60, short_price=case.price,
        week="cyclic" if case.cyclic else "open",
    )  # fmt: skip
    hours = float(plan.coverage["short"].sum()) * case.minutes / 60
    value = plan.cost if case.price is None else plan.cost + case.price * hours
    if case.price is None:
        assert hours == pytest.approx(short, abs=1e-6)
    assert value == pytest.approx(best, rel=1e-6)
    assert plan.bound <= best * (1 + 1e-6)
    assert plan.status == "optimal"


FEW = (
    ep.Shift("a", ("07:00", "14:00"), "6h"),
    ep.Shift("b", ("09:00", "12:00"), "3h", cost=1.1),
    ep.Shift("c", ("08:00", "10:00", "12:00"), "6h", cost=1.3),
)


def compared(agents: list[int], rules: ep.WorkRules) -> None:
    needed = needs(agents, first="2026-03-02 06:00")
    plan = proven(needed, rules, gap=0, time_limit=60)
    short, best = explicit_optimum(needed, rules)
    assert plan.coverage["short"].sum() == pytest.approx(short)
    assert plan.cost == pytest.approx(best)
    assert plan.bound <= best * (1 + 1e-9)


def test_a_first_plan_proves_nothing_where_starts_are_few() -> None:
    compared([4, 0, 0, 4, 4, 4, 5, 2, 5, 5, 1, 1, 4], ep.WorkRules(FEW, distinct_starts=3))


def test_few_starts_are_few_after_the_proof_too() -> None:
    shifts = (
        ep.Shift("a", "14:00", "3h"),
        ep.Shift("b", ("06:00", "07:00", "13:00"), "4h", cost=0.9),
        ep.Shift("c", ("13:00", "14:00"), "3h", cost=1.3),
    )
    agents = [0, 0, 5, 1, 4, 2, 2, 2, 2, 0, 5, 1, 4]
    compared(agents, ep.WorkRules(shifts, distinct_starts=2))


def test_the_least_shortage_comes_first_where_people_are_few() -> None:
    pause = ep.Break("pause", "1h", ("1h", "2h"))
    shifts = (
        ep.Shift("a", ("10:00", "13:00"), "3h", people=1),
        ep.Shift("b", ("06:00", "12:00"), "6h", people=2, cost=1.5),
        ep.Shift("c", ("07:00", "08:00"), "8h", cost=1.3, breaks=(pause,)),
    )
    compared([3, 0, 5, 3, 4, 3, 5, 0, 3, 5, 2, 2, 0, 2, 5], ep.WorkRules(shifts))


TINY = {
    "two shifts over each other": ("08:00", "10:00", (), None, [1, 2, 2, 3, 1, 1]),
    "a break that moves": ("08:00", "10:00", (60, 120), None, [1, 1, 2, 1, 2, 1]),
    "a break that leaves a gap": ("08:00", "08:00", (60, 60), None, [1, 1, 1, 1]),
    "at most three people, too few": ("08:00", "10:00", (60, 120), 3, [2, 3, 3, 3, 3, 2]),
    "at most two people, far too few": ("08:00", "09:00", (), 2, [1, 4, 2, 4, 1]),
    "an hour that nobody reaches": ("08:00", "09:00", (), None, [2, 1, 1, 1, 2, 1, 1]),
}


@pytest.mark.parametrize("name", TINY)
def test_the_optimum_is_that_of_every_plan_there_is(name: str) -> None:
    early, late, window, most, agents = TINY[name]
    breaks = (ep.Break("pause", "1h", tuple(60 * w for w in window)),) if window else ()
    rules = ep.WorkRules(
        ep.Shift("four hours", [early, late], "4h", breaks=breaks, people=(0, most))
    )
    needed = needs(agents, first="2026-03-02 08:00")
    places = break_starts(4, [(1, window[0] // 60, window[1] // 60)]) if window else [()]
    units, costs = [], []
    for start in sorted({int(early[:2]) - 8, int(late[:2]) - 8}):
        for place in places:
            there = [start <= i < start + 4 and i - start not in place for i in range(len(agents))]
            units.append([float(here) for here in there])
            costs.append(4.0 - len(place))
    short, cost, _ = cheapest_cover(agents, units, costs, 6 if most is None else most)
    plan = proven(needed, rules, gap=0, time_limit=60)
    assert plan.coverage["short"].sum() == pytest.approx(short)
    assert plan.cost == pytest.approx(cost)
    assert plan.status == "optimal"
    assert len(plan.shortages) == (plan.coverage["short"] > 0).sum()


def test_the_solver_gets_a_program_right_that_one_release_of_it_got_wrong() -> None:
    """HiGHS 1.14.0 answers 15; x = 4.5 and z = 0 cost 9."""
    arrays = {
        "cost": np.array([2.0, 3.0]), "lower": np.zeros(2), "upper": np.full(2, 10.0),
        "whole": np.array([False, True]), "row_lower": np.array([4.5]),
        "row_upper": np.array([np.inf]), "begins": np.array([0, 2], dtype=np.int32),
        "columns": np.array([0, 1], dtype=np.int32), "values": np.ones(2),
    }  # fmt: skip
    assert solve_here(Job(arrays, True, 5.0)).objective == pytest.approx(9.0)
