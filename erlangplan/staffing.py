"""Forecast and target in, required agents per interval out, each number with its reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan import queues
from erlangplan.errors import InfeasibleError
from erlangplan.forecast import Forecast, check_forecast
from erlangplan.results import assumptions, html_text, remarks, summary_text
from erlangplan.settings import Config, Settings, as_config
from erlangplan.shrinkage import add_shrinkage
from erlangplan.targets import Target, as_target
from erlangplan.totals import Totals, check_fte_hours, counted_share

__all__ = ["Requirement", "Sweep", "estimate_patience", "staff", "sweep"]


@dataclass(frozen=True, eq=False)
class Requirement:
    """Required agents for each interval of a forecast.

    Attributes
    ----------
    table
        One row per queue and interval: queue, start, volume, aht [s], load [erlang], agents,
        binding (the part of the target that decides: service_level, asa, abandonment, blocked,
        occupancy or minimum), service_level, service_level_one_less, service_level_one_more,
        asa [s], wait_p95 [s], abandonment, occupancy, scheduled (people, rounded up),
        scheduled_exact.
    forecast
        The forecast, volume and handle time factors applied.
    config
        What was asked of each queue.
    totals
        The table added up.
    """

    table: pd.DataFrame
    forecast: Forecast
    config: Config
    totals: Totals

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
    def remarks(self) -> list[str]:
        """What to know before using these numbers."""
        return remarks(self.table, self.config, self.forecast.interval)

    @property
    def assumptions(self) -> list[tuple[str, str]]:
        """What the numbers rest on, as pairs of name and text."""
        return assumptions(self.forecast, self.config, self.totals.fte_hours)

    def summary(self) -> str:
        """Return the plan in words: totals, per queue, per day, and remarks."""
        return summary_text("Required agents", self.totals, self.config, self.remarks)

    def _repr_html_(self) -> str:
        return html_text(self.table, self.summary())


@dataclass(frozen=True, eq=False)
class Sweep:
    """What each of several targets costs.

    Attributes
    ----------
    table
        One row per target: target (its text), service_level (promised), agents (peak),
        agent_hours, paid_hours, predicted (service level over all contacts), hours_per_point
        (agent hours for each percentage point more than the target before, where only the
        service level differs).
    """

    table: pd.DataFrame

    def summary(self) -> str:
        """Return the table as text."""
        shown = self.table.drop(columns=["service_level"]).copy()
        shown["agents"] = [f"{peak:,.6g}" for peak in shown["agents"]]
        shown["predicted"] = [f"{100 * share:.1f} %" for share in shown["predicted"]]
        return shown.to_string(index=False, float_format="{:,.1f}".format, na_rep="")

    def _repr_html_(self) -> str:
        return html_text(self.table, "")


def staff(
    forecast: Forecast,
    target: Target | str | None = None,
    *,
    shrinkage: object = None,
    patience: float | str | None = None,
    balking: float | str | None = None,
    lines: float | None = None,
    config: Config | str | PathLike[str] | None = None,
    volume_factor: float = 1.0,
    aht_factor: float = 1.0,
    fte_hours: float = 40.0,
) -> Requirement:
    """Return the fewest agents that meet a target in every interval of a forecast.

    Parameters
    ----------
    forecast
        Volume and handle time per queue and interval of at most an hour.
    target
        The promise, such as ``"80/20"`` (the default); see `Target`.
    shrinkage
        Share of paid time off the queue, or its named parts; see `as_shrinkage`.
    patience
        Mean time a contact is willing to wait, such as ``180`` or ``"3min"`` [s]; None = nobody
        abandons. Not a report's average time to abandon; see `estimate_patience`.
    balking
        Share of contacts who leave at once rather than wait, such as ``"10%"``.
    lines
        Most contacts in the system, waiting or served; None = unlimited.
    config
        Settings for many queues, or the path of their TOML file. Arguments given win over it; a
        target replaces the parts that it names.
    volume_factor, aht_factor
        Multiply volume and handle time, such as 1.1 for 10 % more.
    fte_hours
        Paid hours of a full-time week [h].

    Returns
    -------
    Requirement
        Agents per interval, what they deliver, and totals.

    Raises
    ------
    InputError
        If the intervals are too long for Erlang formulas.
    InfeasibleError
        If no number of agents meets the target in some interval; names it.

    Examples
    --------
    >>> import erlangplan as ep
    >>> frame = pd.DataFrame({"start": ["2026-03-02 09:00", "2026-03-02 09:30"],
    ...                       "volume": [100, 140], "aht": [180, 180]})
    >>> requirement = staff(ep.read_forecast(frame), "80/20", shrinkage=0.3)
    >>> requirement.table[["agents", "scheduled"]].values.tolist()
    [[14, 20], [18, 26]]
    """
    check_forecast(forecast)
    settings = as_config(
        config, target, shrinkage=shrinkage, patience=patience, balking=balking, lines=lines
    )
    check_fte_hours(fte_hours)
    forecast = forecast.scale(volume_factor, aht_factor)
    load = forecast.load
    columns: dict[str, NDArray[Any]] = {}
    for asked, rows in settings.groups(forecast.table["queue"]):
        part = _staffed(forecast.table.iloc[rows], load[rows], asked)
        for name, values in part.items():
            columns.setdefault(name, np.empty(len(load), dtype=values.dtype))[rows] = values
    paid, counted, lost = columns["scheduled_exact"], columns.pop("counted"), columns.pop("lost")
    busy = columns.pop("busy")
    codes = columns.pop("binding").astype(np.int8)
    table = forecast.table.assign(load=load, agents=columns.pop("agents"))
    table["binding"] = pd.Categorical.from_codes(codes, categories=pd.Index(queues.BINDING))
    table = table.assign(**columns)
    parts = table[["queue", "start", "volume", "agents", "service_level", "asa", "abandonment"]]
    parts = parts.assign(paid=paid, counted=counted, lost=lost, busy=busy)
    return Requirement(table, forecast, settings, Totals(parts, forecast.interval, fte_hours))


def sweep(
    forecast: Forecast,
    targets: Sequence[Target | str] | Target | str,
    **asked: Any,
) -> Sweep:
    """Return what each of several targets costs, by threshold and from lax to strict.

    Parameters
    ----------
    forecast
        As for `staff`.
    targets
        Targets or their texts, such as ``["70/20", "80/20", "90/20"]``.
    asked
        Further arguments of `staff`.

    Returns
    -------
    Sweep
        Agents and hours for each target, and the agent hours for each point more.
    """
    texts = [targets] if isinstance(targets, Target | str) else targets
    ordered = sorted((as_target(target) for target in texts), key=_strictness)
    if not ordered:
        raise ValueError("targets must hold at least one target")
    rows = []
    for target in ordered:
        total = staff(forecast, target, **asked).total.iloc[0]
        rows.append(
            {
                "target": str(target),
                "service_level": target.service_level,
                "agents": total["peak"],
                "agent_hours": total["agent_hours"],
                "paid_hours": total["paid_hours"],
                "predicted": total["service_level"],
            }
        )
    table = pd.DataFrame(rows).astype({"service_level": float})
    alike = np.array([_strictness(target)[:-1] for target in ordered], dtype=object)
    same = np.r_[False, (alike[1:] == alike[:-1]).all(axis=1)]
    points = 100 * table["service_level"].diff()
    table["hours_per_point"] = table["agent_hours"].diff() / points.where(same & (points > 0))
    return Sweep(table)


def estimate_patience(total_wait: float, abandons: float) -> float:
    """Return the mean patience of all contacts, most of whom were answered before it ran out.

    The censored estimate for exponential patience: the total waiting time of *all* contacts,
    answered ones too, for each contact that abandoned. A report's average time to abandon is far
    shorter, because only the impatient are in it.

    Parameters
    ----------
    total_wait
        Sum of the waits of all offered contacts [s].
    abandons
        Number of contacts that abandoned.

    Returns
    -------
    float
        Mean patience [s]; inf where nobody abandoned.

    References
    ----------
    L. Brown et al., "Statistical analysis of a telephone call center", Journal of the American
    Statistical Association 100 (2005), doi:10.1198/016214504000001808.

    Examples
    --------
    >>> estimate_patience(total_wait=36_000, abandons=120)
    300.0
    """
    if not (total_wait >= 0 and math.isfinite(total_wait)):
        raise ValueError(f"total_wait must be a finite number >= 0 s, got {total_wait:g}")
    if not (abandons >= 0 and math.isfinite(abandons)):
        raise ValueError(f"abandons must be a finite number >= 0, got {abandons:g}")
    if abandons and not total_wait:
        raise ValueError("contacts abandoned but nobody waited: total_wait is 0")
    return total_wait / abandons if abandons else math.inf


def _staffed(
    table: pd.DataFrame, load: NDArray[np.float64], asked: Settings
) -> dict[str, NDArray[Any]]:
    aht = table["aht"].to_numpy(float)
    shared: dict[str, Any] = {
        "aht": aht,
        "target": asked.target,
        "patience": asked.patience,
        "balking": asked.balking,
        "lines": asked.lines,
    }
    try:
        required = queues.required_agents(load, **shared)
    except InfeasibleError as error:
        where = table.iloc[error.row or 0]
        what = f"{where['queue']}, {where['start']:%Y-%m-%d %H:%M}: {error}"
        raise InfeasibleError(what, row=error.row) from None
    agents = required.agents
    result = queues.performance(load, agents, **shared)
    lost = np.nan_to_num(result.abandonment + result.blocked)
    scheduled_exact = agents / float(asked.shrinkage.remaining)
    return {
        "agents": agents,
        "binding": required.binding_code,
        "service_level": result.service_level,
        "service_level_one_less": queues.service_level(load, np.maximum(agents - 1, 0), **shared),
        "service_level_one_more": queues.service_level(load, agents + 1, **shared),
        "asa": result.asa,
        "wait_p95": result.wait_p95,
        "abandonment": result.abandonment,
        "occupancy": result.occupancy,
        "scheduled": add_shrinkage(agents, asked.shrinkage),
        "scheduled_exact": scheduled_exact,
        "counted": counted_share(load, agents, aht, asked, lost),
        "lost": lost,
        "busy": np.where(np.isinf(result.asa), agents, load * (1 - lost)),
    }


def _strictness(target: Target) -> tuple[float, str, float]:
    """Sort by threshold, then all else but the service level, then that."""
    threshold = math.inf if target.threshold is None else target.threshold
    rest = str(target).partition(",")[2]
    return -threshold, rest, target.service_level or 0.0
