"""The guide's own pages: every snippet is run or says why not, and rules hold together."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from survival import catalog, records
from survival.judge.prose.markdown import claim_blocks

DOCS = catalog.ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), catalog.ROOT / "README.md"])

FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>```+|~~~+) *(?P<info>.*)$")
CODE = {"python", "py", "python3", "pycon", "sh", "bash", "shell", "console"}


NO_HEAD = re.compile(r"^\|(?:[^|\n]*\|)*? *\|.*\n\|(?: *:?-+:? *\|)+$", re.MULTILINE)
"""A table of which a column has no head: a screen reader has nothing to say in its cells."""


class Fence(NamedTuple):
    """A fenced block: where it begins, what follows the ticks, and the line of text before it."""

    line: int
    info: str
    before: str


def fences(text: str) -> list[Fence]:
    """All fenced blocks of a page."""
    found: list[Fence] = []
    closing = ""
    before = ""
    for number, line in enumerate(text.splitlines(), 1):
        match = FENCE.match(line)
        if closing:
            if match and match["ticks"].startswith(closing) and not match["info"]:
                closing = ""
        elif match:
            closing = match["ticks"]
            found.append(Fence(number, match["info"].strip(), before))
        if line.strip():
            before = line.strip()
    return found


def why_not_run(fence: Fence) -> str:
    """What is wrong with a fence of code that nobody runs; empty if it is run or says why not."""
    words = re.split(r"[\s{]", fence.info.lstrip("{ ."), maxsplit=1)
    if words[0] not in CODE:
        return ""
    if re.match(r"<!-- not run: .{10,} -->", fence.before):
        return ""
    if fence.before.startswith("<!--pytest.mark.skip"):
        return "" if "reason=" in fence.before else "skipped without a reason"
    if words[0] not in ("python", "sh", "bash"):
        return f"pytest-codeblocks does not run '{words[0]}'; write 'python' or 'sh'"
    if len(words) > 1:
        return "pytest-codeblocks silently skips a fence with attributes"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_fence_of_code_is_run_or_says_why_not(page: Path) -> None:
    """No snippet that a reader copies is untested without a reason."""
    faults = [
        f"{page.name}({f.line}): ```{f.info}: {fault}"
        for f in fences(page.read_text(encoding="utf-8"))
        if (fault := why_not_run(f))
    ]
    assert not faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("```python\nx\n```", ""),
        ("```python title='x'\nx\n```", "silently skips"),
        ('``` { .python title="x" }\nx\n```', "silently skips"),
        ("```py\nx\n```", "does not run 'py'"),
        ("<!-- not run: it needs a GPU -->\n```python title='x'\nx\n```", ""),
        ("<!-- not run: -->\n```python title='x'\nx\n```", "silently skips"),
        ("<!--pytest.mark.skip-->\n```python\nx\n```", "without a reason"),
        ("    ```python linenums='1'\n    x\n    ```", "silently skips"),
        ("```text\nx\n```", ""),
    ],
)
def test_the_guard_sees_what_pytest_codeblocks_skips(text: str, fault: str) -> None:
    """Planted fences: those that would be skipped in silence are found, the others pass."""
    found = why_not_run(fences(text)[0])
    assert fault in found
    assert bool(found) == bool(fault)


OF_THE_CLONE = re.compile(r"\.venv/|^make \w|\bresults/|from examples\b", re.M)
BLOCK = re.compile(r"^```(?:python|sh|console).*\n(?P<code>[\s\S]*?)^```", re.M)


def before_a_clone(text: str) -> list[str]:
    """Blocks of code that need files of the guide, on a page that has not said so up to there."""
    return [
        m["code"]
        for m in BLOCK.finditer(text)
        if OF_THE_CLONE.search(m["code"]) and "clone" not in text[: m.start("code")]
    ]


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda p: p.name)
def test_a_page_says_where_to_run_what_needs_a_clone(page: Path) -> None:
    """Whoever pastes it elsewhere gets an error that the page could have spared them."""
    assert before_a_clone(page.read_text(encoding="utf-8")) == []


def test_a_block_that_needs_a_clone_is_seen() -> None:
    """Planted: without the word, after it, and in the block's own title."""
    block = "```sh\nmake serve\n```\n"
    assert before_a_clone(block) == ["make serve\n"]
    assert before_a_clone("In a clone:\n\n" + block) == []
    assert before_a_clone(block.replace("sh", 'sh title="In a clone of this guide"', 1)) == []


PRINTED = re.compile(r"^<!-- printed by (examples/\S+) -->\n```text\n(.*?)^```", re.M | re.S)


@pytest.mark.parametrize(
    ("page", "program", "shown"),
    [(p.name, *found) for p in PAGES for found in PRINTED.findall(p.read_text())],
)
def test_what_a_program_is_said_to_print_is_what_it_prints(
    page: str, program: str, shown: str
) -> None:
    """The output of a listing, shown on a page, is that of the listing."""
    done = subprocess.run(
        [sys.executable, program], cwd=catalog.ROOT, capture_output=True, text=True, check=True
    )
    strip = [line.rstrip() for line in done.stdout.splitlines()]
    assert strip == [line.rstrip() for line in shown.splitlines()], page


GUIDE = re.compile(r"^\[\^\w+\]:.*(?:\n    .*)*?Programming Guide\*(?:.*\n    )?.*", re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_programming_guide_is_cited_by_titles(page: Path) -> None:
    """CUDA 13.1 rewrote it: a section's title can be looked for, its old number leads nowhere."""
    for source in GUIDE.findall(page.read_text(encoding="utf-8")):
        said = source[source.rindex("Programming Guide") :]
        assert '"' in said, source
        assert not re.search(r"(?i)section \d", said), source


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_a_source_is_named_without_another(page: Path) -> None:
    """Sources are numbered as a page cites them: "the same" stood below another than it meant."""
    for source in re.findall(r"^\[\^[\w-]+\]: *(.*)", page.read_text(encoding="utf-8"), re.M):
        assert not re.match(r"(?i)(the same|ibid|as above|there)\b", source), source


def test_the_landing_page_shows_what_serve_measures() -> None:
    """`make serve` measures exactly the examples of the landing page."""
    shown = re.findall(
        r"^/// (?:chart|timings|listing) \| (\w+)", (DOCS / "index.md").read_text(), re.M
    )
    assert set(shown) == set(catalog.LANDING)


def test_every_survival_rule_is_gathered_on_the_landing_page() -> None:
    """The rule of each chapter is on the landing page, word for word."""
    landing = " ".join((DOCS / "index.md").read_text().split())
    rules = {
        page.name: " ".join(rule.split())
        for page in DOCS.glob("*.md")
        for rule in re.findall(r'^!!! survival ".*"\n((?:    .*\n)+)', page.read_text(), re.M)
    }
    assert len(rules) >= 2
    assert not [name for name, rule in rules.items() if rule not in landing]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_every_column_has_a_head(page: Path) -> None:
    """As axe asks in the browser, some minutes later."""
    assert not NO_HEAD.findall(page.read_text(encoding="utf-8"))


def test_a_column_without_a_head_is_found() -> None:
    """At the beginning and within; not an empty cell further down."""
    assert NO_HEAD.search("| | a |\n| --- | --- |\n| 1 | 2 |")
    assert NO_HEAD.search("| a | |\n| --- | --: |\n| 1 | 2 |")
    assert not NO_HEAD.search("| a | b |\n| --- | --- |\n| | 2 |")


def set_side_by_side(text: str) -> list[set[str]]:
    """The examples that a chart or a claim of a page compares with each other."""
    charts = re.findall(r"^/// chart \| (\w+ [\w ]+)$", text, re.MULTILINE)
    compared = [
        {block.example, *re.findall(r"\b(\w+)\.(?:cpu|gpu)_\w", words)}
        for block in claim_blocks(text)
        for _, words in block.lines
    ]
    return [set(c.split()) for c in charts] + [names for names in compared if len(names) > 1]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_what_stands_side_by_side_was_captured_together(page: Path) -> None:
    """Else such a chart is missing on its page, and such a claim holds nothing (H1)."""
    apart = []
    for machine in sorted((catalog.ROOT / "results").glob("*/machine.json")):
        for names in set_side_by_side(page.read_text(encoding="utf-8")):
            found = [machine.parent / f"{name}.json" for name in names]
            captures = {records.read_record(f).capture for f in found if f.is_file()}
            if len(captures) > 1:
                apart.append((machine.parent.name, names, captures))
    assert apart == []


def test_what_stands_side_by_side_is_found() -> None:
    """Charts of several examples, and claims that name a program of another."""
    chart = "/// chart | one two\n    variants: one.cpu_a, two.cpu_b\n///\n"
    claim = "/// claim | one\ncpu_a compute is faster than two.cpu_b compute at 8\n///\n"
    alone = "/// claim | one\ncpu_a compute is faster than cpu_b at 8\n///\n/// chart | one\n///\n"
    assert set_side_by_side(chart + alone + claim) == [{"one", "two"}, {"one", "two"}]
