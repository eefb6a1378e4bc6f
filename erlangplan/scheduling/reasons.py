"""Why an interval is short: the rule, or the number of people, that is in the way."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from erlangplan.scheduling.part import Found
from erlangplan.scheduling.problem import FAR, Problem

__all__ = ["shortages_of"]


def shortages_of(problem: Problem, found: Found) -> pd.DataFrame:
    """Return the intervals that are short of what was aimed at: queue, start, short, reason."""
    short = np.maximum(problem.need - found.heads, 0) / problem.width
    rows = [
        (problem.queue, problem.starts[int(i)], float(short[i]), _reason(problem, found, int(i)))
        for i in np.flatnonzero(short > 0)
    ]
    table = pd.DataFrame(rows, columns=["queue", "start", "short", "reason"])
    if not len(table):
        table = table.astype({"start": problem.starts.dtype})
    return table.astype({"short": float})


def _reason(problem: Problem, found: Found, interval: int) -> str:
    if not problem.coverable[interval]:
        return _out_of_reach(problem, interval)
    limits = _limits(problem, found, interval)
    if limits:
        return "; ".join(limits)
    if not math.isnan(found.price):
        return f"a shift that covers it costs more than the price of {found.price:g} an hour"
    if found.short > found.least_short:
        return "the search found no better plan in its time"
    return "the rules of shifts and breaks leave no plan that covers it"


def _out_of_reach(problem: Problem, interval: int) -> str:
    rules = problem.rules
    begin = int(problem.first[interval])
    if rules.opening is not None:
        moment = problem.starts[interval]
        passed = moment.hour * 3600 + moment.minute * 60
        spans = rules.opening.get(moment.day_of_week, ())
        if not any(low <= passed < high for low, high in spans):
            return "outside the opening hours"
    overnight = [
        shift.name
        for shift in rules.shifts
        for clock in shift.starts
        if clock + shift.presence[1] > 86400 + begin * problem.step
    ]
    if not problem.period and begin * problem.step < 86400 and overnight:
        return (
            f"only a shift that starts the day before ({sorted(set(overnight))[0]}) could cover "
            "it; the plan begins here (week='cyclic', or the schedule before, brings those)"
        )
    return "no shift may be at work then (starts, days and lengths)"


def _limits(problem: Problem, found: Found, interval: int) -> list[str]:
    """Name limits of people that are used up by those who could cover an interval."""
    used = [0] * len(problem.crews)
    per_day: dict[tuple[int, int], int] = {}
    for person in found.people:
        if person.crew >= 0:
            used[person.crew] += 1
        for work in person.works:
            offer = problem.offers[work.offer]
            key = (offer.shift, offer.day)
            per_day[key] = per_day.get(key, 0) + 1
    begin = int(problem.first[interval])
    texts: list[str] = []
    for offer in problem.offers:
        length = offer.templates[-1].length
        reaches = (offer.starts <= begin) & (offer.starts + length > begin)
        if problem.period:
            later = begin + problem.period
            reaches |= (offer.starts <= later) & (offer.starts + length > later)
        if not reaches.any():
            continue
        if offer.crew >= 0:
            crew = problem.crews[offer.crew]
            if crew.people[1] == FAR or used[offer.crew] < crew.people[1]:
                return texts
            texts.append(f"all {crew.people[1]} people of {crew.group.name} are at their limit")
            continue
        shift = problem.rules.shifts[offer.shift]
        most = shift.people[1]
        if most is None or per_day.get((offer.shift, offer.day), 0) < most:
            return texts
        texts.append(f"shift {shift.name} has at most {most} people a day")
    return list(dict.fromkeys(texts))
