"""A job of ten seconds, of which nine get faster."""

from _svg import CPU, GPU, drawing, rect, text

STAYS, MOVES = 1, 9
SECOND = 36
"""How long a second is drawn."""


def bar(row, label, times, gap, colour, opacity):
    """What stays, and what is made so many times as fast."""
    y, wide = 24 + 56 * row, MOVES / times * SECOND
    return [
        text(4, y - 8, label),
        rect(4, y, STAYS * SECOND, 22, CPU),
        rect(4 + STAYS * SECOND, y, wide, 22, colour, **opacity),
        text(4 + STAYS * SECOND + wide + gap, y + 16, f"{STAYS + MOVES / times:.4g}"),
    ]


def draw():
    """Return the drawing."""
    ten, hundred = MOVES / 10, MOVES / 100
    return drawing(
        "share",
        172,
        "A job of ten seconds, of which nine get faster",
        "Three bars. On the CPU: one second that stays, and nine that can move, ten in all. With "
        f"the nine made ten times as fast: one and {ten:g}, which is {STAYS + ten:g}. With the "
        f"nine made a hundred times as fast: one and {hundred:g}, which is {STAYS + hundred:g}.",
        *bar(0, "all on the CPU", 1, 6, CPU, {"fill_opacity": 0.4}),
        *bar(1, "nine tenths 10 times as fast", 10, 7.6, GPU, {"fill_opacity": 0.6}),
        *bar(2, "nine tenths 100 times as fast", 100, 8.8, GPU, {}),
        anchor="start",
    )
