"""Logs, interval tables and plain counting one by one all come to the same."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import erlangplan as ep
from naive_scores import result
from small_contracts import contract, promise

WAYS = ("count", "ignore", "credit-within-threshold", "exclude-within-threshold", "exclude-short",
        "credit-short")  # fmt: skip
AGGREGATES = ("contacts", "mean-of-intervals", "share-of-intervals")


@st.composite
def logs(draw: st.DrawFn) -> pd.DataFrame:
    size = draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    starts = pd.Timestamp("2026-03-02 08:00") + pd.to_timedelta(rng.integers(0, 9000, size), "s")
    return pd.DataFrame({
        "offered_at": starts, "queue": "a", "handle_seconds": 60,
        "wait_seconds": rng.choice([0, 4.5, 5, 5.5, 19.999, 20, 20.001, 45], size),
        "outcome": rng.choice(["answered", "abandoned", "blocked"], size, p=[0.7, 0.25, 0.05]),
    })  # fmt: skip


def as_intervals(log: pd.DataFrame) -> pd.DataFrame:
    outcome, wait = log["outcome"], log["wait_seconds"]
    counts = log.assign(
        start=log["offered_at"].dt.floor("30min"), offered=1, answered=outcome == "answered",
        abandoned=outcome == "abandoned", blocked=outcome == "blocked",
        answered_within=(outcome == "answered") & (wait <= 20),
        abandoned_within=(outcome == "abandoned") & (wait <= 20),
        abandoned_short=(outcome == "abandoned") & (wait <= 5),
    ).drop(columns=["offered_at", "wait_seconds", "outcome", "handle_seconds"])  # fmt: skip
    return counts.groupby(["queue", "start"], as_index=False).sum()


@settings(deadline=None, max_examples=60)
@given(logs(), st.sampled_from(WAYS), st.sampled_from(AGGREGATES))
def test_three_roads_to_one_number(log: pd.DataFrame, way: str, aggregate: str) -> None:
    asked = contract(promise(0.7, abandons=way, aggregate=aggregate,
                             share=0.5 if aggregate == "share-of-intervals" else None,
                             short_abandon=5.0 if way.endswith("-short") else None))  # fmt: skip
    groups = [
        rows.to_dict("records") for _, rows in log.groupby(log["offered_at"].dt.floor("30min"))
    ]
    expected = result(groups, aggregate, Fraction(7, 10), way, 20.0, 5.0)
    (by_contact,) = ep.score(asked, log).findings
    (by_interval,) = ep.score(asked, as_intervals(log)).findings
    assert by_contact.result == by_interval.result == expected


def test_waits_and_handling_add_up_alike() -> None:
    log = pd.DataFrame({
        "offered_at": pd.date_range("2026-03-02 08:00", periods=4, freq="20min"), "queue": "a",
        "wait_seconds": [10, 20.25, 90, 3], "handle_seconds": [100, 0, 200, 300],
        "outcome": ["answered", "abandoned", "answered", "answered"],
    })  # fmt: skip
    asa = contract(promise(40.0, metric="asa", at_most=True, threshold=None))
    table = pd.DataFrame({"start": ["2026-03-02 08:00"], "queue": ["a"], "offered": [4],
                          "answered": [3], "wait_answered_seconds": [103]})  # fmt: skip
    by_contact, by_interval = (ep.score(asa, each).findings[0].result for each in (log, table))
    assert by_contact == by_interval == Fraction(103, 3)


def test_days_that_are_missing_are_said() -> None:
    days = pd.date_range("2026-03-02", "2026-03-13", freq="B").delete([3])
    frame = pd.DataFrame({"start": days, "queue": "a", "offered": 10, "answered_within": 9})
    notes = ep.score(contract(promise()), frame).notes
    assert [note for note in notes if "no rows" in note] == [
        "queue a has no rows on 1 day: 2026-03-05"]  # fmt: skip
    whole = ep.score(contract(promise()), frame[frame["start"] < "2026-03-05"])
    assert not any("no rows" in note for note in whole.notes)


def test_a_month_whose_first_days_are_missing_is_said_to_begin_late() -> None:
    frame = pd.DataFrame({"start": pd.date_range("2026-03-10", periods=8), "queue": "a",
                          "offered": 10, "answered_within": 9})  # fmt: skip
    notes = ep.score(contract(promise()), frame).notes
    assert "rows of queue a begin on 2026-03-10, after the month from 2026-03-01" in notes
    assert not any("begin on" in n for n in ep.score(contract(promise(window="week")), frame).notes)


@pytest.mark.parametrize("column", ["answered", "abandoned", "answered_within"])
def test_one_cell_changed_is_refused_or_changes_a_number(column: str) -> None:
    frame = pd.DataFrame({"start": pd.date_range("2026-03-02 08:00", periods=3, freq="30min"),
                          "queue": "a", "offered": [10, 20, 30], "answered": [9, 18, 27],
                          "abandoned": [1, 2, 3], "answered_within": [8, 16, 24]})  # fmt: skip
    asked = contract(promise(abandons="ignore"),
                     promise(0.05, id="lost", metric="abandon_rate", at_most=True))  # fmt: skip
    before = ep.score(asked, frame).table["result"].tolist()
    for value in (-1, 7.5, "x", "", None):
        changed = frame.astype(object)
        changed.loc[1, column] = value
        with pytest.raises(ep.InputError, match=rf"row 2, column {column}"):
            ep.score(asked, changed)
    changed = frame.copy()
    changed.loc[1, column] -= 1
    assert ep.score(asked, changed).table["result"].tolist() != before
