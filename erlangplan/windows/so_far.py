"""The part of a window that has passed: its counts enter the promise of the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import Fault, InputError
from erlangplan.grid import local_starts
from erlangplan.settings import Config
from erlangplan.targets import Target
from erlangplan.windows.per_row import numbers_of, queues_of, wall_clock
from erlangplan.windows.splitting import Windows, window_begins

__all__ = ["COUNTS", "SoFar", "counts_so_far", "impossible_counts", "nothing_so_far"]

Floats = NDArray[np.float64]
COUNTS = ("offered", "answered", "abandoned", "answered_within", "abandoned_within",
           "abandoned_short")  # fmt: skip
_BESIDE = {
    "ignore": "answered",
    "credit-within-threshold": "abandoned_within",
    "exclude-within-threshold": "abandoned_within",
    "credit-short": "abandoned_short",
    "exclude-short": "abandoned_short",
}
_AT_MOST = (
    ("answered", "offered"),
    ("abandoned", "offered"),
    ("answered_within", "answered"),
    ("answered_within", "offered"),
    ("abandoned_within", "abandoned"),
    ("abandoned_within", "offered"),
    ("abandoned_short", "abandoned"),
    ("abandoned_short", "offered"),
)


@dataclass(frozen=True, eq=False)
class SoFar:
    """What has been counted in each window before its first planned interval (windows,).

    Attributes
    ----------
    in_time, counted
        Contacts in time and contacts in the denominator, by the target's way of counting.
    offered
        Contacts offered.
    notes
        What was left out.
    """

    in_time: Floats
    counted: Floats
    offered: Floats
    notes: tuple[str, ...] = ()


def nothing_so_far(windows: Windows) -> SoFar:
    """Return counts of 0 for each window."""
    nothing = np.zeros(len(windows))
    return SoFar(nothing, nothing, nothing)


def counts_so_far(
    frame: pd.DataFrame, table: pd.DataFrame, windows: Windows, over: str, config: Config
) -> SoFar:
    """Return the counts of a frame of actuals, window by window.

    Parameters
    ----------
    frame
        Columns start, queue where there are several, and the counts that the way of counting
        needs: offered, answered, abandoned, answered_within and abandoned_within (the target's
        threshold), abandoned_short (its short limit).
    table, windows, over
        Rows of the forecast and their windows.
    config
        What is asked of each queue.

    Raises
    ------
    InputError
        If a count is missing or impossible, a row stands twice or at or after the first planned
        interval of its queue, or a queue is unknown.
    """
    queue = queues_of(frame, table, "so_far")
    counts = {"offered": numbers_of(frame, "offered", "so_far")}
    counts |= {name: numbers_of(frame, name, "so_far") for name in COUNTS if name in frame}
    local = wall_clock(frame["start"], table["start"].dt.tz)
    _refuse_rows(frame, counts, queue, local, table)
    begins = window_begins(local, over).to_numpy()
    sums = np.zeros((3, len(windows)))
    used = np.zeros(len(frame), dtype=bool)
    for number, (name, begin) in enumerate(zip(windows.queue, windows.begin, strict=True)):
        mine = (queue == name) & (begins == begin.to_datetime64())
        if mine.any():
            asked = config.of(name).target
            held = {key: float(values[mine].sum()) for key, values in counts.items()}
            sums[:, number] = _counted(held, asked)
        used |= mine
    notes = () if used.all() else (
        f"{int((~used).sum()):,} rows of the counts so far belong to no planned {over} and were "
        "left out",
    )  # fmt: skip
    return SoFar(sums[0], sums[1], sums[2], notes)


def _counted(held: dict[str, float], target: Target) -> tuple[float, float, float]:
    """Return contacts in time, contacts counted and contacts offered."""
    way = target.abandons
    if way == "virtual":
        raise InputError(
            "so_far cannot be used with the way of counting virtual, which is a prediction only"
        )
    needed = _BESIDE.get(way)
    wanted = ["offered", "answered_within", *([needed] if needed else [])]
    if missing := [name for name in wanted if name not in held]:
        raise InputError(
            f"so_far needs a column {' and '.join(missing)} for the way of counting {way}"
        )
    offered, good = held["offered"], held["answered_within"]
    beside = held[needed] if needed else 0.0
    if way == "ignore":
        return good, beside, offered
    if way.startswith("exclude"):
        return good, offered - beside, offered
    return good + beside, offered, offered


def impossible_counts(
    counts: dict[str, Floats],
) -> list[tuple[str, NDArray[np.bool_], str]]:
    """Return the columns whose counts contradict others, with the rows and what was expected."""
    found = [
        (part, counts[part] > counts[whole], f"expected no more than {whole}")
        for part, whole in _AT_MOST
        if part in counts and whole in counts
    ]
    sums = (
        ("offered", ("answered", "abandoned"), "expected at least answered and abandoned together"),
        ("offered", ("answered_within", "abandoned_within"),
         "expected at least those answered and abandoned within the threshold"),
    )  # fmt: skip
    for whole, parts, expected in sums:
        if {whole, *parts} <= counts.keys():
            more = sum((counts[part] for part in parts), np.zeros(len(counts[whole])))
            found.append((whole, more > counts[whole] * (1 + 1e-12), expected))
    return [(column, wrong, expected) for column, wrong, expected in found if wrong.any()]


def _refuse_rows(
    frame: pd.DataFrame, counts: dict[str, Floats], queue: NDArray[np.str_],
    local: pd.Series[pd.Timestamp], table: pd.DataFrame,
) -> None:  # fmt: skip
    first = local_starts(table).groupby(table["queue"].to_numpy(str)).min()
    begun = local.to_numpy() >= first.reindex(queue).to_numpy()
    keys = pd.DataFrame({"queue": queue, "start": frame["start"].to_numpy()})
    wrong = [
        *impossible_counts(counts),
        ("start", begun, "expected a time before the first planned interval of the queue"),
        ("start", keys.duplicated().to_numpy(), "expected each interval once"),
    ]
    faults = [
        Fault(f"{expected} ({queue[i]}, {frame['start'].iloc[i]})", column=column,
              value=str(frame[column].iloc[i]))
        for column, rows, expected in wrong
        for i in np.flatnonzero(rows)
    ]  # fmt: skip
    if faults:
        raise InputError("the counts so far cannot be used", faults=faults)
