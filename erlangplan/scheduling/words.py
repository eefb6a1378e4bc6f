"""A schedule in words: how good it is proven to be, who works when, what is short and why."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import erlangplan
from erlangplan.grid import date_range_text
from erlangplan.units import duration_text, share_text

if TYPE_CHECKING:
    from erlangplan.scheduling.result import Schedule

__all__ = [
    "OBJECTIVES",
    "floor_words",
    "hours_words",
    "lowest_words",
    "proof_words",
    "purpose_words",
    "schedule_assumptions",
    "schedule_summary",
]

OBJECTIVES = {
    "cover": "as little short as can be, then at the least cost",
    "service_level": "the target over the whole time, at the least cost",
    "people": "the best service with the people there are",
    "": "none; a schedule as it was given",
}
_ENDED = {
    "gap": "the search ended at the gap that was asked for",
    "work": "the search did all its work",
    "time limit": "the time limit ended the search",
    "interrupted": "the search was interrupted; this is the best schedule until then",
    "read": "read from a file",
}
_PRICED = "Price of shortage"
_SHOWN_DAYS, _SHOWN_SHORT, _SHOWN_GROUPS = 14, 5, 20
_NOTHING = 1e-9
_SHOWN_HOURS = 0.05
_PROVEN = 1e-6  # a gap below it is what a solver's tolerances leave open


def schedule_summary(schedule: Schedule) -> str:
    """Return a schedule in words."""
    table, hours = schedule.table, schedule.paid_hours
    agents = len(table[["queue", "agent"]].drop_duplicates())
    lines = [f"Schedule: {agents:,} agents, {len(table):,} shifts, {hours:,.1f} paid hours"]
    if len(table):
        lines[0] += f", {date_range_text(list(_days(table).unique()))}"
    lines.append(f"Aim: {aim_words(schedule)}")
    lines.append(f"Proof: {proof_words(schedule)}")
    lines += [f"Hours: {bridge}" for bridge in hours_words(schedule)]
    lines += [f"{name}: {text}" for name, text in schedule.facts]
    lines += [*_people(table), *_groups(table), *_cover(schedule)]
    return "\n".join([*lines, *(f"note: {remark}" for remark in schedule.remarks)])


def aim_words(schedule: Schedule) -> str:
    """Return what the schedule was planned for."""
    if schedule.objective == "cover" and any(name == _PRICED for name, _ in schedule.facts):
        return "the least cost, with a price for what is short"
    return OBJECTIVES.get(schedule.objective, schedule.objective)


def purpose_words(schedule: Schedule) -> str:
    """Return why intervals may be short of their own requirement; empty where they may not."""
    aims = {
        "service_level": "on purpose, as the target is that of the whole time",
        "people": "the aim is the best service over the whole time",
    }
    if schedule.objective not in aims:
        return ""
    return f"measured by the requirement of each interval; {aims[schedule.objective]}"


def proof_words(schedule: Schedule) -> str:
    """Return why the search ended and what is proven, no more than that."""
    gap, ended = schedule.gap, _ENDED.get(schedule.status)
    if math.isnan(gap):
        proven = "nothing is proven about how good it is"
    elif gap <= _PROVEN:
        proven = "proven optimal"
    elif schedule.objective == "people":
        proven = f"at most {100 * gap:.2g} points of service level below the most that is possible"
    else:
        priced = schedule.short_cost > 0
        alike = " and is as little short" if schedule.objective == "cover" and not priced else ""
        what = "cost with its shortage" if priced else "cost"
        spent = schedule.cost + schedule.short_cost
        proven = (
            f"at most {share_text(gap, 2)} of its {what} of {spent:,.6g} could be saved; "
            f"no schedule that keeps the rules{alike} costs less than {schedule.bound:,.6g}"
        )
    return proven if ended is None else f"{proven}; {ended}"


def hours_words(schedule: Schedule) -> list[str]:
    """Return how paid hours become hours on the queue; nothing where no intervals are known.

    Unpaid breaks are in neither. Time that is paid outside the intervals of the coverage, or that
    counts there but belongs to the schedule before, is told by itself.
    """
    cover, breaks = schedule.coverage, schedule.breaks
    if not len(cover) or not len(schedule.table):
        return []
    hours = schedule.interval / 3600
    scheduled, away, staffed = (
        float(cover[name].sum()) * hours for name in ("scheduled", "on_break", "on_queue")
    )
    if not math.isfinite(scheduled + away + staffed):
        return []
    paid = breaks.loc[breaks["paid"].astype(bool)]
    lengths: pd.Series[pd.Timedelta] = paid["end"] - paid["start"]
    rest = float(lengths.dt.total_seconds().sum()) / 3600
    hidden = scheduled - away - staffed
    elsewhere = schedule.paid_hours - rest - hidden - staffed
    parts = [f"{schedule.paid_hours:,.1f} paid hours", f"- paid breaks {rest:,.1f}"]
    parts += [f"- shrinkage not shown {hidden:,.1f}"] * (abs(hidden) >= _SHOWN_HOURS)
    if elsewhere >= _SHOWN_HOURS:
        parts.append(f"- outside the intervals {elsewhere:,.1f}")
    elif elsewhere <= -_SHOWN_HOURS:
        parts.append(f"+ shifts of the time before {-elsewhere:,.1f}")
    return [f"{' '.join(parts)} = {staffed:,.1f} agent hours on the queue"]


def schedule_assumptions(schedule: Schedule) -> list[tuple[str, str]]:
    """Return what a schedule rests on, as pairs of name and text."""
    pairs = [("Rules", schedule.source if schedule.rules is None else schedule.rules.source)]
    pairs += [("Aim", aim_words(schedule))]
    pairs += [("Proof", proof_words(schedule))]
    for queue in schedule.queues:
        asked = schedule.config.of(queue)
        prefix = f"{queue}: " if len(schedule.queues) > 1 else ""
        hidden = asked.shrinkage.outside_schedule
        pairs.append((f"{prefix}Target", asked.target.words))
        pairs.append((f"{prefix}Shrinkage", str(asked.shrinkage)))
        pairs.append((f"{prefix}Shrinkage that the schedule does not show", str(hidden)))
    words = getattr(schedule.rules, "words", None)
    pairs += list(words()) if words is not None else []
    pairs.append(("Interval", duration_text(schedule.interval)))
    pairs.append(("Time zone", schedule.tz or "as in the file"))
    if schedule.cyclic:
        pairs.append(("Week", "it repeats: shifts over its end cover its beginning"))
    return [*pairs, ("Version", f"erlangplan {erlangplan.__version__}")]


def _days(table: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    days: pd.Series[pd.Timestamp] = table["start"].dt.tz_localize(None).dt.normalize()
    return days


def _people(table: pd.DataFrame) -> list[str]:
    """Return people per shift and day as a small table."""
    if not len(table):
        return ["Nobody works."]
    days = _days(table)
    shown = sorted(days.unique())[:_SHOWN_DAYS]
    keys = [table["shift"].where(table["shift"] != "", "shift").rename("shift")]
    if table["queue"].nunique() > 1:
        keys.insert(0, table["queue"])
    counts = table.groupby([*keys, days.rename("day")]).size().unstack("day", fill_value=0)
    counts = counts.reindex(columns=shown)
    rows = [(*_several(name), *numbers) for name, numbers in zip(counts.index, counts.to_numpy(),
                                                                  strict=True)]  # fmt: skip
    total = counts.sum().to_numpy()
    rows.append(("all", *[""] * (len(keys) - 1), *total))
    labels = [*(str(key.name) for key in keys), *(f"{pd.Timestamp(day):%a %d %b}" for day in shown)]
    text = pd.DataFrame(rows, columns=labels).to_string(index=False)
    more = days.nunique() - len(shown)
    return [text, *([f"and {more:,} days more"] if more > 0 else [])]


def _several(name: object) -> tuple[object, ...]:
    return name if isinstance(name, tuple) else (name,)


def _groups(table: pd.DataFrame) -> list[str]:
    named = table[table["group"] != ""]
    if not len(named):
        return []
    hours = named.groupby(["group", "queue", "agent"])["paid_hours"].sum()
    found = hours.groupby("group").agg(agents="size", hours="sum")
    texts = [
        f"{name} {int(row['agents']):,} agents ({row['hours']:,.1f} h)"
        for name, row in found.head(_SHOWN_GROUPS).iterrows()
    ]
    more = len(found) - _SHOWN_GROUPS
    return [f"Groups: {', '.join(texts)}" + (f" and {more:,} more" if more > 0 else "")]


def _cover(schedule: Schedule) -> list[str]:
    cover = schedule.coverage
    if not len(cover) or cover["required"].isna().all():
        return []
    short, over = (cover[name].to_numpy(float) for name in ("short", "over"))
    hours = schedule.interval / 3600
    lines = [f"Over: {over.sum() * hours:,.1f} agent hours"]
    count = int((short > _NOTHING).sum())
    if not count:
        return ["Short: nowhere", *lines, *_lowest(schedule)]
    text = f"Short: {short.sum() * hours:,.1f} agent hours in {count:,} of {len(cover):,} intervals"
    if purpose := purpose_words(schedule):
        text += f", {purpose}"
    return [text, *_reasons(schedule, count), *lines, *_lowest(schedule)]


def _reasons(schedule: Schedule, count: int) -> list[str]:
    listed, whole = schedule.shortages, bool(purpose_words(schedule))
    if not len(listed) and not whole:
        cover = schedule.coverage
        listed = cover[cover["short"] > _NOTHING].assign(reason="")
    several = listed["queue"].nunique() > 1
    lines = []
    for _, row in listed.head(_SHOWN_SHORT).iterrows():
        where = f"{row['queue']}, " if several else ""
        why = f": {row['reason']}" if row["reason"] else ""
        lines.append(f"  {where}{row['start']:%a %d %b %H:%M} {row['short']:.3g} short{why}")
    more = (len(listed) if whole else count) - len(lines)
    lines += [f"  and {more:,} intervals more"] * (more > 0)
    return [*lines, *([f"  {kept}"] if (kept := floor_words(schedule)) else [])]


def floor_words(schedule: Schedule) -> str:
    """Return how many short intervals keep the floor, where that is what they are to keep."""
    count = int((schedule.coverage["short"].to_numpy(float) > _NOTHING).sum())
    kept = count - len(schedule.shortages)
    if not purpose_words(schedule) or kept <= 0:
        return ""
    if not len(schedule.shortages):
        return f"all {kept:,} keep the floor"
    return f"the other {kept:,} {'keeps' if kept == 1 else 'keep'} the floor"


def lowest_words(schedule: Schedule) -> str:
    """Return the least predicted service level and where it is; empty where none is known."""
    cover = schedule.coverage
    levels = cover["service_level"].where(cover["required"] > 0).to_numpy(float)
    if np.isnan(levels).all():
        return ""
    row = cover.iloc[int(np.nanargmin(levels))]
    queue = f"{row['queue']}, " if len(schedule.queues) > 1 else ""
    return f"{share_text(row['service_level'])} ({queue}{row['start']:%a %d %b %H:%M})"


def _lowest(schedule: Schedule) -> list[str]:
    words = lowest_words(schedule)
    return [f"Lowest predicted service level: {words}"] if words else []
