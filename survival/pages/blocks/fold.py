"""Folds away what a GPU program shares with others: imports, its guard, and what the comments mark.

So that a listing shows its kernel and its run(). The lines stay in their place in the code: a copy,
and a page without styles, have the whole file.
"""

import ast
import re
from collections.abc import Iterable
from typing import NamedTuple

from survival.pages.render import render

SHARED = re.compile(
    r"^# (The same in .+), from here\b.*\n((?:.*\n)*?)# \1, to here\.$", re.MULTILINE
)
"""A part between two comments, which stay and say where it lies."""
SHARED_BEGINS = ", from here"


class Lines(NamedTuple):
    """Lines to fold, counted from 1, and what they are."""

    first: int
    last: int
    what: str


def ranges(source: str) -> list[Lines]:
    """What to fold of a program, from top to bottom: its guard, and what comments mark."""
    found = guard(source)
    for m in SHARED.finditer(source):
        before = source.count("\n", 0, m.start(2))
        lines = m[2].rstrip().count("\n") + 1
        found.append(Lines(before + 1, before + lines, m[1].replace("The", "the", 1)))
    return found


def guard(source: str) -> list[Lines]:
    """What a GPU program begins with; empty where nothing guards.

    That is the imports after the docstring, what they find in os.environ, and the `try` or `if`
    beside them that ends the program with SystemExit.
    """
    body = ast.parse(source).body
    first = last = 0
    guarded = False
    for node in body[1:] if ast.get_docstring(ast.Module(body, [])) is not None else body:
        text = ast.unparse(node)
        guards = isinstance(node, ast.Try | ast.If) and "SystemExit" in text
        prepares = isinstance(node, ast.Import | ast.ImportFrom) or text.startswith("os.environ")
        if not guards and not prepares:
            break
        guarded |= guards
        first, last = first or node.lineno, node.end_lineno or node.lineno
    return (
        [Lines(first, last, "imports, and what it says where something is missing")]
        if guarded
        else []
    )


def shown(source: str) -> int:
    """How many lines of a program stand open."""
    return source.count("\n") - sum(last - first + 1 for first, last, _ in ranges(source))


def folded(source: str, highlighted: str, new: Iterable[tuple[int, int]] = ()) -> str:
    """A highlighted program, with such lines marked, below one line that opens them.

    `new` are first and last lines of what is marked as new; none of them may be folded.
    """
    found, marked = ranges(source), list(new)
    begin, code, rest = highlighted.partition("<code>")
    if not code or not (found or marked):
        return highlighted
    every = rest.split("\n")
    ends = [last for _, last in marked]
    for _, last, _ in found:
        while last < len(every) and not every[last]:
            last += 1  # the empty lines below go with it
        ends.append(last)
    for first, css in [*((f.first, "sv-away") for f in found), *((n, "sv-new") for n, _ in marked)]:
        every[first - 1] = f'<span class="{css}">{every[first - 1]}'
    for f in found:
        if SHARED_BEGINS in every[f.first - 2]:  # something is away between two lines that are not
            every[f.first - 1] = f'<span class="sv-gap"></span>{every[f.first - 1]}'
    for last in ends:
        every[last] = f"</span>{every[last]}"
    opener = render("fold", ranges=found) + "\n" if found else ""
    return f"{opener}{begin}{code}" + "\n".join(every)
