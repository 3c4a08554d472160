"""Pastes a program into an interpreter that has just been started, in a process of its own.

The process is a fork of one that has only imported what most programs import: to start Python and
import Numba two hundred times takes longer than all the programs.
"""

import code
import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["numpy", "numba", __name__])


def paste(source: str, folder: Path, timeout: float = 120) -> tuple[int, str, str]:
    """Type the text line by line, in that folder; return exit code, output and errors.

    As `python -i` does: an expression is echoed, and a blank line ends a function. Raises
    TimeoutError after so many seconds.
    """
    with tempfile.TemporaryDirectory() as said:
        process = CONTEXT.Process(target=_type, args=(source, str(folder), said))
        process.start()
        process.join(timeout)
        if process.is_alive():
            process.kill()
            raise TimeoutError(f"no end after {timeout:g} s")
        output, errors = (Path(said, n).read_text("utf-8") for n in ("output", "errors"))
        return process.exitcode or 0, output, errors


def _type(source: str, folder: str, said: str) -> None:
    os.chdir(folder)
    for stream, name in ((sys.stdout, "output"), (sys.stderr, "errors")):
        with Path(said, name).open("w", encoding="utf-8") as file:
            os.dup2(file.fileno(), stream.fileno())
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)  # a graphics driver complains without it
    os.environ["TORCH_COMPILE_DISABLE"] = "1"  # takes a minute, likewise
    os.environ["NUMBA_OPT"] = "0"  # what it computes is tested elsewhere: here it need not be fast
    if "numba" in sys.modules:
        sys.modules["numba"].config.reload_config()
    main = {"__name__": "__main__", "__builtins__": __builtins__}
    console = code.InteractiveConsole(main)
    for line in source.splitlines():
        console.push(line)
    console.push("")
