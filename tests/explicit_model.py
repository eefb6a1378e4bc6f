"""The explicit program of shifts: a whole number of people for every single way to work.

Slow and obvious: each way to work a shift (day, start, length, place of every break) is a column,
and so is every way to work a week, if people work in groups. Everything is counted in minutes on
the wall clock, without time zones. Nothing of the planner is used but the rules themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
import pandas as pd

from erlangplan.shifts import Group, Shift, WorkRules

DAY = 1440
DEAR = 1000.0


@dataclass(frozen=True)
class Worked:
    """A shift on a day: its position in the rules, first minute of the time planned, length."""

    shift: int
    day: int
    start: int
    length: int


@dataclass
class Program:
    """Rows first, then columns, as HiGHS takes them."""

    solver: Any = field(default_factory=highspy.Highs)
    costs: list[float] = field(default_factory=list)
    shorts: list[float] = field(default_factory=list)
    rows: int = 0

    def row(self, low: float, high: float) -> int:
        self.solver.addRow(low, high, 0, np.array([], np.int32), np.array([]))
        self.rows += 1
        return self.rows - 1

    def column(
        self, terms: dict[int, float], cost: float = 0.0, short: float = 0.0, high: float = 1e6,
        *, whole: bool = True,
    ) -> None:  # fmt: skip
        at = np.array(list(terms), np.int32)
        self.solver.addCol(0.0, 0.0, high, len(at), at, np.array(list(terms.values()), float))
        if whole:
            number = len(self.costs)
            self.solver.changeColIntegrality(number, highspy.HighsVarType.kInteger)
        self.costs.append(cost)
        self.shorts.append(short)

    def least(self, objective: Sequence[float]) -> float:
        for number, value in enumerate(objective):
            self.solver.changeColCost(number, value)
        self.solver.run()
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return float(self.solver.getInfo().objective_function_value)


def explicit_optimum(
    needed: pd.DataFrame,
    rules: WorkRules,
    *,
    minutes: int = 60,
    cyclic: bool = False,
    price: float | None = None,
) -> tuple[float, float]:
    """Return the agent hours that are short, and the cost.

    Without a price the least shortage, then the least cost; with a price for an agent hour that is
    short the least of cost and price together, whatever the shortage is (then NaN).
    """
    program = Program()
    program.solver.setOptionValue("output_flag", False)
    program.solver.setOptionValue("mip_rel_gap", 0.0)
    first = needed["start"].iloc[0].normalize()
    days = (needed["start"].iloc[-1].normalize() - first).days + 1
    dates = [first + pd.Timedelta(days=day) for day in range(days)]
    begins = ((needed["start"] - first) // pd.Timedelta(minutes=1)).tolist()
    cover = [program.row(float(agents) * minutes, highspy.kHighsInf) for agents in needed["agents"]]
    interval_of = {
        begin + minute: row
        for begin, row in zip(begins, cover, strict=True)
        for minute in range(minutes)
    }
    works = list(ways_to_work(needed, rules))
    limits = _limits(program, rules, works, dates)
    links = _weeks(program, rules, works, dates, cyclic=cyclic)
    for work in works:
        shift = rules.shifts[work.shift]
        owners = links.get(work, [None])
        for breaks, owner in itertools.product(_breaks(shift, work, dates, rules, minutes), owners):
            terms = dict(limits.get(work, {}))
            if owner is not None:
                terms[owner] = 1.0
            spans = [(work.start, work.length, 1.0)] + [(at, long, -1.0) for at, long, _ in breaks]
            for begin, length, sign in spans:
                for minute in range(begin, begin + length):
                    row = interval_of.get(minute % (days * DAY) if cyclic else minute)
                    if row is not None:
                        terms[row] = terms.get(row, 0.0) + sign
            program.column(terms, _cost(shift, work, breaks, rules, first))
    for row in cover:
        program.column({row: 1.0}, short=1 / 60, whole=False)
    if price is not None:
        pairs = zip(program.costs, program.shorts, strict=True)
        return float("nan"), program.least([cost + price * short for cost, short in pairs])
    short = program.least(program.shorts)
    # A row that holds the shortage down makes HiGHS miss optima; a price far above costs does not.
    pairs = zip(program.costs, program.shorts, strict=True)
    return short, program.least([cost + DEAR * hours for cost, hours in pairs]) - DEAR * short


def ways_to_work(needed: pd.DataFrame, rules: WorkRules) -> Iterator[Worked]:
    """Return every shift that may be worked on the days of a requirement, breaks aside."""
    first, last = (needed["start"].iloc[at].normalize() for at in (0, -1))
    dates = list(pd.date_range(first, last, freq="D"))
    for number, shift in enumerate(rules.shifts):
        for day, date in enumerate(dates):
            for start, length in itertools.product(shift.starts, shift.lengths):
                weekday = date.day_of_week
                if weekday in shift.days and rules.is_open(weekday, start, length):
                    yield Worked(number, day, day * DAY + round(start / 60), round(length / 60))


def _breaks(
    shift: Shift, work: Worked, dates: Sequence[pd.Timestamp], rules: WorkRules, minutes: int
) -> Iterator[tuple[tuple[int, int, bool], ...]]:
    """Return every way to place the breaks: their first minutes, lengths, and if they are paid."""
    held = [pause for pause in shift.breaks if dates[work.day].day_of_week in pause.days]
    grid = round((rules.break_grid or minutes * 60) / 60)
    end, rule = work.start + work.length, shift.spacing
    ranges = []
    for pause in held:
        near, far = (edge / 60 for edge in pause.window)
        if pause.anchor == "end":
            near, far = work.length - far, work.length - near
        ranges.append([at for at in range(work.start, end) if at % grid == 0
                       and near <= at - work.start <= far])  # fmt: skip
    for places in itertools.product(*ranges):
        found = tuple((at, round(pause.length / 60), pause.paid)
                      for at, pause in zip(places, held, strict=True))  # fmt: skip
        edges = [(work.start, work.start), *((at, at + long) for at, long, _ in found), (end, end)]
        gaps = [(later[0] - before[1]) * 60 for before, later in itertools.pairwise(edges)]
        wanted = [rule.first, *[rule.between] * (len(found) - 1), rule.last]
        if not found or all(
            max(0, low) <= gap <= high for gap, (low, high) in zip(gaps, wanted, strict=True)
        ):
            yield found


def _cost(
    shift: Shift, work: Worked, breaks: tuple[tuple[int, int, bool], ...], rules: WorkRules,
    first: pd.Timestamp,
) -> float:  # fmt: skip
    paid = set(range(work.start, work.start + work.length))
    for at, long, is_paid in breaks:
        if not is_paid:
            paid -= set(range(at, at + long))
    total = 0.0
    for minute in paid:
        factor, clock = shift.cost, (minute % DAY) * 60
        weekday = (first.day_of_week + minute // DAY) % 7
        for premium in rules.premiums:
            begin, end = premium.between or (0.0, 86400.0)
            inside = begin <= clock < end if begin < end else clock >= begin or clock < end
            if inside and weekday in premium.days:
                factor *= premium.factor
        total += factor / 60
    return total


def _limits(
    program: Program, rules: WorkRules, works: Sequence[Worked], dates: Sequence[pd.Timestamp]
) -> dict[Worked, dict[int, float]]:
    """Return the terms of each way to work in the rows that limit people and start times."""
    terms: dict[Worked, dict[int, float]] = {work: {} for work in works}
    for number, shift in enumerate(rules.shifts):
        least, most = shift.people
        for day in range(len(dates)):
            own = [work for work in works if (work.shift, work.day) == (number, day)]
            if own and (least or most is not None):
                row = program.row(least, highspy.kHighsInf if most is None else most)
                for work in own:
                    terms[work][row] = 1.0
    if rules.distinct_starts is not None:
        chosen = program.row(-highspy.kHighsInf, rules.distinct_starts)
        for clock in sorted({work.start % DAY for work in works}):
            link = program.row(-highspy.kHighsInf, 0.0)
            for work in works:
                if work.start % DAY == clock:
                    terms[work][link] = 1.0
            program.column({link: -1e3, chosen: 1.0}, high=1.0)
    return terms


def _weeks(
    program: Program, rules: WorkRules, works: Sequence[Worked], dates: Sequence[pd.Timestamp],
    *, cyclic: bool,
) -> dict[Worked, list[int | None]]:  # fmt: skip
    """Add a column for each way to work the week; return the rows that tie days to weeks."""
    links: dict[Worked, list[int | None]] = {}
    for group in rules.groups:
        own = [work for work in works if rules.shifts[work.shift].name in group.shifts]
        rows = {work: program.row(0.0, 0.0) for work in own}
        for work, row in rows.items():
            links.setdefault(work, []).append(row)
        least, most = group.people
        people = program.row(least, highspy.kHighsInf if most is None else most)
        daily: list[list[Worked | None]] = [
            [None, *(work for work in own if work.day == day)] for day in range(len(dates))
        ]
        for week in itertools.product(*daily):
            if _may_work(group, rules, week, dates, cyclic=cyclic):
                terms = {rows[work]: -1.0 for work in week if work is not None}
                program.column({**terms, people: 1.0})
    return links


def _may_work(
    group: Group, rules: WorkRules, week: Sequence[Worked | None], dates: Sequence[pd.Timestamp],
    *, cyclic: bool,
) -> bool:  # fmt: skip
    worked = [work for work in week if work is not None]
    least, most = group.days_per_week
    missing = 7 - len(week)
    if not worked or not least - missing <= len(worked) <= most:
        return False
    if group.hours_per_week is not None:
        paid = sum(
            rules.shifts[work.shift].paid_seconds(work.length * 60, dates[work.day].day_of_week)
            for work in worked
        )
        if not group.hours_per_week[0] <= paid / 3600 <= group.hours_per_week[1]:
            return False
    if group.days_off_joined and not _joined(week, most, cyclic=cyclic):
        return False
    after = list(itertools.pairwise(worked))
    ends = [(a.start + a.length, b.start) for a, b in after]
    if cyclic:
        ends.append((worked[-1].start + worked[-1].length, worked[0].start + len(week) * DAY))
    if any(begin - end < group.rest / 60 for end, begin in ends):
        return False
    return group.start_band is None or any(
        all((work.start - first.start) % DAY <= group.start_band / 60 for work in worked)
        for first in worked
    )


def _joined(week: Sequence[Worked | None], most: int, *, cyclic: bool) -> bool:
    """Whether days off can stand together, days before and after what is planned unseen."""
    off = [work is None for work in week]
    blocks = sum(now and not before for before, now in itertools.pairwise([False, *off]))
    if cyclic and off[0] and off[-1] and not all(off):
        blocks -= 1
    missing = 7 - len(week)
    hidden = len(week) - sum(off) + missing > most
    return blocks <= 1 and not (hidden and missing and any(off) and not off[-1])
