import csv
import io
import sys
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

import erlangplan as ep
from vendor_files import FOLDER, ZONE, read, truth

HEADER = "start,volume,aht\n"
GOOD = HEADER + "2026-03-23 08:00,10,240\n2026-03-23 08:30,12,250\n2026-03-23 09:00,14,260\n"

ODD_NUMBERS = ["-5", "nan", "1e400", "1_000", "abc", "", "inf", "1.2.3", "5%", "1 2", "--"]
ODD_NUMBERS += ["\uff11\uff12", "0x10", "1e", "+-1", "1,2,3", "TRUE"]

# What one unit of the AHT is in each file, in seconds.
LONG_FILES = {
    "amazon_connect_history_30mins.csv": 0.1,
    "amazon_connect_override_30mins.csv": 0.1,
    "calabrio_forecast_noheader.csv": 0.1,
    "excel_german_semicolon_cp1252.csv": 0.1,
    "excel_utf8_bom_semicolon_sep_line.csv": 0.1,
    "genesys_cloud_historical_import.csv": 1.0,
    "truth_long.csv": 0.1,
    "us_ampm_thousands_quoted.csv": 1.0,
}


@pytest.mark.parametrize("name", LONG_FILES)
def test_long_files_tell_the_truth(name):
    forecast = ep.read_forecast(FOLDER / name, tz=ZONE)
    expected = truth()
    assert forecast.interval == 1800
    assert forecast.tz == ZONE
    assert (forecast.table["start"] == expected["start"]).all()
    assert (forecast.table["volume"] == expected["calls"]).all()
    error = (forecast.table["aht"] - expected["aht_seconds"]).abs().max()
    assert error < LONG_FILES[name]


def test_daily_file_without_header_tells_the_daily_sums():
    forecast = ep.read_forecast(FOLDER / "verint_strategic_daily_noheader.csv", tz=ZONE)
    expected = truth()
    daily = expected.groupby(expected["start"].dt.date)["calls"].sum()
    assert forecast.interval == 86400
    assert list(forecast.table["volume"]) == list(daily)
    assert list(forecast.table["start"].dt.date) == list(daily.index)
    assert forecast.queues == ("Support",)


@pytest.mark.parametrize("name", ["wide_mar_23h.xlsx", "wide_mar_23h_volume.csv"])
def test_wide_files_tell_the_truth_of_march(name):
    options = {"year": 2026, "aht": 240} if name.endswith("csv") else {}
    forecast = ep.read_forecast(FOLDER / name, tz=ZONE, **options)
    expected = truth().query("start.dt.month == 3")
    assert len(forecast.table) == 7 * 48 - 2
    assert list(forecast.table["start"]) == list(expected["start"])
    assert list(forecast.table["volume"]) == list(expected["calls"])
    if name.endswith("xlsx"):
        assert np.allclose(forecast.table["aht"], expected["aht_seconds"], atol=0.01)
    assert any("skipped 2 empty cells" in note for note in forecast.notes)


def october(volumes, summed):
    """Return a wide CSV with one cell for the hour that stands twice."""
    wide = volumes.assign(day=volumes["start"].dt.date, time=volumes["start"].dt.strftime("%H:%M"))
    return wide.pivot_table(index="time", columns="day", values="calls", aggfunc=summed)


def test_wide_sheet_with_one_cell_for_a_repeated_hour():
    expected = truth().query("start.dt.month == 10")
    sheet = october(expected, "sum").reset_index()
    forecast = ep.read_forecast(io.StringIO(sheet.to_csv(index=False)), tz=ZONE, aht=240)
    sunday = expected["start"].dt.strftime("%m-%d %H").eq("10-25 02")
    assert len(forecast.table) == 7 * 48 - 2
    assert list(forecast.table["start"]) == list(expected["start"][~sunday])
    assert list(forecast.table["volume"]) == list(expected["calls"][~sunday])
    assert any("one cell for the hour that the DST change repeats" in n for n in forecast.notes)


def test_notes_say_what_was_guessed():
    forecast = ep.read_forecast(FOLDER / "excel_german_semicolon_cp1252.csv", tz=ZONE)
    assert forecast.notes[0] == (
        f"672 half-hours, ';', decimal comma, {ZONE}, "
        "volume from 'Anrufe', aht from 'Ø Bearbeitungszeit (s)'"
    )
    assert "encoding cp1252" in forecast.notes
    assert any("9,744 intervals missing" in note for note in forecast.notes)
    assert forecast.source == "excel_german_semicolon_cp1252.csv"


class TestSources:
    def test_path_text_and_bytes_agree(self, tmp_path):
        path = tmp_path / "forecast.csv"
        path.write_text(GOOD)
        expected = ep.read_forecast(path).table
        with path.open() as text, path.open("rb") as data:
            for source in (str(path), text, data, io.StringIO(GOOD), io.BytesIO(GOOD.encode())):
                assert ep.read_forecast(source).table.equals(expected)

    def test_standard_input(self, monkeypatch):
        class Standard:
            buffer = io.BytesIO(GOOD.encode())

        monkeypatch.setattr(sys, "stdin", Standard())
        forecast = ep.read_forecast("-")
        assert forecast.volume == 36
        assert forecast.source == "stdin"

    def test_the_kind_is_told_by_content(self, tmp_path):
        path = tmp_path / "forecast.csv"
        path.write_bytes((FOLDER / "wide_mar_23h.xlsx").read_bytes())
        assert len(ep.read_forecast(path, tz=ZONE).table) == 334

    @pytest.mark.parametrize("name", ["missing.csv", "."])
    def test_files_that_cannot_be_opened(self, tmp_path, name):
        with pytest.raises(ep.InputError, match="cannot be opened"):
            ep.read_forecast(tmp_path / name)

    def test_frame(self):
        starts = pd.date_range("2026-10-25", periods=50, freq="30min", tz=ZONE)
        frame = pd.DataFrame({"calls": np.arange(50), "aht": 240}, index=starts)
        forecast = ep.read_forecast(frame)
        assert forecast.tz == ZONE
        assert list(forecast.table["start"]) == list(starts)
        assert list(forecast.table["volume"]) == list(range(50))
        assert forecast.source == "frame"

    def test_frame_with_a_missing_volume(self):
        starts = pd.date_range("2026-03-23", periods=3, freq="30min")
        frame = pd.DataFrame({"start": starts, "volume": [1.0, np.nan, 2.0], "aht": 240.0})
        with pytest.raises(ep.InputError, match="row 2, column volume"):
            ep.read_forecast(frame)

    def test_empty_frame(self):
        with pytest.raises(ep.InputError, match="empty"):
            ep.read_forecast(pd.DataFrame())


class TestDialects:
    def expected(self):
        return read(GOOD).table

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
    def test_delimiters_and_encodings(self, delimiter, encoding):
        data = GOOD.replace(",", delimiter).encode(encoding)
        assert read(data).table.equals(self.expected())

    @pytest.mark.parametrize("ending", ["\r\n", "\r", "\n\n", "\n"])
    def test_line_endings_and_blank_lines(self, ending):
        assert read(GOOD.replace("\n", ending)).table.equals(self.expected())

    def test_quoted_cells_and_a_sep_line(self):
        quoted = "\n".join(
            ";".join(f'"{cell}"' for cell in line.split(",")) for line in GOOD.split()[:1]
        )
        rest = GOOD.replace(",", ";").split("\n", 1)[1]
        assert read(f"sep=;\n{quoted}\n{rest}").table.equals(self.expected())

    def test_sep_line_counts_as_a_row(self):
        with pytest.raises(ep.InputError, match="row 4, column volume: 'x'"):
            read("sep=,\n" + GOOD.replace("12", "x"))

    def test_named_encoding(self):
        data = "start;volume;aht;queue\n2026-03-23 08:00;1;240;Żółw\n2026-03-23 08:30;1;240;Żółw\n"
        assert read(data.encode("cp1250"), encoding="cp1250").queues == ("Żółw",)

    def test_rows_keep_the_file_s_own_numbers(self):
        text = "Report\n\n" + GOOD.replace("12", "x")
        with pytest.raises(ep.InputError, match="row 5, column volume: 'x'"):
            read(text)

    def test_large_files_read_as_small_ones_do(self):
        starts = pd.date_range("2026-03-02", periods=28 * 96, freq="15min")
        frame = pd.concat(
            pd.DataFrame(
                {
                    "queue": f"queue {number}",
                    "start": starts.strftime("%Y-%m-%dT%H:%M"),
                    "volume": np.round(np.arange(len(starts)) % 97 * 1.37, 2),
                    "aht": 200 + np.arange(len(starts)) % 31 * 0.1,
                }
            )
            for number in range(6)
        )
        plain = frame.to_csv(index=False)
        assert len(plain) > 500_000
        bulk = read(plain)
        small = [read(part.to_csv(index=False)).table for _, part in frame.groupby("queue")]
        assert bulk.table.astype({"queue": str}).equals(
            pd.concat(small, ignore_index=True).astype({"queue": str})
        )
        assert (bulk.table["volume"].to_numpy() == frame["volume"].to_numpy()).all()
        for quoting in (csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC):
            assert read(frame.to_csv(index=False, quoting=quoting)).table.equals(bulk.table)
        broken = frame.to_csv(index=False, quoting=csv.QUOTE_ALL).replace('"1.37"', '"1"37', 1)
        with pytest.raises(ep.InputError, match="quotes"):
            read(broken)
        for damage in ("nan", "1e400", "1_000", "", "-5", "inf", "1,5"):
            lines = plain.split("\n")
            lines[9_000] = lines[9_000].rsplit(",", 2)[0] + f",{damage},240"
            with pytest.raises(ep.InputError, match="row 9001"):
                read("\n".join(lines))

    def test_large_files_with_empty_handle_times(self):
        starts = pd.date_range("2026-01-01", periods=30_000, freq="5min").strftime("%Y-%m-%d %H:%M")
        lines = [f"{start},{i % 2},{'' if i % 2 == 0 else 240}" for i, start in enumerate(starts)]
        forecast = read(HEADER + "\n".join(lines))
        assert forecast.volume == 15_000
        assert forecast.aht == 240
        lines[20_000] = lines[20_000].rstrip(",")
        with pytest.raises(ep.InputError, match="row 20002.*expected 3 cells, got 2"):
            read(HEADER + "\n".join(lines))


class TestRefused:
    @pytest.mark.parametrize(
        "cell",
        [
            "-5",
            "nan",
            "1e400",
            "1_000",
            "abc",
            "",
            "inf",
            "1.2.3",
            "5%",
            "1 2",
            "--",
            "\uff11\uff12",
        ],
    )
    def test_volumes(self, cell):
        with pytest.raises(ep.InputError, match="row 3, column volume") as caught:
            read(GOOD.replace(",12,", f',"{cell}",'))
        assert caught.value.faults[0].value == cell

    @pytest.mark.parametrize("cell", ["0", "", "-", "-3", "x"])
    def test_handle_times_beside_a_volume(self, cell):
        with pytest.raises(ep.InputError, match="row 3, column aht"):
            read(GOOD.replace("250", cell))

    def test_a_missing_handle_time_names_the_ways_out(self):
        with pytest.raises(ep.InputError) as caught:
            read(GOOD.replace("250", ""))
        assert "--aht 240" in str(caught.value)
        assert "--aht-missing queue-mean" in str(caught.value)

    @pytest.mark.parametrize("row", ["2026-03-23 09:30,1", "2026-03-23 09:30,1,240,7"])
    def test_ragged_rows(self, row):
        with pytest.raises(ep.InputError, match="row 5"):
            read(GOOD + row + "\n")

    def test_several_faults_are_listed_together(self):
        lines = [f"2026-03-23 {h:02d}:00,x,240" for h in range(24)]
        with pytest.raises(ep.InputError, match="first 10 of 24") as caught:
            read(HEADER + "\n".join(lines))
        assert len(caught.value.faults) == 10

    def test_duplicates(self):
        with pytest.raises(ep.InputError, match="row 5.*same interval as in row 4"):
            read(GOOD + "2026-03-23 09:00,1,240\n")

    def test_a_repeated_hour_without_a_zone_names_the_way_out(self):
        with pytest.raises(ep.InputError, match="--tz"):
            ep.read_forecast(FOLDER / "excel_german_semicolon_cp1252.csv")

    def test_local_times_that_a_dst_change_skips(self):
        text = HEADER + "2026-03-29 01:30,1,240\n2026-03-29 02:00,1,240\n2026-03-29 03:00,1,240\n"
        assert len(read(text).table) == 3
        with pytest.raises(ep.InputError, match="row 3.*DST change of Europe/Berlin skips it"):
            read(text, tz=ZONE)

    def test_dates_that_can_be_read_in_two_ways(self):
        text = HEADER + "03/04/2026 08:00,1,240\n03/04/2026 08:30,1,240\n"
        with pytest.raises(ep.InputError, match="3 April 2026.*or 4 March 2026") as caught:
            read(text)
        assert "--dates dmy or --dates mdy" in str(caught.value)
        assert read(text, dates="dmy").table["start"][0] == pd.Timestamp("2026-04-03 08:00")
        assert read(text, dates="mdy").table["start"][0] == pd.Timestamp("2026-03-04 08:00")

    @pytest.mark.parametrize("other", ["03/24/2026", "24.03.2026", "2026-03-24"])
    def test_dates_written_in_two_ways(self, other):
        lines = [f"23/03/2026 {h:02d}:00,1,240\n" for h in range(24)]
        with pytest.raises(ep.InputError, match="row 26"):
            read(HEADER + "".join(lines) + f"{other} 00:00,1,240\n")

    @pytest.mark.parametrize("date", ["2026-02-30", "2026-13-01", "1066-10-14", "today", "2026-03"])
    def test_dates_that_do_not_exist(self, date):
        with pytest.raises(ep.InputError, match="row 3, column start"):
            read(GOOD.replace("2026-03-23 08:30", f"{date} 08:30"))

    def test_numbers_that_can_be_read_in_two_ways(self):
        text = "start;volume;aht\n2026-03-23 08:00;1.234;240\n2026-03-23 08:30;2.500;240\n"
        with pytest.raises(ep.InputError, match="1.234 with a decimal point, 1234 with"):
            read(text)
        assert read(text, decimal=".").volume == pytest.approx(3.734)
        assert read(text, decimal=",").volume == 3734
        assert read(text.replace("2.500", "2.5")).volume == pytest.approx(3.734)
        assert read(text.replace("240", "240,5")).volume == 3734
        assert read(text.replace(";", ",")).volume == pytest.approx(3.734)

    def test_a_decimal_comma_in_a_file_with_points(self):
        text = GOOD.replace(",", ";").replace("240", "240.5").replace("250", "250,5")
        with pytest.raises(ep.InputError, match="row 3, column aht: '250,5'"):
            read(text.replace("260", "260.5"))

    @pytest.mark.parametrize("text", ["", "\n \n", HEADER, "\ufeff", "sep=;\n", "x"])
    def test_nothing_to_read(self, text):
        with pytest.raises(ep.InputError, match=r"empty|no row below"):
            read(text)

    @pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"a\x00b,c\n1,2\n", b"\x81\x8d\x8f"])
    def test_bytes_that_are_no_text(self, data):
        with pytest.raises(ep.InputError, match="not a text file"):
            read(data)

    def test_quotes_that_do_not_close(self):
        with pytest.raises(ep.InputError, match="row 3"):
            read(GOOD.replace("12,", '"12,'))

    def test_two_lengths_in_one_file(self):
        starts = [f"08:{m:02d}" for m in (0, 15, 30, 45)] + ["09:00", "09:30", "10:00", "10:30"]
        lines = [f"2026-03-23 {start},1,240\n" for start in starts]
        with pytest.raises(ep.InputError, match="15 min and 30 min"):
            read(HEADER + "".join(lines))

    def test_two_queues_of_two_lengths(self):
        lines = [f"a,2026-03-23 08:{m:02d},1,240" for m in range(0, 60, 5)]
        lines += [f"b,2026-03-23 {h:02d}:00,1,240" for h in range(8)]
        with pytest.raises(ep.InputError, match="5 min and 1 h"):
            read("queue," + HEADER + "\n".join(lines))

    def test_a_start_off_the_grid(self):
        lines = [f"2026-03-23 {h:02d}:00,1,240\n" for h in range(9)]
        with pytest.raises(ep.InputError, match="row 11.*'2026-03-23 09:01'"):
            read(HEADER + "".join(lines) + "2026-03-23 09:01,1,240\n")

    def test_one_row_has_no_length(self):
        text = HEADER + "2026-03-23 08:00,1,240\n"
        with pytest.raises(ep.InputError, match="--interval"):
            read(text)
        assert read(text, interval="15min").interval == 900

    def test_weeks(self):
        lines = [f"2026-03-{day:02d},1,240\n" for day in (2, 9, 16, 23)]
        with pytest.raises(ep.InputError, match="from 1 minute to 1 day"):
            read(HEADER + "".join(lines))

    @pytest.mark.parametrize(
        "options",
        [
            {"map": {"calls": "x"}},
            {"dates": "ydm"},
            {"decimal": ";"},
            {"tz": "Mars/Base"},
            {"aht": 0},
            {"aht": -1},
            {"interval": 0},
            {"aht_missing": "mean"},
            {"year": 26},
        ],
    )
    def test_arguments_out_of_range(self, options):
        with pytest.raises(ValueError):
            read(GOOD, **options)


class TestWorkbooks:
    def workbook(self):
        return (FOLDER / "wide_mar_23h.xlsx").read_bytes()

    @pytest.mark.parametrize("size", [4, 100, 5000, -40])
    def test_truncated(self, size):
        with pytest.raises(ep.InputError, match="damaged"):
            read(self.workbook()[:size])

    def test_a_bomb_of_declared_size(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 450_000_000)
        with pytest.raises(ep.InputError, match="unpack to far more"):
            read(packed.getvalue())

    def test_a_bomb_that_lies_about_its_size(self, monkeypatch):
        monkeypatch.setattr("erlangplan.files.sheets.MOST_BYTES", 1_000_000)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 2_000_000)
        honest = (2_000_000).to_bytes(4, "little")
        with pytest.raises(ep.InputError, match="unpack to far more"):
            read(packed.getvalue().replace(honest, (10).to_bytes(4, "little")))

    def test_two_cells_far_apart(self):
        book = openpyxl.Workbook()
        book.active["A1"] = "start"
        book.active["XFD1048576"] = 1
        packed = io.BytesIO()
        book.save(packed)
        with pytest.raises(ep.InputError, match="unpack to far more"):
            read(packed.getvalue())

    def test_too_many_parts(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for number in range(2_500):
                archive.writestr(f"{number}", b"")
        with pytest.raises(ep.InputError, match="2,500 parts"):
            read(packed.getvalue())

    def test_a_sheet_that_is_not_there(self):
        with pytest.raises(ep.InputError, match="The sheets are 'Volume', 'AHT'"):
            read(self.workbook(), sheet="Calls")

    def test_one_sheet_of_a_pair(self):
        assert read(self.workbook(), sheet="volume", aht=200, tz=ZONE).aht == 200


@pytest.mark.parametrize("total", ['Total,"1,500",240', 'Grand Total,,"12,345"'])
def test_a_number_of_a_row_of_totals_settles_nothing(total: str) -> None:
    rows = "Start,Calls,AHT\n2026-03-16 09:00,700,240\n2026-03-16 09:30,800,240\n"
    forecast = ep.read_forecast(io.StringIO(rows + total + "\n"))
    assert forecast.table["volume"].tolist() == [700, 800]


def test_nights_are_closed_and_a_hole_in_the_day_is_missing() -> None:
    start = pd.date_range("2026-03-02", periods=5 * 48, freq="30min")
    start = start[(start.hour >= 9) & (start.hour < 18)].delete(25)
    frame = pd.DataFrame({"start": start, "volume": 5.0, "aht": 100.0})
    notes = ep.read_forecast(frame).notes
    assert "no intervals from 18:00 to 09:00, taken as closed" in notes
    (missing,) = [note for note in notes if "missing" in note]
    assert missing.startswith("1 interval missing") and "2026-03-03 12:30" in missing
