"""Scoring 400 contracts over a month of half-hours, beside pandas' own reading of that CSV."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.sla.model import Contract, Credit, Money, Objective, Queue

QUEUES, INTERVALS = 400, 31 * 48


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(7)
    starts = pd.date_range("2026-01-01", periods=INTERVALS, freq="30min").strftime("%Y-%m-%dT%H:%M")
    offered = rng.poisson(30, QUEUES * INTERVALS)
    abandoned = rng.binomial(offered, 0.05)
    answered = offered - abandoned
    path = tmp_path_factory.mktemp("sla") / "month.csv"
    pd.DataFrame({
        "start": np.tile(starts, QUEUES),
        "queue": np.repeat([f"client-{n:03d}" for n in range(QUEUES)], INTERVALS),
        "offered": offered, "answered": answered, "abandoned": abandoned,
        "answered_within": rng.binomial(answered, 0.83),
        "abandoned_within": rng.binomial(abandoned, 0.3),
    }).to_csv(path, index=False)  # fmt: skip
    return path


def signed(number: int) -> Contract:
    name = f"client-{number:03d}"
    level = Objective("sl", (name,), "service_level", 0.8, threshold=20.0)
    lost = Objective("lost", (name,), "abandon_rate", 0.05, at_most=True)
    return Contract((Queue(name),), (level, lost), client=name, time_zone="Europe/Berlin",
                    money=Money(100_000.0, 0.1), credits=(Credit("sl", share=0.2),))  # fmt: skip


def scored(path: Path) -> list[pd.DataFrame]:
    actuals = ep.read_contract_actuals(path)
    return [ep.score(signed(number), actuals).table for number in range(QUEUES)]


def test_400_contracts_are_scored_in_ten_times_the_reading(month: Path) -> None:
    assert ep.score and ep.read_contract_actuals  # Imported before the clock runs, as pandas is.
    begun = time.perf_counter()
    frame = pd.read_csv(month)
    read = time.perf_counter()
    tables = scored(month)
    done = time.perf_counter()
    own = frame[frame["queue"] == "client-007"]
    row = tables[7].iloc[0]
    assert (row["in_time"], row["counted"]) == (own["answered_within"].sum(), own["offered"].sum())
    assert len(frame) == 595_200 and len(tables) == QUEUES
    assert done - read <= 10 * (read - begun)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 * 1024**2
