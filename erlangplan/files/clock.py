"""The clock: the steps from row to row, and the one length of the intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from erlangplan.errors import InputError
from erlangplan.files.tables import BoolArray, Column, Faults, FloatArray, IntArray
from erlangplan.units import duration_text

__all__ = [
    "Steps",
    "duplicate_faults",
    "find_interval",
    "gap_notes",
    "steps_of",
]

SHORTEST, LONGEST = 60.0, 86400.0
RUN = 3
MICRO = 1_000_000


@dataclass(frozen=True, eq=False)
class Steps:
    """From each row to the next of its queue, in the order of time.

    `gaps` is the time between the two (µs), `earlier` and `later` their places in the file, `queue`
    the code of their queue. All are empty where `even` already tells the one gap of all rows.
    """

    gaps: IntArray
    earlier: IntArray
    later: IntArray
    queue: IntArray
    even: float | None


def steps_of(queue: IntArray, ticks: IntArray, local: IntArray) -> Steps:
    """Return the steps between the rows of each queue.

    Parameters
    ----------
    queue, ticks, local
        Queue code, instant and local time (µs) of each row, in the order of the file (n,).
    """
    gaps, turn = np.diff(ticks), np.diff(queue) != 0
    none = np.empty(0, dtype=np.int64)
    inside = gaps[~turn] if turn.any() else gaps
    regular = len(inside) > 0 and 0 < inside.min() == inside.max() < 7200 * MICRO
    if regular and _once(queue, turn):
        return Steps(none, none, none, none, inside[0] / MICRO)
    order = np.lexsort((ticks, queue))
    same = np.diff(queue[order]) == 0
    gaps = np.diff(ticks[order])
    if same.any() and gaps[same].min() >= 7200 * MICRO:
        # A day of 23 hours is one day: long intervals are measured on the wall clock.
        gaps = np.diff(local[order])
    return Steps(gaps[same], order[:-1][same], order[1:][same], queue[order][1:][same], None)


def _once(queue: IntArray, turn: BoolArray) -> bool:
    """Tell whether the rows of each queue stand together."""
    first = queue[np.concatenate(([0], np.flatnonzero(turn) + 1))]
    return len(np.unique(first)) == len(first)


def find_interval(
    column: Column, steps: Steps, lengths: FloatArray, given: float | None, file: str
) -> float:
    """Return the one length of all intervals in seconds.

    Parameters
    ----------
    column
        The column that the starts come from, for messages (n rows).
    steps
        The steps between the rows of each queue.
    lengths
        Length that the file itself gives for each row (s), NaN where it gives none (n,).
    given
        Length that the user names (s), or None.
    file
        Name of the file, for messages.

    Raises
    ------
    InputError
        If there are two lengths, or none can be found.
    """
    stated = lengths[np.isfinite(lengths)] if not np.isnan(lengths).all() else lengths[:0]
    if given is not None:
        found = given
    elif len(stated):
        found = _stated(column, lengths, stated, file)
    elif steps.even is not None:
        found = steps.even
    else:
        found = _from_gaps(column, steps.later, steps.gaps, file)
    if not SHORTEST <= found <= LONGEST:
        raise InputError(
            f"the intervals are {duration_text(found)} long; from 1 minute to 1 day are read",
            file=file,
        )
    if steps.even is not None and steps.even == found:
        return float(found)
    if steps.even is not None:
        return _against_even(column, steps.even, found, given, file)
    _refuse_off_grid(column, steps.later, steps.gaps, found, file)
    if given is None:
        _refuse_runs(column, steps, found, file)
    return float(found)


def _against_even(
    column: Column, even: float, found: float, given: float | None, file: str
) -> float:
    if even % found:
        fault = column.fault(min(1, len(column) - 1), f"starts are {duration_text(even)} apart")
        raise InputError(
            f"intervals of {duration_text(found)} do not fit the starts", file=file, faults=[fault]
        )
    if given is None and len(column) > RUN:
        raise _mixed(column, np.array([1]), found, even, file)
    return found


def _stated(column: Column, lengths: FloatArray, stated: FloatArray, file: str) -> float:
    values, counts = np.unique(stated, return_counts=True)
    if len(values) == 1:
        return float(values[0])
    usual, other = values[np.argsort(-counts)][:2]
    wrong = np.flatnonzero(np.isfinite(lengths) & (lengths != usual))
    raise _mixed(column, wrong, float(usual), float(other), file)


def _from_gaps(column: Column, at: IntArray, gaps: IntArray, file: str) -> float:
    positive = gaps[gaps > 0]
    if not len(positive):
        raise InputError(
            "the length of the intervals cannot be told from one row per queue",
            file=file,
            fix="Name it with --interval 30min (interval=).",
        )
    values, counts = np.unique(positive, return_counts=True)
    usual = int(values[np.argmax(counts)])
    if (least := int(values[0])) < usual and (values % least == 0).all():
        raise _mixed(column, at[gaps == least], usual / MICRO, least / MICRO, file)
    return usual / MICRO


def _mixed(column: Column, places: IntArray, usual: float, other: float, file: str) -> InputError:
    expected = f"expected {duration_text(usual)} intervals, got {duration_text(other)}"
    return column.faults_at(places, lambda _: expected).error(
        f"intervals of two lengths in one file: {duration_text(usual)} and {duration_text(other)}",
        file,
        "Plan them as files of their own, or name the one length with --interval (interval=)."
        + (
            " If a DST change made the difference, name the zone with --tz (tz=)."
            if (abs(usual - other) == 3600)
            else ""
        ),
    )


def _refuse_off_grid(
    column: Column, at: IntArray, gaps: IntArray, interval: float, file: str
) -> None:
    wrong = at[gaps % round(interval * MICRO) != 0]
    if len(wrong):
        expected = f"expected a start whole intervals of {duration_text(interval)} after the others"
        raise column.faults_at(wrong, lambda _: expected).error(
            "some intervals do not start on the grid of the others",
            file,
            "Mend the times, or name the length with --interval (interval=).",
        )


def _refuse_runs(column: Column, steps: Steps, interval: float, file: str) -> None:
    """Refuse a queue or a stretch in which only every k-th interval stands: another length."""
    step, gaps, queue = round(interval * MICRO), steps.gaps, steps.queue
    if (gaps == step).all():
        return
    change = (gaps[1:] != gaps[:-1]) | (queue[1:] != queue[:-1])
    begins = np.concatenate(([0], np.flatnonzero(change) + 1, [len(gaps)]))
    sizes = np.diff(begins)
    lengths = gaps[begins[:-1]]
    long_runs = (lengths > step) & (lengths < LONGEST * MICRO) & (sizes >= RUN)
    for length in np.unique(lengths[long_runs]):
        # In a sparse file such gaps stand alone; in a mixed one they stand together.
        together = long_runs & (lengths == length)
        if 2 * sizes[together].sum() >= sizes[lengths == length].sum():
            place = steps.later[begins[np.flatnonzero(together)[:1]]]
            raise _mixed(column, place, interval, length / MICRO, file)


def duplicate_faults(column: Column, steps: Steps) -> Faults:
    """Return the faults of the rows whose queue and start stand in an earlier row."""
    same = steps.gaps == 0
    first = np.minimum(steps.earlier[same], steps.later[same])
    second = np.maximum(steps.earlier[same], steps.later[same])

    def expected(place: int) -> str:
        row = column.rows[first[np.flatnonzero(second == place)[0]]]
        return f"the same interval as in row {row}"

    return column.faults_at(second, expected)


_NIGHTS = 3  # gaps between the same hours, from which on they are a habit


def gap_notes(
    steps: Steps, local: IntArray, interval: float, names: Sequence[str]
) -> tuple[str, ...]:
    """Return a note on the intervals that are missing between others, if any."""
    wide = np.flatnonzero(steps.gaps > interval * MICRO)
    begins = local[steps.earlier[wide]] + np.int64(interval * MICRO)
    hours = np.stack([begins, local[steps.later[wide]]]) % (86400 * MICRO)
    pairs, place, counts = np.unique(hours, axis=1, return_inverse=True, return_counts=True)
    nightly = counts >= _NIGHTS
    notes = [
        f"no intervals from {_clock_text(pairs[0, at])} to {_clock_text(pairs[1, at])}, "
        "taken as closed"
        for at in np.flatnonzero(nightly)[:3]
    ]
    odd = wide[~nightly[place.ravel()]] if len(wide) else wide
    if len(odd):
        missing = int(np.rint(steps.gaps[odd] / MICRO / interval - 1).sum())
        first = local[steps.earlier[odd[0]]] + np.int64(interval * MICRO)
        when = str(first.view("M8[us]").astype("M8[m]")).replace("T", " ")
        queue = f" in {names[steps.queue[odd[0]]]}" if len(names) > 1 else ""
        notes.append(
            f"{missing:,} interval{'s' * (missing > 1)} missing between the first and the last "
            f"(the first gap starts {when}{queue}); gaps are not filled"
        )
    return tuple(notes)


def _clock_text(micros: np.int64) -> str:
    minutes = int(micros) // (60 * MICRO)
    return f"{minutes // 60:02}:{minutes % 60:02}"
