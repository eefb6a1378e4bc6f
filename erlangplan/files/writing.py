"""Results to files, by their ending."""

from __future__ import annotations

import html
import io
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Protocol, cast, runtime_checkable

import numpy as np
import pandas as pd

import erlangplan
from erlangplan.errors import InputError
from erlangplan.files.tidy import write_table
from erlangplan.files.whole import atomic_path

__all__ = ["SAVED_AS", "save"]

SAVED_AS = (".csv", ".xlsx", ".json", ".html", ".png", ".svg")


@runtime_checkable
class Plan(Protocol):
    """What every form needs of a requirement or an evaluation."""

    @property
    def table(self) -> pd.DataFrame:
        """One row per queue and interval."""

    @property
    def total(self) -> pd.DataFrame:
        """One row."""

    @property
    def queues(self) -> pd.DataFrame:
        """One row per queue."""

    @property
    def days(self) -> pd.DataFrame:
        """One row per queue and day."""

    @property
    def assumptions(self) -> Sequence[tuple[str, str]]:
        """What the numbers rest on."""

    @property
    def remarks(self) -> Sequence[str]:
        """What to know before using them."""


def save(
    result: Any, target: str | os.PathLike[str] | IO[bytes], *, form: str | None = None
) -> None:
    """Write a result to a file, whole or not at all.

    Parameters
    ----------
    result
        A requirement, an evaluation, a sweep, or a DataFrame.
    target
        A path whose ending says the form: ``.csv`` (the table; shares with 6 decimals, seconds
        with 3, hours and loads with 6), ``.xlsx`` (summary, heat maps, table, assumptions),
        ``.json`` (table, totals, assumptions; unbounded waits are null), ``.html`` (one
        self-contained page), ``.png`` or ``.svg`` (the week). Or a binary stream, with `form`.
    form
        ``csv`` or ``json`` for a stream.

    Raises
    ------
    InputError
        If the ending is not known, or the result cannot be written in that form.
    """
    if not isinstance(target, str | os.PathLike):
        _stream(result, target, form or "csv")
        return
    path = Path(target)
    ending = path.suffix.lower() if form is None else f".{form}"
    if ending not in SAVED_AS:
        raise InputError(f"{path} must end in {', '.join(SAVED_AS)}")
    if ending == ".csv":
        write_table(_table(result), path)
    elif ending == ".json":
        _write_text(path, _json(result))
    elif ending == ".xlsx" and isinstance(result, Plan):
        from erlangplan.files.workbook import write_workbook

        write_workbook(cast(Any, result), path)
    elif ending == ".html" and isinstance(result, Plan):
        _write_text(path, _page(result))
    elif ending in (".png", ".svg"):
        _draw(result, path)
    else:
        raise InputError(f"this result cannot be written as {ending}; use .csv, .json or a picture")


def _stream(result: Any, stream: IO[bytes], form: str) -> None:
    if form == "csv":
        write_table(_table(result), stream)
    elif form == "json":
        stream.write(_json(result).encode())
    else:
        raise InputError(f"form must be csv or json for a stream, got {form!r}")


def _table(result: Any) -> pd.DataFrame:
    return result if isinstance(result, pd.DataFrame) else result.table


def _draw(result: Any, path: Path) -> None:
    from erlangplan import plotting

    if isinstance(result, Plan):
        plotting.save_week(cast(Any, result), path)
    else:
        plotting.save_sweep(result, path)


def _write_text(path: Path, text: str) -> None:
    with atomic_path(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")


def _json(result: Any) -> str:
    content: dict[str, Any] = {"erlangplan": erlangplan.__version__}
    if isinstance(result, Plan):
        content["assumptions"] = [list(pair) for pair in result.assumptions]
        content["remarks"] = list(result.remarks)
        content["total"] = _records(result.total)[0]
        content["queues"] = _records(result.queues)
        content["days"] = _records(result.days)
    content["table"] = _records(_table(result))
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = {name: _plain(table[name]) for name in table.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(values: pd.Series) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return [moment.isoformat() for moment in values]
    if pd.api.types.is_float_dtype(values.dtype):
        numbers = values.to_numpy(float)
        return [number if np.isfinite(number) else None for number in numbers.tolist()]
    return list(values.astype(object))


def _page(result: Plan) -> str:
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "week.svg"
        _draw(result, picture)
        svg = picture.read_text(encoding="utf-8")
    svg = svg[svg.index("<svg") :]
    facts = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>"
        for name, text in result.assumptions
    )
    notes = "".join(f"<li>{html.escape(remark)}</li>" for remark in result.remarks)
    out = io.StringIO()
    out.write(
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Plan</title><style>"
        "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
        "svg{width:100%;height:auto}table{border-collapse:collapse;margin:1rem 0}"
        "td,th{padding:.2rem .7rem;border-bottom:1px solid #ddd;text-align:right}"
        ".facts th,.facts td{text-align:left}</style>"
    )
    out.write(f"<h1>Plan</h1>{svg}<h2>Totals</h2>{_html_table(result.queues)}")
    out.write(f"<h2>Days</h2>{_html_table(result.days)}")
    out.write(f"<ul>{notes}</ul>" if notes else "")
    out.write(f"<h2>Assumptions</h2><table class='facts'>{facts}</table></html>\n")
    return out.getvalue()


def _html_table(table: pd.DataFrame) -> str:
    shown = table.copy()
    for name in ("service_level", "abandonment", "occupancy"):
        shown[name] = [f"{100 * value:.1f} %" for value in shown[name]]
    if "day" in shown:
        shown["day"] = shown["day"].dt.strftime("%a %d %b %Y")
    return str(shown.to_html(index=False, float_format="{:,.1f}".format, na_rep="", border=0))
