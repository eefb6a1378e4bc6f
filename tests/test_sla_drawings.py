"""Pictures of a scorecard: what they show, and what they say to those who don't see them."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from erlangplan.plotting.contacts_left import draw_contacts_left
from erlangplan.plotting.drawing import Frame, round_top
from erlangplan.plotting.late_map import draw_late_map, late_by_day_and_time
from erlangplan.plotting.result_bars import Bar, draw_results

EVIL = "<script>alert('&\")</script>"


def test_bars_are_as_high_as_results_and_missed_days_are_marked() -> None:
    bars = [
        Bar("Mon", "2", 0.5, "10", False),
        Bar("Tue", "3", 1.0, "10", True),
        Bar("Wed", "4", None),
    ]
    drawn = draw_results("By day", bars, 0.8)
    heights = [float(h) for h in re.findall(r"<rect [^>]*height='([\d.]+)'", drawn.markup)]
    assert heights[0] == pytest.approx(heights[1] / 2) and len(heights) == 2
    assert drawn.markup.count("<path") == 1 == drawn.markup.count(", missed")
    assert "Mon: 50 % of 10, missed" in drawn.markup
    assert drawn.told == ("2 results against a target of 80 %: 1 missed; lowest 50 % (Mon), "
                          "highest 100 % (Tue)")  # fmt: skip


def test_a_target_above_every_result_is_on_the_picture() -> None:
    seconds = draw_results("ASA", [Bar("Mon", "2", 3.0, "", True)], 20.0, seconds=True)
    small = draw_results("Abandoned", [Bar("Mon", "2", 0.01, "", True)], 0.05)
    for drawn in (seconds, small):
        (at,) = re.findall(r"stroke-dasharray='6 4'><title>target", drawn.markup)
        y = [float(v) for v in re.findall(r"y1='([\d.]+)'", drawn.markup)]
        assert at and min(y) >= 0
    assert "target of 20 s" in seconds.told and "target of 5 %" in small.told


def test_a_window_without_contacts_says_so() -> None:
    assert "none with contacts" in draw_results("x", [Bar("Mon", "2", None)], 0.8).told


def test_late_contacts_are_where_they_came() -> None:
    start = pd.Series(pd.to_datetime(["2026-03-02 08:00", "2026-03-02 08:30", "2026-03-03 08:00"]))
    grid = late_by_day_and_time(start, pd.Series([1, 7, 0]))
    assert grid.shape == (2, 2) and grid.loc[510, pd.Timestamp("2026-03-02")] == 7
    drawn = draw_late_map("Late", grid)
    assert "8 late contacts; most, 7, on Monday 2 March from 08:30." in drawn.markup
    assert drawn.markup.count("scope='row'") == 2 and drawn.markup.count("scope='col'") == 3
    assert drawn.markup.count("class='off'") == 1
    assert "<td class='l5'>7</td>" in drawn.markup and "<td>0</td>" in drawn.markup


def test_the_hour_that_comes_twice_is_added_up_and_many_intervals_become_hours() -> None:
    start = pd.Series([pd.Timestamp("2026-10-25 02:00")] * 2)
    assert late_by_day_and_time(start, pd.Series([3, 4])).to_numpy().tolist() == [[7.0]]
    quarters = pd.Series(pd.date_range("2026-03-02", periods=96, freq="15min"))
    grid = late_by_day_and_time(quarters, pd.Series([1] * 96))
    assert list(grid.index) == list(range(0, 1440, 60)) and (grid.to_numpy() == 4).all()


def test_nothing_late_is_a_map_of_zeros() -> None:
    grid = late_by_day_and_time(pd.Series([pd.Timestamp("2026-03-02 08:00")]), pd.Series([0]))
    assert "No contact was late." in draw_late_map("Late", grid).markup


def test_contacts_left_fall_to_what_is_left_and_below_zero() -> None:
    days = list(pd.date_range("2026-03-02", periods=3))
    drawn = draw_contacts_left("Left", days[0], days, [10, 20, 30], [50, 50, 50], 100, 31)
    assert drawn.told.endswith("after Wednesday 4 March 40 are left")
    lost = draw_contacts_left("Left", days[0], days, [10, 20, 80], [50, 50, 50], 100, 31)
    assert lost.told.endswith("after Wednesday 4 March 10 more were late than that")
    assert "--bad" in lost.markup and "--bad" not in drawn.markup


@pytest.mark.parametrize("most", [0.0001, 0.99, 1, 3, 7, 99, 100, 101, 5e6])
def test_round_numbers_are_just_above(most: float) -> None:
    assert most <= round_top(most) * (1 + 1e-9) <= 2 * most


def test_a_frame_places_its_ends_at_its_edges() -> None:
    frame = Frame(4, 0.0, 1.0)
    assert frame.across(0) == frame.left and frame.across(4) == frame.width - frame.right
    assert frame.up(1.0) == frame.top and frame.up(0.0) == frame.height - frame.bottom


def test_texts_stay_texts() -> None:
    drawn = draw_results(EVIL, [Bar(EVIL, EVIL, 0.5, EVIL, False)], 0.8)
    assert "<script" not in drawn.markup + drawn._repr_html_()
    assert "&lt;script&gt;" in drawn.markup
