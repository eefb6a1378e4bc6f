"""Call by call: simulated queues must agree with the formulas within their confidence interval."""

from __future__ import annotations

import heapq
import math
import random
from dataclasses import dataclass, field
from functools import cache

import pytest

import erlangplan as ep
from reference import WAYS

AHT, THRESHOLD, SHORT = 180.0, 20.0, 5.0
BATCHES, CALLS, WARM_UP = 30, 5000, 3000
# Two-sided 99.9 % points of Student's t with 29 degrees of freedom
SPREAD = 3.66


@dataclass
class Counts:
    """What is counted of the calls that arrive within one batch."""

    offered: int = 0
    blocked: int = 0
    waited: int = 0
    in_time: int = 0
    answered: int = 0
    wait_answered: float = 0.0
    lost: int = 0
    lost_in_time: int = 0
    lost_short: int = 0
    wait_lost: float = 0.0
    patient_in_time: int = 0
    waits: list[float] = field(default_factory=list)


@cache
def simulate(
    load: float, agents: int, patience: float | None, lines: int | None, balking: float = 0.0
) -> list[Counts]:
    """Batches of calls: first come, first served; a call whose patience ends first is lost.

    A call that would have to wait is lost at once with probability `balking`.
    """
    chance = random.Random(f"{load} {agents} {patience} {lines}")
    free_at = [0.0] * agents
    # When those who wait stop waiting, answered or lost: until then each holds a line
    leaves: list[float] = []
    clock = 0.0
    batches = [Counts() for _ in range(BATCHES)]
    for call in range(-WARM_UP, BATCHES * CALLS):
        clock += chance.expovariate(load / AHT)
        counts = batches[call // CALLS] if call >= 0 else Counts()
        counts.offered += 1
        while leaves and leaves[0] <= clock:
            heapq.heappop(leaves)
        if lines is not None and free_at[0] > clock and len(leaves) + agents >= lines:
            counts.blocked += 1
            counts.waits.append(0.0)
            continue
        offered_wait = max(free_at[0] - clock, 0.0)
        willing = chance.expovariate(1 / patience) if patience else math.inf
        if balking and offered_wait > 0 and chance.random() < balking:
            willing = 0.0
        wait = min(offered_wait, willing)
        if wait > 0:
            heapq.heappush(leaves, clock + wait)
        if offered_wait <= willing:
            heapq.heapreplace(free_at, clock + offered_wait + chance.expovariate(1 / AHT))
        record(counts, wait, offered_wait, willing)
    return batches


def record(counts: Counts, wait: float, offered_wait: float, willing: float) -> None:
    counts.waits.append(wait)
    counts.waited += wait > 0
    counts.patient_in_time += offered_wait <= THRESHOLD
    if offered_wait <= willing:
        counts.answered += 1
        counts.in_time += wait <= THRESHOLD
        counts.wait_answered += wait
    else:
        counts.lost += 1
        counts.lost_in_time += wait <= THRESHOLD
        counts.lost_short += wait <= SHORT
        counts.wait_lost += wait


def ratios(c: Counts) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of every measure, for one batch."""
    return {
        "count": (c.in_time, c.offered),
        "ignore": (c.in_time, c.answered),
        "credit-within-threshold": (c.in_time + c.lost_in_time, c.offered),
        "exclude-within-threshold": (c.in_time, c.offered - c.lost_in_time),
        "exclude-short": (c.in_time, c.offered - c.lost_short),
        "credit-short": (c.in_time + c.lost_short, c.offered),
        "virtual": (c.patient_in_time, c.offered),
        "p_wait": (c.waited, c.offered),
        "asa": (c.wait_answered, c.answered),
        "wait_offered": (c.wait_answered + c.wait_lost, c.offered),
        "wait_abandoned": (c.wait_lost, c.lost),
        "abandonment": (c.lost, c.offered),
        "blocked": (c.blocked, c.offered),
    }


def interval(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Ratio of sums and its half-width, from the residuals of the batches."""
    top, bottom = (sum(column) for column in zip(*pairs, strict=True))
    ratio = top / bottom
    residuals = [(up - ratio * down) * len(pairs) / bottom for up, down in pairs]
    deviation = math.sqrt(sum(r * r for r in residuals) / (len(pairs) - 1))
    return ratio, SPREAD * deviation / math.sqrt(len(pairs))


QUEUES = {
    "Erlang C": (8.0, 10, None, None),
    "Erlang A": (10.0, 10, 60.0, None),
    "Erlang A, overloaded": (9.0, 6, 90.0, None),
    "few lines": (8.0, 8, None, 11),
    "few lines and patience": (9.0, 8, 40.0, 12),
    "balking": (9.0, 9, None, None, 0.2),
    "balking and patience": (12.0, 10, 60.0, None, 0.3),
    "balking, few lines and patience": (11.0, 8, 60.0, 12, 0.3),
}


@pytest.mark.parametrize("name", QUEUES)
def test_simulated_calls_agree_with_the_formulas(name: str) -> None:
    load, agents, patience, lines, *balking = QUEUES[name]
    batches = [ratios(counts) for counts in simulate(*QUEUES[name])]
    queue = {"aht": AHT, "patience": patience, "lines": lines, "balking": sum(balking)}
    for measure in batches[0]:
        way = measure if measure in WAYS else "count"
        short = SHORT if way.endswith("-short") else None
        target = ep.Target(
            service_level=0.8, threshold=THRESHOLD, abandons=way, short_abandon=short
        )
        got = ep.performance(load, agents, target=target, **queue)
        formula = got.service_level if measure in WAYS else getattr(got, measure)
        if measure == "wait_abandoned" and patience is None and not balking:
            assert math.isnan(formula)
            continue
        simulated, half_width = interval([batch[measure] for batch in batches])
        assert half_width < 0.2 * abs(formula) + 0.002, "the simulation says nothing"
        assert abs(simulated - formula) <= half_width, (measure, simulated, half_width, formula)


@pytest.mark.parametrize("name", QUEUES)
def test_simulated_tail_of_the_wait_agrees(name: str) -> None:
    load, agents, patience, lines, *balking = QUEUES[name]
    queue = {"aht": AHT, "patience": patience, "lines": lines, "balking": sum(balking)}
    got = ep.performance(load, agents, target="80/20", **queue)
    for share, wait in ((0.1, got.wait_p90), (0.05, got.wait_p95)):
        longer = [(sum(w > wait for w in c.waits), c.offered) for c in simulate(*QUEUES[name])]
        simulated, half_width = interval(longer)
        assert abs(simulated - share) <= half_width, (share, wait, simulated, half_width)
