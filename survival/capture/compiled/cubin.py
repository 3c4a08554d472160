"""What machine code says of itself, where no ptxas told it: an ELF file with a section a kernel."""

import struct
from typing import NamedTuple

from survival.capture.compiled.compilers import Used

_FRAME_SIZE, _REGISTERS = 0x11, 0x2F
"""EIATTR_FRAME_SIZE and EIATTR_REGCOUNT in .nv.info: the number of a symbol, and a number."""
_SYMBOLS = 2
_SHARED = ".nv.shared."


class _Section(NamedTuple):
    name: str
    kind: int
    content: bytes
    size: int


def needs(code: bytes) -> dict[str, Used]:
    """Registers, stack and shared memory of each kernel, by name. Of spills it says nothing: 0."""
    sections = _sections(code)
    shared = {s.name.removeprefix(_SHARED): s.size for s in sections if s.name.startswith(_SHARED)}
    told = _told(sections)
    return {
        name: Used(
            told[_REGISTERS, name], told.get((_FRAME_SIZE, name), 0), 0, 0, shared.get(name, 0)
        )
        for name in (s.name.removeprefix(".text.") for s in sections if s.name.startswith(".text."))
    }


def _sections(code: bytes) -> list[_Section]:
    (start,), (size, count, names) = (
        struct.unpack_from("<Q", code, 40),
        struct.unpack_from("<HHH", code, 58),
    )
    heads = [struct.unpack_from("<IIQQQQ", code, start + size * i) for i in range(count)]
    texts = heads[names][4]

    def name(at: int) -> str:
        return code[texts + at : code.index(b"\0", texts + at)].decode()

    return [
        _Section(name(at), kind, code[offset : offset + length], length)
        for at, kind, _, _, offset, length in heads
    ]


def _told(sections: list[_Section]) -> dict[tuple[int, str], int]:
    """What .nv.info tells of each function, by what it is and by name."""
    symbols = next(s.content for s in sections if s.kind == _SYMBOLS)
    strings = next(s.content for s in sections if s.name == ".strtab")
    told = next(s.content for s in sections if s.name == ".nv.info")
    found: dict[tuple[int, str], int] = {}
    at = 0
    while at + 4 <= len(told):
        form, attribute, length = struct.unpack_from("<BBH", told, at)
        if form == 4 and attribute in (_FRAME_SIZE, _REGISTERS):
            number, value = struct.unpack_from("<II", told, at + 4)
            first = struct.unpack_from("<I", symbols, 24 * number)[0]
            found[attribute, strings[first : strings.index(b"\0", first)].decode()] = value
        at += 4 + (length if form == 4 else 0)
    return found
