"""The kernel of the queue through the day against dense matrices, Poisson laws and itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

import naive_transient as naive
from erlangplan.kernels import transient
from naive_transient import KINDS, Day, Segment

Floats = NDArray[np.float64]
SMOOTH = 1e-8


@dataclass(frozen=True, eq=False)
class Kernel:
    """What the kernel makes of a day."""

    day: Day
    rows: Floats
    lines: int
    states: Floats
    flows: Floats

    def within(self, threshold: float, kind: str) -> Floats:
        options = np.array([float(self.day.preempt), self.day.closing, SMOOTH])
        found, count = np.zeros(len(self.rows)), len(self.rows)
        transient.within(
            self.rows, self.lines, options, self.states, self.flows, np.full(count, threshold),
            np.array(KINDS[kind]), found,
        )  # fmt: skip
        return found


def follow(day: Day, width: int | None = None) -> Kernel:
    width = len(day.begin) if width is None else width
    rows = np.array([list(vars(segment).values()) for segment in day.segments], dtype=float)
    states = np.zeros((len(rows) + 1, width))
    flows, begin = np.zeros((len(rows), transient.FLOWS)), np.zeros(width)
    begin[: len(day.begin)] = day.begin
    lines = day.most if day.lines else -1
    assert transient.forward(rows, lines, day.preempt, begin, states, flows) == -1
    return Kernel(day, rows, lines, states, flows)


def small_day(seed: int) -> Day:
    """Few agents, steps up and down, no patience or little; every closing comes by turns."""
    pick = np.random.default_rng(seed)
    closing, preempt, lines = np.unravel_index(seed % 12, (3, 2, 2))
    long = [300.0] if lines else []
    segments = [
        Segment(
            float(pick.choice([5.0, 30.0, 60.0, *long])),
            float(pick.choice([0.0, 0.02, 0.05])),
            float(1 / pick.choice([20.0, 60.0])),
            float(pick.choice([0.0, 1 / 50, 1 / 10])),
            int(pick.integers(0, 5)),
            float(pick.choice([0.0, 0.0, 0.3])),
        )
        for _ in range(pick.integers(1, 5))
    ]
    most = 14 if lines else 46
    begin = np.zeros(most + 1)
    begin[:4] = pick.dirichlet(np.ones(4))
    return Day(segments, most, bool(lines), bool(preempt), int(closing), begin)


SMALL = [small_day(seed) for seed in range(24)]
seeds = pytest.mark.parametrize("seed", range(len(SMALL)))


def test_small_days_cover_every_case() -> None:
    assert len({(day.lines, day.preempt, day.closing) for day in SMALL}) == 12
    steps = [b.agents - a.agents for day in SMALL for a, b in pairwise(day.segments)]
    assert min(steps) <= -3 and max(steps) >= 3
    assert any(s.agents == 0 for d in SMALL for s in d.segments)


@seeds
def test_states_agree_with_dense_matrices(seed: int) -> None:
    day = SMALL[seed]
    found, exact = follow(day), naive.states(day)
    np.testing.assert_allclose(found.states, np.array(exact), rtol=0, atol=1e-11)


@seeds
def test_flows_agree_with_dense_matrices(seed: int) -> None:
    day = SMALL[seed]
    flows, k = follow(day).flows, np.arange(day.most + 1)
    for j, (segment, time) in enumerate(zip(day.segments, naive.sojourns(day), strict=True)):
        waiting = np.maximum(k - segment.agents, 0)
        blocked = time[-1] if day.lines else 0.0
        expected = [time @ (k - waiting), time @ waiting, time[segment.agents :].sum(), blocked]
        np.testing.assert_allclose(flows[j, :4], expected, rtol=1e-9, atol=1e-9)


@seeds
@pytest.mark.parametrize("kind", KINDS)
def test_contacts_in_time_agree_with_dense_matrices(seed: int, kind: str) -> None:
    # 0; within an interval; longer than one; longer than several
    threshold = (0.0, 10.0, 70.0, 400.0, 25.0)[seed % 5]
    day = SMALL[seed]
    expected = naive.within(day, threshold, kind)
    expected[[segment.arrivals == 0 for segment in day.segments]] = 0.0
    lengths = [segment.length for segment in day.segments]
    found = follow(day).within(threshold, kind) / lengths
    np.testing.assert_allclose(found, expected / lengths, rtol=0, atol=1e-9)


def uniformised(rates: tuple[Floats, Floats], p: Floats, length: float) -> tuple[Floats, Floats]:
    """Return the states after a time, and the time spent in each: plain Poisson steps."""
    up, down = rates
    fastest = float((up + down).max()) * 1.01
    mean, found, held = fastest * length, np.zeros_like(p), np.zeros_like(p)
    steps = int(mean + 12 * math.sqrt(mean) + 40)
    log_weight, gone = -mean, 0.0
    for step in range(steps):
        weight = math.exp(log_weight)
        gone += weight
        found += weight * p
        held += max(1 - gone, 0.0) / fastest * p
        move = p * (1 - (up + down) / fastest)
        move[1:] += (p * up)[:-1] / fastest
        move[:-1] += (p * down)[1:] / fastest
        p, log_weight = move, log_weight + math.log(mean / (step + 1))
    return found, held


def large(agents: int, arrivals: float, patience: float, length: float = 1800.0) -> Segment:
    return Segment(length, arrivals, 1 / 180, 1 / patience, agents)


LARGE = [large(500, 2.7, 240), large(250, 2.7, 240), large(480, 2.5, 60)]


def large_rates(segment: Segment, most: int) -> tuple[Floats, Floats]:
    k = np.arange(most + 1)
    waiting = np.maximum(k - segment.agents, 0)
    up = np.where(k < most, segment.arrivals, 0.0)
    return up, (k - waiting) * segment.handling + waiting * segment.abandoning


def back(segment: Segment, value: Floats, time: float) -> Floats:
    """Take the chance to be served, by contacts ahead, back through a time: Poisson steps again."""
    ahead = np.arange(len(value))
    served, lose = segment.agents * segment.handling, (ahead + 1) * segment.abandoning
    fastest = served + lose[-1]
    found, mean = np.zeros_like(value), fastest * max(time, 1e-9)
    for step in range(int(mean + 12 * math.sqrt(mean) + 40)):
        found += math.exp(-mean + step * math.log(mean) - math.lgamma(step + 1)) * value
        nearer = ahead * segment.abandoning * np.r_[0.0, value[:-1]] + served * np.r_[1, value[:-1]]
        value = (nearer + (fastest - served - lose) * value) / fastest
    return found


def in_time_of(segment: Segment, then: Segment, p: Floats, threshold: float) -> float:
    """Integrate over callers of a segment who is served in time, through one change of staff."""

    def at(states: Floats, chance: Floats) -> float:
        return float(states[: segment.agents].sum() + states[segment.agents :] @ chance)

    rates, size = large_rates(segment, len(p) - 1), len(p) - segment.agents
    p, held = uniformised(rates, p, segment.length - threshold)
    found = at(held, back(segment, np.zeros(size), threshold))
    now, points, weights = 0.0, *np.polynomial.legendre.leggauss(12)
    for time, weight in zip(threshold * (points + 1) / 2, threshold * weights / 2, strict=True):
        p, _ = uniformised(rates, p, time - now)
        chance, more = back(then, np.zeros(size), time), max(then.agents - segment.agents, 0)
        chance = np.r_[np.ones(min(more, size)), chance[: max(size - more, 0)]]
        found += weight * at(p, back(segment, chance, threshold - time))
        now = time
    return found


def test_500_agents_agree_with_plain_uniformisation() -> None:
    begin = np.zeros(1000)
    begin[450] = 1.0
    found = follow(Day(LARGE, 0, False, False, naive.SERVE, begin))
    in_time = found.within(20.0, "served")
    p, before = begin, LARGE[0].agents
    for j, segment in enumerate(LARGE):
        moved = np.zeros_like(p)
        for k in range(len(p)):
            moved[naive.changed(k, before, segment.agents, False)] += p[k]
        expected = in_time_of(segment, LARGE[min(j + 1, 2)], moved, 20.0)
        assert in_time[j] / segment.length == pytest.approx(expected / segment.length, abs=1e-7)
        p, held = uniformised(large_rates(segment, len(p) - 1), moved, segment.length)
        before = segment.agents
        waiting = np.maximum(np.arange(len(p)) - segment.agents, 0)
        assert found.flows[j, transient.QUEUE_END] == pytest.approx(p @ waiting, abs=1e-7)
        assert found.flows[j, transient.WAITING] == pytest.approx(held @ waiting, rel=1e-10)
    assert np.abs(p - found.states[-1]).max() < 1e-9


def poisson(mean: float, count: int) -> Floats:
    k = np.arange(count)
    logs = np.array([math.lgamma(n + 1) for n in k])
    return np.exp(k * math.log(mean) - mean - logs)


STAFFING = [(5, 0.05), (40, 0.12), (1, 0.2), (0, 0.1), (25, 0.15), (3, 0.1)]


def test_with_patience_as_long_as_calls_the_system_is_poisson_whatever_the_staff() -> None:
    aht, mean = 180.0, 3.0
    segments = [Segment(900.0, rate, 1 / aht, 1 / aht, agents) for agents, rate in STAFFING]
    found = follow(Day(segments, 0, False, True, naive.SERVE, poisson(mean, 200)))
    for j, segment in enumerate(segments):
        kept = math.exp(-segment.length / aht)
        mean = segment.arrivals * aht + (mean - segment.arrivals * aht) * kept
        assert np.abs(found.states[j + 1, :200] - poisson(mean, 200)).max() < 1e-11


def test_with_leavers_who_finish_the_mean_follows_the_same_line() -> None:
    aht, mean, leavers = 180.0, 3.0, 0.0
    segments = [Segment(900.0, rate, 1 / aht, 1 / aht, agents) for agents, rate in STAFFING]
    found = follow(Day(segments, 0, False, False, naive.SERVE, poisson(mean, 200)))
    flows = found.flows
    for j, segment in enumerate(segments):
        kept = math.exp(-segment.length / aht)
        mean = segment.arrivals * aht + (mean - segment.arrivals * aht) * kept
        leavers *= kept
        stay = flows[j, transient.QUEUE_END] + flows[j, transient.BUSY_END]
        assert stay + leavers == pytest.approx(mean, rel=1e-11)
        leavers += flows[j, transient.LEAVERS]
    assert flows[:, transient.LEAVERS].max() > 10


def test_the_system_with_leavers_is_poisson_in_the_joint_chain() -> None:
    aht, mean = 60.0, 0.5
    segments = [
        Segment(60.0, 0.03, 1 / aht, 1 / aht, agents) for agents in (4, 1, 0, 2, 1)
    ]  # fmt: skip
    day = Day(segments, 13, False, False, naive.SERVE, poisson(mean, 14))
    found = follow(day, width=60)
    for j, joint in enumerate(naive.with_leavers(day, 9)):
        mean = 0.03 * aht + (mean - 0.03 * aht) * math.exp(-1)
        total = np.zeros(30)
        for (stay, leavers), p in np.ndenumerate(joint):
            total[stay + leavers] += p
        # The joint chain is cut off at 13 contacts and 9 leavers' calls.
        assert np.abs(total - poisson(mean, 30)).max() < 1e-6
        if j + 1 == len(segments):
            assert np.abs(joint.sum(axis=1) - found.states[-1, :14]).max() < 1e-6


def rational(segment: Segment, p: Floats) -> tuple[bool, Floats]:
    """Return whether the rational path trusts itself, and what it found."""
    p, top = p.copy(), len(p) - 1
    rates, work = np.zeros((2, top + 1)), np.zeros((5, top + 1))
    transient._set_rates(rates, top, np.array(list(vars(segment).values()), dtype=float))
    wide, held = np.zeros((top + 1, 4, transient._N)), np.zeros(top + 1)
    return bool(transient._rational(p, held, rates, work, wide, top, segment.length)), p


def test_the_rational_path_is_taken_where_it_is_exact() -> None:
    for agents in (1, 20, 90, 500):
        segment = large(agents, agents / 180, 300)
        begin = np.eye(1, 2 * agents + 60)[0]
        taken, p = rational(segment, begin)
        exact, _ = uniformised(large_rates(segment, len(begin) - 1), begin, segment.length)
        assert taken
        assert np.abs(p - exact).max() < 1e-11
        assert p.sum() == pytest.approx(1, abs=1e-14)


HARD = {
    "a steep overload without patience": (Segment(600.0, 5.0, 1 / 180, 0.0, 10), 0, 4000),
    "many arrivals in a minute": (Segment(60.0, 5.0, 1 / 180, 1 / 300, 500), 0, 700),
    "a long queue that only drains": (Segment(900.0, 0.0, 1 / 180, 1 / 300, 300), 650, 700),
}


@pytest.mark.parametrize("case", HARD)
def test_where_the_rational_path_fails_steps_are_taken_instead(case: str) -> None:
    segment, first, width = HARD[case]
    begin = np.eye(1, width, first)[0]
    assert not rational(segment, begin)[0]
    found = follow(Day([segment], 0, False, False, naive.SERVE, begin))
    exact, held = uniformised(large_rates(segment, width - 1), begin, segment.length)
    assert np.abs(found.states[-1] - exact).max() < 1e-10
    busy = held @ np.minimum(np.arange(width), segment.agents)
    assert found.flows[0, transient.BUSY] == pytest.approx(busy, rel=1e-9)
