"""Files beside the forecast: profiles, histories of waiting, agents."""

import io

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from vendor_files import FOLDER, ZONE


def text(*lines):
    return io.StringIO("\n".join(lines) + "\n")


class TestProfiles:
    SHARES = ("weekday,time,share", "Mon,08:00,30%", "Mon,09:00,70%", "Tuesday,08:00,100%")

    def test_shares_by_weekday(self):
        profile = ep.read_profile(text(*self.SHARES))
        assert profile.interval == 3600
        assert list(profile.shares[0, 0, 8:10]) == [30, 70]
        assert profile.shares[0, 1, 8] == 100
        assert profile.shares[0, 2:].sum() == 0

    def test_shares_without_weekday_hold_every_day(self):
        profile = ep.read_profile(text("time,share", "08:00,0.25", "08:30,0.75"))
        assert profile.interval == 1800
        assert (profile.shares[0, :, 16] == 0.25).all()

    def test_german_shares_by_queue(self):
        lines = ("Warteschlange;Wochentag;Uhrzeit;Anteil", "A;Mo;08:00;0,25", "A;Mo;08:30;0,75")
        profile = ep.read_profile(text(*lines, "B;Mo;08:00;1,0"))
        assert profile.queues == ("A", "B")
        assert profile.shares[1, 0, 16] == 1

    def test_history_becomes_a_profile(self):
        profile = ep.read_profile(FOLDER / "excel_german_semicolon_cp1252.csv", tz=ZONE)
        assert profile.interval == 1800
        monday = profile.shares[0, 0]
        assert monday[18] == 1142  # both Mondays are alike

    def test_daily_forecast_spread_by_history(self):
        daily = ep.read_forecast(FOLDER / "verint_strategic_daily_noheader.csv", tz=ZONE)
        profile = ep.read_profile(FOLDER / "truth_long.csv", tz=ZONE)
        spread = daily.spread(profile)
        assert len(spread.table) == 672
        days = spread.table["start"].dt.date
        sums = spread.table.groupby(days)["volume"].sum()
        assert np.abs(sums.to_numpy() - daily.table["volume"].to_numpy()).max() < 1e-9

    @pytest.mark.parametrize(
        ("line", "error"),
        [
            ("Mon,08:00,x", "row 5, column share"),
            ("Mon,08:00,-1", "row 5, column share"),
            ("Mon,08:00,", "row 5, column share"),
            ("Someday,08:00,1", "row 5, column weekday"),
            ("Mon,25:00,1", "row 5, column time"),
            ("Mon,09:00,70%", "stands twice"),
            ("Mon,09:17,1", "equal steps"),
        ],
    )
    def test_refused(self, line, error):
        with pytest.raises(ep.InputError, match=error):
            ep.read_profile(text(*self.SHARES, line))

    def test_a_daily_history_is_no_profile(self):
        with pytest.raises(ep.InputError, match="at most one hour"):
            ep.read_profile(FOLDER / "verint_strategic_daily_noheader.csv")


class TestHistories:
    CALLS = ("queue,wait_seconds,outcome", "a,10,answered", "a,20.5,abandoned", "b,5,answered")

    def test_call_by_call(self):
        table = ep.read_history(text(*self.CALLS)).set_index("queue")
        assert list(table.loc["a"]) == [2, 1, 30.5]
        assert list(table.loc["b"]) == [1, 0, 5]

    def test_means_of_answered_and_abandoned(self):
        lines = ("start,calls,answered,abandoned,asa_seconds,wait_abandoned_seconds",)
        table = ep.read_history(text(*lines, "08:00,10,8,2,15,40", "08:30,0,0,0,,"))
        assert list(table.iloc[0]) == ["all", 10, 2, 8 * 15 + 2 * 40]

    def test_totals(self):
        lines = ("date;offered;abandoned;total wait", "23.03.2026;10;2;1.250,5")
        table = ep.read_history(text(*lines))
        assert list(table.iloc[0]) == ["all", 10, 2, 1250.5]

    def test_mean_of_all_as_clock(self):
        lines = ("date,offered,answered,avg wait time", "2026-03-23,10,8,0:30")
        assert ep.read_history(text(*lines))["total_wait"][0] == 300

    @pytest.mark.parametrize(
        ("line", "error"),
        [
            ("a,-1,answered", "row 5, column wait_seconds"),
            ("a,,answered", "row 5, column wait_seconds"),
            ("a,5,maybe", "row 5, column outcome"),
            (",5,answered", "row 5, column queue"),
        ],
    )
    def test_refused_calls(self, line, error):
        with pytest.raises(ep.InputError, match=error):
            ep.read_history(text(*self.CALLS, line))

    def test_waits_of_abandoned_alone_are_refused(self):
        with pytest.raises(ep.InputError, match="waits of all contacts"):
            ep.read_history(text("offered,abandoned,avg time to abandon", "10,2,60"))

    def test_counts_that_contradict_each_other(self):
        with pytest.raises(ep.InputError, match="contradict"):
            ep.read_history(text("offered,abandoned,avg wait time", "10,12,60"))


class TestAgents:
    LINES = ("queue,start,agents,scheduled", "b,2026-03-23 08:00,3.5,5", "b,2026-03-23 08:30,4,6")

    def test_long(self):
        table = ep.read_agents(text(*self.LINES, "a,2026-03-23 08:00,1,2"))
        assert list(table) == ["queue", "start", "agents", "scheduled"]
        assert list(table["agents"]) == [1, 3.5, 4]

    def test_wide(self):
        table = ep.read_agents(text("Time;23.03.2026;24.03.2026", "08:00;3,5;4", "08:30;5;6"))
        assert list(table["agents"]) == [3.5, 5, 4, 6]
        assert table["start"][3] == pd.Timestamp("2026-03-24 08:30")

    def test_requirement_that_reads_back(self):
        lines = (
            "queue,start,volume,aht,load,agents,binding,scheduled,scheduled_exact",
            "a,2026-03-23T08:00:00+01:00,10,240,1.333,4,service_level,6,5.714",
            "a,2026-03-23T08:30:00+01:00,12,240,1.6,4,service_level,6,5.714",
        )
        table = ep.read_agents(text(*lines), tz=ZONE)
        assert list(table["agents"]) == [4, 4]
        assert str(table["start"].dt.tz) == ZONE

    @pytest.mark.parametrize("cell", ["-1", "x", "", "nan"])
    def test_refused(self, cell):
        with pytest.raises(ep.InputError, match="row 4, column agents"):
            ep.read_agents(text(*self.LINES, f"b,2026-03-23 09:00,{cell},2"))


class TestSourcesAndTexts:
    @pytest.mark.parametrize("reader", [ep.read_forecast, ep.read_agents, ep.read_history])
    def test_what_is_no_source_is_named(self, reader):
        starts = pd.date_range("2026-03-23 08:00", periods=2, freq="30min")
        frame = pd.DataFrame({"queue": "a", "start": starts, "volume": 10, "aht": 240.0})
        forecast = ep.Forecast(frame, 1800)
        with pytest.raises(TypeError, match=r"got Forecast; its DataFrame is \.table"):
            reader(forecast)
        with pytest.raises(TypeError, match=r"got NoneType$"):
            reader(None)

    def test_a_nul_in_a_name_is_refused(self):
        starts = pd.date_range("2026-03-23 08:00", periods=4, freq="30min")
        queues = ["a\0b", "a\0b", "a\0c", "a\0c"]
        frame = pd.DataFrame({"queue": queues, "start": starts, "volume": 10, "aht": 240.0})
        for reader in (ep.read_forecast, ep.read_agents):
            with pytest.raises(ep.InputError, match="row 1, column queue.*without a NUL"):
                reader(frame.assign(agents=1))
        with pytest.raises(ep.InputError, match="NUL"):
            ep.Forecast(frame, 1800)
        with pytest.raises(ep.InputError, match="NUL"):
            ep.Forecast(frame.astype({"queue": "category"}), 1800)
