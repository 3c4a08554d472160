"""What of a user's environment reaches the processes in which everything is measured.

One list: a setting is unset, or it is recorded. What is on neither changes no timing that we know.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from survival.capture import machine
from survival.errors import one_line

UNSET = re.compile(
    r"(NUMBA|CUPY|OMP|KMP|GOMP|MKL|OPENBLAS|BLIS|VECLIB|NUMEXPR|TORCH|PYTORCH|TF|XLA|KERAS|TRITON"
    r"|PYTHON)_\w+|GOTO_NUM_THREADS|CUDA_LAUNCH_BLOCKING|CUDA_DEVICE_ORDER|NVIDIA_TF32_OVERRIDE"
    r"|PYTHON(OPTIMIZE|MALLOC|DEVMODE|ASYNCIODEBUG|TRACEMALLOC|PROFILEIMPORTTIME|STARTUP|INSPECT"
    r"|DUMPREFS|FAULTHANDLER|VERBOSE|HASHSEED|SAFEPATH|WARNINGS|PERFSUPPORT|NODEBUGRANGES)"
)
"""Threads, compilers and simulators of the libraries: as whoever installs them has them.

`OMP_NUM_THREADS=1` of a cluster's profile would be measured as one of several cores, and
`NUMBA_ENABLE_CUDASIM` as a GPU."""
KEPT = re.compile(r"(NUMBA|CUPY|TORCH\w*|TRITON|PYTHON)_\w*(CACHE|HOME)\w*")
"""Where the libraries may write, and where Python reads: no matter of time."""
RECORDED = re.compile(r"(CUDA_VISIBLE_DEVICES|CUDA_MPS_\w+|LD_PRELOAD|MALLOC_\w+|GLIBC_TUNABLES)")
"""What a machine needs to run at all, or chooses: told in the record by name, not by value.

A value may hold a path, or the number that a GPU was made with."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""How the libraries are told how many threads to start."""


BOUND = {"OMP_PROC_BIND": "true"}
"""Each thread of a pool on a processor of its own, where OpenMP runs it, as under Numba.

Else the system may put two on one, where the first waits busily for the other until its slice of
time is over: a sum of microseconds takes two slices of 4 ms, for a second or for a whole process.
Only for Numba: PyTorch sees one processor under it, and has one thread."""


def clean(given: Mapping[str, str] = os.environ, library: str = "") -> dict[str, str]:
    """The environment of a worker, of a program written with that library.

    How many threads is set only in a container that may use less time than its processors have:
    libraries would start a thread for each, and wait for each other.
    """
    env = {k: v for k, v in given.items() if KEPT.fullmatch(k) or not UNSET.fullmatch(k)}
    cpu = machine.cpu()
    if cpu.quota:
        env |= dict.fromkeys(THREADS, str(cpu.threads))
    return env | (BOUND if library == "numba" else {})


@contextmanager
def bound() -> Iterator[None]:
    """Threads that Numba starts within are bound; what other libraries start later is not."""
    here = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    os.environ.update(BOUND)
    try:
        yield
    finally:
        for name in BOUND:
            del os.environ[name]
        if here:
            os.sched_setaffinity(0, here)


def unset(given: Mapping[str, str] = os.environ) -> list[str]:
    """Names of what does not reach a worker."""
    return sorted(k for k in given if UNSET.fullmatch(k) and not KEPT.fullmatch(k))


def settings(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a record tells of them: what was set, unset, and where the program was bound to."""
    found = {one_line(k)[:100]: "set" for k in sorted(given) if RECORDED.fullmatch(k)}
    if gone := unset(given):
        found["unset"] = one_line(", ".join(gone))[:500]
    found["numba"] = ", ".join(f"{k}={v}" for k, v in BOUND.items())
    cpu = machine.cpu()
    if cpu.quota:
        found["threads"] = f"{cpu.threads}, as the container may use {cpu.quota:.3g} processors"
    here = machine.usable_threads()
    if here < (os.cpu_count() or here):
        found["affinity"] = f"{here} of {os.cpu_count()} hardware threads"
    return found
