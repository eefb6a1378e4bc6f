"""What is signed: formulas, defaults, arithmetic and warnings in plain English."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

import contracts
import erlangplan as ep
from contracts import read, small
from erlangplan.sla.cautions import cautions
from erlangplan.sla.explaining import explain, formula
from erlangplan.sla.model import METRICS, Objective
from erlangplan.sla.starter_contract import STARTER_CONTRACT
from erlangplan.sla.vectors import run_vectors


def plain(text: str) -> str:
    return " ".join(text.split())


def of(way: str, **keys: object) -> Objective:
    return Objective("sl", ("a",), "service_level", 0.8, threshold=20.0, abandons=way, **keys)  # type: ignore[arg-type]


@pytest.mark.parametrize(("way", "symbols"), [
    ("count", "sum(Sg) / sum(A) >= 0.8"),
    ("ignore", "sum(Sg) / sum(S) >= 0.8"),
    ("credit-within-threshold", "sum(Sg + Lg) / sum(A) >= 0.8"),
    ("exclude-within-threshold", "sum(Sg) / sum(A - Lg) >= 0.8"),
    ("exclude-short", "sum(Sg) / sum(A - Ls) >= 0.8"),
    ("credit-short", "sum(Sg + Ls) / sum(A) >= 0.8"),
])  # fmt: skip
def test_each_way_of_counting_has_its_formula(way: str, symbols: str) -> None:
    short = 5.0 if way.endswith("short") else None
    assert formula(of(way, short_abandon=short)).symbols == symbols


def test_intervals_are_added_up_in_three_ways() -> None:
    mean = formula(of("count", aggregate="mean-of-intervals"))
    share = formula(of("count", aggregate="share-of-intervals", share=0.75))
    assert mean.symbols == "mean over intervals(Sg / A) >= 0.8"
    assert share.symbols == "share of intervals(Sg / A >= 0.8) >= 0.75"
    assert share.words == (
        "share of the intervals of the month in which contacts answered within 20 s / contacts "
        "offered is at least 80 %, at least 75 %"
    )


def test_every_metric_has_a_formula() -> None:
    texts = {formula(Objective("x", ("a",), metric, 0.5, threshold=20.0)) for metric in METRICS}
    # Service level and response time, accuracy and manual metrics divide the same counts.
    assert len(texts) == len(METRICS) - 2
    assert all(text.words and text.symbols for text in texts)


def test_the_whole_contract_is_said() -> None:
    text = plain(explain(ep.read_contract(contracts.FOLDER / "complete.toml")))
    for part in (
        "Bluebird phone, mail and chat",
        "Months: from day 22 to day 21 of the next.",
        "Mon-Fri 08:00-12:00 and 13:00-20:00; Sat 22:00-24:00; Sun 00:00-02:00",
        "Closed on: 2026-05-01, 2026-12-25",
        "Other hours on: 2026-12-24 08:00-14:00",
        "3 contacts at a time for an agent",
        "answered and abandoned contacts must not exceed offered ones in any row",
        "exactly 20 s is in time",
        "1. urgent: service level of bb-phone, at least 90 %, judged each day",
        "Rows: those in which severity is '1'",
        "2. level: service level of bb-phone, at least 82.7 %, judged each month",
        "Rows: all, but for those that urgent take",
        "Intervals with fewer than 10 contacts are not judged.",
        "contacts abandoned within 5 s are left out of every count",
        "7. pile: age of the backlog of bb-mail, at most 2 days, judged each month",
        "with fewer than 300 counted the verdict is undecided",
        "contacts offered of a day are more than 110 % of the locked forecast of that day",
        "exclude-surplus: contacts above it are left out of every count, late ones first",
        "more than 120 % of the average of the last 20 business days",
        "Notice: 10 days ahead",
        "10 % of the monthly fee of 100,000 EUR = 10,000 EUR",
        "40 % of the amount at risk, x pool 50 % x allocation 40 % = 800 EUR",
        "2,000 EUR for each percentage point, or part of one, above 5 %",
        "500 EUR from 1 percentage points on, 2,000 EUR from 3 percentage points on, below 95 %",
        "50 % of the credit comes back after 6 months met in a row",
        "5 % of the monthly fee = 5,000 EUR for each month of at least 88 %, at most 4,000 EUR",
        "3 missed in a row or 5 missed of the last 12, of the months or quarters of one objective",
        "every interval that it touches is left out of every count",
        "When contacts left < 10%: tell account manager, with an update every 24 h.",
        "must give 0.819, within 0.0001 (signed in Berlin)",
    ):
        assert part in text, part


def test_defaults_are_said_too(tmp_path: Path) -> None:
    text = plain(explain(read(small(), tmp_path)))
    for part in (
        "Vendor: not named", "Until: no last day", "Currency: none", "Months: calendar months",
        "Time zone: none; times are taken as they stand", "every queue is always open",
        "Abandons: count: abandoned contacts count as not in time", "judged each month",
        "each contact weighs the same", "any sample is judged", "Critical: no", "No relief",
        "Amount at risk: none", "Credits: none", "Bonuses: none", "Chronic failure: none",
        "Locked forecast: the one given with the report",
    ):  # fmt: skip
        assert part in text, part


def test_the_same_contract_gives_the_same_text_with_its_digest(tmp_path: Path) -> None:
    contract = read(small(), tmp_path)
    text = explain(contract)
    assert text == explain(ep.read_contract(tmp_path / "made.toml"))
    assert hashlib.sha256((tmp_path / "made.toml").read_bytes()).hexdigest() in text
    assert max(map(len, text.splitlines())) <= 96


def worked(way: str, expect: float, **given: int) -> dict[str, object]:
    published = {"answered": 1000, "answered_within": 860, "abandoned": 60} | given
    objective = {"id": "sl", "queue": "a", "target": "80/20", "abandons": way}
    if way.endswith("-short"):
        objective["short_abandon"] = "5s"
    return small(
        objective=[objective], test=[{"objective": "sl", "given": published, "expect": expect}]
    )


@pytest.mark.parametrize(("way", "expect"), [
    ("count", 0.8113), ("ignore", 0.86), ("credit-within-threshold", 0.8302),
    ("exclude-within-threshold", 0.8269), ("exclude-short", 0.8190), ("credit-short", 0.8208),
])  # fmt: skip
def test_worked_numbers_follow_the_way_of_counting(way: str, expect: float, tmp_path: Path) -> None:
    counts = {"abandoned_within": 20, "abandoned_short": 10}
    (result,) = run_vectors(read(worked(way, expect, **counts), tmp_path))
    assert result.passed
    (wrong,) = run_vectors(read(worked(way, expect + 0.001, **counts), tmp_path))
    assert not wrong.passed
    assert f"expected {expect + 0.001:.12g}" in str(wrong)


def rules(contract: ep.Contract) -> set[str]:
    return {caution.rule for caution in cautions(contract)}


def test_the_starter_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_text(STARTER_CONTRACT)
    contract = ep.read_contract(path)
    assert not cautions(contract)
    assert all(result.passed for result in run_vectors(contract))
    # What stands behind a # must be right too: each such key is taken in, one at a time.
    lines = STARTER_CONTRACT.splitlines()
    optional = [i for i, line in enumerate(lines) if re.match(r"# \w+ = ", line)]
    assert len(optional) >= 10
    for number in optional:
        text = [line.removeprefix("# ") if i == number else line for i, line in enumerate(lines)]
        if "clients =" in lines[number]:
            text = ['service = "x"\nkind = "service"', *text]
        if "tiers =" in lines[number]:
            text = [line for line in text if not line.startswith("per_point")]
        if "kind = " in lines[number] and "clients" not in lines[number]:
            continue
        path.write_text("\n".join(text))
        ep.read_contract(path)


LEVEL = {"id": "sl", "queue": "a", "target": "80/20"}
TAIL = {"id": "tail", "queue": "a", "target": "95/60", "window": "day"}
MISS = {"objective": "sl", "per_point": 100, "cap": 500}
EVENT = {"id": "outage", "when": "event", "notice": "1h"}
LOST = {"id": "lost", "queue": "a", "metric": "abandon_rate", "at_most": "5%"}
HAND = {"id": "hand", "queue": "a", "metric": "manual", "at_least": 0.9}
SLOW = {"id": "u", "queue": "a", "metric": "response_time", "target": "95/8h",
        "match": {"priority": "urgent"}}  # fmt: skip
QUICK = {"id": "n", "queue": "a", "metric": "response_time", "target": "95/4h"}


@pytest.mark.parametrize(("rule", "unwise", "wise"), [
    ("no-second-point", small(objective=[LEVEL]), small(objective=[LEVEL, TAIL])),
    ("refined-without-abandonment",
     small(objective=[LEVEL | {"abandons": "exclude-within-threshold"}]),
     small(objective=[LEVEL | {"abandons": "exclude-within-threshold"}, LOST])),
    ("answered-only", small(objective=[LEVEL | {"abandons": "ignore"}]), small()),
    ("month-only", small(), small(objective=[LEVEL, TAIL])),
    ("penalty-without-relief", small(credit=[MISS]), small(credit=[MISS], relief=[EVENT])),
    ("relief-without-notice", small(relief=[EVENT, {"when": "event", "id": "x"}]),
     small(relief=[EVENT])),
    ("no-cap", small(credit=[{"objective": "sl", "per_point": 100}]), small(credit=[MISS])),
    ("slower-when-urgent", small(objective=[SLOW, QUICK]),
     small(objective=[SLOW | {"target": "95/1h"}, QUICK])),
    ("slower-when-urgent",
     small(queue=[{"name": "a", "priority": 1}, {"name": "b", "priority": 2}],
           objective=[LEVEL | {"target": "80/60"}, LEVEL | {"id": "b", "queue": "b"}]),
     small(queue=[{"name": "a", "priority": 2}, {"name": "b", "priority": 1}],
           objective=[LEVEL | {"target": "80/60"}, LEVEL | {"id": "b", "queue": "b"}])),
    ("no-objective", small(queue=[{"name": "a"}, {"name": "b"}]), small()),
    ("small-sample", small(objective=[HAND | {"min_sample": 60}]),
     small(objective=[HAND | {"min_sample": 200}])),
    ("small-sample", small(objective=[HAND]), small(objective=[HAND | {"min_sample": 200}])),
    ("never-chronic", small(objective=[TAIL], chronic={"consecutive": 3}),
     small(objective=[LEVEL], chronic={"consecutive": 3})),
    ("unused-hours", small(hours={"h": {"mon": "08:00-09:00"}}), small()),
    ("no-worked-numbers", small(), worked("count", 0.8113)),
])  # fmt: skip
def test_unwise_clauses_are_warned_about(
    rule: str, unwise: dict[str, object], wise: dict[str, object], tmp_path: Path
) -> None:
    assert rule in rules(read(unwise, tmp_path))
    assert rule not in rules(read(wise, tmp_path))
