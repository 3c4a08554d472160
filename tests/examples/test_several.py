"""Chapter 24: two processes do what one does, and mistakes between them are refused."""

from typing import Any

import numpy as np
import pytest

from tests.examples.conftest import EXAMPLES, error_of
from tests.examples.conftest import load as load_problem
from tests.standin.problems import load

FOLDER = EXAMPLES / "data_parallel"
PROBLEM = load_problem(FOLDER / "problem.py")
MEANS = load_problem(EXAMPLES / "all_reduce" / "problem.py")

MISTAKES = {
    "each half trained on for itself": (
        "cross_entropy(parallel(x), y)",
        "cross_entropy(model(x), y)",
    ),
    "one of them begins with other weights": (
        "        model.load_state_dict(",
        "        rank or model.load_state_dict(",
    ),
    "added, and not averaged": ("lr=rate)", "lr=2 * rate)"),
    "the first pictures twice": ("x.chunk(2, 1), y", "[x.chunk(2, 1)[0]] * 2, y"),
    "the losses of one half": ("torch.distributed.all_reduce(losses)", "losses *= 2"),
}


def test_the_mean_of_two_halves_is_the_whole() -> None:
    """A gradient over a batch is the mean of those over its halves, if they are equally long."""
    pictures, labels, _, *weights = PROBLEM.make_inputs(10, np.random.default_rng(1))
    x, y, now = pictures[0].astype(float), labels[0], [w.astype(float) for w in weights]
    _, whole = PROBLEM.gradients(x, y, now)
    _, left = PROBLEM.gradients(x[:5], y[:5], now)
    _, right = PROBLEM.gradients(x[5:], y[5:], now)
    for all_of_it, a, b in zip(whole, left, right, strict=True):
        np.testing.assert_allclose((a + b) / 2, all_of_it, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("n", [0, 1, 7])
def test_what_has_no_halves_is_refused(n: int) -> None:
    """An odd number of pictures would not weigh alike."""
    with pytest.raises(ValueError, match="no two equal halves"):
        PROBLEM.make_inputs(n, np.random.default_rng(1))


def solve(variant: Any, inputs: tuple[Any, ...]) -> np.ndarray:
    """What a program of two processes answers."""
    return np.asarray(variant.to_host(variant.run(*variant.to_device(*inputs))))


@pytest.mark.frameworks
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
@pytest.mark.usefixtures("helpers_end")
def test_a_mistake_between_processes_is_refused(mistake: tuple[str, str]) -> None:
    """The losses show it, at a size of the sweep."""
    inputs = PROBLEM.make_inputs(PROBLEM.SIZES[1], np.random.default_rng(2))
    wrong = solve(load(FOLDER / "cpu_torch_two.py", mistake), inputs)
    assert not error_of(PROBLEM, wrong, PROBLEM.reference(*inputs)) <= PROBLEM.TOLERANCE


@pytest.mark.frameworks
def test_both_have_the_same_and_end_with_their_program(helpers_end: list[Any]) -> None:
    """Both answer alike, to the last bit; and when the pipes close, both end and complain not."""
    inputs = PROBLEM.make_inputs(PROBLEM.SIZES[1], np.random.default_rng(3))
    variant = load(FOLDER / "cpu_torch_two.py")
    variant.to_device(*inputs)
    mine, other = variant.run()
    np.testing.assert_array_equal(mine, other)
    assert error_of(PROBLEM, mine, PROBLEM.reference(*inputs)) < PROBLEM.TOLERANCE / 2
    assert len(helpers_end) == 2
    for process in helpers_end:
        process.communicate(timeout=60)
        assert process.returncode == 0


@pytest.mark.frameworks
@pytest.mark.usefixtures("helpers_end")
def test_a_sum_that_is_not_halved_is_refused() -> None:
    """Ten sums are not ten means."""
    inputs = MEANS.make_inputs(MEANS.SIZES[0], np.random.default_rng(4))
    path = EXAMPLES / "all_reduce" / "cpu_torch_two.py"
    right, wrong = load(path), load(path, ("mine /= 2", "mine /= 1.000001"))
    assert error_of(MEANS, solve(right, inputs), MEANS.reference(*inputs)) < MEANS.TOLERANCE
    assert error_of(MEANS, solve(wrong, inputs), MEANS.reference(*inputs)) > MEANS.TOLERANCE
