"""A Chromium and the built site, for the tests in this folder."""

import functools
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.pressed import Reader

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "site"
MADE_UP = ROOT / "tests" / "survival" / "pages"

# Without these, Chromium as root does not start, or asks its maker's hosts at every start.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The first is what a software adapter needs; the others lead to it without a window.
WEBGPU_FLAGS = [
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
    "--enable-features=Vulkan",
]


def missing(what: str) -> None:
    """Skip with the reason, or fail where a browser is demanded (REQUIRE_BROWSER=1)."""
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(what)
    pytest.skip(what)


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and keeps the test log free of requests."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    """Return the address of the built site, served on a free port of this machine."""
    if not (SITE / "index.html").is_file():
        missing("site/index.html is not there: run 'make site' first")
    with serving(SITE) as address:
        yield address


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a folder, served on a free port of this machine."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


# The guide's own settings, but for the pages and records: those are made up.
MADE_UP_SITE = """
INHERIT: {root}/mkdocs.yml
docs_dir: docs
site_dir: site
watch: []
nav: [index.md, second.md]
theme:
  custom_dir: {root}/overrides
plugins: [search]
hooks: [{root}/survival/site/hooks.py]
markdown_extensions:
  - attr_list
  - md_in_html
  - tables
  - toc
  - pymdownx.highlight: {{pygments_lang_class: true}}
  - pymdownx.superfences
  - pymdownx.tabbed: {{alternate_style: true}}
  - survival.pages.extension: {{results: {here}/results, examples: {here}/examples, local: true}}
"""

FIRST_PAGE = """# A chapter

/// head | toy_sum
What does a sum cost?
///

In the text: [[time toy_sum cpu_numpy 2^24 compute]], and on the GPU
[[time toy_sum gpu_cupy 2^24 compute]].

/// chart | toy_sum
///

/// timings | toy_sum
///

/// listing | toy_sum
    variants: cpu_numpy, gpu_cupy
///

/// timings | toy_picture
///
"""

SECOND_PAGE = """# Another

Without a head: [[ratio toy_sum cpu_numpy 2^20 compute against cpu_numba]], [[machine cpu.cores]].

/// chart | toy_sum
    kind: ladder
    size: 2^20
///
"""


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a site of two pages, from the records of machines that do not exist.

    Two machines are published; `local`, the reader's own, has measured no toy_picture.
    """
    here = tmp_path_factory.mktemp("made-up")
    for name in ("results", "examples"):
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(MADE_UP / name, here / name, ignore=ignore)
    shutil.copytree(MADE_UP / "results" / "made-up-cpu-for-tests", here / "results" / "local")
    (here / "results" / "local" / "toy_picture.json").unlink()
    shutil.copytree(ROOT / "docs" / "assets", here / "docs" / "assets")
    for name in ("results", "examples"):
        (here / "docs" / name).symlink_to(here / name)
    (here / "docs" / "index.md").write_text(FIRST_PAGE)
    (here / "docs" / "second.md").write_text(SECOND_PAGE)
    # What draft_docs keeps from a real site is shown here, as `make serve` does.
    settings = MADE_UP_SITE.format(root=ROOT, here=here) + "draft_docs: ''\n"
    (here / "mkdocs.yml").write_text(settings)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict"],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return here / "site"


@pytest.fixture(scope="session")
def made_up_url(made_up: Path) -> Iterator[str]:
    """The address of the made-up site."""
    with serving(made_up) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """Return a running Chromium, as a Playwright browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright is not installed: run 'make test-browser'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def webgpu_chromium(chromium: Any) -> Iterator[Any]:
    """Another Chromium, with WebGPU on a program that plays a GPU on the CPU."""
    flags = [*CHROMIUM_FLAGS, *WEBGPU_FLAGS]
    browser = chromium.browser_type.launch(executable_path=executable(), args=flags)
    yield browser
    browser.close()


@pytest.fixture
def reader(webgpu_chromium: Any, site_url: str) -> Iterator[Reader]:
    """A reader whose browser has WebGPU."""
    found = Reader(webgpu_chromium, site_url)
    yield found
    found.context.close()
    assert found.faults == []
    assert [u for u in found.asked if urlsplit(u).netloc not in ("", found.host)] == []


def executable() -> str:
    """The Chromium on PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), "")
    if not found:
        missing("no Chromium on PATH: on Debian, run 'sudo apt install chromium'")
    return found
