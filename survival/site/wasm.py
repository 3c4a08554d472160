"""Assembles what the page's workers compute: docs/assets/measure-cpu.wat into measure-cpu.wasm.

`python -m survival.site.wasm` writes the file, which is committed: to build the site needs no
assembler, and a test assembles it again.
"""

from survival import system
from survival.catalog import ROOT

TEXT = ROOT / "docs" / "assets" / "measure-cpu.wat"
BINARY = TEXT.with_suffix(".wasm")


def assembled() -> bytes:
    """The binary of TEXT. Raises wasmtime.WasmtimeError, with line and column, for a mistake."""
    from wasmtime import wat2wasm

    return bytes(wat2wasm(system.text(TEXT)))


if __name__ == "__main__":
    BINARY.write_bytes(assembled())
