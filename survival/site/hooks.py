"""What MkDocs calls: numbers before it builds, the one pass after it, and what `make serve` needs.

Another builder calls the first two by `survival site`. The rest makes no difference to a page: when
a file is saved, only pages that changed are rendered again, and a fault is told again.

What a page's Markdown becomes depends on its text, and on what the guide's own words read:
examples, records, the glossary, the code. Templates, navigation and links are made anew every time.
"""

import gc
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.utils import DuplicateFilter

from survival import system
from survival.errors import SurvivalError
from survival.pages import extension
from survival.site import numbers, sources
from survival.site.finish import finish

OF_OTHERS = re.compile(r'^(?:/// chapters|--8<-- "[\w-]+\.md)', re.MULTILINE)
"""What a page shows of other pages, which may have changed."""


@dataclass(frozen=True)
class Rendered:
    """What MkDocs made of a page's text."""

    markdown: str
    meta: dict[str, Any]
    title: str
    content: str
    toc: Any
    anchors: set[str]
    links: dict[str, dict[str, str]]
    """The headings that it links to, by the file they are in, for MkDocs to check."""


class Warned(logging.Handler):
    """Notices that something was to be said of a page, so that it is said again."""

    said = False

    def emit(self, record: logging.LogRecord) -> None:
        """Note it."""
        self.said = True


warned = Warned(logging.INFO)
serving = False
around: object = None
"""Everything but a page's own text that pages are made from, by name, time and size."""
rendered: dict[str, Rendered] = {}
"""By page, what it was at the last build."""
text: dict[str, str] = {}
"""By page: the text that is being rendered."""


def on_startup(*, command: str, **_: Any) -> None:
    """Keep pages only for a process that builds again."""
    global serving
    serving = command == "serve"
    logging.getLogger("mkdocs").addHandler(warned)


@contextmanager
def one_line() -> Iterator[None]:
    """What a user can mend is told by MkDocs without a traceback, and a server waits for it."""
    try:
        yield
    except SurvivalError as e:
        raise PluginError(str(e)) from None


def on_config(config: Any, **_: Any) -> None:
    """Look whether all can be read, and number parts and chapters."""
    with one_line():
        sources.check(Path(config.docs_dir))
        if config.nav:
            config.nav = numbers.numbered(config.nav, Path(config.docs_dir))


def on_pre_build(**_: Any) -> None:
    """Forget what an earlier build has said: MkDocs says each message once in a process's life."""
    for told in logging.getLogger("mkdocs.commands.build").filters:
        if isinstance(told, DuplicateFilter):
            told.msgs.clear()


def on_files(files: Any, config: Any, **_: Any) -> None:
    """Forget all pages if something has changed that any of them may show."""
    global around
    folders = [*map(Path, config.watch), Path(config.docs_dir, "assets")]
    found = [f for folder in folders for f in folder.rglob("*") if "__pycache__" not in f.parts]
    found += [Path(config.docs_dir, "glossary.md"), Path(config.config_file_path)]
    found += Path(config.config_file_path).parent.glob("requirements*.txt")
    stamps = set(filter(None, map(stamp, found)))
    now = (stamps, sorted(file.src_uri for file in files))
    if now != around:
        rendered.clear()
    around = now


def stamp(file: Path) -> tuple[str, int, int] | None:
    """Name, time and size of a file; None for a folder, and for what an editor has just renamed."""
    try:
        found = file.stat()
    except OSError:
        return None
    return (str(file), found.st_mtime_ns, found.st_size) if S_ISREG(found.st_mode) else None


def on_nav(nav: Any, config: Any, **_: Any) -> None:
    """Read and judge what pages show, once for all, and keep it from the garbage collector."""
    if not rendered and (options := config.mdx_configs.get(extension.__name__)) is not None:
        extension.prepare(**options)
        gc.unfreeze()
        gc.collect()
        gc.freeze()


@event_priority(100)  # before the search plugin
def on_page_context(context: Any, page: Any, **_: Any) -> None:
    """Keep MkDocs's search from reading every tag of a page: `finish` makes the index."""
    page.meta = {**page.meta, "search": {"exclude": True}}


def on_post_build(config: Any, **_: Any) -> None:
    """Do to the built site what is done to any."""
    with one_line():
        finish(Path(config.site_dir), numbers.titles(config.nav or []), every=not serving)


def on_page_read_source(page: Any, **_: Any) -> str | None:
    """A page's text; an editor may have renamed it since it was listed."""
    path = Path(page.file.abs_src_path)
    if path.suffix != ".md":
        return None
    with one_line():
        return system.text(path)


@event_priority(-100)  # what a page says after all others have changed it
def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Leave nothing to render of a page that is as it was."""
    uri = page.file.src_uri
    if not uri.endswith(".md"):
        return markdown
    warned.said = False
    text[uri] = markdown
    return "" if unchanged(page) else markdown


@event_priority(100)  # before anything else is made of it
def on_page_content(content: str, page: Any, files: Any, **_: Any) -> str:
    """Return what was rendered, now or before."""
    uri = page.file.src_uri
    if uri not in text:
        return content
    if unchanged(page):
        last = rendered[uri]
        page.markdown, page.title, page.toc = last.markdown, last.title, last.toc
        page.present_anchor_ids = last.anchors
        # Each build has files of its own.
        page.links_to_anchors = {files.get_file_from_path(f): a for f, a in last.links.items()}
        content = last.content
    elif serving and not warned.said and not OF_OTHERS.search(text[uri]):
        rendered[uri] = seen(page, content)
    if not serving or warned.said:
        rendered.pop(uri, None)
    del text[uri]
    return content


def seen(page: Any, content: str) -> Rendered:
    """What has just been rendered of a page."""
    links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
    return Rendered(
        markdown=text[page.file.src_uri],
        meta=page.meta,
        title=page.title,
        content=content,
        toc=page.toc,
        anchors=page.present_anchor_ids,
        links=links,
    )


def unchanged(page: Any) -> bool:
    """Whether a page's text is the one that was rendered."""
    uri = page.file.src_uri
    last = rendered.get(uri)
    return last is not None and (last.markdown, last.meta) == (text[uri], page.meta)
