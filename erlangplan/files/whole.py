"""Files that are whole or absent, and text that cannot become a formula."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from erlangplan.errors import InputError

__all__ = ["atomic_path", "csv_plain", "csv_safe"]

# The full-width signs start a formula in East Asian settings of Excel.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path that becomes `path` when the block ends without an error.

    The temporary file lies in the same folder and has the same ending. A file that exists keeps
    its permissions; a link is followed; a device or a pipe is written directly.

    Raises
    ------
    InputError
        If there is no such folder, or nothing can be written there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_path(f"{folder}/plan.csv") as unfinished:
    ...         _ = unfinished.write_text("queue,start")
    ...     [file.name for file in Path(folder).iterdir()]
    ['plan.csv']
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not (target.is_file() or target.is_dir()):
        yield target
        return
    unfinished = target.with_name(f".{target.stem[:40]}-{secrets.token_hex(6)}{target.suffix}")
    _create(unfinished, target, str(path))
    try:
        yield unfinished
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _create(unfinished: Path, target: Path, shown: str) -> None:
    if target.is_dir():
        raise InputError("this is a folder", file=shown, fix="Name a file in it.")
    if not target.parent.is_dir():
        raise InputError("there is no such folder to write to", file=shown)
    if target.exists() and not os.access(target, os.W_OK):
        raise InputError("the file is read-only", file=shown, fix="Choose another name.")
    mode = target.stat().st_mode & 0o777 if target.exists() else None
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        if mode is not None:
            unfinished.chmod(mode | 0o200)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise InputError(f"cannot be written: {error.strerror}", file=shown) from error


def csv_safe(text: str) -> str:
    """Return a text for a CSV field that no spreadsheet takes for a formula.

    A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break gets an apostrophe in
    front, the spreadsheets' own sign for text; `csv_plain` takes it off again, so that names in
    our own files round trip exactly. Plain numbers such as ``-5`` stay as they are.

    Examples
    --------
    >>> csv_safe("=1+1"), csv_safe("-Sales"), csv_safe("Sales -"), csv_safe("-5")
    ("'=1+1", "'-Sales", 'Sales -', '-5')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def csv_plain(text: str) -> str:
    """Return the text that `csv_safe` was given.

    Examples
    --------
    >>> csv_plain("'-Sales"), csv_plain("'t Gooi")
    ('-Sales', "'t Gooi")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
