"""The rest of a window that is partly gone: its counts enter the promise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from plans import one_morning, two_queues

COUNTS = {"offered": 1000.0, "answered": 930.0, "abandoned": 70.0, "answered_within": 700.0,
          "abandoned_within": 20.0, "abandoned_short": 10.0}  # fmt: skip
# Contacts in time over contacts counted, by hand from the counts above.
BY_HAND = {
    "count": (700, 1000),
    "ignore": (700, 930),
    "credit-within-threshold": (720, 1000),
    "exclude-within-threshold": (700, 980),
    "exclude-short": (700, 990),
    "credit-short": (710, 1000),
}


def morning_so_far(start: str = "2026-03-02 08:00", **changed: float) -> pd.DataFrame:
    return pd.DataFrame([{"start": pd.Timestamp(start), **COUNTS, **changed}])


def asked(way: str, level: float = 0.78) -> ep.Target:
    short = {"short_abandon": 5.0} if way.endswith("-short") else {}
    return ep.Target(service_level=level, threshold=20, abandons=way, **short)


@pytest.mark.parametrize("way", list(BY_HAND))
def test_counts_enter_the_promise_as_the_target_counts(way: str) -> None:
    forecast = one_morning([300.0, 400.0, 300.0])
    requirement = ep.staff(forecast, asked(way), patience=200, over="day", so_far=morning_so_far())
    windows, total = requirement.windows, requirement.totals
    assert windows is not None
    good, under = BY_HAND[way]
    counted = float((total.parts["volume"] * total.parts["counted"]).sum())
    level = (good + float(total.total["service_level"].iloc[0]) * counted) / (under + counted)
    assert windows["service_level"][0] == pytest.approx(level, abs=1e-12)
    assert level >= 0.78
    assert windows["so_far_offered"][0] == 1000
    # 0.5 hours of one agent fewer would miss it: the day began below its promise.
    assert total.total["service_level"].iloc[0] > 0.78 > good / under
    assert (
        requirement.total["agent_hours"].iloc[0]
        > (ep.staff(forecast, asked(way), patience=200, over="day").total["agent_hours"].iloc[0])
    )


def test_a_good_beginning_leaves_only_the_floor() -> None:
    forecast = one_morning([100.0, 100.0])
    good = morning_so_far(offered=9000, answered=8900, abandoned=0, answered_within=8900,
                          abandoned_within=0, abandoned_short=0)  # fmt: skip
    requirement = ep.staff(forecast, "75/20", over="day", so_far=good)
    assert set(requirement.table["binding"]) == {"floor"}


def test_a_beginning_that_cannot_be_mended_is_refused_with_the_best() -> None:
    bad = morning_so_far(answered_within=100)
    with pytest.raises(ep.InfeasibleError, match="with the counts so far; the best attainable is"):
        ep.staff(one_morning([100.0]), "80/20", over="day", so_far=bad)


def test_rows_of_other_windows_are_left_out_and_said() -> None:
    forecast = one_morning([100.0, 140.0])
    yesterday = morning_so_far("2026-03-01 10:00")
    plain = ep.staff(forecast, "80/20", over="day")
    found = ep.staff(forecast, "80/20", over="day", so_far=yesterday)
    np.testing.assert_array_equal(found.table["agents"], plain.table["agents"])
    assert "belong to no planned day" in found.summary()
    monthly = ep.staff(forecast, "70/20", over="month", so_far=yesterday)
    assert monthly.windows is not None
    assert monthly.windows["so_far_offered"].tolist() == [1000]


def test_each_queue_has_counts_of_its_own_on_the_wall_clock_of_the_centre() -> None:
    forecast = two_queues(tz="Europe/Berlin")
    late = forecast.table[forecast.table["start"] >= "2026-03-02 12:00+01:00"]
    rest = ep.read_forecast(late)
    # 23:30 in UTC is half past midnight in Berlin: it belongs to the first day planned.
    start = pd.to_datetime(["2026-03-01 23:30", "2026-03-02 07:00"]).tz_localize("UTC")
    frame = pd.DataFrame({"queue": ["large", "small"], "start": start, **COUNTS})
    windows = ep.staff(rest, "70/20", over="day", so_far=frame).windows
    assert windows is not None
    assert windows["so_far_offered"].tolist() == [1000, 0, 1000, 0]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (morning_so_far(answered_within=950), "answered_within: '950.*no more than answered"),
        (morning_so_far(offered=900), "at least answered and abandoned together"),
        (morning_so_far(offered=-1), "column offered: '-1.*>= 0"),
        (morning_so_far("2026-03-02 09:00"), "before the first planned interval of the queue"),
        (morning_so_far("2026-03-02 11:00"), "before the first planned interval of the queue"),
        (morning_so_far().assign(queue="tiny"), "does not have: tiny"),
        (pd.concat([morning_so_far(), morning_so_far()]), "expected each interval once"),
        (morning_so_far().drop(columns="answered_within"), "column answered_within"),
        (morning_so_far().drop(columns="start"), "column start"),
        (morning_so_far().assign(start="08:00"), "must hold dates and times"),
    ],
)  # fmt: skip
def test_impossible_counts_are_refused(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(ep.InputError, match=said):
        ep.staff(one_morning(), "80/20", over="day", so_far=frame)


def test_a_way_that_is_only_predicted_has_no_counts() -> None:
    with pytest.raises(ep.InputError, match="prediction only"):
        ep.staff(one_morning(), asked("virtual"), over="day", so_far=morning_so_far())
    with pytest.raises(ep.InputError, match="abandoned_within for the way of counting exclude"):
        ep.staff(one_morning(), asked("exclude-within-threshold"), over="day",
                 so_far=morning_so_far()[["start", "offered", "answered_within"]])  # fmt: skip


def test_a_file_of_counts_is_read_as_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "so_far.csv"
    file.write_text(
        "Datum;Zeit;Offered;Answered;Abandoned;Answered within\n"
        "02.03.2026;08:00;1000;930;70;700,5\n",
        encoding="utf-8",
    )
    frame = ep.read_actuals(file)
    assert frame["answered_within"].tolist() == [700.5]
    assert frame["start"].tolist() == [pd.Timestamp("2026-03-02 08:00")]
    windows = ep.staff(one_morning(), "75/20", over="day", so_far=frame).windows
    assert windows is not None and windows["so_far_offered"][0] == 1000


def test_faults_in_a_file_of_counts_are_listed_with_their_rows(tmp_path: Path) -> None:
    file = tmp_path / "so_far.csv"
    file.write_text(
        "start,offered,answered,answered_within\n"
        "2026-03-02 08:00,100,90,95\n2026-03-02 08:30,100,120,80\n",
        encoding="utf-8",
    )
    with pytest.raises(ep.InputError, match="so_far.csv: the counts contradict") as raised:
        ep.read_actuals(file)
    assert "row 2, column answered_within: '95': expected no more than answered" in str(
        raised.value
    )
    assert "row 3, column answered: '120': expected no more than offered" in str(raised.value)
    file.write_text("start,offered\n2026-03-02 08:00,100\n", encoding="utf-8")
    with pytest.raises(ep.InputError, match="there is no column answered_within"):
        ep.read_actuals(file)


def test_a_file_of_costs(tmp_path: Path) -> None:
    file = tmp_path / "nights.csv"
    file.write_text("start,cost\n2026-03-02 09:00,1\n2026-03-02 09:30,1.5\n", encoding="utf-8")
    frame = ep.read_costs(file)
    assert frame["cost"].tolist() == [1.0, 1.5]
    priced = ep.staff(one_morning([100.0, 140.0]), "80/20", over="day", cost=frame)
    hours = priced.table["agents"].to_numpy() / 2
    assert priced.total["cost"].iloc[0] == hours @ [1.0, 1.5]
    named = tmp_path / "named.csv"
    named.write_text("start,rate\n2026-03-02 09:00,0\n", encoding="utf-8")
    with pytest.raises(ep.InputError, match="row 2, column rate: '0': expected a cost above 0"):
        ep.read_costs(named, map={"cost": "rate"})
