"""The checker's look at each shift: its start, length, place in the opening hours, breaks, pay."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.checked_rows import DAY, MICRO, Rows, told
from erlangplan.shifts import Break, Shift, WorkRules

__all__ = ["check_shifts"]

Opening = Mapping[int, tuple[tuple[float, float], ...]]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


def check_shifts(rows: Rows, rules: WorkRules, interval: float) -> list[str]:
    """Return what is wrong with single shifts; `interval` is the break grid where none is set."""
    known = {shift.name: shift for shift in rules.shifts}
    strange = ~np.isin(rows.shift.astype(str), list(known))
    faults = told(strange, rows.name, "no rule is named like this shift")
    outside = (rows.start < rows.first) | (rows.start >= rows.last)
    faults += told(outside, rows.name, "starts outside the time that is planned")
    grid = round((rules.break_grid or interval) * MICRO)
    off = rows.break_clock % grid != 0
    faults += told(off, lambda i: _break(rows, i), "off the grid on which breaks start")
    for shift in rules.shifts:
        mine = np.flatnonzero(rows.shift == shift.name)
        faults += _placed(rows, shift, mine)
        for weekday in range(7):
            held = tuple(pause for pause in shift.breaks if weekday in pause.days)
            faults += _rested(rows, shift, held, mine[rows.weekday[mine] == weekday])
    faults += _paid(rows)
    return faults if rules.opening is None else faults + _opened(rows, rules.opening)


def _break(rows: Rows, at: int) -> str:
    clock = rows.break_clock[at] // (60 * MICRO)
    name = rows.name(int(rows.break_owner[at]))
    return f"{name}: {rows.break_name[at]} at {clock // 60:02d}:{clock % 60:02d}"


def _placed(rows: Rows, shift: Shift, mine: NDArray[np.intp]) -> list[str]:
    shortest, longest, step = shift.presence
    clock, length = rows.clock[mine] / MICRO, (rows.end - rows.start)[mine] / MICRO
    extra = length - shortest
    whole = extra % step == 0 if step > 0 else extra == 0
    queues = np.isin(rows.queue[mine].astype(str), shift.queues) | (not shift.queues)
    checks = (
        (np.isin(clock, shift.starts), "may not start at that time"),
        (np.isin(rows.weekday[mine], shift.days), "may not start on that weekday"),
        ((length >= shortest) & (length <= longest) & whole, "may not last that long"),
        (queues, "may not serve that queue"),
    )
    named = partial(_named, rows, mine)
    return [fault for kept, text in checks for fault in told(~kept, named, text)]


def _named(rows: Rows, mine: NDArray[np.intp], at: int) -> str:
    return rows.name(int(mine[at]))


def _break_named(rows: Rows, places: NDArray[np.intp], at: int) -> str:
    return _break(rows, int(places[at]))


def _rested(rows: Rows, shift: Shift, held: tuple[Break, ...], mine: NDArray[np.intp]) -> list[str]:
    """Return what is wrong with the breaks of shifts that hold the same ones."""
    first = np.searchsorted(rows.break_owner, mine, "left")
    counts = np.searchsorted(rows.break_owner, mine, "right") - first
    wrong = counts != len(held)
    faults = told(wrong, lambda i: f"{rows.name(mine[i])}: has {counts[i]} breaks, not {len(held)}")
    mine, first = mine[~wrong], first[~wrong]
    if not held or not len(mine):
        return faults
    at = first[:, None] + np.arange(len(held))
    begin, end = rows.break_start[at], rows.break_end[at]
    arrived, left = rows.start[mine], rows.end[mine]
    for number, pause in enumerate(held):
        since = arrived if pause.anchor == "start" else left
        sign = 1 if pause.anchor == "start" else -1
        offset = sign * (begin[:, number] - since) / MICRO
        place = at[:, number]
        checks = (
            (rows.break_name[place] == pause.name, f"expected {pause.name} in its place"),
            (_within(offset, pause.window), "starts outside its window"),
            ((end - begin)[:, number] == round(pause.length * MICRO), "has another length"),
            (rows.break_paid[place] == pause.paid, "is paid where it is not, or not where it is"),
            ((begin[:, number] >= arrived) & (end[:, number] <= left), "lies outside the shift"),
        )
        for kept, text in checks:
            faults += told(~kept, partial(_break_named, rows, place), text)
    rule = shift.spacing
    between = (begin[:, 1:] - end[:, :-1]) / MICRO
    works = (
        (_within((begin[:, 0] - arrived) / MICRO, rule.first), "before the first break"),
        (np.all(_within(between, rule.between), axis=1), "between breaks"),
        (_within((left - end[:, -1]) / MICRO, rule.last), "after the last break"),
        (np.all(between >= 0, axis=1), "between breaks, which overlap,"),
    )
    for kept, text in works:
        faults += told(~kept, partial(_named, rows, mine), f"the work {text} breaks a rule")
    return faults


def _within(seconds: NDArray[np.float64], limits: tuple[float, float]) -> BoolArray:
    return np.asarray((seconds >= limits[0]) & (seconds <= limits[1]))


def _paid(rows: Rows) -> list[str]:
    hour = 3600 * MICRO
    unpaid = np.zeros(len(rows.start))
    lengths = np.where(rows.break_paid, 0, rows.break_end - rows.break_start)
    np.add.at(unpaid, rows.break_owner, lengths / hour)
    paid = (rows.end - rows.start) / hour - unpaid
    wrong = np.abs(paid - rows.paid_hours) > 1e-6
    return told(
        wrong, lambda i: f"{rows.name(i)}: {paid[i]:g} h are paid, not {rows.paid_hours[i]:g}"
    )


def _opened(rows: Rows, opening: Opening) -> list[str]:
    """Return the shifts that do not lie in one stretch of opening hours."""
    first, number = rows.days
    stretches: list[list[int]] = []
    for day in range(first - 2, first + number + 2):
        for begin, end in sorted(opening.get((day + 3) % 7, ())):
            opens = day * DAY + round(begin * MICRO)
            closes = day * DAY + round((end if end > begin else end + 86_400) * MICRO)
            if stretches and opens <= stretches[-1][1]:
                stretches[-1][1] = max(stretches[-1][1], closes)
            else:
                stretches.append([opens, closes])
    opens_closes = np.array(stretches, dtype=np.int64).reshape(-1, 2)
    at = np.searchsorted(opens_closes[:, 0], rows.wall_start, "right") - 1
    inside = (at >= 0) & (rows.wall_end <= np.append(opens_closes[:, 1], 0)[at])
    return told(~inside, rows.name, "lies outside the opening hours")
