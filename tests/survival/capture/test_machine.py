"""What a machine says of itself, and what it must not say."""

import getpass
import math
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from survival.capture import machine
from survival.capture.host import container
from survival.records import Cpu, Gpu

CPU = Cpu(
    model="Made-up CPU", architecture="x86_64", cores=4, threads=8, virtual=True, memory_bytes=1
)
GPU = Gpu(
    model="NVIDIA H100 80GB HBM3",
    compute_capability="9.0",
    multiprocessors=132,
    memory_bytes=1,
    l2_bytes=1,
    driver="1",
    cuda="13.0",
)


def test_this_machines_cpu_is_read() -> None:
    """Cores, threads and memory are there, and threads are not fewer than cores."""
    cpu = machine.cpu()
    assert 1 <= cpu.cores <= cpu.threads
    assert cpu.memory_bytes > 2**28


def test_nothing_in_a_description_names_the_host_or_the_user() -> None:
    """A published record says what the hardware is, not whose."""
    text = (machine.cpu().model_dump_json() + machine.system()).lower()
    assert socket.gethostname().lower() not in text
    assert f'"{getpass.getuser()}"' not in text


def test_a_machine_is_named_after_its_gpu_if_it_has_one() -> None:
    """The folder's name is the hardware in plain letters."""
    assert machine.slug(CPU, GPU) == "nvidia-h100-80gb-hbm3"
    assert machine.slug(CPU, None) == "made-up-cpu-4-cores-virtual"


@pytest.mark.parametrize(
    ("said", "bytes_"), [("4 MiB", 2**22), (512, 512), ("32 KB", 2**15), ("", 0), (None, 0)]
)
def test_cache_sizes_are_understood(said: object, bytes_: int) -> None:
    """py-cpuinfo answers in several ways."""
    assert machine._bytes(said) == bytes_


def test_two_cupy_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two CuPy wheels overwrite each other's files; the message names both."""

    class Distribution:
        def __init__(self, name: str) -> None:
            self.name = name

    both = [Distribution("cupy-cuda12x"), Distribution("cupy-cuda13x"), Distribution("numpy")]
    monkeypatch.setattr(machine, "distributions", lambda: both)
    assert (
        machine.gpu() == "2 CuPy packages are installed (cupy-cuda12x, cupy-cuda13x); keep only one"
    )


def test_no_cupy_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without CuPy there is no GPU to measure, and the message says where to find it."""
    monkeypatch.setattr(machine, "distributions", list)
    assert "requirements-gpu.txt" in str(machine.gpu())


@pytest.mark.parametrize(
    ("wall", "everything", "own", "share"),
    [
        (1.0, 3.0, 3.0, 0.0),
        (1.0, 3.0, 1.0, 0.5),
        (1.0, 0.98, 1.0, 0.0),  # the ticks of one clock are coarser than the other's
        (1.0, 9.0, 1.0, 1.0),
        (0.1, 0.4, 0.1, None),  # too short
    ],
)
def test_others_take_what_this_process_does_not(
    monkeypatch: pytest.MonkeyPatch, wall: float, everything: float, own: float, share: float | None
) -> None:
    """As a share of the processors that this process may use, four of them here."""
    monkeypatch.setattr(machine, "usable_threads", lambda: 4)
    monkeypatch.setattr(machine, "_quota", lambda: math.inf)
    before, now = machine.Usage(10, 20, 5), machine.Usage(10 + wall, 20 + everything, 5 + own)
    assert machine.others(before, now) == share


@pytest.mark.parametrize(
    ("files", "processors"),
    [
        ({}, math.inf),
        ({"cpu.max": "max 100000\n"}, math.inf),
        ({"cpu.max": "150000 100000\n"}, 1.5),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, math.inf),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 4.0),
        ({"cpu.max": "nonsense"}, math.inf),
    ],
)
def test_a_containers_share_of_the_processors_is_read(
    tmp_path: Path, files: dict[str, str], processors: float
) -> None:
    """By control groups of version 2, or of version 1."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert container.quota(tmp_path) == processors


def test_who_has_a_share_of_all_processors_knows_nothing_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What others do on the rest of a large server does not disturb a container."""
    monkeypatch.setattr(machine, "usable_threads", lambda: 64)
    monkeypatch.setattr(machine, "_quota", lambda: 16.0)
    assert machine.others(machine.Usage(0, 0, 0), machine.Usage(1, 32, 1)) is None


def test_a_program_that_holds_a_core_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system counts, in truth: one busy process beside this one, which sleeps."""
    monkeypatch.setattr(machine, "_quota", lambda: math.inf)
    before = machine.usage()
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as hog:
        time.sleep(1.0)
        hog.kill()
    share = machine.others(before, machine.usage())
    assert share is not None
    assert share > 0.4 / machine.usable_threads()


def test_what_a_program_has_started_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of several processes is not disturbed by itself: a helper that runs counts as it.

    A process that is nobody's here, such as the one above once it has ended, is another program.
    """
    monkeypatch.setattr(machine, "_quota", lambda: math.inf)
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as helper:
        before = machine.usage()
        time.sleep(1.0)
        now = machine.usage()
        helper.kill()
    assert now.own - before.own > 0.2  # less than a second where others want the processors
    share = machine.others(before, now)
    counted = machine.others(before, machine.Usage(now.wall, now.all, before.own))
    assert share is not None
    assert counted is not None
    assert share < counted


@pytest.mark.parametrize(("busy", "looks"), [(3, 4), (1000, machine.MOST_STEPS)])
def test_what_still_computes_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, busy: int, looks: int
) -> None:
    """A thread that waits busily, as OpenBLAS's do, for so many looks; and not for ever."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "process_time", lambda: machine.STEP * min(len(slept), busy))
    machine.settle()
    assert slept == [machine.STEP] * looks


def test_a_thread_that_waits_busily_is_seen() -> None:
    """By the clock that `settle` looks at, as far as the machine lets it compute."""
    ended = threading.Event()

    def spin() -> None:
        while not ended.is_set():
            pass

    thread = threading.Thread(target=spin)
    thread.start()
    before = time.process_time()
    time.sleep(1)
    used = time.process_time() - before
    ended.set()
    thread.join()
    assert used > machine.STEP


def test_a_quiet_process_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look is enough."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    machine.settle()
    assert len(slept) == 1
