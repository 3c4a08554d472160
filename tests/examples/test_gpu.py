"""Every GPU variant computes what the oracle computes, on a real GPU (make test-gpu)."""

import ctypes
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def cuda_devices() -> int:
    """How many CUDA devices the driver offers; 0 without a driver."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return 0
    count = ctypes.c_int(0)
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    return count.value


pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(cuda_devices() == 0, reason="no CUDA device is here"),
    # A small test leaves most of the GPU idle, and Numba says so.
    pytest.mark.filterwarnings("ignore:Grid size"),
]


APART = """
import runpy, sys
import numpy as np
variant = runpy.run_path(sys.argv[1])
inputs = np.load("inputs.npz").values()
np.save("result.npy", variant["to_host"](variant["run"](*variant["to_device"](*inputs))))
"""
REDUCED = ("tf32", "float16", "bfloat16")


def solve(case: Any, inputs: tuple[Any, ...], folder: Path) -> Any:
    """The variant's answer; one that sets an environment variable gets a process of its own."""
    try:
        if "os.environ" not in case.variant_path.read_text(encoding="utf-8"):
            return case.solve(*inputs)
        np.savez(folder / "inputs.npz", *inputs)
        done = subprocess.run(
            [sys.executable, "-c", APART, case.variant_path],
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(done.stderr.strip())
        return np.load(folder / "result.npy")
    except SystemExit as e:  # a library is missing: its one clear line
        if "needs " not in str(e).lower():
            raise
        pytest.skip(str(e))


def test_equals_the_oracle(gpu_case: Any, sizes: Any, tmp_path: Path) -> None:
    """The variant agrees with the float64 oracle at one, at primes, around a block, and large."""
    for n in [*sizes(gpu_case.problem), gpu_case.problem.SIZES[3]]:
        inputs = gpu_case.inputs(n)
        gpu_case.verify(solve(gpu_case, inputs, tmp_path), inputs)


def test_reduced_precision_shows(gpu_case: Any, measure: Any, tmp_path: Path) -> None:
    """A variant named after a shorter format has an error that float32 would not have."""
    if not set(REDUCED) & set(gpu_case.variant_path.stem.split("_")):
        pytest.skip("computes in full precision")
    inputs = gpu_case.inputs(gpu_case.problem.SIZES[3])
    expected = gpu_case.problem.reference(*inputs)
    error = measure(gpu_case.problem, solve(gpu_case, inputs, tmp_path), expected)
    assert error > gpu_case.problem.TOLERANCE
