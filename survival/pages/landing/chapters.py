"""The blocks `/// start | PAGE` and `/// chapters |`: the first step, and the map of all chapters.

Both read the navigation in mkdocs.yml, which gives parts and chapters their numbers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import yaml
from markupsafe import Markup

from survival import catalog, system
from survival.errors import PageError, known
from survival.pages.blocks.directives import Bare, Directive
from survival.pages.landing import reading
from survival.pages.render import render

NAV = re.compile(r"^nav:\n(?:[ #].*\n)+", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """A page with a head, which the navigation numbers."""

    number: int
    title: str
    page: str
    """Its file in docs/."""
    source: str

    @property
    def address(self) -> str:
        """Where it is published, from the root of the site."""
        return self.page.removesuffix(".md") + "/"


def parts() -> Iterator[tuple[str, list[Chapter]]]:
    """Every part that has chapters: its title, and they in their order."""
    docs = catalog.ROOT / "docs"
    found = NAV.search(system.text(catalog.ROOT / "mkdocs.yml"))
    numbers = count(1)
    for entry in yaml.safe_load(found[0])["nav"] if found else ():
        ((part, pages),) = entry.items()
        every = []
        for title, page in (item for e in pages for item in e.items()) if _many(pages) else ():
            text = system.text(docs / page) if page.endswith(".md") else ""
            if "\n/// head" in text:
                every.append(Chapter(next(numbers), title, page, text))
        if every:
            yield part, every


def _many(pages: object) -> bool:
    return isinstance(pages, list)


class Start(Directive):
    """`/// start | PAGE`: a button that leads to a chapter and says how long it takes."""

    NAME = "start"

    def read_argument(self, names: list[str]) -> None:
        """The file of one chapter."""
        chapters = {c.page: c for _, every in parts() for c in every}
        if len(names) != 1 or names[0] not in chapters:
            raise PageError(known("chapter", " ".join(names), list(chapters)))
        self.chapter = chapters[names[0]]

    def html(self) -> Markup:
        """The button."""
        minutes = reading.minutes(self.chapter.source, self.page.evidence.example)
        href = self.page.to_root + self.chapter.address
        return render("start", chapter=self.chapter, href=href, minutes=minutes)


class Chapters(Bare):
    """`/// chapters |`: every chapter in its part, with the minutes that it takes."""

    NAME = "chapters"

    def html(self) -> Markup:
        """The map."""
        example = self.page.evidence.example
        every = [
            (title, [(c, reading.minutes(c.source, example)) for c in chapters])
            for title, chapters in parts()
        ]
        return render("chapters", parts=every, to_root=self.page.to_root)
