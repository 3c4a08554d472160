"""The rules over a machine's clocks: timers agree, lengths are right, physics holds."""

from survival.judge.comparisons import differ
from survival.judge.findings import PHYSICS, Finding, of_its_samples
from survival.records import (
    CLOCK_FILE,
    Clock,
    Machine,
    Reading,
    Results,
)

CLOCK_FROM = 50e-6
"""Seconds from which timers must agree: below, resolution and launch cost are a visible share."""
CLOCK_TOLERANCE = 0.10
"""How far apart two timers may be. The GPU timers find caches and clock rates in other states, and
a busy machine slows one turn and not the next; a timer that watches the wrong thing is off by far
more. No page builds on a difference that is smaller than the intervals."""
CLOCK_RESOLUTION = 1e-3
"""By what share a clock may see less than the known length: its own steps, and rounding."""
STOPPED_EARLY = ("returns", "cupyx_cpu")
"""Readings of a clock that is stopped when the call returns: wrong on purpose, to be shown beside
the right ones, and judged by no rule of physics."""
CLOCK_TASKS: dict[str, tuple[str, str, float | None, int]] = (
    {
        "sleep_1ms": ("cpu", "sleep", 1e-3, 0),
        "sleep_10ms": ("cpu", "sleep", 1e-2, 0),
        "sleep_100ms": ("cpu", "sleep", 1e-1, 0),
        "spin_100us": ("cpu", "spin", 1e-4, 0),
        "spin_1ms": ("cpu", "spin", 1e-3, 0),
        "spin_10ms": ("cpu", "spin", 1e-2, 0),
        "copy": ("cpu", "copy", None, 2**27),
        "other_thread": ("cpu", "launch", 1e-2, 0),
        "gpu_empty": ("gpu", "kernel", None, 0),
        "gpu_copy": ("gpu", "kernel", None, 2**29),
        "gpu_saxpy": ("gpu", "kernel", None, 3 * 2**28),
        "gpu_loop": ("gpu", "kernel", None, 0),
        "gpu_strided": ("gpu", "kernel", None, 2**29),
        "gpu_launch": ("gpu", "launch", None, 0),
        "wgpu_empty": ("gpu", "kernel", None, 0),
        "wgpu_copy": ("gpu", "kernel", None, 2**28),
        "wgpu_saxpy": ("gpu", "kernel", None, 3 * 2**27),
        "wgpu_loop": ("gpu", "kernel", None, 0),
        "wgpu_strided": ("gpu", "kernel", None, 2**28),
        "wgpu_launch": ("gpu", "launch", None, 0),
    }
    | {
        f"{name}_copy_{mib}_mib": (device, "launched_copy", None, mib * 2**21)
        for device, name in (("cpu", "other_thread"), ("gpu", "gpu_launched"))
        for mib in (1, 4, 16, 64, 256)
    }
    | {
        f"wgpu_launched_copy_{mib}_mib": ("gpu", "launched_copy", None, mib * 2**21)
        for mib in (1, 4, 16, 64)
    }
)
"""Device, kind, known seconds and bytes of each task that survival/capture/clock.py times, and
survival/capture/webgpu/clocks.py where CUDA has no device."""
WEBGPU = "wgpu_"
"""How the names of tasks begin that a GPU does through WebGPU; other tasks of a GPU need CUDA."""
CLOCK_TIMERS = {
    **{kind: {"pyperf", "timeit"} for kind in ("sleep", "spin", "copy")},
    **{kind: {"returns", "finishes"} for kind in ("launch", "launched_copy")},
    "kernel": {"cuda_bench", "triton", "cupyx"},
    "wgpu_kernel": {"wgpu_batch", "wgpu_timestamps"},
}
"""Which timers each kind of task needs a reading of."""


def judge_clock(clock: Clock, machine: Machine, path: str = "") -> list[Finding]:
    """The timers of a machine against each other, and against what is known of their tasks.

    A sleep or a spin never ends early; a spin ends when it was asked to; a copy is no faster than
    memory (H5); and two timers of one task agree from CLOCK_FROM on. `path` says where
    the file lies, if not with the published ones.
    """
    found = []

    def fault(what: str, says: str, rule: str = "clock") -> None:
        says += "; capture it again on a quiet machine (`.venv/bin/python -m survival clock`)"
        found.append(Finding(rule, f"{path or clock.path} {what}", says, "fail"))

    if clock.machine != machine.name:
        fault("machine", f"of '{clock.machine}' but beside machine '{machine.name}'", "H1")
    for task in clock.tasks:
        for r in task.readings:
            if not of_its_samples(r):
                fault(task.name, f"{r.timer}: the statistics are not those of the samples", "H7")
        if task.kind == "launch":
            continue
        for r in task.readings:
            if r.timer in STOPPED_EARLY:
                continue
            known = task.known_seconds
            if known and min(r.samples) < known * (1 - CLOCK_RESOLUTION):
                says = f"{r.timer} saw {min(r.samples):.6g} s of what takes {known:g} s at least"
                fault(task.name, says)
            if known and task.kind == "spin" and r.low > known * (1 + CLOCK_TOLERANCE):
                fault(task.name, f"{r.timer} saw {r.median:.3g} s of a spin of {known:g} s")
            if task.kind in ("copy", "launched_copy") and any(
                m.device == task.device for m in machine.ceilings.memory
            ):
                ceiling = machine.ceilings.memory_rate(task.device, task.bytes)
                if task.bytes / r.median > PHYSICS * ceiling:
                    says = f"{r.timer} implies {task.bytes / r.median:.3g} bytes/s, above the "
                    fault(task.name, f"{says}{ceiling:.3g} measured on this machine", "H5")
        if task.kind == "launched_copy":
            continue
        for i, a in enumerate(task.readings):
            for b in task.readings[i + 1 :]:
                if not timers_agree(a, b):
                    fault(
                        task.name,
                        f"{a.timer} says {a.median:.4g} s and {b.timer} {b.median:.4g} s: more "
                        f"than {CLOCK_TOLERANCE:.0%} apart, and their intervals do not overlap",
                    )
    return found


def check_clocks(results: Results, *source_hashes: str) -> list[Finding]:
    """Every machine has a whole check of its clocks, by today's check and timers (H12)."""
    found = []
    for folder in results.order():
        clock, machine = results.clocks.get(folder), results.machines[folder]
        path = f"results/{machine.name}/{CLOCK_FILE}"
        again = "`.venv/bin/python -m survival clock` checks again"
        if clock is None:
            says = f"the clocks of this machine were not checked; {again}, then publish it"
            found.append(Finding("clock", path, says, "fail"))
        elif clock.source_hash not in source_hashes:
            says = f"the timers changed since they were checked; {again}"
            found.append(Finding("H12", path, says, "mark"))
        else:
            for task in lacking(clock, machine):
                says = f"not in the check, or not by every timer; {again}, then publish it"
                found.append(Finding("clock", f"{path} {task}", says, "fail"))
    return found


def lacking(clock: Clock, machine: Machine) -> list[str]:
    """Tasks that a check of this machine must have, and that `clock` has not as they must be."""
    told = {t.name: t for t in clock.tasks}
    found = []
    for name, expected in CLOCK_TASKS.items():
        webgpu = name.startswith(WEBGPU)
        api = machine.gpu.api if machine.gpu else None
        if expected[0] == "gpu" and (api is None or webgpu == (api == "CUDA")):
            continue
        task = told.get(name)
        if task is None or (task.device, task.kind, task.known_seconds, task.bytes) != expected:
            found.append(name)
            continue
        timers = {r.timer for r in task.readings}
        if task.kind == "kernel":  # a library may be missing, and then says so
            timers |= task.unusable.keys()
        if not timers >= CLOCK_TIMERS[WEBGPU * (webgpu and task.kind == "kernel") + task.kind]:
            found.append(name)
    return found


def timers_agree(a: Reading, b: Reading) -> bool:
    """Whether two timers tell one time: short, or within the tolerance, or intervals overlap."""
    short, long = sorted((a.median, b.median))
    return long < CLOCK_FROM or long <= short * (1 + CLOCK_TOLERANCE) or not differ(a, b)
