"""Least concave curves above many curves at once, as their sides from steep to flat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sides", "hull_sides"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
_CHUNK = 1024


@dataclass(frozen=True, eq=False)
class Sides:
    """Rising sides of the hulls, ordered by row and then from left to right.

    Attributes
    ----------
    row
        The curve that each side lies above.
    begin, end
        Steps at which it begins and ends, counted from the curve's first value.
    gain
        How much it rises.
    """

    row: Ints
    begin: Ints
    end: Ints
    gain: Floats

    def within(self, first: int, last: int) -> Sides:
        """Return the sides of the rows from `first` to before `last`, counted from there."""
        low, high = np.searchsorted(self.row, [first, last])
        held = slice(int(low), int(high))
        return Sides(self.row[held] - first, self.begin[held], self.end[held], self.gain[held])


def hull_sides(values: Floats, edges: Ints) -> Sides:
    """Return the rising sides of the least concave curve above each curve.

    Parameters
    ----------
    values
        Curve after curve, a value per step.
    edges
        Position of each curve's first value, and their number at the end (rows + 1,).
    """
    sizes = np.diff(edges)
    order = np.argsort(sizes, kind="stable")
    parts = []
    for at in range(0, len(order), _CHUNK):
        rows = order[at : at + _CHUNK]
        width = int(sizes[rows[-1]])
        steps = np.arange(width)
        held = steps < sizes[rows][:, None]
        table = np.where(held, values[np.minimum(edges[rows][:, None] + steps, len(values) - 1)], 0)
        begin, end, row = _sides(np.where(held, table, -np.inf), held)
        parts.append((rows[row], begin, end, table[row, end] - table[row, begin]))
    row, begin, end, gain = (np.concatenate(column) for column in zip(*parts, strict=True))
    rising = gain > 0
    row, begin, end, gain = row[rising], begin[rising], end[rising], gain[rising]
    sort = np.lexsort((begin, row))
    return Sides(row[sort], begin[sort], end[sort], gain[sort])


def _sides(table: Floats, held: Bools) -> tuple[Ints, Ints, Ints]:
    """Return begin, end and row of the hulls' sides: one scan along all rows together."""
    rows, width = table.shape
    stack = np.zeros((rows, width), dtype=np.int64)
    top = np.zeros(rows, dtype=np.int64)
    for step in range(1, width):
        here = np.flatnonzero(held[:, step])
        look = here[top[here] > 0]
        while look.size:
            a, b = stack[look, top[look] - 1], stack[look, top[look]]
            low = table[look, a]
            under = (table[look, b] - low) * (step - a) <= (table[look, step] - low) * (b - a)
            look = look[under]
            top[look] -= 1
            look = look[top[look] > 0]
        top[here] += 1
        stack[here, top[here]] = step
    row, place = np.nonzero(np.arange(width)[None, 1:] <= top[:, None])
    return stack[row, place], stack[row, place + 1], row
