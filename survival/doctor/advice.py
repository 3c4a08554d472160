"""What this machine can run of the guide, in plain words, and the next step for the rest."""

import re
from dataclasses import dataclass
from typing import Literal

from survival.doctor import faults
from survival.doctor.look import FRAMEWORKS, Facts, cuda_major, dotted
from survival.records import Gpu

BUSY_PERCENT = 10
"""GPU utilisation above which somebody else is at work."""

SIMULATOR = "NUMBA_ENABLE_CUDASIM"
NVML = (
    (
        "[Mm]ismatch",
        "restart this machine (of a container, the host): the kernel still runs the driver that "
        "was there before an update",
    ),
    (
        "blocked",
        "in WSL: a newer NVIDIA driver in Windows, then there `wsl --update`, `wsl --shutdown`",
    ),
    ("[Nn]ot [Ll]oaded", "install NVIDIA's driver, restart, and try `nvidia-smi`"),
    (
        "lost|requires restart",
        "restart this machine; if it is lost again, `sudo dmesg | grep -i xid` says why",
    ),
    ("[Pp]ermission", "ask whoever runs this machine for access to its /dev/nvidia* files"),
)
"""What NVML says, and the next step."""


@dataclass(frozen=True)
class Line:
    """One thing that the machine has, or lacks, and what to do about it."""

    state: Literal["yes", "no", "warn"]
    what: str
    step: str = ""
    """The one next step; empty if none is needed."""


def advise(facts: Facts) -> list[Line]:
    """What this machine can run, and the one next step for everything that it cannot."""
    return [
        *_platform(facts),
        _cpu(facts),
        *_gpu(facts),
        *_settings(facts),
        _webgpu(facts),
        _toolkit(facts),
        _cupy(facts),
        _pycuda(facts),
        _numba_cuda(facts),
        _frameworks(facts),
        *_jax(facts),
        *_unset(facts),
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


def _platform(facts: Facts) -> list[Line]:
    """What nobody has tried yet, before anything else."""
    if facts.system != "Windows":
        return []
    what = "Windows itself: without make, and not tried yet (chapter 3); WSL 2 has make, and CUDA"
    step = "for what needs CUDA: `wsl --install`, then clone and work inside it"
    return [Line("no", what, step)]


def _cpu(facts: Facts) -> Line:
    gib = facts.memory_bytes / 2**30
    what = f"CPU: {facts.cores} core{'s' * (facts.cores != 1)}, {gib:.1f} GiB of memory"
    missing = [p for p in ("numpy", "numba") if p not in facts.packages]
    if missing:
        return Line("warn", f"{what}; without {', '.join(missing)}", "run `make test` once")
    return Line("yes", f"{what}; the CPU programs of parts 1 to 3 run here")


def _gpu(facts: Facts) -> list[Line]:
    if facts.system == "Darwin":
        what = "GPU: CUDA does not run on macOS; WebGPU reaches the GPU of a Mac through Metal"
        return [Line("no", what, "for what needs CUDA, borrow an NVIDIA GPU in a notebook")]
    if not facts.driver:
        return [_no_driver(facts)]
    lost = [Line("no", f"NVML says of {said}", _nvml_step(said)) for said in facts.lost]
    if not facts.cards and lost:
        return lost
    if not facts.cards:
        what = f"GPU: driver {facts.driver} is there, but it shows no GPU"
        if facts.container:
            return [Line("no", what, "start the container with `--gpus all`")]
        return [Line("no", what, "`nvidia-smi -L` should list it: is it in its slot, and powered?")]
    lines = []
    for card in facts.cards:
        free, all_ = card.free_bytes / 2**30, card.memory_bytes / 2**30
        memory = f"{all_:.1f} GiB" if all_ else "memory shared with the CPU"
        cuda = dotted(facts.driver_cuda) if facts.driver_cuda else "unknown"
        what = f"GPU: {card.name}, {memory}; driver {facts.driver}, CUDA up to {cuda}"
        if card.busy_percent > BUSY_PERCENT or free < all_ / 2:
            busy = f"{card.busy_percent} % busy, {free:.1f} GiB free"
            step = "`nvidia-smi` lists who uses it; timings taken now would be wrong"
            lines.append(Line("warn", f"{what}; in use by others: {busy}", step))
        else:
            lines.append(Line("yes", what))
    return lines + lost


def _nvml_step(said: str, otherwise: str = "try `nvidia-smi`") -> str:
    """The next step after what NVML said."""
    return next((step for words, step in NVML if re.search(words, said)), otherwise)


def _no_driver(facts: Facts) -> Line:
    if facts.nvml and facts.refused:
        what = f"GPU: NVIDIA's driver does not work; NVML says: {facts.nvml}"
        told = f"Failed to initialize NVML: {facts.nvml}"  # as nvidia-smi says it
        return Line("no", what, _nvml_step(facts.nvml, faults.step(told, "try `nvidia-smi`")))
    if facts.wsl:
        what = "GPU: no NVIDIA driver is in sight of this Linux within Windows"
        return Line("no", what, "install NVIDIA's driver in Windows, and nothing of it in here")
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
    if isinstance(facts.webgpu, Gpu):
        return Line("no", what, "for what needs CUDA, rent or borrow one: chapter 3 says where")
    step = "rent or borrow one: chapter 3 says where; the CPU programs need none"
    return Line("no", what, step)


def _settings(facts: Facts) -> list[Line]:
    """What somebody has set on this machine, and what keeps a library from its GPU."""
    lines = []
    if facts.wsl and facts.linux_driver:
        what = "WSL: a driver for Linux was installed beside the one that comes from Windows"
        lines.append(Line("warn", what, "remove it: `sudo apt purge 'libnvidia-*' 'nvidia-*'`"))
    if facts.cards and facts.visible is not None and facts.visible.strip() in ("", "-1"):
        what = f"CUDA_VISIBLE_DEVICES is '{facts.visible}': it hides every GPU"
        lines.append(Line("warn", what, "unset CUDA_VISIBLE_DEVICES"))
    if facts.shadowed:
        where = ", ".join(facts.shadowed)
        what = f"LD_LIBRARY_PATH: CUDA libraries in {where} come before those of the packages"
        lines.append(Line("warn", what, "where an import fails, unset LD_LIBRARY_PATH first"))
    return lines


def _webgpu(facts: Facts) -> Line:
    """The GPU of any maker, which needs no CUDA."""
    if isinstance(gpu := facts.webgpu, Gpu):
        where = f"{gpu.model}, {gpu.kind}, through {gpu.api}"
        return Line("yes", f"WebGPU: {where}; programs written with wgpu run on it, without CUDA")
    if "wgpu" not in facts.packages:
        what = "WebGPU needs the package wgpu, which is not installed"
        return Line("no", what, "run `make test` once; it needs no CUDA, and a GPU of any maker")
    return Line("no", f"WebGPU: {facts.webgpu}", _webgpu_step(facts))


def _webgpu_step(facts: Facts) -> str:
    if facts.container:
        return "start the container with the host's graphics devices (`--device /dev/dri`)"
    if facts.wsl:
        return (
            "WSL has no Vulkan driver for it; Windows itself has: chapter 3 says how to run there"
        )
    if facts.system == "Linux":
        drivers = (
            "`sudo apt install mesa-vulkan-drivers` for AMD and Intel, NVIDIA's own for NVIDIA"
        )
        return f"if this machine has a GPU of any maker, its Vulkan driver: {drivers}"
    return "if this machine has a GPU of any maker, a newer driver from its maker"


def _toolkit(facts: Facts) -> Line:
    if facts.nvcc:
        return Line("yes", f"CUDA toolkit {dotted(facts.nvcc)}: nvcc is on the PATH")
    what = "CUDA toolkit: its compiler nvcc is not on the PATH; of the guide, only PyCUDA needs it"
    step = "install the CUDA toolkit and add its bin folder to the PATH"
    return Line("no", what, step if facts.cards and "pycuda" in facts.packages else "")


def _cupy(facts: Facts) -> Line:
    if len(facts.cupys) > 1:
        names = " ".join(facts.cupys)
        what = f"CuPy: {len(facts.cupys)} packages ({names}) overwrite each other's files"
        return Line("no", what, f"pip uninstall {names}, then install only one of them")
    usable, major = bool(facts.cards), cuda_major(facts)
    if usable and not major:
        have = dotted(facts.driver_cuda) if facts.driver_cuda else "unknown"
        what = f"CuPy needs CUDA 12, and a GPU that it knows; this driver ends at {have}"
        return Line("no", what, "a driver from 525 on, on a GPU from Maxwell on")
    wheel = f"cupy-cuda{major}x"
    if not facts.cupys:
        return Line("no", "CuPy: not installed", f"pip install '{wheel}[ctk]'" if usable else "")
    have_wheel = facts.cupys[0]
    if not usable and not facts.driver:
        what = f"CuPy ({have_wheel}) is installed, but there is no driver; it will say that the "
        return Line("no", what + '"driver version is insufficient", and mean that')
    if not usable:
        return Line("no", f"CuPy ({have_wheel}) is installed, but there is no GPU for it")
    instead = f"pip uninstall {have_wheel}; pip install '{wheel}[ctk]'"
    wants = re.search(r"cuda(\d+)x", have_wheel)
    if wants and facts.driver_cuda and int(wants[1]) > facts.driver_cuda[0]:
        what = f"CuPy: {have_wheel} needs CUDA {wants[1]}, but the driver ends at "
        return Line("no", what + dotted(facts.driver_cuda), f"{instead} (or a newer driver)")
    if wants and int(wants[1]) > major:
        what = f"CuPy: {have_wheel} is not made for a GPU as old as this"
        return Line("no", what, instead)
    if fault := facts.faults.get("cupy"):
        again = f"pip install --force-reinstall '{have_wheel}[ctk]'" if wants else instead
        return Line("no", f"CuPy is installed but fails: {fault}", faults.step(fault, again))
    return Line("yes", f"CuPy {facts.packages[have_wheel]}: one and one made two on the GPU")


def _pycuda(facts: Facts) -> Line:
    if "pycuda" not in facts.packages:
        step = "pip install pycuda, after the CUDA toolkit: it is built from source"
        return Line("no", "PyCUDA: not installed", step if facts.cards else "")
    if not facts.nvcc:
        what = "PyCUDA needs the compiler nvcc when it runs, and nvcc is not on the PATH"
        return Line("no", what, "install the CUDA toolkit, as above" if facts.cards else "")
    if not facts.cards:
        return Line("no", "PyCUDA is installed, but there is no GPU for it")
    if facts.driver_cuda and facts.nvcc[0] > facts.driver_cuda[0]:
        have, made = dotted(facts.driver_cuda), dotted(facts.nvcc)
        what = f"PyCUDA: nvcc is of CUDA {made}, but the driver ends at {have}"
        return Line("no", what, "install a toolkit of the driver's version, or a newer driver")
    if fault := facts.faults.get("pycuda"):
        again = "pip install --force-reinstall --no-binary pycuda pycuda"
        return Line("no", f"PyCUDA is installed but fails: {fault}", faults.step(fault, again))
    return Line("yes", f"PyCUDA {facts.packages['pycuda']}: nvcc made a kernel for the GPU")


def _numba_cuda(facts: Facts) -> Line:
    install = f"pip install 'numba-cuda[cu{cuda_major(facts) or 12}]' 'numpy<2.5'"
    if "numba-cuda" not in facts.packages:
        return Line("no", "Numba-CUDA: not installed", install if facts.cards else "")
    if not facts.cards:
        what = "Numba-CUDA is installed, but there is no GPU: its kernels run in the simulator only"
        step = "NUMBA_ENABLE_CUDASIM=1 python your_program.py; keep it small: a million threads"
        return Line("warn", what, f"{step} take minutes there")
    if fault := facts.faults.get("numba-cuda"):
        return Line(
            "no", f"Numba-CUDA is installed but fails: {fault}", faults.step(fault, install)
        )
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
        have = dotted(facts.driver_cuda)
        what = f"PyTorch {torch} needs CUDA {made[1]}, but the driver ends at {have}"
        return Line("warn", what, f"{other}, or a newer driver")
    if fault := facts.faults.get("torch"):
        what = f"PyTorch {torch} does not reach the GPU: {fault}"
        return Line("warn", what, faults.step(fault, other))
    found = [f"{words} {facts.packages[name]}" for name, words in FRAMEWORKS.items()]
    return Line("yes", ", ".join(found))


def _unset(facts: Facts) -> list[Line]:
    """What is set in this shell and would change what programs do."""
    if not facts.unset:
        return []
    names = ", ".join(facts.unset)
    what = f"set in this shell, and kept from what is measured: {names}"
    if SIMULATOR in facts.unset:
        what += f"; with {SIMULATOR}, Numba's kernels run in its simulator and not on a GPU"
    return [Line("warn", what, f"for programs that you start by hand: unset {names}"[:300])]


def _jax(facts: Facts) -> list[Line]:
    """JAX, where it is installed: nothing is said of it where it is not."""
    if "jax" not in facts.packages:
        return []
    have = facts.packages.get("jaxlib", facts.packages["jax"])
    plugins = {n: v for n, v in facts.packages.items() if n.endswith("-plugin")}
    for name, version in plugins.items():
        if version != have:
            what = f"JAX {have} does not use its plugin {name}, which is of version {version}"
            return [Line("no", what, f"pip install '{name}=={have}'")]
    if facts.cards and not plugins:
        what = f"JAX {have} is installed without its plugin for CUDA, and computes on the CPU"
        return [Line("warn", what, f"pip install -U 'jax[cuda{cuda_major(facts) or 12}]'")]
    if not plugins:
        return [Line("yes", f"JAX {have}, for the CPU")]
    if fault := next((facts.faults[n] for n in plugins if n in facts.faults), ""):
        return [Line("no", f"JAX does not reach the GPU: {fault}", faults.step(fault))]
    return [Line("yes", f"JAX {have}")]
