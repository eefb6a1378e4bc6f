"""``erlangplan staff`` and ``erlangplan evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer

import erlangplan as ep
from erlangplan.cli import options as opt
from erlangplan.cli import promised
from erlangplan.cli import through_day as day
from erlangplan.cli.given import (
    HISTORY_WORDS,
    files_of,
    named,
    read_costs,
    read_counts,
    read_given,
    read_people,
    settled,
)
from erlangplan.cli.output import check_form, check_outputs, deliver, say, stage

AgentsAre = Literal["on-queue", "scheduled"]
STAFF_HELP = """Required agents per interval of a forecast, and why.

erlangplan staff forecast.csv --target 80/20 --shrinkage 30% --patience 3min

erlangplan staff forecast.xlsx --tz Europe/Berlin --config centre.toml -o plan.xlsx

erlangplan staff forecast.csv --sweep 70/20,80/20,90/20

erlangplan staff forecast.csv --target 80/20 --method carry-over

erlangplan staff forecast.csv --target 80/20 --over week --floor 60%

erlangplan staff forecast.csv --over week --frontier -o frontier.png

erlangplan staff forecast.csv --contract acme.toml --guard 2% --patience 3min

In a terminal it prints a heat map and totals, in a pipe the table as CSV."""

EVALUATE_HELP = """What given agents deliver, per interval and in total.

erlangplan evaluate forecast.csv 24 --target 80/20

erlangplan evaluate forecast.csv agents.csv --agents-are scheduled --shrinkage 30%

erlangplan evaluate forecast.csv schedule.csv --config centre.toml

erlangplan evaluate forecast.csv agents.csv --at-close abandon --initial 12

AGENTS is a number, or a file with start, agents and, for several queues, queue; a plan that
`erlangplan staff` wrote is such a file. It may also be a schedule or roster with agent, start and
end: then those at work and not on a break are on the queue. The queue is carried over from interval
to interval; --method stationary takes each by itself."""


@opt.with_flags
def staff(
    forecast: opt.Source,
    sweep: Annotated[
        str | None,
        typer.Option(
            metavar="TARGET,..",
            help="What each of several targets costs, such as 70/20,80/20,90/20.",
            rich_help_panel=opt.ASKED,
        ),
    ] = None,
    method: day.StaffMethod = None,
    over: day.Over = None,
    floor: day.Floor = None,
    min_contacts: day.MinContacts = None,
    cost: day.Cost = None,
    so_far: day.SoFar = None,
    hours: day.Hours = None,
    frontier: day.FrontierFlag = False,
    contract: promised.ContractFile = None,
    guard: promised.Guard = None,
    per_interval: promised.PerInterval = False,
    output: opt.Output = None,
    form: opt.Form = None,
    *,
    asked: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Staff a forecast."""
    check_form(form)
    reading["hours"], agent_hours = day.split_hours(hours)
    terms: dict[str, Any] = {
        "method": method, "floor": floor, "min_contacts": min_contacts, "cost": cost,
        "so_far": so_far, "hours": agent_hours,
    }  # fmt: skip
    flags = {"sweep": sweep, "over": over, "frontier": frontier or None}
    if not promised.is_asked(contract, guard, per_interval, asked | terms | flags):
        day.check_terms(over, frontier=frontier, sweep=sweep is not None, **terms)
    curve = frontier or sweep is not None
    endings = (".csv", ".json", ".png", ".svg") if curve else ep.SAVED_AS
    files = [forecast, cost, so_far, contract, *files_of(asked, reading)]
    check_outputs(output or [], files, endings)
    agreement = None if contract is None else ep.read_contract(contract)
    targets = [] if sweep is None else _swept(sweep, asked["target"])
    read = read_given(forecast, reading)
    words, windows = named(reading, HISTORY_WORDS), frontier or over not in (None, "interval")
    if agreement is not None:
        # A contract says what is asked: like a sweep, it leaves no room for a default target.
        _, rest = settled(asked, read, reading["queue"], sweeps=1, windows=True, words=words)
        plan = promised.planned(read, agreement, rest, guard, floor, per_interval=per_interval)
        deliver(plan.requirement, output, form, lambda: _show(plan.requirement))
        promised.say_objectives(plan)
        return
    target, rest = settled(
        asked, read, reading["queue"], sweeps=len(targets), windows=windows, words=words
    )
    if cost is not None:
        terms["cost"] = read_costs(cost, read, reading)
    if so_far is not None:
        terms["so_far"] = read_counts(so_far, read, reading)
    terms["over"] = over or ("week" if frontier else None)
    rest |= {name: value for name, value in terms.items() if value is not None}
    if curve:
        _deliver_curve(read, target, targets, rest, output, form)
        return
    with stage(f"staffing {len(read.table):,} intervals"):
        requirement = ep.staff(read, target, **rest)
    deliver(requirement, output, form, lambda: _show(requirement))
    for remark in requirement.remarks:
        say(f"note: {remark}")


def _deliver_curve(
    forecast: ep.Forecast, target: ep.Target | None, targets: list[ep.Target],
    rest: dict[str, Any], output: list[Path] | None, form: str | None,
) -> None:  # fmt: skip
    """Deliver what each of several targets costs, or each service level over a window."""
    result: ep.Sweep | ep.Frontier
    if targets:
        with stage(f"staffing for {len(targets)} targets"):
            result = ep.sweep(forecast, targets, **rest)
    else:
        kept = {name: rest[name] for name in rest if name not in ("shrinkage", "fte_hours")}
        kept.pop("method", None)
        with stage(f"staffing {len(forecast.table):,} intervals for 20 service levels"):
            result = ep.frontier(forecast, target, **kept)
    deliver(result, output, form, lambda: print(result.summary()))


@opt.with_flags
def evaluate(
    forecast: opt.Source,
    agents: Annotated[
        str, typer.Argument(metavar="AGENTS", help="Number of agents, or a file of them.")
    ],
    agents_are: Annotated[
        str,
        typer.Option(
            metavar="on-queue|scheduled",
            help="Whether shrinkage is still to be taken from the agents.",
            rich_help_panel=opt.ASKED,
        ),
    ] = "on-queue",
    breaks_in_shrinkage: Annotated[
        bool | None,
        typer.Option(
            "--breaks-in-shrinkage/--no-breaks-in-shrinkage",
            show_default=False,
            help="Whether one bare number of shrinkage includes the breaks of a schedule.",
            rich_help_panel=opt.ASKED,
        ),
    ] = None,
    method: day.Method = None,
    leaving: day.Leaving = None,
    at_close: day.AtClose = None,
    initial: day.Initial = None,
    waits: day.Waits = None,
    check: opt.Check = False,
    output: opt.Output = None,
    form: opt.Form = None,
    *,
    asked: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Evaluate given agents."""
    check_form(form)
    carried = day.carried_over(
        method, leaving=leaving, at_close=at_close, initial=initial, waits=waits
    )
    number = _number(agents)
    files = [forecast, *files_of(asked, reading), *([agents] if number is None else [])]
    check_outputs(output or [], files)
    if agents_are not in ("on-queue", "scheduled"):
        raise typer.BadParameter(f"--agents-are must be on-queue or scheduled, got {agents_are}")
    read = read_given(forecast, reading)
    if number is None:
        given: Any = read_people(agents, read.tz, reading)
    else:
        given = number
        if len(read.queues) > 1:
            say(f"{agents} agents on each of {len(read.queues)} queues")
    words = named(reading, HISTORY_WORDS)
    target, rest = settled(asked, read, reading["queue"], words=words)
    if waits is False:
        _check_waits(target, rest["config"])
    shifts = isinstance(given, ep.Schedule)
    alone = rest["shrinkage"] is None and asked["config"] is None
    if (agents_are == "scheduled" or shifts) and alone:
        who = "all at work and not on a break" if shifts else "all people scheduled"
        say(f"no shrinkage given: {who} count as on the queue (--shrinkage 30%)")
    with stage(f"evaluating {len(read.table):,} intervals"):
        result = ep.evaluate(
            read,
            given,
            target,
            agents_are=cast(AgentsAre, agents_are),
            breaks_in_shrinkage=breaks_in_shrinkage,
            **carried,
            **rest,
        )
    deliver(result, output, form, lambda: _show(result))
    for remark in result.remarks:
        say(f"note: {remark}")
    if check and result.missed:
        say(f"target missed: {', '.join(result.missed)}")
        raise typer.Exit(3)


def _swept(text: str, target: ep.Target | None) -> list[ep.Target]:
    if target is not None:
        raise typer.BadParameter("--target and --sweep exclude each other")
    parts = [part for part in text.split(";" if ";" in text else ",") if part.strip()]
    targets = [opt.usage(ep.Target)(part.strip()) for part in parts]
    if not targets or any(target.service_level is None for target in targets):
        raise typer.BadParameter(
            "--sweep takes service levels such as 70/20,80/20,90/20; between targets that have "
            f"commas of their own write ; instead, got {text!r}"
        )
    return targets


def _check_waits(target: ep.Target | None, config: ep.Config) -> None:
    every = [target, *(one.target for one in (config.defaults, *config.queues.values()))]
    if any(one is not None and one.max_asa is not None for one in every):
        raise typer.BadParameter("--no-waits leaves out the asa that the target limits")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not 0 <= number < 1e9:
        raise typer.BadParameter(f"AGENTS must be at least 0, got {text}")
    return number


def _show(result: ep.Requirement | ep.Evaluation) -> None:
    from rich.console import Console

    from erlangplan.cli.terminal import print_plan
    from erlangplan.cli.terminal_promise import print_promise

    console = Console()
    print_plan(result, console)
    if isinstance(result, ep.Requirement):
        with stage("following the queue through the day"):
            words, margins = result.carried_words, _margins(result)
        print_promise(result, margins, words, console)


def _margins(requirement: ep.Requirement) -> ep.Margins | None:
    """Return how much more a plan over a window carries, unless its hours were given."""
    if requirement.terms is None or requirement.terms.hours is not None:
        return None
    return requirement.margins()
