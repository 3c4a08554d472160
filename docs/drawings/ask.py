"""The layers that an error may come from, and the question for each."""

from _svg import GPU, INK, MUTED, drawing, path, rect, text, tip

LAYERS = (
    ("your program", "your own program"),
    ("library: CuPy, PyTorch, Numba", "one line in that library"),
    ("container", "nvidia-smi -L in it"),
    ("driver and card", "nvidia-smi -L on the host"),
)


def draw():
    """Return the drawing."""
    shapes = []
    for i, (name, question) in enumerate(LAYERS):
        y = 8 + 44 * i
        shapes.append(rect(4, y, 214, 34, rx=4, stroke=GPU if i == 3 else INK, stroke_width=1.5))
        shapes.append(text(14, y + 22, name))
        shapes.append(text(252, y + 22, question, font_size=12))
    up = {"stroke": MUTED, "fill": "none", "stroke_width": 2, "marker_end": "url(#ask-tip)"}
    return drawing(
        "ask",
        188,
        "The layers that an error may come from",
        "Four layers on top of each other: driver and card at the bottom, then the container, the "
        "library, and your program. Beside each stands what to run to ask it. An arrow leads from "
        "the bottom to the top.",
        *shapes,
        path("M234 172V14", **up),
        anchor="start",
        defs=(tip("ask-tip", MUTED),),
    )
