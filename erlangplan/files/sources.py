"""Sources: paths, standard input, open files and DataFrames, opened as tables."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.dialects import read_csv
from erlangplan.files.sheets import is_workbook, read_sheets
from erlangplan.files.tables import Table, table_of_frame

__all__ = ["Source", "open_tables"]

Source = str | os.PathLike[str] | IO[str] | IO[bytes] | pd.DataFrame


def open_tables(
    source: Source,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> list[Table]:
    """Return the tables of a file or a DataFrame: one, or one per sheet of a workbook.

    Raises
    ------
    InputError
        If it cannot be opened or is not a table.
    TypeError
        If it is neither a path, nor an open file, nor a DataFrame.
    """
    if isinstance(source, pd.DataFrame):
        if not len(source.columns) or not len(source):
            raise InputError("the frame is empty", file="frame")
        return [table_of_frame(source)]
    data, file = _content(source)
    if not data:
        raise InputError("the file is empty", file=file)
    if is_workbook(data):
        return read_sheets(data, file, sheet)
    return [read_csv(data, file, encoding=encoding, delimiter=delimiter)]


def _content(source: str | os.PathLike[str] | IO[str] | IO[bytes]) -> tuple[bytes, str]:
    if isinstance(source, str) and source == "-":
        return sys.stdin.buffer.read(), "stdin"
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        try:
            return path.read_bytes(), path.name
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError(f"cannot be opened: {reason}", file=str(path)) from None
    if not hasattr(source, "read"):
        own = isinstance(getattr(source, "table", None), pd.DataFrame)
        hint = "; its DataFrame is .table" if own else ""
        raise TypeError(
            f"source must be a path, an open file or a DataFrame, got {type(source).__name__}{hint}"
        )
    content = source.read()
    name = getattr(source, "name", None)
    file = Path(name).name if isinstance(name, str) else "file"
    return (content.encode() if isinstance(content, str) else content), file
