"""What a program says of its own machine code is so, by the committed records of the compiler."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from survival import catalog, records
from survival.capture.compiled import sass
from survival.capture.compiled.compilers import disassemble, to_cubin
from survival.capture.compiled.kernels import CudaSource, cuda_sources
from survival.judge.compiled import FACTS, folder_of, has_kernels
from survival.judge.elsewhere.expected import expectations
from survival.records import COMPILED, Kernel
from tests.examples.conftest import EXAMPLES
from tests.examples.test_kernels import needs_nvrtc

NUMBERS = {"two": 2, "three": 3, "four": 4, "eight": 8, "sixteen": 16}
ON_THEIR_WAY = re.compile(r"(\w+) loads (?:of (\d+) bytes )?on their way(?:, of (\d+) bytes)?")
IN_REGISTERS = re.compile(r"\bin registers\b")


def kernels(path: Path) -> list[Kernel]:
    """Those of a program, for every architecture."""
    found = records.read_compiled(catalog.RESULTS / COMPILED / f"{path.parent.name}.json")
    return next(v.kernels for v in found.variants if v.name == path.stem)


def programs(pattern: re.Pattern[str]) -> list[Path]:
    """Programs with kernels that say something like it."""
    return [
        v.path
        for name, example in sorted(catalog.find().items())
        if folder_of(example) == name
        for v in example.variants
        if has_kernels(v) and pattern.search(v.source)
    ]


@pytest.mark.parametrize("path", programs(ON_THEIR_WAY), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_loads_are_on_their_way(path: Path) -> None:
    """As many as the program says, as wide as it says, on every architecture."""
    for count, *sizes in ON_THEIR_WAY.findall(path.read_text(encoding="utf-8")):
        for kernel in kernels(path):
            assert kernel.loads_in_flight >= NUMBERS[count.lower()], kernel.architecture
            wide = FACTS["load_bits"].of(kernel)
            assert all(wide == 8 * int(size) for size in sizes if size), kernel.architecture


@pytest.mark.parametrize("path", programs(IN_REGISTERS), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_what_is_kept_in_registers_is(path: Path) -> None:
    """Nothing of it lies in local memory: no array that is indexed, and nothing spilled."""
    for kernel in kernels(path):
        assert (kernel.stack, FACTS["spills"].of(kernel)) == (0, 0), kernel.architecture


AHEAD = {
    "recurrent/gpu_cupy_rawkernel": ("needed when the next sum is done", "BAR"),
    "histogram/gpu_cupy_rawkernel": ("while the last of these are counted", "STS"),
    "matrix_product/gpu_cupy_rawkernel_tensorcores_float16": ("while these are multiplied", "HMMA"),
}
"""Programs that load for the next pass of a loop, how they say so, and what goes on meanwhile."""


def waits_at_once(source: CudaSource, said: str, meanwhile: str, arch: str) -> bool:
    """Whether what that line loads is touched before any of what should go on meanwhile."""
    line = 1 + next(n for n, row in enumerate(source.text.splitlines()) if said in row)
    code, _ = to_cubin(source.text, arch)
    (found,) = sass.read(disassemble(code)).values()
    loads = [n for n, i in enumerate(found) if i.base == "LDG" and i.line == line]
    assert loads, arch
    for n in loads:
        # To the end of the pass: what stands behind the loop does not read it either.
        done = 0
        for i in found[n + 1 :]:
            done += i.base == meanwhile
            if i.base not in sass.LOADS and found[n].writes & (i.reads | i.writes):
                break
        if done < 2:
            return True
    return False


@needs_nvrtc
@pytest.mark.parametrize("arch", ["sm_75", "sm_80", "sm_90", "sm_100"])
@pytest.mark.parametrize("name", AHEAD)
def test_what_is_loaded_ahead_is_not_waited_for(name: str, arch: str) -> None:
    """The compiler neither moves the load to where it is needed nor copies what it loads."""
    (source,) = cuda_sources(EXAMPLES / f"{name}.py")
    assert not waits_at_once(source, *AHEAD[name], arch)


@needs_nvrtc
def test_a_copy_of_what_was_loaded_ahead_is_seen() -> None:
    """With a second name for it, the compiler copied it in the same step, and all waited there."""
    (source,) = cuda_sources(EXAMPLES / "recurrent" / "gpu_cupy_rawkernel.py")
    said, meanwhile = AHEAD["recurrent/gpu_cupy_rawkernel"]
    rows = [row for row in source.text.splitlines() if said not in row]
    load = f"if (t + 1 < n) next = gates[(t + 1) * 384 + row];  // {said}"
    text = "\n".join(rows).replace("*(gates += row)", "gates[row]").replace("= next;", "= now;")
    text = text.replace("float sum = 0;", f"float now = next, sum = 0;\n{load}")
    assert waits_at_once(CudaSource(source.path, text), said, meanwhile, "sm_90")


COUNTED = {"one": 1, "six": 6, "16": 16, **NUMBERS}
SAID: dict[str, Callable[[Kernel, re.Match[str]], bool]] = {
    # One is one, but for a load of weights: beside it the vector's are counted.
    r"(\w+)(?: or \w+)? (?:loads?|byte)\b([^,:]*) on (?:its|their) way": lambda k, m: (
        k.loads_in_flight == 1
        if m[1] == "one" and "weights" not in m[2]
        else k.loads_in_flight >= COUNTED[m[1]]
    ),
    r"loads of (\w+) bytes": lambda k, m: FACTS["load_bits"].of(k) == 8 * COUNTED[m[1]],
    "copies under way": lambda k, _: FACTS["async_copies"].of(k) > 0,
    "without tensor cores": lambda k, _: FACTS["tensor"].of(k) == 0,
    "not enough registers": lambda k, _: FACTS["spills"].of(k) > 0,
    "in registers": lambda k, _: k.stack == 0 and FACTS["spills"].of(k) == 0,
}
"""What an expectation says of a kernel for an H100, and whether it is so."""


def faults(why: str, kernel: Kernel) -> list[str]:
    """What an expectation says of machine code and the machine code does not."""
    found = ((m, holds) for pattern, holds in SAID.items() for m in re.finditer(pattern, why))
    return [m[0] for m, holds in found if not holds(kernel, m)]


EXPECTED = [
    (name, variant, row.why)
    for name, example in sorted(catalog.find().items())
    for variant, row in expectations(example)[1].items()
    if has_kernels(example.variant(variant))
]


@pytest.mark.parametrize(("name", "variant", "why"), EXPECTED)
def test_what_is_expected_of_a_kernel_is_in_its_code(name: str, variant: str, why: str) -> None:
    """The reason that an author gives speaks of the code that the compiler makes for an H100."""
    path = catalog.find()[name].variant(variant).path
    for kernel in kernels(path):
        if kernel.architecture == "sm_90":
            assert not faults(why, kernel), kernel.name


def test_an_expectation_of_other_code_is_seen() -> None:
    """The check above can fail, and some expectations say such things."""
    (kernel,) = [
        k
        for k in kernels(EXAMPLES / "total" / "gpu_cupy_rawkernel_tree.py")
        if k.architecture == "sm_90"
    ]
    assert faults("four loads of 16 bytes on their way in each thread", kernel)
    assert faults("tiles in registers and copies under way", kernel) == ["copies under way"]
    assert not faults("one load on its way", kernel)
    assert not faults("one trip, with loads of four bytes", kernel)
    assert faults("one trip, with loads of 16 bytes", kernel)
    assert faults("not enough registers for the tile", kernel)
    assert sum(any(re.search(p, why) for p in SAID) for _, _, why in EXPECTED) >= 10


def test_some_programs_say_such_things() -> None:
    """The patterns above still find what they were made for."""
    assert programs(ON_THEIR_WAY)
    assert programs(IN_REGISTERS)


def turns(addresses: list[int], wide: int) -> int:
    """How often some bank of shared memory is asked, for bytes that start there; 32 banks."""
    asked = {(a + i) // 4 for a in addresses for i in range(0, wide, 4)}
    banks = [word % 32 for word in asked]
    return max(banks.count(bank) for bank in banks)


def widths(path: Path, pattern: str) -> list[int]:
    """Row lengths of arrays in shared memory, as a program declares them."""
    return [int(n) for n in re.findall(pattern, path.read_text(encoding="utf-8"))]


def test_rows_of_little_matrices_meet_no_bank_twice() -> None:
    """What the program with tensor cores says: eight rows of 16 bytes lie in all 32 banks."""
    path = EXAMPLES / "matrix_product" / "gpu_cupy_rawkernel_tensorcores_float16.py"
    found = widths(path, r"tile_[ab]\[2\]\[\d+\]\[(\d+)\]")
    assert len(found) == 2
    assert [turns([2 * width * row for row in range(8)], 16) for width in found] == [1, 1]


@pytest.mark.parametrize(
    ("name", "pattern", "rows", "most"),
    [
        ("gpu_cupy_rawkernel_shared", r"define TILE (\d+)", 32, 32),
        ("gpu_cupy_rawkernel_padded", r"define TILE (\d+)", 32, 1),
        ("gpu_cupy_rawkernel_wide", r"define TILE (\d+)", 32, 1),
        ("gpu_wgpu", r"array<array<f32, (\d+)>, 16>", 16, 2),
    ],
)
def test_reading_a_column_of_a_tile(name: str, pattern: str, rows: int, most: int) -> None:
    """So many turns as the program, or its chapter, says. WGSL's warp reads two columns of 16."""
    path = EXAMPLES / "transpose" / f"{name}.py"
    (width,) = set(widths(path, pattern))
    width += "TILE + 1" in path.read_text(encoding="utf-8")
    lanes = [4 * (width * (lane % rows) + lane // rows) for lane in range(32)]
    assert turns(lanes, 4) == most


def test_a_tile_that_is_turned_while_it_is_written_meets_no_bank_twice() -> None:
    """Eight columns of four rows each, as the product with results in registers says it."""
    path = EXAMPLES / "matrix_product" / "gpu_cupy_rawkernel_registers.py"
    (width,) = widths(path, r"tile_a\[8\]\[(\d+)\]")
    assert turns([4 * (width * (e % 8) + e // 8) for e in range(32)], 4) == 1
    assert turns([4 * (128 * (e % 8) + e // 8) for e in range(32)], 4) == 8


def test_a_thread_counts_in_a_bank_of_its_own() -> None:
    """The histogram with a table for each thread: whatever it counts, and when it adds up."""
    text = (EXAMPLES / "histogram" / "gpu_cupy_rawkernel.py").read_text(encoding="utf-8")
    assert "(unsigned char *)words + t % 32 * 4 + t / 32;" in text
    assert "own[(v >> shift & 255) * 128]++" in text
    assert "words + t * 32 + (t + k) % 32;" in text
    values = np.random.default_rng(1).integers(0, 256, 128)
    for warp in range(4):
        own = [t % 32 * 4 + t // 32 + 128 * values[t] for t in range(32 * warp, 32 * warp + 32)]
        assert turns(own, 1) == 1
        assert all(turns([4 * (t * 32 + (t + k) % 32) for t in range(32)], 4) == 1 for k in (0, 9))


HOLDS = {  # of a multiprocessor: warps, kibibytes of shared memory, of which CUDA's in each block
    "sm_75": (32, 64, 0),
    "sm_80": (64, 164, 1),
    "sm_86": (48, 100, 1),
    "sm_89": (48, 100, 1),
    "sm_90": (64, 228, 1),
    "sm_100": (64, 228, 1),
    "sm_120": (48, 100, 1),
}
"""By NVIDIA's tables of compute capabilities. All have 65,536 registers, in four equal parts."""


def resident(kernel: Kernel, warps: int) -> int:
    """How many warps of a kernel, with so many in a block, a multiprocessor holds."""
    most, memory, kept = HOLDS[kernel.architecture]
    registers = 4 * (16_384 // (256 * -(-kernel.registers * 32 // 256)))
    shared = 1024 * memory // (kernel.shared + 1024 * kept)
    return warps * min(most // warps, registers // warps, shared)


def test_the_wide_tile_lets_fewer_threads_fit() -> None:
    """On all architectures but one, as the chapter on memory says."""
    pairs = zip(
        *(
            kernels(EXAMPLES / "transpose" / f"gpu_cupy_rawkernel_{n}.py")
            for n in ("wide", "padded")
        ),
        strict=True,
    )
    fewer = {wide.architecture: resident(wide, 8) < resident(padded, 8) for wide, padded in pairs}
    assert fewer == {name: name != "sm_100" for name in HOLDS}


def test_an_atomic_flushes_the_smallest_numbers() -> None:
    """The chapter on numbers that differ says so of its own kernel, on every architecture."""
    for kernel in kernels(EXAMPLES / "numbers_that_differ" / "gpu_cupy_rawkernel_atomics.py"):
        (atomic,) = [name for name in kernel.opcodes if name.startswith("RED")]
        assert ".FTZ." in atomic
        assert not any("FTZ" in name for name in kernel.opcodes if name.startswith("FADD"))
