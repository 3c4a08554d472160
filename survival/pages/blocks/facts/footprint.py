"""What a page shows of memory: tables over published models, computed by `survival.footprint`.

And a calculator, whose formulas docs/assets/extra.js repeats; tests/browser/test_footprint.py holds
them against each other.
"""

import json
from dataclasses import asdict

from markupsafe import Markup

from survival import units
from survival.errors import PageError, known
from survival.pages import model_memory
from survival.pages.render import render

PARTS = ("memory", "room", "calculator")
MEMORIES = (8, 16, 24, 80, 141)
"""Gigabytes of memory that GPUs have: from small cards to an H100 (80) and an H200 (141)."""
TEXT = 8192
"""Tokens of a text in the table of room, or as many as the model is made for."""

FIELDS = {
    "layers": "Layers",
    "width": "Width",
    "heads": "Heads",
    "kv_heads": "Heads of keys",
    "head_size": "Size of a head",
    "hidden": "Feed-forward width",
    "vocabulary": "Vocabulary",
    "tokens": "Tokens of a text",
    "texts": "Texts at once",
}
"""What a reader of the calculator may set, besides the precision."""


Row = tuple[str, str, list[str]]
"""A model, a note below its name, and the cells."""


def section(part: str) -> Markup:
    """One table, or the calculator. Raises PageError for an unknown part."""
    if part not in PARTS:
        raise PageError("footprint: " + known("part", part, PARTS))
    shapes = model_memory.models()
    if part == "calculator":
        drop = ("name", "source", "address", "read")
        numbers = {
            key: {name: n for name, n in asdict(shape).items() if name not in drop}
            for key, shape in shapes.items()
        }
        return render(
            "calculator",
            models=json.dumps(numbers),
            bits=json.dumps(model_memory.BITS),
            cards=json.dumps(MEMORIES),
            shapes=shapes,
            fields=FIELDS.items(),
            precisions=model_memory.BITS,
        )
    caption, heads, rows = _memory() if part == "memory" else _room()
    named = list(shapes.values()) if part == "memory" else []
    return render("footprint", caption=caption, heads=heads, rows=rows, shapes=named)


def _memory() -> tuple[str, list[str], list[Row]]:
    """Bytes of weights, cache and training of each model."""
    heads = [*model_memory.BITS, "Cache, 1,000 tokens", "Cache, full", "Training"]
    rows = []
    for shape in model_memory.models().values():
        amounts = [model_memory.weights(shape, p) for p in model_memory.BITS]
        amounts += [model_memory.cache(shape, n) for n in (1000, shape.context)]
        amounts.append(model_memory.training(shape))
        texts = [units.prefixed(n, "B") for n in amounts]
        note = f"{units.count(shape.parameters)}, context{units.NBSP}{shape.context:,}"
        rows.append((shape.name, note, texts))
    caption = (
        "Memory that a model needs: weights by precision (short ones with their scales), the cache "
        "in bfloat16 (a state in float32) for 1,000 tokens and for a full context, training with "
        "Adam"
    )
    return caption, heads, rows


def _room() -> tuple[str, list[str], list[Row]]:
    """Texts whose cache fits beside each model's weights."""
    heads = [f"{gigabytes} GB" for gigabytes in MEMORIES]
    rows = []
    for shape in model_memory.models().values():
        for precision in ("bfloat16", "4-bit"):
            tokens = min(TEXT, shape.context)
            texts = [
                model_memory.room(shape, gigabytes * 1e9, precision, tokens)
                for gigabytes in MEMORIES
            ]
            cells = ["–" if n is None else f"{n:,}" for n in texts]
            rows.append((shape.name, precision, cells))
    caption = (
        f"Texts of {TEXT:,} tokens (or of a full context, where that is shorter) whose bfloat16 "
        "cache fits beside the weights; a dash where the weights alone do not fit"
    )
    return caption, heads, rows
