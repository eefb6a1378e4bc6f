"""The rules of work in plain English."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from erlangplan.shifts.breaks import Break, Spacing
from erlangplan.shifts.groups import Group, Premium
from erlangplan.shifts.opening import Opening
from erlangplan.shifts.shift import Shift
from erlangplan.shifts.times import (
    EVERY_DAY,
    Pair,
    days_text,
    starts_text,
    time_text,
)
from erlangplan.units import duration_text

if TYPE_CHECKING:
    from erlangplan.shifts.rules import WorkRules

__all__ = ["rules_in_words"]


def rules_in_words(rules: WorkRules) -> list[tuple[str, str]]:
    """Return pairs of name and text."""
    told: list[tuple[str, str]] = []
    for shift in rules.shifts:
        told += _shift(shift)
    told += [("Premium", _premium(premium)) for premium in rules.premiums]
    told += [(f"Group {group.name}", _group(group)) for group in rules.groups]
    told += _bought(rules)
    if rules.opening is not None:
        told.append(("Opening hours", _opening(rules.opening)))
    if rules.distinct_starts is not None:
        told.append(("Start times", f"at most {rules.distinct_starts} different ones"))
    grid = "the interval" if rules.break_grid is None else duration_text(rules.break_grid)
    if any(shift.breaks for shift in rules.shifts):
        told.append(("Breaks start", f"on multiples of {grid} after midnight"))
    return told


def _shift(shift: Shift) -> Iterator[tuple[str, str]]:
    shortest, longest, step = shift.presence
    length = duration_text(shortest)
    if shift.flexible:
        length = f"{length} to {duration_text(longest)} in steps of {duration_text(step)}"
    parts = [f"{length}, starts {starts_text(shift.starts)}", days_text(shift.days)]
    if shift.people != (0, None):
        parts.append(f"{_people(shift.people)} a day")
    if shift.cost != 1:
        parts.append(f"cost {shift.cost:g} per paid hour")
    if shift.queues:
        parts.append(f"serves {', '.join(shift.queues)}")
    yield f"Shift {shift.name}", "; ".join(parts)
    for pause in shift.breaks:
        yield f"Shift {shift.name}: {pause.name}", _break(pause)
    if shift.breaks and (spacing := _spacing(shift.spacing)):
        yield f"Shift {shift.name}: work", spacing


def _break(pause: Break) -> str:
    low, high = (duration_text(edge) if edge else "0 min" for edge in pause.window)
    when = low if low == high else f"{low} to {high}"
    told = "after the shift's start" if pause.anchor == "start" else "before the shift's end"
    paid = "paid" if pause.paid else "unpaid"
    days = "" if pause.days == EVERY_DAY else f"; {days_text(pause.days)}"
    return f"{duration_text(pause.length)}, {paid}; starts {when} {told}{days}"


def _spacing(spacing: Spacing) -> str:
    told = (
        (spacing.first, "before the first break"),
        (spacing.between, "between breaks"),
        (spacing.last, "after the last break"),
    )
    return "; ".join(f"{_bounds(pair)} {where}" for pair, where in told if _bounds(pair))


def _bounds(pair: Pair) -> str:
    least, most = pair
    if math.isinf(most):
        return f"at least {duration_text(least)}" if least else ""
    return f"{duration_text(least)} to {duration_text(most)}" if least else (
        f"at most {duration_text(most)}"
    )  # fmt: skip


def _premium(premium: Premium) -> str:
    hours = (
        "" if premium.between is None else " from {} to {}".format(*map(time_text, premium.between))
    )
    return f"cost x {premium.factor:g}{hours}, {days_text(premium.days)}"


def _group(group: Group) -> str:
    parts = [f"shifts {', '.join(group.shifts)}"]
    parts.append("as many people as needed" if group.people == (0, None) else _people(group.people))
    least, most = group.days_per_week
    parts.append(f"{least} days a week" if least == most else f"{least} to {most} days a week")
    if group.hours_per_week is not None:
        parts.append("{:g} to {:g} paid hours a week".format(*group.hours_per_week))
    if group.days_off_joined:
        parts.append("days off joined")
    if group.start_band is not None:
        band = group.start_band
        parts.append(f"starts within {duration_text(band)}" if band else "the same start all week")
    if group.rest:
        parts.append(f"at least {duration_text(group.rest)} between days")
    if group.queues:
        parts.append(f"serves {', '.join(group.queues)}")
    return "; ".join(parts)


def _bought(rules: WorkRules) -> Iterator[tuple[str, str]]:
    grouped = {name for group in rules.groups for name in group.shifts}
    alone = [shift.name for shift in rules.shifts if shift.name not in grouped]
    if alone:
        yield "Without a group", f"{', '.join(alone)}: bought a day at a time"


def _people(people: tuple[int, int | None]) -> str:
    fewest, most = people
    if most is None:
        return f"at least {fewest} people" if fewest else "any number of people"
    return f"{fewest} to {most} people" if fewest else f"at most {most} people"


def _opening(opening: Opening) -> str:
    days: dict[tuple[Pair, ...], list[int]] = {}
    for day, hours in opening.items():
        days.setdefault(hours, []).append(day)
    return "; ".join(
        f"{days_text(named)} {' and '.join('-'.join(map(time_text, span)) for span in hours)}"
        for hours, named in days.items()
    )
