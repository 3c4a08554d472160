"""Labs as a reader meets them: from the chapter and back, kit and answers folded, cells to copy."""

import re

import pytest

from tests.browser.accessibility import faults
from tests.browser.arrival import arrive

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

pytestmark = pytest.mark.browser

LABS = ("first-gpu-program", "memory")


@pytest.fixture
def browse(chromium, site_url):
    """Return a function that opens a page of the site in a window of its own."""
    contexts = []

    def opener(path, width=1440, scheme="light"):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        arrive(page, site_url + path)
        return page

    yield opener
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", LABS)
def test_from_a_chapter_to_its_lab_and_back(browse, name):
    """Below "Run it yourself" to the lab, whose first lines lead back."""
    page = browse(f"{name}/")
    page.locator(".sv-open a", has_text="Lab: ").click()
    expect(page).to_have_url(re.compile(rf"/labs/{name}/$"))
    expect(page.get_by_text("About 25 minutes, no GPU needed.")).to_be_visible()
    back = page.locator(f"article a[href='../../{name}/']")
    expect(back).to_have_count(2)  # at the beginning, and below the rule
    back.first.click()
    expect(page).to_have_url(re.compile(rf"(?<!labs)/{name}/$"))


def test_a_lab_stands_below_its_chapter_in_the_menu(browse):
    """The next link of the menu after the chapter's own, a step further in."""
    page = browse("labs/memory/")
    links = page.locator(".md-sidebar--primary a.md-nav__link[href]")
    shown = [link.get_attribute("href") for link in links.all()]
    at = next(k for k, href in enumerate(shown) if href.rstrip("/").endswith("../memory"))
    lab = links.nth(at + 1)
    expect(lab).to_have_text(re.compile("Lab: turn a matrix"))
    assert lab.bounding_box()["x"] >= links.nth(at).bounding_box()["x"]


@pytest.mark.parametrize("name", LABS)
def test_the_kit_and_the_answers_are_folded_and_open_by_keyboard(browse, name):
    """Nothing is given away, and nothing long is in the way."""
    page = browse(f"labs/{name}/", 768)
    folded = page.locator("article details")
    assert folded.count() >= 7  # the kit, three checks, three answers
    expect(page.locator("article details[open]")).to_have_count(0)
    expect(page.get_by_text("# @title The kit")).to_be_hidden()
    folded.nth(1).locator("summary").focus()
    page.keyboard.press("Enter")
    expect(folded.nth(1).locator("pre")).to_be_visible()


@pytest.mark.parametrize("name", LABS)
def test_every_cell_can_be_copied(browse, name):
    """A button for each, whose target is found by its selector."""
    page = browse(f"labs/{name}/")
    blocks = page.locator("article .highlight:visible")
    assert blocks.count() >= 4
    for block in blocks.all():
        block.scroll_into_view_if_needed()
        button = block.locator("button[data-clipboard-target]")
        button.wait_for(state="attached", timeout=5000)
        expect(page.locator(button.get_attribute("data-clipboard-target"))).to_have_count(1)
    ids = page.evaluate("[...document.querySelectorAll('article div[id]')].map(e => e.id)")
    assert [i for i in ids if not re.fullmatch(r"[A-Za-z_][\w-]*", i)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_answer_has_no_fault_of_accessibility(browse, scheme):
    """Folded parts are not seen by the check of all pages."""
    page = browse("labs/memory/", 360, scheme)
    page.evaluate("document.querySelectorAll('article details').forEach(d => d.open = true)")
    expect(page.get_by_text("# @title The kit")).to_be_visible()
    assert not faults(page)


def test_a_lab_is_found_by_what_it_asks_and_not_by_its_kit(browse):
    """The kit stands in every lab, and would answer every search with all of them."""
    page = browse("labs/memory/")
    index = page.evaluate(
        """async () => {
          for (const at of ['../../search/search_index.json', '../../search.json']) {
            const answer = await fetch(at);
            if (answer.ok) return answer.text();
          }
        }"""
    )
    assert "a tile on the chip" in index
    assert "FakeCUDAKernel" not in index


def test_on_paper_a_lab_shows_its_tasks_and_neither_kit_nor_buttons(browse):
    """What can only be pressed, and what nobody reads, is not printed."""
    page = browse("labs/memory/")
    page.emulate_media(media="print")
    expect(page.locator("#cell-task-1 pre")).to_be_visible()
    expect(page.locator(":is(.sv-kit, .sv-open):visible")).to_have_count(0)
