"""What agents deliver, as columns: each interval by itself, or with the queue carried over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan import queues
from erlangplan.forecast import Forecast
from erlangplan.settings import Config, Settings
from erlangplan.totals import counted_share

if TYPE_CHECKING:
    from erlangplan.carry_over import AtClose, Followed, Leaving, Pieces

__all__ = [
    "DELIVERED",
    "Closing",
    "by_themselves",
    "carried_counts",
    "carried_over",
    "intervals_follow",
    "waits_wanted",
]

Floats = NDArray[np.float64]

_FEW = 1000
DELIVERED = (
    "required", "service_level", "asa", "wait_p95", "abandonment", "occupancy",
    "counted", "lost", "busy",
)  # fmt: skip


_LEAVING = {"finish": "finish their call", "preempt": "hand it back to the head of the queue"}
_AT_CLOSE = {
    "serve": "they stay until the queue is empty",
    "abandon": "those who wait are sent away and count as abandoned",
    "carry": "those who wait are served at the next opening",
}


@dataclass(frozen=True, eq=False)
class Closing:
    """How queues are carried over.

    Attributes
    ----------
    leaving
        ``finish``: agents who leave finish their call, or ``preempt``: hand it back.
    at_close
        What becomes of those who wait at closing: ``serve``, ``abandon`` or ``carry``.
    initial
        Contacts in each queue as its first opening begins, or the probabilities of 0, 1, 2, ...
    waits
        Whether mean waits and their tails are computed.
    """

    leaving: Leaving = "finish"
    at_close: AtClose = "serve"
    initial: float | Floats = 0.0
    waits: bool = True

    def __post_init__(self) -> None:
        if self.leaving not in _LEAVING:
            raise ValueError(f"leaving must be one of {', '.join(_LEAVING)}, got {self.leaving!r}")
        if self.at_close not in _AT_CLOSE:
            known = ", ".join(_AT_CLOSE)
            raise ValueError(f"at_close must be one of {known}, got {self.at_close!r}")

    @property
    def words(self) -> str:
        """How queues are carried over, in words."""
        return f"agents who leave {_LEAVING[self.leaving]}; at closing {_AT_CLOSE[self.at_close]}"


def waits_wanted(forecast: Forecast, settings: Config, asked: bool | None) -> bool:
    """Return whether waits are computed: as asked, else for few intervals or where limited."""
    if asked is not None:
        return asked
    limited = any(settings.of(queue).target.max_asa is not None for queue in forecast.queues)
    return limited or len(forecast.table) <= _FEW


def intervals_follow(forecast: Forecast) -> bool:
    """Return whether most intervals follow each other, so that queues can be carried over."""
    step = forecast.table.groupby("queue", observed=True, sort=False)["start"].diff()
    return bool((step.dt.total_seconds() == forecast.interval).mean() >= 0.5)


def by_themselves(load: Floats, agents: Floats, aht: Floats, asked: Settings) -> dict[str, Floats]:
    """Return the columns `DELIVERED` by stationary formulas.

    The whole numbers around fractional agents are mixed by time, each share by what it is of.
    """
    shared: dict[str, Any] = {
        "aht": aht, "patience": asked.patience, "balking": asked.balking, "lines": asked.lines,
    }  # fmt: skip
    upper = agents - np.floor(agents)
    sides = []
    for whole, weight in ((np.floor(agents), 1 - upper), (np.ceil(agents), upper)):
        result = queues.performance(load, whole, target=asked.target, **shared)
        lost = np.nan_to_num(result.abandonment + result.blocked)
        counted = counted_share(load, whole, aht, asked, lost)
        busy = np.where(np.isinf(result.asa), whole, load * (1 - lost))
        sides.append((weight, whole, result, lost, counted, busy))
    mixed = {
        "counted": _mean(sides, lambda side: (side[0], side[4])),
        "lost": _mean(sides, lambda side: (side[0], side[3])),
        "busy": _mean(sides, lambda side: (side[0], side[5])),
        "abandonment": _mean(sides, lambda side: (side[0], side[2].abandonment)),
        "service_level": _mean(sides, lambda side: (side[0] * side[4], side[2].service_level)),
        "asa": _mean(sides, lambda side: (side[0] * (1 - side[3]), side[2].asa)),
        "occupancy": _mean(sides, lambda side: (side[0] * side[1], side[2].occupancy)),
    }
    mixed["occupancy"][load <= 0] = 0.0
    mixed["wait_p95"] = queues.wait_beyond(load, agents, 0.05, **shared)
    mixed["required"] = queues.attainable_agents(load, target=asked.target, **shared)
    return mixed


def _mean(sides: list[Any], weighted: Any) -> Floats:
    """Weighted mean over the sides; what has no weight does not count, infinite or not."""
    total: Any = 0.0
    weights: Any = 0.0
    for weight, value in map(weighted, sides):
        with np.errstate(invalid="ignore"):
            total = total + np.where(weight > 0, weight * value, 0.0)
        weights = weights + weight
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total / weights)


def carried_over(
    forecast: Forecast, agents: Floats, settings: Config, closing: Closing
) -> dict[str, Floats]:
    """Return columns with each queue carried over: those of `DELIVERED` but required, and flows.

    Parameters
    ----------
    forecast
        n rows.
    agents
        Agents on the queue, (n,), or in parts of equal length of each interval, (n, parts).
    settings, closing
        What is asked of each queue; how queues are carried over.

    Returns
    -------
    dict
        Columns (n,): service_level, asa [s], wait_p95 [s], abandonment, occupancy, counted, lost,
        busy, and abandons_in, answered_in, queue_end [contacts], overtime_hours [agent h].
    """
    # It loads compiled code, which most calls of this module do not need.
    from erlangplan.carry_over import follow

    table, parts = forecast.table, agents.reshape(len(agents), -1)
    found: dict[str, Floats] = {}
    queue = table["queue"].astype(str).to_numpy()
    for name in forecast.queues:
        rows = np.flatnonzero(queue == name)
        pieces = pieces_of(table.iloc[rows], parts[rows], forecast.interval, closing.at_close)
        followed = follow(
            pieces, len(rows), settings.of(name), leaving=closing.leaving,
            at_close=closing.at_close, initial=closing.initial, waits=closing.waits,
        )  # fmt: skip
        for column, values in _columns(followed, forecast.interval).items():
            found.setdefault(column, np.empty(len(table)))[rows] = values
    return found


def carried_counts(forecast: Forecast, agents: Floats, settings: Config) -> tuple[Floats, Floats]:
    """Return contacts in time and contacts counted (n,) with each queue carried over."""
    found = carried_over(forecast, agents, settings, Closing(waits=False))
    counted = forecast.table["volume"].to_numpy(float) * found["counted"]
    return np.nan_to_num(counted * found["service_level"]), counted


def pieces_of(table: pd.DataFrame, parts: Floats, interval: float, at_close: AtClose) -> Pieces:
    """Return the pieces of a queue's intervals; where nobody calls or works it is closed."""
    from erlangplan.carry_over import Pieces

    volume, aht = table["volume"].to_numpy(float), table["aht"].to_numpy(float)
    closed = (volume == 0) & (parts == 0).all(axis=1)
    start = table["start"]
    gap = np.r_[0.0, start.diff().dt.total_seconds().to_numpy()[1:] - interval]
    count = parts.shape[1]
    rows = np.arange(len(volume))
    opens = np.r_[True, closed[:-1]] | (gap > 0)
    if at_close == "carry":
        return _with_closed_time(rows, gap, closed, parts, volume, aht, interval)
    kept = np.repeat(rows[~closed], count)
    first = np.tile(np.arange(count) == 0, len(rows) - int(closed.sum()))
    return Pieces(
        kept, np.full(len(kept), interval / count), volume[kept] / interval, aht[kept],
        parts[~closed].ravel(), opens[kept] & first,
    )  # fmt: skip


def _with_closed_time(
    rows: NDArray[np.int64], gap: Floats, closed: NDArray[np.bool_], parts: Floats,
    volume: Floats, aht: Floats, interval: float,
) -> Pieces:  # fmt: skip
    """Return the pieces with those of closed time between them, so that queues go on."""
    from erlangplan.carry_over import Pieces

    count = parts.shape[1]
    # Each interval is a gap of perhaps no length, and its parts.
    row = np.repeat(rows, count + 1).reshape(-1, count + 1)
    shut = np.repeat(closed, count + 1).reshape(row.shape)
    length = np.full(row.shape, interval / count)
    agents = np.c_[np.zeros(len(rows)), parts]
    row[:, 0], length[:, 0], shut[:, 0] = -1, np.maximum(gap, 0.0), True
    arrivals = np.repeat(volume / interval, count + 1).reshape(row.shape)
    arrivals[:, 0] = 0.0
    kept = length.ravel() > 0
    return Pieces(
        row.ravel()[kept], length.ravel()[kept], arrivals.ravel()[kept],
        np.repeat(aht, count + 1)[kept], agents.ravel()[kept], np.zeros(int(kept.sum()), bool),
        shut.ravel()[kept],
    )  # fmt: skip


def _columns(followed: Followed, interval: float) -> dict[str, Floats]:
    offered = followed.offered
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "service_level": followed.service_level,
            "asa": followed.asa,
            "wait_p95": followed.wait_p95,
            "abandonment": np.where(offered > 0, followed.abandoned / offered, np.nan),
            "occupancy": np.where(followed.there > 0, followed.busy / followed.there, 0.0),
            "counted": np.where(offered > 0, followed.counted / offered, 1.0),
            "lost": np.where(offered > 0, (followed.abandoned + followed.blocked) / offered, 0.0),
            "busy": followed.busy / interval,
            "abandons_in": followed.abandons_in,
            "answered_in": followed.answered_in,
            "queue_end": followed.queue_end,
            "overtime_hours": followed.overtime / 3600,
        }
