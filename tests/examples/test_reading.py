"""The networks of the chapter on reading: equal in size, right gradients, masks that mask."""

from typing import Any

import numpy as np
import pytest

from tests.examples.conftest import EXAMPLES, load

NETWORKS = ("recurrent", "transformer")


def problem(name: str) -> Any:
    """The problem of an example."""
    return load(EXAMPLES / name / "problem.py")


def inputs(name: str, n: int) -> tuple[np.ndarray, ...]:
    """Its inputs at a size."""
    found: tuple[np.ndarray, ...] = problem(name).make_inputs(n, np.random.default_rng(n))
    return found


def test_both_have_the_same_number_of_weights() -> None:
    """Two GRU layers and one transformer block: 12 d² weights each."""
    counts = [sum(w.size for w in inputs(name, 2)[1:]) for name in NETWORKS]
    assert counts == [12 * 128**2] * 2


def test_the_scores_are_half_of_the_work_at_twelve_widths() -> None:
    """What the page predicts, by the problem's own count."""
    network = problem("transformer")
    x, *weights = inputs("transformer", 12 * 128)
    every = 2 * len(x) * sum(w.size for w in weights)
    assert network.work((x, *weights), x)["operations"] == pytest.approx(2 * every, rel=1e-3)


@pytest.mark.parametrize("name", NETWORKS)
def test_no_position_sees_a_later_one(name: str) -> None:
    """Another last position changes the last output, and no other."""
    x, *weights = inputs(name, 9)
    changed = x.copy()
    changed[-1] += 1
    before, after = (problem(name).reference(a, *weights) for a in (x, changed))
    np.testing.assert_array_equal(before[:-1], after[:-1])
    assert not np.allclose(before[-1], after[-1])


@pytest.mark.parametrize("name", NETWORKS)
def test_the_training_problems_read_like_the_others(name: str) -> None:
    """The gradient by hand says how a small step changes the other oracle's loss."""
    x, target, *weights = inputs(f"{name}_training", 5)

    def loss(*changed: np.ndarray) -> float:
        return float(np.mean((problem(name).reference(x, *changed) - target) ** 2))

    rows = problem(f"{name}_training").reference(x, target, *weights)
    direction = [np.random.default_rng(1).standard_normal(w.shape) for w in weights]
    along = float(np.sum(rows.ravel() * np.concatenate([d.ravel() for d in direction])))
    step = 1e-6
    ahead, back = (
        loss(*(w + s * d for w, d in zip(weights, direction, strict=True))) for s in (step, -step)
    )
    assert (ahead - back) / (2 * step) == pytest.approx(along, rel=1e-5)


def by_torch(name: str, x: Any, target: Any, weights: Any) -> np.ndarray:
    """The gradient by the variant's own code, that is by automatic differentiation, in float64."""
    import torch

    variant = load(EXAMPLES / f"{name}_training" / "cpu_torch.py")
    args = [
        a.double()
        if isinstance(a, torch.nn.Module)
        else a.detach().double().requires_grad_(a.requires_grad)
        for a in variant.to_device(x, target, *weights)
    ]
    found: np.ndarray = variant.to_host(variant.run(*args))
    return found


@pytest.mark.frameworks
@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradient_by_hand_is_that_of_pytorch(name: str) -> None:
    """In float64 the oracle and PyTorch agree to ten digits."""
    x, target, *weights = inputs(f"{name}_training", 33)
    expected = problem(f"{name}_training").reference(x, target, *weights)
    found = by_torch(name, x, target, weights)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-12)


def notes(name: str, n: int) -> int:
    """How many operations PyTorch has noted on the way to a program's loss; weights not counted."""
    import torch

    variant, losses = load(EXAMPLES / f"{name}_training" / "cpu_torch.py"), []

    def kept(loss: Any, weights: Any) -> Any:
        losses.append(loss)
        return [torch.zeros_like(w) for w in weights]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.autograd, "grad", kept)
        variant.run(*variant.to_device(*inputs(f"{name}_training", n)))
    found, ahead = set(), [losses[0].grad_fn]
    while ahead:
        if (note := ahead.pop()) and note not in found:
            found.add(note)
            ahead += [following for following, _ in note.next_functions]
    return sum("AccumulateGrad" not in note.name() for note in found)


@pytest.mark.frameworks
def test_the_chain_leaves_more_notes_at_a_position_than_the_block_in_all() -> None:
    """Some twenty for the block, however long the text; more than that for each position."""
    assert notes("transformer", 9) == notes("transformer", 10)
    assert 18 <= notes("transformer", 9) <= 24
    assert notes("recurrent", 10) - notes("recurrent", 9) > 24
