"""Search, as a reader meets it, and what a first visit loads."""

import gzip
import re
from urllib.parse import urlsplit

import pytest

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

from tests.browser.arrival import arrive
from tests.browser.conftest import SITE

pytestmark = pytest.mark.browser

FIRST_VISIT = 200_000
PAGES = ["", "when-the-gpu-wins/", "read/", "numbers-that-differ/", "generate/", "glossary/"]
FIRST = {
    "OOM": "errors/#out-of-memory",
    "out of memory": "errors/#out-of-memory",
    "no kernel image": "errors/#no-kernel-image",
    "VRAM": "generate/#how-much-memory",
    "fp16": "numbers-that-differ/#what-each-format-keeps",
    "cudaMemcpy": "moving-data/#there-and-back",
    "warp": "glossary/#warp",
    "latency": "cpu-and-gpu/#latency-and-throughput",
    "pinned": "moving-data/#pageable-and-pinned",
    "nvidia-smi": "errors/#smi-not-found",
    "tensor core": "glossary/#tensor-core",
    "WebGPU": "first-gpu-program/#on-the-gpu-in-front-of-you",
}
"""What somebody types, and the page that comes first; its best section stands below it."""


@pytest.fixture
def page(chromium, site_url):
    """The landing page, with a list of what it asked for."""
    context = chromium.new_context()
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(urlsplit(request.url).path))
    arrive(page, site_url)
    yield page
    context.close()


def search(page, words):
    """Type words, and return the links of the results, best first."""
    page.locator(".md-search__input").fill(words)
    results = page.locator(".md-search-result__link")
    expect(results.first).to_be_visible(timeout=10_000)
    expect(page.locator(".md-search-result__meta")).to_contain_text("matching document")
    return [urlsplit(a.get_attribute("href")) for a in results.all()]


def test_the_index_is_loaded_when_somebody_searches(page):
    """And not with each page: it weighs as much as all the rest."""
    index = "/search/search_index.json"
    assert index not in page.asked
    page.keyboard.press("/")
    expect(page.locator(".md-search__input")).to_be_focused()
    page.locator(".md-search__input").fill("warp")
    expect(page.locator(".md-search-result__link").first).to_be_visible(timeout=10_000)
    assert page.asked.count(index) == 1


@pytest.mark.parametrize("words", FIRST)
def test_what_readers_type_leads_to_the_answer_first(page, words):
    """By the words of a forum as well as by the guide's own."""
    found = search(page, words)
    section = next(link for link in found if link.fragment)
    assert found[0].path == section.path
    assert f"{section.path.lstrip('/')}#{section.fragment}" == FIRST[words]


@pytest.mark.parametrize("path", PAGES)
def test_a_first_visit_stays_under_200_kb(chromium, site_url, path):
    """With all that a browser fetches, compressed as servers do."""
    context = chromium.new_context()
    page = context.new_page()
    asked = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).path))
    arrive(page, site_url + path)
    context.close()
    files = [SITE / name.lstrip("/") for name in asked]
    files = [f / "index.html" if f.is_dir() else f for f in files]
    weights = {f.name: len(gzip.compress(f.read_bytes(), 9)) for f in files if f.is_file()}
    assert len(weights) > 4
    assert sum(weights.values()) <= FIRST_VISIT, weights


def test_no_host_is_asked_how_popular_the_repository_is():
    """Material's own link does that on every page."""
    for file in SITE.rglob("*.html"):
        assert not re.search(r'data-md-component="?source\b', file.read_text("utf-8"))
