"""The modules `cupy` and `cupyx`, as far as the examples use them."""

import functools
import types
from typing import Any

import numpy as np

from tests.standin import arrays, kernels, memory, streams

MULTIPROCESSORS = 2
"""Few, so that the loops of kernels with a fixed number of blocks go round more than once."""
NUMPYS = """
bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 inf nan pi
newaxis
"""
OURS = """
ndarray asarray array asnumpy empty zeros ones empty_like zeros_like ones_like matmul
ascontiguousarray copyto
"""


def fuse(*arguments: Any, **options: Any) -> Any:
    """cupy.fuse: here the function as it is, which gives the same numbers."""
    if arguments and callable(arguments[0]):
        return arguments[0]
    return lambda function: function


class Device:
    """cupy.cuda.Device: an H100 with few multiprocessors."""

    def __init__(self, device: int = 0) -> None:
        self.id = device
        self.attributes = {
            "MultiProcessorCount": MULTIPROCESSORS,
            "MaxThreadsPerMultiProcessor": 2048,
            "MaxSharedMemoryPerMultiprocessor": 233_472,
            "ReservedSharedMemoryPerBlock": 1024,
        }
        self.compute_capability = "90"

    def synchronize(self) -> None:
        """Wait for everything."""
        streams.finish()


def modules() -> dict[str, types.ModuleType]:
    """`cupy`, `cupyx` and what belongs to them, by name, for sys.modules."""
    cp, cpx, cuda = (types.ModuleType(n) for n in ("cupy", "cupyx", "cupy.cuda"))
    here = {name: getattr(arrays, name) for name in OURS.split()}
    same = {name: getattr(np, name) for name in NUMPYS.split()}
    computed = {
        name: functools.partial(arrays.compute, getattr(np, name))
        for name in (arrays.UFUNCS + arrays.FUNCTIONS).split()
    }
    vars(cp).update(here | same | computed)
    vars(cp).update(
        cuda=cuda,
        fuse=fuse,
        is_available=lambda: True,
        RawKernel=kernels.RawKernel,
        ElementwiseKernel=kernels.ElementwiseKernel,
    )
    vars(cuda).update(
        Device=Device,
        Stream=streams.Stream,
        Event=streams.Event,
        get_current_stream=lambda: streams.Stream.current,
        runtime=types.SimpleNamespace(
            deviceSynchronize=streams.finish, hostRegister=memory.register
        ),
    )
    vars(cpx).update(empty_pinned=memory.empty_pinned)
    return {"cupy": cp, "cupyx": cpx, "cupy.cuda": cuda}


def reset() -> None:
    """Begin anew, as in a new process."""
    memory.reset()
    streams.reset()
