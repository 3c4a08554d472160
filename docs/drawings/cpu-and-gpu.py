"""A CPU and a GPU drawn to the same idea."""

from _svg import (
    CPU,
    CPU_WASH,
    GPU,
    GPU_WASH,
    INK,
    MUTED,
    drawing,
    grid,
    line,
    path,
    rect,
    text,
    word,
)

CORES = [(x, y) for y in (32, 108) for x in (12, 98)]
LANES = 8
COLUMNS, ROWS = 12, 8


def core(x, y):
    """A core: control, caches and one row of lanes."""
    return [
        rect(x, y, 82, 72, rx=3, stroke=CPU),
        rect(x + 4, y + 4, 74, 18, CPU_WASH, rx=2, stroke=CPU),
        text(x + 41, y + 17, "control", font_size=12),
        rect(x + 4, y + 25, 74, 24, CPU_WASH, rx=2, stroke=CPU),
        text(x + 41, y + 41, "caches", font_size=12),
        path(grid(x + 4, y + 52, LANES, 1, 74 / LANES, 16), fill="none", stroke=CPU),
    ]


def memory(x, colour, words, more):
    """A memory below its processor."""
    return [
        rect(x, 268, 184, 46, rx=5, stroke=colour, stroke_width=2),
        text(x + 92, 288, words),
        text(x + 92, 305, more, font_size=12, fill=MUTED),
    ]


def draw():
    """Return the drawing."""
    small = [(220 + c * 14.1, 32 + r * 18.5) for r in range(ROWS) for c in range(COLUMNS)]
    control = "".join(line(x, y + 2.5, x + 12.5, y + 2.5) for x, y in small)
    return drawing(
        "cpu-and-gpu",
        342,
        "A CPU and a GPU drawn to the same idea",
        f"Left, a CPU: {word(len(CORES))} large cores, each with much control logic, caches of its "
        f"own and one row of {word(LANES)} arithmetic lanes, above a large shared cache and a "
        f"narrow way to host memory. Right, a GPU: {word(len(small))} small multiprocessors above "
        "a shared cache and a wide way to device memory. A thin link, PCI Express, joins the two "
        "memories.",
        text(96, 16, "CPU", font_size=15, font_weight=700),
        text(304, 16, "GPU", font_size=15, font_weight=700),
        rect(4, 24, 184, 216, rx=5, stroke=CPU, stroke_width=2),
        rect(212, 24, 184, 216, rx=5, stroke=GPU, stroke_width=2),
        *(shape for x, y in CORES for shape in core(x, y)),
        rect(12, 186, 168, 46, CPU_WASH, rx=3, stroke=CPU),
        text(96, 214, "large shared cache"),
        *(rect(x, y, 12.5, 16, stroke=GPU) for x, y in small),
        path(control, stroke=GPU, stroke_width=4),
        rect(220, 186, 168, 46, GPU_WASH, rx=3, stroke=GPU),
        text(304, 214, "shared cache (L2)"),
        path("M96 242v24", stroke=CPU, stroke_width=7),
        path("M304 242v24", stroke=GPU, stroke_width=34),
        *memory(4, CPU, "host memory", "large"),
        *memory(212, GPU, "device memory", "smaller, far more bandwidth"),
        path("M188 300h24", stroke=INK, stroke_width=3),
        path("M200 304v16", stroke=MUTED),
        text(200, 334, "the link: PCI Express, the narrowest way of all", font_size=12, fill=MUTED),
    )
