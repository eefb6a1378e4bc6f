"""The cheapest plan for a promise over a day, a week or a month."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import erlangplan as ep
from plans import one_morning, two_queues

WAYS = [way for way in ep.WAYS if not way.endswith("-short")]


def target(level: float = 0.8, way: str = "count", **limits: float) -> ep.Target:
    short = {"short_abandon": 5.0} if way.endswith("-short") else {}
    return ep.Target(service_level=level, threshold=20, abandons=way, **short, **limits)


def starter(queue: str | None = None) -> ep.Forecast:
    frame = ep.starter_forecast()
    return ep.read_forecast(frame if queue is None else frame[frame["queue"] == queue])


def windows_of(requirement: ep.Requirement) -> pd.DataFrame:
    assert requirement.windows is not None
    return requirement.windows


def least_by_trying(
    forecast: ep.Forecast, asked: ep.Target, floor: float, most: int, patience: float | None
) -> float:
    """Return the fewest agent-intervals of all choices up to `most` agents per interval."""
    volume = forecast.table["volume"].to_numpy()
    good, under = np.zeros((2, most + 1, len(volume)))
    fine = np.zeros((most + 1, len(volume)), dtype=bool)
    for agents in range(most + 1):
        found = ep.evaluate(forecast, agents, asked, patience=patience, method="stationary")
        level = found.table["service_level"].to_numpy()
        under[agents] = np.nan_to_num(volume * found.totals.parts["counted"].to_numpy())
        good[agents] = np.nan_to_num(under[agents] * level)
        fine[agents] = (volume == 0) | ((agents > 0) & (level >= floor))
    choices = np.array(list(product(range(most + 1), repeat=len(volume))))
    place = choices, np.arange(len(volume))
    beyond = good[place].sum(axis=1) - asked.service_level * under[place].sum(axis=1)
    return float(choices.sum(axis=1)[fine[place].all(axis=1) & (beyond >= -1e-9)].min(initial=99))


@pytest.mark.parametrize("way", ep.WAYS)
@pytest.mark.parametrize("floor", [0.0, 0.5])
def test_no_choice_of_agents_is_cheaper(way: str, floor: float) -> None:
    forecast, asked = one_morning([12.0, 25.0, 4.0, 0.0]), target(0.75, way)
    requirement = ep.staff(forecast, asked, patience=120, over="day", floor=floor)
    row = windows_of(requirement).iloc[0]
    best = least_by_trying(forecast, asked, floor, 7, patience=120) * 0.5
    assert row["bound"] <= best + 1e-9
    assert best <= row["agent_hours"] <= best + 0.5
    assert requirement.table["agents"].sum() / 2 == row["agent_hours"] == row["cost"]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.just(0.0) | st.floats(0.01, 30), min_size=1, max_size=3).filter(any),
    st.sampled_from([None, 90.0]), st.floats(0.3, 0.95), st.sampled_from([0.0, 0.25]),
)  # fmt: skip
def test_random_mornings_are_within_an_agent_of_the_best(
    volume: list[float], patience: float | None, level: float, floor: float
) -> None:
    forecast, asked = one_morning(volume), target(level)
    row = windows_of(ep.staff(forecast, asked, patience=patience, over="day", floor=floor)).iloc[0]
    best = least_by_trying(forecast, asked, floor, 10, patience=patience) * 0.5
    assert row["bound"] <= best + 1e-9
    assert best <= row["agent_hours"] + 1e-9
    assert row["agent_hours"] <= max(best * 1.001, row["bound"] + 0.5) + 1e-9


@pytest.mark.parametrize("way", ep.WAYS)
@pytest.mark.parametrize("over", ["day", "week"])
def test_windows_add_up_to_what_evaluate_finds(way: str, over: str) -> None:
    forecast, asked = starter(), target(0.8, way)
    requirement = ep.staff(forecast, asked, patience=240, over=over)  # type: ignore[arg-type]
    windows = windows_of(requirement)
    evaluation = ep.evaluate(forecast, requirement, method="stationary")
    if over == "week":
        found = evaluation.queues["service_level"]
    else:
        found = evaluation.days["service_level"]
        assert windows["window"].tolist() == evaluation.days["day"].tolist()
    np.testing.assert_allclose(windows["service_level"], found, rtol=0, atol=1e-12)
    busy = windows["volume"] > 0
    assert (windows.loc[busy, "service_level"] >= 0.8 - 1e-12).all()
    assert windows["agent_hours"].sum() == pytest.approx(requirement.total["agent_hours"].iloc[0])
    levels = requirement.table.loc[requirement.table["volume"] > 0, "service_level"]
    assert levels.min() >= 0.5


@pytest.mark.parametrize("way", ep.WAYS)
@pytest.mark.parametrize("patience", [None, 120.0])
def test_a_week_of_the_starter_is_within_the_gap(way: str, patience: float | None) -> None:
    for floor in (0.3, 0.6):
        windows = windows_of(ep.staff(starter(), target(0.8, way), patience=patience, over="week",
                                      floor=floor))  # fmt: skip
        allowed = np.maximum(0.001 * windows["bound"], 0.5) + 1e-9
        assert (windows["cost"] - windows["bound"] <= allowed).all()
        assert (windows["gap"] <= 0.001).all()
        assert (windows["saved_hours"] > 0).all()


def test_costs_move_agents_out_of_dear_hours() -> None:
    forecast = starter("Orders")
    hour = forecast.table["start"].dt.hour
    dear = (hour >= 14).to_numpy()
    cost = np.where(dear, 2.0, 1.0)
    plain = ep.staff(forecast, "80/20", patience=240, over="week")
    priced = ep.staff(forecast, "80/20", patience=240, over="week", cost=cost)
    row = windows_of(priced).iloc[0]
    hours = priced.table["agents"].to_numpy() / 2
    assert row["cost"] == pytest.approx(cost @ hours)
    assert row["cost"] <= cost @ (plain.table["agents"].to_numpy() / 2)
    assert hours[dear].sum() < plain.table["agents"].to_numpy()[dear].sum() / 2
    assert row["cost"] - row["bound"] <= max(0.001 * row["bound"], 1.0)
    assert priced.total["cost"].iloc[0] == priced.table["cost"].sum() == pytest.approx(row["cost"])
    assert priced.days["cost"].sum() == pytest.approx(row["cost"])
    assert ("Cost of an agent hour", "from 1 to 2") in priced.assumptions
    frame = forecast.table[["start"]].assign(cost=cost)
    same = ep.staff(forecast, "80/20", patience=240, over="week", cost=frame)
    np.testing.assert_array_equal(same.table["agents"], priced.table["agents"])


def test_costs_that_do_not_fit_are_refused() -> None:
    forecast = two_queues()
    asked = {"over": "week"}
    with pytest.raises(ValueError, match="one value per row"):
        ep.staff(forecast, cost=[1.0, 2.0], **asked)
    with pytest.raises(ValueError, match="cost must be a finite number > 0, got -1"):
        ep.staff(forecast, cost=np.full(len(forecast.table), -1.0), **asked)
    frame = forecast.table[["queue", "start"]].assign(cost=1.0)
    with pytest.raises(ep.InputError, match="missing for 1 intervals.*large, 2026-03-02 08:00"):
        ep.staff(forecast, cost=frame[frame.index != 16], **asked)
    with pytest.raises(ep.InputError, match="does not have: tiny"):
        ep.staff(forecast, cost=frame.assign(queue="tiny"), **asked)
    with pytest.raises(ep.InputError, match="stands twice"):
        ep.staff(forecast, cost=pd.concat([frame, frame.head(1)]), **asked)
    with pytest.raises(ep.InputError, match="column cost: 'dear'"):
        ep.staff(forecast, cost=frame.assign(cost="dear"), **asked)


def test_more_is_never_cheaper() -> None:
    forecast = starter("Orders")
    by_level = [windows_of(ep.staff(forecast, target(level), over="week", floor=0.4))["cost"][0]
                for level in (0.5, 0.7, 0.8, 0.9, 0.99)]  # fmt: skip
    by_floor = [windows_of(ep.staff(forecast, "80/20", over="week", floor=floor))["cost"][0]
                for floor in (0.0, 0.3, 0.5, 0.7, 0.8)]  # fmt: skip
    by_window = [ep.staff(forecast, "80/20", over=over).total["agent_hours"][0]
                 for over in ("month", "week", "day", "interval")]  # fmt: skip
    for costs in (by_level, by_floor, by_window):
        assert costs == sorted(costs)
        assert costs[0] < costs[-1]


def test_one_day_is_one_week_where_there_is_no_more() -> None:
    frame = ep.starter_forecast()
    monday = ep.read_forecast(frame[frame["start"] < "2026-03-03"])
    day, week, month = (ep.staff(monday, "80/20", patience=180, over=over)
                        for over in ("day", "week", "month"))  # type: ignore[arg-type]  # fmt: skip
    for other in (week, month):
        np.testing.assert_array_equal(day.table["agents"], other.table["agents"])


@pytest.mark.parametrize("way", WAYS)
def test_hours_and_target_are_inverse(way: str) -> None:
    forecast = starter("Support")
    by_target = ep.staff(forecast, target(0.8, way), patience=240, over="week")
    hours = by_target.total["agent_hours"].iloc[0]
    by_hours = ep.staff(forecast, target(0.8, way), patience=240, over="week", hours=hours)
    level = by_hours.total["service_level"].iloc[0]
    assert by_hours.total["agent_hours"].iloc[0] <= hours
    assert by_target.total["service_level"].iloc[0] <= level + 1e-12
    assert level <= by_hours.best_level <= level + 1e-3
    back = ep.staff(forecast, target(level - 1e-9, way), patience=240, over="week")
    assert back.total["agent_hours"].iloc[0] == hours
    # One agent-interval fewer cannot keep what the least hours keep.
    less = ep.staff(forecast, target(0.8, way), patience=240, over="week", hours=hours - 0.5)
    assert less.total["service_level"].iloc[0] < 0.8


def test_given_hours_are_best_spent_by_trying_all() -> None:
    forecast, asked = one_morning([12.0, 25.0, 4.0]), target()
    requirement = ep.staff(forecast, asked, patience=120, over="day", floor=0, hours=5.0)
    volume = forecast.table["volume"].to_numpy()
    good = [ep.evaluate(forecast, n, asked, patience=120, method="stationary")
            .table["service_level"].to_numpy() * volume for n in range(9)]  # fmt: skip
    best = max(sum(good[n][i] for i, n in enumerate(choice)) for choice in
               product(range(1, 9), repeat=3) if sum(choice) <= 10) / volume.sum()  # fmt: skip
    level = requirement.total["service_level"].iloc[0]
    assert level <= best + 1e-12 <= requirement.best_level + 1e-9
    assert level >= best - 0.02


def test_hours_that_do_not_suffice_for_the_floor_name_those_that_do() -> None:
    forecast = starter("Orders")
    with pytest.raises(ep.InfeasibleError, match=r"100 agent hours.*need ([0-9.]+)") as raised:
        ep.staff(forecast, "80/20", over="week", hours=100)
    need = float(str(raised.value).rsplit(" ", 1)[1])
    least = ep.staff(forecast, "80/20", over="week", hours=need)
    assert least.total["agent_hours"].iloc[0] == need
    assert set(least.table["binding"]) <= {"floor", "minimum"}


def test_limits_hold_in_every_interval_and_say_that_they_bind() -> None:
    forecast = starter("Orders")
    asked = target(0.6, max_occupancy=0.7, max_asa=60.0, min_agents=3)
    table = ep.staff(forecast, asked, patience=300, over="week", floor=0.2).table
    busy = table[table["volume"] > 0]
    assert busy["occupancy"].max() <= 0.7
    assert busy["asa"].max() <= 60
    assert table["agents"].min() == 3
    assert "occupancy" in set(table["binding"])
    assert set(table.loc[table["volume"] == 0, "binding"]) == {"minimum"}


def test_binding_tells_the_window_from_the_floor() -> None:
    table = ep.staff(starter(), "80/20", patience=240, over="week", floor=0.6).table
    busy = table[table["volume"] > 0]
    floor, window = (busy[busy["binding"] == name] for name in ("floor", "window"))
    assert len(floor) and len(window)
    assert (floor["service_level_one_less"] < 0.6).all()
    assert (window["service_level_one_less"] >= 0.6).all()


def test_small_intervals_are_exempt_from_the_floor() -> None:
    forecast = one_morning([100.0, 100.0, 0.5, 3.0], aht=600.0)
    asked = {"over": "day", "floor": 0.7, "patience": 60}
    strict = ep.staff(forecast, "75/20", **asked).table
    lax = ep.staff(forecast, "75/20", min_contacts=2, **asked).table
    assert strict["service_level"].min() >= 0.7
    assert lax["agents"].min() >= 1
    big = lax["volume"] >= 2
    assert lax.loc[big, "service_level"].min() >= 0.7
    assert lax["agents"].sum() <= strict["agents"].sum()


def test_settings_of_each_queue_hold_for_its_windows() -> None:
    config = ep.Config(ep.Settings(ep.Target("80/20")),
                       {"small": ep.Settings(ep.Target("90/60"), patience=120.0)})  # fmt: skip
    both = ep.staff(two_queues(), config=config, over="week")
    assert windows_of(both)["target"].tolist() == [0.8, 0.9]
    for name, asked, patience in (("large", "80/20", None), ("small", "90/60", 120)):
        rows = two_queues().table.query("queue == @name")
        alone = ep.staff(ep.read_forecast(rows), asked, patience=patience, over="week")
        mine = both.table[both.table["queue"] == name]
        np.testing.assert_array_equal(mine["agents"], alone.table["agents"])


def test_few_lines_limit_what_a_window_can_reach() -> None:
    forecast = one_morning([100.0, 140.0, 80.0])
    with pytest.raises(ep.InfeasibleError, match="day of 2026-03-02: no agents reach 80 %.*best"):
        ep.staff(forecast, "80/20", lines=10, over="day", floor=0.3)
    lined = ep.staff(forecast, "80/20", lines=14, over="day", floor=0.3)
    assert lined.table["agents"].max() <= 14
    assert windows_of(lined)["service_level"][0] >= 0.8


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"floor": 0.5}, "floor belongs to a promise over a longer window"),
        ({"hours": 10, "cost": [1.0]}, "hours, cost belong"),
        ({"over": "week", "floor": 1.0}, r"floor must be in \[0, 1\), got 1"),
        ({"over": "week", "floor": 60}, "got 60; 60 % is 0.6"),
        ({"over": "week", "floor": 0.9}, "floor must be at most the target's service level 0.8"),
        ({"over": "week", "min_contacts": -1}, "min_contacts must be a number >= 0"),
        ({"over": "week", "hours": -1}, "hours must be a finite number >= 0"),
        ({"over": "year"}, "over must be one of interval, day, week, month, got 'year'"),
        ({"over": "week", "target": "asa 30s"}, "without a service level"),
        ({"method": "guess"}, "method must be"),
    ],
)  # fmt: skip
def test_terms_out_of_range_are_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ep.staff(one_morning(), **given)  # type: ignore[arg-type]


def test_interval_by_interval_stays_as_it_was() -> None:
    requirement = ep.staff(one_morning(), "80/20")
    assert (requirement.over, requirement.windows, requirement.terms) == ("interval", None, None)
    assert "window" not in requirement.table["binding"].cat.categories
    assert "cost" not in requirement.total


def test_summary_compares_and_warns() -> None:
    text = ep.staff(starter(), "80/20", patience=240, over="week", floor=0.4).summary()
    assert text.startswith("Required agents over each week (at least 40 % in every interval)")
    assert "fewer than the 1,707.5 with which every interval would keep the promise" in text
    assert "no plan that keeps the promise costs less" in text
    assert "Support: lowest are" in text and "5 % wait longer than" in text
    assert "the saving is made at their cost" in text
    calm = ep.staff(starter(), "80/20", patience=240, over="week", floor=0.7).summary()
    assert "the saving is made at their cost" not in calm


def test_the_end_of_a_forecast_within_a_window_is_said() -> None:
    frame = ep.starter_forecast()
    part = ep.read_forecast(frame[frame["start"].between("2026-03-04", "2026-03-06")])
    text = ep.staff(part, "80/20", over="week").summary()
    assert "planned from Wed 04 Mar on, and what came before is unknown" in text
    assert "the forecast ends on Fri 06 Mar and the week on Sun 08 Mar" in text
    whole = ep.staff(starter(), "80/20", over="week").summary()
    assert "forecast ends" not in whole and "unknown" not in whole
    closed = [frame.assign(start=frame["start"] + pd.Timedelta(weeks=week)) for week in range(3)]
    weekdays = pd.concat(closed)
    weekdays = weekdays[weekdays["start"].dt.day_of_week < 5]
    text = ep.staff(ep.read_forecast(weekdays), "80/20", over="week").summary()
    assert "forecast ends" not in text
