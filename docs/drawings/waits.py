"""What each position waits for, in a recurrent network and in attention."""

from _svg import INK, MUTED, drawing, element, group, line, path, rect, text, tip, word

POSITIONS = 6
X = [34 + 66 * i for i in range(POSITIONS)]


def nodes(letter, y, inputs):
    """A row of results, `letter` and a number each, over a row of inputs."""
    return [
        group(
            *(element("circle", cx=x, cy=y, r=17) for x in X),
            stroke=INK,
            stroke_width=2,
            fill="none",
        ),
        group(*(rect(x - 17, inputs, 34, 24, rx=4) for x in X), stroke=INK),
        *(text(x, inputs + 16, f"x{i}") for i, x in enumerate(X, 1)),
        *(text(x, y + 4, f"{letter}{i}") for i, x in enumerate(X, 1)),
    ]


def draw():
    """Return the drawing."""
    n = word(POSITIONS)
    up = [path(f"M{x} 98V79") for x in X]
    chain = [path(f"M{x + 19} 58H{x + 46}") for x in X[:-1]]
    pairs = [path(line(x, 261, y, 209)) for i, y in enumerate(X) for x in X[: i + 1]]
    bold = {"font_weight": 600, "text_anchor": "start"}
    arrows = {"fill": "none", "stroke": INK, "stroke_width": 2.4, "marker_end": "url(#waits-wait)"}
    return drawing(
        "waits",
        296,
        "What each position waits for, in a recurrent network and in attention",
        f"Above, {n} states in a row. Each has an arrow from its own input below it and an arrow "
        f"from the state to its left, so that the last one waits for {word(len(chain))} others. "
        f"Below, {n} outputs. Each has lines from its own input and from all inputs to the left of "
        "it, and none from another output.",
        text(4, 16, f"Recurrent: a chain of {n} steps", **bold),
        group(*up, stroke=MUTED, fill="none", marker_end="url(#waits-tip)"),
        group(*chain, **arrows),
        *nodes("h", 58, 100),
        text(4, 158, f"Attention: {n} outputs, none waits for another", **bold),
        group(*pairs, stroke=MUTED, fill="none"),
        *nodes("y", 190, 262),
        defs=(tip("waits-tip"), tip("waits-wait", INK, 5)),
    )
