"""Forecast files: anything that a planner's system exports, read into a Forecast."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from erlangplan.files.clock import gap_notes
from erlangplan.files.handle_times import average_handle_times, fill_missing
from erlangplan.files.headings import TOTAL, no_column
from erlangplan.files.numbers import NumberStyle, read_amounts
from erlangplan.files.pairs import choose_sheet, pair_of
from erlangplan.files.parts import KEYS, Asked, Sheet
from erlangplan.files.sources import Source, open_tables
from erlangplan.files.stamps import ORDERS
from erlangplan.files.tables import BoolArray, FloatArray
from erlangplan.files.timelines import Timeline, refuse, style_of, timeline_of
from erlangplan.files.titles import refuse_other_title
from erlangplan.files.zones import zone_of
from erlangplan.forecast import Forecast
from erlangplan.units import duration_text, parse_duration

__all__ = ["ask", "read_forecast"]

MOST_VOLUME = 1e9


def read_forecast(
    source: Source,
    *,
    map: Mapping[str, str] | None = None,
    tz: str | None = None,
    interval: str | float | None = None,
    aht: str | float | None = None,
    aht_missing: str | None = None,
    decimal: str | None = None,
    dates: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    year: int | None = None,
    queue: str | None = None,
) -> Forecast:
    """Return the forecast that a file or a DataFrame holds, or refuse it.

    Parameters
    ----------
    source
        A path, "-" for standard input, an open file, or a DataFrame. CSV in any usual dialect
        and workbooks are told apart by their content; long and wide layouts, with or without
        a header, by theirs. Of a workbook that `save` wrote, the sheet Intervals is read.
    map
        Which column holds what, where the labels do not say: keys `queue`, `start`, `date`,
        `time`, `end`, `interval`, `volume`, `aht`, `handle_time` (a total), `handled`; values
        are labels, or numbers of columns (1 is the first).
    tz
        Name of the centre's time zone. Local times are understood in it, others are shown in it.
    interval
        Length of the intervals (s, or a text such as "30min") where the file leaves it open.
    aht
        Average handle time (s, or text) for every volume that has none.
    aht_missing
        "queue-mean" gives a volume without an AHT the volume-weighted mean of its queue.
    decimal
        The decimal mark, "." or ",", where numbers can be read in two ways.
    dates
        "dmy", "mdy" or "ymd", where dates can be read in two ways.
    encoding, delimiter
        Of a CSV file, where the guess is wrong.
    sheet
        Name or number of the sheet of a workbook.
    year
        Year of dates that have none.
    queue
        Name of the queue where the file has none, "all" otherwise.

    Returns
    -------
    Forecast
        Its `notes` say what was guessed.

    Raises
    ------
    InputError
        If the file cannot be understood, or only in two ways.
    ValueError
        If an argument is out of range.
    """
    asked = ask(map, dates, year, decimal)
    if aht_missing not in (None, "queue-mean"):
        raise ValueError(f'aht_missing must be "queue-mean" or None, got {aht_missing!r}')
    length = None if interval is None else _length(interval, "interval")
    fallback = None if aht is None else _length(aht, "aht")
    zone = zone_of(tz)
    tables = open_tables(source, encoding=encoding, delimiter=delimiter, sheet=sheet)
    read = pair_of(tables, asked) or choose_sheet(tables, asked, _with_volume)
    return _forecast(
        read, asked, zone or read.table.tz, length, fallback, aht_missing is not None, queue
    )


def _forecast(
    sheet: Sheet,
    asked: Asked,
    tz: str | None,
    length: float | None,
    fallback: float | None,
    by_queue: bool,
    queue: str | None,
) -> Forecast:
    refuse(sheet.faults, sheet.table.file)
    style = style_of(sheet, asked.decimal)
    volume = _volumes(sheet, style)
    aht, column, faults, notes = average_handle_times(
        sheet, volume, style, fallback=fallback is not None or by_queue
    )
    refuse(faults, sheet.table.file)
    line = timeline_of(sheet, tz, queue, volume == 0)
    blamed = column or sheet.columns["volume"]
    if not line.keep.all():
        volume, aht, blamed = volume[line.keep], aht[line.keep], blamed.take(line.keep)
    line, total = _without_total(line, volume)
    if total is not None:
        volume, aht, blamed = volume[total], aht[total], blamed.take(total)
    aht, filled = fill_missing(
        aht, volume, line.codes, line.names, blamed,
        given=fallback, by_queue=by_queue, file=sheet.table.file,
    )  # fmt: skip
    interval = line.interval(length)
    columns = {"queue": line.queue, "start": line.starts, "volume": volume, "aht": aht}
    told = (
        _headline(line, interval, style),
        *sheet.table.notes,
        *sheet.notes,
        *notes,
        *line.notes,
        *filled,
        *gap_notes(line.steps, line.local, interval, line.names),
    )
    return Forecast(pd.DataFrame(columns, copy=False), interval, sheet.table.file, told)


def _with_volume(sheet: Sheet) -> Sheet:
    if "volume" not in sheet.columns:
        raise no_column(
            sheet.table,
            sheet.heading,
            "no column holds the volume",
            "Name it with --map volume=... (map=). Queues side by side are read where each has a "
            "volume and an AHT, such as 'Sales Calls' and 'Sales AHT'.",
        )
    refuse_other_title(sheet, "volume")
    return sheet


def ask(
    mapping: Mapping[str, str] | None, dates: str | None, year: int | None, decimal: str | None
) -> Asked:
    """Return what the user said about a file, checked."""
    for key in mapping or {}:
        if key not in KEYS:
            raise ValueError(f"map must have keys of {', '.join(KEYS)}, got {key!r}")
    if dates not in (None, *ORDERS):
        raise ValueError(f"dates must be one of {', '.join(ORDERS)}, got {dates!r}")
    if decimal not in (None, ".", ","):
        raise ValueError(f"decimal must be '.' or ',', got {decimal!r}")
    if year is not None and not 1980 <= year <= 2099:
        raise ValueError(f"year must be from 1980 to 2099, got {year!r}")
    return Asked(dict(mapping or {}), dates, year, decimal)


def _length(value: str | float, name: str) -> float:
    seconds = parse_duration(value)
    if not seconds > 0:
        raise ValueError(f"{name} must be above 0 s, got {value!r}")
    return seconds


def _without_total(line: Timeline, volume: FloatArray) -> tuple[Timeline, BoolArray | None]:
    """Leave out a queue that is named a total and is the sum of all others."""
    sums = [code for code, name in enumerate(line.names) if TOTAL.fullmatch(name)]
    if len(sums) != 1 or len(line.names) < 3:
        return line, None
    inside = line.codes != sums[0]
    place, starts = pd.factorize(line.utc)
    others = np.bincount(place[inside], volume[inside], len(starts))
    whole = np.bincount(place[~inside], volume[~inside], len(starts))
    if not np.allclose(others, whole, rtol=1e-6, atol=1e-6):
        return line, None
    note = f"left out queue {line.names[sums[0]]!r}, the sum of the others"
    return line.without(inside, note), inside


def _volumes(sheet: Sheet, style: NumberStyle) -> FloatArray:
    column = sheet.columns["volume"]
    volume, faults = read_amounts(column, style, "a volume", MOST_VOLUME)
    refuse(faults, sheet.table.file)
    return volume


def _headline(line: Timeline, interval: float, style: NumberStyle) -> str:
    words = {900.0: "quarter-hours", 1800.0: "half-hours", 3600.0: "hours", 86400.0: "days"}
    what = words.get(interval, f"intervals of {duration_text(interval)}")
    count = len(line.codes)
    parts = [f"{count:,} {what.removesuffix('s') if count == 1 and interval in words else what}"]
    delimiter = line.sheet.table.delimiter
    if delimiter:
        parts.append({"\t": "tabs"}.get(delimiter, repr(delimiter)))
    if style.decimal == ",":
        parts.append("decimal comma")
    parts.append(line.tz or "no time zone")
    columns = line.sheet.columns
    for role in ("volume", "aht"):
        if role in columns and not (label := columns[role].label).isdecimal() and label != role:
            parts.append(f"{role} from {label!r}")
    return ", ".join(parts)
