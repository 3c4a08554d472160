"""What each of two GPUs has, by the way to split a training, and what crosses the link."""

from _svg import (
    CPU,
    CPU_WASH,
    GPU,
    GPU_WASH,
    INK,
    MUTED,
    STRONG,
    drawing,
    path,
    rect,
    text,
    tip,
    word,
)

LAYERS, BATCH = 4, 4
WIDE, HIGH, APART = 64, 9, 12  # a layer's weights
TOP, ROW = 24, 92
WAYS = {
    # Which layers, which half of each, which half of the batch the first GPU has; what crosses.
    "data": ("all", "whole", "half", "gradients"),
    "sharded": ("all", "half", "half", "weights, gradients"),
    "tensor": ("all", "half", "all", "activations"),
    "pipeline": ("half", "whole", "all", "activations"),
}
WORDS = {
    "data": "the whole model and half of the batch; gradients cross the link",
    "sharded": "half of the weights of every layer and half of the batch; weights and gradients "
    "cross the link",
    "tensor": "half of every layer and the whole batch; activations cross the link in every layer",
    "pipeline": "half of the layers and the whole batch; activations cross the link "
    "on the way forward, and what belongs to them on the way back",
}


def has(share, i, count, gpu):
    """Whether a GPU has part i of so many."""
    return share != "half" or (i < count // 2) == (gpu == 0)


def one(x, y, gpu, layers, part, batch):
    """A GPU with its weights and its pictures."""
    shapes = [rect(x, y, 140, 60, rx=5, stroke=INK)]
    for i in range(LAYERS):
        left, top = x + 10, y + 8 + i * APART
        half, there = part == "half", has(layers, i, LAYERS, gpu)
        if half or not there:
            shapes.append(rect(left, top, WIDE, HIGH, stroke=STRONG, stroke_dasharray="2 2"))
        if there:
            at = left + (WIDE / 2 if half and gpu else 0)
            wide = WIDE / 2 if half else WIDE
            shapes.append(rect(at, top, wide, HIGH, GPU_WASH, stroke=GPU))
    for i in range(BATCH):
        there = has(batch, i, BATCH, gpu)
        more = {"stroke": CPU} if there else {"stroke": STRONG, "stroke_dasharray": "2 2"}
        fill = CPU_WASH if there else "none"
        shapes.append(rect(x + 88 + (i % 2) * 22, y + 10 + (i // 2) * 22, 18, 18, fill, **more))
    return shapes


def draw():
    """Return the drawing."""
    shapes = []
    for row, (way, (layers, part, batch, crosses)) in enumerate(WAYS.items()):
        y = TOP + row * ROW
        name = {"text_anchor": "start", "font_weight": 600}
        shapes.append(text(4, y - 8, f"{way}{' parallel' * (way in ('data', 'tensor'))}", **name))
        shapes += one(4, y, 0, layers, part, batch) + one(256, y, 1, layers, part, batch)
        link = {"stroke": MUTED, "stroke_width": 2, "marker_end": "url(#four-ways-tip)"}
        shapes.append(path(f"M150 {y + 36}H248", **link))
        shapes.append(path(f"M248 {y + 44}H150", **link))
        shapes.append(text(200, y + 26, crosses, font_size=11, fill=MUTED))
    said = ". ".join(f"{way.capitalize()}: each GPU has {WORDS[way]}" for way in WAYS)
    return drawing(
        "four-ways",
        TOP + len(WAYS) * ROW - 24,
        f"{word(len(WAYS)).capitalize()} ways to split a training over two GPUs",
        f"Each row shows two GPUs with {word(LAYERS)} layers of weights and {word(BATCH)} "
        f"pictures, of which those that it has are filled. {said}.",
        *shapes,
        defs=(tip("four-ways-tip"),),
    )
