"""Chapter 13: what is loaded wrongly shows in the losses."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.examples.conftest import EXAMPLES, error_of
from tests.examples.conftest import load as load_problem
from tests.standin.problems import load

FOLDER = EXAMPLES / "loading"
PROBLEM = load_problem(FOLDER / "problem.py")

MISTAKES = {
    "nothing is mirrored": ("x[mirrored] = x[mirrored, :, ::-1]", "pass"),
    "upside down": ("x[mirrored, :, ::-1]", "x[mirrored, ::-1]"),
    "the order not followed": ("files[chosen]", "files[: len(chosen)]"),
    "the digits of another batch": ("turned), digits[chosen]", "turned), digits[order[0]]"),
    "bytes scaled a little wrong": ("np.float32(64)", "np.float32(64.1)"),
    "the mean added, not taken off": ("- np.float32(127.5)", "+ np.float32(127.5)"),
}


def error(variant: SimpleNamespace, inputs: tuple[Any, ...], expected: np.ndarray) -> float:
    """How far the program's losses are from the oracle's."""
    with np.errstate(all="ignore"):
        return error_of(PROBLEM, variant.run(*inputs), expected)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("n", PROBLEM.SIZES[:3])
def test_a_mistake_is_refused(mistake: tuple[str, str], n: int) -> None:
    """The losses of a program that loads wrongly are outside of the tolerance."""
    inputs = PROBLEM.make_inputs(n, np.random.default_rng(n))
    expected = PROBLEM.reference(*inputs)
    path = FOLDER / "cpu_numpy.py"
    assert error(load(path), inputs, expected) < PROBLEM.TOLERANCE / 4
    assert not error(load(path, mistake), inputs, expected) <= PROBLEM.TOLERANCE


def test_one_pass_takes_every_picture_once() -> None:
    """Ten steps of eight are eighty pictures, no two the same."""
    _, _, order, *_ = PROBLEM.make_inputs(8, np.random.default_rng(1))
    assert sorted(order.ravel()) == list(range(80))


@pytest.mark.frameworks
def test_the_thread_loads_while_others_are_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the first batch is trained on, the loading of all others has been ordered already."""
    variant = load(FOLDER / "cpu_torch_prefetched.py")
    ordered: list[object] = []
    seen: list[int] = []
    submit, forward = variant.ThreadPoolExecutor.submit, variant.cross_entropy.forward

    def counted_submit(*args: Any) -> Any:
        ordered.append(args)
        return submit(*args)

    def counted_forward(*args: Any) -> Any:
        seen.append(len(ordered))
        return forward(*args)

    monkeypatch.setattr(variant.ThreadPoolExecutor, "submit", counted_submit)
    monkeypatch.setattr(variant.cross_entropy, "forward", counted_forward)
    variant.run(*PROBLEM.make_inputs(8, np.random.default_rng(1)))
    assert seen == [10] * 10
