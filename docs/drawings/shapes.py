"""The shapes in a small network, and how many weights lead from one to the next."""

from _svg import GPU, GPU_WASH, INK, MUTED, drawing, rect, text

WINDOW, CHANNELS, SIDES, SCORES = 3, (1, 8, 16), (16, 8, 4), 10
STACKS = (
    # side, how many, and what is drawn of them: middle, lowest corner, width, sheets
    (SIDES[0], CHANNELS[1], 108, (84, 46), 48, 3),
    (SIDES[1], CHANNELS[1], 180, (164, 66), 28, 3),
    (SIDES[1], CHANNELS[2], 240, (224, 66), 28, 5),
    (SIDES[2], CHANNELS[2], 308, (296, 78), 16, 5),
)


def under(x, first, second):
    """What stands below a shape."""
    return [text(x, 112, first), text(x, 128, second, fill=MUTED)]


def draw():
    """Return the drawing; the weights are computed from the shapes."""
    a, b, c = CHANNELS
    first, second = WINDOW**2 * a * b, WINDOW**2 * b * c
    dense = c * SIDES[2] ** 2 * SCORES
    shapes = [rect(6, 46, 48, 48, stroke=INK), *under(30, f"{SIDES[0]} × {SIDES[0]}", a)]
    for side, count, middle, (x, y), wide, sheets in STACKS:
        for i in reversed(range(sheets)):
            shapes.append(rect(x + 5 * i, y - 5 * i, wide, wide, GPU_WASH, stroke=GPU))
        shapes += under(middle, f"{side} × {side}", count)
    shapes += [rect(372, 24, 10, 70, stroke=INK), *under(376, SCORES, "scores")]
    steps = {70: "conv", 145: "pool", 210: "conv", 274: "pool", 342: "dense"}
    weights = {70: first, 210: second, 342: dense}
    return drawing(
        "shapes",
        190,
        "The shapes in the small network",
        f"From left to right: one picture of {SIDES[0]} by {SIDES[0]}; {b} pictures of {SIDES[0]} "
        f"by {SIDES[0]} after the first convolution with {first:,} weights; {b} of {SIDES[1]} by "
        f"{SIDES[1]} after pooling; {c} of {SIDES[1]} by {SIDES[1]} after the second convolution "
        f"with {second:,} weights; {c} of {SIDES[2]} by {SIDES[2]} after pooling; {SCORES} scores "
        f"after a dense layer with {dense:,} weights.",
        *shapes,
        *(text(x, 158, step) for x, step in steps.items()),
        *(text(x, 176, f"{n:,}", fill=MUTED) for x, n in weights.items()),
        size=12,
    )
