"""Three programs on one time line: a GPU that waits for the CPU, one that works, one kernel."""

from _svg import CPU, GPU, MUTED, drawing, rect, text

MANY = [(i, i + 2.9) for i in range(2, 29, 3)]
TRACKS = {
    "the GPU has gaps: it waits for the CPU": (
        [(0, 7), (9, 16), (18, 27)],
        [(7, 9), (16, 18), (27, 29)],
    ),
    "the GPU has no gaps: many kernels": ([(0, 2), (5, 7), (10, 12)], MANY),
    "the GPU has no gaps: one long kernel": ([(0, 2)], [(2, 29)]),
}
"""By what a profiler shows: when CPU and GPU work."""
LEFT, UNIT = 40, 12.2


def draw():
    """Return the drawing."""
    shapes = []
    for i, (title, (cpu, gpu)) in enumerate(TRACKS.items()):
        y = 14 + 66 * i
        shapes.append(text(2, y, title, font_weight=600))
        for row, (name, colour, spans) in enumerate((("CPU", CPU, cpu), ("GPU", GPU, gpu))):
            top = y + 8 + 20 * row
            shapes.append(text(2, top + 12, name, font_size=12, fill=MUTED))
            for begin, end in spans:
                shapes.append(rect(LEFT + begin * UNIT, top, (end - begin) * UNIT, 15, colour))
    return drawing(
        "gaps",
        200,
        "What a time line of CPU and GPU can look like",
        "Three pairs of tracks. In the first the CPU works most of the time and the GPU only in "
        "short pieces after it, with gaps between. In the second the GPU works in many pieces "
        "without a gap, in the third in one long piece.",
        *shapes,
        anchor="start",
    )
