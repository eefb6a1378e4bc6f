"""Is every rule kept? Asked of the finished schedule, by code that planned nothing."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.scheduling.checked_people import check_people
from erlangplan.scheduling.checked_rows import MICRO, Rows, rows_of, told
from erlangplan.scheduling.checked_shifts import check_shifts
from erlangplan.scheduling.coverage import ticks
from erlangplan.scheduling.result import Schedule
from erlangplan.shifts import Premium, WorkRules
from erlangplan.shrinkage import remove_shrinkage

__all__ = ["check_plan"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_SLACK = 1e-6
_DAY = 86_400 * MICRO


def check_plan(
    schedule: Schedule,
    rules: WorkRules,
    needed: pd.DataFrame,
    *,
    cyclic: bool = False,
    horizon: tuple[pd.Timestamp, pd.Timestamp] | None = None,
) -> tuple[str, ...]:
    """Return every rule that a schedule breaks and every number in it that is wrong.

    Each agent, shift, break and interval is looked at, from the rules alone; nothing of what
    planned the schedule is used.

    Parameters
    ----------
    schedule
        The finished schedule.
    rules
        The rules that it was planned by.
    needed
        What it had to cover: queue, start, agents on the queue.
    cyclic
        Whether the time that is planned repeats.
    horizon
        First moment and end of the days that were planned; None: those of the schedule, or else
        all days of `needed`.

    Returns
    -------
    tuple of str
        What is wrong, in plain English; empty when all is kept.
    """
    first, end = horizon or schedule.horizon or _days_of(needed)
    rows = rows_of(schedule, first, end)
    return (
        *check_shifts(rows, rules, schedule.interval),
        *check_people(rows, rules, cyclic=cyclic),
        *_check_cover(schedule, rows, needed, cyclic=cyclic),
        *_check_cost(schedule, rows, rules),
    )


def _days_of(needed: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    first, last = needed["start"].min(), needed["start"].max()
    days = pd.DatetimeIndex([first, last]).tz_localize(None).normalize()
    edges = days + pd.to_timedelta([0, 1], unit="D")
    if first.tz is not None:
        twice = np.ones(2, dtype=bool)
        edges = edges.tz_localize(first.tz, ambiguous=twice, nonexistent="shift_forward")
    return edges[0], edges[1]


def _check_cover(
    schedule: Schedule, rows: Rows, needed: pd.DataFrame, *, cyclic: bool
) -> list[str]:
    cover = schedule.coverage
    keys = pd.MultiIndex.from_arrays([cover["queue"], pd.Index(ticks(cover["start"]))])
    asked = pd.MultiIndex.from_arrays(
        [needed["queue"].astype(str), pd.Index(ticks(needed["start"]))]
    )
    if len(keys) != len(asked) or len(at := keys.get_indexer(asked)) != len(keys) or (at < 0).any():
        return ["the coverage does not hold exactly the intervals that were asked for"]
    want = np.empty(len(cover))
    want[at] = needed["agents"].to_numpy(float)
    found = {"required": want}
    for name in ("scheduled", "on_break", "on_queue"):
        found[name] = np.empty(len(cover))
    for queue in cover["queue"].unique():
        mine = (cover["queue"] == queue).to_numpy()
        begins = ticks(cover["start"])[mine]
        people, resting = _counted(schedule, rows, str(queue), begins, cyclic=cyclic)
        hidden = schedule.config.of(str(queue)).shrinkage.outside_schedule
        found["scheduled"][mine], found["on_break"][mine] = people, resting
        found["on_queue"][mine] = remove_shrinkage((people - resting).round(9), hidden)
    found["over"] = np.maximum(0, found["on_queue"] - want)
    found["short"] = np.maximum(0, want - found["on_queue"])
    faults = []
    for name, values in found.items():
        stated = cover[name].to_numpy(float)
        wrong = ~(np.abs(stated - values) <= _SLACK)
        faults += told(wrong, partial(_differs, cover, name, values))
    if schedule.objective != "cover":
        return faults  # others aim at less than every interval
    return faults + _check_shortages(schedule, found["short"])


def _differs(cover: pd.DataFrame, name: str, counted: FloatArray, row: int) -> str:
    return f"{_where(cover, row)}: {name} is {cover[name].iloc[row]:g}, counted {counted[row]:g}"


def _where(cover: pd.DataFrame, row: int) -> str:
    return f"{cover['queue'].iloc[row]}, {cover['start'].iloc[row]:%Y-%m-%d %H:%M}"


def _check_shortages(schedule: Schedule, short: FloatArray) -> list[str]:
    cover, listed = schedule.coverage, schedule.shortages
    named = set(zip(listed["queue"].astype(str), ticks(listed["start"]).tolist(), strict=True))
    keys = list(zip(cover["queue"], ticks(cover["start"]).tolist(), strict=True))
    missing = (short > _SLACK) & np.array([key not in named for key in keys], dtype=bool)
    return told(missing, lambda i: f"{_where(cover, i)} is short and not listed as such")


def _counted(
    schedule: Schedule, rows: Rows, queue: str, begins: IntArray, *, cyclic: bool
) -> tuple[FloatArray, FloatArray]:
    """Count people moment by moment, in steps that divide every time, and average them."""
    length = round(schedule.interval * MICRO)
    tables = [(schedule.table, schedule.breaks)]
    if schedule.before is not None:
        tables.append((schedule.before.table, schedule.before.breaks))
    found = []
    for part in (0, 1):
        frames = [pair[part] for pair in tables]
        mine = [frame[(frame["queue"] == queue).to_numpy()] for frame in frames]
        begin = np.concatenate([ticks(frame["start"]) for frame in mine]) - rows.first
        end = np.concatenate([ticks(frame["end"]) for frame in mine]) - rows.first
        found.append(_averages(begin, end, begins - rows.first, length, rows.last - rows.first,
                               cyclic=cyclic))  # fmt: skip
    return found[0], found[1]


def _averages(
    begin: IntArray, end: IntArray, at: IntArray, length: int, period: int, *, cyclic: bool
) -> FloatArray:
    every = np.concatenate([begin, end, at, [length, period]])
    step = int(np.gcd.reduce(np.abs(every)))
    size = max(period, int(at.max()) + length) // step
    change = np.zeros(2 * size + 1)
    if cyclic:
        end = end - begin + begin % period
        begin = begin % period
    np.add.at(change, np.clip(begin // step, 0, 2 * size), 1)
    np.add.at(change, np.clip(end // step, 0, 2 * size), -1)
    there = np.cumsum(change)[:-1]
    if cyclic:
        turn = period // step
        there[:turn] += there[turn : 2 * turn]
    added = np.concatenate(([0.0], np.cumsum(there)))
    first, last = at // step, (at + length) // step
    return np.asarray((added[last] - added[first]) / (length // step))


def _check_cost(schedule: Schedule, rows: Rows, rules: WorkRules) -> list[str]:
    times = np.concatenate([rows.start, rows.end, rows.break_start, rows.break_end])
    minute = 60 * MICRO
    if np.isnan(schedule.cost) or not len(times) or (times % minute).any():
        return []
    origin = int(times.min())
    steps = pd.DatetimeIndex(np.arange(origin, int(times.max()) + minute, minute).view("M8[us]"))
    zone = schedule.table["start"].dt.tz
    wall = steps if zone is None else steps.tz_localize("UTC").tz_convert(zone).tz_localize(None)
    factor = np.ones(len(wall))
    for premium in rules.premiums:
        factor[_holds(premium, ticks(wall))] *= premium.factor
    added = np.concatenate(([0.0], np.cumsum(factor))) / 60
    weighted = added[(rows.end - origin) // minute] - added[(rows.start - origin) // minute]
    unpaid = ~rows.break_paid
    begin, end = rows.break_start[unpaid], rows.break_end[unpaid]
    pauses = added[(end - origin) // minute] - added[(begin - origin) // minute]
    np.subtract.at(weighted, rows.break_owner[unpaid], pauses)
    price = {shift.name: shift.cost for shift in rules.shifts}
    cost = float(weighted @ np.array([price.get(name, 0.0) for name in rows.shift]))
    if abs(cost - schedule.cost) > 1e-6 * max(1.0, cost):
        return [f"the cost is {cost:,.6f} by the rules, stated are {schedule.cost:,.6f}"]
    return []


def _holds(premium: Premium, wall: IntArray) -> NDArray[np.bool_]:
    moment, weekday = wall % _DAY / MICRO, (wall // _DAY + 3) % 7
    held = np.isin(weekday, premium.days)
    if premium.between is None:
        return np.asarray(held)
    begin, end = premium.between
    inside = (moment >= begin) & (moment < end)
    if end <= begin:
        inside = (moment >= begin) | (moment < end)
    return np.asarray(held & inside)
