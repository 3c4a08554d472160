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

BITS = {"float32": 32.0, "bfloat16": 16.0, "4-bit": 4.5}
"""Bits for each weight. Of 4-bit formats this is llama.cpp's Q4_0: 32 weights share a scale of 16
bits, which is half a bit for each."""
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
    source: str = ""
    address: str = ""
    read: str = ""

    @property
    def parameters(self) -> int:
        """All numbers that training sets."""
        tables = self.vocabulary * self.width * (1 if self.tied else 2)
        tables += self.context * self.width * self.classic
        norms = (2 * self.layers + 1) * self.width * (2 if self.classic else 1)
        norms += 2 * self.layers * self.head_size * self.qk_norms
        layer = self._attention + self.experts * self._network + self._router
        return tables + norms + self.layers * layer

    @property
    def read_per_step(self) -> int:
        """Parameters that a step reads for one token: not those of which it takes single rows.

        A batch whose tokens take different experts reads more.
        """
        idle = (self.experts - self.experts_used) * self._network * self.layers
        rows = 0 if self.tied else self.vocabulary * self.width
        rows += self.context * self.width * self.classic
        return self.parameters - idle - rows

    @property
    def _attention(self) -> int:
        inner, shared = self.heads * self.head_size, 2 * self.kv_heads * self.head_size
        biases = (inner + shared + self.width) * self.classic
        return self.width * (inner + shared) + inner * self.width + biases

    @property
    def _network(self) -> int:
        biases = (self.hidden + self.width) * self.classic
        return self.matrices * self.width * self.hidden + biases

    @property
    def _router(self) -> int:
        return self.width * self.experts if self.experts > 1 else 0


def weights(shape: Shape, precision: str) -> int:
    """Bytes of all parameters. Real 4-bit files keep a few tables longer, and are larger."""
    return round(shape.parameters * BITS[precision] / 8)


def cache(shape: Shape, tokens: int, precision: str = "bfloat16") -> int:
    """Bytes of the keys and values of that many tokens, of all sequences together."""
    numbers = 2 * shape.layers * shape.kv_heads * shape.head_size
    return round(tokens * numbers * BITS[precision] / 8)


def training(shape: Shape) -> int:
    """Bytes of weights, gradients and Adam's state; activations come on top."""
    return shape.parameters * sum(TRAINING.values())


def room(shape: Shape, memory: float, precision: str = "bfloat16") -> int | None:
    """Tokens whose bfloat16 keys and values fit beside the weights; None if those do not fit."""
    left = memory - weights(shape, precision)
    return None if left < 0 else int(left // cache(shape, 1))


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
