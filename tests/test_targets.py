from __future__ import annotations

import math

import pytest

import erlangplan as ep
from erlangplan.kernels import stationary
from erlangplan.queues import BINDING
from erlangplan.targets import WAYS


def test_the_trade_form_and_the_long_form_are_one_target() -> None:
    assert ep.Target("80/20") == ep.Target("80% in 20s") == ep.Target("0.8/20s")
    assert ep.Target("80/20") == ep.Target(service_level=0.8, threshold=20)
    assert ep.Target("90 % within 2min").threshold == 120


@pytest.mark.parametrize("text", [
    "80% in 20s", "92.5% in 15s, ignore", "80% in 20s, exclude-short, short 5s",
    "80% in 20s, asa 30s, abandonment 5%, blocked 1%, occupancy 85%, minimum 2", "asa 30s",
])  # fmt: skip
def test_text_round_trips(text: str) -> None:
    assert str(ep.Target(text)) == text
    assert ep.Target(str(ep.Target(text))) == ep.Target(text)


def test_keywords_add_to_the_text_and_win_over_it() -> None:
    target = ep.Target("80/20", max_asa=30, service_level=0.9)
    assert (target.service_level, target.threshold, target.max_asa) == (0.9, 20, 30)


@pytest.mark.parametrize("text", [
    "80", "0.8", "", "80/", "/20", "80/20/3", "eighty/20", "1/20", "80/20, often", "80/20, 90/10",
    "80/20, asa", "80% in 20s, minimum 1.5", "120/20", "nan/20", "80/nan", "80/-5", "inf in 20s",
])  # fmt: skip
def test_what_is_ambiguous_or_odd_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"target|must|share|duration|needs"):
        ep.Target(text)


@pytest.mark.parametrize("wrong", [
    {"service_level": 80, "threshold": 20}, {"service_level": 0.8}, {"threshold": 20}, {},
    {"service_level": 1, "threshold": 20}, {"service_level": 0.8, "threshold": -1},
    {"service_level": 0.8, "threshold": math.inf}, {"max_asa": 0}, {"max_occupancy": 1.2},
    {"max_abandonment": 0}, {"max_asa": 9, "min_agents": -1}, {"max_asa": 9, "min_agents": 1.5},
    {"service_level": 0.8, "threshold": 20, "abandons": "exclude-short"},
    {"service_level": 0.8, "threshold": 20, "short_abandon": 5}, {"max_asa": 9, "abandons": "x"},
])  # fmt: skip
def test_keywords_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be|belong|needs"):
        ep.Target(**wrong)


def test_words_say_what_the_contract_says() -> None:
    target = ep.Target("80/20, exclude-short, short 5s, occupancy 85%")
    assert target.words == (
        "at least 80 % of contacts answered within 20 s; occupancy at most 85 %"
    )
    assert target.counting == "contacts abandoned within 5 s are left out"


def test_codes_of_the_kernel_are_those_of_the_words() -> None:
    kernel = [
        stationary.COUNT, stationary.IGNORE, stationary.CREDIT_WITHIN, stationary.EXCLUDE_WITHIN,
        stationary.EXCLUDE_SHORT, stationary.CREDIT_SHORT, stationary.VIRTUAL,
    ]  # fmt: skip
    assert kernel == list(range(len(WAYS)))
    assert [BINDING[code] for code in (stationary.SERVICE_LEVEL, stationary.ASA,
            stationary.ABANDONMENT, stationary.BLOCKED, stationary.OCCUPANCY,
            stationary.MINIMUM)] == list(BINDING)  # fmt: skip


def test_a_target_is_hashable_and_frozen() -> None:
    assert len({ep.Target("80/20"), ep.Target("80% in 20s")}) == 1
    with pytest.raises(AttributeError):
        ep.Target("80/20").threshold = 30  # type: ignore[misc]
