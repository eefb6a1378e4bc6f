"""A schedule in a terminal: people per shift and day, over and short by time, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.cli.terminal import _COLOURS, _plain, heat_maps
from erlangplan.files.schedule_wording import (
    NOTHING,
    about_schedule,
    as_plan,
    day_totals,
    figures,
    has_cover,
    lowest_levels,
    people_per_shift,
    schedule_heading,
)
from erlangplan.scheduling.words import (
    aim_words,
    floor_words,
    hours_words,
    lowest_words,
    proof_words,
    purpose_words,
)
from erlangplan.units import share_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from erlangplan.scheduling.result import Schedule

__all__ = ["print_schedule"]

SHOWN_REASONS = 8
SHOWN_QUEUES = 6
SHOWN_SHIFTS = 30
_LABEL, _CELL = 16, 8


def print_schedule(schedule: Schedule, console: Console) -> None:
    """Print what is planned, who works when, where agents are over or short, and why."""
    colours = 0 if console.no_color else _COLOURS.get(console.color_system or "", 0)
    quiet = "·" if console.encoding.startswith("utf") else "."
    title = f"{schedule_heading(schedule)}: {', '.join(about_schedule(schedule))}"
    console.print(_plain(title), markup=False, highlight=False)
    console.print()
    for table in _people(schedule, console.width):
        console.print(table)
    if has_cover(schedule):
        for part in heat_maps(as_plan(schedule), width=console.width, colours=colours, quiet=quiet):
            console.print(part, no_wrap=True, overflow="crop")
            console.print()
    for line in _reasons(schedule):
        console.print(line, markup=False, highlight=False)
    console.print(_figures(schedule))


def _people(schedule: Schedule, width: int) -> Iterator[Table]:
    """Yield people per shift and day, and paid hours, as many days as fit side by side."""
    from rich.text import Text

    counts, days = people_per_shift(schedule), day_totals(schedule).set_index("day")
    fits = max(1, (width - _LABEL) // _CELL)
    for at in range(0, len(counts.columns), fits):
        part = counts.iloc[:, at : at + fits]
        table = _grid([pd.Timestamp(day) for day in part.columns])
        for name, numbers in part.head(SHOWN_SHIFTS).iterrows():
            table.add_row(Text(_plain(str(name)) or "shift"), *(f"{n:,}" for n in numbers))
        if len(part) > SHOWN_SHIFTS:
            table.add_row(f"and {len(part) - SHOWN_SHIFTS} more")
        table.add_section()
        table.add_row("people", *(f"{n:,}" for n in part.sum()), style="bold")
        hours = days.loc[part.columns, "paid_hours"]
        table.add_row("paid hours", *(f"{number:,.0f}" for number in hours), style="bold")
        if has_cover(schedule) and days["lowest"].notna().any():
            for name, levels in _lowest(schedule, days["lowest"]):
                shown = levels.reindex(part.columns)
                texts = ("" if level != level else share_text(level, 0) for level in shown)
                table.add_row(Text(name), *texts, style="dim")
        yield table


def _lowest(
    schedule: Schedule, overall: pd.Series[float]
) -> Iterator[tuple[str, pd.Series[float]]]:
    """Yield the least service level by day: of each queue where they are few, else of all."""
    by_queue = lowest_levels(schedule)
    if not 1 < len(by_queue) <= SHOWN_QUEUES:
        yield "lowest level", overall
        return
    for queue, levels in by_queue.items():
        yield f"lowest, {_plain(queue)}", levels


def _grid(days: list[pd.Timestamp]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("shift", no_wrap=True, max_width=_LABEL + 6)
    for day in days:
        table.add_column(f"{day:%a}\n{day.day} {day:%b}", justify="right", no_wrap=True)
    return table


def _reasons(schedule: Schedule) -> list[str]:
    """Return why intervals are short, each reason once."""
    listed = schedule.shortages
    if not len(listed):
        return []
    several = len(schedule.queues) > 1
    short = int((schedule.coverage["short"] > NOTHING).sum())
    purpose = f", {words}" if (words := purpose_words(schedule)) else ""
    lines = [f"short: {short:,} of {len(schedule.coverage):,} intervals{purpose}"]
    groups = listed.groupby(["queue", "reason"], sort=False, observed=True)
    for (queue, reason), rows in list(groups)[:SHOWN_REASONS]:
        worst = rows.iloc[int(rows["short"].to_numpy(float).argmax())]
        where = f"{_plain(str(queue))}, " if several else ""
        count = f"{len(rows):,} interval{'s' if len(rows) > 1 else ''}"
        most = f"most {worst['short']:.3g} on {worst['start']:%a %d %b %H:%M}"
        lines.append(f"  {where}{count}, {most}: {_plain(str(reason))}".removesuffix(": "))
    if len(groups) > SHOWN_REASONS:
        lines.append(f"  and {len(groups) - SHOWN_REASONS} reasons more; -o schedule.xlsx has them")
    if kept := floor_words(schedule):
        lines.append(f"  {kept}")
    return [*lines, ""]


def _figures(schedule: Schedule) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold", max_width=40)
    table.add_column()
    shown = {figure.name: f"{figure.text} {figure.note}".strip() for figure in figures(schedule)}
    people = f"{shown.pop('Agents')}, who work {shown.pop('Shifts')} shifts"
    shown.pop("Proven gap", None)
    aim = aim_words(schedule)
    pairs = [("agents", people), *((name.lower(), text) for name, text in shown.items())]
    pairs[2:2] = [("hours", words) for words in hours_words(schedule)]
    if has_cover(schedule) and (lowest := lowest_words(schedule)):
        pairs.append(("lowest service level", lowest))
    pairs += [("aim", aim), ("proof", proof_words(schedule)), *schedule.facts]
    for name, text in pairs:
        table.add_row(Text(_plain(name)), Text(_plain(text)))
    return table
