"""What a page looks like where there is much room, little, paper, or no script."""

import re

import pytest

try:
    from playwright.sync_api import expect
except ImportError:  # the fixtures say what is missing
    expect = None

from tests.browser.accessibility import faults
from tests.browser.arrival import arrive

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
TABLET = {"viewport": {"width": 820, "height": 1100}}
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
CHAPTERS = ("mandelbrot/", "numbers-that-differ/", "why-gpus/")
MOST_SHEETS = 12
"""Of paper for the chapter on Mandelbrot; with every tab and table it took 24."""

# Of every listing that is seen, with lines of at most 100 signs: [path, what is cut off].
CUT_OFF = """() => [...document.querySelectorAll('.sv-listing pre > code')]
  .filter(code => code.checkVisibility() && code.scrollWidth > code.clientWidth)
  .filter(code => Math.max(...code.innerText.split('\\n').map(line => line.length)) <= 100)
  .map(code => [code.closest('.tabbed-block, .sv-listing').innerText.slice(-60),
                code.scrollWidth - code.clientWidth])"""
# Headings whose sign, which nobody sees, has a line below their words.
SIGN_BELOW = """() => [...document.querySelectorAll('article :is(h2, h3) > .headerlink')]
  .filter(sign => {
    const range = document.createRange();
    range.setStart(sign.parentElement, 0);
    range.setEndBefore(sign);
    const last = [...range.getClientRects()].at(-1);
    return sign.getBoundingClientRect().top >= last.bottom - 1;
  })
  .map(sign => sign.parentElement.textContent)"""
# Names that are broken in the column that says what a row is about.
BROKEN = """() => [...document.querySelectorAll('article table.sv-written td:first-child code')]
  .filter(code => !/[^\\w]/.test(code.textContent) && code.getClientRects().length > 1)
  .map(code => code.textContent)"""
# What a finger can press in the page, and is lower than 24 pixels.
LOW = """() => [...document.querySelectorAll(
    'article :is(a[href]:not(.headerlink), button, summary, select, input:not([type=radio]))')]
  .filter(target => target.checkVisibility() && !target.closest('svg'))
  .map(target => [target, Math.max(...[...target.getClientRects()].map(r => r.height))])
  .filter(([target, height]) => height < 23.5)
  .map(([target, height]) => [target.className, target.textContent.slice(0, 30), height])"""
# Where the focus is, if nobody can see it. A tab's label shows its focus, and the search opens.
UNSEEN = """() => {
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const seen = one.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth;
  const replaced = one.matches('body, input[type=radio], .md-search__input');
  return seen || replaced ? [] : [one.outerHTML.slice(0, 120)];
}"""
# Whether each copy button that is seen stays clear of what is seen of its code, and of its title.
CLEAR = """() => [...document.querySelectorAll('pre > .md-code__nav')]
  .filter(nav => nav.checkVisibility())
  .map(nav => {
    const code = nav.parentElement.querySelector('code');
    const title = nav.closest('.highlight').querySelector(':scope > .filename');
    const button = nav.getBoundingClientRect();
    const end = code.getBoundingClientRect().right;
    return [code, title].filter(Boolean).every(text => {
      const range = document.createRange();
      range.selectNodeContents(text);
      return [...range.getClientRects()].filter(r => r.width > 0).every(r =>
        r.top >= button.bottom - 1 || r.bottom <= button.top + 1
        || Math.min(r.right, end) <= button.left + 1);
    });
  })"""
# A reader comes by every code: each gets its button then.
COME_BY = """async () => {
  for (const pre of document.querySelectorAll('pre')) {
    pre.scrollIntoView();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)));
  }
}"""
# Of each source below the text: by how much its lines stand farther apart than elsewhere.
APART = """() => [...document.querySelectorAll('.footnote li')].map(source => {
  const range = document.createRange();
  range.selectNodeContents(source);
  const rows = [...new Set([...range.getClientRects()].filter(r => r.height && r.width)
    .map(r => Math.round(r.bottom)))].sort((a, b) => a - b);
  const line = parseFloat(getComputedStyle(source).lineHeight);
  return Math.max(0, ...rows.slice(1).map((row, i) => row - rows[i] - line));
})"""
# Numbers that are broken: between the digits, and between them and their unit.
PARTED = """() => {
  const parted = [...document.querySelectorAll('article .sv-n')]
    .filter(n => n.checkVisibility() && !n.textContent.includes(' '))
    .filter(n => n.getClientRects().length > 1)
    .map(n => n.textContent);
  const texts = document.createTreeWalker(document.querySelector('article'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.parentElement.closest('pre, code, svg, script, style, .jp-Cell')) continue;
    for (const found of text.data.matchAll(/\\d\\s%/g)) {
      const range = document.createRange();
      range.setStart(text, found.index);
      range.setEnd(text, found.index + found[0].length);
      if (range.getClientRects().length > 1) parted.push(text.data.slice(0, found.index + 4));
    }
  }
  return parted;
}"""


# What Material's copy button copies.
COPY = """code => {
  code.setAttribute('data-md-copying', '');
  const text = code.innerText;
  code.removeAttribute('data-md-copying');
  return text;
}"""


@pytest.fixture
def open_page(chromium, site_url):
    """Return a function that opens one page; its windows are closed after the test."""
    contexts = []

    def opener(path, **options):
        context = chromium.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        arrive(page, site_url + path)
        return page

    yield opener
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", CHAPTERS)
def test_a_hundred_signs_fit_on_a_desk(open_page, path):
    """No listing is cut off at 1440 pixels."""
    page = open_page(path, **DESKTOP)
    assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("path", [*CHAPTERS, "smaller-numbers/", "train/"])
def test_prose_keeps_its_measure(open_page, path):
    """Also where it stands with what was measured; a heading's line is as wide as the tables."""
    page = open_page(path, **DESKTOP)
    prose = (
        "article > p:not(.sv-foot), article > div:not([class]) > p:not([class]), .sv-measure > p"
    )
    widths = page.locator(prose).evaluate_all("all => all.map(p => p.offsetWidth)")
    assert max(widths) < 650
    lines = page.locator("article > h2").evaluate_all(
        "all => all.map(h => h.parentElement.clientWidth - h.offsetWidth)"
    )
    assert set(lines) == {0}


@pytest.mark.parametrize("window", [PHONE, TABLET, DESKTOP], ids=["phone", "tablet", "desktop"])
@pytest.mark.parametrize("path", ["matrix-product/", "errors/", "check/"])
def test_no_button_hides_code(open_page, path, window):
    """However long its lines are: what is below the button could not be read."""
    page = open_page(path, **window)
    page.evaluate(COME_BY)
    expect(page.locator("pre > .md-code__nav")).not_to_have_count(0)
    assert all(page.evaluate(CLEAR))


@pytest.mark.parametrize("path", ["why-gpus/", "get-a-gpu/", "measuring/", "generate/", "method/"])
def test_a_phone_parts_no_lines_and_no_numbers(open_page, path):
    """A source's last line follows the one before; no number stands without its unit."""
    page = open_page(path, **PHONE)
    assert max(page.evaluate(APART)) < 16, "nearly a line more than elsewhere"
    assert page.evaluate(PARTED) == []


@pytest.mark.parametrize("path", ["why-gpus/", "add-and-count/", "smaller-numbers/", "which-tool/"])
def test_a_row_is_as_high_as_what_a_phone_shows_of_it(open_page, path):
    """Words in a column out of sight make no empty row, and what opens a row lies in sight."""
    page = open_page(path, **PHONE)
    rows = page.locator(".sv-timings tbody tr:visible")
    heights = rows.evaluate_all("all => all.map(row => row.offsetHeight)")
    assert heights
    assert max(heights) < 140
    beyond = page.locator(".sv-folded summary").evaluate_all("""all => all.map(
      one => one.getBoundingClientRect().right
        - one.closest('.sv-scroll').getBoundingClientRect().right)""")
    assert max(beyond, default=0) <= 0


def test_an_edge_shows_what_goes_on(open_page):
    """A listing and a table that are cut off have a shadow, until their end is in sight."""
    page = open_page("mandelbrot/", **PHONE)
    table = page.locator(".sv-scroll").first
    expect(table).to_have_class(re.compile("sv-more"))
    said = table.locator("caption").evaluate("e => getComputedStyle(e, '::after').content")
    assert "scroll sideways" in said
    table.evaluate("e => { e.scrollLeft = e.scrollWidth; }")
    expect(table).not_to_have_class(re.compile("sv-more"))
    code = page.locator(".sv-listing pre > code").first
    expect(code).to_have_class(re.compile("sv-more"))
    assert "inset" in code.evaluate("e => getComputedStyle(e).boxShadow")


def test_a_profile_fits_on_a_desk(open_page):
    """Its lines are not broken; on a phone the edge says that they go on."""
    profiles = ".sv-message--profiles pre"
    cut = "all => all.map(pre => pre.scrollWidth - pre.clientWidth)"
    widths = open_page("profilers/", **DESKTOP).locator(profiles).evaluate_all(cut)
    assert widths
    assert max(widths) <= 0
    phone = open_page("profilers/", **PHONE)
    expect(phone.locator(profiles).first).to_have_class(re.compile("sv-more"))


@pytest.mark.parametrize("window", [PHONE, TABLET], ids=["phone", "tablet"])
def test_an_arrow_points_at_the_line_that_it_opens(open_page, window):
    """It stands beside the middle of the first line, however large the letters are."""
    off = open_page("cpu-and-gpu/", **window).locator("article details:not(.sv-claim) > summary")
    beside = off.evaluate_all("""all => all.filter(one => one.checkVisibility()).map(one => {
      const [line, arrow] = [getComputedStyle(one), getComputedStyle(one, '::after')];
      const middle = parseFloat(line.paddingTop) + parseFloat(line.lineHeight) / 2;
      return Math.abs(parseFloat(arrow.top) + parseFloat(arrow.height) / 2 - middle);
    })""")
    assert beside
    assert max(beside) < 2


@pytest.mark.parametrize("path", ["cost/", "generate/"])
def test_the_fields_of_a_calculator_stand_in_rows(open_page, path):
    """However many lines their names take."""
    page = open_page(path, **TABLET)
    fields = page.locator(".sv-calculator__fields :is(input, select)")
    tops = fields.evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().top))")
    assert len(tops) > 4
    assert len(set(tops)) <= 3


def test_machine_code_fits_on_a_desk(open_page):
    """Its table has one box: a second one, with a margin, seems to go on where nothing does."""
    page = open_page("matrix-product/", **DESKTOP)
    widths = page.locator(".sv-code .sv-scroll").evaluate_all(
        "all => all.map(box => box.scrollWidth - box.clientWidth)"
    )
    assert widths
    assert max(widths) <= 0


def test_a_written_table_says_that_it_goes_on(open_page):
    """Where its words do not fit a phone."""
    page = open_page("many-gpus/", **PHONE)
    expect(page.locator(".md-typeset__scrollwrap.sv-more")).not_to_have_count(0)


@pytest.mark.parametrize("path", ["errors/", "check/", "profilers/", "many-gpus/"])
def test_a_phone_has_no_empty_lines_and_no_broken_names(open_page, path):
    """The sign behind a heading takes no room, and a row's name stands whole."""
    page = open_page(path, **PHONE)
    assert page.evaluate(SIGN_BELOW) == []
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


@pytest.mark.parametrize(
    ("path", "folds"), [("mandelbrot/", ["SystemExit"]), ("memory/", ["SystemExit", "def upload"])]
)
def test_a_gpu_listing_begins_with_its_kernel(open_page, path, folds):
    """What it shares with others is folded, opens by keyboard, and is in every copy."""
    page = open_page(path, **DESKTOP)
    block = page.locator(".tabbed-block:has(.sv-fold)").filter(has_text=folds[-1]).first
    code = block.locator("pre > code")
    away = block.locator(".sv-away")
    expect(away.filter(visible=True)).to_have_count(0)
    assert not any(text in code.inner_text() for text in folds)
    assert "def run" in code.inner_text()
    copied = code.evaluate(COPY)
    assert all(text in copied for text in folds)
    assert copied.strip() == code.text_content().strip()
    summary = block.locator(".sv-fold > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(away.filter(visible=True)).to_have_count(len(folds))
    assert code.inner_text().strip() == code.text_content().strip()


@pytest.mark.parametrize("window", [PHONE, TABLET], ids=["phone", "tablet"])
def test_a_tab_is_as_high_as_its_words_and_leaves_room_for_the_next(open_page, window):
    """A row that one tab fills looks like all there is."""
    page = open_page("matrix-product/", **window)
    rows = page.evaluate(
        """() => [...document.querySelectorAll('.sv-listing .tabbed-labels')].map(row =>
          [...row.children].map(tab => {
            const words = document.createRange();
            words.selectNodeContents(tab);
            return [tab.offsetWidth / innerWidth,
                    tab.offsetHeight - words.getBoundingClientRect().height];
          }))"""
    )
    assert len(rows) > 2
    assert max(width for row in rows for width, _ in row) < 0.8
    assert max(min(room for _, room in row) for row in rows) < 30


def test_tabs_stay_in_one_row_on_a_phone(open_page):
    """However many programs there are; the row scrolls and shows that it does."""
    page = open_page("numbers-that-differ/", **PHONE)
    bars = page.locator(".sv-listing .tabbed-labels")
    rows = bars.evaluate_all(
        "all => all.map(bar => new Set([...bar.children].map(label => label.offsetTop)).size)"
    )
    assert rows
    assert set(rows) == {1}
    expect(bars.first).to_have_class(re.compile("sv-more"))


@pytest.mark.parametrize("path", CHAPTERS)
def test_the_next_page_is_called_by_its_whole_name(open_page, path):
    """On a phone, too, where it takes two lines."""
    names = open_page(path, **PHONE).locator(".md-footer__title .md-ellipsis")
    cut = names.evaluate_all("all => all.map(name => name.scrollWidth - name.clientWidth)")
    assert cut
    assert max(cut) <= 0


@pytest.mark.parametrize("path", ["", *CHAPTERS])
def test_a_finger_finds_what_can_be_pressed(open_page, path):
    """Whatever can be pressed is 24 pixels high, also what is folded, and no button hides code."""
    page = open_page(path, **PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    expect(page.locator("details:not([open])")).to_have_count(0)
    assert page.evaluate(LOW) == []
    clear = page.evaluate(CLEAR)
    assert all(clear)


@pytest.mark.parametrize("window", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_stop_of_the_keyboard_is_seen(open_page, window):
    """Sixty of them: none lies in a drawer that is closed, or in what nobody has searched for."""
    page = open_page("mandelbrot/", **window)
    unseen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        unseen += page.evaluate(UNSEEN)
    assert unseen == []


def test_the_drawer_opens_panel_by_panel(open_page):
    """On a phone, and where no page is open: what is in the open panel can be reached."""
    page = open_page("404.html", **PHONE)
    link = page.locator(".md-sidebar--primary a.md-nav__link", has_text="Glossary")
    expect(link).to_be_hidden()
    page.locator("label.md-header__button[for=__drawer]").click()
    page.locator("label.md-nav__link", has_text="Reference").click()
    expect(link).to_be_visible()
    link.click()
    expect(page).to_have_url(re.compile("/glossary/$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_under_a_finger(open_page, scheme):
    """A phone with touch, everything opened, light and dark."""
    page = open_page("mandelbrot/", color_scheme=scheme, **PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    expect(page.locator("details:not([open])")).to_have_count(0)
    expect(page.locator("pre > code.sv-more:not([tabindex])")).to_have_count(0)
    assert faults(page) == ""


def test_paper_is_white_and_half_as_much(open_page):
    """Of tabs the open one, no folded table, and no black margins from a dark screen."""
    page = open_page("mandelbrot/", color_scheme="dark", **DESKTOP)
    printed = page.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= MOST_SHEETS
    page.emulate_media(media="print")
    for element in ("html", "body"):
        ground = page.locator(element).evaluate("e => getComputedStyle(e).backgroundColor")
        assert ground == "rgb(255, 255, 255)"
    listing = page.locator(".sv-listing").first
    blocks = listing.locator(".tabbed-block")
    assert [block.is_visible() for block in blocks.all()] == [True] + [False] * (blocks.count() - 1)
    for folded in page.locator(".sv-all").all():
        expect(folded).to_be_hidden()


def test_what_a_reader_opens_is_printed(open_page):
    """A folded table, after a click on its line."""
    page = open_page("mandelbrot/", **DESKTOP)
    folded = page.locator(".sv-all").first
    folded.locator("summary").click()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()


def test_all_sizes_come_when_they_are_opened(open_page):
    """With their numbers, which have cards; the page itself did not load them."""
    page = open_page("mandelbrot/", **DESKTOP)
    folded = page.locator(".sv-all").first
    expect(folded.locator("table")).to_have_count(0)
    folded.locator("summary").click()
    expect(folded.locator("table")).to_be_visible()
    folded.locator("a.sv-src").first.click()
    expect(page.locator("#sv-card")).to_be_visible()
    expect(page.locator("#sv-card dl")).to_contain_text("Median")


def test_all_sizes_of_two_examples_have_two_names(open_page):
    """Where they stand side by side, as below a chart of both."""
    pairs = (
        open_page("read/", **DESKTOP)
        .locator(".sv-all:has(+ .sv-all)")
        .evaluate_all(
            "all => all.map(one => [one, one.nextElementSibling].map(e => e.innerText.trim()))"
        )
    )
    assert pairs
    assert [pair for pair in pairs if pair[0] == pair[1]] == []


@pytest.mark.parametrize("width", [390, 1440])
def test_what_the_doctor_says_is_read_without_scrolling(open_page, width):
    """It is sentences: on a phone two thirds of each were beyond the edge."""
    page = open_page("get-a-gpu/", viewport={"width": width, "height": 900})
    said = page.locator(".sv-told pre > code")
    assert said.evaluate("e => e.scrollWidth <= e.clientWidth")
    expect(said).to_contain_text("CPU: 8 cores")


def test_all_sizes_can_be_reached_without_a_script(open_page):
    """On a page of their own, by a link in their place."""
    page = open_page("mandelbrot/", java_script_enabled=False, **DESKTOP)
    folded = page.locator(".sv-all").first
    folded.locator("summary").click()
    folded.locator("a").click()
    expect(page.locator("main h1")).to_have_text(re.compile("all sizes"))
    expect(page.locator("main table").first).to_be_visible()


def test_dark_without_a_script(open_page):
    """The system's colours, and a line where the calculator would be."""
    page = open_page("generate/", color_scheme="dark", java_script_enabled=False, **DESKTOP)
    ground = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert sum(map(int, re.findall(r"\d+", ground)[:3])) < 3 * 64
    expect(page.locator("noscript > p")).to_be_visible()
    expect(page.locator(".sv-calculator")).to_be_hidden()
