"""The optimiser on plain arrays, against every choice there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erlangplan.windows.cheapest import cheapest_steps, most_gain
from erlangplan.windows.hulls import hull_sides

Curves = list[list[float]]
STEPS = st.lists(st.integers(-3, 9), min_size=0, max_size=4)


def flat(curves: Curves) -> tuple[np.ndarray, np.ndarray]:
    edges = np.r_[0, np.cumsum([len(curve) for curve in curves])].astype(np.int64)
    return np.concatenate([np.asarray(curve, dtype=float) for curve in curves]), edges


def every_choice(curves: Curves, price: np.ndarray) -> list[tuple[float, float]]:
    """Return cost and gain of all choices of steps."""
    found = []
    for steps in product(*(range(len(curve)) for curve in curves)):
        gain = sum(curve[step] - curve[0] for curve, step in zip(curves, steps, strict=True))
        found.append((float(price @ steps), gain))
    return found


@st.composite
def problems(draw: st.DrawFn, same_price: bool) -> tuple[Curves, np.ndarray]:
    curves = [np.cumsum([0, *draw(STEPS)]).tolist() for _ in range(draw(st.integers(1, 4)))]
    rates = st.just(2.0) if same_price else st.sampled_from([1.0, 1.5, 2.0, 3.25])
    return curves, np.array([draw(rates) for _ in curves])


@pytest.mark.parametrize("same_price", [True, False])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_choice_costs_less_than_the_bound(data: st.DataObject, same_price: bool) -> None:
    curves, price = data.draw(problems(same_price))
    need = float(data.draw(st.integers(0, 30)))
    values, edges = flat(curves)
    found = cheapest_steps(values, edges, hull_sides(values, edges), price, need)
    enough = [cost for cost, gain in every_choice(curves, price) if gain >= need]
    if not enough:
        assert found is None
        return
    assert found is not None
    assert found.bound <= min(enough) + 1e-9
    assert values[edges[:-1] + found.steps].sum() - values[edges[:-1]].sum() >= need - 1e-9
    # A leap that no hull can take in part may cost whole steps more, and never the whole of it.
    leap = max(len(curve) for curve in curves) * price.max()
    assert float(price @ found.steps) <= min(enough) + leap


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(0, 50), max_size=5), min_size=1, max_size=4), st.data())
def test_concave_curves_at_one_price_are_solved_exactly(rises: Curves, data: st.DataObject) -> None:
    curves: Curves = [np.cumsum([0, *sorted(rise, reverse=True)]).tolist() for rise in rises]
    price = np.full(len(curves), 0.5)
    values, edges = flat(curves)
    need = float(data.draw(st.integers(0, int(sum(curve[-1] for curve in curves)))))
    found = cheapest_steps(values, edges, hull_sides(values, edges), price, need)
    best = min(cost for cost, gain in every_choice(curves, price) if gain >= need)
    assert found is not None
    assert float(price @ found.steps) == found.bound == best


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_choice_within_the_budget_gains_more_than_the_bound(data: st.DataObject) -> None:
    curves, price = data.draw(problems(same_price=False))
    budget = data.draw(st.floats(0, 12))
    values, edges = flat(curves)
    found = most_gain(values, edges, hull_sides(values, edges), price, budget)
    # A sum of prices may be over the budget by a rounding error, so the best has two sides.
    best, most = (max(gain for cost, gain in every_choice(curves, price) if cost <= limit)
                  for limit in (budget, budget + 1e-9))  # fmt: skip
    gain = values[edges[:-1] + found.steps].sum() - values[edges[:-1]].sum()
    assert float(price @ found.steps) <= budget + 1e-9
    assert gain <= most + 1e-9
    assert best <= found.bound + 1e-9


def test_a_leap_is_passed_over_where_single_steps_are_cheaper() -> None:
    # The hull's best side is a leap of ten steps for 100; three single steps gain the 2 needed.
    curves = [[0.0, *[0.0] * 9, 100.0], [0.0, 0.9, 1.8, 2.7]]
    values, edges = flat(curves)
    found = cheapest_steps(values, edges, hull_sides(values, edges), np.ones(2), 2.0)
    assert found is not None
    assert found.steps.tolist() == [0, 3]


def test_an_exchange_mends_what_prices_cannot() -> None:
    # By price the first row comes first, and then a second step is needed: 5. The other costs 3.
    curves = [[0.0, 3.0, 4.0], [0.0, 3.9]]
    values, edges = flat(curves)
    found = cheapest_steps(values, edges, hull_sides(values, edges), np.array([2.0, 3.0]), 3.5)
    assert found is not None
    assert found.steps.tolist() == [0, 1]


def test_hulls_of_many_curves_are_those_of_each() -> None:
    generator = np.random.default_rng(7)
    curves = [generator.normal(size=size).cumsum().tolist()
              for size in generator.integers(1, 40, size=1500)]  # fmt: skip
    values, edges = flat(curves)
    sides = hull_sides(values, edges)
    for row in range(0, 1500, 50):
        mine, curve = sides.within(row, row + 1), np.array(curves[row])
        top = int(curve.argmax())
        assert mine.end[-1] == top if len(mine.end) else curve.max() == curve[0]
        steps = np.arange(len(curve))
        slopes = mine.gain / (mine.end - mine.begin)
        for begin, slope in zip(mine.begin, slopes, strict=True):
            assert (curve <= curve[begin] + slope * (steps - begin) + 1e-9).all()
