"""The pass over a built site: parts, notebooks, the search index, and what is not published."""

import json
from pathlib import Path

import pytest

from survival.errors import PageError
from survival.site import finish

PAGE = """<!doctype html><html lang="en"><head><title>3 · A page - Guide</title>
<link rel="stylesheet" href="../assets/a.css"></head>
<body><article class="md">{}</article></body></html>"""


def site(folder: Path, content: str) -> Path:
    """A site of one page, with an index of another builder's making."""
    (folder / "a" / "index.html").parent.mkdir()
    (folder / "a" / "index.html").write_text(PAGE.format(content))
    (folder / "search").mkdir()
    (folder / "search" / "search_index.json").write_text('{"config": {"lang": ["en"]}, "docs": []}')
    return folder


def index(folder: Path) -> list[dict[str, str]]:
    """What can be searched for."""
    text = (folder / "search" / "search_index.json").read_text()
    found: list[dict[str, str]] = json.loads(text)["docs"]
    return found


def test_a_part_becomes_a_file_that_stands_for_itself(tmp_path: Path) -> None:
    """With the page's title and its sheets; what may be searched for holds nothing of it."""
    part = (
        '<div class="sv-part" data-machine="m" data-label="M &amp; Co" hidden>'
        "<template>\n<p>5 ms</p>\n</template></div>"
    )
    finish.finish(site(tmp_path, f"<h1>A</h1><p>Text.</p>{part}"), {"a.md": "3 · A"})
    made = (tmp_path / "a" / "on-m.html").read_text()
    assert "<title>3 · A · M &amp; Co</title>" in made
    assert '<link rel="stylesheet" href="../assets/a.css">' in made
    assert "<p>5 ms</p>" in made
    assert "5 ms" not in (tmp_path / "a" / "index.html").read_text()
    assert all("5 ms" not in entry["text"] for entry in index(tmp_path))


def test_search_holds_words_by_section(tmp_path: Path) -> None:
    """Charts and timings are no words, code keeps its text, and < is not markup."""
    code = '<pre><code><span class="k">if</span> a &lt; b:\n    np<i>.</i>add(c)</code></pre>'
    drawn = '<svg viewBox="0 0 1 1"><text>10 ms</text></svg>'
    drawn += '<table class="sv-timings"><td>5.2</td></table>'
    link = '<a class="headerlink" href="#fast">¶</a>'
    content = f'<h1 id="top">A</h1><p>An <b>arrow</b>.</p><h2 id="fast">Fast{link}</h2>{code}'
    content += f"{drawn}<table><td>kept</td></table>"
    finish.finish(site(tmp_path, content), {"a.md": "3 · A"})
    assert index(tmp_path) == [
        {"location": "a/", "title": "3 · A", "text": "<p>An arrow.</p>"},
        {
            "location": "a/#fast",
            "title": "Fast",
            "text": "<pre><code>if a &lt; b:\n    np.add(c)</code></pre> kept",
        },
    ]


def test_a_page_is_found_by_its_heading_too(tmp_path: Path) -> None:
    """The menu may call it otherwise."""
    finish.finish(site(tmp_path, '<h1 id="top">How <b>it</b> works</h1>Text.'), {"a.md": "Method"})
    assert index(tmp_path) == [
        {"location": "a/", "title": "Method", "text": "<p>How it works</p> Text."}
    ]


def test_a_part_that_waits_in_a_folder_is_taken_from_there(tmp_path: Path) -> None:
    """A builder never sees it, and so moves none of its links."""
    (tmp_path / "kept.html").write_text('<a href="../results/m/x.json">5</a>')
    part = (
        '<div class="sv-part" data-machine="m" data-label="M" data-kept="kept.html" hidden>'
        "<template>\n\n</template></div>"
    )
    (tmp_path / "site").mkdir()
    finish.finish(site(tmp_path / "site", f"<h1>A</h1>{part}"), {}, tmp_path)
    assert '<a href="../results/m/x.json">5</a>' in (tmp_path / "site/a/on-m.html").read_text()
    assert "kept" not in (tmp_path / "site/a/index.html").read_text()


def test_a_notebook_keeps_its_cells_only(tmp_path: Path) -> None:
    """No styles and scripts from other hosts, and its links lead where a page's do."""
    cells = '<h1>Lab</h1><p><a href="../a.md#b">A</a></p>'
    content = (
        '<p class="sv-kicker">Labs</p><script src="https://elsewhere"></script>'
        f'<div class="jupyter-wrapper">{cells}</div> <!-- jupyter-wrapper --><style>x</style>'
    )
    finish.finish(site(tmp_path, content), {})
    (tmp_path / "a" / "x.ipynb").write_text("{}")
    finish.finish(tmp_path, {})
    page = (tmp_path / "a" / "index.html").read_text()
    assert "elsewhere" not in page
    assert "<style>" not in page
    assert 'href="../../a/#b"' in page
    assert "Labs" in page
    assert 'href="x.ipynb" download' in page  # tests/survival/site/test_labs.py says more


def test_a_notebook_without_cells_stops_the_build(tmp_path: Path) -> None:
    """mkdocs-jupyter may change what it makes."""
    with pytest.raises(PageError, match="no cells found"):
        finish.finish(site(tmp_path, '<div class="jupyter-wrapper other">'), {})


def test_what_is_not_to_be_read_is_not_published(tmp_path: Path) -> None:
    """Programs of the examples are; those of the site are not."""
    site(tmp_path, "")
    read = ["examples/saxpy/gpu_cupy.py", "a.svg", "a.jpg"]
    names = [*read, "hook.py", "drawings/tree.py", "a.pyc", "a/page.md"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    finish.finish(tmp_path, {})
    assert [n for n in names if (tmp_path / n).exists()] == read


def scripts(folder: Path, **texts: str) -> Path:
    """Scripts as they lie in docs/assets."""
    assets = folder / "assets"
    assets.mkdir()
    for name, text in texts.items():
        (assets / f"{name.replace('_', '-')}.js").write_text(text)
    return assets


CLOCK = "// How time passes.\nexport const now = () => 7;\n"
ONE = (
    'import { now } from "./measure-clock.js";\n'
    "export const one = () => `a ${`b,  ${now()} : c`}`;\n"
)
MAIN = (
    'import { now } from "./measure-clock.js";\nimport { one } from "./measure-one.js";\n'
    "console.log(now(), one());  // the end\n"
)


def test_what_a_script_imports_becomes_a_part_of_it_once(tmp_path: Path) -> None:
    """Its words stay as they were, in templates within templates too."""
    assets = scripts(tmp_path, measure_clock=CLOCK, measure_one=ONE, measure=MAIN)
    finish.scripts(assets)
    made = (assets / "measure.js").read_text()
    assert "import" not in made
    assert "export" not in made
    assert "// " not in made
    assert made.count("7") == 1
    assert "b,  " in made
    assert " : c" in made


def test_two_things_of_one_name_cannot_become_one_script(tmp_path: Path) -> None:
    """The page's name for it would be either's."""
    main = 'import { now } from "./measure-clock.js";\nconst now = 3;\n'
    assets = scripts(tmp_path, measure_clock=CLOCK, measure=main)
    with pytest.raises(PageError, match=r"measure.js: now: named in two of its modules"):
        finish.scripts(assets)
