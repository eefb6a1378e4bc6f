"""A day of one queue, followed through some or all of its intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from erlangplan.carry_over import Followed, Pieces, follow, starts
from erlangplan.errors import InfeasibleError
from erlangplan.forecast import Forecast
from erlangplan.settings import Config, Settings

__all__ = ["CarriedDay", "days_of", "named", "raised", "trimmed"]

Floats = NDArray[np.float64]
_SLACK = 1e-9
_TURNS, _PATIENT = 100, 12


@dataclass(frozen=True, eq=False)
class CarriedDay:
    """One opening of a queue: consecutive intervals.

    Attributes
    ----------
    rows
        Positions of the intervals in the forecast's table.
    volume, aht
        Contacts and mean handle time [s] of each interval.
    interval
        Length of an interval [s].
    asked
        What is asked of the queue.
    """

    rows: NDArray[np.intp]
    volume: Floats
    aht: Floats
    interval: float
    asked: Settings

    def pieces(self, agents: Floats, first: int = 0, last: int | None = None) -> Pieces:
        """Return the pieces of some intervals, numbered from 0."""
        part = slice(first, last)
        volume = self.volume[part]
        count = len(volume)
        return Pieces(
            np.arange(count), np.full(count, self.interval), volume / self.interval,
            self.aht[part], agents[part], np.arange(count) == 0,
        )  # fmt: skip

    def follow(
        self, agents: Floats, first: int = 0, last: int | None = None, begin: float | Floats = 0.0,
        *, waits: bool | None = None,
    ) -> Followed:  # fmt: skip
        """Return what becomes of the contacts of some intervals."""
        target = self.asked.target
        slow = target.max_asa is not None if waits is None else waits
        pieces = self.pieces(agents, first, last)
        fates = slow or target.max_abandonment is not None
        return follow(pieces, len(pieces.row), self.asked, initial=begin, waits=slow, fates=fates)

    @property
    def least(self) -> float:
        """Fewest agents of an interval with contacts."""
        return float(max(self.asked.target.min_agents, 1))

    def begins(self, agents: Floats) -> list[Floats]:
        """Return the states as each interval starts."""
        return [trimmed(p) for p in starts(self.pieces(agents), self.asked, np.ones(1))]

    def met(self, found: Followed, agents: Floats) -> NDArray[np.bool_]:
        """Return in which intervals every part of the target is met."""
        target, offered = self.asked.target, np.maximum(found.offered, 1e-300)
        called = found.offered > 0
        met = np.where(called, agents >= self.least, agents >= target.min_agents)
        if target.service_level is not None:
            met &= ~called | (found.service_level >= target.service_level - _SLACK)
        limits = (
            (target.max_asa, found.asa),
            (target.max_abandonment, found.abandoned / offered),
            (target.max_blocked, found.blocked / offered),
            (target.max_occupancy, found.busy / np.maximum(found.there, 1e-300)),
        )
        for limit, values in limits:
            if limit is not None:
                met &= ~called | (values <= limit * (1 + _SLACK))
        return np.asarray(met)


def raised(
    met: Callable[[Floats], NDArray[np.bool_]], agents: Floats, rows: NDArray[np.intp]
) -> Floats:
    """Add agents, more and more of them, until all intervals meet what they must.

    Raises
    ------
    InfeasibleError
        If some do not with four times the agents of the day's peak; its row is the interval's.
    """
    agents, most = agents.copy(), 4 * agents.max(initial=1.0) + 50
    for turn in range(_TURNS):
        missed = ~met(agents)
        if not missed.any():
            return agents
        if (missed & (agents >= most)).any():
            break
        # What an interval misses may be the fault of the one before, so the first of a run first.
        first = missed & ~np.r_[False, missed[:-1]]
        which, step = (first, np.ones(len(agents))) if turn < _PATIENT else (
            missed, np.ceil(0.01 * (turn + 1 - _PATIENT) * agents)
        )  # fmt: skip
        agents[which] += step[which]
    over = missed & (agents >= most)
    worst = int(np.argmax(over if over.any() else missed))
    raise InfeasibleError(f"{agents[worst]:g} agents do not meet the target", row=int(rows[worst]))


@contextmanager
def named(forecast: Forecast) -> Iterator[None]:
    """Name the interval of a target out of reach."""
    try:
        yield
    except InfeasibleError as error:
        where = forecast.table.iloc[error.row or 0]
        what = f"{where['queue']}, {where['start']:%Y-%m-%d %H:%M}: {error}"
        raise InfeasibleError(what, row=error.row) from None


def trimmed(p: Floats) -> Floats:
    """Return probabilities without those at the end that are next to nothing."""
    kept = np.flatnonzero(p > 1e-14)
    p = p[: int(kept[-1]) + 1] if kept.size else np.ones(1)
    return np.asarray(p / p.sum())


def days_of(forecast: Forecast, config: Config, alone: NDArray[Any]) -> list[CarriedDay]:
    """Return the openings of all queues.

    Parameters
    ----------
    forecast, config
        The intervals (n,), and what is asked of each queue.
    alone
        Agents of a plan (n,); where none work and nobody calls it is closed.
    """
    table, found = forecast.table, []
    volume, aht = table["volume"].to_numpy(float), table["aht"].to_numpy(float)
    queue = table["queue"].astype(str).to_numpy()
    closed = (volume == 0) & (np.asarray(alone) == 0)
    for name in forecast.queues:
        rows = np.flatnonzero((queue == name) & ~closed)
        if not rows.size:
            continue
        passed = table["start"].iloc[rows].diff().dt.total_seconds().to_numpy()[1:]
        for part in np.split(rows, np.flatnonzero(passed != forecast.interval) + 1):
            found.append(
                CarriedDay(part, volume[part], aht[part], forecast.interval, config.of(name))
            )
    return found
