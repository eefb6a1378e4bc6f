"""Layouts: long or wide, with or without a header, all become the same columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from erlangplan.errors import Fault, InputError
from erlangplan.files.dates import DAY, Moments, read_moments
from erlangplan.files.headings import TOTAL, Heading, locate, no_column, weekdays_across
from erlangplan.files.labels import read_label
from erlangplan.files.tables import (
    BoolArray,
    Cell,
    Column,
    FloatArray,
    IntArray,
    Table,
    text_of,
)

__all__ = ["Asked", "Sheet", "read_sheet", "stack"]

NUMERIC_ROLES = frozenset(
    "volume aht handle_time handled talk hold wrap talk_total hold_total wrap_total abandoned "
    "wait wait_answered wait_abandoned agents scheduled share".split()
)
KEYS = ("queue", "start", "date", "time", "end", "interval", *sorted(NUMERIC_ROLES), "outcome")


@dataclass(frozen=True)
class Asked:
    """What the user said about a file: names of columns, order of dates, the missing year."""

    mapping: Mapping[str, str]
    dates: str | None = None
    year: int | None = None
    decimal: str | None = None


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table taken apart: columns by role and, for each row, when it starts and ends.

    `local` is the start in seconds since 1970 on the clock that the file uses, `end` likewise
    (NaN where the file does not say), `offset` that clock's seconds ahead of UTC (NaN where the
    file does not say). A sheet without dates or times has no `when`.
    """

    table: Table
    heading: Heading
    columns: Mapping[str, Column]
    when: Column | None
    local: FloatArray
    end: FloatArray
    offset: FloatArray
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    wide: bool = False

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.local)


def read_sheet(table: Table, asked: Asked, *, timed: bool = True) -> Sheet:
    """Return a table taken apart, whatever its layout.

    Raises
    ------
    InputError
        If its layout is not understood, or a date can be read in two ways.
    """
    heading = locate(table, asked.mapping)
    if heading.across:
        return stack(table, heading, asked)
    if weekdays_across(heading):
        raise InputError(
            "the days of a wide sheet have no dates",
            file=table.file,
            fix="Write dates over the columns, such as 23.03.2026 or Mon 23-Mar (with --year).",
        )
    roles = _roles(heading)
    numeric = frozenset(
        place
        for role, places in roles.items()
        for place in places
        if role in NUMERIC_ROLES and table.delimiter in (",", None)
    )
    columns = table.body(heading.first, heading.labels, numeric)
    if not columns or not len(columns[0]):
        raise InputError("there is a header but no row below it", file=table.file)
    columns, dropped = _without_totals(columns, roles)
    if heading.bare:
        return _bare_sheet(table, heading, columns, asked, dropped)
    named = _single(table, heading, roles, columns)
    if not timed and not roles.get("when"):
        nothing = np.full(len(columns[0]), np.nan)
        return Sheet(table, heading, named, None, nothing, nothing, nothing, (), dropped)
    return _timed(table, heading, named, _whens(table, heading, roles, columns, asked), dropped)


def _roles(heading: Heading) -> dict[str, list[int]]:
    """Return the positions of each role, the user's choices first."""
    taken = set(heading.chosen.values())
    roles = {
        role: [place for place in places if place not in taken]
        for role, places in heading.roles.items()
    }
    for role, place in heading.chosen.items():
        name = {"interval": "length"}.get(role, role)
        roles[name] = [place]
    if {"start", "date", "time"} & set(heading.chosen):
        roles["when"] = [
            heading.chosen[key] for key in ("start", "date", "time") if key in (heading.chosen)
        ] + ([] if "start" in heading.chosen else roles.get("when", []))
    return {role: places for role, places in roles.items() if places}


def _single(
    table: Table,
    heading: Heading,
    roles: Mapping[str, Sequence[int]],
    columns: Sequence[Column],
) -> dict[str, Column]:
    named = {}
    for role, places in roles.items():
        if role in ("when", "end", "unclear", "start", "date", "time", "weekday", "measure"):
            continue
        if len(places) > 1 and not _same(columns, places):
            shown = " or ".join(repr(heading.labels[place]) for place in places)
            raise InputError(
                f"two columns may hold the {role.replace('_', ' ')}: {shown}",
                file=table.file,
                fix=f"Name the right one with --map {role}=... (map=).",
            )
        named[role] = columns[places[0]]
    return named


def _same(columns: Sequence[Column], places: Sequence[int]) -> bool:
    first = columns[places[0]]
    if first.numbers is not None:
        return all(
            (other := columns[place].numbers) is not None and np.array_equal(first.numbers, other)
            for place in places
        )
    return all(
        columns[place].numbers is None
        and columns[place].cells == first.cells
        and np.array_equal(columns[place].codes, first.codes)
        for place in places
    )


def _without_totals(
    columns: Sequence[Column], roles: Mapping[str, Sequence[int]]
) -> tuple[Sequence[Column], tuple[str, ...]]:
    """Drop the rows that sum up others, told by the word where a time or a name should be."""
    places = {0, *roles.get("when", ())}
    drop = np.zeros(len(columns[0]), dtype=bool)
    for place in places:
        column = columns[place]
        if column.numbers is not None or (place == 0 and place in roles.get("queue", ())):
            continue
        hits = [
            code
            for code, cell in enumerate(column.cells)
            if isinstance(cell, str) and TOTAL.match(cell)
        ]
        if hits:
            drop |= np.isin(column.codes, hits)
    if "queue" in roles and 0 in roles["queue"] and "when" in roles:
        drop |= _unnamed_totals(columns, roles)
    if not drop.any() or drop.all():
        return columns, ()
    rows = columns[0].rows[drop]
    shown = ", ".join(str(row) for row in rows[:5]) + (" ..." if len(rows) > 5 else "")
    note = f"left out {len(rows)} row{'s' * (len(rows) > 1)} of totals (row {shown})"
    return [column.take(~drop) for column in columns], (note,)


def _unnamed_totals(columns: Sequence[Column], roles: Mapping[str, Sequence[int]]) -> BoolArray:
    """Mark rows with a total in the queue's place and no time at all."""
    queue = columns[roles["queue"][0]]
    hits = [
        code for code, cell in enumerate(queue.cells) if isinstance(cell, str) and TOTAL.match(cell)
    ]
    marked = np.isin(queue.codes, hits)
    for place in roles["when"]:
        column = columns[place]
        blank = [code for code, cell in enumerate(column.cells) if cell == ""]
        marked &= np.isin(column.codes, blank)
    return marked


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
    read = [
        _moments(table, columns[place], asked)
        for place in places
        if not (place in lengths and _counts_minutes(columns[place], heading))
    ]
    sound = [moments for moments in read if moments.read.any()] or read
    if not sound:
        raise no_column(table, heading, "no column tells when the intervals start")
    ends = [_moments(table, columns[place], asked) for place in roles.get("end", ())[:1]]
    end = next((moments for moments in ends if moments.read.all()), None)
    return _combine(table, heading, sound, end, chosen=bool(heading.chosen.get("start")))


def _counts_minutes(column: Column, heading: Heading) -> bool:
    return read_label(column.label).unit is not None and not any(
        isinstance(cell, str) and ":" in cell for cell in column.cells
    )


def _moments(table: Table, column: Column, asked: Asked, hint: str | None = None) -> Moments:
    if column.numbers is not None:
        raise InputError(f"column {column.label} holds no dates", file=table.file)
    return read_moments(
        column,
        hint=hint or read_label(column.label).hint,
        dates=asked.dates,
        year=asked.year,
        file=table.file,
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
        zoned = [m for m in full if np.isfinite(m.offset).any() or read_label(m.column.label).utc]
        return _Whens((zoned or full)[0], None, end)
    if not dated:
        raise no_column(
            table,
            heading,
            f"column {read[0].column.label} holds times of day but no column holds dates",
        )
    if len(dated) > 1 and any(not np.array_equal(m.day, dated[0].day) for m in dated[1:]):
        shown = " or ".join(repr(m.column.label) for m in dated)
        raise InputError(
            f"two columns may hold the date: {shown}",
            file=table.file,
            fix="Name the right one with --map date=... (map=).",
        )
    ranged = [m for m in times if np.isfinite(m.end).any()]
    return _Whens(dated[0], (ranged or times or [None])[0], end)


def _timed(
    table: Table,
    heading: Heading,
    named: Mapping[str, Column],
    whens: _Whens,
    notes: tuple[str, ...],
) -> Sheet:
    day, time = whens.day, whens.time
    seconds = day.seconds if time is None else time.seconds
    local = DAY * day.day + (np.nan_to_num(seconds) if time is None else seconds)
    clock = day if time is None else time
    end = DAY * day.day + clock.end
    faults = [*day.faults, *(() if time is None else time.faults)]
    if whens.end is not None and not np.isfinite(end).any():
        end = _ends(day, whens.end, local)
    offset = clock.offset
    if any(read_label(m.column.label).utc for m in (day, clock)) and np.isnan(offset).all():
        offset = np.zeros(len(local))
    return Sheet(table, heading, named, clock.column, local, end, offset, tuple(faults), notes)


def _ends(day: Moments, end: Moments, local: FloatArray) -> FloatArray:
    if end.has_date:
        return DAY * end.day + np.nan_to_num(end.seconds)
    found = DAY * day.day + end.seconds
    return np.where(found <= local, found + DAY, found)


def _bare_sheet(
    table: Table,
    heading: Heading,
    columns: Sequence[Column],
    asked: Asked,
    notes: tuple[str, ...],
) -> Sheet:
    """Tell the columns of a file without a header by what they hold."""
    roles = _roles(heading)
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
        first, second = (_moments(table, columns[place], asked) for place in whens)
        if first.has_date == second.has_date and first.has_time and second.has_time:
            roles["when"], roles["end"] = whens[:1], whens[1:]
    told = {role: places[0] + 1 for role, places in roles.items() if places}
    shown = ", ".join(f"{role} from column {place}" for role, place in told.items())
    named = _single(table, heading, roles, columns)
    read = _whens(table, heading, roles, columns, asked)
    return _timed(table, heading, named, read, (*notes, f"no header: {shown}"))


def _is_when(column: Column) -> bool:
    from erlangplan.files.dates import read_stamp

    sample = [cell for cell in column.cells[:200] if cell != ""]
    stamps = [read_stamp(cell) for cell in sample]
    if all(isinstance(cell, float) for cell in sample):
        return bool(sample) and all(stamp and stamp.shape for stamp in stamps)
    padded = all(
        isinstance(cell, str) and not cell.isdecimal() or len(text_of(cell)) in (4, 8, 12, 14)
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


def stack(table: Table, heading: Heading, asked: Asked) -> Sheet:
    """Return a wide table as a long one: one row for each cell below a day or a time."""
    columns = table.body(heading.first, heading.labels, frozenset())
    if not columns or not len(columns[0]):
        raise InputError("there is a header but no row below it", file=table.file)
    beside = [place for place in range(len(columns)) if place not in heading.across]
    columns, dropped = _without_totals(
        columns, {"when": [place for place in beside[:3] if place < heading.across[0]]}
    )
    tops = _top_moments(table, heading, asked)
    roles = {role: [p for p in places if p in beside] for role, places in heading.roles.items()}
    side, rest = _side(table, heading, columns, beside, roles, tops, asked)
    volume = _stacked(columns, heading)
    n, m = len(columns[0]), len(heading.across)
    named = {role: _repeated(column, m) for role, column in rest.items()}
    day = np.tile(tops.day, n) if tops.has_date else np.repeat(side.day, m) if side else None
    if day is None:
        raise no_column(table, heading, "the times of a wide sheet stand without dates")
    if tops.has_date:
        seconds = np.repeat(side.seconds, m) if side else np.zeros(n * m)
        end = np.repeat(side.end, m) if side else np.full(n * m, np.nan)
    else:
        seconds, end = np.tile(tops.seconds, n), np.tile(tops.end, n)
    faults = (*tops.faults, *(side.faults if side else ()))
    named["volume"] = volume
    sheet = Sheet(
        table,
        heading,
        named,
        volume,
        DAY * day + seconds,
        DAY * day + end,
        np.full(n * m, np.nan),
        faults,
        dropped,
        wide=True,
    )
    return _without_blanks(sheet, volume)


def _top_moments(table: Table, heading: Heading, asked: Asked) -> Moments:
    cells = [heading.cells[place] for place in heading.across]
    row = np.full(len(cells), heading.first - 1, dtype=np.int64)
    from erlangplan.files.dates import read_stamp
    from erlangplan.files.tables import column_of

    if asked.year is None and any(
        stamp.yearless for cell in cells if (stamp := read_stamp(cell)) is not None
    ):
        raise InputError(
            f"the days of the wide sheet have no year ({text_of(cells[0])!r})",
            file=table.file,
            fix="Name it with --year 2026 (year=).",
        )
    column = column_of("header", cells, row, tuple(heading.labels), np.array(heading.across))
    tops = read_moments(column, hint=None, dates=asked.dates, year=asked.year, file=table.file)
    if tops.faults:
        raise InputError("the header is not understood", file=table.file, faults=tops.faults)
    days = tops.day
    if asked.year is not None and tops.has_date and (np.diff(days) < -300).any():
        return replace(tops, day=_over_new_year(days, asked.year))
    return tops


def _over_new_year(days: FloatArray, year: int) -> FloatArray:
    length = (
        366.0
        if np.datetime64(f"{year}-12-31").astype("M8[D]").item().timetuple().tm_yday == 366
        else 365.0
    )
    turned = np.concatenate(([False], np.cumsum(np.diff(days) < -300) > 0))
    return np.where(turned, days + length, days)


def _side(
    table: Table,
    heading: Heading,
    columns: Sequence[Column],
    beside: Sequence[int],
    roles: Mapping[str, Sequence[int]],
    tops: Moments,
    asked: Asked,
) -> tuple[Moments | None, dict[str, Column]]:
    """Return what stands beside the cells: the other half of the moment, and the queue."""
    hint = "time" if tops.has_date else "date"
    chosen: Moments | None = None
    rest: dict[str, Column] = {}
    queue = [heading.chosen["queue"]] if "queue" in heading.chosen else roles.get("queue", ())
    for place in beside:
        column = columns[place]
        if place > heading.across[0] or not heading.labels[place] and _is_blank(column):
            continue
        if place in queue:
            rest["queue"] = column
            continue
        moments = _moments(table, column, asked, hint)
        if moments.read.any() and (moments.has_time if tops.has_date else moments.has_date):
            if chosen is None:
                chosen = moments
        elif "queue" not in rest and not queue and place not in roles.get("weekday", ()):
            if place in roles.get("when", ()):
                chosen = chosen or moments
            elif not weekday_names(column):
                rest["queue"] = column
    return chosen, rest


def weekday_names(column: Column) -> bool:
    """Tell whether a column holds names of weekdays."""
    labels = tuple(text_of(cell) for cell in column.cells)
    return all(weekdays_across(Heading(0, (label,) * 3, {})) for label in labels if label)


def _is_blank(column: Column) -> bool:
    return all(cell == "" for cell in column.cells)


def _stacked(columns: Sequence[Column], heading: Heading) -> Column:
    from erlangplan.files.tables import column_of

    n, m = len(columns[0]), len(heading.across)
    cells: list[Cell] = [columns[place].cell(row) for row in range(n) for place in heading.across]
    return column_of(
        "volume",
        cells,
        np.repeat(columns[0].rows, m),
        tuple(heading.labels),
        np.tile(np.array(heading.across), n),
    )


def _repeated(column: Column, times: int) -> Column:
    return Column(
        column.label, np.repeat(column.rows, times), np.repeat(column.codes, times), column.cells
    )


def _without_blanks(sheet: Sheet, cells: Column) -> Sheet:
    blank = [code for code, cell in enumerate(cells.cells) if cell == ""]
    keep = ~np.isin(cells.codes, blank)
    if keep.all():
        return sheet
    note = f"skipped {int((~keep).sum())} empty cells of the wide sheet"
    return sheet_rows(replace(sheet, notes=(*sheet.notes, note)), keep)


def sheet_rows(sheet: Sheet, keep: BoolArray) -> Sheet:
    """Return only the rows of a sheet that `keep` marks."""
    return replace(
        sheet,
        columns={role: column.take(keep) for role, column in sheet.columns.items()},
        when=sheet.when and sheet.when.take(keep),
        local=sheet.local[keep],
        end=sheet.end[keep],
        offset=sheet.offset[keep],
    )


def queue_codes(sheet: Sheet) -> IntArray:
    """Return a code for the queue of each row, 0 where the sheet has no queues."""
    column = sheet.columns.get("queue")
    if column is None:
        return np.zeros(len(sheet), dtype=np.int64)
    return np.asarray(column.codes, dtype=np.int64)
