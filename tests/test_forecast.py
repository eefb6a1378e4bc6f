import math

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep


def frame(volumes, aht=240.0, start="2026-03-23 08:00", freq="30min", tz=None, queue="a"):
    starts = pd.date_range(start, periods=len(volumes), freq=freq, tz=tz)
    return pd.DataFrame({"queue": queue, "start": starts, "volume": volumes, "aht": aht})


def days(volumes, start="2026-03-27", tz="Europe/Berlin"):
    return ep.Forecast(frame(volumes, start=start, freq="D", tz=tz), interval=86400)


class TestForecast:
    def test_keeps_what_it_is_given(self):
        forecast = ep.Forecast(frame([10, 20.5]), interval=1800)
        assert list(forecast.table) == ["queue", "start", "volume", "aht"]
        assert forecast.volume == 30.5
        assert forecast.interval == 1800.0
        assert forecast.tz is None

    def test_sorts_by_queue_and_start(self):
        mixed = pd.concat([frame([1, 2], queue="b"), frame([3, 4], queue="a")])[::-1]
        table = ep.Forecast(mixed, interval=1800).table
        assert list(table["queue"].astype(str)) == ["a", "a", "b", "b"]
        assert list(table["volume"]) == [3, 4, 1, 2]

    def test_knows_its_time_zone(self):
        assert ep.Forecast(frame([1, 2], tz="Europe/Berlin"), 1800).tz == "Europe/Berlin"

    def test_mean_aht_is_weighted_by_volume(self):
        assert ep.Forecast(frame([10, 30], aht=[100.0, 200.0]), 1800).aht == 175.0

    def test_volume_of_zero_needs_no_aht(self):
        forecast = ep.Forecast(frame([0, 10], aht=[math.nan, 200.0]), 1800)
        assert math.isnan(forecast.table["aht"][0])

    @pytest.mark.parametrize(
        ("volumes", "aht"),
        [
            ([-1, 2], 240.0),
            ([math.nan, 2], 240.0),
            ([math.inf, 2], 240.0),
            ([1, 2], 0.0),
            ([1, 2], math.nan),
            ([1, 2], -5.0),
            ([0, 2], [-5.0, 240.0]),
        ],
    )
    def test_refuses_impossible_values(self, volumes, aht):
        with pytest.raises(ep.InputError, match="impossible"):
            ep.Forecast(frame(volumes, aht=aht), 1800)

    def test_refuses_an_interval_that_stands_twice(self):
        twice = pd.concat([frame([1, 2]), frame([3])])
        with pytest.raises(ep.InputError, match="twice or overlap"):
            ep.Forecast(twice, 1800)

    def test_refuses_overlapping_intervals(self):
        with pytest.raises(ep.InputError, match="30 min after the one before"):
            ep.Forecast(frame([1, 2], freq="15min"), 1800)

    @pytest.mark.parametrize("interval", [0, 30, 90000, -1800])
    def test_refuses_odd_lengths(self, interval):
        with pytest.raises(ValueError, match="interval must be"):
            ep.Forecast(frame([1, 2]), interval)

    def test_refuses_a_frame_without_the_columns(self):
        with pytest.raises(ep.InputError, match="columns queue, aht"):
            ep.Forecast(frame([1]).drop(columns=["queue", "aht"]), 1800)

    def test_summary_names_the_queues(self):
        both = pd.concat([frame([1, 2], queue="Sales"), frame([3, 4], queue="Support")])
        text = ep.Forecast(both, 1800).summary()
        assert "Sales: 3 contacts, AHT 240 s" in text
        assert "4 intervals of 30 min" in text


class TestScale:
    def test_multiplies_volume_and_aht(self):
        scaled = ep.Forecast(frame([10, 20]), 1800).scale(1.1, 0.5)
        assert list(scaled.table["volume"]) == pytest.approx([11, 22])
        assert list(scaled.table["aht"]) == [120, 120]

    @pytest.mark.parametrize("factor", [-1, math.nan, math.inf])
    def test_refuses_odd_factors(self, factor):
        with pytest.raises(ValueError, match="volume_factor must be"):
            ep.Forecast(frame([10]), 1800).scale(factor)

    def test_refuses_no_handle_time(self):
        with pytest.raises(ValueError, match="aht_factor must be above 0"):
            ep.Forecast(frame([10]), 1800).scale(aht_factor=0)


class TestSpread:
    def test_even_spread_keeps_each_day(self):
        spread = days([1200, 600, 300]).spread_evenly("08:00-20:00")
        table = spread.table
        assert spread.interval == 1800
        daily = table.groupby(table["start"].dt.date)["volume"].sum()
        assert list(daily) == pytest.approx([1200, 600, 300], abs=1e-9)
        open_ = table[table["volume"] > 0]
        assert open_["start"].dt.hour.between(8, 19).all()
        assert len(open_) == 3 * 24
        assert (table["aht"] == 240).all()

    @pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
    def test_days_of_23_and_25_hours(self, day, hours):
        spread = days([2300], start=day).spread_evenly(interval=3600)
        assert len(spread.table) == hours
        assert spread.volume == pytest.approx(2300, abs=1e-9)
        assert spread.table["volume"].to_numpy() == pytest.approx(2300 / hours)

    def test_hours_over_midnight(self):
        table = days([100], tz=None).spread_evenly("22:00-02:00", 3600).table
        busy = table[table["volume"] > 0]["start"].dt.hour
        assert list(busy) == [0, 1, 22, 23]

    def test_an_interval_open_in_part_gets_its_part(self):
        table = days([150], tz=None).spread_evenly("08:15-09:00", 1800).table
        assert list(table["volume"][16:18]) == pytest.approx([50, 100])

    def test_profile_by_weekday(self):
        shares = np.zeros((1, 7, 24))
        shares[0, 0, 9] = 1  # Monday
        shares[0, 1, [10, 11]] = 3, 1  # Tuesday
        table = days([80, 40], start="2026-03-23").spread(ep.Profile(shares)).table
        busy = table[table["volume"] > 0]
        assert list(busy["start"].dt.hour) == [9, 10, 11]
        assert list(busy["volume"]) == [80, 30, 10]

    def test_profile_that_is_closed_on_a_busy_day(self):
        shares = np.zeros((1, 7, 24))
        shares[0, 0, 9] = 1
        with pytest.raises(ep.InputError, match="no share on Tuesday for queue a"):
            days([80, 40], start="2026-03-23").spread(ep.Profile(shares))

    def test_profile_of_history_is_the_mean_of_the_weekday(self):
        history = ep.Forecast(frame([1, 3] * 24, freq="12h", start="2026-03-02"), 43200)
        with pytest.raises(ValueError, match="short intervals"):
            ep.Profile.of_history(history.table, history.interval)
        hours = frame(np.tile(np.arange(24.0), 14), freq="h", start="2026-03-02")
        hours.loc[24 * 7 :, "volume"] *= 3
        profile = ep.Profile.of_history(ep.Forecast(hours, 3600).table, 3600)
        assert profile.shares[0, 0] == pytest.approx(2 * np.arange(24.0))

    def test_intervals_of_some_hours_spread_within_themselves(self):
        four = ep.Forecast(frame([40, 80], freq="4h"), 14400)
        table = four.spread_evenly(interval=3600).table
        assert list(table["volume"]) == pytest.approx([10] * 4 + [20] * 4)

    def test_refuses_to_spread_short_intervals(self):
        with pytest.raises(ValueError, match="cannot be spread"):
            ep.Forecast(frame([1, 2]), 1800).spread_evenly()

    @pytest.mark.parametrize("hours", ["8-20", "08:00-08:00", "25:00-26:00", "08:61-09:00", ""])
    def test_refuses_odd_hours(self, hours):
        with pytest.raises(ValueError, match="hours must be"):
            days([1]).spread_evenly(hours)

    def test_profile_of_other_queues(self):
        profile = ep.Profile(np.ones((1, 7, 24)), ("b",))
        with pytest.raises(ep.InputError, match="no queue 'a'"):
            days([1]).spread(profile)
