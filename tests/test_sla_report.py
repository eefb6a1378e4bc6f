"""What people see of a scored contract: page, workbook, audit, portfolio, comparison, command."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import erlangplan as ep
import sample_scores as made
from erlangplan.cli import main
from erlangplan.files.sla_page import scorecard_page_html
from erlangplan.files.sla_saving import audit_bytes
from erlangplan.sla.explaining import explain
from erlangplan.sla.starter_month import (
    starter_actuals,
    starter_events,
    starter_locked,
    starter_samples,
)
from page_reader import Reader, refers_outside

EVIL = "<script>alert(1)</script>&amp;'\""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return made.write_all(tmp_path_factory.mktemp("sla"))


def scored(files: dict[str, Path], **changed: object) -> ep.Scorecard:
    given = {"forecast": files["forecast"], "events": files["events"], "manual": files["samples"]}
    return ep.score(ep.read_contract(files["contract"]), files["actuals"], **(given | changed))


@pytest.fixture(scope="module")
def card(files: dict[str, Path]) -> ep.Scorecard:
    return scored(files)


@pytest.fixture(scope="module")
def page(card: ep.Scorecard) -> str:
    return scorecard_page_html(card)


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([str(word) for word in words])
    return int(stopped.value.code or 0)


def evil_contract(tmp_path: Path) -> ep.Contract:
    """Return a contract in which every text of both parties is markup."""
    text = made.CONTRACT.replace('"Acme"', json.dumps(EVIL)).replace(
        '"Nordic BPO"', json.dumps(EVIL)
    )
    text = text.replace('"EUR"', json.dumps(EVIL)).replace('"acme-phone"', json.dumps(EVIL))
    text = text.replace('"client may end the contract"', json.dumps(EVIL))
    path = tmp_path / "evil.toml"
    path.write_text(text, encoding="utf-8")
    return ep.read_contract(path)


# The page


def test_the_page_tells_verdict_results_relief_credits_and_the_signed_text(card, page):
    read = Reader(page)
    assert not read.open
    assert "✗ Missed: 3 of 5 objectives" in read.texts
    finding = card.findings[0]
    assert f"{100 * float(finding.result):.2f} %" in read.texts
    assert f"{100 * float(finding.adjusted):.2f} %" in read.texts
    for payment in card.payments:
        assert payment.words in read.texts
    for claim in {each.claim.ground for f in card.findings for each in f.applied}:
        assert claim in read.texts
    assert explain(card.contract).strip() in page.replace("&#x27;", "'").replace(
        "&gt;", ">").replace("&lt;", "<")  # fmt: skip
    (left,) = (each for each in card.allowances if each.objective == "phone-sl")
    assert f"{-float(left.left):,.6g} too many" in page
    assert {digest for _, _, digest in card.inputs} <= set(read.texts)


def test_raw_and_adjusted_stand_side_by_side_and_agree_with_the_table(card, page):
    row = card.table.iloc[0]
    assert row["adjusted"] > row["result"]
    section = page.split("id='relief'")[1].split("</section>")[0]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", section)
    assert cells[1:3] == [f"{100 * row['result']:.2f} %", f"{100 * row['adjusted']:.2f} %"]


def test_late_contacts_on_the_page_add_up_to_those_counted(card, page):
    tables = re.findall(r"<table class='late'>.*?</table>", page)
    (first, second) = tables
    cells = sum(int(n) for n in re.findall(r"<td[^>]*>(\d+)</td>", first))
    assert cells == card.findings[0].counted - card.findings[0].in_time
    lost = next(f for f in card.findings if f.objective.id == "phone-abandon")
    assert sum(int(n) for n in re.findall(r"<td[^>]*>(\d+)</td>", second)) == lost.in_time


def test_the_page_needs_nothing_from_outside(page):
    assert refers_outside(page) == []


def test_every_chart_and_table_is_told_to_a_screen_reader(page):
    read = Reader(page)
    charts = [dict(attrs) for tag, attrs in read.elements if tag == "svg"]
    assert len(charts) >= 6
    assert all(c["role"] == "img" and len(c["aria-label"]) > 30 for c in charts)
    assert read.tags.count("caption") == read.tags.count("table") >= 6
    scopes = [dict(attrs).get("scope") for tag, attrs in read.elements if tag == "th"]
    assert set(scopes) == {"row", "col"}
    levels = [int(tag[1]) for tag in read.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 == levels.count(1)
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {"header", "main", "nav", "footer"} <= set(read.tags)
    anchors = {value[1:] for name, value in read.attributes if name == "href"}
    assert anchors <= {value for name, value in read.attributes if name == "id"}
    places = [dict(attrs) for tag, attrs in read.elements if dict(attrs).get("role") == "region"]
    assert all(place["tabindex"] == "0" and place["aria-label"] for place in places)


def test_ids_are_unique(page):
    ids = re.findall(r"\bid=['\"]([^'\"]+)", page)
    assert len(ids) == len(set(ids))


def test_a_result_that_misses_by_a_hair_is_not_shown_as_the_target(tmp_path):
    actuals = pd.DataFrame({"start": ["2026-03-02 08:00"], "queue": ["q"], "offered": [1_000_000],
                            "answered": [900_000], "abandoned": [100_000],
                            "answered_20s": [799_999], "abandoned_20s": [0]})  # fmt: skip
    (tmp_path / "c.toml").write_text(
        'schema = 1\nclient = "A"\n[[queue]]\nname = "q"\n[[objective]]\nqueue = "q"\n'
        'target = "80/20"\n', encoding="utf-8")  # fmt: skip
    html = scorecard_page_html(ep.score(ep.read_contract(tmp_path / "c.toml"), actuals))
    assert "79.9999 %" in html and "80.00 %" not in html


def test_texts_of_both_parties_stay_texts_everywhere(tmp_path):
    contract = evil_contract(tmp_path)
    actuals = starter_actuals().assign(queue=EVIL)
    events = starter_events().assign(note=EVIL)
    planned = starter_locked().assign(queue=EVIL)
    card = ep.score(contract, actuals, forecast=planned, events=events, manual=starter_samples())
    portfolio = ep.Portfolio({EVIL: card}, {EVIL: EVIL})
    comparison = ep.compare_vendors(contract, {EVIL: actuals, "other": actuals})
    for result in (card, portfolio, comparison):
        ep.save(result, tmp_path / "evil.html")
        read = Reader((tmp_path / "evil.html").read_text(encoding="utf-8"))
        assert not {"script", "img", "iframe"} & set(read.tags) and not read.open
        assert any(EVIL in text for text in read.texts)
        assert refers_outside((tmp_path / "evil.html").read_text(encoding="utf-8")) == []
    assert "<script" not in card._repr_html_() + comparison._repr_html_()


def test_the_page_of_a_month_under_way_says_so(files):
    early = scored(files, forecast=starter_locked(), manual=None)
    table = starter_actuals().query("start < '2026-03-12'")
    card = ep.score(early.contract, table, forecast=starter_locked())
    html = scorecard_page_html(card)
    assert "Missed: 3 of 4 objectives, to date; 1 not judged" in html
    assert "March 2026, to date" in html and "as it stands" in html


def test_several_months_are_counted_and_drawn_side_by_side(files):
    table = pd.concat([starter_actuals(), starter_actuals("2026-04-01", "2026-04-30", late=0.5)])
    card = ep.score(ep.read_contract(files["contract"]), table)
    read = Reader(scorecard_page_html(card))
    missed = int((card.table["verdict"] == "missed").sum())
    assert any(
        text.startswith(f"✗ Missed: 3 of 4 objectives in {missed} of 8") for text in read.texts
    )
    assert read.texts.count("1 of 2 months met") == 3 and "2 of 2 months met" in read.texts
    assert read.texts.count("By month, after relief") == 4


def test_an_hour_with_nothing_in_it_has_a_page(files):
    card = ep.score(ep.read_contract(files["contract"]), starter_actuals().iloc[:1])
    assert not Reader(scorecard_page_html(card)).open
    closed = starter_actuals().iloc[:1].assign(start=pd.Timestamp("2026-03-01 03:00"))
    html = scorecard_page_html(ep.score(ep.read_contract(files["contract"]), closed))
    assert "no rows within the contract" in html and "outside the hours" in html


# Files


def test_the_same_inputs_give_the_same_bytes(files, tmp_path):
    for ending in ("json", "html", "csv", "xlsx"):
        one, other = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
        ep.save(scored(files), one)
        ep.save(scored(files), other)
        assert one.read_bytes() == other.read_bytes(), ending


def test_the_audit_names_inputs_formulas_and_every_row_left_out(files, card, tmp_path):
    audit = json.loads(audit_bytes(card))
    assert [each["kind"] for each in audit["inputs"]] == ["actuals", "forecast", "events", "manual"]
    assert all(len(each["sha256"]) == 64 for each in audit["inputs"])
    assert set(audit["formulas"]) == {each.id for each in card.contract.objectives}
    assert len(audit["excluded"]) == len(card.excluded) > 0
    assert all(row["rule"] for row in audit["excluded"])
    assert audit["results"][0]["verdict"] == "missed"
    changed = starter_actuals()
    changed.loc[0, "answered_20s"] -= 1
    other = json.loads(audit_bytes(scored(files, manual=None, forecast=None, events=None)))
    assert other["inputs"] == audit["inputs"][:1]
    changed.to_csv(tmp_path / "actuals.csv", index=False)
    third = json.loads(audit_bytes(scored(files | {"actuals": tmp_path / "actuals.csv"})))
    assert third["inputs"][0]["sha256"] != audit["inputs"][0]["sha256"]
    assert third["inputs"][1:] == audit["inputs"][1:]


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_the_workbook_holds_what_the_table_holds(card, tmp_path):
    ep.save(card, tmp_path / "score.xlsx")
    book = openpyxl.load_workbook(tmp_path / "score.xlsx")
    assert {"Results", "Days", "Credits", "Relief", "Left out", "Contract"} <= set(book.sheetnames)
    head, *rows = [[cell.value for cell in row] for row in book["Results"].iter_rows(min_row=4)]
    at = {name: place for place, name in enumerate(head)}
    assert len(rows) == len(card.table)
    assert [row.number_format for row in book["Results"]["G"][4:6]] == ["0.000 %", "0.000 %"]
    assert rows[0][at["adjusted"]] == pytest.approx(card.table["adjusted"].iloc[0], abs=1e-12)
    assert [row[at["verdict"]] for row in rows] == list(card.table["verdict"])
    assert book["Left out"].max_row == len(card.excluded) + 1


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_no_text_becomes_a_formula(tmp_path, files):
    events = starter_events().assign(note='=HYPERLINK("http://x","y")')
    card = scored(files, events=events)
    ep.save(card, tmp_path / "score.xlsx")
    book = openpyxl.load_workbook(tmp_path / "score.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("HYPERLINK" in str(cell.value) for cell in cells)
    assert not any(cell.data_type == "f" or cell.hyperlink for cell in cells)


def test_other_endings_are_refused_and_nothing_is_left(card, tmp_path):
    with pytest.raises(ep.InputError, match=r"must end in \.html, \.xlsx, \.json, \.csv"):
        ep.save(card, tmp_path / "score.png")
    with pytest.raises(ep.InputError, match=r"\.html, \.json, \.csv"):
        ep.save(ep.Portfolio({"a": card}, {}), tmp_path / "all.xlsx")
    assert list(tmp_path.iterdir()) == []


# The command


def test_report_writes_every_form_and_check_fails_on_a_critical_miss(files, tmp_path, capfd):
    outputs = [tmp_path / f"out.{ending}" for ending in ("html", "xlsx", "json", "csv")]
    flags = [word for path in outputs for word in ("-o", path)]
    given = ("--forecast", files["forecast"], "--events", files["events"])
    assert run("sla", "report", files["contract"], files["actuals"], *given,
               "--manual", files["samples"], *flags, "--check") == 3  # fmt: skip
    out, err = capfd.readouterr()
    assert out == "" and err.count("wrote") == 4
    assert all(path.stat().st_size > 400 for path in outputs)


def test_report_passes_when_kept_and_a_pipe_gets_the_table(files, tmp_path, capfd):
    starter_actuals(late=0.5).to_csv(tmp_path / "good.csv", index=False)
    assert run("sla", "report", files["contract"], tmp_path / "good.csv", "--check") == 0
    table = pd.read_csv(io.StringIO(capfd.readouterr().out))
    assert table["objective"].tolist()[0] == "phone-sl" and table["verdict"][0] == "met"


def test_check_without_a_critical_objective_says_that_it_cannot_fail(files, tmp_path, capfd):
    path = tmp_path / "mild.toml"
    path.write_text(made.CONTRACT.replace("critical = true\n", ""), encoding="utf-8")
    assert run("sla", "report", path, files["actuals"], "--check") == 0
    assert "no objective of" in capfd.readouterr().err


def test_rows_outside_the_contracts_days_fail_the_check(files, tmp_path, capfd):
    table = starter_actuals()
    table["start"] = table["start"] - pd.DateOffset(years=1)
    old = tmp_path / "old.csv"
    table.to_csv(old, index=False)
    assert run("sla", "report", files["contract"], old) == 0
    err = capfd.readouterr().err
    assert "no row of old.csv counts: they start from 2025-03-02 08:00 to 2025-03-31 19:30" in err
    assert "the contract's days are from 2026-01-01 on" in err
    page = tmp_path / "all.html"
    assert run("sla", "report", files["contract"], old, "-o", page, "--check") == 3
    assert "--check fails: nothing of" in capfd.readouterr().err
    assert "No row of old.csv counts" in page.read_text(encoding="utf-8")


def test_rows_outside_the_hours_are_said_to_be(files):
    closed = starter_actuals().iloc[:1].assign(start=pd.Timestamp("2026-03-01 03:00"))
    card = ep.score(ep.read_contract(files["contract"]), closed)
    assert card.unjudged == ("no row of frame counts: they start from 2026-03-01 03:00 to "
                             "2026-03-01 03:00; outside the hours of operation of acme-phone "
                             "(phone)")  # fmt: skip


def test_a_damaged_row_and_an_input_as_output_are_refused(files, tmp_path, capfd):
    table = starter_actuals()
    table.loc[3, "answered_20s"] = table.loc[3, "answered"] + 1
    table.to_csv(tmp_path / "bad.csv", index=False)
    page = tmp_path / "report.html"
    assert run("sla", "report", files["contract"], tmp_path / "bad.csv", "-o", page) == 1
    assert "row 5, column answered_20s" in capfd.readouterr().err
    assert not page.exists()
    actuals = tmp_path / "bad.csv"
    assert run("sla", "report", files["contract"], actuals, "-o", actuals) == 2
    assert "is not overwritten" in capfd.readouterr().err


def contracts(folder: Path) -> Path:
    """Write a kept, a missed and a damaged contract, and settings that are no contract."""
    folder.mkdir()
    loose = made.CONTRACT.replace('"80/20"', '"50/20"').replace("0.05", "0.09")
    (folder / "kept.toml").write_text(loose.replace("share = 0.75", "share = 0.5"))
    (folder / "missed.toml").write_text(made.CONTRACT)
    (folder / "damaged.toml").write_text(made.CONTRACT.replace("[chronic]", "[chronical]"))
    (folder / "centre.toml").write_text('[defaults]\ntarget = "80/20"\n')
    return folder


def test_a_folder_of_contracts_is_one_page(files, tmp_path, capfd):
    folder = contracts(tmp_path / "contracts")
    page, table = tmp_path / "all.html", tmp_path / "all.csv"
    assert run("sla", "report", folder, files["actuals"], "-o", page, "-o", table) == 1
    assert "damaged.toml was not scored" in capfd.readouterr().err
    read = Reader(page.read_text(encoding="utf-8"))
    assert "✗ 1 missed, 1 met, 1 not scored" in read.texts and not read.open
    assert read.texts.index("missed.toml") < read.texts.index("kept.toml")
    assert "centre.toml" not in read.texts and refers_outside(page.read_text("utf-8")) == []
    assert set(pd.read_csv(table)["contract"]) == {"kept.toml", "missed.toml"}
    (folder / "damaged.toml").unlink()
    assert run("sla", "report", folder, files["actuals"], "-o", page, "--check") == 3


def test_a_contract_of_a_folder_says_why_it_is_undecided(files, tmp_path, capfd):
    folder = tmp_path / "contracts"
    folder.mkdir()
    later = made.CONTRACT.replace("effective = 2026-01-01", "effective = 2027-01-01")
    (folder / "later.toml").write_text(later)
    page = tmp_path / "all.html"
    assert run("sla", "report", folder, files["actuals"], "-o", page, "--check") == 3
    why = "no row of actuals.csv counts: they start from 2026-03-02"
    err = capfd.readouterr().err
    assert f"nothing of later.toml was judged: {why}" in err
    assert "the contract's days are from 2027-01-01 on" in err
    assert "No row of actuals.csv counts" in page.read_text(encoding="utf-8")
    assert "0 of 0" not in ep.score_folder(folder, files["actuals"]).summary()


def test_misses_of_an_objective_are_one_row_with_the_worst(files, tmp_path):
    (tmp_path / "daily.toml").write_text(
        made.CONTRACT.replace('"phone-asa"', '"phone-asa"\nwindow = "day"').replace("25s", "15s")
    )
    portfolio = ep.score_folder(tmp_path, files["actuals"])
    own = portfolio.table.query("objective == 'phone-asa'")
    worst = own.loc[own["adjusted"].idxmax()]
    ep.save(portfolio, tmp_path / "all.html")
    page = (tmp_path / "all.html").read_text(encoding="utf-8")
    section = page.split("id='misses'")[1].split("</section>")[0]
    (row,) = (part for part in section.split("<tr>") if "phone-asa" in part)
    missed = (own["verdict"] == "missed").sum()
    assert missed > 1 and f">{missed} of {len(own)} days<" in row
    assert f">{worst['start']:%a} {worst['start'].day} {worst['start']:%b %Y}<" in row
    assert f">{worst['adjusted']:.2f} s<" in row and "at most 15 s" in row


def test_a_folder_of_actuals_has_a_file_for_each_contract(tmp_path):
    folder = contracts(tmp_path / "contracts")
    actuals = tmp_path / "actuals"
    actuals.mkdir()
    starter_actuals(late=0.5).to_csv(actuals / "missed.csv", index=False)
    seen = []
    found = ep.score_folder(folder, actuals, progress=lambda *step: seen.append(step))
    assert set(found.cards) == {"missed.toml"} and not found.missed
    assert "there is no file kept.csv" in found.unscored["kept.toml"]
    assert seen == [(0, 3, "damaged.toml"), (1, 3, "kept.toml"), (2, 3, "missed.toml")]
    assert found.summary().splitlines()[0].startswith("missed.toml: Met: all of 4 objectives")
    with pytest.raises(ep.InputError, match="no contract"):
        ep.score_folder(actuals, actuals)


def test_vendors_are_compared_on_one_page(files, tmp_path, capfd):
    starter_actuals(late=0.5, seed=9).to_csv(tmp_path / "b.csv", index=False)
    pairs = [f"Nordic={files['actuals']}", f"Baltic={tmp_path / 'b.csv'}"]
    page = tmp_path / "vendors.html"
    assert run("sla", "compare", files["contract"], *pairs, "-o", page, "--format", "csv") == 0
    table = pd.read_csv(io.StringIO(capfd.readouterr().out))
    assert set(table["vendor"]) == {"Nordic", "Baltic"}
    read = Reader(page.read_text(encoding="utf-8"))
    assert "Baltic 100 %, Nordic 25 %" in read.texts and not read.open
    assert read.texts.count("Mon 2 Mar 2026 to Tue 31 Mar 2026") == 2
    assert "&lt; 0.001" in page.read_text(encoding="utf-8")
    assert not {"0.000", "Intervals adequately staffed"} & set(read.texts)
    assert refers_outside(page.read_text(encoding="utf-8")) == []
    relieved = ["--forecast", f"Nordic={files['forecast']}", "--events", files["events"]]
    assert run("sla", "compare", files["contract"], *pairs, *relieved, "--format", "json") == 0
    audits = json.loads(capfd.readouterr().out)["vendors"]
    assert audits["Nordic"]["excluded"] and [i["kind"] for i in audits["Nordic"]["inputs"]] == [
        "actuals", "forecast", "events"]  # fmt: skip
    assert run("sla", "compare", files["contract"], *pairs, "--forecast", "Polar=x.csv") == 2
    assert run("sla", "compare", files["contract"], "Nordic") == 2
    assert run("sla", "compare", files["contract"], *pairs, "--weight", "phone-sl=much") == 2


def test_a_share_of_intervals_is_no_duration(tmp_path: Path, files: dict[str, Path]) -> None:
    """Of mean waits too, what is judged is how many intervals reach the goal."""
    own = '\n[[objective]]\nid = "waits"\nqueue = "acme-phone"\nmetric = "asa"\nat_most = "25s"\n'
    text = made.CONTRACT + own + 'aggregate = "share-of-intervals"\nshare = 0.9\n'
    (tmp_path / "acme.toml").write_text(text, encoding="utf-8")
    card = ep.score(ep.read_contract(tmp_path / "acme.toml"), files["actuals"])
    row = card.table[card.table["objective"] == "waits"].iloc[0]
    told = f"{row['in_time']:.0f} of {row['counted']:.0f}"
    (line,) = (line for line in card.summary().splitlines() if line.strip().startswith("waits"))
    assert f"{told} {100 * row['result']:.2f} %".replace(".00 %", " %") in line
    assert "at least 90 %" in line and " s" not in line
    page = scorecard_page_html(card)
    assert told in page and f"{row['counted']:.0f} answered" not in page
