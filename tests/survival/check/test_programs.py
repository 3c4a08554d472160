"""Programs that look right: each wrong one is caught by one item, each mended one passes."""

import functools
import os
import re
from pathlib import Path

import pytest

from survival import catalog
from survival.check.items import ITEMS, Verdict, exit_code
from survival.check.verb import examine

FOLDER = catalog.EXAMPLES / "looks_right"
PAGE = catalog.ROOT / "docs" / "check.md"
CAUGHT_BY = {
    "variance": "answer",
    "total": "sizes",
    "relu": "unwritten",
    "quantise": "other data",
    "softmax": "inputs",
    "histogram": "repeats",
    "block_sums": "races",
    "difference": "bounds",
    "stream": "clock",
    "boast": "limit",
    "straw_man": "baseline",
}
"""Each program of examples/looks_right/, and the one item that catches its wrong version."""


@functools.cache
def found(program: Path, reference: Path) -> list[Verdict]:
    """What the checklist says of a program; each is run once."""
    return examine(program, reference)


def failed(verdicts: list[Verdict]) -> list[str]:
    """The items that failed."""
    return [v.item for v in verdicts if v.status == "FAILED"]


def test_every_program_is_listed_and_every_item_that_needs_no_gpu_has_one() -> None:
    """A folder for each, with the reference, the wrong and the mended one."""
    assert {p.name for p in FOLDER.iterdir() if p.is_dir()} == set(CAUGHT_BY)
    assert {*CAUGHT_BY.values(), "sanitizer"} == set(ITEMS)
    for name in CAUGHT_BY:
        for kind in ("reference", "wrong", "right"):
            assert (FOLDER / name / f"{kind}.py").is_file()


@pytest.mark.parametrize("name", CAUGHT_BY)
def test_a_wrong_program_is_caught_by_exactly_one_item(name: str) -> None:
    """And by the one that is about its fault; the chapter shows what that says.

    `UPDATE_PAGES=1` writes it into the chapter.
    """
    verdicts = found(FOLDER / name / "wrong.py", FOLDER / name / "reference.py")
    assert failed(verdicts) == [CAUGHT_BY[name]], [v.line() for v in verdicts]
    assert exit_code(verdicts) == 1
    assert [v.item for v in verdicts] == list(ITEMS)
    said = next(v for v in verdicts if v.status == "FAILED").line(numbers=False)
    fence = re.compile(
        rf"(<!-- said of looks_right/{name}/wrong -->\n```text\n)(.*?)(\n```)", re.DOTALL
    )
    text = PAGE.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_PAGES"):
        text = fence.sub(lambda m: m[1] + said + m[3], text)
        PAGE.write_text(text, encoding="utf-8")
    shown = fence.search(text)
    assert name == "relu" or (shown and shown[2] == said), f"docs/check.md; it says: {said}"


@pytest.mark.parametrize("name", CAUGHT_BY)
def test_the_mended_program_passes(name: str) -> None:
    """The item that caught the wrong one passes, and no other fails."""
    verdicts = found(FOLDER / name / "right.py", FOLDER / name / "reference.py")
    assert failed(verdicts) == [], [v.line() for v in verdicts]
    assert exit_code(verdicts) == 0
    by_item = {v.item: v for v in verdicts}
    assert by_item[CAUGHT_BY[name]].status == "passed"


@pytest.mark.parametrize("variant", ["array_addition/gpu_numba", "saxpy/cpu_numpy"])
def test_a_program_of_the_guide_passes_against_its_problem(variant: str) -> None:
    """A problem of the guide is a reference as it stands."""
    path = catalog.EXAMPLES / f"{variant}.py"
    assert failed(examine(path, path.parent / "problem.py")) == []
