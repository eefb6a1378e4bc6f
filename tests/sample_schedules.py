"""A made-up week of full-time, part-time and night shifts, planned by a greedy rule of thumb."""

from __future__ import annotations

import numpy as np
import pandas as pd

import erlangplan as ep
from erlangplan.scheduling.result import Schedule
from erlangplan.shifts import Break, Group, Shift, WorkRules

H, M = 3600, 60
LUNCH = Break("lunch", 30 * M, (3.5 * H, 5 * H))
FT = Shift(
    "FT",
    tuple(6 * H + 30 * M * n for n in range(15)),
    (8.5 * H, 8.5 * H, 0),
    breaks=(
        Break("am", 15 * M, (1.5 * H, 2.5 * H), paid=True),
        LUNCH,
        Break("pm", 15 * M, (1 * H, 2.5 * H), "end", paid=True),
    ),
)
PT = Shift(
    "PT",
    tuple(8 * H + 30 * M * n for n in range(19)),
    (4 * H, 4 * H, 0),
    breaks=(Break("break", 15 * M, (1.25 * H, 2.5 * H), paid=True),),
)
NIGHT = Shift(
    "Night", (22 * H,), (8.5 * H, 8.5 * H, 0), breaks=(Break("meal", 30 * M, (3 * H, 5 * H)),)
)
RULES = WorkRules(
    shifts=(FT, PT, NIGHT),
    groups=(Group("full-time", ("FT",)), Group("part-time", ("PT",)), Group("nights", ("Night",))),
    source="shifts.toml",
)
SHARES = {"FT": 0.62, "PT": 0.28, "Night": 0.10}
EMPTY = {
    "table": ["queue", "agent", "group", "shift", "start", "end", "paid_hours"],
    "breaks": ["queue", "agent", "shift_start", "name", "start", "end", "paid"],
}


def week(
    people: int = 60,
    *,
    days: int = 7,
    minutes: int = 30,
    queues: tuple[str, ...] = ("Sales",),
    first: str = "2026-03-02",
    tz: str | None = "Europe/Berlin",
    demand: float = 0.52,
    night: bool = True,
) -> Schedule:
    """Return a schedule of `people` in each queue; `demand` is the peak per person."""
    parts = [
        _Centre(queue, n, round(people / (1 + n)), days, minutes, first, tz, demand, night)
        for n, queue in enumerate(queues)
    ]
    table = pd.concat([part.table() for part in parts], ignore_index=True)
    coverage = pd.concat([part.coverage() for part in parts], ignore_index=True)
    short = coverage[coverage["short"] > 0].reset_index(drop=True)
    reasons = short[["queue", "start", "short"]].assign(reason="full-time has 37 people")
    cost = float(table["paid_hours"].sum())
    return Schedule(
        table,
        pd.concat([part.pauses() for part in parts], ignore_index=True),
        coverage,
        60.0 * minutes,
        ep.Config(ep.Settings("80/20", patience=180, shrinkage=0.0)),
        RULES,
        "cover",
        cost,
        0.9962 * cost,
        0.0038,
        "gap",
        reasons,
        ("nights are covered by one person less on Sunday",),
        (("Saving against covering each interval", "5.8 % of paid hours"),),
    )


class _Centre:
    """One queue: people are put where most is missing, breaks where least is."""

    def __init__(self, queue, at, people, days, minutes, first, tz, demand, night):
        self.queue, self.minutes = queue, minutes
        midnight = pd.Timestamp(first, tz=tz)
        self.starts = pd.date_range(
            midnight, midnight + pd.DateOffset(days=days), freq=f"{minutes}min", inclusive="left"
        )
        self.seconds = np.array([moment.timestamp() for moment in self.starts])
        hour = np.asarray(self.starts.hour + self.starts.minute / 60)
        bumps = np.exp(-(((hour - 10.5) / 2.4) ** 2)) + 0.8 * np.exp(-(((hour - 15.5) / 2.8) ** 2))
        week = np.array([1.12, 1.04, 1, 1, 0.94, 0.55, 0.4])[self.starts.day_of_week]
        required = np.maximum(np.ceil(demand * people * week * (0.08 + 0.92 * bumps)), 1)
        self.required = np.where((hour >= 7) & (hour < 21) | night, required, 0)
        self.present = np.zeros(len(self.starts))
        self.away = np.zeros(len(self.starts))
        self.rows, self.breaks = [], []
        shifts = [s for s in RULES.shifts if night or s.name != "Night"]
        for number in range(days):
            day = midnight + pd.DateOffset(days=number)
            for shift in shifts:
                count = max(2, round(people * SHARES[shift.name]))
                at_work = [a for a in range(count) if days < 5 or (a + number) % 7 < 5]
                begun = sorted(self._place(shift, day) for _ in at_work)
                for agent, start in zip(at_work, begun, strict=True):
                    self._work(f"{shift.name} {at or ''}{agent + 1:02d}", shift, start)

    def _cells(self, start, end):
        """Return the share of each interval that lies between two moments."""
        begins, length = self.seconds, 60 * self.minutes
        since, until = start.timestamp(), end.timestamp()
        inside = np.minimum(begins + length, until) - np.maximum(begins, since)
        return np.clip(inside, 0, None) / length

    def _place(self, shift, day):
        missing = np.clip(self.required - self.present, 0, None)
        length = pd.Timedelta(seconds=shift.presence[0])
        moments = [day + pd.Timedelta(seconds=seconds) for seconds in shift.starts]
        gains = [float(missing @ self._cells(m, m + length)) for m in moments]
        best = moments[int(np.argmax(gains))]
        self.present += self._cells(best, best + length)
        return best

    def _work(self, agent, shift, start):
        end = start + pd.Timedelta(seconds=shift.presence[0])
        unpaid = 0.0
        for pause in shift.breaks:
            begin = self._pause(pause, start, end)
            over = begin + pd.Timedelta(seconds=pause.length)
            self.breaks.append((self.queue, agent, start, pause.name, begin, over, pause.paid))
            unpaid += 0 if pause.paid else pause.length
        group = next(group.name for group in RULES.groups if shift.name in group.shifts)
        hours = (shift.presence[0] - unpaid) / 3600
        self.rows.append((self.queue, agent, group, shift.name, start, end, hours))

    def _pause(self, pause, start, end):
        low, high = pause.window
        since = start + pd.Timedelta(seconds=low)
        if pause.anchor == "end":
            since = end - pd.Timedelta(seconds=high)
        moments = pd.date_range(since, periods=int((high - low) // 900) + 1, freq="15min")
        spare = self.present - self.away - self.required
        length = pd.Timedelta(seconds=pause.length)
        cells = [self._cells(moment, moment + length) for moment in moments]
        best = int(np.argmax([spare @ part / max(part.sum(), 1e-9) for part in cells]))
        self.away += cells[best]
        return moments[best]

    def table(self):
        return pd.DataFrame(self.rows, columns=EMPTY["table"])

    def pauses(self):
        return pd.DataFrame(self.breaks, columns=EMPTY["breaks"])

    def coverage(self):
        present, away = self.present.round(9), self.away.round(9)
        staffed = (present - away).round(9)
        spare = (staffed - self.required) / np.sqrt(np.maximum(self.required, 1))
        level = np.clip(1 - 0.2 * np.exp(-spare), 0, 1)
        return pd.DataFrame(
            {
                "queue": self.queue,
                "start": self.starts,
                "required": self.required,
                "scheduled": present,
                "on_break": away,
                "on_queue": staffed,
                "over": np.clip(staffed - self.required, 0, None),
                "short": np.clip(self.required - staffed, 0, None),
                "service_level": np.where(self.required > 0, level, np.nan),
            }
        )
