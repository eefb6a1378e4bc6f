"""Pictures of schedules show every shift and break where it is, and what is over and short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from PIL import Image

from erlangplan.plotting import plot_cover_map, plot_coverage, plot_gantt, save_schedule
from sample_schedules import week

WEEK = week(20)
TWO = week(12, queues=("Orders", "Support"), days=2)
MONDAY = "2026-03-02"


def bars(ax, label):
    """Return the spans of time and the places of the bars with a label."""
    for shapes in ax.collections:
        if isinstance(shapes, PolyCollection) and shapes.get_label() == label:
            corners = np.array([path.vertices for path in shapes.get_paths()])
            xs, ys = corners[..., 0], corners[..., 1]
            return np.stack([xs.min(1), xs.max(1)], 1), (ys.min(1) + ys.max(1)) / 2
    raise AssertionError(f"no bars {label!r}")


def starting(schedule, day):
    table = schedule.table
    local = table["start"].dt.tz_localize(None)
    return table[local.dt.normalize() == pd.Timestamp(day)]


def seconds(moments):
    return sorted(moment.timestamp() for moment in moments)


def steps(ax, label):
    return next(patch for patch in ax.patches if patch.get_label() == label).get_data()


def size_of(path):
    with Image.open(path) as picture:
        return picture.size


def without_requirement(schedule):
    unknown = dict.fromkeys(("required", "over", "short", "service_level"), np.nan)
    return replace(schedule, coverage=schedule.coverage.assign(**unknown))


@pytest.mark.parametrize("name", ["FT", "PT", "Night"])
def test_gantt_draws_each_shift_of_the_day_from_start_to_end(name):
    rows = starting(WEEK, MONDAY)
    rows = rows[rows["shift"] == name]
    spans, _ = bars(plot_gantt(WEEK, MONDAY), name)
    assert sorted(spans[:, 0]) == seconds(rows["start"])
    assert sorted(spans[:, 1]) == seconds(rows["end"])


def test_breaks_lie_on_the_bar_of_their_agent():
    ax = plot_gantt(WEEK, MONDAY)
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    spans, places = bars(ax, "lunch")
    drawn = {(names[round(place)], start) for (start, _), place in zip(spans, places, strict=True)}
    breaks = WEEK.breaks[WEEK.breaks["name"] == "lunch"]
    today = breaks[breaks["shift_start"].dt.tz_localize(None).dt.normalize() == MONDAY]
    wanted = {(row["agent"], row["start"].timestamp()) for _, row in today.iterrows()}
    assert drawn == wanted


def test_agents_stand_in_the_order_of_their_starts_from_the_top():
    ax = plot_gantt(WEEK, MONDAY)
    low, high = ax.get_ylim()
    assert low > high
    rows = starting(WEEK, MONDAY).set_index("agent")
    starts = [rows.loc[tick.get_text(), "start"] for tick in ax.get_yticklabels()]
    assert len(starts) == len(rows) and starts == sorted(starts)


def test_night_shift_is_drawn_to_its_end_and_the_new_day_is_named():
    ax = plot_gantt(WEEK, MONDAY)
    last = starting(WEEK, MONDAY)["end"].max()
    assert ax.get_xlim()[1] >= last.timestamp()
    assert "Tue 3 Mar" in [text.get_text() for text in ax.texts]


def test_hours_are_those_on_the_wall_in_a_night_of_changing_clocks():
    ax = plot_gantt(week(8, first="2026-03-28", days=1), "2026-03-28")
    labels = [tick.get_text() for tick in ax.get_xticklabels()]
    gaps = dict(zip(labels[1:], np.diff(ax.get_xticks()) / 3600, strict=True))
    assert gaps["00:00"] == 2 and gaps["04:00"] == 3  # from 00:00: 02:00 does not exist


def test_the_busiest_day_is_shown_unless_one_is_named():
    hours = WEEK.table.groupby(WEEK.table["start"].dt.day)["paid_hours"].sum()
    assert f" {hours.idxmax()} March" in plot_gantt(WEEK).get_title(loc="left")
    assert "Sunday 8 March" in plot_gantt(WEEK, "2026-03-08").get_title(loc="left")


def test_a_name_keeps_its_colour_on_every_day_and_in_every_queue():
    def colours(ax):
        return {
            shapes.get_label(): tuple(shapes.get_facecolor()[0])
            for shapes in ax.collections
            if isinstance(shapes, PolyCollection)
        }

    one = colours(plot_gantt(TWO))
    other = colours(plot_gantt(TWO, "2026-03-03", queue="Support"))
    assert other.items() <= one.items()
    assert len(set(one.values())) == len(one)


def test_queues_stand_below_each_other_under_their_names():
    ax = plot_gantt(TWO, MONDAY)
    assert {"Orders", "Support"} <= {text.get_text() for text in ax.texts}
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    rows = starting(TWO, MONDAY)
    orders = set(rows.loc[rows["queue"] == "Orders", "agent"])
    assert set(names[: len(orders)]) == orders and len(names) == len(rows)


def test_many_agents_get_numbers_and_no_gaps():
    crowd = week(130, days=1)
    ax = plot_gantt(crowd)
    assert ax.get_yticklabels()[0].get_text() == "1"
    assert len(ax.get_yticklabels()) < 20
    heights = np.ptp(ax.collections[0].get_paths()[0].vertices[:, 1])
    assert heights == 1


def test_unknown_day_and_queue_are_refused_with_those_there_are():
    with pytest.raises(
        ValueError, match="no shift starts on 2027-01-01; shifts start on 2026-03-0"
    ):
        plot_gantt(WEEK, "2027-01-01")
    for plot in (plot_coverage, plot_cover_map, plot_gantt):
        with pytest.raises(ValueError, match="no queue 'Order'; there are Orders, Support"):
            plot(TWO, queue="Order")


def test_coverage_draws_what_is_required_over_and_short():
    ax = plot_coverage(WEEK)
    cover = WEEK.coverage
    assert list(steps(ax, "required").values) == list(cover["required"])
    short, over = steps(ax, "short"), steps(ax, "over")
    assert np.allclose(short.values - short.baseline, cover["short"])
    assert np.allclose(over.values - over.baseline, cover["over"])
    hours = cover[["over", "short"]].sum() / 2
    told = f"{hours['over']:,.1f} agent hours over · {hours['short']:,.1f} short"
    assert told in [text.get_text() for text in ax.texts]


def test_queues_that_are_over_do_not_hide_queues_that_are_short():
    ax = plot_coverage(TWO)
    short = TWO.coverage.groupby("start")["short"].sum()
    data = steps(ax, "short")
    assert np.allclose(data.values - data.baseline, short)
    assert ax.get_title(loc="left").startswith("All 2 queues")


def test_cover_map_shows_over_and_short_by_day_and_time():
    ax = plot_cover_map(WEEK)
    shown = np.ma.filled(ax.images[0].get_array(), np.nan)
    cover = WEEK.coverage
    net = (cover["over"] - cover["short"]).to_numpy().reshape(7, 48).T
    assert np.allclose(shown, net)
    red, _, blue = ax.images[0].cmap(ax.images[0].norm(net.min()))[:3]
    assert red > blue


def test_closed_hours_are_no_cells_of_the_map():
    day = week(20, days=2, night=False)
    shown = plot_cover_map(day).images[0].get_array()
    assert len(shown) < 48


def test_without_a_requirement_there_is_nothing_to_be_short_of(tmp_path):
    given = without_requirement(WEEK)
    with pytest.raises(ValueError, match="nothing says what is required"):
        plot_coverage(given)
    save_schedule(given, tmp_path / "given.png")
    assert size_of(tmp_path / "given.png")[0] > 1000


def test_given_axes_are_used_and_returned():
    ax = Figure().subplots()
    for plot in (plot_coverage, plot_cover_map):
        assert plot(WEEK, ax) is ax
    assert plot_gantt(WEEK, MONDAY, ax) is ax


def test_saved_picture_has_all_queues_and_is_the_same_each_time(tmp_path):
    for name in ("one.svg", "two.svg"):
        save_schedule(TWO, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    save_schedule(TWO, tmp_path / "two.png")
    save_schedule(week(12, days=2), tmp_path / "one.png")
    assert size_of(tmp_path / "two.png")[1] > size_of(tmp_path / "one.png")[1]


def test_odd_names_are_drawn_as_they_are(tmp_path):
    table = WEEK.table.assign(agent="$x_1$ " + WEEK.table["agent"], shift="A\nB$")
    breaks = WEEK.breaks.assign(agent="$x_1$ " + WEEK.breaks["agent"])
    odd = replace(WEEK, table=table, breaks=breaks)
    save_schedule(odd, tmp_path / "odd.svg")
    assert plot_gantt(odd).get_yticklabels()[0].get_text().startswith(r"\$x_1\$ ")
