"""A schedule as one web page: nothing from outside, readable on a phone and on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from erlangplan.files.page import _STYLE as STYLE
from erlangplan.files.schedule_wording import (
    about_schedule,
    day_totals,
    figures,
    has_cover,
    local_times,
    people_per_shift,
    schedule_heading,
    shortages_heading,
    tiles,
    worst_first,
)
from erlangplan.scheduling.words import aim_words, hours_words, proof_words
from erlangplan.units import share_text

if TYPE_CHECKING:
    from erlangplan.scheduling.result import Schedule

__all__ = ["schedule_page_html"]

PICTURED_QUEUES, PICTURED_DAYS, PICTURED_SHIFTS = 4, 7, 800
SHOWN_SHORT = 50
_DAY_LABELS = {
    "people": "People",
    "paid_hours": "Paid hours",
    "required": "Agent hours required",
    "on_queue": "Agent hours on the queue",
    "over": "Agent hours over",
    "short": "Agent hours short",
    "lowest": "Lowest service level",
}


def schedule_page_html(schedule: Schedule) -> str:
    """Return a schedule as an HTML page: figures, coverage, who works when, what is short and why.

    Parameters
    ----------
    schedule
        Who works when.
    """
    about = about_schedule(schedule)
    heading = schedule_heading(schedule)
    title = ", ".join([heading, *about[:1]])
    out = io.StringIO()
    out.write(
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(heading)}</h1><p class='quiet'>{escape(' · '.join(about))}</p>"
    )
    for name, text in _told(schedule):
        out.write(f"<p><b>{escape(name)}:</b> {escape(text)}</p>")
    shown = (f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in tiles(schedule))
    out.write(f"<dl class='tiles'>{''.join(shown)}</dl>")
    if schedule.remarks:
        notes = "".join(f"<li>{escape(remark)}</li>" for remark in schedule.remarks)
        out.write(f"<h2>Remarks</h2><ul>{notes}</ul>")
    out.writelines(_cover(schedule))
    out.writelines(_shifts(schedule))
    out.writelines(_tables(schedule))
    pairs = schedule.assumptions
    facts = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in pairs)
    out.write(f"<h2>Assumptions</h2><table class='facts'>{facts}</table></body></html>\n")
    return out.getvalue()


def _told(schedule: Schedule) -> list[tuple[str, str]]:
    aim = aim_words(schedule)
    bridge = [("Hours", words) for words in hours_words(schedule)]
    notes = [(figure.name, f"{figure.text} {figure.note}") for figure in figures(schedule)
             if figure.name == "Intervals short" and figure.note]  # fmt: skip
    return [("Aim", aim), ("Proof", proof_words(schedule)), *bridge, *notes, *schedule.facts]


def _cover(schedule: Schedule) -> Iterator[str]:
    from erlangplan.plotting import plot_cover_map, plot_coverage, svg_text
    from erlangplan.plotting.canvas import new_axes

    if not has_cover(schedule):
        return
    hours = schedule.coverage.groupby("queue", observed=True)["required"].sum()
    queues = sorted(str(name) for name in hours.nlargest(PICTURED_QUEUES).index)
    few = "" if len(queues) == len(hours) else f": the {len(queues)} largest of {len(hours)} queues"
    yield f"<h2>Coverage{few}</h2><div class='pictures'>"
    for queue in queues:
        yield svg_text(plot_coverage(schedule, new_axes(7.5, 4.6), queue))
        yield svg_text(plot_cover_map(schedule, queue=queue))
    yield "</div>"


def _shifts(schedule: Schedule) -> Iterator[str]:
    """Yield a picture of each day, of the busiest alone where there would be too many shifts."""
    from erlangplan.plotting import plot_gantt, svg_text
    from erlangplan.plotting.schedule_gantt import busiest_day

    if not len(schedule.table):
        return
    days = sorted(local_times(schedule.table["start"]).dt.normalize().unique())
    few = len(days) <= PICTURED_DAYS and len(schedule.table) <= PICTURED_SHIFTS
    yield f"<h2>Who works when{'' if few else ': the busiest day'}</h2><div class='pictures'>"
    for day in days if few else [busiest_day(schedule)]:
        yield svg_text(plot_gantt(schedule, pd.Timestamp(day)))
    yield "</div>"


def _tables(schedule: Schedule) -> Iterator[str]:
    counts = people_per_shift(schedule)
    heads = [f"{pd.Timestamp(day):%a} {pd.Timestamp(day).day}" for day in counts.columns]
    body = [
        [str(name) or "work", *(f"{number:,}" for number in row)] for name, row in counts.iterrows()
    ]
    body.append(["All", *(f"{number:,}" for number in counts.sum())])
    yield _table("People who start each shift", ["Shift", *heads], body)
    days = day_totals(schedule)
    names = list(_DAY_LABELS) if has_cover(schedule) else ["people", "paid_hours"]
    texts = [[_text(name, value) for value in days[name]] for name in names]
    dates = [f"{day:%a} {day.day} {day:%b %Y}" for day in days["day"]]
    body = [list(row) for row in zip(dates, *texts, strict=True)]
    yield _table("By day", ["Day", *(_DAY_LABELS[name] for name in names)], body)
    short = worst_first(schedule).head(SHOWN_SHORT)
    if len(short):
        more = "" if len(short) == len(schedule.shortages) else f", the largest {len(short)}"
        columns = zip(short["start"], short["queue"], short["short"], short["reason"], strict=True)
        body = [
            [f"{at:%a %d %b %H:%M}", str(q), f"{n:,.2f}", str(why)] for at, q, n, why in columns
        ]
        title = f"{shortages_heading(schedule)}{more} of {len(schedule.shortages):,}"
        yield _table(title, ["Start", "Queue", "Agents short", "Why"], body, texts=(0, 1, 3))


def _text(name: str, value: float) -> str:
    if name == "lowest":
        return share_text(value)
    return f"{value:,.0f}" if name == "people" else f"{value:,.1f}"


def _table(
    title: str, heads: list[str], body: list[list[str]], texts: tuple[int, ...] = (0,)
) -> str:
    def cell(tag: str, at: int, text: str) -> str:
        return f"<{tag}{' class=text' if at in texts else ''}>{escape(text)}</{tag}>"

    head = "".join(cell("th", at, text) for at, text in enumerate(heads))
    rows = "".join(
        f"<tr>{''.join(cell('td', at, text) for at, text in enumerate(row))}</tr>" for row in body
    )
    return (
        f"<h2>{escape(title)}</h2><div class='wide'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
