"""Scorecards, portfolios and comparisons to files by their ending."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, TypeAlias

import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.portfolio import Portfolio
from erlangplan.files.tidy import write_table
from erlangplan.files.whole import atomic_path
from erlangplan.sla.comparing import Comparison
from erlangplan.sla.scorecard import Scorecard

__all__ = ["SCORED", "Scored", "audit_bytes", "save_scored"]

SCORED = (Scorecard, Portfolio, Comparison)
Scored: TypeAlias = Scorecard | Portfolio | Comparison
_ENDINGS = (".html", ".xlsx", ".json", ".csv")


def audit_bytes(result: Scored) -> bytes:
    """Return the audit of scores as JSON; the same inputs give the same bytes."""
    if isinstance(result, Scorecard):
        content = result.to_audit()
    elif isinstance(result, Portfolio):
        content = {
            "contracts": {name: card.to_audit() for name, card in result.cards.items()},
            "unscored": dict(result.unscored),
        }
    else:
        content = {
            "vendors": {name: card.to_audit() for name, card in result.cards.items()},
            "weights": dict(result.weights),
            "pairs": _records(result.pairs),
            "notes": list(result.notes),
        }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode("utf-8", "replace")


def _records(frame: pd.DataFrame) -> list[dict[str, object]]:
    known = frame.astype(object).where(frame.notna(), None)
    return [dict(zip(map(str, known.columns), row, strict=True)) for row in known.to_numpy()]


def save_scored(
    result: Scored, target: str | os.PathLike[str] | IO[bytes], form: str | None = None
) -> None:
    """Write scores to a file, whole or not at all, or to an open binary file.

    Parameters
    ----------
    result
        A scorecard, a portfolio or a comparison.
    target
        Ends in ``.html`` (the report), ``.json`` (the audit), ``.csv`` (the table) or, of a
        scorecard, ``.xlsx``; or a stream.
    form
        For a stream ``csv`` or ``json``; else in place of the ending.

    Raises
    ------
    InputError
        If the ending is none of these.
    """
    if not isinstance(target, str | os.PathLike):
        _stream(result, target, form or "csv")
        return
    path = Path(target)
    ending = path.suffix.lower() if form is None else f".{form}"
    endings = _ENDINGS if isinstance(result, Scorecard) else (".html", ".json", ".csv")
    if ending not in endings:
        raise InputError(f"{path} must end in {', '.join(endings)}")
    if ending == ".xlsx" and isinstance(result, Scorecard):
        from erlangplan.files.sla_workbook import write_scorecard_workbook

        write_scorecard_workbook(result, path)
    elif ending == ".csv":
        write_table(result.table, path)
    else:
        content = audit_bytes(result) if ending == ".json" else _page(result)
        with atomic_path(path) as unfinished:
            unfinished.write_bytes(content)


def _stream(result: Scored, stream: IO[bytes], form: str) -> None:
    if form == "csv":
        write_table(result.table, stream)
    elif form == "json":
        stream.write(audit_bytes(result))
    else:
        raise InputError(f"form must be csv or json for a stream, got {form!r}")


def _page(result: Scored) -> bytes:
    if isinstance(result, Scorecard):
        from erlangplan.files.sla_page import scorecard_page_html

        page = scorecard_page_html(result)
    elif isinstance(result, Portfolio):
        from erlangplan.files.portfolio_page import portfolio_page_html

        page = portfolio_page_html(result)
    else:
        from erlangplan.files.comparison_page import comparison_page_html

        page = comparison_page_html(result)
    return page.encode("utf-8", "replace")
