"""``erlangplan sla report`` and ``compare``: contracts scored from what happened."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import erlangplan as ep
from erlangplan.cli import options as opt
from erlangplan.cli.output import check_form, check_outputs, say, stage

if TYPE_CHECKING:
    from erlangplan.files.portfolio import Portfolio
    from erlangplan.sla.comparing import Comparison

__all__ = ["COMPARE_HELP", "REPORT_HELP", "compare", "report"]

REPORT_HELP = """Score a contract from what happened: verdicts, credits, reliefs, late calls left.

erlangplan sla report acme.toml actuals.csv -o report.html

erlangplan sla report acme.toml actuals.csv --forecast locked.csv --events events.csv --check

erlangplan sla report contracts/ actuals.csv -o portfolio.html

CONTRACT may be a folder: all its contracts are scored, onto one page. ACTUALS are intervals or a
log of contacts; for a folder of contracts one file with all queues, or a folder with a file for
each contract, named like it. In a terminal it prints a summary, in a pipe the table as CSV."""

COMPARE_HELP = """Compare vendors or sites under one contract and one formula.

erlangplan sla compare acme.toml Nordic=nordic.csv Baltic=baltic.csv -o vendors.html

Says for each pair whether their difference could be chance: days are the units, paired by date."""

Output = Annotated[
    list[Path] | None,
    typer.Option(
        "--output", "-o", rich_help_panel=opt.WRITING,
        help=".html (the report), .xlsx, .json (the audit) or .csv; may be repeated.",
    ),
]  # fmt: skip
Forecast = Annotated[
    Path | None,
    typer.Option(
        help="The locked forecast, for reliefs and late calls left.", rich_help_panel=opt.ASKED
    ),
]
Events = Annotated[
    Path | None,
    typer.Option(help="Events: start, end, kind, queue, note.", rich_help_panel=opt.ASKED),
]
Manual = Annotated[
    Path | None,
    typer.Option(help="Samples: date, objective, good, counted.", rich_help_panel=opt.ASKED),
]
Check = Annotated[
    bool,
    typer.Option(
        "--check", help="Exit with 3 when a critical objective is missed, or nothing was judged.",
        rich_help_panel=opt.WRITING,
    ),
]  # fmt: skip
Map = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WORD=COLUMN,..", rich_help_panel=opt.READING,
        help="Name columns of the actuals: start=Begin,offered=Calls,answered_20s=InSL,queue=..",
    ),
]  # fmt: skip
Step = Annotated[
    Any,
    opt.seconds("--interval", "Intervals for a log of contacts; else half-hours.", opt.READING),
]


def report(
    contract: Annotated[
        Path, typer.Argument(metavar="CONTRACT", help="A TOML file, or a folder of them.")
    ],
    actuals: Annotated[
        str, typer.Argument(metavar="ACTUALS", help="CSV or workbook; - reads stdin.")
    ],
    forecast: Forecast = None,
    events: Events = None,
    manual: Manual = None,
    map: Map = None,
    interval: Step = None,
    output: Output = None,
    form: opt.Form = None,
    check: Check = False,
) -> None:
    """Score a contract, or all of a folder."""
    check_form(form)
    many = contract.is_dir()
    endings = (".html", ".json", ".csv") if many else (".html", ".xlsx", ".json", ".csv")
    check_outputs(output or [], [contract, actuals, forecast, events, manual], endings)
    given = {
        "forecast": forecast, "events": events, "manual": manual, "interval": interval,
        "map": opt.mapping(map),
    }  # fmt: skip
    if many:
        _report_all(contract, actuals, given, output, form, check=check)
        return
    agreement = ep.read_contract(contract)
    with stage(f"scoring {actuals}"):
        card = ep.score(agreement, actuals, **given)
    _deliver(card, output, form)
    # The summary has them; a file or a pipe does not say them aloud.
    if not _prints_text(output, form):
        for note in card.notes:
            say(f"note: {note}")
    if check and card.unjudged:
        say(f"erlangplan: --check fails: nothing of {card.scope.actuals.file} was judged")
        raise typer.Exit(3)
    if check and not any(each.critical for each in agreement.objectives):
        say(f"note: no objective of {contract} is critical, so --check passes whatever happens")
    if check and card.missed:
        raise typer.Exit(3)


def _report_all(
    folder: Path, actuals: str, given: dict[str, Any], output: list[Path] | None,
    form: str | None, *, check: bool,
) -> None:  # fmt: skip
    if actuals == "-":
        raise typer.BadParameter("a folder of contracts needs actuals from a file, not stdin")
    with _counting() as progress:
        portfolio = ep.score_folder(folder, actuals, **given, progress=progress)
    _deliver(portfolio, output, form)
    if not _prints_text(output, form):
        for name, why in portfolio.unscored.items():
            say(f"erlangplan: {name} was not scored: {why}")
        for name, why in portfolio.unjudged.items():
            say(f"note: nothing of {name} was judged: {why}")
    if portfolio.unscored:
        raise typer.Exit(1)
    if check and portfolio.unjudged:
        say(f"erlangplan: --check fails: nothing of {', '.join(portfolio.unjudged)} was judged")
        raise typer.Exit(3)
    if check and portfolio.missed:
        raise typer.Exit(3)


def compare(
    contract: Annotated[Path, typer.Argument(metavar="CONTRACT", help="A TOML file.")],
    vendors: Annotated[
        list[str], typer.Argument(metavar="NAME=ACTUALS..", help="A file for each vendor or site.")
    ],
    forecast: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE", rich_help_panel=opt.ASKED,
            help="The locked forecast of a vendor; may be repeated.",
        ),
    ] = None,
    events: Events = None,
    manual: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE", rich_help_panel=opt.ASKED,
            help="Samples of a vendor; may be repeated.",
        ),
    ] = None,
    map: Map = None,
    interval: Step = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OBJECTIVE=NUMBER,..", rich_help_panel=opt.ASKED,
            help="Weights of objectives in the score; all alike without it.",
        ),
    ] = None,
    output: Output = None,
    form: opt.Form = None,
) -> None:  # fmt: skip
    """Compare vendors or sites."""
    check_form(form)
    files = _named(vendors)
    beside = {"forecast": _named(forecast or []), "manual": _named(manual or [])}
    for name in {*beside["forecast"], *beside["manual"]} - files.keys():
        raise typer.BadParameter(f"{name} is none of the vendors {', '.join(files)}")
    inputs = [*files.values(), *beside["forecast"].values(), *beside["manual"].values()]
    check_outputs(output or [], [contract, events, *inputs], (".html", ".json", ".csv"))
    agreement = ep.read_contract(contract)
    with stage(f"scoring {len(files)} vendors"):
        found = ep.compare_vendors(
            agreement, files, weights=_weights(weight), events=events, interval=interval,
            map=opt.mapping(map), forecast=beside["forecast"], manual=beside["manual"],
        )  # fmt: skip
    _deliver(found, output, form)
    if not _prints_text(output, form):
        for note in found.notes:
            say(f"note: {note}")


def _named(pairs: list[str]) -> dict[str, str]:
    files: dict[str, str] = {}
    for pair in pairs:
        name, equals, file = pair.partition("=")
        if not (equals and name.strip() and file.strip()) or name.strip() in files:
            raise typer.BadParameter(
                f"each vendor needs a name of its own, such as Nordic=nordic.csv, got {pair!r}"
            )
        files[name.strip()] = file.strip()
    return files


def _weights(texts: list[str] | None) -> dict[str, float] | None:
    found: dict[str, float] = {}
    for pair in (part for text in texts or () for part in text.split(",")):
        name, _, number = pair.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise typer.BadParameter(
                f"--weight takes objective=number, such as phone-sl=2, got {pair!r}"
            ) from None
    return found or None


def _deliver(
    result: ep.Scorecard | Portfolio | Comparison, output: list[Path] | None, form: str | None
) -> None:
    """Write scores to files; what goes to stdout fits a terminal or a pipe."""
    for path in output or ():
        with stage(f"writing {path}"):
            ep.save(result, path)
        say(f"wrote {path}")
    if _prints_text(output, form):
        print(result.summary())
    elif not output or form is not None:
        ep.save(result, sys.stdout.buffer, form=form or "csv")


def _prints_text(output: list[Path] | None, form: str | None) -> bool:
    return form == "text" or (form is None and sys.stdout.isatty())


@contextmanager
def _counting() -> Iterator[Callable[[int, int, str], None] | None]:
    """Yield what is told how many contracts are done, and shows it in a terminal."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(done: int, whole: int, name: str) -> None:
        print(f"\r\x1b[Kscoring {done + 1:,} of {whole:,}: {name[:50]}", end="", file=sys.stderr)

    try:
        yield show
    finally:
        print("\r\x1b[K", end="", file=sys.stderr)
