"""The promise: a service level with its way of counting, and the limits that stand beside it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields
from numbers import Real

from erlangplan.errors import InputError
from erlangplan.units import duration_text, parse_duration, parse_share, share_text

__all__ = ["WAYS", "Target", "as_target", "target_parts"]

WAYS = {
    "count": "abandoned contacts count as not in time",
    "ignore": "abandoned contacts are left out",
    "credit-within-threshold": "contacts abandoned within the threshold count as in time",
    "exclude-within-threshold": "contacts abandoned within the threshold are left out",
    "exclude-short": "contacts abandoned within {short} are left out",
    "credit-short": "contacts abandoned within {short} count as in time",
    "virtual": "as a caller of endless patience would wait",
}
_LIMITS = {
    "asa": "max_asa",
    "abandonment": "max_abandonment",
    "blocked": "max_blocked",
    "occupancy": "max_occupancy",
    "minimum": "min_agents",
    "short": "short_abandon",
}
_SLASH = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*/\s*(.+)")
_IN = re.compile(r"(.+?)\s+(?:in|within)\s+(.+)")


@dataclass(frozen=True, init=False, repr=False)
class Target:
    """What is promised, part by part; a plan must meet every part.

    Parameters
    ----------
    text
        ``"80/20"`` or ``"80% in 20s"``, then, after commas, a way of counting and further
        limits: ``"80/20, exclude-within-threshold, asa 30s, abandonment 5%, occupancy 85%,
        blocked 1%, minimum 2"``. Keywords add to the text and win over it.
    service_level
        Least share of contacts in time, in (0, 1).
    threshold
        Longest wait that is in time [s].
    abandons
        How abandoned contacts count: ``count``, ``ignore``, ``credit-within-threshold``,
        ``exclude-within-threshold``, ``exclude-short``, ``credit-short`` or ``virtual``.
    short_abandon
        Waits up to which an abandon is short [s]; needed by the ways that end in ``-short``.
    max_asa
        Longest mean wait of answered contacts [s].
    max_abandonment, max_blocked, max_occupancy
        Largest shares, in (0, 1].
    min_agents
        Fewest agents in any interval.

    Examples
    --------
    >>> Target("80/20").service_level, Target("80/20").threshold
    (0.8, 20.0)
    >>> str(Target("90% in 30s, ignore", max_occupancy=0.85))
    '90% in 30s, ignore, occupancy 85%'
    """

    service_level: float | None = None
    threshold: float | None = None
    abandons: str = "count"
    short_abandon: float | None = None
    max_asa: float | None = None
    max_abandonment: float | None = None
    max_blocked: float | None = None
    max_occupancy: float | None = None
    min_agents: int = 0

    def __init__(
        self,
        text: str | None = None,
        /,
        *,
        service_level: float | None = None,
        threshold: float | None = None,
        abandons: str | None = None,
        short_abandon: float | None = None,
        max_asa: float | None = None,
        max_abandonment: float | None = None,
        max_blocked: float | None = None,
        max_occupancy: float | None = None,
        min_agents: int | None = None,
    ) -> None:
        given = {
            "service_level": service_level,
            "threshold": threshold,
            "abandons": abandons,
            "short_abandon": short_abandon,
            "max_asa": max_asa,
            "max_abandonment": max_abandonment,
            "max_blocked": max_blocked,
            "max_occupancy": max_occupancy,
            "min_agents": min_agents,
        }
        parts = {} if text is None else target_parts(text)
        parts |= {name: value for name, value in given.items() if value is not None}
        _check_numbers(parts)
        for field in fields(self):
            object.__setattr__(self, field.name, parts.get(field.name, field.default))
        self._check()

    def _check(self) -> None:
        limits = (self.max_asa, self.max_abandonment, self.max_blocked, self.max_occupancy)
        if (self.service_level is None) != (self.threshold is None):
            raise ValueError("service_level and threshold belong together; give both or neither")
        if self.service_level is None and all(limit is None for limit in limits):
            raise ValueError("a target needs a service level or a limit, such as Target('80/20')")
        _check_share("service_level", self.service_level, below_one=True)
        for name in ("max_abandonment", "max_blocked", "max_occupancy"):
            _check_share(name, getattr(self, name))
        _check_seconds("threshold", self.threshold, at_least=0)
        _check_seconds("max_asa", self.max_asa)
        _check_seconds("short_abandon", self.short_abandon)
        if self.abandons not in WAYS:
            raise ValueError(f"abandons must be one of {', '.join(WAYS)}, got {self.abandons!r}")
        if self.abandons.endswith("-short") != (self.short_abandon is not None):
            raise ValueError(
                "short_abandon belongs to the ways exclude-short and credit-short, and they to it"
            )
        if not (isinstance(self.min_agents, int) and 0 <= self.min_agents <= 1_000_000_000):
            raise ValueError(
                f"min_agents must be a whole number from 0 to 1e9, got {self.min_agents!r}"
            )

    def __str__(self) -> str:
        parts = []
        if self.service_level is not None and self.threshold is not None:
            parts.append(f"{_percent(self.service_level)} in {self.threshold:g}s")
            if self.abandons != "count":
                parts.append(self.abandons)
        if self.short_abandon is not None:
            parts.append(f"short {self.short_abandon:g}s")
        if self.max_asa is not None:
            parts.append(f"asa {self.max_asa:g}s")
        for word in ("abandonment", "blocked", "occupancy"):
            if (limit := getattr(self, _LIMITS[word])) is not None:
                parts.append(f"{word} {_percent(limit)}")
        if self.min_agents:
            parts.append(f"minimum {self.min_agents}")
        return ", ".join(parts)

    def __repr__(self) -> str:
        return f"Target({str(self)!r})"

    @property
    def counting(self) -> str:
        """The way of counting in words."""
        short = "" if self.short_abandon is None else duration_text(self.short_abandon)
        return WAYS[self.abandons].format(short=short)

    @property
    def words(self) -> str:
        """The whole target in words."""
        parts = []
        if self.service_level is not None and self.threshold is not None:
            share, limit = share_text(self.service_level, 2), duration_text(self.threshold)
            parts.append(f"at least {share} of contacts answered within {limit}")
        if self.max_asa is not None:
            parts.append(f"mean wait of answered contacts at most {duration_text(self.max_asa)}")
        for word in ("abandonment", "blocked", "occupancy"):
            if (limit := getattr(self, _LIMITS[word])) is not None:
                parts.append(f"{word} at most {share_text(limit, 2)}")
        if self.min_agents:
            parts.append(f"at least {self.min_agents} agents")
        return "; ".join(parts)


def as_target(target: Target | str) -> Target:
    """Return a target given as such or as its text."""
    return target if isinstance(target, Target) else Target(target)


def _check_numbers(parts: dict[str, float | str]) -> None:
    for name, value in parts.items():
        if name != "abandons" and (isinstance(value, bool) or not isinstance(value, Real)):
            raise ValueError(f"{name} must be a number, got {value!r}")


def _percent(share: float) -> str:
    return f"{float(f'{100 * share:.12g}'):.12g}%"


def _check_share(name: str, share: float | None, *, below_one: bool = False) -> None:
    if share is None or 0 < share < 1 or (share == 1 and not below_one):
        return
    hint = f"; {share:g} % is {share / 100:g}" if 1 < share <= 100 else ""
    raise ValueError(f"{name} must be in (0, 1{')' if below_one else ']'}, got {share:g}{hint}")


def _check_seconds(name: str, seconds: float | None, at_least: float | None = None) -> None:
    if seconds is None:
        return
    if not math.isfinite(seconds) or seconds < 0 or (seconds == 0 and at_least is None):
        limit = "> 0" if at_least is None else ">= 0"
        raise ValueError(f"{name} must be a finite number of seconds {limit}, got {seconds:g}")


def target_parts(text: str) -> dict[str, float | str]:
    """Return the keywords of `Target` that a text gives."""
    if not isinstance(text, str):
        raise ValueError(f"a target must be a text such as '80/20' or a Target, got {text!r}")
    found: dict[str, float | str] = {}
    for part in (part.strip() for part in text.split(",")):
        for name, value in _parse_part(part, text).items():
            if name in found:
                raise InputError(f"target {text!r} gives {name} twice")
            found[name] = value
    return found


def _parse_part(part: str, text: str) -> dict[str, float | str]:
    if part in WAYS:
        return {"abandons": part}
    if match := _SLASH.fullmatch(part):
        number, percent, limit = match.groups()
        share = float(number) / 100 if percent else _trade_share(number, text)
        return {"service_level": share, "threshold": parse_duration(limit)}
    if match := _IN.fullmatch(part):
        return {"service_level": parse_share(match[1]), "threshold": parse_duration(match[2])}
    word, _, value = part.partition(" ")
    value = value.strip().removeprefix("<=").removeprefix("at most").strip()
    if word in _LIMITS and value:
        if word in ("asa", "short"):
            return {_LIMITS[word]: parse_duration(value)}
        if word == "minimum" and value.isdecimal():
            return {"min_agents": int(value)}
        if word != "minimum":
            return {_LIMITS[word]: parse_share(value)}
    raise InputError(
        f"target {text!r}: {part!r} is not understood; write 80/20 or 80% in 20s, then after "
        f"commas a way of counting ({', '.join(WAYS)}) or limits such as asa 30s, "
        "abandonment 5%, occupancy 85%, blocked 1%, minimum 2, short 5s"
    )


def _trade_share(number: str, text: str) -> float:
    value = float(number)
    if value >= 100:
        raise InputError(f"target {text!r}: service_level must be below 100 %, got {number} %")
    if value == 1:
        raise InputError(f"target {text!r} may mean 1 % or all; write 1% or give a share below 1")
    return value if value < 1 else value / 100
