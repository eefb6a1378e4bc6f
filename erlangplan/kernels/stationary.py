"""Stationary Erlang B, C and A, and their inverses, on plain numbers.

The unit of time is the mean handle time throughout: `a` is the offered load, `theta` the
abandonment rate (mean handle time over mean patience; 0 = nobody abandons), `t` a threshold.
`lines` is the most contacts in the system, below 0 where there is no limit. `balking` is the share
of those who find no agent free, but a line, and leave at once: while all agents are busy the load
is q = a (1 - balking).

Two functions carry everything (DLMF 8.12; Temme 1979; Gil, Segura & Temme 2012)::

    K(s, x) = sum_{k>=1} s (s-1) .. (s-k+1) / x^k      1/B(n, a) = 1 + K(n, a)
    J(s, x) = sum_{k>=0} x^k / ((s+1) .. (s+k))        P(busy)   = J / (K(n, a) + J(c, y))

with c = n/theta and y = q/theta (Palm 1957; Baccelli & Hebuterne 1981). With z = s phi(x/s - 1),
phi(mu) = mu - ln(1 + mu), K is of the order of e^z below x = s, J is so above it; J is therefore
kept as a mantissa times e^z wherever x > s, and no exponent is ever subtracted from another.

The file stands alone because numba keys its cache by the content of one file. Without
compilation (NUMBA_DISABLE_JIT, which also spares the import of numba) the same source runs as
Python, so nothing may rely on an overflow giving infinity or a division by zero giving one.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

COUNT, IGNORE, CREDIT_WITHIN, EXCLUDE_WITHIN, EXCLUDE_SHORT, CREDIT_SHORT, VIRTUAL = range(7)
SERVICE_LEVEL, ASA, ABANDONMENT, BLOCKED, OCCUPANCY, MINIMUM = range(6)
MEASURES = 11
MOST_AGENTS = 2_000_000_000
Function = TypeVar("Function", bound=Callable[..., Any])


def _compiled(function: Function) -> Function:
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return function
    from numba import njit

    try:
        return cast(Function, njit(cache=True, error_model="numpy")(function))
    except RuntimeError:  # no folder to write a cache to
        return cast(Function, njit(error_model="numpy")(function))


# f_n of eta / (lambda - 1) = sum f_n eta^n, where eta^2 / 2 = lambda - 1 - ln lambda.
_F = (
    1.0, -0.3333333333333333, 0.08333333333333333, -0.014814814814814815,
    0.0011574074074074073, 0.0003527336860670194, -0.0001787551440329218, 3.919263178522438e-05,
    -2.185448510679992e-06, -1.85406221071516e-06, 8.296711340953087e-07, -1.7665952736826078e-07,
    6.707853543401498e-09, 1.0261809784240309e-08, -4.382036018453353e-09, 9.14769958223679e-10,
    -2.5514193994946248e-11, -5.830772132550426e-11, 2.4361948020667415e-11,
    -5.0276692801141755e-12, 1.1004392031956135e-13, 3.371763262400985e-13,
    -1.392388722418162e-13, 2.8534893807447045e-14, -5.139111834242572e-16,
    -1.9752288294349442e-15, 8.099521156704561e-16, -1.6522531216398162e-16,
)  # fmt: skip
_NODES, _WEIGHTS = (tuple(half[24:].tolist()) for half in np.polynomial.legendre.leggauss(48))
_SQRT_PI = math.sqrt(math.pi)
# eta = mu sum _E[k] mu^k, and erfcx(x) and e^-x on grids, for rough looks.
_E = (
    1.0, -0.3333333333333333, 0.19444444444444445, -0.13518518518518519, 0.10270061728395062,
    -0.08233759553203998, 0.06844705320399765, -0.05840173672349598,
)  # fmt: skip
_ERFCX = np.array([math.exp(x * x) * math.erfc(x) for x in np.arange(-128, 129) / 32])
_EXP = np.exp(-np.arange(-16 * 16, 61 * 16) / 16)
_ROUGH_ROWS = 1024
_MOST_EXPONENT = 690.0


@_compiled
def _exp(x: float) -> float:
    if x > _MOST_EXPONENT:
        return math.inf
    return math.exp(x) if x > -745.0 else 0.0


@_compiled
def _phi(lam: float, mu: float) -> float:
    """Return mu - ln(1 + mu) without cancellation; lam = 1 + mu is exact where mu is near -1."""
    if abs(mu) >= 0.5:
        return mu - math.log(lam) if lam > 0 else math.inf
    q = mu / (2 + mu)
    square = q * q
    if square < 0.0026:
        total = 1 / 13
        for k in (11.0, 9.0, 7.0, 5.0, 3.0):
            total = total * square + 1 / k
    else:
        total = 1 / 35
        for k in range(33, 1, -2):
            total = total * square + 1 / k
    return q * (mu - 2 * square * total)


@_compiled
def _psi(x: float) -> float:
    """Return x - 1 + e^-x without cancellation."""
    if abs(x) > 0.25:
        return x - 1 + _exp(-x)
    total = 1.0
    for k in (12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0):
        total = 1 - total * x * (1 / k)
    return 0.5 * x * x * total


@_compiled
def _erfcx(r: float) -> float:
    if r < 8:
        return math.exp(r * r) * math.erfc(r)
    half = 0.5 / (r * r)
    total = 1.0
    for k in range(25, 0, -2):
        total = 1 - k * half * total
    return total / (_SQRT_PI * r)


@_compiled
def _temme(s: float, eta: float) -> tuple[float, float]:
    """Return F(s, eta) and Gamma*(s), for s of at least 12."""
    top = 26
    if s > 400 and abs(eta) < 0.1:
        top = 10
    elif s > 100 and abs(eta) < 0.3:
        top = 14
    elif s > 30 and abs(eta) < 0.6:
        top = 20
    inverse = 1 / s
    even, odd = _F[top + 1], _F[top]  # beta_top, beta_(top-1), and so on downwards in pairs
    total = even * eta + odd
    n = top - 1
    while n > 1:
        even = _F[n] + (n + 1) * inverse * even
        n -= 1
        odd = _F[n] + (n + 1) * inverse * odd
        n -= 1
        total = (total * eta + even) * eta + odd
    even = _F[1] + 2 * inverse * even
    return total * eta + even, 1 + odd * inverse


@_compiled
def _falling(s: float, x: float) -> float:
    """Sum K where x is well above s."""
    term, total, k = 1.0, 0.0, 0.0
    while True:
        term *= (s - k) / x
        total += term
        k += 1
        if term < 1e-17 * total or k >= s:
            return total


@_compiled
def _rising(s: float, x: float) -> float:
    """Sum J."""
    term, total, k = 1.0, 1.0, 0.0
    while term > 1e-17 * total:
        k += 1
        term *= x / (s + k)
        total += term
    return total


@_compiled
def _upper_gamma(s: float, x: float) -> float:
    """1 + K(s, x) = e^x x^-s Gamma(s + 1, x) for small real s."""
    if x < 1.5:
        lower = x * _rising(s + 1, x) / (s + 1)
        return math.gamma(s + 1) * math.exp(x - s * math.log(x)) - lower
    b = x - s
    c, d = 1e300, 1 / b
    fraction = d
    for k in range(1, 200):
        numerator: float = k * (s + 1 - k)
        b += 2
        d = numerator * d + b
        d = 1 / d if d != 0 else 1e300
        c = b + numerator / c
        fraction *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return x * fraction


@_compiled
def _k(s: float, x: float) -> float:
    """K(s, x) for real s >= 0, x > 0; infinite where it exceeds 1e299."""
    return _k_given(s, x, _phi(x / s, (x - s) / s) if s >= 12 else 0.0)


@_compiled
def _k_given(s: float, x: float, phi: float) -> float:
    """K(s, x) where phi(x / s - 1) is known, which small s does without."""
    if s < 12:
        step = s - math.floor(s)
        total = 1.0 if step == 0 else _upper_gamma(step, x)
        k = 0.0
        while step < s:
            step += 1
            k = total * step / x
            total = 1 + k
        return k if s >= 1 else total - 1
    lam, mu = x / s, (x - s) / s
    if lam > 2.36:
        return _falling(s, x)
    z, half = s * phi, math.sqrt(0.5 * s)
    if z > _MOST_EXPONENT and mu < 0:
        return math.inf
    if lam < 0.3:
        return 2 * _SQRT_PI * half * _temme(s, 0.0)[1] * math.exp(z) - _rising(s, x)
    eta = math.sqrt(2 * phi)
    f, gamma = _temme(s, math.copysign(eta, mu))
    if mu >= 0:
        return _SQRT_PI * half * gamma * _erfcx(half * eta) + f
    return _SQRT_PI * half * gamma * math.exp(z) * math.erfc(-half * eta) + f


@_compiled
def _j(s: float, lam: float, mu: float, phi: float) -> tuple[float, float]:
    """Return J(s, s lam) as (m, z): J = m where lam <= 1, else J = m e^z.

    mu = lam - 1 and phi = phi(mu) are given, as they are shared by others.
    """
    x = s * lam
    if mu <= 0 and (s < 12 or lam < 0.3):
        return _rising(s, x), 0.0
    z = s * phi
    if s < 12:
        if x < 30:
            return _rising(s, x) * math.exp(-z), z
        peak = math.exp(math.lgamma(s + 1) + s - s * math.log(s))
        return peak - (_upper_gamma(s, x) - 1) * _exp(-z), z
    half = math.sqrt(0.5 * s)
    if lam > 2.36:
        return 2 * _SQRT_PI * half * _temme(s, 0.0)[1] - _falling(s, x) * _exp(-z), z
    eta = math.sqrt(2 * phi)
    f, gamma = _temme(s, math.copysign(eta, mu))
    g = _SQRT_PI * half * gamma
    if mu <= 0:
        return g * _erfcx(half * eta) - f, 0.0
    return 2 * g - (g * _erfcx(half * eta) + f) * _exp(-z), z


@_compiled
def _all_busy(n: float, a: float, q: float) -> float:
    """Erlang C for real n, where a load of q joins the queue."""
    if q >= n:
        return 1.0
    return 1 / (1 + (n - q) / n * _k(n, a))


@_compiled
def _descent(a: float, n: float, theta: float, t: float) -> float:
    """Exponent of the density of the virtual wait at t over that at its peak."""
    if a > n:
        return -n / theta * _psi(theta * t - math.log(a / n))
    return -(n - a) * t - a / theta * _psi(theta * t)


@_compiled
def _tail(a: float, n: float, theta: float, t: float, m: float) -> tuple[float, float, float]:
    """Return an exponent e and a ratio r with P(V > t | wait) = r e^e, and 1 / J at t.

    `m` is the mantissa of J at t = 0.
    """
    lam, mu = a / n, (a - n) / n
    shrink = math.expm1(-theta * t)
    lam_t, mu_t = lam * (1 + shrink), mu + lam * shrink
    m_t, z_t = _j(n / theta, lam_t, mu_t, _phi(lam_t, mu_t))
    exponent = 0.0 if z_t > 0 else _descent(a, n, theta, t)
    return exponent, m_t / m, _exp(-z_t) / m_t


@_compiled
def _answered_early(a: float, n: float, theta: float, t: float, m: float, p_wait: float) -> float:
    """Share that waits and is answered by t, long before most are: the integral over [0, t]."""
    slope = a * _exp(-theta * t) - n - theta
    low = max(0.0, t - 40 / slope) if slope > 0 else 0.0
    centre, half = 0.5 * (low + t), 0.5 * (t - low)
    total = 0.0
    for i in range(len(_NODES)):
        for side in (-half, half):
            at = centre + side * _NODES[i]
            total += _WEIGHTS[i] * _exp(_descent(a, n, theta, at) - theta * at)
    return n * p_wait / m * half * total


@_compiled
def _impatient(
    a: float, n: float, theta: float, balking: float, t: float
) -> tuple[float, float, float, float, float]:
    """Erlang A: p_wait, served, abandoned, served by t, virtual wait beyond t (shares)."""
    join = 1 - balking
    if n <= 0:
        return join, 0.0, 1.0, 0.0, 1.0
    q = a * join
    lam, mu = q / n, (q - n) / n
    phi = _phi(lam, mu)
    m, z = _j(n / theta, lam, mu, phi)
    inverse = _exp(-z) / m
    below = (_k(n, a) if balking > 0 else _k_given(n, a, phi)) * inverse
    busy, at_once = 1 / (1 + below), below / (1 + below) if below < math.inf else 1.0
    p_wait = join * busy
    served = (1 - inverse) / lam
    abandoned = (mu + inverse) / lam if mu > 0 else 1 - served
    exponent, ratio, inverse_t = _tail(q, n, theta, t, m)
    late = ratio * _exp(exponent)
    if late > 0.99 and mu > 0:
        in_time = at_once + _answered_early(q, n, theta, t, m, p_wait)
    else:
        in_time = at_once + p_wait * (served - late * (1 - inverse_t) / lam)
    lost = p_wait * abandoned + balking * busy
    return p_wait, at_once + p_wait * served, lost, in_time, busy * late


@_compiled
def _patient(
    a: float, n: float, balking: float, t: float
) -> tuple[float, float, float, float, float]:
    """Erlang C, in the shape of _impatient."""
    join = 1 - balking
    q = a * join
    if q >= n:
        return join, join, balking, 0.0, 1.0
    busy = _all_busy(n, a, q)
    late = busy * _exp(-(n - q) * t)
    lost = balking * busy
    return join * busy, 1 - lost, lost, 1 - (lost + join * late), late


@_compiled
def _limited(
    a: float, n: float, theta: float, balking: float, places: float, t: float
) -> tuple[float, float, float, float, float, float, float, float, float, float]:
    """M/M/n+M with `places` to wait in: one loop over the queue, of positive terms.

    Returns p_wait, served, abandoned, served by t, virtual wait beyond t, blocked, mean queue
    length, E[wait; served], E[wait; abandoned], density of the virtual wait at t.

    A contact that finds j in the queue waits until j + 1 have left it, at rates n + i theta; the
    share of such waits beyond t is a sum of negative binomial terms, and its own patience shifts
    n to n + theta.
    """
    if n <= 0 and theta <= 0:
        return 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, places, 0.0, 0.0, 0.0
    join = 1 - balking
    q = a * join
    below = _k(n, a) if n > 0 else 0.0
    if below > 1e290:
        return 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    gone = -math.expm1(-theta * t) / theta if theta > 0 else t
    fold, folds, first = 1e-260, 600.0, 1.0
    # b: probability of exactly i departures by t; kept as b e^(-600 k) while tiny.
    k_v, k_s = math.floor(n * t / folds), math.floor((n + theta) * t / folds)
    b_v, b_s = _exp(folds * k_v - n * t), _exp(folds * k_s - (n + theta) * t)
    beyond_v = b_v if k_v == 0 else 0.0
    beyond_s = b_s if k_s == 0 else 0.0
    weight, total, queue = 1.0, 1.0, 0.0
    waits, late, in_time, served_wait, lost_wait, density = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    harmonic, lost, j = 0.0, 0.0, 0.0
    while j < places:
        following = weight * q / (n + (j + 1) * theta)
        harmonic += 1 / (n + (j + 1) * theta)
        lost += (j + 1) * theta / (n + (j + 1) * theta)
        waits += weight
        late += weight * beyond_v
        in_time += following * n / q * (1 - beyond_s)
        served_wait += following * n / q * harmonic
        lost_wait += following / q * lost
        if k_v == 0:
            density += weight * b_v * (n + j * theta)
        j += 1
        weight = following
        total += weight
        queue += j * weight
        b_v *= gone * (n + (j - 1) * theta) / j
        b_s *= gone * (n + j * theta) / j
        while b_v > 1e100 and k_v > 0:
            b_v, k_v = b_v * math.exp(-folds), k_v - 1
        while b_s > 1e100 and k_s > 0:
            b_s, k_s = b_s * math.exp(-folds), k_s - 1
        beyond_v = min(1.0, beyond_v + b_v) if k_v == 0 else 0.0
        beyond_s = min(1.0, beyond_s + b_s) if k_s == 0 else 0.0
        if weight > 1e260:
            below, weight, total, queue = below * fold, weight * fold, total * fold, queue * fold
            waits, late, in_time = waits * fold, late * fold, in_time * fold
            served_wait, lost_wait = served_wait * fold, lost_wait * fold
            density, first = density * fold, first * fold
        ratio = q / (n + (j + 1) * theta)
        if ratio < 1 and weight * j < 1e-19 * queue * (1 - ratio) * (1 - ratio):
            weight = 0.0
            break
    scale = 1 / (below + total)
    served = (below + join * (n / q * (total - first))) * scale
    lost = join * (theta * queue / q * scale) + balking * waits * scale
    return (
        join * waits * scale, served, lost, (below + join * in_time) * scale, late * scale,
        weight * scale, queue * scale, join * served_wait * scale, join * lost_wait * scale,
        density * scale,
    )  # fmt: skip


@_compiled
def _counts(
    a: float, n: float, theta: float, balking: float, lines: float, t: float
) -> tuple[float, float, float, float, float, float]:
    """p_wait, served, abandoned, served by t, virtual wait beyond t, blocked (shares)."""
    if lines >= 0:
        n = min(n, lines)
        counts = _limited(a, n, theta, balking, lines - n, t)
        return counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]
    if theta > 0:
        p_wait, served, abandoned, in_time, late = _impatient(a, n, theta, balking, t)
    else:
        p_wait, served, abandoned, in_time, late = _patient(a, n, balking, t)
    return p_wait, served, abandoned, in_time, late, 0.0


@_compiled
def _share_in_time(
    a: float, n: float, theta: float, balking: float, lines: float, way: int, t: float, short: float
) -> float:
    """Service level by the given way of counting."""
    _, served, _, in_time, late, blocked = _counts(a, n, theta, balking, lines, t)
    good = max(0.0, in_time)
    if way == IGNORE:
        return min(1.0, good / served) if served > 0 else math.nan
    if way == VIRTUAL:
        return max(0.0, 1 - blocked - late)
    if way in (EXCLUDE_SHORT, CREDIT_SHORT):
        _, _, _, in_time, late, _ = _counts(a, n, theta, balking, lines, short)
        t = short
    # All but those who abandon by t: blocked, answered by t, or still there.
    counted = blocked + max(0.0, in_time) + (1 - balking) * _exp(-theta * t) * late
    if way in (CREDIT_WITHIN, CREDIT_SHORT):
        return min(1.0, max(0.0, good + 1 - counted))
    if way in (EXCLUDE_WITHIN, EXCLUDE_SHORT):
        return min(1.0, good / counted) if counted > 0 else math.nan
    return min(1.0, good)


@_compiled
def _panels(a: float, n: float, theta: float) -> tuple[float, float, float, float]:
    """Cut where exp(-n t + a (1 - e^(-theta t)) / theta) is above e^-36 of its peak in panels.

    Three where a peak has a long tail, else one and two empty ones.
    """
    if a > n:
        reach = 36 * theta / n
        reach += math.sqrt(2 * reach)
        peak = math.log(a / n)
        low, high = max(0.0, peak - math.log1p(reach)) / theta, (peak + reach) / theta
        if reach > 8:
            return low, peak / theta, (peak + 6) / theta, high
        return low, low, low, high
    reach = 36 * theta / a
    high = (reach + math.sqrt(2 * reach)) / theta
    return 0.0, 0.0, 0.0, min(high, 36 / (n - a)) if n > a else high


@_compiled
def _moments(
    a: float, n: float, theta: float, low: float, high: float
) -> tuple[float, float, float]:
    """Integrate gone, wait of the served, and wait of the abandoned over the virtual wait."""
    centre, half = 0.5 * (low + high), 0.5 * (high - low)
    abandoned, served_wait, lost_wait = 0.0, 0.0, 0.0
    peak = math.log(a / n) if a > n else 0.0
    for i in range(len(_NODES)):
        for side in (-half, half):
            t = centre + side * _NODES[i]
            x = theta * t
            psi = _psi(x)
            gone, still = x - psi, 1 - x + psi
            if x > 1:
                still = _exp(-x)
            slow = n / theta * _psi(x - peak) if a > n else (n - a) * t + a / theta * psi
            density = half * _WEIGHTS[i] * _exp(-slow)
            abandoned += density * gone
            served_wait += density * t * still
            lost_wait += density * (gone * x - psi)
    return abandoned, served_wait, lost_wait / theta


@_compiled
def _waits(a: float, n: float, theta: float, balking: float) -> tuple[float, float, float, float]:
    """Erlang A: served, abandoned after a wait, E[wait; served], E[wait; abandoned] over offered.

    Gauss-Legendre on the density of the virtual wait, each integrand positive, so that small
    abandonment keeps its relative accuracy. Where patience is short against the mean time
    between departures, only the wait of the served needs an integral.
    """
    join = 1 - balking
    if n <= 0:
        return 0.0, join, 0.0, join / theta
    q = a * join
    lam, mu = q / n, (q - n) / n
    phi = _phi(lam, mu)
    m, z = _j(n / theta, lam, mu, phi)
    inverse = _exp(-z) / m
    busy = 1 / (1 + (_k(n, a) if balking > 0 else _k_given(n, a, phi)) * inverse)
    p_wait = join * busy
    served = 1 - busy + p_wait * (1 - inverse) / lam
    few = n < 2 * theta
    low, first, second, high = _panels(q, n + theta if few else n, theta)
    abandoned, served_wait, lost_wait = _moments(q, n, theta, second, high)
    if first < second:
        for left, right in ((low, first), (first, second)):
            gone, answered_after, lost_after = _moments(q, n, theta, left, right)
            abandoned += gone
            served_wait += answered_after
            lost_wait += lost_after
    scale = n * p_wait / m
    served_wait *= scale
    if mu > 0:
        abandoned = p_wait * (mu + inverse) / lam
    elif few:
        answered = (1 - inverse) / lam
        if balking > 0:  # where nearly all balk, lam is so small that this would cancel
            answered = n / (n + theta) * _rising(n / theta + 1, q / theta) * inverse
        abandoned = p_wait * (1 - answered)
    else:
        abandoned *= scale
    lost_wait = abandoned / theta - served_wait if few else lost_wait * scale
    return served, abandoned, served_wait, lost_wait


@_compiled
def _log_late(
    a: float, n: float, theta: float, balking: float, lines: float, t: float, m: float
) -> tuple[float, float]:
    """Return ln P(wait of an offered contact > t | wait) and its hazard, for t > 0."""
    if lines >= 0:
        counts = _limited(a, n, theta, balking, lines - n, t)
        if counts[4] <= 0:
            return -math.inf, 0.0
        late = math.log((1 - balking) * counts[4] / counts[0])
        return late - theta * t, counts[9] / counts[4] + theta
    exponent, ratio, inverse = _tail(a * (1 - balking), n, theta, t, m)
    return exponent + math.log(ratio) - theta * t, n * inverse + theta


@_compiled
def _wait_beyond(
    a: float, n: float, theta: float, balking: float, lines: float, p_wait: float, share: float
) -> float:
    """Return the wait that a given share of all offered contacts exceeds, by guarded Newton."""
    if p_wait <= share:
        return 0.0
    level, q = math.log(share / p_wait), a * (1 - balking)
    if lines < 0 and theta <= 0:
        return -level / (n - q) if q < n else math.inf
    if n <= 0:
        return -level / theta
    lam, mu, m = q / n, (q - n) / n, 1.0
    low, high, t = 0.0, math.inf, 0.0
    exponent, hazard = 0.0, 0.0
    if lines < 0:
        m, z = _j(n / theta, lam, mu, _phi(lam, mu))
        t = -level / (n * _exp(-z) / m + theta)
    else:
        t = 0.5 * (lines - n) / n
    for _ in range(200):
        exponent, hazard = _log_late(a, n, theta, balking, lines, t, m)
        if exponent > level:
            low = t
        else:
            high = t
        step = -1.0
        if hazard > 0 and exponent > -math.inf:
            step = min(t + (exponent - level) / hazard, 4 * t + 1)
            if abs(step - t) <= 1e-14 * t:
                return step
        middle = 0.5 * (low + high) if high < math.inf else 2 * t
        t = step if low < step < high else middle
        if high < math.inf and high - low <= 1e-15 * high:
            break
    return t


@_compiled
def _mixed_wait(
    a: float, n: float, theta: float, balking: float, lines: float, share: float
) -> float:
    """Return the wait that a share exceeds with floor(n) agents part of the time, else ceil(n)."""
    if lines >= 0:
        n = min(n, lines)
    few, many = math.floor(n), math.ceil(n)
    p_few = (1 - balking) * _counts(a, few, theta, balking, lines, 0.0)[4]
    longest = _wait_beyond(a, few, theta, balking, lines, p_few, share)
    if few == many:
        return longest
    p_many = (1 - balking) * _counts(a, many, theta, balking, lines, 0.0)[4]
    low, high = _wait_beyond(a, many, theta, balking, lines, p_many, share), longest
    if high == math.inf:
        high = 2 * low + 1
        while _mixed_late(a, n, theta, balking, lines, high) > share and high < 1e12:
            high *= 2
        if high >= 1e12:
            return math.inf
    if low == 0 and _mixed_late(a, n, theta, balking, lines, 0.0) <= share:
        return 0.0
    while high - low > 1e-13 * high:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if _mixed_late(a, n, theta, balking, lines, middle) > share:
            low = middle
        else:
            high = middle
    return high


@_compiled
def _mixed_late(a: float, n: float, theta: float, balking: float, lines: float, t: float) -> float:
    few, many = math.floor(n), math.ceil(n)
    late = (many - n) * _counts(a, few, theta, balking, lines, t)[4]
    late += (n - few) * _counts(a, many, theta, balking, lines, t)[4]
    return late * _exp(-theta * t) * (1 - balking)


@_compiled
def _measure(
    a: float, n: float, theta: float, balking: float, lines: float, way: int, t: float,
    short: float, out: Any, row: int,
) -> None:  # fmt: skip
    """Fill one column of `out` with the measures in the order of queues.Performance."""
    if lines >= 0:
        n = min(n, lines)
    out[0, row] = _share_in_time(a, n, theta, balking, lines, way, t, short)
    lost_wait, blocked, q = 0.0, 0.0, a * (1 - balking)
    if lines >= 0:
        counts = _limited(a, n, theta, balking, lines - n, 0.0)
        p_wait, served, abandoned, blocked = counts[0], counts[1], counts[2], counts[5]
        length, served_wait, lost_wait = counts[6], counts[7], counts[8]
    elif theta > 0:
        p_wait = _counts(a, n, theta, balking, lines, 0.0)[0]
        served, abandoned, served_wait, lost_wait = _waits(a, n, theta, balking)
        length = a * abandoned / theta
        abandoned += balking / (1 - balking) * p_wait
    else:
        p_wait, served, abandoned, _, _ = _patient(a, n, balking, 0.0)
        served_wait = p_wait / (n - q) if q < n else math.inf
        length = a * served_wait
    stable = served_wait < math.inf
    out[1, row] = p_wait
    out[2, row] = served_wait / served if served > 0 else math.nan
    out[3, row] = served_wait + lost_wait if lines >= 0 else length / a
    out[4, row] = lost_wait / abandoned if abandoned > 0 else math.nan
    out[5, row] = _wait_beyond(a, n, theta, balking, lines, p_wait, 0.1)
    out[6, row] = _wait_beyond(a, n, theta, balking, lines, p_wait, 0.05)
    out[7, row] = abandoned
    out[8, row] = blocked
    out[9, row] = math.nan if n <= 0 else (a * served / n if stable else 1.0)
    out[10, row] = length


@_compiled
def _value(
    part: int, a: float, n: float, theta: float, balking: float, lines: float,
    way: int, t: float, short: float,
) -> float:  # fmt: skip
    """Return the measure that a part of the target limits."""
    if part == SERVICE_LEVEL:
        return _share_in_time(a, n, theta, balking, lines, way, t, short)
    q = a * (1 - balking)
    if part == ASA:
        if lines >= 0:
            n = min(n, lines)
            counts = _limited(a, n, theta, balking, lines - n, 0.0)
            return counts[7] / counts[1] if counts[1] > 0 else math.inf
        if theta > 0:
            served, _, served_wait, _ = _waits(a, n, theta, balking)
            return served_wait / served if served > 0 else math.inf
        p_wait, served, _, _, _ = _patient(a, n, balking, 0.0)
        return p_wait / (n - q) / served if q < n else math.inf
    _, served, abandoned, _, _, blocked = _counts(a, n, theta, balking, lines, 0.0)
    if part == ABANDONMENT:
        return abandoned
    if part == BLOCKED:
        return blocked
    if lines >= 0:
        n = min(n, lines)
    return a * served / n if theta > 0 or lines >= 0 or q < n else 1.0


@_compiled
def _meets(part: int, value: float, level: float) -> bool:
    if part == OCCUPANCY:
        return value <= level * (1 + 1e-12)  # 5.4 / 9 is 0.6000000000000001
    return value >= level if part == SERVICE_LEVEL else value <= level


@_compiled
def _score(part: int, value: float, level: float) -> float:
    """Stretch a measure so that it is nearly straight in the number of agents; 0 is the level."""
    tiny = 1e-290
    if part == SERVICE_LEVEL:
        if value >= 1:
            return 40.0
        return math.log(max(value, tiny) / (1 - value)) - math.log(level / (1 - level))
    if not value < math.inf:
        return -700.0
    return math.log(level) - math.log(max(value, tiny))


@_compiled
def _patient_agents(a: float, t: float, nines: float, slack: float) -> float:
    """Erlang C: fewest agents for a service level within t; nines = -ln(1 - level) = ln slack.

    The level asks for 1/C(n) >= slack e^(-(n-a) t), which cannot cancel. Neighbours of the first
    guess (Halfin & Whitt 1981) cost one step of the recursion each.
    """
    root = math.sqrt(a)
    p = 1.25331 + t * root
    beta = 2 * nines / (p + math.sqrt(p * p + nines))
    n = max(math.floor(a) + 1.0, math.floor(a + beta * root + 0.5))
    k = _k(n, a)
    need, growth = slack * math.exp(-(n - a) * t), math.exp(min(t, _MOST_EXPONENT))
    if n + (n - a) * k >= n * need:
        while n - 1 > a:
            k = max(0.0, k * a / n - 1)
            need *= growth
            if n - 1 + (n - 1 - a) * k < (n - 1) * need:
                break
            n -= 1
        return n
    while n < MOST_AGENTS:
        n += 1
        k = (1 + k) * n / a
        need /= growth
        if n + (n - a) * k >= n * need:
            break
    return n


@_compiled
def _rough_eta(mu: float) -> float:
    square = mu * mu
    high = (_E[4] + _E[5] * mu) + square * (_E[6] + _E[7] * mu)
    return mu * ((_E[0] + _E[1] * mu) + square * ((_E[2] + _E[3] * mu) + square * high))


@_compiled
def _rough_erfcx(x: float) -> float:
    """For |x| < 3.9, from a table by its differential equation."""
    at = int(min(max(x, -3.9), 3.9) * 32 + 128.5)
    node, w = at / 32 - 4, _ERFCX[at]
    d = x - node
    w1 = 2 * node * w - 2 / _SQRT_PI
    w2 = 2 * w + 2 * node * w1
    w3 = 4 * w1 + 2 * node * w2
    w4 = 6 * w2 + 2 * node * w3
    return float(w + d * (w1 + d * (w2 / 2 + d * (w3 / 6 + d * w4 / 24))))


@_compiled
def _rough_exp(x: float) -> float:
    """e^-x for -15 < x < 60, from a table."""
    at = int(min(max(x, -15.0), 60.0) * 16 + 256.5)
    d = x - (at / 16 - 16)
    return float(_EXP[at] * (1 - d * (1 - d * (0.5 - d / 6))))


@_compiled
def _rough_patient(
    load: Any, aht: Any, threshold: float, nines: float, slack: float, out: Any
) -> None:
    """Erlang C: fewest agents for a service level, or -1 where a rough look cannot be sure.

    Evaluates 1/C to 1e-5 (Temme's expansion cut short, tables for erfcx and exp) at three numbers
    of agents, and answers only where each is 1e-3 or more from what is needed. Nothing branches,
    so that several rows are done at once; four of a hundred are left to the exact search.
    """
    for row in range(len(out)):
        # Whatever is too small, too long or not a number is replaced, and then not sure.
        a, t = max(16.0, load[row]), threshold / aht[row]
        known = (load[row] > 16) & (t < 40)
        t = t if t < 40 else 40.0
        root = math.sqrt(a)
        p = 1.25331 + t * root
        n = np.floor(a + 2 * nines / (p + math.sqrt(p * p + nines)) * root - 0.3)
        mu, half = (a - n) / n, math.sqrt(0.5 * n)
        eta = _rough_eta(mu)
        sure = known & (mu < 0) & (mu > -0.2) & (eta * half > -3.9) & ((n - a) * t < 60)
        k = _SQRT_PI * half * (1 + 1 / (12 * n)) * _rough_erfcx(eta * half)
        k += _rough_shift(n, eta)
        need, shrink = slack * _rough_exp((n - a) * t), _rough_exp(t)
        first = (n + (n - a) * k) / (n * need)
        k = (1 + k) * (n + 1) / a
        need *= shrink
        second = (n + 1 + (n + 1 - a) * k) / ((n + 1) * need)
        k = (1 + k) * (n + 2) / a
        need *= shrink
        third = (n + 2 + (n + 2 - a) * k) / ((n + 2) * need)
        sure = sure & (first < 0.999) & (abs(second - 1) > 1e-3) & (third > 1.001)
        n += 1.0 if second > 1 else 2.0
        out[row] = n if sure else -1.0


@_compiled
def _rough_shift(s: float, eta: float) -> float:
    """F(s, eta), cut short."""
    return eta * (1 / 12 - eta * (0.0148148 - 0.00115741 * eta)) - 1 / 3 - 0.0296 / s


@_compiled
def _rough_upper(s: float, half: float, x: float) -> float:
    """Return g erfcx(x) for x > -3.9, half = sqrt(s / 2)."""
    if x < 3.9:
        tail = _rough_erfcx(x)
    else:
        tail = 1 / (_SQRT_PI * (x + 0.5 / (x + 1 / (x + 1.5 / (x + 2 / (x + 2.5 / x))))))
    return _SQRT_PI * half * (1 + 1 / (12 * s)) * tail


@_compiled
def _rough_share(a: float, n: float, theta: float, t: float, psi: float) -> float:
    """Erlang A: service level `count` to 4e-6, or -1 where not sure; psi = _psi(theta t)."""
    lam, mu, c = a / n, (a - n) / n, n / theta
    mu_t = mu - lam * (theta * t - psi)
    if n < 16 or c < 16 or abs(mu) > 0.2 or mu_t < -0.4:
        return -1.0
    eta, eta_t = _rough_eta(mu), _rough_eta(mu_t)
    half, half_c = math.sqrt(0.5 * n), math.sqrt(0.5 * c)
    if eta * half < -3.8 or eta_t * half_c > 3.8:
        return -1.0
    k = _rough_upper(n, half, eta * half) + _rough_shift(n, eta)
    j_t = _rough_upper(c, half_c, -eta_t * half_c) - _rough_shift(c, eta_t)
    if eta * half_c < 3.8:
        slow = (n - a) * t + a / theta * psi
        if not -15 < slow < 60:
            return -1.0
        j = _rough_upper(c, half_c, -eta * half_c) - _rough_shift(c, eta)
        on_time = (1 - 1 / j) - _rough_exp(slow) * (j_t - 1) / j
        return (k + j * on_time / lam) / (k + j)
    # Everybody waits: J is 2 g e^z to all digits that matter here.
    slow = eta_t * eta_t * half_c * half_c
    if mu_t < 0:
        slow = c * _psi(theta * t - math.log(lam))
    most = 2 * _SQRT_PI * half_c * (1 + 1 / (12 * c))
    return (1 - _rough_exp(min(slow, 60.0)) * (j_t - 1) / most) / lam


@_compiled
def _rough_impatient(a: float, theta: float, t: float, level: float, normal: float) -> float:
    """Erlang A: fewest agents for a service level `count`, or -1 where a rough look is not sure."""
    root, low, high, psi = math.sqrt(a), 0.0, math.inf, _psi(theta * t)
    n, unit = a + root * (0.7 * normal - min(theta, 1.0) * t * root), 0.6 * root
    if t * root * math.sqrt(theta) > 6:
        n, unit = _share_guess(level, a, theta, t)
    n = math.floor(n)
    last_n, last = 0.0, 0.0
    for _ in range(9):
        share = _rough_share(a, n, theta, t, psi)
        if share <= 0 or abs(share - level) < 6e-6 + 8e-4 / n:
            return -1.0
        if share > level:
            high = n
        else:
            low = n
        if high - low == 1:
            return high
        score = (share - level) / (share * (1 - share) + 1e-9)
        if last_n > 0 and (score - last) * (n - last_n) > 0:
            unit = (n - last_n) / (score - last)
        last_n, last = n, score
        n = math.ceil(n - max(-3.0, min(3.0, score)) * unit)
        n = max(low + 1, min(n, high - 1))
    return -1.0


@_compiled
def _normal_quantile(p: float) -> float:
    """Rough (0.003), for first guesses."""
    q = min(p, 1 - p)
    r = math.sqrt(-2 * math.log(max(q, 1e-300)))
    x = r - (2.30753 + 0.27061 * r) / (1 + r * (0.99229 + 0.04481 * r))
    return -x if p < 0.5 else x


@_compiled
def _mills(x: float) -> float:
    """Return (1 - Phi(x)) / phi(x) of the normal distribution, for x of at least -36."""
    r = math.sqrt(0.5) * x
    if r >= 0:
        return math.sqrt(0.5 * math.pi) * _erfcx(r)
    return math.sqrt(0.5 * math.pi) * math.exp(r * r) * math.erfc(r)


@_compiled
def _diffusion_score(beta: float, theta: float, root: float, t: float, level: float) -> float:
    """Score of the service level with a + beta root agents in the limit of many (Garnett 2002)."""
    spread = math.sqrt(theta)
    x, tau = max(-36.0, beta / spread), 0.5 * t * root * spread
    now = _mills(x)
    late = _mills(x + 2 * tau) * _exp(-2 * tau * (x + tau))
    halfway = 0.5 * (now + late)
    if theta * t > 0.1:
        halfway = _mills(x + tau) * _exp(-tau * (x + 0.5 * tau))
    total = now + spread * _mills(max(-36.0, -beta))
    gone = -math.expm1(-theta * t)
    share = 1 - ((1 - gone) * late + gone * (now + 4 * halfway + late) / 6) / total
    return _score(SERVICE_LEVEL, share, level)


@_compiled
def _share_guess(level: float, a: float, theta: float, t: float) -> tuple[float, float]:
    root, still = math.sqrt(a), math.exp(-theta * t)
    if t * root * math.sqrt(theta) > 6:
        # Everybody waits nearly the same, ln(a/n) / theta, which must come down to t.
        if level > 0.98 * still:
            return level * a, root
        z = _normal_quantile(level / still)
        n = a * still * math.exp(z * math.sqrt(theta / (a * still)))
        return n, 0.6 * math.sqrt(n * theta)
    beta, slope = 0.7 * _normal_quantile(level) - min(theta, 1.0) * t * root, 2.0
    score = _diffusion_score(beta, theta, root, t, level)
    step = max(-2.0, min(2.0, -score / slope))
    for _ in range(6):
        if abs(step) * root < 0.5:
            break
        beta += step
        last, score = score, _diffusion_score(beta, theta, root, t, level)
        slope = max(0.1, (score - last) / step)
        step = max(-2.0, min(2.0, -score / slope))
    return a + (beta + step) * root, root / slope


@_compiled
def _first_guess(part: int, level: float, a: float, theta: float, t: float) -> tuple[float, float]:
    """Return a first number of agents and how many agents one unit of score is worth."""
    root = math.sqrt(a)
    if part == SERVICE_LEVEL and theta > 0:
        return _share_guess(level, a, theta, t)
    if part in (ABANDONMENT, BLOCKED):
        return a * (1 - level) + 0.5 * root, root
    if part == OCCUPANCY:
        return a / level, 0.5 * a
    return a + root, root


@_compiled
def _fewest(
    part: int, level: float, a: float, theta: float, balking: float, lines: float,
    way: int, t: float, short: float,
) -> float:  # fmt: skip
    """Fewest agents that meet one part, which must grow better with each agent; -1 = none do.

    Secant steps on the score inside an integer bracket.
    """
    low, high = 0.0, math.inf
    if lines >= 0:
        if not _meets(part, _value(part, a, lines, theta, balking, lines, way, t, short), level):
            return -1.0
        high = lines
    guess, unit = _first_guess(part, level, a, theta, t)
    n, last_n, last_score = float(math.ceil(guess)), -1.0, 0.0
    for trial in range(400):
        if high - low <= 1:
            return high
        n = max(low + 1, min(n, high - 1))
        if n > MOST_AGENTS:
            return -1.0
        value = _value(part, a, n, theta, balking, lines, way, t, short)
        score = _score(part, value, level)
        if _meets(part, value, level):
            high = n
        else:
            low = n
        if last_n >= 0 and (score - last_score) * (n - last_n) > 0:
            unit = (n - last_n) / (score - last_score)
        last_n, last_score = n, score
        step = n - score * unit
        if not -1e15 < step < 1e15:
            step = 2 * n if score < 0 else 0.5 * n
        if high == math.inf:
            n = float(max(math.ceil(step), low + 1 + math.floor(trial * 0.1 * low)))
        elif trial >= 8 and trial % 2 == 0:
            n = float(math.floor(0.5 * (low + high)))
        else:
            n = float(math.ceil(step))
    return high


@_compiled
def _fewest_from_on(
    part: int, level: float, a: float, theta: float, balking: float, lines: float,
    way: int, t: float, short: float,
) -> float:  # fmt: skip
    """Fewest agents from which on a measure that may rise and fall meets its level; -1 = none."""
    if lines >= 0:
        n = lines
        if not _meets(part, _value(part, a, n, theta, balking, lines, way, t, short), level):
            return -1.0
    else:
        n = _fewest(part, level, a, theta, balking, lines, COUNT, t, short)
    while n > 1:
        value = _value(part, a, n - 1, theta, balking, lines, way, t, short)
        if not _meets(part, value, level):
            break
        n -= 1
    return n


@_compiled
def _part_agents(
    part: int, level: float, a: float, theta: float, balking: float, lines: float,
    way: int, t: float, short: float,
) -> float:  # fmt: skip
    if lines < 0 and theta <= 0 and balking > 0:
        n = 1.0
        if part != BLOCKED:
            n = _fewest(part, level, a, theta, balking, lines, way, t, short)
        # Balking may meet a target in overload, but that is no plan.
        return max(n, math.floor(a * (1 - balking)) + 1.0) if n > 0 else n
    if lines < 0 and theta <= 0:
        if part == OCCUPANCY:
            n = max(math.floor(a) + 1.0, math.floor(a / level))
            while not _meets(part, a / n, level):
                n += 1
            return n if n <= MOST_AGENTS else -1.0
        if part in (ABANDONMENT, BLOCKED):
            return math.floor(a) + 1.0  # met by any number, but overload is no plan
        if part == SERVICE_LEVEL:
            return _patient_agents(a, t, -math.log1p(-level), 1 / (1 - level))
    # Tested, not proven: with endless lines every way is monotone in agents, but for a short
    # limit beyond the threshold; with few lines only these are.
    monotone = way != CREDIT_SHORT or short <= t
    if lines >= 0:
        monotone = way in (COUNT, IGNORE)
    if part in (BLOCKED, ABANDONMENT):
        monotone = lines < 0 or (part == ABANDONMENT and balking <= 0)
    if part in (SERVICE_LEVEL, BLOCKED, ABANDONMENT) and not monotone:
        return _fewest_from_on(part, level, a, theta, balking, lines, way, t, short)
    return _fewest(part, level, a, theta, balking, lines, way, t, short)


@_compiled
def _required(
    a: float, aht: float, theta: float, balking: float, lines: float, way: int, threshold: float,
    short: float, levels: Any,
) -> tuple[float, int]:  # fmt: skip
    """Return the fewest agents for every part and the part that decides; -1 where none do."""
    fewest, binding = levels[MINIMUM], MINIMUM
    if not a > 0:
        return fewest, binding
    fewest = max(fewest, 1.0)
    for part in (SERVICE_LEVEL, ASA, ABANDONMENT, BLOCKED, OCCUPANCY):
        level = levels[part]
        if level < 0:
            continue
        if part == ASA:
            level /= aht
        t, s = threshold / aht, short / aht
        n = _part_agents(part, level, a, theta, balking, lines, way, t, s)
        if n < 0:
            return -1.0, part
        if n > fewest:
            fewest, binding = n, part
    return fewest, binding


@_compiled
def _largest_load(
    n: float, aht: float, theta: float, balking: float, way: int, threshold: float, short: float,
    levels: Any,
) -> float:  # fmt: skip
    """Largest load up to which n agents meet every part, to the last bit."""
    most = n / (1 - balking) if theta <= 0 else math.inf
    if n < 1 or n < levels[MINIMUM]:
        return 0.0
    for part in (SERVICE_LEVEL, ASA, ABANDONMENT, OCCUPANCY):
        level = levels[part]
        if level < 0:
            continue
        if part == ASA:
            level /= aht
        low, high = 0.0, min(n, most)
        t, s = threshold / aht, short / aht
        while high < most:
            value = _value(part, high, n, theta, balking, -1.0, way, t, s)
            if not _meets(part, value, level):
                break
            low, high = high, min(2 * high, most)
            if high > 1e12:
                break
        if high == most:
            value = _value(part, most, n, theta, balking, -1.0, way, t, s)
            if _meets(part, value, level):
                continue
        while True:
            middle = 0.5 * (low + high)
            if not low < middle < high or high < 1e-300:
                break
            if _meets(part, _value(part, middle, n, theta, balking, -1.0, way, t, s), level):
                low = middle
            else:
                high = middle
        most = low
    return most


@_compiled
def erlang_b_rows(load: Any, agents: Any, out: Any) -> None:
    """Blocking probability; agents may be fractional."""
    for row in range(len(out)):
        a, n = float(load[row]), float(agents[row])
        out[row] = 1 / (1 + _k(n, a)) if a > 0 else (0.0 if n > 0 else 1.0)


@_compiled
def erlang_c_rows(load: Any, agents: Any, out: Any) -> None:
    """Probability of waiting; agents may be fractional."""
    for row in range(len(out)):
        a, n = float(load[row]), float(agents[row])
        out[row] = _all_busy(n, a, a) if a > 0 else (0.0 if n > 0 else 1.0)


@_compiled
def performance_rows(
    load: Any, agents: Any, aht: Any, patience: Any, balking: Any, lines: Any,
    way: int, threshold: float, short: float, out: Any,
) -> None:  # fmt: skip
    """Fill out[measure, row]; waits in the unit of aht."""
    for row in range(out.shape[1]):
        a, n, unit = float(load[row]), float(agents[row]), float(aht[row])
        if not a > 0:
            for i in range(MEASURES):
                out[i, row] = math.nan
            out[9, row] = out[10, row] = 0.0
            continue
        theta = unit / float(patience[row])
        balk, most = float(balking[row]), float(lines[row])
        _measure(a, n, theta, balk, most, way, threshold / unit, short / unit, out, row)
        for i in range(2, 7):
            out[i, row] *= unit


@_compiled
def wait_beyond_rows(
    load: Any, agents: Any, aht: Any, patience: Any, balking: Any, lines: Any, share: float,
    out: Any,
) -> None:  # fmt: skip
    """Wait that a share of offered contacts exceeds; fractional agents mix by time."""
    for row in range(len(out)):
        a, n, unit = float(load[row]), float(agents[row]), float(aht[row])
        out[row] = math.nan
        if a > 0:
            theta = unit / float(patience[row])
            balk, most = float(balking[row]), float(lines[row])
            out[row] = unit * _mixed_wait(a, n, theta, balk, most, share)


@_compiled
def service_level_rows(
    load: Any, agents: Any, aht: Any, patience: Any, balking: Any, lines: Any,
    way: int, threshold: float, short: float, out: Any,
) -> None:  # fmt: skip
    """Service level alone, for a fifth of the cost."""
    for row in range(len(out)):
        a, n, unit = float(load[row]), float(agents[row]), float(aht[row])
        out[row] = math.nan
        if a > 0:
            theta = unit / float(patience[row])
            balk, most = float(balking[row]), float(lines[row])
            t, s = threshold / unit, short / unit
            out[row] = _share_in_time(a, n, theta, balk, most, way, t, s)


@_compiled
def required_rows(
    load: Any, aht: Any, patience: Any, balking: Any, lines: Any, way: int, threshold: float,
    short: float, levels: Any, agents: Any, binding: Any,
) -> None:  # fmt: skip
    """Fewest agents and the binding part; agents -1 where no number meets the part."""
    minimum, level = max(1.0, float(levels[MINIMUM])), float(levels[SERVICE_LEVEL])
    plain = 0.05 < level < 0.995 and len(agents) >= _ROUGH_ROWS
    for part in (ASA, ABANDONMENT, BLOCKED, OCCUPANCY):
        plain = plain and levels[part] < 0
    rough = np.full(_ROUGH_ROWS, -1.0)
    nines, normal = -math.log1p(-level), _normal_quantile(level)
    for first in range(0, len(agents), _ROUGH_ROWS):
        after = min(first + _ROUGH_ROWS, len(agents))
        if plain:
            _rough_patient(load[first:after], aht[first:after], threshold, nines,
                           1 / (1 - level), rough[: after - first])  # fmt: skip
        for row in range(first, after):
            a, unit, wait = float(load[row]), float(aht[row]), float(patience[row])
            most, n = float(lines[row]), rough[row - first]
            balk = float(balking[row])
            if balk > 0:
                n = -1.0
            elif plain and wait < math.inf:
                n = -1.0
                if way == COUNT and a > 16:
                    n = _rough_impatient(a, unit / wait, threshold / unit, level, normal)
            if n > minimum and most < 0:
                agents[row], binding[row] = int(n), SERVICE_LEVEL
                continue
            theta = unit / wait
            n, part = _required(a, unit, theta, balk, most, way, threshold, short, levels)
            agents[row], binding[row] = int(n), part


@_compiled
def max_load_rows(
    agents: Any, aht: Any, patience: Any, balking: Any, way: int, threshold: float, short: float,
    levels: Any, out: Any,
) -> None:  # fmt: skip
    """Largest load within the target."""
    for row in range(len(out)):
        n, unit, balk = float(agents[row]), float(aht[row]), float(balking[row])
        theta = unit / float(patience[row])
        out[row] = _largest_load(n, unit, theta, balk, way, threshold, short, levels)
