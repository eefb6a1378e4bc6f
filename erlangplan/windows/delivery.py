"""Contacts in time and contacts counted, by interval and agents: the two sums of a service level.

Every way of counting is a sum of numerators over a sum of denominators, so that a promise of p
over a window says: the sum of (contacts in time - p x contacts counted) is at least 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erlangplan import queues
from erlangplan.forecast import Forecast
from erlangplan.settings import Config, Settings
from erlangplan.totals import counted_share

__all__ = ["Curves", "delivered", "make_curves", "shares"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Curves:
    """What each number of agents delivers in each interval, one interval after the other.

    Attributes
    ----------
    least, most
        Fewest and most agents held for each interval (n,).
    edges
        Position of each interval's first value, and their number at the end (n + 1,).
    in_time, counted
        Contacts in time and contacts in the denominator, for each number of agents.
    """

    least: Ints
    most: Ints
    edges: Ints
    in_time: Floats
    counted: Floats

    def worth(self, level: Floats) -> Floats:
        """Return the contacts in time beyond a level of each interval (n,), value by value."""
        return self.in_time - np.repeat(level, np.diff(self.edges)) * self.counted

    def place(self, agents: Ints) -> Ints:
        """Return where the values of given agents stand."""
        return np.asarray(self.edges[:-1] + agents - self.least)


def make_curves(
    forecast: Forecast, load: Floats, config: Config, least: Ints, most: Ints,
    known: Curves | None = None,
) -> Curves:  # fmt: skip
    """Return the curves of a forecast's intervals between fewest and most agents.

    Parameters
    ----------
    forecast, load
        The intervals (n,), and their load [erlang].
    config
        What is asked of each queue.
    least, most
        Fewest and most agents of each interval (n,).
    known
        Curves whose intervals are taken over where nothing has changed.
    """
    sizes = most - least + 1
    edges = np.r_[0, np.cumsum(sizes)].astype(np.int64)
    row = np.repeat(np.arange(len(load)), sizes)
    agents = np.arange(edges[-1]) - edges[row] + least[row]
    in_time, counted = np.zeros(len(row)), np.zeros(len(row))
    fresh = np.ones(len(load), dtype=bool)
    if known is not None:
        fresh = known.most != most
        kept = ~fresh[row]
        taken = ~np.repeat(fresh, np.diff(known.edges))
        in_time[kept], counted[kept] = known.in_time[taken], known.counted[taken]
    table = forecast.table
    aht, volume = table["aht"].to_numpy(float), table["volume"].to_numpy(float)
    fresh &= volume > 0
    for asked, rows in config.groups(table["queue"]):
        mine = np.zeros(len(load), dtype=bool)
        mine[rows] = True
        where = np.flatnonzero((mine & fresh)[row])
        at = row[where]
        share, under = shares(load[at], agents[where], aht[at], asked)
        in_time[where], counted[where] = volume[at] * share, volume[at] * under
    return Curves(least, most, edges, in_time, counted)


def delivered(forecast: Forecast, agents: Floats, config: Config) -> tuple[Floats, Floats]:
    """Return contacts in time and contacts counted of each interval with given agents.

    Fractional agents are the whole numbers around them, each for its part of the time.
    """
    table, load = forecast.table, forecast.load
    aht, volume = table["aht"].to_numpy(float), table["volume"].to_numpy(float)
    in_time, counted = np.zeros(len(load)), np.zeros(len(load))
    low, part = np.floor(agents).astype(np.int64), agents - np.floor(agents)
    for asked, rows in config.groups(table["queue"]):
        rows = rows[volume[rows] > 0]
        for whole, weight in ((low, 1 - part), (low + 1, part)):
            held = rows[weight[rows] > 0]
            share, under = shares(load[held], whole[held], aht[held], asked)
            in_time[held] += weight[held] * volume[held] * share
            counted[held] += weight[held] * volume[held] * under
    return in_time, counted


def shares(load: Floats, agents: Ints, aht: Floats, asked: Settings) -> tuple[Floats, Floats]:
    """Return the shares of offered contacts that are in time and that are counted."""
    held = agents.astype(float)
    level = queues.service_level(
        load,
        held,
        aht=aht,
        target=asked.target,
        patience=asked.patience,
        balking=asked.balking,
        lines=asked.lines,
    )
    lost = np.zeros_like(held)
    if asked.target.abandons == "ignore":
        # Only this way counts by who is lost, and all measures take five times as long as one.
        result = queues.performance(
            load,
            held,
            aht=aht,
            target=asked.target,
            patience=asked.patience,
            balking=asked.balking,
            lines=asked.lines,
        )
        lost = np.nan_to_num(result.abandonment + result.blocked)
    counted = np.nan_to_num(counted_share(load, held, aht, asked, lost))
    return np.nan_to_num(level) * counted, counted
