"""A new chapter, made from the templates, in a copy of this repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from survival import catalog
from survival.contribute import scaffold
from survival.errors import ChapterError
from survival.pages.charts import svg
from tests.docs import test_pages
from tests.examples import conftest as checks
from tests.examples import test_listings as listings
from tests.examples import test_problems as problems

NAME = "made_by_a_test"
TITLE = "Made by a test: who's in?"


def copy(to: Path) -> Path:
    """A copy of this repository without what git ignores."""
    to.mkdir()
    for name in ("survival", "examples", "docs", "results", "overrides"):
        shutil.copytree(
            catalog.ROOT / name,
            to / name,
            symlinks=True,
            ignore=shutil.ignore_patterns("__pycache__", "local"),
        )
    for name in ("mkdocs.yml", "pyproject.toml", "requirements.txt", "requirements-gpu.txt"):
        shutil.copy(catalog.ROOT / name, to)
    svg.CACHE.mkdir(parents=True, exist_ok=True)  # what is drawn need not be drawn again
    (to / ".cache").mkdir()
    (to / ".cache" / "charts").symlink_to(svg.CACHE)
    return to


def python(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m ...` in that tree, which has its own `survival`."""
    env = os.environ | {"PYTHONPATH": str(tree), "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=tree, env=env, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with a new chapter."""
    here = copy(tmp_path_factory.mktemp("scaffold") / "guide")
    done = python(here, "survival", "chapter", NAME, "--title", TITLE)
    assert done.returncode == 0, done.stderr
    assert f"make capture EXAMPLE={NAME}" in done.stdout
    assert "docs/made-by-a-test.md" in done.stdout
    return here


def test_a_new_chapter_builds_and_says_that_it_is_not_measured(tree: Path) -> None:
    """The strict build passes as it stands, and the page is in the navigation."""
    done = python(tree, "mkdocs", "build", "--strict", "--quiet")
    assert done.returncode == 0, done.stderr
    site = tree / "site"
    page = BeautifulSoup((site / "made-by-a-test" / "index.html").read_text("utf-8"), "html.parser")
    text = " ".join(page.select("article")[0].get_text(" ").split())
    assert "not yet measured on a GPU" in text
    assert "not yet checked" in text
    assert "[[" not in text
    landing = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    links = landing.select("nav a[href='made-by-a-test/']")
    assert any(re.fullmatch(rf"\d+ · {re.escape(TITLE)}", a.get_text().strip()) for a in links)


def test_a_new_chapter_breaks_no_rule(tree: Path) -> None:
    """The judge says of it what it says of the guide without it: nothing."""
    done = python(tree, "survival", "judge")
    assert "made_by_a_test" not in done.stdout
    assert "broken rules" in done.stdout


def test_its_example_passes_the_tests_of_examples(tree: Path, tmp_path: Path) -> None:
    """Its problem is sound, its CPU programs are right, its kernel is found, its files run."""
    folder = tree / "examples" / NAME
    problem = checks.load(folder / "problem.py")
    problems.test_sizes_make_a_sweep(problem)
    problems.test_inputs_are_random_float32(problem)
    problems.test_work_grows_with_size(problem)
    problems.test_tolerance_rejects_a_small_mistake(problem, checks.error_of)
    for name in ("cpu_numpy", "cpu_numba"):
        case = checks.Case(folder / "problem.py", folder / f"{name}.py")
        for n in checks.allowed_sizes(problem):
            inputs = case.inputs(n)
            case.verify(case.solve(*inputs), inputs)
    for path in sorted(folder.glob("[cg]pu_*.py")):
        listings.test_has_what_the_machinery_needs(path)
        listings.test_imports_only_its_library(path)
        listings.test_is_short(path)
        listings.test_runs_as_a_script(path, tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="NVRTC is installed on Linux only")
def test_its_kernel_compiles(tree: Path) -> None:
    """The CUDA C of the template is machine code for a GPU that need not be here."""
    from survival.capture.compiled.compilers import to_cubin

    (source,) = checks.cuda_sources(tree / "examples" / NAME / "gpu_cupy_rawkernel.py")
    assert len(to_cubin(source.text, "sm_90")[0]) > 500


def test_its_files_are_formatted_and_its_snippets_run(tree: Path) -> None:
    """`make check` and `make test` find nothing in what was made."""
    files = [f"examples/{NAME}", "--no-cache"]
    assert python(tree, "ruff", "check", *files).returncode == 0
    assert python(tree, "ruff", "format", "--check", *files).returncode == 0
    text = (tree / "docs" / "made-by-a-test.md").read_text("utf-8")
    assert not [f for f in test_pages.fences(text) if test_pages.why_not_run(f)]
    code = text.split("```python\n")[1].split("```")[0]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"```text\n{done.stdout}```" in text


def test_its_rule_is_on_the_landing_page(tree: Path) -> None:
    """Word for word, with the next number, and a link to the page."""
    landing = (tree / "docs" / "index.md").read_text("utf-8")
    assert re.search(
        rf"^\d+\. {re.escape(scaffold.RULE)}\n   \[{re.escape(TITLE)}\]\(made-by-a-test",
        landing,
        re.M,
    )
    page = (tree / "docs" / "made-by-a-test.md").read_text("utf-8")
    assert f'!!! survival "The survival rule"\n    {scaffold.RULE}\n' in page


MKDOCS = """\
nav:
  - Start: index.md
  # a comment
  - First moves:
      - One: one.md
  - "Later: more":
      - Two: two.md

markdown_extensions:
  - toc:
      permalink: true
"""
INDEX = """\
## The survival rules so far

### First moves

1. One rule,
   in two lines. [One](one.md)

### Later: more

2. Another.
   [Two](two.md)

## Then

3. No rule.
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """As little of a guide as a chapter can go into."""
    (tmp_path / "docs" / "labs").mkdir(parents=True)
    (tmp_path / "examples" / "taken").mkdir(parents=True)
    (tmp_path / "mkdocs.yml").write_text(MKDOCS)
    (tmp_path / "docs" / "index.md").write_text(INDEX)
    (tmp_path / "docs" / "one.md").write_text("")
    return tmp_path


def contents(folder: Path) -> dict[str, str | None]:
    """Every file with its text, and every folder."""
    return {
        str(p.relative_to(folder)): p.read_text() if p.is_file() else None
        for p in folder.rglob("*")
    }


def test_its_place_is_the_end_of_its_part_and_of_the_rules(small: Path) -> None:
    """Nothing else of the two files changes."""
    scaffold.make("new_one", "New: one", "First moves", small)
    assert (small / "mkdocs.yml").read_text() == MKDOCS.replace(
        "One: one.md\n", 'One: one.md\n      - "New: one": new-one.md\n'
    )
    assert (small / "docs" / "index.md").read_text() == INDEX.replace(
        "(one.md)\n", f"(one.md)\n2. {scaffold.RULE}\n   [New: one](new-one.md)\n"
    ).replace("2. Another", "3. Another")


@pytest.mark.parametrize(
    ("name", "title", "part", "message"),
    [
        ("Warp", "", "First moves", "'Warp' cannot name a chapter: take a lower case letter"),
        ("../up", "", "First moves", "cannot name a chapter"),
        ("machine", "", "First moves", "'machine' means something else in results/"),
        ("clock", "", "First moves", "'clock' means something else"),
        ("local", "", "First moves", "'local' means something else"),
        ("taken", "", "First moves", "examples/taken exists already"),
        ("one", "", "First moves", r"docs/one\.md exists already"),
        ("labs", "", "First moves", r"docs/labs\.md exists already"),
        ("new", "A `title`", "First moves", "cannot be a title"),
        ("new", "Two\nlines", "First moves", "cannot be a title"),
        (
            "new",
            "",
            "Nowhere",
            "unknown part 'Nowhere'; there are: First moves, Later: more; for a new one",
        ),
    ],
)
def test_what_cannot_be_made_is_refused_in_one_line(
    small: Path, name: str, title: str, part: str, message: str
) -> None:
    """A bad name, title or part, or one that is taken, leaves everything as it was."""
    before = contents(small)
    with pytest.raises(ChapterError, match=message) as refused:
        scaffold.make(name, title, part, small)
    assert "\n" not in str(refused.value)
    assert contents(small) == before


def test_nothing_half_made_stays(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full at the last file: the others go again."""
    before = contents(small)
    write = Path.write_text

    def full(path: Path, text: str, encoding: str | None = None) -> int:
        if path.name == "index.md" and scaffold.RULE in text:
            raise OSError(28, "No space left on device", str(path))
        return write(path, text, encoding)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ChapterError, match=r"index.md: cannot be written \(No space"):
        scaffold.make("new", "", "First moves", small)
    monkeypatch.undo()
    assert contents(small) == before
