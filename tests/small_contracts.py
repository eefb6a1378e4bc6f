"""Small contracts and small months, easy to check by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import pandas as pd

import erlangplan as ep
from erlangplan.sla.model import (
    Condition,
    Contract,
    Hours,
    Objective,
    Queue,
    Relief,
)

WORKDAYS = tuple(((8 * 3600.0, 18 * 3600.0),) if day < 5 else () for day in range(7))
OFFICE = {"office": Hours("office", WORKDAYS)}


def promise(goal: float = 0.8, **changed: object) -> Objective:
    asked = {"id": "sl", "queues": ("a",), "metric": "service_level", "threshold": 20.0} | changed
    return Objective(goal=goal, **asked)  # type: ignore[arg-type]


def contract(*objectives: Objective, **changed: object) -> Contract:
    names = dict.fromkeys(name for each in objectives for name in each.queues)
    found = Contract(tuple(Queue(name) for name in names), objectives, client="Acme")
    return replace(found, **changed)  # type: ignore[arg-type]


def rows(
    offered: Sequence[int], in_time: Sequence[int], first: str = "2026-03-02 08:00",
    step: str = "30min", **columns: object,
) -> pd.DataFrame:  # fmt: skip
    """Intervals of queue a, everybody answered."""
    starts = pd.date_range(first, periods=len(offered), freq=step)
    counts: Mapping[str, object] = {
        "queue": "a", "start": starts, "offered": offered, "answered": offered,
        "abandoned": 0, "answered_within": in_time, "abandoned_within": 0,
    }  # fmt: skip
    return pd.DataFrame({**counts, **columns})


def forecast(volumes: Sequence[float], first: str = "2026-03-02", step: str = "D") -> pd.DataFrame:
    starts = pd.date_range(first, periods=len(volumes), freq=step)
    return pd.DataFrame({"queue": "a", "start": starts, "volume": volumes, "aht": 240.0})


def over_forecast(share: float = 1.1, **changed: object) -> Relief:
    asked = {"remedy": "exclude-surplus", "per": "day"} | changed
    return Relief("volume", Condition("offered", share, "forecast"), **asked)  # type: ignore[arg-type]


def only(card: ep.Scorecard, objective: str = "sl") -> pd.Series:
    """Return the one row of an objective."""
    mine = card.table[card.table["objective"] == objective]
    assert len(mine) == 1
    return mine.iloc[0]


def exact(card: ep.Scorecard, objective: str = "sl") -> tuple[Fraction | None, Fraction | None]:
    """Return the exact result before and after relief of an objective's only window."""
    (finding,) = [each for each in card.findings if each.objective.id == objective]
    return finding.result, finding.adjusted
