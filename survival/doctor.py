"""Says in plain words what this machine can run of the guide, and the next step for what it cannot.

`look` gathers the facts and never raises; `advise` is a pure function over them.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from typing import Literal, TypeVar

import psutil

from survival import machine

FRAMEWORKS = {"torch": "PyTorch", "keras": "Keras", "tensorflow": "TensorFlow"}
"""What part 4 compares: package, and its name in words."""
PACKAGES = ("numpy", "numba", "numba-cuda", "pycuda", "cupy", *FRAMEWORKS)
"""Packages worth naming; CuPy's wheels carry the CUDA version in their names."""
BUSY_PERCENT = 10
"""GPU utilisation above which somebody else is at work."""
OLDEST = {12: (5, 0), 13: (7, 5)}
"""The oldest compute capability that each CUDA still compiles for: 12 begins with Maxwell, 13 with
Turing (release notes of CUDA 12.0 and 13.0, "deprecated architectures")."""
TRIALS = {
    "cupy": "import cupy; assert int(cupy.ones(1).sum() + 1) == 2",
    "pycuda": """
import pycuda.autoprimaryctx
from pycuda.compiler import SourceModule
SourceModule("__global__ void nothing() {}")
""",
    "numba-cuda": """
import numpy
from numba import cuda
@cuda.jit
def add_one(x):
    x[0] += 1
x = cuda.to_device(numpy.ones(1))
add_one[1, 1](x)
assert x.copy_to_host()[0] == 2
""",
    "torch": "import torch; assert int(torch.ones(1, device='cuda') + 1) == 2",
}
"""What each library is asked to do on the GPU: add one and one, or compile a kernel."""
FAULTS = (
    ("NoDevice|no CUDA-capable device", "check that CUDA_VISIBLE_DEVICES is unset, or names a GPU"),
    ("[Oo]ut ?[Oo]f ?[Mm]emory", "`nvidia-smi` lists who uses the GPU's memory"),
    (
        "InsufficientDriver|driver version is insufficient|driver on your system is too old",
        "a newer driver, or the package for an older CUDA",
    ),
    (
        "no kernel image|invalid value for --gpu-architecture|not compatible with the current",
        "this package is not made for a GPU of this generation: take one for an older, or a newer, "
        "CUDA",
    ),
)
"""What the libraries' messages mean, and the next step; chapter 3 has them as a table."""

Version = tuple[int, int]
T = TypeVar("T")


@dataclass(frozen=True)
class Card:
    """One NVIDIA GPU, as its driver describes it."""

    name: str
    memory_bytes: int
    """0, like the free ones, where the driver does not say: memory shared with the CPU."""
    free_bytes: int
    busy_percent: int
    capability: Version | None = None
    """Its generation, such as (9, 0) for Hopper."""


@dataclass(frozen=True)
class Facts:
    """What was found. Everything is optional, because anything may be missing or broken."""

    system: str = "Linux"
    cores: int = 1
    memory_bytes: int = 0
    container: bool = False
    nvidia_hardware: bool = False
    """Whether the PCI bus shows an NVIDIA display device, with or without a driver."""
    driver: str = ""
    """The driver's version; empty if NVML does not answer."""
    driver_cuda: Version | None = None
    """The newest CUDA that the driver can run."""
    cards: tuple[Card, ...] = ()
    packages: dict[str, str] = field(default_factory=dict)
    nvcc: Version | None = None
    faults: dict[str, str] = field(default_factory=dict)
    """What a library said when asked to do something on the GPU, by package; none if it could."""

    @property
    def cupys(self) -> list[str]:
        """Names of all CuPy packages installed."""
        return sorted(p for p in self.packages if re.fullmatch(r"cupy(-cuda\d+x)?", p))


@dataclass(frozen=True)
class Line:
    """One thing that the machine has, or lacks, and what to do about it."""

    state: Literal["yes", "no", "warn"]
    what: str
    step: str = ""
    """The one next step; empty if none is needed."""


def look() -> Facts:
    """Gather the facts of this machine. Whatever cannot be found out counts as not there."""
    unseen: tuple[str, Version | None, tuple[Card, ...]] = ("", None, ())
    driver, driver_cuda, cards = _attempt(_nvml, unseen)
    nothing: dict[str, str] = {}
    packages = _attempt(_packages, nothing)
    return Facts(
        system=platform.system(),
        cores=_attempt(lambda: psutil.cpu_count(logical=False) or 1, 1),
        memory_bytes=_attempt(lambda: psutil.virtual_memory().total, 0),
        container=_attempt(_in_container, False),
        nvidia_hardware=_attempt(_on_the_bus, False),
        driver=driver,
        driver_cuda=driver_cuda,
        cards=cards,
        packages=packages,
        nvcc=_attempt(_nvcc, None),
        faults=_trials(packages) if cards else {},
    )


def advise(facts: Facts) -> list[Line]:
    """What this machine can run, and the one next step for everything that it cannot."""
    return [
        _cpu(facts),
        *_gpu(facts),
        _toolkit(facts),
        _cupy(facts),
        _pycuda(facts),
        _numba_cuda(facts),
        _frameworks(facts),
    ]


def report(lines: list[Line]) -> str:
    """The lines as text, the next step of each below it."""
    marks = {"yes": "yes ", "no": "no  ", "warn": "but "}
    text = []
    for line in lines:
        text.append(f"{marks[line.state]} {line.what}")
        if line.step:
            text.append(f"      -> {line.step}")
    return "\n".join(text)


def _cpu(facts: Facts) -> Line:
    gib = facts.memory_bytes / 2**30
    what = f"CPU: {facts.cores} core{'s' * (facts.cores != 1)}, {gib:.1f} GiB of memory"
    missing = [p for p in ("numpy", "numba") if p not in facts.packages]
    if missing:
        return Line("warn", f"{what}; without {', '.join(missing)}", "run `make test` once")
    return Line("yes", f"{what}; the CPU programs of parts 1 to 3 run here")


def _gpu(facts: Facts) -> list[Line]:
    if facts.system == "Darwin":
        what = "GPU: CUDA does not run on macOS; the GPU of a Mac is another world (Metal)"
        step = "read on, and borrow an NVIDIA GPU in a notebook when you need one"
        return [Line("no", what, step)]
    if not facts.driver:
        return [_no_driver(facts)]
    if not facts.cards:
        what = f"GPU: driver {facts.driver} is there, but it shows no GPU"
        if facts.container:
            return [Line("no", what, "start the container with `--gpus all`")]
        return [Line("no", what, "`nvidia-smi -L` should list it: is it in its slot, and powered?")]
    lines = []
    for card in facts.cards:
        free, all_ = card.free_bytes / 2**30, card.memory_bytes / 2**30
        memory = f"{all_:.1f} GiB" if all_ else "memory shared with the CPU"
        cuda = _dotted(facts.driver_cuda) if facts.driver_cuda else "unknown"
        what = f"GPU: {card.name}, {memory}; driver {facts.driver}, CUDA up to {cuda}"
        if card.busy_percent > BUSY_PERCENT or free < all_ / 2:
            busy = f"{card.busy_percent} % busy, {free:.1f} GiB free"
            step = "`nvidia-smi` lists who uses it; timings taken now would be wrong"
            lines.append(Line("warn", f"{what}; in use by others: {busy}", step))
        else:
            lines.append(Line("yes", what))
    return lines


def _no_driver(facts: Facts) -> Line:
    if facts.nvidia_hardware and facts.container:
        what = "GPU: an NVIDIA GPU is in this computer, but this container cannot use it"
        return Line("no", what, "start the container with `--gpus all` (NVIDIA Container Toolkit)")
    if facts.nvidia_hardware:
        what = "GPU: an NVIDIA GPU is in this computer, but its driver does not answer"
        return Line("no", what, "install NVIDIA's driver, restart, and try `nvidia-smi`")
    what = "GPU: no NVIDIA GPU is in sight"
    if facts.container:
        step = "if the host has one, start the container with `--gpus all`; else rent or borrow one"
        return Line("no", f"{what} of this container", step)
    step = "rent or borrow one: chapter 3 says where; the CPU programs run without"
    return Line("no", what, step)


def _toolkit(facts: Facts) -> Line:
    if facts.nvcc:
        return Line("yes", f"CUDA toolkit {_dotted(facts.nvcc)}: nvcc is on the PATH")
    what = "CUDA toolkit: its compiler nvcc is not on the PATH; of the guide, only PyCUDA needs it"
    step = "install the CUDA toolkit and add its bin folder to the PATH"
    return Line("no", what, step if facts.cards and "pycuda" in facts.packages else "")


def _cupy(facts: Facts) -> Line:
    if len(facts.cupys) > 1:
        names = " ".join(facts.cupys)
        what = f"CuPy: {len(facts.cupys)} packages ({names}) overwrite each other's files"
        return Line("no", what, f"pip uninstall {names}, then install only one of them")
    usable, major = bool(facts.cards), _major(facts)
    if usable and not major:
        have = _dotted(facts.driver_cuda) if facts.driver_cuda else "unknown"
        what = f"CuPy needs CUDA 12, and a GPU that it knows; this driver ends at {have}"
        return Line("no", what, "a driver from 525 on, on a GPU from Maxwell on")
    wheel = f"cupy-cuda{major}x"
    if not facts.cupys:
        return Line("no", "CuPy is not installed", f"pip install '{wheel}[ctk]'" if usable else "")
    have_wheel = facts.cupys[0]
    if not usable:
        return Line("no", f"CuPy ({have_wheel}) is installed, but there is no GPU for it")
    instead = f"pip uninstall {have_wheel}; pip install '{wheel}[ctk]'"
    wants = re.search(r"cuda(\d+)x", have_wheel)
    if wants and facts.driver_cuda and int(wants[1]) > facts.driver_cuda[0]:
        what = f"CuPy: {have_wheel} needs CUDA {wants[1]}, but the driver ends at "
        return Line("no", what + _dotted(facts.driver_cuda), f"{instead} (or a newer driver)")
    if wants and int(wants[1]) > major:
        what = f"CuPy: {have_wheel} is not made for a GPU as old as this"
        return Line("no", what, instead)
    if fault := facts.faults.get("cupy"):
        again = f"pip install --force-reinstall '{have_wheel}[ctk]'" if wants else instead
        return Line("no", f"CuPy is installed but fails: {fault}", _step(fault, again))
    return Line("yes", f"CuPy {facts.packages[have_wheel]}: one and one made two on the GPU")


def _pycuda(facts: Facts) -> Line:
    if "pycuda" not in facts.packages:
        step = "pip install pycuda, after the CUDA toolkit: it is built from source"
        return Line("no", "PyCUDA is not installed", step if facts.cards else "")
    if not facts.nvcc:
        what = "PyCUDA needs the compiler nvcc when it runs, and nvcc is not on the PATH"
        return Line("no", what, "install the CUDA toolkit, as above" if facts.cards else "")
    if not facts.cards:
        return Line("no", "PyCUDA is installed, but there is no GPU for it")
    if facts.driver_cuda and facts.nvcc[0] > facts.driver_cuda[0]:
        have, made = _dotted(facts.driver_cuda), _dotted(facts.nvcc)
        what = f"PyCUDA: nvcc is of CUDA {made}, but the driver ends at {have}"
        return Line("no", what, "install a toolkit of the driver's version, or a newer driver")
    if fault := facts.faults.get("pycuda"):
        again = "pip install --force-reinstall --no-binary pycuda pycuda"
        return Line("no", f"PyCUDA is installed but fails: {fault}", _step(fault, again))
    return Line("yes", f"PyCUDA {facts.packages['pycuda']}: nvcc made a kernel for the GPU")


def _numba_cuda(facts: Facts) -> Line:
    install = f"pip install 'numba-cuda[cu{_major(facts) or 12}]'"
    if "numba-cuda" not in facts.packages:
        return Line("no", "Numba-CUDA is not installed", install if facts.cards else "")
    if not facts.cards:
        what = "Numba-CUDA is installed, but there is no GPU: its kernels run in the simulator only"
        return Line("warn", what, "NUMBA_ENABLE_CUDASIM=1 python your_program.py")
    if fault := facts.faults.get("numba-cuda"):
        return Line("no", f"Numba-CUDA is installed but fails: {fault}", _step(fault, install))
    return Line("yes", f"Numba-CUDA {facts.packages['numba-cuda']}: a kernel of it ran on the GPU")


def _frameworks(facts: Facts) -> Line:
    missing = [words for name, words in FRAMEWORKS.items() if name not in facts.packages]
    if missing:
        what = f"{', '.join(missing)}: not installed; some programs of part 4 need them"
        return Line("warn", what, "run `make frameworks`: a few gigabytes")
    torch = facts.packages["torch"]
    other = "install another build, with the command on PyTorch's page"
    if facts.cards and "+cpu" in torch:
        what = f"PyTorch {torch} is the build for the CPU, and leaves the GPU idle"
        return Line("warn", what, other.replace("another build", "the build for CUDA"))
    made = re.search(r"\+cu(\d+)\d$", torch)
    if facts.cards and made and facts.driver_cuda and int(made[1]) > facts.driver_cuda[0]:
        have = _dotted(facts.driver_cuda)
        what = f"PyTorch {torch} needs CUDA {made[1]}, but the driver ends at {have}"
        return Line("warn", what, f"{other}, or a newer driver")
    if fault := facts.faults.get("torch"):
        what = f"PyTorch {torch} does not reach the GPU: {fault}"
        return Line("warn", what, _step(fault, other))
    found = [f"{words} {facts.packages[name]}" for name, words in FRAMEWORKS.items()]
    return Line("yes", ", ".join(found))


def _major(facts: Facts) -> int:
    """The newest CUDA, of those that there are wheels for, for this driver and all cards; or 0.

    Programs of CUDA 12 run on every later driver too.
    """
    newest = facts.driver_cuda[0] if facts.driver_cuda else 12
    oldest = min((card.capability or OLDEST[13] for card in facts.cards), default=OLDEST[13])
    fit = [major for major, least in OLDEST.items() if major <= newest and oldest >= least]
    return max(fit, default=0)


def _step(fault: str, otherwise: str) -> str:
    """The next step after what a library said of the GPU."""
    return next((step for said, step in FAULTS if re.search(said, fault)), otherwise)


def _dotted(version: Version) -> str:
    return ".".join(map(str, version))


def _attempt(gather: Callable[[], T], otherwise: T) -> T:
    """What `gather` finds. A doctor that falls ill helps nobody: any fault counts as not found."""
    try:
        return gather()
    except Exception:
        return otherwise


def _nvml() -> tuple[str, Version | None, tuple[Card, ...]]:
    import pynvml

    pynvml.nvmlInit()
    cuda = pynvml.nvmlSystemGetCudaDriverVersion()
    cards = []
    for i in range(pynvml.nvmlDeviceGetCount()):
        handle = pynvml.nvmlDeviceGetHandleByIndex(i)
        # Some of this some GPUs do not answer, such as those that share the CPU's memory.
        memory = _attempt(partial(pynvml.nvmlDeviceGetMemoryInfo, handle), None)
        load = _attempt(partial(pynvml.nvmlDeviceGetUtilizationRates, handle), None)
        made = _attempt(partial(pynvml.nvmlDeviceGetCudaComputeCapability, handle), None)
        cards.append(
            Card(
                name=machine.text(pynvml.nvmlDeviceGetName(handle)),
                memory_bytes=memory.total if memory else 0,
                free_bytes=memory.free if memory else 0,
                busy_percent=load.gpu if load else 0,
                capability=tuple(made) if made else None,
            )
        )
    driver = machine.text(pynvml.nvmlSystemGetDriverVersion())
    return driver, (cuda // 1000, cuda % 1000 // 10), tuple(cards)


def _packages() -> dict[str, str]:
    found = {(d.name or "").lower().replace("_", "-"): d.version for d in distributions()}
    if "tensorflow-cpu" in found:  # the same library, in a smaller package
        found["tensorflow"] = found["tensorflow-cpu"]
    return {n: v for n, v in found.items() if n in PACKAGES or n.startswith("cupy-cuda")}


def _nvcc() -> Version | None:
    path = shutil.which("nvcc")
    if path is None:
        return None
    command = [path, "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    match = re.search(r"release (\d+)\.(\d+)", done.stdout)
    return (int(match[1]), int(match[2])) if match else None


def _trials(packages: dict[str, str]) -> dict[str, str]:
    """What each library that is installed says of its trial on the GPU, where it fails."""
    there = {"cupy" if name.startswith("cupy") else name for name in packages}
    said = {
        name: _attempt(partial(_try, program), "it could not be started")
        for name, program in TRIALS.items()
        if name in there
    }
    return {name: fault for name, fault in said.items() if fault}


def _try(program: str) -> str:
    """Run it in a process of its own, because a broken CUDA can take its process down."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1][:200]


def _in_container() -> bool:
    marks = [Path("/.dockerenv"), Path("/run/.containerenv")]
    return "container" in os.environ or any(mark.exists() for mark in marks)


def _on_the_bus() -> bool:
    """Whether a display or 3D device (class 03) of NVIDIA (vendor 10de) is on the PCI bus."""
    for device in Path("/sys/bus/pci/devices").glob("*"):
        vendor, kind = ((device / f).read_text().strip() for f in ("vendor", "class"))
        if vendor == "0x10de" and kind.startswith("0x03"):
            return True
    return False
