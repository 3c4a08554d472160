"""Links a word's first appearance on a page to the glossary, with its meaning as the tooltip.

The glossary is a page like any other: a definition list, a term in lower case or as it is always
written, and its meaning.
"""

import re
import xml.etree.ElementTree as etree
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown.extensions.toc import slugify  # type: ignore[import-untyped]
from markdown.treeprocessors import Treeprocessor  # type: ignore[import-untyped]
from markdown.util import AtomicString  # type: ignore[import-untyped]

from survival import system
from survival.pages.context import Page

PAGE = "glossary.md"
ENTRY = re.compile(r"^(?P<term>\S.*)\n:   (?P<meaning>.*(?:\n    .*)*)", re.M)
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
PASSED_OVER = frozenset(
    ["a", "abbr", "button", "code", "dt", "figure", "pre", "script", "style", "svg", "th"]
    + [f"h{n}" for n in range(1, 7)]
)
"""Elements in which no word is linked: they are links, code, names or drawings themselves."""
EVERYDAY = frozenset(
    [
        "barrier",
        "block",
        "compute",
        "device",
        "host",
        "limit",
        "MPS",
        "race",
        "scope",
        "stale",
        "thread",
    ]
)
"""Terms that are everyday words as well, or, as MPS, Apple's name for something else: they stand in
the glossary and are not linked."""
NAMES = re.compile(r"Warp\b|Transformer Engine\b")
"""A term written so is the name of a tool, and no link."""


def terms(text: str) -> dict[str, str]:
    """Each term of a glossary's Markdown with its meaning in plain words."""
    found = {}
    for entry in ENTRY.finditer(text):
        meaning = " ".join(entry["meaning"].split())
        meaning = re.sub(r"\s*See \[[^\]]*\]\([^)]*\)\.?$", "", meaning)
        found[entry["term"]] = LINK.sub(r"\1", meaning).replace("`", "")
    return found


@lru_cache(maxsize=4)
def _read(path: Path, _stamp: int) -> tuple[dict[str, str], re.Pattern[str]]:
    found = terms(system.text(path))
    longest_first = sorted(found.keys() - EVERYDAY, key=lambda t: (-len(t), t))
    either = "|".join(re.escape(t) for t in longest_first)
    return found, re.compile(rf"(?<![\w/-])(?P<term>{either})s?(?![\w/-])", re.I)


def read(path: Path) -> tuple[dict[str, str], re.Pattern[str]] | None:
    """The terms of a glossary, and what finds one in a text; None where there is no glossary."""
    if not path.is_file():
        return None
    found = _read(path, path.stat().st_mtime_ns)
    return found if found[0] else None


class Glossary(Treeprocessor):  # type: ignore[misc]
    """Links words, once each page, after the inline markup is done and before links are checked.

    On the glossary's own page it gives every term an id to link to.
    """

    def __init__(self, page: Page, md: Any, path: Path) -> None:
        super().__init__(md)
        self.page = page
        self.path = path

    def run(self, root: etree.Element) -> None:
        """Change the page in place."""
        if self.page.is_file(PAGE) or self.page.is_lab:
            for term in root.iter("dt"):
                term.set("id", anchor("".join(term.itertext())))
            return
        glossary = read(self.path)
        if glossary is None:
            return
        meanings, self.pattern = glossary
        self.left = {t.lower(): (t, m) for t, m in meanings.items()}
        self._walk(root)

    def _walk(self, parent: etree.Element) -> None:
        if parent.tag in PASSED_OVER or "footnote" in (parent.get("class") or ""):
            return
        children = list(parent)
        self._link(parent, None)
        for child in children:
            self._walk(child)
            self._link(parent, child)

    def _link(self, parent: etree.Element, after: etree.Element | None) -> None:
        """Link words in the text at the parent's beginning, or in that which follows a child."""
        text = (parent.text if after is None else after.tail) or ""
        if isinstance(text, AtomicString) or not self.left:
            return
        start = 0
        place = 0 if after is None else list(parent).index(after) + 1
        links: list[etree.Element] = []
        for match in self.pattern.finditer(text):
            if NAMES.match(text, match.start()):
                continue
            known = self.left.pop(match["term"].lower(), None)
            if known is None:
                continue
            link = etree.Element("a", {"class": "sv-term", "title": known[1]})
            link.set("href", f"{PAGE}#{anchor(known[0])}")
            link.text = AtomicString(match[0])
            self._text(parent, after, links, text[start : match.start()])
            links.append(link)
            start = match.end()
        if not links:
            return
        links[-1].tail = text[start:]
        for at, link in enumerate(links):
            parent.insert(place + at, link)

    @staticmethod
    def _text(
        parent: etree.Element, after: etree.Element | None, links: list[etree.Element], text: str
    ) -> None:
        """Put a text before the next link."""
        if links:
            links[-1].tail = text
        elif after is None:
            parent.text = text
        else:
            after.tail = text


def anchor(term: str) -> str:
    """The id of a term on the glossary's page."""
    return str(slugify(term, "-"))
