"""A scorecard as a workbook: results, days, money, relief with every row left out, the contract."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.cells import put, put_text
from erlangplan.files.sla_glance import headline
from erlangplan.files.sla_wording import parties, period_words
from erlangplan.files.styles import Styles
from erlangplan.files.whole import atomic_path
from erlangplan.sla.explaining import explain
from erlangplan.sla.findings import start_of
from erlangplan.sla.formulas import formula

if TYPE_CHECKING:
    from erlangplan.sla.scorecard import Scorecard

__all__ = ["MOST_ROWS", "write_scorecard_workbook"]

MOST_ROWS = 250_000
_KINDS = {
    "start": "moment", "since": "moment", "window": "moment", "longest_run_start": "moment",
    "counted": "two", "in_time": "two", "offered": "whole", "late": "two", "contacts": "two",
    "amount": "two", "earned_back": "two", "credit": "two", "bonus": "two", "volume": "one",
    "to_date": "one", "allowed": "one", "used": "one", "left": "one", "volume_share": "share",
    "used_share": "share", "mean_wait": "one", "p95_wait": "one",
}  # fmt: skip
_RESULTS = ("result", "adjusted", "target", "margin", "low", "high", "mean_size")
_LONG = {"formula": 60, "words": 70, "rule": 60, "objective": 20, "queue": 20, "verdict": 13,
         "start": 17, "since": 17, "window": 17, "longest_run_start": 17}  # fmt: skip


def write_scorecard_workbook(card: Scorecard, path: str | os.PathLike[str]) -> None:
    """Write a scorecard as a workbook (.xlsx), whole or not at all.

    The sheets are results, contacts left, days, money, relief, every row that was left out with
    its rule, breaches and waits of the late, chronic failure, formulas, and the contract in words.
    Results are numbers with all their digits, shown as a share or as seconds. Texts stay texts.
    The same scorecard gives the same file.

    Parameters
    ----------
    card
        How a contract was kept.
    path
        The file; one that exists is replaced.

    Raises
    ------
    InputError
        If more than 250,000 rows were left out, or nothing can be written there.
    """
    if len(card.excluded) > MOST_ROWS:
        raise InputError(
            f"{os.fspath(path)}: a workbook takes up to {MOST_ROWS:,} rows left out, this has "
            f"{len(card.excluded):,}; write a .json"
        )
    with atomic_path(path) as unfinished:
        _write(card, str(unfinished))


def _write(card: Scorecard, path: str) -> None:
    from xlsxwriter.exceptions import FileCreateError
    from xlsxwriter.workbook import Workbook

    kinds = ("formulas", "urls", "numbers")
    book = Workbook(path, {f"strings_to_{kind}": False for kind in kinds})
    # A fixed moment, so that the same scorecard gives the same file.
    local = card.scope.local
    created = start_of(int(local.min())).to_pydatetime() if len(local) else dt.datetime(2000, 1, 1)
    book.set_properties({"created": created, "title": "Scorecard"})
    styles = Styles(book)
    _, text, more = headline(card)
    note = " · ".join(part for part in (text, more, period_words(card)) if part)
    results = card.table.drop(columns="formula")  # they have a sheet of their own
    seconds = {each.id for each in card.contract.objectives if each.in_seconds}
    _sheet(styles, "Results", results, seconds, f"Scorecard: {parties(card.contract)}", note)
    frames = {
        "Contacts left": card.remaining, "Days": card.days, "Credits": card.credits,
        "Bonuses": card.bonuses, "Relief": _reliefs(card), "Left out": card.excluded,
        "Breaches": card.breaches, "Waits of the late": card.tail, "Chronic": card.chronic,
        "Formulas": _formulas(card),
    }  # fmt: skip
    for name, frame in frames.items():
        if len(frame):
            _sheet(styles, name, frame, seconds)
    _lines(styles, "Contract", explain(card.contract).splitlines())
    inputs = [f"{kind}: {file}, SHA-256 {digest}" for kind, file, digest in card.inputs]
    _lines(styles, "Notes", [*card.notes, *inputs])
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(f"the workbook cannot be written: {error}") from error


def _sheet(
    styles: Styles, name: str, frame: pd.DataFrame, seconds: set[str], title: str = "",
    note: str = "",
) -> None:  # fmt: skip
    sheet = styles.sheet(name)
    at = 0
    if title:
        styles.title(sheet, title, note)
        at = 3
    shown = frame.assign(**{
        column: frame[column].map({True: "yes", False: "no"})
        for column in ("finished", "met") if column in frame
    })  # fmt: skip
    kinds = [_kind(str(column), shown) for column in shown.columns]
    for place, label in enumerate(map(str, shown.columns)):
        sheet.set_column(place, place, _LONG.get(label, max(10, len(label) + 3)))
    styles.table(sheet, at, shown, kinds)
    for place, label in enumerate(shown.columns):
        if label in _RESULTS:
            pairs = zip(shown["objective"], shown[label], strict=True)
            for row, (objective, value) in enumerate(pairs, at + 1):
                kind = "one" if objective in seconds else "proof"
                put(sheet, row, place, value, styles.look(kind, align="right"))
    sheet.freeze_panes(at + 1, 1)
    sheet.repeat_rows(at)
    sheet.autofilter(at, 0, at + max(len(shown), 1), len(shown.columns) - 1)


def _kind(column: str, frame: pd.DataFrame) -> str:
    """Return the format of a column; results, shares or seconds, keep all digits."""
    if column in _KINDS:
        kind = _KINDS[column]
        whole = kind == "two" and (frame[column].dropna() % 1 == 0).all()
        return "whole" if whole else kind
    return "plain" if pd.api.types.is_numeric_dtype(frame[column].dtype) else "text"


def _reliefs(card: Scorecard) -> pd.DataFrame:
    """Return raw and adjusted results with each relief that was applied."""
    rows = [
        {
            "objective": finding.objective.id, "start": start_of(finding.begin),
            "result": None if finding.result is None else float(finding.result),
            "adjusted": None if finding.adjusted is None else float(finding.adjusted),
            "relief": each.claim.relief.id, "remedy": each.claim.relief.remedy,
            "contacts": float(sum(each.removed)), "words": each.claim.ground,
        }
        for finding in card.findings for each in finding.applied
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _formulas(card: Scorecard) -> pd.DataFrame:
    pairs = ((each.id, formula(each)) for each in card.contract.objectives)
    return pd.DataFrame(
        [{"objective": name, "words": own.words, "rule": own.symbols} for name, own in pairs]
    ).rename(columns={"rule": "symbols"})


def _lines(styles: Styles, name: str, lines: list[str]) -> None:
    sheet = styles.sheet(name)
    sheet.set_column(0, 0, 120)
    for row, line in enumerate(lines):
        put_text(sheet, row, 0, line, styles.look())
