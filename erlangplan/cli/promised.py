"""Flags of a plan for a contract, and what it says about the contract's objectives."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

import erlangplan as ep
from erlangplan.cli import options as opt
from erlangplan.cli.output import say, stage
from erlangplan.units import parse_share

__all__ = ["ContractFile", "Guard", "PerInterval", "is_asked", "planned", "say_objectives"]

CONTRACT = "A contract"
_SHOWN = 20
# What a contract itself says, or what its plans do not know.
_INSTEAD = ("target", "sweep", "over", "frontier", "min_contacts", "cost", "so_far", "hours")


def _guard(text: str) -> float:
    share = parse_share(text)
    if not share < 1:
        raise ValueError(f"must be percentage points such as 2%, got {text}")
    return share


ContractFile = Annotated[
    Path | None,
    typer.Option(
        "--contract", metavar="FILE", rich_help_panel=CONTRACT,
        help="Plan for the objectives of a contract, each over its own window.",
    ),
]  # fmt: skip
Guard = Annotated[
    Any,
    typer.Option(
        parser=opt.usage(_guard), metavar="POINTS", rich_help_panel=CONTRACT,
        help="Plan for so many percentage points above the contract, such as 2%.",
    ),
]  # fmt: skip
PerInterval = Annotated[
    bool,
    typer.Option(
        "--per-interval", rich_help_panel=CONTRACT,
        help="Keep the contract's service levels in every interval.",
    ),
]  # fmt: skip


def is_asked(
    contract: Path | None, guard: float | None, per_interval: bool, given: Mapping[str, Any]
) -> bool:
    """Tell whether a contract is planned for; refuse flags that go with one only, or not at all."""
    if contract is None:
        if guard is not None or per_interval:
            flag = "--per-interval" if guard is None else "--guard"
            raise typer.BadParameter(f"{flag} belongs to a contract: give --contract acme.toml too")
        return False
    named = [name for name in _INSTEAD if given[name] is not None]
    if named:
        flag = f"--{named[0].replace('_', '-')}"
        raise typer.BadParameter(f"{flag} and --contract exclude each other: a contract says it")
    if given["method"] == "carry-over":
        raise typer.BadParameter("--contract plans by stationary formulas, without --method")
    return True


def planned(
    forecast: ep.Forecast,
    contract: ep.Contract,
    rest: dict[str, Any],
    guard: float | None,
    floor: float | None,
    *,
    per_interval: bool,
) -> ep.ContractPlan:
    """Return the plan for a contract."""
    given = {"guard": guard, "floor": floor}
    asked = rest | {name: value for name, value in given.items() if value is not None}
    with stage(f"staffing {len(forecast.table):,} intervals for {contract.file}"):
        return ep.staff_contract(forecast, contract, per_interval=per_interval, **asked)


def say_objectives(plan: ep.ContractPlan) -> None:
    """Say what the plan makes of each objective, and what it leaves out."""
    for line in plan.lines[:_SHOWN]:
        say(line)
    if len(plan.lines) > _SHOWN:
        say(f"and {len(plan.lines) - _SHOWN:,} windows more")
    for note in (*plan.notes, *plan.requirement.remarks):
        say(f"note: {note}")
