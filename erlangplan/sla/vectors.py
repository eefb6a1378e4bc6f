"""Worked numbers of a contract, run by the arithmetic that judges its months."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from erlangplan.sla.counting import exact, level
from erlangplan.sla.model import Contract, Vector

__all__ = ["VectorResult", "run_vectors"]


@dataclass(frozen=True)
class VectorResult:
    """What worked numbers come to; None where nothing is counted."""

    vector: Vector
    result: Fraction | None

    @property
    def passed(self) -> bool:
        """Whether the result is the one that was signed."""
        if self.result is None:
            return False
        return abs(self.result - exact(self.vector.expect)) <= exact(self.vector.tolerance)

    def __str__(self) -> str:
        """Return the numbers, the result and what was expected."""
        given = ", ".join(f"{name} {count:.12g}" for name, count in self.vector.given.items())
        result = "no result" if self.result is None else f"{float(self.result):.6g}"
        said = f"{self.vector.objective}: {given} gives {result}"
        expected = f"{self.vector.expect:.12g}"
        if self.passed:
            return f"{said}, as expected ({expected})"
        return f"{said}, expected {expected} (within {self.vector.tolerance:g})"


def run_vectors(contract: Contract) -> tuple[VectorResult, ...]:
    """Return the result of each of a contract's worked numbers, in file order."""
    return tuple(
        VectorResult(test, level(contract.objective(test.objective), test.given))
        for test in contract.tests
    )
