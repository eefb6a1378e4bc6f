"""Slow, stupid, obvious: who finds no agent free leaves at once with a given probability.

Adds up the birth-death probabilities of M/M/n/K+M with balking to 50 digits: births at the load
below n contacts, at load x (1 - balking) from n on. The package never imports this module.
"""

from __future__ import annotations

from mpmath import exp, inf, mpf, nan

from reference import NEGLIGIBLE, WAYS, Queue, solve, tails_of_wait

Measures = dict[str, mpf]


def state_probabilities(load: mpf, agents: int, joining: mpf, theta: mpf, places: float) -> list:
    """P(k in the system) for k = 0, 1, ...; the last states are negligible or the last place."""
    weights, total = [mpf(1)], mpf(1)
    while len(weights) <= agents + places:
        k = len(weights) - 1
        births = load if k < agents else joining
        deaths = min(k + 1, agents) + max(k + 1 - agents, 0) * theta
        weights.append(weights[-1] * births / deaths)
        total += weights[-1]
        left = 1 - births / deaths
        if k > agents and left > 0 and weights[-1] < NEGLIGIBLE * total * left:
            break
        if k > agents and places == inf and len(weights) > 20_000:
            raise ArithmeticError("so many states are no obvious sum")
    return [weight / total for weight in weights]


def measures(
    load: float,
    agents: int,
    *,
    aht: float,
    balking: float,
    threshold: float = 0.0,
    short: float = 0.0,
    patience: float | None = None,
    lines: int | None = None,
    percentiles: bool = False,
) -> Measures:
    """Return every measure in the units of the public functions (waits in seconds)."""
    theta = mpf(0) if patience is None else mpf(aht) / mpf(patience)
    agents = agents if lines is None else min(agents, lines)
    places = inf if lines is None else lines - agents
    a, balk = mpf(load), mpf(balking)
    queue = Queue(a, agents, theta, places)
    at = state_probabilities(a, agents, a * (1 - balk), theta, places)
    met = at[agents:] if lines is None else at[agents:-1]
    join = [(1 - balk) * p for p in met]
    served = [p * agents / (agents + (j + 1) * theta) for j, p in enumerate(join)]
    free, blocked = sum(at[:agents]), mpf(0) if lines is None else at[-1]
    length = sum(j * p for j, p in enumerate(at[agents:]))
    clock = wait_served = mpf(0)
    for j, p in enumerate(served):
        clock += 1 / (agents + (j + 1) * theta)
        wait_served += p * clock

    def beyond(shares: list, time: mpf, extra: int) -> mpf:
        tails = tails_of_wait(queue, time, len(shares), extra=extra)
        return sum(p * tail for p, tail in zip(shares, tails, strict=True))

    def still(time: mpf) -> mpf:
        return exp(-theta * time) * beyond(join, time, 0)

    def lost_by(time: mpf) -> mpf:
        left_later = sum(join) - still(time) - (sum(served) - beyond(served, time, 1))
        return balk * sum(met) + left_later

    t, s = mpf(threshold) / mpf(aht), mpf(short) / mpf(aht)
    answered = free + sum(served)
    good = answered - beyond(served, t, 1)
    lost = balk * sum(met) + theta * length / a
    wait = length / a
    ways = (
        good,
        good / answered,
        good + lost_by(t),
        good / (1 - lost_by(t)),
        good / (1 - lost_by(s)),
        good + lost_by(s),
        1 - blocked - beyond(met, t, 0),
    )
    found = dict(zip(WAYS, ways, strict=True)) | {
        "p_wait": sum(join),
        "abandonment": lost,
        "blocked": blocked,
        "occupancy": a * answered / agents,
        "asa": wait_served / answered * aht,
        "wait_offered": wait * aht,
        "wait_abandoned": (wait - wait_served) / lost * aht if lost else nan,
        "queue_length": length,
    }
    if percentiles:
        for field, share in (("wait_p90", mpf("0.1")), ("wait_p95", mpf("0.05"))):
            found[field] = solve(still, share, sum(join)) * aht
    return found
