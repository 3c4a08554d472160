"""CuPy's ways to write kernels, in the emulator."""

import math
from typing import Any

import numpy as np

from tests.standin import emulator, streams
from tests.standin.arrays import empty, ndarray, unwrap, wrap


class RawKernel:
    """cupy.RawKernel, in the emulator."""

    def __init__(self, code: str, name: str, options: tuple[str, ...] = ()) -> None:
        if options:
            raise NotImplementedError("the stand-in knows no options of the compiler")
        self._code, self._name = code, name

    def compile(self) -> None:
        """Compile now; here it makes no difference."""

    def __call__(self, grid: Any, block: Any, args: tuple[Any, ...], **options: Any) -> None:
        """Launch it on the current stream."""
        if options:
            raise NotImplementedError(f"the stand-in does not know {', '.join(options)}")
        plain = tuple(a.inside if isinstance(a, ndarray) else a for a in args)
        streams.submit(
            lambda: emulator.launch(
                self._code, self._name, grid, block, plain, streams.MODE.backwards
            )
        )


CTYPES = {
    "float16": "half",
    "float32": "float",
    "float64": "double",
    "int32": "int",
    "int64": "long long",
    "uint8": "unsigned char",
    "uint16": "unsigned short",
    "uint32": "unsigned",
}


class ElementwiseKernel:
    """cupy.ElementwiseKernel with types that are spelt out, in the emulator."""

    def __init__(self, in_params: str, out_params: str, operation: str, name: str = "kernel"):
        self._ins = [tuple(p.split()) for p in in_params.split(",")]
        self._outs = [tuple(p.split()) for p in out_params.split(",")]
        self._name = name
        every = [*self._ins, *self._outs]
        lines = [
            *(f"const {CTYPES[t]} {p} = _{p}[_i];" for t, p in self._ins),
            *(f"{CTYPES[t]} &{p} = _{p}[_i];" for t, p in self._outs),
        ]
        parameters = ", ".join(f"{CTYPES[t]} *_{p}" for t, p in every)
        self._code = (
            f"__global__ void {name}({parameters}, long long _n) {{\n"
            "    long long _i = (long long)blockIdx.x * blockDim.x + threadIdx.x;\n"
            f"    if (_i >= _n) return;\n    {' '.join(lines)}\n{operation}\n}}\n"
        )

    def __call__(self, *arguments: Any) -> Any:
        """Compute every element, with the inputs stretched to a common shape."""
        count = len(self._ins)
        if len(arguments) not in (count, count + len(self._outs)):
            raise TypeError(f"{self._name}: {count} inputs, and was given {len(arguments)}")
        for (t, p), a in zip([*self._ins, *self._outs], arguments, strict=False):
            if isinstance(a, ndarray) and a.dtype != t:
                raise TypeError(f"Type is mismatched. {p} {a.dtype} {t}")
        plain = unwrap(arguments)
        ins = [np.asarray(a, t) for (t, _), a in zip(self._ins, plain, strict=False)]
        shape = np.broadcast_shapes(*(a.shape for a in ins))
        given = arguments[count:]
        outs = list(given) or [empty(shape, t) for t, _ in self._outs]
        if any(o.shape != shape for o in outs):
            raise ValueError(f"{self._name}: an output is not of shape {shape}")
        code, name, n = self._code, self._name, math.prod(shape)

        def work() -> None:
            full = [wrap(np.array(np.broadcast_to(a, shape), order="C")).inside for a in ins]
            made = [wrap(np.array(o.inside, order="C")).inside for o in outs]
            if n:
                grid = ((n + 127) // 128,)
                pointers = (*full, *made, np.int64(n))
                emulator.launch(code, name, grid, (128,), pointers, streams.MODE.backwards)
            for o, m in zip(outs, made, strict=True):
                o.inside[...] = m

        streams.submit(work)
        return outs[0] if len(outs) == 1 else tuple(outs)
