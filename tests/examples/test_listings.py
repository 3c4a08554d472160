"""Every variant file is what a page can print and a reader can paste."""

import ast
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.examples.conftest import FRAMEWORKS
from tests.examples.pasting import paste

EXAMPLES = Path(__file__).parents[2] / "examples"
# What a file's library is called in Python, where that is not its own name.
IMPORTS = {
    "python": set[str](),
    "cupy": {"cupy", "cupyx"},
    "keras": {"keras", "tensorflow", "torch"},  # and the backend that it runs on
    "triton": {"triton", "torch"},  # these have no arrays of their own
    "cudatile": {"cuda", "cupy"},
    "cudacore": {"cuda", "cupy"},
}
STARTS = {"marshal", "pickle", "subprocess", "sys"}
"""What a program imports that gives its own code to two fresh processes, and talks with them."""


def python(arguments: Sequence[str | Path], stdin: str, folder: Path) -> tuple[int, str, str]:
    """Run a fresh interpreter in an empty folder; return its exit code, output and errors."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        input=stdin,
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k != "PYTHONSTARTUP"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    return done.returncode, done.stdout, GREETING.sub("", done.stderr)


GREETING = re.compile(
    r"(WARNING: All log messages before absl|I0000 [^\n]+ oneDNN |Warp CUDA warning: )[^\n]*\n"
)
"""What TensorFlow writes to standard error whenever it is imported, and Warp without a driver."""
FROM_A_FILE = ("triton", "warp", "cudatile")
"""Tools that read a kernel's text from its file: pasted, they refuse (test_tools.py)."""


def is_clear(line: str) -> bool:
    """Whether that is the one line which says what is missing."""
    return "\n" not in line.strip() and "needs " in line.lower()


def may_be_missing(listing: Path) -> bool:
    """Whether what the file needs is not in requirements.txt: a GPU, or a framework."""
    device, library = listing.stem.split("_")[:2]
    return device == "gpu" or library in FRAMEWORKS


def test_runs_as_a_script(first_listing: Path, tmp_path: Path) -> None:
    """The file prints something; or one clear line about the GPU or framework that is missing.

    The first of each library does for all: what runs when pasted, below, runs as a script.
    """
    code, output, errors = python([first_listing], "", tmp_path)
    assert "Traceback" not in errors
    if code == 0:
        assert output.strip()
    else:
        assert may_be_missing(first_listing)
        assert is_clear(errors)
        assert output == ""


def test_runs_when_pasted(listing: Path, tmp_path: Path) -> None:
    """The file, pasted into an interpreter, does as the script does: no blank line breaks it."""
    source = listing.read_text(encoding="utf-8")
    if listing.stem.split("_")[1] in FROM_A_FILE:
        code, output, errors = python([listing], "", tmp_path)
        output = f"\n{output}"  # no docstring was echoed
    else:
        code, output, errors = paste(source, tmp_path)
    complaints = GREETING.sub("", errors).strip()
    if code == 0:
        assert complaints == ""
        assert len(output.splitlines()) > 1  # the first line echoes the docstring
    else:
        assert may_be_missing(listing)
        assert is_clear(complaints)


def test_a_broken_paste_is_noticed(tmp_path: Path) -> None:
    """A blank line inside a function, which a script allows, does break the paste."""
    source = "def run(a):\n    b = a\n\n    return b\n\nprint(run(1))\n"
    assert python(["-c", source], "", tmp_path)[0] == 0
    assert "Error" in paste(source, tmp_path)[2]
    assert "Error" in python(["-i", "-q"], source, tmp_path)[2]


def test_has_what_the_machinery_needs(listing: Path) -> None:
    """The file has a docstring, run, a main guard and, on the GPU, the two moves."""
    tree = ast.parse(listing.read_text(encoding="utf-8"))
    names = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    assert ast.get_docstring(tree)
    assert "run" in names
    if listing.stem.startswith("gpu_"):
        assert {"to_device", "to_host"} <= names
    assert ("to_device" in names) == ("to_host" in names)
    guard = tree.body[-1]
    assert isinstance(guard, ast.If)
    assert ast.unparse(guard.test) == "__name__ == '__main__'"


def test_imports_only_its_library(listing: Path) -> None:
    """The file imports NumPy and the library that its name says, and nothing of ours.

    Two things besides: `os`, for a library whose switch is an environment variable, and
    `concurrent`, for a thread that works beside it. What works in two processes starts them.
    """
    library = listing.stem.split("_")[1]
    imported = set()
    for node in ast.walk(ast.parse(listing.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").partition(".")[0])
    starts = STARTS if listing.stem.endswith("_two") else set()
    assert imported <= {"numpy", "os", "concurrent"} | starts | IMPORTS.get(library, {library})


def test_precision_is_set_by_todays_switches(listing: Path) -> None:
    """PyTorch's older ones still work alone, and are an error beside the newer (since 2.9)."""
    source = listing.read_text(encoding="utf-8")
    assert not re.search(r"allow_tf32|set_float32_matmul_precision", source)


LONGER = {
    "cupy_rawkernel_tensorcores_float16": 72,
    "torch_bfloat16_compile_graph": 64,
    "keras_tensorflow": 61,  # its weights are moved before the clock starts
    "torch_two": 94,  # half of it starts two processes from one file, pasted or not
    # Weights are packed before they are multiplied.
    "cupy_rawkernel_bfloat16": 61,
    "cupy_rawkernel_int8": 68,
    "cupy_rawkernel_int4": 79,
    "cupy_rawkernel_mxfp4": 78,
}
"""Programs whose length belongs to what they show: what a library would otherwise do for you."""


def test_is_short(listing: Path) -> None:
    """No file is longer than 60 lines, and no line wider than 100 columns.

    Programs with wgpu have a limit of their own, for what they do not share (test_wgpu.py).
    """
    lines = listing.read_text(encoding="utf-8").splitlines()
    most = LONGER.get(listing.stem.partition("_")[2], 60)
    assert len(lines) <= most or "_wgpu" in listing.stem
    assert max(map(len, lines)) <= 100


def test_most_are_very_short() -> None:
    """The median file has at most 26 lines with something on them.

    Without WebGPU's, in which much is the same, and shown folded (test_wgpu.py); and without those
    of two processes, of which half is how they are started.
    """
    counts = [
        sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())
        for path in EXAMPLES.glob("*/[cg]pu_*.py")
        if "_wgpu" not in path.stem and not path.stem.endswith("_two")
    ]
    assert statistics.median(counts) <= 26
