"""The forecast: contacts offered and their average handle time, per queue and interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from erlangplan.errors import SHOWN_FAULTS, Fault, InputError
from erlangplan.profiles import Profile, spread_rows
from erlangplan.units import duration_text

__all__ = ["Forecast"]

COLUMNS = ("queue", "start", "volume", "aht")
UNNAMED = "all"  # the queue where a file names none
SHORTEST, LONGEST = 60.0, 86400.0
MOST_VOLUME, MOST_AHT = 1e9, 1e7
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Forecast:
    """Contacts offered and average handle time of one or more queues, interval by interval.

    Parameters
    ----------
    table
        Columns `queue`, `start` (datetime64, aware of the time zone when it is known), `volume`
        (contacts offered, at least 0) and `aht` (seconds; NaN only where the volume is 0). It is
        kept sorted by queue and start.
    interval
        Length of an interval in seconds, from a minute to a day.
    source
        Where it came from: the name of a file, "frame", or "stdin".
    notes
        What was guessed or noticed while reading.

    Raises
    ------
    InputError
        If a row is impossible: a negative or unbounded volume, a volume without an AHT, an
        interval that stands twice or off the grid.

    Examples
    --------
    >>> import pandas as pd
    >>> starts = pd.date_range("2026-03-23 08:00", periods=2, freq="30min")
    >>> frame = pd.DataFrame({"queue": "a", "start": starts, "volume": [10, 20], "aht": 240.0})
    >>> Forecast(frame, interval=1800).volume
    30.0
    """

    table: pd.DataFrame
    interval: float
    source: str = "frame"
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not SHORTEST <= self.interval <= LONGEST:
            raise ValueError(
                f"interval must be from 1 minute to 1 day, got {duration_text(self.interval)}"
            )
        object.__setattr__(self, "table", _valid(self.table, float(self.interval), self.source))
        object.__setattr__(self, "interval", float(self.interval))
        object.__setattr__(self, "notes", tuple(self.notes))

    @property
    def tz(self) -> str | None:
        """Name of the time zone of `start`, or None where none is known."""
        zone = self.table["start"].dt.tz
        return None if zone is None else str(zone)

    @property
    def queues(self) -> tuple[str, ...]:
        """Names of the queues, sorted."""
        return tuple(str(name) for name in self.table["queue"].cat.categories)

    @property
    def volume(self) -> float:
        """Contacts offered in all."""
        return math.fsum(self.table["volume"])

    @property
    def aht(self) -> float:
        """Average handle time over all contacts (s), NaN without contacts."""
        return _mean_aht(self.table)

    @property
    def load(self) -> FloatArray:
        """Offered load of each row [erlang].

        Raises
        ------
        InputError
            If an interval is longer than an hour: a load spread evenly over a day or half a day
            hides its peak, and agents for it would fall short.
        """
        if self.interval > 3600:
            raise InputError(
                f"intervals of {duration_text(self.interval)} are too long to staff, because the "
                "load within them is uneven",
                file=self.source,
                fix="Spread them: --profile FILE (spread) with the usual shape of each weekday, "
                "or --spread-evenly --hours 08:00-20:00 (spread_evenly).",
            )
        volume = self.table["volume"].to_numpy()
        return np.where(volume > 0, volume * self.table["aht"].to_numpy() / self.interval, 0.0)

    def scale(self, volume_factor: float = 1.0, aht_factor: float = 1.0) -> Forecast:
        """Return the forecast with every volume and every AHT multiplied.

        Raises
        ------
        ValueError
            If a factor is negative or not finite, or the AHT factor is 0.
        """
        for name, factor in (("volume_factor", volume_factor), ("aht_factor", aht_factor)):
            if not (math.isfinite(factor) and factor >= 0):
                raise ValueError(f"{name} must be at least 0, got {factor!r}")
        if aht_factor == 0:
            raise ValueError("aht_factor must be above 0, got 0")
        scaled = self.table.assign(
            volume=self.table["volume"] * volume_factor, aht=self.table["aht"] * aht_factor
        )
        factors = (("volume", volume_factor), ("AHT", aht_factor))
        said = tuple(f"{name} multiplied by {factor:g}" for name, factor in factors if factor != 1)
        return replace(self, table=scaled, notes=self.notes + said)

    def spread(self, profile: Profile) -> Forecast:
        """Return the forecast with its long intervals spread over a profile's short ones.

        Parameters
        ----------
        profile
            Share of the day by weekday and interval, such as `read_profile` returns.

        Returns
        -------
        Forecast
            The same contacts in the profile's intervals; the average handle time stays.

        Raises
        ------
        ValueError
            If the profile's intervals are not shorter, or do not fit.
        InputError
            If there are contacts on a weekday for which the profile has no share.
        """
        table = spread_rows(self.table, self.interval, profile)
        note = (
            f"intervals of {duration_text(self.interval)} spread over "
            f"{duration_text(profile.interval)}"
        )
        return replace(self, table=table, interval=profile.interval, notes=(*self.notes, note))

    def spread_evenly(self, hours: str = "00:00-24:00", interval: float = 1800.0) -> Forecast:
        """Return the forecast with its long intervals spread evenly over opening hours.

        Parameters
        ----------
        hours
            Opening hours such as "08:00-20:00", the same every day.
        interval
            Length of the new intervals (s).

        Raises
        ------
        ValueError
            If the hours or the interval make no sense.
        """
        return self.spread(Profile.even(hours, interval))

    def summary(self) -> str:
        """Return what the forecast holds as a few lines of text."""
        starts = self.table["start"]
        first, last = starts.min(), starts.max()
        zone = f" ({self.tz})" if self.tz else ""
        lines = [
            f"Forecast from {self.source}: {len(self.table):,} intervals of "
            f"{duration_text(self.interval)}, {first:%Y-%m-%d %H:%M} to "
            f"{last:%Y-%m-%d %H:%M}{zone}",
            f"{self.volume:,.6g} contacts, AHT {_aht_text(self.aht)}",
        ]
        if len(self.queues) > 1:
            for name, rows in self.table.groupby("queue", observed=True):
                volume = rows["volume"].sum()
                aht = _aht_text(_mean_aht(rows))
                lines.append(f"  {name}: {volume:,.6g} contacts, AHT {aht}")
        return "\n".join([*lines, *self.notes])

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def _repr_html_(self) -> str:
        return str(self.table.to_html(max_rows=20))


def check_forecast(forecast: object) -> None:
    """Refuse what is not a forecast, and say how to make one."""
    if not isinstance(forecast, Forecast):
        raise TypeError(
            f"forecast must be a Forecast, got {type(forecast).__name__}; "
            "read_forecast takes a path, an open file or a DataFrame"
        )


def _aht_text(aht: float) -> str:
    return "unknown" if math.isnan(aht) else f"{aht:.4g} s"


def _mean_aht(table: pd.DataFrame) -> float:
    volume = table["volume"].to_numpy()
    busy = volume > 0
    total = math.fsum(volume[busy])
    return math.fsum(volume[busy] * table["aht"].to_numpy()[busy]) / total if total else math.nan


def _valid(table: pd.DataFrame, interval: float, source: str) -> pd.DataFrame:
    """Return the table converted and sorted, or raise with every row that is impossible."""
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise InputError(f"a forecast needs the columns {', '.join(missing)}", file=source)
    if not len(table):
        raise InputError("a forecast needs at least one interval", file=source)
    columns: Mapping[str, object] = {
        "queue": _categories(table["queue"]),
        "start": _starts(table["start"], source),
        "volume": _floats(table["volume"], source),
        "aht": _floats(table["aht"], source),
    }
    clean = pd.DataFrame(columns, index=pd.RangeIndex(len(table)), copy=False)
    codes, ticks = _keys(clean)
    later = (codes[1:] > codes[:-1]) | ((codes[1:] == codes[:-1]) & (ticks[1:] >= ticks[:-1]))
    if not later.all():
        order = np.lexsort((ticks, codes))
        clean = clean.iloc[order].reset_index(drop=True)
        codes, ticks = codes[order], ticks[order]
    _refuse_values(clean, source)
    _refuse_overlap(clean, codes, ticks, interval, source)
    return clean


def _categories(queue: pd.Series[str]) -> object:
    if queue.isna().any():
        raise InputError("every row of a forecast needs a queue")
    ready = isinstance(queue.dtype, pd.CategoricalDtype)
    names = queue.cat.categories if ready else queue
    if any("\0" in text for text in names.astype(str)):
        # Pandas cuts a text at a NUL when it groups, which would mix queues up.
        raise InputError("the name of a queue must not hold a NUL")
    if ready and names.is_monotonic_increasing and queue.cat.codes.nunique() == len(names):
        return queue.array
    return pd.Categorical(queue.astype(str))


def _starts(start: pd.Series[pd.Timestamp], source: str) -> object:
    kind = start.dtype
    is_time = isinstance(kind, pd.DatetimeTZDtype) or (
        isinstance(kind, np.dtype) and kind.kind == "M"
    )
    if not is_time:
        raise InputError(f"start must hold dates and times, got {kind}", file=source)
    if start.isna().any():
        raise InputError("every row of a forecast needs a start", file=source)
    return start.dt.as_unit("us").reset_index(drop=True)


def _floats(values: pd.Series[float], source: str) -> FloatArray:
    try:
        return np.asarray(values.to_numpy(dtype=float, na_value=np.nan))
    except (TypeError, ValueError):
        raise InputError(f"{values.name} must hold numbers", file=source) from None


def _keys(table: pd.DataFrame) -> tuple[npt.NDArray[np.integer], IntArray]:
    start = table["start"]
    utc = start if start.dt.tz is None else start.dt.tz_convert(None)
    codes = table["queue"].cat.codes.to_numpy()
    return np.asarray(codes), np.asarray(utc.to_numpy().view(np.int64))


def _refuse_values(table: pd.DataFrame, source: str) -> None:
    volume, aht = table["volume"].to_numpy(), table["aht"].to_numpy()
    wrong = (
        (~((volume >= 0) & (volume <= MOST_VOLUME)), "volume", "from 0 to 1e9 contacts"),
        (
            (volume > 0) & ~((aht > 0) & (aht <= MOST_AHT)),
            "aht",
            "an average handle time above 0 s beside a volume",
        ),
        (
            (volume == 0) & ~(np.isnan(aht) | ((aht >= 0) & (aht <= MOST_AHT))),
            "aht",
            "a positive average handle time, or none",
        ),
    )
    faults = [
        Fault(
            f"expected {expected} ({table['queue'].iloc[i]}, {table['start'].iloc[i]})",
            column=column,
            value=f"{table[column].iloc[i]:.15g}",
        )
        for mask, column, expected in wrong
        for i in np.flatnonzero(mask)[:SHOWN_FAULTS]
    ]
    if faults:
        count = sum(int(mask.sum()) for mask, _, _ in wrong)
        raise InputError(
            f"{count:,} interval{'s are' if count > 1 else ' is'} impossible",
            file=source,
            faults=faults[:SHOWN_FAULTS],
        )


def _refuse_overlap(
    table: pd.DataFrame,
    codes: npt.NDArray[np.integer],
    ticks: IntArray,
    interval: float,
    source: str,
) -> None:
    same = codes[1:] == codes[:-1]
    gaps = ticks[1:] - ticks[:-1]
    # A day may have 23 or 25 hours, so long intervals may differ by an hour.
    least = interval if interval <= 3600 else interval - 3600
    wrong = np.flatnonzero(same & (gaps < round(least * 1e6))) + 1
    if len(wrong):
        faults = [
            Fault(
                f"expected a start at least {duration_text(interval)} after the one before "
                f"({table['queue'].iloc[i]})",
                column="start",
                value=str(table["start"].iloc[i]),
            )
            for i in wrong[:SHOWN_FAULTS]
        ]
        raise InputError(
            f"{len(wrong):,} interval{'s stand' if len(wrong) > 1 else ' stands'} twice or overlap",
            file=source,
            faults=faults,
        )
