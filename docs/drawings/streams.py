"""A trip in one piece, and the same trip in four pieces that overlap."""

from _svg import CPU, GPU, MUTED, drawing, path, rect, text, word

PIECES = 4
UP, WORK = 136, 56
"""How long the way up, and down, and the work are drawn."""
LOOKS = {
    "up": {"stroke": CPU},
    "work": {"fill": GPU, "fill_opacity": 0.25, "stroke": GPU},
    "down": {"stroke": GPU},
}


def bar(kind, x, y, width, label, **more):
    """One bar with its label in the middle."""
    box = rect(x, y, width, 26, stroke_width=2, **LOOKS[kind])
    return [box, text(x + width / 2, y + 18, label, text_anchor="middle", **more)]


def draw():
    """Return the drawing: a piece waits for its own last step and for the piece before it."""
    shapes = [
        *bar("up", 52, 26, UP, "up"),
        *bar("work", 52 + UP, 26, WORK, "work"),
        *bar("down", 52 + UP + WORK, 26, UP, "down"),
    ]
    up, work, down = UP // PIECES, WORK // PIECES, UP // PIECES
    sent = worked = back = 52
    for piece in range(1, PIECES + 1):
        shapes += bar("up", sent, 94, up, piece)
        sent += up
        worked = max(sent, worked)
        shapes += bar("work", worked, 128, work, piece, font_size=11)
        worked += work
        back = max(worked, back)
        shapes += bar("down", back, 162, down, piece)
        back += down
    n = word(PIECES)
    return drawing(
        "streams",
        214,
        f"A trip in one piece, and the same trip in {n} pieces",
        f"Above, one bar after the other: up, work, down. Below, the same in {n} pieces: while the "
        "second piece goes up, the first one is worked on, and while the third goes up, the first "
        "comes down. The whole ends in little more than half of the time.",
        text(4, 16, "in one piece"),
        text(4, 84, f"in {n} pieces, on streams"),
        *(text(4, 112 + 34 * i, kind) for i, kind in enumerate(LOOKS)),
        *shapes,
        path("M52 200H392M386 196L392 200L386 204", stroke=MUTED, fill="none"),
        text(4, 204, "time", fill=MUTED),
        anchor="start",
    )
