"""Forecast and target in, required agents per interval out, each number with its reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from erlangplan import queues
from erlangplan.delivered import Closing, carried_over, waits_wanted
from erlangplan.forecast import Forecast, check_forecast
from erlangplan.requirement import Requirement
from erlangplan.results import html_text
from erlangplan.settings import Config, Settings, as_config
from erlangplan.shrinkage import add_shrinkage
from erlangplan.targets import Target, as_target
from erlangplan.totals import Totals, check_fte_hours, counted_share
from erlangplan.windows.asking import ask_windows
from erlangplan.windows.least import named_required
from erlangplan.windows.planning import BINDING, Task, WindowPlan, plan_windows
from erlangplan.windows.report import window_table
from erlangplan.windows.terms import make_terms

__all__ = ["Requirement", "Sweep", "described", "estimate_patience", "staff", "sweep"]


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
    method: Literal["stationary", "carry-over"] = "stationary",
    over: Literal["interval", "day", "week", "month"] = "interval",
    floor: float | None = None,
    min_contacts: float | None = None,
    cost: ArrayLike | pd.DataFrame | None = None,
    so_far: pd.DataFrame | None = None,
    hours: float | None = None,
) -> Requirement:
    """Return the fewest agents that meet a target in every interval, or over a longer window.

    Over a day, a week or a month only the service level of the whole window counts, by the
    target's own way of counting: the sum of what is in time over the sum of what is counted. The
    other parts of the target (asa, abandonment, blocked, occupancy, minimum) and the floor hold in
    every interval; an interval with volume gets at least one agent.

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
    method
        ``stationary``: each interval as if it had gone on for ever, as any Erlang calculator
        has it; ``carry-over``: the exact queue through the day, in which every interval meets
        the target with what the one before leaves to it, and with callers who still wait as the
        agents change. Over a window, the stationary plan is improved on and verified by the
        exact queue; its bound does not hold there (nan).
    over
        Window of the promise: ``interval``, ``day``, ``week`` (from Monday) or ``month``, on the
        wall clock of the centre. What follows belongs to the longer ones.
    floor
        Least service level of any interval, counted as the target counts; 0.5 where not given,
        0 for none. With few lines, where more agents may do worse: from which on it holds.
    min_contacts
        Intervals with fewer contacts are exempt from the floor; none where not given.
    cost
        Cost of an agent hour, above 0, of which the sum is then least: one per row of
        ``forecast.table``, or a frame with columns start, cost and, where it differs by queue,
        queue. None = agent hours are what counts.
    so_far
        Counts of the part of a window that has passed, which enter its promise: a frame with
        columns start, queue (where there are several), offered, answered_within and, where the
        way of counting needs them, answered, abandoned_within and abandoned_short, of the
        target's threshold and short limit. `read_actuals` reads it from a file.
    hours
        Most agent hours of all intervals and queues together. The answer is the best service
        level of all contacts that they can do; that of the target is not asked for then. With
        the queue carried over it is a good plan that a search finds, and the hours must also
        suffice for the floor by stationary formulas.

    Returns
    -------
    Requirement
        Agents per interval, what they deliver, and totals.

    Raises
    ------
    InputError
        If the intervals are too long for Erlang formulas, or costs or counts cannot be used.
    InfeasibleError
        If no number of agents meets the target in some interval, or over some window; names it.
        If the hours do not suffice for the floor; names the least that do.

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
    if method not in ("stationary", "carry-over"):
        raise ValueError(f"method must be 'stationary' or 'carry-over', got {method!r}")
    carried = method == "carry-over"
    terms = make_terms(over, floor=floor, min_contacts=min_contacts, hours=hours, cost=cost,
                       so_far=so_far)  # fmt: skip
    settings = as_config(
        config, target, shrinkage=shrinkage, patience=patience, balking=balking, lines=lines
    )
    check_fte_hours(fte_hours)
    forecast = forecast.scale(volume_factor, aht_factor)
    if terms is None:
        alone, codes = _each_interval(forecast, settings)
        agents = alone
        if carried:
            from erlangplan.carried.plans import carried_intervals

            agents = carried_intervals(forecast, settings, alone)
        binding = pd.Categorical.from_codes(codes, categories=pd.Index(queues.BINDING))
        paid = None
    else:
        task = ask_windows(forecast, settings, terms, cost, so_far)
        plan, _ = plan_windows(task)
        alone = plan.agents
        if carried:
            from erlangplan.carried.windows import plan_carried

            plan = plan_carried(task)
        agents = plan.agents
        binding = pd.Categorical.from_codes(plan.binding, categories=pd.Index(BINDING))
        paid = None if cost is None else agents * task.price
    table, totals = described(
        forecast, settings, agents, binding, paid, fte_hours, alone if carried else None
    )
    if terms is None:
        return Requirement(table, forecast, settings, totals, method)
    return _over_windows(task, plan, table, totals, method)


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


def _each_interval(
    forecast: Forecast, config: Config
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Return the fewest agents that meet the target in each interval, and the part that decides."""
    table, load = forecast.table, forecast.load
    agents, codes = np.zeros(len(load), dtype=np.int64), np.zeros(len(load), dtype=np.int8)
    for asked, rows in config.groups(table["queue"]):
        required = named_required(table.iloc[rows], load[rows], asked, asked.target)
        agents[rows], codes[rows] = required.agents, required.binding_code
    return agents, codes


def _over_windows(
    task: Task, plan: WindowPlan, table: pd.DataFrame, totals: Totals, method: str
) -> Requirement:
    windows = window_table(task, plan, table)
    return Requirement(
        table, task.forecast, task.config, totals, method, task.terms.over, windows, task.terms,
        task.so_far, plan.best_level,
    )  # fmt: skip


def described(
    forecast: Forecast, config: Config, agents: NDArray[np.int64], binding: pd.Categorical[str],
    cost: NDArray[np.float64] | None, fte_hours: float, alone: NDArray[np.int64] | None,
) -> tuple[pd.DataFrame, Totals]:  # fmt: skip
    """Return the table of given agents and its totals; carried over if `alone` is another plan."""
    load, columns = forecast.load, dict[str, NDArray[Any]]()
    for asked, rows in config.groups(forecast.table["queue"]):
        part = _measures(forecast.table.iloc[rows], load[rows], agents[rows], asked)
        for name, values in part.items():
            columns.setdefault(name, np.empty(len(load), dtype=values.dtype))[rows] = values
    if alone is not None:
        columns |= _carried(forecast, config, agents)
    kept = {name: columns.pop(name) for name in ("counted", "lost", "busy")}
    kept["paid"] = columns["scheduled_exact"]
    table = forecast.table.assign(load=load, agents=agents)
    if alone is not None:
        table["agents_stationary"] = alone
    table["binding"] = binding
    table = table.assign(**columns)
    if cost is not None:
        table["cost"] = kept["cost"] = cost
    parts = table[["queue", "start", "volume", "agents", "service_level", "asa", "abandonment"]]
    return table, Totals(parts.assign(**kept), forecast.interval, fte_hours)


def _carried(
    forecast: Forecast, config: Config, agents: NDArray[np.int64]
) -> dict[str, NDArray[Any]]:
    from erlangplan.carried.plans import neighbours

    closing = Closing(waits=waits_wanted(forecast, config, None))
    columns = carried_over(forecast, agents.astype(float), config, closing)
    for flow in ("abandons_in", "answered_in", "queue_end", "overtime_hours"):
        columns.pop(flow)
    less, more = neighbours(forecast, config, agents)
    return columns | {"service_level_one_less": less, "service_level_one_more": more}


def _measures(
    table: pd.DataFrame, load: NDArray[np.float64], agents: NDArray[np.int64], asked: Settings
) -> dict[str, NDArray[Any]]:
    aht = table["aht"].to_numpy(float)
    shared: dict[str, Any] = {
        "aht": aht,
        "target": asked.target,
        "patience": asked.patience,
        "balking": asked.balking,
        "lines": asked.lines,
    }
    result = queues.performance(load, agents, **shared)
    lost = np.nan_to_num(result.abandonment + result.blocked)
    return {
        "service_level": result.service_level,
        "service_level_one_less": queues.service_level(load, np.maximum(agents - 1, 0), **shared),
        "service_level_one_more": queues.service_level(load, agents + 1, **shared),
        "asa": result.asa,
        "wait_p95": result.wait_p95,
        "abandonment": result.abandonment,
        "occupancy": result.occupancy,
        "scheduled": add_shrinkage(agents, asked.shrinkage),
        "scheduled_exact": agents / float(asked.shrinkage.remaining),
        "counted": counted_share(load, agents.astype(float), aht, asked, lost),
        "lost": lost,
        "busy": np.where(np.isinf(result.asa), agents, load * (1 - lost)),
    }


def _strictness(target: Target) -> tuple[float, str, float]:
    """Sort by threshold, then all else but the service level, then that."""
    threshold = math.inf if target.threshold is None else target.threshold
    rest = str(target).partition(",")[2]
    return -threshold, rest, target.service_level or 0.0
