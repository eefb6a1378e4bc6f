"""Requirement and rules of work in, a checked schedule with a proven gap out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from copy import deepcopy
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any, Literal

import numpy as np
import pandas as pd

from erlangplan.errors import ErlangplanError, InputError
from erlangplan.evaluation import Evaluation, evaluate
from erlangplan.scheduling.checking import check_plan
from erlangplan.scheduling.coverage import people_at_work
from erlangplan.scheduling.demand import Demand, as_demand, limited_people
from erlangplan.scheduling.part import Found, Objective, Task, plan_part
from erlangplan.scheduling.people import Names, Rows, rows_of
from erlangplan.scheduling.problem import (
    WEEK_DAYS,
    Problem,
    build_problem,
    midnights,
    step_of,
)
from erlangplan.scheduling.progress import Progress, relative_gap
from erlangplan.scheduling.promise import Promise, make_promise
from erlangplan.scheduling.reasons import shortages_of
from erlangplan.scheduling.result import Schedule, Status
from erlangplan.scheduling.search import Work
from erlangplan.shifts import Group, WorkRules
from erlangplan.shrinkage import add_shrinkage
from erlangplan.units import parse_duration, parse_share, share_text

__all__ = ["covered", "schedule"]

_WORST: tuple[Status, ...] = ("interrupted", "time limit", "work", "gap", "optimal")
_MOST_DAYS = 400
_HURRIED = 2.0


def schedule(
    requirement: object,
    shifts: WorkRules | str | PathLike[str],
    *,
    objective: Literal["cover", "service_level"] = "cover",
    over: Literal["day", "week"] = "week",
    floor: float | str = 0.5,
    agents: int | Mapping[str, int] | None = None,
    short_price: float | None = None,
    time_limit: float | str = 30,
    gap: float | str = 0.005,
    week: Literal["open", "cyclic"] | Schedule = "open",
    seed: int = 0,
    shrinkage: object = None,
    breaks_in_shrinkage: bool | None = None,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Schedule:
    """Return who works when, with every break, at the least cost, and a proof of how little.

    Each queue is planned by itself, and a longer time week by week from its first day.

    Parameters
    ----------
    requirement
        A `Requirement`; or required agents as a DataFrame with start, agents and, for several
        queues, queue; or the path of such a file.
    shifts
        Rules of work, or the path of their TOML file.
    objective
        ``cover``: as little short of the required agents as can be, then at the least cost.
        ``service_level``: the target over each window at the least cost, with `floor` in every
        interval; needs a `Requirement`.
    over
        The window of ``service_level``.
    floor
        Least service level of any interval with contacts in a plan over a longer window.
    agents
        The people there are, of the only group or by the name of each group: the best service
        level with them; nobody is hired. Without groups they work five days a week in any shift.
    short_price
        Price of an agent hour that is short; None = as little short as can be, at any cost.
    time_limit
        When to end the search [s].
    gap
        Relative distance from the proven bound at which to end it.
    week
        ``open``: no shift starts before the first day. ``cyclic``: the days repeat. Or the
        schedule of the time before, whose last shifts reach into this one.
    seed
        Of the search; the same one gives the same plan unless time ends it.
    shrinkage
        In place of the requirement's own; only what the schedule does not show itself counts.
    breaks_in_shrinkage
        Whether a shrinkage of one bare number includes the breaks of the shifts.
    executor
        Plans queues in parallel, such as ``concurrent.futures.ProcessPoolExecutor()``.
    progress
        Called with a `Progress` while planning.

    Returns
    -------
    Schedule
        Checked against every rule by code that planned nothing of it.

    Raises
    ------
    InfeasibleError
        If no shift may be worked at all, or none covers any interval that needs agents.
    InputError
        If the requirement or the rules cannot be used.

    Examples
    --------
    >>> import erlangplan as ep
    >>> rules = ep.WorkRules((ep.Shift("early", "06:00", "8h"), ep.Shift("late", "14:00", "8h")))
    >>> start = pd.date_range("2026-03-02 06:00", periods=16, freq="h")
    >>> plan = schedule(pd.DataFrame({"start": start, "agents": [3] * 8 + [2] * 8}), rules)
    >>> plan.table["shift"].tolist(), plan.paid_hours, plan.status
    (['early', 'early', 'early', 'late', 'late'], 40.0, 'optimal')
    """
    rules = _rules(shifts, agents)
    demand = as_demand(
        requirement, rules, shrinkage=shrinkage, breaks_in_shrinkage=breaks_in_shrinkage
    )
    asked = _asked(objective, over, floor, agents, short_price, time_limit, gap, seed, demand)
    limited_people(rules, demand.queues)
    before = week if isinstance(week, Schedule) else None
    if before is None and week not in ("open", "cyclic"):
        raise ValueError(f"week must be 'open', 'cyclic' or a Schedule, got {week!r}")
    if before is not None:
        _check_before(before, demand)
    jobs = [
        _QueueJob(queue, demand, rules, asked, before, week == "cyclic", len(demand.queues))
        for queue in demand.queues
    ]
    if executor is not None and len(jobs) > 1:
        planned = list(executor.map(_plan_queue, jobs))
    else:
        planned, hurried = [], asked
        for job in jobs:
            planned.append(_plan_queue(replace(job, asked=hurried), progress))
            if any(week.found.status == "interrupted" for week in planned[-1]):
                # The rest still gets a plan, but no more than a look.
                hurried = replace(asked, limit=min(asked.limit, len(jobs) * _HURRIED))
    return _finished(planned, demand, rules, asked, before, cyclic=week == "cyclic")


def _check_before(before: Schedule, demand: Demand) -> None:
    """Refuse a schedule before that lies elsewhere than right before."""
    start = demand.table["start"].min()
    begin = midnights([start.tz_localize(None).normalize()], start.tz)[0]
    starts = before.table["start"]
    if (starts.dt.tz is None) != (begin.tz is None):
        raise InputError("the schedule before must have a time zone where the requirement has one")
    if not len(starts):
        raise InputError("the schedule before has no shifts")
    if starts.max() >= begin:
        raise InputError(
            f"the schedule before has shifts up to {starts.max():%Y-%m-%d %H:%M}, but the plan "
            f"begins on {begin:%Y-%m-%d}; it must end before that day's first shift"
        )
    if before.table["end"].max() < begin - pd.Timedelta(days=WEEK_DAYS):
        raise InputError(
            f"the schedule before ends on {before.table['end'].max():%Y-%m-%d}, more than a week "
            f"before the plan begins on {begin:%Y-%m-%d}"
        )


@dataclass(frozen=True)
class _Asked:
    objective: Objective
    over: str
    floor: float
    short_price: float | None
    limit: float
    gap: float
    seed: int


@dataclass(frozen=True, eq=False)
class _QueueJob:
    queue: str
    demand: Demand
    rules: WorkRules
    asked: _Asked
    before: Schedule | None
    cyclic: bool
    jobs: int


@dataclass(frozen=True, eq=False)
class _Week:
    problem: Problem
    promise: Promise | None
    found: Found
    rows: Rows


def _rules(shifts: WorkRules | str | PathLike[str], agents: object) -> WorkRules:
    if not isinstance(shifts, WorkRules):
        from importlib import import_module

        shifts = import_module("erlangplan.files.shift_rules").read_shifts(shifts)
        assert isinstance(shifts, WorkRules)
    if agents is None:
        return shifts
    if not shifts.groups:
        names = tuple(shift.name for shift in shifts.shifts)
        shifts = replace(shifts, groups=(Group("agents", names),))
    known = [group.name for group in shifts.groups]
    if isinstance(agents, Mapping):
        if strange := set(agents) - set(known):
            raise ValueError(f"agents name group {sorted(strange)[0]!r}; known are {known}")
        counts = {name: agents.get(name, 0) for name in known}
    elif len(known) > 1:
        raise ValueError(f"agents must say how many for each group of {', '.join(known)}")
    else:
        counts = {known[0]: agents}
    whole = all(float(count).is_integer() and count >= 0 for count in counts.values())
    if not whole or not sum(counts.values()):
        raise ValueError(f"agents must be a whole number of at least 1, got {agents}")
    counts = {name: int(count) for name, count in counts.items()}
    groups = tuple(replace(g, people=(0, counts[g.name])) for g in shifts.groups if counts[g.name])
    # Nobody is hired: shifts of nobody who is there are left out.
    worked = {name for group in groups for name in group.shifts}
    kept = tuple(shift for shift in shifts.shifts if shift.name in worked)
    return replace(shifts, groups=groups, shifts=kept)


def _asked(
    objective: str, over: str, floor: float | str, agents: object, short_price: float | None,
    time_limit: float | str, gap: float | str, seed: int, demand: Demand,
) -> _Asked:  # fmt: skip
    if objective not in ("cover", "service_level"):
        raise ValueError(f"objective must be 'cover' or 'service_level', got {objective!r}")
    if over not in ("day", "week"):
        raise ValueError(
            f"over must be 'day' or 'week', got {over!r}; longer times are planned week by week"
        )
    if short_price is not None and not 0 < short_price < math.inf:
        raise ValueError(f"short_price must be > 0 per agent hour, got {short_price}")
    aim: Objective = "people" if agents is not None else objective  # type: ignore[assignment]
    if aim != "cover" and demand.forecast is None:
        raise InputError(
            "a service level cannot be planned from required agents alone",
            fix="Give a forecast (staff it first), or use the objective cover without agents.",
        )
    limit = parse_duration(time_limit)
    if limit <= 0:
        raise ValueError(f"time_limit must be > 0 s, got {time_limit}")
    shares = [parse_share(x) if isinstance(x, str) else float(x) for x in (floor, gap)]
    for name, share in zip(("floor", "gap"), shares, strict=True):
        if not 0 <= share < 1:
            raise ValueError(f"{name} must be in [0, 1), got {share:g}")
    return _Asked(aim, over, shares[0], short_price, limit, shares[1], seed)


def _plan_queue(job: _QueueJob, progress: Callable[[Progress], None] | None = None) -> list[_Week]:
    rows = job.demand.of(job.queue)
    starts = pd.DatetimeIndex(rows["start"])
    days = starts.tz_localize(None).normalize()
    number = ((days - days[0]).days // WEEK_DAYS).to_numpy()
    if (days[-1] - days[0]).days > _MOST_DAYS:
        raise InputError(f"a schedule of more than {_MOST_DAYS} days cannot be planned at once")
    if job.cyclic and number[-1] > 0:
        raise InputError("a cyclic week must not be longer than seven days")
    names = Names(f"{job.queue} " if job.jobs > 1 else "")
    if job.before is not None:
        names.meet(_of_queue(job.before.table, job))
    dawn = _dawn(job, starts, number)
    done: list[_Week] = []
    weeks = sorted(set(number.tolist()))
    limit = job.asked.limit / len(weeks) / job.jobs
    for position in weeks:
        own = ((number == position) & ~dawn) | ((number == position + 1) & dawn)
        part = rows[own].reset_index(drop=True)
        if len(part):
            count = WEEK_DAYS if position != weeks[-1] else None
            done.append(_planned(job, part, done, names, limit, count, progress))
            if done[-1].found.status == "interrupted":
                limit = min(limit, _HURRIED)
    return done


def _planned(
    job: _QueueJob, rows: pd.DataFrame, done: list[_Week], names: Names, limit: float,
    days: int | None, progress: Callable[[Progress], None] | None,
) -> _Week:  # fmt: skip
    """Plan a week; a second time, with rest before its first shifts, where names run out."""
    tell = _named_progress(job, progress)
    earliest: dict[str, pd.Timestamp] = {}
    while True:
        problem, promise = _posed(job, rows, done, days, earliest)
        task = Task(problem, promise, job.asked.objective, job.asked.gap, limit, job.asked.seed,
                    job.asked.short_price, _need(job, rows))  # fmt: skip
        found = plan_part(task, tell)
        trial = deepcopy(names)
        made = rows_of(problem, found.people, trial)
        over = [crew.group for crew in problem.crews
                if len(trial.ends.get(crew.group.name, ())) > crew.people[1]]  # fmt: skip
        if not over or earliest:
            names.ends = trial.ends
            return _Week(problem, promise, found, made)
        for group in over:
            latest = max(names.ends.get(group.name, {"": 0.0}).values()) + group.rest
            moment = pd.Timestamp(latest, unit="s", tz="UTC")
            zone = problem.starts.tz
            earliest[group.name] = (
                moment.tz_localize(None) if zone is None else moment.tz_convert(zone)
            )


def _of_queue(frame: pd.DataFrame, job: _QueueJob) -> pd.DataFrame:
    """Return the rows of a queue in a schedule before; one that names none serves the only one."""
    if job.jobs == 1 and frame["queue"].nunique() == 1:
        return frame.assign(queue=job.queue)
    return frame[frame["queue"] == job.queue]


def _dawn(
    job: _QueueJob, starts: pd.DatetimeIndex, number: np.ndarray[Any, np.dtype[np.int64]]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell the first intervals of later weeks that only shifts of the week before can cover."""
    local = starts.tz_localize(None)
    clock = (local - local.normalize()).total_seconds().to_numpy()
    first_day = ((local.normalize() - local[0].normalize()).days % WEEK_DAYS).to_numpy() == 0
    earliest = np.full(WEEK_DAYS, np.inf)
    for shift in job.rules.shifts:
        for weekday in shift.days:
            earliest[weekday] = min(earliest[weekday], *shift.starts)
    early = clock < earliest[local.day_of_week.to_numpy()]
    return np.asarray((number > 0) & first_day & early)


def _named_progress(
    job: _QueueJob, progress: Callable[[Progress], None] | None
) -> Callable[[Progress], None] | None:
    if progress is None or job.jobs == 1:
        return progress
    return lambda now: progress(replace(now, phase=f"{job.queue}: {now.phase}"))


def _need(job: _QueueJob, rows: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    width = round(job.demand.interval / step_of(job.rules, job.demand.interval))
    hidden = job.demand.config.of(job.queue).shrinkage.outside_schedule
    return np.asarray(add_shrinkage(rows["agents"].to_numpy() * width, hidden))


def _posed(
    job: _QueueJob, rows: pd.DataFrame, done: list[_Week], days: int | None,
    earliest: Mapping[str, pd.Timestamp],
) -> tuple[Problem, Promise | None]:  # fmt: skip
    interval = job.demand.interval
    step = step_of(job.rules, interval)
    width = round(interval / step)
    starts = pd.DatetimeIndex(rows["start"])
    need, promise = _need(job, rows), None
    if job.asked.objective != "cover":
        forecast = job.demand.forecast
        assert forecast is not None
        own = forecast.table["queue"].astype(str) == job.queue
        chosen = own & forecast.table["start"].isin(rows["start"])
        promise = make_promise(
            forecast.table[chosen].reset_index(drop=True), forecast.load[chosen.to_numpy()],
            job.demand.config.of(job.queue), job.asked.over, job.asked.floor,
        )  # fmt: skip
        need = promise.floor * width
    present = np.zeros(len(starts))
    earlier = [(week.rows.table, week.rows.breaks) for week in done]
    if job.before is not None:
        earlier.append((_of_queue(job.before.table, job), _of_queue(job.before.breaks, job)))
    for table, breaks in earlier:
        at_work, on_break = people_at_work(table, breaks, job.queue, starts, interval)
        present += at_work - on_break
    problem = build_problem(
        job.queue, starts, interval, need, job.rules, step=step, cyclic=job.cyclic,
        given=np.floor(present * width + 1e-6), days_planned=days, earliest=earliest,
    )  # fmt: skip
    if done and job.rules.distinct_starts is not None:
        problem = _same_starts(problem, done)
    return problem, promise


def _same_starts(problem: Problem, done: list[_Week]) -> Problem:
    """Keep to the few starts of the weeks before, once there are as many as may be."""
    used = {_clock_of(week, work) for week in done for p in week.found.people for work in p.works}
    if len(used) < (problem.rules.distinct_starts or 0):
        return problem
    offers = []
    for offer in problem.offers:
        kept = np.isin(problem.clocks[offer.clocks], list(used))
        if kept.any():
            offers.append(replace(offer, starts=offer.starts[kept], clocks=offer.clocks[kept]))
    rules = replace(problem.rules, distinct_starts=None)
    return replace(problem, offers=tuple(offers), rules=rules)


def _clock_of(week: _Week, work: Work) -> float:
    offer = week.problem.offers[work.offer]
    place = int(np.searchsorted(offer.starts, work.start))
    return float(week.problem.clocks[offer.clocks[place]])


def _finished(
    planned: list[list[_Week]], demand: Demand, rules: WorkRules, asked: _Asked,
    before: Schedule | None, *, cyclic: bool,
) -> Schedule:  # fmt: skip
    weeks = [week for part in planned for week in part]
    table = pd.concat([week.rows.table for week in weeks], ignore_index=True)
    breaks = pd.concat([week.rows.breaks for week in weeks], ignore_index=True)
    needed = demand.table
    first = min(week.problem.origin for week in weeks)
    final = needed["start"].max().tz_localize(None).normalize() + pd.Timedelta(days=1)
    last = midnights([final], first.tz)[0]
    cost = math.fsum(week.found.cost for week in weeks)
    bound = math.fsum(week.found.bound for week in weeks)
    status = min((week.found.status for week in weeks), key=_WORST.index)
    gap = max((week.found.gap for week in weeks), key=lambda g: math.inf if math.isnan(g) else g)
    tied = any(week.problem.given.any() for part in planned for week in part[1:])
    if tied:
        # Each week is proven after the ones before it, which says nothing of all together.
        bound = gap = math.nan
        status = "work" if status in ("optimal", "gap") else status
    if asked.objective == "people":
        bound = math.nan
    elif not math.isnan(gap) and all(w.found.short == w.found.least_short for w in weeks):
        gap = relative_gap(math.fsum(_value(week.found, asked) for week in weeks), bound)
    blank = needed.rename(columns={"agents": "required"})
    blank = blank.assign(scheduled=0.0, on_break=0.0, on_queue=0.0, over=0.0, short=0.0,
                         service_level=math.nan)  # fmt: skip
    plan = Schedule(
        table=table, breaks=breaks, coverage=blank, interval=demand.interval,
        config=demand.config, rules=rules, objective=asked.objective, cost=cost, bound=bound,
        gap=gap, status=status, horizon=(first, last), cyclic=cyclic, before=before,
        short_cost=math.fsum(week.found.value - week.found.cost for week in weeks),
    )  # fmt: skip
    if not cyclic:
        # In the same room, but it builds on this module.
        from erlangplan.scheduling.breaks import polished

        plan = polished(plan, demand, max(0.5, 0.1 * asked.limit))
    plan, evaluation = covered(plan, demand)
    plan = replace(plan, shortages=_shortages(weeks, plan.coverage))
    faults = check_plan(plan, rules, needed, cyclic=cyclic)
    if faults:
        raise ErlangplanError(
            "the plan that was found does not keep the rules, which is a fault of erlangplan; "
            "please report it:\n" + "\n".join(f"  {fault}" for fault in faults[:10])
        )
    facts = _facts(weeks, demand, asked, evaluation)
    return replace(plan, facts=facts, remarks=_remarks(weeks, asked, plan.coverage))


def _shortages(weeks: list[_Week], coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the intervals that are short with their reasons, in agents on the queue."""
    at = coverage.set_index(["queue", "start"])
    found = []
    for week in weeks:
        keys = pd.MultiIndex.from_product([[week.problem.queue], week.problem.starts])
        here = at.reindex(keys)
        people = (here["scheduled"] - here["on_break"]).to_numpy(float)
        heads = np.rint(people * week.problem.width).astype(np.int64)
        found.append(shortages_of(week.problem, replace(week.found, heads=heads)))
    listed = pd.concat([part for part in found if len(part)] or found[:1], ignore_index=True)
    by = ["queue", "start"]
    short = listed[by].merge(coverage[[*by, "short"]], on=by, how="left")["short"]
    return listed.assign(short=short.to_numpy(float)) if len(listed) else listed


def _value(found: Found, asked: _Asked) -> float:
    return found.cost if asked.short_price is None else found.value


def covered(
    plan: Schedule, demand: Demand, **facts: Any
) -> tuple[Schedule, Evaluation | None]:  # fmt: skip
    """Count who is there in each interval, and predict what that delivers.

    The plan that is returned has other facts, such as its rules, where these are given.
    """
    parts = []
    for queue in demand.queues:
        rows = demand.of(queue)
        starts = pd.DatetimeIndex(rows["start"])
        own = queue if len(demand.queues) > 1 else None  # one queue may have another name
        scheduled, on_break = plan.attendance(own, starts, demand.interval)
        keep = float(demand.config.of(queue).shrinkage.outside_schedule.remaining)
        on_queue = (scheduled - on_break) * keep
        net = on_queue - rows["agents"].to_numpy()
        net[np.abs(net) < 1e-9] = 0.0
        parts.append(rows.rename(columns={"agents": "required"}).assign(
            scheduled=scheduled, on_break=on_break, on_queue=on_queue,
            over=np.maximum(net, 0.0), short=np.maximum(-net, 0.0), service_level=math.nan,
        ))  # fmt: skip
    coverage = pd.concat(parts, ignore_index=True)
    plan = replace(plan, coverage=coverage, **facts)
    if demand.forecast is None:
        return plan, None
    evaluation = evaluate(demand.forecast, plan, config=demand.config, method="stationary")
    predicted = evaluation.table[["queue", "start", "service_level"]]
    predicted = predicted.assign(queue=predicted["queue"].astype(str))
    merged = coverage.drop(columns="service_level").merge(predicted, on=["queue", "start"],
                                                          how="left")  # fmt: skip
    return replace(plan, coverage=merged), evaluation


def _facts(
    weeks: list[_Week], demand: Demand, asked: _Asked, evaluation: Evaluation | None
) -> tuple[tuple[str, str], ...]:
    facts: list[tuple[str, str]] = []
    if evaluation is not None:
        for _, row in evaluation.queues.iterrows():
            level = row["service_level"]
            if not math.isnan(level):
                name = f"Predicted for {row['queue']}" if len(demand.queues) > 1 else "Predicted"
                text = (
                    f"{share_text(level)} in time over all, abandonment "
                    f"{share_text(row['abandonment'])} (each interval by itself; `evaluate` "
                    "carries the queue over)"
                )
                facts.append((name, text))
    if asked.objective == "service_level":
        cost = math.fsum(week.found.cost for week in weeks)
        every = math.fsum(week.found.cover_bound for week in weeks)
        kept = all(week.found.missing == 0 for week in weeks)
        if kept and every > 0 and math.isfinite(every):
            facts.append((
                "Saving",
                f"{share_text(max(0.0, 1 - cost / every), 2)}: {cost:,.1f} against at least "
                f"{every:,.1f}, which any schedule costs that covers each interval",
            ))  # fmt: skip
    if asked.short_price is not None:
        short = math.fsum(w.found.short * w.problem.step_hours for w in weeks)
        facts.append((
            "Price of shortage",
            f"people are {short:,.2f} hours short x {asked.short_price:g} = "
            f"{short * asked.short_price:,.2f}",
        ))  # fmt: skip
    return tuple(facts)


def _remarks(weeks: list[_Week], asked: _Asked, coverage: pd.DataFrame) -> tuple[str, ...]:
    found = [] if asked.objective == "cover" else _below_floor(coverage, asked.floor)
    for week in weeks:
        if asked.objective == "cover" and asked.short_price is None and week.found.short:
            hours, least = (
                steps * week.problem.step_hours
                for steps in (week.found.short, week.found.least_short)
            )
            found.append(
                f"{week.problem.queue}: {hours:,.2f} more hours of people at work, before "
                "shrinkage, would cover "
                f"everything in the week from {week.problem.days[0]:%a %d %b}; "
                + (
                    "no plan needs fewer"
                    if week.found.short <= week.found.least_short + 1e-6
                    else f"every plan lacks at least {least:,.2f} of them"
                )
            )
        if week.found.missing > 0:
            found.append(f"{week.problem.queue}: the target over the window is missed")
    return tuple(found)


def _below_floor(coverage: pd.DataFrame, floor: float) -> list[str]:
    found = []
    for queue, rows in coverage[coverage["service_level"] < floor - 1e-9].groupby("queue"):
        worst = rows.iloc[int(rows["service_level"].to_numpy(float).argmin())]
        several = "intervals lie" if len(rows) > 1 else "interval lies"
        found.append(
            f"{queue}: {len(rows):,} {several} below the floor of {share_text(floor)}, the lowest "
            f"with {share_text(worst['service_level'])} ({worst['start']:%a %d %b %H:%M})"
        )
    return found
