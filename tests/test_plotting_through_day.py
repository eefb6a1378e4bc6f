"""Pictures of a day of the queue carried over, and of what agent hours buy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.image import imread
from matplotlib.patches import StepPatch

import erlangplan as ep
from erlangplan.plotting import plot_carried, plot_frontier, plot_requirement
from erlangplan.plotting.canvas import new_figure
from erlangplan.plotting.through_day import most_changed


def forecast(tz: str | None = None) -> ep.Forecast:
    """Return two days of two queues; only the rush of the busy one's second day falls steeply."""
    days = [pd.date_range(f"2026-03-0{day} 09:00", periods=10, freq="30min", tz=tz)
            for day in (2, 3)]  # fmt: skip
    start = days[0].append(days[1])
    even = [60.0] * 10
    parts = [
        pd.DataFrame({"queue": "busy", "start": start, "volume": even + [110.0] * 5 + [20.0] * 5}),
        pd.DataFrame({"queue": "calm", "start": start, "volume": [10.0] * 20}),
    ]
    return ep.read_forecast(pd.concat(parts).assign(aht=300.0))


@pytest.fixture(scope="module")
def given() -> ep.Evaluation:
    return ep.evaluate(forecast(), {"busy": 16, "calm": 4}, "80/20", method="carry-over")


def steps(ax: Axes) -> dict[str, StepPatch]:
    found = [patch for patch in ax.patches if isinstance(patch, StepPatch)]
    return {str(patch.get_label()): patch for patch in found}


def values(ax: Axes, label: str) -> np.ndarray:
    return np.asarray(steps(ax)[label].get_data().values)


def test_it_draws_the_day_that_differs_most(given: ep.Evaluation) -> None:
    assert most_changed(given) == ("busy", pd.Timestamp("2026-03-03"))
    ax = plot_carried(given)
    assert ax.get_title(loc="left") == "busy, Tuesday 3 March"
    rows = given.table[(given.table["queue"] == "busy") & (given.table["start"].dt.day == 3)]
    np.testing.assert_allclose(values(ax, "what happens"), 100 * rows["service_level"])
    np.testing.assert_allclose(
        values(ax, "stationary formulas say"), 100 * rows["service_level_stationary"]
    )
    missed = values(ax, "below the target")
    assert np.isfinite(missed).tolist() == (rows["service_level"] < 0.8).tolist()
    assert any("target\n80 %" in text.get_text() for text in ax.texts)


def test_the_agents_stand_below_on_the_same_times(given: ep.Evaluation) -> None:
    ax = plot_carried(given, queue="calm", day="2026-03-02")
    upper, lower = ax.figure.axes
    assert upper is ax and lower.get_position().y1 <= ax.get_position().y0
    assert ax.get_xlim() == lower.get_xlim()
    filled = next(patch for patch in lower.patches if isinstance(patch, StepPatch))
    assert set(filled.get_data().values) == {4.0}
    assert "below the target" not in steps(ax)


def test_other_agents_are_drawn_beside(given: ep.Evaluation) -> None:
    plan = ep.staff(given.forecast, "80/20", method="carry-over")
    other = ep.evaluate(given.forecast, plan)
    ax = plot_carried(given, other=other)
    shown = values(ax, "what happens with the other plan")
    assert shown.min() >= 80
    lower = ax.figure.axes[1]
    heights = [patch.get_data().values for patch in lower.patches if isinstance(patch, StepPatch)]
    rows = plan.table[(plan.table["queue"] == "busy") & (plan.table["start"].dt.day == 3)]
    assert rows["agents"].tolist() in [list(values) for values in heights]


def test_it_takes_its_place_among_others(given: ep.Evaluation) -> None:
    figure = new_figure(8, 8)
    top, bottom = figure.subplots(2, 1)
    assert plot_carried(given, bottom) is bottom
    figure.draw_without_rendering()
    assert len(figure.axes) == 3
    assert bottom.get_position().y1 < top.get_position().y0


def test_what_cannot_be_drawn_is_refused(given: ep.Evaluation) -> None:
    alone = ep.evaluate(given.forecast, 20, "80/20", method="stationary")
    with pytest.raises(ValueError, match="method='carry-over'"):
        plot_carried(alone)
    assert most_changed(alone) is None
    with pytest.raises(ValueError, match="no queue 'none'; there are busy, calm"):
        plot_carried(given, queue="none")
    with pytest.raises(ValueError, match="no interval on 2026-03-09"):
        plot_carried(given, day="2026-03-09")
    with pytest.raises(ValueError, match="not of the same forecast"):
        plot_carried(given, other=replace(given, table=given.table.iloc[:3]))
    with pytest.raises(ValueError, match="of a grid"):
        plot_carried(given, new_figure(4, 4).add_axes((0.1, 0.1, 0.8, 0.8)))


def test_times_are_those_of_the_centre() -> None:
    given = ep.evaluate(forecast("Europe/Berlin"), 16, "80/20", method="carry-over")
    ax = plot_carried(given, queue="busy", day="2026-03-02")
    labels = [label.get_text() for label in ax.figure.axes[1].get_xticklabels()]
    assert "10:00" in labels
    assert "Europe/Berlin" in ax.figure.axes[1].get_xlabel()


def test_saving_an_evaluation_adds_the_day(given: ep.Evaluation, tmp_path: Path) -> None:
    ep.save(given, tmp_path / "carried.svg")
    ep.save(given, tmp_path / "again.svg")
    first = (tmp_path / "carried.svg").read_text(encoding="utf-8")
    assert first == (tmp_path / "again.svg").read_text(encoding="utf-8")
    alone = ep.evaluate(given.forecast, {"busy": 16, "calm": 4}, "80/20", method="stationary")
    ep.save(given, tmp_path / "carried.png")
    ep.save(alone, tmp_path / "alone.png")
    assert imread(tmp_path / "carried.png").shape[0] > imread(tmp_path / "alone.png").shape[0] + 400


def test_a_carried_plan_is_drawn_beside_the_stationary_one() -> None:
    plan = ep.staff(forecast(), "80/20", method="carry-over")
    ax = plot_requirement(plan)
    both = plan.table.groupby("start")["agents_stationary"].sum()
    np.testing.assert_allclose(
        values(ax, "agents by stationary formulas")[~np.isnan(values(ax, "agents"))], both
    )


def test_the_frontier_rises_and_says_what_an_hour_buys(tmp_path: Path) -> None:
    curve = ep.frontier(forecast(), "80/20", over="week", points=8)
    ax = plot_frontier(curve)
    (line,) = ax.get_lines()
    np.testing.assert_allclose(line.get_xdata(), curve.table["agent_hours"])
    np.testing.assert_allclose(line.get_ydata(), 100 * curve.table["service_level"])
    assert ax.get_xlabel() == "agent hours"
    assert ax.get_ylabel() == "service level over each week (%)"
    bought = [text.get_text() for text in ax.texts if text.get_text().startswith("+")]
    assert f"{curve.table['contacts_per_hour'].iloc[1]:+,.3g}" in bought
    ep.save(curve, tmp_path / "curve.svg")
    assert (tmp_path / "curve.svg").stat().st_size > 5000
    with pytest.raises(ep.InputError, match=r"use \.csv or \.json, \.png or \.svg"):
        ep.save(curve, tmp_path / "curve.xlsx")


def test_where_costs_are_given_the_frontier_shows_them() -> None:
    wanted = forecast()
    cost = wanted.table[["queue", "start"]].assign(cost=30.0)
    ax = plot_frontier(ep.frontier(wanted, "80/20", over="day", cost=cost, points=4))
    assert ax.get_xlabel() == "cost"
