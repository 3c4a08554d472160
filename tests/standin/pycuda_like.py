"""What the examples use of PyCUDA: arrays and kernels of the stand-in under PyCUDA's names."""

import types
from typing import Any

import numpy as np

from tests.standin import emulator, memory, streams


class GPUArray:
    """pycuda.gpuarray.GPUArray, as far as kernels need it."""

    def __init__(self, shape: Any, dtype: Any, allocator: Any = None) -> None:
        shape = shape if isinstance(shape, tuple) else (shape,)
        self.inside = memory.allocate(shape, np.dtype(dtype))
        self.shape, self.dtype, self.size = shape, self.inside.dtype, self.inside.size
        self.allocator = allocator

    def __len__(self) -> int:
        return len(self.inside)

    def get(self) -> np.ndarray:
        """Copy to the host."""
        return np.array(self.inside)


def to_gpu(ary: np.ndarray, allocator: Any = None) -> GPUArray:
    """pycuda.gpuarray.to_gpu."""
    if not isinstance(ary, np.ndarray):
        raise TypeError("to_gpu takes an array of NumPy")
    there = GPUArray(ary.shape, ary.dtype, allocator)
    there.inside[...] = ary
    return there


def empty_like(other: GPUArray) -> GPUArray:
    """pycuda.gpuarray.empty_like: garbage, by the allocator of the other array."""
    return GPUArray(other.shape, other.dtype, other.allocator)


class SourceModule:
    """pycuda.compiler.SourceModule, which puts extern "C" around what it is given."""

    def __init__(self, source: str) -> None:
        self._source = f'extern "C" {{\n{source}\n}}\n'

    def get_function(self, name: str) -> Any:
        """The kernel of that name."""

        def call(*arguments: Any, grid: tuple[int, ...] = (1, 1), block: tuple[int, ...]) -> None:
            if len(block) != 3:
                raise ValueError("block takes three numbers")
            for k, a in enumerate(arguments):
                # PyCUDA refuses what has no size of its own, as an int of Python.
                if not isinstance(a, GPUArray | np.generic):
                    raise TypeError(f"invalid type on parameter #{k} (0-based)")
            plain = tuple(a.inside if isinstance(a, GPUArray) else a for a in arguments)
            emulator.launch(self._source, name, grid, block, plain, streams.MODE.backwards)

        return call


def modules() -> dict[str, types.ModuleType]:
    """`pycuda` and its parts, by name, for sys.modules."""
    made = {
        "compiler": {"SourceModule": SourceModule},
        "gpuarray": {
            "GPUArray": GPUArray,
            "to_gpu": to_gpu,
            "empty": GPUArray,
            "empty_like": empty_like,
        },
        "tools": {"DeviceMemoryPool": lambda: types.SimpleNamespace(allocate=object())},
        "autoprimaryctx": {"device": types.SimpleNamespace(name=lambda: "a GPU that is not there")},
    }
    pycuda = types.ModuleType("pycuda")
    parts = {}
    for name, content in made.items():
        parts[f"pycuda.{name}"] = part = types.ModuleType(f"pycuda.{name}")
        vars(part).update(content)
        setattr(pycuda, name, part)
    return {"pycuda": pycuda, **parts}
