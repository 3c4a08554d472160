"""From an example to its record. Two kernels are compiled here; the rest is read from records."""

import sys
from pathlib import Path

import pytest

from survival import catalog, records
from survival.capture.compiled import record
from survival.capture.compiled.kernels import cuda_sources
from survival.capture.compiled.python_kernels import PACKAGES as PYTHON
from survival.errors import CaptureError
from survival.judge import compiled
from survival.records import COMPILED, Kernel, Kernels
from tests import ptx

ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="the compilers are installed on Linux only (requirements.in)"
)
needs_disassembler = pytest.mark.skipif(
    not any(Path(p, "nvidia", "cu13", "bin", "nvdisasm").exists() for p in sys.path),
    reason="nvidia-cuda-nvdisasm is not installed (requirements.in)",
)
EXAMPLES = catalog.find()
WITH_KERNELS = sorted(
    n
    for n, e in EXAMPLES.items()
    if compiled.folder_of(e) == n and any(map(compiled.has_kernels, e.variants))
)


def held(example: str, variant: str) -> Kernels:
    """The committed record of a variant."""
    path = catalog.RESULTS / COMPILED / f"{example}.json"
    return next(v for v in records.read_compiled(path).variants if v.name == variant)


@ON_LINUX
@needs_disassembler
@pytest.mark.parametrize(
    ("name", "variant"), [("total", "gpu_cupy_rawkernel"), ("transpose", "gpu_numba")]
)
def test_the_committed_record_is_what_the_compilers_make_today(name: str, variant: str) -> None:
    """For CUDA C and for Numba: the same file, whoever compiles it, and no time in it."""
    example = catalog.get(name)
    alone = catalog.Example(name, example.problem_path, (example.variant(variant),))
    made = record.compile_example(alone, ("sm_90",))
    committed = held(name, variant)
    assert made.variants[0].source_hash == committed.source_hash
    kernels = [k for k in committed.kernels if k.architecture == "sm_90"]
    assert made.variants[0].kernels == kernels


@pytest.mark.parametrize("name", WITH_KERNELS)
def test_every_kernel_is_recorded(name: str) -> None:
    """Each program with kernels has a record, of today's source, for each architecture."""
    example = EXAMPLES[name]
    found = records.read_compiled(catalog.RESULTS / COMPILED / f"{name}.json")
    assert not compiled.why_stale(found, example, {})
    assert {v.name for v in found.variants} == {
        v.name for v in example.variants if compiled.has_kernels(v)
    }
    for v in found.variants:
        without = {"sm_75"} if v.language == "cuTile" else set()  # there is none for Turing
        assert {k.architecture for k in v.kernels} == set(record.ARCHITECTURES) - without


@pytest.mark.parametrize("name", WITH_KERNELS)
def test_local_memory_is_told(name: str) -> None:
    """A kernel whose code goes through local memory says what was spilled, or that it has arrays.

    cuTile's product has too few registers on a Hopper, and no ptxas that would say so.
    """
    for v in records.read_compiled(catalog.RESULTS / COMPILED / f"{name}.json").variants:
        for k in v.kernels:
            local = any(op.startswith(("LDL", "STL")) for op in k.opcodes)
            told = k.spill_stores + k.spill_loads > 0
            assert told == local if v.language in ("cuTile", "Triton", "Warp") else local <= told


def test_what_is_recorded_is_what_every_kernel_compiles_for() -> None:
    """From Turing to Blackwell, data centres' and desktops' parts."""
    assert record.ARCHITECTURES == ptx.ARCHITECTURES


def test_whoever_has_cuda_c_has_kernels() -> None:
    """What the judge takes for a program with kernels is what the compiler finds some in."""
    for example in EXAMPLES.values():
        for v in example.variants:
            if v.device == "gpu" and v.library not in ("numba", *PYTHON):
                assert bool(cuda_sources(v.path)) == compiled.has_kernels(v), v.path


def test_lines_are_those_of_the_program() -> None:
    """A recorded line of source stands in the file, and each instruction belongs to one."""
    for name, variant in (("total", "gpu_cupy_rawkernel"), ("transpose", "gpu_numba")):
        source = EXAMPLES[name].variant(variant).source
        for kernel in held(name, variant).kernels:
            assert all(line.source in source for line in kernel.lines)
            assert sum(line.count for line in kernel.lines) == sum(kernel.opcodes.values())


def test_an_example_without_kernels_is_refused(examples: Path) -> None:
    """One line that names the example."""
    with pytest.raises(CaptureError, match="'doubling' has no kernels"):
        record.compile_example(catalog.get("doubling", examples))


@ON_LINUX
def test_a_broken_kernel_names_its_program(examples: Path) -> None:
    """Whatever a compiler says, its program is told."""
    path = examples / "doubling" / "gpu_cupy.py"
    text = 'SOURCE = """extern "C" __global__ void k(float *x) { x[0] = missing; }"""\n'
    path.write_text(path.read_text() + text)
    with pytest.raises(CaptureError, match=r"gpu_cupy\.py: .*missing"):
        record.compile_example(catalog.get("doubling", examples), ("sm_90",))


def test_a_kernel_twice_for_one_architecture_is_refused() -> None:
    """A record cannot say two things of one kernel."""
    kernel: Kernel = held("total", "gpu_cupy_rawkernel").kernels[0]
    with pytest.raises(ValueError, match="twice for one architecture"):
        Kernels(name="x", source_hash="0" * 16, language="CUDA C", kernels=[kernel, kernel])
