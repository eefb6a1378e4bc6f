"""Relief, forecast lock and escalation: what happens when, from a few fixed phrases."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from erlangplan.errors import Fault
from erlangplan.sla.model import Condition, Escalation, Relief
from erlangplan.sla.reading.tables import Converters, check_name, read_keys, shown, tables_of
from erlangplan.sla.reading.values import (
    as_choice,
    as_long_length,
    as_name,
    as_names,
    as_table,
    as_text,
    clean,
)

__all__ = ["read_escalations", "read_forecast_lock", "read_reliefs"]

_PERCENT = r"(\d+(?:\.\d+)?) ?%"
_FORECAST = re.compile(rf"(offered|aht) > {_PERCENT} of (?:the )?locked forecast")
_AVERAGE = re.compile(
    rf"offered > {_PERCENT} of (?:the )?average of (?:the )?last (\d+) business days"
)
_LEFT = re.compile(rf"contacts left < {_PERCENT}")
_MOST_ABOVE = 100.0
_CONDITIONS = (
    "offered > 110% of locked forecast",
    "offered > 120% of the average of the last 20 business days",
    "aht > 110% of locked forecast",
    "event",
)
_ESCALATIONS = ("contacts left < 10%", "objective missed", "account at risk")


def as_condition(value: object) -> Condition:
    """Return what a relief depends on."""
    text = " ".join(as_name(value).split())
    if text == "event":
        return Condition("event", text=text)
    if match := _FORECAST.fullmatch(text):
        measure, percent = match.groups()
        above = _factor(percent)
        return Condition("aht" if measure == "aht" else "offered", above, "forecast", 0, text)
    if match := _AVERAGE.fullmatch(text):
        percent, days = match.groups()
        if not 1 <= int(days) <= 366:
            raise ValueError(f"must average from 1 to 366 business days, got {days}")
        return Condition("offered", _factor(percent), "average", int(days), text)
    raise ValueError(f"is not understood; write one of: {' · '.join(_CONDITIONS)}")


def _factor(percent: str) -> float:
    factor = clean(float(percent) / 100)
    if not 0 < factor <= _MOST_ABOVE:
        raise ValueError("must be above more than 0% and at most 10000%, such as 110%")
    return factor


_RELIEF_KEYS: Converters = {
    "id": as_name,
    "queue": as_names,
    "when": as_condition,
    "per": as_choice("interval", "day", "week", "month"),
    "remedy": as_choice("exclude-surplus", "exclude-period", "waive-window"),
    "attribute": as_choice("proportional", "late-first"),
    "kind": as_name,
    "notice": as_long_length,
}


def read_reliefs(
    content: Mapping[str, Any], queues: Collection[str], faults: list[Fault]
) -> tuple[Relief, ...]:
    """Return the reliefs that are understood."""
    found: dict[str, Relief] = {}
    for number, (place, table) in enumerate(tables_of(content, "relief", "id", faults), 1):
        before = len(faults)
        values = read_keys(table, place, _RELIEF_KEYS, faults, ("when",))
        for name in values.get("queue", ()):
            check_name(name, queues, "queue", f"{place} queue", faults)
        if len(faults) > before:
            continue
        values["queues"] = values.pop("queue", ())
        relief = Relief(**({"id": f"relief-{number}"} | values))
        _check(relief, place, table, faults)
        if relief.id in found:
            faults.append(Fault("stands twice", column=f"{place} id", value=relief.id))
        found[relief.id] = relief
    return tuple(found.values())


def _check(relief: Relief, place: str, table: Mapping[str, Any], faults: list[Fault]) -> None:
    event = relief.when.measure == "event"
    if event and relief.kind is None and "id" not in table:
        expected = "is missing: an id or a kind names the events that it is for"
        faults.append(Fault(expected, column=f"{place} id"))
    if event and "per" in table:
        expected = "has no place beside when = 'event': an event lasts from its start to its end"
        faults.append(Fault(expected, column=f"{place} per", value=relief.per))
    if relief.kind is not None and not event:
        expected = "belongs to when = 'event'"
        faults.append(Fault(expected, column=f"{place} kind", value=relief.kind))
    if relief.remedy == "exclude-surplus" and relief.when.measure != "offered":
        expected = "needs a condition on offered contacts, which has a surplus"
        faults.append(Fault(expected, column=f"{place} remedy", value=relief.remedy))


def read_forecast_lock(content: Mapping[str, Any], faults: list[Fault]) -> float | None:
    """Return how long ahead the forecast is binding [s]."""
    table = content.get("forecast", {})
    try:
        as_table(table)
    except ValueError:
        faults.append(Fault("write [forecast], once", column="[forecast]", value=shown(table)))
        return None
    values = read_keys(table, "[forecast]", {"lock": as_long_length}, faults)
    lock: float | None = values.get("lock")
    return lock


def as_escalation(value: object) -> str:
    """Return when somebody is told."""
    text = " ".join(as_name(value).split())
    if text in _ESCALATIONS[1:]:
        return text
    if (match := _LEFT.fullmatch(text)) and 0 <= float(match[1]) <= 100:
        return text
    raise ValueError(f"is not understood; write one of: {' · '.join(_ESCALATIONS)}")


def read_escalations(content: Mapping[str, Any], faults: list[Fault]) -> tuple[Escalation, ...]:
    """Return the escalations that are understood."""
    keys: Converters = {
        "when": as_escalation,
        "who": as_text,
        "text": as_text,
        "update_every": as_long_length,
    }
    found = []
    for place, table in tables_of(content, "escalation", "when", faults):
        values = read_keys(table, place, keys, faults, ("when",))
        if "when" in values:
            found.append(Escalation(**values))
    return tuple(found)
