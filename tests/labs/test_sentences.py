"""Every sentence that a check can say: what is wrong, with the smallest input, and what to do."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from survival.contribute import labs

KIT = labs.FOLDER / "kit.py"


@pytest.fixture(scope="module")
def kit() -> dict[str, Any]:
    """What the kit defines, as a notebook has it."""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(KIT.read_text(encoding="utf-8"), "kit", "exec"), space)
    return space


def verdict(kit: dict[str, Any], code: str, check: str) -> tuple[bool, str]:
    """The one thing that a check says of a reader's cell."""
    del kit["verdicts"][:]
    exec(compile(code, "task", "exec"), kit)
    exec(compile(check, "check", "exec"), kit)
    ((right, said),) = kit["verdicts"]
    return right, said


DOUBLE = "check(double, lambda n: 2 * n, sizes=(3, 5), limit=0.3)"
MEANS = """check(means, lambda x: (x[0] + x[1]) / 2,
    inputs=lambda n: (np.arange(2 * n, dtype=np.float32).reshape(2, n),), sizes=(1, 3))"""
PARTS = """check(through(grow, lambda n: {"": grow(n), "calls: ": 3}),
    lambda n: {"": n, "calls: ": 1}, sizes=(4,))"""
BYTES = "check(packed, lambda n: np.arange(n) % 256, sizes=(2,), dtype=np.uint8)"


@pytest.mark.parametrize(
    ("code", "check", "said"),
    [
        (
            "def double(n): return ...",
            DOUBLE,
            "double: there is no answer yet: put yours in place of the dots.",
        ),
        (
            "def double(n): 2 * n",
            DOUBLE,
            "double(3): it returns nothing: end it with return and its result.",
        ),
        ("def double(n): return 6", DOUBLE, "double(5): 6 came out, and 10 is right."),
        ("def double(n): return '6'", DOUBLE, "double(3): '6' came out, and a number is right."),
        ("def double(n): return print", DOUBLE, "double(3): the function print came out, and a "
         "number is right."),
        ("def double(n): return [6, 10]", DOUBLE, "double(3): an array of 2 came out, and a number "
         "is right."),
        ("def double(n): return {n: 6}", DOUBLE, "double(3): {3: 6} came out, and a number is "
         "right."),
        ("def double(n): return np.array('6')", DOUBLE, "double(3): '6' came out, and a number is "
         "right."),
        ("def double(n): return (n for _ in 'ab')", DOUBLE, "double(3): a generator came out, and "
         "a number is right."),
        ("def double(n): return float('nan')", DOUBLE, "double(3): nan came out, and 6 is right."),
        ("def double(n): return [None]", DOUBLE, "double(3): [None] came out, and a number is "
         "right."),
        ("def double(n):\n    return n / 0", DOUBLE, "double(3) stops in line 2 of its cell with "
         "ZeroDivisionError: division by zero."),
        ("def double(n): raise ValueError", DOUBLE, "double(3) stops in line 1 of its cell with "
         "ValueError."),
        ("def double(n): raise ValueError('no.\\nand no')", DOUBLE, "double(3) stops in line 1 of "
         "its cell with ValueError: no."),
        ("def double(n): raise ValueError('Failed in cuda mode pipeline\\nUnknown name')", DOUBLE,
         "double(3) stops in line 1 of its cell with ValueError: Unknown name."),
        ("def double(n): import sys; sys.exit()", DOUBLE, "double(3) stops in line 1 of its cell "
         "with SystemExit."),
        ("def double(a, b): return a", DOUBLE, "double(3) stops with TypeError: double() missing "
         "1 required positional argument: 'b'."),
        ("def double(n):\n    while True: pass", DOUBLE, "double(3) is not done after 0.3 seconds: "
         "does its loop end?"),
        ("double = 6", DOUBLE, "6 stands where a function should: begin it with def."),
        ("double = lambda n: 7", DOUBLE, "your function(3): 7 came out, and 6 is right."),
        ("def means(x): return x[0]", MEANS, "means([[0], [1]]): element [0] is 0, and 0.5 is "
         "right."),
        ("def means(x): return 0.5 + x[:, 0][:1]", MEANS, "means(an array of 2 x 3): an array of 1 "
         "came out, and an array of 3 is right. Look at it: means(*failed)"),
        ("def means(x): return [[1], [1, 2]]", MEANS, "means([[0], [1]]): [[1], [1, 2]] with parts "
         "of different sizes came out, and an array of 1 is right."),
        ("def means(x): return 5", MEANS, "means([[0], [1]]): 5 came out, and an array of 1 is "
         "right."),
        ("def grow(n): return ...", PARTS, "grow: there is no answer yet: put yours "
         "in place of the dots."),
        ("def grow(n): return n", PARTS, "grow, tried with 4: calls: 3 came out, and 1 is right."),
        ("def grow(n): return n / 0", PARTS, "grow, tried with 4, stops in line 1 of its cell with "
         "ZeroDivisionError: division by zero."),
        ("grow = None", PARTS, "None stands where a function should: begin it with def."),
        ("def packed(n): return [0, 1]", BYTES, "packed(2): the dtype is int64, and uint8 is "
         "right."),
        ("guess = ...", "compare(guess, 5)", "put a number in place of the dots: your prediction."),
        ("guess = '5'", "compare(guess, 5)", "'5' is no number: write one, such as 12 or 0.5."),
        ("guess = None", "compare(guess, 5)", "None is no number: write one, such as 12 or 0.5."),
        ("guess = float('nan')", "compare(guess, 5)", "nan is no number: write one, such as 12 or "
         "0.5."),
        ("guess = [5]", "compare(guess, 5)", "[5] is no number: write one, such as 12 or 0.5."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(
    kit: dict[str, Any], code: str, check: str, said: str
) -> None:
    """One sentence each, in the reader's words, and never a traceback."""
    assert verdict(kit, code, check) == (False, said)


@pytest.mark.parametrize(
    ("code", "check"),
    [
        ("def double(n): return 2.0 * n", DOUBLE),
        ("def double(n): return np.float32(2) * n", DOUBLE),
        ("from fractions import Fraction\ndef double(n): return Fraction(2 * n)", DOUBLE),
        ("def means(x): return [float(a + b) / 2 for a, b in x.T]", MEANS),
        ("def means(x):\n    x += 0\n    return tuple(x.sum(axis=0) / 2)", MEANS),
        ("def packed(n): return np.arange(n).astype(np.uint8)", BYTES),
        ("guess = np.int64(5)", "compare(guess, 5)"),
    ],
)
def test_what_is_as_good_is_right(kit: dict[str, Any], code: str, check: str) -> None:
    """A float that is whole, a list for an array, any kind of number."""
    assert verdict(kit, code, check)[0]


def test_a_case_is_not_spoilt_for_the_next_run(kit: dict[str, Any]) -> None:
    """A reader's function may change the list that it is given."""
    kit["cases"] = [([1, 2, 3],)]
    check = "check(last, lambda x: x[-1], inputs=cases.__getitem__, sizes=[0])"
    assert verdict(kit, "def last(x): return x.pop() and 0", check)[0] is False
    assert kit["cases"] == [([1, 2, 3],)]
    assert kit["failed"] == [[1, 2, 3]]


def test_a_number_of_cases_is_no_list_of_sizes(kit: dict[str, Any]) -> None:
    """Cases may be numbered; their numbers mean nothing to a reader."""
    _, said = verdict(kit, "def double(n): return 2 * n", DOUBLE)
    assert said == "double agrees with the reference in all 2 cases."


def test_a_prediction_is_right_or_a_surprise(
    kit: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """It cannot be wrong, and is not called right where it is far off."""
    kit["compare"](19.5, 20, " times")
    kit["compare"](3, 20_000, " times")
    assert capsys.readouterr().out == (
        "Right: you said 19.5 times, and it is 20 times.\n"
        "A surprise: you said 3 times, and it is 20,000 times. Find out why before you go on.\n"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ((12, 4), "(12, 4)"),
        ((1,), "(1,)"),
        ("12.4", "'12.4'"),
        ("x" * 99, "a text of 99 letters"),
        ([1] * 7, "a list of 7"),
        (True, "True"),
        (1 / 3, "0.333333"),
        ({"time": 0.1 + 0.2}, "{'time': 0.3}"),
        (len, "the function len"),
        (object(), "an object"),
    ],
)
def test_a_value_is_shown_as_one_would_type_it(kit: dict[str, Any], value: Any, shown: str) -> None:
    """So that the smallest input can be tried by hand."""
    assert kit["shown"](value) == shown


KERNELS = """
import json, os, sys
os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
space = {}
exec(compile(open(sys.argv[1], encoding="utf-8").read(), "kit", "exec"), space)
exec("from numba import cuda", space)
check = '''check_kernel(copied, inputs=lambda n: (numbers(n),), out=lambda n: n,
    reference=lambda x: x, sizes=(1, 33), at_most={"sectors per load": 4})'''
for code in json.loads(sys.argv[2]):
    exec(compile(code, "task", "exec"), space)
    exec(check, space)
print(json.dumps(space["verdicts"]))
"""
HEAD = "@cuda.jit\ndef copied(x, y):\n    i = cuda.grid(1)\n    if i < y.size: "
SAID = {
    HEAD + "...": "copied (x: 1, y: 1) writes nothing into y, its last argument.",
    HEAD + "return x[i]": "copied (x: 1, y: 1) writes nothing into y, its last argument.",
    HEAD + "y[i] = 2": "copied (x: 1, y: 1): y[0] is 2, and 0.522157 is right.",
    HEAD + "y[0] = x[0]": "copied (x: 33, y: 33): thread 0 of block 0 writes y[0], which thread 1 "
    "of block 0 may write at the same time.",
    HEAD + "y[i] = x[i / 1]": "copied (x: 1, y: 1): thread 0 of block 0 reads x[0.0]: an element "
    "of it is named by one whole number.",
    HEAD + "y[i] = x[i, 0]": "copied (x: 1, y: 1): thread 0 of block 0 reads x[0, 0]: an element "
    "of it is named by one whole number.",
    HEAD + "y[:] = x[:2]": "copied (x: 1, y: 1): thread 0 of block 0 reads x[:2]: an element of it "
    "is named by one whole number.",
    HEAD + "y[i] = x + 1": "copied (x: 1, y: 1) stops in line 4 of its cell with TypeError: "
    "unsupported operand type(s) for +: 'array' and 'int'.",
    HEAD + "y[i] = x.sum()": "copied (x: 1, y: 1) stops in line 4 of its cell with AttributeError: "
    "'array' object has no attribute 'sum'.",
    HEAD + "y[i] = {}['a']": "copied (x: 1, y: 1) stops in line 4 of its cell with KeyError: 'a'.",
    HEAD + "assert 0": "copied (x: 1, y: 1) stops in line 4 of its cell with AssertionError.",
    HEAD + "\n        while True: i += 0": "copied (x: 1, y: 1): thread 0 of block 0 does not come "
    "to an end.",
    HEAD.replace("size", "size - 1") + "y[i] = x[i]": "copied (x: 1, y: 1) writes nothing into y, "
    "its last argument.",
    HEAD.replace("size", "size // 2 + 1") + "y[i] = x[i]": "copied (x: 33, y: 33) leaves y[17] "
    "unwritten, or makes it from what nobody has written.",
    HEAD.replace("if i < y.size: ", "") + "y[i] = x[i]": "copied (x: 1, y: 1): thread 1 of block 0 "
    "reads x[1], outside an array of 1.",
    HEAD.replace("x, y", "x") + "x[i] = 0": "copied takes 1 arguments, and is given 2: put its "
    "line with def back as it was.",
    "def copied(x, y): ...": "the function copied is no kernel: put @cuda.jit above the line with "
    "its def, and run both cells again.",
    "copied = 5": "5 is no kernel: put @cuda.jit above the line with its def, and run both cells "
    "again.",
    HEAD + "\n        for v in x: y[i] = v\n        y[i] = x[i * 8 % y.size]": "copied (x: 33, "
    "y: 33): y[1] is 0.11359, and 0.439011 is right.",
    HEAD + "y[i] = x[i]": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def said_of_kernels() -> list[tuple[bool, str]]:
    """What the check says of all kernels, in one process."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KERNELS, KIT, json.dumps(list(SAID))],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [tuple(v) for v in json.loads(done.stdout.splitlines()[-1])]


def whoever(said: str) -> str:
    """The threads of a block run in any order: which of them is told of first is not said."""
    return re.sub(r"thread \d+|x\[\d+\](?=, outside)", "that", said)


@pytest.mark.parametrize("at", range(len(SAID)))
def test_what_is_wrong_with_a_kernel(said_of_kernels: list[tuple[bool, str]], at: int) -> None:
    """In a sentence, with the smallest sizes that show it; the last is right."""
    right, said = said_of_kernels[at]
    expected = list(SAID.values())[at]
    assert right == (not expected)
    if expected:
        assert whoever(said) == whoever(expected)
    else:
        assert said.startswith("copied is right at all 2 sizes, in Numba's simulator. Counted at")


NOTEBOOK = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_cell(open(sys.argv[1], encoding="utf-8").read())
for cell in ("check(double, abs)", "import no_such.part", "def f():\\n  return nowhere\\nf()"):
    shell.run_cell(cell)
shell.run_cell("def double(n):\\n    return 1 / 0")
shell.run_cell("check(double, abs)")
"""


def test_a_notebook_says_what_is_not_defined_without_a_traceback(tmp_path: Path) -> None:
    """A deleted name and a library that is not there; an error of the reader's own is shown."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", NOTEBOOK, KIT],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    said = done.stdout
    assert "double is not defined. Run the cell that defines it, or all above." in said
    assert "no_such is missing. In a terminal: pip install no_such; run from the top." in said
    assert said.count("Traceback") == 1
    assert "name 'nowhere' is not defined" in said
    assert "double(1) stops in line 2 of its cell (return 1 / 0) with ZeroDivisionError" in said
