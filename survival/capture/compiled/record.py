"""From an example to its record: every kernel, for a few architectures."""

from collections.abc import Iterator

import numpy as np

from survival.capture.compiled import compilers, kernels, sass
from survival.catalog import Example, Variant
from survival.errors import CaptureError, SurvivalError
from survival.judge.compiled import folder_of, has_kernels
from survival.records import Compiled, Kernel, Kernels, Line

ARCHITECTURES = ("sm_75", "sm_80", "sm_90", "sm_100")
"""Turing, Ampere, Hopper and Blackwell, as data centres have them."""
TRIED = 97
"""A Numba program tells the types of its kernels when it is run, at the next size from here on."""


def compile_example(example: Example, architectures: tuple[str, ...] = ARCHITECTURES) -> Compiled:
    """Compile every kernel of an example. Raises CaptureError, naming the program at fault."""
    found = [_variant(example, v, architectures) for v in example.variants if has_kernels(v)]
    if not found:
        raise CaptureError(f"'{example.name}' has no kernels of its own")
    tools = [compilers.DISASSEMBLER]
    if any(v.language != "Numba" for v in found):
        tools.append(compilers.NVRTC)
    if any(v.language == "Numba" for v in found):
        tools += ["numba-cuda", compilers.PTXAS]
    return Compiled(
        schema_version=1,
        example=folder_of(example),
        tools=compilers.versions(*tools),
        variants=found,
    )


def _variant(example: Example, variant: Variant, architectures: tuple[str, ...]) -> Kernels:
    try:
        numba = variant.library == "numba"
        made = _numba(example, variant, architectures) if numba else _cuda(variant, architectures)
        sources = [] if numba else kernels.cuda_sources(variant.path)
        return Kernels(
            name=variant.name,
            source_hash=example.code_hash(variant),
            language="Numba" if numba else sources[0].language,
            kernels=list(made),
        )
    except SurvivalError:
        raise
    except Exception as e:  # whatever a compiler raises, its author needs to know which program
        raise CaptureError(f"{variant.path}: {type(e).__name__}: {e}") from None


def _cuda(variant: Variant, architectures: tuple[str, ...]) -> Iterator[Kernel]:
    for source in kernels.cuda_sources(variant.path):
        lines = source.text.splitlines()
        for arch in architectures:
            code, said = compilers.to_cubin(source.text, arch)
            yield from _kernels(code, said, arch, lines, compilers.SOURCE)


def _numba(example: Example, variant: Variant, architectures: tuple[str, ...]) -> Iterator[Kernel]:
    inputs = _inputs(example)
    lines = variant.source.splitlines()
    for kernel in kernels.numba_kernels(variant.path, inputs):
        for arch in architectures:
            code, said = compilers.assemble(kernel.to_ptx(arch, lineinfo=True), arch)
            name = kernel.function.__name__
            yield from _kernels(code, said, arch, lines, variant.path.name, name)


def _inputs(example: Example) -> tuple[object, ...]:
    problem = example.problem()
    for n in range(TRIED, TRIED + 10_000):
        try:
            return tuple(problem.make_inputs(n, np.random.default_rng(n)))
        except ValueError:  # not every n is a picture
            continue
    raise CaptureError(f"'{example.name}' has no size from {TRIED} on")


def _kernels(
    code: bytes, said: str, arch: str, lines: list[str], file: str, called: str = ""
) -> Iterator[Kernel]:
    needs = compilers.used(said)
    for name, found in sass.read(compilers.disassemble(code)).items():
        if name not in needs:
            raise CaptureError(f"ptxas does not say what '{name}' needs for {arch}")
        yield Kernel(
            name=called or sass.plain_name(name),
            architecture=arch,
            **needs[name]._asdict(),
            loads_in_flight=sass.loads_in_flight(found),
            instructions=sum(i.base != "NOP" for i in found),
            opcodes=sass.opcodes(found),
            lines=[
                Line(source=lines[n - 1].strip() if n else "", code=text, count=count)
                for n, text, count in sass.by_line(found, file)
            ],
        )
