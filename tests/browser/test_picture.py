"""The landing page, and the picture that is drawn on demand."""

import re

import pytest

from tests.browser.arrival import arrive

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

pytestmark = pytest.mark.browser

SEEN = """canvas => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0;
  return drawn / (canvas.width * canvas.height);
}"""
"""The share of the picture that is drawn or in the making."""


@pytest.fixture
def open_home(chromium, site_url):
    """Return a function that opens the landing page; its windows are closed after the test."""
    contexts = []

    def opener(**options):
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        arrive(page, site_url)
        return page

    yield opener
    for context in contexts:
        context.close()


def test_it_holds_still_until_asked(open_home):
    """Nothing is drawn, and what draws it is not even loaded, before a button is pressed."""
    page = open_home()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator(".sv-picture img")).to_be_visible()
    expect(page.locator(".sv-picture canvas")).to_have_count(0)
    assert page.evaluate("document.getAnimations().length") == 0
    page.get_by_role("button", name="a GPU", exact=True).click()
    expect(page.locator(".sv-picture canvas")).to_have_count(1)
    assert [url for url in asked if url.endswith("picture.js")]


def test_it_is_drawn_by_keyboard_and_stops(open_home):
    """Enter begins, the same key stops, and the whole picture is back."""
    page = open_home()
    button = page.locator("[data-order=core]")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_text("stop")
    expect(page.locator(".sv-picture__says")).to_contain_text("pixel after pixel")
    page.keyboard.press("Enter")
    expect(button).to_have_text("one core")
    expect(page.locator(".sv-picture canvas")).to_have_count(0)


def test_it_is_drawn_to_the_end(open_home):
    """It says that it is done, and leaves the still picture."""
    page = open_home()
    page.locator("[data-order=gpu]").click()
    expect(page.locator(".sv-picture__says")).to_contain_text("Done.", timeout=20_000)
    expect(page.locator(".sv-picture canvas")).to_have_count(0)


def test_reduced_motion_gets_a_still(open_home):
    """The state at half of the time, the next press the whole; the orders are not the same."""
    page = open_home(reduced_motion="reduce")
    shares = {}
    for order in ("core", "simd", "gpu"):
        button = page.locator(f"[data-order={order}]")
        button.click()
        expect(page.locator(".sv-picture__says")).to_contain_text("half of its time")
        canvas = page.locator(".sv-picture canvas")
        shares[order] = canvas.evaluate(SEEN)
        assert canvas.evaluate(SEEN) == shares[order]
        button.click()
        expect(canvas).to_have_count(0)
    assert all(0.2 < share < 0.8 for share in shares.values())
    assert len(set(shares.values())) == 3


def test_it_is_there_without_a_script_and_on_paper(open_home):
    """The picture without its buttons."""
    page = open_home(java_script_enabled=False)
    expect(page.locator(".sv-picture img")).to_be_visible()
    expect(page.locator(".sv-picture__draw")).to_be_hidden()
    page = open_home(reduced_motion="reduce")
    page.locator("[data-order=simd]").click()
    expect(page.locator(".sv-picture canvas")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".sv-picture canvas")).to_be_hidden()
    expect(page.locator(".sv-picture__draw")).to_be_hidden()
    expect(page.locator(".sv-picture img")).to_be_visible()


def test_the_landing_page_leads_on(open_home):
    """A title that is not doubled, a first step with its minutes, all chapters, three doors."""
    page = open_home()
    first, _, second = page.title().partition(" - ")
    assert first != second
    start = page.get_by_role("link", name=re.compile(r"Start with chapter 1 · \d+ minutes"))
    expect(start).to_be_in_viewport()
    numbers = page.locator(".sv-map li").evaluate_all("all => all.map(li => li.value)")
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 17
    expect(page.locator(".sv-doors h2")).to_contain_text(["Learn", "Look up", "Contribute"])
    assert page.locator(".sv-rules > div").count() > 3


def test_no_row_of_the_first_chart_is_a_part_of_another(open_home):
    """One row for each program: a wait for all of it, which nothing can be longer than."""
    page = open_home()
    chart = page.locator(".sv-chart svg.sv-wide").first
    rows = chart.locator("text").all_text_contents()
    assert [row for row in rows if "Python (float64)" in row] == ["CPU · Python (float64)"]
    start = page.get_by_role("link", name=re.compile("Start with chapter 1"))
    start.click()
    expect(page.locator("h1")).to_have_text(re.compile("Why CPU knowledge"))
