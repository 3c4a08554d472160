"""H11, H13, H14, H17: what is typed is found, and what may be typed is not."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from survival import catalog
from survival.judge import evidence
from survival.judge.prose import lint


def said(text: str) -> list[str]:
    """The messages for a page."""
    return [f.message for f in lint.lint("docs/x.md", text)]


def quoted(message: str) -> str:
    """What a message says was typed."""
    return re.findall(r'"([^"]*)"', message)[0]


def test_the_message_names_the_line_and_the_words() -> None:
    """What was typed, where, and what to do instead."""
    page = "---\ntitle: A\n---\n\n# B\n\nOne sentence.\nAnother one of `x`\nthat took 3.2 ms.\n"
    assert said(page) == [
        'H13 docs/x.md(9): "3.2 ms" is typed; inject it with [[time ...]] or cite it: a footnote '
        "with source and year; if it is no measurement, say so: <!-- not a measurement: REASON -->"
    ]


@pytest.mark.parametrize(
    "block",
    [
        "```python\n# 3 ms\n```",
        '```sh title="In a clone"\n# 3 ms\n```',
        "~~~cpp\n3 ms\n~~~",
        "```python\nx\n```\n\n<!--pytest-codeblocks:expected-output-->\n```text\n3 ms\n```",
        "<!-- printed by examples/x/cpu_numpy.py -->\n```text\n3 ms\n```",
        "/// timings | x\n    size: 3 ms\n///",
        "/// claim | x\na compute is at least 3 times as fast as b at 2^3\n///",
        '<svg viewBox="0 0 3 3"><text x="3">s</text>\n<text x="4">times 3</text></svg>',
        "## Exercises\n\nAt 25 GB/s?\n\n### More\n\n/// details | Answer\nIt is 3 ms.\n///",
    ],
)
def test_code_and_exercises_are_not_read(block: str) -> None:
    """And what stands after them is."""
    assert not said(f"Text.\n\n{block}\n")
    after = "## Sources\n\n" if "Exercises" in block else ""
    found = said(f"Text.\n\n{block}\n\n{after}It took 7 ms.\n")
    assert [quoted(f) for f in found] == ["7 ms"]


def test_the_title_and_the_description_of_a_page_are_read() -> None:
    """H13: a search engine shows them; what else stands in the front matter is not prose."""
    front = "---\ntitle: In 3 ms\ndescription: Or 4 ms\nicon: 5 ms\n---\n\n# A\n"
    found = lint.lint("docs/x.md", front)
    assert [(quoted(f.message), f.where) for f in found] == [
        ("3 ms", "docs/x.md(2)"),
        ("4 ms", "docs/x.md(3)"),
    ]


def test_backticks_are_read_whole() -> None:
    """H13: where they hold one quantity they may hold two."""
    assert [quoted(f) for f in said("It says `3 ms, then 4 ms`.\n")] == ["3 ms", "4 ms"]


SKIPPED = '<!--pytest.mark.skip(reason="slow")-->\n'
OUTPUT = "<!--pytest-codeblocks:expected-output-->\n```text\n3 ms\n```"


@pytest.mark.parametrize(
    "block",
    [
        "/// note | The GPU takes 3 ms, always\nText.[^a]\n///",
        "/// details | It takes 3 ms\n    open: True\n///",
        '!!! note "It takes 3 ms"\n    Text.\n',
        "```text\n3 ms\n```",
        "```\n3 ms\n```",
        "~~~mermaid\na -- 3 ms --> b\n~~~",
        '```python title="In 3 ms"\nx\n```',
        f"```text\nx\n```\n\n{OUTPUT}",
        f'```python title="x"\nx\n```\n\n{OUTPUT}',
        f"{SKIPPED}```python\nx\n```\n\n{OUTPUT}",
        '<svg>\n<g>\n<text x="1">3 ms</text>\n</g>\n</svg>',
        "<svg>\n<desc>It takes 3<tspan> ms</tspan>. Text.</desc>\n</svg>",
        "<pre>3 ms</pre>",
        '<img alt="3 ms" src="x.png">',
        '<a title="3 ms" href="x">text</a>',
        "![3 ms](x.png)",
        '[text](x.md "3 ms")',
        "## Exercise of power: our results\n\nIt is 3 ms.",
        '<p aria-label="3 ms">text</p>',
    ],
)
def test_what_a_reader_sees_is_read(block: str) -> None:
    """H13: titles, output that no test compares, drawings, and texts of pictures."""
    found = said(f"Text.\n\n{block}\n\n[^a]: NVIDIA, data sheet, 2026.\n")
    assert [quoted(f) for f in found] == ["3 ms"]


def test_a_drawing_is_cited_in_the_paragraph_beside_it() -> None:
    """H17: as a table is; its caption is text like any other."""
    drawing = "<figure>\n<svg>\n<text>3 ms</text>\n<g>\n</g>\n</svg>\n{}</figure>\n"
    cited = "\nOn paper.[^a]\n\n[^a]: NVIDIA, data sheet, 2026.\n"
    assert not said(drawing.format("") + cited)
    caption = "<figcaption>It takes 4 ms.</figcaption>\n"
    assert [quoted(f) for f in said(drawing.format(caption) + cited)] == ["4 ms"]


@pytest.mark.parametrize(
    "text",
    [
        "It delivers 3.35 TB/s on paper.[^a] More follows.",
        "They found it ahead by 2.5 times[^a] and 30 W.",
        "It delivers 3.35 TB/s, cf. Table 2, vs. 2 TB/s, e.g. PCIe.[^a]",
        "It delivers 3.35 TB/s (NVIDIA, H100 data sheet, 2023).",
        "It delivers 3.35 TB/s (NVIDIA, H100 data sheet, read in November 2026).",
    ],
)
def test_a_cited_figure_passes(text: str) -> None:
    """H17: a footnote in the same sentence, or the short form, with source and year."""
    assert not said(f"{text}\n\n[^a]: NVIDIA, *H100* data sheet: 3.35 TB/s.\n    Read in 2026.\n")


@pytest.mark.parametrize(
    ("text", "rule", "says"),
    [
        ("It gives 3 TB/s. So it is told.[^a]", "H13", '"3 TB/s" is typed'),
        ("It is told.[^a] It gives 3 TB/s.", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s.[^b]", "H17", "the footnote [^b] names no year"),
        ("It gives 3 TB/s.[^c]", "H17", "the footnote [^c] names no source"),
        ("It gives 3 TB/s.[^d]", "H17", "the footnote [^d] has no definition on this page"),
        ("It gives 3 TB/s.[^e]", "H17", "the footnote [^e] names no source"),
        ("It gives 3 TB/s (in 2010).", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s (on my laptop, 2026).", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s (Our own H100, 2026).", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s (some card, 2026).", "H13", '"3 TB/s" is typed'),
        ("It gives 3 TB/s (see below).", "H13", '"3 TB/s" is typed'),
    ],
)
def test_a_figure_without_source_and_year_is_found(text: str, rule: str, says: str) -> None:
    """H17: a citation elsewhere, without a year or without a source is none."""
    notes = (
        "[^a]: NVIDIA, data sheet, 2026.\n[^b]: NVIDIA, data sheet.\n[^c]: Read in March 2026.\n"
        "[^e]: My own laptop, an idle evening, 2026.\n"
    )
    found = said(f"{text}\n\n{notes}")
    assert len(found) == 1
    assert found[0].startswith(f"{rule} docs/x.md(1): ")
    assert says in found[0]


def test_a_footnote_that_gives_a_figure_names_its_year() -> None:
    """H17: even where the text does not repeat the figure."""
    found = said("It is fast.[^a]\n\n[^a]: NVIDIA, data sheet: 3.35 TB/s.\n")
    assert found == ['H17 docs/x.md(3): the footnote [^a] gives "3.35 TB/s" and names no year']


TABLE = "| card | rate |\n| --- | --- |\n| A | 3 TB/s |\n| B | 2 TB/s{} |\n"


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        (TABLE.format(""), ["3 TB/s", "2 TB/s"]),
        (TABLE.format("[^a]"), ["3 TB/s"]),
        ("From the data sheets.[^a]\n\n" + TABLE.format(""), []),
        (TABLE.format("") + "\nFrom the data sheets.[^a]\n", []),
        ("On paper (NVIDIA, data sheets, 2026):\n\n" + TABLE.format(""), []),
        ("From somewhere.\n\n" + TABLE.format(""), ["3 TB/s", "2 TB/s"]),
        ("<!-- not a measurement: made up -->\n\n" + TABLE.format(""), []),
        ("| card | time (ms) |\n| --- | --- |\n| A | 3.2 |\n| B | 16 |\n", ["3.2 ms", "16 ms"]),
        ("| card | time in ms |\n| --- | --- |\n| A | 3.2 |\n| B | 16 |\n", ["3.2 ms", "16 ms"]),
        ("| card | ms |\n| --- | --- |\n| A | 3.2 |\n", ["3.2 ms"]),
        ("| card | size (MB) |\n| --- | --- |\n| A | 3.2 |\n", []),
    ],
)
def test_a_table_is_cited_as_a_whole_or_by_row(page: str, typed: list[str]) -> None:
    """In its row, in the paragraph above or below; a unit in the head counts for its column."""
    found = said(f"# Title\n\n{page}\n\n[^a]: NVIDIA, data sheets, 2026.\n")
    assert [quoted(f) for f in found] == typed


@pytest.mark.parametrize("gap", ["", "\n"])
def test_the_marker_excuses_one_paragraph(gap: str) -> None:
    """A threshold says in the source why it is no measurement; the next paragraph is read again."""
    marker = f"<!-- not a measurement: our own threshold -->\n{gap}"
    assert not said(f"{marker}Wider than ±2 % is noisy.\n")
    assert not said(f"{marker}- Wider than ±2 % is noisy.\n- Under 10 µs we make batches.\n")
    found = said(f"{marker}Wider than ±2 % is noisy.\n\nIt took 3 ms.\n")
    assert [quoted(f) for f in found] == ["3 ms"]


def test_the_marker_needs_a_reason_and_something_to_excuse() -> None:
    """An empty excuse excuses nothing, and one that is not needed any more goes."""
    found = said("<!-- not a measurement -->\nWider than ±2 %.\n")
    assert "the marker gives no reason" in found[0]
    assert '"2 %" is typed' in found[1].replace("±", "")
    found = said("Text.\n\n<!-- not a measurement: old -->\nNothing here.\n")
    assert len(found) == 1
    assert "docs/x.md(3): the marker <!-- not a measurement --> excuses nothing" in found[0]


CLAIM = "\n/// claim | x\na compute is at least {} times as fast as b at 2^3\n///\n"


@pytest.mark.parametrize(
    ("text", "factor", "typed"),
    [
        ("It is more than 100 times as fast.\n", "100", []),
        ("It is a factor in the hundreds.\n", "100", []),
        ("It is more than ten times as fast.\n", "10", []),
        ("It is more than 300 times as fast.\n", "100", ["300 times"]),
        ("It takes 100 ms.\n", "100", ["100 ms"]),
        ("It is 100 times as fast.\n\nAnother paragraph.\n", "100", ["100 times"]),
    ],
)
def test_a_factor_that_a_claim_checks_may_be_typed(
    text: str, factor: str, typed: list[str]
) -> None:
    """The number in the claim right below the paragraph, and no other, is checked by the build."""
    assert [quoted(f) for f in said(text + CLAIM.format(factor))] == typed


@pytest.mark.parametrize(
    "page", sorted((catalog.ROOT / "docs").rglob("*.md")), ids=lambda p: p.stem
)
def test_the_real_pages_pass(page: Path) -> None:
    """No page of the guide has a typed measurement."""
    assert not said(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "planted",
    [
        "The GPU needs 3.2 ms.",
        "That is 885× as fast.",
        "It draws 700 W.",
        "Numba is slower than C.",
        "The mean of the ratios says it.",
    ],
)
@pytest.mark.parametrize("name", ["mandelbrot.md", "first-gpu-program.md"])
def test_a_fault_planted_in_a_real_page_is_found(name: str, planted: str) -> None:
    """In every paragraph of running text of a real chapter, on its line."""
    lines = (catalog.ROOT / "docs" / name).read_text(encoding="utf-8").split("\n")
    paragraphs = [i for i, line in enumerate(lines) if re.match(r"(?:##+ |The |A |Every )", line)]
    last = lines.index("## Exercises")
    chosen = [i for i in paragraphs if i < last and not lines[i - 1].startswith(("<!--", "///"))]
    assert len(chosen) > 5
    for i in chosen:
        page = "\n".join([*lines[:i], planted, "", *lines[i:]])
        found = lint.lint("docs/x.md", page)
        assert [f.where for f in found] == [f"docs/x.md({i + 1})"], lines[i]


def test_notebooks_are_read_and_the_records_folder_is_not(tmp_path: Path) -> None:
    """The text cells of labs count as running text; docs/results holds no pages of ours."""
    docs = tmp_path / "docs"
    (docs / "labs").mkdir(parents=True)
    (docs / "results").mkdir()
    (docs / "results" / "x.md").write_text("3 ms\n")
    (docs / "a.md").write_text("It took 3 ms.\n")
    cells = [
        {"cell_type": "code", "source": ["# 3 ms"]},
        {"cell_type": "markdown", "source": ["# Title\n", "It took 4 ms."]},
    ]
    (docs / "labs" / "b.ipynb").write_text(json.dumps({"cells": cells}))
    told = evidence.load(tmp_path / "none", tmp_path / "none", local=False)
    pages, found = lint.judge_pages(docs, told)
    assert pages == 2
    assert [f.where for f in found] == ["docs/a.md(1)", "docs/labs/b.ipynb, cell 2 (2)"]


RULE = '!!! survival "The survival rule"\n    Keep the data\n    where it is.\n'


@pytest.mark.parametrize(
    ("landing", "found"),
    [
        ("1. Keep the data where\n   it is. [A](a.md)\n", []),
        ("1. Keep the data where it lies.\n", ["survival rule docs/a.md(3)"]),
    ],
)
def test_a_survival_rule_stands_on_the_landing_page(
    tmp_path: Path, landing: str, found: list[str]
) -> None:
    """Word for word, however the lines are broken; the message holds the words to put there."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text(landing)
    (docs / "a.md").write_text(f"# A\n\n{RULE}")
    told = evidence.load(tmp_path / "none", tmp_path / "none", local=False)
    _, faults = lint.judge_pages(docs, told)
    assert [f"{f.rule} {f.where}" for f in faults] == found
    assert all("Keep the data where it is." in f.says and f.fails for f in faults)


def test_the_judge_fails_on_a_fault_in_the_text(tmp_path: Path) -> None:
    """`python -m survival judge` exits 1 and names the page, so that `make check` does."""
    for name in ("survival", "examples", "results", "docs"):
        ignored = shutil.ignore_patterns("__pycache__", "local")
        shutil.copytree(catalog.ROOT / name, tmp_path / name, ignore=ignored, symlinks=True)
    for name in (
        "requirements.txt",
        "requirements-gpu.txt",
        "requirements.in",
        "requirements-gpu.in",
    ):
        shutil.copy(catalog.ROOT / name, tmp_path / name)

    def judge() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "survival", "judge"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    page = tmp_path / "docs" / "index.md"
    with page.open("a") as f:
        f.write("\nIt took 3.2 ms.\n\n/// claim | mandelbrot\n")
        f.write("cpu_numpy compute is faster than cpu_numba at 1024x1536\n///\n")
    done = judge()
    last = page.read_text().count("\n")
    assert done.returncode == 1
    assert f'H13 docs/index.md({last - 4}): "3.2 ms" is typed' in done.stdout
    assert f'H14 docs/index.md({last - 1}): "cpu_numpy compute is faster than' in done.stdout
