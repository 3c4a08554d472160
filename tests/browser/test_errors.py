"""Searching for an error message, in the site's own search, finds its entry first."""

import re
from urllib.parse import quote, urlsplit

import pytest

from tests.docs.asked_for import ASKED
from tests.docs.test_errors import ENTRIES

pytestmark = pytest.mark.browser

HEADINGS = {
    text: ident
    for ident, entry in ENTRIES.items()
    for text in re.findall(r"`+ ?(.+?) ?`+(?=,|$)", entry["title"])
}
"""Every exact text that an entry of docs/errors.md is called by."""
MESSAGES = HEADINGS | ASKED


@pytest.fixture(scope="module")
def page(chromium):
    """Open one window for all searches."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    yield page
    context.close()


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_finds_its_entry_first(page, site_url, message):
    """Pasted as it was said, with all its quotes, colons and brackets.

    A result begins with its page, and goes on with the sections, the best one first.
    """
    page.goto(f"{site_url}?q={quote(message)}")
    links = page.locator(".md-search-result__list a.md-search-result__link")
    links.first.wait_for(state="attached")
    page.wait_for_timeout(150)  # the list is filled in one go, and may be filled once more
    found = [urlsplit(address) for address in links.evaluate_all("all => all.map(a => a.href)")]
    sections = [address.fragment for address in found if address.fragment]
    assert found[0].path.endswith("/errors/")
    assert sections[0] == MESSAGES[message]
