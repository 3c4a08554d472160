"""One program under two roofs."""

from _svg import CPU, GPU, INK, MUTED, drawing, element, path, text

LEFT, BOTTOM, WIDE, STEP = 30, 190, 360, 20
"""A power of two of the operations per byte is 24 wide, one of a rate STEP high."""
ROOFS = {"CPU": (CPU, 1, 4), "GPU": (GPU, 3, 8)}
"""By device: its colour, and as powers of two its memory's rate and its arithmetic's."""
PROGRAM = 4
"""Where the program lies, in steps of operations per byte from the left."""


def draw():
    """Return the drawing."""
    x = LEFT + 24 * PROGRAM
    shapes = [
        path(f"M{LEFT} 10V{BOTTOM}H{LEFT + WIDE}", fill="none", stroke=MUTED),
        path(f"M{x} 28V{BOTTOM}", fill="none", stroke=INK, stroke_dasharray="4 3"),
        text(x + 8, BOTTOM - 10, "your program", text_anchor="start", font_size=12),
        text(LEFT + WIDE / 2, BOTTOM + 18, "operations per byte", fill=MUTED, font_size=12),
        text(LEFT + 6, 20, "operations per second", text_anchor="start", fill=MUTED, font_size=12),
    ]
    for name, (colour, memory, rate) in ROOFS.items():
        ridge = LEFT + 24 * (rate - memory)
        top = BOTTOM - STEP * rate
        roof = f"M{LEFT} {BOTTOM - STEP * memory}L{ridge} {top}H{LEFT + WIDE}"
        at = BOTTOM - STEP * min(rate, memory + PROGRAM)
        shapes += [
            path(roof, fill="none", stroke=colour, stroke_width=2.5),
            text(LEFT + WIDE, top - 6, name, text_anchor="end", font_weight=600),
            element("circle", cx=x, cy=at, r=5, fill=colour),
        ]
    return drawing(
        "roofs",
        BOTTOM + 24,
        "One program under two roofs",
        "Two roofs, that of a GPU above that of a CPU. A dashed line marks the operations per byte "
        "of one program. Where it meets a roof a dot says what that machine allows: here the CPU's "
        "lies on the flat part, where arithmetic is the limit, the GPU's where memory is.",
        *shapes,
    )
