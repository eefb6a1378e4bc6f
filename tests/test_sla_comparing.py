"""Vendors under one formula: scores, pairs by date, and whether a difference could be chance."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.sla.chance import paired_difference
from small_contracts import contract, promise, rows


def days(*in_time: int, **columns: object) -> pd.DataFrame:
    return rows([100] * len(in_time), list(in_time), step="D", **columns)


def test_vendors_stand_side_by_side_under_one_formula() -> None:
    asked = contract(promise(), promise(0.5, id="low"))
    found = ep.compare_vendors(asked, {"north": days(90, 70), "south": days(60, 65)},
                               weights={"sl": 3.0, "low": 1.0})  # fmt: skip
    table = found.table.set_index(["objective", "vendor"])
    assert table.loc[("sl", "north"), "result"] == 0.8
    assert table.loc[("sl", "south"), ["met", "missed"]].tolist() == [0, 1]
    assert found.scores["score"].tolist() == [1.0, 0.25]


def test_under_ten_days_nothing_is_claimed() -> None:
    found = ep.compare_vendors(contract(promise()), {"n": days(*[99] * 9), "s": days(*[10] * 9)})
    (row,) = found.pairs.to_dict("records")
    assert row["words"] == "too few days to tell (9, at least 10 are needed)"
    assert np.isnan(row["p_value"]) and row["difference"] == pytest.approx(0.89)


def test_days_are_paired_by_date() -> None:
    rng = np.random.default_rng(1)
    level = rng.integers(40, 90, 20)
    better, worse = days(*(level + 3)), days(*level)
    later = worse.assign(start=worse["start"] + pd.Timedelta(days=5))
    found = ep.compare_vendors(contract(promise()), {"n": better, "s": worse, "late": later})
    pairs = found.pairs.set_index(["vendor", "other"])
    assert pairs.loc[("n", "s"), "p_value"] < 0.001 and pairs.loc[("n", "s"), "days"] == 20
    assert pairs.loc[("n", "late"), "days"] == 15
    assert "n 3 points above s by day on average; hardly chance" in found.summary()


def test_a_large_volume_does_not_make_noise_a_difference() -> None:
    # 2,000 contacts a day would make a binomial test of contacts see a difference here.
    swing = np.array([100, -100] * 10)
    first = rows([2000] * 20, list(1600 + swing + 15), step="D")
    second = rows([2000] * 20, list(1600 - swing), step="D")
    found = ep.compare_vendors(contract(promise()), {"n": first, "s": second})
    assert found.pairs["words"].str.startswith("may be chance").all()


def test_all_signs_are_tried_where_they_can_be() -> None:
    rng = np.random.default_rng(2)
    gaps = rng.normal(0.3, 1, 10)
    sums = [abs(np.dot(signs, gaps)) for signs in itertools.product((1, -1), repeat=10)]
    expected = np.mean(np.array(sums) >= abs(gaps.sum()) - 1e-9)
    assert paired_difference(gaps, np.zeros(10)).p_value == pytest.approx(expected)


def test_many_days_come_near_the_test_of_all_signs() -> None:
    gaps = np.random.default_rng(3).normal(0.3, 1, 16)
    sums = np.array(list(itertools.product((1.0, -1.0), repeat=16))) @ gaps
    expected = (np.abs(sums) >= abs(gaps.sum()) - 1e-9).mean()
    assert paired_difference(gaps, np.zeros(16)).p_value == pytest.approx(expected, abs=0.01)


def test_adequately_staffed_intervals() -> None:
    enough = days(90, 90, 90, 90, staffed=[5, 5, 4.5, 6], required=[5, 6, 4.5, 5])
    found = ep.compare_vendors(contract(promise()), {"n": enough, "s": days(80)})
    assert found.scores["staffed"].iloc[0] == 0.75 and np.isnan(found.scores["staffed"].iloc[1])


def test_a_trend_over_windows() -> None:
    found = ep.compare_vendors(contract(promise(window="day")),
                               {"n": days(80, 82, 84), "s": days(80, 80)})  # fmt: skip
    assert found.table["trend"].iloc[0] == pytest.approx(0.02)
    assert np.isnan(found.table["trend"].iloc[1])


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two vendors, got 1"):
        ep.compare_vendors(contract(promise()), {"n": days(1)})
    with pytest.raises(ValueError, match="weights must be of sl, got 'x'"):
        ep.compare_vendors(contract(promise()), {"n": days(1), "s": days(1)}, weights={"x": 1.0})
