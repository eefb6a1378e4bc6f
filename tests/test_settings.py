from __future__ import annotations

from pathlib import Path

import pytest

import erlangplan as ep


def write(folder: Path, text: str) -> Path:
    path = folder / "centre.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_queues_differ_from_the_defaults_where_they_say_so(tmp_path: Path) -> None:
    config = ep.read_config(write(tmp_path, '''
        [defaults]
        target = "80/20"
        patience = "3min"
        shrinkage = 0.3
        max_occupancy = "88%"
        [queue.Sales]
        target = "90/10"
        patience = 60
        [queue."Back office"]
        abandons = "ignore"
        min_agents = 2
    '''))  # fmt: skip
    assert config.of("anything") == config.defaults
    assert config.defaults.target == ep.Target("80/20, occupancy 88%")
    assert config.of("Sales").target == ep.Target("90/10, occupancy 88%")
    assert (config.of("Sales").patience, config.of("Sales").shrinkage.total) == (60, 0.3)
    assert config.of("Back office").target == ep.Target("80/20, ignore, occupancy 88%, minimum 2")
    assert config.of("Back office").patience == 180


def test_shrinkage_in_parts(tmp_path: Path) -> None:
    config = ep.read_config(write(tmp_path, '''
        [defaults]
        shrinkage = [ {name = "leave", share = "10%", of = "paid"},
                      {name = "breaks", share = 0.2, of = "present", in_schedule = true} ]
    '''))  # fmt: skip
    assert config.defaults.shrinkage.total == pytest.approx(0.28, abs=1e-15)
    assert [part.in_schedule for part in config.defaults.shrinkage.parts] == [False, True]


@pytest.mark.parametrize(("text", "said"), [
    ("[defaults]\npatiense = 3", r"\[defaults\] patiense.*did you mean 'patience'"),
    ("[default]\n", "unknown table; did you mean 'defaults'"),
    ("[defaults]\ntarget = 80", "expected a text"),
    ("[defaults]\ntarget = '80'", "not understood"),
    ("[defaults]\nshrinkage = 30", r"30 % is 0.3"),
    ("[defaults]\nmax_occupancy = 85", "85% or 0.85"),
    ("[defaults]\npatience = true", "expected a number or a text"),
    ("[defaults]\npatience = nan", "not a duration"),
    ("[defaults]\nmin_agents = 1.5", "expected a whole number"),
    ("[defaults]\nlines = 0", "lines must be"),
    ("[queue.A]\nabandons = 'sometimes'", r"\[queue.A\].*abandons must be one of"),
    ("queue = 3", "queue must be tables"),
    ("[queue]\nA = 3", "queue.A.*must be a table"),
    ("[defaults\n", "not a TOML file"),
    ("[defaults]\npatience = 1e999", "not a duration"),
])  # fmt: skip
def test_a_fault_names_its_table_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ep.InputError, match=f"(?s)centre.toml.*{said}"):
        ep.read_config(write(tmp_path, text))


def test_several_faults_are_listed_together(tmp_path: Path) -> None:
    with pytest.raises(ep.InputError) as error:
        ep.read_config(write(tmp_path, "[defaults]\nfoo = 1\npatience = 'x'\n[queue.A]\nbar = 2"))
    assert len(error.value.faults) == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ep.InputError, match=r"none\.toml: No such file"):
        ep.read_config(tmp_path / "none.toml")


def test_the_starter_settings_are_understood(tmp_path: Path) -> None:
    ep.write_starter(tmp_path)
    config = ep.read_config(tmp_path / "centre.toml")
    assert set(config.queues) == {"Orders", "Support"}
    lines = (tmp_path / "centre.toml").read_text(encoding="utf-8").splitlines()
    off = [line[2:] for line in lines if line.startswith("# ") and " = " in line[2:40]]
    assert any(line.startswith("max_occupancy") for line in off)
    for line in off:  # each line that is commented out is right when it is commented in
        extra = 'short_abandon = "5s"\nabandons = "exclude-short"' if "short" in line else line
        ep.read_config(write(tmp_path, f"[defaults]\n{extra}\n"))
