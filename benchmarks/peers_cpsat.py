"""CP-SAT alone on a program in whole numbers; tells seconds, cost and bound while it works."""

from __future__ import annotations

import sys
import time

import numpy as np
from ortools.sat.python import cp_model

MOST, GRAIN = 10_000, 4  # people in one column; costs are quarters of an hour

arrays = dict(np.load(sys.argv[1]))
begin = time.perf_counter()
costs = np.rint(arrays["cost"] * GRAIN).astype(int)
assert np.allclose(costs, arrays["cost"] * GRAIN)


class Tell(cp_model.CpSolverSolutionCallback):
    def on_solution_callback(self) -> None:
        cost, bound = self.objective_value / GRAIN, self.best_objective_bound / GRAIN
        print(time.perf_counter() - begin, cost, bound, flush=True)


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
    held = cp_model.Domain(
        int(low) if np.isfinite(low) else cp_model.INT_MIN,
        int(high) if np.isfinite(high) else cp_model.INT_MAX,
    )
    model.add_linear_expression_in_domain(total, held)
model.minimize(cp_model.LinearExpr.weighted_sum(columns, costs))
solver = cp_model.CpSolver()
solver.parameters.max_time_in_seconds = float(sys.argv[2])
solver.parameters.num_workers = 2
solver.solve(model, Tell())
print(
    time.perf_counter() - begin,
    solver.objective_value / GRAIN,
    solver.best_objective_bound / GRAIN,
    flush=True,
)
