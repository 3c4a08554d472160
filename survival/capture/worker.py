"""What runs in the fresh processes that capture starts: the oracle of an example, or one variant.

`python -m survival.worker oracle JOB` and `... variant JOB`, JOB a JSON object. Each answers with
JSON lines on its standard output; what the example itself prints goes to standard error.
"""

import importlib.util
import json
import pickle
import re
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import psutil

from survival import catalog
from survival.capture import machine, timers
from survival.capture.host import accelerator, answers
from survival.capture.turns.blocks import (
    TURNS,
    Block,
    impossible,
    more_turns,
    most_disturbed,
    seconds,
    taken,
    timing,
    worth_another_try,
)
from survival.capture.webgpu import adapter, batch
from survival.stats import relative_error, summary

TRIES = 2
"""How often a size is timed again whose timings contradict each other, or were disturbed."""
CALM_TRIES = 4
"""How often, at all sizes together, a variant is timed again for being disturbed."""
COMPILES = "_compile"
"""Part of the name of programs that compile themselves at each new size, for many seconds."""
NO_ROOM = r"OutOfMemory|out[ _]of[ _]memory"
"""How CuPy, PyTorch, Numba and PyCUDA say that a GPU has no room, and TensorFlow not."""
WAITS = ("jax",)
"""Libraries on streams of their own, which no timer sees: their programs wait for each result."""
SEED = 2025
"""One seed for all variants, so that they compute the same thing, on random inputs."""


def load_inputs(folder: Path, n: int) -> tuple[Any, ...]:
    """The inputs that the oracle's process saved for size n."""
    with (folder / f"{n}.inputs").open("rb") as file:  # straight into the arrays, without a copy
        return tuple(pickle.load(file))


def oracle(job: dict[str, Any], send: Callable[..., None]) -> None:
    """Save inputs and expected answers of every size that fits in memory; tell the work of each."""
    problem = catalog.load_problem(Path(job["problem"]))
    folder = Path(job["folder"])
    data = Growth()
    for n in problem.SIZES:
        label = catalog.size_label(problem, n)
        arrays = data.at(n)
        need = 4 * arrays  # inputs, float64 answer and its temporaries
        if need > machine.free_bytes("cpu") / 2:
            reason = f"needs about {need / 2**30:.1f} GiB, more than half of the free memory"
        elif arrays > job["most_bytes"]:
            reason = f"about {arrays / 2**20:.0f} MiB of data is too much for a quick capture"
        else:
            reason = ""
        if reason:
            send(size_left_out={"n": n, "label": label, "reason": reason})
            continue
        inputs = problem.make_inputs(n, np.random.default_rng([SEED, n]))
        expected = np.asarray(problem.reference(*inputs))
        try:
            (folder / f"{n}.inputs").write_bytes(pickle.dumps(inputs, protocol=5))
            np.save(folder / f"{n}.npy", expected)
        except OSError as e:
            left = shutil.disk_usage(folder).free / 2**20
            said = e.strerror or f"{e}, and {left:.1f} MiB are free"
            return send(disk=f"no room for the inputs of size {label} in .cache: {said}")
        send(size={"n": n, "label": label, **problem.work(inputs, expected)})
        data.saw(n, sum(np.asarray(x).nbytes for x in (*inputs, expected)))


def variant(job: dict[str, Any], send: Callable[..., None]) -> None:
    """Check one variant against the oracle at every size, and time it where it is right."""
    path, device = Path(job["variant"]), job["device"]
    problem = catalog.load_problem(Path(job["problem"]))
    try:
        module = _load(path)
    except SystemExit as e:  # how a variant says that its library or a GPU is missing
        return send(not_run=str(e.code))
    keep_compiled(module, Path(job["folder"]))
    to_device = getattr(module, "to_device", lambda *args: args)
    to_host = getattr(module, "to_host", np.asarray)
    transfers = hasattr(module, "to_device")
    error = getattr(problem, "error", relative_error)
    allowed = catalog.tolerances(problem).get(job["precision"], problem.TOLERANCE)
    budget = timers.Budget(**job["budget"])
    webgpu = job.get("library") == "wgpu"
    cuda = device == "gpu" and not webgpu and job.get("cuda", True)
    if webgpu:
        budget = batch.bounded(budget)

    early = job.get("early", False)

    def ready(n: int, turn: int) -> None:
        """Wait for the others: before the first timing, or always where processes take turns."""
        nonlocal early
        if early or job.get("in_turns"):
            early = False
            send(turn=[job["sizes"].index(n), turn])
            sys.stdin.readline()

    turn = replace(
        budget,
        target=budget.target / TURNS,
        limit=budget.limit / TURNS,
        least=-(-budget.least // TURNS),
        most=-(-budget.most // TURNS),
    )
    out: dict[str, str] = {}  # scope -> why larger sizes are left out
    memory, before, free = Growth(), _peak_bytes(), machine.free_bytes("cpu")
    pace, tries = Growth(), CALM_TRIES
    for n in job["sizes"]:
        work = job["work"][str(n)]
        for scope, why in job.get("known", {}).get(str(n), {}).items():
            out.setdefault(scope, why)  # by this variant's first process
        reason = out.get("compute", "")
        if not reason and (need := memory.at(n)) > free / 2 / max(1, job.get("in_turns", 0)):
            reason = f"needs about {need / 2**30:.1f} GiB, more than half of the free memory"
        if not reason and (slow := timers.foreseen(pace.at(work), budget)):
            reason = f"at {job['labels'][str(n)]}: {slow}"
        if reason:
            out["compute"] = out["end_to_end"] = reason
            _left_out(send, n, reason, transfers)
            continue
        inputs = load_inputs(Path(job["folder"]), n)
        if cuda:  # others do not tell what is free
            # Inputs, result and a temporary each: a guess, on the safe side for a 16 GB card.
            need = 4 * sum(np.asarray(x).nbytes for x in inputs)
            if need > machine.free_bytes("gpu") / 2:
                reason = f"needs about {need / 2**30:.1f} GiB, over half of the free GPU memory"
                out["compute"] = out["end_to_end"] = reason
                _left_out(send, n, reason, transfers)
                continue
        try:
            begun = time.perf_counter()
            args = to_device(*inputs)
            start = time.perf_counter()
            done = module.run(*args)
            computed = time.perf_counter()
            result = to_host(done)
        except Exception as e:
            reason = adapter.too_large(e) if webgpu else no_room(e)
            if not reason:
                raise
            out["compute"] = out["end_to_end"] = f"at {job['labels'][str(n)]}: {reason}"
            _left_out(send, n, out["compute"], transfers)
            continue
        took = {"compute": computed - start, "end_to_end": time.perf_counter() - begun}
        if COMPILES in path.stem:  # at each new shape: what took so long is not done again
            took = dict.fromkeys(took, 0.0)
        wrong = float(error(result, np.load(Path(job["folder"]) / f"{n}.npy", mmap_mode="r")))
        del done, result
        if not wrong <= allowed:  # so that NaN fails too
            return send(
                failed=f"wrong at size {n}: {problem.ERROR} {wrong:.2g}, tolerance {allowed:g}"
            )
        send(check={"size": n, "error": wrong})

        def compute() -> object:
            return module.run(*args)  # noqa: B023

        def end_to_end() -> object:
            return to_host(module.run(*to_device(*inputs)))  # noqa: B023

        calls = {"compute": compute} | ({"end_to_end": end_to_end} if transfers else {})

        def clocked(scope: str, took: float = 0.0) -> timers.Samples:
            if webgpu and scope == "compute":
                return batch.clocked(compute, turn)
            if scope == "compute" and job.get("library") in WAITS:
                return timers.host(compute, turn)
            if cuda and scope == "compute":
                return timers.gpu(compute, _synchronize, turn)
            if device == "gpu" and scope == "compute":
                return timers.waited(compute, accelerator.synchronize, turn)
            before = machine.usage()
            seen = timers.host(calls[scope], turn, took)  # noqa: B023
            return replace(seen, others=machine.others(before, machine.usage()))

        timed: dict[str, list[Block]] = {}
        machine.settle()
        ready(n, 0)
        for scope in calls:
            try:
                if out.get(scope):
                    raise timers.TooSlow(out[scope])
                # Compiled before: the call that was checked was like any other.
                timed[scope] = [taken(clocked, 0, scope, took[scope] if memory.seen else 0.0)]
            except timers.TooSlow as e:
                out[scope] = str(e) if out.get(scope) else f"at {job['labels'][str(n)]}: {e}"
                send(left_out={"size": n, "scope": scope, "reason": out[scope]})
                out.setdefault("end_to_end", out[scope])  # which holds the computing too
        with suppress(timers.TooSlow):  # what was taken before stays
            more_turns(timed, clocked, took, partial(ready, n))
        for _ in range(TRIES):
            calm = not worth_another_try(timed) or tries == 0
            if not impossible(timed) and calm:
                break
            tries -= not calm
            send(again=n)
            with suppress(timers.TooSlow):  # then the first ones stay, for the judge to see
                again = {scope: [taken(clocked, 0, scope)] for scope in timed}
                more_turns(again, clocked, {})
                timed = min(timed, again, key=lambda x: (impossible(x), most_disturbed(x)))
        where = {"process": job.get("process", 0), "order": job.get("order", 0)}
        for scope, seen in timed.items():
            send(timing=timing(n, scope, seen, where, job.get("begun", 0.0)))
        memory.saw(n, _peak_bytes() - before)
        # The call that was checked may have compiled: what was timed tells what the work takes.
        timing_of_it = timed.get("compute")
        pace.saw(work, summary(seconds(timing_of_it)).median if timing_of_it else took["compute"])


class Growth:
    """Foretells what a size takes, along a line through the last size and one of half of it.

    A line and no proportion, because something is there at any size: a model's weights, a launch.
    Through two sizes that lie close it would be a line through their noise.
    """

    def __init__(self) -> None:
        self.seen: list[tuple[float, float]] = []

    def saw(self, size: float, taken: float) -> None:
        """Note what a size has taken, bytes or seconds; the size in elements or in work."""
        self.seen.append((size, taken))

    def at(self, size: float) -> float:
        """What a size will take; 0 for the two smallest, of which nothing is known before."""
        if len(self.seen) < 2:
            return 0.0
        size2, taken2 = self.seen[-1]
        apart = [seen for seen in self.seen[:-1] if seen[0] <= size2 / 2]
        size1, taken1 = (apart or self.seen[:1])[-1]
        if size1 == size2:
            return taken2
        return taken2 + max(0.0, (taken2 - taken1) / (size2 - size1)) * (size - size2)


def no_room(error: Exception) -> str:
    """Why a size is left out whose arrays did not fit on the GPU; empty for any other error.

    What lies between inputs and result, such as a matrix of scores, nobody foresees.
    """
    said = f"{type(error).__name__}: {error}"
    return "out of memory on the GPU" if re.search(NO_ROOM, said, re.IGNORECASE) else ""


def _peak_bytes() -> int:
    if sys.platform == "win32":
        peak = int(psutil.Process().memory_info().peak_wset)
    else:
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return peak


def keep_compiled(module: ModuleType, folder: Path) -> None:
    """Have Numba keep what it compiles for the CPU, so that the next process need not compile it.

    It is the same machine code either way. First calls, which are timed with their compiling, are
    made elsewhere, and keep nothing.
    """
    if numba := sys.modules.get("numba"):
        numba.config.CACHE_DIR = str(folder)
        for each in vars(module).values():
            if isinstance(each, numba.core.registry.CPUDispatcher):
                each.enable_caching()


def _left_out(send: Callable[..., None], n: int, reason: str, transfers: bool) -> None:
    for scope in ("compute", "end_to_end") if transfers else ("compute",):
        send(left_out={"size": n, "scope": scope, "reason": reason})


def _synchronize() -> None:
    import cupy

    cupy.cuda.runtime.deviceSynchronize()


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def main(kind: str, job: str) -> None:
    """Run one job; whatever the example raises becomes a `failed` message."""
    with answers.stream() as lines:

        def send(**message: Any) -> None:
            print(json.dumps(message), file=lines, flush=True)

        try:
            {"oracle": oracle, "variant": variant}[kind](json.loads(job), send)
            send(done=True)
        except (
            Exception
        ) as e:  # a contributor's file may raise anything; capture goes on without it
            send(failed=f"{type(e).__name__}: {e}"[:500])


if __name__ == "__main__":
    main(*sys.argv[1:])
