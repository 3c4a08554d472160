"""A finished site in a browser, for what only a browser can draw. Only publishing needs one."""

import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from survival.errors import PageError

if TYPE_CHECKING:
    from playwright.sync_api import Page

BROWSERS = ("chromium", "google-chrome", "chromium-browser", "chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def looking_at(site: Path, width: int, height: int) -> Iterator[Callable[[Path], "Page"]]:
    """A function that shows a file of the site, in one window of that many pixels.

    Raises PageError where no browser is here.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise PageError(
            "pictures and prints of pages need Playwright: run `make .venv/.installed-browser`"
        ) from None
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        names = ", ".join(BROWSERS)
        raise PageError(f"pictures and prints of pages need a browser: install one of {names}")
    handler = functools.partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        window = chromium.new_page(viewport={"width": width, "height": height})

        def show(file: Path) -> "Page":
            where = file.relative_to(site).as_posix()
            window.goto(f"http://127.0.0.1:{server.server_port}/{where}", wait_until="load")
            return window

        try:
            yield show
        finally:
            chromium.close()
            server.shutdown()
