"""The sheet to print and hand out: for each day and queue a row per agent, with a bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.files.cells import put, put_text
from erlangplan.files.schedule_wording import (
    BREAK_COLOURS,
    WORK_COLOURS,
    local_times,
    names_in,
    with_days,
)

if TYPE_CHECKING:
    from xlsxwriter.workbook import Format, Worksheet

    from erlangplan.files.styles import Styles
    from erlangplan.scheduling.result import Schedule

__all__ = ["write_handout"]

FINEST, COARSE = 15, 30
LONGEST_FINE = 26 * 60
NAMED_BREAKS = 6
FIRST_ROW = 4
_SIDES = {
    **dict.fromkeys(("Agent", "Shift", "Breaks"), "left"),
    **dict.fromkeys(("Start", "End", "Paid h"), "center"),
}
_BAR = 640  # pixels; wider ones leave small type on a page
_LINE = {"left": 1, "left_color": "#BFBFBF"}
_APART = {"bottom": 1, "bottom_color": "#FFFFFF"}


def write_handout(schedule: Schedule, styles: Styles) -> None:
    """Add the sheet Shifts: days one below the other, each queue of each on a new page."""
    _Handout(schedule, styles, styles.sheet("Shifts")).write()


@dataclass(frozen=True, eq=False)
class _Scale:
    """The cells of the bars: minutes after the midnight before a day's shifts."""

    first: int
    last: int
    step: int

    @property
    def edges(self) -> NDArray[np.int64]:
        return np.arange(self.first, self.last, self.step)

    def shares(self, since: float, until: float) -> NDArray[np.float64]:
        """Return the minutes of each cell that lie between two moments."""
        inside = np.minimum(self.edges + self.step, until) - np.maximum(self.edges, since)
        return np.asarray(np.clip(inside, 0, None), np.float64)


def _minutes(moments: pd.Series, days: pd.Series) -> NDArray[np.float64]:
    return np.asarray((local_times(moments) - days).dt.total_seconds() / 60, np.float64)


def _letters(names: list[str]) -> dict[str, str]:
    """Return a sign for each break: a letter of its name that no other has, else a digit."""
    found: dict[str, str] = {}
    for name in names:
        wanted = [*name.upper(), *"123456789"]
        free = [sign for sign in wanted if sign.isalnum() and sign not in found.values()]
        found[name] = free[0] if free else "+"
    return found


class _Handout:
    """The sheet while it is being written."""

    def __init__(self, schedule: Schedule, styles: Styles, sheet: Worksheet) -> None:
        self.styles, self.sheet = styles, sheet
        rows = with_days(schedule)
        self.rows = rows.assign(
            since=_minutes(rows["start"], rows["day"]), until=_minutes(rows["end"], rows["day"])
        )
        keys = rows[["queue", "agent", "start", "day"]].rename(columns={"start": "shift_start"})
        breaks = schedule.breaks.merge(keys, on=["queue", "agent", "shift_start"])
        breaks["since"] = _minutes(breaks["start"], breaks["day"])
        breaks["until"] = _minutes(breaks["end"], breaks["day"])
        groups = breaks.sort_values("since").groupby(["queue", "agent", "shift_start"])
        self.breaks = dict(iter(groups))
        self.names = names_in(schedule.breaks["name"])
        # In the order in which a shift has them; names that head other columns are told apart.
        since = (breaks["start"] - breaks["shift_start"]).groupby(breaks["name"]).median()
        turn = [str(name) for name in since.sort_values(kind="stable").index]
        self.titles = {name: f"{name} " if name in _SIDES else name for name in turn}
        self.letters = _letters(self.names)
        self.several = len(schedule.queues) > 1
        self.columns = self._columns()
        self.scale = self._scale()
        self.bar = len(self.columns)

    def _columns(self) -> dict[str, float]:
        """Return the columns before the bar and their widths in characters."""
        longest = max([8, *(len(str(name)) for name in self.rows["agent"])])
        shift = max([6, *(len(str(name)) for name in self.rows["shift"])])
        columns = {"Agent": min(longest + 1.5, 28), "Shift": min(shift + 1.5, 16)}
        columns |= {"Start": 5.6, "End": 5.6, "Paid h": 5.6}
        if len(self.names) > NAMED_BREAKS:
            return columns | {"Breaks": 30.0}
        return columns | {name: max(5.6, min(len(name), 10) + 1.0) for name in self.titles.values()}

    def _scale(self) -> _Scale:
        if not len(self.rows):
            return _Scale(0, 24 * 60, COARSE)
        first = int(self.rows["since"].min() // 60 * 60)
        last = int(-(-self.rows["until"].max() // 60) * 60)
        return _Scale(first, last, FINEST if last - first <= LONGEST_FINE else COARSE)

    def write(self) -> None:
        sheet = self.sheet
        each = "a day and queue" if self.several else "a day"
        self.styles.title(sheet, "Shifts", f"One page or more {each}; times are local.")
        self._heads()
        at, breaks = FIRST_ROW, []
        for (day, queue), rows in self.rows.groupby(["day", "queue"]):
            breaks.append(at)
            at = self._day(pd.Timestamp(str(day)), str(queue), rows, at)
        sheet.set_h_pagebreaks(breaks[1:])
        sheet.freeze_panes(FIRST_ROW, 1)
        sheet.repeat_rows(FIRST_ROW - 2, FIRST_ROW - 1)
        sheet.set_margins(0.5, 0.5, 0.5, 0.6)

    def _heads(self) -> None:
        sheet, head = self.sheet, self.styles.head
        for column, (name, width) in enumerate(self.columns.items()):
            sheet.set_column(column, column, width)
            side = _SIDES.get(name.strip(), "center")
            put_text(sheet, FIRST_ROW - 1, column, name, head(align=side, shrink=True))
        cells = len(self.scale.edges)
        pixels = int(np.clip(_BAR / cells, 8, 18))
        sheet.set_column_pixels(self.bar, self.bar + cells - 1, pixels)
        per_hour = 60 // self.scale.step
        small = head(font_size=8, align="left", **_LINE)
        for at in range(0, cells, per_hour):
            hour = self.scale.edges[at] // 60 % 24
            place = (FIRST_ROW - 1, self.bar + at, FIRST_ROW - 1, self.bar + at + per_hour - 1)
            sheet.merge_range(*place, "", small)
            sheet.write_string(*place[:2], f"{hour:02d}:00", small)
        self._legend(pixels)

    def _legend(self, pixels: int) -> None:
        column = self.bar
        for name in self.names:
            put_text(self.sheet, FIRST_ROW - 2, column, self.letters[name], self._sign(name))
            put_text(self.sheet, FIRST_ROW - 2, column + 1, name[:24], self.styles.look())
            column += 3 + -(-6 * len(name[:24]) // pixels)

    def _day(self, day: pd.Timestamp, queue: str, rows: pd.DataFrame, at: int) -> int:
        look = self.styles.look(bold=True, font_size=12, bg_color="#F2F2F2")
        for column in range(self.bar + len(self.scale.edges)):
            self.sheet.write_blank(at, column, None, look)
        people = f"{len(rows):,} {'person' if len(rows) == 1 else 'people'}"
        parts = [f"{day:%A} {day.day} {day:%B} {day.year}", *([queue] if self.several else [])]
        told = " · ".join([*parts, people, f"{rows['paid_hours'].sum():,.1f} paid hours"])
        put_text(self.sheet, at, 0, told, look)
        self.sheet.set_row(at, 20)
        shades = names_in(self.rows["shift"])
        for row, shift in enumerate(rows.to_dict("records"), at + 1):
            shade = WORK_COLOURS[shades.index(str(shift["shift"])) % len(WORK_COLOURS)]
            pauses = self.breaks.get((shift["queue"], shift["agent"], shift["start"]))
            self._agent(row, {str(key): value for key, value in shift.items()}, shade, pauses)
        return at + 1 + len(rows)

    def _agent(
        self, row: int, shift: dict[str, object], shade: str, pauses: pd.DataFrame | None
    ) -> None:
        look = self.styles.look
        values: dict[str, object] = {
            "Agent": shift["agent"],
            "Shift": shift["shift"],
            "Start": _clock(shift["since"]),
            "End": _clock(shift["until"]),
            "Paid h": shift["paid_hours"],
            **self._times(pauses),
        }
        looks = {"Shift": look(bg_color=shade), "Agent": look(bold=True), "Paid h": look("two")}
        for column, name in enumerate(self.columns):
            usual = look(align=_SIDES.get(name.strip(), "center"))
            put(self.sheet, row, column, values.get(name), looks.get(name, usual))
        self._bar(row, float(str(shift["since"])), float(str(shift["until"])), shade, pauses)

    def _times(self, pauses: pd.DataFrame | None) -> dict[str, str]:
        if pauses is None:
            return {}
        times = {
            self.titles[str(name)]: _clock(since)
            for name, since in zip(pauses["name"], pauses["since"], strict=True)
        }
        return {**times, "Breaks": ", ".join(f"{name} {time}" for name, time in times.items())}

    def _bar(
        self, row: int, since: float, until: float, shade: str, pauses: pd.DataFrame | None
    ) -> None:
        scale, sheet = self.scale, self.sheet
        at_work = scale.shares(since, until)
        signs = np.where(at_work * 2 >= scale.step, "work", "").astype(object)
        if pauses is not None:
            for name, begin, end in zip(
                pauses["name"], pauses["since"], pauses["until"], strict=True
            ):
                away = scale.shares(begin, end)
                # A break shorter than a cell still has the cell in which most of it lies.
                signs[(away * 2 > scale.step) | (np.arange(len(away)) == away.argmax())] = str(name)
        for at, sign in enumerate(signs):
            line = _LINE if scale.edges[at] % 60 == 0 else {}
            column = self.bar + at
            if sign == "work":
                sheet.write_blank(
                    row, column, None, self.styles.look(bg_color=shade, **line, **_APART)
                )
            elif sign:
                sheet.write_string(row, column, self.letters[sign], self._sign(sign))
            elif line:
                sheet.write_blank(row, column, None, self.styles.look(**line))

    def _sign(self, name: str) -> Format:
        colour = BREAK_COLOURS[self.names.index(name) % len(BREAK_COLOURS)]
        plain = {"align": "center", "font_size": 7, "bold": True, "font_color": "#FFFFFF"}
        return self.styles.look(bg_color=colour, **plain, **_APART)


def _clock(minutes: object) -> str:
    whole = round(float(str(minutes)))
    return f"{whole // 60 % 24:02d}:{whole % 60:02d}"
