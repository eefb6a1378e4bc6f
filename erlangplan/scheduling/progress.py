"""How far planning is, and when it has to end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Progress", "Watch"]


@dataclass(frozen=True)
class Progress:
    """How far planning is.

    Attributes
    ----------
    phase
        What is being done, such as ``search``.
    incumbent
        Cost of the best plan so far; NaN before there is one.
    bound
        Proven lower bound; NaN before there is one.
    gap
        (incumbent - bound) / incumbent; NaN before there are both.
    seconds
        Time since the start [s].
    """

    phase: str
    incumbent: float
    bound: float
    gap: float
    seconds: float


@dataclass
class Watch:
    """A clock with an end, that tells how far planning is."""

    limit: float
    tell: Callable[[Progress], None] | None = None
    begun: float = field(default_factory=time.monotonic)
    phase: str = ""
    incumbent: float = math.nan
    bound: float = math.nan

    @property
    def passed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.begun

    @property
    def left(self) -> float:
        """Seconds until the end, at least 0."""
        return max(0.0, self.limit - self.passed)

    @property
    def gap(self) -> float:
        """How far the best plan may be from the best possible one."""
        return relative_gap(self.incumbent, self.bound)

    def say(self, phase: str | None = None) -> None:
        """Report what is being done and how far it is."""
        self.phase = phase or self.phase
        if self.tell is not None:
            self.tell(Progress(self.phase, self.incumbent, self.bound, self.gap, self.passed))

    def go_on(self) -> bool:
        """Report, and return whether there is time left."""
        self.say()
        return self.left > 0


def relative_gap(cost: float, bound: float) -> float:
    """Return (cost - bound) / cost, at least 0; NaN where one is not known."""
    if not (math.isfinite(cost) and math.isfinite(bound)):
        return math.nan
    return max(0.0, (cost - bound) / abs(cost)) if cost else 0.0
