"""Frames beside a forecast: a number for each of its rows, or rows for its queues."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from erlangplan.errors import Fault, InputError
from erlangplan.forecast import UNNAMED

__all__ = ["costs_per_row", "numbers_of", "queues_of", "wall_clock"]

Floats = NDArray[np.float64]


def costs_per_row(given: ArrayLike | pd.DataFrame, table: pd.DataFrame) -> Floats:
    """Return the cost of an agent hour in each row of a forecast.

    Parameters
    ----------
    given
        One number per row, or a frame with columns start, cost and, for its own cost of each
        queue, queue. Every row with a volume must have one; a row without has 1 where none is
        named.
    table
        Rows of the forecast (n,).
    """
    if not isinstance(given, pd.DataFrame):
        values = np.asarray(given, dtype=float)
        if values.shape != (len(table),):
            raise ValueError(
                f"cost must have one value per row ({len(table):,}), got {values.shape}"
            )
        if wrong := np.flatnonzero(~(np.isfinite(values) & (values > 0))).tolist():
            raise ValueError(f"cost must be a finite number > 0, got {values[wrong[0]]:g}")
        return values
    cost = numbers_of(given, "cost", "cost", above_zero=True)
    if "queue" in given and set(given["queue"].astype(str)) != {UNNAMED}:
        keys = pd.DataFrame({"queue": queues_of(given, table, "cost")})
        wanted = pd.DataFrame({"queue": table["queue"].astype(str).to_numpy()})
    else:
        keys, wanted = pd.DataFrame(index=range(len(given))), pd.DataFrame(index=table.index)
    keys["start"], wanted["start"] = _instants(given, table, "cost")
    if (twice := keys.duplicated().to_numpy()).any():
        raise InputError(f"a cost stands twice for {given['start'].iloc[int(twice.argmax())]}")
    found = wanted.merge(keys.assign(cost=cost), how="left", on=list(keys))["cost"].to_numpy(float)
    missing = np.isnan(found) & (table["volume"].to_numpy() > 0)
    if missing.any():
        first = table.iloc[int(missing.argmax())]
        raise InputError(
            f"a cost is missing for {int(missing.sum()):,} intervals with contacts, the first "
            f"{first['queue']}, {first['start']:%Y-%m-%d %H:%M}"
        )
    return np.where(np.isnan(found), 1.0, found)


def numbers_of(frame: pd.DataFrame, column: str, what: str, *, above_zero: bool = False) -> Floats:
    """Return a column's numbers, or refuse those that are negative, infinite or missing."""
    if missing := {"start", column} - set(frame.columns):
        raise InputError(f"{what} needs a column {' and '.join(sorted(missing))}")
    if not pd.api.types.is_datetime64_any_dtype(frame["start"].dtype):
        raise InputError(f"{what}: start must hold dates and times, not texts")
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(float)
    right = np.isfinite(values) & (values > 0 if above_zero else values >= 0)
    if not right.all():
        expected = f"expected a finite number {'> 0' if above_zero else '>= 0'}"
        raise InputError(f"{what} cannot be used", faults=[
            Fault(f"{expected} ({frame['start'].iloc[i]})", column=column,
                  value=str(frame[column].iloc[i])) for i in np.flatnonzero(~right)
        ])  # fmt: skip
    return values


def queues_of(frame: pd.DataFrame, table: pd.DataFrame, what: str) -> NDArray[np.str_]:
    """Return the forecast's queue that each row of a frame belongs to."""
    known = list(dict.fromkeys(table["queue"].astype(str)))
    named = frame["queue"].astype(str) if "queue" in frame else pd.Series(UNNAMED, frame.index)
    if set(named) == {UNNAMED} and UNNAMED not in known:
        if len(known) > 1:
            raise InputError(f"{what} needs a column queue, because there are several queues")
        named = pd.Series(known[0], frame.index)
    if strange := sorted(set(named) - set(known)):
        raise InputError(
            f"{what} names queues that the forecast does not have: {', '.join(strange[:20])}; "
            f"it has {', '.join(known[:20])}"
        )
    return named.to_numpy(str)


def wall_clock(starts: pd.Series[pd.Timestamp], zone: object) -> pd.Series[pd.Timestamp]:
    """Return starts on the wall clock of the centre, whose time zone may be known."""
    if starts.dt.tz is None:
        return starts
    if zone is None:
        raise InputError(
            "starts carry a time zone and those of the forecast do not; give tz (--tz)"
        )
    return starts.dt.tz_convert(str(zone)).dt.tz_localize(None)


def _instants(
    given: pd.DataFrame, table: pd.DataFrame, what: str
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return both starts as comparable numbers: instants, or wall clocks where one has no zone."""
    mine, theirs = table["start"], given["start"]
    zone = mine.dt.tz
    if theirs.dt.tz is None or zone is None:
        mine = mine if zone is None else mine.dt.tz_localize(None)
        theirs = wall_clock(theirs, zone)
    pair = [series.dt.tz_convert("UTC").dt.tz_localize(None) if series.dt.tz is not None else series
            for series in (theirs, mine)]  # fmt: skip
    ticks = [series.to_numpy().astype("M8[us]").astype(np.int64) for series in pair]
    return ticks[0], ticks[1]
