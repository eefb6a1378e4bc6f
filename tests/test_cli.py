from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.cli import main

FORECAST = """queue,start,volume,aht
a,2026-03-02T09:00,100,180
a,2026-03-02T09:30,140,180
a,2026-03-02T10:00,80,180
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "forecast.csv").write_text(FORECAST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(list(args))
    code = stopped.value.code
    assert isinstance(code, int)
    return code


Captured = pytest.CaptureFixture[str]


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


@pytest.mark.usefixtures("folder")
def test_staff_pipes_the_table_and_speaks_on_stderr(capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "--target", "80/20", "--shrinkage", "30%") == 0
    out, err = capfd.readouterr()
    assert table(out)["agents"].tolist() == [14, 18, 11]
    assert table(out)["scheduled"].tolist() == [20, 26, 16]
    assert "3 half-hours" in err and "default" not in err


@pytest.mark.usefixtures("folder")
def test_without_a_target_80_20_is_said(capfd: Captured) -> None:
    assert run("staff", "forecast.csv") == 0
    assert "target: 80/20 (default)" in capfd.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_person_gets_a_heat_map_and_totals(capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "-t", "80/20", "--format", "text") == 0
    out = capfd.readouterr().out
    assert "09:30" in out and "18" in out and "21.5" in out


def test_files_are_written_by_their_ending(folder: Path, capfd: Captured) -> None:
    names = ["plan.csv", "plan.xlsx", "plan.json", "plan.html", "plan.png", "plan.svg"]
    outputs = [part for name in names for part in ("-o", name)]
    assert run("staff", "forecast.csv", "-t", "80/20", *outputs) == 0
    out, err = capfd.readouterr()
    assert out == ""
    assert all(f"wrote {name}" in err for name in names)
    heads = {name: (folder / name).read_bytes()[:4] for name in names}
    assert heads["plan.xlsx"] == b"PK\x03\x04" and heads["plan.png"] == b"\x89PNG"
    content = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert [row["agents"] for row in content["table"]] == [14, 18, 11]
    assert content["table"][0]["start"] == "2026-03-02T09:00:00"
    page = (folder / "plan.html").read_text(encoding="utf-8")
    assert "<svg" in page and "Assumptions" in page and "http-equiv" not in page
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, "forecast.csv"])


def test_evaluate_reads_a_plan_back(folder: Path, capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "-t", "80/20", "-o", "plan.csv") == 0
    assert run("evaluate", "forecast.csv", "plan.csv", "-t", "80/20", "--check") == 0
    assert table(capfd.readouterr().out)["net"].tolist() == [0, 0, 0]


@pytest.mark.usefixtures("folder")
def test_check_exits_with_3_where_a_target_is_missed(capfd: Captured) -> None:
    assert run("evaluate", "forecast.csv", "12", "-t", "80/20", "--check") == 3
    err = capfd.readouterr().err
    assert "target missed: a" in err and "short of agents" in err
    assert run("evaluate", "forecast.csv", "12", "-t", "80/20") == 0


@pytest.mark.usefixtures("folder")
def test_scheduled_people_lose_their_shrinkage(capfd: Captured) -> None:
    asked = ["--agents-are", "scheduled", "--shrinkage", "30%"]
    assert run("evaluate", "forecast.csv", "30", "-t", "80/20", *asked) == 0
    assert table(capfd.readouterr().out)["agents"].tolist() == [21, 21, 21]


@pytest.mark.usefixtures("folder")
def test_sweep_prints_what_each_target_costs(folder: Path, capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "--sweep", "90/20,70/20,80/20", "-o", "costs.png",
               "--format", "csv") == 0  # fmt: skip
    costs = table(capfd.readouterr().out)
    assert costs["target"].tolist() == ["70% in 20s", "80% in 20s", "90% in 20s"]
    assert costs["agent_hours"].is_monotonic_increasing
    assert (folder / "costs.png").read_bytes()[:4] == b"\x89PNG"


def test_settings_of_each_queue_come_from_a_file(folder: Path, capfd: Captured) -> None:
    (folder / "centre.toml").write_text('[queue.a]\ntarget = "95/10"\n', encoding="utf-8")
    assert run("staff", "forecast.csv", "--config", "centre.toml") == 0
    expected = ep.staff(ep.read_forecast("forecast.csv"), "95/10").table["agents"].tolist()
    assert table(capfd.readouterr().out)["agents"].tolist() == expected
    assert run("staff", "forecast.csv", "--config", "centre.toml", "-t", "80/20") == 0
    assert table(capfd.readouterr().out)["agents"].tolist() == [14, 18, 11]


def test_patience_comes_from_a_history(folder: Path, capfd: Captured) -> None:
    calls = "wait_seconds,outcome\n" + "30,answered\n" * 8 + "60,abandoned\n" * 2
    (folder / "calls.csv").write_text(calls, encoding="utf-8")
    assert run("staff", "forecast.csv", "-t", "80/20", "--patience-from", "calls.csv") == 0
    out, err = capfd.readouterr()
    assert "patience 180 s" in err
    expected = ep.staff(ep.read_forecast("forecast.csv"), "80/20", patience=180).table
    assert table(out)["agents"].tolist() == expected["agents"].tolist()


def test_daily_totals_are_refused_or_spread(folder: Path, capfd: Captured) -> None:
    daily = "date,calls,aht\n2026-03-02,1200,240\n2026-03-03,1300,240\n"
    (folder / "daily.csv").write_text(daily, encoding="utf-8")
    assert run("staff", "daily.csv", "-t", "80/20") == 1
    assert "--profile FILE" in capfd.readouterr().err
    assert (
        run("staff", "daily.csv", "-t", "80/20", "--spread-evenly", "--hours", "08:00-20:00") == 0
    )
    plan = table(capfd.readouterr().out)
    assert plan["volume"].sum() == pytest.approx(2500)
    assert plan["agents"].max() == 11  # 1300 x 240 s over 12 hours: 7.2 erlangs


def test_queue_explains_one_interval(capfd: Captured) -> None:
    args = ["queue", "--volume", "100", "--interval", "30min", "--aht", "180", "-t"]
    assert run(*args, "80/20, occupancy 70%", "--shrinkage", "30%", "--format", "text") == 0
    out = capfd.readouterr().out
    for part in ("= 10 erlang", "service level 80 %", "14 agents", "15 agents", "occupancy",
                 "22 people (21.43 before rounding)", "wait_p95 [s]"):  # fmt: skip
        assert part in out, part
    assert run(*args, "80/20") == 0
    rows = table(capfd.readouterr().out)
    assert rows["agents"].tolist() == list(range(12, 18))
    exact = ep.performance(10, 14, aht=180, target="80/20")
    assert rows.loc[2, "asa"] == pytest.approx(exact.asa, abs=5e-4)


def test_queue_says_what_given_agents_can_take(capfd: Captured) -> None:
    assert run("queue", "--agents", "12", "--aht", "3min", "-t", "80/20", "--format", "text") == 0
    assert "90.7 contacts of 3 min in 30 min" in capfd.readouterr().out


def test_init_writes_starter_files_once(tmp_path: Path, capfd: Captured) -> None:
    demo = tmp_path / "demo"
    assert run("init", str(demo)) == 0
    first = {path.name: path.read_bytes() for path in demo.iterdir()}
    assert set(first) == {"forecast.csv", "centre.toml", "shifts.toml"}
    (demo / "forecast.csv").write_text("mine", encoding="utf-8")
    assert run("init", str(demo)) == 0
    assert "kept" in capfd.readouterr().err
    assert (demo / "forecast.csv").read_text(encoding="utf-8") == "mine"
    (demo / "forecast.csv").write_bytes(first["forecast.csv"])
    plan = ["staff", str(demo / "forecast.csv"), "--config", str(demo / "centre.toml")]
    assert run(*plan) == 0
    assert table(capfd.readouterr().out)["queue"].unique().tolist() == ["Orders", "Support"]


def test_selftest_counts_what_agrees(capfd: Captured) -> None:
    assert run("selftest") == 0
    assert "agree; largest relative error" in capfd.readouterr().out


def test_version_and_help(capfd: Captured) -> None:
    assert run("--version") == 0
    assert capfd.readouterr().out == f"erlangplan {ep.__version__}\n"
    for command in ("staff", "evaluate", "queue", "init", "selftest"):
        assert run(command, "--help") == 0
        assert f"erlangplan {command}" in capfd.readouterr().out


@pytest.mark.parametrize(("args", "said"), [
    (["staff"], "Missing argument"),
    (["staff", "forecast.csv", "--target", "80"], "80/20 or 80% in 20s"),
    (["staff", "forecast.csv", "--shrinkage", "30"], "30% or 0.3"),
    (["staff", "forecast.csv", "--shrinkage", "1"], "1% or 100%"),
    (["staff", "forecast.csv", "--shrinkage", "100%"], "[0, 1)"),
    (["staff", "forecast.csv", "--patience", "x"], "not a duration"),
    (["staff", "forecast.csv", "--patience", "3min", "--patience-from", "forecast.csv"], "exclude"),
    (["staff", "forecast.csv", "--format", "pdf"], "--format must be"),
    (["staff", "forecast.csv", "-o", "plan.pdf"], "must end in"),
    (["staff", "forecast.csv", "-o", "no/plan.csv"], "does not exist"),
    (["staff", "forecast.csv", "-o", "forecast.csv"], "not overwritten"),
    (["staff", "forecast.csv", "--map", "volume"], "word=column"),
    (["staff", "forecast.csv", "--hours", "08:00-20:00"], "belong together"),
    (["staff", "forecast.csv", "--volume-factor", "0"], "factor"),
    (["staff", "forecast.csv", "--sweep", "80"], "80/20 or 80% in 20s"),
    (["evaluate", "forecast.csv", "-3"], "-3"),
    (["evaluate", "forecast.csv", "12", "--agents-are", "paid"], "on-queue or scheduled"),
    (["queue", "--volume", "10"], "--aht"),
    (["queue", "--aht", "180"], "--volume"),
    (["queue", "--volume", "ten", "--aht", "180"], "ten"),
    (["plan", "forecast.csv"], "No such command"),
])  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_wrong_usage_exits_with_2(args: list[str], said: str, capfd: Captured) -> None:
    assert run(*args) == 2
    out, err = capfd.readouterr()
    assert out == "" and "Traceback" not in err
    assert said in " ".join(err.replace("│", " ").split())


@pytest.mark.parametrize(("args", "said"), [
    (["staff", "none.csv"], "none.csv"),
    (["staff", "bad.csv", "-o", "plan.csv"], "row 3"),
    (["staff", "forecast.csv", "-t", "80/20", "--lines", "10"], "10 lines"),
    (["staff", "forecast.csv", "--config", "none.toml"], "none.toml"),
    (["evaluate", "forecast.csv", "none.csv"], "none.csv"),
])  # fmt: skip
def test_unusable_input_exits_with_1_and_leaves_nothing(
    folder: Path, args: list[str], said: str, capfd: Captured
) -> None:
    (folder / "bad.csv").write_text(FORECAST.replace("140", "1_400"), encoding="utf-8")
    assert run(*args) == 1
    out, err = capfd.readouterr()
    assert out == "" and said in err and "Traceback" not in err
    assert not (folder / "plan.csv").exists()


def process(*args: str, **given: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from erlangplan.cli import main; main()", *args]
    return subprocess.run(command, capture_output=True, check=False, **given)  # type: ignore[call-overload,no-any-return]


def test_stdin_and_a_closed_pipe(folder: Path) -> None:
    done = process("staff", "-", "-t", "80/20", input=FORECAST.encode())
    assert done.returncode == 0
    assert table(done.stdout.decode())["agents"].tolist() == [14, 18, 11]
    command = f'"{sys.executable}" -c "from erlangplan.cli import main; main()" staff forecast.csv'
    piped = subprocess.run(f"{command} -t 80/20 | true", shell=True, cwd=folder,
                           capture_output=True, check=False)  # fmt: skip
    assert b"Traceback" not in piped.stderr and b"Error" not in piped.stderr


def test_works_without_a_home_or_a_cache_to_write_to(tmp_path: Path) -> None:
    copy = tmp_path / "erlangplan"
    unneeded = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(ep.__file__).parent, copy, ignore=unneeded)
    for cache in (copy / "__pycache__", copy / "kernels" / "__pycache__"):
        cache.write_text("a file where the cache's folder would be", encoding="utf-8")
    bare = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    bare |= {"PYTHONPATH": str(tmp_path), "HOME": os.devnull, "PYTHONDONTWRITEBYTECODE": "1"}
    code = (
        "import erlangplan as ep; print(ep.__file__)\n"
        "print(ep.required_agents(10, aht=180, target='80/20').agents)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=bare, cwd=tmp_path,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.stdout.split() == [str(copy / "__init__.py"), "14"], done.stderr


def test_plain_python_and_compiled_kernels_agree(folder: Path) -> None:
    code = (
        "import numpy as np, erlangplan as ep, sys\n"
        "rng = np.random.default_rng(5)\n"
        "load, aht = 10 ** rng.uniform(-2, 4, 60), 10 ** rng.uniform(1, 3, 60)\n"
        "patience = np.where(rng.random(60) < .3, np.inf, aht * 10 ** rng.uniform(-3, 3, 60))\n"
        "for way in ('count', 'ignore', 'exclude-within-threshold', 'virtual'):\n"
        "    target = f'80% in 20s, {way}, asa 40s, occupancy 92%'\n"
        "    need = ep.required_agents(load, aht=aht, target=target, patience=patience).agents\n"
        "    for lines in (None, need + 20):\n"
        "        got = ep.performance(load, need, aht=aht, target=target, patience=patience,\n"
        "                             lines=lines)\n"
        "        np.savetxt(sys.stdout, [need, *vars(got).values()])\n"
        "np.savetxt(sys.stdout, [ep.max_load([1, 9, 200], aht=180, target='80/20', patience=90)])\n"
    )
    texts = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                       env={**os.environ, "NUMBA_DISABLE_JIT": disabled}).stdout
        for disabled in ("0", "1")
    ]  # fmt: skip
    one, other = (
        [[float(x) for x in line.split()] for line in text.splitlines()] for text in texts
    )
    assert len(one) == len(other) == 97
    for left, right in zip(one, other, strict=True):
        assert left == pytest.approx(right, rel=1e-11, abs=1e-290, nan_ok=True)


def test_flags_replace_what_they_name_and_nothing_else(folder: Path, capfd: Captured) -> None:
    (folder / "centre.toml").write_text(
        '[defaults]\ntarget = "80/20"\nabandons = "ignore"\nmin_agents = 17\n', encoding="utf-8"
    )
    assert run("staff", "forecast.csv", "--config", "centre.toml", "-t", "70/20") == 0
    assert table(capfd.readouterr().out)["agents"].tolist() == [17, 17, 17]
    assert run("staff", "forecast.csv", "--config", "centre.toml", "--sweep", "80/20,90/20") == 0
    costs = table(capfd.readouterr().out)
    assert costs["target"].tolist() == ["80% in 20s", "90% in 20s"]
    assert costs["agent_hours"].min() >= 17 * 1.5


def test_a_sweep_of_compound_targets_needs_semicolons(folder: Path, capfd: Captured) -> None:
    assert run("staff", "forecast.csv", "--sweep", "80/20, occupancy 60%") == 2
    assert "between targets that have commas" in " ".join(
        capfd.readouterr().err.replace("│", " ").split()
    )
    assert run("staff", "forecast.csv", "--sweep", "80/20, occupancy 60%; 90/20") == 0
    assert len(table(capfd.readouterr().out)) == 2


def test_agents_need_not_be_named_where_the_centre_is_closed(folder: Path, capfd: Captured) -> None:
    closed = FORECAST + "a,2026-03-02T10:30,0,\n"
    (folder / "forecast.csv").write_text(closed, encoding="utf-8")
    rows = [f"2026-03-02T{time},15" for time in ("09:00", "09:30", "10:00")]
    (folder / "agents.csv").write_text("start,people\n" + "\n".join(rows), encoding="utf-8")
    assert (
        run("evaluate", "forecast.csv", "agents.csv", "-t", "80/20", "--map", "agents=people") == 0
    )
    assert table(capfd.readouterr().out)["agents"].tolist() == [15, 15, 15, 0]
    (folder / "agents.csv").write_text("start,agents\n" + "\n".join(rows[:2]), encoding="utf-8")
    assert run("evaluate", "forecast.csv", "agents.csv", "-t", "80/20") == 1
    err = capfd.readouterr().err
    assert "missing for 1 of 3 intervals with contacts, the first a, 2026-03-02 10:00" in err


def test_one_queue_of_several_is_planned_alone(folder: Path, capfd: Captured) -> None:
    (folder / "forecast.csv").write_text(
        FORECAST + FORECAST.split("\n", 1)[1].replace("a,", "b,"), encoding="utf-8"
    )
    assert run("staff", "forecast.csv", "-t", "80/20", "--queue", "b") == 0
    assert table(capfd.readouterr().out)["queue"].unique().tolist() == ["b"]
    assert run("staff", "forecast.csv", "-t", "80/20", "--queue", "c") == 1
    assert "the file has a, b" in capfd.readouterr().err


@pytest.mark.parametrize("closing", ["<&-", ">&-", "2>&-"])
def test_closed_streams_are_no_crash(folder: Path, closing: str) -> None:
    command = f'"{sys.executable}" -c "from erlangplan.cli import main; main()" staff -'
    done = subprocess.run(f"{command} -t 80/20 {closing}", shell=True, cwd=folder, check=False,
                          input=FORECAST.encode(), capture_output=True)  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert done.returncode == (1 if closing == "<&-" else 0)


@pytest.mark.usefixtures("folder")
def test_a_target_without_settings_stands_alone(capfd: Captured) -> None:
    forecast = ep.read_forecast("forecast.csv")
    assert run("staff", "forecast.csv", "-t", "asa 30s") == 0
    expected = ep.staff(forecast, "asa 30s").table["agents"].tolist()
    assert table(capfd.readouterr().out)["agents"].tolist() == expected
    assert expected != ep.staff(forecast, "80/20").table["agents"].tolist()
