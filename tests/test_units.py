from __future__ import annotations

import math

import pytest

from erlangplan.errors import InputError
from erlangplan.units import duration_text, parse_duration, parse_share, share_text


@pytest.mark.parametrize(("text", "seconds"), [
    ("20", 20), ("20s", 20), ("5min", 300), ("4h", 14400), ("8h30", 30600), ("00:03:20", 200),
    ("3:20", 200), ("1h 30min", 5400), ("1.5 min", 90), (20, 20), (0, 0), ("2 Minutes", 120),
])  # fmt: skip
def test_durations(text: str | float, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "abc", "-5", "5 parsecs", "3:75", "1e400", "nan", -1,
                                  math.inf, "5min later", "1_000"])  # fmt: skip
def test_what_is_no_duration_is_refused(text: str | float) -> None:
    with pytest.raises(InputError, match="not a duration"):
        parse_duration(text)


def test_shares() -> None:
    assert [parse_share(text) for text in ("80%", "0.8", " 12.5 % ", "0", "1.0", ".5")] == [
        0.8, 0.8, 0.125, 0, 1, 0.5,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("80", "80% or 0.8"),
        ("120%", "more than 100%"),
        ("1", "1% or 100%"),
        ("-5%", "not a"),
        ("x", "not a share"),
    ],
)
def test_what_is_no_share_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_share(text)


def test_texts() -> None:
    assert [duration_text(s) for s in (0, 7.84, 20, 90, 30600, math.inf)] == [
        "0 s", "7.84 s", "20 s", "1 min 30 s", "8 h 30 min", "unbounded",
    ]  # fmt: skip
    assert [share_text(s) for s in (0.8, 0.8055, math.nan)] == ["80 %", "80.5 %", "none"]
    assert duration_text(59.99) != ""
