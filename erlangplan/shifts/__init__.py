"""The rules of work: shifts with their breaks, groups of people, premiums, opening hours.

Times of the day and lengths are seconds, in whole minutes. Weekdays are 0 (Monday) to 6 (Sunday).
A time of the day is on the wall clock; a length is time that passes, so that a shift of 8 h 30 min
over a night of changing clocks lasts 8 h 30 min.
"""

from erlangplan.shifts.breaks import Break, Spacing
from erlangplan.shifts.groups import DAYS_PER_WEEK, Group, Premium
from erlangplan.shifts.rules import WorkRules
from erlangplan.shifts.shift import Shift
from erlangplan.shifts.times import EVERY_DAY

__all__ = [
    "DAYS_PER_WEEK",
    "EVERY_DAY",
    "Break",
    "Group",
    "Premium",
    "Shift",
    "Spacing",
    "WorkRules",
]
