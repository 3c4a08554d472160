"""Paper: a PDF of each chapter, and the rules on one sheet."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from survival.site.published import printed
from tests.browser.conftest import SITE

pytestmark = pytest.mark.browser

MOST_SHEETS = 12
"""Of the chapter that took 24 when every tab and every folded table was printed."""


def sheets(pdf):
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.fixture
def some(tmp_path, chromium):
    """A chapter, the rules, and a page that is neither; their files are printed."""
    for name in ("assets", "mandelbrot", "rules", "glossary"):
        shutil.copytree(SITE / name, tmp_path / name)
    with ThreadPoolExecutor() as elsewhere:  # one thread holds one Playwright
        assert elsewhere.submit(printed.write, tmp_path).result() == 2
    return tmp_path


def test_a_chapter_and_the_rules_are_printed(some):
    """On half the paper of before, and on one sheet; the foot of each leads there."""
    assert 4 < sheets((some / "mandelbrot" / "mandelbrot.pdf").read_bytes()) <= MOST_SHEETS
    assert sheets((some / "rules" / "rules.pdf").read_bytes()) == 1
    assert not list((some / "glossary").glob("*.pdf"))
    for name in ("mandelbrot", "rules"):
        page = (some / name / "index.html").read_text("utf-8")
        foot = page[page.index("sv-foot") :]
        assert f'<a href="{name}.pdf">' in foot[: foot.index("</p>")]
    assert ".pdf" not in (some / "glossary" / "index.html").read_text("utf-8")


def test_every_rule_is_on_the_sheet(chromium, site_url):
    """All that the landing page has, with their numbers, also on white paper."""
    page = chromium.new_page()
    counts = []
    for path in ("", "rules/"):
        page.goto(site_url + path)
        counts.append(page.locator(".sv-rules ol > li").count())
    assert counts[0] == counts[1] > 15
    assert sheets(page.pdf(format="A4")) == 1
    page.close()
