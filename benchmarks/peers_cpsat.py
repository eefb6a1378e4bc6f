"""CP-SAT alone on a program in whole numbers; tells seconds, cost and bound while it works."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

MOST, GRAIN = 10_000, 4  # people in one column; costs are quarters of an hour


def model_of(arrays: dict[str, Any]) -> Any:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    columns = [
        model.new_int_var(max(int(low), -MOST), int(min(high, MOST)), "")
        for low, high in zip(arrays["lower"], arrays["upper"], strict=True)
    ]
    ends = zip(arrays["begins"][:-1], arrays["begins"][1:], strict=True)
    limits = zip(arrays["row_lower"], arrays["row_upper"], strict=True)
    for (first, last), (low, high) in zip(ends, limits, strict=True):
        terms = [columns[i] for i in arrays["columns"][first:last]]
        total = cp_model.LinearExpr.weighted_sum(terms, arrays["values"][first:last].astype(int))
        least = int(low) if np.isfinite(low) else cp_model.INT_MIN
        most = int(high) if np.isfinite(high) else cp_model.INT_MAX
        model.add_linear_expression_in_domain(total, cp_model.Domain(least, most))
    costs = np.rint(arrays["cost"] * GRAIN).astype(int)
    assert np.allclose(costs, arrays["cost"] * GRAIN)
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, costs))
    return model


def solve(arrays: dict[str, Any], limit: float) -> None:
    from ortools.sat.python import cp_model

    begin = time.perf_counter()

    class Tell(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            cost, bound = self.objective_value / GRAIN, self.best_objective_bound / GRAIN
            print(time.perf_counter() - begin, cost, bound, flush=True)

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = 2
    solver.solve(model_of(arrays), Tell())


if __name__ == "__main__":
    solve(dict(np.load(sys.argv[1])), float(sys.argv[2]))
