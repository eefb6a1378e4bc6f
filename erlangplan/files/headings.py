"""Headings: where the body of a table begins, what its columns are called, how it is laid out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.labels import find_roles, read_label
from erlangplan.files.stamps import Stamp, read_stamp, weekday_number
from erlangplan.files.tables import Cell, Table, text_of

__all__ = ["TOTAL", "Heading", "locate", "no_column"]

TOTAL = re.compile(
    r"(grand |sub-?|week |day |daily |weekly |overall )?(total|sum|summe|gesamt|insgesamt|average|"
    r"avg|mittelwert|durchschnitt|tagessumme|wochensumme|zwischensumme)s?\b",
    re.IGNORECASE,
)
_WEEK = re.compile(r"(kw|cw|wk|week|woche|semaine|semana) ?[0-9]{1,2}", re.IGNORECASE)
_DIGITS = re.compile(r"[+-]?[0-9][0-9.,' ]*")


@dataclass(frozen=True)
class Heading:
    """Where the body begins and what its columns are.

    `first` is the row number of the first row of the body; `labels` one name per column; `roles`
    the positions that hold each role; `across` the positions of a wide sheet's days or times
    with what their labels say; `bare` tells that the file has no header; `above` is the text
    over the header.
    """

    first: int
    labels: tuple[str, ...]
    roles: Mapping[str, Sequence[int]]
    across: tuple[int, ...] = ()
    cells: tuple[Cell, ...] = ()
    bare: bool = False
    above: str = ""
    chosen: Mapping[str, int] = field(default_factory=dict)


def locate(table: Table, mapping: Mapping[str, str]) -> Heading:
    """Return the heading of a table.

    Parameters
    ----------
    table
        The table.
    mapping
        Role to label (or to the number of the column, 1 is the first), as the user names them.

    Raises
    ------
    InputError
        If a label that the user names is not there.
    """
    if mapping:
        return _mapped(table, mapping)
    for index, row in enumerate(table.top):
        across = _across(row)
        # Of two rows of the same days, such as weekdays over dates, the lower one is the header,
        # and so is a row of measures below days.
        if across and not any(_repeats(row, below, across) for below in table.top[index + 1 :][:1]):
            return _heading(table, index, across)
    scores = [_score(row) for row in table.top]
    best = max(scores)
    if best >= 2:
        return _heading(table, scores.index(best))
    if any(_is_data(cell) for cell in table.top[0]) and len(table.top[0]) > 1:
        return _bare(table)
    return _heading(table, scores.index(best) if best else 0)


def _repeats(row: Sequence[Cell], below: Sequence[Cell], places: Sequence[int]) -> bool:
    if len(below) <= max(places):
        return False
    labels = [below[place] for place in places]
    measured = len(find_roles([text_of(labels[0])])) > 0 and len(set(labels)) == 1
    return measured or labels == [row[place] for place in places]


def _score(row: Sequence[Cell]) -> int:
    if any(not isinstance(cell, str) for cell in row):
        return 0
    roles = find_roles([text_of(cell) for cell in row])
    positions = {place for places in roles.values() for place in places}
    return (
        min(len(positions), 99)
        if len(set(roles) - {"unclear"}) > 1 or len(row) == 1
        else min(len(positions), 1)
    )


def _is_data(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return True
    return bool(cell) and (read_stamp(cell) is not None or bool(_DIGITS.fullmatch(cell)))


def _heading(
    table: Table, index: int, across: tuple[int, ...] = (), chosen: Mapping[str, int] | None = None
) -> Heading:
    cells = tuple(table.top[index])
    labels = _names(cells)
    if index and len(set(labels) - {""}) < len([label for label in labels if label]):
        labels = _under(_names(table.top[index - 1]), labels)
    while labels and not labels[-1] and len(labels) > 1:
        labels = labels[:-1]
    named = ["" if place in across else label for place, label in enumerate(labels)]
    above = " ".join(
        text_of(cell) for row in table.top[:index] for cell in row if isinstance(cell, str)
    )
    first = table.numbers[index] + 1
    return Heading(
        first, labels, find_roles(named), across, cells, False, above.strip(), chosen or {}
    )


def _under(above: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """Return labels that repeat below names of queues, such as Calls and AHT, with those names."""
    name, named = "", []
    for place, label in enumerate(labels):
        own = above[place] if place < len(above) else ""
        name = own or name
        repeats = labels.count(label) > 1 and label and name
        named.append(f"{name} {label}" if repeats else label or own)
    return tuple(named)


def _names(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(re.sub(r"\s+", " ", text_of(cell)) for cell in cells)


def _bare(table: Table, chosen: Mapping[str, int] | None = None) -> Heading:
    width = max(len(row) for row in table.top)
    labels = tuple(str(place + 1) for place in range(width))
    while len(labels) > 1 and all(
        len(row) < len(labels) or row[len(labels) - 1] == "" for row in table.top
    ):
        labels = labels[:-1]
    return Heading(table.numbers[0], labels, {}, bare=True, chosen=chosen or {})


def _mapped(table: Table, mapping: Mapping[str, str]) -> Heading:
    wanted = {role: str(label).strip().casefold() for role, label in mapping.items()}
    for index, row in enumerate(table.top):
        names = [name.casefold() for name in _names(row)]
        if all(label in names for label in wanted.values()):
            chosen = {role: names.index(label) for role, label in wanted.items()}
            return _heading(table, index, _across(row), chosen)
    if all(label.isdecimal() for label in wanted.values()):
        numbers = {role: int(label) - 1 for role, label in wanted.items()}
        if all(0 <= place < len(table.top[0]) for place in numbers.values()):
            rest = locate(table, {})
            if rest.bare:
                return _bare(table, numbers)
            return Heading(**{**rest.__dict__, "chosen": numbers})
    heading = locate(table, {})
    names = [name.casefold() for name in heading.labels]
    missing = [mapping[role] for role, label in wanted.items() if label not in names]
    raise no_column(table, heading, f"there is no column {missing[0]!r}")


def no_column(table: Table, heading: Heading, what: str, fix: str | None = None) -> InputError:
    """Return the error for a column that is not there, with those that are."""
    if heading.bare:
        row = ", ".join(repr(text_of(cell)[:30]) for cell in table.top[0][:12])
        shown = f"Without a header, columns go by number; the first row is {row}."
    else:
        names = ", ".join(repr(label[:40]) for label in heading.labels[:20] if label)
        shown = f"The columns are {names}."
    ways = fix or "Name them with --map, such as --map start=Begin,volume=Offered,aht=AHT (map=)."
    return InputError(what, file=table.file, fix=f"{shown}\n{ways}")


def _across(row: Sequence[Cell]) -> tuple[int, ...]:
    """Return the positions of the days or times that a row of labels spreads to the right."""
    stamps = [read_stamp(cell) for cell in row]
    run, damaged = _run(row, stamps, _is_day)
    days = [stamps[place] for place in run if place not in damaged]
    if len(days) >= 2 and 3 * len(damaged) <= len(days) and _ascending(days):
        return tuple(run)
    if len(run) == 1 and run[0] > 0:
        before = [text_of(cell) for cell in row[: run[0]] if cell != ""]
        if any(read_label(text).hint == "time" and "when" in find_roles([text]) for text in before):
            return tuple(run)
    run, damaged = _run(row, stamps, _is_time)
    times = [stamp.seconds for place in run if (stamp := stamps[place]) and place not in damaged]
    if 3 * len(damaged) <= len(times) and _stepping(times):
        return tuple(run)
    return ()


def _run(
    row: Sequence[Cell], stamps: Sequence[Stamp | None], fits: Callable[[Stamp | None], bool]
) -> tuple[list[int], list[int]]:
    """Return the labels from the right on that fit, and those among them that seem damaged.

    Totals, weeks and empty labels between them are passed over; another label without digits
    ends the run.
    """
    run: list[int] = []
    for place in reversed(range(len(row))):
        text = text_of(row[place])
        if TOTAL.match(text) or _WEEK.fullmatch(text):
            continue
        if fits(stamps[place]) or any(mark.isdecimal() for mark in text):
            run.insert(0, place)
        elif text:
            break
    while run and not fits(stamps[run[0]]):
        run.pop(0)
    return run, [place for place in run if not fits(stamps[place])]


def _is_time(stamp: Stamp | None) -> bool:
    return stamp is not None and not stamp.shape and not np.isnan(stamp.seconds)


def _stepping(times: Sequence[float]) -> bool:
    """Tell a row of times from a row of durations or of counts: it rises in equal steps."""
    steps = np.diff(times)
    if len(times) < 3 or steps.min() < 60:
        return False
    # A closed hour at noon makes one step longer.
    even = np.ptp(steps) < 1.0 or (len(times) > 4 and not (steps % steps.min()).any())
    return bool(even)


def _is_day(stamp: Stamp | None) -> bool:
    if stamp is None or not stamp.shape or stamp.shape == "epoch":
        return False
    return not stamp.seconds > 0 and np.isnan(stamp.offset)


def _ascending(stamps: Sequence[Stamp | None]) -> bool:
    """Tell whether the days rise in some order of day and month, a new year counting as a rise."""
    for order in ("ymd", "dmy", "mdy"):
        days = [stamp.dates[order] for stamp in stamps if stamp and order in stamp.dates]
        if len(days) == len(stamps):
            steps = np.diff(days)
            if ((steps > 0) | (steps < -300)).all():
                return True
    return False


def weekdays_across(heading: Heading) -> bool:
    """Tell whether the labels are names of weekdays without dates."""
    return sum(weekday_number(label) is not None for label in heading.labels) >= 3
