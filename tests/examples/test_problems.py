"""What every problem.py promises, and what the two oracles themselves rest on."""

import io
import re
import runpy
import tokenize
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survival import catalog

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_sizes_make_a_sweep(problem: Any) -> None:
    """There are at least five ascending sizes, and the problem accepts the smallest ones."""
    assert len(problem.SIZES) >= 5
    assert list(problem.SIZES) == sorted(set(problem.SIZES))
    for n in problem.SIZES[:3]:
        problem.make_inputs(n, np.random.default_rng(1))


def test_tolerances_are_for_precisions(problem: Any) -> None:
    """Another trait of a variant's name is no reason to be less exact."""
    assert set(getattr(problem, "TOLERANCES", {})) <= set(catalog.PRECISIONS)


def test_first_call_is_a_size(problem: Any) -> None:
    """The size of the first call, where there is one, is in the sweep."""
    assert getattr(problem, "FIRST_CALL_SIZE", None) in (None, *problem.SIZES)


def test_inputs_are_random_float32(problem: Any) -> None:
    """Input arrays are float32 or as the problem says, differ between seeds and repeat for one."""
    n = problem.SIZES[0]
    first, again, other = (
        [i for i in problem.make_inputs(n, np.random.default_rng(seed)) if np.ndim(i)]
        for seed in (1, 1, 2)
    )
    for a, b, c in zip(first, again, other, strict=True):
        assert a.dtype in np.atleast_1d(getattr(problem, "DTYPE", np.float32))
        np.testing.assert_array_equal(a, b)
        assert not np.array_equal(a, c)


def test_work_grows_with_size(problem: Any) -> None:
    """Bytes and operations are positive integers that grow from size to size."""
    before = {"bytes": 0, "operations": 0}
    for n in problem.SIZES[:3]:
        inputs = problem.make_inputs(n, np.random.default_rng(1))
        work = problem.work(inputs, problem.reference(*inputs))
        for key, value in work.items():
            assert type(value) is int
            assert value > before[key]
        before = work


def test_tolerance_rejects_a_small_mistake(problem: Any, measure: Any) -> None:
    """In the smallest size, a last row (or element) that was not computed is not tolerated.

    In a coarser precision, whose own error may be as large, half of the rows.
    """
    if problem.ERROR == "share of wrong answers":
        pytest.skip("one answer is nothing; test_seeing.py shows what is refused")
    inputs = problem.make_inputs(problem.SIZES[0], np.random.default_rng(1))
    expected = problem.reference(*inputs)
    result = expected.copy()
    result[-1:] = 0
    assert measure(problem, expected, expected) == 0
    assert measure(problem, result, expected) > problem.TOLERANCE
    result[len(result) // 2 :] = 0
    coarser = getattr(problem, "TOLERANCES", {}).values()
    assert measure(problem, result, expected) > max(coarser, default=0)


@pytest.fixture(scope="module")
def mandelbrot() -> dict[str, Any]:
    """What the Mandelbrot problem defines, by name."""
    return runpy.run_path(str(EXAMPLES / "mandelbrot" / "problem.py"))


@pytest.mark.parametrize("iterations", [1, 2, 20, 300])
def test_mandelbrot_oracle_follows_the_definition(
    mandelbrot: dict[str, Any], iterations: int
) -> None:
    """The counts say how many of the first z are at most 2 away from zero, point by point."""
    x, y, _ = mandelbrot["make_inputs"](19 * 28, np.random.default_rng(5))
    counts = np.zeros((19, 28), int)
    for i, j in np.ndindex(counts.shape):
        z = c = complex(x[j], y[i])
        while counts[i, j] < iterations and abs(z) <= 2:
            counts[i, j] += 1
            z = z**2 + c
    np.testing.assert_array_equal(mandelbrot["reference"](x, y, iterations), counts)
    assert counts.max() == iterations


def test_mandelbrot_sizes_have_labels(mandelbrot: dict[str, Any]) -> None:
    """A size is shown as height × width."""
    assert mandelbrot["label"](1024 * 1536) == "1024 × 1536"
    assert mandelbrot["label"](17 * 25) == "17 × 25"


@pytest.mark.parametrize("n", [0, -24, 5, 1024 * 1536 + 1])
def test_mandelbrot_refuses_what_is_no_picture(mandelbrot: dict[str, Any], n: int) -> None:
    """A number of pixels that no picture of 3:2 has is refused, and named."""
    with pytest.raises(ValueError, match=f"No picture has {n} pixels"):
        mandelbrot["make_inputs"](n, np.random.default_rng(1))


HALF_A_STEP = re.compile(
    r"round(?:s|ed|ing)\b[^.]*?\bby (?:up to )?2\*\*-(\d+)|rounding is off by 2\*\*-(\d+)"
)
"""What a comment says that rounding to bfloat16 costs at most."""


def comments(path: Path) -> str:
    """All comments of a file, as one line."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    return " ".join(t.string.lstrip("# ") for t in tokens if t.type == tokenize.COMMENT)


def test_comments_know_how_much_bfloat16_rounds() -> None:
    """It keeps 8 bits: between 1 and 2 its numbers are 2**-7 apart, and the next is half as far."""
    said = {
        (path.parent.name, next(filter(None, match.groups())))
        for path in EXAMPLES.glob("*/problem.py")
        for match in HALF_A_STEP.finditer(comments(path))
    }
    assert len(said) >= 6
    assert {power for _, power in said} == {"8"}, said
