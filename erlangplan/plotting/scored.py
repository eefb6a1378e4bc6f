"""Pictures of a scorecard: an objective by day and window, late contacts, contacts left.

Each ``draw_x(scorecard, objective)`` takes the id of an objective and returns a `Drawing`, which
notebooks show; None where the objective has nothing of the kind.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from erlangplan.plotting.contacts_left import draw_contacts_left
from erlangplan.plotting.drawing import Drawing
from erlangplan.plotting.late_map import draw_late_map, late_by_day_and_time
from erlangplan.plotting.result_bars import Bar, draw_results
from erlangplan.sla.calendar import window_begins, window_end
from erlangplan.sla.counting import exact
from erlangplan.sla.findings import Finding, goal_of, start_of

if TYPE_CHECKING:
    from erlangplan.sla.model import Objective
    from erlangplan.sla.scorecard import Scorecard

__all__ = ["draw_days", "draw_late", "draw_left", "draw_windows"]

MOST_DAYS = 62
_SHARES = ("service_level", "response_time", "abandon_rate")
_NAMES = {"abandon_rate": "Abandoned", "asa": "Mean wait", "backlog": "Age of the backlog",
          "occupancy": "Occupancy", "response_time": "Response time"}  # fmt: skip


def draw_days(card: Scorecard, objective: str) -> Drawing:
    """Return the results of an objective by day, beside the target; the last 62 days at most."""
    asked = card.contract.objective(objective)
    if asked.aggregate == "share-of-intervals":
        return _met_by_day(card, asked)
    days = _of(card.days, objective).tail(MOST_DAYS)
    seconds = asked.metric in ("asa", "backlog")
    bars = [
        Bar(
            f"{day:%a} {day.day} {day:%b}", _short(day, n), None if np.isnan(result) else result,
            f"{counted:,.0f} contacts", None if kept is pd.NA else bool(kept),
        )
        for n, (day, result, counted, kept) in enumerate(
            zip(days["start"], days["result"], days["counted"], days["met"], strict=True)
        )
    ]  # fmt: skip
    title = f"{_NAMES.get(asked.metric, 'Service level')} by day"
    return draw_results(title, bars, asked.goal, seconds=seconds)


def _met_by_day(card: Scorecard, asked: Objective) -> Drawing:
    """Return the share of each day's judged intervals that met the target."""
    rows = _of(card.intervals, asked.id)
    rows = rows[rows["met"].notna()]
    met = rows["met"].astype(float).groupby(rows["start"].dt.normalize())
    goal = float(goal_of(asked))
    bars = [
        Bar(
            f"{day:%a} {day.day} {day:%b}",
            _short(day, n),
            share,
            f"{count} intervals",
            share >= goal,
        )
        for n, (day, share, count) in enumerate(
            zip(met.mean().index, met.mean(), met.size(), strict=True)
        )
    ]
    return draw_results("Intervals that met the target, by day", bars[-MOST_DAYS:], goal)


def draw_windows(card: Scorecard, objective: str) -> Drawing | None:
    """Return the results of an objective's windows after relief; None of fewer than two or days."""
    asked = card.contract.objective(objective)
    own = sorted(_findings(card, asked), key=lambda each: each.begin)[-MOST_DAYS:]
    if len(own) < 2 or asked.window in ("interval", "day"):
        return None
    seconds = asked.metric in ("asa", "backlog")
    bars = [
        Bar(
            f"{asked.window} from {start:%Y-%m-%d}", f"{start.day} {start:%b}",
            None if finding.adjusted is None else float(finding.adjusted),
            f"{float(finding.counted):,.6g}",
            finding.verdict == "met" if finding.verdict in ("met", "missed") else None,
        )
        for finding in own
        for start in [start_of(finding.begin)]
    ]  # fmt: skip
    goal = float(goal_of(asked))
    return draw_results(f"By {asked.window}, after relief", bars, goal, seconds=seconds)


def draw_late(card: Scorecard, objective: str) -> Drawing | None:
    """Return late contacts by day and time; None where an objective counts none.

    The last window of a month or more, else the last 31 days.
    """
    asked = card.contract.objective(objective)
    if asked.metric not in _SHARES:
        return None
    rows = _of(card.intervals, objective)
    if not len(rows):
        return None
    rows = rows[rows["start"] >= _from(card, asked)]
    what = "abandoned" if asked.at_most else "late"
    grid = late_by_day_and_time(rows["start"], rows["late"])
    return draw_late_map(f"{what.capitalize()} contacts by day and time", grid, what)


def draw_left(card: Scorecard, objective: str) -> Drawing | None:
    """Return how many contacts may still be late in the last window, day by day.

    At the volume of the locked forecast where there is one, else at the volume so far. None for
    what has no such allowance: waits, samples, windows of a day, shares of intervals.
    """
    asked = card.contract.objective(objective)
    own = _findings(card, asked)
    if (
        asked.metric not in _SHARES or asked.aggregate != "contacts" or not own
        or asked.window in ("interval", "day")
    ):  # fmt: skip
        return None
    last = max(own, key=lambda each: each.begin)
    first = start_of(last.begin)
    days = _of(card.days, objective)
    days = days[days["start"] >= first]
    if not len(days):
        return None
    allowed, whole = _allowed(card, last)
    until = start_of(window_end(last.begin, asked.window, card.contract.month_starts_on))
    kind = "abandoned" if asked.at_most else "late"
    return draw_contacts_left(
        f"Contacts that may still be {kind} this {asked.window}", first, list(days["start"]),
        list(days["late"]), list(days["counted"]), allowed, (until - first).days, whole,
    )  # fmt: skip


def _allowed(card: Scorecard, finding: Finding) -> tuple[float, float]:
    """Return how many contacts may be late in a window, and of how many."""
    for each in card.allowances:
        if each.objective == finding.objective.id and each.begin == finding.begin:
            return float(each.allowed), float(each.volume)
    goal = exact(finding.objective.goal)
    share = goal if finding.objective.at_most else Fraction(1) - goal
    return float(share * finding.counted), float(finding.counted)


def _findings(card: Scorecard, asked: Objective) -> list[Finding]:
    return [each for each in card.findings if each.objective.id == asked.id]


def _of(frame: pd.DataFrame, objective: str) -> pd.DataFrame:
    return frame[frame["objective"] == objective]


def _from(card: Scorecard, asked: Objective) -> pd.Timestamp:
    """Return the first day of a map: of the last window, or 31 days before the last row."""
    last = np.array([int(card.counted[asked.id].local.max())])
    window = asked.window if asked.window in ("month", "quarter") else "month"
    begin = window_begins(last, window, card.contract.month_starts_on)
    return start_of(int(begin[0]))


def _short(day: pd.Timestamp, place: int) -> str:
    return f"{day.day} {day:%b}" if not place or day.day == 1 else f"{day.day}"
