"""Credits, tiers, caps, bonuses, earn-back and chronic failure."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.sla.findings import Finding
from erlangplan.sla.model import Bonus, Chronic, Contract, Credit, EarnBack, Money
from small_contracts import contract, only, promise, rows

FEE = Money(100_000, 0.1)


def months(*in_time: int) -> pd.DataFrame:
    """A hundred contacts on the last day of each month of 2026."""
    starts = pd.date_range("2026-01-31", periods=len(in_time), freq="ME")
    return rows([100] * len(in_time), list(in_time)).assign(start=starts)


def credited(credit: Credit, in_time: int, goal: float = 0.8, **changed: object) -> ep.Scorecard:
    asked = contract(promise(goal), credits=(credit,), money=FEE, **changed)
    return ep.score(asked, months(in_time))


def test_a_share_of_the_amount_at_risk() -> None:
    card = credited(Credit("sl", pool=0.5, allocation=0.4), 79)
    assert only(card)["credit"] == 2000
    assert card.credits["words"][0] == (
        "100,000 a month x 10 % at risk x 50 % pool x 40 % allocation = 2,000"
    )


def test_each_point_or_part_of_one() -> None:
    asked = contract(promise(0.9), credits=(Credit("sl", per_point=2000.0),))
    card = ep.score(asked, rows([1000], [873]))
    assert only(card)["credit"] == 6000
    assert "2.7 points below, 3 begun x 2,000 = 6,000" in card.credits["words"][0]


@pytest.mark.parametrize(("in_time", "amount"), [(900, 0), (890, 2000), (889, 4000), (880, 4000)])
def test_a_whole_point_is_not_a_begun_one_more(in_time: int, amount: float) -> None:
    asked = contract(promise(0.9), credits=(Credit("sl", per_point=2000.0),))
    assert only(ep.score(asked, rows([1000], [in_time])))["credit"] == amount


def test_points_above_a_limit_of_abandonment_and_its_cap() -> None:
    lost = promise(0.05, metric="abandon_rate", at_most=True, threshold=None)
    asked = contract(lost, credits=(Credit("sl", per_point=2000.0, cap=6000.0),))
    frame = rows([100], [50], answered=[90], abandoned=[10])
    card = ep.score(asked, frame)
    assert only(card)["credit"] == 6000 and "capped at 6,000" in card.credits["words"][0]


@pytest.mark.parametrize(("in_time", "amount"), [(79, 1000), (78, 3000), (75, 5000), (10, 5000)])
def test_tiers(in_time: int, amount: float) -> None:
    card = credited(Credit("sl", tiers=((0.0, 1000.0), (2.0, 3000.0), (5.0, 5000.0))), in_time)
    assert only(card)["credit"] == amount


def test_credits_of_a_month_stay_within_the_amount_at_risk() -> None:
    other = promise(0.9, id="strict")
    asked = contract(promise(), other, money=FEE,
                     credits=(Credit("sl", share=0.8), Credit("strict", share=0.5)))  # fmt: skip
    card = ep.score(asked, months(70, 70))
    assert card.table["credit"].tolist() == [8000, 8000, 2000, 2000]
    assert card.credits["words"].str.contains("cut to 2,000 by the 10,000 at risk").sum() == 2


def test_a_quarter_is_worth_three_months() -> None:
    asked = contract(promise(window="quarter"), money=FEE, credits=(Credit("sl", share=1.0),),
                     bonuses=(Bonus("sl", 0.95, share=0.05),))  # fmt: skip
    assert only(ep.score(asked, months(70, 70, 70)))["credit"] == 30_000
    assert only(ep.score(asked, months(95, 95, 95)))["bonus"] == 15_000


def test_a_bonus_and_its_cap() -> None:
    asked = contract(promise(), money=FEE, bonuses=(Bonus("sl", 0.88, share=0.05, cap=4000.0),))
    assert ep.score(asked, months(87, 88)).table["bonus"].tolist() == [0, 4000]


def test_a_shortfall_of_intervals_is_in_points_whichever_way_the_goal_points() -> None:
    asked = promise(
        0.05, metric="abandon_rate", at_most=True, aggregate="share-of-intervals", share=0.9
    )
    late = Finding(asked, 0, Fraction(7), Fraction(10), Fraction(7, 10), Fraction(7, 10), "missed")
    assert late.shortfall == Fraction(1, 5)
    asked = contract(asked, credits=(Credit("sl", per_point=10.0),), money=FEE)
    table = rows([10] * 10, [10] * 10).assign(
        answered=9, answered_within=9, abandoned=[1] * 7 + [0] * 3
    )
    (words,) = ep.score(asked, table.assign(answered=10 - table["abandoned"])).credits["words"]
    assert words.startswith("target 90 %, result 30 %: 60 points below, 60 begun")


def test_half_comes_back_after_six_months_met_in_a_row() -> None:
    credit = Credit("sl", share=0.2, earn_back=EarnBack(6, 0.5))
    asked = contract(promise(), money=FEE, credits=(credit,))
    early = ep.score(asked, months(70, 80, 80, 80, 80, 80))
    assert early.credits["earned_back"].tolist() == [0]
    assert "1 more months met in a row" in early.credits["words"][0]
    late = ep.score(asked, months(70, 80, 80, 80, 80, 80, 80))
    assert late.credits["earned_back"].tolist() == [1000]
    broken = ep.score(asked, months(70, 80, 80, 80, 70, 80, 80, 80))
    assert broken.credits["earned_back"].tolist() == [0, 0]


def chronic(rule: Chronic, *in_time: int) -> pd.Series:
    asked: Contract = contract(promise(), chronic=rule)
    return ep.score(asked, months(*in_time)).chronic.iloc[0]


def test_months_left_before_chronic_failure() -> None:
    rule = Chronic(3, (5, 12))
    assert chronic(rule, 70, 70)["left"] == 1
    assert chronic(rule, 70, 80, 70, 80, 70, 80, 70, 80)["left"] == 1
    assert chronic(rule, 80, 80)["left"] == 3
    triggered = chronic(rule, 70, 70, 70, 80)
    assert triggered["left"] == 0 and triggered["since"] == pd.Timestamp("2026-03-01")


def test_a_month_under_way_is_neither_missed_nor_met_for_good() -> None:
    asked = contract(promise(), chronic=Chronic(1), credits=(Credit("sl", per_point=10.0),))
    card = ep.score(asked, rows([100], [50]))
    assert card.chronic["since"].isna().all() and not only(card)["finished"]
    assert only(card)["credit"] == 300 and "as it stands" in card.summary()
