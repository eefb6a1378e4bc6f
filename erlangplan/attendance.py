"""People by their shifts: how many are on each queue, less what the shifts do not show."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import InputError
from erlangplan.forecast import UNNAMED, Forecast
from erlangplan.settings import Config
from erlangplan.shrinkage import Shrinkage, ShrinkagePart, remove_shrinkage

__all__ = ["Shifts", "people_of_shifts"]

_MOST_PARTS = 60


@runtime_checkable
class Shifts(Protocol):
    """People by their shifts and breaks, such as a `Schedule`."""

    @property
    def table(self) -> pd.DataFrame:
        """Shifts."""

    @property
    def breaks(self) -> pd.DataFrame:
        """Breaks."""

    @property
    def rules(self) -> object:
        """Rules of work, or None where nothing is known of them."""

    def people_on_queue(
        self, queue: str | None, starts: pd.Series[pd.Timestamp], interval: float
    ) -> NDArray[np.float64]:
        """Return people at work and not on a break in each interval."""

    def paid_people(
        self, queue: str | None, starts: pd.Series[pd.Timestamp], interval: float
    ) -> NDArray[np.float64]:
        """Return paid people per interval."""


def people_of_shifts(
    shifts: Shifts, forecast: Forecast, settings: Config, breaks_in_shrinkage: bool | None,
    *, by_part: bool = False,
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[str, ...]]:  # fmt: skip
    """Return agents on the queue and paid people by their shifts, and what to know about them.

    Parameters
    ----------
    shifts
        Who works when.
    forecast
        The intervals asked for, n rows.
    settings
        Whose shrinkage is taken, but for the parts that the shifts show.
    breaks_in_shrinkage
        Whether a shrinkage that is one bare number includes the breaks; None = not told.
    by_part
        Whether agents are counted in as many parts of each interval as show every change.

    Returns
    -------
    on_queue, paid, notes
        Agents on the queue (n, parts); paid people (n,), whose sum times the interval is all paid
        time; notes.

    Raises
    ------
    InputError
        If the queues or the time zones do not fit, or a bare shrinkage may or may not include
        the breaks.
    """
    table, interval = forecast.table, forecast.interval
    _check_shifts(shifts, table)
    unnamed = set(shifts.table["queue"]) == {UNNAMED}
    parts = _parts(shifts, forecast) if by_part else 1
    on_queue, paid = np.zeros((len(table), parts)), np.zeros(len(table))
    settings.check_names(forecast.queues)
    for queue in forecast.queues:
        rows = np.flatnonzero((table["queue"] == queue).to_numpy())
        starts, whose = table["start"].iloc[rows], None if unnamed else queue
        hidden = _hidden(shifts, settings.of(queue).shrinkage, whose, breaks_in_shrinkage)
        offsets = pd.to_timedelta(np.arange(parts) * interval / parts, unit="s")
        fine = starts.repeat(parts) + np.tile(offsets, len(starts))
        there = shifts.people_on_queue(whose, fine, interval / parts).reshape(-1, parts)
        on_queue[rows] = remove_shrinkage(np.maximum(there, 0).round(9), hidden)
        paid[rows] = shifts.paid_people(whose, starts, interval)
    return on_queue, paid, _empty_days(table, on_queue.mean(axis=1))


def _parts(shifts: Shifts, forecast: Forecast) -> int:
    """Return into how many parts of equal length an interval must be cut to show each change."""
    origin, interval = forecast.table["start"].iloc[0], round(forecast.interval)
    step = interval
    for frame in (shifts.table, shifts.breaks):
        for name in ("start", "end"):
            if len(frame):
                passed = (frame[name] - origin).dt.total_seconds().round().astype("int64")
                step = int(np.gcd.reduce(np.r_[step, passed.unique() % interval]))
    return min(interval // max(step, 1), _MOST_PARTS)


def _check_shifts(shifts: Shifts, table: pd.DataFrame) -> None:
    known, named = set(table["queue"].astype(str)), set(shifts.table["queue"])
    if (shifts.table["start"].dt.tz is None) != (table["start"].dt.tz is None):
        one = "schedule" if shifts.table["start"].dt.tz is None else "forecast"
        raise InputError(
            f"the {one} has no time zone and the other one has",
            fix="Give tz (--tz) when you read it, so that both are on one clock.",
        )
    if named <= {UNNAMED} and (len(known) == 1 or not named):
        return
    if named == {UNNAMED}:
        shown = ", ".join(sorted(known)[:20])
        raise InputError(f"the schedule needs a column queue; the forecast has {shown}")
    planned = getattr(shifts, "coverage", table.iloc[:0])["queue"].astype(str)
    busy = set(table.loc[(table["volume"] > 0).to_numpy(), "queue"].astype(str))
    if strange := sorted(busy - named - set(planned)):
        raise InputError(
            f"nobody is scheduled for queue {', '.join(strange[:20])}; the schedule has "
            f"{', '.join(sorted(named)[:20])}"
        )


def _hidden(
    shifts: Shifts, shrinkage: Shrinkage, queue: str | None, breaks_in_shrinkage: bool | None
) -> Shrinkage:
    """Return the shrinkage that a schedule does not show."""
    breaks = shifts.breaks
    if not len(breaks) and shifts.rules is None:
        return shrinkage
    if not shrinkage.is_bare or not len(breaks) or breaks_in_shrinkage is False:
        return shrinkage.outside_schedule
    if breaks_in_shrinkage is None:
        raise InputError(
            f"a shrinkage of {shrinkage} may or may not include the breaks that the schedule shows",
            fix="Say which with --breaks-in-shrinkage or --no-breaks-in-shrinkage "
            "(breaks_in_shrinkage=), or name its parts and mark the breaks in_schedule = true.",
        )
    mine = [frame if queue is None else frame[frame["queue"] == queue]
            for frame in (breaks[breaks["paid"]], shifts.table)]  # fmt: skip
    pauses = (mine[0]["end"] - mine[0]["start"]).dt.total_seconds().sum() / 3600
    shown = pauses / max(float(mine[1]["paid_hours"].sum()), 1e-9)
    rest = 1 - float(shrinkage.remaining) / (1 - shown) if shown < 1 else -1.0
    if rest < 0:
        raise InputError(
            f"the schedule's paid breaks are {shown:.1%} of paid time, more than the shrinkage of "
            f"{shrinkage} that should include them"
        )
    return Shrinkage((ShrinkagePart("other than breaks", rest),))


def _empty_days(table: pd.DataFrame, on_queue: NDArray[np.float64]) -> tuple[str, ...]:
    """Return a note where nobody works on whole days with contacts, as in a longer forecast."""
    open_rows = (table["volume"] > 0).to_numpy()
    day = table["start"].dt.tz_localize(None).dt.normalize()
    there = pd.Series(on_queue > 0).groupby(day[open_rows]).any()
    empty = there.index[~there.to_numpy()]
    if not len(empty):
        return ()
    note = f"nobody is scheduled on {len(empty):,} of {len(there):,} days with contacts"
    return (f"{note}, the first {empty[0]:%a %d %b %Y}",)
