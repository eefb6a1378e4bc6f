"""Windows on the wall clock of the centre: days, weeks from Monday, months."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.windows.splitting import split_windows


def hours(start: str, end: str, tz: str | None = None) -> ep.Forecast:
    starts = pd.date_range(start, end, freq="h", inclusive="left", tz=tz)
    return ep.read_forecast(pd.DataFrame({"start": starts, "volume": 20.0, "aht": 180.0}))


def days_of(windows: pd.DataFrame) -> list[tuple[str, str]]:
    return [(f"{row['window']:%Y-%m-%d}", f"{row['window_end']:%Y-%m-%d}")
            for _, row in windows.iterrows()]  # fmt: skip


def test_weeks_begin_on_monday() -> None:
    windows = ep.staff(hours("2026-03-07", "2026-03-17"), over="week").windows
    assert windows is not None
    assert days_of(windows) == [("2026-03-02", "2026-03-09"), ("2026-03-09", "2026-03-16"),
                                ("2026-03-16", "2026-03-23")]  # fmt: skip
    assert windows["volume"].tolist() == [2 * 480, 7 * 480, 480]


def test_months_across_the_end_of_a_year() -> None:
    windows = ep.staff(hours("2026-12-30", "2027-02-02"), over="month").windows
    assert windows is not None
    assert days_of(windows) == [("2026-12-01", "2027-01-01"), ("2027-01-01", "2027-02-01"),
                                ("2027-02-01", "2027-03-01")]  # fmt: skip
    assert windows["volume"].tolist() == [2 * 480, 31 * 480, 480]


@pytest.mark.parametrize(("sunday", "count"), [("2026-03-29", 167), ("2026-10-25", 169)])
def test_a_week_with_a_change_of_the_clock_is_one_week(sunday: str, count: int) -> None:
    monday = pd.Timestamp(sunday) - pd.Timedelta(days=6)
    forecast = hours(str(monday), str(monday + pd.Timedelta(days=7)), tz="Europe/Berlin")
    assert len(forecast.table) == count
    windows = ep.staff(forecast, over="week").windows
    assert windows is not None
    assert days_of(windows) == [(f"{monday:%Y-%m-%d}", f"{monday + pd.Timedelta(days=7):%Y-%m-%d}")]
    assert windows["volume"].tolist() == [20.0 * count]
    days = ep.staff(forecast, over="day").windows
    assert days is not None
    assert days["volume"].tolist() == [480.0] * 6 + [20.0 * (count - 144)]


def test_queues_have_windows_of_their_own() -> None:
    frame = pd.concat([hours("2026-03-02", "2026-03-04").table.assign(queue=name) for name in "ab"])
    windows = split_windows(ep.read_forecast(frame).table, "day")
    assert windows.queue == ("a", "a", "b", "b")
    assert windows.edges.tolist() == [0, 24, 48, 72, 96]
    np.testing.assert_array_equal(windows.sums(np.ones(96)), 24)


def test_local_midnight_counts_and_not_that_of_another_zone() -> None:
    utc = pd.date_range("2026-03-02 05:00", periods=2, freq="h", tz="UTC")
    table = pd.DataFrame({"queue": "a", "start": utc.tz_convert("America/New_York")})
    assert split_windows(table, "day").begin.day.tolist() == [2]
    assert split_windows(table.assign(start=utc.tz_convert("America/Chicago")),
                         "day").begin.day.tolist() == [1, 2]  # fmt: skip
