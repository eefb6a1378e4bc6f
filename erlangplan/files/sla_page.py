"""A scorecard as one web page: the verdict first, then why; nothing comes from outside."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

import erlangplan
from erlangplan.files.markup import element, tag
from erlangplan.files.sla_glance import cards, headline
from erlangplan.files.sla_pictures import pictured, pictures
from erlangplan.files.sla_style import STYLE
from erlangplan.files.sla_tables import (
    breach_table,
    chronic_table,
    excluded_tables,
    payment_table,
    relief_table,
    results_table,
    tail_table,
)
from erlangplan.files.sla_wording import MARKS, parties, period_words
from erlangplan.sla.explaining import explain

if TYPE_CHECKING:
    from erlangplan.sla.scorecard import Scorecard

__all__ = ["document", "scorecard_page_html"]


def scorecard_page_html(card: Scorecard) -> str:
    """Return a scorecard as an HTML page that is one file.

    Verdict, results, pictures of each objective (by day, contacts left, late contacts by day and
    time), reliefs with raw and adjusted results and what was left out, credits with their
    arithmetic, chronic failure, and the contract in words. The same scorecard gives the same page.

    Parameters
    ----------
    card
        How a contract was kept.
    """
    return document(f"Scorecard: {parties(card.contract)}", _about(card), list(_sections(card)),
                    _verdict(card))  # fmt: skip


def document(title: str, about: str, sections: list[tuple[str, str, str]], top: str) -> str:
    """Return a page of sections, each an anchor, a heading and its markup; empty ones are left out.

    Parameters
    ----------
    title, about
        Heading and the quiet line below it.
    sections
        Anchor, heading, markup.
    top
        Markup before the first section.
    """
    held = [section for section in sections if section[2]]
    links = "".join(f"<li>{element('a', head, href=f'#{at}')}</li>" for at, head, _ in held)
    out = io.StringIO()
    out.write(
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        "<a class='skip' href='#main'>Skip to the verdict</a>"
        f"<header><h1>{escape(title)}</h1><p class='quiet'>{escape(about)}</p></header>"
        f"<nav aria-label='Sections'><ul>{links}</ul></nav><main id='main'>{top}"
    )
    for anchor, heading, content in held:
        out.write(
            f"<section id='{anchor}' aria-labelledby='{anchor}-head'>"
            f"<h2 id='{anchor}-head'>{escape(heading)}</h2>{content}</section>"
        )
    version = f"erlangplan {erlangplan.__version__}"
    out.write(f"</main><footer class='quiet'><p>{version}</p></footer></body></html>\n")
    return out.getvalue()


def _about(card: Scorecard) -> str:
    contract = card.contract
    zone = contract.time_zone or "times as they stand in the files"
    return " · ".join([period_words(card), zone, card.scope.actuals.file])


def _verdict(card: Scorecard) -> str:
    verdict, text, more = headline(card)
    return (
        f"<div class='verdict {verdict.split()[0]}'><b class='{verdict.split()[0]}'>"
        f"{MARKS[verdict]} {escape(text)}</b>{escape(more)}</div>{cards(card)}"
    )


def _sections(card: Scorecard) -> Iterator[tuple[str, str, str]]:
    yield "results", "Results", results_table(card)
    for number, objective in enumerate(pictured(card), 1):
        yield f"objective-{number}", f"Objective {objective.id}", pictures(card, objective)
    yield "relief", "Relief", relief_table(card) + excluded_tables(card)
    yield "credits", "Credits and bonuses", payment_table(card)
    yield "breaches", "Where it was missed", breach_table(card) + tail_table(card)
    yield "chronic", "Chronic failure", chronic_table(card)
    notes = "".join(f"<li>{escape(note)}</li>" for note in card.notes)
    yield "notes", "Notes", f"<ul>{notes}</ul>" if notes else ""
    text = tag("pre", escape(explain(card.contract)))
    yield "contract", "The contract in words", text + _inputs(card)


def _inputs(card: Scorecard) -> str:
    rows = "".join(
        f"<li>{escape(f'{kind}: {file}')}"
        f"{f', SHA-256 <code>{escape(digest)}</code>' if digest else ''}</li>"
        for kind, file, digest in card.inputs
    )
    return f"<h3>Scored from</h3><ul class='digests'>{rows}</ul>"
