"""Demand and rules of the benchmarks of planning, sized by the agents at the peak."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import erlangplan as ep
from erlangplan.scheduling.model import Goal, build_model
from erlangplan.scheduling.part import Task, step_price
from erlangplan.scheduling.problem import build_problem, step_of
from erlangplan.scheduling.solver import as_arrays

QUARTER = 900
_MONDAY = "2026-03-02"


def shape_of(start: pd.DatetimeIndex, seed: int) -> NDArray[np.float64]:
    """Return a share of the peak for each interval: two humps a day, fewer at weekends."""
    hour = np.asarray(start.hour + start.minute / 60)
    humps = np.exp(-(((hour - 10.5) / 2.6) ** 2)) + 0.85 * np.exp(-(((hour - 16.5) / 3.0) ** 2))
    weekend = np.where(start.day_of_week >= 5, 0.6, 1.0)
    noise = 1 + 0.02 * np.random.default_rng(seed).standard_normal(len(start))
    found = (0.08 + 0.92 * humps / humps.max()) * weekend * noise
    return np.asarray(found / found.max())


def quarters(days: int) -> pd.DatetimeIndex:
    return pd.date_range(_MONDAY, periods=96 * days, freq="15min")


def required(peak: int, days: int, seed: int = 3) -> pd.DataFrame:
    """Return required agents for each quarter of an hour."""
    start = quarters(days)
    return pd.DataFrame({"start": start, "agents": np.ceil(peak * shape_of(start, seed))})


def forecast(peak: float, days: int = 7, aht: float = 240.0) -> ep.Forecast:
    """Return a forecast whose 80/20 takes about so many agents at the peak."""
    start = quarters(days)
    load = peak - 1.1 * np.sqrt(peak)
    volume = (load * QUARTER / aht * shape_of(start, seed=3)).round(2)
    frame = pd.DataFrame({"start": start, "volume": volume, "aht": aht})
    return ep.read_forecast(frame, interval=QUARTER)


def _break(name: str, first: int, last: int) -> ep.Break:
    """Return a break by its window in minutes; that of the last one counts from the end."""
    anchor, long = "end" if name == "pm" else "start", 30 if name == "lunch" else 15
    return ep.Break(name, 60 * long, (60 * first, 60 * last), anchor=anchor, paid=long == 15)


_LONG = (_break("am", 90, 150), _break("lunch", 210, 300), _break("pm", 60, 135))


def one_shift(starts: str = "00:00/15min/23:45") -> ep.WorkRules:
    """Return 8 h 30 with two breaks and a lunch: 5 x 7 x 6 placements for each start."""
    return ep.WorkRules(ep.Shift("day", starts, "8h30", breaks=_LONG))


def flexible_shift(starts: str = "00:00/15min/23:45") -> ep.WorkRules:
    """Return 5 to 9 h with the same breaks, bound by the work between them."""
    breaks = (_break("am", 60, 150), _break("lunch", 120, 300), _break("pm", 45, 150))
    spacing = ep.Spacing(first=("1h", "2h30"), between=("1h", "3h"), last=("45min", "2h30"))
    return ep.WorkRules(ep.Shift("any", starts, "5h..9h/15min", breaks=breaks, spacing=spacing))


def three_lengths(starts: str = "00:00/30min/23:30", *, tours: bool = False) -> ep.WorkRules:
    """Return shifts of 8 h 30, 6 h 30 and 4 h 30; as tours of five days with one start each."""
    middle = (_break("am", 60, 120), _break("lunch", 150, 240))
    shifts = (
        ep.Shift("long", starts, "8h30", breaks=_LONG),
        ep.Shift("middle", starts, "6h30", breaks=middle),
        ep.Shift("short", starts, "4h30", breaks=(_break("am", 90, 150),)),
    )
    groups = tuple(
        ep.Group(shift.name, shift.name, days_per_week=5, start_band=0) for shift in shifts
    )
    return ep.WorkRules(shifts, groups if tours else ())


def program_of(needed: pd.DataFrame, rules: ep.WorkRules) -> dict[str, NDArray[np.float64]]:
    """Return the program in whole numbers that the planner starts from, for solvers alone."""
    step = step_of(rules, QUARTER)
    starts, need = pd.DatetimeIndex(needed["start"]), needed["agents"].to_numpy() * QUARTER / step
    problem = build_problem("all", starts, QUARTER, need, rules, step=step, cyclic=True)
    # A whole price, because CP-SAT takes whole numbers only.
    goal = Goal(price=math.ceil(step_price(Task(problem, None, "cover", 0.0, 1.0, 0))))
    return as_arrays(build_model(problem, goal).program)
