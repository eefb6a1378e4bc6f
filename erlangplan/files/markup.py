"""Parts of a page for everyone: tables with captions and scopes, labelled places that scroll."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Cell", "element", "figure", "scrolling", "table", "tag"]


@dataclass(frozen=True)
class Cell:
    """A cell of a table: a text, whether it is a number, a class of its look."""

    text: str
    number: bool = False
    look: str = ""


def element(name: str, text: str, **attributes: str) -> str:
    """Return an element around a text, which stays a text."""
    return tag(name, escape(text), **attributes)


def tag(name: str, content: str, **attributes: str) -> str:
    """Return an element around markup; an underscore in an attribute's name is a hyphen."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value
    )
    return f"<{name}{given}>{content}</{name}>"


def scrolling(label: str, content: str) -> str:
    """Return a place that scrolls sideways, also by the keyboard, and says what it is."""
    return tag("div", content, class_="wide", role="region", tabindex="0", aria_label=label)


def table(
    caption: str, heads: Sequence[Cell], rows: Iterable[Sequence[Cell]], *, quiet: bool = False
) -> str:
    """Return a table whose first column heads its rows.

    Parameters
    ----------
    caption
        What it is; read out first.
    heads, rows
        Cells; the heads say by `number` how a column is aligned.
    quiet
        The caption is for screen readers only, because a heading says the same.
    """
    head = "".join(
        element("th", cell.text, scope="col", class_="" if cell.number else "text")
        for cell in heads
    )
    body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
    told = element("caption", caption, class_="unseen" if quiet else "")
    return scrolling(
        caption, f"<table>{told}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(row: Sequence[Cell]) -> str:
    first, *others = row
    cells = [element("th", first.text, scope="row", class_=f"text {first.look}".strip())]
    for cell in others:
        look = " ".join(part for part in ("" if cell.number else "text", cell.look) if part)
        cells.append(element("td", cell.text, class_=look))
    return "".join(cells)


def figure(title: str, content: str, note: str = "") -> str:
    """Return a picture with its title, and a quiet line below it."""
    below = element("p", note, class_="quiet") if note else ""
    return tag("figure", element("figcaption", title) + scrolling(title, content) + below)
