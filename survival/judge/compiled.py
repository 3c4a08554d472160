"""What the compiler made of kernels: facts that pages show and claim, and what is stale (H12)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from survival.catalog import Example, Variant
from survival.errors import RecordError, known
from survival.judge.findings import Finding
from survival.judge.pins import Pins
from survival.records import COMPILED, Compiled, Kernel, Results

AGAIN = "make compile EXAMPLE={}"
TENSOR = r"(?:UTC)?[A-Z]{1,2}G?MMA"
"""HMMA, IMMA, DMMA and the like; HGMMA of sm_90; UTCHMMA of sm_100. Not HFMA2.MMA."""
GLOBAL_ATOMICS, SHARED_ATOMICS = r"ATOMG?|REDG?", r"ATOMS|REDS"


@dataclass(frozen=True)
class Fact:
    """A number that machine code has."""

    words: tuple[str, str]
    """How a claim calls one of it, and several."""
    of: Callable[[Kernel], int]


def count(kernel: Kernel, bases: str) -> int:
    """How many instructions there are whose opcode, without modifiers, matches."""
    return sum(n for op, n in kernel.opcodes.items() if re.fullmatch(bases, op.partition(".")[0]))


def bits(opcode: str) -> int:
    """How many bits a thread loads or stores by one such instruction."""
    if opcode.startswith("LDSM"):  # so many matrices of 8 x 8 numbers of 16 bits, among 32 threads
        return 32 * int(opcode.rpartition(".")[2])
    wide = re.search(r"\.(?:[US]?(8|16)|(32|64|128|256))(?:\.|$)", opcode)
    return int(wide[1] or wide[2]) if wide else 32


def widest(kernel: Kernel, bases: str) -> int:
    """Bits of the widest such instruction; 0 if there is none."""
    found = (bits(op) for op in kernel.opcodes if re.fullmatch(bases, op.partition(".")[0]))
    return max(found, default=0)


FACTS: dict[str, Fact] = {
    "registers": Fact(("register", "registers"), lambda k: k.registers),
    "spills": Fact(("byte of spills", "bytes of spills"), lambda k: k.spill_stores + k.spill_loads),
    "shared": Fact(("byte of shared memory", "bytes of shared memory"), lambda k: k.shared),
    "loads": Fact(("global load", "global loads"), lambda k: count(k, "LDG?")),
    "load_bits": Fact(("bit in one load", "bits in one load"), lambda k: widest(k, "LDG?")),
    "loads_in_flight": Fact(("load in flight", "loads in flight"), lambda k: k.loads_in_flight),
    "stores": Fact(("global store", "global stores"), lambda k: count(k, "STG?")),
    "store_bits": Fact(("bit in one store", "bits in one store"), lambda k: widest(k, "STG?")),
    "shared_loads": Fact(
        ("load from shared memory", "loads from shared memory"), lambda k: count(k, "LDSM?")
    ),
    "shared_load_bits": Fact(
        ("bit in one load from shared memory", "bits in one load from shared memory"),
        lambda k: widest(k, "LDSM?"),
    ),
    "atomics": Fact(
        ("atomic", "atomics"), lambda k: count(k, f"{GLOBAL_ATOMICS}|{SHARED_ATOMICS}")
    ),
    "global_atomics": Fact(
        ("atomic in global memory", "atomics in global memory"), lambda k: count(k, GLOBAL_ATOMICS)
    ),
    "shared_atomics": Fact(
        ("atomic in shared memory", "atomics in shared memory"), lambda k: count(k, SHARED_ATOMICS)
    ),
    "tensor": Fact(
        ("tensor-core instruction", "tensor-core instructions"), lambda k: count(k, TENSOR)
    ),
    "async_copies": Fact(
        ("asynchronous copy", "asynchronous copies"), lambda k: count(k, "LDGSTS|UBLKCP|UTMALDG")
    ),
    "shuffles": Fact(("shuffle", "shuffles"), lambda k: count(k, "SHFL")),
    "barriers": Fact(("barrier", "barriers"), lambda k: count(k, "BAR")),
    "multiply_adds": Fact(
        ("multiply-add", "multiply-adds"), lambda k: count(k, "FFMA|DFMA") + 2 * count(k, "FFMA2")
    ),
    "instructions": Fact(("instruction", "instructions"), lambda k: k.instructions),
}
"""By the name that a page uses. All are counts of what stands in the code: a loop counts once."""


def folder_of(example: Example) -> str:
    """The example whose record holds the kernels: further problems of a folder share them."""
    return example.problem_path.parent.name


def has_kernels(variant: Variant) -> bool:
    """Whether a program has kernels of its own."""
    words = r"__global__|ElementwiseKernel\(|@cuda\.jit|@triton\.jit|@ct\.kernel|@wp\.kernel"
    return variant.device == "gpu" and re.search(words, variant.source) is not None


def why_stale(record: Compiled, example: Example, pins: Pins) -> dict[str, str]:
    """H12: variants whose kernels are not those of today, with why, as "compiled ..." goes on."""
    today = {v.name: example.code_hash(v) for v in example.variants if has_kernels(v)}
    other = [
        f"with {tool} {had}, pinned is {' or '.join(sorted(pinned))}"
        for tool, had in record.tools.items()
        if (pinned := pins.get(tool)) and had not in pinned
    ]
    found = {v.name: other[0] for v in record.variants if other}
    for v in record.variants:
        if v.name not in today:
            found[v.name] = "from a program that has no kernels any more"
        elif today[v.name] != v.source_hash:
            found[v.name] = "from an older version of its source"
    return found


def outdated(results: Results, examples: Mapping[str, Example], pins: Pins) -> dict[str, list[str]]:
    """H12: by example, a line for each variant whose record is old or missing."""
    found: dict[str, list[str]] = {}
    for name, example in examples.items():
        if folder_of(example) != name:
            continue
        record = results.compiled.get(name)
        old = why_stale(record, example, pins) if record else {}
        held = {v.name for v in record.variants} if record else set()
        lacks = [v.name for v in example.variants if has_kernels(v) and v.name not in held]
        lines = [f"{variant}: compiled {why}" for variant, why in old.items()]
        if lines := [*lines, *(f"{variant}: not compiled" for variant in lacks)]:
            found[name] = lines
    return found


def judge_compiled(
    results: Results, examples: Mapping[str, Example], pins: Pins
) -> Iterator[Finding]:
    """H12 over what was compiled. A record of an example that is gone fails."""
    for name, record in results.compiled.items():
        if name not in examples:
            says = "there is no such example any more; remove the record"
            yield Finding("H12", record.path, says, "fail")
    for name, lines in outdated(results, examples, pins).items():
        for line in lines:
            says = f"{line}; `{AGAIN.format(name)}` does it"
            yield Finding("H12", f"results/{COMPILED}/{name}.json", says, "mark")


def kernels(record: Compiled | None, example: Example, name: str) -> list[Kernel]:
    """One kernel for each architecture. `name` is VARIANT, or VARIANT.KERNEL where it has several.

    Raises RecordError, naming what exists, and CatalogError for an unknown variant.
    """
    variant, _, wanted = name.partition(".")
    example.variant(variant)
    again = f"`{AGAIN.format(folder_of(example))}` records it"
    held = next((v for v in record.variants if v.name == variant), None) if record else None
    if held is None:
        raise RecordError(f"'{variant}' of '{example.name}' has no compiled kernels; {again}")
    names = list(dict.fromkeys(k.name for k in held.kernels))
    if not wanted and len(names) > 1:
        raise RecordError(
            f"'{variant}' has several kernels; write {variant}.{names[0]} or the like"
        )
    if wanted and wanted not in names:
        raise RecordError(known("kernel", wanted, names))
    return [k for k in held.kernels if not wanted or k.name == wanted]


def of(found: list[Kernel], architecture: str) -> Kernel:
    """The one for that architecture. Raises RecordError, naming those that exist."""
    for k in found:
        if k.architecture == architecture:
            return k
    raise RecordError(known("architecture", architecture, [k.architecture for k in found]))
