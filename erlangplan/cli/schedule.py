"""``erlangplan schedule`` and ``erlangplan breaks``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

import erlangplan as ep
from erlangplan.cli import options as opt
from erlangplan.cli import planning as flags
from erlangplan.cli.given import files_of, only_shifts
from erlangplan.cli.output import (
    check_calendars,
    check_form,
    check_outputs,
    deliver,
    say,
    stage,
)
from erlangplan.cli.progress import shown_progress
from erlangplan.cli.required import read_required, zone_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

Objective = Literal["cover", "service_level"]
Window = Literal["day", "week"]
Week = Literal["open", "cyclic"]
_ROSTER_WORDS = frozenset({"agent", "group", "shift", "shift_start", "activity", "paid"})
_ON_THE_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
SCHEDULE_HELP = """Who works when: shifts, breaks and lunches, with a proven gap.

erlangplan schedule forecast.csv shifts.toml --target 80/20 --patience 3min

erlangplan schedule forecast.csv shifts.toml --config centre.toml -o schedule.xlsx -o schedule.png

erlangplan schedule forecast.csv shifts.toml --agents full-timers=25,part-timers=15 --queue Support

SHIFTS are the rules of work; `erlangplan init` writes commented ones. A file with start and agents
(and queue) takes the place of the forecast: then those agents are required. Ctrl-C ends the search
with the best plan until then. In a terminal it prints who works when, in a pipe the activities."""

BREAKS_HELP = """Where breaks cost least, for shifts that are given.

erlangplan breaks roster.csv forecast.csv --shifts shifts.toml --target 80/20

erlangplan breaks today.csv agents.csv --shifts shifts.toml --from 13:00 -o afternoon.csv

ROSTER has agent, start and end, and the breaks that are known; REQUIREMENT is a forecast, or a
file of agents with start and agents. With --from only what has not begun by then moves."""


@opt.with_flags
def schedule(
    forecast: flags.Requirement,
    shifts: flags.Rules,
    objective: flags.Objective = "cover",
    over: flags.Over = "week",
    floor: flags.Floor = "50%",
    agents: flags.Agents = None,
    short_price: flags.ShortPrice = None,
    gap: flags.Gap = "0.5%",
    time_limit: flags.TimeLimit = "30s",
    week: flags.Week = "open",
    seed: flags.Seed = 0,
    breaks_in_shrinkage: flags.BreaksInShrinkage = None,
    workers: flags.Workers = 1,
    check: flags.CheckShort = False,
    output: flags.Output = None,
    form: opt.Form = None,
    *,
    asked: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Plan shifts and breaks."""
    check_form(form)
    before = None if week in ("open", "cyclic") else week
    check_outputs(
        output or [], [forecast, shifts, before, *files_of(asked, reading)], flags.ENDINGS
    )
    aim = _aim(objective)
    _one_of("--over", over, ("day", "week"))
    rules = ep.read_shifts(shifts)
    flags.check_people(agents, rules)
    check_calendars(output or [], flags.most_people(agents, rules))
    requirement = read_required(forecast, asked, reading)
    if before is not None:
        with stage(f"reading {before}"):
            previous = ep.read_schedule(before, tz=zone_of(requirement, reading))
        previous = only_shifts(previous, reading["queue"])
    with _pool(workers) as executor, shown_progress() as progress:
        plan = ep.schedule(
            requirement,
            rules,
            objective=cast(Objective, aim),
            over=cast(Window, over),
            floor=floor,
            agents=agents,
            short_price=short_price,
            gap=gap,
            time_limit=time_limit,
            week=cast(Week, week) if before is None else previous,
            seed=seed,
            shrinkage=None if isinstance(requirement, ep.Requirement) else asked["shrinkage"],
            breaks_in_shrinkage=breaks_in_shrinkage,
            executor=executor,
            progress=progress,
        )
    deliver(cast(Any, plan), output, form, lambda: _show(plan))
    if plan.status == "interrupted":
        say("interrupted: this is the best plan found until then")
    for remark in plan.remarks:
        say(f"note: {remark}")
    _check(plan, requirement, check=check)


@opt.with_flags
def breaks(
    roster: Annotated[
        str, typer.Argument(metavar="ROSTER", help="CSV or workbook with agent, start and end.")
    ],
    forecast: Annotated[
        str,
        typer.Argument(metavar="REQUIREMENT", help="Forecast, or required agents (start, agents)."),
    ],
    shifts: Annotated[
        Path | None,
        typer.Option(
            help="Rules of work, whose breaks the shifts get.", rich_help_panel=flags.PLANNING
        ),
    ] = None,
    start_from: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TIME",
            help="Move only what has not begun by 13:00, or by 2026-03-02T13:00.",
            rich_help_panel=flags.PLANNING,
        ),
    ] = None,
    locked: flags.Locked = None,
    objective: flags.Objective = "cover",
    time_limit: flags.TimeLimit = "30s",
    gap: flags.Gap = "0.01%",
    seed: flags.Seed = 0,
    breaks_in_shrinkage: flags.BreaksInShrinkage = None,
    check: flags.CheckShort = False,
    moves: flags.Moves = None,
    output: flags.Output = None,
    form: opt.Form = None,
    *,
    asked: dict[str, Any],
    reading: dict[str, Any],
) -> None:
    """Place the breaks of given shifts."""
    check_form(form)
    inputs = [roster, forecast, shifts, *files_of(asked, reading)]
    check_outputs(output or [], inputs, flags.ENDINGS)
    check_outputs([moves] if moves else [], inputs, (".csv",))
    aim = _aim(objective)
    rules = None if shifts is None else ep.read_shifts(shifts)
    own, reading = _own_words(reading)
    requirement = read_required(forecast, asked, reading)
    with stage(f"reading {roster}"):
        given = ep.read_schedule(roster, tz=zone_of(requirement, reading), map=own)
    given = only_shifts(given, reading["queue"])
    check_calendars(output or [], given.table["agent"].nunique())
    since = None if start_from is None else _moment(start_from, given, reading["tz"])
    with stage("placing breaks"):
        plan = ep.place_breaks(
            given,
            requirement,
            rules=rules,
            start_from=since,
            locked=[
                name for text in locked or () for part in text.split(",") if (name := part.strip())
            ],
            objective=cast(Objective, aim),
            time_limit=time_limit,
            gap=gap,
            seed=seed,
            shrinkage=None if isinstance(requirement, ep.Requirement) else asked["shrinkage"],
            breaks_in_shrinkage=breaks_in_shrinkage,
        )
    deliver(cast(Any, plan.schedule), output, form, lambda: print(plan.summary()))
    if moves is not None:
        from erlangplan.files.tidy import write_table

        write_table(plan.table, moves)
        say(f"wrote {moves}")
    for remark in plan.remarks:
        say(f"note: {remark}")
    _check(plan.schedule, requirement, check=check)


def _aim(given: str) -> str:
    words = given.replace("_", "-")
    return _one_of("--objective", words, ("cover", "service-level")).replace("-", "_")


def _one_of(flag: str, given: str, known: tuple[str, ...]) -> str:
    if given not in known:
        raise typer.BadParameter(f"{flag} must be one of {', '.join(known)}, got {given}")
    return given


@contextmanager
def _pool(workers: int) -> Iterator[Executor | None]:
    if workers == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers) as executor:
        yield executor


def _own_words(reading: dict[str, Any]) -> tuple[dict[str, str] | None, dict[str, Any]]:
    """Return the words of --map that name columns of a roster, and the flags without them."""
    words = opt.mapping(reading["map"]) or {}
    own = {word: column for word, column in words.items() if word in _ROSTER_WORDS}
    rest = [f"{word}={column}" for word, column in words.items() if word not in own]
    return own or None, {**reading, "map": rest or None}


def _moment(text: str, roster: ep.Schedule, tz: str | None) -> pd.Timestamp:
    """Return a time of the day, on the day of the roster, or a whole timestamp."""
    import pandas as pd

    starts = roster.table["start"]
    zone = starts.dt.tz
    if re.fullmatch(r"\d{1,2}:\d\d", text.strip()):
        if not _ON_THE_CLOCK.fullmatch(text.strip()):
            raise typer.BadParameter(f"--from takes a time from 00:00 to 23:59, got {text.strip()}")
        days = starts.dt.tz_localize(None).dt.normalize().unique()
        if len(days) != 1:
            raise typer.BadParameter(
                f"--from {text} may mean any of {len(days)} days of the roster; "
                f"write {pd.Timestamp(min(days)):%Y-%m-%d}T{text.strip()}"
            )
        moment = pd.Timestamp(f"{pd.Timestamp(days[0]):%Y-%m-%d} {text.strip()}")
    else:
        try:
            moment = pd.Timestamp(text)
        except ValueError:
            raise typer.BadParameter(
                f"--from takes 13:00 or 2026-03-02T13:00, got {text!r}"
            ) from None
    if moment.tzinfo is None and str(zone) == "UTC" and tz is None:
        raise typer.BadParameter(
            f"--from {text} is a time on the wall, but the roster's times have offsets and no "
            "zone; name the centre's with --tz, such as Europe/Berlin"
        )
    if moment.tzinfo is None and zone is not None:
        return moment.tz_localize(zone)
    return moment if zone is None or moment.tzinfo is None else moment.tz_convert(zone)


def _check(plan: ep.Schedule, requirement: Any, *, check: bool) -> None:
    """Exit with 3 where a target over a longer time is missed, or intervals are short."""
    if not check:
        return
    whole = plan.objective in ("service_level", "people")
    if whole and isinstance(requirement, ep.Requirement):
        result = ep.evaluate(
            requirement.forecast, plan, config=requirement.config, method="stationary"
        )
        if result.missed:
            say(f"target missed: {', '.join(result.missed)}")
            raise typer.Exit(3)
        return
    short = int((plan.coverage["short"] > 1e-9).sum())
    if short:
        say(f"short: {short:,} of {len(plan.coverage):,} intervals")
        raise typer.Exit(3)


def _show(plan: ep.Schedule) -> None:
    from rich.console import Console

    from erlangplan.cli.schedule_terminal import print_schedule

    print_schedule(plan, Console())
