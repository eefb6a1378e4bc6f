"""Starter files: a made-up forecast of a week, and commented settings.

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

# Share of paid time that an agent is not on the queue. One number, or named parts: shares of
# paid time add up, each share of the time present multiplies with the rest. A schedule will show
# by itself what is marked in_schedule, such as breaks.
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


def starter_forecast() -> pd.DataFrame:
    """Return the made-up forecast: queue, start, volume, aht [s]; a week of half-hours."""
    rows = [row for queue in _QUEUES for row in _week(queue)]
    return pd.DataFrame(rows, columns=["queue", "start", "volume", "aht"])


def write_starter(folder: str | PathLike[str]) -> dict[Path, bool]:
    """Write forecast.csv and centre.toml to a folder; what is there already is kept.

    Returns
    -------
    dict
        Each path, and whether it was written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    forecast, settings = folder / "forecast.csv", folder / "centre.toml"
    written = {path: not path.exists() for path in (forecast, settings)}
    if written[forecast]:
        write_table(starter_forecast(), forecast)
    if written[settings]:
        with atomic_path(settings) as unfinished:
            unfinished.write_text(_SETTINGS, encoding="utf-8")
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
