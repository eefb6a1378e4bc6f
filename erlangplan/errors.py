"""What erlangplan raises when an input cannot be used or a plan cannot exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["ErlangplanError", "Fault", "InfeasibleError", "InputError", "nearest"]

SHOWN_FAULTS = 10


class ErlangplanError(Exception):
    """Base of all errors that erlangplan raises on purpose."""


@dataclass(frozen=True)
class Fault:
    """One place in a file that cannot be used.

    Rows count as an editor or Excel counts them: the first line of a file is row 1. A key of a
    TOML file stands as a column that begins with its table, ``[queue.Sales] patience``.
    """

    expected: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        """Return the fault as one line: the place, the value, what was expected."""
        row = None if self.row is None else f"row {self.row}"
        column = None if self.column is None else f"column {self.column}"
        if self.column and self.column.startswith("["):
            column = self.column
        place = ", ".join(part for part in (row, column) if part)
        value = "" if self.value is None else f"{self.value[:80]!r}: "
        return f"{place}: {value}{self.expected}" if place else f"{value}{self.expected}"


class InputError(ErlangplanError, ValueError):
    """A file or a text cannot be understood, or says something impossible.

    Parameters
    ----------
    what
        What is wrong, in one sentence.
    file
        Name of the file, where there is one.
    faults
        The places, each with its value and what was expected there.
    fix
        How to settle it: a flag, an argument, a change of the file.
    """

    def __init__(
        self,
        what: str,
        *,
        file: str | None = None,
        faults: Sequence[Fault] = (),
        fix: str | None = None,
    ) -> None:
        self.what, self.file, self.faults, self.fix = what, file, tuple(faults), fix
        lines = [f"{file}: {what}" if file else what]
        lines += [f"  {fault}" for fault in self.faults[:SHOWN_FAULTS]]
        if len(self.faults) > SHOWN_FAULTS:
            lines.append(f"  and {len(self.faults) - SHOWN_FAULTS:,} more")
        if fix:
            lines.append(fix)
        super().__init__("\n".join(lines))


class InfeasibleError(ErlangplanError):
    """No plan can do what is asked; the message says what could be reached at best.

    Parameters
    ----------
    what
        What cannot be done, in one sentence.
    row
        Position of the first row that cannot be planned, where there are rows.
    """

    def __init__(self, what: str, *, row: int | None = None) -> None:
        self.row = row
        super().__init__(what)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return advice about a name that is not known: the one that was probably meant, or all."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(names[:20])}"
