"""The kernels that a program has: CUDA C in its text, Python that Numba compiles."""

import ast
import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple
from unittest.mock import patch

from survival import system

CTYPES = {"float32": "float", "float64": "double", "int32": "int", "uint16": "unsigned short"}


@dataclass(frozen=True)
class CudaSource:
    """CUDA C found in a program."""

    path: Path
    text: str
    language: Literal["CUDA C", "ElementwiseKernel"] = "CUDA C"


def cuda_sources(path: Path) -> list[CudaSource]:
    """The CUDA C in a file, without importing it: kernels, and the bodies of ElementwiseKernels."""
    tree = ast.parse(system.text(path))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    texts = [t for t in constants.values() if isinstance(t, str) and "__global__" in t]
    found = [CudaSource(path, text) for text in texts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "ElementwiseKernel":
            parts = [_text(a, constants) for a in node.args[:3]]
            found.append(CudaSource(path, elementwise(*parts), "ElementwiseKernel"))
    return found


def _text(argument: ast.expr, constants: Mapping[str, Any]) -> Any:
    """What an argument is, written there or under a name."""
    return constants[argument.id] if isinstance(argument, ast.Name) else ast.literal_eval(argument)


def elementwise(reads: str, writes: str, operation: str) -> str:
    """The kernel that CuPy makes of an ElementwiseKernel, but for strides and broadcasting."""
    ins = [p.split() for p in reads.split(",")]
    outs = [p.split() for p in writes.split(",")]
    arguments = [f"{CTYPES[t]} *_{name}" for t, name in ins + outs]
    before = [f"{CTYPES[t]} {name} = _{name}[_i];" for t, name in ins + outs]
    after = [f"_{name}[_i] = {name};" for _, name in outs]
    body = "\n".join([*before, operation, *after])
    return (
        f'extern "C" __global__ void kernel({", ".join(arguments)}, int _n) {{\n'
        "int _i = blockIdx.x * blockDim.x + threadIdx.x;\n"
        f"if (_i < _n) {{\n{body}\n}}\n}}\n"
    )


class NumbaKernel(NamedTuple):
    """A kernel in Python, with the types of the arguments that its program gives it."""

    function: Any
    types: tuple[Any, ...]

    def to_ptx(self, arch: str, **options: Any) -> str:
        """Compile it as a launch would. Raises what Numba raises, such as TypingError."""
        from numba import cuda
        from numba import types as numba_types

        number = int(arch.removeprefix("sm_"))
        ptx, _ = cuda.compile(  # type: ignore[attr-defined]
            self.function,
            numba_types.void(*self.types),
            device=False,
            abi="numba",
            cc=divmod(number, 10),
            **options,
        )
        return str(ptx)


@contextmanager
def recorded_launches() -> Iterator[list[NumbaKernel]]:
    """Within it Numba's kernels do not run: each launch is recorded. Arrays stay where they are."""
    import numba
    import numpy as np
    from numba import cuda
    from numba.cuda.dispatcher import CUDADispatcher

    launches: list[NumbaKernel] = []

    def configure(kernel: Any, grid_and_block: Any) -> Any:
        return lambda *arguments: launches.append(
            NumbaKernel(kernel.py_func, tuple(map(numba.typeof, arguments)))
        )

    with ExitStack() as stack:
        for name, instead in (
            ("is_available", lambda: True),
            ("to_device", lambda array: array),
            ("device_array", np.empty),
            ("device_array_like", np.empty_like),
        ):
            stack.enter_context(patch.object(cuda, name, instead))
        stack.enter_context(patch.object(CUDADispatcher, "__getitem__", configure))
        yield launches


def numba_kernels(path: Path, inputs: tuple[Any, ...]) -> list[NumbaKernel]:
    """The kernels that a Numba program launches for these inputs, each once."""
    with recorded_launches() as launches:
        module = types.ModuleType(f"compiled_{path.stem}")
        module.__file__ = str(path)
        sys.modules[module.__name__] = module
        try:
            exec(compile(system.text(path), str(path), "exec"), module.__dict__)
            module.run(*module.to_device(*inputs))
        finally:
            del sys.modules[module.__name__]
    return list(dict.fromkeys(launches))
