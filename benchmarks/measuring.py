"""Plans that are checked before they count, and peers that work in processes of their own."""

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
