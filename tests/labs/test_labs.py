"""Every lab: right with its answers, friendly as a reader gets it, and not to be fooled."""

import ast
import atexit
import functools
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from survival import catalog
from survival.contribute import labs
from survival.site import labs as labs_page

HERE = Path(__file__).parent
NOTEBOOKS = sorted(labs.FOLDER.glob("*.ipynb"))
LABS = [n for n in NOTEBOOKS if n.stem != labs_page.RUN]
CHAPTERS = sorted(
    page.stem
    for page in (catalog.ROOT / "docs").glob("*.md")
    if re.search(r'^!!! survival "', page.read_text(encoding="utf-8"), re.MULTILINE)
)
WITHOUT: set[str] = set()
"""Chapters whose labs are still to be written."""
each_lab = pytest.mark.parametrize("lab", LABS, ids=lambda p: p.stem)
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)


@functools.cache
def runner() -> subprocess.Popen[str]:
    """The process in which all labs of this worker run: it loads Numba with its simulator once."""
    command = [sys.executable, "-W", "ignore", HERE / "run_lab.py"]
    environment = os.environ | {"NUMBA_ENABLE_CUDASIM": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    started = subprocess.Popen(command, env=environment, text=True, encoding="utf-8", **pipes)
    atexit.register(started.communicate)
    return started


@functools.cache
def runs(lab: Path) -> Any:
    """All runs of a lab."""
    asked = [lab, lab.with_suffix(".py"), HERE / "wrong" / f"{lab.stem}.py"]
    process = runner()
    assert process.stdin
    assert process.stdout
    print(json.dumps([*map(str, asked)]), file=process.stdin, flush=True)
    limit = threading.Timer(120, process.kill)
    limit.start()
    answer = process.stdout.readline()
    limit.cancel()
    if not answer:
        process.wait()
        runner.cache_clear()
    assert answer, f"no answer about {lab.stem}: what stopped it stands above"
    return json.loads(answer)


def sentences(run: Any) -> list[tuple[str, bool, str]]:
    """What the checks of a run said: the cell, whether it was right, the sentence."""
    return [(cell["cell"], right, said) for cell in run for right, said in cell["said"]]


@each_lab
def test_a_lab_is_right_friendly_and_not_to_be_fooled(lab: Path) -> None:
    """All runs of a lab, in one test because they take one process."""
    found = runs(lab)
    all_is_right(found["answered"])
    each_check_says_what_is_missing(found["reader"])
    wrong_answers_are_caught(found)
    mistakes_of_any_kind_are_told(found["mistakes"])


def all_is_right(run: Any) -> None:
    """From top to bottom, with the answers in place: no cell fails, and every check says right."""
    assert not [cell["error"] for cell in run if cell["error"]]
    assert not [s for s in sentences(run) if not s[1]]
    checks = {cell["cell"] for cell in run if cell["cell"].startswith("check")}
    assert checks == {cell for cell, _, _ in sentences(run)}
    assert 3 <= len(checks) <= 6


def each_check_says_what_is_missing(run: Any) -> None:
    """From top to bottom, as a reader gets it: no traceback, every check says what is missing."""
    assert not [cell["error"] for cell in run if cell["error"]]
    missing = ("there is no answer yet", "in place of the dots", "writes nothing into")
    assert not [s for s in sentences(run) if s[1] or not any(m in s[2] for m in missing)]
    checks = {cell["cell"] for cell in run if cell["cell"].startswith("check")}
    assert checks == {cell for cell, _, _ in sentences(run)}


def wrong_answers_are_caught(found: Any) -> None:
    """For each task two plausible wrong answers at least, one right at round sizes only."""
    assert len(found["tasks"]) >= 2
    for task in found["tasks"]:
        planted = [p for p in found["planted"] if p["task"] == task]
        assert len(planted) >= 2, f"task {task}: {len(planted)} wrong answers are planted"
        assert any(p["round"] for p in planted), f"task {task}: none is right at round sizes"
    for p in found["planted"]:
        assert not p["fault"], p
        assert not p["error"], p
        told = " ".join(sentence for right, sentence in p["said"] if not right)
        assert told, f"not caught: {p}"
        assert not re.search("NameError|SyntaxError|no answer yet", told), p
        if p["round"]:
            assert all(right for right, _ in p["round"]["said"]), p["round"]


def mistakes_of_any_kind_are_told(run: Any) -> None:
    """For each task what anybody may do wrong: each check says it, and none has a traceback."""
    assert not [cell for cell in run if cell["error"] or cell["fault"]]
    assert not [cell for cell in run if all(right for right, _ in cell["said"])]
    assert not [s for s in sentences(run) if not s[1] and re.search("Watched|<function|kit", s[2])]


def test_one_lab_runs_in_a_kernel() -> None:
    """The other tests run cells by exec; a notebook's own kernel says the same."""
    lab = labs.FOLDER / "first-gpu-program.ipynb"
    book = nbformat.read(lab, as_version=4)
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    printed = [
        (cell.id, "".join(o.text for o in cell.outputs if o.output_type == "stream"))
        for cell in book.cells
        if cell.cell_type == "code" and cell.id.startswith("check")
    ]
    expected = {cell: said for cell, _, said in sentences(runs(lab)["reader"])}
    assert len(printed) >= 3
    assert all(expected[cell] in text for cell, text in printed)


def test_every_chapter_has_a_lab_beside_it_in_the_menu() -> None:
    """A chapter is a page with a survival rule; its lab is named like it and follows it."""
    assert [lab.stem for lab in LABS] == [name for name in CHAPTERS if name not in WITHOUT]
    nav = (catalog.ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for name in (lab.stem for lab in LABS):
        found = re.search(rf'{name}\.md\n +- "(Lab: [^"]+)": labs/{name}\.ipynb\n', nav)
        assert found, name
        assert f"# # {found[1]}\n" in (labs.FOLDER / f"{name}.py").read_text(encoding="utf-8")


@each_notebook
def test_a_notebook_is_what_its_script_says(notebook: Path) -> None:
    """Mended in the script, made by `make labs`."""
    assert notebook.read_text(encoding="utf-8") == labs.notebook(notebook.with_suffix(".py")), (
        "run 'make labs'"
    )


@each_notebook
def test_a_notebook_carries_nothing_but_its_text(notebook: Path) -> None:
    """No outputs, no state of widgets, valid ids that are valid selectors too, nothing of ours."""
    book = nbformat.read(notebook, as_version=4)
    nbformat.validate(book)
    assert set(book.metadata) == {"kernelspec", "language_info"}
    ids = [cell.id for cell in book.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", i) for i in ids)
    for cell in book.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert "import survival" not in cell.source
        assert "from survival" not in cell.source


def test_the_kit_is_the_same_in_all_labs() -> None:
    """One cell, the first of code, identical everywhere."""
    kits = set()
    for lab in LABS:
        code = [c for c in nbformat.read(lab, as_version=4).cells if c.cell_type == "code"]
        assert code[0].id == "kit"
        assert code[0].metadata == labs.FOLDED
        kits.add(code[0].source)
    assert len(kits) == 1


@each_lab
def test_a_task_names_each_of_its_arguments(lab: Path) -> None:
    """In the text above it, as code: a reader must know what an answer is given."""
    told = ""
    for cell in nbformat.read(lab, as_version=4).cells:
        if cell.cell_type == "markdown" and not cell.id.startswith("answer"):
            told += " ".join(re.findall(r"`[^`]+`", cell.source))
        if cell.id.startswith("task"):
            functions = [n for n in ast.parse(cell.source).body if isinstance(n, ast.FunctionDef)]
            named = {argument.arg for function in functions for argument in function.args.args}
            assert named <= set(re.findall(r"\w+", told))


@each_lab
def test_a_name_is_defined_in_one_cell(lab: Path) -> None:
    """Molab runs notebooks in marimo, where no two cells may define the same name."""
    seen: dict[str, str] = {}
    for cell in nbformat.read(lab, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        for name in names(ast.parse(cell.source)):
            assert seen.setdefault(name, cell.id) == cell.id, (
                f"{name} in {seen[name]} and {cell.id}"
            )


def names(module: ast.Module) -> set[str]:
    """What a cell defines for all others."""
    found: set[str] = set()
    for node in module.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(a.asname or a.name).partition(".")[0] for a in node.names}
        else:
            found |= {
                n.id
                for n in ast.walk(node)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
    return {name for name in found if not name.startswith("_")}
