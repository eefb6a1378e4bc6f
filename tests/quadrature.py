"""Integrals of log-concave densities over [0, inf) to 40 digits, given their logarithm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

from mpmath import exp, mp, mpf


@cache
def legendre(count: int) -> list[tuple[mpf, mpf]]:
    """Nodes and weights of Gauss and Legendre on [-1, 1], by Newton's method."""
    nodes = []
    for i in range(count):
        x = mp.cos(mp.pi * (i + mpf("0.75")) / (count + mpf("0.5")))
        for _ in range(8):
            before, value = mpf(1), x
            for k in range(2, count + 1):
                before, value = value, ((2 * k - 1) * x * value - (k - 1) * before) / k
            slope = count * (x * value - before) / (x * x - 1)
            x -= value / slope
        nodes.append((x, 2 / ((1 - x * x) * slope * slope)))
    return nodes


def panel(density: Callable[[mpf], mpf], low: mpf, high: mpf) -> Iterator[tuple[mpf, mpf, mpf]]:
    """Node, weight and value of the density on one stretch."""
    for x, weight in legendre(48):
        at = (low + high) / 2 + (high - low) / 2 * x
        yield at, weight * (high - low) / 2, exp(density(at))


def grid(
    density: Callable[[mpf], mpf], top: mpf, scale: mpf, cuts: tuple[mpf, ...] = ()
) -> Iterator[tuple[mpf, mpf, mpf]]:
    """Nodes over [0, inf) for a log-concave density given as its logarithm, 0 at its top."""
    for low, high in stretches(density, top, scale, cuts):
        yield from panel(density, low, high)


def stretches(
    density: Callable[[mpf], mpf], top: mpf, scale: mpf, cuts: tuple[mpf, ...]
) -> list[tuple[mpf, mpf]]:
    """Panels that widen by half away from the top, until the density has vanished."""
    edges = {top}
    for side in (-1, 1):
        step, edge = scale, top
        while edge >= 0 and density(edge) > -250:
            edge += side * step
            step *= mpf("1.5")
            edges.add(max(edge, mpf(0)))
    low = min(edges)
    return [pair for pair in pairwise(sorted(edges | set(cuts))) if pair[0] >= low]
