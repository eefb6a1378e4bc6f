"""What is unwise about a contract, though it can be used as it stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from erlangplan.sla.formulas import length_text, percent_text
from erlangplan.sla.model import Contract, Objective

__all__ = ["Caution", "cautions"]

_WIDE = 0.05
_URGENCY = {
    "critical": 0, "urgent": 0, "emergency": 0, "high": 1, "major": 1, "medium": 2, "normal": 2,
    "minor": 3, "low": 3,
}  # fmt: skip
_REFINED = ("exclude-within-threshold", "credit-within-threshold", "exclude-short", "credit-short")


@dataclass(frozen=True)
class Caution:
    """A warning about a contract.

    Attributes
    ----------
    rule
        Short name of what it is about, such as ``no-cap``.
    place
        Clause that it is about.
    text
        What may go wrong, and what to write.
    """

    rule: str
    place: str
    text: str

    def __str__(self) -> str:
        """Return the place and the text."""
        return f"{self.place}: {self.text} ({self.rule})"


def cautions(contract: Contract) -> tuple[Caution, ...]:
    """Return the warnings about a contract, in the order of its clauses."""
    rules: tuple[Callable[[Contract], Iterator[Caution]], ...] = (
        _queues, _percentiles, _abandons, _windows, _urgency, _samples, _reliefs, _credits,
        _unused,
    )  # fmt: skip
    return tuple(caution for rule in rules for caution in rule(contract))


def _queues(contract: Contract) -> Iterator[Caution]:
    for queue in contract.queues:
        if not any(queue.name in objective.queues for objective in contract.objectives):
            yield Caution("no-objective", f"queue {queue.name}", "nothing is promised for it")


def _beside(contract: Contract, objective: Objective) -> Iterator[Objective]:
    """Yield the other objectives that hold for all its rows."""
    for other in contract.objectives:
        covers = set(objective.queues) <= set(other.queues)
        if other is not objective and covers and other.match.items() <= objective.match.items():
            yield other


def _percentiles(contract: Contract) -> Iterator[Caution]:
    for objective in contract.objectives:
        if objective.metric not in ("service_level", "response_time"):
            continue
        others = list(_beside(contract, objective))
        second = any(o.threshold not in (None, objective.threshold) for o in others)
        if not second and not any(other.metric in ("asa", "backlog") for other in others):
            yield Caution(
                "no-second-point", f"objective {objective.id}",
                f"says nothing about contacts later than {length_text(objective.threshold or 0)}: "
                "it pays to let a late one wait for ever; add a second time (\"95/60\") or asa",
            )  # fmt: skip


def _abandons(contract: Contract) -> Iterator[Caution]:
    for objective in contract.objectives:
        if objective.metric != "service_level":
            continue
        place, way = f"objective {objective.id}", objective.abandons
        watched = any(other.metric == "abandon_rate" for other in _beside(contract, objective))
        if way == "ignore":
            yield Caution(
                "answered-only", place,
                "counts answered contacts only: the more abandon, the better the result",
            )  # fmt: skip
        if way in _REFINED and not watched:
            yield Caution(
                "refined-without-abandonment", place,
                f"{way} forgives abandoned contacts, and no abandon_rate objective limits them",
            )  # fmt: skip


def _windows(contract: Contract) -> Iterator[Caution]:
    for queue in contract.queues:
        own = [
            objective
            for objective in contract.objectives
            if queue.name in objective.queues
            and objective.metric not in ("manual", "accuracy", "backlog")
        ]
        long = {objective.window for objective in own} <= {"month", "quarter"}
        if own and long and all(objective.aggregate == "contacts" for objective in own):
            yield Caution(
                "month-only", f"queue {queue.name}",
                "is judged over whole months only: bad days and hours can be made up for by good "
                "ones; add a day or week, or a share-of-intervals",
            )  # fmt: skip


def _urgency(contract: Contract) -> Iterator[Caution]:
    timed = [each for each in contract.objectives if each.threshold is not None]
    for objective in timed:
        for other in timed:
            if objective.metric != other.metric or not _more_urgent(contract, objective, other):
                continue
            if (objective.threshold or 0) > (other.threshold or 0) and (
                objective.goal <= other.goal
            ):
                yield Caution(
                    "slower-when-urgent", f"objective {objective.id}",
                    f"gives the more urgent {length_text(objective.threshold or 0)}, and "
                    f"{other.id} the less urgent {length_text(other.threshold or 0)}",
                )  # fmt: skip


def _more_urgent(contract: Contract, one: Objective, other: Objective) -> bool:
    if set(one.queues) & set(other.queues):
        ranks = _rank(one), _rank(other)
        return ranks[0] < ranks[1] and not math.isinf(ranks[0])
    queues = [[contract.queue(name) for name in each.queues] for each in (one, other)]
    same_channel = {queue.channel for queue in queues[0]} == {q.channel for q in queues[1]}
    first = [math.inf if queue.priority is None else queue.priority for queue in queues[0]]
    second = [-math.inf if queue.priority is None else queue.priority for queue in queues[1]]
    return same_channel and max(first) < min(second)


def _rank(objective: Objective) -> float:
    """Return how urgent matched rows are, 0 first; inf where no word says so."""
    for column, value in objective.match.items():
        word = value.casefold()
        if column.casefold() not in ("priority", "severity", "urgency"):
            continue
        if word in _URGENCY:
            return _URGENCY[word]
        if word.lstrip("psev").isdecimal():
            return int(word.lstrip("psev"))
    return math.inf


def _samples(contract: Contract) -> Iterator[Caution]:
    for objective in contract.objectives:
        if objective.metric not in ("manual", "accuracy"):
            continue
        place = f"objective {objective.id}"
        if not objective.min_sample:
            yield Caution("small-sample", place, "has no min_sample: one example decides it")
            continue
        half = _half_width(objective.goal, objective.min_sample)
        if half > _WIDE:
            enough = math.ceil(1.96**2 * objective.goal * (1 - objective.goal) / _WIDE**2)
            yield Caution(
                "small-sample", place,
                f"a sample of {objective.min_sample:,.12g} knows {percent_text(objective.goal)} to "
                f"within {100 * half:.0f} points only; {max(enough, 1):,} know it to within 5",
            )  # fmt: skip


def _half_width(share: float, sample: float) -> float:
    """Return half of Wilson's interval of 95 %."""
    z = 1.96
    inside = share * (1 - share) / sample + z * z / (4 * sample * sample)
    return z / (1 + z * z / sample) * math.sqrt(inside)


def _reliefs(contract: Contract) -> Iterator[Caution]:
    for relief in contract.reliefs:
        place, forecast = f"relief {relief.id}", relief.when.base == "forecast"
        locked = relief.when.measure != "event" and forecast and contract.forecast_lock is not None
        if relief.notice is None and not locked:
            yield Caution(
                "relief-without-notice", place,
                "asks for no notice: nobody can prepare; add notice, or [forecast] lock",
            )  # fmt: skip


def _credits(contract: Contract) -> Iterator[Caution]:
    for credit in contract.credits:
        place = f"credit of {credit.objective}"
        queues = contract.objective(credit.objective).queues
        relieved = any(
            not relief.queues or set(relief.queues) & set(queues) for relief in contract.reliefs
        )
        if not relieved:
            yield Caution(
                "penalty-without-relief", place,
                "costs money whatever the volume: no relief covers a wrong forecast or an outage",
            )  # fmt: skip
        if credit.per_point is not None and credit.cap is None:
            yield Caution("no-cap", place, "has no cap: each further point costs the same again")


def _unused(contract: Contract) -> Iterator[Caution]:
    used = {queue.hours for queue in contract.queues}
    for name in contract.hours:
        if name not in used:
            yield Caution("unused-hours", f"hours {name}", "no queue keeps them")
    long = any(objective.window in ("month", "quarter") for objective in contract.objectives)
    if contract.chronic is not None and not long:
        yield Caution(
            "never-chronic", "chronic", "counts months and quarters, and no objective has such",
        )  # fmt: skip
    if not contract.tests:
        yield Caution(
            "no-worked-numbers", "contract",
            "has no [[test]]: add an example with the result that both parties expect",
        )  # fmt: skip
