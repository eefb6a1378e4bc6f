"""The self-test convinces only if it can also fail."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import erlangplan as ep
from erlangplan import proof

PUBLISHED = Path(proof.__file__).parent / "data" / "published.csv"


def test_this_machine_reproduces_every_number() -> None:
    result = ep.selftest()
    assert result.passed
    assert result.checks == len(result.table) > 70
    assert result.largest_error < 1e-10
    assert result.summary().startswith(f"{result.checks} of {result.checks} published numbers")
    assert "\n" not in result.summary()


def test_every_published_number_names_its_source() -> None:
    with PUBLISHED.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["source"] for row in rows)
    quantities = {row["quantity"] for row in rows}
    assert {"erlang_b", "erlang_c", "service_level", "required_agents", "blocked"} <= quantities


def test_a_wrong_formula_is_caught_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "erlang_b", lambda load, agents: ep.erlang_b(load, agents) * 1.001)
    result = ep.selftest()
    assert not result.passed
    wrong = result.table[~result.table["agrees"]]
    assert wrong["check"].str.contains("erlang_b").sum() > 5
    assert "identity: Erlang B by its recursion" in set(wrong["check"])
    assert result.largest_error == pytest.approx(1e-3, rel=0.05)
    assert "erlang_b: load 10, agents 17: expected 0.012949, got" in result.summary()


def test_one_agent_too_few_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = proof.required_agents

    def stingy(*args: object, **options: object) -> object:
        answer = honest(*args, **options)  # type: ignore[arg-type]
        return type(answer)(np.maximum(answer.agents - 1, 1), answer.binding_code)

    monkeypatch.setattr(proof, "required_agents", stingy)
    wrong = ep.selftest().table.query("not agrees")
    assert wrong["check"].str.startswith("required_agents").sum() >= 4
    assert "identity: n agents meet the target, n - 1 do not" in set(wrong["check"])


def test_it_can_be_asked_twice() -> None:
    assert ep.selftest().checks == ep.selftest().checks
