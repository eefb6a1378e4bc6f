"""Where results go: files by their ending, a summary to a terminal, CSV to a pipe."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Event, Thread

import typer

import erlangplan as ep
from erlangplan.units import duration_text

# Compiling and loading kernels costs a process more than this many rows take in plain Python.
_ROWS_WORTH_COMPILING = {False: 16_000, True: 2_000}


def say(text: str) -> None:
    """Print a line that is not a result."""
    print(text, file=sys.stderr)


@contextmanager
def stage(text: str) -> Iterator[None]:
    """Show in a terminal what is going on, after two seconds also for how long."""
    if not sys.stderr.isatty():
        yield
        return
    done = Event()
    clock = Thread(target=_count, args=(text, done), daemon=True)
    print(f"{text} ...", end="\r", file=sys.stderr, flush=True)
    clock.start()
    try:
        yield
    finally:
        done.set()
        clock.join()
        print(" " * (len(text) + 16), end="\r", file=sys.stderr, flush=True)


def _count(text: str, done: Event) -> None:
    begun = time.monotonic()
    pause = 2.0
    while not done.wait(pause):
        pause = 1.0
        shown = duration_text(round(time.monotonic() - begun))
        print(f"{text} ... {shown}", end="\r", file=sys.stderr, flush=True)


def choose_interpreter(rows: int, *, patient: bool) -> None:
    """Run the formulas as plain Python where that is sooner done than loading compiled ones.

    Kernels that are loaded later, such as that of the queue through the day, are compiled: plain
    Python would take minutes there.
    """
    chosen = "numba" in sys.modules or "NUMBA_DISABLE_JIT" in os.environ
    if chosen or rows >= _ROWS_WORTH_COMPILING[not patient]:
        return
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    try:
        import_module("erlangplan.queues")
    finally:
        del os.environ["NUMBA_DISABLE_JIT"]


def check_outputs(
    outputs: Iterable[str | Path],
    inputs: Iterable[str | Path | None],
    endings: tuple[str, ...] = ep.SAVED_AS,
) -> None:
    """Refuse before any work what could not be written or would overwrite an input.

    Where calendars may be written, a path that ends in a slash or is a folder may be one.
    """
    read = {Path(path).resolve() for path in inputs if path is not None and str(path) != "-"}
    for output in outputs:
        path = Path(output)
        if path.resolve() in read:
            raise typer.BadParameter(f"{output} is an input and is not overwritten")
        if not path.parent.is_dir():
            raise typer.BadParameter(f"the folder {path.parent} does not exist")
        if ".ics" in endings and _is_folder(output):
            if path.exists() and (not path.is_dir() or any(path.iterdir())):
                raise typer.BadParameter(f"{output} is not an empty folder; name a new one")
        elif path.suffix.lower() not in endings:
            folder = ", or be a folder: dir/" if ".ics" in endings else ""
            raise typer.BadParameter(f"{output} must end in {', '.join(endings)}{folder}")


def _is_folder(output: str | Path) -> bool:
    return str(output).endswith(("/", os.sep)) or Path(output).is_dir()


def check_calendars(outputs: Iterable[str], agents: float) -> None:
    """Refuse one calendar file for what is, or may become, the shifts of several agents."""
    for output in outputs:
        if output.lower().endswith(".ics") and not _is_folder(output) and agents != 1:
            stem = output[: -len(".ics")]
            count = f"{agents:,.0f}" if agents < float("inf") else "several"
            raise typer.BadParameter(
                f"{output} is a calendar of one agent, this is a plan of {count}; write a calendar "
                f"for each to a .zip (-o {stem}.zip) or to a folder (-o {stem}/)"
            )


def check_form(form: str | None, known: tuple[str, ...] = ("csv", "json", "text")) -> None:
    """Refuse an unknown --format."""
    if form not in (None, *known):
        raise typer.BadParameter(f"--format must be one of {', '.join(known)}, got {form}")


def deliver(
    result: ep.Requirement | ep.Evaluation | ep.Sweep | ep.Frontier,
    outputs: Sequence[str | Path] | None,
    form: str | None,
    show: Callable[[], None],
) -> None:
    """Write a result to files, or to stdout in the form that fits it."""
    for output in outputs or ():
        with stage(f"writing {output}"):
            ep.save(result, output)
        say(f"wrote {output}")
    if outputs and form is None:
        if sys.stdout.isatty():
            show()
        return
    form = form or ("text" if sys.stdout.isatty() else "csv")
    if form == "text":
        show()
    else:
        ep.save(result, sys.stdout.buffer, form=form)
