"""A stride of two: the sectors that travel from memory, and the queues at the banks."""

from _svg import GPU, GPU_WASH, MUTED, RULE, drawing, line, path, rect, text, word

STRIDE, THREADS, BANKS, SECTOR = 2, 32, 32, 8
"""Numbers from one thread to the next; threads; banks; numbers of a sector."""


def draw():
    """Return the drawing."""
    words = [STRIDE * i for i in range(THREADS)]
    travel = sorted({w // SECTOR for w in words})
    queues = [sum(w % BANKS == b for w in words) for b in range(BANKS)]
    turns = max(queues)
    shapes = [text(0, 14, "from memory: sectors of 32 bytes")]
    for s in range(16):
        colours = {"fill": GPU_WASH, "stroke": GPU} if s in travel else {"stroke": RULE}
        shapes.append(rect(25 * s, 24, 23, 14, **colours))
    for w in words:
        shapes.append(rect(25 * (w // SECTOR) + w % SECTOR * 23 / 8, 24, 23 / 8, 14, GPU))
    shapes.append(text(0, 72, "in shared memory: the 32 banks"))
    floor = 84 + 18 * turns
    for b, n in enumerate(queues):
        for k in range(n):
            faint = {"fill_opacity": 0.4} if k else {}
            shapes.append(rect(12.5 * b + 1, floor - 18 * (k + 1), 10.5, 15, GPU, **faint))
    shapes.append(path(line(0, floor + 1, 400, floor + 1), stroke=MUTED))
    return drawing(
        "stride",
        floor + 8,
        "A warp that reads every second number",
        f"Above, {word(len(travel))} sectors travel, in which every second number is coloured. "
        f"Below, every second of {BANKS} banks is asked, by {word(turns)} threads each: one is "
        "served and the other waits. The banks between them are idle.",
        *shapes,
        anchor="start",
    )
