"""Results to files, by their ending."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

import erlangplan
from erlangplan.errors import InputError
from erlangplan.files.calendars import is_folder, write_calendars
from erlangplan.files.tidy import write_table
from erlangplan.files.whole import atomic_path
from erlangplan.files.wording import windows_of

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from erlangplan.files.sla_saving import Scored
    from erlangplan.files.wording import Plan
    from erlangplan.scheduling.result import Schedule
    from erlangplan.staffing import Sweep
    from erlangplan.trade_off import Frontier

    Result: TypeAlias = Plan | Schedule | Sweep | Frontier | pd.DataFrame

__all__ = ["SAVED_AS", "save"]

SAVED_AS = (".csv", ".xlsx", ".json", ".html", ".png", ".svg")
CALENDARS = (".ics", ".zip")


def save(
    result: Result | Scored,
    target: str | os.PathLike[str] | IO[bytes],
    *,
    form: str | None = None,
) -> None:
    """Write a result to a file, whole or not at all.

    Parameters
    ----------
    result
        A requirement, an evaluation, a schedule, a sweep, a frontier, a DataFrame, or scores
        (a scorecard, a portfolio, a comparison of vendors).
    target
        A path whose ending says the form: ``.csv`` (the table; shares with 6 decimals, seconds
        with 3, hours and loads with 6; of a schedule its activities, which `read_schedule` reads
        back), ``.xlsx`` (summary, heat maps, table, assumptions),
        ``.json`` (table, totals, assumptions; unbounded waits are null), ``.html`` (one
        self-contained page), ``.png`` or ``.svg`` (the week); of a schedule ``.ics`` (one agent),
        ``.zip`` or a folder, a path that ends in a slash (one calendar per agent). Of scores
        ``.json`` is the audit and ``.html`` the report. Or a binary stream, with `form`.
    form
        ``csv`` or ``json`` for a stream.

    Raises
    ------
    InputError
        If the ending is not known, or the result cannot be written in that form.
    """
    if _is_scored(result):
        from erlangplan.files.sla_saving import save_scored

        save_scored(result, target, form)
        return
    if not isinstance(target, str | os.PathLike):
        _stream(result, target, form or "csv")
        return
    from erlangplan.scheduling.result import Schedule

    path = Path(target)
    ending = path.suffix.lower() if form is None else f".{form}"
    if isinstance(result, Schedule) and (ending in CALENDARS or is_folder(target)):
        write_calendars(result, target)
        return
    if ending not in SAVED_AS:
        raise InputError(f"{path} must end in {', '.join(SAVED_AS)}")
    if ending == ".csv":
        write_table(_table(result), path)
    elif ending == ".json":
        _write_text(path, _json(result))
    else:
        _save_shown(result, path, ending)


def _is_scored(result: Result | Scored) -> TypeIs[Scored]:
    # Who has scores has loaded their module; all others need not wait for it.
    if "erlangplan.sla.scorecard" not in sys.modules:
        return False
    from erlangplan.files.sla_saving import SCORED

    return isinstance(result, SCORED)


def _save_shown(result: Result, path: Path, ending: str) -> None:
    """Write what is for the eye: a workbook, a page, a picture."""
    from erlangplan import plotting
    from erlangplan.scheduling.result import Schedule
    from erlangplan.staffing import Sweep
    from erlangplan.trade_off import Frontier

    if isinstance(result, Schedule):
        _save_schedule(result, path, ending)
        return
    picture = ending in (".png", ".svg")
    if isinstance(result, pd.DataFrame) or (isinstance(result, Sweep | Frontier) and not picture):
        pictures = "" if isinstance(result, pd.DataFrame) else ", .png or .svg"
        raise InputError(f"this result cannot be written as {ending}; use .csv or .json{pictures}")
    if isinstance(result, Sweep):
        plotting.save_sweep(result, path)
    elif isinstance(result, Frontier):
        plotting.save_frontier(result, path)
    elif picture:
        plotting.save_week(result, path)
    elif ending == ".xlsx":
        from erlangplan.files.workbook import write_workbook

        write_workbook(result, path)
    else:
        from erlangplan.files.page import page_html

        _write_text(path, page_html(result))


def _save_schedule(schedule: Schedule, path: Path, ending: str) -> None:
    if ending == ".xlsx":
        from erlangplan.files.schedule_workbook import write_schedule_workbook

        write_schedule_workbook(schedule, path)
    elif ending == ".html":
        from erlangplan.files.schedule_page import schedule_page_html

        _write_text(path, schedule_page_html(schedule))
    else:
        from erlangplan.plotting import save_schedule

        save_schedule(schedule, path)


def _stream(result: Result, stream: IO[bytes], form: str) -> None:
    if form == "csv":
        write_table(_table(result), stream)
    elif form == "json":
        stream.write(_json(result).encode())
    else:
        raise InputError(f"form must be csv or json for a stream, got {form!r}")


def _table(result: Result) -> pd.DataFrame:
    if isinstance(result, pd.DataFrame):
        return result
    from erlangplan.scheduling.result import Schedule

    return result.activities if isinstance(result, Schedule) else result.table


def _write_text(path: Path, text: str) -> None:
    with atomic_path(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")


def _json(result: Result) -> str:
    from erlangplan.scheduling.result import Schedule
    from erlangplan.staffing import Sweep
    from erlangplan.trade_off import Frontier

    content: dict[str, object] = {"erlangplan": erlangplan.__version__}
    if isinstance(result, Schedule):
        return _json_text(content | _schedule_content(result))
    if not isinstance(result, pd.DataFrame | Sweep | Frontier):
        content["assumptions"] = [list(pair) for pair in result.assumptions]
        content["remarks"] = list(result.remarks)
        content["method"] = result.method
        content["total"] = _records(result.total)[0]
        content["queues"] = _records(result.queues)
        content["days"] = _records(result.days)
        if (windows := windows_of(result)) is not None:
            content["windows"] = _records(windows)
    content["table"] = _records(_table(result))
    return _json_text(content)


def _json_text(content: dict[str, object]) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _schedule_content(schedule: Schedule) -> dict[str, object]:
    numbers = {name: getattr(schedule, name) for name in ("paid_hours", "cost", "bound", "gap")}
    tables = {
        name: getattr(schedule, name) for name in ("table", "breaks", "coverage", "shortages")
    }
    return {
        "assumptions": [list(pair) for pair in schedule.assumptions],
        "remarks": list(schedule.remarks),
        "facts": [list(pair) for pair in schedule.facts],
        "objective": schedule.objective,
        "status": schedule.status,
        **{name: number if np.isfinite(number) else None for name, number in numbers.items()},
        "interval": schedule.interval,
        **{name: _records(getattr(schedule, name)) for name in tables},
    }


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    columns = {str(name): _plain(table[name]) for name in table.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(values: pd.Series) -> list[object]:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return [moment.isoformat() for moment in values]
    if pd.api.types.is_float_dtype(values.dtype):
        numbers = values.to_numpy(float)
        return [number if np.isfinite(number) else None for number in numbers.tolist()]
    return [_plain_one(value) for value in values.astype(object)]


def _plain_one(value: object) -> object:
    if value is pd.NaT or (isinstance(value, float) and not np.isfinite(value)):
        return None
    return value.isoformat() if isinstance(value, pd.Timestamp) else value
