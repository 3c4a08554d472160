"""The blocks of a page, such as `/// timings | EXAMPLE`, on top of pymdownx.blocks."""

import inspect
import xml.etree.ElementTree as etree
from importlib.metadata import version
from typing import Any, ClassVar

from markdown.util import AtomicString  # type: ignore[import-untyped]
from markupsafe import Markup
from pymdownx.blocks.block import Block  # type: ignore[import-untyped]
from pymdownx.highlight import HighlightExtension  # type: ignore[import-untyped]

from survival import catalog
from survival.catalog import Example
from survival.errors import PageError, known
from survival.pages.blocks import claimed, clock, machines, schema, sections
from survival.pages.blocks.facts import footprint
from survival.pages.charts import captures, roofline, samples
from survival.pages.context import Page
from survival.pages.kept import kept
from survival.pages.words import figures, inline
from survival.records import LOCAL


class Directive(Block):  # type: ignore[misc]
    """What all blocks of the guide share: an argument that is checked, and a place for their HTML.

    `config` is the page. A subclass is either filled by its content, or takes none.
    """

    ARGUMENT = None
    SETTINGS: ClassVar[tuple[str, ...]] = ()
    """Options that the block knows; each is a text, or a list of texts."""
    TAKES_CONTENT: ClassVar[bool] = False
    CLASS: ClassVar[str] = ""

    def on_init(self) -> None:
        """Take the page from the extension."""
        self.page: Page = self.config["page"]

    def _validate(self, parent: etree.Element, arg: Any, **options: Any) -> bool:
        """Refuse loudly what pymdownx would leave on the page as text."""
        self.text = f"/// {self.NAME} | {arg or ''}".rstrip()
        with self.page.at(self.text):
            for name in options:
                if name not in self.SETTINGS:
                    raise PageError(f"{self.NAME}: " + known("option", name, self.SETTINGS))
            self.settings = dict.fromkeys(self.SETTINGS, "") | {
                n: ", ".join(map(str, v)) if isinstance(v, list) else str(v)
                for n, v in options.items()
            }
            self.read_argument((arg or "").split())
        return bool(super()._validate(parent, arg))

    def read_argument(self, names: list[str]) -> None:
        """Understand the argument: the name of one example. Raises PageError or CatalogError."""
        self.example = self.one_example(names, 1, "EXAMPLE")

    def one_example(self, names: list[str], count: int, needs: str) -> Example:
        """The example that the first of `count` names is."""
        if len(names) != count:
            listed = ", ".join(self.page.evidence.examples) or "none yet"
            raise PageError(f"{self.NAME}: needs {needs}; examples: {listed}")
        return self.page.evidence.example(names[0])

    def on_markdown(self) -> str:
        """Keep the content from being converted where there should be none."""
        return "block" if self.TAKES_CONTENT else "raw"

    def on_create(self, parent: etree.Element) -> etree.Element:
        """Open the block."""
        self.page.open[id(self)] = self.text
        return etree.SubElement(parent, "div", {"class": self.CLASS} if self.CLASS else {})

    def on_end(self, block: etree.Element) -> None:
        """Close the block and show what it shows."""
        self.page.open.pop(id(self), None)
        with self.page.at(self.text):
            if not self.TAKES_CONTENT:
                if (block.text or "").strip():
                    raise PageError(
                        f"{self.NAME}: takes no content; options are indented by four spaces, and "
                        "the next line is ///"
                    )
                block.text = None
            self.fill(block)

    def fill(self, block: etree.Element) -> None:
        """Put the block's HTML into its element."""
        self.add(block, self.html())

    def html(self) -> Markup:
        """What the block shows."""
        raise NotImplementedError

    def add(self, parent: etree.Element, html: Markup) -> None:
        """Add finished HTML, which nothing converts any further."""
        # As a paragraph of its own, which Markdown's last step replaces whole.
        etree.SubElement(parent, "p").text = AtomicString(self.md.htmlStash.store(str(html)))

    def highlight(self, source: str, ident: str) -> str:
        """Python source as the page's other code is shown."""
        extension = next(
            e for e in self.md.registeredExtensions if isinstance(e, HighlightExtension)
        )
        make = extension.get_pymdownx_highlighter()
        knows = inspect.signature(make).parameters
        settings = extension.get_pymdownx_highlight_settings().items()
        made = make(self.md, **{k: v for k, v in settings if k in knows})
        # A quarter of a page's time would go into colouring the same listings once more.
        key = [*_COLOURED_BY, repr(sorted(settings)), source]
        coloured = kept(
            COLOURED, key, lambda: made.highlight(source, "python", "highlight", id_value=_IDENT)
        )
        return str(coloured).replace(_IDENT, ident)


class Bare(Directive):
    """A block that there is one of: it takes no argument."""

    def read_argument(self, names: list[str]) -> None:
        """Nothing is expected."""
        if names:
            raise PageError(f"{self.NAME}: takes no argument")


class Listing(Directive):
    """`/// listing | EXAMPLE`, with the option `variants` to choose and order."""

    NAME = "listing"
    SETTINGS = ("variants",)
    CLASS = "sv-listing"

    def html(self) -> Markup:
        """The variants as tabs."""
        names = sections.split(self.settings["variants"])
        return sections.listing(self.page, self.example, names, self.highlight)


COLOURED = catalog.ROOT / ".cache" / "listings"
"""Listings as pages have shown them, by source, settings and what coloured them."""
_COLOURED_BY = [f"{name} {version(name)}" for name in ("pygments", "pymdown-extensions")]
_IDENT = "listing_of_no_page"


class Timings(Directive):
    """`/// timings | EXAMPLE`, with the options `size` and `machine`."""

    NAME = "timings"
    SETTINGS = ("size", "machine")

    def html(self) -> Markup:
        """The table, for each machine."""
        size = self.settings["size"]
        return sections.timings(
            self.page, self.example, "" if size == "all" else size, self.settings["machine"]
        )


class Chart(Directive):
    """`/// chart | EXAMPLE`, with the options of `sections.chart`.

    With several examples, `variants` names those to show as EXAMPLE.VARIANT, over their sizes.
    """

    NAME = "chart"
    SETTINGS = ("kind", "scope", "variants", "size", "axis", "machine")

    def read_argument(self, names: list[str]) -> None:
        """One example, or several that are shown beside each other."""
        self.example = self.one_example(names[:1], 1, "EXAMPLE")
        self.others = [self.page.evidence.example(name) for name in names[1:]]

    def html(self) -> Markup:
        """The chart, for each machine."""
        if self.others:
            return sections.beside(self.page, [self.example, *self.others], self.settings)
        return sections.chart(self.page, self.example, self.settings)


class Roofline(Directive):
    """`/// roofline | EXAMPLE ...`: the machine's ceilings, and the examples under them."""

    NAME = "roofline"

    def read_argument(self, names: list[str]) -> None:
        """At least one example."""
        if not names:
            raise PageError("roofline: needs the names of examples")
        self.examples = [self.page.evidence.example(name) for name in names]

    def html(self) -> Markup:
        """The roofline, for each machine."""
        return roofline.section(self.page, self.examples)


class Machines(Bare):
    """`/// machines |`: every machine, with a heading that the table of contents lists."""

    NAME = "machines"

    def fill(self, block: etree.Element) -> None:
        """A section for each machine."""
        results = self.page.evidence.results
        for folder in results.order():
            title = results.machines[folder].title
            local = "This machine: " if folder == LOCAL else ""
            etree.SubElement(block, "h2").text = AtomicString(local + title)
            self.add(block, machines.section(self.page, folder))
        if not results.machines:
            self.add(block, sections.unmeasured("Not yet measured."))


class MeasuredOnly(Directive):
    """`/// measured | EXAMPLE VARIANT`: its content, only where the variant has been measured."""

    NAME = "measured"
    TAKES_CONTENT = True

    def read_argument(self, names: list[str]) -> None:
        """An example and one of its variants."""
        self.example = self.one_example(names, 2, "EXAMPLE VARIANT")
        self.variant = self.example.variant(names[1])
        reference = self.page.evidence.reference(self.example.name, [self.variant.name])
        self.shown = reference is not None and reference.was_measured(self.variant.name)

    def on_markdown(self) -> str:
        """Hidden content is not converted, so that no number in it is asked for."""
        return "block" if self.shown else "raw"

    def fill(self, block: etree.Element) -> None:
        """Leave the content, or put one quiet sentence in its place.

        Of what no GPU has run the note at the page's top speaks, once for all: here, in the middle
        of an argument, it would not even say what is missing.
        """
        if self.shown:
            return
        block.text = None
        if self.variant.name in sections.never_on_a_gpu(
            self.page, self.example, [self.variant.name]
        ):
            return
        gpu = self.variant.device == "gpu"
        text = figures.NOT_YET_GPU if gpu else figures.NOT_YET
        self.add(block, sections.unmeasured(f"{text[0].upper()}{text[1:]}."))


class Head(Directive):
    """`/// head | EXAMPLE ...`: the chapter's opening, around its question."""

    NAME = "head"
    TAKES_CONTENT = True
    CLASS = "sv-chapter-head"

    def read_argument(self, names: list[str]) -> None:
        """Any number of examples."""
        self.examples = [self.page.evidence.example(n) for n in names]

    def fill(self, block: etree.Element) -> None:
        """Mark the question and add the facts."""
        for paragraph in block.findall("p"):
            paragraph.set("class", "sv-question")
        self.add(block, sections.head(self.page, self.examples))


class Claims(Directive):
    """`/// claim | EXAMPLE`: what the text beside it claims, one claim a line, held to the records.

    Stops the build where a published record contradicts one (H14); else a quiet mark says on how
    many machines it was checked.
    """

    NAME = "claim"

    def on_end(self, block: etree.Element) -> None:
        """Close the block; its content is the claims, which nothing converts."""
        self.page.open.pop(id(self), None)
        lines = [line.strip() for line in (block.text or "").split("\n") if line.strip()]
        block.text = None
        with self.page.at(self.text):
            if not lines:
                raise PageError("claim: has no claims; each is a line below, up to ///")
            self.add(block, claimed.mark(self.page, self.example, lines))


class Clocks(Directive):
    """`/// clock | PART`: how the timers of each machine told a few known tasks."""

    NAME = "clock"

    def read_argument(self, names: list[str]) -> None:
        """One part of the check."""
        if len(names) != 1:
            raise PageError(f"clock: needs one part; there are: {', '.join(clock.PARTS)}")
        self.part = names[0]

    def html(self) -> Markup:
        """The table, for each machine."""
        return clock.section(self.page, self.part)


class Footprint(Directive):
    """`/// footprint | PART`: how much memory published models need, by the tested formulas."""

    NAME = "footprint"

    def read_argument(self, names: list[str]) -> None:
        """One part."""
        if len(names) != 1:
            raise PageError(f"footprint: needs one part; there are: {', '.join(footprint.PARTS)}")
        self.part = names[0]

    def html(self) -> Markup:
        """The table."""
        return footprint.section(self.part)


class Samples(Directive):
    """`/// samples | EXAMPLE VARIANT SIZE SCOPE`: every sample of one timing, and its median."""

    NAME = "samples"

    def read_argument(self, names: list[str]) -> None:
        """What names one timing."""
        self.of = inline.arguments(self.page.evidence, self.NAME, names)

    def html(self) -> Markup:
        """The samples, for each machine."""
        return samples.section(self.page, *self.of)


class Captures(Bare):
    """`/// captures |`: two captures of a machine, by the intervals of one process and of all."""

    NAME = "captures"

    def html(self) -> Markup:
        """Both pictures, for each machine that was captured twice."""
        return captures.section(self.page)


class Fields(Directive):
    """`/// fields | Record`, or Machine or Clock: every field of such a file, from the schema."""

    NAME = "fields"

    def read_argument(self, names: list[str]) -> None:
        """The name of one kind of file."""
        if len(names) != 1:
            raise PageError(f"fields: needs one of {', '.join(schema.FILES)}")
        self.parts = schema.parts(names[0])

    def fill(self, block: etree.Element) -> None:
        """A section for the file, and one for each kind of object in it."""
        for level, part in zip(["h2", *["h3"] * len(self.parts)], self.parts, strict=False):
            heading = etree.SubElement(block, level, {"id": schema.anchor(part.name)})
            heading.text = AtomicString(part.name)
            self.add(block, schema.table(part))


class Downloads(Bare):
    """`/// downloads |`: every record of every machine."""

    NAME = "downloads"

    def html(self) -> Markup:
        """The list of files."""
        return schema.downloads(self.page)


DIRECTIVES: tuple[type[Directive], ...] = (
    Listing,
    Timings,
    Chart,
    Roofline,
    Machines,
    MeasuredOnly,
    Head,
    Claims,
    Fields,
    Downloads,
    Clocks,
    Footprint,
    Samples,
    Captures,
)
