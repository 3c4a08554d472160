"""A picture of each page for those who pass its address on: its title, and its first chart.

Drawn by the browser that draws the charts for readers, from the finished page. Only publishing does
it: the pictures have to be named by the address of the site.
"""

import html
from pathlib import Path

from survival.errors import PageError
from survival.site.published import browser
from survival.site.published.address import Address

NAME = "picture.png"
WIDTH, HEIGHT = 1200, 630
"""Pixels; the networks that show such pictures crop them to 1.91 to 1."""
SHOW = """() => {
  const from = document.querySelector("article");
  const kicker = from.querySelector(".sv-kicker")?.textContent.trim() ?? "";
  const title = (from.querySelector("h1")?.firstChild?.textContent ?? document.title).trim();
  const drawn = from.querySelector(".sv-chart svg.sv-wide, .sv-chart svg, .sv-drawing svg");
  const card = document.createElement("div");
  card.className = "md-typeset sv-shared";
  const say = (tag, textContent) =>
    card.append(Object.assign(document.createElement(tag), { textContent }));
  say("p", ["GPU Survival Toolkit", kicker].filter(Boolean).join(" · "));
  say("h1", title);
  const figure = document.createElement("figure");
  figure.className = drawn?.closest("figure")?.className ?? "";
  if (drawn) figure.append(drawn.cloneNode(true));
  card.append(figure);
  document.body.replaceChildren(card);
  document.documentElement.style.fontSize = "125%";
}"""
STYLE = """
.sv-shared { background: var(--sv-paper); box-sizing: border-box; color: var(--sv-ink);
  display: flex; flex-direction: column; height: 630px; overflow: hidden;
  padding: 40px 56px 24px; width: 1200px; }
.sv-shared p { font-size: 24px; margin: 0; } .sv-shared h1 { color: inherit; font-size: 48px;
  font-weight: 700; line-height: 1.15; margin: 8px 0 16px; }
.sv-shared figure { flex: 1; margin: 0; max-width: none; min-height: 0; width: 100%; }
.sv-shared svg { display: block !important; height: 100%; max-width: 100%; width: 100%; }
"""


def draw(site: Path, address: Address) -> int:
    """Put a picture beside each page, name it in its head, and return how many there are.

    Raises PageError where the site has no address, or no browser is here.
    """
    if not address.site:
        raise PageError("pictures of pages are named by the site's address: set SITE_URL")
    pages = sorted(site.rglob("index.html"))
    with browser.looking_at(site, WIDTH, HEIGHT) as show:
        for file in pages:
            window = show(file)
            window.evaluate(SHOW)
            window.add_style_tag(content=STYLE)
            window.screenshot(path=file.with_name(NAME))
            where = file.parent.relative_to(site).as_posix().removeprefix(".")
            _name(file, f"{address.site}/{f'{where}/' if where else ''}{NAME}")
    return len(pages)


def _name(page: Path, url: str) -> None:
    shown = html.escape(url)
    head = (
        f'<meta property="og:image" content="{shown}"><meta property="og:image:width" '
        f'content="{WIDTH}"><meta property="og:image:height" content="{HEIGHT}">'
        '<meta name="twitter:card" content="summary_large_image"></head>'
    )
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</head>", head, 1), encoding="utf-8")
