"""Prefill reads the weights once, decode once for each token."""

from _svg import (
    CPU,
    CPU_WASH,
    GPU,
    GPU_WASH,
    INK,
    MUTED,
    drawing,
    group,
    path,
    rect,
    text,
    tip,
    word,
)

PROMPT, NEW = 6, 3
A_TOKEN = 9  # of the cache, in both halves
TRIP = {
    "stroke": MUTED,
    "fill": "none",
    "stroke_width": 2,
    "marker_end": "url(#prefill-and-decode-tip)",
}
QUIET = {"text_anchor": "start", "font_size": 12, "fill": MUTED}


def weights(y, words):
    """The weights, below what is said of them."""
    return [
        text(4, y - 11, words, text_anchor="start", font_weight=600),
        rect(4, y, 392, 26, rx=4, stroke=INK),
        text(200, y + 18, "weights"),
    ]


def cache(x, y, width):
    """The cache as it has grown."""
    return rect(x, y, width, 12, CPU_WASH, rx=2, stroke=CPU)


def draw():
    """Return the drawing."""
    six, three = word(PROMPT), word(NEW)
    lefts = [14 + 100 * i for i in range(NEW)]
    box = {"fill": GPU_WASH, "rx": 5, "stroke": GPU, "stroke_width": 2}
    dashed = {**TRIP, "stroke_width": 1, "stroke_dasharray": "4 3"}
    return drawing(
        "prefill-and-decode",
        306,
        "Prefill reads the weights once, decode once for each token",
        f"Prefill: one arrow from the weights to a box that holds {six} tokens of a prompt, so the "
        f"weights are read once for {six} tokens. Decode: {three} boxes of one token each, one "
        "after the other, each with an arrow of its own from the weights, so the weights are read "
        f"{three} times for {three} tokens. Below each box the cache grows by what was read.",
        *weights(26, f"Prefill: {six} tokens, weights read once"),
        path("M100 54V80", **TRIP),
        rect(14, 84, 172, 30, **box),
        *(rect(20 + 28 * i, 89, 20, 20, stroke=INK) for i in range(PROMPT)),
        *(text(30 + 28 * i, 104, i + 1, font_size=12) for i in range(PROMPT)),
        text(196, 104, "matrix times matrix", **QUIET),
        cache(14, 122, A_TOKEN * PROMPT),
        text(24 + A_TOKEN * PROMPT, 133, "cache", **QUIET),
        *weights(182, f"Decode: {three} tokens, weights read {three} times"),
        group(*(path(f"M{x + 15} 210V236") for x in lefts), **TRIP),
        *(rect(x, 240, 30, 30, **box) for x in lefts),
        *(text(x + 15, 260, PROMPT + i, font_size=12) for i, x in enumerate(lefts, 1)),
        group(*(path(f"M{x + 32} 255H{x + 98}") for x in lefts[:-1]), **dashed),
        text(254, 260, "matrix times vector", **QUIET),
        *(cache(x, 278, A_TOKEN * (PROMPT + i)) for i, x in enumerate(lefts, 1)),
        text(304, 289, "cache", **QUIET),
        defs=(tip("prefill-and-decode-tip"),),
    )
