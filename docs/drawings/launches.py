"""A timeline of launches, without and with a graph."""

from itertools import pairwise

from _svg import CPU, CPU_WASH, GPU, GPU_WASH, MUTED, drawing, rect, text, word

KERNELS = 5
LAUNCH, KERNEL, REST = 62, 22, 4
"""How long a launch and a kernel are drawn, and the pause behind each."""


def launch(x, y):
    """The CPU's part."""
    return [
        rect(x, y, LAUNCH, 24, CPU_WASH, rx=3, stroke=CPU, stroke_width=2),
        text(x + LAUNCH / 2, y + 16, "launch", text_anchor="middle", font_size=12),
    ]


def kernel(x, y):
    """The GPU's part."""
    return rect(x, y, KERNEL, 24, GPU_WASH, rx=3, stroke=GPU, stroke_width=2)


def draw():
    """Return the drawing: a kernel starts when its launch is over."""
    starts = [44 + (LAUNCH + REST) * i for i in range(KERNELS)]
    begins = [x + LAUNCH for x in starts]
    quiet = {"font_size": 12, "fill": MUTED}
    gaps = [(a + KERNEL + b) / 2 for a, b in pairwise(begins)]
    n = word(KERNELS)
    return drawing(
        "launches",
        236,
        "A timeline of launches, without and with a graph",
        f"Without a graph, the CPU row shows {n} launches one after the other, each longer than "
        f"the kernel that it starts, and the GPU row shows {n} short kernels with gaps between "
        f"them. With a graph, the CPU row shows one launch, and the GPU row {n} kernels close "
        "together that end much sooner.",
        text(4, 15, "One launch per kernel", font_weight=600),
        text(4, 46, "CPU"),
        text(4, 82, "GPU"),
        *(shape for x in starts for shape in launch(x, 30)),
        *(kernel(x, 66) for x in begins),
        *(text(x, 106, "gap", text_anchor="middle", **quiet) for x in gaps),
        text(4, 143, "The same as a graph", font_weight=600),
        text(4, 174, "CPU"),
        text(4, 210, "GPU"),
        *launch(44, 158),
        *(kernel(begins[0] + (KERNEL + REST) * i, 194) for i in range(KERNELS)),
        text(242, 210, "kernels as before", **quiet),
        anchor="start",
    )
