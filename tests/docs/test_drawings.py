"""The drawings of docs/drawings/: each is shown, and no chapter holds one in its own text.

And every chapter opens with one, or with a chart or a picture.
"""

import re
from pathlib import Path

import pytest

from survival import catalog
from survival.judge.prose import drawings

DOCS = catalog.ROOT / "docs"
CHAPTERS = sorted(DOCS.glob("*.md"))
WITH_HEAD = [p for p in CHAPTERS if "\n/// head |" in p.read_text(encoding="utf-8")]
LOOK = re.compile(
    r"^(?:/// (?:drawing|explore|chart|picture|roofline|clock|tools)\b|```python title=)",
    re.MULTILINE,
)
"""The first lines of what shows something: a picture, measurements, a program with its fault."""


def drawn_in(text: str) -> bool:
    """Whether a page's Markdown holds SVG."""
    return "<svg" in text.lower()


def shown(page: Path) -> list[str]:
    """The drawings that a page names."""
    return [m["name"] for m in drawings.BLOCK.finditer(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda p: p.name)
def test_no_chapter_holds_svg(page: Path) -> None:
    """A chapter names a drawing in a block `/// drawing | NAME`."""
    assert not drawn_in(page.read_text(encoding="utf-8"))


def test_svg_is_seen() -> None:
    """The check above can fail."""
    assert drawn_in('Text.\n\n<figure>\n<SVG viewBox="0 0 1 1"></SVG>\n</figure>\n')


def test_every_drawing_is_shown_once() -> None:
    """No file lies there for nothing, and no name leads nowhere."""
    assert sorted(name for page in CHAPTERS for name in shown(page)) == drawings.names()


def opening(text: str) -> str:
    """What stands between a chapter's question and its first section."""
    return text.split("\n/// head |", 1)[1].split("\n## ", 1)[0]


@pytest.mark.parametrize("page", WITH_HEAD, ids=lambda p: p.name)
def test_a_chapter_opens_with_something_to_look_at(page: Path) -> None:
    """Before its first section: who reads no further has seen what it is about."""
    assert LOOK.search(opening(page.read_text(encoding="utf-8")))


def test_an_opening_of_words_alone_is_seen() -> None:
    """The check above can fail, and a picture in the first section is too late for it."""
    late = "# A\n\n/// head |\nWhat?\n///\n\nWords.\n\n## B\n\n/// chart | x\n///\n"
    assert not LOOK.search(opening(late))
    assert len(WITH_HEAD) > 15


@pytest.mark.parametrize("name", drawings.names())
def test_a_drawing_takes_its_colours_from_the_page(name: str) -> None:
    """So that it is legible in the dark too, and its title and description are there."""
    svg = drawings.drawing(name)
    assert 'viewBox="0 0 400 ' in svg
    assert "#" not in svg.replace("url(#", "")
    assert "var(--sv-" in svg


def test_a_sum_in_a_drawing_is_computed() -> None:
    """The tree's total is the sum of its numbers, and the network's weights those of its shapes."""
    assert f">{sum(range(1, 17))}<" in drawings.drawing("tree")
    assert f">{3 * 3 * 8 * 16:,}<" in drawings.drawing("shapes")
