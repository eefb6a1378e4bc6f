"""Money: what is at risk, what a miss costs, what doing better earns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from erlangplan.errors import Fault
from erlangplan.sla.model import Bonus, Chronic, Credit, EarnBack, Money, Objective
from erlangplan.sla.reading.objectives import SECONDS
from erlangplan.sla.reading.tables import (
    Converters,
    Place,
    check_name,
    read_keys,
    shown,
    tables_of,
)
from erlangplan.sla.reading.values import (
    as_amount,
    as_count,
    as_name,
    as_share,
    as_table,
    as_text,
)

__all__ = ["Promised", "read_bonuses", "read_chronic", "read_credits", "read_money"]

MONTHS = ("month", "quarter")


@dataclass(frozen=True)
class Promised:
    """What credits may speak of: objectives, ids of those not understood too, keys of [money]."""

    objectives: Mapping[str, Objective]
    ids: frozenset[str]
    money: frozenset[str]


def _as_tiers(value: object) -> tuple[tuple[float, float], ...]:
    rows = value if isinstance(value, list) else []
    if not rows or not all(isinstance(row, list) and len(row) == 2 for row in rows):
        raise ValueError("must be a list of [points, amount], such as [[1, 2000], [3, 6000]]")
    tiers = tuple((as_amount(points), as_amount(amount)) for points, amount in rows)
    for (points, amount), (more, further) in pairwise(tiers):
        if not (more > points and further >= amount):
            raise ValueError("must rise: more points below the target, and no smaller an amount")
    return tiers


def _as_pair(value: object) -> tuple[int, int]:
    pair = value if isinstance(value, list) else []
    count = as_count(1)
    if len(pair) != 2 or count(pair[0]) > count(pair[1]):
        raise ValueError("must be [so many, of so many], such as [5, 12]")
    return count(pair[0]), count(pair[1])


_CREDIT_KEYS: Converters = {
    "objective": as_name,
    "share": as_share,
    "per_point": as_amount,
    "tiers": _as_tiers,
    "cap": as_amount,
    "pool": as_share,
    "allocation": as_share,
    "earn_back": as_table,
}
_EARN_BACK_KEYS: Converters = {"months": as_count(1), "share": as_share}
_BONUS_KEYS: Converters = {
    "objective": as_name,
    "at_least": as_share,
    "share": as_share,
    "amount": as_amount,
    "cap": as_amount,
}


def _once(content: Mapping[str, Any], key: str, faults: list[Fault]) -> dict[str, Any] | None:
    table = content.get(key)
    if table is None or isinstance(table, dict):
        return table
    faults.append(Fault(f"write [{key}], once", column=f"[{key}]", value=shown(table)))
    return None


def read_money(content: Mapping[str, Any], faults: list[Fault]) -> Money | None:
    """Return what is at stake, None without [money]."""
    table = _once(content, "money", faults)
    if table is None:
        return None
    keys: Converters = {"monthly_fee": as_amount, "at_risk": as_share}
    return Money(**read_keys(table, "[money]", keys, faults, ("monthly_fee",)))


def read_credits(
    content: Mapping[str, Any], promised: Promised, faults: list[Fault]
) -> tuple[Credit, ...]:
    """Return the credits that are understood."""
    found: dict[str, Credit] = {}
    for place, table in tables_of(content, "credit", "objective", faults):
        before = len(faults)
        values = read_keys(table, place, _CREDIT_KEYS, faults, ("objective",))
        if "earn_back" in values:
            values["earn_back"] = _earn_back(values["earn_back"], place, faults)
        if "objective" in values:
            name = values["objective"]
            check_name(name, promised.ids, "objective", f"{place} objective", faults)
            if name in found:
                expected = "has a credit already; one objective has one"
                faults.append(Fault(expected, column=f"{place} objective", value=name))
            _check_credit(table, values, place, promised, faults)
        if len(faults) > before:
            continue
        if "pool" in values or "allocation" in values:
            values.setdefault("share", 1.0)
        found[values["objective"]] = Credit(**values)
    return tuple(found.values())


def _earn_back(table: Mapping[str, Any], place: Place, faults: list[Fault]) -> EarnBack | None:
    keys = ("months", "share")
    values = read_keys(table, f"{place} earn_back", _EARN_BACK_KEYS, faults, keys)
    return EarnBack(**values) if values.keys() == set(keys) else None


def _check_credit(
    table: Mapping[str, Any],
    values: Mapping[str, Any],
    place: Place,
    promised: Promised,
    faults: list[Fault],
) -> None:
    objective = promised.objectives.get(values["objective"])
    given = [key for key in ("share", "per_point", "tiers") if key in table]
    parts = [key for key in ("pool", "allocation") if key in table]
    if len(given) != 1 and not (parts and not given):
        said = " and ".join(given) or "nothing of it"
        expected = f"must say what a miss costs by one of share, per_point and tiers, not {said}"
        faults.append(Fault(expected, column=place))
    for key in parts:
        if given and given != ["share"]:
            expected = "is a part of the amount at risk, and goes with share"
            faults.append(Fault(expected, column=f"{place} {key}", value=shown(table[key])))
    by_points = [key for key in given if key != "share"]
    if by_points and objective is not None and objective.metric in SECONDS:
        expected = f"counts percentage points, but {objective.metric} is in seconds; write share"
        faults.append(Fault(expected, column=f"{place} {by_points[0]}"))
    if objective is not None and "earn_back" in table and objective.window not in MONTHS:
        expected = f"counts months or quarters met in a row, but {objective.id} is judged each "
        faults.append(Fault(expected + objective.window, column=f"{place} earn_back"))
    of_risk = given == ["share"] or (parts and not given)
    if of_risk and not {"monthly_fee", "at_risk"} <= promised.money:
        expected = "is of the amount at risk, which [money] monthly_fee and at_risk must name"
        faults.append(Fault(expected, column=f"{place} {(given or parts)[0]}"))


def read_bonuses(
    content: Mapping[str, Any], promised: Promised, faults: list[Fault]
) -> tuple[Bonus, ...]:
    """Return the bonuses that are understood."""
    found = []
    for place, table in tables_of(content, "bonus", "objective", faults):
        before = len(faults)
        required = ("objective", "at_least")
        values = read_keys(table, place, _BONUS_KEYS, faults, required)
        if "objective" in values:
            name = values["objective"]
            check_name(name, promised.ids, "objective", f"{place} objective", faults)
            _check_bonus(values, place, promised, faults)
        if len(faults) == before:
            found.append(Bonus(**values))
    return tuple(found)


def _check_bonus(
    values: Mapping[str, Any], place: Place, promised: Promised, faults: list[Fault]
) -> None:
    objective = promised.objectives.get(values["objective"])
    if ("share" in values) == ("amount" in values):
        expected = "must say what is earned by either share (of the monthly fee) or amount"
        faults.append(Fault(expected, column=place))
    if "share" in values and "monthly_fee" not in promised.money:
        expected = "is of the monthly fee, which [money] monthly_fee must name"
        faults.append(Fault(expected, column=f"{place} share"))
    if objective is None or "at_least" not in values:
        return
    if objective.at_most:
        expected = f"does not go with {objective.id}, of which less is better"
        faults.append(Fault(expected, column=f"{place} at_least", value=str(values["at_least"])))
    elif values["at_least"] <= objective.goal:
        expected = f"must be better than what is promised, {objective.goal:g}"
        faults.append(Fault(expected, column=f"{place} at_least", value=str(values["at_least"])))


def read_chronic(content: Mapping[str, Any], faults: list[Fault]) -> Chronic | None:
    """Return what counts as chronic failure, None without it."""
    table = _once(content, "chronic", faults)
    if table is None:
        return None
    keys: Converters = {"consecutive": as_count(1), "any": _as_pair, "means": as_text}
    values = read_keys(table, "[chronic]", keys, faults)
    if not table.keys() & {"consecutive", "any"}:
        expected = "must say consecutive = 3, or any = [5, 12], or both"
        faults.append(Fault(expected, column="[chronic]"))
    return Chronic(**values)
