"""Planning against pyworkforce, HiGHS and CP-SAT, each in a process of its own.

Each test has its plan checked by code that planned nothing, then measures in one run. Without
measuring, small plans are made and checked, beside short runs of a peer.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import erlangplan as ep
import schedules
from erlangplan.scheduling.checking import check_plan

HERE = Path(__file__).parent
LIMIT = 60.0


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    tours = schedules.three_lengths("06:00/6h/18:00", tours=True)
    for rules in (schedules.one_shift("06:00/4h/18:00"), tours):
        ep.schedule(schedules.required(3, 7), rules, time_limit=20, gap=0.2)


def sound(plan: ep.Schedule, needed: pd.DataFrame) -> ep.Schedule:
    assert plan.rules is not None
    asked = needed[["start", "agents"]].assign(queue=plan.queues[0])
    assert check_plan(plan, plan.rules, asked, cyclic=plan.cyclic) == ()
    return plan


def planned(needed: pd.DataFrame, rules: ep.WorkRules, **asked: Any) -> tuple[ep.Schedule, float]:
    """Return a checked plan that covers all, and the seconds that it took."""
    begin = time.perf_counter()
    plan = ep.schedule(needed, rules, week="cyclic", **asked)
    seconds = time.perf_counter() - begin
    assert plan.coverage["short"].max() == 0
    return sound(plan, needed), seconds


def timed(
    benchmark: BenchmarkFixture, needed: pd.DataFrame, rules: ep.WorkRules, **asked: Any
) -> tuple[ep.Schedule, float]:
    found: tuple[ep.Schedule, float] = benchmark.pedantic(
        planned, args=(needed, rules), kwargs=asked, rounds=1
    )
    return found


def tell(benchmark: BenchmarkFixture, text: str) -> None:
    benchmark.extra_info["figures"] = text
    print(text)


def asked_of(peer: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a peer that takes and gives JSON."""
    pytest.importorskip("pyworkforce", reason="peers are an extra: pip install .[peers]")
    words = [sys.executable, str(HERE / peer)]
    done = subprocess.run(
        words, input=json.dumps(given), check=True, capture_output=True, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@contextmanager
def told_by(peer: str, program: Path, limit: float) -> Iterator[Iterator[tuple[float, float]]]:
    """Yield seconds and cost of the plans that a solver finds alone, and end it at last."""
    words = [sys.executable, str(HERE / peer), str(program), str(limit)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = (line.split() for line in process.stdout)
        try:
            yield ((float(line[0]), float(line[1])) for line in lines)
        finally:
            process.kill()


def first_below(peer: str, program: Path, enough: float, limit: float) -> tuple[float, float]:
    """Return when a solver alone first has a plan of at most a cost (else never), and its best."""
    best = math.inf
    with told_by(peer, program, limit) as news:
        for seconds, cost in news:
            best = min(best, cost)
            if best <= enough:
                return seconds, best
    return math.inf, best


def program_file(folder: Path, needed: pd.DataFrame, rules: ep.WorkRules) -> Path:
    path = folder / "program.npz"
    np.savez(path, **schedules.program_of(needed, rules))
    return path


def since(seconds: float, limit: float) -> str:
    return f"{seconds:.1f} s" if seconds < math.inf else f"not within {limit:.0f} s"


def columns_of(rules: ep.WorkRules, periods: int) -> dict[str, list[int]]:
    """Return each start with each placement of its breaks as a column of ones, round the clock."""
    shift, columns = rules.shifts[0], {}
    length = round(shift.presence[0] / schedules.QUARTER)
    am, lunch, pm = (
        range(round(low / schedules.QUARTER), round(high / schedules.QUARTER) + 1)
        for low, high in shift.break_windows(shift.presence[0], weekday=0)
    )
    for start in (round(second / schedules.QUARTER) for second in shift.starts):
        for first, second, third in ((i, j, k) for i in am for j in lunch for k in pm):
            away = {first, second, second + 1, third}
            column = [0] * periods
            for at in range(length):
                column[(start + at) % periods] = int(at not in away)
            columns[f"{start} {first} {second} {third}"] = column
    return columns


def test_a_day_against_explicit_columns(benchmark: BenchmarkFixture) -> None:
    full = benchmark.enabled
    needed = schedules.required(200 if full else 20, 1)
    rules = schedules.one_shift() if full else schedules.one_shift("00:00/3h/21:00")
    plan, seconds = timed(benchmark, needed, rules, gap=0, time_limit=LIMIT)
    assert plan.status == "optimal"
    columns = columns_of(rules, len(needed))
    given = {"columns": columns, "required": needed["agents"].astype(int).tolist(), "limit": 240}
    peer = asked_of("peers_columns.py", given)
    assert peer["status"] == "OPTIMAL"
    assert peer["people"] == len(plan.table)
    if full:
        seconds = min(seconds, planned(needed, rules, gap=0, time_limit=LIMIT)[1])
        ratio = peer["seconds"] / seconds
        tell(
            benchmark,
            f"day of {len(plan.table)} people, optimum: {seconds:.2f} s; pyworkforce on "
            f"{len(columns):,} columns {peer['seconds']:.1f} s: {ratio:.0f} times",
        )
        assert ratio >= 20


def test_a_day_of_flexible_lengths(benchmark: BenchmarkFixture) -> None:
    full = benchmark.enabled
    days = [schedules.required(200 if full else 15, 1, seed) for seed in range(1, 5 if full else 2)]
    rules = schedules.flexible_shift() if full else schedules.flexible_shift("00:00/2h/22:00")
    asked = {"gap": 0.0005 if full else 0.03, "time_limit": LIMIT if full else 4}

    def plan_days() -> list[tuple[ep.Schedule, float]]:
        return [planned(needed, rules, **asked) for needed in days]

    plans = benchmark.pedantic(plan_days, rounds=1)
    gap, seconds = max(plan.gap for plan, _ in plans), sum(taken for _, taken in plans)
    assert gap <= (0.0005 if full else 0.1)
    if full:
        fixed = sum(
            planned(needed, schedules.one_shift(), gap=0, time_limit=LIMIT)[1] for needed in days
        )
        tell(
            benchmark,
            f"{len(days)} days of 5 to 9 h: gap at most {gap:.3%} in {seconds:.2f} s, "
            f"{seconds / fixed:.1f} times the {fixed:.2f} s of 8 h 30",
        )
        assert seconds <= 2 * fixed


def test_a_week_of_400_against_highs(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    full = benchmark.enabled
    needed = schedules.required(400 if full else 40, 7)
    rules = schedules.three_lengths() if full else schedules.three_lengths("00:00/3h/21:00")
    gap = 0.004 if full else 0.06
    plan, seconds = timed(benchmark, needed, rules, gap=gap, time_limit=LIMIT)
    assert plan.gap <= gap
    if full:
        seconds = min(seconds, planned(needed, rules, gap=gap, time_limit=LIMIT)[1])
        program, limit = program_file(tmp_path, needed, rules), max(30.0, 6 * seconds)
        when, best = first_below("peers_highs.py", program, plan.bound / (1 - gap), limit)
        tell(
            benchmark,
            f"week of 400 at the peak: gap {plan.gap:.2%} in {seconds:.2f} s; HiGHS alone at "
            f"{gap:.1%}: {since(when, limit)} (then {1 - plan.bound / best:.2%})",
        )
        assert when >= 5 * seconds


def test_a_week_of_100_against_solvers(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    full = benchmark.enabled
    needed = schedules.required(100 if full else 25, 7)
    rules = schedules.three_lengths() if full else schedules.three_lengths("00:00/4h/20:00")
    gap = 0.013 if full else 0.08
    plan, seconds = timed(benchmark, needed, rules, gap=gap, time_limit=LIMIT)
    assert plan.gap <= gap
    if full:
        program, limit = program_file(tmp_path, needed, rules), max(30.0, 2 * seconds)
        enough = plan.bound / 0.95
        peers = {
            "HiGHS": first_below("peers_highs.py", program, enough, limit),
            "CP-SAT": first_below("peers_cpsat.py", program, enough, limit),
        }
        small, longer = planned(needed, rules, gap=0.006, time_limit=LIMIT)
        told = "; ".join(
            f"{name} below 5 %: {since(when, limit)} (then {1 - plan.bound / best:.1%})"
            for name, (when, best) in peers.items()
        )
        tell(
            benchmark,
            f"week of 100 at the peak: gap {plan.gap:.2%} in {seconds:.2f} s, {small.gap:.2%} in "
            f"{longer:.1f} s; {told}",
        )
        assert all(when > seconds for when, _ in peers.values())


@pytest.mark.parametrize("peak", [100, 400])
def test_tours_of_five_days_against_highs(
    benchmark: BenchmarkFixture, tmp_path: Path, peak: int
) -> None:
    full = benchmark.enabled
    needed = schedules.required(peak if full else peak // 10, 7)
    starts = "00:00/30min/23:30" if full else "00:00/3h/21:00"
    rules = schedules.three_lengths(starts, tours=True)
    limit = LIMIT if full else 4.0
    plan, seconds = timed(benchmark, needed, rules, gap=0, time_limit=limit)
    assert seconds <= 1.2 * limit + 2  # the check of the plan comes after the search
    assert plan.gap <= 0.3
    if full:
        program = program_file(tmp_path, needed, rules)
        _, best = first_below("peers_highs.py", program, 0.0, limit)
        tell(
            benchmark,
            f"tours, {peak} at the peak: gap {plan.gap:.2%} in {seconds:.0f} s; HiGHS alone "
            f"{1 - plan.bound / best:.2%} in {limit:.0f} s",
        )
        assert plan.cost < best


def test_the_service_level_of_a_week(benchmark: BenchmarkFixture) -> None:
    full = benchmark.enabled
    requirement = ep.staff(schedules.forecast(100 if full else 15), "80/20")
    rules = schedules.three_lengths() if full else schedules.three_lengths("00:00/3h/21:00")
    asked: dict[str, Any] = {
        "objective": "service_level",
        "gap": 0.003 if full else 0.05,
        "time_limit": LIMIT if full else 5,
        "breaks_in_shrinkage": False,
        "week": "cyclic",
    }

    def plan_it() -> tuple[ep.Schedule, float]:
        begin = time.perf_counter()
        made = ep.schedule(requirement, rules, **asked)
        return made, time.perf_counter() - begin

    plan, seconds = benchmark.pedantic(plan_it, rounds=1)
    sound(plan, requirement.table)
    reached = ep.evaluate(requirement.forecast, plan, "80/20").queues["service_level"].iloc[0]
    assert reached >= 0.8 - 1e-9
    assert plan.gap <= (0.003 if full else 0.1)
    saved = dict(plan.facts)["Saving"]
    assert 0 < float(saved.split("%")[0]) < 20
    tell(
        benchmark,
        f"80/20 over a week of {requirement.table['agents'].max():.0f} at the peak: "
        f"{reached:.2%} in time, gap {plan.gap:.2%} in {seconds:.1f} s; saving {saved}",
    )


def given_shifts(people: int) -> tuple[ep.Schedule, pd.DataFrame]:
    """Return five shifts a week of each person, and agents that their breaks leave short here."""
    random = np.random.default_rng(11)
    days, rows = pd.date_range("2026-03-02", periods=7), []
    for person in range(people):
        worked = [day for day in range(7) if (day - person) % 7 >= 2]
        half_hours = int(random.triangular(10, 17, 28))
        rows += [(f"agent {person:03}", days[day] + pd.Timedelta(minutes=30 * half_hours))
                 for day in worked]  # fmt: skip
    table = pd.DataFrame(rows, columns=["agent", "start"])
    table = table.assign(end=table["start"] + pd.Timedelta(hours=8.5), shift="day")
    start = schedules.quarters(7)
    first = np.searchsorted(start, table["start"])
    change = np.bincount(first, minlength=len(start)) - np.bincount(
        first + 34, minlength=len(start)
    )
    wanted = np.cumsum(change) * 0.9 * (1 + 0.02 * random.standard_normal(len(start)))
    return ep.read_roster(table), pd.DataFrame({"start": start, "agents": np.round(wanted)})


def days_of(plan: ep.Schedule) -> list[dict[str, Any]]:
    """Return per day how many start when, and the cover that their breaks can leave."""
    cover, found = plan.coverage, []
    first = plan.table["start"]
    for day in first.dt.normalize().unique():
        here = first[first.dt.normalize() == day]
        rows = cover[cover["start"].dt.normalize() == day]
        kept = np.floor(rows[["required", "on_queue"]].min(axis=1) + 1e-9).astype(int)
        found.append({
            "people": ((here - day) // pd.Timedelta("15min")).value_counts().to_dict(),
            "required": kept.tolist(),
        })  # fmt: skip
    return found


def test_the_breaks_of_a_week(benchmark: BenchmarkFixture) -> None:
    full = benchmark.enabled
    roster, needed = given_shifts(500 if full else 30)
    rules = schedules.one_shift("05:00/30min/14:00")
    ep.place_breaks(roster, needed, rules=rules, gap=0)

    def place() -> tuple[Any, float]:
        begin = time.perf_counter()
        made = ep.place_breaks(roster, needed, rules=rules, gap=0)
        return made, time.perf_counter() - begin

    placed, seconds = benchmark.pedantic(place, rounds=1)
    plan = sound(placed.schedule, needed)
    assert placed.gap == 0
    assert len(plan.breaks) == 3 * len(plan.table)
    windows = rules.shifts[0].break_windows(8.5 * 3600, weekday=0)
    given = {
        "length": 34,
        "breaks": [
            (pause.name, *(round(second / schedules.QUARTER) for second in (pause.length, *window)))
            for pause, window in zip(rules.shifts[0].breaks, windows, strict=True)
        ],
        "days": days_of(plan) if full else days_of(plan)[:2],
        "limit": 120,
    }
    peer = asked_of("peers_breaks.py", given)
    assert set(peer["statuses"]) == {"OPTIMAL"}
    if full:
        seconds = min([seconds, *(place()[1] for _ in range(3))])
        ratio = peer["seconds"] / seconds
        short = plan.coverage["short"].sum() / 4
        tell(
            benchmark,
            f"{len(plan.breaks):,} breaks of a week, optimum of {short:.2f} agent hours short: "
            f"{seconds:.2f} s; {peer['peer']} on seven days, without objective, "
            f"{peer['seconds']:.1f} s: {ratio:.0f} times",
        )
        assert ratio >= 100
