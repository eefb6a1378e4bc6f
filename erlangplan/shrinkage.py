"""Paid time that agents are not on the queue, exactly, up and down."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from erlangplan.units import parse_share, share_text

__all__ = ["Shrinkage", "ShrinkagePart", "add_shrinkage", "as_shrinkage", "remove_shrinkage"]


@dataclass(frozen=True)
class ShrinkagePart:
    """One named reason to be off the queue.

    Parameters
    ----------
    name
        What it is, such as ``annual leave``.
    share
        Share of its base, in [0, 1).
    of
        ``paid``: share of all paid time (leave, sickness). ``present``: share of the time that
        is left when the parts before it are taken off (breaks, meetings).
    in_schedule
        Whether a schedule shows it (a break) or not (sickness).
    """

    name: str
    share: float
    of: Literal["paid", "present"] = "paid"
    in_schedule: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise ValueError(f"shrinkage must be in [0, 1), got {self.share:g} for {self.name!r}")
        if self.of not in ("paid", "present"):
            raise ValueError(f"shrinkage of must be 'paid' or 'present', got {self.of!r}")


@dataclass(frozen=True)
class Shrinkage:
    """All parts: shares of paid time add up, each share of time present multiplies with the rest.

    Examples
    --------
    >>> leave = ShrinkagePart("leave", 0.10)
    >>> sick = ShrinkagePart("sickness", 0.05)
    >>> breaks = ShrinkagePart("breaks", 0.20, of="present", in_schedule=True)
    >>> print(Shrinkage((leave, sick, breaks)))
    32 % = 1 - (1 - 10 % leave - 5 % sickness) x (1 - 20 % breaks)
    """

    parts: tuple[ShrinkagePart, ...] = ()

    def __post_init__(self) -> None:
        if self.remaining <= 0:
            shares = ", ".join(f"{part.name} {part.share:g}" for part in self.parts)
            raise ValueError(f"shrinkage must be in [0, 1), got {shares}")

    @property
    def remaining(self) -> Fraction:
        """Share of paid time on the queue, exactly."""
        paid = 1 - sum((_exact(p.share) for p in self.parts if p.of == "paid"), Fraction(0))
        return math.prod((1 - _exact(p.share) for p in self.parts if p.of == "present"), start=paid)

    @property
    def total(self) -> float:
        """Share of paid time off the queue."""
        return float(1 - self.remaining)

    @property
    def outside_schedule(self) -> Shrinkage:
        """The parts that a schedule does not show itself.

        Examples
        --------
        >>> leave = ShrinkagePart("leave", 0.10)
        >>> breaks = ShrinkagePart("breaks", 0.20, of="present", in_schedule=True)
        >>> Shrinkage((leave, breaks)).outside_schedule.total
        0.1
        """
        return Shrinkage(tuple(part for part in self.parts if not part.in_schedule))

    @property
    def is_bare(self) -> bool:
        """Whether it is one number that does not say what it is made of."""
        return len(self.parts) == 1 and not self.parts[0].name

    def __str__(self) -> str:
        if not self.parts:
            return "none"
        total = share_text(self.total, 2)
        if self.is_bare:
            return total
        paid = [f" - {_named(part)}" for part in self.parts if part.of == "paid"]
        chain = [f"(1{''.join(paid)})"] if paid else []
        chain += [f"(1 - {_named(part)})" for part in self.parts if part.of == "present"]
        return f"{total} = 1 - {' x '.join(chain)}"


def as_shrinkage(given: object) -> Shrinkage:
    """Return shrinkage given as such, as a share or its text, or as a list of parts.

    Parameters
    ----------
    given
        A `Shrinkage`; ``0.3`` or ``"30%"``; or parts, each a `ShrinkagePart` or a mapping with
        ``name``, ``share``, ``of`` and ``in_schedule``.
    """
    if isinstance(given, Shrinkage):
        return given
    if given is None:
        return Shrinkage()
    if isinstance(given, str):
        return _single(parse_share(given))
    if isinstance(given, int | float | np.number):
        return _single(float(str(given)))  # a float32 of 0.3 means 0.3
    if isinstance(given, Iterable):
        return Shrinkage(tuple(_part(part) for part in given))
    raise ValueError(f"shrinkage must be a share or a list of parts, got {given!r}")


def _single(share: float) -> Shrinkage:
    if not 0 <= share < 1:
        hint = f"; {share:g} % is {share / 100:g}" if 1 < share < 100 else ""
        raise ValueError(f"shrinkage must be in [0, 1), got {share:g}{hint}")
    return Shrinkage((ShrinkagePart("", share),)) if share else Shrinkage()


def _part(given: Any) -> ShrinkagePart:
    if isinstance(given, ShrinkagePart):
        return given
    if not isinstance(given, Mapping):
        raise ValueError(f"a part of shrinkage must be a table with name and share, got {given!r}")
    unknown = set(given) - {"name", "share", "of", "in_schedule"}
    if unknown or not {"name", "share"} <= set(given):
        raise ValueError(
            "a part of shrinkage has name, share, of ('paid' or 'present') and in_schedule, "
            f"got {', '.join(sorted(map(str, given)))}"
        )
    of, in_schedule = given.get("of", "paid"), given.get("in_schedule", False)
    if not isinstance(in_schedule, bool):
        raise ValueError(f"in_schedule must be true or false, got {in_schedule!r}")
    return ShrinkagePart(str(given["name"]), parse_share(given["share"]), of, in_schedule)


def add_shrinkage(agents: ArrayLike, shrinkage: object) -> Any:
    """Return the people to schedule so that `agents` remain on the queue, rounded up exactly.

    Parameters
    ----------
    agents
        Agents on the queue, at least 0.
    shrinkage
        Anything `as_shrinkage` takes.

    Returns
    -------
    int or ndarray of int
        People, of the shape of `agents`.

    Examples
    --------
    >>> add_shrinkage([21, 42, 4], 0.3)
    array([30, 60,  6])
    """
    remaining = as_shrinkage(shrinkage).remaining
    return _each(agents, lambda number: math.ceil(number / remaining), np.int64)


def remove_shrinkage(scheduled: ArrayLike, shrinkage: object) -> Any:
    """Return the agents on the queue when `scheduled` people are paid; a fraction is kept.

    Examples
    --------
    >>> remove_shrinkage([30, 31], 0.3)
    array([21. , 21.7])
    """
    remaining = as_shrinkage(shrinkage).remaining
    return _each(scheduled, lambda number: float(number * remaining), np.float64)


def _each(numbers: ArrayLike, function: Any, dtype: type) -> Any:
    array = np.asarray(numbers)
    unique, place = np.unique(array, return_inverse=True)
    if unique.size and not (np.isfinite(unique).all() and unique[0] >= 0):
        raise ValueError(f"agents must be finite and >= 0, got {unique[0]:g} to {unique[-1]:g}")
    done: NDArray[Any] = np.array(
        [function(_exact(number)) for number in unique.tolist()], dtype=dtype
    )
    return done[place].reshape(array.shape) if array.shape else done[0].item()


def _exact(number: float) -> Fraction:
    """Return the decimal or simple fraction that was meant, not the nearest binary one."""
    return Fraction(number).limit_denominator(10**9)


def _named(part: ShrinkagePart) -> str:
    return f"{share_text(part.share, 2)} {part.name}".rstrip()
