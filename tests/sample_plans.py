"""Small plans for the tests of pictures, workbooks and the terminal: shapes first, no theory."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

ASKED = SimpleNamespace(
    target=SimpleNamespace(
        service_level=0.8, threshold=20.0, words="at least 80 % answered within 20 s"
    )
)
ASSUMPTIONS = [
    ("Target", "at least 80 % answered within 20 s"),
    ("Abandons", "counted as missed (count)"),
    ("Patience", "3 min"),
    ("Shrinkage", "30 % of paid time"),
    ("Hours per FTE", "40 a week"),
    ("File", "forecast.csv"),
]


def demand(starts, peak, opens, closes):
    hours = np.asarray(starts.hour + starts.minute / 60)
    shape = np.exp(-(((hours - 10.5) / 2.2) ** 2)) + 0.75 * np.exp(-(((hours - 15.5) / 2.8) ** 2))
    weekday = np.array([1.1, 1.0, 0.95, 0.97, 0.9, 0.35, 0.2])[starts.day_of_week]
    open_now = (hours >= opens) & (hours < closes)
    return np.where(open_now, np.round(peak * weekday * shape, 2), 0.0)


def staffed(queue, start, volume, aht, interval):
    load = volume * aht / interval
    agents = np.where(volume > 0, np.maximum(1, np.ceil(load + np.sqrt(load))), 0).astype(int)
    spare = (agents - load) / np.sqrt(np.maximum(load, 0.2))
    idle = volume == 0

    def measure(values):
        return np.where(idle, np.nan, values)

    return pd.DataFrame(
        {
            "queue": queue,
            "start": start,
            "volume": volume,
            "aht": measure(np.full(len(volume), aht)),
            "load": load,
            "agents": agents,
            "binding": np.where(idle, "", np.where(agents == 1, "minimum", "service_level")),
            "service_level": measure(1 - 0.5 * np.exp(-spare)),
            "service_level_one_less": measure(1 - 0.7 * np.exp(-spare)),
            "service_level_one_more": measure(1 - 0.4 * np.exp(-spare)),
            "asa": measure(30 * np.exp(-spare)),
            "wait_p95": measure(120 * np.exp(-spare)),
            "abandonment": measure(0.05 * np.exp(-spare)),
            "occupancy": measure(load / np.maximum(agents, 1)),
            "scheduled": np.ceil(agents / 0.7).astype(int),
            "scheduled_exact": agents / 0.7,
        }
    )


def totals(table, interval, keys):
    rows = []
    groups = table.groupby(keys, sort=True) if keys else [((), table)]
    for key, rows_of in groups:
        agent_hours = rows_of.agents.sum() * interval / 3600
        counted = rows_of.volume.sum()
        weighted = (rows_of.volume * rows_of.service_level).sum()
        rows.append(
            dict(zip(keys, key, strict=True))
            | {
                "volume": counted,
                "agent_hours": agent_hours,
                "paid_hours": agent_hours / 0.7,
                "fte": agent_hours / 0.7 / 40,
                "peak": int(rows_of.agents.max()),
                "service_level": weighted / counted if counted else np.nan,
                "asa": 9.5 if counted else np.nan,
                "abandonment": 0.021 if counted else np.nan,
                "occupancy": 0.78 if counted else np.nan,
                "overloaded": 0,
            }
        )
    return pd.DataFrame(rows)


def plan_of(table, interval, tz=None):
    """Return what stands for a Requirement (or an Evaluation) of a table."""
    dated = table.assign(day=table.start.dt.tz_localize(None).dt.normalize())
    return SimpleNamespace(
        table=table,
        forecast=SimpleNamespace(interval=interval, tz=tz, source="forecast.csv", notes=()),
        days=totals(dated, interval, ["queue", "day"]),
        queues=totals(table, interval, ["queue"]),
        total=totals(table, interval, []),
        totals=SimpleNamespace(parts=table.assign(counted=1.0, lost=table["abandonment"])),
        assumptions=list(ASSUMPTIONS),
        config=SimpleNamespace(of=lambda queue: ASKED),
        remarks=["Occupancy above 90 % for 3 h on Mon 23 Mar"],
    )


def requirement(
    first="2026-03-23",
    days=7,
    minutes=30,
    peaks=(("Sales", 90.0),),
    tz="Europe/Berlin",
    opens=7.0,
    closes=21.0,
):
    """Return a stand-in for a Requirement: `days` local days from `first` for each queue."""
    last = pd.Timestamp(first) + pd.Timedelta(days=days)
    start = pd.date_range(first, last, freq=f"{minutes}min", tz=tz, inclusive="left")
    interval = 60.0 * minutes
    tables = [
        staffed(queue, start, demand(start, peak * minutes / 30, opens, closes), 240.0, interval)
        for queue, peak in sorted(peaks)
    ]
    table = pd.concat(tables, ignore_index=True)
    return plan_of(table, interval, tz)


def evaluation(shift=0, **settings):
    """Return a stand-in for an Evaluation of flat shifts against a requirement."""
    needed = requirement(**settings)
    table = needed.table.drop(columns=["binding", "scheduled", "scheduled_exact"])
    table = table.drop(columns=["service_level_one_less", "service_level_one_more"])
    required = table["agents"]
    given = np.where(required > 0, np.round(required.mean() + required / 2).astype(int) + shift, 0)
    table = table.assign(agents=given, required=required, net=given - required)
    spare = (given - table["load"]) / np.sqrt(table["load"].clip(lower=0.2))
    level = np.clip(1 - 0.5 * np.exp(-spare), 0, 1)
    table["service_level"] = level.where(spare > 0, 0.0).where(table["volume"] > 0)
    table["asa"] = (30 * np.exp(-spare)).where(spare > 0, np.inf).where(table["volume"] > 0)
    return plan_of(table, needed.forecast.interval, needed.forecast.tz)


def sweep():
    """Return a stand-in for a Sweep over five targets."""
    table = pd.DataFrame(
        {
            "target": ["70/20", "80/20", "90/20", "95/20", "99/20"],
            "agents": [24, 26, 28, 30, 33],
            "agent_hours": [1010.0, 1062.5, 1141.0, 1207.5, 1339.0],
            "paid_hours": [1442.9, 1517.9, 1630.0, 1725.0, 1912.9],
            "service_level": [0.741, 0.829, 0.914, 0.957, 0.992],
            "hours_per_point": [np.nan, 8.52, 13.19, 22.09, 53.69],
        }
    )
    return SimpleNamespace(table=table)
