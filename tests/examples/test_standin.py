"""Programs in CuPy, PyCUDA, cuda.core or cuTile run in a stand-in for the GPU; mistakes show."""

import os
import re
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.examples.conftest import (
    EXAMPLES,
    WANTED_SIZES,
    allowed_sizes,
    variant_files,
)
from tests.standin import core_like, cupy_like, emulator, pycuda_like, streams, tile_like
from tests.standin.problems import SmallCase, load, small_cases

CANNOT: dict[str, str] = {}
"""Variants that the stand-in cannot run, as EXAMPLE-VARIANT, with the reason. None at present."""
ELSEWHERE = {
    "numba": "test_kernels.py runs it in Numba's simulator",
    "wgpu": "test_wgpu.py runs it on a driver that plays a GPU",
    "torch": "test_torch_standin.py runs it, where PyTorch is installed",
    "triton": "test_tools.py holds it against what Triton's interpreter runs",
    "warp": "test_tools.py holds it against what runs on the CPU",
    "jax": "the same lines run on the CPU; only test_gpu.py runs them on a GPU",
    "keras": "there is no stand-in for TensorFlow on a GPU: only test_gpu.py runs it",
}
"""Libraries of GPU variants that the stand-in leaves out, with the reason."""
PATTERNS = ("gpu_cupy*", "gpu_pycuda*", "gpu_cudacore*", "gpu_cudatile*")
"""The programs that it runs."""
TRIED: dict[str, tuple[int, ...]] = {
    # Enough that kernels with a fixed number of blocks go round more than once.
    "histogram": (*WANTED_SIZES, 400_009),
    "total": (*WANTED_SIZES, 40_009),
    # Steps, one after the other: `passes` has a kernel that does 64 of them at once.
    "many_small": (1, 2, 97, 257),
    "passes": (1, 2, 64, 65, 129, 257),
    "recurrent": (1, 2, 33),
}
"""Sizes of examples that are tried here at others than those of the other tests."""
SHORTER = {
    f"numbers_that_differ/gpu_cupy_rawkernel{name}.py": ("range(100)", "range(3)")
    for name in ("", "_atomics", "_wideloads")
} | {
    "matrix_product/gpu_cupy_rawkernel_tensorcores_float16.py": ("(2, 500, 500)", "(2, 130, 130)"),
}
"""What a script repeats so often on a GPU that it takes half a minute here."""


def runnable() -> Iterator[Any]:
    """All variants that the stand-in runs, with every problem of their folders."""
    for pattern in PATTERNS:
        for case in small_cases(pattern):
            why = CANNOT.get(str(case.id))
            marks = [pytest.mark.xfail(reason=why)] if why else []
            yield pytest.param(*case.values, id=case.id, marks=marks)


@pytest.fixture(autouse=True)
def _standin(monkeypatch: pytest.MonkeyPatch) -> None:
    """CuPy and the others are the stand-in's, in a process that looks new."""
    if why := emulator.missing():
        if os.environ.get("REQUIRE_COMPILER") == "1":
            pytest.fail(why)
        pytest.skip(why)
    cupy_like.reset()
    for library in (cupy_like, pycuda_like, core_like, tile_like):
        for name, module in library.modules().items():
            monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setenv("CUPY_TF32", "0")  # which a variant may set: put back in the end


def try_out(case: SmallCase, variant: Any, n: int) -> None:
    """Verify one size: twice with the same arrays on the GPU, and once with others.

    The second time the threads run in the other order, and what a stream need not do at once it
    does as late as it may.
    """
    inputs = case.inputs(n)
    streams.MODE.late = streams.MODE.backwards = False
    there = variant.to_device(*inputs)
    case.verify(variant.to_host(variant.run(*there)), inputs)
    streams.MODE.late = streams.MODE.backwards = True
    case.verify(variant.to_host(variant.run(*there)), inputs)
    inputs = case.problem.make_inputs(n, np.random.default_rng(n + 1))
    case.verify(variant.to_host(variant.run(*variant.to_device(*inputs))), inputs)


@pytest.mark.parametrize("case", list(runnable()))
def test_equals_the_oracle(case: SmallCase) -> None:
    """The variant agrees with the float64 oracle, again with the same arrays and with others."""
    variant = load(case.variant_path)
    wanted = TRIED.get(case.problem_path.parent.name, ())
    for n in allowed_sizes(case.problem, wanted):
        try_out(case, variant, n)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(p, id=f"{p.parent.name}-{p.stem}")
        for pattern in PATTERNS
        for p in variant_files(pattern)
    ],
)
def test_runs_as_a_script(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the file does when it is run as a program works, and prints something."""
    script = tmp_path / path.name
    text = path.read_text(encoding="utf-8")
    long, short = SHORTER.get(f"{path.parent.name}/{path.name}", ("", ""))
    assert long in text
    script.write_text(text.replace(long, short), encoding="utf-8")
    runpy.run_path(str(script), run_name="__main__")
    output = capsys.readouterr().out
    assert output.strip()
    assert "nan" not in output


def test_overlapped_copies_in_many_pieces() -> None:
    """With pieces of 64 numbers the buffers of `round_trip` are used again and again."""
    folder = EXAMPLES / "round_trip"
    case = SmallCase(folder / "problem.py", folder / "gpu_cupy_overlapped.py")
    variant = load(case.variant_path, ("PIECE = 2**20", "PIECE = 64"))
    for n in (4 * 64, 4 * 4099):
        try_out(case, variant, n)


def test_tensor_cores_over_several_tiles() -> None:
    """Matrices of two by two tiles, of which the last stick out."""
    folder = EXAMPLES / "matrix_product"
    case = SmallCase(folder / "problem.py", folder / "gpu_cupy_rawkernel_tensorcores_float16.py")
    try_out(case, load(case.variant_path), 131 * 131)


def test_what_is_left_out_is_named() -> None:
    """Every GPU variant runs here or stands in a list with a reason, and the lists are true."""
    libraries = {p.stem.split("_")[1] for p in variant_files("gpu_*")}
    assert libraries == {p.split("_")[1].rstrip("*") for p in PATTERNS} | ELSEWHERE.keys()
    assert {str(case.id) for case in runnable()} >= CANNOT.keys()


MISTAKES: dict[str, tuple[str, str, str, str]] = {
    # A name for the mistake: the variant, what is right, what is wrong, and what is said of it.
    "no guard for the last block": (
        "array_addition/gpu_cupy_rawkernel",
        "if (i < n)",
        "",
        "add: accessed memory outside of its arrays, in thread",
    ),
    "a guard that is off by one": (
        "array_addition/gpu_cupy_rawkernel",
        "i < n",
        "i <= n",
        "add: wrote behind the last element",
    ),
    "the element before the first": (
        "array_addition/gpu_cupy_rawkernel",
        "c[i] = ",
        "c[i - 1] = ",
        "add: wrote before the first element",
    ),
    "an int of Python for an int of C": (
        "saxpy/gpu_cupy_rawkernel",
        "np.int32(x.size)",
        "x.size",
        "saxpy: parameter 5 is a i4, and was given int64",
    ),
    "a float of Python for a float of C": (
        "saxpy/gpu_cupy_rawkernel",
        "np.float32(a)",
        "float(a)",
        "saxpy: parameter 1 is a f4, and was given float64",
    ),
    "an int of Python, in PyCUDA": (
        "array_addition/gpu_pycuda",
        "np.int32(c.size)",
        "c.size",
        "invalid type on parameter #3",
    ),
    "an int of Python, in cuda.core": (
        "saxpy/gpu_cudacore",
        "np.int32(x.size)",
        "x.size",
        "saxpy: parameter 5 is a i4, and was given int64",
    ),
    "a tile that sticks out, and is not filled": (
        "matrix_product/gpu_cudatile",
        "(TILE, STEP), padding_mode=ZERO",
        "(TILE, STEP)",
        "nan",
    ),
    "one argument forgotten": (
        "saxpy/gpu_cupy_rawkernel",
        "x, y, out, np",
        "x, out, np",
        "saxpy: takes 5 arguments, and was given 4",
    ),
    "an array that is still on the host": (
        "saxpy/gpu_cupy_rawkernel",
        "a, cp.asarray(x)",
        "a, x",
        "numpy.ndarray|an array of NumPy",
    ),
    "an array of NumPy in an expression": (
        "saxpy/gpu_cupy",
        "a, cp.asarray(x)",
        "a, x",
        "Unsupported type <class 'numpy.ndarray'>",
    ),
    "an array of float64 for float": (
        "saxpy/gpu_cupy_rawkernel",
        "cp.asarray(x)",
        'cp.asarray(x, "float64")',
        "saxpy: parameter 2 is a \\*f4, and was given float64",
    ),
    "a result that nobody has moved to the host": (
        "saxpy/gpu_cupy",
        "return cp.asnumpy(out)",
        "return np.asarray(out)",
        "Implicit conversion",
    ),
    "float4 at an odd address": (
        "saxpy/gpu_cupy_rawkernel",
        "int i = 4 *",
        "int i = 1 + 4 *",
        "saxpy: line 6: an address that is not a multiple",
    ),
    "an index outside of shared memory": (
        "total/gpu_cupy_rawkernel_tree",
        "float sums[256]",
        "float sums[255]",
        "add_up: line 6: an index outside of its array, in thread \\(255, 0, 0\\)",
    ),
    "a sum that does not begin at zero": (
        "total/gpu_cupy_rawkernel_atomics",
        "cp.zeros(1",
        "cp.empty(1",
        "error, where .* nan",
    ),
    "counts that do not begin at zero": (
        "histogram/gpu_cupy_rawkernel_perblock",
        "    table[threadIdx.x] = 0;",
        "",
        "counted wrong",
    ),
    "no barrier in a tree": (
        "total/gpu_cupy_rawkernel_tree",
        "        __syncthreads();\n",
        "",
        "error, where",
    ),
    "no barrier before a tile is read": (
        "transpose/gpu_cupy_rawkernel_shared",
        "    __syncthreads();\n",
        "",
        "elements that differ",
    ),
    "no barrier before a tile is overwritten": (
        "matrix_product/gpu_cupy_rawkernel_tiled",
        "__syncthreads();  // nobody",
        "// nobody",
        "relative L2",
    ),
    "one array where two take turns": (
        "many_small/gpu_cupy_rawkernel",
        "__shared__ float flow[2][1024];",
        "__shared__ float one[1024]; float *flow[] = {one, one};",
        "relative L2",
    ),
    "threads that leave before a barrier": (
        "rank/gpu_cupy_rawkernel_brute",
        "    int lower = 0;",
        "    int lower = 0; if (i >= n) return;",
        "rank: left, while others wait at a barrier",
    ),
    "a barrier that only some threads reach": (
        "transpose/gpu_cupy_rawkernel_shared",
        "    __syncthreads();\n",
        "    if (x < 7) __syncthreads();\n    else\n        __syncthreads();\n",
        "transpose: waits at line",
    ),
    "a shuffle with lanes that have left": (
        "embedding_search/gpu_cupy_rawkernel",
        "if (i >= n)",
        "if (i >= n || lane > 20)",
        "score: line .*: waits for lane 21, which is gone",
    ),
    "a loop without an end": (
        "rank/gpu_cupy_rawkernel_brute",
        "first += 256",
        "first += 0",
        "rank: does not end",
    ),
    "a tile that is read while it is written": (
        "matrix_product/gpu_cupy_rawkernel_tensorcores_float16",
        "        __syncthreads();  // complete",
        "        // complete",
        "relative L2",
    ),
    "a matrix that is not turned for a tensor core": (
        "matrix_product/gpu_cupy_rawkernel_tensorcores_float16",
        "x4.trans",
        "x4",
        "relative L2",
    ),
    "a row of a matrix at an odd address": (
        "matrix_product/gpu_cupy_rawkernel_tensorcores_float16",
        "tile_b[2][16][136]",
        "tile_b[2][16][132]",
        "multiply: line .*not a multiple",
    ),
    "a matrix outside of shared memory": (
        "matrix_product/gpu_cupy_rawkernel_tensorcores_float16",
        "left + lane / 8 * 8])",
        "left + lane / 8 * 8 + 8192])",
        "multiply: line .*outside",
    ),
    "an instruction that nobody knows": (
        "matrix_product/gpu_cupy_rawkernel_tensorcores_float16",
        "m16n8k8",
        "m16n8k7",
        "multiply: the stand-in does not know 'mma.sync",
    ),
    "more threads than a block can have": (
        "array_addition/gpu_cupy_rawkernel",
        "BLOCK = 256",
        "BLOCK = 2048",
        "add: a block of",
    ),
    "more threads than the kernel was compiled for": (
        "total/gpu_cupy_rawkernel",
        "__launch_bounds__(256, 8)",
        "__launch_bounds__(128, 8)",
        "add_up: a block of 256 threads, 128 are allowed",
    ),
    "more shared memory than there is": (
        "total/gpu_cupy_rawkernel_tree",
        "float sums[256]",
        "float sums[12345]",
        "add_up: more than 48 KB of shared memory",
    ),
    "a grid that is no tuple": (
        "array_addition/gpu_cupy_rawkernel",
        "add((grid,)",
        "add(grid",
        "add: the grid is a tuple",
    ),
    "a single array where inputs are": (
        "activation/gpu_cupy",
        "return (cp.asarray(x),)",
        "return cp.asarray(x)",
        "",
    ),
    "a graph that reads from elsewhere": (
        "activation/gpu_cupy_graph",
        "kept[x.size][1].set(x)",
        "cp.asarray(x)",
        "relative L2",
    ),
    "memory that is made while recording": (
        "activation/gpu_cupy_graph",
        "cp.multiply(x, 0.5, out=y)",
        "cp.multiply(x * 1, 0.5, out=y)",
        "",
    ),
    "a buffer that is filled before it is free": (
        "round_trip/gpu_cupy_overlapped",
        "        stream.synchronize()  # the last",
        "        # the last",
        "relative L2",
    ),
    "results that nobody has waited for": (
        "round_trip/gpu_cupy_overlapped",
        "    for stream in STREAMS:\n        stream.synchronize()\n",
        "",
        "relative L2",
    ),
}


@pytest.mark.parametrize(
    ("variant", "right", "wrong", "says"), MISTAKES.values(), ids=list(MISTAKES)
)
def test_a_mistake_is_found(
    monkeypatch: pytest.MonkeyPatch, variant: str, right: str, wrong: str, says: str
) -> None:
    """A program that is wrong in one place does not pass, and is told what it did."""
    path = (EXAMPLES / variant).with_suffix(".py")
    case = SmallCase(path.parent / "problem.py", path)
    pieces = [("PIECE = 2**20", "PIECE = 16")] if "overlapped" in variant else []

    def attempt() -> None:
        wrong_one = load(path, (right, wrong), *pieces)
        for n in allowed_sizes(case.problem, (97, 1009, 4099)):
            try_out(case, wrong_one, n)

    monkeypatch.setattr(emulator, "SECONDS", 1)
    told = failure(attempt)
    assert told
    assert not says or re.search(says, told), told


def failure(attempt: Callable[[], None]) -> str:
    """What an attempt raises, as text; empty if nothing."""
    try:
        attempt()
    except (AssertionError, TypeError, ValueError, RuntimeError, emulator.KernelError) as e:
        return f"{type(e).__name__}: {e}"
    return ""
