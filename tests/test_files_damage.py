"""One damaged cell among sound ones: it is the one that the message names."""

import pandas as pd
import pytest

import erlangplan as ep
from vendor_files import read

STARTS = pd.date_range("2026-03-23", periods=7 * 48, freq="30min")
ROW = 200
WHOLE = {"volume": "{}", "aht": "24{}"}


def file_of(decimal, damaged=None, cell=""):
    """Return a week of half-hours; `decimal` says how each of its columns is written."""
    lines = ["start;volume;aht"]
    for place, start in enumerate(STARTS):
        cells = {
            "start": f"{start:%d.%m.%Y %H:%M}",
            "volume": f"{place % 40}{decimal['volume']}",
            "aht": f"{240 + place % 7}{decimal['aht']}",
        }
        if place + 2 == ROW and damaged:
            cells[damaged] = cell
        lines.append(";".join(cells.values()))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("cell", ["97,5?", "9o,5", "1_0", "97.5", "1,2,3", "nan"])
@pytest.mark.parametrize("decimals", [("", ",5"), (",5", ""), (",5", ",25")])
@pytest.mark.parametrize("column", ["volume", "aht"])
def test_the_damaged_cell_of_a_file_with_commas_is_named(column, decimals, cell):
    decimal = dict(zip(("volume", "aht"), decimals, strict=True))
    assert read(file_of(decimal)).volume > 0
    if cell == "nan" and column == "aht":
        return
    if cell == "97.5" and decimal[column] == "":
        cell = "97.5?"
    with pytest.raises(ep.InputError) as caught:
        read(file_of(decimal, column, cell))
    assert [(f.row, f.column, f.value) for f in caught.value.faults] == [(ROW, column, cell)]


@pytest.mark.parametrize("cell", ["97.5?", "9o.5", "1_0", "97,5", "1.2.3"])
@pytest.mark.parametrize("column", ["volume", "aht"])
def test_the_damaged_cell_of_a_file_with_points_is_named(column, cell):
    with pytest.raises(ep.InputError) as caught:
        read(file_of({"volume": ".5", "aht": ".25"}, column, cell))
    assert [(f.row, f.column, f.value) for f in caught.value.faults] == [(ROW, column, cell)]


@pytest.mark.parametrize("cell", ["30.02.2026 08:00", "2x.03.2026 08:00", "03/26/2026 08:00", ""])
def test_the_damaged_date_is_named(cell):
    with pytest.raises(ep.InputError) as caught:
        read(file_of({"volume": "", "aht": ",5"}, "start", cell))
    assert [(f.row, f.column, f.value) for f in caught.value.faults] == [(ROW, "start", cell)]


def test_thousands_beside_a_damaged_decimal():
    text = "start;volume;aht\n"
    rows = [f"{start:%Y-%m-%d %H:%M};1.234;240,5" for start in STARTS]
    assert read(text + "\n".join(rows)).volume == 1234 * len(rows)
    rows[ROW - 2] = rows[ROW - 2].replace("240,5", "240.5")
    with pytest.raises(ep.InputError, match="with a decimal comma, as most are") as caught:
        read(text + "\n".join(rows))
    assert [fault.row for fault in caught.value.faults] == [ROW]
    with pytest.raises(ep.InputError, match="row 200, column aht: '240.5'"):
        read(text + "\n".join(rows), decimal=",")


class TestWideHeaders:
    DAYS = ("23.03.2026", "24.03.2026", "25.03.2026", "26.03.2026")
    BODY = "08:00;10;11;12;13\n08:30;10;11;12;13\n09:00;1;2;3;4\n"

    @pytest.mark.parametrize("place", range(4))
    @pytest.mark.parametrize("cell", ["2x.03.2026", "24.13.2026", "24/03/2026x"])
    def test_a_damaged_day_leaves_no_day_out(self, place, cell):
        days = list(self.DAYS)
        assert len(read(f"Time;{';'.join(days)}\n{self.BODY}", aht=240).table) == 12
        days[place] = cell
        with pytest.raises(ep.InputError) as caught:
            read(f"Time;{';'.join(days)}\n{self.BODY}", aht=240)
        assert cell in str(caught.value)

    @pytest.mark.parametrize("place", range(6))
    def test_a_damaged_time_leaves_no_time_out(self, place):
        times = ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30"]
        body = "23.03.2026;1;2;3;4;5;6\n24.03.2026;1;2;3;4;5;6\n"
        assert len(read(f"Date;{';'.join(times)}\n{body}", aht=240).table) == 12
        times[place] = "0x:30"
        with pytest.raises(ep.InputError) as caught:
            read(f"Date;{';'.join(times)}\n{body}", aht=240)
        assert "0x:30" in str(caught.value)

    def test_totals_of_weeks_stand_between_the_days(self):
        text = "Time;23.03.2026;24.03.2026;Total;30.03.2026;31.03.2026;Total\n"
        forecast = read(text + "08:00;1;2;3;4;5;9\n08:30;1;2;3;4;5;9\n", aht=240)
        assert forecast.volume == 24
