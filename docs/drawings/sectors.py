"""The addresses of a warp in the sectors that travel for them."""

from _svg import GPU, INK, drawing, rect, text, word

THREADS, NUMBER, SECTOR = 32, 4, 32
"""Threads of a warp; bytes of a number and of a sector."""
PER_SECTOR = SECTOR // NUMBER
PARTS = ("half", "third", "quarter", "fifth", "sixth", "seventh", "eighth")


def box(i, top, wanted):
    """Sector `i`, of which `wanted` numbers were asked for."""
    x, y = 8 + i % 8 * 48, top + i // 8 * 24
    if wanted == PER_SECTOR:
        return [rect(x, y, 46, 18, GPU, stroke=INK)]
    return [rect(x, y, 6 * wanted, 18, GPU), rect(x, y, 46, 18, stroke=INK)]


def draw():
    """Return the drawing."""
    dense = THREADS // PER_SECTOR
    return drawing(
        "sectors",
        190,
        f"The {THREADS} addresses of a warp, in {word(dense)} sectors and in {word(THREADS)}",
        f"Above, the threads of a warp want {THREADS} numbers that lie side by side. They fill "
        f"{word(dense)} sectors of {SECTOR} bytes completely. Below, they want numbers that lie a "
        f"row apart. Each lies in a sector of its own, so that {THREADS} sectors travel and an "
        f"{PARTS[PER_SECTOR - 2]} of each is wanted.",
        text(8, 16, f"side by side: {dense} sectors"),
        *(shape for i in range(dense) for shape in box(i, 26, PER_SECTOR)),
        text(8, 82, f"a row apart: {THREADS} sectors"),
        *(shape for i in range(THREADS) for shape in box(i, 92, 1)),
        anchor="start",
    )
