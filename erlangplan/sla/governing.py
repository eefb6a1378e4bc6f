"""Which contract governs a client's queue: the client's own comes before one for all clients."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass, field
from datetime import date
from os import PathLike
from pathlib import Path

from erlangplan.errors import Fault, InputError, nearest
from erlangplan.sla.model import Contract
from erlangplan.sla.reading import read_contract

__all__ = ["Client", "Governing", "contract_files", "read_clients", "which"]


@dataclass(frozen=True)
class Client:
    """A client of a service.

    `tier` as the file has it, `contract` the file of a contract of its own, `overrides` what
    further columns say.
    """

    name: str
    tier: str = ""
    contract: str = ""
    overrides: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Governing:
    """The contract that governs, and why.

    Attributes
    ----------
    contract
        The contract.
    client
        The row of its list of clients, if it has one.
    reasons
        Why it and no other, a sentence each.
    """

    contract: Contract
    client: Client | None
    reasons: tuple[str, ...]


def which(
    client: str,
    queue: str,
    folder: str | PathLike[str] = ".",
    *,
    on: date | None = None,
) -> Governing:
    """Return the contract that governs a queue of a client.

    A contract of the client comes first, then one that the service's list of clients names for
    it, then that of the service, then an ola.

    Parameters
    ----------
    client, queue
        Names as they stand in the contracts.
    folder
        All its contracts are read; other TOML files are not.
    on
        Only contracts in effect on this day; None = all.

    Raises
    ------
    InputError
        If no contract governs, several of the same kind do, or one of the folder cannot be read.
    """
    found = _contracts(Path(folder))
    valid = [each for each in found if on is None or _in_effect(each, on)]
    holding = [each for each in valid if any(queue == own.name for own in each.queues)]
    reasons = [
        f"{each.file} is not in effect on {on}"
        for each in found
        if each not in valid and _is_for(each, client, Path(folder))
    ]
    own = [each for each in valid if each.kind == "customer" and each.client == client]
    reasons += [
        f"{each.file} is {client}'s own, but has no queue {queue}"
        for each in own
        if each not in holding
    ]
    for kind in ("customer", "service", "ola"):
        fitting = [
            each for each in holding if each.kind == kind and _is_for(each, client, Path(folder))
        ]
        if fitting:
            return _chosen(fitting, holding, client, queue, Path(folder), reasons)
    raise _none(found, client, queue, Path(folder), reasons)


def _chosen(
    fitting: list[Contract], holding: list[Contract], client: str, queue: str, folder: Path,
    reasons: list[str],
) -> Governing:  # fmt: skip
    kind = fitting[0].kind
    rows = [(each, _row_of(each, client, folder)) for each in fitting]
    named = {row.contract for _, row in rows if row is not None and row.contract}
    preferred = [each for each in holding if each.file in named]
    if named and not preferred:
        raise InputError(
            f"the list of clients names {' and '.join(sorted(named))} for {client}, but there is "
            f"no such contract with a queue {queue}",
            file=fitting[0].clients,
        )
    row: Client | None
    if kind == "service" and preferred:
        (contract, *more), row = preferred, rows[0][1]
        why = f"the list of clients names {contract.file} for {client}"
    else:
        (contract, row), more = rows[0], fitting[1:]
        why = {
            "customer": f"{contract.file} is {client}'s own contract and has the queue {queue}; it "
            "comes before any for all clients",
            "service": f"{contract.file} is for "
            f"{'every client' if row is None else 'the clients of its list'} of "
            f"{contract.service} and has the queue {queue}; {client} has no contract of its own "
            "for it",
            "ola": f"{contract.file} shares the queue {queue} between its parts; no contract of "
            "the client or the service has it",
        }[kind]
    if more:
        files = ", ".join(each.file for each in (contract, *more))
        raise InputError(
            f"several contracts govern {queue} of {client}: {files}",
            fix="Give a day (--on 2026-03-01, on=) if they follow each other, or correct one.",
        )
    return Governing(contract, row, (*reasons, why))


def _none(
    found: list[Contract], client: str, queue: str, folder: Path, reasons: list[str]
) -> InputError:
    clients = {each.client for each in found if each.client}
    for each in found:
        clients |= {row.name for row in read_clients(each, folder)}
    queues = {own.name for each in found for own in each.queues}
    advice = []
    if not found:
        advice.append("the folder has no contract")
    elif queue not in queues:
        advice.append(f"no contract has a queue {queue!r}; {nearest(queue, sorted(queues))}")
    elif client not in clients:
        advice.append(f"no contract knows client {client!r}; {nearest(client, sorted(clients))}")
    text = "; ".join([*reasons, *advice])
    return InputError(f"no contract governs {queue} of {client}" + (f": {text}" if text else ""))


def contract_files(folder: Path) -> list[Path]:
    """Return the contracts of a folder in the order of their names, without other TOML files."""
    if not folder.is_dir():
        raise InputError("there is no such folder", file=str(folder))
    return [path for path in sorted(folder.glob("*.toml")) if _is_contract(path)]


def _contracts(folder: Path) -> list[Contract]:
    return [read_contract(path) for path in contract_files(folder)]


def _is_contract(path: Path) -> bool:
    """Tell a contract from settings and shifts; what is no TOML may be a broken contract."""
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, RecursionError, ValueError):
        return True
    named = {"client", "service", "objective"} & content.keys()
    return bool(named) or isinstance(content.get("queue"), list)


def _in_effect(contract: Contract, day: date) -> bool:
    begun = contract.effective is None or contract.effective <= day
    return begun and (contract.expires is None or day <= contract.expires)


def _is_for(contract: Contract, client: str, folder: Path) -> bool:
    if contract.client:
        return contract.client == client
    return contract.clients is None or _row_of(contract, client, folder) is not None


def _row_of(contract: Contract, client: str, folder: Path) -> Client | None:
    rows = read_clients(contract, folder)
    return next((row for row in rows if row.name == client), None)


def read_clients(contract: Contract, folder: str | PathLike[str]) -> tuple[Client, ...]:
    """Return the clients of a service; none where the contract lists none.

    Parameters
    ----------
    contract
        A contract of a service.
    folder
        Where the contract lies; nothing outside it is read.

    Raises
    ------
    InputError
        If the list lies elsewhere, cannot be read, or names a client twice.
    """
    if contract.clients is None:
        return ()
    path = Path(folder) / contract.clients
    if not path.resolve().is_relative_to(Path(folder).resolve()):
        raise InputError("lies outside the contract's folder and is not read", file=str(path))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        hint = f"{contract.file} names it as its clients."
        raise InputError(error.strerror or "cannot be read", file=str(path), fix=hint) from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text; save it as such", file=path.name) from None
    return _rows(text, path.name)


def _rows(text: str, name: str) -> tuple[Client, ...]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header, *rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except (csv.Error, ValueError) as error:
        raise InputError(f"is no list of clients: {error}", file=name) from None
    words = [cell.casefold() for cell in header[1]]
    if "client" not in words:
        expected = f"expected the columns client and tier; got {', '.join(header[1])}"
        raise InputError("is no list of clients", file=name, faults=[Fault(expected, row=1)])
    faults, found = [], dict[str, Client]()
    for line, cells in rows:
        values = dict(zip(words, cells, strict=False))
        client = values.pop("client", "")
        if not all(cell.isprintable() for cell in cells):
            faults.append(Fault("must not hold line breaks or control characters", row=line))
        elif len(cells) != len(words) or not client:
            faults.append(Fault(f"expected {len(words)} values and a client", row=line))
        elif client in found:
            faults.append(Fault("stands twice", row=line, column="client", value=client))
        else:
            tier, own = values.pop("tier", ""), values.pop("contract", "")
            found[client] = Client(client, tier, own, {k: v for k, v in values.items() if v})
    if faults:
        raise InputError("clients cannot be used", file=name, faults=faults)
    return tuple(found.values())
