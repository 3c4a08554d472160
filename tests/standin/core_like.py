"""What the examples use of cuda.core: it compiles and launches, arrays are CuPy's."""

import types
from typing import Any, NamedTuple

import numpy as np

from tests.standin import arrays, emulator, streams


class LaunchConfig(NamedTuple):
    """cuda.core.LaunchConfig; grid and block may be numbers or tuples."""

    grid: Any
    block: Any


class Program:
    """cuda.core.Program, of CUDA C, and what its compilation gives."""

    def __init__(self, code: str, code_type: str, options: Any) -> None:
        if code_type != "c++":
            raise ValueError(f"the stand-in compiles CUDA C only, not {code_type}")
        self.code = code

    def compile(self, target_type: str) -> "Program":
        """The emulator compiles when a kernel is launched."""
        if target_type != "cubin":
            raise NotImplementedError(f"the stand-in does not make {target_type}")
        return self

    def get_kernel(self, name: str) -> tuple[str, str]:
        """The kernel of that name."""
        if f" {name}(" not in self.code:
            raise RuntimeError(f"there is no kernel '{name}'")
        return self.code, name


def launch(stream: Any, config: LaunchConfig, kernel: tuple[str, str], *arguments: Any) -> None:
    """cuda.core.launch. A number of Python is 64 bits wide there: an int is taken for a pointer."""
    wide = {int: np.int64, float: np.float64}
    plain = tuple(
        a.inside if isinstance(a, arrays.Pointer) else wide.get(type(a), lambda x: x)(a)
        for a in arguments
    )
    grid, block = (n if isinstance(n, tuple) else (n,) for n in config)
    code, name = kernel
    streams.submit(lambda: emulator.launch(code, name, grid, block, plain, streams.MODE.backwards))


class Device:
    """cuda.core.Device."""

    arch = "90"
    default_stream = object()

    def set_current(self) -> None:
        """Nothing else is there."""


def modules() -> dict[str, types.ModuleType]:
    """`cuda.core`, by name, for sys.modules."""
    module = types.ModuleType("cuda.core")
    vars(module).update(
        Device=Device,
        LaunchConfig=LaunchConfig,
        Program=Program,
        ProgramOptions=types.SimpleNamespace,
        launch=launch,
    )
    return {"cuda.core": module}
