"""HiGHS alone on a program in whole numbers; tells seconds, cost and bound while it works."""

from __future__ import annotations

import sys
import time
from typing import Any

import highspy
import numpy as np

arrays = dict(np.load(sys.argv[1]))
begin = time.perf_counter()


def tell(cost: float, bound: float) -> None:
    if abs(cost) < highspy.kHighsInf and abs(bound) < highspy.kHighsInf:
        print(time.perf_counter() - begin, cost, bound, flush=True)


def told(event: Any) -> None:
    news = event.data_out
    tell(news.mip_primal_bound, news.mip_dual_bound)


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
solver = highspy.Highs()
solver.setOptionValue("log_to_console", False)  # without any log it would tell nothing
solver.setOptionValue("time_limit", float(sys.argv[2]))
solver.setOptionValue("mip_rel_gap", 0.0)
solver.passModel(program)
solver.cbMipLogging += told
solver.cbMipImprovingSolution += told
solver.run()
info = solver.getInfo()
tell(info.objective_function_value, info.mip_dual_bound)
