"""The MkDocs hooks in overrides/ that are small enough to be tested apart from a build."""

import logging
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import markdown
import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import get_files
from mkdocs.structure.nav import get_navigation
from mkdocs.utils import DuplicateFilter

from survival import catalog
from survival.capture import machine


def test_a_fault_is_told_again_at_the_next_build(caplog: pytest.LogCaptureFixture) -> None:
    """MkDocs drops what it has said before; after the hook it says it once more."""
    hook = runpy.run_path(str(catalog.ROOT / "overrides" / "faults.py"))["on_pre_build"]
    log = logging.getLogger("mkdocs.commands.build")
    told = DuplicateFilter()
    log.addFilter(told)
    try:
        for _ in range(2):
            log.error("page(3): unknown size")
        assert len(caplog.messages) == 1
        hook(config=None)
        log.error("page(3): unknown size")
        assert len(caplog.messages) == 2
    finally:
        log.removeFilter(told)


def test_chapters_have_the_numbers_by_which_programs_call_them() -> None:
    """Chapter 3 is how to get a GPU, part 4 the frameworks'; other pages keep their titles."""
    config = load_config(str(catalog.ROOT / "mkdocs.yml"))
    nav = get_navigation(get_files(config), config)
    runpy.run_path(str(catalog.ROOT / "overrides" / "chapters.py"))["on_nav"](nav)
    titles = {page.file.src_uri: page.title for page in nav.pages}
    assert titles["get-a-gpu.md"] == "3 · Get a GPU and check that it works"
    assert titles["train.md"] == "13 · Train a network"
    assert titles["method.md"] == "Method"
    parts = [section.title for section in nav if section.is_section]
    assert "Part 4 · The AI workloads" in parts
    assert "Labs" in parts


def test_search_reads_words_and_the_page_stays_whole() -> None:
    """Charts and timings are no words; code keeps its text; afterwards nothing is gone."""
    hook = runpy.run_path(str(catalog.ROOT / "overrides" / "search.py"))["on_page_context"]
    code = '<pre><span></span><code><span class="k">if</span> a &lt; b:</code></pre>'
    drawn = '<svg viewBox="0 0 1 1"><text>10 ms</text></svg>'
    table = '<table class="sv-timings"><tr><td>5.2</td></tr></table>'
    content = f"<h2>Fast</h2><p>A <b>warp</b>.</p>{code}{drawn}{table}<table><td>kept</td></table>"
    page = SimpleNamespace(content=content, file=SimpleNamespace(src_uri="a.md"))
    before, after = hook.methods
    before(context=None, page=page)
    assert page.content == (
        "<h2>Fast</h2><p>A <b>warp</b>.</p><pre>if a &lt; b:</pre><table><td>kept</td></table>"
    )
    after(context=None, page=page)
    assert page.content == content


@pytest.mark.parametrize(
    ("path", "published"),
    [
        ("examples/saxpy/gpu_cupy.py", True),
        ("examples/saxpy/evil.html", False),
        ("examples/saxpy/LICENSE", False),
        ("examples/saxpy/deeper/evil.py", False),
        ("examples/saxpy/__pycache__/problem.pyc", False),
        ("examples/evil.js", False),
        ("results/machine/saxpy.json", True),
    ],
)
def test_of_the_examples_only_programs_are_published(path: str, published: bool) -> None:
    """docs/examples leads to examples/, where anything may lie."""
    config = load_config(str(catalog.ROOT / "mkdocs.yml"))
    assert config.exclude_docs is not None
    assert config.exclude_docs.match_file(path) is not published


Build = Callable[..., "subprocess.CompletedProcess[str]"]
ANCHORS = "validation:\n  anchors: warn\n"


class Site:
    """A small guide with the hook, built again and again in one process as `make serve` does."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.site = folder, folder / "site"
        self.rendered: list[str] = []
        for name in ("docs", "docs/assets", "results"):
            (folder / name).mkdir()
        hook = catalog.ROOT / "overrides" / "rendering.py"
        self.write(
            "mkdocs.yml", f"site_name: A\nplugins: []\nwatch: [results]\nhooks: ['{hook}']\n"
        )
        self.write("docs/index.md", "# Start\n\nGo to [b](b.md#two).\n")
        self.write("docs/b.md", "# B\n\n## Two\n\nText.\n")
        self.write("docs/glossary.md", "# Words\n")
        convert = markdown.Markdown.convert

        def noted(md: markdown.Markdown, source: str) -> str:
            self.rendered += [source.split("\n")[0]] if source else []
            return convert(md, source)

        monkeypatch.setattr(markdown.Markdown, "convert", noted)
        monkeypatch.setattr(machine, "usable_threads", lambda: 1)  # what others render is not noted
        self._config().plugins.on_startup(command="serve", dirty=False)

    def _config(self) -> MkDocsConfig:
        return load_config(str(self.folder / "mkdocs.yml"), site_dir=str(self.site))

    def write(self, name: str, text: str) -> None:
        """Write a file of the guide."""
        (self.folder / name).write_text(text)

    def built(self) -> list[str]:
        """Build, and return the first line of each page that was rendered."""
        self.rendered.clear()
        build(self._config(), serve_url="http://127.0.0.1:8000/")
        return sorted(self.rendered)

    def pages(self) -> dict[str, str]:
        """What was built, without the date that MkDocs writes at its end."""
        found = self.site.rglob("index.html")
        return {p.parent.name: p.read_text().split("<!--\nMkDocs")[0] for p in found}


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A guide that was built once."""
    site = Site(tmp_path, monkeypatch)
    assert site.built() == ["# B", "# Start", "# Words"]
    return site


def test_a_second_build_renders_nothing_and_gives_the_same(guide: Site) -> None:
    """All of a page comes back: its content, its table of contents, its title."""
    before = guide.pages()
    assert guide.built() == []
    assert guide.pages() == before
    assert 'href="#two"' in before["b"]


def test_a_page_that_was_saved_is_rendered_alone(guide: Site) -> None:
    """And shows what was written."""
    guide.write("docs/b.md", "# B\n\n## Two\n\nNew.\n")
    assert guide.built() == ["# B"]
    assert "New." in guide.pages()["b"]
    assert guide.built() == []


def test_a_title_in_the_front_matter_counts(guide: Site) -> None:
    """It is no part of the text, and is shown."""
    guide.write("docs/b.md", "---\ntitle: Other\n---\n# B\n\n## Two\n\nText.\n")
    assert guide.built() == ["# B"]
    assert "Other" in guide.pages()["glossary"]


@pytest.mark.parametrize(
    "name", ["results/a.json", "docs/glossary.md", "docs/assets/a.svg", "docs/c.md", "mkdocs.yml"]
)
def test_what_any_page_may_show_renders_all_of_them(guide: Site, name: str) -> None:
    """A record, a term, a drawing, a new page, a setting."""
    path = guide.folder / name
    guide.write(name, (path.read_text() if path.exists() else "") + "\n\n")
    assert guide.built()[-3:] == ["# B", "# Start", "# Words"]


def test_a_page_with_a_fault_is_told_of_at_each_build(
    guide: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """Rendering finds links that lead nowhere, so such a page is rendered until they are mended."""
    guide.write("docs/b.md", "# B\n\n[gone](gone.md)\n\n## Two\n")
    for _ in range(2):
        caplog.clear()
        for told in logging.getLogger("mkdocs.commands.build").filters:
            told.msgs.clear()  # type: ignore[union-attr]
        assert guide.built() == ["# B"]
        assert "gone.md" in caplog.text


def test_links_to_headings_of_pages_that_were_not_rendered_are_checked(
    guide: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """A heading that is renamed breaks links on pages that did not change."""
    caplog.set_level(logging.INFO)
    guide.write("mkdocs.yml", (guide.folder / "mkdocs.yml").read_text() + ANCHORS)
    guide.built()
    assert "#two" not in caplog.text
    guide.write("docs/b.md", "# B\n\n## Three\n")
    assert guide.built() == ["# B"]
    assert "does not contain an anchor '#two'" in caplog.text


ON_CORES = """
import pathlib, runpy, sys
from survival.capture import machine
from survival.pages.charts import svg
cores = int(sys.argv.pop())
machine.usable_threads = lambda: cores
svg.CACHE = pathlib.Path("charts").resolve()
runpy.run_module("mkdocs", run_name="__main__")
"""
"""MkDocs in a process of its own, which has no threads, as if it had so many cores."""
HOOK = "import multiprocessing, os\n\ndef on_page_markdown(markdown, **_):\n    {}\n"


@pytest.fixture
def whole(tmp_path: Path) -> Build:
    """Builds a small guide of six pages with as many cores as are said, into a folder."""
    hook = catalog.ROOT / "overrides" / "rendering.py"
    made_up = Path(__file__).parent
    for name in ("docs", "charts"):
        (tmp_path / name).mkdir()
    (tmp_path / "other.py").write_text("")
    (tmp_path / "mkdocs.yml").write_text(
        f"site_name: A\nplugins: [search]\nhooks: [other.py, '{hook}']\n"
        "markdown_extensions:\n  - survival.pages.extension:\n"
        f"      results: {made_up / 'results'}\n      examples: {made_up / 'examples'}\n"
    )
    for k in range(6):
        text = f"# Page {k}\n\n## Two\n\nGo to [the next](p{(k + 1) % 6}.md#two).\n"
        (tmp_path / "docs" / f"p{k}.md").write_text(text)

    with (tmp_path / "docs" / "p2.md").open("a") as page:
        page.write("\n/// chart | toy_sum\n///\n")

    def build(cores: int, folder: str = "site") -> subprocess.CompletedProcess[str]:
        args = ["build", "--strict", "--site-dir", folder, str(cores)]
        return subprocess.run(
            [sys.executable, "-c", ON_CORES, *args],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(catalog.ROOT), "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    return build


def built_files(folder: Path) -> dict[str, str]:
    """Every page that was built, and the search index."""
    found = [*folder.rglob("*.html"), *folder.rglob("search_index.json")]
    return {str(f.relative_to(folder)): f.read_text().split("<!--\nMkDocs")[0] for f in found}


def test_on_many_cores_the_site_is_the_same(whole: Build, tmp_path: Path) -> None:
    """Page by page, with titles, contents, what the search finds, and a chart that is drawn."""
    (tmp_path / "other.py").write_text(HOOK.format('open(f"pid-{os.getpid()}", "w")'))
    charts = tmp_path / "charts"
    for cores in (1, 3):
        shutil.rmtree(charts)
        charts.mkdir()
        done = whole(cores, f"site-{cores}")
        assert done.returncode == 0, done.stderr
        assert len(list(charts.iterdir())) == 4  # two widths of two machines
    assert built_files(tmp_path / "site-3") == built_files(tmp_path / "site-1")
    assert len(built_files(tmp_path / "site-3")) > 6
    # One process built alone; another only put together what its own processes rendered.
    assert len(list(tmp_path.glob("pid-*"))) > 2


@pytest.mark.parametrize("fault", ["os._exit(1)", "raise MemoryError", "1 / 0"])
def test_a_page_that_a_process_could_not_render_is_rendered_all_the_same(
    whole: Build, tmp_path: Path, fault: str
) -> None:
    """A process that the system ends, or that runs out of memory, costs time and no page."""
    line = f"if multiprocessing.parent_process(): {fault}"
    (tmp_path / "other.py").write_text(HOOK.format(line))
    done = whole(2)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "site").glob("p*/index.html"))) == 6


def test_on_many_cores_a_fault_is_told_once(whole: Build, tmp_path: Path) -> None:
    """A link that leads nowhere, and a word that the guide does not know."""
    page = tmp_path / "docs" / "p3.md"
    good = page.read_text()
    page.write_text(good + "\n[gone](gone.md)\n")
    done = whole(3)
    assert done.returncode == 1
    assert done.stderr.count("gone.md") == 1
    page.write_text(good + "\n[[nothing of this name]]\n")
    done = whole(3)
    assert done.returncode == 1
    assert done.stderr.count("p3.md(7): unknown word 'nothing'") == 1
    assert "Traceback" not in done.stderr


NO_FORK = """
import os

def fork():
    raise BlockingIOError("no process more")

os.fork = fork
"""
NO_CHART = """
from survival.pages.charts import svg

def vega(spec):
    raise ValueError("this is no chart")

svg.vega = svg.draw = vega
"""


def test_without_another_process_the_pages_are_rendered_here(whole: Build, tmp_path: Path) -> None:
    """A system that starts no more of them costs time only."""
    (tmp_path / "other.py").write_text(NO_FORK)
    done = whole(3)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "site").glob("p*/index.html"))) == 6


def test_a_chart_that_cannot_be_drawn_is_told_of_its_page(whole: Build, tmp_path: Path) -> None:
    """And not of the page that is waited for when it is drawn."""
    (tmp_path / "other.py").write_text(NO_CHART)
    done = whole(3)
    assert done.returncode == 1
    assert re.findall(r"Error reading page '(.*)': (.*)", done.stderr) == [
        ("p2.md", "this is no chart")
    ]


def test_what_is_only_mentioned_is_mentioned_once(whole: Build, tmp_path: Path) -> None:
    """Messages below a warning, which no process but the first one says."""
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text() + "validation:\n  links:\n    not_found: info\n")
    page = tmp_path / "docs" / "p3.md"
    page.write_text(page.read_text() + "\n[gone](gone.md)\n")
    done = whole(3)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("gone.md") == 1
