"""Relief: claims applied to the rows of a window, wherever they do not harm who claims them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from erlangplan.sla.claims import Claim
from erlangplan.sla.levels import Amounts, Level, level_of
from erlangplan.sla.measures import Counted
from erlangplan.sla.model import Objective
from erlangplan.sla.scope import Scope

__all__ = ["Applied", "Relieved", "relieve"]

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Applied:
    """A claim that was applied to a window: the rows, and the contacts taken out of each."""

    claim: Claim
    at: NDArray[np.int64]
    local: NDArray[np.int64]
    removed: tuple[Fraction, ...]


@dataclass(frozen=True, eq=False)
class Relieved:
    """A window after relief."""

    level: Level
    applied: tuple[Applied, ...] = ()
    waived: Claim | None = None


@dataclass(frozen=True, eq=False)
class _State:
    """Counts of a window's rows, as far as relief has left them."""

    objective: Objective
    numerator: Amounts
    denominator: Amounts
    offered: Amounts
    instant: NDArray[np.int64]
    original: NDArray[np.int64]

    def level(self) -> Level:
        return level_of(
            self.objective, self.numerator, self.denominator, self.offered, self.instant
        )

    def changed(self, numerator: Amounts, denominator: Amounts, offered: Amounts) -> _State:
        return _State(self.objective, numerator, denominator, offered, self.instant, self.original)


def relieve(scope: Scope, counted: Counted, rows: slice, claims: Sequence[Claim]) -> Relieved:
    """Return what a window comes to after the claims that concern it.

    A claim is left aside where it would make the result worse, so that relief never lowers the
    adjusted result. Whole periods are taken out before surpluses, so that no contact is excused
    twice; within that claims are taken in the order of the contract, those of one relief from
    the period with the worst result on.

    Parameters
    ----------
    scope
        The rows of the contract.
    counted
        The rows of an objective, among them those of the window.
    rows
        The window's rows in `counted`.
    claims
        All claims.
    """
    objective = counted.objective
    place = np.searchsorted(scope.at, counted.at[rows]) if _sorted(scope) else _places(
        scope, counted, rows)  # fmt: skip
    state = _State(objective, counted.numerator[rows], counted.denominator[rows],
                   counted.offered[rows], counted.instant[rows], counted.offered[rows])  # fmt: skip
    raw = state.level()
    masks = [(claim, claim.rows[place]) for claim in claims]
    masks = [(claim, mask) for claim, mask in masks if mask.any()]
    masks.sort(key=lambda pair: pair[0].relief.remedy == "exclude-surplus")
    applied: list[Applied] = []
    best = raw
    for relief in dict.fromkeys(id(claim.relief) for claim, _ in masks):
        own = [(claim, mask) for claim, mask in masks if id(claim.relief) == relief]
        for claim, mask in sorted(own, key=lambda pair: _badness(state, pair[1])):
            if claim.relief.remedy == "waive-window":
                continue
            relieved = _apply(state, claim, mask)
            after = relieved.level()
            if _worse(objective, after, best):
                continue
            taken = _difference(state.offered[mask], relieved.offered[mask])
            if any(taken):
                at, local = counted.at[rows][mask], counted.local[rows][mask]
                applied.append(Applied(claim, at, local, taken))
                state, best = relieved, after
    waived = next((c for c, _ in masks if c.relief.remedy == "waive-window"), None)
    return Relieved(best, tuple(applied), waived)


def _difference(before: Amounts, after: Amounts) -> tuple[Fraction, ...]:
    pairs = zip(before.tolist(), after.tolist(), strict=True)
    return tuple(Fraction(was) - Fraction(now) for was, now in pairs)


def _sorted(scope: Scope) -> bool:
    return bool((np.diff(scope.at) > 0).all())


def _places(scope: Scope, counted: Counted, rows: slice) -> NDArray[np.int64]:
    order = np.argsort(scope.at)
    return np.asarray(order[np.searchsorted(scope.at[order], counted.at[rows])])


def _badness(state: _State, mask: BoolArray) -> float:
    """Return the result of some rows, the worst first in ascending order."""
    bottom = sum(state.denominator[mask].tolist())
    if not bottom:
        return 0.0
    level = float(Fraction(sum(state.numerator[mask].tolist())) / Fraction(bottom))
    return -level if state.objective.at_most else level


def _worse(objective: Objective, after: Level, before: Level) -> bool:
    if after.result is None or before.result is None:
        return False
    if objective.at_most:
        return after.result > before.result
    return after.result < before.result


def _apply(state: _State, claim: Claim, mask: BoolArray) -> _State:
    if claim.relief.remedy == "exclude-period":
        keep = ~mask
        return state.changed(state.numerator * keep, state.denominator * keep, state.offered * keep)
    return _without_surplus(state, claim, mask)


def _without_surplus(state: _State, claim: Claim, mask: BoolArray) -> _State:
    """Take the contacts above the cap out of the rows of a period, as the claim attributes them."""
    assert claim.cap is not None and claim.offered is not None
    offered, top, bottom = (
        Fraction(sum(values[mask].tolist()))
        for values in (state.offered, state.numerator, state.denominator)
    )
    # Rows of the period outside this window or objective bear their share of the surplus.
    portion = Fraction(int(state.original[mask].sum()), claim.offered)
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
    numerator = _scaled(state.numerator, mask, left_top / top if top else Fraction(0))
    denominator = _scaled(state.denominator, mask, left_bottom / bottom if bottom else Fraction(0))
    if state.objective.aggregate == "mean-of-intervals" and not state.objective.at_most:
        numerator = np.minimum(numerator, denominator)
    return state.changed(
        numerator,
        denominator,
        _scaled(state.offered, mask, 1 - share),
    )


def _scaled(values: Amounts, mask: BoolArray, factor: Fraction) -> Amounts:
    found = values.astype(object)
    found[mask] = found[mask] * factor
    return np.asarray(found)
