"""Watches Numba's CUDA simulator: who touches which element, and which barriers lie between.

The simulator makes a Python thread of each thread of a block, of which one runs at a time, so that
a race mostly comes out right there. Here every access is noted, and two that nothing orders are a
race.
"""

import sys
import threading
from collections import defaultdict
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

machine: Any = import_module("numba.cuda.simulator.kernel")
kernelapi: Any = import_module("numba.cuda.simulator.kernelapi")
Inside: Any = import_module("numba.cuda.simulator.cudadrv.devicearray").FakeWithinKernelCUDAArray


class Access(NamedTuple):
    """What one thread did with one element."""

    kind: str
    """load, store or atomic."""
    block: tuple[int, ...]
    thread: int
    barriers: int
    """How many barriers of its block it had passed."""
    warp_barriers: int
    value: bytes
    """What was stored; two threads that store the same do no harm to each other."""

    @property
    def who(self) -> str:
        """Which thread, in words."""
        return f"thread {self.thread} of block {self.block[0]}"


def unordered(a: Access, b: Access) -> bool:
    """Whether nobody knows which of two comes first, and it matters."""
    if (a.block, a.thread) == (b.block, b.thread) or a.kind == b.kind != "store":
        return False
    if a.kind == b.kind and a.value == b.value:
        return False
    if a.block != b.block:
        return True
    same_warp = a.thread // 32 == b.thread // 32
    return a.barriers == b.barriers and not (same_warp and a.warp_barriers != b.warp_barriers)


Where = tuple[tuple[int, ...], int]
"""The block whose memory it is, or nothing where all blocks share it, and the address."""


class Shared(np.ndarray):
    """An array in shared memory."""

    def __getitem__(self, index: Any) -> Any:
        """Read, and note it."""
        value = super().__getitem__(index)
        if not isinstance(value, np.ndarray):
            _watching.note(self, index, "load", value)
        return value

    def __setitem__(self, index: Any, value: Any) -> None:
        """Write, and note it."""
        super().__setitem__(index, value)
        _watching.note(self, index, "store", value)


class Simulator:
    """The simulator, watched."""

    def __init__(self) -> None:
        """Put our eyes where it reads, writes and waits."""
        global _watching
        _watching = self
        sys.setswitchinterval(1e-5)  # whoever waits for a barrier asks for it all the time
        self.begin()
        plain: dict[str, Any] = {
            "get": Inside.__getitem__,
            "set": Inside.__setitem__,
            "shared": kernelapi.FakeCUDAShared.array,
            "barrier": machine.BlockThread.syncthreads,
            "run": machine.BlockThread.run,
            "call": machine.FakeCUDAKernel.__call__,
        }

        def get(array: Any, index: Any) -> Any:
            value = plain["get"](array, index)
            if not isinstance(value, Inside):
                self.note(array._item._ary, index, "load", value)
            return value

        def put(array: Any, index: Any, value: Any) -> None:
            plain["set"](array, index, value)
            self.note(array._item._ary, index, "store", value)

        def shared(module: Any, shape: Any, dtype: Any, alignment: Any = None) -> Any:
            if shape == 0:
                given = plain["shared"](module, shape, dtype, alignment).view(Shared)
                self.names[_base(given)] = "shared memory"
                return given
            # By line, as the simulator does it, and for each block fresh.
            me: Any = threading.current_thread()
            line = sys._getframe(1).f_lineno, *me.blockIdx
            with _lock:
                if line not in module._allocations:
                    as_numpy = kernelapi.numpy_support.as_dtype
                    kind = as_numpy(dtype) if isinstance(dtype, kernelapi.types.Type) else dtype
                    module._allocations[line] = np.empty(shape, kind).view(Shared)
                    self.names[_base(module._allocations[line])] = "shared memory"
            return module._allocations[line]

        def barrier(thread: Any) -> None:
            plain["barrier"](thread)
            thread.barriers = getattr(thread, "barriers", 0) + 1

        def run(thread: Any) -> None:
            with _lock:
                self.passed[tuple(map(int, thread.blockIdx))][thread.thread_id] = thread
            plain["run"](thread)

        def warp_barrier(_: Any, mask: int = 0) -> None:
            me: Any = threading.current_thread()
            me.warp_barriers = getattr(me, "warp_barriers", 0) + 1

        def fence(_: Any) -> None:
            self.fenced = True

        def call(kernel: Any, *args: Any) -> Any:
            inner = kernel._device or machine._get_kernel_context()
            if not inner:
                self.launch(kernel, args)
            done = plain["call"](kernel, *args)
            if not inner:
                self.judge()
            return done

        Inside.__getitem__, Inside.__setitem__ = get, put
        kernelapi.FakeCUDAShared.array = shared
        machine.BlockThread.syncthreads = barrier
        machine.BlockThread.run = run
        machine.FakeCUDAKernel.__call__ = call
        kernelapi.FakeCUDAModule.syncwarp = warp_barrier
        kernelapi.FakeCUDAModule.threadfence = fence

    def begin(self) -> None:
        """Forget what was seen."""
        self.race, self.fenced, self.launches = "", False, 0
        self.touched: dict[Where, set[Access]] = defaultdict(set)
        self.names: dict[int, str] = {}
        self.places: dict[Where, tuple[int, tuple[int, ...]]] = {}
        self.passed: dict[tuple[int, ...], dict[int, Any]] = defaultdict(dict)

    def end(self) -> dict[str, Any]:
        """What was seen."""
        return {"race": self.race, "fenced": self.fenced, "launches": self.launches}

    def launch(self, kernel: Any, args: tuple[Any, ...]) -> None:
        """Begin to watch a kernel."""
        self.launches += 1
        self.touched.clear()
        self.passed.clear()
        self.names.clear()
        self.places.clear()
        if not all((*kernel.grid_dim, *kernel.block_dim)):
            raise ValueError("a launch of 0 blocks, which is an error on a GPU")
        names = kernel.fn.__code__.co_varnames
        for name, value in zip(names, args, strict=False):
            array = getattr(value, "_ary", value)
            if isinstance(array, np.ndarray):
                self.names[_base(array)] = name

    def note(self, array: np.ndarray, index: Any, kind: str, value: Any) -> None:
        """Write down one access of one element; of a part of an array nothing is noted."""
        me: Any = threading.current_thread()
        if not hasattr(me, "blockIdx"):
            return
        at = index if isinstance(index, tuple) else (index,)
        if len(at) != array.ndim or not all(isinstance(i, (int, np.integer)) for i in at):
            return
        frame = sys._getframe(2)
        if frame.f_code.co_filename == kernelapi.__file__:
            if kind == "load":
                return  # the reading half of an atomic: its writing half is noted
            kind = "atomic"
        at = tuple(int(i) % n for i, n in zip(at, array.shape, strict=True))
        place = _base(array) + sum(i * s for i, s in zip(at, array.strides, strict=True))
        stored = np.asarray(value).astype(array.dtype).tobytes() if kind == "store" else b""
        block = tuple(map(int, me.blockIdx))
        # Each block has shared memory of its own, though the simulator may give all the same.
        where = (block if isinstance(array, Shared) else (), place)
        barriers = getattr(me, "barriers", 0), getattr(me, "warp_barriers", 0)
        with _lock:
            self.places.setdefault(where, (_base(array), at))
            self.touched[where].add(Access(kind, block, me.thread_id, *barriers, stored))

    def _order(self, where: "Where") -> tuple[Any, ...]:
        base, at = self.places[where]
        return self.names.get(base, ""), where[0], at, where[1]

    def judge(self) -> None:
        """Find the first race of the kernel that has ended."""
        # In an order that is the same in each run, though the addresses are not.
        for where in sorted(self.touched, key=self._order):
            every = self.touched[where]
            if self.race:
                return
            writes = [a for a in every if a.kind != "load"]
            for a in sorted(writes):
                others = [b for b in every if unordered(a, b)]
                others = [b for b in others if not (self.fenced and a.block != b.block)]
                if others:
                    base, at = self.places[where]
                    place = ", ".join(map(str, at))
                    b = min(others, key=lambda b: (b.kind != "load", b[1:]))
                    also = "reads" if b.kind == "load" else "writes"
                    name = self.names.get(base, "an array")
                    self.race = (
                        f"{a.who} writes element [{place}] of {name}, and {b.who} {also} it, "
                        "with no barrier between them"
                    )
                    break
        for threads in self.passed.values():
            counts = {k: getattr(t, "barriers", 0) for k, t in threads.items()}
            if len(set(counts.values())) > 1 and not self.race:
                few, most = min(counts, key=counts.__getitem__), max(counts, key=counts.__getitem__)
                self.race = (
                    f"of one block, thread {few} passes {counts[few]} barriers and thread {most} "
                    f"passes {counts[most]}: all threads of a block must come to each"
                )


def _base(array: np.ndarray) -> int:
    return int(array.__array_interface__["data"][0])


_lock = threading.Lock()
_watching: Simulator
