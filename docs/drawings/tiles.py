"""One tile of the result needs a band of each factor."""

from _svg import GPU, GPU_WASH, INK, MUTED, RULE, STRONG, drawing, line, path, rect, text

TILES, SIDE = 4, 27
ROW, COLUMN, STEP = 2, 1, 1
"""Of C, the row and column of the tile that a block makes; and how far along the bands it is."""
A, B, C = (60, 142), (212, 14), (212, 142)


def matrix(left, top):
    """A matrix and its tiles."""
    wide = TILES * SIDE
    lines = "".join(
        line(left + i, top, left + i, top + wide) + line(left, top + i, left + wide, top + i)
        for i in range(SIDE, wide, SIDE)
    )
    return [rect(left, top, wide, wide, stroke=STRONG), path(lines, fill="none", stroke=RULE)]


def tile(matrix, row, column, colour):
    """One tile, framed."""
    x, y = matrix[0] + column * SIDE, matrix[1] + row * SIDE
    return rect(x, y, SIDE, SIDE, stroke=colour, stroke_width=3)


def draw():
    """Return the drawing."""
    band = {"fill": GPU_WASH, "stroke": GPU, "stroke_width": 1.5}
    arrow = {"fill": "none", "stroke": GPU, "stroke_width": 1.5}
    quiet = {"font_size": 12, "fill": MUTED}
    return drawing(
        "tiles",
        262,
        "One tile of the result needs a band of each factor",
        "Matrix A stands left of the result C, and B above it. To compute one tile of C, a block "
        "walks along the band of A with the same rows and down the band of B with the same "
        "columns, one tile of each at a time. Every number of a fetched tile is used once for each "
        "row or column of the tile of C.",
        *matrix(*A),
        *matrix(*B),
        *matrix(*C),
        rect(A[0], A[1] + ROW * SIDE, TILES * SIDE, SIDE, **band),
        rect(B[0] + COLUMN * SIDE, B[1], SIDE, TILES * SIDE, **band),
        tile(A, ROW, STEP, GPU),
        tile(B, STEP, COLUMN, GPU),
        tile(C, ROW, COLUMN, INK),
        path("M118 209H160m-6 -4l6 4l-6 4", **arrow),
        path("M252 72V114m-4 -6l4 6l4 -6", **arrow),
        text(46, 200, "A"),
        text(338, 72, "B"),
        text(338, 200, "C"),
        text(114, 58, "both tiles move on", **quiet),
        text(114, 74, "together, step by step;", **quiet),
        text(114, 90, "the tile of C stays", **quiet),
    )
