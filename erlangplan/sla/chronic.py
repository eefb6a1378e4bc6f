"""Chronic failure: too many months missed in a row, or out of the last ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from erlangplan.sla.findings import MONTHS_OF, Finding, months_of
from erlangplan.sla.model import Chronic, Contract

__all__ = ["ChronicState", "chronic_states"]


@dataclass(frozen=True)
class ChronicState:
    """How near an objective is to chronic failure.

    Attributes
    ----------
    objective
        Its id.
    months, in_a_row, of_last
        Months judged, missed in a row at the end, missed of the last ones that the clause counts.
    left
        Further months missed until it triggers; 0 where it has.
    since
        Start of the month that triggered it first [us]; None where it has not.
    """

    objective: str
    months: int
    in_a_row: int
    of_last: int
    left: int
    since: int | None


def chronic_states(contract: Contract, findings: Sequence[Finding]) -> tuple[ChronicState, ...]:
    """Return the state of each objective over months or quarters, where there is a clause."""
    rule = contract.chronic
    if rule is None:
        return ()
    found = []
    for objective in contract.objectives:
        own = [each for each in findings if each.objective is objective]
        if objective.window not in MONTHS_OF:
            continue
        months = months_of(contract, own)
        missed = [each.verdict == "missed" for _, each in months]
        since = next((n for n in range(len(missed)) if _triggered(rule, missed[: n + 1])), None)
        found.append(
            ChronicState(
                objective.id, len(missed), _run(missed),
                sum(missed[-rule.any[1] :]) if rule.any else sum(missed),
                0 if since is not None else _left(rule, missed),
                None if since is None else months[since][0],
            )
        )  # fmt: skip
    return tuple(found)


def _run(missed: Sequence[bool]) -> int:
    return next((n for n, one in enumerate(reversed(missed)) if not one), len(missed))


def _triggered(rule: Chronic, missed: Sequence[bool]) -> bool:
    if rule.consecutive is not None and _run(missed) >= rule.consecutive:
        return True
    return rule.any is not None and sum(missed[-rule.any[1] :]) >= rule.any[0]


def _left(rule: Chronic, missed: Sequence[bool]) -> int:
    most = max(rule.consecutive or 0, rule.any[0] if rule.any else 0)
    return next((n for n in range(most + 1) if _triggered(rule, [*missed, *[True] * n])), most)
