"""One change of a contract is refused, or shows in what both parties sign; never nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

import contracts
import erlangplan as ep
from erlangplan.sla.explaining import explain

Place = tuple[str | int, ...]
ODD: tuple[Any, ...] = (
    float("nan"), float("inf"), -1, 0, 7, 0.33, True, False, "", "x", "33%", "17s", "3:20",
    ["x"], [[2, 900]], {"x": 1}, date(2026, 7, 7), time(9, 30), "a\x1b[31mb",
)  # fmt: skip
# Where the written value is the default, a contract says the same without it.
SAME_WITHOUT = {"schema", "kind", "window", "aggregate", "metric", "per", "remedy"}


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Yield the place of every key and item of nested tables."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in inside:
        yield (*at, key)
        if isinstance(part, dict | list):
            yield from places(part, (*at, key))


PLACES = list(places(contracts.complete()))


def table_of(tables: Any, place: Place) -> Any:
    for key in place[:-1]:
        tables = tables[key]
    return tables


def signed(contract: ep.Contract) -> str:
    """Return what is signed, but for the digest of the file, which changes with every letter."""
    return re.sub(r"SHA-256 \w+", "", explain(contract))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contracts")


@pytest.fixture(scope="module")
def original(folder: Path) -> str:
    return signed(contracts.read(contracts.complete(), folder))


def told(tables: Any, folder: Path) -> str | None:
    """Return what is signed, None where the contract is refused."""
    try:
        return signed(contracts.read(tables, folder))
    except ep.InputError as error:
        assert error.faults or "TOML" in error.what
        return None


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_value_changed_shows_or_is_refused(place: Place, folder: Path, original: str) -> None:
    before = table_of(contracts.complete(), place)[place[-1]]
    for odd in ODD:
        tables = contracts.complete()
        table_of(tables, place)[place[-1]] = odd
        said = told(tables, folder)
        assert said is None or said != original or same(odd, before), (place, odd)


def same(odd: Any, before: Any) -> bool:
    """Tell whether two values are the same number; true is no number."""
    if bool in (type(odd), type(before)):
        return odd is before
    return odd == before or str(odd) == str(before)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_a_key_left_out_shows_or_is_refused(place: Place, folder: Path, original: str) -> None:
    tables = contracts.complete()
    del table_of(tables, place)[place[-1]]
    said = told(tables, folder)
    assert said is None or said != original or place[-1] in SAME_WITHOUT, place


@pytest.mark.parametrize(
    "place", [p for p in PLACES if isinstance(p[-1], str)], ids=lambda p: ".".join(map(str, p))
)
def test_a_key_misspelt_is_refused_or_shows(place: Place, folder: Path, original: str) -> None:
    tables = contracts.complete()
    table = table_of(tables, place)
    table[f"{place[-1]}x"] = table.pop(place[-1])
    free = "match" in place or (place[0] == "hours" and len(place) == 2)
    said = told(tables, folder)
    assert said is None or (free and said != original), place


@pytest.mark.parametrize("metric", [
    "service_level", "asa", "abandon_rate", "response_time", "accuracy", "backlog", "occupancy",
    "manual",
])  # fmt: skip
def test_another_metric_shows_or_is_refused(metric: str, folder: Path, original: str) -> None:
    for number, objective in enumerate(contracts.complete()["objective"]):
        tables = contracts.complete()
        tables["objective"][number]["metric"] = metric
        said = told(tables, folder)
        unchanged = objective.get("metric", "service_level") == metric
        assert (said == original) == unchanged


def test_tables_written_twice_or_swapped_show_or_are_refused(folder: Path, original: str) -> None:
    for kind in ("queue", "objective", "relief", "credit", "bonus", "escalation", "test"):
        twice, turned = contracts.complete(), contracts.complete()
        twice[kind] = [*twice[kind], twice[kind][0]]
        turned[kind] = turned[kind][::-1]
        assert told(twice, folder) != original
        assert told(turned, folder) != original


def test_slips_of_the_pen_are_refused_or_read(tmp_path: Path) -> None:
    text = (contracts.FOLDER / "complete.toml").read_text(encoding="utf-8")
    pen, path = random.Random(20261), tmp_path / "slip.toml"
    read = refused = 0
    for _ in range(400):
        at, letter = pen.randrange(len(text)), pen.choice('0159aenx.%-"[]{}=, \n#/:')
        keep = pen.choice((at, at + 1))
        path.write_text(text[:at] + letter * pen.randrange(2) + text[keep:], encoding="utf-8")
        try:
            explain(ep.read_contract(path))
            read += 1
        except ep.InputError:
            refused += 1
    # Many letters stand in comments, names and texts, which may say anything.
    assert refused > read > 0


def test_what_is_signed_does_not_change_unnoticed() -> None:
    golden = (contracts.FOLDER / "complete.txt").read_text(encoding="utf-8")
    assert explain(ep.read_contract(contracts.FOLDER / "complete.toml")) == golden
