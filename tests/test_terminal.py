"""The terminal shows the plan at a glance, fits its width, and obeys NO_COLOR."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from erlangplan.cli.terminal import heat_maps, print_plan, totals_table
from sample_plans import ASKED, evaluation, requirement

TWO = (("Sales", 90.0), ("Support", 40.0))


def shown(plan, width=80, system=None, **settings):
    file = io.TextIOWrapper(io.BytesIO(), encoding=settings.pop("encoding", "utf-8"))
    console = Console(
        file=file, width=width, color_system=system, force_terminal=system is not None, **settings
    )
    print_plan(plan, console)
    file.flush()
    return file.buffer.getvalue().decode(file.encoding)


def row_of(text, label):
    return next(line for line in text.splitlines() if line.startswith(label)).split()[1:]


def test_map_has_times_down_and_days_across():
    plan = requirement()
    text = shown(plan)
    assert text.startswith("forecast.csv  at least 80 % answered within 20 s\n\n")
    assert "\nSales: agents, Mon 23 to Sun 29 March 2026\n" in text
    ten = plan.table[plan.table["start"].dt.strftime("%H:%M") == "10:00"]
    assert row_of(text, "10:00") == [str(agents) for agents in ten["agents"]]
    assert row_of(text, "hours") == [f"{hours:.1f}" for hours in plan.days["agent_hours"]]
    assert text.split("\n")[3].split() == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def test_closed_times_at_both_ends_are_left_out_and_others_quiet():
    plan = requirement(days=2, opens=8, closes=18)
    noon = plan.table["start"].dt.hour == 12
    plan.table.loc[noon, ["volume", "agents"]] = 0
    text = shown(plan)
    assert "07:30" not in text and "18:00" not in text and "08:00" in text
    assert row_of(text, "12:30") == ["·", "·"]


def test_quarter_hours_of_a_day_become_hours_with_their_peak():
    plan = requirement(days=3, minutes=15, opens=0, closes=24, peaks=[("Sales", 900.0)])
    text = shown(plan)
    assert "each hour shows its 15 min with the most" in text
    assert "10:15" not in text
    peak = plan.table[plan.table["start"].dt.hour == 10].groupby(plan.table["start"].dt.day)
    assert row_of(text, "10:00") == [str(agents) for agents in peak["agents"].max()]


def test_evaluation_shows_over_and_short_and_the_worst_of_an_hour():
    plan = evaluation(minutes=15, opens=0, closes=24, peaks=[("Sales", 900.0)])
    text = shown(plan)
    assert "agents over (+) or short (-)" in text
    assert "each hour shows its 15 min with the fewest" in text
    ten = plan.table[plan.table["start"].dt.hour == 10].groupby(plan.table["start"].dt.day)
    assert row_of(text, "10:00") == [f"{net:+d}" for net in ten["net"].min()]


def test_repeated_hour_has_a_row_of_its_own():
    plan = requirement(
        first="2026-10-24", days=3, minutes=60, opens=0, closes=24, peaks=[("Night", 1e6)]
    )
    text = shown(plan)
    assert "* the hour that comes twice" in text
    assert len(row_of(text, "02:00*")) == 1


@pytest.mark.parametrize("width", [40, 80, 120, 200])
@pytest.mark.parametrize("minutes", [15, 60])
def test_no_line_is_wider_than_the_terminal(width, minutes):
    plan = requirement(days=28, minutes=minutes, peaks=[("Q" * 30, 4000.0), ("B", 3.0)])
    for part in heat_maps(plan, width=width):
        assert all(len(line) <= width for line in part.plain.split("\n")[2:])
    if width >= 80:
        assert max(map(len, shown(plan, width).split("\n"))) <= width


def test_queues_of_one_target_share_a_line():
    plan = requirement(peaks=[(f"Q{n}", 9.0) for n in range(5)], days=1)
    strict = SimpleNamespace(target=SimpleNamespace(words="at least 95 % within 10 s"))
    plan.config = SimpleNamespace(of=lambda queue: strict if queue == "Q1" else ASKED)
    lines = [line.split("  ") for line in shown(plan).split("\n\n")[0].split("\n")]
    assert [[cell.strip() for cell in line if cell.strip()] for line in lines] == [
        ["forecast.csv", "5 queues"],
        ["Q0, Q2 and 2 more", "at least 80 % answered within 20 s"],
        ["Q1", "at least 95 % within 10 s"],
    ]


def test_over_or_short_is_zero_where_right_and_quiet_where_closed():
    plan = evaluation(days=2, opens=8, closes=18)
    table = plan.table.assign(agents=5)
    table["required"] = np.where(table["volume"] > 0, 5, 0)
    noon = table["start"].dt.hour == 12
    table.loc[noon, ["volume", "required"]] = 0
    plan.table = table.assign(net=table["agents"] - table["required"])
    text = shown(plan)
    assert "07:30" not in text and row_of(text, "08:00") == ["0", "0"]
    assert row_of(text, "12:30") == ["·", "·"]


@pytest.mark.parametrize("width", [80, 100, 150])
def test_totals_of_long_names_and_large_numbers_keep_every_column(width):
    plan = requirement(peaks=[("Returns and refunds " * 3, 9e3), ("B", 8e3)], days=7)
    table = totals_table(plan, width=width)
    console = Console(width=width, file=io.StringIO())
    console.print(table)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert all(line.rstrip().endswith("%") for line in lines if " % " in line)
    assert sum(" % " in line for line in lines) == 3


def test_weeks_stay_whole_and_the_rest_is_counted():
    parts = list(heat_maps(requirement(days=28), width=80, limit=2))
    assert len(parts) == 3
    assert "Mon 30 March to Sun 5 April" in parts[1].plain
    assert parts[2].plain == "Sales: 14 more days are not shown here."


def test_queues_beyond_the_limit_are_counted():
    plan = requirement(peaks=[(f"Q{n}", 20.0 + n) for n in range(6)], days=1)
    parts = [part.plain for part in heat_maps(plan, limit=4)]
    assert [part[:3] for part in parts[:4]] == ["Q0:", "Q1:", "Q2:", "Q3:"]
    assert parts[4].startswith("2 more queues are not shown here")


def test_queue_without_contacts_is_one_line():
    (part,) = heat_maps(requirement(peaks=[("Nobody", 0.0)]))
    assert part.plain.split("\n")[1:] == ["0 in all intervals"]


def test_colours_follow_the_terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    plan = requirement(days=1)
    assert re.search(r"\x1b\[[\d;]*48;2;", shown(plan, system="truecolor"))
    palette = shown(plan, system="256")
    assert re.search(r"\x1b\[[\d;]*48;5;", palette) and "48;2;" not in palette
    assert not re.search(r"\x1b\[[\d;]*4[0-8]", shown(plan, system="standard"))


def test_no_color_leaves_digits_alone(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(requirement(days=1), system="truecolor")
    assert not re.search(r"\x1b\[[\d;]*[34]8;", text)
    assert "10:00" in text


@pytest.mark.parametrize("colours", [256, 2**24])
def test_numbers_can_be_read_on_their_colour(colours):
    for plan in (requirement(), evaluation()):
        (part,) = heat_maps(plan, colours=colours)
        styles = {str(span.style) for span in part.spans if " on " in str(span.style)}
        assert len(styles) >= 4
        for style in styles:
            assert contrast(*style.split(" on ")) >= 3.5, style


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_totals_are_those_of_the_plan_and_fit_eighty_columns():
    plan = requirement(peaks=TWO)
    text = shown(plan)
    table = text[text.index("service") :]
    for _, row in plan.queues.iterrows():
        assert f"{row['agent_hours']:.1f}" in row_of(table, f" {row['queue']}")
    assert f"{plan.total['paid_hours'].item():,.1f}" in row_of(table, " all")
    assert "…" not in table
    assert max(map(len, table.split("\n"))) <= 80


def test_one_queue_is_told_by_day_and_paid_hours_only_with_shrinkage():
    plan = requirement(days=2)
    assert "Tue 24 Mar" in shown(plan)
    assert len(totals_table(plan).columns) == 10
    for frame in (plan.days, plan.queues, plan.total):
        frame["paid_hours"] = frame["agent_hours"]
    assert len(totals_table(plan).columns) == 9


def test_unbounded_and_missing_totals():
    plan = requirement(days=1)
    plan.total["asa"], plan.days["service_level"] = np.inf, np.nan
    text = shown(plan)
    assert "unbounded" in text and "nan" not in text


def test_many_days_in_the_totals_are_cut_with_a_count():
    assert "and 50 more" in shown(requirement(days=90, minutes=60))


def test_names_cannot_steer_the_terminal():
    plan = requirement(peaks=[("\x1b[2J[red]x", 20.0), ("B\r\n", 3.0)], days=1)
    text = shown(plan)
    assert "\x1b" not in text and "?[2J[red]x: agents" in text


def test_terminal_without_unicode_gets_plain_letters():
    plan = requirement(days=2, opens=8, closes=18)
    plan.table.loc[plan.table["start"].dt.hour == 12, ["volume", "agents"]] = 0
    text = shown(plan, encoding="ascii")
    assert row_of(text, "12:30") == [".", "."]


def test_importing_needs_no_rich():
    code = "import sys, erlangplan.cli.terminal; assert 'rich' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
