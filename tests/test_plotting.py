"""Pictures show what the plan says: the numbers, the gaps, the days, the units."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from PIL import Image

import erlangplan as ep
from erlangplan.grid import date_range_text, day_time_grid
from erlangplan.plotting import (
    plot_heat_map,
    plot_requirement,
    plot_service_level,
    plot_sweep,
    save_sweep,
    save_week,
)
from sample_plans import evaluation, requirement, sweep

TWO = (("Sales", 90.0), ("Support", 40.0))


def steps(ax, label):
    return next(patch for patch in ax.patches if patch.get_label() == label).get_data()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def without(plan, dropped):
    plan.table = plan.table[~dropped].reset_index(drop=True)
    return plan


def test_requirement_draws_every_interval_where_it_is():
    plan = requirement()
    ax = plot_requirement(plan)
    data = steps(ax, "agents")
    assert list(data.values) == list(plan.table["agents"])
    assert list(data.edges[:-1]) == [start.timestamp() for start in plan.table["start"]]
    assert data.edges[-1] - data.edges[-2] == 1800
    assert np.allclose(steps(ax, "load (erlang)").values, plan.table["load"])
    assert ax.get_ylabel() == "agents"
    assert ax.get_xlabel() == "Mon 23 to Sun 29 March 2026, Europe/Berlin"


def test_gap_in_the_table_is_a_gap_in_the_picture():
    plan = requirement(days=1)
    hour = plan.table["start"].dt.hour
    data = steps(plot_requirement(without(plan, hour.isin([10, 11]))), "agents")
    assert np.isnan(data.values).sum() == 1
    at = int(np.flatnonzero(np.isnan(data.values))[0])
    assert data.edges[at + 1] - data.edges[at] == 2 * 3600


def test_queues_are_added_up_unless_one_is_named():
    plan = requirement(peaks=TWO)
    both = plan.table.groupby("start")["agents"].sum()
    ax = plot_requirement(plan)
    assert list(steps(ax, "agents").values) == list(both)
    assert ax.get_title(loc="left").startswith("All 2 queues")
    one = plot_requirement(plan, queue="Support")
    wanted = plan.table.loc[plan.table["queue"] == "Support", "agents"]
    assert list(steps(one, "agents").values) == list(wanted)


def test_unknown_queue_and_column_are_refused_by_name():
    plan = requirement(peaks=TWO)
    with pytest.raises(ValueError, match="no queue 'Sale'; there are Sales, Support"):
        plot_requirement(plan, queue="Sale")
    with pytest.raises(ValueError, match="no column 'wait'; there are queue, start"):
        plot_heat_map(plan, value="wait")
    with pytest.raises(ValueError, match="'aht' of several queues has no total"):
        plot_heat_map(plan, value="aht")
    with pytest.raises(ValueError, match="no interval"):
        plot_requirement(SimpleNamespace(table=plan.table.iloc[:0], forecast=plan.forecast))


def test_evaluation_draws_given_and_required_agents_inside_the_axes():
    plan = evaluation()
    ax = plot_requirement(plan)
    assert list(steps(ax, "agents given").values) == list(plan.table["agents"])
    assert list(steps(ax, "agents required").values) == list(plan.table["required"])
    assert ax.get_ylim()[1] > plan.table["required"].max()


def test_given_axes_are_used_and_returned():
    ax = Figure().subplots()
    for plot in (plot_requirement, plot_heat_map, plot_service_level):
        assert plot(requirement(days=1), ax) is ax
    assert plot_sweep(sweep(), ax) is ax


def test_days_keep_their_length_through_dst_changes():
    ax = plot_requirement(requirement(first="2026-10-23", days=4))
    ax.figure.draw_without_rendering()
    midnights = ax.get_xticks()
    assert list(np.diff(midnights) / 3600) == [24, 24, 25, 24]
    names = [tick.get_text() for tick in ax.get_xticklabels(minor=True)]
    assert names == ["Fri\n23 Oct", "Sat\n24 Oct", "Sun\n25 Oct", "Mon\n26 Oct"]


def test_hours_are_labelled_as_the_clock_shows_them_on_a_short_day():
    ax = plot_requirement(requirement(first="2026-03-29", days=1))
    labels = [tick.get_text() for tick in ax.get_xticklabels()]
    hours = np.diff(ax.get_xticks()) / 3600
    assert labels[:3] == ["00:00", "03:00", "04:00"]
    assert list(hours[:2]) == [2, 1]


def test_long_plan_shows_the_largest_of_each_day_and_says_so():
    plan = requirement(days=90, minutes=60)
    ax = plot_requirement(plan)
    assert ax.get_title(loc="left") == "Sales: agents and load, largest of each day"
    daily = plan.table.groupby(plan.table["start"].dt.normalize())["agents"].max()
    assert list(steps(ax, "agents").values) == list(daily)


def test_service_level_marks_what_misses_the_target():
    plan = evaluation()
    ax = plot_service_level(plan)
    missed = int((plan.table["service_level"] < 0.8).sum())
    assert missed > 0
    assert "target\n80 %" in texts(ax)
    assert any(f"orange: below the target, {missed} intervals" in text for text in texts(ax))
    assert [line.get_ydata()[0] for line in ax.lines] == [80.0]
    assert ax.get_ylabel() == "service level (%)"


@pytest.mark.parametrize("way", ["count", "ignore", "exclude-within-threshold"])
def test_measures_of_two_queues_are_counted_as_the_totals_count_them(way):
    start = pd.Timestamp("2026-03-02 09:00")
    frame = pd.DataFrame(
        {"queue": ["a", "b"], "start": start, "volume": [100, 20], "aht": [180, 400]}
    )
    forecast = ep.read_forecast(frame, interval=1800)
    plan = ep.evaluate(forecast, {"a": 8, "b": 6}, f"80/20, {way}", patience=90)
    drawn = [patch.get_data() for patch in plot_service_level(plan).patches]
    level = next(data for data in drawn if data.baseline is None)
    total = plan.total.iloc[0]
    assert level.values == pytest.approx([100 * total["service_level"]])
    for name in ("abandonment", "occupancy"):
        shown = plot_heat_map(plan, value=name).images[0].get_array()
        assert shown.item() == pytest.approx(100 * total[name])
    waits = plot_heat_map(plan, value="asa").images[0].get_array()
    assert waits.item() == pytest.approx(total["asa"])


def test_service_level_without_one_target_has_no_target_line():
    plan = requirement(days=1)
    plan.config = SimpleNamespace(
        of=lambda queue: SimpleNamespace(target=SimpleNamespace(service_level=None))
    )
    assert not plot_service_level(plan).lines


def test_heat_map_is_days_across_and_times_down_and_writes_the_numbers():
    plan = requirement()
    ax = plot_heat_map(plan)
    shown = ax.images[0].get_array()
    assert shown.shape == (28, 7)
    monday_ten = plan.table.loc[plan.table["start"] == "2026-03-23 10:00+01:00", "agents"].item()
    assert shown[6, 0] == monday_ten
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written[0, 6] == str(monday_ten)
    assert [tick.get_text() for tick in ax.get_yticklabels()][:2] == ["07:00", "08:00"]
    assert "Mon\n23 Mar" in [tick.get_text() for tick in ax.get_xticklabels()]


def test_heat_map_with_small_cells_has_a_scale_instead_of_numbers():
    ax = plot_heat_map(requirement(days=28, minutes=15))
    assert not ax.texts
    assert [axes.get_ylabel() for axes in ax.figure.axes if axes is not ax] == ["agents"]


def flat(agents):
    start = pd.date_range("2026-03-02", periods=96, freq="30min")
    open_now = (start.hour >= 9) & (start.hour < 17)
    volume = np.where(open_now, 100.0, 0.0)
    forecast = ep.read_forecast(pd.DataFrame({"start": start, "volume": volume, "aht": 180}))
    return ep.evaluate(forecast, agents, "80/20")


def test_closed_hours_are_quiet_and_the_right_number_is_a_zero():
    ax = plot_heat_map(flat(14), value="net")
    assert ax.images[0].get_array().shape == (16, 2)
    assert {text.get_text() for text in ax.texts} == {"0"}
    assert len(ax.texts) == 32
    with_gap = flat(15)
    noon = with_gap.table["start"].dt.hour == 12
    with_gap.table.loc[noon, ["volume", "required"]] = 0
    shown = plot_heat_map(with_gap, value="net").images[0].get_array()
    assert shown.mask.sum() == 4 and set(shown.compressed()) == {1.0}


def test_net_map_has_its_white_at_zero():
    image = plot_heat_map(evaluation(), value="net").images[0]
    assert image.norm.vmin == -image.norm.vmax
    red, _, blue, _ = image.to_rgba(-3.0)
    assert red > blue
    assert image.to_rgba(0.0)[:3] == pytest.approx((1, 1, 1), abs=0.01)


def test_sweep_tells_hours_and_the_price_of_a_point():
    ax = plot_sweep(sweep())
    assert {"1,141 h", "+13.2 h\nper point"} <= set(texts(ax))
    assert list(ax.lines[0].get_ydata()) == list(sweep().table["agent_hours"])
    assert ax.get_xticklabels()[0].get_text() == "70/20"
    assert ax.get_ylabel() == "agent hours"


def many_targets(texts):
    count = len(texts)
    hours = 10_000.0 * 1.2 ** np.arange(count)
    table = pd.DataFrame(
        {"target": texts, "agent_hours": hours, "hours_per_point": [np.nan, *np.diff(hours) / 10]}
    )
    return SimpleNamespace(table=table)


@pytest.mark.parametrize("count", [2, 7, 12])
def test_targets_of_a_sweep_do_not_run_together(count):
    ax = plot_sweep(many_targets([f"{60 + at}% in 20s" for at in range(count)]))
    ax.figure.draw_without_rendering()
    labels = ax.get_xticklabels()
    boxes = [label.get_window_extent() for label in labels]
    if labels[0].get_rotation() == 0:
        assert all(one.x1 < two.x0 for one, two in pairwise(boxes))
    else:
        step = boxes[1].x1 - boxes[0].x1
        tall = ax.figure.get_dpi() / 72 * labels[0].get_fontsize()
        assert step * np.sin(np.deg2rad(labels[0].get_rotation())) > tall


@pytest.mark.parametrize("count", [2, 7])
def test_first_hours_of_a_sweep_stay_right_of_the_axis(count):
    ax = plot_sweep(many_targets([f"{60 + at}/20" for at in range(count)]))
    ax.figure.draw_without_rendering()
    first = next(text for text in ax.texts if text.get_text() == "10,000 h")
    assert first.get_window_extent().x0 > ax.get_window_extent().x0


def test_only_targets_with_a_price_between_them_are_linked():
    costs = sweep()
    costs.table.loc[2, "hours_per_point"] = np.nan
    links = [tuple(line.get_xdata()) for line in plot_sweep(costs).lines[1:]]
    assert links == [(0, 1), (2, 3), (3, 4)]


@pytest.mark.parametrize(
    "plan",
    [
        requirement(days=1, minutes=5),
        requirement(days=1, minutes=60, tz=None),
        requirement(days=28, minutes=30),
        requirement(peaks=[("Nobody", 0.0)]),
        requirement(peaks=[(f"Q{number}", 10.0 * number) for number in range(8)], days=2),
        requirement(peaks=[("$x_{1} \\alpha$ <&>\n", 30.0)], days=2),
        requirement(first="2026-10-24", days=3, minutes=60, opens=0, closes=24, peaks=[("N", 9e4)]),
        evaluation(),
    ],
    ids=["five-minutes", "hours", "weeks", "zero", "queues", "name", "dst", "evaluation"],
)
def test_any_plan_becomes_a_picture(plan, tmp_path):
    save_week(plan, tmp_path / "week.png")
    with Image.open(tmp_path / "week.png") as image:
        assert image.width >= 1300
        colours = image.convert("RGB").resize((80, 80)).getcolors(6400)
    assert len(colours) > 10
    assert [path.name for path in tmp_path.iterdir()] == ["week.png"]


def test_week_of_many_queues_names_what_it_leaves_out(tmp_path):
    plan = requirement(peaks=[(f"Queue {n}", 10.0 + n) for n in range(8)], days=1, minutes=60)
    save_week(plan, tmp_path / "week.svg")
    import matplotlib as mpl

    with mpl.rc_context({"svg.fonttype": "none"}):
        save_week(plan, tmp_path / "readable.svg")
    svg = (tmp_path / "readable.svg").read_text()
    assert "the 6 largest of 8 queues" in svg
    assert "Queue 2: agents" in svg and "Queue 1: agents" not in svg


def test_svg_is_the_same_every_time(tmp_path):
    for name in ("one.svg", "two.svg"):
        save_week(requirement(days=2), tmp_path / name)
    one = (tmp_path / "one.svg").read_bytes()
    assert one == (tmp_path / "two.svg").read_bytes()
    assert b"dc:date" not in one


def test_sweep_becomes_a_file(tmp_path):
    save_sweep(sweep(), tmp_path / "cost.svg")
    save_sweep(sweep(), tmp_path / "cost.png")
    assert (tmp_path / "cost.svg").read_text().count("<path") > 20
    with Image.open(tmp_path / "cost.png") as image:
        assert image.size == (1024, 640)


def test_pictures_need_no_pyplot_and_importing_them_no_matplotlib():
    code = (
        "import sys, erlangplan.plotting as p; assert 'matplotlib' not in sys.modules\n"
        "from sample_plans import requirement\n"
        "p.plot_heat_map(requirement(days=1)); assert 'matplotlib.pyplot' not in sys.modules"
    )
    here = str(Path(__file__).parent)
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": here})


def test_notebook_shows_axes_and_figure_as_a_picture():
    ax = plot_heat_map(requirement(days=1))
    for shown in (ax, ax.figure):
        assert shown._repr_png_().startswith(b"\x89PNG")


def test_grid_shows_the_hour_that_comes_twice_in_its_place():
    plan = requirement(first="2026-10-24", days=3, minutes=30)
    plan.table["agents"] = np.arange(len(plan.table))
    grid = day_time_grid(plan.table, "agents", 1800)
    assert grid.times[3:10] == ["01:30", "02:00", "02:30", "02:00*", "02:30*", "03:00", "03:30"]
    sunday = grid.values[:, 1]
    assert list(sunday) == list(range(48, 98))
    assert np.isnan(grid.values[6:8, [0, 2]]).all()


def test_grid_of_the_short_day_misses_the_hour_that_is_skipped():
    plan = requirement(first="2026-03-29", days=1, minutes=60)
    grid = day_time_grid(plan.table, "agents", 3600)
    assert grid.times == [f"{hour:02d}:00" for hour in range(24)]
    assert list(np.isnan(grid.values[:, 0])) == [hour == 2 for hour in range(24)]


def test_grid_of_hours_shows_the_largest_or_least():
    starts = pd.date_range("2026-03-23 08:00", periods=4, freq="15min")
    rows = pd.DataFrame({"start": starts, "net": [1, -2, 3, 0]})
    assert day_time_grid(rows, "net", 900, coarse=3600).values.tolist() == [[3.0]]
    assert day_time_grid(rows, "net", 900, coarse=3600, least=True).values.tolist() == [[-2.0]]


def test_grid_keeps_days_without_rows_but_not_years_of_them():
    starts = pd.to_datetime(["2026-03-23", "2026-03-24", "2026-03-26", "2027-03-26"])
    rows = pd.DataFrame({"start": starts, "agents": 1})
    assert len(day_time_grid(rows[:3], "agents", 3600).days) == 4
    assert len(day_time_grid(rows, "agents", 3600).days) == 4


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2026-03-23", "2026-03-23", "Mon 23 March 2026"),
        ("2026-03-30", "2026-04-05", "Mon 30 March to Sun 5 April 2026"),
        ("2026-12-28", "2027-01-03", "Mon 28 December 2026 to Sun 3 January 2027"),
    ],
)
def test_days_are_named_as_people_do(first, last, text):
    assert date_range_text([pd.Timestamp(first), pd.Timestamp(last)]) == text
