"""Which programs take turns across their processes: those that a page holds beside each other.

Within a pass, two programs else have moments of their own, of half a minute and more. Where they
differ by less than CLEAR, what the machine did in these moments may decide which is the faster.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from survival import system
from survival.capture import machine
from survival.catalog import Example
from survival.errors import SurvivalError
from survival.judge.claims import grammar, kinds
from survival.judge.prose.markdown import claim_blocks

CLEAR = 2.0
"""A claim of so many times or more needs no turns."""
LIBRARIES = 2**29
"""Bytes that a process is taken to hold without data: TensorFlow takes about that."""
ARRAYS = 4
"""Times the inputs: what a process is taken to hold, with its result and temporaries."""


def compared(example: Example, pages: Iterable[str]) -> set[str]:
    """The CPU programs of an example that a claim in the pages compares, by less than CLEAR.

    Not Python, which is far from all others. A claim that is not understood is left to the judge.
    """
    able = {v.name for v in example.variants if v.device == "cpu" and v.library != "python"}
    found: set[str] = set()
    for text in pages:
        for block in claim_blocks(text):
            for _, line in block.lines if block.example == example.name else ():
                try:
                    claim = grammar.parse(line, example)
                except SurvivalError:
                    continue
                if isinstance(claim, kinds.Comparison) and claim.factor < CLEAR:
                    pair = {claim.variant, claim.other}
                    found |= pair if len(pair) > 1 and pair <= able else set()
    return found


def groups(names: Sequence[str], together: set[str]) -> list[list[tuple[int, str]]]:
    """The names of a pass with their places: those in turns together, where the first stands."""
    placed = list(enumerate(names))
    turned = [(order, name) for order, name in placed if name in together]
    return [
        turned if name in together else [(order, name)]
        for order, name in placed
        if name not in together or (order, name) == turned[0]
    ]


def fit(processes: int, folder: Path, of: Callable[[Iterable[int]], int] = max) -> bool:
    """Whether so many processes fit in half of the free memory, with the inputs in that folder.

    With the largest of them; with the smallest, if `of` is min.
    """
    inputs = of([f.stat().st_size for f in system.content(folder, "*.inputs")] or [0])
    return processes * (LIBRARIES + ARRAYS * inputs) <= machine.free_bytes("cpu") / 2
