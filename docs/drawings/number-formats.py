"""The bits of four number formats."""

from _svg import INK, RULE, STRONG, drawing, rect, text

FORMATS = {"float32": (8, 23), "TF32": (8, 10), "bfloat16": (8, 7), "float16": (5, 10)}
"""The bits of the exponent and of the mantissa."""
BIT = 10.5


def draw():
    """Return the drawing: a box is as wide as it has bits."""
    shapes = []
    for row, (name, bits) in enumerate(FORMATS.items()):
        y, x = 22 + 50 * row, 52 + BIT
        shapes.append(text(52, y - 6, name, text_anchor="start"))
        shapes.append(rect(52, y, BIT, 22, STRONG, stroke=INK))
        for count, fill in zip(bits, (RULE, "none"), strict=True):
            shapes.append(rect(x, y, count * BIT, 22, fill, stroke=INK))
            shapes.append(text(x + count * BIT / 2, y + 16, count))
            x += count * BIT
    (a, b), (c, d), (e, f), (g, h) = FORMATS.values()
    return drawing(
        "number-formats",
        200,
        "The bits of four number formats",
        f"Each has one sign bit. float32 has {a} bits of exponent and {b} of mantissa; TF32 has "
        f"{c} and {d}; bfloat16 has {e} and {f}; float16 has {g} and {h}.",
        *shapes,
    )
