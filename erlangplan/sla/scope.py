"""Which rows of the actuals a contract is about, and when they lie on its clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erlangplan.errors import Fault, InputError, nearest
from erlangplan.sla.actuals import MICRO, Actuals
from erlangplan.sla.calendar import DAY, clock_changes, is_open, on_the_clock
from erlangplan.sla.model import Contract

__all__ = ["HALF_HOUR", "Scope", "nothing_counts", "scope_of"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
HALF_HOUR = 1800 * MICRO
_UNNAMED = "all"


@dataclass(frozen=True, eq=False)
class Scope:
    """The rows of a contract.

    Attributes
    ----------
    contract, actuals
        What is promised and what happened.
    at
        Positions of the rows in the actuals (n,), queue by queue.
    queue
        Number of each row's queue among the contract's (n,).
    local, instant
        When each row starts on the contract's wall clock, and a time that tells the two passes
        of a repeated hour apart (n,) [us].
    inside
        Whether the row counts: within the contract's dates and hours of operation (n,).
    outside
        Rows that do not count, as masks (n,) by the rule that leaves them out.
    step
        Length of an interval [us].
    notes
        What a reader should know.
    """

    contract: Contract
    actuals: Actuals
    at: IntArray
    queue: IntArray
    local: IntArray
    instant: IntArray
    inside: BoolArray
    outside: dict[str, BoolArray]
    step: int
    notes: tuple[str, ...]


def scope_of(contract: Contract, actuals: Actuals, step: int | None = None) -> Scope:
    """Return the rows that a contract is about.

    Parameters
    ----------
    contract, actuals
        What is promised and what happened.
    step
        Length of the intervals into which contacts are put [us]; half an hour where None.

    Raises
    ------
    InputError
        If no queue of the contract is there, an interval stands twice, a local time does not
        exist, or a row contradicts what the contract declares.
    """
    at, queue, notes = _rows(contract, actuals)
    local = actuals.local[at]
    instant = local
    if actuals.utc is not None:
        instant = actuals.utc[at]
        local = on_the_clock(instant, contract.time_zone) if contract.time_zone else local
    elif contract.time_zone and len(at):
        _refuse_skipped(contract.time_zone, actuals, at, local)
    if actuals.kind == "intervals":
        instant = _told_apart(contract, actuals, at, queue, local, instant)
        step = _step(queue, instant)
    elif step is None and any(each.aggregate != "contacts" for each in contract.objectives):
        notes = (*notes, "contacts are put into half-hours where intervals are judged")
    _refuse_over_offered(contract, actuals, at, queue)
    outside = _outside(contract, queue, local)
    inside = ~np.any(list(outside.values()), axis=0) if outside else np.ones(len(at), dtype=bool)
    return Scope(contract, actuals, at, queue, local, instant, inside, outside,
                 step or HALF_HOUR, notes)  # fmt: skip


def nothing_counts(scope: Scope) -> str:
    """Return when the rows are and what leaves them out, where not one counts; else nothing."""
    if scope.inside.any() or not len(scope.at):
        return ""
    first, last = (_clock(tick) for tick in (scope.local.min(), scope.local.max()))
    dated = _off_days(scope.contract, scope.local // DAY)
    off = np.any(list(dated.values()), axis=0) if dated else np.zeros(1, dtype=bool)
    why = [f"the contract's days are {_days_of(scope.contract)}"] if off.any() else []
    if not off.all():
        why += [rule for rule in scope.outside if rule not in dated]
    return f"no row of {scope.actuals.file} counts: they start from {first} to {last}; " + (
        ", ".join(why)
    )


def _clock(tick: np.int64) -> str:
    return str(tick.view("M8[us]").astype("M8[m]")).replace("T", " ")


def _days_of(contract: Contract) -> str:
    if contract.effective is None:
        return f"up to {contract.expires}"
    if contract.expires is None:
        return f"from {contract.effective} on"
    return f"{contract.effective} to {contract.expires}"


def _rows(contract: Contract, actuals: Actuals) -> tuple[IntArray, IntArray, tuple[str, ...]]:
    names = [queue.name for queue in contract.queues]
    if actuals.names == (_UNNAMED,) and len(names) == 1:
        at = actuals.rows_of(_UNNAMED)
        return at, np.zeros(len(at), np.int64), ()
    missing = [name for name in names if name not in actuals.names]
    if len(missing) == len(names):
        raise InputError(
            f"no queue of the contract is there: {missing[0]!r} is not among the file's queues, "
            f"{nearest(missing[0], actuals.names)}",
            file=actuals.file,
            fix="Name the queues as the contract does, or their column with --map queue=... "
            "(map=).",
        )
    parts = [actuals.rows_of(name) for name in names]
    codes = np.repeat(np.arange(len(names)), [len(part) for part in parts])
    said = [f"{actuals.file} has no rows of queue {name}" for name in missing]
    strange = [name for name in actuals.names if name not in names]
    if strange:
        shown = ", ".join(strange[:3]) + (" ..." if len(strange) > 3 else "")
        said.append(f"{len(strange):,} queues are not in the contract and were left out: {shown}")
    return np.concatenate(parts), codes, tuple(said)


def _step(queue: IntArray, instant: IntArray) -> int | None:
    steps = np.diff(instant)[np.diff(queue) == 0]
    steps = steps[steps > 1]
    return int(steps.min()) if len(steps) else None


def _changes(zone: str, local: IntArray) -> tuple[tuple[int, int, bool], ...]:
    years = local[[local.argmin(), local.argmax()]].view("M8[us]").astype("M8[Y]").astype(int)
    return clock_changes(zone, int(years[0]) + 1970, int(years[1]) + 1970)


def _refuse_skipped(zone: str, actuals: Actuals, at: IntArray, local: IntArray) -> None:
    wrong = np.zeros(len(at), dtype=bool)
    for begin, end, repeated in _changes(zone, local):
        if not repeated:
            wrong |= (local >= begin) & (local < end)
    if wrong.any():
        expected = f"expected a time that exists; the clock of {zone} skips it"
        raise InputError(
            "some local times do not exist",
            file=actuals.file,
            faults=[actuals.fault(n, "start", expected) for n in at[wrong]],
        )


def _told_apart(
    contract: Contract, actuals: Actuals, at: IntArray, queue: IntArray, local: IntArray,
    instant: IntArray,
) -> IntArray:  # fmt: skip
    """Return instants in which the second pass of a repeated hour is a microsecond later."""
    same = np.flatnonzero((np.diff(instant) == 0) & (np.diff(queue) == 0))
    if not len(same):
        return instant
    columns = {name for each in contract.objectives for name in each.match}
    marks = [actuals.marks[name].codes[at] for name in sorted(columns & actuals.marks.keys())]
    keys = np.stack([queue, instant, *marks])
    order = np.lexsort(keys[::-1])
    repeats = np.concatenate(([False], (np.diff(keys[:, order]) == 0).all(axis=0)))
    second = np.zeros(len(at), dtype=bool)
    second[order[repeats]] = True
    third = np.zeros(len(at), dtype=bool)
    third[order[1:][repeats[1:] & repeats[:-1]]] = True
    folds = np.zeros(len(at), dtype=bool)
    if contract.time_zone and actuals.utc is None:
        for begin, end, repeated in _changes(contract.time_zone, local):
            folds |= repeated & (local >= begin) & (local < end)
    wrong = np.flatnonzero((second & ~folds) | third)
    if len(wrong):
        expected = "expected each interval of a queue once"
        raise InputError(
            "an interval stands twice",
            file=actuals.file,
            faults=[actuals.fault(n, "start", expected) for n in at[wrong]],
            fix="Leave the copies out, name the column that tells the queues apart with --map "
            "queue=... (map=), or the time zone in the contract (time_zone) if a DST change "
            "repeats the hour.",
        )
    return instant + second


def _refuse_over_offered(
    contract: Contract, actuals: Actuals, at: IntArray, queue: IntArray
) -> None:
    declared = [number for number, own in enumerate(contract.queues) if own.at_most_offered]
    counts = actuals.counts
    if not declared or not {"offered", "answered", "abandoned"} <= counts.keys():
        return
    more = counts["answered"] + counts["abandoned"] > counts["offered"]
    wrong = at[np.isin(queue, declared) & more[at]]
    if len(wrong):
        expected = "expected at least answered and abandoned together, as the contract declares"
        faults: list[Fault] = [actuals.fault(n, "offered", expected) for n in wrong]
        raise InputError("some rows contradict the contract", file=actuals.file, faults=faults)


def _outside(contract: Contract, queue: IntArray, local: IntArray) -> dict[str, BoolArray]:
    found = _off_days(contract, local // DAY)
    for number, own in enumerate(contract.queues):
        # A clock that stops at night serves contacts that come at night.
        if own.hours is None or own.clock == "open-hours":
            continue
        mine = queue == number
        mask = np.zeros(len(local), dtype=bool)
        mask[mine] = ~is_open(contract.hours_of(own.name), local[mine])
        found[f"outside the hours of operation of {own.name} ({own.hours})"] = mask
    return {rule: mask for rule, mask in found.items() if mask.any()}


def _off_days(contract: Contract, days: IntArray) -> dict[str, BoolArray]:
    """Return which days lie before or after those of the contract, by rule."""
    found = {}
    if contract.effective:
        first = np.datetime64(contract.effective, "D").astype(int)
        found[f"before the contract's first day {contract.effective}"] = days < first
    if contract.expires:
        last = np.datetime64(contract.expires, "D").astype(int)
        found[f"after the contract's last day {contract.expires}"] = days > last
    return found
