"""A promise over a window in words: what it saves, what callers feel, what is not in it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from erlangplan.grid import local_starts
from erlangplan.units import duration_text, share_text
from erlangplan.windows.terms import Terms

__all__ = ["incomplete", "saving_lines", "unacceptable", "window_lines", "worst_intervals"]

_SHOWN = 12
_WORST = 3
_LONG_WAIT = 300.0
_LOW_LEVEL = 0.6
_TOLERATED = 0.05
DAYS = {"week": 7, "month": 28}


def saving_lines(windows: pd.DataFrame, terms: Terms, best_level: float) -> list[str]:
    """Return what the windows need against interval-by-interval staffing, and how good that is."""
    hours, other = windows["agent_hours"].sum(), windows["interval_hours"].sum()
    lines = []
    if not math.isnan(other):
        saved = other - hours
        than = "fewer" if saved >= 0 else "more"
        share = f" ({share_text(abs(saved) / other)})" if other else ""
        lines.append(
            f"{hours:,.1f} agent hours, {abs(saved):,.1f} {than} than the {other:,.1f} with which "
            f"every interval would keep the promise for itself{share}"
        )
    if not math.isnan(best_level):
        lines.append(
            "the agent hours are given, so the target's own service level is not asked for; no "
            f"plan of {terms.hours:,.6g} hours has one above {share_text(best_level, 3)}"
        )
        return lines
    cost, bound = windows["cost"].sum(), windows["bound"].sum(skipna=False)
    if math.isnan(bound):
        return [*lines, "the promise is verified by the queue through the day; how much less a "
                "plan may cost at most is not known there"]  # fmt: skip
    if cost <= bound * (1 + 1e-9):
        return [*lines, "no plan that keeps the promise costs less"]
    gap = share_text((cost - bound) / cost, 3)
    return [*lines, f"a plan that keeps the promise may cost at most {gap} less"]


def window_lines(windows: pd.DataFrame, terms: Terms) -> str:
    """Return the windows as a table of text."""
    shown = windows.head(_SHOWN)
    text = pd.DataFrame(
        {
            "queue": shown["queue"],
            terms.over: [f"{begin:%a %d %b}" for begin in shown["window"]],
            "contacts": [f"{volume:,.6g}" for volume in shown["volume"]],
            "so far": [f"{offered:,.6g}" for offered in shown["so_far_offered"]],
            "service level": [share_text(level, 2) for level in shown["service_level"]],
            "agent hours": [f"{hours:,.1f}" for hours in shown["agent_hours"]],
            "by interval": [f"{hours:,.1f}" for hours in shown["interval_hours"]],
            "lowest": [share_text(level) for level in shown["lowest"]],
        }
    )
    if not windows["so_far_offered"].any():
        text = text.drop(columns="so far")
    more = len(windows) - len(shown)
    return text.to_string(index=False) + (f"\nand {more:,} more" if more else "")


def worst_intervals(table: pd.DataFrame) -> list[str]:
    """Return the intervals with the lowest service level of each queue, with their waits."""
    said = []
    for queue, rows in table[table["volume"] > 0].groupby("queue", observed=True, sort=False):
        worst = rows.nsmallest(_WORST, "service_level")
        each = "; ".join(
            f"{row['start']:%a %d %b %H:%M} {share_text(row['service_level'])}"
            + (
                f", 5 % wait longer than {duration_text(row['wait_p95'])}"
                if row["wait_p95"] < math.inf
                else ""
            )
            for _, row in worst.iterrows()
        )
        said.append(f"{queue}: lowest are {each}")
        if len(said) == _SHOWN:
            break
    return said


def unacceptable(table: pd.DataFrame) -> list[str]:
    """Return a warning for queues whose saving comes from intervals that callers would not accept.

    These are intervals where 5 % wait longer than 5 minutes or fewer than 60 % are in time; the
    warning is given where they hold more than 5 % of the contacts.
    """
    said = []
    for queue, rows in table.groupby("queue", observed=True, sort=False):
        volume = rows["volume"].to_numpy(float)
        waits, low = rows["wait_p95"] > _LONG_WAIT, rows["service_level"] < _LOW_LEVEL
        bad = (waits | low).to_numpy() & (volume > 0)
        share = float(volume[bad].sum() / volume.sum()) if bad.any() else 0.0
        if share > _TOLERATED:
            said.append(
                f"{queue}: {share_text(share)} of contacts come in {int(bad.sum()):,} intervals "
                f"where 5 % wait longer than {duration_text(_LONG_WAIT)} or fewer than "
                f"{share_text(_LOW_LEVEL)} are in time: the saving is made at their cost; a "
                "higher floor (floor, --floor) spreads it"
            )
    return said


def incomplete(table: pd.DataFrame, windows: pd.DataFrame, terms: Terms) -> list[str]:
    """Return a remark for each part of a window that is neither planned nor counted so far."""
    said: dict[str, list[str]] = {}
    for queue, rows in table.groupby("queue", observed=True, sort=False):
        mine = windows[windows["queue"] == str(queue)]
        local = local_starts(rows)
        counted = bool(mine["so_far_offered"].iloc[0])
        found = _late_day(local) if terms.over == "day" else _cut(local, mine, terms.over)
        for begun, text in found:
            if not (begun and counted):
                said.setdefault(text, []).append(str(queue))
    return [
        f"{', '.join(queues) if len(queues) <= 3 else f'{len(queues)} queues'}: {text}"
        for text, queues in said.items()
    ]


def _cut(local: pd.Series, mine: pd.DataFrame, over: str) -> list[tuple[bool, str]]:
    """Compare the days planned with those of the first and the last window."""
    days = local.dt.normalize()
    first, last = days.min(), days.max()
    # Weekdays that a longer forecast never has are taken to be closed.
    known = days.dt.day_of_week.unique() if (last - first).days >= DAYS["week"] else np.arange(7)
    begin, end = mine["window"].iloc[0], mine["window_end"].iloc[-1] - pd.Timedelta(days=1)
    before = pd.date_range(begin, first, inclusive="left")
    after = pd.date_range(last, end, inclusive="right")
    found = []
    if np.isin(before.day_of_week, known).any():
        found.append((True, (
            f"the {over} from {begin:%a %d %b} is planned from {first:%a %d %b} on, and what came "
            "before is unknown; its counts can be given (so_far, --so-far)"
        )))  # fmt: skip
    if np.isin(after.day_of_week, known).any():
        found.append((False, (
            f"the forecast ends on {last:%a %d %b} and the {over} on {end:%a %d %b}: the promise "
            "is planned as if nobody called after that"
        )))  # fmt: skip
    return found


def _late_day(local: pd.Series) -> list[tuple[bool, str]]:
    """Remark on a first day that begins later than all others do."""
    begins = (local - local.dt.normalize()).groupby(local.dt.normalize()).min()
    others = begins.iloc[1:]
    if len(others) < 2 or others.nunique() > 1 or begins.iloc[0] <= others.iloc[0]:
        return []
    return [(True, (
        f"{local.iloc[0]:%a %d %b} is planned from {local.iloc[0]:%H:%M} on, and what came before "
        "is unknown; its counts can be given (so_far, --so-far)"
    ))]  # fmt: skip
