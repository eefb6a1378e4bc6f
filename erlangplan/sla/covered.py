"""Which part of a forecast a contract is about: its queues, within their hours of operation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import InputError, nearest
from erlangplan.forecast import Forecast
from erlangplan.grid import local_starts
from erlangplan.sla.calendar import DAY, is_open, on_the_clock, window_begins, window_end
from erlangplan.sla.model import Contract
from erlangplan.windows.splitting import Windows

__all__ = ["Covered", "cover", "wall_clock", "windows_of"]

_UNNAMED = "all"


@dataclass(frozen=True, eq=False)
class Covered:
    """The part of a forecast that a contract is about.

    Attributes
    ----------
    forecast
        Rows of the contract's queues; volume is 0 outside their hours of operation.
    outside
        Rows with volume outside hours: queue, start, volume, aht [s].
    notes
        What was left out.
    """

    forecast: Forecast
    outside: pd.DataFrame
    notes: tuple[str, ...]


def cover(forecast: Forecast, contract: Contract) -> Covered:
    """Return the part of a forecast that a contract is about.

    Raises
    ------
    InputError
        If no queue of the contract is in the forecast.
    """
    names = [queue.name for queue in contract.queues]
    if forecast.queues == (_UNNAMED,) and len(names) == 1:
        forecast = replace(forecast, table=forecast.table.assign(queue=names[0]))
    missing = [name for name in names if name not in forecast.queues]
    if len(missing) == len(names):
        raise InputError(
            f"no queue of the contract is in the forecast: {missing[0]!r} is not among its queues; "
            f"{nearest(missing[0], forecast.queues)}",
            file=forecast.source,
            fix="Name the queues as the contract does, or plan one with --queue (queue=).",
        )
    notes = [f"the forecast has no queue {name}" for name in missing]
    if others := [queue for queue in forecast.queues if queue not in names]:
        notes.append(f"not in the contract and left out: {', '.join(others[:5])}"
                     + (f" and {len(others) - 5:,} more" if len(others) > 5 else ""))  # fmt: skip
    table = forecast.table
    table = table[table["queue"].isin(names)].astype({"queue": str}).reset_index(drop=True)
    closed = _closed(table, contract)
    outside = table[closed & (table["volume"] > 0).to_numpy()].reset_index(drop=True)
    notes += _outside_term(table, contract)
    for queue, rows in outside.groupby("queue", sort=False):
        later = contract.queue(str(queue)).clock == "open-hours"
        notes.append(
            f"{queue}: {rows['volume'].sum():,.6g} contacts in {len(rows):,} intervals are outside "
            f"the hours '{contract.queue(str(queue)).hours}' and not staffed, first "
            f"{rows['start'].iloc[0]:%a %d %b %H:%M}"
            + "; they wait for the next opening: put them there in the forecast"
            * later
        )
    table["volume"] = np.where(closed, 0.0, table["volume"])
    return Covered(replace(forecast, table=table), outside, tuple(notes))


def _outside_term(table: pd.DataFrame, contract: Contract) -> list[str]:
    days = wall_clock(table, contract) // DAY
    first = date.min if contract.effective is None else contract.effective
    last = date.max if contract.expires is None else contract.expires
    epoch = date(1970, 1, 1).toordinal()
    outside = (days < first.toordinal() - epoch) | (days > last.toordinal() - epoch)
    outside &= table["volume"].to_numpy(float) > 0
    if not outside.any():
        return []
    return [f"{int(outside.sum()):,} intervals lie outside the contract's term and are planned too"]


def _closed(table: pd.DataFrame, contract: Contract) -> NDArray[np.bool_]:
    queue, local = table["queue"].to_numpy(str), wall_clock(table, contract)
    closed = np.zeros(len(table), dtype=bool)
    for own in contract.queues:
        mine = queue == own.name
        closed[mine] = ~is_open(contract.hours_of(own.name), local[mine])
    return closed


def wall_clock(table: pd.DataFrame, contract: Contract) -> NDArray[np.int64]:
    """Return when rows start on the contract's clock [us since 1970] (n,)."""
    start = table["start"]
    if start.dt.tz is None or contract.time_zone is None:
        return np.asarray(local_starts(table).dt.as_unit("us").to_numpy().view(np.int64))
    utc = np.asarray(start.dt.tz_convert(None).dt.as_unit("us").to_numpy().view(np.int64))
    return on_the_clock(utc, contract.time_zone)


def windows_of(table: pd.DataFrame, contract: Contract, window: str) -> Windows:
    """Return the windows of rows of one queue, in the contract's months and time zone."""
    first_day = contract.month_starts_on
    begins = window_begins(wall_clock(table, contract), window, first_day)
    fresh = np.flatnonzero(np.r_[True, begins[1:] != begins[:-1]])
    begin = begins[fresh]
    end = np.array([window_end(int(each), window, first_day) for each in begin], dtype=np.int64)
    return Windows(
        (str(table["queue"].iloc[0]),) * len(begin),
        pd.DatetimeIndex(begin.view("M8[us]")),
        pd.DatetimeIndex(end.view("M8[us]")),
        np.r_[fresh, len(table)].astype(np.int64),
    )
