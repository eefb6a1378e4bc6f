"""Erlang B, C and A on arrays: checked, broadcasting, with units."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from erlangplan.errors import InfeasibleError
from erlangplan.kernels import stationary
from erlangplan.targets import WAYS, Target, as_target
from erlangplan.units import parse_duration, parse_share, share_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "BINDING",
    "Performance",
    "RequiredAgents",
    "attainable_agents",
    "erlang_b",
    "erlang_c",
    "max_load",
    "performance",
    "required_agents",
    "service_level",
    "wait_beyond",
]

BINDING = ("service_level", "asa", "abandonment", "blocked", "occupancy", "minimum")
_WAY = {way: code for code, way in enumerate(WAYS)}
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Performance:
    """What given agents deliver; arrays of the broadcast shape, floats where all was scalar.

    Without contacts (`load` 0) every share of contacts and every wait is nan.

    Attributes
    ----------
    service_level
        Share in time, by the target's way of counting; nan where the target has no threshold.
    p_wait
        Share of offered contacts that wait.
    asa
        Mean wait of answered contacts, zero waits included [s].
    wait_offered
        Mean wait of all offered contacts; a blocked contact waits 0 [s].
    wait_abandoned
        Mean wait of abandoned contacts; nan where nobody abandons [s].
    wait_p90, wait_p95
        Waits that 10 % and 5 % of offered contacts exceed, abandons included [s].
    abandonment
        Share of offered contacts that abandon.
    blocked
        Share of offered contacts that find all lines taken.
    occupancy
        Share of on-queue time spent handling.
    queue_length
        Mean number waiting.
    """

    service_level: Any
    p_wait: Any
    asa: Any
    wait_offered: Any
    wait_abandoned: Any
    wait_p90: Any
    wait_p95: Any
    abandonment: Any
    blocked: Any
    occupancy: Any
    queue_length: Any

    @property
    def table(self) -> pd.DataFrame:
        """The measures as columns of a DataFrame, a row for each element."""
        import pandas as pd

        return pd.DataFrame(
            {field.name: np.ravel(getattr(self, field.name)) for field in fields(self)}
        )


@dataclass(frozen=True, eq=False)
class RequiredAgents:
    """Fewest agents that meet every part of a target.

    Attributes
    ----------
    agents
        Integers of the broadcast shape, an int where all was scalar.
    binding_code
        Index into `BINDING` of the part that decides.
    """

    agents: Any
    binding_code: Any

    @property
    def binding(self) -> Any:
        """Name of the part that decides: an array of texts, a str where all was scalar."""
        names = np.array(BINDING)[self.binding_code]
        return names if isinstance(names, np.ndarray) else str(names)


def erlang_b(load: ArrayLike, agents: ArrayLike) -> Any:
    """Return the share of contacts that find all agents busy and leave.

    Parameters
    ----------
    load
        Offered load, at least 0 [erlang].
    agents
        Number of agents, at least 0; fractions are allowed.

    Returns
    -------
    float or ndarray
        Blocking probability, of the broadcast shape.

    References
    ----------
    D. L. Jagerman, "Some properties of the Erlang loss function", Bell System Technical Journal
    53 (1974), doi:10.1002/j.1538-7305.1974.tb02756.x; fractional agents by its integral.

    Examples
    --------
    >>> round(erlang_b(10, 17), 6)
    0.012949
    """
    (load, agents), shape = _rows(load=load, agents=agents)
    out = np.empty(load.size)
    stationary.erlang_b_rows(load, agents, out)
    return _shaped(out, shape)


def erlang_c(load: ArrayLike, agents: ArrayLike) -> Any:
    """Return the probability of waiting where nobody abandons.

    Parameters
    ----------
    load
        Offered load, at least 0 [erlang].
    agents
        Number of agents, at least 0; fractions are allowed.

    Returns
    -------
    float or ndarray
        Probability of waiting, of the broadcast shape; 1 where load >= agents.

    References
    ----------
    A. K. Erlang (1917); A. A. Jagers and E. A. van Doorn, "On the continued Erlang loss
    function", Operations Research Letters 5 (1986), doi:10.1016/0167-6377(86)90099-2.

    Examples
    --------
    >>> erlang_c(10, [11, 14]).round(4)
    array([0.6821, 0.1741])
    """
    (load, agents), shape = _rows(load=load, agents=agents)
    out = np.empty(load.size)
    stationary.erlang_c_rows(load, agents, out)
    return _shaped(out, shape)


def performance(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    aht: ArrayLike,
    target: Target | str,
    patience: ArrayLike | None = None,
    balking: ArrayLike | str = 0.0,
    lines: ArrayLike | None = None,
) -> Performance:
    """Return what a number of agents delivers in the long run.

    Parameters
    ----------
    load
        Offered load, at least 0 [erlang].
    agents
        Whole number of agents, at least 0; agents above `lines` count as lines.
    aht
        Average handle time [s]; may be nan where `load` is 0.
    target
        Gives the threshold and the way of counting.
    patience
        Mean time a contact is willing to wait, None or inf if nobody abandons [s]. Like `aht` it
        may be a text such as ``"3min"``.
    balking
        Share of contacts who leave at once rather than wait, in [0, 1), or a text such as
        ``"10%"``. They count as abandoned after 0 s. Who finds all lines taken is blocked first.
    lines
        Most contacts in the system, being served or waiting; None or inf = unlimited.

    Returns
    -------
    Performance
        Arrays of the broadcast shape.

    References
    ----------
    C. Palm (1957); F. Baccelli and G. Hebuterne (1981); S. Zeltyn and A. Mandelbaum, "Call
    centers with impatient customers", Queueing Systems 51 (2005), doi:10.1007/s11134-005-3699-8.

    Examples
    --------
    >>> result = performance(10, 14, aht=180, target="80/20")
    >>> round(result.service_level, 4), round(result.asa, 2)
    (0.8884, 7.84)
    """
    target = as_target(target)
    columns, shape = _rows(
        load=load, agents=agents, aht=aht, patience=patience, balking=balking, lines=lines
    )
    _check_whole(columns[1])
    out = np.empty((stationary.MEASURES, columns[0].size))
    a, n, unit, wait, balk, most = columns
    stationary.performance_rows(a, n, unit, wait, balk, most, *_counting(target), out)
    if target.threshold is None:
        out[0] = np.nan
    return Performance(*(_shaped(measure, shape) for measure in out))


def service_level(
    load: ArrayLike,
    agents: ArrayLike,
    *,
    aht: ArrayLike,
    target: Target | str,
    patience: ArrayLike | None = None,
    balking: ArrayLike | str = 0.0,
    lines: ArrayLike | None = None,
) -> Any:
    """Return the service level alone, with the arguments of `performance`."""
    target = as_target(target)
    columns, shape = _rows(
        load=load, agents=agents, aht=aht, patience=patience, balking=balking, lines=lines
    )
    _check_whole(columns[1])
    out = np.full(columns[0].size, np.nan)
    if target.threshold is not None:
        a, n, unit, wait, balk, most = columns
        stationary.service_level_rows(a, n, unit, wait, balk, most, *_counting(target), out)
    return _shaped(out, shape)


def wait_beyond(
    load: ArrayLike,
    agents: ArrayLike,
    share: float,
    *,
    aht: ArrayLike,
    patience: ArrayLike | None = None,
    balking: ArrayLike | str = 0.0,
    lines: ArrayLike | None = None,
) -> Any:
    """Return the wait that a share of offered contacts exceeds [s], abandons included.

    Fractional agents mean the whole numbers around them, each for its part of the time.
    """
    columns, shape = _rows(
        load=load, agents=agents, aht=aht, patience=patience, balking=balking, lines=lines
    )
    out = np.empty(columns[0].size)
    a, n, unit, wait, balk, most = columns
    stationary.wait_beyond_rows(a, n, unit, wait, balk, most, share, out)
    return _shaped(out, shape)


def required_agents(
    load: ArrayLike,
    *,
    aht: ArrayLike,
    target: Target | str,
    patience: ArrayLike | None = None,
    balking: ArrayLike | str = 0.0,
    lines: ArrayLike | None = None,
) -> RequiredAgents:
    """Return the fewest agents that meet every part of a target.

    An interval with volume gets at least one agent. With abandonment the answer may lie below
    the load. Where a measure may grow worse as agents are added, the answer is the smallest number
    from which on the target holds: that is so for ``credit-short`` with a short limit beyond the
    threshold and, with few lines, for `max_blocked`, for every way but ``count`` and ``ignore``,
    and beside balking for `max_abandonment`.
    (More agents within the same lines leave fewer places to wait in.) That all others are
    monotone was tested on some 80 million pairs, and as many with balking, not proven. Where
    whoever joins the queue stays, the answer is above load x (1 - balking).

    Parameters
    ----------
    load
        Offered load, at least 0 [erlang].
    aht
        Average handle time [s]; may be nan where `load` is 0.
    target
        The target or its text.
    patience
        Mean time a contact is willing to wait, None or inf if nobody abandons [s].
    balking
        Share of contacts who leave at once rather than wait, in [0, 1).
    lines
        Most contacts in the system; None or inf = unlimited.

    Returns
    -------
    RequiredAgents
        Agents and the part of the target that decides.

    Raises
    ------
    InfeasibleError
        If no number of agents meets a part, with the best attainable.

    Examples
    --------
    >>> required_agents([10, 100], aht=180, target="80/20").agents
    array([ 14, 107])
    >>> required_agents(100, aht=180, target="70/20", patience=60).agents
    85
    """
    target = as_target(target)
    columns, shape = _rows(load=load, aht=aht, patience=patience, balking=balking, lines=lines)
    agents, binding = _solved(columns, target)
    if agents.size and agents.min() < 0:
        _refuse(int(np.argmin(agents)), columns, target, binding)
    return RequiredAgents(_shaped(agents, shape), _shaped(binding, shape))


def attainable_agents(
    load: ArrayLike,
    *,
    aht: ArrayLike,
    target: Target | str,
    patience: ArrayLike | None = None,
    balking: ArrayLike | str = 0.0,
    lines: ArrayLike | None = None,
) -> Any:
    """Return what `required_agents` does as floats, nan where no number meets the target."""
    columns, shape = _rows(load=load, aht=aht, patience=patience, balking=balking, lines=lines)
    agents, _ = _solved(columns, as_target(target))
    return _shaped(np.where(agents < 0, np.nan, agents), shape)


def max_load(
    agents: ArrayLike,
    *,
    aht: ArrayLike,
    target: Target | str,
    patience: ArrayLike | None = None,
    balking: ArrayLike | str = 0.0,
) -> Any:
    """Return the largest load that given agents carry within a target.

    Parameters
    ----------
    agents
        Whole number of agents, at least 0.
    aht
        Average handle time [s].
    target
        The target or its text.
    patience
        Mean time a contact is willing to wait, None or inf if nobody abandons [s].
    balking
        Share of contacts who leave at once rather than wait, in [0, 1).

    Returns
    -------
    float or ndarray
        Load up to which every part of the target holds, below agents / (1 - balking) where
        whoever joins the queue stays [erlang].

    Examples
    --------
    How many calls of 180 s can 12 of us take in half an hour, at 80/20?

    >>> round(max_load(12, aht=180, target="80/20") * 1800 / 180, 1)
    90.7
    """
    target = as_target(target)
    columns, shape = _rows(agents=agents, aht=aht, patience=patience, balking=balking)
    n, unit, wait, balk = columns
    _check_whole(n)
    if np.isnan(unit).any():
        raise ValueError("aht must be > 0, got nan")
    out = np.empty(n.size)
    stationary.max_load_rows(n, unit, wait, balk, *_counting(target), _levels(target), out)
    return _shaped(out, shape)


def _solved(columns: list[Floats], target: Target) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    agents = np.empty(columns[0].size, dtype=np.int64)
    binding = np.empty(columns[0].size, dtype=np.int8)
    a, unit, wait, balk, most = columns
    counting, levels = _counting(target), _levels(target)
    stationary.required_rows(a, unit, wait, balk, most, *counting, levels, agents, binding)
    return agents, binding


def _rows(**columns: ArrayLike | None) -> tuple[list[Floats], tuple[int, ...]]:
    checked = [_checked(name, values) for name, values in columns.items()]
    if "aht" in columns and "load" in columns:
        _check_aht(checked[list(columns).index("load")], checked[list(columns).index("aht")])
    shape = np.broadcast_shapes(*(values.shape for values in checked))
    return [np.ascontiguousarray(np.broadcast_to(v, shape)).ravel() for v in checked], shape


def _checked(name: str, values: ArrayLike | None) -> Floats:
    if isinstance(values, str) and name in ("aht", "patience"):
        values = parse_duration(values)
    if isinstance(values, str) and name == "balking":
        values = parse_share(values)
    array = np.asarray(math.inf if values is None else values, dtype=np.float64)
    if name in ("load", "agents"):
        wrong, limit = ~(np.isfinite(array) & (array >= 0)), "a finite number >= 0"
    elif name == "lines":
        whole = (array == np.floor(array)) & (array >= 1)
        wrong, limit = ~whole, "a whole number >= 1, or None"
        array = np.where(np.isinf(array), -1.0, array)
    elif name == "patience":
        wrong, limit = ~(array > 0), "> 0, or None"
    elif name == "balking":
        wrong, limit = ~((array >= 0) & (array < 1)), "in [0, 1)"
    else:
        wrong, limit = ~((array > 0) & np.isfinite(array) | np.isnan(array)), "> 0"
    if wrong.any():
        raise ValueError(f"{name} must be {limit}, got {array[wrong].flat[0]:g}")
    return array


def _check_aht(load: Floats, aht: Floats) -> None:
    if (np.isnan(aht) & (load > 0)).any():
        raise ValueError("aht must be > 0 wherever there is load, got nan")


def _check_whole(agents: Floats) -> None:
    broken = agents != np.floor(agents)
    if broken.any():
        raise ValueError(
            f"agents must be whole numbers, got {agents[broken][0]:g}; "
            "erlang_b and erlang_c take fractions"
        )


def _counting(target: Target) -> tuple[int, float, float]:
    return _WAY[target.abandons], target.threshold or 0.0, target.short_abandon or 0.0


def _levels(target: Target) -> Floats:
    limits = (
        target.service_level,
        target.max_asa,
        target.max_abandonment,
        target.max_blocked,
        target.max_occupancy,
        target.min_agents,
    )
    return np.array([-1.0 if limit is None else limit for limit in limits], dtype=np.float64)


def _refuse(row: int, columns: list[Floats], target: Target, binding: NDArray[np.int8]) -> None:
    load, aht, patience, balking, lines = (float(column[row]) for column in columns)
    part = BINDING[binding[row]]
    text = f"no number of agents meets the target's {part.replace('_', ' ')} at load {load:g}"
    if lines >= 0:
        best = performance(
            load, lines, aht=aht, target=target, patience=patience, balking=balking, lines=lines
        )
        value = getattr(best, part)
        shown = f"{value:.1f} s" if part == "asa" else share_text(value, 2)
        text += f" with {lines:g} lines; the best attainable is {shown}"
    raise InfeasibleError(text, row=row)


def _shaped(values: NDArray[Any], shape: tuple[int, ...]) -> Any:
    return values.reshape(shape) if shape else values.item()


assert len(fields(Performance)) == stationary.MEASURES
