"""The block `/// drawing | NAME`: a drawing of docs/drawings/ with its caption."""

import xml.etree.ElementTree as etree

from markupsafe import Markup

from survival.errors import PageError
from survival.judge.prose import drawings
from survival.pages.blocks.directives import Directive


class Drawing(Directive):
    """`/// drawing | NAME`: a drawing of docs/drawings/, with its content as the caption.

    It stands in the page itself, where it has the page's colours, light or dark.
    """

    NAME = "drawing"
    TAKES_CONTENT = True
    CLASS = "sv-drawing"

    def read_argument(self, names: list[str]) -> None:
        """The name of a drawing that the page does not show yet: the ids in it are its own."""
        name = " ".join(names)
        self.svg = drawings.drawing(name)
        if self.page.unique(f"drawing-{name}") != f"drawing-{name}":
            raise PageError(f"drawing: '{name}' is on this page already")

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Open a figure, with the drawing above its caption."""
        figure = super().on_create(parent)
        figure.tag = "figure"
        self.add(figure, Markup(f"<div>{self.svg}</div>"))
        self.caption = etree.SubElement(figure, "figcaption")
        return figure

    def on_add(self, block: etree.Element) -> etree.Element:
        """The content is the caption."""
        return self.caption

    def on_markdown(self) -> str:
        """A caption is one paragraph."""
        return "inline"

    def fill(self, block: etree.Element) -> None:
        """Nothing more than the caption, which must be there."""
        if not (self.caption.text or "").strip():
            raise PageError("drawing: needs a caption; it is the text below, up to ///")
