"""The queue of one stream of contacts through the day: checked calls of the exact kernel.

Agents, rates and the distribution of the number in the system go from interval to interval; see
`erlangplan.kernels.transient`. Arrays go in and out; `evaluation` and `staffing` know of tables.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from erlangplan.errors import InputError
from erlangplan.kernels import transient
from erlangplan.settings import Settings

__all__ = ["AtClose", "Followed", "Leaving", "Pieces", "follow", "starts"]

Floats = NDArray[np.float64]
Leaving = Literal["finish", "preempt"]
AtClose = Literal["serve", "abandon", "carry"]

# What counts: served, abandoned, 1 = a caller of endless patience, sent away at the end.
_SERVED, _ABANDONED = np.array([1.0, 0, 0, 0]), np.array([0.0, 1, 0, 1])
_GONE, _PATIENT = np.array([1.0, 1, 0, 1]), np.array([1.0, 0, 1, 0])
_SMOOTH, _NEARLY = 1e-8, 1e-4
_CLOSING = {"serve": transient.SERVE, "abandon": transient.ABANDON, "carry": transient.CARRY}
_WIDEST = 400_000
_TURNS = 40
_ENDLESS = 1e8  # seconds


@dataclass(frozen=True, eq=False)
class Pieces:
    """Pieces of time in which rates and agents stay as they are, of one queue, in order.

    Parameters
    ----------
    row
        The interval that each piece belongs to; -1 = time between intervals.
    length
        Length [s].
    arrivals
        Contacts offered [1/s].
    aht
        Mean handle time [s].
    agents
        Agents on the queue. Fractions become the two whole numbers around them, one after the
        other, nearest to the piece before first.
    opens
        Whether a new opening begins with the piece.
    closed
        Whether nobody abandons because it is closed; None = nowhere.
    """

    row: NDArray[np.int64]
    length: Floats
    arrivals: Floats
    aht: Floats
    agents: Floats
    opens: NDArray[np.bool_]
    closed: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class Followed:
    """What becomes of contacts, per interval; counts are expected numbers.

    Attributes
    ----------
    offered, in_time, counted
        Contacts that arrive; numerator and denominator of the service level over them.
    abandoned, blocked, answered
        What becomes of those who arrive in the interval, whenever it does.
    abandons_in, answered_in
        What happens during the interval, whoever it happens to.
    queue_end
        Contacts waiting at the end.
    busy, there, overtime
        Agent seconds of handling, on the queue, and of finishing calls after leaving.
    asa, wait_p95
        Mean wait of the answered, and the wait that 5 % of the offered exceed [s]; NaN unless
        asked for.
    """

    offered: Floats
    in_time: Floats
    counted: Floats
    abandoned: Floats
    blocked: Floats
    answered: Floats
    abandons_in: Floats
    answered_in: Floats
    queue_end: Floats
    busy: Floats
    there: Floats
    overtime: Floats
    asa: Floats
    wait_p95: Floats

    @property
    def service_level(self) -> Floats:
        """Share of contacts in time; NaN where there are none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(self.counted > 0, self.in_time / self.counted, np.nan))


def follow(
    pieces: Pieces, rows: int, asked: Settings, *, leaving: Leaving = "finish",
    at_close: AtClose = "serve", initial: float | Floats = 0.0, waits: bool = False,
    fates: bool = True,
) -> Followed:  # fmt: skip
    """Follow one queue through all its openings.

    Parameters
    ----------
    pieces
        The time, in order.
    rows
        Number of intervals.
    asked
        Target, patience, lines and balking.
    leaving
        Whether agents who leave finish their call or hand it back to the head of the queue.
    at_close
        What becomes of those who wait at closing: agents stay and serve them, they abandon, or
        they wait for the next opening.
    initial
        Contacts in the system as the first opening begins, or the probabilities of 0, 1, 2, ...
    waits
        Whether to compute `asa` and `wait_p95`, which cost some ten times the rest.
    fates
        Whether to compute `abandoned` and `answered`, which cost some three times the rest;
        without, they are those of callers who balk only.

    Returns
    -------
    Followed
        Counts per interval.

    Raises
    ------
    InputError
        If the queue grows beyond 400,000 contacts.
    """
    whole = _whole(pieces)
    found = _Sums(rows, asked, leaving == "preempt", at_close, waits, fates)
    begin = _begin(initial)
    edges = [*np.flatnonzero(whole.opens).tolist(), len(whole.row)]
    if at_close == "carry" or not len(whole.row):
        edges = [0, len(whole.row)]
    for first, last in itertools.pairwise(edges):
        if last > first:
            found.add(_sliced(whole, slice(first, last)), begin)
            begin = np.ones(1)
    return found.followed()


def starts(pieces: Pieces, asked: Settings, begin: Floats, leaving: Leaving = "finish") -> Floats:
    """Return the distribution of the number in the system as each piece starts, and at the end.

    Parameters
    ----------
    pieces
        Pieces of whole agents, of one opening.
    asked, leaving
        As for `follow`.
    begin
        Probabilities of 0, 1, 2, ... contacts as the first piece starts.

    Returns
    -------
    ndarray
        Probabilities (pieces + 1, states).
    """
    sums = _Sums(0, asked, leaving == "preempt", "serve", False, False)
    return sums.states(pieces, begin)


def _sliced(pieces: Pieces, part: slice | NDArray[np.int64]) -> Pieces:
    given = {name: values for name, values in vars(pieces).items() if values is not None}
    return Pieces(**{name: values[part] for name, values in given.items()})


def _begin(initial: float | Floats) -> Floats:
    given = np.asarray(initial, dtype=float)
    if given.ndim == 0:
        if not (given >= 0 and float(given).is_integer()):
            raise ValueError(f"initial must be a whole number >= 0, got {float(given):g}")
        return np.asarray(np.eye(1, int(given) + 1, int(given))[0])
    if not (given.ndim == 1 and (given >= 0).all() and abs(given.sum() - 1) < 1e-9):
        raise ValueError("initial must be a number of contacts, or probabilities that sum to 1")
    return np.asarray(given / given.sum())


def _whole(pieces: Pieces) -> Pieces:
    """Split pieces of fractional agents in two, nearest to the agents before first."""
    agents = np.round(pieces.agents, 9)
    low, part = np.floor(agents), agents - np.floor(agents)
    before = np.r_[0.0, agents[:-1]]
    more_first = (before > agents) & ~pieces.opens
    twice = np.repeat(np.arange(len(agents)), 2)
    second = np.tile([False, True], len(agents))
    upper = second != more_first[twice]
    share = np.where(upper, part[twice], 1 - part[twice])
    split = replace(
        _sliced(pieces, twice), length=pieces.length[twice] * share,
        agents=low[twice] + upper, opens=pieces.opens[twice] & ~second,
    )  # fmt: skip
    kept = split.length > 0
    opens = split.opens.copy()
    # An opening whose first half is empty begins with the second.
    opens[1::2] |= split.opens[::2] & ~kept[::2]
    return _sliced(replace(split, opens=opens), np.flatnonzero(kept))


class _Sums:
    """Counts added up opening by opening."""

    def __init__(
        self, rows: int, asked: Settings, preempt: bool, at_close: AtClose, waits: bool,
        fates: bool,
    ) -> None:  # fmt: skip
        self._rows, self._asked, self._preempt, self._waits = rows, asked, preempt, waits
        self._fates = fates or waits or asked.target.abandons == "ignore"
        self._options = np.array([float(preempt), _CLOSING[at_close], _SMOOTH])
        self._lines = -1 if asked.lines is None else int(asked.lines)
        self._sums = {name: np.zeros(rows) for name in _COUNTS}
        self._asa, self._p95 = np.full(rows, np.nan), np.full(rows, np.nan)

    def followed(self) -> Followed:
        """Return what was added up."""
        sums = {name: np.maximum(values, 0.0) for name, values in self._sums.items()}
        sums["in_time"] = np.minimum(sums["in_time"], sums["counted"])
        return Followed(**sums, asa=self._asa, wait_p95=self._p95)

    def states(self, pieces: Pieces, begin: Floats) -> Floats:
        """Return the states as each piece starts, and at the end."""
        return self._forward(self._segments(pieces), begin)[0]

    def add(self, pieces: Pieces, begin: Floats) -> None:
        """Add an opening."""
        segments = self._segments(pieces)
        states, flows = self._forward(segments, begin)
        row = pieces.row
        opening = _Opening(pieces, segments, states, flows, self._options, self._lines)
        offered = pieces.arrivals * pieces.length
        blocked = pieces.arrivals * flows[:, transient.BLOCKED]
        balked = self._asked.balking * (pieces.arrivals * flows[:, transient.ALL_BUSY] - blocked)
        later = opening.later(self._preempt, self._fates, self._waits)
        gone = segments[:, transient.ABANDONING] * flows[:, transient.WAITING] + balked
        abandoned = gone + np.diff(later[:, 0])
        in_time, counted = self._counts(opening, offered, offered - abandoned - blocked)
        counts = {
            "offered": offered, "in_time": in_time, "counted": counted, "abandoned": abandoned,
            "blocked": blocked, "answered": offered - abandoned - blocked, "abandons_in": gone,
            "answered_in": opening.answered(offered - blocked - gone, begin),
            "busy": flows[:, transient.BUSY], "there": pieces.length * pieces.agents,
            "overtime": opening.overtime(self._preempt, later[-1, 0]),
        }  # fmt: skip
        owner = _owners(row)
        for name, values in counts.items():
            np.add.at(self._sums[name], owner, values)
        open_time = row >= 0
        self._sums["queue_end"][row[open_time]] = flows[open_time, transient.QUEUE_END]
        if self._waits:
            self._add_waits(opening, later, owner, offered)

    def _segments(self, pieces: Pieces) -> Floats:
        segments = np.empty((len(pieces.row), 6))
        patience = self._asked.patience
        segments[:, transient.LENGTH] = pieces.length
        segments[:, transient.ARRIVALS] = pieces.arrivals
        segments[:, transient.HANDLING] = 1 / _filled(pieces.aht)
        segments[:, transient.ABANDONING] = 0.0 if patience is None else 1 / patience
        if pieces.closed is not None:
            segments[pieces.closed, transient.ABANDONING] = 0.0
        agents = pieces.agents if self._lines < 0 else np.minimum(pieces.agents, self._lines)
        segments[:, transient.AGENTS] = agents
        segments[:, transient.BALKING] = self._asked.balking
        return segments

    def _forward(self, segments: Floats, begin: Floats) -> tuple[Floats, Floats]:
        most = float(segments[:, transient.AGENTS].max())
        most += _fluid(segments)
        width = max(len(begin), int(most + 12 * math.sqrt(most + 1)) + 40)
        if self._lines >= 0:
            width = self._lines + 1
            if len(begin) > width:
                raise ValueError(f"initial has more contacts than the {self._lines} lines")
        while True:
            states = np.zeros((len(segments) + 1, width))
            flows = np.zeros((len(segments), transient.FLOWS))
            given = np.zeros(width)
            given[: len(begin)] = begin
            stuck = transient.forward(segments, self._lines, self._preempt, given, states, flows)
            if stuck < 0:
                return states, flows
            if width > _WIDEST:
                raise InputError(f"the queue grows beyond {_WIDEST:,} contacts")
            width = int(1.7 * width)

    def _counts(
        self, opening: _Opening, offered: Floats, answered: Floats
    ) -> tuple[Floats, Floats]:
        """Return numerator and denominator of the service level, by the target's counting."""
        target = self._asked.target
        if target.threshold is None:
            return np.zeros_like(offered), np.zeros_like(offered)
        way, threshold = target.abandons, target.threshold
        if way == "virtual":
            return opening.within(threshold, _PATIENT), offered
        if way == "credit-within-threshold":
            return opening.within(threshold, _GONE), offered
        served = opening.within(threshold, _SERVED)
        if way == "ignore":
            # Who is answered and handed back may still give up, but was answered.
            preempted = self._preempt and self._asked.patience is not None
            return served, opening.answered_ever(self._preempt)[0] if preempted else answered
        if way == "exclude-within-threshold":
            return served, offered - opening.within(threshold, _ABANDONED)
        if way == "count":
            return served, offered
        assert target.short_abandon is not None
        short = opening.within(target.short_abandon, _ABANDONED)
        return (served, offered - short) if way == "exclude-short" else (served + short, offered)

    def _add_waits(
        self, opening: _Opening, later: Floats, owner: NDArray[np.int64], offered: Floats
    ) -> None:
        answered, waited = opening.waited(later, self._asked.patience is not None, self._preempt)
        total, count = np.zeros(self._rows), np.zeros(self._rows)
        np.add.at(total, owner, waited)
        np.add.at(count, owner, answered)
        mine = np.unique(owner[offered > 0])
        with np.errstate(invalid="ignore", divide="ignore"):
            self._asa[mine] = (total / count)[mine]
        self._p95[mine] = opening.exceeded(0.05, owner, offered, mine)


_COUNTS = tuple(n for n in Followed.__dataclass_fields__ if n not in ("asa", "wait_p95"))


def _fluid(segments: Floats) -> float:
    """Return the most contacts that would wait if they came and went without chance."""
    waiting, highest = 0.0, 0.0
    for segment in segments:
        agents = segment[transient.AGENTS] * segment[transient.HANDLING]
        surplus = segment[transient.ARRIVALS] * (1 - segment[transient.BALKING]) - agents
        theta, length = segment[transient.ABANDONING], segment[transient.LENGTH]
        if theta > 0:
            waiting = surplus / theta + (waiting - surplus / theta) * math.exp(-theta * length)
        else:
            waiting += surplus * length
        waiting = max(waiting, 0.0)
        highest = max(highest, waiting)
    return highest


def _owners(row: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give closed time to the interval before it."""
    place = np.maximum.accumulate(np.where(row >= 0, np.arange(len(row)), -1))
    return np.asarray(row[np.maximum(place, 0)])


def _filled(aht: Floats) -> Floats:
    """Return handle times, those of intervals without any from their neighbours."""
    known = np.flatnonzero(np.isfinite(aht) & (aht > 0))
    if not known.size:
        return np.full(len(aht), 1.0)
    after = np.minimum(np.searchsorted(known, np.arange(len(aht))), known.size - 1)
    before = np.maximum(np.searchsorted(known, np.arange(len(aht)), side="right") - 1, 0)
    nearest = np.where(known[before] <= np.arange(len(aht)), known[before], known[after])
    return np.asarray(aht[nearest])


@dataclass(frozen=True, eq=False)
class _Opening:
    pieces: Pieces
    segments: Floats
    states: Floats
    flows: Floats
    options: Floats
    lines: int

    def within(self, threshold: float | Floats, value: Floats, smooth: float = _SMOOTH) -> Floats:
        """Return the expected contacts of each piece that count in time."""
        thresholds = np.broadcast_to(np.asarray(threshold, float), len(self.segments)).copy()
        options = np.array([*self.options[:2], smooth])
        found = np.zeros(len(self.segments))
        transient.within(
            self.segments, self.lines, options, self.states, self.flows, thresholds, value, found
        )
        return self.pieces.arrivals * found

    def later(self, preempt: bool, fates: bool, waits: bool) -> Floats:
        """Return abandons and waiting after the start of each piece, and after the end."""
        found = np.zeros((len(self.segments) + 1, 2))
        closing = int(self.options[1])
        lost = self.segments[:, transient.ABANDONING].any() or closing == transient.ABANDON
        if fates and (lost or waits):
            transient.later(self.segments, preempt, closing, self.states, self.flows, found)
        return found

    def answered(self, left: Floats, begin: Floats) -> Floats:
        """Return how many calls begin during each piece."""
        states, agents = np.arange(self.states.shape[1]), self.segments[:, transient.AGENTS]
        first = (self.states[:-1] * np.maximum(states - agents[:, None], 0)).sum(axis=1)
        waiting = float(begin @ np.maximum(np.arange(len(begin)) - agents[0], 0))
        end = self.flows[:, transient.QUEUE_END]
        before = np.r_[waiting, end[:-1]]
        return np.asarray(left - end + first + np.maximum(before - first, 0.0))

    def overtime(self, preempt: bool, lost: float) -> Floats:
        """Return agent seconds that leavers work on, and all after closing."""
        handling, length = self.segments[:, transient.HANDLING], self.pieces.length
        found, leavers = np.zeros(len(length)), 0.0
        for j in range(len(length)):
            kept = math.exp(-handling[j] * length[j])
            found[j] = leavers * (1 - kept) / handling[j]
            leavers = leavers * kept + self.flows[j, transient.LEAVERS]
        stay = leavers
        if not preempt or self.options[1] != transient.CARRY:
            stay += self.flows[-1, transient.BUSY_END]
        if self.options[1] == transient.SERVE and self.segments[-1, transient.AGENTS] > 0:
            stay += max(0.0, self.flows[-1, transient.QUEUE_END] - lost)
        found[-1] += stay / handling[-1]
        return found

    def waited(self, later: Floats, impatient: bool, preempt: bool) -> tuple[Floats, Floats]:
        """Return how many of each piece are answered at all, and the seconds they have waited."""
        closing, last = int(self.options[1]), self.segments[-1, transient.AGENTS]
        if not impatient and closing == transient.SERVE and (last == 0 or not preempt):
            # Everybody is answered, or waits without end.
            with np.errstate(invalid="ignore"):
                of_all = self.flows[:, transient.WAITING] + np.diff(later[:, 1])
            lost = self.pieces.arrivals * self.lost()
            endless = np.nan_to_num(np.maximum(of_all, 0.0), nan=math.inf, posinf=math.inf)
            return self.pieces.arrivals * self.pieces.length - lost, np.asarray(endless)
        return self.answered_ever(preempt)

    def answered_ever(self, preempt: bool) -> tuple[Floats, Floats]:
        """Return how many of each piece are ever answered, and the seconds they waited for it."""
        found = np.zeros((len(self.segments), 2))
        closing = int(self.options[1])
        transient.answered(
            self.segments, self.lines, preempt, closing, self.states, self.flows, found
        )
        found *= self.pieces.arrivals[:, None]
        return found[:, 0], found[:, 1]

    def lost(self) -> Floats:
        """Return the time that each piece's callers are blocked or balk."""
        balking = self.segments[:, transient.BALKING]
        blocked, met = self.flows[:, transient.BLOCKED], self.flows[:, transient.ALL_BUSY]
        return np.asarray(blocked + balking * (met - blocked))

    def exceeded(
        self, share: float, owner: NDArray[np.int64], offered: Floats, rows: NDArray[np.int64]
    ) -> Floats:
        """Return the wait that a share of the contacts of each row exceed."""
        count = int(owner.max()) + 1
        whole = np.bincount(owner, offered, count)
        lost = np.bincount(owner, self.pieces.arrivals * self.flows[:, transient.BLOCKED], count)

        def excess(wait: Floats) -> Floats:
            """Return the logarithm of how many times too many wait longer; NaN is not asked."""
            asked = np.where(np.isnan(wait), -1.0, wait)[owner]
            gone = np.bincount(owner, self.within(asked, _GONE, _NEARLY), count)
            with np.errstate(invalid="ignore", divide="ignore"):
                late = np.maximum(whole - lost - gone, 1e-300) / (share * whole)
                return np.asarray(np.log(late))

        low = np.full(count, np.nan)
        low[rows] = 0.0
        over = excess(low)
        found = np.where(over > 0, np.nan, low)
        open_rows = over > 0
        high = np.where(open_rows, 10.0, np.nan)
        under = excess(high)
        while (growing := open_rows & (under > 0) & (high < _ENDLESS)).any():
            low, over = np.where(growing, high, low), np.where(growing, under, over)
            high = np.where(growing, 4 * high, high)
            under = np.where(growing, excess(np.where(growing, high, np.nan)), under)
        found[open_rows & (under > 0)] = math.inf
        open_rows &= under <= 0
        for turn in range(_TURNS):
            narrow = high - low <= 1e-6 * high + 1e-9
            found = np.where(open_rows & narrow, high, found)
            open_rows &= ~narrow
            if not open_rows.any():
                break
            with np.errstate(invalid="ignore", divide="ignore"):
                part = np.clip(over / (over - under), 0.02, 0.98) if turn % 3 < 2 else 0.5
            wait = np.where(open_rows, low + part * (high - low), np.nan)
            here = excess(wait)
            more = open_rows & (here > 0)
            less = open_rows & ~(here > 0)
            low, over = np.where(more, wait, low), np.where(more, here, over)
            high, under = np.where(less, wait, high), np.where(less, here, under)
        found = np.where(open_rows, high, found)
        return np.asarray(found[rows])
