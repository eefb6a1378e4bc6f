"""Whole numbers for a program of sums, by holding one or two of its lines.

All sums of a line rounded alike (down, after the same share of one is added) keep every rule
between them. With a line or two held so, the linear program tells in milliseconds what that costs
at least, and what is left is solved in whole numbers in hundredths of a second. So many ways to
round are tried, cheapest first; then each line of the best plan is held while the rest may move.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Descent", "Lines", "set_kinds"]

Lines = tuple[NDArray[np.int32], ...]  # of each line, the columns of its sums

_SHARES = np.arange(0.025, 1.0, 0.05)
_FIRST, _TRIED = 3, 12
_NODES = 5
_USUAL = {"mip_max_nodes": 2**31 - 1, "objective_target": -math.inf, "objective_bound": math.inf}
_LESS = 1e-4  # of the best plan's cost, by which a better one must be cheaper


@dataclass(frozen=True, eq=False)
class _Rounding:
    """Lines held at whole sums, what that costs at least, and the linear program's values."""

    held: tuple[tuple[int, NDArray[np.float64]], ...]
    cost: float
    values: NDArray[np.float64]


class Descent:
    """A search for good plans with a solver that holds a program of sums as a linear one.

    `tell` gets each better plan's values, its cost and a lower bound of all plans' cost. `best`
    holds the values of the best plan, or None.
    """

    def __init__(
        self, solver: Any, bounds: tuple[NDArray[np.float64], NDArray[np.float64]], lines: Lines,
        gap: float, seconds: float, tell: Callable[[NDArray[np.float64], float, float], None],
    ) -> None:  # fmt: skip
        self.best: NDArray[np.float64] | None = None
        self._solver, self._bounds, self._lines = solver, bounds, lines
        self._gap, self._tell = gap, tell
        self._end = time.monotonic() + seconds
        self._bound, self._value = -math.inf, math.inf
        self._whole = False

    def run(self) -> None:
        """Look until the gap is reached, time is up, or nothing improves."""
        cost = self._relaxed()
        if math.isinf(cost):
            return
        self._bound = cost
        first = self._roundings(_Rounding((), cost, self._values()))[:_FIRST]
        pairs = [pair for one in first for pair in self._roundings(one)]
        for rounding in sorted(pairs or first, key=_cost)[:_TRIED]:
            if rounding.cost > self._most or self._try(rounding.held):
                break
        self._descend()
        for name, usual in _USUAL.items():
            self._solver.setOptionValue(name, usual)

    def _descend(self) -> None:
        """Hold two lines of the best plan, then one, while the others may move."""
        numbers = range(len(self._lines))
        before = math.inf
        while self.best is not None and self._value < before and not self._enough():
            before = self._value
            for held in (*combinations(numbers, 2), *((number,) for number in numbers)):
                plan = self.best
                if self._try(tuple((n, plan[self._lines[n]]) for n in held)):
                    return
                if len(held) == 1 and self._value < before:
                    break

    def _roundings(self, base: _Rounding) -> list[_Rounding]:
        """Return ways to hold one more line, cheapest first."""
        found = []
        taken = {number for number, _ in base.held}
        self._hold(base.held)
        for number in set(range(len(self._lines))) - taken:
            line = self._lines[number]
            sums = np.floor(base.values[line] + _SHARES[:, None] + 1e-9)
            for each in np.unique(sums, axis=0):
                self._hold(((number, each),))
                cost = self._relaxed()
                if cost <= self._most:
                    held = (*base.held, (number, each))
                    found.append(_Rounding(held, cost, self._values()))
                self._free(number)
        for number in taken:
            self._free(number)
        return sorted(found, key=_cost)

    def _try(self, held: tuple[tuple[int, NDArray[np.float64]], ...]) -> bool:
        """Solve what is left; return whether that is enough."""
        self._hold(held)
        target = self._bound / (1 - self._gap)
        for name, value in zip(_USUAL, (_NODES, target, self._most), strict=True):
            self._solver.setOptionValue(name, value)
        if self._solved(whole=True):
            value = self._solver.getInfo().objective_function_value
            if value < self._value:
                self._value, self.best = value, self._values()
                self._tell(self.best, value, self._bound)
        for number, _ in held:
            self._free(number)
        return self._enough()

    @property
    def _most(self) -> float:
        """What a better plan may cost at most."""
        return self._value * (1 - _LESS) if math.isfinite(self._value) else math.inf

    def _enough(self) -> bool:
        reached = self._value - self._bound <= self._gap * abs(self._value)
        return reached or time.monotonic() >= self._end

    def _hold(self, held: tuple[tuple[int, NDArray[np.float64]], ...]) -> None:
        for number, sums in held:
            line = self._lines[number]
            self._solver.changeColsBounds(len(line), line, sums, sums)

    def _free(self, number: int) -> None:
        line, (lower, upper) = self._lines[number], self._bounds
        self._solver.changeColsBounds(len(line), line, lower[line], upper[line])

    def _values(self) -> NDArray[np.float64]:
        return np.array(self._solver.getSolution().col_value)

    def _relaxed(self) -> float:
        """Return the cost of the linear program's optimum; infinite without one."""
        solved = self._solved(whole=False)
        return float(self._solver.getInfo().objective_function_value) if solved else math.inf

    def _solved(self, *, whole: bool) -> bool:
        """Solve; return whether there is a plan, or the linear program's optimum."""
        import highspy

        left = self._end - time.monotonic()
        if left <= 0:
            return False
        if whole != self._whole:
            kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            set_kinds(self._solver, np.full(len(self._bounds[0]), int(kind)))
            self._whole = whole
        self._solver.setOptionValue("time_limit", left)
        self._solver.run()
        info = self._solver.getInfo()
        held = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        done = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return held and (whole or done)


def set_kinds(solver: Any, kinds: NDArray[np.int64]) -> None:
    """Tell a solver which columns are whole numbers."""
    columns = np.arange(len(kinds), dtype=np.int32)
    solver.changeColsIntegrality(len(kinds), columns, kinds.astype(np.uint8))


def _cost(rounding: _Rounding) -> float:
    return rounding.cost
