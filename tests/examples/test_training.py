"""Chapter 13: the losses of all programs agree, mistakes are refused, and the network learns."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "training"
PROBLEM = runpy.run_path(str(FOLDER / "problem.py"))
RIGHT = (FOLDER / "cpu_numpy.py").read_text(encoding="utf-8")

MISTAKES = {
    "not divided by the number of pictures": ("p / len(x)", "p"),
    "divided by one picture too many": ("p / len(x)", "p / (len(x) + 1)"),
    "a bias that does not learn": ("d1.sum(axis=0)", "0 * d1.sum(axis=0)"),
    "no way back through the first ReLU": (" * (h1 > 0)", ""),
    "no way back through the second ReLU": (" * (h2 > 0)", ""),
    "the label not subtracted": ("p[rows, y] -= 1", "pass"),
    "half the rate": ("w -= rate * gradient", "w -= 0.5 * rate * gradient"),
    "a rate off by one part in a thousand": ("-= rate", "-= 1.001 * rate"),
    "momentum by accident": ("w -= rate * gradient", "w -= rate * gradient * 1.9"),
    "uphill": ("w -= rate", "w += rate"),
    "the last update missing": ("p = forward(x, *weights)[-1]", "pass"),
    "the last digit of every weight lost": (
        "w -= rate * gradient",
        "w[:] = (w - rate * gradient).astype(np.float16)",
    ),
}


def error(result: np.ndarray, expected: np.ndarray) -> float:
    """The relative L2 error, which the tolerance is about."""
    return float(np.linalg.norm(result - expected) / np.linalg.norm(expected))


def losses(source: str, inputs: tuple[Any, ...]) -> np.ndarray:
    """What the program computes."""
    variant: dict[str, Any] = {"__name__": "planted"}
    exec(source, variant)
    with np.errstate(all="ignore"):
        return np.asarray(variant["run"](*inputs))


@pytest.mark.parametrize(("right", "wrong"), MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("n", PROBLEM["SIZES"][:3])
def test_a_mistake_is_refused(right: str, wrong: str, n: int) -> None:
    """The loss curve of a program with a plausible mistake is outside of the tolerance."""
    inputs = PROBLEM["make_inputs"](n, np.random.default_rng(n))
    expected = PROBLEM["reference"](*inputs)
    assert RIGHT.count(right) == 1
    assert error(losses(RIGHT, inputs), expected) < PROBLEM["TOLERANCE"] / 4
    assert not error(losses(RIGHT.replace(right, wrong), inputs), expected) <= PROBLEM["TOLERANCE"]


def test_a_mistake_is_refused_among_many_pictures() -> None:
    """At the largest size a slightly wrong rate is still outside, after three steps already."""
    made = PROBLEM["make_inputs"](PROBLEM["SIZES"][-1], np.random.default_rng(9))
    inputs = made[0][:3], made[1][:3], *made[2:]
    expected = PROBLEM["reference"](*inputs)
    right, wrong = MISTAKES["a rate off by one part in a thousand"]
    assert error(losses(RIGHT, inputs), expected) < PROBLEM["TOLERANCE"] / 2
    assert error(losses(RIGHT.replace(right, wrong), inputs), expected) > 4 * PROBLEM["TOLERANCE"]


def test_gradients_are_the_slopes_of_the_loss() -> None:
    """The oracle's gradient says how the loss changes if a weight is moved a little."""
    pictures, labels, _, *weights = PROBLEM["make_inputs"](6, np.random.default_rng(3))
    x, now = pictures[0].astype(float), [w.astype(float) for w in weights]
    _, found = PROBLEM["gradients"](x, labels[0], now)
    rng = np.random.default_rng(4)
    for k, w in enumerate(now):
        way = rng.standard_normal(w.shape)
        step = 1e-7  # small: where a ReLU begins, the loss has a kink
        up, down = (
            PROBLEM["gradients"](x, labels[0], [*now[:k], w + s * way, *now[k + 1 :]])[0]
            for s in (step, -step)
        )
        assert (up - down) / (2 * step) == pytest.approx((found[k] * way).sum(), rel=1e-6)


def test_operations_are_counted_right() -> None:
    """The products of the NumPy program, counted while it runs, are those that work() states."""

    class Counted(np.ndarray):
        operations = 0

        def __matmul__(self, other: Any) -> Any:
            Counted.operations += 2 * self.size * other.shape[1]
            return np.asarray(self).view(np.ndarray).__matmul__(other).view(Counted)

    pictures, labels, rate, *weights = PROBLEM["make_inputs"](16, np.random.default_rng(5))
    inputs = (pictures.view(Counted), labels, rate, *(w.view(Counted) for w in weights))
    expected = PROBLEM["reference"](pictures, labels, rate, *weights)
    losses(RIGHT, inputs)
    updates = 10 * 2 * sum(w.size for w in weights)
    counted = PROBLEM["work"]((pictures, labels, rate, *weights), expected)["operations"]
    assert counted == Counted.operations + updates


LEARN = """
import runpy, sys
import numpy as np
problem, numpy = (runpy.run_path(path) for path in sys.argv[1:])
rng = np.random.default_rng(6)
_, _, _, *weights = problem["make_inputs"](1, rng)
for _ in range(500):
    y = rng.integers(0, 10, 128)
    x = problem["draw"](y, rng)
    h1, h2, p = numpy["forward"](x, *weights)
    p[np.arange(128), y] -= 1
    gradients = numpy["backward"](x, h1, h2, p / 128, weights[2], weights[4])
    for w, gradient in zip(weights, gradients, strict=True):
        w -= 0.5 * gradient
y = rng.integers(0, 10, 4000)
print((numpy["forward"](problem["draw"](y, rng), *weights)[-1].argmax(axis=1) == y).mean())
"""


def test_a_network_learns_the_digits() -> None:
    """After 500 steps with 128 pictures each, over 95 % of fresh pictures are read right."""
    done = subprocess.run(
        [sys.executable, "-c", LEARN, FOLDER / "problem.py", FOLDER / "cpu_numpy.py"],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # small products, beside other tests
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) > 0.95


@pytest.mark.frameworks
def test_all_programs_learn_alike() -> None:
    """NumPy, PyTorch and Keras on TensorFlow, from the same weights: the same curve, to 2e-6."""
    inputs = PROBLEM["make_inputs"](64, np.random.default_rng(7))
    curves = {}
    for path in sorted(FOLDER.glob("cpu_*.py")):
        variant = runpy.run_path(str(path))
        curves[path.stem] = np.asarray(variant["run"](*inputs), np.float64)
    assert {name.split("_")[1] for name in curves} >= {"numpy", "torch", "keras"}
    for a in curves.values():
        assert a[-1] < a[0]
        for b in curves.values():
            assert error(a, b) < PROBLEM["TOLERANCE"]


@pytest.mark.frameworks
def test_the_oracle_is_what_autograd_finds() -> None:
    """PyTorch in float64 derives the same gradients as our fifteen lines, to twelve digits."""
    torch = pytest.importorskip("torch")
    pictures, labels, _, *weights = PROBLEM["make_inputs"](32, np.random.default_rng(8))
    x, y = pictures[0].astype(float), labels[0]
    now = [torch.from_numpy(w.astype(float)).requires_grad_() for w in weights]
    w1, b1, w2, b2, w3, b3 = now
    h = torch.relu(torch.relu(torch.from_numpy(x) @ w1 + b1) @ w2 + b2)
    loss = torch.nn.functional.cross_entropy(h @ w3 + b3, torch.from_numpy(y))
    loss.backward()
    expected, found = PROBLEM["gradients"](x, y, [w.astype(float) for w in weights])
    assert loss.item() == pytest.approx(expected, rel=1e-12)
    for w, gradient in zip(now, found, strict=True):
        np.testing.assert_allclose(w.grad.numpy(), gradient, rtol=1e-9, atol=1e-14)
