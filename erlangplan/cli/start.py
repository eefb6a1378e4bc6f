"""``erlangplan init`` and ``erlangplan selftest``: starter files, and proof on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import erlangplan as ep
from erlangplan.cli.output import say, stage

INIT_HELP = """Starter files to edit: a forecast of a week, commented settings and rules of work.

erlangplan init demo

erlangplan staff demo/forecast.csv --config demo/centre.toml

erlangplan schedule demo/forecast.csv demo/shifts.toml --config demo/centre.toml

A file that is there already is kept as it is."""

SELFTEST_HELP = """Check published tables and identities on this machine.

erlangplan selftest"""


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder; made if it is not there.")],
) -> None:
    """Write starter files."""
    for path, written in ep.write_starter(folder).items():
        say(f"wrote {path}" if written else f"kept {path}, which is there already")
    forecast, settings, rules = (
        folder / name for name in ("forecast.csv", "centre.toml", "shifts.toml")
    )
    say(f"next: erlangplan staff {forecast} --config {settings}")
    say(f"then: erlangplan schedule {forecast} {rules} --config {settings}")


def selftest() -> None:
    """Check published numbers."""
    with stage("checking published numbers"):
        result = ep.selftest()
    print(result.summary())
    if not result.passed:
        raise typer.Exit(1)
