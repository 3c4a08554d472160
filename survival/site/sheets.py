"""One style sheet in place of several: a page is drawn when the last of them has come."""

import re
from pathlib import Path

from survival import system

LINK = re.compile(r"<link\b[^>]*rel=\"?stylesheet\b[^>]*>\s*")
WHERE = re.compile(r"href=\"?(?:\.\./|\./|/)*([^\"\s>]+)")


def join(site: Path) -> None:
    """Put the sheets that all pages share into the last of them, and leave one link in each page.

    Pages that have others besides, or in another order, stay as they are, and so does a site whose
    sheets speak of files beside them.
    """
    pages = {file: system.text(file) for file in sorted(site.rglob("*.html"))}
    orders = {tuple(WHERE.findall("".join(LINK.findall(page)))) for page in pages.values()}
    orders.discard(())
    if len(orders) != 1:
        return
    files = [site / name for name in orders.pop()]
    texts = [system.text(file) for file in files]
    if len(files) < 2 or any(re.search(r"url\((?![\"']?(?:data:|#))", t) for t in texts[:-1]):
        return
    files[-1].write_text("\n".join(texts), encoding="utf-8")
    for file in files[:-1]:
        file.unlink()
        file.with_name(f"{file.name}.map").unlink(missing_ok=True)
    for file, page in pages.items():
        links = LINK.findall(page)
        for link in links[:-1]:
            page = page.replace(link, "", 1)
        if links:
            file.write_text(page, encoding="utf-8")
