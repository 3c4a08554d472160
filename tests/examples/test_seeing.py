"""What the tolerance of `seeing` accepts is a network that has learned, and nothing less."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SEEING = Path(__file__).parents[2] / "examples" / "seeing"
FRAMEWORKS = ("cpu_torch", "cpu_keras_tensorflow")


@pytest.fixture(scope="module")
def seeing() -> dict[str, Any]:
    """What the problem defines, by name."""
    return runpy.run_path(str(SEEING / "problem.py"))


@pytest.fixture(scope="module")
def learn() -> Callable[..., Any]:
    """The training by hand, `run` of cpu_numpy.py."""
    run: Callable[..., Any] = runpy.run_path(str(SEEING / "cpu_numpy.py"))["run"]
    return run


@pytest.mark.parametrize("seed", [1, 2])
def test_learning_is_refused_without_steps_or_with_shuffled_labels(
    seeing: dict[str, Any], learn: Callable[..., Any], seed: int
) -> None:
    """The trained network passes; untrained, or told wrong labels, it guesses."""
    pictures, labels, *rest = seeing["make_inputs"](32, np.random.default_rng(seed))
    expected = seeing["reference"](pictures, labels, *rest)
    shuffled = np.random.default_rng(seed).permuted(labels)
    wrong = {
        "trained": seeing["error"](learn(pictures, labels, *rest), expected),
        "untrained": seeing["error"](learn(pictures[:0], labels[:0], *rest), expected),
        "misled": seeing["error"](learn(pictures, shuffled, *rest), expected),
    }
    assert wrong["trained"] <= seeing["TOLERANCE"]
    assert wrong["untrained"] > 0.5
    assert wrong["misled"] > 0.5


def test_no_constant_answer_passes(seeing: dict[str, Any]) -> None:
    """Each digit is a tenth of the unseen pictures."""
    expected = seeing["truth"](seeing["UNSEEN"])
    assert [seeing["error"](expected * 0 + d, expected) for d in range(10)] == [0.9] * 10


def test_gradients_are_those_of_finite_differences(seeing: dict[str, Any]) -> None:
    """A step along the gradient by hand lowers the loss by what the gradient says."""
    pictures, labels, _, _, *weights = seeing["make_inputs"](64, np.random.default_rng(4))
    by_hand = runpy.run_path(str(SEEING / "cpu_numpy.py"))

    def loss(weights: list[Any]) -> float:
        x = pictures[0][None]
        for w in weights[:2]:
            x = by_hand["forward"](x, w)[-1]
        scores = x.transpose(1, 2, 3, 0).reshape(64, -1).astype(float) @ weights[2]
        picked = scores[np.arange(64), labels[0]]
        return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - picked))

    slopes = by_hand["gradients"](pictures[0], labels[0], *weights)
    for i, slope in enumerate(slopes):
        step = 1e-2 * slope / np.linalg.norm(slope)
        ends = [
            loss([w + sign * step if i == j else w for j, w in enumerate(weights)])
            for sign in (-1, 1)
        ]
        assert ends[1] - ends[0] == pytest.approx(2e-2 * np.linalg.norm(slope), rel=0.02)


@pytest.mark.frameworks
@pytest.mark.parametrize("name", FRAMEWORKS)
def test_all_programs_learn_the_same(
    seeing: dict[str, Any], learn: Callable[..., Any], name: str
) -> None:
    """The same pictures in the same order give the same network: the answers differ by rounding."""
    inputs = seeing["make_inputs"](32, np.random.default_rng(5))
    other = runpy.run_path(str(SEEING / f"{name}.py"))
    moved = other["to_device"](*inputs) if "to_device" in other else inputs
    answers = np.asarray(other["run"](*moved))
    assert np.mean(answers != learn(*inputs)) < 0.01
