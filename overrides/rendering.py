"""MkDocs hook by which pages are rendered side by side, and under `make serve` only when changed.

What a page's Markdown becomes depends on its text, and on what the guide's own words read:
examples, records, the glossary, the code. Processes of their own make it, and MkDocs is given what
they made; or what was made at the last build, where all of that is as it was. Templates,
navigation, links and search are made anew every time.
"""

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority

from survival.capture import machine
from survival.pages import extension as guide
from survival.pages.charts import svg

MOST = 2
"""Processes besides this one: with the records of many machines each needs some 100 MB."""


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


class Workers:
    """Processes that render pages, about in the order in which MkDocs asks for them.

    Each is given a page, answers, and is given the next. What it cannot render, because the page
    has a fault or there is something to say of it, is rendered by who asked for it, who tells it
    where MkDocs tells it. Charts are drawn by who waits for the pages, because what draws them is
    as large as all the rest.
    """

    def __init__(self, pages: Sequence[Any], config: Any, files: Any) -> None:
        self.config, self.files = config, files
        self.pages = list(pages)
        self.given = 0
        self.done: dict[str, Rendered | None] = {}
        self.pipes: dict[Connection, BaseProcess] = {}

    def start(self, count: int) -> None:
        """Start that many, or as many as the system allows."""
        context = multiprocessing.get_context("fork")
        with suppress(OSError):
            for _ in range(count):
                here, there = context.Pipe()
                process = context.Process(target=self._work, args=(there, here), daemon=True)
                process.start()
                there.close()  # so that the pipe ends when the process does
                self.pipes[here] = process
                self._give(here)

    def rendered(self, uri: str) -> Rendered | None:
        """What became of a page, as soon as it is there; None if it must be rendered here."""
        while uri not in self.done and self.pipes:
            for pipe in wait(list(self.pipes)):
                assert isinstance(pipe, Connection)
                try:
                    about, found = pipe.recv()
                    if about == "draw":
                        pipe.send(_drawn(found))
                    else:
                        self.done[about] = Rendered(**found) if found else None
                        self._give(pipe)
                except (EOFError, OSError):  # the process has died
                    self.pipes.pop(pipe).join()
        return self.done.pop(uri, None)

    def end(self) -> None:
        """End all processes."""
        for pipe, process in self.pipes.items():
            pipe.close()
            process.terminate()
            process.join()
        self.pipes.clear()

    def _give(self, pipe: Connection) -> None:
        pipe.send(self.given if self.given < len(self.pages) else None)
        self.given += 1

    def _work(self, pipe: Connection, parents: Connection) -> None:
        global workers
        workers = None
        for other in (parents, *self.pipes):  # so that a pipe ends when the parent does
            other.close()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its processes
        logging.getLogger("mkdocs").handlers = [warned]  # and says what is to be said

        def drawn(spec: dict[str, Any]) -> str:
            pipe.send(("draw", spec))
            chart = pipe.recv()
            if chart is None:
                raise ValueError("this chart cannot be drawn")
            return str(chart)

        svg.draw = drawn
        with suppress(EOFError, OSError):  # the parent has ended
            while (at := pipe.recv()) is not None:
                page = self.pages[at]
                uri = page.file.src_uri
                try:
                    self._render(page)
                    pipe.send((uri, None if warned.said else vars(seen(page, page.content))))
                except Exception:  # whatever it is, the parent meets it too
                    pipe.send((uri, None))
                page.content = page.toc = None
                gc.collect()  # what made it is garbage in circles, and the memory is shared

    def _render(self, page: Any) -> None:
        """Do as MkDocs does, up to where hooks work with a page's content."""
        config, files = self.config, self.files
        page.read_source(config)
        page.markdown = config.plugins.on_page_markdown(
            page.markdown, page=page, config=config, files=files
        )
        page.render(config, files)


def _drawn(spec: dict[str, Any]) -> str | None:
    """The chart; None if it has a fault, which is told of the page that it is on."""
    try:
        return svg.vega(spec)
    except Exception:
        return None


warned = Warned(logging.INFO)
serving = False
workers: Workers | None = None
around: object = None
"""Everything but a page's own text that pages are made from, by name, time and size."""
rendered: dict[str, Rendered] = {}
"""By page, what it was at the last build, or what a process has just made of it."""
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


def on_nav(nav: Any, config: Any, files: Any, **_: Any) -> None:
    """Read what pages show, and start to render them, where none is left from an earlier build."""
    global workers
    on_env()  # what an earlier build left that ended with an error
    if rendered:
        return
    if (options := config.mdx_configs.get(guide.__name__)) is not None:
        guide.prepare(**options)
    # The records of all machines need not be looked through for garbage with every page; and to
    # look through what processes share would copy it.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # A process that has threads cannot be copied safely, nor can one on a Mac. And a first build is
    # busy with drawing all charts, one after the other.
    can_fork = hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1
    count = min(machine.usable_threads(), MOST)
    pages = [f.page for f in files.documentation_pages() if f.page and f.src_uri.endswith(".md")]
    if not can_fork or not svg.CACHE.is_dir() or min(count, len(pages)) < 2:
        return
    workers = Workers(pages, config, files)
    workers.start(count)


def on_env(env: Any = None, **_: Any) -> None:
    """End the processes: all pages are there."""
    global workers
    if workers:
        workers.end()
    workers = None


@event_priority(-100)  # what a page says after all others have changed it
def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Leave nothing to render of a page that is as it was, or is rendered already."""
    uri = page.file.src_uri
    if not uri.endswith(".md"):
        return markdown
    warned.said = False
    text[uri] = markdown
    if workers and (done := workers.rendered(uri)):
        rendered[uri] = done
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
    elif serving and not warned.said:
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
