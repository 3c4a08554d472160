"""The same kernel in a tool's two programs; what needs a file says so."""

import ast
from pathlib import Path

import pytest

from tests.examples.conftest import EXAMPLES
from tests.examples.pasting import paste

JOBS = ("saxpy", "matrix_product")
PAIRS = {
    # What runs on a GPU, and the program that the tests can run: the same kernel.
    "gpu_triton": "cpu_triton_interpreted",
    "gpu_warp": "cpu_warp",
}


def kernel(path: Path) -> str:
    """The function under a decorator, without comments."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (found,) = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.decorator_list]
    return ast.unparse(found)


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("gpu", PAIRS)
def test_what_runs_here_is_the_kernel_of_the_gpu(job: str, gpu: str) -> None:
    """Word for word, so that holding the one against the oracle says something of the other."""
    folder = EXAMPLES / job
    assert kernel(folder / f"{gpu}.py") == kernel(folder / f"{PAIRS[gpu]}.py")


@pytest.mark.frameworks
@pytest.mark.parametrize("name", ["cpu_triton_interpreted", "cpu_warp"])
def test_a_kernel_that_is_pasted_is_refused(name: str, tmp_path: Path) -> None:
    """These read the text of a function from its file, and an interpreter has none.

    Triton as a compiler does, which need not compile for that; played by NumPy it does without.
    """
    pytest.importorskip({"cpu_warp": "warp"}.get(name, "triton"))
    source = (EXAMPLES / "saxpy" / f"{name}.py").read_text(encoding="utf-8")
    source = source.replace('"TRITON_INTERPRET"] = "1"', '"TRITON_INTERPRET"] = "0"')
    assert "Error" in paste(source, tmp_path)[2]
