"""A contract holds what its file says, defaults where it says nothing, and nothing unread."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

import contracts
import erlangplan as ep
from contracts import faults, read, small
from erlangplan.sla.model import Bonus, Chronic, Condition, Credit, EarnBack, Escalation

HOUR = 3600.0


@pytest.fixture(scope="module")
def complete() -> ep.Contract:
    return ep.read_contract(contracts.FOLDER / "complete.toml")


def test_parties_and_term(complete: ep.Contract) -> None:
    assert (complete.client, complete.vendor, complete.kind) == (
        "Bluebird", "Northwind", "customer",
    )  # fmt: skip
    assert (complete.effective, complete.expires) == (date(2026, 1, 22), date(2027, 1, 21))
    assert complete.month_starts_on == 22
    assert (complete.time_zone, complete.currency) == ("Europe/Berlin", "EUR")
    assert complete.file == "complete.toml"
    assert complete.text.startswith("# Made up for tests")


def test_hours_after_midnight_belong_to_the_next_day(complete: ep.Contract) -> None:
    hours = complete.hours["phone"]
    assert hours.open_on(date(2026, 3, 2)) == ((8 * HOUR, 12 * HOUR), (13 * HOUR, 20 * HOUR))
    assert hours.open_on(date(2026, 3, 7)) == ((22 * HOUR, 24 * HOUR),)
    assert hours.open_on(date(2026, 3, 8)) == ((0.0, 2 * HOUR),)
    assert hours.open_on(date(2026, 12, 24)) == ((8 * HOUR, 14 * HOUR),)
    assert hours.open_on(date(2026, 12, 25)) == ()
    assert complete.hours["always"].open_on(date(2026, 12, 25)) == ((0.0, 24 * HOUR),)


def test_queues(complete: ep.Contract) -> None:
    phone, mail, chat = complete.queues
    assert (phone.hours, phone.priority, phone.at_most_offered) == ("phone", 1, True)
    assert (mail.clock, mail.priority, mail.concurrency) == ("open-hours", None, 1)
    assert (chat.channel, chat.concurrency) == ("chat", 3)


def test_each_metric_is_read(complete: ep.Contract) -> None:
    of = complete.objective
    level = of("level")
    # 82.7 / 100 is not 0.827 in floats; the promise is.
    assert (level.goal, level.threshold, level.at_most) == (0.827, 20.0, False)
    assert (level.abandons, level.short_abandon, level.critical) == ("exclude-short", 5.0, True)
    assert (of("urgent").goal, of("urgent").match) == (0.9, {"severity": "1"})
    assert (of("halves").aggregate, of("halves").share, of("halves").min_contacts) == (
        "share-of-intervals", 0.75, 10,
    )  # fmt: skip
    assert (of("mean").goal, of("mean").at_most, of("mean").refined) == (25.0, True, True)
    assert of("mean").queues == ("bb-phone", "bb-chat")
    assert (of("lost").goal, of("lost").at_most, of("lost").window) == (0.05, True, "month")
    assert (of("mail").metric, of("mail").threshold) == ("response_time", 4 * HOUR)
    assert of("pile").goal == 48 * HOUR
    assert (of("right").goal, of("right").min_sample) == (0.97, 300)
    assert (of("busy").goal, of("busy").at_most) == (0.88, True)
    assert (of("solved").goal, of("solved").at_most) == (0.9, False)


def test_reliefs(complete: ep.Contract) -> None:
    surplus, growth, long_calls, outage = complete.reliefs
    assert surplus.when == Condition(
        "offered", 1.1, "forecast", 0, "offered > 110% of locked forecast"
    )
    assert (surplus.queues, surplus.remedy, surplus.attribute) == (
        ("bb-phone",), "exclude-surplus", "late-first",
    )  # fmt: skip
    assert (growth.when.above, growth.when.base, growth.when.days) == (1.2, "average", 20)
    assert (growth.queues, growth.per, growth.notice) == ((), "week", 10 * 24 * HOUR)
    assert (long_calls.when.measure, long_calls.remedy) == ("aht", "waive-window")
    assert (outage.when.measure, outage.kind, outage.remedy) == (
        "event", "client-outage", "exclude-period",
    )  # fmt: skip
    assert complete.forecast_lock == 45 * 24 * HOUR


def test_money(complete: ep.Contract) -> None:
    assert complete.money is not None
    assert complete.money.amount_at_risk == 10_000
    assert complete.credits[0] == Credit(
        "level", share=0.4, pool=0.5, allocation=0.4, cap=1500, earn_back=EarnBack(6, 0.5)
    )
    assert complete.credit_of("lost") == Credit("lost", per_point=2000, cap=6000)
    assert complete.credit_of("mail") == Credit("mail", tiers=((1, 500), (3, 2000)))
    assert complete.bonuses == (
        Bonus("level", 0.88, share=0.05, cap=4000), Bonus("solved", 0.95, amount=750),
    )  # fmt: skip
    assert complete.chronic == Chronic(3, (5, 12), "client may end the contract")
    assert complete.escalations[1] == Escalation("objective missed", "operations")


def test_the_smallest_contract_has_every_default(tmp_path: Path) -> None:
    contract = read(small(objective=[{"queue": "a", "target": "70/20"}]), tmp_path)
    (objective,) = contract.objectives
    assert objective.id == "a-service_level"
    assert (objective.metric, objective.goal, objective.threshold) == ("service_level", 0.7, 20)
    assert (objective.abandons, objective.window, objective.aggregate) == (
        "count", "month", "contacts",
    )  # fmt: skip
    assert (objective.critical, objective.min_contacts, objective.min_sample) == (False, 0, 0)
    assert (contract.kind, contract.currency, contract.money) == ("customer", "", None)
    assert contract.hours_of("a") is None


def test_objectives_without_an_id_are_numbered(tmp_path: Path) -> None:
    plain = {"queue": "a", "target": "80/20"}
    taken = plain | {"id": "a-service_level-2"}
    contract = read(small(objective=[plain, taken, plain | {"target": "95/60"}]), tmp_path)
    assert [each.id for each in contract.objectives] == [
        "a-service_level", "a-service_level-2", "a-service_level-3",
    ]  # fmt: skip


def test_sites_share_a_promise() -> None:
    contract = ep.read_contract(contracts.FOLDER / "shared.toml")
    assert (contract.kind, contract.weights) == ("ola", {"Oslo": 2, "Riga": 1})


def test_pool_and_allocation_alone_are_of_the_whole_amount_at_risk(tmp_path: Path) -> None:
    tables = small(
        money={"monthly_fee": 100_000, "at_risk": 0.1},
        credit=[{"objective": "sl", "pool": "50%", "allocation": "40%"}],
    )
    assert read(tables, tmp_path).credits[0].share == 1.0


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    text = contracts.as_toml(small())
    plain, marked = tmp_path / "plain.toml", tmp_path / "marked.toml"
    plain.write_bytes(text.encode())
    marked.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert ep.read_contract(plain).text == ep.read_contract(marked).text


def test_all_faults_come_together_with_the_nearest_name(tmp_path: Path) -> None:
    tables = small(
        vendr="x", time_zone="Europe/Berln", month_starts_on=31,
        hours={"phone": {"mon-fri": "08:00-20:00"}},
        queue=[{"name": "a", "hours": "phon"}],
        objective=[{"id": "sl", "queue": "b", "taget": "80/20"}],
        credit=[{"objective": "s1", "per_point": 5}],
    )  # fmt: skip
    said = faults(tables, tmp_path)
    for part in (
        "vendr: 'x': unknown key or table; did you mean 'vendor'?",
        "time_zone: 'Europe/Berln': is no time zone; did you mean 'Europe/Berlin'?",
        "month_starts_on: '31': must be a whole number from 1 to 28",
        "[[queue]] 'a' hours: 'phon': there is no such hours; did you mean 'phone'?",
        "[[objective]] 'sl' queue: 'b': there is no such queue; known are a",
        "[[objective]] 'sl' taget: '80/20': unknown key; did you mean 'target'?",
        "[[credit]] 's1' objective: 's1': there is no such objective; known are sl",
    ):
        assert part in said
    assert len(said.splitlines()) == 7


def objective(**keys: object) -> dict[str, object]:
    return small(objective=[{"id": "sl", "queue": "a", "target": "80/20"} | keys])


def metric(name: str, **keys: object) -> dict[str, object]:
    return small(objective=[{"id": "sl", "queue": "a", "metric": name} | keys])


def relief(**keys: object) -> dict[str, object]:
    return small(relief=[{"id": "r", "when": "offered > 110% of locked forecast"} | keys])


def credit(**keys: object) -> dict[str, object]:
    return small(credit=[{"objective": "sl"} | keys])


@pytest.mark.parametrize(("tables", "said"), [
    (small(client="", service="x"), "not empty"),
    ({"queue": [{"name": "a"}], "objective": [{"queue": "a", "target": "80/20"}]},
     "client: is missing"),
    (small(service="x"), "must be customer, service or ola"),
    (small(kind="service"), "service needs service"),
    (small(clients="clients.csv"), "belongs to kind = 'service'"),
    (small(service="x", kind="service", clients="../clients.csv"), "own folder"),
    (small(service="x", kind="service", clients="/etc/hosts"), "own folder"),
    (small(service="x", kind="service", clients="..\\clients.csv"), "own folder"),
    (small(schema=2), "from 1 to 1"),
    (small(effective=date(2026, 2, 1), expires=date(2026, 1, 1)), "is before effective"),
    (small(weights={"Oslo": 1}), "kind = 'ola'"),
    (small(queue=[{"name": "a"}, {"name": "a"}]), "stands twice"),
    (small(queue={"name": "a"}), "write [[queue]], once for each"),
    (small(queue=[{"name": "a", "clock": "open-hours"}]), "always open"),
    (small(objective=[]), "[[objective]]: there must be one"),
    (small(hours={"h": {"mon-fri": time(8)}}), 'a text in quotes such as "08:00-20:00"'),
    (small(hours={"h": {"mon-fri": 800}}), "a text in quotes"),
    (small(hours={"h": {"mon-fri": "9-17"}}), "is no time of the day"),
    (small(hours={"h": {"mon-fri": "08:00-20:00", "wed": "08:00-12:00"}}), "Wed has hours already"),
    (small(hours={"h": {"sat": "20:00-04:00", "sun": "03:00-05:00"}}), "overlap at 03:00"),
    (small(hours={"h": {"mon": "08:00-09:00", "clozed": []}}), "unknown key; write weekdays"),
    (small(hours={"h": {"mon": "08:00-09:00", "currency": "EUR"}}), "above the first [table]"),
    (small(hours={"h": {"mon": "08:00-09:00", "special": {"2026-12-24": "22:00-02:00"}}}), "24:00"),
    (small(hours={"h": {"mon": "08:00-09:00", "closed": [date(2026, 1, 5)],
                        "special": {"2026-01-05": "08:00-10:00"}}}), "is closed too"),
    (objective(target=80), "in quotes such as '80/20'"),
    (objective(target="80"), "80/20"),
    (objective(target="80/20, ignore"), "keys and objectives of their own"),
    (objective(target="100/20"), "below 100 %"),
    (objective(target="80/4:00"), "can be 4 h 00 min or 4 min 00 s"),
    (objective(at_least=0.8), "does not go with service_level"),
    (objective(abandons="virtual"), "must be one of count"),
    (objective(abandons="exclude-short"), "short_abandon"),
    (objective(short_abandon="5s"), "exclude-short and credit-short"),
    (objective(refined=True), "belongs to asa"),
    (objective(share=0.75), "belongs to aggregate = 'share-of-intervals'"),
    (objective(aggregate="share-of-intervals"), "share"),
    (objective(min_contacts=10), "every contact of the window counts"),
    (objective(aggregate="mean-of-intervals", window="interval"), "a single one"),
    (objective(window="year"), "must be one of interval, day, week, month, quarter"),
    (objective(critical="true"), "true or false, without quotes"),
    (objective(match={}), "names no column"),
    (objective(match={"priority": 1.5}), "priority must be a text"),
    (metric("asa", at_most=float("nan")), "not a duration"),
    (metric("asa", at_most=float("inf")), "not a duration"),
    (metric("asa", at_most=10**400), "longer than anything"),
    (metric("asa", at_most=time(0, 0, 30)), "time of the day"),
    (metric("asa", target="80/20"), 'write at_most = "30s"'),
    (metric("asa", at_most=30, short_abandon="5s"), "refined = true"),
    (metric("abandon_rate", at_most=5), "write 5% or 0.05"),
    (metric("abandon_rate", at_most=float("nan")), "share"),
    (metric("abandon_rate", at_least=0.05), "does not go with abandon_rate"),
    (metric("occupancy", at_least=0.7, at_most=0.9), "an objective for each"),
    (metric("manual", at_least=0.9, window="interval"), "not counted by intervals"),
    (metric("manual"), "at_least: is missing"),
    (metric("asaa", at_most=30), "did you mean 'asa'"),
    (small(objective=[{"queue": "a"}]), "metric: is missing"),
    (small(objective=[{"id": "x", "queue": "a", "target": "80/20"},
                      {"id": "y", "queue": "a", "target": "90/10", "match": {"p": "1"}}]),
     "is never reached: 'x' stands before it"),
    (relief(when="offered > 110% of forecast"), "write one of: offered > 110% of locked forecast"),
    (relief(when="offered > 0% of locked forecast"), "above more than 0%"),
    (relief(when=f"offered > {'9' * 400}% of locked forecast"), "at most 10000%"),
    (relief(kind="x"), "belongs to when = 'event'"),
    (relief(when="event", remedy="exclude-surplus"), "which has a surplus"),
    (small(relief=[{"id": "x", "when": "event", "per": "day"}]), "beside when = 'event'"),
    (relief(queue="b"), "no such queue"),
    (small(relief=[{"when": "event"}]), "an id or a kind names the events"),
    (small(forecast={"lock": 45}), "'45d' for 45 days"),
    (small(forecast={"lock": "45"}), "'45d' for 45 days"),
    (credit(), "one of share, per_point and tiers"),
    (credit(share=0.2, per_point=5), "not share and per_point"),
    (credit(share="20%"), "[money] monthly_fee and at_risk must name"),
    (credit(per_point=float("inf")), "a number of at least 0"),
    (credit(per_point=5, pool="50%"), "goes with share"),
    (credit(tiers=[[3, 100], [1, 200]]), "must rise"),
    (credit(tiers=[[1, 100, 5]]), "list of [points, amount]"),
    (small(credit=[{"objective": "sl", "per_point": 5}] * 2), "has a credit already"),
    (small(objective=[{"id": "sl", "queue": "a", "metric": "asa", "at_most": 30}],
           credit=[{"objective": "sl", "per_point": 5}]), "asa is in seconds"),
    (small(objective=[{"id": "sl", "queue": "a", "target": "80/20", "window": "day"}],
           credit=[{"objective": "sl", "per_point": 5, "earn_back": {"months": 3, "share": 0.5}}]),
     "is judged each day"),
    (small(bonus=[{"objective": "sl", "at_least": 0.8, "amount": 5}]), "better than what is"),
    (small(bonus=[{"objective": "sl", "at_least": 0.9}]), "either share"),
    (small(bonus=[{"objective": "sl", "at_least": 0.9, "share": 0.1}]), "monthly_fee must name"),
    (small(chronic={"means": "x"}), "must say consecutive = 3"),
    (small(chronic={"any": [12, 5]}), "[so many, of so many]"),
    (small(escalation=[{"when": "contacts left < 10"}]), "write one of: contacts left < 10%"),
    (small(test=[{"objective": "sl", "given": {"answered_within": 6}, "expect": 0.8}]),
     "sl needs offered"),
    (small(test=[{"objective": "sl", "given": {"offered": 5, "answered_within": 6}, "expect": 1}]),
     "answered_within must be at most offered"),
    (small(test=[{"objective": "sl", "given": {"offerd": 5}, "expect": 0.8}]),
     "did you mean 'offered'"),
    (small(test=[{"objective": "sl", "given": {"offered": 5, "answered_within": 4},
                  "expect": 80}]), "write 80% or 0.8"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    tables: dict[str, object], said: str, tmp_path: Path
) -> None:
    assert said in faults(tables, tmp_path)


def test_what_is_no_toml_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("[hours.phone]\nmon-fri = 09:30\n")
    with pytest.raises(ep.InputError, match=r"broken.toml: is not a TOML file.*(?s:.)*quotes"):
        ep.read_contract(path)
    path.write_text(f"month_starts_on = {'9' * 5000}")
    with pytest.raises(ep.InputError, match="is not a TOML file"):
        ep.read_contract(path)
    path.write_bytes(b"client = '\xff'")
    with pytest.raises(ep.InputError, match="not UTF-8"):
        ep.read_contract(path)
    with pytest.raises(ep.InputError, match="No such file"):
        ep.read_contract(tmp_path / "nowhere.toml")
