"""The open contact-centre planner: exact Erlang staffing from a forecast file."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.3.1"

_HOMES = {
    "errors": ("ErlangplanError", "InfeasibleError", "InputError"),
    "targets": ("WAYS", "Target"),
    "queues": ("erlang_b", "erlang_c", "max_load", "performance", "required_agents"),
    "shrinkage": ("Shrinkage", "ShrinkagePart", "add_shrinkage", "remove_shrinkage"),
    "settings": ("Config", "Settings", "read_config"),
    "shifts": ("Break", "Group", "Premium", "Shift", "Spacing", "WorkRules"),
    "forecast": ("Forecast",),
    "scheduling.breaks": ("BreakPlan", "place_breaks"),
    "scheduling.planning": ("schedule",),
    "scheduling.progress": ("Progress",),
    "requirement": ("Requirement",),
    "staffing": ("Sweep", "estimate_patience", "staff", "sweep"),
    "trade_off": ("Frontier", "frontier"),
    "headroom": ("Margins", "margins"),
    "evaluation": ("Evaluation", "evaluate"),
    "scheduling.result": ("Schedule",),
    "files.writing": ("SAVED_AS", "save"),
    "starter": ("starter_forecast", "write_starter"),
    "profiles": ("Profile",),
    "files.agents": ("read_agents",),
    "files.beside": ("read_actuals", "read_costs"),
    "files.contract_actuals": ("read_contract_actuals",),
    "files.history": ("read_history",),
    "files.portfolio": ("Portfolio", "score_folder"),
    "files.profiles": ("read_profile",),
    "files.reading": ("read_forecast",),
    "files.scoring": ("compare_vendors", "score"),
    "files.schedules": ("holds_shifts", "read_requirement", "read_roster", "read_schedule"),
    "files.shift_rules": ("read_shifts",),
    "sla.model": ("Contract",),
    "sla.planning": ("ContractPlan", "staff_contract"),
    "sla.reading": ("read_contract",),
    "sla.comparing": ("Comparison",),
    "sla.scorecard": ("Scorecard",),
    "proof": ("SelfTest", "selftest"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
__all__ = [*_HOME_OF, "__version__"]

if TYPE_CHECKING:
    from erlangplan.errors import ErlangplanError, InfeasibleError, InputError
    from erlangplan.evaluation import Evaluation, evaluate
    from erlangplan.files.agents import read_agents
    from erlangplan.files.beside import read_actuals, read_costs
    from erlangplan.files.contract_actuals import read_contract_actuals
    from erlangplan.files.history import read_history
    from erlangplan.files.portfolio import Portfolio, score_folder
    from erlangplan.files.profiles import read_profile
    from erlangplan.files.reading import read_forecast
    from erlangplan.files.schedules import (
        holds_shifts,
        read_requirement,
        read_roster,
        read_schedule,
    )
    from erlangplan.files.scoring import compare_vendors, score
    from erlangplan.files.shift_rules import read_shifts
    from erlangplan.files.writing import SAVED_AS, save
    from erlangplan.forecast import Forecast
    from erlangplan.headroom import Margins, margins
    from erlangplan.profiles import Profile
    from erlangplan.proof import SelfTest, selftest
    from erlangplan.queues import erlang_b, erlang_c, max_load, performance, required_agents
    from erlangplan.requirement import Requirement
    from erlangplan.scheduling.breaks import BreakPlan, place_breaks
    from erlangplan.scheduling.planning import schedule
    from erlangplan.scheduling.progress import Progress
    from erlangplan.scheduling.result import Schedule
    from erlangplan.settings import Config, Settings, read_config
    from erlangplan.shifts import Break, Group, Premium, Shift, Spacing, WorkRules
    from erlangplan.shrinkage import Shrinkage, ShrinkagePart, add_shrinkage, remove_shrinkage
    from erlangplan.sla.comparing import Comparison
    from erlangplan.sla.model import Contract
    from erlangplan.sla.planning import ContractPlan, staff_contract
    from erlangplan.sla.reading import read_contract
    from erlangplan.sla.scorecard import Scorecard
    from erlangplan.staffing import Sweep, estimate_patience, staff, sweep
    from erlangplan.starter import starter_forecast, write_starter
    from erlangplan.targets import WAYS, Target
    from erlangplan.trade_off import Frontier, frontier


def __getattr__(name: str) -> Any:
    if name == "plotting":
        return import_module("erlangplan.plotting")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'erlangplan' has no attribute {name!r}")
    return getattr(import_module(f"erlangplan.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
