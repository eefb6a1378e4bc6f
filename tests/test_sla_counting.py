"""One formula, one number: ways of counting, ways of adding up, comparison without rounding."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import erlangplan as ep
from erlangplan.sla.counting import exact, level, meets, ratio
from erlangplan.sla.findings import verdict_of
from small_contracts import contract, only, promise, rows

DATA = Path(__file__).parent / "data" / "service_level_published.csv"
MONTH = {"answered": 1000, "answered_within": 860, "abandoned": 60, "abandoned_within": 20,
         "abandoned_short": 10, "offered": 1060}  # fmt: skip
# The same month by each way, as DESIGN's published check has it.
BY_WAY = {
    "count": 0.8113, "ignore": 0.8600, "credit-within-threshold": 0.8302,
    "exclude-within-threshold": 0.8269, "exclude-short": 0.8190, "credit-short": 0.8208,
}  # fmt: skip


def asked(way: str) -> object:
    short = 5.0 if way.endswith("-short") else None
    return promise(abandons=way, short_abandon=short)


@pytest.mark.parametrize("way", BY_WAY)
def test_one_month_counted_each_way(way: str) -> None:
    assert float(level(asked(way), MONTH)) == pytest.approx(BY_WAY[way], abs=5e-5)


@pytest.mark.parametrize("way", BY_WAY)
def test_a_file_gives_what_the_formula_gives(way: str) -> None:
    frame = rows([1060], [860]).assign(**MONTH)
    card = ep.score(contract(asked(way)), frame)
    assert only(card)["result"] == pytest.approx(BY_WAY[way], abs=5e-5)
    assert card.findings[0].result == level(asked(way), MONTH)


def test_published_service_levels() -> None:
    lines = [line for line in DATA.read_text().splitlines() if not line.startswith("#")]
    published = list(csv.DictReader(lines))
    assert len(published) == 3
    for row in published:
        short = float(row["short"]) if row["short"] else None
        counts = {name: int(row[name]) for name in ("answered", "abandoned", "answered_within",
                  "abandoned_within", "abandoned_short") if row[name]}  # fmt: skip
        result = level(promise(abandons=row["way"], short_abandon=short), counts)
        assert float(100 * result) == pytest.approx(
            float(row["percent"]), abs=float(row["tolerance"])
        )


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [
        ("contacts", Fraction(242, 310)),
        ("mean-of-intervals", Fraction(37, 60)),
        ("share-of-intervals", Fraction(1, 3)),
    ],
)
def test_three_ways_to_add_up_intervals(aggregate: str, expected: Fraction) -> None:
    share = 0.75 if aggregate == "share-of-intervals" else None
    frame = rows([100, 10, 200], [90, 2, 150])
    card = ep.score(contract(promise(aggregate=aggregate, share=share)), frame)
    assert card.findings[0].result == expected
    assert only(card)["verdict"] == "missed"


def test_thin_intervals_are_not_judged() -> None:
    frame = rows([100, 9, 10], [90, 0, 8])
    asked = promise(aggregate="share-of-intervals", share=0.75, min_contacts=10)
    row = only(ep.score(contract(asked), frame))
    assert (row["counted"], row["in_time"], row["verdict"]) == (2, 2, "met")


def test_refined_abandonment() -> None:
    plain = promise(0.05, metric="abandon_rate", at_most=True, threshold=None)
    refined = promise(0.05, metric="abandon_rate", at_most=True, threshold=None, short_abandon=5.0)
    assert level(plain, MONTH) == Fraction(60, 1060)
    assert level(refined, MONTH) == Fraction(50, 1050)
    assert not meets(plain, Fraction(60, 1060)) and meets(refined, Fraction(50, 1050))


def test_speed_of_answer_is_that_of_answered_contacts() -> None:
    asa = promise(30, metric="asa", at_most=True, threshold=None)
    frame = rows([10, 10], [9, 9], answered=[8, 10], abandoned=[2, 0],
                 wait_seconds=[500, 100], wait_answered_seconds=[400.5, 100])  # fmt: skip
    frame = frame.drop(columns=["answered_within", "abandoned_within"])
    row = only(ep.score(contract(asa), frame))
    assert row["result"] == pytest.approx(500.5 / 18) and row["verdict"] == "met"


def test_nothing_counted_is_neither_nought_nor_all() -> None:
    row = only(ep.score(contract(promise()), rows([0, 0], [0, 0])))
    assert row["verdict"] == "no contacts" and pd.isna(row["result"]) and pd.isna(row["margin"])


def test_a_verdict_never_turns_on_a_floats_last_digit() -> None:
    # 0.07 * 100 is 7.000000000000001 and 0.29 * 100 is 28.999999999999996.
    for goal, in_time in ((0.07, 7), (0.29, 29), (0.57, 57), (0.9, 90)):
        assert only(ep.score(contract(promise(goal)), rows([100], [in_time])))["verdict"] == "met"
        row = only(ep.score(contract(promise(goal)), rows([10**9], [in_time * 10**7 - 1])))
        assert row["verdict"] == "missed"
    assert 100 * (exact(0.9) - exact(0.873)) == Fraction(27, 10)


def test_a_way_that_only_predicts_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match="to be measured"):
        ratio(promise(abandons="virtual"))


def test_worked_numbers_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ValueError, match="answered_within must be at most answered"):
        level(promise(), {"offered": 10, "answered": 5, "answered_within": 6})
    with pytest.raises(ValueError, match="needs answered_within"):
        level(promise(), {"offered": 10})


@given(st.integers(1, 10**7), st.data())
def test_the_goal_itself_is_met(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    share = Fraction(part, whole)
    assert verdict_of(promise(float(f"{part / whole:.9g}")), exact(float(f"{part / whole:.9g}")),
                      Fraction(whole)) == "met"  # fmt: skip
    assert verdict_of(promise(0.5), share, Fraction(whole)) == ("met" if 2 * part >= whole
                                                               else "missed")  # fmt: skip
