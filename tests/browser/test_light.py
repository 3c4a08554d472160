"""A page that opens leaves a phone time to answer.

Lighthouse measures that in milliseconds, which other work on the machine changes. Here it is
counted what a browser works out while a page opens: a phone's time goes there, and no other
program changes the count.
"""

import json
from dataclasses import dataclass

import pytest

from tests.browser.arrival import ALL_LAID_OUT, arrive

pytestmark = pytest.mark.browser

HEAVY = (
    *("when-the-gpu-wins/", "smaller-numbers/", "read/"),
    *("numbers-that-differ/", "errors/"),
)
PHONE = {"viewport": {"width": 412, "height": 823}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
ELEMENTS = "document.querySelectorAll('*').length"
PLACES = """() => [...document.querySelectorAll('article :is(h2, h3, pre, table, figure, p, li)')]
  .filter(e => e.checkVisibility())
  .map(e => [e.tagName, e.getBoundingClientRect().y + scrollY, e.getBoundingClientRect().height])"""
SHIFTS = """
  globalThis.shifts = [];
  new PerformanceObserver(seen => {
    for (const { value, sources } of seen.getEntries()) {
      shifts.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 60))]);
    }
  }).observe({ type: 'layout-shift', buffered: true });
"""
MOST_SHIFT = 0.003
"""Of a page that opens, in all: a few lines by a few pixels, near the edge of the window."""
MOST_STYLED = 2
"""Times that an element gets its style, on average; it was 8 to 16 until 27 November 2026."""
MOST_AT_ONCE = 1000
"""Elements that are styled in one go: what is first seen, and the menus. It was the whole page."""
MOST_LAYOUTS = 150


@dataclass(frozen=True)
class Opened:
    """What opening a page took, counted."""

    elements: int
    styled: list[int]
    """Elements, by each time that styles were worked out."""
    layouts: int


@pytest.fixture(scope="module", params=HEAVY)
def opened(request, chromium, site_url):
    """Each of the heaviest pages, opened on a phone until nothing waits any more."""
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    chromium.start_tracing(page=page, categories=["devtools.timeline", "blink.user_timing"])
    page.goto(site_url + request.param, wait_until="load")
    page.wait_for_function(ALL_LAID_OUT)
    page.wait_for_load_state("networkidle")
    elements = page.evaluate(ELEMENTS)
    events = json.loads(chromium.stop_tracing())["traceEvents"]
    context.close()
    return _counted(events, elements)


def _counted(events, elements):
    """What the thread did that showed the page."""
    started = [
        e
        for e in events
        if e["name"] == "navigationStart"
        and e["args"].get("data", {}).get("documentLoaderURL", "").startswith("http")
    ][-1]
    done = [e for e in events if (e["pid"], e["tid"]) == (started["pid"], started["tid"])]
    done = [e for e in done if e["ts"] >= started["ts"]]
    styled = [e["args"].get("elementCount", 0) for e in done if e["name"] == "UpdateLayoutTree"]
    return Opened(elements, styled, sum(e["name"] == "Layout" for e in done))


def test_an_element_is_styled_about_once(opened):
    """Nothing that happens at the start makes a browser style the whole page again."""
    assert opened.elements / 2 < sum(opened.styled) < MOST_STYLED * opened.elements


def test_a_page_is_laid_out_bit_by_bit(opened):
    """What is first seen comes first; no later bit is long, and they are not too many."""
    assert max(opened.styled) < MOST_AT_ONCE
    assert opened.layouts < MOST_LAYOUTS


@pytest.mark.parametrize("path", HEAVY)
def test_a_page_that_waited_is_as_if_it_had_not(chromium, site_url, path):
    """All is where it is on a page that is opened at a section, and so waits for nothing."""
    found = []
    for where in ("", "#nowhere"):
        context = chromium.new_context(**PHONE)
        page = context.new_page()
        arrive(page, site_url + path + where)
        assert ("sv-later" in page.locator("html").get_attribute("class")) is not bool(where)
        found.append(page.evaluate(PLACES))
        context.close()
    assert found[0] == found[1]
    assert len(found[0]) > 100


@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("path", ["", *HEAVY, "add-and-count/", "generate/", "rules/", "clock/"])
def test_what_is_read_stays_where_it_is(chromium, site_url, path, window):
    """Nothing that comes late pushes away what is there already."""
    context = chromium.new_context(**window)
    context.add_init_script(SHIFTS)
    page = context.new_page()
    arrive(page, site_url + path)
    page.wait_for_timeout(200)
    shifts = page.evaluate("shifts")
    context.close()
    assert sum(value for value, *_ in shifts) < MOST_SHIFT, shifts


def test_nobody_waits_who_asks(chromium, site_url):
    """With a key or a click all is laid out at once, however busy the browser is."""
    context = chromium.new_context(**PHONE)
    context.add_init_script("globalThis.requestIdleCallback = () => 0")
    page = context.new_page()
    page.goto(site_url + HEAVY[0], wait_until="load")
    assert not page.evaluate(ALL_LAID_OUT)
    page.keyboard.press("Shift")
    assert page.evaluate(ALL_LAID_OUT)
    context.close()


def test_a_section_that_is_opened_is_at_the_top(chromium, site_url):
    """Also where a link leads to a section of a page that is still waiting."""
    context = chromium.new_context(**PHONE)
    context.add_init_script("globalThis.requestIdleCallback = () => 0")
    page = context.new_page()
    page.goto(site_url + HEAVY[0], wait_until="load")
    sections = page.locator("article h2[id]")
    section = sections.nth(sections.count() // 2)
    page.evaluate("id => { location.hash = id }", section.get_attribute("id"))
    page.wait_for_function("scrollY > innerHeight")
    page.wait_for_timeout(300)  # until nothing moves any more
    assert 0 <= section.bounding_box()["y"] < 200
    context.close()
