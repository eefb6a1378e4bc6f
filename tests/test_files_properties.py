"""Any bytes give a result or an InputError; a damaged cell is read right or refused."""

import csv
import io
import math

import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

import erlangplan as ep
from vendor_files import FOLDER, ZONE, read

READERS = (ep.read_forecast, ep.read_profile, ep.read_history, ep.read_agents)
BOOK = (FOLDER / "wide_mar_23h.xlsx").read_bytes()
GERMAN = (FOLDER / "excel_german_semicolon_cp1252.csv").read_bytes()[:900]
STARTS = pd.date_range("2026-03-23 08:00", periods=40, freq="30min")
ROWS = [
    ["Sales", f"{start:%Y-%m-%d %H:%M}", str(7 * place % 41), f"{200 + place % 7}.5"]
    for place, start in enumerate(STARTS)
]
TEXTS = st.text(max_size=12) | st.from_regex(r"[-+0-9.,:/ eE'%]{0,10}", fullmatch=True)
CELLS = """
-1 nan 1e400 1_000 1e3 1,5 1.234 12:00 Total 2026-03-23 2026-03-23T08:30 2026-02-30T08:00
23.03.2026 08:30 24:00 =1+1 0
"""
LIKELY = st.sampled_from(["", "2026-03-23 08:30", *CELLS.split()])


def table_of(rows):
    text = io.StringIO()
    csv.writer(text).writerows([["queue", "start", "calls", "aht"], *rows])
    return read(text.getvalue(), interval=1800).table


@given(st.binary(max_size=300))
@example(b"PK\x03\x04")
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
@example(b"\xff\xfe\x00\xd8")
@example(b'"')
@settings(max_examples=150, deadline=None)
def test_any_bytes(data):
    for reader in READERS:
        try:
            reader(io.BytesIO(data))
        except ep.InputError:
            continue


@given(st.integers(0, len(GERMAN)), st.integers(0, 30), st.binary(max_size=6), st.booleans())
@settings(max_examples=150, deadline=None)
def test_damaged_bytes(place, length, put, zoned):
    data = GERMAN[:place] + put + GERMAN[place + length :]
    try:
        ep.read_forecast(io.BytesIO(data), tz=ZONE if zoned else None)
    except ep.InputError:
        return


@given(st.integers(0, len(BOOK) - 1), st.integers(0, 60), st.binary(max_size=4))
@settings(max_examples=80, deadline=None)
def test_damaged_workbooks(place, length, put):
    data = BOOK[:place] + put + BOOK[place + length :]
    try:
        ep.read_forecast(io.BytesIO(data), year=2026, aht=200)
    except ep.InputError:
        return


def meanings(cell):
    """Return the numbers that a text may stand for, the slow and obvious way."""
    found = set()
    for group, point in ((",", "."), (".", ",")):
        plain = cell.strip()
        for mark in (group, " ", "\u00a0", "'", "\u2019", "\u202f", "\u2009", "\u2007"):
            plain = plain.replace(mark, "")
        try:
            value = float(plain.replace(point, "."))
        except ValueError:
            continue
        if math.isfinite(value):
            found.add(value)
    return found


@given(st.integers(0, 39), st.integers(2, 3), TEXTS | LIKELY)
@settings(max_examples=300, deadline=None)
def test_a_damaged_number_is_right_or_refused(row, column, cell):
    rows = [list(line) for line in ROWS]
    rows[row][column] = cell
    try:
        table = table_of(rows)
    except ep.InputError:
        return
    sound = table_of(ROWS)
    name = "volume" if column == 2 else "aht"
    value = table[name][row]
    missing = name == "aht" and sound["volume"][row] == 0
    assert value in meanings(cell) or (missing and math.isnan(value))
    assert table.drop(index=row).equals(sound.drop(index=row))


@given(st.integers(0, 39), TEXTS | LIKELY)
@settings(max_examples=300, deadline=None)
def test_a_damaged_start_moves_no_other_row(row, cell):
    rows = [list(line) for line in ROWS]
    rows[row][1] = cell
    try:
        table = table_of(rows)
    except ep.InputError:
        return
    expected = table_of(ROWS).drop(index=row)
    kept = table.merge(expected, on=["start", "volume", "aht"])
    assert len(kept) == 39
    if len(table) == 39:
        assert cell.strip().casefold().startswith("total")
