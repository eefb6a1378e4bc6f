"""The checker's look at people: how many a shift and a group have, and everybody's week."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.checked_rows import DAY, MICRO, Rows, told
from erlangplan.shifts import Group, WorkRules

__all__ = ["check_people"]

WEEK = 7
IntArray = NDArray[np.int64]
Persons = NDArray[np.intp]


def check_people(rows: Rows, rules: WorkRules, *, cyclic: bool) -> list[str]:
    """Return what is wrong with numbers of people and with anybody's days."""
    faults = [*_counts(rows, rules), *_starts(rows, rules), *_days(rows, cyclic=cyclic)]
    faults += _members(rows, rules)
    for group in rules.groups:
        faults += _group(rows, group, rules, cyclic=cyclic)
    return faults


def _counts(rows: Rows, rules: WorkRules) -> list[str]:
    first, number = rows.days
    faults = []
    for shift in rules.shifts:
        least, most = shift.people
        days = rows.day[rows.shift == shift.name] - first
        counts = np.bincount(days[(days >= 0) & (days < number)], minlength=number)
        weekdays = (first + np.arange(number) + 3) % 7
        open_days = np.array(list(rules.opening if rules.opening is not None else range(7)))
        held = np.isin(weekdays, shift.days) & np.isin(weekdays, open_days)
        wrong = held & ((counts < least) | (most is not None and counts > most))
        number_of = partial(_many, counts, first)
        faults += told(wrong, number_of, f"{shift.name} takes from {least} to {most}")
    return faults


def _many(counts: IntArray, first: int, day: int) -> str:
    return f"{counts[day]} people start on {np.int64(first + day).view('M8[D]')}"


def _starts(rows: Rows, rules: WorkRules) -> list[str]:
    most, faults = rules.distinct_starts, []
    for queue in np.unique(rows.queue.astype(str)) if most is not None else ():
        found = len(np.unique(rows.clock[rows.queue == queue]))
        if most is not None and found > most:
            faults.append(
                f"{queue}: shifts start at {found} different times of the day, at most {most} are "
                "allowed"
            )
    return faults


def _days(rows: Rows, *, cyclic: bool) -> list[str]:
    order = np.lexsort((rows.start, rows.person))
    same = np.diff(rows.person[order]) == 0
    days, begin, end = rows.day[order], rows.start[order], rows.end[order]
    twice, over = same & (np.diff(days) == 0), same & (begin[1:] < end[:-1])
    later = order[1:]
    faults = told(twice, lambda i: f"{rows.name(later[i])}: a second shift on one day")
    faults += told(over, lambda i: f"{rows.name(later[i])}: the shift before it has not ended")
    if cyclic and len(order):
        first, last = _ends(rows, order)
        gap = rows.start[first] + (rows.last - rows.first) - rows.end[last]
        faults += told(gap < 0, lambda i: f"{rows.name(last[i])}: runs into the week's first shift")
    return faults


def _ends(rows: Rows, order: Persons) -> tuple[Persons, Persons]:
    """Return each person's first and last row, of rows sorted by person and time."""
    change = np.flatnonzero(np.diff(rows.person[order])) + 1
    first = np.concatenate(([0], change))
    last = np.concatenate((change - 1, [len(order) - 1]))
    return order[first], order[last]


def _members(rows: Rows, rules: WorkRules) -> list[str]:
    groups = {group.name: group for group in rules.groups}
    taken = {name for group in rules.groups for name in group.shifts}
    faults = []
    for row in range(len(rows.start)):
        name, shift, queue = str(rows.group[row]), str(rows.shift[row]), str(rows.queue[row])
        group = groups.get(name)
        if group is None:
            if name or shift in taken:
                faults.append(f"{rows.name(row)}: {name!r} is no group that works this shift")
        elif shift not in group.shifts or (group.queues and queue not in group.queues):
            faults.append(f"{rows.name(row)}: not a shift or queue of the group {name}")
    mixed = {
        person: name for person, name in zip(rows.person.tolist(), rows.group.tolist(), strict=True)
    }
    changed = np.array([mixed[p] != g for p, g in zip(rows.person.tolist(), rows.group.tolist(),
                                                      strict=True)], dtype=bool)  # fmt: skip
    faults += told(changed, lambda i: f"{rows.name(i)}: works for two groups")
    return faults[:20]


def _group(rows: Rows, group: Group, rules: WorkRules, *, cyclic: bool) -> list[str]:
    mine = np.flatnonzero(rows.group == group.name)
    people, member = np.unique(rows.person[mine], return_inverse=True)
    least, most = group.people
    faults = []
    if len(people) < least or (most is not None and len(people) > most):
        faults.append(f"{group.name} has {len(people)} people, outside {least} to {most}")
    order = np.lexsort((rows.start[mine], rows.person[mine]))
    faults += _rest(rows, group, mine[order], cyclic=cyclic)
    first, number = rows.days
    inside = (rows.day[mine] >= first) & (rows.day[mine] < first + number)
    mine, member = mine[inside], member[inside]
    names = [str(rows.agent[np.argmax(rows.person == person)]) for person in people]
    for begin in range(0, number, WEEK):
        here = (rows.day[mine] - first) // WEEK == begin // WEEK
        if number > WEEK:
            # Each week is staffed by itself: who works none of its days is not there.
            there, among = np.unique(member[here], return_inverse=True)
            own = [names[person] for person in there.tolist()]
            week = _Week(rows, mine[here], among, own, first + begin, min(WEEK, number - begin))
            faults += week.check(group, rules, cyclic=cyclic)
            continue
        size = min(WEEK, number - begin)
        week = _Week(rows, mine[here], member[here], names, first + begin, size)
        faults += week.check(group, rules, cyclic=cyclic)
    return faults


def _rest(rows: Rows, group: Group, order: Persons, *, cyclic: bool) -> list[str]:
    if group.rest <= 0 or not len(order):
        return []
    least = round(group.rest * MICRO)
    gap = rows.start[order][1:] - rows.end[order][:-1]
    wrong = (np.diff(rows.person[order]) == 0) & (gap < least)
    faults = told(wrong, lambda i: f"{rows.name(order[i + 1])}: too little rest before it")
    if cyclic:
        first, last = _ends(rows, order)
        gap = rows.start[first] + (rows.last - rows.first) - rows.end[last]
        faults += told(gap < least, lambda i: f"{rows.name(last[i])}: too little rest after it")
    return faults


@dataclass(frozen=True, eq=False)
class _Week:
    """What the members of a group do in one week of `size` days from `day` on."""

    rows: Rows
    mine: Persons
    member: Persons
    names: list[str]
    day: int
    size: int

    @property
    def missing(self) -> int:
        return WEEK - self.size

    @cached_property
    def worked(self) -> NDArray[np.bool_]:
        """Which person works on which day (people, days)."""
        worked = np.zeros((len(self.names), self.size), dtype=bool)
        worked[self.member, self.rows.day[self.mine] - self.day] = True
        return worked

    def check(self, group: Group, rules: WorkRules, *, cyclic: bool) -> list[str]:
        faults = self._days(group)
        if group.hours_per_week is not None:
            faults += self._hours(group, group.hours_per_week, rules)
        if group.days_off_joined:
            faults += self._joined(group, cyclic=cyclic)
        if group.start_band is not None and len(self.mine):
            faults += self._band(group.start_band)
        return faults

    def _named(self, person: int) -> str:
        return f"{self.names[person]} in the week of {np.int64(self.day).view('M8[D]')}"

    def _days(self, group: Group) -> list[str]:
        least, most = group.days_per_week
        days = self.worked.sum(axis=1)
        wrong = (days > most) | (days + self.missing < least)
        return told(wrong, lambda i: (
            f"{self._named(i)}: works {days[i]} days, outside {least} to {most}"))  # fmt: skip

    def _hours(self, group: Group, limits: tuple[float, float], rules: WorkRules) -> list[str]:
        hours = np.bincount(
            self.member, weights=self.rows.paid_hours[self.mine], minlength=len(self.names)
        )
        longest = max(s.presence[1] for s in rules.shifts if s.name in group.shifts) / 3600
        low, high = limits
        wrong = (hours > high + 1e-6) | (hours + self.missing * longest < low - 1e-6)
        return told(wrong, lambda i: (
            f"{self._named(i)}: {hours[i]:g} paid hours, outside {low:g} to {high:g}"))  # fmt: skip

    def _joined(self, group: Group, *, cyclic: bool) -> list[str]:
        off = ~self.worked
        before = np.zeros_like(off)
        before[:, 1:] = off[:, :-1]
        if cyclic and self.size == WEEK:
            before[:, 0] = off[:, -1]
        blocks = (off & ~before).sum(axis=1)
        # Days off that must lie in the missing days have to follow those that are seen.
        must_follow = self.worked.sum(axis=1) + self.missing > group.days_per_week[1]
        apart = must_follow & off.any(axis=1) & ~off[:, -1] & (self.missing > 0)
        return told((blocks > 1) | apart, lambda i: f"{self._named(i)}: days off stand apart")

    def _band(self, band: float) -> list[str]:
        order = np.lexsort((self.rows.clock[self.mine], self.member))
        clock, member = self.rows.clock[self.mine][order], self.member[order]
        begins = np.concatenate(([0], np.flatnonzero(np.diff(member)) + 1))
        ends = np.concatenate((begins[1:], [len(member)])) - 1
        # The widest gap around the clock: the rest of the day holds all starts.
        gap = np.append(np.diff(clock), 0)
        gap[ends] = clock[begins] + DAY - clock[ends]
        spread = (DAY - np.maximum.reduceat(gap, begins)) / MICRO
        persons = member[begins]
        return told(spread > band, lambda i: (
            f"{self._named(persons[i])}: starts lie {spread[i] / 60:g} min apart"))  # fmt: skip
