"""The commands, and what they have in common."""

from __future__ import annotations

from typing import Annotated

import typer

import erlangplan
from erlangplan.cli import plan, schedule, single, sla, start

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="rich",
    help="Turn a forecast into required agents, and say why.\n\n"
    "erlangplan staff forecast.csv --target 80/20 --shrinkage 30% --patience 3min",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"erlangplan {erlangplan.__version__}")
        raise typer.Exit


@app.callback()
def _shared(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command("staff", help=plan.STAFF_HELP)(plan.staff)
app.command("evaluate", help=plan.EVALUATE_HELP)(plan.evaluate)
app.command("schedule", help=schedule.SCHEDULE_HELP)(schedule.schedule)
app.command("breaks", help=schedule.BREAKS_HELP)(schedule.breaks)
app.command("queue", help=single.QUEUE_HELP)(single.queue)
app.command("init", help=start.INIT_HELP)(start.init)
app.add_typer(sla.sla, name="sla")
app.command("selftest", help=start.SELFTEST_HELP)(start.selftest)
