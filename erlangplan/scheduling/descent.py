"""Whole numbers for a program of sums, by holding one or two of its lines.

All sums of a line rounded alike (down, after the same share of one is added) keep every rule
between them. With a line or two held so, the linear program tells in milliseconds what that costs
at least, and what is left is solved in whole numbers in hundredths of a second. So many ways to
round are tried, cheapest first; then each line of the best plan is held while the rest may move.
Two solvers share the ways in turn, so that the plan does not depend on which is faster.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Descent", "Lines", "set_kinds"]

Lines = tuple[NDArray[np.int32], ...]  # of each line, the columns of its sums

Floats = NDArray[np.float64]
Held = tuple[tuple[int, Floats], ...]  # lines and their sums
T = TypeVar("T")

_WAVES = ((0.2, 1, 8), (0.05, 3, 12))  # step between shares, lines to round first, ways to try
_NODES = 5
_USUAL = {"mip_max_nodes": 2**31 - 1, "objective_target": -math.inf, "objective_bound": math.inf}
_LESS = 1e-4  # of the best plan's cost, by which a better one must be cheaper


@dataclass(frozen=True, eq=False)
class _Rounding:
    """Lines held at whole sums, what that costs at least, and the linear program's values."""

    held: Held
    cost: float
    values: Floats


class Descent:
    """A search for good plans with solvers that each hold a program of sums as a linear one.

    `tell` gets each better plan's values, its cost and a lower bound of all plans' cost. `best`
    holds the values of the best plan, or None.
    """

    def __init__(
        self, solvers: Sequence[Any], bounds: tuple[Floats, Floats], lines: Lines, gap: float,
        seconds: float, tell: Callable[[Floats, float, float], None],
    ) -> None:  # fmt: skip
        self.best: Floats | None = None
        self._lines, self._gap, self._tell = lines, gap, tell
        self._end = time.monotonic() + seconds
        self._hands = [_Hand(solver, bounds, lines, self._end) for solver in solvers]
        self._bound, self._value = -math.inf, math.inf

    def run(self) -> None:
        """Look until the gap is reached, time is up, or nothing improves."""
        with ThreadPoolExecutor(len(self._hands)) as pool:
            self._pool = pool
            relaxed = self._hands[0].relaxed()
            if relaxed is not None:
                self._bound = relaxed.cost
                for stride, first, tried in _WAVES:
                    if not self._enough():
                        self._look(relaxed, np.arange(stride / 2, 1, stride), first, tried)
                        self._descend()
        for hand in self._hands:
            hand.usual()

    def _look(self, relaxed: _Rounding, shares: Floats, first: int, tried: int) -> None:
        """Round the cheapest `first` lines and a second beside each; try as many of these."""
        ones = self._roundings(relaxed, shares)[:first]
        pairs = [pair for one in ones for pair in self._roundings(one, shares)]
        for some in self._turns(_in_turn(sorted(pairs or ones, key=_cost))[:tried]):
            # From a good plan, going on with its own lines finds more than dearer roundings do.
            if some[0].cost > self._most or self._try([rounding.held for rounding in some]):
                break

    def _turns(self, ways: Sequence[T]) -> list[Sequence[T]]:
        """Return the ways in turns, one for each solver."""
        each = len(self._hands)
        return [ways[at : at + each] for at in range(0, len(ways), each)]

    def _descend(self) -> None:
        """Hold two lines of the best plan, then one, while the others may move."""
        numbers = range(len(self._lines))
        before = math.inf
        while self.best is not None and self._value < before and not self._enough():
            before = self._value
            for size in (2, 1):
                for some in self._turns(list(combinations(numbers, size))):
                    plan = self.best
                    if self._try([tuple((n, plan[self._lines[n]]) for n in held)
                                  for held in some]):  # fmt: skip
                        return
                    if size == 1 and self._value < before:
                        break

    def _roundings(self, base: _Rounding, shares: Floats) -> list[_Rounding]:
        """Return ways to hold one more line, cheapest first."""
        taken = {number for number, _ in base.held}
        ways = [
            (number, sums)
            for number, line in enumerate(self._lines)
            if number not in taken
            for sums in np.unique(np.floor(base.values[line] + shares[:, None] + 1e-9), axis=0)
        ]
        each = len(self._hands)
        found = self._pool.map(
            lambda hand, own: hand.roundings(base.held, own),
            self._hands, [ways[turn::each] for turn in range(each)],
        )  # fmt: skip
        return sorted((one for part in found for one in part), key=_cost)

    def _try(self, ways: Sequence[Held]) -> bool:
        """Solve what is left of each; return whether the best is enough."""
        target, most = self._bound / (1 - self._gap), self._most
        found = self._pool.map(
            lambda hand, held: hand.plan(held, target, most), self._hands[: len(ways)], ways
        )
        for plan in found:
            if plan is not None and plan.cost < self._value:
                self._value, self.best = plan.cost, plan.values
                self._tell(plan.values, plan.cost, self._bound)
        return self._enough()

    @property
    def _most(self) -> float:
        """What a better plan may cost at most."""
        return self._value * (1 - _LESS) if math.isfinite(self._value) else math.inf

    def _enough(self) -> bool:
        most = self._gap * abs(self._value)
        reached = self.best is not None and self._value - self._bound <= most
        return reached or time.monotonic() >= self._end


class _Hand:
    """A solver that holds lines of the program, and lets go of them again."""

    def __init__(
        self, solver: Any, bounds: tuple[Floats, Floats], lines: Lines, end: float
    ) -> None:
        self._solver, self._bounds, self._lines, self._end = solver, bounds, lines, end
        self._whole = False

    def relaxed(self) -> _Rounding | None:
        """Return the linear program's optimum, or None without one."""
        return self._solved((), whole=False)

    def roundings(self, base: Held, ways: Sequence[tuple[int, Floats]]) -> list[_Rounding]:
        """Return what it costs at least to hold one more line in each of these ways."""
        self._hold(base)
        found = []
        for way in ways:
            self._hold((way,))
            if (solved := self._solved((*base, way), whole=False)) is not None:
                found.append(solved)
            self._free((way,))
        self._free(base)
        return found

    def plan(self, held: Held, target: float, most: float) -> _Rounding | None:
        """Return a plan with these lines held, soon one at the target, at most so dear."""
        for name, value in zip(_USUAL, (_NODES, target, most), strict=True):
            self._solver.setOptionValue(name, value)
        self._hold(held)
        solved = self._solved(held, whole=True)
        self._free(held)
        return solved

    def usual(self) -> None:
        """Set the options back."""
        for name, usual in _USUAL.items():
            self._solver.setOptionValue(name, usual)

    def _hold(self, held: Held) -> None:
        for number, sums in held:
            line = self._lines[number]
            self._solver.changeColsBounds(len(line), line, sums, sums)

    def _free(self, held: Held) -> None:
        lower, upper = self._bounds
        for number, _ in held:
            line = self._lines[number]
            self._solver.changeColsBounds(len(line), line, lower[line], upper[line])

    def _solved(self, held: Held, *, whole: bool) -> _Rounding | None:
        import highspy

        left = self._end - time.monotonic()
        if left <= 0:
            return None
        if whole != self._whole:
            kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
            set_kinds(self._solver, np.full(len(self._bounds[0]), int(kind)))
            self._whole = whole
        self._solver.setOptionValue("time_limit", left)
        self._solver.run()
        info = self._solver.getInfo()
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if not feasible or not (
            whole or self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        ):
            return None
        values = np.array(self._solver.getSolution().col_value)
        return _Rounding(held, float(info.objective_function_value), values)


def set_kinds(solver: Any, kinds: NDArray[np.int64]) -> None:
    """Tell a solver which columns are whole numbers."""
    columns = np.arange(len(kinds), dtype=np.int32)
    solver.changeColsIntegrality(len(kinds), columns, kinds.astype(np.uint8))


def _cost(rounding: _Rounding) -> float:
    return rounding.cost


def _in_turn(found: list[_Rounding]) -> list[_Rounding]:
    """Put the cheapest of each choice of lines first, then the second of each, and so on."""
    seen: Counter[frozenset[int]] = Counter()
    ranked = []
    for rounding in found:
        lines = frozenset(number for number, _ in rounding.held)
        ranked.append((seen[lines], rounding))
        seen[lines] += 1
    return [rounding for _, rounding in sorted(ranked, key=lambda pair: pair[0])]
