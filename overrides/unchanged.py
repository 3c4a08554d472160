"""MkDocs hook by which `make serve` renders only what has changed.

What a page's Markdown becomes depends on its text, and on what the guide's own words read:
examples, records, the glossary, the code. Where all of that is as it was at the last build, MkDocs
is given what it made then. Templates, navigation, links and search are made anew every time.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority


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


warned = Warned(logging.WARNING)
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


def on_files(files: Any, config: Any, **_: Any) -> None:
    """Forget all pages if something has changed that any of them may show."""
    global around
    folders = [*map(Path, config.watch), Path(config.docs_dir, "assets")]
    found = [f for folder in folders for f in folder.rglob("*") if "__pycache__" not in f.parts]
    found += [Path(config.docs_dir, "glossary.md"), Path(config.config_file_path)]
    found += Path(config.config_file_path).parent.glob("requirements*.txt")
    stamps = {(str(f), (s := f.stat()).st_mtime_ns, s.st_size) for f in found if f.is_file()}
    now = (stamps, sorted(file.src_uri for file in files))
    if now != around:
        rendered.clear()
    around = now


@event_priority(-100)  # what a page says after all others have changed it
def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Leave nothing to render of a page that is as it was."""
    uri = page.file.src_uri
    if not serving or not uri.endswith(".md"):
        return markdown
    warned.said = False
    text[uri] = markdown
    return "" if unchanged(page) else markdown


@event_priority(100)  # before anything else is made of it
def on_page_content(content: str, page: Any, files: Any, **_: Any) -> str:
    """Return what was rendered, now or the last time."""
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
    elif warned.said:
        rendered.pop(uri, None)
    else:
        links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
        rendered[uri] = Rendered(
            markdown=text[uri],
            meta=page.meta,
            title=page.title,
            content=content,
            toc=page.toc,
            anchors=page.present_anchor_ids,
            links=links,
        )
    del text[uri]
    return content


def unchanged(page: Any) -> bool:
    """Whether a page's text is the one that was rendered last."""
    uri = page.file.src_uri
    last = rendered.get(uri)
    return last is not None and (last.markdown, last.meta) == (text[uri], page.meta)
