"""Compiles a kernel in CUDA C, as it stands, for the CPU, and runs it with checked arguments."""

import ctypes
import functools
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.standin import memory, ptx

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "standin"
COMPILER = "g++"
FLAGS = ("-std=c++17", "-O2", "-fPIC", "-fvisibility=hidden", "-w")
CHECKS = (
    "-fsanitize=alignment,bounds,signed-integer-overflow,shift,integer-divide-by-zero",
    "-fno-sanitize-recover=all",
)
SECONDS = 60
"""After which a kernel is taken for one that never ends."""
MEETS = re.compile(r"__syncthreads|__\w+_sync\b|__syncwarp")
"""Where a thread waits for others; a kernel without is run much faster."""
WORDS = {bool: np.bool_, int: np.int64, float: np.float64}
"""What CuPy makes of a number of Python that is an argument of a kernel."""


class KernelError(Exception):
    """A kernel that does not compile, or does what a GPU punishes, perhaps silently."""


def missing() -> str:
    """Why kernels cannot run here; empty if they can."""
    if sys.platform != "linux":
        return "the stand-in needs Linux"
    return "" if shutil.which(COMPILER) else f"the stand-in needs {COMPILER}"


@functools.cache
def _built(name: str, *inputs: Path | str) -> Path:
    """Compile C++ (a file or text) to an object, or link objects; once for each content."""
    texts = [i if isinstance(i, str) else i.read_bytes().hex() for i in inputs]
    key = hashlib.sha256("\n".join([name, *FLAGS, *CHECKS, *texts]).encode()).hexdigest()[:24]
    made = CACHE / f"{key}-{name}"
    if made.exists():
        return made
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        # Made aside and moved, because other processes of the same test run compile it too.
        new = Path(folder) / name
        if name.endswith(".so"):
            command = [COMPILER, "-shared", "-o", str(new), *map(str, inputs)]
        else:
            source = Path(folder) / "source.cpp"
            source.write_text("".join(i if isinstance(i, str) else i.read_text() for i in inputs))
            checks = CHECKS if name.startswith("kernel") else ()
            command = [COMPILER, *FLAGS, *checks, "-c", "-o", str(new), str(source)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise KernelError(f"does not compile:\n{done.stderr.strip()}")
        new.replace(made)
    return made


@functools.cache
def _without_asm(source: str) -> str:
    """The source with its macros written out and calls in place of instructions, if it has any."""
    if "asm" not in source:
        return source
    command = [COMPILER, "-E", "-x", "c++", "-"]
    done = subprocess.run(command, input=source, capture_output=True, text=True)
    if done.returncode:
        raise KernelError(f"does not compile:\n{done.stderr.strip()}")
    return ptx.as_calls(done.stdout)


@functools.cache
def _library(source: str, name: str) -> ctypes.CDLL:
    """The loaded library of one kernel."""
    text = f'#line 1 "kernel"\n{source}\nSTANDIN_KERNEL({name})\n'
    objects = [_built("kernel.o", HERE / "cuda.h", text), _built("run.o", HERE / "runtime.cpp")]
    library = ctypes.CDLL(str(_built("kernel.so", *objects)))
    library.standin_signature.restype = ctypes.c_char_p
    library.standin_launch.restype = ctypes.c_char_p
    return library


def launch(
    source: str,
    name: str,
    grid: tuple[int, ...],
    block: tuple[int, ...],
    arguments: tuple[Any, ...],
    backwards: bool = False,
) -> None:
    """Run a kernel over arrays in memory of the stand-in, and scalars of NumPy or Python.

    Raises KernelError, with the kernel's name, for what it or its caller does wrong.
    """
    try:
        source = _without_asm(source)
        library = _library(source, name)
        types = library.standin_signature().decode().split()
        _check_shape(source, grid, block)
        if len(types) != len(arguments):
            raise KernelError(f"takes {len(types)} arguments, and was given {len(arguments)}")
        slots = [
            _slot(k, t, a) for k, (t, a) in enumerate(zip(types, arguments, strict=True), start=1)
        ]
        pointers = (ctypes.c_void_p * len(slots))(*(ctypes.addressof(s) for s in slots))
        sizes = [(ctypes.c_uint * 3)(*(*s, 1, 1)[:3]) for s in (grid, block)]
        meets = bool(MEETS.search(source))
        fault = library.standin_launch(pointers, *sizes, int(meets), int(backwards), SECONDS)
        if problem := fault.decode() if fault else memory.check():
            raise KernelError(problem)
    except (KernelError, ValueError) as e:
        raise KernelError(f"{name}: {e}") from None


def _check_shape(source: str, grid: tuple[int, ...], block: tuple[int, ...]) -> None:
    for what, sizes, most in (
        ("grid", grid, (2**31 - 1, 65535, 65535)),
        ("block", block, (1024, 1024, 64)),
    ):
        if not isinstance(sizes, tuple) or not 1 <= len(sizes) <= 3:
            raise KernelError(f"the {what} is a tuple of one to three numbers, not {sizes!r}")
        for size, limit in zip(sizes, most, strict=False):
            if not 1 <= size <= limit:
                raise KernelError(f"a {what} of {sizes}: each from 1 to {most}")
    threads = int(np.prod(block))
    bound = re.search(r"__launch_bounds__\((\d+)", source)
    most_threads = int(bound[1]) if bound else 1024
    if threads > most_threads:
        raise KernelError(f"a block of {threads} threads, {most_threads} are allowed")


def _slot(k: int, wanted: str, argument: Any) -> Any:
    """The argument as the kernel's parameter k finds it: 8 bytes of a pointer, or a scalar."""
    if isinstance(argument, np.ndarray) and memory.is_ours(argument):
        if not wanted.startswith("*"):
            raise KernelError(f"parameter {k} is a {wanted}, and was given an array")
        kind = wanted[1:]
        vector = kind[0] in "234"
        have = argument.dtype.str[1:] if argument.dtype != np.bool_ else "?"
        if have != (kind[1:] if vector else kind) and not (vector and have in ("u1", "f2")):
            raise KernelError(f"parameter {k} is a {wanted}, and was given {argument.dtype}")
        if not argument.flags.c_contiguous:
            raise KernelError(f"parameter {k} was given an array whose elements lie apart")
        return ctypes.c_void_p(argument.ctypes.data)
    if wanted.startswith("*"):
        given = "an array of NumPy" if isinstance(argument, np.ndarray) else repr(argument)
        raise KernelError(f"parameter {k} is a {wanted}, and was given {given}")
    if type(argument) in WORDS:
        argument = WORDS[type(argument)](argument)
    if not isinstance(argument, np.generic):
        raise KernelError(f"parameter {k} is a {wanted}, and was given {type(argument).__name__}")
    have = argument.dtype.str[1:] if argument.dtype != np.bool_ else "?"
    # Signed or not is the same to the bytes of a number that both can hold.
    if have != wanted and not (have[1:] == wanted[1:] and {have[0], wanted[0]} == {"i", "u"}):
        raise KernelError(f"parameter {k} is a {wanted}, and was given {argument.dtype}")
    return ctypes.create_string_buffer(argument.tobytes())
