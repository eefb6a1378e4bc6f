"""Vendors under one formula: scores, pairs by date, and whether a difference could be chance."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.sla.chance import chance_text, paired_difference
from erlangplan.sla.score_wording import gap_text
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


FIRST, OTHER = rows([10, 10, 10, 4], [8, 10, 5, 0]), rows([10, 20, 10, 10], [10, 10, 7, 8])


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        # Of 10 and more contacts: 8/10, 10/10 and 5/10; against 10/10, 10/20, 7/10 and 8/10.
        ("share-of-intervals", 2 / 3 - 2 / 4),
        ("mean-of-intervals", 2.3 / 3 - 3.0 / 4),
        ("contacts", 23 / 34 - 35 / 50),
    ],
)
def test_days_are_compared_by_what_the_objective_adds_up(aggregate: str, expected: float) -> None:
    asked = contract(promise(aggregate=aggregate, share=0.6, min_contacts=5))
    (row,) = ep.compare_vendors(asked, {"n": FIRST, "s": OTHER}).pairs.to_dict("records")
    assert (row["days"], row["difference"]) == (1, pytest.approx(expected))


def test_the_share_of_intervals_is_tested_by_day() -> None:
    # Nine of ten late in one interval of four: the share of intervals is the same every day.
    deep, mild = ([10, 10, 10, late] * 12 for late in (1, 7))
    made = [
        pd.concat(rows([10] * 4, level[4 * day : 4 * day + 4], f"2026-03-{day + 2:02d} 08:00")
                  for day in range(12))
        for level in (deep, mild)
    ]  # fmt: skip
    asked = contract(promise(aggregate="share-of-intervals", share=0.9))
    (row,) = ep.compare_vendors(asked, dict(zip("ns", made, strict=True))).pairs.to_dict("records")
    assert (row["difference"], row["p_value"]) == (0.0, 1.0)


def test_windows_of_an_interval_are_paired_by_day_too() -> None:
    asked = contract(promise(window="interval"))
    (row,) = ep.compare_vendors(asked, {"n": FIRST, "s": OTHER}).pairs.to_dict("records")
    assert (row["days"], row["difference"]) == (1, pytest.approx(23 / 34 - 35 / 50))


def test_files_of_different_days_are_remarked_upon() -> None:
    found = ep.compare_vendors(contract(promise()), {"n": days(90, 90), "s": days(90)})
    (note,) = found.notes
    assert note == ("scores are not of the same days: n 2026-03-02 to 2026-03-03 (2 days), "
                    "s 2026-03-02 to 2026-03-02 (1 day)")  # fmt: skip
    assert note in found.summary()
    assert found.scores["days"].tolist() == [2, 1]
    assert ep.compare_vendors(contract(promise()), {"n": days(90), "s": days(80)}).notes == ()


def test_a_vendor_outside_the_contract_is_told_apart() -> None:
    asked = contract(promise(), effective=dt.date(2026, 3, 3))
    found = ep.compare_vendors(asked, {"n": days(90, 90), "s": days(90)})
    assert found.notes[0].startswith("s: no row of frame counts: they start from 2026-03-02 08:00")
    assert "s no days" in found.notes[1] and "unknown" in found.summary()


def test_the_summary_reads_like_a_report() -> None:
    asked = contract(promise(), promise(30.0, id="wait", metric="asa", at_most=True))
    wide = {"wait_answered_seconds": 100}
    found = ep.compare_vendors(asked, {"n": days(*[80] * 10, **wide),
                                       "s": days(*[40] * 10, **wide)})  # fmt: skip
    text = found.summary()
    assert "800 of 1,000" in text and "at least 80 %" in text and "at most 30 s" in text
    assert "80 %" in text and "staffed" not in text and "0.8" not in text
    assert "p = 0.002 over 10 days" in text


def test_small_chances_and_differences_of_nothing() -> None:
    assert [chance_text(p) for p in (5e-5, 0.001, 0.0496)] == ["< 0.001", "0.001", "0.050"]
    gaps = [gap_text(promise(), gap) for gap in (-1e-9, 0.015, -0.1)]
    assert gaps == ["0.00 points", "+1.50 points", "-10.00 points"]
    assert gap_text(promise(metric="asa"), -0.04) == "0.0 s"


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
