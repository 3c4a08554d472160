"""Hashes of sources are the same on every Python that the guide supports."""

import ast
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from survival import catalog, source

VERSIONS = Path.home() / ".pyenv" / "versions"
OTHERS = sorted(
    path
    for path in VERSIONS.glob("3.1[1-4].*/bin/python")
    if path.is_file() and path.parts[-3] != platform.python_version()
)
ODD = '''
def f(d, *a, x: int = 1, **k):
    """Gone."""
    # gone too
    return f"{d['x']!r:>{x}} {x=}" 'and' f'{a}' + u"old" + f"{x:}" + ""
class C: pass
async def g():
    async with a as b: yield (1.5e300, 2j, b"\\xff", None, True, ..., "µ")
match 3:
    case {"a": [1, *_]} | None: pass
try: pass
except* ValueError: pass
'''
PROGRAM = """
import ast, hashlib, importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("source", sys.argv[1])
source = importlib.util.module_from_spec(spec)
spec.loader.exec_module(source)
texts = [pathlib.Path(p).read_text("utf-8") for p in sys.argv[2:]]
texts.append(sys.stdin.buffer.read().decode())
for text in texts:
    tree = source.without_docstrings(ast.parse(text))
    print(hashlib.sha256(source.canonical(tree).encode()).hexdigest())
"""


def hashes(python: str) -> list[str]:
    """What a Python says of the code of this package, of the examples and of odd code."""
    files = [*catalog.ROOT.glob("survival/**/*.py"), *catalog.ROOT.glob("examples/*/*.py")]
    command = [python, "-c", PROGRAM, source.__file__, *map(str, sorted(files))]
    done = subprocess.run(command, input=ODD.encode(), capture_output=True, check=True)
    return done.stdout.decode().split()


@pytest.mark.parametrize("other", OTHERS, ids=lambda p: p.parent.parent.name)
def test_another_python_hashes_every_source_alike(other: Path) -> None:
    """Of all supported versions that this machine has."""
    ours = hashes(sys.executable)
    assert len(ours) > 100
    assert hashes(str(other)) == ours


def said(text: str) -> str:
    """The canonical text of a program."""
    return source.canonical(source.without_docstrings(ast.parse(text)))


@pytest.mark.parametrize(
    "other",
    ["x = 1  # why", "x=(1)", '"""Docstring."""\nx = 1'],
)
def test_layout_does_not_count(other: str) -> None:
    """Nor comments and docstrings."""
    assert said(other) == said("x = 1")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("x = 1", "x = 1.0"),
        ("x = 1", "x = None"),
        ("f(None)", "f()"),
        ("a + b", "a - b"),
        ('f"{x}"', 'f"{x!r}"'),
        ('f"{x:.2f}"', 'f"{x:.3f}"'),
        ('f"{x}a"', 'f"a{x}"'),
        ("def f(a, /): pass", "def f(a): pass"),
        ("[]", "()"),
        ("global_ = 1", "global_ = '1'"),
    ],
)
def test_what_a_program_does_counts(a: str, b: str) -> None:
    """Two programs that differ have two texts."""
    assert said(a) != said(b)


def test_an_f_string_is_one_however_it_is_cut() -> None:
    """Python 3.12 cuts them in other places than 3.11."""
    assert said('f"a" "b" f"{x}c"') == said('f"ab{x}c"')


def test_the_hash_of_the_first_records_still_counts() -> None:
    """It is over what `ast.unparse` prints."""
    example = catalog.get("mandelbrot")
    new, old = example.source_hashes(example.variants[0])
    assert new == example.source_hash(example.variants[0]) != old
    assert all(re.fullmatch("[0-9a-f]{16}", h) for h in (new, old))
