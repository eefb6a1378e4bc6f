"""Late calls left: how many contacts of a window may still be late or lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from erlangplan.sla.actuals import MICRO
from erlangplan.sla.calendar import window_begins
from erlangplan.sla.claims import moments
from erlangplan.sla.columns import sampled
from erlangplan.sla.counting import exact
from erlangplan.sla.findings import Finding
from erlangplan.sla.model import Contract

__all__ = ["Remaining", "allowance", "remaining_of"]


@dataclass(frozen=True)
class Remaining:
    """The allowance of a window at its forecast volume.

    Attributes
    ----------
    objective, begin
        Which objective, and the start of its window [us].
    volume, to_date
        Contacts that the window is forecast to have, and those counted so far.
    allowed, used, left
        Contacts not in time that the promise allows at that volume, used up and left (below 0:
        more than all are used).
    required
        What the rest of the window must come to; None where nothing is left of it.
    state
        ``lost`` where the rest cannot make good for it, ``safe`` where it cannot break it, else
        ``open``.
    at_most
        Whether the promise is a limit on contacts lost.
    """

    objective: str
    begin: int
    volume: Fraction
    to_date: Fraction
    allowed: Fraction
    used: Fraction
    left: Fraction
    required: Fraction | None
    state: str
    at_most: bool = False

    @property
    def lacking(self) -> str:
        """What a contact does that uses up the allowance."""
        return "be lost" if self.at_most else "be late or lost"

    @property
    def must(self) -> str:
        """What the rest of the window must do about `required`."""
        return "stay at or below" if self.at_most else "reach"


def allowance(
    goal: Fraction, volume: Fraction, counted: Fraction, late: Fraction
) -> tuple[Fraction, Fraction, Fraction | None, str]:
    """Return contacts allowed and left not in time, what the rest must reach, and the state.

    Parameters
    ----------
    goal
        Least share of contacts in time.
    volume, counted, late
        Contacts of the whole window; counted, and not in time, to date.

    Examples
    --------
    >>> allowed, left, rest, state = allowance(
    ...     Fraction(4, 5), Fraction(30000), Fraction(12000), Fraction(2700))
    >>> int(allowed), int(left), f"{float(rest):.4f}", state
    (6000, 3300, '0.8167', 'open')
    """
    allowed = (1 - goal) * volume
    left, rest = allowed - late, volume - counted
    required = 1 - left / rest if rest > 0 else None
    state = "lost" if left < 0 else "safe" if left >= rest else "open"
    return allowed, left, required, state


def remaining_of(
    contract: Contract, findings: Sequence[Finding], forecast: pd.DataFrame | None
) -> tuple[Remaining, ...]:
    """Return the allowance of the last window of each objective that has one.

    Only shares of contacts that are added up by contacts, over more than an interval, have an
    allowance; it needs the locked forecast. Contacts that are still to come are taken as counted.
    """
    if forecast is None or not len(forecast):
        return ()
    local = moments(forecast["start"], contract)
    queue = forecast["queue"].astype(str).to_numpy()
    volume = np.rint(forecast["volume"].to_numpy(float) * MICRO).astype(np.int64)
    found = []
    for objective in contract.objectives:
        own = [each for each in findings if each.objective is objective]
        share = objective.metric in ("service_level", "response_time", "abandon_rate")
        fits = objective.aggregate == "contacts" and objective.window != "interval"
        if not own or not share or not fits or sampled(objective) or objective.match:
            continue
        finding = max(own, key=lambda each: each.begin)
        begins = window_begins(local, objective.window, contract.month_starts_on)
        alone = len(contract.queues) == 1 == len(set(queue))
        mine = (begins == finding.begin) & (np.isin(queue, objective.queues) | alone)
        if mine.any():
            planned = Fraction(int(volume[mine].sum()), MICRO)
            found.append(_remaining(finding, planned))
    return tuple(found)


def _remaining(finding: Finding, planned: Fraction) -> Remaining:
    objective, counted = finding.objective, finding.counted
    rest = max(planned - finding.offered, Fraction(0))
    volume = counted + (Fraction(0) if finding.finished else rest)
    late = finding.in_time if objective.at_most else counted - finding.in_time
    goal = exact(objective.goal)
    least = 1 - goal if objective.at_most else goal
    allowed, left, required, state = allowance(least, volume, counted, late)
    if required is not None and objective.at_most:
        required = 1 - required
    return Remaining(objective.id, finding.begin, volume, counted, allowed, late, left, required,
                     state, objective.at_most)  # fmt: skip
