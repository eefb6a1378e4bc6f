"""A schedule: who works when, who is on a break when, and what that covers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.results import html_text
from erlangplan.scheduling.activities import activities_of
from erlangplan.scheduling.coverage import paid_between, people_at_work
from erlangplan.scheduling.soundness import sound_breaks, sound_coverage, sound_table
from erlangplan.scheduling.words import schedule_assumptions, schedule_summary
from erlangplan.settings import Config
from erlangplan.shifts import WorkRules

__all__ = ["Schedule", "Status"]

Status = Literal["optimal", "gap", "work", "time limit", "interrupted", "read"]


@dataclass(frozen=True, eq=False)
class Schedule:
    """Who works when, with every break.

    Attributes
    ----------
    table
        One row per agent and worked day: queue, agent, group (empty where there is none), shift,
        start, end, paid_hours [h].
    breaks
        One row per break: queue, agent, shift_start, name, start, end, paid (True or False).
    coverage
        One row per queue and interval of the requirement: queue, start, required (agents that
        the target asks for), scheduled (people at work), on_break (people on a break), on_queue
        (agents on the queue: scheduled less on_break less the shrinkage that the schedule does
        not show), over, short (agents over and short of those required), service_level
        (predicted; NaN where no forecast is known). People count by their share of the interval.
        No rows where no requirement is known.
    interval
        Length of an interval of `coverage` [s].
    config
        What was asked of each queue; from its shrinkage come the parts that the schedule does not
        show.
    rules
        Rules of work that the schedule keeps; None where it was read from a file.
    objective
        ``cover``, ``service_level`` or ``people`` (the people there are); empty when read.
    cost
        Cost by the rules: paid hours x cost x premiums.
    short_cost
        Price of the people hours that are short, where shortage has a price; else 0.
    bound
        Proven lower bound of what is minimised: no schedule that keeps the rules and is as little
        short costs less; NaN where nothing was proven.
    gap
        (c - bound) / c with c = cost + short_cost; of ``people``, the service level that is
        missing to the most that is proven possible; NaN where nothing was proven.
    status
        Why the search ended: ``optimal``, ``gap`` (the asked gap is reached), ``work`` (all
        planned search done), ``time limit``, ``interrupted``; ``read`` from a file.
    shortages
        Intervals that are short: queue, start, short, reason (the rule or the number of people
        in the way).
    remarks
        What to know before using it.
    facts
        Further figures of the plan as pairs of name and text, such as the saving against
        covering each interval.
    horizon
        First moment and end of the days that are planned; None where they are not known.
    cyclic
        Whether the time that is planned repeats, so that shifts over its end cover its beginning.
    before
        The schedule of the time before, whose last shifts reach into this one.
    source
        Name of the file that it was read from, or ``rules`` where it was planned.
    """

    table: pd.DataFrame
    breaks: pd.DataFrame
    coverage: pd.DataFrame
    interval: float
    config: Config
    rules: WorkRules | None = None
    objective: str = ""
    cost: float = float("nan")
    bound: float = float("nan")
    gap: float = float("nan")
    status: Status = "read"
    shortages: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["queue", "start", "short", "reason"])
    )
    remarks: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    horizon: tuple[pd.Timestamp, pd.Timestamp] | None = None
    cyclic: bool = False
    before: Schedule | None = None
    source: str = "rules"
    short_cost: float = 0.0

    def __post_init__(self) -> None:
        if not self.interval > 0:
            raise ValueError(f"interval must be > 0 s, got {self.interval:g}")
        if self.status not in get_args(Status):
            raise ValueError(f"status must be one of {get_args(Status)}, got {self.status!r}")
        if self.cyclic and self.horizon is None:
            raise ValueError("a cyclic schedule needs a horizon, the time that repeats")
        table = sound_table(self.table, like=self.coverage)
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "breaks", sound_breaks(self.breaks, table))
        object.__setattr__(self, "coverage", sound_coverage(self.coverage, table))
        object.__setattr__(self, "interval", float(self.interval))
        object.__setattr__(self, "remarks", tuple(self.remarks))

    @property
    def tz(self) -> str | None:
        """Name of the time zone of all times, or None where none is known."""
        zone = self.table["start"].dt.tz
        return None if zone is None else str(zone)

    @property
    def queues(self) -> tuple[str, ...]:
        """Names of the queues, sorted."""
        return tuple(sorted({*self.table["queue"], *self.coverage["queue"]}))

    @property
    def paid_hours(self) -> float:
        """Paid hours of all agents [h]."""
        return float(self.table["paid_hours"].sum())

    @cached_property
    def activities(self) -> pd.DataFrame:
        """One row per activity: what the floor is handed and a CSV file holds.

        Columns queue, agent, group, shift, shift_start, activity (``work`` or the break's name),
        start, end, paid (True or False); in the order of `table`, then of time.
        """
        return activities_of(self.table, self.breaks)

    @property
    def assumptions(self) -> list[tuple[str, str]]:
        """What the schedule rests on, as pairs of name and text."""
        return schedule_assumptions(self)

    def attendance(
        self,
        queue: str | None,
        starts: pd.Series[pd.Timestamp] | pd.DatetimeIndex,
        interval: float,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return people at work and people on a break in each interval, by their share of it.

        Where the time planned repeats, so do the shifts; shifts of the schedule before count too.

        Parameters
        ----------
        queue
            Whose shifts count; None = all.
        starts
            Starts of the intervals (n,).
        interval
            Length of each [s].
        """
        scheduled, on_break = people_at_work(self.table, self.breaks, queue, starts, interval)
        for table, breaks in self._others():
            more = people_at_work(table, breaks, queue, starts, interval)
            scheduled, on_break = scheduled + more[0], on_break + more[1]
        return scheduled, on_break

    def people_on_queue(
        self,
        queue: str | None,
        starts: pd.Series[pd.Timestamp] | pd.DatetimeIndex,
        interval: float,
    ) -> NDArray[np.float64]:
        """Return people at work and not on a break in each interval (n,), as `attendance` does."""
        scheduled, on_break = self.attendance(queue, starts, interval)
        return scheduled - on_break

    def paid_people(
        self,
        queue: str | None,
        starts: pd.Series[pd.Timestamp] | pd.DatetimeIndex,
        interval: float,
    ) -> NDArray[np.float64]:
        """Return paid people per interval (n,), so that times the interval they are the paid time.

        Counted are the shifts that start on the days from the first start to the last. Their time
        outside all intervals, such as after closing, counts in the interval nearest to it.
        """
        mine = self.table if queue is None else self.table[self.table["queue"] == queue]
        return paid_between(mine, self.breaks, pd.DatetimeIndex(starts), interval)

    def _others(self) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
        others = [] if self.before is None else [(self.before.table, self.before.breaks)]
        if self.cyclic and self.horizon is not None:
            period = self.horizon[1] - self.horizon[0]
            for turn in (-period, period):
                parts = (self.table, self.breaks)
                moved = [
                    part.assign(start=part["start"] + turn, end=part["end"] + turn)
                    for part in parts
                ]
                others.append((moved[0], moved[1]))
        return others

    def summary(self) -> str:
        """Return the schedule in words: people per shift and day, hours, cost, what is short."""
        return schedule_summary(self)

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def _repr_html_(self) -> str:
        return html_text(self.table, self.summary())
