"""The cheapest steps along many curves that gain enough in sum, with a bound on any such steps.

Each row may climb its curve step by step; the sum of what is gained must reach a need. One price
of a gain makes the rows independent, and the best price is found exactly by taking the sides of
the curves' hulls from cheap to dear until the need is met: no choice of steps costs less than
that sum with its last side taken in part. What is left is to round the last side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erlangplan.windows.hulls import Sides

__all__ = ["Cheapest", "cheapest_steps", "most_gain"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_REACH = 12  # steps that an exchange may move a row
_ROUNDS = 100


@dataclass(frozen=True, eq=False)
class Cheapest:
    """Steps along each curve, and how good they are.

    Attributes
    ----------
    steps
        Steps that each row climbs (rows,).
    bound
        What no choice beats: least cost, or most gain.
    slope
        Gain per cost at which the last side was taken; inf where none was needed.
    """

    steps: Ints
    bound: float
    slope: float


def cheapest_steps(
    values: Floats, edges: Ints, sides: Sides, price: Floats, need: float
) -> Cheapest | None:
    """Return the cheapest steps whose gains sum to a need, or None where nothing does.

    Parameters
    ----------
    values, edges
        Curves, as for `hull_sides`.
    sides
        Sides of their hulls.
    price
        Cost of a step in each row, above 0 (rows,).
    need
        Least sum of the gains over the curves' first values.
    """
    rows = len(edges) - 1
    if need <= 0:
        return Cheapest(np.zeros(rows, dtype=np.int64), 0.0, math.inf)
    cost = price[sides.row] * (sides.end - sides.begin)
    order = np.argsort(-sides.gain / cost, kind="stable")
    gained = np.cumsum(sides.gain[order])
    last = int(np.searchsorted(gained, need))
    if last == len(order):
        return None
    side = order[last]
    before = float(cost[order[:last]].sum())
    missing = need - (float(gained[last - 1]) if last else 0.0)
    bound = before + float(cost[side] * missing / sides.gain[side])
    if np.ptp(price) == 0:
        unit = float(price[0])
        # Where all steps cost the same, only whole steps can be bought.
        bound = max(bound, unit * math.ceil(bound / unit - 1e-7))
    steps = np.zeros(rows, dtype=np.int64)
    np.maximum.at(steps, sides.row[order[:last]], sides.end[order[:last]])
    steps = _filled(values, edges, sides, price, order[last:], steps, need)
    if float(price @ steps) > bound * (1 + 1e-9):
        steps = _exchanged(values, edges, price, steps, need)
    return Cheapest(steps, bound, float(sides.gain[side] / cost[side]))


def most_gain(values: Floats, edges: Ints, sides: Sides, price: Floats, budget: float) -> Cheapest:
    """Return the steps that gain the most and together cost at most a budget."""
    rows = len(edges) - 1
    cost = price[sides.row] * (sides.end - sides.begin)
    order = np.argsort(-sides.gain / cost, kind="stable")
    spent = np.cumsum(cost[order])
    # A sum of prices may miss its budget by a rounding error, not by a step.
    last = int(np.searchsorted(spent, budget * (1 + 1e-12), side="right"))
    steps = np.zeros(rows, dtype=np.int64)
    np.maximum.at(steps, sides.row[order[:last]], sides.end[order[:last]])
    bound = float(sides.gain[order[:last]].sum())
    if last == len(order):
        return Cheapest(steps, bound, 0.0)
    left = budget - (float(spent[last - 1]) if last else 0.0)
    side = order[last]
    bound += float(sides.gain[side] * left / cost[side])
    closed = np.zeros(rows, dtype=bool)
    for number in order[last:]:
        row, size = int(sides.row[number]), int(sides.end[number] - sides.begin[number])
        if left < price.min() * (1 - 1e-9):
            break
        if closed[row]:
            continue
        room = min(size, math.floor(left / price[row] * (1 + 1e-12)))
        curve = values[edges[row] + steps[row] : edges[row] + steps[row] + room + 1]
        step = int(curve.argmax())
        closed[row] = room < size
        steps[row] += step
        left -= step * price[row]
    return Cheapest(steps, bound, float(sides.gain[side] / cost[side]))


def _gain(values: Floats, edges: Ints, steps: Ints) -> float:
    return float((values[edges[:-1] + steps] - values[edges[:-1]]).sum())


def _filled(
    values: Floats, edges: Ints, sides: Sides, price: Floats, order: Ints, steps: Ints, need: float
) -> Ints:
    """Climb further until the need is met: with the first side that does, or past it with more.

    A side that would end the climb may be a leap. It is noted with its cost, its row is closed,
    and the climb goes on along the others as long as that may turn out cheaper.
    """
    best, least = steps, math.inf
    steps, closed = steps.copy(), np.zeros(len(steps), dtype=bool)
    missing, spent = need - _gain(values, edges, steps), float(price @ steps)
    for number in order:
        row = int(sides.row[number])
        if closed[row]:
            continue
        at, end = edges[row] + steps[row], edges[row] + sides.end[number]
        rise = values[at : end + 1] - values[at]
        enough = np.flatnonzero(rise >= missing)
        if enough.size:
            cost = spent + float(enough[0] * price[row])
            if cost < least - 1e-12:
                best, least = steps.copy(), cost
                best[row] += enough[0]
            closed[row] = True
            continue
        spent += float((end - at) * price[row])
        if spent >= least:
            break
        missing -= float(rise[-1])
        steps[row] = sides.end[number]
    return best


def _exchanged(values: Floats, edges: Ints, price: Floats, steps: Ints, need: float) -> Ints:
    """Step down in one row, and up in another where that must be, while it saves."""
    steps = steps.copy()
    size = np.diff(edges)
    for _ in range(_ROUNDS):
        spare = _gain(values, edges, steps) - need
        at = edges[:-1] + steps
        reach = np.arange(1, _REACH + 1)
        down_row, down = np.nonzero(reach <= steps[:, None])
        up_row, up = np.nonzero(reach < (size - steps)[:, None])
        down, up = down + 1, up + 1
        loss = values[at[down_row]] - values[at[down_row] - down]
        saved = price[down_row] * down
        gain = np.r_[0.0, values[at[up_row] + up] - values[at[up_row]]]
        paid = np.r_[0.0, price[up_row] * up]
        move = _best_exchange(loss - spare, saved, down_row, gain, paid, np.r_[-1, up_row])
        if move is None:
            return steps
        out, back = move
        steps[down_row[out]] -= down[out]
        if back:
            steps[up_row[back - 1]] += up[back - 1]
    return steps


def _best_exchange(
    short: Floats, saved: Floats, down_row: Ints, gain: Floats, paid: Floats, up_row: Ints
) -> tuple[int, int] | None:
    """Return the step down and the step up that together save the most and lose nothing needed."""
    order = np.argsort(-gain, kind="stable")
    cheap = np.minimum.accumulate(paid[order])
    which = np.maximum.accumulate(np.where(paid[order] == cheap, np.arange(len(order)), 0))
    usable = np.searchsorted(-gain[order], -short, side="right") - 1
    net = np.where(usable >= 0, saved - cheap[np.maximum(usable, 0)], -np.inf)
    tiny = 1e-9 * float(paid.max(initial=0.0) + saved.max(initial=0.0))
    for out in np.argsort(-net)[:_REACH]:
        if net[out] <= tiny:
            return None
        back = int(order[which[usable[out]]])
        if up_row[back] != down_row[out]:
            return int(out), back
    return None
