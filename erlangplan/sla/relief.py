"""Relief: claims applied to the rows of a window, wherever they do not harm who claims them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from erlangplan.sla.claims import Claim
from erlangplan.sla.levels import Amounts, Level, level_of, scale_of
from erlangplan.sla.measures import Counted
from erlangplan.sla.model import Objective
from erlangplan.sla.scope import Scope

__all__ = ["Applied", "Relieved", "Touched", "relieve", "touched_by"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Applied:
    """A claim that was applied to a window: the rows, and the contacts taken out of each."""

    claim: Claim
    at: IntArray
    local: IntArray
    removed: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class Relieved:
    """A window after relief."""

    level: Level
    applied: tuple[Applied, ...] = ()
    waived: Claim | None = None


# A claim, and the rows of `Counted` in one window that it is about.
Touched = tuple[Claim, IntArray]


def touched_by(scope: Scope, counted: Counted, claims: Sequence[Claim]) -> list[list[Touched]]:
    """Return, window by window, the claims that concern an objective and the rows concerned."""
    found: list[list[Touched]] = [[] for _ in range(len(counted.edges) - 1)]
    if not claims:
        return found
    order = np.argsort(scope.at)
    place = order[np.searchsorted(scope.at[order], counted.at)]
    for claim in claims:
        rows = np.flatnonzero(claim.rows[place])
        own = np.searchsorted(counted.edges, rows, side="right") - 1
        for window in np.unique(own).tolist():
            found[window].append((claim, rows[own == window]))
    return found


def relieve(counted: Counted, rows: slice, raw: Level, claims: Sequence[Touched]) -> Relieved:
    """Return what a window comes to after the claims that concern it.

    A claim is left aside where it would make the result worse, so that relief never lowers the
    adjusted result. Whole periods are taken out before surpluses, so that no contact is excused
    twice; within that claims are taken in the order of the contract, those of one relief from
    the period with the worst result on.

    Parameters
    ----------
    counted
        The rows of an objective, among them those of the window.
    rows
        The window's rows in `counted`.
    raw
        What they come to before relief.
    claims
        Claims and rows of this window, by `touched_by`.
    """
    first = rows.start or 0
    state = _State.of(counted, rows, raw)
    ranks: dict[int, int] = {}
    for claim, _ in claims:
        ranks.setdefault(id(claim.relief), len(ranks))
    order = sorted(
        ((claim, own - first) for claim, own in claims),
        key=lambda pair: (pair[0].relief.remedy == "exclude-surplus", ranks[id(pair[0].relief)],
                          _badness(state, pair[1])),
    )  # fmt: skip
    applied: list[Applied] = []
    for claim, own in order:
        if claim.relief.remedy == "waive-window":
            continue
        relieved = _apply(state, claim, own)
        if relieved is state or _worse(counted.objective, relieved.level, state.level):
            continue
        taken = _difference(state.offered[own], relieved.offered[own])
        if any(taken):
            at, local = counted.at[own + first], counted.local[own + first]
            applied.append(Applied(claim, at, local, taken))
            state = relieved
    waived = next((c for c, _ in claims if c.relief.remedy == "waive-window"), None)
    return Relieved(state.level, tuple(applied), waived)


@dataclass(frozen=True, eq=False)
class _State:
    """Counts of a window's rows, as far as relief has left them, and what they come to."""

    objective: Objective
    numerator: Amounts
    denominator: Amounts
    offered: Amounts
    instant: IntArray
    original: IntArray
    level: Level

    @staticmethod
    def of(counted: Counted, rows: slice, raw: Level) -> _State:
        numerator, denominator, offered = (
            values[rows].astype(object)
            for values in (counted.numerator, counted.denominator, counted.offered)
        )
        return _State(counted.objective, numerator, denominator, offered, counted.instant[rows],
                      counted.offered[rows], raw)  # fmt: skip

    def changed(self, own: IntArray, top: Amounts, bottom: Amounts, offered: Amounts) -> _State:
        """Return the state with other counts in some rows."""
        now = []
        for values, part in (
            (self.numerator, top), (self.denominator, bottom), (self.offered, offered),
        ):  # fmt: skip
            copy = values.copy()
            copy[own] = part
            now.append(copy)
        objective = self.objective
        if objective.aggregate == "contacts" and objective.metric != "backlog":
            # Adding up the few rows that changed keeps many claims quick.
            in_time = self.level.in_time + (_total(top) - _total(self.numerator[own])) / scale_of(
                objective)  # fmt: skip
            counted = self.level.counted + _total(bottom) - _total(self.denominator[own])
            level = Level(in_time, counted, in_time / counted if counted > 0 else None)
        else:
            level = level_of(objective, now[0], now[1], now[2], self.instant)
        return replace(self, numerator=now[0], denominator=now[1], offered=now[2], level=level)


def _total(values: Amounts) -> Fraction:
    return Fraction(sum(values.tolist()))


def _times(values: Amounts, factor: Fraction) -> Amounts:
    return np.array([factor * value for value in values.tolist()], dtype=object)


def _difference(before: Amounts, after: Amounts) -> tuple[Fraction, ...]:
    pairs = zip(before.tolist(), after.tolist(), strict=True)
    return tuple(Fraction(was) - Fraction(now) for was, now in pairs)


def _badness(state: _State, own: IntArray) -> float:
    """Return the result of some rows, the worst first in ascending order."""
    bottom = _total(state.denominator[own])
    if not bottom:
        return 0.0
    level = float(_total(state.numerator[own]) / bottom)
    return -level if state.objective.at_most else level


def _worse(objective: Objective, after: Level, before: Level) -> bool:
    if after.result is None or before.result is None:
        return False
    if objective.at_most and objective.aggregate != "share-of-intervals":
        return after.result > before.result
    return after.result < before.result


def _apply(state: _State, claim: Claim, own: IntArray) -> _State:
    if claim.relief.remedy == "exclude-period":
        none = np.zeros(len(own), dtype=object)
        return state.changed(own, none, none, none)
    return _without_surplus(state, claim, own)


def _without_surplus(state: _State, claim: Claim, own: IntArray) -> _State:
    """Take the contacts above the cap out of the rows of a period, as the claim attributes them."""
    assert claim.cap is not None and claim.offered is not None
    offered, top, bottom = (
        _total(values[own]) for values in (state.offered, state.numerator, state.denominator)
    )
    # Rows of the period outside this window or objective bear their share of the surplus.
    portion = Fraction(int(state.original[own].sum()), claim.offered)
    surplus = offered - claim.cap * portion
    if surplus <= 0 or state.objective.metric == "backlog":
        return state
    share = surplus / offered
    left_top, left_bottom = top * (1 - share), bottom * (1 - share)
    if claim.relief.attribute == "late-first" and state.objective.metric != "asa":
        left_bottom = max(bottom - surplus, Fraction(0))
        if state.objective.at_most:
            left_top = max(top - surplus, Fraction(0))
        else:
            left_top = min(top, left_bottom)
    numerator = _times(state.numerator[own], left_top / top if top else Fraction(0))
    denominator = _times(state.denominator[own], left_bottom / bottom if bottom else Fraction(0))
    if state.objective.aggregate == "mean-of-intervals" and not state.objective.at_most:
        numerator = np.minimum(numerator, denominator)
    return state.changed(own, numerator, denominator, _times(state.offered[own], 1 - share))
