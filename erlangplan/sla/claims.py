"""Claims to relief: which periods of which queue, on what ground, by the contract's conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import Fault, InputError
from erlangplan.sla.actuals import MICRO
from erlangplan.sla.calendar import DAY, is_open, on_the_clock, window_begins
from erlangplan.sla.counting import exact
from erlangplan.sla.model import Contract, Relief
from erlangplan.sla.scope import Scope
from erlangplan.units import share_text

__all__ = ["Claim", "claims_of", "moments"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
_SATURDAY = 5


@dataclass(frozen=True, eq=False)
class Claim:
    """A period of one queue for which a relief may be claimed.

    Attributes
    ----------
    relief
        The contract's relief.
    rows
        Rows of the scope that it is about (n,).
    ground
        Why, in words with the numbers.
    offered, cap
        Contacts offered in the period, and how many of them are held to the promise; None where
        the condition is not about offered contacts.
    """

    relief: Relief
    rows: BoolArray
    ground: str
    offered: int | None = None
    cap: Fraction | None = None


def claims_of(
    scope: Scope, forecast: pd.DataFrame | None, events: pd.DataFrame | None
) -> tuple[tuple[Claim, ...], tuple[str, ...]]:
    """Return the claims that the conditions of a contract give, and what could not be judged.

    Parameters
    ----------
    scope
        The rows of the contract.
    forecast
        Columns queue, start, volume and aht: the locked forecast; or None.
    events
        Columns start, end, kind, and queue where an event is not about all; or None.

    Notes
    -----
    Each queue is held against its own forecast. The period of an event is the event itself: the
    intervals that it touches, whatever the relief's `per`.
    """
    found: list[Claim] = []
    said: list[str] = []
    for relief in scope.contract.reliefs:
        condition = relief.when
        if relief.remedy == "exclude-surplus" and condition.measure != "offered":
            raise ValueError(f"relief {relief.id}: exclude-surplus needs a condition on offered")
        if condition.measure == "event":
            if events is None:
                said.append(f"relief {relief.id} was not looked at: no events were given")
            else:
                found += _of_events(scope, relief, events)
        elif condition.base == "average":
            found += _of_average(scope, relief)
        elif forecast is None:
            said.append(f"relief {relief.id} was not looked at: no locked forecast was given")
        else:
            found += _of_forecast(scope, relief, forecast)
            said += _unplanned(scope, relief, forecast)
    if events is not None:
        said += _unused(scope.contract, events)
    return tuple(found), tuple(said)


def _unplanned(scope: Scope, relief: Relief, forecast: pd.DataFrame) -> list[str]:
    """Say which queues a relief cannot be looked at for, because the forecast lacks them."""
    planned = set(forecast["queue"].astype(str))
    if len(scope.contract.queues) == 1 == len(planned):
        return []
    lacking = [name for _, name in _queues(scope.contract, relief) if name not in planned]
    if not lacking:
        return []
    return [f"relief {relief.id}: the locked forecast has no queue {', '.join(lacking)}"]


def _unused(contract: Contract, events: pd.DataFrame) -> list[str]:
    """Say which events no relief is about."""
    if "kind" not in events:
        return []
    about = [each for each in contract.reliefs if each.when.measure == "event"]
    known = {name.casefold() for each in about for name in (each.id, each.kind or each.id)}
    kinds = dict.fromkeys(events["kind"].astype(str).str.strip())
    queues = {queue.name for queue in contract.queues}
    named = dict.fromkeys(name for name in _texts(events, "queue") if name and name not in queues)
    said = [f"events of kind {kind} belong to no relief" for kind in kinds
            if kind.casefold() not in known]  # fmt: skip
    return said + [f"events name the queue {name}, which is not in the contract" for name in named]


def moments(values: pd.Series, contract: Contract) -> IntArray:
    """Return times on the contract's wall clock [us]; times without a zone are on it already.

    Raises
    ------
    InputError
        If one is missing or cannot be read.
    """
    times = values if pd.api.types.is_datetime64_any_dtype(values.dtype) else pd.to_datetime(
        values, errors="coerce", format="ISO8601")  # fmt: skip
    if times.isna().any():
        expected, name = "expected a date and a time such as 2026-03-02 08:30", str(values.name)
        rows, texts = values.index.to_numpy(), values.astype(str).tolist()
        wrong = np.flatnonzero(times.isna())
        faults = [Fault(expected, int(rows[n]), name, texts[n]) for n in wrong]
        raise InputError("some times cannot be read", faults=faults)
    if times.dt.tz is None:
        return times.dt.as_unit("us").to_numpy().view(np.int64)
    utc = times.dt.tz_convert("UTC").dt.tz_localize(None).dt.as_unit("us").to_numpy().view(np.int64)
    zone = contract.time_zone
    return on_the_clock(utc, zone) if zone else utc


def _queues(contract: Contract, relief: Relief) -> Iterator[tuple[int, str]]:
    for number, queue in enumerate(contract.queues):
        if not relief.queues or queue.name in relief.queues:
            yield number, queue.name


def _periods(contract: Contract, relief: Relief, local: IntArray) -> IntArray:
    return window_begins(local, relief.per, contract.month_starts_on)


def _period_text(begin: int, per: str) -> str:
    moment = np.int64(begin).view("M8[us]")
    text = str(moment.astype("M8[m]" if per == "interval" else "M8[D]"))
    return text if per in ("interval", "day") else f"{per} from {text}"


def _summed(keys: IntArray, values: IntArray) -> dict[int, int]:
    found, place = np.unique(keys, return_inverse=True)
    sums = np.zeros(len(found), dtype=np.int64)
    np.add.at(sums, place, values)
    return dict(zip(found.tolist(), sums.tolist(), strict=True))


def _offered(scope: Scope, relief: Relief, rows: BoolArray) -> IntArray:
    actuals, at = scope.actuals, scope.at[rows]
    if actuals.kind == "contacts":
        return np.ones_like(at)
    if "offered" not in actuals.counts:
        raise InputError(
            f"relief {relief.id} needs a column offered", file=actuals.file,
            fix="Name it with --map offered=... (map=).")  # fmt: skip
    return np.asarray(actuals.counts["offered"][at])


def _of_events(scope: Scope, relief: Relief, events: pd.DataFrame) -> Iterator[Claim]:
    if missing := [name for name in ("start", "end", "kind") if name not in events]:
        raise InputError(f"events need the columns start, end and kind; {missing[0]} is missing")
    begin, end = (moments(events[name], scope.contract) for name in ("start", "end"))
    if (wrong := np.flatnonzero(end <= begin)).size:
        expected, ends = "expected an end after the start", events["end"].astype(str).tolist()
        faults = [Fault(expected, int(events.index.to_numpy()[n]), "end", ends[n]) for n in wrong]
        raise InputError("some events end before they start", faults=faults)
    kinds = events["kind"].astype(str).str.strip().str.casefold().tolist()
    queues, notes = _texts(events, "queue"), _texts(events, "note")
    named = {relief.id.casefold(), (relief.kind or relief.id).casefold()}
    step = scope.step if scope.actuals.kind == "intervals" else 1
    for number in range(len(events)):
        if kinds[number] not in named:
            continue
        rows = (scope.local < end[number]) & (scope.local + step > begin[number])
        wanted = [n for n, name in _queues(scope.contract, relief) if queues[number] in ("", name)]
        rows &= np.isin(scope.queue, wanted) & scope.inside
        first, last = (np.int64(t).view("M8[us]").astype("M8[m]") for t in (
            begin[number], end[number]))  # fmt: skip
        ground = f"event {kinds[number]} from {first} to {last}"
        yield Claim(relief, rows, f"{ground} ({notes[number]})" if notes[number] else ground)


def _texts(events: pd.DataFrame, name: str) -> list[str]:
    if name not in events:
        return [""] * len(events)
    return [text.strip() for text in events[name].fillna("").astype(str)]


def _of_forecast(scope: Scope, relief: Relief, forecast: pd.DataFrame) -> Iterator[Claim]:
    contract, condition = scope.contract, relief.when
    if not len(scope.local):
        return
    planned_queue = forecast["queue"].astype(str).to_numpy()
    planned_at = moments(forecast["start"], contract)
    reached = planned_at <= scope.local[scope.inside].max(initial=scope.local.min())
    volume = np.rint(forecast["volume"].to_numpy(float) * MICRO).astype(np.int64)
    alone = len(contract.queues) == 1 == len(set(planned_queue))
    for number, name in _queues(contract, relief):
        # A window that is under way is held against the forecast to date.
        own = reached & ((planned_queue == name) | alone)
        keys = _periods(contract, relief, planned_at[own])
        planned = _summed(keys, volume[own])
        rows = scope.inside & (scope.queue == number)
        periods = _periods(contract, relief, scope.local)
        if condition.measure == "aht":
            if "aht" not in forecast:
                raise InputError(f"relief {relief.id} needs a locked forecast with a column aht")
            aht = np.nan_to_num(forecast["aht"].to_numpy(float))[own]
            work = _summed(keys, np.rint(volume[own] * aht).astype(np.int64))
            yield from _of_handling(scope, relief, rows, periods, planned, work)
            continue
        offered = _summed(periods[rows], _offered(scope, relief, rows))
        for begin, came in offered.items():
            cap = exact(condition.above) * Fraction(planned.get(begin, 0), MICRO)
            if begin in planned and came > cap:
                ground = (
                    f"{name}, {_period_text(begin, relief.per)}: {came:,} offered, more "
                    f"than {share_text(condition.above)} of the locked forecast of "
                    f"{planned[begin] / MICRO:,.6g}"
                )
                yield Claim(relief, rows & (periods == begin), ground, came, cap)


def _of_handling(
    scope: Scope, relief: Relief, rows: BoolArray, periods: IntArray,
    planned: Mapping[int, int], work: Mapping[int, int],
) -> Iterator[Claim]:  # fmt: skip
    actuals, at = scope.actuals, scope.at[rows]
    if "handle_seconds" not in actuals.counts:
        raise InputError(f"relief {relief.id} needs a column handle_seconds", file=actuals.file)
    if actuals.outcome is not None:
        answered = (actuals.outcome[at] == 0).astype(np.int64)
    else:
        answered = np.asarray(actuals.counts["answered"][at])
    handled = _summed(periods[rows], actuals.counts["handle_seconds"][at])
    for begin, contacts in _summed(periods[rows], answered).items():
        if not (contacts and planned.get(begin)):
            continue
        aht, expected = Fraction(handled[begin], contacts * MICRO), Fraction(
            work[begin], planned[begin])  # fmt: skip
        if aht > exact(relief.when.above) * expected:
            ground = (
                f"{_period_text(begin, relief.per)}: AHT {float(aht):.4g} s, more than "
                f"{share_text(relief.when.above)} of the {float(expected):.4g} s forecast"
            )
            yield Claim(relief, rows & (periods == begin), ground)


def _of_average(scope: Scope, relief: Relief) -> Iterator[Claim]:
    """Hold each day against the average of the business days before it."""
    if relief.per != "day" or relief.when.measure != "offered":
        raise ValueError(
            f"relief {relief.id}: an average of business days needs per = day and offered"
        )
    contract, days = scope.contract, scope.local // DAY
    for number, name in _queues(contract, relief):
        mine = scope.queue == number
        offered = _summed(days[mine], _offered(scope, relief, mine))
        hours = contract.hours_of(name)
        business = [
            day for day in sorted(offered)
            if (day + 3) % 7 < _SATURDAY
            and (hours is None or is_open(hours, scope.local[mine & (days == day)]).any())
        ]  # fmt: skip
        for day, came in offered.items():
            before = [each for each in business if each < day][-relief.when.days :]
            if len(before) < relief.when.days or not before:
                continue
            average = Fraction(sum(offered[each] for each in before), len(before))
            cap = exact(relief.when.above) * average
            if came > cap:
                ground = (
                    f"{name}, {_period_text(day * DAY, 'day')}: {came:,} offered, more "
                    f"than {share_text(relief.when.above)} of {float(average):,.6g}, the average "
                    f"of the last {len(before)} business days"
                )
                yield Claim(relief, mine & (days == day) & scope.inside, ground, came, cap)
