"""What given agents deliver: per interval, per day and in total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.attendance import Shifts, people_of_shifts
from erlangplan.delivered import (
    DELIVERED,
    Closing,
    by_themselves,
    carried_over,
    intervals_follow,
    waits_wanted,
)
from erlangplan.errors import Fault, InputError
from erlangplan.forecast import UNNAMED, Forecast, check_forecast
from erlangplan.results import assumptions, carried_remarks, html_text, remarks, summary_text
from erlangplan.settings import Config, as_config
from erlangplan.shrinkage import remove_shrinkage
from erlangplan.targets import Target
from erlangplan.totals import Totals, check_fte_hours

if TYPE_CHECKING:
    from erlangplan.carry_over import AtClose, Leaving

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What given agents deliver in each interval of a forecast.

    Attributes
    ----------
    table
        One row per queue and interval: queue, start, volume, aht [s], load [erlang], agents,
        required, net (agents over or, below 0, short of those required), service_level, asa [s],
        wait_p95 [s], abandonment, occupancy. All shares are of the contacts that arrive in the
        interval, whatever happens to them later. With the queue carried over also
        service_level_stationary (of the interval by itself), and what happens during the
        interval: abandons_in, answered_in [expected contacts], queue_end (expected contacts
        waiting at its end), overtime_hours (of agents who finish their calls after they leave).
    forecast
        The forecast, volume and handle time factors applied.
    config
        What was asked of each queue.
    totals
        The table added up.
    notes
        What was found about the given agents.
    method
        How a queue is calculated: ``carry-over`` or ``stationary``.
    closing
        How queues are carried over; None where they are not.
    over
        The window of the promise of a `Requirement` given as agents; ``interval`` otherwise.
    """

    table: pd.DataFrame
    forecast: Forecast
    config: Config
    totals: Totals
    notes: tuple[str, ...] = ()
    method: str = "stationary"
    closing: Closing | None = None
    over: str = "interval"

    @property
    def queues(self) -> pd.DataFrame:
        """Totals per queue."""
        return self.totals.queues

    @property
    def days(self) -> pd.DataFrame:
        """Totals per queue and day."""
        return self.totals.days

    @property
    def total(self) -> pd.DataFrame:
        """Totals of all queues, one row."""
        return self.totals.total

    @cached_property
    def missed(self) -> tuple[str, ...]:
        """Queues whose totals miss a part of their target."""
        parts, missed = self.totals.parts, []
        for _, row in self.queues.iterrows():
            rows = parts[(parts["queue"] == row["queue"]) & (parts["volume"] > 0)]
            target = self.config.of(str(row["queue"])).target
            if len(rows) and not _met(row, rows, target):
                missed.append(str(row["queue"]))
        return tuple(missed)

    @cached_property
    def remarks(self) -> list[str]:
        """What to know before using these numbers."""
        open_rows = self.table["volume"].to_numpy() > 0
        net, agents = self.table["net"].to_numpy(), self.table["agents"].to_numpy()
        found = list(self.notes)
        per_interval = self.over == "interval"
        if per_interval and (short := open_rows & (net < 0)).any():
            lowest = self.table.iloc[int(np.where(short, net, np.inf).argmin())]
            found.append(
                f"{int(short.sum()):,} of {int(open_rows.sum()):,} intervals with contacts are "
                f"short of agents, most in {lowest['queue']} at {lowest['start']:%a %d %b %H:%M} "
                f"({lowest['net']:+g})"
            )
        if idle := agents[~open_rows].sum() * self.forecast.interval / 3600:
            found.append(f"{idle:,.1f} agent hours lie in intervals without contacts")
        if self.missed:
            found.append(f"over the whole time the target is missed by {', '.join(self.missed)}")
        if self.closing is not None:
            found += carried_remarks(self.table, self.forecast.interval, self.closing)
        return found + remarks(self.table, self.config, self.forecast.interval)

    @property
    def assumptions(self) -> list[tuple[str, str]]:
        """What the numbers rest on, as pairs of name and text."""
        found = assumptions(self.forecast, self.config, self.totals.fte_hours)
        way = "each interval by itself (stationary)"
        if self.closing is not None:
            way = f"queue carried over from interval to interval; {self.closing.words}"
        return [*found[:-1], ("Method", way), found[-1]]

    def summary(self) -> str:
        """Return the result in words: totals, per queue, per day, and remarks."""
        return summary_text("What these agents deliver", self.totals, self.config, self.remarks)

    def _repr_html_(self) -> str:
        return html_text(self.table, self.summary())


def evaluate(
    forecast: Forecast,
    agents: object,
    target: Target | str | None = None,
    *,
    agents_are: Literal["on-queue", "scheduled"] = "on-queue",
    shrinkage: object = None,
    patience: float | str | None = None,
    balking: float | str | None = None,
    lines: float | None = None,
    config: Config | str | PathLike[str] | None = None,
    volume_factor: float = 1.0,
    aht_factor: float = 1.0,
    fte_hours: float = 40.0,
    breaks_in_shrinkage: bool | None = None,
    method: Literal["carry-over", "stationary"] | None = None,
    leaving: Leaving = "finish",
    at_close: AtClose = "serve",
    initial: float | NDArray[np.float64] = 0,
    waits: bool | None = None,
) -> Evaluation:
    """Return what given agents deliver, interval by interval and in total.

    Parameters
    ----------
    forecast
        Volume and handle time per queue and interval of at most an hour.
    agents
        A number; an array or Series with one value per row of ``forecast.table``; a mapping from
        queue to number; a DataFrame, or a result with such a `table`, with columns start, agents
        and, where there are several queues, queue; or a `Schedule`: those at work and not on a
        break, less the shrinkage that it does not show. Fractions are time-weighted between the
        whole numbers around them.
    target
        The promise; without one, that of a `Requirement` given as agents, or 80/20. Beside a
        `Requirement` or `config` it replaces the parts that it names.
    agents_are
        ``on-queue``, or ``scheduled``: people from whom the shrinkage is still to be taken. A
        frame's own column scheduled is read then, where it has one. Not used for a `Schedule`.
    shrinkage, patience, balking, lines, config, volume_factor, aht_factor, fte_hours
        As for `staff`.
    breaks_in_shrinkage
        Beside a `Schedule` with breaks, whether a shrinkage that is one bare number includes
        them. Named parts say so themselves (`in_schedule`).
    method
        ``carry-over``: the exact queue through the day, in which an interval leaves to the next
        one what it does not get done; ``stationary``: each interval as if it had gone on for
        ever. None = that of a `Requirement` given as agents; otherwise carry-over where the
        intervals follow each other, and stationary where most do not.
    leaving
        Carried over, whether agents who leave ``finish`` their call, which is overtime, or hand
        it back to the head of the queue (``preempt``).
    at_close
        Carried over, what becomes of those who wait as an opening ends (where nobody calls and
        nobody works, or the forecast has no interval): ``serve``: the last interval's agents (of a
        fraction, those of its end) stay until the queue is empty, and those callers count as
        they are served; ``abandon``: they
        are sent away and count as abandoned; ``carry``: they wait for the next opening, on the
        same clock, and nobody abandons while it is closed.
    initial
        Carried over, contacts in each queue as its first opening begins, or the probabilities of
        0, 1, 2, ...
    waits
        Carried over, whether asa and wait_p95 are computed, which takes ten times as long as the
        rest; None = for up to 1,000 intervals, and where the target limits them.

    Returns
    -------
    Evaluation
        What is delivered per interval, against what is required.

    Raises
    ------
    InputError
        If agents are missing for an interval, negative or not finite; names the intervals.

    Examples
    --------
    >>> import erlangplan as ep
    >>> frame = pd.DataFrame({"start": ["2026-03-02 09:00", "2026-03-02 09:30"],
    ...                       "volume": [100, 140], "aht": [180, 180]})
    >>> result = evaluate(ep.read_forecast(frame), 16, "80/20")
    >>> result.table[["required", "net"]].values.tolist()
    [[14.0, 2.0], [18.0, -2.0]]
    >>> result.table[["service_level", "service_level_stationary"]].round(3).values.tolist()
    [[0.98, 0.971], [0.712, 0.593]]
    """
    if agents_are not in ("on-queue", "scheduled"):
        raise ValueError(f"agents_are must be 'on-queue' or 'scheduled', got {agents_are!r}")
    check_forecast(forecast)
    check_fte_hours(fte_hours)
    inherited = getattr(agents, "config", None)
    if config is None and isinstance(inherited, Config):
        config = inherited
    settings = as_config(
        config, target, shrinkage=shrinkage, patience=patience, balking=balking, lines=lines
    )
    forecast = forecast.scale(volume_factor, aht_factor)
    table, load = forecast.table, forecast.load
    way = _method(method, agents, forecast)
    closing = None
    if way == "carry-over":
        closing = Closing(leaving, at_close, initial, waits_wanted(forecast, settings, waits))
    notes: tuple[str, ...] = ()
    if isinstance(agents, Shifts):
        told = breaks_in_shrinkage if shrinkage is not None or config is not inherited else False
        by_part, paid, notes = people_of_shifts(
            agents, forecast, settings, told, by_part=closing is not None
        )
    else:
        given = _aligned(agents, table, agents_are)
        on_queue, paid = _with_shrinkage(given, table, settings, agents_are)
        by_part = on_queue[:, None]
    on_queue = by_part.mean(axis=1)
    columns = {name: np.empty(len(table)) for name in DELIVERED} | {"agents": on_queue}
    for asked_of, rows in settings.groups(table["queue"]):
        aht = table["aht"].to_numpy(float)[rows]
        for name, values in by_themselves(load[rows], on_queue[rows], aht, asked_of).items():
            columns[name][rows] = values
    if closing is not None:
        columns["service_level_stationary"] = columns["service_level"]
        columns |= carried_over(forecast, by_part, settings, closing)
    kept = {name: columns.pop(name) for name in ("counted", "lost", "busy")}
    columns["net"] = columns["agents"] - columns["required"]
    shown = _SHOWN if closing is None else _SHOWN_CARRIED
    table = table.assign(load=load, **{name: columns[name] for name in shown})
    summed = table[["queue", "start", "volume", "agents", "service_level", "asa", "abandonment"]]
    totals = Totals(summed.assign(paid=paid, **kept), forecast.interval, fte_hours)
    over = str(getattr(agents, "over", "interval"))
    return Evaluation(table, forecast, settings, totals, notes, way, closing, over)


def _method(given: str | None, agents: object, forecast: Forecast) -> str:
    if given not in (None, "carry-over", "stationary"):
        raise ValueError(f"method must be 'carry-over' or 'stationary', got {given!r}")
    if given is not None:
        return given
    if isinstance(inherited := getattr(agents, "method", None), str):
        return inherited
    return "carry-over" if intervals_follow(forecast) else "stationary"


_SHOWN = (
    "agents", "required", "net", "service_level", "asa", "wait_p95", "abandonment", "occupancy",
)  # fmt: skip
_SHOWN_CARRIED = (
    *_SHOWN[:4], "service_level_stationary", *_SHOWN[4:],
    "abandons_in", "answered_in", "queue_end", "overtime_hours",
)  # fmt: skip


def _with_shrinkage(
    given: NDArray[np.float64], table: pd.DataFrame, settings: Config, agents_are: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return agents on the queue and paid people, either given and the other from it."""
    on_queue, paid = given.copy(), given.copy()
    for asked, rows in settings.groups(table["queue"]):
        if agents_are == "scheduled":
            on_queue[rows] = remove_shrinkage(given[rows], asked.shrinkage)
        else:
            paid[rows] = given[rows] / float(asked.shrinkage.remaining)
    return on_queue, paid


def _met(row: pd.Series, rows: pd.DataFrame, target: Target) -> bool:
    blocked = (rows["volume"] * (rows["lost"] - rows["abandonment"])).sum() / rows["volume"].sum()
    limits = (
        ("asa", target.max_asa),
        ("abandonment", target.max_abandonment),
        ("occupancy", target.max_occupancy),
    )
    slack = 1e-9  # totals are sums of rounded floats
    promised = target.service_level
    if promised is not None and not row["service_level"] >= promised - slack:
        return False
    if rows["agents"].min() < target.min_agents - slack:
        return False
    if target.max_blocked is not None and blocked > target.max_blocked * (1 + slack):
        return False
    return all(limit is None or row[name] <= limit * (1 + slack) for name, limit in limits)


def _aligned(agents: object, table: pd.DataFrame, agents_are: str) -> NDArray[np.float64]:
    if isinstance(frame := getattr(agents, "table", agents), pd.DataFrame):
        values = _looked_up(frame, table, agents_are)
    elif isinstance(agents, Mapping):
        names = table["queue"].astype(str)
        named = {str(name) for name in agents}
        sides = (("missing for", set(names) - named), ("given for", named - set(names)))
        for what, odd in sides:
            if odd:
                known = f"; the forecast has {', '.join(sorted(set(names))[:20])}"
                raise InputError(f"agents are {what} queue {', '.join(sorted(odd))}{known}")
        values = names.map({str(name): number for name, number in agents.items()}).to_numpy(float)
    else:
        if isinstance(agents, pd.Series) and not agents.index.equals(table.index):
            raise InputError(
                "a Series of agents must follow forecast.table, which is sorted by queue and start",
                fix="Give a frame with the columns queue, start and agents.",
            )
        values = np.asarray(agents, dtype=float)
        if values.shape not in ((), (len(table),)):
            raise InputError(
                f"agents must be one number or one per interval ({len(table):,}), "
                f"got shape {values.shape}"
            )
        values = np.broadcast_to(values, len(table))
    values = np.array(values, dtype=float)
    if isinstance(frame, pd.DataFrame):
        closed = np.isnan(values) & (table["volume"].to_numpy() == 0)
        values[closed] = 0.0  # nobody is needed, and nobody was named
        _check_cover(values, frame, table)
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if wrong.size:
        raise InputError(f"agents are impossible in {wrong.size:,} intervals", faults=[
            Fault(f"expected a number >= 0 ({table['queue'].iloc[i]}, {table['start'].iloc[i]})",
                  column="agents", value=f"{values[i]:g}") for i in wrong[:10]
        ])  # fmt: skip
    return values


def _check_cover(values: NDArray[np.float64], frame: pd.DataFrame, table: pd.DataFrame) -> None:
    missing = np.flatnonzero(np.isnan(values))
    if not missing.size:
        return
    queues = table["queue"].astype(str)
    strange = set(frame["queue"].astype(str)) - set(queues) if "queue" in frame else set()
    first, busy = table.iloc[missing[0]], int((table["volume"] > 0).sum())
    raise InputError(
        f"agents are missing for {missing.size:,} of {busy:,} intervals with contacts, "
        f"the first {first['queue']}, {first['start']:%Y-%m-%d %H:%M}; they cover "
        f"{frame['start'].min():%Y-%m-%d %H:%M} to {frame['start'].max():%Y-%m-%d %H:%M}"
        + (
            f" and name queues unknown to the forecast: {', '.join(sorted(strange))}"
            if strange
            else ""
        )
    )


def _looked_up(frame: pd.DataFrame, table: pd.DataFrame, agents_are: str) -> NDArray[np.float64]:
    scheduled = agents_are == "scheduled" and "scheduled" in frame
    column = "scheduled" if scheduled else "agents"
    if missing := {"start", column} - set(frame.columns):
        raise InputError(f"agents need a column {' and '.join(sorted(missing))}")
    if not pd.api.types.is_datetime64_any_dtype(frame["start"].dtype):
        raise InputError("agents' start must hold dates and times; read_agents reads them")
    keys = _keys(frame, table)
    given = frame[keys].assign(agents=frame[column].to_numpy(float))
    wanted = table[keys].copy()
    if "queue" in keys:
        for side in (given, wanted):
            side["queue"] = side["queue"].astype(str)
    naive = given["start"].dt.tz is None
    if naive and table["start"].dt.tz is not None:
        # An hour that a DST change repeats stands twice, its first pass first.
        wanted["start"] = wanted["start"].dt.tz_localize(None)
        for side in (given, wanted):
            side["pass"] = side.groupby(keys).cumcount()
        passes = wanted.groupby(keys).size().reindex(pd.MultiIndex.from_frame(given[keys])
            if len(keys) > 1 else given[keys[0]]).to_numpy()  # fmt: skip
        keys = [*keys, "pass"]
        if (spare := given["pass"].to_numpy() >= passes).any():
            raise InputError(f"agents stand twice for {given.loc[spare, 'start'].iloc[0]}")
    elif not naive and table["start"].dt.tz is None:
        raise InputError("agents carry a time zone and the forecast does not; give tz (--tz)")
    given["start"] = given["start"].astype(wanted["start"].dtype)
    if (twice := given.duplicated(keys)).any():
        raise InputError(f"agents stand twice for {given.loc[twice, 'start'].iloc[0]}")
    return wanted.merge(given, on=keys, how="left", validate="one_to_one")["agents"].to_numpy()


def _keys(frame: pd.DataFrame, table: pd.DataFrame) -> list[str]:
    """Return the columns to match by; agents of no named queue fit the only queue there is."""
    known = table["queue"].astype(str).unique().tolist()
    named = frame["queue"].astype(str).unique().tolist() if "queue" in frame else [UNNAMED]
    if len(known) == 1 and named == [UNNAMED]:
        return ["start"]
    if named == [UNNAMED] and UNNAMED not in known:
        raise InputError("agents need a column queue, because the forecast has several queues")
    return ["queue", "start"]
