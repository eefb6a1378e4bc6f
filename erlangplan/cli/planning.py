"""Flags that say how to plan shifts and breaks."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import typer

import erlangplan as ep
from erlangplan.cli import options as opt
from erlangplan.errors import nearest
from erlangplan.units import parse_share

PLANNING = "How to plan"
ENDINGS = tuple(dict.fromkeys((*ep.SAVED_AS, ".ics", ".zip")))


def _people(text: str) -> int | dict[str, int]:
    """Return ``40`` as a number, ``full-timers=30,part-timers=10`` as a dict."""
    parts = [part.rpartition("=") for part in text.split(",")]
    if any(not number.strip().isdecimal() for _, _, number in parts) or (
        len(parts) > 1 and not all(name.strip() for name, _, _ in parts)
    ):
        raise ValueError(f"must be a number, or people per group such as FT=30,PT=10, got {text!r}")
    if len(parts) == 1 and not parts[0][1]:
        return int(text)
    return {name.strip(): int(number) for name, _, number in parts}


def check_people(agents: int | dict[str, int] | None, rules: ep.WorkRules) -> None:
    """Refuse one number of people for several groups, and names of groups that there are not."""
    groups = [group.name for group in rules.groups]
    if isinstance(agents, dict):
        unknown = [name for name in agents if name not in groups]
        if not unknown:
            return
        advice = nearest(unknown[0], groups) if groups else "it has no groups; give one number"
        raise typer.BadParameter(
            f"--agents names group {unknown[0]!r}, which {rules.source} does not have; {advice}"
        )
    if agents is None or len(groups) < 2:
        return
    least, more = divmod(agents, len(groups))
    parts = [f"{name}={least + (at < more)}" for at, name in enumerate(groups)]
    written = ",".join(parts)
    written = f'"{written}"' if " " in written else written
    raise typer.BadParameter(
        f"--agents {agents} does not say how many are in each group of {rules.source}; write "
        f"--agents {written} with the numbers there are (a group left out has nobody)"
    )


def most_people(agents: int | dict[str, int] | None, rules: ep.WorkRules) -> float:
    """Return the most people that a plan may have; infinity where nothing limits them."""
    if agents is not None:
        return agents if isinstance(agents, int) else sum(agents.values())
    grouped = {name for group in rules.groups for name in group.shifts}
    if any(shift.name not in grouped for shift in rules.shifts):
        return math.inf
    limits = (group.people[1] for group in rules.groups)
    return sum(math.inf if most is None else most for most in limits)


Requirement = Annotated[
    str,
    typer.Argument(
        metavar="FORECAST", help="Forecast, or required agents (start, agents); - reads stdin."
    ),
]
Rules = Annotated[Path, typer.Argument(metavar="SHIFTS", help="Rules of work, a TOML file.")]
Objective = Annotated[
    str,
    typer.Option(
        metavar="cover|service-level", rich_help_panel=PLANNING,
        help="Cover each interval, or meet the target over a longer time with fewer paid hours.",
    ),
]  # fmt: skip
Over = Annotated[
    str,
    typer.Option(
        metavar="day|week", rich_help_panel=PLANNING,
        help="Time over which the service level is to be met.",
    ),
]  # fmt: skip
Floor = Annotated[
    Any,
    typer.Option(
        parser=opt.usage(parse_share), metavar="SHARE", rich_help_panel=PLANNING,
        help="Least service level of an interval where the target holds over a longer time.",
    ),
]  # fmt: skip
Agents = Annotated[
    Any,
    typer.Option(
        parser=opt.usage(_people), metavar="NUMBER|GROUP=NUMBER,..", rich_help_panel=PLANNING,
        help="The people there are: plan them for the best service level.",
    ),
]  # fmt: skip
ShortPrice = Annotated[
    float | None,
    typer.Option(
        help="Price of an agent hour short, beside the cost of a paid hour; without it shortage is "
        "avoided at any cost.",
        rich_help_panel=PLANNING,
    ),
]
Gap = Annotated[
    Any,
    typer.Option(
        parser=opt.usage(parse_share), metavar="SHARE", rich_help_panel=PLANNING,
        help="Stop when the plan is proven to be this near to the best.",
    ),
]  # fmt: skip
TimeLimit = Annotated[Any, opt.seconds("--time-limit", "Stop after this time.", PLANNING)]
Week = Annotated[
    str,
    typer.Option(
        metavar="open|cyclic|FILE", rich_help_panel=PLANNING,
        help="No shift before the first day; the week repeats; or the schedule of the week before.",
    ),
]  # fmt: skip
Seed = Annotated[int, typer.Option(help="Seed of the search.", min=0, rich_help_panel=PLANNING)]
Workers = Annotated[
    int,
    typer.Option(
        help="Processes that plan queues side by side.", min=1, rich_help_panel=PLANNING
    ),
]  # fmt: skip
BreaksInShrinkage = Annotated[
    bool | None,
    typer.Option(
        "--breaks-in-shrinkage/--no-breaks-in-shrinkage", show_default=False,
        help="Whether one bare number of shrinkage includes the breaks of the shifts.",
        rich_help_panel=PLANNING,
    ),
]  # fmt: skip
Locked = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME,..", help="Breaks that stay where they are, such as lunch.",
        rich_help_panel=PLANNING,
    ),
]  # fmt: skip
Output = Annotated[
    list[str] | None,  # a path would lose the slash that marks a folder
    typer.Option(
        "--output", "-o", rich_help_panel=opt.WRITING, metavar="PATH",
        help=".csv .xlsx .json .html .png .svg; .zip or a folder dir/ (a calendar per agent), .ics "
        "(of one agent); may be repeated.",
    ),
]  # fmt: skip
Moves = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.csv", rich_help_panel=opt.WRITING,
        help="Write each break with where it was, where it is, and what moving it is worth: agent "
        "hours that would be short, or contacts in time.",
    ),
]  # fmt: skip
CheckShort = Annotated[
    bool,
    typer.Option(
        "--check", help="Exit with 3 when intervals are short, or the target is missed.",
        rich_help_panel=opt.WRITING,
    ),
]  # fmt: skip
