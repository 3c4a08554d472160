"""What a program says of its own machine code is so, by the committed records of the compiler."""

import re
from pathlib import Path

import pytest

from survival import catalog, records
from survival.judge.compiled import FACTS, folder_of, has_kernels
from survival.records import COMPILED, Kernel
from tests.examples.conftest import EXAMPLES

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
