"""The money clauses of a contract in plain English, with their arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from erlangplan.sla.formulas import percent_text
from erlangplan.sla.model import Bonus, Contract, Credit, Objective

__all__ = ["amount_text", "money_lines"]


def amount_text(amount: float, currency: str = "") -> str:
    """Return an amount such as ``2,000 EUR``; cents are shown where there are any."""
    text = f"{amount:,.2f}".removesuffix(".00")
    return f"{text} {currency}".strip()


def money_lines(contract: Contract) -> Iterator[str]:
    """Yield what is at risk, credits, bonuses and chronic failure."""
    money, currency = contract.money, contract.currency
    if money is None:
        yield "Amount at risk: none named"
    else:
        yield (
            f"Amount at risk in a month: {percent_text(money.at_risk)} of the monthly fee of "
            f"{amount_text(money.monthly_fee, currency)} = "
            f"{amount_text(money.amount_at_risk, currency)}; credits of a month are never more"
        )
    if not contract.credits:
        yield "Credits: none; a miss costs nothing"
    for credit in contract.credits:
        yield from _credit_lines(credit, contract)
    if not contract.bonuses:
        yield "Bonuses: none"
    for bonus in contract.bonuses:
        yield f"Bonus for {bonus.objective}: {_bonus_text(bonus, contract)}"
    yield f"Chronic failure: {_chronic_text(contract)}"


def _credit_lines(credit: Credit, contract: Contract) -> Iterator[str]:
    objective, currency = contract.objective(credit.objective), contract.currency
    yield (
        f"Credit for {credit.objective}, for each {objective.window} that is missed: "
        f"{_credit_text(credit, objective, contract)}"
    )
    cap = "none of its own" if credit.cap is None else amount_text(credit.cap, currency)
    yield f"  Cap: {cap}"
    back = "none"
    if credit.earn_back is not None:
        back = (
            f"{percent_text(credit.earn_back.share)} of the credit comes back after "
            f"{credit.earn_back.months} months met in a row"
        )
    yield f"  Earn-back: {back}"


def _credit_text(credit: Credit, objective: Objective, contract: Contract) -> str:
    currency = contract.currency
    worse = "above" if objective.at_most else "below"
    if credit.per_point is not None:
        return (
            f"{amount_text(credit.per_point, currency)} for each percentage point, or part of "
            f"one, {worse} {percent_text(objective.goal)}"
        )
    if credit.tiers:
        steps = (
            f"{amount_text(amount, currency)} from {points:.12g} percentage points on"
            for points, amount in credit.tiers
        )
        return f"{', '.join(steps)}, {worse} {percent_text(objective.goal)}"
    share = credit.share or 0.0
    at_risk = 0.0 if contract.money is None else contract.money.amount_at_risk
    months = 3 if objective.window == "quarter" else 1
    worth = at_risk * share * credit.pool * credit.allocation * months
    return (
        f"{percent_text(share)} of the amount at risk, x pool {percent_text(credit.pool)} x "
        f"allocation {percent_text(credit.allocation)}{' x 3 months' if months == 3 else ''} = "
        f"{amount_text(worth, currency)}"
    )


def _bonus_text(bonus: Bonus, contract: Contract) -> str:
    currency = contract.currency
    window = contract.objective(bonus.objective).window
    if bonus.amount is not None:
        earned = amount_text(bonus.amount, currency)
    else:
        fee = 0.0 if contract.money is None else contract.money.monthly_fee
        share, months = bonus.share or 0.0, 3 if window == "quarter" else 1
        earned = (
            f"{percent_text(share)} of the monthly fee{' x 3 months' if months == 3 else ''} = "
            f"{amount_text(share * fee * months, currency)}"
        )
    cap = "no cap" if bonus.cap is None else f"at most {amount_text(bonus.cap, currency)}"
    return f"{earned} for each {window} of at least {percent_text(bonus.at_least)}, {cap}"


def _chronic_text(contract: Contract) -> str:
    chronic = contract.chronic
    if chronic is None:
        return "none agreed"
    parts = []
    if chronic.consecutive is not None:
        parts.append(f"{chronic.consecutive} missed in a row")
    if chronic.any is not None:
        parts.append(f"{chronic.any[0]} missed of the last {chronic.any[1]}")
    means = chronic.means or "no consequence named"
    return f"{' or '.join(parts)}, of the months or quarters of one objective: {means}"
