"""A day by pyworkforce, one column for each start and placement of breaks; JSON in and out."""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def solved(given: dict[str, Any]) -> dict[str, Any]:
    from pyworkforce.scheduling import MinRequiredResources

    begin = time.perf_counter()
    found = MinRequiredResources(
        num_days=1,
        periods=len(given["required"]),
        shifts_coverage=given["columns"],
        required_resources=[given["required"]],
        max_period_concurrency=10**6,
        max_shift_concurrency=10**4,
        max_search_time=float(given["limit"]),
        num_search_workers=2,
    ).solve()
    seconds = time.perf_counter() - begin
    return {"status": found["status"], "people": found["cost"], "seconds": seconds}


if __name__ == "__main__":
    json.dump(solved(json.load(sys.stdin)), sys.stdout)
