"""The page of a plan is one file, says what the plan says, and obeys no text in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.errors import InputError
from erlangplan.files.page import page_html
from sample_plans import evaluation, requirement

TWO = (("Sales", 90.0), ("Support", 40.0))


class Reader(HTMLParser):
    """Collects tags, attributes and texts, and checks that tags are closed in order."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style" and data.strip():
            self.texts.append(data.strip())


def test_page_tells_totals_queues_days_remarks_and_assumptions():
    plan = requirement(peaks=TWO)
    page = Reader(page_html(plan))
    assert not page.open
    assert page.tags.count("svg") == 4
    assert page.texts.count("Staffing plan") == 1
    assert "Mon 23 to Sun 29 March 2026 · Europe/Berlin · forecast.csv" in page.texts
    assert "At least 80 % answered within 20 s" in page.texts
    assert f"{plan.total['paid_hours'].item():,.1f}" in page.texts
    assert {f"{hours:,.1f}" for hours in plan.days["agent_hours"]} <= set(page.texts)
    assert page.texts.count("Wed 25 Mar 2026") == 2
    assert plan.remarks[0] in page.texts
    assert {text for pair in plan.assumptions for text in pair} <= set(page.texts)


def test_page_needs_nothing_from_outside():
    page = page_html(evaluation())
    read = Reader(page)
    assert not {"script", "link", "iframe", "object", "base"} & set(read.tags)
    linked = [value for name, value in read.attributes if name in ("src", "href", "xlink:href")]
    assert all(value.startswith(("#", "data:image/png;base64,")) for value in linked)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style and "@import" not in style
    for wanted in ("width=device-width", "prefers-color-scheme:dark", "@media print"):
        assert wanted in page


def test_texts_from_files_stay_texts():
    evil = "<script>alert(1)</script>&amp;'\""
    plan = requirement(peaks=[(evil, 30.0), ("B", 5.0)], days=1)
    plan.remarks.append(evil)
    plan.assumptions.append((evil, evil))
    plan.forecast.source = evil
    page = Reader(page_html(plan))
    assert "script" not in page.tags and not page.open
    assert page.texts.count(evil) >= 4


def test_what_does_not_exist_is_empty_and_endless_is_unbounded():
    plan = evaluation(days=1)
    plan.total["asa"], plan.days["service_level"], plan.total["overloaded"] = np.inf, np.nan, 3
    page = Reader(page_html(plan))
    assert "unbounded" in page.texts and "Intervals overloaded" in page.texts
    assert not any(re.fullmatch("nan|inf", text) for text in page.texts)


def test_many_queues_show_the_largest_and_all_in_the_table():
    plan = requirement(peaks=[(f"Q{n}", 10.0 + n) for n in range(8)], days=1, minutes=60)
    page = Reader(page_html(plan))
    assert page.tags.count("svg") == 12
    assert "Through the week: the 6 largest of 8 queues" in page.texts
    assert {f"Q{n}" for n in range(8)} <= set(page.texts)


def test_page_is_the_same_every_time():
    assert page_html(requirement(days=1)) == page_html(requirement(days=1))


def test_what_is_no_plan_is_refused_as_page_workbook_or_picture(tmp_path):
    frame = pd.DataFrame({"queue": ["a"], "agents": [3]})
    for ending in ("html", "xlsx", "png", "svg"):
        with pytest.raises(
            InputError, match=rf"cannot be written as \.{ending}; use \.csv or \.json"
        ):
            ep.save(frame, tmp_path / f"plan.{ending}")
    ep.save(frame, tmp_path / "plan.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.csv"]
