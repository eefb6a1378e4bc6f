"""Calendars of a schedule: one iCalendar file per agent, each shift an event with its breaks."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.whole import atomic_path
from erlangplan.forecast import UNNAMED
from erlangplan.scheduling.coverage import shift_of

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
    table = schedule.table
    if not len(table):
        raise InputError("nobody works in the schedule, so there are no calendars")
    several = table.groupby("agent")["queue"].nunique().max() > 1
    stamp = _stamps(pd.Series([table["start"].min()]), zulu=True)[0]
    events = _events(schedule, stamp)
    files: dict[str, bytes] = {}
    taken: set[str] = set()
    order = table.sort_values("start", kind="stable")
    for (queue, agent), shifts in order.groupby(["queue", "agent"], sort=False):
        name = f"{agent} {queue}" if several else str(agent)
        mine = [events[row] for row in shifts.index]
        lines = _calendar(name, mine)
        files[_file_name(name, taken)] = "".join(map(_folded, lines)).encode()
    return files


def _calendar(name: str, events: Sequence[Sequence[str]]) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//erlangplan//schedule//EN")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", f"X-WR-CALNAME:{_escaped(name)}")
    for event in events:
        yield from event
    yield "END:VCALENDAR"


def _events(schedule: Schedule, stamp: str) -> list[list[str]]:
    """Return the lines of the event of each shift."""
    table = schedule.table
    begins, ends = _stamps(table["start"]), _stamps(table["end"])
    columns = [table[name].tolist() for name in ("queue", "agent", "shift")]
    found = []
    for pauses, begin, end, queue, agent, shift in zip(
        _break_texts(schedule), begins, ends, *columns, strict=True
    ):
        title = ", ".join(p for p in (shift or "Shift", "" if queue == UNNAMED else queue) if p)
        key = hashlib.sha256("\n".join((queue, agent, begin)).encode()).hexdigest()[:32]
        lines = ["BEGIN:VEVENT", f"UID:{key}@erlangplan", f"DTSTAMP:{stamp}"]
        lines += [f"DTSTART:{begin}", f"DTEND:{end}", f"SUMMARY:{_escaped(title)}"]
        lines += [f"DESCRIPTION:{_escaped(pauses)}"] * bool(pauses)
        found.append([*lines, "END:VEVENT"])
    return found


def _break_texts(schedule: Schedule) -> list[str]:
    """Return the breaks of each shift, one to a line, on the clock of the wall."""
    breaks = schedule.breaks.sort_values("start", kind="stable")
    texts: list[list[str]] = [[] for _ in range(len(schedule.table))]
    begins, ends = (breaks[name].dt.strftime("%H:%M") for name in ("start", "end"))
    for owner, begin, end, name, paid in zip(
        shift_of(schedule.table, breaks), begins, ends, breaks["name"], breaks["paid"], strict=True
    ):
        texts[owner].append(f"{begin}-{end} {name}{'' if paid else ' (unpaid)'}")
    return ["\n".join(lines) for lines in texts]


def _stamps(moments: pd.Series[pd.Timestamp], *, zulu: bool = False) -> list[str]:
    """Return moments as iCalendar writes them: in UTC, or floating where there is no zone."""
    zone = moments.dt.tz
    times = moments if zone is None else moments.dt.tz_convert("UTC")
    mark = "Z" if zulu or zone is not None else ""
    return [f"{text}{mark}" for text in times.dt.strftime("%Y%m%dT%H%M%S")]


def _escaped(text: str) -> str:
    plain = "".join(mark for mark in text if mark == "\n" or (ord(mark) >= 32 and ord(mark) != 127))
    return re.sub(r"([\\;,])", r"\\\1", plain).replace("\n", "\\n")


def _folded(line: str) -> str:
    """Return a line cut into pieces of at most 75 octets, no character cut in two."""
    if len(line) * 4 <= MOST_OCTETS or len(line.encode()) <= MOST_OCTETS:
        return f"{line}\r\n"
    pieces, piece, size = [], "", 0
    for mark in line:
        octets = len(mark.encode())
        if size + octets > MOST_OCTETS:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + mark, size + octets
    return "\r\n".join([*pieces, piece]) + "\r\n"


def _file_name(name: str, taken: set[str]) -> str:
    """Return a file name for any system, unlike those taken, letter case apart."""
    safe = re.sub(r"[^\w .,()-]+", "_", name).strip(" .")[:80] or "agent"
    if _RESERVED.fullmatch(safe):
        safe = f"{safe}_"
    number, found = 1, f"{safe}.ics"
    while found.casefold() in taken:
        number += 1
        found = f"{safe}-{number}.ics"
    taken.add(found.casefold())
    return found
