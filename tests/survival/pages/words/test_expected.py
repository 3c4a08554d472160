"""`[[expected ...]]` says what an author expects, and nothing once there is a measurement."""

import shutil
from pathlib import Path

import pytest

from survival.errors import PageError
from survival.judge import evidence
from survival.pages.words import expected
from tests.survival.pages.test_extension import GPU, HERE, convert, copied, plain

__all__ = ["copied"]


def test_what_nobody_has_measured_is_expected_and_says_so(copied: Path) -> None:
    """With the GPU that it is about and the reason, and marked as no measurement."""
    shutil.rmtree(copied / "results" / GPU)
    html = convert("It is short. [[expected toy_sum gpu_cupy_rawkernel]]", copied)
    assert plain(html) == (
        "It is short. Nobody has measured this program (CuPy, CUDA C kernel). Its author expects "
        "80 to 92 % of the limit at 16,777,216 elements on a made-up GPU: nobody has measured this "
        "one."
    )
    assert 'class="sv-none"' in html
    assert "data-record" not in html


def test_a_measurement_takes_its_place() -> None:
    """Nothing is left of it."""
    html = convert("It is short. [[expected toy_sum gpu_cupy_rawkernel]]")
    assert plain(html) == "It is short."


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["toy_sum"], "expected: needs EXAMPLE VARIANT"),
        (
            ["toy_sum", "cpu_numpy"],
            "expected: unknown expectation 'cpu_numpy'; there are: gpu_cupy",
        ),
        (["toy_picture", "gpu_cupy"], "expected: unknown expectation 'gpu_cupy'"),
    ],
)
def test_what_is_not_expected_is_told(args: list[str], says: str) -> None:
    """A word without an expectation behind it stops the build."""
    found = evidence.load(HERE / "results", HERE / "examples", False)
    with pytest.raises(PageError) as told:
        expected.say(found, args)
    assert str(told.value).startswith(says)
