"""What this machine has of what the guide needs: programs, libraries, cards; and do they work."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, TypeVar

from survival import system
from survival.capture import machine
from survival.capture.host import environment, nvidia
from survival.capture.webgpu import adapter
from survival.errors import SurvivalError, one_line
from survival.records import Gpu

FRAMEWORKS = {"torch": "PyTorch", "keras": "Keras", "tensorflow": "TensorFlow"}
"""What part 4 compares: package, and its name in words."""
OLDEST = {12: (5, 0), 13: (7, 5)}
"""The oldest compute capability that each CUDA still compiles for: 12 begins with Maxwell, 13 with
Turing (release notes of CUDA 12.0 and 13.0, "deprecated architectures")."""
PACKAGES = ("numpy", "numba", "numba-cuda", "pycuda", "cupy", "wgpu", *FRAMEWORKS)
JAX = ("jax", "jaxlib", "jax-cuda12-plugin", "jax-cuda13-plugin")
"""Packages worth naming; CuPy's wheels carry the CUDA version in their names. JAX is no part of the
guide, but of many environments."""
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
    "jax-cuda12-plugin": "import jax; jax.devices('gpu')",
    "jax-cuda13-plugin": "import jax; jax.devices('gpu')",
}
"""What each library is asked to do on the GPU: add one and one, or compile a kernel."""

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
    nvml: str = ""
    """What NVML said instead of answering; empty where there is none, as without a driver."""
    lost: tuple[str, ...] = ()
    """What it said of each GPU that it counts and that does not answer."""
    unset: tuple[str, ...] = ()
    """Settings of this shell that no measured program sees."""
    driver_cuda: Version | None = None
    """The newest CUDA that the driver can run."""
    cards: tuple[Card, ...] = ()
    webgpu: Gpu | str = "no driver for Vulkan, Metal or Direct3D 12 shows a GPU"
    """The GPU that WebGPU programs run on, of any maker; or why there is none."""
    packages: dict[str, str] = field(default_factory=dict)
    nvcc: Version | None = None
    wsl: bool = False
    """Whether this Linux runs within Windows."""
    linux_driver: bool = False
    """Whether a driver for Linux was installed, beside the one that WSL brings from Windows."""
    visible: str | None = None
    """CUDA_VISIBLE_DEVICES, if it is set."""
    shadowed: tuple[str, ...] = ()
    """Folders in LD_LIBRARY_PATH whose CUDA libraries come before those of the packages."""
    faults: dict[str, str] = field(default_factory=dict)
    """What a library said when asked to do something on the GPU, by package; none if it could."""

    @property
    def refused(self) -> bool:
        """Whether there is an NVIDIA GPU whose driver does not work, as far as anything says.

        Where the driver's library is installed and no card is in, NVML speaks up too.
        """
        absent = re.search("[Nn]ot [Ll]oaded|Uninitialized", self.nvml)
        return bool(self.lost) or self.nvidia_hardware or bool(self.nvml and not absent)

    @property
    def cupys(self) -> list[str]:
        """Names of all CuPy packages installed."""
        return sorted(p for p in self.packages if re.fullmatch(r"cupy(-cuda\d+x)?", p))


def look() -> Facts:
    """Gather the facts of this machine. Whatever cannot be found out counts as not there."""
    unseen: dict[str, Any] = {}
    told = _attempt(_nvml, unseen)
    nothing: dict[str, str] = {}
    no_names: list[str] = []
    packages = _attempt(_packages, nothing)
    return Facts(
        system=platform.system(),
        cores=_attempt(lambda: machine.cpu().cores, 1),
        memory_bytes=_attempt(lambda: machine.cpu().memory_bytes, 0),
        container=_attempt(_in_container, False),
        nvidia_hardware=_attempt(_on_the_bus, False),
        webgpu=_attempt(adapter.beside, Facts.webgpu),
        packages=packages,
        nvcc=_attempt(_nvcc, None),
        wsl=_attempt(_in_wsl, False),
        linux_driver=_attempt(_has_linux_driver, False),
        visible=os.environ.get("CUDA_VISIBLE_DEVICES"),
        shadowed=_attempt(_shadowed, ()),
        faults=_trials(packages) if told.get("cards") else {},
        unset=tuple(_attempt(environment.unset, no_names)),
        **told,
    )


def cuda_major(facts: Facts) -> int:
    """The newest CUDA, of those that there are wheels for, for this driver and all cards; or 0.

    Programs of CUDA 12 run on every later driver too.
    """
    newest = facts.driver_cuda[0] if facts.driver_cuda else 12
    oldest = min((card.capability or OLDEST[13] for card in facts.cards), default=OLDEST[13])
    fit = [major for major, least in OLDEST.items() if major <= newest and oldest >= least]
    return max(fit, default=0)


def dotted(version: Version) -> str:
    """A version as it is written: "12.9"."""
    return ".".join(map(str, version))


def _attempt(gather: Callable[[], T], otherwise: T) -> T:
    """What `gather` finds. A doctor that falls ill helps nobody: any fault counts as not found."""
    try:
        return gather()
    except Exception:
        return otherwise


def _nvml() -> dict[str, Any]:
    """`driver`, `driver_cuda`, `cards`, `nvml` and `lost` of Facts, as far as NVML answers.

    One that is lost hides no other, and what NVML says of it is kept.
    """
    driver, fault = nvidia.driver()
    if not driver:
        return {"nvml": "" if "Library Not Found" in fault else fault}
    import pynvml

    cuda = nvidia.ask("nvmlSystemGetCudaDriverVersion") or 0
    cards: list[Card] = []
    lost = []
    for i in range(nvidia.ask("nvmlDeviceGetCount") or 0):
        try:
            card = pynvml.nvmlDeviceGetHandleByIndex(i)
            # Programs get a slice of a card that is divided, and not the card.
            cards += [_card(part) for part in nvidia.slices(card) or [card]]
        except Exception as e:
            lost.append(f"GPU {i}: {one_line(str(e))[:100]}")
    return {
        "driver": driver,
        "driver_cuda": (cuda // 1000, cuda % 1000 // 10) if cuda else None,
        "cards": tuple(cards),
        "lost": tuple(lost),
    }


def _card(handle: Any) -> Card:
    """One card or slice. Some things some GPUs do not tell, such as those with the CPU's memory."""
    import pynvml

    memory = nvidia.ask("nvmlDeviceGetMemoryInfo", handle)
    load = nvidia.ask("nvmlDeviceGetUtilizationRates", handle)
    made = nvidia.ask("nvmlDeviceGetCudaComputeCapability", handle)
    return Card(
        name=nvidia.text(pynvml.nvmlDeviceGetName(handle)),
        memory_bytes=memory.total if memory else 0,
        free_bytes=memory.free if memory else 0,
        busy_percent=load.gpu if load else 0,
        capability=tuple(made) if made else None,
    )


def _packages() -> dict[str, str]:
    found = {(d.name or "").lower().replace("_", "-"): d.version for d in distributions()}
    if "tensorflow-cpu" in found:  # the same library, in a smaller package
        found["tensorflow"] = found["tensorflow-cpu"]
    return {n: v for n, v in found.items() if n in (*PACKAGES, *JAX) or n.startswith("cupy-cuda")}


def _nvcc() -> Version | None:
    path = shutil.which("nvcc")
    if path is None:
        return None
    done = system.run([path, "--version"], timeout=20)
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
    """Run it in a process of its own, because a broken CUDA can take its process down.

    In the environment that a capture has: a simulator that somebody has set is no GPU.
    """
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = system.run(command, timeout=120, env=environment.clean())
    return system.why(done.returncode, done.stderr)[:200] if done.returncode else ""


def _in_container() -> bool:
    marks = [Path("/.dockerenv"), Path("/run/.containerenv")]
    return "container" in os.environ or any(mark.exists() for mark in marks)


def _in_wsl(version: Path = Path("/proc/version")) -> bool:
    return "microsoft" in version.read_text(encoding="utf-8").lower()


def _has_linux_driver(folder: Path = Path("/usr/lib/x86_64-linux-gnu")) -> bool:
    """Whether the driver's library lies where packages for Linux put it."""
    library = folder / "libcuda.so.1"
    return library.exists() and "/wsl/" not in str(library.resolve())


def _shadowed() -> tuple[str, ...]:
    """Folders that the loader searches before any package, if they hold libraries of CUDA."""
    folders = [f for f in os.environ.get("LD_LIBRARY_PATH", "").split(":") if f]
    kinds = ("cudart", "nvJitLink", "cudnn", "cublas", "cusparse", "nvrtc")
    return tuple(f for f in folders if any(next(Path(f).glob(f"lib{k}.so*"), "") for k in kinds))


def _on_the_bus() -> bool:
    """Whether a display or 3D device (class 03) of NVIDIA (vendor 10de) is on the PCI bus."""
    for device in Path("/sys/bus/pci/devices").glob("*"):
        try:
            vendor, kind = (system.text(device / f).strip() for f in ("vendor", "class"))
        except SurvivalError:  # one that does not tell hides no other
            continue
        if vendor == "0x10de" and kind.startswith("0x03"):
            return True
    return False
