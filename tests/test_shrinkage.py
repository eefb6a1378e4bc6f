from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import erlangplan as ep

LEAVE = {"name": "leave", "share": 0.10}
SICK = {"name": "sickness", "share": "5%"}
BREAKS = {"name": "breaks", "share": 0.20, "of": "present", "in_schedule": True}


@pytest.mark.parametrize(("agents", "people"), [(21, 30), (42, 60), (0, 0), (7, 10), (8, 12)])
def test_thirty_percent_adds_exactly(agents: int, people: int) -> None:
    assert ep.add_shrinkage(agents, 0.3) == people
    assert ep.add_shrinkage(agents, "30%") == people


def test_rounds_up_not_to_nearest() -> None:
    assert ep.add_shrinkage(4, 0.35) == 7


def test_taking_off_is_the_inverse_of_adding() -> None:
    assert ep.remove_shrinkage([30, 60], 0.3).tolist() == [21.0, 42.0]


@given(st.integers(0, 10**6), st.integers(0, 999))
def test_people_are_the_fewest_that_leave_enough(agents: int, thousandths: int) -> None:
    people = ep.add_shrinkage(agents, thousandths / 1000)
    remaining = 1 - Fraction(thousandths, 1000)
    assert people * remaining >= agents
    assert people == 0 or (people - 1) * remaining < agents


def test_paid_parts_add_and_present_parts_multiply() -> None:
    chain = ep.Settings().changed(shrinkage=[LEAVE, SICK, BREAKS]).shrinkage
    assert chain.total == pytest.approx(1 - 0.85 * 0.80, abs=1e-15)
    assert str(chain) == "32 % = 1 - (1 - 10 % leave - 5 % sickness) x (1 - 20 % breaks)"
    assert ep.add_shrinkage(68, chain) == 100


@pytest.mark.parametrize("share", [1, 1.3, -0.1, math.nan, 30])
def test_a_share_outside_0_to_1_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=r"shrinkage must be in \[0, 1\)"):
        ep.add_shrinkage(10, share)


def test_a_bare_thirty_is_refused_with_both_readings() -> None:
    with pytest.raises(ValueError, match="30% or 0.3"):
        ep.add_shrinkage(10, "30")


def test_parts_that_leave_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match=r"must be in \[0, 1\)"):
        ep.add_shrinkage(10, [{"name": "a", "share": 0.5}, {"name": "b", "share": 0.5}])


def test_shape_is_kept() -> None:
    assert ep.add_shrinkage(np.array([[1, 2], [3, 4]]), 0.5).tolist() == [[2, 4], [6, 8]]


@pytest.mark.parametrize("share", [0.1 + 0.2, 1 - 0.7, np.float32(0.3), np.float64(0.3)])
def test_shares_that_were_computed_are_exact_too(share: float) -> None:
    assert ep.add_shrinkage([21, 42, 70], share).tolist() == [30, 60, 100]
    assert ep.add_shrinkage(1, 5 / 6) == 6
