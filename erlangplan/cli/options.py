"""Flags that commands share, and how their texts are read."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from erlangplan.shrinkage import as_shrinkage
from erlangplan.targets import Target
from erlangplan.units import parse_duration, parse_share

READING, ASKED, WRITING = "Reading the forecast", "What is asked", "Output"


def usage(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a parser whose faults are wrong usage (exit 2) with their full text."""

    def parser(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None

    return parser


def _count(text: str) -> float:
    number = float(text)
    if not (number >= 1 and number.is_integer()):
        raise ValueError(f"must be a whole number >= 1, got {text}")
    return number


def _factor(text: str) -> float:
    number = float(text)
    if not 0 < number < 1000:
        raise ValueError(f"must be a factor such as 1.1 for 10 % more, got {text}")
    return number


def _balking(text: str) -> float:
    share = parse_share(text)
    if not share < 1:
        raise ValueError(f"must be a share below 100%, such as 10%, got {text}")
    return share


def mapping(pairs: list[str] | None) -> dict[str, str] | None:
    """Return ``volume=Calls,start=Interval`` as a dict; the flag may be repeated."""
    if not pairs:
        return None
    found: dict[str, str] = {}
    for pair in (part for text in pairs for part in text.split(",")):
        word, equals, column = pair.partition("=")
        if not (equals and word.strip() and column.strip()):
            raise typer.BadParameter(
                f"--map takes word=column pairs such as volume=Calls,start=Interval, got {pair!r}"
            )
        found[word.strip()] = column.strip()
    return found


def seconds(flag: str, text: str, panel: str = ASKED, *, default: bool = True) -> Any:
    """Return a flag that takes a duration."""
    return typer.Option(
        flag,
        show_default=default,
        parser=usage(parse_duration),
        metavar="DURATION",
        help=text,
        rich_help_panel=panel,
    )


Source = Annotated[str, typer.Argument(metavar="FORECAST", help="CSV or workbook; - reads stdin.")]
TargetText = Annotated[
    Any,
    typer.Option(
        "--target", "-t", parser=usage(Target), metavar="TARGET", rich_help_panel=ASKED,
        help='"80/20" (without it), "80% in 20s, ignore", "80/20, asa 30s, occupancy 85%".',
    ),
]  # fmt: skip
ShrinkageText = Annotated[
    Any,
    typer.Option(
        "--shrinkage", parser=usage(as_shrinkage), metavar="SHARE", rich_help_panel=ASKED,
        help="Share of paid time off the queue, such as 30%.",
    ),
]  # fmt: skip
Patience = Annotated[
    Any,
    seconds(
        "--patience",
        "Mean time a contact is willing to wait, such as 3min; without it nobody abandons.",
        ASKED,
    ),
]
PatienceFrom = Annotated[
    Path | None,
    typer.Option(
        help="Estimate patience from a history file: calls, or interval totals.",
        rich_help_panel=ASKED,
    ),
]
Balking = Annotated[
    Any,
    typer.Option(
        parser=usage(_balking),
        metavar="SHARE",
        help="Share of contacts who leave at once rather than wait, such as 10%.",
        rich_help_panel=ASKED,
    ),
]
Lines = Annotated[
    Any,
    typer.Option(
        parser=usage(_count),
        metavar="NUMBER",
        help="Most contacts in the system.",
        rich_help_panel=ASKED,
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(help="TOML file of settings for each queue; flags win.", rich_help_panel=ASKED),
]
VolumeFactor = Annotated[
    Any,
    typer.Option(
        parser=usage(_factor), metavar="FACTOR", help="Multiply the volume, such as 1.1.",
        rich_help_panel=ASKED,
    ),
]  # fmt: skip
AhtFactor = Annotated[
    Any,
    typer.Option(
        parser=usage(_factor),
        metavar="FACTOR",
        help="Multiply the handle time.",
        rich_help_panel=ASKED,
    ),
]
FteHours = Annotated[
    float,
    typer.Option(
        help="Paid hours of a full-time week.", min=1, max=168, rich_help_panel=ASKED
    ),
]  # fmt: skip
Output = Annotated[
    list[Path] | None,
    typer.Option(
        "--output", "-o", help=".csv .xlsx .json .html .png or .svg; may be repeated.",
        rich_help_panel=WRITING,
    ),
]  # fmt: skip
Form = Annotated[
    str | None,
    typer.Option(
        "--format", metavar="csv|json|text", rich_help_panel=WRITING,
        help="What goes to stdout: without it text in a terminal, csv in a pipe.",
    ),
]  # fmt: skip
Map = Annotated[
    list[str] | None,
    typer.Option(
        metavar="WORD=COLUMN,..", help="Name columns: volume=Calls,start=Interval,aht=AHT,queue=..",
        rich_help_panel=READING,
    ),
]  # fmt: skip
Zone = Annotated[
    str | None,
    typer.Option(help="Time zone of the centre, such as Europe/Berlin.", rich_help_panel=READING),
]
Interval = Annotated[Any, seconds("--interval", "Length of an interval, if not inferred.", READING)]
Aht = Annotated[Any, seconds("--aht", "Handle time where the file has none.", READING)]
AhtMissing = Annotated[
    str | None,
    typer.Option(
        metavar="queue-mean", help="Fill missing handle times with the mean of the queue.",
        rich_help_panel=READING,
    ),
]  # fmt: skip
DecimalMark = Annotated[
    str | None,
    typer.Option(metavar=".|,", help="Decimal mark, if in doubt.", rich_help_panel=READING),
]
DateOrder = Annotated[
    str | None,
    typer.Option(
        metavar="dmy|mdy|ymd", help="Order of dates, if in doubt.", rich_help_panel=READING
    ),
]
Encoding = Annotated[
    str | None, typer.Option(help="Encoding, if not recognised.", rich_help_panel=READING)
]
Delimiter = Annotated[
    str | None, typer.Option(help="Column separator, if not recognised.", rich_help_panel=READING)
]
SheetName = Annotated[
    str | None, typer.Option(help="Sheet of a workbook.", rich_help_panel=READING)
]
Year = Annotated[
    int | None,
    typer.Option(help="Year of dates that have none.", min=1900, max=2200, rich_help_panel=READING),
]
QueueName = Annotated[
    str | None,
    typer.Option(
        "--queue",
        help="Plan this queue alone; its name where the file has none.",
        rich_help_panel=READING,
    ),
]
Profile = Annotated[
    Path | None,
    typer.Option(
        help="Spread long intervals: shares by weekday and time, or a history file.",
        rich_help_panel=READING,
    ),
]
SpreadEvenly = Annotated[
    bool,
    typer.Option(
        "--spread-evenly", help="Spread long intervals evenly over --hours.",
        rich_help_panel=READING,
    ),
]  # fmt: skip
Hours = Annotated[
    str | None,
    typer.Option(
        metavar="08:00-20:00", help="Opening hours to spread over.", rich_help_panel=READING
    ),
]
READING_FLAGS: dict[str, tuple[Any, Any]] = {
    "map": (Map, None),
    "tz": (Zone, None),
    "interval": (Interval, None),
    "aht": (Aht, None),
    "aht_missing": (AhtMissing, None),
    "decimal": (DecimalMark, None),
    "dates": (DateOrder, None),
    "encoding": (Encoding, None),
    "delimiter": (Delimiter, None),
    "sheet": (SheetName, None),
    "year": (Year, None),
    "queue": (QueueName, None),
    "profile": (Profile, None),
    "spread_evenly": (SpreadEvenly, False),
    "hours": (Hours, None),
}
ASKED_FLAGS: dict[str, tuple[Any, Any]] = {
    "target": (TargetText, None),
    "shrinkage": (ShrinkageText, None),
    "patience": (Patience, None),
    "patience_from": (PatienceFrom, None),
    "balking": (Balking, None),
    "lines": (Lines, None),
    "config": (ConfigFile, None),
    "volume_factor": (VolumeFactor, 1.0),
    "aht_factor": (AhtFactor, 1.0),
    "fte_hours": (FteHours, 40.0),
}


def with_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the shared flags; it takes them as dicts `asked` and `reading`.

    A flag of the command's own takes the place of a shared one of that name.
    """
    own = inspect.signature(command, eval_str=True).parameters

    def wrapped(**given: Any) -> None:
        asked = {name: given.pop(name) for name in ASKED_FLAGS}
        reading = {name: given.pop(name) for name in READING_FLAGS if name not in own}
        command(**given, asked=asked, reading=reading)

    kept = [
        p.replace(kind=p.KEYWORD_ONLY) for p in own.values() if p.name not in ("asked", "reading")
    ]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=form)
        for name, (form, default) in (ASKED_FLAGS | READING_FLAGS).items()
        if name not in own
    ]
    every = [*kept, *shared]
    wrapped.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {p.name: p.annotation for p in every}
    wrapped.__name__ = command.__name__
    return wrapped


Check = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Exit with 3 when a queue misses its target over the whole time.",
        rich_help_panel=WRITING,
    ),
]
