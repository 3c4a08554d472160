"""The verb as a reader meets it: one line for what cannot be checked, and an exit status."""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from survival import catalog, cli
from survival.check import items, sanitizer, sweep, timing, verb
from survival.check.process import Process
from survival.check.reference import Reference

DOUBLES = "def run(x):\n    return x * 2\n"
NO_SIZE = "\ndef make_inputs(n, rng):\n    raise ValueError(n)\n"
MAKES = "import numpy as np\n\ndef make_inputs(n, rng):\n    return ({},)\n\n"


def checked(folder: Path, program: str, reference: str = DOUBLES, *options: str) -> Result:
    """Run the verb on two files with these contents."""
    (folder / "my_kernel.py").write_text(program)
    (folder / "reference.py").write_text(reference)
    files = [str(folder / "my_kernel.py"), "--against", str(folder / "reference.py")]
    return CliRunner().invoke(cli.main, ["check", *files, *options])


def test_a_right_program_ends_with_0_and_a_line_for_each_item(tmp_path: Path) -> None:
    """Two files with one function each are enough."""
    done = checked(tmp_path, DOUBLES, DOUBLES, "--no-numbers")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [line[13:23].strip() for line in lines[:-1]] == list(items.ITEMS)
    assert " ms" not in done.stdout
    assert lines[-1].endswith("my_kernel.py: 9 passed, 0 failed, 3 not checked")


@pytest.mark.parametrize(
    ("program", "reference", "says"),
    [
        ("def ran(x):\n    return x\n", DOUBLES, "my_kernel.py: defines no run(*inputs)"),
        ("def run(x)\n", DOUBLES, "my_kernel.py(1): expected ':'"),
        ("raise SystemExit('Needs CuPy.')\n", DOUBLES, "cannot be checked here: Needs CuPy."),
        ("import no_such\n", DOUBLES, "here: ModuleNotFoundError: No module named 'no_such'"),
        (DOUBLES, "x = 1\n", "reference.py: defines neither run(*inputs) nor reference(*inputs)"),
        (DOUBLES, "def run(x):\n    return (x * 2).astype('f4')\n", "answers in float32, though"),
        (DOUBLES, f"{MAKES}{DOUBLES}".format("np.zeros(n)"), "gives the same numbers each time"),
        (DOUBLES, f"{MAKES}{DOUBLES}".format("np.full(n, rng.random())"), "one number throughout"),
        ("import os\n\nos.abort()\n", DOUBLES, "checked here: it was killed (SIGABRT)"),
        (DOUBLES, f"{DOUBLES}{NO_SIZE}", "make_inputs takes none of the sizes that were tried"),
        (DOUBLES, "def run(x):\n    return x / y\n", "reference.py: NameError: name 'y'"),
    ],
)
def test_what_cannot_be_checked_is_one_line_and_2(
    tmp_path: Path, program: str, reference: str, says: str
) -> None:
    """The fault is in the files, and no item is to blame."""
    done = checked(tmp_path, program, reference)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("program", "item", "says"),
    [
        (
            "import time\n\ndef run(x):\n    time.sleep(60 * (x.size == 3))\n    return x * 2\n",
            "answer",
            "size 3: no answer within 2 s",
        ),
        (
            "import os\n\ndef run(x):\n    if x.size == 7:\n        os.abort()\n    return x * 2\n",
            "sizes",
            "size 7: it was killed (SIGABRT)",
        ),
        (
            "import threading, time\nimport numpy as np\n\n"
            "def run(x):\n    out = np.zeros_like(x)\n"
            "    def work():\n        time.sleep(0.01)\n        np.multiply(x, 2, out=out)\n"
            "    threading.Thread(target=work).start()\n    return out\n",
            "clock",
            "size 1: its result changes after run() has returned",
        ),
        (
            "kept = {}\n\ndef run(x):\n    if id(x) not in kept:\n        kept[id(x)] = x, x * 2\n"
            "    return kept[id(x)][1]\n",
            "other data",
            "size 33: after other data of this size",
        ),
        ("def run(x):\n    return (x * 2)[:, None]\n", "answer", "size 1: the shape is (1, 1)"),
    ],
)
def test_what_fails_is_named_with_its_smallest_input(
    tmp_path: Path, program: str, item: str, says: str
) -> None:
    """A program that hangs, dies, answers later, or keeps answers by address."""
    sizes = "TEST_SIZES = (1, 2, 3, 7, 33)\n" if item != "sizes" else ""
    done = checked(tmp_path, program, DOUBLES + sizes, "--timeout", "2")
    assert done.exit_code == 1, done.output
    line = next(x for x in done.stdout.splitlines() if x[13:23].strip() == item)
    assert line.startswith("FAILED")
    assert says in line
    assert sum(x.startswith("FAILED") for x in done.stdout.splitlines()) == 1


NUMBA = """import numba
import numpy as np

@numba.vectorize(["float32(float32)"])
def twice(v):
    return v * np.float32(2)

@numba.njit
def few(x):
    out = np.empty_like(x)
    for i in range(x.size):
        out[i] = twice(x[i])
    return out

@numba.njit(parallel=True)
def many(x):
    out = np.empty(x.size, np.float32)
    for i in numba.prange(x.size):
        out[i] = x[i] * 2
    return out

def run(x):
    return few(x) if x.size < 1000 else many(x)
"""


def test_what_numba_compiles_now_and_later_finds_its_memory(tmp_path: Path) -> None:
    """A right program with two functions was failed: the second was compiled in a later call.

    And what Numba's check cannot see is said.
    """
    done = checked(tmp_path, NUMBA, DOUBLES + "TEST_SIZES = (1, 33, 1000)\n")
    assert done.exit_code == 0, done.output
    assert "in a loop of prange Numba loses what it finds" in done.stdout


def test_a_program_that_waits_for_another_is_stopped_with_it(tmp_path: Path) -> None:
    """The other held the pipe of the answers open, and was waited for."""
    hangs = (
        "import subprocess, sys\n\ndef run(x):\n"
        "    subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "    return x * 2\n"
    )
    begin = time.monotonic()
    done = checked(tmp_path, hangs, DOUBLES + "TEST_SIZES = (1,)\n", "--timeout", "2")
    assert done.exit_code == 1, done.output
    assert "no answer within 2 s" in done.stdout
    assert time.monotonic() - begin < 30


def test_a_float_that_python_makes_of_float32_is_held_against_float32(tmp_path: Path) -> None:
    """Its precision is that of the inputs."""
    sums = "import numpy as np\n\ndef run(x):\n    return float(np.abs(x).sum())\n"
    reference = "import numpy as np\n\ndef run(x):\n    return np.abs(x).sum()\n"
    (tmp_path / "reference.py").write_text(reference)
    held = Reference(tmp_path / "reference.py")
    given = held.inputs(10_000)
    assert given is not None
    want = held.answer(given)
    assert held.wrong([np.array(float(np.abs(given[0]).sum()))], want) == ""
    assert held.wrong([want[0] * 1.001], want).startswith("it is ")
    assert held.wrong([np.full(1, np.nan)], want)
    assert sums


def timed(**found: Any) -> dict[str, Any]:
    """What the worker tells of a program that takes a millisecond."""
    return {"returned": 1e-3, "done": 1e-3, "shortest": 1e-3, "claimed": None} | found


@pytest.mark.parametrize(
    ("found", "claims", "status"),
    [
        (timed(), False, "passed"),
        (timed(returned=1e-5), False, "not checked"),
        (timed(returned=1e-5, claimed=1e-3), True, "passed"),
        (timed(returned=1e-5, claimed=1e-5), True, "FAILED"),
        (timed(claimed=3e-4), True, "FAILED"),
        (timed(claimed=1e-9), True, "passed"),  # that is impossible, which 'limit' says
    ],
)
def test_a_clock_must_wait(found: dict[str, Any], claims: bool, status: str) -> None:
    """A claim may be less than half of what we see only where it is impossible anyway."""
    assert timing._clock(found, 1000, claims, least=1e-6).status == status


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (timed(), "passed"),
        (timed(claimed=6e-5), "passed"),
        (timed(claimed=4e-5), "FAILED"),
        (timed(claimed=0.0), "FAILED"),
        (timed(shortest=4e-5), "FAILED"),
    ],
)
def test_a_time_must_be_possible(found: dict[str, Any], status: str) -> None:
    """A megabyte takes 100 µs at 10 GB/s; half of that is no matter of noise."""
    assert timing._limit(found, 1000, 10**6, 10e9, least=5e-5).status == status


@pytest.mark.parametrize(("fails", "status"), [(0, "passed"), (2, "passed"), (99, "FAILED")])
def test_what_fails_for_a_moment_only_has_not_failed(
    monkeypatch: pytest.MonkeyPatch, fails: int, status: str
) -> None:
    """A right program was failed: the copy that it is held against had lost its cache to others."""
    monkeypatch.setattr(timing, "PAUSES", (0.0, 0.0, 0.0))
    moments = iter(["FAILED"] * fails + ["passed"])
    found = timing.confirmed(lambda: {"limit": items.Verdict("limit", next(moments), "")})
    assert found["limit"].status == status


def test_without_a_rate_no_limit_is_told() -> None:
    """Nobody has measured the GPU's memory: the reader may know it."""
    assert timing._limit(timed(), 1, 1, None, 0.0).status == "not checked"


SANITIZER = """#!{python}
import os, subprocess, sys
log = sys.argv[sys.argv.index("--log-file") + 1]
tool = sys.argv[sys.argv.index("--tool") + 1]
at = sys.argv.index("--error-exitcode")
assert os.environ["SURVIVAL_CHECK_NO_POOL"] == os.environ["PYTORCH_NO_CUDA_MEMORY_CACHING"] == "1"
code = subprocess.run(sys.argv[at + 2:]).returncode
bad = tool == "memcheck" and {bad}
said = "========= COMPUTE-SANITIZER\\n" + "========= Invalid write of size 4\\n" * bad
open(log, "w").write(said)
sys.exit(int(sys.argv[at + 1]) if bad else code)
"""


@pytest.mark.parametrize("bad", [False, True])
def test_the_sanitizer_runs_with_the_pools_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: bool
) -> None:
    """A stand-in that takes the same options, and finds something or nothing."""
    tool = tmp_path / "compute-sanitizer"
    tool.write_text(SANITIZER.format(python=sys.executable, bad=bad))
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (tmp_path / "reference.py").write_text(DOUBLES)
    found = items.Found()
    process = Process(tmp_path / "reference.py", 30, {})
    assert sanitizer.why_not(on_gpu=True, gpu=True) == ""
    sanitizer.judge(found, process, Reference(tmp_path / "reference.py"))
    verdict = next(v for v in items.verdicts(found, {}) if v.item == "sanitizer")
    if bad:
        assert verdict.says == "size 257: memcheck: Invalid write of size 4"
    else:
        assert verdict.says.endswith("finds nothing: memcheck, racecheck, initcheck")


@pytest.mark.parametrize(
    ("on_gpu", "gpu", "says"),
    [(False, True, "runs on the CPU"), (True, False, "no NVIDIA GPU here")],
)
def test_why_the_sanitizer_was_not_run_is_one_line(on_gpu: bool, gpu: bool, says: str) -> None:
    """Nothing is passed over in silence."""
    assert says in sanitizer.why_not(on_gpu, gpu)


@pytest.mark.parametrize("example", catalog.find().values(), ids=lambda e: e.name)
def test_a_problem_of_the_guide_is_a_reference_as_it_stands(example: catalog.Example) -> None:
    """It takes more than one size, and allows each program what its precision is allowed.

    Mandelbrot's took one pixel only, and whole numbers were held against float32.
    """
    held = Reference(example.problem_path)
    assert any(n > 1 and held.inputs(n) is not None for n in held.sizes(sweep.SIMULATED))
    for v in example.variants:
        allowed = catalog.tolerances(held.module).get(v.precision, held.module.TOLERANCE)
        if v.library != "python":
            assert Reference(example.problem_path, v.name).allowed == allowed, v.name


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("from numba import cuda", {"numba", "numba.cuda"}),
        ("import numba.cuda", {"numba", "numba.cuda"}),
        ("from numba.cuda import jit, grid", {"numba", "numba.cuda"}),
        ("import cupy as cp\nimport numpy as np", {"cupy", "numpy"}),
        (
            "try:\n    from numba import njit, cuda\nexcept ImportError:\n    pass",
            {"numba", "numba.cuda"},
        ),
    ],
)
def test_what_a_program_imports_is_seen(source: str, uses: set[str]) -> None:
    """Whether it has kernels decides where it runs."""
    assert verb.imported(source, Path("x.py")) == uses


def test_progress_is_silent_for_two_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    """Then it says what is being done, on standard error."""
    progress = verb.Progress()
    progress("size 1")
    assert capsys.readouterr() == ("", "")
    progress.begun -= 3
    progress.told -= 3
    progress("size 2")
    assert "checking: size 2" in capsys.readouterr().err
