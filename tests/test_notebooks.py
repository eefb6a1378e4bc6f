from __future__ import annotations

import base64
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.image import imread
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
NAMES = (
    "staff_a_week",
    "through_the_day",
    "cost_of_a_promise",
    "schedule_a_week",
    "score_a_month",
)
STRICT = "import warnings\n\nwarnings.simplefilter('error')"


@dataclass(frozen=True)
class Run:
    """A notebook that was executed, and the files in its folder afterwards."""

    notebook: NotebookNode
    files: tuple[str, ...]

    def outputs(self, cell: str) -> list[NotebookNode]:
        return next(c.outputs for c in self.notebook.cells if c.id == cell)

    def text(self, cell: str) -> str:
        parts = [o.text if o.output_type == "stream" else o.data.get("text/plain", "")
                 for o in self.outputs(cell)]  # fmt: skip
        return "".join(parts)

    @property
    def pictures(self) -> list[np.ndarray]:
        cells = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        shown = [o.data for cell in cells for o in cell.outputs if "data" in o]
        return [
            imread(io.BytesIO(base64.b64decode(data["image/png"])), format="png")
            for data in shown
            if "image/png" in data
        ]


def read(name: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        for name in NAMES:
            folder = tmp_path_factory.mktemp(name)
            shutil.copy(NOTEBOOKS / f"{name}.ipynb", folder)
            notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
            notebook.cells.insert(0, nbformat.v4.new_code_cell(STRICT))
            client = NotebookClient(
                notebook, timeout=120, resources={"metadata": {"path": str(folder)}}
            )
            client.execute()
            found[name] = Run(notebook, tuple(sorted(path.name for path in folder.iterdir())))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_it_is_stored_without_outputs(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_is_short_and_text_leads_to_it(name: str) -> None:
    cells = read(name).cells
    assert cells[0].cell_type == "markdown"
    assert max(len(c.source.splitlines()) for c in cells if c.cell_type == "code") <= 25
    assert sum(cell.cell_type == "markdown" for cell in cells) >= len(cells) / 3


@pytest.mark.parametrize(
    ("name", "least"),
    [("staff_a_week", 8), ("through_the_day", 4), ("cost_of_a_promise", 6), ("schedule_a_week", 4)],
)
def test_it_draws_pictures_with_something_on_them(
    runs: dict[str, Run], name: str, least: int
) -> None:
    pictures = runs[name].pictures
    assert len(pictures) >= least
    for picture in pictures:
        assert picture.shape[0] > 200 and picture.shape[1] > 300
        assert 0.01 < (picture[..., :3].min(axis=2) < 0.9).mean() < 0.9


@pytest.mark.parametrize("name", NAMES)
def test_it_is_silent_on_stderr(runs: dict[str, Run], name: str) -> None:
    code = [cell for cell in runs[name].notebook.cells if cell.cell_type == "code"]
    assert not [o.text for c in code for o in c.outputs if o.get("name") == "stderr"]


@pytest.mark.parametrize("name", NAMES)
def test_it_leaves_no_files_behind(runs: dict[str, Run], name: str) -> None:
    assert runs[name].files == (f"{name}.ipynb",)


def test_the_damaged_cell_is_named(runs: dict[str, Run]) -> None:
    assert "row 3, column Anrufe: '-85,5'" in runs["staff_a_week"].text("refused")


def test_the_formula_by_hand_agrees_with_the_plan(runs: dict[str, Run]) -> None:
    last = runs["staff_a_week"].text("hand").splitlines()[-1]
    by_hand, checked = (word for word in last.split() if word.startswith("0."))
    assert by_hand == checked


def test_the_history_gives_back_the_patience_it_was_made_with(runs: dict[str, Run]) -> None:
    report, patience = (
        float(line.split(":")[1].removesuffix("s"))
        for line in runs["staff_a_week"].text("history").splitlines()
    )
    assert patience == 240
    assert report < 60


def test_the_time_to_abandon_breaks_the_promise(runs: dict[str, Run]) -> None:
    rows = dict(line.split("  ", 1) for line in runs["staff_a_week"].text("mistake").splitlines())
    promised, delivered = (float(rows[name].split("%")[0]) for name in ("promised", "delivered"))
    assert promised >= 80 > 75 > delivered


def test_the_workbook_comes_back_as_it_was(runs: dict[str, Run]) -> None:
    saved = runs["staff_a_week"].text("save")
    assert "672 rows read back, 0 intervals short" in saved
    delivered, planned = (line.split()[-1] for line in saved.splitlines()[1].split(","))
    assert delivered == planned


def test_leaving_hang_ups_out_rewards_losing_callers(runs: dict[str, Run]) -> None:
    found = runs["cost_of_a_promise"].text("count-worst")
    assert "with 13 agents: 80.1% reported" in found
    assert "loses 37.7% of its callers" in found


def test_a_limit_on_abandonment_makes_all_readings_agree(runs: dict[str, Run]) -> None:
    lines = runs["cost_of_a_promise"].text("guard").splitlines()[1:]
    assert len(lines) == 7
    assert len({tuple(line.split()[1:]) for line in lines}) == 1


def test_the_tails_are_compared_at_the_same_service_level(runs: dict[str, Run]) -> None:
    plain = runs["cost_of_a_promise"].text("tail")
    assert plain.count(" 80.0 ") == 6


def test_the_schedule_is_short_nowhere_and_proven(runs: dict[str, Run]) -> None:
    summary = runs["schedule_a_week"].text("plan")
    assert "Short: nowhere" in summary
    cost, bound, gap = (
        float(line.split()[1].strip("%").replace(",", ""))
        for line in runs["schedule_a_week"].text("proof").splitlines()
    )
    assert 0 < bound <= cost and gap / 100 == pytest.approx(1 - bound / cost, abs=1e-4)


def test_the_promise_over_the_week_is_kept_with_fewer_hours(runs: dict[str, Run]) -> None:
    rows = dict(line.split("  ", 1) for line in
                runs["schedule_a_week"].text("level-compare").splitlines()[1:])  # fmt: skip
    hours, level = ([float(n) for n in rows[name].split()] for name in
                    ("paid hours", "service level (%)"))  # fmt: skip
    assert hours[1] < hours[0] and level[0] > level[1] >= 80


def test_the_schedule_comes_back_as_it_was(runs: dict[str, Run]) -> None:
    saved = runs["schedule_a_week"].text("save").splitlines()
    assert "shifts and" in saved[0]
    delivered, planned = (text.split()[-1] for text in saved[1].split(","))
    assert delivered == planned


def test_the_hours_after_an_understaffed_one_pay_for_it(runs: dict[str, Run]) -> None:
    lines = runs["through_the_day"].text("hour").splitlines()[1:]
    rows = {words[0]: [float(word) for word in words[1:]] for words in map(str.split, lines)}
    for time in ("10:00", "10:30"):
        agents, required, formulas, happens, *_ = rows[time]
        assert agents == required - 4 and happens > formulas
    for time in ("11:00", "11:30"):
        agents, required, formulas, happens, *_ = rows[time]
        assert agents == required and formulas > 0.8 > happens


def test_the_carried_over_plan_is_below_nowhere_with_fewer_hours(runs: dict[str, Run]) -> None:
    lines = runs["through_the_day"].text("carry").splitlines()
    hours = [
        float(line.split(" agent hours")[0].split()[-1].replace(",", "")) for line in lines[:2]
    ]
    below = [int(line.split()[-2]) for line in lines[:2]]
    assert hours[1] <= hours[0] and below[0] > 0 == below[1]


def test_the_promise_of_the_week_is_kept_and_proven(runs: dict[str, Run]) -> None:
    first, second, third, *_ = runs["through_the_day"].text("week").splitlines()
    hours, other = (float(part.split()[0].replace(",", "")) for part in first.split("instead of"))
    bound = float(third.split()[-1].replace(",", ""))
    assert bound <= hours < other
    assert second.startswith("promised 80%, planned 80.")


def test_the_month_is_explained_scored_and_drawn(runs: dict[str, Run]) -> None:
    run = runs["score_a_month"]
    assert "sum(Sg) / sum(A - Lg) >= 0.8" in run.text("explain")
    for cell in ("days", "late", "left"):
        (shown,) = run.outputs(cell)
        assert "<svg" in shown.data["text/html"] or "<table" in shown.data["text/html"]
    ways = [line.split()[-1] for line in run.text("formula").splitlines()]
    assert len(set(ways)) == 3


def test_relief_turns_a_missed_month_into_a_kept_one(runs: dict[str, Run]) -> None:
    run = runs["score_a_month"]
    raw, kept = (run.text(cell).splitlines()[1].split() for cell in ("score", "relieved"))
    assert raw[-1] == "missed" and kept[-2:] == ["met", "0.0"]
    assert "1 begun x 2,000 = EUR 2,000" in run.text("why")
    assert "same bytes: True" in run.text("save")


def test_every_section_ends_with_what_to_take_away() -> None:
    texts = [c.source for c in read("cost_of_a_promise").cells if c.cell_type == "markdown"]
    sections = "\n".join(texts).split("\n## ")[1:-1]
    assert len(sections) == 6
    for section in sections:
        assert section.rstrip().splitlines()[-1].startswith("**Take away:** ")
