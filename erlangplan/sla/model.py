"""What a contract holds, once it is read: objects that are valid where they exist.

`reading` makes them from a file and `explaining` says them in words; `measures` counts what an
objective asks for, `scorecard` judges it. Shares are from 0 to 1, durations in seconds, times of
day in seconds since midnight on the contract's own wall clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

__all__ = [
    "AGGREGATES", "METRICS", "WINDOWS", "Bonus", "Chronic", "Condition", "Contract", "Credit",
    "EarnBack", "Escalation", "Hours", "Money", "Objective", "Queue", "Relief", "Vector",
]  # fmt: skip

METRICS = (
    "service_level", "asa", "abandon_rate", "response_time", "accuracy", "backlog", "occupancy",
    "manual",
)  # fmt: skip
WINDOWS = ("interval", "day", "week", "month", "quarter")
AGGREGATES = ("contacts", "mean-of-intervals", "share-of-intervals")
Kind = Literal["customer", "service", "ola"]
Clock = Literal["always", "open-hours"]


@dataclass(frozen=True)
class Hours:
    """Hours of operation.

    Attributes
    ----------
    name
        As queues name them.
    weekdays
        For Monday to Sunday, the open spans of a day as (from, until) [s since midnight].
    closed
        Days without any.
    special
        Spans of single days that differ.
    """

    name: str
    weekdays: tuple[tuple[tuple[float, float], ...], ...]
    closed: frozenset[date] = frozenset()
    special: Mapping[date, tuple[tuple[float, float], ...]] = field(default_factory=dict)

    def open_on(self, day: date) -> tuple[tuple[float, float], ...]:
        """Return the open spans of a day [s since midnight]."""
        if day in self.closed:
            return ()
        return self.special.get(day, self.weekdays[day.weekday()])


@dataclass(frozen=True)
class Queue:
    """A queue of the contract.

    `hours` is the name of its hours, None = always open; `at_most_offered` declares that answered
    plus abandoned must not exceed offered in any row; with ``open-hours`` the clock of response
    times stops while it is closed.
    """

    name: str
    channel: str = ""
    hours: str | None = None
    priority: int | None = None
    concurrency: int = 1
    clock: Clock = "always"
    at_most_offered: bool = False


@dataclass(frozen=True)
class Objective:
    """One promise.

    Attributes
    ----------
    id, queues
        Its name; the queues that it is about, taken together.
    metric
        One of `METRICS`.
    goal
        Share (or seconds: asa, backlog) that the result must reach.
    at_most
        Whether the result must stay at or below the goal, instead of reaching it.
    threshold
        For service_level and response_time [s].
    abandons
        Way of counting a service level, as in `targets`.
    short_abandon
        Contacts abandoned before this are short abandons; None = the metric has none [s].
    window, aggregate
        Over what, and how intervals are added up.
    share
        For share-of-intervals, the share of judged intervals that must meet the goal.
    min_contacts
        Intervals with fewer contacts are not judged.
    min_sample
        With fewer counted the verdict is undecided.
    match
        Values of columns that a row must have; of objectives of one queue and metric the first in
        file order wins a row, apart from those with the same match.
    refined
        For asa: waits of answered contacts only, short abandons in no count.
    """

    id: str
    queues: tuple[str, ...]
    metric: str
    goal: float
    at_most: bool = False
    threshold: float | None = None
    abandons: str = "count"
    short_abandon: float | None = None
    window: str = "month"
    aggregate: str = "contacts"
    share: float | None = None
    min_contacts: float = 0.0
    min_sample: float = 0.0
    critical: bool = False
    match: Mapping[str, str] = field(default_factory=dict)
    refined: bool = False

    @property
    def in_seconds(self) -> bool:
        """Whether results are durations [s]; else they are shares."""
        return self.metric in ("asa", "backlog") and self.aggregate != "share-of-intervals"


@dataclass(frozen=True)
class Condition:
    """When relief is given.

    `measure` is offered, aht or event; `above` the factor of what it is compared with (1.1 for
    110 %), `base` ``forecast`` or ``average``, `days` the business days of the average.
    """

    measure: Literal["offered", "aht", "event"]
    above: float = 1.0
    base: Literal["forecast", "average"] = "forecast"
    days: int = 0
    text: str = ""


@dataclass(frozen=True)
class Relief:
    """A reason to judge less than everything. No queues = all."""

    id: str
    when: Condition
    queues: tuple[str, ...] = ()
    per: Literal["interval", "day", "week", "month"] = "day"
    remedy: Literal["exclude-surplus", "exclude-period", "waive-window"] = "exclude-period"
    attribute: Literal["proportional", "late-first"] = "proportional"
    kind: str | None = None
    notice: float | None = None


@dataclass(frozen=True)
class Money:
    """What is at stake: the fee of a month and the share of it that is at risk."""

    monthly_fee: float = 0.0
    at_risk: float = 0.0

    @property
    def amount_at_risk(self) -> float:
        """Amount at risk in a month."""
        return self.monthly_fee * self.at_risk


@dataclass(frozen=True)
class EarnBack:
    """A share of a credit that comes back after months met in a row."""

    months: int
    share: float


@dataclass(frozen=True)
class Credit:
    """What a missed objective costs: one of share, per_point, tiers ((points, amount), ...)."""

    objective: str
    share: float | None = None
    per_point: float | None = None
    tiers: tuple[tuple[float, float], ...] = ()
    cap: float | None = None
    pool: float = 1.0
    allocation: float = 1.0
    earn_back: EarnBack | None = None


@dataclass(frozen=True)
class Bonus:
    """What doing better than promised earns: a share of the monthly fee, or an amount."""

    objective: str
    at_least: float
    share: float | None = None
    amount: float | None = None
    cap: float | None = None


@dataclass(frozen=True)
class Chronic:
    """Chronic failure: so many windows missed in a row, or `any` = (so many, of so many)."""

    consecutive: int | None = None
    any: tuple[int, int] | None = None
    means: str = ""


@dataclass(frozen=True)
class Escalation:
    """Who is told what, and when."""

    when: str
    who: str = ""
    text: str = ""
    update_every: float | None = None


@dataclass(frozen=True)
class Vector:
    """Worked numbers that both parties signed."""

    objective: str
    given: Mapping[str, float]
    expect: float
    tolerance: float = 5e-5
    note: str = ""


@dataclass(frozen=True, eq=False)
class Contract:
    """A service level agreement.

    Attributes
    ----------
    client, service, vendor, kind
        Parties; ``customer`` (one client), ``service`` (all clients of a service) or ``ola``
        (sites or vendors that share one promise, `weights` of the parts).
    time_zone
        Of hours, windows and days; None = times are taken as they stand in the files.
    effective, expires
        First and last day; None = open.
    month_starts_on
        Day of the month on which a fiscal month begins.
    forecast_lock
        How long ahead the forecast is binding; None = the one given is [s].
    clients
        File of clients of a service, in the contract's own folder.
    file, text
        Where it was read, and all of it.
    """

    queues: tuple[Queue, ...]
    objectives: tuple[Objective, ...]
    client: str = ""
    service: str = ""
    vendor: str = ""
    kind: Kind = "customer"
    currency: str = ""
    time_zone: str | None = None
    effective: date | None = None
    expires: date | None = None
    month_starts_on: int = 1
    hours: Mapping[str, Hours] = field(default_factory=dict)
    forecast_lock: float | None = None
    reliefs: tuple[Relief, ...] = ()
    money: Money | None = None
    credits: tuple[Credit, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    chronic: Chronic | None = None
    escalations: tuple[Escalation, ...] = ()
    tests: tuple[Vector, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    clients: str | None = None
    title: str = ""
    file: str = ""
    text: str = ""

    def objective(self, id: str) -> Objective:
        """Return an objective by its id, or raise a KeyError."""
        return {each.id: each for each in self.objectives}[id]

    def queue(self, name: str) -> Queue:
        """Return a queue by its name, or raise a KeyError."""
        return {each.name: each for each in self.queues}[name]

    def hours_of(self, queue: str) -> Hours | None:
        """Return the hours of a queue; None = always open."""
        name = self.queue(queue).hours
        return None if name is None else self.hours[name]

    def credit_of(self, objective: str) -> Credit | None:
        """Return the credit of an objective, if it has one."""
        return next((each for each in self.credits if each.objective == objective), None)
