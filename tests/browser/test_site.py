"""Every page of the built site, as a reader's browser meets it."""

import re
from contextlib import suppress
from itertools import product
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.accessibility import faults
from tests.browser.arrival import arrive

try:
    from playwright.sync_api import TimeoutError as PlaywrightTimeout
except ImportError:  # the fixtures say what is missing
    PlaywrightTimeout = Exception

pytestmark = pytest.mark.browser

SITE = Path(__file__).resolve().parents[2] / "site"
WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")
PAGES = sorted(
    path.relative_to(SITE).as_posix().removesuffix("index.html")
    for path in [*SITE.rglob("index.html"), *SITE.glob("404.html")]
)
# For the rules of axe, which take seconds each: between phone and desktop nothing is laid out in a
# third way; in the dark only colours differ, and on a phone no colour is new.
AXE_WINDOWS = [
    ("light", 1440, {}),
    ("light", 360, {"rules": {"color-contrast": {"enabled": False}}}),
    ("dark", 1440, {"runOnly": ["color-contrast"]}),
]
# Material lets the keyboard scroll a listing once it has seen that it is wider than its window.
CODE_IS_READY = """() => [...document.querySelectorAll('pre > code')].every(
  code => code.scrollWidth <= code.clientWidth || !code.checkVisibility() || code.tabIndex === 0)"""
OPEN_ALL = """() => [...document.querySelectorAll('details:not([open])')]
  .map(details => { details.open = true; return details; })"""
MOST_NODES = 2500
CHAPTERS = ("first-gpu-program/", "mandelbrot/")

# Boxes of the evidence that a reader must be able to see: [class, width, height]. What is folded
# away, or waits behind another tab, is left out.
EVIDENCE = """() => [...document.querySelectorAll('.sv-chart, .sv-timings')]
  .filter(element => !element.closest('details:not([open])'))
  .filter(element => element.closest('.tabbed-block')?.checkVisibility() ?? true)
  .map(element => {
    const drawn = element.matches('.sv-chart')
      ? [...element.querySelectorAll('svg')].filter(s => getComputedStyle(s).display !== 'none')
      : [element];
    const box = drawn.length === 1 ? drawn[0].getBoundingClientRect() : {width: 0, height: 0};
    const seen = element.checkVisibility({checkVisibilityCSS: true});
    return [element.className, seen ? box.width : 0, seen ? box.height : 0];
  })"""


class Visit:
    """One page in one window, with everything that it said and asked for."""

    def __init__(self, chromium, site_url, path, width, scheme):
        self.path, self.scheme = path, scheme
        self.context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.failed: list[str] = []
        self.strangers: list[str] = []
        self.host = urlsplit(site_url).netloc
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("requestfailed", lambda request: self.failed.append(request.url))
        self.page.on("request", self._note_stranger)
        self.page.on("response", self._note_failure)
        arrive(self.page, site_url + path)

    def _note_stranger(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.strangers.append(request.url)

    def _note_failure(self, response):
        if response.status >= 400:
            self.failed.append(f"{response.status} {response.url}")


def _name(case):
    path, scheme, width = case
    return f"{path or 'home'}-{scheme}-{width}"


@pytest.fixture(scope="module")
def windows():
    """Hold the one window that is open, by page and colour scheme."""
    opened = {}
    yield opened
    for last in opened.values():
        last.context.close()


@pytest.fixture(scope="module", params=list(product(PAGES, SCHEMES, WIDTHS)), ids=_name)
def visit(request, chromium, site_url, windows):
    """Open each page in each colour scheme, once for all tests here; its window takes each width.

    To load it again for each width, as for a phone that is turned, would only take time.
    """
    path, scheme, width = request.param
    if (path, scheme) not in windows:
        for last in windows.values():
            last.context.close()
        windows.clear()
        windows[path, scheme] = Visit(chromium, site_url, path, width, scheme)
    windows[path, scheme].page.set_viewport_size({"width": width, "height": 900})
    return windows[path, scheme]


@pytest.fixture
def open_page(chromium, site_url):
    """Return a function that opens one page; its windows are closed after the test."""
    contexts = []

    def opener(path, width=1440, scheme="light"):
        opened = Visit(chromium, site_url, path, width, scheme)
        contexts.append(opened.context)
        return opened.page

    yield opener
    for context in contexts:
        context.close()


OF_NO_MACHINE = re.compile(r' data-record="results/(compiled|browser)/')


def test_every_number_of_every_page_names_a_card():
    """In the file, before any script: a number without a card would lead to its record only.

    As what a compiler made does, or a browser measured, which have no samples to be shown.
    """
    numbers = [
        (page, tag)
        for page in SITE.rglob("*.html")
        for tag in re.findall(r'<data class="sv-n[^>]*>', page.read_text(encoding="utf-8"))
    ]
    assert len(numbers) > 1000
    assert [
        (page.name, tag)
        for page, tag in numbers
        if " data-card=" not in tag and not OF_NO_MACHINE.search(tag)
    ] == []


def test_every_chart_says_what_its_axes_are():
    """In the file: marks without a scale say nothing, and look as if they did."""
    charts = [
        (page, picture)
        for page in SITE.rglob("*.html")
        for chart in re.findall(
            r'<figure class="?sv-chart\b.*?</figure>', page.read_text(encoding="utf-8"), re.DOTALL
        )
        for picture in re.findall(r"<svg.*?</svg>", chart, re.DOTALL)
    ]
    assert len(charts) > 60
    assert [page.as_posix() for page, picture in charts if picture.count("<text") < 4] == []


def test_site_has_pages(site_url):
    """The built site has a landing page and both chapters, so that the other tests see them."""
    assert {"", *CHAPTERS} <= set(PAGES)


def test_page_is_quiet(visit):
    """A page logs nothing, every request succeeds, and none goes to another host."""
    assert visit.said == []
    assert visit.failed == []
    assert visit.strangers == []


def test_page_fits(visit):
    """A page never scrolls sideways."""
    wide, window = visit.page.evaluate("[document.scrollingElement.scrollWidth, window.innerWidth]")
    assert wide <= window


def test_page_follows_the_scheme(visit):
    """The ground is light in the light scheme and dark in the dark one."""
    ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    lightness = sum(int(part) for part in ground.strip("rgb()").split(",")[:3]) / 3
    assert (lightness > 128) == (visit.scheme == "light")


def test_page_has_few_nodes(visit):
    """What a phone must lay out and keep: all sizes, and the parts of others, wait in files."""
    assert visit.page.evaluate("document.querySelectorAll('*').length") <= MOST_NODES


def test_evidence_is_visible(visit):
    """Every chart draws exactly one of its two forms, and every table of timings has a size."""
    for name, box_width, box_height in visit.page.evaluate(EVIDENCE):
        assert box_width > 200, f"{name} is not to be seen"
        assert box_height > 60, f"{name} is not to be seen"


def test_numbers_lead_to_records(visit):
    """Every injected number names a record that is a file of the site."""
    names = visit.page.eval_on_selector_all(
        "data[data-record]", "all => all.map(one => one.dataset.record)"
    )
    for name in sorted(set(names)):
        file = unquote(urlsplit(name).path).lstrip("/")
        assert (SITE / file).is_file(), name


@pytest.mark.parametrize(
    ("visit", "rules"),
    [((path, scheme, width), rules) for path in PAGES for scheme, width, rules in AXE_WINDOWS],
    indirect=["visit"],
    ids=[_name((path, *window[:2])) for path in PAGES for window in AXE_WINDOWS],
)
def test_axe_finds_nothing(visit, rules):
    """The accessibility rules of axe-core find no violation, as it loads and with all opened."""
    with suppress(PlaywrightTimeout):  # then axe says what is missing
        visit.page.wait_for_function(CODE_IS_READY, timeout=5000)
    assert faults(visit.page, **rules) == ""
    opened = visit.page.evaluate_handle(OPEN_ALL)
    try:
        with suppress(PlaywrightTimeout):
            visit.page.wait_for_function(CODE_IS_READY, timeout=5000)
        assert faults(visit.page, **rules) == ""
    finally:
        opened.evaluate("all => all.forEach(one => { one.open = false; })")


def test_axe_finds_what_is_planted(open_page):
    """An empty report means that there is nothing to find."""
    page = open_page("")
    page.evaluate("document.querySelector('article').innerHTML += '<img src=assets/logo.svg>'")
    assert "image-alt" in faults(page)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_first_visit_is_in_the_systems_colours_from_the_start(chromium, site_url, scheme):
    """Before Material's own script is there, the page is light or dark already: nothing flashes."""
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.route("**/bundle.*.js", lambda route: route.abort())
    page.goto(site_url, wait_until="load")
    kept = {"light": "default", "dark": "slate"}[scheme]
    assert page.locator("body").get_attribute("data-md-color-scheme") == kept
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", CHAPTERS)
def test_chapter_has_its_parts(open_page, path, width):
    """Each chapter shows a chart, timings, a listing, the rule and injected numbers."""
    page = open_page(path, width)
    parts = (
        ".sv-chapter-head",
        ".sv-chart svg",
        ".sv-timings td.sv-num",
        ".sv-listing",
        ".admonition.survival",
        "data[data-record]",
    )
    assert [part for part in parts if page.locator(f"{part}:visible").count() == 0] == []


def test_landing_page_shows_a_chart(open_page):
    """The landing page proves its promise with a measured chart."""
    assert open_page("").locator(".sv-chart svg").count() > 0


@pytest.mark.parametrize("path", CHAPTERS)
def test_listing_tabs_open_by_keyboard(open_page, path):
    """The arrow key moves a listing to its next variant, whose code and badge become visible."""
    page = open_page(path, 768)
    listing = page.locator(".sv-listing").first
    listing.locator("input").first.focus()
    page.keyboard.press("ArrowRight")
    block = listing.locator(".tabbed-block").nth(1)
    assert block.is_visible()
    assert block.locator(".sv-badge").is_visible()


@pytest.mark.parametrize("path", CHAPTERS)
def test_every_listing_can_be_copied(open_page, path):
    """Every listing in sight has a copy button."""
    page = open_page(path)
    for listing in page.locator(".sv-listing").all():
        listing.scroll_into_view_if_needed()
        block = listing.locator(".tabbed-block").first
        block.locator("button[data-clipboard-target]").wait_for(state="attached", timeout=5000)
