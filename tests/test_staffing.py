from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from plans import one_morning, two_queues

COLUMNS = [
    "queue", "start", "volume", "aht", "load", "agents", "binding", "service_level",
    "service_level_one_less", "service_level_one_more", "asa", "wait_p95", "abandonment",
    "occupancy", "scheduled", "scheduled_exact",
]  # fmt: skip


def test_table_holds_what_it_documents() -> None:
    table = ep.staff(one_morning(), "80/20").table
    assert list(table.columns) == COLUMNS
    for name in COLUMNS:
        assert name in str(ep.Requirement.__doc__)


def test_each_number_is_that_of_the_formulas() -> None:
    row = ep.staff(one_morning(), "80/20", shrinkage=0.3).table.iloc[0]
    exact = ep.performance(10, 14, aht=180, target="80/20")
    assert row["load"] == 10
    assert (row["agents"], row["scheduled"], row["scheduled_exact"]) == (14, 20, 20)
    assert row["service_level"] == exact.service_level
    assert row["asa"] == pytest.approx(7.84, abs=0.005)  # published with 100 calls of 180 s
    assert row["wait_p95"] == exact.wait_p95
    for step, name in ((-1, "service_level_one_less"), (1, "service_level_one_more")):
        assert row[name] == ep.performance(10, 14 + step, aht=180, target="80/20").service_level
    assert row["service_level_one_less"] < 0.8 <= row["service_level"]


def test_binding_says_which_part_decides() -> None:
    limits = {"80/20": "service_level", "80/20, occupancy 50%": "occupancy",
              "80/20, asa 1s": "asa", "80/20, minimum 30": "minimum"}  # fmt: skip
    for target, part in limits.items():
        assert ep.staff(one_morning(), target).table["binding"].iloc[0] == part


def test_no_volume_needs_nobody_or_the_stated_minimum() -> None:
    table = ep.staff(one_morning(), "80/20").table
    assert table["agents"].iloc[-1] == 0
    assert math.isnan(table["service_level"].iloc[-1])
    table = ep.staff(one_morning(), "80/20, minimum 2").table
    assert (table["agents"].iloc[-1], table["binding"].iloc[-1]) == (2, "minimum")


def test_abandonment_staffs_below_the_load() -> None:
    forecast = one_morning([1000.0], aht=180.0)  # 100 erlangs
    assert ep.staff(forecast, "70/20", patience=60).table["agents"].tolist() == [85]


def test_many_queues_are_planned_each_by_its_own_settings() -> None:
    config = ep.Config(
        ep.Settings(ep.Target("80/20")),
        {"small": ep.Settings(ep.Target("95/10"), patience=120.0)},
    )
    both = ep.staff(two_queues(), config=config)
    for name, target, patience in (("large", "80/20", None), ("small", "95/10", 120)):
        alone = two_queues().table
        alone = alone[alone["queue"] == name]
        expected = ep.staff(ep.read_forecast(alone), target, patience=patience).table
        found = both.table[both.table["queue"] == name]
        for column in ("agents", "service_level", "asa"):
            np.testing.assert_array_equal(found[column], expected[column])


def test_an_argument_wins_over_the_settings_of_every_queue() -> None:
    config = ep.Config(ep.Settings(), {"small": ep.Settings(ep.Target("95/10"))})
    won = ep.staff(two_queues(), "70/30", config=config).table
    pd.testing.assert_frame_equal(won, ep.staff(two_queues(), "70/30").table)


def test_settings_for_an_unknown_queue_are_refused() -> None:
    config = ep.Config(ep.Settings(), {"smal": ep.Settings()})
    with pytest.raises(ep.InputError, match="did you mean 'small'"):
        ep.staff(two_queues(), config=config)


def test_factors_scale_volume_and_handle_time() -> None:
    plain = ep.staff(one_morning([110.0, 154.0], aht=198.0), "80/20").table
    scaled = ep.staff(one_morning([100.0, 140.0]), "80/20", volume_factor=1.1, aht_factor=1.1).table
    np.testing.assert_array_equal(scaled["agents"], plain["agents"])
    np.testing.assert_allclose(scaled["load"], plain["load"], rtol=1e-14)


def test_long_intervals_are_refused_with_the_way_out() -> None:
    daily = pd.DataFrame(
        {"start": pd.date_range("2026-03-02", periods=3), "volume": 1200.0, "aht": 240.0}
    )
    with pytest.raises(ep.InputError, match="--profile FILE"):
        ep.staff(ep.read_forecast(daily), "80/20")


def test_a_target_out_of_reach_names_the_interval() -> None:
    with pytest.raises(ep.InfeasibleError, match="2026-03-02 09:00.*10 lines"):
        ep.staff(one_morning(), "80/20", lines=10)


def test_totals_are_sums_over_sums() -> None:
    requirement = ep.staff(two_queues(), "80/20", patience=180, shrinkage=0.25)
    table, total = requirement.table, requirement.total.iloc[0]
    busy = table[table["volume"] > 0]
    assert total["volume"] == pytest.approx(table["volume"].sum())
    assert total["agent_hours"] == table["agents"].sum() / 2
    assert total["paid_hours"] == pytest.approx(table["agents"].sum() / 2 / 0.75)
    weighted = (busy["volume"] * busy["service_level"]).sum() / busy["volume"].sum()
    assert total["service_level"] == pytest.approx(weighted, abs=1e-14)
    assert total["peak"] == table.groupby("start")["agents"].sum().max()
    assert requirement.queues["volume"].sum() == pytest.approx(total["volume"])
    assert requirement.days["agent_hours"].sum() == pytest.approx(total["agent_hours"])


@pytest.mark.parametrize("way", ["ignore", "exclude-within-threshold"])
def test_totals_divide_by_what_the_way_counts(way: str) -> None:
    target = ep.Target(service_level=0.8, threshold=20, abandons=way)
    requirement = ep.staff(two_queues(), target, patience=90)
    busy = requirement.table.query("volume > 0")
    counted = ep.Target(service_level=0.8, threshold=20)
    credited = ep.Target(service_level=0.8, threshold=20, abandons="credit-within-threshold")
    asked = {"load": busy["load"], "agents": busy["agents"], "aht": busy["aht"], "patience": 90}
    good = ep.performance(**asked, target=counted).service_level * busy["volume"]
    lost_early = ep.performance(**asked, target=credited).service_level * busy["volume"] - good
    answered = (1 - busy["abandonment"]) * busy["volume"]
    below = answered if way == "ignore" else busy["volume"] - lost_early
    assert requirement.total["service_level"].iloc[0] == pytest.approx(good.sum() / below.sum())


def test_fte_is_paid_hours_over_the_weeks_that_the_centre_is_open() -> None:
    start = [
        t
        for t in pd.date_range("2026-03-02 09:00", periods=5 * 48, freq="30min")
        if 9 <= t.hour < 17
    ]
    weekdays = ep.read_forecast(pd.DataFrame({"start": start, "volume": 1.0, "aht": 10.0}))
    total = ep.staff(weekdays, "50/20, minimum 4").total.iloc[0]
    assert total["agent_hours"] == 4 * 40  # four agents, Monday to Friday, eight hours
    assert total["fte"] == 4
    assert ep.staff(weekdays, "50/20, minimum 4", fte_hours=20).total["fte"].iloc[0] == 8


def test_summary_names_totals_days_and_what_to_beware_of() -> None:
    text = ep.staff(two_queues(), "80/20, ignore", patience=30).summary()
    assert text.startswith("Required agents: at least 80 % of contacts answered within 20 s")
    assert "Mon 02 Mar" in text
    assert "of contacts abandon, and the target sets no limit" in text
    assert "looks like a report's average time to abandon" in text
    busy = ep.staff(one_morning([2000.0] * 4), "80/20").summary()
    assert "occupancy stays above 90 % for 2 h from Mon 02 Mar 09:00" in busy


def test_a_result_shows_itself_in_a_notebook() -> None:
    page = ep.staff(one_morning(), "80/20")._repr_html_()
    assert "<table" in page and "Required agents" in page


def test_sweep_prices_each_point() -> None:
    table = ep.sweep(two_queues(), ["90/20", "70/20", "80/20"], shrinkage=0.3).table
    assert table["target"].tolist() == ["70% in 20s", "80% in 20s", "90% in 20s"]
    assert table["agent_hours"].is_monotonic_increasing
    assert math.isnan(table["hours_per_point"].iloc[0])
    steps = table["agent_hours"].diff().iloc[1:] / 10
    np.testing.assert_allclose(table["hours_per_point"].iloc[1:], steps)
    hours = [ep.staff(two_queues(), t).total["agent_hours"].iloc[0] for t in table["target"]]
    assert table["agent_hours"].tolist() == hours


def test_patience_is_total_wait_per_abandon() -> None:
    assert ep.estimate_patience(36_000, 120) == 300
    assert ep.estimate_patience(36_000, 0) == math.inf
    for wrong in ((-1, 2), (math.nan, 2), (10, -1), (0, 3)):
        with pytest.raises(ValueError, match="must be|total_wait"):
            ep.estimate_patience(*wrong)


def test_estimated_patience_recovers_the_patience_of_the_model() -> None:
    result = ep.performance(50, 48, aht=200, target="80/20", patience=170)
    assert ep.estimate_patience(result.wait_offered, result.abandonment) == pytest.approx(170)


@pytest.mark.parametrize("wrong", [{"patience": 0}, {"lines": 0}, {"fte_hours": 0},
                                   {"volume_factor": -1}, {"aht_factor": math.nan}])  # fmt: skip
def test_arguments_out_of_range_are_refused_by_name(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ep.staff(one_morning(), "80/20", **wrong)


def test_the_forecast_stays_as_it_was() -> None:
    forecast = two_queues()
    before = forecast.table.copy()
    ep.staff(forecast, "80/20", volume_factor=2)
    pd.testing.assert_frame_equal(forecast.table, before)


def test_sweep_prices_points_only_between_targets_that_differ_in_nothing_else() -> None:
    table = ep.sweep(one_morning(), ["80/20", "90/20", "80/10", "90/20, ignore"]).table
    assert table["target"].tolist() == [
        "80% in 20s", "90% in 20s", "90% in 20s, ignore", "80% in 10s",
    ]  # fmt: skip
    assert table["hours_per_point"].notna().tolist() == [False, True, False, False]
    assert ep.sweep(one_morning(), "80/20").table["agents"].tolist() == [18]


def test_a_frame_is_refused_with_the_way_to_a_forecast() -> None:
    with pytest.raises(TypeError, match="read_forecast"):
        ep.staff(one_morning().table, "80/20")  # type: ignore[arg-type]


def test_what_holds_for_all_queues_is_said_once() -> None:
    said = [r for r in ep.staff(two_queues(), "80/20", patience=60).remarks if "looks like" in r]
    assert len(said) == 1 and said[0].startswith("large, small: ")


def test_a_target_without_threshold_has_no_service_level() -> None:
    config = ep.Config(ep.Settings(ep.Target("asa 30s")), {"large": ep.Settings()})
    result = ep.staff(two_queues(), config=config)
    levels = result.queues.set_index("queue")["service_level"]
    assert math.isnan(levels["small"])
    assert result.total["service_level"].iloc[0] == pytest.approx(levels["large"])


def test_no_plan_is_overloaded() -> None:
    for target in ("abandonment 5%", "occupancy 100%", "asa 1h"):
        table = ep.staff(one_morning(), target).table
        assert (table["agents"] > table["load"])[table["volume"] > 0].all(), target


def test_occupancy_of_decimals_is_not_off_by_one() -> None:
    assert ep.required_agents(54 * 180 / 1800, aht=180, target="occupancy 60%").agents == 9


def test_what_was_scaled_is_among_the_assumptions() -> None:
    said = ep.staff(one_morning(), "80/20", volume_factor=1.2).assumptions
    assert ("Read as", "volume multiplied by 1.2") in said


@pytest.mark.parametrize("days", [1, 4, 5, 7])
def test_fte_of_a_part_of_a_week_is_that_of_the_week(days: int) -> None:
    start = pd.date_range("2026-03-02 09:00", periods=days * 48, freq="30min")
    start = start[(start.hour >= 9) & (start.hour < 17)]
    frame = pd.DataFrame({"start": start, "volume": 1.0, "aht": 10.0})
    total = ep.staff(ep.read_forecast(frame, interval=1800), "50/20, minimum 4").total.iloc[0]
    assert total["fte"] == pytest.approx(4 * 8 * max(5, days) / 40)
