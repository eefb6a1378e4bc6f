"""The command line: the library's verbs, words and defaults, with files in and out."""

from __future__ import annotations

import io
import os
import sys

__all__ = ["main"]


def main(args: list[str] | None = None) -> None:
    """Run a command; exit with 0 done, 1 unusable input or plan, 2 wrong usage, 3 target missed."""
    # Where a shell has closed a stream, Python has none.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        _run(args)
    except KeyboardInterrupt:
        sys.exit(130)


def _run(args: list[str] | None) -> None:
    from erlangplan.cli.app import app
    from erlangplan.errors import ErlangplanError

    try:
        app(args=args, prog_name="erlangplan")
    except BrokenPipeError:
        # The reader (head, less) has gone; keep Python from complaining again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (ErlangplanError, OSError) as error:
        _say(error)
        sys.exit(1)
    except ValueError as error:
        _say(error)
        sys.exit(2)


def _say(error: Exception) -> None:
    text = str(error)
    if isinstance(error, OSError) and error.filename:
        text = f"{error.filename}: {error.strerror}"
    print(f"erlangplan: {text}", file=sys.stderr)
