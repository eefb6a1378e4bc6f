"""Slow, stupid, obvious: the queue through the day by dense matrices, one per piece of time.

States are the contacts in the system whose agent stays, or, for one caller who waits, the contacts
ahead, then "served" and "abandoned". The package never imports this module.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SERVE, ABANDON, CARRY = range(3)
# What counts: served, abandoned, 1 = a caller of endless patience, sent away at the end.
KINDS = {
    "served": (1.0, 0.0, 0.0, 0.0),
    "abandoned": (0.0, 1.0, 0.0, 1.0),
    "gone": (1.0, 1.0, 0.0, 1.0),
    "patient": (1.0, 0.0, 1.0, 0.0),
}
NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)
NODES, WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2


@dataclass(frozen=True)
class Segment:
    """Seconds, rates per second, agents and the share who balk."""

    length: float
    arrivals: float
    handling: float
    abandoning: float
    agents: int
    balking: float = 0.0


@dataclass(frozen=True, eq=False)
class Day:
    """Segments, the highest state and whether contacts beyond it are blocked, and what happens."""

    segments: list[Segment]
    most: int
    lines: bool
    preempt: bool
    closing: int
    begin: Floats


def exponential(matrix: Floats) -> Floats:
    """Return e^matrix of a generator: shifted so that all is positive, Taylor, then squared."""
    size = len(matrix)
    shift = float(np.abs(np.diag(matrix)).max(initial=0.0))
    halvings = max(0, math.ceil(math.log2(shift + 1)) + 1)
    step = (matrix + shift * np.eye(size)) / 2**halvings
    term = total = np.eye(size)
    for n in range(1, 30):
        term = term @ step / n
        total = total + term
    total = total * math.exp(-shift / 2**halvings)
    for _ in range(halvings):
        total = total @ total
    return total


def generator(segment: Segment, most: int) -> Floats:
    rates = np.zeros((most + 1, most + 1))
    for k in range(most + 1):
        waiting = max(k - segment.agents, 0)
        if k < most:
            stays = 1.0 if k < segment.agents else 1 - segment.balking
            rates[k, k + 1] = segment.arrivals * stays
        if k > 0:
            rates[k, k - 1] = (k - waiting) * segment.handling + waiting * segment.abandoning
        rates[k, k] = -rates[k].sum()
    return rates


def changed(k: int, before: int, after: int, preempt: bool) -> int:
    """Return the contacts whose agent stays, after leavers took their calls along."""
    if preempt or after >= before:
        return k
    return k - max(min(k, before) - after, 0)


def change(day: Day, before: int, after: int) -> Floats:
    moves = np.zeros((day.most + 1, day.most + 1))
    for k in range(day.most + 1):
        moves[k, changed(k, before, after, day.preempt)] = 1.0
    return moves


def states(day: Day) -> list[Floats]:
    """Return the probabilities as each segment starts, and at the end."""
    p, found, before = day.begin, [], day.segments[0].agents
    for segment in day.segments:
        p = p @ change(day, before, segment.agents)
        found.append(p)
        p = p @ exponential(generator(segment, day.most) * segment.length)
        before = segment.agents
    return [*found, p]


def sojourns(day: Day) -> list[Floats]:
    """Return the time spent in each state during each segment."""
    found, size = [], day.most + 1
    for segment, p in zip(day.segments, states(day), strict=False):
        pair = np.zeros((2 * size, 2 * size))
        pair[:size, :size] = generator(segment, day.most)
        pair[:size, size:] = np.eye(size)
        found.append(np.r_[p, np.zeros(size)] @ exponential(pair * segment.length))
    return [both[size:] for both in found]


def tagged(segment: Segment, size: int, patient: bool) -> Floats:
    rates = np.zeros((size + 2, size + 2))
    for ahead in range(size):
        next_state = ahead - 1 if ahead else size
        rates[ahead, next_state] += segment.agents * segment.handling + ahead * segment.abandoning
        rates[ahead, size + 1] += 0.0 if patient else segment.abandoning
        rates[ahead, ahead] -= rates[ahead].sum()
    return rates


def tagged_change(day: Day, size: int, before: int, after: int) -> Floats:
    moves = np.eye(size + 2)
    for ahead in range(size):
        place = ahead - (after - before)
        if after < before and not day.preempt:
            place = ahead
        moves[ahead, ahead] = 0.0
        moves[ahead, size if place < 0 else min(place, size - 1)] = 1.0
    return moves


def along(rates: Floats, width: float, panels: int) -> Floats:
    """Return e^(rates t) at the nodes of all panels: (panels, nodes, n, n)."""
    nodes = np.array([exponential(rates * width * x) for x in NODES])
    step, start, found = exponential(rates * width), np.eye(len(rates)), []
    for _ in range(panels):
        found.append(start @ nodes)
        start = start @ step
    return np.array(found)


def through(day: Day, j: int, r: int, size: int, patient: bool) -> Floats:
    """Return what happens from the end of segment j to the start of segment r."""
    moves = np.eye(size + 2)
    for i in range(j + 1, r + 1):
        before, segment = day.segments[i - 1], day.segments[i]
        moves = moves @ tagged_change(day, size, before.agents, segment.agents)
        if i < r:
            moves = moves @ exponential(tagged(segment, size, patient) * segment.length)
    return moves


def within(day: Day, threshold: float, kind: str) -> Floats:
    """Integrate over the callers of each segment what becomes of them by the threshold."""
    found = np.zeros(len(day.segments))
    for j, p in enumerate(states(day)[:-1]):
        length, ends = day.segments[j].length, np.cumsum([s.length for s in day.segments[j:]])
        breaks = {0.0, length} | {t for t in ends - threshold if 0 < t < length}
        for begin, end in pairwise(sorted(breaks)):
            found[j] += _part(day, j, p, (begin, end), ends, threshold, kind)
    return found


def _part(
    day: Day, j: int, p: Floats, part: tuple[float, float], ends: Floats, threshold: float,
    kind: str,
) -> float:  # fmt: skip
    """Integrate over callers of a part of segment j whose deadlines share a segment."""
    served, abandoned, patient, sent = KINDS[kind]
    segment, (begin, end) = day.segments[j], part
    rates, size = generator(segment, day.most), day.most + 1
    fastest = max(np.abs(np.diag(rates)).max(), 1e-6)
    panels = math.ceil((end - begin) * fastest / 4)
    width = (end - begin) / panels
    own = tagged(segment, size, bool(patient))
    r = j + int((ends <= (begin + end) / 2 + threshold).sum())
    value = np.r_[np.zeros(size), served, abandoned]
    if r == j:
        fates = np.broadcast_to(exponential(own * threshold) @ value, (panels, 12, size + 2))
    else:
        if r < len(day.segments) or day.closing == SERVE:
            there = tagged(day.segments[min(r, len(day.segments) - 1)], size, bool(patient))
            late = exponential(there * (begin + threshold - ends[r - j - 1])) @ value
            fates = along(there, width, panels) @ late
        else:
            fates = np.broadcast_to(value, (panels, 12, size + 2)).copy()
            fates[..., :size] = sent if day.closing == ABANDON else 0.0
        last = min(r, len(day.segments) - 1)
        middle = through(day, j, last, size, bool(patient))
        if r > last and last > j:
            final = tagged(day.segments[last], size, bool(patient))
            middle = middle @ exponential(final * day.segments[last].length)
        # Nodes lie symmetrically, so the way to the end runs through them backwards.
        rest = along(own, width, panels)[::-1, ::-1] @ exponential(own * (segment.length - end))
        fates = np.einsum("pqij,jk,pqk->pqi", rest, middle, fates)
    start = p @ exponential(rates * begin)
    at = start @ along(rates, width, panels)
    found = np.zeros(at.shape[:2])
    for k in range(day.most + 1):
        if day.lines and k == day.most:
            break
        if k < segment.agents:
            found += at[..., k] * served
        else:
            balking = 0.0 if patient else segment.balking
            fate = (1 - balking) * fates[..., k - segment.agents] + balking * abandoned
            found += at[..., k] * fate
    return float((found @ WEIGHTS).sum() * width)


def waits_of_served(day: Day) -> Floats:
    """Integrate over the callers of each segment their wait, where they are served at last."""
    size = day.most + 1
    chance, wait = np.zeros(size + 2), np.zeros(size + 2)
    chance[size] = 1.0
    if day.closing == SERVE:
        inner = -tagged(day.segments[-1], size, False)
        chance[:size] = np.linalg.solve(inner[:size, :size], -inner[:size, size])
        wait[:size] = np.linalg.solve(inner[:size, :size], chance[:size])
    starts, found = states(day), np.zeros(len(day.segments))
    for j in range(len(day.segments) - 1, -1, -1):
        segment = day.segments[j]
        if j + 1 < len(day.segments):
            moves = tagged_change(day, size, segment.agents, day.segments[j + 1].agents)
            chance, wait = moves @ chance, moves @ wait
        own = tagged(segment, size, False)
        pair = np.block([[own, np.diag(np.r_[np.ones(size), 0, 0])], [np.zeros_like(own), own]])
        rates = generator(segment, day.most)
        panels = max(1, math.ceil(segment.length * np.abs(np.diag(rates)).max() / 4))
        width = segment.length / panels
        later = along(pair, width, panels)[::-1, ::-1] @ np.r_[wait, chance]
        at = starts[j] @ along(rates, width, panels)
        most = day.most if day.lines else day.most + 1
        wanted = at[..., segment.agents : most] * later[..., : most - segment.agents]
        found[j] = (1 - segment.balking) * (wanted.sum(axis=2) @ WEIGHTS).sum() * width
        wait, chance = np.split(exponential(pair * segment.length) @ np.r_[wait, chance], 2)
    return found


def with_leavers(day: Day, most: int) -> list[Floats]:
    """Return the joint probabilities of those whose agent stays and of leavers' calls, at the end.

    One array (contacts, leavers' calls) per segment, up to `most` calls of leavers.
    """
    wide = most + 1
    joint = np.zeros((day.most + 1, wide))
    joint[:, 0] = day.begin
    found, before = [], day.segments[0].agents
    for segment in day.segments:
        moved = np.zeros_like(joint)
        for k, calls in np.ndindex(joint.shape):
            to = changed(k, before, segment.agents, day.preempt)
            moved[to, min(calls + k - to, most)] += joint[k, calls]
        leave = np.zeros((wide, wide))
        for calls in range(1, wide):
            leave[calls, calls - 1] = calls * segment.handling
            leave[calls, calls] = -calls * segment.handling
        rates = np.kron(generator(segment, day.most), np.eye(wide))
        rates += np.kron(np.eye(day.most + 1), leave)
        joint = (moved.ravel() @ exponential(rates * segment.length)).reshape(joint.shape)
        found.append(joint)
        before = segment.agents
    return found
