"""Rows that were left out of a score, each with the rule that leaves it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas._libs import NaTType

from erlangplan.sla.findings import Finding, start_of
from erlangplan.sla.scope import Scope

__all__ = ["left_out", "stacked"]

IntArray = NDArray[np.int64]


def left_out(scope: Scope, findings: Sequence[Finding]) -> pd.DataFrame:
    """Return rows that do not count, and contacts that reliefs took out of some objective.

    Returns
    -------
    pandas.DataFrame
        objective (empty: all), window (its start), row (of the file), start, queue, rule,
        contacts (offered ones that were left out).
    """
    relieved = (_relieved(scope, finding) for finding in findings if finding.applied)
    return stacked([_outside(scope), *relieved])


def stacked(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return frames one below the other; of empty ones the first."""
    every = list(frames)
    held = [frame for frame in every if len(frame)]
    if not held:
        return every[0] if every else pd.DataFrame()
    return pd.concat(held, ignore_index=True) if len(held) > 1 else held[0]


def _rows(
    scope: Scope, objective: str, window: pd.Timestamp | NaTType, at: IntArray, local: IntArray,
    rule: str, contacts: list[float],
) -> pd.DataFrame:  # fmt: skip
    actuals = scope.actuals
    return pd.DataFrame({
        "objective": objective, "window": window, "row": actuals.row[at],
        "start": [start_of(int(tick)) for tick in local],
        "queue": [actuals.names[code] for code in actuals.queue[at]], "rule": rule,
        "contacts": contacts,
    })  # fmt: skip


def _outside(scope: Scope) -> pd.DataFrame:
    """Return the rows that the contract is not about, each by the first rule that leaves it out."""
    parts, before = [], np.zeros(len(scope.at), dtype=bool)
    for rule, mask in scope.outside.items():
        rows = np.flatnonzero(mask & ~before)
        before |= mask
        at = scope.at[rows]
        held = scope.actuals.counts.get("offered", np.ones(len(scope.actuals), np.int64))[at]
        parts.append(_rows(scope, "", pd.NaT, at, scope.local[rows], rule, held.tolist()))
    none = np.empty(0, np.int64)
    return stacked(parts) if parts else _rows(scope, "", pd.NaT, none, none, "", [])


def _relieved(scope: Scope, finding: Finding) -> pd.DataFrame:
    parts = []
    for each in finding.applied:
        relief = each.claim.relief
        rule = f"{relief.id} ({relief.remedy}): {each.claim.ground}"
        held = np.array([float(part) for part in each.removed])
        some = held > 0
        window, taken = start_of(finding.begin), held[some].tolist()
        parts.append(_rows(scope, finding.objective.id, window, each.at[some], each.local[some],
                           rule, taken))  # fmt: skip
    return stacked(parts)
