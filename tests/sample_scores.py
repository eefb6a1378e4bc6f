"""A contract and a month that was made up for it: busy Mondays, and two bad afternoons."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

CONTRACT = """\
schema = 1
client = "Acme"
vendor = "Nordic BPO"
currency = "EUR"
time_zone = "Europe/Helsinki"
effective = 2026-01-01

[hours.phone]
mon-fri = "08:00-20:00"
sat = "09:00-15:00"

[[queue]]
name = "acme-phone"
channel = "phone"
hours = "phone"

[[objective]]
id = "phone-sl"
queue = "acme-phone"
target = "80/20"
abandons = "exclude-within-threshold"
critical = true

[[objective]]
id = "phone-floor"
queue = "acme-phone"
target = "80/20"
aggregate = "share-of-intervals"
share = 0.75
min_contacts = 10

[[objective]]
id = "phone-abandon"
queue = "acme-phone"
metric = "abandon_rate"
at_most = 0.05
short_abandon = "5s"

[[objective]]
id = "phone-asa"
queue = "acme-phone"
metric = "asa"
at_most = "25s"

[[objective]]
id = "quality"
queue = "acme-phone"
metric = "manual"
at_least = 0.90
min_sample = 200

[forecast]
lock = "45d"

[[relief]]
id = "volume-over-forecast"
when = "offered > 110% of locked forecast"
per = "day"
remedy = "exclude-surplus"

[[relief]]
id = "client-outage"
when = "event"
remedy = "exclude-period"

[money]
monthly_fee = 100000
at_risk = "10%"

[[credit]]
objective = "phone-sl"
share = "20%"
earn_back = { months = 6, share = "50%" }

[[credit]]
objective = "phone-abandon"
per_point = 2000
cap = 6000

[chronic]
consecutive = 3
any = [5, 12]
means = "client may end the contract"
"""
FIRST, LAST = "2026-03-01", "2026-03-31"


def half_hours(first: str = FIRST, last: str = LAST) -> pd.DatetimeIndex:
    """Return the starts of the half-hours in which the contract's queue is open."""
    starts = pd.date_range(first, f"{last} 23:30", freq="30min")
    hour, day = starts.hour, starts.day_of_week
    week = (day < 5) & (hour >= 8) & (hour < 20)
    return starts[week | ((day == 5) & (hour >= 9) & (hour < 15))]


def forecast(first: str = FIRST, last: str = LAST) -> pd.DataFrame:
    starts = half_hours(first, last)
    hour = starts.hour + starts.minute / 60
    volume = (
        34 + 30 * np.exp(-(((hour - 10.5) / 1.8) ** 2)) + 18 * np.exp(-(((hour - 15) / 2) ** 2))
    )
    volume *= np.where(starts.day_of_week == 0, 1.15, 1.0)
    return pd.DataFrame(
        {"queue": "acme-phone", "start": starts, "volume": volume.round(), "aht": 240}
    )


def actuals(
    first: str = FIRST, last: str = LAST, *, bad: float = 1.0, seed: int = 5
) -> pd.DataFrame:
    """Return half-hours of contacts; `bad` scales how many are late."""
    planned, rng = forecast(first, last), np.random.default_rng(seed)
    starts = pd.DatetimeIndex(planned["start"])
    surge = np.where(starts.day == 10, 1.35, 1.0)
    offered = rng.poisson(planned["volume"] * surge)
    late = np.full(len(starts), 0.1485) + 0.14 * (starts.hour.isin([10, 11])).astype(float)
    late = late + 0.3 * ((starts.day == 10) | ((starts.day == 19) & (starts.hour >= 13)))
    late = np.clip(late * bad, 0, 0.9)
    slow = rng.binomial(offered, late)
    lost = rng.binomial(slow, 0.24)
    lost_soon = rng.binomial(offered - slow, 0.02)
    answered = offered - lost - lost_soon
    within = offered - slow - lost_soon
    return pd.DataFrame(
        {
            "start": starts,
            "queue": "acme-phone",
            "offered": offered,
            "answered": answered,
            "abandoned": lost + lost_soon,
            "answered_20s": within,
            "abandoned_20s": lost_soon,
            "abandoned_short": rng.binomial(lost_soon, 0.5),
            "answered_120s": within + rng.binomial(answered - within, 0.8),
            "abandoned_120s": lost_soon + rng.binomial(lost, 0.7),
            "wait_answered_seconds": within * 4 + (answered - within) * 75,
            "handle_seconds": answered * 240,
        }
    )


def events() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "start": ["2026-03-19 13:00"],
            "end": ["2026-03-19 16:00"],
            "kind": ["client-outage"],
            "queue": [""],
            "note": ["the client's shop was down"],
        }
    )


def samples() -> pd.DataFrame:
    dates = pd.date_range("2026-03-02", periods=4, freq="7D")
    return pd.DataFrame(
        {"date": dates, "objective": "quality", "good": [56, 52, 55, 57], "counted": [60] * 4}
    )


def write_all(folder: Path) -> dict[str, Path]:
    """Write the contract and its files, and return their paths."""
    paths = {
        name: folder / f"{name}.csv" for name in ("actuals", "forecast", "events", "samples")
    } | {"contract": folder / "acme.toml"}
    paths["contract"].write_text(CONTRACT, encoding="utf-8")
    for name, table in (("actuals", actuals()), ("forecast", forecast()), ("events", events()),
                        ("samples", samples())):  # fmt: skip
        table.to_csv(paths[name], index=False)
    return paths
