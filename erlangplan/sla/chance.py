"""Whether a difference could be chance, with days as the units."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FEWEST_DAYS", "Difference", "chance_text", "paired_difference"]

FEWEST_DAYS = 10
_ALL_SIGNS = 14
_DRAWS = 20_000
_SEED = 20_260_101


@dataclass(frozen=True)
class Difference:
    """The mean difference of two results on the same days.

    Attributes
    ----------
    days
        How many days there are of both.
    mean
        Mean of the daily differences.
    p_value
        Share of the ways to swap the two on each day whose mean is at least as far from 0; nan
        where there are too few days.
    """

    days: int
    mean: float
    p_value: float

    @property
    def words(self) -> str:
        """What it means, without more certainty than there is."""
        if self.days < FEWEST_DAYS:
            return f"too few days to tell ({self.days}, at least {FEWEST_DAYS} are needed)"
        chance = chance_text(self.p_value)
        said = f"p {chance if chance.startswith('<') else f'= {chance}'} over {self.days} days"
        return f"{'hardly' if self.p_value < 0.05 else 'may be'} chance: {said}"


def chance_text(p_value: float) -> str:
    """Return a p value with three decimals; a smaller one is ``< 0.001``."""
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def paired_difference(first: NDArray[np.float64], second: NDArray[np.float64]) -> Difference:
    """Return the paired permutation test of two results by day.

    Contacts of one day are not independent of each other, so that days are the units: if the two
    were alike, each daily difference might as well have had the other sign. All signs are tried
    up to fourteen days, else 20,000 fixed draws.

    Parameters
    ----------
    first, second
        Results of the same days (n,).

    Examples
    --------
    >>> days = np.arange(12) / 100
    >>> paired_difference(days + 0.02, days).p_value < 0.001
    True
    """
    gaps = np.asarray(first - second, dtype=float)
    days = len(gaps)
    mean = float(gaps.mean()) if days else float("nan")
    if days < FEWEST_DAYS:
        return Difference(days, mean, float("nan"))
    if days <= _ALL_SIGNS:
        signs = np.array(list(itertools.product((1.0, -1.0), repeat=days)))
        far = np.abs(signs @ gaps) >= abs(gaps.sum()) * (1 - 1e-12)
        return Difference(days, mean, float(far.mean()))
    signs = np.random.default_rng(_SEED).choice((1.0, -1.0), size=(_DRAWS, days))
    far = np.abs(signs @ gaps) >= abs(gaps.sum()) * (1 - 1e-12)
    # What was seen is one of the draws, so that no p value is 0.
    return Difference(days, mean, float((far.sum() + 1) / (_DRAWS + 1)))
