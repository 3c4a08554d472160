"""The block `/// drawing | NAME`: a drawing of docs/drawings/ with its caption.

And `/// explore | NAME`: the same, which a script of that name makes live.
"""

import json
import xml.etree.ElementTree as etree

from markupsafe import Markup

from survival import catalog, system
from survival.errors import PageError, known
from survival.judge.prose import drawings
from survival.pages.blocks.directives import Directive
from survival.pages.blocks.facts.explored import FACTS

SCRIPTS = catalog.ROOT / "docs" / "assets" / "explore"
KIT = "kit"
"""What the scripts share, beside them."""


class Drawing(Directive):
    """`/// drawing | NAME`: a drawing of docs/drawings/, with its content as the caption.

    It stands in the page itself, where it has the page's colours, light or dark.
    """

    NAME = "drawing"
    TAKES_CONTENT = True
    CLASS = "sv-drawing"

    def read_argument(self, names: list[str]) -> None:
        """The name of a drawing that the page does not show yet: the ids in it are its own."""
        self.name = " ".join(names)
        self.svg = drawings.drawing(self.name)
        if self.page.unique(f"drawing-{self.name}") != f"drawing-{self.name}":
            raise PageError(f"{self.NAME}: '{self.name}' is on this page already")

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
            raise PageError(f"{self.NAME}: needs a caption; it is the text below, up to ///")


class Explore(Drawing):
    """`/// explore | NAME`: a drawing that docs/assets/explore/NAME.js puts sliders to.

    The page's script loads that when the reader comes near. Without it, and on paper, the drawing
    stands as it is. Numbers of a record reach it as `data-facts`.
    """

    NAME = "explore"
    CLASS = "sv-drawing sv-explore"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """The figure, with what its script wants to know."""
        scripts = [p.stem for p in system.content(SCRIPTS, "*.js") if p.stem != KIT]
        if self.name not in scripts:
            with self.page.at(self.text):
                raise PageError(known("explorable", self.name, scripts))
        figure = super().on_create(parent)
        figure.set("data-explore", self.name)
        if self.name in FACTS:
            with self.page.at(self.text):
                figure.set("data-facts", json.dumps(FACTS[self.name](self.page.evidence)))
        return figure
