"""A window slides over a picture."""

from _svg import GPU, GPU_WASH, INK, MUTED, STRONG, drawing, grid, path, rect, text, word

SIDE, WINDOW, CELL = 7, 3, 20
EDGE = ["−1", "0", "1"]
"""The weights of each row."""
OUT = SIDE - WINDOW + 1
COLUMN, ROW = 2, 2
"""Where the window stands, in cells."""


def windows(left, top, size):
    """The next window, dashed, and over it the window."""
    x, y, side = left + COLUMN * CELL, top + ROW * CELL, size * CELL
    more = {"stroke": MUTED, "stroke_width": 2, "stroke_dasharray": "5 4"}
    return [
        rect(x + CELL, y, side, side, **more),
        rect(x, y, side, side, GPU_WASH, stroke=GPU, stroke_width=2.5),
    ]


def draw():
    """Return the drawing: the result has a cell for each place of the window."""
    quiet = {"font_size": 12, "fill": MUTED}
    n, weights = word(SIDE), WINDOW * WINDOW
    return drawing(
        "window",
        214,
        "A window slides over the picture",
        f"Left, a picture of {n} by {n} pixels with a window of {word(WINDOW)} by {word(WINDOW)} "
        f"on it. Middle, {word(weights)} weights. Right, the result: the {word(weights)} products "
        "of the window and the weights, added up, make one number. A dashed second window, one "
        "pixel further, makes the neighbouring number.",
        path(grid(6, 30, SIDE, SIDE, CELL), fill="none", stroke=STRONG),
        *windows(6, 30, WINDOW),
        text(76, 20, "picture"),
        text(76, 192, "the dashed window", **quiet),
        text(76, 208, "is the next one", **quiet),
        path(grid(176, 70, WINDOW, WINDOW, CELL), fill="none", stroke=INK),
        text(206, 60, f"{weights} weights"),
        text(159, 106, "×", font_size=18),
        *(
            text(186 + CELL * c, 85 + CELL * r, weight, font_size=12)
            for r in range(WINDOW)
            for c, weight in enumerate(EDGE)
        ),
        text(206, 150, "multiply,", **quiet),
        text(206, 166, "add up", **quiet),
        path("M244 100H278m-6 -4l6 4l-6 4", fill="none", stroke=GPU, stroke_width=1.5),
        path(grid(290, 50, OUT, OUT, CELL), fill="none", stroke=STRONG),
        *windows(290, 50, 1),
        text(340, 40, "result"),
        text(340, 170, "one number", **quiet),
        text(340, 186, "for each window", **quiet),
    )
