"""A folder of contracts scored at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from erlangplan.errors import InputError
from erlangplan.files.contract_actuals import read_contract_actuals
from erlangplan.files.scoring import score
from erlangplan.files.sla_glance import headline
from erlangplan.sla.actuals import Actuals
from erlangplan.sla.governing import contract_files
from erlangplan.sla.model import Contract
from erlangplan.sla.reading import read_contract
from erlangplan.sla.scorecard import Scorecard

__all__ = ["Portfolio", "score_folder"]

_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsb", ".ods")
PathLike = str | os.PathLike[str]


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Contracts that were scored together.

    Attributes
    ----------
    cards
        Scorecards by the name of the contract's file, in its order.
    unscored
        Why a contract could not be scored, by the name of its file.
    """

    cards: Mapping[str, Scorecard]
    unscored: Mapping[str, str]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per contract, objective and window: contract, then the columns of a scorecard."""
        frames = [card.table for card in self.cards.values()]
        if not frames:
            return pd.DataFrame(columns=["contract"])
        table = pd.concat(frames, ignore_index=True)
        table.insert(0, "contract", [n for n, card in self.cards.items() for _ in card.findings])
        return table

    @property
    def missed(self) -> tuple[str, ...]:
        """Contracts in which a critical objective was missed."""
        return tuple(name for name, card in self.cards.items() if card.missed)

    @property
    def unjudged(self) -> dict[str, str]:
        """Why nothing of a contract was judged, by the name of its file."""
        return {name: card.unjudged for name, card in self.cards.items() if card.unjudged}

    def summary(self) -> str:
        """Return a line for each contract, then those that could not be scored."""
        lines = []
        for name, card in self.cards.items():
            _, text, more = headline(card)
            lines.append(f"{name}: {text}. {more}".rstrip(" ."))
        return "\n".join([*lines, *(f"{n}: not scored: {w}" for n, w in self.unscored.items())])

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary()


def score_folder(
    folder: PathLike,
    actuals: PathLike,
    *,
    forecast: PathLike | None = None,
    events: PathLike | None = None,
    manual: PathLike | None = None,
    interval: str | float | None = None,
    map: Mapping[str, str] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Portfolio:
    """Return the scorecards of all contracts of a folder.

    Parameters
    ----------
    folder
        Its TOML files that are contracts.
    actuals, forecast, events, manual
        As for `score`: one file for all contracts, or a folder with a file for each, named like
        the contract (acme.csv beside acme.toml).
    interval, map
        As for `score`.
    progress
        Is told how many are done, of how many, and the name of the next.

    Raises
    ------
    InputError
        If the folder has no contract, or a file for all of them cannot be read. What is wrong
        with one contract, or with its own files, stands in `unscored`.
    """
    paths = contract_files(Path(folder))
    if not paths:
        raise InputError("the folder has no contract", file=str(folder),
                         fix="Write one: erlangplan sla init acme.toml")  # fmt: skip
    shared: dict[str | None, Actuals] = {}
    if not Path(actuals).is_dir():
        shared[None] = read_contract_actuals(actuals, map=map)
    cards: dict[str, Scorecard] = {}
    unscored: dict[str, str] = {}
    for done, path in enumerate(paths):
        if progress is not None:
            progress(done, len(paths), path.name)
        try:
            contract = read_contract(path)
            own = _actuals(contract, path, actuals, shared, map)
            forecast_of, events_of, manual_of = (
                None if given is None else _own_file(given, path)
                for given in (forecast, events, manual)
            )
            cards[path.name] = score(contract, own, forecast=forecast_of, events=events_of,
                                     manual=manual_of, interval=interval)  # fmt: skip
        except InputError as error:
            unscored[path.name] = str(error)
    return Portfolio(cards, unscored)


def _actuals(
    contract: Contract, path: Path, actuals: PathLike, shared: dict[str | None, Actuals],
    map: Mapping[str, str] | None,
) -> Actuals:  # fmt: skip
    """Return a contract's actuals; a file for all is read once for each time zone."""
    if Path(actuals).is_dir():
        return read_contract_actuals(_own_file(actuals, path), map=map, tz=contract.time_zone)
    zone = contract.time_zone if shared[None].utc is not None else None
    if zone not in shared:
        shared[zone] = read_contract_actuals(actuals, map=map, tz=zone)
    return shared[zone]


def _own_file(given: PathLike, contract: Path) -> Path:
    """Return the file itself, or that of a folder which is named like the contract."""
    folder = Path(given)
    if not folder.is_dir():
        return folder
    for ending in _TABLES:
        if (path := folder / f"{contract.stem}{ending}").exists():
            return path
    raise InputError(f"there is no file {contract.stem}.csv or the like", file=str(folder))
