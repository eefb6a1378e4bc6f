"""Metrics that are judged from sheets of samples: quality, first-call resolution, accuracy."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd

from erlangplan.errors import Fault, InputError, nearest
from erlangplan.sla.calendar import DAY, window_begins
from erlangplan.sla.claims import moments
from erlangplan.sla.columns import sampled
from erlangplan.sla.findings import Finding, is_finished, verdict_of
from erlangplan.sla.model import Contract

__all__ = ["sampled_findings", "wilson"]

_Z = 1.96


def wilson(good: float, counted: float) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share.

    References
    ----------
    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.
    doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> [round(edge, 3) for edge in wilson(54, 60)]
    [0.799, 0.953]
    """
    if not counted > 0:
        return math.nan, math.nan
    share, weight = good / counted, _Z**2 / counted
    middle = (share + weight / 2) / (1 + weight)
    half = _Z * math.sqrt(share * (1 - share) / counted + weight / (4 * counted)) / (1 + weight)
    return min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)


def sampled_findings(
    contract: Contract, manual: pd.DataFrame | None, last: int
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return the findings of the objectives that are judged from samples, and remarks.

    Parameters
    ----------
    contract
        What is promised.
    manual
        Columns date, objective, good and counted, indexed by the rows of the file; or None.
    last
        Last time that the actuals reach [us].

    Raises
    ------
    InputError
        If an objective is unknown, or a row holds more good ones than were counted.
    """
    asked = [each for each in contract.objectives if sampled(each)]
    if not asked:
        return (), ()
    if manual is None:
        names = ", ".join(each.id for each in asked)
        return (), (
            f"{names}: not judged, because no sheet of samples was given (manual=, --manual)",
        )
    _refuse(contract, manual)
    local = moments(manual["date"], contract)
    last = max(last, int(local.max(initial=0)))
    found: list[Finding] = []
    said: list[str] = []
    for objective in asked:
        mine = (manual["objective"].astype(str).str.strip() == objective.id).to_numpy()
        begins = window_begins(local, objective.window, contract.month_starts_on)
        if not mine.any():
            said.append(f"{objective.id}: no samples")
        for begin in np.unique(begins[mine]).tolist():
            rows = manual[mine & (begins == begin)]
            good, counted = int(rows["good"].sum()), int(rows["counted"].sum())
            share = Fraction(good, counted) if counted else None
            verdict = verdict_of(objective, share, Fraction(counted), sample=True)
            low, high = wilson(good, counted)
            done = is_finished(contract, objective, begin, last, DAY)
            found.append(Finding(objective, begin, Fraction(good), Fraction(counted), share, share,
                                 verdict, done, low, high))  # fmt: skip
    return tuple(found), tuple(said)


def _refuse(contract: Contract, manual: pd.DataFrame) -> None:
    columns = ("date", "objective", "good", "counted")
    if missing := [name for name in columns if name not in manual]:
        raise InputError(f"samples need the columns {', '.join(columns)}; {missing[0]} is missing")
    ids = [each.id for each in contract.objectives if sampled(each)]
    faults = []
    numbers = manual[["good", "counted"]].apply(pd.to_numeric, errors="coerce")
    for row, name, good, counted in zip(
        manual.index,
        manual["objective"].astype(str),
        numbers["good"],
        numbers["counted"],
        strict=True,
    ):
        if name.strip() not in ids:
            expected = f"expected an objective that is judged from samples; {nearest(name, ids)}"
            faults.append(Fault(expected, int(row), "objective", name))
        elif not (0 <= good <= counted < math.inf and good % 1 == counted % 1 == 0):
            faults.append(Fault("expected whole numbers, good from 0 to counted", int(row), "good",
                                f"{good:g} of {counted:g}"))  # fmt: skip
    if faults:
        raise InputError("the samples cannot be used", faults=faults)
