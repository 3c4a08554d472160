"""From examples to records, with real processes, on made-up examples and ceilings."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from survival import catalog, records
from survival.capture import limits, machine, processes, publish, timers
from survival.capture import plan as planning
from survival.capture import run as running
from survival.errors import CaptureError, RecordError
from survival.judge import rules
from survival.records import Record
from tests.survival.capture.test_clock import made_clock
from tests.survival.conftest import made_gpu, made_machine

NO_GPU = "no GPU in this test"


@pytest.fixture(autouse=True)
def made_up_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up machine, and as little time as possible."""
    monkeypatch.setattr(limits, "this_machine", lambda mode, gpu: made_machine(mode=mode))
    monkeypatch.setattr(planning, "commit", lambda: "0" * 40)
    monkeypatch.setattr(limits, "measured_ceilings", lambda mode, capture: made_machine().ceilings)
    monkeypatch.setattr(machine, "gpu", lambda: NO_GPU)
    monkeypatch.setattr(machine, "cpu", lambda: made_machine().cpu)
    quick = timers.Budget(target=0.01, limit=0.5)
    monkeypatch.setattr(planning, "BUDGETS", {"full": quick, "quick": quick})
    monkeypatch.setattr(processes, "PATIENCE", {"full": 30.0, "quick": 30.0})


def run(examples: Path, mode: str = "quick", force: bool = False) -> dict[str, set[str]]:
    """Capture all examples into results/local beside them; the broken rules by example."""
    plan = planning.plan([], mode, examples.parent / "local", force, examples)  # type: ignore[arg-type]
    found = running.run(plan, lambda what, share: None)
    return {name: {f.rule for f in findings if f.fails} for name, findings in found}


def recorded(examples: Path) -> Record:
    """What was recorded of `doubling`."""
    return records.read_record(examples.parent / "local" / "doubling.json")


def test_a_variant_is_checked_timed_and_recorded(examples: Path) -> None:
    """Every size has a check and a timing; the GPU variant is not run, with the reason."""
    assert run(examples) == {"doubling": set()}
    record = recorded(examples)
    cpu, gpu = record.variants
    assert (cpu.status, gpu.status, gpu.reason) == ("measured", "not_run", NO_GPU)
    assert [c.size for c in cpu.checks] == [t.size for t in cpu.timings] == [8, 16, 32, 64, 128]
    assert all(c.error < 1e-7 and c.limit for c in cpu.checks)
    assert [s.bytes for s in record.sizes] == [64, 128, 256, 512, 1024]
    assert "numpy" in record.libraries


def test_what_is_fresh_is_not_measured_again(examples: Path) -> None:
    """A second capture does nothing until a source changes, or the full one is asked for."""
    run(examples)
    assert run(examples) == {}
    assert run(examples, force=True) == {"doubling": set()}
    path = examples / "doubling" / "cpu_numpy.py"
    path.write_text(path.read_text() + "# nothing but a comment\n")
    assert run(examples) == {}
    path.write_text(path.read_text().replace("a * 2", "a + a"))
    assert run(examples) == {"doubling": set()}
    assert run(examples, mode="full") == {"doubling": set()}
    assert run(examples) == {}


def test_what_was_measured_before_a_commit_is_measured_again_after_it(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A published record names a commit; while the changes are not committed, it stays fresh."""
    monkeypatch.setattr(planning, "commit", lambda: "0" * 40 + "-dirty")
    run(examples, mode="full")
    assert run(examples, mode="full") == {}
    monkeypatch.setattr(planning, "commit", lambda: "0" * 40)
    assert run(examples, mode="full") == {"doubling": set()}
    assert recorded(examples).commit == "0" * 40


def test_a_capture_may_lie_in_any_folder(examples: Path) -> None:
    """`--into` names it as it likes: what was measured there is found again, and is fresh."""
    folder = examples.parent / "monday"
    for todo in (["doubling"], []):
        plan = planning.plan([], "quick", folder, False, examples)
        assert [e.name for e in plan.todo] == todo
        list(running.run(plan, lambda what, share: None))
    assert records.read_record(folder / "doubling.json").machine == "made-up"


def test_a_gpu_that_appears_makes_a_capture_stale(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not run yesterday is picked up when a GPU is there."""
    run(examples)
    gpu = made_gpu()
    monkeypatch.setattr(machine, "gpu", lambda: gpu)
    plan = planning.plan([], "quick", examples.parent / "local", False, examples)
    assert [e.name for e in plan.todo] == ["doubling"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def run(a): return a * 3\n", "wrong at size 8: relative L2 error 0.5, tolerance 1e-06"),
        ("def run(a): return a * float('nan')\n", "wrong at size 8: relative L2 error nan"),
        ("def run(a): raise ValueError('no luck')\n", "ValueError: no luck"),
        ("import nope\ndef run(a): pass\n", "ModuleNotFoundError"),
        ("import os\ndef run(a): os._exit(3)\n", "its process: it ended with code 3"),
        ("def run(a):\n    while True: pass\n", "no answer within 6 s: stopped"),
        ("def run(a): return a[:-1]\n", "ValueError"),
    ],
)
def test_a_variant_that_fails_is_recorded_and_never_timed(
    examples: Path, source: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong, broken, gone or hung: one line says why, and the others are measured all the same."""
    if "within" in reason:
        monkeypatch.setattr(processes, "PATIENCE", {"full": 6.0, "quick": 6.0})
    (examples / "doubling" / "cpu_numba.py").write_text(source)
    run(examples)
    bad = recorded(examples).variant("cpu_numba")
    assert bad.status == "failed"
    assert reason in bad.reason
    assert "\n" not in bad.reason
    assert not bad.timings
    assert recorded(examples).variant("cpu_numpy").timings


def test_a_variant_that_says_what_it_lacks_is_not_run(examples: Path) -> None:
    """SystemExit with a line is how a listing says that its library is missing."""
    source = "raise SystemExit('This program needs a crystal ball.')\ndef run(a): pass\n"
    (examples / "doubling" / "cpu_numba.py").write_text(source)
    run(examples)
    variant = recorded(examples).variant("cpu_numba")
    assert (variant.status, variant.reason) == ("not_run", "This program needs a crystal ball.")


def test_a_slow_size_is_left_out_with_the_reason_and_so_are_larger_ones(examples: Path) -> None:
    """What does not fit the time limit is named, not waited for."""
    source = "import time\ndef run(a):\n    time.sleep(a.size / 150)\n    return a * 2\n"
    (examples / "doubling" / "cpu_numba.py").write_text(source)
    run(examples)
    variant = recorded(examples).variant("cpu_numba")
    assert [t.size for t in variant.timings] == [8]
    assert [x.size for x in variant.left_out] == [16, 32, 64, 128]
    assert "longer than the limit of 0.083 s" in variant.left_out[0].reason


def test_sizes_too_large_for_memory_are_left_out_and_named(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quick capture leaves large data out and says so; so does a small machine."""
    monkeypatch.setattr(planning, "MOST_BYTES", {"quick": 400, "full": 400})
    path = examples / "doubling" / "problem.py"
    path.write_text(path.read_text().replace("(8,", "(1, 2, 4, 8,"))
    run(examples)
    record = recorded(examples)
    assert [s.n for s in record.sizes] == [1, 2, 4, 8, 16, 32]
    assert [s.n for s in record.sizes_left_out] == [64, 128]
    assert "too much for a quick capture" in record.sizes_left_out[0].reason


def test_what_an_example_prints_disturbs_nothing(examples: Path) -> None:
    """Output of a variant is not mistaken for an answer of ours."""
    source = (
        "print('{\"failed\": \"a joke\"}')\ndef run(a):\n    print('hello')\n    return a * 2\n"
    )
    (examples / "doubling" / "cpu_numba.py").write_text(source)
    run(examples)
    assert recorded(examples).variant("cpu_numba").status == "measured"


def test_a_problem_whose_oracle_fails_stops_with_its_name(examples: Path) -> None:
    """Without an oracle nothing can be checked, so nothing is timed."""
    path = examples / "doubling" / "problem.py"
    path.write_text(path.read_text().replace("astype(np.float64) * 2", "nonsense"))
    with pytest.raises(CaptureError, match=r"problem.py: the oracle failed: AttributeError"):
        run(examples)


def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(tmp_path: Path) -> None:
    """No permission is found out at once, not after minutes of measuring."""
    (tmp_path / "file").write_text("")
    with pytest.raises(CaptureError, match="cannot be written"):
        planning.plan([], "quick", tmp_path / "file" / "local", False)


def test_a_first_call_is_timed_in_fresh_processes(examples: Path) -> None:
    """A full capture of a problem that asks for it has the first_call scope, imports included."""
    path = examples / "doubling" / "problem.py"
    path.write_text(path.read_text() + "FIRST_CALL_SIZE = 128\n")
    source = "import time\ntime.sleep(0.05)\ndef run(a):\n    return a * 2\n"
    (examples / "doubling" / "cpu_numpy.py").write_text(source)
    run(examples, mode="full")
    timing = recorded(examples).variant("cpu_numpy").timing(128, "first_call")
    assert timing is not None
    assert timing.n == processes.FIRST_CALLS
    assert min(timing.samples) > 0.05


def test_a_first_call_at_a_size_that_was_left_out_is_left_out(tmp_path: Path) -> None:
    """It would be timed and never checked, and take as long as what was too slow."""
    left_out = {"size": 128, "scope": "compute", "reason": "too slow"}
    entry: dict[str, Any] = {"checks": [], "timings": [], "left_out": [left_out]}
    processes.add_first_call(entry, tmp_path / "no_such_program.py", {}, 128, 1.0)
    assert entry["timings"] == []
    assert entry["left_out"] == [left_out, left_out | {"scope": "first_call"}]


def test_too_low_ceilings_are_measured_again_before_a_record_is_rejected(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ceilings measured on a busy machine reject honest results; the second, higher ones count."""
    low = json.loads(made_machine().ceilings.model_dump_json())
    for rate in low["memory"]:
        rate["bytes_per_second"] = 1.0
    busy = made_machine(ceilings=low)
    monkeypatch.setattr(limits, "this_machine", lambda mode, gpu: busy)
    assert run(examples) == {"doubling": set()}
    machine = records.read_machine(examples.parent / "local" / "machine.json")
    assert machine.ceilings.memory_rate("cpu", 1) == 1e12
    assert not rules.judge_record(recorded(examples), machine, None) or all(
        f.severity == "mark" for f in rules.judge_record(recorded(examples), machine, None)
    )


def test_ceilings_are_tried_as_often_as_programs_and_through_the_whole_capture(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first example, halfway and after the last: three tries, in every limit."""
    shutil.copytree(examples / "doubling", examples / "tripling")
    told = iter((1e12, 3e12, 2e12))
    said: list[str] = []

    def ceilings(mode: str, capture: str) -> records.Ceilings:
        fields = json.loads(made_machine().ceilings.model_dump_json())
        for rate in fields["memory"]:
            rate["bytes_per_second"] = value = next(told) if rate["device"] == "cpu" else 1e12
            rate["tries"] = [{"capture": capture, "values": [value], "best": value}]
        return records.Ceilings.model_validate(fields)

    def this_machine(mode: str, gpu: object) -> records.Machine:
        found = made_machine(mode=mode)
        return found.model_copy(update={"ceilings": ceilings(mode, found.capture)})

    monkeypatch.setattr(limits, "measured_ceilings", ceilings)
    monkeypatch.setattr(limits, "this_machine", this_machine)
    plan = planning.plan([], "full", examples.parent / "local", True, examples)
    for name, _ in running.run(plan, lambda what, share: said.append(what)):
        said.append(name)
    steps = [s for s in said if "ceilings" in s or s in ("doubling", "tripling")]
    again = "this machine's ceilings, again"
    assert steps == ["this machine's ceilings", "doubling", again, "tripling", again]
    machine, found = records.read_capture(examples.parent / "local")
    assert machine.ceilings.memory[0].tries[0].values == [1e12, 3e12, 2e12]
    for record in found.values():
        limit = record.variant("cpu_numpy").checks[0].limit
        assert limit is not None
        assert limit.bytes_per_second == 2e12
        assert not [f for f in rules.judge_record(record, machine, None) if f.fails]


def test_one_example_alone_leaves_the_others_sound(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ceilings are the best of both captures, and the old record is held against them."""
    shutil.copytree(examples / "doubling", examples / "tripling")
    run(examples, mode="full")
    low = json.loads(made_machine().ceilings.model_dump_json())
    for rate in low["memory"]:
        rate["bytes_per_second"] /= 2
    for rate in low["operations"]:
        rate["operations_per_second"] *= 2
    other = made_machine(ceilings=low, mode="full")
    monkeypatch.setattr(limits, "this_machine", lambda mode, gpu: other)
    folder = examples.parent / "local"
    plan = planning.plan(["tripling"], "full", folder, True, examples)
    assert [name for name, _ in running.run(plan, lambda what, share: None)] == ["tripling"]
    machine, found = records.read_capture(folder)
    assert machine.ceilings.memory_rate("cpu", 1) == 1e12
    assert machine.ceilings.operation_rate(
        "cpu", "float32"
    ) == 2 * made_machine().ceilings.operation_rate("cpu", "float32")
    assert found.keys() == {"doubling", "tripling"}
    for record in found.values():
        assert not [f for f in rules.judge_record(record, machine, None) if f.fails]


def test_a_rejected_record_is_not_written(examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the second ceilings reject it too, the record is not kept."""
    low = json.loads(made_machine().ceilings.model_dump_json())
    for rate in low["memory"]:
        rate["bytes_per_second"] = 1.0
    slow = made_machine(ceilings=low)
    monkeypatch.setattr(limits, "this_machine", lambda mode, gpu: slow)
    monkeypatch.setattr(limits, "measured_ceilings", lambda mode, capture: slow.ceilings)
    assert run(examples) == {"doubling": {"H5"}}
    assert not (examples.parent / "local" / "doubling.json").exists()


def test_publish_refuses_a_quick_capture_and_copies_a_full_one(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only full captures that break no rule are published."""
    monkeypatch.setattr(rules, "held_up", lambda record: (0, 1))  # others may slow this machine
    monkeypatch.setattr(catalog, "EXAMPLES", examples)
    monkeypatch.setattr(catalog, "get", lambda name: catalog.find(examples)[name])
    run(examples)
    local, results = examples.parent / "local", tmp_path / "results"
    with pytest.raises(RecordError, match="a quick capture is not published"):
        publish.publish(local, results)
    assert not results.exists()
    run(examples, mode="full")
    with pytest.raises(RecordError, match="the clocks of this machine were not checked"):
        publish.publish(local, results)
    records.write(local / "clock.json", made_clock())
    assert publish.publish(local, results) == ("made-up", ["doubling"])
    assert records.read_results(results).records["made-up"]["doubling"] == recorded(examples)


def test_publish_refuses_a_capture_of_a_machine_that_others_slowed(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the judge of published records would refuse is not copied."""
    monkeypatch.setattr(catalog, "get", lambda name: catalog.find(examples)[name])
    monkeypatch.setattr(rules, "held_up", lambda record: (3, 5))
    run(examples, mode="full")
    records.write(examples.parent / "local" / "clock.json", made_clock())
    with pytest.raises(RecordError, match="in 3 of 5 moments the same work took over"):
        publish.publish(examples.parent / "local", tmp_path / "results")


def test_a_later_capture_with_higher_ceilings_leaves_published_records_sound(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published and not published again is held against the best ceilings of both."""
    monkeypatch.setattr(rules, "held_up", lambda record: (0, 1))  # others may slow this machine
    monkeypatch.setattr(catalog, "get", lambda name, _=None: catalog.find(examples)[name])
    shutil.copytree(examples / "doubling", examples / "tripling")
    run(examples, mode="full")
    local, results = examples.parent / "local", tmp_path / "results"
    records.write(local / "clock.json", made_clock())
    publish.publish(local, results)
    (local / "doubling.json").unlink()
    (local / "tripling.json").unlink()
    other = json.loads(made_machine().ceilings.model_dump_json())
    for rate in other["memory"]:
        rate["bytes_per_second"] *= 2
    for rate in other["operations"]:
        rate["operations_per_second"] /= 2
    later = made_machine(ceilings=other, capture="20261122-000000")
    monkeypatch.setattr(limits, "this_machine", lambda mode, gpu: later)
    plan = planning.plan(["tripling"], "full", local, True, examples)
    assert [name for name, _ in running.run(plan, lambda what, share: None)] == ["tripling"]
    assert publish.publish(local, results) == ("made-up", ["tripling"])
    machine, found = records.read_capture(results / "made-up")
    assert machine.ceilings.memory_rate("cpu", 1) == 2e12
    assert machine.ceilings.operation_rate("cpu", "float32") == 1e12
    assert found.keys() == {"doubling", "tripling"}
    for record in found.values():
        assert not [f for f in rules.judge_record(record, machine, None) if f.fails]


def test_a_quick_capture_leaves_the_full_ones_beside_it_sound(
    examples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `make serve` measures raises no ceiling that an older record is not held against."""
    shutil.copytree(examples / "doubling", examples / "tripling")
    folder = examples.parent / "local"
    for name, mode, factor in (("tripling", "full", 1), ("doubling", "quick", 2)):
        ceilings = json.loads(made_machine().ceilings.model_dump_json())
        for rate in ceilings["memory"]:
            rate["bytes_per_second"] *= factor
        here = made_machine(ceilings=ceilings, mode=mode)
        monkeypatch.setattr(limits, "this_machine", lambda mode, gpu, here=here: here)
        plan = planning.plan([name], mode, folder, False, examples)  # type: ignore[arg-type]
        assert [name for name, _ in running.run(plan, lambda what, share: None)] == [name]
    machine, found = records.read_capture(folder)
    assert {name: record.mode for name, record in found.items()} == {
        "tripling": "full",
        "doubling": "quick",
    }
    for record in found.values():
        assert not [f for f in rules.judge_record(record, machine, None) if f.fails]


def test_an_interruption_keeps_what_is_done_and_leaves_no_process(tmp_path: Path) -> None:
    """Ctrl-C during a capture: one line, exit code 130, no file half written, no worker left."""
    command = [sys.executable, "-m", "survival", "capture", "array_addition", "--quick", "--force"]
    process = subprocess.Popen(
        [*command, "--into", str(tmp_path / "local")],
        cwd=catalog.ROOT,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background of a script has Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if "ceilings" in line:
                break
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "interrupted: what was done is kept" in said
    assert "Traceback" not in said
    assert not list((tmp_path / "local").glob("*.tmp"))
