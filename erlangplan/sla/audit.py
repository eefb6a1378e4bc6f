"""The audit trail: everything that a score rests on, exact, and the same for the same inputs."""

from __future__ import annotations

import hashlib
import platform
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import erlangplan
from erlangplan.sla.findings import Finding, goal_of, start_of
from erlangplan.sla.formulas import formula

if TYPE_CHECKING:
    from erlangplan.sla.scorecard import Scorecard

__all__ = ["audit_of"]


def audit_of(card: Scorecard) -> dict[str, object]:
    """Return inputs with their SHA-256, versions, formulas, exact results and excluded rows."""
    contract = card.contract
    return {
        "versions": {
            "erlangplan": erlangplan.__version__, "python": platform.python_version(),
            "numpy": np.__version__, "pandas": pd.__version__,
        },
        "contract": {
            "file": contract.file, "client": contract.client, "service": contract.service,
            "vendor": contract.vendor,
            "sha256": hashlib.sha256(contract.text.encode()).hexdigest(),
        },
        "inputs": [
            {"kind": kind, "file": file, "sha256": digest} for kind, file, digest in card.inputs
        ],
        "formulas": {
            each.id: {"words": formula(each).words, "symbols": formula(each).symbols}
            for each in contract.objectives
        },
        "results": [_result(finding) for finding in card.findings],
        "credits": [_payment(row) for row in card.credits.to_dict("records")],
        "bonuses": [_payment(row) for row in card.bonuses.to_dict("records")],
        "excluded": [_excluded(row) for row in card.excluded.to_dict("records")],
        "notes": list(card.notes),
    }  # fmt: skip


def _result(finding: Finding) -> dict[str, object]:
    return {
        "objective": finding.objective.id,
        "window": finding.objective.window,
        "start": start_of(finding.begin).isoformat(),
        "in_time": _exact(finding.in_time),
        "counted": _exact(finding.counted),
        "result": _exact(finding.result),
        "adjusted": _exact(finding.adjusted),
        "target": _exact(goal_of(finding.objective)),
        "verdict": finding.verdict,
        "finished": finding.finished,
        "waived": finding.waived,
    }


def _exact(value: Fraction | None) -> str | None:
    """Return a fraction as text, which no reader of JSON rounds."""
    return None if value is None else str(value)


def _payment(row: dict[object, object]) -> dict[str, object]:
    return {str(name): _plain(value) for name, value in row.items()}


def _excluded(row: dict[object, object]) -> dict[str, object]:
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    if value is pd.NaT or value is None:
        return None
    return value.isoformat() if isinstance(value, pd.Timestamp) else value
