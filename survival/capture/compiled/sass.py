"""Reads machine code as nvdisasm writes it: which instructions matter, and loads under way."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from survival.judge.compiled import TENSOR, bits

MATTERS = re.compile(
    r"LDG?|STG?|LDGSTS|UBLKCP|UTMALDG|LDSM?|STS|LDL|STL|ATOM[GS]?|RED[GS]?|REDUX|SHFL|MATCH|BAR|"
    r"F(?:FMA|ADD|MUL)2?|D(?:FMA|ADD|MUL)|MUFU"
)
"""Instructions that load, store, compute with floats, or speak to other threads, but for those of
tensor cores. Where an instruction has two of these forms, such as HFMA2 to set zero, it is left
out: it says nothing."""
LOADS = ("LDG", "LD")

_HEADER = re.compile(r"^\.text\.(\w+):")
_LINE = re.compile(r'^\s*//## File "([^"]*)", line (\d+)')
_CODE = re.compile(r"^\s*/\*[0-9a-f]+\*/\s+(?:(@!?U?P[T\d]+)\s+)?([A-Z][A-Z0-9_.]*)\s*(.*?)\s*;")
_REGISTER = re.compile(r"(?<![\w.])R(\d+)(\.64)?")
_PREDICATE = re.compile(r"!?U?P[T\d]+$")


@dataclass(frozen=True)
class Instruction:
    """One instruction, with the line that it comes from."""

    opcode: str
    """With its modifiers, such as LDG.E.128."""
    operands: str
    guard: str = ""
    """The predicate that it is subject to, such as @!P0."""
    file: str = ""
    line: int = 0

    @property
    def base(self) -> str:
        """The opcode without modifiers."""
        return self.opcode.partition(".")[0]

    @property
    def text(self) -> str:
        """As the disassembler writes it, without its guard."""
        return f"{self.opcode} {self.operands}".strip()

    @property
    def tensor(self) -> bool:
        """Whether a tensor core does it."""
        return re.fullmatch(TENSOR, self.base) is not None

    @property
    def matters(self) -> bool:
        """Whether a record has it."""
        return MATTERS.fullmatch(self.base) is not None or self.tensor

    @property
    def writes(self) -> frozenset[int]:
        """Numbers of the registers that it writes, as far as loads and sums are concerned."""
        parts = self._parts()
        wide = max(1, bits(self.opcode) // 32) if self.base in LOADS else 1
        wrote = [m for p in parts[: self._results()] if (m := re.fullmatch(r"R(\d+)", p))]
        if len(wrote) == 2:  # 256 bits go to two groups of four
            wide //= 2
        return frozenset(int(m[1]) + k for m in wrote for k in range(wide))

    @property
    def reads(self) -> frozenset[int]:
        """Numbers of the registers that it needs."""
        parts = self._parts()[self._results() :]
        found: set[int] = set()
        for at, part in enumerate(parts, 1):
            for m in _REGISTER.finditer(part):
                wide = 2 if m[2] else self._width(part, last=at == len(parts))
                found |= {int(m[1]) + k for k in range(wide)}
        return frozenset(found)

    def _parts(self) -> list[str]:
        parts = [p.strip().removesuffix(".reuse") for p in self.operands.split(",")]
        while parts and _PREDICATE.match(parts[0]):  # a result that is no register
            parts.pop(0)
        return parts

    def _results(self) -> int:
        """How many of the operands are results."""
        parts = self._parts()
        if (
            not parts
            or not re.fullmatch(r"R\d+|RZ", parts[0])
            or self.base in ("BRX", "JMX", "RET")
        ):
            return 0
        return 2 if ".ENL2." in self.opcode and self.base in LOADS else 1

    def _width(self, part: str, last: bool) -> int:
        """How many registers an operand stands for, from the one that it names."""
        if "[" in part:
            return 1
        if self.tensor:
            return 4
        if self.base in ("STG", "ST", "STS", "STL"):
            return 4 if ".128" in self.opcode else 2 if ".64" in self.opcode else 1
        pair = self.base in ("DFMA", "DADD", "DMUL", "DSETP", "FFMA2", "FADD2", "FMUL2")
        return 2 if pair or (".WIDE" in self.opcode and last) else 1


def read(text: str) -> dict[str, list[Instruction]]:
    """The instructions of each function, from what nvdisasm prints with line information."""
    found: dict[str, list[Instruction]] = {}
    current: list[Instruction] = []
    file, line = "", 0
    for row in text.splitlines():
        if header := _HEADER.match(row):
            current = found.setdefault(header[1], [])
            file, line = "", 0
        elif place := _LINE.match(row):
            file, line = Path(place[1]).name, int(place[2])
        elif code := _CODE.match(row):
            current.append(Instruction(code[2], code[3], code[1] or "", file, line))
    return found


def loads_in_flight(code: Iterable[Instruction]) -> int:
    """Most loads from global memory that are under way at once, along the code as it lies.

    A load is under way until an instruction reads or overwrites what it, or a later one, has
    loaded. Where the code can only be reached by a jump, none is under way.
    """
    under_way: list[frozenset[int]] = []
    most = 0
    for i in code:
        touched = i.reads | i.writes
        done = [at for at, wanted in enumerate(under_way) if wanted & touched]
        if done:
            del under_way[: done[-1] + 1]
        if i.base in LOADS:
            under_way.append(i.writes)
            most = max(most, len(under_way))
        if (i.base in ("BRA", "EXIT", "RET", "BRX", "JMP") and not i.guard) or i.base == "CALL":
            under_way.clear()
    return most


def local_bytes(code: Iterable[Instruction]) -> tuple[int, int]:
    """Bytes that a thread stores to local memory and loads from it, each instruction once."""
    moved = Counter[str]()
    for i in code:
        moved[i.base] += bits(i.opcode) // 8
    return moved["STL"], moved["LDL"]


def opcodes(code: Iterable[Instruction]) -> dict[str, int]:
    """How often each instruction that matters occurs, in the order of the alphabet."""
    return dict(sorted(Counter(i.opcode for i in code if i.matters).items()))


def by_line(code: Iterable[Instruction], file: str) -> Iterator[tuple[int, str, int]]:
    """By line of the source `file` and kind of instruction: line, the first of the kind, how many.

    Line 0 stands for code that comes from elsewhere.
    """
    first: dict[tuple[int, str], Instruction] = {}
    count: Counter[tuple[int, str]] = Counter()
    for i in code:
        if i.matters:
            key = (i.line if i.file == file else 0, i.opcode)
            first.setdefault(key, i)
            count[key] += 1
    for key in sorted(first, key=lambda k: k[0]):  # stable: as they come within a line
        yield key[0], first[key].text, count[key]


def plain_name(symbol: str) -> str:
    """The name that a kernel has in its program: _Z3addPKfS0_Pfi is `add`."""
    mangled = re.match(r"_Z(\d+)", symbol)
    return symbol[mangled.end() :][: int(mangled[1])] if mangled else symbol
