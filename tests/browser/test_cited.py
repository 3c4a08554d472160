"""What others measured, in the charts of the built guide."""

import re
from html import unescape
from pathlib import Path

import pytest

from survival import catalog, units
from survival.judge import evidence
from survival.judge.elsewhere import cited
from survival.pages.charts import others
from tests.browser.conftest import SITE, missing

pytestmark = pytest.mark.browser

FIGURE = re.compile(
    r'<figure class="sv-chart".*?<figcaption data-example="(\w+)"[^>]*>.*?</figure>', re.DOTALL
)


def chapters(example: str) -> list[Path]:
    """The built pages that have a chart of an example."""
    block = re.compile(rf"^/// chart \| {example}$", re.MULTILINE)
    docs = sorted((catalog.ROOT / "docs").glob("*.md"))
    return [SITE / p.stem / "index.html" for p in docs if block.search(p.read_text("utf-8"))]


@pytest.mark.parametrize("example", sorted({c.example for c in cited.every()}))
def test_a_chapter_draws_what_is_cited_for_its_example(example: str) -> None:
    """An open grey mark for each figure within reach, and in the caption whose it is and when."""
    if not (SITE / "index.html").is_file():
        missing("site/index.html is not there: run 'make site' first")
    told = evidence.load(catalog.RESULTS, catalog.EXAMPLES, local=False)
    near = others.near(told.of(example)[0])
    assert near, "each is near enough to our sizes to be drawn"
    drawn = 0
    for page in chapters(example):
        html = page.read_text("utf-8")
        for figure in FIGURE.finditer(html):
            said = " ".join(unescape(figure[0]).split())
            if figure[1] != example or "Open grey marks are cited" not in said:
                continue
            drawn += 1
            (wide,) = re.findall(r'<svg[^>]*class="sv-wide".*?</svg>', figure[0], re.DOTALL)
            marks = re.findall(r'<path[^>]*fill="var\(--sv-paper\)"[^>]*>', wide)
            # One more for each source, beside its name.
            sources = {(c.by, c.machine) for c in near}
            grey = [m for m in marks if 'stroke="var(--sv-muted)"' in m]
            assert len(grey) == len(near) + len(sources), page
            for c in near:
                day = " ".join(units.date(c.date).split())
                alone = f"{c.by} ({c.source}), {day}, {c.machine}"
                assert f"{c.by}, {day}, {c.machine}" in said or alone in said
                assert f"{c.program}, " in said
                assert c.source in unescape(html)
                assert f"{c.by}, cited:" in wide
    assert drawn >= 1
