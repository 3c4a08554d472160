"""Instructions of PTX within CUDA C, as calls of functions that the stand-in has (cuda.h)."""

import re
from collections.abc import Iterator

MATRIX = "{%0, %1, %2, %3}"
KNOWN = {
    "ldmatrix.sync.aligned.m8n8.x4.shared.b16": f"{MATRIX}, [%4]",
    "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16": f"{MATRIX}, [%4]",
    "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32": (f"{MATRIX}, {{%4, %5}}, {{%6}}, {MATRIX}"),
}
"""Which of its operands an instruction takes where."""
_START = re.compile(r"\basm\s*(?:volatile)?\s*\(")


def as_calls(source: str) -> str:
    """The source with a call in place of each `asm`, on the same line.

    Its operands follow each other, those that are written first. Raises ValueError for an
    instruction that the stand-in does not know, or one that takes its operands in another order.
    """
    while found := _START.search(source):
        end = _closing(source, found.end())
        call = _call(source[found.end() : end])
        lines = "\n" * source[found.start() : end].count("\n")
        source = source[: found.start()] + call + lines + source[end + 1 :]
    return source


def _call(inside: str) -> str:
    template, *parts = _split(inside)
    instruction, _, order = "".join(re.findall(r'"([^"]*)"', template)).strip(" ;").partition(" ")
    if KNOWN.get(instruction) != order.strip():
        raise ValueError(f"the stand-in does not know '{instruction} {order.strip()}'")
    operands = [o for part in parts[:2] for o in _operands(part)]
    return f"__ptx_{instruction.replace('.', '_')}_sync({', '.join(operands)})"


def _operands(part: str) -> Iterator[str]:
    for found in re.finditer(r'"[=+]?\w"\s*\(', part):
        yield part[found.end() : _closing(part, found.end())]


def _closing(text: str, at: int) -> int:
    """Where the bracket closes that was opened before `at`."""
    depth = 1
    for i in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if not depth:
            return i
    raise ValueError("a bracket that does not close")


def _split(inside: str) -> list[str]:
    """The parts between colons, which neither texts nor brackets of these instructions hold."""
    return inside.split(":")
