"""Windows of energy: of idleness, and of one program in a process of its own.

`python -m survival.capture.energy.measure JOB`, JOB a JSON object, prints the windows of a program.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from survival import catalog
from survival.capture.energy import counters
from survival.capture.energy.counters import Counter
from survival.errors import CaptureError
from survival.judge.energy.rules import LEAST, WINDOW
from survival.records import Device

BATCH = 0.1
"""Seconds of launches before the GPU is waited for."""
PAUSE = 0.037
"""Seconds between two windows: no multiple of a counter's period, so that each begins elsewhere."""


def windows(
    counter: Counter, batch: Callable[[], int], seconds: float = WINDOW
) -> list[dict[str, Any]]:
    """Fields of records.Window: LEAST of them; `batch` does some work and says how many calls."""
    found = []
    for _ in range(LEAST):
        time.sleep(PAUSE)
        calls, before, begun = 0, counter.read(), time.perf_counter()
        while time.perf_counter() - begun < seconds:
            calls += batch()
        joules, took = counter.read() - before, time.perf_counter() - begun
        found.append({"seconds": round(took, 6), "joules": round(joules, 6), "calls": calls})
    return found


def idle(counter: Counter, seconds: float = WINDOW) -> list[dict[str, Any]]:
    """The same while nothing of ours runs."""

    def nothing() -> int:
        time.sleep(seconds)
        return 0

    return windows(counter, nothing, seconds)


def batches(call: Callable[[], object], wait: Callable[[], None]) -> Callable[[], int]:
    """A batch of calls that lasts about BATCH seconds, and has finished when it returns."""
    call()
    wait()
    begun = time.perf_counter()
    call()
    wait()
    calls = max(1, int(BATCH / max(time.perf_counter() - begun, 1e-9)))

    def batch() -> int:
        for _ in range(calls):
            call()
        wait()
        return calls

    return batch


def program(job: dict[str, Any]) -> list[dict[str, Any]]:
    """The windows of a program. Raises CaptureError where its counter is not here."""
    from survival.capture.worker import SEED, _load

    counter = next((c for c in counters.find()[0] if c.device == job["device"]), None)
    if counter is None:
        raise CaptureError(f"there is no counter of the {job['device']}'s energy here")
    problem, module = catalog.load_problem(Path(job["problem"])), _load(Path(job["variant"]))
    inputs = problem.make_inputs(job["size"], np.random.default_rng([SEED, job["size"]]))
    args = getattr(module, "to_device", lambda *args: args)(*inputs)
    return windows(counter, batches(lambda: module.run(*args), _waiting(job["device"])))


def _waiting(device: Device) -> Callable[[], None]:
    """What waits until the device has done all that it was given."""
    if device == "cpu":
        return lambda: None
    if "torch" in sys.modules:
        from survival.capture.host import accelerator

        return accelerator.synchronize
    import cupy

    return lambda: cupy.cuda.runtime.deviceSynchronize()


def chosen(
    folder: Path, device: Device, names: tuple[str, ...], examples: dict[str, catalog.Example]
) -> Iterator[tuple[catalog.Example, catalog.Variant, int]]:
    """The fastest program of each example on that device, at the largest size timed in `folder`.

    On a GPU none that NVML's card may not be the one of, or not the only one: WebGPU's, and two.
    """
    from survival import records
    from survival.judge import comparisons

    _, found = records.read_capture(folder)
    for name, record in found.items():
        if name not in examples or (names and name not in names):
            continue
        for size in reversed(record.sizes):
            best = comparisons.best(record, device, size.n, "compute", "float32")
            if best and not (device == "gpu" and {"wgpu", "two"} & set(best.name.split("_"))):
                yield examples[name], examples[name].variant(best.name), size.n
                break


if __name__ == "__main__":
    print(json.dumps(program(json.loads(sys.argv[1]))))
