"""The guide's own words for Python-Markdown: blocks like `/// timings | X`, and `[[time ...]]`.

An extension of Python-Markdown and not of MkDocs, so that the same pages also build elsewhere. It
reads results/ and examples/ and writes nothing but the page.
"""

import re
import xml.etree.ElementTree as etree
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from markdown.inlinepatterns import InlineProcessor  # type: ignore[import-untyped]
from markdown.postprocessors import Postprocessor  # type: ignore[import-untyped]
from markdown.preprocessors import Preprocessor  # type: ignore[import-untyped]
from markdown.treeprocessors import Treeprocessor  # type: ignore[import-untyped]
from markdown.util import AtomicString  # type: ignore[import-untyped]
from markupsafe import Markup
from pymdownx.blocks import BlocksExtension  # type: ignore[import-untyped]
from pymdownx.highlight import HighlightExtension  # type: ignore[import-untyped]

from survival import catalog, units
from survival.errors import SurvivalError, known
from survival.judge import evidence
from survival.pages.blocks.directives import DIRECTIVES
from survival.pages.blocks.drawing import Drawing, Explore
from survival.pages.blocks.facts.drawn import Drawn
from survival.pages.blocks.facts.installed import Tools
from survival.pages.blocks.facts.message import Message
from survival.pages.blocks.facts.priced import Prices
from survival.pages.blocks.machine_code import MachineCode
from survival.pages.blocks.measure import Measure
from survival.pages.breaks import Breaks
from survival.pages.cards import Island
from survival.pages.context import Page
from survival.pages.footnotes import InOrder
from survival.pages.glossary import Glossary
from survival.pages.landing.chapters import Chapters, Start
from survival.pages.landing.picture import Picture
from survival.pages.parts import href
from survival.pages.render import render
from survival.pages.words import figures, inline


class Words(InlineProcessor):  # type: ignore[misc]
    """`[[time EXAMPLE VARIANT SIZE SCOPE]]` and its like in running text."""

    # Not a link whose text is in brackets, `[[text]](address)`.
    PATTERN = r"\[\[\s*([a-z_]+)\b([^\[\]]*)\]\](?![(\[])"

    def __init__(self, page: Page, md: Any) -> None:
        super().__init__(self.PATTERN, md)
        self.page = page

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:
        """The word as finished HTML: a link around a <data> element for each number."""
        with self.page.at(m.group(0)):
            shown = self.page.evidence
            html = self.html(inline.say(shown, m.group(1), m.group(2)))
            if len(shown.results.machines) > 1 and m.group(1) not in inline.OF_NO_MACHINE:
                every = inline.everywhere(shown, m.group(1), m.group(2))
                said = {folder: self.html(parts) for folder, parts in every.items()}
                html = self.page.parts.word(m.group(0).strip("[] "), html, said)
        return self.md.htmlStash.store(str(html)), m.start(0), m.end(0)

    @staticmethod
    def html(parts: Sequence[figures.Part]) -> Markup:
        """What a word says."""
        missing = any(isinstance(part, inline.Missing) for part in parts)
        return render("word", parts=parts, missing=missing)


class Together(InlineProcessor):  # type: ignore[misc]
    """What no line may part in running text: "95 %", "32 KB", "7 × 5"."""

    UNIT = r"%|[kKMGTP]i?(?:B|b)\b|[kMGTP]?(?:FLOP|Hz|W)\b|[mµn]?s\b|USD\b"
    PATTERN = rf"(?<=\d)(?:[ \n](?={UNIT})|[ \n]×[ \n](?=\d))"

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:
        """The same with the space that keeps together."""
        return re.sub(r"\s", units.NBSP, m[0]), m.start(0), m.end(0)


class Source(Preprocessor):  # type: ignore[misc]
    """Notes the page's text before anything has changed it."""

    def __init__(self, page: Page, md: Any) -> None:
        super().__init__(md)
        self.page = page

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines as they are."""
        self.page.begin(lines)
        return lines


class Leftovers(Treeprocessor):  # type: ignore[misc]
    """Finds blocks that pymdownx did not understand and would leave on the page as text."""

    START = re.compile(r"^/{3,}[ ]*([\w-]*)(.*)$", re.MULTILINE)

    def __init__(self, page: Page, md: Any) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: etree.Element) -> None:
        """Raise for a block that is not closed, or whose first line is wrong."""
        for text in self.page.open.values():
            raise self.page.error(text, f"{text}: is never closed by a line ///")
        known_blocks = self.md.parser.blockprocessors["blocks"].blocks
        for paragraph in root.iter("p"):
            if isinstance(paragraph.text, AtomicString):
                continue
            found = self.START.search(paragraph.text or "")
            if found is None:
                continue
            name = found[1]
            if not name:
                raise self.page.error(found[0], "/// closes a block that was not opened")
            if name in known_blocks:
                raise self.page.error(
                    found[0].strip(),
                    f"/// {name}: its options are not understood; each is a line of four spaces, "
                    "NAME: VALUE, right below",
                )
            raise self.page.error(found[0].strip(), known("block", name, sorted(known_blocks)))


class Cards(Treeprocessor):  # type: ignore[misc]
    """Leads every number on the page to its record, and adds what the page's script needs."""

    def __init__(self, page: Page, md: Any) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: etree.Element) -> None:
        """Finish the HTML that blocks and words have stored; add the island of data."""
        stash = self.md.htmlStash
        for link in root.iter("a"):
            for number in re.findall(r"\x02wzxhzdk:(\d+)\x03", "".join(link.itertext())):
                if 'class="sv-src"' in str(stash.rawHtmlBlocks[int(number)]):
                    text = "".join(link.itertext()).split("\x02")[0].strip()
                    raise self.page.error(
                        text or "](",
                        "a measured number within a link: it is a link of its own, to its record",
                    )
        cards = Island(self.page.evidence, self.page.to_root)
        for at, html in enumerate(stash.rawHtmlBlocks):
            if isinstance(html, str):
                stash.rawHtmlBlocks[at] = cards.link(html)
        parts = self.page.parts
        labels = self.page.evidence.labels() if parts.panels or parts.words else {}
        others = parts.folders(labels)
        if others:
            head = root.find(".//div[@class='sv-chapter-head']")
            links = [(labels[folder], href(folder)) for folder in others]
            self.add(root if head is None else head, render("parts", parts=links))
        if self.page.never:
            self.note(root, len(self.page.never))
        self.add(root, cards.html(others, words=bool(parts.words)))
        for part in parts.html(self.page.evidence, self.page.to_root, self.page.waiting()):
            self.add(root, part)

    def note(self, root: etree.Element, count: int) -> None:
        """Say once, below the chapter's opening, what no GPU has measured yet."""
        head = root.find("./div[@class='sv-chapter-head']")
        if head is None:
            head = root.find("./div[@class='sv-hero']")
        title = root.find("./h1")
        above = title if head is None else head
        at = 0 if above is None else list(root).index(above) + 1
        programs = (
            "1 program for this page is" if count == 1 else f"{count} programs for this page are"
        )
        text = f"{programs} {figures.NOT_YET_GPU}: the page shows the others."
        note = etree.Element("p")
        note.text = AtomicString(self.md.htmlStash.store(str(render("unmeasured", text=text))))
        root.insert(at, note)

    def add(self, parent: etree.Element, html: Markup) -> None:
        """Add finished HTML, if it is any, at the end of an element."""
        if html:
            stored = self.md.htmlStash.store(str(html))
            etree.SubElement(parent, "p").text = AtomicString(stored)


class PlainCode(Postprocessor):  # type: ignore[misc]
    """Takes the marks off those parts of highlighted code that need no colour of their own.

    Names, numbers, signs and spaces are most of all tags on a page. Without them it is lighter, and
    the search plugin, which reads every tag, is done sooner.
    """

    MARKS = re.compile(r'<span class="(?:n|n[bcdefn]|fm|vm|kc|m[fi]|o|p|s[ai]|w)">([^<]*)</span>')
    REST = re.compile(r'<span class="si">(%[^<]*)</span>')
    """What looks like a place in a format, and is a remainder in a kernel's text."""
    TWICE = re.compile(r'(<span class="(\w+)">[^<]*)</span>(\s*)<span class="\2">')
    """Two marks of one kind side by side, as the lines of a kernel's text have them."""

    def run(self, text: str) -> str:
        """Return the page's HTML without those marks."""
        text = self.REST.sub(r'<span class="s2">\1</span>', text)
        text = self.MARKS.sub(r"\1", text).replace("<pre><span></span><code>", "<pre><code>")
        found = 1
        while found:
            text, found = self.TWICE.subn(r"\1\3", text)
        return text


class SurvivalExtension(BlocksExtension):  # type: ignore[misc]
    """Registers the blocks and the inline words."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "results": ["results", "folder of the records, from the repository's root"],
            "examples": ["examples", "folder of the examples, from the repository's root"],
            "glossary": ["docs/glossary.md", "the page whose terms others link, from there too"],
            "local": [False, "whether the reader's own capture, results/local, is shown"],
            "parts": ["", "folder in which parts wait for the pass over a built site, from there"],
        }
        super().__init__(**options)

    def shown(self) -> tuple[Path, Path, bool]:
        """What pages may show: the records, the examples, and whether the reader's own are."""
        local = str(self.getConfig("local")).lower() in ("true", "1", "yes")
        results, examples = (
            (catalog.ROOT / Path(self.getConfig(n))).resolve() for n in ("results", "examples")
        )
        return results, examples, local

    def extendMarkdownBlocks(self, md: Any, block_mgr: Any) -> None:
        """Add everything to one Markdown instance."""
        page = Page(md, *self.shown(), self.getConfig("parts"))
        blocks = (
            *(Drawing, Drawn, Explore, MachineCode, Measure, Message, Picture, Prices, Tools),
            *(Start, Chapters),
        )
        for directive in (*DIRECTIVES, *blocks):
            block_mgr.register(directive, {"page": page})
        if not any(isinstance(e, HighlightExtension) for e in md.registeredExtensions):
            HighlightExtension().extendMarkdown(md)
        md.preprocessors.register(Source(page, md), "survival_source", 1000)
        md.treeprocessors.register(Leftovers(page, md), "survival_leftovers", 25)
        md.treeprocessors.register(InOrder(md), "survival_footnotes", InOrder.PRIORITY)
        md.postprocessors.register(PlainCode(md), "survival_plain_code", 0)
        md.postprocessors.register(Breaks(md), "survival_breaks", -1)
        glossary = (catalog.ROOT / Path(self.getConfig("glossary"))).resolve()
        # After the inline markup, before MkDocs checks the links.
        md.treeprocessors.register(Glossary(page, md, glossary), "survival_glossary", 5)
        md.treeprocessors.register(Cards(page, md), "survival_cards", -10)  # after all others
        # Below backticks and escapes, above links and references.
        md.inlinePatterns.register(Words(page, md), "survival_words", 175)
        # The last: not in code, nor in what another pattern reads.
        md.inlinePatterns.register(Together(Together.PATTERN, md), "survival_together", 0)


def prepare(**options: Any) -> None:
    """Read and judge what pages may show, before the first of them asks for it.

    What is wrong with it is told by the page that shows it.
    """
    with suppress(SurvivalError):
        evidence.load(*SurvivalExtension(**options).shown()).judge()


def makeExtension(**options: Any) -> SurvivalExtension:
    """What Python-Markdown calls to load the extension."""
    return SurvivalExtension(**options)
