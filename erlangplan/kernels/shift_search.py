"""Local search over shifts on plain numbers: take some people out, put better ones back.

A *person* of crew 0 works one shift; one of another crew works a week of them. Each shift is a
*cell* (crew, day, kind of shift, start) with one or more *choices* of length, and the steps at
which its breaks start. What a plan is worth is the sum over intervals of a concave value of the
people x steps on the queue, less the cost of the people.

The value of an interval is `price` x min(need, people) where there is no table, and otherwise
read from the table by whole people, straight between them.

Arrays are few and wide, because compiling grows with their number:

- cells[c]: crew, day, start, slot, clock, shift, first choice, last choice + 1; sorted by crew, day
- kinds[k]: length, breaks, whether each break may be placed by itself; then six numbers for each
  break: length, unpaid, earliest and latest start after the shift's, least and most steps from its
  start to the next one's
- crews[g]: first cell, last + 1, first word, last + 1, band [s] (-1: none), rest [steps], fewest,
  most people
- words[w, day]: -1 off, -2 any shift, else a slot; one word is a way to work the week
- steps[t]: interval (-1: none), whether a break may start
- demand[i]: people x steps needed, people x steps there already
- plan[p, day]: cell (-1: none), choice, starts of the breaks; plan[p, last, 0]: crew

Room to work in is made in plain Python: compiling a call of `np.zeros` takes longer than one loop.

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
_FAR = 1 << 40
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
def _worth(i: int, people: float, width: int, price: float, demand: Any, table: Any) -> float:
    """Value of interval i with `people` x steps on the queue."""
    if table.shape[0] == 0:
        need = float(demand[i, 0])
        worth = min(people, need)
        # Deep shortage first: where not all can be covered, none should stand empty.
        for quarter in range(1, 4):
            worth += 0.05 * min(people, 0.25 * quarter * need)
        return price * worth
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
def _total(heads: Any, width: int, deep: float, demand: Any, table: Any) -> tuple[float, float]:
    """Value of all intervals, and the people x steps short where no table says what they cost.

    `deep` is what a step costs that lacks to a quarter, a half, three quarters of the need.
    """
    total, short = 0.0, 0.0
    for i in range(heads.shape[0]):
        if table.shape[0] == 0:
            lack = demand[i, 0] - heads[i]
            if lack > 0:
                short += lack
                for quarter in range(1, 4):
                    total -= deep * max(0.0, 0.25 * quarter * demand[i, 0] - heads[i])
        else:
            total += _worth(i, float(heads[i]), width, 0.0, demand, table)
    return total, short


@_compiled
def _slopes(
    heads: Any, width: int, price: float, demand: Any, table: Any, tie: float, steps: Any,
    gains: Any, sums: Any,
) -> None:  # fmt: skip
    """Fill `sums` with the gain of one more person from the first step up to each step.

    Where nobody more is needed, `tie` x 1 / (1 + people over) leads breaks to where most are over.
    """
    for i in range(heads.shape[0]):
        now = float(heads[i])
        gain = _worth(i, now + width, width, price, demand, table)
        gain -= _worth(i, now, width, price, demand, table)
        over = max(0.0, now - demand[i, 0]) / width
        gains[i] = gain / width + tie / (1.0 + over)
    total = 0.0
    sums[0] = 0.0
    for t in range(steps.shape[0]):
        i = steps[t, 0]
        if i >= 0:
            total += gains[i]
        sums[t + 1] = total


@_compiled
def _place(
    start: int, k: int, shift: int, sums: Any, cost: Any, steps: Any, kinds: Any, best: Any,
    back: Any,
) -> float:  # fmt: skip
    """Place the breaks of choice k where least is lost, in the last row of `back`."""
    count, alone = kinds[k, 1], kinds[k, 2] == 1
    places = back.shape[0] - 1
    total = 0.0
    for b in range(count):
        at = 3 + 6 * b
        long, low, high = kinds[k, at], kinds[k, at + 2], kinds[k, at + 3]
        least = -_NEVER
        where = -1
        for j in range(high - low + 1):
            t = start + low + j
            value = -_NEVER
            if steps[t, 1] == 1:
                value = sums[t + long] - sums[t]
                if kinds[k, at + 1] == 1:
                    value -= cost[shift, t + long] - cost[shift, t]
                if not alone and b > 0:
                    # A shorter scan would need a queue; windows hold a handful of places.
                    before = -_NEVER
                    came = -1
                    earlier = kinds[k, at - 4]
                    for q in range(kinds[k, at - 3] - earlier + 1):
                        apart = low + j - earlier - q
                        fits = kinds[k, at - 2] <= apart <= kinds[k, at - 1]
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
        back[places, b] = where
        if alone:
            total += least
        elif b == count - 1:
            total = least
    if not alone:
        for b in range(count - 1, 0, -1):
            back[places, b - 1] = back[b, back[places, b]]
    for b in range(count):
        back[places, b] += start + kinds[k, 5 + 6 * b]
    return total


@_compiled
def _price_cells(
    first: int, last: int, near_from: int, near_to: int, cells: Any, kinds: Any, steps: Any,
    cost: Any, live: Any, sums: Any, values: Any, picks: Any, best: Any, back: Any,
) -> None:  # fmt: skip
    """Find for each cell the best length (picks) and what it gains, its cost taken off (values)."""
    for c in range(first, last):
        start, shift = cells[c, 2], cells[c, 5]
        values[c, 0] = _NEVER
        if not live[cells[c, 4]]:
            continue
        for k in range(cells[c, 6], cells[c, 7]):
            end = start + kinds[k, 0]
            if end <= near_from or start >= near_to:
                continue
            gain = sums[end] - sums[start] - cost[shift, end] + cost[shift, start]
            if kinds[k, 1] > 0 and gain > values[c, 0]:
                gain -= _place(start, k, shift, sums, cost, steps, kinds, best, back)
            if gain > values[c, 0]:
                values[c, 0] = gain
                picks[c, 0] = k


@_compiled
def _change(
    person: int, sign: Any, plan: Any, cells: Any, kinds: Any, steps: Any, cost: Any, heads: Any,
    counts: Any, people: Any,
) -> float:  # fmt: skip
    """Put a person's shifts into the plan (sign 1) or take them out (-1); return their cost."""
    spent = 0.0
    days = plan.shape[1] - 1
    for d in range(days):
        c = plan[person, d, 0]
        if c < 0:
            continue
        k, start, shift = plan[person, d, 1], cells[c, 2], cells[c, 5]
        end = start + kinds[k, 0]
        spent += cost[shift, end] - cost[shift, start]
        for t in range(start, end):
            i = steps[t, 0]
            if i >= 0:
                heads[i] += sign
        for b in range(kinds[k, 1]):
            at, over = plan[person, d, 2 + b], plan[person, d, 2 + b] + kinds[k, 3 + 6 * b]
            if kinds[k, 4 + 6 * b] == 1:
                spent -= cost[shift, over] - cost[shift, at]
            for t in range(at, over):
                i = steps[t, 0]
                if i >= 0:
                    heads[i] -= sign
        counts[shift, cells[c, 1]] += sign
    people[plan[person, days, 0]] += sign
    return spent


@_compiled
def _copy(source: Any, at: int, target: Any, to: int) -> None:
    """Copy a person; loops, because assigning slices takes seconds to compile."""
    for d in range(source.shape[1]):
        for x in range(source.shape[2]):
            target[to, d, x] = source[at, d, x]


@_compiled
def _rested(weeks: Any, cells: Any, kinds: Any, picks: Any, rest: int, period: int) -> bool:
    """Whether there is enough rest between each day and the next."""
    end, first = -1, -1
    for d in range(weeks.shape[1]):
        c = weeks[1, d]
        if c < 0:
            continue
        start = cells[c, 2]
        if end >= 0 and start < end + rest:
            return False
        if first < 0:
            first = start
        end = start + kinds[picks[c, 0], 0]
    return not (period > 0 and first >= 0 and first + period < end + rest)


@_compiled
def _chained(
    w: int, g: int, anchor: float, floor: float, cells: Any, kinds: Any, crews: Any, limits: Any,
    words: Any, clocks: Any, period: int, counts: Any, values: Any, picks: Any, weeks: Any,
) -> float:  # fmt: skip
    """Best week by one word with rest between days: a longest path over the days' cells."""
    band, rest = crews[g, 4], crews[g, 5]
    old_first, old_last = -1, -1
    c = crews[g, 0]
    for d in range(weeks.shape[1]):
        begin = c
        while c < crews[g, 1] and cells[c, 1] == d:
            c += 1
        word = words[w, d]
        if word == OFF:
            continue
        top = _NEVER
        for x in range(begin, c):
            values[x, 1] = _NEVER
            picks[x, 1] = -1
            if values[x, 0] == _NEVER or (word != ANY and cells[x, 3] != word):
                continue
            if counts[cells[x, 5], d] >= limits[cells[x, 5], 1]:
                continue
            late = clocks[cells[x, 4]] - anchor
            if band >= 0 and (late < 0.0 or late > band):
                continue
            before = 0.0
            if old_first >= 0:
                before = _NEVER
                for y in range(old_first, old_last):
                    free = cells[y, 2] + kinds[picks[y, 0], 0] + rest
                    if values[y, 1] > before and free <= cells[x, 2]:
                        before = values[y, 1]
                        picks[x, 1] = y
                if picks[x, 1] < 0:
                    continue
            values[x, 1] = before + values[x, 0]
            top = max(top, values[x, 1])
        if top == _NEVER:
            return _NEVER
        old_first, old_last = begin, c
    best, end = _NEVER, -1
    for x in range(old_first, old_last):
        if values[x, 1] > best and values[x, 1] > floor:
            if period > 0:
                y = x
                while picks[y, 1] >= 0:
                    y = picks[y, 1]
                if cells[y, 2] + period < cells[x, 2] + kinds[picks[x, 0], 0] + rest:
                    continue
            best, end = values[x, 1], x
    if end < 0:
        return _NEVER
    for d in range(weeks.shape[1]):
        weeks[1, d] = -1
    while end >= 0:
        weeks[1, cells[end, 1]] = end
        end = picks[end, 1]
    return best


@_compiled
def _best_week(
    g: int, cells: Any, kinds: Any, crews: Any, limits: Any, words: Any, clocks: Any, period: int,
    counts: Any, values: Any, picks: Any, by_slot: Any, by_cell: Any, weeks: Any,
) -> float:  # fmt: skip
    """Find the best week of one more person of crew g; weeks[0] gets its cells by day."""
    band, rest = crews[g, 4], crews[g, 5]
    days, slots = by_slot.shape
    best = _NEVER
    anchors = clocks.shape[0] if band >= 0 else 1
    for a in range(anchors):
        anchor = clocks[a]
        found = False
        for d in range(days):
            for s in range(slots):
                by_slot[d, s] = _NEVER
                by_cell[d, s] = -1
        for c in range(crews[g, 0], crews[g, 1]):
            if values[c, 0] == _NEVER:
                continue
            late = clocks[cells[c, 4]] - anchor
            if band >= 0 and (late < 0.0 or late > band):
                continue
            if counts[cells[c, 5], cells[c, 1]] >= limits[cells[c, 5], 1]:
                continue
            d, s = cells[c, 1], cells[c, 3]
            found = True
            if values[c, 0] > by_slot[d, s]:
                by_slot[d, s] = values[c, 0]
                by_cell[d, s] = c
        if not found:
            continue
        for w in range(crews[g, 2], crews[g, 3]):
            total = 0.0
            for d in range(days):
                word = words[w, d]
                weeks[1, d] = -1
                if word == OFF:
                    continue
                gain = _NEVER
                for s in range(slots):
                    if word in (ANY, s) and by_slot[d, s] > gain:
                        gain = by_slot[d, s]
                        weeks[1, d] = by_cell[d, s]
                if gain == _NEVER:
                    total = _NEVER
                    break
                total += gain
            if total <= best:
                continue
            if not _rested(weeks, cells, kinds, picks, rest, period):
                total = _chained(w, g, anchor, best, cells, kinds, crews, limits, words, clocks,
                                 period, counts, values, picks, weeks)  # fmt: skip
            if total > best:
                best = total
                for d in range(days):
                    weeks[0, d] = weeks[1, d]
    return best


@_compiled
def _insert(
    state: Any, price: float, tie: float, near_from: int, near_to: int, cells: Any, kinds: Any,
    crews: Any, limits: Any, words: Any, steps: Any, clocks: Any, live: Any, cost: Any,
    demand: Any, table: Any, width: int, period: int, plan: Any, heads: Any, counts: Any,
    people: Any, gains: Any, sums: Any, values: Any, picks: Any, by_slot: Any, by_cell: Any,
    weeks: Any, best: Any, back: Any,
) -> bool:  # fmt: skip
    """Write down, as the next person of the plan, the one who gains most; False if nobody does."""
    n, days = state[0], plan.shape[1] - 1
    if n >= plan.shape[0]:
        return False
    _slopes(heads, width, price, demand, table, tie, steps, gains, sums)
    top, who = 0.0, -1
    for g in range(crews.shape[0]):
        first, last = crews[g, 0], crews[g, 1]
        if first == last or people[g] >= crews[g, 7]:
            continue
        low, high = near_from, near_to
        if g > 0:
            low, high = -1, _FAR
        _price_cells(first, last, low, high, cells, kinds, steps, cost, live, sums, values, picks,
                     best, back)  # fmt: skip
        if g > 0:
            gain = _best_week(g, cells, kinds, crews, limits, words, clocks, period, counts,
                              values, picks, by_slot, by_cell, weeks)  # fmt: skip
            if gain > top:
                top, who = gain, g
                for d in range(days):
                    plan[n, d, 0] = weeks[0, d]
                    plan[n, d, 1] = picks[weeks[0, d], 0] if weeks[0, d] >= 0 else 0
            continue
        for c in range(first, last):
            if values[c, 0] > top and counts[cells[c, 5], cells[c, 1]] < limits[cells[c, 5], 1]:
                top, who = values[c, 0], 0
                for d in range(days):
                    plan[n, d, 0] = -1
                plan[n, 0, 0], plan[n, 0, 1] = c, picks[c, 0]
    if who < 0:
        return False
    for d in range(days):
        c = plan[n, d, 0]
        if c >= 0:
            k = plan[n, d, 1]
            _place(cells[c, 2], k, cells[c, 5], sums, cost, steps, kinds, best, back)
            for b in range(kinds[k, 1]):
                plan[n, d, 2 + b] = back[back.shape[0] - 1, b]
    plan[n, days, 0] = who
    return True


def _room(kinds: Any, most_breaks: int) -> tuple[Any, Any]:
    """Return room for where the breaks of one shift may be and how they got there."""
    # No break has more places than its window.
    places = max(1, most_breaks, int((kinds[:, 6::6] - kinds[:, 5::6]).max(initial=0)) + 1)
    return np.zeros((most_breaks, places)), np.zeros((most_breaks + 1, places), dtype=np.int64)


def search(
    moves: int, done: int, budget: int, warm: float, cool: float, unit: float, price: float,
    most_out: int, lively: float, seed: Any, state: Any, score: Any, cells: Any, kinds: Any,
    crews: Any, limits: Any, words: Any, steps: Any, clocks: Any, clock_open: Any, cost: Any,
    demand: Any, table: Any, width: int, period: int, plan: Any, best_plan: Any,
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
    cells, kinds, crews, words, steps, demand, plan, best_plan
        See the head of this file.
    limits
        Fewest and most people who start each shift on a day.
    clocks, clock_open
        Times of the day [s], and whether shifts may start at them.
    cost
        Per shift, cost of paid time up to each step.
    table
        Worth of each interval by whole people; of no rows where `price` and the need say it.
    """
    days, most_breaks = plan.shape[1] - 1, plan.shape[2] - 2
    slots = int(cells[:, 3].max()) + 1
    _search(
        moves, done, budget, warm, cool, unit, price, most_out, lively, seed, state, score, cells,
        kinds, crews, limits, words, steps, clocks, clock_open, cost, demand, table, width, period,
        plan, best_plan, demand[:, 1].copy(),
        np.zeros((cost.shape[0], max(days, 7)), dtype=np.int64),
        np.zeros(crews.shape[0], dtype=np.int64), np.zeros(demand.shape[0]),
        np.zeros(steps.shape[0] + 1), np.zeros((cells.shape[0], 2)),
        np.zeros((cells.shape[0], 2), dtype=np.int64), np.zeros((days, slots)),
        np.zeros((days, slots), dtype=np.int64), np.zeros((2, days), dtype=np.int64),
        *_room(kinds, most_breaks),
        np.zeros((_MOST_OUT, days + 1, most_breaks + 2), dtype=np.int64), clock_open.copy(),
    )  # fmt: skip


@_compiled
def _search(
    moves: int, done: int, budget: int, warm: float, cool: float, unit: float, price: float,
    most_out: int, lively: float, seed: Any, state: Any, score: Any, cells: Any, kinds: Any,
    crews: Any, limits: Any, words: Any, steps: Any, clocks: Any, clock_open: Any, cost: Any,
    demand: Any, table: Any, width: int, period: int, plan: Any, best_plan: Any, heads: Any,
    counts: Any, people: Any, gains: Any, sums: Any, values: Any, picks: Any, by_slot: Any,
    by_cell: Any, weeks: Any, best: Any, back: Any, old: Any, live: Any,
) -> None:  # fmt: skip
    days = plan.shape[1] - 1
    # Of its own type, because a literal would have what it is passed to compiled once more.
    tie, sign = 0.03 * unit, np.int64(1)
    spent = 0.0
    for p in range(state[0]):
        spent += _change(p, sign, plan, cells, kinds, steps, cost, heads, counts, people)
    bend, top = score[2], score[1]
    plain, short = _total(heads, width, tie, demand, table)
    now = plain - spent - bend * short
    for move in range(done, done + moves):
        heat = warm * (cool / warm) ** (move / budget)
        out = 0
        near_from, near_to = _FAR, -1
        change = 0.0
        if state[0] > 0 and _random(seed) < 0.97:
            out = min(1 + int(_random(seed) * most_out), state[0], _MOST_OUT)
        p = int(_random(seed) * state[0])
        day = int(_random(seed) * days)
        for _ in range(days):
            if out == 0 or plan[p, day, 0] >= 0:
                break
            day = (day + 1) % days
        pivot = cells[plan[p, day, 0], 2] if out > 0 else 0
        for taken in range(out):
            if taken > 0:
                near, p = _FAR, 0
                for _ in range(12):
                    q = int(_random(seed) * state[0])
                    far = _FAR - 1
                    if plan[q, day, 0] >= 0:
                        far = abs(cells[plan[q, day, 0], 2] - pivot)
                    if far < near:
                        near, p = far, q
            g = plan[p, days, 0]
            needed = g > 0 and people[g] <= crews[g, 6]
            for d in range(days):
                c = plan[p, d, 0]
                if c >= 0:
                    near_from = min(near_from, cells[c, 2])
                    near_to = max(near_to, cells[c, 2] + kinds[plan[p, d, 1], 0])
                    if counts[cells[c, 5], cells[c, 1]] <= limits[cells[c, 5], 0]:
                        needed = True
            if needed and taken > 0:
                out = taken
                break
            _copy(plan, p, old, taken)
            change -= _change(p, -sign, plan, cells, kinds, steps, cost, heads, counts, people)
            state[0] -= 1
            _copy(plan, state[0], plan, p)
            if needed:
                out = 1
                break
        if out == 0 or _random(seed) < 0.1:
            near_from, near_to = -1, _FAR
        # Few starts at a time make moves fast, and each move a different look.
        for a in range(clocks.shape[0]):
            live[a] = clock_open[a] and (_random(seed) < lively or out == 0)
        for x in range(out):
            for d in range(days):
                if old[x, d, 0] >= 0:
                    live[cells[old[x, d, 0], 4]] = True
        base, added = state[0], 0
        # Choosing by a price near the cost keeps long shifts from winning by a single step.
        soft = unit * math.exp(_random(seed) * 1.4) if table.shape[0] == 0 else price
        # First as chosen; then, half of the time, until nothing is missing that can be covered.
        fill, filling = _random(seed) < 0.5, False
        while True:
            if filling:
                if _total(heads, width, tie, demand, table)[1] == 0.0:
                    break
                soft, near_from, near_to = price, -1, _FAR
                for a in range(clocks.shape[0]):
                    live[a] = clock_open[a]
            if added <= out and _insert(
                state, soft, tie, near_from, near_to, cells, kinds, crews, limits, words, steps,
                clocks, live, cost, demand, table, width, period, plan, heads, counts, people,
                gains, sums, values, picks, by_slot, by_cell, weeks, best, back,
            ):  # fmt: skip
                change += _change(state[0], sign, plan, cells, kinds, steps, cost, heads, counts,
                                  people)  # fmt: skip
                state[0] += 1
                added += 1
            elif filling or not fill:
                break
            else:
                filling, added = True, 0
        fits = True
        for x in range(out):
            g = old[x, days, 0]
            if g > 0 and people[g] < crews[g, 6]:
                fits = False
            for d in range(days):
                c = old[x, d, 0]
                if c >= 0 and counts[cells[c, 5], cells[c, 1]] < limits[cells[c, 5], 0]:
                    fits = False
        plain, lacks = _total(heads, width, tie, demand, table)
        plain -= spent + change
        if fits and plain - bend * lacks >= now + heat * math.log(_random(seed)):
            spent += change
            # What a missing step costs swings around what it takes to keep everything covered.
            if table.shape[0] == 0:
                swing = min(0.03, 15.0 / budget)
                late = move > 0.6 * budget
                if lacks > 0.0:
                    bend *= 1.0 + (3.0 * swing if late else swing)
                elif not late:
                    bend *= 1.0 - swing
                bend = min(max(bend, unit), price)
            now = plain - bend * lacks
            if plain - price * lacks > top + 1e-9:
                top = plain - price * lacks
                state[1] = state[0]
                for x in range(state[0]):
                    _copy(plan, x, best_plan, x)
            continue
        for p in range(base, state[0]):
            _change(p, -sign, plan, cells, kinds, steps, cost, heads, counts, people)
        state[0] = base
        for x in range(out):
            _copy(old, x, plan, state[0])
            _change(state[0], sign, plan, cells, kinds, steps, cost, heads, counts, people)
            state[0] += 1
    score[0], score[1], score[2] = now, top, bend


def seat(
    passes: int, price: float, tie: float, state: Any, cells: Any, kinds: Any, steps: Any,
    cost: Any, demand: Any, table: Any, width: int, plan: Any,
) -> None:  # fmt: skip
    """Place the breaks of people whose shifts are fixed, one shift after another, in passes."""
    _seat(
        passes, price, tie, state, cells, kinds, steps, cost, demand, table, width, plan,
        demand[:, 1].copy(), np.zeros(demand.shape[0]), np.zeros(steps.shape[0] + 1),
        *_room(kinds, plan.shape[2] - 2),
    )  # fmt: skip


@_compiled
def _seat(
    passes: int, price: float, tie: float, state: Any, cells: Any, kinds: Any, steps: Any,
    cost: Any, demand: Any, table: Any, width: int, plan: Any, heads: Any, gains: Any, sums: Any,
    best: Any, back: Any,
) -> None:  # fmt: skip
    days = plan.shape[1] - 1
    for turn in range(passes + 1):
        for p in range(state[0]):
            for d in range(days):
                c = plan[p, d, 0]
                if c < 0:
                    continue
                k = plan[p, d, 1]
                if turn == 0:
                    for t in range(cells[c, 2], cells[c, 2] + kinds[k, 0]):
                        if steps[t, 0] >= 0:
                            heads[steps[t, 0]] += 1
                    continue
                # What a break takes away counts downwards, so look from one person fewer.
                sign = 1
                for half in range(2):
                    for b in range(kinds[k, 1]):
                        at = plan[p, d, 2 + b]
                        if turn > 1 or half == 1:
                            for t in range(at, at + kinds[k, 3 + 6 * b]):
                                if steps[t, 0] >= 0:
                                    heads[steps[t, 0]] += sign
                    if half == 1:
                        break
                    for i in range(heads.shape[0]):
                        heads[i] -= width
                    _slopes(heads, width, price, demand, table, tie, steps, gains, sums)
                    for i in range(heads.shape[0]):
                        heads[i] += width
                    _place(cells[c, 2], k, cells[c, 5], sums, cost, steps, kinds, best, back)
                    for b in range(kinds[k, 1]):
                        plan[p, d, 2 + b] = back[back.shape[0] - 1, b]
                    sign = -1
