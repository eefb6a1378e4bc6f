"""The agents of each interval that keep a promise over its window at the least cost."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from erlangplan import queues
from erlangplan.errors import InfeasibleError
from erlangplan.forecast import Forecast
from erlangplan.settings import Config
from erlangplan.targets import Target
from erlangplan.units import share_text
from erlangplan.windows.cheapest import Cheapest, cheapest_steps, most_gain
from erlangplan.windows.delivery import Curves, make_curves
from erlangplan.windows.hulls import Sides, hull_sides
from erlangplan.windows.least import least_agents
from erlangplan.windows.so_far import SoFar
from erlangplan.windows.splitting import Windows
from erlangplan.windows.terms import Terms

__all__ = ["BINDING", "Task", "WindowPlan", "make_task", "plan_windows"]

BINDING = (*queues.BINDING, "window", "floor")
_FLOOR, _WINDOW = BINDING.index("floor"), BINDING.index("window")
_SLACK = 1e-12  # contacts in each contact that a sum of floats may miss
_CLOSED = 1e-9  # contacts in each contact of a window that are not worth another agent
_LEVEL_TURNS = 30

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be planned: intervals, their windows and what holds in them.

    Attributes
    ----------
    forecast, load
        Intervals (n,) and their load [erlang].
    config, terms
        What is asked of each queue, and over which window.
    windows
        Rows of each window.
    price
        Cost of one agent for one interval, row by row (n,).
    so_far
        Counts of the part of each window that has passed.
    least, binding
        Fewest agents of each interval, and the part of the floor that decides them (n,).
    """

    forecast: Forecast
    load: Floats
    config: Config
    terms: Terms
    windows: Windows
    price: Floats
    so_far: SoFar
    least: Ints
    binding: NDArray[np.int8]

    @property
    def volume(self) -> Floats:
        """Contacts of each interval (n,)."""
        return self.forecast.table["volume"].to_numpy(float)

    @property
    def levels(self) -> Floats:
        """The promised service level of each window (windows,)."""
        asked = (self.config.of(queue).target.service_level for queue in self.windows.queue)
        return np.array([np.nan if level is None else level for level in asked])


@dataclass(frozen=True, eq=False)
class WindowPlan:
    """Agents per interval, and how good they are.

    Attributes
    ----------
    agents, binding
        Agents of each interval, and the part that decides, a position in `BINDING` (n,).
    in_time, counted
        Contacts in time and counted of each interval (n,).
    bound
        Least cost of any plan of each window (windows,); nan where the hours were given.
    best_level
        Service level of all contacts that no plan with the given hours beats; nan otherwise.
    slope
        Contacts in time that one more unit of cost adds to each window (windows,).
    """

    agents: Ints
    binding: NDArray[np.int8]
    in_time: Floats
    counted: Floats
    bound: Floats
    best_level: float
    slope: Floats


def make_task(
    forecast: Forecast, config: Config, terms: Terms, windows: Windows, price: Floats,
    so_far: SoFar,
) -> Task:  # fmt: skip
    """Return the task with the fewest agents of each interval; see `Task`."""
    for queue in forecast.queues:
        terms.check_target(config.of(queue).target)
    load = forecast.load
    least, binding = least_agents(forecast.table, load, config, terms)
    return Task(forecast, load, config, terms, windows, price, so_far, least, binding)


def plan_windows(task: Task, levels: Floats | None = None, known: Curves | None = None,
                 ) -> tuple[WindowPlan, Curves]:  # fmt: skip
    """Return the cheapest agents, or with given hours the best; and the curves they were read from.

    Parameters
    ----------
    task
        What is to be planned.
    levels
        Promised service level of each window in place of the targets' own.
    known
        Curves of the same task.

    Raises
    ------
    InfeasibleError
        If no agents keep a promise, or the given hours do not suffice for the floor.
    """
    levels = task.levels if levels is None else levels
    curves = _first_curves(task, levels) if known is None else known
    given = task.terms.hours is not None
    plan: WindowPlan | None
    while True:
        if given:
            plan, slope, levels = _with_hours(task, curves)
        else:
            plan, slope = _cheapest(task, curves, levels)
        wider = _wider(task, curves, plan, levels, slope)
        if wider is None:
            break
        curves = make_curves(task.forecast, task.load, task.config, curves.least, wider, curves)
    if plan is None:
        _refuse(task, curves, levels, slope)
    return plan, curves


def _first_curves(task: Task, levels: Floats) -> Curves:
    """Hold each interval's agents from the fewest to those that answer nearly all in time."""
    most = task.least.copy()
    aht = task.forecast.table["aht"].to_numpy(float)
    level = np.repeat(levels, np.diff(task.windows.edges))
    for asked, rows in task.config.groups(task.forecast.table["queue"]):
        held = rows[task.volume[rows] > 0]
        if not held.size:
            continue
        promised = float(level[held].max())
        nearly = Target(service_level=1 - (1 - promised) / 10, threshold=asked.target.threshold)
        enough = queues.attainable_agents(
            task.load[held], aht=aht[held], target=nearly, patience=asked.patience,
            balking=asked.balking, lines=asked.lines,
        )  # fmt: skip
        lines = task.least[held] if asked.lines is None else int(asked.lines)
        most[held] = np.maximum(most[held], np.where(np.isnan(enough), lines, enough))
    return make_curves(task.forecast, task.load, task.config, task.least, most)


def _wider(
    task: Task, curves: Curves, plan: WindowPlan | None, levels: Floats, slope: Floats
) -> Ints | None:
    """Return more agents for the intervals where they might still pay, or None."""
    level = np.repeat(levels, np.diff(task.windows.edges))
    # A contact is at best counted and in time, which is worth 1 - level.
    room = task.volume * (1 - level) - curves.worth(level)[curves.edges[1:] - 1]
    pays = (
        room
        > np.repeat(np.where(np.isnan(slope), 0.0, slope), np.diff(task.windows.edges)) * task.price
    )
    whole = np.repeat(task.windows.sums(task.volume), np.diff(task.windows.edges))
    pays &= room > _CLOSED * whole
    for asked, rows in task.config.groups(task.forecast.table["queue"]):
        if asked.lines is not None:
            pays[rows] &= curves.most[rows] < asked.lines
    if not pays.any():
        return None
    size = curves.most - curves.least + 1
    return np.where(pays, curves.most + np.maximum(size, 4), curves.most)


def _cheapest(task: Task, curves: Curves, levels: Floats) -> tuple[WindowPlan | None, Floats]:
    """Plan each window at its level; None and a slope of nan where a window is out of reach."""
    windows = task.windows
    worth = curves.worth(np.repeat(levels, np.diff(windows.edges)))
    sides = hull_sides(worth, curves.edges)
    steps = np.zeros_like(task.least)
    bound, slope = np.zeros(len(windows)), np.zeros(len(windows))
    passed = task.so_far.in_time - levels * task.so_far.counted
    for number, rows in enumerate(windows.rows()):
        edges = curves.edges[rows.start : rows.stop + 1]
        need = -float(worth[edges[:-1]].sum()) - float(passed[number])
        need -= _SLACK * float(task.volume[rows].sum())
        found = cheapest_steps(
            worth, edges, sides.within(rows.start, rows.stop), task.price[rows], need
        )
        if found is None:
            slope[number] = np.nan
            continue
        steps[rows], slope[number] = found.steps, found.slope
        bound[number] = found.bound + float(task.price[rows] @ task.least[rows])
    met = not np.isnan(slope).any()
    return (_plan(task, curves, steps, bound, np.nan, slope) if met else None), slope


def _with_hours(task: Task, curves: Curves) -> tuple[WindowPlan, Floats, Floats]:
    """Plan all intervals together: the share that is in time grows until its own level holds.

    The best plan for contacts in time beyond a level has a share of its own; with that as the
    level, again, until they agree.
    """
    assert task.terms.hours is not None
    so_far = task.so_far
    hours = np.full(len(task.least), task.forecast.interval / 3600)
    budget = task.terms.hours - float(hours @ task.least)
    if budget < -1e-9 * task.terms.hours:
        raise InfeasibleError(
            f"{task.terms.hours:,.6g} agent hours do not suffice: the floor and the limits of the "
            f"intervals need {float(hours @ task.least):,.6g}"
        )
    level, steps = 0.8, np.zeros_like(task.least)
    for _ in range(_LEVEL_TURNS):
        worth = curves.worth(np.full(len(steps), level))
        sides = hull_sides(worth, curves.edges)
        found = most_gain(worth, curves.edges, sides, hours, max(budget, 0.0))
        place = curves.edges[:-1] + found.steps
        good = float(curves.in_time[place].sum() + so_far.in_time.sum())
        under = float(curves.counted[place].sum() + so_far.counted.sum())
        steps, before, level = found.steps, level, good / under if under else 1.0
        if abs(level - before) < 1e-12:
            break
    slope = np.full(len(task.windows), found.slope)
    best = _best_level(task, curves, level, sides, worth, found)
    bound = np.full(len(task.windows), np.nan)
    plan = _plan(task, curves, steps, bound, best, slope)
    return plan, slope, np.full(len(task.windows), level)


def _best_level(
    task: Task, curves: Curves, level: float, sides: Sides, worth: Floats, found: Cheapest
) -> float:
    """Return the level that nobody beats: what is left above this one, over what is counted."""
    passed = float((task.so_far.in_time - level * task.so_far.counted).sum())
    beyond = float(worth[curves.edges[:-1]].sum()) + found.bound + passed
    under = float(np.minimum.reduceat(curves.counted, curves.edges[:-1]).sum())
    under += float(task.so_far.counted.sum())
    return min(1.0, level + max(0.0, beyond) / under) if under else 1.0


def _plan(
    task: Task, curves: Curves, steps: Ints, bound: Floats, best: float, slope: Floats
) -> WindowPlan:
    floor = np.where(task.binding == 0, _FLOOR, task.binding)
    binding = np.where(steps > 0, _WINDOW, floor).astype(np.int8)
    place = curves.edges[:-1] + steps
    return WindowPlan(
        curves.least + steps, binding, curves.in_time[place], curves.counted[place],
        bound, best, slope,
    )  # fmt: skip


def _refuse(task: Task, curves: Curves, levels: Floats, slope: Floats) -> NoReturn:
    """Name the first window that is out of reach, and the best that it can reach."""
    number = int(np.isnan(slope).argmax())
    rows = list(task.windows.rows())[number]
    edges = curves.edges[rows.start : rows.stop + 1]
    worth = curves.in_time - levels[number] * curves.counted
    best = np.array([a + worth[a:b].argmax() for a, b in pairwise(edges)])
    good = float(curves.in_time[best].sum() + task.so_far.in_time[number])
    under = float(curves.counted[best].sum() + task.so_far.counted[number])
    begin, over = task.windows.begin[number], task.terms.over
    said = " with the counts so far" if task.so_far.counted[number] else ""
    raise InfeasibleError(
        f"{task.windows.queue[number]}, {over} of {begin:%Y-%m-%d}: no agents reach "
        f"{share_text(float(levels[number]), 2)} over the {over}{said}; the best attainable is "
        f"{share_text(good / under, 2)}",
        row=rows.start,
    )
