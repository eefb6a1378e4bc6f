"""A plan as one web page: no assets from outside, readable on a phone, in the dark and on paper."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, cast

import pandas as pd

from erlangplan.files.wording import (
    LABELS,
    WINDOW_LABELS,
    about,
    heading,
    measure_text,
    targets_in_words,
    windows_of,
)

if TYPE_CHECKING:
    from erlangplan.evaluation import Evaluation
    from erlangplan.files.wording import Plan

__all__ = ["page_html"]

PICTURED_QUEUES = 6
DAYS_ON_PAGE = 400
_STYLE = """
:root{color-scheme:light dark;--ink:#1c1c1c;--quiet:#5c5c5c;--line:#dcdcdc;--tile:#f2f6fa;
--page:#fff}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);
max-width:76rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .3rem}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
p{margin:.2rem 0}.quiet,th{color:var(--quiet)}th{font-weight:600}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.2rem,1fr));gap:.6rem;
margin:1.2rem 0}
.tiles div{background:var(--tile);border-radius:.5rem;padding:.6rem .8rem}
.tiles dt{font-size:.8rem;color:var(--quiet)}.tiles dd{margin:0;font-size:1.2rem;font-weight:600}
.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));
gap:1rem;align-items:start}
.pictures svg{width:100%;height:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
td,th{padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);text-align:right;
white-space:nowrap;vertical-align:top}
thead th{white-space:normal;vertical-align:bottom}td.text,th.text{text-align:left}
.facts td,.facts th{white-space:normal;text-align:left}
.facts th{min-width:9rem}
@media(prefers-color-scheme:dark){:root{--ink:#ececec;--quiet:#a8a8a8;--line:#3a3a3a;
--tile:#20262d;--page:#141414}.pictures svg{filter:invert(.92) hue-rotate(180deg)}}
@media print{:root{color-scheme:light;--ink:#000;--quiet:#444;--line:#ccc;--tile:#f4f4f4;
--page:#fff}body{font-size:11px;max-width:none;padding:0}.pictures svg{filter:none}
.pictures{grid-template-columns:1fr 1fr}.wide{overflow:visible}svg,tr,.tiles{break-inside:avoid}
h2{break-after:avoid}td,th{padding:.15rem .5rem .15rem 0}}
"""


def page_html(plan: Plan) -> str:
    """Return a plan as an HTML page: totals, pictures, queues, days, remarks, assumptions.

    Parameters
    ----------
    plan
        A requirement or an evaluation.
    """
    title = f"{heading(plan)}, {about(plan)[0]}"
    hours = plan.queues.set_index("queue")["agent_hours"]
    queues = [str(name) for name in hours.nlargest(PICTURED_QUEUES).sort_index().index]
    out = io.StringIO()
    out.write(
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(heading(plan))}</h1>"
        f"<p class='quiet'>{escape(' · '.join(about(plan)))}</p>"
    )
    for names, words in targets_in_words(plan):
        out.write(f"<p>{escape(f'{names}: {words}' if names else words.capitalize())}</p>")
    out.write(_tiles(plan.total.iloc[0]))
    if plan.remarks:
        notes = "".join(f"<li>{escape(remark)}</li>" for remark in plan.remarks)
        out.write(f"<h2>Remarks</h2><ul>{notes}</ul>")
    few = "" if len(queues) == len(hours) else f": the {len(queues)} largest of {len(hours)} queues"
    out.write(
        f"<h2>Through the week{few}</h2><div class='pictures'>{_pictures(plan, queues)}</div>"
    )
    if (windows := windows_of(plan)) is not None:
        out.write(_table("Promise by window", windows.head(DAYS_ON_PAGE), WINDOW_LABELS))
    if len(hours) > 1:
        out.write(_table("Queues", plan.queues))
    days = plan.days.head(DAYS_ON_PAGE)
    more = "" if len(days) == len(plan.days) else f", the first {len(days)} of {len(plan.days):,}"
    out.write(_table(f"Days{more}", days if len(hours) > 1 else days.drop(columns="queue")))
    facts = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>"
        for name, text in plan.assumptions
    )
    out.write(f"<h2>Assumptions</h2><table class='facts'>{facts}</table></body></html>\n")
    return out.getvalue()


def _tiles(total: pd.Series) -> str:
    # Without waits, which are not always computed, there is no mean wait to tell.
    quiet = {"overloaded"} if not total["overloaded"] else set()
    quiet |= {"asa"} if total["asa"] != total["asa"] else set()
    names = [name for name in LABELS if name in total and name not in quiet]
    tiles = (
        f"<div><dt>{LABELS[name].removesuffix(' (s)')}</dt>"
        f"<dd>{measure_text(name, total[name]) or 'none'}</dd></div>"
        for name in names
    )
    return f"<dl class='tiles'>{''.join(tiles)}</dl>"


def _pictures(plan: Plan, queues: Iterable[str]) -> str:
    from erlangplan.plotting import plot_carried, plot_heat_map, plot_requirement, svg_text
    from erlangplan.plotting.canvas import new_axes
    from erlangplan.plotting.through_day import most_changed

    value = "net" if "net" in plan.table else "agents"
    pictures = []
    for queue in queues:
        pictures.append(svg_text(plot_requirement(plan, new_axes(7.5, 4.6), queue)))
        pictures.append(svg_text(plot_heat_map(plan, queue=queue, value=value)))
    if (changed := most_changed(plan)) is not None:
        pictures.append(svg_text(plot_carried(cast("Evaluation", plan), None, *changed)))
    return "".join(pictures)


def _table(title: str, frame: pd.DataFrame, labels: Mapping[str, str] = LABELS) -> str:
    names = [name for name in labels if name in frame]
    for quiet in ("overloaded", "so_far_offered"):
        if quiet in names and not frame[quiet].any():
            names.remove(quiet)
    texts = {"queue", "day", "window"}
    heads = "".join(
        f"<th{' class=text' if name in texts else ''}>{labels[name].removesuffix(' (s)')}</th>"
        for name in names
    )
    rows = "".join(
        f"<tr>{''.join(_cell(name, value) for name, value in zip(names, row, strict=True))}</tr>"
        for row in zip(*(frame[name] for name in names), strict=True)
    )
    return (
        f"<h2>{escape(title)}</h2><div class='wide'><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cell(name: str, value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"<td class='text'>{value:%a} {value.day} {value:%b %Y}</td>"
    if name == "queue":
        return f"<td class='text'>{escape(str(value))}</td>"
    return f"<td>{measure_text(name, float(str(value)))}</td>"
