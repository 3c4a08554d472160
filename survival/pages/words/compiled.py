"""`[[compiled EXAMPLE VARIANT FACT ARCH]]`: a number of the machine code, with its architecture."""

from collections.abc import Sequence

from survival import units
from survival.errors import PageError, known
from survival.judge import compiled
from survival.judge.compiled import FACTS
from survival.judge.evidence import Evidence
from survival.pages.words.figures import Number, Part
from survival.records import Compiled, Kernel

NVRTC = ("nvidia-cuda-nvrtc",)
COMPILERS = {
    "CUDA C": NVRTC,
    "ElementwiseKernel": NVRTC,
    "Numba": ("numba-cuda", "nvidia-cuda-nvcc"),
    "Triton": ("triton",),
    "cuTile": ("cuda-tile", "tileiras"),
    "Warp": ("warp-lang",),
}
"""How the packages begin that compile a language: a record holds those of all its programs."""
READER = "nvidia-cuda-nvdisasm"


def say(evidence: Evidence, args: list[str]) -> Sequence[Part]:
    """The number and its architecture. Raises what names the examples, variants, facts that are."""
    if len(args) != 4:
        raise PageError(f"compiled: needs EXAMPLE VARIANT FACT ARCH; facts: {', '.join(FACTS)}")
    example = evidence.example(args[0])
    if args[2] not in FACTS:
        raise PageError(known("fact", args[2], FACTS))
    record = evidence.compiled(example)
    kernel = compiled.of(compiled.kernels(record, example, args[1]), args[3])
    assert record is not None  # else it has no kernels
    old = args[1].partition(".")[0] in compiled.why_stale(record, example, evidence.pins)
    return [number(record, kernel, args[2], stale=old), f" ({kernel.architecture})"]


def number(record: Compiled, kernel: Kernel, fact: str, *, stale: bool) -> Number:
    """One fact of one kernel."""
    value = FACTS[fact].of(kernel)
    title = f"{value:,} {FACTS[fact].words[value != 1]}: {kernel.name}, {tools(record, kernel)}"
    return Number(f"{value:,}", value, record.path, title.replace(units.NBSP, " "), stale)


def tools(record: Compiled, kernel: Kernel) -> str:
    """For what it was compiled, by the compilers of its language, and by what it was read."""
    language = next(v.language for v in record.variants if any(k is kernel for k in v.kernels))
    versions = {name: f"{name} {version}" for name, version in record.tools.items()}
    read = versions.pop(READER, "")
    by = [v for name, v in versions.items() if name.startswith(COMPILERS[language])]
    made = f"compiled for {kernel.architecture} with {', '.join(by or versions.values())}"
    return f"{made}, read with {read}" if read else made
