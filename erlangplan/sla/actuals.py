"""What happened: contacts counted by interval or listed one by one, checked row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from erlangplan.errors import SHOWN_FAULTS, Fault, InputError

__all__ = ["CONTACTS", "MICRO", "OUTCOMES", "SECONDS", "THRESHOLD", "Actuals", "Marks"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
MICRO = 1_000_000
OUTCOMES = ("answered", "abandoned", "blocked")
CONTACTS = ("offered", "answered", "abandoned", "blocked", "answered_within", "abandoned_within",
            "abandoned_short", "good", "counted", "opening", "closing")  # fmt: skip
SECONDS = ("wait_seconds", "wait_answered_seconds", "handle_seconds", "staffed_seconds",
           "oldest_seconds")  # fmt: skip
THRESHOLD = re.compile(r"(answered|abandoned)_(\d+(?:\.\d+)?)s")
_AT_MOST = (
    ("answered_within", "answered"), ("abandoned_within", "abandoned"),
    ("abandoned_short", "abandoned"), ("wait_answered_seconds", "wait_seconds"),
    ("good", "counted"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Marks:
    """A column of texts that rows are told apart by: the text of each row by its code."""

    codes: NDArray[np.integer]
    texts: tuple[str, ...]

    def among(self, text: str, at: IntArray) -> BoolArray:
        """Tell which of the rows `at` bear a text, letter case apart."""
        wanted = [n for n, own in enumerate(self.texts) if own.casefold() == text.casefold()]
        return np.isin(self.codes[at], wanted)


@dataclass(frozen=True, eq=False)
class Actuals:
    """Contacts as they were offered and answered, sorted by queue and time.

    Attributes
    ----------
    kind
        ``intervals`` (counts per queue and interval) or ``contacts`` (a row per contact).
    queue, names
        Code of each row's queue (n,), and the names of the queues.
    local
        When each row starts, or the contact was offered, on the clock that the file writes (n,)
        [us since 1970].
    utc
        The same instant in UTC (n,), or None where the file names no offset [us].
    counts
        Whole contacts, and amounts of time in us under names that end in ``_seconds`` (n,).
    outcome
        Of contacts: position in `OUTCOMES` (n,); else None.
    agents
        Staffed and required agents in millionths, where the file has them (n,).
    marks
        Other columns, which a contract may tell priorities by.
    row
        Row of the file (n,).
    file, digest, notes
        Name of the file, SHA-256 of its content, what was noticed while reading it.

    Raises
    ------
    InputError
        If a row is impossible: negative, more in time than answered.
    """

    kind: Literal["intervals", "contacts"]
    queue: IntArray
    names: tuple[str, ...]
    local: IntArray
    utc: IntArray | None
    counts: Mapping[str, IntArray]
    row: IntArray
    outcome: IntArray | None = None
    agents: Mapping[str, IntArray] = field(default_factory=dict)
    marks: Mapping[str, Marks] = field(default_factory=dict)
    file: str = "frame"
    digest: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ticks = self.local if self.utc is None else self.utc
        step, same = np.diff(ticks), np.diff(self.queue)
        if ((same < 0) | ((same == 0) & (step < 0))).any():
            self._sort(np.lexsort((ticks, self.queue)))
        edges = np.searchsorted(self.queue, np.arange(len(self.names) + 1))
        object.__setattr__(self, "_edges", edges)
        if faults := [fault for fault, _ in zip(self._faults(), range(100), strict=False)]:
            raise InputError("some rows are impossible", file=self.file, faults=faults,
                             fix="Mend these rows; each must hold what was counted.")  # fmt: skip

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.local)

    def rows_of(self, queue: str) -> IntArray:
        """Return the positions of a queue's rows, in the order of time."""
        if queue not in self.names:
            return np.empty(0, np.int64)
        code = self.names.index(queue)
        edges: IntArray = self._edges  # type: ignore[attr-defined]
        return np.arange(edges[code], edges[code + 1])

    @property
    def thresholds(self) -> dict[str, list[float]]:
        """Thresholds that columns such as ``answered_20s`` name, ascending [s]."""
        found: dict[str, list[float]] = {"answered": [], "abandoned": []}
        for match in filter(None, map(THRESHOLD.fullmatch, self.counts)):
            found[match[1]].append(float(match[2]))
        return {name: sorted(limits) for name, limits in found.items()}

    def fault(self, at: int, column: str, expected: str) -> Fault:
        """Return the fault of a row by its position."""
        values = self.counts.get(column)
        if values is None:
            shown = str(self.local[at].view("M8[us]").astype("M8[s]"))
        else:
            shown = f"{values[at] / (MICRO if column.endswith('_seconds') else 1):.15g}"
        return Fault(expected, int(self.row[at]), column, shown)

    def _sort(self, order: IntArray) -> None:
        for name in ("queue", "local", "utc", "row", "outcome"):
            if (values := getattr(self, name)) is not None:
                object.__setattr__(self, name, values[order])
        for name in ("counts", "agents"):
            own = getattr(self, name)
            object.__setattr__(self, name, {key: values[order] for key, values in own.items()})
        marks = {name: Marks(own.codes[order], own.texts) for name, own in self.marks.items()}
        object.__setattr__(self, "marks", marks)

    def _faults(self) -> Iterator[Fault]:
        counts = self.counts
        for name, values in counts.items():
            for at in np.flatnonzero(values < 0)[:SHOWN_FAULTS]:
                yield self.fault(at, name, "expected a count of at least 0")
        pairs = list(_AT_MOST)
        for whole, limits in self.thresholds.items():
            named = [f"{whole}_{limit:g}s" for limit in limits]
            pairs += zip(named, [*named[1:], whole], strict=False)
        if "answered" not in counts:
            pairs += [(name, "offered") for name in counts if name.startswith("answered_")]
        if "abandoned" not in counts:
            pairs += [(name, "offered") for name in counts if name.startswith("abandoned_")]
        for part, whole in pairs:
            if part in counts and whole in counts:
                for at in np.flatnonzero(counts[part] > counts[whole])[:SHOWN_FAULTS]:
                    yield self.fault(at, part, f"expected at most {whole}, which is "
                                     f"{self.fault(at, whole, '').value}")  # fmt: skip
