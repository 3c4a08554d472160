"""From a number to its samples, and the reader's machine, in a browser; every number is made up."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.accessibility import faults
from tests.browser.arrival import arrive

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

pytestmark = pytest.mark.browser

GPU, CPU = "made-up-gpu-for-tests", "made-up-cpu-for-tests"
NUMBER = "article p a.sv-src >> nth=0"
CARD = "#sv-card"


@pytest.fixture
def browse(chromium, made_up_url):
    """Return a function that opens a page of the made-up site in a window of its own."""
    contexts = []

    def opener(path="", width=1440, scheme="light", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        arrive(page, made_up_url + path)
        return page

    yield opener
    for context in contexts:
        context.close()


def text(locator):
    """The text of an element, with ordinary spaces."""
    return " ".join(locator.inner_text().replace("\u00a0", " ").split())


def is_open(page):
    """Whether the card is to be seen."""
    return page.evaluate("document.querySelector('#sv-card').matches(':popover-open')")


def choose(page, folder):
    """Choose a machine as a reader does, and wait for its numbers."""
    page.get_by_label("Numbers from").select_option(folder)
    arrived(page)


def arrived(page):
    """Wait until the page says whose numbers it shows."""
    page.get_by_role("status").filter(has_text="Numbers now from").wait_for(state="attached")


# ---- The card -------------------------------------------------------------------------------


def test_a_click_opens_the_card_and_the_card_leads_to_the_samples(browse, made_up):
    """Two clicks: the number, then its record; program and problem are files of the site too."""
    page = browse()
    page.click(NUMBER)
    said = text(page.locator(CARD))
    for part in (
        "5.03 ms",
        "NumPy on the CPU",
        "16,777,216 elements",
        "compute",
        "5.03 ms, 95 % interval 5.02–5.04 ms",
        "9",
        "Made-up GPU <b>9000</b> (Made-up CPU & Co, 16 cores)",
        "21 Nov 2026",
        "python 3.13.0, numpy 9.9.9",
        "3.1e-8 (at most 1.0e-6), relative L2 error",
        "% of what this machine reaches",
        "a made-up timer",
    ):
        assert part in said
    links = [a.evaluate("a => a.href") for a in page.locator(f"{CARD} a").all()]
    names = [urlsplit(link).path for link in links]
    assert names == [
        f"/results/{GPU}/toy_sum.json",
        "/examples/toy_sum/cpu_numpy.py",
        "/examples/toy_sum/problem.py",
    ]
    for name in names:
        assert (made_up / name.lstrip("/")).is_file()
    page.locator(f"{CARD} a").first.click()
    expect(page.locator("body")).to_contain_text('"samples"')


@pytest.mark.parametrize(
    ("commit", "says", "leads"),
    [
        ("0" * 40, "commit 000000000000", True),
        ("0" * 40 + "-dirty", "commit 000000000000-dirty", False),
        ("unknown", "commit unknown", False),
    ],
)
def test_the_commit_leads_to_the_file_as_it_was(browse, commit, says, leads):
    """Where the site names a repository, and the commit has what was measured."""
    page = browse()
    page.evaluate("commit => evidence.records.forEach(r => { r.commit = commit; })", commit)
    page.click(NUMBER)
    expect(page.locator(f"{CARD} dd").last).to_contain_text(re.compile(f"{says}$"))
    assert page.locator(f"{CARD} dd a").count() == 0
    page.keyboard.press("Escape")
    page.evaluate(
        """() => document.body.append(Object.assign(document.createElement("a"), {
          className: "md-source", href: "https://example.org/guide/" }))"""
    )
    page.click(NUMBER)
    expect(page.locator(f"{CARD} dd").last).to_contain_text(re.compile(f"{says}$"))
    links = [a.get_attribute("href") for a in page.locator(f"{CARD} dd a").all()]
    there = f"https://example.org/guide/blob/{commit}/examples/toy_sum/cpu_numpy.py"
    assert links == [there] * leads


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_card_by_keyboard(browse, key):
    """Enter and Space open it, with the focus inside; Escape closes it, and the focus returns."""
    page = browse()
    page.locator(NUMBER).focus()
    page.keyboard.press(key)
    assert is_open(page)
    assert page.evaluate("document.activeElement.id") == "sv-card"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#sv-card') !== null")
    page.keyboard.press("Escape")
    assert not is_open(page)
    expect(page.locator(NUMBER)).to_be_focused()


def test_the_card_closes_by_its_button_and_by_a_click_elsewhere(browse):
    """Either way it is gone; there is one card, whichever number it is of."""
    page = browse()
    page.click(NUMBER)
    page.get_by_role("button", name="Close").click()
    assert not is_open(page)
    page.click(NUMBER)
    page.mouse.click(1200, 5)
    assert not is_open(page)
    page.locator(".sv-timings td a.sv-src:visible").first.click()
    assert is_open(page)
    assert page.locator(CARD).count() == 1


# Opens each number in sight as Enter does, and returns what its card says beside what it is.
CARDS = """() => [...document.querySelectorAll("a.sv-src")].flatMap(a => {
  if (!a.checkVisibility()) return [];
  const flat = (element) => element.innerText.replace(/\\s+/g, " ").trim();
  a.focus();
  a.click();
  const card = document.querySelector("#sv-card");
  const said = [flat(a), flat(card.querySelector(".sv-card__title")), flat(card)];
  const record = card.querySelector(".sv-card__links a").href === a.href;
  const bare = a.parentElement.querySelector(":scope > .sv-ci") !== null;
  card.hidePopover();
  return [[...said, record, bare]];
})"""


@pytest.mark.parametrize("machine", ["", CPU])
def test_every_number_has_a_card(browse, machine):
    """In text, badges, tables and captions: each link opens a card that shows its number.

    So it is with the numbers that the page was built with, and with those that it has loaded.
    """
    for path in ("", "second/"):
        page = browse(path)
        if machine:
            choose(page, machine)
        found = page.evaluate(CARDS)
        assert len(found) >= 5
        for number, title, card, record, bare in found:
            assert record, f"the card of {number} leads to another record"
            if bare:  # its unit is the column's
                assert f"Median {title}, 95 %" in card
            else:
                assert title == number
        assert page.faults == []


# Of the marks of a line: where in the window each of them is, and what the wide chart says of it.
MARKS = """line => {
  const path = line.querySelector("path") ?? line;
  const svg = line.closest("svg");
  const at = [...svg.querySelectorAll("[data-cards]")].indexOf(line);
  const wide = svg.parentElement.querySelectorAll("svg.sv-wide [data-cards]")[at];
  const tips = wide.querySelector("title").textContent.split("\\n");
  const places = [...path.getAttribute("d").matchAll(/M([-\\d.]+),([-\\d.]+)/g)];
  return places.map(([, x, y], k) => {
    const place = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
    return [place.x, place.y, tips[k]];
  });
}"""


ROUNDED = 0.051
"""A mark says two digits where a card says all: half of the second digit of 1.0, and no more."""


def seconds(words: str) -> float:
    """The first time in a text."""
    number, unit = re.search(r"([\d,.]+)\s(s|ms|µs|ns)\b", words).groups()
    return float(number.replace(",", "")) * {"s": 1, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}[unit]


@pytest.mark.parametrize("which", [0, 2, -1])
def test_a_point_of_a_chart_opens_its_card(browse, which):
    """By a finger, near enough; the card is of the timing that the wide tip names."""
    page = browse(width=360, has_touch=True)
    lines = page.locator(".sv-chart svg.sv-narrow:visible [data-cards]")
    assert {p.get_attribute("tabindex") for p in lines.all()} == {"-1"}
    line = lines.nth(2)
    line.scroll_into_view_if_needed()
    marks = line.evaluate(MARKS)
    assert len(marks) > 3
    x, y, tip = marks[which]
    page.touchscreen.tap(x + 4, y)
    said = text(page.locator(CARD))
    label, median = re.match(r"(.*) on the .*: (.*) \(", tip).groups()
    assert seconds(said) == pytest.approx(seconds(median), rel=ROUNDED)
    assert label in said
    assert len({tip for _, _, tip in marks}) == len(marks)


def test_a_mark_under_the_mouse_says_what_it_is(browse):
    """One mark, not the whole line; its card opens at the mark, and again by Enter."""
    page = browse()
    line = page.locator(".sv-chart svg.sv-wide:visible [data-cards]").nth(2)
    line.scroll_into_view_if_needed()
    marks = line.evaluate(MARKS)
    for x, y, tip in marks[1:3]:
        page.mouse.move(0, 0)
        page.mouse.move(x, y)
        assert line.locator("title").text_content() == tip
    page.mouse.click(x, y)
    box = page.locator(CARD).bounding_box()
    assert abs(box["x"] - x) < 12 or box["x"] + box["width"] > 1420
    said = text(page.locator(CARD))
    page.keyboard.press("Escape")
    expect(page.locator(CARD)).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(CARD)).to_be_visible()
    assert text(page.locator(CARD)) == said


def test_every_point_names_the_card_of_its_tooltip(browse):
    """No point leads to the samples of another: size, scope and median are those of the tip."""
    page = browse()
    choose(page, CPU)
    counted, said = page.evaluate(
        """async (cpu) => {
          const read = (page) => JSON.parse(page.querySelector(".sv-evidence").dataset.evidence);
          const part = await (await fetch(`on-${cpu}.html`)).text();
          const other = read(new DOMParser().parseFromString(part, "text/html"));
          const every = (width) => `.sv-chart svg.sv-${width} [data-cards]`;
          const cards = (width) => [...document.querySelectorAll(every(width))]
            .map((line) => line.dataset.cards).join();
          if (cards("wide") !== cards("narrow")) throw new Error("narrow charts lead elsewhere");
          const flat = (text) => text.replaceAll("\u00a0", " ");
          const lines = [...document.querySelectorAll(".sv-chart a[data-cards]")];
          const points = lines.flatMap((line) => {
            const data = line.closest("[data-of]") ? other : read(document);
            const tips = line.textContent.split("\\n");
            const d = line.querySelector("path").getAttribute("d");
            const found = line.dataset.cards.split(" ");
            if (tips.length !== found.length) throw new Error("cards for other points");
            if (found.length > 1 && d.split("M").length - 1 !== found.length) {
              throw new Error("marks for other points");
            }
            return found.map((card, k) => [data, data.cards[card], tips[k]]);
          });
          const loaded = points.filter(([data]) => data === other);
          return [[points.length, loaded.length], points.map(([data, card, tip]) => {
            const program = data.programs[card.p];
            const said = `${program.name} on the ${program.device}, ${card.size}, ${card.scope}: `;
            return [flat(tip), flat(said), card.median];
          })];
        }""",
        CPU,
    )
    assert counted[0] > 50
    assert counted[1] > 15
    for tip, of, median in said:
        assert tip.startswith(of)
        assert seconds(tip.removeprefix(of)) == pytest.approx(seconds(median), rel=ROUNDED)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_open_card_is_accessible_and_within_the_window(browse, width, scheme):
    """No violation, and no edge of the card is outside, from the first number to the last."""
    page = browse(width=width, scheme=scheme)
    for number in (page.locator(NUMBER), page.locator(".sv-timings td a.sv-src:visible").last):
        number.scroll_into_view_if_needed()
        number.click()
        box = page.locator(CARD).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800
        assert faults(page) == ""
        page.keyboard.press("Escape")


def test_without_javascript_a_number_is_a_link_to_its_record(browse):
    """Numbers and points lead to a record; there is no chooser and no card."""
    page = browse(java_script_enabled=False)
    assert page.locator(".sv-chooser, #sv-card").count() == 0
    point = page.locator(".sv-chart svg a[data-cards]").first
    assert point.get_attribute("xlink:href") == f"results/{GPU}/toy_sum.json"
    page.click(NUMBER)
    page.wait_for_url(f"**/results/{GPU}/toy_sum.json")
    expect(page.locator("body")).to_contain_text('"samples"')


# ---- The reader's machine -------------------------------------------------------------------


def test_one_choice_switches_everything(browse):
    """Number, table, chart and badge follow, and what the machine has not measured says so."""
    page = browse()
    words = page.locator("p > .sv-word")
    assert [text(w) for w in words.all()] == ["5.03 ms", "142 µs"]
    choose(page, CPU)
    assert [text(w) for w in words.all()] == ["20.1 ms", "not measured on Made-up CPU & Sons"]
    for kind in (".sv-timings", ".sv-chart"):
        shown = page.locator(f".sv-machines {kind}:visible").first
        expect(shown).to_contain_text("Made-up CPU & Sons")
    badges = [text(b) for b in page.locator(".sv-listing .sv-badge:visible").all()]
    assert len(badges) == 1
    assert "Made-up CPU & Sons" in badges[0]
    assert "Numbers now from Made-up CPU & Sons. 1 of them" in text(page.get_by_role("status"))
    words.first.locator("a").click()
    expect(page.locator(CARD)).to_contain_text("Made-up CPU & Sons")
    assert page.faults == []


def test_the_choice_is_kept_from_page_to_page(browse, made_up_url):
    """After a reload and on another page; the reference machine brings back what was published."""
    page = browse()
    choose(page, CPU)
    page.reload(wait_until="networkidle")
    expect(page.locator(".sv-word").first).to_have_text("20.1 ms")
    expect(page.locator(".sv-machines .sv-timings:visible").first).to_contain_text(
        "Made-up CPU & Sons"
    )
    arrive(page, f"{made_up_url}second/")
    expect(page.locator(".sv-word").last).to_have_text("2")
    expect(page.get_by_label("Numbers from")).to_have_value(CPU)
    choose(page, "")
    expect(page.locator(".sv-word").last).to_have_text("16")
    assert page.faults == []


def test_a_tab_of_a_table_is_the_same_choice(browse):
    """A tab pressed by hand moves the chooser, the numbers in the text and the other tabs."""
    page = browse()
    page.locator(".sv-machines").nth(1).get_by_text("Made-up CPU & Sons", exact=True).click()
    expect(page.get_by_label("Numbers from")).to_have_value(CPU)
    expect(page.locator(".sv-word").first).to_have_text("20.1 ms")
    shown = page.locator(".sv-machines .sv-chart:visible").first
    expect(shown).to_contain_text("Made-up CPU & Sons")


def test_the_readers_own_machine_is_a_choice(browse):
    """The reader's numbers take the place of all; a table that it has not measured says so."""
    page = browse()
    choose(page, "local")
    expect(page.locator(".sv-word").first).to_have_text("20.1 ms")
    said = page.locator(".sv-machines").last.locator(".sv-absent")
    assert text(said) == (
        "Not measured on this machine. These numbers are of Made-up GPU <b>9000</b>."
    )
    page.locator(".sv-word a").first.click()
    expect(page.locator(CARD)).to_contain_text("This machine: Made-up CPU & Sons")


def test_what_is_not_shown_is_not_read(browse):
    """Numbers of other machines are in no element: neither search nor screen reader meets them."""
    page = browse()
    assert "20.1" not in page.locator("article p").nth(1).text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_chosen_machine_is_accessible_and_fits(browse, width, scheme):
    """With the chooser used, axe finds nothing and the page does not scroll sideways."""
    for path in ("", "second/"):
        page = browse(path, width, scheme)
        choose(page, "local")
        assert faults(page) == ""
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= width


# ---- What is loaded when it is asked for ------------------------------------------------------

PART = f"**/on-{CPU}.html"
REQUESTED = "performance.getEntriesByType('resource').map(entry => entry.name)"


def test_a_part_is_loaded_once_and_only_if_it_is_wanted(browse):
    """A visit loads no other machine's numbers; choosing one loads one file, and only once."""
    asked = []
    page = browse()
    page.on("request", lambda request: asked.append(request.url))
    assert page.evaluate(REQUESTED)
    assert not [u for u in page.evaluate(REQUESTED) if "/on-" in u]
    for machine in (CPU, "", CPU):
        choose(page, machine)
    # The search of Material may load its own files late.
    parts = [path for path in (urlsplit(url).path for url in asked) if "/on-" in path]
    assert parts == [f"/on-{CPU}.html"]


def test_a_part_that_cannot_be_loaded_says_so_and_can_be_tried_again(browse):
    """Off line the page stays as it was, in one line says what failed, and offers two ways out."""
    page = browse()
    page.route(PART, lambda route: route.abort())
    page.get_by_label("Numbers from").select_option(CPU)
    again = page.get_by_role("button", name="Try again")
    again.wait_for()
    status = page.get_by_role("status")
    assert text(status).startswith("The numbers from Made-up CPU & Sons could not be loaded.")
    assert status.get_by_role("link").get_attribute("href") == f"on-{CPU}.html"
    expect(page.get_by_label("Numbers from")).to_have_value("")
    expect(page.locator(".sv-word").first).to_have_text("5.03 ms")
    shown = page.locator(".sv-machines .sv-timings:visible").first
    expect(shown).to_contain_text("Made-up GPU")
    assert faults(page) == ""
    page.unroute(PART)
    again.click()
    arrived(page)
    expect(page.locator(".sv-word").first).to_have_text("20.1 ms")
    expect(page.get_by_label("Numbers from")).to_be_focused()
    assert page.faults == []


def test_a_tab_pressed_in_vain_stays_with_what_is_there(browse):
    """Where the other panel does not come, the tab that is open is the one whose panel is shown."""
    page = browse()
    page.route(PART, lambda route: route.fulfill(status=404, body="<h1>Not here</h1>"))
    page.locator(".sv-machines").first.get_by_text("Made-up CPU & Sons", exact=True).click()
    page.get_by_role("button", name="Try again").wait_for()
    assert page.locator(".sv-machines .sv-moved:visible").count() == 0
    checked = page.locator(".sv-machines > .tabbed-set > input:checked").all()
    assert {box.get_attribute("id")[-2:] for box in checked} == {"_1"}


def test_while_a_kept_machine_loads_no_other_ones_numbers_are_seen(browse):
    """On the next page, numbers keep their place unseen until those of the choice are there."""
    page = browse()
    choose(page, CPU)
    held = []
    page.route(PART, lambda route: held.append(route))
    page.reload(wait_until="domcontentloaded")
    page.get_by_role("status").filter(has_text="Loading the numbers from Made-up CPU").wait_for()
    expect(page.get_by_label("Numbers from")).to_have_value(CPU)
    assert not page.locator(".sv-word").first.is_visible()
    assert page.locator(".sv-machines .sv-timings:visible").count() == 0
    held[0].continue_()
    arrived(page)
    expect(page.locator(".sv-word").first).to_have_text("20.1 ms")
    assert page.locator(".sv-machines .sv-timings:visible").count() > 0


def test_the_last_choice_counts(browse):
    """What comes late, after another choice, changes nothing."""
    page = browse()
    held = []
    page.route(PART, lambda route: held.append(route))
    select = page.get_by_label("Numbers from")
    with page.expect_request(PART):
        select.select_option(CPU)
    choose(page, "local")
    page.wait_for_timeout(400)  # longer than it takes until a page says that it waits
    arrived(page)
    held[0].continue_()
    page.wait_for_load_state("networkidle")
    assert select.input_value() == "local"
    expect(page.locator(".sv-machines .sv-timings:visible").first).to_contain_text("This machine")


def test_without_javascript_every_panel_can_be_read(browse, made_up):
    """A tab leads to its panel on a page of its own, whose numbers lead to their records."""
    page = browse(java_script_enabled=False)
    links = page.locator(".sv-chapter-head .sv-parts a").all()
    assert [link.get_attribute("href") for link in links] == [f"on-{CPU}.html", "on-local.html"]
    tabs = page.locator(".sv-machines").first
    tabs.get_by_text("Made-up CPU & Sons", exact=True).click()
    tabs.locator(".sv-moved a:visible").click()
    where = urlsplit(page.url)
    assert where.path == f"/on-{CPU}.html"
    assert page.locator(f"section[id='{where.fragment}'] .sv-chart:visible").count() == 1
    assert "20.1 ms" in text(page.locator("ul:has([data-said])"))
    numbers = page.locator("a.sv-src")
    assert numbers.count() > 50
    for link in numbers.evaluate_all("all => [...new Set(all.map(a => a.getAttribute('href')))]"):
        assert link.startswith(f"results/{CPU}/")
        assert (made_up / link).is_file()
    page.get_by_role("link", name="The page that they belong to").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_part_is_a_page_that_can_be_read(browse, width):
    """It has a title, axe finds nothing, and it does not scroll sideways."""
    for path in ("", "second/"):
        page = browse(f"{path}on-{CPU}.html", width)
        assert page.title().endswith("· Made-up CPU & Sons")
        assert faults(page) == ""
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_a_print_has_the_chosen_machine_and_all_that_is_folded(browse):
    """On paper there is no tab and no link to a panel; what came late is unfolded too."""
    page = browse()
    choose(page, CPU)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    seen = ".sv-moved, .sv-chooser, .sv-parts, .sv-machines .tabbed-labels > label"
    assert page.locator(seen).locator("visible=true").count() == 0
    folded = page.locator("[data-of] details")
    assert folded.count() > 0
    assert page.locator("[data-of] details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("[data-of] details[open]").count() == 0


def test_search_meets_each_number_once(made_up):
    """What other machines measured is not in the search index."""
    index = json.loads((made_up / "search" / "search_index.json").read_text(encoding="utf-8"))
    text = " ".join(entry["text"] for entry in index["docs"])
    assert "5.03\u00a0ms" in text or "5.03 ms" in text
    assert "20.1–20.2" in (made_up / f"on-{CPU}.html").read_text(encoding="utf-8")
    assert "20.1–20.2" not in text
    assert "a page of its own" not in text


def test_a_machine_that_is_gone_leaves_the_reference(browse):
    """A choice kept from another day, of a machine that the site no longer has, is forgotten."""
    page = browse()
    page.evaluate("localStorage.setItem('sv-machine', 'constructor')")
    page.reload(wait_until="networkidle")
    expect(page.locator(".sv-word").first).to_have_text("5.03 ms")
    assert page.faults == []


def test_with_one_machine_there_is_no_chooser(chromium, site_url):
    """A site of one machine shows nothing of the choice."""
    site = Path(__file__).resolve().parents[2] / "site" / "results"
    if len([p for p in site.iterdir() if p.is_dir() and p.name != "compiled"]) != 1:
        pytest.skip("the site has more than one machine")
    page = chromium.new_page()
    arrive(page, site_url)
    assert page.locator(".sv-chooser, .sv-machines, .sv-word").count() == 0
    page.close()
