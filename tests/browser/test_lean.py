"""What the build leaves out of a page, its script puts where a reader sees it."""

import pytest

from tests.browser.arrival import arrive

pytestmark = pytest.mark.browser

PAGE = "read/"
LISTED = """() => [...document.querySelectorAll('[data-md-component="toc"]')]
  .map(list => list.querySelectorAll('a').length)"""
INKED = """() => ['word', 'text', 'note'].map(ink => [...CSS.highlights.get(`sv-${ink}`)].map(
  ({startContainer: text, startOffset, endOffset}) => text.data.slice(startOffset, endOffset)))"""


@pytest.fixture
def page(chromium, site_url):
    """A chapter on a wide screen."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    arrive(page, site_url + PAGE)
    yield page
    context.close()


def test_code_has_its_colours(page):
    """Words of the language, texts and notes, whole and nothing else."""
    words, texts, notes = page.evaluate(INKED)
    assert {"def", "return", "for", "import", "in"} <= set(words)
    assert all(word.replace("_", "").replace(" ", "").isalnum() for word in words)
    assert '"__main__"' in texts
    assert all(note.startswith(("#", "//", "/*", '"""')) for note in notes)
    assert page.locator("code[data-ink] span:not(.sv-away, .sv-new, .sv-gap)").count() == 0


def test_sections_are_listed_where_they_are_seen(page):
    """Beside the page, and in the drawer of a phone, also of one that is turned."""
    in_drawer, beside = page.evaluate(LISTED)
    assert in_drawer == 0
    assert beside > 5
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function(f"({LISTED})()[0] === {beside}")
    page.locator("label.md-header__button[for=__drawer]").click()
    page.locator("label.md-nav__link[for=__toc]").click()
    page.locator(".md-nav--primary [data-md-component=toc] a").last.click()
    page.wait_for_function("location.hash !== ''")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_function(f"({LISTED})()[1] === {beside}")


def test_a_phone_without_scripts_lists_sections(chromium, site_url):
    """After the text, where they are seen without a drawer."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(site_url + PAGE)
    assert page.locator(".md-sidebar--secondary a").first.is_visible()
    context.close()
