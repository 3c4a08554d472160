"""A training step: forward, what is kept, backward, update."""

from _svg import INK, MUTED, STRONG, drawing, group, path, rect, text, tip, word

LAYERS = 3
LEFT = [4 + 104 * i for i in range(LAYERS)]
MIDDLE = [x + 41 for x in LEFT]
LOSS = 356


def products(n):
    """So many products, as a label."""
    return f"{n} product" if n == 1 else f"{n} products"


def layers(y, label, counts):
    """A row of layers with the products of each; the text lies `label` below the top."""
    return [
        *(rect(x, y, 82, 44, rx=4, stroke=INK) for x in LEFT),
        *(text(x, y + label, f"layer {i}") for i, x in enumerate(MIDDLE, 1)),
        *(
            text(x, y + label + 17, products(n), font_size=12)
            for x, n in zip(MIDDLE, counts, strict=True)
        ),
    ]


def draw():
    """Return the drawing: the first layer's inputs need no gradient, which saves a product."""
    forward, back = [1] * LAYERS, [1] + [2] * (LAYERS - 1)
    kept = ["x", *(f"h{i}" for i in range(1, LAYERS)), "p"]
    columns = [*MIDDLE, LOSS]
    arrows = {"fill": "none", "stroke": MUTED, "marker_end": "url(#training-step-tip)"}
    boxes = {"fill": "var(--sv-panel)", "stroke": STRONG, "stroke_dasharray": "4 3"}
    return drawing(
        "training-step",
        286,
        "A training step: forward, what is kept, backward, update",
        f"Top row, from left to right: {word(LAYERS)} layers, one matrix product each, then the "
        "loss. What comes into each layer stays in memory, in the second row: the pictures x, the "
        "first layer's output h1 and the second's h2; and the probabilities p of the "
        "loss. Third row, from right to left: starting from p, the way back "
        "through the layers takes what was kept. The third and the second layer "
        f"take {word(back[-1])} products each, the first takes {word(back[0])}. Bottom row: each "
        "layer's weights are updated by its gradient.",
        text(4, 15, "Forward", text_anchor="start", font_weight=600),
        *layers(26, 19, forward),
        rect(316, 26, 80, 44, rx=4, stroke=INK),
        text(LOSS, 53, "loss"),
        group(*(path(f"M{x + 83} 48H{x + 103}") for x in LEFT), **arrows),
        *(rect(x - 27, 102, 54, 28, rx=4, **boxes) for x in columns),
        *(text(x, 121, name) for x, name in zip(columns, kept, strict=True)),
        group(*(path(f"M{x} 71V100") for x in columns), **arrows),
        group(*(path(f"M{x} 131V176") for x in MIDDLE), **arrows),
        text(LOSS + 14, 90, "kept", font_size=12, fill=MUTED, text_anchor="start"),
        *layers(178, 19, back),
        text(LOSS, 196, "Backward", font_weight=600),
        path(f"M{LOSS} 131V160H304V200H296", **arrows),
        group(*(path(f"M{x - 1} 200H{x - 20}") for x in LEFT[1:]), **arrows),
        group(*(path(f"M{x} 223V250") for x in MIDDLE), **arrows),
        *(rect(x, 252, 82, 28, rx=4, stroke=INK) for x in LEFT),
        *(text(x, 271, f"w{i}, b{i}") for i, x in enumerate(MIDDLE, 1)),
        text(LOSS, 271, "Update", font_weight=600),
        defs=(tip("training-step-tip"),),
    )
