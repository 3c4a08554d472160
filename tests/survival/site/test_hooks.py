"""What MkDocs calls: unchanged pages are not rendered again, and faults are told again."""

import json
import logging
from pathlib import Path

import markdown
import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from survival import catalog


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


ANCHORS = "validation:\n  anchors: warn\n"


class Site:
    """A small guide with the hook, built again and again in one process as `make serve` does."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.site = folder, folder / "site"
        self.rendered: list[str] = []
        for name in ("docs", "docs/assets", "results"):
            (folder / name).mkdir()
        hook = catalog.ROOT / "survival" / "site" / "hooks.py"
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


def test_the_search_plugin_reads_no_page(guide: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes a third of a build, for an index that the pass over the site makes anew."""
    read: list[str] = []
    parser = "material.plugins.search.plugin.Parser"
    monkeypatch.setattr(f"{parser}.feed", lambda _, page: read.append(page))
    settings = (guide.folder / "mkdocs.yml").read_text().replace("[]", "[search]")
    guide.write("mkdocs.yml", settings + "theme: material\n")
    guide.built()
    assert read == []
    index = json.loads((guide.site / "search" / "search_index.json").read_text())
    assert "b/#two" in [entry["location"] for entry in index["docs"]]
