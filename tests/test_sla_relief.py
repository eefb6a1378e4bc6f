"""Relief: surplus, periods, windows and events, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import erlangplan as ep
from erlangplan.errors import InputError
from erlangplan.sla.model import Condition, Relief
from small_contracts import contract, exact, forecast, only, over_forecast, promise, rows

TWO_DAYS = rows([130, 90], [78, 81], step="D")


@pytest.mark.parametrize(
    ("changed", "adjusted"),
    [
        ({"remedy": "exclude-period"}, Fraction(9, 10)),
        ({"attribute": "proportional"}, Fraction(735, 1000)),
        ({"attribute": "late-first"}, Fraction(795, 1000)),
        ({"remedy": "waive-window", "per": "month"}, Fraction(159, 220)),
    ],
)
def test_a_day_of_surplus_by_each_remedy(changed: dict[str, object], adjusted: Fraction) -> None:
    asked = contract(promise(), reliefs=(over_forecast(**changed),))
    card = ep.score(asked, TWO_DAYS, forecast=forecast([100, 100]))
    assert exact(card) == (Fraction(159, 220), adjusted)


def test_a_window_is_waived_just_above_the_limit_and_not_at_it() -> None:
    asked = contract(promise(), reliefs=(over_forecast(remedy="waive-window", per="month"),))
    at_limit = ep.score(asked, TWO_DAYS, forecast=forecast([100, 100]))
    above = ep.score(asked, TWO_DAYS, forecast=forecast([100, 99.999]))
    assert only(at_limit)["verdict"] == "missed"
    assert only(above)["verdict"] == "undecided" and pd.isna(only(above)["adjusted"])
    assert "220 offered, more than 110 %" in above.summary()


def test_what_was_left_out_is_listed_with_its_rule() -> None:
    asked = contract(promise(), reliefs=(over_forecast(),))
    card = ep.score(asked, TWO_DAYS, forecast=forecast([100, 100]))
    (row,) = card.excluded.to_dict("records")
    assert row["contacts"] == 20 and row["row"] == 1 and row["objective"] == "sl"
    assert row["rule"] == (
        "volume (exclude-surplus): a, 2026-03-02: 130 offered, more than 110 % of the locked "
        "forecast of 100"
    )


def test_without_a_forecast_relief_is_said_not_to_have_been_looked_at() -> None:
    card = ep.score(contract(promise(), reliefs=(over_forecast(),)), TWO_DAYS)
    assert exact(card)[0] == exact(card)[1]
    assert any("volume was not looked at" in note for note in card.notes)


def test_surplus_above_the_average_of_business_days() -> None:
    # Five business days of 100, then 130 on a Monday of which 52 are late.
    frame = rows([100] * 5 + [0, 0, 130], [90] * 5 + [0, 0, 78], step="D")
    average = Relief("peak", Condition("offered", 1.2, "average", 5), remedy="exclude-surplus",
                     attribute="late-first")  # fmt: skip
    card = ep.score(contract(promise(), reliefs=(average,)), frame)
    assert exact(card) == (Fraction(528, 630), Fraction(528, 620))
    short = replace(average, when=Condition("offered", 1.2, "average", 6))
    assert ep.score(contract(promise(), reliefs=(short,)), frame).excluded.empty


def test_an_outage_takes_out_the_intervals_that_it_touches() -> None:
    frame = rows([50, 50, 50, 50], [50, 0, 0, 50])
    event = {"start": "2026-03-02 08:40", "end": "2026-03-02 09:10", "kind": "client-outage",
             "queue": "", "note": "line cut"}  # fmt: skip
    events = pd.DataFrame([event])
    outage = Relief("client-outage", Condition("event"))
    card = ep.score(contract(promise(), reliefs=(outage,)), frame, events=events)
    assert exact(card) == (Fraction(1, 2), 1)
    assert card.excluded["start"].dt.strftime("%H:%M").tolist() == ["08:30", "09:00"]
    assert card.excluded["rule"].str.contains("line cut").all()
    other = events.assign(queue="b")
    assert exact(ep.score(contract(promise(), reliefs=(outage,)), frame, events=other))[1] == (
        Fraction(1, 2))  # fmt: skip


def test_events_and_queues_that_no_relief_is_about_are_said() -> None:
    event = {"start": "2026-03-02 08:40", "end": "2026-03-02 09:10", "kind": "client-outtage",
             "queue": "b"}  # fmt: skip
    outage = Relief("client-outage", Condition("event"))
    two = contract(promise(), promise(id="c", queues=("c",)), reliefs=(outage, over_forecast()))
    card = ep.score(two, rows([50], [50]), events=pd.DataFrame([event]), forecast=forecast([9]))
    assert "events of kind client-outtage belong to no relief" in card.notes
    assert "events name the queue b, which is not in the contract" in card.notes
    assert "relief volume: the locked forecast has no queue c" in card.notes


def test_the_same_clause_twice_excuses_once() -> None:
    twice = contract(promise(), reliefs=(over_forecast(), over_forecast()))
    card = ep.score(twice, TWO_DAYS, forecast=forecast([100, 100]))
    assert exact(card)[1] == Fraction(735, 1000)


def test_an_event_that_ends_before_it_starts_is_refused() -> None:
    events = pd.DataFrame({"start": ["2026-03-02 09:40"], "end": ["2026-03-02 09:10"],
                           "kind": ["client-outage"]})  # fmt: skip
    asked = contract(promise(), reliefs=(Relief("client-outage", Condition("event")),))
    with pytest.raises(InputError, match="end before they start"):
        ep.score(asked, rows([1], [1]), events=events)


def test_contacts_that_take_too_long_excuse_their_day() -> None:
    frame = rows([10, 10], [2, 9], step="D", handle_seconds=[10 * 300, 10 * 240])
    longer = Relief("aht", Condition("aht", 1.2), remedy="exclude-period")
    asked = contract(promise(), reliefs=(longer,))
    card = ep.score(asked, frame, forecast=forecast([10, 10]))
    assert exact(card)[1] == Fraction(9, 10)
    just = frame.assign(handle_seconds=[10 * 288, 10 * 240])
    assert exact(ep.score(asked, just, forecast=forecast([10, 10])))[1] == Fraction(11, 20)


def test_two_grounds_for_the_same_day_do_not_excuse_it_twice() -> None:
    outage = Relief("client-outage", Condition("event"))
    frame = rows([65, 65, 90], [65, 13, 81], step="12h")
    events = pd.DataFrame({"start": ["2026-03-02 20:00"], "end": ["2026-03-02 21:00"],
                           "kind": ["client-outage"]})  # fmt: skip
    surplus = over_forecast(attribute="late-first")
    for reliefs in ((outage, surplus), (surplus, outage)):
        asked = contract(promise(), reliefs=reliefs)
        card = ep.score(asked, frame, forecast=forecast([100, 100]), events=events)
        # The outage leaves 65 of that day, which is below the cap of 110.
        assert exact(card)[1] == Fraction(146, 155)


@st.composite
def months(draw: st.DrawFn) -> pd.DataFrame:
    offered = draw(st.lists(st.integers(0, 60), min_size=2, max_size=30))
    in_time = [draw(st.integers(0, most)) for most in offered]
    return rows(offered, in_time, step="8h")


reliefs = st.builds(
    over_forecast,
    share=st.sampled_from([0.5, 0.9, 1.0, 1.1]),
    remedy=st.sampled_from(["exclude-surplus", "exclude-period"]),
    attribute=st.sampled_from(["proportional", "late-first"]),
    per=st.sampled_from(["interval", "day", "week", "month"]),
)


@settings(deadline=None, max_examples=60)
@given(months(), st.lists(reliefs, min_size=1, max_size=2),
       st.sampled_from(["contacts", "mean-of-intervals", "share-of-intervals"]))  # fmt: skip
def test_a_relief_never_lowers_the_adjusted_result(
    frame: pd.DataFrame, given: list[Relief], aggregate: str
) -> None:
    share = 0.5 if aggregate == "share-of-intervals" else None
    own = [replace(each, id=f"volume-{n}") for n, each in enumerate(given)]
    asked = contract(promise(aggregate=aggregate, share=share), reliefs=tuple(own))
    planned = forecast([60.0] * 31, first="2026-03-01")
    for finding in ep.score(asked, frame, forecast=planned).findings:
        if finding.result is not None and finding.adjusted is not None:
            assert finding.result <= finding.adjusted <= 1
