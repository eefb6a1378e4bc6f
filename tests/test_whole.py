"""Files are whole or absent, text never becomes a formula, and CSV is exact."""

from __future__ import annotations

import io
import os
import stat
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erlangplan.errors import InputError
from erlangplan.files.tidy import write_table
from erlangplan.files.whole import atomic_path, csv_plain, csv_safe
from sample_plans import requirement


def csv_of(frame):
    stream = io.BytesIO()
    write_table(frame, stream)
    return stream.getvalue().decode()


def cells(frame):
    return [line.split(",") for line in csv_of(frame).splitlines()[1:]]


def test_file_appears_only_when_whole(tmp_path):
    target = tmp_path / "plan.csv"
    with atomic_path(target) as unfinished:
        unfinished.write_text("whole")
        assert not target.exists()
        assert unfinished.parent == tmp_path and unfinished.suffix == ".csv"
    assert target.read_text() == "whole"
    assert os.listdir(tmp_path) == ["plan.csv"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path, error):
    target = tmp_path / "plan.csv"
    target.write_text("old")
    with pytest.raises(error), atomic_path(target) as unfinished:
        unfinished.write_text("half")
        raise error
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["plan.csv"]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_permissions_are_those_of_a_plain_file_and_stay(tmp_path):
    plain, target = tmp_path / "plain", tmp_path / "plan.csv"
    plain.write_text("")
    with atomic_path(target) as unfinished:
        unfinished.write_text("new")
    assert target.stat().st_mode == plain.stat().st_mode
    target.chmod(0o640)
    with atomic_path(target) as unfinished:
        unfinished.write_text("newer")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_link_is_followed_and_device_is_written(tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    with atomic_path(tmp_path / "link.csv") as unfinished:
        unfinished.write_text("new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"
    with atomic_path("/dev/null") as device:
        assert str(device) == "/dev/null"


def test_no_folder_is_one_clear_error(tmp_path):
    with pytest.raises(InputError, match=r"nowhere.plan\.csv: there is no such folder"):
        write_table(pd.DataFrame({"queue": ["A"]}), tmp_path / "nowhere" / "plan.csv")
    with pytest.raises(InputError, match="this is a folder"), atomic_path(tmp_path):
        pass
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-Sales", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1+1"]
)
def test_formula_gets_an_apostrophe(text):
    assert csv_safe(text) == "'" + text


@pytest.mark.parametrize("text", ["Sales", "-5", "+3.5", "'t Gooi", "a=b", "", "é"])
def test_harmless_text_is_not_touched(text):
    assert csv_safe(text) == text


@given(st.text(alphabet="'=+-@\t\r\n1.a \uff1d"))
def test_safe_text_is_safe_and_reads_back(text):
    safe = csv_safe(text)
    assert csv_plain(safe) == text
    assert not safe.startswith(tuple("=@\t\r\n\uff1d"))


def test_numbers_have_documented_decimals_and_no_noise():
    frame = pd.DataFrame(
        {
            "volume": [0.1 + 0.2, 12.0, 1234567.25],
            "aht": [240.0004, 239.9996, 0.1],
            "load": [1 / 3, 1e-9, 99999.9999999],
            "agents": [0, 10, 10_001],
            "net": [-3, 0, 100_000],
            "fte": [-0.25, -1e-9, 10_000.5],
        }
    )
    assert cells(frame) == [
        ["0.3", "240", "0.333333", "0", "-3", "-0.25"],
        ["12", "240", "0", "10", "0", "0"],
        ["1234567.25", "0.1", "100000", "10001", "100000", "10000.5"],
    ]


def test_missing_is_empty_and_unbounded_is_inf():
    frame = pd.DataFrame({"service_level": [np.nan, 0.0], "asa": [np.inf, np.nan]})
    assert csv_of(frame) == "service_level,asa\n,inf\n0,\n"
    assert (
        csv_of(pd.DataFrame({"gap": [-np.inf], "far": [1e300]}))
        .split("\n")[1]
        .startswith("-inf,1000")
    )


@given(
    st.lists(
        st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9),
        min_size=1,
    ),
    st.sampled_from(["volume", "aht"]),
)
def test_written_number_is_the_nearest_decimal(numbers, name):
    decimals = {"volume": 6, "aht": 3}[name]
    written = [line[0] for line in cells(pd.DataFrame({name: numbers}))]
    for number, text in zip(numbers, written, strict=True):
        assert abs(float(text) - number) <= 0.5000001 * 10**-decimals + 1e-15 * abs(number)
        assert len(text.partition(".")[2]) <= decimals and not text.endswith(".")
        assert "." not in text or not text.endswith("0")
        assert text not in ("-0", "")


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1))
def test_integers_are_exact(numbers):
    assert [int(line[0]) for line in cells(pd.DataFrame({"agents": numbers}))] == numbers


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
@settings(deadline=None)
def test_texts_read_back(texts):
    import csv

    frame = pd.DataFrame({"queue": pd.Series(texts, dtype=object), "agents": 1})
    rows = list(csv.reader(io.StringIO(csv_of(frame), newline="")))
    assert [csv_plain(row[0]) for row in rows[1:]] == texts


def test_field_with_a_semicolon_is_quoted_so_that_no_formula_hides_in_it():
    assert csv_of(pd.DataFrame({"queue": ["Sales;=1+1"]})) == 'queue\n"Sales;=1+1"\n'


def test_starts_carry_their_offset_through_the_hour_that_comes_twice():
    start = pd.date_range("2026-10-25 00:30", periods=5, freq="h", tz="Europe/Berlin")
    written = [line[0] for line in cells(pd.DataFrame({"start": start}))]
    assert written[1:4] == [
        "2026-10-25T01:30+02:00",
        "2026-10-25T02:30+02:00",
        "2026-10-25T02:30+01:00",
    ]
    back = pd.to_datetime(pd.Series(written), utc=True).dt.tz_convert("Europe/Berlin")
    assert (back == start).all()


def test_starts_without_a_zone_have_no_offset_and_seconds_show_where_they_are():
    start = pd.DatetimeIndex(["2026-03-23T08:00:00", "2026-03-23T08:00:30"])
    assert [line[0] for line in cells(pd.DataFrame({"start": start[:1]}))] == ["2026-03-23T08:00"]
    assert cells(pd.DataFrame({"start": start}))[1] == ["2026-03-23T08:00:30"]
    st_johns = pd.DatetimeIndex(["2026-01-01 08:00"]).tz_localize("America/St_Johns")
    assert cells(pd.DataFrame({"start": st_johns})) == [["2026-01-01T08:00-03:30"]]


def test_plan_reads_back_as_it_was(tmp_path):
    table = requirement(peaks=(("Sales", 90.0), ("-Help, desk", 20.0))).table
    write_table(table, tmp_path / "plan.csv")
    back = pd.read_csv(
        tmp_path / "plan.csv",
        keep_default_na=False,
        na_values={"aht": [""]},
    )
    assert list(back.columns) == list(table.columns)
    assert list(back["queue"].map(csv_plain)) == list(table["queue"])
    assert list(back["agents"]) == list(table["agents"])
    assert (back["volume"] == table["volume"]).all()
    assert back["aht"].isna().equals(table["aht"].isna())


def test_many_rows_cross_blocks_without_a_seam():
    frame = pd.DataFrame({"start": pd.date_range("2026-01-01", periods=200_000, freq="min")})
    frame["agents"] = np.arange(200_000)
    lines = cells(frame)
    assert [int(line[1]) for line in lines] == list(range(200_000))
    assert lines[131_072][0] == frame["start"][131_072].strftime("%Y-%m-%dT%H:%M")


def test_empty_table_is_its_header_and_text_streams_work():
    assert csv_of(pd.DataFrame({"queue": [], "agents": []})) == "queue,agents\n"
    stream = io.StringIO()
    write_table(pd.DataFrame({"queue": ["é"]}), stream)
    assert stream.getvalue() == "queue\né\n"


def test_writing_beats_pandas_clearly(tmp_path):
    table = pd.concat([requirement(days=28, minutes=15).table] * 8, ignore_index=True)
    began = time.perf_counter()
    write_table(table, tmp_path / "ours.csv")
    ours = time.perf_counter() - began
    began = time.perf_counter()
    table.to_csv(tmp_path / "pandas.csv", index=False)
    assert ours < (time.perf_counter() - began) / 2
