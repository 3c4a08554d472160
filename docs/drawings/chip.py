"""What stands behind one lane of arithmetic, on a die with eight CPU cores and on a GPU.

The counts are those of the sources that the chapter names beside the drawing.
"""

from math import sqrt

from _svg import CPU, GPU, MUTED, drawing, element, rect, text

KIB, MIB = 2**10, 2**20
CPU_LANES = 8 * 2 * 8
"""Cores, units that multiply and add, numbers of 32 bits in 256."""
GPU_LANES = 132 * 128
CPU_TRANSISTORS, GPU_TRANSISTORS = 6.57e9, 80e9
CPU_CACHE = 8 * (64 * KIB + MIB) + 32 * MIB
GPU_CACHE = 132 * 256 * KIB + 50 * MIB
CPU_THREADS, GPU_THREADS = 8 * 2, 132 * 2048
SIDE = 92
"""Of the larger square of a row."""


def row(top, title, values, labels):
    """Two squares whose areas are as the values."""
    shapes = [text(2, top, title, font_weight=600)]
    for x, value, label, colour in zip((2, 206), values, labels, (CPU, GPU), strict=True):
        side = SIDE * sqrt(value / max(values))
        shapes.append(rect(x, top + 12, side, side, colour))
        beside = x + side + 8 if side < SIDE - 1 else x + SIDE + 8
        shapes.append(text(beside, top + 26, label, font_size=12))
    return shapes


def threads(top):
    """How many threads are there for how many lanes: dots over boxes."""
    shapes = [text(2, top, "threads on board", font_weight=600)]
    dot = {"r": 4.5}
    lanes = CPU_LANES // CPU_THREADS
    each = GPU_THREADS // GPU_LANES
    shapes.append(element("circle", cx=2 + lanes * 7 - 1, cy=top + 20, fill=CPU, **dot))
    shapes += [rect(2 + 14 * i, top + 34, 12, 12, CPU) for i in range(lanes)]
    shapes.append(text(2, top + 66, f"1 for {lanes} lanes", font_size=12))
    dots = [(206 + 6 + 14 * (i % 8), top + 16 + 12 * (i // 8)) for i in range(each)]
    shapes += [element("circle", cx=x, cy=y, fill=GPU, **dot) for x, y in dots]
    shapes += [rect(206, top + 38, 12, 12, GPU)]
    shapes.append(text(206, top + 66, f"{each} for 1 lane", font_size=12))
    return shapes


def draw():
    """Return the drawing."""
    each = (CPU_TRANSISTORS / CPU_LANES / 1e6, GPU_TRANSISTORS / GPU_LANES / 1e6)
    cache = (CPU_CACHE / CPU_LANES / KIB, GPU_CACHE / GPU_LANES / KIB)
    return drawing(
        "chip",
        486,
        "What stands behind each lane of a CPU and of a GPU",
        f"Four rows, the CPU's die on the left, the GPU on the right. Lanes: {CPU_LANES} against "
        f"{GPU_LANES:,}, a speck beside a large square. Transistors behind each lane: "
        f"{each[0]:.0f} million against {each[1]:.1f} million. Cache behind each lane: "
        f"{cache[0]:.0f} KiB against {cache[1]:.0f} KiB. Threads: one for "
        f"{CPU_LANES // CPU_THREADS} lanes against {GPU_THREADS // GPU_LANES} for one lane.",
        text(2, 15, "a die with 8 CPU cores", fill="var(--sv-cpu-ink)", font_weight=600),
        text(206, 15, "an H100", fill="var(--sv-gpu-ink)", font_weight=600),
        element("path", d="M198 24V480", stroke=MUTED, stroke_opacity=0.4),
        *row(40, "lanes on the chip", (CPU_LANES, GPU_LANES), (f"{CPU_LANES}", f"{GPU_LANES:,}")),
        *row(
            166,
            "transistors behind each",
            each,
            (f"{each[0]:.0f} million", f"{each[1]:.1f} million"),
        ),
        *row(292, "cache behind each", cache, (f"{cache[0]:.0f} KiB", f"{cache[1]:.0f} KiB")),
        *threads(418),
        anchor="start",
    )
