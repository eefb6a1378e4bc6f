"""The arithmetic of a promise: exact fractions of counts, never floats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from erlangplan.sla.model import Objective

__all__ = ["Ratio", "exact", "level", "meets", "parts", "ratio"]

Number = Fraction | int | float
_WAYS: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    "count": ({}, {"offered": 1}),
    "ignore": ({}, {"answered": 1}),
    "credit-within-threshold": ({"abandoned_within": 1}, {"offered": 1}),
    "exclude-within-threshold": ({}, {"offered": 1, "abandoned_within": -1}),
    "exclude-short": ({}, {"offered": 1, "abandoned_short": -1}),
    "credit-short": ({"abandoned_short": 1}, {"offered": 1}),
}


@dataclass(frozen=True)
class Ratio:
    """What is divided by what: how often each count is taken."""

    numerator: Mapping[str, int]
    denominator: Mapping[str, int]

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of the counts that it takes, each once."""
        return tuple(dict.fromkeys((*self.denominator, *self.numerator)))


def exact(value: Number) -> Fraction:
    """Return a number as the decimal that was written: 0.8 is 4/5, not its nearest float.

    Examples
    --------
    >>> exact(0.8), 100 * (exact(0.9) - exact(0.873))
    (Fraction(4, 5), Fraction(27, 10))
    """
    return Fraction(f"{value:.12g}") if isinstance(value, float) else Fraction(value)


def ratio(objective: Objective) -> Ratio:
    """Return which counts an objective divides.

    Service level and response time follow the objective's way of counting abandons. A mean wait
    is that of answered contacts, refined or not. Accuracy and manual metrics divide ``good`` by
    ``counted``; occupancy divides ``handle_seconds`` by ``staffed_seconds``; a backlog is the
    age of its oldest contact, ``oldest_seconds``, and divides by nothing.

    Raises
    ------
    ValueError
        If the way of counting is a prediction only.
    """
    metric = objective.metric
    if metric in ("service_level", "response_time"):
        if objective.abandons not in _WAYS:
            raise ValueError(
                f"abandons must be one of {', '.join(_WAYS)} to be measured, "
                f"got {objective.abandons!r}"
            )
        credited, whole = _WAYS[objective.abandons]
        return Ratio({"answered_within": 1} | credited, whole)
    if metric == "abandon_rate":
        short = {} if objective.short_abandon is None else {"abandoned_short": -1}
        return Ratio({"abandoned": 1} | short, {"offered": 1} | short)
    return {
        "asa": Ratio({"wait_answered_seconds": 1}, {"answered": 1}),
        "occupancy": Ratio({"handle_seconds": 1}, {"staffed_seconds": 1}),
        "backlog": Ratio({"oldest_seconds": 1}, {}),
    }.get(metric, Ratio({"good": 1}, {"counted": 1}))


def parts(objective: Objective, counts: Mapping[str, Number]) -> tuple[Fraction, Fraction]:
    """Return numerator and denominator of an objective.

    Parameters
    ----------
    objective
        What is promised.
    counts
        Those that `ratio` names. Where ``offered`` is not among them it is answered, abandoned
        and blocked contacts together.

    Raises
    ------
    ValueError
        If a count is missing, or the counts contradict each other.
    """
    held = {name: exact(value) for name, value in counts.items()}
    if "offered" not in held and {"answered", "abandoned"} <= held.keys():
        held["offered"] = held["answered"] + held["abandoned"] + held.get("blocked", 0)
    wanted = ratio(objective)
    if missing := [name for name in wanted.needed if name not in held]:
        raise ValueError(f"{objective.id} needs {' and '.join(missing)}, got {', '.join(counts)}")
    _check(held)
    if not wanted.denominator:
        return _sum(wanted.numerator, held), Fraction(1)
    return _sum(wanted.numerator, held), _sum(wanted.denominator, held)


def level(objective: Objective, counts: Mapping[str, Number]) -> Fraction | None:
    """Return what an objective's counts come to: a share, or seconds of a wait.

    Parameters
    ----------
    objective, counts
        As for `parts`.

    Returns
    -------
    Fraction or None
        Exact; None where nothing was counted.

    Examples
    --------
    >>> asked = Objective("sl", ("a",), "service_level", 0.8, threshold=20)
    >>> level(asked, {"offered": 1060, "answered_within": 860})
    Fraction(43, 53)
    """
    numerator, denominator = parts(objective, counts)
    return numerator / denominator if denominator > 0 else None


def meets(objective: Objective, result: Fraction) -> bool:
    """Tell whether a result keeps the promise, equality included."""
    goal = exact(objective.goal)
    return result <= goal if objective.at_most else result >= goal


def _sum(terms: Mapping[str, int], held: Mapping[str, Fraction]) -> Fraction:
    return sum((times * held[name] for name, times in terms.items()), Fraction(0))


def _check(held: Mapping[str, Fraction]) -> None:
    for name, value in held.items():
        if value < 0:
            raise ValueError(f"{name} must be at least 0, got {float(value):g}")
    for part, whole in (
        ("answered_within", "answered"), ("abandoned_within", "abandoned"),
        ("abandoned_short", "abandoned"), ("answered_within", "offered"), ("good", "counted"),
    ):  # fmt: skip
        if part in held and whole in held and held[part] > held[whole]:
            raise ValueError(
                f"{part} must be at most {whole}, got {float(held[part]):g} of "
                f"{float(held[whole]):g}"
            )
