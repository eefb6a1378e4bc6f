"""What the labels of columns mean, in the words of many planners' exports."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain

__all__ = ["Label", "find_roles", "read_label"]

_UNITS = {
    "s": 1.0, "sec": 1.0, "secs": 1.0, "second": 1.0, "seconds": 1.0, "sek": 1.0, "seg": 1.0,
    "sekunden": 1.0, "segundos": 1.0, "secondes": 1.0, "m": 60.0, "min": 60.0, "mins": 60.0,
    "minute": 60.0, "minutes": 60.0, "minuten": 60.0, "minutos": 60.0, "h": 3600.0, "hrs": 3600.0,
    "hours": 3600.0, "stunden": 3600.0, "std": 3600.0, "ms": 0.001,
    "milliseconds": 0.001,
}  # fmt: skip
_SAME = {
    "average": "avg", "mean": "avg", "durchschnittliche": "avg", "durchschnittlich": "avg",
    "durchschnitt": "avg", "durchschn": "avg", "mittlere": "avg", "moyenne": "avg", "ø": "avg",
    "medio": "avg", "media": "avg", "mittelwert": "avg",
    "sum": "total", "summe": "total", "gesamt": "total", "gesamte": "total", "tot": "total",
    "handling": "handle", "handled": "handled", "calls": "call", "contacts": "contact",
    "interactions": "interaction", "transactions": "transaction", "tasks": "task",
    "anrufe": "anruf",
    "kontakte": "kontakt", "arrivals": "arrival", "names": "name", "queues": "queue",
    "act": "actual", "ist": "actual", "skills": "skill", "llamadas": "call",
    "appels": "call", "llamada": "call", "gesprekken": "call", "oproepen": "call",
    "ofrecidas": "offered", "aangeboden": "offered", "presented": "offered", "offer": "offered",
    "presentes": "offered", "recus": "received", "recibidas": "received", "ontvangen": "received",
    "traites": "handled", "atendidas": "handled", "beantwoord": "handled", "answer": "answered",
    "abandon": "abandoned", "gem": "avg", "gemiddelde": "avg", "afhandeltijd": "aht",
    "begin": "start", "starting": "start", "beginning": "start",
    "intervall": "interval", "intvl": "interval", "intervalo": "interval", "intervalle": "interval",
    "periode": "period", "tijd": "time", "tijdstip": "time", "franja": "slot", "tranche": "slot",
    "horaria": "hour", "horaire": "hour", "agenten": "agents", "agent": "agents", "wrapup": "wrap",
    "vol": "volume", "volumen": "volume", "volumes": "volume", "abandons": "abandoned",
    "aband": "abandoned", "abd": "abandoned", "times": "time",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NOISE = _words(
    "forecast forecasted predicted projected expected planned plan prognose prognostizierte "
    "number no nr nb of num count anzahl the der die das und and in utc gmt zulu local lokal "
    "inbound voice phone fc fcst de la anz aantal"
)
_UTC = _words("utc gmt zulu")
_TIMES = _words("time interval uhrzeit zeit hour stunde period hora heure slot zeitraum tijd")
_DATES = _words("date day datum tag fecha jour kalendertag dia")

# Each line is a tier: a label of an earlier line is taken before one of a later line.
_SYNONYMS: dict[str, str] = {
    "queue": """
        queue|queue name|warteschlange|warteschlangenname|queue group
        skill|skill name|split|split skill|ct|ct name|contact type|contact type name|call type
            |call type name|workload|workload name|workgroup|work group|planning group|vdn
            |forecast group|ring group|call queue|acd queue|skillset
            |hotline|linie|line
            |vector|line business|lob|campaign|kampagne|service|cola
            |file attente|wachtrij|csq name
        group|gruppe|group name|team|name|activity|skill set|site|department|abteilung
        queue id|skill id|ct id""",
    "when": """
        start|interval start|start time|timestamp|time stamp|datetime|date time|start date time
            |interval start time|interval start date|period start|startzeit|zeitstempel|datum zeit
            |datum uhrzeit|interval start date time|start datetime|start interval|start timestamp
            |date|day|datum|tag|interval date|call date|business date|report date|fecha|jour|time
            |interval|uhrzeit|zeit|hour|stunde|half hour|halbstunde|quarter hour|period|time day
            |zeitraum|zeitfenster|hora|heure|interval time|time interval|time slot|slot|start date
            |kalendertag|beginn|from|von|ab|start half hour|start quarter hour|dia|date day
            |viertelstunde|interval hour|time period|half hour start|intervalstart|starttime
            |von zeit|von uhrzeit|slot hour""",
    "end": """
        end|interval end|end time|ende|bis|stop|to|until|endzeit|interval end time|end date
            |end date time|stop time|period end|end datetime|interval end date|endtime""",
    "length": """
        interval duration|interval length|duration|granularity|period length
            |interval size|intervallange|intervalduration""",
    "volume": """
        offered|call offered|contact offered|interaction offered|incoming contact volume|nco
            |incoming call volume|call volume|contact volume|volume|offered volume|cv
            |n offered|acd call offered
            |angebotene anruf|anruf angeboten|angebotene kontakt|interaction volume|angeboten
            |offered call|offered contact|volume offered|total offered|total call offered
        call|contact|interaction|anruf|task|transaction|kontakt|arrival|call received|received
            |demand
            |call queued|contact queued|total incoming call|aanbod
            |total call|incoming|incoming call|eingehende anruf|incoming contact
            |forecast|inbound|total contact|total volume|call arrived|work volume|anruf eingehend
            |contact received|gesprache|anrufvolumen|work items|anrufvolume|anrufmenge|kontaktvolume
        actual offered|actual call|actual contact|actual volume|actual call offered
            |actual call volume|actual contact volume""",
    "aht": """
        aht|avg handle time|avg handle|avg aht|avg bearbeitungszeit|bearbeitungszeit avg|tmo|dmt
            |avg handle duration|avg processing time|avg service time|avg bearbeitungsdauer|mht
            |avg contact handle time|avg call handle time|avg interaction handle time
            |avg vorgangsdauer|tiempo operacion avg|contact handle time avg|call aht
        actual aht|actual avg handle time""",
    "handle_time": """
        total handle time|handle time total|total handle|total bearbeitungszeit
            |bearbeitungszeit total|total tht|tht|total aht|gesamtbearbeitungszeit
            |total handle duration|total contact handle time|total interaction handle time
        actual total handle time""",
    "handled": """
        handled|call handled|contact handled|interaction handled|handled call|handled contact
            |answered|call answered|contact answered|interaction answered|answered call
            |total handled|total answered|angenommen|angenommene anruf|bearbeitet
            |bearbeitete anruf|beantwortet|beantwortete anruf|served|acd call|call acd
            |anruf angenommen|answered contact|angenommene kontakt|bearbeitete kontakt
        actual handled|actual call handled""",
    "talk": """
        avg talk|avg talk time|att|avg acd time|avg gesprachszeit|avg gesprachsdauer|avg task time
            |avg handle time without wrap|talk time avg""",
    "hold": "avg hold|avg hold time|avg haltezeit",
    "wrap": """
        avg acw|avg acw time|avg after call work|avg after call work time|avg wrap up time|avg wrap
            |avg wrap time|avg nachbearbeitungszeit|avg after task time|avg wrap up|acw avg
            |avg after contact work time|avg nachbearbeitung""",
    "talk_total": "total talk|total talk time|total acd time|total gesprachszeit",
    "hold_total": "total hold|total hold time|total haltezeit",
    "wrap_total": """
        total acw|total acw time|total after call work|total after call work time|total wrap
            |total wrap up time|total wrap time|total nachbearbeitungszeit
            |total after contact work time""",
    "unclear": """
        handle time|bearbeitungszeit|talk time|hold time|acw time|acw|wrap up time|wrap time
            |after call work|acd time|handle duration|processing time|bearbeitungsdauer""",
    "share": "share|profile|percent|percentage|weight|anteil|prozent|distribution|verteilung",
    "weekday": "weekday|day week|dow|wochentag|week day|day name|dayname|tagname",
    "measure": "measure|metric|kpi|statistic|kennzahl|stat|measure name|messwert",
    "wait": """
        total wait|total wait time|total waiting time|wait total|total queue time|total wait all
        wait|wait time|waiting time|queue time|wartezeit|time queue|wait offered|avg wait
            |avg wait time|avg queue time|avg waiting time|avg wartezeit""",
    "wait_answered": """
        asa|avg speed answer|avg speed to answer|speed answer|avg wait answered|wait answered
            |avg answer time|total answer time|total wait answered|avg delay""",
    "wait_abandoned": """
        wait abandoned|avg time to abandoned|avg time abandoned|avg wait abandoned
            |avg abandoned time|total wait abandoned|avg time to abandon|time to abandon
            |total abandoned time
            |avg abandon time|avg abandonment time""",
    "abandoned": """
        abandoned|call abandoned|contact abandoned|abandoned call|abandoned contact|aufgelegt
            |interaction abandoned|abandonment|total abandoned|aufgegeben|aufleger|verloren
            |verlorene anruf|abandoned interaction|abbruche""",
    "offset": "offset|time zone offset",
    "outcome": "outcome|result|disposition|status|call outcome|ergebnis|resultat",
    "agents": """
        agents|on queue|agents on queue|open agents|staffed|staff|positions
            |staffing|headcount|staffed agents|agents staffed|agents available|agents required""",
    "scheduled": "scheduled|agents scheduled|scheduled agents|scheduled staff",
}  # fmt: skip


# A label with a unit of time names none of these: agent hours are no agents.
_COUNTS = frozenset(["queue", "volume", "handled", "abandoned", "share", "agents", "scheduled"])


@dataclass(frozen=True)
class Label:
    """A label of a column, taken apart: sorted words, seconds per unit, whether it says UTC."""

    text: str
    words: tuple[str, ...]
    unit: float | None
    clock: str | None
    utc: bool
    hint: str | None


@cache
def read_label(text: str) -> Label:
    """Return a label taken apart; units and words that say nothing new are split off.

    Examples
    --------
    >>> read_label("AverageHandleTime (min)").words, read_label("AHT_s").unit
    (('avg', 'handle', 'time'), 1.0)
    """
    plain = re.sub(r"[Øø⌀∅]", " avg ", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"(?<=[a-zäöü0-9])(?=[A-Z])", " ", plain).casefold()
    clock = re.search(r"\b(h{1,2}:mm:ss|h{1,2}:mm|m{1,2}:ss)\b|\[h\]:mm(?::ss)?", plain)
    if clock:
        plain = plain.replace(clock[0], " ")
    marks = unicodedata.normalize("NFD", plain)
    letters = "".join(mark for mark in marks if not unicodedata.combining(mark))
    words = re.findall(r"[a-z]+|[0-9]+", letters)
    unit = _UNITS.get(words[-1]) if len(words) > 1 else None
    if unit is not None:
        words.pop()
    same = [_SAME.get(word, word) for word in words]
    kept = [word for word in same if word not in _NOISE] or same
    hint = "date" if _DATES & set(kept) else "time" if _TIMES & set(kept) else None
    if _DATES & set(kept) and _TIMES & set(kept) - {"interval"}:
        hint = None
    return Label(
        text, tuple(sorted(kept)), unit, clock[0] if clock else None, bool(_UTC & set(words)), hint
    )


@cache
def _known() -> dict[tuple[str, ...], list[tuple[str, int]]]:
    known: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for role, lines in _SYNONYMS.items():
        joined = re.sub(r"\n\s*\|", "|", lines.strip())
        for tier, line in enumerate(joined.splitlines()):
            for synonym in line.split("|"):
                entry = known.setdefault(read_label(synonym.strip()).words, [])
                if not any(taken == role for taken, _ in entry):
                    entry.append((role, tier))
    return known


def find_roles(labels: Iterable[str]) -> dict[str, list[int]]:
    """Return the positions of the labels that name each role, only those of the best tier."""
    found: dict[str, dict[int, list[int]]] = {}
    for position, text in enumerate(labels):
        label = read_label(text)
        for role, tier in _known().get(label.words, ()) if text else ():
            if label.unit is not None and role in _COUNTS:
                continue
            found.setdefault(role, {}).setdefault(tier, []).append(position)
        if text and label.words == ("interval",) and label.unit is not None:
            found.setdefault("length", {}).setdefault(1, []).append(position)
    # All columns that may hold the time count: their content tells which does.
    return {
        role: sorted(chain.from_iterable(tiers.values())) if role == "when" else tiers[min(tiers)]
        for role, tiers in found.items()
    }
