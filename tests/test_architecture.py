"""The rooms of the house: imports go down, kernels stand alone, only the command line prints."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import erlangplan

PACKAGE = Path(erlangplan.__file__).parent
FLOORS = [
    {"errors", "units"},
    {"kernels"},
    {"targets", "shrinkage"},
    {"queues"},
    {"settings", "grid", "shifts"},
    {"forecast", "profiles"},
    {"totals", "attendance", "carry_over"},
    {"delivered"},
    {"results", "windows"},
    {"carried"},
    {"headroom"},
    {"requirement"},
    {"evaluation", "proof"},
    {"staffing", "trade_off"},
    {"sla"},
    {"scheduling"},
    {"files", "plotting"},
    {"starter"},
    {"cli"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, *, everywhere: bool = True) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def rooms_imported(path: Path) -> set[str]:
    parts = [name.split(".") for name in imports(path)]
    return {name[1] for name in parts if name[0] == "erlangplan" and name[1:] and name[1] in FLOOR}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_only_go_down(path: Path) -> None:
    own = room(path)
    assert own in FLOOR, f"{own} has no floor yet"
    above = {name for name in rooms_imported(path) if FLOOR[name] > FLOOR[own]}
    beside = {n for n in rooms_imported(path) if FLOOR[n] == FLOOR[own] and n != own}
    lazy = {"plotting"} if own == "files" else {"files"} if own == "plotting" else set()
    assert not above and not beside - lazy - {"errors", "units", "profiles", "forecast"}


def test_only_the_checked_layer_imports_kernels() -> None:
    users = {room(path) for path in MODULES if "kernels" in rooms_imported(path)}
    assert users <= {"queues", "carry_over", "scheduling"}


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "kernels").glob("[a-z]*.py")), ids=lambda p: p.name
)
def test_kernels_stand_alone(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    assert roots <= {"__future__", "math", "os", "collections", "typing", "numpy", "numba"}


def test_only_the_command_line_prints() -> None:
    for path in MODULES:
        if room(path) == "cli":
            continue
        calls = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call))
        names = {n.func.id for n in calls if isinstance(n.func, ast.Name)}
        assert "print" not in names, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_libraries_are_imported_where_they_are_needed(path: Path) -> None:
    heavy = {"matplotlib", "scipy", "python_calamine", "xlsxwriter", "rich", "numba", "highspy"}
    roots = {name.split(".")[0] for name in imports(path, everywhere=False)}
    assert not roots & heavy


def test_every_public_name_is_there_and_documented() -> None:
    for name in erlangplan.__all__:
        thing = getattr(erlangplan, name)
        assert name.isupper() or name == "__version__" or thing.__doc__, name
    with pytest.raises(AttributeError, match="nothing_like_this"):
        erlangplan.nothing_like_this  # noqa: B018
