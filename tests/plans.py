"""Small named forecasts that tests and benchmarks share."""

from __future__ import annotations

import numpy as np
import pandas as pd

import erlangplan as ep


def one_morning(volume: list[float] | None = None, aht: float = 180.0) -> ep.Forecast:
    """Return four half-hours of one queue."""
    volume = [100, 140, 80, 0] if volume is None else volume
    start = pd.date_range("2026-03-02 09:00", periods=len(volume), freq="30min")
    frame = pd.DataFrame({"start": start, "volume": volume, "aht": aht})
    return ep.read_forecast(frame, interval=1800)


def two_queues(days: int = 2, tz: str | None = None) -> ep.Forecast:
    """Return whole days of half-hours of a small and a large queue, closed at night."""
    start = pd.date_range("2026-03-02", periods=48 * days, freq="30min", tz=tz)
    hour = start.hour + start.minute / 60
    shape = np.where((hour >= 8) & (hour < 20), 1 + np.sin((hour - 8) / 12 * np.pi), 0)
    parts = [
        pd.DataFrame({"queue": name, "start": start, "volume": size * shape, "aht": aht})
        for name, size, aht in (("large", 90.0, 240.0), ("small", 4.0, 300.0))
    ]
    return ep.read_forecast(pd.concat(parts))
