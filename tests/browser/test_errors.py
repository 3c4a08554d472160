"""Searching for an error message, in the site's own search, finds its entry first."""

from urllib.parse import urlsplit

import pytest

from tests.docs.asked_for import ASKED

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(chromium, site_url):
    """Open the landing page with its search ready."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(site_url, wait_until="networkidle")
    page.locator("[data-md-component=search-query]").first.click()
    yield page
    context.close()


@pytest.mark.parametrize("message", ASKED)
def test_a_message_finds_its_entry_first(page, message):
    """Pasted as it was said, with all its quotes, colons and brackets.

    A result begins with its page, and goes on with the sections, the best one first.
    """
    field = page.locator("[data-md-component=search-query]").first
    links = page.locator(".md-search-result__list a.md-search-result__link")
    field.fill("")
    page.wait_for_function("() => !document.querySelector('.md-search-result__list a')")
    field.fill(message)
    links.first.wait_for()
    page.wait_for_timeout(100)  # the list is filled in one go, and may be filled once more
    found = [urlsplit(address) for address in links.evaluate_all("all => all.map(a => a.href)")]
    sections = [address.fragment for address in found if address.fragment]
    assert found[0].path.endswith("/errors/")
    assert sections[0] == ASKED[message]
