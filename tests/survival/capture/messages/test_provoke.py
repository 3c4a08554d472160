"""Each message that can be provoked here is provoked on each run, and is what is recorded."""

import ast
import ctypes
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.metadata import PackageNotFoundError, version

import pytest

from survival import catalog
from survival.capture.messages import provoke
from survival.judge import messages
from survival.judge.messages import PACKAGES, Program
from survival.records import Message, read_messages, read_results

PROGRAMS = messages.programs()
RESULTS = read_results(catalog.RESULTS)
FRAMEWORKS = ("torch", "tensorflow")
"""Of requirements-frameworks.txt; JAX and CuPy are provoked where somebody has installed them."""


def has(package: str) -> str:
    """The version of a package that is installed; empty if it is not."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def has_driver() -> bool:
    """Whether a driver's library is on this machine: then nothing says that there is none."""
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    return True


BUILDS = {
    "torch/cpu_no_driver": lambda: bool(has("torch")) and "+cpu" not in has("torch"),
    "torch/cpu_built_without_cuda": lambda: "+cpu" in has("torch"),
    "tensorflow/cpu_no_driver": lambda: bool(has("tensorflow")),
    "tensorflow/cpu_no_cuinit": lambda: bool(has("tensorflow")),
    "cupy/cpu_no_compiler": lambda: not has("nvidia-cuda-nvrtc-cu12"),
}
"""Programs whose message only one build of their library has, and whether it is that one."""


def case(program: Program) -> object:
    """A parameter, with the mark of what it needs."""
    marks = [pytest.mark.frameworks] if program.library in FRAMEWORKS else []
    return pytest.param(program, id=program.key, marks=marks)


@pytest.fixture(scope="module")
def here() -> provoke.Interpreter:
    """Return the interpreter that runs the tests."""
    return provoke.Interpreter(sys.executable)


@contextmanager
def on_one_core() -> Iterator[None]:
    """Have what is started use one core, where the system can say so.

    On a busy machine a product whose threads wait for the other core takes longer than all else.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(usable)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usable)


@pytest.mark.parametrize("program", [case(p) for p in PROGRAMS.values() if not p.needs_gpu])
def test_a_message_is_provoked(program: Program, here: provoke.Interpreter) -> None:
    """The program says its title; the lines around it are those of the record, but for versions."""
    if not any(map(has, PACKAGES[program.library])):
        pytest.skip(f"{' or '.join(PACKAGES[program.library])} is not installed")
    if not BUILDS.get(program.key, lambda: True)():
        pytest.skip(f"another build of {program.library} says this")
    if has_driver() and "driver" in program.key:
        pytest.skip("this machine has a driver")
    profiles = program.folder == "profiles"
    with on_one_core() if profiles else nullcontext():
        # It times, and other tests run beside it: what it finds, it must find in one of three.
        for _ in range(3 if profiles else 1):
            said = provoke.provoke(program, here)
            if isinstance(said, Message):
                break
    assert isinstance(said, Message), said
    recorded = messages.of(RESULTS, program)
    assert recorded is not None
    assert recorded.text == said.text == program.text


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=lambda p: p.key)
def test_a_program_is_short_and_whole(program: Program) -> None:
    """A few lines that a reader can paste; they import nothing of ours."""
    lines = program.source.splitlines()
    assert len(lines) <= {"errors": 15, "profiles": 45}[program.folder]
    assert max(map(len, lines)) <= 100
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(program.source))
        for name in (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert "survival" not in imported


@pytest.mark.parametrize("library", sorted(RESULTS.messages))
def test_a_record_names_nobody(library: str) -> None:
    """No path of the machine that captured it, and every message is of a program that exists."""
    path = catalog.RESULTS / "messages" / f"{library}.json"
    for message in read_messages(path).messages:
        text = "\n".join(message.said)
        assert not re.search(r"/(?:home|root|tmp|work|usr|opt)/", text)
        assert f"{library}/{message.name}" in PROGRAMS


def same(text: str) -> str:
    """Mask nothing."""
    return text


TRACEBACK = """Traceback (most recent call last):
  File "/home/somebody/x.py", line 1, in <module>
    fail()
pkg.SomeError: it failed
because of this

:
"""


@pytest.mark.parametrize(
    ("code", "output", "errors", "said"),
    [
        (1, "", TRACEBACK, ["pkg.SomeError: it failed", "because of this"]),
        (1, "before\n", TRACEBACK, ["before", "pkg.SomeError: it failed", "because of this"]),
        (1, "", "Killed\n", ["Killed"]),
        (0, "[]\n", "", ["[]"]),
        (
            0,
            "",
            "/a/b.py:7: SomeWarning: \x1b[1mmind this\x1b[0m\n  warn(x)\n",
            ["SomeWarning: mind this"],
        ),
        (
            0,
            "",
            "I0000 00:00:1795701063.85   22000 a.cc:1] oneDNN\n"
            "E0000 00:00:1795701063.86   22000 b.cc:2] mind this\n"
            "E0000 00:00:1795701063.87   22000 b.cc:2] mind this\n",
            ["b.cc:2] mind this"],
        ),
        (0, "a\0\n", "", ["a"]),
        (-9, "", "", []),
    ],
)
def test_of_all_that_is_written_the_message_is_kept(
    code: int, output: str, errors: str, said: list[str]
) -> None:
    """Without the traceback, the place of a warning, and the times of a log."""
    assert provoke.message(code, output, errors, "mind this", same) == said


def test_a_long_message_is_cut_and_says_so() -> None:
    """What is left out is counted."""
    errors = "AnError: one\n" + "more\n" * 40
    said = provoke.message(1, "", errors, "one", same)
    most = provoke.MOST_LINES["errors"]
    assert len(said) == most + 1
    assert said[-1] == f"… {41 - most} more lines"


def test_paths_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that holds the path of this checkout loses it."""
    said = provoke.message(1, "", f"OSError: {catalog.ROOT}/x is missing", "missing")
    assert said == ["OSError: ./x is missing"]


def test_another_message_is_not_recorded(here: provoke.Interpreter, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A program that says something else, or whose library is missing, is told in a sentence."""
    source = '"""one thing."""\n\nraise SystemExit("another thing")\n'
    path = tmp_path / "errors" / "numba" / "cpu_other.py"
    path.parent.mkdir(parents=True)
    path.write_text(source)
    told = provoke.provoke(Program("numba", "cpu_other", path, source), here)
    assert told == "said something else: another thing"
    if not has("pycuda"):
        told = provoke.provoke(Program("pycuda", "cpu_other", path, source), here)
        assert told == "needs pycuda, which is not installed there"


def test_a_profile_is_kept_with_its_machine_and_without_its_log(
    here: provoke.Interpreter,
    tmp_path,  # type: ignore[no-untyped-def]
) -> None:
    """What a profiler logs while it works is no profile; the times are of the machine."""
    source = '"""it waits."""\n\nimport sys\n\nprint("it waits   1 s  ")\n'
    source += 'print("started", file=sys.stderr)\n'
    path = tmp_path / "profiles" / "numpy" / "cpu_waits.py"
    path.parent.mkdir(parents=True)
    path.write_text(source)
    said = provoke.provoke(Program("numpy", "cpu_waits", path, source), here)
    assert isinstance(said, Message), said
    assert said.said == ["it waits   1 s"]
    assert re.search(r", \d+ cores?\b", said.system)
    assert set(said.libraries) == {"numpy", "python"}


def test_what_is_not_provoked_here_stays() -> None:
    """A capture on another machine, or with another build, takes nothing away."""
    record, every = RESULTS.messages["nvrtc"], PROGRAMS.values()
    first, *rest = record.messages
    changed = first.model_copy(update={"system": "Another"})
    merged = provoke.merged("nvrtc", record, [changed], every)
    assert merged.messages == [changed, *rest]
    assert provoke.merged("nvrtc", None, [first], every).messages == [first]


def test_what_was_said_by_a_program_that_is_gone_goes_with_it() -> None:
    """Nobody has to edit a record."""
    record = RESULTS.messages["nvrtc"]
    first, second, *_ = record.messages
    gone = [p for p in PROGRAMS.values() if p.name != first.name]
    merged = provoke.merged("nvrtc", record, [second], gone)
    assert first.name not in {m.name for m in merged.messages}
