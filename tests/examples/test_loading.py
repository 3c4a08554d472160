"""Chapter 13: what is loaded wrongly shows in the losses."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from survival.capture.worker import SEED
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


def test_a_sum_that_is_zero_within_rounding_may_have_either_sign() -> None:
    """With 512 pictures one is; a program that takes the other side of ReLU there is right too."""
    inputs = PROBLEM.make_inputs(512, np.random.default_rng([SEED, 512]))
    expected = PROBLEM.reference(*inputs)
    path = FOLDER / "cpu_numpy.py"
    other = error(load(path, ("(h2 > 0)", "(h1 @ w2 + b2 > -1e-6)")), inputs, expected)
    assert 2 * error(load(path), inputs, expected) < other < PROBLEM.TOLERANCE / 2


@pytest.mark.parametrize("n", [n for n in PROBLEM.SIZES if n < 512])
def test_with_few_pictures_no_sum_is_zero_within_rounding(n: int) -> None:
    """There one picture weighs so much that the other side of ReLU would fail the check."""
    files, digits, order, mirrored, rate, *weights = PROBLEM.make_inputs(
        n, np.random.default_rng([SEED, n])
    )
    pictures = load(FOLDER / "cpu_numpy.py").load
    now = [w.astype(np.float64) for w in weights]
    for chosen, turned in zip(order, mirrored, strict=True):
        x = pictures(files, chosen, turned).astype(np.float64)
        _, found = PROBLEM.gradients(x, digits[chosen], now)
        for w, b in ((now[0], now[1]), (now[2], now[3])):
            sums = x @ w + b
            assert abs(sums).min() > 1e-6
            x = np.maximum(sums, 0)
        now = [w - rate * g for w, g in zip(now, found, strict=True)]


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
