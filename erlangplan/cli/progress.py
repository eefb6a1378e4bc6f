"""How a search goes, in one line that is written over and over."""

from __future__ import annotations

import math
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from erlangplan.units import duration_text, share_text

if TYPE_CHECKING:
    from erlangplan.scheduling.progress import Progress

__all__ = ["progress_text", "shown_progress"]

PAUSE = 0.1


def progress_text(step: Progress) -> str:
    """Return a step as a line.

    Examples
    --------
    >>> from erlangplan.scheduling.progress import Progress
    >>> progress_text(Progress("search", 2060, 2052.2, 0.0038, 12.3))
    'search: best 2,060, bound 2,052.2, gap 0.38 %, 12 s'
    """
    parts = [
        f"{name} {value:,.6g}"
        for name, value in (("best", step.incumbent), ("bound", step.bound))
        if math.isfinite(value)
    ]
    if math.isfinite(step.gap):
        parts.append(f"gap {share_text(max(step.gap, 0.0), 2)}")
    if step.seconds >= 1:
        parts.append(duration_text(math.floor(step.seconds)))
    return f"{step.phase}: {', '.join(parts)}" if parts else f"{step.phase} ..."


@contextmanager
def shown_progress() -> Iterator[Callable[[Progress], None] | None]:
    """Yield what takes the steps of a search and shows them; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    at, phase = -math.inf, ""

    def show(step: Progress) -> None:
        nonlocal at, phase
        now = time.monotonic()
        if step.phase == phase and now - at < PAUSE:
            return
        at, phase = now, step.phase
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r{progress_text(step)[:width]:<{width}}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        if phase:
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r{'':<{width}}\r")
            sys.stderr.flush()
