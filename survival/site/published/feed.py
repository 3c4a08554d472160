"""A feed of what changed, made from the page that lists it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from survival import system
from survival.errors import PageError
from survival.site.published.address import Address

PAGE = "changes.md"
EDITION = re.compile(r"^## ([^\n]*)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def write(site: Path, root: Path, address: Address) -> None:
    """Write changes.xml (RSS 2.0), whose links need the address of the site; else nothing.

    Raises PageError where an edition has no day.
    """
    page = root / "docs" / PAGE
    if not address.site or not page.is_file():
        return
    items = "".join(_item(day, said, address) for day, said in EDITION.findall(system.text(page)))
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>GPU Survival Toolkit: what changed</title><link>{escape(address.site)}/</link>"
        "<description>New chapters, new measurements, corrections.</description>"
        f"{items}</channel></rss>\n"
    )
    (site / "changes.xml").write_text(text, encoding="utf-8")


def _item(day: str, said: str, address: Address) -> str:
    try:
        when = datetime.strptime(day, "%d %B %Y").replace(tzinfo=UTC)
    except ValueError:
        raise PageError(f"docs/{PAGE}: '{day}' is no day such as 5 March 2026") from None
    link = f"{address.site}/changes/#{day.lower().replace(' ', '-')}"
    return (
        f"<item><title>{day}</title><link>{escape(link)}</link><guid>{escape(link)}</guid>"
        f"<pubDate>{when:%a, %d %b %Y} 00:00:00 GMT</pubDate>"
        f"<description>{escape(said.strip())}</description></item>"
    )
