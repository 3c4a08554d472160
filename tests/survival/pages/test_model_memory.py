"""The formulas of memory against published counts, and against what PyTorch allocates."""

import functools
import json
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from survival import catalog
from survival.capture.worker import _load
from survival.errors import CatalogError
from survival.pages import model_memory

PUBLISHED = {
    "gpt2-small": 124_439_808,
    "llama-3.2-1b": 1_235_814_400,
    "llama-3-8b": 8_030_261_248,
    "mixtral-8x7b": 46_702_792_704,
    "llama-3-70b": 70_553_706_496,
    "qwen3-8b": 8_190_735_360,  # 8.2 billion in its model card, 6.95 without the tables
    "qwen3-30b-a3b": 30_532_122_624,  # 30.5 billion in its model card
    "gpt-oss-20b": 20_914_757_184,  # 20.9 billion in its model card
    "gemma-3-27b": 27_009_346_304,  # 25,600 million and 1,416 of tables in its report
    "qwen3-next-80b-a3b": 79_674_391_296,  # 80 billion in its model card
    "qwen3.6-27b": 26_895_998_464,  # 27 billion in its name
    "deepseek-v3": 671_026_419_200,  # 671 billion in its model card
}
"""Numbers in each model's published files."""

TINY = model_memory.Shape(
    name="tiny",
    layers=3,
    width=48,
    heads=4,
    kv_heads=4,
    head_size=12,
    hidden=192,
    matrices=2,
    vocabulary=101,
    context=32,
    tied=True,
    classic=True,
)

SYSTEM_SHARE = 0.06
"""How much more than the formula's bytes a process may take for them, as the page says."""


@pytest.mark.parametrize("key", model_memory.models())
def test_parameters_are_those_of_the_published_files(key: str) -> None:
    """The formula gives every parameter of every model, not one more or less."""
    assert model_memory.model(key).parameters == PUBLISHED[key]


def test_every_model_names_a_source_and_when_it_was_read() -> None:
    """H17: no shape without where it comes from and a date."""
    for shape in model_memory.models().values():
        assert shape.source
        assert shape.address.startswith("https://")
        assert shape.read.split()[-1].isdecimal()


def test_an_unknown_model_is_named_with_those_that_exist() -> None:
    """A typo says what would be right."""
    with pytest.raises(CatalogError, match=r"unknown model 'gpt'; there are: gpt2-small, "):
        model_memory.model("gpt")


def test_bytes_by_precision() -> None:
    """GPT-2 small by hand: four bytes, two bytes, and 18 bytes for each 32 weights."""
    shape = model_memory.model("gpt2-small")
    assert model_memory.weights(shape, "float32") == 497_759_232
    assert model_memory.weights(shape, "bfloat16") == 248_879_616
    assert model_memory.weights(shape, "4-bit") == 124_439_808 // 32 * 18


def test_fewer_heads_of_keys_make_a_smaller_cache() -> None:
    """Llama 3 8B has a quarter of the heads of keys, and a quarter of the cache."""
    shape = model_memory.model("llama-3-8b")
    every = replace(shape, kv_heads=shape.heads)
    assert model_memory.cache(shape, 1) == 131_072
    assert model_memory.cache(every, 1) == 4 * model_memory.cache(shape, 1)


def test_a_step_of_experts_reads_a_part() -> None:
    """Mixtral's token reads 2 experts of 8: 12.9 billion, with the tables, of 46.7."""
    shape = model_memory.model("mixtral-8x7b")
    table = shape.vocabulary * shape.width
    assert (shape.read_per_step + table) / 1e9 == pytest.approx(12.9, abs=0.05)
    shape = model_memory.model("qwen3-30b-a3b")  # 3.3 billion activated, in its model card
    table = shape.vocabulary * shape.width
    assert (shape.read_per_step + table) / 1e9 == pytest.approx(3.3, abs=0.06)


def test_room_ends_where_the_weights_do_not_fit() -> None:
    """One byte too little is too little; the rest is divided by a token's cache."""
    shape = model_memory.model("llama-3-8b")
    held = model_memory.weights(shape, "bfloat16")
    assert model_memory.room(shape, held - 1, "bfloat16", 2) is None
    assert model_memory.room(shape, held, "bfloat16", 2) == 0
    assert model_memory.room(shape, held + 6 * 131_072 + 1, "bfloat16", 2) == 3


def test_a_latent_vector_stands_for_keys_and_values() -> None:
    """DeepSeek-V3 keeps 512 and 64 numbers of a token in each of 61 layers: 70,272 bytes."""
    shape = model_memory.model("deepseek-v3")
    assert model_memory.cache(shape, 1) == 61 * 576 * 2
    assert model_memory.cache(shape, 1000, texts=3) == 3000 * 70_272
    plain = replace(shape, latent=0)
    assert model_memory.cache(plain, 1) > 50 * model_memory.cache(shape, 1)


def test_a_window_stops_growing() -> None:
    """gpt-oss: 12 layers keep all tokens, 12 the last 128; a token takes 2,048 bytes of each."""
    shape = model_memory.model("gpt-oss-20b")
    assert model_memory.cache(shape, 100) == 24 * 100 * 2048
    assert model_memory.cache(shape, 8192) == 12 * (8192 + 128) * 2048
    assert model_memory.cache(shape, 8192, texts=5) == 5 * model_memory.cache(shape, 8192)
    gemma = model_memory.model("gemma-3-27b")  # 10 layers of 62 grow, by 8,192 bytes a token
    more = model_memory.cache(gemma, 5000) - model_memory.cache(gemma, 4000)
    assert more == 10 * 1000 * 8192


def test_a_state_does_not_grow() -> None:
    """Qwen3-Next: 36 layers keep 32 matrices of 128 x 128 in float32, and 3 x 8,192 numbers."""
    shape = model_memory.model("qwen3-next-80b-a3b")
    state = 36 * (4 * 32 * 128 * 128 + 2 * 3 * 8192)
    assert model_memory.cache(shape, 0) == state
    assert model_memory.cache(shape, 1000) == state + 12 * 1000 * 2 * 2 * 256 * 2
    assert shape.attending == 12


def test_smaller_numbers_has_these_formulas_and_no_longer_text_than_a_model_reads() -> None:
    """131,072 tokens once stood there beside a model that is made for 8,192."""
    page = (catalog.ROOT / "docs" / "smaller-numbers.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(def gqa.*?)^print", page, re.DOTALL | re.MULTILINE)
    found: dict[str, Any] = {}
    exec(program, found)
    named = {"gpt_oss_20b": "gpt-oss-20b", "gemma_3_27b": "gemma-3-27b"}
    named |= {"deepseek_v3": "deepseek-v3", "qwen3_next_80b": "qwen3-next-80b-a3b"}
    assert named.keys() == {name for name, f in found.items() if callable(f)} - {"gqa"}
    for name, key in named.items():
        shape = model_memory.model(key)
        for tokens in (8192, 131_072):
            assert found[name](tokens) == model_memory.cache(shape, tokens), name
            assert tokens <= shape.context, name
    llama = model_memory.model("llama-3-8b")
    assert found["gqa"](32, 8, 128, 8192) == model_memory.cache(llama, 8192)
    assert "'Llama 3 8B'" not in page  # its context ends at 8,192; that of 3.1 has the same shape


def test_a_token_reads_few_of_many_weights() -> None:
    """3.6 billion of gpt-oss's 20.9, 37 of DeepSeek-V3's 671, by their model cards.

    Qwen3-Next's 3 billion leave out the table that makes logits, of 0.3.
    """
    for key, billions in (("gpt-oss-20b", 3.6), ("deepseek-v3", 37), ("qwen3-next-80b-a3b", 3.5)):
        shape = model_memory.model(key)
        assert shape.read_per_step / 1e9 == pytest.approx(billions, rel=0.03)


@pytest.mark.parametrize(("n", "new"), [(1, 1), (5, 1), (1, 7)])
def test_the_least_bytes_of_a_step_follow_from_the_formulas(n: int, new: int) -> None:
    """What decode's `work` counts on arrays is what the formulas count on shapes."""
    problem = catalog.get("decode").problem()
    inputs = problem.model((n, new), np.random.default_rng(1))
    logits = np.empty((n, problem.VOCABULARY))
    shape = model_memory.model("gpt2-small")
    numbers = shape.read_per_step + new * shape.width + logits.size
    by_shape = 4 * numbers + model_memory.cache(shape, n * (problem.PAST + new), "float32")
    assert problem.work(inputs, logits)["bytes"] == by_shape + 8 * n * new
    assert sum(a.size for a in inputs[3:]) == shape.parameters


TORCH = """
import json, sys
import psutil, torch
from torch import nn

layers, width, heads, hidden, vocabulary, context = json.loads(sys.argv[1])
process = psutil.Process()
said = []


def note(tensors):
    # What the tensors count, and what the whole process holds.
    said.append((sum(t.numel() * t.element_size() for t in tensors), process.memory_info().rss))


warm = nn.Linear(2, 2)
torch.optim.Adam(warm.parameters()).step()
warm(torch.ones(1, 2)).sum().backward()
note([])
tokens, positions = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
block = dict(dropout=0.0, batch_first=True, norm_first=True)
stack = [nn.TransformerEncoderLayer(width, heads, hidden, **block) for _ in range(layers)]
model = nn.ModuleList([tokens, positions, *stack, nn.LayerNorm(width)])
parameters = list(model.parameters())
note(parameters)
x = tokens(torch.tensor([[1, 2, 3]])) + positions(torch.arange(3))
for part in model[2:]:
    x = part(x)
(x @ tokens.weight.T).sum().backward()
note([p.grad for p in parameters])
adam = torch.optim.Adam(parameters)
adam.step()
state = [t for s in adam.state.values() for t in s.values()]
note(state)
print(json.dumps([said, len(parameters)]))
"""


@functools.cache
def allocated(shape: model_memory.Shape) -> tuple[list[list[int]], int]:
    """What PyTorch's own layers of that shape allocate, in steps, in a process of their own."""
    names = ("layers", "width", "heads", "hidden", "vocabulary", "context")
    sizes = [getattr(shape, name) for name in names]
    done = subprocess.run(
        [sys.executable, "-c", TORCH, json.dumps(sizes)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    said, tensors = json.loads(done.stdout)
    return said, tensors


@pytest.mark.frameworks
@pytest.mark.parametrize("shape", [TINY, model_memory.model("gpt2-small")], ids=lambda s: s.name)
def test_pytorch_allocates_what_the_formulas_say(shape: model_memory.Shape) -> None:
    """Parameters, gradients, Adam's state: to the byte, but for a step counter for each tensor.

    What the process takes for them is SYSTEM_SHARE more at most, in a model that is large enough.
    """
    (_, weights, gradients, adam), tensors = allocated(shape)
    parts = {"weights": weights[0], "gradients": gradients[0], "Adam": adam[0] - 4 * tensors}
    assert parts == {k: n * shape.parameters for k, n in model_memory.TRAINING.items()}
    assert sum(parts.values()) == model_memory.training(shape)
    assert weights[0] == model_memory.weights(shape, "float32")


@pytest.mark.frameworks
def test_the_process_takes_little_more() -> None:
    """The system's count of a process that trains GPT-2 small grows by the formula's bytes."""
    shape = model_memory.model("gpt2-small")
    steps, _ = allocated(shape)
    before, after = steps[0][1], steps[-1][1]
    assert after - before == pytest.approx(model_memory.training(shape), rel=SYSTEM_SHARE)


@pytest.mark.frameworks
def test_the_cache_of_a_run_is_what_the_formula_says() -> None:
    """The buffers of keys and values that PyTorch's program decodes with, to the byte."""
    example = catalog.get("decode")
    problem = example.problem()
    inputs = problem.model((2, 1), np.random.default_rng(1))
    for name, precision in (("cpu_torch", "float32"), ("cpu_torch_bfloat16", "bfloat16")):
        _, keys, values, *weights = _load(example.variant(name).path).to_device(*inputs)
        shape = model_memory.model("gpt2-small")
        held = keys.nbytes + values.nbytes
        assert held == model_memory.cache(shape, 2 * (problem.PAST + 1), precision)
        assert sum(w.nbytes for w in weights) == model_memory.weights(shape, precision)
