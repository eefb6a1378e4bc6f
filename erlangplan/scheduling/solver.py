"""HiGHS in a process of its own: progress while it works, and an end to it when time is up.

A solver has been seen to overrun its own time limit by minutes, so the limit is kept from
outside: whatever it has reported by then is used, and the process is killed.
"""

from __future__ import annotations

import contextlib
import math
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from erlangplan.scheduling.descent import Descent, Lines, set_kinds

__all__ = ["Answer", "Job", "Solver", "solve_corner", "solve_here"]

_SMALL = 2000
_ROUNDED = 200
Guess = tuple[NDArray[np.int32], NDArray[np.float64]]  # columns and their values


@dataclass(frozen=True, eq=False)
class Job:
    """A program in arrays, and how it is to be solved.

    Attributes
    ----------
    whole
        Whether it is solved in whole numbers, or as a linear program.
    guess
        Columns and values of a solution to start from, or None; the rest is filled in.
    gap
        Relative gap at which to stop.
    lines
        Of a program of sums in whole numbers, the columns of each line, to be rounded alike.
    network
        Whether a linear program is nearly one of flows, which the simplex method solves soonest
        as it stands, whatever its size.
    """

    arrays: dict[str, Any]
    whole: bool
    time_limit: float
    gap: float = 0.0
    guess: Guess | None = None
    seed: int = 0
    lines: Lines = ()
    network: bool = False


@dataclass(frozen=True, eq=False)
class Answer:
    """What a solver found: `values` (None without a solution), their objective, a lower bound.

    `duals` are prices of the rows of a linear program; `kind` is ``done`` (optimal within the
    gap), ``infeasible``, ``stopped`` (out of time), or ``news`` while it still works.
    """

    kind: str
    values: NDArray[np.float64] | None
    objective: float
    bound: float
    duals: NDArray[np.float64] | None = None


def as_arrays(program: Any) -> dict[str, Any]:
    """Return the rows of a `model.Program` as arrays."""
    return {
        "cost": np.array(program.cost), "lower": np.array(program.lower),
        "upper": np.array(program.upper), "whole": np.array(program.whole, dtype=bool),
        "row_lower": np.array(program.row_lower), "row_upper": np.array(program.row_upper),
        "begins": np.array(program.begins, dtype=np.int32),
        "columns": np.array(program.columns, dtype=np.int32),
        "values": np.array(program.values, dtype=float),
    }  # fmt: skip


def solve_here(job: Job, tell: Callable[[Answer], None] | None = None) -> Answer:
    """Solve in this process."""
    begun = time.monotonic()
    solver, guess = _solver_of(job), job.guess
    if job.lines:
        guess = _begun(job, solver, tell) or guess
    if job.whole:
        set_kinds(solver, job.arrays["whole"].astype(int))  # HiGHS: 1 is a whole number
    # Without output, events stop coming; so it goes nowhere instead.
    solver.setOptionValue("output_flag", job.whole and tell is not None)
    solver.setOptionValue("log_to_console", False)
    solver.setOptionValue("time_limit", max(0.01, job.time_limit - (time.monotonic() - begun)))
    if job.whole and guess is not None:
        columns, values = guess
        solver.setSolution(len(columns), columns, values)
    if job.whole and tell is not None:
        _report(solver, tell)
    solver.run()
    return _answer(solver, job.whole)


def solve_corner(job: Job, groups: Sequence[Sequence[int]]) -> Answer:
    """Solve a linear program that has best corners in whole numbers, and look for one.

    A column of each group at a time is rounded while that costs nothing. Where it does, or time
    is up, the values are those of the linear program, none of them rounded.
    """
    solver, end = _solver_of(job), time.monotonic() + job.time_limit
    solver.setOptionValue("time_limit", max(0.01, job.time_limit))
    solver.run()
    answer = _answer(solver, whole=False)
    if answer.values is None:
        return answer
    values, most = answer.values, answer.objective + 1e-6 + 1e-9 * abs(answer.objective)
    bounds = {"lower": job.arrays["lower"].copy(), "upper": job.arrays["upper"].copy()}

    def rounded(columns: list[int], side: str) -> NDArray[np.float64] | None:
        toward = np.ceil if side == "lower" else np.floor
        before = {name: part.copy() for name, part in bounds.items()}
        bounds[side][columns] = toward(values[columns])
        for column in columns:
            solver.changeColBounds(column, bounds["lower"][column], bounds["upper"][column])
        solver.setOptionValue("time_limit", max(0.01, end - time.monotonic()))
        solver.run()
        found = _answer(solver, whole=False)
        if found.values is not None and found.objective <= most:
            return found.values
        bounds.update(before)
        for column in columns:
            solver.changeColBounds(column, bounds["lower"][column], bounds["upper"][column])
        return None

    for _ in range(_ROUNDED):
        off = np.abs(values - np.rint(values)) > 1e-6
        columns = [next(c for c in group if off[c]) for group in groups if off[list(group)].any()]
        if not columns:
            return replace(answer, values=values)
        tried = ((columns, "lower"), (columns[:1], "lower"), (columns[:1], "upper"))
        found = next((v for v in (rounded(*each) for each in tried) if v is not None), None)
        if found is None or time.monotonic() >= end:
            break
        values = found
    return answer


def _solver_of(job: Job) -> Any:
    """Return a solver that holds the program as a linear one."""
    import highspy

    arrays = job.arrays
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(arrays["cost"]), len(arrays["row_lower"])
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = arrays["cost"], arrays["lower"], arrays["upper"]
    lp.row_lower_, lp.row_upper_ = arrays["row_lower"], arrays["row_upper"]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = arrays["begins"], arrays["columns"]
    lp.a_matrix_.value_ = arrays["values"]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("random_seed", job.seed)
    solver.setOptionValue("mip_rel_gap", job.gap)
    solver.setOptionValue("mip_abs_gap", 1e-7)
    if job.network:
        solver.setOptionValue("solver", "simplex")
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("simplex_dual_edge_weight_strategy", 1)  # HiGHS: 1 is Devex
    elif not job.whole and lp.num_col_ > _SMALL:
        solver.setOptionValue("solver", "ipm")  # with crossover: to a corner, as the simplex does
    solver.passModel(lp)
    return solver


def _begun(job: Job, solver: Any, tell: Callable[[Answer], None] | None) -> Guess | None:
    """Return the best plan that is found line by line."""

    def found(values: NDArray[np.float64], objective: float, bound: float) -> None:
        if tell is not None:
            tell(Answer("news", values, objective, bound - 1e-7 * (1.0 + abs(bound))))

    bounds = job.arrays["lower"], job.arrays["upper"]
    solvers = solver, _solver_of(job)
    descent = Descent(solvers, bounds, job.lines, job.gap, 0.5 * job.time_limit, found)
    descent.run()
    if descent.best is None:
        return None
    return np.arange(len(descent.best), dtype=np.int32), descent.best


def _answer(solver: Any, whole: bool) -> Answer:
    import highspy

    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer("infeasible", None, math.inf, math.inf)
    done = status == highspy.HighsModelStatus.kOptimal
    held = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(solver.getSolution().col_value) if held else None
    objective = info.objective_function_value if held else math.inf
    kind = "done" if done else "stopped"
    if whole:
        return Answer(kind, values, objective, info.mip_dual_bound)
    # Dual values are feasible to a tolerance only; give it away.
    bound = objective - 1e-7 * (1.0 + abs(objective)) if done else -math.inf
    return Answer(kind, values, objective, bound, np.array(solver.getSolution().row_dual))


def _report(solver: Any, tell: Callable[[Answer], None]) -> None:
    def improved(event: Any) -> None:
        out = event.data_out
        values = np.array(out.mip_solution)
        tell(Answer("news", values, out.objective_function_value, out.mip_dual_bound))

    def logged(event: Any) -> None:
        out = event.data_out
        tell(Answer("news", None, out.mip_primal_bound, out.mip_dual_bound))

    solver.cbMipImprovingSolution += improved
    solver.cbMipLogging += logged


class Solver:
    """A solving process that is started early, asked as often as needed, and always ended."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        code = (
            f"import sys; sys.path[:] = {sys.path!r}; "
            "from erlangplan.scheduling.solver import serve; serve()"
        )
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._news: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(self._news,), daemon=True).start()

    def ask(self, job: Job) -> None:
        """Send a job, to a new process where the last one was ended; `wait` gets its answer."""
        if self._process.poll() is not None:
            self._start()
        assert self._process.stdin is not None
        pickle.dump(job, self._process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()

    def wait(self, seconds: float, tell: Callable[[Answer], bool] | None = None) -> Answer:
        """Return the answer, or the best that was told until `tell` or `seconds` ended it."""
        end = time.monotonic() + seconds
        best = Answer("stopped", None, math.inf, -math.inf)
        while True:
            left = end - time.monotonic()
            try:
                answer = self._news.get(timeout=max(0.0, min(left, 0.5)))
            except queue.Empty:
                if left <= 0 or self._process.poll() is not None:
                    self.close()
                    return best
                continue
            if answer is None:
                self.close()
                return best
            better = answer.values is not None and answer.objective < best.objective
            values = answer.values if better else best.values
            objective = min(answer.objective, best.objective) if better else best.objective
            best = Answer("stopped", values, objective, max(best.bound, answer.bound))
            if answer.kind != "news":
                bound = max(best.bound, answer.bound)
                return Answer(answer.kind, values, objective, bound, answer.duals)
            if tell is not None and tell(answer):
                self.close()
                return best

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()

    def _listen(self, news: queue.SimpleQueue[Answer | None]) -> None:
        stream = self._process.stdout
        assert stream is not None
        try:
            while True:
                news.put(pickle.load(stream))
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            news.put(None)

    def __enter__(self) -> Solver:
        """Return the solver."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the process."""
        self.close()


def serve() -> None:
    """Answer jobs from stdin on stdout until there are no more."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    take, give = sys.stdin.buffer, sys.stdout.buffer
    lock = threading.Lock()

    def tell(answer: Answer) -> None:
        with lock:
            _write(give, answer)

    while True:
        try:
            job = pickle.load(take)
        except EOFError:
            return
        tell(solve_here(job, tell))


def _write(stream: IO[bytes], answer: Answer) -> None:
    pickle.dump(answer, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()
