"""The first plan on a machine: what it compiles, and what it computes instead of compiling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import erlangplan as ep
from erlangplan import queues
from erlangplan.scheduling.promise import make_promise
from erlangplan.targets import WAYS
from plans import one_morning

RULES = """
[[shift]]
name = "long"
starts = "08:00/1h/12:00"
presence = "8h"
breaks = [ { name = "lunch", length = "30min", window = ["3h", "5h"] } ]

[[shift]]
name = "short"
starts = "08:00/1h/16:00"
presence = "4h"

[[group]]
name = "all"
shifts = ["long", "short"]
days_per_week = [1, 5]
"""

FIRST_PLANS = """
import json
from contextlib import suppress
from erlangplan.cli import main

told = ["schedule", "forecast.csv", "shifts.toml", "-t", "80/20", "--patience", "3min"]
told += ["--time-limit", "20s", "--gap", "5%", "--no-breaks-in-shrinkage"]
for number, aim in enumerate(("cover", "service-level")):
    with suppress(SystemExit):
        main([*told, "--objective", aim, "-o", f"plan{number}.csv"])
from erlangplan.kernels import shift_search, stationary
print(json.dumps([
    {name: len(thing.overloads) for name, thing in vars(kernel).items()
     if hasattr(thing, "overloads")}
    for kernel in (stationary, shift_search)
]))
"""


def test_the_first_plans_compile_the_search_once_and_no_formula(tmp_path: Path) -> None:
    rows = [f"2026-03-0{day} {hour:02}:00,{20 + 3 * hour},240"
            for day in (2, 3) for hour in range(8, 20)]  # fmt: skip
    (tmp_path / "forecast.csv").write_text("\n".join(["start,volume,aht", *rows]), "utf-8")
    (tmp_path / "shifts.toml").write_text(RULES, "utf-8")
    own = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    own["NUMBA_CACHE_DIR"] = str(tmp_path / "cache")
    done = subprocess.run([sys.executable, "-c", FIRST_PLANS], env=own, cwd=tmp_path, check=True,
                          capture_output=True, text=True)  # fmt: skip
    formulas, search = json.loads(done.stdout.splitlines()[-1])
    assert formulas == {}
    assert set(search.values()) == {1}, search
    assert {"_search", "_seat", "_insert"} <= set(search)
    for number in range(2):
        assert len(ep.read_schedule(tmp_path / f"plan{number}.csv").table)


@pytest.mark.parametrize("lines", [None, 18])
@pytest.mark.parametrize("way", WAYS)
def test_a_promise_counts_as_the_formulas_do(way: str, lines: int | None) -> None:
    forecast = one_morning()
    short = 5.0 if way.endswith("-short") else None
    target = ep.Target("80/20", abandons=way, short_abandon=short)
    asked = ep.Settings(target, patience=180.0, lines=lines)
    promise = make_promise(forecast.table, forecast.load, asked, "week", 0.5)
    heads = np.arange(promise.in_time.shape[1])
    busy = forecast.load > 0
    result = queues.performance(
        forecast.load[busy, None], np.minimum(heads, lines or heads), aht=180.0, target=target,
        patience=180.0, lines=lines,
    )  # fmt: skip
    volume = forecast.table["volume"].to_numpy()[busy, None]
    counted = np.maximum(promise.counted[busy], 1e-300)
    np.testing.assert_allclose(promise.in_time[busy] / counted, np.nan_to_num(result.service_level),
                               rtol=1e-12, atol=1e-14)  # fmt: skip
    lost = result.abandonment + result.blocked
    if way == "ignore":
        np.testing.assert_allclose(promise.counted[busy], volume * (1 - lost), rtol=1e-12)
    elif not way.startswith("exclude"):
        np.testing.assert_allclose(promise.counted[busy], np.broadcast_to(volume, lost.shape))
    assert not promise.in_time[~busy].any()
