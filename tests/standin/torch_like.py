"""What stands for PyTorch's GPU: the CPU, and a recorder of operations for CUDA graphs.

PyTorch itself does the computing, so this needs requirements-frameworks.txt. The way to the GPU is
a copy, as it is there. A graph that is being captured runs nothing: what its operations changed is
put back when the capture ends, and what they made holds garbage until the graph is played. What is
compiled is traced by PyTorch's own compiler, and not turned into kernels.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode, _get_current_dispatch_mode
from torch.utils._pytree import tree_leaves

DEVICE = torch.device("cpu")
"""What PyTorch's current accelerator is here."""


class Recorder(TorchDispatchMode):
    """Writes down every operation, below autograd, with the tensors that it works on."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Any, Any, Any, Any]] = []
        # By address, which stays theirs as long as `calls` keeps their tensors.
        self._before: dict[int, tuple[torch.UntypedStorage, torch.UntypedStorage]] = {}
        self._made: dict[int, torch.UntypedStorage] = {}

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Do it, because later operations need shapes and views; what it changes is kept before."""
        for storage in storages((args, kwargs)):
            at = storage.data_ptr()
            if at not in self._made and at not in self._before:
                self._before[at] = storage, storage.clone()
        out = operation(*args, **(kwargs or {}))
        for storage in storages(out):
            if storage.data_ptr() not in self._before:
                self._made[storage.data_ptr()] = storage
        self.calls.append((operation, args, kwargs or {}, out))
        return out

    def undo(self) -> None:
        """Leave garbage in what was made, and everything else as it was before."""
        for storage in self._made.values():
            storage.fill_(0xFF)
        for storage, before in self._before.values():
            storage.copy_(before)


class Graph:
    """torch.cuda.CUDAGraph."""

    def __init__(self) -> None:
        self.recorded: Recorder | None = None

    def replay(self) -> None:
        """Do the operations again, on what is in their tensors now, into the same results."""
        if self.recorded is None:
            raise RuntimeError("Called CUDAGraph::replay without a preceding successful capture.")
        with torch.no_grad():
            for operation, args, kwargs, out in self.recorded.calls:
                again = operation(*args, **kwargs)
                for old, new in zip(tensors(out), tensors(again), strict=True):
                    if old.data_ptr() != new.data_ptr():  # neither a view nor in place
                        old.copy_(new)


@contextmanager
def capture(graph: Graph) -> Iterator[None]:
    """torch.cuda.graph."""
    with Recorder() as recorder:
        yield
    recorder.undo()
    graph.recorded = recorder


def tensors(tree: Any) -> list[torch.Tensor]:
    """All tensors in arguments or results."""
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def storages(tree: Any) -> list[torch.UntypedStorage]:
    """The memory of all tensors in arguments or results."""
    return [tensor.untyped_storage() for tensor in tensors(tree)]


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put it into PyTorch until the test ends."""
    to = torch.Tensor.to

    def moved(tensor: torch.Tensor, *args: Any, **kwargs: Any) -> torch.Tensor:
        """What is moved to a device is another tensor there, which `to` on the CPU is not."""
        return (
            to(tensor, *args, **kwargs).clone() if DEVICE in args else to(tensor, *args, **kwargs)
        )

    compiled = torch.compile

    def traced(model: Any = None, **options: Any) -> Any:
        """Compile as far as to a graph of PyTorch's operations, whole, and run those."""
        if model is None:
            return lambda model: traced(model, **options)
        ready = compiled(model, **options | {"backend": "eager", "fullgraph": True})

        def call(*args: Any) -> Any:
            """The compiler asks for CUDA's devices, and nobody may listen while it works."""
            if _get_current_dispatch_mode() is not None:
                return model(*args)
            with monkeypatch.context() as m:
                m.setattr(torch.Tensor, "to", to)  # ours cannot be traced
                m.setattr(torch.cuda, "is_available", lambda: False)
                m.setattr(torch.accelerator, "current_accelerator", lambda *_, **__: None)
                return ready(*args)

        return call

    monkeypatch.setattr(torch, "compile", traced)
    monkeypatch.setattr(torch.Tensor, "to", moved)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda *_, **__: DEVICE)
    monkeypatch.setattr(torch.Tensor, "cuda", lambda self, *_, **__: self.clone())
    monkeypatch.setattr(torch.Tensor, "pin_memory", torch.Tensor.clone)
    monkeypatch.setattr(torch.nn.Module, "cuda", lambda self, *_: self)
    for name, stands in {
        "is_available": lambda: True,
        "device_count": lambda: 2,
        "get_device_capability": lambda *_: (9, 0),
        "synchronize": lambda *_: None,
        "CUDAGraph": Graph,
        "graph": capture,
        "Stream": lambda *_: None,
        "stream": lambda _: nullcontext(),
    }.items():
        monkeypatch.setattr(torch.cuda, name, stands)
