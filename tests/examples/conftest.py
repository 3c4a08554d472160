"""Finds the example files and turns them into test parameters.

A test that takes one of the arguments named in `pytest_generate_tests`, such as `cpu_case`,
runs once for each that is found on disk: a new example is tested without a word here.
"""

import atexit
import functools
import importlib
import itertools
import subprocess
import sys
import types
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survival.capture.compiled.kernels import cuda_sources
from tests.examples.pasting import CONTEXT

EXAMPLES = Path(__file__).parents[2] / "examples"

WANTED_SIZES = (1, 2, 97, 256, 257, 1009, 4099)
"""Sizes to test at: one, primes, a full block of 256 threads, and one element more.

A problem whose sizes mean something else, such as pictures per step, names its own: TEST_SIZES.
"""

FRAMEWORKS = ("torch", "keras", "jax", "warp", "triton")
"""Libraries of requirements-frameworks.txt; what needs them is run by `make test-frameworks`."""


@functools.cache
def load(path: Path) -> Any:
    """Import an example's file inside a package of its folder, so that `from .problem` works."""
    package = f"tested_{path.parent.name}"
    if package not in sys.modules:
        module = types.ModuleType(package)
        module.__path__ = [str(path.parent)]
        sys.modules[package] = module
    return importlib.import_module(f"{package}.{path.stem}")


def problem_files() -> list[Path]:
    """All problem.py and problem_TRAIT.py."""
    return sorted(EXAMPLES.glob("*/problem*.py"))


def variant_files(pattern: str) -> list[Path]:
    """All variant files of that pattern, over all examples."""
    return sorted(p for p in EXAMPLES.glob(f"*/{pattern}.py") if not p.stem.startswith("problem"))


def needs(path: Path) -> list[pytest.MarkDecorator]:
    """The marks of what a variant file needs besides requirements.txt and a GPU."""
    return [pytest.mark.frameworks] if path.stem.split("_")[1] in FRAMEWORKS else []


SEEDS = {13 * 4096: 3}
"""Where a size as its own seed is an accident: of 13 results, four bits lose 15 % with it, and 5 to
11 % with others (`smaller`, which should be tested at more rows when it is captured again)."""


def allowed_sizes(problem: Any, wanted: tuple[int, ...] = ()) -> list[int]:
    """For each wanted size the next one that the problem accepts (not every n is a picture).

    If none is wanted, those at which every problem is tested.
    """
    wanted = wanted or getattr(problem, "TEST_SIZES", WANTED_SIZES)
    return [next(n for n in itertools.count(w) if accepts(problem, n)) for w in wanted]


@functools.cache
def accepts(problem: Any, n: int) -> bool:
    """Whether the problem has a size n."""
    try:
        problem.make_inputs(n, np.random.default_rng(0))
    except ValueError:
        return False
    return True


def error_of(problem: Any, result: np.ndarray, expected: np.ndarray) -> float:
    """The problem's own error, or the relative L2 error."""
    if hasattr(problem, "error"):
        return float(problem.error(result, expected))
    return float(np.linalg.norm(result - expected) / np.linalg.norm(expected))


APART = {
    "interpreted": "once torch.compile has loaded Triton, it is a compiler and nothing else",
    "tensorflow": "PyTorch crashes on its way back beside it",
}
"""By a part of their names: programs that have a process of their own, and why."""


@functools.cache
def apart(kind: str) -> ProcessPoolExecutor:
    """One process for programs of that kind, which stays."""
    pool = ProcessPoolExecutor(1, mp_context=CONTEXT)
    atexit.register(pool.shutdown)
    return pool


def solved(path: Path, inputs: tuple[Any, ...]) -> tuple[np.ndarray, tuple[Any, ...]]:
    """What a variant makes of host arrays, as a host array; and these, as they are afterwards."""
    variant = load(path)
    given = variant.to_device(*inputs) if hasattr(variant, "to_device") else inputs
    result = variant.run(*given)
    if hasattr(variant, "to_host"):
        result = variant.to_host(result)
    assert isinstance(result, np.ndarray)
    return result, inputs


@dataclass(frozen=True)
class Case:
    """One variant of one problem."""

    problem_path: Path
    variant_path: Path

    @property
    def problem(self) -> Any:
        """The problem's module."""
        return load(self.problem_path)

    @property
    def tolerance(self) -> float:
        """The largest error allowed, in the precision that the variant's name says."""
        named = self.variant_path.stem.split("_")
        others = getattr(self.problem, "TOLERANCES", {})
        return float(next((others[p] for p in others if p in named), self.problem.TOLERANCE))

    def inputs(self, n: int) -> tuple[Any, ...]:
        """Inputs of n elements, the same ones in every test run."""
        seed = SEEDS.get(n, n)
        inputs: tuple[Any, ...] = self.problem.make_inputs(n, np.random.default_rng(seed))
        return inputs

    def solve(self, *inputs: Any) -> np.ndarray:
        """Host arrays in, host array out.

        What cannot stay in one process with others has one of its own.
        """
        kind = next((kind for kind in APART if kind in self.variant_path.stem), "")
        if not kind:
            return solved(self.variant_path, inputs)[0]
        result, after = apart(kind).submit(solved, self.variant_path, inputs).result(120)
        for mine, its in zip(inputs, after, strict=True):
            if isinstance(mine, np.ndarray):
                mine[...] = its  # what the program did to its inputs is seen here as well
        return result

    def verify(self, result: np.ndarray, inputs: tuple[Any, ...]) -> None:
        """Assert that the result has the shape of the oracle's and is close enough to it."""
        expected = self.problem.reference(*inputs)
        assert result.shape == expected.shape
        error = error_of(self.problem, result, expected)
        says = f"{self.variant_path}: {self.problem.ERROR} {error:.2g}"
        assert error <= self.tolerance, f"{says}, tolerance {self.tolerance:g}"


def cases(pattern: str) -> Iterator[Any]:
    """Every variant of that pattern, with every problem of its folder."""
    for variant in variant_files(pattern):
        for problem in sorted(variant.parent.glob("problem*.py")):
            example = variant.parent.name + problem.stem.removeprefix("problem")
            name = f"{example}-{variant.stem}"
            yield pytest.param(Case(problem, variant), id=name, marks=needs(variant))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize the arguments that are found on disk."""

    def files(paths: list[Path]) -> list[Any]:
        return [pytest.param(p, id=f"{p.parent.name}-{p.stem}") for p in paths]

    found: dict[str, Any] = {
        "problem": lambda: [
            pytest.param(load(p), id=p.parent.name + p.stem.removeprefix("problem"))
            for p in problem_files()
        ],
        "cpu_case": lambda: list(cases("cpu_*")),
        "deep_case": lambda: [
            p for p in cases("cpu_*") if str(p.id).startswith("mandelbrot_deep-")
        ],
        "gpu_case": lambda: list(cases("gpu_*")),
        "simulated_case": lambda: list(cases("gpu_numba*")),
        "wgpu_case": lambda: list(cases("gpu_wgpu*")),
        "listing": lambda: files(variant_files("*")),
        "first_listing": lambda: files(
            list({p.stem.split("_")[1]: p for p in reversed(variant_files("*"))}.values())
        ),
        "cuda_source": lambda: [
            pytest.param(source, id=f"{p.parent.name}-{p.stem}")
            for p in variant_files("gpu_*")
            for source in cuda_sources(p)
        ],
    }
    for name in found.keys() & set(metafunc.fixturenames):
        parameters = found[name]()
        assert parameters, f"no {name} found under {EXAMPLES}"
        metafunc.parametrize(name, parameters)


@pytest.fixture
def sizes() -> Any:
    """`allowed_sizes`, for tests."""
    return allowed_sizes


@pytest.fixture
def measure() -> Any:
    """`error_of`, for tests."""
    return error_of


@pytest.fixture
def find_cuda() -> Any:
    """`cuda_sources`, for tests."""
    return cuda_sources


def pytest_sessionfinish() -> None:
    """Programs that are kept loaded are told that nobody asks any more, as when a program ends."""
    for name, module in list(sys.modules.items()):
        for process in getattr(module, "processes", ()) if name.startswith("tested_") else ():
            process.communicate(timeout=60)


@pytest.fixture
def helpers_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Processes that programs start from here on; they are told to end, and awaited, at the end.

    A program's own end does that otherwise: theirs is the other end of its pipes.
    """
    started: list[Any] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    yield started
    for process in started:
        process.communicate(timeout=60)
