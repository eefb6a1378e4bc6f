"""Windows, clocks, columns and priorities: which contacts count, where, and which are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.errors import InputError
from erlangplan.sla.calendar import open_clock, window_begins, window_end
from erlangplan.sla.model import Hours, Queue
from small_contracts import OFFICE, contract, exact, only, promise, rows

MICRO = 1_000_000


def begins(times: list[str], window: str, starts_on: int = 1) -> list[str]:
    ticks = np.array(times, dtype="M8[us]").view(np.int64)
    return (
        window_begins(ticks, window, starts_on).view("M8[us]").astype("M8[D]").astype(str).tolist()
    )


def test_fiscal_months_from_the_22nd_to_the_21st() -> None:
    days = ["2026-01-21T23:30", "2026-01-22", "2026-03-21T12:00", "2026-12-31"]
    assert begins(days, "month", 22) == ["2025-12-22", "2026-01-22", "2026-02-22", "2026-12-22"]
    assert begins(days, "quarter", 22) == ["2025-12-22", "2025-12-22", "2025-12-22", "2026-12-22"]
    assert begins(["2026-03-22"], "quarter", 22) == ["2026-03-22"]


def test_months_too_short_for_their_first_day_begin_on_their_last() -> None:
    assert begins(["2026-02-27", "2026-02-28", "2026-03-30", "2026-03-31"], "month", 31) == [
        "2026-01-31", "2026-02-28", "2026-02-28", "2026-03-31"]  # fmt: skip


@pytest.mark.parametrize("window", ["day", "week", "month", "quarter"])
@pytest.mark.parametrize("starts_on", [1, 15, 22, 31])
def test_every_day_lies_in_just_one_window(window: str, starts_on: int) -> None:
    days = np.arange("2023-12-01", "2026-03-01", dtype="M8[D]").astype("M8[us]").view(np.int64)
    begin = window_begins(days, window, starts_on)
    ends = [window_end(int(each), window, starts_on) for each in np.unique(begin)]
    assert (begin <= days).all()
    assert ends[:-1] == np.unique(begin)[1:].tolist()


def test_a_week_with_25_hours_in_a_day_holds_them_all() -> None:
    # On 25 October 2026 Berlin passes through the hour from 2:00 twice.
    zoned = pd.date_range(
        "2026-10-19", "2026-10-26", freq="h", tz="Europe/Berlin", inclusive="left"
    )
    asked = contract(promise(window="week"), promise(id="day", window="day"),
                     time_zone="Europe/Berlin")  # fmt: skip
    frame = rows([2] * 169, [1] * 169, step="h")
    for starts in (zoned, zoned.tz_convert("UTC"), zoned.tz_localize(None)):
        card = ep.score(asked, frame.assign(start=starts))
        assert only(card)["counted"] == 338
        days = card.table[card.table["objective"] == "day"]
        assert days["counted"].tolist() == [48] * 6 + [50]
        assert len(card.intervals[card.intervals["objective"] == "sl"]) == 169


def test_the_repeated_hour_is_a_repetition_without_a_time_zone() -> None:
    zoned = pd.date_range("2026-10-25", periods=25, freq="h", tz="Europe/Berlin")
    frame = rows([2] * 25, [1] * 25).assign(start=zoned.tz_localize(None))
    with pytest.raises(InputError, match=r"(?s)stands twice.*time_zone"):
        ep.score(contract(promise()), frame)


def test_times_that_the_clock_skips_are_refused() -> None:
    frame = rows([5, 5], [5, 5], first="2026-03-29 02:00")
    with pytest.raises(InputError, match="Europe/Berlin skips it"):
        ep.score(contract(promise(), time_zone="Europe/Berlin"), frame)


def test_intervals_that_stand_twice_are_refused_with_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    pd.concat([rows([5, 5], [5, 5]), rows([5], [5])]).to_csv(path, index=False)
    with pytest.raises(InputError, match=r"twice.csv: an interval stands twice\n  row 4"):
        ep.score(contract(promise()), path)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"answered_within": [11]},
            "answered_within: '11': expected at most answered, which is 10",
        ),
        ({"offered": [-1]}, "offered: '-1': expected contacts"),
        ({"offered": [np.inf]}, "offered: 'inf'"),
        ({"offered": [9.5]}, "expected a whole number of contacts"),
        ({"abandoned_within": [1]}, "expected at most abandoned, which is 0"),
    ],
)
def test_impossible_rows_are_refused(changed: dict[str, list[float]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ep.score(contract(promise()), rows([10], [9]).assign(**changed))


def test_more_answered_and_lost_than_offered_is_refused_where_the_contract_says_so() -> None:
    frame = rows([10, 12], [9, 9], answered=[11, 11])
    assert only(ep.score(contract(promise()), frame))["counted"] == 22
    strict = contract(promise(), queues=(Queue("a", at_most_offered=True),))
    with pytest.raises(InputError, match="row 1, column offered: '10'"):
        ep.score(strict, frame)


def test_a_month_cannot_have_more_in_time_than_contacts() -> None:
    with pytest.raises(InputError, match="more contacts than it counts"):
        ep.score(contract(promise()), rows([10], [12], answered=[12]))


def test_columns_that_name_their_threshold() -> None:
    frame = pd.DataFrame({"start": ["2026-03-02 08:00"], "calls": [100], "answered": [95],
                          "abandoned": [5], "answered_10s": [60], "answered_20s": [80],
                          "answered_60s": [90]})  # fmt: skip
    asked = contract(promise(0.8), promise(0.9, id="tail", threshold=60.0))
    card = ep.score(asked, frame)
    assert card.table["in_time"].tolist() == [80, 90]
    with pytest.raises(InputError, match="sl needs answered_within or answered_30s"):
        ep.score(contract(promise(threshold=30.0)), frame)
    with pytest.raises(InputError, match="expected at most answered_60s"):
        ep.score(asked, frame.assign(answered_60s=[70]))


def test_one_column_cannot_answer_two_thresholds() -> None:
    asked = contract(promise(), promise(id="tail", threshold=60.0))
    with pytest.raises(InputError, match="cannot hold the counts of two thresholds"):
        ep.score(asked, rows([10], [9]))


def test_all_missing_columns_are_named_together() -> None:
    asa = promise(30.0, id="asa", metric="asa", at_most=True, threshold=None)
    asked = contract(promise(abandons="exclude-short", short_abandon=5.0), asa)
    with pytest.raises(InputError, match=r"sl needs abandoned_short or abandoned_5s; asa needs"):
        ep.score(asked, rows([10], [9]))


def test_other_names_are_mapped(tmp_path: Path) -> None:
    path = tmp_path / "acd.csv"
    path.write_text(
        "Datum;Uhrzeit;Kommen;In Zeit\n02.03.2026;08:00;100;81\n02.03.2026;08:30;50;40\n"
    )
    card = ep.score(contract(promise()), path,
                    map={"date": "Datum", "time": "Uhrzeit", "offered": "Kommen",
                         "answered_within": "In Zeit"})  # fmt: skip
    assert exact(card)[0] == Fraction(121, 150)


def test_an_open_file_and_a_path_are_one_input(tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    rows([10], [9]).drop(columns="offered").to_csv(path, index=False)
    by_path = ep.read_contract_actuals(path)
    with path.open("rb") as file:
        by_file = ep.read_contract_actuals(file)
    assert by_path.digest == by_file.digest and len(by_path.digest) == 64
    assert "there is no column offered; it is taken as answered and abandoned together" in (
        by_path.notes)  # fmt: skip
    assert exact(ep.score(contract(promise()), by_file))[0] == Fraction(9, 10)


def test_one_row_is_a_month_to_date() -> None:
    row = only(ep.score(contract(promise()), rows([10], [8])))
    assert row["verdict"] == "met" and not row["finished"]


def test_a_month_is_over_when_its_last_open_hour_is() -> None:
    office = contract(promise(), queues=(Queue("a", hours="office"),), hours=OFFICE)
    # The last working day of February 2026 is Friday the 27th, until 18:00.
    for last, finished in (("2026-02-27 17:30", True), ("2026-02-27 17:00", False)):
        starts = [pd.Timestamp(last) - pd.Timedelta("30min"), pd.Timestamp(last)]
        card = ep.score(office, rows([1, 1], [1, 1]).assign(start=starts))
        assert only(card)["finished"] == finished


def test_contacts_outside_hours_and_dates_do_not_count_and_are_listed() -> None:
    asked = contract(promise(), queues=(Queue("a", hours="office"),), hours=OFFICE,
                     effective=date(2026, 3, 3))  # fmt: skip
    frame = rows([10] * 96, [8] * 96, first="2026-03-02", step="30min")
    card = ep.score(asked, frame)
    assert only(card)["counted"] == 200
    rules = card.excluded.groupby("rule")["contacts"].sum()
    assert rules["before the contract's first day 2026-03-03"] == 480
    assert rules["outside the hours of operation of a (office)"] == 280


def test_the_first_match_wins_a_row() -> None:
    asked = contract(
        promise(0.9, id="urgent", match={"priority": "urgent"}),
        promise(0.95, id="urgent-too", match={"priority": "urgent"}),
        promise(0.8, id="rest"),
    )
    frame = pd.concat([rows([10], [9], priority="Urgent"), rows([100], [70], priority="normal")])
    card = ep.score(asked, frame)
    assert card.table["counted"].tolist() == [10, 10, 100]
    with pytest.raises(InputError, match=r"urgent needs priority \(match\)"):
        ep.score(asked, frame.drop(columns="priority"))


def test_a_clock_that_stops_when_the_desk_is_closed() -> None:
    # Friday 17:00 to Monday 9:00 is two open hours; Saturday noon to Monday 9:00 is one.
    begin = np.array(["2026-03-06T17:00", "2026-03-07T12:00"], dtype="M8[us]").view(np.int64)
    until = np.datetime64("2026-03-09T09:00", "us").view(np.int64)
    passed = open_clock(OFFICE["office"], begin, until - begin)
    assert (passed / (3600 * MICRO)).tolist() == [2.0, 1.0]


def test_response_time_by_open_hours() -> None:
    log = pd.DataFrame({
        "offered_at": ["2026-03-06 17:00", "2026-03-07 12:00", "2026-03-09 08:00"], "queue": "a",
        "wait_seconds": [64 * 3600, 45 * 3600, 3 * 3600], "outcome": "answered",
    })  # fmt: skip
    reply = promise(0.95, metric="response_time", threshold=2 * 3600.0)
    queue = Queue("a", hours="office", clock="open-hours")
    stops = contract(reply, queues=(queue,), hours=OFFICE)
    assert exact(ep.score(stops, log))[0] == Fraction(2, 3)
    runs = contract(reply)
    assert exact(ep.score(runs, log))[0] == 0


def test_occupancy_and_backlog() -> None:
    frame = rows([10, 10], [9, 9], handle_seconds=[1800, 2700], staffed=[2, 2.5],
                 oldest_seconds=[3600, 7200])  # fmt: skip
    busy = promise(0.85, metric="occupancy", at_most=True, threshold=None)
    old = promise(7200.0, id="old", metric="backlog", at_most=True, threshold=None)
    card = ep.score(contract(busy, old), frame)
    assert only(card)["result"] == pytest.approx(4500 / (4.5 * 1800))
    assert only(card, "old")["result"] == 7200 and only(card, "old")["verdict"] == "met"


def test_parts_that_share_a_promise_are_weighed() -> None:
    both = promise(queues=("north", "south"))
    frame = pd.concat([rows([100], [90]).assign(queue="north"),
                       rows([300], [210]).assign(queue="south")])  # fmt: skip
    plain = contract(both, kind="ola")
    weighed = replace(plain, weights={"north": 3.0, "south": 1.0})
    assert exact(ep.score(plain, frame))[0] == Fraction(300, 400)
    assert exact(ep.score(weighed, frame))[0] == Fraction(85, 100)


def test_a_queue_that_is_not_there_is_said_and_none_is_refused() -> None:
    two = contract(promise(), promise(id="b", queues=("b",)))
    card = ep.score(two, rows([10], [9]))
    assert only(card, "b")["verdict"] == "no contacts"
    assert "frame has no rows of queue b" in card.notes
    with pytest.raises(InputError, match="did you mean 'acme-fi'"):
        ep.score(contract(promise(queues=("acme-f",))), rows([1], [1]).assign(queue="acme-fi"))


def test_contacts_fall_into_the_interval_in_which_they_arrive() -> None:
    log = pd.DataFrame({
        "offered_at": ["2026-03-02 08:29:59", "2026-03-02 08:30:00", "2026-03-02 08:59:59"],
        "queue": "a", "wait_seconds": [0, 30, 0], "outcome": "answered",
    })  # fmt: skip
    asked = contract(promise(aggregate="mean-of-intervals"))
    assert exact(ep.score(asked, log))[0] == Fraction(3, 4)
    assert exact(ep.score(asked, log, interval="15min"))[0] == Fraction(2, 3)


def test_hours_of_single_days() -> None:
    hours = Hours("h", ((),) * 7, special={date(2026, 3, 2): ((8 * 3600.0, 9 * 3600.0),)})
    asked = contract(promise(), queues=(Queue("a", hours="h"),), hours={"h": hours})
    assert only(ep.score(asked, rows([10] * 4, [9] * 4)))["counted"] == 20
