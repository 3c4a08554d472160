"""The language model of the chapter on generating: its oracle, its cache, and what both refuse."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from survival import catalog
from survival.capture.worker import _load, relative_error

EXAMPLE = catalog.get("decode")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The problem with a smaller model in the same style, for speed."""
    problem = EXAMPLE.problem()
    shape = {"LAYERS": 5, "WIDTH": 480, "HEADS": 6, "VOCABULARY": 307, "PAST": 9}
    for name, value in shape.items():
        monkeypatch.setattr(problem, name, value)
    return problem


@pytest.fixture
def numpy_program() -> ModuleType:
    """The listing in NumPy."""
    return _load(EXAMPLE.variant("cpu_numpy").path)


def answer(program: Any, inputs: tuple[Any, ...]) -> Any:
    """Host arrays in, logits out."""
    return program.to_host(program.run(*program.to_device(*inputs)))


def test_a_cache_changes_the_cost_and_not_the_answer(small: Any, numpy_program: Any) -> None:
    """Six tokens at once, or five at once and one more with the cache of the five: the same."""
    tokens, keys, values, *weights = small.model((2, 6), np.random.default_rng(1))
    at_once = answer(numpy_program, (tokens, keys, values, *weights))
    first = numpy_program.to_device(tokens[:, :5], keys, values, *weights)
    numpy_program.run(*first)  # leaves the new keys and values in the cache
    one_more = answer(numpy_program, (tokens[:, 5:], *first[1:3], *weights))
    np.testing.assert_allclose(one_more, at_once, rtol=1e-4, atol=1e-5)


def test_one_token_is_the_smallest_prompt_and_the_smallest_batch(small: Any) -> None:
    """Both sweeps begin with the same step, so that their curves begin at one point."""
    prefill = catalog.get("decode_prefill").problem()
    assert prefill.SIZES[0] == small.SIZES[0] == 1
    decode = small.make_inputs(1, np.random.default_rng(1))
    assert [a.shape for a in small.model((1, 1), np.random.default_rng(1))] == [
        a.shape for a in decode
    ]


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("/ size**0.5 + ahead", "/ size**0.5"),
        ("length - new + 1)", "length - new + 2)"),
        ("wpe[length - new : length]", "wpe[length - new - 1 : length - 1]"),
        ("norms[2 * i + 1]", "norms[2 * i]"),
        ("values[i, :, :, -new:] = k, v", "values[i, :, :, -new:] = k, k"),
        ("x[new - 1 :: new]", "x[0::new]"),
        ("/ size**0.5", ""),
    ],
)
def test_the_tolerances_refuse_a_plausible_mistake(
    small: Any, line: str, mistake: str, numpy_program: Any
) -> None:
    """One wrong index, mask or scale is outside of every tolerance; the right program is inside."""
    inputs = small.model((2, 5), np.random.default_rng(2))
    expected = small.reference(*inputs)
    assert relative_error(answer(numpy_program, inputs), expected) < small.TOLERANCE
    source = EXAMPLE.variant("cpu_numpy").source
    assert line in source
    wrong: dict[str, Any] = {"__name__": "wrong"}
    exec(source.replace(line, mistake), wrong)
    result = wrong["run"](*wrong["to_device"](*inputs))
    assert relative_error(result, expected) > max(small.TOLERANCES.values())


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("wpe[length - new : length]", "wpe[length - new - 1 : length - 1]"),
        ("norms[2 * i + 1]", "norms[2 * i]"),
        ("values[i, :, :, -new:] = k, v", "values[i, :, :, -new:] = k, k"),
        ("/ size**0.5", ""),
    ],
)
def test_one_wide_layer_shows_a_mistake_too(
    monkeypatch: pytest.MonkeyPatch, line: str, mistake: str, numpy_program: Any
) -> None:
    """What twelve layers would show, its tolerances refuse as well."""
    example = catalog.get("decode_wide")
    problem = example.problem()
    for name, value in {"WIDTH": 1024, "HEADS": 8}.items():
        monkeypatch.setattr(problem, name, value)
    inputs = problem.make_inputs(2, np.random.default_rng(2))
    expected = problem.reference(*inputs)
    assert relative_error(answer(numpy_program, inputs), expected) < problem.TOLERANCE
    wrong: dict[str, Any] = {"__name__": "wrong"}
    exec(example.variant("cpu_numpy").source.replace(line, mistake), wrong)
    result = wrong["run"](*wrong["to_device"](*inputs))
    assert relative_error(result, expected) > max(problem.TOLERANCES.values())


def test_no_matrix_of_the_wide_layer_fits_the_cache_of_an_h100() -> None:
    """50 MB of L2, and float32: a step finds none of them there from the step before."""
    problem = catalog.get("decode_wide").problem()
    _, _, _, _, _, _, _, *matrices = problem.make_inputs(1, np.random.default_rng(1))
    assert len(matrices) == 4
    assert min(m.nbytes for m in matrices) > 50e6


def test_no_step_is_without_a_sequence() -> None:
    """The wide problem refuses it too."""
    with pytest.raises(ValueError, match="No step has 0"):
        catalog.get("decode_wide").problem().make_inputs(0, np.random.default_rng(1))


@pytest.mark.parametrize("shape", [(0, 1), (1, 0), (1, 1024)])
def test_no_step_is_longer_than_the_context(shape: tuple[int, int]) -> None:
    """What the positions' table has no row for is refused, and named."""
    with pytest.raises(ValueError, match="No step has"):
        EXAMPLE.problem().model(shape, np.random.default_rng(1))


@pytest.mark.frameworks
def test_the_oracle_agrees_with_the_layers_of_pytorch(
    small: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`reference` is the model that PyTorch's own transformer layers make of the same weights."""
    import torch
    from torch import nn

    monkeypatch.setattr(small, "PAST", 0)
    inputs = small.model((2, 7), np.random.default_rng(3))
    tokens, _, _, wte, wpe, norms, biases, qkv, out, up, down = (
        torch.from_numpy(a).double() if a.dtype == np.float32 else torch.from_numpy(a)
        for a in inputs
    )
    width = small.WIDTH
    x = wte[tokens] + wpe[:7]
    for i in range(small.LAYERS):
        b = biases[i].split((3 * width, width, 4 * width, width))
        layer = nn.TransformerEncoderLayer(
            width,
            small.HEADS,
            4 * width,
            dropout=0.0,
            activation=nn.GELU(approximate="tanh"),
            batch_first=True,
            norm_first=True,
            dtype=torch.float64,
        )
        new = (
            *(qkv[i].T, b[0], out[i].T, b[1], up[i].T, b[2], down[i].T, b[3]),
            *(*norms[2 * i], *norms[2 * i + 1]),
        )
        with torch.no_grad():
            for parameter, value in zip(layer.parameters(), new, strict=True):
                parameter.copy_(value)
            mask = nn.Transformer.generate_square_subsequent_mask(7, dtype=torch.float64)
            x = layer(x, src_mask=mask, is_causal=True)
    x = nn.functional.layer_norm(x[:, -1], (width,), *norms[-1])
    np.testing.assert_allclose(small.reference(*inputs), x @ wte.T, rtol=1e-6, atol=1e-7)


@pytest.mark.frameworks
@pytest.mark.parametrize("name", ["cpu_torch", "cpu_torch_bfloat16"])
def test_pytorch_reads_in_pieces_too(small: Any, name: str) -> None:
    """A prompt of five tokens at once, in both precisions, within its tolerance."""
    variant = EXAMPLE.variant(name)
    inputs = small.model((2, 5), np.random.default_rng(4))
    allowed = small.TOLERANCES.get(variant.precision, small.TOLERANCE)
    error = relative_error(answer(_load(variant.path), inputs), small.reference(*inputs))
    assert error < allowed
