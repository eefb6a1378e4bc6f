"""Breaks of given shifts against the break scheduler of pyworkforce, which has no objective."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
from pytest_benchmark.fixture import BenchmarkFixture

import erlangplan as ep
import schedules
from measuring import asked_of, sound, tell


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


def days_of(plan: ep.Schedule, share: float) -> list[dict[str, Any]]:
    """Return per day how many start when, and a share of the cover that their breaks leave."""
    cover, found = plan.coverage, []
    first = plan.table["start"]
    for day in first.dt.normalize().unique():
        here = first[first.dt.normalize() == day]
        rows = cover[cover["start"].dt.normalize() == day]
        kept = np.floor(share * rows[["required", "on_queue"]].min(axis=1) + 1e-9).astype(int)
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
    given: dict[str, Any] = {
        "length": 34,
        "breaks": [
            (pause.name, *(round(second / schedules.QUARTER) for second in (pause.length, *window)))
            for pause, window in zip(rules.shifts[0].breaks, windows, strict=True)
        ],
        "limit": 15,
    }
    peers = {}
    for share in (1.0, 0.9) if full else (0.9,):
        given["days"] = days_of(plan, share)[: 7 if full else 1]
        peers[share] = asked_of("peers_breaks.py", given)
    assert set(peers[0.9]["statuses"]) == {"OPTIMAL"}
    if full:
        seconds = min([seconds, *(place()[1] for _ in range(3))])
        short, name = plan.coverage["short"].sum() / 4, peers[1.0]["peer"]
        told = "; ".join(
            f"with {share:.0%} of that cover {peer['statuses'].count('OPTIMAL')} of 7 days in "
            f"{peer['seconds']:.1f} s, {peer['seconds'] / seconds:.0f} times"
            for share, peer in peers.items()
        )
        tell(
            benchmark,
            f"{len(plan.breaks):,} breaks of a week, optimum of {short:.2f} agent hours short: "
            f"{seconds:.2f} s; {name} without objective, {told}",
        )
        # One choice for each break and start is no peer's model, and much faster than theirs.
        assert peers[1.0]["seconds"] >= (100 if name == "pyworkforce" else 1) * seconds
