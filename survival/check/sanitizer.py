"""NVIDIA's compute-sanitizer, where it and a GPU are there."""

import shutil
import tempfile
from pathlib import Path

from survival import system
from survival.check.items import Found
from survival.check.memory import NO_POOL
from survival.check.process import Process
from survival.check.reference import Reference

TOOLS = ("memcheck", "racecheck", "initcheck")
"""Accesses out of bounds, races in shared memory, reads of memory that nobody wrote."""
FOUND = 86
"""What the tool exits with where it finds something."""
SIZE = 257
PATIENCE = 300.0
"""Seconds: under a tool a program is slower by much."""
UNPOOLED = {NO_POOL: "1", "PYTORCH_NO_CUDA_MEMORY_CACHING": "1"}
"""So each array is an allocation of its own: within a pool's block, a write past the end of one
hits other memory of the same allocation, and the tool sees nothing."""


def why_not(on_gpu: bool, gpu: bool) -> str:
    """Why it is not run; empty if it can be."""
    if not on_gpu:
        return "not run: the program runs on the CPU"
    if not gpu:
        return "not run: no NVIDIA GPU here"
    if shutil.which("compute-sanitizer") is None:
        return "not run: compute-sanitizer is not here; it comes with the CUDA toolkit"
    return ""


def judge(found: Found, process: Process, reference: Reference) -> None:
    """Run a program once under each tool."""
    n = next((m for m in reference.sizes([SIZE, 1000]) if reference.inputs(m) is not None), SIZE)
    given = reference.inputs(n)
    for tool in TOOLS:
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "log"
            command = ["compute-sanitizer", "--tool", tool, "--log-file", str(log)]
            command += ["--error-exitcode", str(FOUND)]
            settings = process.settings | UNPOOLED
            under = Process(process.path, PATIENCE, settings, command)
            try:
                got = under.ask(do="run", given=given, fill="", in_place=False, times=1)
                code = got.get("code", under.finish())
            finally:
                under.stop()
            said = system.text(log) if log.exists() else ""
        if code == FOUND:
            lines = [line.strip("= ") for line in said.splitlines()]
            told = next((x for x in lines if x and "COMPUTE-SANITIZER" not in x), "found something")
            found.fault("sanitizer", f"size {n:,}: {tool}: {told}")
        elif "raised" in got:
            found.skipped["sanitizer"] = f"{tool} did not run: {got['said'][:200]}"
            return
        else:
            found.looked("sanitizer", tool)
