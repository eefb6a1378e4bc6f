"""All rules that a schedule keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from erlangplan.errors import InputError, nearest
from erlangplan.shifts.contradictions import rule_faults
from erlangplan.shifts.groups import Group, Premium
from erlangplan.shifts.opening import is_inside, joined_hours
from erlangplan.shifts.shift import Shift
from erlangplan.shifts.times import Pair, as_opening
from erlangplan.shifts.values import (
    Converters,
    as_break_grid,
    as_distinct_starts,
    as_many,
    as_name,
    settle,
)
from erlangplan.shifts.wording import rules_in_words

__all__ = ["WorkRules"]


@dataclass(frozen=True)
class WorkRules:
    """All rules that a schedule keeps.

    Parameters
    ----------
    shifts
        Kinds of shifts.
    groups
        Groups of people; a shift that no group works is bought a day at a time, as often as
        needed.
    premiums
        When paid time costs more.
    opening
        Opening hours per weekday: from and to [s after midnight], to above 86400 where it is on
        the next day; also as ``{"mon-fri": "06:00-22:00"}``. A weekday that is not named is
        closed. A shift lies inside them. None: shifts may lie at any time.
    distinct_starts
        Most different times of the day at which shifts start; None = any.
    break_grid
        Breaks start on multiples of this after midnight [s]; it divides an hour; also as text.
        None = the interval.
    source
        Name of the file, or "rules".

    Raises
    ------
    ValueError
        If a value is not understood.
    InputError
        If rules contradict each other; lists all that do.

    Examples
    --------
    >>> day = Shift("day", "08:00/1h/10:00", "8h", days="mon-fri")
    >>> staff = Group("staff", "day", people=10)
    >>> rules = WorkRules(day, staff, opening={"mon-fri": "08:00-18:00"})
    >>> for name, text in rules.words():
    ...     print(f"{name}: {text}")
    Shift day: 8 h, starts 08:00 to 10:00 every 1 h; Mon-Fri
    Group staff: shifts day; at most 10 people; 5 days a week
    Opening hours: Mon-Fri 08:00-18:00
    """

    shifts: tuple[Shift, ...]
    groups: tuple[Group, ...] = ()
    premiums: tuple[Premium, ...] = ()
    opening: Mapping[int, tuple[tuple[float, float], ...]] | None = None
    distinct_starts: int | None = None
    break_grid: float | None = None
    source: str = "rules"

    def __post_init__(self) -> None:
        settle(self, "rules", RULES_FIELDS)
        faults = rule_faults(self.shifts, self.groups, self.opening, self.break_grid)
        if faults:
            raise InputError("rules of work contradict each other", faults=faults)

    def shift(self, name: str) -> Shift:
        """Return the shift of a name."""
        for shift in self.shifts:
            if shift.name == name:
                return shift
        known = nearest(name, [shift.name for shift in self.shifts])
        raise ValueError(f"no shift is named {name!r}; {known}")

    def is_open(self, weekday: int, start: float, length: float) -> bool:
        """Whether a shift of a start and a length [s] lies inside opening hours."""
        return self._hours is None or is_inside(self._hours, weekday, start, length)

    @cached_property
    def _hours(self) -> tuple[Pair, ...] | None:
        return None if self.opening is None else joined_hours(self.opening)

    def words(self) -> list[tuple[str, str]]:
        """Return the rules in plain English, as pairs of name and text."""
        return rules_in_words(self)


def _as_shifts(value: object) -> tuple[Shift, ...]:
    shifts = as_many(Shift, value)
    if not shifts:
        raise ValueError("must have at least one shift")
    return shifts


RULES_FIELDS: Converters = {
    "shifts": _as_shifts,
    "groups": partial(as_many, Group),
    "premiums": partial(as_many, Premium),
    "opening": as_opening,
    "distinct_starts": as_distinct_starts,
    "break_grid": as_break_grid,
    "source": as_name,
}
