"""Which GPU of this machine is measured through WebGPU, and which is refused as none.

`python -m survival.capture.webgpu.adapter` prints what wgpu sees. Asked in a process of its own,
because a broken driver can take its process down, and most print to standard error.
"""

import json
import os
import re
import sys
from functools import cache
from typing import Any

from survival import system
from survival.capture import machine
from survival.capture.host import accelerator, environment
from survival.catalog import ROOT, Variant
from survival.errors import one_line
from survival.judge.gpus import plays_a_gpu
from survival.records import Gpu

ALLOW = "SURVIVAL_SOFTWARE_GPU"
"""Set to "allow" by tests: a program that plays a GPU is then run, and recorded as `software`."""
PICK = "WGPUPY_WGPU_ADAPTER_NAME"
"""By this wgpu-py takes, in every process that we start, the adapter that we chose."""
APIS = {"Metal": "Metal", "Vulkan": "Vulkan", "D3D12": "Direct3D 12"}
"""wgpu's names of what lies below it, in the order of choice. OpenGL is not measured: the same GPU
answers to one of these as well, or is too old for the programs here."""
KINDS = {"DiscreteGPU": "discrete", "IntegratedGPU": "integrated", "CPU": "software"}
"""wgpu's adapter types; any other, such as "Unknown", does not say that it is a GPU."""
LONGEST = 120
"""Characters of a name that a driver may give its GPU."""
PATIENCE = 60.0
"""Seconds in which the drivers must have answered."""

Adapter = dict[str, str]
"""device, description, adapter_type and backend_type, as wgpu tells them, and its own `summary`."""


def why_not(variant: Variant, no_cuda: str) -> str:
    """Why a GPU variant cannot run here; empty if it can.

    `no_cuda` says why CUDA has no device; empty if it has one.
    """
    if variant.library != "wgpu" and not no_cuda:
        return ""
    found = beside()
    if variant.library == "wgpu":
        return found if isinstance(found, str) else ""
    if isinstance(found, str):
        return no_cuda
    if not variant.any_accelerator:
        return f"needs CUDA; this GPU is {found.model}"
    there = accelerator.found()
    if isinstance(there, str):
        return f"{there}; this GPU is {found.model}"
    kind, name = there
    # A record is of one GPU. On a Mac there is but one, and PyTorch has no name for it.
    if (kind, found.api) != ("mps", "Metal") and not (
        name and _same(machine.tidy(name), found.model)
    ):
        return f"PyTorch would take {one_line(name)[:LONGEST] or kind}; this GPU is {found.model}"
    return ""


def this_gpu() -> Gpu | str:
    """The GPU that a capture here names: CUDA's device, else the adapter; or why none."""
    cuda = machine.gpu()
    found = beside()
    return found if isinstance(cuda, str) and isinstance(found, Gpu) else cuda


def beside() -> Gpu | str:
    """The GPU that WebGPU programs run on, or why there is none.

    Where CUDA has a device too, it is the same one: a record is of one GPU.
    """
    return _chosen()[0]


def pick() -> None:
    """Let every process that this one starts take the adapter that was chosen."""
    found, summary = _chosen()
    if isinstance(found, Gpu):
        os.environ[PICK] = summary


def give_up(reason: str) -> None:
    """Count this machine's adapters as absent from now on: they could not be measured."""
    global _given_up
    _given_up = reason


_given_up = ""


def _chosen() -> tuple[Gpu | str, str]:
    seen = _given_up or adapters()
    if isinstance(seen, str):
        return seen, ""
    cuda = machine.gpu()
    name = cuda.model if isinstance(cuda, Gpu) else ""
    return choose(list(seen), name, os.environ.get(ALLOW) == "allow")


def choose(seen: list[Adapter], cuda: str, software: bool) -> tuple[Gpu | str, str]:
    """The best of the adapters as a Gpu, or why none is one; and what wgpu-py calls it.

    `cuda` is the name of the CUDA device that is measured as well, if there is one. `software`
    lets a program stand in for a GPU where there is none.
    """
    if not seen:
        return "no driver for Vulkan, Metal or Direct3D 12 shows a GPU", ""
    gpus, refused = [], []
    for adapter in seen:
        found = _described(adapter)
        if isinstance(found, str):
            refused.append(found)
        elif found.kind == "software" and not software:
            refused.append(
                f"'{found.model}' is a program that plays a GPU on the CPU: no evidence of one"
            )
        elif cuda and not _same(found.model, cuda):
            refused.append(f"WebGPU reaches '{found.model}', and the CUDA device is '{cuda}'")
        else:
            gpus.append((found, adapter.get("summary", "")))
    if not gpus:
        return refused[0], ""
    order = (list(KINDS.values()), list(APIS.values()))
    return min(gpus, key=lambda g: (order[0].index(g[0].kind), order[1].index(g[0].api)))


def _described(adapter: Adapter) -> Gpu | str:
    """An adapter as a Gpu, or why it is not counted as one."""
    name = _plain(adapter.get("device", "")) or "a GPU without a name"
    api, kind = adapter.get("backend_type", ""), adapter.get("adapter_type", "")
    if api not in APIS:
        return f"'{name}' is reached through {_plain(api) or 'nothing known'}, not " + ", ".join(
            APIS.values()
        )
    if kind not in KINDS:
        return f"'{name}' does not say whether it is a GPU (its type is {_plain(kind) or 'empty'})"
    found = Gpu(
        model=name,
        kind=KINDS[kind],  # type: ignore[arg-type]
        api=APIS[api],  # type: ignore[arg-type]
        driver=_plain(adapter.get("description", "")),
    )
    # An adapter that lies about its type is known by its name.
    return found.model_copy(update={"kind": "software"}) if plays_a_gpu(found) else found


def _plain(text: object) -> str:
    return machine.tidy(one_line(str(text)))[:LONGEST].strip()


def _same(a: str, b: str) -> bool:
    """Whether two drivers' names are of one GPU: one may say more, as "… Laptop GPU" does."""
    a, b = a.casefold(), b.casefold()
    return a in b or b in a


@cache  # a plan asks for each example
def adapters() -> tuple[Adapter, ...] | str:
    """What wgpu sees of this machine's GPUs, or one line that says why it cannot look."""
    command = [sys.executable, "-m", "survival.capture.host.answers", __name__]
    done = system.run(command, cwd=ROOT, timeout=PATIENCE, env=environment.clean())
    if done.returncode == 0:
        return tuple(json.loads(done.stdout))
    why = system.why(done.returncode, done.stderr)
    if "No module named 'wgpu'" in why:
        return "measuring through WebGPU needs the package wgpu, which is not installed"
    return f"WebGPU cannot look for a GPU ({one_line(why)[:200]})"


def too_large(fault: Exception) -> str:
    """Why a size does not fit this GPU's buffers, by what wgpu raised; empty for another fault."""
    kinds = {c.__name__ for c in type(fault).__mro__}
    if "GPUOutOfMemoryError" in kinds:
        return "the GPU has not enough memory for its buffers"
    # Its last line says what; those above say where.
    last = one_line((str(fault).strip().splitlines() or [""])[-1].strip())
    beyond = re.search(r"exceeds .*limit|greater than the maximum", last)
    if "GPUValidationError" in kinds and "Buffer" in last and beyond:
        return f"a buffer would be larger than this GPU allows: {last[:200]}"
    return ""


def _seen() -> list[dict[str, Any]]:
    import wgpu

    fields = ("device", "description", "adapter_type", "backend_type")
    return [
        {f: str(a.info.get(f, "")) for f in fields} | {"summary": a.summary}
        for a in wgpu.gpu.enumerate_adapters_sync()
    ]


if __name__ == "__main__":
    print(json.dumps(_seen()))
