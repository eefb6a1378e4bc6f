"""What each service level over a window costs at least."""

from __future__ import annotations

import numpy as np
import pytest

import erlangplan as ep
from plans import one_morning


def starter(queue: str = "Orders") -> ep.Forecast:
    frame = ep.starter_forecast()
    return ep.read_forecast(frame[frame["queue"] == queue])


@pytest.mark.parametrize("way", ["count", "ignore", "exclude-within-threshold"])
def test_each_point_is_the_cheapest_plan_of_its_level(way: str) -> None:
    target = ep.Target(service_level=0.8, threshold=20, abandons=way)
    table = ep.frontier(starter(), target, patience=240, points=8).table
    for _, row in table.iloc[1:].iterrows():
        asked = ep.Target(service_level=row["target"], threshold=20, abandons=way)
        plan = ep.staff(starter(), asked, patience=240, over="week")
        assert plan.total["agent_hours"].iloc[0] == row["agent_hours"]
        assert plan.total["service_level"].iloc[0] == pytest.approx(row["service_level"], abs=1e-9)


def test_the_curve_rises_from_the_floor_with_less_for_each_hour() -> None:
    curve = ep.frontier(starter(), "80/20", patience=240, floor=0.4, points=12)
    table = curve.table
    floor = ep.staff(starter(), "80/20", patience=240, floor=0.4, over="week").table
    assert table["agent_hours"].iloc[0] < floor["agents"].sum() / 2
    assert table["service_level"].iloc[-1] >= 0.99
    for name in ("agent_hours", "service_level"):
        assert table[name].is_monotonic_increasing
    bought = table["contacts_per_hour"].to_numpy()[1:]
    assert (bought[1:] < bought[:-1] * 1.05).all()  # whole agents leave a little noise
    assert bought[0] > 5 * bought[-1]
    volume = starter().volume
    np.testing.assert_allclose(volume / 100 / bought, table["hours_per_point"][1:], rtol=1e-9)
    assert "What each service level over each week costs at least" in curve.summary()
    assert "99.0 %" in curve.summary()


def test_costs_beside_hours() -> None:
    cost = np.full(len(starter().table), 2.5)
    table = ep.frontier(starter(), "80/20", points=4, cost=cost).table
    np.testing.assert_allclose(table["cost"], 2.5 * table["agent_hours"])


def test_few_lines_end_the_curve_early() -> None:
    table = ep.frontier(one_morning([100.0, 140.0]), "80/20", over="day", lines=15, floor=0.2).table
    assert 0.6 < table["service_level"].iloc[-1] < 0.98


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"points": 1}, "points must be a whole number >= 2"),
        ({"over": "interval"}, "over must be one of day"),
    ],
)
def test_arguments_out_of_range(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ep.frontier(one_morning(), "80/20", **given)  # type: ignore[arg-type]
