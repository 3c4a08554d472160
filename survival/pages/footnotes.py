"""Footnotes are numbered as a reader meets them, also in tables and in a chapter's head.

Python-Markdown numbers them in the order of its own work, which comes to nested parts last.
"""

import xml.etree.ElementTree as etree
from collections.abc import Iterator

from markdown.extensions.footnotes import FootnoteExtension  # type: ignore[import-untyped]
from markdown.treeprocessors import Treeprocessor  # type: ignore[import-untyped]

CLASS = "footnote"


class InOrder(Treeprocessor):  # type: ignore[misc]
    """To be run after the inline markup (20) and before the list of sources is sorted (19)."""

    PRIORITY = 19.5

    def run(self, root: etree.Element) -> None:
        """Number the references from the top of the page to its end, and sort the list so."""
        footnotes = next(
            (e for e in self.md.registeredExtensions if isinstance(e, FootnoteExtension)), None
        )
        if footnotes is None:
            return
        met = {reference(a): None for a in references(root)}
        others = [name for name in footnotes.footnote_order if name not in met]
        footnotes.footnote_order[:] = [*met, *others]
        for a in root.iter("a"):
            if a.get("class") == "footnote-ref":
                a.text = str(footnotes.footnote_order.index(reference(a)) + 1)


def reference(a: etree.Element) -> str:
    """The name of the footnote to which a reference leads."""
    return a.get("href", "").split(":", 1)[-1]


def references(element: etree.Element) -> Iterator[etree.Element]:
    """The references of the text, in its order; not those of one source to another."""
    if element.get("class") == CLASS:
        return
    if element.tag == "a" and element.get("class") == "footnote-ref":
        yield element
    for child in element:
        yield from references(child)
