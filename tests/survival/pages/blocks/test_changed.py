"""What is new in a program against the one before it is marked in its listing."""

import re
from pathlib import Path

import pytest

from survival import catalog
from survival.catalog import Variant
from survival.pages.blocks import changed, fold

ONE = '''"""The first."""

import numpy as np

X = """
a
b
"""


def run(x):
    return np.sum(x)
'''
TWO = '''"""The second, with another docstring
of two lines."""

import numpy as np

X = """
a
more
and more
b
"""


def run(x):

    return np.sum(x, dtype=float)
'''


def variant(source: str, library: str = "numpy") -> Variant:
    """A program that is nowhere on disk."""
    return Variant("cpu_numpy", Path("x/cpu_numpy.py"), "cpu", library, (), source)


def test_what_is_new_is_found_in_groups() -> None:
    """Lines that stand together are one group; a docstring and empty lines are none."""
    assert list(changed.new(TWO, ONE)) == [(8, 9), (16, 16)]
    assert list(changed.new(ONE, ONE)) == []


def test_the_nearest_program_is_the_one_that_shares_most() -> None:
    """Of those before it, of the same library; of equals the last."""
    first, second = variant(ONE), variant(TWO)
    other = variant("x = 1\n")
    for before in ([first, other], [other, first], [variant(ONE), first]):
        found = changed.nearest(second, before)
        assert found is not None
        assert found.against is first
        assert found.lines == 3
    assert changed.nearest(second, []) is None
    assert changed.nearest(second, [variant(ONE, "torch")]) is None


def test_another_program_is_not_marked_line_by_line() -> None:
    """Nor the same one."""
    assert changed.nearest(variant(ONE), [variant(ONE)]) is None
    assert changed.nearest(variant(TWO), [variant("x = 1\n")]) is None


def test_one_line_makes_the_padded_transpose() -> None:
    """The lesson of its chapter, which no author typed."""
    example = catalog.find()["transpose"]
    before, after = (example.variant(f"gpu_cupy_rawkernel_{t}") for t in ("shared", "padded"))
    found = changed.nearest(after, [before])
    assert found is not None
    ((first, last),) = found.groups
    assert first == last
    assert "tile[TILE][TILE + 1]" in after.source.split("\n")[first - 1]


@pytest.mark.parametrize("example", catalog.find().values(), ids=lambda e: e.name)
def test_marks_change_no_program(example: catalog.Example) -> None:
    """Whatever is marked against whatever: without the marks the listing is what it was."""
    for v in example.variants:
        shown = f"<pre><code>{v.source}</code></pre>"
        plain = fold.folded(v.source, shown)
        for other in example.variants[:3]:
            groups = list(changed.new(v.source, other.source))
            made = fold.folded(v.source, shown, groups)
            for first, last in groups:
                text = "\n".join(v.source.split("\n")[first - 1 : last])
                assert f'<span class="sv-new">{text}\n</span>' in made
            assert made.count("<span class=") == plain.count("<span class=") + len(groups)
            assert re.sub(r'<span class="(sv-new|sv-away)">|</span>', "", made) == re.sub(
                r'<span class="sv-away">|</span>', "", plain
            )
