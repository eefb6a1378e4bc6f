"""Rows of a roster put together to shifts with their breaks."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from erlangplan.files.roster_columns import Roster
from erlangplan.files.roster_times import Spans
from erlangplan.files.tables import BoolArray, Faults, IntArray
from erlangplan.files.timelines import refuse
from erlangplan.scheduling.activities import WORK

__all__ = ["Kinds", "Shifts", "kinds_of", "shifts_of"]

Texts = NDArray[np.object_]
DAY = 86_400_000_000
_ON_QUEUE = re.compile(
    r"|work(ing)?|shift|phones?|calls?|inbound.*|available|on[ -]?queue|production|open( time)?"
    r"|regular( shift)?|acd|chat|e-?mails?|schicht|arbeit(szeit)?|telefon(ie)?|base|service",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"off|day[ -]?off|days[ -]off|vacation|holidays?|annual leave|leave|sick(ness)?( leave)?|pto"
    r"|absen(t|ce).*|unavailable|urlaub|krank(heit)?|frei|feiertag|rdo|rest day",
    re.IGNORECASE,
)
_MEAL = re.compile(r"\b(lunch|meal|dinner|supper|unpaid|mittag\w*|essen)\b", re.IGNORECASE)
_PAUSE = re.compile(
    r"\b(lunch|meal|dinner|supper|breaks?|mittag\w*|\w*pause|rest)\b", re.IGNORECASE
)


@dataclass(frozen=True, eq=False)
class Kinds:
    """What the rows are: work on the queue, absent all day, and, of the rest, paid or not."""

    work: BoolArray
    absent: BoolArray
    paid: BoolArray
    names: Texts
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Shifts:
    """Shifts as the rows they begin with, with start and end; breaks as rows with their shift."""

    row: IntArray
    start: IntArray
    end: IntArray
    breaks: IntArray
    owner: IntArray
    begin: IntArray
    finish: IntArray


def kinds_of(roster: Roster, work: Collection[str]) -> Kinds:
    """Return what each row is, by the name of its activity.

    Parameters
    ----------
    roster
        Its table.
    work
        Names of the activities on the queue; none: the usual words for it.
    """
    names = roster.texts("activity", WORK)
    known, codes = np.unique(names.astype(str), return_inverse=True)
    asked = {name.casefold() for name in work}
    on_queue = np.array(
        [name.casefold() in asked if asked else bool(_ON_QUEUE.fullmatch(name)) for name in known],
        dtype=bool,
    )
    absent = np.array([bool(_ABSENT.fullmatch(name)) for name in known], dtype=bool) & ~on_queue
    paid = np.array([not _MEAL.search(name) for name in known], dtype=bool)[codes]
    notes = []
    if "activity" in roster.columns and "shift_start" not in roster.columns:
        notes = _told(known, on_queue, absent)
    if "paid" in roster.columns:
        paid = _paid(roster)
    elif "activity" in roster.columns and not on_queue.all():
        unpaid = sorted({name for name, meal in zip(names, ~paid, strict=True) if meal})
        notes.append(f"unpaid: {', '.join(unpaid[:10]) or 'nothing'}; a column paid says otherwise")
    return Kinds(on_queue[codes], absent[codes], paid, names, tuple(notes))


def _told(known: Texts, on_queue: BoolArray, absent: BoolArray) -> list[str]:
    parts = (
        ("on the queue", on_queue),
        ("off the queue", ~on_queue & ~absent),
        ("left out as absent", absent),
    )
    said = [(what, [str(n) or "(empty)" for n in known[mask]]) for what, mask in parts]
    return ["; ".join(f"{what}: {', '.join(names[:10])}" for what, names in said if names)]


def _paid(roster: Roster) -> BoolArray:
    column = roster.columns["paid"]
    texts = [text.casefold() for text in map(str, column.cells)]
    yes = {"true", "yes", "1", "1.0", "paid", "ja", "y", "wahr", ""}
    no = {"false", "no", "0", "0.0", "unpaid", "nein", "n", "falsch"}
    strange = [code for code, text in enumerate(texts) if text not in yes | no]
    refuse(column.faults_of_cells(dict.fromkeys(strange, "expected true or false")), roster.file)
    paid: BoolArray = np.array([text in yes for text in texts], dtype=bool)[column.codes]
    return paid


def shifts_of(roster: Roster, spans: Spans, kinds: Kinds) -> Shifts:
    """Return the shifts of a roster and the breaks in them.

    Raises
    ------
    InputError
        If a row stands twice, an agent is in two shifts at a time, or a break lies outside its
        shift or over another.
    """
    start, end = spans.start.copy(), spans.end.copy()
    column, file = roster.columns["start"], roster.file
    keys = [roster.texts("queue").astype(str)] if spans.opens is not None else []
    person = _numbered([roster.texts("agent").astype(str), *keys])
    keep = np.flatnonzero(~kinds.absent)
    if spans.opens is not None:
        return _told_shifts(roster, spans, kinds, _numbered([person, spans.opens]), person)
    order = keep[np.lexsort((end[keep], start[keep], person[keep]))]
    same = (np.diff(person[order]) == 0) & (np.diff(start[order]) == 0)
    same &= (np.diff(end[order]) == 0) & (kinds.names[order][1:] == kinds.names[order][:-1])
    twice = np.zeros(len(start), dtype=bool)
    twice[order[1:][same]] = True
    refuse(column.faults(twice, "expected each row of an agent once"), file, "a row stands twice")
    work, rest = order[kinds.work[order]], order[~kinds.work[order]]
    inside = _holder(work, rest, person, start, end)
    if spans.day is not None and (roster.beside or (inside < 0).any()):
        begin, finish = _after_midnight(spans, spans.day, work, rest, person)
        late = _holder(work, rest, person, begin, finish)
        if (late >= 0).all():
            start, end, inside = begin, finish, late
    if len(rest) == 0 or (inside >= 0).any():
        return _nested(roster, work, rest, inside, person, start, end)
    return _joined(roster, spans, kinds, order, person, start, end)


def _numbered(keys: Sequence[NDArray[np.generic]]) -> IntArray:
    codes = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        unique, place = np.unique(key, return_inverse=True)
        codes = np.unique(codes * len(unique) + place, return_inverse=True)[1].astype(np.int64)
    return codes


def _after_midnight(
    spans: Spans, day: IntArray, work: IntArray, rest: IntArray, person: IntArray
) -> tuple[IntArray, IntArray]:
    """Return the rows with those a day later that stand before the shift of their date."""
    start, end = spans.start.copy(), spans.end.copy()
    key = _numbered([person, day])
    opens = np.full(int(key.max()) + 1, np.iinfo(np.int64).min)
    # The earliest shift of a date is set last.
    latest_first = work[np.argsort(-start[work], kind="stable")]
    opens[key[latest_first]] = start[latest_first]
    early = rest[start[rest] < opens[key[rest]]]
    begin, finish = spans.next_day(start[early], end[early])
    start[early], end[early] = begin, finish
    return start, end


def _holder(
    work: IntArray, rest: IntArray, person: IntArray, start: IntArray, end: IntArray
) -> IntArray:
    """Return the work row in which each other row lies, -1 for none."""
    if not len(work):
        return np.full(len(rest), -1, dtype=np.int64)
    # One line of time per person, far apart from each other.
    origin = int(start.min())
    far = 2 * (int(end.max()) - origin)
    line = person[work] * far + start[work] - origin
    at = np.searchsorted(line, person[rest] * far + start[rest] - origin, "right") - 1
    row = work[np.maximum(at, 0)]
    held = (at >= 0) & (person[row] == person[rest]) & (end[rest] <= end[row])
    return np.where(held, row, -1)


def _nested(
    roster: Roster, work: IntArray, rest: IntArray, inside: IntArray, person: IntArray,
    start: IntArray, end: IntArray,
) -> Shifts:  # fmt: skip
    """Return work rows as shifts, with the other rows as breaks in them."""
    column, file = roster.columns["start"], roster.file
    _refuse_overlap(roster, work, person, start, end, "the shift before it to have ended")
    outside = np.zeros(len(start), dtype=bool)
    outside[rest[inside < 0]] = True
    faults = column.faults(outside, "expected a break inside a shift of this agent")
    refuse(faults, file, "a break lies outside the agent's shifts")
    _refuse_overlap(roster, rest, person, start, end, "the break before it to have ended")
    place = np.empty(len(start), dtype=np.int64)
    place[work] = np.arange(len(work))
    return _shifts(work, start[work], end[work], rest, place[inside], start, end)


def _joined(
    roster: Roster, spans: Spans, kinds: Kinds, order: IntArray, person: IntArray, start: IntArray,
    end: IntArray,
) -> Shifts:  # fmt: skip
    """Return rows that follow each other without a gap as one shift."""
    _refuse_overlap(roster, order, person, start, end, "the activity before it to have ended")
    apart = (np.diff(person[order]) != 0) | (start[order][1:] != end[order][:-1])
    block = np.concatenate(([0], np.cumsum(apart)))
    first = np.concatenate(([0], np.flatnonzero(apart) + 1))
    last = np.concatenate((first[1:], [len(order)])) - 1
    works = np.bincount(block, weights=kinds.work[order]) > 0
    pause = np.array([bool(_PAUSE.search(str(name))) for name in kinds.names[order]], dtype=bool)
    lone = np.zeros(len(start), dtype=bool)
    lone[order] = pause & ~works[block]
    if spans.day is not None:
        # A row after midnight beside its shift's date would seem to begin with the break.
        lone[order[first]] |= pause[first]
    faults = roster.columns["start"].faults(lone, "expected a break in or beside a shift")
    refuse(faults, roster.file, "a break lies outside the agent's shifts")
    off = ~kinds.work[order]
    rows = order[first]
    return _shifts(rows, start[rows], end[order[last]], order[off], block[off], start, end)


def _told_shifts(
    roster: Roster, spans: Spans, kinds: Kinds, shift: IntArray, person: IntArray
) -> Shifts:
    """Return the shifts of a file that names the shift of each activity, as our own does."""
    start, end = spans.start, spans.end
    order = np.lexsort((end, start, shift))
    follows = np.diff(shift[order]) == 0
    wrong = np.zeros(len(start), dtype=bool)
    wrong[order[1:]] = follows & (start[order][1:] != end[order][:-1])
    expected = "expected an activity that begins when the one before it in the shift ends"
    refuse(roster.columns["start"].faults(wrong, expected), roster.file,
           "activities of a shift overlap or leave a gap")  # fmt: skip
    first = np.concatenate(([0], np.flatnonzero(~follows) + 1))
    last = np.concatenate((first[1:], [len(order)])) - 1
    rows = order[first]
    opens = np.zeros(len(start), dtype=bool)
    opens[rows] = start[rows] != (spans.opens if spans.opens is not None else start)[rows]
    column = roster.columns["shift_start"]
    refuse(column.faults(opens, "expected the start of the shift's first activity"), roster.file)
    ends = end.copy()
    ends[rows] = end[order[last]]
    by_person = rows[np.lexsort((start[rows], person[rows]))]
    _refuse_overlap(roster, by_person, person, start, ends, "the shift before it to have ended")
    named = roster.columns.get("activity")
    off = order[kinds.names[order] != WORK] if named is not None else order[:0]
    # Shifts stay in the order in which the file names them.
    ranks = np.argsort(rows, kind="stable")
    place = np.empty(len(rows), dtype=np.int64)
    place[ranks] = np.arange(len(rows))
    number = np.empty(len(start), dtype=np.int64)
    number[order] = np.concatenate(([0], np.cumsum(~follows)))
    rows = rows[ranks]
    return _shifts(rows, start[rows], ends[rows], off, place[number[off]], start, end)


def _shifts(
    rows: IntArray, first: IntArray, last: IntArray, breaks: IntArray, owner: IntArray,
    start: IntArray, end: IntArray,
) -> Shifts:  # fmt: skip
    order = np.lexsort((start[breaks], owner))
    breaks = breaks[order]
    return Shifts(rows, first, last, breaks, owner[order], start[breaks], end[breaks])


def _refuse_overlap(
    roster: Roster, rows: IntArray, person: IntArray, start: IntArray, end: IntArray, what: str
) -> None:
    """Refuse rows, sorted by person and time, of which one begins before the last has ended."""
    wrong = np.zeros(len(start), dtype=bool)
    over = (np.diff(person[rows]) == 0) & (start[rows][1:] < end[rows][:-1])
    wrong[rows[1:][over]] = True
    faults: Faults = roster.columns["start"].faults(wrong, f"expected {what}")
    refuse(faults, roster.file, "an agent is in two places at a time")
