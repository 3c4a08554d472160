"""Folds away what a GPU program begins with: imports, and what it says where there is no GPU.

So that a listing shows its kernel and its run() first. The lines stay in their place in the code: a
copy, and a page without styles, have the whole file.
"""

import ast

from survival.pages.render import render


def lines(source: str) -> tuple[int, int] | None:
    """The first and the last of those lines, counted from 1; None where nothing guards.

    They are the imports after the docstring, what they find in os.environ, and the `try` or `if`
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
    return (first, last) if guarded else None


def folded(source: str, highlighted: str) -> str:
    """A highlighted program, with its guard marked, below a line that opens it."""
    found = lines(source)
    begin, code, rest = highlighted.partition("<code>")
    if found is None or not code:
        return highlighted
    first, last = found
    every = rest.split("\n")
    while last < len(every) and not every[last]:
        last += 1  # the empty lines below go with it
    every[first - 1] = f'<span class="sv-guarded">{every[first - 1]}'
    every[last] = f"</span>{every[last]}"
    opener = render("guard", first=found[0], last=found[1])
    return f"{opener}\n{begin}{code}" + "\n".join(every)
