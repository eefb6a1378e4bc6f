"""Slow, stupid, obvious: every measure of M/M/n/K+M to 40 digits, in two independent ways.

`by_states` adds up the birth-death probabilities; a caller who finds j others waiting and all
n agents busy is served after j + 1 departures, at rates n + j theta, ..., n + theta, n (a pure
death process). `by_integrals` uses the density of the virtual wait instead and has no size
limit, but needs patience and unlimited lines. Time is in units of the AHT. The package never
imports this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mpmath import exp, expm1, inf, log, log1p, mp, mpf, nan, sqrt

from quadrature import grid, panel, stretches

mp.dps = 50
NEGLIGIBLE = mpf(10) ** -60
WAYS = (
    "count",
    "ignore",
    "credit-within-threshold",
    "exclude-within-threshold",
    "exclude-short",
    "credit-short",
    "virtual",
)
SHARES = ("p_wait", "abandonment", "blocked", "occupancy")
WAITS = ("asa", "wait_offered", "wait_abandoned", "wait_p90", "wait_p95")
FIELDS = (*SHARES, *WAITS, "queue_length", *WAYS)
Measures = dict[str, mpf]


@dataclass(frozen=True)
class Queue:
    """Load and agents, patience rate theta per AHT (0: nobody abandons), waiting places."""

    load: mpf
    agents: int
    theta: mpf
    places: float


def measures(
    load: float,
    agents: int,
    *,
    aht: float = 1.0,
    threshold: float = 0.0,
    patience: float | None = None,
    lines: int | None = None,
    short: float = 0.0,
    percentiles: bool = True,
) -> Measures:
    """Return every measure in the units of the public functions (waits in seconds)."""
    theta = mpf(0) if patience is None else mpf(aht) / mpf(patience)
    agents = agents if lines is None else min(agents, lines)
    queue = Queue(mpf(load), agents, theta, inf if lines is None else lines - agents)
    times = (mpf(threshold) / mpf(aht), mpf(short) / mpf(aht))
    if queue.places == inf and theta == 0:
        result = without_patience(queue, *times)
    elif queue.places == inf and (agents > 300 or theta < 1):
        result = by_integrals(queue, *times, percentiles)
    else:
        result = by_states(queue, *times, percentiles)
    return {key: value * aht if key in WAITS else value for key, value in result.items()}


def inverse_b_by_states(load: mpf, agents: int) -> mpf:
    """1/B by adding up the states 0..n, relative to the last."""
    term = total = mpf(1)
    for k in range(agents, 0, -1):
        term *= mpf(k) / load
        total += term
        if term < NEGLIGIBLE * total and k < load:
            break
    return total


def inverse_b(load: float, agents: float) -> mpf:
    """1/B for any size and fractional agents: a times the integral of e^(-ax) (1 + x)^n."""
    a, n = mpf(load), mpf(agents)
    if n <= 2000 and n == int(n):
        return inverse_b_by_states(a, int(n))
    top = max(n / a - 1, mpf(0))
    scale = 1 / (max(a - n, mpf(0)) + a / sqrt(max(n, a)))
    peak = n * log1p(top) - a * top
    nodes = list(grid(lambda x: n * log1p(x) - a * x - peak, top, scale / 4))
    return a * exp(peak) * sum(weight * value for _, weight, value in nodes)


def erlang_b(load: float, agents: float) -> mpf:
    return 1 / inverse_b(load, agents)


def erlang_c(load: float, agents: float) -> mpf:
    if load >= agents:
        return mpf(1)
    return 1 / (1 + (1 - mpf(load) / mpf(agents)) * (inverse_b(load, agents) - 1))


def without_patience(queue: Queue, threshold: mpf, short: mpf) -> Measures:
    """Erlang C; with as much load as agents or more the queue grows without end."""
    a, n = queue.load, queue.agents
    if a >= n:
        waits = dict.fromkeys(WAITS, inf) | {"wait_abandoned": nan, "queue_length": inf}
        shares = {"p_wait": mpf(1), "abandonment": mpf(0), "blocked": mpf(0), "occupancy": mpf(1)}
        return waits | shares | dict.fromkeys(WAYS, mpf(0))
    c = erlang_c(a, n)
    level = 1 - c * exp(-(n - a) * threshold)
    return {
        "p_wait": c,
        "abandonment": mpf(0),
        "blocked": mpf(0),
        "occupancy": a / n,
        "asa": c / (n - a),
        "wait_offered": c / (n - a),
        "wait_abandoned": nan,
        "wait_p90": max(log(c / mpf("0.1")) / (n - a), mpf(0)),
        "wait_p95": max(log(c / mpf("0.05")) / (n - a), mpf(0)),
        "queue_length": a * c / (n - a),
    } | dict.fromkeys(WAYS, level)


def state_probabilities(queue: Queue) -> tuple[mpf, mpf, list[mpf]]:
    """P(an agent is free), mean busy agents while one is free, P(n + j in the system)."""
    a, n = queue.load, queue.agents
    free = busy = mpf(0)
    term = mpf(1)
    for k in range(n - 1, -1, -1):
        term *= (k + 1) / a
        free += term
        busy += k * term
    waiting = [mpf(1)]
    late = mpf(1)
    while len(waiting) <= queue.places:
        rate = n + len(waiting) * queue.theta
        waiting.append(waiting[-1] * a / rate)
        late += waiting[-1]
        if queue.places == inf and waiting[-1] < NEGLIGIBLE * late and rate > 2 * a:
            break
    total = free + late
    return free / total, busy / total, [weight / total for weight in waiting]


def tails_of_wait(queue: Queue, time: mpf, count: int, extra: int = 0) -> Iterator[mpf]:
    """P(V_j > time) for j = 0..count-1 others ahead, V_j the time to serve all of them and one.

    e^(-theta V_j) is a product of independent Beta(c + i, 1), so Beta(c, j + 1) with
    c = n/theta, whose distribution is a finite sum of positive terms. `extra` = 1 raises c by
    one: the same under e^(-theta V_j), which is how the patient are told from the others.
    """
    n, theta = queue.agents + extra * queue.theta, queue.theta
    gone = -expm1(-theta * time) / theta if theta else time
    term = exp(-n * time)
    total = mpf(0)
    for j in range(count):
        total += term
        yield total
        term *= (n + j * theta) * gone / (j + 1)


def by_states(queue: Queue, threshold: mpf, short: mpf, percentiles: bool = True) -> Measures:
    """Sum over the states: what a caller meets who finds j others waiting."""
    n, theta = queue.agents, queue.theta
    free, busy, at = state_probabilities(queue)
    finite = queue.places < inf
    met = at[:-1] if finite else at
    served = [p * n / (n + (j + 1) * theta) for j, p in enumerate(met)]
    length = sum(j * p for j, p in enumerate(at))

    def served_after(time: mpf) -> mpf:
        tails = tails_of_wait(queue, time, len(met), extra=1)
        return sum(p * tail for p, tail in zip(served, tails, strict=True))

    def waits_after(time: mpf) -> mpf:
        tails = tails_of_wait(queue, time, len(met))
        return sum(p * tail for p, tail in zip(met, tails, strict=True))

    wait_served = clock = mpf(0)
    for j, p in enumerate(served):
        clock += 1 / (n + (j + 1) * theta)
        wait_served += p * clock
    blocked = at[-1] if finite else mpf(0)
    known = Known(queue, free, blocked, sum(met), sum(served), length, wait_served)
    occupancy = (busy + n * sum(at)) / n
    result = known.finish(threshold, short, served_after, waits_after) | {"occupancy": occupancy}
    return result | known.percentiles(waits_after) if percentiles else result


@dataclass(frozen=True)
class Known:
    """Sums over all callers, from which every measure follows."""

    queue: Queue
    free: mpf
    blocked: mpf
    p_wait: mpf
    served_late: mpf
    length: mpf
    wait_served: mpf

    def finish(
        self,
        threshold: mpf,
        short: mpf,
        served_after: Callable[[mpf], mpf],
        waits_after: Callable[[mpf], mpf],
    ) -> Measures:
        theta, load = self.queue.theta, self.queue.load
        served = self.free + self.served_late
        abandonment = theta * self.length / load
        wait = self.length / load

        def left_within(time: mpf) -> mpf:
            still = exp(-theta * time) * waits_after(time)
            return self.p_wait - still - (self.served_late - served_after(time))

        good = served - served_after(threshold)
        left, left_short = left_within(threshold), left_within(short)
        return {
            "p_wait": self.p_wait,
            "abandonment": abandonment,
            "blocked": self.blocked,
            "occupancy": load * served / self.queue.agents,
            "asa": self.wait_served / served,
            "wait_offered": wait,
            "wait_abandoned": (wait - self.wait_served) / abandonment if abandonment else nan,
            "queue_length": self.length,
            "count": good,
            "ignore": good / served,
            "credit-within-threshold": good + left,
            "exclude-within-threshold": good / (1 - left),
            "exclude-short": good / (1 - left_short),
            "credit-short": good + left_short,
            "virtual": 1 - self.blocked - waits_after(threshold),
        }

    def percentiles(self, waits_after: Callable[[mpf], mpf]) -> Measures:
        def tail(time: mpf) -> mpf:
            return exp(-self.queue.theta * time) * waits_after(time)

        shares = {"wait_p90": mpf("0.1"), "wait_p95": mpf("0.05")}
        return {field: solve(tail, share, self.p_wait) for field, share in shares.items()}


def solve(tail: Callable[[mpf], mpf], share: mpf, at_zero: mpf) -> mpf:
    """Smallest t with tail(t) <= share: bracket by doubling, then Illinois on the logarithm."""
    if at_zero <= share:
        return mpf(0)
    low, high = mpf(0), mpf("1e-6")
    while tail(high) > share:
        low, high = high, 2 * high

    def above(t: mpf) -> mpf:
        return log(max(tail(t) if t else at_zero, share / 10**9) / share)

    f_low, f_high = above(low), above(high)
    for _ in range(300):
        middle = high - f_high * (high - low) / (f_high - f_low)
        f_middle = above(middle)
        if abs(f_middle) < mpf("1e-32") or abs(high - low) < high * mpf("1e-32"):
            return middle
        if (f_middle > 0) != (f_high > 0):
            low, f_low = high, f_high
        else:
            f_low /= 2
        high, f_high = middle, f_middle
    raise ArithmeticError("the percentile was not found")


def by_integrals(queue: Queue, threshold: mpf, short: mpf, percentiles: bool = True) -> Measures:
    """Integrals of the density of the virtual wait, n pi_n exp(a (1 - e^(-theta x))/theta - n x).

    Palm; Baccelli and Hebuterne. The density is that of the wait of a caller who never leaves.
    """
    a, n, theta = queue.load, queue.agents, queue.theta

    def raw(x: mpf) -> mpf:
        return -a * expm1(-theta * x) / theta - n * x

    top = max(log(a / n) / theta, mpf(0))
    peak = raw(top)
    scale = 1 / (abs(n - a) + sqrt(max(a, n) * theta) + theta + 1) / 2
    cuts = tuple({threshold, short})

    def density(x: mpf) -> mpf:
        return raw(x) - peak

    panels = [
        (low, high, [(x, w * f, w * f * exp(-theta * x)) for x, w, f in panel(density, low, high)])
        for low, high in stretches(density, top, scale, cuts)
    ]
    everything = [node for _, _, nodes in panels for node in nodes]
    unit = 1 / ((inverse_b(a, n) - 1) / n * exp(-peak) + sum(node[1] for node in everything))
    free = unit * (inverse_b(a, n) - 1) / n * exp(-peak)

    def after(time: mpf, part: int) -> mpf:
        total = mpf(0)
        for low, high, nodes in panels:
            if low >= time:
                total += sum(node[part] for node in nodes)
            elif high > time:
                tilt = theta if part == 2 else mpf(0)
                cut = panel(density, time, high)
                total += sum(weight * value * exp(-tilt * x) for x, weight, value in cut)
        return unit * total

    served_late = unit * sum(node[2] for node in everything)
    wait_served = unit * sum(node[0] * node[2] for node in everything)
    # Little's law for those who abandon: their rate is theta times the queue, and a caller who
    # leaves does so before the virtual wait ends
    p_wait = unit * sum(node[1] for node in everything)
    lost = unit * sum(node[1] * -expm1(-theta * node[0]) for node in everything)
    known = Known(queue, free, mpf(0), p_wait, served_late, lost * a / theta, wait_served)
    result = known.finish(threshold, short, lambda t: after(t, 2), lambda t: after(t, 1))
    return result | known.percentiles(lambda t: after(t, 1)) if percentiles else result
