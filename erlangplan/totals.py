"""Sums over intervals: numerators over denominators, never means of percentages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from erlangplan import queues
from erlangplan.settings import Settings
from erlangplan.targets import Target

__all__ = ["Totals", "check_fte_hours", "counted_share", "weeks_covered"]


def check_fte_hours(fte_hours: float) -> None:
    """Refuse a full-time week that is none."""
    if not 0 < fte_hours <= 168:
        raise ValueError(f"fte_hours must be in (0, 168] hours a week, got {fte_hours:g}")


def counted_share(
    load: NDArray[np.float64],
    agents: NDArray[np.float64],
    aht: NDArray[np.float64],
    settings: Settings,
    lost: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the share of offered contacts in the denominator of the service level.

    Parameters
    ----------
    load, agents, aht
        As for `queues.performance`; arrays of one length.
    settings
        Target, patience, balking and lines.
    lost
        Share of offered contacts that abandon or are blocked.
    """
    target = settings.target
    if target.abandons == "ignore":
        return 1 - lost
    if not target.abandons.startswith("exclude") or target.threshold is None:
        return np.ones_like(load)
    within = target.threshold if target.short_abandon is None else target.short_abandon
    ways = ("credit-short", "count")
    credited, counted = (
        queues.service_level(
            load, agents, aht=aht, patience=settings.patience, balking=settings.balking,
            lines=settings.lines,
            target=Target(
                service_level=0.5, threshold=target.threshold, abandons=way,
                short_abandon=within if way == "credit-short" else None,
            ),
        )
        for way in ways
    )  # fmt: skip
    return np.asarray(1 - (credited - counted))


@dataclass(frozen=True, eq=False)
class Totals:
    """Intervals added up by queue, by day and in all.

    Parameters
    ----------
    parts
        One row per interval: queue, start, volume, agents, paid (agents plus shrinkage), counted
        (share of offered contacts in the denominator of the service level), lost (share that
        abandons or is blocked), busy (mean number of agents handling), service_level, asa,
        abandonment; and cost, where one was given.
    interval
        Length of an interval [s].
    fte_hours
        Paid hours of a full-time week [h].
    """

    parts: pd.DataFrame
    interval: float
    fte_hours: float

    @cached_property
    def total(self) -> pd.DataFrame:
        """All intervals of all queues, one row.

        Columns volume, agent_hours, paid_hours, fte, peak (of the sum of the queues),
        service_level, asa [s], abandonment, occupancy and overloaded (number of intervals that
        cannot work off their load); and cost, where one is known.
        """
        added = self._added([])
        added["peak"] = self.parts.groupby("start", sort=False)["agents"].sum().max()
        return self._finished(added, self._weeks)

    @cached_property
    def queues(self) -> pd.DataFrame:
        """The columns of `total` for each queue, with a column queue."""
        return self._finished(self._added(["queue"]), self._weeks).reset_index()

    @cached_property
    def days(self) -> pd.DataFrame:
        """The columns of `total` for each queue and day, with columns queue and day."""
        added = self._added(["queue", "day"])
        return self._finished(added, self._weeks / max(1, self._open_days)).reset_index()

    @cached_property
    def _day(self) -> pd.Series:
        day: pd.Series = self.parts["start"].dt.tz_localize(None).dt.normalize()
        return day.rename("day")

    @cached_property
    def _open_days(self) -> int:
        days = self._day[self.parts["volume"] > 0].nunique()
        return days or self._day.nunique()

    @cached_property
    def _weeks(self) -> float:
        return weeks_covered(self._day, self.parts["volume"])

    @cached_property
    def _sums(self) -> pd.DataFrame:
        parts, hours = self.parts, self.interval / 3600
        volume, agents = parts["volume"].to_numpy(float), parts["agents"].to_numpy(float)
        # Where no service level is defined, nothing is counted.
        counted = _product(volume, parts["counted"]) * parts["service_level"].notna().to_numpy()
        answered = _product(volume, 1 - parts["lost"].to_numpy(float))
        waited = _product(answered, parts["asa"])
        sums = pd.DataFrame(
            {
                "queue": parts["queue"],
                "day": self._day,
                "volume": volume,
                "agent_hours": agents * hours,
                "paid_hours": parts["paid"].to_numpy(float) * hours,
                "peak": agents,
                "counted": counted,
                "in_time": _product(counted, parts["service_level"]),
                "answered": answered,
                "waited": waited,
                "unknown": np.isnan(waited).astype(int),
                "abandoned": _product(volume, parts["abandonment"]),
                "handled": parts["busy"].to_numpy(float) * hours,
                "overloaded": np.isinf(parts["asa"].to_numpy(float)).astype(int),
            }
        )
        return sums.assign(cost=parts["cost"]) if "cost" in parts else sums

    def _added(self, keys: list[str]) -> pd.DataFrame:
        sums = self._sums
        numbers = {name: "sum" for name in sums.columns[2:]} | {"peak": "max"}
        if keys:
            return sums.groupby(keys, sort=False, observed=True).agg(numbers)
        return sums.agg(numbers).to_frame().T

    def _finished(self, added: pd.DataFrame, weeks: float) -> pd.DataFrame:
        with np.errstate(invalid="ignore", divide="ignore"):
            table = pd.DataFrame(
                {
                    "volume": added["volume"],
                    "agent_hours": added["agent_hours"],
                    "paid_hours": added["paid_hours"],
                    "fte": added["paid_hours"] / (self.fte_hours * weeks),
                    "peak": added["peak"],
                    "service_level": added["in_time"] / added["counted"],
                    # Waits that were not computed have no mean, rather than one of 0.
                    "asa": (added["waited"] / added["answered"]).where(added["unknown"] == 0),
                    "abandonment": added["abandoned"] / added["volume"],
                    "occupancy": added["handled"] / added["agent_hours"],
                    "overloaded": added["overloaded"].astype(int),
                }
            )
        return table.assign(cost=added["cost"]) if "cost" in added else table


def _product(weights: NDArray[np.float64], values: ArrayLike) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        return np.where(weights > 0, weights * np.asarray(values, dtype=float), 0.0)


def weeks_covered(day: pd.Series, volume: pd.Series) -> float:
    """Return the weeks that a forecast covers: open days over the weekdays that are ever open.

    Monday to Friday is one week where no weekend is ever open. Under a week, at least five
    weekdays are taken to be open.
    """
    open_days = day[volume > 0] if (volume > 0).any() else day
    first, last = open_days.min(), open_days.max()
    span = pd.date_range(first, last)
    weekdays = open_days.dt.day_of_week.unique()
    least = 5 if len(span) < 7 else 1
    covered = np.isin(span.day_of_week, weekdays).sum()
    return float(covered / max(least, len(weekdays)))
