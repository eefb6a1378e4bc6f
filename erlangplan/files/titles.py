"""What the title of a wide sheet says about its cells, which have no labels of their own."""

from __future__ import annotations

from erlangplan.errors import InputError
from erlangplan.files.labels import find_roles, read_label
from erlangplan.files.parts import Sheet

__all__ = ["refuse_other_title"]

_WORDS = {
    role: frozenset(words.split())
    for role, words in {
        "volume": "call contact volume offered anruf kontakt interaction arrival",
        "aht": "aht handle bearbeitungszeit tmo dmt",
        "hours": "fte hours paid",
        "agents": "agents headcount required scheduled staffing staffed",
        "net": "short net",
    }.items()
}
_NAMES = {
    "volume": "volumes",
    "aht": "handle times",
    "hours": "hours or FTE",
    "agents": "agents",
    "net": "agents over or short",
}


def refuse_other_title(sheet: Sheet, wanted: str) -> None:
    """Refuse a wide sheet whose name or title says that its cells are something else.

    Parameters
    ----------
    sheet
        The table taken apart.
    wanted
        What its cells are taken for: "volume" or "agents".

    Raises
    ------
    InputError
        If the title names another quantity and not this one.
    """
    if not sheet.wide or "measure" in sheet.columns:
        return
    label = read_label(sheet.table.sheet or "")
    words = {*label.words, *(["hours"] if label.unit else [])}
    above = set(find_roles([sheet.heading.above]))
    for title, said in (
        (sheet.table.sheet, [role for role, known in _WORDS.items() if words & known]),
        (sheet.heading.above, [role for role in _WORDS if role in above]),
    ):
        if said and (wanted not in said or "hours" in said):
            raise InputError(
                f"a wide sheet headed {title!r} holds {_NAMES[said[0]]}, not {_NAMES[wanted]}",
                file=sheet.table.file,
                fix=f"If it does hold {_NAMES[wanted]}, give it a title that says so.",
            )
