"""Compiles the kernels of a lab's answers, without a GPU: `python compile_kernels.py LAB ...`.

Prints JSON: the length of the PTX by lab and kernel, or why there is none. The simulator is plain
Python, and runs what the compiler refuses.
"""

import json
import sys
from pathlib import Path
from typing import Any

import jupytext
from numba import cuda, typeof


def kernels(script: Path) -> list[tuple[Any, tuple[Any, ...]]]:
    """The kernels that a lab's checks are handed, with the types of their arguments."""
    found = []

    def note(kernel: Any, inputs: Any, out: Any, sizes: Any = (5,), **more: Any) -> None:
        result = space["np"].zeros(out(sizes[-1]), more.get("dtype", "float32"))
        found.append((kernel, tuple(map(typeof, [*inputs(sizes[-1]), result]))))

    space: dict[str, Any] = {}
    exec(script.with_name("kit.py").read_text(encoding="utf-8"), space)
    space |= {"where_am_i": lambda **_: None, "check_kernel": note}
    space |= dict.fromkeys(("check", "compare"), lambda *_, **__: None)
    source = jupytext.reads(script.read_text(encoding="utf-8"), fmt="py:percent").cells
    titled = [(c.metadata.get("title", ""), c.source) for c in source if c.cell_type == "code"]
    answers = {title.removeprefix("answer "): code for title, code in titled if "answer" in title}
    for title, code in titled:
        kind, _, which = title.partition(" ")
        if kind not in ("kit", "answer"):
            exec(answers[which] if kind in ("task", "guess") else code, space)
    return found


def compiled(kernel: Any, types: tuple[Any, ...]) -> int | str:
    """The length of a kernel's PTX for an H100, or why there is none."""
    try:
        return len(cuda.compile_ptx(kernel.py_func, types, cc=(9, 0))[0])
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:500]


if __name__ == "__main__":
    labs = map(Path, sys.argv[1:])
    print(json.dumps({n.stem: {k.__name__: compiled(k, t) for k, t in kernels(n)} for n in labs}))
