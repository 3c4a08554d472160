"""H14: what is said of machine code is claimed, and so checked, or cited."""

import re

import pytest

from survival.judge.prose import lint, machine_code

CLAIM = "\n/// claim | x\na compiled has no spills on every architecture\n///\n"
OTHER = "\n/// claim | x\na compute is at least 2 times as fast as b at 2^3\n///\n"


@pytest.mark.parametrize("sentence", machine_code.SAYINGS)
def test_each_pattern_is_needed(sentence: str) -> None:
    """It finds the sentence that stands beside it, and no other does."""
    assert machine_code.said(sentence)
    others = [p for s, p in machine_code.SAYINGS.items() if s != sentence]
    assert not re.search(rf"(?<![\w.])(?:{'|'.join(others)})(?!\w)", sentence)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The kernel keeps four loads on their way.\n", 1),
        ("The kernel keeps four loads on their way.\n" + CLAIM, 0),
        ("The kernel keeps four loads on their way.\n" + OTHER, 1),
        ("The compiler writes `RED.E.ADD` for it.\n", 1),
        ("The compiler writes `RED.E.ADD` for it.[^a]\n\n[^a]: NVIDIA, *PTX*, 2026.\n", 0),
        ("Read the file `RED` first.\n", 1),
        ("A thread waits for its loads.\n", 0),
        ("A red light, and `RED_LIGHT` in the code.\n", 0),
        ("## Exercises\n\nThe kernel keeps four loads on their way.\n", 0),
    ],
)
def test_what_is_found(text: str, found: int) -> None:
    """A claim of time backs no sentence about code; an exercise is its own affair."""
    said = [f.message for f in lint.lint("docs/x.md", text)]
    assert len([m for m in said if m.startswith("H14") and "machine code" in m]) == found
