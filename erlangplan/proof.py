"""A proof that anyone can run: published numbers and identities, through public names only."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.queues import erlang_b, erlang_c, max_load, performance, required_agents

__all__ = ["SelfTest", "selftest"]

ACCURACY = 1e-10
COLUMNS = ["check", "expected", "got", "error", "agrees", "source"]
Floats = NDArray[np.float64]
Check = tuple[str, str, float, float, bool, str]


@dataclass(frozen=True, eq=False)
class SelfTest:
    """How this installation reproduces what is known.

    Attributes
    ----------
    table
        One row per check: check, expected (as printed in the source), got, error (relative to
        the exact value), agrees, source.
    """

    table: pd.DataFrame

    @property
    def checks(self) -> int:
        """Number of checks."""
        return len(self.table)

    @property
    def agreeing(self) -> int:
        """Number of checks that agree."""
        return int(self.table["agrees"].sum())

    @property
    def largest_error(self) -> float:
        """Largest relative error against the exact values."""
        return float(self.table["error"].max())

    @property
    def passed(self) -> bool:
        """Whether every check agrees."""
        return self.agreeing == self.checks

    def summary(self) -> str:
        """Return how many checks agree, the largest error, and what disagrees."""
        lines = [
            f"{self.agreeing} of {self.checks} published numbers and identities agree; "
            f"largest relative error {self.largest_error:.1e}"
        ]
        for row in self.table[~self.table["agrees"]].itertuples():
            lines.append(f"  {row.check}: expected {row.expected}, got {row.got!r} ({row.source})")
        return "\n".join(lines)


def selftest() -> SelfTest:
    """Compare the formulas on this machine with published numbers and with identities.

    Returns
    -------
    SelfTest
        Every check; `summary()` says how many agree and the largest error.

    Examples
    --------
    >>> result = selftest()
    >>> result.passed, result.largest_error < 1e-10
    (True, True)
    """
    checks = [*_published(), *_identities()]
    return SelfTest(pd.DataFrame(checks, columns=COLUMNS))


def _published() -> Iterator[Check]:
    text = files("erlangplan").joinpath("data/published.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        got, printed, exact = _computed(row), float(row["expected"]), float(row["exact"])
        error = abs(got - exact) / abs(exact)
        in_print = abs(got - printed) <= float(row["tol"]) + 1e-12 * abs(printed)
        agrees = in_print and error <= ACCURACY
        yield _name(row), row["expected"], got, error, agrees, row["source"]


def _computed(row: dict[str, str]) -> float:
    load, quantity = float(row["load"]), row["quantity"]
    if quantity in ("erlang_b", "erlang_c"):
        formula = erlang_b if quantity == "erlang_b" else erlang_c
        return float(formula(load, int(row["agents"])))
    patience = float(row["patience"]) if row["patience"] else None
    lines = int(row["lines"]) if row["lines"] else None
    aht, target = float(row["aht"]), row["target"]
    if quantity == "required_agents":
        answer = required_agents(load, aht=aht, target=target, patience=patience, lines=lines)
        return float(answer.agents)
    agents = int(row["agents"])
    got = performance(load, agents, aht=aht, target=target, patience=patience, lines=lines)
    return float(getattr(got, quantity))


def _name(row: dict[str, str]) -> str:
    given = {
        "load": f"{float(row['load']):g}",
        "agents": row["agents"],
        "AHT": row["aht"] and f"{row['aht']} s",
        "target": row["target"],
        "patience": row["patience"] and f"{row['patience']} s",
        "lines": row["lines"],
    }
    return f"{row['quantity']}: " + ", ".join(f"{k} {v}" for k, v in given.items() if v)


def _identities() -> Iterator[Check]:
    """Laws at loads from 0.01 to 5000 with agents around each load."""
    load = np.geomspace(0.01, 5000, 60)[:, None]
    agents = np.maximum(np.round(load + np.array([-2.0, -0.5, 0.0, 0.5, 2.0]) * np.sqrt(load)), 1)
    for laws in (_laws_of_erlang(load, agents), _laws_of_flow(load, agents), _laws_of_staffing()):
        for name, error in laws.items():
            yield f"identity: {name}", "0", error, error, error <= ACCURACY, "mathematics"


def _laws_of_erlang(load: Floats, agents: Floats) -> dict[str, float]:
    loss, with_one_less = erlang_b(load, agents), erlang_b(load, agents - 1)
    recursion = loss * (1 + agents / (load * with_one_less))
    stable = load < agents
    rho, b = (load / agents)[stable], loss[stable]
    delay = b / (1 - rho * (1 - b))
    no_places = performance(load, agents, aht=180, target="80/20", patience=60, lines=agents)
    return {
        "Erlang B by its recursion": _largest(recursion, 1.0),
        "Erlang C from Erlang B": _largest(erlang_c(load, agents)[stable], delay),
        "no waiting places is Erlang B": _largest(no_places.blocked, loss),
    }


def _laws_of_flow(load: Floats, agents: Floats) -> dict[str, float]:
    patience = np.array([1.0, 30.0, 300.0, 30_000.0])[:, None, None]
    got = performance(load, agents, aht=180, target="80/20", patience=patience)
    served = got.occupancy * agents / load
    balking = performance(load, agents, aht=180, target="80/20", patience=patience, balking=0.2)
    left_at_once = 0.2 / (1 - 0.2) * balking.p_wait
    return {
        "whoever does not abandon is served": _largest(served + got.abandonment, 1.0),
        "the queue is the load times the wait": _largest(
            got.queue_length, load * got.wait_offered / 180
        ),
        "abandonment is the wait over patience": _largest(
            got.abandonment * patience, got.wait_offered
        ),
        "with balking, abandonment is theirs and the wait over patience": _largest(
            left_at_once + balking.wait_offered / patience, balking.abandonment
        ),
        "with balking, whoever does not abandon is served": _largest(
            balking.occupancy * agents / load + balking.abandonment, 1.0
        ),
    }


def _laws_of_staffing() -> dict[str, float]:
    load = np.linspace(0.3, 300, 400)
    agents = required_agents(load, aht=180, target="80/20").agents
    enough, one_less = (
        performance(load, agents - less, aht=180, target="80/20").service_level for less in (0, 1)
    )
    wrong = (enough < 0.8) | (one_less >= 0.8)
    largest = max_load(agents, aht=180, target="80/20")
    below, above = (
        required_agents(largest * factor, aht=180, target="80/20").agents
        for factor in (1 - 1e-9, 1 + 1e-9)
    )
    turned = (below != agents) | (above != agents + 1)
    return {
        "n agents meet the target, n - 1 do not": float(wrong.sum()),
        "largest load and fewest agents invert": float(turned.sum()),
    }


def _largest(got: Floats, expected: Floats | float) -> float:
    return float(np.max(np.abs(got / expected - 1)))
