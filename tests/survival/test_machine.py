"""What a machine says of itself, and what it must not say."""

import getpass
import os
import socket
import subprocess
import sys
import time

import pytest

from survival import machine
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
    monkeypatch.setattr(machine, "_usable_threads", lambda: 4)
    before, now = machine.Usage(10, 20, 5), machine.Usage(10 + wall, 20 + everything, 5 + own)
    assert machine.others(before, now) == share


def test_a_program_that_holds_a_core_is_noticed() -> None:
    """What the system counts, in truth: one busy process beside this one, which sleeps."""
    before = machine.usage()
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as hog:
        time.sleep(1.0)
        hog.kill()
    share = machine.others(before, machine.usage())
    assert share is not None
    assert share > 0.4 / len(os.sched_getaffinity(0))
