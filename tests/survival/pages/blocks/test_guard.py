"""What a GPU program begins with is folded in its listing."""

import html
import re

import pytest

from survival import catalog
from survival.pages.blocks import guard

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
PROGRAMS = [v for e in catalog.find().values() for v in e.variants if v.device == "gpu"]


def test_the_lines_are_the_imports_and_the_guard() -> None:
    """After the docstring, up to the line before the kernel."""
    assert guard.lines(PROGRAM) == (3, 8)
    assert guard.lines('"""No guard."""\n\nimport numpy as np\n\nx = 1\n') is None


def test_they_are_marked_and_nothing_else_changes() -> None:
    """The empty lines below go with them; without the marks it is what it was."""
    shown = f"<pre><code>{html.escape(PROGRAM, quote=False)}</code></pre>"
    made = guard.folded(PROGRAM, shown)
    opener, _, code = made.partition("\n")
    assert "Lines 3 to 8" in opener
    assert '"""What it does."""\n\n<span class="sv-guarded">import numpy' in code
    assert "from None\n\n</span>KERNEL" in code
    assert re.sub(r'<span class="sv-guarded">|</span>', "", code) == shown
    assert guard.folded("x = 1\n", "<pre><code>x = 1\n</code></pre>").startswith("<pre>")


@pytest.mark.parametrize("variant", PROGRAMS, ids=lambda v: f"{v.path.parent.name}-{v.name}")
def test_every_gpu_program_has_its_guard_folded(variant: catalog.Variant) -> None:
    """And its run() stands below."""
    found = guard.lines(variant.source)
    assert found is not None
    runs = [k for k, text in enumerate(variant.source.split("\n"), 1) if text.startswith("def run")]
    assert found[1] < runs[0]
