"""The words and numbers that a schedule's pictures, workbook, page and terminal text share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import pandas as pd

from erlangplan.grid import date_range_text, local_starts
from erlangplan.scheduling.words import purpose_words
from erlangplan.units import share_text

if TYPE_CHECKING:
    from erlangplan.files.wording import Plan
    from erlangplan.scheduling.result import Schedule

__all__ = [
    "BREAK_COLOURS",
    "NOTHING",
    "WORK_COLOURS",
    "Figure",
    "about_schedule",
    "as_plan",
    "day_totals",
    "figures",
    "has_cover",
    "local_times",
    "lowest_levels",
    "names_in",
    "people_per_shift",
    "schedule_heading",
    "shortages_heading",
    "tiles",
    "with_days",
    "worst_first",
]

NOTHING = 1e-9
WORK_COLOURS = ("#a9cce8", "#b9dcb4", "#cdbfe6", "#e4d6a2", "#a8d8d3", "#e2bccb", "#c9c9c9")
BREAK_COLOURS = ("#d55e00", "#0b5394", "#117733", "#882255", "#c99a00", "#5b3a9e", "#444444")


@dataclass(frozen=True, eq=False)
class _Source:
    interval: float
    tz: str | None
    source: str


@dataclass(frozen=True, eq=False)
class _Cover:
    table: pd.DataFrame
    forecast: _Source


def as_plan(schedule: Schedule) -> Plan:
    """Return what maps need of a plan: `net`, agents over (> 0) or short (< 0), per interval.

    Where nobody is required and nobody at work, the queue is closed and has no `net`.
    """
    cover = schedule.coverage
    table = cover[["queue", "start", "required"]].assign(
        agents=cover["on_queue"],
        volume=cover["scheduled"] + cover["required"],
        net=(cover["over"] - cover["short"]).round(6) + 0.0,
    )
    known = _Source(schedule.interval, schedule.tz, schedule.source)
    return cast("Plan", _Cover(table, known))


def schedule_heading(schedule: Schedule) -> str:
    """Return what this is."""
    return "Schedule" if schedule.status != "read" else "Schedule as given"


def about_schedule(schedule: Schedule) -> list[str]:
    """Return the days of a schedule, its time zone and its rules."""
    days = _days(schedule)
    rules = schedule.source if schedule.rules is None else schedule.rules.source
    told = [date_range_text(days) if days else "", schedule.tz or "local time", rules]
    return [part for part in told if part]


def has_cover(schedule: Schedule) -> bool:
    """Return whether it is known what is required, so that there is something to be short of."""
    return bool(schedule.coverage["required"].notna().any())


def local_times(moments: pd.Series) -> pd.Series:
    """Return times as the clock on the wall shows them, without their time zone."""
    return moments.dt.tz_localize(None) if moments.dt.tz is not None else moments


def with_days(schedule: Schedule) -> pd.DataFrame:
    """Return the shifts with `day`, the local day of their start, in the order to read them."""
    table = schedule.table
    shown = table.assign(day=local_times(table["start"]).dt.normalize())
    return shown.sort_values(["day", "queue", "start", "end", "agent"], ignore_index=True)


def names_in(values: pd.Series) -> list[str]:
    """Return names in an order that all days share, so that each keeps its colour."""
    return sorted(str(name) for name in values.unique())


def people_per_shift(schedule: Schedule) -> pd.DataFrame:
    """Return the people who start each shift on each day: shifts down, days across."""
    shown = with_days(schedule)
    counts = shown.groupby(["shift", "day"], observed=True).size().unstack("day", fill_value=0)
    first = shown.groupby("shift", observed=True)["start"].min().sort_values()
    wanted = [name for name in _days(schedule) if name in set(counts.columns)]
    return counts.loc[first.index, wanted] if len(shown) else counts


def _days(schedule: Schedule) -> list[pd.Timestamp]:
    starts = local_times(schedule.table["start"]).dt.normalize()
    covered = local_starts(schedule.coverage).dt.normalize()
    return sorted({*starts.unique(), *covered.unique()})


def day_totals(schedule: Schedule) -> pd.DataFrame:
    """Return a row per day: people, paid hours, and the hours of its intervals.

    Columns: day, people, paid_hours, required, on_queue, over, short [h], lowest (the least
    service level of an interval in which agents are required).
    """
    shown, cover = with_days(schedule), schedule.coverage
    hours = schedule.interval / 3600
    day = local_starts(cover).dt.normalize().rename("day")
    sums = cover[["required", "on_queue", "over", "short"]].mul(hours).groupby(day).sum()
    lowest = cover["service_level"].where(cover["required"] > 0).groupby(day).min()
    by_day = shown.groupby("day").agg(people=("agent", "size"), paid_hours=("paid_hours", "sum"))
    frame = pd.DataFrame(index=pd.Index(_days(schedule), name="day"))
    frame = frame.join(by_day).join(sums).fillna(0.0).join(lowest.rename("lowest"))
    return frame.astype({"people": int}).reset_index()


@dataclass(frozen=True)
class Figure:
    """A figure to see first: its name, its number, how the number is shown, and what it is of."""

    name: str
    number: float
    kind: Literal["whole", "one", "share"]
    note: str = ""

    @property
    def text(self) -> str:
        """The number as people read it."""
        if self.kind == "share":
            return share_text(self.number, 2)
        return f"{self.number:,.0f}" if self.kind == "whole" else f"{self.number:,.1f}"


def figures(schedule: Schedule) -> list[Figure]:
    """Return the figures to see first."""
    cover, hours = schedule.coverage, schedule.interval / 3600
    agents = schedule.table.groupby(["queue", "agent"], observed=True).ngroups
    found = [
        Figure("Agents", agents, "whole"),
        Figure("Shifts", len(schedule.table), "whole"),
        Figure("Paid hours", schedule.paid_hours, "one"),
    ]
    if not math.isnan(schedule.cost):
        found.append(Figure("Cost", schedule.cost, "one", "(paid hours x cost x premiums)"))
    if has_cover(schedule):
        required, over, short = (cover[name].sum() for name in ("required", "over", "short"))
        purpose = f"({words})" if short > NOTHING and (words := purpose_words(schedule)) else ""
        found += [
            Figure("Agent hours required", required * hours, "one"),
            Figure("Agent hours over", over * hours, "one"),
            Figure("Agent hours short", short * hours, "one"),
            Figure("Intervals short", int((cover["short"] > NOTHING).sum()), "whole", purpose),
        ]
    if not math.isnan(schedule.gap):
        found.append(Figure("Proven gap", max(schedule.gap, 0.0), "share"))
    return found


def tiles(schedule: Schedule) -> list[tuple[str, str]]:
    """Return the figures to see first, as pairs of name and text."""
    return [(figure.name, figure.text) for figure in figures(schedule)]


def lowest_levels(schedule: Schedule) -> dict[str, pd.Series]:
    """Return, for each queue, the least service level of an interval that needs agents by day."""
    cover = schedule.coverage
    day = local_starts(cover).dt.normalize().rename("day")
    levels = cover["service_level"].where(cover["required"] > 0)
    found = {
        queue: levels[at].groupby(day[at]).min()
        for queue in schedule.queues
        if (at := cover["queue"] == queue).any()
    }
    return {queue: lowest for queue, lowest in found.items() if lowest.notna().any()}


def shortages_heading(schedule: Schedule) -> str:
    """Return what the intervals are short of that come with a reason."""
    return "Intervals below the floor" if purpose_words(schedule) else "Short intervals"


def worst_first(schedule: Schedule) -> pd.DataFrame:
    """Return the intervals that are short, those that miss most agents first."""
    listed = schedule.shortages
    if not len(listed):
        return listed
    listed = listed.assign(short=listed["short"].astype(float))
    return listed.sort_values(["short", "start"], ascending=[False, True], ignore_index=True)
