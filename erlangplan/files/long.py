"""The long layout: a row per interval, with a header or without one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.dates import DAY, Moments
from erlangplan.files.headings import Heading, no_column
from erlangplan.files.labels import read_label
from erlangplan.files.parts import Asked, Sheet, columns_by_role, moments_of, roles_of
from erlangplan.files.stamps import read_stamp
from erlangplan.files.tables import Column, Faults, FloatArray, Table, text_of
from erlangplan.files.whens import Whens, find_whens

__all__ = ["read_bare", "read_long"]

_OFFSET = re.compile(r"([+-])([01][0-9]):([0-5][0-9])")


def read_long(
    table: Table,
    heading: Heading,
    columns: Sequence[Column],
    asked: Asked,
    notes: tuple[str, ...],
    *,
    timed: bool,
) -> Sheet:
    """Return a long table with a header taken apart; `timed` asks for dates or times."""
    roles = roles_of(heading)
    named = columns_by_role(table, heading, roles, columns)
    if not timed:
        nothing = np.full(len(columns[0]), np.nan)
        return Sheet(table, heading, named, None, nothing, nothing, nothing, Faults(), notes)
    return _timed(table, heading, named, find_whens(table, heading, roles, columns, asked), notes)


def read_bare(
    table: Table,
    heading: Heading,
    columns: Sequence[Column],
    asked: Asked,
    notes: tuple[str, ...],
) -> Sheet:
    """Tell the columns of a file without a header by what they hold."""
    roles = roles_of(heading)
    free = [place for place in range(len(columns)) if place not in heading.chosen.values()]
    whens, numbers, names = [], [], []
    for place in free:
        column = columns[place]
        if "when" not in roles and _is_when(column):
            whens.append(place)
        elif _is_number(column):
            numbers.append(place)
        elif any(cell != "" for cell in column.cells):
            names.append(place)
    if "volume" not in roles:
        roles |= _bare_numbers(table, heading, numbers, whens, roles)
    if "queue" not in roles and len(names) == 1:
        roles["queue"] = names
    elif "queue" not in roles and names:
        raise no_column(table, heading, "more than one column of a file without header holds texts")
    roles.setdefault("when", whens)
    if len(whens) == 2 and all("start" not in heading.chosen for _ in whens):
        first, second = (moments_of(table, columns[place], asked) for place in whens)
        if first.has_date == second.has_date and first.has_time and second.has_time:
            roles["when"], roles["end"] = whens[:1], whens[1:]
    told = {role: places[0] + 1 for role, places in roles.items() if places}
    shown = ", ".join(f"{role} from column {place}" for role, place in told.items())
    named = columns_by_role(table, heading, roles, columns)
    read = find_whens(table, heading, roles, columns, asked)
    return _timed(table, heading, named, read, (*notes, f"no header: {shown}"))


def _is_when(column: Column) -> bool:
    sample = [cell for cell in column.cells[:200] if cell != ""]
    stamps = [read_stamp(cell) for cell in sample]
    if all(isinstance(cell, float) for cell in sample):
        return bool(sample) and all(stamp and stamp.shape for stamp in stamps)
    padded = all(
        (isinstance(cell, str) and not cell.isdecimal()) or len(text_of(cell)) in (4, 8, 12, 14)
        for cell in sample
    )
    digits = all(text_of(cell).isdecimal() and len(text_of(cell)) == 4 for cell in sample)
    if digits and not any(text_of(cell).startswith("0") for cell in sample):
        return False
    return bool(sample) and padded and sum(stamp is not None for stamp in stamps) * 2 > len(sample)


def _is_number(column: Column) -> bool:
    sample = [text_of(cell) for cell in column.cells[:200] if cell != ""]
    good = sum(
        text.replace(":", "").strip("+-").replace(".", "").replace(",", "").isdecimal()
        for text in sample
    )
    return good * 2 > len(sample)


def _bare_numbers(
    table: Table,
    heading: Heading,
    numbers: Sequence[int],
    whens: Sequence[int],
    roles: Mapping[str, Sequence[int]],
) -> dict[str, list[int]]:
    if len(numbers) == 1 or (len(numbers) == 2 and "aht" not in roles):
        return {role: [place] for role, place in zip(("volume", "aht"), numbers, strict=False)}
    if len(numbers) == 3 and len(whens) == 2 and numbers[0] > max(whens):
        # The documented export of start, end, contacts, handle time and after-contact work.
        return {"volume": [numbers[0]], "talk": [numbers[1]], "wrap": [numbers[2]]}
    raise no_column(
        table,
        heading,
        f"{len(numbers)} columns of a file without header hold numbers",
        "Name them by number with --map, such as --map queue=1,start=2,volume=4,aht=5 (map=).",
    )


def _timed(
    table: Table,
    heading: Heading,
    named: Mapping[str, Column],
    whens: Whens,
    notes: tuple[str, ...],
) -> Sheet:
    day, time = whens.day, whens.time
    if time is None:
        local = day.rows(DAY * day.days + np.nan_to_num(day.times))
        end = day.rows(DAY * day.days + day.ends)
    else:
        local = day.rows(DAY * day.days) + time.rows(time.times)
        end = day.rows(DAY * day.days) + time.rows(time.ends)
    clock = day if time is None else time
    told = (*notes, *whens.notes)
    _refuse_half_days(table, clock, local)
    faults = day.faults if time is None else day.faults + time.faults
    if whens.end is not None and not clock.has_end:
        end = _ends(day, whens.end, local)
    offset = clock.rows(clock.offsets)
    if "offset" in named and not clock.has_offset:
        offset, wrong = _offsets(named["offset"])
        faults += wrong
    elif any(read_label(m.column.label).utc for m in (day, clock)) and not clock.has_offset:
        offset = np.zeros(len(local))
    return Sheet(table, heading, named, clock.column, local, end, offset, faults, told)


def _offsets(column: Column) -> tuple[FloatArray, Faults]:
    """Return the seconds ahead of UTC that a column of its own gives, as in +02:00."""
    seconds = np.full(len(column.cells), np.nan)
    for code, cell in enumerate(column.cells):
        if match := _OFFSET.fullmatch(text_of(cell)):
            ahead = 3600.0 * int(match[2]) + 60.0 * int(match[3])
            seconds[code] = -ahead if match[1] == "-" else ahead
    if np.isnan(seconds).all():
        return np.full(len(column), np.nan), Faults()
    wrong = dict.fromkeys(np.flatnonzero(np.isnan(seconds)).tolist(), "expected +01:00 or the like")
    return np.asarray(seconds[column.codes]), column.faults_of_cells(wrong)


def _refuse_half_days(table: Table, clock: Moments, local: FloatArray) -> None:
    """Refuse times that run from 12:30 to 1:00 on one day: afternoons without their PM."""
    known = clock.times[np.isfinite(clock.times)]
    if not len(known) or known.min() < 3600 or known.max() >= 13 * 3600:
        return
    hour = np.nan_to_num(local // 3600 % 24)
    same_day = np.diff(local // DAY) == 0
    back = np.flatnonzero(same_day & (hour[:-1] == 12) & (hour[1:] == 1)) + 1
    if len(back):
        raise InputError(
            "the times of the afternoon lack their PM",
            file=table.file,
            faults=[clock.column.fault(int(back[0]), "expected 13:00 or 1:00 PM")],
        )


def _ends(day: Moments, end: Moments, local: FloatArray) -> FloatArray:
    if end.has_date:
        return end.rows(DAY * end.days + np.nan_to_num(end.times))
    found = day.rows(DAY * day.days) + end.rows(end.times)
    return np.where(found <= local, found + DAY, found)
