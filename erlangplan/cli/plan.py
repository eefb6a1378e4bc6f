"""``erlangplan staff`` and ``erlangplan evaluate``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

import erlangplan as ep
from erlangplan.cli import options as opt
from erlangplan.cli.output import (
    check_form,
    check_outputs,
    choose_interpreter,
    deliver,
    say,
    stage,
)

if TYPE_CHECKING:
    import pandas as pd

_FORECAST_WORDS = frozenset({"queue", "start", "date", "time", "end", "interval"})
_AGENT_WORDS = frozenset({"agents", "scheduled"})
_ROSTER_WORDS = frozenset({"agent", "group", "shift", "shift_start", "activity", "paid"})
_HISTORY_WORDS = frozenset({"wait", "outcome", "abandoned", "answered"})
AgentsAre = Literal["on-queue", "scheduled"]
STAFF_HELP = """Required agents per interval of a forecast, and why.

erlangplan staff forecast.csv --target 80/20 --shrinkage 30% --patience 3min

erlangplan staff forecast.xlsx --tz Europe/Berlin --config centre.toml -o plan.xlsx

erlangplan staff forecast.csv --sweep 70/20,80/20,90/20

In a terminal it prints a heat map and totals, in a pipe the table as CSV."""

EVALUATE_HELP = """What given agents deliver, per interval and in total.

erlangplan evaluate forecast.csv 24 --target 80/20

erlangplan evaluate forecast.csv agents.csv --agents-are scheduled --shrinkage 30%

erlangplan evaluate forecast.csv schedule.csv --config centre.toml

AGENTS is a number, or a file with start, agents and, for several queues, queue; a plan that
`erlangplan staff` wrote is such a file. It may also be a schedule or roster with agent, start and
end: then those at work and not on a break are on the queue."""


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
    output: opt.Output = None,
    form: opt.Form = None,
    *,
    asked: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Staff a forecast."""
    check_form(form)
    endings = ep.SAVED_AS if sweep is None else (".csv", ".json", ".png", ".svg")
    check_outputs(output or [], [forecast, *_files(asked, reading)], endings)
    targets = [] if sweep is None else _swept(sweep, asked["target"])
    read = _read(forecast, reading)
    words = _named(reading, _HISTORY_WORDS)
    target, rest = _settled(asked, read, reading["queue"], sweeps=len(targets), words=words)
    if targets:
        with stage(f"staffing for {len(targets)} targets"):
            costs = ep.sweep(read, targets, **rest)
        deliver(costs, output, form, lambda: print(costs.summary()))
        return
    with stage(f"staffing {len(read.table):,} intervals"):
        requirement = ep.staff(read, target, **rest)
    deliver(requirement, output, form, lambda: _show(requirement))
    for remark in requirement.remarks:
        say(f"note: {remark}")


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
    check: opt.Check = False,
    output: opt.Output = None,
    form: opt.Form = None,
    *,
    asked: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Evaluate given agents."""
    check_form(form)
    number = _number(agents)
    files = [forecast, *_files(asked, reading), *([agents] if number is None else [])]
    check_outputs(output or [], files)
    if agents_are not in ("on-queue", "scheduled"):
        raise typer.BadParameter(f"--agents-are must be on-queue or scheduled, got {agents_are}")
    read = _read(forecast, reading)
    if number is None:
        given: Any = _read_people(agents, read.tz, reading)
    else:
        given = number
        if len(read.queues) > 1:
            say(f"{agents} agents on each of {len(read.queues)} queues")
    words = _named(reading, _HISTORY_WORDS)
    target, rest = _settled(asked, read, reading["queue"], words=words)
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
            **rest,
        )
    deliver(result, output, form, lambda: _show(result))
    for remark in result.remarks:
        say(f"note: {remark}")
    if check and result.missed:
        say(f"target missed: {', '.join(result.missed)}")
        raise typer.Exit(3)


def _read_people(
    source: str, tz: str | None, reading: dict[str, Any]
) -> ep.Schedule | pd.DataFrame:
    """Return the shifts that a file holds, or else its agents per interval."""
    words = _named(reading, _ROSTER_WORDS)
    if source == "-" or not ep.holds_shifts(source, map=words):
        table = ep.read_agents(source, tz=tz, map=_named(reading, _AGENT_WORDS))
        return only_queue(table, reading["queue"])
    schedule = ep.read_schedule(
        source, tz=tz, map=words, dates=reading["dates"], year=reading["year"]
    )
    schedule = only_shifts(schedule, reading["queue"])
    agents = schedule.table["agent"].nunique()
    say(f"{source}: {len(schedule.table):,} shifts of {agents:,} agents")
    for remark in schedule.remarks:
        say(f"note: {remark}")
    return schedule


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


def _files(asked: dict[str, Any], reading: dict[str, Any]) -> list[Path | None]:
    return [asked["config"], asked["patience_from"], reading["profile"]]


def _read(source: str, flags: dict[str, Any]) -> ep.Forecast:
    spreading = ("profile", "spread_evenly", "hours")
    profile, spread_evenly, hours = (flags[name] for name in spreading)
    if profile and spread_evenly:
        raise typer.BadParameter("--profile and --spread-evenly exclude each other")
    if bool(hours) != spread_evenly:
        raise typer.BadParameter("--spread-evenly and --hours 08:00-20:00 belong together")
    reading = {name: value for name, value in flags.items() if name not in spreading}
    words = opt.mapping(reading["map"]) or {}
    others = (_AGENT_WORDS | _HISTORY_WORDS | _ROSTER_WORDS) - _FORECAST_WORDS
    reading["map"] = {word: column for word, column in words.items() if word not in others}
    with stage(f"reading {source}"):
        forecast = ep.read_forecast(source, **reading)
    forecast = _one_queue(forecast, reading["queue"])
    for note in forecast.notes:
        say(note)
    if profile:
        return forecast.spread(ep.read_profile(profile))
    return forecast.spread_evenly(hours) if spread_evenly else forecast


def _one_queue(forecast: ep.Forecast, queue: str | None) -> ep.Forecast:
    if queue is None or forecast.queues == (queue,):
        return forecast
    if queue not in forecast.queues:
        known = ", ".join(forecast.queues[:20])
        raise ep.InputError(f"there is no queue {queue!r}; the file has {known}")
    table = forecast.table[forecast.table["queue"] == queue].astype({"queue": str})
    return replace(forecast, table=table)


def only_queue(table: pd.DataFrame, queue: str | None) -> pd.DataFrame:
    """Return the rows of the queue that --queue names, where there are others beside it."""
    if queue is None or not (table["queue"] == queue).any():
        return table
    return table[table["queue"] == queue].reset_index(drop=True)


def only_shifts(schedule: ep.Schedule, queue: str | None) -> ep.Schedule:
    """Return the shifts of the queue that --queue names, where there are others beside it."""
    if queue not in schedule.queues:
        return schedule
    names = ("table", "breaks", "coverage", "shortages")
    parts: dict[str, Any] = {name: only_queue(getattr(schedule, name), queue) for name in names}
    return replace(schedule, **parts)


def _settings_of(config: ep.Config, queue: str | None, path: Path) -> ep.Config:
    """Return the settings of one queue that is planned alone, or of all."""
    if queue is None:
        return config
    # What differs in case alone is a slip of the pen, which staffing refuses with advice.
    alike = {n: s for n, s in config.queues.items() if n.casefold() == queue.casefold()}
    if not alike and config.queues:
        say(f"{path} has no [queue.{queue}]: its defaults hold")
    return ep.Config(config.defaults, {queue: alike[queue]} if queue in alike else alike)


def _named(reading: dict[str, Any], words: frozenset[str]) -> dict[str, str] | None:
    """Return the part of --map that names columns of another file than the forecast."""
    given = opt.mapping(reading["map"]) or {}
    return {word: column for word, column in given.items() if word in words} or None


def _settled(
    asked: dict[str, Any],
    forecast: ep.Forecast,
    queue: str | None,
    *,
    sweeps: int = 0,
    words: dict[str, str] | None = None,
) -> tuple[ep.Target | None, dict[str, Any]]:
    """Return the target, and the other arguments of staff and evaluate."""
    rest = dict(asked)
    target, config, history = (rest.pop(name) for name in ("target", "config", "patience_from"))
    if config is None:
        settings = ep.Config() if target is None else ep.Config(ep.Settings(target))
    else:
        settings = _settings_of(ep.read_config(config), queue, config)
    if history is not None:
        if rest["patience"] is not None:
            raise typer.BadParameter("--patience and --patience-from exclude each other")
        if _balks(rest["balking"], settings):
            raise typer.BadParameter(
                "balking and --patience-from exclude each other, because the abandons of a history "
                "include those who leave at once; give --patience"
            )
        settings = _with_patience(settings, history, forecast.queues, words)
    if target is None and config is None and not sweeps:
        say("target: 80/20 (default); abandoned contacts count as not in time")
    every = [settings.defaults, *settings.queues.values()]
    patient = rest["patience"] is None and all(one.patience is None for one in every)
    patient = patient and not _balks(rest["balking"], settings)
    rows = len(forecast.table) * max(1, sweeps)
    if rest["lines"] is not None or any(one.lines is not None for one in every):
        rows *= 50  # a loop over the queue in every row
    choose_interpreter(rows, patient=patient)
    return target, rest | {"config": settings}


def _balks(flag: float | None, config: ep.Config) -> bool:
    if flag is not None:
        return flag > 0
    return any(one.balking > 0 for one in (config.defaults, *config.queues.values()))


def _with_patience(
    settings: ep.Config, history: Path, queues: tuple[str, ...], words: dict[str, str] | None
) -> ep.Config:
    table = ep.read_history(history, map=words)
    total = ep.estimate_patience(table["total_wait"].sum(), table["abandons"].sum())
    say(f"{history.name}: patience {total:.0f} s (total wait of all contacts per abandon)")
    own: dict[str, float] = {}
    for queue, waited, abandons in zip(
        table["queue"], table["total_wait"], table["abandons"], strict=True
    ):
        if str(queue) in queues and len(queues) > 1 and abandons:
            own[str(queue)] = ep.estimate_patience(float(waited), float(abandons))
            say(f"  {queue}: {own[str(queue)]:.0f} s from {abandons:,.0f} abandons")
    return settings.with_patience(total, own)


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

    print_plan(result, Console())
