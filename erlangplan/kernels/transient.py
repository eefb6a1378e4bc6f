"""The queue through the day: M(t)/M/n(t)+M with rates that are constant within a segment.

A segment is a row (length, arrivals, handling, abandoning, agents, balking): seconds, rates per
second, a whole number of agents, a share. The state is the number of contacts in the system whose
agent stays; p holds its probabilities. Two ways lead from one end of a segment to the other:

- the rational one, p e^{hQ} = Re sum_k w_k p (z_k - hQ)^-1 on the hyperbola of Weideman and
  Trefethen (Trefethen, Weideman & Schmelzer 2006, doi:10.1007/s10543-006-0077-9), a tridiagonal
  system for each node, whatever h is; the integral over time comes from the same solutions
  with w_k / z_k. It is taken only where 32 and 24 nodes agree;
- uniformisation, a Poisson number of steps of a discrete chain, which is always right and takes
  time in proportion to h.

Contacts in time are counted by their arrival: one who finds j contacts waiting ahead waits for a
death process with rates agents x handling + i x abandoning, i = j..0, through every change of
agents up to the threshold (Feldman et al. 2008, doi:10.1287/mnsc.1070.0821, have such staffing).

The file stands alone because numba keys its cache by the content of one file.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

LENGTH, ARRIVALS, HANDLING, ABANDONING, AGENTS, BALKING = range(6)
SERVED, ABANDONED, GONE, PATIENT = range(4)
SERVE, ABANDON, CARRY = range(3)
BUSY, WAITING, ALL_BUSY, BLOCKED, QUEUE_END, BUSY_END, LEAVERS, TOP, FLOWS = range(9)
Floats = NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., Any])


def _compiled(function: Function) -> Function:
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return function
    from numba import njit

    try:
        return cast(Function, njit(cache=True, error_model="numpy")(function))
    except RuntimeError:  # no folder to write a cache to
        return cast(Function, njit(error_model="numpy")(function))


def _hyperbola(nodes: int) -> tuple[Any, Any]:
    angle = (2 * np.arange(1, nodes // 2 + 1) - 1) * math.pi / nodes
    inner = 1.1721 - 0.3443j * angle
    z = 2.246 * nodes * (1 - np.sin(inner))
    slope = 2.246 * nodes * 0.3443j * np.cos(inner)
    return z, -2j / nodes * np.exp(z) * slope


_FINE, _ROUGH = _hyperbola(32), _hyperbola(24)
_Z = np.concatenate([_FINE[0], _ROUGH[0]])
_W = np.concatenate([_FINE[1], _ROUGH[1]])
_N, _NF = len(_Z), len(_FINE[0])
# Rows: z, w and w / z, real and imaginary.
_RULE = np.array([_Z.real, _Z.imag, _W.real, _W.imag, (_W / _Z).real, (_W / _Z).imag])
_AGREE = 1e-11
_FEW_STEPS = 120.0
_MOST_STEPS = 600.0
_TAIL = 3e-13
_NOTHING = 1e-18
_POINTS = 10
_X, _WX = np.polynomial.legendre.leggauss(_POINTS)
# Rows: times and weights on [0, 1]; then what gives the last two Legendre coefficients.
_GAUSS = np.array([
    (_X + 1) / 2, _WX / 2,
    *((2 * n + 1) / 2 * _WX * np.polynomial.legendre.Legendre.basis(n)(_X)
      for n in (_POINTS - 2, _POINTS - 1)),
])  # fmt: skip
_HALVINGS = 14
_EVEN, _HALVED = 16, 24
_X5, _W5 = np.polynomial.legendre.leggauss(5)
_FIVE = np.array([(_X5 + 1) / 2, _W5 / 2])


@_compiled
def _poisson_end(weight: float, step: int, mean: float) -> bool:
    return step > mean and weight < 1e-18


@_compiled
def _set_rates(rates: Floats, top: int, segment: Floats) -> float:
    """Set births and deaths of the states up to `top`; return the largest sum of both."""
    agents, fastest = segment[AGENTS], 0.0
    for k in range(top + 1):
        waiting = max(k - agents, 0.0)
        rates[0, k] = (
            segment[ARRIVALS] if k < agents else segment[ARRIVALS] * (1 - segment[BALKING])
        )
        rates[1, k] = (k - waiting) * segment[HANDLING] + waiting * segment[ABANDONING]
        if k == top:
            rates[0, k] = 0.0
        fastest = max(fastest, rates[0, k] + rates[1, k])
    return fastest


@_compiled
def _step(then: Floats, now: Floats, up: Floats, stay: Floats, down: Floats, top: int) -> None:
    if top == 0:
        then[0] = now[0] * stay[0]
        return
    then[0] = now[0] * stay[0] + now[1] * down[1]
    # Shifted views, because an index that may be negative is not vectorised.
    inner, same, after = then[1:], now[1:], now[2:]
    kept, out = stay[1:], down[2:]
    for k in range(top - 1):
        inner[k] = now[k] * up[k] + same[k] * kept[k]
    for k in range(top - 1):
        inner[k] += after[k] * out[k]
    then[top] = now[top - 1] * up[top - 1] + now[top] * stay[top]


@_compiled
def _uniformise(
    p: Floats, held: Floats, rates: Floats, work: Floats, top: int, length: float, fastest: float
) -> None:
    """Advance p; add its integral over time to `held`."""
    if fastest * length == 0.0:
        for k in range(top + 1):
            held[k] += p[k] * length
        return
    parts = math.ceil(fastest * length / _MOST_STEPS)
    mean = fastest * length / parts
    up, down, stay = work[2], work[3], work[4]
    for k in range(top + 1):
        up[k] = rates[0, k] / fastest
        down[k] = rates[1, k] / fastest
        stay[k] = 1.0 - up[k] - down[k]
    most = int(mean + 10.0 * math.sqrt(mean)) + 40  # steps of a part, whose weights end before
    for _ in range(parts):
        first, last = 0, top
        while first < top and p[first] < _NOTHING:
            p[first] = 0.0
            first += 1
        while last > first and p[last] < _NOTHING:
            p[last] = 0.0
            last -= 1
        # Only states that are reached from those with any probability are followed.
        first, last = max(0, first - most), min(top, last + most)
        size = last - first
        here, kept = p[first : last + 1], held[first : last + 1]
        births, deaths, same = up[first : last + 1], down[first : last + 1], stay[first : last + 1]
        now, then = work[0], work[1]
        weight = math.exp(-mean)
        left = 1.0 - weight
        for k in range(size + 1):
            now[k] = here[k]
            kept[k] += left / fastest * here[k]
            here[k] *= weight
        step = 0
        while not _poisson_end(weight, step, mean):
            step += 1
            weight *= mean / step
            left = max(0.0, left - weight)
            share = left / fastest
            _step(then, now, births, same, deaths, size)
            for k in range(size + 1):
                here[k] += weight * then[k]
                kept[k] += share * then[k]
            now, then = then, now


@_compiled
def _rational(
    p: Floats, held: Floats, rates: Floats, work: Floats, wide: Floats, top: int, length: float
) -> bool:
    """Advance p and add to `held`, unless two numbers of nodes disagree."""
    for j in range(top + 1):
        out = length * (rates[0, j] + rates[1, j])
        below = length * rates[0, j - 1] if j > 0 else 0.0
        above = length * rates[1, j + 1] if j < top else 0.0
        i = max(j - 1, 0)
        for lane in range(_N):
            real = _RULE[0, lane] + out + below * wide[i, 0, lane]
            imag = _RULE[1, lane] + below * wide[i, 1, lane]
            if j == 0:
                real, imag = _RULE[0, lane] + out, _RULE[1, lane]
            size = 1.0 / (real * real + imag * imag)
            real, imag = real * size, -imag * size
            given = p[j] + below * wide[i, 2, lane] if j > 0 else p[j]
            other = below * wide[i, 3, lane] if j > 0 else 0.0
            wide[j, 0, lane] = -above * real
            wide[j, 1, lane] = -above * imag
            wide[j, 2, lane] = given * real - other * imag
            wide[j, 3, lane] = given * imag + other * real
    total = 0.0
    for j in range(top, -1, -1):
        if j < top:
            for lane in range(_N):
                real, imag = wide[j + 1, 2, lane], wide[j + 1, 3, lane]
                wide[j, 2, lane] -= wide[j, 0, lane] * real - wide[j, 1, lane] * imag
                wide[j, 3, lane] -= wide[j, 0, lane] * imag + wide[j, 1, lane] * real
        fine, rough, over = 0.0, 0.0, 0.0
        for lane in range(_NF):
            fine += _RULE[2, lane] * wide[j, 2, lane] - _RULE[3, lane] * wide[j, 3, lane]
            over += _RULE[4, lane] * wide[j, 2, lane] - _RULE[5, lane] * wide[j, 3, lane]
        for lane in range(_NF, _N):
            rough += _RULE[2, lane] * wide[j, 2, lane] - _RULE[3, lane] * wide[j, 3, lane]
        if not (abs(fine - rough) <= _AGREE and fine >= -_AGREE):
            return False
        work[0, j] = max(fine, 0.0)
        work[1, j] = max(over, 0.0)
        total += work[0, j]
    if abs(total - 1.0) > 1e-10:
        return False
    for j in range(top + 1):
        p[j] = work[0, j] / total
        held[j] += length * work[1, j]
    return True


@_compiled
def _advance(
    p: Floats, held: Floats, rates: Floats, work: Floats, wide: Floats, top: int, length: float,
    fastest: float,
) -> None:  # fmt: skip
    if fastest * length <= _FEW_STEPS or not _rational(p, held, rates, work, wide, top, length):
        _uniformise(p, held, rates, work, top, length, fastest)


@_compiled
def _pass_over(p: Floats, top: int, before: float, after: float, preempt: bool) -> float:
    """Change the number of agents; return the mean number of calls that leavers take along."""
    if preempt or after >= before:
        return 0.0
    least, most, along = int(after), int(before), 0.0
    for k in range(least + 1, top + 1):
        share = p[k]
        p[k] = 0.0
        along += share * (min(k, most) - least)
        p[least if k <= most else k - most + least] += share
    return along


@_compiled
def _first_top(p: Floats, known: int, segment: Floats) -> int:
    """Guess the highest state that matters within a segment."""
    mean, top = 0.0, 0
    for k in range(known + 1):
        mean += k * p[k]
        if p[k] > 1e-14:
            top = k
    agents = segment[AGENTS]
    more = (segment[ARRIVALS] - agents * segment[HANDLING]) * segment[LENGTH]
    if segment[ABANDONING] > 0:
        limit = segment[ARRIVALS] - agents * segment[HANDLING]
        more = min(more, limit / segment[ABANDONING])
    middle = max(mean, agents) + max(more, 0.0)
    most = top + segment[ARRIVALS] * segment[LENGTH]
    most += 9.0 * math.sqrt(segment[ARRIVALS] * segment[LENGTH]) + 20.0
    return max(top + 2, int(min(most, middle + 9.0 * math.sqrt(middle + 1.0) + 12.0)))


@_compiled
def forward(
    segments: Floats, lines: int, preempt: bool, begin: Floats, states: Floats, flows: Floats
) -> int:
    """Follow the states through all segments.

    `states[j]` becomes those at the start of segment j, the last row those at the end; `flows[j]`
    the integrals of busy agents, contacts waiting, time with all agents busy, time with all lines
    busy; waiting and busy at the end, calls that leavers take along, and the highest state.
    Returns the segment where `states` is too narrow, or -1.
    """
    count, width = len(segments), states.shape[1]
    rates, work = np.zeros((2, width)), np.zeros((5, width))
    wide = np.zeros((width, 4, _N))
    p, held = begin.copy(), np.zeros(width)
    known = width - 1
    while known > 0 and p[known] == 0.0:
        known -= 1
    for j in range(count):
        segment = segments[j]
        if j > 0:
            before = segments[j - 1, AGENTS]
            flows[j - 1, LEAVERS] = _pass_over(p, known, before, segment[AGENTS], preempt)
        for k in range(width):
            states[j, k] = p[k]
        top = lines if lines >= 0 else _first_top(p, known, segment)
        while True:
            if top > width - 1:
                if lines >= 0:
                    return j
                top = width - 1
            for k in range(width):
                p[k], held[k] = states[j, k], 0.0
            fastest = _set_rates(rates, top, segment)
            _advance(p, held, rates, work, wide, top, segment[LENGTH], fastest)
            if lines >= 0 or max(p[top], held[top] / segment[LENGTH]) <= _TAIL:
                break
            if top == width - 1:
                return j
            top = int(1.5 * top) + 8
        known = top
        agents = segment[AGENTS]
        for k in range(top + 1):
            waiting = max(k - agents, 0.0)
            flows[j, BUSY] += held[k] * (k - waiting)
            flows[j, WAITING] += held[k] * waiting
            flows[j, QUEUE_END] += p[k] * waiting
            flows[j, BUSY_END] += p[k] * (k - waiting)
            if k >= agents:
                flows[j, ALL_BUSY] += held[k]
        if lines >= 0:
            flows[j, BLOCKED] = held[lines]
        flows[j, TOP] = top
    for k in range(width):
        states[count, k] = p[k]
    return -1


@_compiled
def _back(
    g: Floats, work: Floats, size: int, length: float, segment: Floats, own: float, value: Floats
) -> None:
    """Take a vector over the contacts ahead back through time; `own` is the caller's patience."""
    handling = segment[AGENTS] * segment[HANDLING]
    fastest = handling + (size - 1) * segment[ABANDONING] + own
    if fastest * length == 0.0:
        return
    parts = math.ceil(fastest * length / _MOST_STEPS)
    mean = fastest * length / parts
    gain = own / fastest * value[1]
    ahead, stay = work[2], work[3]
    for i in range(size):
        ahead[i] = (handling + i * segment[ABANDONING]) / fastest
        stay[i] = 1.0 - ahead[i] - own / fastest
    now, then = work[0], work[1]
    for _ in range(parts):
        weight = math.exp(-mean)
        for i in range(size):
            now[i] = g[i]
            g[i] *= weight
        step = 0
        while not _poisson_end(weight, step, mean):
            step += 1
            weight *= mean / step
            then[0] = ahead[0] * value[0] + stay[0] * now[0] + gain
            inner, same, out, kept = then[1:], now[1:], ahead[1:], stay[1:]
            for i in range(size - 1):
                inner[i] = out[i] * now[i] + kept[i] * same[i] + gain
            for i in range(size):
                g[i] += weight * then[i]
            now, then = then, now


@_compiled
def _pass_back(
    g: Floats, work: Floats, size: int, before: float, after: float, preempt: bool, served: float
) -> None:
    change = int(after - before)
    if change == 0 or (change < 0 and not preempt):
        return
    for i in range(size):
        work[0, i] = g[i]
    for i in range(size):
        g[i] = served if i < change else work[0, min(i - change, size - 1)]


@_compiled
def _by_deadline(
    g: Floats, work: Floats, size: int, segments: Floats, j: int, since: float, threshold: float,
    options: Floats, value: Floats,
) -> None:  # fmt: skip
    """Set g to what becomes of callers of segment j by the threshold, by contacts ahead."""
    count, preempt, closing = len(segments), options[0] > 0, int(options[1])
    last, left, length = j, threshold, segments[j, LENGTH] - since
    while left > length and last < count:
        left -= length
        last += 1
        length = segments[last, LENGTH] if last < count else 0.0
    for i in range(size):
        g[i] = value[3] if last == count and closing == ABANDON else 0.0
    patient = value[2] > 0
    if last < count or closing == SERVE:
        final = segments[min(last, count - 1)]
        _back(g, work, size, left, final, 0.0 if patient else final[ABANDONING], value)
    for r in range(min(last, count) - 1, j - 1, -1):
        segment = segments[r]
        if r + 1 < count:
            _pass_back(g, work, size, segment[AGENTS], segments[r + 1, AGENTS], preempt, value[0])
        length = segment[LENGTH] - since if r == j else segment[LENGTH]
        _back(g, work, size, length, segment, 0.0 if patient else segment[ABANDONING], value)


@_compiled
def _counted(p: Floats, top: int, lines: int, segment: Floats, g: Floats, value: Floats) -> float:
    """Return the mean of what becomes of a caller who finds the states p."""
    agents, total = segment[AGENTS], 0.0
    balking = 0.0 if value[2] > 0 else segment[BALKING]
    for k in range(top + 1):
        if k == lines:
            break
        if k < agents:
            total += p[k] * value[0]
        else:
            total += p[k] * ((1 - balking) * g[k - int(agents)] + balking * value[1])
    return total


@_compiled
def _unchanged(segments: Floats, j: int, closing: int) -> float:
    """Return how long after segment j its agents and rates stay as they are."""
    time, count = 0.0, len(segments)
    for r in range(j + 1, count):
        for rate in (HANDLING, ABANDONING, AGENTS):
            if segments[r, rate] != segments[j, rate]:
                return time
        time += segments[r, LENGTH]
    return math.inf if closing == SERVE else time


@_compiled
def within(
    segments: Floats, lines: int, options: Floats, states: Floats, flows: Floats,
    thresholds: Floats, value: Floats, found: Floats,
) -> None:  # fmt: skip
    """Integrate over the callers of each segment what becomes of them in time.

    `options` holds whether leavers hand back their calls, what happens at the end, and how smooth
    a piece of time must be; `thresholds[j]` is below 0 where nothing is asked; `value` what
    counts: being served, abandoning, 1 for a caller of endless patience, being sent away at the
    end. `found[j]` becomes the integral over time of the mean of that.
    """
    width = states.shape[1]
    rates, work = np.zeros((2, width)), np.zeros((5, width))
    wide = np.zeros((width, 4, _N))
    p, held, saved, g = np.zeros(width), np.zeros(width), np.zeros(width), np.zeros(width)
    values, ends = np.zeros(_POINTS), np.zeros(_HALVINGS + 2)
    for j in range(len(segments)):
        segment, threshold = segments[j], thresholds[j]
        length, total = segment[LENGTH], 0.0
        if segment[ARRIVALS] == 0.0 or threshold < 0:
            continue
        top = int(flows[j, TOP])
        size = max(top - int(segment[AGENTS]), 0) + 1
        if options[0] > 0:
            least = segments[j:, AGENTS].min()
            size = min(size + int(segment[AGENTS] - least), width)
        fastest = _set_rates(rates, top, segment)
        for k in range(width):
            p[k], held[k] = states[j, k], 0.0
        calm = length + _unchanged(segments, j, int(options[1])) - threshold
        begin = min(max(calm, 0.0), length)
        if begin > 0:
            _advance(p, held, rates, work, wide, top, begin, fastest)
            _by_deadline(g, work, size, segments, j, 0.0, threshold, options, value)
            total += _counted(held, top, lines, segment, g, value)
        reach, r = begin + threshold, j
        edge = length
        while begin < length:
            while edge <= reach * (1 + 1e-15) and r < len(segments):
                r += 1
                edge = edge + segments[r, LENGTH] if r < len(segments) else math.inf
            end = min(length, edge - threshold)
            depth = 1
            ends[0] = end
            while depth > 0:
                until = ends[depth - 1]
                for k in range(top + 1):
                    saved[k] = p[k]
                piece, rest, odd, middle = 0.0, 0.0, 0.0, 0.0
                at = begin
                for q in range(_POINTS):
                    time = begin + _GAUSS[0, q] * (until - begin)
                    _advance(p, held, rates, work, wide, top, time - at, fastest)
                    at = time
                    _by_deadline(g, work, size, segments, j, time, threshold, options, value)
                    values[q] = _counted(p, top, lines, segment, g, value)
                    piece += _GAUSS[1, q] * values[q]
                    middle += _GAUSS[2, q] * values[q]
                    odd += _GAUSS[3, q] * values[q]
                rest = max(abs(odd), abs(middle))
                if rest > options[2] and depth <= _HALVINGS:
                    for k in range(top + 1):
                        p[k] = saved[k]
                    ends[depth] = 0.5 * (begin + until)
                    depth += 1
                    continue
                total += (until - begin) * piece
                _advance(p, held, rates, work, wide, top, until - at, fastest)
                begin = until
                depth -= 1
            reach = begin + threshold
        found[j] = total


@_compiled
def _edges_between(length: float, fastest: float, edges: Floats) -> int:
    """Set the edges of even panels, halved towards both ends down to the fastest change."""
    count, parts, first = 1, 0, length / _EVEN
    while first * fastest > 0.5 and parts < _HALVED:
        first *= 0.5
        parts += 1
    edges[0] = 0.0
    for i in range(parts):
        edges[count] = first * 2.0**i
        count += 1
    for i in range(1, _EVEN):
        edges[count] = length * i / _EVEN
        count += 1
    for i in range(parts - 1, -1, -1):
        edges[count] = length - first * 2.0**i
        count += 1
    edges[count] = length
    return count


@_compiled
def _back_with_wait(
    chance: Floats, wait: Floats, work: Floats, size: int, length: float, segment: Floats
) -> None:
    """Take the chance to be answered, and the wait if so, by contacts ahead, back through time."""
    handling, theta = segment[AGENTS] * segment[HANDLING], segment[ABANDONING]
    fastest = handling + size * theta
    if fastest * length == 0.0:
        for i in range(size):
            wait[i] += length * chance[i]
        return
    parts = math.ceil(fastest * length / _MOST_STEPS)
    mean = fastest * length / parts
    ahead, stay = work[4], work[5]
    for i in range(size):
        ahead[i] = (handling + i * theta) / fastest
        stay[i] = 1.0 - ahead[i] - theta / fastest
    now, waited, then, later = work[0], work[1], work[2], work[3]
    for _ in range(parts):
        weight = math.exp(-mean)
        for i in range(size):
            now[i], waited[i] = chance[i], wait[i]
            chance[i] *= weight
            wait[i] *= weight
        step = 0
        while not _poisson_end(weight, step, mean):
            step += 1
            weight *= mean / step
            then[0] = ahead[0] + stay[0] * now[0]
            later[0] = stay[0] * waited[0] + now[0] / fastest
            inner, outer, out, kept = then[1:], later[1:], ahead[1:], stay[1:]
            same, still = now[1:], waited[1:]
            for i in range(size - 1):
                inner[i] = out[i] * now[i] + kept[i] * same[i]
                outer[i] = out[i] * waited[i] + kept[i] * still[i] + same[i] / fastest
            for i in range(size):
                chance[i] += weight * then[i]
                wait[i] += weight * later[i]
            now, then = then, now
            waited, later = later, waited


@_compiled
def _pass_both_back(
    chance: Floats, wait: Floats, work: Floats, size: int, change: int, preempt: bool
) -> None:
    if change == 0 or (change < 0 and not preempt):
        return
    for i in range(size):
        work[0, i], work[1, i] = chance[i], wait[i]
    for i in range(size):
        at = min(i - change, size - 1)
        chance[i] = 1.0 if at < 0 else work[0, at]
        wait[i] = 0.0 if at < 0 else work[1, at]


@_compiled
def answered(
    segments: Floats, lines: int, preempt: bool, closing: int, states: Floats, flows: Floats,
    found: Floats,
) -> None:  # fmt: skip
    """Integrate over the callers of each segment who is answered at all, and the wait if so."""
    count, width = len(segments), states.shape[1]
    rates, work, wide = np.zeros((2, width)), np.zeros((6, width)), np.zeros((width, 4, _N))
    chance, wait, edges = np.zeros(width), np.zeros(width), np.zeros(_EVEN + 2 * _HALVED + 1)
    p, held = np.zeros(width), np.zeros(width)
    nodes = np.zeros((5 * len(edges), width))
    highest, least = 0, segments[0, AGENTS]
    for j in range(count):
        highest, least = max(highest, int(flows[j, TOP])), min(least, segments[j, AGENTS])
    size = min(int(highest - least) + 1, width)
    handling, theta = segments[-1, AGENTS] * segments[-1, HANDLING], segments[-1, ABANDONING]
    if closing == SERVE and handling > 0:
        before, sofar = 1.0, 0.0
        for i in range(size):
            out, nearer = handling + (i + 1) * theta, handling + i * theta
            before = nearer / out * before
            sofar = before / out + nearer / out * sofar
            chance[i], wait[i] = before, sofar
    for j in range(count - 1, -1, -1):
        segment = segments[j]
        agents, top, length = int(segment[AGENTS]), int(flows[j, TOP]), segment[LENGTH]
        if j + 1 < count:
            change = int(segments[j + 1, AGENTS]) - agents
            _pass_both_back(chance, wait, work, size, change, preempt)
        if segment[ARRIVALS] == 0.0:
            _back_with_wait(chance, wait, work, size, length, segment)
            continue
        fastest = _set_rates(rates, top, segment)
        panels = _edges_between(length, fastest, edges)
        for k in range(width):
            p[k] = states[j, k]
        at = 0.0
        for node in range(5 * panels):
            begin, end = edges[node // 5], edges[node // 5 + 1]
            time = begin + _FIVE[0, node % 5] * (end - begin)
            _advance(p, held, rates, work, wide, top, time - at, fastest)
            at = time
            for k in range(top + 1):
                nodes[node, k] = p[k]
        at = length
        stop = lines if lines >= 0 else top + 1
        for node in range(5 * panels - 1, -1, -1):
            begin, end = edges[node // 5], edges[node // 5 + 1]
            time = begin + _FIVE[0, node % 5] * (end - begin)
            _back_with_wait(chance, wait, work, size, at - time, segment)
            at = time
            weight = _FIVE[1, node % 5] * (end - begin)
            for k in range(min(agents, stop)):
                found[j, 0] += weight * nodes[node, k]
            weight *= 1.0 - segment[BALKING]
            for k in range(agents, stop):
                found[j, 0] += weight * nodes[node, k] * chance[k - agents]
                found[j, 1] += weight * nodes[node, k] * wait[k - agents]
        _back_with_wait(chance, wait, work, size, at, segment)


@_compiled
def later(
    segments: Floats, preempt: bool, closing: int, states: Floats, flows: Floats, found: Floats
) -> None:
    """Count abandons and seconds of waiting still to come for those who are in the system.

    `found[j]` becomes both as segment j starts, whoever comes later; the last row as all end.
    """
    count, width = len(segments), states.shape[1]
    lost, waits = np.zeros(width), np.zeros(width)
    work = np.zeros((8, width))
    highest, least = 0, segments[0, AGENTS]
    for j in range(count):
        highest, least = max(highest, int(flows[j, TOP])), min(least, segments[j, AGENTS])
    last = segments[count - 1]
    for k in range(1, highest + 1):
        waiting = max(k - last[AGENTS], 0.0)
        out = (k - waiting) * last[HANDLING] + waiting * last[ABANDONING]
        if closing == ABANDON:
            lost[k] = waiting
        elif closing == SERVE and waiting > 0:
            lost[k] = lost[k - 1] + (waiting * last[ABANDONING] / out if out > 0 else 0.0)
            waits[k] = waits[k - 1] + (waiting / out if out > 0 else math.inf)
    _weigh(found, count, states, lost, waits, highest)
    for j in range(count - 1, -1, -1):
        segment = segments[j]
        if j + 1 < count:
            after, before = segments[j + 1, AGENTS], segment[AGENTS]
            if after < before and not preempt:
                fewer, most = int(after), int(before)
                for k in range(highest, fewer, -1):
                    at = fewer if k <= most else k - most + fewer
                    lost[k], waits[k] = lost[at], waits[at]
        _drain(lost, waits, work, int(least if preempt else segment[AGENTS]), highest, segment)
        _weigh(found, j, states, lost, waits, highest)


@_compiled
def _weigh(
    found: Floats, row: int, states: Floats, lost: Floats, waits: Floats, highest: int
) -> None:
    for k in range(highest + 1):
        if states[row, k] > 0:
            found[row, 0] += states[row, k] * lost[k]
            found[row, 1] += states[row, k] * waits[k]


@_compiled
def _drain(
    lost: Floats, waits: Floats, work: Floats, base: int, highest: int, segment: Floats
) -> None:
    """Take abandons and seconds of waiting back through a segment without arrivals.

    Nobody waits in states up to `base`, now or later.
    """
    size, agents, fastest = highest - base, segment[AGENTS], 0.0
    if size <= 0:
        return
    lost, waits = lost[base + 1 :], waits[base + 1 :]
    for i in range(size):
        waiting = max(base + 1 + i - agents, 0.0)
        out = (base + 1 + i - waiting) * segment[HANDLING] + waiting * segment[ABANDONING]
        work[0, i], work[1, i] = waiting, out
        fastest = max(fastest, out)
    if fastest == 0.0:
        for i in range(size):
            waits[i] += work[0, i] * segment[LENGTH]
        return
    parts = math.ceil(fastest * segment[LENGTH] / _MOST_STEPS)
    mean = fastest * segment[LENGTH] / parts
    down = work[1]
    for i in range(size):
        down[i] /= fastest
    for _ in range(parts):
        for row in range(3):
            now, then = work[2], work[3]
            sums = lost if row == 0 else (waits if row == 1 else work[4])
            weight = math.exp(-mean)
            left = 1.0 - weight
            share = left / fastest if row == 2 else weight
            for i in range(size):
                now[i] = work[0, i] if row == 2 else sums[i]
                sums[i] = share * now[i]
            step = 0
            while not _poisson_end(weight, step, mean):
                step += 1
                weight *= mean / step
                left = max(0.0, left - weight)
                share = left / fastest if row == 2 else weight
                then[0] = now[0] - down[0] * now[0]
                inner, same, out_of = then[1:], now[1:], down[1:]
                for i in range(size - 1):
                    inner[i] = same[i] + out_of[i] * (now[i] - same[i])
                for i in range(size):
                    sums[i] += share * then[i]
                now, then = then, now
        for i in range(size):
            waits[i] += work[4, i]
            lost[i] += work[4, i] * segment[ABANDONING]
