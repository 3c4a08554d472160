"""The page that is being converted: where it lies, what it may show, and which ids it has used."""

import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup

from survival import catalog
from survival.errors import PageError, SurvivalError, one_line
from survival.judge import evidence
from survival.judge.evidence import Evidence
from survival.pages.parts import Parts


class PlacedError(PageError):
    """A PageError that names its page and line already."""


Stop: type[PlacedError] = PlacedError
"""What a fault on a page raises: where MkDocs is at hand, an error that it prints as one line."""
try:
    from mkdocs.exceptions import BuildError

    class _BuildError(PlacedError, BuildError):
        """A PlacedError that MkDocs prints without a traceback."""

    Stop = _BuildError
except ImportError:
    pass


class Page:
    """One page at a time; `begin` starts the next."""

    def __init__(
        self, md: Any, results: Path, examples: Path, local: bool, parts: str = ""
    ) -> None:
        self.md = md
        self.parts_folder = parts
        self.folders = (results, examples, local)
        self.begin([])

    def begin(self, lines: list[str]) -> None:
        """Start a page with these lines of Markdown."""
        self.source = "\n".join(lines)
        self._evidence: Evidence | None = None
        self.ids: set[str] = set()
        self.never: set[str] = set()
        """GPU programs that the page shows and no machine has run, as EXAMPLE.VARIANT."""
        self.open: dict[int, str] = {}
        """Blocks that were opened and not yet closed, by identity, with their first line."""
        self.parts = Parts()
        """What is switched where there are several machines."""

    @property
    def evidence(self) -> Evidence:
        """The examples and records of this build, looked up once a page: it takes milliseconds."""
        if self._evidence is None:
            self._evidence = evidence.load(*self.folders)
        return self._evidence

    @property
    def to_root(self) -> str:
        """What leads from the page to the root of the site, such as "../"; empty if unknown."""
        file = self._file()
        if file is None:
            return ""
        up = posixpath.relpath(".", posixpath.dirname(file.url) or ".")
        return "" if up == "." else f"{up}/"

    def is_file(self, name: str) -> bool:
        """Whether the page is that file of docs/; False where nobody says which file it is."""
        file = self._file()
        return file is not None and file.src_uri == name

    def switched(self, asked: str, said: dict[str, Markup]) -> Markup:
        """What the first of these machines says, by folder: the reader's choice switches it.

        `asked` is what it is called in the part of each other machine.
        """
        first = next(iter(said.values()))
        several = len(self.evidence.results.machines) > 1
        return self.parts.word(asked, first, said) if several else first

    def waiting(self) -> Path | None:
        """The folder of this page's parts until a site is built; None if they stay on the page.

        What a reader's own machine adds is kept apart: `make site` may run beside `make serve`.
        """
        file = self._file()
        if file is None or not self.parts_folder:
            return None
        mine = "local" if self.folders[2] else "published"
        return catalog.ROOT / self.parts_folder / mine / Path(file.src_uri).with_suffix("")

    @property
    def is_lab(self) -> bool:
        """Whether the page was a notebook."""
        file = self._file()
        return file is not None and file.src_uri.startswith("labs/")

    def unique(self, ident: str) -> str:
        """`ident`, with a number if the page has used it already."""
        found, n = ident, 1
        while found in self.ids:
            n += 1
            found = f"{ident}-{n}"
        self.ids.add(found)
        return found

    def error(self, text: str, message: str) -> PlacedError:
        """An error that names the page and the line on which `text` stands."""
        file = self._file()
        path = file.src_uri if file else "page"
        source = self.source
        if file and file.abs_src_path:  # MkDocs takes the front matter off, which shifts lines
            source = Path(file.abs_src_path).read_text(encoding="utf-8-sig")
        pattern = r"\s*".join(re.escape(part) for part in re.findall(r"\w+|[^\w\s]+", text))
        found = re.search(pattern + r"(?!\w)", source)
        where = f"{path}({source.count(chr(10), 0, found.start()) + 1})" if found else path
        return Stop(one_line(f"{where}: {' '.join(message.split())}"))

    @contextmanager
    def at(self, text: str) -> Iterator[None]:
        """Whatever is wrong within is reported with the page and the line of `text`."""
        try:
            yield
        except PlacedError:
            raise
        except SurvivalError as e:
            raise self.error(text, str(e)) from None

    def _file(self) -> Any:
        """The builder's name for the page, which it leaves with one of its own processors.

        None where no builder is at work. With `url`, and `src_uri` below docs/.
        """
        if "relpath" in self.md.treeprocessors:  # MkDocs
            return getattr(self.md.treeprocessors["relpath"], "file", None)
        if "rendering_context" in self.md.preprocessors:  # Zensical
            page = self.md.preprocessors["rendering_context"].page
            return SimpleNamespace(url=page.url, src_uri=page.path, abs_src_path=None)
        return None
