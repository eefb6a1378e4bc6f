"""Objectives of a contract: what each metric takes, and what it must not be given."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any

from erlangplan.errors import Fault
from erlangplan.sla.model import AGGREGATES, METRICS, WINDOWS, Objective
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
    as_choice,
    as_count,
    as_flag,
    as_length,
    as_match,
    as_name,
    as_names,
    as_share,
    as_written,
    clean,
)
from erlangplan.targets import WAYS, target_parts

__all__ = ["GOALS", "SECONDS", "read_objectives"]

SECONDS = ("asa", "backlog")
GOALS: Mapping[str, tuple[str, ...]] = {
    "service_level": ("target",),
    "response_time": ("target",),
    "asa": ("at_most",),
    "abandon_rate": ("at_most",),
    "accuracy": ("at_least",),
    "backlog": ("at_most",),
    "occupancy": ("at_least", "at_most"),
    "manual": ("at_least", "at_most"),
}
_EXAMPLE = {
    "target": 'target = "80/20"',
    "at_most": "at_most = 0.05",
    "at_least": "at_least = 0.9",
    "seconds": 'at_most = "30s"',
}
_INTERVALS = ("service_level", "response_time", "asa", "abandon_rate", "occupancy")
_TAKEN_BY: Mapping[str, tuple[str, ...]] = {
    "abandons": ("service_level", "response_time"),
    "short_abandon": ("service_level", "response_time", "abandon_rate", "asa"),
    "refined": ("asa",),
    "share": _INTERVALS,
    "min_contacts": _INTERVALS,
}
_MEASURED = tuple(way for way in WAYS if way != "virtual")
_KEYS: Converters = {
    "id": as_name,
    "queue": as_names,
    "metric": as_choice(*METRICS),
    "target": as_written,
    "at_least": as_written,
    "at_most": as_written,
    "abandons": as_choice(*_MEASURED),
    "short_abandon": as_length,
    "window": as_choice(*WINDOWS),
    "aggregate": as_choice(*AGGREGATES),
    "share": as_share,
    "min_contacts": as_amount,
    "min_sample": as_count(0),
    "critical": as_flag,
    "match": as_match,
    "refined": as_flag,
}


def read_objectives(
    content: Mapping[str, Any], queues: Collection[str], faults: list[Fault]
) -> tuple[Objective, ...]:
    """Return the objectives that are understood, with an id each."""
    tables = tables_of(content, "objective", "id", faults)
    if not tables and not isinstance(content.get("objective"), dict):
        expected = "there must be one, with a queue and a target"
        faults.append(Fault(expected, column="[[objective]]"))
    taken = {table["id"].strip() for _, table in tables if isinstance(table.get("id"), str)}
    found: dict[str, Objective] = {}
    for place, table in tables:
        objective = _read_one(table, place, queues, taken, faults)
        if objective is None:
            continue
        if objective.id in found:
            faults.append(Fault("stands twice", column=f"{place} id", value=objective.id))
        found[objective.id] = objective
        taken.add(objective.id)
    return tuple(found.values())


def _read_one(
    table: Mapping[str, Any],
    place: Place,
    queues: Collection[str],
    taken: Collection[str],
    faults: list[Fault],
) -> Objective | None:
    before = len(faults)
    values = read_keys(table, place, _KEYS, faults, ("queue",))
    for name in values.get("queue", ()):
        check_name(name, queues, "queue", f"{place} queue", faults)
    metric = values.get("metric")
    if metric is None and "metric" not in table:
        if "target" in table:
            metric = "service_level"
        elif not difflib.get_close_matches("target", table) + difflib.get_close_matches(
            "metric", table
        ):
            expected = "is missing; without it an objective needs a target such as '80/20'"
            faults.append(Fault(expected, column=f"{place} metric"))
    if metric is not None:
        values["metric"] = metric
        values |= _goal(table, place, metric, faults)
        _check_keys(values, place, faults)
    if len(faults) > before:
        return None
    for written in ("target", "at_least"):
        values.pop(written, None)
    values["queues"] = values.pop("queue")
    values.setdefault("id", _free_id(f"{'+'.join(values['queues'])}-{metric}", taken))
    return Objective(**values)


def _free_id(wanted: str, taken: Collection[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in range(2, 10_000))
    return wanted if wanted not in taken else next(id for id in numbered if id not in taken)


def _goal(
    table: Mapping[str, Any], place: Place, metric: str, faults: list[Fault]
) -> dict[str, Any]:
    """Return goal, at_most and threshold from the one key that says what is promised."""
    known = GOALS[metric]
    given = [key for key in ("target", "at_least", "at_most") if key in table]
    for key in given:
        if key not in known:
            expected = f"does not go with {metric}; write {_example(metric)}"
            faults.append(Fault(expected, column=f"{place} {key}", value=shown(table[key])))
    fitting = [key for key in given if key in known]
    if len(fitting) > 1:
        faults.append(Fault(f"says {' and '.join(fitting)}; write an objective for each",
                            column=place))  # fmt: skip
        return {}
    if not given:
        faults.append(Fault(f"is missing; write {_example(metric)}", column=f"{place} {known[0]}"))
    if not fitting:
        return {}
    (key,) = fitting
    try:
        if key == "target":
            level, threshold = _as_target(table[key])
            return {"goal": level, "threshold": threshold, "at_most": False}
        goal = _positive(table[key]) if metric in SECONDS else as_share(table[key])
    except ValueError as error:
        faults.append(Fault(str(error), column=f"{place} {key}", value=shown(table[key])))
        return {}
    return {"goal": goal, "at_most": key == "at_most"}


def _positive(value: object) -> float:
    seconds = as_length(value)
    if not seconds:
        raise ValueError("must be above 0 s")
    return seconds


def _example(metric: str) -> str:
    if metric in SECONDS:
        return _EXAMPLE["seconds"]
    return " or ".join(_EXAMPLE[key] for key in GOALS[metric])


def _as_target(value: object) -> tuple[float, float]:
    if not isinstance(value, str):
        raise ValueError("must be a text in quotes such as '80/20'")
    parts = target_parts(value)
    if set(parts) != {"service_level", "threshold"}:
        raise ValueError(
            "must be a share and a time alone, such as '80/20' or '95/4h'; ways of counting and "
            "limits have keys and objectives of their own"
        )
    as_length(re.split(r"/|\bin\b|\bwithin\b", value)[-1].strip())
    level = float(parts["service_level"])
    if not 0 < level < 1:
        raise ValueError("must promise more than 0 % and less than 100 %, such as '80/20'")
    return clean(level), float(parts["threshold"])


def _check_keys(values: Mapping[str, Any], place: Place, faults: list[Fault]) -> None:
    """Note keys that the metric or the way of adding up has no use for, and those it lacks."""

    def fault(key: str, expected: str) -> None:
        written = shown(values[key]) if key in values else None
        faults.append(Fault(expected, column=f"{place} {key}", value=written))

    metric, way = values["metric"], values.get("abandons", "count")
    aggregate, window = values.get("aggregate", "contacts"), values.get("window", "month")
    for key, metrics in _TAKEN_BY.items():
        if values.get(key) and metric not in metrics:
            fault(key, f"belongs to {' and '.join(metrics)}, not to {metric}")
    if metric in _TAKEN_BY["abandons"] and way.endswith("-short") != ("short_abandon" in values):
        fault("short_abandon", "belongs to the ways exclude-short and credit-short, and they to it")
    if metric == "asa" and "short_abandon" in values and not values.get("refined"):
        fault("short_abandon", "belongs to refined = true")
    if "short_abandon" in values and not values["short_abandon"]:
        fault("short_abandon", "must be above 0 s")
    if (aggregate == "share-of-intervals") != ("share" in values):
        fault("share", "belongs to aggregate = 'share-of-intervals', and that to it")
    if "share" in values and not values["share"]:
        fault("share", "must be above 0")
    if aggregate != "contacts" and metric not in _INTERVALS:
        fault("aggregate", f"{metric} is not counted by intervals; only contacts is possible")
    if aggregate != "contacts" and window == "interval":
        fault("aggregate", "adds up intervals, but the window is a single one; write a longer one")
    if values.get("min_contacts") and aggregate == "contacts" and window != "interval":
        fault("min_contacts", "is for intervals that are judged one by one; with aggregate = "
              "'contacts' every contact of the window counts, so leave it out")  # fmt: skip
    if window == "interval" and metric not in _INTERVALS:
        fault("window", f"{metric} is not counted by intervals; write day or longer")
