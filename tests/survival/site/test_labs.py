"""Pages of labs and the ways to them: folded kit, valid ids, buttons where there is an address."""

from pathlib import Path

import pytest

from survival.site import build, finish, labs

PAGE = "<html><head><title>T</title></head><body><article>{content}</article></body></html>"
CHECK = (
    '<div class="highlight"><pre><code><span></span><span class="c1"># @title Check 2: run it'
    "</span>\ncheck()</code></pre></div>"
)
KIT = (
    '<div class="highlight"><pre><code><span></span><span class="c1"># @title The kit: first'
    '</span>\n<span class="k">import</span> this &lt; that</code></pre></div>'
)
ZENSICAL_KIT = (
    '<div class="language-python highlight"><pre><span></span><code>'
    '<span class="c1"># @title The kit: first</span>\nimport this &lt; that</code></pre></div>'
)
OTHER = '<div class="highlight"><pre><code><span class="k">def</span> other</code></pre></div>'


@pytest.fixture(autouse=True)
def no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have set one."""
    monkeypatch.delenv("REPO_URL", raising=False)


def made(folder: Path) -> Path:
    """A site of a chapter, its lab and a page without a lab."""
    pages = {
        "memory": '<h1>Memory</h1><h2 id="run-it-yourself">Run it yourself</h2><p>Copy.</p>',
        "method": '<h1>Method</h1><h2 id="run-it-yourself">Run it yourself</h2>',
        "labs/memory": f'<h1>Lab</h1><div id="cell-id=task-1">{OTHER}</div>{KIT}{CHECK}',
        f"labs/{labs.RUN}": "<h1>Run</h1>",
    }
    for address, content in pages.items():
        (folder / address).mkdir(parents=True)
        (folder / address / "index.html").write_text(PAGE.format(content=content))
    (folder / "labs" / "memory" / "memory.ipynb").write_text("{}")
    run = '{"source": ["REPO_URL = \\"\\"  # @param"]}'
    (folder / "labs" / labs.RUN / f"{labs.RUN}.ipynb").write_text(run)
    finish.finish(folder, {"labs/memory.ipynb": "Lab: turn & turn"})
    return folder


def test_a_chapter_leads_to_its_lab(tmp_path: Path) -> None:
    """Below its "Run it yourself": the lab's title, the file, and how long it takes."""
    page = (made(tmp_path) / "memory" / "index.html").read_text()
    heading = page.index("Run it yourself</h2>")
    assert heading < page.index('<a href="../labs/memory/">Lab: turn &amp; turn</a>')
    assert '<a href="../labs/memory/memory.ipynb" download>' in page
    assert "About 25 minutes, no GPU needed" in page
    assert f'<a href="../labs/{labs.RUN}/">' in page
    assert page.index("sv-open") < page.index("<p>Copy.</p>")
    assert "sv-open" not in (tmp_path / "method" / "index.html").read_text()


@pytest.mark.parametrize("address", ["", "https://gitlab.com/a/b", "https://github.com/a"])
def test_buttons_are_hidden_without_an_address_on_github(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """The clouds open what lies on GitHub, and nothing else."""
    monkeypatch.setenv("REPO_URL", address)
    made(tmp_path)
    for page in tmp_path.rglob("*.html"):
        assert "Open in" not in page.read_text()


@pytest.mark.parametrize("end", ["", "/", ".git"])
def test_buttons_lead_to_the_notebook_in_each_cloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """The forms that the three services document or are linked by."""
    monkeypatch.setenv("REPO_URL", f"https://github.com/some-one/the.guide{end}")
    made(tmp_path)
    where = "some-one/the.guide/blob/main/docs/labs/memory.ipynb"
    for page in ("memory", "labs/memory"):
        text = (tmp_path / page / "index.html").read_text()
        assert f'href="https://colab.research.google.com/github/{where}"' in text
        assert f'href="https://kaggle.com/kernels/welcome?src=https://github.com/{where}"' in text
        assert f'href="https://molab.marimo.io/github/{where}"' in text
    run = (tmp_path / "labs" / labs.RUN / f"{labs.RUN}.ipynb").read_text()
    assert (
        f'REPO_URL = \\"https://github.com/some-one/the.guide{end.strip("/")}\\"  # @param' in run
    )


def test_the_kit_is_folded_and_plain_and_not_searched(tmp_path: Path) -> None:
    """One node instead of thousands; the other cells keep their colours, and ids are selectors."""
    (tmp_path / "search").mkdir()
    (tmp_path / "search" / "search_index.json").write_text('{"docs": []}')
    made(tmp_path)
    page = (tmp_path / "labs" / "memory" / "index.html").read_text()
    folded = page[page.index('<details class="sv-kit">') : page.index("</details>")]
    assert "# @title The kit: first\nimport this &lt; that</code>" in folded
    assert "<span" not in folded
    assert "<summary>Check 2: run it<" in page
    assert '<code data-ink="word 0 3">def other' in page
    assert 'id="cell-task-1"' in page
    index = (tmp_path / "search" / "search_index.json").read_text()
    assert "The kit" not in index
    assert "def other" not in index  # code is read, not searched


def test_the_kit_of_the_other_builder_is_folded_too() -> None:
    """Zensical writes its listings in another way."""
    page = labs.on_its_page(f"<h1>A</h1>{OTHER}{ZENSICAL_KIT}", Path("a.ipynb"), "")
    assert page.count("sv-kit") == 1
    assert '<span class="k">def</span> other' in page


def test_answers_are_folded_by_both_builders(tmp_path: Path) -> None:
    """A notebook's HTML is no Markdown for the builder that reads none."""
    cell = "<details>\\n<summary>An answer</summary>\\n\\n```python\\nx = 1\\n```\\n\\n</details>"
    book = tmp_path / "a.ipynb"
    book.write_text(f'{{"cells": [{{"cell_type": "markdown", "source": ["{cell}"]}}]}}')
    assert build.as_page(book) == "/// details | An answer\n```python\nx = 1\n```\n///\n"
