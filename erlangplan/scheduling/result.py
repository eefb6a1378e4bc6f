"""A schedule: who works when, who is on a break when, and what that covers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

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
    bound
        Proven lower bound of what is minimised: no schedule that keeps the rules and is as little
        short costs less; NaN where nothing was proven.
    gap
        (cost - bound) / cost; of ``people``, the service level that is missing to the most that
        is proven possible; NaN where nothing was proven.
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

    @property
    def paid_hours(self) -> float:
        """Paid hours of all agents [h]."""
        return float(self.table["paid_hours"].sum())
