"""Where a process of ours answers: a descriptor of its own, which no library writes to.

Libraries print before an answer, within it, and when a process ends: in C, and in Python.
`python -m survival.capture.host.answers MODULE [ARG ...]` runs a module and answers with the last
line that it prints itself.
"""

import io
import os
import runpy
import sys
from contextlib import redirect_stdout
from typing import TextIO


def stream() -> TextIO:
    """What was standard output, for answers; what is printed from now on is for people.

    To be called once, before a library is loaded that may print.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout.flush()
    os.dup2(2, 1)
    return answers


def main(module: str) -> None:
    """Run a module as if by `python -m`, and pass on its last line.

    What libraries do when a process ends is left out: some hang there (numba/numba#10556).
    """
    answers = stream()
    with redirect_stdout(io.StringIO()) as printed:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    *before, last = printed.getvalue().strip().splitlines() or [""]
    print(*before, sep="\n", file=sys.stderr)
    print(last, file=answers, flush=True)
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    del sys.argv[0]
    main(sys.argv[0])
