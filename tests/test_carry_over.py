"""Queues followed through the day: published days, dense matrices, limits, sums, extremes."""

from __future__ import annotations

import csv
import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import ArrayLike, NDArray

import erlangplan as ep
import naive_transient as naive
from erlangplan.carry_over import Followed, Pieces, follow
from erlangplan.settings import Settings
from naive_transient import Day, Segment
from reference import WAYS

Floats = NDArray[np.float64]
CLOSINGS = ("serve", "abandon", "carry")
LEAVING = ("finish", "preempt")
SUMS = [f.name for f in fields(Followed) if f.name not in ("asa", "wait_p95", "queue_end")]


def day_of(agents: ArrayLike, arrivals: ArrayLike, aht: ArrayLike, length: float = 1800) -> Pieces:
    """Return one opening of intervals of one length."""
    given = np.asarray(agents, dtype=float)
    rows = np.arange(len(given))
    columns = [np.broadcast_to(np.asarray(x, float), rows.shape) for x in (length, arrivals, aht)]
    return Pieces(rows, *columns, given, rows == 0)


def delivered(pieces: Pieces, target: str | ep.Target = "80/20", **given: Any) -> Followed:
    asked = {name: given.pop(name) for name in ("patience", "lines", "balking") if name in given}
    settings = Settings(ep.Target(target) if isinstance(target, str) else target, **asked)
    return follow(pieces, int(pieces.row.max()) + 1, settings, **given)


def counting(way: str, threshold: float = 20.0, short: float = 5.0) -> ep.Target:
    short_abandon = short if way.endswith("-short") else None
    return ep.Target(
        service_level=0.8, threshold=threshold, abandons=way, short_abandon=short_abandon
    )


# Inputs of the models as their authors give them (see the sources in the file).
HOURLY = (100, 150, 150, 180, 200, 150, 150, 150, 120, 100, 80, 70, 60)
STAFF = (4, 6, 8, 8, 8, 7, 8, 8, 6, 6, 4, 4, 4)
EIGHT_HOURS = day_of([12], 4.2 / 60, 120, 8 * 3600)
MODELS: dict[str, tuple[Pieces, dict[str, float]]] = {
    "singleQueue": (
        day_of(STAFF, np.array(HOURLY) / 3600, 100, 3600),
        {"patience": 1000.0, "balking": 0.1},
    ),
    "MMC_day": (EIGHT_HOURS, {}),
    "MMCAb_day": (EIGHT_HOURS, {"patience": 60.0}),
    "MMCBlocked_day": (EIGHT_HOURS, {"lines": 17}),
}
with (Path(__file__).parent / "data" / "time_varying.csv").open(newline="") as file:
    PUBLISHED = list(csv.DictReader(file))


@pytest.mark.parametrize("row", [pytest.param(row, id=row["id"]) for row in PUBLISHED])
def test_published_day(row: dict[str, str]) -> None:
    pieces, given = MODELS[row["model"]]
    way, whole = row["quantity"], row["period"] == "all"
    target = counting(way if way in WAYS else "count", float(row["threshold"]))
    found = delivered(pieces, target, **given, waits=way == "asa")
    hour = slice(None) if whole else slice(int(row["period"][:2]) - 8, int(row["period"][:2]) - 7)
    up, down = {
        "in_time": (found.in_time, 1.0),
        "abandoned": (found.abandoned, 1.0),
        "occupancy": (found.busy, found.there),
        "asa": (found.asa * found.answered, found.answered),
    }.get(way, (found.in_time, found.counted))
    got = up[hour].sum() / np.sum(np.broadcast_to(down, up.shape)[hour]) / float(row["unit"])
    assert float(row["low"]) <= got <= float(row["high"])
    if row["exact"]:
        digits = len(row["exact"].partition(".")[2])
        assert got == pytest.approx(float(row["exact"]), abs=1.01 * 0.5 * 10**-digits)


def small_day(seed: int, agents: tuple[int, ...] = (0, 1, 2, 3, 4)) -> Day:
    """A few short intervals with few lines, of one patience; every way to close by turns."""
    pick = np.random.default_rng(seed)
    closing, preempt = np.unravel_index(seed % 6, (3, 2))
    theta, balking = 1 / pick.choice([20.0, 60.0]), float(pick.choice([0.0, 0.3]))
    segments = [
        Segment(
            float(pick.choice([30.0, 60.0, 200.0])), float(pick.choice([0.02, 0.05, 0.1])),
            float(1 / pick.choice([20.0, 60.0])), theta, int(pick.choice(agents)), balking,
        )
        for _ in range(3)
    ]  # fmt: skip
    begin = np.zeros(11)
    begin[:4] = pick.dirichlet(np.ones(4))
    return Day(segments, 10, True, bool(preempt), int(closing), begin)


def followed(day: Day, target: str | ep.Target = "80/20", **given: Any) -> Followed:
    columns = {f.name: np.array([getattr(s, f.name) for s in day.segments], float) for f in FIELDS}
    rows = np.arange(len(day.segments))
    pieces = Pieces(
        rows, columns["length"], columns["arrivals"], 1 / columns["handling"], columns["agents"],
        rows == 0,
    )  # fmt: skip
    theta = day.segments[0].abandoning
    return delivered(
        pieces, target, patience=1 / theta if theta else None, balking=day.segments[0].balking,
        lines=day.most if day.lines else None, leaving=LEAVING[day.preempt],
        at_close=CLOSINGS[day.closing], initial=day.begin, **given,
    )  # fmt: skip


FIELDS = fields(Segment)
SMALL = [small_day(seed) for seed in range(12)]
FOREVER = 3000.0  # seconds: longer than anybody here waits
seeds = pytest.mark.parametrize("seed", range(len(SMALL)))


def counts(day: Day, threshold: float, kind: str) -> Floats:
    return naive.within(day, threshold, kind) * np.array([s.arrivals for s in day.segments])


@seeds
def test_every_way_to_count_agrees_with_dense_matrices(seed: int) -> None:
    day = SMALL[seed]
    served, abandoned = counts(day, 20, "served"), counts(day, 20, "abandoned")
    short, gone = counts(day, 5, "abandoned"), counts(day, FOREVER, "abandoned")
    offered = np.array([s.arrivals * s.length for s in day.segments])
    blocked = [
        s.arrivals * time[-1] for s, time in zip(day.segments, naive.sojourns(day), strict=True)
    ]
    expected = {
        "count": (served, offered),
        "ignore": (served, offered - gone - blocked),
        "credit-within-threshold": (served + abandoned, offered),
        "exclude-within-threshold": (served, offered - abandoned),
        "exclude-short": (served, offered - short),
        "credit-short": (served + short, offered),
        "virtual": (counts(day, 20, "patient"), offered),
    }
    for way in WAYS:
        if way == "ignore" and day.preempt:
            continue  # who is handed back and gives up has been answered, and counts as abandoned
        found = followed(day, counting(way))
        np.testing.assert_allclose(found.in_time, expected[way][0], atol=1e-8, err_msg=way)
        np.testing.assert_allclose(found.counted, expected[way][1], atol=1e-8, err_msg=way)


def test_shares_of_the_answered_stay_shares_where_calls_are_handed_back() -> None:
    pieces = day_of([10, 0], [0.03, 0.001], 180, 600)
    found = delivered(pieces, counting("ignore"), patience=60.0, leaving="preempt")
    assert found.service_level[0] <= 1


@seeds
def test_what_becomes_of_contacts_at_last_agrees_with_dense_matrices(seed: int) -> None:
    day = replace(SMALL[seed], preempt=False)
    found = followed(day)
    np.testing.assert_allclose(found.abandoned, counts(day, FOREVER, "abandoned"), atol=1e-8)
    if day.closing != naive.CARRY:
        np.testing.assert_allclose(found.answered, counts(day, FOREVER, "served"), atol=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_overtime_during_the_day_agrees_with_the_joint_chain(seed: int) -> None:
    day = replace(SMALL[seed], preempt=False)
    found, ends = followed(day), naive.with_leavers(day, 9)
    for j, (segment, joint) in enumerate(zip(day.segments[:-1], ends[:-1], strict=True)):
        leavers = float(joint.sum(axis=0) @ np.arange(10))
        # Leavers only go during an interval: work done follows from how many are left.
        work = leavers * math.expm1(segment.handling * segment.length) / segment.handling
        assert found.overtime[j] == pytest.approx(work, abs=2e-4)
    assert found.overtime[-1] > 0


@seeds
def test_tail_of_the_wait_agrees_with_dense_matrices(seed: int) -> None:
    day = replace(SMALL[seed], closing=SMALL[seed].closing % 2)
    tail = followed(day, waits=True).wait_p95

    def longer(wait: Floats) -> Floats:
        beyond = [
            s.arrivals * (s.length - time[-1]) - counts(day, max(w, 0.0), "gone")[j]
            for j, (s, time, w) in enumerate(
                zip(day.segments, naive.sojourns(day), wait, strict=True)
            )
        ]
        return np.array(beyond) / [s.arrivals * s.length for s in day.segments]

    assert np.isfinite(tail).all()
    assert (longer(tail * 1.001) <= 0.05 + 1e-9).all()
    assert ((longer(tail * 0.999) >= 0.05 - 1e-9) | (tail == 0)).all()


def exact_asa(day: Day) -> Floats:
    return naive.waits_of_served(day) / naive.within(day, FOREVER, "served")


def calm_day(seed: int) -> Day:
    return replace(small_day(seed, agents=(2, 3, 4)), preempt=False, closing=naive.SERVE)


@seeds
def test_mean_wait_of_the_answered_agrees_with_dense_matrices(seed: int) -> None:
    day = calm_day(seed)
    np.testing.assert_allclose(followed(day, waits=True).asa, exact_asa(day), rtol=1e-6)


LATE = [Segment(60.0, 0.1, 1 / 60, 0.02, 1), Segment(300.0, 0.0, 1 / 60, 0.0, 0)]
LATE += [Segment(300.0, 0.02, 1 / 60, 0.02, 4)]


def test_mean_wait_of_the_answered_goes_on_while_it_is_closed() -> None:
    day = Day(LATE, 10, True, False, naive.CARRY, np.eye(1, 11)[0])
    pieces = day_of([1, 0, 4], [0.1, 0.0, 0.02], 60)
    pieces = replace(pieces, row=np.array([0, -1, 1]), length=np.array([60.0, 300, 300]),
                     closed=np.array([False, True, False]))  # fmt: skip
    found = delivered(pieces, patience=50.0, lines=10, at_close="carry", waits=True)
    np.testing.assert_allclose(found.asa, exact_asa(day)[[0, 2]], rtol=1e-6)


def test_mean_wait_of_the_answered_where_calls_are_handed_back() -> None:
    segments = [Segment(200.0, 0.1, 1 / 60, 0.05, 4), Segment(200.0, 0.02, 1 / 60, 0.05, 1)]
    day = Day(segments, 10, True, True, naive.SERVE, np.eye(1, 11)[0])
    np.testing.assert_allclose(followed(day, waits=True).asa, exact_asa(day), rtol=1e-6)


def test_mean_wait_of_the_answered_leaves_out_those_sent_away() -> None:
    day = Day(
        [Segment(60.0, 0.1, 1 / 60, 0.0, 2)], 14, True, False, naive.ABANDON, np.eye(1, 15)[0]
    )
    np.testing.assert_allclose(followed(day, waits=True).asa, exact_asa(day), rtol=1e-6)


@pytest.mark.parametrize("patience", [None, 10.0])
def test_no_mean_wait_where_nobody_is_answered(patience: float | None) -> None:
    found = delivered(day_of([0, 0], 0.05, 60), patience=patience, at_close="abandon", waits=True)
    assert np.isnan(found.asa).all()


def test_those_who_wait_over_a_closed_interval_are_shown_in_it() -> None:
    start = pd.date_range("2026-03-02 11:00", periods=3, freq="30min")
    frame = pd.DataFrame({"start": start, "volume": [60, 0, 20], "aht": 180})
    found = ep.evaluate(
        ep.read_forecast(frame, interval=1800), np.array([4, 0, 9]), "80/20", patience=180.0,
        method="carry-over", at_close="carry",
    ).table["queue_end"]  # fmt: skip
    assert found[0] > 1
    assert found[1] == pytest.approx(found[0])


LONG_RUN: list[dict[str, float]] = [
    {}, {"patience": 120.0}, {"balking": 0.2}, {"lines": 14},
    {"patience": 120.0, "balking": 0.2, "lines": 14},
]  # fmt: skip


@pytest.mark.parametrize("given", LONG_RUN, ids=str)
def test_a_constant_day_tends_to_the_stationary_formulas(given: dict[str, float]) -> None:
    pieces = day_of([10] * 6, 8 / 180, 180, 6 * 3600)
    found = delivered(pieces, **given, initial=5, waits=True)
    formula = ep.performance(8, 10, aht=180, target="80/20", **given)
    # The last interval ends with the day; the one before it sees only itself again.
    share = {
        "service_level": found.service_level,
        "abandonment": found.abandoned / found.offered,
        "blocked": found.blocked / found.offered,
        "occupancy": found.busy / found.there,
        "queue_length": found.queue_end,
    }
    for name, got in share.items():
        assert got[-2] == pytest.approx(getattr(formula, name), abs=1e-9), name
    assert found.asa[-2] == pytest.approx(formula.asa, rel=1e-5)
    assert found.wait_p95[-2] == pytest.approx(formula.wait_p95, rel=1e-5)


def test_endless_patience_is_no_patience() -> None:
    pieces = day_of([10, 12, 9, 14], 9 / 180, 180)
    never, hardly = delivered(pieces), delivered(pieces, patience=1e12)
    np.testing.assert_allclose(hardly.in_time, never.in_time, rtol=1e-9)
    np.testing.assert_allclose(hardly.queue_end, never.queue_end, rtol=1e-6)
    assert hardly.abandoned.max() < 1e-6


UNEVEN = (np.array([8, 14, 7, 6]), np.array([0.05, 0.07, 0.06, 0.03]))


@pytest.mark.parametrize("leaving", LEAVING)
@pytest.mark.parametrize("at_close", CLOSINGS)
def test_every_contact_is_somewhere(leaving: str, at_close: str) -> None:
    found = delivered(
        day_of(UNEVEN[0], UNEVEN[1], 180), patience=100.0, lines=25, balking=0.1,
        leaving=leaving, at_close=at_close, initial=20,
    )  # fmt: skip
    left = found.queue_end[-1]
    after = {"serve": None, "abandon": left, "carry": 0.0}[at_close]
    if leaving == "finish":
        happened = found.answered_in.sum() + found.abandons_in.sum() + found.blocked.sum()
        waiting = 20 - UNEVEN[0][0]
        assert happened + left == pytest.approx(found.offered.sum() + waiting, abs=1e-8)
    of_initial = initial_abandons(leaving, at_close)
    if after is not None:
        during = found.abandons_in.sum() - of_initial
        assert found.abandoned.sum() == pytest.approx(during + after, abs=1e-8)
    whole = found.answered + found.abandoned + found.blocked
    np.testing.assert_allclose(whole, found.offered, rtol=1e-12)


def initial_abandons(leaving: str, at_close: str) -> float:
    """Abandons of the 20 who are there at first and whom nobody follows: an hour empties all."""
    nobody = delivered(
        day_of(UNEVEN[0], 0.0, 180), patience=100.0, lines=25, leaving=leaving,
        at_close=at_close, initial=20,
    )  # fmt: skip
    assert nobody.queue_end[-1] < 1e-9
    assert np.abs(nobody.abandoned).max() < 1e-9
    return float(nobody.abandons_in.sum())


@pytest.mark.parametrize("leaving", LEAVING)
@pytest.mark.parametrize("at_close", CLOSINGS)
def test_intervals_in_halves_add_up(leaving: str, at_close: str) -> None:
    given = {"patience": 100.0, "leaving": leaving, "at_close": at_close}
    whole = delivered(day_of(UNEVEN[0], UNEVEN[1], 180, 900), **given)
    halves = day_of(np.repeat(UNEVEN[0], 2), np.repeat(UNEVEN[1], 2), 180, 450)
    apart = delivered(halves, **given)
    joined = delivered(replace(halves, row=np.repeat(np.arange(4), 2)), **given)
    for name in SUMS:
        expected = getattr(whole, name)
        got = getattr(apart, name).reshape(4, 2).sum(axis=1)
        np.testing.assert_allclose(got, expected, atol=1e-9, err_msg=name)
        np.testing.assert_allclose(getattr(joined, name), expected, atol=1e-9, err_msg=name)
    np.testing.assert_allclose(apart.queue_end[1::2], whole.queue_end, atol=1e-9)
    np.testing.assert_allclose(joined.queue_end, whole.queue_end, atol=1e-9)


@pytest.mark.parametrize("leaving", LEAVING)
@pytest.mark.parametrize("patience", [None, 100.0])
def test_one_agent_more_never_hurts(leaving: str, patience: float | None) -> None:
    before = delivered(day_of(UNEVEN[0], UNEVEN[1], 180, 900), patience=patience, leaving=leaving)
    for j in range(4):
        pieces = day_of(UNEVEN[0] + np.eye(4)[j], UNEVEN[1], 180, 900)
        more = delivered(pieces, patience=patience, leaving=leaving)
        # Who is not lost to one agent more may make the queue of the next interval longer.
        seen = slice(None) if patience is None else slice(j + 1)
        assert (more.in_time >= before.in_time - 1e-9)[seen].all()
        assert more.in_time[j] > before.in_time[j] + 1e-3
        assert more.in_time.sum() > before.in_time.sum()
        assert more.abandoned.sum() < before.abandoned.sum() or patience is None


def test_fractions_of_agents_are_the_whole_numbers_around_them_nearest_first() -> None:
    mixed = delivered(day_of([9, 9.25, 8.5], 0.05, 180, 1000), patience=100.0)
    pieces = day_of([9, 9, 10, 9, 8], 0.05, 180)
    pieces = replace(
        pieces, row=np.array([0, 1, 1, 2, 2]), length=np.array([1000.0, 750, 250, 500, 500])
    )
    whole = delivered(pieces, patience=100.0)
    for field in fields(Followed):
        np.testing.assert_allclose(getattr(mixed, field.name), getattr(whole, field.name))
    assert mixed.there.tolist() == [9000, 9250, 8500]


@pytest.mark.parametrize("at_close", ["serve", "abandon"])
def test_openings_know_nothing_of_each_other(at_close: str) -> None:
    pieces = day_of([6, 8, 5, 9], 0.05, 180)
    both = delivered(
        replace(pieces, opens=np.array([True, False, True, False])),
        patience=100.0,
        at_close=at_close,
    )
    one = delivered(day_of([6, 8], 0.05, 180), patience=100.0, at_close=at_close)
    other = delivered(day_of([5, 9], 0.05, 180), patience=100.0, at_close=at_close)
    for name in (*SUMS, "queue_end"):
        np.testing.assert_array_equal(
            getattr(both, name), np.r_[getattr(one, name), getattr(other, name)]
        )


EXTREMES: dict[str, tuple[Pieces, dict[str, Any]]] = {
    "seconds": (day_of([3, 0, 5, 1, 2] * 8, 0.1, 180, 1), {"patience": 60.0}),
    "days": (day_of([12, 8, 15], 0.05, 180, 86400), {"patience": 60.0}),
    "days of overload": (day_of([12, 8, 15], 0.05, 180, 86400), {}),
    "nobody calls": (day_of([3, 0, 5], 0.0, 180), {"patience": 60.0, "initial": 4}),
    "nobody calls or gives up": (day_of([3, 0, 5], 0.0, 180), {"initial": 4}),
    "nobody works": (day_of([0, 0, 0], 0.05, 180), {"patience": 60.0}),
    "nobody works or gives up": (day_of([0, 0, 0], 0.05, 180), {}),
    "one agent": (day_of([1, 1, 1], 0.005, 180), {"patience": 60.0}),
    "2,000 agents": (day_of([2000, 1000, 2100], 11, 180), {"patience": 120.0}),
    "deep overload at first": (
        day_of([10, 9, 12], 0.05, 180), {"patience": 120.0, "initial": 500}
    ),
    "deep overload for ever": (day_of([10, 9, 12], 0.1, 180), {"initial": 500}),
    "calls of ten hours": (day_of([10, 9, 12], 0.05, 36000), {"patience": 120.0}),
    "calls of a second": (day_of([10, 9, 12], 5, 1), {"patience": 1.0}),
    "no wait at all": (day_of([10, 9, 3], 0.05, 180), {"patience": 0.5}),
    "a single line": (day_of([1, 4, 0], 0.05, 180), {"patience": 60.0, "lines": 1}),
}  # fmt: skip


@pytest.mark.parametrize("case", EXTREMES)
@pytest.mark.parametrize("leaving", LEAVING)
@pytest.mark.parametrize("at_close", CLOSINGS)
def test_extremes_stay_shares_and_counts(case: str, leaving: str, at_close: str) -> None:
    pieces, given = EXTREMES[case]
    found = delivered(pieces, **given, leaving=leaving, at_close=at_close)
    level = found.service_level[found.offered > 0]
    assert ((level >= 0) & (level <= 1)).all()
    for name in (*SUMS, "queue_end"):
        values = getattr(found, name)
        assert np.isfinite(values).all(), name
        assert (values >= 0).all(), name
    for name in ("in_time", "abandoned", "blocked", "answered"):
        assert (getattr(found, name) <= found.offered * (1 + 1e-12) + 1e-9).all(), name
    assert (found.busy <= found.there * (1 + 1e-9)).all()


@pytest.mark.parametrize("case", ["one agent", "deep overload at first", "nobody works"])
def test_extremes_have_waits(case: str) -> None:
    pieces, given = EXTREMES[case]
    found = delivered(pieces, **given, waits=True)
    assert (found.wait_p95 > 20).all()
    answered = pieces.agents > 0
    assert ((found.asa > 0) & np.isfinite(found.asa))[answered].all()


def test_a_queue_at_first_is_felt_and_fades() -> None:
    pieces = day_of([12] * 6, 0.05, 180)
    empty, deep = (delivered(pieces, patience=120.0, initial=n) for n in (0, 200))
    assert deep.service_level[0] < empty.service_level[0] - 0.1
    assert deep.service_level[-1] == pytest.approx(empty.service_level[-1], abs=1e-9)
    spread = delivered(pieces, patience=120.0, initial=np.eye(1, 201, 200)[0])
    np.testing.assert_array_equal(spread.in_time, deep.in_time)


@pytest.mark.parametrize(
    ("initial", "message"),
    [
        (-1, "whole number >= 0"), (2.5, "whole number >= 0"), (math.nan, "whole number >= 0"),
        ([0.5, 0.4], "sum to 1"), ([1.5, -0.5], "sum to 1"), (9, "more contacts than the 8 lines"),
    ],
)  # fmt: skip
def test_what_cannot_be_there_at_first_is_refused(initial: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        delivered(day_of([4], 0.01, 180), lines=8, initial=initial)
