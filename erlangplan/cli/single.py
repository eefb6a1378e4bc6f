"""``erlangplan queue``: one interval, fully explained."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import pandas as pd
import typer

import erlangplan as ep
from erlangplan.cli import options as opt
from erlangplan.cli.output import check_form, check_outputs, choose_interpreter, say
from erlangplan.units import duration_text, share_text

QUEUE_HELP = """One queue, one interval, fully explained.

erlangplan queue --volume 100 --interval 30min --aht 180 --target 80/20

erlangplan queue --agents 12 --interval 30min --aht 180    how many contacts can 12 of us take?"""

_AROUND = range(-2, 4)
_MEASURES = (
    "service_level", "p_wait", "asa", "wait_offered", "wait_abandoned", "wait_p90", "wait_p95",
    "abandonment", "blocked", "occupancy", "queue_length",
)  # fmt: skip
_SECONDS = ("asa", "wait_offered", "wait_abandoned", "wait_p90", "wait_p95")


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e9:
        raise ValueError(f"must be a number from 0 to 1e9 such as 100.5, got {text!r}")
    return number


def queue(
    volume: Annotated[
        Any,
        typer.Option(parser=opt.usage(_number), metavar="NUMBER", help="Contacts in the interval."),
    ] = None,
    interval: Annotated[
        Any, opt.seconds("--interval", "Length of the interval; without it 30min.", default=False)
    ] = 1800.0,
    aht: Annotated[Any, opt.seconds("--aht", "Average handle time, wrap-up included.")] = None,
    target: opt.TargetText = None,
    agents: Annotated[
        int | None,
        typer.Option(
            min=0, max=10_000_000, help="Show this many agents too; alone: what they can take."
        ),
    ] = None,
    patience: opt.Patience = None,
    balking: opt.Balking = None,
    lines: opt.Lines = None,
    shrinkage: opt.ShrinkageText = None,
    output: opt.Output = None,
    form: opt.Form = None,
) -> None:
    """Explain one queue."""
    check_form(form)
    check_outputs(output or [], [], (".csv", ".json"))
    if aht is None or not aht > 0:
        raise typer.BadParameter("--aht must be given and above 0, such as --aht 180 or --aht 3min")
    if not interval > 0:
        raise typer.BadParameter("--interval must be above 0")
    if patience is not None and not patience > 0:
        raise typer.BadParameter("--patience must be above 0")
    if volume is None and agents is None:
        raise typer.BadParameter("give --volume, or --agents to see what they can take")
    if target is None:
        say("target: 80/20 (default); abandoned contacts count as not in time")
        target = ep.Target("80/20")
    asked = {"aht": aht, "target": target, "patience": patience, "balking": balking or 0.0}
    choose_interpreter(1, patient=patience is None and not balking)
    if volume is None:
        if lines is not None:
            raise typer.BadParameter("--agents without --volume does not take --lines")
        if output:
            raise typer.BadParameter("--agents without --volume writes no file")
        _capacity(agents or 0, interval, asked, form)
        return
    asked["lines"] = lines
    load = volume * aht / interval
    required = ep.required_agents(load, **asked)
    table = _around(load, required.agents, agents, asked)
    for path in output or []:
        ep.save(table, path)
        say(f"wrote {path}")
    if form in ("csv", "json") or (form is None and not sys.stdout.isatty() and not output):
        ep.save(table, sys.stdout.buffer, form=form or "csv")
        return
    print(_explained(volume, interval, load, required, shrinkage, asked))
    print(_table_text(table, required.agents))


def _capacity(
    agents: int, interval: float, asked: dict[str, Any], form: str | None
) -> None:  # fmt: skip
    load = ep.max_load(agents, **asked)
    aht, target = asked["aht"], asked["target"]
    volume = load * interval / aht
    if form in ("csv", "json") or (form is None and not sys.stdout.isatty()):
        table = pd.DataFrame({"agents": [agents], "load": [load], "volume": [volume]})
        ep.save(table, sys.stdout.buffer, form=form or "csv")
        return
    print(
        f"{agents} agents carry up to {load:.4g} erlang within the target ({target}): "
        f"{volume:,.1f} contacts of {duration_text(aht)} in {duration_text(interval)}"
    )


def _around(load: float, required: int, given: int | None, asked: dict[str, Any]) -> pd.DataFrame:
    numbers = {max(0, required + step) for step in _AROUND}
    if given is not None:
        numbers.add(given)
    agents = sorted(numbers)
    result = ep.performance([load] * len(agents), agents, **asked)
    return pd.DataFrame({"agents": agents} | {name: getattr(result, name) for name in _MEASURES})


def _explained(
    volume: float, interval: float, load: float, required: ep.RequiredAgents, shrinkage: Any,
    asked: dict[str, Any],
) -> str:  # fmt: skip
    aht, target, patience = asked["aht"], asked["target"], asked["patience"]
    model = "Erlang C: nobody abandons"
    if patience is not None:
        model = f"Erlang A: mean patience {duration_text(patience)}"
    elif asked["balking"]:
        model = "Erlang C: whoever joins the queue stays"
    if asked["balking"]:
        model += f", {share_text(asked['balking'])} leave at once rather than wait"
    if asked["lines"] is not None:
        model += f", {asked['lines']:g} lines"
    lines = [
        f"load        {volume:g} contacts x {duration_text(aht)} / {duration_text(interval)} "
        f"= {load:.6g} erlang",
        f"model       {model}",
        f"target      {target.words}",
    ]
    if target.threshold is not None:
        lines.append(f"counting    {target.abandons}: {target.counting}")
    for part, alone in _parts(target):
        need = ep.required_agents(load, **(asked | {"target": alone})).agents
        lines.append(f"  {part:<22}{need:>6} agents")
    binding = str(required.binding).replace("_", " ")
    lines.append(f"required    {required.agents} agents; the part that decides is {binding}")
    if shrinkage is not None and shrinkage.parts:
        people = ep.add_shrinkage(required.agents, shrinkage)
        exact = required.agents / float(shrinkage.remaining)
        lines.append(f"scheduled   {people} people ({exact:.2f} before rounding), {shrinkage}")
    return "\n".join(lines) + "\n"


def _parts(target: ep.Target) -> list[tuple[str, ep.Target]]:
    parts = []
    if target.service_level is not None:
        alone = ep.Target(
            service_level=target.service_level, threshold=target.threshold,
            abandons=target.abandons, short_abandon=target.short_abandon,
        )  # fmt: skip
        parts.append((f"service level {share_text(target.service_level, 2)}", alone))
    if target.max_asa is not None:
        parts.append((f"ASA {duration_text(target.max_asa)}", ep.Target(max_asa=target.max_asa)))
    for word in ("abandonment", "blocked", "occupancy"):
        limit = getattr(target, f"max_{word}")
        if limit is not None:
            parts.append((f"{word} {share_text(limit, 2)}", ep.Target(**{f"max_{word}": limit})))
    return parts


def _table_text(table: pd.DataFrame, required: int) -> str:
    shown = {
        "": ["->" if n == required else "" for n in table["agents"]],
        "agents": table["agents"],
    }
    for name in _MEASURES:
        values = table[name]
        if name in ("wait_abandoned", "blocked") and not (values > 0).any():
            continue
        if name in _SECONDS:
            shown[f"{name} [s]"] = ["-" if v != v else f"{v:,.1f}" for v in values]
        elif name == "queue_length":
            shown[name] = [f"{v:,.2f}" for v in values]
        else:
            shown[name] = ["-" if v != v else f"{100 * v:.1f} %" for v in values]
    frame = pd.DataFrame(shown)
    if frame.to_string(index=False).find("\n") < 100:
        return frame.to_string(index=False).replace("inf", "unbounded")
    return frame.set_index(["", "agents"]).T.to_string().replace("inf", "unbounded")
