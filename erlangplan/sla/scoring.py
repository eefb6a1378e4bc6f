"""Scoring: a contract and what happened become a scorecard."""

from __future__ import annotations

import pandas as pd

from erlangplan.sla.actuals import Actuals
from erlangplan.sla.chronic import chronic_states
from erlangplan.sla.claims import claims_of
from erlangplan.sla.columns import refuse_missing, sampled
from erlangplan.sla.gaps import gap_notes
from erlangplan.sla.judging import judge
from erlangplan.sla.measures import count
from erlangplan.sla.model import Contract
from erlangplan.sla.money import bonuses_of, credits_of
from erlangplan.sla.remaining import remaining_of
from erlangplan.sla.sampling import sampled_findings
from erlangplan.sla.scope import nothing_counts, scope_of
from erlangplan.sla.scorecard import Scorecard

__all__ = ["score_actuals"]


def score_actuals(
    contract: Contract,
    actuals: Actuals,
    *,
    forecast: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    manual: pd.DataFrame | None = None,
    step: int | None = None,
    inputs: tuple[tuple[str, str, str], ...] = (),
) -> Scorecard:
    """Return the scorecard of a contract.

    Parameters
    ----------
    contract, actuals
        What was promised and what happened.
    forecast
        The locked forecast: columns queue, start, volume, aht.
    events
        Dated events: start, end, kind and, where they have them, queue and note.
    manual
        Samples: date, objective, good, counted.
    step
        Length of the intervals into which contacts are put [us].
    inputs
        Kind, file and SHA-256 of each further input, for the audit.

    Raises
    ------
    InputError
        If an objective needs a column that is not there, or rows are impossible.
    """
    refuse_missing(contract, actuals)
    scope = scope_of(contract, actuals, step)
    claims, said = claims_of(scope, forecast, events)
    counted = {each.id: count(scope, each) for each in contract.objectives if not sampled(each)}
    judged = {name: judge(scope, each, claims) for name, each in counted.items()}
    last = int(scope.local.max(initial=0))
    samples, remarks = sampled_findings(contract, manual, last)
    findings = tuple(
        finding
        for each in contract.objectives
        for finding in (
            *judged.get(each.id, ()), *(f for f in samples if f.objective.id == each.id)
        )
    )  # fmt: skip
    given = (("actuals", actuals.file, actuals.digest), *inputs)
    return Scorecard(
        contract, findings, credits_of(contract, findings), bonuses_of(contract, findings),
        chronic_states(contract, findings), remaining_of(contract, findings, forecast), scope,
        counted, given, (*actuals.notes, *scope.notes, *filter(None, [nothing_counts(scope)]),
                         *gap_notes(scope), *said, *remarks),
    )  # fmt: skip
