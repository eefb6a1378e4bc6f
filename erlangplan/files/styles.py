"""Sheets and formats of a workbook that is made to be printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.files.cells import FORMATS, put, put_text, sheet_name

if TYPE_CHECKING:
    from xlsxwriter.workbook import Format, Workbook, Worksheet

__all__ = ["Styles"]

HEAD = "#DCE6F1"


class Styles:
    """A workbook while it is written: each format is made once, each sheet is ready to print."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self._used: set[str] = set()
        self._formats: dict[str, Format] = {}

    def look(self, kind: str = "text", /, **more: object) -> Format:
        """Return the format of a kind of number or text, with further properties."""
        key = f"{kind} {sorted(more.items())}"
        if key not in self._formats:
            number = {"num_format": FORMATS[kind]} if kind in FORMATS else {}
            usual = {"font_name": "Calibri", "font_size": 10, "valign": "vcenter"}
            self._formats[key] = self.book.add_format({**usual, **number, **more})
        return self._formats[key]

    def head(self, kind: str = "text", /, **more: object) -> Format:
        """Return the format of a table's head."""
        usual = {"bold": True, "bg_color": HEAD, "bottom": 1, "bottom_color": "#7F7F7F"}
        return self.look(kind, **{**usual, **more})

    def sheet(self, name: str) -> Worksheet:
        """Return a new sheet: landscape A4, one page wide, numbered pages."""
        sheet = self.book.add_worksheet(sheet_name(name, self._used))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8&A&R&8Page &P of &N")
        return sheet

    def title(self, sheet: Worksheet, text: str, note: str = "", *, column: int = 0) -> None:
        """Write a sheet's title and a quiet line below it."""
        sheet.set_row(0, 24)
        put_text(sheet, 0, column, text, self.look(bold=True, font_size=16))
        put_text(sheet, 1, column, note, self.look(font_color="#595959"))

    def table(
        self, sheet: Worksheet, at: int, frame: pd.DataFrame, kinds: Sequence[str], column: int = 0
    ) -> int:
        """Write a table with its head in row `at`, and return the row after it."""
        if any(len(str(name)) > 10 for name in frame.columns):
            sheet.set_row(at, 28)
        for place, (name, kind) in enumerate(zip(frame.columns, kinds, strict=True), column):
            left = kind in ("text", "day", "time", "moment")
            side = {"align": "left" if left else "right", "indent": int(left and place > column)}
            head = self.head(text_wrap=True, **side)
            put_text(sheet, at, place, str(name), head)
            look = self.look(kind, **side)
            for row, value in enumerate(frame[name], at + 1):
                put(sheet, row, place, value, look)
        return at + 1 + len(frame)
