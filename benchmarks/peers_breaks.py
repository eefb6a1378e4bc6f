"""Breaks of single days such that cover is kept, without an objective; JSON in and out.

By the break scheduler of pyworkforce where its version has one (0.5.3, for Python 3.12), else by
CP-SAT with a choice for each break and start.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def by_pyworkforce(given: dict[str, Any], day: dict[str, Any]) -> str:
    from pyworkforce.breaks import BreakScheduler

    names = [str(start) for start in day["people"]]
    peer = BreakScheduler(
        num_days=1,
        periods=len(day["required"]),
        shifts_coverage={
            name: [
                int(int(name) <= p < int(name) + given["length"])
                for p in range(len(day["required"]))
            ]
            for name in names
        },
        scheduled_resources={name: [day["people"][name]] for name in names},
        breaks=[
            {
                "name": name,
                "duration_periods": long,
                "min_start_after": low,
                "max_end_before": given["length"] - high - long,
            }
            for name, long, low, high in given["breaks"]
        ],
        min_coverage=[day["required"]],
        max_search_time=float(given["limit"]),
        num_search_workers=2,
    )
    return str(peer.solve()["status"])


def by_cpsat(given: dict[str, Any], day: dict[str, Any]) -> str:
    from ortools.sat.python import cp_model

    model, count = cp_model.CpModel(), len(day["required"])
    present, away = [0] * count, [[] for _ in range(count)]
    for start, people in ((int(s), n) for s, n in day["people"].items()):
        for period in range(start, start + given["length"]):
            present[period] += people
        for _ in range(people):
            for _, long, low, high in given["breaks"]:
                chosen = {at: model.new_bool_var("") for at in range(start + low, start + high + 1)}
                model.add_exactly_one(chosen.values())
                for at, choice in chosen.items():
                    for period in range(at, at + long):
                        away[period].append(choice)
    for period, needed in enumerate(day["required"]):
        if away[period]:
            model.add(sum(away[period]) <= present[period] - needed)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = float(given["limit"])
    solver.parameters.num_workers = 2
    return str(solver.status_name(solver.solve(model)))


def placed(given: dict[str, Any]) -> dict[str, Any]:
    try:
        import pyworkforce.breaks  # noqa: F401

        peer, place = "pyworkforce", by_pyworkforce
    except ImportError:
        peer, place = "CP-SAT", by_cpsat
    begin = time.perf_counter()
    statuses = [place(given, day) for day in given["days"]]
    return {"peer": peer, "statuses": statuses, "seconds": time.perf_counter() - begin}


if __name__ == "__main__":
    json.dump(placed(json.load(sys.stdin)), sys.stdout)
