"""Sixteen numbers added up by a tree."""

from _svg import GPU, INK, MUTED, drawing, line, path, rect, text, word

VALUES = list(range(1, 17))
TOPS = (6, 78, 138, 192, 240)
APART = 24.7


def draw():
    """Return the drawing; every sum and every count of threads is computed."""
    rows = [VALUES]
    while len(rows[-1]) > 1:
        half = len(rows[-1]) // 2
        rows.append([rows[-1][i] + rows[-1][i + half] for i in range(half)])
    shapes = []
    for step, (row, top) in enumerate(zip(rows, TOPS, strict=True)):
        if step:
            above = TOPS[step - 1] + 26
            lines = [
                line(15 + i * APART, above, 15 + i * APART, top)
                + line(15 + (i + len(row)) * APART, above, 18 + i * APART, top)
                for i in range(len(row))
            ]
            shapes.append(path("".join(lines), stroke=MUTED, fill="none"))
            threads = f"{len(row)} threads add" if len(row) > 1 else "1 thread adds"
            label = f"step {step}: {threads}"
            shapes.append(text(396, top + 17, label, text_anchor="end", fill=MUTED, font_size=13))
        wide = 30 if len(row) == 1 else 22
        for i, value in enumerate(row):
            x = 4 + i * APART
            shapes.append(rect(x, top, wide, 26, stroke=GPU if step else INK))
            shapes.append(text(x + wide / 2, top + 17, value))
    return drawing(
        "tree",
        272,
        f"A tree: {word(len(VALUES))} numbers added up in {word(len(rows) - 1)} steps",
        f"In the first step {word(len(rows[1]))} threads each add a number of the right half to "
        f"one of the left half, so that {word(len(rows[1]))} sums are left. In the second step "
        f"{word(len(rows[2]))} threads make {word(len(rows[2]))} sums of them, then "
        f"{word(len(rows[3]))} threads {word(len(rows[3]))}, then one thread the total, "
        f"{rows[-1][0]}.",
        *shapes,
        size=12,
    )
