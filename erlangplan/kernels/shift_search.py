"""Local search over shifts on plain numbers: take some people out, put better ones back.

A *person* of crew -1 works one shift; one of a crew works a week of them. Each shift is a *cell*
(crew, day, kind of shift, start) with one or more *choices* of length, and the steps at which its
breaks start. What a plan is worth is the sum over intervals of a concave value of the people x
steps on the queue, less the cost of the people.

The value of an interval is `price` x min(need, people) where there is no table, and otherwise
read from the table by whole people, straight between them.

The file stands alone because numba keys its cache by the content of one file.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])
OFF, ANY = -1, -2
_NEVER = -1e300
_MOST_OUT = 8


def _compiled(function: Function) -> Function:
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return function
    from numba import njit

    try:
        return cast(Function, njit(cache=True, error_model="numpy")(function))
    except RuntimeError:  # no folder to write a cache to
        return cast(Function, njit(error_model="numpy")(function))


@_compiled
def _random(seed: Any) -> float:
    """Lehmer's generator with Schrage's factors: whole numbers below 2^31, on any interpreter."""
    state = seed[0]
    state = 48271 * (state % 44488) - 3399 * (state // 44488)
    if state <= 0:
        state += 2147483647
    seed[0] = state
    return float(state) / 2147483647.0


@_compiled
def _worth(i: int, people: float, width: int, price: float, need: Any, table: Any) -> float:
    """Value of interval i with `people` x steps on the queue."""
    if table.shape[0] == 0:
        return price * min(people, float(need[i]))
    heads = people / width
    last = table.shape[1] - 1
    if heads >= last:
        return float(table[i, last])
    low = int(heads)
    part = heads - low
    value = float(table[i, low])
    if part > 0.0:
        value += part * (table[i, low + 1] - value)
    return value


@_compiled
def total_worth(heads: Any, width: int, price: float, need: Any, table: Any) -> float:
    """Value of all intervals."""
    total = 0.0
    for i in range(heads.shape[0]):
        total += _worth(i, float(heads[i]), width, price, need, table)
    return total


@_compiled
def _lacking(heads: Any, need: Any, table: Any) -> float:
    """People x steps short, where no table says what they are worth."""
    total = 0.0
    if table.shape[0] == 0:
        for i in range(heads.shape[0]):
            total += max(0, need[i] - heads[i])
    return total


@_compiled
def _slopes(
    heads: Any, width: int, price: float, need: Any, table: Any, tie: float, interval_of: Any,
    gains: Any, sums: Any,
) -> None:  # fmt: skip
    """Fill `sums` with the gain of one more person from the first step up to each step.

    Where nobody more is needed, `tie` x 1 / (1 + people over) leads breaks to where most are over.
    """
    for i in range(heads.shape[0]):
        now = float(heads[i])
        gain = _worth(i, now + width, width, price, need, table)
        gain -= _worth(i, now, width, price, need, table)
        over = max(0.0, now - need[i]) / width
        gains[i] = gain / width + tie / (1.0 + over)
    total = 0.0
    sums[0] = 0.0
    for t in range(interval_of.shape[0]):
        i = interval_of[t]
        if i >= 0:
            total += gains[i]
        sums[t + 1] = total


@_compiled
def _place(
    start: int, k: int, shift: int, sums: Any, cost: Any, can_break: Any, breaks: Any,
    break_long: Any, unpaid: Any, windows: Any, gaps: Any, separable: Any, best: Any, back: Any,
    places: Any,
) -> float:  # fmt: skip
    """Place the breaks of template k where least is lost; return the loss."""
    count = breaks[k]
    total = 0.0
    for b in range(count):
        low, high = windows[k, b, 0], windows[k, b, 1]
        long = break_long[k, b]
        least = -_NEVER
        where = -1
        for j in range(high - low + 1):
            at = start + low + j
            value = -_NEVER
            if can_break[at]:
                value = sums[at + long] - sums[at]
                if unpaid[k, b]:
                    value -= cost[shift, at + long] - cost[shift, at]
                if not separable[k] and b > 0:
                    # A shorter scan would need a queue; windows hold a handful of places.
                    before = -_NEVER
                    came = -1
                    for q in range(windows[k, b - 1, 1] - windows[k, b - 1, 0] + 1):
                        apart = low + j - windows[k, b - 1, 0] - q
                        fits = gaps[k, b - 1, 0] <= apart <= gaps[k, b - 1, 1]
                        if fits and best[b - 1, q] < before:
                            before = best[b - 1, q]
                            came = q
                    back[b, j] = came
                    value = value + before if came >= 0 else -_NEVER
            best[b, j] = value
            if value < least:
                least = value
                where = j
        if where < 0:
            return -_NEVER
        places[b] = where
        if separable[k]:
            total += least
        elif b == count - 1:
            total = least
    if not separable[k]:
        for b in range(count - 1, 0, -1):
            places[b - 1] = back[b, places[b]]
    for b in range(count):
        places[b] += start + windows[k, b, 0]
    return total


@_compiled
def _price_cells(
    first: int, last: int, sums: Any, cells: Any, lengths: Any, cost: Any, can_break: Any,
    breaks: Any, break_long: Any, unpaid: Any, windows: Any, gaps: Any, separable: Any,
    clock_open: Any, near_from: int, near_to: int, best: Any, back: Any, places: Any,
    value: Any, choice: Any,
) -> None:  # fmt: skip
    """Find for each cell the best length and what it gains, its cost taken off."""
    for c in range(first, last):
        start, shift = cells[c, 2], cells[c, 5]
        value[c] = _NEVER
        if not clock_open[cells[c, 4]]:
            continue
        for k in range(cells[c, 6], cells[c, 7]):
            end = start + lengths[k]
            if end <= near_from or start >= near_to:
                continue
            gain = sums[end] - sums[start] - cost[shift, end] + cost[shift, start]
            if gain <= value[c]:
                continue
            if breaks[k] > 0:
                gain -= _place(start, k, shift, sums, cost, can_break, breaks, break_long,
                               unpaid, windows, gaps, separable, best, back, places)  # fmt: skip
            if gain > value[c]:
                value[c] = gain
                choice[c] = k


@_compiled
def _change(
    person: int, sign: int, works: Any, rests: Any, cells: Any, lengths: Any, breaks: Any,
    break_long: Any, interval_of: Any, heads: Any, counts: Any, people: Any, crew: int,
    cost: Any, unpaid: Any,
) -> float:  # fmt: skip
    """Put a person's shifts into the plan (sign 1) or take them out (-1); return their cost."""
    spent = 0.0
    for d in range(works.shape[1]):
        c = works[person, d, 0]
        if c < 0:
            continue
        k, start, shift = works[person, d, 1], cells[c, 2], cells[c, 5]
        end = start + lengths[k]
        spent += cost[shift, end] - cost[shift, start]
        for t in range(start, end):
            i = interval_of[t]
            if i >= 0:
                heads[i] += sign
        for b in range(breaks[k]):
            at = rests[person, d, b]
            if unpaid[k, b]:
                spent -= cost[shift, at + break_long[k, b]] - cost[shift, at]
            for t in range(at, at + break_long[k, b]):
                i = interval_of[t]
                if i >= 0:
                    heads[i] -= sign
        counts[shift, cells[c, 1]] += sign
    people[crew] += sign
    return spent


@_compiled
def _best_tour(
    g: int, cells: Any, crew_cells: Any, words: Any, crew_words: Any, bands: Any, rests: Any,
    clocks: Any, value: Any, choice: Any, lengths: Any, counts: Any, shift_most: Any,
    period: int, days: int, by_slot: Any, by_cell: Any, chain: Any, came: Any, tour: Any,
    trial: Any,
) -> float:  # fmt: skip
    """Find the best week of one more person of crew g; `tour` gets its cells by day."""
    first, last = crew_cells[g], crew_cells[g + 1]
    band, rest = bands[g], rests[g]
    slots = by_slot.shape[1]
    best = _NEVER
    anchors = clocks.shape[0] if band >= 0.0 else 1
    for a in range(anchors):
        for d in range(days):
            for s in range(slots):
                by_slot[d, s] = _NEVER
                by_cell[d, s] = -1
        found = False
        for c in range(first, last):
            if value[c] == _NEVER:
                continue
            if band >= 0.0:
                late = clocks[cells[c, 4]] - clocks[a]
                if late < 0.0 or late > band:
                    continue
            if counts[cells[c, 5], cells[c, 1]] >= shift_most[cells[c, 5]]:
                continue
            d, s = cells[c, 1], cells[c, 3]
            found = True
            if value[c] > by_slot[d, s]:
                by_slot[d, s] = value[c]
                by_cell[d, s] = c
        if not found:
            continue
        for w in range(crew_words[g], crew_words[g + 1]):
            total = 0.0
            for d in range(days):
                word = words[w, d]
                trial[d] = -1
                if word == OFF:
                    continue
                if word == ANY:
                    gain = _NEVER
                    for s in range(slots):
                        if by_slot[d, s] > gain:
                            gain = by_slot[d, s]
                            trial[d] = by_cell[d, s]
                else:
                    gain = by_slot[d, word]
                    trial[d] = by_cell[d, word]
                total = total + gain if gain > _NEVER else _NEVER
                if total == _NEVER:
                    break
            if total <= best:
                continue
            if rest > 0 and not _rested(trial, cells, choice, lengths, rest, period, days):
                total = _chained(
                    w, a, first, last, band, rest, best, cells, words, clocks, value, choice,
                    lengths, counts, shift_most, period, days, chain, came, trial,
                )  # fmt: skip
            if total > best:
                best = total
                for d in range(days):
                    tour[d] = trial[d]
    return best


@_compiled
def _rested(
    trial: Any, cells: Any, choice: Any, lengths: Any, rest: int, period: int, days: int
) -> bool:
    """Whether there is enough rest between each day and the next."""
    end = -1
    first = -1
    for d in range(days):
        c = trial[d]
        if c < 0:
            continue
        start = cells[c, 2]
        if end >= 0 and start < end + rest:
            return False
        if first < 0:
            first = start
        end = start + lengths[choice[c]]
    return not (period > 0 and first >= 0 and first + period < end + rest)


@_compiled
def _chained(
    w: int, a: int, first: int, last: int, band: float, rest: int, floor: float, cells: Any,
    words: Any, clocks: Any, value: Any, choice: Any, lengths: Any, counts: Any, shift_most: Any,
    period: int, days: int, chain: Any, came: Any, trial: Any,
) -> float:  # fmt: skip
    """Best week by one word with rest between days: a longest path over the days' cells."""
    previous_first, previous_last = -1, -1
    c = first
    for d in range(days):
        begin = c
        while c < last and cells[c, 1] == d:
            c += 1
        word = words[w, d]
        if word == OFF:
            continue
        top = _NEVER
        for x in range(begin, c):
            chain[x] = _NEVER
            came[x] = -1
            if value[x] == _NEVER or (word != ANY and cells[x, 3] != word):
                continue
            if counts[cells[x, 5], d] >= shift_most[cells[x, 5]]:
                continue
            if band >= 0.0:
                late = clocks[cells[x, 4]] - clocks[a]
                if late < 0.0 or late > band:
                    continue
            before = 0.0
            if previous_first >= 0:
                before = _NEVER
                for y in range(previous_first, previous_last):
                    free = cells[y, 2] + lengths[choice[y]] + rest
                    if chain[y] > before and free <= cells[x, 2]:
                        before = chain[y]
                        came[x] = y
                if came[x] < 0:
                    continue
            chain[x] = before + value[x]
            top = max(top, chain[x])
        if top == _NEVER:
            return _NEVER
        previous_first, previous_last = begin, c
    best, end = _NEVER, -1
    for x in range(previous_first, previous_last):
        if chain[x] > best and chain[x] > floor:
            if period > 0:
                y = x
                while came[y] >= 0:
                    y = came[y]
                if cells[y, 2] + period < cells[x, 2] + lengths[choice[x]] + rest:
                    continue
            best, end = chain[x], x
    if end < 0:
        return _NEVER
    for d in range(days):
        trial[d] = -1
    while end >= 0:
        trial[cells[end, 1]] = end
        end = came[end]
    return best


@_compiled
def _insert(
    state: Any, price: float, tie: float, near_from: int, near_to: int, cells: Any,
    crew_cells: Any, lengths: Any, breaks: Any, break_long: Any, unpaid: Any, windows: Any,
    gaps: Any, separable: Any, cost: Any, can_break: Any, clock_open: Any, clocks: Any,
    words: Any, crew_words: Any, bands: Any, rests: Any, shift_most: Any, crew_most: Any,
    interval_of: Any, need: Any, table: Any, width: int, period: int, works: Any, pauses: Any,
    crew_of: Any, heads: Any, counts: Any, people: Any, gains: Any, sums: Any, value: Any,
    choice: Any, by_slot: Any, by_cell: Any, chain: Any, came: Any, tour: Any, trial: Any,
    best: Any, back: Any, places: Any,
) -> float:  # fmt: skip
    """Add the person who gains most; return the cost, or below 0 if nobody gains."""
    n = state[0]
    if n >= works.shape[0]:
        return -1.0
    crews = crew_cells.shape[0] - 1
    days = works.shape[1]
    _slopes(heads, width, price, need, table, tie, interval_of, gains, sums)
    top, who, cell = 0.0, -2, -1
    for g in range(crews):
        if g > 0 and people[g] >= crew_most[g]:
            continue
        first, last = crew_cells[g], crew_cells[g + 1]
        if first == last:
            continue
        low, high = near_from, near_to
        if g > 0:
            low, high = low * 0 - 1, high * 0 + (1 << 40)
        _price_cells(
            first, last, sums, cells, lengths, cost, can_break, breaks, break_long, unpaid,
            windows, gaps, separable, clock_open, low, high, best, back, places, value, choice,
        )  # fmt: skip
        if g == 0:
            for c in range(first, last):
                if value[c] > top and counts[cells[c, 5], cells[c, 1]] < shift_most[cells[c, 5]]:
                    top, who, cell = value[c], 0, c
            continue
        gain = _best_tour(
            g, cells, crew_cells, words, crew_words, bands, rests, clocks, value, choice, lengths,
            counts, shift_most, period, days, by_slot, by_cell, chain, came, tour, trial,
        )  # fmt: skip
        if gain > top:
            top, who = gain, g
            for d in range(days):
                works[n, d, 0] = tour[d]
                works[n, d, 1] = choice[tour[d]] if tour[d] >= 0 else 0
    if who < 0:
        return -1.0
    if who == 0:
        for d in range(days):
            works[n, d, 0] = -1
        works[n, 0, 0] = cell
        works[n, 0, 1] = choice[cell]
    for d in range(days):
        c = works[n, d, 0]
        if c >= 0:
            k = works[n, d, 1]
            _place(cells[c, 2], k, cells[c, 5], sums, cost, can_break, breaks, break_long, unpaid,
                   windows, gaps, separable, best, back, places)  # fmt: skip
            for b in range(breaks[k]):
                pauses[n, d, b] = places[b]
    crew_of[n] = who
    state[0] = n + 1
    spent = _change(n, 1, works, pauses, cells, lengths, breaks, break_long, interval_of, heads,
                    counts, people, who, cost, unpaid)  # fmt: skip
    return max(spent, 0.0)


@_compiled
def _copy_person(works: Any, pauses: Any, crew_of: Any, source: int, target: int) -> None:
    for d in range(works.shape[1]):
        works[target, d, 0] = works[source, d, 0]
        works[target, d, 1] = works[source, d, 1]
        for b in range(pauses.shape[2]):
            pauses[target, d, b] = pauses[source, d, b]
    crew_of[target] = crew_of[source]


@_compiled
def search(
    moves: int, done: int, budget: int, warm: float, cool: float, unit: float, price: float,
    most_out: int, lively: float, seed: Any, state: Any, score: Any, cells: Any, crew_cells: Any, lengths: Any,
    breaks: Any, break_long: Any, unpaid: Any, windows: Any, gaps: Any, separable: Any, cost: Any,
    can_break: Any, clock_open: Any, clocks: Any, words: Any, crew_words: Any, bands: Any,
    rests: Any, shift_least: Any, shift_most: Any, crew_least: Any, crew_most: Any,
    interval_of: Any, need: Any, given: Any, table: Any, width: int, period: int, works: Any,
    pauses: Any, crew_of: Any, best_works: Any, best_pauses: Any, best_crew: Any,
) -> None:  # fmt: skip
    """Search on from a plan by `moves` moves and keep the best.

    Parameters
    ----------
    moves, done, budget
        Moves to make; made so far; in all (the temperature falls with done / budget).
    warm, cool
        Temperatures at the start and at the end, in cost.
    unit
        Cost of one person's step, the measure of what a step is worth while choosing.
    price
        Worth of a person's step that is needed (no table).
    most_out
        Most people to take out at once, up to 8.
    lively
        Share of the starts that a move looks at.
    seed, state, score
        Random state (1 number); number of people now and in the best plan; worth less cost now
        and of the best plan, and what a missing step costs while searching.
    cells
        Per cell: crew, day, start, slot, clock, shift, first choice, last choice + 1; sorted by
        crew and day. Crew 0 is bought a day at a time.
    crew_cells, crew_words
        First cell and word of each crew, and the end.
    table
        Worth of each interval by whole people; of no rows where `price` and `need` say it.
    works, pauses, crew_of
        The plan: per person and day cell and choice; starts of breaks; crew. The best plan goes
        to best_works, best_pauses and best_crew.
    """
    intervals, horizon = need.shape[0], interval_of.shape[0]
    days, most_breaks = works.shape[1], pauses.shape[2]
    crews = crew_cells.shape[0] - 1
    longest = 1
    for k in range(windows.shape[0]):
        for b in range(breaks[k]):
            longest = max(longest, windows[k, b, 1] - windows[k, b, 0] + 1)
    slots = 1
    for c in range(cells.shape[0]):
        slots = max(slots, cells[c, 3] + 1)
    heads = given.copy()
    counts = np.zeros((cost.shape[0], max(days, 7)), dtype=np.int64)
    people = np.zeros(crews, dtype=np.int64)
    gains, sums = np.zeros(intervals), np.zeros(horizon + 1)
    value, choice = np.zeros(cells.shape[0]), np.zeros(cells.shape[0], dtype=np.int64)
    by_slot, by_cell = np.zeros((days, slots)), np.zeros((days, slots), dtype=np.int64)
    chain, came = np.zeros(cells.shape[0]), np.zeros(cells.shape[0], dtype=np.int64)
    tour, trial = np.zeros(days, dtype=np.int64), np.zeros(days, dtype=np.int64)
    best, back = np.zeros((most_breaks, longest)), np.zeros((most_breaks, longest), dtype=np.int64)
    places = np.zeros(most_breaks, dtype=np.int64)
    old_works = np.zeros((_MOST_OUT, days, 2), dtype=np.int64)
    old_pauses = np.zeros((_MOST_OUT, days, most_breaks), dtype=np.int64)
    old_crew = np.zeros(_MOST_OUT, dtype=np.int64)
    live = clock_open.copy()
    everywhere = np.array([-1, 1 << 40], dtype=np.int64)
    tie = 0.03 * unit
    spent = 0.0
    for p in range(state[0]):
        spent += _change(p, 1, works, pauses, cells, lengths, breaks, break_long, interval_of,
                         heads, counts, people, crew_of[p], cost, unpaid)  # fmt: skip
    bend = score[2]
    short = _lacking(heads, need, table)
    plain = total_worth(heads, width, 0.0, need, table) - spent
    now = plain - bend * short
    top = score[1]
    for move in range(done, done + moves):
        heat = warm * (cool / warm) ** (move / budget)
        n = state[0]
        out = 0
        near_from, near_to = everywhere[1], everywhere[0]
        change = 0.0
        if n > 0 and _random(seed) < 0.97:
            out = 1 + int(_random(seed) * min(most_out, n))
            out = min(out, n, _MOST_OUT)
            p = int(_random(seed) * n)
            pivot_day = int(_random(seed) * days)
            for _ in range(days):
                if works[p, pivot_day, 0] >= 0:
                    break
                pivot_day = (pivot_day + 1) % days
            pivot = cells[works[p, pivot_day, 0], 2]
            for taken in range(out):
                if taken > 0:
                    near, p = 1 << 40, -1
                    for _ in range(12):
                        q = int(_random(seed) * state[0])
                        far = 1 << 39
                        if works[q, pivot_day, 0] >= 0:
                            far = abs(cells[works[q, pivot_day, 0], 2] - pivot)
                        if far < near:
                            near, p = far, q
                g = crew_of[p]
                kept = g > 0 and people[g] <= crew_least[g]
                if not kept:
                    for d in range(days):
                        c = works[p, d, 0]
                        if c >= 0 and counts[cells[c, 5], cells[c, 1]] <= shift_least[cells[c, 5]]:
                            kept = True
                if kept:
                    # Leave room for a swap by the same person only.
                    if taken > 0:
                        out = taken
                        break
                    out = 1
                for d in range(days):
                    c = works[p, d, 0]
                    if c >= 0:
                        near_from = min(near_from, cells[c, 2])
                        near_to = max(near_to, cells[c, 2] + lengths[works[p, d, 1]])
                for d in range(days):
                    old_works[taken, d, 0] = works[p, d, 0]
                    old_works[taken, d, 1] = works[p, d, 1]
                    for b in range(most_breaks):
                        old_pauses[taken, d, b] = pauses[p, d, b]
                old_crew[taken] = g
                change -= _change(p, -1, works, pauses, cells, lengths, breaks, break_long,
                                  interval_of, heads, counts, people, g, cost, unpaid)  # fmt: skip
                state[0] -= 1
                _copy_person(works, pauses, crew_of, state[0], p)
                if kept:
                    break
        if out == 0 or _random(seed) < 0.1:
            near_from, near_to = everywhere[0], everywhere[1]
        base = state[0]
        # Few starts at a time make moves fast, and each move a different look.
        for a in range(clocks.shape[0]):
            live[a] = clock_open[a] and (_random(seed) < lively or out == 0)
        for x in range(out):
            for d in range(days):
                c = old_works[x, d, 0]
                if c >= 0:
                    live[cells[c, 4]] = True
        # Choosing by a price near the cost keeps long shifts from winning by a single step.
        soft = unit * math.exp(_random(seed) * 1.4) if table.shape[0] == 0 else price
        # First as chosen; then, half of the time, until nothing is missing that can be covered.
        fill, added = _random(seed) < 0.5, 0
        filling = False
        while True:
            if filling:
                if _lacking(heads, need, table) == 0.0:
                    break
                soft, near_from, near_to = price, everywhere[0], everywhere[1]
                for a in range(clocks.shape[0]):
                    live[a] = clock_open[a]
            got = -1.0
            if added <= out:
                got = _insert(
                    state, soft, tie, near_from, near_to, cells, crew_cells, lengths,
                    breaks, break_long, unpaid, windows, gaps, separable, cost, can_break,
                    live, clocks, words, crew_words, bands, rests, shift_most, crew_most,
                    interval_of, need, table, width, period, works, pauses, crew_of, heads,
                    counts, people, gains, sums, value, choice, by_slot, by_cell, chain, came,
                    tour, trial, best, back, places,
                )  # fmt: skip
            if got >= 0.0:
                change += got
                added += 1
            elif filling or not fill:
                break
            else:
                filling, added = True, 0
        fits = True
        for p in range(out):
            g = old_crew[p]
            if g > 0 and people[g] < crew_least[g]:
                fits = False
            for d in range(days):
                c = old_works[p, d, 0]
                if c >= 0 and counts[cells[c, 5], cells[c, 1]] < shift_least[cells[c, 5]]:
                    fits = False
        lacks = _lacking(heads, need, table)
        gained = total_worth(heads, width, 0.0, need, table) - spent - change
        if fits and gained - bend * lacks >= now + heat * math.log(_random(seed)):
            plain, short = gained, lacks
            spent += change
            # What a missing step costs swings around what it takes to keep everything covered.
            if table.shape[0] == 0:
                swing = min(0.03, 15.0 / budget)
                late = move > 0.6 * budget
                if short > 0.0:
                    bend *= 1.0 + (3.0 * swing if late else swing)
                elif not late:
                    bend *= 1.0 - swing
                bend = min(max(bend, unit), price)
            now = plain - bend * short
            if plain - price * short > top + 1e-9:
                top = plain - price * short
                state[1] = state[0]
                for p in range(state[0]):
                    best_crew[p] = crew_of[p]
                    for d in range(days):
                        best_works[p, d, 0] = works[p, d, 0]
                        best_works[p, d, 1] = works[p, d, 1]
                        for b in range(most_breaks):
                            best_pauses[p, d, b] = pauses[p, d, b]
            continue
        while state[0] > base:
            state[0] -= 1
            p = state[0]
            _change(p, -1, works, pauses, cells, lengths, breaks, break_long, interval_of, heads,
                    counts, people, crew_of[p], cost, unpaid)  # fmt: skip
        for x in range(out):
            p = state[0]
            for d in range(days):
                works[p, d, 0] = old_works[x, d, 0]
                works[p, d, 1] = old_works[x, d, 1]
                for b in range(most_breaks):
                    pauses[p, d, b] = old_pauses[x, d, b]
            crew_of[p] = old_crew[x]
            _change(p, 1, works, pauses, cells, lengths, breaks, break_long, interval_of, heads,
                    counts, people, crew_of[p], cost, unpaid)  # fmt: skip
            state[0] += 1
    score[0], score[1], score[2] = now, top, bend


@_compiled
def seat(
    passes: int, price: float, tie: float, state: Any, cells: Any, lengths: Any, breaks: Any,
    break_long: Any, unpaid: Any, windows: Any, gaps: Any, separable: Any, cost: Any,
    can_break: Any, interval_of: Any, need: Any, given: Any, table: Any, width: int, works: Any,
    pauses: Any,
) -> None:  # fmt: skip
    """Place the breaks of people whose shifts are fixed, one shift after another, in passes."""
    intervals, horizon = need.shape[0], interval_of.shape[0]
    most_breaks, longest = pauses.shape[2], 1
    for k in range(windows.shape[0]):
        for b in range(breaks[k]):
            longest = max(longest, windows[k, b, 1] - windows[k, b, 0] + 1)
    heads = given.copy()
    gains, sums = np.zeros(intervals), np.zeros(horizon + 1)
    best, back = np.zeros((most_breaks, longest)), np.zeros((most_breaks, longest), dtype=np.int64)
    places = np.zeros(most_breaks, dtype=np.int64)
    for p in range(state[0]):
        for d in range(works.shape[1]):
            c = works[p, d, 0]
            if c >= 0:
                for t in range(cells[c, 2], cells[c, 2] + lengths[works[p, d, 1]]):
                    if interval_of[t] >= 0:
                        heads[interval_of[t]] += 1
    for turn in range(passes):
        for p in range(state[0]):
            for d in range(works.shape[1]):
                c = works[p, d, 0]
                if c < 0:
                    continue
                k = works[p, d, 1]
                if turn > 0:
                    for b in range(breaks[k]):
                        for t in range(pauses[p, d, b], pauses[p, d, b] + break_long[k, b]):
                            if interval_of[t] >= 0:
                                heads[interval_of[t]] += 1
                # What a break takes away counts downwards, so look from one person fewer.
                for i in range(intervals):
                    heads[i] -= width
                _slopes(heads, width, price, need, table, tie, interval_of, gains, sums)
                for i in range(intervals):
                    heads[i] += width
                _place(cells[c, 2], k, cells[c, 5], sums, cost, can_break, breaks, break_long,
                       unpaid, windows, gaps, separable, best, back, places)  # fmt: skip
                for b in range(breaks[k]):
                    pauses[p, d, b] = places[b]
                    for t in range(places[b], places[b] + break_long[k, b]):
                        if interval_of[t] >= 0:
                            heads[interval_of[t]] -= 1
