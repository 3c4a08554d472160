"""Kernels that Triton, cuTile and Warp compile from Python: launched into a record, then compiled.

Each comes with a compiler of its own, and each is asked for the machine code of a GPU that need
not be here, with the arguments that its program gives.
"""

import importlib.util
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Literal
from unittest.mock import patch

import numpy as np

from survival import system

PACKAGES = {
    "triton": ("triton",),
    "cudatile": ("cuda-tile",),
    "warp": ("warp-lang",),
}
"""The package of each. cuTile's calls tileiras, which lies on the path: its own package brings a
CUDA 13 that Numba would take as well."""
LANGUAGES: dict[str, Literal["Triton", "cuTile", "Warp"]] = {
    "triton": "Triton",
    "cudatile": "cuTile",
    "warp": "Warp",
}
ALIGNED = 16
"""Bytes that an array's address is a multiple of, as all libraries give memory. Triton compiles
another kernel where a number of Python is such a multiple too, cuTile where a length is."""


def compiled(
    library: str, path: Path, inputs: tuple[Any, ...], architectures: tuple[str, ...]
) -> Iterator[tuple[str, str, bytes]]:
    """(name, architecture, machine code) of each kernel that a program launches for these inputs.

    An architecture that the library does not know is left out. Raises what the library raises.
    """
    found = {"triton": _triton, "cudatile": _cudatile, "warp": _warp}[library]
    yield from found(path, inputs, architectures)


@contextmanager
def _imported(path: Path) -> Iterator[ModuleType]:
    """The program, from its file: these libraries read the text of a kernel there."""
    name = f"compiled_{path.parent.name}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[name]


@contextmanager
def _instead(name: str, module: ModuleType) -> Iterator[None]:
    """A module under that name, and afterwards what was there before; other imports stay."""
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        yield
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before


def _triton(
    path: Path, inputs: tuple[Any, ...], architectures: tuple[str, ...]
) -> Iterator[tuple[str, str, bytes]]:
    import torch
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource
    from triton.runtime.jit import JITFunction

    launches: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = []

    def run(self: Any, *arguments: Any, grid: Any, warmup: bool, **constants: Any) -> None:
        launches.append((self, arguments, constants))

    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ))
        os.environ.pop("TRITON_INTERPRET", None)
        stack.enter_context(patch.object(torch.cuda, "is_available", lambda: True))
        stack.enter_context(patch.object(torch.Tensor, "cuda", lambda tensor: tensor))
        stack.enter_context(patch.object(JITFunction, "run", run))
        program = stack.enter_context(_imported(path))
        program.run(*program.to_device(*inputs))
    types = {torch.Tensor: "*fp32", int: "i32", float: "fp32"}
    for kernel, arguments, constants in launches:
        names = kernel.arg_names
        signature = dict(zip(names, (types[type(a)] for a in arguments), strict=False))
        signature |= dict.fromkeys(constants, "constexpr")
        source = ASTSource(
            kernel,
            signature,
            constexprs={(names.index(name),): value for name, value in constants.items()},
            attrs={
                (i,): [["tt.divisibility", ALIGNED]]
                for i, a in enumerate(arguments)
                if isinstance(a, torch.Tensor) or (isinstance(a, int) and a % ALIGNED == 0)
            },
        )
        for arch in architectures:
            target = GPUTarget("cuda", int(arch.removeprefix("sm_")), 32)
            code = triton.compile(source, target=target).asm["cubin"]
            yield kernel.__name__, arch, code


def _cudatile(
    path: Path, inputs: tuple[Any, ...], architectures: tuple[str, ...]
) -> Iterator[tuple[str, str, bytes]]:
    import cuda.tile as ct
    from cuda.tile.compilation import (
        ArrayConstraint,
        CallingConvention,
        KernelSignature,
        ScalarConstraint,
        export_kernel,
    )

    launches: list[tuple[Any, tuple[Any, ...]]] = []
    cupy = ModuleType("cupy")
    vars(cupy).update(
        is_available=lambda: True,
        asarray=np.asarray,
        empty_like=np.empty_like,
        cuda=SimpleNamespace(get_current_stream=lambda: None),
    )
    with ExitStack() as stack:
        stack.enter_context(_instead("cupy", cupy))
        launch = patch.object(ct, "launch", lambda _, __, kernel, a: launches.append((kernel, a)))
        stack.enter_context(launch)
        program = stack.enter_context(_imported(path))
        program.run(*program.to_device(*inputs))

    def constraint(argument: Any) -> Any:  # what a launch finds, seen with cuTile 1.7
        if not isinstance(argument, np.ndarray):
            return ScalarConstraint(ct.float32)
        return ArrayConstraint(
            ct.float32,
            argument.ndim,
            index_dtype=ct.int32,
            stride_lower_bound_incl=0,
            stride_constant=(None,) * (argument.ndim - 1) + (1,),
            stride_divisible_by=[
                ALIGNED // argument.itemsize if stride % ALIGNED == 0 else 1
                for stride in argument.strides
            ],
            shape_divisible_by=[ALIGNED if n % ALIGNED == 0 else 1 for n in argument.shape],
            base_addr_divisible_by=ALIGNED,
            alias_groups=(),
            may_alias_internally=False,
        )

    for kernel, arguments in launches:
        name = kernel._annotated_function.pyfunc.__name__
        parameters = [constraint(a) for a in arguments]
        signature = KernelSignature(parameters, CallingConvention.cutile_python_v1(), name)
        for arch in architectures:
            if arch == "sm_75":  # for Turing there is no cuTile
                continue
            code = io.BytesIO()
            export_kernel(kernel, [signature], code, gpu_code=arch, output_format="cubin")
            yield name, arch, code.getvalue()


def _warp(
    path: Path, inputs: tuple[Any, ...], architectures: tuple[str, ...]
) -> Iterator[tuple[str, str, bytes]]:
    import warp as wp

    with patch.object(wp, "is_cuda_available", lambda: True), _imported(path) as program:
        kernels = [v for v in vars(program).values() if isinstance(v, wp.Kernel)]
        for kernel in kernels:
            kernel.module.options["enable_backward"] = False  # what is launched goes forward
            with tempfile.TemporaryDirectory() as folder:
                numbers = [int(a.removeprefix("sm_")) for a in architectures]
                wp.compile_aot_module(
                    kernel.module, arch=numbers, module_dir=folder, use_ptx=False, strip_hash=True
                )
                for arch, number in zip(architectures, numbers, strict=True):
                    (file,) = system.content(Path(folder), f"*.sm{number}.cubin")
                    yield kernel.key, arch, file.read_bytes()
