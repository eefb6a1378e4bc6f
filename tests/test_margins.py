"""How much more a plan carries until its promise is missed."""

from __future__ import annotations

import math

import numpy as np
import pytest

import erlangplan as ep
from plans import one_morning, two_queues

AGENTS = 18


def with_agents(level: float, agents: float = AGENTS) -> ep.Requirement:
    """Return a plan of one interval whose agents come from a minimum."""
    asked = ep.Target(service_level=level, threshold=20, min_agents=int(agents))
    return ep.staff(one_morning([100.0]), asked, patience=300, over="day")


@pytest.mark.parametrize("over", ["interval", "day", "week"])
def test_at_its_margins_a_plan_just_meets_its_target(over: str) -> None:
    forecast, asked = two_queues(), {"patience": 200, "method": "stationary"}
    target = ep.Target("80/20", min_agents=2, max_occupancy=0.8)
    requirement = ep.staff(forecast, target, patience=200, over=over)  # type: ignore[arg-type]
    table = requirement.margins().table
    assert list(table["queue"].unique()) == ["large", "small"]
    for _, row in table.iterrows():
        rows = requirement.table[requirement.table["queue"] == row["queue"]]
        if over == "day":
            rows = rows[rows["start"].dt.normalize() == row["window"]]
        mine = ep.read_forecast(rows[["queue", "start", "volume", "aht"]], interval=1800)
        for scaled, share in (({"volume_factor": row["volume_factor"]}, 1.0),
                              ({"aht_factor": row["aht_factor"]}, 1.0),
                              ({}, 1 - row["absent"])):  # fmt: skip
            for more, met in ((0.0, True), (1e-4, False)):
                factors = {name: factor + more for name, factor in scaled.items()}
                agents = rows["agents"].to_numpy() * (share - (0 if scaled else more))
                found = ep.evaluate(mine, agents, "80/20", **asked, **factors)
                assert (found.total["service_level"].iloc[0] >= 0.8 - 2e-6) == met


def test_a_plan_for_less_says_what_it_lacks() -> None:
    forecast = one_morning([100.0, 120.0])
    short = ep.staff(forecast, "80/20", over="day", hours=13.5, floor=0.2)
    row = short.margins().table.iloc[0]
    assert row["service_level"] < 0.8
    assert row["volume_factor"] < 1 and row["aht_factor"] < 1 and row["absent"] < 0
    assert "more agents" in short.margins().summary()


def test_wide_margins_and_none() -> None:
    assert math.isinf(with_agents(0.5, 200).margins().table["volume_factor"][0])
    table = ep.staff(one_morning([0.0, 0.0]), "80/20", over="day").margins().table
    assert np.isnan(table["volume_factor"][0])


def test_margins_in_words() -> None:
    text = with_agents(0.8).margins().summary()
    row = with_agents(0.8).margins().table.iloc[0]
    assert text == (
        f"all, day from Mon 02 Mar: this plan carries {100 * (row['volume_factor'] - 1):+.1f} % "
        f"volume, {100 * (row['aht_factor'] - 1):+.1f} % handle time, or "
        f"{100 * row['absent']:.1f} % absent"
    )


def test_another_evaluator_is_asked() -> None:
    # Half of the contacts more than 100 are late, whoever is there.
    def evaluator(forecast: ep.Forecast, agents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        volume = forecast.table["volume"].to_numpy()
        return volume - np.maximum(volume - 100, 0) / 2, volume

    table = with_agents(0.8).margins(evaluator).table
    # 1 - (v - 100) / (2 v) = 0.8 at v = 166.67.
    assert table["volume_factor"][0] == pytest.approx(5 / 3, abs=2e-6)
    assert math.isinf(table["aht_factor"][0])


def test_counts_so_far_do_not_grow_with_the_rest() -> None:
    import pandas as pd

    forecast = one_morning([100.0])
    passed = pd.DataFrame({"start": [pd.Timestamp("2026-03-02 08:00")], "offered": 900.0,
                           "answered_within": 900.0})  # fmt: skip
    plain = ep.staff(forecast, "80/20, minimum 18", over="day")
    eased = ep.staff(forecast, "80/20, minimum 18", over="day", so_far=passed)
    assert eased.margins().table["absent"][0] > plain.margins().table["absent"][0]
