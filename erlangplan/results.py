"""Results in words: what was assumed, what came out, what to beware of."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd

import erlangplan
from erlangplan.forecast import Forecast
from erlangplan.settings import Config, Settings
from erlangplan.targets import Target
from erlangplan.totals import Totals
from erlangplan.units import duration_text, share_text

__all__ = ["assumptions", "html_text", "remarks", "summary_text"]

_BUSY_OCCUPANCY = 0.9
_WARNED_ABANDONMENT = 0.10
_SHORT_PATIENCE = 120.0
_SHOWN_QUEUES = 20
_SHOWN_DAYS = 31


def assumptions(
    forecast: Forecast, config: Config, fte_hours: float, factors: tuple[float, float] = (1.0, 1.0)
) -> list[tuple[str, str]]:
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
    for name, factor in zip(("Volume factor", "AHT factor"), factors, strict=True):
        if factor != 1:
            found.append((name, f"{factor:g}"))
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
    pairs.append(("Patience", patience))
    if asked.lines is not None:
        pairs.append(("Lines", f"{asked.lines:g}"))
    return [*pairs, ("Shrinkage", str(asked.shrinkage))]


def summary_text(title: str, totals: Totals, config: Config, remarks: list[str]) -> str:
    """Return totals, queues, days and remarks as text."""
    queues = totals.queues
    one = config.of(str(queues["queue"].iloc[0]))
    same = len({config.of(str(queue)) for queue in queues["queue"]}) == 1
    lines = [f"{title} for {one.target.words}" if same else f"{title} by queue"]
    lines.append(f"  total: {_row_text(totals.total.iloc[0], one.target if same else None)}")
    if len(queues) > 1:
        for _, row in queues.head(_SHOWN_QUEUES).iterrows():
            target = config.of(str(row["queue"])).target
            promised = "" if same else f" ({target})"
            lines.append(f"  {row['queue']}{promised}: {_row_text(row, target)}")
        if len(queues) > _SHOWN_QUEUES:
            lines.append(f"  and {len(queues) - _SHOWN_QUEUES:,} queues more")
    days = totals.days
    if len(days) <= _SHOWN_DAYS and len(days) > 1:
        for _, row in days.iterrows():
            name = f"{row['day']:%a %d %b}"
            name = name if len(queues) == 1 else f"{row['queue']}, {name}"
            target = config.of(str(row["queue"])).target
            lines.append(f"  {name}: {_row_text(row.drop('fte'), target)}")
    return "\n".join([*lines, *(f"  note: {remark}" for remark in remarks)])


def _row_text(row: pd.Series, target: Target | None) -> str:
    parts = [f"{row['volume']:,.6g} contacts", f"{row['agent_hours']:,.1f} agent hours"]
    if row["paid_hours"] > row["agent_hours"] * (1 + 1e-12):
        parts.append(f"{row['paid_hours']:,.1f} paid hours")
    if "fte" in row.index:
        parts.append(f"{row['fte']:.1f} FTE")
    parts.append(f"peak {row['peak']:,.6g}")
    if row["volume"] > 0:
        if not np.isnan(row["service_level"]):
            within = "" if target is None else f" within {duration_text(target.threshold or 0)}"
            parts.append(f"service level {share_text(row['service_level'])}{within}")
        if row["overloaded"]:
            parts.append(f"waits unbounded ({int(row['overloaded'])} intervals overloaded)")
        parts.append(f"abandonment {share_text(row['abandonment'])}")
        parts.append(f"occupancy {share_text(row['occupancy'])}")
    return ", ".join(parts)


def remarks(table: pd.DataFrame, config: Config, interval: float) -> list[str]:
    """Return what a manager should know before using the numbers of `table`."""
    found = []
    for queue, rows in table.groupby("queue", observed=True, sort=False):
        asked = config.of(str(queue))
        found += [f"{queue}: {text}" for text in _queue_remarks(rows, asked, interval)]
    return found


def _queue_remarks(rows: pd.DataFrame, asked: Settings, interval: float) -> list[str]:
    found = []
    volume = rows["volume"].sum()
    if asked.patience is not None and asked.target.max_abandonment is None and volume > 0:
        share = (rows["volume"] * rows["abandonment"]).sum() / volume
        if share > _WARNED_ABANDONMENT:
            found.append(
                f"{share_text(share)} of contacts abandon, and the target sets no limit to that "
                "(max_abandonment does)"
            )
    if asked.patience is not None and asked.patience < _SHORT_PATIENCE:
        found.append(
            f"a patience of {duration_text(asked.patience)} looks like a report's average time to "
            "abandon; patience is the total wait of all contacts per abandon, and a history "
            "file gives it (--patience-from)"
        )
    overloaded = int(np.isinf(rows["asa"].to_numpy(float)).sum())
    if overloaded:
        found.append(f"{overloaded} intervals are overloaded: their waits are unbounded")
    longest, when = _busiest_stretch(rows, interval)
    if longest >= 3600:
        found.append(
            f"occupancy stays above {_BUSY_OCCUPANCY:.0%} for {duration_text(longest)} from "
            f"{when:%a %d %b %H:%M}; few agents sustain that (max_occupancy limits it)"
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


def html_text(table: pd.DataFrame, summary: str) -> str:
    """Return a table with its summary for a notebook."""
    return f"<pre>{html.escape(summary)}</pre>{table.to_html(max_rows=12)}"
