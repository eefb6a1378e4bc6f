"""Contacts not in time by day and time of day: a table whose cells are coloured."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.plotting.drawing import Drawing

__all__ = ["LATE_STYLE", "draw_late_map", "late_by_day_and_time"]

MOST_ROWS = 32
SHADES = 5
_HOUR = 60
LATE_STYLE = """table.late{border-collapse:collapse;font-size:.72rem;line-height:1.35;
font-variant-numeric:tabular-nums}
table.late td,table.late th{padding:.05rem .12rem;text-align:center;
border:1px solid var(--page,#fff);min-width:1.45rem}
table.late abbr{text-decoration:none}
table.late tbody th{color:var(--quiet,#5c5c5c);padding-right:.4rem}
table.late caption{font-size:.8rem;text-align:left}
.late .l1{background:var(--l1,#fdeee6);color:var(--t1,#222)}
.late .l2{background:var(--l2,#fbd0b9);color:var(--t2,#222)}
.late .l3{background:var(--l3,#f29f7c);color:var(--t3,#111)}
.late .l4{background:var(--l4,#dc5f4c);color:var(--t4,#000)}
.late .l5{background:var(--l5,#a61c23);color:var(--t5,#fff)}
.late .off{background:var(--off,#f1f1f1)}
"""


def late_by_day_and_time(start: pd.Series, late: pd.Series) -> pd.DataFrame:
    """Return late contacts with a row for each time of day [min] and a column for each day.

    Where that would be more than 32 rows, half-hours or shorter intervals are put into hours.
    Cells without an interval are missing. Days without any are left out.

    Parameters
    ----------
    start
        Starts of intervals on the wall clock; times that come twice are added up.
    late
        Contacts not in time in each.
    """
    days = start.dt.normalize()
    minutes = (start - days) // pd.Timedelta("1min")
    if minutes.nunique() > MOST_ROWS or (minutes % 15).any():
        minutes = minutes // _HOUR * _HOUR
    table = pd.DataFrame({"day": days, "minute": minutes.astype(int), "late": late.astype(float)})
    return table.pivot_table(index="minute", columns="day", values="late", aggfunc="sum")


def draw_late_map(title: str, grid: pd.DataFrame, what: str = "late") -> Drawing:
    """Return a map of days across and times down as a table; darker cells have more late contacts.

    Parameters
    ----------
    title
        What is shown.
    grid
        As `late_by_day_and_time` returns it.
    what
        What the contacts are.
    """
    days = [pd.Timestamp(day) for day in grid.columns]
    values = grid.to_numpy(float)
    shades = _shades(values)
    heads = "".join(
        f"<th scope='col'><abbr title='{day:%A} {day.day} {day:%B %Y}'>{day:%a}<br>{day.day}</abbr>"
        "</th>"
        for day in days
    )
    rows = []
    for minute, row, colours in zip(grid.index, values, shades, strict=True):
        cells = "".join(map(_cell, row.tolist(), colours.tolist()))
        rows.append(f"<tr><th scope='row'>{minute // 60:02d}:{minute % 60:02d}</th>{cells}</tr>")
    told = _told(grid, what)
    return Drawing(
        title,
        told,
        f"<table class='late'><caption>{escape(told)}</caption><thead><tr>"
        f"<th scope='col'>Time</th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
        LATE_STYLE,
    )


def _shades(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a shade from 0 to `SHADES` for each cell, by the root of its share of the most."""
    most = float(np.nanmax(values, initial=1.0))
    shades: NDArray[np.int64] = np.ceil(SHADES * np.sqrt(np.nan_to_num(values) / most)).astype(int)
    return shades


def _cell(value: float, shade: int) -> str:
    if np.isnan(value):
        return "<td class='off'></td>"
    return f"<td class='l{shade}'>{value:.0f}</td>" if shade else "<td>0</td>"


def _told(grid: pd.DataFrame, what: str) -> str:
    values = grid.to_numpy(float)
    total = float(np.nansum(values))
    if not total:
        return f"No contact was {what}."
    row, column = divmod(int(np.nanargmax(values)), values.shape[1])
    minute, day = int(grid.index[row]), pd.Timestamp(grid.columns[column])
    return (
        f"{total:,.0f} {what} contacts; most, {values[row, column]:,.0f}, on {day:%A} {day.day} "
        f"{day:%B} from {minute // 60:02d}:{minute % 60:02d}."
    )
