"""Machine code is read rightly: widths, lines, and loads that are under way at once."""

import pytest

from survival.capture.compiled import sass
from survival.capture.compiled.compilers import used
from survival.judge.compiled import bits


def code(*rows: str) -> list[sass.Instruction]:
    """Instructions as nvdisasm writes them."""
    body = "".join(f"        /*{16 * n:04x}*/    {row} ;\n" for n, row in enumerate(rows))
    return sass.read(f".text.kernel:\n{body}")["kernel"]


FOUR = [f"LDG.E.128 R{r}, desc[UR8][R{r}.64]" for r in (4, 8, 12, 16)]


@pytest.mark.parametrize(
    ("rows", "most"),
    [
        ([*FOUR, "FADD R4, R4, R5"], 4),
        ([FOUR[0], "FADD R20, R4, R5", FOUR[1], "FADD R20, R8, R9"], 1),
        # The second half of a pair, a store of four, an address: each needs what was loaded.
        (["LDG.E R5, [R2]", "DADD R8, R4, R8", FOUR[2]], 1),
        (["LDG.E R7, [R2]", "STG.E.128 desc[UR4][R2.64], R4", FOUR[2]], 1),
        (["LDG.E.64 R2, [R6]", "LDG.E R4, [R2.64]", "FADD R4, R4, R1"], 1),
        # Whoever needs a later one has waited for the earlier ones.
        ([FOUR[0], FOUR[1], "FADD R20, R8, R8", FOUR[2]], 2),
        # What is overwritten must have come; a result that is no register counts for nothing.
        ([FOUR[0], "MOV R5, RZ", FOUR[1]], 1),
        ([FOUR[0], "ISETP.GE.AND P0, PT, R20, R21, PT", FOUR[1]], 2),
        # Code that only a jump reaches begins anew; a jump that may be left out does not end it.
        ([FOUR[0], "BRA `(.L_x_1)", FOUR[1]], 1),
        ([FOUR[0], "@P0 BRA `(.L_x_1)", FOUR[1]], 2),
        (["LDG.E.ENL2.256 R8, R12, desc[UR4][R2.64]", "FADD R1, R15, R0", FOUR[0]], 1),
        (["LDS R4, [R2]", "LDS R5, [R2]"], 0),
    ],
)
def test_loads_in_flight(rows: list[str], most: int) -> None:
    """A load is under way until something needs what it, or a later one, has loaded."""
    assert sass.loads_in_flight(code(*rows)) == most


@pytest.mark.parametrize(
    ("opcode", "wide"),
    [
        ("LDG.E", 32),
        ("LDG.E.128.SYS", 128),
        ("LDG.E.U8", 8),
        ("LDG.E.S16.CONSTANT", 16),
        ("LDG.E.64", 64),
        ("LDG.E.ENL2.256", 256),
        ("ATOMS.POPC.INC.32", 32),
        ("LDSM.16.M88.4", 128),
        ("LDSM.16.MT88.2", 64),
    ],
)
def test_the_width_of_a_load(opcode: str, wide: int) -> None:
    """The number among the modifiers counts; without one it is a register."""
    assert bits(opcode) == wide


def test_tensor_cores_are_told_from_a_move() -> None:
    """HFMA2.MMA sets a register to zero; HMMA, and its like on newer GPUs, multiply matrices."""
    rows = ("HFMA2.MMA R2, -RZ, RZ, 0, 0", "HMMA.16816.F32 R4, R8, R10, R4", "UTCHMMA gdesc[UR4]")
    assert [i.tensor for i in code(*rows)] == [False, True, True]
    assert sass.opcodes(code(*rows)) == {"HMMA.16816.F32": 1, "UTCHMMA": 1}


def test_what_goes_through_local_memory_is_counted() -> None:
    """Bytes of a thread, as wide as the instruction; nothing that goes elsewhere."""
    rows = ("STL [R1], R4", "@P0 STL.64 [R1+0x8], R4", "LDL.LU.128 R8, [R1]", "STS [R2], R4")
    assert sass.local_bytes(code(*rows)) == (12, 16)
    assert sass.local_bytes(code(*FOUR)) == (0, 0)


def test_lines_go_with_their_source() -> None:
    """Each instruction has the line before it; what comes from another file is line 0."""
    text = (
        ".text._Z3addPfi:\n"
        '\t//## File "/somewhere/kernel.cu", line 3 inlined at "/somewhere/kernel.cu", line 9\n'
        "        /*0000*/                   LDG.E R4, desc[UR8][R6.64] ;\n"
        "        /*0010*/              @!P0 LDG.E R5, desc[UR8][R8.64] ;\n"
        '\t//## File "/elsewhere/math.h", line 70\n'
        "        /*0020*/                   FADD R4, R4, R5 ;\n"
        "        /*0030*/                   IADD3 R4, R4, R5, RZ ;\n"
    )
    ((name, found),) = sass.read(text).items()
    assert sass.plain_name(name) == "add"
    assert list(sass.by_line(found, "kernel.cu")) == [
        (0, "FADD R4, R4, R5", 1),
        (3, "LDG.E R4, desc[UR8][R6.64]", 2),
    ]


def test_what_ptxas_says_is_read() -> None:
    """Two kernels in one file, one of which spills."""
    said = """ptxas info    : Compiling entry function 'one' for 'sm_90'
ptxas info    : Function properties for one
    8 bytes stack frame, 4 bytes spill stores, 12 bytes spill loads
ptxas info    : Used 32 registers, used 1 barriers, 8 bytes cumulative stack size, 48 bytes smem
ptxas info    : Compiling entry function 'two' for 'sm_90'
ptxas info    : Function properties for two
    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
ptxas info    : Used 8 registers, 372 bytes cmem[0]
"""
    assert used(said) == {"one": (32, 8, 4, 12, 48), "two": (8, 0, 0, 0, 0)}
