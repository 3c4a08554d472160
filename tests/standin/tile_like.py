"""What the examples use of cuTile: a kernel in Python is run as Python, a tile after the other.

What sticks out of an array is garbage unless the kernel says how it is filled, and is not stored.
"""

import enum
import itertools
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.standin import arrays, streams

AT: list[int] = []
"""The numbers of the tile that runs."""


class PaddingMode(enum.Enum):
    """cuda.tile.PaddingMode, as far as it is used."""

    UNDETERMINED = np.nan
    ZERO = 0


class Kernel:
    """What cuda.tile.kernel makes of a function: it cannot be called, only launched."""

    def __init__(self, function: Callable[..., None]) -> None:
        self.function = function


def cdiv(a: int, b: int) -> int:
    """cuda.tile.cdiv: rounded up."""
    return -(-a // b)


def launch(stream: Any, grid: tuple[int, ...], kernel: Kernel, arguments: tuple[Any, ...]) -> None:
    """cuda.tile.launch: every tile of the grid, in either order."""
    if not isinstance(kernel, Kernel) or not isinstance(grid, tuple):
        raise TypeError("launch takes a stream, a grid, a kernel and its arguments")
    plain = [arrays.unwrap(a) for a in arguments]

    def work() -> None:
        tiles = list(itertools.product(*map(range, grid)))
        for at in tiles[:: -1 if streams.MODE.backwards else 1]:
            AT[:] = at
            kernel.function(*plain)

    streams.submit(work)


def bid(axis: int) -> int:
    """cuda.tile.bid: the tile's number along an axis."""
    return AT[axis]


def places(index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[slice, ...]:
    """Where a tile lies in its array."""
    if any(n & (n - 1) for n in shape):
        raise TypeError(f"a tile of {shape}: each length is a power of two")
    return tuple(slice(i * n, (i + 1) * n) for i, n in zip(index, shape, strict=True))


def load(
    array: Any,
    index: tuple[int, ...],
    shape: tuple[int, ...],
    padding_mode: PaddingMode = PaddingMode.UNDETERMINED,
) -> np.ndarray:
    """cuda.tile.load."""
    inside = array[places(index, shape)]
    tile = np.full(shape, padding_mode.value, inside.dtype)
    tile[tuple(map(slice, inside.shape))] = inside
    return tile


def store(array: Any, index: tuple[int, ...], tile: np.ndarray) -> None:
    """cuda.tile.store."""
    if array.dtype != tile.dtype:
        raise TypeError(f"a tile of {tile.dtype} for an array of {array.dtype}")
    inside = array[places(index, tile.shape)]
    inside[...] = tile[tuple(map(slice, inside.shape))]


def mma(x: np.ndarray, y: np.ndarray, acc: np.ndarray) -> np.ndarray:
    """cuda.tile.mma."""
    return np.asarray(x @ y + acc)


def full(shape: tuple[int, ...], value: float, dtype: Any) -> np.ndarray:
    """cuda.tile.full."""
    return np.full(shape, value, dtype)


def modules() -> dict[str, types.ModuleType]:
    """`cuda.tile`, by name, for sys.modules."""
    module = types.ModuleType("cuda.tile")
    functions = (cdiv, launch, bid, load, store, mma, full)
    vars(module).update({f.__name__: f for f in functions})
    vars(module).update(kernel=Kernel, PaddingMode=PaddingMode, float32=np.float32)
    return {"cuda.tile": module}
