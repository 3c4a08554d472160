"""A browser test waits for what it asserts: a page answers a click when it can, not at once."""

import ast
import itertools
import re
from pathlib import Path

import pytest

FILES = sorted(Path(__file__).parent.glob("test_*.py"))
ACTS = {"click", "fill", "select_option"}
READS = {"content", "inner_text", "says", "text_content", "url"}


def hasty(source: str) -> list[str]:
    """Assertions right after a click that read the page once, where `expect` would wait."""
    return [
        f"line {after.lineno}: {ast.unparse(after)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(body := getattr(node, "body", None), list)
        for act, after in itertools.pairwise(body)
        if isinstance(act, ast.Expr)
        and isinstance(call := act.value, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ACTS
        and isinstance(after, ast.Assert)
        and any(isinstance(n, ast.Attribute) and n.attr in READS for n in ast.walk(after))
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_what_follows_a_click_is_waited_for(file: Path) -> None:
    """Such a line passes on an idle machine, and fails on a busy one."""
    assert hasty(file.read_text(encoding="utf-8")) == []


def test_a_hasty_line_is_found() -> None:
    """The check can fail, and takes no waiting line for one."""
    assert hasty("def t():\n    b.click()\n    assert b.text_content() == 'Stop'\n")
    assert not hasty("def t():\n    b.click()\n    expect(b).to_have_text('Stop')\n")


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_a_page_that_is_looked_at_is_all_there(file: Path) -> None:
    """A quiet network says nothing of what waits to be laid out: `arrive` waits for that too."""
    assert not re.search(r"goto\(.*networkidle", file.read_text(encoding="utf-8"))
