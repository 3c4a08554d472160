"""What an expectation says that an array program moves is what its operations move, one by one."""

import re
from typing import Any

import numpy as np
import pytest

from survival import catalog
from survival.judge.elsewhere.expected import Expected, expectations
from tests.standin.problems import load

SAID = re.compile(r"move (\d+) bytes where \d+ would do")
ELEMENTS = 64
NO_GPU = 'if not cp.is_available():\n    raise SystemExit("This program needs'
"""How each program begins that needs CuPy: here NumPy takes its place, and knows no GPU."""


class Counted(np.ndarray):
    """An array of which each operation is a kernel that reads its arrays and writes another."""

    moved = 0
    """Bytes, by all of them."""

    def __array_ufunc__(self, ufunc: np.ufunc, _: str, *inputs: Any, **options: Any) -> Any:
        plain = [x.view(np.ndarray) if isinstance(x, Counted) else x for x in inputs]
        out = tuple(x.view(np.ndarray) for x in options.pop("out", ()))
        result = ufunc(*plain, **options, **({"out": out} if out else {}))
        read = {x.ctypes.data: x.nbytes for x in plain if isinstance(x, np.ndarray)}
        Counted.moved += sum(read.values()) + result.nbytes
        return self if out else result.view(Counted)

    def copy(self, order: Any = "C") -> Any:
        """A kernel too: it reads one array and writes another."""
        Counted.moved += 2 * self.nbytes
        return super().copy(order)


def moved(name: str, variant: str) -> float:
    """Bytes for each element that the `run` of a CuPy program moves, operation by operation."""
    example = catalog.find()[name]
    cupy = ("import cupy as cp", "import numpy as cp")
    program = load(
        example.variant(variant).path,
        cupy,
        (NO_GPU, NO_GPU.replace("not cp.is_available()", "False")),
    )
    inputs = example.problem().make_inputs(ELEMENTS, np.random.default_rng(1))
    given = program.to_device(*inputs)
    arrays = [x.view(Counted) if np.shape(x) == (ELEMENTS,) else x for x in given]
    Counted.moved = 0
    program.run(*arrays)
    return Counted.moved / ELEMENTS


FOUND = [
    pytest.param(name, variant, row, id=f"{name}-{variant}")
    for name, example in sorted(catalog.find().items())
    for variant, row in expectations(example)[1].items()
    if SAID.search(row.why) and example.variant(variant).library == "cupy"
]


@pytest.mark.parametrize(("name", "variant", "row"), FOUND)
def test_an_array_program_moves_what_is_said(name: str, variant: str, row: Expected) -> None:
    """The bytes of its operations; what share they allow is held in test_expected.py."""
    (said,) = SAID.findall(row.why)
    assert moved(name, variant) == int(said)


def test_some_expectations_say_such_things() -> None:
    """The pattern still finds what it was made for, and other arithmetic moves other bytes."""
    assert len(FOUND) >= 3
    x = np.ones(ELEMENTS, np.float32).view(Counted)
    Counted.moved = 0
    x *= x + 1
    assert Counted.moved == (8 + 12) * ELEMENTS
