"""Rules that are right by themselves, but stand in each other's way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from erlangplan.errors import Fault, nearest
from erlangplan.shifts.groups import Group
from erlangplan.shifts.opening import Opening, is_inside, joined_hours
from erlangplan.shifts.shift import Shift
from erlangplan.shifts.times import Pair, days_text
from erlangplan.shifts.weeks import Choice, week_fault
from erlangplan.units import duration_text

__all__ = ["rule_faults"]


def rule_faults(
    shifts: Sequence[Shift],
    groups: Sequence[Group],
    opening: Opening | None,
    break_grid: float | None,
    unread: Collection[str] = (),
) -> list[Fault]:
    """Return what contradicts; `unread` names shifts that exist, but are not understood."""
    hours = None if opening is None else joined_hours(opening)
    faults = list(_named_twice("shift", [*unread, *(shift.name for shift in shifts)]))
    faults += _named_twice("group", [group.name for group in groups])
    for shift in shifts:
        faults += _shift_faults(shift, hours, break_grid)
    known = {shift.name: shift for shift in shifts}
    for group in groups:
        unknown = [name for name in group.shifts if name not in known and name not in unread]
        for name in unknown:
            advice = nearest(name, [*known, *unread])
            faults.append(
                Fault(f"no shift is named {name!r}; {advice}", column=_key(group, "shifts"))
            )
        if all(name in known for name in group.shifts):
            faults += _group_faults(group, [known[name] for name in group.shifts], hours)
    return faults


def _key(thing: Shift | Group, key: str) -> str:
    table = "shift" if isinstance(thing, Shift) else "group"
    return f"[[{table}]] {thing.name!r} {key}"


def _named_twice(table: str, names: Sequence[str]) -> Iterator[Fault]:
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            yield Fault(f"{names.count(name)} have this name", column=f"[[{table}]] {name!r} name")


def _shift_faults(
    shift: Shift, hours: tuple[Pair, ...] | None, break_grid: float | None
) -> Iterator[Fault]:
    if not any(_open_starts(shift, day, hours) for day in shift.days):
        yield Fault(
            f"none lies inside the opening hours together with its presence of "
            f"{duration_text(shift.presence[0])} on {days_text(shift.days)}",
            column=_key(shift, "starts"),
        )
    if break_grid is not None:
        try:
            shift.check_fit(break_grid)
        except ValueError as error:
            yield Fault(str(error), column=_key(shift, "breaks"))


def _open_starts(shift: Shift, day: int, hours: tuple[Pair, ...] | None) -> list[float]:
    shortest = shift.presence[0]
    return [
        start for start in shift.starts if hours is None or is_inside(hours, day, start, shortest)
    ]


def _group_faults(
    group: Group, shifts: Sequence[Shift], hours: tuple[Pair, ...] | None
) -> Iterator[Fault]:
    apart = [
        s for s in shifts if s.queues and group.queues and not set(s.queues) & set(group.queues)
    ]
    for shift in apart:
        yield Fault(
            f"are {', '.join(group.queues)}, but those of its shift {shift.name!r} are "
            f"{', '.join(shift.queues)}",
            column=_key(group, "queues"),
        )
    flexible = [shift for shift in shifts if shift.flexible]
    if flexible and group.hours_per_week is not None:
        yield Fault(
            f"need shifts of one length, and shift {flexible[0].name!r} has several; write a "
            "shift for each length, or leave out hours_per_week",
            column=_key(group, "hours_per_week"),
        )
        return
    fault = week_fault(group, _choices(shifts, hours))
    if fault is not None:
        yield Fault(fault[1], column=_key(group, fault[0]))


def _choices(shifts: Sequence[Shift], hours: tuple[Pair, ...] | None) -> dict[int, list[Choice]]:
    choices: dict[int, list[Choice]] = {}
    for shift in shifts:
        shortest = shift.presence[0]
        for day in shift.days:
            paid = shift.paid_seconds(shortest, day)
            starts = _open_starts(shift, day, hours)
            choices.setdefault(day, []).extend(Choice(s, shortest, paid) for s in starts)
    return choices
