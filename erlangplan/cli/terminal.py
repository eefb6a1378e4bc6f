"""Plans in a terminal: a day x time map of agents, and totals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from erlangplan.files.wording import measure_text, targets_in_words
from erlangplan.grid import DayTimeGrid, date_range_text, local_starts, only_open, open_hours
from erlangplan.units import duration_text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from erlangplan.files.wording import Plan

__all__ = ["heat_maps", "print_plan", "totals_table", "what_was_asked"]

SHOWN_MAPS = 4
SHOWN_ROWS = 40
MOST_ROWS = 32
_TIME_WIDTH = 7
_COLUMNS = {
    "volume": "con-\ntacts",
    "agent_hours": "agent\nhours",
    "paid_hours": "paid\nhours",
    "fte": "FTE",
    "peak": "peak\nagents",
    "service_level": "service\nlevel",
    "asa": "mean\nwait",
    "abandonment": "aban-\ndoned",
    "occupancy": "occu-\npancy",
    "cost": "cost",
}
_FULL = 2**24
_COLOURS = {"256": 256, "truecolor": _FULL}
_BLUES = ("#eff6fc", "#d6e6f4", "#b3d3e8", "#85bcdb", "#57a0ce", "#327db8", "#135fa7", "#08427f")
_REDS = ("#fdeee6", "#fbd5c3", "#f7b799", "#ee8d6e", "#dc5f4c", "#b72c2f")
# Of 256 colours, those that keep one hue from light to dark.
_BLUES_256 = ("#d7ffff", "#afd7ff", "#87d7ff", "#5fafff", "#0087d7", "#005faf", "#000087")
_REDS_256 = ("#ffd7d7", "#ffafaf", "#ff8787", "#ff5f5f", "#d70000", "#870000")


def print_plan(plan: Plan, console: Console) -> None:
    """Print what was asked, heat maps, then the totals, as wide as the terminal.

    Without colours (NO_COLOR, a terminal of 16 colours, a pipe) the maps are digits alone.
    """
    colours = 0 if console.no_color else _COLOURS.get(console.color_system or "", 0)
    quiet = "·" if console.encoding.startswith("utf") else "."
    console.print(what_was_asked(plan))
    console.print()
    for part in heat_maps(plan, width=console.width, colours=colours, quiet=quiet):
        console.print(part, no_wrap=True, overflow="crop")
        console.print()
    console.print(totals_table(plan, width=console.width))


def what_was_asked(plan: Plan) -> Table:
    """Return the file and the target in words; a line per target where queues differ."""
    from rich.table import Table
    from rich.text import Text

    lines = Table.grid(padding=(0, 2, 0, 0))
    lines.add_column(no_wrap=True, max_width=34)
    lines.add_column()
    file = Text(_plain(str(plan.forecast.source)), style="bold")
    asked = targets_in_words(plan)
    if len(asked) == 1:
        lines.add_row(file, asked[0][1])
        return lines
    lines.add_row(file, f"{len(plan.queues)} queues")
    for queues, words in asked[:SHOWN_ROWS]:
        lines.add_row(Text(_plain(queues)), words)
    if len(asked) > SHOWN_ROWS:
        lines.add_row("", f"and {len(asked) - SHOWN_ROWS:,} targets more")
    return lines


def heat_maps(
    plan: Plan,
    *,
    width: int = 80,
    colours: int = _FULL,
    quiet: str = "·",
    limit: int = SHOWN_MAPS,
) -> Iterator[Text]:
    """Yield a map of agents for each queue and stretch of days: days across, times down.

    Parameters
    ----------
    plan
        A requirement; or an evaluation, whose map shows agents over (+) or short (-).
    width
        Characters that fit into a line of the terminal.
    colours
        How many colours the terminal shows; with fewer than 256 there are digits alone.
    quiet
        What stands for an interval without agents.
    limit
        Most maps; a last line says how many more there would be.
    """
    from rich.text import Text

    shown = left_out = 0
    for queue, rows in plan.table.groupby("queue", sort=False, observed=True):
        if shown >= limit:
            left_out += 1
            continue
        drawing = _Map(plan, str(queue), rows, colours, quiet)
        blocks = drawing.grid.blocks(drawing.days_in(width))
        for block in blocks[: limit - shown]:
            yield drawing.text(block)
        days = sum(len(block.days) for block in blocks[limit - shown :])
        shown += min(len(blocks), limit - shown)
        if days:
            yield Text(f"{_plain(str(queue))}: {days} more days are not shown here.", style="dim")
    if left_out:
        yield Text(
            f"{left_out} more queue{'s are' if left_out > 1 else ' is'} not shown here; "
            "-o plan.xlsx writes a map of each.",
            style="dim",
        )


class _Map:
    """The map of one queue, in rows of hours where intervals would be too many."""

    def __init__(
        self, plan: Plan, queue: str, rows: pd.DataFrame, colours: int, quiet: str
    ) -> None:
        self.queue, self.colours, self.quiet = _plain(queue), colours, quiet
        self.interval = plan.forecast.interval
        self.signed = "net" in rows
        value = "net" if self.signed else "agents"
        self.grid = open_hours(rows, value, self.interval)
        self.by_hour = len(self.grid.minutes) > MOST_ROWS and self.interval < 3600
        if self.by_hour:
            self.grid = open_hours(rows, value, self.interval, coarse=3600)
        hours = only_open(rows)[value].astype(float) * self.interval / 3600
        self.hours = hours.groupby(local_starts(rows).dt.normalize()).sum(min_count=1)
        self.most = float(np.nanmax(np.abs(self.grid.values), initial=0))
        longest = [self._number(-self.most), *map(self._hours, self.hours)]
        self.wide = max(7, 2 + max(map(len, longest)))

    def days_in(self, width: int) -> int:
        """Return the days that fit into a line, whole weeks where at least one fits."""
        days = max(1, (width - _TIME_WIDTH) // self.wide)
        return days // 7 * 7 or days

    def text(self, grid: DayTimeGrid) -> Text:
        from rich.text import Text

        text = Text(f"{self.queue}: " if self.queue else "", style="")
        text.stylize("bold")
        text.append("agents over (+) or short (-)" if self.signed else "agents", style="bold")
        text.append(f", {date_range_text(grid.days)}\n")
        if not self.most and not self.signed:
            return text.append("0 in all intervals", style="dim")
        if note := self._note(grid):
            text.append(f"{note}\n", style="dim")
        for form in ("{0:%a}", "{0.day} {0:%b}"):
            names = "".join(f"{form.format(day):>{self.wide - 1}} " for day in grid.days)
            text.append(f"{'':{_TIME_WIDTH}}{names}\n")
        for label, values in zip(grid.times, grid.values, strict=True):
            text.append(f"{label:<{_TIME_WIDTH}}", style="" if ":00" in label else "dim")
            for value in values:
                text.append(*self._cell(value))
            text.append("\n")
        text.append(f"{'hours':<{_TIME_WIDTH}}", style="bold")
        for day in grid.days:
            text.append(f"{self._hours(self.hours.get(day, 0)):>{self.wide - 1}} ", style="bold")
        return text

    def _note(self, grid: DayTimeGrid) -> str:
        parts = []
        if self.by_hour:
            which = "fewest" if self.signed else "most"
            parts.append(f"each hour shows its {duration_text(self.interval)} with the {which}")
        if any(grid.second):
            parts.append("* the hour that comes twice")
        return "; ".join(parts)

    def _number(self, value: float) -> str:
        decimals = 0 if value == round(value) or abs(value) >= 100 else 1
        return f"{value:{'+' if self.signed and value else ''},.{decimals}f}"

    def _hours(self, value: float) -> str:
        if math.isnan(value):
            return ""
        decimals = 0 if np.abs(self.hours).max() >= 1000 else 1
        return f"{value:{'+' if self.signed else ''},.{decimals}f}"

    def _cell(self, value: float) -> tuple[str, str]:
        if not math.isfinite(value) and not self.signed:
            return " " * self.wide, ""
        if not math.isfinite(value) or (value == 0 and not self.signed):
            return f"{self.quiet:>{self.wide - 1}} ", "dim"
        style = _shade(value, self.most, self.colours) if value and self.colours >= 256 else ""
        return f"{self._number(value):>{self.wide - 1}} ", style


def _plain(name: str) -> str:
    """Return a name from a file without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _shade(value: float, most: float, colours: int) -> str:
    blues, reds = (_BLUES, _REDS) if colours >= _FULL else (_BLUES_256, _REDS_256)
    ramp = reds if value < 0 else blues
    step = min(len(ramp) - 1, int(abs(value) / max(most, 1) * len(ramp)))
    return f"{'#000000' if step <= len(ramp) // 2 else '#ffffff'} on {ramp[step]}"


def totals_table(plan: Plan, *, width: int = 80) -> Table:
    """Return the totals per queue (of one queue: per day) and of all, as a table for rich."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    by_day = len(plan.queues) == 1
    frame = plan.days if by_day else plan.queues
    total = plan.total.iloc[0]
    same = np.isclose(total["paid_hours"], total["agent_hours"])
    names = [name for name in _COLUMNS if name in frame and not (name == "paid_hours" and same)]
    shown = frame if len(frame) <= SHOWN_ROWS else frame.iloc[:SHOWN_ROWS]
    texts = {name: [measure_text(name, value) for value in shown[name]] for name in names}
    footers = {name: measure_text(name, total[name]) for name in names}
    gap = 1 if width >= 90 else 0
    taken = sum(
        1 + gap + max(map(len, [*texts[name], footers[name], *_COLUMNS[name].split("\n")]))
        for name in names
    )
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, gap, 0, 0),
        show_footer=True,
        header_style="dim",
        footer_style="bold",
    )
    label, room = ("day" if by_day else "queue"), max(6, width - 2 - taken)
    table.add_column(label, footer="all", no_wrap=True, max_width=room)
    for name in names:
        table.add_column(_COLUMNS[name], footer=footers[name], justify="right", no_wrap=True)
    for value, *row in zip(shown[label], *texts.values(), strict=True):
        text = f"{value:%a} {value.day} {value:%b}" if by_day else _plain(str(value))
        table.add_row(Text(text), *row)
    if len(frame) > len(shown):
        table.add_row(f"and {len(frame) - len(shown):,} more")
    return table
