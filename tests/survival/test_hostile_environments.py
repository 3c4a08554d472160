"""Machines that are not as ours: what public reports of other tools met, tried on this one.

Each test names the kinds of failure (F1 to F30) that it holds; GPUs have a file of their own.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from survival import catalog, cli, records, source, system
from survival.capture import machine, plan, processes, publish, run, timers
from survival.capture.host import container, environment, processor
from survival.capture.turns.reference import Reference
from survival.errors import CaptureError, CatalogError, PageError, RecordError, SurvivalError
from survival.judge import rules
from survival.judge.claims import own
from survival.judge.findings import Finding
from survival.pages.words import facts
from survival.site import build
from tests.survival.capture.test_clock import made_clock
from tests.survival.conftest import cpu_times, made_machine, made_record, made_variant
from tests.survival.contribute import test_scaffold
from tests.survival.test_source import ODD, OTHERS, PROGRAM

KINDS = {*range(1, 23), 25, 27, 28, 29, 30}
"""The kinds of failure that were found; some numbers are not used."""


def test_every_kind_has_its_test() -> None:
    """Here or among the GPUs."""
    text = "".join(p.read_text("utf-8") for p in Path(__file__).parent.glob("test_hostile_*.py"))
    named = re.findall(r'"""[^"]*?\((F\d+(?:, F\d+)*)\)\.', text)
    assert {int(n) for kinds in named for n in re.findall(r"\d+", kinds)} == KINDS


# ---- Text: encodings, marks, hidden files ---------------------------------------------------

IN_ANY_LOCALE = """
import warnings
warnings.filterwarnings("error", category=EncodingWarning, module="survival")
import sys
from pathlib import Path
from survival import catalog, records, system
from survival.judge import pins
folder = Path(sys.argv[1])
record = records.read_record(folder / "doubling.json")
records.write(folder / "doubling.json", record)
assert catalog.find() and pins.read(catalog.ROOT)
system.text(catalog.ROOT / "docs" / "index.md")
"""


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_files_are_utf8_in_any_locale(tmp_path: Path, locale: str) -> None:
    """What is read and written is the same, and nothing asks the locale (F1)."""
    record = made_record(made_variant("cpu_numpy", cpu_times()), unit="pixels × µs – ü")
    records.write(tmp_path / "doubling.json", record)
    before = (tmp_path / "doubling.json").read_bytes()
    assert "µs – ü".encode() in before
    env = os.environ | {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-X", "warn_default_encoding", "-c", IN_ANY_LOCALE, str(tmp_path)]
    subprocess.run(command, cwd=catalog.ROOT, env=env, check=True)
    assert (tmp_path / "doubling.json").read_bytes() == before


@pytest.mark.parametrize("python", OTHERS, ids=lambda p: p.parent.parent.name)
def test_every_python_makes_the_same_text_of_a_program(python: Path) -> None:
    """Its own text, and not what a version of Python prints (F2)."""
    command = [str(python), "-c", PROGRAM, source.__file__]
    said = {
        subprocess.run(
            [p, *command[1:]], input=ODD.encode(), capture_output=True, check=True
        ).stdout
        for p in (sys.executable, str(python))
    }
    assert len(said) == 1


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf", "# -*- coding: latin-1 -*-\n# µ\n".encode("latin-1")]
)
def test_what_python_reads_the_guide_reads(examples: Path, content: bytes) -> None:
    """A mark of byte order, or an encoding that a program states (F3)."""
    path = examples / "doubling" / "cpu_numpy.py"
    path.write_bytes(content + path.read_bytes())
    example = catalog.get("doubling", examples)
    assert example.source_hash(example.variants[0])


def test_what_is_no_text_is_named_in_one_line(examples: Path) -> None:
    """Without a traceback (F3)."""
    (examples / "doubling" / "cpu_numpy.py").write_bytes("# µ".encode("latin-1"))
    with pytest.raises(SurvivalError, match=r"cpu_numpy\.py: not the text it should be"):
        catalog.get("doubling", examples).source_hash(catalog.get("doubling", examples).variants[0])


@pytest.mark.parametrize("name", [".#cpu_numpy.py", "._cpu_numpy.py", "._problem.py"])
def test_hidden_files_are_no_programs(examples: Path, name: str) -> None:
    """Emacs leaves links that lead nowhere, macOS files that are no text (F5)."""
    hidden = examples / "doubling" / name
    hidden.symlink_to("me@box.1:2") if "#" in name else hidden.write_bytes(b"\x00\x05\x16\x07\xff")
    assert len(catalog.find(examples)["doubling"].variants) == 2


def test_hidden_files_are_no_records(tmp_path: Path) -> None:
    """Nor pages (F5)."""
    records.write(tmp_path / "machine.json", made_machine())
    (tmp_path / "._machine.json").write_bytes(b"\x00\xff")
    (tmp_path / ".#x.json").symlink_to("me@box.1:2")
    assert records.read_capture(tmp_path)[1] == {}
    assert system.content(tmp_path, "*") == [tmp_path / "machine.json"]


# ---- git ------------------------------------------------------------------------------------


def test_scripts_have_the_line_ends_of_a_shell() -> None:
    """Whatever git on Windows is set to (F4, F28)."""
    scripts = ("cloud/capture", ".ci/run", "survival/cli.py", "Makefile")
    done = system.git(catalog.ROOT, "check-attr", "eol", "--", *scripts)
    if done.returncode:
        pytest.skip("this checkout is not git's")
    assert done.stdout.count(": eol: lf") == len(scripts)


@pytest.mark.parametrize("builder", build.BUILDERS)
def test_a_link_that_became_a_file_stops_the_build(tmp_path: Path, builder: str) -> None:
    """Git without links writes a plain file, and every link to a record would be dead (F4)."""
    (tmp_path / "docs" / "examples").mkdir(parents=True)
    (tmp_path / "docs" / "results").write_text("../results", encoding="utf-8")
    with pytest.raises(PageError, match="docs/results leads nowhere"):
        build.build(builder, tmp_path)


def test_a_link_that_became_a_file_stops_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it measures anything (F4)."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "results").write_text("../results", encoding="utf-8")
    monkeypatch.setattr(catalog, "ROOT", tmp_path)
    done = CliRunner().invoke(cli.main, ["serve"])
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert "docs/results leads nowhere" in done.output


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small repository in the place of this one, in git's own settings."""
    for name in ("examples/a/cpu_numpy.py", "survival/x.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "a")):
        assert system.git(tmp_path, *words).returncode == 0
    monkeypatch.setattr(catalog, "ROOT", tmp_path)
    assert re.fullmatch("[0-9a-f]{40}", plan.commit())
    return tmp_path


def new(folder: Path, name: str = "examples/a/gpu_cupy.py") -> None:
    """A program that no commit holds."""
    (folder / name).write_text("x = 2\n", encoding="utf-8")


def ignored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a user's own list."""
    (folder / ".git" / "info" / "exclude").write_text("gpu_*\n", encoding="utf-8")
    new(folder)


def hidden(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a setting of the user."""
    system.git(folder, "config", "status.showUntrackedFiles", "no")
    new(folder)


def taken_for_unchanged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Because git was told to."""
    system.git(folder, "update-index", "--assume-unchanged", "survival/x.py")
    new(folder, "survival/x.py")


def within_another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip unpacked in a folder of somebody's own repository, which ignores it."""
    inner = folder / "guide"
    (inner / "examples").mkdir(parents=True)
    new(inner, "examples/x.py")
    (folder / ".gitignore").write_text("guide\n", encoding="utf-8")
    monkeypatch.setattr(catalog, "ROOT", inner)


def from_a_hook(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which names another repository."""
    monkeypatch.setenv("GIT_DIR", str(folder / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(folder / "elsewhere" / "index"))
    new(folder)


def without_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not installed."""
    monkeypatch.setenv("PATH", str(folder))


def of_another_owner(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a shared disk: git asks for `safe.directory`."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")


def from_a_zip(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what git knows."""
    (folder / ".git").rename(folder / "git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))


Change = Callable[[Path, pytest.MonkeyPatch], None]


@pytest.mark.parametrize(
    "change", [hidden, ignored, taken_for_unchanged, within_another, from_a_hook]
)
def test_a_commit_that_does_not_hold_the_programs_is_not_named(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    """Whatever git was told not to say (F21, F30)."""
    change(checkout, monkeypatch)
    assert records.is_dirty(plan.commit())


@pytest.mark.parametrize("change", [without_git, of_another_owner, from_a_zip])
def test_a_check_that_cannot_be_made_has_not_passed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    """Publishing stops before it measures, with git's own words; the judge stops too (F21, F30)."""
    change(checkout, monkeypatch)
    assert plan.commit() == records.UNKNOWN_COMMIT
    monkeypatch.setattr(cli, "_refuse_without_gpu", lambda: None)
    done = CliRunner().invoke(cli.main, ["capture", "--publish"])
    assert done.exit_code == 1
    assert "git does not know it here: " in done.output
    assert done.output.count("\n") == 1
    record = made_record(made_variant("cpu_numpy", cpu_times()), commit=records.UNKNOWN_COMMIT)
    assert any("commit is unknown" in f.says and f.fails for f in rules.fit_to_publish(record))


def test_compare_without_git_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It asks git for a folder of a commit (F21)."""
    monkeypatch.setenv("PATH", str(tmp_path))
    done = CliRunner().invoke(cli.main, ["compare", "HEAD:x", "HEAD:y"])
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert "git" in done.output


# ---- What is local, and what is published ---------------------------------------------------


@pytest.mark.parametrize("content", ["", "{", '{"schema_version": 0}'])
def test_a_damaged_local_record_stops_nothing(tmp_path: Path, content: str) -> None:
    """It is no part of the guide (F20)."""
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "machine.json").write_text(content, encoding="utf-8")
    assert records.read_results(tmp_path, local=True).machines == {}


def test_a_record_of_another_branch_is_left_out(tmp_path: Path) -> None:
    """And said to be, after everything was measured (F20)."""
    for name, item in (
        ("machine.json", made_machine()),
        ("clock.json", made_clock()),
        ("doubling.json", made_record(made_variant("cpu_numpy", cpu_times()))),
    ):
        records.write(tmp_path / "local" / name, item)
    _, names = publish.publish(tmp_path / "local", tmp_path / "results")
    assert names == ["doubling (left out: no such example here)"]
    assert not (tmp_path / "results" / "made-up" / "doubling.json").exists()


def test_a_claim_that_does_not_hold_here_is_one_line_for_its_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leads to the pages, whose marks say the rest: no lines of the judge."""
    found = [
        Finding("H14", "docs/mandelbrot.md(23)", "a does not hold", "mark"),
        Finding("H14", "docs/mandelbrot.md(24)", "b does not hold", "mark"),
        Finding("H8", "docs/index.md(9)", "c does not hold", "mark"),
    ]
    monkeypatch.setattr(own, "contradicted", lambda: found)
    local = catalog.RESULTS / records.LOCAL
    (said,) = cli._own_claims(local, "127.0.0.1:8123")
    assert said.startswith("3 sentences of the guide do not hold on this machine")
    assert said.endswith(": http://127.0.0.1:8123/mandelbrot/, http://127.0.0.1:8123/")
    assert "H14" not in said
    assert "1 sentence of the guide does not hold" in own.in_one_line(found[:1], "x")
    assert len(cli._own_claims(local, "")) == 3
    assert cli._own_claims(tmp_path, "127.0.0.1:8123") == []


# ---- Settings and commands ------------------------------------------------------------------


@pytest.mark.parametrize(
    "setting",
    [
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "NUMBA_DISABLE_JIT",
        "NUMBA_ENABLE_CUDASIM",
        "NUMBA_PARALLEL_DIAGNOSTICS",
        "NUMBA_OPT",
        "CUPY_TF32",
        "OMP_PROC_BIND",
        "CUDA_LAUNCH_BLOCKING",
        "PYTHONMALLOC",
        "PYTHONDONTWRITEBYTECODE",
        "NPY_DISABLE_CPU_FEATURES",
        "JAX_DISABLE_JIT",
        "JAX_PLATFORMS",
        "WGPU_DEBUG",
        "OPENBLAS_CORETYPE",
        "ONEDNN_MAX_CPU_ISA",
        "ATEN_CPU_CAPABILITY",
        "TORCHINDUCTOR_MAX_AUTOTUNE",
        "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE",
        "TF_NUM_INTRAOP_THREADS",
        "TF_ENABLE_ONEDNN_OPTS",
        "KERAS_BACKEND",
        "TRITON_INTERPRET",
    ],
)
def test_a_setting_does_not_reach_a_worker(setting: str) -> None:
    """Nor is it taken away in silence: the record names it (F11, F12)."""
    assert setting not in environment.clean({setting: "1", "PATH": "/bin"})
    assert environment.settings({setting: "1", "PATH": "/bin"})["unset"] == setting


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="Linux tells of affinity")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor")
@pytest.mark.parametrize(("library", "bound"), [("numba", True), ("torch", False), ("", False)])
def test_threads_of_numba_have_a_processor_each(library: str, bound: bool) -> None:
    """Two on one wait for each other's slices of time; others' pools would inherit the one."""
    code = (
        "import os, numba, numpy as np\n"
        "@numba.njit(parallel=True)\n"
        "def f(a):\n"
        "    for i in numba.prange(a.size): a[i] += 1\n"
        "f(np.ones(10))\n"
        "print(numba.threading_layer(), len(os.sched_getaffinity(0)))"
    )
    env = environment.clean(library=library)
    said = subprocess.check_output([sys.executable, "-c", code], env=env, text=True)
    layer, processors = said.split()
    if layer != "omp":
        pytest.skip(f"Numba's threads are not OpenMP's here, but those of {layer}")
    assert (int(processors) == 1) == bound
    assert environment.settings({})["numba"] == "OMP_PROC_BIND=true"


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="Linux tells of affinity")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor")
@pytest.mark.parametrize("then", ["", "import torch; x = torch.ones(500, 500); x @ x; "])
def test_what_follows_bound_threads_has_every_processor(then: str) -> None:
    """The ceilings are measured with Numba and then by libraries, in one process.

    With the setting in its environment PyTorch sees one processor, and Numba after it too: that
    once made ceilings of half the bandwidth.
    """
    if then:
        pytest.importorskip("torch")
    code = (
        "import os, numba, numpy as np\n"
        "from survival.capture.host import environment\n"
        "@numba.njit(parallel=True)\n"
        "def f(a):\n"
        "    for i in numba.prange(a.size): a[i] += 1\n"
        "tasks = lambda: [os.sched_getaffinity(int(t)) for t in os.listdir('/proc/self/task')]\n"
        "with environment.bound():\n"
        "    f(np.ones(10))\n"
        "    if numba.threading_layer() != 'omp': raise SystemExit\n"
        "    alone = [min(t) for t in tasks() if len(t) == 1]\n"
        "    assert len(set(alone)) == len(alone) == numba.get_num_threads(), alone\n"
        f"{then}\n"
        "assert os.sched_getaffinity(0) == set(alone), tasks()\n"
        "assert 'OMP_PROC_BIND' not in os.environ\n"
        f"assert not {bool(then)} or torch.get_num_threads() == len(alone)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=catalog.ROOT,
        env=environment.clean(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "name",
    [
        *("CUPY_CACHE_DIR", "NUMBA_CACHE_DIR", "TORCH_HOME", "TRITON_CACHE_DIR", "LANG"),
        *("TORCHINDUCTOR_CACHE_DIR", "KERAS_HOME", "NUMBA_CUDA_DRIVER", "TRITON_PTXAS_PATH"),
        *("KMP_DUPLICATE_LIB_OK", "PYTHONPATH", "PYTHONPYCACHEPREFIX"),
        # What images of Python, PyTorch and Triton's server tell of themselves, and Terraform.
        *("PYTHON_VERSION", "PYTHON_SHA256", "PYTORCH_VERSION", "TORCH_CUDA_ARCH_LIST"),
        *("TRITON_SERVER_VERSION", "TF_VAR_customer", "TF_LOG"),
        # Here the GPU is described, there it is measured: both must count devices alike.
        "CUDA_DEVICE_ORDER",
    ],
)
def test_what_decides_no_timing_is_kept(name: str) -> None:
    """A home that cannot be written needs these (cupy/cupy#2296, numba/numba#5566)."""
    assert environment.clean({name: "/scratch"})[name] == "/scratch"
    assert name not in environment.unset({name: "/scratch"})


def test_every_setting_of_numba_is_on_the_list() -> None:
    """Of the Numba that is installed, but for where its files are (F11)."""
    import numba.core.config

    text = Path(numba.core.config.__file__).read_text(encoding="utf-8")
    names = set(re.findall(r'"(NUMBA_[A-Z0-9_]+)"', text))
    assert len(names) > 60
    paths = {n for n in names if not environment.UNSET.fullmatch(n)}
    assert all(re.search("CACHE|DRIVER|INCLUDE_PATH|BINARY", n) for n in paths)


def test_no_process_is_started_with_a_users_settings() -> None:
    """Whoever starts a Python of ours that measures, cleans its environment (F11)."""
    starters = [
        p
        for stage in ("capture", "doctor")
        for p in (catalog.ROOT / "survival" / stage).rglob("*.py")
        if "sys.executable" in p.read_text("utf-8")
    ]
    assert len(starters) >= 4
    for path in starters:
        text = path.read_text("utf-8")
        assert text.count("environment.clean(") >= text.count("sys.executable"), path


NOISY = """
import atexit, json, os
os.write(1, b"from C\\n")
print("from Python")
atexit.register(lambda: (print("at the end"), os.write(1, b"at the end of C\\n")))
print(json.dumps({"answer": 42}))
"""


def test_an_answer_is_alone_on_its_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever libraries print before it, and when the process ends (F12)."""
    (tmp_path / "noisy.py").write_text(NOISY, encoding="utf-8")
    (tmp_path / "silent.py").write_text("print('no JSON')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert processes.own_process("a fault", "noisy") == '{"answer": 42}'
    with pytest.raises(CaptureError, match="a fault: its process answered 'no JSON'"):
        processes.own_process("a fault", "silent")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda: records.Size(n=0, label="", bytes=-1, operations=1), "fits no record: n: Input"),
        (lambda: (_ for _ in ()).throw(OSError(28, "No space left", "/d")), "/d: No space left"),
        (lambda: Path("a" * 300).stat(), "File name too long"),
    ],
)
def test_no_traceback_reaches_the_user(
    monkeypatch: pytest.MonkeyPatch, fault: Callable[[], object], said: str
) -> None:
    """What was measured fits no record, or a disk is full: one line (F12, F18)."""
    monkeypatch.setattr(plan, "plan", lambda *_: fault())
    done = CliRunner().invoke(cli.main, ["capture"])
    assert (done.exit_code, done.output.count("\n")) == (1, 1), done.output
    assert said in done.output


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
def test_a_port_that_is_none_is_one_line(port: str) -> None:
    """A socket refuses it with another error than a port that is taken (simonw/datasette#1226)."""
    done = CliRunner().invoke(cli.main, ["serve", "--port", port])
    assert done.exit_code == 2
    assert done.output.splitlines()[-1].endswith(f"{port} is not in the range 1<=x<=65535.")


def test_a_library_that_cannot_be_loaded_is_one_line(tmp_path: Path) -> None:
    """It is installed, for another processor or system (numpy/numpy#31627)."""
    (tmp_path / "click.py").write_text("raise ImportError('wrong ELF class', name='click')\n")
    done = subprocess.run(
        [sys.executable, "-m", "survival", "doctor"],
        cwd=catalog.ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "error: click cannot be loaded: wrong ELF class; install it anew: make doctor\n"
    )


def test_where_nothing_ever_ran_nobody_knows_who_did() -> None:
    """A sandbox that shows zeros for all processors (google/gvisor#9967)."""
    at, later = machine.Usage(0.0, 0.0, 0.0), machine.Usage(10.0, 0.0, 0.0)
    assert machine.others(at, later) is None
    assert machine.others(machine.Usage(0.0, 1.0, 0.0), machine.Usage(10.0, 1.0, 0.0)) == 0


def test_what_a_problem_tells_wrong_is_named(examples: Path) -> None:
    """The file, and the field (F12)."""
    path = examples / "doubling" / "problem.py"
    text = path.read_text(encoding="utf-8").replace('"bytes": 8 *', '"bytes": -8 *')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaptureError, match=r"problem\.py: work\(\) at size 8: bytes: "):
        run.measure(
            catalog.get("doubling", examples), made_machine(), "quick", print, "none", Reference()
        )


def test_the_environment_is_made_whatever_pip_and_python_are_set_to(tmp_path: Path) -> None:
    """Settings that somebody has made elsewhere (F22)."""
    (tmp_path / "Makefile").write_bytes((catalog.ROOT / "Makefile").read_bytes())
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    python = tmp_path / ".venv" / "bin" / "python"
    seen = "$PIP_USER:$PYTHONSAFEPATH:$PYTHONPATH:$PYTHONHOME:$PIP_TARGET:$PIP_PREFIX"
    python.write_text(f'#!/bin/sh\necho "{seen}"\n')
    python.chmod(0o755)
    (tmp_path / "requirements.txt").touch()
    (tmp_path / ".venv" / ".installed").touch()
    hostile = {"PIP_USER": "1", "PYTHONSAFEPATH": "1", "PYTHONPATH": "/x", "PYTHONHOME": "/y"}
    hostile |= {"PIP_TARGET": "/z", "PIP_PREFIX": "/z"}
    command = ["make", "-s", "doctor"]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | hostile, capture_output=True, text=True, check=True
    )
    assert done.stdout == "0:::::\n"


DOCUMENTS = sorted([*catalog.ROOT.glob("*.md"), *catalog.ROOT.glob("docs/*.md")])


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda p: p.name)
def test_commands_can_be_pasted_into_any_shell(page: Path) -> None:
    """The shell of a Mac knows no comments when typed into, and no shell a dollar (F25)."""
    text = page.read_text(encoding="utf-8")
    for fence in re.findall(
        r"^ *```(?:sh|bash|console|shell)\b.*?\n(.*?)^ *```", text, re.M | re.S
    ):
        assert not re.search(r"(^|\s)#(?!!)|^\s*\$ ", fence, re.M), fence


def test_the_chapter_of_the_instructions_is_free() -> None:
    """Who follows CONTRIBUTING word for word meets no test that makes the same chapter (F27)."""
    text = (catalog.ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (name,) = re.findall(r"make chapter NAME=(\w+)", text)
    assert name != test_scaffold.NAME
    with pytest.raises(CatalogError):
        catalog.get(name)


# ---- What a machine says of itself ----------------------------------------------------------


def test_a_cache_of_unknown_size_is_called_so() -> None:
    """Nought bytes are no measurement (F6)."""
    cpu = made_machine().cpu.model_copy(update={"l3_bytes": 0})
    said = facts.FACTS["cpu.l3"](made_machine(cpu=cpu))
    assert said is not None
    assert said[0] == "an unknown size"


def test_what_a_machine_needs_is_recorded_by_name() -> None:
    """Its value may identify."""
    found = environment.settings({"CUDA_VISIBLE_DEVICES": "GPU-1234", "HOME": "/home/ann"})
    assert found["CUDA_VISIBLE_DEVICES"] == "set"
    assert "HOME" not in found


GROUPS = {
    "v2, own group": ("0::/a/b", {"a/b/memory.max": "1024", "a/b/memory.current": "100"}, 1024),
    "v2, the parent's": ("0::/a/b", {"a/memory.max": "512", "a/memory.current": "9"}, 512),
    "v1": (
        "4:memory:/x",
        {"memory/x/memory.limit_in_bytes": "2048", "memory/x/memory.usage_in_bytes": "48"},
        2048,
    ),
    "v2, the host's path": ("0::/../out", {"memory.max": "99", "memory.current": "9"}, 99),
}


@pytest.mark.parametrize("case", GROUPS)
def test_the_memory_is_what_a_container_may_use(tmp_path: Path, case: str) -> None:
    """Not the host's (F8); caches that can be given back count as free."""
    own, files, limit = GROUPS[case]
    for name, text in files.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        (path.parent / "memory.stat").write_text("inactive_file 1\n", encoding="utf-8")
    (tmp_path / "own").write_text(own + "\n", encoding="utf-8")
    assert container.memory_bytes(tmp_path / "root", tmp_path / "own") == limit
    assert 0 < container.free_bytes(tmp_path / "root", tmp_path / "own") < limit


def test_a_part_of_a_processor_is_recorded_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not go into the folder of the whole machine (F8)."""
    monkeypatch.setattr(machine, "_quota", lambda: 0.5)
    machine.cpu.cache_clear()
    try:
        cpu = machine.cpu()
        assert (cpu.cores, cpu.threads, cpu.quota) == (1, 1, 0.5)
        assert "-part" in machine.slug(cpu, None)
        assert environment.clean({})["NUMBA_NUM_THREADS"] == "1"
    finally:
        machine.cpu.cache_clear()


def test_a_cache_is_what_the_system_says(tmp_path: Path) -> None:
    """Each cache once, whoever shares it; nothing where nothing is said (F6)."""
    for cpu in (0, 1):
        for i, (level, kind, size) in enumerate(
            [(2, "Unified", "1024K"), (3, "Unified", "32768K")]
        ):
            index = tmp_path / f"cpu{cpu}" / "cache" / f"index{i}"
            index.mkdir(parents=True)
            shared = "0-1" if level == 3 else str(cpu)
            said = {"level": level, "type": kind, "size": size, "shared_cpu_list": shared}
            for name, value in said.items():
                (index / name).write_text(f"{value}\n", encoding="utf-8")
    assert processor.cache_bytes(3, (0, 1), tmp_path) == 2**25
    assert processor.cache_bytes(2, (0, 1), tmp_path) == 2**21
    assert processor.cache_bytes(3, (0, 1), tmp_path / "nothing") == 0


def test_an_arm_processor_has_a_name(tmp_path: Path) -> None:
    """By its part number, where the system has no other name for it (F6)."""
    said = "processor : 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n"
    (tmp_path / "cpuinfo").write_text(said, encoding="utf-8")
    assert processor.arm_name(tmp_path / "cpuinfo") == "Neoverse-N1"
    assert processor.arm_name(tmp_path / "none") == ""


def test_processors_are_counted_by_their_numbers(tmp_path: Path) -> None:
    """Some may be offline (F9)."""
    (tmp_path / "stat").write_text("cpu  1 2\ncpu0 1 2\ncpu2 1 2\nintr 5\n", encoding="utf-8")
    assert machine._numbers(2, tmp_path / "stat") == [0, 2]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no affinity here")
def test_timing_stays_where_it_was() -> None:
    """Pyperf is told to stay on the processors that may be used (F10)."""
    cpus = ",".join(map(str, sorted(os.sched_getaffinity(0))))
    assert timers._where_it_is() == [f"--affinity={cpus}"]


def test_a_killed_process_says_so() -> None:
    """With its signal, and what most often sends it (F8)."""
    killed = "import os; os.kill(os.getpid(), 9)"
    done = subprocess.run([sys.executable, "-c", killed], check=False)
    assert "SIGKILL" in system.why(done.returncode, "")
    assert "out of memory" in system.why(done.returncode, "")


def test_what_was_left_by_the_killed_is_swept(tmp_path: Path) -> None:
    """And nothing of a capture that runs (F19)."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    (tmp_path / f"tmp-{gone.pid}-abc").mkdir()
    (tmp_path / "tmpold").mkdir()
    (tmp_path / f"tmp-{os.getpid()}-abc").mkdir()
    (tmp_path / "docs").mkdir()
    plan.sweep(tmp_path)
    left = sorted(p.name for p in tmp_path.iterdir())
    assert left == ["docs", f"tmp-{os.getpid()}-abc"]


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """The cause is ours, and is told as ours (F18)."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CaptureError, match="cannot be written"):
        plan.check_writable(tmp_path / "file" / "cache")


FULL = """
import resource, sys
from pathlib import Path
from survival import catalog
from survival.capture import run
from survival.capture.turns.reference import Reference
from survival.errors import SurvivalError
from tests.survival.conftest import made_machine
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
try:
    example = catalog.get("doubling", Path(sys.argv[1]))
    run.measure(example, made_machine(), "quick", lambda what: None, "", Reference())
except SurvivalError as e:
    print(e)
"""


def test_a_full_disk_is_told_as_one(examples: Path, tmp_path: Path) -> None:
    """By a limit on files here: the oracle's are told as ours, and none of them stays (F18)."""
    command = [sys.executable, "-c", FULL, str(examples)]
    # Python keeps what it compiles even where it was cut short, and who comes after reads that.
    env = os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path)}
    with subprocess.Popen(
        command, cwd=catalog.ROOT, env=env, stdout=subprocess.PIPE, text=True
    ) as done:
        said, _ = done.communicate(timeout=60)
    assert said.startswith("no room for the inputs of size 8 in .cache: ")
    assert said.count("\n") == 1
    assert "problem.py" not in said
    assert not list((catalog.ROOT / ".cache").glob(f"tmp-{done.pid}-*"))


def test_a_folder_that_cannot_be_written_leaves_no_file(tmp_path: Path) -> None:
    """A record is written whole or not at all (F18)."""
    (tmp_path / "file").touch()
    with pytest.raises(RecordError, match="cannot be written"):
        records.write(tmp_path / "file" / "machine.json", made_machine())
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


SLOW = """
from pathlib import Path
import time
UNIT, SIZES, TOLERANCE, ERROR = "numbers", (1,), 0.0, "error"
def make_inputs(n, rng):
    Path(__file__).with_name("started").touch()
    time.sleep(60)
reference = work = make_inputs
"""
MEASURE = """
import signal
import sys
from pathlib import Path
from survival import catalog
from survival.__main__ import stop_cleanly
from survival.capture import run
from survival.capture.turns.reference import Reference
for name in ("SIGTERM", "SIGHUP"):  # which nohup has these tests ignore
    signal.signal(getattr(signal, name), signal.SIG_DFL)
stop_cleanly()
run.measure(catalog.get("slow", Path(sys.argv[1])), None, "full", print, "", Reference())
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_stop_ends_the_worker_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    """As Ctrl-C does (F19)."""
    (tmp_path / "slow").mkdir()
    (tmp_path / "slow" / "problem.py").write_text(SLOW, encoding="utf-8")
    command = [sys.executable, "-c", MEASURE, str(tmp_path)]
    with subprocess.Popen(command, cwd=catalog.ROOT, stderr=subprocess.DEVNULL) as run:
        until = time.monotonic() + 30
        while not (tmp_path / "slow" / "started").exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        workers = psutil.Process(run.pid).children(recursive=True)
        left = catalog.ROOT / ".cache"
        assert workers
        assert list(left.glob(f"tmp-{run.pid}-*"))
        run.send_signal(getattr(signal, name))
        run.wait(timeout=30)
    assert not psutil.wait_procs(workers, timeout=10)[1]
    assert not list(left.glob(f"tmp-{run.pid}-*"))
