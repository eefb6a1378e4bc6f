"""The breaks of shifts that are given, as whole numbers: which may still move, and where to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import InputError
from erlangplan.scheduling.problem import Template, midnights, template_of
from erlangplan.scheduling.result import Schedule
from erlangplan.shifts import Shift, WorkRules
from erlangplan.units import duration_text

__all__ = ["Kind", "Roster", "read_kinds", "same_name"]

IntArray = NDArray[np.int64]
# Rows of the schedule's table and of its breaks, name, start and end in steps.
Pause = tuple[int, int, str, int, int]
_MOST_TOLD = 10


@dataclass(frozen=True, eq=False)
class Kind:
    """Shifts that are alike: same template, start and places for each break.

    Attributes
    ----------
    rows
        Positions in the schedule's table.
    places
        Steps at which each break may start; none where its time is over.
    was
        Step at which each break started so far; -1 where it is new.
    """

    template: Template
    start: int
    rows: tuple[int, ...]
    places: tuple[tuple[int, ...], ...]
    was: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Roster:
    """Shifts of one queue, their kinds, and what is off the queue whatever happens.

    Attributes
    ----------
    fixed
        Breaks that belong to no rule.
    names
        Name of the rule of each row of the schedule's table.
    remarks
        Names that the rules do not know.
    """

    step: int
    origin: pd.Timestamp
    kinds: tuple[Kind, ...]
    fixed: tuple[Pause, ...]
    names: dict[int, str]
    remarks: tuple[str, ...]


def same_name(one: str, other: str) -> bool:
    """Tell whether two names differ in case and surrounding spaces at most."""
    return one.strip().casefold() == other.strip().casefold()


def read_kinds(
    schedule: Schedule,
    rules: WorkRules,
    queue: str,
    interval: float,
    start_from: pd.Timestamp | None,
    locked: Collection[str],
) -> Roster:
    """Return the kinds of a queue's shifts, or raise naming those that fit no rule.

    Parameters
    ----------
    schedule, rules, queue
        Shifts with the breaks known so far; the rules of their breaks; whose shifts.
    interval
        Length of an interval of the requirement [s].
    start_from
        Breaks that start before stay, and no break moves there.
    locked
        Names of breaks that stay.
    """
    table = schedule.table
    mine = np.flatnonzero((table["queue"] == queue).to_numpy())
    breaks = schedule.breaks[schedule.breaks["queue"] == queue]
    first = table["start"].iloc[mine].min()
    origin = midnights([first.tz_localize(None).normalize()], first.tz)[0]
    seconds = [_seconds(table[c].iloc[mine], origin) for c in ("start", "end")]
    part = table.iloc[mine]
    shifts = _shifts_of(part, rules)
    weekdays = part["start"].dt.day_of_week.tolist()
    clocks = _clocks(part["start"])
    step = _step(seconds, shifts, rules, interval)
    starts, ends = (np.rint(part / step).astype(np.int64) for part in seconds)
    known = _known(breaks, table, mine, origin, step)
    now = (
        -1 if start_from is None else math.ceil((start_from - origin).total_seconds() / step - 1e-9)
    )
    grid = rules.break_grid or interval
    offsets = ((np.array(clocks) - starts * step) % grid).astype(int).tolist()  # of step 0
    held: dict[tuple[object, ...], tuple[Kind, list[int]]] = {}
    fixed: list[Pause] = []
    templates: dict[tuple[str, int, int], Template] = {}
    new: dict[tuple[object, ...], list[int]] = {}  # rows of shifts without a break so far
    for row, shift, weekday, start, end, offset in zip(
        mine.tolist(), shifts, weekdays, starts.tolist(), ends.tolist(), offsets, strict=True
    ):
        own = known.get(row, [])
        alike = (shift.name, weekday, start, end, offset)
        if not own and alike in new:
            new[alike].append(row)
            continue
        sort = (shift.name, weekday, end - start)
        if sort not in templates:
            templates[sort] = template_of(shift, shift.held(weekday), end - start, step)
        template = templates[sort]
        ruled, others = _parted(own, [pause.name for pause in template.breaks])
        fixed += others
        places: list[tuple[int, ...]] = []
        was: list[int] = []
        for number, pause in enumerate(template.breaks):
            old = ruled.get(pause.name, -1)
            was.append(old)
            if old >= 0 and (pause.name in locked or old < now):
                places.append((old,))
            else:
                places.append(_free(template, number, start, now, offset, grid, step, others))
        key = (id(template), start, tuple(places), tuple(was))
        if key not in held:
            held[key] = (Kind(template, start, (), tuple(places), tuple(was)), [])
        held[key][1].append(row)
        if not own:
            new[alike] = held[key][1]
    kinds = tuple(replace(kind, rows=tuple(rows)) for kind, rows in held.values())
    rule_names = {row: shift.name for row, shift in zip(mine.tolist(), shifts, strict=True)}
    remarks = (*_strange_shifts(part, shifts), *_strange_breaks(fixed))
    return Roster(step, origin, kinds, tuple(fixed), rule_names, remarks)


def _strange_shifts(part: pd.DataFrame, shifts: list[Shift]) -> list[str]:
    """Tell which rule shifts follow whose name is that of no rule."""
    found = Counter(
        (str(name), shift.name)
        for name, shift in zip(part["shift"], shifts, strict=True)
        if name and not same_name(name, shift.name)
    )
    return _told(
        f"{count:,} {'shifts are' if count > 1 else 'shift is'} named {name!r}, which is no rule; "
        f"by {'their times they follow' if count > 1 else 'its times it follows'} {rule!r}"
        for (name, rule), count in found.items()
    )


def _strange_breaks(fixed: list[Pause]) -> list[str]:
    found = Counter(name for _, _, name, _, _ in fixed)
    return _told(
        f"{count:,} {name!r} of the roster "
        + ("are no break of their shift's rule; they stay where they are" if count > 1
           else "is no break of its shift's rule; it stays where it is")
        for name, count in found.items()
    )  # fmt: skip


def _told(texts: Iterable[str]) -> list[str]:
    found = list(texts)
    more = len(found) - _MOST_TOLD
    last = [f"and {more:,} more names that the rules do not know"] if more > 0 else []
    return [*found[:_MOST_TOLD], *last]


def _parted(own: list[Pause], names: list[str]) -> tuple[dict[str, int], list[Pause]]:
    """Return the starts of a shift's breaks by the names of its rule, and its other breaks."""
    ruled: dict[str, int] = {}
    others = []
    for pause in sorted(own, key=lambda pause: pause[2] not in names):
        _, _, given, begin, _ = pause
        alike = (name for name in names if same_name(name, given))
        meant = given if given in names else next(alike, "")
        if meant and meant not in ruled:
            ruled[meant] = begin
        else:
            others.append(pause)
    return ruled, others


def _seconds(times: pd.Series, origin: pd.Timestamp) -> NDArray[np.float64]:
    return np.asarray((times - origin).dt.total_seconds().to_numpy(float))


def _clocks(starts: pd.Series) -> list[float]:
    local = starts.dt.tz_localize(None)
    clocks: list[float] = (local - local.dt.normalize()).dt.total_seconds().tolist()
    return clocks


def _shifts_of(part: pd.DataFrame, rules: WorkRules) -> list[Shift]:
    """Return the rule of each shift: by its name, or else the only one its times fit."""
    lengths = (part["end"] - part["start"]).dt.total_seconds().tolist()
    keys = list(zip(part["shift"], part["start"].dt.day_of_week, _clocks(part["start"]), lengths,
                    strict=True))  # fmt: skip
    known: dict[tuple[str, int, float, float], Shift] = {}
    for place, key in enumerate(keys):
        if key not in known:
            known[key] = _shift_of(part.iloc[place], rules, *key)
    return [known[key] for key in keys]


def _shift_of(
    row: pd.Series, rules: WorkRules, name: str, weekday: int, clock: float, length: float
) -> Shift:
    named = [shift for shift in rules.shifts if shift.name == name]
    named = named or [shift for shift in rules.shifts if same_name(shift.name, name)]
    if named:
        return named[0]
    fits = [s for s in rules.shifts if s.presence[0] <= length <= s.presence[1]]
    exact = [s for s in fits if clock in s.starts and weekday in s.days]
    chosen = exact or fits
    if not chosen or (len(chosen) > 1 and len({s.breaks for s in chosen}) > 1):
        known = ", ".join(shift.name for shift in rules.shifts)
        what = "several rules fit" if chosen else "no rule fits"
        raise InputError(
            f"{what} the shift of {row['agent']} on {row['start']:%Y-%m-%d %H:%M}, "
            f"{duration_text(length)} long",
            fix=f"Name its rule in a column shift: {known}.",
        )
    return chosen[0]


def _step(
    seconds: list[NDArray[np.float64]], shifts: list[Shift], rules: WorkRules, interval: float
) -> int:
    times = {interval, rules.break_grid or interval}
    times |= {pause.length for shift in shifts for pause in shift.breaks}
    times |= set(np.unique(np.concatenate(seconds)).tolist())
    return max(60, math.gcd(*(round(time) for time in times)))


def _known(
    breaks: pd.DataFrame, table: pd.DataFrame, mine: NDArray[np.intp], origin: pd.Timestamp,
    step: int,
) -> dict[int, list[Pause]]:  # fmt: skip
    """Return per row of the table the breaks it has."""
    keys = {
        (agent, start): row
        for row, agent, start in zip(
            mine.tolist(), table["agent"].iloc[mine], table["start"].iloc[mine], strict=True
        )
    }
    found: dict[int, list[Pause]] = {}
    begins, ends = (np.floor(_seconds(breaks[c], origin) / step + 1e-9).astype(int).tolist()
                    for c in ("start", "end"))  # fmt: skip
    for place, agent, start, name, begin, end in zip(
        breaks.index.tolist(), breaks["agent"], breaks["shift_start"], breaks["name"],
        begins, ends, strict=True,
    ):  # fmt: skip
        row = keys[agent, start]
        found.setdefault(row, []).append((row, place, str(name), begin, end))
    return found


def _free(
    template: Template, number: int, start: int, now: int, offset: int, grid: float, step: int,
    others: list[Pause],
) -> tuple[int, ...]:  # fmt: skip
    low, high = template.windows[number]
    long = int(template.lengths[number])
    return tuple(
        at
        for at in range(start + int(low), start + int(high) + 1)
        if at >= now
        and (offset + at * step) % grid == 0
        and not any(begin < at + long and at < end for *_, begin, end in others)
    )
