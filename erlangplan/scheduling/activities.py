"""Activities: shifts cut into stretches of work and breaks, and put together again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from erlangplan.scheduling.coverage import shift_of, ticks

__all__ = ["WORK", "activities_of"]

WORK = "work"
COLUMNS = (
    "queue", "agent", "group", "shift", "shift_start", "activity", "start", "end", "paid",
)  # fmt: skip


def activities_of(table: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """Return one row per activity of a schedule's `table` and `breaks`, without gaps.

    Work of no length, such as between two breaks that touch, is left out.
    """
    owner = shift_of(table, breaks)
    breaks = breaks.iloc[np.lexsort((ticks(breaks["start"]), owner))]
    owner = np.sort(owner)
    shifts = np.arange(len(table))
    # Work begins with the shift and after each break, and ends before each break and with the
    # shift; sorted by shift and time, the n-th beginning belongs to the n-th end.
    begins = _merged(shifts, table["start"], owner, breaks["end"])
    ends = _merged(shifts, table["end"], owner, breaks["start"])
    work = pd.DataFrame({"at": begins["at"], "start": begins["time"], "end": ends["time"]})
    work = work[(work["end"] > work["start"]).to_numpy()].assign(activity=WORK, paid=True)
    pauses = pd.DataFrame(
        {
            "at": owner,
            "start": breaks["start"].to_numpy(),
            "end": breaks["end"].to_numpy(),
            "activity": breaks["name"].to_numpy(),
            "paid": breaks["paid"].to_numpy(bool),
        }
    ).astype({"start": table["start"].dtype, "end": table["start"].dtype})
    found = pd.concat([work, pauses]) if len(pauses) else work
    found = found.sort_values(["at", "start"], ignore_index=True)
    shift = table.iloc[found["at"].to_numpy()].reset_index(drop=True)
    named = shift[["queue", "agent", "group", "shift"]].assign(shift_start=shift["start"])
    return pd.concat([named, found], axis=1)[list(COLUMNS)]


def _merged(
    at: np.ndarray[tuple[int], np.dtype[np.intp]],
    times: pd.Series[pd.Timestamp],
    more: np.ndarray[tuple[int], np.dtype[np.intp]],
    more_times: pd.Series[pd.Timestamp],
) -> pd.DataFrame:
    one = pd.DataFrame({"at": at, "time": times.array})
    if not len(more):
        return one
    both = pd.concat([one, pd.DataFrame({"at": more, "time": more_times.array})])
    return both.sort_values(["at", "time"], ignore_index=True)
