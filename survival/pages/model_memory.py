"""How much memory a language model needs, computed from its shape.

Weights, the cache of keys and values, and training. Its test holds every formula against what
PyTorch allocates.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from survival.errors import CatalogError, known

MODELS = Path(__file__).with_name("models.toml")

BITS = {"float32": 32.0, "bfloat16": 16.0, "8-bit": 8.5, "4-bit": 4.5, "MXFP4": 4.25}
"""Bits for each weight. Integers are those of llama.cpp, Q8_0 and Q4_0: 32 weights share a scale of
16 bits, which is half a bit for each. In MXFP4 they share one of 8 bits (OCP, Microscaling Formats,
2023); NVFP4, 16 weights with a scale of 8 bits, takes as much as Q4_0."""
TRAINING = {"weights": 4, "gradients": 4, "Adam": 8}
"""Bytes for each parameter in float32; Adam keeps two averages. Mixed precision takes as many in
another split: weights and gradients of 2 each, and a float32 copy of the weights besides."""


@dataclass(frozen=True)
class Shape:
    """What the size of a transformer follows from."""

    name: str
    layers: int
    width: int
    """Numbers that stand for a token between the layers."""
    heads: int
    kv_heads: int
    """Heads of keys and values: as many as of queries, or fewer, each shared by several."""
    head_size: int
    hidden: int
    """Width of the feed-forward network between its matrices."""
    matrices: int
    """Matrices of the feed-forward network: 2, or 3 where one is a gate."""
    vocabulary: int
    context: int
    """The most tokens that the model is made for."""
    tied: bool = False
    """Whether the logits come from the same table as the vectors of the tokens."""
    classic: bool = False
    """GPT-2's way: positions from a table, biases everywhere, and norms that also shift."""
    qk_norms: bool = False
    """Whether each layer has two norms more, over the numbers of a head, for queries and keys."""
    experts: int = 1
    experts_used: int = 1
    """Feed-forward networks in each layer, and how many of them a token goes through."""
    shared: int = 0
    """Experts besides those, through which every token goes."""
    shared_gate: bool = False
    """Whether a number for each of the width weighs the shared one."""
    corrected: bool = False
    """Whether the router keeps a correction for each expert."""
    dense_layers: int = 0
    dense_hidden: int = 0
    """Layers with one feed-forward network in place of experts, and its width."""
    norms: int = 2
    """Norms in each layer, besides those of queries and keys."""
    biases: bool = False
    """gpt-oss: biases in attention, experts and router, and a number more for each head."""
    gated: bool = False
    """Whether attention has a gate as large as its queries."""
    full_layers: int = 0
    """Layers that look back over all tokens; 0 stands for all layers."""
    window: int = 0
    """How many tokens the others look back over; 0 where they keep a state instead."""
    linear_keys: int = 0
    linear_values: int = 0
    linear_size: int = 0
    """Heads of keys and values in layers of the kind Gated DeltaNet, and the size of a head. Such a
    layer keeps one matrix for each head of values, in float32, and three tokens of a filter."""
    latent: int = 0
    """MLA: a layer keeps so many numbers of a token, and `rope` more, for keys and values."""
    query_latent: int = 0
    rope: int = 0
    source: str = ""
    address: str = ""
    read: str = ""

    @property
    def parameters(self) -> int:
        """All numbers that training sets."""
        tables = self.vocabulary * self.width * (1 if self.tied else 2)
        tables += self.context * self.width * self.classic
        norms = (self.norms * self.layers + 1) * self.width * (2 if self.classic else 1)
        norms += 2 * self.attending * self.head_size * self.qk_norms
        attention = self.attending * self._attention + self.stateful * self._linear
        rich = self.layers - self.dense_layers
        networks = rich * (self.experts + self.shared) * self._network + rich * self._router
        networks += self.dense_layers * self.matrices * self.width * self.dense_hidden
        return tables + norms + attention + networks

    @property
    def stateful(self) -> int:
        """Layers that keep a state of a text in place of its keys and values."""
        return self.layers - self.full_layers if self.full_layers and not self.window else 0

    @property
    def attending(self) -> int:
        """Layers with keys and values, over all tokens or a window."""
        return self.layers - self.stateful

    @property
    def read_per_step(self) -> int:
        """Parameters that a step reads for one token: not those of which it takes single rows.

        A batch whose tokens take different experts reads more.
        """
        idle = (self.experts - self.experts_used) * self._network
        idle *= self.layers - self.dense_layers
        rows = 0 if self.tied else self.vocabulary * self.width
        rows += self.context * self.width * self.classic
        return self.parameters - idle - rows

    @property
    def _attention(self) -> int:
        inner, shared = self.heads * self.head_size, 2 * self.kv_heads * self.head_size
        if self.latent:  # down to a short vector and up again, for queries and for keys and values
            queries = (self.width + 1 + inner + self.heads * self.rope) * self.query_latent
            keys = self.width * (self.latent + self.rope) + self.latent * (1 + 2 * inner)
            return queries + keys + inner * self.width
        biases = (inner + shared + self.width) * (self.classic or self.biases)
        matrices = self.width * (inner * (2 if self.gated else 1) + shared) + inner * self.width
        return matrices + biases + self.heads * self.biases

    @property
    def _linear(self) -> int:
        keys, values = self.linear_keys * self.linear_size, self.linear_values * self.linear_size
        matrices = self.width * (2 * keys + 3 * values + 2 * self.linear_values)
        return matrices + 4 * (2 * keys + values) + 2 * self.linear_values + self.linear_size

    @property
    def _network(self) -> int:
        biases = (self.hidden + self.width) * self.classic
        biases += ((self.matrices - 1) * self.hidden + self.width) * self.biases
        return self.matrices * self.width * self.hidden + biases

    @property
    def _router(self) -> int:
        scores = (self.width + self.corrected + self.biases) * self.experts
        return (scores if self.experts > 1 else 0) + self.width * self.shared_gate


def weights(shape: Shape, precision: str) -> int:
    """Bytes of all parameters. Real 4-bit files keep a few tables longer, and are larger."""
    return round(shape.parameters * BITS[precision] / 8)


def cache(shape: Shape, tokens: int, precision: str = "bfloat16", texts: int = 1) -> int:
    """Bytes of what is kept of so many texts, each of so many tokens.

    Keys and values of each token; of the last ones in layers with a window; one short vector with
    MLA (DeepSeek-V2, 2024); and in layers with a state the same, however long the text.
    """
    token = 2 * shape.kv_heads * shape.head_size
    if shape.latent:
        token = shape.latent + shape.rope
    full = shape.full_layers or shape.layers
    seen = full * tokens + (shape.attending - full) * min(tokens, shape.window)
    size, values = shape.linear_size, shape.linear_values
    filters = 3 * size * (2 * shape.linear_keys + values)
    numbers = token * seen + shape.stateful * filters
    state = 4 * shape.stateful * values * size**2
    return texts * (round(numbers * BITS[precision] / 8) + state)


def training(shape: Shape) -> int:
    """Bytes of weights, gradients and Adam's state; activations come on top."""
    return shape.parameters * sum(TRAINING.values())


def room(shape: Shape, memory: float, precision: str, tokens: int) -> int | None:
    """Texts of so many tokens whose bfloat16 cache fits beside the weights.

    None if those do not fit.
    """
    left = memory - weights(shape, precision)
    return None if left < 0 else int(left // cache(shape, tokens))


@lru_cache(maxsize=1)
def models() -> dict[str, Shape]:
    """The published models, in the order of models.toml."""
    with MODELS.open("rb") as file:
        return {key: Shape(**fields) for key, fields in tomllib.load(file).items()}


def model(key: str) -> Shape:
    """The published model of that name. Raises CatalogError, naming those that exist."""
    if key not in models():
        raise CatalogError(known("model", key, models()))
    return models()[key]
