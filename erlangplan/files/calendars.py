"""Calendars of a schedule: one iCalendar file per agent, each shift an event with its breaks."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.whole import atomic_path
from erlangplan.forecast import UNNAMED

if TYPE_CHECKING:
    from erlangplan.scheduling.result import Schedule

__all__ = ["calendars", "is_folder", "write_calendars"]

MOST_OCTETS = 75
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_EPOCH = (1980, 1, 1, 0, 0, 0)


def is_folder(target: str | os.PathLike[str]) -> bool:
    """Tell whether a path means a folder of calendars: it ends in a slash, or is one."""
    text = os.fspath(target)
    return text.endswith(("/", os.sep)) or Path(text).is_dir()


def write_calendars(schedule: Schedule, target: str | os.PathLike[str]) -> None:
    """Write one calendar per agent: to a folder, a ``.zip``, or, of one agent, an ``.ics`` file.

    Parameters
    ----------
    schedule
        Whose shifts.
    target
        A folder that is empty or not there yet, or a path that ends in ``.zip`` or ``.ics``.

    Raises
    ------
    InputError
        If a single file is asked for several agents, or the folder holds anything.
    """
    path, files = Path(target), calendars(schedule)
    if is_folder(target):
        _write_folder(files, path)
        return
    if path.suffix.lower() == ".ics" and len(files) != 1:
        raise InputError(
            f"a calendar is one agent's, the schedule has {len(files):,}",
            file=str(path),
            fix="Write to a .zip, or to a folder: a path that ends in /.",
        )
    with atomic_path(path) as unfinished:
        if path.suffix.lower() == ".ics":
            unfinished.write_bytes(next(iter(files.values())))
        else:
            _write_zip(files, unfinished)


def _write_folder(files: Mapping[str, bytes], path: Path) -> None:
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError("the folder is not empty", file=str(path), fix="Name a new folder.")
    if not path.parent.is_dir():
        raise InputError("there is no such folder to write to", file=str(path))
    unfinished = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    try:
        for name, content in files.items():
            (unfinished / name).write_bytes(content)
        unfinished.chmod(0o755)
        if path.exists():
            path.rmdir()
        unfinished.rename(path)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write_zip(files: Mapping[str, bytes], path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # A fixed date keeps the same schedule the same file.
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)


def calendars(schedule: Schedule) -> dict[str, bytes]:
    """Return the calendar of each agent by the name of its file.

    Times are in UTC where the schedule has a time zone, else they float. Nothing depends on the
    clock: the same schedule gives the same files.
    """
    table, breaks = schedule.table, schedule.breaks
    if not len(table):
        raise InputError("nobody works in the schedule, so there are no calendars")
    several = table.groupby("agent")["queue"].nunique().max() > 1
    stamp = _stamp(table["start"].min(), utc=True)
    pauses = dict(iter(breaks.groupby(["queue", "agent"], sort=False)))
    files: dict[str, bytes] = {}
    for (queue, agent), shifts in table.groupby(["queue", "agent"], sort=False):
        name = f"{agent} {queue}" if several else str(agent)
        mine = pauses.get((queue, agent), breaks.iloc[:0])
        lines = _calendar(name, shifts.sort_values("start"), mine, stamp)
        files[_file_name(name, files)] = "".join(map(_folded, lines)).encode()
    return files


def _calendar(name: str, shifts: pd.DataFrame, breaks: pd.DataFrame, stamp: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//erlangplan//schedule//EN")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}")
    for _, shift in shifts.iterrows():
        mine = breaks[breaks["shift_start"] == shift["start"]].sort_values("start")
        yield from _event(shift, mine, stamp)
    yield "END:VCALENDAR"


def _event(shift: pd.Series, breaks: pd.DataFrame, stamp: str) -> Iterator[str]:
    queue = "" if shift["queue"] == UNNAMED else str(shift["queue"])
    title = ", ".join(part for part in (shift["shift"] or "Shift", queue) if part)
    key = "\n".join((shift["queue"], shift["agent"], shift["start"].isoformat()))
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(key.encode()).hexdigest()[:32]}@erlangplan"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART:{_stamp(shift['start'])}"
    yield f"DTEND:{_stamp(shift['end'])}"
    yield f"SUMMARY:{_escaped(title)}"
    texts = [
        f"{row['start']:%H:%M}-{row['end']:%H:%M} {row['name']}{'' if row['paid'] else ' (unpaid)'}"
        for _, row in breaks.iterrows()
    ]
    if texts:
        yield f"DESCRIPTION:{_escaped(chr(10).join(texts))}"
    yield "END:VEVENT"


def _stamp(moment: pd.Timestamp, *, utc: bool = False) -> str:
    if moment.tzinfo is None:
        return f"{moment:%Y%m%dT%H%M%S}" + ("Z" if utc else "")
    return f"{moment.tz_convert('UTC'):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    plain = "".join(mark for mark in text if mark == "\n" or (ord(mark) >= 32 and ord(mark) != 127))
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line cut into pieces of at most 75 octets, no character cut in two."""
    pieces, piece, size = [], "", 0
    for mark in line:
        octets = len(mark.encode())
        if size + octets > MOST_OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + mark, size + octets
    return "\r\n".join([*pieces, piece]) + "\r\n"


def _file_name(name: str, taken: Mapping[str, bytes]) -> str:
    """Return a file name for any system, unlike those taken, letter case apart."""
    safe = re.sub(r"[^\w .,()-]+", "_", name).strip(" .")[:80] or "agent"
    if _RESERVED.fullmatch(safe):
        safe = f"{safe}_"
    known, number, found = {other.casefold() for other in taken}, 1, f"{safe}.ics"
    while found.casefold() in known:
        number += 1
        found = f"{safe}-{number}.ics"
    return found
