"""The scorecard as a whole: windows, calls left, breaches, samples, the audit."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import erlangplan as ep
from erlangplan.errors import InputError
from erlangplan.sla.sampling import wilson
from small_contracts import contract, exact, forecast, only, over_forecast, promise, rows

COLUMNS = [
    "objective", "queue", "window", "start", "counted", "in_time", "result", "adjusted", "target",
    "margin", "verdict", "credit", "bonus", "low", "high", "finished", "formula",
]  # fmt: skip


def test_the_table_holds_what_a_reader_needs() -> None:
    card = ep.score(contract(promise()), rows([100, 50], [90, 20]))
    assert list(card.table.columns) == COLUMNS
    row = only(card)
    assert (row["counted"], row["in_time"], row["verdict"]) == (150, 110, "missed")
    assert row["start"] == pd.Timestamp("2026-03-01") and not row["finished"]
    assert row["margin"] == pytest.approx(110 / 150 - 0.8)
    assert "contacts answered within 20 s / contacts offered" in row["formula"]


def test_late_calls_left_this_month() -> None:
    days = pd.date_range("2026-03-01", periods=30)
    planned = pd.DataFrame({"queue": "a", "start": days, "volume": 1000.0, "aht": 240.0})
    card = ep.score(contract(promise()), rows([1000] * 12, [775] * 12, "2026-03-01", "D"),
                    forecast=planned)  # fmt: skip
    (row,) = card.remaining.to_dict("records")
    assert (row["allowed"], row["used"], row["left"]) == (6000, 2700, 3300)
    assert row["used_share"] == 0.45 and row["volume_share"] == 0.4
    assert row["required"] == pytest.approx(0.8167, abs=5e-5) and row["state"] == "open"
    assert "the rest must reach 81.67 %" in card.summary()


@pytest.mark.parametrize(("in_time", "state"), [(0, "lost"), (1000, "open"), (100, "lost")])
def test_a_month_that_is_lost_is_said_to_be(in_time: int, state: str) -> None:
    planned = forecast([1000.0] * 30, first="2026-03-01")
    card = ep.score(contract(promise()), rows([1000] * 12, [in_time] * 12, "2026-03-01", "D"),
                    forecast=planned)  # fmt: skip
    assert card.remaining["state"].tolist() == [state]


def test_a_month_that_is_safe_is_said_to_be() -> None:
    card = ep.score(contract(promise()), rows([1000] * 28, [1000] * 28, "2026-03-01", "D"),
                    forecast=forecast([1000.0] * 30, first="2026-03-01"))  # fmt: skip
    assert card.remaining["state"].tolist() == ["safe"]
    assert "safe at the forecast volume" in card.summary()


def test_breaches_their_size_and_the_longest_run() -> None:
    card = ep.score(contract(promise()), rows([10] * 6, [8, 7, 6, 9, 0, 8]))
    (row,) = card.breaches.to_dict("records")
    assert (row["intervals"], row["breaches"], row["longest_run"]) == (6, 3, 2)
    assert row["mean_size"] == pytest.approx((0.1 + 0.2 + 0.8) / 3)
    assert row["longest_run_start"] == pd.Timestamp("2026-03-02 08:30")
    assert card.worst_intervals["late"].tolist() == [10, 4, 3, 2, 2, 1]
    assert card.days["late"].tolist() == card.worst_days["late"].tolist() == [22]


def test_the_tail_of_those_who_waited_too_long() -> None:
    waits = [5, 20, 21, 100, 300]
    log = pd.DataFrame({
        "offered_at": pd.date_range("2026-03-02 08:00", periods=5, freq="min"), "queue": "a",
        "wait_seconds": waits, "handle_seconds": 100,
        "outcome": ["answered", "answered", "answered", "abandoned", "answered"],
    })  # fmt: skip
    card = ep.score(contract(promise()), log)
    assert exact(card)[0] == Fraction(2, 5)
    (row,) = card.tail.to_dict("records")
    assert row["late"] == 3 and row["mean_wait"] == pytest.approx(421 / 3)
    assert row["p95_wait"] == pytest.approx(np.quantile([21, 100, 300], 0.95))


def test_samples_are_met_missed_or_undecided() -> None:
    low, high = wilson(54, 60)
    assert (high - low) / 2 == pytest.approx(0.08, abs=0.005)
    qa = promise(0.9, id="qa", metric="manual", threshold=None, min_sample=60)
    for good, counted, verdict in ((54, 60, "undecided"), (60, 60, "met"), (40, 60, "missed"),
                                   (59, 59, "undecided")):  # fmt: skip
        sheet = pd.DataFrame({"date": ["2026-03-03"], "objective": ["qa"], "good": [good],
                              "counted": [counted]})  # fmt: skip
        row = only(ep.score(contract(promise(), qa), rows([10], [9]), manual=sheet), "qa")
        assert (row["verdict"], row["counted"]) == (verdict, counted)
        assert row["low"] <= row["result"] <= row["high"]


def test_a_sheet_of_samples_names_the_rows_that_cannot_be() -> None:
    qa = promise(0.9, id="qa", metric="manual", threshold=None)
    sheet = pd.DataFrame({"date": ["2026-03-03"] * 2, "objective": ["qa", "qaa"], "good": [5, 1],
                          "counted": [4, 1]})  # fmt: skip
    with pytest.raises(InputError, match=r"(?s)row 1.*5 of 4.*row 2.*did you mean 'qa'"):
        ep.score(contract(promise(), qa), rows([10], [9]), manual=sheet)


def test_the_audit_is_the_same_for_the_same_inputs(tmp_path: Path) -> None:
    path = tmp_path / "march.csv"
    rows([130, 90], [78, 81], step="D").to_csv(path, index=False)
    asked = contract(promise(), reliefs=(over_forecast(),), text="signed")
    audits = [
        json.dumps(ep.score(asked, str(path), forecast=forecast([100, 100])).to_audit())
        for _ in range(2)
    ]
    assert audits[0] == audits[1]
    told = json.loads(audits[0])
    assert [each["kind"] for each in told["inputs"]] == ["actuals", "forecast"]
    assert all(len(each["sha256"]) == 64 for each in told["inputs"])
    assert told["results"][0]["adjusted"] == "147/200"
    assert told["formulas"]["sl"]["symbols"] == "sum(Sg) / sum(A) >= 0.8"
    assert told["excluded"][0]["contacts"] == 20
    path.write_text(path.read_text().replace("78", "79"))
    other = ep.score(asked, str(path)).to_audit()
    assert other["inputs"][0]["sha256"] != told["inputs"][0]["sha256"]


def test_names_from_files_do_no_harm_in_a_notebook() -> None:
    asked = contract(promise(id="<script>"), client="<b>Acme</b>")
    assert "<script>" not in ep.score(asked, rows([1], [1]))._repr_html_()
    assert "<b>Acme" not in ep.score(asked, rows([1], [1]))._repr_html_()


@st.composite
def months(draw: st.DrawFn) -> pd.DataFrame:
    offered = draw(st.lists(st.integers(0, 50), min_size=2, max_size=40))
    return rows(offered, [draw(st.integers(0, most)) for most in offered], step="7h")


@settings(deadline=None, max_examples=40)
@given(months(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(frame: pd.DataFrame, random: object) -> None:
    order = list(range(len(frame)))
    random.shuffle(order)  # type: ignore[attr-defined]
    asked = contract(promise(window="day"), promise(id="mean", aggregate="mean-of-intervals"))
    shuffled = ep.score(asked, frame.iloc[order].reset_index(drop=True))
    pd.testing.assert_frame_equal(ep.score(asked, frame).table, shuffled.table)


@settings(deadline=None, max_examples=40)
@given(months())
def test_splitting_a_window_and_adding_up_is_exact(frame: pd.DataFrame) -> None:
    sums = {}
    for window in ("interval", "day", "week", "month", "quarter"):
        found = ep.score(contract(promise(window=window)), frame).findings
        sums[window] = sum(f.in_time for f in found), sum(f.counted for f in found)
    assert set(sums.values()) == {(frame["answered_within"].sum(), frame["offered"].sum())}


@settings(deadline=None, max_examples=40)
@given(months(), st.data(),
       st.sampled_from(["count", "ignore", "credit-within-threshold", "exclude-within-threshold"]),
       st.sampled_from(["contacts", "mean-of-intervals", "share-of-intervals"]))  # fmt: skip
def test_more_contacts_in_time_never_hurt(
    frame: pd.DataFrame, data: st.DataObject, way: str, aggregate: str
) -> None:
    share = 0.5 if aggregate == "share-of-intervals" else None
    asked = contract(promise(abandons=way, aggregate=aggregate, share=share))
    late = (frame["answered"] - frame["answered_within"]).to_numpy()
    more = [data.draw(st.integers(0, int(most))) for most in late]
    better = frame.assign(answered_within=frame["answered_within"] + more)
    before, after = (ep.score(asked, each).findings for each in (frame, better))
    for old, new in zip(before, after, strict=True):
        assert old.result is None or old.result <= new.result
