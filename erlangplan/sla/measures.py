"""Counts per objective and window, on whole numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from erlangplan.sla.calendar import window_begins
from erlangplan.sla.columns import Columns
from erlangplan.sla.counting import ratio
from erlangplan.sla.model import Objective
from erlangplan.sla.scope import Scope

__all__ = ["Counted", "count"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Counted:
    """The rows of an objective, sorted by window and time.

    Attributes
    ----------
    objective
        What is promised.
    begin, instant, local
        Start of each row's window, a time that tells intervals apart, wall clock (n,) [us].
    numerator, denominator, offered
        Counts of each row; times in us (n,).
    queue, at
        Number of the queue among the contract's, position in the actuals (n,).
    edges
        Where the windows begin, and n (windows + 1,).
    """

    objective: Objective
    begin: IntArray
    instant: IntArray
    local: IntArray
    numerator: IntArray
    denominator: IntArray
    offered: IntArray
    queue: IntArray
    at: IntArray
    edges: IntArray

    def windows(self) -> Iterator[tuple[int, slice]]:
        """Return the start of each window [us] and its rows."""
        for first, last in zip(self.edges[:-1].tolist(), self.edges[1:].tolist(), strict=True):
            yield int(self.begin[first]), slice(first, last)

    def part(self, rows: slice, chosen: BoolArray) -> Counted:
        """Return the chosen ones of a window's rows, as one window."""
        return _taken(self, np.flatnonzero(chosen) + (rows.start or 0))


def _taken(counted: Counted, rows: IntArray) -> Counted:
    names = ("begin", "instant", "local", "numerator", "denominator", "offered", "queue", "at")
    kept = {name: getattr(counted, name)[rows] for name in names}
    return replace(counted, **kept, edges=np.array([0, len(rows)]))


def count(scope: Scope, objective: Objective) -> Counted:
    """Return the counts of an objective's rows.

    Parameters
    ----------
    scope
        The rows of the contract.
    objective
        One of its objectives that is measured by the actuals.
    """
    chosen = np.flatnonzero(scope.inside & _own_rows(scope, objective))
    local = scope.local[chosen]
    begin = window_begins(local, objective.window, scope.contract.month_starts_on)
    instant = scope.instant[chosen]
    if scope.actuals.kind == "contacts":
        instant = instant - local % scope.step
        local = local - local % scope.step
        if objective.window == "interval":
            begin = local
    if objective.window == "interval":
        begin = begin + (instant - local) % 2
    order = np.lexsort((instant, begin))
    if (order[1:] < order[:-1]).any():
        chosen, begin, instant, local = (a[order] for a in (chosen, begin, instant, local))
    at = scope.at[chosen]
    columns = Columns(scope, objective, chosen, at)
    terms = ratio(objective)
    numerator = _total(columns, terms.numerator)
    denominator = _total(columns, terms.denominator) if terms.denominator else np.ones_like(at)
    try:
        offered = columns.of("offered")
    except KeyError:
        offered = denominator
    edges = np.concatenate(([0], np.flatnonzero(np.diff(begin)) + 1, [len(at)]))
    if not len(at):
        edges = edges[:1]
    return Counted(objective, begin, instant, local, numerator, denominator, offered,
                   scope.queue[chosen], at, edges)  # fmt: skip


def _own_rows(scope: Scope, objective: Objective) -> BoolArray:
    """Return the rows of an objective's queues that no earlier objective's match has won."""
    names = [queue.name for queue in scope.contract.queues]
    places = [names.index(name) for name in objective.queues]
    mine = np.isin(scope.queue, places) if len(places) < len(names) else np.ones(
        len(scope.at), dtype=bool)  # fmt: skip
    mine &= _fits(scope, objective)
    for other in scope.contract.objectives:
        if other is objective:
            break
        if other.metric != objective.metric or other.match == objective.match:
            continue
        shared = [names.index(name) for name in other.queues if name in objective.queues]
        if shared:
            mine &= ~(np.isin(scope.queue, shared) & _fits(scope, other))
    return mine


def _fits(scope: Scope, objective: Objective) -> BoolArray:
    found = np.ones(len(scope.at), dtype=bool)
    for name, text in objective.match.items():
        found &= scope.actuals.marks[name].among(text, scope.at)
    return found


def _total(columns: Columns, terms: Mapping[str, int]) -> IntArray:
    return np.asarray(sum(times * columns.of(name) for name, times in terms.items()))
