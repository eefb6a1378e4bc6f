"""A kind of shift: when it may start, how long it is, which breaks it has and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from erlangplan.shifts.breaks import Break, Spacing
from erlangplan.shifts.fitting import break_windows
from erlangplan.shifts.times import EVERY_DAY, Pair, as_days, as_presence, as_starts
from erlangplan.shifts.values import (
    Converters,
    as_factor,
    as_many,
    as_name,
    as_names,
    as_people,
    settle,
)
from erlangplan.units import duration_text

__all__ = ["Shift"]


@dataclass(frozen=True)
class Shift:
    """A kind of shift: when it may start, how long it is, which breaks it has.

    Parameters
    ----------
    name
        Such as ``early``.
    starts
        Times of the day at which it may start, sorted [s after midnight]; also as text,
        ``"06:00"`` or ``"06:00/30min/13:00"``, or a list of these.
    presence
        Shortest and longest time from arrival to leaving, and the step between (0 where both are
        the same) [s]; also as text, ``"8h30"`` or ``"5h..9h/15min"``.
    days
        Weekdays on which it may start; also as text, ``"mon-fri"``.
    people
        Fewest and most people who start it on any one of these days; None = no limit. One number
        is the most.
    cost
        Cost of a paid hour, before premiums.
    breaks
        In the order in which they are taken.
    spacing
        Least and most work before, between and after breaks; without effect on a day without
        breaks.
    queues
        Queues that it may serve; none named: any.

    Raises
    ------
    ValueError
        If a value is not understood, or breaks do not fit into one of the lengths; names the rule
        in the way.

    Examples
    --------
    >>> lunch = Break("lunch", "30min", ("3h30", "5h"))
    >>> early = Shift("early", "06:00/30min/08:00", "8h30", days="mon-fri", breaks=(lunch,))
    >>> early.paid_seconds(early.lengths[0], weekday=0) / 3600
    8.0
    """

    name: str
    starts: tuple[float, ...]
    presence: tuple[float, float, float]
    days: tuple[int, ...] = EVERY_DAY
    people: tuple[int, int | None] = (0, None)
    cost: float = 1.0
    breaks: tuple[Break, ...] = ()
    spacing: Spacing = field(default_factory=Spacing)
    queues: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        place = f"shift {self.name!r}"
        settle(self, place, SHIFT_FIELDS)
        try:
            self._check_breaks()
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from None

    @property
    def lengths(self) -> tuple[float, ...]:
        """All lengths of presence, shortest first [s]."""
        shortest, longest, step = self.presence
        count = round((longest - shortest) / step) if step else 0
        return tuple(shortest + number * step for number in range(count + 1))

    @property
    def flexible(self) -> bool:
        """Whether there is more than one length."""
        return self.presence[0] < self.presence[1]

    def held(self, weekday: int) -> tuple[Break, ...]:
        """Return the breaks that are held when the shift starts on a weekday, in order."""
        return tuple(pause for pause in self.breaks if weekday in pause.days)

    def paid_seconds(self, length: float, weekday: int) -> float:
        """Return the paid time of one shift: its presence less the unpaid breaks held [s]."""
        return length - sum(pause.length for pause in self.held(weekday) if not pause.paid)

    def break_windows(
        self, length: float, weekday: int, *, start: float = 0.0, grid: float = 60.0
    ) -> tuple[Pair, ...]:
        """Return earliest and latest start of each break held, by all rules together.

        Each break alone can start anywhere on the grid in its window such that the others still
        have a place.

        Parameters
        ----------
        length
            Presence [s].
        weekday
            Weekday of the shift's start.
        start
            Start of the shift [s after midnight].
        grid
            Breaks start on multiples of this after midnight [s].

        Returns
        -------
        tuple
            Earliest and latest start of each break [s after the shift's start].

        Raises
        ------
        ValueError
            If the breaks do not fit; names the rules in the way.
        """
        return break_windows(self.held(weekday), self.spacing, length, start, grid)

    def check_fit(self, grid: float = 60.0) -> None:
        """Raise ValueError where breaks on a grid [s] do not fit into a length from a start."""
        phases = dict.fromkeys(start % grid for start in self.starts)
        held = {self.held(day): day for day in reversed(self.days)}
        for length in self.lengths:
            for weekday in held.values():
                for phase in phases:
                    self._fit(length, weekday, phase, grid)

    def _fit(self, length: float, weekday: int, phase: float, grid: float) -> None:
        try:
            self.break_windows(length, weekday, start=phase, grid=grid)
        except ValueError as error:
            told = f" with a presence of {duration_text(length)}" if self.flexible else ""
            raise ValueError(f"breaks do not fit{told}: {error}") from None

    def _check_breaks(self) -> None:
        names = [pause.name for pause in self.breaks]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"breaks: two are named {name!r}")
        for pause in self.breaks:
            if not set(pause.days) & set(self.days):
                raise ValueError(f"break {pause.name!r}: days: the shift starts on none of them")
        self.check_fit()


def _as_spacing(value: object) -> Spacing:
    if not isinstance(value, Spacing):
        raise ValueError(f"{value!r} must be a Spacing")
    return value


SHIFT_FIELDS: Converters = {
    "name": as_name,
    "starts": as_starts,
    "presence": as_presence,
    "days": as_days,
    "people": as_people,
    "cost": as_factor,
    "breaks": partial(as_many, Break),
    "spacing": _as_spacing,
    "queues": as_names,
}
