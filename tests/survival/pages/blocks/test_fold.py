"""What a GPU program shares with others is folded in its listing."""

import html
import re

import pytest

from survival import catalog
from survival.pages.blocks import fold

PROGRAM = '''"""What it does."""

import numpy as np

try:
    import cupy as cp
except ImportError:
    raise SystemExit("Needs CuPy") from None

KERNEL = """
x
"""
'''
SHARED = """def run(x):
    launch(x)


# The same in every program that launches, from here: the launch.
def launch(x):
    go(x)


# The same in every program that launches, to here.
run(1)
"""
PROGRAMS = [v for e in catalog.find().values() for v in e.variants if v.device == "gpu"]


def test_the_lines_are_the_imports_and_the_guard() -> None:
    """After the docstring, up to the line before the kernel."""
    assert [found[:2] for found in fold.ranges(PROGRAM)] == [(3, 8)]
    assert fold.ranges('"""No guard."""\n\nimport numpy as np\n\nx = 1\n') == []


def test_what_two_comments_mark_is_folded_and_they_stay() -> None:
    """They say where it lies, and the opener says what it is."""
    assert fold.ranges(SHARED) == [(6, 7, "the same in every program that launches")]
    made = fold.folded(SHARED, f"<pre><code>{SHARED}</code></pre>")
    gap = '<span class="sv-gap"></span>'  # where CSS says that something is away
    assert (
        f'the launch.\n{gap}<span class="sv-away">def launch(x):\n    go(x)\n\n\n</span>#' in made
    )
    assert fold.shown(SHARED) == 9


@pytest.mark.parametrize("right", [", from here", ", to here", "every program that launches, to"])
def test_comments_that_do_not_match_fold_nothing(right: str) -> None:
    """Half a pair, or two that say different things, mark nothing."""
    assert fold.ranges(SHARED.replace(right, right.replace("e", "_"))) == []


def test_they_are_marked_and_nothing_else_changes() -> None:
    """One opener; empty lines below go with them; without the marks it is what it was."""
    program = PROGRAM + SHARED
    shown = f"<pre><code>{html.escape(program, quote=False)}</code></pre>"
    made = fold.folded(program, shown)
    opener, _, code = made.partition("\n")
    assert opener.count("<details") == 1
    said = "imports, and what it says where something is missing"
    assert f"Lines 3 to 8: {said}. Lines 18 to 19: the same" in opener
    assert '"""What it does."""\n\n<span class="sv-away">import numpy' in code
    assert "from None\n\n</span>KERNEL" in code
    assert code.count('<span class="sv-away">') == 2
    assert code.count('<span class="sv-gap"></span><span class="sv-away">') == 1
    assert re.sub(r"</?span[^>]*>", "", code) == shown
    assert fold.folded("x = 1\n", "<pre><code>x = 1\n</code></pre>").startswith("<pre>")


@pytest.mark.parametrize("variant", PROGRAMS, ids=lambda v: f"{v.path.parent.name}-{v.name}")
def test_every_gpu_program_has_its_guard_folded(variant: catalog.Variant) -> None:
    """And its run() stands below, and its part that all programs of its library share is folded."""
    lines = variant.source.split("\n")
    guard, *shared = fold.ranges(variant.source)
    run = next(k for k, text in enumerate(lines, 1) if text.startswith("def run"))
    assert guard.last < run
    assert len(shared) == (variant.library == "wgpu")
    for first, last, what in shared:
        assert run < first
        assert last - first > 40
        assert what == "the same in every program that uses wgpu"
        assert (lines[first - 2][:10], lines[last + 2][:10]) == ("# The same", "# The same")
