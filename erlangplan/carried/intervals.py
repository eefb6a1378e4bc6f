"""The fewest agents that meet a target in every interval of the queue through the day.

Interval by interval, the least number that serves its own callers and those of the interval
before who still wait as agents change; then, over the whole day, more agents where a part of the
target is missed after all, and fewer wherever one can go. Where a plan of stationary formulas
meets the target here too, the search starts from it as well, so that it is never beaten by more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from erlangplan.carried.day import CarriedDay, raised, trimmed
from erlangplan.carry_over import starts
from erlangplan.errors import InfeasibleError

__all__ = ["fewest_carried", "one_more_or_less"]

Floats = NDArray[np.float64]
_AHEAD = 5  # intervals that a change of agents is looked at before the whole day is


def fewest_carried(day: CarriedDay, alone: Floats) -> Floats:
    """Return agents per interval that meet the target on the queue through the day.

    Parameters
    ----------
    day
        The opening.
    alone
        Agents that meet the target by stationary formulas.

    Returns
    -------
    ndarray
        Whole agents. No more in all than `alone`, where that meets the target here too.

    Raises
    ------
    InfeasibleError
        If some interval misses its target with four times the agents of the day's peak.
    """

    def met(agents: Floats) -> NDArray[np.bool_]:
        return day.met(day.follow(agents), agents)

    if day.asked.target.service_level is None:
        return _fewer(day, raised(met, alone, day.rows))
    try:
        best = _fewer(day, raised(met, _one_by_one(day, alone), day.rows))
    except InfeasibleError:
        return _fewer(day, raised(met, alone, day.rows))
    if best.sum() >= alone.sum():
        again = _fewer(day, raised(met, alone, day.rows))
        best = again if again.sum() < best.sum() else best
    return best


def _one_by_one(day: CarriedDay, alone: Floats) -> Floats:
    """Choose the least agents for one interval after the other."""
    target = day.asked.target
    least, promised = day.least, target.service_level
    assert promised is not None
    agents, begin = alone.copy(), np.ones(1)
    for i in range(len(agents)):
        first = max(i - 1, 0)

        def levels(count: float, i: int = i, first: int = first, begin: Floats = begin) -> Floats:
            agents[i] = count
            return day.follow(agents, first, i + 1, begin, waits=False).service_level

        if day.volume[i] == 0:
            if i:
                begin = trimmed(starts(day.pieces(agents, first, i + 1), day.asked, begin)[1])
            continue
        shift = alone[i - 1] - agents[i - 1] if i else 0.0
        count = max(least, alone[i] - shift)
        if levels(count)[-1] >= promised:
            while count > least and levels(count - 1)[-1] >= promised:
                count -= 1
        else:
            while levels(count)[-1] < promised and count < _most(alone)[i]:
                count += 1
        # Those who still wait as agents change are served by the new ones.
        while i and count < agents[i - 1] and day.volume[i - 1] and levels(count)[0] < promised:
            count += 1
        agents[i] = count
        if i:
            begin = trimmed(starts(day.pieces(agents, first, i + 1), day.asked, begin)[1])
    return agents


def _most(alone: Floats) -> Floats:
    return 4 * alone + 20


def _fewer(day: CarriedDay, agents: Floats) -> Floats:
    """Take away each agent who can go."""
    agents = agents.copy()
    states = starts(day.pieces(agents), day.asked, np.ones(1))
    for i in range(len(agents)):
        first, last = max(i - 1, 0), min(i + _AHEAD, len(agents))
        while agents[i] > (day.least if day.volume[i] else day.asked.target.min_agents):
            fewer = agents.copy()
            fewer[i] -= 1
            begin = trimmed(states[first])
            near = day.follow(fewer, first, last, begin)
            # The last interval looked at lacks those after it, unless the day ends there.
            judged = slice(0, last - first - (last < len(agents)))
            if not day.met(near, fewer[first:last])[judged].all():
                break
            if not day.met(day.follow(fewer), fewer).all():
                break
            agents = fewer
        if last < len(agents) or i + 1 < len(agents):
            part = starts(day.pieces(agents, first, i + 2), day.asked, trimmed(states[first]))
            width = max(states.shape[1], part.shape[1])
            states = np.pad(states, ((0, 0), (0, width - states.shape[1])))
            rows = min(part.shape[0] - 1, len(agents) - first)
            states[first : first + rows] = np.pad(part, ((0, 0), (0, width - part.shape[1])))[:rows]
    return agents


def one_more_or_less(day: CarriedDay, agents: Floats) -> tuple[Floats, Floats]:
    """Return each interval's service level with one agent less there, and with one more."""
    begins, target, found = day.begins(agents), day.asked.target, []
    # Callers are counted when they are answered, in time or, of the answered, at all.
    reach = 2 + int((target.threshold or 0.0) // day.interval)
    reach = len(agents) if target.abandons == "ignore" else reach
    for change in (-1, 1):
        levels = np.empty(len(agents))
        for i in range(len(agents)):
            other = agents.copy()
            other[i] = max(0.0, other[i] + change)
            first, last = max(i - 1, 0), min(i + reach, len(agents))
            near = day.follow(other, first, last, begins[first], waits=False)
            levels[i] = near.service_level[i - first]
        found.append(levels)
    return found[0], found[1]
