"""What has to be covered, queue by queue: from a requirement, or a frame of required agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from os import PathLike

import numpy as np
import pandas as pd

from erlangplan.errors import InputError
from erlangplan.forecast import UNNAMED, Forecast
from erlangplan.settings import Config
from erlangplan.shifts import WorkRules
from erlangplan.shrinkage import Shrinkage, ShrinkagePart
from erlangplan.staffing import Requirement
from erlangplan.units import share_text

__all__ = ["Demand", "as_demand"]


@dataclass(frozen=True, eq=False)
class Demand:
    """Required agents of all queues.

    Attributes
    ----------
    table
        Columns queue, start and agents, sorted.
    interval
        Length of an interval [s].
    config
        What was asked of each queue, with its shrinkage in parts.
    forecast
        The forecast behind it; None where only agents are known.
    """

    table: pd.DataFrame
    interval: float
    config: Config
    forecast: Forecast | None

    @property
    def queues(self) -> tuple[str, ...]:
        """Names of the queues, sorted."""
        return tuple(sorted(self.table["queue"].unique()))

    def of(self, queue: str) -> pd.DataFrame:
        """Return the rows of a queue."""
        return self.table[self.table["queue"] == queue].reset_index(drop=True)


def as_demand(
    requirement: object,
    rules: WorkRules | None,
    *,
    shrinkage: object = None,
    breaks_in_shrinkage: bool | None = None,
) -> Demand:
    """Return what has to be covered, or raise where shrinkage may count breaks twice."""
    if isinstance(requirement, Requirement):
        table = requirement.table[["queue", "start", "agents"]]
        forecast, interval = requirement.forecast, requirement.forecast.interval
        config = requirement.config.changed(shrinkage=shrinkage)
    else:
        if isinstance(requirement, str | PathLike):
            from importlib import import_module

            # Readers of files stand above this room, and are here only for convenience.
            requirement = import_module("erlangplan.files.schedules").read_requirement(requirement)
        table = _frame(requirement)
        forecast, interval = None, _interval(table)
        config = Config().changed(shrinkage=shrinkage)
    table = table.assign(queue=table["queue"].astype(str), agents=table["agents"].astype(float))
    table = table.sort_values(["queue", "start"], ignore_index=True)
    if rules is not None:
        config = _in_parts(config, rules, breaks_in_shrinkage)
    return Demand(table, float(interval), config, forecast)


def _frame(requirement: object) -> pd.DataFrame:
    if not isinstance(requirement, pd.DataFrame):
        raise TypeError(
            "requirement must be a Requirement, a DataFrame with start and agents, or the path of "
            f"such a file, got {type(requirement).__name__}"
        )
    if missing := {"start", "agents"} - set(requirement.columns):
        raise InputError(f"a requirement needs a column {' and '.join(sorted(missing))}")
    table = requirement[[c for c in ("queue", "start", "agents") if c in requirement]].copy()
    if "queue" not in table:
        table.insert(0, "queue", UNNAMED)
    if not pd.api.types.is_datetime64_any_dtype(table["start"].dtype):
        raise InputError("start must hold dates and times; read_requirement reads them")
    agents = table["agents"].to_numpy(float)
    wrong = np.flatnonzero(~(np.isfinite(agents) & (agents >= 0)))
    if wrong.size:
        first = table.iloc[int(wrong[0])]
        raise InputError(
            f"required agents must be numbers >= 0, got {first['agents']} for "
            f"{first['start']:%Y-%m-%d %H:%M}"
        )
    if not len(table):
        raise InputError("a requirement needs at least one interval")
    twice = table.duplicated(["queue", "start"])
    if twice.any():
        first = table[twice].iloc[0]
        raise InputError(f"{first['queue']}, {first['start']:%Y-%m-%d %H:%M} stands twice")
    return table


def _interval(table: pd.DataFrame) -> float:
    gaps = table.sort_values(["queue", "start"]).groupby("queue")["start"].diff().dropna()
    seconds = gaps.dt.total_seconds()
    if not len(seconds):
        return 1800.0
    shortest = float(seconds.min())
    if (seconds % shortest > 1e-6).any():
        raise InputError(
            f"intervals of a requirement must be of one length; the shortest gap between starts "
            f"is {shortest:g} s, and others are no multiples of it"
        )
    return shortest


def _in_parts(config: Config, rules: WorkRules, included: bool | None) -> Config:
    """Split one bare number of shrinkage into breaks and the rest, or refuse to guess."""
    if not any(shift.breaks for shift in rules.shifts):
        return config
    settings = {"": config.defaults, **config.queues}
    bare = {queue: asked for queue, asked in settings.items() if asked.shrinkage.is_bare}
    if not bare:
        return config
    if included is None:
        share = share_text(next(iter(bare.values())).shrinkage.total, 2)
        raise InputError(
            f"shrinkage of {share} does not say whether it includes the breaks that the schedule "
            "shows",
            fix="Give its parts, breaks with in_schedule = true; or say breaks_in_shrinkage=True "
            "or False (--breaks-in-shrinkage, --no-breaks-in-shrinkage).",
        )

    def split(shrinkage: Shrinkage) -> Shrinkage:
        return (
            _without_breaks(shrinkage, _break_share(rules))
            if included
            else Shrinkage((ShrinkagePart("all but breaks", shrinkage.total),))
        )

    changed = {
        queue: replace(asked, shrinkage=split(asked.shrinkage)) if queue in bare else asked
        for queue, asked in settings.items()
    }
    return Config(changed.pop(""), changed)


def _break_share(rules: WorkRules) -> float:
    """Return the mean share of paid time that shifts spend on paid breaks."""
    shares = []
    for shift in rules.shifts:
        own = [
            sum(pause.length for pause in shift.held(day) if pause.paid)
            / shift.paid_seconds(length, day)
            for day in shift.days
            for length in shift.lengths
        ]
        shares.append(sum(own) / len(own))
    return sum(shares) / len(shares)


def _without_breaks(shrinkage: Shrinkage, breaks: float) -> Shrinkage:
    rest = max(0.0, 1 - (1 - shrinkage.total) / (1 - breaks))
    parts = [ShrinkagePart("all but breaks", rest)] if rest > 1e-12 else []
    if breaks > 0:
        parts.append(ShrinkagePart("breaks", breaks, of="present", in_schedule=True))
    return Shrinkage(tuple(parts))


def limited_people(rules: WorkRules, queues: tuple[str, ...]) -> None:
    """Refuse limits of people that several queues would share: each queue is planned by itself."""
    if len(queues) < 2:
        return
    places: list[Mapping[str, object]] = []
    for what, rows in (("group", rules.groups), ("shift", rules.shifts)):
        for rule in rows:
            limited = rule.people != (0, None)
            served = [queue for queue in queues if not rule.queues or queue in rule.queues]
            if limited and len(served) > 1:
                places.append({"what": what, "name": rule.name, "served": served})
    if places:
        first = places[0]
        raise InputError(
            f"{first['what']} {first['name']!r} has a number of people but may serve "
            f"{', '.join(map(str, first['served']))}"  # type: ignore[call-overload]
            "; each queue is planned by itself",
            fix="Give each queue its own group with queues = [...], or plan one queue (--queue).",
        )
