"""The drawings that a reader can move: every one of docs/assets/explore/ is held to all of this."""

import gzip
import json
import re

import pytest

from survival import catalog
from tests.browser.accessibility import faults
from tests.browser.arrival import arrive
from tests.browser.explored import COUNTS

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

pytestmark = pytest.mark.browser

SCRIPTS = catalog.ROOT / "docs" / "assets" / "explore"
KIT = SCRIPTS / "kit.js"
NAMES = sorted(p.stem for p in SCRIPTS.glob("*.js") if p != KIT)
SHOWN = {
    name: page.stem
    for page in sorted((catalog.ROOT / "docs").glob("*.md"))
    for name in re.findall(r"^/// explore \| (\S+)$", page.read_text(encoding="utf-8"), re.M)
}
"""By explorable, the page that shows it."""
MOST = 6 * 1024
"""Bytes that one may weigh, compressed, with what it shares."""
FIELDS = ".sv-explore__controls :is(input, select)"
FINGER = 24
"""CSS pixels of the smallest thing to touch."""

CUT = """frame => {
  const box = frame.getBoundingClientRect();
  const bad = e => {
    const at = e.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM?.().a ?? 1);
    const out = at.left < box.left - 2 || at.right > box.right + 2;
    return out || size < 10 ? `${e.textContent}: to ${at.right - box.right}, ${size} px` : '';
  };
  return [...frame.querySelectorAll('text, li')].map(bad).filter(Boolean);
}"""
"""Words that leave the frame, or are too small to read."""


@pytest.fixture
def explorable(chromium, site_url):
    """Return a function that opens a page and scrolls to a live explorable: its figure."""
    contexts = []

    def opener(name, width=390, live=True, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        arrive(page, f"{site_url}{SHOWN[name]}/")
        figure = page.locator(f"[data-explore={name}]")
        if live:
            figure.evaluate("f => f.scrollIntoView({block: 'center', behavior: 'instant'})")
            expect(figure.locator(".sv-explore__says")).not_to_be_empty()
        return figure

    yield opener
    for context in contexts:
        context.close()


def seen(figure):
    """All that a reader sees of it and hears."""
    return (
        figure.locator(".sv-explore__frame").inner_html()
        + figure.locator(".sv-explore__says").inner_text()
    )


def test_each_is_shown_and_counted():
    """No script lies there for nothing, and none is without a count of Python's."""
    assert sorted(SHOWN) == NAMES == sorted(COUNTS)
    assert len(NAMES) >= 8


@pytest.mark.parametrize("name", NAMES)
def test_it_is_small(name):
    """With what it shares with the others, and as it stands here, with its comments."""
    files = (KIT, SCRIPTS / f"{name}.js")
    assert sum(len(gzip.compress(f.read_bytes(), 9)) for f in files) <= MOST


@pytest.mark.parametrize("name", NAMES)
def test_it_counts_as_python_does(name, explorable):
    """Exactly where it counts, and to the last digits of float64 where it divides."""
    page = explorable(name, live=False).page
    count, cases = COUNTS[name]
    found = page.evaluate(
        """async ([name, cases]) => {
          const { count } = await import(new URL(`../assets/explore/${name}.js`, location));
          return JSON.stringify(cases.map(count));
        }""",
        [name, cases],
    )
    for case, js in zip(cases, json.loads(found), strict=True):
        expected = count(**case)
        assert set(js) == set(expected)
        for key, value in expected.items():
            exact = not isinstance(value, float)
            assert js[key] == (value if exact else pytest.approx(value, rel=1e-12)), (case, key)


@pytest.mark.parametrize("name", NAMES)
def test_it_comes_when_the_reader_comes_near_and_then_holds_still(name, chromium, site_url):
    """Nothing is loaded before, nothing moves by itself after."""
    context = chromium.new_context(viewport={"width": 390, "height": 400})
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    arrive(page, f"{site_url}glossary/")
    assert not [url for url in asked if "/explore/" in url]
    arrive(page, f"{site_url}{SHOWN[name]}/")
    figure = page.locator(f"[data-explore={name}]")
    figure.evaluate("f => f.scrollIntoView({block: 'center', behavior: 'instant'})")
    expect(figure.locator(".sv-explore__says")).not_to_be_empty()
    assert len([url for url in asked if url.endswith(f"/explore/{name}.js")]) == 1
    before = seen(figure)
    page.wait_for_timeout(500)
    assert seen(figure) == before
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_control_works_by_keyboard_and_is_answered_in_words(name, explorable):
    """An arrow changes what is seen; the words say so politely, and only where a slider stops."""
    figure = explorable(name)
    page = figure.page
    says = figure.locator(".sv-explore__says")
    assert says.get_attribute("role") == "status"
    spoken = set()
    for field in figure.locator(FIELDS).all():
        label = field.evaluate("f => f.labels[0].textContent")
        assert label, "a control without a name"
        before = seen(figure)
        field.focus()
        key = field.evaluate(
            "f => f.tagName === 'SELECT' ? (f.selectedIndex + 1 < f.length ? 'Down' : 'Up')"
            " : Number(f.value) < Number(f.max) ? 'Right' : 'Left'"
        )
        for _ in range(1 if field.evaluate("f => f.tagName === 'SELECT'") else 3):
            page.keyboard.press(f"Arrow{key}")
        assert seen(figure) != before, f"{label} changes nothing"
        assert field.evaluate("f => f.type !== 'range' || f.ariaValueText !== ''")
        spoken.add(says.inner_text())
        expect(says).not_to_have_attribute("aria-busy", "true")
    assert len(spoken) > 1 or figure.locator(FIELDS).count() == 1


@pytest.mark.parametrize("name", NAMES)
def test_it_works_by_touch(name, explorable):
    """Sliders and buttons are wide enough for a finger; where the picture takes a touch it acts."""
    figure = explorable(name, has_touch=True)
    for field in figure.locator(f"{FIELDS}, .sv-explore__controls button").all():
        box = field.bounding_box()
        assert box["height"] >= FINGER
        assert box["width"] >= FINGER
    frame = figure.locator(".sv-explore__frame")
    if "sv-explore__frame--touch" not in frame.get_attribute("class"):
        return
    results = {seen(figure)}
    box = frame.bounding_box()
    for share in (0.15, 0.3, 0.45, 0.6):
        spot = {"x": box["width"] * share, "y": min(box["height"] * share, 90)}
        frame.tap(position=spot)
        results.add(seen(figure))
    assert len(results) > 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing(name, scheme, width, explorable):
    """In its live state, which test_site.py does not scroll to."""
    figure = explorable(name, width, color_scheme=scheme)
    assert faults(figure.page, within=f"[data-explore={name}]") == ""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [320, 820, 1440])
def test_it_fits_and_can_be_read(name, width, explorable):
    """At its largest too: nothing leaves its frame, and no word is smaller than 10 pixels."""
    figure = explorable(name, width)
    for field in figure.locator("input").all():
        field.evaluate(
            "f => { f.value = f.max; f.dispatchEvent(new Event('input', {bubbles: true})); }"
        )
    wide, window = figure.page.evaluate(
        "[document.scrollingElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= window
    cut = figure.locator(".sv-explore__frame").evaluate(CUT)
    assert cut == []


@pytest.mark.parametrize("name", NAMES)
def test_a_still_picture_stays_without_a_script_and_on_paper(name, explorable):
    """The drawing of the build, with its caption, and nothing that does not work there."""
    figure = explorable(name, live=False, java_script_enabled=False)
    expect(figure.locator(":scope > div > svg")).to_be_visible()
    expect(figure.locator("figcaption")).to_be_visible()
    expect(figure.locator("input, select, button")).to_have_count(0)
    figure = explorable(name)
    expect(figure.locator(":scope > div > svg").first).to_be_hidden()
    figure.page.emulate_media(media="print")
    expect(figure.locator(":scope > :first-child svg")).to_be_visible()
    expect(figure.locator(".sv-explore__live")).to_be_hidden()


def test_a_run_goes_on_by_itself_only_when_asked(explorable):
    """And not at all for who wants no motion: then all of it is there at once."""
    figure = explorable("warps")
    cycle = figure.locator("[name=cycle]")
    run = figure.get_by_role("button", name="Run")
    run.press("Enter")
    stop = figure.get_by_role("button", name="Stop")
    expect(cycle).not_to_have_value("0")
    stop.press("Enter")
    stopped = cycle.input_value()
    figure.page.wait_for_timeout(500)
    assert cycle.input_value() == stopped
    figure.get_by_role("button", name="One cycle").press("Enter")
    assert cycle.input_value() == str(int(stopped) + 1)
    still = explorable("warps", reduced_motion="reduce")
    still.get_by_role("button", name="One cycle").click()
    expect(still.locator("[name=cycle]")).to_have_value("0")
    still.get_by_role("button", name="Run").click()
    expect(still.locator("[name=cycle]")).to_have_value("48")


@pytest.mark.parametrize(
    ("name", "chosen", "place", "field", "value"),
    [
        ("grid", {}, (30 + 4, 40), "at", "1"),
        # Warps 17 wide and 8 high: a row of pixels alone is 2 high, and a browser rounds.
        ("divergence", {"shape": "8x4"}, (108, 104), "warp", "294"),
        ("share", {}, (200, 30), "share", "50"),
    ],
)
def test_a_touch_sets_what_lies_there(name, chosen, place, field, value, explorable):
    """By the drawing's own units: 400 across."""
    figure = explorable(name)
    for control, option in chosen.items():
        figure.locator(f"[name={control}]").select_option(option)
    frame = figure.locator(".sv-explore__frame")
    scale = frame.bounding_box()["width"] / 400
    frame.click(position={"x": place[0] * scale, "y": place[1] * scale})
    expect(figure.locator(f"[name={field}]")).to_have_value(value)


def test_a_fault_in_loading_is_told(chromium, site_url):
    """The drawing stays, with one line."""
    context = chromium.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.route("**/explore/grid.js", lambda route: route.abort())
    arrive(page, f"{site_url}{SHOWN['grid']}/")
    figure = page.locator("[data-explore=grid]")
    figure.scroll_into_view_if_needed()
    expect(figure.locator(".sv-explore__says")).to_contain_text("could not be loaded")
    expect(figure.locator(":scope > div > svg")).to_be_visible()
    context.close()


def test_measured_roofs_are_those_of_the_record(explorable):
    """What the words say of this machine is what its record says."""
    figure = explorable("roofs")
    facts = json.loads(figure.get_attribute("data-facts"))
    assert facts["machine"] in figure.locator(".sv-explore__says").inner_text()
    memory = explorable("trip").locator("[name=cpu]")
    (cpu,) = [r for r in facts["roofs"] if r["device"] == "cpu"]
    assert 2 ** float(memory.input_value()) == pytest.approx(cpu["bandwidth"] / 1e9, rel=1e-6)
