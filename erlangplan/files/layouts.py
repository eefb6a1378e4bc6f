"""Layouts: long or wide, with or without a header, all become the same parts."""

from __future__ import annotations

from collections.abc import Sequence

from erlangplan.errors import InputError
from erlangplan.files.headings import locate, weekdays_across
from erlangplan.files.long import read_bare, read_long
from erlangplan.files.parts import NUMERIC_ROLES, Asked, Sheet, roles_of, without_totals
from erlangplan.files.side_by_side import stack_queues
from erlangplan.files.tables import Column, Table
from erlangplan.files.wide import stack

__all__ = ["read_sheet"]


def read_sheet(table: Table, asked: Asked, *, timed: bool = True) -> Sheet:
    """Return a table taken apart, whatever its layout.

    Raises
    ------
    InputError
        If its layout is not understood, or a date can be read in two ways.
    """
    heading = locate(table, asked.mapping)
    if heading.across:
        return stack(table, heading, asked)
    if weekdays_across(heading):
        raise InputError(
            "the days of a wide sheet have no dates",
            file=table.file,
            fix="Write dates over the columns, such as 23.03.2026, or Mon 23-Mar with --year 2026 "
            "(year=).",
        )
    roles = roles_of(heading)
    numeric = frozenset(
        place
        for role, places in roles.items()
        for place in places
        if role in NUMERIC_ROLES and table.delimiter in (",", None)
    )
    columns: Sequence[Column] = table.body(heading.first, heading.labels, numeric)
    if not columns or not len(columns[0]):
        raise InputError("there is a header but no row below it", file=table.file)
    columns, dropped = without_totals(columns, roles)
    heading, columns = stack_queues(heading, columns)
    if heading.bare:
        return read_bare(table, heading, columns, asked, dropped)
    return read_long(table, heading, columns, asked, dropped, timed=timed)
