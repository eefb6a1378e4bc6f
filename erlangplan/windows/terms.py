"""What a promise over a window allows: its floor, who is exempt from it, given hours."""

from __future__ import annotations

import math
from dataclasses import dataclass

from erlangplan.targets import Target
from erlangplan.units import share_text
from erlangplan.windows.splitting import OVER

__all__ = ["Terms", "make_terms"]

FLOOR = 0.5


@dataclass(frozen=True)
class Terms:
    """Over which window a promise is kept, and what holds in each interval of it.

    Parameters
    ----------
    over
        ``day``, ``week`` (from Monday) or ``month``.
    floor
        Least service level of any interval, counted as the target counts, in [0, 1).
    min_contacts
        Intervals with fewer contacts are exempt from the floor.
    hours
        Most agent hours, for the best service level that they can do; None = as few as the
        target needs.
    """

    over: str
    floor: float = FLOOR
    min_contacts: float = 0.0
    hours: float | None = None

    def __post_init__(self) -> None:
        if self.over not in OVER[1:]:
            raise ValueError(f"over must be one of {', '.join(OVER)}, got {self.over!r}")
        if not 0 <= self.floor < 1:
            hint = f"; {self.floor:g} % is {self.floor / 100:g}" if 1 < self.floor <= 100 else ""
            raise ValueError(f"floor must be in [0, 1), got {self.floor:g}{hint}")
        if not (self.min_contacts >= 0 and math.isfinite(self.min_contacts)):
            raise ValueError(f"min_contacts must be a number >= 0, got {self.min_contacts:g}")
        if self.hours is not None and not (self.hours >= 0 and math.isfinite(self.hours)):
            raise ValueError(f"hours must be a finite number >= 0, got {self.hours:g}")

    @property
    def words(self) -> str:
        """The terms in words."""
        parts = []
        if self.floor:
            parts.append(f"at least {share_text(self.floor, 2)} in every interval")
            if self.min_contacts:
                parts[0] += f" with {self.min_contacts:g} contacts or more"
        if self.hours is not None:
            parts.append(f"at most {self.hours:,.6g} agent hours in all")
        return f"over each {self.over}" + (f" ({'; '.join(parts)})" if parts else "")

    def check_target(self, target: Target) -> None:
        """Refuse a target that has no service level to reach over a window."""
        if target.service_level is None:
            raise ValueError(
                f"a target without a service level ({target}) has none to reach over a "
                f"{self.over}; use over='interval'"
            )
        if self.floor > target.service_level and self.hours is None:
            raise ValueError(
                f"floor must be at most the target's service level {target.service_level:g}, got "
                f"{self.floor:g}"
            )


def make_terms(over: str, **given: object) -> Terms | None:
    """Return the terms of a longer window, or None for a promise that each interval keeps.

    `given` holds floor, min_contacts, hours, cost and so_far, None where they were not named.
    """
    if over != "interval":
        names = ("floor", "min_contacts", "hours")
        kept = {name: given[name] for name in names if given.get(name) is not None}
        return Terms(over, **kept)  # type: ignore[arg-type]
    named = [name for name, value in given.items() if value is not None]
    if named:
        raise ValueError(
            f"{', '.join(named)} belong{'s' if len(named) == 1 else ''} to a promise over a longer "
            "window; give over='day', 'week' or 'month' too"
        )
    return None
