"""Money: credits, caps, earn-back and bonuses, with their arithmetic in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from erlangplan.sla.counting import exact
from erlangplan.sla.findings import MONTHS_OF, Finding, fiscal_month, goal_of, months_of
from erlangplan.sla.model import Bonus, Contract, Credit, Money, Objective

__all__ = ["Payment", "amount_text", "bonuses_of", "credits_of", "result_text"]


@dataclass(frozen=True)
class Payment:
    """A credit or a bonus for one window.

    Attributes
    ----------
    objective, begin
        Which objective, and the start of its window [us].
    amount
        After caps.
    words
        The arithmetic.
    finished
        False where the window is still under way, so that the amount may change.
    earned_back
        Share of a credit that came back after months met in a row.
    """

    objective: str
    begin: int
    amount: Fraction
    words: str
    finished: bool
    earned_back: Fraction = Fraction(0)


def credits_of(contract: Contract, findings: Sequence[Finding]) -> tuple[Payment, ...]:
    """Return the credits that missed objectives cost, in the order of windows and of the file.

    Notes
    -----
    The credits of one fiscal month come to no more than its amount at risk, those of a quarter to
    three times that; what is above is taken off in the order of the file.
    """
    found = [
        (finding, credit)
        for finding in sorted(findings, key=lambda each: each.begin)
        if finding.verdict == "missed"
        for credit in contract.credits
        if credit.objective == finding.objective.id
    ]
    payments = []
    paid: dict[tuple[bool, int], Fraction] = {}
    for finding, credit in found:
        amount, words = _credit(contract, credit, finding)
        quarter = finding.objective.window == "quarter"
        key = (quarter, fiscal_month(contract, finding.begin))
        most = _at_risk(contract.money, finding)
        before = paid.get(key, Fraction(0))
        if most is not None and before + amount > most:
            amount = max(most - before, Fraction(0))
            words += f", cut to {_text(contract, amount)} by the {amount_text(most)} at risk"
        paid[key] = before + amount
        back, said = _earned_back(contract, credit, finding, findings, amount)
        payments.append(Payment(finding.objective.id, finding.begin, amount, words + said,
                                finding.finished, back))  # fmt: skip
    return tuple(payments)


def bonuses_of(contract: Contract, findings: Sequence[Finding]) -> tuple[Payment, ...]:
    """Return what doing better than promised earns."""
    found = []
    for finding in sorted(findings, key=lambda each: each.begin):
        for bonus in contract.bonuses:
            if bonus.objective != finding.objective.id or finding.adjusted is None:
                continue
            level = exact(bonus.at_least)
            better = finding.adjusted <= level if finding.objective.at_most else (
                finding.adjusted >= level)  # fmt: skip
            if better and finding.verdict == "met":
                amount, words = _bonus(contract, bonus, finding)
                found.append(Payment(bonus.objective, finding.begin, amount, words,
                                     finding.finished))  # fmt: skip
    return tuple(found)


def amount_text(amount: Fraction) -> str:
    """Return an amount with two decimals, none where it is whole."""
    whole, cents = divmod(round(100 * amount), 100)
    return f"{whole:,}" + (f".{cents:02d}" if cents else "")


def result_text(objective: Objective, value: Fraction) -> str:
    """Return a result as a percentage or in seconds, to ten significant digits."""
    if objective.in_seconds:
        return f"{float(value):.10g} s"
    return f"{float(100 * value):.10g} %"


def _text(contract: Contract, amount: Fraction) -> str:
    return f"{contract.currency} {amount_text(amount)}".strip()


def _at_risk(money: Money | None, finding: Finding) -> Fraction | None:
    if money is None or not money.monthly_fee:
        return None
    months = MONTHS_OF.get(finding.objective.window, 1)
    return exact(money.monthly_fee) * exact(money.at_risk) * months


def _credit(contract: Contract, credit: Credit, finding: Finding) -> tuple[Fraction, str]:
    if credit.per_point is not None:
        amount, words = _per_point(credit.per_point, finding)
    elif credit.tiers:
        amount, words = _tier(credit, finding)
    else:
        amount, words = _share(contract, credit, finding)
    words += f" = {_text(contract, amount)}"
    if credit.cap is not None and amount > exact(credit.cap):
        amount = exact(credit.cap)
        words += f", capped at {_text(contract, amount)}"
    return amount, words


def _points(finding: Finding) -> tuple[Fraction, str]:
    """Return how far a result falls short, in percentage points or in seconds, and in words."""
    seconds = finding.objective.in_seconds
    points = finding.shortfall * (1 if seconds else 100)
    share = finding.objective.aggregate == "share-of-intervals"
    side = "above" if finding.objective.at_most and not share else "below"
    assert finding.adjusted is not None
    return points, (
        f"target {result_text(finding.objective, goal_of(finding.objective))}, result "
        f"{result_text(finding.objective, finding.adjusted)}: {float(points):.10g} "
        f"{'seconds' if seconds else 'points'} {side}"
    )


def _per_point(per_point: float, finding: Finding) -> tuple[Fraction, str]:
    points, words = _points(finding)
    whole = math.ceil(points)
    return whole * exact(per_point), f"{words}, {whole} begun x {amount_text(exact(per_point))}"


def _tier(credit: Credit, finding: Finding) -> tuple[Fraction, str]:
    points, words = _points(finding)
    reached = [tier for tier in sorted(credit.tiers) if points >= exact(tier[0])]
    if not reached:
        return Fraction(0), f"{words}, less than the first tier"
    return exact(reached[-1][1]), f"{words}, the tier from {reached[-1][0]:g}"


def _share(contract: Contract, credit: Credit, finding: Finding) -> tuple[Fraction, str]:
    money = contract.money or Money()
    months = MONTHS_OF.get(finding.objective.window, 1)
    amount = exact(money.monthly_fee) * months
    said = [f"{amount_text(exact(money.monthly_fee))} a month"]
    said += [f"{months} months"] * (months > 1)
    for value, name in (
        (money.at_risk, "at risk"), (credit.pool, "pool"), (credit.allocation, "allocation"),
        (1.0 if credit.share is None else credit.share, "of it"),
    ):  # fmt: skip
        amount *= exact(value)
        if value != 1.0:
            said.append(_percent(value, name))
    return amount, " x ".join(said)


def _percent(value: float, name: str) -> str:
    return f"{float(100 * exact(value)):.10g} % {name}"


def _bonus(contract: Contract, bonus: Bonus, finding: Finding) -> tuple[Fraction, str]:
    assert finding.adjusted is not None
    words = (
        f"result {result_text(finding.objective, finding.adjusted)}, bonus from "
        f"{result_text(finding.objective, exact(bonus.at_least))}: "
    )
    if bonus.amount is not None:
        amount = exact(bonus.amount)
    else:
        months = MONTHS_OF.get(finding.objective.window, 1)
        fee = exact((contract.money or Money()).monthly_fee) * months
        amount = fee * exact(bonus.share or 0.0)
        words += f"{_percent(bonus.share or 0.0, 'of')} {amount_text(fee)} = "
    words += _text(contract, amount)
    if bonus.cap is not None and amount > exact(bonus.cap):
        amount = exact(bonus.cap)
        words += f", capped at {_text(contract, amount)}"
    return amount, words


def _earned_back(
    contract: Contract, credit: Credit, finding: Finding, findings: Sequence[Finding],
    amount: Fraction,
) -> tuple[Fraction, str]:  # fmt: skip
    """Return what comes back of a credit once the months after it were met in a row."""
    rule = credit.earn_back
    if rule is None or finding.objective.window not in MONTHS_OF:
        return Fraction(0), ""
    own = [each for each in findings if each.objective is finding.objective]
    run = 0
    for begin, each in months_of(contract, own):
        if begin > finding.begin:
            run = run + 1 if each.verdict == "met" else 0
            if run == rule.months:
                back = amount * exact(rule.share)
                return back, (
                    f"; {_text(contract, back)} earned back after {rule.months} months met in a row"
                )
    return Fraction(0), f"; {rule.months - run} more months met in a row earn back " + _percent(
        rule.share, "of it")  # fmt: skip
