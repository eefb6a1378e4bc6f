"""Starter files: a made-up forecast of a week, commented settings and commented rules of work.

The forecast follows a formula, so that anyone can make it again. A queue offers `weekly` contacts
a week. Each weekday has its share of them; within a day the volume is in proportion to two bells,
the morning's at 10:30 and the afternoon's at 14:45, on a low plateau while the centre is open.
The handle time rises by 8 % through the day, as simple questions come early.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import pandas as pd

from erlangplan.files.tidy import write_table
from erlangplan.files.whole import atomic_path

__all__ = ["starter_forecast", "write_starter"]

_MONDAY = "2026-03-02"
_INTERVAL = 1800


@dataclass(frozen=True)
class _Queue:
    name: str
    weekly: float
    aht: float
    opens: int
    closes: int
    weekdays: tuple[float, ...]
    afternoon: float


_QUEUES = (
    _Queue("Orders", 6200, 225, 8, 20, (1.25, 1.10, 1.02, 1.00, 0.95, 0.55, 0.0), 1.05),
    _Queue("Support", 9400, 342, 7, 22, (1.30, 1.12, 1.05, 1.02, 0.98, 0.72, 0.58), 0.80),
)
_SETTINGS = """\
# What is asked of each queue. Use it with
#   erlangplan staff forecast.csv --config centre.toml
# Flags on the command line win over this file. Durations may be written 20, "20s", "3min", "1h";
# shares 0.3 or "30%".

[defaults]
target = "80/20"          # 80 % of contacts answered within 20 s
# How contacts that abandon count in the service level:
#   count (default)            not in time
#   ignore                     left out
#   credit-within-threshold    in time if they abandon within the threshold
#   exclude-within-threshold   left out if they abandon within the threshold
#   exclude-short, credit-short   the same for a limit of their own: short_abandon = "5s"
#   virtual                    as a caller of endless patience would wait
# abandons = "exclude-within-threshold"

# Mean time a contact is willing to wait: the total wait of all contacts, answered ones too, per
# abandon. Not the average time to abandon of a report, which is far shorter.
# `--patience-from history.csv` estimates it. Without patience nobody abandons (Erlang C).
patience = "4min"
# balking = "5%"           # share of contacts who leave at once rather than wait

# Share of paid time that an agent is not on the queue. One number, or named parts: shares of
# paid time add up, each share of the time present multiplies with the rest. What is marked
# in_schedule is left out when shifts are planned, because shifts.toml says when these breaks are.
shrinkage = [
  { name = "leave",    share = "11%", of = "paid" },
  { name = "sickness", share = "5%",  of = "paid" },
  { name = "breaks",   share = "12%", of = "present", in_schedule = true },
  { name = "meetings", share = "4%",  of = "present" },
]

# Further limits; a plan meets every part of the target.
# max_occupancy = 0.88     # no busier than 88 % of on-queue time
# max_asa = "30s"          # mean wait of answered contacts
# max_abandonment = "5%"
# min_agents = 2           # in every interval, also without contacts
# lines = 60               # most contacts in the system, waiting or served
# max_blocked = "1%"       # with lines

# One table for each queue that differs; names with spaces need quotes: [queue."Tech Support"]
[queue.Orders]
target = "90/15"           # sales must not wait

[queue.Support]
max_abandonment = "6%"
"""
_SHIFTS = """\
# Who may work when. Use it with
#   erlangplan schedule forecast.csv shifts.toml --config centre.toml
# Lengths are written "15min", "4h", "8h30"; times of the day "06:00" on the wall clock; weekdays
# "mon-fri" or ["mon-wed", "sat"].

# One table for each kind of shift.
[[shift]]
name = "full-time day"
starts = "07:00/30min/13:30"       # first/step/last; or single times: ["07:00", "09:30"]
presence = "8h30"                  # from arrival to leaving, breaks included
breaks = [                         # in the order in which they are taken
  # window: each starts so long after the shift's start, or before its end with from = "end"
  { name = "morning",   length = "15min", window = ["1h30", "2h45"], paid = true },
  { name = "lunch",     length = "30min", window = ["3h30", "5h"] },
  { name = "afternoon", length = "15min", window = ["1h", "2h45"], from = "end", paid = true },
]
# Least work before the first break, least and most between two, least after the last.
spacing = { first = "1h30", min = "1h", max = "3h30", last = "1h" }
# days = "mon-sat"                 # on which it may start; left out: every day
# people = [2, 40]                 # fewest and most who start it on a day; left out: no limit
# cost = 1.0                       # of a paid hour, in any unit; left out: 1
# queues = ["Orders", "Support"]   # that it may serve; left out: any

[[shift]]
name = "part-time"
starts = "07:00/30min/18:00"
presence = "4h..6h/1h"             # 4, 5 or 6 hours, each day as it fits
breaks = [ { name = "break", length = "15min", window = ["1h30", "4h"], paid = true } ]
spacing = { last = "1h" }

# Over midnight: it belongs to the day on which it starts. Queues that close at night, such as the
# two of the starter forecast, have no use for it, and nobody is put on it.
[[shift]]
name = "night"
starts = "22:00"
presence = "8h30"
breaks = [
  { name = "evening break", length = "15min", window = ["1h30", "2h30"], paid = true },
  { name = "meal",          length = "30min", window = ["3h30", "5h"] },
  { name = "early break",   length = "15min", window = ["1h", "2h30"], from = "end", paid = true },
]

# When paid time costs more; where several hold, the factors multiply.
[[premium]]
between = ["22:00", "06:00"]
factor = 1.25

[[premium]]
days = "sun"
factor = 1.5

# Groups of people, with rules for their week. A shift that is in no group is bought a day at a
# time. Each queue is planned for itself: where there are several, a group whose people are counted
# names the queue that they serve.
[[group]]
name = "full-timers"
shifts = "full-time day"
days_per_week = 5                  # or [4, 5]; left out: 5
same_start = true                  # all week; or start_band = "2h": within two hours; or free
rest = "11h"                       # between the end of one day and the start of the next
# days_off_joined = true
# people = 60                      # at most; or [40, 60]; left out: as many as needed
# queues = "Support"

[[group]]
name = "part-timers"
shifts = "part-time"
days_per_week = [3, 5]
start_band = "3h"
rest = "11h"
# hours_per_week = [16, 24]        # paid; needs shifts of one length, such as presence = "4h"

[[group]]
name = "night owls"
shifts = "night"
days_off_joined = true
rest = "11h"

[plan]
break_grid = "15min"               # breaks start at :00, :15, :30, :45; left out: the interval
# distinct_starts = 6              # at most so many different start times; left out: any
# Shifts lie inside the opening hours; left out: at any time, also before the first contact.
# opening = { mon-sat = "00:00-24:00", sun = ["07:00-12:00", "13:00-22:00"] }
"""


def starter_forecast() -> pd.DataFrame:
    """Return the made-up forecast: queue, start, volume, aht [s]; a week of half-hours."""
    rows = [row for queue in _QUEUES for row in _week(queue)]
    return pd.DataFrame(rows, columns=["queue", "start", "volume", "aht"])


def write_starter(folder: str | PathLike[str]) -> dict[Path, bool]:
    """Write forecast.csv, centre.toml and shifts.toml to a folder; what is there already is kept.

    Returns
    -------
    dict
        Each path, and whether it was written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    forecast = folder / "forecast.csv"
    texts = {folder / "centre.toml": _SETTINGS, folder / "shifts.toml": _SHIFTS}
    written = {path: not path.exists() for path in (forecast, *texts)}
    if written[forecast]:
        write_table(starter_forecast(), forecast)
    for path, text in texts.items():
        if written[path]:
            with atomic_path(path) as unfinished:
                unfinished.write_text(text, encoding="utf-8")
    return written


def _week(queue: _Queue) -> list[tuple[str, pd.Timestamp, float, float | None]]:
    starts = pd.date_range(_MONDAY, periods=7 * 86400 // _INTERVAL, freq=f"{_INTERVAL}s")
    weights = [_weight(queue, start) for start in starts]
    scale = queue.weekly / math.fsum(weights)
    rows = []
    for start, weight in zip(starts, weights, strict=True):
        hour = start.hour + start.minute / 60
        aht = queue.aht * (0.96 + 0.08 * (hour - queue.opens) / (queue.closes - queue.opens))
        open_now = queue.opens <= hour < queue.closes
        handled = float(round(aht)) if open_now else None
        rows.append((queue.name, start, round(scale * weight, 1), handled))
    return rows


def _weight(queue: _Queue, start: pd.Timestamp) -> float:
    middle = start.hour + (start.minute + 15) / 60
    if not queue.opens <= middle < queue.closes:
        return 0.0
    morning = math.exp(-(((middle - 10.5) / 1.7) ** 2))
    afternoon = queue.afternoon * math.exp(-(((middle - 14.75) / 2.3) ** 2))
    return queue.weekdays[start.weekday()] * (0.18 + morning + afternoon)
