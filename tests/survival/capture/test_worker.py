"""The process of one variant, run here in place, with stand-ins for a GPU."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survival import catalog
from survival.capture import machine, timers, worker
from survival.capture.host import accelerator
from survival.capture.turns import blocks
from survival.stats import ERROR_BLOCK, relative_error

LABELS = {str(n): f"{n}" for n in (8, 16, 32, 64, 128)}


def run(
    examples: Path, tmp_path: Path, name: str, limit: float = 0.5, cuda: bool = True
) -> list[tuple[str, Any]]:
    """The messages of the oracle's process and then of one variant's."""
    example = catalog.get("doubling", examples)
    variant = example.variant(name)
    messages: list[tuple[str, Any]] = []

    def send(**message: Any) -> None:
        messages.extend(message.items())

    job: dict[str, Any] = {
        "problem": str(example.problem_path),
        "folder": str(tmp_path),
        "most_bytes": 2**40,
        "variant": str(variant.path),
        "device": variant.device,
        "cuda": cuda,
        "precision": variant.precision,
        "sizes": [8, 16, 32, 64, 128],
        "labels": LABELS,
        "work": {n: int(n) for n in LABELS},
        "budget": {"target": 0.005, "limit": limit},
    }
    worker.oracle(job, send)
    worker.variant(job, send)
    return messages


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else runs, whatever runs: where it did, all would be timed again."""
    monkeypatch.setattr(machine, "others", lambda since, now: 0.0)


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A GPU that answers at once; the list tells what was asked of it."""
    asked: list[str] = []
    free = {"cpu": machine.free_bytes("cpu"), "gpu": 2**34}

    def timer(launch: Any, synchronize: Any, budget: timers.Budget) -> timers.Samples:
        launch()
        synchronize()
        return timers.Samples((1e-5,) * 6, 1, "a stand-in")

    monkeypatch.setattr(timers, "gpu", timer)
    monkeypatch.setattr(worker, "_synchronize", lambda: asked.append("synchronize"))
    monkeypatch.setattr(machine, "free_bytes", lambda device: free[device])
    return asked


def test_what_the_check_left_running_is_not_timed_with_the_program(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads that checked the answer wait busily: between the check and the clock they end."""
    told: list[str] = []
    monkeypatch.setattr(machine, "settle", lambda: told.append("settled"))
    host = timers.host
    monkeypatch.setattr(timers, "host", lambda *args: told.append("timed") or host(*args))
    measure = worker.relative_error
    monkeypatch.setattr(
        worker, "relative_error", lambda *args: told.append("checked") or measure(*args)
    )
    run(examples, tmp_path, "cpu_numpy")
    assert [t for i, t in enumerate(told) if told[i - 1 : i] != [t]] == 5 * [
        "checked",
        "settled",
        "timed",
    ]


def test_compute_of_a_gpu_variant_is_timed_on_the_gpu_and_the_rest_on_the_host(
    examples: Path, tmp_path: Path, gpu: list[str]
) -> None:
    """The GPU's timer holds the clock for compute; end to end is wall time, with pyperf."""
    sent = [v for k, v in run(examples, tmp_path, "gpu_cupy") if k == "timing"]
    assert {(t["scope"], t["timer"].split()[0]) for t in sent} == {
        ("compute", "a"),
        ("end_to_end", "pyperf"),
    }
    assert len(sent) == 10
    assert gpu


def test_what_pytorch_computes_without_cuda_is_waited_for_by_pytorch(
    examples: Path, tmp_path: Path, gpu: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No library of CUDA's is asked for anything: not its timers, not how much memory is free."""
    waits: list[str] = []
    monkeypatch.setattr(accelerator, "synchronize", lambda: waits.append("waited"))
    monkeypatch.setattr(machine, "free_bytes", {"cpu": 2**34}.__getitem__)
    sent = [v for k, v in run(examples, tmp_path, "gpu_cupy", 30.0, cuda=False) if k == "timing"]
    timers_of = {t["scope"]: t["timer"] for t in sent}
    assert timers_of["compute"].startswith("pyperf")
    assert timers_of["compute"].endswith("then one wait; caches not cleared")
    assert len(sent) == 10
    assert waits
    assert not gpu


def test_a_size_too_large_for_the_gpu_is_left_out_in_both_scopes(
    examples: Path, tmp_path: Path, gpu: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the free GPU memory is the bound, and the reason says so."""
    free = {"cpu": 2**34, "gpu": 1000}
    monkeypatch.setattr(machine, "free_bytes", lambda device: free[device])
    messages = run(examples, tmp_path, "gpu_cupy")
    assert [v["size"] for k, v in messages if k == "check"] == [8, 16]
    left_out = [v for k, v in messages if k == "left_out"]
    assert {(x["size"], x["scope"]) for x in left_out} == {
        (n, scope) for n in (32, 64, 128) for scope in ("compute", "end_to_end")
    }
    assert "free GPU memory" in left_out[0]["reason"]


@pytest.mark.parametrize(("busy", "asked"), [(0, 1), (2, 2), (18, 3)])
def test_timings_that_contradict_each_other_are_taken_again(
    examples: Path,
    tmp_path: Path,
    gpu: list[str],
    monkeypatch: pytest.MonkeyPatch,
    busy: int,
    asked: int,
) -> None:
    """While something else runs, a part may outlast the whole: try again, but not for ever."""
    count = {8: 0}

    def timer(launch: Any, synchronize: Any, budget: timers.Budget) -> timers.Samples:
        n = launch().size
        if n != 8:
            return timers.Samples((1e-9,) * 6, 1, "a stand-in")
        count[8] += 1
        return timers.Samples((9.0 if count[8] <= busy else 1e-9,) * 6, 1, "a stand-in")

    monkeypatch.setattr(timers, "gpu", timer)
    messages = run(examples, tmp_path, "gpu_cupy")
    assert count[8] == worker.TURNS * asked
    assert [v for k, v in messages if k == "again"] == [8] * (asked - 1)
    kept = [v for k, v in messages if k == "timing" and v["size"] == 8]
    assert [t["scope"] for t in kept] == ["compute", "end_to_end"]
    assert (kept[0]["median"] > 1) == (busy > 2)


def test_what_becomes_too_slow_on_the_second_try_keeps_the_first(
    examples: Path, tmp_path: Path, gpu: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy machine must not cost a variant its record; the judge sees what contradicts."""
    made: list[int] = []

    def timer(launch: Any, synchronize: Any, budget: timers.Budget) -> timers.Samples:
        made.append(launch().size)
        if made.count(8) > 1 and made[-1] == 8:
            raise timers.TooSlow("one call takes about 9 s")
        return timers.Samples((9.0 if made[-1] == 8 else 1e-9,) * 6, 1, "a stand-in")

    monkeypatch.setattr(timers, "gpu", timer)
    messages = run(examples, tmp_path, "gpu_cupy")
    kept = [v for k, v in messages if k == "timing" and v["size"] == 8]
    assert [t["scope"] for t in kept] == ["compute", "end_to_end"]
    assert not [k for k, _ in messages if k in ("failed", "left_out")]


@pytest.mark.parametrize(
    ("shares", "kept", "asked"),
    [
        ([0.01], 0.01, 0),
        ([0.5, 0.02], 0.02, 1),  # calm at the second try
        ([0.5, 0.9, 0.3], 0.3, 2),  # never calm: the calmest
        ([None], None, 0),  # too short to tell
    ],
)
def test_what_other_programs_disturbed_is_timed_again(
    examples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    shares: list[float | None],
    kept: float | None,
    asked: int,
) -> None:
    """A thread that waits for a core waits equally long each time: the samples do not tell."""
    each = [share for share in shares for _ in range(worker.TURNS)]
    seen = iter([*each, *[0.0] * 40])
    monkeypatch.setattr(machine, "others", lambda since, now: next(seen))
    messages = run(examples, tmp_path, "cpu_numpy")
    assert [v for k, v in messages if k == "again"] == [8] * asked
    assert next(v for k, v in messages if k == "timing")["others"] == kept


def test_a_machine_that_is_never_calm_does_not_hold_up_a_capture(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few tries for all sizes together, not two for each."""
    monkeypatch.setattr(machine, "others", lambda since, now: 0.5)
    messages = run(examples, tmp_path, "cpu_numpy")
    assert [v for k, v in messages if k == "again"] == [8, 8, 16, 16]
    assert len([k for k, _ in messages if k == "timing"]) == 5


def test_what_takes_long_is_not_timed_again_for_being_disturbed(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A capture of a busy machine must end; the record says how busy it was."""
    monkeypatch.setattr(machine, "others", lambda since, now: 0.5)
    monkeypatch.setattr(blocks, "WORTH", 0.0)
    messages = run(examples, tmp_path, "cpu_numpy")
    assert "again" not in dict(messages)
    assert {v["others"] for k, v in messages if k == "timing"} == {0.5}


@pytest.mark.parametrize(
    ("taken", "at_64"),
    [
        ({8: 80, 16: 160}, 640),  # proportional
        ({8: 1000, 16: 1080}, 1560),  # much is there at any size
        ({8: 100, 16: 90}, 90),  # noise: never less than was seen
        ({8: 5000, 16: 80, 32: 160}, 320),  # the last two count
    ],
)
def test_the_last_two_sizes_foretell_the_next(taken: dict[int, int], at_64: int) -> None:
    """What a size takes grows along a line; the two smallest are tried without a forecast."""
    memory = worker.Growth()
    for n, bytes_ in taken.items():
        assert len(memory.seen) > 1 or memory.at(n) == 0
        memory.saw(n, bytes_)
    assert memory.at(64) == at_64


def test_sizes_with_the_same_work_take_the_same() -> None:
    """Where an example's sizes do not differ in work, there is no line through two points."""
    pace = worker.Growth()
    pace.saw(100, 3.0)
    pace.saw(100, 2.0)
    assert pace.at(100) == 2.0


def test_memory_that_grows_too_fast_leaves_larger_sizes_out(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the last sizes took keeps the next from making the machine swap, and says so."""
    peaks = iter([1000, 1100, 1200, 1400, 1800, 2600, 4200])
    monkeypatch.setattr(worker, "_peak_bytes", lambda: next(peaks))
    free = iter([2**40] * 5 + [2000])  # for the oracle, at each size; then for the variant
    monkeypatch.setattr(machine, "free_bytes", lambda device: next(free))
    left_out = [v for k, v in run(examples, tmp_path, "cpu_numpy") if k == "left_out"]
    assert [x["size"] for x in left_out] == [128]
    assert "more than half of the free memory" in left_out[0]["reason"]


def test_a_call_that_was_too_slow_when_it_was_checked_is_not_repeated(
    examples: Path, tmp_path: Path
) -> None:
    """From the second size on, the call that is checked tells as much as another one."""
    (examples / "doubling" / "cpu_numpy.py").write_text(
        "import time\n"
        "def run(a):\n"
        "    time.sleep(0.2 if len(a) > 8 else 0)\n"
        "    run.calls.append(len(a))\n"
        "    return a * 2\n"
        "run.calls = []\n"
    )
    messages = run(examples, tmp_path, "cpu_numpy")
    left_out = [v for k, v in messages if k == "left_out"]
    assert [x["size"] for x in left_out] == [16, 32, 64, 128]
    assert left_out[0]["reason"].startswith("at 16: one call takes about 0.")
    assert sys.modules["cpu_numpy"].run.calls.count(16) == 1


def test_a_call_that_is_foreseen_to_be_far_too_slow_is_not_made(
    examples: Path, tmp_path: Path
) -> None:
    """Nobody waits for a call whose samples would be thrown away; the reason says so."""
    (examples / "doubling" / "cpu_numpy.py").write_text(
        "import time\n"
        "def run(a):\n"
        "    time.sleep(0.22 if len(a) > 8 else 0)\n"
        "    run.calls.append(len(a))\n"
        "    return a * 2\n"
        "run.calls = []\n"
    )
    messages = run(examples, tmp_path, "cpu_numpy", limit=1.8)
    left_out = [v for k, v in messages if k == "left_out"]
    assert [x["size"] for x in left_out] == [32, 64, 128]
    assert left_out[0]["reason"].startswith("at 32: by what smaller sizes took, one call would")
    assert max(sys.modules["cpu_numpy"].run.calls) == 16


def test_the_whole_way_is_not_tried_where_a_part_of_it_is_too_slow(
    examples: Path, tmp_path: Path
) -> None:
    """End to end holds the computing, so one call too slow is enough to know."""
    (examples / "doubling" / "cpu_numpy.py").write_text(
        "import time\n"
        "def to_device(a): return (a,)\n"
        "def to_host(a):\n"
        "    return a\n"
        "def run(a):\n"
        "    time.sleep(0.2 if len(a) > 8 else 0)\n"
        "    run.calls.append(len(a))\n"
        "    return a * 2\n"
        "run.calls = []\n"
    )
    messages = run(examples, tmp_path, "cpu_numpy")
    left_out = [(v["size"], v["scope"]) for k, v in messages if k == "left_out"]
    assert left_out == [(n, s) for n in (16, 32, 64, 128) for s in ("compute", "end_to_end")]
    assert sys.modules["cpu_numpy"].run.calls.count(16) == 1


@pytest.mark.parametrize(
    ("result", "error"),
    [([1.0, 2.0], 0.0), ([1.0, 1.0], 5**-0.5), ([0.0, 0.0], 1.0)],
)
def test_the_relative_error_is_that_of_the_definition(result: list[float], error: float) -> None:
    """||result - expected|| over ||expected||."""
    assert relative_error(np.array(result), np.array([1.0, 2.0])) == pytest.approx(error)


@pytest.mark.parametrize(("name", "right"), [("cpu_numpy", False), ("cpu_numpy_float16", True)])
def test_a_precision_may_have_a_tolerance_of_its_own(
    examples: Path, tmp_path: Path, name: str, right: bool
) -> None:
    """What float16 may be wrong by, float32 may not."""
    folder = examples / "doubling"
    problem = folder / "problem.py"
    problem.write_text(problem.read_text() + 'TOLERANCES = {"float16": 1e-3}\n')
    (folder / f"{name}.py").write_text("def run(a): return a * 2.001\n")
    messages = run(examples, tmp_path, name)
    assert [k for k, _ in messages if k in ("failed", "check")] == (
        ["check"] * 5 if right else ["failed"]
    )


def test_a_large_error_is_summed_over_blocks() -> None:
    """Past one block nothing is lost, and the last, shorter one counts."""
    expected = np.ones(2 * ERROR_BLOCK + 3)
    result = expected.astype(np.float32).copy()
    result[-1] = 1.5
    assert relative_error(result, expected) == pytest.approx(0.5 / expected.size**0.5)


def test_a_result_of_another_shape_is_no_result() -> None:
    """NumPy would spread one right number over all places."""
    with pytest.raises(ValueError, match=r"shape is \(1,\), the expected one \(4,\)"):
        relative_error(np.ones(1), np.ones(4))


def test_nan_is_an_error_that_no_tolerance_admits() -> None:
    """NaN compares with nothing, so the check must be written the right way round."""
    assert not relative_error(np.array([np.nan]), np.array([1.0])) <= 1e9


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("class OutOfMemoryError(Exception): pass\n    raise OutOfMemoryError('5 GiB')", True),
        ("raise RuntimeError('CUDA_ERROR_OUT_OF_MEMORY')", True),
        ("raise RuntimeError('cuMemAlloc failed: out of memory')", True),
        ("raise ValueError('a shape that is wrong')", False),
    ],
)
def test_a_size_that_no_gpu_memory_holds_is_left_out(
    examples: Path, tmp_path: Path, gpu: list[str], error: str, told: bool
) -> None:
    """A9: what lies between inputs and result is not foreseen. The sizes before it stay."""
    path = examples / "doubling" / "gpu_cupy.py"
    text = path.read_text(encoding="utf-8")
    guarded = f"def run(a):\n  if len(a) > 40:\n    {error}\n  return a * 2"
    path.write_text(text.replace("def run(a):\n    return a * 2", guarded), encoding="utf-8")
    if not told:
        with pytest.raises(ValueError, match="a shape that is wrong"):
            run(examples, tmp_path, "gpu_cupy")
        return
    messages = run(examples, tmp_path, "gpu_cupy")
    out = [m for kind, m in messages if kind == "left_out"]
    assert {m["size"] for m in out} == {64, 128}
    assert {m["scope"] for m in out} == {"compute", "end_to_end"}
    assert all(m["reason"] == "at 64: out of memory on the GPU" for m in out)
    assert {m["size"] for kind, m in messages if kind == "timing"} == {8, 16, 32}


def test_a_program_that_compiles_at_each_size_is_not_too_slow(
    examples: Path, tmp_path: Path, gpu: list[str]
) -> None:
    """Its name says that it does: the first call at a size foretells nothing."""
    path = examples / "doubling" / "gpu_torch_compile.py"
    text = (examples / "doubling" / "gpu_cupy.py").read_text(encoding="utf-8")
    compiles = (
        "import time\nseen = set()\ndef run(a):\n    time.sleep(0.3 * (len(a) not in seen))\n"
        "    seen.add(len(a))\n    return a * 2"
    )
    path.write_text(text.replace("def run(a):\n    return a * 2", compiles), encoding="utf-8")
    messages = run(examples, tmp_path, "gpu_torch_compile")
    for scope in ("compute", "end_to_end"):
        timed = {m["size"] for kind, m in messages if kind == "timing" and m["scope"] == scope}
        assert timed == {8, 16, 32, 64, 128}


def test_two_sizes_that_lie_close_foretell_nothing_from_their_noise() -> None:
    """4096² and 4100² of a transpose once foretold 97 GiB for 8192², and it was left out."""
    data = worker.Growth()
    for size, taken in ((1e6, 8e6), (16_777_216, 134e6), (16_810_000, 180e6)):
        data.saw(size, taken)
    assert 5e8 < data.at(67_108_864) < 1e9
