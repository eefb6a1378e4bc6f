"""Gaps: open days of which the actuals hold nothing, reported and never filled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from erlangplan.sla.calendar import DAY, window_begins
from erlangplan.sla.model import Contract
from erlangplan.sla.scope import Scope

__all__ = ["gap_notes"]

IntArray = NDArray[np.int64]
_SHOWN = 3


def gap_notes(scope: Scope) -> tuple[str, ...]:
    """Return remarks on days between a queue's first and last that have no row.

    Of a queue without hours only weekdays are missed that have rows in other weeks. A first
    window that begins before the rows do is remarked upon too.
    """
    contract, said = scope.contract, []
    for number, queue in enumerate(contract.queues):
        days = np.unique(scope.local[(scope.queue == number) & scope.inside] // DAY)
        if not len(days):
            continue
        every = np.arange(days[0], days[-1] + 1)
        missing = every[~np.isin(every, days)]
        missing = missing[_expected(contract, queue.name, missing, days)]
        if len(missing):
            shown = ", ".join(str(day.view("M8[D]")) for day in missing[:_SHOWN])
            more = " ..." if len(missing) > _SHOWN else ""
            count = f"{len(missing)} day{'s' * (len(missing) > 1)}"
            said.append(f"queue {queue.name} has no rows on {count}: {shown}{more}")
        said += _late_start(contract, queue.name, days)
    return tuple(said)


def _expected(contract: Contract, queue: str, days: IntArray, known: IntArray) -> NDArray[np.bool_]:
    hours = contract.hours_of(queue)
    if hours is None:
        return np.isin((days + 3) % 7, (known + 3) % 7)
    return np.array([bool(hours.open_on(day)) for day in days.view("M8[D]").tolist()], dtype=bool)


def _late_start(contract: Contract, queue: str, days: IntArray) -> list[str]:
    """Remark upon a month that begins on open days before the first row."""
    first = np.array([days[0] * DAY])
    own = [each for each in contract.objectives if queue in each.queues]
    if not any(each.window in ("month", "quarter") for each in own):
        return []
    begin = int(window_begins(first, "month", contract.month_starts_on)[0]) // DAY
    if contract.effective is not None:
        begin = max(begin, int(np.datetime64(contract.effective, "D").astype(int)))
    before = np.arange(begin, days[0])
    if not len(before) or not _expected(contract, queue, before, days).any():
        return []
    shown = days[:1].view("M8[D]")[0]
    return [f"rows of queue {queue} begin on {shown}, after the month from "
            f"{np.int64(begin).view('M8[D]')}"]  # fmt: skip
