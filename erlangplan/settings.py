"""What is asked of each queue: target, patience, balking, shrinkage, lines; Python or TOML."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from erlangplan.errors import Fault, InputError, nearest
from erlangplan.shrinkage import Shrinkage, as_shrinkage
from erlangplan.targets import Target, as_target, target_parts
from erlangplan.units import parse_duration, parse_share

__all__ = ["Config", "Settings", "as_config", "read_config", "read_toml"]

DEFAULT_TARGET = "80/20"
_DURATIONS = ("patience", "threshold", "short_abandon", "max_asa")
_SHARES = ("balking", "service_level", "max_abandonment", "max_blocked", "max_occupancy")
_TARGET_KEYS = (
    "service_level", "threshold", "abandons", "short_abandon", "max_asa", "max_abandonment",
    "max_blocked", "max_occupancy", "min_agents",
)  # fmt: skip
_KEYS = ("target", *_TARGET_KEYS, "patience", "balking", "shrinkage", "lines")


@dataclass(frozen=True)
class Settings:
    """What is asked of one queue.

    Parameters
    ----------
    target
        The promise.
    patience
        Mean time a contact is willing to wait; None = nobody abandons [s].
    shrinkage
        Share of paid time off the queue.
    lines
        Most contacts in the system; None = unlimited.
    balking
        Share of contacts who leave at once rather than wait, in [0, 1).
    """

    target: Target = field(default_factory=lambda: Target(DEFAULT_TARGET))
    patience: float | None = None
    shrinkage: Shrinkage = field(default_factory=Shrinkage)
    lines: float | None = None
    balking: float = 0.0

    def __post_init__(self) -> None:
        patience = None if self.patience is None else _patience(self.patience)
        lines = None if self.lines == math.inf else self.lines
        balking = self.balking
        if isinstance(balking, str):
            balking = parse_share(balking)
        if patience is not None and not patience > 0:
            raise ValueError(f"patience must be > 0 seconds, or None, got {patience:g}")
        if lines is not None and not (lines >= 1 and float(lines).is_integer()):
            raise ValueError(f"lines must be a whole number >= 1, or None, got {lines:g}")
        if not 0 <= balking < 1:
            raise ValueError(f"balking must be in [0, 1), got {balking:g}")
        object.__setattr__(self, "target", as_target(self.target))
        object.__setattr__(self, "shrinkage", as_shrinkage(self.shrinkage))
        object.__setattr__(self, "patience", patience)
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "balking", float(balking))

    def overlaid(self, target: Target | str) -> Settings:
        """Return these settings with the parts that a target names in place of its own."""
        if isinstance(target, str):
            named = target_parts(target)
        else:
            blank = {f.name: f.default for f in fields(Target)}
            named = {k: v for k, v in vars(target).items() if v != blank[k]}
        return replace(self, target=_overlaid(self.target, named))

    def changed(
        self,
        target: Target | str | None = None,
        patience: float | None = None,
        shrinkage: object = None,
        lines: float | None = None,
        balking: float | str | None = None,
    ) -> Settings:
        """Return these settings with what is given put in their place."""
        given = {
            "target": target, "patience": patience, "shrinkage": shrinkage, "lines": lines,
            "balking": balking,
        }  # fmt: skip
        kept: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        return replace(self, **kept)


@dataclass(frozen=True)
class Config:
    """Settings for many queues: `defaults`, and `queues` that differ from them."""

    defaults: Settings = field(default_factory=Settings)
    queues: Mapping[str, Settings] = field(default_factory=dict)

    def of(self, queue: str) -> Settings:
        """Return the settings of a queue."""
        return self.queues.get(queue, self.defaults)

    def changed(self, target: Target | str | None = None, **given: Any) -> Config:
        """Return this with given settings in place of every queue's.

        A target replaces the parts that it names; limits and the way of counting that it does not
        name stay.
        """

        def change(settings: Settings) -> Settings:
            settings = settings.changed(**given)
            return settings if target is None else settings.overlaid(target)

        queues = {name: change(settings) for name, settings in self.queues.items()}
        return Config(change(self.defaults), queues)

    def with_patience(self, patience: float, queues: Mapping[str, float]) -> Config:
        """Return this with one patience for all queues, and with that of each queue named [s]."""
        names = [*self.queues, *(queue for queue in queues if queue not in self.queues)]
        own = {name: self.of(name).changed(patience=queues.get(name, patience)) for name in names}
        return Config(self.defaults.changed(patience=patience), own)

    def groups(self, queue: pd.Series) -> list[tuple[Settings, NDArray[np.intp]]]:
        """Return, for each different settings, the positions of the rows they hold for."""
        codes, names = pd.factorize(queue)
        self.check_names(map(str, names))
        distinct: dict[Settings, int] = {}
        group = np.array([distinct.setdefault(self.of(str(n)), len(distinct)) for n in names])
        if len(distinct) == 1:
            return [(settings, np.arange(len(queue))) for settings in distinct]
        return [(s, np.flatnonzero(group[codes] == number)) for s, number in distinct.items()]

    def check_names(self, queues: Iterable[str]) -> None:
        """Refuse settings for a queue that the forecast does not have."""
        known = list(queues)
        for name in self.queues:
            if name not in known:
                hint = nearest(name, known)
                raise InputError(f"settings name queue {name!r}, the forecast does not; {hint}")


def _patience(given: float | str) -> float | None:
    seconds = given if isinstance(given, float) and given == math.inf else parse_duration(given)
    return None if seconds == math.inf else seconds


def as_config(
    config: Config | str | PathLike[str] | None, target: Target | str | None = None, **given: Any
) -> Config:
    """Return settings given as such, as the path of their file, or not at all, then changed.

    Without any, a target stands alone; otherwise it replaces the parts that it names.
    """
    if config is None:
        return Config(Settings().changed(target=target, **given))
    known = config if isinstance(config, Config) else read_config(config)
    return known.changed(target, **given)


def read_config(path: str | PathLike[str]) -> Config:
    """Read settings from a TOML file with ``[defaults]`` and one ``[queue.NAME]`` per queue.

    Keys are those of `Settings` and of `Target`; a queue takes what it does not name from the
    defaults, limits beside its own ``target = "90/15"`` too. Durations and shares may be texts
    (``"3min"``, ``"30%"``).

    Raises
    ------
    InputError
        If the file is not TOML, or a table, key or value is not understood; names them.
    """
    name, content = Path(path).name, read_toml(path)
    faults: list[Fault] = []
    for key in content.keys() - {"defaults", "queue"}:
        faults.append(Fault(f"unknown table; {nearest(key, ['defaults', 'queue'])}", value=key))
    defaults = _settings(content.get("defaults", {}), Settings(), "defaults", faults)
    tables = content.get("queue", {})
    if not isinstance(tables, dict):
        raise InputError("queue must be tables such as [queue.Sales]", file=name)
    queues = {
        queue: _settings(table, defaults, f"queue.{queue}", faults)
        for queue, table in tables.items()
    }
    if faults:
        raise InputError("settings are not understood", file=name, faults=faults)
    return Config(defaults, queues)


def read_toml(path: str | PathLike[str]) -> dict[str, Any]:
    """Return what a TOML file holds, or raise an InputError that names the file."""
    try:
        return tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", file=str(path)) from None
    except (UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"is not a TOML file: {error}", file=Path(path).name) from None


def _settings(table: Any, base: Settings, place: str, faults: list[Fault]) -> Settings:
    if not isinstance(table, dict):
        faults.append(Fault("must be a table", column=place, value=repr(table)))
        return base
    values: dict[str, Any] = {}
    for key, written in table.items():
        try:
            values[key] = _value(key, written)
        except ValueError as error:
            faults.append(Fault(str(error), column=f"[{place}] {key}", value=str(written)))
    try:
        target = _target(values, base.target)
        own = ("patience", "balking", "shrinkage", "lines")
        rest = {key: values[key] for key in own if key in values}
        return replace(base, target=target, **rest)
    except ValueError as error:
        faults.append(Fault(str(error), column=f"[{place}]"))
        return base


def _value(key: str, written: Any) -> Any:
    if key not in _KEYS:
        raise ValueError(f"unknown key; {nearest(key, _KEYS)}")
    if key == "shrinkage":
        return as_shrinkage(written)
    if key == "target":
        Target(_text(written))
        return target_parts(written)
    if key == "abandons":
        return _text(written)
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise ValueError("expected a number or a text")
    if key in _DURATIONS:
        return parse_duration(written)
    if key in _SHARES:
        return parse_share(written)
    if not isinstance(written, int):
        raise ValueError("expected a whole number")
    return written


def _text(written: Any) -> str:
    if not isinstance(written, str):
        raise ValueError("expected a text")
    return written


def _target(values: Mapping[str, Any], base: Target) -> Target:
    text: dict[str, Any] = values.get("target", {})
    return _overlaid(base, text | {key: values[key] for key in _TARGET_KEYS if key in values})


def _overlaid(base: Target, given: Mapping[str, Any]) -> Target:
    kept = {key: getattr(base, key) for key in _TARGET_KEYS if key not in given}
    if "abandons" in given and not str(given["abandons"]).endswith("-short"):
        kept.pop("short_abandon", None)
    return Target(**{**kept, **given})
