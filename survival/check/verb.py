"""The verb `python -m survival check FILE --against REFERENCE`."""

import ast
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from survival import system
from survival.check import items, sanitizer, sweep, timing
from survival.check.process import Process
from survival.check.reference import Reference
from survival.errors import CheckError

PATIENCE = 2.0
"""Seconds without a word; what takes longer says what it does."""
ON_GPU = {"cupy", "pycuda", "triton", "warp", "wgpu"}
COMPILED = {"ctypes", "cffi", "torch", "jax", "cython"}


def imported(source: str, path: Path) -> set[str]:
    """What a program imports, with `numba.cuda` beside `numba`. Raises CheckError."""
    try:
        tree = ast.parse(source)
    except SyntaxError as e:
        raise CheckError(f"{path}({e.lineno}): {e.msg}") from None
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{a.name}" for a in node.names}
    cuda = any(f"{n}.".startswith("numba.cuda.") for n in names)
    return {n.split(".")[0] for n in names} | ({"numba.cuda"} if cuda else set())


def has_gpu() -> bool:
    """Whether the driver lists an NVIDIA GPU."""
    done = system.run(["nvidia-smi", "-L"], timeout=30)
    return done.returncode == 0 and "GPU" in done.stdout


def examine(
    path: Path,
    against: Path,
    timeout: float = 60.0,
    bandwidth: float | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[items.Verdict]:
    """Hold a program against the checklist. `bandwidth` is in bytes per second.

    Raises CheckError where it, or the reference, cannot be run at all.
    """
    uses = imported(system.text(path), path)
    kernels, gpu = "numba.cuda" in uses, has_gpu()
    on_gpu = kernels or bool(uses & ON_GPU) or (gpu and bool(uses & {"torch", "jax"}))
    reference, found = Reference(against.resolve(), path.stem), items.Found()
    reference.refuse_sameness()
    with tempfile.TemporaryDirectory() as cache:
        # Compiled without and with a check of bounds: neither may be taken for the other.
        watched = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": cache}
        simulated = watched | {"NUMBA_ENABLE_CUDASIM": "1"}
        plain = Process(path, timeout, {"NUMBA_CACHE_DIR": f"{cache}/plain"})
        passes = []
        if kernels:
            sizes = reference.sizes(sweep.SIMULATED)
            passes.append((Process(path, timeout, simulated), sizes, gpu))
        if gpu or not kernels:
            settings = {"NUMBA_CACHE_DIR": cache} if on_gpu else watched
            passes.append((Process(path, timeout, settings), reference.sizes(sweep.SIZES), False))
        try:
            for process, sizes, accesses in passes:
                if "run" not in process.start()["has"]:
                    raise CheckError(f"{path}: defines no run(*inputs)")
                sweep.Sweep(found, process, reference, sizes, progress, accesses)()
            _accesses(found, uses, kernels, on_gpu, "prange" in system.text(path))
            if why := sanitizer.why_not(on_gpu, gpu):
                found.skipped["sanitizer"] = why
            else:
                progress("compute-sanitizer")
                sanitizer.judge(found, passes[-1][0], reference)
            if kernels and not gpu:
                timed = timing.not_timed("the simulator's times say nothing about a GPU")
            elif found.faults and "clock" not in found.faults:
                first = next(iter(found.faults))
                timed = timing.not_timed(f"mend '{first}' first")
            else:
                timed = timing.judge(found, plain, reference, bandwidth, on_gpu, progress)
        finally:
            for process in [plain, *(p for p, _, _ in passes)]:
                process.stop()
    return items.verdicts(found, timed)


def _accesses(
    found: items.Found, uses: set[str], kernels: bool, on_gpu: bool, prange: bool
) -> None:
    """Say how accesses were looked at, or why not."""
    if kernels:
        if "bounds" not in found.faults:
            found.looked("bounds", "seen in Numba's simulator")
        return
    found.skipped["races"] = "only CUDA kernels in Numba are watched; see 'repeats'"
    if on_gpu or uses & COMPILED:
        found.skipped["bounds"] = "compiled code: only a sanitizer sees what it touches"
    else:
        found.looked("bounds", "seen by NumPy" + " and by Numba's check" * ("numba" in uses))
        if "numba" in uses and prange:
            found.notes.setdefault("bounds", "in a loop of prange Numba loses what it finds")


class Progress:
    """What is being done, on standard error, once it takes longer than PATIENCE."""

    def __init__(self) -> None:
        self.console, self.begun = Console(stderr=True, highlight=False), time.monotonic()
        self.status = self.console.status("")
        self.told = self.begun

    def __call__(self, what: str) -> None:
        """Say it: in one line that changes on a terminal, else in a line each two seconds."""
        now = time.monotonic()
        if now - self.begun < PATIENCE:
            return
        if self.console.is_terminal:
            self.status.start()
            self.status.update(what)
        elif now - self.told >= PATIENCE:
            self.told = now
            self.console.print(f"checking: {what}")

    def end(self) -> None:
        """Leave the line as it was."""
        self.status.stop()


@click.command()
@click.argument("program", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--against",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The reference: plain, slow and right.",
)
@click.option("--timeout", default=60.0, show_default=True, help="Seconds for one call.")
@click.option("--bandwidth", type=float, help="GB/s of the memory; the default is a copy's here.")
@click.option("--no-numbers", is_flag=True, help="Leave out what differs from run to run.")
@click.pass_context
def check(
    ctx: click.Context,
    program: Path,
    against: Path,
    timeout: float,
    bandwidth: float | None,
    no_numbers: bool,
) -> None:
    """Hold PROGRAM, which somebody or something wrote for you, against a checklist.

    Both files define run(*inputs); the reference may define make_inputs(n, rng), else each input is
    an array of n random float32.

    The reference is given float64 and must answer in it. It may also define TOLERANCE (the largest
    relative error), TOLERANCES (others, by a precision in PROGRAM's name), TEST_SIZES, work(inputs,
    expected) and error(result, expected), as a problem.py of this guide does. PROGRAM may define
    to_device(*inputs) and to_host(result), and what it boasts of: seconds(*inputs), its time by its
    own clock, and baseline(*inputs), the program that it says it beats.

    PROGRAM runs in a process of its own, kernels of Numba's in its CUDA simulator. Exit status: 0
    if nothing failed, 1 if something did, 2 if it cannot be checked here.
    """
    progress = Progress()
    try:
        rate = None if bandwidth is None else bandwidth * 1e9
        found = examine(program, against, timeout, rate, progress)
    finally:
        progress.end()
    for verdict in found:
        click.echo(verdict.line(not no_numbers))
    counts = [sum(v.status == s for v in found) for s in ("passed", "FAILED", "not checked")]
    click.echo(
        f"{os.path.relpath(program)}: {counts[0]} passed, {counts[1]} failed, "
        f"{counts[2]} not checked"
    )
    ctx.exit(items.exit_code(found))
