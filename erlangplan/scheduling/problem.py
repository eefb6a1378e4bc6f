"""A queue's week as whole numbers: steps of time, people needed, and all shifts on offer.

Everything is counted in steps of one length that divides every start, length and interval. An
*offer* is one shift on one day for one group, with all times at which it may start; a *template*
is what its breaks may do, relative to the start.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import InfeasibleError, InputError
from erlangplan.shifts import Break, Group, Shift, WorkRules
from erlangplan.units import duration_text

__all__ = ["Crew", "Offer", "Problem", "Template", "build_problem", "step_of", "template_of"]

WEEK_DAYS = 7
FAR = 1 << 20  # steps; stands for no limit
MOST_WORDS = 60_000
_SHORTEST_STEP = 60

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Template:
    """A shift of one length: where its breaks may start.

    Attributes
    ----------
    length
        Presence in steps.
    breaks
        The breaks that are held, in order.
    lengths
        Length of each break in steps.
    windows
        Earliest and latest start of each break after the shift's start, tightened by all rules.
    gaps
        Least and most steps from the start of each break to the start of the next.
    """

    length: int
    breaks: tuple[Break, ...]
    lengths: IntArray
    windows: IntArray
    gaps: IntArray

    @property
    def separable(self) -> bool:
        """Whether each break may be placed without looking at the others."""
        low, high = self.windows[:, 0], self.windows[:, 1]
        near = low[1:] - high[:-1] >= self.gaps[:, 0]
        return bool((near & (high[1:] - low[:-1] <= self.gaps[:, 1])).all())


@dataclass(frozen=True, eq=False)
class Offer:
    """One shift on one day for one group of people.

    Attributes
    ----------
    shift, crew, day
        Positions of the shift, of the crew (-1: bought a day at a time) and of the day.
    starts
        First steps, sorted.
    clocks
        The same as positions in `Problem.clocks`.
    templates
        One per length, by length.
    """

    shift: int
    crew: int
    day: int
    starts: IntArray
    clocks: IntArray
    templates: tuple[Template, ...]

    @property
    def flexible(self) -> bool:
        """Whether the length is free within a range."""
        return len(self.templates) > 1


@dataclass(frozen=True, eq=False)
class Crew:
    """A group's rules in steps.

    Attributes
    ----------
    words
        Each row a way to work the week: -1 off, else the position in `slots`, or -2 for any.
    slots
        Positions of the shifts.
    band
        Time of the day within which all starts of a week lie [s]; -1 = free.
    """

    group: Group
    slots: tuple[int, ...]
    words: IntArray
    band: float
    rest: int
    people: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Problem:
    """All that a plan of one queue and one week depends on.

    Attributes
    ----------
    step
        Length of a step [s].
    width
        Steps in an interval.
    first
        First step of each interval.
    need
        People x steps needed in each interval.
    given
        People on the queue in each step from shifts that are already fixed.
    period
        Steps after which the week repeats; 0 = it does not.
    cost
        Cost of paid time from the first step up to each step [h], per shift.
    can_break
        Whether a break may start in a step.
    """

    queue: str
    rules: WorkRules
    step: int
    width: int
    starts: pd.DatetimeIndex
    first: IntArray
    need: IntArray
    given: IntArray
    period: int
    horizon: int
    days: tuple[pd.Timestamp, ...]
    origin: pd.Timestamp
    offers: tuple[Offer, ...]
    crews: tuple[Crew, ...]
    clocks: NDArray[np.float64]
    cost: NDArray[np.float64]
    can_break: NDArray[np.bool_]

    @property
    def step_hours(self) -> float:
        """Length of a step [h]."""
        return self.step / 3600

    @cached_property
    def interval_of(self) -> IntArray:
        """Interval of each step; -1 where nobody is required."""
        found = np.full(self.horizon, -1, dtype=np.int64)
        for offset in range(self.width):
            found[self.first + offset] = np.arange(len(self.first))
        if self.period:
            found = found[np.arange(self.horizon) % self.period]
        return found

    @cached_property
    def coverable(self) -> NDArray[np.bool_]:
        """Whether any offer can be at work in each interval."""
        edge = np.zeros(self.horizon + 1, dtype=np.int64)
        for offer in self.offers:
            np.add.at(edge, offer.starts, 1)
            np.add.at(edge, offer.starts + offer.templates[-1].length, -1)
        present = np.cumsum(edge)[:-1] > 0
        if self.period:
            folded = np.zeros(self.period, dtype=bool)
            np.logical_or.at(folded, np.arange(self.horizon) % self.period, present)
            present = folded
        reached: NDArray[np.bool_] = np.zeros(len(self.first), dtype=bool)
        for i in range(self.width):
            reached |= present[self.first + i]
        return reached

    def when(self, step: int) -> pd.Timestamp:
        """Return the start of a step as a local time."""
        moment = self.origin + pd.Timedelta(seconds=int(step) * self.step)
        return moment if self.starts.tz is None else moment.tz_convert(self.starts.tz)

    def paid_cost(self, shift: int, start: int, template: Template, at: Sequence[int]) -> float:
        """Return the cost of one shift with its breaks at given steps."""
        curve = self.cost[shift]
        total = curve[start + template.length] - curve[start]
        for pause, begin, long in zip(template.breaks, at, template.lengths, strict=True):
            if not pause.paid:
                total -= curve[begin + long] - curve[begin]
        return float(total)


def build_problem(
    queue: str,
    starts: pd.DatetimeIndex,
    interval: float,
    need: IntArray,
    rules: WorkRules,
    *,
    step: int,
    cyclic: bool = False,
    given: NDArray[np.float64] | None = None,
    days_planned: int | None = None,
    earliest: Mapping[str, pd.Timestamp] | None = None,
) -> Problem:
    """Return the week of one queue, or raise where no shift can be worked at all.

    Parameters
    ----------
    queue, starts, interval
        Queue; starts of its intervals, sorted; their length [s].
    need
        People x steps needed in each interval.
    rules
        Rules of work.
    step
        Length of a step [s]; see `step_of`.
    cyclic
        Whether the week repeats.
    given
        People x steps in each interval from shifts that are already fixed.
    days_planned
        Days on which shifts may start; None = those of the intervals.
    earliest
        For groups whose members have to rest first: their first possible start.
    """
    local_starts = starts.tz_localize(None).normalize()
    count = days_planned or (local_starts[-1] - local_starts[0]).days + 1
    days = tuple(pd.date_range(local_starts[0], periods=count, freq="D"))
    edges = midnights([*days, days[-1] + pd.Timedelta(days=1)], starts.tz)
    origin = edges[0]
    period = _steps_between(origin, edges[-1:], step)[0] if cyclic else 0
    longest = max(math.ceil(shift.presence[1] / step) for shift in rules.shifts)
    last = int(_steps_between(origin, edges[-1:], step)[0])
    width = round(interval / step)
    final = int(_steps_between(origin, starts[-1:], step)[0]) + width
    horizon = max(last, final) + longest + width
    crews, members = _crews(queue, rules, days, step, cyclic)
    clocks = np.array(sorted({clock for shift in rules.shifts for clock in shift.starts}))
    moments = pd.date_range(origin.tz_convert("UTC") if origin.tz else origin,
                            periods=horizon + 1, freq=f"{step}s")  # fmt: skip
    if starts.tz is not None:
        moments = moments.tz_convert(starts.tz)
    local = moments.tz_localize(None)
    seconds = (local - local.normalize()).total_seconds().to_numpy()
    grid = rules.break_grid or interval
    can_break = (seconds % grid == 0)[:horizon]
    found = _offers(queue, rules, days, starts.tz, origin, step, members, clocks, can_break)
    found = [_rested(offer, crews, earliest or {}, origin, step) for offer in found]
    found = [offer for offer in found if len(offer.starts)]
    if not found:
        raise InfeasibleError(
            f"{queue}: no shift may start on {days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d} (days, "
            "opening hours, queues)"
        )
    problem = Problem(
        queue=queue, rules=rules, step=step, width=width, starts=starts,
        first=_steps_between(origin, starts, step), need=need.astype(np.int64),
        given=np.zeros(len(need), np.int64) if given is None else np.asarray(given, np.int64),
        period=int(period), horizon=horizon, days=days, origin=origin, offers=tuple(found),
        crews=crews, clocks=clocks, cost=_cost_curves(rules, local, step),
        can_break=can_break,
    )  # fmt: skip
    asked = problem.need > problem.given
    if asked.any() and not (asked & problem.coverable).any():
        raise InfeasibleError(
            f"{queue}: no shift covers any of the {int(asked.sum())} intervals that need agents, "
            f"the first {starts[int(asked.argmax())]:%Y-%m-%d %H:%M}; the shifts start at "
            f"{_clock(clocks[0])} to {_clock(clocks[-1])}"
        )
    return problem


def midnights(days: Sequence[pd.Timestamp], zone: tzinfo | None) -> pd.DatetimeIndex:
    """Return the first moments of days, in zones too whose clocks change at midnight."""
    plain = pd.DatetimeIndex(list(days))
    if zone is None:
        return plain
    first = np.ones(len(plain), dtype=bool)
    return plain.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")


def _rested(
    offer: Offer, crews: tuple[Crew, ...], earliest: Mapping[str, pd.Timestamp],
    origin: pd.Timestamp, step: int,
) -> Offer:  # fmt: skip
    """Leave out starts before those who were at work last have rested."""
    if offer.crew < 0 or crews[offer.crew].group.name not in earliest:
        return offer
    begin = (earliest[crews[offer.crew].group.name] - origin).total_seconds() / step
    kept = offer.starts >= begin
    return replace(offer, starts=offer.starts[kept], clocks=offer.clocks[kept])


def step_of(rules: WorkRules, interval: float) -> int:
    """Return the longest step that divides every start, length, break and interval [s]."""
    times = [interval, rules.break_grid or interval]
    for shift in rules.shifts:
        times += [*shift.starts, *shift.presence, *(pause.length for pause in shift.breaks)]
    step = math.gcd(*(round(time) for time in times))
    if step < _SHORTEST_STEP:
        raise InputError(
            f"starts, lengths and intervals have no common step of a minute or more, but "
            f"{duration_text(step)}; write them in whole minutes"
        )
    return step


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 3600:02d}:{int(seconds) % 3600 // 60:02d}"


def _localized(moments: pd.DatetimeIndex, zone: tzinfo | None) -> pd.DatetimeIndex:
    """Return wall-clock times with their zone: the first pass of an hour that stands twice."""
    if zone is None:
        return moments
    first = np.ones(len(moments), dtype=bool)
    return moments.tz_localize(zone, ambiguous=first, nonexistent="NaT")


def _steps_between(origin: pd.Timestamp, moments: pd.DatetimeIndex, step: int) -> IntArray:
    passed = (moments - origin).total_seconds().to_numpy()
    steps = np.rint(passed / step)
    if (np.abs(steps * step - passed) > 1e-6).any():
        raise InputError(f"intervals do not start on multiples of {duration_text(step)}")
    return steps.astype(np.int64)


def _crews(
    queue: str, rules: WorkRules, days: tuple[pd.Timestamp, ...], step: int, cyclic: bool
) -> tuple[tuple[Crew, ...], dict[int, list[int]]]:
    """Return the crews of a queue, and for each shift the crews that work it (-1: nobody's)."""
    names = [shift.name for shift in rules.shifts]
    crews: list[Crew] = []
    members: dict[int, list[int]] = {number: [] for number in range(len(names))}
    for group in rules.groups:
        if group.queues and queue not in group.queues:
            continue
        slots = tuple(names.index(name) for name in group.shifts)
        shifts = [rules.shifts[slot] for slot in slots]
        words = _words(group, shifts, days, cyclic, _days_to_work(rules, shifts, days))
        if not len(words) and not group.people[0]:
            continue
        if not len(words):
            raise InfeasibleError(
                f"{queue}: nobody of group {group.name!r} can work from {days[0]:%Y-%m-%d} to "
                f"{days[-1]:%Y-%m-%d} by its rules for the week, and {group.people[0]} must"
            )
        band = -1.0 if group.start_band is None else group.start_band
        low, high = group.people
        most = FAR if high is None else high
        rest = math.ceil(group.rest / step)
        crews.append(Crew(group, slots, words, band, rest, (low, most)))
        for slot in slots:
            members[slot].append(len(crews) - 1)
    grouped = {name for group in rules.groups for name in group.shifts}
    for number, name in enumerate(names):
        if name not in grouped:
            members[number].append(-1)
    return tuple(crews), members


def _days_to_work(
    rules: WorkRules, shifts: list[Shift], dates: tuple[pd.Timestamp, ...]
) -> list[bool]:
    """Return on which days any of the shifts may start."""
    return [
        any(
            date.day_of_week in shift.days
            and any(rules.is_open(date.day_of_week, at, shift.presence[0]) for at in shift.starts)
            for shift in shifts
        )
        for date in dates
    ]


def _words(
    group: Group, shifts: list[Shift], dates: tuple[pd.Timestamp, ...], cyclic: bool,
    possible: list[bool],
) -> IntArray:  # fmt: skip
    """Return all ways to work the week's days; shifts are named only where hours decide."""
    days = len(dates)
    low = max(0, group.days_per_week[0] - (WEEK_DAYS - days))
    high = min(group.days_per_week[1], days)
    patterns = [
        pattern
        for pattern in itertools.product(*((False, True)[: 1 + can] for can in possible))
        if low <= sum(pattern) <= high and sum(pattern)
        and (not group.days_off_joined or _joined(pattern, group.days_per_week[1], cyclic))
    ]  # fmt: skip
    hours = [
        [shift.paid_seconds(shift.presence[0], date.day_of_week) / 3600 for date in dates]
        for shift in shifts
    ]
    free = np.where(np.array(patterns, dtype=bool).reshape(-1, days), -2, -1).astype(np.int64)
    if group.hours_per_week is None:
        return free
    least, most = group.hours_per_week
    shortest, longest = min(map(min, hours)), max(map(max, hours))
    least = max(0.0, least - (WEEK_DAYS - days) * longest) if days < WEEK_DAYS else least
    counts = [sum(pattern) for pattern in patterns]
    if min(counts, default=0) * shortest >= least and max(counts, default=0) * longest <= most:
        return free
    words: list[list[int]] = []
    for pattern in patterns:
        worked = [day for day in range(days) if pattern[day]]
        for chosen in itertools.product(range(len(shifts)), repeat=len(worked)):
            total = sum(hours[slot][day] for slot, day in zip(chosen, worked, strict=True))
            if least - 1e-9 <= total <= most + 1e-9:
                word = [-1] * days
                for day, slot in zip(worked, chosen, strict=True):
                    word[day] = slot
                words.append(word)
        if len(words) > MOST_WORDS:
            raise InputError(
                f"group {group.name!r} may combine its shifts in more than {MOST_WORDS:,} ways to "
                "reach its hours per week; give it fewer shifts or fewer possible days"
            )
    return np.array(words, dtype=np.int64).reshape(-1, days)


def _joined(pattern: tuple[bool, ...], most: int, cyclic: bool) -> bool:
    """Whether the days off can stand together, also with those in the days not planned."""
    missing = WEEK_DAYS - len(pattern)
    runs = sum(not now and before for before, now in itertools.pairwise((True, *pattern)))
    if not missing:
        wraps = cyclic and not pattern[0] and not pattern[-1] and any(pattern)
        return runs - wraps <= 1
    follows = sum(pattern) + missing > most
    return runs <= 1 and not (follows and runs and pattern[-1])


def _offers(
    queue: str,
    rules: WorkRules,
    days: tuple[pd.Timestamp, ...],
    zone: tzinfo | None,
    origin: pd.Timestamp,
    step: int,
    members: dict[int, list[int]],
    clocks: NDArray[np.float64],
    can_break: NDArray[np.bool_],
) -> list[Offer]:
    opening = _opening(rules, days, zone, origin, step)
    found = []
    for number, shift in enumerate(rules.shifts):
        if shift.queues and queue not in shift.queues:
            continue
        for day, date in enumerate(days):
            if date.day_of_week not in shift.days or not members[number]:
                continue
            templates = _templates(shift, date.day_of_week, step)
            for starts, where in _starts(shift, date, zone, origin, step, clocks):
                fits = _fitting(opening, starts, templates, can_break)
                for mask, crew in itertools.product(np.unique(fits, axis=0), members[number]):
                    kept = (fits == mask).all(axis=1)
                    for some in _even([t for t, fit in zip(templates, mask, strict=True) if fit]):
                        found.append(Offer(number, crew, day, starts[kept], where[kept], some))
    return found


def _fitting(
    opening: IntArray | None, starts: IntArray, templates: tuple[Template, ...],
    can_break: NDArray[np.bool_],
) -> NDArray[np.bool_]:  # fmt: skip
    """Return which lengths each start may have, before closing and with breaks on the grid."""
    fits = np.zeros((len(starts), len(templates)), dtype=bool)
    for number, template in enumerate(templates):
        fits[:, number] = _inside(opening, starts, starts + template.length)
        fits[:, number] &= [_has_breaks(int(start), template, can_break) for start in starts]
    return fits


def _even(templates: list[Template]) -> list[tuple[Template, ...]]:
    """Return templates as one offer where their lengths are evenly apart, else one by one."""
    if not templates:
        return []
    apart = {later.length - before.length for before, later in itertools.pairwise(templates)}
    return [tuple(templates)] if len(apart) < 2 else [(template,) for template in templates]


def _has_breaks(start: int, template: Template, can_break: NDArray[np.bool_]) -> bool:
    """Whether the grid has a place for every break; early places leave most room to the next."""
    reached: set[int] = set()
    for number, (low, high) in enumerate(template.windows.tolist()):
        places = {at for at in range(start + low, start + high + 1) if can_break[at]}
        if number:
            least, most = template.gaps[number - 1].tolist()
            places = {at for at in places if any(least <= at - old <= most for old in reached)}
        reached = places
        if not reached:
            return False
    return True


def _starts(
    shift: Shift, date: pd.Timestamp, zone: tzinfo | None, origin: pd.Timestamp, step: int,
    clocks: NDArray[np.float64],
) -> list[tuple[IntArray, IntArray]]:  # fmt: skip
    """Return first steps and positions of their clocks, apart where lengths step differently."""
    times = np.array(shift.starts)
    moments = _localized(pd.DatetimeIndex([date + pd.Timedelta(seconds=s) for s in times]), zone)
    there = np.asarray(moments.notna())
    starts = _steps_between(origin, moments[there], step)
    where = np.searchsorted(clocks, times[there])
    order = np.argsort(starts, kind="stable")
    starts, where = starts[order], where[order]
    stride = round(shift.presence[2] / step) if shift.presence[0] < shift.presence[1] else 1
    rests = starts % max(stride, 1)
    return [(starts[rests == rest], where[rests == rest]) for rest in sorted(set(rests.tolist()))]


def _opening(
    rules: WorkRules,
    days: tuple[pd.Timestamp, ...],
    zone: tzinfo | None,
    origin: pd.Timestamp,
    step: int,
) -> IntArray | None:
    """Return opening and closing steps, joined where one closes as the next opens."""
    if rules.opening is None:
        return None
    spans: list[list[int]] = []
    for date in (days[0] - pd.Timedelta(days=1), *days, days[-1] + pd.Timedelta(days=1)):
        for begin, end in rules.opening.get(date.day_of_week, ()):
            end = end if end > begin else end + 86400
            edges = [date + pd.Timedelta(seconds=s) for s in (begin, end)]
            both = pd.DatetimeIndex(edges)
            if zone is not None:
                both = both.tz_localize(zone, ambiguous=np.array([True, False]),
                                        nonexistent="shift_forward")  # fmt: skip
            opens, closes = ((both - origin).total_seconds() / step).tolist()
            spans.append([math.ceil(opens), math.floor(closes)])
    joined: list[list[int]] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], closes)
        else:
            joined.append([opens, closes])
    return np.array(joined, dtype=np.int64).reshape(-1, 2)


def _inside(opening: IntArray | None, starts: IntArray, ends: IntArray) -> NDArray[np.bool_]:
    if opening is None:
        return np.ones(len(starts), dtype=bool)
    inside = np.zeros(len(starts), dtype=bool)
    for opens, closes in opening:
        inside |= (starts >= opens) & (ends <= closes)
    return inside


def _templates(shift: Shift, weekday: int, step: int) -> tuple[Template, ...]:
    shortest, longest, stride = shift.presence
    count = round((longest - shortest) / stride) + 1 if longest > shortest else 1
    lengths = [round((shortest + number * stride) / step) for number in range(count)]
    breaks = tuple(pause for pause in shift.breaks if weekday in pause.days)
    return tuple(template_of(shift, breaks, length, step) for length in lengths)


def template_of(shift: Shift, breaks: tuple[Break, ...], length: int, step: int) -> Template:
    """Return a template: windows of the breaks, tightened by order, spacing and the end."""
    low, high = [], []
    for pause in breaks:
        near, far = math.ceil(pause.window[0] / step), math.floor(pause.window[1] / step)
        at_start = pause.anchor == "start"
        low.append(near if at_start else length - far)
        high.append(far if at_start else length - near)
    long = [round(pause.length / step) for pause in breaks]
    spacing = shift.spacing
    gaps = [
        (long[i] + math.ceil(spacing.between[0] / step), long[i] + _floor(spacing.between[1], step))
        for i in range(len(breaks) - 1)
    ]
    if breaks:
        low[0] = max(low[0], math.ceil(spacing.first[0] / step))
        high[0] = min(high[0], _floor(spacing.first[1], step))
        low[-1] = max(low[-1], length - long[-1] - _floor(spacing.last[1], step))
        high[-1] = min(high[-1], length - long[-1] - math.ceil(spacing.last[0] / step))
    for i, (least, most) in enumerate(gaps):
        low[i + 1] = max(low[i + 1], low[i] + least)
        high[i + 1] = min(high[i + 1], high[i] + most)
    for i, (least, most) in reversed(list(enumerate(gaps))):
        low[i] = max(low[i], low[i + 1] - most, 0)
        high[i] = min(high[i], high[i + 1] - least)
    if any(a > b for a, b in zip(low, high, strict=True)):
        names = ", ".join(pause.name for pause in breaks)
        raise InfeasibleError(
            f"shift {shift.name!r} of {duration_text(length * step)}: its breaks ({names}) do not "
            f"fit their windows and spacing in steps of {duration_text(step)}"
        )
    windows = np.array([low, high], dtype=np.int64).T.reshape(-1, 2)
    return Template(length, breaks, np.array(long, np.int64), windows,
                    np.array(gaps, np.int64).reshape(-1, 2))  # fmt: skip


def _floor(seconds: float, step: int) -> int:
    return FAR if math.isinf(seconds) else math.floor(seconds / step)


def _cost_curves(rules: WorkRules, local: pd.DatetimeIndex, step: int) -> NDArray[np.float64]:
    """Return, for each shift, the cost of paid time up to each step; premiums to the minute."""
    minutes = local.repeat(step // 60) + pd.to_timedelta(
        np.tile(np.arange(step // 60), len(local)), unit="min"
    )
    seconds = (minutes - minutes.normalize()).total_seconds().to_numpy()
    factor = np.ones(len(minutes))
    for premium in rules.premiums:
        holds = np.isin(minutes.day_of_week, premium.days)
        if premium.between is not None:
            begin, end = premium.between
            inside = (seconds >= begin) & (seconds < end)
            holds &= inside if begin < end else (seconds >= begin) | (seconds < end)
        factor[holds] *= premium.factor
    hours = factor.reshape(len(local), -1).mean(axis=1) * step / 3600
    curve = np.concatenate([[0.0], np.cumsum(hours)[:-1]])
    return np.array([shift.cost * curve for shift in rules.shifts])
