"""Layouts of further systems and countries: read right, or refused with a flag that settles it."""

import datetime

import openpyxl
import pandas as pd
import pytest

import erlangplan as ep
from test_layouts import MORNING, workbook
from vendor_files import read

# Each holds 10 and 12 contacts at 240 and 250 s in the two half-hours from 08:00 on 23 March 2026.
UNSEEN = {
    "one day's interval report, its date above": "Split/Skill Interval Report\t\t\t\t\t\t\n"
    "Split/Skill: Support\t\t\t\t\t\t\nDate: 3/23/2026\t\t\t\t\t\t\n"
    "Time\tAvg Speed Ans\tACD Calls\tAvg ACD Time\tAvg ACW Time\tAban Calls\tCalls Offered\n"
    "8:00 AM-8:30 AM\t:12\t9\t3:20\t:40\t1\t10\n8:30 AM-9:00 AM\t:12\t11\t3:20\t:50\t1\t12\n",
    "queue summary": "Queue Summary\t\t\t\t\t\t\t\nPeriod: 3/23/2026 - 3/23/2026\t\t\t\t\t\t\t\n"
    "Workgroup\tInterval\tOffered\tAnswered\tAbandoned\tAvg Talk\tAvg ACW\tAvg Hold\n"
    "all\t3/23/2026 8:00:00 AM\t10\t9\t1\t00:03:20\t00:00:30\t00:00:10\n"
    "all\t3/23/2026 8:30:00 AM\t12\t11\t1\t00:03:20\t00:00:40\t00:00:10\n",
    "presented calls": "CSQ Name,Interval Start Time,Interval End Time,Calls Presented,"
    "Calls Handled,Avg Handle Time,Calls Abandoned\n"
    "all,2026-03-23 08:00:00.0,2026-03-23 08:30:00.0,10,9,00:04:00,1\n"
    "all,2026-03-23 08:30:00.0,2026-03-23 09:00:00.0,12,11,00:04:10,1\n",
    "handle times with units": "Time Interval,Total Incoming Calls,Answered Calls,"
    "Avg. Handle Time\n"
    '"Mar 23, 2026 08:00 AM - 08:30 AM",10,9,4m 0s\n'
    '"Mar 23, 2026 08:30 AM - 09:00 AM",12,9,4m 10s\n',
    "French": "Jour;Tranche horaire;Appels reçus;Appels traités;DMT (s)\n"
    "lundi 23 mars 2026;08h00-08h30;10;9;240\nlundi 23 mars 2026;08h30-09h00;12;9;250\n",
    "Dutch": "Datum;Tijdstip;Wachtrij;Aantal gesprekken;Gem. afhandeltijd\n"
    "ma 23-03-2026;08:00;all;10;240\nma 23-03-2026;08:30;all;12;250\n",
    "Spanish": "Fecha;Franja horaria;Llamadas ofrecidas;Llamadas atendidas;TMO (seg)\n"
    "23/03/2026;08:00 - 08:30;10;9;240\n23/03/2026;08:30 - 09:00;12;9;250\n",
    "named days, packed dates": "all,20260323 08:00,20260323 08:30,10,200,40\n"
    "all,20260323 08:30,20260323 09:00,12,200,50\n",
}


def check(forecast):
    assert list(forecast.table["start"]) == list(MORNING)
    assert list(forecast.table["volume"]) == [10, 12]
    assert list(forecast.table["aht"]) == pytest.approx([240, 250])
    assert forecast.interval == 1800
    assert forecast.queues == ("all",)


@pytest.mark.parametrize("name", UNSEEN)
def test_unseen_layouts(name):
    check(read(UNSEEN[name]))


def test_the_date_above_the_header_is_told_and_must_be_one():
    name = "one day's interval report, its date above"
    assert "date 3/23/2026 from above the header" in read(UNSEEN[name]).notes
    for changed in ("Printed: 3/23/2026", "Date: 3/23/2026\tDate: 3/24/2026"):
        with pytest.raises(ep.InputError, match="no column holds dates"):
            read(UNSEEN[name].replace("Date: 3/23/2026", changed))
    with pytest.raises(ep.InputError, match="--dates dmy or --dates mdy"):
        read(UNSEEN[name].replace("3/23/2026", "3/4/2026"))


@pytest.mark.parametrize(
    ("hours", "words"), [(("8-9", "9-10"), "Stunde"), (("8 Uhr", "9 Uhr"), "Uhrzeit"),
                         (("8h", "9h"), "Heure"), (("8 AM", "9 AM"), "Hour")]
)  # fmt: skip
def test_whole_hours(hours, words):
    lines = [
        f"23.03.2026;{hour};{volume};240" for hour, volume in zip(hours, (10, 12), strict=True)
    ]
    forecast = read(f"Datum;{words};Anrufe;AHT\n" + "\n".join(lines))
    assert list(forecast.table["start"].dt.hour) == [8, 9]
    assert forecast.interval == 3600


def test_days_across_in_French():
    text = "Heure;lun. 23/03/2026;mar. 24/03/2026\n8h00;10;1\n8h30;12;2\n"
    forecast = read(text, aht=240)
    assert list(forecast.table["volume"]) == [10, 12, 1, 2]
    assert list(forecast.table["start"][:2]) == list(MORNING)


def test_milliseconds_are_not_taken_for_seconds():
    text = "start,offered,Avg Handle\n2026-03-23 08:00,10,240000\n2026-03-23 08:30,12,250000\n"
    with pytest.raises(ep.InputError, match=r"66 h .*if in seconds"):
        read(text.replace("250000", "236400"))
    check(read(text.replace("Avg Handle", "Avg Handle (ms)")))
    assert read(text.replace("Avg Handle", "Avg Handle (s)")).aht > 240_000


MAPPED = {
    "Data;Ora;Chiamate;TMC\n23/03/2026;08:00;10;240\n23/03/2026;08:30;12;250\n": (
        "no column tells when",
        {"date": "Data", "time": "Ora", "volume": "Chiamate", "aht": "TMC"},
    ),
    "Datum;Von;Bis;Volumen;Bearbeitungszeit (Sek)\n23.03.2026;08:00;08:30;10;240\n"
    "23.03.2026;08:30;09:00;12;250\n": (
        "may be a total or an average",
        {"aht": "Bearbeitungszeit (Sek)"},
    ),
    "Call - Timestamp - Date,Call - Timestamp - Time,Inbound calls,Average handle time (min)\n"
    "2026-03-23,08:00,10,4\n2026-03-23,08:30,12,4.1666666667\n": (
        "no column tells when",
        {"date": "Call - Timestamp - Date", "time": "Call - Timestamp - Time"},
    ),
}


@pytest.mark.parametrize("text", MAPPED)
def test_labels_that_the_map_settles(text):
    error, mapping = MAPPED[text]
    with pytest.raises(ep.InputError, match=f"{error}(.|\n)*--map"):
        read(text)
    check(read(text, map=mapping))


def test_merged_cells_hold_for_all_of_their_rows(tmp_path):
    day = datetime.datetime(2026, 3, 23)
    rows = [["Queue", "Date", "Time", "Calls", "AHT"]]
    for queue in ("A", "B"):
        rows += [
            [queue, day, datetime.time(8), 10, 240],
            [None, None, datetime.time(8, 30), 12, 250],
        ]
    with pytest.raises(ep.InputError, match="row 3, column Date"):
        read(workbook(S=rows))
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place in ("A2:A3", "B2:B3", "A4:A5", "B4:B5"):
        book.active.merge_cells(place)
    book.save(tmp_path / "merged.xlsx")
    table = ep.read_forecast(tmp_path / "merged.xlsx").table
    assert list(table["queue"]) == ["A", "A", "B", "B"]
    assert list(table["start"]) == [*MORNING, *MORNING]
    assert table["start"].dtype == pd.Series(MORNING.as_unit("us")).dtype


DAYS = {
    "measures below days": "Time;23.03.2026;;24.03.2026;;Total;\n;Calls;AHT;Calls;AHT;Calls;AHT\n"
    "08:00;10;240;1;200;11;236\n08:30;12;250;2;210;14;244\n",
    "days and measures in one label": "Time;23.03. Calls;23.03. AHT;24.03. Calls;24.03. AHT\n"
    "08:00;10;240;1;200\n08:30;12;250;2;210\n",
}


@pytest.mark.parametrize("name", DAYS)
def test_days_side_by_side(name):
    table = read(DAYS[name], year=2026).table
    assert list(table["start"][:2]) == list(MORNING)
    assert list(table["volume"]) == [10, 12, 1, 2]
    assert list(table["aht"]) == [240, 250, 200, 210]


def test_measures_below_days_of_a_workbook():
    days = [datetime.datetime(2026, 3, day) for day in (23, 24)]
    rows = [["", days[0], None, days[1], None], ["Time", "Calls", "AHT", "Calls", "AHT"]]
    rows += [["08:00", 10, 240, 1, 200], ["08:30", 12, 250, 2, 210]]
    table = read(workbook(S=rows)).table
    assert list(table["start"][:2]) == list(MORNING)
    assert list(table["volume"]) == [10, 12, 1, 2]


def test_weekdays_over_dates_and_large_volumes():
    days = [datetime.datetime(2026, 3, day) for day in (23, 24)]
    rows = [["", *days], ["Queue", *days], ["A", 31000, 35000], ["B", 32000, 36000]]
    assert list(read(workbook(S=rows), aht=240).table["volume"]) == [31000, 35000, 32000, 36000]


def test_sums_of_weeks_between_the_days():
    text = "Zeit;23.03.2026;24.03.2026;KW 13;30.03.2026;31.03.2026;KW 14\n"
    assert read(text + "08:00;1;2;3;4;5;9\n08:30;1;2;3;4;5;9\n", aht=240).volume == 24
