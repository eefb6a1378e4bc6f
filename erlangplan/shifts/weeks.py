"""Whether anybody in a group can work a week by its rules."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, combinations
from typing import NamedTuple, TypeAlias

from erlangplan.shifts.groups import Group
from erlangplan.shifts.times import DAY, days_text
from erlangplan.units import duration_text

__all__ = ["Choice", "week_fault"]

_WEEK = 7


class Choice(NamedTuple):
    """A start of a shift on some weekday [s after midnight], its length and paid time [s]."""

    start: float
    length: float
    paid: float


Choices: TypeAlias = Mapping[int, Sequence[Choice]]


def week_fault(group: Group, choices: Choices) -> tuple[str, str] | None:
    """Return the rule that no week can keep, and why; None where some week keeps all.

    Rules are added one by one, so that the one which is named is in the way of those before it.

    Parameters
    ----------
    group
        The group.
    choices
        Of each weekday, what its people may start.
    """
    least = group.days_per_week[0]
    days = sorted(day for day in choices if choices[day])
    count = f"{least} days" if least > 1 else "1 day"
    if len(days) < least:
        there = f"on {days_text(days)} only" if days else "on no day that is open"
        return "days_per_week", f"{count} a week, but its shifts start {there}"
    if not any(True for _ in _patterns(group, days)):
        return "days_off_joined", f"{count} on {days_text(days)} leave days off apart"
    if not any(True for _ in _bands(group, choices)):
        rule = "same_start" if group.start_band == 0 else "start_band"
        return rule, f"no such starts are allowed on {count} of a week"
    if not any(_rested(group, within) for within in _bands(group, choices)):
        return "rest", f"{duration_text(group.rest)} are not left between shifts on {count} a week"
    if group.hours_per_week is not None:
        return _hours_fault(group, choices)
    return None


def _patterns(group: Group, days: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Return sets of weekdays that may be worked."""
    least, most = group.days_per_week
    available = sorted(days)
    for count in range(least, min(most, len(available)) + 1):
        for worked in combinations(available, count):
            if not group.days_off_joined or _off_together(worked):
                yield worked


def _off_together(worked: Sequence[int]) -> bool:
    # The week may begin on any weekday, so that Sunday and Monday may be neighbours.
    ends = sum((day + 1) % _WEEK not in worked for day in worked)
    return ends <= 1


def _bands(group: Group, choices: Choices) -> Iterator[dict[int, list[Choice]]]:
    """Return choices whose starts lie within the band from each first start, if they make weeks."""
    if group.start_band is None:
        yield {day: list(given) for day, given in choices.items() if given}
        return
    band = group.start_band
    for first in sorted({choice.start for given in choices.values() for choice in given}):
        near = {
            day: [choice for choice in given if (choice.start - first) % DAY <= band]
            for day, given in choices.items()
        }
        near = {day: given for day, given in near.items() if given}
        if any(True for _ in _patterns(group, near)):
            yield near


def _rested(group: Group, choices: Choices) -> bool:
    """Whether some week leaves enough time between shifts."""
    worked = [set(days) for days in _patterns(group, choices)]
    least = min(map(len, worked))
    soonest = {day: _soonest(given) for day, given in choices.items()}
    return any(
        _in_order(group.rest, soonest, first, days)
        for days in worked
        if len(days) == least
        for first in range(_WEEK)
    )


def _soonest(given: Sequence[Choice]) -> tuple[list[float], list[float]]:
    """Return starts, sorted, and the earliest end of any shift from each start on."""
    later = sorted(given, reverse=True)
    ends = accumulate((choice.start + choice.length for choice in later), min)
    return [choice.start for choice in reversed(later)], list(ends)[::-1]


def _in_order(
    rest: float,
    soonest: Mapping[int, tuple[list[float], list[float]]],
    first: int,
    worked: Collection[int],
) -> bool:
    # Ending as early as possible on each day leaves most to the next.
    free = -math.inf
    for number in range(_WEEK):
        day = (first + number) % _WEEK
        if day in worked:
            starts, ends = soonest[day]
            place = bisect_left(starts, free - number * DAY)
            if place == len(starts):
                return False
            free = number * DAY + ends[place] + rest
    return True


def _hours_fault(group: Group, choices: Choices) -> tuple[str, str] | None:
    least, most = group.hours_per_week or (0.0, math.inf)
    hours: set[float] = set()
    for within in _bands(group, choices):
        paid = {day: {choice.paid for choice in given} for day, given in within.items()}
        for worked in _patterns(group, within):
            hours |= _sums(paid[day] for day in worked)
            if any(least - 1e-9 <= sum_ <= most + 1e-9 for sum_ in hours):
                return None
    below = max((sum_ for sum_ in hours if sum_ < least), default=None)
    above = min((sum_ for sum_ in hours if sum_ > most), default=None)
    fewest, longest = min(hours), max(hours)
    reach = f"{fewest:g} h" if fewest == longest else f"{fewest:g} to {longest:g} h"
    gap = ""
    if below is not None and above is not None:
        gap = f", with nothing between {below:g} h and {above:g} h"
    days = group.days_per_week
    count = f"{days[0]}" if days[0] == days[1] else f"{days[0]} to {days[1]}"
    return (
        "hours_per_week",
        f"{least:g} to {most:g} h cannot be reached: {count} days of its shifts are {reach} paid"
        f"{gap}",
    )


def _sums(paid: Iterable[set[float]]) -> set[float]:
    """Return the hours that one shift a day adds up to."""
    reached = {0.0}
    for of_day in paid:
        reached = {before + seconds for before in reached for seconds in of_day}
    return {seconds / 3600 for seconds in reached}
