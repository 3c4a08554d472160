"""To stay, or to go: the same passes over a CPU's memory, and over a GPU's after a trip."""

from _svg import CPU, GPU, GPU_WASH, drawing, rect, text, word

LINK, HERE, THERE = 1, 4, 16
"""Bandwidths in one unit: an invented machine, but of the usual kind."""
PASSES = (1, 4, 16)
UNIT = 88


def draw():
    """Return the drawing."""
    needed = -(-(1 / LINK) // (1 / HERE - 1 / THERE))
    shapes = []
    for row, passes in enumerate(PASSES):
        y = 20 + 74 * row
        road, work = UNIT / LINK, passes / THERE * UNIT
        shapes += [
            text(4, y - 6, f"{word(passes)} pass{'es' if passes > 1 else ''}"),
            rect(4, y, passes / HERE * UNIT, 20, CPU),
            rect(4, y + 24, road, 20, GPU_WASH, stroke=GPU, stroke_dasharray="3 2"),
            rect(4 + road, y + 24, work, 20, GPU),
        ]
        if not row:
            shapes.append(text(12, y + 38, "the trip", font_size=12))
            shapes.append(text(10 + passes / HERE * UNIT, y + 14, "CPU", font_size=12))
            shapes.append(text(10 + road + work, y + 38, "GPU", font_size=12))
    return drawing(
        "trip",
        218,
        "To stay, or to go: one pass, four, sixteen",
        "Three pairs of bars. The upper one of each is the passes over the CPU's memory, the lower "
        "one a trip of always the same length and then the passes over the GPU's. For one pass the "
        "trip alone is longer. For four passes going still takes a little longer, and for sixteen "
        f"it takes half of the time. The trip has paid for itself from {word(int(needed))} on.",
        *shapes,
        anchor="start",
    )
