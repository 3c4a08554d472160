"""Machines that are not as ours: what public reports of other tools met, tried on this one."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from survival import catalog, system
from survival.capture import machine, plan, timers
from survival.capture.host import container, environment, processor
from survival.errors import CaptureError


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


@pytest.mark.parametrize("name", ["CUPY_CACHE_DIR", "NUMBA_CACHE_DIR", "TORCH_HOME", "LANG"])
def test_where_libraries_may_write_is_kept(name: str) -> None:
    """A home that cannot be written needs these (cupy/cupy#2296, numba/numba#5566)."""
    assert environment.clean({name: "/scratch"})[name] == "/scratch"


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
import sys
from pathlib import Path
from survival import catalog
from survival.__main__ import stop_cleanly
from survival.capture import run
stop_cleanly()
run.measure(catalog.get("slow", Path(sys.argv[1])), None, "full", print, "")
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
