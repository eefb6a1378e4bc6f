"""Stamps: what one cell says about a date and a time, in every usual way of writing."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from dataclasses import dataclass, field, replace

from erlangplan.files.tables import Cell

__all__ = ["DAY", "FIRST_YEAR", "LAST_YEAR", "ORDERS", "Stamp", "read_stamp", "weekday_number"]

DAY = 86400.0
ORDERS = ("ymd", "dmy", "mdy")
FIRST_YEAR, LAST_YEAR = 1980, 2099


def _numbered(text: str, first: int) -> dict[str, int]:
    groups = enumerate(text.split("|"), start=first)
    return {name: number for number, names in groups for name in names.split()}


_MONTHS = _numbered(
    "jan january januar janvier enero ene januari|feb february februar fevrier febrero februari|"
    "mar march marz mrz mars marzo maart mrt|apr april avril abril abr|may mai mayo mei|"
    "jun june juni juin junio|jul july juli juillet julio|aug august aout agosto ago augustus|"
    "sep sept september septembre septiembre|oct october okt oktober octobre octubre|"
    "nov november novembre noviembre|dec december dez dezember decembre diciembre dic",
    first=1,
)
_WEEKDAYS = _numbered(
    "mon monday mo montag lun lundi lunes ma maandag|"
    "tue tues tuesday tu di dienstag die mar mardi martes dinsdag|"
    "wed wednesday we mi mittwoch mit mer mercredi mie miercoles wo woensdag|"
    "thu thur thurs thursday th do donnerstag don jeu jeudi jueves donderdag|"
    "fri friday fr freitag fre ven vendredi vie viernes vr vrijdag|"
    "sat saturday sa samstag sam samedi sab sabado sonnabend za zaterdag|"
    "sun sunday su so sonntag son dim dimanche dom domingo zo zondag",
    first=0,
)
_T = r"([0-9]{1,2})(?:[:h]([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?)?\s*([ap]\.?m?\.?)?"
_CLOCK = re.compile(rf"{_T}(\s*uhr|h)?")
_HOURS = re.compile(r"([0-9]{1,2}) ?- ?([0-9]{1,2})")
_PACKED = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})?")
_RANGE = re.compile(r"(.*[0-9m.])\s*(?:\s-\s|-|\u2013|\u2014|\bto\b|\bbis\b|\ba\b)\s*([0-9].*)")
_ZONE = re.compile(r"\s*(z|utc|gmt|(?:utc|gmt)?([+-])([0-9]{2}):?([0-9]{2})?)$")
_NUMERIC = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,2})(?:\2([0-9]{4}|[0-9]{2})|([.]?))")
_EIGHT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})\.?[-/ ,]*([a-z]{3,})\.?(?:[-/ ,]+'?([0-9]{4}|[0-9]{2}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,})\.?[-/ ]*([0-9]{1,2})(?:st|nd|rd|th)?(?:[-/ ,]+([0-9]{4}))?")
_YEAR_MONTH_DAY = re.compile(r"([0-9]{4})[-/ ]([a-z]{3,})[-/ ]([0-9]{1,2})")
_WEEKDAY = re.compile(r"\(?([a-z]{2,10})\)?\.?,?[\s-]+(?=.*[0-9])|[\s,(-]+([a-z]{2,10})\.?\)?$")


@dataclass(frozen=True)
class Stamp:
    """What one text says: a date in each order that it allows, a time of day, an end, an offset.

    Dates are days since 1970; times are seconds; `yearless` tells that the year is missing.
    """

    dates: dict[str, int] = field(default_factory=dict)
    shape: str = ""
    seconds: float = math.nan
    end: float = math.nan
    offset: float = math.nan
    twelve: bool = False
    yearless: bool = False


def read_stamp(
    cell: Cell, *, hint: str | None = None, year: int | None = None, hours: bool = False
) -> Stamp | None:
    """Return what one cell says about date and time, or None.

    Parameters
    ----------
    cell
        A text, or a number from a workbook (a serial date or a fraction of a day).
    hint
        "date" or "time", how bare digits are read.
    year
        The year of a date that has none.
    hours
        Read bare digits as hours instead of HHMM.
    """
    if not isinstance(cell, str):
        return _of_number(cell, hint, hours)
    text = _plain(cell)
    if not text or len(text) > 60:
        return None
    if text.isdecimal():
        return _of_digits(text, hint, hours)
    if stamp := (_of_clock(text) or (_of_hours(text) if hint == "time" else None)):
        return stamp
    return _of_text(text, year)


def _plain(text: str) -> str:
    spaced = re.sub(r"[\s\u00a0\u202f\u2009]+", " ", text.strip().casefold())
    marks = unicodedata.normalize("NFD", spaced)
    return "".join(mark for mark in marks if not unicodedata.combining(mark))


def _of_number(value: float, hint: str | None, hours: bool) -> Stamp | None:
    if not math.isfinite(value):
        return None
    if value == int(value) and (hours or (hint == "time" and value > 1) or value > 73_050):
        return _of_digits(str(int(value)), hint, hours)
    if 0 <= value <= 1:
        return Stamp(seconds=float(round(value * DAY)))
    if 29_221 <= value <= 73_050:
        day = int(value)
        seconds = float(round((value - day) * DAY))
        # Spreadsheets count days from 30 December 1899.
        return Stamp(dict.fromkeys(ORDERS, day - 25_569), "serial", seconds)
    return None


def _of_digits(text: str, hint: str | None, hours: bool) -> Stamp | None:
    if hint == "time" or len(text) < 8:
        return _of_hhmm(text, hint, hours)
    if match := _EIGHT.fullmatch(text):
        return _dated(Stamp(), match[1], match[2], match[3], "digits", None, ("ymd",))
    if len(text) in (12, 14) and text[:2] in ("19", "20"):
        date, clock = _EIGHT.fullmatch(text[:8]), _PACKED.fullmatch(text[8:])
        if date and clock and (time := _seconds(clock[1], clock[2], clock[3], None)) is not None:
            return _dated(Stamp(seconds=time), date[1], date[2], date[3], "digits", None, ("ymd",))
    if len(text) in (10, 13):
        seconds = int(text[:10]) + int(text[10:] or 0) / 1000
        day, rest = divmod(seconds, DAY)
        if 3_652 <= day <= 47_480:
            return Stamp(dict.fromkeys(ORDERS, int(day)), "epoch", rest, offset=0.0)
    return None


def _of_hhmm(text: str, hint: str | None, hours: bool) -> Stamp | None:
    if hours:
        return Stamp(seconds=3600.0 * int(text)) if int(text) <= 24 else None
    if len(text) > 4 or (hint != "time" and len(text) < 4):
        return None
    seconds = _seconds(text.zfill(4)[:2], text.zfill(4)[2:], None, None)
    return None if seconds is None else Stamp(seconds=seconds)


def _of_hours(text: str) -> Stamp | None:
    """Read a range of whole hours such as 8-9."""
    match = _HOURS.fullmatch(text)
    if match is None or not int(match[1]) < int(match[2]) <= 24:
        return None
    return Stamp(seconds=3600.0 * int(match[1]), end=3600.0 * int(match[2]))


def _of_clock(text: str) -> Stamp | None:
    """Read a time of day or a range of two."""
    seconds, twelve = _clock(text)
    if seconds is not None:
        return Stamp(seconds=seconds, twelve=twelve)
    if match := _RANGE.fullmatch(text):
        start, first = _clock(match[1].strip(), packed=True)
        end, second = _clock(match[2].strip(), packed=True)
        if start is None or end is None:
            return None
        if second and not first and start < DAY / 2:
            # "1:30 - 2:00 PM" leaves out the first PM.
            start, first = (start + DAY / 2, True) if start + DAY / 2 < end else (start, True)
        return Stamp(seconds=start, end=end if end > start else end + DAY, twelve=first)
    return None


def _clock(text: str, *, packed: bool = False) -> tuple[float | None, bool]:
    if packed and (match := _PACKED.fullmatch(text)):
        return _seconds(match[1], match[2], match[3], None), False
    match = _CLOCK.fullmatch(text)
    if match is None or not (match[2] or match[5] or match[6]):
        return None, False
    seconds = _seconds(match[1], match[2], match[3], match[5])
    if seconds is not None and match[4]:
        seconds += float(f"0.{match[4]}")
    return seconds, match[5] is not None


def _seconds(hour: str, minute: str | None, second: str | None, half: str | None) -> float | None:
    h, m, s = int(hour), int(minute or 0), int(second or 0)
    if half is not None:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half[0] == "p" else 0)
    if m > 59 or s > 59 or 3600 * h + 60 * m + s > DAY:
        return None
    return 3600.0 * h + 60 * m + s


def _of_text(text: str, year: int | None) -> Stamp | None:
    """Read a date, alone or followed by a time, a range, an offset."""
    weekday = None
    if match := _WEEKDAY.match(text) or _WEEKDAY.search(text):
        name = match[1] or match[2]
        whole = _NUMERIC.match(text, match.end()) if match[1] else True
        if name in _WEEKDAYS and (name not in _MONTHS or whole):
            weekday = _WEEKDAYS[name]
            text = (text[: match.start()] + text[match.end() :]).strip()
    head, rest = _split_date(text)
    stamp = Stamp()
    if rest:
        read = _of_time(rest)
        if read is None:
            return None
        stamp = read
    dated = _of_date(head, stamp, year)
    if dated is None or weekday is None or dated.yearless:
        return dated
    kept = {order: day for order, day in dated.dates.items() if (day + 3) % 7 == weekday}
    return replace(dated, dates=kept)


def weekday_number(text: str) -> int | None:
    """Return 0 for Monday to 6 for Sunday, or None where the text names no weekday."""
    return _WEEKDAYS.get(_plain(text).strip(" ."))


def _split_date(text: str) -> tuple[str, str]:
    match = re.search(
        r"(?<=[0-9.])(?:t|,? +)(?=[0-9]{1,2}(?::|[ap]|\s*[ap]\.?m)|[0-9]{4}\b(?!.*:))", text
    )
    if match is None:
        return text, ""
    if ":" not in text[match.end() :] and not re.search(r"[0-9]\s*[ap]", text[match.end() :]):
        return text, ""
    return text[: match.start()], text[match.end() :]


def _of_time(text: str) -> Stamp | None:
    offset = math.nan
    if match := _ZONE.search(text):
        shift = 3600.0 * int(match[3] or 0) + 60.0 * int(match[4] or 0)
        offset = -shift if match[2] == "-" else shift
        if (stamp := _of_clock(text[: match.start()].strip())) and math.isnan(stamp.end):
            return replace(stamp, offset=offset)
    return _of_clock(text)


def _of_date(text: str, stamp: Stamp, year: int | None) -> Stamp | None:
    text = text.strip(" ,")
    if match := _EIGHT.fullmatch(text):
        return _dated(stamp, match[1], match[2], match[3], "digits", year, ("ymd",))
    if match := _NUMERIC.fullmatch(text):
        return _of_numeric(match, stamp, year)
    if match := _YEAR_MONTH_DAY.fullmatch(text):
        return _named(stamp, match[3], match[2], match[1], year)
    if match := _DAY_MONTH.fullmatch(text):
        return _named(stamp, match[1], match[2], match[3], year)
    if match := _MONTH_DAY.fullmatch(text):
        return _named(stamp, match[2], match[1], match[3], year)
    return None


def _named(stamp: Stamp, day: str, month: str, year: str | None, given: int | None) -> Stamp | None:
    if month not in _MONTHS:
        return None
    number = str(_MONTHS[month])
    if year is None:
        return _yearless(stamp, [("dmy", day, number)], "name", given, same=True)
    read = _dated(stamp, year, number, day, "name", None, ("ymd",))
    return read and replace(read, dates=dict.fromkeys(ORDERS, read.dates["ymd"]))


def _of_numeric(match: re.Match[str], stamp: Stamp, year: int | None) -> Stamp | None:
    first, mark, second, third, _ = match.groups()
    if third is None:
        if len(first) > 2 or mark == " ":
            return None
        orders = [("dmy", first, second), ("mdy", second, first)]
        return _yearless(stamp, orders[:1] if mark == "." else orders, mark, year)
    if len(first) == 4:
        return (
            _dated(stamp, first, second, third, mark, year, ("ymd",)) if (len(third) == 2) else None
        )
    if len(first) > 2:
        return None
    # Nobody writes month.day.year with dots.
    orders_: tuple[str, ...] = ("dmy",) if mark == "." else ("dmy", "mdy")
    if len(third) == 2 and mark == "-":
        orders_ = ("ymd", "dmy", "mdy")
    return _dated(stamp, first, second, third, f"{mark}{len(third)}", year, orders_)


def _dated(
    stamp: Stamp,
    first: str,
    second: str,
    third: str,
    shape: str,
    year: int | None,
    orders: tuple[str, ...],
) -> Stamp | None:
    del year
    dates = {}
    for order in orders:
        named = dict(zip(order, (first, second, third), strict=True))
        day = _days(named["y"], named["m"], named["d"])
        if day is not None:
            dates[order] = day
    return replace(stamp, dates=dates, shape=shape) if dates else None


def _days(year: str, month: str, day: str) -> int | None:
    if len(year) not in (2, 4):
        return None
    whole = int(year) + (2000 if len(year) == 2 else 0)
    if not FIRST_YEAR <= whole <= LAST_YEAR:
        return None
    try:
        return (datetime.date(whole, int(month), int(day)) - datetime.date(1970, 1, 1)).days
    except ValueError:
        return None


def _yearless(
    stamp: Stamp,
    orders: list[tuple[str, str, str]],
    shape: str,
    year: int | None,
    *,
    same: bool = False,
) -> Stamp | None:
    # Without a year, a leap year stands in, so that 29 February remains a date.
    dates = {}
    for order, day, month in orders:
        days = _days(str(year or 2024), month, day)
        if days is not None:
            dates.update(dict.fromkeys(ORDERS, days) if same else {order: days})
    if not dates:
        return None
    return replace(stamp, dates=dates, shape=f"{shape} no year", yearless=year is None)
