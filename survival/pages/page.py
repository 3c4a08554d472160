"""The guide's own words for Python-Markdown: blocks like `/// timings | X`, and `[[time ...]]`.

An extension of Python-Markdown and not of MkDocs, so that the same pages also build elsewhere. It
reads results/ and examples/ and writes nothing but the page.
"""

import re
import xml.etree.ElementTree as etree
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown.inlinepatterns import InlineProcessor  # type: ignore[import-untyped]
from markdown.preprocessors import Preprocessor  # type: ignore[import-untyped]
from markdown.treeprocessors import Treeprocessor  # type: ignore[import-untyped]
from markdown.util import AtomicString  # type: ignore[import-untyped]
from pymdownx.blocks import BlocksExtension  # type: ignore[import-untyped]
from pymdownx.highlight import HighlightExtension  # type: ignore[import-untyped]

from survival import catalog
from survival.errors import known
from survival.pages import figures, words
from survival.pages.blocks import DIRECTIVES
from survival.pages.context import Page


class Words(InlineProcessor):  # type: ignore[misc]
    """`[[time EXAMPLE VARIANT SIZE SCOPE]]` and its like in running text."""

    # Not a link whose text is in brackets, `[[text]](address)`.
    PATTERN = r"\[\[\s*([a-z_]+)\b([^\[\]]*)\]\](?![(\[])"

    def __init__(self, page: Page, md: Any) -> None:
        super().__init__(self.PATTERN, md)
        self.page = page

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[etree.Element, int, int]:
        """The word as <data> elements within a span."""
        with self.page.at(m.group(0)):
            parts = words.say(self.page.evidence, m.group(1), m.group(2))
        return self.element(parts), m.start(0), m.end(0)

    @staticmethod
    def element(parts: Sequence[figures.Part]) -> etree.Element:
        """What a word says as one element, whose text is never converted any further."""
        span = etree.Element("span")
        span.text = AtomicString("")
        for part in parts:
            if isinstance(part, figures.Number):
                data = etree.SubElement(span, "data", part.attributes)
                data.text = AtomicString(part.text)
            elif len(span):
                span[-1].tail = (span[-1].tail or "") + part
            else:
                span.text = AtomicString(span.text + part)
            if isinstance(part, words.Missing):
                span.set("class", "sv-none")
        return span[0] if len(span) == 1 == len(parts) else span


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


class SurvivalExtension(BlocksExtension):  # type: ignore[misc]
    """Registers the blocks and the inline words."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "results": ["results", "folder of the records, from the repository's root"],
            "examples": ["examples", "folder of the examples, from the repository's root"],
            "local": [False, "whether the reader's own capture, results/local, is shown"],
        }
        super().__init__(**options)

    def extendMarkdownBlocks(self, md: Any, block_mgr: Any) -> None:
        """Add everything to one Markdown instance."""
        local = str(self.getConfig("local")).lower() in ("true", "1", "yes")
        results, examples = (
            (catalog.ROOT / Path(self.getConfig(n))).resolve() for n in ("results", "examples")
        )
        page = Page(md, results, examples, local)
        for directive in DIRECTIVES:
            block_mgr.register(directive, {"page": page})
        if not any(isinstance(e, HighlightExtension) for e in md.registeredExtensions):
            HighlightExtension().extendMarkdown(md)
        md.preprocessors.register(Source(page, md), "survival_source", 1000)
        md.treeprocessors.register(Leftovers(page, md), "survival_leftovers", 25)
        # Below backticks and escapes, above links and references.
        md.inlinePatterns.register(Words(page, md), "survival_words", 175)


def makeExtension(**options: Any) -> SurvivalExtension:
    """What Python-Markdown calls to load the extension."""
    return SurvivalExtension(**options)
