"""Plans for contracts keep every objective over its own window, and say which one decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import contracts
import erlangplan as ep
import plans
from contracts import read, small
from erlangplan.cli import main

MONTH = {"id": "month", "queue": "a", "target": "80/20"}
SHARE = {"id": "floor", "queue": "a", "target": "80/20", "aggregate": "share-of-intervals",
         "share": 0.75}  # fmt: skip
LOST = {"id": "lost", "queue": "a", "metric": "abandon_rate", "at_most": "3%"}
WAIT = {"id": "wait", "queue": "a", "metric": "asa", "at_most": "5s"}


def days(number: int = 3, queue: str = "a", peak: float = 40.0) -> ep.Forecast:
    """Return days of half-hours from 08:00 to 20:00 and quiet nights, from a Friday on."""
    start = pd.date_range("2026-03-20", periods=48 * number, freq="30min")
    hour = start.hour + start.minute / 60
    shape = np.where((hour >= 8) & (hour < 20), 1 + np.sin((hour - 8) / 12 * np.pi), 0)
    frame = pd.DataFrame({"queue": queue, "start": start, "volume": peak * shape, "aht": 240.0})
    return ep.read_forecast(frame)


def made(folder: Path, *objectives: dict[str, object], **tables: object) -> ep.Contract:
    return read(small(objective=list(objectives), **tables), folder)


def test_a_sum_alone_is_planned_as_staff_plans_it(tmp_path: Path) -> None:
    plan = ep.staff_contract(days(), made(tmp_path, MONTH), patience=180)
    alone = ep.staff(days(), "80/20", patience=180, over="month")
    assert plan.table["agents"].tolist() == alone.table["agents"].tolist()
    assert plan.objectives["predicted"].item() == pytest.approx(
        alone.windows["service_level"].item()
    )
    deciding = plan.table.loc[plan.table["volume"] > 0, "binding"]
    assert set(deciding) <= {"month", "floor"}


def test_without_a_longer_window_it_is_staff_itself(tmp_path: Path) -> None:
    contract = made(tmp_path, MONTH | {"window": "interval", "abandons": "ignore"})
    plan = ep.staff_contract(days(), contract, patience=180, shrinkage=0.3)
    alone = ep.staff(days(), "80/20, ignore", patience=180, shrinkage=0.3)
    assert plan.table["agents"].tolist() == alone.table["agents"].tolist()
    assert plan.table["scheduled"].tolist() == alone.table["scheduled"].tolist()


def level_of(forecast: ep.Forecast, target: str) -> Callable[[np.ndarray], np.ndarray]:
    """Return the service level of each interval with given agents, by single formulas."""
    table, load = forecast.table, forecast.load
    known = {
        (row, agents): float(
            ep.performance(load[row], agents, aht=table["aht"][row], target=target).service_level
        )
        for row in range(len(table))
        for agents in range(1, 40)
    }
    return lambda agents: np.array([known[row, int(n)] for row, n in enumerate(agents)])


@pytest.mark.parametrize("volume", [
    [30, 60, 90, 20], [100, 100, 100, 100], [4, 9, 70, 70], [25, 10, 55, 15],
])  # fmt: skip
def test_sum_and_share_together_are_as_cheap_as_trying_all(
    volume: list[float], tmp_path: Path
) -> None:
    forecast = plans.one_morning(volume)
    promise = small(
        queue=[{"name": "all"}],
        objective=[each | {"queue": "all"} for each in (MONTH, SHARE | {"share": 0.5})],
    )
    plan = ep.staff_contract(forecast, read(promise, tmp_path), floor=0.3)
    levels, offered = level_of(forecast, "80/20"), np.array(volume)
    own = plan.table["agents"].to_numpy()

    def keeps(agents: np.ndarray) -> bool:
        level = levels(agents)
        summed = (level * offered).sum() / offered.sum()
        return bool(summed >= 0.8 and (level >= 0.8).mean() >= 0.5 and level.min() >= 0.3)

    assert keeps(own)
    around = [range(max(1, n - 4), n + 4) for n in own]
    cheapest = min(sum(a) for a in product(*around) if keeps(np.array(a)))
    assert own.sum() <= cheapest + 1
    assert plan.objectives["kept"].all()


def test_the_share_costs_less_than_every_interval_and_more_than_the_sum(tmp_path: Path) -> None:
    forecast = days(7)

    def hours(*objectives: dict[str, object], **asked: object) -> float:
        contract = made(tmp_path, *objectives)
        plan = ep.staff_contract(forecast, contract, patience=180, **asked)  # type: ignore[arg-type]
        assert plan.objectives["kept"].all()
        return float(plan.table["agents"].sum())

    summed, both, every = hours(MONTH), hours(MONTH, SHARE), hours(MONTH, per_interval=True)
    assert summed < both < every
    assert hours(MONTH, SHARE | {"share": 1.0}) == every


def test_thin_intervals_are_not_judged(tmp_path: Path) -> None:
    forecast = plans.one_morning([100, 100, 3, 2])
    queue = [{"name": "all"}]
    share = SHARE | {"queue": "all", "share": 1.0}
    judged = read(small(queue=queue, objective=[share]), tmp_path)
    thin = read(small(queue=queue, objective=[share | {"min_contacts": 10}]), tmp_path)
    level = ep.staff_contract(forecast, thin).table["service_level"]
    assert (level[:2] >= 0.8).all()
    assert ep.staff_contract(forecast, judged).table["agents"].sum() > (
        ep.staff_contract(forecast, thin).table["agents"].sum()
    )


def test_a_guard_is_points_above_the_promise(tmp_path: Path) -> None:
    contract = made(tmp_path, MONTH, SHARE)
    plan = ep.staff_contract(days(), contract, guard=0.02)
    month, floor = plan.objectives.iloc[0], plan.objectives.iloc[1]
    assert (month["promised"], month["planned"]) == (0.8, 0.82)
    assert (floor["promised"], floor["planned"]) == (0.75, 0.77)
    assert month["predicted"] >= 0.82
    assert "planned for 82 %, promised at least 80 %" in plan.lines[0]
    alone = ep.staff_contract(days(), made(tmp_path, MONTH), guard=0.02)
    assert alone.table["agents"].tolist() == (
        ep.staff(days(), "82/20", over="month").table["agents"].tolist()
    )
    with pytest.raises(ValueError, match="guard must leave objective month below 100 %"):
        ep.staff_contract(days(), contract, guard=0.2)
    with pytest.raises(ValueError, match=r"guard must be in \[0, 1\), got 2; 2 % is 0.02"):
        ep.staff_contract(days(), contract, guard=2)


def test_limits_hold_over_their_window_and_are_used_up(tmp_path: Path) -> None:
    contract = made(tmp_path, MONTH, LOST, expires=date(2026, 3, 21))
    plan = ep.staff_contract(days(), contract, patience=180)
    lost = plan.objectives.set_index("objective").loc["lost"]
    assert 0.027 < lost["predicted"] <= 0.03
    assert lost["intervals"] > 0
    assert "24 intervals lie outside the contract's term and are planned too" in plan.notes
    each = ep.staff_contract(days(), made(tmp_path, MONTH, LOST | {"window": "interval"}),
                             patience=180)  # fmt: skip
    assert (each.table.loc[each.table["volume"] > 0, "abandonment"] <= 0.03 + 1e-9).all()
    assert plan.table["agents"].sum() < each.table["agents"].sum()


def test_a_limit_that_others_keep_costs_nothing(tmp_path: Path) -> None:
    lax = LOST | {"at_most": "30%"}
    alone = ep.staff_contract(days(), made(tmp_path, MONTH), patience=180)
    both = ep.staff_contract(days(), made(tmp_path, MONTH, lax), patience=180)
    assert both.table["agents"].tolist() == alone.table["agents"].tolist()


def test_a_mean_wait_is_kept_with_the_limits_of_the_settings(tmp_path: Path) -> None:
    contract = made(tmp_path, MONTH, WAIT)
    plan = ep.staff_contract(days(), contract, patience=180)
    assert plan.objectives["predicted"].tolist()[1] <= 5.0
    assert "promised at most 5.0 s" in plan.lines[1]
    settings = ep.Config(ep.Settings(ep.Target("50/60, asa 2s"), patience=180))
    for per_interval in (False, True):
        stricter = ep.staff_contract(
            days(), made(tmp_path, MONTH), config=settings, per_interval=per_interval
        )
        assert (stricter.table.loc[stricter.table["volume"] > 0, "asa"] <= 2.0 + 1e-9).all()


def test_without_patience_nobody_abandons_and_it_is_said(tmp_path: Path) -> None:
    plan = ep.staff_contract(days(), made(tmp_path, MONTH, LOST))
    assert any("lost decides nothing: without patience" in note for note in plan.notes)


def test_two_points_of_one_curve_are_both_kept(tmp_path: Path) -> None:
    tail = {"id": "tail", "queue": "a", "target": "97/60", "window": "day"}
    plan = ep.staff_contract(days(), made(tmp_path, MONTH, tail), patience=180)
    assert plan.objectives["kept"].all()
    assert len(plan.objectives) == 1 + 3
    decided = plan.objectives.groupby("objective")["intervals"].sum()
    assert decided["tail"] > 0


def test_fiscal_months_begin_where_the_contract_says(tmp_path: Path) -> None:
    contract = made(tmp_path, MONTH, month_starts_on=22)
    plan = ep.staff_contract(days(4), contract)
    assert plan.objectives["window"].dt.strftime("%Y-%m-%d").tolist() == [
        "2026-02-22", "2026-03-22",
    ]  # fmt: skip
    assert plan.objectives["kept"].all()


def test_volume_outside_hours_is_reported_and_not_staffed(tmp_path: Path) -> None:
    contract = made(
        tmp_path, MONTH, queue=[{"name": "a", "hours": "day"}],
        hours={"day": {"mon-fri": "08:00-18:00", "closed": [date(2026, 3, 23)]}},
    )  # fmt: skip
    forecast = days(4)  # Friday to Monday, which is closed
    plan = ep.staff_contract(forecast, contract)
    staffed = plan.table[plan.table["agents"] > 0]
    assert staffed["start"].min() == pd.Timestamp("2026-03-20 08:00")
    assert staffed["start"].max() == pd.Timestamp("2026-03-20 17:30")
    assert plan.outside["volume"].sum() + staffed["volume"].sum() == pytest.approx(forecast.volume)
    assert any("outside the hours 'day' and not staffed, first Fri 20 Mar 18:00" in n
               for n in plan.notes)  # fmt: skip


def test_hours_are_on_the_clock_of_the_contract(tmp_path: Path) -> None:
    table = days(1).table.assign(start=lambda frame: frame["start"].dt.tz_localize("UTC"))
    contract = made(
        tmp_path, MONTH, queue=[{"name": "a", "hours": "day"}], time_zone="Europe/Helsinki",
        hours={"day": {"mon-fri": "12:00-14:00"}},
    )  # fmt: skip
    plan = ep.staff_contract(ep.read_forecast(table), contract)
    staffed = plan.table.loc[plan.table["agents"] > 0, "start"]
    assert staffed.dt.strftime("%H:%M").tolist() == ["10:00", "10:30", "11:00", "11:30"]


def test_what_a_plan_cannot_keep_is_said_or_refused(tmp_path: Path) -> None:
    by_hand = {"id": "hand", "queue": "a", "metric": "manual", "at_least": 0.9}
    urgent = {"id": "urgent", "queue": "a", "target": "90/10", "match": {"priority": "urgent"}}
    plan = ep.staff_contract(days(1), made(tmp_path, urgent, MONTH, by_hand))
    assert [note for note in plan.notes if "not planned for" in note] == [
        "objective urgent is not planned for: the forecast does not tell contacts apart by "
        "priority",
        "objective hand is not planned for: manual does not follow from the number of agents",
    ]
    with pytest.raises(ep.InputError, match="no objective that a plan could keep for queue 'a'"):
        ep.staff_contract(days(1), made(tmp_path, by_hand))
    with pytest.raises(ep.InputError, match="'a' is not among its queues; known are b"):
        ep.staff_contract(days(1, queue="b"), made(tmp_path, MONTH))


def test_queues_of_their_own_and_others_left_out(tmp_path: Path) -> None:
    quick = {"id": "quick", "queue": "small", "target": "90/10", "window": "day"}
    contract = read(small(queue=[{"name": "small"}, {"name": "gone"}], objective=[quick]), tmp_path)
    plan = ep.staff_contract(plans.two_queues(), contract)
    assert set(plan.table["queue"]) == {"small"}
    assert plan.notes[:2] == (
        "the forecast has no queue gone", "not in the contract and left out: large",
    )  # fmt: skip
    assert plan.requirement.config.of("small").target == ep.Target("90/10")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    monkeypatch.chdir(tmp_path)
    days().table.to_csv("forecast.csv", index=False)
    (tmp_path / "acme.toml").write_text(contracts.as_toml(small(objective=[MONTH, SHARE])))

    def call(*args: str) -> int:
        with pytest.raises(SystemExit) as end:
            main(["staff", "forecast.csv", *args])
        code = end.value.code
        return 0 if code is None else int(code)

    return call


def test_staff_takes_a_contract(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run("--contract", "acme.toml", "--guard", "2%", "-o", "plan.csv", "-o", "plan.xlsx") == 0
    said = capsys.readouterr().err
    assert "a, month, month of 2026-03-01: " in said
    assert "planned for 82 %, promised at least 80 %; decides" in said
    expected = ep.staff_contract(
        ep.read_forecast("forecast.csv"), ep.read_contract("acme.toml"), guard=0.02
    )
    written = pd.read_csv("plan.csv")
    assert written["agents"].tolist() == expected.table["agents"].tolist()
    assert set(written["binding"]) == set(expected.table["binding"])
    assert (tmp_path / "plan.xlsx").exists()


@pytest.mark.parametrize(("args", "said"), [
    (["--contract", "acme.toml", "-t", "80/20"], "--target and --contract exclude each other"),
    (["--contract", "acme.toml", "--over", "week"], "--over and --contract exclude each other"),
    (["--contract", "acme.toml", "--method", "carry-over"], "stationary"),
    (["--guard", "2%"], "--guard belongs to a contract"),
    (["--per-interval"], "--per-interval belongs to a contract"),
    (["--contract", "acme.toml", "--guard", "2"], "2% or 0.02"),
])  # fmt: skip
def test_flags_that_do_not_go_together_are_wrong_usage(
    run: Callable[..., int], args: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*args) == 2
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())
