"""Points at which the references are kept: `python tests/reference_points.py` writes them anew."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from mpmath import mpf, nstr

from reference import erlang_b, erlang_c, measures

DATA = Path(__file__).parent / "data"


def grid_rows() -> Iterator[dict[str, float | int | None]]:
    """Under-, critical and overload; patience 10^-4 to 10^4 AHT; up to 100,000 agents."""
    choose = random.Random(1917)
    fractions = (0.0, 0.01, 0.1, 0.25, 1.0, 5.0, 100.0)
    for n, theta, where in product(
        (1, 3, 20, 100, 1000, 10_000, 100_000), (1e-4, 1e-2, 1.0, 100.0, 1e4), range(7)
    ):
        spread = round(n**0.5, 1)
        load = (n / 2, 0.9 * n, n - spread / 2, n, n + spread, 1.1 * n, 2 * n)[where]
        patience = 200.0 / theta
        threshold = choose.choice((20.0, *(patience * share for share in fractions)))
        yield row(round(load, 6), n, 200.0, patience, None, threshold, choose)
    for n, places, theta in product(
        (1, 5, 50, 500, 5000), (0, 1, 3, 30, 300, 3000), (0, 1e-4, 0.3, 1e4)
    ):
        load = round(n * choose.choice((0.3, 0.8, 0.95, 1.0, 1.05, 1.5)), 6)
        patience = 200.0 / theta if theta else None
        threshold = choose.choice((0.0, 2.0, 20.0, 200.0))
        yield row(load, n, 200.0, patience, n + places, threshold, choose)


def overload_rows() -> Iterator[dict[str, float | int | None]]:
    """Far more load than agents, where nearly everybody abandons."""
    choose = random.Random(1957)
    for n, times, theta in product((1, 2, 9, 60), (8.0, 20.0, 45.0, 280.0), (0.05, 1.0, 4.0, 30.0)):
        patience = float(f"{180 / theta:.4g}")
        threshold = float(f"{patience * 10 ** choose.uniform(-3, 1):.3g}")
        yield row(n * times, n, 180.0, patience, None, threshold, choose)


def random_rows(count: int) -> Iterator[dict[str, float | int | None]]:
    choose = random.Random(1969)
    for _ in range(count):
        n = round(10 ** choose.uniform(0, 5))
        load = max(n + choose.gauss(0, 2) * n**0.5, 0.01)
        if choose.random() < 0.4:
            load = n * choose.uniform(0.05, 3)
        aht = choose.randint(10, 900)
        patience = float(f"{aht / 10 ** choose.uniform(-4, 4):.3g}")
        threshold = float(f"{patience * 10 ** choose.uniform(-4, 2):.3g}")
        yield row(float(f"{load:.6g}"), n, float(aht), patience, None, threshold, choose)


def row(
    load: float,
    agents: int,
    aht: float,
    patience: float | None,
    lines: int | None,
    threshold: float,
    choose: random.Random,
) -> dict[str, float | int | None]:
    short = round(threshold * choose.choice((0.25, 0.5, 1.0, 2.0)), 6)
    return {
        "load": load,
        "agents": agents,
        "aht": aht,
        "patience": patience,
        "lines": lines,
        "threshold": threshold,
        "short": short,
    }


def b_and_c_rows() -> Iterator[tuple[float, float]]:
    choose = random.Random(1909)
    yield from product((1e-3, 0.5, 10.0, 500.0), (0.25, 1, 2.5, 10, 40, 120, 600))
    for n, sigmas in product((7, 300, 10_000, 123_456, 10_000_000), (-20, -3, -0.5, 0, 0.1, 2, 9)):
        load = n - sigmas * n**0.5
        if load > 0:
            yield load, n
    for _ in range(120):
        load = 10 ** choose.uniform(-3, 7)
        agents = load + choose.gauss(0, 12) * load**0.5
        if choose.random() < 0.3:
            agents = load * choose.uniform(0.01, 1.5)
        if agents <= 1e7:
            yield load, choose.choice((max(agents, 0.1), float(max(round(agents), 1))))
    for load in (0.001, 1.0, 80.0, 2000.0, 1e5, 9e6):
        yield load, last_above(load, mpf(10) ** -290)


def last_above(load: float, tail: mpf) -> int:
    """Most agents with B still above the tail."""
    low, high = 1, round(load + 60 * load**0.5 + 200)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if erlang_b(load, middle) > tail else (low, middle)
    return low


def write(path: Path, header: str, rows: Iterator[dict[str, object]]) -> None:
    with path.open("w", newline="") as file:
        file.write(f"# {header}\n")
        for number, cells in enumerate(rows):
            if number == 0:
                writer = csv.DictWriter(file, list(cells), lineterminator="\n")
                writer.writeheader()
            writer.writerow(cells)
            file.flush()


def main() -> None:
    made = "made by `python tests/reference_points.py` with mpmath, 50 digits, 20 shown; time in s"
    pairs = (
        {"load": a, "agents": n, "b": nstr(erlang_b(a, n), 20), "c": nstr(erlang_c(a, n), 20)}
        for a, n in b_and_c_rows()
    )
    write(DATA / "reference_erlang_b_c.csv", f"Erlang B and C, {made}", pairs)
    answers = (
        cells | {key: nstr(value, 20) for key, value in measures(**cells).items()}  # type: ignore[arg-type]
        for cells in (*grid_rows(), *random_rows(200), *overload_rows())
    )
    write(DATA / "reference_erlang_a.csv", f"M/M/n/K+M, {made}", answers)


if __name__ == "__main__":
    main()
