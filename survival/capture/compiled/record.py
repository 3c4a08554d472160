"""From an example to its record: every kernel, for a few architectures."""

import shutil
from collections.abc import Iterator

import numpy as np

from survival import system
from survival.capture.compiled import compilers, cubin, kernels, python_kernels, sass
from survival.catalog import Example, Variant
from survival.errors import CaptureError, SurvivalError
from survival.judge.compiled import folder_of, has_kernels
from survival.records import Compiled, Kernel, Kernels, Line

ARCHITECTURES = ("sm_75", "sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_120")
"""From Turing, the oldest that CUDA 13 has, to Blackwell: data centres' and desktops' parts."""
TRIED = 97
"""A Numba program tells the types of its kernels when it is run, at the next size from here on."""


def compile_example(
    example: Example,
    architectures: tuple[str, ...] = ARCHITECTURES,
    held: Compiled | None = None,
) -> Compiled:
    """Compile every kernel of an example. Raises CaptureError, naming the program at fault.

    A program whose compiler is not installed here keeps what is `held` of it, if it is held.
    """
    found: list[Kernels] = []
    tools = compilers.versions(compilers.DISASSEMBLER)
    for v in filter(has_kernels, example.variants):
        packages = _tools(v)
        before = next((k for k in held.variants if k.name == v.name), None) if held else None
        if held and before and not _here(v, packages):
            found.append(before)
            tools |= {p: held.tools[p] for p in (*packages, "tileiras") if p in held.tools}
        else:
            found.append(_variant(example, v, architectures))
            tools |= compilers.versions(*packages)
            tools |= _tileiras() if v.library == "cudatile" else {}
    if not found:
        raise CaptureError(f"'{example.name}' has no kernels of its own")
    return Compiled(
        schema_version=1,
        example=folder_of(example),
        tools=dict(sorted(tools.items())),
        variants=found,
    )


def _tools(variant: Variant) -> tuple[str, ...]:
    """The packages of a program's compiler."""
    if variant.library == "numba":
        return "numba-cuda", compilers.PTXAS
    return python_kernels.PACKAGES.get(variant.library, (compilers.NVRTC,))


def _tileiras() -> dict[str, str]:
    """The version of the compiler that cuTile calls. Raises CaptureError."""
    found = shutil.which("tileiras")
    if not found:
        raise CaptureError(
            "cuTile needs tileiras on the path; CONTRIBUTING.md says where to get it"
        )
    said = system.run([found, "--version"], timeout=60).stdout
    return {"tileiras": said.partition(", V")[2].split()[0]}


def _here(variant: Variant, packages: tuple[str, ...]) -> bool:
    """Whether the compiler is here; those that `make` installs must be."""
    if variant.library not in python_kernels.PACKAGES:
        return True
    try:
        return bool(compilers.versions(*packages)) and bool(
            variant.library != "cudatile" or shutil.which("tileiras")
        )
    except CaptureError:
        return False


def _variant(example: Example, variant: Variant, architectures: tuple[str, ...]) -> Kernels:
    try:
        if variant.library in python_kernels.PACKAGES:
            return Kernels(
                name=variant.name,
                source_hash=example.code_hash(variant),
                language=python_kernels.LANGUAGES[variant.library],
                kernels=list(_python(example, variant, architectures)),
            )
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


def _python(example: Example, variant: Variant, architectures: tuple[str, ...]) -> Iterator[Kernel]:
    compilers.versions(*python_kernels.PACKAGES[variant.library])  # or says what is missing
    lines, problem = variant.source.splitlines(), example.problem()
    inputs = problem.make_inputs(problem.SIZES[0], np.random.default_rng(0))
    made = python_kernels.compiled(variant.library, variant.path, inputs, architectures)
    for name, arch, code in made:
        yield from _kernels(code, "", arch, lines, variant.path.name, name)


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
    needs = compilers.used(said) if said else cubin.needs(code)
    for name, found in sass.read(compilers.disassemble(code)).items():
        if name not in needs:
            raise CaptureError(f"ptxas does not say what '{name}' needs for {arch}")
        if not said:  # then nobody tells a spill from an array in local memory
            stores, loads = sass.local_bytes(found)
            needs[name] = needs[name]._replace(spill_stores=stores, spill_loads=loads)
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
