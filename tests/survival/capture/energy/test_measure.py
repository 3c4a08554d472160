"""Windows of energy by a counter that is played, and the verb where there is none."""

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from survival import catalog, cli, records
from survival.capture import limits, processes
from survival.capture.energy import counters, measure, verb
from survival.capture.energy.counters import Counter
from survival.records import ENERGY_FILE

PUBLISHED = next(
    path.parent
    for path in sorted(catalog.RESULTS.glob("*/machine.json"))
    if path.parent.name != records.LOCAL
)
"""Any machine of the guide: which ones there are changes."""


def played(watts: float = 30.0, limit: float = 65.0) -> Counter:
    """A counter that rises steadily, as if the processor always drew so much."""
    return Counter("cpu", "package", "played", limit, lambda: watts * time.perf_counter())


def test_a_window_counts_calls_and_joules() -> None:
    """LEAST windows, each at least as long as asked, each of the power that is there."""
    calls = iter(range(10**9))
    found = measure.windows(played(), lambda: (time.sleep(0.001), next(calls) * 0 + 3)[1], 0.01)
    assert len(found) == measure.LEAST
    for window in found:
        assert window["seconds"] >= 0.01
        assert window["calls"] % 3 == 0
        assert window["calls"] > 0
        assert window["joules"] / window["seconds"] == pytest.approx(30, rel=0.05)


def test_idle_windows_have_no_calls() -> None:
    """Nothing of ours runs in them."""
    assert {w["calls"] for w in measure.idle(played(), 0.01)} == {0}


def test_a_batch_is_waited_for() -> None:
    """Short calls are made many at a time, and the wait comes after the last."""
    order: list[str] = []
    batch = measure.batches(lambda: order.append("call"), lambda: order.append("wait"))
    order.clear()
    calls = batch()
    assert calls > 1
    assert order == ["call"] * calls + ["wait"]


def test_a_program_is_measured_where_a_counter_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example's own program, with the inputs of a capture."""
    monkeypatch.setattr(counters, "find", lambda: ([played()], {"gpu": "none"}))
    monkeypatch.setattr(measure, "windows", lambda counter, batch: [{"calls": batch()}])
    saxpy = catalog.get("saxpy")
    job = {
        "device": "cpu",
        "problem": str(saxpy.problem_path),
        "variant": str(saxpy.variant("cpu_numpy").path),
        "size": 1024,
    }
    assert measure.program(job)[0]["calls"] >= 1
    with pytest.raises(Exception, match="no counter of the gpu's energy"):
        measure.program(job | {"device": "gpu"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A capture of this machine, with one example."""
    for name in ("machine.json", "saxpy.json"):
        shutil.copy(PUBLISHED / name, tmp_path)
    this = records.read_machine(tmp_path / "machine.json")
    monkeypatch.setattr(limits, "machine_name", lambda: this.name)
    return tmp_path


def energy(*arguments: str) -> Any:
    """The verb."""
    return CliRunner().invoke(cli.main, ["energy", *arguments])


def test_without_a_counter_the_reason_is_recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And said: not measurable here."""
    monkeypatch.setattr(counters, "cpu", lambda: "no counter at all")
    monkeypatch.setattr(counters, "gpu", lambda: "no GPU at all")
    done = energy("--into", str(folder))
    assert done.exit_code == 0, done.output
    assert "cpu: not measurable here: no counter at all" in done.output
    found = records.read_energy(folder / ENERGY_FILE)
    assert found.missing == {"cpu": "no counter at all", "gpu": "no GPU at all"}
    assert not found.counters


def window(watts: float, calls: int) -> list[dict[str, Any]]:
    """What a program's process answers."""
    return [{"seconds": 2.0, "joules": 2 * watts, "calls": calls}] * measure.LEAST


def test_the_fastest_program_of_each_example_is_measured(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the record in that folder, at its largest size."""
    asked: list[dict[str, Any]] = []

    def answer(fault: str, module: str, job: str) -> str:
        asked.append(json.loads(job))
        return json.dumps(window(40, 100))

    monkeypatch.setattr(counters, "find", lambda: ([played()], {"gpu": "none"}))
    monkeypatch.setattr(processes, "own_process", answer)
    monkeypatch.setattr(measure, "idle", lambda counter: window(10, 0))
    done = energy("saxpy", "--into", str(folder))
    assert done.exit_code == 0, done.output
    drawn = records.read_energy(folder / ENERGY_FILE).counters[0].drawn
    assert [(d.example, d.size) for d in drawn] == [
        ("saxpy", catalog.get("saxpy").problem().SIZES[-1])
    ]
    assert Path(asked[0]["variant"]).stem == drawn[0].variant
    assert drawn[0].joules == pytest.approx(0.8)


def test_what_no_device_can_draw_is_not_recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The verb asks the judge before it writes."""
    monkeypatch.setattr(counters, "find", lambda: ([played(limit=30)], {"gpu": "none"}))
    monkeypatch.setattr(processes, "own_process", lambda *_: json.dumps(window(40, 100)))
    monkeypatch.setattr(measure, "idle", lambda counter: window(10, 0))
    done = energy("--into", str(folder))
    assert done.exit_code == 1
    assert "not recorded: H5" in done.output
    assert not (folder / ENERGY_FILE).exists()


def test_another_machines_folder_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured here is of this machine."""
    monkeypatch.setattr(limits, "machine_name", lambda: "some-other-machine")
    done = energy("--into", str(folder))
    assert done.exit_code == 1
    assert "some-other-machine" in done.output
    assert verb.measure_energy.name == "energy"
