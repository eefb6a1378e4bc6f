"""Scorecards to files by their ending: a page, a workbook, the audit, the table."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

from erlangplan.errors import InputError
from erlangplan.files.tidy import write_table
from erlangplan.files.whole import atomic_path

if TYPE_CHECKING:
    from erlangplan.sla.scorecard import Scorecard

__all__ = ["SCORECARDS_SAVED_AS", "audit_bytes", "save_scorecard"]

SCORECARDS_SAVED_AS = (".html", ".xlsx", ".json", ".csv")


def audit_bytes(card: Scorecard) -> bytes:
    """Return the audit of a scorecard as JSON; the same inputs give the same bytes."""
    text = json.dumps(card.to_audit(), indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def save_scorecard(
    card: Scorecard, target: str | os.PathLike[str] | IO[bytes], form: str | None = None
) -> None:
    """Write a scorecard to a file, whole or not at all, or to an open binary file.

    Parameters
    ----------
    card
        How a contract was kept.
    target
        Ends in ``.html``, ``.xlsx``, ``.json`` (the audit) or ``.csv``; or a stream.
    form
        For a stream ``csv`` or ``json``; else in place of the ending.

    Raises
    ------
    InputError
        If the ending is none of these.
    """
    if not isinstance(target, str | os.PathLike):
        _stream(card, target, form or "csv")
        return
    path = Path(target)
    ending = path.suffix.lower() if form is None else f".{form}"
    if ending not in SCORECARDS_SAVED_AS:
        raise InputError(f"{path} must end in {', '.join(SCORECARDS_SAVED_AS)} for a scorecard")
    if ending == ".xlsx":
        from erlangplan.files.sla_workbook import write_scorecard_workbook

        write_scorecard_workbook(card, path)
    elif ending == ".csv":
        write_table(card.table, path)
    else:
        content = audit_bytes(card) if ending == ".json" else _page(card)
        with atomic_path(path) as unfinished:
            unfinished.write_bytes(content)


def _stream(card: Scorecard, stream: IO[bytes], form: str) -> None:
    if form == "csv":
        write_table(card.table, stream)
    elif form == "json":
        stream.write(audit_bytes(card))
    else:
        raise InputError(f"form must be csv or json for a stream, got {form!r}")


def _page(card: Scorecard) -> bytes:
    from erlangplan.files.sla_page import scorecard_page_html

    return scorecard_page_html(card).encode("utf-8", "replace")
