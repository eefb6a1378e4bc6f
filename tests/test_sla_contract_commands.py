"""`erlangplan sla init | check | explain | which`, as a user types them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import contracts
import erlangplan as ep
from contracts import small
from erlangplan.cli import main
from erlangplan.sla.governing import which

Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> int:
        with pytest.raises(SystemExit) as end:
            main(["sla", *args])
        code = end.value.code
        return 0 if code is None else int(code)

    return call


def put(folder: Path, name: str, **tables: object) -> None:
    (folder / name).write_text(contracts.as_toml(small(**tables)), encoding="utf-8")


def test_a_contract_is_begun_checked_and_explained(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("init", "acme.toml") == 0
    assert run("check", "acme.toml") == 0
    out = capsys.readouterr().out
    assert "acme.toml: 1 queue, 5 objectives, 1 worked number" in out
    assert "gives 0.826923, as expected (0.8269)" in out
    assert run("explain", "acme.toml") == 0
    assert "Service level agreement: Acme and Nordic BPO" in capsys.readouterr().out


def test_init_keeps_what_is_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text("mine")
    assert run("init", "acme.toml") == 0
    assert (tmp_path / "acme.toml").read_text() == "mine"
    assert run("init", "acme.csv") == 2


def test_an_example_month_is_scored_at_once(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "events.csv").write_text("start,end,kind,queue\n")
    assert run("init", "demo/acme.toml", "--example") == 0
    said = capsys.readouterr().err
    assert "kept demo/events.csv, which is there already" in said
    (command,) = re.findall("then: erlangplan sla (.*)", said)
    assert run(*command.split()) == 0
    assert (tmp_path / "report.html").exists()
    assert run("report", "demo/acme.toml", "demo/actuals.csv", "--manual", "demo/samples.csv",
               "--check") == 3  # fmt: skip


def test_check_tells_warnings_from_errors(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, "unwise.toml")
    assert run("check", "unwise.toml") == 0
    assert "warning: objective sl: says nothing about contacts later" in capsys.readouterr().out
    put(tmp_path, "wrong.toml", vendr="x")
    assert run("check", "wrong.toml") == 1
    assert "did you mean 'vendor'?" in capsys.readouterr().err
    test = {"objective": "sl", "given": {"offered": 10, "answered_within": 8}, "expect": 0.9}
    put(tmp_path, "failing.toml", test=[test])
    assert run("check", "unwise.toml", "failing.toml") == 1
    assert "FAILED: sl: offered 10, answered_within 8 gives 0.8, expected 0.9" in (
        capsys.readouterr().out
    )
    assert run("check", "nowhere.toml") == 1
    assert run("check") == 2


def test_check_reads_the_list_of_clients_beside_the_contract_only(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside.csv"
    inside.mkdir()
    outside.write_text("client,tier\nAcme,gold\n")
    (inside / "clients.csv").symlink_to(outside)
    shutil.copy(contracts.FOLDER / "service.toml", inside)
    assert run("check", "inside/service.toml") == 1
    assert "lies outside the contract's folder" in capsys.readouterr().err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("service.toml", "clients.csv", "shared.toml", "complete.toml"):
        shutil.copy(contracts.FOLDER / name, tmp_path)
    (tmp_path / "centre.toml").write_text('[defaults]\ntarget = "80/20"\n')
    return tmp_path


def test_a_customers_own_contract_comes_first(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, "alder.toml", client="Alder", queue=[{"name": "travel"}],
        objective=[{"queue": "travel", "target": "90/10"}])  # fmt: skip
    assert run("which", "Alder", "travel") == 0
    said = capsys.readouterr().out
    assert said.startswith("alder.toml\n")
    assert "Alder's own contract and has the queue travel" in said
    assert run("which", "Birch", "travel", str(folder)) == 0
    said = capsys.readouterr().out
    assert said.startswith("service.toml\n")
    assert "tier: silver" in said


def test_a_queue_that_the_own_contract_lacks_falls_to_the_service(folder: Path) -> None:
    put(folder, "alder.toml", client="Alder")
    found = which("Alder", "travel", folder)
    assert found.contract.file == "service.toml"
    assert found.reasons[0] == "alder.toml is Alder's own, but has no queue travel"
    assert found.client is not None
    assert (found.client.tier, found.client.overrides) == ("gold", {"note": "first, and dear"})


def test_the_list_of_clients_may_name_a_contract(folder: Path) -> None:
    queue = {"queue": [{"name": "travel"}], "objective": [{"queue": "travel", "target": "90/10"}]}
    put(folder, "group.toml", client="Alder and sons", **queue)
    (folder / "clients.csv").write_text("client,tier,contract\nAlder,gold,group.toml\n")
    assert which("Alder", "travel", folder).contract.file == "group.toml"
    (folder / "clients.csv").write_text("client,tier,contract\nAlder,gold,gone.toml\n")
    with pytest.raises(ep.InputError, match=r"names gone.toml for Alder"):
        which("Alder", "travel", folder)


def test_contracts_that_follow_each_other_need_a_day(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, "old.toml", expires=date(2025, 12, 31))
    put(folder, "new.toml", effective=date(2026, 1, 1))
    assert run("which", "Acme", "a") == 1
    assert "several contracts govern a of Acme: new.toml, old.toml" in capsys.readouterr().err
    assert run("which", "Acme", "a", "--on", "2025-12-31") == 0
    assert capsys.readouterr().out.startswith("old.toml\n  new.toml is not in effect")
    assert run("which", "Acme", "a", "--on", "31.12.2025") == 2


def test_unknown_names_and_broken_contracts_are_told(folder: Path) -> None:
    with pytest.raises(ep.InputError, match=r"no contract has a queue 'travl'; did you mean"):
        which("Alder", "travl", folder)
    with pytest.raises(ep.InputError, match=r"no contract knows client 'Aldr'; did you mean"):
        which("Aldr", "bb-phone", folder)
    (folder / "broken.toml").write_text("client = ")
    with pytest.raises(ep.InputError, match=r"broken.toml: is not a TOML file"):
        which("Alder", "travel", folder)


def test_what_no_contract_governs_is_shared(folder: Path) -> None:
    (folder / "service.toml").unlink()
    assert which("Anyone", "travel", folder).contract.file == "shared.toml"


@pytest.mark.parametrize(("text", "said"), [
    ("name,tier\nA,gold\n", "row 1: expected the columns client and tier"),
    ("client,tier\nA,gold\nA,silver\n", "row 3, column client: 'A': stands twice"),
    ("client,tier\nA\n", "row 2: expected 2 values"),
    ("", "is no list of clients"),
])  # fmt: skip
def test_a_list_of_clients_names_its_faults(folder: Path, text: str, said: str) -> None:
    (folder / "clients.csv").write_text(text)
    with pytest.raises(ep.InputError) as error:
        which("A", "travel", folder)
    assert said in str(error.value)
