"""Pages read as a browser would: tags in order, attributes, texts, and what they refer to."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = {"meta", "br", "hr", "img", "link", "input"}


class Reader(HTMLParser):
    """Collects elements, attributes and texts, and checks that tags are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, list[tuple[str, str]]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]

    @property
    def attributes(self) -> list[tuple[str, str]]:
        return [pair for _, pairs in self.elements for pair in pairs]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, [(name, value or "") for name, value in attrs]))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, [(name, value or "") for name, value in attrs]))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style" and data.strip():
            self.texts.append(data.strip())


def refers_outside(page: str) -> list[str]:
    """Return everything in a page that would be fetched from elsewhere, or run."""
    read = Reader(page)
    found = [
        f"{name}={value}" for name, value in read.attributes
        if name in ("src", "href", "xlink:href", "srcset", "action", "data", "poster", "background")
        and not value.startswith("#")
    ]  # fmt: skip
    found += [f"{name}={value}" for name, value in read.attributes if name.startswith("on")]
    found += [tag for tag in read.tags if tag in ("script", "link", "iframe", "object", "embed",
                                                  "base", "img")]  # fmt: skip
    styles = re.findall(r"<style>(.*?)</style>", page, flags=re.DOTALL)
    styles += [value for name, value in read.attributes if name == "style"]
    return found + [style[:80] for style in styles if "url(" in style or "@import" in style]
