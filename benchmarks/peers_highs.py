"""HiGHS alone on a program in whole numbers; tells seconds, cost and bound while it works."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np


def program_of(arrays: dict[str, Any]) -> Any:
    import highspy

    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(arrays["cost"]), len(arrays["row_lower"])
    program.col_cost_ = arrays["cost"]
    program.col_lower_, program.col_upper_ = arrays["lower"], arrays["upper"]
    program.row_lower_, program.row_upper_ = arrays["row_lower"], arrays["row_upper"]
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = arrays["begins"], arrays["columns"]
    program.a_matrix_.value_ = arrays["values"]
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    program.integrality_ = [kinds[int(whole)] for whole in arrays["whole"]]
    return program


def solve(arrays: dict[str, Any], limit: float) -> None:
    import highspy

    begin = time.perf_counter()

    def tell(cost: float, bound: float) -> None:
        if abs(cost) < highspy.kHighsInf and abs(bound) < highspy.kHighsInf:
            print(time.perf_counter() - begin, cost, bound, flush=True)

    def told(event: Any) -> None:
        tell(event.data_out.mip_primal_bound, event.data_out.mip_dual_bound)

    solver = highspy.Highs()
    solver.setOptionValue("log_to_console", False)  # without any log it would tell nothing
    solver.setOptionValue("time_limit", limit)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(program_of(arrays))
    solver.cbMipLogging += told
    solver.cbMipImprovingSolution += told
    solver.run()
    tell(solver.getInfo().objective_function_value, solver.getInfo().mip_dual_bound)


if __name__ == "__main__":
    solve(dict(np.load(sys.argv[1])), float(sys.argv[2]))
