"""A Python program as text that is the same on every Python: what its hash is made of."""

import ast
from collections.abc import Iterator

LEFT_OUT = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
"""Fields of the syntax tree that say nothing of what a program does."""


def canonical(tree: ast.AST) -> str:
    """The syntax tree as text, without layout and comments.

    Made here, because what `ast.unparse` and `ast.dump` print differs between versions of Python
    (python/cpython#127975). Empty fields are left out: newer versions add such.
    """
    fields = (f"{name}={_text(value)}" for name, value in _fields(tree))
    return f"{type(tree).__name__}({', '.join(fields)})"


def without_docstrings(tree: ast.Module) -> ast.Module:
    """The tree, changed in place: no module, function or class has its docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return tree


def _fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    for name, value in ast.iter_fields(node):
        if isinstance(node, ast.JoinedStr):
            value = _joined(node)
        # The value of a constant counts even where it is nothing.
        worth = value is not None and value != []
        if name not in LEFT_OUT and (worth or isinstance(node, ast.Constant)):
            yield name, value


def _joined(node: ast.JoinedStr) -> list[ast.expr]:
    """The parts of an f-string, whose text versions of Python cut in different places."""
    parts: list[ast.expr] = []
    for part in node.values:
        last = parts[-1] if parts else None
        if isinstance(part, ast.Constant) and isinstance(last, ast.Constant):
            parts[-1] = ast.Constant(str(last.value) + str(part.value))
        elif not isinstance(part, ast.Constant) or part.value:
            parts.append(part)
    return parts


def _text(value: object) -> str:
    if isinstance(value, ast.AST):
        return canonical(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return repr(value)
