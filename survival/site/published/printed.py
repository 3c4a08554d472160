"""A PDF of each chapter and of the rules, as a browser prints them, with a link in their foot.

The style sheet says what is printed: of tabs the open one, and nothing that is folded.
"""

import re
from pathlib import Path
from typing import Any

from survival.site.published import browser

CHAPTER = re.compile(r'<p class="?sv-kicker"?>[^<]*· Chapter&nbsp;\d+</p>')
SHEET = re.compile(r'<div class="?sv-sheet\b')
FOOT = re.compile(r'(<p class="?sv-foot"?>.*?)(</p>)', re.DOTALL)
BELOW = """<p style="color:#444;font:7pt sans-serif;margin:0 15mm;width:100%">
<span class="title"></span> <span style="float:right"><span class="pageNumber"></span> of
<span class="totalPages"></span></span></p>"""
PAPER: dict[str, Any] = {
    "format": "A4",
    "margin": {"top": "13mm", "bottom": "15mm", "left": "15mm", "right": "15mm"},
    "print_background": True,
    "display_header_footer": True,
    "header_template": "<p></p>",
    "footer_template": BELOW,
    "tagged": True,
    "outline": True,
}


def write(site: Path) -> int:
    """Put a PDF beside each of those pages, and return how many there are.

    Raises PageError where no browser is here.
    """
    texts = {file: file.read_text(encoding="utf-8") for file in sorted(site.rglob("index.html"))}
    printed = {f: text for f, text in texts.items() if CHAPTER.search(text) or SHEET.search(text)}
    with browser.looking_at(site, 1200, 900) as show:
        for file, text in printed.items():
            name = f"{file.parent.name}.pdf"
            show(file).pdf(path=file.with_name(name), **PAPER)
            linked = FOOT.sub(rf'\1 · <a href="{name}">PDF, to print</a>\2', text, count=1)
            file.write_text(linked, encoding="utf-8")
    return len(printed)
