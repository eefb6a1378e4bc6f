"""Contacts counted one by one in plain Python, to hold the scorecard against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction


def counted(calls: Sequence[Mapping[str, object]], way: str, threshold: float, short: float) -> (
    tuple[int, int]
):  # fmt: skip
    """Return contacts in time and contacts that count."""
    in_time = whole = 0
    for call in calls:
        answered, wait = call["outcome"] == "answered", float(str(call["wait_seconds"]))
        good, within, brief = answered and wait <= threshold, wait <= threshold, wait <= short
        lost = call["outcome"] == "abandoned"
        if way == "ignore" and not answered:
            continue
        if way == "exclude-within-threshold" and lost and within:
            continue
        if way == "exclude-short" and lost and brief:
            continue
        whole += 1
        credit = (way == "credit-within-threshold" and lost and within) or (
            way == "credit-short" and lost and brief)  # fmt: skip
        in_time += good or credit
    return in_time, whole


def result(
    groups: Sequence[Sequence[Mapping[str, object]]], aggregate: str, goal: Fraction, way: str,
    threshold: float, short: float,
) -> Fraction | None:  # fmt: skip
    """Return what intervals of contacts come to."""
    pairs = [counted(group, way, threshold, short) for group in groups]
    pairs = [(top, bottom) for top, bottom in pairs if bottom]
    if not pairs:
        return None
    if aggregate == "contacts":
        return Fraction(sum(top for top, _ in pairs), sum(bottom for _, bottom in pairs))
    ratios = [Fraction(top, bottom) for top, bottom in pairs]
    if aggregate == "mean-of-intervals":
        return sum(ratios, Fraction(0)) / len(ratios)
    return Fraction(sum(ratio >= goal for ratio in ratios), len(ratios))
