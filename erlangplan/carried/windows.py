"""Plans over a window, improved on and verified by the queue through the day.

The plan of stationary formulas is made for a level that is raised or lowered until what the exact
queue delivers meets the promise; then agents go where their going costs less than what is to
spare, and an agent moves to an interval where it is worth more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from erlangplan.carried.day import CarriedDay, days_of, named, raised
from erlangplan.carry_over import Followed
from erlangplan.errors import InfeasibleError
from erlangplan.targets import Target
from erlangplan.windows.planning import Task, WindowPlan, plan_windows

__all__ = ["plan_carried"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_LEVELS = 12
_AHEAD = 5
_MOVES = 60
_SLACK = 1e-9


def plan_carried(task: Task) -> WindowPlan:
    """Return the plan of a task for the queue through the day.

    Its bound is that of no plan (nan), because the one of stationary formulas does not hold here.

    Raises
    ------
    InfeasibleError
        If a window misses its promise whatever level the stationary plan is made for.
    """
    plan = _levelled(task)
    days = days_of(task.forecast, task.config, plan.agents)
    agents = _floored(task, days, plan.agents.astype(float))
    improver = _Improver(task, days, agents)
    improver.run()
    in_time, counted = _counts(days, improver.agents, len(agents))
    return replace(
        plan, agents=improver.agents.astype(np.int64), in_time=in_time, counted=counted,
        bound=np.full(len(task.windows), np.nan), best_level=float("nan"),
    )  # fmt: skip


def _levelled(task: Task) -> WindowPlan:
    """Return the cheapest stationary plan found that keeps the promise on the exact queue."""
    if task.terms.hours is not None:
        return plan_windows(task)[0]
    levels, best, cheapest = task.levels.copy(), None, np.inf
    known = None
    for _ in range(_LEVELS):
        try:
            plan, known = plan_windows(task, levels, known)
        except InfeasibleError:
            if best is None:
                raise
            break
        days = days_of(task.forecast, task.config, plan.agents)
        agents = _floored(task, days, plan.agents.astype(float))
        spare = _spare(task, *_counts(days, agents, len(agents)))
        cost = float(task.price @ agents)
        if (spare >= -_SLACK).all() and cost < cheapest:
            best, cheapest = replace(plan, agents=agents.astype(np.int64)), cost
        counted = np.maximum(task.windows.sums(task.volume), 1e-9)
        moved = np.clip(levels - spare / counted, 0.01, 0.9999)
        if np.abs(moved - levels).max() < 1e-5:
            break
        # A plan can be made for a level that is a little too low only.
        levels = moved + np.where(spare < 0, 2e-5, 0.0)
    if best is None:
        best = replace(plan, agents=_until_kept(task, agents).astype(np.int64))
    return best


def _until_kept(task: Task, agents: Floats) -> Floats:
    """Add an agent to the lowest intervals of each window until its promise is kept."""
    agents = agents.copy()
    days = days_of(task.forecast, task.config, agents)
    for _ in range(1000):
        in_time, counted = _counts(days, agents, len(agents))
        spare = _spare(task, in_time, counted)
        if (spare >= -_SLACK).all():
            return agents
        with np.errstate(invalid="ignore", divide="ignore"):
            level = np.where(counted > 0, in_time / counted, np.inf)
        for window in np.flatnonzero(spare < -_SLACK):
            first, last = task.windows.edges[window : window + 2]
            agents[first + int(level[first:last].argmin())] += 1
    raise InfeasibleError("the promise is not kept over its window")


def _spare(task: Task, in_time: Floats, counted: Floats) -> Floats:
    """Return contacts in time beyond the promise of each window."""
    passed = task.so_far
    return np.asarray(
        task.windows.sums(in_time) + passed.in_time
        - task.levels * (task.windows.sums(counted) + passed.counted)
    )  # fmt: skip


def _counts(days: list[CarriedDay], agents: Floats, rows: int) -> tuple[Floats, Floats]:
    in_time, counted = np.zeros(rows), np.zeros(rows)
    for day in days:
        found = day.follow(agents[day.rows], waits=False)
        in_time[day.rows], counted[day.rows] = found.in_time, found.counted
    return in_time, counted


def _floored(task: Task, days: list[CarriedDay], agents: Floats) -> Floats:
    """Add agents where the floor, or another part of the target, is missed."""
    agents = agents.copy()
    for day in days:

        def met(here: Floats, day: CarriedDay = day) -> NDArray[np.bool_]:
            return holds(task, day, day.follow(here), here)

        with named(task.forecast):
            agents[day.rows] = raised(met, agents[day.rows], day.rows)
    return agents


def holds(task: Task, day: CarriedDay, found: Followed, agents: Floats) -> NDArray[np.bool_]:
    """Return in which of a day's intervals the floor and the target's limits hold."""
    target = day.asked.target
    limits = replace(day, asked=replace(day.asked, target=_limits(target)))
    met = limits.met(found, agents)
    bound = found.offered >= max(task.terms.min_contacts, 1e-12)
    return np.asarray(met & (~bound | (found.service_level >= task.terms.floor - _SLACK)))


def _limits(target: Target) -> Target:
    """Return a target with limits only; without any, one that all meet."""
    parts = (target.max_asa, target.max_abandonment, target.max_blocked, target.max_occupancy)
    if all(part is None for part in parts):
        return Target(max_occupancy=1.0, min_agents=target.min_agents)
    return replace(target, service_level=None, threshold=None)


class _Improver:
    """Agents taken away, and moved, while the promise of each window is kept."""

    def __init__(self, task: Task, days: list[CarriedDay], agents: Floats) -> None:
        self.agents = agents
        self._task, self._days = task, days
        rows = len(agents)
        self._window = np.repeat(np.arange(len(task.windows)), np.diff(task.windows.edges))
        self._level = np.nan_to_num(task.levels[self._window])
        self._fewer, self._more = np.full(rows, -np.inf), np.full(rows, -np.inf)
        self._for_one = 2 if task.terms.hours is None else 1  # who goes for one more
        self._day_of = {int(row): day for day in days for row in day.rows}
        in_time, counted = _counts(days, agents, rows)
        self._gained = in_time - self._level * counted

    def run(self) -> None:
        """Improve until nothing does."""
        for day in self._days:
            self._look(day, 0, len(day.rows))
        self._back_to_hours()
        self._spend()
        for _ in range(_MOVES):
            if not ((self._for_one > 1 and self._take_away()) or self._swap()):
                return

    def _spares(self) -> Floats:
        passed = self._task.so_far
        begun = passed.in_time - np.nan_to_num(self._task.levels) * passed.counted
        return self._task.windows.sums(self._gained) + begun

    def _back_to_hours(self) -> None:
        """Take away what the floor took beyond the hours given, where least is lost."""
        hours, each = self._task.terms.hours, self._task.forecast.interval / 3600
        while hours is not None and self.agents.sum() * each > hours * (1 + 1e-9):
            row = int(self._fewer.argmax())
            if np.isneginf(self._fewer[row]):
                raise InfeasibleError(
                    f"{hours:,.6g} agent hours do not suffice for the floor and the limits of the "
                    "intervals of the queue through the day"
                )
            self._change({row: -1}, losing=True)

    def _spend(self) -> None:
        """Add agents where they gain most, while hours are left."""
        hours, each = self._task.terms.hours, self._task.forecast.interval / 3600
        while hours is not None and (self.agents.sum() + 1) * each <= hours * (1 + 1e-9):
            row = int(self._more.argmax())
            if self._more[row] <= _SLACK or not np.isfinite(self._more[row]):
                return
            self._change({row: 1})

    def _take_away(self) -> bool:
        """Take away the agents whose going loses least, as long as there is enough to spare."""
        taken = False
        while True:
            spare = self._spares()[self._window]
            able = self._fewer >= -spare
            if not able.any():
                return taken
            worth = np.where(able, self._fewer / self._task.price, -np.inf)
            if not self._change({int(worth.argmax()): -1}):
                continue
            taken = True

    def _swap(self) -> bool:
        """Add an agent where one is worth most, for two who are worth less, or for one."""
        price, spare = self._task.price, self._spares()
        for window, rows in enumerate(self._task.windows.rows()):
            more, fewer = self._more[rows], self._fewer[rows]
            up = int((more / price[rows]).argmax())
            near = np.abs(np.arange(len(more)) - up) <= _AHEAD
            order = np.argsort(-np.where(near, -np.inf, fewer), kind="stable")[: self._for_one]
            gain = more[up] + fewer[order].sum()
            saved = float(price[rows][order].sum() - price[rows][up])
            enough = gain > _SLACK if self._task.terms.hours is not None else saved > 0
            if np.isfinite(gain) and enough and gain >= -spare[window] * (self._for_one > 1):
                changes = {rows.start + up: 1} | {rows.start + int(down): -1 for down in order}
                if self._change(changes):
                    return True
        return False

    def _change(self, changes: dict[int, int], *, losing: bool = False) -> bool:
        """Change agents if that keeps the promise; otherwise note that these rows do not."""
        agents = self.agents.copy()
        for row, change in changes.items():
            agents[row] += change
        days = {id(self._day_of[row]): self._day_of[row] for row in changes}
        gained, kept = self._gained.copy(), True
        for day in days.values():
            found = day.follow(agents[day.rows])
            kept &= bool(holds(self._task, day, found, agents[day.rows]).all())
            gained[day.rows] = found.in_time - self._level[day.rows] * found.counted
        before, self._gained = self._gained, gained
        if self._task.terms.hours is None:
            kept &= bool((self._spares() >= -_SLACK).all())
        elif not losing:
            kept &= bool(gained.sum() > before.sum())
        if not kept:
            self._gained = before
            for row, change in changes.items():
                (self._fewer if change < 0 else self._more)[row] = -np.inf
            return False
        self.agents = agents
        for row in changes:
            day = self._day_of[row]
            at = int(np.searchsorted(day.rows, row))
            self._look(day, max(0, at - _AHEAD), min(len(day.rows), at + _AHEAD))
        return True

    def _look(self, day: CarriedDay, first: int, last: int) -> None:
        """Note what one agent less and one more gain in some of a day's intervals."""
        agents, begins = self.agents[day.rows], day.begins(self.agents[day.rows])
        for i in range(first, last):
            if not day.volume[i]:
                continue
            begin, end = max(i - 1, 0), min(i + _AHEAD, len(agents))
            level = self._level[day.rows[begin:end]]

            def gained(change: int, i: int = i, begin: int = begin, end: int = end,
                       level: Floats = level) -> float:  # fmt: skip
                other = agents.copy()
                other[i] += change
                found = day.follow(other, begin, end, begins[begin], waits=False)
                return float((found.in_time - level * found.counted).sum())

            now = gained(0)
            self._more[day.rows[i]] = gained(1) - now
            fewer = gained(-1) - now if agents[i] > day.least else -np.inf
            self._fewer[day.rows[i]] = fewer
