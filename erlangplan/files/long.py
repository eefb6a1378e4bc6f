"""The long layout: a row per interval, with a header or without one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.dates import DAY, Moments
from erlangplan.files.headings import Heading, no_column
from erlangplan.files.labels import read_label
from erlangplan.files.parts import Asked, Sheet, columns_by_role, moments_of, roles_of
from erlangplan.files.stamps import read_stamp, weekday_number
from erlangplan.files.tables import Column, Faults, FloatArray, Table, text_of

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
    return _timed(table, heading, named, _whens(table, heading, roles, columns, asked), notes)


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
    read = _whens(table, heading, roles, columns, asked)
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


@dataclass(frozen=True, eq=False)
class _Whens:
    """The columns that say when: a day, a time of day, an end, each where there is one."""

    day: Moments
    time: Moments | None
    end: Moments | None


def _whens(
    table: Table,
    heading: Heading,
    roles: Mapping[str, Sequence[int]],
    columns: Sequence[Column],
    asked: Asked,
) -> _Whens:
    places = list(dict.fromkeys(roles.get("when", ())))
    if not places:
        raise no_column(table, heading, "no column tells when the intervals start")
    lengths = roles.get("length", ())
    hints = {heading.chosen[key]: key for key in ("date", "time") if key in heading.chosen}
    read = [
        moments_of(table, columns[place], asked, hints.get(place))
        for place in places
        if not (place in lengths and _counts_minutes(columns[place], heading))
    ]
    if not read:
        raise no_column(table, heading, "no column tells when the intervals start")
    ends = [moments_of(table, columns[place], asked) for place in roles.get("end", ())]
    end = next((moments for moments in ends if moments.all_read and moments.has_time), None)
    return _combine(table, heading, read, end, chosen=bool(heading.chosen.get("start")))


def _counts_minutes(column: Column, heading: Heading) -> bool:
    return read_label(column.label).unit is not None and not any(
        isinstance(cell, str) and ":" in cell for cell in column.cells
    )


def _combine(
    table: Table, heading: Heading, read: list[Moments], end: Moments | None, *, chosen: bool
) -> _Whens:
    times = [m for m in read if m.has_time and not m.has_date]
    dated = [m for m in read if m.has_date]
    full = [m for m in dated if m.has_time and not (m.only_midnights and times)]
    if chosen and dated and read[0] is dated[0] and full:
        return _Whens(full[0], None, end)
    if full:
        # Where the same moment stands as local time and as UTC, the latter has no repeated hour.
        zoned = [m for m in full if m.has_offset or read_label(m.column.label).utc]
        return _Whens((zoned or full)[0], None, end)
    if not times and (unread := _unread_times(read)):
        raise unread.faults.error(
            f"column {unread.column.label} holds no times of day",
            table.file,
            "Write times as 08:30, or name the column that holds them with --map time=... (map=).",
        )
    if not dated and not times:
        raise read[0].faults.error(f"column {read[0].column.label} holds no dates", table.file)
    undated = sum((m.faults for m in read if m not in times), Faults())
    if not dated and undated:
        raise undated.error("the dates cannot be read", table.file)
    if not dated:
        raise no_column(
            table,
            heading,
            f"column {times[0].column.label} holds times of day but no column holds dates",
        )
    if len(dated) > 1 and any(
        not np.array_equal(m.rows(m.days), dated[0].rows(dated[0].days)) for m in dated[1:]
    ):
        shown = " or ".join(repr(m.column.label) for m in dated)
        raise InputError(
            f"two columns may hold the date: {shown}",
            file=table.file,
            fix="Name the right one with --map date=... (map=).",
        )
    ranged = [m for m in times if m.has_end]
    return _Whens(dated[0], next(iter(ranged or times), None), end)


def _unread_times(read: Sequence[Moments]) -> Moments | None:
    """Return a column that should hold times of day but holds something else."""
    for moments in read:
        cells = moments.column.cells
        weekdays = all(weekday_number(text_of(cell)) is not None for cell in cells)
        hint = read_label(moments.column.label).hint
        if hint == "time" and not moments.any_read and not weekdays and any(cells):
            return moments
    return None


def _timed(
    table: Table,
    heading: Heading,
    named: Mapping[str, Column],
    whens: _Whens,
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
    return Sheet(table, heading, named, clock.column, local, end, offset, faults, notes)


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
