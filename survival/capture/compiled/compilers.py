"""The compilers and the disassembler, called: source in, machine code and its text out."""

import re
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from survival import system
from survival.errors import CaptureError

NVRTC, PTXAS, DISASSEMBLER = (
    "nvidia-cuda-nvrtc-cu12",
    "nvidia-cuda-nvcc-cu12",
    "nvidia-cuda-nvdisasm",
)
SOURCE = "kernel.cu"
"""What CUDA C is called in its line numbers."""

_USED = re.compile(
    r"Compiling entry function '(?P<name>\w+)'.*?(?P<stack>\d+) bytes stack frame, "
    r"(?P<stores>\d+) bytes spill stores, (?P<loads>\d+) bytes spill loads\n"
    r".*?Used (?P<registers>\d+) registers(?P<rest>[^\n]*)",
    re.DOTALL,
)


class Used(NamedTuple):
    """What ptxas says that a kernel needs, in bytes but for the registers."""

    registers: int
    stack: int
    spill_stores: int
    spill_loads: int
    shared: int


def to_cubin(text: str, arch: str, name: str = SOURCE, lines: bool = True) -> tuple[bytes, str]:
    """Compile CUDA C by NVRTC to the machine code of a GPU that need not be here.

    Beside the code returns what ptxas says of it: "Used 32 registers", "0 bytes spill stores". A
    fault is told as `NAME(LINE): error: ...`, lines counted from the start of the text. `lines`
    keeps for each instruction the line that it comes from, and changes none of them.
    """
    from cuda.core import Program, ProgramOptions

    said = StringIO()
    options = ProgramOptions(arch=arch, name=name, ptxas_options="-v", lineinfo=lines)
    code = Program(text, "c++", options).compile("cubin", logs=said).code
    return bytes(code), said.getvalue()


def assemble(ptx: str, arch: str) -> tuple[bytes, str]:
    """Turn PTX into machine code by ptxas; beside it what ptxas says. Raises CaptureError."""
    with tempfile.TemporaryDirectory() as folder:
        source, cubin = Path(folder, "kernel.ptx"), Path(folder, "kernel.cubin")
        source.write_text(ptx, encoding="utf-8")
        command = [tool("nvidia.cuda_nvcc", "ptxas", PTXAS), "-v", f"-arch={arch}"]
        said = _run([*command, "--generate-line-info", "-o", str(cubin), str(source)])
        return cubin.read_bytes(), said[1]


def disassemble(cubin: bytes) -> str:
    """Machine code as text, with the line of source before each part. Raises CaptureError."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "kernel.cubin")
        file.write_bytes(cubin)
        command = tool("nvidia.cu13", "nvdisasm", DISASSEMBLER)
        return _run([command, "--print-code", "--print-line-info", str(file)])[0]


def used(said: str) -> dict[str, Used]:
    """What each kernel needs, by name, read from what ptxas said."""
    found = {}
    for m in _USED.finditer(said):
        shared = re.search(r"(\d+) bytes smem", m["rest"])
        registers, stack, stores, loads = (
            int(m[n]) for n in ("registers", "stack", "stores", "loads")
        )
        smem = int(shared[1]) if shared else 0
        found[m["name"]] = Used(registers, stack, stores, loads, smem)
    return found


def tool(package: str, name: str, comes_with: str) -> str:
    """The path of a program that comes in a package. Raises CaptureError."""
    spec = find_spec(package.partition(".")[0]) and find_spec(package)
    folders = (spec.submodule_search_locations or ()) if spec else ()
    found = next((p for f in folders for p in Path(f).glob(f"bin/{name}")), None)
    if found is None:
        raise CaptureError(f"{comes_with} is not installed; `make` installs it, on Linux only")
    return str(found)


def versions(*packages: str) -> dict[str, str]:
    """The versions of these packages. Raises CaptureError where one is missing."""
    try:
        return {p: version(p) for p in sorted(packages)}
    except PackageNotFoundError as e:
        raise CaptureError(
            f"{e.name} is not installed; `make` installs it, on Linux only"
        ) from None


def _run(command: list[str]) -> tuple[str, str]:
    done = system.run(command, timeout=60)
    if done.returncode:
        raise CaptureError(f"{Path(command[0]).name}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout, done.stderr
