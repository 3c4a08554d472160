"""Two threads and one element, without a barrier between them and with one."""

from _svg import GPU, INK, MUTED, drawing, line, path, rect, text, tip

WIDE = 88


def draw():
    """Return the drawing."""
    shapes = [path(line(200, 4, 200, 176), stroke=MUTED, fill="none", stroke_dasharray="2 4")]
    for left, barrier in ((4, False), (208, True)):
        title = "one barrier between: ordered" if barrier else "no barrier: which comes first?"
        shapes.append(text(left + 94, 16, title, fill="var(--sv-gpu-ink)" if barrier else INK))
        for k in (0, 1):
            middle = left + WIDE / 2 + k * (WIDE + 12)
            shapes.append(text(middle, 42, f"thread {k}", fill=MUTED))
            way = line(middle, 50, middle, 176)
            shapes.append(path(way, stroke=MUTED, fill="none", marker_end="url(#race-tip)"))
        reads = 128 if barrier else 84
        boxes = (
            (left + WIDE + 12, 64 if barrier else reads, "writes [1]"),
            (left, reads, "reads [1]"),
        )
        for x, y, words in boxes:
            shapes.append(rect(x, y, WIDE, 28, "var(--sv-paper)", rx=4, stroke=INK))
            shapes.append(text(x + WIDE / 2, y + 18, words))
        if barrier:
            bar = line(left, 110, left + 2 * WIDE + 12, 110)
            shapes.append(path(bar, stroke=GPU, fill="none", stroke_width=4))
    return drawing(
        "race",
        184,
        "A race, and the same two accesses with a barrier between them",
        "On the left thread 1 writes element 1 while thread 0 reads it, and nothing says which "
        "comes first. On the right a barrier lies between: thread 1 writes before it, thread 0 "
        "reads after it.",
        *shapes,
        defs=(tip("race-tip"),),
    )
