"""A week of four people by hand, whose every rule can be broken by moving one thing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

import erlangplan as ep
from erlangplan.scheduling.result import Schedule
from erlangplan.shifts import Break, Group, Premium, Shift, Spacing, WorkRules
from naive_schedules import mean_per_interval, people_per_minute

H, M = 3600.0, 60.0
MONDAY = pd.Timestamp("2026-03-02")
WEEK = (MONDAY, MONDAY + pd.Timedelta(days=7))
EARLY = Shift(
    "early",
    (8 * H, 9 * H),
    (8 * H, 8 * H, 0.0),
    days=(0, 1, 2, 3, 4),
    people=(1, 2),
    breaks=(
        Break("meeting", 30 * M, (1 * H, 2 * H), paid=True, days=(0,)),
        Break("lunch", 30 * M, (3 * H, 5 * H)),
        Break("pm", 15 * M, (1 * H, 2 * H), "end", paid=True),
    ),
    spacing=Spacing(first=(1 * H, 4.5 * H), between=(1 * H, 4 * H), last=(30 * M, 2 * H)),
)
MEAL = Break("meal", 30 * M, (3 * H, 4 * H))
NIGHT = Shift("night", (22 * H,), (8 * H, 8 * H, 0.0), breaks=(MEAL,))
LONG = Shift("long", (22 * H,), (9 * H, 9 * H, 0.0), breaks=(MEAL,))
RULES = WorkRules(
    shifts=(EARLY, NIGHT, LONG),
    groups=(
        Group("days", ("early",), people=(2, 2), days_off_joined=True, start_band=0.0, rest=11 * H),
        Group(
            "nights",
            ("night", "long"),
            people=(1, 2),
            days_per_week=(3, 4),
            hours_per_week=(20.0, 34.0),
            rest=12 * H,
        ),
    ),
    premiums=(Premium(1.5, (22 * H, 6 * H)), Premium(2.0, days=(6,))),
    opening={day: ((8 * H, 17 * H), (22 * H, 31 * H)) for day in range(7)},
    distinct_starts=3,
    break_grid=15 * M,
)
# Who works which shift from when on which days, and how long.
PEOPLE = (
    ("Ada", "days", "early", 8, range(5), 8),
    ("Bob", "days", "early", 9, range(5), 8),
    ("Eve", "nights", "night", 22, (0, 2, 4), 8),
    ("Zoë", "nights", "long", 22, (1, 3, 5, 6), 9),
)


def tables(
    tz: str | None = None, monday: pd.Timestamp = MONDAY
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return shifts and breaks that keep all of `RULES`."""
    shifts, breaks = [], []
    for agent, group, shift, hour, days, hours in PEOPLE:
        for day in days:
            start = (monday + pd.Timedelta(days=day, hours=hour)).tz_localize(tz)
            names = {"queue": "Sales", "agent": agent}
            row = {"group": group, "shift": shift, "start": start}
            shifts.append({**names, **row, "end": start + pd.Timedelta(hours=hours)})
            pauses = [("meal", 180, 30, False)]
            if shift == "early":
                pauses = [("meeting", 60, 30, True)] * (day == 0)
                pauses += [("lunch", 240, 30, False), ("pm", 375, 15, True)]
            for name, after, minutes, paid in pauses:
                begin = start + pd.Timedelta(minutes=after)
                end = begin + pd.Timedelta(minutes=minutes)
                breaks.append(
                    {
                        **names,
                        "shift_start": start,
                        "name": name,
                        "start": begin,
                        "end": end,
                        "paid": paid,
                    }
                )
    table = pd.DataFrame(shifts)
    table["paid_hours"] = (table["end"] - table["start"]).dt.total_seconds() / 3600 - 0.5
    return table, pd.DataFrame(breaks)


def covered(table: pd.DataFrame, breaks: pd.DataFrame, need: float = 1.0) -> Schedule:
    """Return the schedule of these shifts, its coverage counted minute by minute."""
    starts = pd.date_range(MONDAY, periods=7 * 24, freq="h", tz=table["start"].dt.tz)
    empty = pd.DataFrame({"queue": "Sales", "start": starts})
    columns = ("required", "scheduled", "on_break", "on_queue", "over", "short", "service_level")
    blank = empty.assign(**{name: np.nan for name in columns})
    bare = Schedule(table, breaks, blank, 3600.0, ep.Config(), RULES, horizon=_horizon(starts))
    counts = people_per_minute(bare, "Sales", starts[0], 7 * 24 * 60)
    people, resting = (mean_per_interval(count, 60) for count in counts)
    there = people - resting
    short = np.maximum(0, need - there)
    coverage = empty.assign(
        required=need, scheduled=people, on_break=resting, on_queue=there,
        over=np.maximum(0, there - need), short=short, service_level=np.nan,
    )  # fmt: skip
    listed = coverage.loc[short > 0, ["queue", "start", "short"]].assign(reason="four people")
    return replace(bare, coverage=coverage, shortages=listed.reset_index(drop=True), cost=cost())


def _horizon(starts: pd.DatetimeIndex) -> tuple[pd.Timestamp, pd.Timestamp]:
    return starts[0], starts[0] + pd.DateOffset(days=7)


def cost() -> float:
    """Return the cost of the valid week: nights cost half more up to six, Sunday double."""
    days = 10 * 7.5
    plain = 8 * 1.5 - 0.5 * 1.5  # 22-06, the meal at 01:00
    long = plain + 1.0
    saturday = 2 * 1.5 + (6 * 1.5 - 0.5 * 1.5) * 2 + 1.0 * 2
    sunday = 2 * 1.5 * 2 + 6 * 1.5 - 0.5 * 1.5 + 1.0
    return days + 3 * plain + 2 * long + saturday + sunday


def needed(schedule: Schedule) -> pd.DataFrame:
    """Return what a schedule was asked to cover."""
    cover = schedule.coverage
    return cover[["queue", "start"]].assign(agents=cover["required"])
