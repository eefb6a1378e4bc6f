"""The promise of a plan in a terminal: its windows, its margins, and the queue carried over."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from erlangplan.units import share_text

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from erlangplan.headroom import Margins
    from erlangplan.requirement import Requirement

__all__ = ["print_promise", "windows_table"]

SHOWN_WINDOWS = 14
SHOWN_MARGINS = 4


def print_promise(
    plan: Requirement, margins: Margins | None, carried: str, console: Console
) -> None:
    """Print the windows of a plan and its margins, where it has any, and the queue carried over."""
    if plan.windows is not None and plan.terms is not None:
        console.print(f"Promise kept {plan.terms.words}", highlight=False, markup=False)
        console.print(windows_table(plan.windows, plan.over))
    if margins is not None:
        for line in _shortened(margins.summary().splitlines()):
            console.print(line, highlight=False, markup=False)
    if carried:
        console.print(carried, highlight=False, markup=False)


def windows_table(windows: pd.DataFrame, over: str) -> Table:
    """Return what each window promises, costs and saves, as a table for rich."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    passed = bool(windows["so_far_offered"].any())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("queue", no_wrap=True, max_width=20)
    table.add_column(over, no_wrap=True)
    heads = ["con-\ntacts", *(["so\nfar"] if passed else []), "prom-\nised", "service\nlevel",
             "agent\nhours", "by in-\nterval", "\nsaved", "lowest\ninterval"]  # fmt: skip
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for _, row in windows.head(SHOWN_WINDOWS).iterrows():
        numbers = [
            f"{row['volume']:,.0f}",
            *([f"{row['so_far_offered']:,.0f}"] if passed else []),
            _share(row["target"]),
            _share(row["service_level"]),
            *(_hours(row[name]) for name in ("agent_hours", "interval_hours", "saved_hours")),
            _share(row["lowest"]),
        ]
        queue = "".join(letter if letter.isprintable() else "?" for letter in str(row["queue"]))
        table.add_row(Text(queue), f"{row['window']:%a} {row['window'].day} {row['window']:%b}",
                      *numbers)  # fmt: skip
    if len(windows) > SHOWN_WINDOWS:
        table.add_row(f"and {len(windows) - SHOWN_WINDOWS:,} more")
    return table


def _share(share: float) -> str:
    return "" if math.isnan(share) else share_text(share)


def _hours(hours: float) -> str:
    return "" if math.isnan(hours) else f"{hours:,.1f}"


def _shortened(lines: list[str]) -> list[str]:
    """Return the tightest margins, and how many more there are."""
    if len(lines) <= SHOWN_MARGINS:
        return lines
    return [*lines[:SHOWN_MARGINS], "further windows have wider margins"]
