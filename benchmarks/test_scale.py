"""400 queues x 4 weeks x 15 minutes from CSV to CSV, against pandas on the same files."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

QUEUES, DAYS, QUARTERS = 400, 28, 96
ROWS = QUEUES * DAYS * QUARTERS
COMMAND = str(Path(sys.executable).parent / "erlangplan")


def write_forecast(path: Path, queues: int) -> None:
    start = pd.date_range("2026-03-02", periods=DAYS * QUARTERS, freq="15min")
    stamps = start.strftime("%Y-%m-%dT%H:%M")
    rng = np.random.default_rng(4)
    hour = np.asarray(start.hour + start.minute / 60)
    shape = np.exp(-(((hour - 12) / 4) ** 2))
    parts = [
        pd.DataFrame(
            {
                "queue": f"queue {number:03}",
                "start": stamps,
                "volume": (rng.uniform(2, 60) * shape).round(2),
                "aht": rng.integers(150, 400, len(start)),
            }
        )
        for number in range(queues)
    ]
    pd.concat(parts).to_csv(path, index=False)


def by_pandas(source: Path, plan: Path, target: Path) -> tuple[float, float]:
    """Return the seconds that pandas takes to read the input and to write the same output."""
    code = (
        "import sys, time, pandas as pd\n"
        "start = time.perf_counter()\n"
        "pd.read_csv(sys.argv[1], parse_dates=['start'])\n"
        "read = time.perf_counter() - start\n"
        "plan = pd.read_csv(sys.argv[2], parse_dates=['start'])\n"
        "start = time.perf_counter()\n"
        "plan.to_csv(sys.argv[3], index=False)\n"
        "print(read, time.perf_counter() - start)\n"
    )
    words = [sys.executable, "-c", code, str(source), str(plan), str(target)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    read, write = map(float, done.stdout.split())
    return read, write


@pytest.mark.parametrize("patience", [[], ["--patience", "3min"]], ids=["C", "A"])
def test_a_million_rows(benchmark: BenchmarkFixture, tmp_path: Path, patience: list[str]) -> None:
    queues = QUEUES if benchmark.enabled else 4
    source, plan = tmp_path / "forecast.csv", tmp_path / "plan.csv"
    write_forecast(source, queues)
    command = [COMMAND, "staff", str(source), "-t", "80/20", *patience, "-o", str(plan)]

    def staff() -> float:
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - start

    staff()
    table = pd.read_csv(plan)
    assert len(table) == queues * DAYS * QUARTERS
    busy = table[table["volume"] > 0]
    assert (busy["service_level"] >= 0.8 - 5e-7).all()
    assert (busy["service_level_one_less"] < 0.8 + 5e-7)[busy["agents"] > 1].all()
    benchmark.pedantic(staff, rounds=1)
    if benchmark.enabled:
        read, write = by_pandas(source, plan, tmp_path / "again.csv")
        found = min(staff() for _ in range(2)) / (read + write)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
        benchmark.extra_info |= {
            "seconds of pandas": [round(read, 2), round(write, 2)],
            "times pandas": round(found, 2),
            "peak GB": round(peak, 2),
        }
        assert found <= 2
        assert peak <= 3
