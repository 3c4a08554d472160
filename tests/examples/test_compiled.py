"""What a program says of its own machine code is so, by the committed records of the compiler."""

import re
from pathlib import Path

import pytest

from survival import catalog, records
from survival.judge.compiled import FACTS, folder_of, has_kernels
from survival.records import COMPILED, Kernel

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
