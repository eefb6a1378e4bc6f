"""A month made up for the starter contract: busy late mornings, a flood on the 10th, an outage.

What was forecast follows a formula: two bells, at 10:30 and 15:00, on a plateau, and 15 % more on
Mondays. What came of it is drawn around that with a fixed seed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = [
    "starter_actuals",
    "starter_events",
    "starter_locked",
    "starter_month",
    "starter_samples",
]

_QUEUE, _FIRST, _LAST = "acme-phone", "2026-03-01", "2026-03-31"


def starter_locked(first: str = _FIRST, last: str = _LAST) -> pd.DataFrame:
    """Return the forecast of each open half-hour: queue, start, volume, aht [s]."""
    starts = pd.date_range(first, f"{last} 23:30", freq="30min")
    weekday, clock = starts.day_of_week, starts.hour
    open_week = (weekday < 5) & (clock >= 8) & (clock < 20)
    starts = starts[open_week | ((weekday == 5) & (clock >= 9) & (clock < 15))]
    hour = np.asarray(starts.hour + starts.minute / 60)
    volume = 34 + 30 * np.exp(-(((hour - 10.5) / 1.8) ** 2))
    volume = volume + 18 * np.exp(-(((hour - 15) / 2) ** 2))
    volume *= np.where(starts.day_of_week == 0, 1.15, 1.0)
    return pd.DataFrame({"queue": _QUEUE, "start": starts, "volume": volume.round(), "aht": 240})


def starter_actuals(
    first: str = _FIRST, last: str = _LAST, *, late: float = 1.0, seed: int = 5
) -> pd.DataFrame:
    """Return what happened in each open half-hour, in columns of `read_contract_actuals`.

    Parameters
    ----------
    first, last
        Days.
    late
        Multiplies the chance of a contact to be late.
    seed
        Of the draws.
    """
    planned, random = starter_locked(first, last), np.random.default_rng(seed)
    starts = pd.DatetimeIndex(planned["start"])
    flood = np.asarray(starts.day == 10)
    offered = random.poisson(planned["volume"] * np.where(flood, 1.35, 1.0))
    chance = np.full(len(starts), 0.1485) + 0.14 * starts.hour.isin([10, 11])
    chance = chance + 0.3 * (flood | ((starts.day == 19) & (starts.hour >= 13)))
    slow = random.binomial(offered, np.clip(chance * late, 0, 0.9))
    lost = random.binomial(slow, 0.24)
    lost_soon = random.binomial(offered - slow, 0.02)
    answered = offered - lost - lost_soon
    within = offered - slow - lost_soon
    return pd.DataFrame(
        {
            "start": starts,
            "queue": _QUEUE,
            "offered": offered,
            "answered": answered,
            "abandoned": lost + lost_soon,
            "answered_20s": within,
            "abandoned_20s": lost_soon,
            "abandoned_short": random.binomial(lost_soon, 0.5),
            "answered_120s": within + random.binomial(answered - within, 0.9),
            "abandoned_120s": lost_soon + random.binomial(lost, 0.7),
            "wait_answered_seconds": within * 4 + (answered - within) * 75,
            "handle_seconds": answered * 240,
        }
    )


def starter_events() -> pd.DataFrame:
    """Return what relief may be asked for: start, end, kind, queue, note."""
    outage = ("2026-03-19 13:00", "2026-03-19 16:00", "client-outage", "",
              "the client's shop was down")  # fmt: skip
    return pd.DataFrame([outage], columns=["start", "end", "kind", "queue", "note"])


def starter_samples() -> pd.DataFrame:
    """Return the sheet of a judged quality: date, objective, good, counted."""
    dates = pd.date_range("2026-03-02", periods=4, freq="7D")
    return pd.DataFrame(
        {"date": dates, "objective": "quality", "good": [56, 52, 55, 57], "counted": 60}
    )


def starter_month() -> dict[str, pd.DataFrame]:
    """Return the tables of the month by name; baltic is that of a second vendor."""
    return {
        "actuals": starter_actuals(), "baltic": starter_actuals(late=0.5),
        "locked": starter_locked(), "events": starter_events(), "samples": starter_samples(),
    }  # fmt: skip
