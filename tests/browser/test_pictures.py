"""A picture of each page, for those who pass its address on."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from survival.errors import PageError
from survival.site.published import pictures
from survival.site.published.address import Address
from tests.browser.conftest import SITE

pytestmark = pytest.mark.browser


def test_a_page_with_a_chart_has_its_picture(chromium, tmp_path):
    """Of the size that is asked for, not blank, and named by its full address."""
    for name in ("assets", "mandelbrot", "glossary"):
        shutil.copytree(SITE / name, tmp_path / name)
    with ThreadPoolExecutor() as elsewhere:  # one thread holds one Playwright
        drawing = elsewhere.submit(pictures.draw, tmp_path, Address("https://example.org/g"))
    assert drawing.result() == 2
    drawn = [(tmp_path / name / pictures.NAME).read_bytes() for name in ("mandelbrot", "glossary")]
    for png in drawn:
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(png[16:20]) == pictures.WIDTH
        assert int.from_bytes(png[20:24]) == pictures.HEIGHT
    assert len(drawn[0]) > 1.5 * len(drawn[1]), "the chart is missing"
    page = (tmp_path / "mandelbrot" / "index.html").read_text("utf-8")
    assert page.count("https://example.org/g/mandelbrot/picture.png") == 1


def test_without_an_address_there_is_one_line(tmp_path):
    """That says what to set."""
    with pytest.raises(PageError, match="SITE_URL"):
        pictures.draw(tmp_path, Address())
