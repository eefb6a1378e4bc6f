"""A contract in plain English: every clause, every formula, every default; fit to be signed."""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Iterator

from erlangplan.shifts.times import Pair, days_text, time_text
from erlangplan.sla.counting import ratio
from erlangplan.sla.explaining_money import money_lines
from erlangplan.sla.formulas import (
    SYMBOLS,
    Formula,
    formula,
    goal_text,
    length_text,
    percent_text,
)
from erlangplan.sla.model import Contract, Hours, Objective, Queue, Relief
from erlangplan.targets import WAYS

__all__ = ["Formula", "explain", "formula"]

_WIDTH = 96
_NUMBER = re.compile(r"(\d) (%|s\b|min\b|h\b)")
_METRICS = {
    "service_level": "service level",
    "response_time": "response time",
    "asa": "mean wait of answered contacts",
    "abandon_rate": "abandoned contacts",
    "accuracy": "accuracy",
    "backlog": "age of the backlog",
    "occupancy": "occupancy",
    "manual": "measured by hand",
}
_KINDS = {
    "customer": "customer: for this client only; it comes before any contract for all clients",
    "service": "service: for every client of the service without a contract of its own",
    "ola": "ola: several sites or vendors keep one promise together",
}
_RULES = (
    "A contact belongs to the interval, day and month in which it arrived.",
    "The wait is counted from the arrival in the queue until an agent answers, or the contact "
    "abandons.",
    "Within 20 s means a wait of 20 s or less: exactly 20 s is in time. So for every limit.",
    "Results are not rounded before they are compared: counts are compared exactly.",
    "Percentages are never averaged: counts are added first, unless an objective says otherwise.",
    "Without contacts there is no result, neither 0 % nor 100 %: the verdict is 'no contacts'.",
    "Raw results and results after relief stand side by side, with every row that was excluded.",
)


def explain(contract: Contract) -> str:
    """Return a contract in plain English.

    The same contract always gives the same text, defaults included, so that both parties can sign
    what is printed; the digest of the file stands in it.
    """
    sections = (
        ("", _heading(contract)),
        ("Parties and term", _parties(contract)),
        ("Days, months and hours", _calendar(contract)),
        ("Queues", _queues(contract)),
        ("How is counted", iter(_RULES)),
        ("Objectives", _objectives(contract)),
        ("Symbols", _symbols(contract)),
        ("Relief", _reliefs(contract)),
        ("Money", money_lines(contract)),
        ("Escalation", _escalations(contract)),
        ("Worked numbers", _tests(contract)),
        ("Signatures", _signatures(contract)),
    )
    blocks = []
    for title, lines in sections:
        text = "\n".join(_wrapped(line) for line in lines)
        blocks.append(f"{title}\n{'-' * len(title)}\n{text}" if title else text)
    return "\n\n".join(blocks) + "\n"


def _wrapped(line: str) -> str:
    """Wrap a line; what follows stands under its text, behind any label."""
    indent = len(line) - len(line.lstrip())
    return textwrap.fill(
        _NUMBER.sub("\\1\xa0\\2", line.strip()), _WIDTH, initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2), break_long_words=False, break_on_hyphens=False,
    ).replace("\xa0", " ")  # fmt: skip


def _heading(contract: Contract) -> Iterator[str]:
    parties = [name for name in (contract.client or contract.service, contract.vendor) if name]
    title = contract.title or f"Service level agreement: {' and '.join(parties)}"
    yield title
    yield "=" * min(len(title), _WIDTH)


def _parties(contract: Contract) -> Iterator[str]:
    yield f"Client: {contract.client or 'every client of the service'}"
    yield f"Service: {contract.service or 'the queues below'}"
    yield f"Vendor: {contract.vendor or 'not named'}"
    yield f"Kind: {_KINDS[contract.kind]}"
    if contract.kind == "service":
        yield f"Clients listed in: {contract.clients or 'no list; every client'}"
    if contract.kind == "ola":
        yield f"Weights of the parts: {_weights(contract)}"
    yield f"From: {contract.effective or 'no first day'}"
    yield f"Until: {contract.expires or 'no last day'}{' (included)' * bool(contract.expires)}"
    yield f"Currency: {contract.currency or 'none; amounts are plain numbers'}"


def _weights(contract: Contract) -> str:
    if not contract.weights:
        return "none; each contact weighs the same, whoever takes it"
    return ", ".join(f"{name} {weight:.12g}" for name, weight in contract.weights.items())


def _calendar(contract: Contract) -> Iterator[str]:
    yield f"Time zone: {contract.time_zone or 'none; times are taken as they stand in the files'}"
    first = contract.month_starts_on
    months = "calendar months" if first == 1 else f"from day {first} to day {first - 1} of the next"
    yield f"Months: {months}. Weeks begin on Monday, days at midnight."
    if not contract.hours:
        yield "Hours of operation: none; every queue is always open"
    for hours in contract.hours.values():
        yield f"Hours '{hours.name}': {_hours_text(hours)}"
        yield f"  Closed on: {', '.join(map(str, sorted(hours.closed))) or 'no further days'}"
        special = (f"{day} {_spans_text(spans)}" for day, spans in sorted(hours.special.items()))
        yield f"  Other hours on: {', '.join(special) or 'no days'}"


def _hours_text(hours: Hours) -> str:
    days: dict[tuple[Pair, ...], list[int]] = {}
    for day, spans in enumerate(hours.weekdays):
        days.setdefault(spans, []).append(day)
    return "; ".join(f"{days_text(named)} {_spans_text(spans)}" for spans, named in days.items())


def _spans_text(spans: tuple[Pair, ...]) -> str:
    return " and ".join(f"{time_text(a)}-{time_text(b)}" for a, b in spans) or "closed"


def _queues(contract: Contract) -> Iterator[str]:
    for queue in contract.queues:
        yield f"{queue.name}: {_queue_text(queue)}"


def _queue_text(queue: Queue) -> str:
    hours = "always open" if queue.hours is None else f"open in the hours '{queue.hours}'"
    clock = {
        "always": "the clock of response times always runs",
        "open-hours": "the clock of response times stops while it is closed",
    }[queue.clock]
    rows = "answered and abandoned contacts may exceed offered ones in a row"
    if queue.at_most_offered:
        rows = "answered and abandoned contacts must not exceed offered ones in any row"
    return "; ".join((
        f"channel {queue.channel or 'not named'}",
        f"priority {'none' if queue.priority is None else queue.priority}",
        f"{queue.concurrency} contact{'s' * (queue.concurrency > 1)} at a time for an agent",
        hours, clock, rows,
    ))  # fmt: skip


def _objectives(contract: Contract) -> Iterator[str]:
    for number, objective in enumerate(contract.objectives, 1):
        yield (
            f"{number}. {objective.id}: {_METRICS[objective.metric]} of "
            f"{' and '.join(objective.queues)}, {goal_text(objective)}, judged each "
            f"{objective.window}"
        )
        for line in _objective_lines(objective, contract):
            yield f"   {line}"


def _objective_lines(objective: Objective, contract: Contract) -> Iterator[str]:
    text = formula(objective)
    yield f"Formula: {text.words}"
    yield f"In symbols: {text.symbols}"
    if objective.metric in ("service_level", "response_time"):
        short = "" if objective.short_abandon is None else length_text(objective.short_abandon)
        yield f"Abandons: {objective.abandons}: {WAYS[objective.abandons].format(short=short)}"
    if objective.metric in ("abandon_rate", "asa"):
        yield f"Short abandons: {_short_text(objective)}"
    yield f"Added up: {_AGGREGATES[objective.aggregate]}"
    if objective.aggregate != "contacts" or objective.window == "interval":
        yield f"Intervals with fewer than {objective.min_contacts:.12g} contacts are not judged."
    sample = "no least number; any sample is judged"
    if objective.min_sample:
        sample = f"with fewer than {objective.min_sample:,.12g} counted the verdict is undecided"
    yield f"Sample: {sample}"
    yield f"Rows: {_rows_text(objective, contract)}"
    yield f"Critical: {'yes' if objective.critical else 'no'}"


def _rows_text(objective: Objective, contract: Contract) -> str:
    named = (f"{column} is '{value}'" for column, value in objective.match.items())
    rows = f"those in which {' and '.join(named)}" if objective.match else "all"
    before = [
        other.id
        for other in contract.objectives[: contract.objectives.index(objective)]
        if other.metric == objective.metric
        and other.match != objective.match
        and set(other.queues) & set(objective.queues)
    ]
    return f"{rows}, but for those that {' and '.join(before)} take" if before else rows


_AGGREGATES = {
    "contacts": "counts first, then divided: each contact weighs the same",
    "mean-of-intervals": "each interval weighs the same, whatever its contacts",
    "share-of-intervals": "each interval is met or missed, and intervals are counted",
}


def _short_text(objective: Objective) -> str:
    limit = objective.short_abandon
    if objective.metric == "asa" and not objective.refined:
        return "no effect: only answered contacts are in the mean"
    if limit is None:
        return "none; every abandoned contact counts"
    return f"contacts abandoned within {length_text(limit)} are left out of every count"


def _symbols(contract: Contract) -> Iterator[str]:
    used = {name for objective in contract.objectives for name in ratio(objective).needed}
    texts = {"threshold": "the objective's time", "short": "the objective's short limit"}
    for name, (letter, words) in SYMBOLS.items():
        if name in used:
            yield f"{letter}: {words.format(**texts)}"
    yield "sum: over the window; <= at most; >= at least"


def _reliefs(contract: Contract) -> Iterator[str]:
    lock = contract.forecast_lock
    known = (
        "the one given with the report" if lock is None else f"binding {length_text(lock)} ahead"
    )
    yield f"Locked forecast: {known}"
    if not contract.reliefs:
        yield "No relief: every contact of every day is judged."
    else:
        yield (
            "Each queue is held against its own forecast. A relief that would make a result worse "
            "is left aside."
        )
    for relief in contract.reliefs:
        queues = " and ".join(relief.queues) or "all queues"
        yield f"{relief.id}: for {queues}, {_when_text(relief)}"
        yield f"  Then: {_remedy_text(relief)}"
        notice = "none is asked for"
        if relief.notice is not None:
            notice = f"{length_text(relief.notice)} ahead"
        yield f"  Notice: {notice}"


def _when_text(relief: Relief) -> str:
    when = relief.when
    if when.measure == "event":
        return f"while an event of kind '{relief.kind or relief.id}' lasts, by the events file"
    base = f"the locked forecast of that {relief.per}"
    if when.base == "average":
        base = f"the average of the last {when.days} business days"
    what = "contacts offered" if when.measure == "offered" else "the mean handle time"
    verb = "are" if when.measure == "offered" else "is"
    return f"where {what} of a {relief.per} {verb} more than {percent_text(when.above)} of {base}"


def _remedy_text(relief: Relief) -> str:
    event = relief.when.measure == "event"
    period = "every interval that it touches" if event else f"the {relief.per}"
    if relief.remedy == "exclude-period":
        return f"exclude-period: {period} is left out of every count"
    if relief.remedy == "waive-window":
        return "waive-window: the windows that it falls in are not held against the vendor"
    taken = "in time and late ones in proportion"
    if relief.attribute == "late-first":
        taken = "late ones first"
    return f"exclude-surplus: contacts above it are left out of every count, {taken}"


def _escalations(contract: Contract) -> Iterator[str]:
    if not contract.escalations:
        yield "None agreed."
    for step in contract.escalations:
        update = "once"
        if step.update_every is not None:
            update = f"with an update every {length_text(step.update_every)}"
        text = f" Text: {step.text}" if step.text else " No text agreed."
        yield f"When {step.when}: tell {step.who or 'whom it concerns'}, {update}.{text}"


def _tests(contract: Contract) -> Iterator[str]:
    if not contract.tests:
        yield "None agreed."
    for test in contract.tests:
        given = ", ".join(f"{name} {count:,.12g}" for name, count in test.given.items())
        note = f" ({test.note})" if test.note else ""
        yield (
            f"{test.objective}: {given} must give {test.expect:.12g}, within "
            f"{test.tolerance:.12g}{note}"
        )


def _signatures(contract: Contract) -> Iterator[str]:
    if contract.text:
        digest = hashlib.sha256(contract.text.encode()).hexdigest()
        yield f"File {contract.file or 'not named'}, SHA-256 {digest}"
    for name in (contract.client or contract.service or "Client", contract.vendor or "Vendor"):
        yield f"For {name}: ______________________  Date: ____________"
