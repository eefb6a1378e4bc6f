"""Cells of a workbook: their types, formats and colours, and names of sheets."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from xlsxwriter.workbook import Format, Worksheet

__all__ = ["FORMATS", "all_whole", "colour_scale", "kind_of", "put", "put_text", "sheet_name"]

_LONGEST_TEXT = 32_000
_KINDS = {
    "start": "moment",
    "day": "day",
    "window": "day",
    "window_end": "day",
    "first": "moment",
    "last": "moment",
    "lowest_start": "moment",
    "agents": "number",
    "agents_stationary": "number",
    "required": "number",
    "net": "signed",
    "peak": "number",
    "scheduled": "number",
    "scheduled_exact": "two",
    "load": "two",
    "fte": "one",
    "overloaded": "whole",
    "volume": "number",
    "aht": "one",
    "asa": "one",
    "wait_p95": "one",
    "lowest_wait_p95": "one",
    "agent_hours": "one",
    "paid_hours": "one",
    "interval_hours": "one",
    "saved_hours": "one",
    "overtime_hours": "two",
    "cost": "two",
    "bound": "two",
    "abandons_in": "two",
    "answered_in": "two",
    "queue_end": "two",
    "so_far_offered": "number",
    "target": "share",
    "gap": "proof",
    "lowest": "share",
    "service_level": "share",
    "service_level_stationary": "share",
    "service_level_one_less": "share",
    "service_level_one_more": "share",
    "abandonment": "share",
    "occupancy": "share",
}
FORMATS = {
    "moment": "yyyy-mm-dd hh:mm",
    "day": "ddd d mmm yyyy",
    "weekday": "ddd",
    "date": "d mmm",
    "time": "hh:mm",
    "whole": "#,##0",
    "one": "#,##0.0",
    "two": "#,##0.00",
    "plain": "General",
    "share": "0.0 %",
    "proof": "0.000 %",
    "signed_whole": "+#,##0;-#,##0;0",
    "signed_two": "+#,##0.00;-#,##0.00;0",
    "cell_whole": "#,##0;-#,##0;",
    "cell_two": "#,##0.00;-#,##0.00;",
}


def put(sheet: Worksheet, row: int, column: int, value: object, look: Format) -> None:
    """Write a cell with the type of its value; what does not exist stays empty."""
    if type(value) is float and math.isfinite(value):
        sheet.write_number(row, column, value, look)
    elif isinstance(value, str):
        put_text(sheet, row, column, value, look)
    elif isinstance(value, pd.Timestamp):
        if value.year < 1900:
            put_text(sheet, row, column, value.isoformat(), look)
        else:
            sheet.write_datetime(row, column, value.tz_localize(None).to_pydatetime(), look)
    elif isinstance(value, int | float | np.number):
        number = float(value)
        if math.isinf(number):
            sheet.write_string(row, column, "unbounded", look)
        elif not math.isnan(number):
            sheet.write_number(row, column, number, look)
    elif value is not None and value is not pd.NaT:
        put_text(sheet, row, column, str(value), look)


def put_text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """Write a text as a text, whatever it looks like."""
    if text:
        kept = text.encode("utf-8", "replace").decode()[:_LONGEST_TEXT]
        sheet.write_string(row, column, kept, look)


def sheet_name(wanted: str, used: set[str]) -> str:
    """Return a name that Excel allows, that is new in the workbook, and remember it."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]+", " ", wanted).strip().strip("'").strip()
    if not clean or clean.lower() == "history":
        clean = f"Queue {clean}".strip()
    name, number = _cut(clean, 31), 1
    while name.lower() in used:
        number += 1
        name = f"{_cut(clean, 28 - len(str(number)))} ({number})"
    used.add(name.lower())
    return name


def _cut(text: str, length: int) -> str:
    """Return a text of at most `length` letters as Excel counts them, in UTF-16."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore").strip(" '")


def kind_of(name: str, values: pd.Series) -> str:
    """Return the format of a column; whole numbers lose their decimals only if all are whole."""
    kind = _KINDS.get(name, "text")
    if kind not in ("number", "signed"):
        return kind
    decimals = "whole" if all_whole(values.to_numpy(np.float64, na_value=np.nan)) else "two"
    return decimals if kind == "number" else f"signed_{decimals}"


def all_whole(values: NDArray[np.float64]) -> bool:
    """Return whether no finite value has decimals."""
    finite = values[np.isfinite(values)]
    return bool((finite == np.rint(finite)).all())


def colour_scale(most: float, *, signed: bool) -> dict[str, object]:
    """Return the colours of a heat map: white to blue, or red over white to blue."""
    if signed:
        return {
            "type": "3_color_scale",
            "min_type": "num",
            "mid_type": "num",
            "max_type": "num",
            "min_value": -most,
            "mid_value": 0,
            "max_value": most,
            "min_color": "#E8746A",
            "mid_color": "#FFFFFF",
            "max_color": "#6FA8DC",
        }
    return {
        "type": "2_color_scale",
        "min_type": "num",
        "max_type": "num",
        "min_value": 0,
        "max_value": most,
        "min_color": "#FFFFFF",
        "max_color": "#6FA8DC",
    }
