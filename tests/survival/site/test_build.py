"""The guide is the same with either builder."""

import html
import json
import re
import shutil
from pathlib import Path

import pytest

from survival import catalog
from survival.errors import PageError
from survival.site import build, finish, search

ARTICLE = re.compile(r"<article\b[^>]*>(.*)</article>|<h1>(.*)</main>", re.DOTALL)
"""What a page says, and the part of a machine."""
HREF = re.compile(r'<a\b[^>]*\bhref="?([^" >]+)')
PLACES = ("docs", "examples", "results", "survival", "overrides")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The guide, built by each builder from a copy of the repository, with a second machine."""
    here = tmp_path_factory.mktemp("built")
    for name in PLACES:
        ignored = shutil.ignore_patterns("__pycache__", "local")
        shutil.copytree(catalog.ROOT / name, here / name, ignore=ignored, symlinks=True)
    for name in ("mkdocs.yml", "requirements.txt", "requirements-gpu.txt"):
        shutil.copy(catalog.ROOT / name, here)
    first = next(p.parent for p in sorted((here / "results").glob("*/machine.json")))
    second = first.with_name("a-second-machine")
    second.mkdir()
    for file in first.glob("*.json"):
        record = json.loads(file.read_text("utf-8"))
        record["name" if file.name == "machine.json" else "machine"] = second.name
        (second / file.name).write_text(json.dumps(record), "utf-8")
    if (drawn := catalog.ROOT / ".cache" / "charts").is_dir():  # drawing them takes longest
        shutil.copytree(drawn, here / ".cache" / "charts")
    found = {}
    for builder in build.BUILDERS:
        build.build(builder, here)
        found[builder] = (here / "site").rename(here / builder)
    return found


def words(text: str) -> str:
    """What a reader reads, without the spaces that colouring code leaves."""
    return "".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def pages(site: Path) -> dict[str, str]:
    """Every page by its address."""
    found = sorted(site.rglob("*.html"))
    return {p.relative_to(site).as_posix(): p.read_text("utf-8") for p in found}


def test_both_have_the_same_pages_words_and_links(sites: dict[str, Path]) -> None:
    """Titles with their numbers, headings, text, charts, cards, lab pages, and where links lead."""
    mkdocs, zensical = (pages(sites[b]) for b in build.BUILDERS)
    assert mkdocs.keys() == zensical.keys()
    assert len(mkdocs) > 20
    assert len([name for name in mkdocs if "/on-" in name]) > 10
    for name, page in mkdocs.items():
        other = zensical[name]
        titles = [re.findall(r"<title>(.*?)</title>", text)[0] for text in (page, other)]
        assert titles[0] == titles[1], name
        if name == "404.html":
            continue  # each builder's own
        mine, theirs = ("".join(ARTICLE.findall(text)[0]) for text in (page, other))
        assert words(mine) == words(theirs), name
        assert sorted(HREF.findall(mine)) == sorted(HREF.findall(theirs)), name
        for what in ("<svg", 'class="sv-src"', "data-evidence", "sv-timings"):
            assert mine.count(what) == theirs.count(what), f"{name}: {what}"


def test_both_find_the_same(sites: dict[str, Path]) -> None:
    """Every entry of the search, with all of its words."""
    found = []
    for builder, (name, key) in zip(build.BUILDERS, search.INDEXES.items(), strict=True):
        entries = json.loads((sites[builder] / name).read_text("utf-8"))[key]
        found.append(sorted((e["location"], e["title"], words(e["text"])) for e in entries))
    assert found[0] == found[1]


@pytest.mark.parametrize("builder", build.BUILDERS)
def test_nothing_else_is_published(sites: dict[str, Path], builder: str) -> None:
    """No program but the examples', and of a builder's copy nothing."""
    site = sites[builder]
    kinds = {p.suffix for p in site.rglob("*") if p.is_file() and "LICENSE" not in p.name}
    assert kinds <= finish.READ | {".py", ".md"}
    assert all(p.name in ("index.md", "SKILL.md") for p in site.rglob("*.md"))
    assert all(p.relative_to(site).parts[0] == "examples" for p in site.rglob("*.py"))
    assert not list(site.rglob("local"))


def test_links_that_git_made_plain_files_stop_the_build(tmp_path: Path) -> None:
    """As a clone made by git on Windows has them."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "results").write_text("../results")
    with pytest.raises(PageError, match="docs/results leads nowhere"):
        build.build("mkdocs", tmp_path)
