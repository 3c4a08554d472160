"""Nine operations, unfused and fused, and their trips to memory."""

from _svg import GPU, INK, MUTED, drawing, group, path, rect, text, tip, word

OPERATIONS = ["×", "×", "×", "+", "×", "tanh", "+", "×", "×"]


def labels(left, apart, y):
    """The operations side by side."""
    small = {"tanh": {"font_size": 12}}
    return [text(left + apart * i, y, o, **small.get(o, {})) for i, o in enumerate(OPERATIONS)]


def memory(y):
    """The bar that all trips go to."""
    return [rect(4, y, 392, 26, rx=4, stroke=INK), text(200, y + 18, "memory")]


def draw():
    """Return the drawing."""
    n = word(len(OPERATIONS))
    lefts = [6 + 44 * i for i in range(len(OPERATIONS))]
    arrows = {"stroke": MUTED, "fill": "none", "marker_end": "url(#trips-tip)"}
    bold = {"text_anchor": "start", "font_weight": 600}
    return drawing(
        "trips",
        292,
        f"{n.capitalize()} operations unfused and fused",
        f"Unfused, each of {n} operations reads from memory and writes back to memory: {n} arrows "
        f"down and {n} arrows up. Fused, the {n} operations stand side by side in one box, with "
        "one arrow down from memory into it and one arrow up out of it.",
        text(4, 15, f"Unfused: {n} trips", **bold),
        *memory(26),
        group(*(path(f"M{x + 10} 54V90") + path(f"M{x + 26} 92V56") for x in lefts), **arrows),
        group(*(rect(x, 94, 36, 30, rx=4) for x in lefts), stroke=GPU, stroke_width=2),
        *labels(24, 44, 114),
        text(4, 167, "Fused: one trip", **bold),
        *memory(178),
        group(path("M68 206V242"), path("M332 244V208"), **arrows),
        rect(46, 246, 308, 40, rx=5, stroke=GPU, stroke_width=2),
        *labels(68, 33, 271),
        text(200, 231, "the values stay in registers", font_size=12, fill=MUTED),
        defs=(tip("trips-tip"),),
    )
