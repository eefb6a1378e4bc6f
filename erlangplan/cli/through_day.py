"""Flags of the queue through the day, and of a promise over a day, a week or a month."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from erlangplan.cli import options as opt
from erlangplan.units import parse_share

__all__ = ["carried_over", "check_terms", "split_hours"]

CARRIED, PROMISE = "The queue through the day", "A promise over a longer window"
_OF_WINDOWS = ("floor", "min_contacts", "cost", "so_far", "hours")


def _one_of(*known: str) -> Callable[[str], str]:
    def parser(text: str) -> str:
        if text not in known:
            raise ValueError(f"must be one of {', '.join(known)}, got {text}")
        return text

    return opt.usage(parser)


def _initial(text: str) -> float | np.ndarray[Any, np.dtype[np.float64]]:
    """Return ``12`` as a number of contacts, ``0.5,0.3,0.2`` as probabilities of 0, 1 and 2."""
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if not values or min(values) < 0 or (len(values) == 1 and not values[0].is_integer()):
        raise ValueError(
            "must be a whole number of contacts such as 12, or the probabilities of 0, 1, 2, .. "
            f"such as 0.5,0.3,0.2, got {text}"
        )
    return values[0] if len(values) == 1 else np.array(values)


def _contacts(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1e9:
        raise ValueError(f"must be a number of contacts >= 0, got {text}")
    return number


Method = Annotated[
    Any,
    typer.Option(
        parser=_one_of("carry-over", "stationary"), metavar="carry-over|stationary",
        help="The exact queue, which each interval hands on to the next one (without the flag, "
        "where intervals follow each other), or each interval as if it had gone on for ever.",
        rich_help_panel=CARRIED,
    ),
]  # fmt: skip
StaffMethod = Annotated[
    Any,
    typer.Option(
        parser=_one_of("stationary", "carry-over"), metavar="stationary|carry-over",
        help="Each interval as if it had gone on for ever (without the flag), as any Erlang "
        "calculator has it, or the exact queue, which each interval hands on to the next one.",
        rich_help_panel=CARRIED,
    ),
]  # fmt: skip
Leaving = Annotated[
    Any,
    typer.Option(
        parser=_one_of("finish", "preempt"), metavar="finish|preempt",
        help="Agents who leave finish their call (without it), or hand it back to the queue.",
        rich_help_panel=CARRIED,
    ),
]  # fmt: skip
AtClose = Annotated[
    Any,
    typer.Option(
        parser=_one_of("serve", "abandon", "carry"), metavar="serve|abandon|carry",
        help="Who waits at closing is served in overtime (without it), sent away and counted as "
        "abandoned, or served at the next opening.",
        rich_help_panel=CARRIED,
    ),
]  # fmt: skip
Initial = Annotated[
    Any,
    typer.Option(
        parser=opt.usage(_initial), metavar="CONTACTS",
        help="Contacts in each queue as its first opening begins; or the probabilities of 0, 1, "
        "2, .. as 0.5,0.3,0.2.",
        rich_help_panel=CARRIED,
    ),
]  # fmt: skip
Waits = Annotated[
    bool | None,
    typer.Option(
        "--waits/--no-waits", show_default=False,
        help="Whether asa and wait_p95 are computed, which takes longest; without it for up to "
        "1,000 intervals.",
        rich_help_panel=CARRIED,
    ),
]  # fmt: skip
Over = Annotated[
    Any,
    typer.Option(
        parser=_one_of("interval", "day", "week", "month"), metavar="interval|day|week|month",
        help="Meet the service level over this time at the least agent hours, instead of in every "
        "interval.",
        rich_help_panel=PROMISE,
    ),
]  # fmt: skip
Floor = Annotated[
    Any,
    typer.Option(
        parser=opt.usage(parse_share), metavar="SHARE", rich_help_panel=PROMISE,
        help="Least service level of any interval, 50% without it.",
    ),
]  # fmt: skip
MinContacts = Annotated[
    Any,
    typer.Option(
        parser=opt.usage(_contacts), metavar="CONTACTS", rich_help_panel=PROMISE,
        help="Intervals with fewer contacts are exempt from the floor.",
    ),
]  # fmt: skip
Cost = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", rich_help_panel=PROMISE,
        help="Cost of an agent hour per interval (start, cost; queue), such as nights: the least "
        "cost instead of the least hours.",
    ),
]  # fmt: skip
SoFar = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", rich_help_panel=PROMISE,
        help="Counts of the part of the window that has passed (start, offered, answered_within; "
        "queue): plan the rest.",
    ),
]  # fmt: skip
Hours = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NUMBER|08:00-20:00", rich_help_panel=PROMISE,
        help="With --over the agent hours there are: the best service level that they can do. With "
        "--spread-evenly the opening hours.",
    ),
]  # fmt: skip
FrontierFlag = Annotated[
    bool,
    typer.Option(
        "--frontier", rich_help_panel=PROMISE,
        help="What each service level over the window costs at least, from the floor upwards.",
    ),
]  # fmt: skip


def carried_over(method: str | None, **given: Any) -> dict[str, Any]:
    """Return arguments of `evaluate`; what only the queue through the day has asks for it."""
    named = {name: value for name, value in given.items() if value is not None}
    if named and method == "stationary":
        raise typer.BadParameter(
            f"{_flags(named)}: intervals by themselves (--method stationary) know nothing of it"
        )
    return {"method": "carry-over" if named else method, **named}


def split_hours(texts: list[str] | None) -> tuple[str | None, float | None]:
    """Return opening hours and agent hours, which share the flag --hours."""
    opening: str | None = None
    number: float | None = None
    for text in texts or ():
        try:
            number = float(text)
        except ValueError:
            opening = text
        else:
            if not 0 <= number < 1e12:
                raise typer.BadParameter(f"--hours must be at least 0 agent hours, got {text}")
    return opening, number


def check_terms(over: str | None, *, frontier: bool, sweep: bool, **given: Any) -> None:
    """Refuse flags of a longer window where each interval keeps the promise for itself."""
    named = {name: given[name] for name in _OF_WINDOWS if given[name] is not None}
    if frontier and (sweep or over == "interval" or given["hours"] is not None):
        other = "--hours" if given["hours"] is not None else "--over interval"
        other = "--sweep" if sweep else other
        raise typer.BadParameter(f"--frontier and {other} exclude each other")
    if frontier and given["method"] == "carry-over":
        raise typer.BadParameter(
            "--frontier is one of stationary formulas; --over with --method carry-over plans one "
            "level on the exact queue"
        )
    if sweep and given["hours"] is not None:
        raise typer.BadParameter("--sweep and --hours NUMBER exclude each other")
    if named and over in (None, "interval") and not frontier:
        belong = "belongs" if len(named) == 1 else "belong"
        raise typer.BadParameter(
            f"{_flags(named)} {belong} to a promise over a longer window: give --over day, week or "
            "month too"
        )


def _flags(named: dict[str, Any]) -> str:
    return ", ".join(f"--{name.replace('_', '-')}" for name in named)
