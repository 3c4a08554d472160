"""What the page on matrix products says of its loops, in the machine code that Numba makes of them.

By the definition, a sum is a chain of products, one at a time; row by row, they go side by side.
"""

import platform
import re
import runpy
from pathlib import Path

import numba
import pytest

EXAMPLE = Path(__file__).parents[2] / "examples/matrix_product"
PRODUCT = re.compile(r"\tv?(?:mul|fmadd\d+)([sp])s\b")
"""A multiplication, or one with an addition, of float32: of a single number, or of packed ones."""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="reads the names of x86's instructions")
@pytest.mark.parametrize(
    ("variant", "widths"), [("cpu_numba_naive", {"s"}), ("cpu_numba_rows", {"s", "p"})]
)
def test_only_row_by_row_is_simd(variant: str, widths: set[str]) -> None:
    """The loop by the definition has products of single numbers only, the other packed ones."""
    run = runpy.run_path(str(EXAMPLE / f"{variant}.py"))["run"].py_func
    one_core = numba.njit(fastmath={"contract"})(run)
    matrix = numba.float32[:, ::1]
    one_core.compile((matrix, matrix))
    code = "".join(one_core.inspect_asm().values())
    assert set(PRODUCT.findall(code)) == widths
