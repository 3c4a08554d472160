"""What the compiler made of an example's kernels: `results/compiled/EXAMPLE.json`.

It needs no GPU and holds no time. The same compilers make the same file of the same source.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from survival.records.fields import Count, Hash, Model, Name, Text

COMPILED = "compiled"
"""The folder of results/ that is of no machine."""

Architecture = Annotated[str, StringConstraints(pattern=r"^sm_[0-9]{2,3}[a-z]?$")]
Opcode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_.]{0,63}$")]


class Line(Model):
    """One kind of instruction of one line of source."""

    source: Text
    """The line of source; empty where it is the compiler's own, or a library's."""
    code: Text
    """The first instruction of the kind, as the disassembler writes it."""
    count: Annotated[int, Field(ge=1)]
    """How many there are: what was unrolled counts each time, a loop once."""


class Kernel(Model):
    """One kernel, compiled for one architecture."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
    """What the program calls it."""
    architecture: Architecture
    """Such as sm_90, for GPUs of compute capability 9.0."""
    registers: Count
    """Registers of 32 bits that a thread has."""
    stack: Count
    """Bytes of local memory that a thread has: what was spilled, and arrays with indices."""
    spill_stores: Count
    """Bytes that are stored because the registers did not suffice."""
    spill_loads: Count
    """Bytes that are loaded because of it."""
    shared: Count
    """Bytes of shared memory of a block, without what a launch adds to it."""
    loads_in_flight: Count
    """Most loads from global memory that a thread has under way, in straight-line code.

    A load is under way until an instruction needs what it, or a later one, has loaded.
    """
    instructions: Count
    """All instructions of the kernel."""
    opcodes: Annotated[dict[Opcode, Count], Field(max_length=100)]
    """How often those occur that load, store, compute with floats, or speak to other threads."""
    lines: Annotated[list[Line], Field(max_length=200)]
    """The same, by the lines of source that they come from."""


class Kernels(Model):
    """The kernels of one variant."""

    name: Name
    """The file's name without .py: DEVICE_LIBRARY[_TRAIT]."""
    source_hash: Hash
    """Of the syntax tree of what was compiled."""
    language: Literal["CUDA C", "ElementwiseKernel", "Numba", "Triton", "cuTile", "Warp"]
    """What it is written in. Of an ElementwiseKernel, CuPy makes CUDA C; ours is nearly the same:
    it has one index in place of CuPy's strides."""
    kernels: Annotated[list[Kernel], Field(min_length=1, max_length=100)]
    """Each kernel for each architecture."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        of = [(k.name, k.architecture) for k in self.kernels]
        if len(set(of)) != len(of):
            raise ValueError(f"'{self.name}' has a kernel twice for one architecture")
        return self


class Compiled(Model):
    """The kernels of one example: `results/compiled/EXAMPLE.json`."""

    schema_version: Literal[1]
    """Which version of these fields the file has."""
    example: Name
    """The example's name; the file is called like it."""
    tools: Annotated[dict[Text, Text], Field(max_length=20)]
    """Version of each compiler and disassembler, by the name of its package."""
    variants: Annotated[list[Kernels], Field(min_length=1, max_length=50)]
    """One per program that has kernels of its own."""

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = [v.name for v in self.variants]
        if len(set(names)) != len(names):
            raise ValueError("two variants have one name")
        return self

    @property
    def path(self) -> str:
        """Where it lies, seen from the repository and from the root of the site."""
        return f"results/{COMPILED}/{self.example}.json"
