"""A column of a tile in the banks of shared memory, without and with padding."""

from _svg import GPU, MUTED, drawing, grid, line, path, rect, text, word

BANKS, CELL, TOP = 8, 22, 42


def half(left, words):
    """Rows of so many words over the banks, and where the first word of each row lies."""
    rows = -(-BANKS * words // BANKS)
    shapes = [text(left + 88, 14, f"rows of {words} words")]
    for b in range(BANKS):
        shapes.append(text(left + 11 + b * CELL, 36, b, font_size=12, fill=MUTED))
    cells = grid(left, TOP, BANKS, rows, CELL)
    shapes.append(path(cells, fill="none", stroke=MUTED, stroke_opacity=0.5))
    for thread in range(BANKS):
        row, bank = divmod(thread * words, BANKS)
        x, y = left + bank * CELL, TOP + row * CELL
        colours = {"fill_opacity": 0.3, "stroke": GPU, "stroke_width": 2}
        shapes += [rect(x, y, CELL, CELL, GPU, **colours), text(x + 11, y + 16, thread)]
    for thread in range(BANKS):
        for unused in range(thread * words + BANKS, (thread + 1) * words):
            row, bank = divmod(unused, BANKS)
            x, y = left + bank * CELL, TOP + row * CELL
            shapes.append(path(line(x + 4, y + 18, x + 18, y + 4), stroke=MUTED))
    return shapes


def draw():
    """Return the drawing."""
    n = word(BANKS)
    return drawing(
        "banks",
        262,
        "A column of a tile in the banks of shared memory, without and with padding",
        f"Drawn with {n} banks. On the left the rows of the tile are {n} words long, and the first "
        f"words of all {n} rows lie in bank 0. On the right each row has a ninth word that nobody "
        f"uses. The first words of the {n} rows lie in banks 0 to {BANKS - 1}, one in each.",
        *half(8, BANKS),
        *half(216, BANKS + 1),
    )
