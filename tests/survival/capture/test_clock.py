"""The check of the clocks: it finds wrong ones, believes right ones, and is shown as it is."""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from survival import records
from survival.capture import clock, limits, machine, processes, publish, run, timers
from survival.capture.timers import Budget, Samples
from survival.errors import CaptureError, PageError, RecordError
from survival.judge import clocks, rules
from survival.records import Clock
from survival.stats import summary
from tests.survival.conftest import made_gpu, made_machine
from tests.survival.pages.test_extension import (  # noqa: F401
    CPU,
    GPU,
    alone,
    convert,
    copied,
    island,
    parts,
    plain,
)

PARTS = "\n\n".join(
    f"/// clock | {p}\n///" for p in ("lengths", "copy", "kernels", "launch", "fooled")
)


def reading(timer: str, median: float, spread: float = 0.002) -> dict[str, Any]:
    """Nine made-up samples around a median."""
    samples = [median * (1 + spread * (i - 4) / 4) for i in range(9)]
    return {
        "timer": timer,
        "settings": f"{timer} <b>made up</b>",
        "samples": samples,
        "calls_per_sample": 1,
        **summary(samples)._asdict(),
    }


def task(kind: str, *readings: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A made-up task."""
    device = "gpu" if kind == "kernel" else "cpu"
    told = {"name": kind, "kind": kind, "device": device, "label": f"a {kind} <i>", **fields}
    return told | {"readings": readings}


def launched_copy(device: str, wrong: float = 1e-6, right: float = 1e-3) -> dict[str, Any]:
    """A made-up copy that was launched: 128 MiB read and written."""
    both = (reading("returns", wrong), reading("finishes", right))
    made = task("launched_copy", *both, bytes=2**27)
    return made | {"name": f"{device}_copy", "device": device}


def made_clock(*tasks: dict[str, Any], machine: str = "made-up") -> Clock:
    """A made-up check, by default of one honest sleep."""
    sleep = task("sleep", reading("pyperf", 1.1e-3), reading("timeit", 1.1e-3), known_seconds=1e-3)
    return Clock.model_validate(
        {
            "schema_version": 1,
            "machine": machine,
            "captured": "2026-11-21T00:00:00Z",
            "source_hash": "a" * 16,
            "libraries": {"pyperf": "9"},
            "tasks": tasks or [sleep],
        }
    )


def faults(*tasks: dict[str, Any]) -> list[str]:
    """Rules that the judge finds broken."""
    return [f.rule for f in clocks.judge_clock(made_clock(*tasks), made_machine())]


@pytest.mark.parametrize(
    ("made", "broken"),
    [
        (task("sleep", reading("pyperf", 0.9e-3), known_seconds=1e-3), ["clock"]),
        (task("sleep", reading("pyperf", 9e-3), known_seconds=1e-3), []),
        (task("spin", reading("pyperf", 1.05e-3), known_seconds=1e-3), []),
        (task("spin", reading("pyperf", 1.2e-3), known_seconds=1e-3), ["clock"]),
        (task("copy", reading("pyperf", 1e-3), bytes=2**27), []),
        (task("copy", reading("pyperf", 1e-4), bytes=2**27), ["H5"]),
        (task("kernel", reading("cupyx", 1e-3), reading("triton", 1.09e-3)), []),
        (task("kernel", reading("cupyx", 1e-3), reading("triton", 1.12e-3)), ["clock"]),
        (task("kernel", reading("cupyx", 1e-3, 0.1), reading("triton", 1.15e-3, 0.1)), []),
        (task("kernel", reading("cupyx", 2e-6), reading("triton", 4e-6)), []),
        (task("kernel", reading("cupyx", 2e-6), reading("triton", 4e-3)), ["clock"]),
        (task("launch", reading("returns", 1e-6), reading("finishes", 1e-2)), []),
        (launched_copy("cpu"), []),
        (launched_copy("cpu", right=1e-4), ["H5"]),
    ],
)
def test_wrong_clocks_are_found_and_right_ones_believed(
    made: dict[str, Any], broken: list[str]
) -> None:
    """Early, late, faster than memory, apart: faults. Short, noisy and launches: none."""
    assert faults(made) == broken


def test_the_message_has_both_times_and_the_command() -> None:
    """A reader of the fault knows which timers, by how much, and what to do."""
    kernel = task("kernel", reading("cuda_bench", 1e-3), reading("cupyx", 2e-3))
    (found,) = clocks.judge_clock(made_clock(kernel), made_machine())
    assert found.message == (
        "clock results/made-up/clock.json kernel: cuda_bench says 0.001 s and cupyx 0.002 s: more "
        "than 10% apart, and their intervals do not overlap; capture it again on a quiet machine "
        "(`.venv/bin/python -m survival clock`)"
    )
    assert found.fails


def test_typed_statistics_are_found() -> None:
    """H7: a median that the samples do not have."""
    bad = reading("pyperf", 1.1e-3) | {"median": 1.1004e-3}
    assert faults(task("sleep", bad, known_seconds=1e-3)) == ["H7"]


def test_a_check_of_another_machine_is_found() -> None:
    """H1: the check lies beside the machine that it was made on."""
    wrong = clocks.judge_clock(made_clock(machine="other"), made_machine())
    assert [f.rule for f in wrong] == ["H1"]


def test_results_are_read_with_and_without_a_check(tmp_path: Path) -> None:
    """clock.json is no example, and results from before it are as good as ever."""
    records.write(tmp_path / "made-up" / "machine.json", made_machine())
    assert records.read_results(tmp_path).clocks == {}
    records.write(tmp_path / "made-up" / "clock.json", made_clock())
    results = records.read_results(tmp_path)
    assert results.clocks == {"made-up": made_clock()}
    assert results.records == {"made-up": {}}
    assert "clock" in {f.rule for f in rules.judge_results(self_broken(tmp_path), {})}


def self_broken(folder: Path) -> records.Results:
    """The same results with a sleep that ended early."""
    early = task("sleep", reading("pyperf", 1e-4), known_seconds=1e-3)
    records.write(folder / "made-up" / "clock.json", made_clock(early))
    return records.read_results(folder)


@pytest.mark.parametrize(
    "tasks",
    [
        [task("sleep", reading("pyperf", 1e-3)), task("sleep", reading("pyperf", 1e-3))],
        [task("sleep", reading("pyperf", 1e-3), reading("pyperf", 1e-3))],
    ],
)
def test_names_that_come_twice_are_refused(tmp_path: Path, tasks: list[dict[str, Any]]) -> None:
    """One name, one task; one timer, one reading: else a rule could look at the wrong one."""
    path = tmp_path / "made-up" / "clock.json"
    path.parent.mkdir()
    content = json.loads(made_clock().model_dump_json()) | {"tasks": tasks}
    path.write_text(json.dumps(content))
    with pytest.raises(RecordError, match=r"clock\.json"):
        records.read_clock(path)


# ---- Measuring ------------------------------------------------------------------------------


def test_timeit_tells_a_spin_of_known_length() -> None:
    """The second opinion on CPU work sees the same as the first."""
    seen = timers.by_timeit(lambda: clock.spin(1e-3), Budget(0.02, 1.0))
    assert 1e-3 <= min(seen.seconds) < 1.5e-3
    assert seen.timer.startswith("timeit")


def test_a_timer_that_cannot_is_named_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No Triton, no column of it; what was measured stays."""

    def refuse(*_: object) -> Samples:
        raise ImportError("No module named 'triton'")

    monkeypatch.setattr(timers, "_triton", refuse)
    monkeypatch.setattr(timers, "_cupyx", lambda *_: Samples((1e-3,) * 6, 1, "cupyx"))
    by = {
        n: lambda n=n: timers.gpu_by(n, lambda: None, lambda: None, clock.BUDGET)
        for n in ("triton", "cupyx")
    }
    made = clock.timed("gpu_copy", "gpu", "kernel", "copy", by)
    assert [r["timer"] for r in made["readings"]] == ["cupyx"]
    assert made["unusable"] == {"triton": "ImportError: No module named 'triton'"}
    assert len(made["readings"][0]["samples"]) == 6 * clock.ROUNDS


def test_a_launch_is_timed_rightly_and_wrongly() -> None:
    """The wrong clock stops when the call returns, the right one when the work is done."""
    made = clock.launched("x", "cpu", "x", lambda: 5e-3, lambda s: time.sleep(s))
    returns, finishes = made["readings"]
    assert returns["median"] < 1e-3 < 5e-3 <= finishes["low"]


def test_copies_of_every_size_are_begun_and_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the CPU another thread copies; the bytes are those read and written, the copy is done."""
    monkeypatch.setattr(clock, "SLEEPS", ())
    monkeypatch.setattr(clock, "SPINS", ())
    monkeypatch.setattr(clock, "COPY_BYTES", 2**20)
    monkeypatch.setattr(clock, "LAUNCHED_BYTES", (2**20, 2**24))
    monkeypatch.setattr(clock, "LAUNCHES", 6)
    monkeypatch.setattr(clock, "BUDGET", Budget(0.01, 1.0))
    made = [t for t in clock.cpu() if t["kind"] == "launched_copy"]
    assert [t["bytes"] for t in made] == [2**21, 2**25]
    for t in made:
        returns, finishes = t["readings"]
        assert (returns["timer"], finishes["timer"]) == ("returns", "finishes")
        assert len(finishes["samples"]) == 6
        assert returns["median"] < finishes["median"]
    assert made_clock(*made).tasks[1].bytes == 2**25


def test_the_check_of_a_gpu_launches_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """With stand-ins for CuPy: every kernel gets its elements, and CuPy's two times are read."""
    cupy, cupyx, profiler = (ModuleType(n) for n in ("cupy", "cupyx", "cupyx.profiler"))
    launched = []

    class Kernel:
        def __call__(self, grid: tuple[int], block: tuple[int], args: tuple[Any, ...]) -> None:
            launched.append((grid, block, args))

    class Module:
        def __init__(self, code: str) -> None:
            self.code = code

        def get_function(self, name: str) -> Kernel:
            assert f"void {name}(" in self.code
            return Kernel()

    def benchmark(call: Any, **_: Any) -> SimpleNamespace:
        call()
        return SimpleNamespace(cpu_times=np.full(6, 1e-6), gpu_times=np.full((1, 6), 1e-4))

    cupy.__dict__.update(
        RawModule=Module,
        asarray=np.asarray,
        ones_like=np.ones_like,
        __version__="0",
        cuda=SimpleNamespace(runtime=SimpleNamespace(deviceSynchronize=lambda: time.sleep(1e-5))),
    )
    profiler.__dict__["benchmark"] = benchmark
    for module in (cupy, cupyx, profiler):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(clock, "LAUNCHED_BYTES", (2**20, 2**22 + 4))
    monkeypatch.setattr(clock, "GPU_ELEMENTS", 2**20 + 1)
    monkeypatch.setattr(timers, "gpu_by", lambda *_: Samples((1e-3,) * 6, 1, "stand-in"))
    made = list(clock.gpu())
    copies = [t for t in made if t["kind"] == "launched_copy"]
    assert [t["bytes"] for t in copies] == [2**21, 2**23 + 8]
    assert [r["timer"] for r in copies[0]["readings"]] == [
        *("returns", "finishes", "cupyx_cpu", "cupyx"),
    ]
    (grid, block, args) = launched[-1]
    assert (grid, block, int(args[2])) == ((2**12 + 1,), (256,), 2**20 + 1)
    assert len(made_clock(*made).tasks) == len(made)


def test_a_check_is_fresh_until_its_code_or_the_machine_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file, an older source hash, another machine: each means checking again."""
    monkeypatch.setattr(limits, "machine_name", lambda: "made-up")
    monkeypatch.setattr(machine, "gpu", lambda: "none")
    monkeypatch.setattr(clock, "source_hashes", lambda: ("a" * 16,))
    folder = tmp_path / "local"
    assert not run.clock_is_fresh(folder)
    records.write(folder / "clock.json", made_clock())
    assert run.clock_is_fresh(folder)
    monkeypatch.setattr(limits, "machine_name", lambda: "other")
    assert not run.clock_is_fresh(folder)
    monkeypatch.setattr(limits, "machine_name", lambda: "made-up")
    monkeypatch.setattr(clock, "source_hashes", lambda: ("b" * 16,))
    assert not run.clock_is_fresh(folder)


def published(*tasks: dict[str, Any], **changes: Any) -> list[str]:
    """Where the judge finds fault with the check of a published machine, by today's source."""
    made = made_clock(*tasks).model_copy(update={"source_hash": "a" * 16} | changes)
    found = clocks.check_clocks(
        records.Results(
            machines={"made-up": made_machine()},
            records={"made-up": {}},
            clocks={"made-up": made} if tasks else {},
        ),
        "a" * 16,
    )
    assert all(f.fails == (f.rule == "clock") for f in found)
    return [f"{f.rule} {f.where.partition('clock.json')[2].strip()}".strip() for f in found]


def whole() -> list[dict[str, Any]]:
    """Made-up readings of every task that a machine without a GPU needs."""
    return [
        {
            "name": name,
            "device": device,
            "kind": kind,
            "label": name,
            "known_seconds": seconds,
            "bytes": moved,
            "readings": [reading(t, seconds or 1e-2) for t in clocks.CLOCK_TIMERS[kind]],
        }
        for name, (device, kind, seconds, moved) in clocks.CLOCK_TASKS.items()
        if device == "cpu"
    ]


def test_a_published_machine_has_a_whole_check_of_its_clocks() -> None:
    """Nothing is proved by a check that is not there, or of which the failing part was taken."""
    assert published(*whole()) == []
    assert published() == ["clock"]
    assert published(*whole()[1:]) == ["clock sleep_1ms"]
    assert published(*whole()[1:], source_hash="b" * 16) == ["H12"]
    for change in ({"kind": "launch"}, {"known_seconds": 1e-6}, {"readings": []}, {"bytes": 1}):
        first, *others = whole()
        assert published(first | change, *others) == ["clock sleep_1ms"]
    first, *others = whole()
    assert published(first | {"readings": first["readings"][:1]}, *others) == ["clock sleep_1ms"]


def test_a_machine_with_a_gpu_needs_its_kernels_too() -> None:
    """Each of them by every library, or with the reason why a library could not."""
    gpu = made_gpu()
    lacks = clocks.lacking(made_clock(*whole()), made_machine(gpu=gpu))
    assert len(lacks) == 11
    assert all(name.startswith("gpu_") for name in lacks)
    kernel = task("kernel", reading("cupyx", 1e-3), unusable={"triton": "x", "cuda_bench": "x"})
    made = made_clock(*whole(), kernel | {"name": "gpu_empty"})
    assert "gpu_empty" not in clocks.lacking(made, made_machine(gpu=gpu))
    made = made_clock(*whole(), kernel | {"name": "gpu_empty", "unusable": {}})
    assert "gpu_empty" in clocks.lacking(made, made_machine(gpu=gpu))


def test_the_judge_knows_every_task_of_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, kinds, lengths and bytes are those of the code that measures, with its real sizes."""

    def task_of(name: str, device: str, kind: str, *_: Any, **known: Any) -> dict[str, Any]:
        what = (device, kind, known.get("known_seconds"), known.get("bytes", 0))
        return {"name": name, "what": what, "readings": []}

    def launched(
        name: str, device: str, *_: Any, kind: str = "launch", **known: Any
    ) -> dict[str, Any]:
        return task_of(name, device, kind, **known)

    cupy = ModuleType("cupy")
    kernels = SimpleNamespace(get_function=lambda name: print)
    cupy.__dict__.update(RawModule=lambda code: kernels, asarray=np.asarray, ones_like=np.asarray)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    monkeypatch.setattr(clock.np, "resize", lambda a, n: np.broadcast_to(a[:1], n))  # no memory
    monkeypatch.setattr(clock.np, "ones_like", np.asarray)
    monkeypatch.setattr(clock, "timed", task_of)
    monkeypatch.setattr(clock, "launched", launched)
    monkeypatch.setattr(clock, "_by_cupyx", lambda launch: [])
    made = [*clock.cpu(), *clock.gpu()]
    assert {t["name"]: t["what"] for t in made} == {
        n: told for n, told in clocks.CLOCK_TASKS.items() if not n.startswith(clocks.WEBGPU)
    }
    assert clocks.CLOCK_TIMERS["kernel"] == set(timers.GPU_TIMERS)


def test_publish_copies_the_check_and_refuses_a_wrong_one(tmp_path: Path) -> None:
    """clock.json travels with machine.json; one that found a wrong clock stays at home."""
    local, results = tmp_path / "local", tmp_path / "results"
    records.write(local / "machine.json", made_machine())
    records.write(local / "clock.json", made_clock())
    assert publish.publish(local, results) == ("made-up", [])
    assert records.read_clock(results / "made-up" / "clock.json") == made_clock()
    early = task("sleep", reading("pyperf", 1e-4), known_seconds=1e-3)
    records.write(local / "clock.json", made_clock(early))
    with pytest.raises(RecordError, match=r"clock\.json: clock results/made-up.*at least"):
        publish.publish(local, results)


def test_the_check_runs_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it prints becomes clock.json; a check that fails is one line."""
    answers = [
        (0, json.dumps([json.loads(t.model_dump_json()) for t in made_clock().tasks])),
        (1, ""),
        (0, "noise"),
    ]

    def answer(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        code, said = answers.pop(0)
        return subprocess.CompletedProcess([], code, said, "Traceback\nValueError: no clock\n")

    monkeypatch.setattr(limits, "machine_name", lambda: "made-up")
    monkeypatch.setattr(processes.subprocess, "run", answer)
    found = run.check_clock(tmp_path / "local")
    assert records.read_clock(tmp_path / "local" / "clock.json") == found
    assert found.tasks == made_clock().tasks
    for said in ("ValueError: no clock", "its process answered 'noise'"):
        with pytest.raises(CaptureError, match=f"could not be checked: {said}"):
            run.check_clock(tmp_path / "local")


# ---- The page -------------------------------------------------------------------------------


@pytest.fixture
def checked(copied: Path) -> Path:  # noqa: F811
    """The made-up machines with a check of each."""
    sleep = task("sleep", reading("pyperf", 1.1e-3), reading("timeit", 1.1e-3), known_seconds=1e-3)
    copy = task("copy", reading("pyperf", 1e-3), reading("timeit", 1e-3), bytes=2**27)
    launch = task("launch", reading("returns", 1e-5), reading("finishes", 1e-2))
    kernel = task("kernel", reading("cuda_bench", 1e-3), reading("cupyx", 1.05e-3))
    kernel["unusable"] = {"triton": "not <u>installed</u>"}
    on_gpu = {**launch, "device": "gpu"}
    copies = [launched_copy(device) for device in ("cpu", "gpu")]
    copies[1]["readings"] += (reading("cupyx_cpu", 2e-6), reading("cupyx", 9e-4))
    for name, tasks in (
        (CPU, [sleep, copy, launch, copies[0]]),
        (GPU, [sleep, copy, kernel, on_gpu, *copies]),
    ):
        path = copied / "results" / name / "clock.json"
        records.write(path, made_clock(*tasks, machine=name))
    return copied


def test_the_page_shows_each_timer_with_its_record(checked: Path) -> None:
    """Medians, intervals, what could not be used, and where there is no GPU that it is missing."""
    html = convert(PARTS, checked)
    text = plain(html)
    assert "1.1000 ms" in text
    assert "no measurable difference" in text
    assert "5.0 %" in text
    assert "1,000 times as fast as it is" in text
    assert "Triton do_bench could not be used" in text
    assert text.count("Not yet measured on a GPU.") == 3
    assert f'data-record="results/{GPU}/clock.json"' in html
    assert not [tag for tag in ("<b>", "<i>", "<u>") if tag in html]


def test_every_number_of_a_check_has_a_card_of_its_record(checked: Path) -> None:
    """Readings, how far apart they are, rates and ceilings, on the page and in the other part."""
    html = convert(PARTS, checked)
    for place in (alone(html), parts(html)[CPU]):
        data = island(place)
        cards = re.findall(r'data-record="([^"]*)"[^>]*data-card="(\d+)"', place)
        assert len(cards) == place.count("<data ") > 5
        for record, card in cards:
            assert data["records"][data["cards"][int(card)]["r"]]["href"] == record


def test_a_card_says_what_a_clock_said(checked: Path) -> None:
    """Task, median and interval, samples, timer, versions and source; and the other side."""
    data = island(alone(convert("/// clock | launch\n///\n\n/// clock | copy\n///", checked)))
    returns, _, factor, copy, _, rate = data["cards"]
    assert plain(returns["task"]) == "a launch , on the GPU"
    assert returns["median"].replace("\u00a0", " ") == ("10.000 µs, 95 % interval 9.9850–10.015 µs")
    assert returns["n"] == "9"
    assert data["timers"][returns["t"]] == "returns <b>made up</b>"
    assert "base" not in returns
    assert factor["base"].startswith("finishes <b>made up</b>: 10.000\u00a0ms")
    assert copy["task"].endswith("134,217,728 bytes read and written")
    assert rate["base"] == "the best that the memory reached, 250\u00a0GB/s"
    record = data["records"][returns["r"]]
    assert record["libraries"] == "pyperf 9"
    assert record["source"] == f"{'a' * 16}, of survival/capture/clock.py and timers.py"


def test_without_a_check_the_page_says_so(copied: Path) -> None:  # noqa: F811
    """Old results build; nothing is made up."""
    assert plain(convert(PARTS, copied)) == (
        "Not yet measured. Not yet measured. Not yet measured on a GPU. Not yet measured. "
        "Not yet measured."
    )


def test_a_check_from_before_the_launched_copies_is_read_and_says_so(
    checked: Path,
) -> None:
    """An older clock.json is as good as ever; the page says what it lacks."""
    for name in (CPU, GPU):
        path = checked / "results" / name / "clock.json"
        records.write(path, made_clock(machine=name))
    assert plain(convert("/// clock | fooled\n///", checked)).count("Not yet measured.") == 2


def test_a_wrong_clock_stops_the_build(checked: Path) -> None:
    """The page, the line, both times; the reader's own is left out instead."""
    kernel = task("kernel", reading("cuda_bench", 1e-3), reading("cupyx", 2e-3))
    path = checked / "results" / GPU / "clock.json"
    records.write(path, made_clock(kernel, machine=GPU))
    with pytest.raises(PageError, match=r"^page\(1\): clock results/.*cuda_bench says 0.001 s"):
        convert("/// clock | kernels\n///", checked)
    shutil.move(checked / "results" / GPU, checked / "results" / "local")
    html = convert("/// clock | kernels\n///", checked, local=True)
    assert "Not shown for this machine: its check found a wrong clock." in plain(html)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/// clock |\n///", "clock: needs one part; there are: lengths, copy, kernels, launch"),
        ("/// clock | time\n///", "clock: unknown part 'time'; there are: lengths, copy, kernels"),
    ],
)
def test_a_typo_is_told_with_the_parts_that_exist(text: str, says: str) -> None:
    """The page and the line, as for every block."""
    with pytest.raises(PageError) as e:
        convert(text)
    assert str(e.value).startswith(f"page(1): {says}")
