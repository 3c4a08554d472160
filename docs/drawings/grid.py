"""A grid of blocks of threads over an array that they do not divide."""

from _svg import GPU, INK, MUTED, drawing, line, path, rect, text, word

ELEMENTS, THREADS = 10, 4
BLOCKS = -(-ELEMENTS // THREADS)
IDLE = BLOCKS * THREADS - ELEMENTS


def draw():
    """Return the drawing."""
    shapes = []
    for b in range(BLOCKS):
        left = 4 + 132 * b
        shapes.append(rect(left, 24, 128, 56, rx=5, stroke=GPU, stroke_width=2))
        shapes.append(text(left + 64, 16, f"block {b}"))
        for t in range(THREADS):
            x, i = left + 5 + 30 * t, b * THREADS + t
            idle = {} if i < ELEMENTS else {"stroke_dasharray": "4 3"}
            shapes += [rect(x, 38, 28, 28, stroke=GPU, **idle), text(x + 14, 57, t)]
            if i < ELEMENTS:
                shapes.append(path(line(x + 14, 67, x + 14, 128), stroke=MUTED, fill="none"))
                shapes.append(rect(x, 128, 28, 28, stroke=INK))
                shapes.append(text(x + 14, 146, f"c[{i}]", font_size=11))
    total, each = word(BLOCKS * THREADS), word(THREADS)
    return drawing(
        "grid",
        176,
        f"A grid of {word(BLOCKS)} blocks of {each} threads over {word(ELEMENTS)} elements",
        f"{word(BLOCKS).capitalize()} blocks of {each} threads make {total} threads. The first "
        f"{word(ELEMENTS)} each own one element of the array. The last {word(IDLE)} threads of "
        f"block {BLOCKS - 1} have no element and must do nothing.",
        *shapes,
        text(362, 110, "nothing", fill=MUTED, font_size=12),
        text(362, 124, "to do", fill=MUTED, font_size=12),
    )
