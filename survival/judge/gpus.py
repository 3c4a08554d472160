"""What a record may say of a GPU: no program that plays one, and a clock that is linear."""

import re
from collections.abc import Iterator

from survival.judge.findings import Finding
from survival.records import Gpu, Machine, Record

SOFTWARE_NAMES = re.compile(
    r"swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b", re.IGNORECASE
)
"""Names of programs that play a GPU on the CPU: Chromium's, Mesa's three, and Microsoft's WARP."""
LINEAR = (0.85, 1.15)
"""Twice the work in one submission takes twice as long, or the clock was stopped too soon."""


def plays_a_gpu(gpu: Gpu) -> bool:
    """Whether a "GPU" is a program on the CPU, by what it says of itself or by its name."""
    named = f"{gpu.model} {gpu.driver}"
    return gpu.kind == "software" or bool(SOFTWARE_NAMES.search(named))


def no_software_gpu(record: Record, machine: Machine) -> Iterator[Finding]:
    """What a program on the CPU computes says nothing about any GPU.

    No setting allows it here: the one that lets tests run such a program is not looked at.
    """
    played = machine.gpu.model if machine.gpu and plays_a_gpu(machine.gpu) else ""
    for v in record.variants:
        # Beside a real GPU a program may have been picked: a timer says what it has timed.
        timer = next((t.timer for t in v.timings if SOFTWARE_NAMES.search(t.timer)), "")
        if v.device == "gpu" and v.timings and (name := played or timer):
            says = (
                f"timed on '{name}', a program that plays a GPU on the CPU: no evidence of one; "
                "capture it again where a GPU is"
            )
            yield Finding("gpu", f"{record.path} {v.name}", says, "reject")


def linear_clock(record: Record, machine: Machine) -> Iterator[Finding]:
    """A time that is a share of one long submission grows with the work in it."""
    low, high = LINEAR
    for v in record.variants:
        for t in v.timings:
            if v.library != "wgpu" or t.scope != "compute":
                continue
            if t.linearity is None:
                says = "does not say whether its clock was linear"
            elif not low <= t.linearity <= high:
                says = f"twice the work took {2 * t.linearity:.2f} times as long"
            else:
                continue
            where = f"{record.path} {v.name}"
            yield Finding("gpu", where, f"size {t.size} {t.scope}: {says}", "mark")
