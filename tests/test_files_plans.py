"""Plans that were saved read back as what they are, and as nothing else."""

import io

import numpy as np
import pandas as pd
import pytest

import erlangplan as ep
from erlangplan.cli import main
from test_layouts import workbook
from vendor_files import ZONE

QUEUES = ("-Sales", "=cmd", "'t Gooi", "Support")


def forecast(tz):
    starts = pd.date_range("2026-10-24", periods=98 if tz else 96, freq="30min", tz=tz)
    volume = np.arange(len(starts)) % 30 + 0.25
    frames = [
        pd.DataFrame({"queue": queue, "start": starts, "volume": volume + number, "aht": 240.0})
        for number, queue in enumerate(QUEUES)
    ]
    return ep.read_forecast(pd.concat(frames))


@pytest.fixture(scope="module", params=[None, ZONE], ids=["no zone", "zone"])
def saved(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plans")
    plan = ep.staff(forecast(request.param), "80/20", shrinkage=0.3)
    for ending in ("csv", "xlsx"):
        ep.save(plan, folder / f"plan.{ending}")
    ep.save(ep.evaluate(plan.forecast, plan, "80/20"), folder / "evaluation.xlsx")
    return plan, folder


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx", "evaluation.xlsx"])
def test_agents_of_a_saved_plan(saved, name):
    plan, folder = saved
    agents = ep.read_agents(folder / name, tz=plan.forecast.tz)
    expected = plan.table[["queue", "start", "agents"]].astype({"queue": str})
    read = agents[["queue", "start", "agents"]].astype({"queue": str})
    pd.testing.assert_frame_equal(read, expected, check_dtype=False, check_categorical=False)
    if name != "evaluation.xlsx":
        assert list(agents["scheduled"]) == list(plan.table["scheduled"])


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx", "evaluation.xlsx"])
def test_the_forecast_within_a_saved_plan(saved, name):
    plan, folder = saved
    read = ep.read_forecast(folder / name, tz=plan.forecast.tz)
    assert read.queues == plan.forecast.queues
    expected = plan.forecast.table.astype({"queue": str})
    pd.testing.assert_frame_equal(read.table.astype({"queue": str}), expected)


def test_the_command_evaluates_a_workbook_as_it_does_the_csv(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ep.save(forecast(ZONE).table, "forecast.csv")
    shown = []
    for name in ("plan.csv", "plan.xlsx"):
        for command in (
            ["staff", "forecast.csv", "--tz", ZONE, "-o", name],
            ["evaluate", "forecast.csv", name, "--tz", ZONE, "--format", "csv"],
        ):
            capfd.readouterr()
            with pytest.raises(SystemExit, match="^0$"):
                main(command)
        shown.append(capfd.readouterr().out)
    assert shown[0] == shown[1]
    assert shown[0].count("\n") == 1 + 98 * len(QUEUES)


@pytest.mark.parametrize(
    "label", ["Agent hours", "Paid hours", "Peak agents", "FTE", "FTE on queue", "Agents (h)"]
)
def test_what_is_not_agents(label):
    text = f"start,{label}\n2026-03-23 08:00,10\n2026-03-23 08:30,12\n"
    with pytest.raises(ep.InputError, match="no column holds the number of agents"):
        ep.read_agents(io.StringIO(text))
    assert ep.read_agents(io.StringIO(text), map={"agents": label})["agents"].sum() == 22


def test_the_summary_holds_no_agents(saved):
    with pytest.raises(ep.InputError, match="no column holds the number of agents"):
        ep.read_agents(saved[1] / "plan.xlsx", sheet="Summary")


class TestMapsOfDaysAndTimes:
    def test_a_map_of_agents_is_no_forecast(self, saved):
        plan, folder = saved
        zone = plan.forecast.tz
        agents = ep.read_agents(folder / "plan.xlsx", sheet="Support Agents", tz=zone)
        table = plan.table.query("queue == 'Support'").set_index("start")["agents"]
        assert list(agents["agents"]) == list(table[agents["start"]])
        with pytest.raises(ep.InputError, match="holds agents, not volumes"):
            ep.read_forecast(folder / "plan.xlsx", sheet="Support Agents", aht=240, tz=zone)

    @pytest.mark.parametrize(
        ("title", "held"),
        [
            ("Calls", "volumes"),
            ("AHT", "handle times"),
            ("Agent hours", "hours or FTE"),
            ("FTE", "hours or FTE"),
            ("B Over or short", "agents over or short"),
        ],
    )
    def test_a_map_of_something_else_is_no_agents(self, title, held):
        rows = [["Time", "2026-03-23", "2026-03-24"], ["08:00", 10, 1], ["08:30", 12, 2]]
        with pytest.raises(ep.InputError, match=f"holds {held}, not agents"):
            ep.read_agents(io.BytesIO(workbook(**{title: rows})))
        both = workbook(**{title: rows, "Agents": rows})
        assert ep.read_agents(io.BytesIO(both))["agents"].sum() == 25

    def test_two_sheets_of_agents(self):
        rows = [["start", "agents"], ["2026-03-23 08:00", 10], ["2026-03-23 08:30", 12]]
        with pytest.raises(ep.InputError, match="'A', 'B' may all be meant"):
            ep.read_agents(io.BytesIO(workbook(A=rows, B=rows)))


def test_names_of_queues_in_a_history():
    text = "queue,wait,outcome\n'-Sales,10,answered\n't Gooi,20,abandoned\n"
    assert list(ep.read_history(io.StringIO(text))["queue"]) == ["'t Gooi", "-Sales"]
