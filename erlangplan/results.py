"""Results in words: what was assumed, what came out, what to beware of."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import erlangplan
from erlangplan.forecast import Forecast
from erlangplan.settings import Config, Settings
from erlangplan.totals import Totals
from erlangplan.units import duration_text, share_text

if TYPE_CHECKING:
    from erlangplan.delivered import Closing

__all__ = ["assumptions", "carried_remarks", "html_text", "remarks", "summary_text"]

_BUSY_OCCUPANCY = 0.9
_WARNED_ABANDONMENT = 0.10
_SHORT_PATIENCE = 120.0
_SHOWN = 20
_SHOWN_DAYS = 31
_POINT = 0.01
_SOME = 0.05


def assumptions(forecast: Forecast, config: Config, fte_hours: float) -> list[tuple[str, str]]:
    """Return what a plan rests on, as pairs of name and text."""
    found = [("File", forecast.source)]
    for queue in forecast.queues:
        prefix = "" if len(forecast.queues) == 1 else f"{queue}: "
        asked = config.of(queue)
        found += [(f"{prefix}{name}", text) for name, text in _asked(asked)]
        if not config.queues and len(forecast.queues) > 1:
            found = [(name.removeprefix(prefix), text) for name, text in found]
            break
    found.append(("Interval", duration_text(forecast.interval)))
    found.append(("Time zone", forecast.tz or "as in the file"))
    found.append(("Full-time week", f"{fte_hours:g} paid hours"))
    found += [("Read as", note) for note in forecast.notes]
    return [*found, ("Version", f"erlangplan {erlangplan.__version__}")]


def _asked(asked: Settings) -> list[tuple[str, str]]:
    target = asked.target
    pairs = [("Target", target.words)]
    if target.threshold is not None:
        pairs.append(("Way of counting", f"{target.abandons}: {target.counting}"))
    patience = "endless, nobody abandons (Erlang C)"
    if asked.patience is not None:
        patience = f"mean {duration_text(asked.patience)}, exponential (Erlang A)"
    if asked.balking > 0:
        patience = patience.replace("nobody abandons (Erlang C)", "whoever joins the queue stays")
    pairs.append(("Patience", patience))
    if asked.balking > 0:
        pairs.append(("Balking", f"{share_text(asked.balking)} leave at once rather than wait"))
    if asked.lines is not None:
        pairs.append(("Lines", f"{asked.lines:g}"))
    return [*pairs, ("Shrinkage", str(asked.shrinkage))]


def summary_text(title: str, totals: Totals, config: Config, remarks: list[str]) -> str:
    """Return totals, queues and days as a table, with the targets above and remarks below."""
    queues = [str(queue) for queue in totals.queues["queue"]]
    targets = {config.of(queue).target for queue in queues}
    lines = [f"{title}: {next(iter(targets)).words}"]
    if len(targets) > 1:
        lines = [f"{title}", *(f"  {q}: {config.of(q).target.words}" for q in queues[:_SHOWN])]
    rows = [_row("all", "", totals.total.iloc[0])]
    if len(queues) > 1:
        rows += [_row(row["queue"], "", row) for _, row in totals.queues.head(_SHOWN).iterrows()]
    if 1 < len(totals.days) <= _SHOWN_DAYS:
        shown = [(row, f"{row['day']:%a %d %b}") for _, row in totals.days.iterrows()]
        rows += [_row(row["queue"], day, row) for row, day in shown]
    lines.append(pd.DataFrame(rows).to_string(index=False))
    if len(queues) > _SHOWN:
        lines.append(f"and {len(queues) - _SHOWN:,} queues more")
    return "\n".join([*lines, *(f"note: {remark}" for remark in remarks)])


def _row(queue: str, day: str, row: pd.Series) -> dict[str, str]:
    wait = f"{row['asa']:,.1f} s" if np.isfinite(row["asa"]) else ""
    if row["overloaded"]:
        wait = f"unbounded ({int(row['overloaded'])} intervals overloaded)"
    return {
        "queue": queue,
        "day": day,
        "contacts": f"{row['volume']:,.6g}",
        "agent hours": f"{row['agent_hours']:,.1f}",
        "paid hours": f"{row['paid_hours']:,.1f}",
        "FTE": f"{row['fte']:,.1f}",
        "peak": f"{row['peak']:,.6g}",
        "service level": _share(row["service_level"]),
        "mean wait": wait,
        "abandonment": _share(row["abandonment"]),
        "occupancy": _share(row["occupancy"]),
    }


def _share(share: float) -> str:
    return "" if np.isnan(share) else f"{100 * share:.1f} %"


def remarks(table: pd.DataFrame, config: Config, interval: float) -> list[str]:
    """Return what a manager should know before using the numbers of `table`."""
    said: dict[str, list[str]] = {}
    for queue, rows in table.groupby("queue", observed=True, sort=False):
        for text in _queue_remarks(rows, config.of(str(queue)), interval):
            said.setdefault(text, []).append(str(queue))
    return [f"{_names(queues)}: {text}" for text, queues in said.items()]


def _names(queues: list[str]) -> str:
    return ", ".join(queues) if len(queues) <= 3 else f"{len(queues)} queues"


def _queue_remarks(rows: pd.DataFrame, asked: Settings, interval: float) -> list[str]:
    found = []
    volume = rows["volume"].sum()
    lossy = asked.patience is not None or asked.balking > 0
    if lossy and asked.target.max_abandonment is None and volume > 0:
        share = (rows["volume"] * rows["abandonment"]).sum() / volume
        if share > _WARNED_ABANDONMENT:
            found.append(
                f"{share_text(share)} of contacts abandon, and the target sets no limit to that "
                "(max_abandonment does)"
            )
    if asked.patience is not None and asked.patience < _SHORT_PATIENCE:
        found.append(
            f"a patience of {duration_text(asked.patience)} looks like a report's average time to "
            "abandon; patience is the total wait of all contacts per abandon, which a history "
            "gives (estimate_patience, --patience-from)"
        )
    overloaded = int(np.isinf(rows["asa"].to_numpy(float)).sum())
    if overloaded:
        found.append(f"{overloaded} intervals are overloaded: their waits are unbounded")
    longest, when = _busiest_stretch(rows, interval)
    if longest >= 3600:
        found.append(
            f"occupancy stays above {share_text(_BUSY_OCCUPANCY)} for {duration_text(longest)} "
            f"from {when:%a %d %b %H:%M}; few agents sustain that (max_occupancy limits it)"
        )
    return found


def _busiest_stretch(rows: pd.DataFrame, interval: float) -> tuple[float, pd.Timestamp]:
    busy = rows["occupancy"].to_numpy(float) > _BUSY_OCCUPANCY
    start = rows["start"].reset_index(drop=True)
    follows = start.diff().dt.total_seconds().to_numpy() == interval
    run = np.cumsum(~(busy & follows))
    lengths = np.bincount(run, weights=busy)
    longest = int(lengths.argmax())
    first = int(np.argmax((run == longest) & busy))
    return float(lengths[longest] * interval), start.iloc[first]


def carried_remarks(table: pd.DataFrame, interval: float, closing: Closing) -> list[str]:
    """Return where, and why, the queue through the day differs from intervals by themselves."""
    volume, exact = table["volume"].to_numpy(float), table["service_level"].to_numpy(float)
    alone = table["service_level_stationary"].to_numpy(float)
    found = []
    change = np.where(volume > 0, np.nan_to_num(exact - alone), 0.0)
    lower, higher = change < -_POINT, change > _POINT
    open_rows = int((volume > 0).sum())
    if lower.any():
        worst = int(change.argmin())
        found.append(
            f"{int(lower.sum()):,} of {open_rows:,} intervals are more than a point below what "
            f"stationary formulas say, most at {_moment(table, worst)} "
            f"({share_text(exact[worst])} for {share_text(alone[worst])}): "
            f"{_why(table, worst, interval)}"
        )
    if higher.any():
        best = int(change.argmax())
        found.append(
            f"{int(higher.sum()):,} of {open_rows:,} intervals are more than a point above, most "
            f"at {_moment(table, best)} ({share_text(exact[best])} for {share_text(alone[best])}): "
            "a queue takes time to build up"
        )
    if not closing.waits:
        found.append("mean waits and their tails were not computed (waits=True, --waits)")
    if closing.at_close == "carry":
        left = table.groupby("queue", observed=True)["queue_end"].last().sum()
        if left >= _SOME:
            found.append(
                f"{left:,.1f} contacts still wait as the forecast ends, and count as not in time"
            )
    overtime = float(table["overtime_hours"].sum())
    if overtime >= 0.05:
        found.append(f"agents finish their calls in {overtime:,.1f} agent hours of overtime")
    return found


def _moment(table: pd.DataFrame, row: int) -> str:
    several = table["queue"].nunique() > 1
    queue = f"{table['queue'].iloc[row]}, " if several else ""
    return f"{queue}{table['start'].iloc[row]:%a %d %b %H:%M}"


def _why(table: pd.DataFrame, row: int, interval: float) -> str:
    """Say why an interval falls below its stationary service level."""

    def beside(other: int) -> bool:
        if not 0 <= other < len(table):
            return False
        here, there = table.iloc[row], table.iloc[other]
        apart = abs((there["start"] - here["start"]).total_seconds())
        return bool(here["queue"] == there["queue"] and apart == interval)

    left = float(table["queue_end"].iloc[row - 1]) if beside(row - 1) else 0.0
    if left >= max(1.0, 0.1 * float(table["agents"].iloc[row])):
        return f"{left:,.1f} contacts were waiting as it began"
    if beside(row + 1) and table["agents"].iloc[row + 1] < table["agents"].iloc[row]:
        return "its last callers meet the fewer agents of the next interval"
    return "it begins with calls that came before it"


def html_text(table: pd.DataFrame, summary: str) -> str:
    """Return a table with its summary for a notebook."""
    return f"<pre>{html.escape(summary)}</pre>{table.to_html(max_rows=12)}"
