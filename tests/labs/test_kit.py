"""The kit says where a reader is, installs one wheel at most, and counts what it says it counts."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from survival.contribute import labs

KIT = labs.FOLDER / "kit.py"

COUNTED = """
import contextlib, io, json, os, sys
os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
space = {}
exec(compile(open(sys.argv[1], encoding="utf-8").read(), "kit", "exec"), space)
from numba import cuda
np = space["np"]

def strided(x, y):
    i = cuda.grid(1)
    if i < y.size:
        y[i] = x[i * 8]

def column(x, y):
    tile = cuda.shared.array((32, 32), np.float32)
    t = cuda.threadIdx.x
    tile[t, 0] = x[t]
    cuda.syncthreads()
    y[t] = tile[31 - t, 0]

def half_wait(x, y):
    i = cuda.grid(1)
    if i % 2:
        y[i] = x[i]
        y[i] = x[i]
        y[i] = x[i]
    else:
        y[i] = x[i]

def endless(x, y):
    while True:
        y[0] = x[0]

def one_barrier(x, y):
    if cuda.threadIdx.x < 16:
        cuda.syncthreads()
    y[cuda.grid(1)] = x[cuda.grid(1)]

def before_the_start(x, y):
    y[cuda.grid(1)] = x[cuda.grid(1) - 1]

def plain_and_atomic(x, y):
    cuda.atomic.add(y, 0, x[0])
    y[0] = x[0]

def not_whole(x, y):
    y[cuda.grid(1) / 1] = x[0]

found = {}
for kernel in (strided, column, half_wait, endless, one_barrier, before_the_start,
               plain_and_atomic, not_whole):
    x, y = np.zeros(256, np.float32), np.zeros(32, np.float32)
    try:
        found[kernel.__name__] = space["simulate"](kernel, 1, 32, [x, y])[1]
    except space["Fault"] as fault:
        found[kernel.__name__] = str(fault)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def counted() -> dict[str, Any]:
    """What the kit says of kernels whose counts can be worked out by hand."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COUNTED, KIT],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return dict(json.loads(done.stdout))


def test_sectors_and_conflicts_are_those_worked_out_by_hand(counted: dict[str, Any]) -> None:
    """A stride of eight numbers is a sector a thread; a column of 32 words is one bank."""
    assert counted["strided"]["sectors per load"] == 32
    assert counted["strided"]["sectors per store"] == 4
    assert counted["strided"]["loads"] == 32
    assert counted["strided"]["bank conflicts"] == 0
    assert counted["column"]["bank conflicts"] == 2 * 31  # one store and one load, 32 threads each


def test_threads_that_wait_are_counted(counted: dict[str, Any]) -> None:
    """Half of a warp waits for three lines, the other half for one; two lines all take together."""
    lanes, waited = 32 * (2 + 3 + 1), 16 * 3 + 16 * 1
    assert counted["half_wait"]["% waited"] == pytest.approx(100 * waited / lanes)
    assert counted["column"]["% waited"] == 0


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        ("endless", "may write at the same time|does not come to an end"),
        ("one_barrier", "not all threads of a block come to the same"),
        ("before_the_start", r"reads x\[-1\], outside an array of 256"),
        ("plain_and_atomic", r"writes y\[0\], which thread \d+ of block 0 may"),
        ("not_whole", r"writes y\[[\d.]+\]: an element of it is named by one whole"),
    ],
)
def test_what_a_gpu_would_not_tell_is_told(counted: dict[str, Any], kernel: str, said: str) -> None:
    """Faults that run through, or hang, on a real GPU."""
    import re

    assert re.search(said, str(counted[kernel]))


def where(tmp_path: Path, call: str, smi: str = "", **environment: str) -> str:
    """What the first cell prints, with a pretended nvidia-smi and without a way to install."""
    if smi:
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{smi}\n")
        program.chmod(0o755)
    code = f"""
space = {{}}
exec(compile(open({str(KIT)!r}, encoding="utf-8").read(), "kit", "exec"), space)
space["install"] = lambda *wheels: print("would install", *wheels)
gone = {environment.pop("gone", "").split()!r}
find, version = space["importlib"].util.find_spec, space["version"]
space["importlib"].util.find_spec = lambda name: None if name in gone else find(name)
space["version"] = lambda name: "" if name in gone else version(name)
space["where_am_i"]({call})
"""
    names = ("COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE", "NUMBA_ENABLE_CUDASIM")
    clean = {k: v for k, v in os.environ.items() if k not in names}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=clean | {"PATH": f"{tmp_path}:/usr/bin:/bin"} | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


CARD = """case "$1" in
--query*) echo "Tesla T4, 550.54.15" ;;
*) echo "| NVIDIA-SMI 550.54.15    Driver Version: 550.54.15    CUDA Version: {}     |" ;;
esac"""


def test_without_a_gpu_it_says_what_the_lab_uses_and_what_to_press(tmp_path: Path) -> None:
    """One sentence each, and nothing is installed where nothing is missing."""
    said = where(tmp_path, "kernels=True")
    assert "GPU: none that CUDA can use. This lab works without one." in said
    assert "This lab uses: Numba's CUDA simulator" in said
    assert "open this notebook in Colab, Kaggle or molab" in said
    assert "would install" not in said
    said = where(tmp_path, "", COLAB_RELEASE_TAG="1")
    assert "Runtime, Change runtime type" in said
    assert "This lab uses: Python and NumPy" in said
    assert "Settings, Accelerator" in where(tmp_path, "", KAGGLE_KERNEL_RUN_TYPE="Interactive")


def test_only_the_wheel_that_fits_is_installed(tmp_path: Path) -> None:
    """Numba where it is missing, with the part for the CUDA that the driver takes."""
    assert "would install" not in where(tmp_path, "", gone="numba numba-cuda")
    assert where(tmp_path, "kernels=True", gone="numba").count("would install numba\n") == 1
    said = where(tmp_path, "kernels=True", CARD.format("12.4"), gone="numba-cuda")
    assert "GPU: Tesla T4, driver 550.54.15, which runs programs up to CUDA 12.4." in said
    assert "would install numba-cuda[cu12]" in said
    assert "This lab uses: the GPU to run your kernels" in said
    assert "To get a GPU" not in said
    said = where(tmp_path, "kernels=True", CARD.format("13.0"), gone="numba-cuda")
    assert "would install numba-cuda[cu13]" in said
    broken = "echo 'NVIDIA-SMI has failed because it could not communicate with the driver.'"
    assert "GPU: none that CUDA can use" in where(tmp_path, "", broken)


def test_a_failed_installation_is_one_line(tmp_path: Path) -> None:
    """What pip says last, and what to type."""
    code = f"""
space = {{}}
exec(compile(open({str(KIT)!r}, encoding="utf-8").read(), "kit", "exec"), space)
class Failed:
    returncode, stderr = 1, "noise\\nERROR: no network"
space["subprocess"].run = lambda *a, **k: Failed
space["install"]("numba")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert "That failed (ERROR: no network). In a terminal: pip install 'numba'" in done.stdout
