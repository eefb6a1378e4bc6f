"""The breaks of given shifts where they cost least, proven; for the week or the rest of a day."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import InfeasibleError, InputError, nearest
from erlangplan.results import html_text
from erlangplan.scheduling.break_places import BreakModel, Placed
from erlangplan.scheduling.demand import Demand, as_demand
from erlangplan.scheduling.planning import covered
from erlangplan.scheduling.promise import Promise, make_promise
from erlangplan.scheduling.result import Schedule, Status
from erlangplan.scheduling.roster import Kind, Roster, read_kinds, same_name
from erlangplan.shifts import WorkRules
from erlangplan.shrinkage import add_shrinkage
from erlangplan.units import parse_duration, parse_share, share_text

__all__ = ["BreakPlan", "place_breaks"]

_MOST_POLISHED = 6000


@dataclass(frozen=True, eq=False)
class BreakPlan:
    """Breaks placed, what that changed, and how good it is proven to be.

    Attributes
    ----------
    schedule
        The shifts with their breaks; its `coverage` is that of the requirement.
    before
        The same as it was.
    table
        One row per break of a rule: queue, agent, shift_start, name, before (NaT where it is
        new), after, worth: what is lost if this break alone goes back to where it was, as agent
        hours short or, for the service level, contacts in time; NaN where it is new.
    objective
        ``cover`` or ``service_level``.
    value, bound
        Agent hours short and their proven least; or contacts in time and their proven most.
    gap
        Relative distance of the two.
    service_level
        Predicted over all before and after, NaN where no forecast is known.
    """

    schedule: Schedule
    before: Schedule
    table: pd.DataFrame
    objective: str
    value: float
    bound: float
    gap: float
    status: Status
    service_level: tuple[float, float]
    remarks: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return what was gained, how sure that is, and the moves that matter most."""
        hours = self.schedule.interval / 3600
        short = [float(plan.coverage["short"].sum()) * hours
                 for plan in (self.before, self.schedule)]  # fmt: skip
        moved = self.table[self.table["before"].notna()
                           & (self.table["before"] != self.table["after"])]  # fmt: skip
        new = int(self.table["before"].isna().sum())
        before, after = (share_text(level, 2) for level in self.service_level)
        if len(self.before.breaks):
            lines = [
                f"Breaks: {len(self.table):,}, of which {len(moved):,} moved and {new:,} new",
                f"Short: {short[0]:,.2f} agent hours before, {short[1]:,.2f} after",
                f"Service level: {before} before, {after} after",
            ]
        else:
            lines = [
                f"Breaks: {len(self.table):,}, all new; the roster had none",
                f"Short: {short[1]:,.2f} agent hours",
                f"Service level: {after}",
            ]
        if math.isnan(self.service_level[1]):
            lines.pop()
        lines.append(f"Proof: {self._proof()}")
        worth = moved.dropna(subset="worth").sort_values("worth", ascending=False, kind="stable")
        unit = "agent hours" if self.objective == "cover" else "contacts in time"
        for _, row in worth[worth["worth"] > 1e-9].head(10).iterrows():
            lines.append(
                f"  {row['agent']}: {row['name']} from {row['before']:%a %H:%M} to "
                f"{row['after']:%H:%M}, worth {row['worth']:.2f} {unit}"
            )
        return "\n".join([*lines, *(f"note: {remark}" for remark in self.remarks)])

    def _proof(self) -> str:
        cover = self.objective == "cover"
        unit = "agent hours short" if cover else "contacts in time"
        less = "no places of the breaks " + ("leave fewer" if cover else "bring more")
        if math.isnan(self.gap):
            return "nothing is proven about how good it is"
        if self.gap <= 1e-6:
            return f"{less} {unit}"
        return f"{self.value:,.2f} {unit}; {less} than {self.bound:,.2f}"

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()

    def _repr_html_(self) -> str:
        return html_text(self.table, self.summary())


def place_breaks(
    schedule: Schedule,
    requirement: object,
    *,
    rules: WorkRules | None = None,
    start_from: pd.Timestamp | str | None = None,
    locked: Collection[str] = (),
    objective: Literal["cover", "service_level"] = "cover",
    time_limit: float | str = 30,
    gap: float | str = 1e-4,
    seed: int = 0,
    shrinkage: object = None,
    breaks_in_shrinkage: bool | None = None,
) -> BreakPlan:
    """Return given shifts with their breaks where they cost least.

    Parameters
    ----------
    schedule
        Shifts of real or planned people, with the breaks known so far; `read_schedule` reads any
        roster.
    requirement
        As for `schedule`.
    rules
        Whose shifts say which breaks there are; without them those of the schedule. A shift of
        the roster follows the rule of its name, or the only one that its start and length fit.
    start_from
        For the day itself: breaks that started before stay, and none moves to before.
    locked
        Names of breaks of the rules that stay where they are.
    objective
        ``cover``: as few agent hours short as can be. ``service_level``: as many contacts in time
        as can be, over all; needs a `Requirement`.
    time_limit, gap, seed, shrinkage, breaks_in_shrinkage
        As for `schedule`.

    Returns
    -------
    BreakPlan
        The schedule, what each move is worth, and the proof.

    Raises
    ------
    InputError
        If no rule says which breaks a shift has.
    ValueError
        If `locked` names no break of the rules.
    """
    known = rules if rules is not None else schedule.rules
    if known is None:
        raise InputError(
            "no rules say which breaks these shifts have",
            fix="Name their file with --shifts shifts.toml (rules=read_shifts('shifts.toml')).",
        )
    if objective not in ("cover", "service_level"):
        raise ValueError(f"objective must be 'cover' or 'service_level', got {objective!r}")
    stay = _locked(locked, known)
    demand = as_demand(
        requirement, known, shrinkage=shrinkage, breaks_in_shrinkage=breaks_in_shrinkage
    )
    demand = _rostered(demand, schedule)
    if objective == "service_level" and demand.forecast is None:
        raise InputError("a service level cannot be planned from required agents alone")
    limit = parse_duration(time_limit)
    asked = parse_share(gap) if isinstance(gap, str) else float(gap)
    since = None if start_from is None else _moment(start_from, schedule)
    queues = _queues(schedule, demand)
    parts = [
        _Part(queue, own, demand, known, schedule, since, stay, objective) for queue, own in queues
    ]
    placed = [_placed(part, limit / len(parts), asked, seed) for part in parts]
    return _finished(schedule, demand, parts, placed, asked)


def _locked(given: Collection[str], rules: WorkRules) -> tuple[str, ...]:
    """Return the names as the rules write them, or refuse one that is no break of theirs."""
    names = list(dict.fromkeys(pause.name for shift in rules.shifts for pause in shift.breaks))
    for name in given:
        if not any(same_name(name, known) for known in names):
            raise ValueError(
                f"locked (--locked) names {name!r}, which is no break of the rules; "
                + (nearest(name, names) if names else "they have none")
            )
    return tuple(known for known in names if any(same_name(name, known) for name in given))


def _rostered(demand: Demand, schedule: Schedule) -> Demand:
    """Keep the days on which the schedule has shifts, to the end of the last."""
    starts, ends = schedule.table["start"], schedule.table["end"]
    wanted = demand.table["start"]
    if (starts.dt.tz is None) != (wanted.dt.tz is None):
        raise InputError("the roster must have a time zone where the requirement has one")
    days = set(starts.dt.tz_localize(None).dt.normalize())
    inside = wanted.dt.tz_localize(None).dt.normalize().isin(days)
    order = np.argsort(starts.to_numpy(), kind="stable")
    last = pd.Series(np.maximum.accumulate(ends.to_numpy()[order]), index=range(len(order)))
    place = np.searchsorted(starts.to_numpy()[order], wanted.to_numpy(), side="right") - 1
    inside |= (place >= 0) & (wanted.to_numpy() < last.to_numpy()[np.maximum(place, 0)])
    if not inside.any():
        raise InputError(
            f"the roster's shifts lie from {starts.min():%Y-%m-%d} to {starts.max():%Y-%m-%d}, "
            f"the requirement from {wanted.min():%Y-%m-%d} to {wanted.max():%Y-%m-%d}"
        )
    forecast = demand.forecast
    if forecast is not None:
        kept = forecast.table["start"].isin(set(wanted[inside]))
        forecast = replace(forecast, table=forecast.table[kept])
    table = demand.table[inside].reset_index(drop=True)
    return replace(demand, table=table, forecast=forecast)


def polished(schedule: Schedule, demand: Demand, limit: float) -> Schedule:
    """Return a plan with its breaks where, as little short, they serve best; it costs the same.

    Of a plan that aims at more than covering, only inside their intervals.
    """
    rules = schedule.rules
    if rules is None or not len(schedule.breaks) or len(schedule.breaks) > _MOST_POLISHED:
        return schedule
    # Moving an unpaid break from or to dear hours would change what the plan costs.
    dear = any(premium.factor != 1 for premium in rules.premiums)
    unpaid = {pause.name for shift in rules.shifts for pause in shift.breaks if not pause.paid}
    locked = tuple(unpaid) if dear else ()
    whole = schedule.objective == "cover" and schedule.before is None
    objective = "cover" if whole else "even"
    parts = [
        _Part(queue, own, demand, rules, schedule, None, locked, objective)
        for queue, own in _queues(schedule, demand)
    ]
    try:
        placed = [_placed(part, limit / len(parts), 1e-4, 0, exact=False) for part in parts]
    except (TimeoutError, InfeasibleError):
        return schedule
    found = [_breaks(p, d) for p, d in zip(parts, placed, strict=True)]
    rest = schedule.breaks[~schedule.breaks["queue"].isin({part.own for part in parts})]
    breaks = pd.concat([*found, rest] if len(rest) else found, ignore_index=True)
    order = ["shift_start", "queue", "agent", "start"]
    return replace(schedule, breaks=breaks.sort_values(order, ignore_index=True))


@dataclass(frozen=True, eq=False)
class _Part:
    queue: str  # of the requirement
    own: str  # as the schedule names it
    demand: Demand
    rules: WorkRules
    schedule: Schedule
    since: pd.Timestamp | None
    locked: tuple[str, ...]
    objective: str


@dataclass(frozen=True, eq=False)
class _Placed:
    roster: Roster
    at: list[Placed]
    need: NDArray[np.int64]
    heads: NDArray[np.int64]
    first: NDArray[np.int64]
    width: int
    promise: Promise | None
    value: float
    bound: float
    remarks: tuple[str, ...]


def _moment(given: pd.Timestamp | str, schedule: Schedule) -> pd.Timestamp:
    moment = pd.Timestamp(given)
    zone = schedule.table["start"].dt.tz
    if zone is None:
        return moment.tz_localize(None)
    return moment.tz_localize(zone) if moment.tzinfo is None else moment.tz_convert(zone)


def _queues(schedule: Schedule, demand: Demand) -> list[tuple[str, str]]:
    """Pair each queue of the requirement with its name in the schedule."""
    own = sorted(schedule.table["queue"].unique())
    if len(own) == 1 and len(demand.queues) == 1:
        return [(demand.queues[0], own[0])]
    if strange := set(own) - set(demand.queues):
        raise InputError(
            f"the roster has shifts for queue {sorted(strange)[0]!r}, the requirement has "
            f"{', '.join(demand.queues)}"
        )
    return [(queue, queue) for queue in demand.queues if queue in own]


def _placed(part: _Part, limit: float, gap: float, seed: int, *, exact: bool = True) -> _Placed:
    rows = part.demand.of(part.queue)
    interval = part.demand.interval
    roster = read_kinds(part.schedule, part.rules, part.own, interval, part.since, part.locked)
    width = round(interval / roster.step)
    first = _steps(roster, pd.DatetimeIndex(rows["start"]))
    asked = part.demand.config.of(part.queue)
    hidden = asked.shrinkage.outside_schedule
    need = np.asarray(add_shrinkage(rows["agents"].to_numpy() * width, hidden))
    present = _present(part, roster, first, width)
    promise = None
    if part.demand.forecast is not None:
        table = part.demand.forecast.table
        own = (table["queue"].astype(str) == part.queue).to_numpy()
        promise = make_promise(
            table[own].reset_index(drop=True), part.demand.forecast.load[own], asked, "week", 0.0,
        ) if asked.target.service_level is not None else None  # fmt: skip
    if part.objective == "service_level" and promise is None:
        raise InputError(f"{part.queue}: the target has no service level to reach")
    kinds, left_out = _reachable(part, roster)
    model = BreakModel(kinds, _place(part, roster, first, width), present)
    covers = part.objective == "cover"
    if part.objective == "even":
        bound, at = math.nan, model.evened(need, promise)
    else:
        bound, at = model.solve(need, promise, limit, gap, seed, cover=covers, exact=exact)
    heads = model.heads(at)
    if covers:
        value = float(np.maximum(need - heads, 0).sum())
        bound = min(value, math.ceil(bound - 1e-4))  # no bound lies beyond a plan
    elif promise is None:
        value = math.nan
    else:
        value = float(promise.at(promise.in_time, heads / width).sum())
    remarks = (*roster.remarks, *left_out, *_loose(kinds, at))
    told = tuple(f"{part.queue}: {remark}" for remark in remarks)
    return _Placed(roster, at, need, heads, first, width, promise, value, bound, told)


def _steps(roster: Roster, moments: pd.DatetimeIndex) -> NDArray[np.int64]:
    passed = (moments - roster.origin).total_seconds().to_numpy() / roster.step
    return np.asarray(np.floor(passed + 1e-9).astype(np.int64))


def _turns(part: _Part, roster: Roster) -> tuple[int, ...]:
    """Return by how many steps all shifts are moved to be counted again, where time repeats."""
    plan = part.schedule
    if not plan.cyclic or plan.horizon is None:
        return (0,)
    period = round((plan.horizon[1] - plan.horizon[0]).total_seconds() / roster.step)
    return (0, -period, period)


def _place(part: _Part, roster: Roster, first: NDArray[np.int64], width: int) -> dict[int, int]:
    """Return which of the steps of all intervals a step is."""
    steps = (first[:, None] + np.arange(width)).ravel().tolist()
    return {step - turn: place for turn in reversed(_turns(part, roster))
            for place, step in enumerate(steps)}  # fmt: skip


def _present(
    part: _Part, roster: Roster, first: NDArray[np.int64], width: int
) -> NDArray[np.int64]:
    """Count people at work in each step of each interval, breaks of no rule taken off."""
    spans = [(kind.start, kind.start + kind.template.length, len(kind.rows))
             for kind in roster.kinds]  # fmt: skip
    spans += [(begin, end, -1) for *_, begin, end in roster.fixed]
    spans = [(begin + turn, end + turn, count) for turn in _turns(part, roster)
             for begin, end, count in spans]  # fmt: skip
    last = max(int(first.max()) + width, *(end for _, end, _ in spans)) + 1
    base = min(0, int(first.min()), *(begin for begin, _, _ in spans))
    edge = np.zeros(last - base + 1, dtype=np.int64)
    for begin, end, count in spans:
        edge[begin - base] += count
        edge[end - base] -= count
    steps = first[:, None] + np.arange(width)
    found = np.cumsum(edge)[steps - base]
    if (before := part.schedule.before) is not None:
        moments = roster.origin + pd.to_timedelta(steps.ravel() * roster.step, unit="s")
        there = before.people_on_queue(part.own, pd.DatetimeIndex(moments), roster.step)
        found += np.rint(there).astype(np.int64).reshape(steps.shape)
    return np.asarray(found)


def _reachable(part: _Part, roster: Roster) -> tuple[list[tuple[Kind, bool]], tuple[str, ...]]:
    """Return the kinds, each with whether its gaps can be kept, and what is left out."""
    found, gone = [], 0
    busy = {row for row, *_ in roster.fixed}
    for kind in roster.kinds:
        gone += sum(not places for places in kind.places) * len(kind.rows)
        if part.since is None and not all(kind.places):
            pause = kind.template.breaks[[bool(p) for p in kind.places].index(False)]
            row = part.schedule.table.iloc[kind.rows[0]]
            raise InfeasibleError(
                f"{pause.name} has no place in its window on the break grid "
                f"({row['agent']}, shift from {row['start']:%Y-%m-%d %H:%M})"
            )
        keeps = _keeps_gaps(kind)
        new = part.since is None and set(kind.was) == {-1} and not busy & set(kind.rows)
        if new and not keeps:
            row = part.schedule.table.iloc[kind.rows[0]]
            raise InfeasibleError(
                "no places of the breaks keep the work between them that the rules ask for "
                f"({row['agent']}, shift from {row['start']:%Y-%m-%d %H:%M})"
            )
        found.append((kind, keeps))
    if not gone:
        return found, ()
    what = f"{gone:,} breaks are left out; their" if gone > 1 else "1 break is left out; its"
    return found, (f"{what} time is over or taken",)


def _loose(kinds: list[tuple[Kind, bool]], at: list[Placed]) -> list[str]:
    """Tell how many shifts go without the work between breaks, and what is in the way."""
    asked = "the work between breaks that the rules ask for"
    found: Counter[str] = Counter()
    for (kind, keeps), (_, times) in zip(kinds, at, strict=True):
        if keeps:
            continue
        gaps = kind.template.gaps.tolist()
        count = sum(
            any(
                now and then and not low <= then[person] - now[person] <= high
                for now, then, (low, high) in zip(times, times[1:], gaps, strict=False)
            )
            for person in range(len(kind.rows))
        )
        if any(places == (old,) for places, old in zip(kind.places, kind.was, strict=True)):
            found["some breaks stay"] += count
        elif all(kind.places):
            found["no places are left that keep it"] += count
        else:
            found["the time of some breaks is over or taken"] += count
    return [
        f"{count:,} {'shift goes' if count == 1 else 'shifts go'} without {asked}: {why}"
        for why, count in found.items()
        if count
    ]


def _keeps_gaps(kind: Kind) -> bool:
    reached: Iterable[int] = ()
    for number, places in enumerate(kind.places):
        if not places:
            return False
        if number:
            low, high = kind.template.gaps[number - 1].tolist()
            reached = [at for at in places if any(low <= at - old <= high for old in reached)]
            if not reached:
                return False
        else:
            reached = places
    return True


def _finished(
    schedule: Schedule, demand: Demand, parts: list[_Part], placed: list[_Placed], gap: float
) -> BreakPlan:
    moves = pd.concat([_moves(p, d) for p, d in zip(parts, placed, strict=True)], ignore_index=True)
    breaks = pd.concat([_breaks(p, d) for p, d in zip(parts, placed, strict=True)],
                       ignore_index=True)  # fmt: skip
    rest = schedule.breaks[~schedule.breaks["queue"].isin({part.own for part in parts})]
    breaks = pd.concat([rest, breaks], ignore_index=True) if len(rest) else breaks
    breaks = breaks.sort_values(["shift_start", "queue", "agent", "start"], ignore_index=True)
    named = schedule.table.assign(shift=_shift_names(schedule, placed))
    before, first = covered(
        schedule, demand, table=named, interval=demand.interval, config=demand.config,
        rules=parts[0].rules, facts=(), remarks=(), shortages=schedule.shortages.iloc[:0],
        objective="", status="read", cost=math.nan, bound=math.nan, gap=math.nan,
    )  # fmt: skip
    after, second = covered(replace(before, breaks=breaks, table=_paid(named, breaks)), demand)
    hours = [part.roster.step / 3600 for part in placed]
    scale = hours if parts[0].objective == "cover" else [1.0] * len(placed)
    value = math.fsum(p.value * h for p, h in zip(placed, scale, strict=True))
    bound = math.fsum(p.bound * h for p, h in zip(placed, scale, strict=True))
    distance = abs(value - bound) / max(abs(value), 1e-300) if value else 0.0
    levels = tuple(
        math.nan if result is None else float(result.total["service_level"].iloc[0])
        for result in (first, second)
    )
    status: Status = "optimal" if distance < 1e-6 else "gap" if distance <= gap else "work"
    return BreakPlan(
        after, before, moves, parts[0].objective, value, bound, distance, status,
        (levels[0], levels[1]), tuple(remark for part in placed for remark in part.remarks),
    )  # fmt: skip


def _shift_names(schedule: Schedule, placed: list[_Placed]) -> list[str]:
    """Name the rule of each shift, where the roster does not."""
    names: list[str] = schedule.table["shift"].astype(str).tolist()
    for part in placed:
        for row, name in part.roster.names.items():
            names[row] = names[row] or name
    return names


def _paid(table: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """Return the shifts with the hours that are paid after these breaks."""
    unpaid = breaks[~breaks["paid"].astype(bool)]
    hours = (unpaid["end"] - unpaid["start"]).dt.total_seconds() / 3600
    keys = [unpaid["queue"], unpaid["agent"], unpaid["shift_start"].rename("start")]
    off = hours.groupby(keys).sum().rename("off").reset_index()
    present = (table["end"] - table["start"]).dt.total_seconds() / 3600
    taken = table[["queue", "agent", "start"]].merge(off, how="left")["off"].fillna(0.0)
    return table.assign(paid_hours=present.to_numpy() - taken.to_numpy(float))


def _time(placed: _Placed, part: _Part, steps: list[int]) -> pd.DatetimeIndex:
    origin = placed.roster.origin
    moments = origin + pd.to_timedelta(np.array(steps, np.int64) * placed.roster.step, unit="s")
    return pd.DatetimeIndex(moments).as_unit("us")


def _breaks(part: _Part, placed: _Placed) -> pd.DataFrame:
    rows, names, starts, ends, paid = [], [], [], [], []
    for kind, times in placed.at:
        for number, pause in enumerate(kind.template.breaks):
            if not times[number]:
                continue
            rows += list(kind.rows)
            names += [pause.name] * len(kind.rows)
            starts += times[number]
            ends += [at + int(kind.template.lengths[number]) for at in times[number]]
            paid += [pause.paid] * len(kind.rows)
    table = part.schedule.table
    old = part.schedule.breaks
    fixed = old.loc[[place for _, place, *_ in placed.roster.fixed]]
    made = pd.DataFrame(
        {
            "queue": part.own,
            "agent": table["agent"].iloc[rows].to_numpy(),
            "shift_start": table["start"].iloc[rows].array,
            "name": names,
            "start": _time(placed, part, starts),
            "end": _time(placed, part, ends),
            "paid": paid,
        }
    )
    return pd.concat([made, fixed], ignore_index=True) if len(fixed) else made


def _moves(part: _Part, placed: _Placed) -> pd.DataFrame:
    """Return each break with where it was, where it is, and what the move is worth."""
    table = part.schedule.table
    where = _place(part, placed.roster, placed.first, placed.width)
    where = {step: place // placed.width for step, place in where.items()}
    rows = []
    for kind, times in placed.at:
        for number, pause in enumerate(kind.template.breaks):
            old, long = kind.was[number], int(kind.template.lengths[number])
            for row, at in zip(kind.rows, times[number], strict=False):
                worth = math.nan if old < 0 else 0.0
                if old >= 0 and old != at:
                    worth = _worth(part, placed, where, at, old, long)
                rows.append((row, pause.name, old, at, worth))
    frame = pd.DataFrame(rows, columns=["row", "name", "before", "after", "worth"])
    after = _time(placed, part, frame["after"].tolist())
    old_steps = frame["before"].to_numpy(np.int64)
    before = pd.Series(_time(placed, part, np.maximum(old_steps, 0).tolist()))
    return pd.DataFrame(
        {
            "queue": part.queue,
            "agent": table["agent"].iloc[frame["row"]].to_numpy(),
            "shift_start": table["start"].iloc[frame["row"]].array,
            "name": frame["name"],
            "before": before.where(old_steps >= 0),
            "after": after,
            "worth": frame["worth"].astype(float),
        }
    ).sort_values(["shift_start", "agent", "after"], ignore_index=True)


def _worth(
    part: _Part, placed: _Placed, where: dict[int, int], at: int, old: int, long: int
) -> float:
    """Return what is lost when one break goes back to where it was."""
    change: dict[int, int] = {}
    for begin, sign in ((at, 1), (old, -1)):
        for step in range(begin, begin + long):
            i = where.get(step, -1)
            if i >= 0:
                change[i] = change.get(i, 0) + sign
    lost = 0.0
    for i, sign in change.items():
        now = placed.heads[i]
        if part.objective == "cover":
            lacks = max(placed.need[i] - now - sign, 0) - max(placed.need[i] - now, 0)
            lost += lacks * placed.roster.step / 3600
        elif placed.promise is not None:
            row = placed.promise.in_time[i]
            points = np.arange(len(row))
            here, there = np.interp([now / placed.width, (now + sign) / placed.width], points, row)
            lost += here - there
    return float(lost)
