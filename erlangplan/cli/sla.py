"""``erlangplan sla``: contracts written, checked, explained and found."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

import erlangplan as ep
from erlangplan.cli import sla_report
from erlangplan.cli.output import say

__all__ = ["SLA_HELP", "sla"]

SLA_HELP = """Contracts as files: service level agreements that both parties can read and run.

erlangplan sla init acme.toml

erlangplan sla check acme.toml

erlangplan sla explain acme.toml

erlangplan sla report acme.toml actuals.csv -o report.html"""

INIT_HELP = """A commented contract to edit. A file that is there already is kept as it is.

erlangplan sla init acme.toml

erlangplan sla init demo/acme.toml --example"""

CHECK_HELP = """Check a contract: every key and name, its own worked numbers, and what is unwise.

erlangplan sla check acme.toml

Exits with 0, warnings or not, and with 1 on errors or where a worked number does not come out."""

EXPLAIN_HELP = """A contract in plain English, with every formula and default; fit to be signed.

erlangplan sla explain acme.toml > acme.txt"""

WHICH_HELP = """Which contract of a folder governs a queue of a client, and why.

erlangplan sla which "Acme Retail" acme-fi contracts/"""

sla = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help=SLA_HELP)
ContractFile = Annotated[
    Path, typer.Argument(metavar="CONTRACT", help="The contract, a TOML file.")
]


@sla.command("init", help=INIT_HELP)
def init(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="File to write, such as acme.toml.")],
    example: Annotated[
        bool,
        typer.Option(
            "--example",
            help="Also write, beside it, a made-up month to try it on: actuals.csv, baltic.csv of "
            "a second vendor, locked.csv (the forecast), events.csv, samples.csv.",
        ),
    ] = False,
) -> None:
    """Write a starter contract."""
    from erlangplan.files.tidy import write_table
    from erlangplan.files.whole import atomic_path
    from erlangplan.sla.starter_contract import STARTER_CONTRACT
    from erlangplan.sla.starter_month import starter_month

    if path.suffix.lower() != ".toml":
        raise typer.BadParameter(f"{path} must end in .toml")
    path.parent.mkdir(parents=True, exist_ok=True)
    month = starter_month() if example else {}
    tables = {path.parent / f"{name}.csv": table for name, table in month.items()}
    new = {file: not file.exists() for file in (path, *tables)}
    for file, written in new.items():
        if written and file == path:
            with atomic_path(path) as unfinished:
                unfinished.write_text(STARTER_CONTRACT, encoding="utf-8")
        elif written:
            write_table(tables[file], file)
        say(f"wrote {file}" if written else f"kept {file}, which is there already")
    say(f"next: erlangplan sla check {path}")
    if example:
        say(
            f"then: erlangplan sla report {path} {path.parent / 'actuals.csv'} --forecast "
            f"{path.parent / 'locked.csv'} --events {path.parent / 'events.csv'} --manual "
            f"{path.parent / 'samples.csv'} -o report.html"
        )


@sla.command("check", help=CHECK_HELP)
def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="CONTRACT..", help="Contracts, TOML files.")
    ],
) -> None:
    """Check contracts."""
    sound = True
    for path in paths:
        try:
            sound &= _check(path)
        except ep.InputError as error:
            say(f"erlangplan: {error}")
            sound = False
    if not sound:
        raise typer.Exit(1)


def _check(path: Path) -> bool:
    """Print what is to be said about a contract; return whether its worked numbers come out."""
    from erlangplan.sla.cautions import cautions
    from erlangplan.sla.governing import read_clients
    from erlangplan.sla.vectors import run_vectors

    contract = ep.read_contract(path)
    clients = read_clients(contract, path.parent)
    parts = [
        _number(len(contract.queues), "queue"),
        _number(len(contract.objectives), "objective"),
        _number(len(contract.tests), "worked number"),
    ]
    if clients:
        parts.append(_number(len(clients), "client"))
    print(f"{path.name}: {', '.join(parts)}")
    results = run_vectors(contract)
    for result in results:
        print(f"{'passed' if result.passed else 'FAILED'}: {result}")
    for caution in cautions(contract):
        print(f"warning: {caution}")
    return all(result.passed for result in results)


def _number(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


@sla.command("explain", help=EXPLAIN_HELP)
def explain(path: ContractFile) -> None:
    """Explain a contract."""
    from erlangplan.sla.explaining import explain as explained

    print(explained(ep.read_contract(path)), end="")


@sla.command("which", help=WHICH_HELP)
def which(
    client: Annotated[str, typer.Argument(metavar="CLIENT", help="As the contracts name it.")],
    queue: Annotated[str, typer.Argument(metavar="QUEUE", help="As the contracts name it.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of contracts.")] = Path(),
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only contracts in effect on this day."),
    ] = None,
) -> None:
    """Say which contract governs."""
    from erlangplan.sla.governing import which as governing

    found = governing(client, queue, folder, on=None if on is None else on.date())
    print(found.contract.file)
    for reason in found.reasons:
        print(f"  {reason}")
    if found.client is not None:
        further = {"tier": found.client.tier} | found.client.overrides
        for column, value in further.items():
            if value:
                print(f"  {column}: {value}")


sla.command("report", help=sla_report.REPORT_HELP)(sla_report.report)
sla.command("compare", help=sla_report.COMPARE_HELP)(sla_report.compare)
