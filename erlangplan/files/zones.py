"""Time zones: which instants local times are, where a DST change repeats or skips an hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from erlangplan.files.tables import BoolArray, IntArray

__all__ = ["Instants", "localise", "zone_of"]


@dataclass(frozen=True, eq=False)
class Instants:
    """When each row starts: whole microseconds since 1970 in UTC, or local without a zone.

    `single` marks rows whose local time a DST change repeats but which stand there only once,
    `skipped` those whose local time it skips; both are without meaning in `ticks`.
    """

    ticks: IntArray
    single: BoolArray
    skipped: BoolArray


def zone_of(tz: str | None) -> str | None:
    """Return the name of a time zone that exists.

    Raises
    ------
    ValueError
        If there is no such zone.
    """
    if tz is None:
        return None
    from zoneinfo import ZoneInfo

    try:
        return str(ZoneInfo(str(tz)))
    except (KeyError, ValueError, OSError):
        raise ValueError(f"tz must name a time zone such as Europe/Berlin, got {tz!r}") from None


def localise(local: IntArray, queue: IntArray, tz: str) -> Instants:
    """Return the instants of local times in a zone.

    Where a DST change repeats an hour, the first row of a queue with such a time is taken as
    the first pass and the second as the second, in the order of the file.

    Parameters
    ----------
    local
        Local times in microseconds since 1970, in the order of the file (n,).
    queue
        Code of the queue of each row (n,).
    tz
        Name of the zone.
    """
    codes, unique = pd.factorize(local)
    times = pd.DatetimeIndex(np.asarray(unique).view("M8[us]"))
    first = _ticks(times, tz, first_pass=True)
    second = _ticks(times, tz, first_pass=False)
    nowhere = first == np.iinfo(np.int64).min
    twice = (first != second) & ~nowhere
    ticks, single = first[codes], np.zeros(len(local), dtype=bool)
    if twice.any():
        rows = np.flatnonzero(twice[codes])
        groups = pd.DataFrame({"queue": queue[rows], "local": local[rows]}).groupby(
            ["queue", "local"]
        )
        passes = groups.cumcount().to_numpy()
        counts = groups["local"].transform("size").to_numpy()
        ticks[rows] = np.where(passes == 1, second[codes[rows]], first[codes[rows]])
        single[rows] = counts == 1
    return Instants(ticks, single, nowhere[codes])


def _ticks(times: pd.DatetimeIndex, tz: str, *, first_pass: bool) -> IntArray:
    passes = np.full(len(times), first_pass)
    local = times.tz_localize(tz, ambiguous=passes, nonexistent="NaT")
    return np.asarray(local.tz_convert(None).as_unit("us").asi8)
