"""What is read from the programs with wgpu, without running them."""

import ast
from pathlib import Path

BEGIN = "# The same in every program with wgpu, from here:"
END = "# The same in every program with wgpu, to here."


def shared(text: str) -> str:
    """The part that is the same in all of them; empty in a program without it."""
    lines = text.splitlines(keepends=True)
    begin = [i for i, line in enumerate(lines) if line.startswith(BEGIN)]
    end = [i for i, line in enumerate(lines) if line.rstrip() == END]
    assert len(begin) == len(end) <= 1
    return "".join(lines[begin[0] : end[0] + 1]) if begin else ""


def kernel(path: Path) -> str:
    """The WGSL of a program: its SOURCE, which must be a literal, so that a browser can have it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SOURCE":
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{path}: has no SOURCE")
