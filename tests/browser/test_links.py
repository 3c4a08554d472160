"""Every link of the built site leads to a file that is there, and to a place that is in it."""

import html
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.conftest import SITE

pytestmark = pytest.mark.browser

HREF = re.compile(r"""<a\b[^>]*?\s(?:xlink:)?href=(?:"([^"]*)"|'([^']*)'|([^\s>]+))""")
ID = re.compile(r"""\s(?:id|name)=["']?([^\s"'>]+)""")


@cache
def places(file: Path) -> frozenset[str]:
    """What a fragment can lead to."""
    return frozenset(map(html.unescape, ID.findall(file.read_text(encoding="utf-8"))))


def broken(site: Path) -> list[tuple[str, str]]:
    """Pages with links that lead nowhere; what lies on other hosts is not looked at."""
    found = []
    for page in sorted(site.rglob("*.html")):
        links = {next(filter(None, m), "") for m in HREF.findall(page.read_text(encoding="utf-8"))}
        for link in sorted(links):
            to = urlsplit(html.unescape(link))
            if to.scheme or to.netloc:
                continue
            begin = site if to.path.startswith("/") else page.parent
            file = begin / unquote(to.path).lstrip("/") if to.path else page
            file = file / "index.html" if file.is_dir() else file
            there = file.is_file() and (
                not to.fragment or file.suffix != ".html" or unquote(to.fragment) in places(file)
            )
            if not there:
                found.append((page.relative_to(site).as_posix(), link))
    return found


def test_every_link_leads_somewhere() -> None:
    """From chapters, labs, the parts of machines, and from what stands in place of a lost page."""
    assert len(list(SITE.rglob("*.html"))) > 40
    assert broken(SITE) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """To a file, or to a place in one, that is not there."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_text('<h1 id=here>A</h1><a href="../b.md">b</a>')
    (tmp_path / "index.html").write_text(
        "<a href=a/#here>1</a><a class='x' href='a/#gone'>2</a><a href=https://example.org/>3</a>"
    )
    assert broken(tmp_path) == [("a/index.html", "../b.md"), ("index.html", "a/#gone")]
